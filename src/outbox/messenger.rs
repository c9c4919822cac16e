//! The port behind which somebody talks to Telegram: one call, and what became of it.

use super::outgoing::{KeyboardChange, Label};
use crate::conversation::{AgentId, ConversationId, CustomerId, DeskId, MessageId, TopicId};
use futures::future::BoxFuture;
use std::time::Duration;

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A customer's private chat.
    Customer(CustomerId),
    /// A topic of a desk.
    Topic {
        /// The group.
        desk: DeskId,
        /// The topic.
        topic: TopicId,
    },
    /// The general topic of a desk.
    General {
        /// The group.
        desk: DeskId,
    },
    /// A desk, for a topic that is still to be made.
    NewTopic {
        /// The group.
        desk: DeskId,
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
        reply_to: Option<MessageId>,
        /// Who is called by the name the text begins with: the id and the name.
        mention: Option<(AgentId, String)>,
    },
    /// Copies of messages of another chat: one, or an album.
    Copy {
        /// The chat they stand in.
        from: ConversationId,
        /// Their numbers there, in order.
        messages: Vec<MessageId>,
        /// In the place of the own caption.
        caption: Option<String>,
        /// The message it answers here.
        reply_to: Option<MessageId>,
    },
    /// Another text, with buttons, in the place of an earlier one.
    EditText {
        /// The earlier one.
        message: MessageId,
        /// The text.
        text: String,
        /// Rows of buttons under it.
        buttons: Vec<Vec<Label>>,
    },
    /// Another caption.
    EditCaption {
        /// The message.
        message: MessageId,
        /// The caption.
        caption: String,
    },
    /// The message goes.
    Delete {
        /// The message.
        message: MessageId,
    },
    /// A reaction to a message.
    React {
        /// The message.
        message: MessageId,
    },
    /// The message is pinned, without a sound.
    Pin {
        /// The message.
        message: MessageId,
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
    pub messages: Vec<MessageId>,
    /// The topic's, where one was made.
    pub topic: Option<TopicId>,
}

/// Why Telegram did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendRefusal {
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
    Moved(DeskId),
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
    fn send(&self, delivery: Delivery) -> BoxFuture<'_, Result<Sent, SendRefusal>>;
}
