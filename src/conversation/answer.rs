//! The customer answers what the bot has asked. Each question is asked once: what does not fit it is a new
//! wish, or goes to a person under the topic that was open, never «не понял» a second time.

use super::effect::{Effect, Keyboard};
use super::event::{Kind, Message, MessageId};
use super::state::{Group, Question, Reason, Wish};
use super::turn::Turn;
use super::{cancel, customer, mark, offer, parcel, refund, task};
use crate::parcel::{Change, Status, StatusCode, TrackingNumber};
use crate::phrases::{SmallWord, Turning};
use crate::understanding::{Decision, Reading, Slots};

/// Whether the message was an answer, or one of the small words that need no more than one in return.
pub(super) fn answers(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> bool {
    let heard = Heard {
        text,
        yes: turn.context.phrasebook.yes_or_no(text),
        plain_yes: turn.context.phrasebook.plain_yes(text),
        small: turn.context.phrasebook.small_word(text),
        calls_person: turn.context.phrasebook.calls_person(text),
        wish: reading.intent.clone().filter(|_| reading.decision == Decision::Answer),
        slots: &reading.slots,
        only_number: text.split_whitespace().all(|word| word.chars().any(|c| c.is_ascii_digit())),
    };
    match turn.context.phrasebook.turning(text) {
        Some(turning) if turn.state.open.is_some() || turn.state.task.is_some() => return turned(turn, turning),
        Some(Turning::Restart) => return turned(turn, Turning::Restart),
        Some(Turning::Other) | None => {}
    }
    if heard.small == Some(SmallWord::Wait) {
        say(turn, "common.take_your_time");
        return true;
    }
    match turn.state.open.clone() {
        Some(Question::TrackingNumber | Question::NumberAgain) => number(turn, &heard),
        Some(Question::Details { about }) => details(turn, &heard, about),
        Some(Question::Person { about }) => person(turn, &heard, about),
        Some(Question::Told) => told(turn, &heard),
        Some(Question::Helped(_)) => helped(turn, &heard),
        Some(Question::Clarify(intents)) => chosen(turn, &heard, &intents),
        Some(Question::Words) => false,
        Some(Question::Phone { again }) => phone(turn, &heard, again),
        Some(Question::Confirm { change, again }) => confirm(turn, &heard, change, again),
        Some(Question::Choose(group)) => choice(turn, &heard, group),
        Some(Question::Evidence) => evidence(turn, &heard),
        Some(Question::Solved) => was_solved(turn, &heard),
        Some(Question::Resume) => resumes(turn, &heard),
        Some(Question::MarkWords(ticket)) => {
            let is_wish = mark::is_wish(reading.decision, heard.wish.as_deref().is_some_and(customer::is_small_talk));
            mark::word(turn, ticket, text, is_wish)
        }
        None if heard.small == Some(SmallWord::Fine) => fine(turn),
        // A yes or a no to nothing: what is it about?
        None if heard.yes.is_some() && heard.wish.is_none() => {
            let (reply, menu) = (turn.reply("common.clarify_nothing"), turn.menu());
            turn.ask(Question::Words, reply, menu);
            true
        }
        None => false,
    }
}

/// «Начать сначала», «нет, я про другое»: what was begun is let go.
fn turned(turn: &mut Turn<'_>, turning: Turning) -> bool {
    let key = match turning {
        Turning::Restart => "common.restarted",
        Turning::Other => "common.other_topic",
    };
    customer::forget_wishes(turn);
    let (reply, menu) = (turn.reply(key), turn.menu());
    turn.ask(Question::Words, reply, menu);
    true
}

/// What a message says as an answer.
struct Heard<'r> {
    text: &'r str,
    yes: Option<bool>,
    /// A yes that is more than a nod.
    plain_yes: bool,
    small: Option<SmallWord>,
    calls_person: bool,
    /// A wish that is sure.
    wish: Option<String>,
    slots: &'r Slots,
    /// Nothing but numbers was said.
    only_number: bool,
}

impl Heard<'_> {
    /// A wish that is none of `about`.
    fn other_wish(&self, about: &str) -> bool {
        self.wish.as_ref().is_some_and(|wish| wish != about)
    }
}

