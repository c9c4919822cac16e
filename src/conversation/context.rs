//! What a step may look at beside the state: read, never changed.

use super::ids::TicketNo;
use super::policy::Policy;
use super::snapshot::DeskSnapshot;
use crate::phrases::Phrasebook;
use chrono::{DateTime, Utc};
use understanding::Matcher;

/// What the world is like when an event is looked at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The moment of the event by the bot's clock: the only time a step knows.
    pub now: DateTime<Utc>,
    /// The number the next ticket gets, if one is opened.
    pub next_ticket: TicketNo,
    /// Reads what customers write.
    pub matcher: &'a Matcher,
    /// Which texts there are, and which words mean an answer.
    pub phrasebook: &'a Phrasebook,
    /// The owner's rules: hours, promises, limits.
    pub policy: &'a Policy,
    /// The desks, their agents and tickets just now.
    pub snapshot: &'a DeskSnapshot,
}
