//! The table `conversations`: the state of each between two events, as JSON.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::{Tx, json};
use crate::conversation::CustomerId;
use serde::Serialize;
use sqlx::Row;

statements! {
    STATE_OF = "SELECT state FROM conversations WHERE customer = $1";
    STATES_OF over rows = "SELECT customer, state FROM conversations \
                           WHERE customer IN (SELECT CAST(r->>'customer' AS BIGINT) FROM rows)";
    SET_STATES over rows = "INSERT INTO conversations (customer, state, changed_at) \
                            SELECT CAST(r->>'customer' AS BIGINT), r->>'state', CAST(r->>'changed_at' AS BIGINT) \
                            FROM rows WHERE true ON CONFLICT (customer) \
                            DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at";
}

/// What [`STATES_OF`] asks for.
#[derive(Serialize)]
struct Asked {
    customer: i64,
}

/// A row of [`SET_STATES`].
#[derive(Serialize)]
struct NewState<'a> {
    customer: CustomerId,
    state: &'a str,
    changed_at: i64,
}

impl Store {
    /// A conversation's state between two events, as JSON, if there is a conversation.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn state_between(&self, customer: CustomerId) -> Result<Option<String>, Error> {
        let row = self.query(STATE_OF).bind(customer.0).fetch_optional(&self.reads).await?;
        Ok(row.map(|row| row.try_get("state")).transpose()?)
    }
}

impl Tx<'_> {
    /// A conversation's state, as JSON, if there is a conversation.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn state_of(&mut self, customer: CustomerId) -> Result<Option<String>, Error> {
        if let Some(known) = self.gathered.as_ref().and_then(|gathered| gathered.states.get(&customer.0)) {
            return Ok(known.clone());
        }
        let row = self.query(STATE_OF).bind(customer.0).fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("state")).transpose()?)
    }

    /// Remembers a conversation's state, as JSON. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_state(&mut self, customer: CustomerId, state: &str, now: i64) -> Result<(), Error> {
        if let Some(gathered) = &mut self.gathered {
            gathered.states.insert(customer.0, Some(state.to_owned()));
        }
        self.put_row(SET_STATES, customer.0, &NewState { customer, state, changed_at: now }).await
    }

    /// Where rows are gathered, reads the states of several conversations at once, for when they are asked for.
    pub(super) async fn foresee(&mut self, customers: &[i64]) -> Result<(), Error> {
        let asked = self.query(STATES_OF);
        let Some(gathered) = &mut self.gathered else {
            return Ok(());
        };
        let rows: Vec<Asked> = customers.iter().map(|customer| Asked { customer: *customer }).collect();
        let query = asked.bind(json(&rows));
        gathered.states.extend(customers.iter().map(|customer| (*customer, None)));
        for row in query.fetch_all(&mut *self.connection).await? {
            gathered.states.insert(row.try_get("customer")?, Some(row.try_get("state")?));
        }
        Ok(())
    }
}
