//! Reading Telegram's updates: small and tolerant. What is missing or new is never an error; what we do
//! not know is skipped by name.

use super::content::{self, masked};
use super::members::standing;
use crate::conversation::{
    AgentId, Contact, CustomerId, DeskId, Event, Kind, Message, MessageId, Person, Press, Pressed, Standing, TopicId,
};
use crate::desk::{DeskEvent, command as command_of, desk_command, without_customer};
use crate::parcel::Phone;
use crate::privacy::{self, Around};
use serde_json::Value;

/// An update, sorted by the conversation it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sorted {
    /// Something in a customer's private chat.
    Customer(CustomerId, Event),
    /// Something in a topic of a desk, or in a thread of answers of a plain group: the store knows which customer's it
    /// is.
    Topic { desk: DeskId, topic: TopicId, answered: Option<MessageId>, event: Event },
    /// Something about a message of a desk outside of all topics: the store knows which customer's it is.
    Message { desk: DeskId, message: MessageId, event: Event },
    /// Something at a desk that belongs to no customer.
    Desk { desk: DeskId, event: DeskEvent },
    /// An agent has left a desk, or was put out.
    AgentLeft { desk: DeskId, agent: AgentId },
    /// Somebody has added the bot to a group that is no desk.
    Foreign { chat: i64, by: Option<Person> },
    /// A desk has a new id.
    Moved { old: DeskId, new: DeskId },
    /// Nothing for us, and why.
    Skipped(&'static str),
}

/// How much of an answered message is kept, in characters: all of it, as `/send` tells it to the customer.
const QUOTE: usize = 4096;

/// Fields that mark a message as a note of Telegram's own. What carries none of them is a person's message, even when
/// it is of a kind we have never seen.
const SERVICE: &[&str] = &[
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "write_access_allowed",
    "connected_website",
    "users_shared",
    "chat_shared",
    "boost_added",
    "chat_background_set",
    "proximity_alert_triggered",
    "successful_payment",
    "refunded_payment",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "web_app_data",
    "passport_data",
    "gift",
    "unique_gift",
    "giveaway_created",
    "giveaway_completed",
    "giveaway_winners",
    "chat_owner_left",
    "chat_owner_changed",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "direct_message_price_changed",
    "gift_upgrade_sent",
    "managed_bot_created",
    "paid_message_price_changed",
    "poll_option_added",
    "poll_option_deleted",
    "suggested_post_approved",
    "suggested_post_approval_failed",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
];

/// Content by the field that carries it. An animation carries a document too, a venue a location.
const CONTENT: &[(&str, Kind)] = &[
    ("text", Kind::Text),
    ("photo", Kind::Photo),
    ("video_note", Kind::VideoNote),
    ("video", Kind::Video),
    ("animation", Kind::Animation),
    ("audio", Kind::Audio),
    ("voice", Kind::Voice),
    ("sticker", Kind::Sticker),
    ("document", Kind::Document),
    ("contact", Kind::Contact),
    ("location", Kind::Location),
];

/// Sorts an update. `desks` are the agents' groups.
#[cfg(test)]
pub(super) fn sort(update: &Value, desks: &[DeskId]) -> Sorted {
    sort_around(update, desks, &Around::default())
}

/// Sorts an update. `desks` are the agents' groups; `around` is what is known of numbers in it.
pub(super) fn sort_around(update: &Value, desks: &[DeskId], around: &Around) -> Sorted {
    if let Some(message) = update.get("message") {
        sort_message(message, desks, around, false)
    } else if let Some(message) = update.get("edited_message") {
        sort_message(message, desks, around, true)
    } else if let Some(query) = update.get("callback_query") {
        sort_press(query, desks)
    } else if let Some(change) = update.get("my_chat_member") {
        sort_membership(change, desks)
    } else if let Some(change) = update.get("chat_member") {
        sort_agents(change, desks)
    } else {
        Sorted::Skipped("a kind of update we do not read")
    }
}

