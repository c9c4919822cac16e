//! What agents do in a customer's topic: answer, take, release, transfer, snooze, take back, resolve.
//!
//! ```text
//! agent:  answers                    → takes the ticket, if no other agent holds it
//! agent:  answers what another holds → nothing goes out; «Отправить всё равно», «Перехватить»
//! agent:  // a note                  → stays inside, and so does a reply to it
//! agent:  /to Олег, /snooze 2h       → the ticket moves, or waits
//! agent:  «Решено»                   → the bot asks the customer whether it helped
//! ```
//!
//! Only the assignee changes; what topic and card show follows from the state by itself.

use super::button::{AgentPress, Pressed, Target};
use super::effect::{Button, Effect, Line, Post, Speaker};
use super::event::{Kind, Message, Pause, Person, Press, TicketCommand};
use super::ids::{AgentId, AnswerId, MessageId, TicketNo};
use super::promise::Timer;
use super::state::{Assignee, Menu, Snooze, Ticket, Unsent};
use super::turn::Turn;
use super::{canned, desks, relay, ticket};
use crate::phrases::{Key, Reply, Value};
use chrono::{Duration, NaiveTime};

/// Begins a note that stays inside the desk.
const NOTE: &str = "//";

/// For how long an answer may be taken back.
const RECALL_WITHIN: Duration = Duration::seconds(30);

/// An agent wrote in the topic.
pub(super) fn wrote(turn: &mut Turn<'_>, agent: Person, message: Message) {
    if is_note(turn, &message) {
        return note(turn, message);
    }
    if turn.state.desk.remembered.notes_only {
        return note(turn, message); // what goes out in this mode says so: /send
    }
    send(turn, agent, vec![message]);
}

/// Whether a message stays inside: it says so, answers one that does, or hangs on an album that does.
fn is_note(turn: &Turn<'_>, message: &Message) -> bool {
    let desk = &turn.state.desk.remembered;
    let of_album = message.album.is_some() && message.album == desk.note_album;
    // An old note is known by how it begins.
    let of_note = message.reply_to.is_some_and(|answered| desk.notes.contains(&answered))
        || message.quote.as_deref().is_some_and(|quote| quote.trim_start().starts_with('/'));
    of_album || of_note || message.text.as_deref().is_some_and(|text| text.trim_start().starts_with(NOTE))
}

fn note(turn: &mut Turn<'_>, message: Message) {
    let desk = &mut turn.state.desk.remembered;
    desk.note_album = message.album;
    desk.notes.push(message.id);
    relay::forget_oldest(&mut desk.notes);
}

/// Sends what an agent wrote, if no other agent holds the ticket.
fn send(turn: &mut Turn<'_>, agent: Person, messages: Vec<Message>) {
    if agent.is_anonymous() {
        return turn.answer_agent("desk.anonymous");
    }
    match turn.state.desk.assignee.clone() {
        Assignee::Agent { agent: assignee, .. } if assignee.id == agent.id => {}
        Assignee::Agent { agent: assignee, ticket } => return hold_back(turn, &ticket, &assignee, agent, messages),
        Assignee::Queue { ticket, .. } => {
            if !turn.state.desk.has_topic {
                ticket::show_to_desk(turn); // it was deleted while the agent wrote
            }
            ticket::hold(turn, ticket, agent.clone());
        }
        // What agents write to each other after all is said must not reach the customer.
        Assignee::Bot => {
            let button =
                Button { label: turn.desk_reply("desk.button_reopen"), pressed: Pressed::Agent(AgentPress::Reopen) };
            let words = turn.desk_reply("desk.not_open");
            return turn.post(Post::Choices(words, vec![button]));
        }
    }
    for message in messages {
        relay::to_customer(turn, &agent, &message);
    }
}

