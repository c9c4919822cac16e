//! Ids are made in Rust: the time in milliseconds with room for about a million within each, always
//! greater than the last. So they are in the order of arrival, on both databases alike.

use std::sync::atomic::{AtomicI64, Ordering};

/// Bits below the millisecond. 63 − 20 bits of milliseconds last until the year 2248.
const BITS: u32 = 20;

/// The source of ids of one process.
pub(super) struct Ids(AtomicI64);

impl Ids {
    /// Goes on after `last`, the greatest id in the database: so a clock that was set back
    /// cannot put a new event before an old one.
    pub fn after(last: i64) -> Ids {
        Ids(AtomicI64::new(last))
    }

    /// The next id at `now` (Unix milliseconds).
    pub fn next(&self, now: i64) -> i64 {
        let by_time = now << BITS;
        let next = |last: i64| Some(by_time.max(last + 1));
        match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
            Ok(last) | Err(last) => by_time.max(last + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_goes_back() {
        let ids = Ids::after(0);
        let first = ids.next(1_000_000);
        let second = ids.next(1_000_000);
        let earlier = ids.next(500_000);
        assert!(first < second && second < earlier);
    }
}
