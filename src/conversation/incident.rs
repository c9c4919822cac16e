//! When something is wrong for many: a customer who asks is told at once, one who waits gets one answer, and all of
//! them hear when it is over.

use super::effect::{Effect, Post};
use super::state::Assignee;
use super::turn::Turn;
use crate::phrases::{Reply, Value};

/// The customer asks for something: it counts, and where something is wrong with it just now they are told first.
pub(super) fn asked(turn: &mut Turn<'_>, intent: &str) {
    turn.effect(Effect::Requested { intent: intent.to_owned() });
    mention(turn, intent);
}

/// Says what is wrong with this just now, once to each customer.
pub(super) fn mention(turn: &mut Turn<'_>, intent: &str) {
    let Some(incident) = turn.context.snapshot.incident(intent) else {
        return;
    };
    if turn.state.customer.told.iter().all(|known| known != intent) {
        turn.state.customer.told.push(intent.to_owned());
        let banner = banner(turn, intent, incident.text.clone());
        turn.preface(banner);
    }
}

/// Something has begun to be wrong, or there are new words about it: a customer who waits for a person is told.
pub(super) fn began(turn: &mut Turn<'_>, intent: &str, words: Option<String>) {
    match turn.state.desk.assignee {
        Assignee::Queue { .. } => {}
        // The agent tells them; the bot does not talk into it.
        Assignee::Bot | Assignee::Agent { .. } => return,
    }
    if turn.state.customer.told.iter().all(|known| known != intent) {
        turn.state.customer.told.push(intent.to_owned());
    }
    let banner = banner(turn, intent, words);
    turn.say(banner);
}

/// What was wrong is over: a customer who was told of it hears so, or their agent does.
pub(super) fn over(turn: &mut Turn<'_>, intent: &str) {
    let before = turn.state.customer.told.len();
    turn.state.customer.told.retain(|known| known != intent);
    if turn.state.customer.told.len() == before {
        return; // this customer was never told of it
    }
    match turn.state.desk.assignee {
        Assignee::Bot | Assignee::Queue { .. } => {
            let reply = turn.reply("common.incident_over").with("topic", turn.topic(intent));
            turn.say(reply);
        }
        // The agent tells them; the bot does not talk into it.
        Assignee::Agent { .. } => {
            let title = Value::Phrase(format!("{intent}.title"));
            let words = turn.desk_reply("desk.incident_over").with("title", title);
            turn.post(Post::Notice(words));
        }
    }
}

fn banner(turn: &Turn<'_>, intent: &str, words: Option<String>) -> Reply {
    match words {
        Some(words) => turn.reply("common.incident_words").with("words", Value::Text(words)),
        None => turn.reply("common.incident").with("topic", turn.topic(intent)),
    }
}
