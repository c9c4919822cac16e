//! Rows that are written together. The inbox's worker decides on many events in one transaction, and each leaves the
//! same few kinds of rows: one statement for all rows of a kind costs hardly more than one for one of them, because what
//! a statement costs is its way to the database and back. Whatever reads one of these tables writes what is gathered
//! first ([`Tx::settle`]), so that nobody sees the difference.

use super::{Error, Tx};
use serde_json::{Value, json};
use sqlx::Row;
use std::collections::HashMap;

/// What waits to be written, an array a row.
#[derive(Default)]
pub(super) struct Gathered {
    pub story: Vec<Value>,
    pub posts: Vec<Value>,
    pub wishes: Vec<Value>,
    /// Events that are done with, and when.
    pub done: Vec<Value>,
    /// States that were set, and when.
    pub states: HashMap<i64, (String, i64)>,
    /// States as they are in the database; `None` where there is no conversation yet.
    pub known: HashMap<i64, Option<String>>,
}

impl Tx<'_> {
    /// From here on rows are gathered; [`Tx::settle`] writes them, and must be the last thing that is done.
    pub fn gather(&mut self) {
        self.gathered = Some(Gathered::default());
    }

    /// Writes what was gathered.
    pub async fn settle(&mut self) -> Result<(), Error> {
        let Some(gathered) = &mut self.gathered else {
            return Ok(());
        };
        let states = gathered.states.drain().map(|(customer, (state, at))| {
            gathered.known.insert(customer, Some(state.clone()));
            json!([customer, state, at])
        });
        let states: Vec<Value> = states.collect();
        let rows = [
            (self.dialect.tell_all(), std::mem::take(&mut gathered.story)),
            (self.dialect.post_all(), std::mem::take(&mut gathered.posts)),
            (self.dialect.wished_all(), std::mem::take(&mut gathered.wishes)),
            (self.dialect.set_states(), states),
            (self.dialect.events_done(), std::mem::take(&mut gathered.done)),
        ];
        for (statement, rows) in rows {
            if !rows.is_empty() {
                let query = sqlx::query(statement).bind(Value::Array(rows).to_string());
                query.execute(&mut *self.connection).await?;
            }
        }
        Ok(())
    }

    /// Reads the states of several conversations at once, for when they are asked for.
    pub(super) async fn foresee(&mut self, customers: &[i64]) -> Result<(), Error> {
        let Some(gathered) = &mut self.gathered else {
            return Ok(());
        };
        let query = sqlx::query(self.dialect.states_of()).bind(json!(customers).to_string());
        gathered.known.extend(customers.iter().map(|customer| (*customer, None)));
        for row in query.fetch_all(&mut *self.connection).await? {
            gathered.known.insert(row.try_get("customer")?, Some(row.try_get("state")?));
        }
        Ok(())
    }
}
