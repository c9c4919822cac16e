//! With a person: the queue, agents who take, answer and resolve, and the way back to the bot.
//!
//! ```text
//! customer: позовите человека
//! bot:      ticket, who answers, by when      → topic, card, story at the desk
//! agent:    takes it, or answers right away   → the bot is silent
//! customer: …                                 → the topic
//! agent:    resolves it                       → «помогло?» with two buttons
//! ```

use super::customer::relay;
use super::effect::{Button, Effect, Post, Pressed, Speaker, TicketState};
use super::event::{Kind, Message, Person, Press, Undelivered};
use super::promise::{self, Owner, Promised};
use super::state::{Holder, Question, Reason, Ticket};
use super::turn::Turn;
use crate::phrases::{Reply, Value};
use crate::understanding;
use chrono::Duration;

/// How long the bot waits before it says again that a ticket is in the queue.
const REASSURE_AFTER: Duration = Duration::minutes(10);

/// Begins a note that stays inside the desk.
const NOTE: &str = "//";

/// A customer whose conversation is with people writes on.
pub(super) fn customer_adds(turn: &mut Turn<'_>, message: &Message) {
    relay(turn, message);
    let Holder::Queue { ticket, reassured_at } = turn.state.holder.clone() else {
        return;
    };
    let now = turn.context.now.timestamp_millis();
    let reading = message.words().map(|text| understanding::read(turn.context.matcher, text));
    let asks_again = reading
        .and_then(|reading| reading.intent)
        .is_some_and(|intent| intent == understanding::HUMAN || intent == super::parcel::INTENT);
    let quiet_since = reassured_at.map(|at| now - at);
    if asks_again && turn.context.now >= ticket.promised {
        return promise::postpone(turn, ticket);
    }
    let reply = match quiet_since {
        None if asks_again => waiting(turn, &ticket),
        None => turn.reply("human.added").with("ticket", Value::Number(ticket.no.0)),
        Some(quiet) if asks_again && quiet >= REASSURE_AFTER.num_milliseconds() => waiting(turn, &ticket),
        Some(_) => return,
    };
    if message.masked {
        let warning = turn.reply("common.private_data");
        turn.lead(warning);
    }
    turn.say(reply);
    turn.state.holder = Holder::Queue { ticket, reassured_at: Some(now) };
}

fn waiting(turn: &Turn<'_>, ticket: &Ticket) -> Reply {
    turn.reply("human.waiting").with("ticket", Value::Number(ticket.no.0)).with("deadline", turn.deadline(ticket))
}

/// A customer whose conversation is with people changed a message.
pub(super) fn customer_corrects(turn: &mut Turn<'_>, message: &Message) {
    if let Some(text) = message.words() {
        let notice = turn.desk_reply("desk.edited");
        turn.post(Post::Notice(notice));
        turn.post(Post::Words(text.into()));
    }
}

/// A customer whose conversation is with people presses a button of before.
pub(super) fn customer_presses(turn: &mut Turn<'_>, pressed: Option<Pressed>) {
    let label = match pressed {
        Some(Pressed::Wish(intent)) => format!("{intent}.title"),
        Some(Pressed::Person) => return, // a person is on the way
        Some(Pressed::Follow(number)) => return super::parcel::follow(turn, number),
        Some(Pressed::Unfollow(number)) => return super::parcel::stop_following(turn, &number),
        Some(
            Pressed::Helped { .. }
            | Pressed::Choice(_)
            | Pressed::Confirm { .. }
            | Pressed::Solved(_)
            | Pressed::Resume(_)
            | Pressed::Take(_)
            | Pressed::TakeOver(_)
            | Pressed::Resolve(_)
            | Pressed::Reopen,
        )
        | None => return,
    };
    if turn.context.phrasebook.has(&label, turn.language()) {
        let notice = turn.desk_reply("desk.pressed").with("button", Value::Phrase(label));
        turn.post(Post::Notice(notice));
    }
}

