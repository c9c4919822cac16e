//! Money back.
//!
//! ```text
//! customer: верните деньги
//! bot:      the number; then what for, if the words do not say it
//! bot:      by reason: the rules and their days, a picture that shows it, one yes, the carrier, or a ticket
//!           that already holds everything
//! ```
//!
//! Quality is decided by the seller; the bot says so plainly. A refund asked for before is told as it stands.

use super::event::{Kind, Message};
use super::state::{Group, Question, Reason};
use super::task::{self, Flow};
use super::turn::Turn;
use super::{cancel, parcel};
use crate::parcel::{Change, Done, Found, Instruction, Order, OrderState, Refund, RefundReason, RefundState};
use crate::phrases::{Reply, Value};
use crate::understanding::Slots;
use chrono::{Days, NaiveDate};

pub(super) const INTENT: &str = "refund";

/// The customer wants money back; the words may say what for.
pub(super) fn begin(turn: &mut Turn<'_>, text: &str, slots: &Slots) {
    let reason = turn.choice(INTENT, "for_", text).as_deref().and_then(RefundReason::from_code);
    task::begin(turn, Flow::Refund { reason, photos: Vec::new(), shown: false }, slots);
}

/// The next step.
pub(super) fn go_on(turn: &mut Turn<'_>, reason: Option<RefundReason>, photos: usize, shown: bool) {
    let Some(found) = task::parcel(turn) else {
        return;
    };
    let order = found.parcel.order.clone();
    if let Some(order) = order.as_ref().filter(|order| order.refund.is_some()) {
        // Money is nobody's business but the recipient's.
        if task::proven(turn, &found) {
            asked_before(turn, order);
        }
        return;
    }
    let Some(reason) = reason else {
        let reply = turn.reply("refund.ask_reason");
        return task::choose(turn, Group::RefundReason, reply);
    };
    match reason {
        RefundReason::NotArrived => not_arrived(turn, &found),
        RefundReason::Damaged | RefundReason::WrongItem | RefundReason::PaidTwice if photos == 0 && !shown => {
            let key = match reason {
                RefundReason::PaidTwice => "refund.ask_receipt",
                RefundReason::Damaged
                | RefundReason::WrongItem
                | RefundReason::NotArrived
                | RefundReason::ChangedMind
                | RefundReason::DeliveryFee => "refund.ask_photo",
            };
            let reply = turn.reply(key);
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Evidence, reply, buttons);
        }
        RefundReason::Damaged | RefundReason::WrongItem => to_person(turn, "refund.to_seller"),
        RefundReason::PaidTwice => to_person(turn, "refund.disputed"),
        RefundReason::ChangedMind => changed_mind(turn, &found),
        RefundReason::DeliveryFee => ask_yes(turn, reason, &found),
    }
}

/// The customer told what for.
pub(super) fn reason_chosen(turn: &mut Turn<'_>, answer: &str) {
    let reason = RefundReason::from_code(answer);
    task::turn_into(turn, Flow::Refund { reason, photos: Vec::new(), shown: false });
}

/// It has not come: lost after «delivered», late, or simply not due yet.
fn not_arrived(turn: &mut Turn<'_>, found: &Found) {
    let today = turn.context.policy.today(turn.context.now);
    let number = task::number_of(found);
    if found.parcel.is_delivered() {
        return parcel::not_received(turn, number);
    }
    if found.parcel.is_late(today) {
        return parcel::late(turn, &found.parcel);
    }
    let reply = turn
        .reply("refund.on_its_way")
        .with("number", number)
        .with_some("planned", found.parcel.planned.map(Value::Date));
    let (refuse, person) = (cancel::button(turn), turn.person_row());
    task::solved(turn, vec![reply], vec![refuse, person]);
}

/// It is not wanted any more: before it was handed over that is cancelling, after it there are some days.
fn changed_mind(turn: &mut Turn<'_>, found: &Found) {
    let Some(order) = found.parcel.order.as_ref() else {
        return to_person(turn, "refund.unknown_order");
    };
    match order.state {
        OrderState::Accepted | OrderState::InTransit => task::turn_into(turn, Flow::Cancel { refuse: false }),
        OrderState::Cancelled | OrderState::Refused => to_person(turn, "refund.unknown_order"),
        OrderState::Delivered => {
            let days = turn.context.policy.return_days;
            let last = order.delivered.and_then(|day| day.checked_add_days(Days::new(u64::from(days))));
            let today = turn.context.policy.today(turn.context.now);
            match last {
                Some(last) if last < today => {
                    let reply = turn.reply("refund.too_late").with("date", Value::Date(last));
                    let buttons = vec![turn.person_row()];
                    turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
                }
                Some(_) | None => ask_yes(turn, RefundReason::ChangedMind, found),
            }
        }
    }
}

