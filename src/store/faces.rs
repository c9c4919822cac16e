//! What topics are to show and do show, and which message is the copy of which.

use super::access::Store;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{ConversationId, CustomerId, DeskId, MessageId};
use sqlx::Row;

/// The face of a customer's topic: its name and its card, as they should be and as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The name it should have.
    pub name: String,
    /// The card it should have: text and buttons, as JSON.
    pub body: String,
    /// The name it has.
    pub shown_name: Option<String>,
    /// The card it has.
    pub shown_body: Option<String>,
    /// The message that carries the card.
    pub card: Option<MessageId>,
}

impl Store {
    /// The face of a customer's topic, if the customer was ever at the desk.
    pub async fn face_of(&self, customer: CustomerId) -> Result<Option<Face>, Error> {
        let row = sqlx::query(sql::FACE_OF).bind(customer.0).fetch_optional(&self.reads).await?;
        row.map(|row| {
            Ok(Face {
                name: row.try_get("name")?,
                body: row.try_get("body")?,
                shown_name: row.try_get("shown_name")?,
                shown_body: row.try_get("shown_body")?,
                card: row.try_get::<Option<i64>, _>("card")?.map(MessageId),
            })
        })
        .transpose()
    }

    /// Whose a message of a desk without topics is, if it is about a customer at all.
    pub async fn whose_message(&self, desk: DeskId, message: MessageId) -> Result<Option<CustomerId>, Error> {
        let row = sqlx::query(sql::WHOSE_MESSAGE).bind(desk.0).bind(message.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(CustomerId(row.try_get("customer")?))).transpose()
    }

    /// The message that stands in `there` for `message` of `here`: its copy, or what it is a copy of.
    pub async fn counterpart(
        &self,
        here: ConversationId,
        message: MessageId,
        there: ConversationId,
    ) -> Result<Option<MessageId>, Error> {
        for statement in [sql::COPY_OF, sql::ORIGINAL_OF] {
            let query = sqlx::query(statement).bind(here.stored()).bind(message.0).bind(there.stored());
            if let Some(row) = query.fetch_optional(&self.reads).await? {
                return Ok(Some(MessageId(row.try_get("message")?)));
            }
        }
        Ok(None)
    }
}

impl Tx<'_> {
    /// Whether something stands in `there` for `message` of `here`.
    pub async fn has_counterpart(
        &mut self,
        here: ConversationId,
        message: MessageId,
        there: ConversationId,
    ) -> Result<bool, Error> {
        for statement in [sql::COPY_OF, sql::ORIGINAL_OF] {
            let query = sqlx::query(statement).bind(here.stored()).bind(message.0).bind(there.stored());
            if query.fetch_optional(&mut *self.connection).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a customer's topic is to show from now on.
    pub async fn set_face(&mut self, customer: CustomerId, name: &str, body: &str) -> Result<(), Error> {
        sqlx::query(sql::SET_FACE).bind(customer.0).bind(name).bind(body).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The topic has this name now.
    pub async fn shown_name(&mut self, customer: CustomerId, name: &str) -> Result<(), Error> {
        sqlx::query(sql::SHOWN_NAME).bind(customer.0).bind(name).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The card shows this now; `message` carries it, if it is a new one.
    pub async fn shown_body(
        &mut self,
        customer: CustomerId,
        body: &str,
        message: Option<MessageId>,
    ) -> Result<(), Error> {
        let query = sqlx::query(sql::SHOWN_BODY).bind(customer.0).bind(body).bind(message.map(|message| message.0));
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Nothing of the face is shown any more: its topic is gone.
    pub async fn forget_shown(&mut self, customer: CustomerId) -> Result<(), Error> {
        sqlx::query(sql::FORGET_SHOWN).bind(customer.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// `to` is the copy of `from`, each a chat and a message in it.
    pub async fn copied(
        &mut self,
        from: (ConversationId, MessageId),
        to: (ConversationId, MessageId),
    ) -> Result<(), Error> {
        self.put_copy((from.0, from.1.0), to).await
    }

    /// A message in the general topic of a desk is about this customer, though it is the copy of none: whatever is
    /// answered there, it is known whose it is. Stands among the copies as that of a message below zero, where people's
    /// have no numbers.
    pub async fn is_about(&mut self, customer: CustomerId, desk: DeskId, message: MessageId) -> Result<(), Error> {
        self.put_copy((customer.into(), -message.0), (desk.into(), message)).await
    }

    async fn put_copy(&mut self, from: (ConversationId, i64), to: (ConversationId, MessageId)) -> Result<(), Error> {
        let query = sqlx::query(sql::COPIED).bind(from.0.stored()).bind(from.1).bind(to.0.stored()).bind(to.1.0);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