fn say(turn: &mut Turn<'_>, key: &str) {
    let reply = turn.reply(key);
    turn.say(reply);
}

fn fine(turn: &mut Turn<'_>) -> bool {
    turn.state.open = None;
    say(turn, "common.fine");
    true
}

/// Asked for the tracking number.
fn number(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    // «А где посылка RA123456785RU?» in the middle of something else is a question of its own.
    if heard.text.contains('?') && turn.state.task.is_some() && heard.other_wish(turn.task_intent()) {
        return false;
    }
    if parcel::answered(turn, heard.slots) {
        return true;
    }
    let about = turn.task_intent();
    if heard.other_wish(about) {
        return false;
    }
    if turn.state.task.is_some() && heard.yes == Some(false) {
        return stop(turn);
    }
    // Words instead of the number may say more of the matter.
    if heard.yes == Some(true) {
        say(turn, "where_is_parcel.waiting_number");
        return true;
    }
    let reply = turn.reply("where_is_parcel.no_number");
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Details { about: about.into() }, reply, buttons);
    true
}

/// The customer does not want what was begun any more.
fn stop(turn: &mut Turn<'_>) -> bool {
    if turn.task_intent() == cancel::INTENT {
        cancel::stop(turn);
    } else {
        turn.state.task = None;
        turn.state.open = None;
        say(turn, "common.declined");
    }
    true
}

/// Asked for what a person needs.
fn details(turn: &mut Turn<'_>, heard: &Heard<'_>, about: String) -> bool {
    if parcel::answered(turn, heard.slots) {
        return true;
    }
    if heard.other_wish(&about) {
        return false;
    }
    match heard.yes {
        Some(false) => declined(turn, &about),
        Some(true) | None => accept(turn, about),
    }
    true
}

/// Offered a person.
fn person(turn: &mut Turn<'_>, heard: &Heard<'_>, about: String) -> bool {
    let number = heard.slots.tracking_numbers.first().filter(|_| about != parcel::INTENT);
    if let Some(number) = number {
        let number = TrackingNumber::new(number);
        if turn.state.task.is_some() && heard.only_number {
            task::number_given(turn, number); // it was another parcel that was meant
            return true;
        }
        turn.state.parcel = Some(number); // whatever is to be done, it is this parcel
    }
    match heard.yes {
        Some(false) => declined(turn, &about),
        Some(true) => accept(turn, about),
        None if heard.calls_person => accept(turn, about),
        None if number.is_some() && heard.only_number => accept(turn, about),
        None if heard.wish.is_some() && heard.other_wish(&about) => return false,
        None if !heard.slots.tracking_numbers.is_empty() => return false,
        None => accept(turn, about),
    }
    true
}

/// Told where the parcel is.
fn told(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    let new_number = !heard.slots.tracking_numbers.is_empty() || !heard.slots.doubtful_numbers.is_empty();
    let delivered = |status: &Status| *status == Status::Known(StatusCode::Delivered);
    let last = turn.state.last_status.clone().filter(|last| delivered(&last.status));
    if let Some(last) = last.filter(|_| !new_number && parcel::denies_receipt(turn, heard.text)) {
        parcel::not_received(turn, crate::phrases::Value::Text(last.number.to_string()));
        return true;
    }
    match (heard.yes, heard.small) {
        (_, Some(SmallWord::Fine | SmallWord::Wait)) | (Some(true), None) => fine(turn),
        (Some(false), None) => {
            accept(turn, parcel::INTENT.into());
            true
        }
        (None, None) if heard.wish.is_some() || new_number => false,
        (None, None) => {
            accept(turn, parcel::INTENT.into());
            true
        }
    }
}

/// Asked whether a ticket's answer helped.
fn helped(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    let thanks = heard.wish.as_deref() == Some("thanks");
    match heard.yes {
        _ if heard.wish.is_none() && denies_help(turn, heard) => mark::helped(turn, false),
        Some(yes) => mark::helped(turn, yes),
        None if thanks || heard.small == Some(SmallWord::Fine) => mark::helped(turn, true),
        None => return false,
    }
    true
}

