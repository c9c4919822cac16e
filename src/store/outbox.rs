//! The table `outbox`: everything to be sent, in order within its lane. What can never be sent stays there as a dead
//! letter until the owner decides.

use super::access::Store;
use super::error::Error;
use super::statements::{Statement, due, not_due, statements};
use super::tx::{Cause, Tx};
use crate::conversation::{ConversationId, CustomerId, DeskId};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

statements! {
    POST over rows = "INSERT INTO outbox (id, customer, lane, chat, at_desk, rank, body, due_at, album, cause, \
                      caused_at, posted_at) \
                      SELECT CAST(r->>'id' AS BIGINT), CAST(r->>'customer' AS BIGINT), r->>'lane', \
                      CAST(r->>'chat' AS BIGINT), CAST(r->>'at_desk' AS BIGINT), CAST(r->>'rank' AS BIGINT), \
                      r->>'body', CAST(r->>'due_at' AS BIGINT), r->>'album', CAST(r->>'cause' AS BIGINT), \
                      CAST(r->>'caused_at' AS BIGINT), CAST(r->>'posted_at' AS BIGINT) FROM rows";
    SENT over rows = "UPDATE outbox SET done_at = CAST(r->>'done_at' AS BIGINT), \
                      message_id = CAST(r->>'message_id' AS BIGINT) \
                      FROM rows WHERE outbox.id = CAST(r->>'id' AS BIGINT) AND outbox.done_at IS NULL";
    /// Due later than now, so no call for it is under way.
    OPEN_ALBUM = "SELECT id, body FROM outbox WHERE lane = $1 AND album = $2 AND done_at IS NULL AND due_at > $3 \
                  ORDER BY id DESC LIMIT 1";
    WAITING_ROWS = "SELECT id, body FROM outbox WHERE lane = $1 AND done_at IS NULL ORDER BY id";
    SET_BODY = "UPDATE outbox SET body = $2 WHERE id = $1 AND done_at IS NULL";
    SET_ALBUM = "UPDATE outbox SET body = $2, due_at = $3 WHERE id = $1 AND done_at IS NULL";
    /// The first of each lane, if it is due: an earlier one that waits holds back the lane behind it. What can wait
    /// is held back by words of the same customer that came before it: a card never overtakes them; that is one look-up
    /// by `outbox_before`, for each first of a lane.
    ///
    /// In a flood the other rows of its lane are looked at as well, each by one look-up that finds an earlier one (for
    /// 4,000 rows 10 ms in SQLite, 60 ms in PostgreSQL). To go from lane to lane instead, as the inbox goes from customer
    /// to customer, would need all lanes at every look, because ranks are of rows: with the many lanes of a usual crowd
    /// that costs more than this, which ends with the first few hundred.
    HEADS = concat!(
        "SELECT o.id, o.customer, o.lane, o.chat, o.rank, o.body, o.attempts, o.cause, o.caused_at FROM outbox o \
         WHERE o.done_at IS NULL AND o.at_desk = $1 AND (", due!("o.due_at", "$2"), ") \
         AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.done_at IS NULL AND p.id < o.id) \
         AND (o.rank <= 0 OR NOT EXISTS (SELECT 1 FROM outbox w WHERE w.customer = o.customer \
              AND w.done_at IS NULL AND w.chat = o.chat AND w.rank = 0 AND w.id < o.id)) \
         ORDER BY o.rank, o.id LIMIT CAST($3 AS BIGINT)"
    );
    /// The same of one desk.
    HEADS_AT = concat!(
        "SELECT o.id, o.customer, o.lane, o.chat, o.rank, o.body, o.attempts, o.cause, o.caused_at FROM outbox o \
         WHERE o.done_at IS NULL AND o.at_desk = 1 AND o.chat = $1 AND (", due!("o.due_at", "$2"), ") \
         AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.done_at IS NULL AND p.id < o.id) \
         AND (o.rank <= 0 OR NOT EXISTS (SELECT 1 FROM outbox w WHERE w.customer = o.customer \
              AND w.done_at IS NULL AND w.chat = o.chat AND w.rank = 0 AND w.id < o.id)) \
         ORDER BY o.rank, o.id LIMIT CAST($3 AS BIGINT)"
    );
    DESKS_WAITING = "SELECT DISTINCT chat FROM outbox WHERE done_at IS NULL AND at_desk = 1";
    WAITING_ELSEWHERE = "SELECT id, lane FROM outbox WHERE customer = $1 AND done_at IS NULL AND at_desk = 1 \
                         AND chat <> $2 ORDER BY id";
    IS_WAITING = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM outbox WHERE id = $1 AND done_at IS NULL";
    NEXT_DUE = concat!(
        "SELECT due_at FROM outbox WHERE done_at IS NULL AND ", not_due!("due_at", "$1"), " ORDER BY due_at LIMIT 1"
    );
    SENT_SINCE = "SELECT chat, done_at FROM outbox WHERE at_desk = $1 AND done_at > $2 ORDER BY done_at";
    POSTPONED = "UPDATE outbox SET due_at = $2, attempts = attempts + 1, problem = $3, \
                 waits_since = COALESCE(waits_since, $4) WHERE id = $1";
    NEEDLESS = "UPDATE outbox SET done_at = $2, problem = $3 WHERE id = $1 AND done_at IS NULL";
    ABANDON_LANE = "UPDATE outbox SET done_at = $2, problem = $3 WHERE lane = $1 AND done_at IS NULL";
    /// All but the last three of a lane.
    KEEP_NEWEST over rows = "UPDATE outbox SET done_at = CAST(r->>'done_at' AS BIGINT), \
                             problem = 'a later one took its place' FROM rows \
                             WHERE outbox.lane = r->>'lane' AND outbox.done_at IS NULL AND outbox.id < \
                             (SELECT k.id FROM outbox k WHERE k.lane = r->>'lane' AND k.done_at IS NULL \
                             ORDER BY k.id DESC LIMIT 1 OFFSET 2)";
    DEAD = "UPDATE outbox SET done_at = $2, dead_at = $2, problem = $3 WHERE id = $1 AND done_at IS NULL";
    DEAD_LANE = "UPDATE outbox SET done_at = $2, dead_at = $2, problem = $3 WHERE lane = $1 AND done_at IS NULL";
    DEAD_LETTERS = "SELECT id, customer, chat, body, dead_at, attempts, problem FROM outbox \
                    WHERE dead_at IS NOT NULL ORDER BY id";
    /// As one that is new: it was not under way while it was dead.
    SEND_AGAIN = "UPDATE outbox SET done_at = NULL, dead_at = NULL, problem = NULL, attempts = 0, due_at = $2, \
                  refusal = NULL, waits_since = NULL, posted_at = $2, cause = NULL, caused_at = NULL \
                  WHERE id = $1 AND dead_at IS NOT NULL";
    SEND_SOONER = "UPDATE outbox SET due_at = $2 WHERE id = $1 AND done_at IS NULL";
    IS_DEAD = "SELECT id FROM outbox WHERE id = $1 AND dead_at IS NOT NULL";
    DROP_LETTER = "UPDATE outbox SET dead_at = NULL WHERE id = $1 AND dead_at IS NOT NULL";
    MOVE_POSTS = "UPDATE outbox SET chat = $2 WHERE chat = $1 AND done_at IS NULL";
    /// Of the oldest few thousand by primary key: no further index is kept up with every row, and a look that finds
    /// nothing old enough costs as little as one that does.
    THIN_POSTS = "DELETE FROM outbox WHERE id IN (SELECT id FROM (SELECT id, done_at, dead_at FROM outbox ORDER BY id \
                  LIMIT 5000) AS oldest WHERE done_at < $1 AND dead_at IS NULL LIMIT CAST($2 AS BIGINT))";
}

