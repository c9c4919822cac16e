//! What tells customers, agents, desks, messages and tickets from one another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A customer: Telegram's id of the person (above zero), which is the id of the private chat too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerId(pub i64);

/// An agent: Telegram's id of the person (above zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub i64);

/// A desk: Telegram's id of the agents' group (below zero). The default, 0, names none: that of a bot without desks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeskId(pub i64);

/// A topic of a desk: its number there (`message_thread_id`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(pub i64);

/// What something belongs to: a customer, or a desk itself, whose events wait in the same inbox. Each has one chat of
/// Telegram, so this says where something goes as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum ConversationId {
    /// A customer's conversation: the private chat.
    Customer(CustomerId),
    /// What happens at a desk and belongs to no customer: the agents' group.
    Desk(DeskId),
}

impl ConversationId {
    /// Reads the number under which it is stored: Telegram's id of the chat. Groups are below zero there, people above;
    /// nothing else knows that.
    pub fn from_stored(id: i64) -> ConversationId {
        if id < 0 { ConversationId::Desk(DeskId(id)) } else { ConversationId::Customer(CustomerId(id)) }
    }

    /// The number under which it is stored, and Telegram's id of its chat.
    pub fn stored(self) -> i64 {
        match self {
            ConversationId::Customer(CustomerId(id)) | ConversationId::Desk(DeskId(id)) => id,
        }
    }

    /// The customer; `None` for a desk's own.
    pub fn customer(self) -> Option<CustomerId> {
        match self {
            ConversationId::Customer(customer) => Some(customer),
            ConversationId::Desk(_) => None,
        }
    }

    /// The desk; `None` for a customer's.
    pub fn desk(self) -> Option<DeskId> {
        match self {
            ConversationId::Customer(_) => None,
            ConversationId::Desk(desk) => Some(desk),
        }
    }
}

impl From<i64> for ConversationId {
    fn from(stored: i64) -> Self {
        ConversationId::from_stored(stored)
    }
}

impl From<ConversationId> for i64 {
    fn from(conversation: ConversationId) -> Self {
        conversation.stored()
    }
}

impl From<CustomerId> for ConversationId {
    fn from(customer: CustomerId) -> Self {
        ConversationId::Customer(customer)
    }
}

impl From<DeskId> for ConversationId {
    fn from(desk: DeskId) -> Self {
        ConversationId::Desk(desk)
    }
}

/// The number of a message in its chat (`message_id`); Telegram counts from 1 in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

impl AnswerId {
    /// The number that rows name it by: below zero for a canned reply, which stands in no message.
    pub fn stored(self) -> MessageId {
        MessageId(self.into())
    }
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

/// A ticket's number, above zero: what a customer can quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNo(pub i64);

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for DeskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stored().fmt(f)
    }
}

impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MessageId {
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
    /// It came damaged. Data only, and named here because it may be why money is to come back.
    pub const DAMAGED: &str = "damaged";
    /// Something else came; likewise.
    pub const WRONG_ITEM: &str = "wrong_item";
    /// What may be wrong with the goods: each is why the money is wanted back.
    pub const WRONG_WITH_GOODS: [&str; 2] = [DAMAGED, WRONG_ITEM];
}
