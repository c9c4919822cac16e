//! The table `feedback`: what customers say of how it went, why they cancel, whether it helped.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::CustomerId;
use sqlx::Row;

statements! {
    FEEDBACK = "INSERT INTO feedback (id, customer, about, choice, words, at) VALUES ($1, $2, $3, $4, $5, $6)";
    FEEDBACK_SINCE = "SELECT about, choice, CAST(COUNT(id) AS BIGINT) AS count FROM feedback WHERE at > $1 \
                      GROUP BY about, choice ORDER BY about, choice";
}

impl Store {
    /// What customers said of how it went after `since` (Unix milliseconds): what it is about, their choice, how many
    /// said so.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn feedback_since(&self, since: i64) -> Result<Vec<(String, Option<String>, i64)>, Error> {
        let rows = self.query(FEEDBACK_SINCE).bind(since).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((row.try_get("about")?, row.try_get("choice")?, row.try_get("count")?))).collect()
    }
}

impl Tx<'_> {
    /// Records what a customer said of how it went: a choice, words, or both. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn feedback(
        &mut self,
        customer: CustomerId,
        about: &str,
        choice: Option<&str>,
        words: Option<&str>,
        now: i64,
    ) -> Result<(), Error> {
        let query = self.query(FEEDBACK).bind(self.ids.next(now)).bind(customer.0);
        query.bind(about).bind(choice).bind(words).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }
}
