//! What a customer passes on from elsewhere: somebody else's words. They give a number, a status, an answer from the
//! phrasebook; they are never a yes, a no, a reason or a choice, and what cannot be taken back and they ask for is asked
//! about.
//!
//! ```text
//! bot:      Отменяем?
//! customer: (forwarded) Да
//! bot:      that is somebody else's yes; asks for the customer's own
//! customer: (forwarded) отмените заказ 1000000090
//! bot:      is that what you want as well?          with buttons
//! ```

use super::button::Pressed;
use super::heard::Heard;
use super::next::Next;
use super::state::Question;
use super::turn::{Turn, is_small_talk};
use super::{answer, flows, steps};
use crate::parcel::TrackingNumber;
use understanding::{Decision, Reading};

/// What follows from words that were passed on; `None` when they are to be understood like any others.
pub(super) fn taken(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let heard = Heard::new(turn.context.phrasebook, text, reading);
    let in_work = turn.state.work.task.as_ref().map(|task| task.work.intent());
    let asked: Vec<&String> = match reading.decision {
        Decision::Answer => reading.requests.iter().chain(&reading.intent).collect(),
        Decision::Clarify | Decision::Handoff => Vec::new(),
    };
    let grave = asked.iter().find(|intent| flows::of(intent).is_irreversible() && in_work != Some(intent.as_str()));
    if let Some(intent) = grave {
        return Some(ask_whether(turn, intent, heard.number()));
    }
    let open = turn.state.work.open.clone();
    let has_number = heard.number().is_some() || !reading.slots.doubtful_numbers.is_empty();
    let wants_number =
        matches!(open, Some(Question::TrackingNumber | Question::NumberAgain | Question::Details { .. }));
    if has_number && wants_number {
        return answer::number_given(turn, &heard);
    }
    let asks = asked.iter().any(|intent| !is_small_talk(intent) && in_work != Some(intent.as_str()));
    // A complaint of somebody else's is no word about a rating: the customer's own are waited for.
    let rated = matches!(open, Some(Question::RatingWords(_)));
    if heard.number().is_some() || (asks && !rated) {
        return None;
    }
    match open? {
        // What happened may be told in anybody's words.
        Question::Words | Question::Clarify(_) => None,
        Question::Details { about } if heard.yes.is_none() && heard.small.is_none() => {
            Some(steps::accepted(turn, &about))
        }
        Question::Confirm { change, .. } => {
            let reply = turn.reply("common.forwarded");
            turn.preface(reply);
            Some(steps::confirm_plainly(turn, change))
        }
        Question::Details { .. }
        | Question::TrackingNumber
        | Question::NumberAgain
        | Question::Told
        | Question::Person { .. }
        | Question::Helped(_)
        | Question::Phone { .. }
        | Question::Choose(_)
        | Question::PassedOn { .. }
        | Question::Evidence
        | Question::Solved
        | Question::Resume
        | Question::LeaveQueue
        | Question::RatingWords(_) => {
            let reply = turn.reply("common.forwarded");
            turn.say(reply);
            Some(Next::Rest)
        }
    }
}

/// Asks whether the customer wants what was passed on. The number in it is the one that is meant.
fn ask_whether(turn: &mut Turn<'_>, intent: &str, number: Option<&String>) -> Next {
    turn.state.work.parcel = number.map(|number| TrackingNumber::new(number)).or(turn.state.work.parcel.take());
    turn.state.work.unclear = None;
    let reply = turn.reply("common.passed_on").with("topic", turn.topic(intent));
    let leave = turn.button("button.leave_it", Pressed::LeaveIt);
    let buttons = vec![vec![turn.request_button(intent)], vec![leave], turn.person_row()];
    turn.ask(Question::PassedOn { intent: intent.to_owned() }, reply, buttons);
    Next::Rest
}
