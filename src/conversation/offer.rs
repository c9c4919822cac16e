//! The customs offer does not pass.
//!
//! ```text
//! customer: оферта не подтверждается
//! bot:      asks what is to be seen, with buttons             (at most two such questions)
//! customer: [Данные не принимают] → [Паспорт недавно меняли]
//! bot:      what helps, step by step; or unblocks, annuls and sends a new link through the carrier
//! ```
//!
//! What the message or the carrier says already is not asked. The days that are left are said and remembered.

use super::effect::{Effect, Post};
use super::event::{CarrierQuestion, Tracked, Why};
use super::pressed::Pressed;
use super::promise::{self, Outcome, Owner, Promised, Timer};
use super::state::{Group, Holder, Question, Reason, Reminder};
use super::task::{self, Cause, Flow};
use super::turn::Turn;
use super::{Button, link, refund};
use crate::parcel::{Change, Found, OfferState, Parcel, TrackingNumber};
use crate::phrases::{Reply, Value};
use crate::understanding::Slots;
use chrono::{DateTime, Duration, NaiveDate, Utc};

pub(super) const INTENT: &str = "offer_blocked";

/// So many days before the end the reminders begin.
const REMIND_FROM: i64 = 3;
/// After the desk opens, reminders wait this long: nobody is woken.
const AFTER_OPENING: Duration = Duration::hours(1);

/// The customer's offer does not pass; the words may say why.
pub(super) fn begin(turn: &mut Turn<'_>, text: &str, slots: &Slots) {
    let cause = turn.choice(INTENT, "cause_", text).as_deref().and_then(Cause::from_code);
    task::begin(turn, Flow::Offer { cause }, slots);
}

/// The next step.
pub(super) fn go_on(turn: &mut Turn<'_>, cause: Option<Cause>) {
    let Some(cause) = cause else {
        return find_cause(turn);
    };
    match cause {
        // What the customer can do without us: no number is needed for it.
        Cause::DataMismatch | Cause::NoInn | Cause::PassportLost => advise(turn, cause),
        Cause::InnNotLinked | Cause::Technical => {
            if let Some(found) = task::parcel(turn)
                && !settled_by_state(turn, &found)
            {
                by_hand(turn, cause, &found);
            }
        }
        Cause::ForeignCitizen => {
            if let Some(found) = task::parcel(turn)
                && !settled_by_state(turn, &found)
            {
                let reply = turn.reply("offer_blocked.help_foreign_citizen");
                turn.lead(reply);
                turn.hand_off(Reason::Accepted);
            }
        }
        Cause::LinkBlocked => {
            if let Some(found) = task::parcel(turn) {
                match state_of(turn, &found) {
                    Some(OfferState::Blocked) => unblock(turn, &found),
                    Some(_) | None => link::by_state(turn, &found),
                }
            }
        }
        Cause::CheckStuck => {
            if let Some(found) = task::parcel(turn) {
                match state_of(turn, &found) {
                    Some(OfferState::Checking) => checking(turn, &found),
                    Some(_) | None => link::by_state(turn, &found),
                }
            }
        }
        Cause::LinkNotReceived => task::turn_into(turn, Flow::Link),
        Cause::DeadlinePassed => {
            if let Some(found) = task::parcel(turn) {
                deadline(turn, &found);
            }
        }
    }
}

/// The cause is not known: what the carrier knows settles it, or the customer is asked what they see.
fn find_cause(turn: &mut Turn<'_>) {
    let known = turn.state.task.as_ref().is_some_and(|task| task.number.is_some()) || turn.state.parcel.is_some();
    if known {
        let Some(found) = task::parcel(turn) else {
            return;
        };
        if settled_by_state(turn, &found) {
            return;
        }
    }
    let reply = turn.reply("offer_blocked.ask_sight");
    task::choose(turn, Group::Sight, reply);
}

/// The customer told what they see, or what the matter with the data may be.
pub(super) fn chosen(turn: &mut Turn<'_>, group: Group, answer: &str) {
    let cause = match (group, answer) {
        (Group::Sight, "not_accepted") => {
            let reply = turn.reply("offer_blocked.ask_mismatch");
            return task::choose(turn, Group::Mismatch, reply);
        }
        (Group::Sight, "passport") => {
            let reply = turn.reply("offer_blocked.ask_passport");
            return task::choose(turn, Group::Passport, reply);
        }
        (Group::Mismatch, "passport_changed") => Some(Cause::InnNotLinked),
        (Group::Mismatch, "all_right") => Some(Cause::Technical),
        (Group::Mismatch, _) => Some(Cause::DataMismatch),
        (Group::Passport, "foreign") => Some(Cause::ForeignCitizen),
        (Group::Passport, _) => Some(Cause::PassportLost),
        (_, other) => Cause::from_code(other),
    };
    task::turn_into(turn, Flow::Offer { cause });
}

