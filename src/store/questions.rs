//! Questions to the carrier that have no answer yet.

use super::access::Store;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{CarrierRequest, CustomerId, Why};
use crate::parcel::TrackingNumber;
use sqlx::Row;

/// A question to the carrier that has no answer yet.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// Its row.
    pub id: i64,
    /// Who asked.
    pub customer: CustomerId,
    /// What is asked.
    pub question: CarrierRequest,
}

impl Store {
    /// The oldest open questions.
    pub async fn questions(&self, limit: i64) -> Result<Vec<OpenRequest>, Error> {
        let rows = sqlx::query(sql::OLDEST_QUESTIONS).bind(limit).fetch_all(&self.reads).await?;
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
    /// Remembers a question to the carrier.
    pub async fn ask(&mut self, customer: CustomerId, question: &CarrierRequest, now: i64) -> Result<(), Error> {
        sqlx::query(sql::ASK)
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
    pub async fn answered(&mut self, id: i64) -> Result<bool, Error> {
        let result = sqlx::query(sql::ANSWERED).bind(id).execute(&mut *self.connection).await?;
        Ok(result.rows_affected() > 0)
    }
}
