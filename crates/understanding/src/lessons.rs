//! What the matcher learns from.

use super::languages::Spoken;
use super::reading::{Mood, Piece, Stance};
use super::trade::Trade;

/// The label of what must not be answered ([`Lessons::none`]): a lesson of this id teaches nothing of its own, and no
/// [`Reading`](super::Reading) has it for an intent. Measures and explanations show it.
pub const NONE: &str = "none";

/// What a [`Matcher`](super::Matcher) learns from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lessons {
    /// The languages that are read, the default one first. None at all: the shipped ones, Russian and English.
    pub languages: Vec<Spoken>,
    /// The intents with their examples, of all languages together. An id may occur more than once; the order of the
    /// first occurrences is that of [`Matcher::intents`](super::Matcher::intents). There may be any number.
    pub intents: Vec<Lesson>,
    /// Messages that must never be answered: what customers write that no intent is about. Without them every message
    /// looks like some intent, and nothing can be learned of when to keep silent.
    pub none: Vec<String>,
    /// Groups of words, or of sayings of several words, that mean the same here. Inflected forms need not be listed.
    pub synonyms: Vec<Vec<String>>,
    /// Words and sayings that tell nothing about the request («подскажите пожалуйста»), in the very form in which they
    /// are written.
    pub filler: Vec<String>,
    /// How a message shows its stance: labelled texts. Without any, every message wants what it is about.
    pub stances: Vec<Label<Stance>>,
    /// How a message shows that it is only a piece: labelled texts. Without any, every message is whole.
    pub pieces: Vec<Label<Piece>>,
    /// How a message shows the customer's mood: labelled texts, with a topic or without. With fewer than twenty of each mood it
    /// is read by harsh and worried words, capitals and signs alone.
    pub moods: Vec<Label<Mood>>,
    /// Labels of the caller's own, each set by itself: see [`Matcher::label`](super::Matcher::label).
    pub labels: Vec<LabelSet>,
    /// What belongs to the trade: which intents are special, which numbers are looked for, what words mean.
    pub trade: Trade,
    /// The share of answers that must be right, above 0, at most 1: the [`Thresholds`](super::Thresholds) are chosen for
    /// it. 0 stands for 0.95.
    pub precision: f64,
}

/// The wanted precision when the owner names none.
const PRECISION: f64 = 0.95;

/// The wanted share of right answers, as it is meant by [`Lessons::precision`].
pub(super) fn wanted(precision: f64) -> f64 {
    if precision > 0.0 { precision.min(1.0) } else { PRECISION }
}

/// What one label is learned from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label<L> {
    /// The label.
    pub label: L,
    /// Texts that show it and name no topic («уже не надо, передумала»): all their words count.
    pub examples: Vec<String>,
    /// Texts that show it and name a topic («не отменяйте заказ»): what the intents' own examples say of a topic counts by
    /// its place and ending only, so that the label is seen in other topics too.
    pub with_topic: Vec<String>,
}

/// Labels of the caller's own, of which a message may show one: what follows on something that was told, say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelSet {
    /// What the set is called.
    pub name: String,
    /// The labels, each with texts that show it.
    pub labels: Vec<(String, Vec<String>)>,
    /// Texts that show none of them.
    pub others: Vec<String>,
    /// Whether the intents' own examples may show them («посылка разбита» is a request and a complaint): else they count as
    /// texts that show none.
    pub in_requests: bool,
}

/// One intent's lessons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// The intent's id, such as `where_is_parcel`: any text but [`NONE`].
    pub intent: String,
    /// How customers say it, in their own words; the more they differ, the better. Examples next to each other may be
    /// alike: they are held out together.
    pub examples: Vec<String>,
    /// Near misses that must not be read as this intent. They may be of another one, and stand among its examples.
    pub not_examples: Vec<String>,
}
