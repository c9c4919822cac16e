//! What is remembered of one conversation between two events. Stored as JSON in its row.

use super::event::{CarrierRequest, Message, Person};
use super::ids::{AgentId, AnswerId, DeskId, MessageId, TicketNo};
use super::put::Put;
use super::task::{Cause, Group, Task};
use super::wordings::Wordings;
use crate::parcel::{Change, Phone, RefundReason, Status, TrackingNumber, Truth};
use chrono::serde::{ts_milliseconds, ts_milliseconds_option};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use understanding::{Language, Mood};

/// The state of one customer's conversation: the customer, what is worked on, and the desk's side of it. Stored flat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The customer's name and language, and how the chat with them stands.
    #[serde(flatten)]
    pub customer: Customer,
    /// What the bot is asked for and works on.
    #[serde(flatten)]
    pub work: InWork,
    /// What people do with the customer's tickets.
    #[serde(flatten)]
    pub desk: AtDesk,
}

/// The customer's name and language, and how the chat with them stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// The customer's Telegram account, as of the last event that named it.
    #[serde(rename = "customer")]
    pub person: Person,
    /// The language the customer speaks; `None` until it is known.
    pub language: Option<Language>,
    /// The customer's own phone, as Telegram shares it; `None` until the customer has shared it. What an earlier version
    /// remembered and could be two numbers was never shared.
    #[serde(deserialize_with = "certain_phone")]
    pub phone: Option<Phone>,
    /// Parcels whose changes the customer is told of, in the order in which the customer asked for it.
    pub follows: Vec<TrackingNumber>,
    /// Parcels that the customer was offered to follow, the last ones: a button that names another is none of ours.
    pub offered: Vec<TrackingNumber>,
    /// When the customer last wrote to the bot or pressed a button of it (stored as Unix milliseconds); `None` before
    /// that.
    #[serde(with = "ts_milliseconds_option")]
    pub heard_at: Option<DateTime<Utc>>,
    /// When the matter in hand began, or the last one (stored as Unix milliseconds); `None` before the first.
    #[serde(with = "ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub matter: Option<DateTime<Utc>>,
    /// How the customer feels, as last read.
    pub mood: Mood,
    /// How often the bot has spoken, plus the numbers it gave out. Only grows.
    pub said: u64,
    /// How often each text was said, so that none comes twice in the same words while it has others.
    #[serde(skip_serializing_if = "Wordings::is_empty")]
    pub wordings: Wordings,
    /// The newest message of the chat that the customer has sent or pressed a button of; zero before the first.
    pub newest: MessageId,
    /// The last press, to tell a second one on the same button; `None` once the customer has written.
    pub last_press: Option<LastPress>,
    /// Telegram's id of the last album (`media_group_id`), which is answered once; `None` if the last message had none.
    pub last_album: Option<String>,
    /// Incidents the customer has been told of and that are not over: their intents.
    pub told: Vec<String>,
    /// Whether the customer has blocked the bot, as far as the bot has heard.
    pub blocked: bool,
    /// Whether a customer who writes in a neighbour language was told which one is answered in.
    pub told_language: bool,
    /// The number of the question whether all that is kept is to be erased; `None` when it is not open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forgetting: Option<u64>,
    /// When the customer last had a copy of what is kept (stored as Unix milliseconds); `None` before the first.
    #[serde(with = "ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub exported_at: Option<DateTime<Utc>>,
    /// How it stands with a customer whom the lead has banned; `None` for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub banned: Option<Ban>,
}

/// How it stands with a banned customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ban {
    /// The customer has not written since, and does not know.
    Untold,
    /// The customer was told, once.
    Told,
}

fn certain_phone<'de, D: Deserializer<'de>>(stored: D) -> Result<Option<Phone>, D::Error> {
    Ok(Option::<Phone>::deserialize(stored)?.filter(Phone::is_certain))
}

