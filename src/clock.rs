//! The only place that reads the time; everybody else is told it.

use chrono::{DateTime, Utc};
use std::time::Instant;

/// The wall clock: for what people see and what is stored.
#[allow(clippy::disallowed_methods)] // the one place that may
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The steady clock: for waiting and pacing, so that a jump of the wall clock neither floods nor
/// freezes the sender.
#[allow(clippy::disallowed_methods)] // the one place that may
pub fn instant() -> Instant {
    Instant::now()
}