/// Nothing goes out while another agent holds the ticket; the author is told that agent's name, and may insist.
fn hold_back(turn: &mut Turn<'_>, ticket: &Ticket, assignee: &Person, agent: Person, messages: Vec<Message>) {
    let album = messages.first().and_then(|message| message.album.clone());
    let same = |unsent: &&mut Unsent| {
        album.is_some() && unsent.agent.id == agent.id && unsent.messages.iter().any(|known| known.album == album)
    };
    if let Some(unsent) = turn.state.desk.remembered.unsent.iter_mut().find(same) {
        return unsent.messages.extend(messages); // its first picture has been told about
    }
    let Some(first) = messages.first().map(|message| message.id) else {
        return;
    };
    turn.state.desk.remembered.unsent.push(Unsent { agent, messages });
    relay::forget_oldest(&mut turn.state.desk.remembered.unsent);
    let words = turn.desk_reply("desk.held_by_other").with("agent", Value::Text(assignee.name.clone()));
    let anyway = Button {
        label: turn.desk_reply("desk.button_send_anyway"),
        pressed: Pressed::Agent(AgentPress::SendAnyway(first)),
    };
    let over = Button {
        label: turn.desk_reply("desk.button_take_over"),
        pressed: Pressed::Agent(AgentPress::TakeOver(ticket.no)),
    };
    turn.post(Post::Choices(words, vec![anyway, over]));
}

/// An agent changed a message: what the customer has of it is changed as well.
pub(super) fn edited(turn: &mut Turn<'_>, agent: Person, message: Message) {
    let inside = message.text.as_deref().is_some_and(|text| text.trim_start().starts_with('/'));
    let went_out =
        turn.state.desk.remembered.answers.iter().any(|answer| answer.message == AnswerId::Message(message.id));
    if !went_out {
        for unsent in &mut turn.state.desk.remembered.unsent {
            for held in unsent.messages.iter_mut().filter(|held| held.id == message.id) {
                held.text.clone_from(&message.text);
            }
            // What has become a note is not to be sent any more.
            unsent.messages.retain(|held| held.id != message.id || !inside);
        }
        turn.state.desk.remembered.unsent.retain(|unsent| !unsent.messages.is_empty());
        return;
    }
    let holds = matches!(&turn.state.desk.assignee, Assignee::Agent { agent: assignee, .. } if assignee.id == agent.id);
    match message.words() {
        Some(text) if holds && !inside && (message.kind == Kind::Text || message.kind.has_caption()) => {
            let (text, caption) = (text.to_owned(), message.kind != Kind::Text);
            let line =
                Line { who: Speaker::Agent(agent.name), text: format!("✏️ {text}"), media: None, album: None };
            turn.effect(Effect::Record(line));
            turn.effect(Effect::EditAtCustomer { message: message.id, text, caption });
        }
        Some(_) | None if message.kind == Kind::Location => {} // a live one moves by itself
        Some(_) | None => turn.answer_agent("desk.agent_edit_not_sent"),
    }
}

/// An agent pressed a button in the topic. What it meant is checked against how things stand.
pub(super) fn pressed(turn: &mut Turn<'_>, agent: Person, press: Press) {
    let told = match Pressed::parse(&press.data) {
        Some(Pressed::Agent(pressed)) => act(turn, agent, pressed),
        // A customer's buttons and the lead's do not stand in a topic.
        Some(_) | None => Some(turn.desk_reply("desk.no_ticket")),
    };
    turn.toast(&press.query, told);
}

/// The ticket of this number and the agent who holds it; `None` when it is not the open one.
fn open_ticket(turn: &Turn<'_>, no: TicketNo) -> Option<(Ticket, Option<Person>)> {
    match turn.state.desk.assignee.clone() {
        Assignee::Queue { ticket, .. } if ticket.no == no => Some((ticket, None)),
        Assignee::Agent { ticket, agent } if ticket.no == no => Some((ticket, Some(agent))),
        Assignee::Bot | Assignee::Queue { .. } | Assignee::Agent { .. } => None,
    }
}

