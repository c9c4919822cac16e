//! Questions to the carrier, and the local carrier's own parcels.

use super::{Error, Store, Tx, sql};
use crate::carrier::{Carrier, Down};
use crate::conversation::CustomerId;
use crate::parcel::{Parcel, Status, StatusCode, TrackingNumber};
use chrono::NaiveDate;
use futures::future::BoxFuture;
use sqlx::Row;

/// A question to the carrier that has no answer yet.
#[derive(Clone, Debug)]
pub struct OpenQuestion {
    /// Its row.
    pub id: i64,
    /// Who asked.
    pub customer: CustomerId,
    /// The number asked for.
    pub number: TrackingNumber,
}

impl Store {
    /// The oldest open questions.
    pub async fn questions(&self, limit: i64) -> Result<Vec<OpenQuestion>, Error> {
        let rows = sqlx::query(sql::OLDEST_QUESTIONS).bind(limit).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(OpenQuestion {
                    id: row.try_get("id")?,
                    customer: CustomerId(row.try_get("customer")?),
                    number: TrackingNumber::new(row.try_get("number")?),
                })
            })
            .collect()
    }

    /// Puts parcels into the local carrier's tables, in the place of what was known of them.
    pub async fn put_parcels(&self, parcels: Vec<Parcel>) -> Result<(), Error> {
        let work = self.write(move |mut tx| {
            Box::pin(async move {
                for parcel in &parcels {
                    tx.put_parcel(parcel).await?;
                }
                Ok(())
            })
        });
        work.await
    }

    /// A parcel of the local carrier.
    pub async fn parcel(&self, number: &TrackingNumber) -> Result<Option<Parcel>, Error> {
        let row = sqlx::query(sql::PARCEL).bind(number.as_str()).fetch_optional(&self.reads).await?;
        row.map(|row| {
            let status: String = row.try_get("status")?;
            let planned: Option<String> = row.try_get("planned")?;
            Ok(Parcel {
                number: number.clone(),
                status: match StatusCode::from_code(&status) {
                    Some(code) => Status::Known(code),
                    None => Status::Unknown(status),
                },
                place: row.try_get("place")?,
                planned: planned.as_deref().map(day).transpose()?,
            })
        })
        .transpose()
    }
}

/// The local carrier: our own tables.
impl Carrier for Store {
    fn track<'a>(&'a self, number: &'a TrackingNumber) -> BoxFuture<'a, Result<Option<Parcel>, Down>> {
        Box::pin(async move { self.parcel(number).await.map_err(|error| Down(error.to_string())) })
    }
}

fn day(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|error| Error::Unreadable { what: "the planned day of a parcel", why: format!("{error}") })
}

impl Tx<'_> {
    /// Remembers a question to the carrier.
    pub async fn ask(&mut self, customer: CustomerId, number: &TrackingNumber, now: i64) -> Result<(), Error> {
        sqlx::query(sql::ASK)
            .bind(self.ids.next(now))
            .bind(customer.0)
            .bind(number.as_str())
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// The question has its answer; `false` if it had one before.
    pub async fn answered(&mut self, id: i64) -> Result<bool, Error> {
        let result = sqlx::query(sql::ANSWERED).bind(id).execute(&mut *self.connection).await?;
        Ok(result.rows_affected() > 0)
    }

    async fn put_parcel(&mut self, parcel: &Parcel) -> Result<(), Error> {
        let status = match &parcel.status {
            Status::Known(code) => code.code(),
            Status::Unknown(label) => label.as_str(),
        };
        sqlx::query(sql::PUT_PARCEL)
            .bind(parcel.number.as_str())
            .bind(status)
            .bind(parcel.place.as_deref())
            .bind(parcel.planned.map(|day| day.to_string()))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
