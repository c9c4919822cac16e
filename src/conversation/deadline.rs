//! What was promised is kept, moved or taken back.
//!
//! A ticket's promise goes like this: some time before its deadline the desk is reminded; if no agent has answered
//! shortly before it, the customer hears of the delay and gets a new time, once for each promise.

use super::effect::{Effect, Post};
use super::promise::{Owner, PromiseOutcome, Promised, Timer};
use super::state::{Assignee, Question, Ticket};
use super::turn::Turn;
use crate::phrases::Value;
use chrono::{DateTime, Utc};

/// Records a promise that was just said.
pub(super) fn make(turn: &mut Turn<'_>, what: Promised, owner: Owner, due: DateTime<Utc>) {
    turn.effect(Effect::Promise { what, owner, due });
}

/// The promise, due at `due`, is kept now.
pub(super) fn keep(turn: &mut Turn<'_>, what: Promised, due: DateTime<Utc>) {
    let outcome = PromiseOutcome::done(due, turn.context.now);
    turn.effect(Effect::PromiseEnded { what, outcome });
}

/// The promise was taken back or moved before its time, or after it.
pub(super) fn end(turn: &mut Turn<'_>, what: Promised, due: DateTime<Utc>, outcome: PromiseOutcome) {
    let outcome = if turn.context.now <= due { outcome } else { PromiseOutcome::Broken };
    turn.effect(Effect::PromiseEnded { what, outcome });
}

/// A ticket was opened: its answer is promised.
pub(super) fn open(turn: &mut Turn<'_>, ticket: &Ticket) {
    make(turn, Promised::Answer(ticket.no), Owner::Desk, ticket.promised);
    watch(turn, ticket);
}

/// Sets the timer of a ticket's promise: the desk is reminded when a third of the time for a first answer is left
/// ([`Policy::remind_before`](super::policy::Policy::remind_before)), at once if less is.
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

/// An answered ticket waits for an answer again, from now on: `owner` owes it.
pub(super) fn renew(turn: &mut Turn<'_>, ticket: &mut Ticket, owner: Owner) {
    ticket.answered = false;
    ticket.anew = true;
    ticket.delays = 0;
    ticket.opened = turn.context.now;
    ticket.promised = turn.context.policy.promise(turn.context.now);
    make(turn, Promised::Answer(ticket.no), owner, ticket.promised);
    watch(turn, ticket);
}

/// The customer asks something new of the agent who has answered: the agent owes an answer to that as well.
pub(super) fn asked_anew(turn: &mut Turn<'_>) {
    if let Assignee::Agent { mut ticket, agent } = turn.state.desk.assignee.clone()
        && ticket.answered
    {
        renew(turn, &mut ticket, Owner::Agent(agent.agent_id()));
        turn.state.desk.assignee = Assignee::Agent { ticket, agent };
    }
}

/// The timer of the ticket's promise has come: it is set again, the desk is reminded, or the customer hears of a delay.
pub(super) fn due(turn: &mut Turn<'_>) {
    let Some(ticket) = turn.state.desk.assignee.ticket().filter(|ticket| !ticket.answered).cloned() else {
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

/// No agent has answered, and the time is as good as over: the customer hears that, and a new time. Each further delay
/// is a longer one: a promise that has slipped is not to slip again.
pub(super) fn postpone(turn: &mut Turn<'_>, mut ticket: Ticket) {
    let now = turn.context.now;
    let key = match (std::mem::take(&mut ticket.anew), now <= ticket.promised) {
        (true, _) => "human.delayed_anew",
        (false, true) => "human.delayed",
        (false, false) => "human.waiting_late",
    };
    end(turn, Promised::Answer(ticket.no), ticket.promised, PromiseOutcome::Moved);
    ticket.delays += 1;
    ticket.promised = turn.context.policy.promise_later(now, ticket.delays);
    let deadline = turn.deadline(&ticket);
    let reply = turn.reply(key).with("ticket", Value::Number(ticket.no.0)).with("deadline", deadline.clone());
    turn.say(reply);
    // «Хорошо», said to this, answers no question of before.
    turn.state.work.open.take_if(|open| *open == Question::LeaveQueue);
    let notice = turn.desk_reply("desk.promise_broken").with("deadline", deadline.clone());
    turn.post(Post::Reminder(notice));
    let name = Value::Text(turn.state.customer.person.name.clone());
    let words = turn.desk_reply("desk.late").with("ticket", Value::Number(ticket.no.0)).with("name", name);
    turn.effect(Effect::Late { words: words.with("deadline", deadline) });
    open(turn, &ticket);
    match &mut turn.state.desk.assignee {
        Assignee::Bot => {}
        Assignee::Queue { ticket: held, reassured_at } => {
            *held = ticket;
            *reassured_at = Some(now);
        }
        Assignee::Agent { ticket: held, .. } => *held = ticket,
    }
}
