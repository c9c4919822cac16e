//! Methods about chats, members, files, commands, presses of buttons and the webhook.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::args::Args;
use crate::draft::Draft;
use crate::markup;
use crate::membership;
use crate::page_view::PageEvent;
use crate::people;
use crate::place::{self, Place};
use crate::refusal::Refusal;
use crate::render;
use crate::world::{BOT_ID, BotIs, Change, Toast, Webhook, World};

/// How long a press can be answered. Telegram names no number; minutes is what bots meet.
const QUERY_LIFE: TimeDelta = TimeDelta::minutes(15);
const LONGEST_TOAST: usize = 200;
const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];
/// How long «typing…» stays on a screen.
const ACTION_SECONDS: u32 = 5;

/// sendChatAction
pub(crate) fn action(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let place = place::writable(draft.world(), args)?;
    let thread = args.int("message_thread_id").filter(|thread| *thread != 0);
    if !args.text("action").is_some_and(|action| ACTIONS.contains(&action)) {
        return Err(Refusal::bad("wrong parameter action in request"));
    }
    // Telegram shows no error for a topic that is gone, and so does this.
    let chat = place.chat();
    draft.show(PageEvent::typing(chat, thread, ACTION_SECONDS));
    Ok(json!(true))
}

/// answerCallbackQuery
pub(crate) fn answer_press(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let text = args.text("text").unwrap_or_default();
    if text.chars().count() > LONGEST_TOAST {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let id = args.text("callback_query_id").unwrap_or_default();
    let alive = draft.date() - QUERY_LIFE.num_seconds();
    let query = draft.world().queries.get(id);
    let query = query.filter(|query| !query.answered && query.date >= alive);
    let Some(mut query) = query.cloned() else {
        return Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid"));
    };
    let user = query.user;
    query.answered = true;
    draft.make(Change::Query(query));
    if !text.is_empty() {
        let text = text.to_owned();
        draft.make(Change::Toast(Toast { user, text, alert: args.flag("show_alert") }));
    }
    Ok(json!(true))
}

/// getChat
pub(crate) fn chat(draft: &Draft, args: &Args) -> Result<Value, Refusal> {
    let world = draft.world();
    let place = place::place(world, args, "chat_id")?;
    let mut chat = render::chat(world, place.chat());
    chat["accent_color_id"] = json!(0);
    chat["max_reaction_count"] = json!(11);
    chat["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
        "premium_subscription": false, "gifts_from_channels": false,
    });
    if let Place::Desk { .. } = place {
        chat["permissions"] = json!({
            "can_send_messages": true, "can_send_photos": true, "can_send_documents": true,
            "can_manage_topics": false, "can_pin_messages": false,
        });
    }
    Ok(chat)
}

/// getChatMember
pub(crate) fn member(draft: &Draft, args: &Args) -> Result<Value, Refusal> {
    let world = draft.world();
    let place = place::place(world, args, "chat_id")?;
    let user = args.int("user_id").unwrap_or_default();
    match place {
        Place::Private(person) if user == person.id || user == BOT_ID => {
            Ok(json!({ "status": "member", "user": render::user(world, user) }))
        }
        Place::Desk { id } => group_member(world, id, user),
        Place::Private(_) => Err(Refusal::bad("user not found")),
    }
}

fn group_member(world: &World, chat: i64, user: i64) -> Result<Value, Refusal> {
    let group = world.group(chat);
    if user == BOT_ID {
        return Ok(membership::bot(world, group));
    }
    match world.people.get(&user) {
        None => Err(Refusal::bad("user not found")),
        Some(person) => Ok(membership::of(world, chat, person)),
    }
}

/// getChatAdministrators
pub(crate) fn administrators(draft: &Draft, args: &Args) -> Result<Value, Refusal> {
    let world = draft.world();
    match place::place(world, args, "chat_id")? {
        Place::Private(_) => Err(Refusal::bad("there are no administrators in the private chat")),
        Place::Desk { id } => Ok(membership::administrators(world, id).into()),
    }
}

/// leaveChat
pub(crate) fn leave(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let chat = match place::place(draft.world(), args, "chat_id")? {
        Place::Private(_) => return Err(Refusal::bad("can't leave private chats")),
        Place::Desk { id } => id,
    };
    people::bot_becomes(draft, BOT_ID, chat, BotIs::Outside);
    Ok(json!(true))
}

