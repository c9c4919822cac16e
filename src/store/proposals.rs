//! The table `proposals`: what agents say tickets were really about, utterances that may become examples, and what became
//! of them.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, TicketNo};
use crate::phrases::Learned;
use sqlx::Row;
use sqlx::any::AnyRow;
use understanding::Language;

statements! {
    PROPOSE = "INSERT INTO proposals (id, customer, ticket, language, utterance, intent, at, stands) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'open') \
               ON CONFLICT (ticket) DO UPDATE SET intent = excluded.intent, utterance = excluded.utterance, \
               stands = 'open'";
    PROPOSALS = "SELECT id, language, utterance, intent FROM proposals WHERE stands = $1 ORDER BY id \
                 LIMIT CAST($2 AS BIGINT)";
    PROPOSAL_STANDS = "UPDATE proposals SET stands = $2, reason = $3 WHERE id = $1";
}

/// An utterance that may become an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The id of its row.
    pub id: i64,
    /// The language it is written in.
    pub language: Language,
    /// The customer's words, masked.
    pub utterance: String,
    /// The id of the intent that they had, as an agent says.
    pub intent: String,
}

impl Proposal {
    /// The proposal as an example to be learned.
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

/// How many proposals are looked at in one go.
const MOST: i64 = 2000;

impl Store {
    /// Proposals that stand so: `open`, `accepted`, `learned`, `refused`, `dropped`; the oldest 2000, oldest
    /// first.
    ///
    /// # Errors
    /// If the database cannot be asked, or a proposal cannot be read.
    pub async fn proposals(&self, stands: &str) -> Result<Vec<Proposal>, Error> {
        let rows = self.query(PROPOSALS).bind(stands).bind(MOST).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok(proposal(row)?)).collect()
    }
}

impl Tx<'_> {
    /// The same as [`Store::proposals`], inside a transaction.
    ///
    /// # Errors
    /// If the database cannot be asked, or a proposal cannot be read.
    pub async fn proposals(&mut self, stands: &str) -> Result<Vec<Proposal>, Error> {
        let query = self.query(PROPOSALS).bind(stands).bind(MOST);
        query.fetch_all(&mut *self.connection).await?.iter().map(|row| Ok(proposal(row)?)).collect()
    }

    /// An agent says what a ticket was about; the last word on a ticket counts. The id of `new` is not looked
    /// at; `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn propose(&mut self, of: CustomerId, ticket: TicketNo, new: &Proposal, now: i64) -> Result<(), Error> {
        self.query(PROPOSE)
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

    /// What became of a proposal ([`Store::proposals`] lists what can), and why, in words for the owner.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn proposal_stands(&mut self, id: i64, stands: &str, reason: Option<&str>) -> Result<(), Error> {
        let query = self.query(PROPOSAL_STANDS).bind(id).bind(stands).bind(reason);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
