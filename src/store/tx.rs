//! A transaction in the making: the ground on which each table's file runs its statements.

use super::dialect::Dialect;
use super::error::Error;
use super::gathered::Gathered;
use super::ids::Ids;
use super::statements::{Query, Statement};
use serde::Serialize;
use sqlx::AnyConnection;

/// The target of the log lines by which one message is followed from the update to the reply: `taken`, `decided`, `sent`, each
/// with the number of the [`Cause`].
pub const TURN: &str = "otklik::turn";

/// A transaction in the making: what is done with it is kept or undone together.
pub struct Tx<'c> {
    pub(super) connection: &'c mut AnyConnection,
    pub(super) ids: &'c Ids,
    pub(super) dialect: Dialect,
    /// Rows that are written together, where that was asked for.
    pub(super) gathered: Option<Gathered>,
    /// What is done is done because of this; `None` where nothing came in.
    pub(super) cause: Option<Cause>,
}

/// What came in: everything that follows from it, through the carrier and back, bears its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The id of its event.
    pub event: i64,
    /// When it came (Unix milliseconds).
    pub at: i64,
}

impl Tx<'_> {
    /// What is put into inbox and outbox and asked of the carrier from here on follows from this.
    pub fn because(&mut self, cause: Option<Cause>) {
        self.cause = cause;
    }

    /// From here on rows are gathered; [`Tx::settle`] writes them, and must be the last thing that is done. A method
    /// that reads a table writes what is gathered for it first, so that no caller sees the difference.
    pub fn gather(&mut self) {
        self.gathered = Some(Gathered::default());
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// If the database fails or refuses one of the rows.
    pub async fn settle(&mut self) -> Result<(), Error> {
        for (statement, rows) in self.gathered.as_mut().map(Gathered::take).unwrap_or_default() {
            self.query(statement).bind(rows).execute(&mut *self.connection).await?;
        }
        Ok(())
    }

    /// A statement as this transaction's database takes it.
    pub(super) fn query<'q>(&self, statement: Statement) -> Query<'q> {
        statement.query(self.dialect)
    }

    /// Goes on with ids greater than all that were made before now, by any replica.
    pub(super) async fn new_ids(&mut self) -> Result<(), Error> {
        self.ids.renew(self.connection, self.dialect).await
    }

    /// Writes a row with a statement over rows: at once, or with the others where rows are gathered. There a row takes
    /// the place of an earlier one with the same `key`.
    pub(super) async fn put_row(&mut self, statement: Statement, key: i64, row: &impl Serialize) -> Result<(), Error> {
        match &mut self.gathered {
            Some(gathered) => gathered.put(statement, key, json(row)),
            None => drop(self.write_rows(statement, &[row]).await?),
        }
        Ok(())
    }

    /// Writes rows with a statement over rows, at once; returns how many it changed.
    pub(super) async fn write_rows(&mut self, statement: Statement, rows: &[impl Serialize]) -> Result<u64, Error> {
        let query = self.query(statement).bind(json(rows));
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }
}

/// What a statement over rows is given.
pub(super) fn json(rows: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(rows).expect("a row is plain data")
}
