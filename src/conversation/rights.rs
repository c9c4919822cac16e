//! What a customer may ask of what is kept about them: what it is, a copy of it, and that it goes. Whoever has the
//! conversation, the customer is answered: nobody else can do it for them.
//!
//! ```text
//! customer: /privacy          what is kept, why and how long
//! customer: /export           a file with all of it
//! customer: /forget           what goes and what stays → «Да, удалить»
//! bot:      gone; the desk is asked to delete the topic
//! ```

use super::button::{Pressed, RightsPress};
use super::effect::{Actor, Button, Effect, Line, Post, Speaker};
use super::event::{Kind, Message};
use super::turn::Turn;
use super::{steps, ticket};
use crate::phrases::{Key, Value};
use chrono::Duration;

/// A copy that was asked for again within this is the one that stands above.
const SAME_COPY: Duration = Duration::minutes(10);

/// Does what a command asks; whether it was one of these.
pub(super) fn command(turn: &mut Turn<'_>, message: &Message) -> bool {
    let Some(text) = message.words().filter(|_| message.kind == Kind::Text && !message.forwarded) else {
        return false;
    };
    let name = text.split(|c: char| c.is_whitespace() || c == '@').next().unwrap_or_default();
    match name.to_lowercase().as_str() {
        "/privacy" => tell(turn),
        "/export" => export(turn),
        "/forget" => ask(turn),
        _ => return false,
    }
    true
}

/// Words beside the question whether all is to be erased: a yes is the button, nothing else; a no is a no, and whatever
/// else is said, the question stands no more. Whether that was all there is to the words.
pub(super) fn typed(turn: &mut Turn<'_>, message: &Message) -> bool {
    let free = turn.state.is_bots() && turn.state.work.open.is_none();
    let Some(asked) = turn.state.customer.forgetting.take_if(|_| free) else {
        return false;
    };
    match message.words().and_then(|text| turn.context.phrasebook.yes_or_no(text)) {
        Some(true) => {
            turn.state.customer.forgetting = Some(asked);
            let reply = turn.reply("rights.forget_press");
            let buttons = buttons(turn, asked);
            turn.say_with(reply, buttons);
            true
        }
        Some(false) => {
            let reply = turn.reply("rights.forget_no");
            turn.say(reply);
            true
        }
        None => false,
    }
}

/// Does what a button asks; `false` for one that stands no more.
pub(super) fn pressed(turn: &mut Turn<'_>, press: RightsPress) -> bool {
    let label = match press {
        RightsPress::Export => "button.export",
        RightsPress::Forget => "button.forget",
        RightsPress::Confirm { asked, .. } if turn.state.customer.forgetting != Some(asked) => return false,
        RightsPress::Confirm { yes: true, .. } => "button.forget_yes",
        RightsPress::Confirm { yes: false, .. } => "button.leave_it",
    };
    let text = crate::phrases::render(turn.context.phrasebook, &turn.reply(label), 0);
    turn.effect(Effect::Record(Line::of_words(Speaker::Customer, format!("[{text}]").into())));
    match press {
        RightsPress::Export => export(turn),
        RightsPress::Forget => ask(turn),
        RightsPress::Confirm { yes: false, .. } => {
            turn.state.customer.forgetting = None;
            let reply = turn.reply("rights.forget_no");
            turn.say(reply);
        }
        // It was asked before the change began.
        RightsPress::Confirm { yes: true, .. } if turn.state.has_change_under_way() => ask(turn),
        RightsPress::Confirm { yes: true, .. } => {
            let topic = turn.state.desk.has_topic.then(|| turn.reply("rights.topic_asked"));
            let reply = turn.reply("rights.forgotten").with("days", days(turn));
            forget(turn, Actor::Customer);
            turn.say_parts([Some(reply), topic].into_iter().flatten().collect(), Vec::new());
        }
    }
    true
}

/// The owner has it erased, at the machine.
pub(super) fn by_owner(turn: &mut Turn<'_>) {
    if !turn.state.has_change_under_way() {
        forget(turn, Actor::Owner);
    }
}

