//! How a parcel stands, in human words, chosen by its one truth; and what is said when that is no answer: it is late, or
//! it says delivered and was not received.

use crate::conversation::effect::Post;
use crate::conversation::ids::intent;
use crate::conversation::next::Next;
use crate::conversation::state::{LastStatus, Matter, Reason, Request};
use crate::conversation::turn::Turn;
use crate::parcel::{Parcel, Status, StatusCode, Truth, TruthKind};
use crate::phrases::{Key, Reply, Value};
use chrono::Timelike;

/// What a customer complains of that the parcel's status can contradict: a label of the phrasebook's facets.
const MARKED_DELIVERED: &str = "marked_delivered";

/// What holds for a parcel today.
pub(in crate::conversation) fn truth(turn: &Turn<'_>, parcel: &Parcel) -> Truth {
    let policy = turn.context.policy;
    parcel.truth(policy.today(turn.context.now), policy.offer_days)
}

/// The hour at which the first half of the day is over, in the desk's clock: the status says so.
const FIRST_HALF_ENDS: u32 = 14;
/// The hour from which on a courier who was to come today is looked for.
const DAY_ENDS: u32 = 20;

/// Whether a parcel was to be brought today, and the hours for that are over.
pub(in crate::conversation) fn is_over_today(turn: &Turn<'_>, parcel: &Parcel, truth: Truth) -> bool {
    let hour = turn.context.policy.local(turn.context.now).hour();
    let ends = match parcel.status {
        Status::Known(StatusCode::DeliveryFirstHalf) => FIRST_HALF_ENDS,
        Status::Known(_) | Status::Unknown(_) => DAY_ENDS,
    };
    matches!(truth, Truth::Today { .. }) && hour >= ends
}

/// How a parcel stands: what it means, what comes next, what the customer must do.
pub(in crate::conversation) fn status(turn: &Turn<'_>, parcel: &Parcel) -> Reply {
    let truth = truth(turn, parcel);
    let phrase = |field| phrase_of(turn, &parcel.status, truth, field);
    let reply = match (phrase("meaning"), phrase("next")) {
        (Some(meaning), Some(next)) => {
            let action = phrase("action");
            let key = if action.is_some() { "status_with_action" } else { "status" };
            turn.reply(&format!("{}.{key}", intent::WHERE_IS_PARCEL))
                .with("meaning", meaning)
                .with("next", next)
                .with_some("action", action)
        }
        (None, _) | (_, None) => {
            turn.reply("where_is_parcel.status_unknown_label").with("label", Value::Text(parcel.status.label().into()))
        }
    };
    reply.with("number", Value::Text(parcel.number.to_string()))
}

/// The customer was told how a parcel stands: the next words may follow on it.
pub(in crate::conversation) fn told(turn: &mut Turn<'_>, parcel: &Parcel) {
    let truth = truth(turn, parcel);
    remember(turn, parcel);
    let place = parcel.place.clone().filter(|_| tells_place(truth));
    turn.tells_of(Matter::Status { truth, place });
}

/// The status is not recited a second time.
pub(in crate::conversation) fn remember(turn: &mut Turn<'_>, parcel: &Parcel) {
    let told = LastStatus {
        number: parcel.number.clone(),
        status: parcel.status.clone(),
        truth: Some(truth(turn, parcel)),
        handed_over: parcel.handed_over(),
        at: turn.context.now,
    };
    turn.state.work.tells_status(told);
}

/// Whether it is of use where it was last seen.
pub(in crate::conversation) fn tells_place(truth: Truth) -> bool {
    match truth.kind() {
        TruthKind::Moves | TruthKind::Waits | TruthKind::ToCollect | TruthKind::Late => true,
        TruthKind::Stopped | TruthKind::Delivered => truth == Truth::GoingBack,
    }
}

/// Where the words for a truth stand.
enum Words {
    /// With the words for this status.
    Of(StatusCode),
    /// With the truths.
    Own,
}

