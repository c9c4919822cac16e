//! Clocks that run faster or wrong, for the makers' tools and tests. As long as nobody has asked for it, they are as
//! they are.

use super::real;
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

/// By how many milliseconds the wall clock is wrong.
static WRONG: AtomicI64 = AtomicI64::new(0);

/// Makes time run `factor` times faster in this process from now on; 0 counts as 1. Once, at its start: `false` if it
/// was done before, and the first factor stays.
pub fn speed_up(factor: u32) -> bool {
    FAST.set(Fast { factor: factor.max(1), wall: real::now(), steady: real::instant() }).is_ok()
}

/// Sets the wall clock of this process wrong by so much from now on, in the place of what it was wrong before; the
/// steady one goes on as it does.
pub fn set_wrong(by: TimeDelta) {
    WRONG.store(by.num_milliseconds(), Ordering::Relaxed);
}

pub(super) fn now() -> DateTime<Utc> {
    let wrong = TimeDelta::milliseconds(WRONG.load(Ordering::Relaxed));
    let right = match FAST.get() {
        None => real::now(),
        Some(fast) => {
            let passed = TimeDelta::from_std(fast.passed()).unwrap_or(TimeDelta::MAX);
            fast.wall.checked_add_signed(passed).unwrap_or(DateTime::<Utc>::MAX_UTC)
        }
    };
    right.checked_add_signed(wrong).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

pub(super) fn instant() -> Instant {
    match FAST.get() {
        None => real::instant(),
        Some(fast) => fast.steady + fast.passed(),
    }
}

pub(super) async fn sleep(time: Duration) {
    real::sleep(FAST.get().map_or(time, |fast| time / fast.factor)).await;
}

pub(super) async fn sleep_until(at: Instant) {
    // Instants of before the start are over in any case.
    let at = FAST.get().map_or(at, |fast| fast.steady + at.saturating_duration_since(fast.steady) / fast.factor);
    real::sleep_until(at).await;
}

impl Fast {
    /// How much time has passed by the fast clocks.
    fn passed(&self) -> Duration {
        real::instant().saturating_duration_since(self.steady).saturating_mul(self.factor)
    }
}