/// How the offer stands: the carrier's word, and the calendar's.
pub(super) fn state_of(turn: &Turn<'_>, found: &Found) -> Option<OfferState> {
    let offer = found.parcel.offer.as_ref()?;
    let today = turn.context.policy.today(turn.context.now);
    let over = offer.deadline(turn.context.policy.offer_days).is_some_and(|last| last < today);
    if over && offer.waits_for_recipient() { Some(OfferState::Expired) } else { Some(offer.state) }
}

/// Whether how the offer stands makes further questions needless; then it was answered.
fn settled_by_state(turn: &mut Turn<'_>, found: &Found) -> bool {
    let number = task::number_of(found);
    match state_of(turn, found) {
        Some(OfferState::Confirmed) => confirmed(turn, number),
        Some(OfferState::NotSent) => not_sent(turn, number),
        Some(OfferState::Blocked) => task::turn_into(turn, Flow::Offer { cause: Some(Cause::LinkBlocked) }),
        Some(OfferState::Expired) => task::turn_into(turn, Flow::Offer { cause: Some(Cause::DeadlinePassed) }),
        Some(OfferState::Checking) => task::turn_into(turn, Flow::Offer { cause: Some(Cause::CheckStuck) }),
        Some(OfferState::Sent | OfferState::Rejected) | None => return false,
    }
    true
}

/// Confirmed already: good news.
pub(super) fn confirmed(turn: &mut Turn<'_>, number: Value) {
    let reply = turn.reply("offer_blocked.confirmed").with("number", number);
    task::solved(turn, vec![reply], Vec::new());
}

/// There is no link yet, and why.
pub(super) fn not_sent(turn: &mut Turn<'_>, number: Value) {
    let reply = turn.reply("resend_link.not_sent").with("number", number);
    task::solved(turn, vec![reply], Vec::new());
}

/// What helps, step by step; a new link is a press away.
fn advise(turn: &mut Turn<'_>, cause: Cause) {
    let reply = turn.reply(&format!("offer_blocked.help_{}", cause.code()));
    let found = turn.state.task.as_ref().and_then(|task| task.found.clone());
    let clock = found.and_then(|found| days_left(turn, &found.parcel));
    let new_link = vec![turn.wish_button(link::INTENT)];
    task::solved(turn, std::iter::once(reply).chain(clock).collect(), vec![new_link]);
}

/// What a person confirms by hand from documents.
fn by_hand(turn: &mut Turn<'_>, cause: Cause, found: &Found) {
    let email = turn.context.policy.papers_email.clone().map(Value::Text);
    let reply = turn.reply(&format!("offer_blocked.help_{}", cause.code())).with_some("email", email);
    let clock = days_left(turn, &found.parcel);
    turn.state.open = Some(Question::Person { about: INTENT.into() });
    let buttons = vec![turn.person_row()];
    turn.say_parts(std::iter::once(reply).chain(clock).collect(), buttons);
}

fn unblock(turn: &mut Turn<'_>, found: &Found) {
    if task::proven(turn, found) {
        let reply = turn.reply("offer_blocked.confirm_unblock").with("number", task::number_of(found));
        task::confirm(turn, Change::UnblockOffer, reply);
    }
}

/// In checking: for a normal while, or for too long.
pub(super) fn checking(turn: &mut Turn<'_>, found: &Found) {
    let since = found.parcel.offer.as_ref().and_then(|offer| offer.checking_since);
    let number = task::number_of(found);
    let stuck = since.is_none_or(|since| turn.context.now - since >= turn.context.policy.check_stuck);
    if !stuck {
        let until = since.map(|since| since + turn.context.policy.check_stuck).map(|at| turn.moment(at));
        let reply = turn.reply("offer_blocked.checking").with("number", number).with_some("deadline", until);
        return task::solved(turn, vec![reply], Vec::new());
    }
    if task::proven(turn, found) {
        let reply = turn.reply("offer_blocked.confirm_annul").with("number", number);
        task::confirm(turn, Change::AnnulOffer, reply);
    }
}

/// The days are over, or the customer thinks so.
pub(super) fn deadline(turn: &mut Turn<'_>, found: &Found) {
    match state_of(turn, found) {
        Some(OfferState::Confirmed) => confirmed(turn, task::number_of(found)),
        Some(OfferState::Sent | OfferState::Rejected | OfferState::Checking | OfferState::Blocked) => {
            let reply = turn.reply("offer_blocked.not_over").with("number", task::number_of(found));
            let clock = days_left(turn, &found.parcel);
            let new_link = vec![turn.wish_button(link::INTENT)];
            task::solved(turn, std::iter::once(reply).chain(clock).collect(), vec![new_link]);
        }
        Some(OfferState::Expired | OfferState::NotSent) | None => {
            let reply = turn.reply("offer_blocked.deadline_passed").with("number", task::number_of(found));
            let back = vec![turn.wish_button(refund::INTENT)];
            let person = turn.person_row();
            task::solved(turn, vec![reply], vec![back, person]);
        }
    }
}

