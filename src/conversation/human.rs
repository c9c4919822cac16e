//! With a person, from the customer's side: the queue, what is said in it, and the way back to the bot. What
//! agents do is in `agent`.
//!
//! ```text
//! customer: позовите человека
//! bot:      ticket, by when a person answers  → topic, story, card at the desk
//! agent:    takes it, or answers right away   → the bot is silent
//! customer: …                                 → the topic
//! agent:    resolves it                       → «помогло?» with two buttons
//! ```

use super::button::Pressed;
use super::effect::{Effect, Line, Post, Speaker, Spoken};
use super::event::{Kind, Message, Undelivered};
use super::ids::MessageId;
use super::matters::follow;
use super::next::Next;
use super::said::{self, Said};
use super::state::{Assignee, Question, Reason, Ticket};
use super::styled::Styled;
use super::turn::{Turn, is_small_talk};
use super::{deadline, flows, follow_up, queue, relay, steps, ticket, waiting};
use crate::phrases::{Value, render};
use chrono::{DateTime, Utc};
use understanding::{Decision, HUMAN, Mood};

/// A yes or a no of more words than this says something beside it.
const SHORT: usize = 2;

/// A customer whose conversation is with people writes on. Returns whether the bot goes on with it, beside the ticket.
pub(super) fn customer_adds(turn: &mut Turn<'_>, message: &Message) -> bool {
    relay::to_desk(turn, message);
    wake(turn);
    if turn.state.desk.assignee.ticket().is_some_and(|ticket| ticket.answered) && wants_answer(turn, message) {
        deadline::asked_anew(turn);
    }
    if steps::shows(message.kind) {
        turn.state.work.shows(message.id, turn.context.now);
    }
    if message.masked {
        let warning = steps::private_data(turn, message);
        turn.preface(warning); // in whatever state: the customer is to stop sending such numbers
    }
    let Assignee::Queue { ticket, reassured_at } = turn.state.desk.assignee.clone() else {
        return false;
    };
    if leaves(turn, message) {
        return false;
    }
    let Some(mut ticket) = waiting::says(turn, message, ticket, reassured_at) else {
        return false;
    };
    let meanwhile = turn.reply("human.meanwhile").with("ticket", Value::Number(ticket.no.0));
    turn.preface(meanwhile);
    ticket.with_bot = true;
    turn.state.work.open = None;
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at: Some(turn.context.now) };
    true
}

/// Whether a message that comes after an answer wants one itself. Thanks, a nod and a sticker do not; whatever else a
/// customer writes or shows does: the agent had better look at it once too often.
fn wants_answer(turn: &Turn<'_>, message: &Message) -> bool {
    let Some(text) = message.words() else {
        return !matches!(message.kind, Kind::Text | Kind::Sticker);
    };
    let book = turn.context.phrasebook;
    let says_nothing_new = |part: &str| {
        let reading = understanding::read(turn.context.matcher, part);
        let sure = reading.intent.filter(|_| reading.decision == Decision::Answer);
        let polite = sure.as_deref().is_some_and(is_small_talk);
        let short = part.split_whitespace().count() <= SHORT;
        let nod = book.nods(part)
            || book.small_word(part).is_some()
            || (short && sure.is_none() && book.yes_or_no(part).is_some());
        reading.wordless || polite || nod
    };
    if text.contains('?') {
        return true;
    }
    // «Хорошо, жду. Спасибо!»: each part by itself.
    let mut parts = text.split([',', '.', '!', ';', ')', '(', '\n']).map(str::trim);
    !says_nothing_new(text) && !parts.all(|part| part.is_empty() || says_nothing_new(part))
}

/// The customer has written: the ticket is snoozed no longer.
fn wake(turn: &mut Turn<'_>) {
    if let Assignee::Agent { ticket, .. } = &mut turn.state.desk.assignee {
        ticket.snoozed = None;
    }
}

