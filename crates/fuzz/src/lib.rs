//! What strangers can send, fed to what reads it: targets as plain functions of bytes, a corpus for each, and a seeded
//! mutator of it. A crate of its own so that the tests, the makers' tool (`otklik-dev fuzz`) and libFuzzer
//! (`libfuzzer/`) link the same functions.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod mutate;
mod targets;

pub use mutate::{Chance, mutated};
pub use targets::{TARGETS, Target};

/// Stands for a line break in a line of the corpus.
const LINE_BREAK: char = '␊';

/// The inputs that a target begins with: its lines of the corpus, and for the phrasebook the shipped files.
pub fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let lines = target.corpus.lines().map(|line| line.replace(LINE_BREAK, "\n").into_bytes());
    lines.chain((target.more)()).collect()
}

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each line of the corpus is mutated. A long run: `otklik-dev fuzz`.
    const MUTATIONS: usize = 20;

    #[test]
    fn what_strangers_send_breaks_nothing() {
        for target in TARGETS {
            let seeds = seeds(target);
            assert!(seeds.len() > 3, "{} has a corpus", target.name);
            let mut chance = Chance::new(1);
            for seed in seeds.iter().take(100) {
                (target.run)(seed);
                // Of what is long a few show as much.
                for _ in 0..if seed.len() > 2_000 { 1 } else { MUTATIONS } {
                    let other = &seeds[chance.below(seeds.len())];
                    (target.run)(&mutated(seed, other, &mut chance));
                }
            }
        }
    }
}
