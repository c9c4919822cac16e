//! What people do with their own hands: write, send, edit, press, block.
//!
//! Each is reported to the bot as Telegram does.

use serde_json::json;

use crate::compose::{self, NewFile};
use crate::draft::Draft;
use crate::html;
use crate::keyboard::Key;
use crate::markup;
use crate::media::{self, Attachment, Media};
use crate::membership;
use crate::message::{Body, Cited, Message, Origin, Service, Styled};
use crate::render;
use crate::topics;
use crate::world::{AgentsGroup, BOT_ID, BotIs, Change, Membership, Person, Query, Role, Topic};

/// Why a person cannot do a thing, in Russian, as the page tells it.
pub(crate) type Complaint = String;

/// Where a person's message goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub chat: i64,
    pub thread: Option<i64>,
    pub reply_to: Option<i64>,
}

/// A new person.
pub(crate) fn arrive(draft: &mut Draft, name: &str, role: Role) -> Result<Person, Complaint> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 {
        return Err("имя должно быть от 1 до 64 знаков".into());
    }
    let person = Person {
        id: draft.world().next_person(),
        name: name.to_owned(),
        username: None,
        role,
        language: None,
        opened: false,
        blocked: false,
        membership: Membership::default(),
    };
    draft.make(Change::Person(person.clone()));
    Ok(person)
}

/// A message of words.
pub(crate) fn say(draft: &mut Draft, who: i64, spot: Spot, text: &str) -> Result<i64, Complaint> {
    let styled = plain(text)?.ok_or("сообщение пустое")?;
    let said = styled.text.clone();
    let id = write(draft, who, spot, Body::Text(styled), None)?;
    use_up(draft, spot.chat, |key| key.writes(&said));
    Ok(id)
}

/// Presses the button that sends the person's own phone number; gives the message's id.
pub(crate) fn share_phone(draft: &mut Draft, who: i64) -> Result<i64, Complaint> {
    let shown = draft.world().keyboards.get(&who);
    let shown = shown.filter(|shown| shown.keyboard.has(Key::shares_phone));
    let shown = shown.ok_or("бот сейчас не просит номер телефона")?;
    // Telegram sends the number as an answer to the message that asked for it.
    let spot = Spot { chat: who, thread: None, reply_to: Some(shown.message) };
    let own = contact_of(draft, who)?;
    let id = send(draft, who, spot, own, None, None)?;
    use_up(draft, who, Key::shares_phone);
    Ok(id)
}

/// The contact of somebody who is on Telegram, as an address book has it.
pub(crate) fn contact_of(draft: &Draft, whose: i64) -> Result<Attachment, Complaint> {
    let person = known(draft, whose)?;
    Ok(Attachment::Contact { phone: person.phone(), first_name: person.name, last_name: None, user: Some(whose) })
}

/// A keyboard for one time is gone once a button of it was pressed. Words that were typed count as
/// well: Telegram does not tell the bot which it was, and neither does the page.
fn use_up(draft: &mut Draft, chat: i64, pressed: impl Fn(&Key) -> bool) {
    let shown = draft.world().keyboards.get(&chat);
    if shown.is_some_and(|shown| shown.keyboard.one_time && shown.keyboard.has(pressed)) {
        draft.make(Change::Keyboard { chat, shown: None });
    }
}

/// A message of words with their formatting, written as HTML; perhaps forwarded, or about a piece of another message.
pub(crate) fn say_styled(
    draft: &mut Draft,
    who: i64,
    spot: Spot,
    html: &str,
    origin: Option<i64>,
    cited: Option<Cited>,
) -> Result<i64, Complaint> {
    let styled = styled(html)?.ok_or("сообщение пустое")?;
    let origin = origin.map(|user| Origin { user, date: draft.date() });
    write_with(draft, who, spot, Body::Text(styled), None, (origin, cited))
}

/// Something with a caption and its formatting, written as HTML; perhaps forwarded.
pub(crate) fn send_styled(
    draft: &mut Draft,
    who: i64,
    spot: Spot,
    kind: Media,
    html: &str,
    album: Option<&str>,
    origin: Option<i64>,
) -> Result<i64, Complaint> {
    let (attachment, caption) = (sample(draft, kind), styled(html)?);
    let origin = origin.map(|user| Origin { user, date: draft.date() });
    write_with(draft, who, spot, Body::Media { attachment, caption }, album, (origin, None))
}

