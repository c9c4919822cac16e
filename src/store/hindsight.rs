//! A number that turned out to be personal when the next message came: it goes from all that is stored of the
//! conversation.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::CustomerId;
use sqlx::Row;

statements! {
    /// Of the newest few thousand by primary key, before the event $2 and after the moment $3.
    BEFORE = "SELECT body FROM (SELECT id, customer, received_at, body FROM inbox WHERE id < $2 ORDER BY id DESC \
              LIMIT 2000) AS newest WHERE customer = $1 AND received_at > $3 ORDER BY id DESC LIMIT 8";
    EVENTS_SINCE = "SELECT id, body FROM (SELECT id, customer, received_at, body FROM inbox ORDER BY id DESC LIMIT 2000) \
                    AS newest WHERE customer = $1 AND received_at > $2";
    SET_EVENT = "UPDATE inbox SET body = $2 WHERE id = $1";
    STORY_LINES = "SELECT id, words AS body FROM story WHERE customer = $1 AND said_at > $2";
    SET_LINE = "UPDATE story SET words = $2 WHERE id = $1";
    POSTS_WAITING = "SELECT id, body FROM outbox WHERE customer = $1 AND done_at IS NULL AND id > $2";
    POSTS_SENT = "SELECT id, body FROM outbox WHERE at_desk IN (0, 1) AND done_at > $2 AND customer = $1";
    SET_POST = "UPDATE outbox SET body = $2 WHERE id = $1";
}

impl Tx<'_> {
    /// The events of a customer that came before the event `id` and after `since` (Unix milliseconds), the newest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn events_before(&mut self, customer: CustomerId, id: i64, since: i64) -> Result<Vec<String>, Error> {
        let query = self.query(BEFORE).bind(customer.0).bind(id).bind(since);
        let rows = query.fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(row.try_get("body")?)).collect()
    }

    /// Rewrites what was stored of a customer after `since` (Unix milliseconds): events, the story, and messages, those
    /// that wait and those that were sent.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn rewrite_since(
        &mut self,
        customer: CustomerId,
        since: i64,
        rewritten: impl Fn(&str) -> String,
    ) -> Result<(), Error> {
        self.settle().await?;
        for (select, after, update) in [
            (EVENTS_SINCE, since, SET_EVENT),
            (STORY_LINES, since, SET_LINE),
            (POSTS_WAITING, 0, SET_POST),
            (POSTS_SENT, since, SET_POST),
        ] {
            let rows = self.query(select).bind(customer.0).bind(after).fetch_all(&mut *self.connection).await?;
            for row in &rows {
                let (id, body): (i64, String) = (row.try_get("id")?, row.try_get("body")?);
                let without = rewritten(&body);
                if without != body {
                    self.query(update).bind(id).bind(without).execute(&mut *self.connection).await?;
                }
            }
        }
        Ok(())
    }
}
