//! The table `tickets`: every ticket as a line, written whenever its conversation changes it. The queue, what each agent
//! holds and how long customers waited are read from it; the conversation's own state stays the truth.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{AgentId, CustomerId, DeskId, OpenTicket, TicketNo};
use chrono::DateTime;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

statements! {
    OPEN_TICKETS = "SELECT no, customer, name, desk, wish, urgent, mood, opened_at, promised_at, agent, agent_name, \
                    snoozed, answered_at FROM tickets WHERE closed_at IS NULL ORDER BY no";
    PUT_TICKET over rows = "INSERT INTO tickets (no, customer, name, desk, wish, urgent, mood, opened_at, promised_at, \
                            agent, agent_name, snoozed, answered_at) \
                            SELECT CAST(r->>'no' AS BIGINT), CAST(r->>'customer' AS BIGINT), r->>'name', \
                            CAST(r->>'desk' AS BIGINT), r->>'wish', CAST(r->>'urgent' AS BIGINT), \
                            CAST(r->>'mood' AS BIGINT), CAST(r->>'opened_at' AS BIGINT), \
                            CAST(r->>'promised_at' AS BIGINT), CAST(r->>'agent' AS BIGINT), r->>'agent_name', \
                            CAST(r->>'snoozed' AS BIGINT), CAST(r->>'answered_at' AS BIGINT) \
                            FROM rows WHERE true ON CONFLICT (no) DO UPDATE SET name = excluded.name, \
                            desk = excluded.desk, wish = excluded.wish, urgent = excluded.urgent, \
                            mood = excluded.mood, opened_at = excluded.opened_at, \
                            promised_at = excluded.promised_at, agent = excluded.agent, \
                            agent_name = excluded.agent_name, snoozed = excluded.snoozed, closed_at = NULL, \
                            answered_at = CASE WHEN excluded.answered_at IS NULL OR tickets.answered_at IS NULL \
                            THEN excluded.answered_at ELSE tickets.answered_at END";
    CLOSE_TICKET = "UPDATE tickets SET closed_at = $2 WHERE no = $1";
    HELD_BY = "SELECT customer, desk FROM tickets WHERE agent = $1 AND closed_at IS NULL ORDER BY no";
    DESKS_OF_OPEN = "SELECT customer, desk FROM tickets WHERE closed_at IS NULL ORDER BY no";
    TICKET_OF = "SELECT customer, desk FROM tickets WHERE no = $1";
    HOLDER_OF = "SELECT agent FROM tickets WHERE no = $1 AND closed_at IS NULL AND agent IS NOT NULL";
    WAITS_SINCE = "SELECT answered_at - opened_at AS waited FROM tickets WHERE answered_at > $1 ORDER BY 1";
}

/// A row of [`PUT_TICKET`].
#[derive(Serialize)]
struct TicketRow<'a> {
    no: TicketNo,
    customer: CustomerId,
    name: &'a str,
    desk: DeskId,
    wish: Option<&'a str>,
    urgent: i64,
    mood: i64,
    opened_at: i64,
    promised_at: i64,
    agent: Option<AgentId>,
    agent_name: Option<&'a str>,
    snoozed: i64,
    answered_at: Option<i64>,
}

fn open_ticket(row: &AnyRow) -> Result<OpenTicket, sqlx::Error> {
    let moment = |name: &str| -> Result<_, sqlx::Error> {
        Ok(DateTime::from_timestamp_millis(row.try_get::<i64, _>(name)?).unwrap_or_default())
    };
    let agent: Option<i64> = row.try_get("agent")?;
    let agent_name: Option<String> = row.try_get("agent_name")?;
    Ok(OpenTicket {
        no: TicketNo(row.try_get("no")?),
        customer: CustomerId(row.try_get("customer")?),
        name: row.try_get("name")?,
        desk: DeskId(row.try_get("desk")?),
        intent: row.try_get("wish")?,
        urgent: row.try_get::<i64, _>("urgent")? != 0,
        mood: row.try_get("mood")?,
        opened: moment("opened_at")?,
        promised: moment("promised_at")?,
        agent: agent.map(|id| (AgentId(id), agent_name.unwrap_or_default())),
        answered: row.try_get::<Option<i64>, _>("answered_at")?.is_some(),
        snoozed: row.try_get::<i64, _>("snoozed")? != 0,
    })
}

