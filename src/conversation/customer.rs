//! Hearing the customer out: a command, a picture, a contact; words are offered, room by room, to whoever may know them.

use super::effect::{Keyboard, Speaker};
use super::event::{Contact, Kind, Message, Person};
use super::matters::about;
use super::next::Next;
use super::said::{self, Said};
use super::state::{Assignee, Matter, Question, Reason};
use super::turn::{Turn, is_small_talk};
use super::{
    answer, flows, follow_up, forwarded, human, known, original, pieces, queue, rating, relay, request, rights, stance,
    start, steps, story, which,
};
use crate::parcel::TrackingNumber;
use crate::phrases::SmallWord;
use chrono::Duration;
use understanding::{Decision, HUMAN, Mood, Piece, Reading, Stance};

/// From this confidence on a person is called.
const CALLS: f64 = 0.6;

/// A customer who comes back after this long is told what the bot was working on with them.
const LONG_SILENCE: Duration = Duration::hours(3);

/// The customer wrote: the words reach the bot, or the people who hold the conversation.
pub(super) fn wrote(turn: &mut Turn<'_>, customer: Person, message: Message) -> Next {
    turn.meet(customer);
    turn.state.customer.last_press = None;
    turn.record(Speaker::Customer, &message);
    original::note(turn, &message);
    if rights::command(turn, &message) || rights::typed(turn, &message) {
        return Next::Rest;
    }
    // What was passed on is nobody's request to learn from.
    turn.heard = message.words().filter(|_| !message.forwarded).map(str::to_owned);
    let same_album = message.album.is_some() && message.album == turn.state.customer.last_album;
    turn.state.customer.last_album = message.album.clone();
    if message.forwarded
        && message.origin.is_none()
        && message.kind != Kind::Text
        && !same_album
        && turn.state.desk.assignee != Assignee::Bot
    {
        turn.tell_desk("desk.forwarded_next"); // a copy does not tell it
    }
    if !turn.state.is_bots() {
        if !human::customer_adds(turn, &message) {
            return Next::Rest;
        }
    } else if turn.state.desk.assignee != Assignee::Bot {
        relay::to_desk(turn, &message); // the desk reads along while the ticket waits
    }
    if same_album && message.words().is_none() {
        return Next::Rest; // its first picture has been answered
    }
    if turn.state.is_bots() && human::leaves(turn, &message) {
        return Next::Rest;
    }
    welcome_back(turn);
    let said = said::of_message(turn, &message);
    hear(turn, &message, said)
}

/// After hours of silence in the middle of something, the customer is told what it was.
fn welcome_back(turn: &mut Turn<'_>) {
    let now = turn.context.now;
    let before = turn.state.customer.heard_at.replace(now);
    let long = before.is_some_and(|before| now - before >= LONG_SILENCE);
    let in_work = turn.state.work.task.as_ref().filter(|_| long && turn.state.work.open.is_some());
    if let Some(task) = in_work {
        let topic = turn.topic(task.work.intent());
        let reply = turn.reply("common.back").with("topic", topic);
        turn.preface(reply);
    }
}

/// A message that was changed: its new text counts, where the bot still answers. A change without words
/// (a live location moves every few seconds) is none.
pub(super) fn edited(turn: &mut Turn<'_>, customer: Person, message: Message) -> Next {
    turn.meet(customer);
    turn.state.customer.last_press = None;
    turn.state.work.lets_pieces_go();
    let with_person = !turn.state.is_bots();
    if message.words().is_none() {
        if with_person && message.kind != Kind::Location {
            relay::to_desk(turn, &message); // another picture in the place of the first
        }
        return Next::Rest;
    }
    turn.record(Speaker::Customer, &Message { kind: Kind::Text, ..message.clone() });
    original::note(turn, &message);
    if with_person {
        human::customer_corrects(turn, &message);
        return Next::Rest;
    }
    let edited = turn.reply("common.edited");
    turn.preface(edited);
    match message.words() {
        // A request in the place of another is that request, not an answer to what the other led to.
        Some(text) if !message.masked && !text.starts_with('/') && is_sure_request(turn, text) => {
            let reading = understanding::read(turn.context.matcher, text);
            speaks(turn, text, &reading);
            turn.note(&reading);
            turn.state.work.task = None;
            request::begins(turn, text, reading, said::of_message(turn, &message))
        }
        // What was typed before the question is no yes to it, whatever it is changed to.
        Some(_) | None => match turn.state.work.open {
            Some(Question::Confirm { change, .. }) => steps::confirm_plainly(turn, change),
            Some(_) | None => {
                let said = said::of_edit(turn, &message);
                hear(turn, &message, said)
            }
        },
    }
}

