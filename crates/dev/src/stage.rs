//! What a load, a flood and a soak are played on: a folder for the while, a database that is empty, and the sandbox.

use otklik::clock;
use otklik::store::Store;
use sandbox::{Clock, Options, Sandbox};
use std::path::{Path, PathBuf};

/// What a command ends with when it fails: words for a person.
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Makes a folder for the while, named after the command and this process.
pub(crate) fn folder(command: &str) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("otklik-{command}-{}", std::process::id()));
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    Ok(folder)
}

/// Opens the database that was named, or one in the folder; gives its address as well. One that is not empty is
/// refused.
pub(crate) async fn database(
    named: Option<&str>,
    folder: &Path,
) -> Result<(String, Store), Box<dyn std::error::Error>> {
    let url = named.map_or_else(|| format!("sqlite://{}", folder.join("otklik.db").display()), str::to_owned);
    let store = Store::open(&url).await?;
    if !store.sent_since(false, 0).await?.is_empty() {
        return Err(format!("{url} has been used before: name an empty database").into());
    }
    Ok((url, store))
}

/// Starts the sandbox, with Telegram's limits or without, by this process's clock.
pub(crate) async fn sandbox(limits: bool) -> Result<Sandbox, String> {
    let clock = Clock { now: clock::now, sleep: |time| Box::pin(clock::sleep(time)) };
    let options = Options { limits, clock, ..Options::default() };
    Sandbox::start(options).await.map_err(|error| format!("the sandbox cannot be started: {error}"))
}
