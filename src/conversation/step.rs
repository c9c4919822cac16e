//! One event in, the new state and what is to be done out. Finds the room for each event and works off what comes next.

use super::button::Pressed;
use super::context::Context;
use super::effect::{Effect, Post};
use super::event::{CarrierRequest, Event, Instructed};
use super::matters::{follow, reminder};
use super::next::{Asked, Next};
use super::promise::Timer;
use super::state::{Question, Reason, State};
use super::styled::Styled;
use super::turn::{Turn, is_small_talk};
use super::{
    agent, ban, carrier_retry, customer, deadline, desks, flows, human, incident, ledger, original, press, queue,
    recall, relay, request, rights, said, steps, ticket,
};
use crate::parcel::{Instruction, TrackingNumber};
use crate::phrases::Value;
use understanding::HUMAN;

/// Decides what `event` means for a conversation: its new state, and what is to be done, in order.
/// Pure: the same arguments give the same result. It cannot fail; where nothing fits, a person gets the conversation.
pub fn step(context: &Context<'_>, mut state: State, event: Event) -> (State, Vec<Effect>) {
    let before = state.work.open.clone();
    let facts_before = ledger::Before::of(&state, &event);
    said::note_newest(&mut state, &event);
    let mut turn = Turn::new(context, state);
    agent::note_press(&mut turn, &event);
    let next = begin(&mut turn, event);
    let (mut state, mut effects) = finish(turn, next, before.as_ref());
    said::note_put(context, before.as_ref(), &mut state, &effects);
    ledger::write(context, &facts_before, &mut state, &mut effects);
    (state, effects)
}

/// What becomes of an event when [`step`] itself fails on it: a person gets it, unread.
pub fn give_up(context: &Context<'_>, state: State, event: Event) -> (State, Vec<Effect>) {
    // At which desk an agent did it makes no difference here.
    let event = match event {
        Event::AtDesk { did, .. } => *did,
        event => event,
    };
    let facts_before = ledger::Before::of(&state, &event);
    let mut turn = Turn::new(context, state);
    let next = match event {
        Event::Wrote { customer, message } | Event::Edited { customer, message } => {
            customer::unreadable(&mut turn, customer, &message)
        }
        // Its button must not wait for ever.
        Event::Pressed { press, .. } | Event::AgentPressed { press, .. } => {
            turn.toast(&press.query, None);
            Next::Rest
        }
        Event::Left
        | Event::CameBack
        | Event::AgentWrote { .. }
        | Event::AgentEdited { .. }
        | Event::AgentCommand { .. }
        | Event::AgentGone { .. }
        | Event::TopicClosed
        | Event::IncidentBegan { .. }
        | Event::IncidentOver { .. }
        | Event::Tracked { .. }
        | Event::Instructed { .. }
        | Event::Moved { .. }
        | Event::Due { .. }
        | Event::AtDesk { .. }
        | Event::Banned { .. }
        | Event::Forget
        | Event::DeskGone
        | Event::TopicGone
        | Event::Undelivered { .. }
        | Event::ReplyLost { .. }
        | Event::NotShown { .. }
        | Event::OriginalNotShown { .. }
        | Event::RelayFailed { .. }
        | Event::Recalled { .. }
        | Event::AlbumCut { .. } => Next::Rest,
    };
    let (mut state, mut effects) = finish(turn, next, None);
    ledger::write(context, &facts_before, &mut state, &mut effects);
    (state, effects)
}

fn begin(turn: &mut Turn<'_>, event: Event) -> Next {
    if ban::takes(turn, &event) {
        return Next::Rest;
    }
    match event {
        Event::Wrote { customer, message } => return customer::wrote(turn, customer, message),
        Event::Edited { customer, message } => return customer::edited(turn, customer, message),
        Event::Pressed { customer, press } => return press::pressed(turn, customer, press),
        Event::Tracked { number, answer, why } => return flows::tracked(turn, number, answer, why),
        Event::Instructed { instruction, answer } => return instructed(turn, instruction, answer),
        Event::Undelivered { reason, message, words, letter } => {
            return human::undelivered(turn, reason, message, words, letter);
        }
        Event::Left => human::left(turn),
        Event::CameBack => human::came_back(turn),
        Event::AgentWrote { agent, message } => agent::wrote(turn, agent, message),
        Event::AgentEdited { agent, message } => agent::edited(turn, agent, message),
        Event::AgentPressed { agent, press, standing } => agent::pressed(turn, agent, press, standing),
        Event::AgentCommand { agent, command, message } => agent::command(turn, agent, command, message),
        Event::AgentGone { agent } => agent::gone(turn, agent),
        Event::Moved { parcel } => follow::moved(turn, &parcel),
        Event::Due { timer: Timer::Ticket } => deadline::due(turn),
        Event::Due { timer: Timer::Snooze } => agent::wake(turn),
        Event::Due { timer: Timer::Turn } => queue::next_turn(turn),
        Event::Due { timer: Timer::Piece } => return customer::pieces_due(turn),
        Event::Due { timer: Timer::Carrier } => carrier_retry::ask_again(turn),
        Event::Due { timer: Timer::Offer(number) } => reminder::remind(turn, number),
        Event::Due { timer: Timer::Original(message) } => original::over(turn, message),
        Event::AtDesk { desk, did } => {
            return match desks::here(turn, desk, *did) {
                Some(did) => begin(turn, did),
                None => Next::Rest,
            };
        }
        Event::Banned { on, by } => ban::decided(turn, on, &by),
        Event::Forget => rights::by_owner(turn),
        Event::DeskGone => desks::gone(turn),
        Event::TopicGone => human::topic_gone(turn),
        Event::TopicClosed => human::topic_closed(turn),
        Event::IncidentBegan { intent, words } => incident::began(turn, &intent, words),
        Event::IncidentOver { intent } => incident::over(turn, &intent),
        Event::RelayFailed { message, part, kind, words, entities, letter } => {
            relay::refused(turn, kind, words.map(|text| Styled { text, entities }), (message, part), letter);
        }
        Event::ReplyLost { answered } => relay::reply_lost(turn, answered),
        Event::NotShown { letter } => relay::not_shown(turn, letter),
        Event::OriginalNotShown { agent, why } => original::refused(turn, agent, why),
        Event::Recalled { report, count, missing, kept } => recall::done(turn, report, count, missing, kept),
        Event::AlbumCut { to_customer, arrived, missing } => recall::album_cut(turn, to_customer, arrived, missing),
    }
    Next::Rest
}

