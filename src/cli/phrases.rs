//! `otklik phrases`: the phrases compiled in, as files that an owner changes and names with `--phrases`.

use super::shared::CommandResult;
use crate::phrases::load::shipped_files;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Example:\n  otklik phrases export my-phrases")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Writes them into a new or empty folder, one below it for each language
    #[command(
        after_help = "Examples:\n  otklik phrases export my-phrases\n  otklik check --offline --phrases my-phrases\n  \
                      otklik run --phrases my-phrases"
    )]
    Export {
        /// The folder; made if it is not there
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

pub(super) fn run(arguments: &Arguments) -> CommandResult {
    match &arguments.command {
        Command::Export { folder } => export(folder),
    }
}

fn export(folder: &Path) -> CommandResult {
    let shown = folder.display();
    match fs::read_dir(folder).map(|mut inside| inside.next().is_some()) {
        Ok(false) => {}
        Ok(true) => return Err(format!("{shown} is not empty, so nothing was written: name a new folder").into()),
        Err(problem) if problem.kind() == ErrorKind::NotFound => {}
        Err(problem) => return Err(format!("{shown} cannot be looked into: {problem}").into()),
    }
    for (language, name, text) in shipped_files() {
        let below = folder.join(language);
        let file = below.join(format!("{name}.toml"));
        let written = fs::create_dir_all(&below).and_then(|()| fs::write(&file, text));
        written.map_err(|problem| format!("cannot write {}: {problem}", file.display()))?;
    }
    outln!("{shown}: {} files. To use them: otklik run --phrases {shown}", shipped_files().len());
    Ok(())
}
