//! What understanding learns from the phrasebook, and the tests that stand in it.

use super::book::{Book, IntentTest, LabelTexts, Learned, Phrasebook, RULES_FILE};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use understanding::{Label, LabelSet, Language, Lesson, Lessons, NONE, Spoken};

/// The files whose labels every message is read for: how the customer stands to what it is about, whether it is whole, how the
/// customer feels.
pub(super) const STANCE: &str = "stance";
pub(super) const PIECE: &str = "piece";
pub(super) const MOOD: &str = "mood";

/// The file whose labels are what customers say after they were told something.
pub const FOLLOW_UP: &str = "follow_up";

/// The file whose labels are what a customer's story complains of.
pub const FACET: &str = "facet";

/// So many of the messages that no intent is about show that nothing is complained of.
const UNCONCERNED: usize = 250;

impl Phrasebook {
    /// What the matcher learns from: the examples of all languages together, since people mix them. What agents
    /// taught stands last, so that it does not move the folds of the others.
    pub fn lessons(&self) -> Lessons {
        let mut lessons = Lessons { languages: self.spoken(), ..Lessons::default() };
        let mut by_intent: BTreeMap<&str, Lesson> = BTreeMap::new();
        for book in self.books() {
            for (id, intent) in &book.intents {
                let lesson = by_intent.entry(id).or_insert_with(|| Lesson { intent: id.clone(), ..Lesson::default() });
                lesson.examples.extend(intent.examples.iter().cloned());
                lesson.not_examples.extend(intent.not_examples.iter().cloned());
            }
            lessons.none.extend(book.none.iter().cloned());
            lessons.filler.extend(book.filler.iter().cloned());
            lessons.synonyms.extend(book.synonyms.iter().cloned());
        }
        for Learned { intent, utterance, .. } in &self.learned {
            if let Some(lesson) = by_intent.get_mut(intent.as_str()) {
                lesson.examples.push(utterance.clone());
            }
        }
        lessons.intents = by_intent.into_values().collect();
        lessons.stances = self.labels(STANCE);
        lessons.pieces = self.labels(PIECE);
        lessons.labels = vec![self.label_set(FOLLOW_UP), self.label_set(RULES_FILE)];
        lessons.moods = self.labels(MOOD);
        // A story complains of what people also ask about, so no intent's example shows that nothing is complained of.
        let mut facets = LabelSet { in_requests: true, ..self.label_set(FACET) };
        let step = (lessons.none.len() / UNCONCERNED).max(1);
        facets.others.extend(lessons.none.iter().step_by(step).cloned());
        lessons.labels.push(facets);
        lessons
    }

    /// The labels of a file as a set of its own; what is labelled `none` shows none of them.
    fn label_set(&self, file: &str) -> LabelSet {
        let mut labels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (label, texts) in self.books().filter_map(|book| book.labels.get(file)).flatten() {
            labels.entry(label).or_default().extend(texts.examples.iter().chain(&texts.with_topic).cloned());
        }
        let others = labels.remove(NONE).unwrap_or_default();
        let labels = labels.into_iter().map(|(label, texts)| (label.to_owned(), texts)).collect();
        LabelSet { name: file.to_owned(), labels, others, in_requests: false }
    }

    /// The labels of a file of this name, of all languages together. One that is no `L` is left out: `check` tells of it.
    fn labels<L: DeserializeOwned>(&self, file: &str) -> Vec<Label<L>> {
        let books = self.books().filter_map(|book| book.labels.get(file));
        let label = |(name, texts): (&String, &LabelTexts)| {
            let label = serde_json::from_value(name.as_str().into()).ok()?;
            Some(Label { label, examples: texts.examples.clone(), with_topic: texts.with_topic.clone() })
        };
        books.flatten().filter_map(label).collect()
    }

    /// The languages that can be read.
    fn spoken(&self) -> Vec<Spoken> {
        let spoken = |(id, book): &(Language, Book)| {
            let examples = book.intents.values().flat_map(|intent| &intent.examples).chain(&book.none);
            Some(Spoken {
                id: *id,
                stemmer: book.grammar.stemmer,
                letters: book.grammar.letters.clone()?,
                words: book.grammar.lexicon.clone(),
                texts: examples.cloned().collect(),
            })
        };
        self.books.iter().filter_map(spoken).collect()
    }

    /// The tests of all intents, each with the file it stands in.
    pub fn tests(&self) -> impl Iterator<Item = (String, &IntentTest)> {
        self.books.iter().flat_map(|(language, book)| {
            book.intents.iter().flat_map(move |(id, intent)| {
                intent.tests.iter().map(move |test| (format!("{}/{id}.toml", language.id()), test))
            })
        })
    }
}
