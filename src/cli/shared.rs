//! What commands share: where their settings and their database are, and how they end.

use crate::config::{Mistakes, Place, Settings};
use crate::store::Store;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What a command ends with when it fails: words for a person.
pub(super) type CommandResult = Result<(), Box<dyn std::error::Error>>;

/// An end with an exit status of its own, for programs that call the command; any other failure is 1, and 2 a command
/// line that is none.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub(super) struct Exit {
    pub(super) status: u8,
    pub(super) words: String,
}

/// Writes to standard output, for `out!` and `outln!`. A reader who has seen enough (`otklik check | head -1`) ends
/// nothing: what the command does is done to its end, and its exit status tells how.
pub(super) fn write_out(words: Arguments<'_>) {
    match io::stdout().lock().write_fmt(words) {
        Ok(()) => {}
        Err(problem) if problem.kind() == ErrorKind::BrokenPipe => {}
        Err(problem) => {
            eprintln!("otklik: standard output cannot be written to: {problem}");
            std::process::exit(1);
        }
    }
}

/// `print!` for commands; that one panics when its reader is gone.
macro_rules! out {
    ($($words:tt)*) => { $crate::cli::shared::write_out(format_args!($($words)*)) };
}

/// `println!` for commands; that one panics when its reader is gone.
macro_rules! outln {
    ($($words:tt)*) => { $crate::cli::shared::write_out(format_args!("{}\n", format_args!($($words)*))) };
}

/// Whether a command ended because the reader of its output had seen enough: no failure.
pub(super) fn is_read_enough(problem: &(dyn std::error::Error + 'static)) -> bool {
    problem.downcast_ref::<io::Error>().is_some_and(|problem| problem.kind() == ErrorKind::BrokenPipe)
}

/// Where a command finds its settings.
#[derive(clap::Args)]
pub(super) struct PlaceArguments {
    /// Settings from this file, and variables from the .env beside it, instead of those of the present folder
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl PlaceArguments {
    /// The place, with its `.env` read.
    pub(super) fn place(&self) -> Result<Place, Mistakes> {
        Place::of(self.config.as_deref())
    }

    /// The settings file that the command line names.
    pub(super) fn named(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

/// Where a command finds its settings and the phrases it speaks or reads by.
#[derive(clap::Args)]
pub(super) struct PhrasesArguments {
    #[command(flatten)]
    pub(super) place: PlaceArguments,
    /// Phrases from this folder instead of those compiled in
    #[arg(long, value_name = "DIR")]
    pub(super) phrases: Option<PathBuf>,
}

impl PhrasesArguments {
    /// What the settings file says, with the phrases that are named here.
    pub(super) fn settings(&self) -> Result<Settings, Mistakes> {
        Ok(Settings { phrases: self.phrases.clone(), ..self.place.place()?.settings()? })
    }
}

/// Where a command finds its settings and its database.
#[derive(clap::Args)]
pub(super) struct DatabaseArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// This database instead of that of DATABASE_URL, such as sqlite:///var/lib/otklik/otklik.db
    #[arg(long, global = true, value_name = "URL")]
    database: Option<SecretString>,
}

impl DatabaseArguments {
    /// The place, with its `.env` read.
    pub(super) fn place(&self) -> Result<Place, Mistakes> {
        self.place.place()
    }

    /// The database's address: it may hold a password.
    pub(super) fn url(&self) -> Result<String, Mistakes> {
        match &self.database {
            Some(url) => Ok(url.expose_secret().to_owned()),
            None => Ok(self.place()?.database()),
        }
    }

    /// The database of a command that works on what is there: in a wrong folder none is made.
    pub(super) async fn existing(&self) -> Result<Store, Box<dyn std::error::Error>> {
        Ok(Store::open_existing(&self.url()?).await?)
    }
}
