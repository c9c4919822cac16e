//! The command line: each command a function in a file of its own; what they share is in `shared`.

// `println!` panics when the reader of a pipe has seen enough: `out!` and `outln!` stand for it.
#![deny(clippy::print_stdout)]

#[macro_use]
mod shared;

mod backup;
mod check;
mod completions;
mod dead_letters;
mod demo;
mod evaluate;
mod health;
mod init;
mod learned;
mod link;
mod parcels;
mod phrases;
mod rehearsal_chat;
mod rehearsal_page;
mod rehearse;
mod rights;
mod stats;
mod understand;

use crate::carrier;
use crate::config;
use crate::launch::{self, LogFormat, start, until_told};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use shared::{CommandResult, Exit, PhrasesArguments};
use std::process::ExitCode;

/// What stands below the list of commands.
const AFTER_HELP: &str = "\
Examples:
  otklik demo
  otklik init
  otklik run

Settings come from the environment, and from otklik.toml and .env in the folder where the command is started.
Exit status: 0 done; 1 failed, or something is to be mended; 2 a command line that is none; 3 nothing could be read
(parcels import).";

/// Answers the customers of a courier or online shop in Telegram, and hands over to people in time.
#[derive(Parser)]
#[command(name = "otklik", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
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
    /// Asks for what the bot needs, finds the agents' group by itself, and writes otklik.toml and .env
    Init(init::Arguments),
    /// The real bot. Needs TELOXIDE_TOKEN and OTKLIK_DESK
    #[command(after_help = "Examples:\n  otklik run\n  otklik run --config /etc/otklik/otklik.toml")]
    Run(PhrasesArguments),
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
    #[command(after_help = "Examples:\n  otklik inbox\n  otklik inbox retry --all")]
    Inbox(dead_letters::Arguments),
    /// What can never be sent and what waits to be sent: list it, send it again, drop it
    #[command(after_help = "Examples:\n  otklik outbox\n  otklik outbox retry 7 9")]
    Outbox(dead_letters::Arguments),
    /// Prints all that is kept about a customer, as JSON
    Export(rights::Export),
    /// Erases what is kept about a customer
    Forget(rights::Forget),
    /// Copies the database into a file, beside the running bot
    Backup(backup::Arguments),
    /// Checks configuration, phrasebook, database, the carrier and the bot's rights in the desk
    Check(check::Arguments),
    /// Asks a running bot on this machine whether it can take what comes, for a container's health check
    Health(health::Arguments),
    /// Prints what agents taught the bot, as a patch of the phrase files
    Learned(learned::Arguments),
    /// Prints links that open the bot at a parcel or a request, for a shop's letters and pages
    Link(link::Arguments),
    /// The phrases compiled in, as files to change
    Phrases(phrases::Arguments),
    /// Prints the contract with a carrier's system as an OpenAPI document
    #[command(after_help = "Example:\n  otklik openapi > carrier.json")]
    Openapi,
    /// Prints completions of this command line for a shell
    Completions(completions::Completions),
    /// Writes a man page for each command into a folder, for packages
    #[command(hide = true)]
    Man(completions::Man),
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let quiet = !matches!(cli.command, Command::Run(_) | Command::Demo(_));
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
        Command::Understand(arguments) => understand::run(&arguments),
        Command::Parcels(arguments) => in_runtime(parcels::run(arguments)),
        Command::Stats(arguments) => in_runtime(stats::run(arguments)),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Rehearse(arguments) => rehearse::run(&arguments),
        Command::Demo(arguments) => in_runtime(demo::run(arguments)),
        Command::Init(arguments) => in_runtime(init::run(arguments)),
        Command::Run(arguments) => in_runtime(real(arguments)),
        Command::Inbox(arguments) => in_runtime(dead_letters::inbox(arguments)),
        Command::Outbox(arguments) => in_runtime(dead_letters::outbox(arguments)),
        Command::Export(arguments) => in_runtime(rights::export(arguments)),
        Command::Forget(arguments) => in_runtime(rights::forget(arguments)),
        Command::Learned(arguments) => in_runtime(learned::run(arguments)),
        Command::Link(arguments) => in_runtime(link::run(arguments)),
        Command::Phrases(arguments) => phrases::run(&arguments),
        Command::Backup(arguments) => in_runtime(backup::run(arguments)),
        Command::Check(arguments) => in_runtime(check::run(arguments)),
        Command::Health(arguments) => in_runtime(health::run(arguments)),
        Command::Completions(arguments) => completions::completions(&arguments, Cli::command()),
        Command::Man(arguments) => completions::man(&arguments, Cli::command()),
        Command::Openapi => {
            out!("{}", carrier::openapi());
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) if shared::is_read_enough(&*problem) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("otklik: {problem}");
            problem.downcast_ref::<Exit>().map_or(ExitCode::FAILURE, |exit| exit.status.into())
        }
    }
}

fn in_runtime(work: impl Future<Output = CommandResult>) -> CommandResult {
    tokio::runtime::Runtime::new()?.block_on(work)
}

async fn real(arguments: PhrasesArguments) -> CommandResult {
    let config = arguments.place.place()?.config(arguments.phrases)?;
    let limits = config.settings.limits.clone();
    until_told(start(config, limits).await?).await
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::{CommandFactory, Parser};

    /// A command with those below it, each by its whole name.
    fn all(command: &clap::Command, above: &str) -> Vec<(String, clap::Command)> {
        let name = format!("{above} {}", command.get_name()).trim().to_owned();
        let below = command.get_subcommands().flat_map(|sub| all(sub, &name)).collect();
        [vec![(name.clone(), command.clone())], below].concat()
    }

    /// The examples of a help text, as the words a shell would make of each.
    fn examples(help: &str) -> Vec<Vec<String>> {
        let lines = help.lines().filter_map(|line| line.strip_prefix("  "));
        let commands = lines.filter_map(|line| Some(&line[line.find("otklik ")?..]));
        let words = |line: &str| {
            let words = line.split_whitespace().take_while(|word| !["<", ">", "|"].contains(word));
            words.map(str::to_owned).collect()
        };
        commands.map(words).collect()
    }

    #[test]
    fn every_help_has_an_example_that_is_a_command() {
        Cli::command().debug_assert();
        for (name, command) in all(&Cli::command(), "") {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = examples(&help);
            assert!(!examples.is_empty(), "{name} --help has no example: {help}");
            for example in examples {
                let parsed = Cli::try_parse_from(&example);
                assert!(parsed.is_ok(), "{name} --help: {example:?}: {}", parsed.err().expect("a mistake"));
            }
        }
    }
}
