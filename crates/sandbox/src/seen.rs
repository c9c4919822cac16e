//! What is to be seen: chats and topics as a person or a test looks at them.

use crate::media::Attachment;
use crate::message::{Body, Button, Entity, Message};
use crate::render;
use crate::world::{BOT_ID, World};

/// A message as a person sees it in a chat or a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id, which is one of its chat: the `message_id`.
    pub id: i64,
    /// The topic it lies in; private chats and the desk outside its topics have none.
    pub thread: Option<i64>,
    /// Whether the bot wrote it.
    pub from_bot: bool,
    /// The name of its author: a person's or the bot's.
    pub from_name: String,
    /// Its text or caption without formatting; empty if it has none.
    pub text: String,
    /// The formatting of its text or caption, and what Telegram found in it by itself.
    pub entities: Vec<Entity>,
    /// The kind of what hangs on it, by the name of the Bot API's field: `photo`, `video_note`.
    pub media: Option<String>,
    /// Its inline buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// Whether its words were edited after it was sent.
    pub edited: bool,
    /// The id of the message it answers, in the same chat.
    pub reply_to: Option<i64>,
    /// The album it belongs to: the `media_group_id`, the same on all of its messages.
    pub album: Option<String>,
    /// The name of its first author, if it was forwarded.
    pub forwarded_from: Option<String>,
    /// The emoji that the bot has put under it.
    pub reactions: Vec<String>,
    /// Whether it is pinned in its chat or topic.
    pub pinned: bool,
}

impl Seen {
    /// The words of each stretch of a kind, and the address behind them, if there is one.
    pub fn stretches(&self, kind: &str) -> Vec<(String, Option<String>)> {
        let units: Vec<u16> = self.text.encode_utf16().collect();
        let of_kind = self.entities.iter().filter(|entity| entity.kind == kind);
        let words = |entity: &Entity| String::from_utf16_lossy(&units[entity.offset..entity.offset + entity.length]);
        of_kind.map(|entity| (words(entity), entity.url.clone())).collect()
    }
}

/// A topic of the desk as it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id: the `message_thread_id`.
    pub id: i64,
    /// Its name, 1 to 128 characters.
    pub name: String,
    /// Whether it was closed, and not opened again.
    pub closed: bool,
    /// Whether it was deleted; what is sent there is refused.
    pub deleted: bool,
}

/// Messages as they are seen, without those that Telegram itself wrote.
pub(crate) fn messages<'a>(world: &'a World, messages: impl Iterator<Item = &'a Message>) -> Vec<Seen> {
    messages.filter_map(|message| seen(world, message)).collect()
}

fn seen(world: &World, message: &Message) -> Option<Seen> {
    let media = match &message.body {
        Body::Text(_) => None,
        Body::Media { attachment, .. } => Some(kind(attachment)),
        Body::Service(_) => return None,
    };
    let origin = message.origin.as_ref();
    Some(Seen {
        id: message.id,
        thread: message.thread,
        from_bot: message.from == BOT_ID,
        from_name: render::name(world, message.from).to_owned(),
        text: message.styled().map(|styled| styled.text.clone()).unwrap_or_default(),
        entities: message.styled().map(|styled| styled.entities.clone()).unwrap_or_default(),
        media,
        buttons: message.buttons.clone(),
        edited: message.edited.is_some(),
        reply_to: message.reply_to,
        album: message.album.clone(),
        forwarded_from: origin.map(|origin| render::name(world, origin.user).to_owned()),
        reactions: message.reactions.clone(),
        pinned: message.pinned,
    })
}

fn kind(attachment: &Attachment) -> String {
    attachment.kind().field().to_owned()
}

/// All topics of a group, oldest first.
pub(crate) fn topics(world: &World, chat: i64) -> Vec<Topic> {
    let topics = world.topics.values().filter(|topic| topic.chat == chat);
    topics
        .map(|topic| Topic { id: topic.id, name: topic.name.clone(), closed: topic.closed, deleted: topic.deleted })
        .collect()
}
