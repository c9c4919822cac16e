//! The outbox, and the topics it sends to.

use super::access::Store;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{ConversationId, CustomerId, DeskId, TopicId};
use serde_json::json;
use sqlx::Row;

/// A row to be put into the outbox.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// Whose it is.
    pub conversation: ConversationId,
    /// Rows of one lane are sent in order.
    pub lane: String,
    /// The chat whose limits count.
    pub chat: ConversationId,
    /// Of several lanes the lower goes first.
    pub rank: i64,
    /// What to send, as JSON.
    pub body: String,
    /// Not before this (Unix milliseconds).
    pub due_at: i64,
    /// The album it brings, which waits a moment for the rest of it.
    pub album: Option<String>,
}

/// The first row of a lane.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub conversation: ConversationId,
    /// Its lane.
    pub lane: String,
    /// The chat whose limits count.
    pub chat: ConversationId,
    /// Of several lanes the lower goes first.
    pub rank: i64,
    /// What to send, as JSON.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// A row that can never be sent.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub conversation: ConversationId,
    /// Where it should have gone: the customer's chat, or a desk.
    pub chat: ConversationId,
    /// What it is, as JSON.
    pub body: String,
    /// When it was given up (Unix milliseconds).
    pub dead_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it cannot be sent.
    pub problem: String,
}

/// Where what concerns a customer lies: at a desk, and there in a topic of its own or, in a group without topics, in
/// the group itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// The desk.
    pub desk: DeskId,
    /// The topic; none in a group without topics.
    pub topic: Option<TopicId>,
}

impl Home {
    /// The column `thread`, which tells the customers of a desk apart: the topic's number or, without a topic, the
    /// customer's below zero, where no topic has one.
    fn thread(self, customer: CustomerId) -> i64 {
        self.topic.map_or(-customer.0, |topic| topic.0)
    }

    /// Reads the columns back.
    fn from_stored(desk: i64, thread: i64) -> Home {
        Home { desk: DeskId(desk), topic: (thread > 0).then_some(TopicId(thread)) }
    }
}

impl Store {
    /// What can never be sent, oldest first.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error> {
        let rows = sqlx::query(sql::DEAD_LETTERS).fetch_all(&self.reads).await?;
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

    /// A dead letter is sent again, before what came after it in its lane; `false` if there is no such.
    pub async fn send_again(&self, id: i64, now: i64) -> Result<bool, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let changed = sqlx::query(sql::SEND_AGAIN).bind(id).bind(now).execute(&mut *tx.connection).await?;
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }

    /// A dead letter is kept as history only; `false` if there is no such.
    pub async fn drop_letter(&self, id: i64) -> Result<bool, Error> {
        self.changes_one(sql::DROP_LETTER, id).await
    }

    /// The chats for which Telegram asked to wait, and for how many milliseconds from `now` on (Unix milliseconds).
    pub async fn pauses(&self, now: i64) -> Result<Vec<(ConversationId, i64)>, Error> {
        let rows = sqlx::query(sql::PAUSES).bind(now).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((ConversationId::from_stored(row.try_get("chat")?), row.try_get("rest")?))).collect()
    }

    /// The first rows of all lanes to customers, or to desks, that may be sent by `now`.
    pub async fn heads(&self, at_desk: bool, now: i64, limit: i64) -> Result<Vec<Head>, Error> {
        let rows =
            sqlx::query(sql::HEADS).bind(i64::from(at_desk)).bind(now).bind(limit).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(Head {
                    id: row.try_get("id")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    lane: row.try_get("lane")?,
                    chat: ConversationId::from_stored(row.try_get("chat")?),
                    rank: row.try_get("rank")?,
                    body: row.try_get("body")?,
                    attempts: row.try_get("attempts")?,
                })
            })
            .collect()
    }

    /// What waits in a lane: ids and bodies, oldest first.
    pub async fn lane(&self, lane: &str) -> Result<Vec<(i64, String)>, Error> {
        let rows = sqlx::query(sql::WAITING_ROWS).bind(lane).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("body")?))).collect()
    }

    /// When the next row that waits for its time is due.
    pub async fn next_due(&self, now: i64) -> Result<Option<i64>, Error> {
        let row = sqlx::query(sql::NEXT_DUE).bind(now).fetch_optional(&self.reads).await?;
        Ok(row.map(|row| row.try_get("due_at")).transpose()?)
    }

    /// What was sent to desks, or to customers, since `since`: chat and time, oldest first.
    pub async fn sent_since(&self, at_desk: bool, since: i64) -> Result<Vec<(ConversationId, i64)>, Error> {
        let rows = sqlx::query(sql::SENT_SINCE).bind(i64::from(at_desk)).bind(since).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| Ok((ConversationId::from_stored(row.try_get("chat")?), row.try_get("done_at")?)))
            .collect()
    }

    /// Where what concerns a customer lies at a desk, if it lies anywhere yet.
    pub async fn home_of(&self, customer: CustomerId) -> Result<Option<Home>, Error> {
        let row = sqlx::query(sql::TOPIC_OF).bind(customer.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(Home::from_stored(row.try_get("desk")?, row.try_get("thread")?))).transpose()
    }

    /// Whose topic this is.
    pub async fn whose_topic(&self, desk: DeskId, topic: TopicId) -> Result<Option<CustomerId>, Error> {
        let row = sqlx::query(sql::WHOSE_TOPIC).bind(desk.0).bind(topic.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(CustomerId(row.try_get("customer")?))).transpose()
    }

    /// The newest topic that is somebody's.
    pub async fn newest_topic(&self, desk: DeskId) -> Result<Option<TopicId>, Error> {
        let row = sqlx::query(sql::NEWEST_TOPIC).bind(desk.0).fetch_one(&self.reads).await?;
        let newest: Option<i64> = row.try_get("thread")?;
        Ok(newest.and_then(|thread| Home::from_stored(desk.0, thread).topic))
    }

    /// Desks that were upgraded: old id and new.
    pub(super) async fn moved_desks(&self) -> Result<Vec<(DeskId, DeskId)>, Error> {
        let rows = sqlx::query(sql::MOVED_DESKS).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((DeskId(row.try_get("old_desk")?), DeskId(row.try_get("new_desk")?)))).collect()
    }
}

