//! The phrasebook as it lies in memory.

use super::grammar::{EVERYBODY_ELSE, Grammar};
use super::reply::Reply;
use super::template::Template;
use super::words::{Saying, words_of};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use understanding::Language;

/// The file whose labels are the owner's rules, as customers ask for them.
pub const RULES_FILE: &str = "rules";

/// An intent as the phrasebook holds it.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// How customers say it, in the order of the file.
    pub examples: Vec<String>,
    /// Near misses: messages that sound like it and are not this intent.
    pub not_examples: Vec<String>,
    /// Whether something went wrong for who asks for it: regret comes first.
    pub regret: bool,
    /// Its tests: `text` must (or must not) be read as an intent.
    pub tests: Vec<IntentTest>,
}

/// A test that stands beside the examples it guards.
#[derive(Clone, Debug)]
pub struct IntentTest {
    /// The customer's message, as typed.
    pub text: String,
    /// The id of the intent it must be read as; `None` when the test does not say.
    pub intent: Option<String>,
    /// The id of the intent it must not be read as; `None` when the test does not say.
    pub not: Option<String>,
}

/// One of the given answers to a question: its button, and the words that mean it.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// Groups of beginnings of words; all of a group must occur.
    pub(super) words: Vec<Vec<String>>,
}

/// The texts that one label is learned from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTexts {
    /// Texts that name no topic.
    pub examples: Vec<String>,
    /// Texts that name one.
    pub with_topic: Vec<String>,
    /// The intent that it is about, where it is about one.
    pub about: Option<String>,
    /// Whether its answer asks for words: what is said next is for people.
    pub invites: bool,
}

/// One canned reply, as the agent chooses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canned {
    /// Its name in `canned.toml`: small latin letters, digits and `_`, at most 24 bytes. The same in all languages,
    /// so a reply found in the agent's language can be said in the customer's.
    pub id: String,
    /// What the agent sees, at most 32 characters.
    pub title: String,
    /// The intents it is proposed for; empty: any.
    pub intents: Vec<String>,
    /// The words of its title and its texts, for finding it.
    words: Vec<String>,
}

impl Canned {
    pub(super) fn new(id: &str, title: &str, intents: Vec<String>, texts: &[String]) -> Canned {
        let words = std::iter::once(title).chain(texts.iter().map(String::as_str)).flat_map(words_of).collect();
        Canned { id: id.to_owned(), title: title.to_owned(), intents, words }
    }

    pub(super) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|own| own.starts_with(word))
    }
}

/// A customer's message and what it meant, as a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// The language it is written in: which folder of the phrasebook it belongs to.
    pub language: Language,
    /// The intent's id.
    pub intent: String,
    /// The message, personal numbers masked.
    pub utterance: String,
}

