//! The handle's hands and eyes: what people are made to do, and what is to be seen of it.

use serde_json::Value;
use tokio::sync::watch;

use crate::api;
use crate::draft::Draft;
use crate::faults::Fault;
use crate::media::Media;
use crate::message::Cited;
use crate::people::{self, Age, Complaint, Spot};
use crate::seen::{self, Seen, Topic};
use crate::server::Sandbox;
use crate::state::Call;
use crate::world::{Change, Membership, Pending, Person, Role};

impl Sandbox {
    /// Where both the Bot API and the page are: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The bot's token: made up, and good for nothing but a sandbox. Calls with another are refused 401.
    pub fn token(&self) -> String {
        api::TOKEN.to_owned()
    }

    /// The chat id of the first group: a forum in which the bot manages topics. [`Sandbox::add_group`] makes more.
    pub fn desk(&self) -> i64 {
        self.core.lock().world.desk()
    }

    /// Somebody who has not written to the bot yet, called `name` (1 to 64 characters); gives the user's id, which is also
    /// their private chat's.
    pub fn new_customer(&self, name: &str) -> i64 {
        self.act(|draft| people::arrive(draft, name, Role::Customer)).id
    }

    /// Somebody's Telegram speaks another language than `ru` from now on: an IETF tag such as `en`.
    pub fn speaks(&self, user: i64, language: &str) {
        self.act(|draft| {
            let person = people::known(draft, user)?;
            draft.make(Change::Person(Person { language: Some(language.to_owned()), ..person }));
            Ok(())
        });
    }

    /// The customer who was there first, «Анна»; gives the user's id, which is also their chat's.
    pub fn first_customer(&self) -> i64 {
        let inner = self.core.lock();
        let first = inner.world.people.values().find(|person| person.role == Role::Customer);
        first.map_or(0, |person| person.id)
    }

    /// Somebody new at the desk, called `name` (1 to 64 characters); gives the user's id.
    pub fn new_agent(&self, name: &str) -> i64 {
        self.act(|draft| people::arrive(draft, name, Role::Agent)).id
    }

    /// A customer writes up to 4096 characters; gives the message's id.
    pub fn customer_says(&self, customer: i64, text: &str) -> i64 {
        self.act(|draft| people::say(draft, customer, private(customer), text))
    }

    /// A customer answers a message of the chat; gives the message's id.
    pub fn customer_replies(&self, customer: i64, reply_to: i64, text: &str) -> i64 {
        let spot = Spot { reply_to: Some(reply_to), ..private(customer) };
        self.act(|draft| people::say(draft, customer, spot, text))
    }

    /// A customer writes words with formatting, as the Bot API's HTML; gives the message's id.
    pub fn customer_writes(&self, customer: i64, html: &str) -> i64 {
        self.act(|draft| people::say_styled(draft, customer, private(customer), html, None, None))
    }

    /// A customer forwards what somebody else wrote elsewhere; gives the message's id.
    pub fn customer_forwards(&self, customer: i64, whose: i64, text: &str) -> i64 {
        self.act(|draft| people::say_styled(draft, customer, private(customer), text, Some(whose), None))
    }

    /// A customer answers a chosen piece of a message of the chat; gives the message's id.
    pub fn customer_quotes(&self, customer: i64, reply_to: i64, piece: &str, text: &str) -> i64 {
        let spot = Spot { reply_to: Some(reply_to), ..private(customer) };
        let cited = Cited { piece: Some(piece.to_owned()), channel: None };
        self.act(|draft| people::say_styled(draft, customer, spot, text, None, Some(cited)))
    }

    /// A customer answers, in this chat, a message of a channel called `channel`, perhaps a piece of it; gives the
    /// message's id.
    pub fn customer_quotes_channel(&self, customer: i64, channel: &str, piece: Option<&str>, text: &str) -> i64 {
        let cited = Cited { piece: piece.map(str::to_owned), channel: Some(channel.to_owned()) };
        self.act(|draft| people::say_styled(draft, customer, private(customer), text, None, Some(cited)))
    }

