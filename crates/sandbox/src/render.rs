//! The world's things as the Bot API gives them.

use serde_json::{Map, Value, json};

use crate::media::{Attachment, Media, StoredFile};
use crate::message::{Body, Button, Cited, Message, Service, Styled};
use crate::options::Bot;
use crate::world::{BOT_ID, Person, Topic, World};

/// The one channel that people read here.
const CHANNEL: i64 = -1_002_000_000_999;

/// The bot as getMe tells it.
pub(crate) fn me(world: &World) -> Value {
    let mut me = bot(world);
    if let (Value::Object(me), Value::Object(abilities)) = (
        &mut me,
        json!({
            "can_join_groups": true,
            "can_read_all_group_messages": false,
            "supports_guest_queries": false,
            "supports_inline_queries": false,
            "can_connect_to_business": false,
            "has_main_web_app": false,
            "has_topics_enabled": false,
            "allows_users_to_create_topics": false,
            "can_manage_bots": false,
        }),
    ) {
        me.extend(abilities);
    }
    me
}

fn bot(world: &World) -> Value {
    let Bot { name, username, .. } = &world.bot;
    json!({ "id": BOT_ID, "is_bot": true, "first_name": name, "username": username })
}

/// A person as a `User`.
pub(crate) fn person(person: &Person) -> Value {
    let mut user = json!({
        "id": person.id, "is_bot": false, "first_name": person.name,
        "language_code": person.language.as_deref().unwrap_or("ru"),
    });
    if let Some(username) = &person.username {
        user["username"] = json!(username);
    }
    user
}

/// The `User` behind an id.
pub(crate) fn user(world: &World, id: i64) -> Value {
    match world.people.get(&id) {
        Some(found) => person(found),
        None => bot(world),
    }
}

/// A name for people to read.
pub(crate) fn name(world: &World, id: i64) -> &str {
    match world.people.get(&id) {
        Some(found) => &found.name,
        None => &world.bot.name,
    }
}

/// A `Chat`: a group or a person's private chat.
pub(crate) fn chat(world: &World, id: i64) -> Value {
    match world.people.get(&id) {
        Some(person) => {
            let mut chat = json!({ "id": id, "type": "private", "first_name": person.name });
            if let Some(username) = &person.username {
                chat["username"] = json!(username);
            }
            chat
        }
        None => {
            let group = world.group(id).or_else(|| world.group(world.upgraded(id)?));
            let mut chat = json!({ "id": id, "type": "supergroup", "title": group.map(|group| &group.title) });
            // Only ever told where it is so.
            if group.is_some_and(|group| group.forum) {
                chat["is_forum"] = json!(true);
            }
            chat
        }
    }
}

/// A `Message`, with the message it replies to.
pub(crate) fn message(world: &World, message: &Message) -> Value {
    let mut whole = bare(world, message);
    // Telegram takes a message of a topic that replies to nothing as a reply to the topic's beginning.
    let is_service = matches!(message.body, Body::Service(_));
    let beginning = message.thread.filter(|_| !is_service);
    let replied = message.reply_to.or(beginning);
    if let Some(replied) = replied.and_then(|id| world.message(message.chat, id)) {
        whole.insert("reply_to_message".into(), bare(world, replied).into());
    }
    if let Some(Cited { piece, channel }) = message.cited.as_deref() {
        if let Some(piece) = piece {
            whole.insert("quote".into(), json!({ "text": piece, "position": 0, "is_manual": true }));
        }
        if let Some(title) = channel {
            let chat = json!({ "id": CHANNEL, "type": "channel", "title": title });
            let origin = json!({ "type": "channel", "date": message.date, "chat": chat, "message_id": 1 });
            whole.insert("external_reply".into(), json!({ "origin": origin, "chat": chat, "message_id": 1 }));
        }
    }
    Value::Object(whole)
}

/// A message without the one it replies to: Telegram nests no further.
fn bare(world: &World, message: &Message) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("message_id", json!(message.id));
    put("from", user(world, message.from));
    put("chat", chat(world, message.chat));
    put("date", json!(message.date));
    if let Some(thread) = message.thread {
        put("message_thread_id", json!(thread));
        put("is_topic_message", json!(true));
    }
    if let Some(first) = answers(world, message) {
        put("message_thread_id", json!(first));
    }
    if let Some(edited) = message.edited {
        put("edit_date", json!(edited));
    }
    if let Some(album) = &message.album {
        put("media_group_id", json!(album));
    }
    if let Some(origin) = &message.origin {
        let sender = user(world, origin.user);
        put("forward_origin", json!({ "type": "user", "sender_user": sender, "date": origin.date }));
    }
    if !message.buttons.is_empty() {
        put("reply_markup", keyboard(&message.buttons));
    }
    match &message.body {
        Body::Text(text) => styled(&mut put, "text", "entities", text),
        Body::Media { attachment: hung, caption } => {
            attachment(world, &mut put, hung);
            if let Some(caption) = caption {
                styled(&mut put, "caption", "caption_entities", caption);
            }
        }
        Body::Service(event) => service(world, &mut put, message, event),
    }
    fields
}

/// The message that begins the thread of answers which this one goes on, in a group without topics: Telegram numbers such
/// a thread by it.
fn answers(world: &World, message: &Message) -> Option<i64> {
    world.group(message.chat).filter(|group| !group.forum)?;
    let mut first = message.reply_to?;
    while let Some(before) = world.message(message.chat, first).and_then(|message| message.reply_to) {
        first = before;
    }
    Some(first)
}