/// Works off what comes next; `before` is the question that was open when the event came.
fn finish(mut turn: Turn<'_>, mut next: Next, before: Option<&Question>) -> (State, Vec<Effect>) {
    while next != Next::Rest {
        next = work_off(&mut turn, next);
    }
    if before.is_some() && lost_its_question(&turn) {
        next = steps::asked_anew(&mut turn);
        while next != Next::Rest {
            next = work_off(&mut turn, next);
        }
    }
    turn.say_prefaces();
    offer_paused(&mut turn);
    turn.done()
}

/// Whether a task waits for the customer with nothing asked: its question had given way to another, which is over now (a
/// number was asked for, a picture came instead, «что на ней?», «ок»).
fn lost_its_question(turn: &Turn<'_>) -> bool {
    let work = &turn.state.work;
    let waits = work.task.is_some() && work.open.is_none() && work.carrier_retry.is_none();
    waits && turn.state.is_bots() && !turn.has_asked_carrier()
}

fn work_off(turn: &mut Turn<'_>, next: Next) -> Next {
    match next {
        Next::Rest => Next::Rest,
        Next::GoOn if turn.state.work.task.is_some() => flows::in_work(turn).go_on(turn),
        Next::GoOn => Next::Rest,
        Next::TakeUp(asked) => take_up(turn, &asked),
        // It waits until the first is done.
        Next::Waiting if !turn.state.is_bots() || turn.state.work.task.is_some() => Next::Rest,
        Next::Waiting => match turn.state.work.next_request.take() {
            Some(intent) => Next::TakeUp(Box::new(Asked::silently(intent))),
            None => Next::Rest,
        },
        Next::HandOff(reason, found_out) => {
            ticket::hand_off(turn, reason, found_out);
            Next::Rest
        }
    }
}

/// Begins what the customer wants.
fn take_up(turn: &mut Turn<'_>, asked: &Asked) -> Next {
    let intent = asked.intent.as_str();
    if is_small_talk(intent) {
        request::small_talk(turn, intent);
        return Next::Waiting;
    }
    turn.state.work.told_last = None;
    // Whatever is asked, the number in the words is the parcel that is meant.
    if let Some(number) = asked.slots().tracking_numbers.first() {
        turn.state.work.parcel = Some(TrackingNumber::new(number));
    }
    if intent == HUMAN {
        return Next::person(Reason::Asked);
    }
    steps::pause(turn, intent);
    // What this takes care of as well need not be come back to.
    let covers = flows::of(intent).covers();
    turn.state.work.paused.take_if(|paused| covers.contains(&paused.work.intent()));
    incident::asked(turn, intent);
    flows::of(intent).begin(turn, asked).unwrap_or(Next::person(Reason::Accepted))
}

/// The carrier told what became of a change. With a person the bot says nothing of its own: the desk is told.
fn instructed(turn: &mut Turn<'_>, instruction: Instruction, answer: Instructed) -> Next {
    let flow = flows::of_change(instruction.change);
    let request = CarrierRequest::Instruct(instruction.clone());
    if answer != Instructed::Down {
        carrier_retry::answered(turn, &request);
    }
    match answer {
        Instructed::Down => carrier_retry::down(turn, request),
        Instructed::Done(done) if turn.state.is_bots() => flow.made(turn, &instruction, &done),
        Instructed::Refused(refused) if turn.state.is_bots() => flow.refused(turn, refused),
        Instructed::Done(done) => {
            let notice = turn
                .desk_reply("desk.carrier_did")
                .with("deed", steps::action(instruction.change))
                .with("number", Value::Text(instruction.number.to_string()))
                .with("reference", Value::Text(done.reference));
            turn.post(Post::Notice(notice));
            Next::Rest
        }
        Instructed::Refused(_) => {
            turn.tell_desk("desk.carrier_refused");
            Next::Rest
        }
    }
}

/// The task that was paused for another request is offered again, once that one rests.
fn offer_paused(turn: &mut Turn<'_>) {
    let rests = turn.state.is_bots() && turn.state.work.task.is_none() && turn.state.work.carrier_retry.is_none();
    let at_leisure = turn.state.work.open.as_ref().is_none_or(Question::rests);
    let spoke_last = turn.has_said() && !turn.has_asked_carrier();
    let Some(paused) = turn.state.work.paused.as_ref().filter(|_| spoke_last && rests && at_leisure) else {
        return;
    };
    let topic = turn.topic(paused.work.intent());
    let reply = turn.reply("common.resume").with("topic", topic);
    let buttons = vec![
        vec![turn.button("button.resume_yes", Pressed::Resume(true))],
        vec![turn.button("button.resume_no", Pressed::Resume(false))],
    ];
    turn.ask(Question::Resume, reply, buttons);
}
