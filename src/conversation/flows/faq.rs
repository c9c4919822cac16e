//! Questions with an answer that exist in data only: a file of the phrasebook each.
//!
//! ```text
//! customer: сколько стоит доставка
//! bot:      the answer in three sentences at most, with the offer of a person, and of the rest where there is more
//! ```
//!
//! What is asked about one parcel that is known is answered by how that parcel stands (`matters::about`).

use super::flow::Flow;
use crate::conversation::matters::about;
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Matter, Question};
use crate::conversation::turn::Turn;
use crate::phrases::Key;

/// Answers whatever intent has no flow of its own.
pub(super) struct Faq;

impl Flow for Faq {
    /// None of its own: it serves all that the others do not.
    fn intent(&self) -> &'static str {
        ""
    }

    /// Its texts are data only; `otklik check` wants an `answer` in each of their files.
    fn texts(&self) -> &'static [Key] {
        &[]
    }

    /// An intent without any answer goes to a person.
    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        if let Some(next) = about::begin(turn, asked) {
            return Some(next);
        }
        let key = format!("{}.answer", asked.intent);
        if !turn.context.phrasebook.has(&key, turn.language()) {
            return None;
        }
        let reply = turn.reply(&key).with_some("name", turn.name());
        let buttons = turn.more_row(&asked.intent).into_iter().chain([turn.person_row()]).collect();
        turn.ask(Question::Person { about: asked.intent.clone() }, reply, buttons);
        turn.tells_of(Matter::Rule(asked.intent.clone()));
        Some(Next::Waiting)
    }
}
