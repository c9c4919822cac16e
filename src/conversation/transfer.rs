//! A ticket passed on: to an agent, who is on shift or was seen here lately, or to another desk.
//!
//! ```text
//! agent:  /to Олег      → Олег holds it, and is called by name
//! agent:  /to Мария     → there are two of that name: the agent is asked which
//! agent:  /to Возвраты  → it waits at that desk
//! ```

use super::button::{AgentPress, Pressed, Target};
use super::effect::{Button, Post};
use super::event::Person;
use super::ids::{AgentId, TicketNo};
use super::snapshot::Choice;
use super::state::Assignee;
use super::turn::Turn;
use super::{desks, ticket};
use crate::phrases::{Reply, Value};

/// What a name that an agent typed stands for.
pub(super) enum Found {
    /// This one, surely.
    One(Target),
    /// One of these: the agent is asked which.
    Several(Vec<Choice>),
    /// There is no such agent or desk.
    Nobody,
}

/// Finds an agent or a desk: by @username, by the name, by its beginning, upper or lower case; agents before desks, and
/// whatever fits better before what fits less. The agent who asks is meant only if nobody else can be.
pub(super) fn find(turn: &Turn<'_>, asks: &Person, typed: &str) -> Found {
    let wanted = plain(typed.trim().trim_start_matches('@'));
    if wanted.is_empty() {
        return Found::Nobody;
    }
    let all = turn.context.snapshot.targets(turn.state.desk.at, None);
    let username = |choice: &Choice| choice.username.as_ref().is_some_and(|known| plain(known) == wanted);
    let whole = |choice: &Choice| plain(&choice.name) == wanted;
    // An agent is known by the first name; a colleague may type the second too.
    let begins = |choice: &Choice| {
        let name = plain(&choice.name);
        let with_second = wanted.strip_prefix(&name).is_some_and(|rest| !name.is_empty() && rest.starts_with(' '));
        name.starts_with(&wanted) || with_second
    };
    let is_agent = |choice: &Choice| matches!(choice.to, Target::Agent(_));
    let fits: [&dyn Fn(&Choice) -> bool; 5] = [
        &username,
        &|choice| is_agent(choice) && whole(choice),
        &|choice| is_agent(choice) && begins(choice),
        &|choice| !is_agent(choice) && whole(choice),
        &|choice| !is_agent(choice) && begins(choice),
    ];
    for fit in fits {
        let mut found: Vec<Choice> = all.iter().filter(|choice| fit(choice)).cloned().collect();
        if found.len() > 1 {
            found.retain(|choice| choice.to != Target::Agent(asks.agent_id()));
        }
        match &found[..] {
            [] => {}
            [one] => return Found::One(one.to),
            [..] => return Found::Several(found),
        }
    }
    Found::Nobody
}

/// Small letters, ё as е, one space between words.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('ё', "е").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asks the agent which of several is meant.
pub(super) fn ask(turn: &mut Turn<'_>, ticket: TicketNo, name: String, choices: &[Choice]) {
    let words = turn.desk_reply("desk.transfer_which").with("name", Value::Text(name));
    let buttons = choices.iter().map(|choice| choice.button(turn.context.phrasebook, ticket)).collect();
    turn.post(Post::Choices(words, buttons));
}

impl Choice {
    /// The button that transfers a ticket to it.
    pub fn button(&self, phrasebook: &crate::phrases::Phrasebook, ticket: TicketNo) -> Button {
        let key = if self.on_shift { "desk.button_name" } else { "desk.button_name_off" };
        let label = phrasebook.desk_reply(key).with("name", Value::Text(self.label.clone()));
        Button { label, pressed: Pressed::Agent(AgentPress::TransferTo { ticket, to: self.to }) }
    }
}

/// The open ticket goes to another agent, or to another desk. Returns what the agent is told, if it does not.
pub(super) fn transfer_to(turn: &mut Turn<'_>, to: Target) -> Option<Reply> {
    let ticket = turn.state.desk.assignee.ticket().cloned()?;
    let snapshot = turn.context.snapshot;
    match to {
        Target::Agent(AgentId(id)) => {
            let holder = match &turn.state.desk.assignee {
                Assignee::Agent { agent, .. } => Some(agent.clone()),
                Assignee::Bot | Assignee::Queue { .. } => None,
            };
            if let Some(holder) = holder.filter(|holder| holder.id == id) {
                return Some(turn.desk_reply("desk.taken_by").with("agent", Value::Text(holder.name)));
            }
            let Some((agent, desk)) = snapshot.agent(AgentId(id), turn.state.desk.at) else {
                return Some(turn.desk_reply("desk.transfer_gone"));
            };
            // Where the colleague works, so that the topic is one they see.
            desks::go_to(turn, desk);
            let agent = agent.clone();
            let words = turn.desk_reply("desk.transferred").with("agent", Value::Text(agent.name.clone()));
            let words = words.with("ticket", Value::Number(ticket.no.0));
            ticket::hold(turn, ticket, agent.clone());
            turn.post(Post::Call(agent, words));
        }
        Target::Desk(id) if snapshot.desks.iter().all(|desk| desk.id != id) => {
            return Some(turn.desk_reply("desk.transfer_gone"));
        }
        Target::Desk(id) => desks::hand_to(turn, ticket, id),
    }
    None
}
