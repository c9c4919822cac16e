//! The table `wishes`: which customer asked for what when, for a while. Many who ask the same at once mean that something
//! is wrong.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::CustomerId;
use serde::Serialize;
use sqlx::Row;

statements! {
    REQUESTED over rows = "INSERT INTO wishes (id, customer, intent, at) SELECT CAST(r->>'id' AS BIGINT), \
                           CAST(r->>'customer' AS BIGINT), r->>'intent', CAST(r->>'at' AS BIGINT) FROM rows";
    /// Enough to know whether there are so many: of a flood no more is read than that.
    COUNT_ASKERS_TO = "SELECT CAST(COUNT(customer) AS BIGINT) AS count FROM \
                       (SELECT DISTINCT customer FROM wishes WHERE intent = $1 AND at > $2 LIMIT CAST($3 AS BIGINT)) \
                       AS askers";
    COUNT_ASKERS = "SELECT CAST(COUNT(DISTINCT customer) AS BIGINT) AS count FROM wishes WHERE intent = $1 AND at > $2";
    ASKERS = "SELECT DISTINCT customer FROM wishes WHERE intent = $1 AND at > $2 ORDER BY customer";
    /// Of the oldest few thousand by primary key, like events.
    THIN_REQUESTS = "DELETE FROM wishes WHERE id IN (SELECT id FROM (SELECT id, at FROM wishes ORDER BY id LIMIT 5000) \
                     AS oldest WHERE at < $1 LIMIT CAST($2 AS BIGINT))";
}

/// A row of [`REQUESTED`].
#[derive(Serialize)]
struct RequestRow<'a> {
    id: i64,
    customer: CustomerId,
    intent: &'a str,
    at: i64,
}

impl Tx<'_> {
    /// A customer asked for what `intent` names, at `now` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn requested(&mut self, customer: CustomerId, intent: &str, now: i64) -> Result<(), Error> {
        let row = RequestRow { id: self.ids.next(now), customer, intent, at: now };
        self.put_row(REQUESTED, row.id, &row).await
    }

    /// Whether at least `many` different customers asked for this after `since` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_crowd(&mut self, intent: &str, since: i64, many: i64) -> Result<bool, Error> {
        self.settle().await?;
        let query = self.query(COUNT_ASKERS_TO).bind(intent).bind(since).bind(many);
        Ok(query.fetch_one(&mut *self.connection).await?.try_get::<i64, _>("count")? >= many)
    }

    /// How many different customers asked for this after `since` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn askers_since(&mut self, intent: &str, since: i64) -> Result<i64, Error> {
        let query = self.query(COUNT_ASKERS).bind(intent).bind(since);
        Ok(query.fetch_one(&mut *self.connection).await?.try_get("count")?)
    }

    /// The customers who asked for this after `since` (Unix milliseconds), each once, by id.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn askers(&mut self, intent: &str, since: i64) -> Result<Vec<CustomerId>, Error> {
        let rows = self.query(ASKERS).bind(intent).bind(since).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(CustomerId(row.try_get("customer")?))).collect()
    }

    /// Removes at most `limit` requests made before `before` (Unix milliseconds); returns how many went.
    pub(super) async fn thin_requests(&mut self, before: i64, limit: i64) -> Result<u64, Error> {
        let query = self.query(THIN_REQUESTS).bind(before).bind(limit);
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }
}
