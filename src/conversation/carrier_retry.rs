//! A carrier that does not answer is asked again, and the customer was promised to hear of it.

use super::deadline;
use super::effect::Effect;
use super::event::CarrierRequest;
use super::next::Next;
use super::promise::{Owner, PromiseOutcome, Promised, Timer};
use super::state::{CarrierRetry, Reason};
use super::turn::Turn;
use chrono::Duration;

/// How long the bot waits before it asks a silent carrier again, for the first time; each further pause is twice as
/// long.
const FIRST_PAUSE: Duration = Duration::minutes(2);
/// So long before its deadline a check that failed goes to a person.
const GIVE_UP_BEFORE: Duration = Duration::minutes(5);

/// The carrier does not answer. The customer is told so, honestly, and by when the bot has tried again.
pub(super) fn down(turn: &mut Turn<'_>, request: CarrierRequest) -> Next {
    if !turn.state.is_bots() {
        return Next::Rest;
    }
    let now = turn.context.now;
    match turn.state.work.carrier_retry.take() {
        None => {
            let promised = turn.context.policy.check_again(now);
            let key = match &request {
                CarrierRequest::Track { .. } => "common.carrier_down",
                CarrierRequest::Instruct(_) => "common.carrier_down_change",
            };
            let reply = turn.reply(key).with("deadline", turn.moment(promised));
            let buttons = vec![turn.person_row()];
            turn.state.work.open = None;
            turn.say_with(reply, buttons);
            deadline::make(turn, Promised::Check, Owner::Bot, promised);
            turn.effect(Effect::Timer { timer: Timer::Carrier, at: now + FIRST_PAUSE });
            turn.state.work.carrier_retry =
                Some(CarrierRetry { requests: vec![request], promised, tries: 1, back: false, asking: false });
        }
        // One of several requests of one message.
        Some(mut retry) if !retry.holds(&request) => {
            retry.requests.push(request);
            // The others may be answered before the moment that was set for them.
            turn.effect(Effect::Timer { timer: Timer::Carrier, at: now + FIRST_PAUSE });
            turn.state.work.carrier_retry = Some(retry);
        }
        Some(mut retry) => {
            retry.tries += 1;
            retry.asking = false;
            let next = now + FIRST_PAUSE * 2_i32.pow(retry.tries.min(6));
            if next <= retry.promised - GIVE_UP_BEFORE {
                turn.effect(Effect::Timer { timer: Timer::Carrier, at: next });
                turn.state.work.carrier_retry = Some(retry);
            } else {
                turn.state.work.carrier_retry = Some(retry);
                let reply = turn.reply("common.carrier_still_down");
                turn.preface(reply);
                return Next::person(Reason::CarrierDown);
            }
        }
    }
    Next::Rest
}

/// The moment to ask the carrier again has come.
pub(super) fn ask_again(turn: &mut Turn<'_>) {
    let retry = turn.state.work.carrier_retry.as_mut();
    let requests = retry.map_or_else(Vec::new, |retry| {
        retry.asking = true;
        retry.requests.clone()
    });
    for request in requests {
        turn.effect(Effect::Ask(request));
    }
}

/// The customer asks whether there is anything new: the carrier is asked at once, unless it is being asked, and no pause
/// grows by it.
pub(super) fn ask_for_customer(turn: &mut Turn<'_>) {
    let Some(retry) = turn.state.work.carrier_retry.as_mut().filter(|retry| !retry.asking) else {
        return;
    };
    retry.tries = retry.tries.saturating_sub(1);
    ask_again(turn);
}

/// A request that the carrier did not answer is not needed any more; the others are asked again.
pub(super) fn forget(turn: &mut Turn<'_>, request: &CarrierRequest) {
    let Some(mut retry) = turn.state.work.carrier_retry.take() else {
        return;
    };
    retry.requests.retain(|open| !open.is_answered_by(request));
    if retry.requests.is_empty() {
        deadline::end(turn, Promised::Check, retry.promised, PromiseOutcome::Dropped);
    } else {
        turn.effect(Effect::Timer { timer: Timer::Carrier, at: turn.context.now + FIRST_PAUSE });
        turn.state.work.carrier_retry = Some(retry);
    }
}

/// The carrier has answered something it was asked again: the promise to tell is kept.
pub(super) fn answered(turn: &mut Turn<'_>, request: &CarrierRequest) {
    let Some(mut retry) = turn.state.work.carrier_retry.take() else {
        return;
    };
    let asked = retry.requests.len();
    retry.requests.retain(|open| !open.is_answered_by(request));
    let first = retry.requests.len() < asked && !std::mem::replace(&mut retry.back, true);
    if first && turn.state.is_bots() {
        let reply = turn.reply("common.carrier_back");
        turn.preface(reply);
    }
    if retry.requests.is_empty() {
        deadline::keep(turn, Promised::Check, retry.promised);
    } else {
        turn.state.work.carrier_retry = Some(retry);
    }
}