/// The rules that tell what only the recipient may do or know.
const OF_THE_RECIPIENT: [&str; 2] = ["rules.by_recipient", "rules.recipient_private"];

fn is_sure_request(turn: &Turn<'_>, text: &str) -> bool {
    let reading = understanding::read(turn.context.matcher, text);
    let calm = reading.mood != Mood::Angry;
    calm && reading.decision == Decision::Answer && reading.intent.is_some_and(|intent| !is_small_talk(&intent))
}

fn hear(turn: &mut Turn<'_>, message: &Message, said: Said) -> Next {
    if message.masked {
        let warning = steps::private_data(turn, message);
        turn.preface(warning);
        if message.words().is_some_and(is_only_data) {
            return Next::Rest; // what was asked stands
        }
    }
    if let Some(contact) = &message.contact {
        return shared(turn, contact);
    }
    if turn.state.work.open == Some(Question::Evidence)
        && message.kind != Kind::Text
        && let Some(next) = flows::in_work(turn).shown(turn, message)
    {
        return next;
    }
    if steps::shows(message.kind) {
        turn.state.work.shows(message.id, turn.context.now);
        if !message.masked && names_document(turn, message) {
            let warning = turn.reply("common.private_photo");
            turn.preface(warning);
        }
    }
    // Asked for pictures of what is wrong with the goods, the customer sends one: a person has to see it.
    if steps::shows(message.kind)
        && turn.state.work.task.is_none()
        && let Some(about) = follow_up::asks_to_show(turn)
    {
        return steps::accepted(turn, &about);
    }
    if message.words().is_none_or(|text| text.starts_with('/')) {
        turn.state.work.lets_pieces_go();
    }
    match message.words() {
        None => wordless(turn, message.kind),
        Some(text) if text.starts_with('/') && said != Said::Forwarded => command(turn, text),
        Some(text) => words(turn, text, said),
    }
}

/// Whether a picture is said to be of somebody's papers: of the customer's passport, not of the papers customs wants.
fn names_document(turn: &Turn<'_>, message: &Message) -> bool {
    message.words().is_some_and(|text| turn.choice("common", "document_", text).is_some())
}

/// Nothing but a personal number, with a word or two that say what it is.
fn is_only_data(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    text.contains(crate::privacy::MASK) && words.count() <= 3 && !text.contains('?')
}

/// A contact. The customer's own, shared by Telegram's button, proves the phone; any other proves nothing.
fn shared(turn: &mut Turn<'_>, contact: &Contact) -> Next {
    let asked = match turn.state.work.open {
        Some(Question::Phone { again }) => Some(again),
        Some(_) | None => None,
    };
    // Digits that could be two numbers, of an event from an earlier version, are nobody's.
    match (contact.own && contact.phone.is_certain(), asked) {
        (true, _) => {
            turn.state.customer.phone = Some(contact.phone.clone());
            let in_work = asked.is_some() || turn.state.work.task.is_some();
            let reply = turn.reply(match (in_work, for_another(turn)) {
                (true, _) => "proof.thanks",
                (false, true) => "proof.noted_own",
                (false, false) => "proof.noted",
            });
            turn.say_keyboard(reply, Keyboard::Remove);
            if asked.is_none() {
                return steps::asked_again(turn);
            }
            turn.state.work.open = None;
            steps::forget_parcel(turn);
            Next::GoOn
        }
        (false, Some(false)) => {
            let reply = turn.reply("proof.not_own");
            steps::ask_phone(turn, reply, true);
            Next::Rest
        }
        (false, Some(true)) => {
            let reply = turn.reply("proof.declined");
            turn.preface(reply);
            Next::person(Reason::NotProven)
        }
        (false, None) if for_another(turn) => {
            let reply = turn.reply("proof.not_theirs");
            turn.say(reply);
            Next::Rest
        }
        (false, None) => wordless(turn, Kind::Contact),
    }
}

