//! The queue: the desk a ticket waits at, the agent whose turn it is, what the customer is told meanwhile and can do.
//!
//! ```text
//! bot:      №128, ответим до 12:40. Перед вами 3, обычно это минут 20.
//!           [Пока спросить бота] [Уже не нужно]
//! customer: пока спросить бота        → the bot answers on, the ticket keeps its place
//! customer: уже не нужно              → the ticket is closed, and the desk sees it
//! ```

use super::button::Pressed;
use super::effect::{Button, Effect, Post};
use super::event::Person;
use super::heard::repeated;
use super::ids::{AgentId, DeskId, TicketNo, intent};
use super::next::Next;
use super::promise::Timer;
use super::state::{Assignee, Fact, Question, Reason, Remembered, Ticket};
use super::turn::Turn;
use crate::phrases::{Key, Reply, Value};
use chrono::Duration;
use understanding::{Decision, HUMAN, Mood, Reading};

/// How many agents get a ticket's turn by name, one after the other; then it is open to all of the desk.
const MOST_TURNS: u32 = 3;

/// What is said of a question that people will answer, and the bot cannot.
pub(super) const ADDED_QUESTION: &str = "human.added_question";

/// What is said when a person will read the message.
pub(super) const ADDED: &str = "human.added";
/// Fewer words than this add nothing to a card.
const FEWEST_ADDED: usize = 3;
/// So many of them stand on it.
const MOST_ADDED: usize = 3;

/// So long after a ticket was closed its answer may still be asked for.
const OWED: Duration = Duration::days(7);

/// From this confidence on a message is most likely about a person.
const LIKELY: f64 = 0.5;

/// What a customer is told of the queue: outside of working hours, when agents begin; else how many tickets are before
/// theirs and how many minutes it usually takes. `None` where there is nothing to wait for.
pub(super) fn place(turn: &Turn<'_>, ticket: &Ticket) -> Option<Reply> {
    let (now, snapshot, policy) = (turn.context.now, turn.context.snapshot, turn.context.policy);
    if !policy.is_open(now) {
        let opening = Value::Opening { now: policy.local(now), at: policy.local(policy.next_opening(now)) };
        return Some(turn.reply("human.closed").with("opening", opening));
    }
    let ahead = snapshot.queue(desk(turn)).iter().filter(|waiting| waiting.no != ticket.no).count();
    let usual = snapshot.first_answer.map(|seconds| Value::Number((seconds + 59) / 60));
    (ahead > 0).then(|| {
        let ahead = Value::Number(i64::try_from(ahead).unwrap_or(i64::MAX));
        turn.reply("human.place").with("ahead", ahead).with_some("minutes", usual)
    })
}

/// What a customer can do while the ticket waits.
pub(super) fn buttons(turn: &Turn<'_>, no: TicketNo) -> Vec<Vec<Button>> {
    vec![
        vec![turn.button("button.ask_bot", Pressed::AskBot(no))],
        vec![turn.button("button.leave_queue", Pressed::LeaveQueue(no))],
    ]
}

/// A text about a ticket, with its number and by when a person answers.
pub(super) fn about(turn: &Turn<'_>, key: &str, ticket: &Ticket) -> Reply {
    let reply = turn.reply(key).with("ticket", Value::Number(ticket.no.0));
    reply.with("deadline", turn.deadline(ticket)).with_some("name", turn.name())
}

/// Words said to the bot beside a ticket that waits, which are hardly for the bot: they are added to the ticket. Returns
/// whether they were.
pub(super) fn adds_beside(turn: &mut Turn<'_>, text: &str) -> bool {
    let Assignee::Queue { mut ticket, reassured_at } = turn.state.desk.assignee.clone() else {
        return false;
    };
    if text.split_whitespace().count() <= FEWEST_ADDED || turn.context.phrasebook.nods(text) {
        return false;
    }
    adds(&mut ticket.facts, text);
    let reply = about(turn, ADDED, &ticket);
    turn.say(reply);
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at };
    true
}

