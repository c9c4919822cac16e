//! The tables `members`, how people stand at the desks as last known, and `unproven`, events that wait until that is
//! known of their authors.

use super::access::Store;
use super::error::Error;
use super::inbox::NewEvent;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{AgentId, ConversationId, DeskId, Standing};
use sqlx::Row;
use sqlx::any::AnyRow;

statements! {
    MEMBER = "SELECT status, checked_at, seen_at, tried_at FROM members WHERE desk = $1 AND person = $2";
    MEMBER_CHECKED = "INSERT INTO members (desk, person, status, checked_at) VALUES ($1, $2, $3, $4) \
                      ON CONFLICT (desk, person) DO UPDATE SET status = excluded.status, \
                      checked_at = excluded.checked_at, tried_at = 0";
    MEMBER_SEEN = "INSERT INTO members (desk, person, seen_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (desk, person) DO UPDATE SET seen_at = CASE WHEN excluded.seen_at > members.seen_at \
                   THEN excluded.seen_at ELSE members.seen_at END";
    MEMBER_TRIED = "INSERT INTO members (desk, person, tried_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (desk, person) DO UPDATE SET tried_at = excluded.tried_at";
    /// Their oldest events first.
    UNPROVEN = "SELECT desk, person FROM unproven GROUP BY desk, person ORDER BY MIN(id) LIMIT CAST($1 AS BIGINT)";
    UNPROVEN_COUNT = "SELECT COUNT(*) AS count FROM (SELECT id FROM unproven WHERE desk = $1 AND person = $2 \
                      LIMIT CAST($3 AS BIGINT)) AS waiting";
    PUT_UNPROVEN = "INSERT INTO unproven (id, source, customer, desk, person, body) VALUES ($1, $2, $3, $4, $5, $6) \
                    ON CONFLICT (source) DO NOTHING";
    UNPROVEN_OF = "SELECT id, source, customer, body FROM unproven WHERE desk = $1 AND person = $2 ORDER BY id";
    FORGET_UNPROVEN = "DELETE FROM unproven WHERE desk = $1 AND person = $2 AND id <= $3";
}

/// How somebody stands at a desk, as last known. Moments are Unix milliseconds, 0 for never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Telegram's last answer; `None` when it never gave one. Never [`Standing::Unknown`].
    pub status: Option<Standing>,
    /// When it was given.
    pub checked_at: i64,
    /// When the person last wrote at the desk.
    pub seen_at: i64,
    /// When Telegram last did not answer, if that was after its last answer.
    pub tried_at: i64,
}

fn member(row: &AnyRow) -> Result<Member, Error> {
    let status: Option<String> = row.try_get("status")?;
    Ok(Member {
        status: status.as_deref().and_then(standing_of),
        checked_at: row.try_get("checked_at")?,
        seen_at: row.try_get("seen_at")?,
        tried_at: row.try_get("tried_at")?,
    })
}

/// The word under which a standing is stored; `None` for one that is no answer.
fn word_of(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Administrator => Some("administrator"),
        Standing::Member => Some("member"),
        Standing::Outside => Some("outside"),
        Standing::Unknown => None,
    }
}

/// Reads the word back; `None` for a word of a later version.
fn standing_of(word: &str) -> Option<Standing> {
    let all = [Standing::Administrator, Standing::Member, Standing::Outside];
    all.into_iter().find(|standing| word_of(*standing) == Some(word))
}

impl Store {
    /// How somebody stands at a desk, as last known.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn member(&self, desk: DeskId, person: AgentId) -> Result<Member, Error> {
        let query = self.query(MEMBER).bind(desk.0).bind(person.0);
        let row = query.fetch_optional(&self.reads).await?;
        row.as_ref().map_or(Ok(Member::default()), member)
    }

    /// How many events of somebody wait until it is known how they stand at a desk, counted up to `most`.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn unproven_count(&self, desk: DeskId, person: AgentId, most: i64) -> Result<i64, Error> {
        let query = self.query(UNPROVEN_COUNT).bind(desk.0).bind(person.0).bind(most);
        Ok(query.fetch_one(&self.reads).await?.try_get("count")?)
    }

    /// The people whose events wait until it is known how they stand at the desk, at most `limit`, the longest waiting
    /// first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn unproven(&self, limit: i64) -> Result<Vec<(DeskId, AgentId)>, Error> {
        let rows = self.query(UNPROVEN).bind(limit).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok((DeskId(row.try_get("desk")?), AgentId(row.try_get("person")?)))).collect()
    }
}

impl Tx<'_> {
    /// How somebody stands at a desk, as last known.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn member(&mut self, desk: DeskId, person: AgentId) -> Result<Member, Error> {
        let query = self.query(MEMBER).bind(desk.0).bind(person.0);
        let row = query.fetch_optional(&mut *self.connection).await?;
        row.as_ref().map_or(Ok(Member::default()), member)
    }

    /// Telegram says at `now` (Unix milliseconds) how somebody stands at a desk.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn member_is(
        &mut self,
        desk: DeskId,
        person: AgentId,
        standing: Standing,
        now: i64,
    ) -> Result<(), Error> {
        let query = self.query(MEMBER_CHECKED).bind(desk.0).bind(person.0).bind(word_of(standing)).bind(now);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Somebody wrote at a desk at `at` (Unix milliseconds); an earlier moment than is known changes nothing.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn member_seen(&mut self, desk: DeskId, person: AgentId, at: i64) -> Result<(), Error> {
        self.query(MEMBER_SEEN).bind(desk.0).bind(person.0).bind(at).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Telegram did not say at `now` (Unix milliseconds) how somebody stands at a desk.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn member_tried(&mut self, desk: DeskId, person: AgentId, now: i64) -> Result<(), Error> {
        self.query(MEMBER_TRIED).bind(desk.0).bind(person.0).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// An event waits until it is known how its author stands at a desk; a second delivery changes nothing. `now` in
    /// Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_unproven(
        &mut self,
        event: &NewEvent,
        desk: DeskId,
        person: AgentId,
        now: i64,
    ) -> Result<(), Error> {
        let query = self.query(PUT_UNPROVEN).bind(self.ids.next(now)).bind(&event.source);
        let query = query.bind(event.conversation.stored()).bind(desk.0).bind(person.0).bind(&event.body);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Takes the events of somebody that wait until it is known how they stand at a desk, oldest first; they wait no
    /// more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn take_unproven(&mut self, desk: DeskId, person: AgentId) -> Result<Vec<NewEvent>, Error> {
        let query = self.query(UNPROVEN_OF).bind(desk.0).bind(person.0);
        let rows = query.fetch_all(&mut *self.connection).await?;
        let Some(last) = rows.last() else {
            return Ok(Vec::new());
        };
        let last: i64 = last.try_get("id")?;
        self.query(FORGET_UNPROVEN).bind(desk.0).bind(person.0).bind(last).execute(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                Ok(NewEvent {
                    source: row.try_get("source")?,
                    conversation: ConversationId::from_stored(row.try_get("customer")?),
                    body: row.try_get("body")?,
                })
            })
            .collect()
    }
}
