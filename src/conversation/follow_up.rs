//! What the customer says next, after something was told: «а когда?», «точно?», «понятно, жду». Such words have a meaning
//! only in that context. The phrasebook's labels say which they are; `told` answers from what was told.
//!
//! ```text
//! bot:      the parcel is on its way, planned for the 25th
//! customer: а точно?
//! bot:      the plan stands, a promise it is not; what moves it would be written here
//! customer: понятно, жду
//! bot:      a warm word; nothing is opened
//! ```
//!
//! Asking further is not repeating: the same question is answered twice, in other words; a third time a person looks. What
//! was told a while ago is looked up before it is spoken of. A question in the place of a yes is answered, and the yes is asked for again.

use super::effect::Effect;
use super::event::Why;
use super::heard::{Heard, repeated};
use super::ids::intent;
use super::matters::{about, status};
use super::next::{Asked, Next};
use super::state::{Assignee, Fact, LastStatus, Matter, Question, Reason, Told};
use super::task::Group;
use super::told::DID_IT;
use super::turn::{Turn, is_small_talk};
use super::{carrier_retry, queue, steps, told};
use crate::parcel::{Change, Parcel, RefundReason, TrackingNumber, TruthKind};
use crate::phrases::{FOLLOW_UP, Key, RULES_FILE, Reply, Value};
use chrono::Duration;
use understanding::{Decision, HUMAN, Mood, Reading, Stance};

/// In the place of a label: something is asked, whatever it is.
const ASKS: &str = "asks";
/// In the place of a label: whether a day stands.
const DAY: &str = "day";
/// From this probability on a message is taken for a follow-up.
const SURE: f64 = 0.5;
/// The same for words that may just as well be a request of their own.
const SURER: f64 = 0.8;
/// From this confidence on words may be a request of their own.
const MAYBE: f64 = 0.4;
/// While the carrier is silent a status that was told within this is still what is known.
const FRESH: Duration = Duration::hours(1);
/// A message of more words than this tells more than a follow-up does.
const LONGEST: usize = 18;
/// A question that names a day and hardly more has so many words at most.
const DAY_ALONE: usize = 4;
/// The third time one thing is asked a person looks.
const TIMES: usize = 2;
/// A question whether a message is ours has so many words at most.
const SHORT_DOUBT: usize = 10;
/// A bare no has so many words at most.
const SHORT_NO: usize = 4;
/// From this confidence on a stance is believed.
const STANCE: f64 = 0.6;

/// The labels that close the talk: no question is one of them.
const CLOSING: [&str; 6] = ["acknowledged", "thanked", "settled", "never_mind", "remark", "apologized"];
/// The labels that ask for something.
const QUESTIONS: [&str; 20] = [
    DID_IT,
    "rush",
    "repeat",
    "whereabouts",
    "news",
    "when",
    "sure",
    "where_now",
    "how_long",
    "why",
    "what_to_do",
    "what_means",
    "where_link",
    "how_much",
    "until",
    "what_if",
    "not_come",
    "is_ok",
    "card",
    "who_decides",
];
/// Those of them that the status of a parcel answers, whatever was told last.
const OF_STATUS: [&str; 6] = ["news", "when", "sure", "where_now", "is_ok", "how_long"];
/// Those that are asked of the people who will answer, while a ticket waits.
const OF_THE_TICKET: [&str; 5] = ["who_answers", "how_many_before", "repeat", "whereabouts", "hours"];
/// Those that ask whether there is anything new.
const NEWS: [&str; 8] = ["news", "when", "sure", "where_now", "how_long", "anybody", "again", "until"];

/// The label of a message among the follow-ups, if it is surely one.
pub(super) fn label(turn: &Turn<'_>, text: &str, reading: &Reading) -> Option<String> {
    labelled(turn, text, reading).map(|(label, _)| label.to_owned())
}

