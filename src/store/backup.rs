//! A copy of the whole database in one file, made while the bot is at work on it.
//!
//! SQLite copies itself as it stood at one moment (`VACUUM INTO`), holding up nobody who writes. The copy grows under
//! another name and gets its own when it is whole and on the disk: what is called a backup is never half of one.

use super::access::{generation, sqlite_file, without_password};
use super::dialect::Dialect;
use super::error::Error;
use super::statements::statements;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection};
use std::ffi::OsString;
use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

statements! {
    /// Only SQLite's: a file that is there must be empty.
    COPY on Sqlite = "VACUUM INTO $1";
}

/// Why there is no backup. Where there was one of that name, it is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something of that name is there, and was not to be replaced.
    #[error("{file} is there already: --force replaces it, another name keeps both", file = .0.display())]
    Stands(PathBuf),
    /// The name is that of the database itself.
    #[error("{file} is the database itself, or belongs to it: name another file for the backup", file = .0.display())]
    Itself(PathBuf),
    /// A server copies its databases with a program of its own.
    #[error("the database is on a PostgreSQL server, which is backed up with its own program:\n  {command}")]
    OnServer {
        /// What to type; the password is not in it.
        command: String,
    },
    /// Another backup to this file is being made.
    #[error("another backup to {file} is under way: wait for its end, or name another file", file = .0.display())]
    UnderWay(PathBuf),
    /// The copy could not be written to the end.
    #[error("the backup {file} cannot be written: {source}", file = .file.display())]
    Unwritten {
        /// The file that was to be.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database is not there, cannot be read, or cannot be copied.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Copies the database named by `url` into `file`, which only its owner may read; tells how many bytes it has. The
/// database is only read, of whatever version it is: a backup comes before an upgrade.
///
/// # Errors
/// [`BackupError`]; a `file` that is there is one, unless it is to be replaced.
pub async fn back_up(url: &str, file: &Path, replace: bool) -> Result<u64, BackupError> {
    if Dialect::of(url) == Dialect::Postgres {
        return Err(BackupError::OnServer { command: dump(url, file) });
    }
    if let Some(database) = sqlite_file(url) {
        if !database.exists() {
            return Err(Error::Missing { file: database }.into());
        }
        if ["", "-wal", "-shm"].iter().any(|end| is_same(&with_end(&database, end), file)) {
            return Err(BackupError::Itself(file.to_owned()));
        }
    }
    if !replace && file.symlink_metadata().is_ok() {
        return Err(BackupError::Stands(file.to_owned()));
    }
    let unwritten = |source| BackupError::Unwritten { file: file.to_owned(), source };
    // What a backup that was killed has left lies under this name, and is taken for the next.
    let growing = with_end(file, ".new");
    let copy =
        File::options().create(true).truncate(false).write(true).mode(0o600).open(&growing).map_err(unwritten)?;
    match copy.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(BackupError::UnderWay(file.to_owned())),
        Err(TryLockError::Error(source)) => return Err(unwritten(source)),
    }
    let made = match copied(url, &copy, &growing).await {
        Ok(()) => finish(&copy, &growing, file).map_err(unwritten),
        Err(Failed::Database(error)) => Err(error.into()),
        Err(Failed::File(source)) => Err(unwritten(source)),
    };
    if made.is_err() {
        let _ = fs::remove_file(&growing); // half of a copy is of use to nobody
    }
    made
}

/// What failed while the copy grew.
enum Failed {
    Database(Error),
    File(io::Error),
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Failed {
        Failed::Database(error.into())
    }
}

/// Lets the database copy itself into a file of ours, which is emptied first.
async fn copied(url: &str, copy: &File, growing: &Path) -> Result<(), Failed> {
    copy.set_len(0).and_then(|()| copy.set_permissions(Permissions::from_mode(0o600))).map_err(Failed::File)?;
    let Some(into) = growing.to_str() else {
        return Err(Failed::File(io::Error::other("its name is not UTF-8")));
    };
    sqlx::any::install_default_drivers();
    let open = |source| Failed::Database(Error::Open { url: without_password(url), source: Arc::new(source) });
    let read_only = if url.contains("mode=") { String::new() } else { format!("{}mode=ro", joint(url)) };
    let options = AnyConnectOptions::from_str(&format!("{url}{read_only}")).map_err(open)?.disable_statement_logging();
    let mut connection = AnyConnection::connect_with(&options).await.map_err(open)?;
    // An empty file, or somebody else's, is no database of ours: its copy would be a backup of nothing.
    generation(&mut connection, Dialect::Sqlite).await.map_err(open)?;
    COPY.query(Dialect::Sqlite).bind(into).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Puts what has been written onto the disk, and under its own name.
fn finish(copy: &File, growing: &Path, file: &Path) -> io::Result<u64> {
    copy.sync_all()?;
    fs::rename(growing, file)?;
    // The name is in the folder, which is a file too.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(copy.metadata()?.len())
}

/// A file's name with an end put to it.
fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name: OsString = file.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Whether two names, of which one may not be there, are of one file.
fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let by_folder = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(by_folder)
    };
    whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// What goes before another parameter of an address.
fn joint(url: &str) -> char {
    if url.contains('?') { '&' } else { '?' }
}

/// What copies a server's database, to be typed; `pg_dump` asks for the password itself.
fn dump(url: &str, file: &Path) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let file = file.to_string_lossy();
    format!("pg_dump --format=custom --file={} {}", quoted(&file), quoted(&for_a_person(url)))
}

/// A server's address with the name of the user and without the password.
fn for_a_person(url: &str) -> String {
    let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
    let place = match (place.find("://"), place.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let user = place[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}{user}{}", &place[..scheme + 3], &place[at..])
        }
        _ => place.to_owned(),
    };
    let shown: Vec<&str> =
        parameters.split('&').filter(|one| !one.is_empty() && !one.to_lowercase().contains("password")).collect();
    if shown.is_empty() { place } else { format!("{place}?{}", shown.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::dump;
    use std::path::Path;

    #[test]
    fn the_command_for_a_server_has_no_password() {
        let file = Path::new("it's.dump");
        for (url, shown) in [
            ("postgres://otklik:s3cr:t@db/otklik", "postgres://otklik@db/otklik"),
            ("postgres://otklik:s3c@ret@db:5432/otklik", "postgres://otklik@db:5432/otklik"),
            (
                "postgres://db/otklik?user=otklik&password=s3cret&sslmode=require",
                "postgres://db/otklik?user=otklik&sslmode=require",
            ),
            ("postgres:///otklik?host=/run/postgresql", "postgres:///otklik?host=/run/postgresql"),
        ] {
            assert_eq!(dump(url, file), format!(r"pg_dump --format=custom --file='it'\''s.dump' '{shown}'"));
        }
    }
}
