//! Words carried from one side to the other: a customer's into the topic, an agent's to the customer.

use super::deadline;
use super::effect::{Effect, Line, Post, Speaker, Spoken};
use super::event::{Kind, Message, Person};
use super::ids::{AnswerId, MessageId};
use super::state::{Answered, Assignee};
use super::styled::Styled;
use super::turn::Turn;
use crate::phrases::Value;

/// How many notes, answers and held-back messages of a topic are remembered: enough for what people still see.
const REMEMBERED: usize = 200;

/// Puts a customer's message into the topic.
pub(super) fn to_desk(turn: &mut Turn<'_>, message: &Message) {
    let lead = turn.lead(message);
    let words = if message.text.is_some() { turn.shown_at_desk(message) } else { None };
    match (message.kind, words) {
        (kind, words) if message.sealed => not_copied(turn, kind, words.map(|words| led(words, lead)), message.id),
        (Kind::Text, Some(text)) => turn.post(Post::Words {
            text: led(text, lead),
            message: message.id,
            reply_to: message.reply_to,
            quote: message.quote.clone().filter(|_| message.cited.is_none()),
        }),
        (kind, words) => turn.post(Post::Copy {
            message: message.id,
            kind,
            words,
            lead,
            masked: message.masked,
            album: message.album.clone(),
            reply_to: message.reply_to,
        }),
    }
}

/// Words behind what is told before them.
fn led(words: Styled, lead: Option<String>) -> Styled {
    match lead {
        Some(lead) => words.behind(&format!("{lead}\n")),
        None => words,
    }
}

/// A customer's message must not be copied into the topic: only its words are shown there, masked.
pub(super) fn not_copied(turn: &mut Turn<'_>, kind: Kind, words: Option<Styled>, message: MessageId) {
    let kind = Value::Phrase(format!("desk.media_{}", kind.word()));
    let notice = turn.desk_reply("desk.relay_failed").with("kind", kind);
    turn.post(Post::Notice(notice));
    if let Some(text) = words {
        turn.post(Post::Words { text, message, reply_to: None, quote: None });
    }
}

/// Telegram refused to bring a customer's message into the topic, or a part of it.
pub(super) fn refused(
    turn: &mut Turn<'_>,
    kind: Kind,
    words: Option<Styled>,
    (message, part): (MessageId, u32),
    letter: Option<i64>,
) {
    let notice = match kind {
        Kind::Text if part > 0 => turn.desk_reply("desk.refused_part"),
        Kind::Text => turn.desk_reply("desk.refused_words"),
        Kind::Photo
        | Kind::Video
        | Kind::Animation
        | Kind::Audio
        | Kind::Document
        | Kind::Voice
        | Kind::VideoNote
        | Kind::Sticker
        | Kind::Contact
        | Kind::Location
        | Kind::Other => {
            let kind = Value::Phrase(format!("desk.media_{}", kind.word()));
            turn.desk_reply("desk.refused").with("kind", kind)
        }
    };
    turn.post(Post::Refused { notice, words, of: Some(Spoken::Customer(message)), part, letter });
}

/// A customer's message stands in the topic, but not as the answer that it is.
pub(super) fn reply_lost(turn: &mut Turn<'_>, answered: MessageId) {
    let notice = turn.desk_reply("desk.reply_lost");
    turn.post(Post::Beside { notice, of: Spoken::Customer(answered) });
}

/// Something that the bot says in the topic was refused: its agents must know that they do not see all.
pub(super) fn not_shown(turn: &mut Turn<'_>, letter: i64) {
    let notice = turn.desk_reply("desk.not_shown").with("record", Value::Number(letter));
    turn.post(Post::Refused { notice, words: None, of: None, part: 0, letter: Some(letter) });
}

/// An agent's message goes to the customer.
pub(super) fn to_customer(turn: &mut Turn<'_>, agent: &Person, message: &Message) {
    turn.record(Speaker::Agent(agent.name.clone()), message);
    turn.effect(Effect::CopyToCustomer {
        message: message.id,
        album: message.album.clone(),
        reply_to: message.reply_to,
        kind: message.kind,
        words: message.styled(),
    });
    if message.album.is_some() {
        let sent = &mut turn.state.desk.remembered.sent_album;
        sent.retain(|known| known.album == message.album && known.id != message.id);
        sent.push(message.clone());
        forget_oldest(sent);
    }
    answered(turn, agent, AnswerId::Message(message.id), message.album.clone());
}

/// Words of an agent that stand in no message of their own go to the customer.
pub(super) fn words_to_customer(turn: &mut Turn<'_>, agent: &Person, answer: AnswerId, text: Styled) {
    turn.effect(Effect::Record(Line::of_words(Speaker::Agent(agent.name.clone()), text.clone())));
    turn.effect(Effect::SendToCustomer { answer, text });
    answered(turn, agent, answer, None);
}

/// Something of an agent's has gone to the customer.
fn answered(turn: &mut Turn<'_>, agent: &Person, message: AnswerId, album: Option<String>) {
    let at = turn.context.now;
    turn.effect(Effect::AgentSeen(agent.clone()));
    let waits = matches!(&turn.state.desk.assignee, Assignee::Agent { ticket, .. } if !ticket.answered);
    let is_first = waits && !turn.state.customer.blocked;
    turn.state.desk.remembered.answers.push(Answered { agent: agent.agent_id(), message, at, album, is_first });
    forget_oldest(&mut turn.state.desk.remembered.answers);
    if turn.state.customer.blocked {
        // It is tried, but an answer that does not arrive is none.
        return turn.answer_agent("desk.blocked");
    }
    if let Assignee::Agent { mut ticket, agent } = turn.state.desk.assignee.clone() {
        deadline::answered(turn, &mut ticket);
        ticket.snoozed = None;
        turn.state.desk.assignee = Assignee::Agent { ticket, agent };
    }
}

/// Keeps what is remembered of a topic within bounds.
pub(super) fn forget_oldest<T>(list: &mut Vec<T>) {
    list.drain(..list.len().saturating_sub(REMEMBERED));
}