/// The label with its probability.
fn labelled<'t>(turn: &Turn<'t>, text: &str, reading: &Reading) -> Option<(&'t str, f64)> {
    let numbers = !reading.slots.tracking_numbers.is_empty() || !reading.slots.doubtful_numbers.is_empty();
    if numbers {
        return None;
    }
    // «Подтвердила! Что дальше?»: what was done is what the question is about.
    let done = sentences(text).into_iter().filter_map(|part| surely(turn, part)).find(|(label, _)| *label == DID_IT);
    if done.is_some() {
        return done;
    }
    let whole = surely(turn, text);
    let closes = whole.is_some_and(|(label, _)| CLOSING.contains(&label));
    // «Спасибо! А в четверг, да?»: it is the question that wants an answer.
    let question = question_in(turn, text);
    // «В четверг, да?» asks whether the day stands.
    if !reading.slots.dates.is_empty() && names_only_a_day(turn, question.unwrap_or(text)) {
        return Some((DAY, 1.0));
    }
    let asked = question.and_then(|question| surely(turn, question));
    // «А обратно как отправить» is no remark, wherever its question word stands.
    let whole = whole.filter(|(label, _)| *label != "remark" || !turn.context.phrasebook.has_question_word(text));
    match (question, whole) {
        (Some(_), None) => asked,
        (Some(_), Some(_)) if closes => asked,
        // The sentence that asks tells what is asked better than all of them.
        (Some(_), Some((_, share))) => asked.filter(|(_, asked)| *asked > share).or(whole),
        (None, _) if closes && text.contains('?') => None,
        (None, _) => whole,
    }
}

/// Whether a question is hardly more than a day.
fn names_only_a_day(turn: &Turn<'_>, question: &str) -> bool {
    let few = question.split_whitespace().count() <= DAY_ALONE;
    few && question.contains('?') && !understanding::read(turn.context.matcher, question).slots.dates.is_empty()
}

fn surely<'t>(turn: &Turn<'t>, text: &str) -> Option<(&'t str, f64)> {
    let short = text.split_whitespace().count() <= LONGEST;
    turn.context.matcher.label(FOLLOW_UP, text).filter(|(_, share)| short && *share >= SURE)
}

/// The last sentence of several that asks, with a sign or as questions begin; `None` where there is only one, or none asks.
pub(super) fn question_in<'t>(turn: &Turn<'_>, text: &'t str) -> Option<&'t str> {
    let book = turn.context.phrasebook;
    let asks = |sentence: &&&str| sentence.ends_with('?') || book.asks(sentence);
    match sentences(text).as_slice() {
        // Dictated: «понял подожду а если не подтвердят что делать».
        [only] => book.joined_question(only),
        several => several.iter().rev().find(asks).copied(),
    }
}

/// The sentences that say something in words.
fn sentences(text: &str) -> Vec<&str> {
    let says_something = |sentence: &&str| sentence.chars().any(char::is_alphabetic);
    text.split_inclusive(['.', '!', '?', '\n', ')']).filter(says_something).map(str::trim).collect()
}

/// Whether a message asks something, so that it accepts no offer and chooses no answer.
pub(super) fn asks(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let stance = matches!(reading.stance, Stance::AsksHow | Stance::AsksDone) && reading.stance_confidence >= STANCE;
    turn.context.phrasebook.asks(text) || stance || label(turn, text, reading).is_some_and(|label| is_question(&label))
}

/// Whether a message only takes note: «лады, ждём».
pub(super) fn takes_note(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    label(turn, text, reading).is_some_and(|label| label == "acknowledged")
}

/// Whether the talk is of where parcels are: another number is another parcel then, or the right one at last.
pub(super) fn tells_of_parcels(turn: &Turn<'_>) -> bool {
    turn.told().is_some_and(|told| matches!(told.what, Matter::Status { .. }))
}

/// Whether a message asks of a day of a parcel that goes its way: «завтра?» is no question of the ticket.
pub(super) fn asks_of_day(turn: &Turn<'_>, label: &str) -> bool {
    let told =
        turn.state.work.last_status.as_ref().filter(|last| Some(&last.number) == turn.state.work.parcel.as_ref());
    label == DAY && told.and_then(|last| last.truth).is_some_and(|truth| truth.kind() == TruthKind::Moves)
}