/// One language of the phrasebook.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    pub(super) grammar: Grammar,
    pub(super) phrases: HashMap<String, Vec<Template>>,
    pub(super) intents: BTreeMap<String, Intent>,
    pub(super) none: Vec<String>,
    pub(super) filler: Vec<String>,
    pub(super) synonyms: Vec<Vec<String>>,
    pub(super) yes: Vec<Saying>,
    pub(super) no: Vec<Saying>,
    pub(super) yes_begins: Vec<Saying>,
    pub(super) no_begins: Vec<Saying>,
    pub(super) fine: Vec<Saying>,
    pub(super) wait: Vec<Saying>,
    pub(super) person: Vec<String>,
    pub(super) months: Vec<String>,
    /// What a zone's clock is called, by the zone's name in the IANA database.
    pub(super) zones: BTreeMap<String, String>,
    pub(super) restart: Vec<Saying>,
    pub(super) other: Vec<Saying>,
    pub(super) plain: Vec<String>,
    pub(super) doubt: Vec<String>,
    /// Single words that are a yes in a neighbour language, and not in this one.
    pub(super) neighbour_yes: Vec<String>,
    /// Single words that stop what is about to be done.
    pub(super) stop: Vec<String>,
    /// The beginnings of words without which nothing is denied.
    pub(super) denies: Vec<String>,
    /// What joins two things that are asked at once.
    pub(super) joins: Vec<String>,
    /// What joins two of anything.
    pub(super) and: Vec<String>,
    /// The forms of «первая», «вторая» …, a list for each place.
    pub(super) places: Vec<Vec<String>>,
    /// Beginnings of words that such a form counts where they follow it: «второй раз».
    pub(super) counted: Vec<String>,
    /// Words before such a form that make it no place: «в первую очередь».
    pub(super) before_counted: Vec<String>,
    /// Words for all of several: «обе».
    pub(super) all_of_them: Vec<String>,
    /// Single words that a question begins with where it has no sign.
    pub(super) asks: Vec<String>,
    /// Numbers in words, and units of time, money and weight, as they stand beside a number: what a text may not state.
    pub(super) number_words: Vec<String>,
    pub(super) units: Vec<String>,
    /// By file, then by key.
    pub(super) choices: BTreeMap<String, BTreeMap<String, Choice>>,
    /// What a message may show besides its intent: by file (`stance`, `mood`, …), then by label.
    pub(super) labels: BTreeMap<String, BTreeMap<String, LabelTexts>>,
    /// In the order of the file.
    pub(super) canned: Vec<Canned>,
    /// The texts of the files of intents, by intent: what an export of learned examples is written against.
    pub(super) sources: BTreeMap<String, Cow<'static, str>>,
}

/// All languages. What one of them lacks is said in the default one.
#[derive(Clone, Debug, Default)]
pub struct Phrasebook {
    /// The default language first, the others by their ids.
    pub(super) books: Vec<(Language, Book)>,
    /// The language agents are told things in; `None` for the default one.
    pub(super) desk: Option<Language>,
    /// What agents taught, in their order.
    pub(super) learned: Vec<Learned>,
}

/// A language that the phrasebook does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("«{id}» is no language of the phrasebook, which has: {}", .known.join(", "))]
pub struct UnknownLanguage {
    /// The id that was asked for, as it was written.
    pub id: String,
    /// The ids of the languages there are, the default one first.
    pub known: Vec<String>,
}

impl Phrasebook {
    /// Whether something went wrong for who asks for this intent.
    pub fn regrets(&self, intent: &str) -> bool {
        self.books().any(|book| book.intents.get(intent).is_some_and(|intent| intent.regret))
    }

    /// The intent that a label of a file is about, as the first language says that has it.
    pub fn about(&self, file: &str, label: &str) -> Option<&str> {
        self.books().filter_map(|book| book.labels.get(file)?.get(label)?.about.as_deref()).next()
    }

    /// Whether the answer of a rule, by its key (`rules.other_person`), asks for words that are for people.
    pub fn invites(&self, rule: &str) -> bool {
        let label = rule.strip_prefix(RULES_FILE).and_then(|rest| rest.strip_prefix('.'));
        let invites = |label: &str| {
            self.books().any(|book| {
                book.labels.get(RULES_FILE).and_then(|all| all.get(label)).is_some_and(|label| label.invites)
            })
        };
        label.is_some_and(invites)
    }

    /// The intent that a rule is about, by its key (`rules.cancel_later`); of the answer of an intent, which is no rule, its
    /// own id.
    pub fn about_rule<'a>(&'a self, rule: &'a str) -> &'a str {
        let label = rule.strip_prefix(RULES_FILE).and_then(|rest| rest.strip_prefix('.'));
        label.and_then(|label| self.about(RULES_FILE, label)).unwrap_or(rule)
    }

    /// The language in which is said what another one lacks, and in which a customer is answered whose own is not
    /// known. `UNDETERMINED` for a phrasebook without any.
    pub fn default_language(&self) -> Language {
        self.books.first().map_or(Language::UNDETERMINED, |(language, _)| *language)
    }

