//! What is remembered of one conversation between two events. Stored as JSON in its row.

use super::event::{CarrierRequest, Message, Person};
use super::ids::{AgentId, AnswerId, DeskId, MessageId, TicketNo};
use super::task::{Cause, Group, Task};
use crate::parcel::{Change, Phone, RefundReason, Status, TrackingNumber};
use chrono::serde::{ts_milliseconds, ts_milliseconds_option};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use understanding::{Language, Mood};

/// The state of one customer's conversation: the customer, what is worked on, and the desk's side of it. Stored flat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Who the customer is, and how the chat with them stands.
    #[serde(flatten)]
    pub customer: Customer,
    /// What the bot is asked for and works on.
    #[serde(flatten)]
    pub work: InWork,
    /// What people do with the customer's tickets.
    #[serde(flatten)]
    pub desk: AtDesk,
}

/// Who the customer is, and how the chat with them stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// The customer, as last seen.
    #[serde(rename = "customer")]
    pub person: Person,
    /// The language the customer speaks; `None` until it is known.
    pub language: Option<Language>,
    /// The customer's own phone, as Telegram shares it.
    pub phone: Option<Phone>,
    /// Parcels the customer follows.
    pub follows: Vec<TrackingNumber>,
    /// When the customer was last heard.
    #[serde(with = "ts_milliseconds_option")]
    pub heard_at: Option<DateTime<Utc>>,
    /// How the customer feels, as last read.
    pub mood: Mood,
    /// How much the bot has said: chooses wordings, so that two in a row differ.
    pub said: u64,
    /// The last press, to tell a second one on the same button.
    pub last_press: Option<LastPress>,
    /// The last album, which is answered once.
    pub last_album: Option<String>,
    /// Incidents the customer has been told of: their intents.
    pub told: Vec<String>,
    /// Whether the customer has blocked the bot.
    pub blocked: bool,
}

/// What the bot is asked for and works on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InWork {
    /// The question the customer has been asked and has not answered yet.
    pub open: Option<Question>,
    /// What the bot is working on.
    pub task: Option<Task>,
    /// What was put aside for it, and is offered again.
    pub paused: Option<Task>,
    /// What the carrier did not answer and is asked again.
    #[serde(rename = "errand")]
    pub carrier_retry: Option<CarrierRetry>,
    /// Offers of which the customer was promised a reminder, and by when.
    pub reminders: Vec<Reminder>,
    /// When the link to which offer was sent, within the last day.
    pub links: Vec<LinkSent>,
    /// The words a clarifying question was asked about, masked: whatever request it is, they may say more of it.
    pub unclear: Option<String>,
    /// A second request that is waiting for the first to be solved.
    #[serde(rename = "next_wish")]
    pub next_request: Option<String>,
    /// The parcel the conversation is about.
    pub parcel: Option<TrackingNumber>,
    /// The status told last, which is not recited a second time.
    pub last_status: Option<LastStatus>,
    /// What the customer wants, as last understood.
    #[serde(rename = "wish")]
    pub request: Option<Request>,
}

/// What people do with the customer's tickets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AtDesk {
    /// Who answers the customer.
    #[serde(rename = "holder")]
    pub assignee: Assignee,
    /// What is remembered of the customer's topic.
    #[serde(rename = "desk")]
    pub remembered: Remembered,
    /// Whether the desk has a topic for the customer.
    #[serde(rename = "topic")]
    pub has_topic: bool,
    /// The desk the customer's topic lies at, as the owner named it; `None` for the first.
    pub at: Option<DeskId>,
    /// The last ticket that people finished.
    pub last_ticket: Option<TicketNo>,
    /// When people last finished with the customer: the desk knows the story up to here.
    #[serde(with = "ts_milliseconds_option")]
    pub resolved_at: Option<DateTime<Utc>>,
    /// The ticket that people finished last, and who finished it.
    pub closed: Option<Closed>,
    /// The intents the bot has spoken to since people last finished with the customer.
    pub tried: Vec<String>,
    /// How many tickets are done.
    pub tickets: u32,
    /// How the customer rated the last ticket, 1 to 5.
    #[serde(rename = "marked")]
    pub rating: Option<u8>,
}

impl State {
    /// Whether the bot answers: nobody holds the conversation, or the customer goes on with the bot in the queue.
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
    /// The last notes: a reply to one is one.
    pub notes: Vec<MessageId>,
    /// The last album that is a note: its other pictures are one too.
    pub note_album: Option<String>,
    /// Whether what agents write here stays inside unless they say otherwise.
    pub notes_only: bool,
    /// What was not sent, because another agent holds the ticket.
    pub unsent: Vec<Unsent>,
    /// The last answers, which may be taken back for a moment.
    pub answers: Vec<Answered>,
    /// Which choice the card offers in the place of its usual buttons.
    pub menu: Option<Menu>,
}

/// An agent's message that did not go out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// Who wrote it.
    pub agent: Person,
    /// The message, and the others of its album.
    pub messages: Vec<Message>,
}

/// An agent's message that went out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Who.
    pub agent: AgentId,
    /// What it stands in at the topic.
    pub message: AnswerId,
    /// When.
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// A choice on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Menu {
    /// To whom the ticket goes.
    Transfer,
    /// Until when it waits.
    Snooze,
}

/// A ticket that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// The ticket.
    pub ticket: Ticket,
    /// Who finished it, by name; `None` for the customer.
    pub by: Option<String>,
    /// The agent who held it last, if any did.
    pub agent: Option<Person>,
    /// What it may have been about, if the bot did not understand it: the likely intents, best first.
    #[serde(default)]
    pub maybe: Vec<String>,
}

