//! What stands behind `/start`: the shop's link has brought the customer here, and says what for.
//!
//! ```text
//! t.me/bot?start=p_1000000017  → /start p_1000000017   how that parcel stands, as if its number had been asked about
//! t.me/bot?start=i_refund      → /start i_refund       that request begins, as by its button: nothing is skipped
//! anything else                → /start                the bot says hello
//! ```
//!
//! Everybody can make such a link, and anybody may press it: it proves nothing, and agrees to nothing.

use super::next::{Asked, Next};
use super::state::Request;
use super::turn::Turn;
use super::{flows, original, press, steps};
use crate::parcel::TrackingNumber;

/// As many signs as Telegram takes behind `?start=` (<https://core.telegram.org/bots/features#deep-linking>).
const LONGEST: usize = 64;

/// What a link into the bot asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartLink {
    /// How a parcel stands.
    Parcel(TrackingNumber),
    /// That a request begins, by its intent's id.
    Request(String),
}

impl StartLink {
    /// What stands in the link behind `?start=`; `None` when Telegram would not take it: too long, or of other signs than
    /// Latin letters, digits, `_` and `-`.
    pub fn payload(&self) -> Option<String> {
        let payload = match self {
            StartLink::Parcel(number) => format!("p_{number}"),
            StartLink::Request(intent) => format!("i_{intent}"),
        };
        fits(&payload).then_some(payload)
    }

    /// Reads what Telegram brings behind `/start`; `None` for what is no link of ours.
    pub fn parse(payload: &str) -> Option<StartLink> {
        let (kind, rest) = payload.split_once('_').filter(|(_, rest)| fits(payload) && !rest.is_empty())?;
        match kind {
            "p" => Some(StartLink::Parcel(TrackingNumber::new(rest))),
            "i" => Some(StartLink::Request(rest.to_owned())),
            _ => None,
        }
    }
}

fn fits(payload: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    payload.len() <= LONGEST && payload.chars().all(sign)
}

/// The customer has opened the chat, by a link or without: what comes before is left alone, and they begin anew.
pub(super) fn opened(turn: &mut Turn<'_>, payload: &str) -> Next {
    if let Some(told) = original::opened(turn, payload) {
        turn.say(told);
        return Next::Rest;
    }
    let known = turn.state.customer.said > 0;
    steps::forget_requests(turn);
    if let Some(next) = StartLink::parse(payload).and_then(|link| followed(turn, link)) {
        return next;
    }
    let key = if known { "greeting.welcome_back" } else { "greeting.welcome" };
    let reply = turn.reply(key).with_some("name", turn.name());
    let menu = flows::menu(turn);
    turn.say_with(reply, menu);
    Next::Rest
}

/// Begins what a link asks for; `None` where that is nothing we know.
fn followed(turn: &mut Turn<'_>, link: StartLink) -> Option<Next> {
    let asked = match link {
        StartLink::Parcel(number) => {
            let reading = understanding::read(turn.context.matcher, number.as_str());
            let slots = &reading.slots;
            if slots.tracking_numbers.is_empty() && slots.doubtful_numbers.is_empty() {
                return None;
            }
            let intent = flows::of_a_number().intent();
            Asked { reading: Some(reading), ..Asked::silently(intent) }
        }
        StartLink::Request(intent) if press::is_request(turn, &intent) => Asked::silently(intent),
        StartLink::Request(_) => return None,
    };
    turn.state.work.unclear = None;
    turn.state.work.request = Some(Request { intent: asked.intent.clone(), confidence: 1.0 });
    Some(Next::TakeUp(Box::new(asked)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_link_comes_out_of_it() {
        let parcel = StartLink::Parcel(TrackingNumber::new("RA 123 456 785 RU"));
        let request = StartLink::Request("where_is_parcel".into());
        for (link, payload) in [(parcel, "p_RA123456785RU"), (request, "i_where_is_parcel")] {
            assert_eq!(link.payload().as_deref(), Some(payload));
            assert_eq!(StartLink::parse(payload), Some(link));
        }
    }

    #[test]
    fn what_is_no_link_is_none() {
        let long = format!("p_{}", "1".repeat(63));
        for none in ["", "p_", "i_", "original", "x_1000000017", "p_1000 17", "i_возврат", &long] {
            assert_eq!(StartLink::parse(none), None, "{none}");
        }
        assert_eq!(StartLink::Parcel(TrackingNumber::new("ЖЖЖ1")).payload(), None, "Telegram would not take it");
        assert_eq!(StartLink::Request("i".repeat(63)).payload(), None, "nor this");
    }
}