fn sort_message(message: &Value, desks: &[DeskId], around: &Around, edited: bool) -> Sorted {
    let Some(chat) = message["chat"]["id"].as_i64() else {
        return Sorted::Skipped("a message without a chat");
    };
    let desk = among(desks, chat);
    if let (Some(new), Some(old)) = (message["migrate_to_chat_id"].as_i64(), desk) {
        return Sorted::Moved { old, new: DeskId(new) };
    }
    if let (Some(desk), true) = (desk, message.get("forum_topic_closed").is_some()) {
        let by_bot = message["from"]["is_bot"] == true;
        return match topic(message).filter(|_| !by_bot) {
            Some(topic) => Sorted::Topic { desk, topic, answered: None, event: Event::TopicClosed },
            None => Sorted::Skipped("a topic that the bot closed"),
        };
    }
    if let (Some(agent), Some(desk)) = (message["left_chat_member"]["id"].as_i64(), desk) {
        return Sorted::AgentLeft { desk, agent: AgentId(agent) };
    }
    if SERVICE.iter().any(|field| message.get(field).is_some()) {
        return Sorted::Skipped("a note of Telegram's own");
    }
    let Some(id) = message["message_id"].as_i64() else {
        return Sorted::Skipped("a message without a number");
    };
    let content = content(message, MessageId(id), around);
    if let Some(desk) = desk {
        let (topic, in_topic) = (topic(message), is_topic(message));
        if message["is_automatic_forward"] == true {
            return Sorted::Skipped("a post of the linked channel, which nobody wrote here");
        }
        let Some(agent) = agent(message, desk) else {
            return Sorted::Skipped("written by a bot");
        };
        if let (false, Some(command)) = (edited, content.text.as_deref().and_then(desk_command)) {
            let thread = topic.filter(|_| is_topic(message));
            return Sorted::Desk {
                desk,
                event: DeskEvent::Command { agent, command, thread, standing: Standing::Member },
            };
        }
        let answered = content.reply_to;
        let command = content.text.as_deref().and_then(command_of);
        let event = match (edited, command) {
            (false, Some(command)) => Event::AgentCommand { agent, command, message: content },
            (false, None) => Event::AgentWrote { agent, message: content },
            (true, _) => Event::AgentEdited { agent, message: content },
        };
        return match (topic, answered) {
            // A thread of answers in a group without topics has a number too, and is nobody's by that.
            (Some(_), Some(message)) if !in_topic => Sorted::Message { desk, message, event },
            (Some(topic), answered) => Sorted::Topic { desk, topic, answered, event },
            (None, Some(message)) => Sorted::Message { desk, message, event },
            (None, None) => match about_nobody(message, &event) {
                Some(event) => Sorted::Desk { desk, event },
                None => Sorted::Skipped("outside of the topics, and no answer"),
            },
        };
    }
    if message["chat"]["type"] != "private" {
        return Sorted::Skipped("a chat that is neither a customer's nor a desk");
    }
    let customer = person(&message["from"]).unwrap_or(Person { id: chat, ..Person::default() });
    let event = match edited {
        false => Event::Wrote { customer, message: content },
        true => Event::Edited { customer, message: content },
    };
    Sorted::Customer(CustomerId(chat), event)
}

/// What becomes of what an agent wrote where there is no customer: a command is answered, the rest is the agents' own.
pub(super) fn about_nobody(message: &Value, event: &Event) -> Option<DeskEvent> {
    let Event::AgentCommand { agent, message: content, .. } = event else {
        return None;
    };
    let command = without_customer(content.text.as_deref()?)?;
    let thread = topic(message).filter(|_| is_topic(message));
    Some(DeskEvent::Command { agent: agent.clone(), command, thread, standing: Standing::Unknown })
}

/// The desk that is this chat, if it is one's.
fn among(desks: &[DeskId], chat: i64) -> Option<DeskId> {
    desks.iter().copied().find(|desk| desk.0 == chat)
}

