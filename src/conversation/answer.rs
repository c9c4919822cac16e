//! The customer answers what the bot has asked. Each question is asked once: what does not fit it is a new
//! wish, or goes to a person under the topic that was open, never «не понял» a second time.

use super::state::{Question, Reason, Wish};
use super::turn::Turn;
use super::{customer, human, parcel};
use crate::parcel::TrackingNumber;
use crate::phrases::SmallWord;
use crate::understanding::{Decision, Reading, Slots};

/// Whether the message was an answer, or one of the small words that need no more than one in return.
pub(super) fn answers(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> bool {
    let heard = Heard {
        yes: turn.context.phrasebook.yes_or_no(text),
        small: turn.context.phrasebook.small_word(text),
        calls_person: turn.context.phrasebook.calls_person(text),
        wish: reading.intent.clone().filter(|_| reading.decision == Decision::Answer),
        slots: &reading.slots,
        only_number: text.split_whitespace().all(|word| word.chars().any(|c| c.is_ascii_digit())),
    };
    if heard.small == Some(SmallWord::Wait) {
        say(turn, "common.take_your_time");
        return true;
    }
    match turn.state.open.clone() {
        Some(Question::TrackingNumber | Question::NumberAgain) => number(turn, &heard),
        Some(Question::Details { about }) => details(turn, &heard, about),
        Some(Question::Person { about }) => person(turn, &heard, about),
        Some(Question::Told) => told(turn, &heard),
        Some(Question::Helped(_)) => helped(turn, &heard),
        Some(Question::Clarify(intents)) => chosen(turn, &heard, &intents),
        Some(Question::Words) => false,
        None if heard.small == Some(SmallWord::Fine) => fine(turn),
        // A yes or a no to nothing: what is it about?
        None if heard.yes.is_some() && heard.wish.is_none() => {
            let (reply, menu) = (turn.reply("common.clarify_nothing"), turn.menu());
            turn.ask(Question::Words, reply, menu);
            true
        }
        None => false,
    }
}

/// What a message says as an answer.
struct Heard<'r> {
    yes: Option<bool>,
    small: Option<SmallWord>,
    calls_person: bool,
    /// A wish that is sure.
    wish: Option<String>,
    slots: &'r Slots,
    /// Nothing but numbers was said.
    only_number: bool,
}

impl Heard<'_> {
    /// A wish that is none of `about`.
    fn other_wish(&self, about: &str) -> bool {
        self.wish.as_ref().is_some_and(|wish| wish != about)
    }
}

fn say(turn: &mut Turn<'_>, key: &str) {
    let reply = turn.reply(key);
    turn.say(reply);
}

fn fine(turn: &mut Turn<'_>) -> bool {
    turn.state.open = None;
    say(turn, "common.fine");
    true
}

/// Asked for the tracking number.
fn number(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    if parcel::answered(turn, heard.slots) {
        return true;
    }
    if heard.other_wish(parcel::INTENT) {
        return false;
    }
    if heard.yes == Some(true) {
        say(turn, "where_is_parcel.waiting_number");
        return true;
    }
    let reply = turn.reply("where_is_parcel.no_number");
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Details { about: parcel::INTENT.into() }, reply, buttons);
    true
}

/// Asked for what a person needs.
fn details(turn: &mut Turn<'_>, heard: &Heard<'_>, about: String) -> bool {
    if parcel::answered(turn, heard.slots) {
        return true;
    }
    if heard.other_wish(&about) {
        return false;
    }
    match heard.yes {
        Some(false) => declined(turn, &about),
        Some(true) | None => accept(turn, about),
    }
    true
}

/// Offered a person.
fn person(turn: &mut Turn<'_>, heard: &Heard<'_>, about: String) -> bool {
    let number = heard.slots.tracking_numbers.first().filter(|_| about != parcel::INTENT);
    if let Some(number) = number {
        turn.state.parcel = Some(TrackingNumber::new(number)); // whatever is to be done, it is this parcel
    }
    match heard.yes {
        Some(false) => declined(turn, &about),
        Some(true) => accept(turn, about),
        None if heard.calls_person => accept(turn, about),
        None if number.is_some() && heard.only_number => accept(turn, about),
        None if heard.wish.is_some() && heard.other_wish(&about) => return false,
        None if !heard.slots.tracking_numbers.is_empty() => return false,
        None => accept(turn, about),
    }
    true
}

/// Told where the parcel is.
fn told(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    let new_number = !heard.slots.tracking_numbers.is_empty() || !heard.slots.doubtful_numbers.is_empty();
    match (heard.yes, heard.small) {
        (_, Some(SmallWord::Fine | SmallWord::Wait)) | (Some(true), None) => fine(turn),
        (Some(false), None) => {
            accept(turn, parcel::INTENT.into());
            true
        }
        (None, None) if heard.wish.is_some() || new_number => false,
        (None, None) => {
            accept(turn, parcel::INTENT.into());
            true
        }
    }
}

/// Asked whether a ticket's answer helped.
fn helped(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    let thanks = heard.wish.as_deref() == Some("thanks");
    match heard.yes {
        Some(yes) => human::helped(turn, yes),
        None if thanks || heard.small == Some(SmallWord::Fine) => human::helped(turn, true),
        None => return false,
    }
    true
}

/// Asked which of the likely wishes it is.
fn chosen(turn: &mut Turn<'_>, heard: &Heard<'_>, intents: &[String]) -> bool {
    match (heard.yes, intents) {
        (Some(true), [only]) => {
            turn.state.open = None;
            customer::take_up(turn, only, heard.slots);
            true
        }
        _ => false,
    }
}

/// The customer takes the offer to have a person do it.
pub(super) fn accept(turn: &mut Turn<'_>, about: String) {
    if turn.state.wish.as_ref().is_none_or(|wish| wish.intent != about) {
        turn.state.wish = Some(Wish { intent: about, confidence: 1.0 });
    }
    turn.hand_off(Reason::Accepted);
}

fn declined(turn: &mut Turn<'_>, about: &str) {
    turn.state.open = None;
    let own = format!("{about}.declined");
    let key = if turn.context.phrasebook.has(&own, turn.language()) { own.as_str() } else { "common.declined" };
    say(turn, key);
}
