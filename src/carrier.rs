//! Who knows parcels: the port. Our own tables stand behind it in [`crate::store`]; questions reach it
//! through [`crate::questions`].

use crate::parcel::{Parcel, TrackingNumber};
use futures::future::BoxFuture;

/// The carrier's answer was not to be had.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the carrier does not answer: {0}")]
pub struct Down(pub String);

/// A carrier.
pub trait Carrier: Send + Sync + 'static {
    /// Where a parcel is; `None` if the carrier does not know the number.
    fn track<'a>(&'a self, number: &'a TrackingNumber) -> BoxFuture<'a, Result<Option<Parcel>, Down>>;
}