/// How many rows of a lane of fleeting things wait at most: presses that are answered, «печатает…».
pub const KEPT: usize = 3;

/// A row to be put into the outbox.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The lane that keeps one receiver's rows in order.
    pub lane: String,
    /// The chat that it goes to, whose limits count.
    pub chat: ConversationId,
    /// Of several lanes the lower goes first: 0 for words, more for what can wait behind the customer's words, less for
    /// what goes before.
    pub rank: i64,
    /// What to send: an `outbox::Outgoing`, as JSON.
    pub body: String,
    /// Not before this (Unix milliseconds), at most a minute from now.
    pub due_at: i64,
    /// Telegram's id of the album it brings, which waits a moment for the rest of it.
    pub album: Option<String>,
}

/// The first row of a lane, which may be sent.
#[derive(Clone, Debug)]
pub struct Head {
    /// The id of its row.
    pub id: i64,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The lane whose first it is.
    pub lane: String,
    /// The chat that it goes to, whose limits count.
    pub chat: ConversationId,
    /// Of several lanes the lower goes first ([`NewPost::rank`]).
    pub rank: i64,
    /// What to send, as JSON ([`NewPost::body`]).
    pub body: String,
    /// How often it was tried and put off.
    pub attempts: i64,
    /// What came in and made it be sent; `None` where nothing did.
    pub cause: Option<Cause>,
}

