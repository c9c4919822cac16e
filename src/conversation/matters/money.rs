//! Money that comes back: what every confirmation holds, and how a refund asked for before stands.

use crate::conversation::turn::Turn;
use crate::parcel::{Done, Instruction, Order, OrderState, Refund, RefundState};
use crate::phrases::{Reply, Value};
use chrono::{Days, NaiveDate};

/// What every confirmation holds: which parcel, the number to quote, by when the money is back.
pub(in crate::conversation) fn confirmation(
    turn: &Turn<'_>,
    key: &str,
    instruction: &Instruction,
    done: &Done,
) -> Reply {
    turn.reply(key)
        .with("number", Value::Text(instruction.number.to_string()))
        .with("reference", Value::Text(done.reference.clone()))
        .with("date", Value::Date(promised(turn)))
}

/// By when money is back that is asked for today.
pub(in crate::conversation) fn promised(turn: &Turn<'_>) -> NaiveDate {
    turn.context.policy.today(turn.context.now) + Days::new(u64::from(turn.context.policy.refund_days))
}

/// How money that was asked back before stands.
pub(in crate::conversation) fn state_of(turn: &Turn<'_>, order: &Order) -> Option<Reply> {
    let refund = order.refund.as_ref()?;
    // The money of an order that was cancelled waits for nobody's decision.
    let cancelled = matches!(order.state, OrderState::Cancelled | OrderState::Refused);
    if cancelled && matches!(refund.state, RefundState::Asked | RefundState::Granted) {
        let reply = turn.reply("refund.state_cancelled").with("reference", Value::Text(refund.reference.clone()));
        return Some(reply.with("date", Value::Date(due(turn, refund))));
    }
    let key = format!("refund.state_{}", refund.state.code());
    let reply = turn.reply(&key).with("reference", Value::Text(refund.reference.clone()));
    Some(match refund.state {
        RefundState::Asked | RefundState::Granted => reply.with("date", Value::Date(due(turn, refund))),
        RefundState::Paid | RefundState::Declined => reply.with("date", Value::Date(refund.asked)),
    })
}

/// By when money that was asked back should be there.
pub(in crate::conversation) fn due(turn: &Turn<'_>, refund: &Refund) -> NaiveDate {
    let days = Days::new(u64::from(turn.context.policy.refund_days));
    refund.asked.checked_add_days(days).unwrap_or(refund.asked)
}
