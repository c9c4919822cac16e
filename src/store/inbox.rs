//! The inbox, conversations and the ticket counter.

use super::{Error, Store, Tx, sql};
use crate::conversation::{CustomerId, TicketNo};
use sqlx::Row;

/// Begins the source of an answer of the carrier.
pub const ANSWER: &str = "question:";

/// An event to be put into the inbox.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Where it came from: the same source is taken once.
    pub source: String,
    /// Whose conversation it belongs to.
    pub customer: CustomerId,
    /// The event, as JSON.
    pub body: String,
}

/// An event that has not been looked at.
#[derive(Clone, Debug)]
pub struct WaitingEvent {
    /// Its row.
    pub id: i64,
    /// Whose conversation it belongs to.
    pub customer: CustomerId,
    /// The event, as JSON.
    pub body: String,
    /// Whether it is the carrier's answer, for which the customer's other events wait.
    pub is_answer: bool,
}

impl Store {
    /// Whether an event waits.
    pub async fn has_events(&self) -> Result<bool, Error> {
        Ok(sqlx::query(sql::EVENTS_WAIT).fetch_optional(&self.reads).await?.is_some())
    }
}

impl Tx<'_> {
    /// Puts an event into the inbox; `false` if it is there already. `now` in Unix milliseconds.
    pub async fn put_event(&mut self, event: &NewEvent, now: i64) -> Result<bool, Error> {
        let result = sqlx::query(sql::PUT_EVENT)
            .bind(self.ids.next(now))
            .bind(&event.source)
            .bind(event.customer.0)
            .bind(&event.body)
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(result.rows_affected() > 0)
    }

    /// The oldest events that wait, in order.
    pub async fn waiting_events(&mut self, limit: i64) -> Result<Vec<WaitingEvent>, Error> {
        let rows = sqlx::query(sql::WAITING_EVENTS).bind(limit).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                Ok(WaitingEvent {
                    id: row.try_get("id")?,
                    customer: CustomerId(row.try_get("customer")?),
                    body: row.try_get("body")?,
                    is_answer: row.try_get::<String, _>("source")?.starts_with(ANSWER),
                })
            })
            .collect()
    }

    /// The event has been looked at; `problem` says why it was set aside, if it was.
    pub async fn event_done(&mut self, id: i64, now: i64, problem: Option<&str>) -> Result<(), Error> {
        sqlx::query(sql::EVENT_DONE).bind(id).bind(now).bind(problem).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A conversation's state, as JSON, if there is a conversation.
    pub async fn state_of(&mut self, customer: CustomerId) -> Result<Option<String>, Error> {
        let row = sqlx::query(sql::STATE_OF).bind(customer.0).fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("state")).transpose()?)
    }

    /// Remembers a conversation's state.
    pub async fn set_state(&mut self, customer: CustomerId, state: &str, now: i64) -> Result<(), Error> {
        sqlx::query(sql::SET_STATE).bind(customer.0).bind(state).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The number the next ticket gets.
    pub async fn next_ticket(&mut self) -> Result<TicketNo, Error> {
        let row = sqlx::query(sql::LAST_TICKET).fetch_one(&mut *self.connection).await?;
        Ok(TicketNo(row.try_get::<i64, _>("value")? + 1))
    }

    /// A ticket with this number was opened.
    pub async fn ticket_opened(&mut self, ticket: TicketNo) -> Result<(), Error> {
        sqlx::query(sql::SET_LAST_TICKET).bind(ticket.0).execute(&mut *self.connection).await?;
        Ok(())
    }
}
