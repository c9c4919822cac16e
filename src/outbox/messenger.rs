//! The port behind which somebody talks to Telegram: one call, and what became of it.

use super::outgoing::{KeyboardChange, Label};
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
    /// The general topic of a desk.
    General {
        /// The group.
        desk: i64,
    },
    /// A desk, for a topic that is still to be made.
    NewTopic {
        /// The group.
        desk: i64,
    },
}

/// One call to be made: everything is known by now.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where to.
    pub place: Place,
    /// What.
    pub call: Call,
}

/// What Telegram is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A text.
    Text {
        /// Plain: no markup.
        text: String,
        /// Rows of buttons under it.
        buttons: Vec<Vec<Label>>,
        /// What becomes of the keyboard under the chat.
        keyboard: Option<KeyboardChange>,
        /// The message it answers here.
        reply_to: Option<i64>,
        /// Who is called by the name the text begins with: Telegram's id and the name.
        mention: Option<(i64, String)>,
    },
    /// Copies of messages of another chat: one, or an album.
    Copy {
        /// The chat they stand in.
        from: i64,
        /// Their numbers there, in order.
        messages: Vec<i64>,
        /// In the place of the own caption.
        caption: Option<String>,
        /// The message it answers here.
        reply_to: Option<i64>,
    },
    /// Another text, with buttons, in the place of an earlier one.
    EditText {
        /// The earlier one.
        message: i64,
        /// The text.
        text: String,
        /// Rows of buttons under it.
        buttons: Vec<Vec<Label>>,
    },
    /// Another caption.
    EditCaption {
        /// The message.
        message: i64,
        /// The caption.
        caption: String,
    },
    /// The message goes.
    Delete {
        /// The message.
        message: i64,
    },
    /// A reaction to a message.
    React {
        /// The message.
        message: i64,
    },
    /// The message is pinned, without a sound.
    Pin {
        /// The message.
        message: i64,
    },
    /// The answer to a press.
    Toast {
        /// Telegram's id of the press.
        query: String,
        /// A few words.
        text: Option<String>,
    },
    /// «печатает…»
    Typing,
    /// A topic is made, or named anew if the place is one.
    Topic {
        /// At most 128 characters.
        name: String,
    },
    /// A topic that somebody closed is opened again.
    Reopen,
}

/// What Telegram made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The messages' numbers, in order, where there are messages.
    pub messages: Vec<i64>,
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
    /// The topic was closed by hand.
    TopicClosed,
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
