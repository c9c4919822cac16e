//! Money back.
//!
//! ```text
//! customer: верните деньги
//! bot:      the number; then what for, if the words do not say it
//! bot:      by reason: the rules and their days, a picture that shows it, one yes, the carrier, or a ticket
//!           that already holds everything
//! ```
//!
//! Quality is decided by the seller; the bot says so plainly. A refund asked for before is told as it stands.

use super::flow::Flow;
use crate::conversation::event::{Kind, Message};
use crate::conversation::heard::{Answer, Heard};
use crate::conversation::ids::intent;
use crate::conversation::matters::{money, status};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Fact, Matter, Question, Reason};
use crate::conversation::steps;
use crate::conversation::task::{Group, Task, Work};
use crate::conversation::turn::Turn;
use crate::parcel::{Change, Done, Found, Instruction, Order, OrderState, RefundReason, RefundState, Truth, TruthKind};
use crate::phrases::{Key, Value};
use chrono::Days;
use understanding::Stance;

const INTENT: &str = intent::REFUND;
/// Brings money back, by the rules of the reason it is asked for.
pub(super) struct RefundMoney;

impl Flow for RefundMoney {
    fn intent(&self) -> &'static str {
        INTENT
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    /// The words may say what for.
    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        let named = turn.choice(INTENT, "for_", &asked.text).as_deref().and_then(RefundReason::from_code);
        let beside = asked.reading.as_ref().and_then(|reading| reason_among(&reading.requests));
        let reason = named.or(beside).or_else(|| reason_among(&turn.state.desk.tried));
        let photos = match reason {
            Some(RefundReason::Damaged | RefundReason::WrongItem) => turn.pictures(),
            Some(_) | None => Vec::new(),
        };
        Some(steps::begin(turn, Work::Refund { reason, photos, shown: false }, asked))
    }

    fn go_on(&self, turn: &mut Turn<'_>) -> Next {
        let Some(Work::Refund { reason, photos, shown }) = turn.state.work.task.as_ref().map(|task| &task.work) else {
            return Next::Rest;
        };
        let (reason, is_shown) = (*reason, *shown || !photos.is_empty());
        let Some(found) = steps::parcel(turn) else {
            return Next::Rest;
        };
        let order = found.parcel.order.clone();
        if let Some(order) = order.as_ref().filter(|order| order.refund.is_some()) {
            // Money is the recipient's business alone.
            return steps::proof(turn, &found).unwrap_or_else(|| asked_before(turn, order));
        }
        // What will never be delivered is settled whatever the reason; what was paid twice or came broken is another matter.
        let truth = status::truth(turn, &found.parcel);
        if truth.kind() == TruthKind::Stopped
            && matches!(reason, None | Some(RefundReason::NotArrived | RefundReason::ChangedMind))
        {
            return stopped(turn, &found, truth);
        }
        // Of what was handed over the money is the recipient's business alone, whatever the reason will be.
        let delivered = order.as_ref().is_some_and(|order| order.state == OrderState::Delivered);
        if matches!(reason, None | Some(RefundReason::ChangedMind))
            && delivered
            && let Some(next) = steps::proof(turn, &found)
        {
            return next;
        }
        let Some(reason) = reason else {
            let reply = turn.reply("refund.ask_reason").with("number", steps::number_of(&found));
            return steps::choose(turn, Group::RefundReason, reply);
        };
        match reason {
            RefundReason::NotArrived => not_arrived(turn, &found),
            RefundReason::Damaged | RefundReason::WrongItem if is_shown => to_person(turn, "refund.to_seller"),
            RefundReason::Damaged | RefundReason::WrongItem => ask_to_show(turn, "refund.ask_photo"),
            RefundReason::PaidTwice if is_shown => to_person(turn, "refund.disputed"),
            RefundReason::PaidTwice => ask_to_show(turn, "refund.ask_receipt"),
            RefundReason::ChangedMind => changed_mind(turn, &found),
            RefundReason::DeliveryFee => ask_yes(turn, reason, &found),
        }
    }

    fn groups(&self) -> &'static [Group] {
        &[Group::RefundReason]
    }

    fn chosen(&self, turn: &mut Turn<'_>, _group: Group, answer: &str, _words: Option<&str>) -> Next {
        steps::turn_into(turn, for_reason(RefundReason::from_code(answer)))
    }

    /// Asked for a picture. Words in its place are taken as well: a customer who has none is not kept waiting.
    fn answered(&self, turn: &mut Turn<'_>, question: &Question, heard: &Heard<'_>) -> Answer {
        if *question == Question::Choose(Group::RefundReason) {
            return without_reason(turn, heard);
        }
        if *question != Question::Evidence {
            return Answer::AsUsual;
        }
        let present = turn.state.work.task.as_ref().and_then(|task| task.number.as_ref());
        match heard.another_than(present) {
            Some(number) if heard.only_number => return Answer::Taken(steps::number_given(turn, number)),
            // Two parcels at once: a person takes both, and nothing of either is lost.
            Some(_) if !heard.is_other_than(INTENT) => return Answer::Taken(Next::person(Reason::Accepted)),
            Some(_) | None => {}
        }
        if heard.is_other_than(INTENT) && !heard.is(intent::DAMAGED) {
            return Answer::OtherMatter;
        }
        // «Да, оформляйте» wants it done without a picture; a bare «да» has one coming.
        let says_so = heard.plain_yes && turn.choice(INTENT, "go_ahead_", heard.text).is_some();
        let goes_on = says_so || (heard.is(INTENT) && heard.reading.stance == Stance::Wants);
        if (heard.yes == Some(true) || heard.small.is_some()) && !goes_on {
            let reply = turn.reply("refund.waiting_photo");
            turn.say(reply);
            return Answer::Taken(Next::Rest);
        }
        shown(turn, None).map_or(Answer::OtherMatter, Answer::Taken)
    }

    fn shown(&self, turn: &mut Turn<'_>, message: &Message) -> Option<Next> {
        match message.kind {
            Kind::Photo | Kind::Video | Kind::VideoNote | Kind::Document | Kind::Animation => {
                shown(turn, Some(message))
            }
            Kind::Text | Kind::Audio | Kind::Voice | Kind::Sticker | Kind::Contact | Kind::Location | Kind::Other => {
                None
            }
        }
    }

    fn makes(&self, change: Change) -> bool {
        matches!(change, Change::Refund(_))
    }

    /// The carrier has taken the request.
    fn made(&self, turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) -> Next {
        let order = steps::known_parcel(turn).and_then(|found| found.parcel.order);
        let whole = instruction.change == Change::Refund(RefundReason::ChangedMind);
        let reply = money::confirmation(turn, "refund.done", instruction, done)
            .with_some("sum", order.and_then(|order| order.sum).filter(|_| whole).map(Value::Sum));
        let person = turn.person_row();
        turn.tells_until(Matter::Refund, Some(money::promised(turn)));
        steps::solved(turn, vec![reply], vec![person])
    }

    fn told(&self, task: &Task) -> Vec<Fact> {
        let Work::Refund { reason, photos, .. } = &task.work else {
            return Vec::new();
        };
        let photos = (!photos.is_empty()).then(|| Fact::Photos(photos.clone()));
        reason.map(Fact::Refund).into_iter().chain(photos).collect()
    }

    fn is_irreversible(&self) -> bool {
        true
    }

    fn covers(&self) -> &'static [&'static str] {
        &[intent::CANCEL, intent::WHERE_IS_PARCEL]
    }
}

