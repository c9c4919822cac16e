//! The order is cancelled, or the parcel refused.
//!
//! ```text
//! customer: отмените заказ
//! bot:      consequences, and one question: really?          (after the number and the phone)
//! customer: да, отменить
//! bot:      asks the carrier; a confirmation with a number; why, once
//! ```
//!
//! On its way a parcel cannot be cancelled, only refused, now or at the door. What was handed over leads to a
//! refund. «Передумал, не отменяйте» stops it at any moment before the yes.

use super::flow::Flow;
use crate::conversation::effect::{Effect, Keyboard};
use crate::conversation::heard::{Answer, Heard};
use crate::conversation::ids::intent;
use crate::conversation::matters::{money, status};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Matter, Question, Reason};
use crate::conversation::task::{Group, KEEP, Work};
use crate::conversation::turn::{Turn, is_small_talk};
use crate::conversation::{follow_up, steps};
use crate::parcel::{Change, Done, Found, Instruction, Order, OrderState, Recipient, Truth, TruthKind};
use crate::phrases::{Key, Value};
use understanding::{Decision, Stance};

/// The answer of who does not say why.
const SKIP: &str = "skip";
/// The reason was told, in words that none of the given answers has.
const IN_WORDS: &str = "in_words";
/// A wish of so many words says why, too.
const TELLS_WHY: usize = 8;
const INTENT: &str = intent::CANCEL;

/// From this confidence on a denial is believed where it only leaves things as they are.
const DENIES: f64 = 0.5;

/// Cancels an order, or has a parcel on its way refused.
pub(super) struct Cancel;

