//! Questions with an answer that exist in data only: a file of the phrasebook each.
//!
//! ```text
//! customer: сколько стоит доставка
//! bot:      the answer, with the offer of a person
//! ```

use super::state::{Question, Reason};
use super::turn::Turn;

/// Answers an intent from the phrasebook; one without any answer goes to a person.
pub(super) fn answer(turn: &mut Turn<'_>, intent: &str) {
    let key = format!("{intent}.answer");
    if !turn.context.phrasebook.has(&key, turn.language()) {
        return turn.hand_off(Reason::Accepted);
    }
    let reply = turn.reply(&key).with_some("name", turn.name());
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Person { about: intent.into() }, reply, buttons);
}