/// «Да, оформляйте» to the question what for: of a parcel that was handed over nothing is wrong then but that it is not
/// wanted. The plain yes is asked for behind it in any case.
fn without_reason(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Answer {
    let order = steps::known_parcel(turn).and_then(|found| found.parcel.order);
    let delivered = order.is_some_and(|order| order.state == OrderState::Delivered);
    let wants = heard.plain_yes || (heard.is(INTENT) && heard.reading.stance == Stance::Wants);
    let named = turn.choice(INTENT, "for_", heard.text).is_some();
    if !delivered || !wants || named || heard.text.contains('?') || heard.number().is_some() {
        return Answer::AsUsual;
    }
    Answer::Taken(steps::turn_into(turn, for_reason(Some(RefundReason::ChangedMind))))
}

/// What is wrong with the goods, where that is one of these requests: read beside the wish, or spoken of before.
fn reason_among(requests: &[String]) -> Option<RefundReason> {
    requests.iter().find_map(|request| match request.as_str() {
        intent::DAMAGED => Some(RefundReason::Damaged),
        intent::WRONG_ITEM => Some(RefundReason::WrongItem),
        _ => None,
    })
}

fn for_reason(reason: Option<RefundReason>) -> Work {
    Work::Refund { reason, photos: Vec::new(), shown: false }
}

/// A picture, or the word that there is none.
fn shown(turn: &mut Turn<'_>, picture: Option<&Message>) -> Option<Next> {
    let Some(Work::Refund { photos, shown, .. }) = turn.state.work.task.as_mut().map(|task| &mut task.work) else {
        return None;
    };
    photos.extend(picture.map(|message| message.id));
    *shown = true;
    turn.state.work.open = None;
    Some(Next::GoOn)
}

fn ask_to_show(turn: &mut Turn<'_>, key: &str) -> Next {
    let reply = turn.reply(key);
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Evidence, reply, buttons);
    Next::Rest
}

