//! What agents do in a customer's topic: answer, take, release, transfer, snooze, take back, resolve.
//!
//! ```text
//! agent:  answers                    → takes the ticket, if no other agent holds it
//! agent:  answers what another holds → nothing goes out until «Отправить всё равно» or «Перехватить» sends it
//! agent:  // a note                  → stays inside, and so does a reply to it
//! agent:  /to Олег, /snooze 2h       → the ticket moves, or waits
//! agent:  «Решено»                   → the bot asks the customer whether it helped
//! ```
//!
//! Only the assignee changes; what topic and card show follows from the state by itself.

use super::button::{AgentPress, Pressed};
use super::effect::{Button, Effect, Line, Post, Speaker};
use super::event::{Event, Kind, Message, Pause, Person, Press, RecallReport, TicketCommand};
use super::ids::{AgentId, AnswerId, MessageId, TicketNo};
use super::promise::Timer;
use super::standing::Standing;
use super::state::{Assignee, LastPress, Menu, Snooze, Ticket, Unsent};
use super::styled::Styled;
use super::transfer::{self, Found};
use super::turn::Turn;
use super::{canned, done, note, original, recall, relay, ticket};
use crate::phrases::{Key, Reply, Value};
use chrono::{Duration, NaiveTime};

/// Within this a second press on the same button means no second time.
const DOUBLE_PRESS: Duration = Duration::seconds(3);

/// An agent wrote in the topic.
pub(super) fn wrote(turn: &mut Turn<'_>, agent: Person, message: Message) {
    if note::joins_asked(turn, &agent, &message) {
        return;
    }
    // What goes out in the mode of notes says so: /send
    let stays = note::is_note(turn, &message) || turn.state.desk.remembered.notes_only;
    if stays && !note::comes_late(turn, &message) {
        return note::keep(turn, &agent, &message);
    }
    if note::may_be_note(&message) && turn.state.desk.assignee != Assignee::Bot && !agent.is_anonymous() {
        return note::ask(turn, agent, message);
    }
    send(turn, agent, vec![message]);
}

/// The author has said what was held back: a note stays inside, an answer goes out as any other.
fn settle_note(turn: &mut Turn<'_>, agent: &Person, message: MessageId, is_note: bool) -> Option<Reply> {
    let held = match note::held(turn, agent, message) {
        Ok(held) => held,
        Err(refused) => return Some(refused),
    };
    match is_note {
        true => held.iter().for_each(|message| note::keep(turn, agent, message)),
        false => send(turn, agent.clone(), held),
    }
    None
}

