//! How an offer stands, what is said of it, and what can be done about its link as it stands.

use super::tell::tell;
use super::{reminder, status};
use crate::conversation::ids::intent;
use crate::conversation::next::Next;
use crate::conversation::state::{Matter, Question, Reason};
use crate::conversation::steps;
use crate::conversation::task::{Cause, Work};
use crate::conversation::turn::Turn;
use crate::parcel::{Change, Found, OfferState, Parcel, Status, StatusCode, Truth, TruthKind};
use crate::phrases::Value;
use chrono::{DateTime, Duration, Utc};

/// How an offer stands, as it follows from the parcel's truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::conversation) enum Stands {
    /// The carrier knows none.
    None,
    /// There is no link yet.
    NotSent,
    /// It waits for the recipient.
    Waits,
    /// The recipient's data is being checked.
    Checking,
    /// Closed by wrong entries.
    Blocked,
    /// Confirmed.
    Confirmed,
    /// Its days are over.
    Expired,
    /// The parcel is past it, or stopped: whatever it waits for, it is not the offer.
    Past,
}

/// Why the offer does not pass, if words say so.
pub(in crate::conversation) fn cause_in(turn: &Turn<'_>, words: &str) -> Option<Cause> {
    turn.choice(intent::OFFER_BLOCKED, "cause_", words).as_deref().and_then(Cause::from_code)
}

/// How the offer stands.
pub(in crate::conversation) fn stands(turn: &Turn<'_>, found: &Found) -> Stands {
    let truth = status::truth(turn, &found.parcel);
    let confirmed = found.parcel.status == Status::Known(StatusCode::OfferConfirmed);
    match truth {
        Truth::OfferToConfirm { .. } => Stands::Waits,
        Truth::OfferChecking { .. } => Stands::Checking,
        Truth::OfferBlocked { .. } => Stands::Blocked,
        Truth::OfferExpired => Stands::Expired,
        Truth::Preorder { .. } | Truth::AtCustoms { .. } | Truth::Unknown { .. } => {
            match found.parcel.offer.as_ref().map(|offer| offer.state) {
                Some(OfferState::NotSent) => Stands::NotSent,
                Some(OfferState::Confirmed) => Stands::Confirmed,
                None if confirmed => Stands::Confirmed,
                None => Stands::None,
                Some(OfferState::Sent | OfferState::Checking | OfferState::Rejected | OfferState::Blocked) => {
                    Stands::Waits
                }
                Some(OfferState::Expired) => Stands::Expired,
            }
        }
        Truth::DutyDue
        | Truth::PapersDue
        | Truth::Prohibited
        | Truth::OnItsWay { .. }
        | Truth::Today { .. }
        | Truth::DayToAgree { .. }
        | Truth::PlaceToAgree
        | Truth::Missed { .. }
        | Truth::Pickup
        | Truth::GoingBack
        | Truth::Cancelled
        | Truth::Delivered
        | Truth::Late { .. } => Stands::Past,
    }
}

/// The offer is not what it is about: how the parcel stands is said instead.
pub(in crate::conversation) fn past(turn: &mut Turn<'_>, found: &Found) -> Next {
    turn.state.work.task = None;
    if status::truth(turn, &found.parcel).kind() == TruthKind::Late {
        let facts = steps::facts_of(turn, found);
        return status::late(turn, &found.parcel).knowing(facts);
    }
    let past = turn.reply("offer_blocked.past").with("number", steps::number_of(found));
    tell(turn, &found.parcel, vec![past]);
    Next::Waiting
}

/// Confirmed already: good news.
pub(in crate::conversation) fn confirmed(turn: &mut Turn<'_>, number: Value) -> Next {
    let reply = turn.reply("offer_blocked.confirmed").with("number", number);
    turn.tells_of(Matter::Confirmed);
    steps::solved(turn, vec![reply], Vec::new())
}

/// There is no link yet, and why.
pub(in crate::conversation) fn not_sent(turn: &mut Turn<'_>, number: Value) -> Next {
    let reply = turn.reply("resend_link.not_sent").with("number", number);
    steps::solved(turn, vec![reply], Vec::new())
}

/// Whether what was entered for an offer has been checked for too long, as far as is known.
pub(in crate::conversation) fn is_stuck(turn: &Turn<'_>, parcel: &Parcel) -> bool {
    let since = parcel.offer.as_ref().and_then(|offer| offer.checking_since);
    since.is_some_and(|since| turn.context.now - since >= turn.context.policy.check_stuck)
}