impl Tx<'_> {
    /// Puts a row into the outbox, at the end of its lane.
    pub async fn post(&mut self, post: &NewPost, now: i64) -> Result<(), Error> {
        let id = self.ids.next(now);
        let NewPost { conversation, lane, chat, rank, body, due_at, album } = post;
        let at_desk = i64::from(chat.desk().is_some());
        let row = json!([id, conversation, lane, chat, at_desk, rank, body, due_at, album]);
        self.put_row(|gathered| &mut gathered.posts, self.dialect.rows().post, row).await
    }

    /// The row that brings an album and still waits for the rest of it: its id and body.
    pub async fn open_album(&mut self, lane: &str, album: &str, now: i64) -> Result<Option<(i64, String)>, Error> {
        self.settle().await?;
        let query = sqlx::query(sql::OPEN_ALBUM).bind(lane).bind(album).bind(now);
        let row = query.fetch_optional(&mut *self.connection).await?;
        row.map(|row| Ok((row.try_get("id")?, row.try_get("body")?))).transpose()
    }

    /// What waits in a lane: ids and bodies, oldest first.
    pub async fn waiting_rows(&mut self, lane: &str) -> Result<Vec<(i64, String)>, Error> {
        self.settle().await?;
        let rows = sqlx::query(sql::WAITING_ROWS).bind(lane).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("body")?))).collect()
    }

    /// What a row that waits holds from now on.
    pub async fn set_body(&mut self, id: i64, body: &str) -> Result<(), Error> {
        self.settle().await?;
        sqlx::query(sql::SET_BODY).bind(id).bind(body).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Drops what still waits in a lane, and remembers why.
    pub async fn abandon_lane(&mut self, lane: &str, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        sqlx::query(sql::ABANDON_LANE).bind(lane).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// These rows were sent; what Telegram called each.
    pub async fn sent(&mut self, rows: &[(i64, Option<i64>)], now: i64) -> Result<(), Error> {
        let rows = rows.iter().map(|(id, message)| json!([id, now, message])).collect();
        self.write_rows(self.dialect.rows().sent, rows).await.map(|_| ())
    }

    /// The row is to be tried again at `due_at`.
    pub async fn postponed(&mut self, id: i64, due_at: i64, why: &str) -> Result<(), Error> {
        sqlx::query(sql::POSTPONED).bind(id).bind(due_at).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The row need not be sent: it is so already, or nobody waits for it any more.
    pub async fn needless(&mut self, id: i64, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        sqlx::query(sql::NEEDLESS).bind(id).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The row can never be sent; it is kept with the reason until the owner decides.
    pub async fn dead(&mut self, id: i64, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        sqlx::query(sql::DEAD).bind(id).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Nothing that waits in this lane can be sent; it is kept with the reason until the owner decides.
    pub async fn dead_lane(&mut self, lane: &str, now: i64, why: &str) -> Result<(), Error> {
        self.settle().await?;
        sqlx::query(sql::DEAD_LANE).bind(lane).bind(now).bind(why).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Telegram asks to wait with this chat for `length` milliseconds.
    pub async fn pause(&mut self, chat: ConversationId, now: i64, length: i64) -> Result<(), Error> {
        let query = sqlx::query(sql::PAUSE).bind(chat.stored()).bind(now.saturating_add(length)).bind(length);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// What concerns a customer lies here from now on.
    pub async fn set_home(&mut self, customer: CustomerId, home: Home) -> Result<(), Error> {
        let query = sqlx::query(sql::SET_TOPIC).bind(customer.0).bind(home.desk.0).bind(home.thread(customer));
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The customer's topic is gone; `false` if that was known.
    pub async fn forget_topic(&mut self, customer: CustomerId, topic: TopicId) -> Result<bool, Error> {
        let result =
            sqlx::query(sql::FORGET_TOPIC).bind(customer.0).bind(topic.0).execute(&mut *self.connection).await?;
        Ok(result.rows_affected() > 0)
    }

    /// A desk has a new id: everything that names the old one follows.
    pub(super) async fn desk_moved(&mut self, old: DeskId, new: DeskId) -> Result<(), Error> {
        for statement in [sql::MOVE_TOPICS, sql::MOVE_OUTBOX, sql::MOVE_DESK] {
            sqlx::query(statement).bind(old.0).bind(new.0).execute(&mut *self.connection).await?;
        }
        Ok(())
    }
}