/// After how many days what was done with goes.
fn days(turn: &Turn<'_>) -> Value {
    Value::Number(turn.context.policy.keep.done.num_days())
}

fn tell(turn: &mut Turn<'_>) {
    let story = Value::Number(turn.context.policy.keep.story.num_days());
    let reply = turn.reply("rights.privacy").with("days", days(turn)).with("story_days", story);
    let buttons = turn.rights_rows();
    turn.say_with(reply, buttons);
}

fn export(turn: &mut Turn<'_>) {
    let now = turn.context.now;
    if turn.state.customer.exported_at.is_some_and(|at| now - at < SAME_COPY) {
        let reply = turn.reply("rights.export_again");
        return turn.say(reply);
    }
    turn.state.customer.exported_at = Some(now);
    let reply = turn.reply("rights.export");
    turn.say(reply);
    turn.effect(Effect::Export);
}

fn ask(turn: &mut Turn<'_>) {
    turn.state.customer.forgetting = None;
    if turn.state.has_change_under_way() {
        let reply = turn.reply("rights.forget_change");
        return turn.say(reply);
    }
    let mut parts = Vec::new();
    if let Some(ticket) = turn.state.desk.assignee.ticket() {
        parts.push(turn.reply("rights.forget_ticket").with("ticket", Value::Number(ticket.no.0)));
    }
    let work = &turn.state.work;
    if let Some(task) = work.task.as_ref().or(work.paused.as_ref()) {
        let title = Value::Phrase(format!("{}.title", task.work.intent()));
        parts.push(turn.reply("rights.forget_task").with("title", title));
    }
    // A typed «да» must not be taken for the answer to what was asked before.
    if turn.state.is_bots() {
        steps::forget_requests(turn);
    }
    let asked = turn.count().unsigned_abs();
    turn.state.customer.forgetting = Some(asked);
    parts.push(turn.reply("rights.forget_ask"));
    if turn.state.desk.has_topic {
        parts.push(turn.reply("rights.forget_topic"));
    }
    let buttons = buttons(turn, asked);
    turn.say_parts(parts, buttons);
}

fn buttons(turn: &Turn<'_>, asked: u64) -> Vec<Vec<Button>> {
    let button = |label, yes| vec![turn.button(label, Pressed::Rights(RightsPress::Confirm { asked, yes }))];
    vec![button("button.forget_yes", true), button("button.leave_it", false)]
}

/// All that can be erased is, and the desk hears of it.
fn forget(turn: &mut Turn<'_>, by: Actor) {
    if let Some(ticket) = turn.state.desk.assignee.ticket().cloned() {
        ticket::close(turn, ticket, None);
    }
    turn.post(Post::Abandon);
    turn.effect(Effect::Forget(by));
    turn.tell_desk("desk.forgotten");
    turn.state = std::mem::take(&mut turn.state).forgotten();
}

/// What customers are told of it, and the desk.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("rights.privacy", &["days", "story_days"], &[]),
    Key::reply("rights.export", &[], &[]),
    Key::reply("rights.export_again", &[], &[]),
    Key::reply("rights.forget_change", &[], &[]),
    Key::reply("rights.forget_ticket", &["ticket"], &[]),
    Key::reply("rights.forget_task", &["title"], &[]),
    Key::reply("rights.forget_ask", &[], &[]),
    Key::reply("rights.forget_topic", &[], &[]),
    Key::reply("rights.topic_asked", &[], &[]),
    Key::reply("rights.forget_press", &[], &[]),
    Key::reply("rights.forget_no", &[], &[]),
    Key::reply("rights.forgotten", &["days"], &[]),
    Key::text("button.forget", &[]),
    Key::text("button.export", &[]),
    Key::text("button.forget_yes", &[]),
    Key::text("desk.forgotten", &[]),
    Key::text("desk.forgotten_name", &[]),
    Key::text("desk.forgotten_card", &[]),
];
