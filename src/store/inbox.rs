//! The table `inbox`: what happened and has still to be looked at, and what could not be worked on.

use super::access::Store;
use super::dialect::Dialect;
use super::error::Error;
use super::statements::{due, statements};
use super::tx::Tx;
use crate::conversation::ConversationId;
use serde::Serialize;
use sqlx::Row;
use std::collections::HashSet;

/// The events that may be worked on at $1 (Unix milliseconds), as a FROM with its WHERE: `i` is the event, `h` what holds
/// its conversation. Those of a customer who waits for an answer of the carrier are held back until it is there, and the
/// answer goes first: nothing is answered before what was asked before it.
macro_rules! workable {
    () => {
        concat!(
            "FROM inbox i LEFT JOIN holds h ON h.customer = i.customer \
             WHERE i.done_at IS NULL AND (h.until IS NULL OR ",
            due!("h.until", "$1"),
            ") AND (i.rank < 0 OR NOT EXISTS (SELECT 1 FROM questions q WHERE q.customer = i.customer))"
        )
    };
}

/// What the worker reads of the events that may be worked on.
macro_rules! waiting {
    () => {
        concat!("SELECT i.id, i.customer, i.body, i.rank, COALESCE(h.tries, 0) AS tries ", workable!())
    };
}

statements! {
    EVENTS_WAIT = concat!("SELECT i.id ", workable!(), " LIMIT 1");
    /// Oldest first, so each customer's are in order.
    WAITING_EVENTS on Sqlite = concat!(waiting!(), " ORDER BY i.rank, i.id LIMIT CAST($2 AS BIGINT)");
    /// Conversations with events that may be worked on, each locked until the end of the transaction: no other
    /// replica decides in one meanwhile. The locks are tried on what the inner query has chosen, never waited for;
    /// its limits keep the planner from trying them on more.
    CLAIM on Postgres = concat!(
        "SELECT c.customer FROM (SELECT w.customer FROM (SELECT i.customer, i.rank, i.id ", workable!(),
        " ORDER BY i.rank, i.id LIMIT 512) w GROUP BY w.customer ORDER BY MIN(w.rank), MIN(w.id) LIMIT 512) c \
         WHERE pg_try_advisory_xact_lock(c.customer) LIMIT CAST($2 AS BIGINT)"
    );
    /// The same as on SQLite, of the conversations that were claimed: read after the locks are held, so that it
    /// sees what their last holder has left.
    CLAIMED_EVENTS on Postgres = concat!(
        waiting!(), " AND i.customer = ANY (CAST(string_to_array($3, ',') AS BIGINT[])) \
                     ORDER BY i.rank, i.id LIMIT CAST($2 AS BIGINT)"
    );
    /// A second delivery of the same event changes nothing.
    PUT_EVENTS over rows = "INSERT INTO inbox (id, source, customer, body, received_at, rank) \
                            SELECT CAST(r->>'id' AS BIGINT), r->>'source', CAST(r->>'customer' AS BIGINT), r->>'body', \
                            CAST(r->>'received_at' AS BIGINT), CAST(r->>'rank' AS BIGINT) \
                            FROM rows WHERE true ON CONFLICT (source) DO NOTHING";
    EVENTS_DONE over rows = "UPDATE inbox SET done_at = CAST(r->>'done_at' AS BIGINT), problem = r->>'problem' \
                             FROM rows WHERE inbox.id = CAST(r->>'id' AS BIGINT)";
    QUARANTINED = "SELECT id, customer, received_at, problem FROM inbox WHERE problem IS NOT NULL ORDER BY id";
    WORK_AGAIN = "UPDATE inbox SET done_at = NULL, problem = NULL WHERE id = $1 AND problem IS NOT NULL";
    FORGET_EVENT = "UPDATE inbox SET problem = NULL WHERE id = $1 AND problem IS NOT NULL";
    /// Of the oldest few thousand by primary key: no further index is kept up with every event, and a look that finds
    /// nothing old enough costs as little as one that does.
    THIN_EVENTS = "DELETE FROM inbox WHERE id IN (SELECT id FROM (SELECT id, done_at, problem FROM inbox ORDER BY id \
                   LIMIT 5000) AS oldest WHERE done_at < $1 AND problem IS NULL LIMIT CAST($2 AS BIGINT))";
}

/// Begins the source of an answer of the carrier ([`NewEvent::source`]); the question's id follows.
pub const ANSWER: &str = "question:";

/// The rank of the carrier's answers: before what waits for them.
const ANSWERS_FIRST: i64 = -1;

/// An event to be put into the inbox.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Where it came from: the kind, a colon, and what tells it from others of that kind. The same source is taken once.
    pub source: String,
    /// The conversation that it happened in.
    pub conversation: ConversationId,
    /// The event: a `conversation::Event` of a customer's, a `desk::OfficeEvent` of a desk's, as JSON.
    pub body: String,
}

