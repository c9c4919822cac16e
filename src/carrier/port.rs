//! The port: what the house asks of whoever knows parcels.

use crate::parcel::{ChangeRefused, Done, Found, Instruction, Phone, TrackingNumber};
use futures::future::BoxFuture;

/// The carrier's answer was not to be had. Nothing is known of what it did: the same question, with the same
/// key, is asked again.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the carrier does not answer: {0}")]
pub struct Down(pub String);

/// Why a change was not made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotMade {
    /// The carrier does not want to.
    #[error("the carrier refused: {0:?}")]
    Refused(ChangeRefused),
    /// Nobody knows yet: the carrier did not answer.
    #[error(transparent)]
    Down(#[from] Down),
}

/// A system that knows parcels and changes them: our own tables, or a carrier's over HTTP.
pub trait Carrier: Send + Sync + 'static {
    /// Where a parcel is, and whether `phone` is its recipient's; `None` if the carrier does not know the number.
    fn track<'a>(
        &'a self,
        number: &'a TrackingNumber,
        phone: Option<&'a Phone>,
    ) -> BoxFuture<'a, Result<Option<Found>, Down>>;

    /// Makes a change. The same key twice makes it once and answers the same.
    fn instruct<'a>(&'a self, instruction: &'a Instruction) -> BoxFuture<'a, Result<Done, NotMade>>;
}
