//! The table `followers`: which customers hear of the changes of which parcel.

use crate::conversation::CustomerId;
use crate::parcel::TrackingNumber;
use crate::store::error::Error;
use crate::store::statements::statements;
use crate::store::tx::Tx;
use sqlx::Row;

statements! {
    FOLLOWERS = "SELECT customer FROM followers WHERE number = $1 ORDER BY customer";
    FOLLOW = "INSERT INTO followers (number, customer) VALUES ($1, $2) ON CONFLICT (number, customer) DO NOTHING";
    UNFOLLOW = "DELETE FROM followers WHERE number = $1 AND customer = $2";
}

impl Tx<'_> {
    /// A customer begins (`on`), or ends, to follow a parcel.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn follow(&mut self, customer: CustomerId, number: &TrackingNumber, on: bool) -> Result<(), Error> {
        let statement = if on { FOLLOW } else { UNFOLLOW };
        self.query(statement).bind(number.as_str()).bind(customer.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The customers who follow a parcel, by id.
    pub(super) async fn followers(&mut self, number: &TrackingNumber) -> Result<Vec<CustomerId>, Error> {
        let rows = self.query(FOLLOWERS).bind(number.as_str()).fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(CustomerId(row.try_get("customer")?))).collect()
    }
}
