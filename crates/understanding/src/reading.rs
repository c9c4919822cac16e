//! What a message comes to.

use serde::{Deserialize, Serialize};

use super::language::Language;

/// What a message comes to. As JSON it is an object of these fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Whether to answer, to ask, or to hand over.
    pub decision: Decision,
    /// The top intent, if it is worth answering or asking about, or asks for a person; `None` for a message that is handed
    /// off because it was not understood.
    pub intent: Option<String>,
    /// The calibrated probability, 0..1, that the top candidate is right; that of `candidates[0]`. 0 when there is no word in
    /// the message.
    pub confidence: f64,
    /// All intents, best first. Their confidences need not sum to 1: what is left is the probability that the message is
    /// about something else.
    pub candidates: Vec<Candidate>,
    /// The intents of the requests seen, in the customer's order («где посылка? и верните деньги»): two at most, both sure
    /// enough to be answered; else the top one, if it is worth a question.
    pub requests: Vec<String>,
    /// Numbers, dates and sums found in the text.
    pub slots: Slots,
    /// What is wrong with each of the [`doubtful_numbers`](Slots::doubtful_numbers), in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
    /// How the customer stands to what the message is about.
    pub stance: Stance,
    /// The probability, 0..1, that it is this stance; 1 where nothing was learned of stances.
    pub stance_confidence: f64,
    /// Whether the message is a whole one.
    pub piece: Piece,
    /// How the customer feels.
    pub mood: Mood,
    /// The language the message is meant in, the wrong keyboard and Latin letters undone; the default one where it cannot be
    /// told.
    pub language: Language,
    /// Whether it holds words of a neighbour language, which is read as far as it is alike: Ukrainian, Belarusian, Kazakh,
    /// Uzbek beside Russian. [`language`](Reading::language) is the one it is answered in.
    #[serde(default)]
    pub neighbours: bool,
    /// Whether there is nothing but emoji, punctuation and white space.
    pub wordless: bool,
}

/// One intent a message may be about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The intent's id.
    pub intent: String,
    /// The probability, 0..1, that it is this one: calibrated for the best one, for the others a share of what that leaves, and
    /// never more than the best one's.
    pub confidence: f64,
}

/// What to do with a message. As JSON `"answer"`, `"clarify"` or `"handoff"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Answer it: the confidence in the top intent reaches [`Thresholds::answer`](super::Thresholds::answer).
    Answer,
    /// Ask the customer: one intent is likely, or two are close, and none is sure.
    Clarify,
    /// Give it to a person: nothing is likely, or the message asks for a person ([`Trade::person`](super::Trade::person)).
    Handoff,
}

/// How the customer feels, as far as the words, capitals, signs and emoji show it. As JSON `"calm"`, `"upset"` or
/// `"angry"`.
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

/// How the customer stands to what a message is about. As JSON its name in small letters with `_`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// Wants it, or asks for it.
    #[default]
    Wants,
    /// Does not want it, or no longer.
    Declines,
    /// Says that it is done or has come about.
    ReportsDone,
    /// Asks whether it is done.
    AsksDone,
    /// Asks how it works, or supposes: «а если…».
    AsksHow,
    /// Speaks of somebody else's matter.
    Others,
}

impl Stance {
    /// All of them.
    pub const ALL: [Stance; 6] =
        [Stance::Wants, Stance::Declines, Stance::ReportsDone, Stance::AsksDone, Stance::AsksHow, Stance::Others];
}

/// Whether a message is a whole one. As JSON its name in small letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// It can be read by itself.
    #[default]
    Whole,
    /// It only opens: «у меня вопрос».
    Opener,
    /// A part of a thought: a thing or a question word without what is asked of it («посылка», «а когда»).
    Fragment,
}

impl Piece {
    /// All of them.
    pub const ALL: [Piece; 3] = [Piece::Whole, Piece::Opener, Piece::Fragment];
}

/// What is wrong with a number that looks like a tracking number. As JSON its name in small letters with `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It has one digit less than it should.
    DigitMissing,
    /// It has one digit more than it should.
    DigitTooMany,
    /// The two letters at its beginning or its end are missing.
    LettersMissing,
    /// It has as many signs as it should, but its check digit fails: one of them is wrong.
    Checksum,
}

/// Values found in a text, each kind in the order of the text, without repetitions. As JSON an object of the kinds that were
/// found, each a list under its name in the singular (`tracking_number`, `date`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slots {
    /// Postal items (UPU standard S10, and the fourteen digits of Russian Post) whose check digit holds, and numbers in the
    /// trade's own [`formats`](super::Numbers::formats), in capitals without spaces (`RA123456785RU`).
    #[serde(default, rename = "tracking_number", skip_serializing_if = "Vec::is_empty")]
    pub tracking_numbers: Vec<String>,
    /// What looks like such a number but cannot be one, in the same form; [`Reading::doubts`] says why.
    #[serde(default, rename = "doubtful_number", skip_serializing_if = "Vec::is_empty")]
    pub doubtful_numbers: Vec<String>,
    /// Numbers of orders: announced by a word for it, or the whole message; in capitals, as they were written otherwise
    /// (`778-12`) but for spaces.
    #[serde(default, rename = "order_number", skip_serializing_if = "Vec::is_empty")]
    pub order_numbers: Vec<String>,
    /// Phones as `+`, the country's code and the digits (ITU-T E.164): `+79165550123`.
    #[serde(default, rename = "phone", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// Dates as they were written, in small letters («до пятницы», «18.10»), and times of the day behind a word («до 11:50»).
    #[serde(default, rename = "date", skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<String>,
    /// Sums as they were written, in small letters («1500 руб», «полторы тысячи»).
    #[serde(default, rename = "sum", skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<String>,
}