/// What the customer adds stands on the card: who takes the ticket sees «лучше в пятницу» without reading the topic. The
/// newest few, for a card is no story.
pub(super) fn adds(facts: &mut Vec<Fact>, text: &str) {
    if text.split_whitespace().count() < FEWEST_ADDED {
        return;
    }
    let added = |fact: &Fact| matches!(fact, Fact::Added(_));
    if facts.iter().filter(|fact| added(fact)).count() == MOST_ADDED
        && let Some(oldest) = facts.iter().position(added)
    {
        facts.remove(oldest);
    }
    facts.push(Fact::Added(repeated(text)));
}

/// Tells the place in the queue and the time, with what can be done meanwhile.
pub(super) fn tell_place(turn: &mut Turn<'_>, ticket: &Ticket) {
    let parts = [Some(about(turn, "human.waiting", ticket)), place(turn, ticket)];
    let buttons = buttons(turn, ticket.no);
    turn.say_parts(parts.into_iter().flatten().collect(), buttons);
}

/// Tells how many are before a ticket, to a customer who asks just that: nobody is an answer, too.
pub(super) fn tell_how_many(turn: &mut Turn<'_>, ticket: &Ticket) {
    let parts = match place(turn, ticket) {
        Some(place) => vec![place, about(turn, "human.waiting", ticket)],
        None => vec![about(turn, "human.place_next", ticket)],
    };
    let buttons = buttons(turn, ticket.no);
    turn.say_parts(parts, buttons);
}

/// Asks whether a ticket may be taken out of the queue, of a customer who seems not to need it any more: it may have come
/// good.
pub(super) fn offer_out(turn: &mut Turn<'_>, ticket: &Ticket, has_come_good: bool) {
    let key = if has_come_good { "human.waiting_settled" } else { "human.waiting_out" };
    let reply = about(turn, key, ticket);
    let buttons = buttons(turn, ticket.no);
    turn.ask(Question::LeaveQueue, reply, buttons);
}

/// Whether words name this ticket: «№106», «вопрос 106». Few numbers are as short, and it must be the customer's own.
pub(super) fn names(text: &str, no: TicketNo) -> bool {
    let no = no.0.to_string();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| word == no)
}

/// «Что с моим вопросом №106?»: its place while it waits, or how it was finished. While an agent holds it, it is the agent
/// who hears that and answers. `None` where none of the customer's tickets is named.
pub(super) fn asked_of(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    if !reading.slots.tracking_numbers.is_empty() || !reading.slots.doubtful_numbers.is_empty() {
        return None;
    }
    match turn.state.desk.assignee.clone() {
        // Whoever waits already and speaks of a person asks when that person comes.
        Assignee::Queue { ticket, .. } if names(text, ticket.no) || speaks_of_person(reading) => {
            tell_place(turn, &ticket);
            Some(Next::Rest)
        }
        // «И где ответ продавца», behind an answer of people's that was no end: they look again.
        Assignee::Bot if is_owed_an_answer(turn, text, reading) => Some(Next::person(Reason::NotHelped)),
        Assignee::Bot => {
            let closed = turn.state.desk.closed.as_ref().filter(|closed| names(text, closed.ticket.no))?;
            let (no, by) = (closed.ticket.no, closed.by.clone().map(Value::Text));
            let reply = turn.reply("human.was_closed").with("ticket", Value::Number(no.0)).with_some("agent", by);
            let buttons = vec![
                vec![turn.button("button.helped_yes", Pressed::Helped { ticket: no, yes: true })],
                vec![turn.button("button.helped_no", Pressed::Helped { ticket: no, yes: false })],
            ];
            turn.ask(Question::Helped(no), reply, buttons);
            Some(Next::Rest)
        }
        Assignee::Queue { .. } | Assignee::Agent { .. } => None,
    }
}

