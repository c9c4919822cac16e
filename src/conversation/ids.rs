//! What tells customers, messages and tickets from one another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A customer: Telegram's id of the person, which is the id of the private chat too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerId(pub i64);

impl CustomerId {
    /// Whether it is no customer but a desk, whose own events wait in the same inbox. Groups have negative ids.
    pub fn is_desk(self) -> bool {
        self.0 < 0
    }
}

/// The number of a message in its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

/// A ticket's number: what a customer can quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNo(pub i64);

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TicketNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Intents that have a flow of their own: what its buttons, its task and its texts are called by.
pub mod intent {
    /// Where is my parcel? A bare number asks that too.
    pub const WHERE_IS_PARCEL: &str = "where_is_parcel";
    /// The customs offer does not pass.
    pub const OFFER_BLOCKED: &str = "offer_blocked";
    /// The link to the offer is to be sent again.
    pub const RESEND_LINK: &str = "resend_link";
    /// The order is to be cancelled.
    pub const CANCEL: &str = "cancel";
    /// Money is to come back.
    pub const REFUND: &str = "refund";
}