/// What the bot is asked for and works on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InWork {
    /// The question the customer has been asked and has not answered yet; `None` when nothing is open.
    pub open: Option<Question>,
    /// How that question was put; `None` when nothing is open, or an earlier version has asked.
    pub put: Option<Put>,
    /// What the bot is working on; `None` when the customer has asked for nothing that takes several steps.
    pub task: Option<Task>,
    /// The task that was paused for it, and is offered again; `None` when nothing is paused.
    pub paused: Option<Task>,
    /// What the carrier did not answer and is asked again; `None` when the carrier owes nothing.
    #[serde(rename = "errand")]
    pub carrier_retry: Option<CarrierRetry>,
    /// Offers of which the customer was promised a reminder, and by when.
    pub reminders: Vec<Reminder>,
    /// The links of the last day, oldest first: to which offer, and when.
    pub links: Vec<LinkSent>,
    /// The words a clarifying question was asked about, masked: whatever request it is, they may say more of it. `None`
    /// when the bot has not asked back.
    pub unclear: Option<String>,
    /// The intent of a second request that is waiting for the first to be solved; `None` when there is no second one.
    #[serde(rename = "next_wish")]
    pub next_request: Option<String>,
    /// The words in which something was asked about a parcel that is being looked up, masked; `None` when nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about_words: Option<String>,
    /// The parcel the conversation is about; `None` until a number was given.
    pub parcel: Option<TrackingNumber>,
    /// The parcels whose numbers the customer gave, oldest first: «вторая» is one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parcels: Vec<TrackingNumber>,
    /// The status told last, which is not recited a second time; `None` before the first.
    pub last_status: Option<LastStatus>,
    /// The statuses of other parcels, told before it: one each, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier_statuses: Vec<LastStatus>,
    /// What the customer was told last, on which the next words may follow; `None` when nothing was, or another matter
    /// began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_last: Option<Told>,
    /// The rules that were told lately, oldest first: none is recited a second time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules_told: Vec<ToldRule>,
    /// Pieces of a thought that wait for the rest of it, masked; `None` when none wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Pieces>,
    /// The first digits of a number that was asked for, until the others come; `None` when it did not come in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_number: Option<String>,
    /// The newest pictures that the customer has sent, oldest first: whoever showed what came broken is not asked to show
    /// it again.
    #[serde(rename = "shown", skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
    /// What was heard of the customer's story; `None` when none was told, or it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<HeardStory>,
    /// What the customer wants, as last understood; `None` when nothing was, or the request is done.
    #[serde(rename = "wish")]
    pub request: Option<Request>,
}

/// A picture the customer has sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Its number in the private chat: Telegram keeps the picture.
    pub message: MessageId,
    /// When it came (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// A rule that was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToldRule {
    /// The text's place in the phrasebook.
    pub rule: String,
    /// When it was told (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// So many rules are remembered to have been told.
const MOST_RULES: usize = 8;
/// So many pictures are kept in mind, as many as an album holds.
const MOST_PICTURES: usize = 10;
/// Of so many other parcels it is remembered how they were said to stand.
const MOST_STATUSES: usize = 4;

impl InWork {
    /// The customer was answered in what they say by now: what was not understood before is over, and so is the question
    /// what was meant.
    pub fn understood(&mut self) {
        self.unclear = None;
        if matches!(self.open, Some(Question::Words | Question::Clarify(_))) {
            self.open = None;
        }
    }

    /// What came in pieces is not waited for any more: half a number belongs to its question alone.
    pub fn lets_pieces_go(&mut self) {
        self.pieces = None;
        self.half_number = None;
    }

    /// A rule is told. Returns how often it was since `since`.
    pub fn tells_rule(&mut self, rule: &str, since: DateTime<Utc>, at: DateTime<Utc>) -> usize {
        let before = self.rules_told.iter().filter(|told| told.rule == rule && told.at >= since).count();
        let too_many = (self.rules_told.len() + 1).saturating_sub(MOST_RULES);
        self.rules_told.drain(..too_many);
        self.rules_told.push(ToldRule { rule: rule.to_owned(), at });
        before
    }

    /// The customer has sent a picture.
    pub fn shows(&mut self, message: MessageId, at: DateTime<Utc>) {
        let too_many = (self.pictures.len() + 1).saturating_sub(MOST_PICTURES);
        self.pictures.drain(..too_many);
        self.pictures.push(Picture { message, at });
    }

    /// What was told to hold for the parcel the conversation is about; `None` before anything was.
    pub fn truth_told(&self) -> Option<Truth> {
        self.status_told(self.parcel.as_ref()?)?.truth
    }

