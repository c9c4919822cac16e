//! `otklik completions` and `otklik man`: what shells and readers of manuals need, made of the command line itself.

use super::shared::CommandResult;
use clap::Command;
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  otklik completions bash > /etc/bash_completion.d/otklik\n  otklik completions fish > \
                  otklik.fish"
)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(clap::Args)]
#[command(after_help = "Example:\n  otklik man man1")]
pub(super) struct Man {
    /// The folder; made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn completions(arguments: &Completions, mut command: Command) -> CommandResult {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "otklik", &mut script);
    out!("{}", String::from_utf8_lossy(&script));
    Ok(())
}

pub(super) fn man(arguments: &Man, command: Command) -> CommandResult {
    let made =
        std::fs::create_dir_all(&arguments.folder).and_then(|()| clap_mangen::generate_to(command, &arguments.folder));
    made.map_err(|error| format!("cannot write man pages into {}: {error}", arguments.folder.display()).into())
}
