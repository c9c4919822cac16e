//! `otklik-dev load`: a burst of customers and a few agents against the sandbox with Telegram's limits, on a clock
//! that runs faster. Fails if anything was lost, out of order or shown to the wrong person.

mod beside;
mod calls;
mod check;
mod flood;
mod plan;
mod play;
mod report;

use self::calls::Shape;
use self::check::Scene;
use self::play::Play;
use self::report::Report;
use crate::chance::Chance;
use crate::stage::{self, Outcome};
use chrono::{NaiveTime, TimeDelta};
use otklik::clock;
use otklik::config::{self, Config};
use otklik::conversation::DeskId;
use otklik::launch;
use otklik::outbox::Limits;
use otklik::phrases::Phrasebook;
use otklik::run::Bot;
use sandbox::Sandbox;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// How many customers write
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    customers: u32,
    /// How many agents answer
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    agents: u32,
    /// Within how many seconds all customers begin
    #[arg(long, default_value_t = 300)]
    burst_seconds: u64,
    /// How many times faster time runs. Too fast for the machine, and its own work shows as waiting
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    speed: u32,
    /// Chooses who writes what and when
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after so many minutes of the fast clock, whatever is still under way
    #[arg(long, default_value_t = 1440, value_name = "N")]
    minutes: u64,
    /// An empty database, which is kept, in the place of one for the while: sqlite://… or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Phrases from this folder instead of those compiled in
    #[arg(long, value_name = "DIR")]
    phrases: Option<PathBuf>,
    /// Write the report here as well, for programs
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Other {
    /// As many messages as the machine takes, without Telegram's limits: how many a second are answered, and how soon
    Flood(flood::Arguments),
}

pub(crate) async fn run(arguments: Arguments) -> Outcome {
    if let Some(Other::Flood(arguments)) = &arguments.other {
        return flood::run(arguments).await;
    }
    if !clock::speed_up(arguments.speed) {
        return Err("the clock runs faster already: start this command in a process of its own".into());
    }
    let folder = stage::folder("load")?;
    let outcome = in_folder(&arguments, &folder).await;
    // For a look into the database afterwards one is named. A folder that stays is no failure of the load.
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn in_folder(arguments: &Arguments, folder: &Path) -> Outcome {
    let mut settings = config::Settings { phrases: arguments.phrases.clone(), ..config::Place::of(None)?.settings()? };
    // The desk is open, at whatever hour this is run: promises fall due, and reminders take of the budget.
    let policy = &mut settings.policy;
    (policy.opens, policy.closes) = (NaiveTime::MIN, NaiveTime::MIN);
    (policy.days_off, policy.holidays) = (Vec::new(), Vec::new());
    let phrasebook = launch::phrasebook(&settings)?;
    let (database, _) = stage::database(arguments.database.as_deref(), folder).await?;
    let sandbox = stage::sandbox(true).await?;
    let config = Config {
        token: sandbox.token().into(),
        server: Some(sandbox.url().into()),
        database: database.into(),
        desks: vec![DeskId(sandbox.desk())],
        carrier: None,
        listen: None,
        push: None,
        webhook: None,
        metrics: None,
        settings,
    };
    let bot = launch::start(config, Limits::default()).await?;
    let played = play(arguments, &phrasebook, &sandbox, &bot).await;
    bot.stop().await;
    let report = played?;
    print!("{}", report.table());
    if let Some(file) = &arguments.json {
        let json = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, json).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    if report.good() { Ok(()) } else { Err("the load has failed: see the table".into()) }
}

/// Plays the load and looks at what came of it.
async fn play(
    arguments: &Arguments,
    phrasebook: &Phrasebook,
    sandbox: &Sandbox,
    bot: &Bot,
) -> Result<Report, Box<dyn std::error::Error>> {
    let Arguments { customers, agents, burst_seconds, speed, seed, minutes, .. } = *arguments;
    let (customers, agents) = (usize::try_from(customers)?, usize::try_from(agents)?);
    let mut chance = Chance::new(seed);
    let plan = plan::customers(customers, Duration::from_secs(burst_seconds), &mut chance);
    let most = Duration::from_secs(minutes.saturating_mul(60));
    let mut play = Play::new(sandbox, phrasebook, plan, agents, chance);
    let end = clock::instant() + most;
    play.run(most).await;
    if !play.ledger.cut {
        eprintln!("all that agents can do is done; waiting for what the bot still has to send");
        tokio::select! {
            rest = settle(sandbox, bot, &mut play) => rest?,
            () = clock::sleep_until(end) => play.ledger.cut = true,
        }
    }
    play.calls.look(sandbox);
    if play.calls.gap {
        return Err("the sandbox made more calls between two looks than it keeps: choose a lower --speed".into());
    }

    let topics = sandbox.topics().into_iter();
    let scene = Scene {
        chats: (1..).zip(&play.customers).map(|(number, id)| (number, sandbox.chat(*id))).collect(),
        topics: topics.map(|topic| (topic.id, play.whose(&topic.name), sandbox.topic(topic.id))).collect(),
        general: sandbox.general(),
    };
    let refused = ["desk.held_by_other", "desk.not_open"].map(|key| Shape::of(phrasebook, key));
    // A call takes milliseconds of this machine, however fast the clock runs.
    let in_flight = TimeDelta::milliseconds(50).checked_mul(i32::try_from(speed)?).unwrap_or(TimeDelta::MAX);
    let findings = check::check(&scene, &play.ledger, (&play.calls.at_desk, &play.calls.card), &refused, in_flight);
    Ok(Report::new(&play.ledger, &play.calls, &play.customers, agents, seed, findings))
}

/// Waits until the bot has nothing left to do.
async fn settle(sandbox: &Sandbox, bot: &Bot, play: &mut Play<'_>) -> Outcome {
    let mut looked = false;
    while !looked || sandbox.unconfirmed() > 0 {
        looked = true;
        while sandbox.unconfirmed() > 0 {
            sandbox.changed().await;
        }
        tokio::select! {
            drained = bot.drain() => drained?,
            // The sandbox forgets old calls; a long rest has many.
            () = async { loop { clock::sleep(LOOK_AGAIN).await; play.calls.look(sandbox); } } => {}
        }
    }
    Ok(())
}

/// How often calls are taken while the rest is waited for.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