    /// How a parcel was said to stand, the last time it was.
    pub fn status_told(&self, number: &TrackingNumber) -> Option<&LastStatus> {
        self.last_status.iter().chain(&self.earlier_statuses).find(|told| told.number == *number)
    }

    /// A status was told; what was told of the other parcels stays.
    pub fn tells_status(&mut self, told: LastStatus) {
        self.earlier_statuses.extend(self.last_status.take());
        self.earlier_statuses.retain(|before| before.number != told.number);
        let too_many = self.earlier_statuses.len().saturating_sub(MOST_STATUSES);
        self.earlier_statuses.drain(..too_many);
        self.last_status = Some(told);
    }

    /// The carrier knows no parcel of this number: it is none of those that may be meant.
    pub fn not_found(&mut self, number: &TrackingNumber) {
        self.parcels.retain(|known| known != number);
        self.parcel.take_if(|parcel| parcel == number);
    }

    /// Whether the customer is free to speak of anything: nothing is worked on, and what was asked need not be answered.
    pub fn is_free(&self) -> bool {
        let may_pass = match &self.open {
            None | Some(Question::Told | Question::Person { .. } | Question::Solved | Question::Words) => true,
            Some(
                Question::TrackingNumber
                | Question::NumberAgain
                | Question::Details { .. }
                | Question::Clarify(_)
                | Question::Helped(_)
                | Question::Phone { .. }
                | Question::Confirm { .. }
                | Question::Choose(_)
                | Question::PassedOn { .. }
                | Question::Evidence
                | Question::Resume
                | Question::LeaveQueue
                | Question::RatingWords(_),
            ) => false,
        };
        may_pass && self.task.is_none()
    }
}

/// What people do with the customer's tickets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AtDesk {
    /// The bot, the queue or an agent: the one that answers the customer.
    #[serde(rename = "holder")]
    pub assignee: Assignee,
    /// What is remembered of the customer's topic.
    #[serde(rename = "desk")]
    pub remembered: Remembered,
    /// The customer's last messages in which a number was hidden, oldest first: their originals can be shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<Hidden>,
    /// Whether the desk has a topic for the customer.
    #[serde(rename = "topic")]
    pub has_topic: bool,
    /// The desk the customer's topic lies at, as the owner named it; `None` for the first.
    pub at: Option<DeskId>,
    /// The number of the last ticket that people finished; `None` before the first.
    pub last_ticket: Option<TicketNo>,
    /// When people last finished with the customer (stored as Unix milliseconds): the desk knows the story up to here.
    /// `None` before the first ticket is done.
    #[serde(with = "ts_milliseconds_option")]
    pub resolved_at: Option<DateTime<Utc>>,
    /// The ticket that people finished last; `None` before the first, and once it is opened again.
    pub closed: Option<Closed>,
    /// The intents the bot has spoken to since people last finished with the customer.
    pub tried: Vec<String>,
    /// How many of the customer's tickets are done; one that is opened again counts once.
    pub tickets: u32,
    /// How the customer rated the last ticket, 1 (bad) to 5 (good); `None` until they do.
    #[serde(rename = "marked")]
    pub rating: Option<u8>,
}

impl State {
    /// What is left of it when the customer is forgotten: the language, so that they are understood, what is not to be
    /// escaped (a ban, the numbering of words), and where the topic lies that people have to delete.
    #[must_use]
    pub fn forgotten(self) -> State {
        let Customer { language, said, blocked, banned, .. } = self.customer;
        let AtDesk { has_topic, at, .. } = self.desk;
        State {
            customer: Customer { language, said, blocked, banned, ..Customer::default() },
            work: InWork::default(),
            desk: AtDesk { has_topic, at, ..AtDesk::default() },
        }
    }

    /// Whether the carrier was told to change something and has not answered.
    pub fn has_change_under_way(&self) -> bool {
        let changes = |request: &CarrierRequest| matches!(request, CarrierRequest::Instruct(_));
        self.work.carrier_retry.as_ref().is_some_and(|retry| retry.requests.iter().any(changes))
    }

    /// Whether the bot answers: no agent and no queue has the conversation, or the customer goes on with the bot while
    /// the ticket waits.
    pub fn is_bots(&self) -> bool {
        match &self.desk.assignee {
            Assignee::Bot => true,
            Assignee::Queue { ticket, .. } => ticket.with_bot,
            Assignee::Agent { .. } => false,
        }
    }
}

