//! What an agent is told at once of a press that was done. It costs the group nothing of its minute, while the card that
//! shows the same may have to wait for it.

use super::button::{AgentPress, Target};
use super::effect::Effect;
use super::original;
use super::state::{Assignee, Snooze};
use super::turn::Turn;
use crate::phrases::{Key, Reply, Value};

/// Answers a press that has just been done. What agents read has one wording, so the customer's are not changed by it.
pub(super) fn tell(turn: &mut Turn<'_>, query: &str, pressed: &AgentPress) {
    let words = told(turn, pressed).map(|reply| (reply, 0));
    turn.effect(Effect::Toast { query: query.into(), words });
}

/// What is told of a press that has just been done; `None` where there is nothing to tell.
fn told(turn: &Turn<'_>, pressed: &AgentPress) -> Option<Reply> {
    let with_ticket = |key: &str| {
        let ticket = turn.state.desk.assignee.ticket()?;
        Some(turn.desk_reply(key).with("ticket", Value::Number(ticket.no.0)))
    };
    let is_open = turn.state.desk.assignee != Assignee::Bot;
    match pressed {
        AgentPress::Take(_) | AgentPress::TakeOver { .. } | AgentPress::Reopen => with_ticket("desk.done_take"),
        AgentPress::AnswerFirst(_) => Some(turn.desk_reply("desk.done_answer_first")),
        AgentPress::Resolve(_) if is_open => Some(turn.desk_reply("desk.unanswered")),
        AgentPress::Resolve(_) | AgentPress::ResolveUnanswered(_) => Some(turn.desk_reply("desk.done_resolve")),
        AgentPress::Release(_) => with_ticket("desk.done_release"),
        AgentPress::ToBot(_) => Some(turn.desk_reply("desk.done_to_bot")),
        AgentPress::TransferMenu(_) => Some(turn.desk_reply("desk.done_transfer_menu")),
        AgentPress::SnoozeMenu(_) => Some(turn.desk_reply("desk.done_snooze_menu")),
        AgentPress::TransferTo { to, .. } => {
            let snapshot = turn.context.snapshot;
            let name = match to {
                Target::Agent(agent) => snapshot.agent(*agent, None).map(|(agent, _)| agent.name.clone()),
                Target::Desk(id) => snapshot.desks.iter().find(|desk| desk.id == *id).map(|desk| desk.name.clone()),
            };
            Some(turn.desk_reply("desk.done_transfer").with("name", Value::Text(name?)))
        }
        AgentPress::SendAnyway(_) | AgentPress::IsAnswer(_) | AgentPress::Canned { .. } => {
            Some(turn.desk_reply("desk.done_send"))
        }
        AgentPress::IsNote(_) => Some(turn.desk_reply("desk.done_note")),
        AgentPress::Snooze { .. } => snoozed(turn),
        AgentPress::Original(_) => Some(original::told(turn)),
        // The agent is told of these by what they do.
        AgentPress::Recall(_) | AgentPress::BackToCard(_) | AgentPress::Was { .. } | AgentPress::WasNone(_) => None,
    }
}

/// Until when the open ticket is snoozed; `None` when it is not.
pub(super) fn snoozed(turn: &Turn<'_>) -> Option<Reply> {
    Some(match turn.state.desk.assignee.ticket()?.snoozed? {
        Snooze::Answer => turn.desk_reply("desk.done_snooze_answer"),
        Snooze::Until(at) => turn.desk_reply("desk.done_snooze").with("deadline", turn.moment(at)),
    })
}

/// What agents are told of what they pressed.
pub(super) const TEXTS: &[Key] = &[
    Key::text("desk.done_take", &["ticket"]),
    Key::text("desk.done_release", &["ticket"]),
    Key::text("desk.done_answer_first", &[]),
    Key::text("desk.done_resolve", &[]),
    Key::text("desk.done_to_bot", &[]),
    Key::text("desk.done_transfer_menu", &[]),
    Key::text("desk.done_snooze_menu", &[]),
    Key::text("desk.done_transfer", &["name"]),
    Key::text("desk.done_send", &[]),
    Key::text("desk.done_note", &[]),
    Key::text("desk.done_snooze", &["deadline"]),
    Key::text("desk.done_snooze_answer", &[]),
    Key::text("desk.unanswered", &[]),
];
