//! The tables `topics`, where what concerns a customer lies at a desk, and `former_topics`, where it lay before it went to
//! another desk. A row goes when the topic does.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, DeskId, TopicId};
use sqlx::Row;

statements! {
    TOPIC_OF = "SELECT desk, thread FROM topics WHERE customer = $1";
    CUSTOMER_OF = "SELECT customer FROM topics WHERE desk = $1 AND thread = $2 \
                   UNION SELECT customer FROM former_topics WHERE desk = $1 AND thread = $2";
    NEWEST_TOPIC = "SELECT MAX(thread) AS thread FROM (SELECT thread FROM topics WHERE desk = $1 \
                    UNION ALL SELECT thread FROM former_topics WHERE desk = $1) AS known";
    SET_TOPIC = "INSERT INTO topics (customer, desk, thread) VALUES ($1, $2, $3) \
                 ON CONFLICT (customer) DO UPDATE SET desk = excluded.desk, thread = excluded.thread";
    FORGET_TOPIC = "DELETE FROM topics WHERE customer = $1 AND desk = $2 AND thread = $3";
    LEAVE_HOME = "DELETE FROM topics WHERE customer = $1";
    SET_FORMER = "INSERT INTO former_topics (desk, thread, customer) VALUES ($1, $2, $3) \
                  ON CONFLICT (desk, thread) DO UPDATE SET customer = excluded.customer";
    FORMER_AT = "SELECT MAX(thread) AS thread FROM former_topics WHERE customer = $1 AND desk = $2";
    FORGET_FORMER = "DELETE FROM former_topics WHERE desk = $1 AND thread = $2";
    MOVE_TOPICS = "UPDATE topics SET desk = $2 WHERE desk = $1";
    MOVE_FORMER = "UPDATE former_topics SET desk = $2 WHERE desk = $1";
}

/// Where what concerns a customer lies: at a desk, and there in a topic of its own or, in a group without topics, in
/// the group itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// The desk, by the id that it has today.
    pub desk: DeskId,
    /// The customer's topic; none in a group without topics.
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
    /// Where what concerns a customer lies at a desk, if it lies anywhere yet.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn home_of(&self, customer: CustomerId) -> Result<Option<Home>, Error> {
        let row = self.query(TOPIC_OF).bind(customer.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(Home::from_stored(row.try_get("desk")?, row.try_get("thread")?))).transpose()
    }

    /// The customer that a topic of a desk belongs to, if it is a customer's; or belonged to, before the ticket went to
    /// another desk.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn whose_topic(&self, desk: DeskId, topic: TopicId) -> Result<Option<CustomerId>, Error> {
        let row = self.query(CUSTOMER_OF).bind(desk.0).bind(topic.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(CustomerId(row.try_get("customer")?))).transpose()
    }

    /// The topic with the greatest number that belongs to a customer of this desk, or belonged to one.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn newest_topic(&self, desk: DeskId) -> Result<Option<TopicId>, Error> {
        let row = self.query(NEWEST_TOPIC).bind(desk.0).fetch_one(&self.reads).await?;
        let newest: Option<i64> = row.try_get("thread")?;
        Ok(newest.and_then(|thread| Home::from_stored(desk.0, thread).topic))
    }
}

impl Tx<'_> {
    /// What concerns a customer lies here from now on.
    ///
    /// # Errors
    /// If the database fails, or the topic is another customer's.
    pub async fn set_home(&mut self, customer: CustomerId, home: Home) -> Result<(), Error> {
        let query = self.query(SET_TOPIC).bind(customer.0).bind(home.desk.0).bind(home.thread(customer));
        query.execute(&mut *self.connection).await?;
        let query = self.query(FORGET_FORMER).bind(home.desk.0).bind(home.thread(customer));
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Where what concerns a customer lies at a desk, if it lies anywhere yet.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn home_of(&mut self, customer: CustomerId) -> Result<Option<Home>, Error> {
        let row = self.query(TOPIC_OF).bind(customer.0).fetch_optional(&mut *self.connection).await?;
        row.map(|row| Ok(Home::from_stored(row.try_get("desk")?, row.try_get("thread")?))).transpose()
    }

    /// What concerns a customer lies at another desk than this home from now on; that it lay here is remembered.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn leave_home(&mut self, customer: CustomerId, home: Home) -> Result<(), Error> {
        self.query(LEAVE_HOME).bind(customer.0).execute(&mut *self.connection).await?;
        self.set_former_home(customer, home).await
    }

    /// What concerns a customer lay here before it went to another desk.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_former_home(&mut self, customer: CustomerId, home: Home) -> Result<(), Error> {
        let query = self.query(SET_FORMER).bind(home.desk.0).bind(home.thread(customer)).bind(customer.0);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Where at this desk what concerns a customer lay before it went to another one, if it ever did.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn former_home(&mut self, customer: CustomerId, desk: DeskId) -> Result<Option<Home>, Error> {
        let row = self.query(FORMER_AT).bind(customer.0).bind(desk.0).fetch_one(&mut *self.connection).await?;
        let thread: Option<i64> = row.try_get("thread")?;
        Ok(thread.map(|thread| Home::from_stored(desk.0, thread)))
    }

    /// The customer's topic is gone; `false` if that was known, or the customer has another by now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_topic(&mut self, customer: CustomerId, desk: DeskId, topic: TopicId) -> Result<bool, Error> {
        self.query(FORGET_FORMER).bind(desk.0).bind(topic.0).execute(&mut *self.connection).await?;
        let query = self.query(FORGET_TOPIC).bind(customer.0).bind(desk.0).bind(topic.0);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// A desk has a new id: its topics are the new one's.
    pub(super) async fn topics_moved(&mut self, old: DeskId, new: DeskId) -> Result<(), Error> {
        for statement in [MOVE_TOPICS, MOVE_FORMER] {
            self.query(statement).bind(old.0).bind(new.0).execute(&mut *self.connection).await?;
        }
        Ok(())
    }
}