/// The topic of a message, or its thread of answers in a group without topics.
fn topic(message: &Value) -> Option<TopicId> {
    message["message_thread_id"].as_i64().map(TopicId)
}

/// Whether a message lies in a topic. In a group without topics answers have threads of their own, to which nothing
/// can be sent.
fn is_topic(message: &Value) -> bool {
    message["is_topic_message"] == true || message["chat"]["is_forum"] == true
}

fn sort_press(query: &Value, desks: &[DeskId]) -> Sorted {
    let message = &query["message"];
    let (Some(id), Some(who)) = (query["id"].as_str(), person(&query["from"])) else {
        return Sorted::Skipped("a press without its id, or by nobody");
    };
    let (chat, number) = (message["chat"]["id"].as_i64(), message["message_id"].as_i64());
    let number = MessageId(number.unwrap_or_default());
    // A button without data (of a game, of an inline message) is none of ours; but it waits for an answer.
    let data = query["data"].as_str().unwrap_or_default();
    let press = Press { query: id.into(), message: number, data: data.into() };
    if let Some(desk) = chat.and_then(|chat| among(desks, chat)) {
        let topic = topic(message);
        if matches!(Pressed::parse(data), Some(Pressed::Lead(_))) {
            let thread = topic.filter(|_| is_topic(message));
            return Sorted::Desk {
                desk,
                event: DeskEvent::Pressed { agent: who, press, thread, standing: Standing::Unknown },
            };
        }
        let message = press.message;
        let event = Event::AgentPressed { agent: who, press, standing: Standing::Unknown };
        return match topic {
            Some(topic) => Sorted::Topic { desk, topic, answered: Some(message), event },
            None => Sorted::Message { desk, message, event },
        };
    }
    // In a private chat the chat is the person; anything else is not a customer's button, and is answered as an old one.
    let press = match chat == Some(who.id) {
        true => press,
        false => Press { data: String::new(), ..press },
    };
    Sorted::Customer(CustomerId(who.id), Event::Pressed { customer: who, press })
}

fn sort_membership(change: &Value, desks: &[DeskId]) -> Sorted {
    let Some(chat) = change["chat"]["id"].as_i64() else {
        return Sorted::Skipped("a membership without a chat");
    };
    if change["chat"]["type"] != "private" {
        let status = |member: &Value| member["status"].as_str().unwrap_or_default().to_owned();
        let (before, after) = (status(&change["old_chat_member"]), status(&change["new_chat_member"]));
        let came =
            matches!(&before[..], "left" | "kicked") && matches!(&after[..], "member" | "administrator" | "restricted");
        return match among(desks, chat) {
            None if came => Sorted::Foreign { chat, by: person(&change["from"]) },
            Some(_) | None => Sorted::Skipped("a membership in a group"),
        };
    }
    match change["new_chat_member"]["status"].as_str() {
        Some("kicked") => Sorted::Customer(CustomerId(chat), Event::Left),
        Some("member") => Sorted::Customer(CustomerId(chat), Event::CameBack),
        _ => Sorted::Skipped("a membership of another kind"),
    }
}

/// A member's standing at a desk has changed: an agent who left or was put out can hold nothing any more.
fn sort_agents(change: &Value, desks: &[DeskId]) -> Sorted {
    let (chat, member) = (change["chat"]["id"].as_i64(), &change["new_chat_member"]);
    let gone = standing(member) == Some(Standing::Outside);
    match (chat.and_then(|chat| among(desks, chat)), member["user"]["id"].as_i64()) {
        (Some(desk), Some(agent)) if gone => Sorted::AgentLeft { desk, agent: AgentId(agent) },
        _ => Sorted::Skipped("a membership that changes nothing"),
    }
}

