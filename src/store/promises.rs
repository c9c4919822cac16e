//! Promises and timers: what was said with a deadline, and the moments that must not be missed.

use super::access::Store;
use super::error::Error;
use super::inbox::NewEvent;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{CustomerId, Event, Owner, PromiseOutcome, Promised, Timer};
use sqlx::Row;

/// How many promises ended in which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseCount {
    /// What was promised: the word before the colon.
    pub what: String,
    /// How it ended, or `open`.
    pub outcome: String,
    /// How many.
    pub count: i64,
}

impl Store {
    /// When the next timer is due (Unix milliseconds), if one is set.
    pub async fn next_timer(&self) -> Result<Option<i64>, Error> {
        let row = sqlx::query(sql::NEXT_TIMER).fetch_optional(&self.reads).await?;
        Ok(row.map(|row| row.try_get("due_at")).transpose()?)
    }

    /// Turns timers that are due by `now` into events, at most `limit`; returns how many there were.
    pub async fn fire_timers(&self, now: i64, limit: i64) -> Result<usize, Error> {
        self.write(move |mut tx| Box::pin(async move { tx.fire_timers(now, limit).await })).await
    }

    /// Promises made since `since` (Unix milliseconds), counted by what and how they ended.
    pub async fn promises_since(&self, since: i64) -> Result<Vec<PromiseCount>, Error> {
        let rows = sqlx::query(sql::PROMISES_SINCE).bind(since).fetch_all(&self.reads).await?;
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

    /// What customers said of how it went since `since`: what it is about, their choice, how many said so.
    pub async fn feedback_since(&self, since: i64) -> Result<Vec<(String, Option<String>, i64)>, Error> {
        let rows = sqlx::query(sql::FEEDBACK_SINCE).bind(since).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((row.try_get("about")?, row.try_get("choice")?, row.try_get("count")?))).collect()
    }
}

impl Tx<'_> {
    async fn fire_timers(&mut self, now: i64, limit: i64) -> Result<usize, Error> {
        let rows = sqlx::query(sql::DUE_TIMERS).bind(now).bind(limit).fetch_all(&mut *self.connection).await?;
        for row in &rows {
            let (customer, name): (i64, String) = (row.try_get("customer")?, row.try_get("name")?);
            let due: i64 = row.try_get("due_at")?;
            // Another replica may have been here: whoever removes the row puts the event.
            let removed = sqlx::query(sql::TIMER_FIRED)
                .bind(customer)
                .bind(&name)
                .bind(due)
                .execute(&mut *self.connection)
                .await?;
            if removed.rows_affected() == 0 {
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

    /// Sets a timer, in the place of an earlier one of its name.
    pub async fn set_timer(&mut self, customer: CustomerId, timer: &Timer, due_at: i64) -> Result<(), Error> {
        sqlx::query(sql::SET_TIMER)
            .bind(customer.0)
            .bind(timer.name())
            .bind(due_at)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Records a promise. `now` in Unix milliseconds.
    pub async fn promise(
        &mut self,
        customer: CustomerId,
        what: &Promised,
        owner: &Owner,
        due_at: i64,
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query(sql::PROMISE)
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

    /// Somebody else keeps a promise that is still open.
    pub async fn promise_taken(&mut self, customer: CustomerId, what: &Promised, owner: &Owner) -> Result<(), Error> {
        sqlx::query(sql::PROMISE_TAKEN)
            .bind(customer.0)
            .bind(what.name())
            .bind(owner.name())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// A promise has ended, if it is still open.
    pub async fn promise_ended(
        &mut self,
        customer: CustomerId,
        what: &Promised,
        outcome: PromiseOutcome,
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query(sql::PROMISE_ENDED)
            .bind(customer.0)
            .bind(what.name())
            .bind(outcome.name())
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Records what a customer said of how it went.
    pub async fn feedback(
        &mut self,
        customer: CustomerId,
        about: &str,
        choice: Option<&str>,
        words: Option<&str>,
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query(sql::FEEDBACK)
            .bind(self.ids.next(now))
            .bind(customer.0)
            .bind(about)
            .bind(choice)
            .bind(words)
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
