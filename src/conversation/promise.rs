//! Promises and timers: what was said with a deadline, who keeps it, and the moments a conversation waits for.
//!
//! A ticket's promise goes like this: some time before its deadline the desk is reminded; if nobody has
//! answered shortly before it, the customer hears of the delay and gets a new time, once for each promise.

use super::effect::{Effect, Post};
use super::event::TicketNo;
use super::state::{Holder, Ticket};
use super::turn::Turn;
use crate::parcel::TrackingNumber;
use crate::phrases::Value;
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
    /// The agent who took it, by Telegram's id.
    Agent(i64),
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
pub enum Outcome {
    /// It was kept in time.
    Kept,
    /// The customer heard of a delay in time and got a new promise.
    Moved,
    /// It was broken: kept late, or the customer heard of it late.
    Broken,
    /// It was not needed any more.
    Dropped,
}

impl Outcome {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Kept => "kept",
            Outcome::Moved => "moved",
            Outcome::Broken => "broken",
            Outcome::Dropped => "dropped",
        }
    }

    /// Something due at `due` is done at `now`.
    fn done(due: DateTime<Utc>, now: DateTime<Utc>) -> Outcome {
        if now <= due { Outcome::Kept } else { Outcome::Broken }
    }
}

/// Records a promise that was just said.
pub(super) fn make(turn: &mut Turn<'_>, what: Promised, owner: Owner, due: DateTime<Utc>) {
    turn.effect(Effect::Promise { what, owner, due });
}

/// The promise, due at `due`, is kept now.
pub(super) fn keep(turn: &mut Turn<'_>, what: Promised, due: DateTime<Utc>) {
    let outcome = Outcome::done(due, turn.context.now);
    turn.effect(Effect::PromiseEnded { what, outcome });
}

/// The promise was taken back or moved before its time, or after it.
pub(super) fn end(turn: &mut Turn<'_>, what: Promised, due: DateTime<Utc>, outcome: Outcome) {
    let outcome = if turn.context.now <= due { outcome } else { Outcome::Broken };
    turn.effect(Effect::PromiseEnded { what, outcome });
}

/// A ticket was opened: its answer is promised.
pub(super) fn open(turn: &mut Turn<'_>, ticket: &Ticket) {
    make(turn, Promised::Answer(ticket.no), Owner::Desk, ticket.promised);
    watch(turn, ticket);
}

/// Sets the timer of a ticket's promise: the desk is reminded when a third of the time is left.
fn watch(turn: &mut Turn<'_>, ticket: &Ticket) {
    let at = (ticket.promised - turn.context.policy.remind_before()).max(turn.context.now);
    turn.effect(Effect::Timer { timer: Timer::Ticket, at });
}

/// An agent answered the ticket, or resolved it.
pub(super) fn answered(turn: &mut Turn<'_>, ticket: &mut Ticket) {
    if !std::mem::replace(&mut ticket.answered, true) {
        keep(turn, Promised::Answer(ticket.no), ticket.promised);
    }
}

/// The ticket's promise wants attention.
pub(super) fn due(turn: &mut Turn<'_>) {
    let Some(ticket) = turn.state.holder.ticket().filter(|ticket| !ticket.answered).cloned() else {
        return;
    };
    let (now, policy) = (turn.context.now, turn.context.policy);
    let (remind, warn) = (ticket.promised - policy.remind_before(), ticket.promised - policy.warn_before());
    if now < remind {
        watch(turn, &ticket); // it was moved
    } else if now < warn {
        let notice = turn.desk_reply("desk.promise_soon").with("deadline", turn.deadline(&ticket));
        turn.post(Post::Reminder(notice));
        turn.effect(Effect::Timer { timer: Timer::Ticket, at: warn });
    } else {
        postpone(turn, ticket);
    }
}

/// Nobody has answered, and the time is as good as over: the customer hears that, and a new time. Each further
/// delay is a longer one: a promise that has slipped is not to slip again.
pub(super) fn postpone(turn: &mut Turn<'_>, mut ticket: Ticket) {
    let now = turn.context.now;
    let key = if now <= ticket.promised { "human.delayed" } else { "human.waiting_late" };
    end(turn, Promised::Answer(ticket.no), ticket.promised, Outcome::Moved);
    ticket.delays += 1;
    ticket.promised = turn.context.policy.promise_later(now, ticket.delays);
    let deadline = turn.deadline(&ticket);
    let reply = turn.reply(key).with("ticket", Value::Number(ticket.no.0)).with("deadline", deadline.clone());
    turn.say(reply);
    let notice = turn.desk_reply("desk.promise_broken").with("deadline", deadline.clone());
    turn.post(Post::Reminder(notice));
    let name = Value::Text(turn.state.customer.name.clone());
    let words = turn.desk_reply("desk.late").with("ticket", Value::Number(ticket.no.0)).with("name", name);
    turn.effect(Effect::Late { words: words.with("deadline", deadline) });
    open(turn, &ticket);
    match &mut turn.state.holder {
        Holder::Bot => {}
        Holder::Queue { ticket: held, reassured_at } => {
            *held = ticket;
            *reassured_at = Some(now.timestamp_millis());
        }
        Holder::Agent { ticket: held, .. } => *held = ticket,
    }
}