/// A row that can never be sent.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The id of its row.
    pub id: i64,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// Where it should have gone: the customer's chat, or a desk.
    pub chat: ConversationId,
    /// What it is, as JSON ([`NewPost::body`]).
    pub body: String,
    /// When it was given up (Unix milliseconds).
    pub dead_at: i64,
    /// How often it was tried and put off before.
    pub attempts: i64,
    /// Why it cannot be sent.
    pub problem: String,
}

/// A row of [`POST`].
#[derive(Serialize)]
struct PostRow<'a> {
    id: i64,
    customer: ConversationId,
    lane: &'a str,
    chat: ConversationId,
    at_desk: i64,
    rank: i64,
    body: &'a str,
    due_at: i64,
    album: Option<&'a str>,
    cause: Option<i64>,
    caused_at: Option<i64>,
    posted_at: i64,
}

/// A row of [`SENT`].
#[derive(Serialize)]
struct SentRow {
    id: i64,
    done_at: i64,
    message_id: Option<i64>,
}

fn head(row: &AnyRow) -> Result<Head, Error> {
    let (event, at): (Option<i64>, Option<i64>) = (row.try_get("cause")?, row.try_get("caused_at")?);
    Ok(Head {
        cause: event.zip(at).map(|(event, at)| Cause { event, at }),
        id: row.try_get("id")?,
        conversation: ConversationId::from_stored(row.try_get("customer")?),
        lane: row.try_get("lane")?,
        chat: ConversationId::from_stored(row.try_get("chat")?),
        rank: row.try_get("rank")?,
        body: row.try_get("body")?,
        attempts: row.try_get("attempts")?,
    })
}

/// A row of [`KEEP_NEWEST`].
#[derive(Serialize)]
struct NewestRow<'a> {
    lane: &'a str,
    done_at: i64,
}

/// The id and the body of a row.
fn id_and_body(row: &AnyRow) -> Result<(i64, String), Error> {
    Ok((row.try_get("id")?, row.try_get("body")?))
}

impl Store {
    /// What can never be sent, oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error> {
        let rows = self.query(DEAD_LETTERS).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(DeadLetter {
                    id: row.try_get("id")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    chat: ConversationId::from_stored(row.try_get("chat")?),
                    body: row.try_get("body")?,
                    dead_at: row.try_get("dead_at")?,
                    attempts: row.try_get("attempts")?,
                    problem: row.try_get::<Option<String>, _>("problem")?.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// A dead letter is sent again, before what came after it in its lane; what waits is tried at once. `false` if there
    /// is no such row. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn send_again(&self, id: i64, now: i64) -> Result<bool, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut changed = tx.query(SEND_AGAIN).bind(id).bind(now).execute(&mut *tx.connection).await?;
                if changed.rows_affected() == 0 {
                    changed = tx.query(SEND_SOONER).bind(id).bind(now).execute(&mut *tx.connection).await?;
                }
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }

    /// Whether this row can never be sent.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn is_dead(&self, id: i64) -> Result<bool, Error> {
        Ok(self.query(IS_DEAD).bind(id).fetch_optional(&self.reads).await?.is_some())
    }

