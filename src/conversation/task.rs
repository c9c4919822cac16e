//! What the bot is working on for the customer, and the steps all flows share: the number, the parcel, the
//! proof that the customer is its recipient, the yes, the carrier.
//!
//! A flow's `go_on` asks for the first thing that is missing and ends; whatever brings it calls `go_on` again.
//! So a flow reads from top to bottom, and any order of events leads to its next question.

use super::effect::{Effect, Keyboard, Post};
use super::event::{CarrierQuestion, Instructed, MessageId, Tracked, Why};
use super::pressed::Pressed;
use super::promise::{self, Outcome, Owner, Promised, Timer};
use super::state::{Errand, Fact, Group, Question, Reason};
use super::turn::Turn;
use super::{cancel, link, offer, refund};
use crate::parcel::{Change, Done, Found, Instruction, Recipient, RefundReason, Refused, TrackingNumber};
use crate::phrases::Value;
use crate::understanding::Slots;
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// A wish in work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Tells its buttons and questions from those of another.
    pub no: u64,
    /// What is to be done.
    pub flow: Flow,
    /// The parcel it is about, once known.
    pub number: Option<TrackingNumber>,
    /// What the carrier told of it.
    pub found: Option<Found>,
    /// Questions with given answers that were asked about this parcel: none is asked twice.
    #[serde(default)]
    pub asked: Vec<Group>,
}

/// The flows that have a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// The offer does not pass.
    Offer {
        /// Why, once known.
        cause: Option<Cause>,
    },
    /// The link is to be sent again.
    Link,
    /// The order is to be cancelled.
    Cancel {
        /// The parcel is on its way, and the customer wants to refuse it now.
        refuse: bool,
    },
    /// Money is to come back.
    Refund {
        /// What for, once known.
        reason: Option<RefundReason>,
        /// Pictures that show it: Telegram keeps them, we keep their numbers.
        photos: Vec<MessageId>,
        /// Whether there are no (more) pictures.
        shown: bool,
    },
}

impl Flow {
    /// The intent it serves.
    pub fn intent(&self) -> &'static str {
        match self {
            Flow::Offer { .. } => offer::INTENT,
            Flow::Link => link::INTENT,
            Flow::Cancel { .. } => cancel::INTENT,
            Flow::Refund { .. } => refund::INTENT,
        }
    }
}

/// Why an offer does not pass (`domain.md`, section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The data differs from the passport.
    DataMismatch,
    /// The tax number is not bound to the new passport yet.
    InnNotLinked,
    /// A fault at the carrier.
    Technical,
    /// The customer has no tax number at hand.
    NoInn,
    /// The form takes a Russian passport only.
    ForeignCitizen,
    /// The passport is lost or being replaced.
    PassportLost,
    /// Too many wrong entries.
    LinkBlocked,
    /// In checking for a day or longer.
    CheckStuck,
    /// No link came.
    LinkNotReceived,
    /// The days for it are over.
    DeadlinePassed,
}