    /// A customer sends something of this kind with a caption in the Bot API's HTML; gives the message's id.
    pub fn customer_sends_styled(&self, customer: i64, media: Media, html: &str, album: Option<&str>) -> i64 {
        self.act(|draft| people::send_styled(draft, customer, private(customer), media, html, album, None))
    }

    /// A customer forwards something of this kind that somebody else sent elsewhere; gives the message's id.
    pub fn customer_forwards_media(&self, customer: i64, whose: i64, media: Media, album: Option<&str>) -> i64 {
        self.act(|draft| people::send_styled(draft, customer, private(customer), media, "", album, Some(whose)))
    }

    /// A customer edits the text or caption of a message of their own, with formatting, as the Bot API's HTML.
    pub fn customer_rewrites(&self, customer: i64, message_id: i64, html: &str) {
        self.act(|draft| people::edit_styled(draft, customer, customer, message_id, html));
    }

    /// A customer sends something of this kind, its content made up; gives the message's id. Messages of one `album` (a
    /// name of the test's own) belong together.
    pub fn customer_sends(&self, customer: i64, media: Media, caption: Option<&str>, album: Option<&str>) -> i64 {
        self.act(|draft| {
            let attachment = people::sample(draft, media);
            people::send(draft, customer, private(customer), attachment, caption, album)
        })
    }

    /// A customer answers a message of the chat with something of this kind, its content made up; gives the message's id.
    pub fn customer_replies_with(&self, customer: i64, reply_to: i64, media: Media, caption: Option<&str>) -> i64 {
        let spot = Spot { reply_to: Some(reply_to), ..private(customer) };
        self.act(|draft| {
            let attachment = people::sample(draft, media);
            people::send(draft, customer, spot, attachment, caption, None)
        })
    }

    /// A customer presses the button that sends their own phone number; gives the message's id.
    pub fn customer_shares_phone(&self, customer: i64) -> i64 {
        self.act(|draft| people::share_phone(draft, customer))
    }

    /// A customer sends somebody's contact out of the address book; gives the message's id.
    /// [`Sandbox::customer_sends`] sends one of a person who is not on Telegram.
    pub fn customer_sends_contact(&self, customer: i64, whose: i64) -> i64 {
        self.act(|draft| {
            let contact = people::contact_of(draft, whose)?;
            people::send(draft, customer, private(customer), contact, None, None)
        })
    }

    /// The labels of the reply keyboard that a chat shows now, row by row.
    pub fn reply_keyboard(&self, chat: i64) -> Option<Vec<Vec<String>>> {
        let inner = self.core.lock();
        let rows = &inner.world.keyboards.get(&chat)?.keyboard.rows;
        Some(rows.iter().map(|row| row.iter().map(|key| key.label().to_owned()).collect()).collect())
    }

    /// A customer edits the text or caption of a message of their own.
    pub fn customer_edits(&self, customer: i64, message_id: i64, text: &str) {
        self.act(|draft| people::edit(draft, customer, customer, message_id, text));
    }

    /// An agent writes into a topic; gives the message's id.
    pub fn agent_says(&self, agent: i64, topic: i64, text: &str) -> i64 {
        let spot = self.in_topic(topic, None);
        self.act(|draft| people::say(draft, agent, spot, text))
    }

    /// An agent writes words with formatting into a topic, as the Bot API's HTML; gives the message's id.
    pub fn agent_writes(&self, agent: i64, topic: i64, html: &str) -> i64 {
        let spot = self.in_topic(topic, None);
        self.act(|draft| people::say_styled(draft, agent, spot, html, None, None))
    }

    /// An agent edits the text or caption of a message of their own, with formatting, as the Bot API's HTML.
    pub fn agent_rewrites(&self, agent: i64, message_id: i64, html: &str) {
        let desk = self.desk();
        self.act(|draft| people::edit_styled(draft, agent, desk, message_id, html));
    }