/// The agent who wrote at the desk. An administrator who hides behind the group writes as the group itself, others may
/// write as a channel of theirs: Telegram puts a bot of its own in the place of the person then. `None` for other bots.
fn agent(message: &Value, desk: DeskId) -> Option<Person> {
    let hides_behind = &message["sender_chat"];
    if let Some(id) = hides_behind["id"].as_i64() {
        let name = masked(hides_behind["title"].as_str().unwrap_or_default());
        return Some(Person { id: -id.abs(), name, is_channel: id != desk.0, ..Person::default() });
    }
    if message["from"]["is_bot"] == true {
        return None;
    }
    person(&message["from"])
}

fn person(from: &Value) -> Option<Person> {
    let text = |field: &str| from[field].as_str().map(str::to_owned);
    Some(Person {
        id: from["id"].as_i64()?,
        name: masked(from["first_name"].as_str().unwrap_or_default()),
        username: text("username").map(|name| masked(&name)),
        language_code: text("language_code"),
        is_channel: false,
    })
}

/// The customer who wrote or changed a message, and its numbers that would be masked, as a table of parcels has them.
pub(super) fn numbers_in(update: &Value) -> Option<(CustomerId, Vec<String>)> {
    let message = update.get("message").or_else(|| update.get("edited_message"))?;
    let chat = message["chat"]["id"].as_i64().filter(|_| message["chat"]["type"] == "private")?;
    let text = message["text"].as_str().or_else(|| message["caption"].as_str())?;
    let numbers = privacy::candidates(text);
    (!numbers.is_empty()).then_some((CustomerId(chat), numbers))
}

fn content(message: &Value, id: MessageId, around: &Around) -> Message {
    let found = CONTENT.iter().find(|(field, _)| message.get(field).is_some());
    let kind = found.map_or(Kind::Other, |(_, kind)| *kind);
    let text = message["text"].as_str().or_else(|| message["caption"].as_str());
    // PostgreSQL's TEXT cannot hold a NUL, and no person can read one.
    let masked = text.map(|text| privacy::mask_around(&text.replace('\0', ""), around));
    let (entities, hidden) = match (text, &masked) {
        (Some(text), Some(masked)) => content::entities(message, text, &masked.text),
        (Some(_) | None, _) => (Vec::new(), false),
    };
    let mut content = Message {
        masked: hidden || masked.as_ref().is_some_and(|masked| masked.found),
        text: masked.map(|masked| masked.text),
        entities,
        cited: content::cited(message),
        origin: content::origin(message),
        album: message["media_group_id"].as_str().map(str::to_owned),
        reply_to: answered(message),
        reply_from: answered(message).and_then(|_| message["reply_to_message"]["from"]["id"].as_i64()),
        replies_to_bot: answered(message).is_some() && is_by_bot(&message["reply_to_message"]),
        quote: quote(message),
        answered_buttons: answered_buttons(message),
        answers_elsewhere: ELSEWHERE.iter().any(|field| message.get(field).is_some()),
        forwarded: is_forwarded(message),
        contact: contact(message),
        ..Message::new(id, kind)
    };
    if kind != Kind::Text {
        seal(message, &mut content);
    }
    content
}

/// The message that this one answers. In a topic everything answers the note that made it: that is none. (In a group
/// without topics the number of a thread is that of the message which began it, and to answer that one is an answer.)
fn answered(message: &Value) -> Option<MessageId> {
    let answered = &message["reply_to_message"];
    let id = answered["message_id"].as_i64()?;
    let begins = is_topic(message) && message["message_thread_id"].as_i64() == Some(id);
    let made_topic = answered.get("forum_topic_created").is_some() || begins;
    (!made_topic).then_some(MessageId(id))
}

/// Whether a bot wrote a message. Those of Telegram's own stand for people who write as a group or a channel.
fn is_by_bot(message: &Value) -> bool {
    message["from"]["is_bot"] == true && message.get("sender_chat").is_none()
}

/// How the message begins that this one answers, masked; `None` when it answers none, or that one has no words.
fn quote(message: &Value) -> Option<String> {
    answered(message)?;
    let answered = &message["reply_to_message"];
    let text = answered["text"].as_str().or_else(|| answered["caption"].as_str())?;
    Some(masked(text).chars().take(QUOTE).collect())
}

