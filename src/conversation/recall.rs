//! An agent's answer is taken back: all that the customer got of it, an album as a whole.
//!
//! ```text
//! agent:    /undo, «Отозвать»      → what waits is dropped, what was sent is deleted
//! Telegram: deleted, or not        → the agent is told how much of it the customer still has
//! ```

use super::deadline;
use super::effect::{Effect, Line, Post, Speaker};
use super::event::{Message, Person, RecallReport};
use super::state::{Answered, Assignee, Unsent};
use super::turn::Turn;
use crate::phrases::{Key, Reply, Value, render};
use chrono::Duration;

/// For how long an answer may be taken back.
const RECALL_WITHIN: Duration = Duration::seconds(30);

/// The last answer of an agent is taken back, if it is fresh; returns what the agent is told at once. What became of it
/// is told when it is known.
pub(super) fn last(turn: &mut Turn<'_>, agent: &Person, report: RecallReport) -> Result<Reply, Reply> {
    let now = turn.context.now;
    let of_agent = |answer: &&Answered| answer.agent == agent.agent_id();
    let Some(last) = turn.state.desk.remembered.answers.iter().rev().find(of_agent).cloned() else {
        return Err(turn.desk_reply("desk.nothing_to_recall"));
    };
    if now - last.at > RECALL_WITHIN {
        return Err(turn.desk_reply("desk.too_late_to_recall"));
    }
    let with = |answer: &Answered| {
        answer.message == last.message
            || (last.album.is_some() && answer.album == last.album && answer.agent == last.agent)
    };
    let taken: Vec<Answered> = turn.state.desk.remembered.answers.extract_if(.., |answer| with(answer)).collect();
    if last.album.is_some() {
        // Its last picture may still be on the way here.
        turn.state.desk.remembered.note_album = last.album;
    }
    let count = taken.len();
    take_back(turn, &agent.name, taken, report);
    Ok(turn.desk_reply("desk.recalling").with("count", number(count)))
}

/// A note stands under an album: what has gone out of it, or waits to, is taken back.
pub(super) fn of_album(turn: &mut Turn<'_>, agent: &Person, album: &str) {
    let of_album = |known: &Option<String>| known.as_deref() == Some(album);
    let desk = &mut turn.state.desk.remembered;
    let mut inside = Vec::new();
    for Unsent { messages, .. } in &mut desk.unsent {
        inside.extend(messages.extract_if(.., |message| of_album(&message.album)).map(|message| message.id));
    }
    desk.unsent.retain(|unsent| !unsent.messages.is_empty());
    desk.sent_album.retain(|message| !of_album(&message.album));
    let taken: Vec<Answered> = desk.answers.extract_if(.., |answer| of_album(&answer.album)).collect();
    inside.extend(taken.iter().map(|answer| answer.message.stored()));
    desk.notes.extend(inside);
    if !taken.is_empty() {
        take_back(turn, &agent.name, taken, RecallReport::AnySent);
    }
}

/// A note may stand under an album that is on its way: what has gone out of it, or waits to, is taken back, and its
/// messages are returned.
pub(super) fn hold_album(turn: &mut Turn<'_>, agent: &Person, album: &str) -> Vec<Message> {
    let desk = &mut turn.state.desk.remembered;
    let of_album = |known: &Option<String>| known.as_deref() == Some(album);
    let held = desk.sent_album.extract_if(.., |message| of_album(&message.album)).collect();
    let taken: Vec<Answered> = desk.answers.extract_if(.., |answer| of_album(&answer.album)).collect();
    if !taken.is_empty() {
        take_back(turn, &agent.name, taken, RecallReport::AnySent);
    }
    held
}

fn take_back(turn: &mut Turn<'_>, name: &str, taken: Vec<Answered>, report: RecallReport) {
    let text = render(turn.context.phrasebook, &turn.desk_reply("desk.story_recalled"), 0);
    turn.effect(Effect::Record(Line::of_words(Speaker::Agent(name.to_owned()), text.into())));
    let answers = taken.iter().map(|answer| answer.message).collect();
    turn.effect(Effect::RecallFromCustomer { answers, report });
    if taken.iter().any(|answer| answer.is_first) {
        unanswered(turn);
    }
}