/// Whether a message with this label asks after the people who will answer, where a ticket waits.
pub(super) fn is_of_the_ticket(label: &str) -> bool {
    OF_THE_TICKET.contains(&label) || matches!(label, "how_long" | "anybody")
}

/// Whether what was told last answers a message with this label.
pub(super) fn is_of_told(turn: &Turn<'_>, label: &str) -> bool {
    turn.told().is_some_and(|told| is_question(label) && told::answer(turn, told, label).is_some())
}

fn is_question(label: &str) -> bool {
    label == DAY || QUESTIONS.contains(&label)
}

/// Whether the last thing told was a rule that asked for words.
pub(super) fn invited(turn: &Turn<'_>) -> bool {
    let told = turn.told().map(|told| &told.what);
    matches!(told, Some(Matter::Rule(rule)) if turn.context.phrasebook.invites(rule))
}

/// What is wrong with the goods, when the customer was just told how such a claim goes and to show it.
pub(super) fn asks_to_show(turn: &Turn<'_>) -> Option<String> {
    const SHOWN: [&str; 3] = [intent::WRONG_WITH_GOODS[0], intent::WRONG_WITH_GOODS[1], "locker_defect"];
    let Matter::Rule(rule) = &turn.told()?.what else { return None };
    let about = turn.context.phrasebook.about_rule(rule);
    SHOWN.contains(&about).then(|| about.to_owned())
}

