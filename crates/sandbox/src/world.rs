//! What the stand-in of Telegram knows: people, chats, topics, messages, files, waiting updates.
//!
//! Pure: a world changes only by [`World::apply`], a [`Change`] holds everything that is to be known
//! about it (times and ids included), so the same changes in the same order give the same world again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::keyboard::Shown;
use crate::media::StoredFile;
use crate::message::Message;
use crate::options::Bot;

/// The bot's own user id; the digits before the colon of the token.
pub(crate) const BOT_ID: i64 = 7_000_000_001;
/// The first group's chat id until a test orders a migration.
const FIRST_GROUP_ID: i64 = -1_002_000_000_001;
/// How far the ids of groups lie apart: an upgrade gives a group the next id below its own.
const GROUP_STEP: i64 = 1_000;
/// Where the ids of people begin; well apart from message ids, so that a mix-up is noticed.
const FIRST_PERSON_ID: i64 = 501_000_001;

/// On which side of the counter a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Customer,
    Agent,
}

/// How somebody of the desk stands in its group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// An ordinary member; the first agent is the group's owner while this is so.
    #[default]
    Member,
    /// An administrator.
    Administrator,
    /// Restricted in what they may do, and in the group.
    Restricted,
    /// Restricted should they come back, and not in the group.
    RestrictedOutside,
    /// Gone by themselves.
    Left,
    /// Put out.
    Kicked,
}

impl Membership {
    /// Whether somebody who stands so is in the group.
    pub(crate) fn is_inside(self) -> bool {
        match self {
            Membership::Member | Membership::Administrator | Membership::Restricted => true,
            Membership::RestrictedOutside | Membership::Left | Membership::Kicked => false,
        }
    }
}

/// Somebody with a Telegram account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub id: i64,
    pub name: String,
    pub username: Option<String>,
    pub role: Role,
    /// The language of their Telegram; none stands for `ru`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether this person ever wrote to the bot; before that a bot must not write first.
    pub opened: bool,
    /// Whether this person has blocked the bot.
    pub blocked: bool,
    /// How this person stands in the desk's group; it counts for agents only.
    #[serde(default)]
    pub membership: Membership,
}

impl Person {
    /// The phone number: made up, its end tells which one to arrive this person was. Telegram gives
    /// numbers with or without a plus; here it is left out.
    pub fn phone(&self) -> String {
        format!("79{:09}", self.id - FIRST_PERSON_ID + 1)
    }
}

/// A group of agents.
#[derive(Debug, Clone)]
pub(crate) struct AgentsGroup {
    /// Its chat ids, oldest first: all but the last answer that the group was upgraded.
    ids: Vec<i64>,
    pub title: String,
    /// Whether it has topics.
    pub forum: bool,
    /// The people in it, by their ids.
    pub members: BTreeSet<i64>,
    /// What the bot may not do here, though it is an administrator.
    pub forbidden: BTreeSet<Right>,
    /// How the bot stands in it.
    pub bot: BotIs,
    last_message: i64,
}

impl AgentsGroup {
    fn new(id: i64, title: &str, forum: bool) -> AgentsGroup {
        AgentsGroup {
            ids: vec![id],
            title: title.to_owned(),
            forum,
            members: BTreeSet::new(),
            forbidden: BTreeSet::new(),
            bot: BotIs::Administrator,
            // Message 1 of a forum stands for its General topic.
            last_message: 1,
        }
    }

    /// Its present chat id.
    pub fn id(&self) -> i64 {
        self.ids.last().copied().unwrap_or_default()
    }
}

/// How the bot stands in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BotIs {
    Administrator,
    /// Added by somebody, and no more than that.
    Member,
    /// It has left.
    Outside,
}

/// A right of an administrator that the bot can be without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To make, name, close and open topics: `can_manage_topics`.
    ManageTopics,
    /// To pin messages: `can_pin_messages`.
    PinMessages,
}

/// A forum topic of a group. Its id is the id of the service message that created it, one of its group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Topic {
    /// The group it lies in; 0 in journals from before there were several, and stands for the first.
    #[serde(default)]
    pub chat: i64,
    pub id: i64,
    pub name: String,
    pub icon_color: i64,
    pub icon_emoji: Option<String>,
    pub closed: bool,
    pub deleted: bool,
}

/// A press of an inline button.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Query {
    pub id: String,
    pub user: i64,
    pub date: i64,
    pub answered: bool,
}