/// Requests the carrier did not answer: they are asked again, and the customer was promised to hear of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CarrierRetry {
    /// What is asked again.
    #[serde(rename = "questions")]
    pub requests: Vec<CarrierRequest>,
    /// By when the customer was promised to hear.
    pub promised: DateTime<Utc>,
    /// How often it was tried.
    pub tries: u32,
    /// Whether the customer knows that the carrier answers again.
    #[serde(default)]
    pub back: bool,
}

impl CarrierRetry {
    /// Whether this is being asked again. The phone may have been shared in between.
    pub fn holds(&self, question: &CarrierRequest) -> bool {
        self.requests.iter().any(|open| open.is_answered_by(question))
    }
}

/// A promise to remind of an offer that runs out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reminder {
    /// Of which parcel.
    pub number: TrackingNumber,
    /// By when.
    pub due: DateTime<Utc>,
}

/// A link that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkSent {
    /// To the offer of which parcel.
    pub number: TrackingNumber,
    /// When.
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// A status that was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastStatus {
    /// Of which parcel.
    pub number: TrackingNumber,
    /// The status.
    pub status: Status,
    /// When.
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// A press that was acted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastPress {
    /// The message that carries the button.
    pub message: MessageId,
    /// The button's data.
    pub data: String,
    /// When.
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// Who answers the customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// The bot.
    #[default]
    Bot,
    /// Nobody yet: the ticket waits in the queue.
    Queue {
        /// The ticket.
        ticket: Ticket,
        /// When the bot last told the customer that the ticket waits.
        #[serde(default, with = "ts_milliseconds_option")]
        reassured_at: Option<DateTime<Utc>>,
    },
    /// An agent; the bot is silent.
    Agent {
        /// The ticket.
        ticket: Ticket,
        /// The agent.
        agent: Person,
    },
}

impl Assignee {
    /// The open ticket, if there is one.
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
    /// Its number.
    pub no: TicketNo,
    /// Why the bot gave it away.
    pub reason: Reason,
    /// The request, as far as understood.
    #[serde(rename = "wish")]
    pub request: Option<Request>,
    /// When an answer was promised for.
    pub promised: DateTime<Utc>,
    /// When the promise was given.
    pub opened: DateTime<Utc>,
    /// Whether somebody has answered.
    #[serde(default)]
    pub answered: bool,
    /// How often the promise had to be moved.
    #[serde(default)]
    pub delays: u32,
    /// What the bot found out, so that nobody asks again.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// The words that the bot did not understand, masked.
    #[serde(default)]
    pub words: Option<String>,
    /// Whether its agent has put it aside, and until when.
    #[serde(default)]
    pub snoozed: Option<Snooze>,
    /// The agent whose turn it is, while it waits.
    #[serde(default, rename = "offered")]
    pub turn_of: Option<Person>,
    /// How many agents have had their turn.
    #[serde(default, rename = "offers")]
    pub turns: u32,
    /// Whether the customer goes on with the bot while it waits.
    #[serde(default)]
    pub with_bot: bool,
}

/// Until when a ticket is put aside. The customer's next message ends it in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Snooze {
    /// Until the customer writes.
    Answer,
    /// Until this moment.
    Until(DateTime<Utc>),
}

/// Something the bot found out before it gave a ticket away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Where the parcel stands.
    Status(Status),
    /// Since which day.
    Since(NaiveDate),
    /// The day it was planned for.
    Planned(NaiveDate),
    /// Why the offer does not pass.
    Cause(Cause),
    /// The last day to confirm it.
    OfferDeadline(NaiveDate),
    /// What money is asked back for.
    Refund(RefundReason),
    /// What was paid, in kopecks.
    Sum(i64),
    /// Pictures the customer sent for it.
    Photos(Vec<MessageId>),
    /// The customer has shown to be the recipient.
    Proven,
}

/// What the customer wants, and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The intent.
    pub intent: String,
    /// Calibrated probability, 0..1.
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
    /// Whether it cannot wait for its turn.
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

    /// What the customer is told when a new ticket is opened for it.
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

    /// The desk's text for it.
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
    /// The tracking number.
    TrackingNumber,
    /// The tracking number once more: the one given cannot be right.
    NumberAgain,
    /// What a person needs to find something without its number.
    Details {
        /// The request.
        about: String,
    },
    /// None: a status was told, and what comes next may be about it.
    Told,
    /// Which of these intents it is.
    Clarify(Vec<String>),
    /// What happened, in words.
    Words,
    /// Whether a person should do this.
    Person {
        /// The request.
        about: String,
    },
    /// Whether a ticket's answer helped.
    Helped(TicketNo),
    /// The customer's own phone, by Telegram's button; `again` after a first miss.
    Phone {
        /// Whether it was explained once more.
        again: bool,
    },
    /// Yes or no to a change that cannot be taken back; `again` after an answer that was neither.
    Confirm {
        /// The change.
        change: Change,
        /// Whether it was asked for a plain yes.
        again: bool,
    },
    /// Which of several answers.
    Choose(Group),
    /// A picture that shows it.
    Evidence,
    /// Whether the bot's answer helped.
    Solved,
    /// Whether to go on with what was put aside.
    Resume,
    /// A word about the rating that was just given, or none.
    #[serde(rename = "mark_words")]
    RatingWords(TicketNo),
}

impl Question {
    /// Whether the customer is at leisure beside it: what was put aside may be offered again.
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
            | Question::Evidence
            | Question::Solved
            | Question::RatingWords(_)
            | Question::Resume => false,
        }
    }

    /// Whether a person was offered with it: one who is called now is called for that.
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
            | Question::Evidence
            | Question::Solved
            | Question::RatingWords(_)
            | Question::Resume => false,
        }
    }
}
