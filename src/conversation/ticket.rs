//! The life of a ticket: opened, shown to the desk, held, given back, closed.

use super::button::Pressed;
use super::context::Context;
use super::effect::{Effect, Keyboard, Post};
use super::event::Person;
use super::heard::repeated;
use super::promise::{Owner, PromiseOutcome, Promised};
use super::state::{Assignee, Closed, Fact, Question, Reason, Reopens, Request, Ticket};
use super::turn::{Turn, is_small_talk};
use super::{deadline, flows, incident, queue, steps, story};
use crate::phrases::Value;
use chrono::{DateTime, Duration, Utc};
use understanding::HUMAN;

/// Words tell something from so many on.
const TELLS: usize = 5;

/// Gives the conversation to the queue: the customer hears the number and by when a person answers; card and story go
/// to the desk.
pub(super) fn hand_off(turn: &mut Turn<'_>, reason: Reason, found_out: Vec<Fact>) {
    let asked = turn.state.work.open.clone();
    if let Assignee::Queue { ticket, .. } = &turn.state.desk.assignee {
        let ticket = ticket.clone();
        return back(turn, ticket, found_out);
    }
    if let Some(task) = turn.state.work.task.as_ref().filter(|_| reason != Reason::NotReceived) {
        turn.state.work.request = Some(Request { intent: task.work.intent().into(), confidence: 1.0 });
    }
    let mut ticket = open(turn, reason, found_out);
    let again = ticket.no != turn.context.next_ticket;
    if let Some(request) = &ticket.request {
        incident::mention(turn, &request.intent);
    }
    let key = match reason.reopens() {
        Reopens::SameRequest if again => "human.reopened",
        Reopens::SameRequest | Reopens::Always | Reopens::Never => {
            story::handoff_key(turn, reason).unwrap_or(reason.handoff_key())
        }
    };
    let key = if !turn.has_prefaces() || key != "human.handoff_topic" { key } else { "human.handoff_brief" };
    let topic = ticket.request.as_ref().map(|request| turn.topic(&request.intent));
    // A request may be unknown here; the plain wording fits then.
    let key = if key == "human.handoff_topic" && topic.is_none() { "human.handoff" } else { key };
    let reply = turn
        .reply(key)
        .with("ticket", Value::Number(ticket.no.0))
        .with("deadline", turn.deadline(&ticket))
        .with_some("name", turn.name())
        .with_some("topic", topic);
    // Whatever keyboard was up for a question, the question is gone.
    match asked {
        Some(Question::Phone { .. }) => turn.say_keyboard(reply, Keyboard::Remove),
        Some(_) | None => {
            let parts = [Some(reply), queue::place(turn, &ticket)].into_iter().flatten().collect();
            let buttons = queue::buttons(turn, ticket.no);
            turn.say_parts(parts, buttons);
        }
    }
    queue::route(turn, &ticket, again);
    show_to_desk(turn);
    deadline::open(turn, &ticket);
    queue::assign_next(turn, &mut ticket, None);
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at: None };
}

/// A ticket for the present request: a new one, or the last one again when the customer comes back with it soon.
pub(super) fn open(turn: &mut Turn<'_>, reason: Reason, found_out: Vec<Fact>) -> Ticket {
    turn.state.work.open = None;
    turn.state.work.next_request = None;
    turn.state.work.told_last = None;
    turn.state.work.lets_pieces_go();
    let mut facts: Vec<Fact> = story::told(turn).into_iter().collect();
    facts.extend(hand_over(turn, found_out));
    let (now, snapshot) = (turn.context.now, turn.context.snapshot);
    let promised = turn.context.policy.honest_promise(now, snapshot.first_answer.map(Duration::seconds));
    // What was asked back about and not settled, or what was not understood at all.
    let words = turn.state.work.unclear.take().or_else(|| turn.heard.clone().filter(|_| reason == Reason::Unsure));
    // Whoever takes it sees what it was opened with, where nothing else tells it.
    if words.is_none()
        && !matches!(reason, Reason::Asked | Reason::NotHelped)
        && let Some(heard) = turn.heard.as_ref().filter(|heard| tells_something(heard))
        && !facts.iter().any(|fact| matches!(fact, Fact::Asks(_)))
    {
        facts.push(Fact::Asks(repeated(heard)));
    }
    match turn.state.desk.closed.take_if(|closed| {
        comes_back(turn.context, &turn.state.work.request, turn.state.desk.resolved_at, closed, reason)
    }) {
        Some(closed) => {
            turn.state.desk.tickets = turn.state.desk.tickets.saturating_sub(1);
            let mut all = closed.ticket.facts;
            all.extend(facts.into_iter().filter(|fact| !all.contains(fact)).collect::<Vec<_>>());
            let request = turn.state.work.request.clone().or(closed.ticket.request);
            Ticket {
                reason,
                request,
                promised,
                opened: now,
                answered: false,
                anew: false,
                delays: 0,
                facts: all,
                words,
                turns: 0,
                ..closed.ticket
            }
        }
        None => Ticket {
            no: turn.context.next_ticket,
            reason,
            request: turn.state.work.request.clone(),
            promised,
            opened: now,
            answered: false,
            anew: false,
            delays: 0,
            facts,
            words,
            snoozed: None,
            turn_of: None,
            turns: 0,
            with_bot: false,
        },
    }
}

