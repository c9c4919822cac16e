//! The table `outbox`, as the owner and the sender ask it about trouble: what was refused for a reason that nobody
//! knows, and for what anything waits.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::ConversationId;
use sqlx::Row;

statements! {
    WAS_REFUSED = "SELECT refused_at FROM outbox WHERE id = $1 AND refusal = $2";
    REFUSED = "UPDATE outbox SET refusal = $2, refused_at = $3 WHERE id = $1";
    NOT_ALIKE = "UPDATE outbox SET refusal = NULL WHERE id = $1";
    /// Of other conversations: what was given up for the same reason lately, and what still waits with it. The latter is
    /// tried about once a minute, and not at all while an earlier row of its lane is.
    ALIKE = "SELECT CAST(CASE WHEN done_at IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waits FROM outbox \
             WHERE chat = $1 AND refusal = $2 AND customer <> $3 \
             AND ((dead_at IS NOT NULL AND refused_at > $4) OR (done_at IS NULL AND refused_at > $5))";
    REVIVE = "UPDATE outbox SET done_at = NULL, dead_at = NULL, due_at = $4, waits_since = refused_at \
              WHERE chat = $1 AND refusal = $2 AND dead_at IS NOT NULL AND refused_at > $3";
    TAKEN = "SELECT id FROM outbox WHERE at_desk = 1 AND done_at > $1 AND chat = $2 AND customer <> $3 \
             AND message_id IS NOT NULL AND body LIKE $4 LIMIT 1";
    /// The first row of each lane that has a reason to wait, or whose chat has one.
    WAITING = "SELECT o.id, o.customer, o.chat, o.body, o.due_at, o.attempts, o.problem, p.until, \
               COALESCE(o.waits_since, p.until - p.length) AS since, \
               (SELECT COUNT(*) FROM outbox b WHERE b.lane = o.lane AND b.done_at IS NULL AND b.id > o.id) AS behind \
               FROM outbox o LEFT JOIN pauses p ON p.chat = o.chat AND p.until > $1 \
               WHERE o.done_at IS NULL AND (o.problem IS NOT NULL OR p.until IS NOT NULL) \
               AND NOT EXISTS (SELECT 1 FROM outbox f WHERE f.lane = o.lane AND f.done_at IS NULL AND f.id < o.id) \
               ORDER BY o.id";
    ALL_WAITING = "SELECT COUNT(*) AS count FROM outbox WHERE done_at IS NULL";
}

/// How long a reason that a desk gave for one message counts for another, in milliseconds.
const MINUTE: i64 = 60_000;
/// How long what waits may be untried and still count, in milliseconds.
const FEW_MINUTES: i64 = 3 * MINUTE;

/// The first row of a lane, and why it waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The id of its row.
    pub id: i64,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// Where it goes: the customer's chat, or a desk.
    pub chat: ConversationId,
    /// What to send, as JSON ([`super::NewPost::body`]).
    pub body: String,
    /// Not before this (Unix milliseconds).
    pub due_at: i64,
    /// How often it was tried and put off.
    pub attempts: i64,
    /// Since when it is put off, or Telegram asks to wait (Unix milliseconds); `None` where an older version put it off.
    pub since: Option<i64>,
    /// Why it was put off last; `None` if it was not.
    pub problem: Option<String>,
    /// Until when Telegram asked to wait with the chat (Unix milliseconds); `None` if it did not.
    pub paused: Option<i64>,
    /// How many rows wait behind it in its lane.
    pub behind: i64,
}

/// Whether other conversations of a desk have met the same refusal lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// None has.
    No,
    /// None has any more, but this row was refused for it before, together with others.
    Before,
    /// One has, and was given up for it: with this row it is seen that it is the desk's trouble.
    First,
    /// One waits with it: it is the desk's trouble, and known.
    Again,
}