/// Whether the customer was told that only the recipient may: who shares a phone then wants to be one.
fn for_another(turn: &Turn<'_>) -> bool {
    let told = turn.state.work.told_last.as_ref().map(|told| &told.what);
    matches!(told, Some(Matter::Rule(rule)) if OF_THE_RECIPIENT.contains(&rule.as_str()))
}

fn command(turn: &mut Turn<'_>, text: &str) -> Next {
    // «/start@our_bot payload» and «/START» are the same command.
    let name = text.split(|c: char| c.is_whitespace() || c == '@').next().unwrap_or_default();
    let payload = text.split_whitespace().nth(1).unwrap_or_default();
    match name.to_lowercase().as_str() {
        "/start" => start::opened(turn, payload),
        _ => {
            let reply = turn.reply("common.unknown_command");
            let menu = flows::menu(turn);
            turn.say_with(reply, menu);
            Next::Rest
        }
    }
}

/// A sticker, a picture, a voice: nothing to read. Asked about once; then a person looks.
fn wordless(turn: &mut Turn<'_>, kind: Kind) -> Next {
    let offered = Some(Question::Person { about: HUMAN.into() });
    match kind {
        // What was said aloud cannot be read: said so once, whatever came before.
        Kind::Voice | Kind::VideoNote if turn.state.work.open != offered => {
            let reply = turn.reply("common.voice_received");
            let person = vec![turn.person_row()];
            turn.ask(Question::Person { about: HUMAN.into() }, reply, person);
            Next::Rest
        }
        Kind::Voice | Kind::VideoNote => Next::person(Reason::Unsure),
        // Behind what was told it is a nod.
        Kind::Sticker if turn.told().is_some() && turn.state.work.is_free() => {
            follow_up::passes(turn, "follow_up.acknowledged")
        }
        _ if turn.state.work.open == Some(Question::Words) => Next::person(Reason::Unsure),
        Kind::Text | Kind::Sticker => {
            let reply = turn.reply("common.no_words");
            let menu = flows::menu(turn);
            turn.ask(Question::Words, reply, menu);
            Next::Rest
        }
        Kind::Location => {
            let reply = turn.reply("common.location_received");
            let person = vec![turn.person_row()];
            turn.ask(Question::Words, reply, person);
            Next::Rest
        }
        Kind::Photo | Kind::Video | Kind::Animation | Kind::Audio | Kind::Document | Kind::Contact | Kind::Other => {
            let reply = turn.reply("common.media_received");
            let person = turn.person_row();
            turn.ask(Question::Words, reply, vec![person]);
            Next::Rest
        }
    }
}

fn words(turn: &mut Turn<'_>, text: &str, said: Said) -> Next {
    if said == Said::Forwarded {
        let reading = understanding::read(turn.context.matcher, text);
        return passed_on(turn, text, reading);
    }
    let joined = pieces::joined(turn, text);
    let whole = joined.as_deref().unwrap_or(text);
    let reading = understanding::read(turn.context.matcher, whole);
    if !request::is_gibberish(whole) && !follow_up::is_one(turn, whole, &reading) && pieces::wait(turn, text, &reading)
    {
        return Next::Rest;
    }
    if joined.is_some() {
        turn.state.work.lets_pieces_go();
        turn.state.work.half_number = None;
        turn.heard = Some(whole.to_owned());
    }
    read(turn, whole, reading, said)
}

