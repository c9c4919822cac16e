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
//! that stands still past its planned day is never recited: a person looks into it. «Delivered», but not received,
//! goes to a person at once. Who follows a parcel hears of its changes.

use super::effect::{Effect, Post};
use super::event::{CarrierQuestion, Tracked, Why};
use super::pressed::Pressed;
use super::state::{LastStatus, Question, Reason, Wish};
use super::turn::Turn;
use super::{Button, offer, task};
use crate::parcel::{Found, Parcel, Status, TrackingNumber};
use crate::phrases::{Reply, Value};
use crate::understanding::{Mood, Slots};
use chrono::Duration;

pub(super) const INTENT: &str = "where_is_parcel";

/// Within this an unchanged status is no news.
const SAME_STATUS: Duration = Duration::hours(12);

/// How many numbers of one message are looked up: more would be a flood of answers.
const AT_ONCE: usize = 5;

/// How many parcels a customer may follow: more is a list, not a worry.
const FOLLOWED: usize = 20;

/// The customer wants to know; `slots` may hold the number already, `text` that it was never received.
pub(super) fn where_is(turn: &mut Turn<'_>, text: &str, slots: &Slots) {
    let why = if denies_receipt(turn, text) { Why::NotReceived } else { Why::Tell };
    match (&slots.tracking_numbers[..], &slots.doubtful_numbers[..]) {
        ([], [given, ..]) => unreadable(turn, given),
        ([], []) => match turn.state.parcel.clone() {
            Some(known) => track(turn, known, why),
            None => ask(turn),
        },
        (numbers, _) => {
            if numbers.len() > 1 {
                let several = turn.reply("where_is_parcel.several");
                turn.say(several);
            }
            for number in numbers.iter().take(AT_ONCE) {
                track(turn, TrackingNumber::new(number), why);
            }
        }
    }
}

/// Whether these words say that a parcel was not received, whatever its status.
pub(super) fn denies_receipt(turn: &Turn<'_>, text: &str) -> bool {
    turn.choice(INTENT, "not_", text).is_some()
}

/// The number was asked for, and this was said. Whether it was taken for an answer.
pub(super) fn answered(turn: &mut Turn<'_>, slots: &Slots) -> bool {
    let readable = !slots.tracking_numbers.is_empty();
    if !readable && slots.doubtful_numbers.is_empty() {
        return false;
    }
    let second_miss = !readable && turn.state.open == Some(Question::NumberAgain);
    match slots.tracking_numbers.first() {
        None if second_miss => turn.hand_off(Reason::Unsure),
        Some(number) if turn.state.task.is_some() => task::number_given(turn, TrackingNumber::new(number)),
        Some(_) | None => where_is(turn, "", slots),
    }
    true
}

fn ask(turn: &mut Turn<'_>) {
    let reply = turn.reply("where_is_parcel.ask_number");
    let buttons = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, buttons);
}

pub(super) fn unreadable(turn: &mut Turn<'_>, given: &str) {
    let reply = turn.reply("where_is_parcel.number_unreadable").with("given", Value::Text(given.into()));
    let buttons = vec![turn.person_row()];
    turn.ask(Question::NumberAgain, reply, buttons);
}

fn track(turn: &mut Turn<'_>, number: TrackingNumber, why: Why) {
    turn.state.open = None;
    turn.state.parcel = Some(number.clone());
    let phone = turn.state.phone.clone();
    let question = CarrierQuestion::Track { number, phone, why };
    if let Some(errand) = turn.state.errand.as_ref().filter(|errand| errand.holds(&question)) {
        // It is being asked again already.
        let reply = turn.reply("common.carrier_waiting").with("deadline", turn.moment(errand.promised));
        let buttons = vec![turn.person_row()];
        return turn.say_with(reply, buttons);
    }
    turn.say_leads();
    turn.effect(Effect::Typing);
    turn.effect(Effect::Ask(question));
}

/// The carrier answered.
pub(super) fn tracked(turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked, why: Why) {
    let question = CarrierQuestion::Track { number: number.clone(), phone: turn.state.phone.clone(), why };
    if !matches!(answer, Tracked::Down) {
        task::errand_done(turn, &question);
    }
    match why {
        Why::Task(no) => return task::tracked(turn, no, number, answer),
        Why::Remind => return offer::tracked(turn, number, answer),
        Why::Tell | Why::NotReceived => {}
    }
    if !turn.state.is_bots() {
        // A person has taken over in the meantime: the answer is for them.
        if let Tracked::Found(found) = answer {
            notice(turn, &found.parcel);
        }
        return;
    }
    match answer {
        Tracked::Found(found) if why == Why::NotReceived && found.parcel.is_delivered() => {
            turn.facts = task::facts_of(turn, &found);
            not_received(turn, task::number_of(&found));
        }
        Tracked::Found(found) => tell(turn, &found),
        Tracked::Unknown => {
            if turn.state.parcel.as_ref() == Some(&number) {
                turn.state.parcel = None;
            }
            let reply = turn.reply("where_is_parcel.not_found").with("number", Value::Text(number.to_string()));
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
        }
        Tracked::Down => task::down(turn, question),
    }
    super::customer::next_wish(turn);
}