/// How many days are left to confirm the offer; the bot promises to remind of it.
pub(super) fn days_left(turn: &mut Turn<'_>, parcel: &Parcel) -> Option<Reply> {
    let last = last_day(turn, parcel)?;
    let left = (last - turn.context.policy.today(turn.context.now)).num_days();
    let reply =
        |turn: &Turn<'_>, key: &str| turn.reply(key).with("days", Value::Number(left)).with("date", Value::Date(last));
    if left == 0 {
        return Some(reply(turn, "offer_blocked.last_day"));
    }
    let remind = remind_at(turn, last);
    if !turn.state.reminders.iter().any(|known| known.number == parcel.number) {
        promise_reminder(turn, parcel.number.clone(), remind);
    }
    let day = Value::Date(turn.context.policy.today(remind));
    Some(reply(turn, "offer_blocked.days_left").with("remind", day))
}

/// The last day of an offer that still waits for its recipient.
fn last_day(turn: &Turn<'_>, parcel: &Parcel) -> Option<NaiveDate> {
    let offer = parcel.offer.as_ref().filter(|offer| offer.waits_for_recipient())?;
    let last = offer.deadline(turn.context.policy.offer_days)?;
    (last >= turn.context.policy.today(turn.context.now)).then_some(last)
}

/// When to remind next: three days before the end, and from then on each day.
fn remind_at(turn: &Turn<'_>, last: NaiveDate) -> DateTime<Utc> {
    let policy = turn.context.policy;
    let tomorrow = policy.today(turn.context.now) + Duration::days(1);
    let day = (last - Duration::days(REMIND_FROM)).max(tomorrow);
    policy.moment(day, policy.opens) + AFTER_OPENING
}

fn promise_reminder(turn: &mut Turn<'_>, number: TrackingNumber, at: DateTime<Utc>) {
    // Said as a day: any hour of it keeps the promise.
    let due = at + Duration::hours(8);
    promise::make(turn, Promised::Reminder(number.clone()), Owner::Bot, due);
    turn.effect(Effect::Timer { timer: Timer::Offer(number.clone()), at });
    turn.state.reminders.push(Reminder { number, due });
}

/// The moment to remind has come: whether it is still needed, the carrier knows.
pub(super) fn remind(turn: &mut Turn<'_>, number: TrackingNumber) {
    if turn.state.reminders.iter().any(|known| known.number == number) {
        let phone = turn.state.phone.clone();
        turn.effect(Effect::Ask(CarrierQuestion::Track { number, phone, why: Why::Remind }));
    }
}

/// The carrier told how the offer stands of which the customer is to be reminded.
pub(super) fn tracked(turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked) {
    let Some(at) = turn.state.reminders.iter().position(|known| known.number == number) else {
        return;
    };
    if answer == Tracked::Down {
        let at = turn.context.now + Duration::hours(1);
        return turn.effect(Effect::Timer { timer: Timer::Offer(number), at });
    }
    let Reminder { due, .. } = turn.state.reminders.remove(at);
    let Tracked::Found(found) = answer else {
        return promise::end(turn, Promised::Reminder(number), due, Outcome::Dropped);
    };
    let Some(last) = last_day(turn, &found.parcel) else {
        return promise::end(turn, Promised::Reminder(number), due, Outcome::Dropped);
    };
    promise::keep(turn, Promised::Reminder(number.clone()), due);
    let left = (last - turn.context.policy.today(turn.context.now)).num_days();
    let key = if left == 0 { "offer_blocked.reminder_last" } else { "offer_blocked.reminder" };
    let reply = turn
        .reply(key)
        .with("number", task::number_of(&found))
        .with("days", Value::Number(left))
        .with("date", Value::Date(last));
    match turn.state.holder {
        Holder::Bot => {
            let buttons: Vec<Vec<Button>> = vec![vec![turn.wish_button(link::INTENT)], vec![turn.wish_button(INTENT)]];
            turn.say_with(reply, buttons);
        }
        Holder::Queue { .. } | Holder::Agent { .. } => {
            let language = turn.context.phrasebook.desk_language();
            turn.post(Post::Notice(reply.in_language(language)));
        }
    }
    if left > 0 {
        let next = remind_at(turn, last);
        promise_reminder(turn, number, next);
    }
}

/// The button that leads here from a status.
pub(super) fn button(turn: &Turn<'_>) -> Vec<Button> {
    vec![turn.button("button.offer_help", Pressed::Wish(INTENT.into()))]
}
