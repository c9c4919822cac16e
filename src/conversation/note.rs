//! Notes: what agents write in a topic and means for each other. It stays inside.
//!
//! ```text
//! agent: // a note                     → stays inside, and so does a reply to it
//! agent: takes the // away again       → goes out, as if it had been written so
//! agent: an album that begins with //  → all of it stays inside
//! agent: an album, a // under a later picture → all of it is held back, and asked about
//! agent: .. a slip of the keyboard      → held back, and asked: a note or an answer?
//! ```

use super::button::{AgentPress, Pressed};
use super::effect::{Button, Post};
use super::event::{Kind, Message, Person};
use super::ids::MessageId;
use super::state::{Assignee, Unsent};
use super::turn::Turn;
use super::{recall, relay};
use crate::phrases::{Key, Reply};

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

/// Whether a message looks as if it were meant for a note, though it does not begin as one: the slash's key of the Russian
/// layout, a slash the wrong way round or of another width, a letter that nobody sees before it, a later line.
pub(super) fn may_be_note(message: &Message) -> bool {
    let Some(text) = message.text.as_deref() else { return false };
    let unseen = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            )
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}')
            || matches!(c, '\u{feff}' | '\u{ffa0}')
    };
    let slip = |line: &str| {
        let line = line.trim_start_matches(unseen);
        let slash = |c: char| matches!(c, '/' | '\\' | '／' | '⁄' | '∕' | '＼');
        let two = line.chars().take(2).filter(|c| slash(*c)).count() == 2;
        // «...» and «..» at the end of a word are no note; an address of a disk in a network is none either.
        let dots =
            line.strip_prefix("..").is_some_and(|rest| rest.starts_with(|c: char| c == ' ' || c.is_alphabetic()));
        two || dots
    };
    text.lines().any(slip)
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

/// What looks like a note with a slip in it goes nowhere until its author has said what it is.
pub(super) fn ask(turn: &mut Turn<'_>, agent: Person, message: Message) {
    let button = |key: &str, pressed| Button { label: turn.desk_reply(key), pressed: Pressed::Agent(pressed) };
    let buttons = vec![
        button("desk.button_is_note", AgentPress::IsNote(message.id)),
        button("desk.button_is_answer", AgentPress::IsAnswer(message.id)),
    ];
    // Of an album the pictures before it are on their way.
    let before = message.album.as_deref().map(|album| recall::hold_album(turn, &agent, album));
    let messages = before.unwrap_or_default().into_iter().chain([message]).collect();
    turn.state.desk.remembered.unsent.push(Unsent { agent, messages, may_be_note: true });
    relay::forget_oldest(&mut turn.state.desk.remembered.unsent);
    let words = turn.desk_reply("desk.note_or_answer");
    turn.post(Post::Choices(words, buttons));
}

/// Another picture of an album about which its author was asked waits with it; whether it is one.
pub(super) fn joins_asked(turn: &mut Turn<'_>, agent: &Person, message: &Message) -> bool {
    let same = |unsent: &&mut Unsent| {
        let of_album = unsent.messages.iter().any(|known| known.album == message.album);
        unsent.may_be_note && unsent.agent.id == agent.id && message.album.is_some() && of_album
    };
    let asked = turn.state.desk.remembered.unsent.iter_mut().find(same);
    asked.map(|unsent| unsent.messages.push(message.clone())).is_some()
}

/// Whether the mark of a note stands under a picture of an album that has begun to go out as an answer: then it is not
/// known which of the two the album is.
pub(super) fn comes_late(turn: &Turn<'_>, message: &Message) -> bool {
    let desk = &turn.state.desk;
    let begun = message.album.is_some() && desk.remembered.answers.iter().any(|answer| answer.album == message.album);
    let asks = desk.assignee != Assignee::Bot && !desk.remembered.notes_only;
    is_marked(message) && begun && asks && !of_album(turn, message)
}

/// Takes what was held back, for its author alone; else what the one who pressed is told.
pub(super) fn held(turn: &mut Turn<'_>, agent: &Person, message: MessageId) -> Result<Vec<Message>, Reply> {
    let unsent = &turn.state.desk.remembered.unsent;
    match unsent.iter().position(|unsent| unsent.messages.iter().any(|known| known.id == message)) {
        None => Err(turn.desk_reply("desk.already_sent")),
        Some(at) if unsent[at].agent.id != agent.id => Err(turn.desk_reply("desk.only_author_sends")),
        Some(at) => Ok(turn.state.desk.remembered.unsent.remove(at).messages),
    }
}

/// What an agent is asked about a note that slipped.
pub(super) const TEXTS: &[Key] = &[
    Key::text("desk.note_or_answer", &[]),
    Key::text("desk.button_is_note", &[]),
    Key::text("desk.button_is_answer", &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_with_a_slip_is_noticed_and_an_answer_is_not() {
        let looks =
            |text: &str| may_be_note(&Message { text: Some(text.into()), ..Message::new(MessageId(1), Kind::Text) });
        for text in [
            ".. проверить оплату",
            "..проверить",
            "\\\\ клиент скандалит",
            "／／ клиент врёт",
            "\u{200b}// клиент врёт",
            "\u{feff} // клиент врёт",
            "Здравствуйте!\n// спросить у Олега",
            "Добрый день\n\n  // он уже писал",
        ] {
            assert!(looks(text), "{text}");
        }
        for text in [
            "... сейчас посмотрю",
            "Сейчас посмотрю..",
            "https://example.org//a",
            "да / нет",
            "и/или",
            "Посылка придёт 12.10.. или 13.10",
            "/to Олег",
            "",
        ] {
            assert!(!looks(text), "{text}");
        }
    }
}