/// A customer whose conversation is with people changed a message.
pub(super) fn customer_corrects(turn: &mut Turn<'_>, message: &Message) {
    if let Some(words) = message.styled().map(Styled::trimmed).filter(|words| !words.text.is_empty()) {
        let edited = render(turn.context.phrasebook, &turn.desk_reply("desk.edited"), 0);
        // It answers the words it takes the place of; those stay: an agent may have answered them.
        let reply_to = Some(message.id);
        let text = words.behind(&format!("{edited}\n"));
        turn.post(Post::Words { text, message: message.id, reply_to, quote: None });
    }
    if message.masked {
        let warning = steps::private_data(turn, message);
        turn.preface(warning);
    }
}

/// A customer whose conversation is with people presses a button of before.
pub(super) fn customer_presses(turn: &mut Turn<'_>, pressed: Option<Pressed>) {
    let label = match pressed {
        Some(Pressed::Request(intent)) => format!("{intent}.title"),
        // A person is there by now: they hear what the customer would rather.
        Some(Pressed::AskBot(_)) => "button.ask_bot".into(),
        Some(Pressed::LeaveQueue(_)) => "button.leave_queue".into(),
        Some(Pressed::Person) => return, // a person is on the way
        Some(Pressed::Follow(number)) => return follow::follow(turn, number),
        Some(Pressed::Unfollow(number)) => return follow::stop(turn, &number),
        Some(
            Pressed::More(_)
            | Pressed::Helped { .. }
            | Pressed::Choice(_)
            | Pressed::Confirm { .. }
            | Pressed::LeaveIt
            | Pressed::Solved(_)
            | Pressed::Resume(_)
            | Pressed::Rate { .. }
            | Pressed::Rights(_)
            | Pressed::Agent(_)
            | Pressed::Lead(_),
        )
        | None => return,
    };
    if turn.context.phrasebook.has(&label, turn.language()) {
        let notice = turn.desk_reply("desk.pressed").with("button", Value::Phrase(label));
        turn.post(Post::Notice(notice));
    }
}

/// The customer wants to go on with the bot. The ticket keeps its place.
pub(super) fn ask_bot(turn: &mut Turn<'_>, mut ticket: Ticket, reassured_at: Option<DateTime<Utc>>) {
    ticket.with_bot = true;
    turn.state.work.open = None;
    let reply = turn.reply("human.with_bot").with("ticket", Value::Number(ticket.no.0));
    let menu = flows::menu(turn);
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at };
    turn.say_with(reply, menu);
}

/// Answers words that close the ticket that waits: they say so («обращение можно закрыть»), or agree to it when asked, or say
/// a second time that all is well. Asked, whoever would rather wait hears that it stays. Returns whether it was answered;
/// whatever else is said, the question whether it may go is over.
pub(super) fn leaves(turn: &mut Turn<'_>, message: &Message) -> bool {
    let (Assignee::Queue { ticket, .. }, Some(text)) = (turn.state.desk.assignee.clone(), message.words()) else {
        return false;
    };
    // Neither what somebody else wrote nor what answers something older agrees to anything.
    let own = said::of_message(turn, message) == Said::Own;
    let asked = turn.state.work.open.take_if(|open| *open == Question::LeaveQueue).is_some();
    let reading = understanding::read(turn.context.matcher, text);
    if !own || text.contains('?') || !reading.slots.tracking_numbers.is_empty() || reading.mood == Mood::Angry {
        return false;
    }
    let book = turn.context.phrasebook;
    let label = follow_up::label(turn, text, &reading);
    let settled = label.as_deref() == Some("settled");
    let over = settled || label.as_deref() == Some("never_mind");
    let keeps = turn.choice(HUMAN, "keeps_open_", text).is_some();
    let closes = turn.choice(HUMAN, "closes_", text).is_some() && !keeps;
    let gone = turn.choice(HUMAN, "gone_", text).is_some() && !keeps;
    let refuses = keeps || book.yes_or_no(text) == Some(false) || book.denies(text);
    let agrees = closes || gone || (!refuses && (settled || book.plain_yes(text)));
    if (asked && agrees) || (over && closes) {
        leave(turn, ticket);
        return true;
    }
    if asked && refuses {
        queue::tell_place(turn, &ticket);
        return true;
    }
    false
}

