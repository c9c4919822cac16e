//! What waits, over several tables: for those who watch over the bot.

use super::access::Store;
use super::error::Error;
use super::statements::{Statement, statements};
use sqlx::Row;

statements! {
    INBOX_BACKLOG = "SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(received_at) AS oldest FROM inbox WHERE done_at IS NULL";
    /// What is put off is not late.
    OUTBOX_BACKLOG = "SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(posted_at) AS oldest FROM outbox \
                      WHERE done_at IS NULL AND at_desk = $1 AND due_at <= $2";
    TIMERS_BACKLOG = "SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(due_at) AS oldest FROM timers WHERE due_at <= $1";
    CARRIER_BACKLOG = "SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(asked_at) AS oldest FROM questions";
    TICKETS_BACKLOG = "SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(opened_at) AS oldest FROM tickets \
                       WHERE closed_at IS NULL AND answered_at IS NULL";
    TICKETS_HELD = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM tickets WHERE closed_at IS NULL AND agent IS NOT NULL";
    DEAD_COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM outbox WHERE dead_at IS NOT NULL";
    SET_ASIDE_COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM inbox WHERE problem IS NOT NULL";
    HANDOFFS = "SELECT choice AS reason, CAST(COUNT(*) AS BIGINT) AS n FROM outcomes \
                WHERE what = 'handed' AND choice IS NOT NULL GROUP BY choice ORDER BY choice";
}

/// What waits in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many they are.
    pub count: i64,
    /// Since when the oldest waits (Unix milliseconds); `None` where nothing does, or it is not known.
    pub oldest: Option<i64>,
}

/// What waits, and what has gone wrong or to people so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Events that were not looked at.
    pub inbox: Queue,
    /// Messages for customers that could be sent.
    pub to_customers: Queue,
    /// Messages for desks that could be sent.
    pub to_desks: Queue,
    /// Timers that should have fired.
    pub timers: Queue,
    /// Requests to the carrier.
    pub carrier: Queue,
    /// Tickets that no agent has answered.
    pub tickets: Queue,
    /// Tickets that agents hold.
    pub held: i64,
    /// Messages that can never be sent.
    pub dead_letters: i64,
    /// Events that could not be worked on.
    pub set_aside: i64,
    /// How often something was given to people, by the word of the reason.
    pub handoffs: Vec<(String, i64)>,
}

impl Store {
    /// What waits at `now` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn backlog(&self, now: i64) -> Result<Backlog, Error> {
        let handoffs = self.query(HANDOFFS).fetch_all(&self.reads).await?;
        let handoffs = handoffs.iter().map(|row| Ok::<_, Error>((row.try_get("reason")?, row.try_get("n")?)));
        Ok(Backlog {
            inbox: self.queue(INBOX_BACKLOG, &[]).await?,
            to_customers: self.queue(OUTBOX_BACKLOG, &[0, now]).await?,
            to_desks: self.queue(OUTBOX_BACKLOG, &[1, now]).await?,
            timers: self.queue(TIMERS_BACKLOG, &[now]).await?,
            carrier: self.queue(CARRIER_BACKLOG, &[]).await?,
            tickets: self.queue(TICKETS_BACKLOG, &[]).await?,
            held: self.how_many(TICKETS_HELD).await?,
            dead_letters: self.how_many(DEAD_COUNT).await?,
            set_aside: self.how_many(SET_ASIDE_COUNT).await?,
            handoffs: handoffs.collect::<Result<_, _>>()?,
        })
    }

    async fn queue(&self, statement: Statement, values: &[i64]) -> Result<Queue, Error> {
        let query = values.iter().fold(self.query(statement), |query, value| query.bind(*value));
        let row = query.fetch_one(&self.reads).await?;
        Ok(Queue { count: row.try_get("n")?, oldest: row.try_get("oldest")? })
    }

    async fn how_many(&self, statement: Statement) -> Result<i64, Error> {
        Ok(self.query(statement).fetch_one(&self.reads).await?.try_get("n")?)
    }
}
