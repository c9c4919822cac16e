//! Where is my parcel?
//!
//! ```text
//! customer: где моя посылка?
//! bot:      asks for the tracking number, once
//! customer: RA123456785RU
//! bot:      where it is, what comes next, what the customer must do
//! ```
//!
//! A number that cannot be right is asked for once more by showing it; after that, a person. A status that stands still
//! past its planned day is never recited: a person looks into it. «Delivered», but not received, goes to a person at
//! once. A customer who follows a parcel hears of its changes.

use super::flow::Flow;
use crate::conversation::button::Pressed;
use crate::conversation::effect::Effect;
use crate::conversation::event::{CarrierRequest, Tracked, Why};
use crate::conversation::heard::{Answer, Heard};
use crate::conversation::ids::intent;
use crate::conversation::matters::{follow, reminder, status};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{LastStatus, Matter, Question};
use crate::conversation::turn::Turn;
use crate::conversation::{carrier_retry, steps, story};
use crate::parcel::{Found, Parcel, Status, StatusCode, TrackingNumber};
use crate::phrases::{Key, SmallWord, Value};
use chrono::Duration;
use understanding::Mood;

const INTENT: &str = intent::WHERE_IS_PARCEL;

/// Within this an unchanged status is no news.
const SAME_STATUS: Duration = Duration::hours(12);

/// How many numbers of one message are looked up: more would be a flood of answers.
const AT_ONCE: usize = 5;

/// Tells where a parcel is.
pub(super) struct WhereIs;

impl Flow for WhereIs {
    fn intent(&self) -> &'static str {
        INTENT
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    /// The words may hold the number already, and that it was never received.
    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        let why = if denies_receipt(turn, &asked.text) { Why::NotReceived } else { Why::Tell };
        let slots = asked.slots();
        Some(match (&slots.tracking_numbers[..], &slots.doubtful_numbers[..]) {
            ([], [given, ..]) => steps::unreadable(turn, given),
            ([], []) => match turn.state.work.parcel.clone() {
                Some(known) => {
                    track(turn, known, why);
                    Next::Rest // the next request waits for the status
                }
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
                Next::Rest
            }
        })
    }

    /// Told where the parcel is, and this was said.
    fn answered(&self, turn: &mut Turn<'_>, question: &Question, heard: &Heard<'_>) -> Answer {
        if *question != Question::Told {
            return Answer::AsUsual;
        }
        let slots = &heard.reading.slots;
        let new_number = !slots.tracking_numbers.is_empty() || !slots.doubtful_numbers.is_empty();
        let delivered = |status: &Status| *status == Status::Known(StatusCode::Delivered);
        let last = turn.state.work.last_status.clone().filter(|last| delivered(&last.status));
        if let Some(last) = last.filter(|_| !new_number && denies_receipt(turn, heard.text)) {
            return Answer::Taken(status::not_received(turn, Value::Text(last.number.to_string())));
        }
        match (heard.yes, heard.small) {
            (_, Some(SmallWord::Fine | SmallWord::Wait)) => Answer::Taken(steps::fine(turn)),
            // «Да, отмените заказ»: the yes is the least of it.
            (Some(true), None) if heard.intent().is_some() || new_number => Answer::OtherMatter,
            (Some(true), None) => Answer::Taken(steps::fine(turn)),
            (None, None) if heard.request.is_some() || new_number => Answer::OtherMatter,
            (Some(false) | None, None) => Answer::AsUsual,
        }
    }

    fn tracked(&self, turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked, why: Why) -> Next {
        if !turn.state.is_bots() {
            // A person has taken over in the meantime: the answer is for them.
            if let Tracked::Found(found) = answer {
                status::tell_desk(turn, &found.parcel);
            }
            return Next::Rest;
        }
        let next = match answer {
            Tracked::Found(found) if why == Why::NotReceived && found.parcel.is_delivered() => {
                let facts = steps::facts_of(turn, &found);
                status::not_received(turn, steps::number_of(&found)).knowing(facts)
            }
            Tracked::Found(found) => tell(turn, &found),
            Tracked::Unknown => {
                if turn.state.work.parcel.as_ref() == Some(&number) {
                    turn.state.work.parcel = None;
                }
                let reply = turn.reply("where_is_parcel.not_found").with("number", Value::Text(number.to_string()));
                let buttons = vec![turn.person_row()];
                turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
                Next::Rest
            }
            Tracked::Down => {
                let phone = turn.state.customer.phone.clone();
                carrier_retry::down(turn, CarrierRequest::Track { number, phone, why })
            }
        };
        next.or(Next::Waiting)
    }
}

/// Whether these words say that a parcel was not received, whatever its status.
fn denies_receipt(turn: &Turn<'_>, text: &str) -> bool {
    turn.choice(INTENT, "not_", text).is_some()
}

fn ask(turn: &mut Turn<'_>) -> Next {
    let reply = turn.reply("where_is_parcel.ask_number");
    let buttons = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, buttons);
    Next::Rest
}

