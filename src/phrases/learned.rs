//! What agents taught the bot: messages it had not understood, each with what it meant.

use super::book::{Learned, Phrasebook};
use super::words::words_of;
use std::collections::BTreeSet;
use understanding::NONE;

impl Phrasebook {
    /// A copy that has learned these too. Left out: unknown intents, messages without words, and what some intent has
    /// as an example or a near miss already. Whether learning does harm, [`super::Gate`] tells.
    #[must_use]
    pub fn with_learned(&self, learned: &[Learned]) -> Phrasebook {
        let mut taught = self.clone();
        let mut known: BTreeSet<Vec<String>> = self.learned.iter().map(|known| words_of(&known.utterance)).collect();
        let new = self.news(learned).into_iter().filter(|new| known.insert(words_of(&new.utterance)));
        taught.learned.extend(new.cloned());
        taught
    }

    /// What agents taught this phrasebook, in their order.
    pub fn learned(&self) -> &[Learned] {
        &self.learned
    }

    /// Whether some language has an intent.
    pub(super) fn knows_intent(&self, intent: &str) -> bool {
        self.books().any(|book| book.intents.contains_key(intent))
    }

    /// Those of the learned that no file says yet, each once: what is worth learning or writing down.
    pub(super) fn news<'a>(&self, learned: &'a [Learned]) -> Vec<&'a Learned> {
        let intents = self.books().flat_map(|book| book.intents.values());
        let said = intents.flat_map(|intent| intent.examples.iter().chain(&intent.not_examples));
        let none = self.books().flat_map(|book| &book.none);
        let mut known: BTreeSet<Vec<String>> = said.chain(none).map(|text| words_of(text)).collect();
        known.insert(Vec::new());
        let new = |one: &&Learned| self.knows_intent(&one.intent) && known.insert(words_of(&one.utterance));
        learned.iter().filter(new).collect()
    }

    /// Where a file says a message word for word, though with another meaning: the intent (or «none») and its example.
    pub(super) fn said_of_another(&self, learned: &Learned) -> Option<(&str, &str)> {
        let words = words_of(&learned.utterance);
        let same = |text: &&String| !words.is_empty() && words_of(text) == words;
        self.books().find_map(|book| {
            let others = book.intents.iter().filter(|(id, _)| **id != learned.intent);
            let mut all = others.map(|(id, intent)| (id.as_str(), &intent.examples)).chain([(NONE, &book.none)]);
            all.find_map(|(id, examples)| examples.iter().find(same).map(|example| (id, example.as_str())))
        })
    }

    /// Whether the intent's own near misses say this message: a person decided that it is not this intent.
    pub(super) fn is_near_miss(&self, learned: &Learned) -> bool {
        let words = words_of(&learned.utterance);
        let own = self.books().filter_map(|book| book.intents.get(&learned.intent));
        own.flat_map(|intent| &intent.not_examples).any(|text| words_of(text) == words)
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::{self, RU};
    use super::*;

    fn learned(intent: &str, utterance: &str) -> Learned {
        Learned { language: RU, intent: intent.into(), utterance: utterance.into() }
    }

    fn refund(book: &Phrasebook) -> Vec<String> {
        let lessons = book.lessons();
        lessons.intents.into_iter().find(|lesson| lesson.intent == "refund").expect("an intent").examples
    }

    #[test]
    fn what_is_new_is_added_last_and_the_rest_left_out() {
        let (book, _) = load::shipped();
        let taught = book.with_learned(&[
            learned("refund", "мани бэк пожалуйста"),
            learned("refund", "Мани бэк, пожалуйста!"),
            learned("refund", "ВЕРНИТЕ ДЕНЬГИ"),
            learned("refund", "где моя посылка"),
            learned("no_such_intent", "сделайте красиво"),
            learned("refund", "…"),
        ]);
        let (before, after) = (refund(&book), refund(&taught));
        assert_eq!(after[..before.len()], before[..], "the others stay in their places, and so in their folds");
        assert_eq!(after[before.len()..], ["мани бэк пожалуйста"]);
        assert_eq!(taught.learned().len(), 1);
        let again = taught.with_learned(&[learned("refund", "мани бэк пожалуйста")]);
        assert_eq!(again.learned().len(), 1, "a second time it is no news");
    }
}