/// Does what a button means; returns what the agent is told, if there is something to say.
fn act(turn: &mut Turn<'_>, agent: Person, pressed: AgentPress) -> Option<Reply> {
    let by_holder = |turn: &mut Turn<'_>, no, action: fn(&mut Turn<'_>, Ticket, &Person)| match open_ticket(turn, no) {
        Some((_, Some(assignee))) if assignee.id != agent.id => {
            Some(turn.desk_reply("desk.sent_by_holder_only").with("agent", Value::Text(assignee.name)))
        }
        Some((ticket, _)) => {
            action(turn, ticket, &agent);
            None
        }
        None => Some(turn.desk_reply("desk.no_ticket")),
    };
    match pressed {
        AgentPress::Take(no) => match open_ticket(turn, no) {
            _ if agent.is_anonymous() => Some(turn.desk_reply("desk.anonymous")),
            Some((ticket, None)) => {
                ticket::hold(turn, ticket, agent);
                None
            }
            Some((_, Some(assignee))) => {
                Some(turn.desk_reply("desk.already_taken").with("agent", Value::Text(assignee.name)))
            }
            None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::TakeOver(no) => match open_ticket(turn, no) {
            Some((ticket, assignee)) if assignee.as_ref().is_none_or(|assignee| assignee.id != agent.id) => {
                ticket::hold(turn, ticket, agent);
                None
            }
            Some(_) | None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::Reopen if turn.state.desk.assignee == Assignee::Bot => {
            ticket::reopen(turn, agent);
            None
        }
        // On an old card: the ticket is open by now, and wanted.
        AgentPress::Reopen => match turn.state.desk.assignee.ticket().map(|ticket| ticket.no) {
            Some(no) => act(turn, agent, AgentPress::Take(no)),
            None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::Resolve(no) => {
            by_holder(turn, no, |turn, ticket, agent| ticket::resolve(turn, ticket, Some(agent)))
        }
        AgentPress::Release(no) => by_holder(turn, no, |turn, ticket, _| ticket::release(turn, ticket)),
        AgentPress::ToBot(no) => by_holder(turn, no, ticket::to_bot),
        AgentPress::TransferMenu(no) => {
            by_holder(turn, no, |turn, _, _| turn.state.desk.remembered.menu = Some(Menu::Transfer))
        }
        AgentPress::SnoozeMenu(no) => {
            by_holder(turn, no, |turn, _, _| turn.state.desk.remembered.menu = Some(Menu::Snooze))
        }
        AgentPress::BackToCard(no) => by_holder(turn, no, |turn, _, _| turn.state.desk.remembered.menu = None),
        AgentPress::TransferTo { ticket: no, to } => match by_holder(turn, no, |_, _, _| ()) {
            None => transfer_to(turn, to),
            refused @ Some(_) => refused,
        },
        AgentPress::Snooze { ticket: no, pause } => match by_holder(turn, no, |_, _, _| ()) {
            None => snooze(turn, agent, pause),
            refused @ Some(_) => refused,
        },
        AgentPress::Recall(_) => Some(recall(turn, &agent)),
        AgentPress::SendAnyway(message) => send_anyway(turn, &agent, message),
        AgentPress::Canned { ticket: no, id } => match open_ticket(turn, no) {
            _ if agent.is_anonymous() => Some(turn.desk_reply("desk.anonymous")),
            Some((_, Some(assignee))) if assignee.id != agent.id => {
                Some(turn.desk_reply("desk.sent_by_holder_only").with("agent", Value::Text(assignee.name)))
            }
            Some((ticket, assignee)) => canned::send(turn, agent, assignee.is_none().then_some(ticket), &id),
            None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::Was { ticket, intent } => Some(canned::was(turn, ticket, intent)),
    }
}

/// An agent gave a command in the topic.
pub(super) fn command(turn: &mut Turn<'_>, agent: Person, command: TicketCommand, message: Message) {
    if agent.is_anonymous() {
        return turn.answer_agent("desk.anonymous");
    }
    turn.state.desk.remembered.notes.push(message.id); // a command is no answer, and a reply to one is none either
    let ticket = turn.state.desk.assignee.ticket().map(|ticket| ticket.no);
    let pressed = |pressed: fn(TicketNo) -> AgentPress| ticket.map(pressed);
    let told = match command {
        TicketCommand::Take => button(turn, agent, pressed(AgentPress::Take)),
        TicketCommand::Release => button(turn, agent, pressed(AgentPress::Release)),
        TicketCommand::Resolve => button(turn, agent, pressed(AgentPress::Resolve)),
        TicketCommand::ToBot => button(turn, agent, pressed(AgentPress::ToBot)),
        TicketCommand::Recall => Some(recall(turn, &agent)),
        TicketCommand::Transfer(name) if name.is_empty() => button(turn, agent, pressed(AgentPress::TransferMenu)),
        TicketCommand::Transfer(name) => match find(turn, &name) {
            Some(to) => {
                let to = ticket.map(|ticket| AgentPress::TransferTo { ticket, to });
                button(turn, agent, to)
            }
            None => Some(turn.desk_reply("desk.nobody_of_that_name").with("name", Value::Text(name))),
        },
        TicketCommand::Snooze(pause) => match by_another(turn, &agent) {
            None => snooze(turn, agent, pause),
            refused @ Some(_) => refused,
        },
        TicketCommand::Notes if turn.state.desk.assignee != Assignee::Bot && by_another(turn, &agent).is_some() => {
            by_another(turn, &agent)
        }
        TicketCommand::Notes => {
            let on = !turn.state.desk.remembered.notes_only;
            turn.state.desk.remembered.notes_only = on;
            Some(turn.desk_reply(if on { "desk.notes_on" } else { "desk.notes_off" }))
        }
        TicketCommand::Send(words) => send_words(turn, agent, words, &message),
        TicketCommand::Canned(words) => canned::list(turn, &agent, &words),
        TicketCommand::Unknown => Some(turn.desk_reply("desk.not_sent_command")),
    };
    if let Some(told) = told {
        turn.post(Post::Answer(told));
    }
}

/// A command that does what a button does.
fn button(turn: &mut Turn<'_>, agent: Person, pressed: Option<AgentPress>) -> Option<Reply> {
    match pressed {
        Some(pressed) => act(turn, agent, pressed),
        None => Some(turn.desk_reply("desk.no_ticket")),
    }
}

/// What an agent is told when another one holds the ticket, or there is none; `None` when the agent may go on.
fn by_another(turn: &Turn<'_>, agent: &Person) -> Option<Reply> {
    match &turn.state.desk.assignee {
        Assignee::Agent { agent: assignee, .. } if assignee.id == agent.id => None,
        Assignee::Agent { agent: assignee, .. } => {
            Some(turn.desk_reply("desk.sent_by_holder_only").with("agent", Value::Text(assignee.name.clone())))
        }
        Assignee::Queue { .. } => None,
        Assignee::Bot => Some(turn.desk_reply("desk.no_ticket")),
    }
}

/// An agent on shift or a desk, by @username or the beginning of the name, upper or lower case; agents before desks.
/// `None` when there is no such one.
fn find(turn: &Turn<'_>, name: &str) -> Option<Target> {
    let wanted = name.trim().trim_start_matches('@').to_lowercase();
    if wanted.is_empty() {
        return None;
    }
    let snapshot = turn.context.snapshot;
    let agent = snapshot.agents.iter().find(|agent| {
        let username = agent.person.username.as_ref().is_some_and(|known| known.to_lowercase() == wanted);
        username || agent.person.name.to_lowercase().starts_with(&wanted)
    });
    let desk = || snapshot.desks.iter().find(|desk| desk.name.to_lowercase().starts_with(&wanted));
    let agent = agent.map(|agent| Target::Agent(AgentId(agent.person.id)));
    agent.or_else(|| desk().map(|desk| Target::Desk(desk.id)))
}

/// The open ticket goes to another agent on shift, or to another desk.
fn transfer_to(turn: &mut Turn<'_>, to: Target) -> Option<Reply> {
    let ticket = turn.state.desk.assignee.ticket().cloned()?;
    let snapshot = turn.context.snapshot;
    let nobody =
        |turn: &Turn<'_>| Some(turn.desk_reply("desk.nobody_of_that_name").with("name", Value::Text(String::new())));
    match to {
        Target::Agent(AgentId(id)) => {
            let Some(agent) = snapshot.agents.iter().find(|agent| agent.person.id == id) else {
                return nobody(turn);
            };
            // Where the colleague works, so that the topic is one they see.
            desks::go_to(turn, agent.desk);
            let agent = agent.person.clone();
            let words = turn.desk_reply("desk.transferred").with("agent", Value::Text(agent.name.clone()));
            let words = words.with("ticket", Value::Number(ticket.no.0));
            ticket::hold(turn, ticket, agent.clone());
            turn.post(Post::Call(agent, words));
        }
        Target::Desk(id) if snapshot.desks.iter().all(|desk| desk.id != id) => return nobody(turn),
        Target::Desk(id) => desks::hand_to(turn, ticket, id),
    }
    None
}

/// The ticket is snoozed, held by its agent; an agent who snoozes one that waits takes it first.
fn snooze(turn: &mut Turn<'_>, agent: Person, pause: Pause) -> Option<Reply> {
    let (now, policy) = (turn.context.now, turn.context.policy);
    let (mut ticket, assignee) = match turn.state.desk.assignee.clone() {
        Assignee::Bot => return Some(turn.desk_reply("desk.no_ticket")),
        Assignee::Queue { ticket, .. } => (ticket, agent),
        Assignee::Agent { ticket, agent } => (ticket, agent),
    };
    let until = match pause {
        Pause::Answer => None,
        Pause::Minutes(minutes) => Some(now + Duration::minutes(minutes.clamp(1, 60 * 24 * 30))),
        Pause::Clock(time) => Some(policy.next(now, time)),
        Pause::Tomorrow => Some(policy.next_opening(now)),
    };
    if let Some(at) = until {
        turn.effect(Effect::Timer { timer: Timer::Snooze, at });
    }
    ticket::hold(turn, ticket.clone(), assignee.clone());
    ticket.turn_of = None;
    ticket.snoozed = Some(until.map_or(Snooze::Answer, Snooze::Until));
    turn.state.desk.assignee = Assignee::Agent { ticket, agent: assignee };
    None
}

/// The time a ticket was snoozed for is over.
pub(super) fn wake(turn: &mut Turn<'_>) {
    let Assignee::Agent { mut ticket, agent } = turn.state.desk.assignee.clone() else {
        return;
    };
    match ticket.snoozed {
        Some(Snooze::Until(at)) if at <= turn.context.now => {
            ticket.snoozed = None;
            let words = turn.desk_reply("desk.woken").with("agent", Value::Text(agent.name.clone()));
            let words = words.with("ticket", Value::Number(ticket.no.0));
            turn.post(Post::Call(agent.clone(), words));
            turn.state.desk.assignee = Assignee::Agent { ticket, agent };
        }
        Some(Snooze::Until(_) | Snooze::Answer) | None => {} // it was moved, or the customer has written
    }
}

/// The last answer of an agent is taken back, if it is fresh.
fn recall(turn: &mut Turn<'_>, agent: &Person) -> Reply {
    let now = turn.context.now;
    let last = turn.state.desk.remembered.answers.iter().rposition(|answer| answer.agent == agent.agent_id());
    let Some(last) = last else {
        return turn.desk_reply("desk.nothing_to_recall");
    };
    if now - turn.state.desk.remembered.answers[last].at > RECALL_WITHIN {
        return turn.desk_reply("desk.too_late_to_recall");
    }
    let answer = turn.state.desk.remembered.answers.remove(last);
    turn.effect(Effect::RecallFromCustomer { answer: answer.message });
    let text = crate::phrases::render(turn.context.phrasebook, &turn.desk_reply("desk.story_recalled"), 0);
    turn.effect(Effect::Record(Line { who: Speaker::Agent(agent.name.clone()), text, media: None, album: None }));
    turn.desk_reply("desk.recalled")
}

/// What was held back goes out all the same: its author has seen which agent holds the ticket.
fn send_anyway(turn: &mut Turn<'_>, agent: &Person, message: MessageId) -> Option<Reply> {
    if turn.state.desk.assignee == Assignee::Bot {
        return Some(turn.desk_reply("desk.no_ticket"));
    }
    let with = |unsent: &Unsent| unsent.messages.iter().any(|known| known.id == message);
    let Some(at) = turn.state.desk.remembered.unsent.iter().position(with) else {
        return Some(turn.desk_reply("desk.already_sent"));
    };
    if turn.state.desk.remembered.unsent[at].agent.id != agent.id {
        return Some(turn.desk_reply("desk.only_author_sends"));
    }
    let unsent = turn.state.desk.remembered.unsent.remove(at);
    for message in &unsent.messages {
        relay::to_customer(turn, agent, message);
    }
    None
}

/// Words after /send, or the message that /send answers, go out in any mode.
fn send_words(turn: &mut Turn<'_>, agent: Person, words: Option<String>, message: &Message) -> Option<Reply> {
    match (words, message.reply_to) {
        (Some(text), _) => {
            if let Some(refused) = by_another(turn, &agent) {
                return Some(refused);
            }
            if let Assignee::Queue { ticket, .. } = turn.state.desk.assignee.clone() {
                ticket::hold(turn, ticket, agent.clone());
            }
            relay::words_to_customer(turn, &agent, AnswerId::Message(message.id), text);
            None
        }
        // Only what this agent wrote, and not as a note: never a card, a story or a colleague's words.
        (None, Some(answered)) => {
            let note = message.quote.as_deref().is_some_and(|quote| quote.trim_start().starts_with('/'));
            if note || message.reply_from != Some(agent.id) {
                return Some(turn.desk_reply("desk.send_own"));
            }
            let text = message.quote.clone();
            let own = Message { id: answered, text, reply_to: None, quote: None, ..message.clone() };
            send(turn, agent, vec![own]);
            None
        }
        (None, None) => Some(turn.desk_reply("desk.send_what")),
    }
}

/// An agent has left the group: what they held goes back to the queue, and the topic says so.
pub(super) fn gone(turn: &mut Turn<'_>, agent: AgentId) {
    match turn.state.desk.assignee.clone() {
        Assignee::Agent { ticket, agent: assignee } if assignee.agent_id() == agent => {
            ticket::release(turn, ticket);
            let words = turn.desk_reply("desk.agent_gone").with("agent", Value::Text(assignee.name));
            turn.post(Post::Notice(words));
        }
        Assignee::Bot | Assignee::Queue { .. } | Assignee::Agent { .. } => {}
    }
}

/// A time of day as agents type it: `18:00`, `9`, `9.30`; `None` for anything else, `24:00` included.
pub fn clock(text: &str) -> Option<NaiveTime> {
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "0"));
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}

/// What agents are told of what they did.
pub(super) const TEXTS: &[Key] = &[
    Key::text("desk.button_send_anyway", &[]),
    Key::text("desk.nobody_of_that_name", &["name"]),
    Key::text("desk.notes_on", &[]),
    Key::text("desk.notes_off", &[]),
    Key::text("desk.transferred", &["agent", "ticket"]),
    Key::text("desk.woken", &["agent", "ticket"]),
    Key::text("desk.nothing_to_recall", &[]),
    Key::text("desk.too_late_to_recall", &[]),
    Key::text("desk.recalled", &[]),
    Key::text("desk.story_recalled", &[]),
    Key::text("desk.already_sent", &[]),
    Key::text("desk.only_author_sends", &[]),
    Key::text("desk.send_what", &[]),
    Key::text("desk.send_own", &[]),
    Key::text("desk.agent_gone", &["agent"]),
    Key::text("desk.already_taken", &["agent"]),
    Key::text("desk.sent_by_holder_only", &["agent"]),
    Key::text("desk.agent_edit_not_sent", &[]),
    Key::text("desk.not_sent_command", &[]),
];
