//! Whose words a message holds, and whether they are said to the question that is open: only the customer's own, and only
//! those, are a yes, a no, a reason or a choice.

use super::button::Pressed;
use super::context::Context;
use super::effect::{Effect, Say};
use super::event::{Event, Message};
use super::ids::MessageId;
use super::put::Put;
use super::state::{Question, State};
use super::turn::Turn;
use crate::phrases::render;

/// How the words of a message are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The customer's own words, to what is asked now.
    Own,
    /// The customer's own words, to something older than what is asked now.
    Older,
    /// Somebody else's words, which the customer passed on.
    Forwarded,
}

/// So many characters of a question tell it from any other message; a quote holds more.
const BEGINNING: usize = 60;

/// How the words of a new message are meant.
pub(super) fn of_message(turn: &Turn<'_>, message: &Message) -> Said {
    let Some(question) = turn.state.work.open.as_ref().filter(|_| !message.forwarded) else {
        return if message.forwarded { Said::Forwarded } else { Said::Own };
    };
    let to_it = match message.reply_to {
        _ if message.answers_elsewhere => false,
        None => true,
        Some(answered) => is_put_in(turn, question, message, answered),
    };
    if to_it { Said::Own } else { Said::Older }
}

/// How the words of a message are meant that was changed: what was written before the question is no answer to it,
/// whatever it is changed to.
pub(super) fn of_edit(turn: &Turn<'_>, message: &Message) -> Said {
    let is_older = turn.state.work.put.as_ref().is_some_and(|put| message.id <= put.after);
    match of_message(turn, message) {
        Said::Own if is_older => Said::Older,
        said @ (Said::Own | Said::Older | Said::Forwarded) => said,
    }
}

/// Whether the open question is what stands in the answered message. What cannot be taken back takes no guess: the message
/// must carry the buttons of just this question, or, where its buttons are not told, begin with its words.
fn is_put_in(turn: &Turn<'_>, question: &Question, message: &Message, answered: MessageId) -> bool {
    let put = turn.state.work.put.as_ref();
    let is_newer = put.is_none_or(|put| answered > put.after);
    if !matches!(question, Question::Confirm { .. }) {
        return is_newer;
    }
    let task = turn.state.work.task.as_ref().map(|task| task.no);
    let of_task = |data: &String| match Pressed::parse(data) {
        Some(Pressed::Confirm { task: no, .. }) => Some(no) == task,
        Some(_) | None => false,
    };
    if !message.answered_buttons.is_empty() {
        return message.answered_buttons.iter().any(of_task);
    }
    let begins = put.and_then(|put| put.begins.as_deref());
    let quote = message.quote.as_deref().map(str::trim_start);
    is_newer && begins.zip(quote).is_some_and(|(begins, quote)| quote.starts_with(begins))
}

/// Takes note of the newest message that the customer has sent, or pressed a button of.
pub(super) fn note_newest(state: &mut State, event: &Event) {
    let newest = match event {
        Event::Wrote { message, .. } | Event::Edited { message, .. } => message.id,
        Event::Pressed { press, .. } => press.message,
        Event::Left
        | Event::CameBack
        | Event::AgentWrote { .. }
        | Event::AgentEdited { .. }
        | Event::AgentPressed { .. }
        | Event::AgentCommand { .. }
        | Event::AgentGone { .. }
        | Event::Tracked { .. }
        | Event::Instructed { .. }
        | Event::Moved { .. }
        | Event::Due { .. }
        | Event::IncidentBegan { .. }
        | Event::IncidentOver { .. }
        | Event::AtDesk { .. }
        | Event::Banned { .. }
        | Event::Forget
        | Event::DeskGone
        | Event::TopicGone
        | Event::TopicClosed
        | Event::Undelivered { .. }
        | Event::RelayFailed { .. }
        | Event::ReplyLost { .. }
        | Event::NotShown { .. }
        | Event::OriginalNotShown { .. }
        | Event::Recalled { .. }
        | Event::AlbumCut { .. } => return,
    };
    state.customer.newest = state.customer.newest.max(newest);
}

/// Remembers how the question that is open after a step was put, if the step has put it; `before` was open before.
pub(super) fn note_put(context: &Context<'_>, before: Option<&Question>, state: &mut State, effects: &[Effect]) {
    let said = effects.iter().rev().filter_map(|effect| if let Effect::Say(say) = effect { Some(say) } else { None });
    let asking = said.into_iter().find(|say| asks_for_yes(say));
    let Some(open) = state.work.open.as_ref() else {
        state.work.put = None;
        return;
    };
    if before == Some(open) && asking.is_none() {
        return;
    }
    let begins = asking.filter(|_| matches!(open, Question::Confirm { .. })).map(|say| beginning(context, say));
    state.work.put = Some(Put { after: state.customer.newest, begins });
}

fn asks_for_yes(say: &Say) -> bool {
    say.buttons.iter().flatten().any(|button| matches!(button.pressed, Pressed::Confirm { .. }))
}

/// How a message of the bot begins when it is sent.
fn beginning(context: &Context<'_>, say: &Say) -> String {
    let parts: Vec<String> = say.parts.iter().map(|part| render(context.phrasebook, part, say.seed)).collect();
    parts.join("\n\n").chars().take(BEGINNING).collect::<String>().trim_end().to_owned()
}
