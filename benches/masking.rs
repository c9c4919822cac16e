//! How long masking takes, and how that grows with the length of what a stranger may send: masking runs inside
//! receiving, before anything else is done with a message.
//!
//! `cargo bench --bench masking` prints the median for texts of 4,096 letters, the most that Telegram brings, and of
//! 100,000; times the letters should be times the time.

#![allow(clippy::disallowed_methods, reason = "a benchmark is about the clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use otklik::privacy::mask;

/// What a message may be made of to take long.
const HOSTILE: [(&str, &str); 7] = [
    ("numbers", "1 "),
    ("longer ones", "4510 123456 "),
    ("one number", "1"),
    ("dashes", "12-"),
    ("announced", "паспорт 1 "),
    ("glued", "а1"),
    ("words", "где моя посылка "),
];

fn main() {
    println!("made of       4096 letters  100000 letters  times");
    for (name, piece) in HOSTILE {
        let timed = |letters: usize| median(&piece.chars().cycle().take(letters).collect::<String>());
        let (short, long) = (timed(4096), timed(100_000));
        let times = long.as_secs_f64() / short.as_secs_f64();
        println!("{name:<12}  {short:>12.1?}  {long:>14.1?}  {times:>5.1}");
    }
}

/// The median time of masking a text, after a round to warm up.
fn median(text: &str) -> Duration {
    black_box(mask(text));
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let started = Instant::now();
            black_box(mask(text));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
