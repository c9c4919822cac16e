//! «Показать оригинал»: what a customer sent, with the number that is hidden everywhere else, for the one agent who has to
//! confirm it by hand. Telegram copies it from chat to chat by its id, so that nothing of it comes here.
//!
//! ```text
//! agent: «Показать оригинал» → a copy in the agent's own chat with the bot; it is gone after ten minutes
//! bot:   …where that chat was never opened → the topic says by which link to open it
//! ```

use super::effect::{Effect, Post};
use super::event::{Message, Person, Unshown};
use super::ids::{AgentId, MessageId, TicketNo};
use super::state::{Assignee, Hidden};
use super::turn::Turn;
use crate::phrases::{Key, Reply, Value};
use chrono::Duration;

/// How many messages one press shows, the newest: a number and its correction, say.
const SHOWN: usize = 3;
/// How many messages with hidden numbers are remembered.
const REMEMBERED: usize = 20;
/// What the link that opens the agent's chat brings (`/start original`).
pub(super) const LINK: &str = "original";

/// Remembers where a number was hidden; nothing of the number.
pub(super) fn note(turn: &mut Turn<'_>, message: &Message) {
    if !message.masked {
        return;
    }
    let (now, keep) = (turn.context.now, turn.context.policy.keep.done);
    let hidden = &mut turn.state.desk.hidden;
    hidden.retain(|known| known.message != message.id && now - known.at < keep);
    hidden.push(Hidden { message: message.id, at: now });
    let many = hidden.len().saturating_sub(REMEMBERED);
    hidden.drain(..many);
}

/// The agent who holds the ticket is shown what was hidden last; returns what any other is told.
pub(super) fn show(turn: &mut Turn<'_>, agent: &Person, no: TicketNo) -> Option<Reply> {
    match &turn.state.desk.assignee {
        Assignee::Agent { ticket, agent: holder } if ticket.no == no && holder.id == agent.id => {}
        Assignee::Agent { ticket, agent: holder } if ticket.no == no => {
            let words = turn.desk_reply("desk.original_holder_only");
            return Some(words.with("agent", Value::Text(holder.name.clone())));
        }
        Assignee::Queue { ticket, .. } if ticket.no == no => return Some(turn.desk_reply("desk.original_take_first")),
        Assignee::Bot | Assignee::Queue { .. } | Assignee::Agent { .. } => {
            return Some(turn.desk_reply("desk.no_ticket"));
        }
    }
    let (now, policy) = (turn.context.now, turn.context.policy);
    let fresh = turn.state.desk.hidden.iter().filter(|known| now - known.at < policy.keep.done);
    let mut messages: Vec<_> = fresh.rev().take(SHOWN).map(|known| known.message).collect();
    if messages.is_empty() {
        return Some(turn.desk_reply("desk.original_none"));
    }
    messages.sort_unstable();
    let lasts = policy.original_lasts;
    turn.effect(Effect::ShowOriginal { agent: agent.agent_id(), ticket: no, messages, lasts });
    None
}

/// What the agent is told at once: where to look, and how long.
pub(super) fn told(turn: &Turn<'_>) -> Reply {
    turn.desk_reply("desk.done_original").with("minutes", minutes(turn.context.policy.original_lasts))
}

fn minutes(lasts: Duration) -> Value {
    Value::Number(lasts.num_minutes())
}

/// Telegram did not bring it to the agent, who is told why, if the ticket is still theirs.
pub(super) fn refused(turn: &mut Turn<'_>, agent: AgentId, why: Unshown) {
    let holder = match &turn.state.desk.assignee {
        Assignee::Agent { agent: holder, .. } if holder.agent_id() == agent => holder.clone(),
        Assignee::Bot | Assignee::Queue { .. } | Assignee::Agent { .. } => return,
    };
    let words = match why {
        Unshown::Unopened { bot: Some(bot) } => {
            let link = format!("https://t.me/{bot}?start={LINK}");
            turn.desk_reply("desk.original_start").with("link", Value::Text(link))
        }
        Unshown::Unopened { bot: None } => turn.desk_reply("desk.original_start_search"),
        Unshown::Gone => turn.desk_reply("desk.original_gone"),
    };
    let words = words.with("agent", Value::Text(holder.name.clone()));
    turn.post(Post::Call(holder, words));
}

/// An agent has opened their own chat by the link: what they are told there. `None` for anybody else.
pub(super) fn opened(turn: &Turn<'_>, payload: &str) -> Option<Reply> {
    let agent = turn.state.customer.person.agent_id();
    let known = payload == LINK && turn.context.snapshot.agent(agent, None).is_some();
    known.then(|| turn.desk_reply("desk.original_opened"))
}

/// The time of what was shown in this chat is over.
pub(super) fn over(turn: &mut Turn<'_>, message: MessageId) {
    turn.effect(Effect::RemoveOriginal(message));
}

/// What agents are told of it.
pub(super) const TEXTS: &[Key] = &[
    Key::text("desk.button_original", &[]),
    Key::text("desk.done_original", &["minutes"]),
    Key::text("desk.original_holder_only", &["agent"]),
    Key::text("desk.original_take_first", &[]),
    Key::text("desk.original_none", &[]),
    Key::text("desk.original_start", &["agent", "link"]),
    Key::text("desk.original_start_search", &["agent"]),
    Key::text("desk.original_gone", &["agent"]),
    Key::text("desk.original_opened", &[]),
];
