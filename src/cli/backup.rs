//! `otklik backup`: a copy of the database in one file, made beside the running bot.

use super::shared::{CommandResult, DatabaseArguments};
use crate::store;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  otklik backup otklik-2026-11-30.db
  otklik backup last-night.db --force --config /var/lib/otklik/otklik.toml

To restore, stop the bot, put the file in the place of otklik.db and delete otklik.db-wal and otklik.db-shm beside it.
A PostgreSQL database is backed up with pg_dump: the command is told, and the exit status is 1.")]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    /// The file to be made, readable by its owner alone: all that customers wrote is in it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replaces the file if it is there, once the new copy is whole
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let bytes = store::back_up(&arguments.database.url()?, &arguments.file, arguments.force).await?;
    outln!("Backed up to {}, {bytes} bytes.", arguments.file.display());
    Ok(())
}
