//! A ticket waits in the queue, and the customer writes on: waiting is not silence.
//!
//! ```text
//! bot:      №128, by 12:40
//! customer: ау, сколько людей передо мной?   → the place and the time
//! customer: а посылка 1000000017 где?        → the status: what the bot is sure of, it solves
//! customer: спасибо, жду                     → a warm word
//! customer: и ещё у меня коробка мятая       → it is with the question
//! ```
//!
//! Every message has gone to the desk before it comes here. A burst is acknowledged once.

use super::event::{Kind, Message, Why};
use super::follow_up;
use super::ids::intent;
use super::matters::{about, further};
use super::state::{Assignee, Fact, Ticket};
use super::turn::{Turn, is_small_talk};
use super::{deadline, known, queue, steps, story, told, which};
use crate::parcel::{Truth, TruthKind};
use crate::phrases::{Key, Reply, SmallWord};
use chrono::{DateTime, Duration, Utc};
use understanding::{Decision, HUMAN, Mood, Reading, Stance};

/// What is said when a person will read the message, behind what the bot could say to it.
const ADDED_QUESTION_TOLD: &str = "human.added_question_told";
/// The same of a picture or a document.
const ADDED_FILE: &str = "human.added_file";
/// What comes within this of the bot's last word belongs to one burst.
const BURST: Duration = Duration::seconds(3);

/// From this confidence on something is likely enough to be what a message speaks of.
const LIKELY: f64 = 0.5;