impl Store {
    /// The customers whose tickets an agent holds at a desk (by any of its ids), by the tickets' numbers.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn held_by(&self, agent: AgentId, desk: DeskId) -> Result<Vec<CustomerId>, Error> {
        let rows = self.query(HELD_BY).bind(agent.0).fetch_all(&self.reads).await?;
        let held = rows.iter().map(|row| Ok((CustomerId(row.try_get("customer")?), DeskId(row.try_get("desk")?))));
        let held: Vec<(CustomerId, DeskId)> = held.collect::<Result<_, Error>>()?;
        // Tickets name the desk as the owner does, whatever id an upgrade has given it.
        let here = |at: DeskId| self.current_desk(at) == self.current_desk(desk);
        Ok(held.into_iter().filter(|(_, at)| here(*at)).map(|(customer, _)| customer).collect())
    }

    /// The customers who have open tickets, each with the ticket's desk, by the tickets' numbers.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn desks_of_open_tickets(&self) -> Result<Vec<(CustomerId, DeskId)>, Error> {
        let rows = self.query(DESKS_OF_OPEN).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((CustomerId(row.try_get("customer")?), DeskId(row.try_get("desk")?)))).collect()
    }

    /// The agent who holds an open ticket; `None` when nobody does.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn holder_of(&self, no: TicketNo) -> Result<Option<AgentId>, Error> {
        let row = self.query(HOLDER_OF).bind(no.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok(AgentId(row.try_get("agent")?))).transpose()
    }

    /// The customer whose ticket this is, and the desk that it lies at, as the owner named it; open or done.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn whose_ticket(&self, no: TicketNo) -> Result<Option<(CustomerId, DeskId)>, Error> {
        let row = self.query(TICKET_OF).bind(no.0).fetch_optional(&self.reads).await?;
        row.map(|row| Ok((CustomerId(row.try_get("customer")?), DeskId(row.try_get("desk")?)))).transpose()
    }
}

impl Tx<'_> {
    /// The tickets that are not done, by number.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn open_tickets(&mut self) -> Result<Vec<OpenTicket>, Error> {
        let rows = self.query(OPEN_TICKETS).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(open_ticket(row)?)).collect()
    }

    /// Writes down how a ticket stands at `now` (Unix milliseconds); the first time that it is answered counts as the
    /// moment of the answer.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_ticket(&mut self, ticket: &OpenTicket, now: i64) -> Result<(), Error> {
        let row = TicketRow {
            no: ticket.no,
            customer: ticket.customer,
            name: &ticket.name,
            desk: ticket.desk,
            wish: ticket.intent.as_deref(),
            urgent: i64::from(ticket.urgent),
            mood: ticket.mood,
            opened_at: ticket.opened.timestamp_millis(),
            promised_at: ticket.promised.timestamp_millis(),
            agent: ticket.agent.as_ref().map(|(id, _)| *id),
            agent_name: ticket.agent.as_ref().map(|(_, name)| name.as_str()),
            snoozed: i64::from(ticket.snoozed),
            answered_at: ticket.answered.then_some(now),
        };
        self.write_rows(PUT_TICKET, &[row]).await.map(|_| ())
    }

    /// A ticket is done. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn close_ticket(&mut self, no: TicketNo, now: i64) -> Result<(), Error> {
        self.query(CLOSE_TICKET).bind(no.0).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// How long customers waited for the first answers given after `since` (Unix milliseconds), in milliseconds,
    /// the shortest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn waits_since(&mut self, since: i64) -> Result<Vec<i64>, Error> {
        let rows = self.query(WAITS_SINCE).bind(since).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(row.try_get("waited")?)).collect()
    }
}
