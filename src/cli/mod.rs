//! The command line: each command a function; what it needs is put together here.

mod chance;
mod check;
mod demo;
mod evaluate;
mod learned;
mod load;
mod marks;
mod parcels;
mod replica;
mod soak;
mod stats;
mod understand;
mod undone;

use crate::carrier::{self, Carrier, Http, Pace};
use crate::config::{self, Config, Settings};
use crate::inbox::Knowledge;
use crate::outbox::Limits;
use crate::phrases::Phrasebook;
use crate::run::{self, Bot, Parts};
use crate::store::{LocalCarrier, Store};
use crate::telegram::Api;
use crate::understanding::Matcher;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;
use tracing::{info, warn};

/// Answers the customers of a courier or online shop in Telegram, and hands over to people in time.
#[derive(Parser)]
#[command(name = "otklik", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Phrases from this folder instead of those compiled in
    #[arg(long, global = true, value_name = "DIR")]
    phrases: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Everything on this machine, no account: a stand-in of Telegram, the bot, and a page to try it
    Demo(demo::Arguments),
    /// The real bot. Needs TELOXIDE_TOKEN and OTKLIK_DESK
    Run(RunArguments),
    /// Reads a message a line from standard input and tells what each means
    Understand(understand::Arguments),
    /// The local carrier's parcels
    Parcels(parcels::Arguments),
    /// Tells what was promised and kept, and what customers say of how it went
    Stats(stats::Arguments),
    /// Tells how well labelled messages are read, and where they are not
    Evaluate(evaluate::Arguments),
    /// A burst of customers against the stand-in, with Telegram's limits and a fast clock: fails if anything is lost
    Load(load::Arguments),
    /// Customers and agents at work while everything goes wrong, by chance but for a seed: fails if anything is lost
    Soak(soak::Arguments),
    /// What could not be processed: list it, try it again, drop it
    Inbox(undone::Arguments),
    /// What can never be sent: list it, send it again, drop it
    Outbox(undone::Arguments),
    /// Checks configuration, phrasebook, database, the carrier and the bot's rights in the desk
    Check,
    /// Prints what agents taught the bot, as a patch of the phrase files
    Learned,
    /// Prints the contract with a carrier's system as an OpenAPI document
    Openapi,
}

#[derive(clap::Args)]
struct RunArguments {
    /// Send as fast as the server takes it: for a server without Telegram's limits
    #[arg(long, hide = true)]
    without_limits: bool,
    /// Set the wall clock wrong, up to ten minutes either way and another way every second
    #[arg(long, hide = true, value_name = "SEED")]
    wild_clock: Option<u64>,
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // A panic's own words may quote a message: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panicked");
    }));
    let quiet = !matches!(cli.command, Command::Run(_) | Command::Demo(_));
    log(if quiet { "warn" } else { "otklik=info,warn" });
    let result = match cli.command {
        Command::Understand(arguments) => understand::run(&arguments, cli.phrases),
        Command::Parcels(arguments) => in_runtime(parcels::run(arguments)),
        Command::Stats(arguments) => in_runtime(stats::run(arguments)),
        Command::Evaluate(arguments) => evaluate::run(&arguments, cli.phrases),
        Command::Demo(arguments) => in_runtime(demo::run(arguments, cli.phrases)),
        Command::Load(arguments) => in_runtime(load::run(arguments, cli.phrases)),
        Command::Run(arguments) => in_runtime(real(arguments, cli.phrases)),
        Command::Soak(arguments) => in_runtime(soak::run(arguments)),
        Command::Inbox(arguments) => in_runtime(undone::inbox(arguments)),
        Command::Outbox(arguments) => in_runtime(undone::outbox(arguments)),
        Command::Learned => in_runtime(learned::run(cli.phrases)),
        Command::Check => in_runtime(check::run(cli.phrases)),
        Command::Openapi => {
            print!("{}", carrier::openapi());
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("otklik: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// What a command ends with when it fails: words for a person.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Logs go to standard error; `RUST_LOG` changes what is told.
fn log(default: &str) {
    let filter = config::variable("RUST_LOG").unwrap_or_else(|| default.to_owned());
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .init();
}

fn in_runtime(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(work)
}

async fn real(arguments: RunArguments, phrases: Option<PathBuf>) -> Outcome {
    let config = Config::load(phrases)?;
    let limits = if arguments.without_limits { Limits::none() } else { config.settings.limits.clone() };
    if let Some(seed) = arguments.wild_clock {
        tokio::spawn(soak::wild_clock(seed));
    }
    let bot = start(config, limits).await?;
    until_told(bot).await
}

/// Starts the bot that a configuration describes.
async fn start(config: Config, limits: Limits) -> Result<Bot, Box<dyn std::error::Error>> {
    let phrasebook = phrasebook(&config.settings)?;
    let matcher = matcher(&phrasebook, &config.settings);
    let store = Store::open(&config.database).await?;
    let api = Api::new(&config.token, config.server.as_deref())?;
    prepare(&api, &config).await;
    let settings = &config.settings;
    let mut desks = settings.desks_of(&config.desks);
    for desk in &mut desks {
        // What cannot be told now is taken for a group with topics: so the desk is meant to be.
        desk.plain = api.has_topics(desk.id).await == Some(false);
    }
    let known = Knowledge::new(Arc::new(phrasebook), Arc::new(matcher), settings.policy.clone(), desks);
    let knowledge = Arc::new(watch::Sender::new(Arc::new(known)));
    if let Some(folder) = settings.phrases.clone() {
        tokio::spawn(run::follow_phrases(
            folder,
            settings.carrier_formats.clone(),
            settings.precision,
            knowledge.clone(),
        ));
    }
    info!(desks = config.desks.len(), "at work");
    let carrier: Arc<dyn Carrier> = match config.carrier {
        Some(address) => {
            info!(%address, "parcels are the carrier's");
            Arc::new(Http::new(address, Pace::default())?)
        }
        None => Arc::new(LocalCarrier::new(store.clone(), settings.policy.clone())),
    };
    let Config { desks, listen, push, webhook, .. } = config;
    let keep = config.settings.keep;
    Ok(Bot::start(Parts { store, carrier, api, knowledge, desks, limits, listen, push, webhook, keep }).await?)
}

/// Puts Telegram's side in order, and tells at once what the desks lack. Trouble here passes or is mended while
/// the bot runs, so it does not keep it from starting.
async fn prepare(api: &Api, config: &Config) {
    if config.webhook.is_none()
        && let Err(problem) = api.leave_webhook().await
    {
        warn!(%problem, "an earlier webhook may still be set");
    }
    for desk in &config.desks {
        for lacking in api.missing_at_desk(*desk).await {
            warn!(desk, lacking, "the desk is not ready");
        }
    }
}

/// The phrasebook as the settings want it.
fn phrasebook(settings: &Settings) -> Result<Phrasebook, Box<dyn std::error::Error>> {
    Ok(settings.applied_to(run::phrasebook(settings.phrases.as_deref())?)?)
}

/// Learns to read as the settings want it.
fn matcher(phrasebook: &Phrasebook, settings: &Settings) -> Matcher {
    run::matcher(phrasebook, &settings.carrier_formats, settings.precision)
}

/// Works until Ctrl-C, SIGTERM, or until it cannot go on.
async fn until_told(mut bot: Bot) -> Outcome {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        problem = bot.failed() => {
            bot.stop().await;
            return Err(problem.into());
        }
    }
    info!("stopping: finishing what is in hand");
    bot.stop().await;
    Ok(())
}
