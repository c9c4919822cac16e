//! Where a call wants to act: a chat, a topic in it, a message to reply to. Refused as Telegram refuses.

use serde_json::Value;

use crate::args::Args;
use crate::refusal::Refusal;
use crate::world::{Person, Topic, World};

/// A chat that the bot can name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    Private(&'a Person),
    Desk { id: i64 },
}

impl Place<'_> {
    /// Its chat id.
    pub fn chat(self) -> i64 {
        match self {
            Place::Private(person) => person.id,
            Place::Desk { id } => id,
        }
    }
}

/// The chat that a parameter names.
pub(crate) fn place<'a>(world: &'a World, args: &Args, parameter: &str) -> Result<Place<'a>, Refusal> {
    let id = match args.value(parameter) {
        None => return Err(Refusal::bad("chat_id is empty")),
        // A number may come as a text; the sandbox knows no public names of chats.
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_i64(),
    };
    let not_found = || Refusal::bad("chat not found");
    let id = id.ok_or_else(not_found)?;
    if !world.has_bot(id) {
        Err(Refusal::forbidden("bot is not a member of the supergroup chat"))
    } else if world.group(id).is_some() {
        Ok(Place::Desk { id })
    } else if let Some(now) = world.upgraded(id) {
        Err(Refusal::migrated(now))
    } else {
        world.people.get(&id).map(Place::Private).ok_or_else(not_found)
    }
}

/// A chat in which the bot may speak.
pub(crate) fn writable<'a>(world: &'a World, args: &Args) -> Result<Place<'a>, Refusal> {
    let place = place(world, args, "chat_id")?;
    match place {
        Place::Private(person) if person.blocked => Err(Refusal::forbidden("bot was blocked by the user")),
        Place::Private(person) if !person.opened => {
            Err(Refusal::forbidden("bot can't initiate conversation with a user"))
        }
        Place::Private(_) | Place::Desk { .. } => Ok(place),
    }
}

/// A group with topics, for what only a forum can do.
pub(crate) fn forum(world: &World, args: &Args) -> Result<i64, Refusal> {
    match place(world, args, "chat_id")? {
        Place::Desk { id } if world.group(id).is_some_and(|group| group.forum) => Ok(id),
        Place::Desk { .. } | Place::Private(_) => Err(Refusal::bad("the chat is not a forum")),
    }
}

/// Where a new message goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub chat: i64,
    pub thread: Option<i64>,
    pub reply_to: Option<i64>,
}

/// Where a call wants its message to go.
pub(crate) fn target(world: &World, args: &Args) -> Result<Target, Refusal> {
    let place = writable(world, args)?;
    let chat = place.chat();
    // 0 stands for «no topic».
    let thread = args.int("message_thread_id").filter(|thread| *thread != 0);
    if let Some(thread) = thread {
        check_thread(world, place, thread)?;
    }
    let reply = args.value("reply_parameters");
    let mut reply_to = None;
    if let Some(reply) = reply {
        let wanted = reply["message_id"].as_i64();
        let elsewhere = reply["chat_id"].as_i64().is_some_and(|other| other != chat);
        let found = wanted.filter(|_| !elsewhere).and_then(|id| world.message(chat, id));
        if found.is_none() && reply["allow_sending_without_reply"] != Value::Bool(true) {
            return Err(Refusal::bad("message to be replied not found"));
        }
        reply_to = found;
    }
    Ok(Target {
        chat,
        // An answer goes where its question is.
        thread: thread.or_else(|| reply_to?.thread),
        reply_to: reply_to.map(|message| message.id),
    })
}

/// Refuses a topic that no message can be sent to.
pub(crate) fn check_thread(world: &World, place: Place, thread: i64) -> Result<(), Refusal> {
    let topic = match place {
        Place::Desk { id } => world.topics.get(&(id, thread)),
        Place::Private(_) => None,
    };
    match topic {
        None => Err(Refusal::bad("message thread not found")),
        Some(topic) if topic.deleted => Err(Refusal::bad("TOPIC_DELETED")),
        Some(_) => Ok(()),
    }
}

/// The topic that an action on topics names.
pub(crate) fn topic<'a>(world: &'a World, args: &Args) -> Result<(i64, &'a Topic), Refusal> {
    let chat = forum(world, args)?;
    let found = args.int("message_thread_id").and_then(|thread| world.topics.get(&(chat, thread)));
    match found {
        None => Err(Refusal::bad("TOPIC_ID_INVALID")),
        Some(topic) if topic.deleted => Err(Refusal::bad("TOPIC_DELETED")),
        Some(topic) => Ok((chat, topic)),
    }
}
