//! A thought in pieces: what only opens, or is half a sentence, waits a moment for the rest and is read together with it.
//!
//! ```text
//! customer: посылка            → «печатает…», for a moment
//! customer: не пришла          → read as «посылка не пришла»
//! ```
//!
//! The wait is an event of the conversation, so that it survives a restart. Whole messages never wait.

use super::effect::Effect;
use super::next::Next;
use super::promise::Timer;
use super::state::{Pieces, Question};
use super::turn::{Turn, is_small_talk};
use crate::phrases::{Key, Value};
use crate::privacy;
use chrono::Duration;
use understanding::{Decision, HUMAN, Piece, Reading};

/// How long a piece waits for the next.
const NEXT: Duration = Duration::seconds(2);
/// A piece has no more words than this.
const LONGEST: usize = 3;
/// How long the first piece waits at most.
const ALL: Duration = Duration::seconds(3);

/// From so many digits on a message may be half of a number.
const HALF: usize = 3;
/// From so many on it may be a whole one.
const WHOLE: usize = 9;

/// The words so far with these behind them, if some wait; masked anew, for a number may have come in pieces too.
pub(super) fn joined(turn: &Turn<'_>, text: &str) -> Option<String> {
    // What was asked since they came is answered by itself: «да» is no end of «мой заказ».
    let asked = waits_for_number(turn) && is_digits(text);
    let half = turn.state.work.half_number.as_ref().filter(|_| asked);
    let pieces = turn.state.work.pieces.as_ref().filter(|_| turn.state.work.is_free() || asked);
    let before: Vec<&str> =
        half.into_iter().chain(pieces.into_iter().flat_map(|p| &p.words)).map(String::as_str).collect();
    (!before.is_empty()).then(|| privacy::mask(&[&before[..], &[text]].concat().join(" ")).text)
}

/// Lets a piece wait, if it is one and nothing that was asked waits for an answer. Returns whether it does.
pub(super) fn wait(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> bool {
    let calls = reading.intent.as_deref() == Some(HUMAN);
    let polite = reading.intent.as_deref().is_some_and(is_small_talk) && reading.decision == Decision::Answer;
    // A bare thing («посылка») is no request, however sure its reading is.
    let is_piece = match reading.piece {
        Piece::Whole => false,
        Piece::Opener => reading.decision != Decision::Answer,
        Piece::Fragment => !is_rounded_off(text),
    } && !calls
        && !polite;
    // What joins pieces and makes no sense yet is one too.
    let goes_on = turn.state.work.pieces.is_some() && reading.decision != Decision::Answer && !calls;
    // «10000», «00188»: asked for a number, half of one waits for the other.
    let half = waits_for_number(turn) && is_digits(text) && reading.slots.tracking_numbers.is_empty();
    if !half && (!turn.state.work.is_free() || !(is_piece || goes_on)) {
        return false;
    }
    let now = turn.context.now;
    let mut pieces = turn.state.work.pieces.take().unwrap_or(Pieces { words: Vec::new(), since: now });
    if now - pieces.since >= ALL {
        return false;
    }
    pieces.words.push(text.to_owned());
    let at = (now + NEXT).min(pieces.since + ALL);
    turn.state.work.pieces = Some(pieces);
    turn.effect(Effect::Typing);
    turn.effect(Effect::Timer { timer: Timer::Piece, at });
    true
}

/// Whether the tracking number was asked for.
fn waits_for_number(turn: &Turn<'_>) -> bool {
    matches!(turn.state.work.open, Some(Question::TrackingNumber | Question::NumberAgain | Question::Details { .. }))
}

/// Some digits and nothing else, too few for a number.
fn is_digits(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (HALF..WHOLE).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || c == '.')
}

/// Words that are no piece to wait with: a sentence that its writer has ended, or more words than people send of a thought
/// that they have not ended.
fn is_rounded_off(text: &str) -> bool {
    let ended = text.trim_end().ends_with(['?', '!']);
    ended || text.split_whitespace().count() > LONGEST
}

/// The pieces that have waited long enough, as one text; the half of a number that came before them is part of it.
pub(super) fn due(turn: &mut Turn<'_>) -> Option<String> {
    let pieces = turn.state.work.pieces.take()?;
    let half = turn.state.work.half_number.take();
    let all: Vec<String> = half.into_iter().chain(pieces.words).collect();
    Some(privacy::mask(&all.join(" ")).text)
}

/// Asked for a number, the customer has sent some of its digits and no more came: they are kept, and the rest is asked for.
/// `None` where these words are no such thing.
pub(super) fn half_number(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let whole = !reading.slots.tracking_numbers.is_empty() || !reading.slots.doubtful_numbers.is_empty();
    if whole || !waits_for_number(turn) || !is_digits(text) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let reply = turn.reply("where_is_parcel.number_part").with("given", Value::Text(digits.as_str().into()));
    turn.state.work.half_number = Some(digits);
    let person = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, person);
    Some(Next::Rest)
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] =
    &[Key::reply("common.listening", &[], &["name"]), Key::reply("common.tell_more", &[], &["name"])];
