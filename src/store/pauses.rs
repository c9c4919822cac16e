//! The table `pauses`: chats for which Telegram asked to wait. Whichever replica sends next keeps to it.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::ConversationId;
use sqlx::Row;

statements! {
    PAUSE = "INSERT INTO pauses (chat, until, length) VALUES ($1, $2, $3) \
             ON CONFLICT (chat) DO UPDATE SET until = excluded.until, length = excluded.length";
    /// Nobody waits longer than was asked for, even if the clock was set back meanwhile.
    PAUSES = "SELECT chat, CASE WHEN until - $1 < length THEN until - $1 ELSE length END AS rest FROM pauses \
              WHERE until > $1";
    FORGET_PAUSES = "DELETE FROM pauses WHERE until <= $1";
}

impl Store {
    /// The chats for which Telegram asked to wait, and for how many milliseconds from `now` on (Unix milliseconds):
    /// more than none.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn pauses(&self, now: i64) -> Result<Vec<(ConversationId, i64)>, Error> {
        let rows = self.query(PAUSES).bind(now).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((ConversationId::from_stored(row.try_get("chat")?), row.try_get("rest")?))).collect()
    }

    /// Forgets pauses that are over at `now` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_pauses(&self, now: i64) -> Result<(), Error> {
        self.changes_one(FORGET_PAUSES, now).await.map(|_| ())
    }
}

impl Tx<'_> {
    /// Telegram asks to wait with this chat for `length` milliseconds from `now` on (Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn pause(&mut self, chat: ConversationId, now: i64, length: i64) -> Result<(), Error> {
        let query = self.query(PAUSE).bind(chat.stored()).bind(now.saturating_add(length)).bind(length);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
