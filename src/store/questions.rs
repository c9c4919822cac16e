//! The table `questions`: questions to the carrier that have no answer yet.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CarrierRequest, CustomerId, Why};
use crate::parcel::TrackingNumber;
use sqlx::Row;

statements! {
    ASK = "INSERT INTO questions (id, customer, number, asked_at, body) VALUES ($1, $2, $3, $4, $5)";
    OLDEST_QUESTIONS = "SELECT id, customer, number, body FROM questions ORDER BY id LIMIT CAST($1 AS BIGINT)";
    ANSWERED = "DELETE FROM questions WHERE id = $1";
}

/// A question to the carrier that has no answer yet.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The id of its row.
    pub id: i64,
    /// The customer whose conversation waits for the answer.
    pub customer: CustomerId,
    /// What the carrier is asked, or told to do.
    pub question: CarrierRequest,
}

impl Store {
    /// The oldest open questions, at most `limit`, oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked, or one of the questions cannot be read.
    pub async fn questions(&self, limit: i64) -> Result<Vec<OpenRequest>, Error> {
        let rows = self.query(OLDEST_QUESTIONS).bind(limit).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                let number = TrackingNumber::new(row.try_get("number")?);
                let body: Option<String> = row.try_get("body")?;
                let question = match body.as_deref().map(serde_json::from_str) {
                    Some(Ok(question)) => question,
                    Some(Err(error)) => {
                        return Err(Error::Unreadable { what: "a question to the carrier", why: error.to_string() });
                    }
                    None => CarrierRequest::Track { number, phone: None, why: Why::default() },
                };
                Ok(OpenRequest { id: row.try_get("id")?, customer: CustomerId(row.try_get("customer")?), question })
            })
            .collect()
    }
}

impl Tx<'_> {
    /// Remembers a question to the carrier. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn ask(&mut self, customer: CustomerId, question: &CarrierRequest, now: i64) -> Result<(), Error> {
        self.query(ASK)
            .bind(self.ids.next(now))
            .bind(customer.0)
            .bind(question.number().as_str())
            .bind(now)
            .bind(serde_json::to_string(question).expect("a question is plain data"))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// The question has its answer; `false` if it had one before.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn answered(&mut self, id: i64) -> Result<bool, Error> {
        let result = self.query(ANSWERED).bind(id).execute(&mut *self.connection).await?;
        Ok(result.rows_affected() > 0)
    }
}
