//! The table `parcel_history`: every status a parcel has had, for those who ask later how it went.

use super::parcels::status_text;
use crate::parcel::{Parcel, Status, TrackingNumber};
use crate::store::access::Store;
use crate::store::error::Error;
use crate::store::statements::statements;
use crate::store::tx::Tx;
use sqlx::Row;

statements! {
    ADD_HISTORY = "INSERT INTO parcel_history (id, number, at, status, place) VALUES ($1, $2, $3, $4, $5)";
    HISTORY = "SELECT at, status, place FROM parcel_history WHERE number = $1 ORDER BY id";
}

impl Store {
    /// The statuses a parcel has had, oldest first: when (Unix milliseconds), which, where.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn history(&self, number: &TrackingNumber) -> Result<Vec<(i64, Status, Option<String>)>, Error> {
        let rows = self.query(HISTORY).bind(number.as_str()).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                let status = Status::read(row.try_get("status")?);
                Ok((row.try_get("at")?, status, row.try_get("place")?))
            })
            .collect()
    }
}

impl Tx<'_> {
    /// A parcel has had the status that it has at `now` (Unix milliseconds).
    pub(super) async fn add_history(&mut self, parcel: &Parcel, now: i64) -> Result<(), Error> {
        let query = self.query(ADD_HISTORY).bind(self.ids.next(now)).bind(parcel.number.as_str()).bind(now);
        let query = query.bind(status_text(&parcel.status)).bind(parcel.place.as_deref());
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