    /// A dead letter is kept as history only; `false` if there is no such.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn drop_letter(&self, id: i64) -> Result<bool, Error> {
        self.changes_one(DROP_LETTER, id).await
    }

    /// The first rows of all lanes to customers, or to desks, that may be sent at `now` (Unix milliseconds), at most
    /// `limit`, in the order in which they are to go.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn heads(&self, at_desk: bool, now: i64, limit: i64) -> Result<Vec<Head>, Error> {
        let rows = self.query(HEADS).bind(i64::from(at_desk)).bind(now).bind(limit).fetch_all(&self.reads).await?;
        rows.iter().map(head).collect()
    }

    /// The same of one desk, by its present id.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn heads_at(&self, desk: DeskId, now: i64, limit: i64) -> Result<Vec<Head>, Error> {
        let rows = self.query(HEADS_AT).bind(desk.0).bind(now).bind(limit).fetch_all(&self.reads).await?;
        rows.iter().map(head).collect()
    }

    /// The desks, by their present ids, to which something waits to be sent.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn desks_waiting(&self) -> Result<Vec<DeskId>, Error> {
        let rows = self.query(DESKS_WAITING).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok(DeskId(row.try_get("chat")?))).collect()
    }

    /// What waits in a lane: ids and bodies, oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn lane(&self, lane: &str) -> Result<Vec<(i64, String)>, Error> {
        let rows = self.query(WAITING_ROWS).bind(lane).fetch_all(&self.reads).await?;
        rows.iter().map(id_and_body).collect()
    }

    /// When the next row that waits for its time is due, after `now` (both Unix milliseconds).
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn next_due(&self, now: i64) -> Result<Option<i64>, Error> {
        let row = self.query(NEXT_DUE).bind(now).fetch_optional(&self.reads).await?;
        Ok(row.map(|row| row.try_get("due_at")).transpose()?)
    }

    /// What was sent to desks, or to customers, after `since`: chat and time (Unix milliseconds, as
    /// `since` is), oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn sent_since(&self, at_desk: bool, since: i64) -> Result<Vec<(ConversationId, i64)>, Error> {
        let rows = self.query(SENT_SINCE).bind(i64::from(at_desk)).bind(since).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| Ok((ConversationId::from_stored(row.try_get("chat")?), row.try_get("done_at")?)))
            .collect()
    }
}