impl Flow for Cancel {
    fn intent(&self) -> &'static str {
        INTENT
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        // A customer who is asked for the number hears the regret there.
        if !asked.slots().tracking_numbers.is_empty() {
            let sorry = turn.reply("cancel.sorry");
            turn.preface(sorry);
        }
        let (file, begin) = Group::CancelReason.place();
        let why = turn.choice(file, begin, &asked.text).filter(|why| why != SKIP);
        let why = why.or_else(|| tells_more(&asked.text).then(|| IN_WORDS.into()));
        Some(steps::begin(turn, Work::Cancel { refuse: false, why }, asked))
    }

    /// By how the order stands.
    fn go_on(&self, turn: &mut Turn<'_>) -> Next {
        let Some(Work::Cancel { refuse, .. }) = turn.state.work.task.as_ref().map(|task| &task.work) else {
            return Next::Rest;
        };
        let refuse = *refuse;
        let Some(found) = steps::parcel(turn) else {
            return Next::Rest;
        };
        let number = steps::number_of(&found);
        let truth = status::truth(turn, &found.parcel);
        let state = found.parcel.order.as_ref().map(|order| order.state);
        // How the money of an order stands that is over already is said below.
        let is_over = matches!(state, Some(OrderState::Cancelled | OrderState::Refused));
        match truth.kind() {
            TruthKind::Delivered => return delivered(turn, &found),
            TruthKind::Stopped if !is_over => return stopped(turn, &found, truth),
            TruthKind::Stopped | TruthKind::Waits | TruthKind::Moves | TruthKind::ToCollect | TruthKind::Late => {}
        }
        let Some(order) = found.parcel.order.clone() else {
            let reply = turn.reply("cancel.unknown_order").with("number", number);
            turn.preface(reply);
            return Next::person(Reason::Accepted);
        };
        match order.state {
            OrderState::Accepted => ask_yes(turn, Change::Cancel, &found, &order),
            OrderState::InTransit if refuse => ask_yes(turn, Change::Refuse, &found, &order),
            OrderState::InTransit => {
                // Whoever is not the recipient has nothing to choose.
                if let Some(next) = steps::proof(turn, &found) {
                    return next;
                }
                let key = if truth == Truth::Pickup { "cancel.at_pickup" } else { "cancel.in_transit" };
                let reply = turn.reply(key).with("number", number);
                steps::choose(turn, Group::Refusal, reply)
            }
            OrderState::Delivered => delivered(turn, &found),
            OrderState::Cancelled => over_already(turn, "cancel.already_cancelled", &found, &order),
            OrderState::Refused => over_already(turn, "cancel.already_refused", &found, &order),
        }
    }

    fn groups(&self) -> &'static [Group] {
        &[Group::Refusal, Group::CancelReason]
    }

    fn chosen(&self, turn: &mut Turn<'_>, group: Group, answer: &str, words: Option<&str>) -> Next {
        match (group, answer) {
            (Group::CancelReason, _) => reason_given(turn, Some(answer), words),
            (_, "now") => refuse_now(turn),
            (_, "at_door") => {
                let reply = turn.reply("cancel.at_door");
                steps::solved(turn, vec![reply], Vec::new())
            }
            (_, _) => self.stopped(turn),
        }
    }

    fn answered(&self, turn: &mut Turn<'_>, question: &Question, heard: &Heard<'_>) -> Answer {
        if *question == Question::Choose(Group::CancelReason) {
            return why_answered(turn, heard);
        }
        let another_number = heard.number().is_some() && heard.only_number;
        if heard.is_other_than(INTENT) || (another_number && *question == Question::Choose(Group::Refusal)) {
            return Answer::AsUsual;
        }
        let present = turn.state.work.task.as_ref().and_then(|task| task.number.as_ref());
        let another = heard.another_than(present);
        // «Ой, не этот, отмените 1000…»: it was another parcel that was meant.
        if let Some(number) = another.filter(|_| *question == Question::Choose(Group::Refusal)) {
            return Answer::Taken(steps::number_given(turn, number));
        }
        let (file, begin) = Group::Refusal.place();
        let refusal = turn.choice(file, begin, heard.text);
        let says_no = heard.yes == Some(false);
        let now = heard.plain_yes || (heard.is(INTENT) && heard.reading.stance == Stance::Wants);
        // «Да, отменяйте» to the choice how: the plain yes is asked for behind it in any case.
        if *question == Question::Choose(Group::Refusal) && refusal.is_none() && now && !heard.text.contains('?') {
            return Answer::Taken(refuse_now(turn));
        }
        // «Не, погоди», «пока ничего не делайте»: what is denied here is the refusal.
        let denies = heard.reading.stance == Stance::Declines && heard.reading.stance_confidence >= DENIES;
        let stops = says_no || denies || turn.context.phrasebook.stops(heard.text);
        if *question == Question::Choose(Group::Refusal) && refusal.is_none() && stops && !heard.text.contains('?') {
            return Answer::Taken(self.stopped(turn));
        }
        // «Оставьте» while the phone is asked for: its button goes with the question.
        if matches!(question, Question::Phone { .. }) && refusal.as_deref() == Some(KEEP) {
            let reply = turn.reply("cancel.declined");
            turn.state.work.task = None;
            turn.state.work.open = None;
            turn.say_keyboard(reply, Keyboard::Remove);
            return Answer::Taken(Next::Rest);
        }
        Answer::AsUsual
    }

    /// «Передумал, не отменяйте»: the order is left as it is.
    fn stopped(&self, turn: &mut Turn<'_>) -> Next {
        turn.state.work.request = None;
        // Money was to come back of the same matter: with the order kept there is none to give back.
        turn.state.work.paused.take_if(|paused| paused.work.intent() == intent::REFUND);
        turn.tells_of(Matter::Kept);
        steps::let_go(turn, "cancel.declined").or(Next::Waiting)
    }

    fn makes(&self, change: Change) -> bool {
        matches!(change, Change::Cancel | Change::Refuse)
    }

    /// The carrier has cancelled it: everything in one message, and the reason is asked, once.
    fn made(&self, turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) -> Next {
        let task = turn.state.work.task.take();
        let told_why = task.as_ref().and_then(|task| why_of(&task.work));
        let order = task.and_then(|task| task.found).and_then(|found| found.parcel.order);
        let key = format!("cancel.done_{}", instruction.change.code());
        let reply = money::confirmation(turn, &key, instruction, done)
            .with_some("sum", order.and_then(|order| order.sum).map(Value::Sum));
        turn.state.work.request = None;
        let person = turn.person_row();
        turn.say_with(reply, vec![person]);
        turn.tells_until(Matter::Cancelled, Some(money::promised(turn)));
        // Said with the wish, the reason is not asked for again.
        if told_why.is_some() {
            turn.effect(Effect::Feedback { about: INTENT, choice: told_why, words: None });
            turn.state.work.open = None;
            return Next::Waiting;
        }
        let why = turn.reply("cancel.ask_reason");
        steps::choose(turn, Group::CancelReason, why)
    }

    fn is_irreversible(&self) -> bool {
        true
    }

    fn covers(&self) -> &'static [&'static str] {
        &[intent::REFUND]
    }
}