/// What is remembered of a customer's topic between two messages of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The last notes, oldest first, by their numbers at the desk: a reply to one is a note too.
    pub notes: Vec<MessageId>,
    /// Those of them that say so themselves, by how they begin: without that, such a one is to go out.
    pub marked_notes: Vec<MessageId>,
    /// Telegram's id of the album whose last picture was a note: its other pictures are notes too. `None` when the last
    /// note had none.
    pub note_album: Option<String>,
    /// Whether what agents write here stays inside unless they send it with `/send`.
    pub notes_only: bool,
    /// What was not sent, because another agent holds the ticket or because it may be a note; oldest first.
    pub unsent: Vec<Unsent>,
    /// The pictures of the album that went out last: a note may stand under one that is still to come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sent_album: Vec<Message>,
    /// Telegram's id of the album that was last refused: its author is told once. `None` when what was refused last had
    /// none.
    pub refused_album: Option<String>,
    /// The last answers, oldest first: one may be taken back for a moment after it went out.
    pub answers: Vec<Answered>,
    /// Which choice the card offers in the place of its usual buttons; `None` for those.
    pub menu: Option<Menu>,
    /// The last press that did something, with the agent, to tell a second one on the same button; `None` before that,
    /// and once anything else has happened.
    pub last_press: Option<(AgentId, LastPress)>,
}

/// A customer's message in which a number was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// Its number in the customer's chat.
    pub message: MessageId,
    /// When it came (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// An agent's message that did not go out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// The agent who wrote it: no other may send it.
    pub agent: Person,
    /// The message and the others of its album, in the order in which they were written.
    pub messages: Vec<Message>,
    /// Whether the agent was asked if it is a note; else another one holds the ticket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_note: bool,
}

/// An agent's message that went out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// The agent who wrote it: no other may take it back.
    pub agent: AgentId,
    /// What it stands in at the desk.
    pub message: AnswerId,
    /// When it went out (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// Telegram's id of the album it belongs to: what becomes of one becomes of all. `None` when it stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// Whether it was the first answer to its ticket, by which the promise was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_first: bool,
}

/// A choice on the card, in the place of its usual buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Menu {
    /// The agent or the desk the ticket goes to.
    Transfer,
    /// How long the ticket is snoozed.
    Snooze,
}

/// A ticket that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// The ticket as it stood when it was closed.
    pub ticket: Ticket,
    /// The name of the agent who finished it; `None` when the customer did not need it any more.
    pub by: Option<String>,
    /// The agent who held it last; `None` when no agent did.
    pub agent: Option<Person>,
    /// What it may have been about, if the bot did not understand it: the likely intents, best first, at most 4.
    #[serde(default)]
    pub maybe: Vec<String>,
}

/// Requests the carrier did not answer: they are asked again, and the customer was promised to hear of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CarrierRetry {
    /// What is asked again, in the order in which it was asked first; never empty.
    #[serde(rename = "questions")]
    pub requests: Vec<CarrierRequest>,
    /// By when the customer was promised to hear of it.
    pub promised: DateTime<Utc>,
    /// How often the carrier was asked, the first time included; the pause doubles with it.
    pub tries: u32,
    /// Whether the customer knows that the carrier answers again.
    #[serde(default)]
    pub back: bool,
    /// Whether it is being asked just now.
    #[serde(default)]
    pub asking: bool,
}

impl CarrierRetry {
    /// Whether an answer to `request` is among what is asked again. The phone may have been shared in between.
    pub fn holds(&self, request: &CarrierRequest) -> bool {
        self.requests.iter().any(|open| open.is_answered_by(request))
    }
}

/// A promise to remind of an offer that runs out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reminder {
    /// The parcel of the offer.
    pub number: TrackingNumber,
    /// The moment by which the customer is to be reminded.
    pub due: DateTime<Utc>,
}

