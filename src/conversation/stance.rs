//! How the customer stands to what a message is about: only who wants a thing gets its flow.
//!
//! ```text
//! customer: не отменяйте 1000000017, я передумала   → the order stays, and the bot says so
//! customer: вы уже отменили?                         → how it stands
//! customer: деньги пришли                            → closed with a kind word
//! customer: а можно будет отменить потом?            → the rule, and a button
//! ```

use super::flows;
use super::ids::intent;
use super::next::{Asked, Next};
use super::state::{Matter, Question};
use super::steps;
use super::task::{Group, KEEP};
use super::turn::{Turn, is_small_talk};
use crate::parcel::TrackingNumber;
use crate::phrases::{FOLLOW_UP, Key, Value};
use crate::privacy::MASK;
use understanding::{HUMAN, Reading, Stance};

/// From this confidence on the best intent is what a message speaks of, whatever it wants of it.
const ABOUT: f64 = 0.25;
/// What is kept when it is denied; the words that deny it stand in its file (`choices.denied_…`).
const DENIABLE: [&str; 2] = [intent::CANCEL, intent::REFUND];
/// From this confidence on a stance is believed; below it the message is taken for what most are: a request.
const SURE: f64 = 0.6;
/// The same where the words themselves deny it: «не отменяйте мой заказ».
const PLAIN: f64 = 0.45;
/// The same where something would be closed by it.
const SURER: f64 = 0.75;

/// What follows from the stance towards what a message is most likely about; `None` where its flow begins as usual.
pub(super) fn takes(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let sure = |least: f64| reading.stance_confidence >= least;
    let likely = reading.candidates.first().filter(|best| best.confidence >= ABOUT).map(|best| best.intent.as_str());
    // A denial resembles no request much, so what it denies is told by its words: «не звоните» keeps no order.
    let denied = DENIABLE.into_iter().find(|intent| turn.choice(intent, "denied_", text).is_some());
    // «Стоп, не надо» behind an order that was just kept keeps it.
    let kept = turn.state.work.told_last.as_ref().is_some_and(|told| told.what == Matter::Kept);
    let free = turn.state.work.task.is_none() && reading.slots.tracking_numbers.is_empty();
    if kept && free && likely == Some(intent::CANCEL) && turn.context.phrasebook.stops(text) && !text.contains('?') {
        return declined(turn, intent::CANCEL);
    }
    // «Всё-таки отменяйте», behind an order that was just kept: the question for the yes tells what it means.
    let after_all =
        turn.choice(intent::CANCEL, "after_all_", text).is_some() && denied.is_none() && !text.contains('?');
    if kept && free && likely == Some(intent::CANCEL) && after_all {
        turn.state.work.open = None;
        return Some(Next::TakeUp(Box::new(Asked::silently(intent::CANCEL))));
    }
    let about = match reading.stance {
        Stance::Declines => denied.or(likely.filter(|likely| !DENIABLE.contains(likely))),
        Stance::Wants | Stance::ReportsDone | Stance::AsksDone | Stance::AsksHow | Stance::Others => likely,
    }?;
    if let Some(number) = reading.slots.tracking_numbers.first().filter(|_| reading.stance != Stance::Wants) {
        turn.state.work.parcel = Some(TrackingNumber::new(number));
    }
    match reading.stance {
        Stance::Wants | Stance::Others => None,
        // What asks denies nothing: «я от получения не отказывался, на каком основании?»
        Stance::Declines
            if sure(if denied.is_some() { PLAIN } else { SURE })
                && !text.contains('?')
                && turn.context.phrasebook.denies(text) =>
        {
            declined(turn, about)
        }
        // A number that was hidden reports nothing.
        Stance::ReportsDone if text.contains(MASK) => None,
        Stance::ReportsDone if sure(SURER) && (is_plain(text, reading) || has_come(turn, text, about)) => {
            settled(turn, about)
        }
        Stance::AsksDone if sure(SURE) && about == intent::CANCEL => {
            let look = turn.reply("cancel.asked_done");
            turn.preface(look);
            let text = String::new();
            Some(Next::TakeUp(Box::new(Asked {
                intent: intent::WHERE_IS_PARCEL.into(),
                text,
                reading: Some(reading.clone()),
            })))
        }
        Stance::AsksHow
            if sure(SURE) && (about == intent::CANCEL || (about == intent::REFUND && !asked_back(turn))) =>
        {
            let days = Value::Number(i64::from(turn.context.policy.return_days));
            let rule = turn.reply(&format!("{about}.rule")).with("days", days);
            let button = vec![turn.request_button(about)];
            turn.say_with(rule, vec![button]);
            turn.state.work.request = None;
            // A yes behind the rule must not be taken for one to what waits: that is asked again, with its number.
            Some(steps::asked_again(turn))
        }
        Stance::Declines | Stance::ReportsDone | Stance::AsksDone | Stance::AsksHow => None,
    }
}

