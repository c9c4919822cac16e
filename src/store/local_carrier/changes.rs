//! The table `changes`: what the local carrier was told to change. The key keeps an instruction that is given twice from
//! being carried out twice; the second is answered as the first was.

use crate::parcel::{ChangeRefused, Done, Instruction};
use crate::store::access::Store;
use crate::store::error::Error;
use crate::store::statements::statements;
use crate::store::tx::Tx;
use sqlx::Row;

statements! {
    CHANGE_BY_KEY = "SELECT answer FROM changes WHERE key = $1";
    ADD_CHANGE = "INSERT INTO changes (key, number, change, answer, at) VALUES ($1, $2, $3, $4, $5)";
    CHANGES_SINCE = "SELECT at, number, change, answer FROM changes WHERE at > $1 ORDER BY at";
}

/// What became of an instruction, as it is stored.
pub(super) type Answer = Result<Done, ChangeRefused>;

/// A change the local carrier was told to make.
#[derive(Clone, Debug)]
pub struct MadeChange {
    /// When it was told (Unix milliseconds).
    pub at: i64,
    /// The parcel's number.
    pub number: String,
    /// The code of the change.
    pub change: String,
    /// What became of it, as JSON: a `parcel::Done` with the number to quote, or a `parcel::ChangeRefused`.
    pub answer: String,
}

impl Store {
    /// What the local carrier was told to change after `since` (Unix milliseconds), oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn changes_since(&self, since: i64) -> Result<Vec<MadeChange>, Error> {
        let rows = self.query(CHANGES_SINCE).bind(since).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(MadeChange {
                    at: row.try_get("at")?,
                    number: row.try_get("number")?,
                    change: row.try_get("change")?,
                    answer: row.try_get("answer")?,
                })
            })
            .collect()
    }
}

impl Tx<'_> {
    /// What an instruction with this key was answered, if there was one.
    pub(super) async fn change_by_key(&mut self, key: &str) -> Result<Option<Answer>, Error> {
        let Some(row) = self.query(CHANGE_BY_KEY).bind(key).fetch_optional(&mut *self.connection).await? else {
            return Ok(None);
        };
        let answer: String = row.try_get("answer")?;
        let unreadable =
            |error: serde_json::Error| Error::Unreadable { what: "the answer to a change", why: error.to_string() };
        serde_json::from_str(&answer).map(Some).map_err(unreadable)
    }

    /// Writes down what an instruction was answered. `now` in Unix milliseconds.
    pub(super) async fn add_change(&mut self, of: &Instruction, answer: &Answer, now: i64) -> Result<(), Error> {
        let answer = serde_json::to_string(answer).expect("an answer is plain data");
        let query = self.query(ADD_CHANGE).bind(&of.key).bind(of.number.as_str());
        query.bind(of.change.code()).bind(answer).bind(now).execute(&mut *self.connection).await?;
        Ok(())
    }
}