/// Whether a wish says so much that the reason is in it, in words of the customer's own.
fn tells_more(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    words.count() >= TELLS_WHY
}

/// The reason told with the wish.
fn why_of(work: &Work) -> Option<String> {
    match work {
        Work::Cancel { why, .. } => why.clone(),
        Work::Offer { .. } | Work::Link | Work::Refund { .. } => None,
    }
}

/// It goes back at once; the reason that was told stays.
fn refuse_now(turn: &mut Turn<'_>) -> Next {
    let why = turn.state.work.task.as_ref().and_then(|task| why_of(&task.work));
    steps::turn_into(turn, Work::Cancel { refuse: true, why })
}

fn ask_yes(turn: &mut Turn<'_>, change: Change, found: &Found, order: &Order) -> Next {
    if let Some(next) = steps::proof(turn, found) {
        return next;
    }
    let reply = turn
        .reply(&format!("cancel.confirm_{}", change.code()))
        .with("number", steps::number_of(found))
        .with("days", Value::Number(i64::from(turn.context.policy.refund_days)))
        .with_some("sum", order.sum.map(Value::Sum));
    steps::confirm(turn, change, reply)
}

/// It was handed over: what can be done then is to give it back.
fn delivered(turn: &mut Turn<'_>, found: &Found) -> Next {
    let days = Value::Number(i64::from(turn.context.policy.return_days));
    let reply = turn.reply("cancel.delivered").with("number", steps::number_of(found)).with("days", days);
    turn.state.work.task = None;
    status::told(turn, &found.parcel);
    let buttons = vec![vec![turn.request_button(intent::REFUND)], turn.person_row()];
    turn.ask(Question::Clarify(vec![intent::REFUND.into()]), reply, buttons);
    Next::Rest
}

/// It will never be delivered, so there is nothing to cancel.
fn stopped(turn: &mut Turn<'_>, found: &Found, truth: Truth) -> Next {
    let reply =
        turn.reply("cancel.stopped").with("number", steps::number_of(found)).with("because", status::because(truth));
    turn.state.work.task = None;
    turn.state.work.request = None;
    status::told(turn, &found.parcel);
    let buttons = vec![vec![turn.request_button(intent::REFUND)], turn.person_row()];
    turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
    Next::Waiting
}

/// It was cancelled or refused before: said with how the money stands, if the customer is the recipient.
fn over_already(turn: &mut Turn<'_>, key: &str, found: &Found, order: &Order) -> Next {
    let reply = turn.reply(key).with("number", steps::number_of(found));
    let known = found.recipient == Recipient::Proven;
    let money = money::state_of(turn, order).filter(|_| known);
    steps::solved(turn, std::iter::once(reply).chain(money).collect(), Vec::new())
}