/// What the customer's message wants while the ticket waits.
enum Wants {
    /// To know how long it takes.
    Time,
    /// To know how many are before them.
    Place,
    /// Something that the bot is sure of: it goes on with that, beside the ticket.
    Request,
    /// Nothing: thanks, a nod.
    Nothing,
    /// Not to wait any more.
    Out,
    /// Nothing any more: it has come good by itself.
    Settled,
    /// To know what is new of the parcel: it is looked up.
    News,
    /// To know when people are there.
    Hours,
    /// To know something of the wait itself, which this text tells.
    Told(&'static str),
    /// To be heard: worried or angry words.
    Ear,
    /// To know more of what was told with the ticket: this answers it.
    Further(Reply),
    /// To know something that the bot cannot say.
    Answer,
    /// Anything else: the person will read it.
    Person,
}

/// Answers a message of a customer whose ticket nobody has taken. Gives the ticket back when it has no answer yet, because
/// the bot goes on with what was asked, beside it.
pub(super) fn says(
    turn: &mut Turn<'_>,
    message: &Message,
    ticket: Ticket,
    last: Option<DateTime<Utc>>,
) -> Option<Ticket> {
    let mut ticket = ticket;
    let mut named = false;
    let wants = match message.words() {
        None => Wants::Person,
        Some(text) => {
            let reading = understanding::read(turn.context.matcher, text);
            let reading = which::names(turn, text, reading);
            turn.state.customer.mood = reading.mood;
            let wants = wants(turn, text, &reading, &ticket);
            // What is shown is for the person, whatever is said with it.
            let shows = !matches!(message.kind, Kind::Text | Kind::Sticker);
            let wants = if shows && !matches!(wants, Wants::Request) { Wants::Person } else { wants };
            if matches!(wants, Wants::Ear | Wants::Answer | Wants::Person) {
                queue::adds(&mut ticket.facts, text);
                named = story::goes_on(turn, text, &reading, &mut ticket.facts);
            }
            wants
        }
    };
    match wants {
        Wants::Request if !message.masked => return Some(ticket),
        // The regret was said with what was named.
        Wants::Ear if named => acknowledge(turn, ticket, last, queue::ADDED),
        Wants::Request | Wants::Person => {
            let file = matches!(message.kind, Kind::Photo | Kind::Video | Kind::Document | Kind::Animation);
            acknowledge(turn, ticket, last, if file { ADDED_FILE } else { queue::ADDED });
        }
        Wants::Time if turn.context.now >= ticket.promised => deadline::postpone(turn, ticket),
        Wants::Time => {
            queue::tell_place(turn, &ticket);
            remember(turn, ticket);
        }
        Wants::Place => {
            queue::tell_how_many(turn, &ticket);
            remember(turn, ticket);
        }
        Wants::Nothing => acknowledge(turn, ticket, last, "human.waiting_thanks"),
        Wants::Ear => acknowledge(turn, ticket, last, "human.waiting_sorry"),
        Wants::Out | Wants::Settled => {
            queue::offer_out(turn, &ticket, matches!(wants, Wants::Settled));
            remember(turn, ticket);
        }
        Wants::Told(key) => acknowledge(turn, ticket, last, key),
        Wants::Further(reply) => {
            let people = queue::about(turn, ADDED_QUESTION_TOLD, &ticket);
            turn.say_parts(vec![reply, people], Vec::new());
            remember(turn, ticket);
        }
        Wants::Answer => acknowledge(turn, ticket, last, queue::ADDED_QUESTION),
        Wants::News => {
            if let Some(parcel) = turn.state.work.parcel.clone() {
                steps::look_up(turn, parcel, Why::Waiting);
            }
            remember(turn, ticket);
        }
        Wants::Hours => {
            let hours = turn.reply("human.waiting_hours");
            turn.preface(hours);
            queue::tell_place(turn, &ticket);
            remember(turn, ticket);
        }
    }
    None
}

fn wants(turn: &Turn<'_>, text: &str, reading: &Reading, ticket: &Ticket) -> Wants {
    let book = turn.context.phrasebook;
    let numbers = !reading.slots.tracking_numbers.is_empty();
    let sure = reading.intent.as_deref().filter(|_| reading.decision == Decision::Answer);
    let about = ticket.request.as_ref().map(|request| request.intent.as_str());
    // «Подарок брату, у него день рождения 28-го» is no nod, whatever it resembles.
    let tells = text.contains('?') || !reading.slots.dates.is_empty();
    let label = follow_up::label(turn, text, reading)
        .filter(|label| !tells || !matches!(label.as_str(), "thanked" | "acknowledged" | "remark" | "apologized"));
    let best = reading.candidates.first().filter(|best| best.confidence >= LIKELY).map(|best| best.intent.as_str());
    let denies = reading.stance == Stance::Declines && reading.stance_confidence >= LIKELY;
    let of_parcel = best == Some(intent::WHERE_IS_PARCEL) && turn.state.work.parcel.is_some();
    let told = turn.told().is_some_and(|told| told.at > ticket.opened);
    let of_people = best.is_none_or(|best| best == HUMAN || best == about::HOURS);
    match label.as_deref() {
        _ if queue::names(text, ticket.no) => return Wants::Time,
        _ if numbers && reading.mood != Mood::Angry => return Wants::Request,
        // What was cancelled is regretted, and people look already: «передумал, верни как было» says so again.
        _ if takes_back(turn, text)
            && ticket.facts.iter().any(|fact| matches!(fact, Fact::Asks(words) if takes_back(turn, words))) =>
        {
            return Wants::Person;
        }
        // «Хотя нет, стой», said of a change that people are to make, is a change of mind, and no anger.
        _ if book.stops(text) && matches!(about, Some(intent::CANCEL | intent::REFUND)) => return Wants::Out,
        _ if denies && matches!(best, Some(intent::CANCEL | intent::REFUND)) => return Wants::Request,
        Some("when" | "where_now" | "sure") if of_parcel && about != best => return Wants::Request,
        Some(label) if reading.mood != Mood::Angry && best != Some(HUMAN) && follow_up::asks_of_day(turn, label) => {
            return Wants::Request;
        }
        // The carrier was silent when the ticket was opened: it may answer by now.
        Some("news" | "when" | "where_now") if about == Some(intent::WHERE_IS_PARCEL) && never_told(turn) => {
            return Wants::Request;
        }
        // Something was told beside the ticket, and this follows on it.
        Some(label)
            if told
                && !follow_up::is_of_the_ticket(label)
                && best != Some(HUMAN)
                && follow_up::is_of_told(turn, label) =>
        {
            return Wants::Request;
        }
        // The day is the very thing that people are to find out.
        Some("when" | "where_now" | "sure") if about == Some(intent::WHERE_IS_PARCEL) && is_late(turn) => {
            return Wants::Told("human.waiting_day");
        }
        // A rule that is asked for more surely than anything else.
        Some(label)
            if reading.mood != Mood::Angry
                && matches!(label, "what_means" | "what_to_do" | "what_if" | "remark" | "why" | "sure")
                && known::knows_surely(turn, text) =>
        {
            return Wants::Request;
        }
        Some(label)
            if reading.mood != Mood::Angry
                && let Some(reply) = further(turn, label) =>
        {
            return Wants::Further(reply);
        }
        // What the parcel does may have changed since it was told.
        Some("news") if was_told(turn) => return Wants::News,
        Some("how_many_before") if turn.context.now < ticket.promised => return Wants::Place,
        Some("news" | "how_many_before" | "anybody" | "who_answers" | "when" | "how_long") => return Wants::Time,
        Some("thanked" | "acknowledged") => return Wants::Nothing,
        Some("repeat") if of_people => return Wants::Told("human.waiting_repeat"),
        Some("whereabouts") if of_people => return Wants::Told("human.waiting_here"),
        Some("hours") if of_people => return Wants::Hours,
        Some("remark" | "apologized") if best.is_none() => return Wants::Nothing,
        Some("never_mind") => return Wants::Out,
        Some("settled") => return Wants::Settled,
        Some("what_to_do") => return Wants::Told("human.waiting_do"),
        Some("sure") => return Wants::Told("human.waiting_sure"),
        Some("what_if" | "not_come") if sure.is_none() => return Wants::Told("human.waiting_if"),
        // A bare yes or no doubts nothing.
        Some("again" | "disbelief") if book.yes_or_no(text).is_none() => return Wants::Ear,
        Some(_) | None => {}
    }
    match sure {
        Some(intent) if is_small_talk(intent) => Wants::Nothing,
        // «Никто не звонил, давайте сюда начальника» wants to be heard first.
        _ if reading.intent.as_deref() == Some(HUMAN) && reading.mood != Mood::Calm => Wants::Ear,
        _ if reading.intent.as_deref() == Some(HUMAN) => Wants::Time,
        Some(intent) if Some(intent) == about => {
            if reading.mood == Mood::Calm {
                Wants::Person
            } else {
                Wants::Ear
            }
        }
        Some(intent::WHERE_IS_PARCEL) if turn.state.work.parcel.is_none() => Wants::Time,
        Some(_) if reading.mood != Mood::Angry => Wants::Request,
        // A rule is told whoever waits, and a question about what was told is answered.
        _ if reading.mood != Mood::Angry && known::knows(turn, text, reading) => Wants::Request,
        _ if reading.mood != Mood::Angry && about::names_change(turn, text, reading) => Wants::Request,
        _ if reading.mood != Mood::Calm => Wants::Ear,
        _ if book.small_word(text) == Some(SmallWord::Fine) => Wants::Nothing,
        // «О, норм», «ага, давай»: nothing for anybody to read.
        Some(_) | None if book.nods(text) && !book.asks(text) => Wants::Nothing,
        Some(_) | None if book.asks(text) => Wants::Answer,
        Some(_) | None => Wants::Person,
    }
}

/// Whether words take back a cancelling that was made.
fn takes_back(turn: &Turn<'_>, text: &str) -> bool {
    turn.choice(intent::CANCEL, "regret_", text).is_some()
}

/// Whether the customer was told how their parcel stands: it may stand otherwise by now.
fn was_told(turn: &Turn<'_>) -> bool {
    turn.state.work.parcel.as_ref().is_some_and(|parcel| turn.state.work.status_told(parcel).is_some())
}

/// Whether the customer's parcel was told to be late.
fn is_late(turn: &Turn<'_>) -> bool {
    turn.state.work.truth_told().is_some_and(|truth| truth.kind() == TruthKind::Late)
}

/// What holds for the customer's parcel answers a question further, though a ticket waits: why, where, what it means.
fn further(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    if let Some(reply) = told::cheated(turn, label) {
        return Some(reply);
    }
    let truth = turn.state.work.truth_told()?;
    // How long papers are looked at is known, whoever names them.
    if truth == Truth::PapersDue && label == "how_long" {
        return Some(turn.reply("rules.papers_term").with_some("name", turn.name()));
    }
    // Of what is stopped the day is told as well: there is none.
    let stopped = truth.kind() == TruthKind::Stopped && matches!(label, "sure" | "when");
    if !stopped && !matches!(label, "why" | "what_means" | "where_now") {
        return None;
    }
    further::answer(turn, truth, &None, label)
}

/// Whether the customer has a parcel of which nothing could be told yet.
fn never_told(turn: &Turn<'_>) -> bool {
    let told = turn.state.work.last_status.as_ref().map(|last| &last.number);
    turn.state.work.parcel.as_ref().is_some_and(|parcel| told != Some(parcel))
}

/// A word back. That something was added is said once in a burst.
fn acknowledge(turn: &mut Turn<'_>, ticket: Ticket, last: Option<DateTime<Utc>>, key: &str) {
    let in_burst = last.is_some_and(|last| turn.context.now - last < BURST);
    if in_burst && (key == queue::ADDED || key == ADDED_FILE) && !turn.has_prefaces() {
        return;
    }
    let reply = queue::about(turn, key, &ticket);
    match last {
        // What can be done while waiting is shown with the first of them.
        None => {
            let buttons = queue::buttons(turn, ticket.no);
            turn.say_with(reply, buttons);
        }
        Some(_) => turn.say(reply),
    }
    remember(turn, ticket);
}

fn remember(turn: &mut Turn<'_>, ticket: Ticket) {
    turn.state.desk.assignee = Assignee::Queue { ticket, reassured_at: Some(turn.context.now) };
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("human.waiting", &["ticket", "deadline"], &["name"]),
    Key::reply("human.added", &["ticket"], &["deadline", "name"]),
    Key::reply("human.added_question", &["ticket", "deadline"], &["name"]),
    Key::reply("human.added_question_told", &["ticket", "deadline"], &["name"]),
    Key::reply("human.added_file", &["ticket"], &["deadline", "name"]),
    Key::reply("human.waiting_thanks", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_sorry", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_do", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_day", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_sure", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_if", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_repeat", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_here", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_hours", &[], &[]),
    Key::reply("human.waiting_out", &["ticket", "deadline"], &["name"]),
    Key::reply("human.meanwhile", &["ticket"], &["name"]),
];