/// The customer denies or reports something while the bot waits for an answer: «не надо отменять», asked for the yes;
/// «уже принесли», asked for the number. `None` when the message is no such thing.
pub(super) fn turns_down(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let waits = matches!(
        turn.state.work.open,
        Some(
            Question::Confirm { .. }
                | Question::Choose(Group::Refusal | Group::RefundReason)
                | Question::TrackingNumber
                | Question::NumberAgain
                | Question::Details { .. }
                | Question::Person { .. }
        )
    );
    let numbers = !reading.slots.tracking_numbers.is_empty();
    let book = turn.context.phrasebook;
    let answers = book.yes_or_no(text).is_some() || book.small_word(text).is_some();
    let polite = reading.intent.as_deref().is_some_and(is_small_talk);
    if !waits || numbers || answers || polite || reading.stance_confidence < SURER {
        return None;
    }
    let begun = turn.state.work.task.is_some();
    let decides = matches!(turn.state.work.open, Some(Question::Confirm { .. } | Question::Choose(_)));
    // «Больше не нужна», the title of a button, chooses it.
    if turn.chosen(text).is_some_and(|answer| answer != KEEP) {
        return None;
    }
    match reading.stance {
        Stance::Declines if begun && book.denies(text) => Some(flows::in_work(turn).stopped(turn)),
        Stance::ReportsDone if !decides && is_plain(text, reading) => {
            turn.state.work.request = None;
            Some(steps::let_go(turn, "common.settled"))
        }
        Stance::Wants
        | Stance::Declines
        | Stance::ReportsDone
        | Stance::AsksDone
        | Stance::AsksHow
        | Stance::Others => None,
    }
}

/// Whether the customer was told how the money stands that they have asked back: they ask after that, not after the rule.
fn asked_back(turn: &Turn<'_>) -> bool {
    turn.state.work.told_last.as_ref().is_some_and(|told| told.what == Matter::Refund)
}

/// «1000000017 пришла, всё ок»: the parcel that is named has come.
fn has_come(turn: &Turn<'_>, text: &str, about: &str) -> bool {
    let settles =
        turn.context.matcher.label(FOLLOW_UP, text).is_some_and(|(label, share)| label == "settled" && share >= SURER);
    settles && about == intent::WHERE_IS_PARCEL && !text.contains('?')
}

/// Whether words only tell: they ask nothing, and name no number to look up.
fn is_plain(text: &str, reading: &Reading) -> bool {
    !text.contains('?') && reading.slots.tracking_numbers.is_empty()
}

/// It is not wanted, or no longer: nothing is begun, and what was begun is let go.
fn declined(turn: &mut Turn<'_>, about: &str) -> Option<Next> {
    if turn.state.work.task.as_ref().is_some_and(|task| task.work.intent() == about) {
        return Some(flows::in_work(turn).stopped(turn));
    }
    match about {
        // Something else is in work: nothing of this kind was begun, and the question that waits is asked again.
        intent::CANCEL | intent::REFUND if turn.state.work.task.is_some() => {
            let kept = turn.reply("common.declined");
            turn.preface(kept);
            Some(match turn.state.work.open {
                Some(Question::Confirm { change, .. }) => steps::confirm_plainly(turn, change),
                Some(_) | None => steps::asked_again(turn),
            })
        }
        intent::CANCEL | intent::REFUND => {
            turn.state.work.open = None;
            turn.state.work.request = None;
            turn.tells_of(Matter::Kept);
            let kept = turn.reply(&format!("{about}.kept"));
            let button = vec![turn.request_button(about)]; // it may have been misread
            turn.say_with(kept, vec![button]);
            Some(Next::Rest)
        }
        intent::RESEND_LINK | intent::OFFER_BLOCKED => {
            turn.state.work.request = None;
            Some(steps::let_go(turn, "common.declined"))
        }
        _ => None,
    }
}

/// It has come about: closed kindly.
fn settled(turn: &mut Turn<'_>, about: &str) -> Option<Next> {
    let flows_own = flows::intents().any(|intent| intent == about) || about == HUMAN;
    flows_own.then(|| {
        turn.state.work.request = None;
        steps::let_go(turn, "common.settled")
    })
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("common.settled", &[], &[]),
    Key::reply("cancel.asked_done", &[], &[]),
    Key::reply("cancel.kept", &[], &[]),
    Key::reply("cancel.rule", &["days"], &[]),
    Key::reply("refund.kept", &[], &[]),
    Key::reply("refund.rule", &[], &["days"]),
];
