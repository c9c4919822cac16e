//! Promises and timers as data: what was said with a deadline, what keeps it, and the moments a conversation waits for.

use super::ids::{AgentId, MessageId, TicketNo};
use crate::parcel::TrackingNumber;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A moment a conversation waits for. Setting it again moves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// The open ticket's promise wants attention.
    Ticket,
    /// The carrier did not answer: it is asked again.
    Carrier,
    /// The time a ticket was snoozed for is over.
    Snooze,
    /// The agent whose turn it is has had time to take the ticket.
    Turn,
    /// A piece of a thought has waited long enough for the rest of it.
    Piece,
    /// The offer of a parcel runs out.
    Offer(TrackingNumber),
    /// What an agent was shown in their own chat, this chat, is to go: its number.
    Original(MessageId),
}

impl Timer {
    /// The name it is stored by: a word, and for an offer or a message its number behind a colon.
    pub fn name(&self) -> String {
        match self {
            Timer::Ticket => "ticket".into(),
            Timer::Carrier => "carrier".into(),
            Timer::Snooze => "snooze".into(),
            Timer::Turn => "turn".into(),
            Timer::Piece => "piece".into(),
            Timer::Offer(number) => format!("offer:{number}"),
            Timer::Original(message) => format!("original:{message}"),
        }
    }

    /// Reads the name back; `None` for one of a later version.
    pub fn parse(name: &str) -> Option<Timer> {
        match name.split_once(':') {
            None if name == "ticket" => Some(Timer::Ticket),
            None if name == "carrier" => Some(Timer::Carrier),
            None if name == "snooze" => Some(Timer::Snooze),
            None if name == "turn" => Some(Timer::Turn),
            None if name == "piece" => Some(Timer::Piece),
            Some(("offer", number)) => Some(Timer::Offer(TrackingNumber::new(number))),
            Some(("original", message)) => message.parse().ok().map(|number| Timer::Original(MessageId(number))),
            None | Some(_) => None,
        }
    }
}

/// What was promised to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promised {
    /// A person's answer to this ticket.
    Answer(TicketNo),
    /// To ask the carrier again and tell the customer what it says.
    Check,
    /// To remind of this parcel's offer before it runs out.
    Reminder(TrackingNumber),
}

impl Promised {
    /// The name it is stored by: what was promised, a colon, and the ticket or parcel.
    pub fn name(&self) -> String {
        match self {
            Promised::Answer(ticket) => format!("answer:{ticket}"),
            Promised::Check => "check:".into(),
            Promised::Reminder(number) => format!("reminder:{number}"),
        }
    }
}

/// The bot, the desk or an agent: the one that keeps a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The bot itself.
    Bot,
    /// The desk: the agent who will take the ticket.
    Desk,
    /// The agent who holds the ticket.
    Agent(AgentId),
}

impl Owner {
    /// The name it is stored by: `bot`, `desk`, `agent:<id>`.
    pub fn name(&self) -> String {
        match self {
            Owner::Bot => "bot".into(),
            Owner::Desk => "desk".into(),
            Owner::Agent(id) => format!("agent:{id}"),
        }
    }
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromiseOutcome {
    /// It was kept in time.
    Kept,
    /// The customer heard of a delay in time and got a new promise.
    Moved,
    /// It was broken: kept late, or the customer heard of it late.
    Broken,
    /// It was not needed any more.
    Dropped,
}

impl PromiseOutcome {
    /// The word it is stored by.
    pub fn name(self) -> &'static str {
        match self {
            PromiseOutcome::Kept => "kept",
            PromiseOutcome::Moved => "moved",
            PromiseOutcome::Broken => "broken",
            PromiseOutcome::Dropped => "dropped",
        }
    }

    /// How a promise due at `due` ends that is done at `now`: kept up to that very moment, broken after it.
    pub(super) fn done(due: DateTime<Utc>, now: DateTime<Utc>) -> PromiseOutcome {
        if now <= due { PromiseOutcome::Kept } else { PromiseOutcome::Broken }
    }
}
