//! Rows that are written together. The inbox's worker decides on many events in one transaction, and each leaves the
//! same few kinds of rows: one statement for all rows of a kind costs hardly more than one for one of them, because what
//! a statement costs is its way to the database and back.

use super::statements::Statement;
use std::collections::{BTreeMap, HashMap};

/// The rows of a transaction that are not written yet, and the states that it has read ahead.
#[derive(Default)]
pub(super) struct Gathered {
    /// By the statement's name; each row as a JSON object, by what is its own among those of its statement.
    rows: BTreeMap<&'static str, (Statement, BTreeMap<i64, String>)>,
    /// The conversations' states as this transaction would find them, by the customer; `None` where there is no
    /// conversation yet.
    pub states: HashMap<i64, Option<String>>,
}

impl Gathered {
    /// Keeps a row, a JSON object, in the place of an earlier one with this key.
    pub fn put(&mut self, statement: Statement, key: i64, row: String) {
        self.rows.entry(statement.name()).or_insert((statement, BTreeMap::new())).1.insert(key, row);
    }

    /// Hands out what waits: each statement with its rows as a JSON array.
    pub fn take(&mut self) -> Vec<(Statement, String)> {
        let array = |rows: BTreeMap<i64, String>| format!("[{}]", rows.into_values().collect::<Vec<_>>().join(","));
        std::mem::take(&mut self.rows).into_values().map(|(statement, rows)| (statement, array(rows))).collect()
    }
}