/// In checking: for a normal while, or for too long.
pub(in crate::conversation) fn checking(turn: &mut Turn<'_>, found: &Found) -> Next {
    let since = found.parcel.offer.as_ref().and_then(|offer| offer.checking_since);
    let number = steps::number_of(found);
    if since.is_some() && !is_stuck(turn, &found.parcel) {
        let until = since.map(|since| since + turn.context.policy.check_stuck).map(|at| turn.moment(at));
        let reply = turn.reply("offer_blocked.checking").with("number", number).with_some("deadline", until);
        let next = steps::solved(turn, vec![reply], Vec::new());
        status::told(turn, &found.parcel);
        return next;
    }
    if let Some(next) = steps::proof(turn, found) {
        return next;
    }
    let reply = turn.reply("offer_blocked.confirm_annul").with("number", number);
    steps::confirm(turn, Change::AnnulOffer, reply)
}

/// The days are over, or the customer thinks so.
pub(in crate::conversation) fn deadline(turn: &mut Turn<'_>, found: &Found) -> Next {
    match stands(turn, found) {
        Stands::Past => past(turn, found),
        Stands::Confirmed => confirmed(turn, steps::number_of(found)),
        Stands::Waits | Stands::Checking | Stands::Blocked => {
            let reply = turn.reply("offer_blocked.not_over").with("number", steps::number_of(found));
            let clock = reminder::days_left(turn, &found.parcel);
            let new_link = vec![turn.request_button(intent::RESEND_LINK)];
            steps::solved(turn, std::iter::once(reply).chain(clock).collect(), vec![new_link])
        }
        Stands::NotSent => not_sent(turn, steps::number_of(found)),
        Stands::Expired | Stands::None => {
            let reply = turn.reply("offer_blocked.deadline_passed").with("number", steps::number_of(found));
            let back = vec![turn.request_button(intent::REFUND)];
            let person = turn.person_row();
            steps::solved(turn, vec![reply], vec![back, person])
        }
    }
}

/// What can be done about the link as the offer stands.
pub(in crate::conversation) fn by_state(turn: &mut Turn<'_>, found: &Found) -> Next {
    let number = steps::number_of(found);
    match stands(turn, found) {
        Stands::Past => past(turn, found),
        // The shop has announced it: the offer, if it needs one, comes when it is sent.
        Stands::None if matches!(status::truth(turn, &found.parcel), Truth::Preorder { .. }) => not_sent(turn, number),
        Stands::None => {
            let reply = turn.reply("resend_link.no_offer").with("number", number);
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Person { about: intent::RESEND_LINK.into() }, reply, buttons);
            Next::Rest
        }
        Stands::NotSent => not_sent(turn, number),
        Stands::Confirmed => confirmed(turn, number),
        Stands::Expired => deadline(turn, found),
        Stands::Blocked => steps::turn_into(turn, Work::Offer { cause: Some(Cause::LinkBlocked) }),
        Stands::Checking => checking(turn, found),
        Stands::Waits => send(turn, found),
    }
}

/// Sends it, if that is the recipient's request and not one too many.
fn send(turn: &mut Turn<'_>, found: &Found) -> Next {
    if let Some(next) = steps::proof(turn, found) {
        return next;
    }
    let (now, policy) = (turn.context.now, turn.context.policy);
    turn.state.work.links.retain(|sent| now - sent.at < Duration::days(1));
    let of_this: Vec<DateTime<Utc>> =
        turn.state.work.links.iter().filter(|sent| sent.number == found.parcel.number).map(|sent| sent.at).collect();
    if of_this.len() >= policy.links_a_day {
        let reply = turn.reply("resend_link.too_often");
        turn.preface(reply);
        return Next::person(Reason::Accepted);
    }
    let wait = of_this.last().map(|at| policy.link_pause - (now - *at)).filter(|wait| *wait > Duration::zero());
    if let Some(wait) = wait {
        // Whole minutes, rounded up: the customer is never told «0 minutes».
        let minutes = (wait.num_milliseconds() + 59_999) / 60_000;
        let reply = turn.reply("resend_link.too_soon").with("minutes", Value::Number(minutes));
        return steps::solved(turn, vec![reply], Vec::new());
    }
    steps::instruct(turn, Change::ResendLink)
}
