//! What the customer says next, after something was told: «а когда?», «точно?», «понятно, жду». Such words have a meaning
//! only in that context. The phrasebook's labels say which they are; the answer comes from what was told.
//!
//! ```text
//! bot:      the parcel is on its way, planned for the 25th
//! customer: а точно?
//! bot:      the plan stands, a promise it is not; what moves it would be written here
//! customer: понятно, жду
//! bot:      a warm word; nothing is opened
//! ```
//!
//! Asking further is not repeating: the same question is answered twice, in other words; a third time a person looks.

use super::heard::Heard;
use super::ids::intent;
use super::matters::further;
use super::next::Next;
use super::queue;
use super::state::{Assignee, Matter, Question, Reason, Told};
use super::turn::{Turn, is_small_talk};
use crate::phrases::{FOLLOW_UP, Key, Reply, Value};
use chrono::Duration;
use understanding::{HUMAN, Mood, Reading, Stance};

/// From this probability on a message is taken for a follow-up.
const SURE: f64 = 0.5;
/// The same for words that may just as well be a request of their own.
const SURER: f64 = 0.8;
/// From this confidence on words may be a request of their own.
const MAYBE: f64 = 0.4;
/// What was told is context for so long.
const LASTS: Duration = Duration::days(1);
/// A message of more words than this tells more than a follow-up does.
const LONGEST: usize = 12;
/// The third time one thing is asked a person looks.
const TIMES: usize = 2;

/// The label of a message among the follow-ups, if it is surely one.
pub(super) fn label(turn: &Turn<'_>, text: &str, reading: &Reading) -> Option<String> {
    let numbers = !reading.slots.tracking_numbers.is_empty() || !reading.slots.doubtful_numbers.is_empty();
    if numbers || text.split_whitespace().count() > LONGEST {
        return None;
    }
    let (label, share) = turn.context.matcher.label(FOLLOW_UP, text)?;
    (share >= SURE).then(|| label.to_owned())
}

/// Answers a message that follows on what was told, or that only closes the talk; `None` when it is neither.
pub(super) fn follows(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    if reading.mood == Mood::Angry || reading.intent.as_deref() == Some(HUMAN) {
        return None;
    }
    let label = label(turn, text, reading)?;
    let heard = Heard::new(turn.context.phrasebook, text, reading);
    // An answer to what was asked, if it is anything; but «точно?» asks.
    if !text.contains('?') && (heard.yes.is_some() || heard.small.is_some()) {
        return None;
    }
    let told = turn.state.work.told_last.clone().filter(|told| turn.context.now - told.at < LASTS);
    let told = told.filter(|told| !is_of_another(turn, told));
    // Words that may be about another matter than what was told are no follow-up unless they are surely one; and of money
    // and links their flows know more than was told.
    let about_told = |intent: &str| told.as_ref().is_some_and(|told| is_about(&told.what, intent));
    let other = reading.candidates.first().filter(|best| best.confidence >= MAYBE && !about_told(&best.intent));
    let knows_better = heard
        .intent()
        .is_some_and(|request| !about_told(request) && (request == intent::REFUND || request == intent::RESEND_LINK));
    if knows_better || (other.is_some() && !is_sure(turn, text)) {
        return None;
    }
    if let Some(next) = about_the_ticket(turn, &label, reading) {
        return Some(next);
    }
    if label == "never_mind" && may_be_dropped(turn) {
        turn.state.work.task = None;
        let settled = reading.stance == Stance::ReportsDone;
        return Some(closed(turn, if settled { "common.settled" } else { "follow_up.never_mind" }));
    }
    let clarifies = matches!(turn.state.work.open, Some(Question::Clarify(_))) && turn.state.work.task.is_none();
    if !turn.state.work.is_free() && !clarifies {
        return None;
    }
    let asks_whether_it_helped = turn.state.work.open == Some(Question::Solved);
    match label.as_str() {
        "acknowledged" | "thanked" if asks_whether_it_helped => return None, // a yes, which is recorded
        // Plain thanks are small talk, which the owner words; behind something that was told they close it.
        "thanked" if told.is_none() && reading.intent.as_deref().is_some_and(is_small_talk) => return None,
        "acknowledged" => return Some(closed(turn, "follow_up.acknowledged")),
        "thanked" => return Some(closed(turn, "follow_up.thanked")),
        _ => {}
    }
    let Some(told) = told else {
        return (label == "anybody").then(|| {
            let reply = turn.reply("follow_up.anybody").with_some("name", turn.name());
            turn.say(reply);
            Next::Rest
        });
    };
    let answer = answer(turn, &told, &label)?;
    if told.asked.iter().filter(|asked| **asked == label).count() >= TIMES {
        return Some(Next::person(Reason::Accepted));
    }
    if let Some(told) = &mut turn.state.work.told_last {
        told.asked.push(label);
    }
    let person = vec![turn.person_row()];
    turn.say_with(answer, person);
    Some(Next::Rest)
}

/// A ticket waits while the customer goes on with the bot: what is asked of people is answered of the ticket.
fn about_the_ticket(turn: &mut Turn<'_>, label: &str, reading: &Reading) -> Option<Next> {
    let Assignee::Queue { ticket, .. } = turn.state.desk.assignee.clone() else {
        return None;
    };
    if label == "never_mind" && turn.state.work.open.is_none() {
        queue::offer_out(turn, &ticket);
        return Some(Next::Rest);
    }
    let of_people = reading.candidates.first().is_some_and(|best| best.intent == HUMAN);
    (of_people || matches!(label, "who_answers" | "how_many_before")).then(|| {
        queue::tell_place(turn, &ticket);
        Next::Rest
    })
}