/// Sends what an agent wrote, if no other agent holds the ticket.
fn send(turn: &mut Turn<'_>, agent: Person, messages: Vec<Message>) {
    let album = messages.first().and_then(|message| message.album.clone());
    let refused = agent.is_anonymous() || turn.state.desk.assignee == Assignee::Bot;
    if refused {
        let same = album.is_some() && turn.state.desk.remembered.refused_album == album;
        turn.state.desk.remembered.refused_album = album;
        if same {
            return; // its first picture has been told about
        }
    }
    if let Some(key) = agent.anonymous_key() {
        return turn.answer_agent(key);
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
    turn.state.desk.remembered.unsent.push(Unsent { agent, messages, may_be_note: false });
    relay::forget_oldest(&mut turn.state.desk.remembered.unsent);
    let words = turn.desk_reply("desk.held_by_other").with("agent", Value::Text(assignee.name.clone()));
    let anyway = Button {
        label: turn.desk_reply("desk.button_send_anyway"),
        pressed: Pressed::Agent(AgentPress::SendAnyway(first)),
    };
    let over = Button {
        label: turn.desk_reply("desk.button_take_over"),
        pressed: Pressed::Agent(AgentPress::TakeOver { ticket: ticket.no, answer: Some(first) }),
    };
    turn.post(Post::Choices(words, vec![anyway, over]));
}

/// An agent changed a message: what the customer has of it is changed as well, and what stayed inside may go out now.
pub(super) fn edited(turn: &mut Turn<'_>, agent: Person, message: Message) {
    let desk = &turn.state.desk.remembered;
    let held = |unsent: &Unsent| unsent.messages.iter().any(|known| known.id == message.id);
    if desk.answers.iter().any(|answer| answer.message == AnswerId::Message(message.id)) {
        answer_edited(turn, agent, message);
    } else if desk.unsent.iter().any(held) {
        held_edited(turn, &agent, &message);
    } else if desk.notes.contains(&message.id) {
        note_edited(turn, agent, message);
    } else if note::is_marked(&message) {
        note::keep(turn, &agent, &message);
    } else if message.kind != Kind::Location {
        // It was refused, and its author told; or it went out too long ago.
        let key = if note::is_slashed(&message) { "desk.edit_is_no_command" } else { "desk.agent_edit_not_sent" };
        turn.answer_agent(agent.anonymous_key().unwrap_or(key));
    }
}

/// An answer that went out was changed.
fn answer_edited(turn: &mut Turn<'_>, agent: Person, message: Message) {
    // What looks like a note by now goes to nobody: a slip of the keyboard there would tell the customer.
    let inside = note::is_slashed(&message) || note::may_be_note(&message);
    let holds = matches!(&turn.state.desk.assignee, Assignee::Agent { agent: assignee, .. } if assignee.id == agent.id);
    match message.styled().map(Styled::trimmed).filter(|text| !text.text.is_empty()) {
        Some(text) if holds && !inside && (message.kind == Kind::Text || message.kind.has_caption()) => {
            let caption = message.kind != Kind::Text;
            let line = Line::of_words(Speaker::Agent(agent.name), text.clone().behind("✏️ "));
            turn.effect(Effect::Record(line));
            turn.effect(Effect::EditAtCustomer { message: message.id, text, caption });
        }
        Some(_) | None if message.kind == Kind::Location => {} // a live one moves by itself
        Some(_) | None => turn.answer_agent("desk.agent_edit_not_sent"),
    }
}

/// What is held back was changed: as it is now it goes out, should its author insist.
fn held_edited(turn: &mut Turn<'_>, agent: &Person, message: &Message) {
    if !note::is_slashed(message) {
        let all = turn.state.desk.remembered.unsent.iter_mut().flat_map(|unsent| &mut unsent.messages);
        for held in all.filter(|held| held.id == message.id) {
            held.text.clone_from(&message.text);
            held.entities.clone_from(&message.entities);
        }
        return;
    }
    // What has become a note is not to be sent any more.
    let unsent = &mut turn.state.desk.remembered.unsent;
    unsent.iter_mut().for_each(|unsent| unsent.messages.retain(|held| held.id != message.id));
    unsent.retain(|unsent| !unsent.messages.is_empty());
    note::keep(turn, agent, message);
    if !note::is_marked(message) {
        turn.answer_agent("desk.not_sent_command");
    }
}

/// A note was changed.
fn note_edited(turn: &mut Turn<'_>, agent: Person, message: Message) {
    let changed = note::changed(turn, &message);
    match changed {
        note::Changed::Note => {}
        note::Changed::Answer | note::Changed::Inside if note::is_slashed(&message) => {
            note::remember(turn, message.id, changed == note::Changed::Answer);
            turn.answer_agent("desk.edit_is_no_command");
        }
        note::Changed::Answer => send(turn, agent, vec![message]),
        note::Changed::Inside => turn.answer_agent("desk.note_stays"),
    }
}

/// An agent pressed a button in the topic. What it meant is checked against how things stand.
pub(super) fn pressed(turn: &mut Turn<'_>, agent: Person, press: Press, standing: Standing) {
    let refused = match (standing.refusal(), Pressed::parse(&press.data)) {
        (Some(key), _) => Some(turn.desk_reply(key)),
        (None, Some(Pressed::Agent(_))) if is_again(turn, agent.agent_id(), &press) => {
            Some(turn.desk_reply("desk.pressed_again"))
        }
        (None, Some(Pressed::Agent(pressed))) => match act(turn, agent.clone(), pressed.clone()) {
            None => {
                let last = LastPress { message: press.message, data: press.data, at: turn.context.now };
                turn.state.desk.remembered.last_press = Some((agent.agent_id(), last));
                return done::tell(turn, &press.query, &pressed);
            }
            refused @ Some(_) => refused,
        },
        // A customer's buttons and the lead's do not stand in a topic, and others are forged.
        (None, Some(_) | None) => Some(turn.desk_reply("desk.stale_button")),
    };
    turn.toast(&press.query, refused);
}

/// Whatever else happens than presses of agents, the same button may be meant anew after it.
pub(super) fn note_press(turn: &mut Turn<'_>, event: &Event) {
    let did = if let Event::AtDesk { did, .. } = event { did } else { event };
    if !matches!(did, Event::AgentPressed { .. }) {
        turn.state.desk.remembered.last_press = None;
    }
}

/// Whether the button was pressed a moment ago by the same agent, and did what it says: then a second press is a slip, or
/// one of a flood, which holds up itself alone.
fn is_again(turn: &mut Turn<'_>, agent: AgentId, press: &Press) -> bool {
    let now = turn.context.now;
    let Some((whose, last)) = &mut turn.state.desk.remembered.last_press else {
        return false;
    };
    let same = *whose == agent && last.message == press.message && last.data == press.data;
    let again = same && now - last.at < DOUBLE_PRESS;
    if again {
        last.at = now;
    }
    again
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
            _ if agent.is_anonymous() => agent.anonymous_key().map(|key| turn.desk_reply(key)),
            Some((ticket, None)) => {
                ticket::hold(turn, ticket, agent);
                None
            }
            Some((_, Some(assignee))) => {
                Some(turn.desk_reply("desk.already_taken").with("agent", Value::Text(assignee.name)))
            }
            None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::TakeOver { ticket, answer } => take_over(turn, &agent, ticket, answer),
        AgentPress::Reopen if turn.state.desk.assignee == Assignee::Bot => {
            ticket::reopen(turn, agent);
            None
        }
        // On an old card: the ticket is open by now, and wanted.
        AgentPress::Reopen => match turn.state.desk.assignee.ticket().map(|ticket| ticket.no) {
            Some(no) => act(turn, agent, AgentPress::Take(no)),
            None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::Resolve(no) => by_holder(turn, no, resolve),
        AgentPress::ResolveUnanswered(no) => {
            by_holder(turn, no, |turn, ticket, agent| ticket::resolve(turn, ticket, Some(agent)))
        }
        AgentPress::AnswerFirst(_) if agent.is_anonymous() => Some(turn.desk_reply("desk.anonymous")),
        AgentPress::AnswerFirst(no) => by_holder(turn, no, |turn, ticket, agent| {
            if matches!(turn.state.desk.assignee, Assignee::Queue { .. }) {
                ticket::hold(turn, ticket, agent.clone());
            }
        }),
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
            None => transfer::transfer_to(turn, to),
            refused @ Some(_) => refused,
        },
        AgentPress::Snooze { ticket: no, pause } => match by_holder(turn, no, |_, _, _| ()) {
            None => snooze(turn, agent, pause),
            refused @ Some(_) => refused,
        },
        AgentPress::Recall(no) if open_ticket(turn, no).is_none() && turn.state.desk.last_ticket != Some(no) => {
            Some(turn.desk_reply("desk.no_ticket"))
        }
        AgentPress::Recall(_) => {
            let told = recall::last(turn, &agent, RecallReport::Trouble);
            Some(told.unwrap_or_else(|refused| refused))
        }
        AgentPress::Original(no) => original::show(turn, &agent, no),
        AgentPress::SendAnyway(message) => send_anyway(turn, &agent, message),
        AgentPress::IsNote(message) => settle_note(turn, &agent, message, true),
        AgentPress::IsAnswer(message) => settle_note(turn, &agent, message, false),
        AgentPress::Canned { ticket: no, id } => match open_ticket(turn, no) {
            _ if agent.is_anonymous() => agent.anonymous_key().map(|key| turn.desk_reply(key)),
            Some((_, Some(assignee))) if assignee.id != agent.id => {
                Some(turn.desk_reply("desk.sent_by_holder_only").with("agent", Value::Text(assignee.name)))
            }
            Some((ticket, assignee)) => canned::send(turn, agent, assignee.is_none().then_some(ticket), &id),
            None => Some(turn.desk_reply("desk.no_ticket")),
        },
        AgentPress::Was { ticket, intent } => Some(canned::was(turn, ticket, intent)),
        AgentPress::WasNone(ticket) => Some(canned::was_none(turn, ticket)),
    }
}

