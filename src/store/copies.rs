//! The table `copies`: which message is the copy of which. Answers, edits and recalls follow it to the other side. What
//! took several messages there has its first in `copies`, and the others in `copy_parts`.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{ConversationId, CustomerId, DeskId, MessageId};
use sqlx::Row;

statements! {
    COPIED = "INSERT INTO copies (from_chat, from_message, to_chat, to_message) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (from_chat, from_message, to_chat) DO UPDATE SET to_message = excluded.to_message";
    COPY_OF = "SELECT to_message AS message FROM copies WHERE from_chat = $1 AND from_message = $2 AND to_chat = $3";
    COPIED_PART = "INSERT INTO copy_parts (from_chat, from_message, to_chat, part, to_message) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (from_chat, from_message, to_chat, part) \
                   DO UPDATE SET to_message = excluded.to_message";
    PARTS_OF = "SELECT part, to_message AS message FROM copy_parts \
                WHERE from_chat = $1 AND from_message = $2 AND to_chat = $3 ORDER BY part";
    FORGET_PARTS = "DELETE FROM copy_parts \
                    WHERE from_chat = $1 AND from_message = $2 AND to_chat = $3 AND part >= $4";
    /// A number below zero stands for no message of people.
    ORIGINAL_OF = "SELECT from_message AS message FROM copies \
                   WHERE to_chat = $1 AND to_message = $2 AND from_chat = $3 AND from_message > 0 \
                   UNION SELECT from_message AS message FROM copy_parts \
                   WHERE to_chat = $1 AND to_message = $2 AND from_chat = $3 AND from_message > 0";
    /// Of a message of a desk: one that came from a customer, or an answer that went to one.
    CUSTOMER_OF = "SELECT from_chat AS customer FROM copies WHERE to_chat = $1 AND to_message = $2 AND from_chat > 0 \
                   UNION SELECT to_chat AS customer FROM copies WHERE from_chat = $1 AND from_message = $2 \
                   AND to_chat > 0";
}

impl Store {
    /// The customer that a message of a desk is about, if it is known to be about one: words that came from the
    /// customer, an answer that went to them, a line of the bot with buttons, the card.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn whose_message(&self, desk: DeskId, message: MessageId) -> Result<Option<CustomerId>, Error> {
        let row = self.query(CUSTOMER_OF).bind(desk.0).bind(message.0).fetch_optional(&self.reads).await?;
        match row {
            Some(row) => Ok(Some(CustomerId(row.try_get("customer")?))),
            None => self.whose_card(desk, message).await,
        }
    }

    /// The messages that stand in `there` for `message` of `here`, each with which part of it that is; in order.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn parts(
        &self,
        here: ConversationId,
        message: MessageId,
        there: ConversationId,
    ) -> Result<Vec<(u32, MessageId)>, Error> {
        let first = self.counterpart(here, message, there).await?;
        let query = self.query(PARTS_OF).bind(here.stored()).bind(message.0).bind(there.stored());
        let mut parts: Vec<(u32, MessageId)> = first.into_iter().map(|first| (0, first)).collect();
        for row in query.fetch_all(&self.reads).await? {
            let part = u32::try_from(row.try_get::<i64, _>("part")?).unwrap_or(u32::MAX);
            parts.push((part, MessageId(row.try_get("message")?)));
        }
        Ok(parts)
    }

    /// The message that stands in `there` for `message` of `here`: its copy, of several the first, or what it is a copy
    /// of.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn counterpart(
        &self,
        here: ConversationId,
        message: MessageId,
        there: ConversationId,
    ) -> Result<Option<MessageId>, Error> {
        for statement in [COPY_OF, ORIGINAL_OF] {
            let query = self.query(statement).bind(here.stored()).bind(message.0).bind(there.stored());
            if let Some(row) = query.fetch_optional(&self.reads).await? {
                return Ok(Some(MessageId(row.try_get("message")?)));
            }
        }
        Ok(None)
    }
}

impl Tx<'_> {
    /// Whether a message stands in `there` for `message` of `here`.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn has_counterpart(
        &mut self,
        here: ConversationId,
        message: MessageId,
        there: ConversationId,
    ) -> Result<bool, Error> {
        for statement in [COPY_OF, ORIGINAL_OF] {
            let query = self.query(statement).bind(here.stored()).bind(message.0).bind(there.stored());
            if query.fetch_optional(&mut *self.connection).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `to` is the copy of `from`, each a chat and a message in it; where it took several messages, the one that brings
    /// this `part` of it, counted from 0.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn copied(
        &mut self,
        from: (ConversationId, MessageId),
        part: u32,
        to: (ConversationId, MessageId),
    ) -> Result<(), Error> {
        if part == 0 {
            return self.put_copy((from.0, from.1.0), to).await;
        }
        let query = self.query(COPIED_PART).bind(from.0.stored()).bind(from.1.0).bind(to.0.stored());
        query.bind(i64::from(part)).bind(to.1.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Only so many `parts` of a message stand in `there` any more, at least one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keeps_parts(
        &mut self,
        from: (ConversationId, MessageId),
        there: ConversationId,
        parts: u32,
    ) -> Result<(), Error> {
        let query = self.query(FORGET_PARTS).bind(from.0.stored()).bind(from.1.0).bind(there.stored());
        query.bind(i64::from(parts)).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A message at a desk is about this customer, though it is the copy of none: whatever is
    /// answered there, it is known whose it is. Stands among the copies as that of a message below zero, where people's
    /// have no numbers.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_about(&mut self, customer: CustomerId, desk: DeskId, message: MessageId) -> Result<(), Error> {
        self.put_copy((customer.into(), -message.0), (desk.into(), message)).await
    }

    async fn put_copy(&mut self, from: (ConversationId, i64), to: (ConversationId, MessageId)) -> Result<(), Error> {
        let query = self.query(COPIED).bind(from.0.stored()).bind(from.1).bind(to.0.stored()).bind(to.1.0);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
