//! The steps that flows share: the number, the parcel, the proof that the customer is its recipient, the yes, the
//! change, the question with given answers.
//!
//! A flow's `go_on` asks for the first thing that is missing and ends; whatever brings it leads to `go_on` again.
//! So a flow reads from top to bottom, and any order of events leads to its next question.

use super::button::Pressed;
use super::carrier_retry;
use super::effect::{Button, Effect, Keyboard};
use super::event::{CarrierRequest, Kind, Message, Tracked, Why};
use super::ids::intent;
use super::next::{Asked, Next};
use super::state::{Fact, Question, Reason, Request};
use super::task::{Cause, Group, Task, Work};
use super::turn::Turn;
use crate::parcel::{Change, Found, Instruction, OrderState, Recipient, TrackingNumber, Truth};
use crate::phrases::{Reply, Value};
use understanding::Doubt;

/// Begins a task for what the customer asked; the number in their words is taken up, and becomes the conversation's
/// parcel.
pub(super) fn begin(turn: &mut Turn<'_>, work: Work, asked: &Asked) -> Next {
    turn.state.customer.said += 1;
    let slots = asked.slots();
    let number = slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
    turn.state.work.parcel = number.clone().or_else(|| turn.state.work.parcel.clone());
    turn.state.work.task = Some(Task { no: turn.state.customer.said, work, number, found: None, asked: Vec::new() });
    turn.state.work.open = None;
    turn.state.work.half_number = None;
    match (&slots.tracking_numbers[..], &slots.doubtful_numbers[..]) {
        ([], [given, ..]) => unreadable(turn, given, asked.doubt()),
        _ => Next::GoOn,
    }
}

/// A request other than the one in work comes in: the latter waits. The same request anew begins it anew.
pub(super) fn pause(turn: &mut Turn<'_>, intent: &str) {
    if let Some(task) = turn.state.work.task.take() {
        turn.state.work.open = None;
        if task.work.intent() != intent {
            turn.state.work.paused = Some(task);
        }
    }
    if turn.state.work.paused.as_ref().is_some_and(|paused| paused.work.intent() == intent) {
        turn.state.work.paused = None;
    }
}

/// Something came in between: the task in work, if there is one, asks again what it has asked.
pub(super) fn asked_again(turn: &mut Turn<'_>) -> Next {
    let Some(task) = &mut turn.state.work.task else {
        return Next::Rest;
    };
    if let Some(Question::Choose(group)) = turn.state.work.open.take() {
        task.asked.retain(|asked| *asked != group);
    }
    forget_parcel(turn); // the carrier may tell more to a recipient who is known
    Next::GoOn
}

/// The task in work asks again what it had asked before another question took its place.
pub(super) fn asked_anew(turn: &mut Turn<'_>) -> Next {
    if let Some(task) = &mut turn.state.work.task {
        task.asked.clear();
    }
    asked_again(turn)
}

/// Whatever was begun is let go.
pub(super) fn forget_requests(turn: &mut Turn<'_>) {
    turn.state.work.open = None;
    turn.state.work.next_request = None;
    turn.state.work.task = None;
    turn.state.work.paused = None;
    turn.state.work.told_last = None;
    turn.state.work.rules_told.clear();
    turn.state.work.lets_pieces_go();
    turn.state.work.about_words = None;
    turn.state.work.heard = None;
    turn.state.work.pictures.clear();
}

/// The task in work goes on as this.
pub(super) fn turn_into(turn: &mut Turn<'_>, work: Work) -> Next {
    match &mut turn.state.work.task {
        Some(task) => {
            task.work = work;
            turn.state.work.open = None;
            Next::GoOn
        }
        None => Next::Rest,
    }
}

/// The number was given.
pub(super) fn number_given(turn: &mut Turn<'_>, number: &str) -> Next {
    let number = TrackingNumber::new(number);
    turn.state.work.parcel = Some(number.clone());
    turn.state.work.open = None;
    turn.state.work.half_number = None;
    if let Some(task) = &mut turn.state.work.task {
        // About another parcel the same questions are new ones, and the buttons of the former mean nothing any more.
        if task.number.as_ref().is_some_and(|known| *known != number) {
            task.asked.clear();
            turn.state.customer.said += 1;
            task.no = turn.state.customer.said;
        }
        task.number = Some(number);
        task.found = None;
    }
    Next::GoOn
}

