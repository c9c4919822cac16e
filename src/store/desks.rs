//! What the desks know together: open tickets, who is on shift, what is wrong for many.

use super::access::Store;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{AgentId, CustomerId, DeskId, Incident, OnShift, OpenTicket, Person, TicketNo};
use chrono::DateTime;
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;

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
    /// Whose tickets an agent holds.
    pub async fn held_by(&self, agent: AgentId) -> Result<Vec<CustomerId>, Error> {
        let rows = sqlx::query(sql::HELD_BY).bind(agent.0).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok(CustomerId(row.try_get("customer")?))).collect()
    }
}

impl Tx<'_> {
    /// The tickets that are not done.
    pub async fn open_tickets(&mut self) -> Result<Vec<OpenTicket>, Error> {
        let rows = sqlx::query(sql::OPEN_TICKETS).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(open_ticket(row)?)).collect()
    }

    /// Writes down how a ticket stands; the first time that it is answered counts as the moment of the answer.
    pub async fn put_ticket(&mut self, ticket: &OpenTicket, now: i64) -> Result<(), Error> {
        sqlx::query(sql::PUT_TICKET)
            .bind(ticket.no.0)
            .bind(ticket.customer.0)
            .bind(&ticket.name)
            .bind(ticket.desk.0)
            .bind(&ticket.intent)
            .bind(i64::from(ticket.urgent))
            .bind(ticket.mood)
            .bind(ticket.opened.timestamp_millis())
            .bind(ticket.promised.timestamp_millis())
            .bind(ticket.agent.as_ref().map(|(id, _)| id.0))
            .bind(ticket.agent.as_ref().map(|(_, name)| name.clone()))
            .bind(i64::from(ticket.snoozed))
            .bind(ticket.answered.then_some(now))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// A ticket is done.
    pub async fn close_ticket(&mut self, no: TicketNo, now: i64) -> Result<(), Error> {
        sqlx::query(sql::CLOSE_TICKET).bind(no.0).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// How long customers waited for the first answers given after `since` (Unix milliseconds), in milliseconds,
    /// the shortest first.
    pub async fn waits_since(&mut self, since: i64) -> Result<Vec<i64>, Error> {
        let rows = sqlx::query(sql::WAITS_SINCE).bind(since).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(row.try_get("waited")?)).collect()
    }

    /// Who is on shift, by the order in which they came.
    pub async fn agents_on_shift(&mut self) -> Result<Vec<OnShift>, Error> {
        let rows = sqlx::query(sql::AGENTS).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                Ok(OnShift {
                    person: Person {
                        id: row.try_get("id")?,
                        name: row.try_get("name")?,
                        username: row.try_get("username")?,
                        language_code: None,
                    },
                    desk: DeskId(row.try_get("desk")?),
                    turn_at: row.try_get("offered_at")?,
                })
            })
            .collect()
    }

    /// An agent is on shift at a desk.
    pub async fn agent_on(&mut self, agent: &Person, desk: DeskId, now: i64) -> Result<(), Error> {
        sqlx::query(sql::AGENT_ON)
            .bind(agent.id)
            .bind(desk.0)
            .bind(&agent.name)
            .bind(&agent.username)
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// An agent is not on shift any more.
    pub async fn agent_off(&mut self, agent: AgentId) -> Result<(), Error> {
        sqlx::query(sql::AGENT_OFF).bind(agent.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Something was offered to an agent.
    pub async fn agent_had_turn(&mut self, agent: AgentId, now: i64) -> Result<(), Error> {
        sqlx::query(sql::AGENT_OFFERED).bind(agent.0).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A customer asked for something.
    pub async fn requested(&mut self, customer: CustomerId, intent: &str, now: i64) -> Result<(), Error> {
        let row = json!([self.ids.next(now), customer.0, intent, now]);
        self.put_row(|gathered| &mut gathered.wishes, self.dialect.rows().wished, row).await
    }

    /// Whether at least `many` different customers asked for this since `since`.
    pub async fn is_crowd(&mut self, intent: &str, since: i64, many: i64) -> Result<bool, Error> {
        self.settle().await?;
        let query = sqlx::query(sql::MANY_WISH).bind(intent).bind(since).bind(many);
        Ok(query.fetch_one(&mut *self.connection).await?.try_get::<i64, _>("count")? >= many)
    }

    /// How many different customers asked for this since `since`.
    pub async fn askers_since(&mut self, intent: &str, since: i64) -> Result<i64, Error> {
        let query = sqlx::query(sql::COUNT_WISHES).bind(intent).bind(since);
        Ok(query.fetch_one(&mut *self.connection).await?.try_get("count")?)
    }

    /// The lead is to be told that many ask for this, unless that was done since `since`; whether to.
    pub async fn incident_seen(&mut self, intent: &str, now: i64, since: i64) -> Result<bool, Error> {
        let known = sqlx::query(sql::INCIDENT_KNOWN).bind(intent).bind(since);
        if known.fetch_optional(&mut *self.connection).await?.is_some() {
            return Ok(false);
        }
        let query = sqlx::query(sql::INCIDENT_SEEN).bind(intent).bind(now).bind(since);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// Something is wrong for many: whoever asks is told these words first.
    pub async fn open_incident(&mut self, intent: &str, words: Option<&str>, now: i64) -> Result<(), Error> {
        let query = sqlx::query(sql::OPEN_INCIDENT).bind(intent).bind(now).bind(words);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// It is over; whether it was open.
    pub async fn close_incident(&mut self, intent: &str, now: i64) -> Result<bool, Error> {
        let query = sqlx::query(sql::CLOSE_INCIDENT).bind(intent).bind(now);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// What is wrong for many just now.
    pub async fn incidents(&mut self) -> Result<Vec<Incident>, Error> {
        let rows = sqlx::query(sql::INCIDENTS).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                let (intent, text) = (row.try_get("intent")?, row.try_get("words")?);
                Ok(Incident { intent, text, since: row.try_get("opened_at")? })
            })
            .collect()
    }

    /// Who asked for this since `since`, each once.
    pub async fn askers(&mut self, intent: &str, since: i64) -> Result<Vec<CustomerId>, Error> {
        let query = sqlx::query(sql::ASKERS).bind(intent).bind(since);
        let rows = query.fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(CustomerId(row.try_get("customer")?))).collect()
    }
}