/// How a parcel stands, for the people who hold the conversation.
fn notice(turn: &mut Turn<'_>, parcel: &Parcel) {
    let notice = status(turn, parcel).with("number", Value::Text(parcel.number.to_string()));
    let language = turn.context.phrasebook.desk_language();
    turn.post(Post::Notice(notice.in_language(language)));
}

/// A parcel that the customer follows has moved: told when it matters to them.
pub(super) fn moved(turn: &mut Turn<'_>, parcel: &Parcel) {
    if !turn.state.follows.contains(&parcel.number) {
        return;
    }
    if !turn.state.is_bots() {
        return notice(turn, parcel);
    }
    let matters = match &parcel.status {
        Status::Known(code) => code.matters(),
        Status::Unknown(_) => true,
    };
    if !matters {
        return;
    }
    let number = Value::Text(parcel.number.to_string());
    let phrases = (phrase_of(turn, parcel, "meaning"), phrase_of(turn, parcel, "next"));
    let news = match phrases {
        (Some(meaning), Some(next)) => turn
            .reply("where_is_parcel.news")
            .with("number", number)
            .with("meaning", meaning)
            .with("next", next)
            .with_some("action", phrase_of(turn, parcel, "action")),
        (None, _) | (_, None) => status(turn, parcel).with("number", number),
    };
    let now = turn.context.now.timestamp_millis();
    turn.state.last_status = Some(LastStatus { number: parcel.number.clone(), status: parcel.status.clone(), at: now });
    if parcel.has_arrived() {
        unfollow(turn, &parcel.number);
        return turn.say(news);
    }
    let buttons = vec![follow_row(turn, &parcel.number)];
    turn.say_with(news, buttons);
}

/// The customer wants to hear of a parcel's changes.
pub(super) fn follow(turn: &mut Turn<'_>, number: TrackingNumber) {
    if turn.state.follows.len() >= FOLLOWED {
        let oldest = turn.state.follows[0].clone();
        unfollow(turn, &oldest);
    }
    if !turn.state.follows.contains(&number) {
        turn.state.follows.push(number.clone());
    }
    turn.effect(Effect::Follow { number: number.clone(), on: true });
    let reply = turn.reply("where_is_parcel.following").with("number", Value::Text(number.to_string()));
    let buttons = vec![follow_row(turn, &number)];
    turn.say_with(reply, buttons);
}

/// The customer does not want to hear of it any more.
pub(super) fn stop_following(turn: &mut Turn<'_>, number: &TrackingNumber) {
    unfollow(turn, number);
    let reply = turn.reply("where_is_parcel.not_following").with("number", Value::Text(number.to_string()));
    turn.say(reply);
}

fn unfollow(turn: &mut Turn<'_>, number: &TrackingNumber) {
    turn.state.follows.retain(|known| known != number);
    turn.effect(Effect::Follow { number: number.clone(), on: false });
}

fn follow_row(turn: &Turn<'_>, number: &TrackingNumber) -> Vec<Button> {
    let (label, pressed) = match turn.state.follows.contains(number) {
        true => ("button.unfollow", Pressed::Unfollow(number.clone())),
        false => ("button.follow", Pressed::Follow(number.clone())),
    };
    vec![turn.button(label, pressed)]
}

/// It says delivered, and the customer has not got it: a person, at once.
pub(super) fn not_received(turn: &mut Turn<'_>, number: Value) {
    let sorry = turn.reply("where_is_parcel.not_received").with("number", number);
    turn.lead(sorry);
    to_person(turn, Reason::NotReceived);
}

/// It stands still past its planned day: not recited, but looked into (`domain.md`, section 4).
pub(super) fn late(turn: &mut Turn<'_>, parcel: &Parcel) {
    let planned = parcel.planned.map(Value::Date);
    let reply = turn
        .reply("where_is_parcel.status_late")
        .with("number", Value::Text(parcel.number.to_string()))
        .with("meaning", meaning_of(turn, parcel))
        .with_some("planned", planned);
    turn.lead(reply);
    to_person(turn, Reason::Late);
}

fn tell(turn: &mut Turn<'_>, found: &Found) {
    let parcel = &found.parcel;
    let today = turn.context.policy.today(turn.context.now);
    let number = Value::Text(parcel.number.to_string());
    if parcel.is_late(today) {
        turn.facts = task::facts_of(turn, found);
        return late(turn, parcel);
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
    let clock = offer::days_left(turn, parcel);
    let paragraphs = [Some(status), clock, planned, place].into_iter().flatten().collect();
    let mut buttons = Vec::new();
    if parcel.offer.as_ref().is_some_and(|offer| offer.waits_for_recipient()) {
        buttons.push(offer::button(turn));
    }
    if !parcel.has_arrived() {
        buttons.push(follow_row(turn, &parcel.number));
    }
    buttons.push(turn.person_row());
    turn.state.open = Some(Question::Told);
    turn.say_parts(paragraphs, buttons);
}

/// Asked again about a status that has not moved: it is not recited (domain 4). Somebody who asks again after
/// «вручено» has not got the parcel.
fn unchanged(turn: &mut Turn<'_>, parcel: &Parcel, number: Value) {
    if parcel.is_delivered() {
        return not_received(turn, number);
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
