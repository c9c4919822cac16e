//! The topic that a ticket has left for another desk: what it says and is called, and where the link leads.

use super::words::{NAME_LIMIT, one_line};
use crate::conversation::{DeskId, State};
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

/// Telegram's link to a topic of a group, or to a message of it, by the number; `None` for a group that was never
/// upgraded to a supergroup, whose messages have no links.
pub fn link(desk: DeskId, number: i64) -> Option<String> {
    // The ids of supergroups are their own numbers below this.
    const SUPERGROUPS: i64 = -1_000_000_000_000;
    let group = SUPERGROUPS - desk.0;
    (group > 0).then(|| format!("https://t.me/c/{group}/{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_telegrams_own() {
        assert_eq!(link(DeskId(-1_001_234_567_890), 5).as_deref(), Some("https://t.me/c/1234567890/5"));
        assert_eq!(link(DeskId(-4_123), 5), None);
    }
}