/// The answer by which the ticket's promise was kept is taken back: if no other has gone out since, it is owed again.
fn unanswered(turn: &mut Turn<'_>) {
    let Assignee::Agent { mut ticket, agent } = turn.state.desk.assignee.clone() else {
        return;
    };
    let others = turn.state.desk.remembered.answers.iter().any(|answer| answer.at >= ticket.opened);
    if ticket.answered && !others {
        ticket.answered = false;
        deadline::open(turn, &ticket);
        turn.state.desk.assignee = Assignee::Agent { ticket, agent };
    }
}

/// What became of a recall, by how many messages the customer had of the answer.
pub(super) fn done(turn: &mut Turn<'_>, report: RecallReport, count: usize, missing: usize, kept: usize) {
    let told = match report {
        RecallReport::Whole => true,
        RecallReport::Trouble => missing > 0 || kept > 0,
        RecallReport::AnySent => count > 0,
    };
    if !told {
        return;
    }
    let words = turn.desk_reply(outcome(count, missing, kept)).with("count", number(count));
    let words = words.with("missing", number(missing)).with("kept", number(kept));
    turn.post(Post::Answer(words));
}

/// The key of what is said when the customer had `count` messages, of which `missing` were gone already and `kept` are
/// there to stay.
fn outcome(count: usize, missing: usize, kept: usize) -> &'static str {
    match (count, missing, kept) {
        (0, _, _) => "desk.recalled_unsent",
        (_, _, kept) if kept == count => "desk.recall_refused",
        (_, _, 1..) => "desk.recalled_partly",
        (_, missing, 0) if missing == count => "desk.recalled_gone",
        (_, 1.., 0) => "desk.recalled_some_gone",
        (1, 0, 0) => "desk.recalled",
        (_, 0, 0) => "desk.recalled_all",
    }
}

/// Some messages of an album were gone before they could be copied.
pub(super) fn album_cut(turn: &mut Turn<'_>, to_customer: bool, arrived: usize, missing: usize) {
    let key = if to_customer { "desk.album_cut" } else { "desk.album_cut_by_customer" };
    let words = turn.desk_reply(key).with("arrived", number(arrived)).with("count", number(arrived + missing));
    let words = words.with("missing", number(missing));
    turn.post(if to_customer { Post::Answer(words) } else { Post::Notice(words) });
}

fn number(count: usize) -> Value {
    Value::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What agents are told of what was taken back.
pub(super) const TEXTS: &[Key] = &[
    Key::text("desk.nothing_to_recall", &[]),
    Key::text("desk.too_late_to_recall", &[]),
    Key::text("desk.recalling", &["count"]),
    Key::text("desk.recalled", &["count", "missing", "kept"]),
    Key::text("desk.recalled_all", &["count", "missing", "kept"]),
    Key::text("desk.recalled_unsent", &["count", "missing", "kept"]),
    Key::text("desk.recalled_gone", &["count", "missing", "kept"]),
    Key::text("desk.recalled_some_gone", &["count", "missing", "kept"]),
    Key::text("desk.recalled_partly", &["count", "missing", "kept"]),
    Key::text("desk.recall_refused", &["count", "missing", "kept"]),
    Key::text("desk.album_cut", &["count", "missing", "arrived"]),
    Key::text("desk.album_cut_by_customer", &["count", "missing", "arrived"]),
    Key::text("desk.story_recalled", &[]),
];

#[cfg(test)]
mod tests {
    use super::outcome;

    #[test]
    fn what_is_said_is_what_has_happened() {
        for ((count, missing, kept), expected) in [
            ((0, 0, 0), "desk.recalled_unsent"),
            ((1, 0, 0), "desk.recalled"),
            ((3, 0, 0), "desk.recalled_all"),
            ((3, 1, 0), "desk.recalled_some_gone"),
            ((3, 3, 0), "desk.recalled_gone"),
            ((3, 0, 1), "desk.recalled_partly"),
            ((3, 1, 1), "desk.recalled_partly"),
            ((3, 0, 3), "desk.recall_refused"),
            ((1, 0, 1), "desk.recall_refused"),
        ] {
            assert_eq!(outcome(count, missing, kept), expected, "{count} {missing} {kept}");
        }
    }
}
