//! The command line: each command a function in a file of its own; what they share is in `shared`.

mod chance;
mod check;
mod dead_letters;
mod demo;
mod evaluate;
mod learned;
mod load;
mod marks;
mod parcels;
mod replica;
mod shared;
mod soak;
mod stats;
mod understand;

use crate::carrier;
use crate::config::{self, Config};
use crate::outbox::Limits;
use clap::{Parser, Subcommand};
use shared::{Outcome, start, until_told};
use std::path::PathBuf;
use std::process::ExitCode;

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
    Inbox(dead_letters::Arguments),
    /// What can never be sent: list it, send it again, drop it
    Outbox(dead_letters::Arguments),
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
        Command::Inbox(arguments) => in_runtime(dead_letters::inbox(arguments)),
        Command::Outbox(arguments) => in_runtime(dead_letters::outbox(arguments)),
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