/// A number was given that cannot be right: says what is wrong with it, as far as that can be told.
pub(super) fn unreadable(turn: &mut Turn<'_>, given: &str, doubt: Option<Doubt>) -> Next {
    let key = match doubt {
        Some(Doubt::DigitMissing) => "where_is_parcel.number_short",
        Some(Doubt::DigitTooMany) => "where_is_parcel.number_long",
        Some(Doubt::LettersMissing) => "where_is_parcel.number_letters",
        Some(Doubt::Checksum) | None => "where_is_parcel.number_unreadable",
    };
    let reply = turn.reply(key).with("given", Value::Text(given.into()));
    let buttons = vec![turn.person_row()];
    turn.ask(Question::NumberAgain, reply, buttons);
    Next::Rest
}

/// The parcel's number; `None` when it had to be asked for.
fn number(turn: &mut Turn<'_>) -> Option<TrackingNumber> {
    let task = turn.state.work.task.as_mut()?;
    if task.number.is_none() {
        task.number = turn.state.work.parcel.clone();
    }
    if let Some(number) = &task.number {
        return Some(number.clone());
    }
    let ask = format!("{}.ask_number", task.work.intent());
    let reply = turn.reply(&ask);
    let buttons = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, buttons);
    None
}

/// What the carrier knows of the parcel; `None` when it, or the number before it, had to be asked for.
pub(super) fn parcel(turn: &mut Turn<'_>) -> Option<Found> {
    let number = number(turn)?;
    let task = turn.state.work.task.as_ref()?;
    if let Some(found) = &task.found {
        return Some(found.clone());
    }
    let why = Why::Task(task.no);
    turn.say_prefaces();
    turn.effect(Effect::Typing);
    let phone = turn.state.customer.phone.clone();
    turn.effect(Effect::Ask(CarrierRequest::Track { number, phone, why }));
    None
}

/// What the carrier knows of the parcel, if the task has it already.
pub(super) fn known_parcel(turn: &Turn<'_>) -> Option<Found> {
    turn.state.work.task.as_ref().and_then(|task| task.found.clone())
}

/// What is known of the parcel is old.
pub(super) fn forget_parcel(turn: &mut Turn<'_>) {
    if let Some(task) = &mut turn.state.work.task {
        task.found = None;
    }
}

/// The carrier told of the parcel of a task.
pub(super) fn tracked(turn: &mut Turn<'_>, no: u64, number: TrackingNumber, answer: Tracked) -> Next {
    if turn.state.work.task.as_ref().is_none_or(|task| task.no != no) {
        // The customer has gone on to something else: it need not be asked again.
        let phone = turn.state.customer.phone.clone();
        carrier_retry::forget(turn, &CarrierRequest::Track { number, phone, why: Why::Task(no) });
        return Next::Rest;
    }
    match answer {
        Tracked::Found(found) => {
            turn.state.work.parcel = Some(found.parcel.number.clone());
            if let Some(task) = &mut turn.state.work.task {
                task.number = Some(found.parcel.number.clone());
                task.found = Some(found);
            }
            Next::GoOn
        }
        Tracked::Unknown => {
            turn.state.work.not_found(&number);
            if let Some(task) = &mut turn.state.work.task {
                task.number = None;
            }
            let reply = turn.reply("where_is_parcel.not_found").with("number", Value::Text(number.to_string()));
            let buttons = vec![turn.person_row()];
            turn.ask(Question::NumberAgain, reply, buttons);
            Next::Rest
        }
        Tracked::Down => {
            let phone = turn.state.customer.phone.clone();
            carrier_retry::down(turn, CarrierRequest::Track { number, phone, why: Why::Task(no) })
        }
    }
}

/// Asks the carrier about a parcel, which becomes the conversation's.
pub(super) fn track(turn: &mut Turn<'_>, number: TrackingNumber, why: Why) {
    turn.state.work.open = None;
    turn.state.work.parcel = Some(number.clone());
    look_up(turn, number, why);
}

/// Asks the carrier about a parcel; what was asked of the customer stands.
pub(super) fn look_up(turn: &mut Turn<'_>, number: TrackingNumber, why: Why) {
    let phone = turn.state.customer.phone.clone();
    let question = CarrierRequest::Track { number, phone, why };
    if let Some(retry) = turn.state.work.carrier_retry.as_ref().filter(|retry| retry.holds(&question)) {
        // It is being asked again already.
        let reply = turn.reply("common.carrier_waiting").with("deadline", turn.moment(retry.promised));
        let buttons = vec![turn.person_row()];
        return turn.say_with(reply, buttons);
    }
    turn.say_prefaces();
    turn.effect(Effect::Typing);
    turn.effect(Effect::Ask(question));
}