    /// An agent answers a message of a topic; gives the message's id.
    pub fn agent_replies(&self, agent: i64, topic: i64, reply_to: i64, text: &str) -> i64 {
        let spot = self.in_topic(topic, Some(reply_to));
        self.act(|draft| people::say(draft, agent, spot, text))
    }

    /// An agent writes into the desk outside all topics; gives the message's id.
    pub fn agent_says_in_general(&self, agent: i64, text: &str) -> i64 {
        let spot = Spot { chat: self.desk(), thread: None, reply_to: None };
        self.act(|draft| people::say(draft, agent, spot, text))
    }

    /// An agent answers a message outside all topics; gives the message's id.
    pub fn agent_replies_in_general(&self, agent: i64, reply_to: i64, text: &str) -> i64 {
        let spot = Spot { chat: self.desk(), thread: None, reply_to: Some(reply_to) };
        self.act(|draft| people::say(draft, agent, spot, text))
    }

    /// An agent sends something of this kind into a topic, its content made up; gives the message's id. Messages of one
    /// `album` (a name of the test's own) belong together.
    pub fn agent_sends(&self, agent: i64, topic: i64, media: Media, caption: Option<&str>, album: Option<&str>) -> i64 {
        let spot = self.in_topic(topic, None);
        self.act(|draft| {
            let attachment = people::sample(draft, media);
            people::send(draft, agent, spot, attachment, caption, album)
        })
    }

    /// An agent edits the text or caption of a message of their own at the desk.
    pub fn agent_edits(&self, agent: i64, message_id: i64, text: &str) {
        let desk = self.desk();
        self.act(|draft| people::edit(draft, agent, desk, message_id, text));
    }

    /// Somebody presses a button; `data` need not be on the message any more (an old client).
    pub fn press(&self, user: i64, chat: i64, message_id: i64, data: &str) {
        self.act(|draft| people::press(draft, user, chat, message_id, data, Age::Fresh));
    }

    /// Somebody presses a button of a message so old that Telegram tells the bot its chat and its number only.
    pub fn press_old(&self, user: i64, chat: i64, message_id: i64, data: &str) {
        self.act(|draft| people::press(draft, user, chat, message_id, data, Age::Old));
    }

    /// Somebody deletes a message for everybody: at the desk one of their own, in the private chat any. Telegram tells
    /// the bot nothing of it.
    pub fn deletes(&self, user: i64, chat: i64, message_id: i64) {
        self.act(|draft| people::delete(draft, user, chat, message_id));
    }

    /// Whether every press was answered so far.
    pub fn all_presses_answered(&self) -> bool {
        self.core.lock().world.queries.values().all(|query| query.answered)
    }

    /// A customer blocks the bot, which is told of it and refused 403 from now on.
    pub fn customer_blocks(&self, customer: i64) {
        self.act(|draft| people::block(draft, customer, true));
    }

    /// A customer lets the bot write again.
    pub fn customer_unblocks(&self, customer: i64) {
        self.act(|draft| people::block(draft, customer, false));
    }

    /// An agent stands otherwise in the desk's group from now on; the bot is told, as an administrator is who asked for
    /// `chat_member`. Somebody who is outside cannot write there, but may still see an old button.
    pub fn agent_becomes(&self, agent: i64, membership: Membership) {
        self.act(|draft| people::becomes(draft, agent, membership, true));
    }

    /// The same, and the bot is not told: it has to ask (`getChatMember`).
    pub fn agent_becomes_unheard(&self, agent: i64, membership: Membership) {
        self.act(|draft| people::becomes(draft, agent, membership, false));
    }

    /// An agent deletes a topic by hand; Telegram tells the bot nothing of it.
    pub fn delete_topic(&self, topic: i64) {
        let desk = self.desk();
        self.act(|draft| people::delete_topic(draft, desk, topic));
    }

    /// The first agent closes a topic by hand.
    pub fn close_topic(&self, topic: i64) {
        let desk = self.desk();
        self.act(|draft| people::close_topic(draft, desk, topic));
    }

