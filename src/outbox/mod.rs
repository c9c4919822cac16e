//! The way out: rows of the outbox are sent in order, lane by lane, within Telegram's limits, and
//! marked.
//!
//! Sending is at least once: Telegram offers no key by which it would know a message again, so a crash
//! between its «ok» and our mark sends one message twice. The window is kept to exactly that.
//!
//! This room knows when to send; *how* is the [`Messenger`]'s, which the Telegram room implements.

mod limits;
mod outgoing;
mod sender;

pub use limits::Limits;
pub use outgoing::{KeyboardChange, Label, Outgoing, fit, fit_caption};
pub use sender::Sender;

use futures::future::BoxFuture;
use std::time::Duration;

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A customer's private chat.
    Customer(i64),
    /// A topic of a desk.
    Topic {
        /// The group.
        desk: i64,
        /// The topic.
        thread: i64,
    },
    /// A desk, for a topic that is still to be made.
    NewTopic {
        /// The group.
        desk: i64,
    },
}

/// One call to be made.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where to.
    pub place: Place,
    /// What.
    pub outgoing: Outgoing,
}

/// What Telegram made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The message's number, where there is a message.
    pub message: Option<i64>,
    /// The topic's, where one was made.
    pub topic: Option<i64>,
}

/// Why Telegram did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many: wait this long.
    TooMany(Duration),
    /// It may work later (network, a server's fault).
    Later(String),
    /// The customer blocked the bot.
    Blocked,
    /// The customer's account or chat does not exist.
    Gone(String),
    /// The topic does not exist.
    TopicGone,
    /// The group has a new id.
    Moved(i64),
    /// The whole desk refuses: a right is missing, topics are switched off, the group is gone.
    DeskClosed(String),
    /// Nothing to do: it is so already, or nobody waits for it any more.
    Needless(String),
    /// It will never work.
    Never(String),
}

/// Sends one thing.
pub trait Messenger: Send + Sync + 'static {
    /// Makes the call.
    fn send(&self, delivery: Delivery) -> BoxFuture<'_, Result<Sent, Refusal>>;
}
