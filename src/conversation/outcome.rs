//! What becomes of a customer's matter, as facts: from them alone every figure of the owner is told.
//!
//! A matter goes from a customer's first message to a day of silence ([`Policy::matter_silence`](super::Policy)), and as
//! long as a ticket is open. A fact is a number or a word of ours, never a word of the customer's.

use super::ids::{AgentId, TicketNo};
use super::state::Reason;
use chrono::{DateTime, Utc};

/// A fact about a matter, at the moment of the event that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// When the matter began: with the customer its name.
    pub matter: DateTime<Utc>,
    /// What happened.
    pub what: Became,
}

/// What happened in a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It began.
    Began,
    /// The customer asked for something: an intent's id.
    Asked(String),
    /// The bot told what was asked for, or did it: an intent's id.
    Told(String),
    /// The bot did not understand, and asked what was meant.
    Unclear,
    /// The customer says whether the bot's answer helped.
    Helped(bool),
    /// It was given to people, or taken up again by them.
    Handed {
        /// The ticket.
        ticket: TicketNo,
        /// Why.
        reason: String,
        /// What it is about, an intent's id; `None` where that was not understood.
        intent: Option<String>,
    },
    /// An agent answered the ticket.
    Answered {
        /// The ticket.
        ticket: TicketNo,
        /// The agent.
        agent: AgentId,
    },
    /// An agent finished the ticket.
    Resolved {
        /// The ticket.
        ticket: TicketNo,
        /// The agent who held it; `None` where no agent did.
        agent: Option<AgentId>,
    },
    /// The customer did not need the ticket any more.
    Dropped(TicketNo),
    /// The customer rated the ticket.
    Marked {
        /// The ticket.
        ticket: TicketNo,
        /// 1 (bad) to 5 (good).
        mark: u8,
        /// The agent who had held it; `None` where no agent had.
        agent: Option<AgentId>,
    },
}

impl Reason {
    /// The word it is stored by; the desk's text for it is `desk.reason_` and this.
    pub fn word(self) -> &'static str {
        let key = self.key();
        key.strip_prefix("desk.reason_").unwrap_or(key)
    }
}
