//! A button under one of the bot's messages. What it meant is checked against how things stand: an old button
//! changes nothing.

use super::button::Pressed;
use super::effect::{Effect, Line, Speaker};
use super::event::{Person, Press};
use super::matters::follow;
use super::next::{Asked, Next};
use super::state::{Assignee, LastPress, Question, Reason, Request};
use super::turn::Turn;
use super::{answer, flows, human, rating, rights, steps};
use chrono::Duration;

/// Two presses of one button within this are one.
const DOUBLE_PRESS: Duration = Duration::seconds(60);

/// The customer pressed a button.
pub(super) fn pressed(turn: &mut Turn<'_>, customer: Person, press: Press) -> Next {
    turn.meet(customer);
    turn.state.work.lets_pieces_go();
    let now = turn.context.now;
    turn.state.customer.heard_at = Some(now);
    let again =
        turn.state.customer.last_press.as_ref().is_some_and(|last| {
            last.message == press.message && last.data == press.data && now - last.at < DOUBLE_PRESS
        });
    turn.state.customer.last_press = Some(LastPress { message: press.message, data: press.data.clone(), at: now });
    if again {
        let words = turn.reply("common.pressed");
        turn.toast(&press.query, Some(words));
        return Next::Rest;
    }
    let pressed = Pressed::parse(&press.data);
    if let Some(Pressed::Rights(asked)) = pressed {
        let stands = rights::pressed(turn, asked);
        let words = (!stands).then(|| turn.reply("common.stale_button"));
        turn.toast(&press.query, words);
        return Next::Rest;
    }
    if waits(turn, pressed.as_ref()) {
        turn.toast(&press.query, None);
        return Next::Rest;
    }
    if !turn.state.is_bots() {
        if pressed.as_ref().is_some_and(|pressed| means_something_to_people(turn, pressed)) {
            turn.toast(&press.query, None);
            human::customer_presses(turn, pressed);
        } else {
            let words = turn.reply("common.stale_button");
            turn.toast(&press.query, Some(words));
        }
        return Next::Rest;
    }
    match pressed.filter(|pressed| stands(turn, pressed)) {
        Some(pressed) => {
            turn.toast(&press.query, None);
            act(turn, pressed)
        }
        None => {
            let words = turn.reply("common.stale_button");
            turn.toast(&press.query, Some(words));
            Next::Rest
        }
    }
}

/// A button of the queue, pressed while the ticket waits in it; whether it was one.
fn waits(turn: &mut Turn<'_>, pressed: Option<&Pressed>) -> bool {
    let Assignee::Queue { ticket, reassured_at } = turn.state.desk.assignee.clone() else {
        return false;
    };
    match pressed {
        Some(Pressed::AskBot(no)) if *no == ticket.no && !ticket.with_bot => {
            record(turn, "button.ask_bot");
            human::ask_bot(turn, ticket, reassured_at);
            true
        }
        Some(Pressed::LeaveQueue(no)) if *no == ticket.no => {
            record(turn, "button.leave_queue");
            human::leave(turn, ticket);
            true
        }
        Some(_) | None => false,
    }
}

/// Whether the button still means something.
fn stands(turn: &Turn<'_>, pressed: &Pressed) -> bool {
    let open = turn.state.work.open.as_ref();
    match pressed {
        Pressed::Request(intent) => is_request(turn, intent),
        Pressed::More(intent) => turn.more_row(intent).is_some(),
        Pressed::Person => true,
        // Whatever was said since: a customer who says that it did not help is heard.
        Pressed::Helped { ticket, yes } => {
            open == Some(&Question::Helped(*ticket)) || (turn.state.desk.last_ticket == Some(*ticket) && !yes)
        }
        Pressed::Choice(id) => match open {
            Some(Question::Choose(group)) => {
                id.strip_prefix(group.place().1).is_some_and(|answer| group.answers().contains(&answer))
            }
            Some(_) | None => false,
        },
        // Nothing that cannot be taken back hangs on an old button.
        Pressed::Confirm { task, .. } => {
            matches!(open, Some(Question::Confirm { .. }))
                && turn.state.work.task.as_ref().is_some_and(|present| present.no == *task)
        }
        Pressed::LeaveIt => matches!(open, Some(Question::PassedOn { .. })),
        Pressed::Solved(yes) => open == Some(&Question::Solved) || !yes,
        Pressed::Resume(_) => turn.state.work.paused.is_some() && turn.state.work.task.is_none(),
        Pressed::Rate { ticket, .. } => rating::stands(turn, *ticket),
        Pressed::AskBot(_) | Pressed::LeaveQueue(_) | Pressed::Rights(_) => false, // looked at before
        Pressed::Follow(number) => !turn.state.customer.follows.contains(number) && follow::was_offered(turn, number),
        Pressed::Unfollow(number) => turn.state.customer.follows.contains(number),
        Pressed::Agent(_) | Pressed::Lead(_) => false,
    }
}