/// An event that has not been looked at.
#[derive(Clone, Debug)]
pub struct WaitingEvent {
    /// The id of its row.
    pub id: i64,
    /// The conversation that it happened in.
    pub conversation: ConversationId,
    /// The event, as JSON ([`NewEvent::body`]).
    pub body: String,
    /// Whether it is the carrier's answer, for which the customer's other events wait.
    pub is_answer: bool,
    /// How often it has failed.
    pub tries: i64,
}

/// An event that could not be worked on, kept until the owner decides.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// The id of its row.
    pub id: i64,
    /// The conversation that it happened in.
    pub conversation: ConversationId,
    /// When it came (Unix milliseconds).
    pub received_at: i64,
    /// The last try's error.
    pub problem: String,
}

/// A row of [`PUT_EVENTS`].
#[derive(Serialize)]
struct EventRow<'a> {
    id: i64,
    source: &'a str,
    customer: ConversationId,
    body: &'a str,
    received_at: i64,
    rank: i64,
}

/// A row of [`EVENTS_DONE`].
#[derive(Serialize)]
struct DoneRow<'a> {
    id: i64,
    done_at: i64,
    problem: Option<&'a str>,
}

impl Store {
    /// Whether an event waits that may be worked on at `now` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn has_events(&self, now: i64) -> Result<bool, Error> {
        Ok(self.query(EVENTS_WAIT).bind(now).fetch_optional(&self.reads).await?.is_some())
    }

    /// What could not be worked on, oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn quarantined(&self) -> Result<Vec<Quarantined>, Error> {
        let rows = self.query(QUARANTINED).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(Quarantined {
                    id: row.try_get("id")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    received_at: row.try_get("received_at")?,
                    problem: row.try_get("problem")?,
                })
            })
            .collect()
    }

    /// An event in quarantine is worked on again; `false` if there is no such.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn work_again(&self, id: i64) -> Result<bool, Error> {
        self.changes_one(WORK_AGAIN, id).await
    }

    /// An event in quarantine is kept as history only; `false` if there is no such.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_event(&self, id: i64) -> Result<bool, Error> {
        self.changes_one(FORGET_EVENT, id).await
    }
}

impl Tx<'_> {
    /// Puts an event into the inbox; `false` if it is there already. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_event(&mut self, event: &NewEvent, now: i64) -> Result<bool, Error> {
        Ok(self.put_events(std::slice::from_ref(event), now).await? > 0)
    }

    /// Puts events into the inbox, in their order; returns how many were not there already. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_events(&mut self, events: &[NewEvent], now: i64) -> Result<u64, Error> {
        let rows = events.iter().map(|NewEvent { source, conversation, body }| {
            let rank = if source.starts_with(ANSWER) { ANSWERS_FIRST } else { 0 };
            EventRow { id: self.ids.next(now), source, customer: *conversation, body, received_at: now, rank }
        });
        let rows: Vec<EventRow> = rows.collect();
        self.write_rows(PUT_EVENTS, &rows).await
    }

    /// The oldest events that may be worked on at `now` (Unix milliseconds), at most `limit`, in order. Their
    /// conversations are this transaction's alone until it ends; ids that are made from here on are greater than all in
    /// them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn waiting_events(&mut self, now: i64, limit: i64) -> Result<Vec<WaitingEvent>, Error> {
        let rows = match self.dialect {
            Dialect::Sqlite => {
                let query = self.query(WAITING_EVENTS).bind(now).bind(limit);
                query.fetch_all(&mut *self.connection).await?
            }
            Dialect::Postgres => {
                let query = self.query(CLAIM).bind(now).bind(limit);
                let claimed = query.fetch_all(&mut *self.connection).await?;
                if claimed.is_empty() {
                    return Ok(Vec::new());
                }
                let customers =
                    claimed.iter().map(|row| row.try_get("customer")).collect::<Result<HashSet<i64>, _>>()?;
                let customers: Vec<String> = customers.iter().map(ToString::to_string).collect();
                self.new_ids().await?;
                let query = self.query(CLAIMED_EVENTS).bind(now).bind(limit).bind(customers.join(","));
                query.fetch_all(&mut *self.connection).await?
            }
        };
        let customers: Vec<i64> = rows.iter().map(|row| row.try_get("customer")).collect::<Result<_, _>>()?;
        self.foresee(&customers).await?;
        rows.iter()
            .map(|row| {
                Ok(WaitingEvent {
                    id: row.try_get("id")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    body: row.try_get("body")?,
                    is_answer: row.try_get::<i64, _>("rank")? == ANSWERS_FIRST,
                    tries: row.try_get("tries")?,
                })
            })
            .collect()
    }

    /// The event has been looked at; `problem` says why it is in quarantine, if it could not be worked on. `now` in Unix
    /// milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn event_done(&mut self, id: i64, now: i64, problem: Option<&str>) -> Result<(), Error> {
        self.put_row(EVENTS_DONE, id, &DoneRow { id, done_at: now, problem }).await
    }

    /// Removes at most `limit` events that were done with before `before` (Unix milliseconds); returns how many went.
    /// What is in quarantine stays.
    pub(super) async fn thin_events(&mut self, before: i64, limit: i64) -> Result<u64, Error> {
        let query = self.query(THIN_EVENTS).bind(before).bind(limit);
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }
}
