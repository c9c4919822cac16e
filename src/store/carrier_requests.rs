//! The table `questions`: requests to the carrier that have no answer yet.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::{Cause, Tx};
use crate::conversation::{CarrierRequest, CustomerId, Why};
use crate::parcel::TrackingNumber;
use sqlx::Row;

statements! {
    ASK = "INSERT INTO questions (id, customer, number, asked_at, body, cause, caused_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OLDEST = "SELECT id, customer, number, body, cause, caused_at FROM questions ORDER BY id LIMIT CAST($1 AS BIGINT)";
    ANSWERED = "DELETE FROM questions WHERE id = $1";
}

/// A request to the carrier that has no answer yet.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The id of its row.
    pub id: i64,
    /// The customer whose conversation waits for the answer.
    pub customer: CustomerId,
    /// What the carrier is asked, or told to do.
    pub request: CarrierRequest,
    /// What came in and made it asked; `None` where nothing did.
    pub cause: Option<Cause>,
}

impl Store {
    /// The oldest open requests, at most `limit`, oldest first.
    ///
    /// # Errors
    /// If the database cannot be asked, or one of the requests cannot be read.
    pub async fn carrier_requests(&self, limit: i64) -> Result<Vec<OpenRequest>, Error> {
        let rows = self.query(OLDEST).bind(limit).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                let number = TrackingNumber::new(row.try_get("number")?);
                let body: Option<String> = row.try_get("body")?;
                let request = match body.as_deref().map(serde_json::from_str) {
                    Some(Ok(request)) => request,
                    Some(Err(error)) => {
                        return Err(Error::Unreadable { what: "a request to the carrier", why: error.to_string() });
                    }
                    None => CarrierRequest::Track { number, phone: None, why: Why::default() },
                };
                let (event, at): (Option<i64>, Option<i64>) = (row.try_get("cause")?, row.try_get("caused_at")?);
                let cause = event.zip(at).map(|(event, at)| Cause { event, at });
                let customer = CustomerId(row.try_get("customer")?);
                Ok(OpenRequest { id: row.try_get("id")?, customer, request, cause })
            })
            .collect()
    }
}

impl Tx<'_> {
    /// Remembers a request to the carrier. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn ask(&mut self, customer: CustomerId, request: &CarrierRequest, now: i64) -> Result<(), Error> {
        self.query(ASK)
            .bind(self.ids.next(now))
            .bind(customer.0)
            .bind(request.number().as_str())
            .bind(now)
            .bind(serde_json::to_string(request).expect("a request is plain data"))
            .bind(self.cause.map(|cause| cause.event))
            .bind(self.cause.map(|cause| cause.at))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// The request has its answer; `false` if it had one before.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn answered(&mut self, id: i64) -> Result<bool, Error> {
        let result = self.query(ANSWERED).bind(id).execute(&mut *self.connection).await?;
        Ok(result.rows_affected() > 0)
    }
}