    /// The language agents are told things in.
    pub fn desk_language(&self) -> Language {
        self.desk.unwrap_or_else(|| self.default_language())
    }

    /// The same phrasebook with another language for agents; `None` for the default one.
    ///
    /// # Errors
    /// When it does not have that language; the error names those it has.
    pub fn speaking_at_desk(self, language: Option<Language>) -> Result<Phrasebook, UnknownLanguage> {
        match language {
            Some(language) => {
                self.knows(language.id())?;
                Ok(Phrasebook { desk: Some(language), ..self })
            }
            None => Ok(Phrasebook { desk: None, ..self }),
        }
    }

    /// Checks that there is a language with this id.
    ///
    /// # Errors
    /// When there is none; the error names the languages there are.
    pub fn knows(&self, id: &str) -> Result<(), UnknownLanguage> {
        let known: Vec<String> = self.languages().map(|language| language.to_string()).collect();
        if known.iter().any(|known| known == id) { Ok(()) } else { Err(UnknownLanguage { id: id.to_owned(), known }) }
    }

    /// A text for agents.
    pub fn desk_reply(&self, key: impl Into<String>) -> Reply {
        Reply::new(key, self.desk_language())
    }

    /// The languages, the default one first.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.books.iter().map(|(language, _)| *language)
    }

    /// The language to greet a customer in by the language of their Telegram (an IETF tag such as `uk` or `en-GB`): the
    /// one that counts it among its readers, then the one for all others, then the default one.
    pub fn language_for(&self, code: &str) -> Language {
        let code = code.split('-').next().unwrap_or(code);
        let reads = |code: &str| {
            let reads = |(_, book): &&(Language, Book)| book.grammar.readers.iter().any(|reader| reader == code);
            self.books.iter().find(reads).map(|(language, _)| *language)
        };
        reads(code).or_else(|| reads(EVERYBODY_ELSE)).unwrap_or_else(|| self.default_language())
    }

    /// The languages that customers' Telegram may speak, by their codes, with the one to speak to each; `None` stands for
    /// all that are not named.
    pub fn readers(&self) -> Vec<(Option<&str>, Language)> {
        let mut all = vec![(None, self.language_for(EVERYBODY_ELSE))];
        for (language, book) in &self.books {
            let named = book.grammar.readers.iter().filter(|reader| *reader != EVERYBODY_ELSE);
            all.extend(named.map(|reader| (Some(reader.as_str()), *language)));
        }
        all
    }

    /// The book of a language.
    pub(super) fn book(&self, language: Language) -> Option<&Book> {
        self.books.iter().find(|(known, _)| *known == language).map(|(_, book)| book)
    }

    /// The books of all languages.
    pub(super) fn books(&self) -> impl Iterator<Item = &Book> {
        self.books.iter().map(|(_, book)| book)
    }

    /// Whether some language has an intent of this id.
    pub fn is_intent(&self, id: &str) -> bool {
        self.books.iter().any(|(_, book)| book.intents.contains_key(id))
    }

    /// The ids of all intents of all languages, in order, each once.
    pub fn intent_ids(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.books.iter().flat_map(|(_, book)| book.intents.keys()).collect();
        all.into_iter().cloned().collect()
    }

    /// Whether a text with this key exists in the language or in the default one.
    pub fn has(&self, key: &str, language: Language) -> bool {
        self.templates(key, language).is_some()
    }

    /// Whether a reply ends with a question, in any of its wordings.
    pub fn reply_asks(&self, key: &str, language: Language) -> bool {
        self.templates(key, language).is_some_and(|(_, wordings)| wordings.iter().any(Template::asks))
    }

    pub(super) fn templates(&self, key: &str, language: Language) -> Option<(Language, &Vec<Template>)> {
        [language, self.default_language()]
            .into_iter()
            .find_map(|language| Some((language, self.book(language)?.phrases.get(key)?)))
    }
}
