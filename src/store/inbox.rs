//! The table `inbox`: what happened and has still to be looked at, and what could not be worked on.

use super::access::Store;
use super::dialect::Dialect;
use super::error::Error;
use super::statements::{due, statements};
use super::tx::{Cause, TURN, Tx};
use crate::conversation::ConversationId;
use serde::Serialize;
use sqlx::Row;
use std::sync::atomic::{AtomicI64, Ordering};
use tracing::debug;

/// The conversations with events that may be worked on at $1 (Unix milliseconds), by id, those above $2: `w` in a FROM
/// with its WHERE. It leaps from each to the next, so what one person has waiting costs nothing here. One that waits for
/// an answer of the carrier is held back until that is there: nothing is answered before what was asked before it. (Each
/// is asked about by itself: a planner makes no join of that, which would read all of them and in an order of its own.)
macro_rules! queue {
    ($what:literal) => {
        concat!(
            "WITH RECURSIVE queue (customer) AS (SELECT * FROM (SELECT i.customer FROM inbox i \
             WHERE i.done_at IS NULL AND i.customer > $2 ORDER BY i.customer LIMIT 1) AS first \
             UNION ALL SELECT (SELECT i.customer FROM inbox i WHERE i.done_at IS NULL AND i.customer > q.customer \
             ORDER BY i.customer LIMIT 1) FROM queue q WHERE q.customer IS NOT NULL) ",
            $what,
            " FROM queue w WHERE w.customer IS NOT NULL AND COALESCE((SELECT CASE WHEN ",
            due!("h.until", "$1"),
            " THEN 1 ELSE 0 END FROM holds h WHERE h.customer = w.customer), 1) = 1 \
             AND ((SELECT COUNT(*) FROM questions q WHERE q.customer = w.customer) = 0 OR (SELECT COUNT(*) \
             FROM inbox a WHERE a.customer = w.customer AND a.done_at IS NULL AND a.rank < 0) > 0)"
        )
    };
}

/// The first events of the conversation `c.value` that may be worked on, at most $2: `j`. While it waits for the carrier
/// that is the answer alone.
macro_rules! first_of_one {
    () => {
        "FROM inbox j WHERE j.customer = c.value AND j.done_at IS NULL AND j.rank < \
         (SELECT CASE WHEN COUNT(*) > 0 THEN 0 ELSE 1 END FROM questions q WHERE q.customer = c.value) \
         ORDER BY j.rank, j.id LIMIT CAST($2 AS BIGINT)"
    };
}

/// What the worker reads of the events `i`, each customer's in order.
macro_rules! events {
    ($from:expr) => {
        concat!(
            "SELECT i.id, i.customer, i.body, i.rank, COALESCE(h.tries, 0) AS tries, \
             COALESCE(i.cause, i.id) AS cause, COALESCE(i.caused_at, i.received_at) AS caused_at ",
            $from,
            " LEFT JOIN holds h ON h.customer = i.customer WHERE h.until IS NULL OR ",
            due!("h.until", "$1"),
            " ORDER BY i.rank, i.id"
        )
    };
}

