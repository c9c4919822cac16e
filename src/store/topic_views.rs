//! The table `faces`: what the agents see of each customer's topic, its name and its card, as they should be and as they
//! are. Of several changes that wait for the group's minute only the last is sent.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, DeskId, MessageId};
use sqlx::Row;

statements! {
    VIEW_OF = "SELECT name, body, shown_name, shown_body, card FROM faces WHERE customer = $1";
    SET_VIEW = "INSERT INTO faces (customer, name, body) VALUES ($1, $2, $3) \
                ON CONFLICT (customer) DO UPDATE SET name = excluded.name, body = excluded.body";
    CARD_AT = "SELECT f.customer FROM faces f JOIN topics t ON t.customer = f.customer WHERE f.card = $2 AND t.desk = $1";
    SHOWN_NAME = "UPDATE faces SET shown_name = $2 WHERE customer = $1";
    SHOWN_BODY = "UPDATE faces SET shown_body = $2, card = COALESCE($3, card) WHERE customer = $1";
    FORGET_SHOWN = "UPDATE faces SET shown_name = NULL, shown_body = NULL, card = NULL WHERE customer = $1";
}

/// What a customer's topic is to show, and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicView {
    /// The name the topic should have.
    pub name: String,
    /// The card it should have: text and buttons, as JSON.
    pub body: String,
    /// The name it has; none where there is no topic.
    pub shown_name: Option<String>,
    /// The card it has, as JSON; none before there is one.
    pub shown_body: Option<String>,
    /// The message at the desk that carries the card.
    pub card: Option<MessageId>,
}

impl Store {
    /// The view of a customer's topic, if the customer was ever at the desk.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn topic_view(&self, customer: CustomerId) -> Result<Option<TopicView>, Error> {
        let row = self.query(VIEW_OF).bind(customer.0).fetch_optional(&self.reads).await?;
        row.map(|row| {
            Ok(TopicView {
                name: row.try_get("name")?,
                body: row.try_get("body")?,
                shown_name: row.try_get("shown_name")?,
                shown_body: row.try_get("shown_body")?,
                card: row.try_get::<Option<i64>, _>("card")?.map(MessageId),
            })
        })
        .transpose()
    }

    /// The customer whose card a message of a desk carries, if it carries one's present card.
    pub(super) async fn whose_card(&self, desk: DeskId, message: MessageId) -> Result<Option<CustomerId>, Error> {
        let row = self.query(CARD_AT).bind(desk.0).bind(message.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(CustomerId(row.try_get("customer")?))).transpose()
    }
}

impl Tx<'_> {
    /// What a customer's topic is to show from now on: its name and its card (text and buttons, as JSON).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_topic_view(&mut self, customer: CustomerId, name: &str, body: &str) -> Result<(), Error> {
        self.query(SET_VIEW).bind(customer.0).bind(name).bind(body).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The customer's topic has this name now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shown_name(&mut self, customer: CustomerId, name: &str) -> Result<(), Error> {
        self.query(SHOWN_NAME).bind(customer.0).bind(name).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The card shows this now, as JSON; `message` carries it, if it is a new one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shown_body(
        &mut self,
        customer: CustomerId,
        body: &str,
        message: Option<MessageId>,
    ) -> Result<(), Error> {
        let query = self.query(SHOWN_BODY).bind(customer.0).bind(body).bind(message.map(|message| message.0));
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Nothing of the view is shown any more: the topic is gone.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_shown(&mut self, customer: CustomerId) -> Result<(), Error> {
        self.query(FORGET_SHOWN).bind(customer.0).execute(&mut *self.connection).await?;
        Ok(())
    }
}
