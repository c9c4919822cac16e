//! `otklik-dev fuzz`: the targets of `otklik-fuzz` fed by its seeded mutator for so long. What is found is told with its
//! input, which belongs into the corpus.

use clap::Args;
use otklik::clock;
use otklik_fuzz::{Chance, TARGETS, Target, mutated, seeds, target};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// So many inputs that were made are kept to be mutated further.
const KEPT: usize = 2_000;
/// An input that takes longer than this holds up everybody: it is a find too.
const SLOW: Duration = Duration::from_secs(3);
/// After so many finds a target is left.
const ENOUGH: usize = 5;

/// What is fuzzed, and how long.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The targets; all of them, if none is named
    targets: Vec<String>,
    /// How long each is run
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// The same seed, the same inputs
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the targets one after the other.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let named = arguments.targets.iter().map(|name| target(name).ok_or_else(|| unknown(name)));
    let mut targets = named.collect::<Result<Vec<&Target>, String>>()?;
    if targets.is_empty() {
        targets = TARGETS.iter().collect();
    }
    let time = Duration::from_secs_f64((arguments.minutes * 60.0).clamp(0.0, 1e6));
    let found: usize = targets.iter().map(|target| fuzz(target, time, arguments.seed)).sum();
    if found == 0 { Ok(()) } else { Err(format!("{found} inputs broke something").into()) }
}

fn unknown(name: &str) -> String {
    let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    format!("{name} is no target; there are {}", known.join(", "))
}

/// Runs one target; returns how many inputs broke it.
fn fuzz(target: &Target, time: Duration, seed: u64) -> usize {
    let (mut chance, mut pool) = (Chance::new(seed), seeds(target));
    let (begun, given) = (clock::steady(), pool.len());
    let (mut runs, mut found, mut slowest) = (0_u64, 0, Duration::ZERO);
    if let Some(first) = pool.first() {
        (target.run)(first); // what is learned at the first input is not that input's time
    }
    while clock::steady() - begun < time && found < ENOUGH {
        let (input, other) = (chance.below(pool.len()), chance.below(pool.len()));
        let input = mutated(&pool[input], &pool[other], &mut chance);
        let at = clock::steady();
        let broke = catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err();
        let took = clock::steady() - at;
        (runs, slowest) = (runs + 1, slowest.max(took));
        if broke || took > SLOW {
            found += 1;
            let why = if broke { "broke it".to_owned() } else { format!("took {:.1} s", took.as_secs_f64()) };
            println!("{}: an input {why}: \"{}\"", target.name, input.escape_ascii());
        } else if chance.below(8) == 0 {
            // What went well may go wrong with one thing more; the seeds stay.
            match pool.len() < given + KEPT {
                true => pool.push(input),
                false => pool[given + chance.below(KEPT)] = input,
            }
        }
    }
    let minutes = (clock::steady() - begun).as_secs_f64() / 60.0;
    println!("{:10} {runs} inputs in {minutes:.1} min, the slowest {slowest:.0?}, found {found}", target.name);
    found
}