statements! {
    EVENTS_WAIT = concat!(queue!("SELECT w.customer"), " LIMIT 1");
    CHOOSE on Sqlite = concat!(queue!("SELECT w.customer"), " LIMIT CAST($3 AS BIGINT)");
    /// Each conversation is locked until the end of the transaction: no other replica decides in one meanwhile. The
    /// locks are tried on what the inner query has chosen, never waited for; its limit keeps the planner from trying
    /// them on more.
    CLAIM on Postgres = concat!(
        "SELECT c.customer FROM (", queue!("SELECT w.customer"), " LIMIT 512) c \
         WHERE pg_try_advisory_xact_lock(c.customer) LIMIT CAST($3 AS BIGINT)"
    );
    /// Of the conversations $3, with commas between.
    CHOSEN_EVENTS on Sqlite = events!(concat!(
        "FROM json_each('[' || $3 || ']') c CROSS JOIN inbox i ON i.id IN (SELECT j.id ", first_of_one!(), ")"
    ));
    /// The same: read after the locks are held, so that it sees what their last holder has left.
    CLAIMED_EVENTS on Postgres = events!(concat!(
        "FROM unnest(CAST(string_to_array($3, ',') AS BIGINT[])) AS c (value) \
         CROSS JOIN LATERAL (SELECT j.id, j.customer, j.body, j.rank, j.received_at, j.cause, j.caused_at ", first_of_one!(), ") i"
    ));
    /// A second delivery of the same event changes nothing.
    PUT_EVENTS over rows = "INSERT INTO inbox (id, source, customer, body, received_at, rank, cause, caused_at) \
                            SELECT CAST(r->>'id' AS BIGINT), r->>'source', CAST(r->>'customer' AS BIGINT), r->>'body', \
                            CAST(r->>'received_at' AS BIGINT), CAST(r->>'rank' AS BIGINT), CAST(r->>'cause' AS BIGINT), \
                            CAST(r->>'caused_at' AS BIGINT) \
                            FROM rows WHERE true ON CONFLICT (source) DO NOTHING";
    EVENTS_DONE over rows = "UPDATE inbox SET done_at = CAST(r->>'done_at' AS BIGINT), problem = r->>'problem' \
                             FROM rows WHERE inbox.id = CAST(r->>'id' AS BIGINT)";
    /// The newest that waits. The index of what waits leads to it.
    NEWEST_WAITING = "SELECT body FROM inbox WHERE customer = $1 AND done_at IS NULL ORDER BY rank DESC, id DESC LIMIT 1";
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

/// Whose turn it is: the conversation after the one that was looked at last. Each worker goes round by its own.
#[derive(Debug)]
pub struct Turns(AtomicI64);

impl Default for Turns {
    fn default() -> Self {
        Turns(AtomicI64::new(i64::MIN))
    }
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
    /// What came in first: itself, or what the carrier was asked for.
    pub cause: Cause,
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
    cause: i64,
    caused_at: i64,
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
        Ok(self.query(EVENTS_WAIT).bind(now).bind(i64::MIN).fetch_optional(&self.reads).await?.is_some())
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
            let id = self.ids.next(now);
            let Cause { event: cause, at: caused_at } = self.cause.unwrap_or(Cause { event: id, at: now });
            debug!(target: TURN, cause, event = id, source, whose = %conversation, "taken");
            EventRow { id, source, customer: *conversation, body, received_at: now, rank, cause, caused_at }
        });
        let rows: Vec<EventRow> = rows.collect();
        self.write_rows(PUT_EVENTS, &rows).await
    }

    /// The newest event of a conversation that has not been looked at, as JSON.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn newest_waiting(&mut self, conversation: ConversationId) -> Result<Option<String>, Error> {
        let query = self.query(NEWEST_WAITING).bind(conversation.stored());
        let row = query.fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("body")).transpose()?)
    }

    /// The events whose turn it is at `now` (Unix milliseconds), at most `limit`: the first of each conversation, as many
    /// as there is room for, so that whatever one person has waiting delays the others by a few events; all in the order
    /// in which they came. Their conversations are this transaction's alone until it ends; ids that are made from here
    /// on are greater than all in them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn waiting_events(&mut self, now: i64, limit: i64, turns: &Turns) -> Result<Vec<WaitingEvent>, Error> {
        let last = turns.0.load(Ordering::Relaxed);
        let (mut customers, mut all) = self.claim(now, last, limit).await?;
        if all && last > i64::MIN {
            let left = limit - i64::try_from(customers.len()).unwrap_or(limit);
            let (begin, end) = self.claim(now, i64::MIN, left).await?;
            all = end || begin.iter().any(|customer| *customer > last);
            customers.extend(begin.into_iter().filter(|customer| *customer <= last));
        }
        turns.0.store(if all { i64::MIN } else { customers.last().copied().unwrap_or(i64::MIN) }, Ordering::Relaxed);
        if customers.is_empty() {
            return Ok(Vec::new());
        }
        let each = (limit / i64::try_from(customers.len()).unwrap_or(limit)).max(1);
        let customers: Vec<String> = customers.iter().map(ToString::to_string).collect();
        let events = match self.dialect {
            Dialect::Sqlite => CHOSEN_EVENTS,
            Dialect::Postgres => {
                self.new_ids().await?;
                CLAIMED_EVENTS
            }
        };
        let query = self.query(events).bind(now).bind(each).bind(customers.join(","));
        let rows = query.fetch_all(&mut *self.connection).await?;
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
                    cause: Cause { event: row.try_get("cause")?, at: row.try_get("caused_at")? },
                })
            })
            .collect()
    }

    /// The conversations above `last` whose turn it is, at most `limit`, and whether these are all of them.
    async fn claim(&mut self, now: i64, last: i64, limit: i64) -> Result<(Vec<i64>, bool), Error> {
        let choose = match self.dialect {
            Dialect::Sqlite => CHOOSE,
            Dialect::Postgres => CLAIM,
        };
        let query = self.query(choose).bind(now).bind(last).bind(limit);
        let rows = query.fetch_all(&mut *self.connection).await?;
        let customers: Vec<i64> = rows.iter().map(|row| row.try_get("customer")).collect::<Result<_, _>>()?;
        let all = i64::try_from(customers.len()).unwrap_or(limit) < limit;
        Ok((customers, all))
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