/// What is still to be done before the customer has shown to be the parcel's recipient; `None` when they have.
pub(super) fn proof(turn: &mut Turn<'_>, found: &Found) -> Option<Next> {
    match found.recipient {
        Recipient::Proven => None,
        Recipient::NotAsked if turn.state.customer.phone.is_some() => {
            forget_parcel(turn);
            parcel(turn);
            Some(Next::Rest)
        }
        Recipient::NotAsked => {
            let topic = match turn.state.work.task.as_ref().map(|task| &task.work) {
                Some(Work::Offer { cause: Some(Cause::LinkBlocked) }) => {
                    Value::Phrase("offer_blocked.topic_blocked".into())
                }
                Some(work) => turn.topic(work.intent()),
                None => turn.topic(intent::WHERE_IS_PARCEL),
            };
            let reply = turn.reply("proof.ask").with("number", number_of(found)).with("topic", topic);
            ask_phone(turn, reply, false);
            Some(Next::Rest)
        }
        Recipient::Other => Some(not_proven(turn, "proof.other", found)),
        Recipient::Unknown => Some(not_proven(turn, "proof.unknown", found)),
    }
}

fn not_proven(turn: &mut Turn<'_>, key: &str, found: &Found) -> Next {
    let reply = turn.reply(key).with("number", number_of(found));
    turn.preface(reply);
    Next::person(Reason::NotProven)
}

/// Asks for the phone with Telegram's own button.
pub(super) fn ask_phone(turn: &mut Turn<'_>, reply: Reply, again: bool) {
    let keyboard = Keyboard::AskPhone { share: turn.reply("button.share_phone"), instead: turn.reply("button.person") };
    turn.state.work.open = Some(Question::Phone { again });
    turn.say_keyboard(reply, keyboard);
}

/// Asks for the one yes that a change needs which cannot be taken back.
pub(super) fn confirm(turn: &mut Turn<'_>, change: Change, reply: Reply) -> Next {
    let buttons = confirm_buttons(turn, change);
    turn.ask(Question::Confirm { change, again: false }, reply, buttons);
    Next::Rest
}

/// The answer was neither yes nor no: a plain one is asked for, once.
pub(super) fn confirm_plainly(turn: &mut Turn<'_>, change: Change) -> Next {
    let reply = turn.reply("common.plain_yes").with("deed", action(change));
    let buttons = confirm_buttons(turn, change);
    turn.ask(Question::Confirm { change, again: true }, reply, buttons);
    Next::Rest
}

/// The two answers to a question for the one yes.
pub(super) fn confirm_buttons(turn: &Turn<'_>, change: Change) -> Vec<Vec<Button>> {
    let no = turn.state.work.task.as_ref().map_or(0, |task| task.no);
    let yes = format!("button.yes_{}", change.code());
    vec![
        vec![turn.button(&yes, Pressed::Confirm { task: no, yes: true })],
        vec![turn.button("button.leave_it", Pressed::Confirm { task: no, yes: false })],
    ]
}

/// What a change is called.
pub(super) fn action(change: Change) -> Value {
    Value::Phrase(format!("button.yes_{}", change.code()))
}

/// The customer said yes to exactly this change, or it needs none: the carrier is told.
pub(super) fn instruct(turn: &mut Turn<'_>, change: Change) -> Next {
    let (Some(task), Some(phone)) = (turn.state.work.task.as_ref(), turn.state.customer.phone.clone()) else {
        return Next::person(Reason::NotProven);
    };
    let Some(number) = task.number.clone() else {
        return Next::GoOn;
    };
    // The task's number keeps two requests apart, the moment two customers' lives of one database.
    let (customer, at) = (turn.state.customer.person.id, turn.context.now.timestamp_millis());
    let key = format!("{customer}-{}-{}-{at}", task.no, change.code());
    turn.state.work.open = None;
    turn.say_prefaces();
    turn.effect(Effect::Typing);
    turn.effect(Effect::Ask(CarrierRequest::Instruct(Instruction { key, number, phone, change })));
    Next::Rest
}

/// Asks a question with given answers, a button each. What was asked already and is still open goes to a person.
pub(super) fn choose(turn: &mut Turn<'_>, group: Group, reply: Reply) -> Next {
    if let Some(task) = &mut turn.state.work.task {
        if task.asked.contains(&group) {
            return Next::person(Reason::Unsure);
        }
        task.asked.push(group);
    }
    let buttons = choices(turn, group);
    turn.ask(Question::Choose(group), reply, buttons);
    Next::Rest
}