/// The ticket is resolved; where the customer waits for an answer, the agent is asked first. One who has blocked the bot
/// cannot be answered.
fn resolve(turn: &mut Turn<'_>, ticket: Ticket, agent: &Person) {
    if ticket.answered || turn.state.customer.blocked {
        return ticket::resolve(turn, ticket, Some(agent));
    }
    let button = |key: &str, pressed| Button { label: turn.desk_reply(key), pressed: Pressed::Agent(pressed) };
    let buttons = vec![
        button("desk.button_resolve_unanswered", AgentPress::ResolveUnanswered(ticket.no)),
        button("desk.button_answer_first", AgentPress::AnswerFirst(ticket.no)),
    ];
    turn.post(Post::Choices(turn.desk_reply("desk.unanswered"), buttons));
}

/// An agent gave a command in the topic.
pub(super) fn command(turn: &mut Turn<'_>, agent: Person, command: TicketCommand, message: Message) {
    if let Some(key) = agent.anonymous_key() {
        return turn.answer_agent(key);
    }
    if message.kind != Kind::Text {
        // A command that is a caption would be done, and what it stands under would be lost.
        note::keep(turn, &agent, &message);
        return turn.answer_agent("desk.not_sent_command");
    }
    note::remember(turn, message.id, false); // a command is no answer, and a reply to one is none either
    let ticket = turn.state.desk.assignee.ticket().map(|ticket| ticket.no);
    let pressed = |pressed: fn(TicketNo) -> AgentPress| ticket.map(pressed);
    let told = match command {
        TicketCommand::Take => button(turn, agent, pressed(AgentPress::Take)),
        TicketCommand::Release => button(turn, agent, pressed(AgentPress::Release)),
        TicketCommand::Resolve => button(turn, agent, pressed(AgentPress::Resolve)),
        TicketCommand::ToBot => button(turn, agent, pressed(AgentPress::ToBot)),
        TicketCommand::Recall => recall::last(turn, &agent, RecallReport::Whole).err(),
        TicketCommand::Transfer(name) if name.is_empty() => {
            let told = button(turn, agent, pressed(AgentPress::TransferMenu));
            // The card may be far up, or show the choice already.
            told.or_else(|| Some(turn.desk_reply("desk.transfer_on_card")))
        }
        TicketCommand::Transfer(name) => match (transfer::find(turn, &agent, &name), ticket) {
            (Found::One(to), ticket) => button(turn, agent, ticket.map(|ticket| AgentPress::TransferTo { ticket, to })),
            (Found::Several(choices), Some(ticket)) => by_another(turn, &agent).or_else(|| {
                transfer::ask(turn, ticket, name, &choices);
                None
            }),
            (Found::Several(_), None) => Some(turn.desk_reply("desk.no_ticket")),
            (Found::Nobody, _) => Some(turn.desk_reply("desk.nobody_of_that_name").with("name", Value::Text(name))),
        },
        TicketCommand::Snooze(pause) => match by_another(turn, &agent) {
            None => snooze(turn, agent, pause).or_else(|| done::snoozed(turn)),
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
        TicketCommand::Unknown => Some(turn.desk_reply("desk.not_sent_command").with("name", typed(&message))),
        TicketCommand::Nearly(near) => {
            let words = turn.desk_reply("desk.not_sent_nearly").with("name", typed(&message));
            Some(words.with("near", Value::Text(near)))
        }
        TicketCommand::SnoozeUnread(time) => {
            Some(turn.desk_reply("desk.snooze_unread").with("time", Value::Text(time)))
        }
    };
    if let Some(told) = told {
        turn.post(Post::Answer(told));
    }
}

/// What an agent typed in the place of a command, as far as it is shown.
fn typed(message: &Message) -> Value {
    const SHOWN: usize = 32;
    let text = message.words().unwrap_or_default();
    Value::Text(text.split_whitespace().next().unwrap_or_default().chars().take(SHOWN).collect())
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
        Pause::Tomorrow => Some(policy.tomorrow(now)),
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

/// An agent takes the ticket from the one who holds it, and what they had written before that goes out with it.
fn take_over(turn: &mut Turn<'_>, agent: &Person, no: TicketNo, answer: Option<MessageId>) -> Option<Reply> {
    let Some((ticket, assignee)) = open_ticket(turn, no) else {
        return Some(turn.desk_reply("desk.no_ticket"));
    };
    if let Some(key) = agent.anonymous_key() {
        return Some(turn.desk_reply(key));
    }
    let holds = assignee.as_ref().is_some_and(|assignee| assignee.id == agent.id);
    if !holds {
        ticket::hold(turn, ticket, agent.clone());
    }
    if let Some(assignee) = assignee.filter(|_| !holds) {
        let words = turn.desk_reply("desk.taken_over").with("agent", Value::Text(assignee.name.clone()));
        let words = words.with("ticket", Value::Number(no.0)).with("by", Value::Text(agent.name.clone()));
        turn.post(Post::Call(assignee, words));
    }
    let of_agent = |unsent: &Unsent| unsent.agent.id == agent.id;
    match answer {
        Some(message) => send_anyway(turn, agent, message),
        None if holds => Some(turn.desk_reply("desk.no_ticket")),
        // A button of an older version, or the card's: which of the answers is meant is not known.
        None if turn.state.desk.remembered.unsent.iter().any(of_agent) => Some(turn.desk_reply("desk.still_unsent")),
        None => None,
    }
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
            relay::words_to_customer(turn, &agent, AnswerId::Message(message.id), words_of(message, text));
            None
        }
        // Only what this agent wrote, and not as a note: never a card, a story or a colleague's words.
        (None, Some(answered)) => {
            let note = message.quote.as_deref().is_some_and(|quote| quote.trim_start().starts_with('/'));
            if note || message.reply_from != Some(agent.id) {
                return Some(turn.desk_reply("desk.send_own"));
            }
            let text = message.quote.clone();
            let entities = Vec::new(); // the copy has its own
            let own =
                Message { id: answered, text, entities, reply_to: None, quote: None, cited: None, ..message.clone() };
            send(turn, agent, vec![own]);
            None
        }
        (None, None) => Some(turn.desk_reply("desk.send_what")),
    }
}

