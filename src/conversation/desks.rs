//! Several desks: a ticket moves from one to another, and what agents go on doing where it was does not reach the
//! customer.
//!
//! ```text
//! agent:  /to Возвраты            → topic, story and card there; the topic here says where the ticket went
//! agent:  writes in the old topic → is told where the customer is now; nothing goes out
//! owner:  takes a desk away       → its tickets wait at the first one
//! ```

use super::effect::{Effect, Post};
use super::event::{Event, Message};
use super::ids::DeskId;
use super::snapshot::DeskInfo;
use super::state::{Remembered, Ticket};
use super::turn::Turn;
use super::{queue, ticket};
use crate::phrases::{Key, Reply, Value};

/// The ticket waits at this desk from now on; at its own it goes back to the queue.
pub(super) fn hand_to(turn: &mut Turn<'_>, mut ticket: Ticket, to: DeskId) {
    let moves = leave(turn, to);
    if moves {
        ticket.turns = 0;
    }
    ticket::release(turn, ticket);
    if moves {
        ticket::show_to_desk(turn);
    }
}

/// What concerns the customer lies at this desk from now on; the ticket itself stays as it is.
pub(super) fn go_to(turn: &mut Turn<'_>, to: DeskId) {
    if leave(turn, to) {
        ticket::show_to_desk(turn);
    }
}

/// The desk of the customer's ticket is none any more: the ticket waits at the first one.
pub(super) fn gone(turn: &mut Turn<'_>) {
    let desks = &turn.context.snapshot.desks;
    let stays = turn.state.desk.at.is_some_and(|at| desks.iter().any(|desk| desk.id == at));
    let (Some(first), Some(mut ticket)) = (desks.first(), turn.state.desk.assignee.ticket().cloned()) else {
        return;
    };
    if stays {
        return;
    }
    settle_at(turn, first.id);
    ticket.turns = 0;
    ticket::release(turn, ticket);
    turn.post(Post::Open);
    turn.tell_desk("desk.from_gone_desk");
    turn.post(Post::Story { since: None });
    turn.post(Post::Card);
}

/// Leaves the present desk for `to`; `false` if there is no such desk, or it is the present one.
fn leave(turn: &mut Turn<'_>, to: DeskId) -> bool {
    let snapshot = turn.context.snapshot;
    let Some(to) = snapshot.desks.iter().find(|desk| desk.id == to && Some(desk.id) != queue::desk(turn)) else {
        return false;
    };
    turn.post(Post::Leave { to: to.id, name: to.name.clone() });
    settle_at(turn, to.id);
    true
}

/// Everything begins anew at this desk: it has no topic yet, and its numbers of messages are others.
fn settle_at(turn: &mut Turn<'_>, desk: DeskId) {
    turn.state.desk.at = Some(desk);
    turn.state.desk.has_topic = false;
    turn.state.desk.remembered = Remembered::default();
}

/// What an agent did at `desk`, if that is the customer's. At another one it is answered with where the customer is now,
/// and nothing else comes of it: `None`.
pub(super) fn here(turn: &mut Turn<'_>, desk: DeskId, did: Event) -> Option<Event> {
    let now = queue::desk(turn).filter(|now| *now != desk);
    let now = now.and_then(|now| turn.context.snapshot.desks.iter().find(|known| known.id == now));
    let Some(now) = now else {
        return Some(did);
    };
    let words = elsewhere(turn, now);
    match did {
        Event::AgentPressed { press, standing, .. } => {
            let refused = standing.refusal().map(|key| turn.desk_reply(key));
            turn.toast(&press.query, Some(refused.unwrap_or(words)));
        }
        Event::AgentWrote { message, .. } => wrote(turn, desk, message, words),
        Event::AgentEdited { message, .. } if is_note(&message) => keep(turn, desk, message.album),
        Event::AgentEdited { .. } | Event::AgentCommand { .. } => {
            turn.effect(Effect::Desk(Post::Elsewhere { desk, words, album: None }));
        }
        Event::TopicClosed
        | Event::TopicGone
        | Event::Banned { .. }
        | Event::Forget
        | Event::DeskGone
        | Event::AtDesk { .. }
        | Event::Wrote { .. }
        | Event::Edited { .. }
        | Event::Pressed { .. }
        | Event::Left
        | Event::CameBack
        | Event::AgentGone { .. }
        | Event::IncidentBegan { .. }
        | Event::IncidentOver { .. }
        | Event::Tracked { .. }
        | Event::Instructed { .. }
        | Event::Moved { .. }
        | Event::Due { .. }
        | Event::Undelivered { .. }
        | Event::ReplyLost { .. }
        | Event::NotShown { .. }
        | Event::OriginalNotShown { .. }
        | Event::RelayFailed { .. }
        | Event::Recalled { .. }
        | Event::AlbumCut { .. } => {}
    }
    None
}

/// An agent wrote in a topic of before. A note is none of it: and so is an album, whichever of its pictures says so; what
/// has been told about those before it is taken back.
fn wrote(turn: &mut Turn<'_>, desk: DeskId, message: Message, words: Reply) {
    let Message { album, .. } = &message;
    let remembered = &mut turn.state.desk.remembered;
    if is_note(&message) || (album.is_some() && *album == remembered.note_album) {
        return keep(turn, desk, message.album);
    }
    let same = album.is_some() && *album == remembered.refused_album;
    remembered.refused_album.clone_from(album);
    if !same {
        turn.effect(Effect::Desk(Post::Elsewhere { desk, words, album: message.album }));
    }
}

/// What was written stays inside, and with it the album that it belongs to.
fn keep(turn: &mut Turn<'_>, desk: DeskId, album: Option<String>) {
    if let Some(album) = album {
        turn.state.desk.remembered.note_album = Some(album.clone());
        turn.effect(Effect::Desk(Post::StaysInside { desk, album }));
    }
}

fn elsewhere(turn: &Turn<'_>, now: &DeskInfo) -> Reply {
    turn.desk_reply("desk.elsewhere").with("desk", Value::Text(now.name.clone()))
}

/// A note among agents, or an answer to one: nobody meant it for the customer.
fn is_note(message: &Message) -> bool {
    let begins = |text: &Option<String>| text.as_deref().is_some_and(|text| text.trim_start().starts_with("//"));
    begins(&message.text) || begins(&message.quote)
}

/// What agents are told of it.
pub(super) const TEXTS: &[Key] = &[Key::text("desk.elsewhere", &["desk"]), Key::text("desk.from_gone_desk", &[])];