impl Tx<'_> {
    /// Puts a row into the outbox, at the end of its lane. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn post(&mut self, post: &NewPost, now: i64) -> Result<(), Error> {
        let NewPost { conversation, lane, chat, rank, body, due_at, album } = post;
        let row = PostRow {
            id: self.ids.next(now),
            customer: *conversation,
            lane,
            chat: *chat,
            at_desk: i64::from(chat.desk().is_some()),
            rank: *rank,
            body,
            due_at: *due_at,
            album: album.as_deref(),
            cause: self.cause.map(|cause| cause.event),
            caused_at: self.cause.map(|cause| cause.at),
            posted_at: now,
        };
        self.put_row(POST, row.id, &row).await
    }

    /// The row that brings an album and still waits for the rest of it at `now` (Unix milliseconds): its id and body.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn open_album(&mut self, lane: &str, album: &str, now: i64) -> Result<Option<(i64, String)>, Error> {
        self.settle().await?;
        let query = self.query(OPEN_ALBUM).bind(lane).bind(album).bind(now);
        let row = query.fetch_optional(&mut *self.connection).await?;
        row.as_ref().map(id_and_body).transpose()
    }

    /// What waits in a lane: ids and bodies, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn waiting_rows(&mut self, lane: &str) -> Result<Vec<(i64, String)>, Error> {
        self.settle().await?;
        let rows = self.query(WAITING_ROWS).bind(lane).fetch_all(&mut *self.connection).await?;
        rows.iter().map(id_and_body).collect()
    }

    /// What waits to be sent about a customer to other desks than this, by its present id: the rows' ids and lanes,
    /// oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn waiting_elsewhere(&mut self, customer: CustomerId, desk: DeskId) -> Result<Vec<(i64, String)>, Error> {
        self.settle().await?;
        let query = self.query(WAITING_ELSEWHERE).bind(customer.0).bind(desk.0);
        let rows = query.fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("lane")?))).collect()
    }

    /// Whether a row still waits to be sent, or is on its way: nobody has done with it, nor given it up.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_waiting(&mut self, id: i64) -> Result<bool, Error> {
        let row = self.query(IS_WAITING).bind(id).fetch_one(&mut *self.connection).await?;
        Ok(row.try_get::<i64, _>("n")? > 0)
    }

    /// What a row that waits is to send from now on, as JSON ([`NewPost::body`]).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_body(&mut self, id: i64, body: &str) -> Result<(), Error> {
        self.settle().await?;
        self.query(SET_BODY).bind(id).bind(body).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A row that waits brings more of its album from now on (`body` as JSON), and waits for the rest until `due_at` (Unix
    /// milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn album_grows(&mut self, id: i64, body: &str, due_at: i64) -> Result<(), Error> {
        self.settle().await?;
        self.query(SET_ALBUM).bind(id).bind(body).bind(due_at).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// These rows, by id, were sent at `now` (Unix milliseconds), each with its message's number in its chat, if it has
    /// become a message.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sent(&mut self, rows: &[(i64, Option<i64>)], now: i64) -> Result<(), Error> {
        let row = |(id, message): &(i64, Option<i64>)| SentRow { id: *id, done_at: now, message_id: *message };
        let rows: Vec<SentRow> = rows.iter().map(row).collect();
        self.write_rows(SENT, &rows).await.map(|_| ())
    }

    /// The row is to be tried again at `due_at`, at most a minute from `now` (both Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn postponed(&mut self, id: i64, now: i64, due_at: i64, why: &str) -> Result<(), Error> {
        let query = self.query(POSTPONED).bind(id).bind(due_at).bind(why).bind(now);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The row need not be sent: it is so already, or nobody waits for it any more. It is kept as history with the
    /// reason. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn needless(&mut self, id: i64, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        self.query(NEEDLESS).bind(id).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Of what waits in these lanes only the last [`KEPT`] of each are still to be sent: the others mattered for a moment.
    /// `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_newest(&mut self, lanes: impl Iterator<Item = &str>, now: i64) -> Result<(), Error> {
        let rows: Vec<NewestRow> = lanes.map(|lane| NewestRow { lane, done_at: now }).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.settle().await?;
        self.write_rows(KEEP_NEWEST, &rows).await.map(|_| ())
    }

    /// Drops what still waits in a lane, and keeps it as history with the reason. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn abandon_lane(&mut self, lane: &str, now: i64, why: &str) -> Result<(), Error> {
        self.end_lane(ABANDON_LANE, lane, now, why).await
    }

    /// The row can never be sent; it is kept with the reason until the owner decides. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn dead(&mut self, id: i64, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        self.query(DEAD).bind(id).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Nothing that waits in this lane can be sent; it is kept with the reason until the owner decides. `now` in Unix
    /// milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn dead_lane(&mut self, lane: &str, now: i64, why: &str) -> Result<(), Error> {
        self.end_lane(DEAD_LANE, lane, now, why).await
    }

    async fn end_lane(&mut self, statement: Statement, lane: &str, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        self.query(statement).bind(lane).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A desk has a new id: what waits to be sent to it goes there.
    pub(super) async fn posts_moved(&mut self, old: DeskId, new: DeskId) -> Result<(), Error> {
        self.query(MOVE_POSTS).bind(old.0).bind(new.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Removes at most `limit` rows that were done with before `before` (Unix milliseconds); returns how many went. Dead
    /// letters stay.
    pub(super) async fn thin_posts(&mut self, before: i64, limit: i64) -> Result<u64, Error> {
        let query = self.query(THIN_POSTS).bind(before).bind(limit);
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::super::dialect::Dialect;
    use super::*;
    use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

    #[tokio::test]
    async fn whether_words_wait_before_a_card_is_one_look_up() {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect("sqlite::memory:").await.expect("it opens");
        Dialect::Sqlite.migrations().run(&mut connection).await.expect("the tables are made");
        for heads in [HEADS, HEADS_AT] {
            let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", heads.text(Dialect::Sqlite)));
            let rows = connection.fetch_all(plan).await.expect("a plan");
            let steps: Vec<String> = rows.iter().map(|row| row.get::<String, _>("detail")).collect();
            let one = "outbox_before (customer=? AND chat=? AND rank=? AND id<?)";
            assert!(steps.iter().any(|step| step.ends_with(one)), "{steps:#?}");
        }
    }
}