/// The words that a command ends with, with the formatting they have in its message.
fn words_of(message: &Message, words: String) -> Styled {
    let whole = message.styled().map(Styled::trimmed).unwrap_or_default();
    match whole.text.strip_suffix(&words).map(str::len) {
        Some(start) => whole.part(start, whole.text.len()),
        None => words.into(),
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
    Key::text("desk.taken_over", &["agent", "ticket", "by"]),
    Key::text("desk.still_unsent", &[]),
    Key::text("desk.as_channel", &[]),
    Key::text("desk.edit_is_no_command", &[]),
    Key::text("desk.note_stays", &[]),
    Key::text("desk.transfer_on_card", &[]),
    Key::text("desk.already_sent", &[]),
    Key::text("desk.only_author_sends", &[]),
    Key::text("desk.send_what", &[]),
    Key::text("desk.send_own", &[]),
    Key::text("desk.agent_gone", &["agent"]),
    Key::text("desk.not_a_member", &[]),
    Key::text("desk.member_unknown", &[]),
    Key::text("desk.stale_button", &[]),
    Key::text("desk.pressed_again", &[]),
    Key::text("desk.already_taken", &["agent"]),
    Key::text("desk.sent_by_holder_only", &["agent"]),
    Key::text("desk.agent_edit_not_sent", &[]),
    Key::text("desk.not_sent_command", &["name"]),
    Key::text("desk.not_sent_nearly", &["name", "near"]),
    Key::text("desk.snooze_unread", &["time"]),
    Key::text("desk.transfer_which", &["name"]),
    Key::text("desk.transfer_gone", &[]),
    Key::text("desk.button_resolve_unanswered", &[]),
    Key::text("desk.button_answer_first", &[]),
];