/// Asked which of the likely wishes it is.
fn chosen(turn: &mut Turn<'_>, heard: &Heard<'_>, intents: &[String]) -> bool {
    match (heard.yes, intents) {
        (Some(true), [only]) => {
            turn.state.open = None;
            customer::take_up(turn, only, heard.text, heard.slots);
            true
        }
        _ => false,
    }
}

/// Asked for the phone by Telegram's button.
fn phone(turn: &mut Turn<'_>, heard: &Heard<'_>, again: bool) -> bool {
    let about = turn.task_intent();
    if heard.other_wish(about) {
        // The button would stay under the chat without its question.
        let reply = turn.reply("proof.later");
        turn.say_keyboard(reply, Keyboard::Remove);
        return false;
    }
    let keeps_order = turn.choice(cancel::INTENT, "refusal_", heard.text).as_deref() == Some("keep");
    if about == cancel::INTENT && keeps_order {
        let reply = turn.reply("cancel.declined");
        turn.state.task = None;
        turn.state.open = None;
        turn.say_keyboard(reply, Keyboard::Remove);
        return true;
    }
    if heard.yes == Some(false) || heard.calls_person || again {
        let reply = turn.reply("proof.declined");
        turn.lead(reply);
        turn.hand_off(Reason::NotProven);
        return true;
    }
    // A number that was typed may be anybody's.
    let reply = turn.reply("proof.typed");
    task::ask_phone(turn, reply, true);
    true
}

/// Asked for the one yes.
fn confirm(turn: &mut Turn<'_>, heard: &Heard<'_>, change: Change, again: bool) -> bool {
    let about = turn.task_intent();
    let number = heard.slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
    let present = turn.state.task.as_ref().and_then(|task| task.number.clone());
    let another = number.filter(|number| Some(number) != present.as_ref() && !heard.other_wish(about));
    if let Some(number) = another {
        task::number_given(turn, number); // it was another parcel that was meant
        return true;
    }
    match heard.yes {
        Some(false) => confirmed(turn, change, false),
        _ if heard.plain_yes => confirmed(turn, change, true),
        None if heard.other_wish(about) => return false,
        Some(true) | None if again => {
            let reply = turn.reply("common.nothing_done");
            turn.lead(reply);
            turn.hand_off(Reason::Unclear);
        }
        Some(true) | None => task::confirm_plainly(turn, change),
    }
    true
}

/// The customer has decided on a change.
pub(super) fn confirmed(turn: &mut Turn<'_>, change: Change, yes: bool) {
    match yes {
        true => task::instruct(turn, change),
        false => {
            stop(turn);
        }
    }
}

/// Asked a question with given answers.
fn choice(turn: &mut Turn<'_>, heard: &Heard<'_>, group: Group) -> bool {
    let (file, begin) = group.place();
    let regrets = group == Group::CancelReason && turn.choice(file, "regret_", heard.text).is_some();
    if let Some(answer) = turn.choice(file, begin, heard.text).filter(|_| !regrets) {
        choose(turn, group, &answer, Some(heard.text));
        return true;
    }
    // What the offer's causes are called in other words counts as well.
    if matches!(group, Group::Sight | Group::Mismatch | Group::Passport)
        && let Some(cause) = turn.choice(offer::INTENT, "cause_", heard.text)
    {
        choose(turn, Group::Sight, &cause, Some(heard.text));
        return true;
    }
    if regrets {
        let reply = turn.reply("cancel.regret");
        turn.lead(reply);
        accept(turn, cancel::INTENT.into());
        return true;
    }
    if group == Group::CancelReason {
        let another = !heard.slots.tracking_numbers.is_empty();
        if heard.wish.as_deref().is_some_and(|wish| wish != "thanks" && (wish != cancel::INTENT || another)) {
            return false;
        }
        let skip = heard.yes == Some(false) || heard.small.is_some() || heard.wish.as_deref() == Some("thanks");
        cancel::reason_given(turn, skip.then_some("skip"), Some(heard.text));
        return true;
    }
    if let Some(number) = heard.slots.tracking_numbers.first().filter(|_| heard.only_number) {
        task::number_given(turn, TrackingNumber::new(number));
        return true;
    }
    if heard.other_wish(turn.task_intent()) {
        return false;
    }
    if heard.yes == Some(false) && group == Group::Refusal {
        return stop(turn);
    }
    turn.hand_off(Reason::Unsure);
    true
}

