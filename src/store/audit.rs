//! The table `audit`: what may be asked about one day.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::CustomerId;
use sqlx::Row;

statements! {
    AUDIT = "INSERT INTO audit (id, at, actor, what, customer) VALUES ($1, $2, $3, $4, $5)";
    AUDITED = "SELECT at, actor, what, customer FROM audit ORDER BY id DESC LIMIT CAST($1 AS BIGINT)";
}

/// Something that somebody has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// When (Unix milliseconds).
    pub at: i64,
    /// `customer`, `owner`, or `agent` and the id.
    pub actor: String,
    /// What was done: `export`, `forget`, `ban`, `unban`, `original` (shown to an agent as the customer sent it).
    pub what: String,
    /// The customer it was about; `None` for one who was forgotten.
    pub customer: Option<CustomerId>,
}

impl Store {
    /// What was done last, the newest first, at most `limit`.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn audited(&self, limit: i64) -> Result<Vec<Audited>, Error> {
        let rows = self.query(AUDITED).bind(limit).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(Audited {
                    at: row.try_get("at")?,
                    actor: row.try_get("actor")?,
                    what: row.try_get("what")?,
                    customer: row.try_get::<Option<i64>, _>("customer")?.map(CustomerId),
                })
            })
            .collect()
    }
}

impl Tx<'_> {
    /// Writes down that `actor` has done something about a customer; without one, nobody can tell whom it was about.
    /// `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn audit(
        &mut self,
        actor: &str,
        what: &str,
        customer: Option<CustomerId>,
        now: i64,
    ) -> Result<(), Error> {
        let query = self.query(AUDIT).bind(self.ids.next(now)).bind(now).bind(actor.to_owned());
        let query = query.bind(what.to_owned()).bind(customer.map(|customer| customer.0));
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
