//! Where is my parcel?
//!
//! ```text
//! customer: где моя посылка?
//! bot:      asks for the tracking number, once
//! customer: RA123456785RU
//! bot:      where it is, what comes next, what the customer must do
//! ```
//!
//! A number that nobody can read is asked for once more by showing it; after that, a person. A status
//! that stands still past its planned day is never recited: a person looks into it.

use super::effect::{Effect, Post};
use super::event::Tracked;
use super::state::{Holder, LastStatus, Question, Reason, Wish};
use super::turn::{LANGUAGE_OF_DESK, Turn};
use crate::parcel::{Parcel, Status, StatusCode, TrackingNumber};
use crate::phrases::{Reply, Value};
use crate::understanding::{Mood, Slots};
use chrono::Duration;

pub(super) const INTENT: &str = "where_is_parcel";

/// Within this an unchanged status is no news.
const SAME_STATUS: Duration = Duration::hours(12);

/// How many numbers of one message are looked up: more would be a flood of answers.
const AT_ONCE: usize = 5;

/// The customer wants to know; `slots` may hold the number already.
pub(super) fn where_is(turn: &mut Turn<'_>, slots: &Slots) {
    match (&slots.tracking_numbers[..], &slots.doubtful_numbers[..]) {
        ([], [given, ..]) => unreadable(turn, given),
        ([], []) => match turn.state.parcel.clone() {
            Some(known) => track(turn, known),
            None => ask(turn),
        },
        (numbers, _) => {
            if numbers.len() > 1 {
                let several = turn.reply("where_is_parcel.several");
                turn.say(several);
            }
            for number in numbers.iter().take(AT_ONCE) {
                track(turn, TrackingNumber::new(number));
            }
        }
    }
}

/// The number was asked for, and this was said. Whether it was taken for an answer.
pub(super) fn answered(turn: &mut Turn<'_>, slots: &Slots) -> bool {
    let readable = !slots.tracking_numbers.is_empty();
    if !readable && slots.doubtful_numbers.is_empty() {
        return false;
    }
    let second_miss = !readable && turn.state.open == Some(Question::NumberAgain);
    if second_miss {
        turn.hand_off(Reason::Unsure);
    } else {
        where_is(turn, slots);
    }
    true
}

fn ask(turn: &mut Turn<'_>) {
    let reply = turn.reply("where_is_parcel.ask_number");
    let buttons = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, buttons);
}

fn unreadable(turn: &mut Turn<'_>, given: &str) {
    let reply = turn.reply("where_is_parcel.number_unreadable").with("given", Value::Text(given.into()));
    let buttons = vec![turn.person_row()];
    turn.ask(Question::NumberAgain, reply, buttons);
}

fn track(turn: &mut Turn<'_>, number: TrackingNumber) {
    turn.state.open = None;
    turn.state.parcel = Some(number.clone());
    turn.say_leads();
    turn.effect(Effect::Typing);
    turn.effect(Effect::Track(number));
}

/// The carrier answered.
pub(super) fn tracked(turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked) {
    if turn.state.holder != Holder::Bot {
        // A person has taken over in the meantime: the answer is for them.
        if let Tracked::Found(parcel) = answer {
            let notice = status(turn, &parcel).with("number", Value::Text(number.to_string()));
            turn.post(Post::Notice(notice.in_language(LANGUAGE_OF_DESK)));
        }
        return;
    }
    match answer {
        Tracked::Found(parcel) => tell(turn, &parcel),
        Tracked::Unknown => {
            if turn.state.parcel.as_ref() == Some(&number) {
                turn.state.parcel = None;
            }
            let reply = turn.reply("where_is_parcel.not_found").with("number", Value::Text(number.to_string()));
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
        }
        Tracked::Down => {
            let reply = turn.reply("where_is_parcel.carrier_down").with("number", Value::Text(number.to_string()));
            turn.lead(reply);
            to_person(turn, Reason::CarrierDown);
        }
    }
    super::customer::next_wish(turn);
}

