//! Promises and timers as data: what was said with a deadline, who keeps it, and the moments a conversation waits for.

use super::ids::{AgentId, TicketNo};
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
    /// The time a ticket was put aside for is over.
    Snooze,
    /// The agent to whom the ticket was offered has had time to take it.
    Turn,
    /// The offer of a parcel runs out.
    Offer(TrackingNumber),
}

impl Timer {
    /// As it is stored.
    pub fn name(&self) -> String {
        match self {
            Timer::Ticket => "ticket".into(),
            Timer::Carrier => "carrier".into(),
            Timer::Snooze => "snooze".into(),
            Timer::Turn => "turn".into(),
            Timer::Offer(number) => format!("offer:{number}"),
        }
    }

    /// Reads the name back; `None` for one of a later version.
    pub fn parse(name: &str) -> Option<Timer> {
        match name.split_once(':') {
            None if name == "ticket" => Some(Timer::Ticket),
            None if name == "carrier" => Some(Timer::Carrier),
            None if name == "snooze" => Some(Timer::Snooze),
            None if name == "turn" => Some(Timer::Turn),
            Some(("offer", number)) => Some(Timer::Offer(TrackingNumber::new(number))),
            None | Some(_) => None,
        }
    }
}

/// What was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promised {
    /// A person's answer to a ticket.
    Answer(TicketNo),
    /// To ask the carrier again and tell.
    Check,
    /// To remind of an offer that runs out.
    Reminder(TrackingNumber),
}

impl Promised {
    /// As it is stored: what, and of which.
    pub fn name(&self) -> String {
        match self {
            Promised::Answer(ticket) => format!("answer:{ticket}"),
            Promised::Check => "check:".into(),
            Promised::Reminder(number) => format!("reminder:{number}"),
        }
    }
}

/// Who keeps a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The bot itself.
    Bot,
    /// Whoever of the desk takes the ticket.
    Desk,
    /// The agent who took it.
    Agent(AgentId),
}

impl Owner {
    /// As it is stored.
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
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            PromiseOutcome::Kept => "kept",
            PromiseOutcome::Moved => "moved",
            PromiseOutcome::Broken => "broken",
            PromiseOutcome::Dropped => "dropped",
        }
    }

    /// Something due at `due` is done at `now`.
    pub(super) fn done(due: DateTime<Utc>, now: DateTime<Utc>) -> PromiseOutcome {
        if now <= due { PromiseOutcome::Kept } else { PromiseOutcome::Broken }
    }
}
