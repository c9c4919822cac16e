//! What the matcher learns from, and the intents that mean something to it.

use super::languages::Spoken;

/// The intent of a request for a person: always a hand-off, never an answer.
pub const HUMAN: &str = "human";

/// What must not be answered; never an intent of a [`super::Reading`].
pub const NONE: &str = "none";

/// Intents that accompany a wish rather than being one: beside a wish, the wish wins.
pub const SMALL_TALK: [&str; 3] = ["greeting", "thanks", "goodbye"];

/// What the matcher learns from; `phrases` builds it from the phrasebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lessons {
    /// The languages that are read, the default one first. None at all: the shipped ones, Russian and English.
    pub languages: Vec<Spoken>,
    /// The intents with their examples, of all languages. An id may occur more than once.
    pub intents: Vec<Lesson>,
    /// Messages that must never be answered.
    pub none: Vec<String>,
    /// Groups of words that mean the same here. Inflected forms need not be listed.
    pub synonyms: Vec<Vec<String>>,
    /// Words and phrases that say nothing about the wish («подскажите пожалуйста»).
    pub filler: Vec<String>,
    /// The carrier's own tracking numbers: `#` stands for a digit, `@` for a letter, the rest
    /// for itself (`"##########"`, `"SD########"`).
    pub carrier_formats: Vec<String>,
    /// The share of answers that must be right, 0..1; what the thresholds are chosen for.
    pub precision: f64,
}

/// One intent's lessons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// The intent's id, such as `where_is_parcel`.
    pub intent: String,
    /// How customers say it.
    pub examples: Vec<String>,
    /// Near misses that must not be read as this intent.
    pub not_examples: Vec<String>,
}