/// Whether a message asks for the answer that people owe who closed the last ticket, and for nothing else.
fn is_owed_an_answer(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let desk = &turn.state.desk;
    let by_people = desk.closed.as_ref().is_some_and(|closed| closed.by.is_some() && !names(text, closed.ticket.no));
    let lately = desk.resolved_at.is_some_and(|at| turn.context.now - at < OWED);
    let other = reading.intent.as_deref().filter(|_| reading.decision == Decision::Answer);
    let other = other.is_some_and(|intent| intent != HUMAN && intent != intent::WHERE_IS_PARCEL);
    let free = turn.state.work.task.is_none() && !matches!(turn.state.work.open, Some(Question::RatingWords(_)));
    by_people && lately && free && !other && turn.choice(HUMAN, "asks_answer_", text).is_some()
}

/// Whether a message is most likely about a person, though not surely a call for one.
fn speaks_of_person(reading: &Reading) -> bool {
    let best = reading.candidates.first().filter(|best| best.confidence >= LIKELY);
    best.is_some_and(|best| best.intent == HUMAN) && reading.decision != Decision::Answer && reading.mood != Mood::Angry
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("human.waiting_settled", &["ticket", "deadline"], &["name"]),
    Key::reply("human.place_next", &["ticket", "deadline"], &["name"]),
    Key::reply("human.was_closed", &["ticket"], &["agent"]),
];

/// The desk the customer's topic lies at, as the owner named it; the first when the state names none that there is,
/// `None` when there is none.
pub(super) fn desk(turn: &Turn<'_>) -> Option<DeskId> {
    turn.context.snapshot.desk(turn.state.desk.at)
}

/// Finds the desk for a ticket. One that is opened `again` goes to the desk that had it: there its story is known, and an
/// agent may have chosen it.
pub(super) fn route(turn: &mut Turn<'_>, ticket: &Ticket, again: bool) {
    let first = turn.context.snapshot.desk(None);
    let from = turn.state.desk.at.or(first);
    if again && from == desk(turn) {
        return;
    }
    let language = turn.language();
    let request = ticket.request.as_ref().map(|request| request.intent.as_str());
    let to = turn.context.snapshot.route(request, language.id());
    if to.is_some() && to != from {
        turn.state.desk.at = to;
        turn.state.desk.has_topic = false;
        turn.state.desk.remembered = Remembered::default();
    }
}

/// Gives a ticket that waits to the agent whose turn it is to take it. `not` has had the chance.
pub(super) fn assign_next(turn: &mut Turn<'_>, ticket: &mut Ticket, not: Option<AgentId>) {
    let snapshot = turn.context.snapshot;
    let agent: Option<Person> = desk(turn).and_then(|desk| snapshot.next_agent(desk, not)).cloned();
    if let Some(agent) = &agent {
        turn.effect(Effect::TurnGiven { agent: agent.agent_id() });
        let at = turn.context.now + turn.context.policy.turn_lasts;
        turn.effect(Effect::Timer { timer: Timer::Turn, at });
        ticket.turns += 1;
    }
    ticket.turn_of = agent;
}

/// The agent whose turn it was has not taken the ticket: the next agent is called by name.
pub(super) fn next_turn(turn: &mut Turn<'_>) {
    let Assignee::Queue { mut ticket, reassured_at } = turn.state.desk.assignee.clone() else {
        return;
    };
    let Some(before) = ticket.turn_of.take() else {
        return;
    };
    if ticket.turns < MOST_TURNS {
        assign_next(turn, &mut ticket, Some(before.agent_id()));
    }
    if let Some(agent) = ticket.turn_of.clone() {
        let words = turn.desk_reply("desk.your_turn").with("agent", Value::Text(agent.name.clone()));
        let words = words.with("ticket", Value::Number(ticket.no.0));
        turn.post(Post::Call(agent, words));
    }
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at };
}