/// An agent wrote in the topic.
pub(super) fn agent_wrote(turn: &mut Turn<'_>, agent: Person, message: Message) {
    let of_note = message.album.is_some() && message.album == turn.state.note_album;
    if of_note || message.text.as_deref().is_some_and(|text| text.trim_start().starts_with(NOTE)) {
        turn.state.note_album = message.album;
        return;
    }
    if message.text.as_deref().is_some_and(|text| text.starts_with('/')) {
        let notice = turn.desk_reply("desk.not_sent_command");
        return turn.post(Post::Notice(notice));
    }
    if agent.is_anonymous() {
        let notice = turn.desk_reply("desk.anonymous");
        return turn.post(Post::Notice(notice));
    }
    match turn.state.holder.clone() {
        Holder::Agent { agent: holder, .. } if holder.id == agent.id => {}
        Holder::Agent { agent: holder, .. } => {
            let notice = turn.desk_reply("desk.held_by_other").with("agent", Value::Text(holder.name));
            return turn.post(Post::Notice(notice));
        }
        Holder::Queue { ticket, .. } => take(turn, ticket, &agent),
        // What agents write to each other after all is said must not reach the customer.
        Holder::Bot => {
            let button = Button { label: turn.desk_reply("desk.button_reopen"), pressed: Pressed::Reopen };
            let notice = turn.desk_reply("desk.not_open");
            return turn.post(Post::Offer(notice, button));
        }
    }
    turn.record(Speaker::Agent(agent.name), &message);
    turn.effect(Effect::CopyToCustomer { message: message.id });
    if let Holder::Agent { mut ticket, agent } = turn.state.holder.clone() {
        promise::answered(turn, &mut ticket);
        turn.state.holder = Holder::Agent { ticket, agent };
    }
}

/// An agent who answers takes the ticket by answering.
fn take(turn: &mut Turn<'_>, ticket: Ticket, agent: &Person) {
    if !turn.state.topic {
        turn.show_to_desk(&ticket); // it was deleted while the agent wrote
    }
    let notice = turn.desk_reply("desk.taken_by").with("agent", Value::Text(agent.name.clone()));
    turn.post(Post::Taken(ticket.clone(), notice));
    turn.post(Post::Rename(ticket.clone(), TicketState::Taken { agent: agent.name.clone() }));
    turn.effect(Effect::PromiseTaken { what: Promised::Answer(ticket.no), owner: Owner::Agent(agent.id) });
    turn.state.holder = Holder::Agent { ticket, agent: agent.clone() };
    turn.state.open = None;
}

/// Edits of answers do not cross yet: the agent is told.
pub(super) fn agent_edited(turn: &mut Turn<'_>, agent: Person, message: Message) {
    let note = message.text.as_deref().is_some_and(|text| text.trim_start().starts_with(NOTE));
    if matches!(&turn.state.holder, Holder::Agent { agent: holder, .. } if holder.id == agent.id) && !note {
        let notice = turn.desk_reply("desk.agent_edit_not_sent");
        turn.post(Post::Notice(notice));
    }
}

/// An agent pressed «Взять» or «Решено». What the button meant is checked against how things stand.
pub(super) fn agent_pressed(turn: &mut Turn<'_>, agent: Person, press: Press) {
    let holder = turn.state.holder.clone();
    match (Pressed::parse(&press.data), holder) {
        (Some(Pressed::Take(no)), Holder::Queue { ticket, .. }) if ticket.no == no => {
            turn.toast(&press.query, None);
            holds_now(turn, ticket, agent, &press);
        }
        (Some(Pressed::Reopen), Holder::Bot) => {
            turn.toast(&press.query, None);
            let ticket = turn.open_ticket(Reason::Agent);
            promise::open(turn, &ticket);
            take(turn, ticket, &agent);
        }
        (Some(Pressed::TakeOver(no)), Holder::Agent { ticket, agent: holder })
            if ticket.no == no && holder.id != agent.id =>
        {
            turn.toast(&press.query, None);
            holds_now(turn, ticket, agent, &press);
        }
        (Some(Pressed::Take(no)), Holder::Agent { ticket, agent: holder }) if ticket.no == no => {
            let words = turn.desk_reply("desk.already_taken").with("agent", Value::Text(holder.name));
            turn.toast(&press.query, Some(words));
        }
        (Some(Pressed::Resolve(no)), Holder::Agent { ticket, agent: holder })
            if ticket.no == no && holder.id != agent.id =>
        {
            let words = turn.desk_reply("desk.sent_by_holder_only").with("agent", Value::Text(holder.name));
            turn.toast(&press.query, Some(words));
        }
        (Some(Pressed::Resolve(no)), Holder::Queue { ticket, .. } | Holder::Agent { ticket, .. })
            if ticket.no == no =>
        {
            turn.toast(&press.query, None);
            let answered = matches!(turn.state.holder, Holder::Agent { .. });
            resolve(turn, ticket, &agent, &press, answered);
        }
        (
            Some(
                Pressed::Take(_)
                | Pressed::TakeOver(_)
                | Pressed::Resolve(_)
                | Pressed::Reopen
                | Pressed::Wish(_)
                | Pressed::Person
                | Pressed::Choice(_)
                | Pressed::Confirm { .. }
                | Pressed::Solved(_)
                | Pressed::Resume(_)
                | Pressed::Follow(_)
                | Pressed::Unfollow(_)
                | Pressed::Helped { .. },
            )
            | None,
            Holder::Bot | Holder::Queue { .. } | Holder::Agent { .. },
        ) => {
            let words = turn.desk_reply("desk.no_ticket");
            turn.toast(&press.query, Some(words));
        }
    }
}