/// Fields that only a message has which was passed on: those of today, and those of Bot API 6 and earlier, which other
/// servers still send. A story is somebody's own somewhere else.
const FORWARDED: &[&str] = &[
    "forward_origin",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_signature",
    "forward_sender_name",
    "forward_date",
    "is_automatic_forward",
    "story",
];

/// Fields of a message that answers something outside of its chat.
const ELSEWHERE: &[&str] = &["external_reply", "reply_to_story"];

/// Whether a message was passed on from elsewhere.
fn is_forwarded(message: &Value) -> bool {
    FORWARDED.iter().any(|field| message.get(field).is_some_and(|value| *value != Value::Bool(false)))
}

/// How many buttons of an answered message are looked at: ours have fewer.
const BUTTONS: usize = 32;

/// The data of the buttons under the bot's message that this one answers.
fn answered_buttons(message: &Value) -> Vec<String> {
    let answered = &message["reply_to_message"];
    if answered["from"]["is_bot"] != true || is_forwarded(answered) {
        return Vec::new();
    }
    let rows = answered["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten();
    let buttons = rows.filter_map(Value::as_array).flatten();
    buttons.filter_map(|button| button["callback_data"].as_str()).map(str::to_owned).take(BUTTONS).collect()
}

/// A shared contact. It is the sender's own when Telegram names the same person as its owner; a forwarded one proves
/// nothing.
fn contact(message: &Value) -> Option<Contact> {
    let contact = message.get("contact")?;
    // Telegram's are always international, with or without the sign.
    let phone = Phone::international(contact["phone_number"].as_str()?)?;
    let (owner, sender) = (contact["user_id"].as_i64(), message["from"]["id"].as_i64());
    Some(Contact { phone, own: owner.is_some() && owner == sender && !is_forwarded(message) })
}

/// Fields of a message that are not its content: the sender, the chat, the moment, and words that are looked at
/// already.
const AROUND: &[&str] = &[
    "from",
    "sender_chat",
    "chat",
    "reply_to_message",
    "external_reply",
    "quote",
    "forward_origin",
    "forward_from",
    "forward_from_chat",
    "forward_signature",
    "forward_sender_name",
    "via_bot",
    "text",
    "caption",
    "entities",
    "caption_entities",
    "media_group_id",
    "reply_markup",
    "author_signature",
];
/// Fields that hold names of Telegram's own, not words of people.
const NOT_WORDS: &[&str] =
    &["file_id", "file_unique_id", "mime_type", "type", "id", "set_name", "emoji", "phone_number"];

/// A personal number may hide where no caption can be put in its place: in a contact, the name of a file, a
/// poll. Such a message is not copied; its words are told, masked.
fn seal(message: &Value, content: &mut Message) {
    let mut words = Vec::new();
    for (field, value) in message.as_object().into_iter().flatten() {
        if !AROUND.contains(&field.as_str()) {
            collect(value, &mut words);
        }
    }
    let masked: Vec<privacy::Masked> = words.iter().map(|text| privacy::mask(&text.replace('\0', ""))).collect();
    if masked.iter().any(|masked| masked.found) {
        let told = content.text.take().into_iter().chain(masked.into_iter().map(|masked| masked.text));
        content.text = Some(told.collect::<Vec<_>>().join("\n"));
        content.entities.clear();
        content.masked = true;
        content.sealed = true;
    }
}

/// All words in a value, down to a depth that no message of people has.
fn collect<'v>(value: &'v Value, words: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => words.push(text),
        Value::Array(values) => values.iter().for_each(|value| collect(value, words)),
        Value::Object(fields) => {
            let of_people = fields.iter().filter(|(field, _)| !NOT_WORDS.contains(&field.as_str()));
            of_people.for_each(|(_, value)| collect(value, words));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DESK: DeskId = DeskId(-100);

    fn private(extra: Value) -> Value {
        let mut message = json!({
            "message_id": 7, "date": 0,
            "chat": {"id": 5, "type": "private"},
            "from": {"id": 5, "is_bot": false, "first_name": "Анна", "language_code": "ru"},
        });
        let fields = extra.as_object().expect("fields").clone();
        message.as_object_mut().expect("an object").extend(fields);
        json!({"update_id": 1, "message": message})
    }

    fn customer_message(update: &Value) -> Message {
        match sort(update, &[DESK]) {
            Sorted::Customer(CustomerId(5), Event::Wrote { message, .. }) => message,
            other => panic!("not a customer's message: {other:?}"),
        }
    }

    #[test]
    fn a_message_with_things_of_a_later_api_keeps_its_text() {
        let message = customer_message(&private(json!({
            "text": "где посылка",
            "entities": [{"type": "hologram", "offset": 0, "length": 3}],
            "external_reply": {"origin": {"type": "dream"}},
        })));
        assert_eq!((message.kind, message.words()), (Kind::Text, Some("где посылка")));
    }

    #[test]
    fn a_kind_we_have_never_seen_is_still_a_message() {
        let message = customer_message(&private(json!({"smell": {"file_id": "x"}})));
        assert_eq!((message.kind, message.text), (Kind::Other, None));
        assert!(matches!(sort(&private(json!({"pinned_message": {}})), &[DESK]), Sorted::Skipped(_)));
    }

    #[test]
    fn personal_numbers_do_not_get_in() {
        let message = customer_message(&private(json!({"photo": [], "caption": "паспорт 4510 123456"})));
        assert_eq!(message.text.as_deref(), Some("паспорт •••• ••••••"));
        assert!(message.masked);
    }

    #[test]
    fn numbers_hide_in_contacts_files_and_polls_too() {
        for (extra, kind) in [
            (json!({"contact": {"first_name": "ИНН 500100732259", "phone_number": "+70000000000"}}), Kind::Contact),
            (
                json!({"document": {"file_name": "паспорт 4516 121212.pdf", "file_id": "4111111111111111"}}),
                Kind::Document,
            ),
            (json!({"poll": {"question": "паспорт 4518 141414?", "options": []}}), Kind::Other),
        ] {
            let message = customer_message(&private(extra));
            assert_eq!((message.kind, message.sealed), (kind, true));
            assert!(message.text.is_some_and(|text| text.contains("••") && !text.contains("4111")));
        }
        let plain =
            customer_message(&private(json!({"document": {"file_name": "чек.pdf", "file_id": "4111111111111111"}})));
        assert!(!plain.sealed && plain.text.is_none());
    }

    #[test]
    fn only_the_senders_own_contact_is_own() {
        let shared = |contact: Value| {
            let message = customer_message(&private(json!({"contact": contact})));
            message.contact.map(|contact| (contact.phone.as_str().to_owned(), contact.own))
        };
        let own = json!({"phone_number": "+79000000001", "first_name": "Анна", "user_id": 5});
        assert_eq!(shared(own.clone()), Some(("+79000000001".into(), true)));
        let others = json!({"phone_number": "79000000002", "first_name": "Борис", "user_id": 6});
        assert_eq!(shared(others), Some(("+79000000002".into(), false)));
        assert_eq!(shared(json!({"phone_number": "79000000002", "first_name": "?"})).map(|c| c.1), Some(false));
        let forwarded = private(json!({"contact": own, "forward_origin": {"type": "user"}}));
        assert_eq!(customer_message(&forwarded).contact.map(|contact| contact.own), Some(false));
    }

    #[test]
    fn what_was_passed_on_is_known_by_any_of_its_fields() {
        for (fields, forwarded) in [
            (json!({"text": "да"}), false),
            (json!({"text": "да", "is_automatic_forward": false}), false),
            (json!({"text": "да", "forward_origin": {"type": "hidden_user", "sender_user_name": "Борис"}}), true),
            (json!({"text": "да", "forward_date": 1}), true),
            (json!({"text": "да", "forward_sender_name": "Борис"}), true),
            (json!({"photo": [], "caption": "да", "forward_from": {"id": 7}}), true),
            (json!({"story": {"chat": {"id": 7}, "id": 1}}), true),
        ] {
            assert_eq!(customer_message(&private(fields.clone())).forwarded, forwarded, "{fields}");
        }
        let old = json!({"phone_number": "79000000001", "first_name": "Анна", "user_id": 5});
        let old = customer_message(&private(json!({"contact": old, "forward_date": 1})));
        assert_eq!(old.contact.map(|contact| contact.own), Some(false));
    }

    #[test]
    fn what_a_message_answers_is_known_by_its_buttons() {
        let keyboard =
            json!({"inline_keyboard": [[{"text": "Да", "callback_data": "confirm:3:yes"}], [{"text": "?"}]]});
        let answers = |fields: Value| customer_message(&private(json!({"text": "да", "reply_to_message": fields})));
        let bot = json!({"id": 1, "is_bot": true});
        let own = answers(json!({"message_id": 3, "from": bot, "text": "Точно?", "reply_markup": keyboard}));
        assert_eq!(own.answered_buttons, ["confirm:3:yes"]);
        assert_eq!((own.reply_to, own.quote.as_deref()), (Some(MessageId(3)), Some("Точно?")));
        let person = json!({"id": 5, "is_bot": false});
        let forged = answers(json!({"message_id": 3, "from": person, "reply_markup": keyboard}));
        assert!(forged.answered_buttons.is_empty());
        for elsewhere in [json!({"external_reply": {"origin": {}}}), json!({"reply_to_story": {"id": 1}})] {
            assert!(customer_message(&private(elsewhere)).answers_elsewhere);
        }
    }

    #[test]
    fn the_desk_is_read_by_topics_and_bots_are_not_agents() {
        let at_desk = |from: Value, thread: Value| {
            let message = json!({"message_id": 1, "chat": {"id": DESK.0, "type": "supergroup"}, "from": from,
                "message_thread_id": thread, "text": "ответ"});
            sort(&json!({"message": message}), &[DESK])
        };
        let maria = json!({"id": 9, "is_bot": false, "first_name": "Мария"});
        assert!(matches!(
            at_desk(maria.clone(), json!(3)),
            Sorted::Topic { topic: TopicId(3), event: Event::AgentWrote { .. }, .. }
        ));
        assert!(matches!(at_desk(maria, Value::Null), Sorted::Skipped(_)));
        assert!(matches!(at_desk(json!({"id": 1, "is_bot": true}), json!(3)), Sorted::Skipped(_)));
    }

    #[test]
    fn those_who_hide_are_somebody_and_posts_of_the_channel_nobody() {
        let at_desk = |extra: Value| {
            let mut message = json!({"message_id": 8, "chat": {"id": DESK.0, "type": "supergroup"},
                "message_thread_id": 3, "is_topic_message": true, "text": "ответ"});
            message.as_object_mut().expect("an object").extend(extra.as_object().expect("fields").clone());
            sort(&json!({"message": message}), &[DESK])
        };
        let hidden = |bot: i64, behind: i64| {
            json!({"from": {"id": bot, "is_bot": true, "first_name": "Channel"},
                "sender_chat": {"id": behind, "title": "Новости", "type": "channel"}})
        };
        for (bot, behind, key) in [(136_817_688, -555, "desk.as_channel"), (1_087_968_824, DESK.0, "desk.anonymous")] {
            match at_desk(hidden(bot, behind)) {
                Sorted::Topic { event: Event::AgentWrote { agent, .. }, .. } => {
                    assert_eq!(agent.anonymous_key(), Some(key));
                }
                other => panic!("nobody's: {other:?}"),
            }
        }
        let mut post = hidden(777_000, -555);
        post["is_automatic_forward"] = json!(true);
        assert!(matches!(at_desk(post), Sorted::Skipped(_)));
    }

    #[test]
    fn a_reply_tells_whether_a_bot_wrote_what_it_answers() {
        let reply = |to: Value| {
            let mut answered = json!({"message_id": 7, "date": 1, "text": "/start"});
            answered.as_object_mut().expect("an object").extend(to.as_object().expect("fields").clone());
            let message = json!({"message_id": 8, "text": "да", "reply_to_message": answered});
            content(&message, MessageId(8), &Around::default()).replies_to_bot
        };
        assert!(reply(json!({"from": {"id": 1, "is_bot": true}})));
        assert!(!reply(json!({"from": {"id": 9, "is_bot": false}})));
        let channel = json!({"from": {"id": 136_817_688, "is_bot": true}, "sender_chat": {"id": -5}});
        assert!(!reply(channel), "somebody who writes as a channel is a person");
    }

    #[test]
    fn every_press_leads_somewhere() {
        let from = json!({"id": 9, "is_bot": false, "first_name": "Мария"});
        let press = |extra: Value| {
            let mut query = json!({"id": "q", "from": from, "chat_instance": "1"});
            query.as_object_mut().expect("an object").extend(extra.as_object().expect("fields").clone());
            sort(&json!({"callback_query": query}), &[DESK])
        };
        // Of an old message Telegram tells the chat and the number, and no topic.
        let old = json!({"chat": {"id": DESK.0, "type": "supergroup"}, "message_id": 4, "date": 0});
        match press(json!({"data": "take:101", "message": old})) {
            Sorted::Message { desk: DESK, message: MessageId(4), event: Event::AgentPressed { press, .. } } => {
                assert_eq!(press.data, "take:101");
            }
            other => panic!("{other:?}"),
        }
        let private = json!({"chat": {"id": 9, "type": "private"}, "message_id": 4, "date": 0});
        let elsewhere = json!({"chat": {"id": -7, "type": "supergroup"}, "message_id": 4, "date": 0});
        for (extra, data) in [
            (json!({"data": "wish:cancel", "message": private}), "wish:cancel"),
            (json!({"game_short_name": "x", "message": private}), ""),
            (json!({"data": "wish:cancel", "inline_message_id": "i"}), ""),
            (json!({"data": "take:101", "message": elsewhere}), ""),
            (json!({"data": "wish:cancel"}), ""),
        ] {
            match press(extra) {
                Sorted::Customer(CustomerId(9), Event::Pressed { press, .. }) => assert_eq!(press.data, data),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn nonsense_is_skipped() {
        for update in [json!(null), json!([]), json!({"update_id": 1}), json!({"message": 5}), json!({"poll": {}})] {
            assert!(matches!(sort(&update, &[DESK]), Sorted::Skipped(_)), "{update}");
        }
    }

    #[test]
    fn a_group_that_is_no_desk_is_left_when_the_bot_is_added_and_only_then() {
        let change = |chat: i64, before: &str, after: &str| {
            let member = |status: &str| json!({"status": status, "user": {"id": 1, "is_bot": true}});
            json!({"update_id": 1, "my_chat_member": {
                "chat": {"id": chat, "type": "supergroup"}, "date": 0,
                "from": {"id": 9, "is_bot": false, "first_name": "Олег", "language_code": "ru"},
                "old_chat_member": member(before), "new_chat_member": member(after),
            }})
        };
        match sort(&change(-200, "left", "member"), &[DESK]) {
            Sorted::Foreign { chat: -200, by: Some(by) } => assert_eq!(by.id, 9),
            other => panic!("{other:?}"),
        }
        for (chat, before, after) in
            [(-100, "left", "member"), (-200, "member", "administrator"), (-200, "member", "left")]
        {
            assert!(
                matches!(sort(&change(chat, before, after), &[DESK]), Sorted::Skipped(_)),
                "{chat} {before} {after}"
            );
        }
    }
}
