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

/// An agent's answer, by what it stands in at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum AnswerId {
    /// A message of the agent's own.
    Message(MessageId),
    /// A canned reply: it stands in no message, and has a number that no other turn of its conversation gives.
    Canned(i64),
}

impl From<AnswerId> for i64 {
    /// As it is stored. Telegram counts messages from 1, so what is below zero is no message's number.
    fn from(id: AnswerId) -> i64 {
        match id {
            AnswerId::Message(message) => message.0,
            AnswerId::Canned(count) => -count,
        }
    }
}

impl From<i64> for AnswerId {
    fn from(stored: i64) -> AnswerId {
        if stored < 0 { AnswerId::Canned(-stored) } else { AnswerId::Message(MessageId(stored)) }
    }
}

/// An agent: Telegram's id of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub i64);

/// A desk: Telegram's id of the group, as the owner named it. Telegram's groups have ids below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeskId(pub i64);

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
