//! The table `timers`: moments that a conversation waits for, one of each name; the later setting counts.

use super::access::Store;
use super::error::Error;
use super::inbox::NewEvent;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, Event, Timer};
use sqlx::Row;

statements! {
    NEXT_TIMER = "SELECT due_at FROM timers ORDER BY due_at LIMIT 1";
    DUE_TIMERS = "SELECT customer, name, due_at FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT CAST($2 AS BIGINT)";
    SET_TIMER = "INSERT INTO timers (customer, name, due_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (customer, name) DO UPDATE SET due_at = excluded.due_at";
    TIMER_FIRED = "DELETE FROM timers WHERE customer = $1 AND name = $2 AND due_at = $3";
}

impl Store {
    /// When the next timer is due (Unix milliseconds), if one is set.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn next_timer(&self) -> Result<Option<i64>, Error> {
        let row = self.query(NEXT_TIMER).fetch_optional(&self.reads).await?;
        Ok(row.map(|row| row.try_get("due_at")).transpose()?)
    }

    /// Turns timers that are due by `now` (Unix milliseconds) into events, at most `limit`; returns how many were due.
    ///
    /// # Errors
    /// If the database fails; no timer has fired then.
    pub async fn fire_timers(&self, now: i64, limit: i64) -> Result<usize, Error> {
        self.write(move |mut tx| Box::pin(async move { tx.fire_timers(now, limit).await })).await
    }
}

impl Tx<'_> {
    async fn fire_timers(&mut self, now: i64, limit: i64) -> Result<usize, Error> {
        let rows = self.query(DUE_TIMERS).bind(now).bind(limit).fetch_all(&mut *self.connection).await?;
        for row in &rows {
            let (customer, name): (i64, String) = (row.try_get("customer")?, row.try_get("name")?);
            let due: i64 = row.try_get("due_at")?;
            // Another replica may have been here: the one that removes the row puts the event.
            let removed = self.query(TIMER_FIRED).bind(customer).bind(&name).bind(due);
            if removed.execute(&mut *self.connection).await?.rows_affected() == 0 {
                continue;
            }
            let Some(timer) = Timer::parse(&name) else {
                continue; // of a later version; what it was for is looked after by its promise
            };
            let event = NewEvent {
                source: format!("timer:{customer}:{name}:{due}"),
                conversation: CustomerId(customer).into(),
                body: serde_json::to_string(&Event::Due { timer }).expect("an event is plain data"),
            };
            self.put_event(&event, now).await?;
        }
        Ok(rows.len())
    }

    /// Sets a timer for `due_at` (Unix milliseconds), in the place of an earlier one of its name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_timer(&mut self, customer: CustomerId, timer: &Timer, due_at: i64) -> Result<(), Error> {
        let query = self.query(SET_TIMER).bind(customer.0).bind(timer.name()).bind(due_at);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
