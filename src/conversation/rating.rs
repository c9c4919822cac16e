//! After a ticket: whether it helped, a rating from 1 to 5 with one press, and a word if the customer likes. A bad rating
//! goes to the lead with the story.

use super::button::Pressed;
use super::effect::{Button, Effect};
use super::ids::TicketNo;
use super::next::Next;
use super::state::{Question, Reason};
use super::turn::Turn;
use crate::phrases::Value;

/// Ratings up to this one are bad.
const BAD: u8 = 2;

/// The customer says whether a resolved ticket helped.
pub(super) fn helped(turn: &mut Turn<'_>, yes: bool) -> Next {
    let ticket = turn.state.desk.last_ticket;
    turn.state.work.open = None;
    if !yes {
        return Next::person(Reason::NotHelped);
    }
    turn.state.work.request = None;
    turn.tell_desk("desk.helped_yes");
    let reply = turn.reply("human.helped_yes").with_some("name", turn.name());
    match ticket {
        Some(ticket) => {
            let rows = vec![(1..=5).map(|rating| star(turn, ticket, rating)).collect()];
            let question = turn.reply("human.mark_question");
            turn.say_parts(vec![reply, question], rows);
        }
        None => turn.say(reply),
    }
    Next::Rest
}

fn star(turn: &Turn<'_>, ticket: TicketNo, rating: u8) -> Button {
    let label = turn.reply("button.mark").with("mark", Value::Number(rating.into()));
    Button { label, pressed: Pressed::Rate { ticket, rating } }
}

/// Whether a rating still counts: one for each ticket, and only for the last.
pub(super) fn stands(turn: &Turn<'_>, ticket: TicketNo) -> bool {
    turn.state.desk.last_ticket == Some(ticket) && turn.state.desk.rating.is_none()
}

/// The customer gave a rating; a word about it is welcome.
pub(super) fn given(turn: &mut Turn<'_>, ticket: TicketNo, rating: u8) {
    turn.state.desk.rating = Some(rating);
    turn.effect(Effect::Feedback { about: "mark", choice: Some(rating.to_string()), words: None });
    let key = if rating <= BAD { "human.mark_bad" } else { "human.mark_good" };
    if rating <= BAD {
        tell_lead(turn, "desk.bad_mark", ticket, Value::Number(rating.into()), true);
    }
    let reply = turn.reply(key);
    match turn.state.work.open.is_none() && turn.state.work.task.is_none() {
        true => turn.ask(Question::RatingWords(ticket), reply, Vec::new()),
        false => turn.say(reply), // something else is asked already, and stays so
    }
}

/// Words after a bad rating: whatever else they say, the lead hears them first.
pub(super) fn told(turn: &mut Turn<'_>, ticket: TicketNo, text: &str) {
    if is_bad(turn) {
        turn.effect(Effect::Feedback { about: "mark", choice: None, words: Some(text.to_owned()) });
        tell_lead(turn, "desk.bad_mark_words", ticket, Value::Text(text.to_owned()), false);
    }
}

/// Words after a rating, which [`told`] has seen. Those that turn to something else are read as usual; all others were
/// about the rating, and are thanked for.
pub(super) fn word(turn: &mut Turn<'_>, text: &str, turns_away: bool) -> Option<Next> {
    turn.state.work.open = None;
    let thanks = turn.reply("human.mark_thanks");
    if turns_away {
        if is_bad(turn) {
            turn.preface(thanks);
        }
        return None;
    }
    turn.state.work.request = None; // what was read into it is no request
    if !is_bad(turn) {
        turn.effect(Effect::Feedback { about: "mark", choice: None, words: Some(text.to_owned()) });
    }
    turn.say(thanks);
    Some(Next::Rest)
}

fn is_bad(turn: &Turn<'_>) -> bool {
    turn.state.desk.rating.is_some_and(|rating| rating <= BAD)
}

fn tell_lead(turn: &mut Turn<'_>, key: &str, ticket: TicketNo, value: Value, story: bool) {
    let name = Value::Text(turn.state.customer.person.name.clone());
    let words = turn.desk_reply(key).with("ticket", Value::Number(ticket.0)).with("name", name).with("value", value);
    turn.effect(Effect::Lead { words, story });
}