/// Answers a message that follows on what was told, or that only closes the talk; `None` when it is neither.
pub(super) fn follows(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let found = labelled(turn, text, reading);
    // Who wonders whether a fraud is ours is frightened, not angry.
    let names_parcel = !reading.slots.tracking_numbers.is_empty();
    if !names_parcel && let Some(next) = is_it_us(turn, text, found.map(|(label, _)| label)) {
        return Some(next);
    }
    // «Кто принимает решение?» asks for no person.
    let decides = found.is_some_and(|(label, share)| label == "who_decides" && share >= SURER);
    // «И когда мне ответят», of a ticket that waits, calls nobody anew.
    let waits = matches!(turn.state.desk.assignee, Assignee::Queue { .. });
    let of_ticket = waits && found.is_some_and(|(label, share)| is_of_the_ticket(label) && share >= SURER);
    let calls = reading.intent.as_deref() == Some(HUMAN) && !decides && !of_ticket;
    if reading.mood == Mood::Angry || calls {
        return None;
    }
    if let Some(next) = regrets(turn, text) {
        return Some(next);
    }
    // «Обращение можно закрывать»: what tells that it is done closes, however like a request it is.
    let closes = reading.stance == Stance::ReportsDone && found.is_some_and(|(label, _)| CLOSING.contains(&label));
    let sure = closes || found.is_some_and(|(_, share)| share >= SURER);
    let label = found.map(|(label, _)| label.to_owned());
    let heard = Heard::new(turn.context.phrasebook, text, reading);
    let asks = turn.context.phrasebook.asks(text) && heard.yes.is_none();
    if let Some(change) = waits_for_decision(turn).filter(|_| asks) {
        return before(turn, label.as_deref().unwrap_or(ASKS), change, &heard, sure);
    }
    let label = label?;
    // An answer to what was asked, if it is anything; but «точно?» asks.
    let done = label == DID_IT && is_of_told(turn, &label);
    // «Не надо уже, принесли» and «no, that can't be right, it's a battery» say more than their first word.
    let long = text.split_whitespace().count() > SHORT_NO;
    let says_more = sure && (label == "settled" || (label == "disbelief" && long));
    if !text.contains('?') && (heard.yes.is_some() || heard.small.is_some()) && !done && !says_more {
        return None;
    }
    if let Some(change) = waits_for_decision(turn) {
        return before(turn, &label, change, &heard, sure);
    }
    if OF_THE_TICKET.contains(&label.as_str())
        && heard.intent().is_none()
        && let Some(next) = about_the_ticket(turn, &label, reading)
    {
        return Some(next);
    }
    let told = turn.told().filter(|told| !is_of_another(turn, told)).cloned();
    // Words that may be about another matter than what was told are no follow-up unless they are surely one; and of money
    // and links their flows know more than was told.
    // «На какую карту?», of money that was told to come back.
    let of_money = label == "card" || label == "who_decides";
    let about_told = |intent: &str| {
        told.as_ref().is_some_and(|told| {
            is_about(&told.what, intent) || (of_money && told.what == Matter::Refund && intent == intent::REFUND)
        })
    };
    let other = reading.candidates.first().filter(|best| best.confidence >= MAYBE && !about_told(&best.intent));
    let knows_better = heard
        .intent()
        .is_some_and(|request| !about_told(request) && (request == intent::REFUND || request == intent::RESEND_LINK));
    // «Ок, тогда отмени щас» nods and asks for something.
    let wants = heard.intent().is_some_and(|request| !about_told(request)) && reading.stance == Stance::Wants;
    // «Где посылка» is the request itself, to which its flow knows how to say the same again.
    let asks_anew = label == "where_now" && heard.is(intent::WHERE_IS_PARCEL) && !sure;
    if knows_better || asks_anew || (other.is_some() && !sure) || (wants && CLOSING.contains(&label.as_str())) {
        return None;
    }
    if let Some(next) = about_the_ticket(turn, &label, reading) {
        return Some(next);
    }
    let over = label == "settled" && turn.state.work.task.is_some();
    if (label == "never_mind" || over) && may_be_dropped(turn) {
        turn.state.work.task = None;
        let settled = over || reading.stance == Stance::ReportsDone;
        return Some(closed(turn, if settled { "common.settled" } else { "follow_up.never_mind" }));
    }
    let clarifies = matches!(turn.state.work.open, Some(Question::Clarify(_))) && turn.state.work.task.is_none();
    let after_ticket = matches!(turn.state.work.open, Some(Question::Helped(_)));
    // Asked why it was cancelled, the customer asks after the money instead.
    let need_not_say = turn.state.work.open == Some(Question::Choose(Group::CancelReason))
        && is_question(&label)
        && turn.choice(intent::CANCEL, "reason_", text).is_none();
    // «Ладно, жду» to a question that still waits: a word back, and the question stays.
    // «У меня смена до 8 утра», «Озон, Петрова» are answers to it.
    let details = matches!(turn.state.work.open, Some(Question::Details { .. }));
    let gives = details && (!sure || !reading.slots.dates.is_empty() || text.chars().any(|c| c.is_ascii_digit()));
    if waits_for_answer(turn) && !gives && matches!(label.as_str(), "acknowledged" | "remark" | "apologized") {
        return Some(passes(turn, "follow_up.remark"));
    }
    // Asked for a new day, the customer asks which one stands.
    let before_details = details && text.contains('?') && is_question(&label);
    if !turn.state.work.is_free() && !clarifies && !after_ticket && !need_not_say && !before_details {
        return None;
    }
    if let Some(next) = carrier_is_asked(turn, &label) {
        return Some(next);
    }
    let of_parcel = reading.candidates.first().is_none_or(|best| {
        best.confidence < MAYBE || best.intent == intent::WHERE_IS_PARCEL || is_small_talk(&best.intent)
    });
    if of_parcel && asks_status(turn, told.as_ref(), &label) {
        // What was told of it is not recited: only what is asked is answered.
        if let Some(number) = turn.state.work.parcel.clone().filter(|number| may_ask_on(turn, number, &label)) {
            if is_asked_too_often(turn, label) {
                return Some(Next::person(Reason::Accepted));
            }
            steps::look_up(turn, number, Why::Further);
            return Some(Next::Rest);
        }
        turn.state.work.open = None;
        let (intent, text) = (intent::WHERE_IS_PARCEL.to_owned(), text.to_owned());
        return Some(Next::TakeUp(Box::new(Asked { intent, text, reading: Some(reading.clone()) })));
    }
    if label == "apologized" {
        return Some(passes(turn, "follow_up.apologized"));
    }
    if after_ticket {
        return None; // it is the people's answer that is asked about
    }
    let asks_whether_it_helped = turn.state.work.open == Some(Question::Solved);
    match label.as_str() {
        "thanked" if asks_whether_it_helped && heard.is("thanks") => return None, // a yes, which is recorded
        // Plain thanks are small talk, which the owner words; behind something that was told they close it.
        "thanked" if told.is_none() && reading.intent.as_deref().is_some_and(is_small_talk) => return None,
        "remark" if told.is_none() || invited(turn) => return None,
        // «Мне ребёнка купать, дверь не услышу», beside a ticket, is for who will answer it.
        "remark" if queue::adds_beside(turn, text) => return Some(Next::Rest),
        "remark" => return Some(passes(turn, "follow_up.remark")),
        "acknowledged" => return Some(closed(turn, "follow_up.acknowledged")),
        "thanked" => return Some(closed(turn, "follow_up.thanked")),
        "settled" => {
            if asks_whether_it_helped {
                turn.effect(Effect::Feedback { about: "solved", choice: Some("yes".into()), words: None });
            }
            return Some(closed(turn, "follow_up.settled"));
        }
        _ => {}
    }
    let Some(told) = told else {
        return (label == "anybody").then(|| {
            let reply = turn.reply("follow_up.anybody").with_some("name", turn.name());
            turn.say(reply);
            Next::Rest
        });
    };
    let answer = told::answer(turn, &told, &label)?;
    if is_asked_too_often(turn, label) {
        return Some(Next::person(Reason::Accepted));
    }
    turn.state.work.understood();
    match turn.state.work.parcel.clone().filter(|_| matches!(told.what, Matter::Status { .. })) {
        // It may have moved since it was told.
        Some(number) => steps::look_up(turn, number, Why::Further),
        None => say(turn, answer),
    }
    Some(Next::Rest)
}

