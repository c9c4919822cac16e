//! The table `promises`: what was said to a customer with a deadline, and what became of it.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, Owner, PromiseOutcome, Promised};
use crate::figures::PromiseCount;
use sqlx::Row;

statements! {
    PROMISE = "INSERT INTO promises (id, customer, what, owner, made_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)";
    PROMISE_TAKEN = "UPDATE promises SET owner = $3 WHERE customer = $1 AND what = $2 AND ended_at IS NULL";
    PROMISE_ENDED = "UPDATE promises SET outcome = $3, ended_at = $4 \
                     WHERE customer = $1 AND what = $2 AND ended_at IS NULL";
    PROMISES_MADE = "SELECT what, outcome FROM promises WHERE made_at >= $1 AND made_at < $2 ORDER BY id";
}

impl Store {
    /// Promises made from `since` on and before `to` (Unix milliseconds), counted by what was promised and how they ended.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn promises_made(&self, since: i64, to: i64) -> Result<Vec<PromiseCount>, Error> {
        let rows = self.query(PROMISES_MADE).bind(since).bind(to).fetch_all(&self.reads).await?;
        let mut counts: Vec<PromiseCount> = Vec::new();
        for row in rows {
            let what: String = row.try_get("what")?;
            let what = what.split(':').next().unwrap_or_default().to_owned();
            let outcome: Option<String> = row.try_get("outcome")?;
            let outcome = outcome.unwrap_or_else(|| "open".into());
            match counts.iter_mut().find(|known| known.what == what && known.outcome == outcome) {
                Some(known) => known.count += 1,
                None => counts.push(PromiseCount { what, outcome, count: 1 }),
            }
        }
        Ok(counts)
    }
}

impl Tx<'_> {
    /// Records a promise that is to be kept by `due_at`. Times in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn promise(
        &mut self,
        customer: CustomerId,
        what: &Promised,
        owner: &Owner,
        due_at: i64,
        now: i64,
    ) -> Result<(), Error> {
        self.query(PROMISE)
            .bind(self.ids.next(now))
            .bind(customer.0)
            .bind(what.name())
            .bind(owner.name())
            .bind(now)
            .bind(due_at)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// `owner` is the one to keep a promise from now on, if it is still open.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn promise_taken(&mut self, customer: CustomerId, what: &Promised, owner: &Owner) -> Result<(), Error> {
        self.query(PROMISE_TAKEN)
            .bind(customer.0)
            .bind(what.name())
            .bind(owner.name())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// A promise has ended at `now` (Unix milliseconds), if it is still open.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn promise_ended(
        &mut self,
        customer: CustomerId,
        what: &Promised,
        outcome: PromiseOutcome,
        now: i64,
    ) -> Result<(), Error> {
        self.query(PROMISE_ENDED)
            .bind(customer.0)
            .bind(what.name())
            .bind(outcome.name())
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
