//! The link to the offer is sent again: to its recipient, not too often, and always with how to know the real one.
//!
//! ```text
//! customer: ссылка не пришла
//! bot:      the number; the phone by Telegram's own button
//! bot:      the link, how to recognise it, how many days are left
//! ```

use super::offer;
use super::state::{LinkSent, Question, Reason};
use super::task::{self, Cause, Flow};
use super::turn::Turn;
use crate::parcel::{Change, Done, Found, Instruction, OfferState};
use crate::phrases::Value;
use crate::understanding::Slots;
use chrono::Duration;

pub(super) const INTENT: &str = "resend_link";

/// The customer wants the link.
pub(super) fn begin(turn: &mut Turn<'_>, slots: &Slots) {
    task::begin(turn, Flow::Link, slots);
}

/// The next step.
pub(super) fn go_on(turn: &mut Turn<'_>) {
    if let Some(found) = task::parcel(turn) {
        by_state(turn, &found);
    }
}

/// What can be done about the link as the offer stands.
pub(super) fn by_state(turn: &mut Turn<'_>, found: &Found) {
    let number = task::number_of(found);
    match offer::state_of(turn, found) {
        None => {
            let reply = turn.reply("resend_link.no_offer").with("number", number);
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
        }
        Some(OfferState::NotSent) => offer::not_sent(turn, number),
        Some(OfferState::Confirmed) => offer::confirmed(turn, number),
        Some(OfferState::Expired) => offer::deadline(turn, found),
        Some(OfferState::Blocked) => task::turn_into(turn, Flow::Offer { cause: Some(Cause::LinkBlocked) }),
        Some(OfferState::Checking) => offer::checking(turn, found),
        Some(OfferState::Sent | OfferState::Rejected) => send(turn, found),
    }
}

/// Sends it, if that is the recipient's wish and not one too many.
fn send(turn: &mut Turn<'_>, found: &Found) {
    if !task::proven(turn, found) {
        return;
    }
    let (now, policy) = (turn.context.now.timestamp_millis(), turn.context.policy);
    turn.state.links.retain(|sent| now - sent.at < Duration::days(1).num_milliseconds());
    let of_this: Vec<i64> =
        turn.state.links.iter().filter(|sent| sent.number == found.parcel.number).map(|sent| sent.at).collect();
    if of_this.len() >= policy.links_a_day {
        let reply = turn.reply("resend_link.too_often");
        turn.lead(reply);
        return turn.hand_off(Reason::Accepted);
    }
    let wait = of_this.last().map(|at| policy.link_pause.num_milliseconds() - (now - at)).filter(|wait| *wait > 0);
    if let Some(wait) = wait {
        // Whole minutes, rounded up: nobody is told «0 minutes».
        let minutes = (wait + 59_999) / 60_000;
        let reply = turn.reply("resend_link.too_soon").with("minutes", Value::Number(minutes));
        return task::solved(turn, vec![reply], Vec::new());
    }
    task::instruct(turn, Change::ResendLink);
}

/// The carrier has sent the link, after it opened or annulled the offer where that was asked.
pub(super) fn sent(turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) {
    let number = Value::Text(instruction.number.to_string());
    let sent = LinkSent { number: instruction.number.clone(), at: turn.context.now.timestamp_millis() };
    turn.state.links.push(sent);
    let first = match instruction.change {
        Change::UnblockOffer => Some("offer_blocked.unblocked"),
        Change::AnnulOffer => Some("offer_blocked.annulled"),
        Change::ResendLink | Change::Cancel | Change::Refuse | Change::Refund(_) => None,
    };
    let first = first.map(|key| {
        turn.reply(key).with("number", number.clone()).with("reference", Value::Text(done.reference.clone()))
    });
    let link = match &done.link {
        Some(link) => turn.reply("resend_link.sent").with("link", Value::Text(link.clone())).with("number", number),
        None => {
            let tail = Value::Text(instruction.phone.tail().to_owned());
            let portal = turn.context.policy.portal.clone().map(Value::Text);
            let reply = turn.reply("resend_link.sent_to_phone").with("tail", tail).with("number", number);
            reply.with_some("portal", portal)
        }
    };
    let host = done.link.as_deref().and_then(host_of).map(|host| Value::Text(host.to_owned()));
    let genuine = match host {
        Some(host) => turn.reply("resend_link.genuine").with("host", host),
        None => turn.reply("resend_link.genuine_plain"),
    };
    let found = turn.state.task.as_ref().and_then(|task| task.found.clone());
    let clock = found.and_then(|found| offer::days_left(turn, &found.parcel));
    let parts = first.into_iter().chain([link, genuine]).chain(clock).collect();
    task::solved(turn, parts, Vec::new());
}

/// The host of a link: what a customer compares with what the browser shows.
fn host_of(link: &str) -> Option<&str> {
    let rest = link.split_once("://")?.1;
    rest.split(['/', '?', '#']).next().filter(|host| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_of_a_link() {
        assert_eq!(host_of("https://offer.example.org/a?b=1"), Some("offer.example.org"));
        assert_eq!(host_of("https://localhost/a"), None);
        assert_eq!(host_of("offer.example.org"), None);
    }
}