/// A message with something hanging on it.
pub(crate) fn send(
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
pub(crate) fn sample(draft: &mut Draft, kind: Media) -> Attachment {
    match kind {
        Media::Contact => {
            // Of somebody without Telegram: never the sender's own.
            Attachment::Contact {
                phone: "+79000000000".into(),
                first_name: "Образец".into(),
                last_name: None,
                user: None,
            }
        }
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
pub(crate) fn picture(draft: &mut Draft, data_url: &str) -> Result<Attachment, Complaint> {
    let (mime, bytes) = media::from_data_url(data_url).ok_or("картинка не читается")?;
    // Other types could carry scripts, and the page shows what it is given.
    if !["image/png", "image/jpeg", "image/webp", "image/gif"].contains(&mime.as_str()) {
        return Err("картинка должна быть PNG, JPEG, WebP или GIF".into());
    }
    let (name, _, duration) = Media::Photo.usual();
    let name = name.map(str::to_owned);
    Ok(compose::store(draft, NewFile { kind: Media::Photo, name, mime, duration, bytes }))
}

fn styled(html: &str) -> Result<Option<Styled>, Complaint> {
    posted(html::parse_html(html)?)
}

fn plain(text: &str) -> Result<Option<Styled>, Complaint> {
    posted(Styled { text: text.to_owned(), entities: Vec::new() })
}

fn posted(styled: Styled) -> Result<Option<Styled>, Complaint> {
    let styled = markup::finish(styled);
    if markup::utf16(&styled.text) > 4_096 {
        return Err("сообщение длиннее 4096 знаков".into());
    }
    Ok((!styled.text.is_empty()).then_some(styled))
}

fn write(draft: &mut Draft, who: i64, spot: Spot, body: Body, album: Option<&str>) -> Result<i64, Complaint> {
    write_with(draft, who, spot, body, album, (None, None))
}

fn write_with(
    draft: &mut Draft,
    who: i64,
    spot: Spot,
    body: Body,
    album: Option<&str>,
    (origin, cited): (Option<Origin>, Option<Cited>),
) -> Result<i64, Complaint> {
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
        origin,
        cited: cited.map(Box::new),
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
    if world.group(chat).is_none() {
        return Err("такого чата нет".into());
    }
    if !world.is_member(chat, person.id) {
        return Err("в группу пишут только операторы".into());
    }
    if !person.membership.is_inside() {
        return Err("в группе этого оператора больше нет".into());
    }
    match thread.map(|thread| world.topics.get(&(chat, thread))) {
        None => Ok(()),
        Some(None) => Err("такой темы нет".into()),
        Some(Some(topic)) if topic.deleted => Err("тема удалена".into()),
        // The desk's people may write into closed topics: all of them manage topics.
        Some(Some(_)) => Ok(()),
    }
}

/// Edits the words or the caption of a person's own message.
pub(crate) fn edit(draft: &mut Draft, who: i64, chat: i64, id: i64, text: &str) -> Result<(), Complaint> {
    let words = plain(text)?;
    replace(draft, who, chat, id, words)
}

/// The same with formatting, written as HTML.
pub(crate) fn edit_styled(draft: &mut Draft, who: i64, chat: i64, id: i64, html: &str) -> Result<(), Complaint> {
    let words = styled(html)?;
    replace(draft, who, chat, id, words)
}

fn replace(draft: &mut Draft, who: i64, chat: i64, id: i64, words: Option<Styled>) -> Result<(), Complaint> {
    let found = draft.world().message(chat, id).cloned();
    let mut message = found.ok_or("такого сообщения нет")?;
    if message.from != who {
        return Err("править можно только свои сообщения".into());
    }
    match &mut message.body {
        Body::Text(old) => *old = words.ok_or("сообщение пустое")?,
        Body::Media { caption, .. } => *caption = words,
        Body::Service(_) => return Err("это сообщение нельзя править".into()),
    }
    message.edited = Some(draft.date());
    draft.make(Change::Message(message));
    draft.report("edited_message", chat, id);
    Ok(())
}

/// Deletes a message for everybody: at the desk one's own, in a private chat any. Telegram tells the bot nothing of it.
pub(crate) fn delete(draft: &mut Draft, who: i64, chat: i64, id: i64) -> Result<(), Complaint> {
    let message = draft.world().message(chat, id).ok_or("такого сообщения нет")?;
    if chat != who && message.from != who {
        return Err("удалить можно только свои сообщения".into());
    }
    draft.make(Change::Deleted { chat, id });
    Ok(())
}

/// Whether Telegram still tells the bot what stands in the message of a pressed button. Of an old one it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Fresh,
    Old,
}

/// Presses a button, also one that an old client still shows; gives the query's id.
pub(crate) fn press(
    draft: &mut Draft,
    who: i64,
    chat: i64,
    id: i64,
    data: &str,
    age: Age,
) -> Result<String, Complaint> {
    let person = known(draft, who)?;
    let world = draft.world();
    if chat != who && !world.is_member(chat, who) {
        return Err("этот чат вам не виден".into());
    }
    let query = format!("{}{:09}", BOT_ID, world.queries.len() + 1);
    let message = match age {
        Age::Fresh => render::reachable(world, chat, id),
        Age::Old => render::unreachable(world, chat, id),
    };
    let update = json!({
        "id": query,
        "from": render::person(&person),
        "message": message,
        "chat_instance": chat.to_string(),
        "data": data,
    });
    let date = draft.date();
    draft.make(Change::Query(Query { id: query.clone(), user: who, date, answered: false }));
    draft.queue("callback_query", update);
    Ok(query)
}

/// Blocks the bot, or lets it write again.
pub(crate) fn block(draft: &mut Draft, who: i64, blocked: bool) -> Result<(), Complaint> {
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

/// Makes a topic by hand.
pub(crate) fn make_topic(draft: &mut Draft, who: i64, chat: i64, name: &str) -> Result<i64, Complaint> {
    let (person, id) = (known(draft, who)?, draft.world().next_message(chat));
    check_spot(draft, &person, chat, None)?;
    let (name, icon_color) = (name.to_owned(), topics::COLOURS[0]);
    let topic = Topic { chat, id, name: name.clone(), icon_color, icon_emoji: None, closed: false, deleted: false };
    draft.make(Change::Topic(topic));
    let id = topics::note(draft, chat, id, who, Service::TopicCreated { name, icon_color });
    draft.report("message", chat, id);
    Ok(id)
}

/// An agent stands otherwise in their groups; a bot that is told of members hears of it if `told`.
pub(crate) fn becomes(draft: &mut Draft, who: i64, membership: Membership, told: bool) -> Result<(), Complaint> {
    let mut person = known(draft, who)?;
    if person.role != Role::Agent {
        return Err("в группе только операторы".into());
    }
    let groups = draft.world().groups.iter().map(AgentsGroup::id);
    let groups: Vec<i64> = groups.filter(|chat| draft.world().is_member(*chat, who)).collect();
    let old: Vec<_> = groups.iter().map(|chat| membership::of(draft.world(), *chat, &person)).collect();
    person.membership = membership;
    draft.make(Change::Person(person.clone()));
    for (chat, old) in groups.into_iter().zip(old) {
        let world = draft.world();
        let update = json!({
            "chat": render::chat(world, chat),
            "from": render::person(&person),
            "date": draft.date(),
            "old_chat_member": old,
            "new_chat_member": membership::of(world, chat, &person),
        });
        if told {
            draft.queue("chat_member", update);
        }
    }
    Ok(())
}

/// Deletes a topic by hand: Telegram tells the bot nothing of it.
pub(crate) fn delete_topic(draft: &mut Draft, chat: i64, topic: i64) -> Result<(), Complaint> {
    let topic = living(draft, chat, topic)?;
    draft.make(Change::Topic(Topic { deleted: true, ..topic }));
    Ok(())
}

/// Closes a topic by hand.
pub(crate) fn close_topic(draft: &mut Draft, chat: i64, topic: i64) -> Result<(), Complaint> {
    set_closed(draft, chat, topic, true)
}

/// Opens a topic again by hand.
pub(crate) fn reopen_topic(draft: &mut Draft, chat: i64, topic: i64) -> Result<(), Complaint> {
    set_closed(draft, chat, topic, false)
}

fn set_closed(draft: &mut Draft, chat: i64, topic: i64, closed: bool) -> Result<(), Complaint> {
    let topic = living(draft, chat, topic)?;
    match (topic.closed, closed) {
        (true, true) => return Err("тема уже закрыта".into()),
        (false, false) => return Err("тема и так открыта".into()),
        (true, false) | (false, true) => {}
    }
    let agent = first_of(draft, chat).ok_or("некому это сделать: операторов нет")?;
    let thread = topic.id;
    draft.make(Change::Topic(Topic { closed, ..topic }));
    let event = if closed { Service::TopicClosed } else { Service::TopicReopened };
    let id = topics::note(draft, chat, thread, agent, event);
    draft.report("message", chat, id);
    Ok(())
}

/// One more group. Nobody is in it yet; gives its chat id.
pub(crate) fn add_group(draft: &mut Draft, title: &str, forum: bool) -> Result<i64, Complaint> {
    draft.make(Change::Group { title: title.to_owned(), forum });
    draft.world().groups.last().map(AgentsGroup::id).ok_or_else(|| "группы нет".to_owned())
}

/// Somebody has a group of their own, which is no desk, and adds the bot to it; gives its chat id.
pub(crate) fn add_bot(draft: &mut Draft, who: i64, title: &str) -> Result<i64, Complaint> {
    known(draft, who)?;
    let chat = add_group(draft, title, false)?;
    draft.make(Change::Member { chat, user: who, inside: true });
    draft.make(Change::Bot { chat, is: BotIs::Outside });
    bot_becomes(draft, who, chat, BotIs::Member);
    Ok(chat)
}

/// Somebody adds the bot to a group that is there, as an ordinary member.
pub(crate) fn let_bot_in(draft: &mut Draft, who: i64, chat: i64) -> Result<(), Complaint> {
    known(draft, who)?;
    draft.make(Change::Bot { chat, is: BotIs::Outside });
    bot_becomes(draft, who, chat, BotIs::Member);
    Ok(())
}

/// Somebody makes the bot an administrator of a group.
pub(crate) fn promote_bot(draft: &mut Draft, who: i64, chat: i64) -> Result<(), Complaint> {
    known(draft, who)?;
    bot_becomes(draft, who, chat, BotIs::Administrator);
    Ok(())
}

/// The bot stands otherwise in a group from now on, by somebody's hand or its own; it is told in either case.
pub(crate) fn bot_becomes(draft: &mut Draft, by: i64, chat: i64, is: BotIs) {
    let member = |draft: &Draft| membership::bot(draft.world(), draft.world().group(chat));
    let old = member(draft);
    let event = match is {
        BotIs::Outside => Some(Service::BotLeft),
        BotIs::Member => Some(Service::BotAdded),
        BotIs::Administrator => None,
    };
    let id = draft.world().next_message(chat);
    let line = event.map(|event| Message::new(chat, id, by, draft.date(), Body::Service(event)));
    let is_said = line.is_some();
    if let Some(line) = line {
        draft.make(Change::Message(line));
    }
    draft.make(Change::Bot { chat, is });
    if is_said {
        draft.report("message", chat, id); // the line of Telegram's own, which one who has left does not see
    }
    let world = draft.world();
    let update = json!({
        "chat": render::chat(world, chat),
        "from": render::user(world, by),
        "date": draft.date(),
        "old_chat_member": old,
        "new_chat_member": member(draft),
    });
    draft.queue("my_chat_member", update);
}

/// Somebody joins a group.
pub(crate) fn join(draft: &mut Draft, who: i64, chat: i64) -> Result<(), Complaint> {
    known(draft, who)?;
    draft.make(Change::Member { chat, user: who, inside: true });
    Ok(())
}

/// Somebody new, in this group and no other.
pub(crate) fn arrive_in(draft: &mut Draft, name: &str, chat: i64) -> Result<Person, Complaint> {
    let person = arrive(draft, name, Role::Agent)?;
    let others: Vec<i64> = draft.world().groups.iter().map(AgentsGroup::id).filter(|other| *other != chat).collect();
    for other in others {
        draft.make(Change::Member { chat: other, user: person.id, inside: false });
    }
    join(draft, person.id, chat)?;
    Ok(person)
}

/// The first of a group's people.
fn first_of(draft: &Draft, chat: i64) -> Option<i64> {
    draft.world().group(chat)?.members.first().copied()
}

/// Upgrades a group: both the old and the new chat tell the bot.
pub(crate) fn migrate(draft: &mut Draft, old: i64) {
    let new = old - 1;
    let from = first_of(draft, old).unwrap_or(BOT_ID);
    let leaving = Body::Service(Service::MigratedTo { chat: new });
    let id = draft.world().next_message(old);
    draft.make(Change::Message(Message::new(old, id, from, draft.date(), leaving)));
    draft.report("message", old, id);
    draft.make(Change::Migrated { from: old, to: new });
    let arriving = Body::Service(Service::MigratedFrom { chat: old });
    let id = draft.world().next_message(new);
    draft.make(Change::Message(Message::new(new, id, from, draft.date(), arriving)));
    draft.report("message", new, id);
}

/// Somebody by their id.
pub(crate) fn known(draft: &Draft, who: i64) -> Result<Person, Complaint> {
    let person = draft.world().people.get(&who).cloned();
    person.ok_or_else(|| "такого человека нет".to_owned())
}

fn living(draft: &Draft, chat: i64, topic: i64) -> Result<Topic, Complaint> {
    let found = draft.world().topics.get(&(chat, topic)).filter(|topic| !topic.deleted);
    found.cloned().ok_or_else(|| "такой темы нет".to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::Value;

    use super::*;
    use crate::args::Args;
    use crate::clock::Clock;
    use crate::journal::Journal;
    use crate::options::Options;
    use crate::state::Core;
    use crate::world::World;
    use crate::{edit, send};

    /// A core in which Anna has written to the bot and Maria sits at the desk; gives Anna's id.
    fn begun() -> (Core, i64) {
        let clock = Clock { now: || DateTime::UNIX_EPOCH, ..Clock::default() };
        let options = Options { limits: false, clock, ..Options::default() };
        let core = Core::new(World::new(), Journal::none(), options);
        let anna = core.change(|draft| {
            let anna = arrive(draft, "Анна", Role::Customer)?.id;
            arrive(draft, "Мария", Role::Agent)?;
            say(draft, anna, in_private(anna), "привет")?;
            Ok::<i64, Complaint>(anna)
        });
        (core, anna.expect("all of it can be done"))
    }

    fn in_private(chat: i64) -> Spot {
        Spot { chat, thread: None, reply_to: None }
    }

    /// The bot writes with a markup; gives the message as Telegram answers, or its refusal.
    fn bot_says(core: &Core, chat: i64, markup: Value) -> Result<Value, String> {
        let call = Args::default().within(&json!({ "chat_id": chat, "text": "Ваш номер?", "reply_markup": markup }));
        core.change(|draft| send::message(draft, &call)).map_err(|refusal| refusal.description)
    }

    fn asking(one_time: bool) -> Value {
        let keyboard = json!([[{"text": "Мой номер", "request_contact": true}], [{"text": "Не нужно"}]]);
        json!({ "keyboard": keyboard, "one_time_keyboard": one_time })
    }

    fn has_keyboard(core: &Core, chat: i64) -> bool {
        core.lock().world.keyboards.contains_key(&chat)
    }

    #[test]
    fn a_shared_number_is_the_senders_own_and_answers_the_question() {
        let (core, anna) = begun();
        core.change(|draft| share_phone(draft, anna)).expect_err("nobody has asked");
        let asked = bot_says(&core, anna, asking(false)).expect("it may ask");
        assert!(asked.get("reply_markup").is_none(), "Telegram shows the bot no keyboards: {asked}");
        core.change(|draft| share_phone(draft, anna)).expect("it was asked for");
        let told = core.lock().world.pending.back().expect("an update").update["message"].clone();
        assert_eq!(
            told["contact"],
            json!({ "phone_number": "79000000001", "first_name": "Анна", "user_id": anna }),
            "{told}"
        );
        assert_eq!(told["reply_to_message"]["message_id"], asked["message_id"]);
        assert!(has_keyboard(&core, anna), "this keyboard stays");
    }

    #[test]
    fn the_contact_of_another_person_says_whose_it_is() {
        let (core, anna) = begun();
        let boris = core.change(|draft| arrive(draft, "Борис", Role::Customer)).expect("he may come");
        assert_eq!(boris.phone(), "79000000003");
        core.change(|draft| {
            let his = contact_of(draft, boris.id)?;
            let nobodys = sample(draft, Media::Contact);
            send(draft, anna, in_private(anna), his, None, None)?;
            send(draft, anna, in_private(anna), nobodys, None, None)
        })
        .expect("both can be sent");
        let inner = core.lock();
        let updates = inner.world.pending.iter().rev().take(2);
        let users: Vec<Value> = updates.map(|one| one.update["message"]["contact"]["user_id"].clone()).collect();
        assert_eq!(users, [Value::Null, json!(boris.id)]);
    }

    #[test]
    fn a_keyboard_for_one_time_goes_with_its_first_press() {
        let (core, anna) = begun();
        for pressed in ["Не нужно", " Не нужно\n"] {
            bot_says(&core, anna, asking(true)).expect("it may ask");
            core.change(|draft| say(draft, anna, in_private(anna), "что это?")).expect("she may ask back");
            assert!(has_keyboard(&core, anna), "other words press nothing");
            core.change(|draft| say(draft, anna, in_private(anna), pressed)).expect("she may press");
            assert!(!has_keyboard(&core, anna));
        }
        bot_says(&core, anna, asking(true)).expect("it may ask");
        core.change(|draft| share_phone(draft, anna)).expect("it was asked for");
        assert!(!has_keyboard(&core, anna));
        bot_says(&core, anna, asking(false)).expect("it may ask");
        core.change(|draft| say(draft, anna, in_private(anna), "Не нужно")).expect("she may press");
        assert!(has_keyboard(&core, anna), "this one is for many times");
    }

    #[test]
    fn the_bot_takes_its_keyboard_away_by_word_or_with_its_message() {
        let (core, anna) = begun();
        bot_says(&core, anna, asking(false)).expect("it may ask");
        bot_says(&core, anna, json!({ "inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]] }))
            .expect("it may");
        assert!(has_keyboard(&core, anna), "buttons of a message are another thing");
        bot_says(&core, anna, json!({ "remove_keyboard": true })).expect("it may");
        assert!(!has_keyboard(&core, anna));

        let first = bot_says(&core, anna, asking(false)).expect("it may ask");
        let second = bot_says(&core, anna, asking(false)).expect("it may ask again");
        for (message, stays) in [(first, true), (second, false)] {
            let call = Args::default().within(&json!({ "chat_id": anna, "message_id": message["message_id"] }));
            core.change(|draft| edit::delete(draft, &call)).expect("its own message");
            assert_eq!(has_keyboard(&core, anna), stays);
        }
    }

    #[test]
    fn no_phone_numbers_are_asked_for_in_the_desk() {
        let (core, anna) = begun();
        let desk = core.lock().world.desk();
        assert_eq!(
            bot_says(&core, desk, asking(false)),
            Err("Bad Request: phone number can be requested in private chats only".into())
        );
        bot_says(&core, desk, json!({ "keyboard": [[{"text": "Очередь"}]] })).expect("words may be offered");
        assert!(has_keyboard(&core, desk));
        assert!(!has_keyboard(&core, anna), "each chat has its own");
        core.change(|draft| migrate(draft, desk));
        let moved = core.lock().world.desk();
        assert!(has_keyboard(&core, moved) && !has_keyboard(&core, desk));
    }

    #[test]
    fn a_message_that_changed_the_keyboard_cannot_be_edited() {
        let (core, anna) = begun();
        for markup in [asking(false), json!({ "remove_keyboard": true })] {
            let sent = bot_says(&core, anna, markup).expect("it may");
            let call =
                Args::default().within(&json!({ "chat_id": anna, "message_id": sent["message_id"], "text": "Иначе" }));
            let refused = core.change(|draft| edit::text(draft, &call)).map_err(|refusal| refusal.description);
            assert_eq!(refused, Err("Bad Request: message can't be edited".into()));
        }
    }
}
