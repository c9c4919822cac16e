//! The only place that reads the time; every other room is told it.
//!
//! `otklik load` makes time run faster, once, before anything else happens: then both clocks and every wait
//! here follow. `otklik soak` makes the wall clock jump, as one does that is set right by hand. What waits for real work (a database, a file, an answer over the network) does not wait here:
//! that work does not get faster.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Where time began to run faster, and by how much.
struct Fast {
    factor: u32,
    wall: DateTime<Utc>,
    steady: Instant,
}

static FAST: OnceLock<Fast> = OnceLock::new();

/// Makes time run `factor` times faster in this process from now on. Once, at its start: `false` if it was done
/// before, and the first factor stays.
pub fn speed_up(factor: u32) -> bool {
    FAST.set(Fast { factor: factor.max(1), wall: real_now(), steady: real_instant() }).is_ok()
}

/// By how many milliseconds the wall clock is wrong.
static WRONG: AtomicI64 = AtomicI64::new(0);

/// Sets the wall clock of this process wrong by so much from now on; the steady one goes on as it does.
pub fn set_wrong(by: TimeDelta) {
    WRONG.store(by.num_milliseconds(), Ordering::Relaxed);
}

/// The wall clock: for what people see and what is stored.
pub fn now() -> DateTime<Utc> {
    let wrong = TimeDelta::milliseconds(WRONG.load(Ordering::Relaxed));
    right_now().checked_add_signed(wrong).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn right_now() -> DateTime<Utc> {
    match FAST.get() {
        None => real_now(),
        Some(fast) => {
            let passed = TimeDelta::from_std(fast.passed()).unwrap_or(TimeDelta::MAX);
            fast.wall.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC)
        }
    }
}

/// The steady clock: for waiting and pacing, so that a jump of the wall clock neither floods nor
/// freezes the sender.
pub fn instant() -> Instant {
    match FAST.get() {
        None => real_instant(),
        Some(fast) => fast.steady + fast.passed(),
    }
}

/// The steady clock as it really runs, never faster: for what depends on how long a database takes.
pub fn steady() -> Instant {
    real_instant()
}

/// Waits so long by these clocks.
pub async fn sleep(time: Duration) {
    tokio::time::sleep(FAST.get().map_or(time, |fast| time / fast.factor)).await;
}

/// Waits until the steady clock shows this.
pub async fn sleep_until(at: Instant) {
    match FAST.get() {
        None => tokio::time::sleep_until(at.into()).await,
        Some(fast) => {
            // Instants of before the start are over in any case.
            let real = fast.steady + at.saturating_duration_since(fast.steady) / fast.factor;
            tokio::time::sleep_until(real.into()).await;
        }
    }
}

impl Fast {
    /// How much time has passed by the fast clocks.
    fn passed(&self) -> Duration {
        real_instant().saturating_duration_since(self.steady).saturating_mul(self.factor)
    }
}

#[allow(clippy::disallowed_methods)] // the one place that may
fn real_now() -> DateTime<Utc> {
    Utc::now()
}

#[allow(clippy::disallowed_methods)] // the one place that may
fn real_instant() -> Instant {
    Instant::now()
}
