//! Reading what a customer wrote.
//!
//! [`read`] is the whole room in one call: a text goes in, a [`Reading`] comes out. It never
//! fails, never guesses aloud, and does the same for the same text every time: no clock, no
//! randomness without a fixed seed, no input or output.
//!
//! `lessons`, `reading` and `language` are what goes in and comes out. Which `languages` there are the lessons say: of
//! each its letters (`alphabet`), its stemmer and its words (`wordlists`, in `lexicon/`). The way of a message, a file a
//! step:
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

mod alphabet;
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
mod language;
mod languages;
mod layout;
mod learning;
mod lessons;
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
mod reading;
mod repair;
mod senses;
mod slots;
mod sounds;
mod stretch;
mod understood;
mod wishes;
mod wordlists;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use decision::Thresholds;
pub use explain::{Evidence, Explanation, Near, SeenWord, Tipped, explain};
pub use grouping::{Group, group};
pub use harm::{Contradiction, contradiction, held_out_accuracy};
pub use language::Language;
pub use languages::{Spoken, Stemmer};
pub use lessons::{HUMAN, Lesson, Lessons, NONE, SMALL_TALK};
pub use matcher::{CrossValidated, Matcher, read};
pub use reading::{Candidate, Decision, Mood, Reading, Slots};
pub use wordlists::WordLists;
