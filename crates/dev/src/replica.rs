//! `otklik-dev replica`: the bot as `otklik run` starts it, but as fast as the server takes it, and with a clock that
//! can be wrong.

use crate::chance::Chance;
use crate::stage::Outcome;
use chrono::TimeDelta;
use otklik::clock;
use otklik::config::Place;
use otklik::launch::{start, until_told};
use otklik::outbox::Limits;
use std::path::PathBuf;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Phrases from this folder instead of those compiled in
    #[arg(long, value_name = "DIR")]
    phrases: Option<PathBuf>,
    /// Set the wall clock wrong, up to ten minutes either way and another way every second
    #[arg(long, value_name = "SEED")]
    wild_clock: Option<u64>,
}

pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let config = Place::of(None)?.config(arguments.phrases)?;
    if let Some(seed) = arguments.wild_clock {
        tokio::spawn(wild_clock(seed));
    }
    until_told(start(config, Limits::none()).await?).await
}

/// Sets this process's wall clock wrong, another way every second, until the process ends.
async fn wild_clock(seed: u64) {
    const MOST: u64 = 10 * 60;
    let mut chance = Chance::new(seed);
    loop {
        let seconds = i64::try_from(chance.below(2 * MOST)).unwrap_or(0) - i64::try_from(MOST).unwrap_or(0);
        clock::set_wrong(TimeDelta::seconds(seconds));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
