//! `otklik learned`: what agents taught the bot, as a patch of the phrase files.

use super::shared::{CommandResult, DatabaseArguments};
use crate::phrases::{Learned, to_toml_diff};
use crate::run;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  otklik learned > learned.patch")]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    /// Phrases from this folder instead of those compiled in
    #[arg(long, value_name = "DIR")]
    phrases: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let store = arguments.database.existing().await?;
    let learned: Vec<Learned> = store.proposals("learned").await?.into_iter().map(|known| known.learned()).collect();
    let phrasebook = run::phrasebook(arguments.phrases.as_deref())?;
    out!("{}", to_toml_diff(&learned, &phrasebook));
    Ok(())
}