impl Cause {
    /// The word for it, as in the phrasebook's `offer_blocked.cause_…`.
    pub fn code(self) -> &'static str {
        match self {
            Cause::DataMismatch => "data_mismatch",
            Cause::InnNotLinked => "inn_not_linked",
            Cause::Technical => "technical",
            Cause::NoInn => "no_inn",
            Cause::ForeignCitizen => "foreign_citizen",
            Cause::PassportLost => "passport_lost",
            Cause::LinkBlocked => "link_blocked",
            Cause::CheckStuck => "check_stuck",
            Cause::LinkNotReceived => "link_not_received",
            Cause::DeadlinePassed => "deadline_passed",
        }
    }

    /// Reads the word back.
    pub fn from_code(code: &str) -> Option<Cause> {
        const ALL: [Cause; 10] = [
            Cause::DataMismatch,
            Cause::InnNotLinked,
            Cause::Technical,
            Cause::NoInn,
            Cause::ForeignCitizen,
            Cause::PassportLost,
            Cause::LinkBlocked,
            Cause::CheckStuck,
            Cause::LinkNotReceived,
            Cause::DeadlinePassed,
        ];
        ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// Begins a task. Another one in work is put aside and offered again later.
pub(super) fn begin(turn: &mut Turn<'_>, flow: Flow, slots: &Slots) {
    set_aside(turn, flow.intent());
    turn.state.said += 1;
    let number = slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
    turn.state.parcel = number.clone().or_else(|| turn.state.parcel.clone());
    turn.state.task = Some(Task { no: turn.state.said, flow, number, found: None, asked: Vec::new() });
    turn.state.open = None;
    match (&slots.tracking_numbers[..], &slots.doubtful_numbers[..]) {
        ([], [given, ..]) => super::parcel::unreadable(turn, given),
        _ => go_on(turn),
    }
}

/// A wish other than the one in work comes in: the latter waits. The same wish anew begins it anew.
pub(super) fn set_aside(turn: &mut Turn<'_>, intent: &str) {
    if let Some(task) = turn.state.task.take() {
        turn.state.open = None;
        if task.flow.intent() != intent {
            turn.state.paused = Some(task);
        }
    }
    if turn.state.paused.as_ref().is_some_and(|paused| paused.flow.intent() == intent) {
        turn.state.paused = None;
    }
}

/// The next step of the task in work.
pub(super) fn go_on(turn: &mut Turn<'_>) {
    let Some(task) = &turn.state.task else {
        return;
    };
    match task.flow.clone() {
        Flow::Offer { cause } => offer::go_on(turn, cause),
        Flow::Link => link::go_on(turn),
        Flow::Cancel { refuse } => cancel::go_on(turn, refuse),
        Flow::Refund { reason, photos, shown } => refund::go_on(turn, reason, photos.len(), shown),
    }
}

/// Changes the flow of the task in work and goes on with it.
pub(super) fn turn_into(turn: &mut Turn<'_>, flow: Flow) {
    if let Some(task) = &mut turn.state.task {
        task.flow = flow;
        turn.state.open = None;
        go_on(turn);
    }
}

/// The number was given.
pub(super) fn number_given(turn: &mut Turn<'_>, number: TrackingNumber) {
    turn.state.parcel = Some(number.clone());
    turn.state.open = None;
    if let Some(task) = &mut turn.state.task {
        // About another parcel the same questions are new ones.
        if task.number.as_ref().is_some_and(|known| *known != number) {
            task.asked.clear();
        }
        task.number = Some(number);
        task.found = None;
        go_on(turn);
    }
}

/// The parcel's number; `None` when it had to be asked for.
fn number(turn: &mut Turn<'_>) -> Option<TrackingNumber> {
    let task = turn.state.task.as_mut()?;
    if task.number.is_none() {
        task.number = turn.state.parcel.clone();
    }
    if let Some(number) = &task.number {
        return Some(number.clone());
    }
    let reply = turn.reply(&format!("{}.ask_number", turn.task_intent()));
    let buttons = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, buttons);
    None
}

/// What the carrier knows of the parcel; `None` when it, or the number before it, had to be asked for.
pub(super) fn parcel(turn: &mut Turn<'_>) -> Option<Found> {
    let number = number(turn)?;
    let task = turn.state.task.as_ref()?;
    if let Some(found) = &task.found {
        return Some(found.clone());
    }
    let why = Why::Task(task.no);
    turn.say_leads();
    turn.effect(Effect::Typing);
    let phone = turn.state.phone.clone();
    turn.effect(Effect::Ask(CarrierQuestion::Track { number, phone, why }));
    None
}

/// Whether the customer has shown to be the parcel's recipient. If not, what is missing is asked for, or a person
/// looks at it.
pub(super) fn proven(turn: &mut Turn<'_>, found: &Found) -> bool {
    match found.recipient {
        Recipient::Proven => true,
        Recipient::NotAsked if turn.state.phone.is_some() => {
            forget_parcel(turn);
            parcel(turn);
            false
        }
        Recipient::NotAsked => {
            let reply = turn.reply("proof.ask").with("number", number_of(found));
            ask_phone(turn, reply, false);
            false
        }
        Recipient::Other => {
            let reply = turn.reply("proof.other").with("number", number_of(found));
            turn.lead(reply);
            turn.hand_off(Reason::NotProven);
            false
        }
        Recipient::Unknown => {
            let reply = turn.reply("proof.unknown").with("number", number_of(found));
            turn.lead(reply);
            turn.hand_off(Reason::NotProven);
            false
        }
    }
}

