//! Notes: what agents write in a topic and means for each other. It stays inside.
//!
//! ```text
//! agent: // a note                     → stays inside, and so does a reply to it
//! agent: takes the // away again       → goes out, as if it had been written so
//! agent: an album, a // under any of it → all of it stays inside
//! ```

use super::event::{Kind, Message, Person};
use super::ids::MessageId;
use super::turn::Turn;
use super::{recall, relay};

/// Begins a note that stays inside the desk.
const MARK: &str = "//";

/// Whether a message stays inside: it says so, answers one that does, or hangs on an album that does.
pub(super) fn is_note(turn: &Turn<'_>, message: &Message) -> bool {
    of_album(turn, message) || of_note(turn, message) || is_marked(message)
}

/// Whether a message says itself that it is a note.
pub(super) fn is_marked(message: &Message) -> bool {
    begins(message, MARK)
}

/// Whether a message begins as a command, or as a note.
pub(super) fn is_slashed(message: &Message) -> bool {
    begins(message, "/")
}

fn begins(message: &Message, with: &str) -> bool {
    message.text.as_deref().is_some_and(|text| text.trim_start().starts_with(with))
}

fn of_album(turn: &Turn<'_>, message: &Message) -> bool {
    message.album.is_some() && message.album == turn.state.desk.remembered.note_album
}

/// Whether a message answers a note. An old note is known by how it begins; what a bot wrote is none: a customer may
/// begin with a slash.
fn of_note(turn: &Turn<'_>, message: &Message) -> bool {
    let known = message.reply_to.is_some_and(|answered| turn.state.desk.remembered.notes.contains(&answered));
    let looks_so = message.quote.as_deref().is_some_and(|quote| quote.trim_start().starts_with('/'));
    known || (looks_so && !message.replies_to_bot)
}

/// The message stays inside, and with it the album that it belongs to.
pub(super) fn keep(turn: &mut Turn<'_>, agent: &Person, message: &Message) {
    if let Some(album) = &message.album {
        recall::of_album(turn, agent, album);
    }
    turn.state.desk.remembered.note_album.clone_from(&message.album);
    remember(turn, message.id, is_marked(message));
}

/// The message is no answer, and a reply to it is none either.
pub(super) fn remember(turn: &mut Turn<'_>, message: MessageId, marked: bool) {
    let desk = &mut turn.state.desk.remembered;
    desk.notes.retain(|known| *known != message);
    desk.marked_notes.retain(|known| *known != message);
    desk.notes.push(message);
    relay::forget_oldest(&mut desk.notes);
    if marked {
        desk.marked_notes.push(message);
        relay::forget_oldest(&mut desk.marked_notes);
    }
}

/// What becomes of a note that its author has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// It is a note as before.
    Note,
    /// It is an answer from now on, and goes out.
    Answer,
    /// It does not say any more that it is a note; but it stays inside, and its author is to know.
    Inside,
}

/// Looks what a changed note is now. Only what was kept inside by its mark alone goes out without it: what was written
/// in the mode of notes must not leave because of a corrected letter.
pub(super) fn changed(turn: &mut Turn<'_>, message: &Message) -> Changed {
    let was_marked = turn.state.desk.remembered.marked_notes.contains(&message.id);
    if is_marked(message) {
        remember(turn, message.id, true);
        return Changed::Note;
    }
    if turn.state.desk.remembered.notes_only || of_note(turn, message) || message.kind == Kind::Location {
        return Changed::Note;
    }
    match (was_marked, &message.album) {
        (true, None) => {
            let desk = &mut turn.state.desk.remembered;
            desk.notes.retain(|known| *known != message.id);
            desk.marked_notes.retain(|known| *known != message.id);
            Changed::Answer
        }
        (false, Some(_)) if of_album(turn, message) => Changed::Note,
        (true | false, _) => Changed::Inside,
    }
}