/// A short notice over a person's screen after a press.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Toast {
    pub user: i64,
    pub text: String,
    pub alert: bool,
}

/// Where the bot wants its updates delivered to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub max_connections: i64,
}

/// An update that the bot has not confirmed yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub id: i64,
    /// The whole update, `update_id` included.
    pub update: Value,
}

/// One step of the world's history; what the journal keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// The world begins: where its update ids start.
    Born { first_update: i64 },
    /// Somebody is new here, or something about them changed.
    Person(Person),
    /// A message was posted, or something about it changed.
    Message(Message),
    /// A message is gone.
    Deleted { chat: i64, id: i64 },
    /// A topic is new, or something about it changed.
    Topic(Topic),
    /// A file was uploaded.
    File(StoredFile),
    /// An update waits for the bot.
    Queued(Pending),
    /// The bot confirmed all updates below this id.
    Confirmed { below: i64 },
    /// A button was pressed, or a press was answered.
    Query(Query),
    /// A toast was shown.
    Toast(Toast),
    /// The bot asked for these kinds of updates only; empty stands for the default kinds.
    Allowed(Vec<String>),
    /// The bot set or removed its webhook.
    Webhook(Option<Webhook>),
    /// The bot set its commands for a scope.
    Commands { scope: String, commands: Value },
    /// A group was upgraded and has a new id.
    Migrated {
        /// The id it had; 0 in journals from before there were several groups, and stands for the first.
        #[serde(default)]
        from: i64,
        to: i64,
    },
    /// One more group.
    Group { title: String, forum: bool },
    /// Somebody is in a group, or not any more.
    Member { chat: i64, user: i64, inside: bool },
    /// The bot was given a right in a group, or it was taken away.
    Right { chat: i64, right: Right, given: bool },
    /// The bot stands otherwise in a group.
    Bot { chat: i64, is: BotIs },
    /// A chat has another reply keyboard, or none any more.
    Keyboard { chat: i64, shown: Option<Shown> },
}

/// The whole state of the stand-in.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// The bot as people see it: given at each start, not part of the history.
    pub bot: Bot,
    pub people: BTreeMap<i64, Person>,
    /// By group and id.
    pub topics: BTreeMap<(i64, i64), Topic>,
    pub messages: BTreeMap<(i64, i64), Message>,
    pub files: BTreeMap<String, StoredFile>,
    pub pending: VecDeque<Pending>,
    pub queries: BTreeMap<String, Query>,
    pub toasts: Vec<Toast>,
    pub allowed: Vec<String>,
    pub webhook: Option<Webhook>,
    pub commands: BTreeMap<String, Value>,
    /// The reply keyboards, by their chats.
    pub keyboards: BTreeMap<i64, Shown>,
    /// The agents' groups; there always is a first.
    pub groups: Vec<AgentsGroup>,
    next_update: i64,
    last_private_message: i64,
}

impl World {
    /// A world before its first change.
    pub fn new() -> World {
        World { groups: vec![AgentsGroup::new(FIRST_GROUP_ID, "Поддержка", true)], ..World::default() }
    }

    /// Whether nothing has ever happened here.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// The first group's present chat id.
    pub fn desk(&self) -> i64 {
        self.groups.first().map_or(FIRST_GROUP_ID, AgentsGroup::id)
    }

    /// The group with this chat id.
    pub fn group(&self, chat: i64) -> Option<&AgentsGroup> {
        self.groups.iter().find(|group| group.id() == chat)
    }

    fn group_mut(&mut self, chat: i64) -> Option<&mut AgentsGroup> {
        self.groups.iter_mut().find(|group| group.id() == chat)
    }

    /// Whether the bot is in a chat: a group that it has left tells it nothing and takes nothing from it.
    pub fn has_bot(&self, chat: i64) -> bool {
        self.group(chat).is_none_or(|group| group.bot != BotIs::Outside)
    }

    /// The id that a group has today, of which this was the id before an upgrade.
    pub fn upgraded(&self, chat: i64) -> Option<i64> {
        let was = |group: &&AgentsGroup| group.id() != chat && group.ids.contains(&chat);
        self.groups.iter().find(was).map(AgentsGroup::id)
    }

    /// Whether somebody is in a group.
    pub fn is_member(&self, chat: i64, user: i64) -> bool {
        self.group(chat).is_some_and(|group| group.members.contains(&user))
    }