/// A link to an offer that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkSent {
    /// The parcel of the offer.
    pub number: TrackingNumber,
    /// When it was sent (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// A status that the customer was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastStatus {
    /// The parcel.
    pub number: TrackingNumber,
    /// The status as it was told.
    pub status: Status,
    /// What held for the parcel when it was told; `None` if an earlier version told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truth: Option<Truth>,
    /// The day it was handed over; `None` until it was, or when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<NaiveDate>,
    /// When it was told (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// What the customer was told, on which the next words may follow («а когда?»).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// What it was.
    pub what: Matter,
    /// When it was told (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// The last day on which the customer can do what is needed; `None` where nothing runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// What the customer has asked further since, in order: labels of the phrasebook's follow-ups.
    #[serde(default)]
    pub asked: Vec<String>,
}

/// What can be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Where a parcel is.
    Status {
        /// What holds for the parcel.
        #[serde(default)]
        truth: Truth,
        /// Where it was last seen; `None` if the carrier does not tell, or it is of no use any more.
        place: Option<String>,
    },
    /// That the link of an offer was sent again.
    Link,
    /// That an order was cancelled or refused.
    Cancelled,
    /// That money is asked back.
    Refund,
    /// What the customer can do about an offer that does not pass.
    Help,
    /// That an offer is confirmed.
    Confirmed,
    /// That an order stays as it is, after it was to be cancelled or refused.
    Kept,
    /// The answer to a question that exists in data only: its intent.
    Rule(String),
    /// What a change means that waits for the customer's decision.
    Before,
}

/// What was heard of a customer's story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeardStory {
    /// What was named back to the customer, in order: labels of the phrasebook's facets. Nothing is named twice.
    pub named: Vec<String>,
    /// When something was heard last (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// Why a person takes over once the carrier has told of the parcel; `None` when nothing waits for that.
    #[serde(default)]
    pub waits: Option<Reason>,
}

/// Pieces of a thought that wait for the rest of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pieces {
    /// The words so far, as they were written, masked.
    pub words: Vec<String>,
    /// When the first of them came (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub since: DateTime<Utc>,
}

/// A press that was acted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastPress {
    /// The message that carries the button.
    pub message: MessageId,
    /// The button's `callback_data`, 1 to 64 bytes.
    pub data: String,
    /// When it was pressed (stored as Unix milliseconds).
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// The one that answers the customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// The bot: there is no open ticket.
    #[default]
    Bot,
    /// No agent yet: the ticket waits in the queue. The bot answers meanwhile only if [`Ticket::with_bot`].
    Queue {
        /// The ticket that waits.
        ticket: Ticket,
        /// When the bot last told the customer that the ticket waits (stored as Unix milliseconds); `None` when it has
        /// not yet.
        #[serde(default, with = "ts_milliseconds_option")]
        reassured_at: Option<DateTime<Utc>>,
    },
    /// An agent; the bot is silent.
    Agent {
        /// The ticket the agent works on.
        ticket: Ticket,
        /// The agent who holds it.
        agent: Person,
    },
}

impl Assignee {
    /// The open ticket; `None` while the bot has the conversation.
    pub fn ticket(&self) -> Option<&Ticket> {
        match self {
            Assignee::Bot => None,
            Assignee::Queue { ticket, .. } | Assignee::Agent { ticket, .. } => Some(ticket),
        }
    }
}

/// One request handed to people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number, unique among all tickets of the bot.
    pub no: TicketNo,
    /// Why the bot gave it away.
    pub reason: Reason,
    /// The request, as far as understood; `None` when it was not.
    #[serde(rename = "wish")]
    pub request: Option<Request>,
    /// By when a first answer is promised; moved when the promise slips.
    pub promised: DateTime<Utc>,
    /// When the ticket was opened, opened again, or asked something new after it had been answered.
    pub opened: DateTime<Utc>,
    /// Whether an agent has answered: then the promise is kept.
    #[serde(default)]
    pub answered: bool,
    /// Whether the promise is for something that was asked after an answer: then the customer was not told its time.
    #[serde(default)]
    pub anew: bool,
    /// How often the promise had to be moved: each further delay is a longer one.
    #[serde(default)]
    pub delays: u32,
    /// What the bot found out, so that the agent need not ask again; in the order in which it was found.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// The customer's words that the bot did not understand, masked; `None` when it did.
    #[serde(default)]
    pub words: Option<String>,
    /// Until when the agent has snoozed the ticket; `None` when it is not snoozed.
    #[serde(default)]
    pub snoozed: Option<Snooze>,
    /// The agent whose turn it is to take the ticket, while it waits; `None` when it is open to all of the desk.
    #[serde(default, rename = "offered")]
    pub turn_of: Option<Person>,
    /// How many agents have had their turn to take it.
    #[serde(default, rename = "offers")]
    pub turns: u32,
    /// Whether the customer goes on with the bot while it waits.
    #[serde(default)]
    pub with_bot: bool,
}

