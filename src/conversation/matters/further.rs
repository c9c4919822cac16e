//! What is said when a customer asks on about a parcel's status: when, whether it is sure, why, what to do; or asks the
//! same again. All by the truth that was told.

use super::status::{because, step_of};
use crate::conversation::turn::Turn;
use crate::parcel::{Parcel, Truth, TruthKind};
use crate::phrases::{Key, Reply, Value};

/// The answer to a follow-up (a label of the phrasebook) on a status that was told; `None` where nothing answers it.
pub(in crate::conversation) fn answer(
    turn: &Turn<'_>,
    truth: Truth,
    place: &Option<String>,
    label: &str,
) -> Option<Reply> {
    // A day that is over is no plan any more.
    let today = turn.context.policy.today(turn.context.now);
    let day = truth.day().filter(|day| *day >= today).map(Value::Date);
    let place = place.clone().map(Value::Text);
    let key = match (label, truth.kind()) {
        ("sure", TruthKind::Stopped) => "truth.sure_never",
        ("why", _) if matches!(truth, Truth::Missed { day: None }) => "truth.why_missed",
        ("why", TruthKind::ToCollect | TruthKind::Delivered) => return Some(when(turn, truth, place, false)),
        ("why", _) if matches!(truth, Truth::OfferChecking { .. }) => "truth.when_checking",
        ("when" | "how_long" | "sure", _) => return Some(when(turn, truth, place, label == "sure")),
        ("where_now", TruthKind::Delivered) => "truth.where_delivered",
        ("where_now", TruthKind::ToCollect) => return Some(when(turn, truth, place, false)),
        ("where_now", _) if place.is_some() => "follow_up.status_place",
        ("where_now", _) => "follow_up.status_place_unknown",
        ("why", _) if matches!(truth, Truth::AtCustoms { .. }) => "truth.why_customs",
        ("why", TruthKind::Waits) => "truth.why_waits",
        ("why", TruthKind::Stopped) => "truth.why_never",
        ("why", TruthKind::Moves | TruthKind::Late) => "follow_up.status_why",
        ("what_if", TruthKind::Waits) if truth.until().is_none() && !matches!(truth, Truth::OfferChecking { .. }) => {
            "truth.if_waits"
        }
        ("what_to_do" | "what_if", _) if matches!(truth, Truth::OfferChecking { .. }) => "truth.if_checking",
        ("what_to_do", _) => return Some(what_to_do(turn, truth)),
        ("what_means", TruthKind::Waits) => "truth.why_waits",
        ("what_means", TruthKind::Stopped) => "truth.why_never",
        ("what_means", TruthKind::ToCollect | TruthKind::Delivered) => return Some(when(turn, truth, place, false)),
        ("what_means", _) if matches!(truth, Truth::Unknown { .. }) => "truth.means_unknown",
        ("what_means", TruthKind::Moves | TruthKind::Late) => "follow_up.status_means",
        ("again" | "disbelief", TruthKind::Stopped) => "truth.sure_never",
        ("again" | "disbelief", _) => "follow_up.status_doubt",
        _ => return None,
    };
    let reply = turn.reply(key).with_some("planned", day).with_some("place", place);
    Some(match truth.kind() {
        TruthKind::Waits => reply.with("step", step_of(truth)),
        TruthKind::Stopped => reply.with("because", because(truth)),
        TruthKind::Moves | TruthKind::ToCollect | TruthKind::Delivered | TruthKind::Late => reply,
    })
}

/// When it comes, or why nobody can say.
fn when(turn: &Turn<'_>, truth: Truth, place: Option<Value>, sure: bool) -> Reply {
    let day = truth.day().map(Value::Date);
    let key = match (truth, truth.kind()) {
        (Truth::Today { .. }, _) => "truth.when_today",
        (Truth::OfferChecking { .. }, _) => "truth.when_checking",
        (Truth::DayToAgree { day: Some(_) }, _) => "truth.when_day_to_agree",
        (_, TruthKind::Waits) => "truth.when_waits",
        (_, TruthKind::Stopped) => "truth.when_never",
        (_, TruthKind::ToCollect) => "truth.when_collect",
        (_, TruthKind::Delivered) => "truth.when_delivered",
        (_, TruthKind::Moves | TruthKind::Late) if day.is_none() => "follow_up.status_when_unknown",
        (_, TruthKind::Moves | TruthKind::Late) if sure => "follow_up.status_sure",
        (_, TruthKind::Moves | TruthKind::Late) => "follow_up.status_when",
    };
    let reply = turn.reply(key);
    match truth.kind() {
        TruthKind::Waits => reply.with("step", step_of(truth)).with_some("planned", day),
        TruthKind::Stopped => reply.with("because", because(truth)),
        TruthKind::ToCollect => reply.with_some("place", place),
        TruthKind::Delivered => reply,
        TruthKind::Moves | TruthKind::Late => reply.with_some("planned", day).with_some("place", place),
    }
}