/// Asks for the phone with Telegram's own button.
pub(super) fn ask_phone(turn: &mut Turn<'_>, reply: crate::phrases::Reply, again: bool) {
    let keyboard = Keyboard::AskPhone { share: turn.reply("button.share_phone"), instead: turn.reply("button.person") };
    turn.state.open = Some(Question::Phone { again });
    turn.say_keyboard(reply, keyboard);
}

/// What is known of the parcel is old.
pub(super) fn forget_parcel(turn: &mut Turn<'_>) {
    if let Some(task) = &mut turn.state.task {
        task.found = None;
    }
}

/// Asks for the one yes that a change needs which cannot be taken back.
pub(super) fn confirm(turn: &mut Turn<'_>, change: Change, reply: crate::phrases::Reply) {
    let buttons = confirm_buttons(turn, change);
    turn.ask(Question::Confirm { change, again: false }, reply, buttons);
}

/// The answer was neither yes nor no: a plain one is asked for, once.
pub(super) fn confirm_plainly(turn: &mut Turn<'_>, change: Change) {
    let reply = turn.reply("common.plain_yes").with("deed", deed(change));
    let buttons = confirm_buttons(turn, change);
    turn.ask(Question::Confirm { change, again: true }, reply, buttons);
}

fn confirm_buttons(turn: &Turn<'_>, change: Change) -> Vec<Vec<super::Button>> {
    let no = turn.state.task.as_ref().map_or(0, |task| task.no);
    let yes = format!("button.yes_{}", change.code());
    vec![
        vec![turn.button(&yes, Pressed::Confirm { task: no, yes: true })],
        vec![turn.button("button.leave_it", Pressed::Confirm { task: no, yes: false })],
    ]
}

fn deed(change: Change) -> Value {
    Value::Phrase(format!("button.yes_{}", change.code()))
}

/// The customer said yes to exactly this change, or it needs none: the carrier is told.
pub(super) fn instruct(turn: &mut Turn<'_>, change: Change) {
    let (Some(task), Some(phone)) = (turn.state.task.as_ref(), turn.state.phone.clone()) else {
        return turn.hand_off(Reason::NotProven);
    };
    let Some(number) = task.number.clone() else {
        return go_on(turn);
    };
    // The task's number keeps two wishes apart, the moment two customers' lives of one database.
    let (customer, at) = (turn.state.customer.id, turn.context.now.timestamp_millis());
    let key = format!("{customer}-{}-{}-{at}", task.no, change.code());
    turn.state.open = None;
    turn.say_leads();
    turn.effect(Effect::Typing);
    turn.effect(Effect::Ask(CarrierQuestion::Instruct(Instruction { key, number, phone, change })));
}

/// The carrier told of the parcel of a task.
pub(super) fn tracked(turn: &mut Turn<'_>, no: u64, number: TrackingNumber, answer: Tracked) {
    if turn.state.task.as_ref().is_none_or(|task| task.no != no) {
        // The customer has gone on to something else: it need not be asked again.
        let phone = turn.state.phone.clone();
        return forget_question(turn, &CarrierQuestion::Track { number, phone, why: Why::Task(no) });
    }
    match answer {
        Tracked::Found(found) => {
            turn.state.parcel = Some(found.parcel.number.clone());
            if let Some(task) = &mut turn.state.task {
                task.number = Some(found.parcel.number.clone());
                task.found = Some(found);
            }
            go_on(turn);
        }
        Tracked::Unknown => {
            turn.state.parcel = None;
            if let Some(task) = &mut turn.state.task {
                task.number = None;
            }
            let reply = turn.reply("where_is_parcel.not_found").with("number", Value::Text(number.to_string()));
            let buttons = vec![turn.person_row()];
            turn.ask(Question::NumberAgain, reply, buttons);
        }
        Tracked::Down => {
            let phone = turn.state.phone.clone();
            down(turn, CarrierQuestion::Track { number, phone, why: Why::Task(no) });
        }
    }
}

/// The carrier told what became of a change.
pub(super) fn instructed(turn: &mut Turn<'_>, instruction: Instruction, answer: Instructed) {
    let question = CarrierQuestion::Instruct(instruction.clone());
    match answer {
        Instructed::Down => down(turn, question),
        Instructed::Done(done) => {
            errand_done(turn, &question);
            made(turn, &instruction, &done);
        }
        Instructed::Refused(refused) => {
            errand_done(turn, &question);
            refuse(turn, instruction.change, refused);
        }
    }
}

