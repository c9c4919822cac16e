//! The topic that a ticket has left for another desk: what it says and is called.

use super::words::{NAME_LIMIT, one_line};
use crate::conversation::State;
use crate::phrases::{Phrasebook, Value, render};

/// What a topic shows that a ticket has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its name, at most 128 characters, on one line.
    pub name: String,
    /// The line that says where the ticket went.
    pub words: String,
}

/// What a topic shows whose ticket went to the desk of this name.
pub fn left(phrasebook: &Phrasebook, state: &State, to: &str) -> Left {
    let desk = Value::Text(one_line(to));
    let ticket = state.desk.assignee.ticket().map_or(0, |ticket| ticket.no.0);
    let name = phrasebook
        .desk_reply("desk.topic_name_moved")
        .with("ticket", Value::Number(ticket))
        .with("name", Value::Text(one_line(&state.customer.person.name)))
        .with("desk", desk.clone());
    let words = phrasebook.desk_reply("desk.moved_to_desk").with("desk", desk);
    Left { name: render(phrasebook, &name, 0).chars().take(NAME_LIMIT).collect(), words: render(phrasebook, &words, 0) }
}
