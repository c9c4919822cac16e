//! Rows that are written together. The inbox's worker decides on many events in one transaction, and each leaves the
//! same few kinds of rows: one statement for all rows of a kind costs hardly more than one for one of them, because what
//! a statement costs is its way to the database and back. Whatever reads one of these tables writes what is gathered
//! first ([`Tx::settle`]), so that nobody sees the difference.

use super::error::Error;
use super::tx::{Gathered, Tx};
use serde_json::{Value, json};
use sqlx::Row;

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
        let statements = self.dialect.rows();
        let rows = [
            (statements.tell, std::mem::take(&mut gathered.story)),
            (statements.post, std::mem::take(&mut gathered.posts)),
            (statements.wished, std::mem::take(&mut gathered.wishes)),
            (statements.set_states, states),
            (statements.events_done, std::mem::take(&mut gathered.done)),
        ];
        for (statement, rows) in rows {
            if !rows.is_empty() {
                self.write_rows(statement, rows).await?;
            }
        }
        Ok(())
    }

    /// Gathers a row where rows are gathered, in the list that is `of` its kind; writes it at once where not.
    pub(super) async fn put_row(
        &mut self,
        of: fn(&mut Gathered) -> &mut Vec<Value>,
        statement: &'static str,
        row: Value,
    ) -> Result<(), Error> {
        match &mut self.gathered {
            Some(gathered) => of(gathered).push(row),
            None => drop(self.write_rows(statement, vec![row]).await?),
        }
        Ok(())
    }

    /// Writes rows with one of [`super::statements::rows`]; returns how many it changed.
    pub(super) async fn write_rows(&mut self, statement: &'static str, rows: Vec<Value>) -> Result<u64, Error> {
        let query = sqlx::query(statement).bind(Value::Array(rows).to_string());
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }

    /// Reads the states of several conversations at once, for when they are asked for.
    pub(super) async fn foresee(&mut self, customers: &[i64]) -> Result<(), Error> {
        let Some(gathered) = &mut self.gathered else {
            return Ok(());
        };
        let rows: Vec<Value> = customers.iter().map(|customer| json!([customer])).collect();
        let query = sqlx::query(self.dialect.rows().states_of).bind(Value::Array(rows).to_string());
        gathered.known.extend(customers.iter().map(|customer| (*customer, None)));
        for row in query.fetch_all(&mut *self.connection).await? {
            gathered.known.insert(row.try_get("customer")?, Some(row.try_get("state")?));
        }
        Ok(())
    }
}