/// Whether a message follows on what was told, so surely that it is no piece of something new.
pub(super) fn is_one(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let told = turn.state.work.told_last.as_ref().is_some_and(|told| turn.context.now - told.at < LASTS);
    told && label(turn, text, reading).is_some()
}

/// Whether the talk has gone on to another parcel than the one that was told of.
fn is_of_another(turn: &Turn<'_>, told: &Told) -> bool {
    let last = turn.state.work.last_status.as_ref().map(|last| &last.number);
    let parcel = turn.state.work.parcel.as_ref();
    matches!(told.what, Matter::Status { .. }) && last.is_some() && parcel.is_some() && last != parcel
}

fn is_sure(turn: &Turn<'_>, text: &str) -> bool {
    turn.context.matcher.label(FOLLOW_UP, text).is_some_and(|(_, share)| share >= SURER)
}

/// Whether what was asked can be dropped by the customer's not needing it any more. A yes or a no that was asked for, a
/// choice, and what people asked are answered by themselves.
fn may_be_dropped(turn: &Turn<'_>) -> bool {
    match &turn.state.work.open {
        None => turn.state.work.task.is_none(),
        Some(
            Question::Told
            | Question::Person { .. }
            | Question::Solved
            | Question::Words
            | Question::Clarify(_)
            | Question::TrackingNumber
            | Question::NumberAgain
            | Question::Details { .. }
            | Question::Resume,
        ) => true,
        Some(
            Question::Helped(_)
            | Question::Phone { .. }
            | Question::Confirm { .. }
            | Question::Choose(_)
            | Question::PassedOn { .. }
            | Question::Evidence
            | Question::RatingWords(_),
        ) => false,
    }
}

/// A warm word, and nothing is asked any more.
fn closed(turn: &mut Turn<'_>, key: &str) -> Next {
    turn.state.work.open = None;
    let reply = turn.reply(key).with_some("name", turn.name());
    turn.say(reply);
    Next::Waiting
}

/// Whether a request asks for just what was told. Of money the flow itself knows how it stands, and of a link how to send
/// another.
fn is_about(what: &Matter, request: &str) -> bool {
    match what {
        Matter::Status { .. } => request == intent::WHERE_IS_PARCEL,
        Matter::Link | Matter::Refund => false,
        Matter::Cancelled => request == intent::CANCEL || request == intent::REFUND,
        Matter::Rule(rule) => request == rule || is_small_talk(request),
    }
}

/// What is said to a follow-up; `None` where nothing that is known answers it.
fn answer(turn: &Turn<'_>, told: &Told, label: &str) -> Option<Reply> {
    let key = match label {
        "anybody" => "follow_up.anybody",
        "who_answers" | "how_many_before" => "follow_up.bot_answers",
        _ => {
            return match &told.what {
                Matter::Status { truth, place } => further::answer(turn, *truth, place, label),
                Matter::Link => link(turn, label),
                Matter::Cancelled => money(turn, label, "follow_up.cancelled_when"),
                Matter::Refund => money(turn, label, "follow_up.refund_when"),
                Matter::Rule(_) => None,
            };
        }
    };
    Some(turn.reply(key).with_some("name", turn.name()))
}

fn link(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let key = match label {
        "when" | "how_long" | "where_link" => "follow_up.link_where",
        "sure" | "disbelief" => "follow_up.link_sure",
        "what_to_do" | "what_means" => "follow_up.link_do",
        _ => return None,
    };
    Some(turn.reply(key))
}

fn money(turn: &Turn<'_>, label: &str, when: &str) -> Option<Reply> {
    let days = Value::Number(i64::from(turn.context.policy.refund_days));
    match label {
        "when" | "how_long" | "sure" => Some(turn.reply(when).with("days", days)),
        "how_much" | "where_link" => Some(turn.reply("follow_up.money_where")),
        "what_to_do" => Some(turn.reply("follow_up.money_do")),
        _ => None,
    }
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("follow_up.acknowledged", &[], &["name"]),
    Key::reply("follow_up.thanked", &[], &["name"]),
    Key::reply("follow_up.never_mind", &[], &["name"]),
    Key::reply("follow_up.anybody", &[], &["name"]),
    Key::reply("follow_up.bot_answers", &[], &["name"]),
    Key::reply("follow_up.status_when", &["planned"], &["place"]),
    Key::reply("follow_up.status_when_unknown", &[], &["place"]),
    Key::reply("follow_up.status_sure", &["planned"], &["place"]),
    Key::reply("follow_up.status_place", &["place"], &["planned"]),
    Key::reply("follow_up.status_place_unknown", &[], &["planned"]),
    Key::reply("follow_up.status_why", &[], &["planned", "place"]),
    Key::reply("follow_up.status_do_nothing", &[], &["planned", "place"]),
    Key::reply("follow_up.status_means", &[], &["planned", "place"]),
    Key::reply("follow_up.status_doubt", &[], &["planned", "place"]),
    Key::reply("follow_up.link_where", &[], &[]),
    Key::reply("follow_up.link_sure", &[], &[]),
    Key::reply("follow_up.link_do", &[], &[]),
    Key::reply("follow_up.cancelled_when", &["days"], &[]),
    Key::reply("follow_up.refund_when", &["days"], &[]),
    Key::reply("follow_up.money_where", &[], &[]),
    Key::reply("follow_up.money_do", &[], &[]),
];
