//! A customer whom the lead has banned is told so once; then the bot is silent. What they write is kept in the story all
//! the same, and what is theirs by right (a copy, the erasure) they still get.

use super::button::Pressed;
use super::effect::{Post, Speaker};
use super::event::{Event, Person};
use super::promise::Timer;
use super::state::Ban;
use super::turn::Turn;
use super::{rights, steps, ticket};
use crate::phrases::{Key, Value};

/// The lead has banned the customer, or lets them in again.
pub(super) fn decided(turn: &mut Turn<'_>, on: bool, by: &Person) {
    let key = match (turn.state.customer.banned.is_some(), on) {
        (true, true) => "desk.banned_already",
        (false, false) => "desk.not_banned",
        (false, true) => {
            steps::forget_requests(turn);
            if let Some(ticket) = turn.state.desk.assignee.ticket().cloned() {
                ticket::close(turn, ticket, Some(by));
            }
            turn.state.customer.banned = Some(Ban::Untold);
            "desk.banned"
        }
        (true, false) => {
            turn.state.customer.banned = None;
            "desk.unbanned"
        }
    };
    let agent = matches!(key, "desk.banned" | "desk.unbanned").then(|| Value::Text(by.name.clone()));
    let words = turn.desk_reply(key).with_some("agent", agent);
    turn.post(Post::Notice(words));
}

/// Takes what comes from or for a banned customer; `false` for what goes on as ever: agents, the carrier's answers.
pub(super) fn takes(turn: &mut Turn<'_>, event: &Event) -> bool {
    if turn.state.customer.banned.is_none() {
        return false;
    }
    match event {
        Event::Wrote { customer, message } => {
            turn.meet(customer.clone());
            turn.record(Speaker::Customer, message);
            if !rights::command(turn, message) && turn.state.customer.banned == Some(Ban::Untold) {
                turn.state.customer.banned = Some(Ban::Told);
                let reply = turn.reply("rights.banned");
                turn.say(reply);
            }
            true
        }
        Event::Edited { customer, message } => {
            turn.meet(customer.clone());
            turn.record(Speaker::Customer, message);
            true
        }
        Event::Pressed { customer, press } => {
            turn.meet(customer.clone());
            turn.toast(&press.query, None);
            if let Some(Pressed::Rights(press)) = Pressed::parse(&press.data) {
                rights::pressed(turn, press);
            }
            true
        }
        // What was told to the carrier before is seen through; and an agent may be banned as a customer.
        Event::Due { timer: Timer::Carrier | Timer::Original(_) } => false,
        Event::Due { .. } | Event::Moved { .. } | Event::IncidentBegan { .. } | Event::IncidentOver { .. } => true,
        Event::Forget
        | Event::Banned { .. }
        | Event::Left
        | Event::CameBack
        | Event::AgentWrote { .. }
        | Event::AgentEdited { .. }
        | Event::AgentPressed { .. }
        | Event::AgentCommand { .. }
        | Event::AgentGone { .. }
        | Event::Tracked { .. }
        | Event::Instructed { .. }
        | Event::AtDesk { .. }
        | Event::DeskGone
        | Event::TopicGone
        | Event::TopicClosed
        | Event::Undelivered { .. }
        | Event::RelayFailed { .. }
        | Event::ReplyLost { .. }
        | Event::NotShown { .. }
        | Event::OriginalNotShown { .. }
        | Event::Recalled { .. }
        | Event::AlbumCut { .. } => false,
    }
}

/// What is told of it.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("rights.banned", &[], &[]),
    Key::text("desk.banned", &["agent"]),
    Key::text("desk.unbanned", &["agent"]),
    Key::text("desk.banned_already", &[]),
    Key::text("desk.not_banned", &[]),
];
