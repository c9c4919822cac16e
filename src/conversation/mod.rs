//! The conversation with one customer: [`step`] decides what an event means for it. Pure.
//!
//! ```text
//! customer: где моя посылка?
//! bot:      asks for the tracking number                       (parcel)
//! customer: RA123456785RU
//! bot:      asks the carrier; tells the status in human words   (parcel)
//! customer: вы издеваетесь? позовите человека
//! bot:      number, who answers, by when; a topic at the desk   (human)
//! agent:    takes it, answers, resolves it                      (human)
//! bot:      asks whether it helped
//! ```
//!
//! `state` is what is remembered, `event` what can happen, `effect` what may be decided. `customer`
//! hears the customer out and finds the flow; `answer` fits answers to what the bot has asked. A flow
//! is a file of its own: `parcel`, `request` (the offer, the link, cancelling, refunds, and what is only
//! data), `human` (queue and agents). `turn` is the pen they write with, `policy` the owner's rules. A flow
//! knows nothing of Telegram, of storage or of the clock.

mod answer;
mod customer;
mod effect;
mod event;
mod human;
mod parcel;
mod policy;
mod request;
mod state;
mod turn;

pub use effect::{Button, Effect, Line, Post, Pressed, Say, Speaker, TicketState};
pub use event::{CustomerId, Event, Kind, Message, MessageId, Person, Press, TicketNo, Tracked, Undelivered};
pub use policy::Policy;
pub use state::{Holder, LastPress, LastStatus, Question, Reason, State, Ticket, Wish};

use crate::phrases::Phrasebook;
use crate::understanding::Matcher;
use chrono::{DateTime, Utc};
use turn::Turn;

/// What the world is like when an event is looked at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// The number the next ticket gets, if one is opened.
    pub next_ticket: TicketNo,
    /// Reads what customers write.
    pub matcher: &'a Matcher,
    /// Which texts there are.
    pub phrasebook: &'a Phrasebook,
    /// The owner's rules.
    pub policy: &'a Policy,
}

/// What becomes of an event when [`step`] itself fails on it: a person gets it, unread.
pub fn give_up(context: &Context<'_>, state: State, event: Event) -> (State, Vec<Effect>) {
    let mut turn = Turn::new(context, state);
    match event {
        Event::Wrote { customer, message } | Event::Edited { customer, message } => {
            customer::unreadable(&mut turn, customer, &message);
        }
        Event::Pressed { .. }
        | Event::Left
        | Event::CameBack
        | Event::AgentWrote { .. }
        | Event::AgentEdited { .. }
        | Event::AgentPressed { .. }
        | Event::Tracked { .. }
        | Event::TopicGone
        | Event::Undelivered { .. }
        | Event::RelayFailed { .. } => {}
    }
    turn.done()
}

/// Decides what `event` means for a conversation: its new state, and what is to be done, in order.
/// Pure: the same arguments give the same result.
pub fn step(context: &Context<'_>, state: State, event: Event) -> (State, Vec<Effect>) {
    let mut turn = Turn::new(context, state);
    match event {
        Event::Wrote { customer, message } => customer::wrote(&mut turn, customer, message),
        Event::Edited { customer, message } => customer::edited(&mut turn, customer, message),
        Event::Pressed { customer, press } => customer::pressed(&mut turn, customer, press),
        Event::Left => human::left(&mut turn),
        Event::CameBack => human::came_back(&mut turn),
        Event::AgentWrote { agent, message } => human::agent_wrote(&mut turn, agent, message),
        Event::AgentEdited { agent, message } => human::agent_edited(&mut turn, agent, message),
        Event::AgentPressed { agent, press } => human::agent_pressed(&mut turn, agent, press),
        Event::Tracked { number, answer } => parcel::tracked(&mut turn, number, answer),
        Event::TopicGone => human::topic_gone(&mut turn),
        Event::Undelivered { reason } => human::undelivered(&mut turn, reason),
        Event::RelayFailed { kind, words } => human::relay_failed(&mut turn, kind, words),
    }
    turn.done()
}
