//! How fast messages are read, and how that grows with the examples.
//!
//! `cargo bench -p otklik-understanding` prints a table: for the phrasebook of the bot this crate was made for
//! (`phrases/` beside `crates/`), and for ten and a hundred times as many examples, how long loading with calibration
//! takes, the median time of reading a message as it is meant and one with noise on it, and beside it the naive way:
//! the optimal string alignment distance (`strsim`) of the message to every example.

#![allow(clippy::disallowed_methods, reason = "a benchmark is about the clock")]

#[path = "shipped/mod.rs"]
mod shipped;

use std::hint::black_box;
use std::time::{Duration, Instant};

use otklik_understanding::noise::{Noise, spoil};
use otklik_understanding::{Lessons, Matcher, read};

/// How many messages are read for the median.
const READS: usize = 2_000;
/// How many messages the naive way is timed on; it is the same for each.
const NAIVE: usize = 5;

fn main() {
    let lessons = shipped::lessons();
    let plain = messages(&lessons);
    let spoilt: Vec<String> =
        plain.iter().enumerate().map(|(i, text)| spoil(text, Noise::ALL[i % Noise::ALL.len()], i as u64)).collect();
    growth(&Matcher::new(&lessons));
    println!("examples  load+calibrate  read plain  read spoilt     naive  naive/plain");
    for times in [1, 10, 100] {
        let lessons = multiplied(&lessons, times);
        let examples = all_examples(&lessons);
        let started = Instant::now();
        let matcher = Matcher::new(&lessons);
        let loading = started.elapsed();
        let (plain_median, spoilt_median) = (median(&matcher, &plain), median(&matcher, &spoilt));
        let naive = naive(&plain, &examples);
        println!(
            "{:>8}  {:>14.2?}  {:>10.1?}  {:>11.1?}  {:>8.1?}  {:>11.0}",
            examples.len(),
            loading,
            plain_median,
            spoilt_median,
            naive,
            naive.as_secs_f64() / plain_median.as_secs_f64(),
        );
    }
}

/// What a message may be made of to take long.
const HOSTILE: [(&str, &str); 20] = [
    ("numbers", "1 "),
    ("letters", "а "),
    ("one word", "а"),
    ("one word, mixed", "абвгдежзик"),
    ("one number", "1234567890"),
    ("brackets", "("),
    ("emoji", "🙂"),
    ("marks", "е\u{301}"),
    ("only marks", "\u{301}"),
    ("look-alikes", "paзмep "),
    ("not", "не "),
    ("dates", "1.1.2026 "),
    ("phones", "+79001234567 "),
    ("tracking", "RA123456785RU "),
    ("words", "где моя посылка "),
    ("other layout", "ult gjcskrf "),
    ("groups", "100 000 "),
    ("lines of digits", "100\n"),
    ("letters and digits", "ra123456789"),
    ("numbers in words", "заказ один сто "),
];

/// How reading grows with the length of what a stranger may send: eight times the letters should take eight times as
/// long.
fn growth(matcher: &Matcher) {
    println!("made of              512 letters  4096 letters  times");
    for (name, piece) in HOSTILE {
        let timed = |letters: usize| {
            let text: String = piece.chars().cycle().take(letters).collect();
            median(matcher, &vec![text; 5])
        };
        let (short, long) = (timed(512), timed(4096));
        let times = long.as_secs_f64() / short.as_secs_f64();
        println!("{name:<20}  {short:>11.1?}  {long:>12.1?}  {times:>5.1}");
    }
}

/// The median time of reading one of the messages, after a round to warm up.
fn median(matcher: &Matcher, messages: &[String]) -> Duration {
    messages.iter().for_each(|message| drop(black_box(read(matcher, message))));
    let mut times: Vec<Duration> = messages
        .iter()
        .map(|message| {
            let started = Instant::now();
            black_box(read(matcher, message));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Messages as they arrive: the phrasebook's own, evenly chosen.
fn messages(lessons: &Lessons) -> Vec<String> {
    let examples = all_examples(lessons);
    let step = (examples.len() / READS).max(1);
    examples.into_iter().step_by(step).collect()
}

fn all_examples(lessons: &Lessons) -> Vec<String> {
    lessons.intents.iter().flat_map(|lesson| &lesson.examples).chain(&lessons.none).cloned().collect()
}

/// The lessons with every example in `times` wordings.
fn multiplied(lessons: &Lessons, times: u64) -> Lessons {
    let reworded = |texts: &[String]| -> Vec<String> {
        let copies = |text: &String| -> Vec<String> {
            let others = (1..times).map(|i| spoil(&spoil(text, Noise::Voice, i), Noise::Filler, i));
            std::iter::once(text.clone()).chain(others).collect()
        };
        texts.iter().flat_map(copies).collect()
    };
    let mut lessons = lessons.clone();
    for lesson in &mut lessons.intents {
        lesson.examples = reworded(&lesson.examples);
    }
    lessons.none = reworded(&lessons.none);
    lessons
}

/// One message the naive way.
fn naive(messages: &[String], examples: &[String]) -> Duration {
    let started = Instant::now();
    for message in messages.iter().take(NAIVE) {
        let nearest = examples.iter().map(|example| strsim::osa_distance(message, example)).min();
        black_box(nearest);
    }
    started.elapsed() / NAIVE as u32
}