fn say(turn: &mut Turn<'_>, answer: Reply) {
    let person = vec![turn.person_row()];
    turn.say_with(answer, person);
}

/// The parcel that the customer asks on about was looked up: what was asked is answered by how it stands. `None` where it
/// stands otherwise than was told, which is news.
pub(super) fn looked_up(turn: &mut Turn<'_>, parcel: &Parcel) -> Option<Next> {
    let last = turn.state.work.status_told(&parcel.number)?;
    let truth = status::truth(turn, parcel);
    let moved = last.status != parcel.status || last.truth != Some(truth);
    if moved || status::is_over_today(turn, parcel, truth) {
        return None;
    }
    let Some(label) = asked_last(turn, &parcel.number) else {
        // The talk has gone on; but who was promised an answer hears it.
        return if turn.has_prefaces() { None } else { Some(Next::Rest) };
    };
    let place = parcel.place.clone().filter(|_| status::tells_place(truth));
    let answer = told::of_status(turn, truth, &place, &label)?;
    status::remember(turn, parcel);
    say(turn, answer);
    Some(Next::Rest)
}

/// The carrier does not answer: what was told lately is what is known.
pub(super) fn not_looked_up(turn: &mut Turn<'_>, number: &TrackingNumber) -> Option<Next> {
    let told = turn.told().filter(|told| turn.context.now - told.at < FRESH).cloned()?;
    let label = asked_last(turn, number)?;
    let answer = told::answer(turn, &told, &label)?;
    say(turn, answer);
    Some(Next::Rest)
}

/// What the customer asked last about this parcel, if the talk is still of it.
fn asked_last(turn: &Turn<'_>, number: &TrackingNumber) -> Option<String> {
    let told = turn.told().filter(|_| turn.state.work.parcel.as_ref() == Some(number))?;
    told.asked.last().cloned()
}

