//! What agents insert instead of typing it, and what they teach: canned replies, and what a ticket was really about.

use super::button::{AgentPress, Pressed};
use super::effect::{Button, Effect, Post};
use super::event::Person;
use super::ids::{AnswerId, TicketNo};
use super::state::Ticket;
use super::turn::Turn;
use super::{relay, ticket};
use crate::phrases::{Filling, Reply, Value};

/// What a canned reply says to this customer; `None` when there is no such reply, or it needs a value that is not
/// known.
fn canned_text(turn: &Turn<'_>, agent: &Person, id: &str) -> Option<String> {
    let name = turn.state.customer.person.name.trim();
    let filling = Filling {
        name: (!name.is_empty()).then(|| name.to_owned()),
        number: turn.state.work.parcel.as_ref().map(ToString::to_string),
        // Only the agent knows which day is meant: a text that needs one is to be edited.
        date: None,
        agent: Some(agent.name.clone()),
    };
    turn.context.phrasebook.canned_text(turn.language(), id, &filling)
}

/// A canned reply goes to the customer; the topic shows what it said. `waiting` is the ticket if no agent holds it.
/// Returns what the agent is told, if there is something to say.
pub(super) fn send(turn: &mut Turn<'_>, agent: Person, waiting: Option<Ticket>, id: &str) -> Option<Reply> {
    let Some(text) = canned_text(turn, &agent, id) else {
        return Some(turn.desk_reply("desk.canned_needs_more"));
    };
    if let Some(ticket) = waiting {
        ticket::hold(turn, ticket, agent.clone());
    }
    let shown = turn.desk_reply("desk.canned_sent").with("agent", Value::Text(agent.name.clone()));
    turn.post(Post::Answer(shown.with("text", Value::Text(text.clone()))));
    let answer = AnswerId::Canned(turn.count());
    relay::words_to_customer(turn, &agent, answer, text.into());
    None
}

/// How many canned replies a list shows.
const CANNED_SHOWN: usize = 6;

/// Canned replies with what they would say here, each with a button that sends it.
pub(super) fn list(turn: &mut Turn<'_>, agent: &Person, words: &str) -> Option<Reply> {
    let Some(ticket) = turn.state.desk.assignee.ticket().map(|ticket| ticket.no) else {
        return Some(turn.desk_reply("desk.no_ticket"));
    };
    let book = turn.context.phrasebook;
    let request = turn.state.work.request.as_ref().map(|request| request.intent.as_str());
    let found = match words.is_empty() {
        true => book.canned_for(book.desk_language(), request),
        false => book.find_canned(book.desk_language(), words),
    };
    let mut lines = Vec::new();
    let mut buttons = Vec::new();
    for canned in found.into_iter().take(CANNED_SHOWN) {
        // One that needs a day is shown to be copied and finished.
        let text = canned_text(turn, agent, &canned.id);
        if text.is_some() {
            let label = turn.desk_reply("desk.button_canned").with("title", Value::Text(canned.title.clone()));
            buttons
                .push(Button { label, pressed: Pressed::Agent(AgentPress::Canned { ticket, id: canned.id.clone() }) });
        }
        let text = text.unwrap_or_else(|| "…".into());
        lines.push(format!("{} → {text}", canned.title));
    }
    if lines.is_empty() {
        return Some(turn.desk_reply("desk.canned_none"));
    }
    let list = turn.desk_reply("desk.canned_list").with("list", Value::Text(lines.join("\n\n")));
    turn.post(Post::Choices(list, buttons));
    None
}

/// An agent says what a ticket was really about: perhaps the bot can learn it.
pub(super) fn was(turn: &mut Turn<'_>, no: TicketNo, intent: String) -> Reply {
    let known =
        turn.state.desk.closed.as_mut().filter(|closed| closed.ticket.no == no && closed.maybe.contains(&intent));
    let words = known.and_then(|closed| {
        closed.maybe.clear();
        closed.ticket.words.clone()
    });
    match words {
        Some(utterance) => {
            turn.effect(Effect::Propose { ticket: no, utterance, intent });
            turn.desk_reply("desk.was_thanks")
        }
        None => turn.desk_reply("desk.no_ticket"),
    }
}

/// An agent says that a ticket was about none of what the card offers: there is nothing to learn from it.
pub(super) fn was_none(turn: &mut Turn<'_>, no: TicketNo) -> Reply {
    match turn.state.desk.closed.as_mut().filter(|closed| closed.ticket.no == no && !closed.maybe.is_empty()) {
        Some(closed) => {
            closed.maybe.clear();
            turn.desk_reply("desk.was_none")
        }
        None => turn.desk_reply("desk.no_ticket"),
    }
}