/// Whether a customer comes back with the ticket that was closed last: soon after, and with nothing that is
/// surely another request.
fn comes_back(
    context: &Context<'_>,
    request: &Option<Request>,
    resolved_at: Option<DateTime<Utc>>,
    closed: &Closed,
    reason: Reason,
) -> bool {
    let ago = resolved_at.map(|at| context.now - at);
    // A customer who did not need it any more begins anew.
    let soon = closed.by.is_some() && ago.is_some_and(|ago| ago <= context.policy.reopen_within);
    let same = match (request, &closed.ticket.request) {
        (Some(request), Some(before)) => request.intent == before.intent,
        (Some(_), None) | (None, _) => true,
    };
    match reason.reopens() {
        Reopens::Always => soon,
        Reopens::SameRequest => soon && same,
        Reopens::Never => false,
    }
}

/// Topic, what the desk has not seen of the story, and a card: words first.
pub(super) fn show_to_desk(turn: &mut Turn<'_>) {
    let since = turn.state.desk.resolved_at.filter(|_| turn.state.desk.has_topic);
    turn.post(Post::Open);
    turn.post(Post::Story { since });
    turn.post(Post::Card);
}

/// A person takes over: what the bot still meant to do is theirs. Returns what it found out, in this turn and before.
fn hand_over(turn: &mut Turn<'_>, found_out: Vec<Fact>) -> Vec<Fact> {
    if let Some(retry) = turn.state.work.carrier_retry.take() {
        deadline::end(turn, Promised::Check, retry.promised, PromiseOutcome::Moved);
    }
    turn.state.work.paused = None;
    let mut facts = found_out;
    if let Some(task) = turn.state.work.task.take() {
        facts.extend(flows::of(task.work.intent()).told(&task));
        facts.extend(task.found.iter().flat_map(|found| steps::facts_of(turn, found)));
    }
    facts
}

/// Whether words tell more than a number or a call for a person.
fn tells_something(text: &str) -> bool {
    !text.starts_with('/')
        && text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count() >= TELLS
}

/// The customer went on with the bot, and it cannot help either: the ticket waits as before, with what was found out.
fn back(turn: &mut Turn<'_>, mut ticket: Ticket, found_out: Vec<Fact>) {
    ticket.with_bot = false;
    let facts = hand_over(turn, found_out);
    let new: Vec<_> = facts.into_iter().filter(|fact| !ticket.facts.contains(fact)).collect();
    ticket.facts.extend(new);
    turn.state.work.open = None;
    turn.state.work.next_request = None;
    let reply = queue::about(turn, "human.waiting", &ticket);
    turn.say(reply);
    let reassured_at = Some(turn.context.now);
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at };
}

/// The agent holds the ticket from now on.
pub(super) fn hold(turn: &mut Turn<'_>, mut ticket: Ticket, agent: Person) {
    ticket.snoozed = None;
    ticket.turn_of = None;
    ticket.with_bot = false;
    // What the bot had begun with the customer meanwhile is the agent's now.
    let facts = hand_over(turn, Vec::new());
    let new: Vec<_> = facts.into_iter().filter(|fact| !ticket.facts.contains(fact)).collect();
    ticket.facts.extend(new);
    turn.state.work.next_request = None;
    turn.effect(Effect::PromiseTaken { what: Promised::Answer(ticket.no), owner: Owner::Agent(agent.agent_id()) });
    turn.effect(Effect::AgentSeen(agent.clone()));
    turn.state.desk.remembered.menu = None;
    turn.state.work.open = None;
    turn.state.work.told_last = None;
    turn.state.work.lets_pieces_go();
    turn.state.desk.assignee = Assignee::Agent { ticket, agent };
}

