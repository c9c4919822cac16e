//! Reading what a customer wrote.
//!
//! [`read`] is the whole room in one call: a text goes in, a [`Reading`] comes out. It never
//! fails, never guesses aloud, and does the same for the same text every time: no clock, no
//! randomness without a fixed seed, no input or output.
//!
//! The way of a message, a file a step:
//!
//! 1. `normalize`: one spelling for what means the same (Unicode, case, «ё», stretched letters).
//! 2. `slots`, `mood`: numbers, dates and sums; how the customer feels.
//! 3. `layout` with `sounds` and `plausible`: the wrong keyboard and Latin letters undone, where
//!    it helps.
//! 4. `words` with `dictionary` and `senses`: stems, families and what words mean; `repair` with
//!    `index`: typos, glued and split words; `lexicon`: the words of the examples.
//! 5. `features` with `negation`: what a message is to the model; `linear` and `nearest`: the two opinions on it,
//!    brought together in `opinion`, which also hears the message's parts (`wishes`).
//! 6. `calibration`: how far the opinions can be trusted; `decision`: answer, ask or hand off.
//!
//! `learning` makes a `matcher` of the phrasebook, `explain` shows the reasons of a reading,
//! `noise` spoils texts the way people do (calibration trains with it) and `evaluation` measures
//! it all. For what agents teach, `harm` tells whether more examples would spoil the rest, and `grouping`
//! gathers what was not understood.

mod calibration;
mod decision;
mod dictionary;
pub mod evaluation;
mod explain;
mod features;
mod grouping;
mod harm;
mod hash;
mod index;
mod layout;
mod learning;
mod lexicon;
mod linear;
mod matcher;
mod mood;
mod nearest;
mod negation;
pub mod noise;
mod normalize;
mod opinion;
mod plausible;
mod repair;
mod senses;
mod slots;
mod sounds;
mod wishes;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use explain::{Evidence, Explanation, Near, SeenWord, Tipped, explain};
pub use grouping::{Group, group};
pub use harm::{Contradiction, contradiction, held_out_accuracy};
pub(crate) use hash::Dice;
pub use matcher::{CrossValidated, Matcher, Thresholds};

/// The intent of a request for a person: always a hand-off, never an answer.
pub const HUMAN: &str = "human";

/// What must not be answered; never an intent of a [`Reading`].
pub const NONE: &str = "none";

/// Intents that accompany a wish rather than being one: beside a wish, the wish wins.
pub const SMALL_TALK: [&str; 3] = ["greeting", "thanks", "goodbye"];

/// What the matcher learns from; `phrases` builds it from the phrasebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lessons {
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

/// What understanding makes of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Whether to answer, to ask, or to hand over.
    pub decision: Decision,
    /// The top intent when it is at least likely, else nothing.
    pub intent: Option<String>,
    /// Calibrated probability, 0..1, that the top candidate is right.
    pub confidence: f64,
    /// The best intents, best first: at least five when there are that many.
    pub candidates: Vec<Candidate>,
    /// The wishes seen, in the customer's order: two, one or none.
    pub wishes: Vec<String>,
    /// Values found in the text.
    pub slots: Slots,
    /// How the customer feels, as far as the words show it.
    pub mood: Mood,
    /// The language the customer writes in.
    pub language: Language,
    /// Nothing but emoji, punctuation and white space.
    pub wordless: bool,
}

/// One possible reading of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The intent's id.
    pub intent: String,
    /// Probability, 0..1, that it is this one.
    pub confidence: f64,
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The intent is sure enough.
    Answer,
    /// One reading is likely, or two are close: ask.
    Clarify,
    /// A person must read this.
    Handoff,
}

/// How the customer feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mood {
    /// Nothing out of the ordinary.
    #[default]
    Calm,
    /// Worried, disappointed, impatient.
    Upset,
    /// Insulting, shouting or threatening.
    Angry,
}

/// The language of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian, however it was typed.
    #[default]
    Ru,
    /// English.
    En,
}

impl Language {
    /// The code that names its folder in the phrasebook (ISO 639-1).
    pub fn code(self) -> &'static str {
        match self {
            Language::Ru => "ru",
            Language::En => "en",
        }
    }
}

/// Values found in a text, each kind in the order of the text, without repetitions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slots {
    /// Tracking numbers, normalised (`RA123456785RU`) and valid.
    #[serde(default, rename = "tracking_number", skip_serializing_if = "Vec::is_empty")]
    pub tracking_numbers: Vec<String>,
    /// What looks like a tracking number but has a wrong check digit.
    #[serde(default, rename = "doubtful_number", skip_serializing_if = "Vec::is_empty")]
    pub doubtful_numbers: Vec<String>,
    /// Order numbers.
    #[serde(default, rename = "order_number", skip_serializing_if = "Vec::is_empty")]
    pub order_numbers: Vec<String>,
    /// Phone numbers as `+` and digits.
    #[serde(default, rename = "phone", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// Dates as they were written («до пятницы», «18.10»).
    #[serde(default, rename = "date", skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<String>,
    /// Sums as they were written («1500 руб»).
    #[serde(default, rename = "sum", skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<String>,
}

/// Reads one message.
pub fn read(matcher: &Matcher, text: &str) -> Reading {
    matcher.read(text)
}
