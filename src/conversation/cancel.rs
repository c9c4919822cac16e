//! The order is cancelled, or the parcel refused.
//!
//! ```text
//! customer: отмените заказ
//! bot:      consequences, and one question: really?          (after the number and the phone)
//! customer: да, отменить
//! bot:      asks the carrier; a confirmation with a number; why, once
//! ```
//!
//! On its way a parcel cannot be cancelled, only refused, now or at the door. What was handed over leads to a
//! refund. «Передумал, не отменяйте» stops it at any moment before the yes.

use super::effect::Effect;
use super::state::{Group, Question, Reason};
use super::task::{self, Flow};
use super::turn::Turn;
use super::{Button, refund};
use crate::parcel::{Change, Done, Found, Instruction, Order, OrderState, Recipient};
use crate::phrases::{Reply, Value};
use crate::understanding::Slots;

pub(super) const INTENT: &str = "cancel";

/// The customer wants it cancelled.
pub(super) fn begin(turn: &mut Turn<'_>, slots: &Slots) {
    // Who is asked for the number hears the regret there.
    if !slots.tracking_numbers.is_empty() {
        let sorry = turn.reply("cancel.sorry");
        turn.lead(sorry);
    }
    task::begin(turn, Flow::Cancel { refuse: false }, slots);
}

/// The next step, by how the order stands.
pub(super) fn go_on(turn: &mut Turn<'_>, refuse: bool) {
    let Some(found) = task::parcel(turn) else {
        return;
    };
    let number = task::number_of(&found);
    let Some(order) = found.parcel.order.clone() else {
        let reply = turn.reply("cancel.unknown_order").with("number", number);
        turn.lead(reply);
        return turn.hand_off(Reason::Accepted);
    };
    match order.state {
        OrderState::Accepted => ask_yes(turn, Change::Cancel, &found, &order),
        OrderState::InTransit if refuse => ask_yes(turn, Change::Refuse, &found, &order),
        OrderState::InTransit => {
            let reply = turn.reply("cancel.in_transit").with("number", number);
            task::choose(turn, Group::Refusal, reply);
        }
        OrderState::Delivered => {
            let reply = turn.reply("cancel.delivered").with("number", number);
            let reply = reply.with("days", Value::Number(i64::from(turn.context.policy.return_days)));
            turn.state.task = None;
            let buttons = vec![vec![turn.wish_button(refund::INTENT)], turn.person_row()];
            turn.ask(Question::Clarify(vec![refund::INTENT.into()]), reply, buttons);
        }
        OrderState::Cancelled | OrderState::Refused => {
            let key = match order.state {
                OrderState::Cancelled => "cancel.already_cancelled",
                OrderState::Refused | OrderState::Accepted | OrderState::InTransit | OrderState::Delivered => {
                    "cancel.already_refused"
                }
            };
            let reply = turn.reply(key).with("number", number);
            let known = found.recipient == Recipient::Proven;
            let money = refund::state_of(turn, &order).filter(|_| known);
            task::solved(turn, std::iter::once(reply).chain(money).collect(), Vec::new());
        }
    }
}

fn ask_yes(turn: &mut Turn<'_>, change: Change, found: &Found, order: &Order) {
    if !task::proven(turn, found) {
        return;
    }
    let reply = turn
        .reply(&format!("cancel.confirm_{}", change.code()))
        .with("number", task::number_of(found))
        .with("days", Value::Number(i64::from(turn.context.policy.refund_days)))
        .with_some("sum", order.sum.map(Value::Sum));
    task::confirm(turn, change, reply);
}

/// The customer chose how to refuse a parcel on its way.
pub(super) fn refusal_chosen(turn: &mut Turn<'_>, answer: &str) {
    match answer {
        "now" => task::turn_into(turn, Flow::Cancel { refuse: true }),
        "at_door" => {
            let reply = turn.reply("cancel.at_door");
            task::solved(turn, vec![reply], Vec::new());
        }
        _ => stop(turn),
    }
}

/// «Передумал, не отменяйте».
pub(super) fn stop(turn: &mut Turn<'_>) {
    turn.state.task = None;
    turn.state.open = None;
    turn.state.wish = None;
    let reply = turn.reply("cancel.declined");
    turn.say(reply);
    super::customer::next_wish(turn);
}

/// The carrier has cancelled it: everything in one message, and the reason is asked, once.
pub(super) fn done(turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) {
    let order = turn.state.task.take().and_then(|task| task.found).and_then(|found| found.parcel.order);
    let reply = confirmation(turn, &format!("cancel.done_{}", instruction.change.code()), instruction, done)
        .with_some("sum", order.and_then(|order| order.sum).map(Value::Sum));
    turn.state.wish = None;
    let person = turn.person_row();
    turn.say_with(reply, vec![person]);
    let why = turn.reply("cancel.ask_reason");
    task::choose(turn, Group::CancelReason, why);
}

/// What every confirmation holds: which parcel, the number to quote, by when the money is back.
pub(super) fn confirmation(turn: &Turn<'_>, key: &str, instruction: &Instruction, done: &Done) -> Reply {
    let policy = turn.context.policy;
    let until = policy.today(turn.context.now) + chrono::Days::new(u64::from(policy.refund_days));
    turn.reply(key)
        .with("number", Value::Text(instruction.number.to_string()))
        .with("reference", Value::Text(done.reference.clone()))
        .with("date", Value::Date(until))
}

/// The customer said why: thanked for and recorded.
pub(super) fn reason_given(turn: &mut Turn<'_>, choice: Option<&str>, words: Option<&str>) {
    turn.state.open = None;
    if choice == Some("skip") {
        let reply = turn.reply("common.fine");
        turn.say(reply);
        return super::customer::next_wish(turn);
    }
    let (choice, words) = (choice.map(str::to_owned), words.map(str::to_owned));
    turn.effect(Effect::Feedback { about: INTENT, choice, words });
    let reply = turn.reply("cancel.thanks");
    turn.say(reply);
    super::customer::next_wish(turn);
}

/// The button that leads here.
pub(super) fn button(turn: &Turn<'_>) -> Vec<Button> {
    vec![turn.wish_button(INTENT)]
}