/// Whether the button still means something while people have the conversation.
fn means_something_to_people(turn: &Turn<'_>, pressed: &Pressed) -> bool {
    match pressed {
        Pressed::Request(_) | Pressed::Person | Pressed::Follow(_) | Pressed::Unfollow(_) => stands(turn, pressed),
        Pressed::AskBot(no) | Pressed::LeaveQueue(no) => {
            turn.state.desk.assignee.ticket().is_some_and(|ticket| ticket.no == *no)
        }
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
        | Pressed::Lead(_) => false,
    }
}

/// Whether this is something that customers can ask for by a button.
pub(super) fn is_request(turn: &Turn<'_>, intent: &str) -> bool {
    let book = turn.context.phrasebook;
    book.is_intent(intent) && book.has(&format!("{intent}.title"), turn.language())
}

fn act(turn: &mut Turn<'_>, pressed: Pressed) -> Next {
    match pressed {
        Pressed::Request(intent) => {
            record(turn, &format!("{intent}.title"));
            // While its question stands, the same request begins anew.
            turn.state.work.open = None;
            turn.state.work.next_request = None;
            turn.state.work.request = Some(Request { intent: intent.clone(), confidence: 1.0 });
            let text = turn.state.work.unclear.take().unwrap_or_default();
            Next::TakeUp(Box::new(Asked { text, ..Asked::silently(intent) }))
        }
        // The rest of an answer; what was asked stands.
        Pressed::More(intent) => {
            record(turn, "button.more");
            let reply = turn.reply(&format!("{intent}.more")).with_some("name", turn.name());
            let person = vec![turn.person_row()];
            turn.say_with(reply, person);
            Next::Rest
        }
        Pressed::Person => {
            record(turn, "button.person");
            match turn.state.work.open.clone() {
                Some(question) if question.offers_person() => {
                    let about = flows::about(turn, &question);
                    steps::accepted(turn, &about)
                }
                Some(_) | None => Next::person(Reason::Asked),
            }
        }
        Pressed::Helped { yes, .. } => {
            record(turn, if yes { "button.helped_yes" } else { "button.helped_no" });
            rating::helped(turn, yes)
        }
        Pressed::Choice(id) => {
            if let Some(Question::Choose(group)) = turn.state.work.open {
                let (file, begin) = group.place();
                record(turn, &format!("{file}.{id}"));
                let answer = id.strip_prefix(begin).unwrap_or_default();
                return flows::of_group(group).chosen(turn, group, answer, None);
            }
            Next::Rest
        }
        Pressed::Confirm { yes, .. } => {
            if let Some(Question::Confirm { change, .. }) = turn.state.work.open {
                let label = format!("button.yes_{}", change.code());
                record(turn, if yes { label.as_str() } else { "button.leave_it" });
                return answer::confirmed(turn, change, yes);
            }
            Next::Rest
        }
        Pressed::LeaveIt => {
            record(turn, "button.leave_it");
            answer::not_wanted(turn)
        }
        Pressed::Solved(yes) => {
            record(turn, if yes { "button.helped_yes" } else { "button.helped_no" });
            answer::solved(turn, yes)
        }
        Pressed::Resume(yes) => {
            record(turn, if yes { "button.resume_yes" } else { "button.resume_no" });
            answer::resume(turn, yes)
        }
        Pressed::Rate { ticket, rating } => {
            let text = format!("[{rating}]");
            turn.effect(Effect::Record(Line::of_words(Speaker::Customer, text.into())));
            rating::given(turn, ticket, rating);
            Next::Rest
        }
        Pressed::AskBot(_) | Pressed::LeaveQueue(_) | Pressed::Rights(_) => Next::Rest,
        Pressed::Follow(number) => {
            record(turn, "button.follow");
            follow::follow(turn, number);
            Next::Rest
        }
        Pressed::Unfollow(number) => {
            record(turn, "button.unfollow");
            follow::stop(turn, &number);
            Next::Rest
        }
        // `stands` has let none of the agents' buttons through.
        Pressed::Agent(_) | Pressed::Lead(_) => Next::Rest,
    }
}

/// A press stands in the story as the words on the button.
fn record(turn: &mut Turn<'_>, label: &str) {
    let text = crate::phrases::render(turn.context.phrasebook, &turn.reply(label), 0);
    turn.effect(Effect::Record(Line::of_words(Speaker::Customer, format!("[{text}]").into())));
}