/// It has not come: by what holds for it.
fn not_arrived(turn: &mut Turn<'_>, found: &Found) -> Next {
    let number = steps::number_of(found);
    let truth = status::truth(turn, &found.parcel);
    let key = match (truth.kind(), truth) {
        (TruthKind::Delivered, _) => return status::not_received(turn, number),
        (TruthKind::Late, _) => return status::late(turn, &found.parcel),
        (TruthKind::Stopped, _) => return stopped(turn, found, truth),
        (_, Truth::Missed { day: None }) => "refund.missed",
        (_, Truth::Today { .. }) => "refund.today",
        (TruthKind::Waits, _) => "refund.waits",
        (TruthKind::ToCollect, _) => "refund.collect",
        (TruthKind::Moves, Truth::Preorder { .. }) => "refund.not_sent",
        (TruthKind::Moves, _) => "refund.on_its_way",
    };
    let reply = turn.reply(key).with("number", number);
    let reply = match truth.kind() {
        TruthKind::Waits => reply.with("step", status::step_of(truth)),
        TruthKind::ToCollect => reply.with_some("place", found.parcel.place.clone().map(Value::Text)),
        TruthKind::Moves => reply.with_some("planned", truth.day().map(Value::Date)),
        TruthKind::Stopped | TruthKind::Delivered | TruthKind::Late => reply,
    };
    status::told(turn, &found.parcel);
    let (refuse, person) = (vec![turn.request_button(intent::CANCEL)], turn.person_row());
    steps::solved(turn, vec![reply], vec![refuse, person])
}

/// It will never be delivered. Money for an order that the carrier knows a person looks for; else the shop decides.
fn stopped(turn: &mut Turn<'_>, found: &Found, truth: Truth) -> Next {
    let number = steps::number_of(found);
    match truth {
        Truth::Cancelled => {
            let reply = turn.reply("refund.cancelled").with("number", number);
            turn.preface(reply);
            Next::person(Reason::Accepted)
        }
        Truth::GoingBack if found.parcel.order.is_some() => {
            let reply = turn.reply("refund.going_back").with("number", number);
            turn.preface(reply);
            Next::person(Reason::Accepted)
        }
        Truth::GoingBack | Truth::OfferExpired | Truth::Prohibited => by_shop(turn, found, truth),
        // Nothing else is at its end: the money is looked for by a person.
        Truth::Preorder { .. }
        | Truth::OfferToConfirm { .. }
        | Truth::OfferChecking { .. }
        | Truth::OfferBlocked { .. }
        | Truth::AtCustoms { .. }
        | Truth::DutyDue
        | Truth::PapersDue
        | Truth::OnItsWay { .. }
        | Truth::Today { .. }
        | Truth::DayToAgree { .. }
        | Truth::PlaceToAgree
        | Truth::Missed { .. }
        | Truth::Pickup
        | Truth::Delivered
        | Truth::Late { .. }
        | Truth::Unknown { .. } => to_person(turn, "refund.unknown_order"),
    }
}

/// It will never come, and the carrier knows of no money: the shop decides.
fn by_shop(turn: &mut Turn<'_>, found: &Found, truth: Truth) -> Next {
    let number = steps::number_of(found);
    let reply = turn.reply("refund.by_shop").with("number", number).with("because", status::because(truth));
    turn.state.work.task = None;
    status::told(turn, &found.parcel);
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
    Next::Waiting
}

/// It is not wanted any more: before it was handed over that is cancelling, after it there are some days.
fn changed_mind(turn: &mut Turn<'_>, found: &Found) -> Next {
    let Some(order) = found.parcel.order.as_ref() else {
        return to_person(turn, "refund.unknown_order");
    };
    match order.state {
        OrderState::Accepted | OrderState::InTransit => steps::turn_into(turn, Work::cancel()),
        OrderState::Cancelled | OrderState::Refused => {
            let truth = status::truth(turn, &found.parcel);
            stopped(turn, found, truth)
        }
        OrderState::Delivered => {
            let days = turn.context.policy.return_days;
            let last = order.delivered.and_then(|day| day.checked_add_days(Days::new(u64::from(days))));
            let today = turn.context.policy.today(turn.context.now);
            match last {
                Some(last) if last < today => {
                    let reply = turn.reply("refund.too_late").with("date", Value::Date(last));
                    let buttons = vec![turn.person_row()];
                    turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
                    turn.tells_of(Matter::Refund);
                    Next::Rest
                }
                Some(_) | None => ask_yes(turn, RefundReason::ChangedMind, found),
            }
        }
    }
}