fn tell(turn: &mut Turn<'_>, parcel: &Parcel) {
    let today = turn.context.policy.local(turn.context.now).date_naive();
    let number = Value::Text(parcel.number.to_string());
    if parcel.is_late(today) {
        let planned = parcel.planned.map(Value::Date);
        let reply = turn
            .reply("where_is_parcel.status_late")
            .with("number", number)
            .with("meaning", meaning_of(turn, parcel))
            .with_some("planned", planned);
        turn.lead(reply);
        return to_person(turn, Reason::Late);
    }
    let now = turn.context.now.timestamp_millis();
    let again = turn.state.last_status.as_ref().is_some_and(|last| {
        last.number == parcel.number && last.status == parcel.status && now - last.at < SAME_STATUS.num_milliseconds()
    });
    turn.state.last_status = Some(LastStatus { number: parcel.number.clone(), status: parcel.status.clone(), at: now });
    if again {
        return unchanged(turn, parcel, number);
    }
    if turn.state.mood == Mood::Upset {
        let sorry = turn.reply("where_is_parcel.sorry");
        turn.lead(sorry);
    }
    let place = parcel.place.clone().map(|place| turn.reply("where_is_parcel.place").with("place", Value::Text(place)));
    let planned = parcel.planned.filter(|planned| *planned > today && !parcel.has_arrived());
    let planned = planned.map(|day| turn.reply("where_is_parcel.planned").with("planned", Value::Date(day)));
    let status = status(turn, parcel).with("number", number);
    let paragraphs = [Some(status), planned, place].into_iter().flatten().collect();
    let buttons = vec![turn.person_row()];
    turn.state.open = Some(Question::Told);
    turn.say_parts(paragraphs, buttons);
}

/// Asked again about a status that has not moved: it is not recited (domain 4). Somebody who asks again after
/// «вручено» has not got the parcel.
fn unchanged(turn: &mut Turn<'_>, parcel: &Parcel, number: Value) {
    if parcel.status == Status::Known(StatusCode::Delivered) {
        return to_person(turn, Reason::Accepted);
    }
    let reply = turn.reply("where_is_parcel.unchanged").with("number", number);
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
}

fn status(turn: &Turn<'_>, parcel: &Parcel) -> Reply {
    let phrases = (phrase_of(turn, parcel, "meaning"), phrase_of(turn, parcel, "next"));
    match (&parcel.status, phrases) {
        (Status::Known(_), (Some(meaning), Some(next))) => {
            let action = phrase_of(turn, parcel, "action");
            let key = if action.is_some() { "status_with_action" } else { "status" };
            turn.reply(&format!("{INTENT}.{key}"))
                .with("meaning", meaning)
                .with("next", next)
                .with_some("action", action)
        }
        (Status::Known(code), _) => unknown(turn, code.label()),
        (Status::Unknown(label), _) => unknown(turn, label),
    }
}

fn unknown(turn: &Turn<'_>, label: &str) -> Reply {
    turn.reply("where_is_parcel.status_unknown_label").with("label", Value::Text(label.into()))
}

/// What a status means: in our words, or in the carrier's.
fn meaning_of(turn: &Turn<'_>, parcel: &Parcel) -> Value {
    phrase_of(turn, parcel, "meaning").unwrap_or_else(|| match &parcel.status {
        Status::Known(code) => Value::Text(code.label().into()),
        Status::Unknown(label) => Value::Text(label.clone()),
    })
}

/// The phrasebook's text for a field of a status, if it has one.
fn phrase_of(turn: &Turn<'_>, parcel: &Parcel, field: &str) -> Option<Value> {
    let Status::Known(code) = &parcel.status else {
        return None;
    };
    let key = format!("status.{}.{field}", code.code());
    turn.context.phrasebook.has(&key, turn.language()).then_some(Value::Phrase(key))
}

fn to_person(turn: &mut Turn<'_>, reason: Reason) {
    turn.state.wish = Some(Wish { intent: INTENT.into(), confidence: 1.0 });
    turn.hand_off(reason);
}