/// A change was made: one readable confirmation (`domain.md`, section 7).
fn made(turn: &mut Turn<'_>, instruction: &Instruction, done: &Done) {
    if !turn.state.is_bots() {
        let notice = turn
            .desk_reply("desk.carrier_did")
            .with("deed", deed(instruction.change))
            .with("number", Value::Text(instruction.number.to_string()))
            .with("reference", Value::Text(done.reference.clone()));
        return turn.post(Post::Notice(notice));
    }
    match instruction.change {
        Change::ResendLink | Change::UnblockOffer | Change::AnnulOffer => link::sent(turn, instruction, done),
        Change::Cancel | Change::Refuse => cancel::done(turn, instruction, done),
        Change::Refund(_) => refund::done(turn, instruction, done),
    }
}

/// The carrier did not make a change: things have moved on meanwhile, or it counts differently. A person finds out.
fn refuse(turn: &mut Turn<'_>, change: Change, refused: Refused) {
    if !turn.state.is_bots() {
        let notice = turn.desk_reply("desk.carrier_refused");
        return turn.post(Post::Notice(notice));
    }
    let key = match refused {
        Refused::TooOften if change.sends_link() => "resend_link.too_often",
        Refused::TooOften | Refused::NotFound | Refused::NotRecipient | Refused::WrongState => "common.carrier_refused",
    };
    let reply = turn.reply(key);
    turn.lead(reply);
    turn.hand_off(Reason::Refused);
}

/// How long the bot waits before it asks a silent carrier again, for the first time.
const FIRST_PAUSE: Duration = Duration::minutes(2);
/// So long before its deadline a check that failed goes to a person.
const GIVE_UP_BEFORE: Duration = Duration::minutes(5);

/// The carrier does not answer. The customer is told so, honestly, and by when the bot has tried again.
pub(super) fn down(turn: &mut Turn<'_>, question: CarrierQuestion) {
    if !turn.state.is_bots() {
        return;
    }
    let now = turn.context.now;
    match turn.state.errand.take() {
        None => {
            let promised = turn.context.policy.check_again(now);
            let key = match &question {
                CarrierQuestion::Track { .. } => "common.carrier_down",
                CarrierQuestion::Instruct(_) => "common.carrier_down_change",
            };
            let reply = turn.reply(key).with("deadline", turn.moment(promised));
            let buttons = vec![turn.person_row()];
            turn.state.open = None;
            turn.say_with(reply, buttons);
            promise::make(turn, Promised::Check, Owner::Bot, promised);
            turn.effect(Effect::Timer { timer: Timer::Carrier, at: now + FIRST_PAUSE });
            turn.state.errand = Some(Errand { questions: vec![question], promised, tries: 1, back: false });
        }
        // One of several questions of one message.
        Some(mut errand) if !errand.holds(&question) => {
            errand.questions.push(question);
            // The others may be answered before the moment that was set for them.
            turn.effect(Effect::Timer { timer: Timer::Carrier, at: now + FIRST_PAUSE });
            turn.state.errand = Some(errand);
        }
        Some(mut errand) => {
            errand.tries += 1;
            let next = now + FIRST_PAUSE * 2_i32.pow(errand.tries.min(6));
            if next <= errand.promised - GIVE_UP_BEFORE {
                turn.effect(Effect::Timer { timer: Timer::Carrier, at: next });
                turn.state.errand = Some(errand);
            } else {
                turn.state.errand = Some(errand);
                let reply = turn.reply("common.carrier_still_down");
                turn.lead(reply);
                turn.hand_off(Reason::CarrierDown);
            }
        }
    }
}

/// The moment to ask the carrier again has come.
pub(super) fn ask_again(turn: &mut Turn<'_>) {
    let questions = turn.state.errand.as_ref().map(|errand| errand.questions.clone()).unwrap_or_default();
    for question in questions {
        turn.effect(Effect::Ask(question));
    }
}