fn track(turn: &mut Turn<'_>, number: TrackingNumber, why: Why) {
    turn.state.work.open = None;
    turn.state.work.parcel = Some(number.clone());
    let phone = turn.state.customer.phone.clone();
    let question = CarrierRequest::Track { number, phone, why };
    if let Some(retry) = turn.state.work.carrier_retry.as_ref().filter(|retry| retry.holds(&question)) {
        // It is being asked again already.
        let reply = turn.reply("common.carrier_waiting").with("deadline", turn.moment(retry.promised));
        let buttons = vec![turn.person_row()];
        return turn.say_with(reply, buttons);
    }
    turn.say_prefaces();
    turn.effect(Effect::Typing);
    turn.effect(Effect::Ask(question));
}

fn tell(turn: &mut Turn<'_>, found: &Found) -> Next {
    let parcel = &found.parcel;
    let today = turn.context.policy.today(turn.context.now);
    let number = Value::Text(parcel.number.to_string());
    if parcel.is_late(today) {
        let facts = steps::facts_of(turn, found);
        return status::late(turn, parcel).knowing(facts);
    }
    let now = turn.context.now;
    let again = turn.state.work.last_status.as_ref().is_some_and(|last| {
        last.number == parcel.number && last.status == parcel.status && now - last.at < SAME_STATUS
    });
    turn.state.work.last_status =
        Some(LastStatus { number: parcel.number.clone(), status: parcel.status.clone(), at: now });
    if again {
        return unchanged(turn, parcel, number);
    }
    if turn.state.customer.mood == Mood::Upset && !story::was_heard(turn) {
        let sorry = turn.reply("where_is_parcel.sorry");
        turn.preface(sorry);
    }
    let place = parcel.place.clone().map(|place| turn.reply("where_is_parcel.place").with("place", Value::Text(place)));
    let planned = parcel.planned.filter(|planned| *planned > today && parcel.has_day());
    let planned = planned.map(|day| turn.reply("where_is_parcel.planned").with("planned", Value::Date(day)));
    let status = status::status(turn, parcel).with("number", number);
    let clock = reminder::days_left(turn, parcel);
    let paragraphs = [Some(status), clock, planned, place].into_iter().flatten().collect();
    let mut buttons = Vec::new();
    if parcel.offer.as_ref().is_some_and(|offer| offer.waits_for_recipient()) {
        buttons.push(vec![turn.button("button.offer_help", Pressed::Request(intent::OFFER_BLOCKED.into()))]);
    }
    if !parcel.has_arrived() {
        buttons.push(follow::row(turn, &parcel.number));
    }
    buttons.push(turn.person_row());
    turn.state.work.open = Some(Question::Told);
    turn.say_parts(paragraphs, buttons);
    let day =
        parcel.planned.filter(|day| parcel.has_day() && (*day > today || (*day == today && !parcel.was_missed())));
    let action = status::has_action(turn, parcel);
    turn.tells_of(Matter::Status { planned: day, place: parcel.place.clone(), action });
    Next::Rest
}

/// Asked again about a status that has not moved: it is not recited (`domain.md`, section 4). A customer who asks again
/// after «вручено» has not got the parcel.
fn unchanged(turn: &mut Turn<'_>, parcel: &Parcel, number: Value) -> Next {
    if parcel.is_delivered() {
        return status::not_received(turn, number);
    }
    let reply = turn.reply("where_is_parcel.unchanged").with("number", number);
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
    Next::Rest
}

/// The texts this flow says; the phrasebook is checked against them.
const TEXTS: &[Key] = &[
    Key::reply("where_is_parcel.ask_number", &[], &[]),
    Key::reply("where_is_parcel.number_unreadable", &["given"], &[]),
    Key::reply("where_is_parcel.status", &["number", "meaning", "next"], &[]),
    Key::reply("where_is_parcel.planned", &["planned"], &[]),
    Key::reply("where_is_parcel.unchanged", &["number"], &[]),
    Key::reply("where_is_parcel.sorry", &[], &[]),
    Key::reply("where_is_parcel.no_number", &[], &[]),
    Key::reply("where_is_parcel.waiting_number", &[], &[]),
    Key::reply("where_is_parcel.place", &["place"], &[]),
    Key::reply("where_is_parcel.status_with_action", &["number", "meaning", "next", "action"], &[]),
    Key::reply("where_is_parcel.status_unknown_label", &["number", "label"], &[]),
    Key::reply("where_is_parcel.status_late", &["number", "planned", "meaning"], &[]),
    Key::reply("where_is_parcel.not_found", &["number"], &[]),
    Key::reply("where_is_parcel.carrier_down", &["number"], &[]),
    Key::reply("where_is_parcel.several", &[], &[]),
    Key::reply("where_is_parcel.news", &["number", "meaning", "next"], &["action"]),
    Key::reply("where_is_parcel.following", &["number"], &[]),
    Key::reply("where_is_parcel.not_following", &["number"], &[]),
    Key::reply("where_is_parcel.not_received", &["number"], &[]),
    Key::text("button.follow", &[]),
    Key::text("button.unfollow", &[]),
    Key::text("button.offer_help", &[]),
];
