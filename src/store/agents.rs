//! The table `agents`: agents who are on shift, and when something was last offered to each. Beside it the table
//! `seen_agents`: agents who have answered or held a ticket, on shift or not.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{AgentId, DeskId, OnShift, Person, SeenAgent};
use sqlx::Row;
use sqlx::any::AnyRow;

statements! {
    AGENTS = "SELECT id, desk, name, username, offered_at FROM agents ORDER BY came_at, id";
    AGENT_ON = "INSERT INTO agents (id, desk, name, username, came_at) VALUES ($1, $2, $3, $4, $5) \
                ON CONFLICT (id) DO UPDATE SET desk = excluded.desk, name = excluded.name, \
                username = excluded.username";
    AGENT_OFF = "DELETE FROM agents WHERE id = $1";
    AGENT_OFFERED = "UPDATE agents SET offered_at = $2 WHERE id = $1";
    /// More than a menu shows.
    SEEN = "SELECT desk, id, name, username, seen_at FROM seen_agents WHERE seen_at > $1 \
            ORDER BY seen_at DESC, id LIMIT 100";
    AGENT_SEEN = "INSERT INTO seen_agents (desk, id, name, username, seen_at) VALUES ($1, $2, $3, $4, $5) \
                  ON CONFLICT (desk, id) DO UPDATE SET name = excluded.name, username = excluded.username, \
                  seen_at = excluded.seen_at";
    LEFT_SHIFT = "DELETE FROM agents WHERE desk = $1 AND id = $2";
    LEFT_DESK = "DELETE FROM seen_agents WHERE desk = $1 AND id = $2";
}

/// The agent of a row, as last seen.
fn person(row: &AnyRow) -> Result<Person, sqlx::Error> {
    Ok(Person {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        username: row.try_get("username")?,
        ..Person::default()
    })
}

impl Tx<'_> {
    /// The agents on shift, by the order in which they came.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn agents_on_shift(&mut self) -> Result<Vec<OnShift>, Error> {
        let rows = self.query(AGENTS).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                Ok(OnShift {
                    person: person(row)?,
                    desk: DeskId(row.try_get("desk")?),
                    turn_at: row.try_get("offered_at")?,
                })
            })
            .collect()
    }

    /// An agent is on shift at a desk. The first `now` (Unix milliseconds) of a shift counts as when they came.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn agent_on(&mut self, agent: &Person, desk: DeskId, now: i64) -> Result<(), Error> {
        let query = self.query(AGENT_ON).bind(agent.id).bind(desk.0).bind(&agent.name).bind(&agent.username).bind(now);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// An agent is not on shift any more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn agent_off(&mut self, agent: AgentId) -> Result<(), Error> {
        self.query(AGENT_OFF).bind(agent.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A ticket was offered to an agent at `now` (Unix milliseconds).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn agent_had_turn(&mut self, agent: AgentId, now: i64) -> Result<(), Error> {
        self.query(AGENT_OFFERED).bind(agent.0).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Agents who have answered or held a ticket after `since` (Unix milliseconds), the one seen last first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn agents_seen(&mut self, since: i64) -> Result<Vec<SeenAgent>, Error> {
        let rows = self.query(SEEN).bind(since).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                Ok(SeenAgent { person: person(row)?, desk: DeskId(row.try_get("desk")?), at: row.try_get("seen_at")? })
            })
            .collect()
    }

    /// An agent was seen at a desk.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn agent_seen(&mut self, seen: &SeenAgent) -> Result<(), Error> {
        let SeenAgent { person, desk, at } = seen;
        let query = self.query(AGENT_SEEN).bind(desk.0).bind(person.id).bind(&person.name).bind(&person.username);
        query.bind(at).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// An agent has left a desk, which is known by these ids: nothing is offered to them there any more, and no ticket
    /// transferred. At other desks they work on.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn agent_left(&mut self, agent: AgentId, desk: &[DeskId]) -> Result<(), Error> {
        for id in desk {
            for statement in [LEFT_SHIFT, LEFT_DESK] {
                self.query(statement).bind(id.0).bind(agent.0).execute(&mut *self.connection).await?;
            }
        }
        Ok(())
    }
}