fn ask_yes(turn: &mut Turn<'_>, reason: RefundReason, found: &Found) {
    let Some(order) = found.parcel.order.as_ref() else {
        return to_person(turn, "refund.unknown_order");
    };
    if !task::proven(turn, found) {
        return;
    }
    let reply = turn
        .reply(&format!("refund.confirm_{}", reason.code()))
        .with("number", task::number_of(found))
        .with("days", Value::Number(i64::from(turn.context.policy.refund_days)))
        .with_some("sum", order.sum.map(Value::Sum).filter(|_| reason == RefundReason::ChangedMind));
    task::confirm(turn, Change::Refund(reason), reply);
}

fn to_person(turn: &mut Turn<'_>, key: &str) {
    let days = Value::Number(i64::from(turn.context.policy.dispute_days));
    let reply = turn.reply(key).with("days", days);
    turn.lead(reply);
    turn.hand_off(Reason::Accepted);
}

/// A picture, or the word that there is none. Whether it was taken for an answer.
pub(super) fn evidence(turn: &mut Turn<'_>, message: &Message) -> bool {
    let Some(Flow::Refund { photos, shown, .. }) = turn.state.task.as_mut().map(|task| &mut task.flow) else {
        return false;
    };
    match message.kind {
        Kind::Photo | Kind::Video | Kind::VideoNote | Kind::Document | Kind::Animation => photos.push(message.id),
        Kind::Text => {}
        Kind::Audio | Kind::Voice | Kind::Sticker | Kind::Contact | Kind::Location | Kind::Other => return false,
    }
    *shown = true;
    turn.state.open = None;
    task::go_on(turn);
    true
}

/// The carrier has taken the request.
pub(super) fn done(turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) {
    let order = turn.state.task.as_ref().and_then(|task| task.found.clone()).and_then(|found| found.parcel.order);
    let whole = instruction.change == Change::Refund(RefundReason::ChangedMind);
    let reply = cancel::confirmation(turn, "refund.done", instruction, done)
        .with_some("sum", order.and_then(|order| order.sum).filter(|_| whole).map(Value::Sum));
    let person = turn.person_row();
    task::solved(turn, vec![reply], vec![person]);
}

/// Money was asked back before. What is overdue is not recited, somebody looks into it.
fn asked_before(turn: &mut Turn<'_>, order: &Order) {
    let (Some(refund), Some(state)) = (&order.refund, state_of(turn, order)) else {
        return;
    };
    let until = due(turn, refund);
    match refund.state {
        RefundState::Asked | RefundState::Granted if until < turn.context.policy.today(turn.context.now) => {
            let reference = Value::Text(refund.reference.clone());
            let reply = turn.reply("refund.overdue").with("reference", reference).with("date", Value::Date(until));
            turn.lead(reply);
            turn.hand_off(Reason::Late);
        }
        RefundState::Asked | RefundState::Granted | RefundState::Paid => task::solved(turn, vec![state], Vec::new()),
        RefundState::Declined => {
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Person { about: INTENT.into() }, state, buttons);
        }
    }
}

/// By when money that was asked back should be there.
fn due(turn: &Turn<'_>, refund: &Refund) -> NaiveDate {
    let days = Days::new(u64::from(turn.context.policy.refund_days));
    refund.asked.checked_add_days(days).unwrap_or(refund.asked)
}

/// How money that was asked back before stands.
pub(super) fn state_of(turn: &Turn<'_>, order: &Order) -> Option<Reply> {
    let refund = order.refund.as_ref()?;
    let key = format!("refund.state_{}", refund.state.code());
    let reply = turn.reply(&key).with("reference", Value::Text(refund.reference.clone()));
    Some(match refund.state {
        RefundState::Asked | RefundState::Granted => reply.with("date", Value::Date(due(turn, refund))),
        RefundState::Paid | RefundState::Declined => reply.with("date", Value::Date(refund.asked)),
    })
}
