//! The only place that reads the time; everybody else is told it.
//!
//! In the product the clocks are as they are (`real`). The makers' tools and tests, which switch the feature `dev` on,
//! can make time run faster, once, before anything else happens: then both clocks and every wait here follow; and they
//! can make the wall clock jump, as one does that is set right by hand (`bent`). What waits for real work (a database, a
//! file, an answer over the network) does not wait here: that work does not get faster.

#[cfg(feature = "dev")]
mod bent;
mod real;

#[cfg(feature = "dev")]
pub use bent::{set_wrong, speed_up};

#[cfg(feature = "dev")]
use bent as clocks;
use chrono::{DateTime, Utc};
#[cfg(not(feature = "dev"))]
use real as clocks;
use std::time::{Duration, Instant};

/// The wall clock: for what people see and what is stored.
pub fn now() -> DateTime<Utc> {
    clocks::now()
}

/// The steady clock: for waiting and pacing, so that a jump of the wall clock neither floods nor
/// freezes the sender.
pub fn instant() -> Instant {
    clocks::instant()
}

/// The steady clock as it really runs, never faster: for what depends on how long a database takes.
pub fn steady() -> Instant {
    real::instant()
}

/// Waits so long by these clocks.
pub async fn sleep(time: Duration) {
    clocks::sleep(time).await;
}

/// Waits until the steady clock shows this; a moment that is past ends at once.
pub async fn sleep_until(at: Instant) {
    clocks::sleep_until(at).await;
}
