//! A carrier in our own tables.

use super::{Carrier, Down};
use crate::parcel::{Parcel, TrackingNumber};
use crate::store::Store;
use futures::future::BoxFuture;

/// The parcels of our own database.
pub struct Local(Store);

impl Local {
    /// The parcels of `store`.
    pub fn new(store: Store) -> Local {
        Local(store)
    }
}

impl Carrier for Local {
    fn track<'a>(&'a self, number: &'a TrackingNumber) -> BoxFuture<'a, Result<Option<Parcel>, Down>> {
        Box::pin(async move { self.0.parcel(number).await.map_err(|error| Down(error.to_string())) })
    }
}
