//! Questions with an answer that exist in data only: a file of the phrasebook each.
//!
//! ```text
//! customer: сколько стоит доставка
//! bot:      the answer in three sentences at most, with the offer of a person, and of the rest where there is more
//! ```
//!
//! Where the file has a text `taken`, who tells what happened is heard by a person at once; where it has `taken_shown`, who
//! has sent a picture of it and named the parcel.
//!
//! What is asked about one parcel that is known is answered by how that parcel stands (`matters::about`).

use super::flow::Flow;
use crate::conversation::heard::repeated;
use crate::conversation::matters::about;
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Fact, Matter, Question};
use crate::conversation::steps;
use crate::conversation::turn::Turn;
use crate::parcel::TrackingNumber;
use crate::phrases::Key;

/// A message of so many words tells what happened.
const FEWEST_TOLD: usize = 5;

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
        if let Some(number) = asked.slots().tracking_numbers.first() {
            turn.state.work.parcel = Some(TrackingNumber::new(number));
        }
        // What a person has to see is not explained to who tells it: it is taken down.
        // So is what was shown, of a parcel that is known: nothing is missing for a person to look at.
        let shown = !turn.pictures().is_empty() && turn.state.work.parcel.is_some();
        let keys = [shown.then_some("taken_shown"), Some("taken")].into_iter().flatten();
        let mut keys = keys.map(|key| format!("{}.{key}", asked.intent));
        let taken = keys.find(|key| turn.context.phrasebook.has(key, turn.language()));
        let tells = asked.text.split_whitespace().count() >= FEWEST_TOLD && !turn.context.phrasebook.asks(&asked.text);
        if let Some(taken) = taken.filter(|_| tells) {
            let reply = turn.reply(&taken).with_some("name", turn.name());
            turn.preface(reply);
            return Some(steps::accepted(turn, &asked.intent).knowing(vec![Fact::Asks(repeated(&asked.text))]));
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
