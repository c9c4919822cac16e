//! The link to the offer is sent again: to its recipient, not too often, and always with how to know the real one.
//!
//! ```text
//! customer: ссылка не пришла
//! bot:      the number; the phone by Telegram's own button
//! bot:      the link, how to recognise it, how many days are left
//! ```

use super::flow::Flow;
use crate::conversation::ids::intent;
use crate::conversation::matters::{offer, reminder, status};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{LinkSent, Matter, Reason};
use crate::conversation::steps;
use crate::conversation::task::{Cause, Work};
use crate::conversation::turn::Turn;
use crate::parcel::{Change, ChangeRefused, Done, Instruction};
use crate::phrases::{Key, Value};

/// Sends the link again.
pub(super) struct ResendLink;

impl Flow for ResendLink {
    fn intent(&self) -> &'static str {
        intent::RESEND_LINK
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        // «Ссылку дайте, а то паспорт узбекский не берёт»: what holds the offer up is the matter.
        let cause = offer::cause_in(turn, &asked.text);
        let work = match cause {
            Some(Cause::ForeignCitizen | Cause::LinkBlocked) => Work::Offer { cause },
            Some(_) | None => Work::Link,
        };
        Some(steps::begin(turn, work, asked))
    }

    fn go_on(&self, turn: &mut Turn<'_>) -> Next {
        match steps::parcel(turn) {
            Some(found) => offer::by_state(turn, &found),
            None => Next::Rest,
        }
    }

    fn makes(&self, change: Change) -> bool {
        change.sends_link()
    }

    /// The carrier has sent the link, after it opened or annulled the offer where that was asked.
    fn made(&self, turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) -> Next {
        let number = Value::Text(instruction.number.to_string());
        let sent = LinkSent { number: instruction.number.clone(), at: turn.context.now };
        turn.state.work.links.push(sent);
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
        let known = steps::known_parcel(turn);
        let clock = known.as_ref().and_then(|found| reminder::days_left(turn, &found.parcel));
        let until = known.as_ref().and_then(|found| reminder::last_day(turn, &found.parcel));
        if let Some(found) = known {
            status::remember(turn, &found.parcel);
        }
        turn.tells_until(Matter::Link, until);
        let parts = first.into_iter().chain([link, genuine]).chain(clock).collect();
        steps::solved(turn, parts, Vec::new())
    }

    fn refused(&self, turn: &mut Turn<'_>, refused: ChangeRefused) -> Next {
        let key = match refused {
            ChangeRefused::TooOften => "resend_link.too_often",
            ChangeRefused::NotFound | ChangeRefused::NotRecipient | ChangeRefused::WrongState => {
                "common.carrier_refused"
            }
        };
        let reply = turn.reply(key);
        turn.preface(reply);
        Next::person(Reason::Refused)
    }

    fn covers(&self) -> &'static [&'static str] {
        &[intent::OFFER_BLOCKED]
    }
}

/// The host of a link: what a customer compares with what the browser shows.
fn host_of(link: &str) -> Option<&str> {
    let rest = link.split_once("://")?.1;
    rest.split(['/', '?', '#']).next().filter(|host| host.contains('.'))
}

/// The texts this flow says; the phrasebook is checked against them.
const TEXTS: &[Key] = &[
    Key::reply("resend_link.ask_number", &[], &[]),
    Key::reply("resend_link.no_offer", &["number"], &[]),
    Key::reply("resend_link.not_sent", &["number"], &[]),
    Key::reply("resend_link.too_often", &[], &[]),
    Key::reply("resend_link.too_soon", &["minutes"], &[]),
    Key::reply("resend_link.sent", &["link", "number"], &[]),
    Key::reply("resend_link.sent_to_phone", &["tail", "number"], &["portal"]),
    Key::reply("resend_link.genuine", &["host"], &[]),
    Key::reply("resend_link.genuine_plain", &[], &[]),
    Key::text("button.yes_resend_link", &[]),
];

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