fn styled(put: &mut impl FnMut(&str, Value) -> Option<Value>, text_field: &str, entities_field: &str, styled: &Styled) {
    put(text_field, json!(styled.text));
    if !styled.entities.is_empty() {
        put(entities_field, json!(styled.entities));
    }
}

fn keyboard(rows: &[Vec<Button>]) -> Value {
    let rows: Vec<Vec<Value>> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
    json!({ "inline_keyboard": rows })
}

fn button(button: &Button) -> Value {
    let mut shown = json!({ "text": button.text });
    if let Some(data) = &button.data {
        shown["callback_data"] = json!(data);
    }
    if let Some(url) = &button.url {
        shown["url"] = json!(url);
    }
    if let Some(style) = &button.style {
        shown["style"] = json!(style);
    }
    shown
}

fn attachment(world: &World, put: &mut impl FnMut(&str, Value) -> Option<Value>, attachment: &Attachment) {
    match attachment {
        Attachment::File { kind, file } => {
            let Some(stored) = world.files.get(file) else {
                return;
            };
            let shown = file_of_kind(*kind, stored);
            if *kind == Media::Animation {
                // Kept for bots that know no animations.
                put("document", file_of_kind(Media::Document, stored));
            }
            put(kind.field(), shown);
        }
        Attachment::Contact { phone, first_name, last_name, user } => {
            let mut contact = json!({ "phone_number": phone, "first_name": first_name });
            if let Some(last_name) = last_name {
                contact["last_name"] = json!(last_name);
            }
            if let Some(user) = user {
                contact["user_id"] = json!(user);
            }
            put("contact", contact);
        }
        Attachment::Location { latitude, longitude } => {
            put("location", json!({ "latitude": latitude, "longitude": longitude }));
        }
    }
}

/// A file in the shape of its kind.
fn file_of_kind(kind: Media, stored: &StoredFile) -> Value {
    let mut shown = json!({
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.bytes.len(),
    });
    let mut put = |name: &str, value: Value| shown[name] = value;
    let duration = json!(stored.duration.unwrap_or_default());
    match kind {
        Media::Photo => {
            put("width", json!(640));
            put("height", json!(480));
            return json!([shown]);
        }
        Media::Sticker => {
            put("type", json!("regular"));
            put("width", json!(512));
            put("height", json!(512));
            put("is_animated", json!(false));
            put("is_video", json!(false));
            put("emoji", json!("📦"));
            return shown;
        }
        Media::VideoNote => {
            put("length", json!(240));
            put("duration", duration);
            return shown;
        }
        Media::Video | Media::Animation => {
            put("width", json!(640));
            put("height", json!(480));
            put("duration", duration);
        }
        Media::Voice => {
            put("duration", duration);
            put("mime_type", json!(stored.mime));
            return shown;
        }
        Media::Audio => put("duration", duration),
        Media::Document | Media::Contact | Media::Location => {}
    }
    put("mime_type", json!(stored.mime));
    if let Some(name) = &stored.name {
        put("file_name", json!(name));
    }
    shown
}

fn service(world: &World, put: &mut impl FnMut(&str, Value) -> Option<Value>, message: &Message, event: &Service) {
    match event {
        Service::TopicCreated { name, icon_color } => {
            put("forum_topic_created", json!({ "name": name, "icon_color": icon_color }));
        }
        Service::TopicEdited { name } => {
            let edited = match name {
                Some(name) => json!({ "name": name }),
                None => json!({}),
            };
            put("forum_topic_edited", edited);
        }
        Service::TopicClosed => {
            put("forum_topic_closed", json!({}));
        }
        Service::TopicReopened => {
            put("forum_topic_reopened", json!({}));
        }
        Service::Pinned { message: pinned } => {
            put("pinned_message", reachable(world, message.chat, *pinned));
        }
        Service::MigratedTo { chat } => {
            put("migrate_to_chat_id", json!(chat));
        }
        Service::MigratedFrom { chat } => {
            put("migrate_from_chat_id", json!(chat));
        }
        Service::BotAdded => {
            put("new_chat_members", json!([bot(world)]));
        }
        Service::BotLeft => {
            put("left_chat_member", bot(world));
        }
    }
}

/// A message another thing points at; one that is gone is «inaccessible».
pub(crate) fn reachable(world: &World, chat_id: i64, id: i64) -> Value {
    match world.message(chat_id, id) {
        Some(found) => Value::Object(bare(world, found)),
        None => unreachable(world, chat_id, id),
    }
}

/// An `InaccessibleMessage`: its chat and its number, and nothing else, not even its topic.
pub(crate) fn unreachable(world: &World, chat_id: i64, id: i64) -> Value {
    json!({ "chat": chat(world, chat_id), "message_id": id, "date": 0 })
}

/// A `ForumTopic`.
pub(crate) fn topic(topic: &Topic) -> Value {
    let mut shown = json!({
        "message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color,
    });
    if let Some(emoji) = &topic.icon_emoji {
        shown["icon_custom_emoji_id"] = json!(emoji);
    }
    shown
}

/// The path of a file below `/file/bot<token>/`.
pub(crate) fn file_path(stored: &StoredFile) -> String {
    format!("{}/{}", stored.kind.field(), stored.id)
}