/// An agent took a ticket by its card.
fn holds_now(turn: &mut Turn<'_>, ticket: Ticket, agent: Person, press: &Press) {
    let state = TicketState::Taken { agent: agent.name.clone() };
    turn.post(Post::EditCard { message: press.message, ticket: ticket.clone(), state: state.clone() });
    turn.post(Post::Rename(ticket.clone(), state));
    turn.effect(Effect::PromiseTaken { what: Promised::Answer(ticket.no), owner: Owner::Agent(agent.id) });
    turn.state.holder = Holder::Agent { ticket, agent };
}

/// The ticket is done. `answered`: somebody had taken it, and so may be named to the customer.
fn resolve(turn: &mut Turn<'_>, mut ticket: Ticket, agent: &Person, press: &Press, answered: bool) {
    promise::answered(turn, &mut ticket);
    let state = TicketState::Resolved { agent: agent.name.clone() };
    turn.post(Post::EditCard { message: press.message, ticket: ticket.clone(), state: state.clone() });
    turn.post(Post::Rename(ticket.clone(), state));
    turn.state.holder = Holder::Bot;
    turn.state.resolved_at = Some(turn.context.now.timestamp_millis());
    turn.state.last_ticket = Some(ticket.no);
    turn.state.last_press = None;
    let reply =
        turn.reply("human.helped_question").with_some("agent", answered.then(|| Value::Text(agent.name.clone())));
    let no = ticket.no;
    let buttons = vec![
        vec![turn.button("button.helped_yes", Pressed::Helped { ticket: no, yes: true })],
        vec![turn.button("button.helped_no", Pressed::Helped { ticket: no, yes: false })],
    ];
    turn.ask(Question::Helped(no), reply, buttons);
}

/// The customer says whether a resolved ticket helped.
pub(super) fn helped(turn: &mut Turn<'_>, yes: bool) {
    turn.state.open = None;
    if !yes {
        return turn.hand_off(Reason::NotHelped);
    }
    let reply = turn.reply("human.helped_yes").with_some("name", turn.name());
    turn.say(reply);
    turn.state.wish = None;
    let notice = turn.desk_reply("desk.helped_yes");
    turn.post(Post::Notice(notice));
}

/// The customer blocked the bot: whoever waits at the desk must know.
pub(super) fn left(turn: &mut Turn<'_>) {
    if !std::mem::replace(&mut turn.state.blocked, true) {
        tell_desk(turn, "desk.blocked");
    }
}

/// The customer let the bot in again.
pub(super) fn came_back(turn: &mut Turn<'_>) {
    if std::mem::take(&mut turn.state.blocked) {
        tell_desk(turn, "desk.unblocked");
    }
}

/// Something of ours did not reach the customer.
pub(super) fn undelivered(turn: &mut Turn<'_>, reason: Undelivered) {
    match reason {
        Undelivered::Blocked => left(turn),
        Undelivered::Gone => tell_desk(turn, "desk.gone"),
        // Nobody is with the customer who was to hear this.
        Undelivered::Refused(_) if turn.state.holder == Holder::Bot => turn.hand_off(Reason::Unsure),
        Undelivered::Refused(why) => {
            let notice = turn.desk_reply("desk.not_delivered").with("reason", Value::Text(why));
            turn.post(Post::Notice(notice));
        }
    }
}

/// A customer's message could not be copied into the topic.
pub(super) fn relay_failed(turn: &mut Turn<'_>, kind: Kind, words: Option<String>) {
    let kind = Value::Phrase(format!("desk.media_{}", kind.word()));
    let notice = turn.desk_reply("desk.relay_failed").with("kind", kind);
    turn.post(Post::Notice(notice));
    if let Some(words) = words {
        turn.post(Post::Words(words));
    }
}

/// Somebody deleted the topic: a new one, with the ticket and the recent story.
pub(super) fn topic_gone(turn: &mut Turn<'_>) {
    turn.state.topic = false;
    match turn.state.holder.ticket().cloned() {
        Some(ticket) => {
            let notice = turn.desk_reply("desk.recreated");
            let stands = match &turn.state.holder {
                Holder::Agent { agent, .. } => TicketState::Taken { agent: agent.name.clone() },
                Holder::Queue { .. } | Holder::Bot => TicketState::Waiting,
            };
            // What still waited for the old topic is told in the story.
            turn.post(Post::Abandon);
            turn.post(Post::Open(ticket.clone(), stands.clone()));
            turn.post(Post::Notice(notice));
            turn.post(Post::Card(ticket, stands));
            turn.post(Post::Story { since: None });
        }
        None => turn.post(Post::Abandon),
    }
}

fn tell_desk(turn: &mut Turn<'_>, key: &str) {
    let notice = turn.desk_reply(key);
    turn.post(Post::Notice(notice));
}