/// «Это вы?» behind a warning: no.
fn is_it_us(turn: &mut Turn<'_>, text: &str, label: Option<&str>) -> Option<Next> {
    let warned = turn.told().is_some_and(|told| told.what == Matter::Rule(told::SCAM.into()));
    let short = text.split_whitespace().count() <= SHORT_DOUBT;
    let doubts = label.is_some_and(|label| matches!(label, "sure" | "disbelief" | "is_ok"))
        || turn.choice(RULES_FILE, "is_us_", text).is_some();
    (warned && short && doubts && turn.state.work.is_free()).then(|| {
        let reply = turn.reply("follow_up.not_us");
        let person = vec![turn.person_row()];
        turn.say_with(reply, person);
        Next::Rest
    })
}

/// Counts a question. Returns whether it comes once too often.
fn is_asked_too_often(turn: &mut Turn<'_>, label: String) -> bool {
    let Some(told) = &mut turn.state.work.told_last else {
        return false;
    };
    let before = told.asked.iter().filter(|asked| **asked == label).count();
    told.asked.push(label);
    before >= TIMES
}

/// «Хочу отменить отмену», after it was done: a person sees whether anything can be saved.
fn regrets(turn: &mut Turn<'_>, text: &str) -> Option<Next> {
    let cancelled = turn.told().is_some_and(|told| told.what == Matter::Cancelled);
    let asked_why = turn.state.work.open == Some(Question::Choose(Group::CancelReason));
    let free = (turn.state.work.is_free() || asked_why) && turn.state.is_bots();
    if !cancelled || !free || turn.choice(intent::CANCEL, "regret_", text).is_none() {
        return None;
    }
    let reply = turn.reply("cancel.regret");
    turn.preface(reply);
    Some(steps::accepted(turn, intent::CANCEL).knowing(vec![Fact::Asks(repeated(text))]))
}

/// The change that waits for the customer's decision, if one does.
fn waits_for_decision(turn: &Turn<'_>) -> Option<Change> {
    match &turn.state.work.open {
        Some(Question::Confirm { change, .. }) => Some(*change),
        Some(Question::Choose(Group::Refusal)) => Some(Change::Refuse),
        Some(Question::Choose(Group::RefundReason)) => Some(Change::Refund(RefundReason::ChangedMind)),
        Some(
            Question::Choose(Group::Sight | Group::Mismatch | Group::Passport | Group::CancelReason)
            | Question::TrackingNumber
            | Question::NumberAgain
            | Question::Details { .. }
            | Question::Told
            | Question::Clarify(_)
            | Question::Words
            | Question::Person { .. }
            | Question::Helped(_)
            | Question::Phone { .. }
            | Question::PassedOn { .. }
            | Question::Evidence
            | Question::Solved
            | Question::Resume
            | Question::LeaveQueue
            | Question::RatingWords(_),
        )
        | None => None,
    }
}

/// Whether the bot has asked something that the customer may still answer, and that no nod answers.
fn waits_for_answer(turn: &Turn<'_>) -> bool {
    matches!(
        turn.state.work.open,
        Some(
            Question::Choose(Group::Sight | Group::Mismatch | Group::Passport | Group::RefundReason)
                | Question::TrackingNumber
                | Question::NumberAgain
                | Question::Details { .. }
        )
    )
}