/// getFile
pub(crate) fn file(draft: &Draft, args: &Args) -> Result<Value, Refusal> {
    let id = args.text("file_id").unwrap_or_default();
    let Some(stored) = draft.world().files.get(id) else {
        return Err(Refusal::bad("wrong file_id or the file is temporarily unavailable"));
    };
    Ok(json!({
        "file_id": stored.id, "file_unique_id": stored.unique_id,
        "file_size": stored.bytes.len(), "file_path": render::file_path(stored),
    }))
}

/// setMyCommands
pub(crate) fn set_commands(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    for command in args.list("commands") {
        let name = command["command"].as_str().unwrap_or_default();
        let good = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_');
        if !(1..=32).contains(&name.len()) || !name.chars().all(good) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        let description = command["description"].as_str().unwrap_or_default();
        if !(1..=256).contains(&markup::utf16(description)) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let scope = command_scope(args);
    let commands = args.value("commands").cloned().unwrap_or_default();
    draft.make(Change::Commands { scope, commands });
    Ok(json!(true))
}

/// getMyCommands
pub(crate) fn commands(draft: &Draft, args: &Args) -> Value {
    let found = draft.world().commands.get(&command_scope(args));
    found.cloned().unwrap_or_else(|| json!([]))
}

/// Commands are kept for each scope and language.
fn command_scope(args: &Args) -> String {
    let usual = json!({ "type": "default" });
    let scope = args.value("scope").unwrap_or(&usual);
    format!("{scope} {}", args.text("language_code").unwrap_or_default())
}

/// setWebhook
pub(crate) fn set_webhook(draft: &mut Draft, args: &Args) -> Result<Value, Refusal> {
    let url = args.text("url").unwrap_or_default().to_owned();
    if url.is_empty() {
        return Ok(delete_webhook(draft, args));
    }
    // Telegram wants https; the sandbox stays on this machine and speaks plain HTTP.
    if crate::webhook::Address::parse(&url).is_none() {
        return Err(Refusal::bad("bad webhook: the sandbox delivers to http://127.0.0.1 and http://localhost only"));
    }
    let secret = args.text("secret_token").map(str::to_owned);
    let good = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if secret.as_ref().is_some_and(|secret| secret.len() > 256 || !secret.chars().all(good)) {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    drop_pending(draft, args);
    allow(draft, args);
    let max_connections = args.int("max_connections").unwrap_or(40);
    draft.make(Change::Webhook(Some(Webhook { url, secret, max_connections })));
    Ok(json!(true))
}

/// deleteWebhook
pub(crate) fn delete_webhook(draft: &mut Draft, args: &Args) -> Value {
    drop_pending(draft, args);
    if draft.world().webhook.is_some() {
        draft.make(Change::Webhook(None));
    }
    json!(true)
}

fn drop_pending(draft: &mut Draft, args: &Args) {
    if args.flag("drop_pending_updates") {
        let below = draft.world().next_update();
        draft.make(Change::Confirmed { below });
    }
}

/// Remembers which kinds of updates the bot wants, if the call says so.
pub(crate) fn allow(draft: &mut Draft, args: &Args) {
    if args.value("allowed_updates").is_none() {
        return;
    }
    let names = args.list("allowed_updates").iter().filter_map(Value::as_str);
    let kinds: Vec<String> = names.map(str::to_owned).collect();
    if draft.world().allowed != kinds {
        draft.make(Change::Allowed(kinds));
    }
}

/// getWebhookInfo
pub(crate) fn webhook_info(draft: &Draft) -> Value {
    let world = draft.world();
    let webhook = world.webhook.as_ref();
    let mut info = json!({
        "url": webhook.map_or("", |webhook| webhook.url.as_str()),
        "has_custom_certificate": false,
        "pending_update_count": world.pending.len(),
    });
    if let Some(webhook) = webhook {
        info["max_connections"] = json!(webhook.max_connections);
    }
    if !world.allowed.is_empty() {
        info["allowed_updates"] = json!(world.allowed);
    }
    info
}