/// Until when a ticket is snoozed. The customer's next message ends it in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Snooze {
    /// Until the customer writes, with no time set.
    Answer,
    /// Until this moment, or until the customer writes.
    Until(DateTime<Utc>),
}

/// Something the bot found out before it gave a ticket away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// What holds for the parcel, as the bot knows it.
    Stands(Truth),
    /// What the customer asks to be changed, in their words, masked.
    Asks(String),
    /// What the customer added while the ticket waited, in their words, masked.
    Added(String),
    /// The status of the parcel, as the carrier told it.
    Status(Status),
    /// The day since which the parcel has that status.
    Since(NaiveDate),
    /// The day the parcel was planned for.
    Planned(NaiveDate),
    /// Why the offer does not pass.
    Cause(Cause),
    /// The last day to confirm the offer, at the desk.
    OfferDeadline(NaiveDate),
    /// What money is asked back for.
    Refund(RefundReason),
    /// What was paid for the order, in kopecks.
    Sum(i64),
    /// Pictures the customer sent for it, by their numbers in the private chat.
    Photos(Vec<MessageId>),
    /// The customer has shown to be the parcel's recipient.
    Proven,
    /// What the customer complains of: labels of the phrasebook's facets, in the order in which they were told.
    Story(Vec<String>),
}

/// What the customer wants, and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The intent's id, as in the phrasebook (`refund`).
    pub intent: String,
    /// How sure that is: a calibrated probability, 0..1; 1 where the customer chose it themselves.
    pub confidence: f64,
}

/// Why a conversation was given to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer asked for a person.
    Asked,
    /// The bot did not understand.
    Unsure,
    /// The customer is angry.
    Angry,
    /// A resolved ticket had not helped.
    NotHelped,
    /// The customer took the offer to have a person do it.
    Accepted,
    /// The parcel is past its planned day.
    Late,
    /// The carrier does not answer.
    CarrierDown,
    /// An agent wrote first.
    Agent,
    /// It says delivered, and the customer has not got it.
    NotReceived,
    /// The customer could not be shown to be the recipient.
    NotProven,
    /// The carrier refused a change.
    Refused,
    /// No clear yes to something that cannot be taken back.
    Unclear,
}

impl Reason {
    /// Whether a ticket for this goes before all others of the queue.
    pub fn is_urgent(self) -> bool {
        match self {
            Reason::NotReceived | Reason::Angry => true,
            Reason::Asked
            | Reason::Unsure
            | Reason::NotHelped
            | Reason::Accepted
            | Reason::Late
            | Reason::CarrierDown
            | Reason::Agent
            | Reason::NotProven
            | Reason::Refused
            | Reason::Unclear => false,
        }
    }

    /// Whether a customer who comes back soon with it continues the ticket that was closed last.
    pub fn reopens(self) -> Reopens {
        match self {
            Reason::NotHelped | Reason::Agent => Reopens::Always,
            Reason::Asked | Reason::Unsure | Reason::Angry => Reopens::SameRequest,
            Reason::Accepted
            | Reason::Late
            | Reason::CarrierDown
            | Reason::NotReceived
            | Reason::NotProven
            | Reason::Refused
            | Reason::Unclear => Reopens::Never,
        }
    }