/// A question in the place of the decision: answered, and the decision is asked for again, with its buttons.
fn before(turn: &mut Turn<'_>, label: &str, change: Change, heard: &Heard<'_>, sure: bool) -> Option<Next> {
    let about = match change {
        Change::Cancel | Change::Refuse => intent::CANCEL,
        Change::Refund(_) => intent::REFUND,
        Change::ResendLink => intent::RESEND_LINK,
        Change::UnblockOffer | Change::AnnulOffer => intent::OFFER_BLOCKED,
    };
    let same = |request: &str| request == about || request == intent::REFUND || is_small_talk(request);
    let elsewhere = heard.intent().is_some_and(|request| !same(request));
    let asks = is_question(label) || label == "disbelief" || label == ASKS || heard.text.contains('?');
    if heard.number().is_some() || !heard.reading.slots.doubtful_numbers.is_empty() {
        return None; // perhaps of another parcel
    }
    if !asks || (elsewhere && !sure) {
        return None;
    }
    if turn.told().is_none_or(|told| told.what != Matter::Before) {
        turn.tells_of(Matter::Before);
    }
    if is_asked_too_often(turn, label.to_owned()) {
        let reply = turn.reply("common.nothing_done");
        turn.preface(reply);
        return Some(Next::person(Reason::Unclear));
    }
    let of_later = heard.reading.stance == Stance::AsksHow && heard.reading.stance_confidence >= STANCE;
    let later = of_later && about == intent::CANCEL && heard.is(about);
    let mut parts = if later {
        let days = Value::Number(i64::from(turn.context.policy.return_days));
        vec![turn.reply("cancel.rule").with("days", days)]
    } else {
        told::before(turn, change, label)
    };
    match turn.state.work.open.clone() {
        Some(Question::Confirm { .. }) => {
            let still = turn.reply("follow_up.still_yes").with("deed", steps::action(change));
            let buttons = steps::confirm_buttons(turn, change);
            parts.push(still);
            turn.say_parts(parts, buttons);
        }
        Some(Question::Choose(group)) => {
            let still = turn.reply("follow_up.still_choice");
            let buttons = steps::choices(turn, group);
            parts.push(still);
            turn.say_parts(parts, buttons);
        }
        Some(_) | None => turn.say_parts(parts, Vec::new()),
    }
    Some(Next::Rest)
}

/// The carrier is being asked already: by when the customer was promised to hear of it.
fn carrier_is_asked(turn: &mut Turn<'_>, label: &str) -> Option<Next> {
    let promised = turn.state.work.carrier_retry.as_ref()?.promised;
    let key = match label {
        "what_to_do" | "why" | "what_if" => "common.carrier_waiting_do",
        _ if NEWS.contains(&label) => "common.carrier_trying",
        _ => return None,
    };
    if key == "common.carrier_trying" {
        carrier_retry::ask_for_customer(turn);
    }
    let reply = turn.reply(key).with("deadline", turn.moment(promised));
    let person = vec![turn.person_row()];
    turn.say_with(reply, person);
    Some(Next::Rest)
}

/// «А щас», while the carrier owes an answer: too short for anything else than that.
pub(super) fn of_silent_carrier(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let short = text.split_whitespace().count() <= SHORT_NO && reading.decision == Decision::Handoff;
    let heard = Heard::new(turn.context.phrasebook, text, reading);
    let answers = heard.yes.is_some() || heard.small.is_some() || heard.number().is_some() || heard.calls_person;
    let labelled = label(turn, text, reading).is_some_and(|label| !is_question(&label));
    let free = turn.state.work.is_free() && !labelled && !answers;
    if !short || !free || reading.mood == Mood::Angry { None } else { carrier_is_asked(turn, "news") }
}

/// Whether a question is one further about a status that was told lately, though something else was told since.
fn may_ask_on(turn: &Turn<'_>, number: &TrackingNumber, label: &str) -> bool {
    let lately = |told: &&LastStatus| told.at > turn.context_since();
    label != "news" && turn.told().is_some() && turn.state.work.status_told(number).filter(lately).is_some()
}

/// Whether the status of the customer's parcel is asked for: nothing else was told, or it was told a while ago.
fn asks_status(turn: &Turn<'_>, told: Option<&Told>, label: &str) -> bool {
    let of_status = label == DAY || OF_STATUS.contains(&label);
    if turn.state.work.parcel.is_none() || turn.state.work.task.is_some() || !of_status {
        return false;
    }
    match told {
        None => label != "how_long",
        Some(told) => match &told.what {
            Matter::Status { .. } => label == "news",
            Matter::Kept | Matter::Confirmed => label == DAY || matches!(label, "news" | "when" | "where_now"),
            // Behind a rule that tells nothing of the kind, it is the parcel that is asked after.
            Matter::Rule(rule) => {
                let of_parcel = !told::is_of_money(turn, rule) && !told::is_of_offers(turn, rule);
                label == DAY || matches!(label, "where_now" | "news") || (label == "when" && of_parcel)
            }
            Matter::Link | Matter::Help | Matter::Cancelled | Matter::Refund | Matter::Before => label == DAY,
        },
    }
}

