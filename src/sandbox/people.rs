//! What people do with their own hands: write, send, edit, press, block.
//!
//! Each is reported to the bot as Telegram does.

use serde_json::json;

use super::compose::{self, NewFile};
use super::markup;
use super::media::{self, Attachment, Media};
use super::message::{Body, Message, Service, Styled};
use super::render;
use super::reply_keyboard;
use super::state::Draft;
use super::topics;
use super::world::{BOT_ID, Change, Person, Query, Role, Topic};

/// What a person is told who cannot do a thing, in Russian.
pub(super) type Complaint = String;

/// Where a person's message goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub chat: i64,
    pub thread: Option<i64>,
    pub reply_to: Option<i64>,
}

/// A new person.
pub(super) fn arrive(draft: &mut Draft, name: &str, role: Role) -> Result<Person, Complaint> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 {
        return Err("имя должно быть от 1 до 64 знаков".into());
    }
    let person = Person {
        id: draft.world().next_person(),
        name: name.to_owned(),
        username: None,
        role,
        opened: false,
        blocked: false,
    };
    draft.make(Change::Person(person.clone()));
    Ok(person)
}

/// A message of words.
pub(super) fn say(draft: &mut Draft, who: i64, spot: Spot, text: &str) -> Result<i64, Complaint> {
    let styled = plain(text)?.ok_or("сообщение пустое")?;
    let id = write(draft, who, spot, Body::Text(styled), None)?;
    if spot.chat == who {
        reply_keyboard::said(draft, who, text);
    }
    Ok(id)
}

/// A message with something hanging on it.
pub(super) fn send(
    draft: &mut Draft,
    who: i64,
    spot: Spot,
    attachment: Attachment,
    caption: Option<&str>,
    album: Option<&str>,
) -> Result<i64, Complaint> {
    let caption = caption.map(plain).transpose()?.flatten();
    write(draft, who, spot, Body::Media { attachment, caption }, album)
}

/// Something of this kind to send, where its content does not matter.
pub(super) fn sample(draft: &mut Draft, kind: Media) -> Attachment {
    match kind {
        Media::Contact => Attachment::Contact {
            phone: "+79000000000".into(),
            first_name: "Образец".into(),
            last_name: None,
            user_id: None,
        },
        Media::Location => Attachment::Location { latitude: 55.75, longitude: 37.62 },
        Media::Photo
        | Media::Voice
        | Media::Sticker
        | Media::Document
        | Media::VideoNote
        | Media::Video
        | Media::Animation
        | Media::Audio => {
            let (name, mime, duration) = kind.usual();
            let bytes = match kind {
                Media::Photo | Media::Sticker => media::sample_png(),
                _ => "образец".as_bytes().to_vec(),
            };
            let name = name.map(str::to_owned);
            compose::store(draft, NewFile { kind, name, mime: mime.to_owned(), duration, bytes })
        }
    }
}

/// A picture that was chosen on the page.
pub(super) fn picture(draft: &mut Draft, data_url: &str) -> Result<Attachment, Complaint> {
    let (mime, bytes) = media::from_data_url(data_url).ok_or("картинка не читается")?;
    // Other types could carry scripts, and the page shows what it is given.
    if !["image/png", "image/jpeg", "image/webp", "image/gif"].contains(&mime.as_str()) {
        return Err("картинка должна быть PNG, JPEG, WebP или GIF".into());
    }
    let (name, _, duration) = Media::Photo.usual();
    let name = name.map(str::to_owned);
    Ok(compose::store(draft, NewFile { kind: Media::Photo, name, mime, duration, bytes }))
}

fn plain(text: &str) -> Result<Option<Styled>, Complaint> {
    let styled = markup::finish(Styled { text: text.to_owned(), entities: Vec::new() });
    if markup::utf16(&styled.text) > 4_096 {
        return Err("сообщение длиннее 4096 знаков".into());
    }
    Ok((!styled.text.is_empty()).then_some(styled))
}

fn write(draft: &mut Draft, who: i64, spot: Spot, body: Body, album: Option<&str>) -> Result<i64, Complaint> {
    let mut person = known(draft, who)?;
    let Spot { chat, thread, reply_to } = spot;
    check_spot(draft, &person, chat, thread)?;
    if reply_to.is_some_and(|id| draft.world().message(chat, id).is_none()) {
        return Err("сообщения, на которое дан ответ, нет".into());
    }
    if chat == who && !person.opened {
        person.opened = true;
        draft.make(Change::Person(person));
    }
    let id = draft.world().next_message(chat);
    draft.make(Change::Message(Message {
        thread,
        reply_to,
        album: album.map(str::to_owned),
        ..Message::new(chat, id, who, draft.date(), body)
    }));
    draft.report("message", chat, id);
    Ok(id)
}

fn check_spot(draft: &Draft, person: &Person, chat: i64, thread: Option<i64>) -> Result<(), Complaint> {
    let world = draft.world();
    if chat == person.id {
        return match (person.blocked, thread) {
            (true, _) => Err("бот заблокирован: сначала разблокируйте его".into()),
            (false, Some(_)) => Err("в личном чате нет тем".into()),
            (false, None) => Ok(()),
        };
    }
    if chat != world.desk() {
        return Err("такого чата нет".into());
    }
    if person.role != Role::Agent {
        return Err("в группу пишут только операторы".into());
    }
    match thread.map(|thread| world.topics.get(&thread)) {
        None => Ok(()),
        Some(None) => Err("такой темы нет".into()),
        Some(Some(topic)) if topic.deleted => Err("тема удалена".into()),
        // The desk's people may write into closed topics: all of them manage topics.
        Some(Some(_)) => Ok(()),
    }
}