/// Whose words say what holds: mostly the status'; where offer, order or days say more than it, the truth's own.
fn words_of(status: &Status, truth: Truth) -> Option<Words> {
    let code = match status {
        Status::Known(code) => Some(*code),
        Status::Unknown(_) => None,
    };
    let with_courier = matches!(code, Some(StatusCode::DeliveryToday | StatusCode::DeliveryFirstHalf));
    match truth {
        Truth::OfferChecking { .. } | Truth::OfferBlocked { .. } | Truth::Cancelled => Some(Words::Own),
        Truth::OfferToConfirm { .. } => Some(Words::Of(StatusCode::OfferSent)),
        Truth::OfferExpired => Some(Words::Of(StatusCode::OfferExpired)),
        Truth::Delivered => Some(Words::Of(StatusCode::Delivered)),
        Truth::GoingBack => Some(match code {
            Some(code @ (StatusCode::Refused | StatusCode::Returning | StatusCode::ReturnLeftWarehouse)) => {
                Words::Of(code)
            }
            Some(_) | None => Words::Own,
        }),
        Truth::AtCustoms { .. } if code == Some(StatusCode::OfferSent) => Some(Words::Of(StatusCode::OfferConfirmed)),
        // «Today» of a day that is over, or that is still to come.
        Truth::OnItsWay { .. } | Truth::Late { .. } if with_courier => Some(Words::Own),
        Truth::Preorder { .. }
        | Truth::AtCustoms { .. }
        | Truth::DutyDue
        | Truth::PapersDue
        | Truth::Prohibited
        | Truth::OnItsWay { .. }
        | Truth::Today { .. }
        | Truth::DayToAgree { .. }
        | Truth::PlaceToAgree
        | Truth::Missed { .. }
        | Truth::Pickup
        | Truth::Late { .. }
        | Truth::Unknown { .. } => code.map(Words::Of),
    }
}

/// The phrasebook's text for a field of what holds (`meaning`, `next`, `action`), if it has one.
pub(in crate::conversation) fn phrase_of(turn: &Turn<'_>, status: &Status, truth: Truth, field: &str) -> Option<Value> {
    let key = match (words_of(status, truth)?, truth, field) {
        // The next attempt has its day: nothing is asked.
        (_, Truth::Missed { day: Some(_) }, "next") => "truth.next_missed".to_owned(),
        (_, Truth::Missed { day: Some(_) }, "action") => return None,
        (Words::Of(code), _, field) => format!("status.{}.{field}", code.code()),
        (Words::Own, truth, field) => format!("truth.{field}_{}", truth.code()),
    };
    turn.context.phrasebook.has(&key, turn.language()).then_some(Value::Phrase(key))
}

/// What the customer has to do for a parcel to go on, as a few words («подтвердить оферту»).
pub(in crate::conversation) fn step_of(truth: Truth) -> Value {
    Value::Phrase(format!("truth.step_{}", truth.code()))
}

/// Why a parcel will never be delivered, as a few words («срок оферты вышел»).
pub(in crate::conversation) fn because(truth: Truth) -> Value {
    Value::Phrase(format!("truth.because_{}", truth.code()))
}

/// How a parcel stands, for the people who hold the conversation.
pub(in crate::conversation) fn tell_desk(turn: &mut Turn<'_>, parcel: &Parcel) {
    let notice = status(turn, parcel);
    let language = turn.context.phrasebook.desk_language();
    turn.post(Post::Notice(notice.in_language(language)));
}

/// Whether these words say that a parcel was not received, whatever its status.
pub(in crate::conversation) fn denies_receipt(turn: &Turn<'_>, text: &str) -> bool {
    turn.choice(intent::WHERE_IS_PARCEL, "not_", text).is_some()
}

/// Whether the customer's story, as it was said back, is of a parcel that only the status calls delivered.
pub(in crate::conversation) fn complains_of_delivery(turn: &Turn<'_>) -> bool {
    let heard = turn.state.work.heard.as_ref();
    heard.is_some_and(|heard| heard.named.iter().any(|facet| facet == MARKED_DELIVERED))
}