/// A ticket waits while the customer goes on with the bot: what is asked of people is answered of the ticket.
fn about_the_ticket(turn: &mut Turn<'_>, label: &str, reading: &Reading) -> Option<Next> {
    let Assignee::Queue { ticket, .. } = turn.state.desk.assignee.clone() else {
        return None;
    };
    if matches!(label, "never_mind" | "settled") && turn.state.work.open.is_none() {
        queue::offer_out(turn, &ticket, label == "settled");
        return Some(Next::Rest);
    }
    let of_people = reading.candidates.first().is_some_and(|best| best.intent == HUMAN);
    let key = match label {
        "repeat" => Some("human.waiting_repeat"),
        "whereabouts" => Some("human.waiting_here"),
        _ => None,
    };
    if let Some(key) = key {
        let reply = queue::about(turn, key, &ticket);
        turn.say(reply);
        return Some(Next::Rest);
    }
    // «Есть новости?», where no parcel is spoken of.
    let of_answer = label == "news" && turn.state.work.parcel.is_none();
    (of_people || of_answer || is_of_the_ticket(label)).then(|| {
        queue::tell_place(turn, &ticket);
        Next::Rest
    })
}

/// Whether a message follows on what was told, or on a ticket that waits, so surely that it is no piece of something new.
pub(super) fn is_one(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let waits = matches!(turn.state.desk.assignee, Assignee::Queue { .. });
    (waits || turn.told().is_some()) && label(turn, text, reading).is_some()
}

/// Whether the talk has gone on to another parcel than the one that was told of.
fn is_of_another(turn: &Turn<'_>, told: &Told) -> bool {
    let last = turn.state.work.last_status.as_ref().map(|last| &last.number);
    let parcel = turn.state.work.parcel.as_ref();
    matches!(told.what, Matter::Status { .. }) && last.is_some() && parcel.is_some() && last != parcel
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
            | Question::Resume
            | Question::LeaveQueue,
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

/// A word back to what was said in passing; what was told stands.
pub(super) fn passes(turn: &mut Turn<'_>, key: &str) -> Next {
    turn.state.work.understood();
    let reply = turn.reply(key).with_some("name", turn.name());
    turn.say(reply);
    Next::Rest
}

/// A warm word, and nothing is asked any more.
fn closed(turn: &mut Turn<'_>, key: &str) -> Next {
    turn.state.work.open = None;
    turn.state.work.unclear = None;
    let reply = turn.reply(key).with_some("name", turn.name());
    turn.say(reply);
    Next::Waiting
}

/// Whether a request asks for just what was told. Of money the flow itself knows how it stands, and of a link how to send
/// another.
fn is_about(what: &Matter, request: &str) -> bool {
    match what {
        Matter::Status { truth, .. } => request == intent::WHERE_IS_PARCEL || about::is_of(*truth, request),
        Matter::Kept => request == intent::WHERE_IS_PARCEL,
        Matter::Link | Matter::Refund | Matter::Before => false,
        Matter::Help | Matter::Confirmed => request == intent::OFFER_BLOCKED,
        Matter::Cancelled => request == intent::CANCEL || request == intent::REFUND,
        Matter::Rule(rule) => request == rule || is_small_talk(request),
    }
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("follow_up.acknowledged", &[], &["name"]),
    Key::reply("follow_up.thanked", &[], &["name"]),
    Key::reply("follow_up.settled", &[], &["name"]),
    Key::reply("follow_up.never_mind", &[], &["name"]),
    Key::reply("follow_up.remark", &[], &["name"]),
    Key::reply("follow_up.not_us", &[], &[]),
    Key::reply("follow_up.not_known", &[], &["name"]),
    Key::reply("follow_up.apologized", &[], &["name"]),
    Key::reply("follow_up.still_yes", &["deed"], &[]),
    Key::reply("follow_up.still_choice", &[], &[]),
];
