//! A message as the world keeps it: typed, complete, independent of how the Bot API or the page show it.

use serde::{Deserialize, Serialize};

use crate::media::Attachment;

/// A stretch of a text with a meaning; offsets and lengths in UTF-16 units, as in the Bot API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// What it means, by the Bot API's word: `bold`, `text_link`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins.
    pub offset: usize,
    /// How long it is.
    pub length: usize,
    /// The address behind the words of a `text_link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language of a block of code, if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The picture of a `custom_emoji`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<String>,
}

impl Entity {
    /// An entity that is only a kind and a stretch.
    pub(crate) fn plain(kind: &str, offset: usize, length: usize) -> Entity {
        Entity { kind: kind.to_owned(), offset, length, url: None, language: None, custom_emoji_id: None }
    }
}

/// A text with its entities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Styled {
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

/// A button under a message of the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// The label, as people read it.
    pub text: String,
    /// What a press of it tells the bot, up to 64 bytes; none for a link.
    pub data: Option<String>,
    /// The link it opens, if it is one.
    pub url: Option<String>,
    /// `danger`, `success` or `primary`, where it stands out. The page shows all alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
}

/// What Telegram itself writes into a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Service {
    TopicCreated {
        name: String,
        icon_color: i64,
    },
    TopicEdited {
        name: Option<String>,
    },
    TopicClosed,
    TopicReopened,
    Pinned {
        message: i64,
    },
    MigratedTo {
        chat: i64,
    },
    MigratedFrom {
        chat: i64,
    },
    /// The bot was added to the group.
    BotAdded,
    /// The bot has left the group.
    BotLeft,
}

/// What a message consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    Text(Styled),
    Media { attachment: Attachment, caption: Option<Styled> },
    Service(Service),
}

/// The first author of a forwarded message, and when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub user: i64,
    pub date: i64,
}

/// A piece that was chosen of the answered message, or a message of a channel that is answered here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cited {
    pub piece: Option<String>,
    /// The channel's title, if what is answered stands in one.
    pub channel: Option<String>,
}

/// A message in a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub chat: i64,
    pub id: i64,
    /// The topic it lies in; none outside the desk and in its General topic.
    pub thread: Option<i64>,
    pub from: i64,
    /// Unix seconds.
    pub date: i64,
    /// When its words were last edited.
    pub edited: Option<i64>,
    pub body: Body,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    pub reply_to: Option<i64>,
    pub album: Option<String>,
    pub origin: Option<Origin>,
    /// What it cites of another message, beside the one it answers here.
    #[serde(default)]
    pub cited: Option<Box<Cited>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<String>,
    #[serde(default)]
    pub pinned: bool,
    /// Whether it changed the chat's keyboard. Telegram lets nobody edit such a message.
    #[serde(default)]
    pub changed_keyboard: bool,
}

impl Message {
    /// A new message with nothing but its body.
    pub fn new(chat: i64, id: i64, from: i64, date: i64, body: Body) -> Message {
        Message {
            chat,
            id,
            thread: None,
            from,
            date,
            edited: None,
            body,
            buttons: Vec::new(),
            reply_to: None,
            album: None,
            origin: None,
            cited: None,
            reactions: Vec::new(),
            pinned: false,
            changed_keyboard: false,
        }
    }

    /// A new message of plain words.
    #[cfg(test)]
    pub fn text(chat: i64, id: i64, from: i64, date: i64, text: &str) -> Message {
        let styled = Styled { text: text.to_owned(), entities: Vec::new() };
        Message::new(chat, id, from, date, Body::Text(styled))
    }

    /// Its text or caption.
    pub fn styled(&self) -> Option<&Styled> {
        match &self.body {
            Body::Text(styled) => Some(styled),
            Body::Media { caption, .. } => caption.as_ref(),
            Body::Service(_) => None,
        }
    }
}