impl Store {
    /// The first row of each lane that waits for more than its turn at `now` (Unix milliseconds), oldest first; and how
    /// many rows wait in all.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn waiting_posts(&self, now: i64) -> Result<(Vec<Waiting>, i64), Error> {
        let rows = self.query(WAITING).bind(now).fetch_all(&self.reads).await?;
        let waiting = rows.iter().map(|row| {
            Ok(Waiting {
                id: row.try_get("id")?,
                conversation: ConversationId::from_stored(row.try_get("customer")?),
                chat: ConversationId::from_stored(row.try_get("chat")?),
                body: row.try_get("body")?,
                due_at: row.try_get("due_at")?,
                attempts: row.try_get("attempts")?,
                since: row.try_get("since")?,
                problem: row.try_get("problem")?,
                paused: row.try_get("until")?,
                behind: row.try_get("behind")?,
            })
        });
        let waiting = waiting.collect::<Result<_, Error>>()?;
        let all = self.query(ALL_WAITING).fetch_one(&self.reads).await?.try_get("count")?;
        Ok((waiting, all))
    }
}

impl Tx<'_> {
    /// A desk has refused the row `id` of a conversation for `reason`, which nobody knows. Tells whether others have met
    /// it too: they were given up for it within the last minute, or still wait with it; and when this row was refused
    /// for it before, if it was. Times in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn refused(
        &mut self,
        id: i64,
        whose: ConversationId,
        desk: ConversationId,
        reason: &str,
        now: i64,
    ) -> Result<(Alike, Option<i64>), Error> {
        let known = self.query(WAS_REFUSED).bind(id).bind(reason).fetch_optional(&mut *self.connection).await?;
        self.query(REFUSED).bind(id).bind(reason).bind(now).execute(&mut *self.connection).await?;
        let query = self.query(ALIKE).bind(desk.stored()).bind(reason).bind(whose.stored());
        let query = query.bind(now - MINUTE).bind(now - FEW_MINUTES);
        let rows = query.fetch_all(&mut *self.connection).await?;
        let waits = rows.iter().map(|row| row.try_get::<i64, _>("waits")).collect::<Result<Vec<_>, _>>()?;
        let before = known.map(|row| row.try_get("refused_at")).transpose()?;
        let alike = match (waits.iter().any(|waits| *waits > 0), waits.is_empty(), before) {
            (true, _, _) => Alike::Again,
            (false, false, _) => Alike::First,
            (false, true, Some(_)) => Alike::Before,
            (false, true, None) => Alike::No,
        };
        Ok((alike, before))
    }

    /// What a desk refused for `reason` within the last minute, and was given up for it, waits again and is tried at
    /// `due_at`, at most a minute from `now` (both Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revive(&mut self, desk: ConversationId, reason: &str, now: i64, due_at: i64) -> Result<(), Error> {
        let query = self.query(REVIVE).bind(desk.stored()).bind(reason).bind(now - MINUTE).bind(due_at);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Whether a desk has taken a message of another conversation, sent in the same way as `body`, since `since` (Unix
    /// milliseconds).
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn takes_others(
        &mut self,
        desk: ConversationId,
        whose: ConversationId,
        body: &str,
        since: i64,
    ) -> Result<bool, Error> {
        let alike = format!("{}%", kind_of(body));
        let query = self.query(TAKEN).bind(since).bind(desk.stored()).bind(whose.stored()).bind(alike);
        Ok(query.fetch_optional(&mut *self.connection).await?.is_some())
    }

    /// The reason for which this row was refused says nothing of the desk.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn refused_alone(&mut self, id: i64) -> Result<(), Error> {
        self.query(NOT_ALIKE).bind(id).execute(&mut *self.connection).await?;
        Ok(())
    }
}

/// How a body begins that is sent in this way: its tag comes first.
fn kind_of(body: &str) -> &str {
    body.split([',', '}']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_begins_with_its_kind() {
        assert_eq!(kind_of(r#"{"send":"copy","from":5}"#), r#"{"send":"copy""#);
        assert_eq!(kind_of(r#"{"send":"card"}"#), r#"{"send":"card""#);
    }
}
