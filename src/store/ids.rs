//! Ids are made in Rust, always greater than the last, so that they are in the order of arrival on both databases.
//!
//! Alone on a database, a process makes them of the time in milliseconds with room for about a million within each.
//! Where several write, each transaction takes a block of a million from the database's own sequence: after it has its
//! locks, so that what is written later has the greater id whatever the clocks say.

use super::dialect::Dialect;
use super::error::Error;
use sqlx::{AnyConnection, Row};
use std::sync::atomic::{AtomicI64, Ordering};

/// Bits below the millisecond, or below the block. 63 − 20 bits of milliseconds last until the year 2248.
const BITS: u32 = 20;

/// The source of ids of one process.
pub(super) struct Ids {
    last: AtomicI64,
    /// Whether ids follow the time; otherwise they come from blocks.
    timed: bool,
}

impl Ids {
    /// Goes on after `last`, the greatest id in the database: so a clock that was set back
    /// cannot put a new event before an old one.
    pub fn after(last: i64) -> Ids {
        Ids { last: AtomicI64::new(last), timed: true }
    }

    /// Ids of blocks, each begun by [`Ids::block`].
    pub fn of_blocks() -> Ids {
        Ids { last: AtomicI64::new(0), timed: false }
    }

    /// Goes on at the beginning of a block.
    pub fn block(&self, first: i64) {
        self.last.store(first, Ordering::Relaxed);
    }

    /// Takes a block of ids, where they come in blocks.
    pub async fn renew(&self, connection: &mut AnyConnection, dialect: Dialect) -> Result<(), Error> {
        if let Some(next) = dialect.next_ids() {
            let row = sqlx::query(next).fetch_one(connection).await?;
            self.block(row.try_get("id")?);
        }
        Ok(())
    }

    /// The next id at `now` (Unix milliseconds).
    pub fn next(&self, now: i64) -> i64 {
        let by_time = if self.timed { now << BITS } else { 0 };
        let next = |last: i64| Some(by_time.max(last + 1));
        match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
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

    #[test]
    fn ids_of_a_block_know_no_time() {
        let ids = Ids::of_blocks();
        ids.block(7 << BITS);
        assert_eq!((ids.next(1 << 41), ids.next(0)), ((7 << BITS) + 1, (7 << BITS) + 2));
    }
}