/// The customer does not need a person any more.
pub(super) fn leave(turn: &mut Turn<'_>, ticket: Ticket) {
    let no = Value::Number(ticket.no.0);
    steps::forget_requests(turn); // what was begun beside it is let go with it
    ticket::close(turn, ticket, None);
    let reply = turn.reply("human.left_queue").with("ticket", no);
    let menu = flows::menu(turn);
    turn.say_with(reply, menu);
}

/// The customer blocked the bot: the agents of an open ticket must know.
pub(super) fn left(turn: &mut Turn<'_>) {
    if !std::mem::replace(&mut turn.state.customer.blocked, true) {
        turn.tell_desk("desk.blocked");
    }
}

/// The customer let the bot in again.
pub(super) fn came_back(turn: &mut Turn<'_>) {
    if std::mem::take(&mut turn.state.customer.blocked) {
        turn.tell_desk("desk.unblocked");
    }
}

/// Something of ours did not reach the customer: an agent's answer, or these words of the bot.
pub(super) fn undelivered(
    turn: &mut Turn<'_>,
    reason: Undelivered,
    answer: Option<MessageId>,
    words: Option<String>,
    letter: Option<i64>,
) -> Next {
    let of = answer.map(Spoken::Agent);
    // Whoever reads the story later, at another desk or in a new topic, must not take it for said.
    let in_story = match reason {
        Undelivered::Refused(_) => Some("desk.story_not_delivered"),
        Undelivered::Unchanged => Some("desk.story_not_changed"),
        Undelivered::Blocked | Undelivered::Gone => None,
    };
    if let Some(key) = in_story {
        let text = render(turn.context.phrasebook, &turn.desk_reply(key), 0);
        turn.effect(Effect::Record(Line::of_words(Speaker::Bot, text.into())));
    }
    match reason {
        Undelivered::Blocked => left(turn),
        Undelivered::Gone => turn.tell_desk("desk.gone"),
        // No person is with the customer who was to hear this.
        Undelivered::Refused(_) if turn.state.desk.assignee == Assignee::Bot => return Next::person(Reason::Unsure),
        Undelivered::Refused(_) => {
            // Words of an answer of which the rest has arrived, if there are any.
            let key = if of.is_some() && words.is_some() { "desk.part_not_delivered" } else { "desk.not_delivered" };
            let notice = turn.desk_reply(key);
            turn.post(Post::Refused { notice, words: words.map(Styled::from), of, part: 0, letter });
        }
        Undelivered::Unchanged => {
            let notice = turn.desk_reply("desk.not_changed");
            turn.post(Post::Refused { notice, words: None, of, part: 0, letter });
        }
    }
    Next::Rest
}

/// The topic was deleted by hand: a new one, with the ticket and the recent story.
pub(super) fn topic_gone(turn: &mut Turn<'_>) {
    turn.state.desk.has_topic = false;
    // What still waited for the old topic is told in the story.
    turn.post(Post::Abandon);
    if turn.state.desk.assignee != Assignee::Bot {
        turn.post(Post::Open);
        turn.tell_desk("desk.recreated");
        turn.post(Post::Story { since: None });
        turn.post(Post::Card);
    }
}

/// The topic was closed by hand. While its ticket is open, so is the topic: to close it is no way to resolve.
pub(super) fn topic_closed(turn: &mut Turn<'_>) {
    if turn.state.desk.assignee != Assignee::Bot {
        turn.post(Post::Unclose);
        turn.tell_desk("desk.reopened_topic");
    }
}
