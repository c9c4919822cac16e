//! The command line: each command a function in a file of its own; what they share is in `shared`.

mod check;
mod dead_letters;
mod demo;
mod evaluate;
mod learned;
mod parcels;
mod rehearsal_chat;
mod rehearsal_page;
mod rehearse;
mod rights;
mod shared;
mod stats;
mod understand;

use crate::carrier;
use crate::config::{self, Config};
use crate::launch::{self, LogFormat, start, until_told};
use clap::{Parser, Subcommand, ValueEnum};
use shared::{CommandResult, Exit};
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
    /// How logs are written, on standard error; OTKLIK_LOG says the same
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    log: Option<Log>,
}

/// How logs are written.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Log {
    /// A line for a person
    Text,
    /// A JSON object a line, with one number from an update to its reply
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Everything on this machine, no account: a stand-in of Telegram, the bot, and a page to try it
    Demo(demo::Arguments),
    /// The real bot. Needs TELOXIDE_TOKEN and OTKLIK_DESK
    Run,
    /// Reads a message a line from standard input and tells what each means
    Understand(understand::Arguments),
    /// The local carrier's parcels
    Parcels(parcels::Arguments),
    /// Tells how things go: what the bot solves, what people do, what was promised and kept
    Stats(stats::Arguments),
    /// Tells how well labelled messages are read, and where they are not
    Evaluate(evaluate::Arguments),
    /// Plays whole conversations against the phrases, and tells how many are solved and what is amiss
    Rehearse(rehearse::Arguments),
    /// What could not be processed: list it, try it again, drop it
    Inbox(dead_letters::Arguments),
    /// What can never be sent and what waits to be sent: list it, send it again, drop it
    Outbox(dead_letters::Arguments),
    /// Prints all that is kept about a customer, as JSON
    Export(rights::Export),
    /// Erases what is kept about a customer
    Forget(rights::Forget),
    /// Checks configuration, phrasebook, database, the carrier and the bot's rights in the desk
    Check,
    /// Prints what agents taught the bot, as a patch of the phrase files
    Learned,
    /// Prints the contract with a carrier's system as an OpenAPI document
    Openapi,
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let quiet = !matches!(cli.command, Command::Run | Command::Demo(_));
    let log = match (cli.log, config::variable("OTKLIK_LOG")) {
        (Some(log), _) => Ok(log),
        (None, Some(log)) => Log::from_str(&log, true),
        (None, None) => Ok(Log::Text),
    };
    let log = match log {
        Ok(Log::Text) => LogFormat::Text,
        Ok(Log::Json) => LogFormat::Json,
        Err(_) => {
            eprintln!("otklik: OTKLIK_LOG is neither text nor json");
            return ExitCode::from(2);
        }
    };
    launch::log(if quiet { "warn" } else { "otklik=info,warn" }, log);
    let result = match cli.command {
        Command::Understand(arguments) => understand::run(&arguments, cli.phrases),
        Command::Parcels(arguments) => in_runtime(parcels::run(arguments)),
        Command::Stats(arguments) => in_runtime(stats::run(arguments, cli.phrases)),
        Command::Evaluate(arguments) => evaluate::run(&arguments, cli.phrases),
        Command::Rehearse(arguments) => rehearse::run(&arguments, cli.phrases),
        Command::Demo(arguments) => in_runtime(demo::run(arguments, cli.phrases)),
        Command::Run => in_runtime(real(cli.phrases)),
        Command::Inbox(arguments) => in_runtime(dead_letters::inbox(arguments)),
        Command::Outbox(arguments) => in_runtime(dead_letters::outbox(arguments)),
        Command::Export(arguments) => in_runtime(rights::export(arguments)),
        Command::Forget(arguments) => in_runtime(rights::forget(arguments)),
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
            problem.downcast_ref::<Exit>().map_or(ExitCode::FAILURE, |exit| exit.status.into())
        }
    }
}

fn in_runtime(work: impl Future<Output = CommandResult>) -> CommandResult {
    tokio::runtime::Runtime::new()?.block_on(work)
}

async fn real(phrases: Option<PathBuf>) -> CommandResult {
    let config = Config::load(phrases)?;
    let limits = config.settings.limits.clone();
    until_told(start(config, limits).await?).await
}
