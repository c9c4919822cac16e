//! What understanding makes of a message.

use serde::{Deserialize, Serialize};

use super::language::Language;

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
