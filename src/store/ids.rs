//! Ids are made in Rust, always greater than the last, so that they are in the order of arrival on both databases.
//!
//! Alone on a database, a process makes them of the time in milliseconds with room for about a million within each.
//! Where several write, each transaction takes a block of a million from the database's own sequence: after it has its
//! locks, so that what is written later has the greater id whatever the clocks say.

use super::dialect::Dialect;
use super::error::Error;
use super::statements::statements;
use sqlx::{AnyConnection, AnyPool, Row};
use std::sync::atomic::{AtomicI64, Ordering};

statements! {
    /// The number that begins the next block; no other transaction gets it.
    NEXT_BLOCK on Postgres = "SELECT nextval('ids') AS id";
    /// The greatest id in any table that has them.
    GREATEST_ID = "SELECT MAX(id) AS id FROM (SELECT MAX(id) AS id FROM inbox UNION ALL \
                   SELECT MAX(id) AS id FROM outbox UNION ALL SELECT MAX(id) AS id FROM story UNION ALL \
                   SELECT MAX(id) AS id FROM questions UNION ALL SELECT MAX(id) AS id FROM wishes UNION ALL \
                   SELECT MAX(id) AS id FROM proposals UNION ALL SELECT MAX(id) AS id FROM promises UNION ALL \
                   SELECT MAX(id) AS id FROM parcel_history UNION ALL SELECT MAX(id) AS id FROM feedback UNION ALL \
                   SELECT MAX(id) AS id FROM outcomes) AS ids";
}

/// Bits below the millisecond, or below the block. 63 − 20 bits of milliseconds last until the year 2248.
const BITS: u32 = 20;

/// The source of ids of one process.
pub(super) struct Ids {
    last: AtomicI64,
    /// Whether ids follow the time; otherwise they come from blocks.
    timed: bool,
}

impl Ids {
    /// The source for a process that opens this database: where it writes alone, ids go on after the greatest that is
    /// there, so that a clock that was set back cannot put a new event before an old one.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn open(reads: &AnyPool, dialect: Dialect) -> Result<Ids, Error> {
        if dialect.is_shared() {
            return Ok(Ids::of_blocks());
        }
        let row = GREATEST_ID.query(dialect).fetch_one(reads).await?;
        Ok(Ids::after(row.try_get::<Option<i64>, _>("id")?.unwrap_or(0)))
    }

    fn after(last: i64) -> Ids {
        Ids { last: AtomicI64::new(last), timed: true }
    }

    fn of_blocks() -> Ids {
        Ids { last: AtomicI64::new(0), timed: false }
    }

    /// Goes on at the beginning of a block.
    fn block(&self, first: i64) {
        self.last.store(first, Ordering::Relaxed);
    }

    /// Takes a block of ids, where they come in blocks.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn renew(&self, connection: &mut AnyConnection, dialect: Dialect) -> Result<(), Error> {
        if dialect.is_shared() {
            let row = NEXT_BLOCK.query(dialect).fetch_one(connection).await?;
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
