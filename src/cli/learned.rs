//! `otklik learned`: what agents taught the bot, as a patch of the phrase files.

use super::shared::CommandResult;
use crate::config;
use crate::phrases::{Learned, to_toml_diff};
use crate::run;
use crate::store::Store;
use std::path::PathBuf;

pub(super) async fn run(phrases: Option<PathBuf>) -> CommandResult {
    let store = Store::open(&config::database(&config::variable)).await?;
    let learned: Vec<Learned> = store.proposals("learned").await?.into_iter().map(|known| known.learned()).collect();
    let phrasebook = run::phrasebook(phrases.as_deref())?;
    print!("{}", to_toml_diff(&learned, &phrasebook));
    Ok(())
}
