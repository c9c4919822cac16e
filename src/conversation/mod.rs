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
//! `state` is what is remembered, `event` what can happen, `effect` what may be decided. `pressed` what buttons mean. `customer`
//! hears the customer out and finds the flow; `press` does the same for buttons; `answer` fits answers to what
//! the bot has asked. A flow is a file of its own: `parcel`, `offer`, `link`, `cancel`, `refund`, `faq` (what is
//! only data), `queue` (waiting), `human` (with a person, from the customer's side), `agent` (from the agents'; `canned` what they insert and teach), `mark` (after it), `incident` (what is wrong for many). `office` is what is known of
//! the desks. `task` holds the steps they share: number, proof, yes, carrier;
//! `promise` what was said with a deadline. `turn` is the pen they write with, `policy` the owner's rules. A
//! flow knows nothing of Telegram, of storage or of the clock.

mod agent;
mod answer;
mod cancel;
mod canned;
mod customer;
mod effect;
mod event;
mod faq;
mod human;
mod incident;
mod link;
mod mark;
mod offer;
mod office;
mod parcel;
mod policy;
mod press;
mod pressed;
mod promise;
mod queue;
mod refund;
mod state;
mod task;
mod turn;

pub use agent::{NEXT_DAY, clock as clock_of_agents};
pub use effect::{Button, Effect, Keyboard, Line, Post, Say, Speaker};
pub use event::{
    CarrierQuestion, Command, Contact, CustomerId, Event, Instructed, Kind, Message, MessageId, Pause, Person, Press,
    TicketNo, Tracked, Undelivered, Why,
};
pub use office::{DeskInfo, Incident, Office, OnShift, OpenTicket};
pub use policy::Policy;
pub use pressed::{AgentPress, LeadPress, Pressed};
pub use promise::{Outcome, Owner, Promised, Timer};
pub use state::{
    Answered, Closed, Desk, Errand, Fact, Group, Holder, LastPress, LastStatus, LinkSent, Menu, Question, Reason,
    Reminder, Snooze, State, Ticket, Unsent, Wish,
};
pub use task::{Cause, Flow, Task};

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
    /// The desks just now.
    pub office: &'a Office,
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
        | Event::AgentCommand { .. }
        | Event::AgentGone { .. }
        | Event::TopicClosed
        | Event::IncidentBegan { .. }
        | Event::IncidentOver { .. }
        | Event::Tracked { .. }
        | Event::Instructed { .. }
        | Event::Moved { .. }
        | Event::Due { .. }
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
        Event::Pressed { customer, press } => press::pressed(&mut turn, customer, press),
        Event::Left => human::left(&mut turn),
        Event::CameBack => human::came_back(&mut turn),
        Event::AgentWrote { agent, message } => agent::wrote(&mut turn, agent, message),
        Event::AgentEdited { agent, message } => agent::edited(&mut turn, agent, message),
        Event::AgentPressed { agent, press } => agent::pressed(&mut turn, agent, press),
        Event::AgentCommand { agent, command, message } => agent::command(&mut turn, agent, command, message),
        Event::AgentGone { agent } => agent::gone(&mut turn, agent),
        Event::Tracked { number, answer, why } => parcel::tracked(&mut turn, number, answer, why),
        Event::Instructed { instruction, answer } => task::instructed(&mut turn, instruction, answer),
        Event::Moved { parcel } => parcel::moved(&mut turn, &parcel),
        Event::Due { timer: Timer::Ticket } => promise::due(&mut turn),
        Event::Due { timer: Timer::Snooze } => agent::wake(&mut turn),
        Event::Due { timer: Timer::Turn } => queue::next_turn(&mut turn),
        Event::Due { timer: Timer::Carrier } => task::ask_again(&mut turn),
        Event::Due { timer: Timer::Offer(number) } => offer::remind(&mut turn, number),
        Event::TopicGone => human::topic_gone(&mut turn),
        Event::IncidentBegan { intent, words } => incident::began(&mut turn, &intent, words),
        Event::IncidentOver { intent } => incident::over(&mut turn, &intent),
        Event::TopicClosed => human::topic_closed(&mut turn),
        Event::Undelivered { reason } => human::undelivered(&mut turn, reason),
        Event::RelayFailed { message, kind, words } => human::relay_failed(&mut turn, kind, words, message),
    }
    turn.done()
}
