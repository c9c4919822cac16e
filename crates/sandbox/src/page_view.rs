//! The world as the demo page sees it: a snapshot, then events.

use serde_json::{Value, json};

use crate::keyboard::{Key, Shown};
use crate::media::{Attachment, Media};
use crate::message::{Body, Message, Service};
use crate::options::Sample;
use crate::render;
use crate::world::{AgentsGroup, BOT_ID, Change, Person, Role, Topic, World};

/// Not told to a page: its watcher gives it a new snapshot instead.
pub(crate) const RELOAD: &str = "reload";

/// Something that a page is told: the name of a server-sent event and its data.
#[derive(Debug, Clone)]
pub(crate) struct PageEvent {
    pub name: &'static str,
    pub data: Value,
}

impl PageEvent {
    /// Somebody is typing.
    pub fn typing(chat: i64, thread: Option<i64>, seconds: u32) -> PageEvent {
        PageEvent { name: "typing", data: json!({ "chat": chat, "thread": thread, "seconds": seconds }) }
    }
}

/// Everything there is.
pub(crate) fn snapshot(world: &World, samples: &[Sample]) -> PageEvent {
    let people = |role: Role| {
        let of_role = world.people.values().filter(|person| person.role == role);
        of_role.map(user).collect::<Vec<_>>()
    };
    PageEvent {
        name: "snapshot",
        data: json!({
            "customers": people(Role::Customer),
            "agents": people(Role::Agent),
            "groups": world.groups.iter().map(group).collect::<Vec<_>>(),
            "topics": world.topics.values().map(topic).collect::<Vec<_>>(),
            "messages": world.messages.values().map(|one| message(world, one)).collect::<Vec<_>>(),
            "keyboards": world.keyboards.iter().map(|(chat, shown)| keyboard(*chat, Some(shown))).collect::<Vec<_>>(),
            "samples": samples.iter().map(sample).collect::<Vec<_>>(),
        }),
    }
}

/// What a page is told of a change that was just made.
pub(crate) fn event(world: &World, change: &Change) -> Option<PageEvent> {
    let (name, data) = match change {
        Change::Person(person) => ("user", user_with_role(person)),
        Change::Message(changed) => ("message", message(world, changed)),
        Change::Deleted { chat, id } => ("deleted", json!({ "chat": chat, "id": id })),
        Change::Topic(changed) => ("topic", topic(changed)),
        Change::Toast(toast) => ("toast", json!({ "user": toast.user, "text": toast.text, "alert": toast.alert })),
        // Every message has another chat by now: the page begins anew.
        Change::Migrated { .. } | Change::Group { .. } => (RELOAD, Value::Null),
        Change::Keyboard { chat, shown } => ("keyboard", keyboard(*chat, shown.as_ref())),
        Change::Born { .. }
        | Change::File(_)
        | Change::Queued(_)
        | Change::Confirmed { .. }
        | Change::Query(_)
        | Change::Allowed(_)
        | Change::Webhook(_)
        | Change::Member { .. }
        | Change::Right { .. }
        | Change::Bot { .. }
        | Change::Commands { .. } => return None,
    };
    Some(PageEvent { name, data })
}

/// A person as the page's `User`.
pub(crate) fn user(person: &Person) -> Value {
    json!({
        "id": person.id, "name": person.name, "username": person.username,
        "phone": person.phone(), "blocked": person.blocked,
    })
}

fn user_with_role(person: &Person) -> Value {
    let mut shown = user(person);
    shown["role"] = json!(person.role);
    shown
}

fn sample(sample: &Sample) -> Value {
    json!({ "label": sample.label, "good_for": sample.good_for, "phrase": sample.phrase })
}

/// The reply keyboard of a chat; one without rows is none.
fn keyboard(chat: i64, shown: Option<&Shown>) -> Value {
    let key = |key: &Key| json!({ "text": key.label(), "shares_phone": key.shares_phone() });
    let rows = shown.map_or(&[][..], |shown| &shown.keyboard.rows);
    let rows: Vec<Vec<Value>> = rows.iter().map(|row| row.iter().map(key).collect()).collect();
    let placeholder = shown.and_then(|shown| shown.keyboard.placeholder.as_deref());
    json!({ "chat": chat, "rows": rows, "placeholder": placeholder })
}

fn group(group: &AgentsGroup) -> Value {
    json!({ "id": group.id(), "title": group.title })
}

fn topic(topic: &Topic) -> Value {
    json!({
        "chat": topic.chat, "id": topic.id, "name": topic.name, "closed": topic.closed, "deleted": topic.deleted,
        "icon_color": topic.icon_color,
    })
}

fn message(world: &World, message: &Message) -> Value {
    let styled = message.styled();
    let media = match &message.body {
        Body::Media { attachment, .. } => attached(world, attachment),
        Body::Text(_) | Body::Service(_) => Value::Null,
    };
    let service = match &message.body {
        Body::Service(event) => Some(told(event)),
        Body::Text(_) | Body::Media { .. } => None,
    };
    let origin = message.origin.as_ref();
    json!({
        "chat": message.chat,
        "id": message.id,
        "thread": message.thread,
        "from": {
            "id": message.from,
            "name": render::name(world, message.from),
            "bot": message.from == BOT_ID,
        },
        "date": message.date,
        "text": styled.map(|styled| &styled.text),
        "entities": styled.map(|styled| &styled.entities[..]).unwrap_or_default(),
        "media": media,
        "buttons": message.buttons,
        "edited": message.edited.is_some(),
        "reply_to": message.reply_to,
        "album": message.album,
        "forwarded_from": origin.map(|origin| render::name(world, origin.user)),
        "service": service,
        "reactions": message.reactions,
        "pinned": message.pinned,
    })
}

fn attached(world: &World, attachment: &Attachment) -> Value {
    let kind = attachment.kind().field();
    let (url, name, duration) = match attachment {
        Attachment::File { file, .. } => {
            let stored = world.files.get(file);
            let name = stored.and_then(|stored| stored.name.clone());
            let duration = stored.and_then(|stored| stored.duration);
            (Some(format!("/files/{file}")), name, duration)
        }
        Attachment::Contact { phone, first_name, last_name, user: _ } => {
            let last_name = last_name.as_deref().unwrap_or_default();
            let name = format!("{first_name} {last_name}").trim_end().to_owned();
            (None, Some(format!("{name}, {phone}")), None)
        }
        Attachment::Location { latitude, longitude } => (None, Some(format!("{latitude}, {longitude}")), None),
    };
    let emoji = (attachment.kind() == Media::Sticker).then_some("📦");
    json!({ "kind": kind, "url": url, "name": name, "emoji": emoji, "duration": duration })
}

/// A line of Telegram's own, as a person reads it.
fn told(event: &Service) -> String {
    match event {
        Service::TopicCreated { name, .. } => format!("Создана тема «{name}»"),
        Service::TopicEdited { name: Some(name) } => format!("Тема теперь называется «{name}»"),
        Service::TopicEdited { name: None } => "Значок темы изменён".to_owned(),
        Service::TopicClosed => "Тема закрыта".to_owned(),
        Service::TopicReopened => "Тема снова открыта".to_owned(),
        Service::Pinned { .. } => "Сообщение закреплено".to_owned(),
        Service::MigratedTo { .. } | Service::MigratedFrom { .. } => "Группа стала супергруппой".to_owned(),
        Service::BotAdded => "В группу добавлен бот".to_owned(),
        Service::BotLeft => "Бот вышел из группы".to_owned(),
    }
}