/// One of the given answers was chosen, by a press or in words.
pub(super) fn choose(turn: &mut Turn<'_>, group: Group, answer: &str, words: Option<&str>) {
    match group {
        Group::Sight | Group::Mismatch | Group::Passport => offer::chosen(turn, group, answer),
        Group::RefundReason => refund::reason_chosen(turn, answer),
        Group::Refusal => cancel::refusal_chosen(turn, answer),
        Group::CancelReason => cancel::reason_given(turn, Some(answer), words),
    }
}

/// Asked for a picture. Words in its place are taken as well: whoever has none is not kept waiting.
fn evidence(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    if heard.other_wish(refund::INTENT) && heard.wish.as_deref() != Some("damaged") {
        return false;
    }
    if heard.yes == Some(true) || heard.small.is_some() {
        say(turn, "refund.waiting_photo");
        return true;
    }
    let words = Message {
        id: MessageId(0),
        kind: Kind::Text,
        text: None,
        masked: false,
        sealed: false,
        album: None,
        reply_to: None,
        reply_from: None,
        quote: None,
        contact: None,
    };
    refund::evidence(turn, &words)
}

/// Whether these words say that an answer did not help.
fn denies_help(turn: &Turn<'_>, heard: &Heard<'_>) -> bool {
    heard.yes == Some(false) || turn.choice("common", "solved_", heard.text).is_some()
}

/// Asked whether the bot's answer helped.
fn was_solved(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    let thanks = matches!(heard.wish.as_deref(), Some("thanks" | "goodbye"));
    match heard.yes {
        _ if heard.wish.is_none() && denies_help(turn, heard) => solved(turn, false),
        Some(yes) => solved(turn, yes),
        None if thanks || heard.small == Some(SmallWord::Fine) => solved(turn, true),
        None if heard.calls_person => turn.hand_off(Reason::NotHelped),
        None => return false,
    }
    true
}

/// The customer says whether the bot's answer helped.
pub(super) fn solved(turn: &mut Turn<'_>, yes: bool) {
    turn.state.open = None;
    let choice = Some(if yes { "yes" } else { "no" }.to_owned());
    turn.effect(Effect::Feedback { about: "solved", choice, words: None });
    if !yes {
        return turn.hand_off(Reason::NotHelped);
    }
    turn.state.wish = None;
    let reply = turn.reply("common.solved_yes").with_some("name", turn.name());
    turn.say(reply);
    customer::next_wish(turn);
}

/// Asked whether to go on with what was put aside.
fn resumes(turn: &mut Turn<'_>, heard: &Heard<'_>) -> bool {
    match heard.yes {
        Some(yes) => resume(turn, yes),
        None if heard.small == Some(SmallWord::Fine) || heard.wish.as_deref() == Some("thanks") => resume(turn, false),
        None => return false,
    }
    true
}

/// The customer goes on with what was put aside, or lets it go.
pub(super) fn resume(turn: &mut Turn<'_>, yes: bool) {
    turn.state.open = None;
    let paused = turn.state.paused.take();
    match paused {
        Some(mut task) if yes => {
            task.found = None; // things may have moved since
            task.asked.clear(); // who comes back is asked anew
            turn.state.task = Some(task);
            task::go_on(turn);
        }
        Some(_) | None => say(turn, "common.fine"),
    }
}

/// The customer takes the offer to have a person do it.
pub(super) fn accept(turn: &mut Turn<'_>, about: String) {
    if turn.state.wish.as_ref().is_none_or(|wish| wish.intent != about) {
        turn.state.wish = Some(Wish { intent: about, confidence: 1.0 });
    }
    turn.hand_off(Reason::Accepted);
}

fn declined(turn: &mut Turn<'_>, about: &str) {
    turn.state.open = None;
    turn.state.task = None;
    let own = format!("{about}.declined");
    let key = if turn.context.phrasebook.has(&own, turn.language()) { own.as_str() } else { "common.declined" };
    say(turn, key);
}