/// Asked why, after it was done. The customer need not say.
fn why_answered(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Answer {
    let (file, begin) = Group::CancelReason.place();
    let known = turn.state.work.parcel.as_ref();
    let another = heard.another_than(known).is_some();
    if turn.choice(file, "regret_", heard.text).is_some() && !another {
        let reply = turn.reply("cancel.regret");
        turn.preface(reply);
        return Answer::Taken(steps::accepted(turn, INTENT));
    }
    let reason = turn.choice(file, begin, heard.text);
    // «Дорого» asks for no price, «верните деньги, передумала» is more than the reason.
    let says_more = another || reason.is_none() || is_request_without(turn, heard.text);
    if heard.turns_away(Some(INTENT), &[known]) && says_more {
        return Answer::OtherMatter;
    }
    if let Some(reason) = reason {
        return Answer::Taken(reason_given(turn, Some(&reason), Some(heard.text)));
    }
    // «А первая точно едет?» asks on, and tells no reason.
    if heard.is("greeting") || heard.is("goodbye") || follow_up::asks(turn, heard.text, heard.reading) {
        return Answer::OtherMatter;
    }
    let nods = follow_up::takes_note(turn, heard.text, heard.reading);
    if heard.is("thanks") || follow_up::label(turn, heard.text, heard.reading).is_some_and(|label| label == "thanked") {
        turn.state.work.open = None;
        return Answer::Taken(follow_up::passes(turn, "follow_up.thanked").or(Next::Waiting));
    }
    let skip = heard.yes == Some(false) || heard.small.is_some() || nods;
    Answer::Taken(reason_given(turn, skip.then_some(SKIP), Some(heard.text)))
}

/// Whether words still ask for something when the reason is taken out of them.
fn is_request_without(turn: &Turn<'_>, text: &str) -> bool {
    let (file, begin) = Group::CancelReason.place();
    let beside = turn.context.phrasebook.beside_choice(file, begin, text);
    let reading = understanding::read(turn.context.matcher, &beside);
    let asked = reading.intent.filter(|_| reading.decision == Decision::Answer);
    asked.is_some_and(|intent| intent != INTENT && !is_small_talk(&intent))
}

/// The customer said why: thanked for and recorded.
fn reason_given(turn: &mut Turn<'_>, choice: Option<&str>, words: Option<&str>) -> Next {
    if choice == Some(SKIP) {
        return steps::fine(turn).or(Next::Waiting);
    }
    turn.state.work.open = None;
    let (choice, words) = (choice.map(str::to_owned), words.map(str::to_owned));
    turn.effect(Effect::Feedback { about: INTENT, choice, words });
    let reply = turn.reply("cancel.thanks");
    turn.say(reply);
    Next::Waiting
}

/// The texts this flow says; the phrasebook is checked against them.
const TEXTS: &[Key] = &[
    Key::reply("cancel.declined", &[], &[]),
    Key::reply("cancel.ask_number", &[], &[]),
    Key::reply("cancel.unknown_order", &["number"], &[]),
    Key::reply("cancel.in_transit", &["number"], &[]),
    Key::reply("cancel.at_pickup", &["number"], &[]),
    Key::reply("cancel.stopped", &["number", "because"], &[]),
    Key::reply("cancel.already_cancelled", &["number"], &[]),
    Key::reply("cancel.already_refused", &["number"], &[]),
    Key::reply("cancel.confirm_cancel", &["number", "days"], &["sum"]),
    Key::reply("cancel.done_cancel", &["number", "reference", "date"], &["sum"]),
    Key::reply("cancel.confirm_refuse", &["number", "days"], &["sum"]),
    Key::reply("cancel.done_refuse", &["number", "reference", "date"], &["sum"]),
    Key::reply("cancel.regret", &[], &[]),
    Key::reply("cancel.sorry", &[], &[]),
    Key::reply("cancel.at_door", &[], &[]),
    Key::reply("cancel.delivered", &["number", "days"], &[]),
    Key::reply("cancel.ask_reason", &[], &[]),
    Key::reply("cancel.thanks", &[], &[]),
    Key::text("button.yes_cancel", &[]),
    Key::text("button.yes_refuse", &[]),
    Key::choice("cancel.refusal_now"),
    Key::choice("cancel.refusal_at_door"),
    Key::choice("cancel.refusal_keep"),
    Key::choice("cancel.reason_too_long"),
    Key::choice("cancel.reason_cheaper"),
    Key::choice("cancel.reason_mistake"),
    Key::choice("cancel.reason_not_needed"),
    Key::choice("cancel.reason_skip"),
];