    /// The id of the next message of a chat. As in Telegram, a group counts for itself and all
    /// private chats of the bot share one row of numbers.
    pub fn next_message(&self, chat: i64) -> i64 {
        self.group(chat).map_or(self.last_private_message, |group| group.last_message) + 1
    }

    /// The id of the next person.
    pub fn next_person(&self) -> i64 {
        self.people.keys().next_back().map_or(FIRST_PERSON_ID, |last| last + 1)
    }

    /// The id of the next update.
    pub fn next_update(&self) -> i64 {
        self.next_update
    }

    /// A message by its place.
    pub fn message(&self, chat: i64, id: i64) -> Option<&Message> {
        self.messages.get(&(chat, id))
    }

    /// All messages of a chat, oldest first.
    pub fn chat(&self, chat: i64) -> impl Iterator<Item = &Message> {
        self.messages.range((chat, i64::MIN)..=(chat, i64::MAX)).map(|(_, message)| message)
    }

    /// Takes one step.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Born { first_update } => self.next_update = first_update,
            Change::Person(person) => {
                let (id, role) = (person.id, person.role);
                let is_new = self.people.insert(id, person).is_none();
                if let (true, Role::Agent, Some(first)) = (is_new, role, self.groups.first_mut()) {
                    first.members.insert(id);
                }
            }
            Change::Message(message) => {
                let private = &mut self.last_private_message;
                let group = self.groups.iter_mut().find(|group| group.id() == message.chat);
                let last = group.map_or(private, |group| &mut group.last_message);
                *last = message.id.max(*last);
                self.messages.insert((message.chat, message.id), message);
            }
            Change::Deleted { chat, id } => {
                self.messages.remove(&(chat, id));
            }
            Change::Topic(topic) => {
                let chat = if topic.chat == 0 { self.desk() } else { topic.chat };
                self.topics.insert((chat, topic.id), Topic { chat, ..topic });
            }
            Change::File(file) => {
                self.files.insert(file.id.clone(), file);
            }
            Change::Queued(pending) => {
                self.next_update = self.next_update.max(pending.id + 1);
                self.pending.push_back(pending);
            }
            Change::Confirmed { below } => self.pending.retain(|pending| pending.id >= below),
            Change::Query(query) => {
                self.queries.insert(query.id.clone(), query);
            }
            Change::Toast(toast) => self.toasts.push(toast),
            Change::Allowed(kinds) => self.allowed = kinds,
            Change::Webhook(webhook) => self.webhook = webhook,
            Change::Commands { scope, commands } => {
                self.commands.insert(scope, commands);
            }
            Change::Migrated { from, to } => self.migrate(if from == 0 { self.desk() } else { from }, to),
            Change::Group { title, forum } => {
                let apart = i64::try_from(self.groups.len()).unwrap_or_default() * GROUP_STEP;
                self.groups.push(AgentsGroup::new(FIRST_GROUP_ID - apart, &title, forum));
            }
            Change::Member { chat, user, inside } => {
                if let Some(group) = self.group_mut(chat) {
                    if inside {
                        group.members.insert(user)
                    } else {
                        group.members.remove(&user)
                    };
                }
            }
            Change::Right { chat, right, given } => {
                if let Some(group) = self.group_mut(chat) {
                    if given {
                        group.forbidden.remove(&right)
                    } else {
                        group.forbidden.insert(right)
                    };
                }
            }
            Change::Bot { chat, is } => {
                if let Some(group) = self.group_mut(chat) {
                    group.bot = is;
                }
            }
            Change::Keyboard { chat, shown: Some(shown) } => {
                self.keyboards.insert(chat, shown);
            }
            Change::Keyboard { chat, shown: None } => {
                self.keyboards.remove(&chat);
            }
        }
    }

    /// Moves a group's messages to its new id. A real upgrade leaves the history behind; here it
    /// comes along, so that the people in it go on with the topics they see.
    fn migrate(&mut self, from: i64, to: i64) {
        let Some(group) = self.group_mut(from) else {
            return;
        };
        group.ids.push(to);
        let topics: Vec<i64> = self.topics.keys().filter(|(chat, _)| *chat == from).map(|(_, id)| *id).collect();
        for id in topics {
            if let Some(topic) = self.topics.remove(&(from, id)) {
                self.topics.insert((to, id), Topic { chat: to, ..topic });
            }
        }
        if let Some(shown) = self.keyboards.remove(&from) {
            self.keyboards.insert(to, shown);
        }
        let moved: Vec<_> = self.chat(from).map(|message| message.id).collect();
        for id in moved {
            if let Some(mut message) = self.messages.remove(&(from, id)) {
                message.chat = to;
                self.messages.insert((to, id), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyboard::{Key, Keyboard};

    fn queued(id: i64) -> Change {
        Change::Queued(Pending { id, update: serde_json::json!({ "update_id": id }) })
    }

    #[test]
    fn update_ids_go_on_from_the_last_one() {
        let mut world = World::new();
        world.apply(Change::Born { first_update: 100 });
        assert_eq!(world.next_update(), 100);
        world.apply(queued(100));
        world.apply(queued(100));
        assert_eq!(world.next_update(), 101, "a duplicate takes no new number");
        world.apply(Change::Confirmed { below: 101 });
        assert!(world.pending.is_empty());
        assert_eq!(world.next_update(), 101, "nor does a confirmation");
    }

    #[test]
    fn private_chats_share_their_message_numbers_and_the_desk_has_its_own() {
        let mut world = World::new();
        let desk = world.desk();
        assert_eq!(world.next_message(501), 1);
        world.apply(Change::Message(Message::text(501, 1, 501, 0, "раз")));
        assert_eq!(world.next_message(502), 2);
        assert_eq!(world.next_message(desk), 2, "1 is the General topic");
    }

    #[test]
    fn an_upgraded_desk_keeps_its_messages_under_the_new_id() {
        let mut world = World::new();
        let old = world.desk();
        world.apply(Change::Message(Message::text(old, 2, BOT_ID, 0, "карточка")));
        let new = old - 1;
        world.apply(Change::Migrated { from: 0, to: new });
        assert_eq!((world.upgraded(old), world.upgraded(new)), (Some(new), None));
        assert_eq!(world.chat(old).count(), 0);
        assert_eq!(world.chat(new).count(), 1);
    }

    #[test]
    fn groups_have_messages_and_topics_of_their_own() {
        let mut world = World::new();
        world.apply(Change::Group { title: "Возвраты".into(), forum: true });
        let (first, second) = (world.desk(), world.groups[1].id());
        for (chat, name) in [(first, "раз"), (second, "два")] {
            let icon_emoji = None;
            let topic =
                Topic { chat, id: 2, name: name.into(), icon_color: 0, icon_emoji, closed: false, deleted: false };
            world.apply(Change::Topic(topic));
        }
        world.apply(Change::Message(Message::text(second, 2, BOT_ID, 0, "карточка")));
        assert_eq!((world.next_message(first), world.next_message(second)), (2, 3));
        world.apply(Change::Migrated { from: second, to: second - 1 });
        assert_eq!(world.topics[&(first, 2)].name, "раз");
        assert_eq!(world.topics[&(second - 1, 2)].name, "два");
    }

    #[test]
    fn a_keyboard_comes_back_out_of_the_journal() {
        let rows = vec![vec![Key::Contact("Мой номер".into())], vec![Key::Text("Не нужно".into())]];
        let shown = Shown { message: 3, keyboard: Keyboard { rows, one_time: true, placeholder: None } };
        let change = Change::Keyboard { chat: 501, shown: Some(shown.clone()) };
        let line = serde_json::to_string(&change).expect("plain data");
        let mut world = World::new();
        world.apply(serde_json::from_str(&line).expect("what was just written"));
        assert_eq!(world.keyboards.get(&501), Some(&shown));
        world.apply(Change::Keyboard { chat: 501, shown: None });
        assert!(world.keyboards.is_empty());
    }

    #[test]
    fn a_journal_from_before_reply_keyboards_still_reads() {
        let old = serde_json::json!({"person":
            {"id": 501_000_001, "name": "Анна", "username": null, "role": "customer", "opened": true, "blocked": false}});
        let Change::Person(anna) = serde_json::from_value(old).expect("a person of old") else { panic!("a person") };
        assert_eq!(anna.phone(), "79000000001");
        let old = serde_json::json!({"message": {"chat": 501, "id": 1, "thread": null, "from": 501, "date": 0,
            "edited": null, "reply_to": null, "album": null, "origin": null,
            "body": {"media": {"attachment": {"contact": {"phone": "+7", "first_name": "А", "last_name": null}},
                "caption": null}}}});
        let Change::Message(message) = serde_json::from_value(old).expect("a contact of old") else { panic!("one") };
        assert!(!message.changed_keyboard);
    }
}
