//! Methods that change messages: edit, delete, react, pin.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::args::Args;
use crate::compose::{self, Purpose};
use crate::draft::Draft;
use crate::message::{Body, Message, Service};
use crate::place::{self, Place};
use crate::refusal::Refusal;
use crate::reply_markup;
use crate::send::shown;
use crate::world::{BOT_ID, Change, Right};

/// How long a bot may take back its own messages.
const DELETABLE: TimeDelta = TimeDelta::hours(48);

/// The emoji that Telegram takes as reactions.
const REACTIONS: &str = "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

/// editMessageText
pub(crate) fn text(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let text = compose::text(args, Purpose::Edit)?;
    let buttons = reply_markup::buttons(args)?;
    let mut message = own(draft, args)?;
    let Body::Text(old) = &mut message.body else {
        return Err(Refusal::bad("there is no text in the message to edit"));
    };
    refuse_same(*old == text && message.buttons == buttons)?;
    *old = text;
    message.buttons = buttons;
    message.edited = Some(draft.date());
    Ok(replace(draft, message))
}

/// editMessageCaption
pub(crate) fn caption(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let caption = compose::caption(args, Purpose::Edit)?;
    let buttons = reply_markup::buttons(args)?;
    let mut message = own(draft, args)?;
    let Body::Media { caption: old, .. } = &mut message.body else {
        return Err(Refusal::bad("there is no caption in the message to edit"));
    };
    refuse_same(*old == caption && message.buttons == buttons)?;
    *old = caption;
    message.buttons = buttons;
    message.edited = Some(draft.date());
    Ok(replace(draft, message))
}

/// editMessageReplyMarkup
pub(crate) fn buttons(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let buttons = reply_markup::buttons(args)?;
    let mut message = own(draft, args)?;
    refuse_same(message.buttons == buttons)?;
    message.buttons = buttons;
    Ok(replace(draft, message))
}

/// The bot's own message that a call wants to edit.
fn own(draft: &Draft, args: &Args) -> Result<Message, Refusal> {
    let id = identifier(args)?;
    let chat = place::place(draft.world(), args, "chat_id")?.chat();
    let found = draft.world().message(chat, id);
    let message = found.ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if message.from != BOT_ID || message.changed_keyboard || matches!(message.body, Body::Service(_)) {
        return Err(Refusal::bad("message can't be edited"));
    }
    Ok(message.clone())
}

fn identifier(args: &Args) -> Result<i64, Refusal> {
    args.int("message_id").ok_or_else(|| Refusal::bad("message identifier is not specified"))
}

fn refuse_same(same: bool) -> Result<(), Refusal> {
    if same {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        ));
    }
    Ok(())
}

fn replace(draft: &mut Draft, message: Message) -> Value {
    let (chat, id) = (message.chat, message.id);
    draft.make(Change::Message(message));
    shown(draft, chat, id)
}

/// deleteMessage
pub(crate) fn delete(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let id = identifier(args)?;
    let place = place::place(draft.world(), args, "chat_id")?;
    let chat = place.chat();
    let Some(message) = draft.world().message(chat, id) else {
        return Err(Refusal::bad("message to delete not found"));
    };
    // In the desk the bot is an administrator who may delete anything.
    let old = draft.date() - message.date > DELETABLE.num_seconds();
    if old && matches!(place, Place::Private(_)) {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    let brought = draft.world().keyboards.get(&chat).is_some_and(|shown| shown.message == id);
    draft.make(Change::Deleted { chat, id });
    if brought {
        draft.make(Change::Keyboard { chat, shown: None });
    }
    Ok(json!(true))
}

/// setMessageReaction
pub(crate) fn react(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let id = identifier(args)?;
    let chat = place::place(draft.world(), args, "chat_id")?.chat();
    let Some(mut message) = draft.world().message(chat, id).cloned() else {
        return Err(Refusal::bad("message to react not found"));
    };
    let given = args.list("reaction").iter();
    let emoji: Vec<String> = given.map(|reaction| reaction["emoji"].as_str().unwrap_or_default().to_owned()).collect();
    if emoji.len() > 1 {
        return Err(Refusal::bad("REACTIONS_TOO_MANY"));
    }
    if emoji.iter().any(|one| !REACTIONS.split(' ').any(|known| known == one)) {
        return Err(Refusal::bad("REACTION_INVALID"));
    }
    if message.reactions != emoji {
        message.reactions = emoji;
        draft.make(Change::Message(message));
    }
    Ok(json!(true))
}

/// pinChatMessage
pub(crate) fn pin(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let id = identifier(args)?;
    let chat = place::place(draft.world(), args, "chat_id")?.chat();
    if draft.world().group(chat).is_some_and(|group| group.forbidden.contains(&Right::PinMessages)) {
        return Err(Refusal::bad("not enough rights to manage pinned messages in the chat"));
    }
    let Some(mut message) = draft.world().message(chat, id).cloned() else {
        return Err(Refusal::bad("message to pin not found"));
    };
    if !message.pinned {
        let thread = message.thread;
        message.pinned = true;
        draft.make(Change::Message(message));
        let service = draft.world().next_message(chat);
        let body = Body::Service(Service::Pinned { message: id });
        let date = draft.date();
        draft.make(Change::Message(Message { thread, ..Message::new(chat, service, BOT_ID, date, body) }));
    }
    Ok(json!(true))
}

/// unpinChatMessage: the message named, or the latest pinned one.
pub(crate) fn unpin(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let chat = place::place(draft.world(), args, "chat_id")?.chat();
    let wanted = args.int("message_id");
    let pinned =
        draft.world().chat(chat).filter(|message| message.pinned && wanted.is_none_or(|id| id == message.id)).last();
    match pinned.cloned() {
        Some(mut message) => {
            message.pinned = false;
            draft.make(Change::Message(message));
            Ok(json!(true))
        }
        None => Err(Refusal::bad("message to unpin not found")),
    }
}
