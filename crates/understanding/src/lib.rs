//! Reads short messages of customers as people really type them: which of your intents one is about, with a calibrated
//! confidence, and the numbers, dates, mood and language in it. Russian first and English too; other languages by the
//! Snowball stemmers.
//!
//! It learns from examples, in a few seconds for thousands of them, and reads a message in some 70 µs, whatever their
//! number. Nothing is downloaded and nothing is asked over a network: typos, the wrong keyboard layout, Latin letters for
//! Cyrillic ones, glued and split words are undone by rules and by the words of the examples; a linear model and the
//! nearest examples give two opinions; how far these can be trusted is measured on examples that were held out.
//!
//! ```
//! use otklik_understanding::{Lesson, Lessons, Matcher, read};
//!
//! let lesson = |intent: &str, examples: &[&str]| Lesson {
//!     intent: intent.into(),
//!     examples: examples.iter().map(|text| text.to_string()).collect(),
//!     ..Lesson::default()
//! };
//! let matcher = Matcher::new(&Lessons {
//!     intents: vec![
//!         lesson("prolong", &["продлите книгу", "хочу продлить книги", "можно продлить ещё на неделю", "renew my books"]),
//!         lesson("hours", &["до скольки вы работаете", "когда открыта библиотека", "работаете в воскресенье?"]),
//!     ],
//!     none: vec!["какая погода завтра".into(), "расскажи анекдот".into(), "где купить билеты".into()],
//!     ..Lessons::default()
//! });
//! let reading = read(&matcher, "ghjlkbnt rybue до пятницы!!"); // typed with the other keyboard layout on
//! assert_eq!(reading.candidates[0].intent, "prolong");
//! assert_eq!(reading.slots.dates, ["до пятницы"]);
//! assert_eq!(reading.language.id(), "ru");
//! ```
//!
//! With so few examples nothing can be measured, so [`Reading::decision`] keeps silent; with some dozens of each intent,
//! and with messages that no intent is about, it says whether to answer, to ask or to hand over to a person.
//!
//! # What goes in and comes out
//!
//! [`Lessons`] go in: examples, languages ([`Spoken`]) and what belongs to the [`Trade`]. [`Matcher::new`] learns from
//! them; [`read`] makes a [`Reading`] of a message. It never fails, and does the same for the same text every time: no
//! clock, no randomness without a fixed seed, no input or output. [`explain()`] shows the reasons of a reading,
//! [`evaluation`] measures it on labelled messages, and [`noise`] spoils texts the way people do. For lessons that are
//! added while it serves, [`contradiction`] and [`held_out_accuracy`] tell whether they would spoil the rest, and
//! [`cluster`] gathers what was not understood.
//!
//! # The way of a message, a file a step
//!
//! 1. `normalize`: one spelling for what means the same (Unicode, case, «ё», stretched letters).
//! 2. `slots`: numbers, dates and sums.
//! 3. `layout` with `sounds` and `plausible`: the wrong keyboard and Latin letters undone, where it helps.
//! 4. `words` with `dictionary` and `senses`: stems, families and what words mean; `repair` with `index`: typos, glued and
//!    split words; `lexicon`: the words of the examples.
//! 5. `features` with `negation`: what a message is to the model; `linear` and `nearest`: the two opinions on it, brought
//!    together in `opinion`, which also hears the message's parts (`requests`).
//! 6. `aspect`, `mood`, `moods`: what else it is, learned from labelled texts: its stance, its mood, whether it is whole, and (`labels`) what the caller
//!    wants to know besides.
//! 7. `calibration`: how far the opinions can be trusted; `decision`: answer, ask or hand off.
//!
//! `learning` makes a `matcher` of the lessons; `kept` makes bytes of what was learned, and back (`raw`). What there is much
//! of lies close together (`packed`, `texts`). Of each language there are its letters (`alphabet`), its stemmer
//! (`languages`) and its words (`wordlists`).

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod alphabet;
mod aspect;
mod aspects;
mod calibration;
mod clusters;
mod decision;
mod dictionary;
pub mod evaluation;
mod explain;
mod features;
mod harm;
mod hash;
mod index;
mod kept;
mod labels;
mod language;
mod languages;
mod layout;
mod learning;
mod lessons;
mod lexicon;
mod linear;
mod matcher;
mod mood;
mod moods;
mod nearest;
mod negation;
pub mod noise;
mod normalize;
mod opinion;
mod packed;
mod plausible;
mod raw;
mod reading;
mod repair;
mod requests;
mod senses;
mod slots;
mod sounds;
mod stretch;
mod texts;
mod thesaurus;
mod trade;
mod understood;
mod wordlists;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use calibration::Estimate;
pub use clusters::{Cluster, cluster};
pub use decision::Thresholds;
pub use explain::{Evidence, Explanation, Near, SeenWord, Tipped, explain};
pub use harm::{Contradiction, contradiction, held_out_accuracy};
pub use language::Language;
pub use languages::{Spoken, Stemmer};
pub use layout::other_keyboard;
pub use lessons::{Label, LabelSet, Lesson, Lessons, NONE};
pub use matcher::{CrossValidated, Matcher, read};
pub use reading::{Candidate, Decision, Doubt, Mood, Piece, Reading, Slots, Stance};
pub use thesaurus::Thesaurus;
pub use trade::{HUMAN, HomePhones, Numbers, SMALL_TALK, Trade};
pub use wordlists::{LexiconError, WordLists};
