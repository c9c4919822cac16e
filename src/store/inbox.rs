//! The inbox, conversations and the ticket counter.

use super::access::Store;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{ConversationId, CustomerId, TicketNo};
use serde_json::json;
use sqlx::Row;
use std::collections::HashSet;

/// Begins the source of an answer of the carrier.
pub const ANSWER: &str = "question:";

/// An event to be put into the inbox.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Where it came from: the same source is taken once.
    pub source: String,
    /// Whose it is.
    pub conversation: ConversationId,
    /// The event, as JSON.
    pub body: String,
}

/// An event that has not been looked at.
#[derive(Clone, Debug)]
pub struct WaitingEvent {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub conversation: ConversationId,
    /// The event, as JSON.
    pub body: String,
    /// Whether it is the carrier's answer, for which the customer's other events wait.
    pub is_answer: bool,
    /// How often it has failed.
    pub tries: i64,
}

/// The rank of the carrier's answers: before what waits for them.
const ANSWERS_FIRST: i64 = -1;

/// An event that could not be worked on.
#[derive(Clone, Debug)]
pub struct SetAside {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub conversation: ConversationId,
    /// When it came (Unix milliseconds).
    pub received_at: i64,
    /// Why.
    pub problem: String,
}

impl Store {
    /// Whether an event waits that may be worked on at `now` (Unix milliseconds).
    pub async fn has_events(&self, now: i64) -> Result<bool, Error> {
        Ok(sqlx::query(sql::EVENTS_WAIT).bind(now).fetch_optional(&self.reads).await?.is_some())
    }

    /// What could not be worked on, oldest first.
    pub async fn set_aside(&self) -> Result<Vec<SetAside>, Error> {
        let rows = sqlx::query(sql::SET_ASIDE).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(SetAside {
                    id: row.try_get("id")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    received_at: row.try_get("received_at")?,
                    problem: row.try_get("problem")?,
                })
            })
            .collect()
    }

    /// An event that was set aside is worked on again; `false` if there is no such.
    pub async fn work_again(&self, id: i64) -> Result<bool, Error> {
        self.changes_one(sql::WORK_AGAIN, id).await
    }

    /// An event that was set aside is kept as history only; `false` if there is no such.
    pub async fn forget_event(&self, id: i64) -> Result<bool, Error> {
        self.changes_one(sql::FORGET_EVENT, id).await
    }

    pub(super) async fn changes_one(&self, statement: &'static str, id: i64) -> Result<bool, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let changed = sqlx::query(statement).bind(id).execute(&mut *tx.connection).await?;
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }
}

