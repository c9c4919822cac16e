//! Customers who have been silent for long, and for whom nothing is left to do, are forgotten as if they had asked for it.
//! What was written down of who did what stays with whom it was about: it has a time of its own.

use super::access::Store;
use super::dialect::Dialect;
use super::error::Error;
use super::statements::{Statement, statements};
use super::tx::Tx;
use crate::conversation::{Assignee, CustomerId, State};
use chrono::DateTime;
use sqlx::Row;

/// How much there is to do for a customer: their open tickets, what waits or was set aside, what was promised.
macro_rules! pending {
    ($customer:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM tickets t WHERE t.customer = ",
            $customer,
            " AND t.closed_at IS NULL) \
             + (SELECT COUNT(*) FROM inbox i WHERE i.customer = ",
            $customer,
            " AND i.done_at IS NULL) \
             + (SELECT COUNT(*) FROM inbox i WHERE i.problem IS NOT NULL AND i.customer = ",
            $customer,
            ") \
             + (SELECT COUNT(*) FROM outbox o WHERE o.customer = ",
            $customer,
            " AND o.done_at IS NULL) \
             + (SELECT COUNT(*) FROM outbox o WHERE o.dead_at IS NOT NULL AND o.customer = ",
            $customer,
            ") \
             + (SELECT COUNT(*) FROM questions q WHERE q.customer = ",
            $customer,
            ") \
             + (SELECT COUNT(*) FROM timers m WHERE m.customer = ",
            $customer,
            ") \
             + (SELECT COUNT(*) FROM holds h WHERE h.customer = ",
            $customer,
            ") \
             + (SELECT COUNT(*) FROM unproven u WHERE u.customer = ",
            $customer,
            ") \
             + (SELECT COUNT(*) FROM promises p WHERE p.customer = ",
            $customer,
            " AND p.ended_at IS NULL)"
        )
    };
}

/// How much of a customer is not older than $2: the last line of the story, tickets by their ends.
macro_rules! fresh {
    ($customer:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM (SELECT s.said_at FROM story s WHERE s.customer = ",
            $customer,
            " ORDER BY s.id DESC LIMIT 1) AS last WHERE last.said_at >= $2) \
             + (SELECT COUNT(*) FROM tickets e WHERE e.customer = ",
            $customer,
            " AND e.closed_at >= $2)"
        )
    };
}

statements! {
    /// Leaps from each customer with a story to the next, above $1.
    SILENT = concat!(
        "WITH RECURSIVE whose (customer) AS (SELECT * FROM (SELECT s.customer FROM story s WHERE s.customer > $1 \
         ORDER BY s.customer LIMIT 1) AS first UNION ALL SELECT (SELECT s.customer FROM story s \
         WHERE s.customer > w.customer ORDER BY s.customer LIMIT 1) FROM whose w WHERE w.customer IS NOT NULL) \
         SELECT w.customer FROM whose w WHERE w.customer IS NOT NULL AND ", fresh!("w.customer"), " = 0 AND ",
        pending!("w.customer"), " = 0 LIMIT CAST($3 AS BIGINT)"
    );
    HOW_MUCH = concat!("SELECT CAST(", fresh!("$1"), " + ", pending!("$1"), " AS BIGINT) AS n");
    /// Until the end of the transaction no other replica decides in the conversation; not waited for.
    LOCK on Postgres = "SELECT CAST(CASE WHEN pg_try_advisory_xact_lock($1) THEN 1 ELSE 0 END AS BIGINT) AS n";
    ERASE_TICKETS = "DELETE FROM tickets WHERE customer = $1";
    /// A new ticket brings a card of its own.
    ERASE_VIEW = "DELETE FROM faces WHERE customer = $1";
    /// Those of customers who were forgotten are nobody's.
    THIN_NOBODYS = "DELETE FROM tickets WHERE no IN (SELECT no FROM tickets WHERE customer = 0 AND closed_at < $1 \
                    ORDER BY no LIMIT CAST($2 AS BIGINT))";
    /// Of the oldest few thousand by primary key, like events.
    THIN_AUDIT = concat!(
        "DELETE FROM audit WHERE id IN (SELECT a.id FROM (SELECT id, at, customer FROM audit ORDER BY id LIMIT 5000) AS a \
         WHERE a.at < $1 AND (a.customer IS NULL OR ", pending!("a.customer"), " = 0) LIMIT CAST($2 AS BIGINT))"
    );
}

/// What goes beside what goes in any case.
const ERASED: [Statement; 2] = [ERASE_TICKETS, ERASE_VIEW];

impl Store {
    /// Removes at most `limit` each of nobody's tickets that were closed before `story`, and of what was written down before
    /// `audit` (Unix milliseconds) of who did what; returns how many went. Nothing about a customer goes for whom something
    /// is to be done.
    ///
    /// # Errors
    /// If the database fails; nothing is removed then.
    pub async fn thin_records(&self, story: i64, audit: i64, limit: i64) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut gone = 0;
                for (statement, before) in [(THIN_NOBODYS, story), (THIN_AUDIT, audit)] {
                    let query = tx.query(statement).bind(before).bind(limit);
                    gone += query.execute(&mut *tx.connection).await?.rows_affected();
                }
                Ok(gone)
            })
        })
        .await
    }

    /// The customers above `after`, at most `limit`, by id, of whom nothing was heard or told and whose tickets ended before
    /// `before` (Unix milliseconds), and for whom nothing is left to do.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn silent_customers(&self, after: i64, before: i64, limit: i64) -> Result<Vec<CustomerId>, Error> {
        let query = self.query(SILENT).bind(after).bind(before).bind(limit);
        let rows = query.fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok(CustomerId(row.try_get("customer")?))).collect()
    }

    /// Forgets those of these customers who are still silent; returns how many rows went.
    ///
    /// # Errors
    /// If the database fails; nobody is forgotten then.
    pub async fn forget_silent(&self, customers: Vec<CustomerId>, before: i64, now: i64) -> Result<u64, Error> {
        self.write(move |mut tx| {
            Box::pin(async move {
                let mut gone = 0;
                for customer in customers {
                    gone += tx.forget_silent(customer, before, now).await?;
                }
                Ok(gone)
            })
        })
        .await
    }
}

impl Tx<'_> {
    async fn forget_silent(&mut self, customer: CustomerId, before: i64, now: i64) -> Result<u64, Error> {
        if self.dialect == Dialect::Postgres {
            let row = self.query(LOCK).bind(customer.0).fetch_one(&mut *self.connection).await?;
            // Another replica works on something of theirs.
            if row.try_get::<i64, _>("n")? == 0 {
                return Ok(0);
            }
        }
        let row = self.query(HOW_MUCH).bind(customer.0).bind(before).fetch_one(&mut *self.connection).await?;
        let stored = self.state_of(customer).await?;
        // A state that cannot be read is somebody else's trouble; until then nothing is known of them.
        let Ok(state) = stored.as_deref().map_or(Ok(State::default()), serde_json::from_str::<State>) else {
            return Ok(0);
        };
        let before = DateTime::from_timestamp_millis(before).unwrap_or_default();
        let heard = state.customer.heard_at.is_some_and(|at| at >= before);
        let busy = state.desk.assignee != Assignee::Bot || state.has_change_under_way();
        if row.try_get::<i64, _>("n")? > 0 || heard || busy {
            return Ok(0);
        }
        if stored.is_some() {
            let left = serde_json::to_string(&state.forgotten()).expect("a state is plain data");
            self.set_state(customer, &left, now).await?;
        }
        Ok(self.erase(&ERASED, customer).await? + self.erase_whole(customer, now).await?)
    }
}