/// The ticket goes back to the queue.
pub(super) fn release(turn: &mut Turn<'_>, mut ticket: Ticket) {
    ticket.snoozed = None;
    turn.effect(Effect::PromiseTaken { what: Promised::Answer(ticket.no), owner: Owner::Desk });
    if ticket.answered {
        // The agent who takes it next owes an answer of their own.
        deadline::renew(turn, &mut ticket, Owner::Desk);
    }
    turn.state.desk.remembered.menu = None;
    queue::assign_next(turn, &mut ticket, None);
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at: None };
}

/// An agent goes on with a customer whose ticket is done.
pub(super) fn reopen(turn: &mut Turn<'_>, agent: Person) {
    let ticket = open(turn, Reason::Agent, Vec::new());
    deadline::open(turn, &ticket);
    let new_topic = !turn.state.desk.has_topic;
    let new_ticket = ticket.no == turn.context.next_ticket;
    hold(turn, ticket, agent);
    if new_topic {
        show_to_desk(turn);
    } else if new_ticket {
        turn.post(Post::Card);
    }
}

/// The ticket is done, the bot goes on with the customer, and tells them so.
pub(super) fn to_bot(turn: &mut Turn<'_>, ticket: Ticket, agent: &Person) {
    close(turn, ticket, Some(agent));
    let reply = turn.reply("human.back_to_bot");
    let menu = flows::menu(turn);
    turn.say_with(reply, menu);
}

/// The ticket is done: by an agent, or because the customer does not need it any more.
pub(super) fn close(turn: &mut Turn<'_>, mut ticket: Ticket, by: Option<&Person>) {
    if by.is_some() {
        // Whatever the bot had begun with the customer in the queue ends with it.
        hand_over(turn, Vec::new());
        turn.state.work.open = None;
    }
    deadline::answered(turn, &mut ticket);
    ticket.snoozed = None;
    ticket.turn_of = None;
    let agent = match &turn.state.desk.assignee {
        Assignee::Agent { agent, .. } => Some(agent.clone()),
        Assignee::Bot | Assignee::Queue { .. } => None,
    };
    turn.state.desk.assignee = Assignee::Bot;
    turn.state.desk.remembered.menu = None;
    turn.state.desk.remembered.unsent.clear();
    turn.state.desk.resolved_at = Some(turn.context.now);
    turn.state.desk.last_ticket = Some(ticket.no);
    turn.state.customer.last_press = None;
    turn.state.desk.rating = None;
    turn.state.desk.tried.clear();
    turn.state.desk.tickets += 1;
    turn.state.work.heard = None;
    let maybe = maybe(turn, &ticket);
    turn.state.desk.closed = Some(Closed { ticket, by: by.map(|agent| agent.name.clone()), agent, maybe });
}

/// The ticket is done, and the customer is asked whether it helped. The agent who held it may be named to them.
pub(super) fn resolve(turn: &mut Turn<'_>, ticket: Ticket, by: Option<&Person>) {
    let no = ticket.no;
    close(turn, ticket, by);
    let named = turn.state.desk.closed.as_ref().and_then(|closed| closed.agent.as_ref());
    let named = named.map(|agent| Value::Text(agent.name.clone()));
    let reply = turn.reply("human.helped_question").with_some("agent", named);
    let buttons = vec![
        vec![turn.button("button.helped_yes", Pressed::Helped { ticket: no, yes: true })],
        vec![turn.button("button.helped_no", Pressed::Helped { ticket: no, yes: false })],
    ];
    turn.ask(Question::Helped(no), reply, buttons);
}

/// What a ticket that the bot did not understand may have been about.
fn maybe(turn: &Turn<'_>, ticket: &Ticket) -> Vec<String> {
    const MOST: usize = 4;
    let Some(words) = ticket.words.as_ref().filter(|words| !words.starts_with('/')) else {
        return Vec::new();
    };
    let candidates = understanding::read(turn.context.matcher, words).candidates.into_iter();
    let requests = candidates.map(|candidate| candidate.intent);
    let known = |intent: &String| turn.context.phrasebook.has(&format!("{intent}.title"), turn.language());
    let requests = requests.filter(|intent| intent != HUMAN && !is_small_talk(intent));
    requests.filter(known).take(MOST).collect()
}
