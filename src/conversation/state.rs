//! What is remembered of one conversation between two events. Stored as JSON in its row.

use super::event::{Person, TicketNo};
use crate::parcel::{Status, TrackingNumber};
use crate::understanding::{Language, Mood};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The state of one customer's conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The customer, as last seen.
    pub customer: Person,
    /// The language the customer speaks; `None` until it is known.
    pub language: Option<Language>,
    /// Who answers.
    pub holder: Holder,
    /// The question the customer has been asked and has not answered yet.
    pub open: Option<Question>,
    /// A second wish that is waiting for the first to be solved.
    pub next_wish: Option<String>,
    /// The parcel the conversation is about.
    pub parcel: Option<TrackingNumber>,
    /// The status told last, which is not recited a second time.
    pub last_status: Option<LastStatus>,
    /// What the customer wants, as last understood.
    pub wish: Option<Wish>,
    /// How the customer feels, as last read.
    pub mood: Mood,
    /// How much the bot has said: chooses wordings, so that two in a row differ.
    pub said: u64,
    /// The last press, to tell a second one on the same button.
    pub last_press: Option<LastPress>,
    /// The last album, which is answered once.
    pub last_album: Option<String>,
    /// The agents' last album that is a note: its other pictures are one too.
    pub note_album: Option<String>,
    /// Whether the desk has a topic for the customer.
    pub topic: bool,
    /// The last ticket that people finished.
    pub last_ticket: Option<TicketNo>,
    /// When people last finished with the customer (Unix milliseconds): the desk knows the story
    /// up to here.
    pub resolved_at: Option<i64>,
    /// Whether the customer has blocked the bot.
    pub blocked: bool,
}

/// A status that was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastStatus {
    /// Of which parcel.
    pub number: TrackingNumber,
    /// The status.
    pub status: Status,
    /// When (Unix milliseconds).
    pub at: i64,
}

/// A press that was acted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastPress {
    /// The message that carries the button.
    pub message: i64,
    /// The button's data.
    pub data: String,
    /// When (Unix milliseconds).
    pub at: i64,
}

/// Who answers the customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The bot.
    #[default]
    Bot,
    /// Nobody yet: the ticket waits in the queue.
    Queue {
        /// The ticket.
        ticket: Ticket,
        /// When the bot last told the customer that the ticket waits (Unix milliseconds).
        reassured_at: Option<i64>,
    },
    /// An agent; the bot is silent.
    Agent {
        /// The ticket.
        ticket: Ticket,
        /// The agent.
        agent: Person,
    },
}

impl Holder {
    /// The open ticket, if there is one.
    pub fn ticket(&self) -> Option<&Ticket> {
        match self {
            Holder::Bot => None,
            Holder::Queue { ticket, .. } | Holder::Agent { ticket, .. } => Some(ticket),
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
    /// The wish, as far as understood.
    pub wish: Option<Wish>,
    /// When an answer was promised for.
    pub promised: DateTime<Utc>,
    /// When the promise was given.
    pub opened: DateTime<Utc>,
}

/// What the customer wants, and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wish {
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
}

impl Reason {
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
        }
    }
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
        /// The wish.
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
        /// The wish.
        about: String,
    },
    /// Whether a ticket's answer helped.
    Helped(TicketNo),
}