    /// Puts an update into the bot's queue as it is. One without `update_id` is given the next.
    pub fn raw_update(&self, mut update: Value) {
        self.act(|draft| {
            let next = draft.world().next_update();
            let fields = update.as_object_mut().ok_or("an update is an object")?;
            let id = fields.entry("update_id").or_insert_with(|| next.into()).as_i64();
            let id = id.ok_or("update_id is a number")?;
            draft.make(Change::Queued(Pending { id, update }));
            Ok(())
        });
    }

    /// The messages of a private chat in their order, without those of Telegram itself.
    pub fn chat(&self, chat: i64) -> Vec<Seen> {
        let inner = self.core.lock();
        seen::messages(&inner.world, inner.world.chat(chat))
    }

    /// All topics of the first group, oldest first, deleted ones included.
    pub fn topics(&self) -> Vec<Topic> {
        let inner = self.core.lock();
        seen::topics(&inner.world, inner.world.desk())
    }

    /// The messages of a topic in their order, without those of Telegram itself.
    pub fn topic(&self, id: i64) -> Vec<Seen> {
        self.in_desk(Some(id))
    }

    /// The desk's messages outside all topics.
    pub fn general(&self) -> Vec<Seen> {
        self.in_desk(None)
    }

    /// The texts that a user was shown in answer to presses, oldest first.
    pub fn toasts(&self, user: i64) -> Vec<String> {
        let inner = self.core.lock();
        let toasts = inner.world.toasts.iter().filter(|toast| toast.user == user);
        toasts.map(|toast| toast.text.clone()).collect()
    }

    /// Every call of the bot since the start, the latest 50 000 of them.
    pub fn calls(&self) -> Vec<Call> {
        self.core.lock().calls.iter().cloned().collect()
    }

    /// The calls of the bot after the first `known`, and how many there were by now, to be `known` the next time. None is
    /// missed as long as fewer than 50 000 are made between two looks.
    pub fn calls_after(&self, known: usize) -> (Vec<Call>, usize) {
        let inner = self.core.lock();
        let forgotten = inner.calls_made - inner.calls.len();
        (inner.calls.iter().skip(known.saturating_sub(forgotten)).cloned().collect(), inner.calls_made)
    }

    /// How many updates the bot has not confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        self.core.lock().world.pending.len()
    }

    /// Resolves after the next change. To wait for a condition, [`Sandbox::subscribe`] before looking.
    pub async fn changed(&self) {
        // The sender lives as long as this handle.
        let _ = self.subscribe().changed().await;
    }

    /// Counts the changes; a receiver taken before a look at the world misses none after it.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.core.subscribe()
    }

    /// Orders a fault, behind those that still wait for their calls.
    pub fn fault(&self, fault: Fault) {
        match fault {
            Fault::MigrateDesk => self.first_group().upgrades(),
            Fault::TooManyRequests { .. }
            | Fault::ServerError { .. }
            | Fault::Refuse { .. }
            | Fault::CutBefore { .. }
            | Fault::CutAfter { .. }
            | Fault::Silence { .. } => self.core.lock().faults.order(fault),
        }
    }

    /// Takes back every fault that still waits for its calls.
    pub fn clear_faults(&self) {
        self.core.lock().faults.clear();
    }

    /// Does what a test orders. What cannot be done is a mistake of the test, and ends it.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Draft) -> Result<T, Complaint>) -> T {
        match self.core.change(act) {
            Ok(done) => done,
            Err(complaint) => panic!("в песочнице так нельзя: {complaint}"),
        }
    }

    fn in_topic(&self, topic: i64, reply_to: Option<i64>) -> Spot {
        Spot { chat: self.desk(), thread: Some(topic), reply_to }
    }

    fn in_desk(&self, thread: Option<i64>) -> Vec<Seen> {
        let inner = self.core.lock();
        let world = &inner.world;
        let messages = world.chat(world.desk()).filter(|message| message.thread == thread);
        seen::messages(world, messages)
    }
}

fn private(customer: i64) -> Spot {
    Spot { chat: customer, thread: None, reply_to: None }
}