/// The buttons of a question with given answers.
pub(super) fn choices(turn: &Turn<'_>, group: Group) -> Vec<Vec<Button>> {
    let (file, begin) = group.place();
    let row = |id: &&str| {
        let key = format!("{begin}{id}");
        vec![turn.button(&format!("{file}.{key}"), Pressed::Choice(key))]
    };
    // Nothing is wrong yet with goods that nobody has seen.
    let order = known_parcel(turn).and_then(|found| found.parcel.order);
    let unseen = group == Group::RefundReason && order.is_some_and(|order| order.state != OrderState::Delivered);
    let fits = |id: &&&str| !unseen || !intent::WRONG_WITH_GOODS.contains(*id);
    let mut buttons: Vec<_> = group.answers().iter().filter(fits).map(row).collect();
    if group.offers_person() {
        buttons.push(turn.person_row());
    }
    buttons
}

/// The flow has done what it can: says so and asks whether it helped.
pub(super) fn solved(turn: &mut Turn<'_>, parts: Vec<Reply>, mut buttons: Vec<Vec<Button>>) -> Next {
    turn.state.work.task = None;
    buttons.push(vec![
        turn.button("button.helped_yes", Pressed::Solved(true)),
        turn.button("button.helped_no", Pressed::Solved(false)),
    ]);
    turn.state.work.open = Some(Question::Solved);
    turn.say_parts(parts, buttons);
    Next::Rest
}

/// The customer takes the offer to have a person do it.
pub(super) fn accepted(turn: &mut Turn<'_>, about: &str) -> Next {
    if turn.state.work.request.as_ref().is_none_or(|request| request.intent != about) {
        turn.state.work.request = Some(Request { intent: about.into(), confidence: 1.0 });
    }
    Next::person(Reason::Accepted)
}

/// The form of the offer takes no passport of another country, which a person changes: nobody need prove anything for that.
pub(super) fn foreign_passport(turn: &mut Turn<'_>) -> Next {
    let later = turn.reply("proof.later");
    turn.say_keyboard(later, Keyboard::Remove);
    if let Some(task) = &mut turn.state.work.task {
        task.work = Work::Offer { cause: Some(Cause::ForeignCitizen) };
    }
    let help = turn.reply("offer_blocked.help_foreign_citizen");
    turn.preface(help);
    accepted(turn, intent::OFFER_BLOCKED)
}

/// The customer does not want what was begun.
pub(super) fn let_go(turn: &mut Turn<'_>, key: &str) -> Next {
    turn.state.work.half_number = None;
    turn.state.work.task = None;
    turn.state.work.open = None;
    let reply = turn.reply(key);
    turn.say(reply);
    Next::Rest
}

/// «Ок», «понятно»: a word back, and nothing is asked any more.
pub(super) fn fine(turn: &mut Turn<'_>) -> Next {
    turn.state.work.open = None;
    let reply = turn.reply("common.fine");
    turn.say(reply);
    Next::Rest
}

/// What an agent should know of a parcel.
pub(super) fn facts_of(turn: &Turn<'_>, found: &Found) -> Vec<Fact> {
    let parcel = &found.parcel;
    let policy = turn.context.policy;
    let truth = parcel.truth(policy.today(turn.context.now), policy.offer_days);
    let planned = if let Truth::Late { planned } = truth { Some(planned) } else { truth.day() };
    let mut facts = vec![Fact::Stands(truth), Fact::Status(parcel.status.clone())];
    facts.extend(parcel.since.map(Fact::Since));
    facts.extend(planned.map(Fact::Planned));
    facts.extend(truth.until().map(Fact::OfferDeadline));
    facts.extend(parcel.order.as_ref().and_then(|order| order.sum).map(Fact::Sum));
    facts.extend((found.recipient == Recipient::Proven).then_some(Fact::Proven));
    facts
}

/// A parcel's number as a value.
pub(super) fn number_of(found: &Found) -> Value {
    Value::Text(found.parcel.number.to_string())
}

/// The warning that a personal number was hidden. What may have been a parcel's number hears how to send it; of what is
/// named a passport or a card in the message itself, with no word of a parcel, nobody needs that advice.
pub(super) fn private_data(turn: &Turn<'_>, message: &Message) -> Reply {
    let names = |group: &str| message.words().is_some_and(|text| turn.choice("common", group, text).is_some());
    let named = names("secret_") && !names("parcel_");
    turn.reply(if named { "common.private_data_named" } else { "common.private_data" })
}

/// Whether a message shows something: a picture, a video, a file.
pub(super) fn shows(kind: Kind) -> bool {
    matches!(kind, Kind::Photo | Kind::Video | Kind::Document)
}
