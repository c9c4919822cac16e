//! Methods for the topics of a group.

use serde_json::{Value, json};

use crate::args::Args;
use crate::draft::Draft;
use crate::message::{Body, Message, Service};
use crate::place;
use crate::refusal::Refusal;
use crate::render;
use crate::world::{BOT_ID, Change, Right, Topic};

const LONGEST_NAME: usize = 128;
/// The colours that a topic's icon can have; the first is the usual one.
pub(crate) const COLOURS: [i64; 6] = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047];

/// createForumTopic
pub(crate) fn create(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let chat = place::forum(draft.world(), args)?;
    may_manage(draft, chat)?;
    let name = name(args.text("name").unwrap_or_default())?;
    let icon_color = args.int("icon_color").unwrap_or(COLOURS[0]);
    if !COLOURS.contains(&icon_color) {
        return Err(Refusal::bad("TOPIC_ICON_COLOR_INVALID"));
    }
    let id = draft.world().next_message(chat);
    let topic = Topic {
        chat,
        id,
        name: name.clone(),
        icon_color,
        icon_emoji: args.text("icon_custom_emoji_id").map(str::to_owned),
        closed: false,
        deleted: false,
    };
    let answer = render::topic(&topic);
    draft.make(Change::Topic(topic));
    note(draft, chat, id, BOT_ID, Service::TopicCreated { name, icon_color });
    Ok(answer)
}

/// editForumTopic
pub(crate) fn edit(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let (chat, topic) = place::topic(draft.world(), args)?;
    may_manage(draft, chat)?;
    let mut topic = topic.clone();
    let renamed = match args.text("name") {
        // An empty name leaves the one there is.
        Some("") | None => None,
        Some(given) => Some(name(given)?).filter(|name| *name != topic.name),
    };
    let emoji = args.text("icon_custom_emoji_id").map(|emoji| {
        let emoji = emoji.to_owned();
        (!emoji.is_empty()).then_some(emoji)
    });
    let new_icon = emoji.filter(|emoji| *emoji != topic.icon_emoji);
    if renamed.is_none() && new_icon.is_none() {
        return Err(Refusal::bad("TOPIC_NOT_MODIFIED"));
    }
    if let Some(name) = &renamed {
        topic.name.clone_from(name);
    }
    if let Some(emoji) = new_icon {
        topic.icon_emoji = emoji;
    }
    let thread = topic.id;
    draft.make(Change::Topic(topic));
    note(draft, chat, thread, BOT_ID, Service::TopicEdited { name: renamed });
    Ok(json!(true))
}

/// closeForumTopic and reopenForumTopic
pub(crate) fn set_closed(draft: &mut Draft, args: &Args, closed: bool) -> Result<Value, Refusal> {
    let (chat, topic) = place::topic(draft.world(), args)?;
    may_manage(draft, chat)?;
    if topic.closed == closed {
        return Err(Refusal::bad("TOPIC_NOT_MODIFIED"));
    }
    let topic = Topic { closed, ..topic.clone() };
    let thread = topic.id;
    draft.make(Change::Topic(topic));
    let event = if closed { Service::TopicClosed } else { Service::TopicReopened };
    note(draft, chat, thread, BOT_ID, event);
    Ok(json!(true))
}

/// deleteForumTopic
pub(crate) fn delete(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let (_, topic) = place::topic(draft.world(), args)?;
    let topic = Topic { deleted: true, ..topic.clone() };
    draft.make(Change::Topic(topic));
    Ok(json!(true))
}

fn may_manage(draft: &Draft, chat: i64) -> Result<(), Refusal> {
    match draft.world().group(chat) {
        Some(group) if group.forbidden.contains(&Right::ManageTopics) => {
            Err(Refusal::bad("not enough rights to manage topics"))
        }
        Some(_) | None => Ok(()),
    }
}

fn name(given: &str) -> Result<String, Refusal> {
    let name = given.trim();
    if name.is_empty() {
        return Err(Refusal::bad("topic name must be non-empty"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::bad("topic name is too long"));
    }
    Ok(name.to_owned())
}

/// Writes an event of a topic into it; gives the message's id.
pub(crate) fn note(draft: &mut Draft, chat: i64, thread: i64, from: i64, event: Service) -> i64 {
    let id = draft.world().next_message(chat);
    let date = draft.date();
    draft.make(Change::Message(Message {
        thread: Some(thread),
        ..Message::new(chat, id, from, date, Body::Service(event))
    }));
    id
}