/// What the customer has to do.
fn what_to_do(turn: &Turn<'_>, truth: Truth) -> Reply {
    let attempts = Value::Number(i64::from(turn.context.policy.attempts));
    let day = truth.day().map(Value::Date);
    match (truth, truth.kind()) {
        (Truth::Missed { day: None }, _) => turn.reply("truth.do_missed").with("attempts", attempts),
        (Truth::Today { .. }, _) => turn.reply("truth.do_today"),
        (Truth::Preorder { .. }, _) => turn.reply("truth.do_preorder"),
        (_, TruthKind::Waits) => turn.reply("truth.do_waits").with("step", step_of(truth)),
        (Truth::GoingBack | Truth::Cancelled, _) => turn.reply("truth.do_back"),
        (_, TruthKind::Stopped) => turn.reply("truth.do_stopped"),
        (_, TruthKind::Delivered) => turn.reply("truth.when_delivered"),
        (_, TruthKind::ToCollect) => turn.reply("truth.do_collect"),
        (_, TruthKind::Moves | TruthKind::Late) => turn.reply("follow_up.status_do_nothing").with_some("planned", day),
    }
}

/// Asked the same again, and nothing has changed: what matters is said once more, in other words.
pub(in crate::conversation) fn unchanged(turn: &Turn<'_>, parcel: &Parcel, truth: Truth) -> Reply {
    let number = Value::Text(parcel.number.to_string());
    let place = parcel.place.clone().map(Value::Text);
    let (key, day) = match (truth.kind(), truth.day()) {
        (TruthKind::Waits, _) => ("truth.unchanged_waits", None),
        (TruthKind::Stopped, _) => ("truth.unchanged_never", None),
        (TruthKind::ToCollect, _) => ("truth.unchanged_collect", None),
        (TruthKind::Moves | TruthKind::Late | TruthKind::Delivered, Some(day)) => ("truth.unchanged_day", Some(day)),
        (TruthKind::Moves | TruthKind::Late | TruthKind::Delivered, None) => ("where_is_parcel.unchanged", None),
    };
    let reply = turn.reply(key).with("number", number).with_some("planned", day.map(Value::Date));
    match truth.kind() {
        TruthKind::Waits => reply.with("step", step_of(truth)),
        TruthKind::Stopped => reply.with("because", because(truth)),
        TruthKind::ToCollect => reply.with_some("place", place),
        TruthKind::Moves | TruthKind::Delivered | TruthKind::Late => reply,
    }
}

/// The texts; the phrasebook is checked against them.
pub(in crate::conversation) const TEXTS: &[Key] = &[
    Key::reply("truth.when_today", &["planned"], &["place"]),
    Key::reply("truth.when_checking", &[], &["planned", "place"]),
    Key::reply("truth.if_waits", &["step"], &["planned", "place"]),
    Key::reply("truth.if_checking", &[], &["planned", "place", "step"]),
    Key::reply("truth.when_waits", &["step"], &["planned"]),
    Key::reply("truth.when_never", &["because"], &[]),
    Key::reply("truth.sure_never", &["because"], &["planned", "place"]),
    Key::reply("truth.why_missed", &[], &["planned", "place", "step"]),
    Key::reply("truth.when_collect", &[], &["place"]),
    Key::reply("truth.when_delivered", &[], &[]),
    Key::reply("truth.where_delivered", &[], &[]),
    Key::reply("truth.why_waits", &["step"], &["planned", "place"]),
    Key::reply("truth.why_never", &["because"], &["planned", "place"]),
    Key::reply("truth.when_day_to_agree", &["planned"], &["step"]),
    Key::reply("truth.do_today", &[], &[]),
    Key::reply("truth.do_preorder", &[], &[]),
    Key::reply("truth.means_unknown", &[], &["planned", "place"]),
    Key::reply("truth.why_customs", &[], &["planned", "place"]),
    Key::reply("truth.do_missed", &["attempts"], &[]),
    Key::reply("truth.do_waits", &["step"], &[]),
    Key::reply("truth.do_stopped", &[], &[]),
    Key::reply("truth.do_back", &[], &[]),
    Key::reply("truth.do_collect", &[], &[]),
    Key::reply("truth.unchanged_waits", &["number", "step"], &[]),
    Key::reply("truth.unchanged_never", &["number", "because"], &[]),
    Key::reply("truth.unchanged_collect", &["number"], &["place"]),
    Key::reply("truth.unchanged_day", &["number", "planned"], &[]),
];
