//! What agents say tickets were really about, and what became of it.

use super::access::Store;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{CustomerId, TicketNo};
use crate::phrases::Learned;
use sqlx::Row;
use sqlx::any::AnyRow;
use understanding::Language;

/// An utterance that may become an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its row.
    pub id: i64,
    /// The language it is written in.
    pub language: Language,
    /// The customer's words, masked.
    pub utterance: String,
    /// What they meant, by an agent.
    pub intent: String,
}

impl Proposal {
    /// As something to be learned.
    pub fn learned(&self) -> Learned {
        Learned { language: self.language, intent: self.intent.clone(), utterance: self.utterance.clone() }
    }
}

fn proposal(row: &AnyRow) -> Result<Proposal, sqlx::Error> {
    let language: String = row.try_get("language")?;
    Ok(Proposal {
        id: row.try_get("id")?,
        language: Language::new(&language)
            .ok_or_else(|| sqlx::Error::Decode(format!("«{language}» is no id of a language").into()))?,
        utterance: row.try_get("utterance")?,
        intent: row.try_get("intent")?,
    })
}

/// How many are looked at in one go.
const MOST: i64 = 2000;

impl Store {
    /// Proposals that stand so: `open`, `accepted`, `learned`, `refused`, `dropped`; oldest first.
    pub async fn proposals(&self, stands: &str) -> Result<Vec<Proposal>, Error> {
        let rows = sqlx::query(sql::PROPOSALS).bind(stands).bind(MOST).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok(proposal(row)?)).collect()
    }
}

impl Tx<'_> {
    /// The same inside a transaction.
    pub async fn proposals(&mut self, stands: &str) -> Result<Vec<Proposal>, Error> {
        let query = sqlx::query(sql::PROPOSALS).bind(stands).bind(MOST);
        query.fetch_all(&mut *self.connection).await?.iter().map(|row| Ok(proposal(row)?)).collect()
    }

    /// An agent says what a ticket was about; the last word on a ticket counts.
    pub async fn propose(&mut self, of: CustomerId, ticket: TicketNo, new: &Proposal, now: i64) -> Result<(), Error> {
        sqlx::query(sql::PROPOSE)
            .bind(self.ids.next(now))
            .bind(of.0)
            .bind(ticket.0)
            .bind(new.language.id())
            .bind(&new.utterance)
            .bind(&new.intent)
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// What became of a proposal.
    pub async fn proposal_stands(&mut self, id: i64, stands: &str, reason: Option<&str>) -> Result<(), Error> {
        let query = sqlx::query(sql::PROPOSAL_STANDS).bind(id).bind(stands).bind(reason);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