impl Tx<'_> {
    /// Puts an event into the inbox; `false` if it is there already. `now` in Unix milliseconds.
    pub async fn put_event(&mut self, event: &NewEvent, now: i64) -> Result<bool, Error> {
        Ok(self.put_events(std::slice::from_ref(event), now).await? > 0)
    }

    /// Puts events into the inbox, in their order; returns how many were not there already. `now` in Unix milliseconds.
    pub async fn put_events(&mut self, events: &[NewEvent], now: i64) -> Result<u64, Error> {
        let row = |NewEvent { source, conversation, body }: &NewEvent| {
            let rank = if source.starts_with(ANSWER) { ANSWERS_FIRST } else { 0 };
            json!([self.ids.next(now), source, conversation, body, now, rank])
        };
        let rows = events.iter().map(row).collect();
        self.write_rows(self.dialect.rows().put_events, rows).await
    }

    /// The oldest events that may be worked on at `now` (Unix milliseconds), in order. Their conversations are this
    /// transaction's alone until it ends; ids that are made from here on are greater than all in them.
    pub async fn waiting_events(&mut self, now: i64, limit: i64) -> Result<Vec<WaitingEvent>, Error> {
        let rows = match self.dialect.claim() {
            None => {
                let query = sqlx::query(sql::sqlite::WAITING_EVENTS).bind(now).bind(limit);
                query.fetch_all(&mut *self.connection).await?
            }
            Some(claim) => {
                let claimed = sqlx::query(claim).bind(now).bind(limit).fetch_all(&mut *self.connection).await?;
                if claimed.is_empty() {
                    return Ok(Vec::new());
                }
                let customers =
                    claimed.iter().map(|row| row.try_get("customer")).collect::<Result<HashSet<i64>, _>>()?;
                let customers: Vec<String> = customers.iter().map(ToString::to_string).collect();
                self.new_ids().await?;
                let query = sqlx::query(sql::postgres::WAITING_EVENTS).bind(now).bind(limit).bind(customers.join(","));
                query.fetch_all(&mut *self.connection).await?
            }
        };
        let customers: Vec<i64> = rows.iter().map(|row| row.try_get("customer")).collect::<Result<_, _>>()?;
        self.foresee(&customers).await?;
        rows.iter()
            .map(|row| {
                Ok(WaitingEvent {
                    id: row.try_get("id")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    body: row.try_get("body")?,
                    is_answer: row.try_get::<i64, _>("rank")? == ANSWERS_FIRST,
                    tries: row.try_get("tries")?,
                })
            })
            .collect()
    }

    /// Somebody's oldest event has failed so often; it is tried again at `until`.
    pub async fn hold(&mut self, whose: ConversationId, tries: i64, until: i64) -> Result<(), Error> {
        let query = sqlx::query(sql::HOLD).bind(whose.stored()).bind(tries).bind(until);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Nothing of theirs fails any more.
    pub async fn let_go(&mut self, whose: ConversationId) -> Result<(), Error> {
        sqlx::query(sql::LET_GO).bind(whose.stored()).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// How often somebody's oldest event has failed.
    pub async fn tries(&mut self, whose: ConversationId) -> Result<i64, Error> {
        let row = sqlx::query(sql::TRIES).bind(whose.stored()).fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("tries")).transpose()?.unwrap_or(0))
    }

    /// The event has been looked at; `problem` says why it was set aside, if it was.
    pub async fn event_done(&mut self, id: i64, now: i64, problem: Option<&str>) -> Result<(), Error> {
        let row = json!([id, now, problem]);
        self.put_row(|gathered| &mut gathered.done, self.dialect.rows().events_done, row).await
    }

    /// A conversation's state, as JSON, if there is a conversation.
    pub async fn state_of(&mut self, customer: CustomerId) -> Result<Option<String>, Error> {
        if let Some(gathered) = &self.gathered {
            if let Some((state, _)) = gathered.states.get(&customer.0) {
                return Ok(Some(state.clone()));
            }
            if let Some(known) = gathered.known.get(&customer.0) {
                return Ok(known.clone());
            }
        }
        let row = sqlx::query(sql::STATE_OF).bind(customer.0).fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("state")).transpose()?)
    }

    /// Remembers a conversation's state.
    pub async fn set_state(&mut self, customer: CustomerId, state: &str, now: i64) -> Result<(), Error> {
        if let Some(gathered) = &mut self.gathered {
            gathered.states.insert(customer.0, (state.to_owned(), now));
            return Ok(());
        }
        self.write_rows(self.dialect.rows().set_states, vec![json!([customer.0, state, now])]).await.map(|_| ())
    }

    /// The number the next ticket gets, unless another replica opens one first.
    pub async fn next_ticket(&mut self) -> Result<TicketNo, Error> {
        let row = sqlx::query(sql::LAST_TICKET).fetch_one(&mut *self.connection).await?;
        Ok(TicketNo(row.try_get::<i64, _>("value")? + 1))
    }

    /// The number the next ticket gets, surely: nobody else opens one before this transaction ends.
    pub async fn lock_next_ticket(&mut self) -> Result<TicketNo, Error> {
        let row = sqlx::query(self.dialect.lock_last_ticket()).fetch_one(&mut *self.connection).await?;
        Ok(TicketNo(row.try_get::<i64, _>("value")? + 1))
    }

    /// A ticket with this number was opened.
    pub async fn ticket_opened(&mut self, ticket: TicketNo) -> Result<(), Error> {
        sqlx::query(sql::SET_LAST_TICKET).bind(ticket.0).execute(&mut *self.connection).await?;
        Ok(())
    }
}
