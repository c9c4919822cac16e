//! Requests that a person finishes for now: the offer, the link, cancelling, refunds; and every intent
//! that is only data.
//!
//! ```text
//! customer: отмените заказ
//! bot:      the honest first answer, with the offer to have a person do it
//! customer: да
//! bot:      a ticket
//! ```

use super::state::{Question, Reason};
use super::turn::Turn;

/// Intents with a first answer of their own.
const REQUESTS: [&str; 4] = ["offer_blocked", "resend_link", "cancel", "refund"];

/// Answers an intent from the phrasebook; one without any answer goes to a person.
pub(super) fn answer(turn: &mut Turn<'_>, intent: &str) {
    let key = format!("{intent}.{}", if REQUESTS.contains(&intent) { "first" } else { "answer" });
    if !turn.context.phrasebook.has(&key, turn.language()) {
        return turn.hand_off(Reason::Accepted);
    }
    let reply = turn.reply(&key).with_some("name", turn.name());
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Person { about: intent.into() }, reply, buttons);
}