/// What was begun in pieces has waited long enough for the rest.
pub(super) fn pieces_due(turn: &mut Turn<'_>) -> Next {
    let Some(text) = pieces::due(turn) else {
        return Next::Rest;
    };
    if !turn.state.is_bots() {
        return Next::Rest; // a person has it by now
    }
    let reading = understanding::read(turn.context.matcher, &text);
    turn.heard = Some(text.clone());
    if let Some(next) = pieces::half_number(turn, &text, &reading) {
        return next;
    }
    if reading.piece == Piece::Fragment
        && let Some(next) = known::further(turn, &text, &reading)
    {
        return next;
    }
    let asked_before = turn.state.work.open == Some(Question::Words);
    let key = match (reading.decision, reading.piece) {
        // «У меня вопрос по доставке»: it is asked next.
        (Decision::Clarify, Piece::Opener) if !asked_before => Some("common.listening"),
        (Decision::Answer | Decision::Clarify, _) | (_, Piece::Whole) => None,
        _ if asked_before => None,
        (Decision::Handoff, Piece::Opener) => Some("common.listening"),
        (Decision::Handoff, Piece::Fragment) => Some("common.tell_more"),
    };
    let Some(key) = key else {
        return read(turn, &text, reading, Said::Own);
    };
    speaks(turn, &text, &reading);
    let reply = turn.reply(key).with_some("name", turn.name());
    turn.ask(Question::Words, reply, Vec::new());
    Next::Rest
}

/// A message, or several that are one, as it is to be read.
fn read(turn: &mut Turn<'_>, text: &str, reading: Reading, said: Said) -> Next {
    // «Спасибо, вы чудо! А паспорт брать?» is the question, and the thanks go with it.
    let polite = reading.decision == Decision::Answer && reading.intent.as_deref().is_some_and(is_small_talk);
    let question = follow_up::question_in(turn, text).filter(|_| polite && said == Said::Own);
    let (text, reading) = match question {
        Some(question) => (question, understanding::read(turn.context.matcher, question)),
        None => (text, reading),
    };
    let rated = match turn.state.work.open {
        // «Секунду» is no word about anything; the question stays.
        Some(Question::RatingWords(ticket)) if turn.context.phrasebook.small_word(text) != Some(SmallWord::Wait) => {
            rating::told(turn, ticket, text);
            true
        }
        Some(_) | None => false,
    };
    if reading.wordless
        && !rated
        && (turn.state.work.open.is_none() || turn.context.phrasebook.yes_or_no(text).is_none())
    {
        return wordless(turn, Kind::Text);
    }
    let reading = if said == Said::Own { which::names(turn, text, reading) } else { reading };
    speaks(turn, text, &reading);
    tell_language(turn, &reading);
    turn.note(&reading);
    let asked_for_person = calls_person(&reading);
    let after_ticket = matches!(turn.state.work.open, Some(Question::Helped(_)));
    if let Some(next) = story::writes_on(turn) {
        return next;
    }
    if said == Said::Own
        && let Some(next) = queue::asked_of(turn, text, &reading)
    {
        return next;
    }
    if said == Said::Own
        && let Some(next) = known::cheated(turn, text)
    {
        return next;
    }
    let story = story::hear(turn, text, &reading);
    let person = match (asked_for_person, reading.mood) {
        (_, Mood::Angry) if after_ticket => Some(Reason::NotHelped),
        (_, Mood::Angry) => Some(Reason::Angry),
        (true, Mood::Calm | Mood::Upset) => Some(Reason::Asked),
        (false, Mood::Calm | Mood::Upset) => None,
    };
    if let (Some(_), Some(number)) = (person, reading.slots.tracking_numbers.first()) {
        turn.state.work.parcel = Some(TrackingNumber::new(number)); // whoever takes over sees which it is about
    }
    match (person, &story) {
        (Some(reason), Some(story)) => return story::to_person(turn, reason, story, &reading),
        (Some(reason), None) => return Next::person(reason),
        (None, Some(story)) if story::may_interrupt(turn) => story::name(turn, story),
        (None, Some(_) | None) => {}
    }
    let own = if said == Said::Own { known::only_people(turn, text, &reading) } else { None };
    if let Some(next) = own
        .or_else(|| known::surely(turn, text, &reading, said))
        .or_else(|| if said == Said::Own { about::heard(turn, text, &reading) } else { None })
        .or_else(|| follow_up::follows(turn, text, &reading))
        .or_else(|| follow_up::of_silent_carrier(turn, text, &reading))
        .or_else(|| stance::turns_down(turn, text, &reading).filter(|_| said == Said::Own))
        .or_else(|| known::answers(turn, text, &reading, said))
        .or_else(|| answer::answers(turn, text, &reading, said == Said::Older))
    {
        return next;
    }
    match story {
        // A long story of which no request is sure: a person reads it, and sees the parcel it is about.
        Some(story) if story::is_long(text) && reading.decision != Decision::Answer && story::may_interrupt(turn) => {
            story::to_person(turn, Reason::Unsure, &story, &reading)
        }
        Some(_) | None => request::begins(turn, text, reading, said),
    }
}

