//! The command `otklik-dev`: what the makers of Отклик try it with. It is a program of its own because it may do what
//! the product must not be able to: make time run faster or the clock jump, send without Telegram's limits, and take a
//! database away from everybody (the feature `dev` of `otklik`).
//!
//! `load` plays a burst of customers against one bot on a fast clock, and a `flood` against replicas; `soak` lets
//! everything go wrong around replicas that are killed. Both begin on a `stage` (a folder, an empty database, the
//! sandbox), are decided by `chance`, and find each message again by its `tags`. `replicas` starts processes of this
//! same program, which run a `replica` each. `fuzz` feeds what reads strangers' bytes with broken ones.

#![forbid(unsafe_code)]

mod chance;
mod fuzz;
mod load;
mod replica;
mod replicas;
mod soak;
mod stage;
mod tags;

use clap::{Parser, Subcommand};
use otklik::launch;
use std::process::ExitCode;

/// What the makers of Отклик try it with: bursts, floods, broken input, and everything going wrong.
#[derive(Parser)]
#[command(name = "otklik-dev", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A burst of customers against the stand-in, with Telegram's limits and a fast clock: fails if anything is lost
    Load(load::Arguments),
    /// Customers and agents at work while everything goes wrong, by chance but for a seed: fails if anything is lost
    Soak(soak::Arguments),
    /// What strangers can send, mutated by chance but for a seed: fails if anything breaks
    Fuzz(fuzz::Arguments),
    /// One bot of a flood or a soak, told by its environment where everything is
    #[command(hide = true)]
    Replica(replica::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    launch::log("warn", launch::LogFormat::Text);
    let outcome = match cli.command {
        Command::Load(arguments) => load::run(arguments).await,
        Command::Soak(arguments) => soak::run(arguments).await,
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Replica(arguments) => replica::run(arguments).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("otklik-dev: {problem}");
            ExitCode::FAILURE
        }
    }
}
