//! The port behind which the Telegram room sends: one call, and what became of it.

use super::outgoing::{KeyboardChange, Label};
use crate::conversation::{AgentId, ConversationId, CustomerId, DeskId, Entity, MessageId, TopicId};
use futures::future::BoxFuture;
use std::time::Duration;

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A customer's private chat.
    Customer(CustomerId),
    /// A topic of a desk.
    Topic {
        /// Telegram's id of the group.
        desk: DeskId,
        /// The topic's number there.
        topic: TopicId,
    },
    /// The general topic of a desk.
    General {
        /// Telegram's id of the group.
        desk: DeskId,
    },
    /// A desk, for a topic that is still to be made.
    NewTopic {
        /// Telegram's id of the group.
        desk: DeskId,
    },
}

/// One call to be made: everything is known by now.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The chat, and the topic where there is one.
    pub place: Place,
    /// What Telegram is asked to do there.
    pub call: Call,
}

/// What Telegram is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A text message.
    Text {
        /// The words, without any markup: at most 4096 UTF-16 units.
        text: String,
        /// What stretches of the text mean.
        entities: Vec<Entity>,
        /// Rows of buttons under it; empty for none.
        buttons: Vec<Vec<Label>>,
        /// What becomes of the keyboard under the chat; `None` to leave it.
        keyboard: Option<KeyboardChange>,
        /// The number of the message it answers here; `None` when it answers none.
        reply_to: Option<MessageId>,
        /// The agent who is called by the name the text begins with: the id and that name; `None` to call no one.
        mention: Option<(AgentId, String)>,
    },
    /// Copies of messages of another chat: one, or an album.
    Copy {
        /// The chat they stand in.
        from: ConversationId,
        /// Their numbers there, in order.
        messages: Vec<MessageId>,
        /// In the place of the own caption, at most 1024 UTF-16 units; `None` to keep it.
        caption: Option<String>,
        /// What stretches of that caption mean.
        entities: Vec<Entity>,
        /// The number of the message it answers here; `None` when it answers none.
        reply_to: Option<MessageId>,
    },
    /// A copy of one message of another chat, which cannot be passed on or saved from here.
    Protected {
        /// The chat it stands in.
        from: ConversationId,
        /// Its number there.
        message: MessageId,
    },
    /// A file.
    Document {
        /// Its name.
        name: String,
        /// What stands in it.
        content: String,
    },
    /// Another text, with buttons, in the place of an earlier one.
    EditText {
        /// The earlier message's number in the place's chat.
        message: MessageId,
        /// The words, without any markup: at most 4096 UTF-16 units.
        text: String,
        /// What stretches of the text mean.
        entities: Vec<Entity>,
        /// Rows of buttons under it; empty for none.
        buttons: Vec<Vec<Label>>,
    },
    /// Another caption, in the place of the one a message has.
    EditCaption {
        /// The message's number in the place's chat.
        message: MessageId,
        /// The words, without any markup: at most 1024 UTF-16 units.
        caption: String,
        /// What stretches of the caption mean.
        entities: Vec<Entity>,
    },
    /// Messages are deleted.
    Delete {
        /// Their numbers in the place's chat; none for what was never sent.
        messages: Vec<MessageId>,
    },
    /// A reaction to a message.
    React {
        /// The message's number in the place's chat.
        message: MessageId,
    },
    /// The message is pinned, without a sound.
    Pin {
        /// The message's number in the place's chat.
        message: MessageId,
    },
    /// The answer to a press.
    Toast {
        /// Telegram's id of the press (`callback_query_id`).
        query: String,
        /// What is shown for a moment to the person who pressed; `None` for nothing.
        text: Option<String>,
    },
    /// «печатает…» is shown in the chat for some seconds.
    Typing,
    /// A topic is made, or named anew if the place is a topic.
    Topic {
        /// At most 128 characters.
        name: String,
    },
    /// A topic that was closed is opened again.
    Reopen,
    /// A topic is closed.
    Close,
}

/// What Telegram answered to a call that worked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The numbers of the messages it sent, in order; empty where the call sends none.
    pub messages: Vec<MessageId>,
    /// The number of the topic it made; `None` where it made none.
    pub topic: Option<TopicId>,
    /// Of several messages that were to be copied or deleted, those that do not exist any more.
    pub missing: Vec<MessageId>,
    /// Of several messages that were to be deleted, those that nobody may delete any more.
    pub kept: Vec<MessageId>,
}

/// Why Telegram did not do it, by what the sender is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendRefusal {
    /// Too many calls: the chat is to be left alone this long (`retry_after`).
    TooMany(Duration),
    /// It may work later (network, a server's fault); the words say what went wrong, without the message.
    Later(String),
    /// The customer blocked the bot.
    Blocked,
    /// The customer's account or chat does not exist; in Telegram's words.
    Gone(String),
    /// The topic does not exist.
    TopicGone,
    /// The topic was closed by hand.
    TopicClosed,
    /// The group has become a supergroup and has this new id (`migrate_to_chat_id`).
    Moved(DeskId),
    /// The whole desk refuses: a right is missing, topics are switched off, the group is gone; in Telegram's words.
    DeskClosed(String),
    /// It is so already, by another hand or by a call whose answer was lost: as good as done; in Telegram's words.
    AlreadySo(String),
    /// Nothing to do: the press is too old to be answered, what was meant is not there; in Telegram's words.
    Needless(String),
    /// This message will never be taken: the row becomes a dead letter; in Telegram's words.
    Never(String),
    /// A desk refuses for a reason that is known neither as the message's nor as the group's: the message's, unless
    /// others of that desk meet the same; in Telegram's words.
    Unknown(String),
}

impl SendRefusal {
    /// The words they are counted by.
    pub const KINDS: [&'static str; 12] = [
        "too_many",
        "later",
        "blocked",
        "gone",
        "topic_gone",
        "topic_closed",
        "moved",
        "desk_closed",
        "already_so",
        "needless",
        "never",
        "unknown",
    ];

    /// The word it is counted by.
    pub fn kind(&self) -> &'static str {
        match self {
            SendRefusal::TooMany(_) => "too_many",
            SendRefusal::Later(_) => "later",
            SendRefusal::Blocked => "blocked",
            SendRefusal::Gone(_) => "gone",
            SendRefusal::TopicGone => "topic_gone",
            SendRefusal::TopicClosed => "topic_closed",
            SendRefusal::Moved(_) => "moved",
            SendRefusal::DeskClosed(_) => "desk_closed",
            SendRefusal::AlreadySo(_) => "already_so",
            SendRefusal::Needless(_) => "needless",
            SendRefusal::Never(_) => "never",
            SendRefusal::Unknown(_) => "unknown",
        }
    }
}

/// Makes calls to Telegram. A port, so that the outbox knows nothing of teloxide.
pub trait Messenger: Send + Sync + 'static {
    /// Makes the call, once: pauses and further tries are the sender's.
    ///
    /// # Errors
    /// When Telegram refuses or cannot be reached: the [`SendRefusal`] says what is to be done.
    fn send(&self, delivery: Delivery) -> BoxFuture<'_, Result<Sent, SendRefusal>>;

    /// The bot's username, without the sign; `None` where Telegram does not tell it just now.
    fn bot(&self) -> BoxFuture<'_, Option<String>>;
}
