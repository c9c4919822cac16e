//! A rehearsal that was played, as the report and the page of `otklik rehearse` tell of it.

use crate::rehearsal::{Flaw, Played, Rehearsal, Scored, Verdict};

/// A rehearsal that was played.
pub(super) struct Chat {
    /// Its file without folder and ending, after its language: `ru/where-01`.
    pub id: String,
    pub rehearsal: Rehearsal,
    pub played: Vec<Played>,
    pub scored: Scored,
}

impl Chat {
    /// Whether something of this kind was amiss.
    pub fn has(&self, flaw: Flaw) -> bool {
        self.scored.faults.iter().any(|fault| fault.flaw == flaw)
    }
}

/// A verdict as a word.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Solved => "solved",
        Verdict::Partly => "partly",
        Verdict::Wrong => "wrong",
        Verdict::Harmful => "harmful",
    }
}