/// A question that the carrier did not answer is not needed any more; the others are asked again.
fn forget_question(turn: &mut Turn<'_>, question: &CarrierQuestion) {
    let Some(mut errand) = turn.state.errand.take() else {
        return;
    };
    errand.questions.retain(|open| !open.is_answered_by(question));
    if errand.questions.is_empty() {
        promise::end(turn, Promised::Check, errand.promised, Outcome::Dropped);
    } else {
        turn.effect(Effect::Timer { timer: Timer::Carrier, at: turn.context.now + FIRST_PAUSE });
        turn.state.errand = Some(errand);
    }
}

/// The carrier has answered something it was asked again: the promise to tell is kept.
pub(super) fn errand_done(turn: &mut Turn<'_>, question: &CarrierQuestion) {
    let Some(mut errand) = turn.state.errand.take() else {
        return;
    };
    let asked = errand.questions.len();
    errand.questions.retain(|open| !open.is_answered_by(question));
    let first = errand.questions.len() < asked && !std::mem::replace(&mut errand.back, true);
    if first && turn.state.is_bots() {
        let reply = turn.reply("common.carrier_back");
        turn.lead(reply);
    }
    if errand.questions.is_empty() {
        promise::keep(turn, Promised::Check, errand.promised);
    } else {
        turn.state.errand = Some(errand);
    }
}

/// A person takes over: what the bot still meant to do is theirs. Returns what it found out.
pub(super) fn hand_over(turn: &mut Turn<'_>) -> Vec<Fact> {
    if let Some(errand) = turn.state.errand.take() {
        promise::end(turn, Promised::Check, errand.promised, Outcome::Moved);
    }
    turn.state.paused = None;
    let mut facts = std::mem::take(&mut turn.facts);
    let Some(task) = turn.state.task.take() else {
        return facts;
    };
    match task.flow {
        Flow::Offer { cause } => facts.extend(cause.map(Fact::Cause)),
        Flow::Refund { reason, photos, .. } => {
            facts.extend(reason.map(Fact::Refund));
            facts.extend((!photos.is_empty()).then_some(Fact::Photos(photos)));
        }
        Flow::Link | Flow::Cancel { .. } => {}
    }
    facts.extend(task.found.iter().flat_map(|found| facts_of(turn, found)));
    facts
}

/// What an agent should know of a parcel.
pub(super) fn facts_of(turn: &Turn<'_>, found: &Found) -> Vec<Fact> {
    let parcel = &found.parcel;
    let offer = parcel.offer.as_ref().filter(|offer| offer.waits_for_recipient());
    let deadline = offer.and_then(|offer| offer.deadline(turn.context.policy.offer_days));
    let mut facts = vec![Fact::Status(parcel.status.clone())];
    facts.extend(parcel.since.map(Fact::Since));
    facts.extend(parcel.planned.map(Fact::Planned));
    facts.extend(deadline.map(Fact::OfferDeadline));
    facts.extend(parcel.order.as_ref().and_then(|order| order.sum).map(Fact::Sum));
    facts.extend((found.recipient == Recipient::Proven).then_some(Fact::Proven));
    facts
}

/// Asks a question with given answers, a button each. What was asked already and is still open goes to a person.
pub(super) fn choose(turn: &mut Turn<'_>, group: Group, reply: crate::phrases::Reply) {
    if let Some(task) = &mut turn.state.task {
        if task.asked.contains(&group) {
            return turn.hand_off(Reason::Unsure);
        }
        task.asked.push(group);
    }
    let (file, begin) = group.place();
    let row = |id: &&str| {
        let key = format!("{begin}{id}");
        vec![turn.button(&format!("{file}.{key}"), Pressed::Choice(key))]
    };
    let mut buttons: Vec<_> = group.answers().iter().map(row).collect();
    if group != Group::CancelReason {
        buttons.push(turn.person_row());
    }
    turn.ask(Question::Choose(group), reply, buttons);
}

/// The flow has done what it can: says so and asks whether it helped.
pub(super) fn solved(turn: &mut Turn<'_>, parts: Vec<crate::phrases::Reply>, mut buttons: Vec<Vec<super::Button>>) {
    turn.state.task = None;
    buttons.push(vec![
        turn.button("button.helped_yes", Pressed::Solved(true)),
        turn.button("button.helped_no", Pressed::Solved(false)),
    ]);
    turn.state.open = Some(Question::Solved);
    turn.say_parts(parts, buttons);
}

/// A parcel's number as a value.
pub(super) fn number_of(found: &Found) -> Value {
    Value::Text(found.parcel.number.to_string())
}