/// Whether a person is called. That is believed sooner than a request: nobody who may want a person is asked what else they
/// may want.
fn calls_person(reading: &Reading) -> bool {
    // «Оператор мне уже ответил». («С роботом говорить не буду» denies too, and calls all the same.)
    let no_more = reading.stance == Stance::ReportsDone && reading.stance_confidence >= CALLS;
    let alone = reading.intent.as_deref() == Some(HUMAN) && reading.confidence >= CALLS;
    // Whatever is asked for beside it, a person takes care of both.
    let beside = reading.requests.iter().any(|request| request == HUMAN) && reading.decision == Decision::Answer;
    (alone || beside) && !no_more
}

/// Words of somebody else's that the customer passed on: they tell neither how the customer feels nor which language the
/// customer speaks.
fn passed_on(turn: &mut Turn<'_>, text: &str, reading: Reading) -> Next {
    let mood = turn.state.customer.mood;
    turn.note(&reading);
    turn.state.customer.mood = mood;
    if calls_person(&reading) {
        return Next::person(Reason::Asked);
    }
    let before = turn.state.work.parcel.clone();
    // What is asked next is asked of the parcel that the cheats named: it may well be the customer's.
    let named = reading.slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
    turn.state.work.parcel = before.clone().or(named);
    if let Some(next) = known::warns(turn, text) {
        return next;
    }
    turn.state.work.parcel = before;
    match forwarded::taken(turn, text, &reading) {
        Some(next) => next,
        None => request::begins(turn, text, reading, Said::Forwarded),
    }
}

/// Follows the customer's language, once there is more to judge it by than a number or a word.
fn speaks(turn: &mut Turn<'_>, text: &str, reading: &Reading) {
    let words = text
        .split_whitespace()
        .filter(|word| word.chars().count() > 1 && word.chars().all(|c| c.is_alphabetic() || ",.!?".contains(c)))
        .count();
    if words >= 2 || turn.state.customer.language.is_none() {
        turn.state.customer.language = Some(reading.language);
    }
}

/// Who writes in a neighbour language is told once which one is answered in.
fn tell_language(turn: &mut Turn<'_>, reading: &Reading) {
    if reading.neighbours && !turn.state.customer.told_language && reading.language == turn.language() {
        turn.state.customer.told_language = true;
        let reply = turn.reply("common.neighbour");
        turn.preface(reply);
    }
}

/// A message that could not be worked on: whatever it says, a person reads it.
pub(super) fn unreadable(turn: &mut Turn<'_>, customer: Person, message: &Message) -> Next {
    turn.meet(customer);
    turn.record(Speaker::Customer, message);
    original::note(turn, message);
    match turn.state.desk.assignee {
        Assignee::Bot => Next::person(Reason::Unsure),
        Assignee::Queue { .. } | Assignee::Agent { .. } => {
            relay::to_desk(turn, message);
            Next::Rest
        }
    }
}
