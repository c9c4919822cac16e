//! The facts of a step: what the conversation was before it, compared with what it is after it. No flow writes facts, so
//! none can forget one.

use super::context::Context;
use super::effect::Effect;
use super::event::Event;
use super::ids::{TicketNo, intent};
use super::outcome::{Became, Outcome};
use super::state::{Assignee, Matter, State, Told};
use chrono::{DateTime, Utc};

/// What is compared: the state before a step, as far as facts follow from it.
pub(super) struct Before {
    matter: Option<DateTime<Utc>>,
    /// When the customer or the people last did something that belongs to the matter.
    seen: Option<DateTime<Utc>>,
    banned: bool,
    /// Whether the event is the customer's own: it begins a matter.
    customers: bool,
    told: Option<Told>,
    unclear: bool,
    ticket: Option<(TicketNo, bool)>,
}

impl Before {
    /// Of a state that an event comes to.
    pub fn of(state: &State, event: &Event) -> Before {
        let State { customer, work, desk } = state;
        Before {
            matter: customer.matter,
            seen: customer.heard_at.max(desk.resolved_at).max(customer.matter),
            banned: customer.banned.is_some(),
            customers: matches!(event, Event::Wrote { .. } | Event::Pressed { .. }),
            told: work.told_last.clone(),
            unclear: work.unclear.is_some(),
            ticket: desk.assignee.ticket().map(|ticket| (ticket.no, ticket.answered)),
        }
    }

    /// The matter that is still in hand.
    fn in_hand(&self, context: &Context<'_>) -> Option<DateTime<Utc>> {
        let quiet = self.seen.is_none_or(|seen| context.now - seen > context.policy.matter_silence);
        self.matter.filter(|_| self.ticket.is_some() || !quiet)
    }
}

/// Puts the facts of a step before its other effects: what is forgotten in the same step is forgotten with them.
pub(super) fn write(context: &Context<'_>, before: &Before, state: &mut State, effects: &mut Vec<Effect>) {
    let facts = facts(context, before, state, effects);
    let in_hand = before.in_hand(context);
    let begins = in_hand.is_none() && ((before.customers && !before.banned) || !facts.is_empty());
    let Some(matter) = in_hand.or(begins.then_some(context.now)) else {
        return;
    };
    let began = begins.then_some(Became::Began);
    let all = began.into_iter().chain(facts).map(|what| Effect::Outcome(Outcome { matter, what }));
    effects.splice(0..0, all.collect::<Vec<_>>());
    // Of one who is forgotten nothing is remembered, the matter neither.
    let forgets = effects.iter().any(|effect| matches!(effect, Effect::Forget(_)));
    state.customer.matter = (!forgets).then_some(matter);
}

fn facts(context: &Context<'_>, before: &Before, state: &State, effects: &[Effect]) -> Vec<Became> {
    let mut facts: Vec<Became> = effects.iter().filter_map(|effect| of_effect(state, effect)).collect();
    let told =
        state.work.told_last.as_ref().filter(|told| told.at == context.now && before.told.as_ref() != Some(told));
    if let Some(told) = told {
        let about = about(context, &told.what);
        // A question that the phrasebook answers by itself is asked and told in one.
        if matches!(told.what, Matter::Rule(_)) && !facts.iter().any(|fact| matches!(fact, Became::Asked(_))) {
            facts.push(Became::Asked(about.clone()));
        }
        facts.push(Became::Told(about));
    }
    if state.work.unclear.is_some() && !before.unclear {
        facts.push(Became::Unclear);
    }
    of_ticket(before, state, &mut facts);
    facts
}

/// What an effect tells by itself.
fn of_effect(state: &State, effect: &Effect) -> Option<Became> {
    match effect {
        Effect::Requested { intent } => Some(Became::Asked(intent.clone())),
        Effect::Feedback { about: "solved", choice: Some(choice), .. } => Some(Became::Helped(choice == "yes")),
        Effect::Feedback { about: "mark", choice: Some(mark), .. } => {
            let agent = state.desk.closed.as_ref().and_then(|closed| closed.agent.as_ref());
            let agent = agent.map(|agent| agent.agent_id());
            Some(Became::Marked { ticket: state.desk.last_ticket?, mark: mark.parse().ok()?, agent })
        }
        _ => None, // what else is done says nothing of how the matter goes
    }
}

/// What became of the ticket.
fn of_ticket(before: &Before, state: &State, facts: &mut Vec<Became>) {
    let after = state.desk.assignee.ticket();
    let same = after.is_some_and(|after| before.ticket.is_some_and(|(no, _)| no == after.no));
    if let Some((ticket, _)) = before.ticket.filter(|_| !same) {
        let closed = state.desk.closed.as_ref().filter(|closed| closed.ticket.no == ticket);
        facts.push(match closed {
            Some(closed) if closed.by.is_some() => {
                Became::Resolved { ticket, agent: closed.agent.as_ref().map(|agent| agent.agent_id()) }
            }
            Some(_) | None => Became::Dropped(ticket),
        });
    }
    if let Some(after) = after.filter(|_| !same) {
        let intent = after.request.as_ref().map(|request| request.intent.clone());
        facts.push(Became::Handed { ticket: after.no, reason: after.reason.word().into(), intent });
    }
    let answered_before = same && before.ticket.is_some_and(|(_, answered)| answered);
    if let Assignee::Agent { ticket, agent } = &state.desk.assignee
        && ticket.answered
        && !answered_before
        // What is asked after the first answer is answered in its turn.
        && !ticket.anew
    {
        facts.push(Became::Answered { ticket: ticket.no, agent: agent.agent_id() });
    }
}

/// The intent that was answered.
fn about(context: &Context<'_>, what: &Matter) -> String {
    match what {
        Matter::Status { .. } | Matter::Before => intent::WHERE_IS_PARCEL.into(),
        Matter::Link => intent::RESEND_LINK.into(),
        Matter::Cancelled | Matter::Kept => intent::CANCEL.into(),
        Matter::Refund => intent::REFUND.into(),
        Matter::Help | Matter::Confirmed => intent::OFFER_BLOCKED.into(),
        Matter::Rule(rule) => context.phrasebook.about_rule(rule).to_owned(),
    }
}