/// Edits the words or the caption of a person's own message.
pub(super) fn edit(draft: &mut Draft, who: i64, chat: i64, id: i64, text: &str) -> Result<(), Complaint> {
    let found = draft.world().message(chat, id).cloned();
    let mut message = found.ok_or("такого сообщения нет")?;
    if message.from != who {
        return Err("править можно только свои сообщения".into());
    }
    let styled = plain(text)?;
    match &mut message.body {
        Body::Text(old) => *old = styled.ok_or("сообщение пустое")?,
        Body::Media { caption, .. } => *caption = styled,
        Body::Service(_) => return Err("это сообщение нельзя править".into()),
    }
    message.edited = Some(draft.date());
    draft.make(Change::Message(message));
    draft.report("edited_message", chat, id);
    Ok(())
}

/// Presses a button, also one that an old client still shows; gives the query's id.
pub(super) fn press(draft: &mut Draft, who: i64, chat: i64, id: i64, data: &str) -> Result<String, Complaint> {
    let person = known(draft, who)?;
    let world = draft.world();
    if chat != who && (chat != world.desk() || person.role != Role::Agent) {
        return Err("этот чат вам не виден".into());
    }
    let query = format!("{}{:09}", BOT_ID, world.queries.len() + 1);
    let update = json!({
        "id": query,
        "from": render::person(&person),
        "message": render::reachable(world, chat, id),
        "chat_instance": chat.to_string(),
        "data": data,
    });
    let date = draft.date();
    draft.make(Change::Query(Query { id: query.clone(), user: who, date, answered: false }));
    draft.queue("callback_query", update);
    Ok(query)
}

/// Blocks the bot, or lets it write again.
pub(super) fn block(draft: &mut Draft, who: i64, blocked: bool) -> Result<(), Complaint> {
    let mut person = known(draft, who)?;
    if person.blocked == blocked {
        return Ok(());
    }
    person.blocked = blocked;
    draft.make(Change::Person(person.clone()));
    let world = draft.world();
    let bot = render::user(world, BOT_ID);
    let member = json!({ "status": "member", "user": bot });
    let kicked = json!({ "status": "kicked", "user": bot, "until_date": 0 });
    let (old, new) = if blocked { (member, kicked) } else { (kicked, member) };
    let update = json!({
        "chat": render::chat(world, who),
        "from": render::person(&person),
        "date": draft.date(),
        "old_chat_member": old,
        "new_chat_member": new,
    });
    draft.queue("my_chat_member", update);
    Ok(())
}

/// Deletes a topic by hand: Telegram tells the bot nothing of it.
pub(super) fn delete_topic(draft: &mut Draft, topic: i64) -> Result<(), Complaint> {
    let topic = living(draft, topic)?;
    draft.make(Change::Topic(Topic { deleted: true, ..topic }));
    Ok(())
}

/// Closes a topic by hand.
pub(super) fn close_topic(draft: &mut Draft, topic: i64) -> Result<(), Complaint> {
    let topic = living(draft, topic)?;
    if topic.closed {
        return Err("тема уже закрыта".into());
    }
    let mut people = draft.world().people.values();
    let agent = people.find(|person| person.role == Role::Agent).map(|person| person.id);
    let agent = agent.ok_or("некому закрыть тему: операторов нет")?;
    let thread = topic.id;
    draft.make(Change::Topic(Topic { closed: true, ..topic }));
    let desk = draft.world().desk();
    let id = topics::note(draft, desk, thread, agent, Service::TopicClosed);
    draft.report("message", desk, id);
    Ok(())
}

/// Upgrades the desk: both the old and the new chat tell the bot.
pub(super) fn migrate_desk(draft: &mut Draft) {
    let world = draft.world();
    let (old, new) = (world.desk(), world.next_desk());
    let agent = world.people.values().find(|person| person.role == Role::Agent);
    let from = agent.map_or(BOT_ID, |agent| agent.id);
    let leaving = Body::Service(Service::MigratedTo { chat: new });
    let id = draft.world().next_message(old);
    draft.make(Change::Message(Message::new(old, id, from, draft.date(), leaving)));
    draft.report("message", old, id);
    draft.make(Change::Migrated { to: new });
    let arriving = Body::Service(Service::MigratedFrom { chat: old });
    let id = draft.world().next_message(new);
    draft.make(Change::Message(Message::new(new, id, from, draft.date(), arriving)));
    draft.report("message", new, id);
}

fn known(draft: &Draft, who: i64) -> Result<Person, Complaint> {
    let person = draft.world().people.get(&who).cloned();
    person.ok_or_else(|| "такого человека нет".to_owned())
}

fn living(draft: &Draft, topic: i64) -> Result<Topic, Complaint> {
    let found = draft.world().topics.get(&topic).filter(|topic| !topic.deleted);
    found.cloned().ok_or_else(|| "такой темы нет".to_owned())
}