fn ask_yes(turn: &mut Turn<'_>, reason: RefundReason, found: &Found) -> Next {
    let Some(order) = found.parcel.order.as_ref() else {
        return to_person(turn, "refund.unknown_order");
    };
    if let Some(next) = steps::proof(turn, found) {
        return next;
    }
    let reply = turn
        .reply(&format!("refund.confirm_{}", reason.code()))
        .with("number", steps::number_of(found))
        .with("days", Value::Number(i64::from(turn.context.policy.refund_days)))
        .with_some("sum", order.sum.map(Value::Sum).filter(|_| reason == RefundReason::ChangedMind));
    steps::confirm(turn, Change::Refund(reason), reply)
}

fn to_person(turn: &mut Turn<'_>, key: &str) -> Next {
    let days = Value::Number(i64::from(turn.context.policy.dispute_days));
    let reply = turn.reply(key).with("days", days);
    turn.preface(reply);
    Next::person(Reason::Accepted)
}

/// Money was asked back before. What is overdue is not recited: a person looks into it.
fn asked_before(turn: &mut Turn<'_>, order: &Order) -> Next {
    let (Some(refund), Some(state)) = (&order.refund, money::state_of(turn, order)) else {
        return Next::Rest;
    };
    let until = money::due(turn, refund);
    match refund.state {
        RefundState::Asked | RefundState::Granted if until < turn.context.policy.today(turn.context.now) => {
            let reference = Value::Text(refund.reference.clone());
            let reply = turn.reply("refund.overdue").with("reference", reference).with("date", Value::Date(until));
            turn.preface(reply);
            Next::person(Reason::Late)
        }
        RefundState::Asked => {
            turn.tells_until(Matter::Refund, Some(until));
            steps::solved(turn, vec![state], Vec::new())
        }
        RefundState::Granted => {
            turn.tells_until(Matter::Refund, Some(until));
            steps::solved(turn, vec![state], Vec::new())
        }
        RefundState::Paid => steps::solved(turn, vec![state], Vec::new()),
        RefundState::Declined => {
            let buttons = vec![turn.person_row()];
            turn.ask(Question::Person { about: INTENT.into() }, state, buttons);
            Next::Rest
        }
    }
}

/// The texts this flow says; the phrasebook is checked against them.
const TEXTS: &[Key] = &[
    Key::reply("refund.ask_number", &[], &[]),
    Key::reply("refund.ask_reason", &["number"], &[]),
    Key::reply("refund.ask_photo", &[], &[]),
    Key::reply("refund.ask_receipt", &[], &[]),
    Key::reply("refund.waiting_photo", &[], &[]),
    Key::reply("refund.to_seller", &["days"], &[]),
    Key::reply("refund.disputed", &["days"], &[]),
    Key::reply("refund.unknown_order", &["days"], &[]),
    Key::reply("refund.on_its_way", &["number"], &["planned"]),
    Key::reply("refund.waits", &["number", "step"], &[]),
    Key::reply("refund.missed", &["number"], &["step"]),
    Key::reply("refund.today", &["number"], &["planned"]),
    Key::reply("refund.collect", &["number"], &["place"]),
    Key::reply("refund.not_sent", &["number"], &["planned"]),
    Key::reply("refund.cancelled", &["number"], &[]),
    Key::reply("refund.going_back", &["number"], &[]),
    Key::reply("refund.by_shop", &["number", "because"], &[]),
    Key::reply("refund.too_late", &["date"], &[]),
    Key::reply("refund.confirm_changed_mind", &["number", "days"], &["sum"]),
    Key::reply("refund.confirm_delivery_fee", &["number", "days"], &[]),
    Key::reply("refund.done", &["number", "reference", "date"], &["sum"]),
    Key::reply("refund.overdue", &["reference", "date"], &[]),
    Key::reply("refund.state_asked", &["reference", "date"], &[]),
    Key::reply("refund.state_cancelled", &["date", "reference"], &[]),
    Key::reply("refund.state_granted", &["reference", "date"], &[]),
    Key::reply("refund.state_paid", &["reference", "date"], &[]),
    Key::reply("refund.state_declined", &["reference", "date"], &[]),
    Key::text("button.yes_refund", &[]),
    Key::choice("refund.for_not_arrived"),
    Key::choice("refund.for_damaged"),
    Key::choice("refund.for_wrong_item"),
    Key::choice("refund.for_changed_mind"),
    Key::choice("refund.for_paid_twice"),
    Key::choice("refund.for_delivery_fee"),
];
