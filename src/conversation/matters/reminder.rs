//! The days that are left to confirm an offer: said, remembered, and reminded of.

use super::status::truth;
use crate::conversation::deadline;
use crate::conversation::effect::{Button, Effect, Post};
use crate::conversation::event::{CarrierRequest, Tracked, Why};
use crate::conversation::ids::intent;
use crate::conversation::promise::{Owner, PromiseOutcome, Promised, Timer};
use crate::conversation::state::{Assignee, Reminder};
use crate::conversation::steps;
use crate::conversation::turn::Turn;
use crate::parcel::{Parcel, TrackingNumber};
use crate::phrases::{Reply, Value};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// So many days before the end the reminders begin.
const REMIND_FROM: i64 = 3;
/// After the desk opens, reminders wait this long: no customer is woken.
const AFTER_OPENING: Duration = Duration::hours(1);

/// How many days are left to confirm the offer; the bot promises to remind of it.
pub(in crate::conversation) fn days_left(turn: &mut Turn<'_>, parcel: &Parcel) -> Option<Reply> {
    let last = last_day(turn, parcel)?;
    let left = (last - turn.context.policy.today(turn.context.now)).num_days();
    let reply =
        |turn: &Turn<'_>, key: &str| turn.reply(key).with("days", Value::Number(left)).with("date", Value::Date(last));
    if left == 0 {
        return Some(reply(turn, "offer_blocked.last_day"));
    }
    let remind = remind_at(turn, last);
    if !turn.state.work.reminders.iter().any(|known| known.number == parcel.number) {
        promise_reminder(turn, parcel.number.clone(), remind);
    }
    let day = Value::Date(turn.context.policy.today(remind));
    Some(reply(turn, "offer_blocked.days_left").with("remind", day))
}

/// The last day of an offer that still waits for its recipient.
pub(in crate::conversation) fn last_day(turn: &Turn<'_>, parcel: &Parcel) -> Option<NaiveDate> {
    truth(turn, parcel).until()
}

/// When to remind next: three days before the end, and from then on each day.
fn remind_at(turn: &Turn<'_>, last: NaiveDate) -> DateTime<Utc> {
    let policy = turn.context.policy;
    let tomorrow = policy.today(turn.context.now) + Duration::days(1);
    let day = (last - Duration::days(REMIND_FROM)).max(tomorrow);
    policy.daylight(day) + AFTER_OPENING
}

fn promise_reminder(turn: &mut Turn<'_>, number: TrackingNumber, at: DateTime<Utc>) {
    // Said as a day: any hour of it keeps the promise.
    let due = at + Duration::hours(8);
    deadline::make(turn, Promised::Reminder(number.clone()), Owner::Bot, due);
    turn.effect(Effect::Timer { timer: Timer::Offer(number.clone()), at });
    turn.state.work.reminders.push(Reminder { number, due });
}

/// The moment to remind has come: whether it is still needed, the carrier knows.
pub(in crate::conversation) fn remind(turn: &mut Turn<'_>, number: TrackingNumber) {
    if turn.state.work.reminders.iter().any(|known| known.number == number) {
        let phone = turn.state.customer.phone.clone();
        turn.effect(Effect::Ask(CarrierRequest::Track { number, phone, why: Why::Remind }));
    }
}

/// The carrier told how the offer stands of which the customer is to be reminded.
pub(in crate::conversation) fn tracked(turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked) {
    let Some(at) = turn.state.work.reminders.iter().position(|known| known.number == number) else {
        return;
    };
    if answer == Tracked::Down {
        let at = turn.context.now + Duration::hours(1);
        return turn.effect(Effect::Timer { timer: Timer::Offer(number), at });
    }
    let Reminder { due, .. } = turn.state.work.reminders.remove(at);
    let Tracked::Found(found) = answer else {
        return deadline::end(turn, Promised::Reminder(number), due, PromiseOutcome::Dropped);
    };
    let Some(last) = last_day(turn, &found.parcel) else {
        return deadline::end(turn, Promised::Reminder(number), due, PromiseOutcome::Dropped);
    };
    deadline::keep(turn, Promised::Reminder(number.clone()), due);
    let left = (last - turn.context.policy.today(turn.context.now)).num_days();
    let key = if left == 0 { "offer_blocked.reminder_last" } else { "offer_blocked.reminder" };
    let reply = turn
        .reply(key)
        .with("number", steps::number_of(&found))
        .with("days", Value::Number(left))
        .with("date", Value::Date(last));
    match turn.state.desk.assignee {
        Assignee::Bot => {
            let buttons: Vec<Vec<Button>> =
                vec![vec![turn.request_button(intent::RESEND_LINK)], vec![turn.request_button(intent::OFFER_BLOCKED)]];
            turn.say_with(reply, buttons);
        }
        Assignee::Queue { .. } | Assignee::Agent { .. } => {
            let language = turn.context.phrasebook.desk_language();
            turn.post(Post::Notice(reply.in_language(language)));
        }
    }
    if left > 0 {
        let next = remind_at(turn, last);
        promise_reminder(turn, number, next);
    }
}