/// It says delivered, and the customer has not got it: a person, at once.
pub(in crate::conversation) fn not_received(turn: &mut Turn<'_>, number: Value) -> Next {
    // Where that was said back as the customer's own story, what happens now is left to say.
    let key = if complains_of_delivery(turn) { "not_received_heard" } else { "not_received" };
    let sorry = turn.reply(&format!("{}.{key}", intent::WHERE_IS_PARCEL)).with("number", number);
    turn.preface(sorry);
    to_person(turn, Reason::NotReceived)
}

/// It stands still past its planned day: not recited, but looked into (`domain.md`, section 4).
pub(in crate::conversation) fn late(turn: &mut Turn<'_>, parcel: &Parcel) -> Next {
    let truth = truth(turn, parcel);
    let meaning = phrase_of(turn, &parcel.status, truth, "meaning");
    let planned = if let Truth::Late { planned } = truth { Some(planned) } else { parcel.planned };
    let of_this = turn.state.work.status_told(&parcel.number);
    let again = of_this.is_some_and(|last| last.truth == Some(truth));
    // Where it stands was told: it is not recited, only that it still does.
    let still = of_this.is_some_and(|last| last.status == parcel.status);
    remember(turn, parcel);
    if again {
        let reply = turn.reply("where_is_parcel.late_again").with("number", Value::Text(parcel.number.to_string()));
        turn.preface(reply.with_some("planned", planned.map(Value::Date)));
        return to_person(turn, Reason::Late);
    }
    if let Some(planned) = planned.filter(|_| still) {
        let reply = turn.reply("where_is_parcel.status_late_still").with("planned", Value::Date(planned));
        turn.preface(reply.with("number", Value::Text(parcel.number.to_string())));
        return to_person(turn, Reason::Late);
    }
    let reply = turn
        .reply("where_is_parcel.status_late")
        .with("number", Value::Text(parcel.number.to_string()))
        .with("meaning", meaning.unwrap_or_else(|| Value::Text(parcel.status.label().into())))
        .with_some("planned", planned.map(Value::Date));
    turn.preface(reply);
    if let Some(place) = parcel.place.clone() {
        let reply = turn.reply("where_is_parcel.place").with("place", Value::Text(place));
        turn.preface(reply);
    }
    to_person(turn, Reason::Late)
}

fn to_person(turn: &mut Turn<'_>, reason: Reason) -> Next {
    turn.state.work.request = Some(Request { intent: intent::WHERE_IS_PARCEL.into(), confidence: 1.0 });
    Next::person(reason)
}

/// The texts; the phrasebook is checked against them.
pub(in crate::conversation) const TEXTS: &[Key] = &[
    Key::text("truth.meaning_offer_checking", &[]),
    Key::text("truth.next_offer_checking", &[]),
    Key::text("truth.meaning_offer_blocked", &[]),
    Key::text("truth.next_offer_blocked", &[]),
    Key::text("truth.action_offer_blocked", &[]),
    Key::text("truth.meaning_cancelled", &[]),
    Key::text("truth.next_cancelled", &[]),
    Key::text("truth.meaning_going_back", &[]),
    Key::text("truth.next_going_back", &[]),
    Key::text("truth.meaning_on_its_way", &[]),
    Key::text("truth.next_on_its_way", &[]),
    Key::text("truth.meaning_late", &[]),
    Key::text("truth.next_late", &[]),
    Key::text("truth.next_missed", &[]),
    Key::text("truth.step_offer_to_confirm", &[]),
    Key::text("truth.step_offer_blocked", &[]),
    Key::text("truth.step_duty_due", &[]),
    Key::text("truth.step_papers_due", &[]),
    Key::text("truth.step_day_to_agree", &[]),
    Key::text("truth.step_place_to_agree", &[]),
    Key::text("truth.step_missed", &[]),
    Key::text("truth.because_offer_expired", &[]),
    Key::text("truth.because_prohibited", &[]),
    Key::text("truth.because_going_back", &[]),
    Key::text("truth.because_cancelled", &[]),
    Key::reply("truth.collect_at", &["place"], &[]),
];
