//! Rehearsals: whole conversations as customers have them, each with what a good support person would want of it,
//! played through the pure floor and scored.
//!
//! `format` reads a rehearsal (`tests/rehearsals/README.md` says what can be written), `stage` plays it as the world
//! would: the carrier answers, time passes, agents take and resolve; it keeps what was seen. `score` holds what was seen
//! against what was wanted, and `falsehoods` against how things stand (`facts`, `days`; `own` is its view of a parcel,
//! apart from the bot's). Pure: a rehearsal takes milliseconds, and the same one comes out the same.

mod days;
mod facts;
mod falsehoods;
mod format;
mod own;
mod score;
mod stage;

pub use format::{Kind, Rehearsal};
pub use score::{Fault, Flaw, Scored, Verdict, score};
pub use stage::{Played, Seen, Speaker, Troupe, play};
