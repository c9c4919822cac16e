//! What figures are made from: rows of the ledger, and the stretch of time that is asked about.

use crate::conversation::Outcome;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Whose matter it is: a customer, or a number that nobody has in the place of one who was forgotten.
    pub whose: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What happened.
    pub outcome: Outcome,
}

/// A stretch of time: its beginning belongs to it, its end does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
}

impl Window {
    /// Whether a moment is in it.
    pub fn has(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}