    /// The key of what the customer is told when a new ticket is opened for it.
    pub fn handoff_key(self) -> &'static str {
        match self {
            Reason::Asked | Reason::Agent => "human.handoff",
            Reason::Unsure => "human.handoff_unsure",
            Reason::Angry => "human.handoff_angry",
            Reason::NotHelped => "human.handoff_again",
            Reason::Accepted => "human.handoff_topic",
            Reason::NotReceived => "human.handoff_urgent",
            // The words before it have said already that a person will look into it.
            Reason::Late | Reason::CarrierDown | Reason::NotProven | Reason::Refused | Reason::Unclear => {
                "human.handoff_brief"
            }
        }
    }

    /// The key of the desk's text for it, `desk.reason_…`.
    pub fn key(self) -> &'static str {
        match self {
            Reason::Asked => "desk.reason_asked",
            Reason::Unsure => "desk.reason_unsure",
            Reason::Angry => "desk.reason_angry",
            Reason::NotHelped => "desk.reason_not_helped",
            Reason::Accepted => "desk.reason_accepted",
            Reason::Late => "desk.reason_late",
            Reason::CarrierDown => "desk.reason_carrier_down",
            Reason::Agent => "desk.reason_agent",
            Reason::NotReceived => "desk.reason_not_received",
            Reason::NotProven => "desk.reason_not_proven",
            Reason::Refused => "desk.reason_refused",
            Reason::Unclear => "desk.reason_unclear",
        }
    }
}

/// Whether a reason to hand over continues the ticket that was closed last, if that was a short while ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reopens {
    /// It is the same story.
    Always,
    /// It is, unless the customer surely wants something else now.
    SameRequest,
    /// It is a story of its own.
    Never,
}

/// A question the bot has asked. Each is asked once: an answer that does not fit it goes to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// The parcel's tracking number, asked for the first time.
    TrackingNumber,
    /// The tracking number once more: the one given cannot be right.
    NumberAgain,
    /// What a person needs to find something without its number.
    Details {
        /// The intent the details are for.
        about: String,
    },
    /// None: a status was told, and what comes next may be about it.
    Told,
    /// Which of these intents it is, best first; empty when none was likely.
    Clarify(Vec<String>),
    /// What happened, in words.
    Words,
    /// Whether a person should do this.
    Person {
        /// The intent a person is offered for.
        about: String,
    },
    /// Whether a ticket's answer helped.
    Helped(TicketNo),
    /// The customer's own phone, by Telegram's button; `again` after a first miss.
    Phone {
        /// Whether it was explained once more.
        again: bool,
    },
    /// Yes or no to a change that cannot be taken back; asked once more for a plain yes after an answer that was
    /// neither.
    Confirm {
        /// The change that waits for the yes.
        change: Change,
        /// Whether the bot has asked for a plain yes already.
        again: bool,
    },
    /// Which of the given answers of this group.
    Choose(Group),
    /// Whether the customer wants for themselves what a message asks for that they passed on.
    PassedOn {
        /// The intent of that message.
        intent: String,
    },
    /// A picture that shows what money is asked back for.
    Evidence,
    /// Whether the bot's answer helped.
    Solved,
    /// Whether to go on with the paused task.
    Resume,
    /// Whether to take the ticket that waits out of the queue: the customer seems not to need it any more.
    LeaveQueue,
    /// A word about the rating that was just given to this ticket; the customer need not say any.
    #[serde(rename = "mark_words")]
    RatingWords(TicketNo),
}

impl Question {
    /// Whether the customer is at leisure beside it: a paused task may be offered again.
    pub fn rests(&self) -> bool {
        match self {
            Question::Told | Question::Person { .. } => true,
            Question::TrackingNumber
            | Question::NumberAgain
            | Question::Details { .. }
            | Question::Clarify(_)
            | Question::Words
            | Question::Helped(_)
            | Question::Phone { .. }
            | Question::Confirm { .. }
            | Question::Choose(_)
            | Question::PassedOn { .. }
            | Question::Evidence
            | Question::Solved
            | Question::RatingWords(_)
            | Question::Resume
            | Question::LeaveQueue => false,
        }
    }

    /// Whether a person was offered with it: a call for a person means that offer.
    pub fn offers_person(&self) -> bool {
        match self {
            Question::Told | Question::Person { .. } | Question::Details { .. } => true,
            Question::TrackingNumber
            | Question::NumberAgain
            | Question::Clarify(_)
            | Question::Words
            | Question::Helped(_)
            | Question::Phone { .. }
            | Question::Confirm { .. }
            | Question::Choose(_)
            | Question::PassedOn { .. }
            | Question::Evidence
            | Question::Solved
            | Question::RatingWords(_)
            | Question::Resume
            | Question::LeaveQueue => false,
        }
    }
}
