//! The way to the database: it is opened, read through a pool and written through one task.

use super::dialect::{Dialect, GENERATION};
use super::error::Error;
use super::ids::Ids;
use super::statements::{Query, Statement, statements};
use super::tx::Tx;
use super::writer::{CHANNEL, Writer};
use crate::conversation::DeskId;
use futures::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use sqlx::any::AnyPoolOptions;
use sqlx::postgres::PgListener;
use sqlx::{AnyPool, Executor, Row};
use std::collections::HashMap;
use std::fs::{File, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use tracing::debug;

statements! {
    /// Asks for nothing.
    NOTHING = "SELECT 1";
    /// The generation of the tables as they are.
    NEWEST_MIGRATION = "SELECT MAX(version) AS version FROM _sqlx_migrations";
    /// In one statement, so that nothing slips from one table to the next between two looks.
    ANYTHING_WAITS = "SELECT id FROM inbox WHERE done_at IS NULL UNION ALL \
                      SELECT id FROM outbox WHERE done_at IS NULL UNION ALL \
                      SELECT id FROM questions UNION ALL \
                      SELECT id FROM unproven UNION ALL \
                      SELECT customer AS id FROM timers WHERE due_at <= $1 LIMIT 1";
}

/// Everything the house remembers: a handle to the database, cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) reads: AnyPool,
    pub(super) writer: Writer,
    pub(super) dialect: Dialect,
    /// Where it is, password and all.
    url: SecretString,
    /// Desks that were upgraded, old id to new: asked for with every event, changed almost never.
    pub(super) moves: Arc<RwLock<HashMap<DeskId, DeskId>>>,
}

/// The file of a SQLite database; `None` for one in memory, or on a server.
pub(super) fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Makes a database's file one that only its owner reads, whatever the umask, and anew if it is not there; SQLite gives
/// the files beside it the same mode. What cannot be done here says so when the database is opened.
fn keep_private(file: &Path) {
    let made = File::options().create(true).append(true).mode(0o600).open(file);
    let beside = ["", "-wal", "-shm"].map(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    });
    for path in beside.iter().filter(|_| made.is_ok()) {
        // Of a version that did not see to it; a file of another owner stays as that one wants it.
        let _ = std::fs::set_permissions(path, Permissions::from_mode(0o600));
    }
}

/// A caller that waits longer than this for a connection is better told than kept.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections read at once: what reads at once are the loops of one process, a handful.
const READERS: u32 = 4;

/// How long a listener that has lost its connection waits before it connects again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

impl Store {
    /// Opens the database named by `url` (`sqlite://…` or `postgres://…`), creates it if it is SQLite and not there, and
    /// brings its tables up to date.
    ///
    /// # Errors
    /// [`Error::Open`] if it cannot be reached, created or brought up to date.
    pub async fn open(url: &str) -> Result<Store, Error> {
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of(url);
        let open = |source| Error::Open { url: without_password(url), source: Arc::new(source) };
        let full = match (dialect, url.contains("mode=")) {
            (Dialect::Sqlite, false) => format!("{url}{}mode=rwc", if url.contains('?') { '&' } else { '?' }),
            _ => url.to_owned(),
        };
        let options = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                // A file does not go away between two reads; a server's connection may have.
                .test_before_acquire(dialect == Dialect::Postgres)
                .acquire_timeout(PATIENCE)
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        for setting in dialect.session() {
                            connection.execute(*setting).await?;
                        }
                        Ok(())
                    })
                })
        };
        if let Some(file) = sqlite_file(url).filter(|_| !url.contains("mode=")) {
            keep_private(&file);
        }
        // One connection writes; it migrates first, so that the readers find the tables.
        let writes = options(1).connect(&full).await.map_err(open)?;
        dialect.migrations().run(&writes).await.map_err(|error| open(sqlx::Error::Migrate(Box::new(error))))?;
        let reads = options(READERS).connect(&full).await.map_err(open)?;
        let ids = Ids::open(&reads, dialect).await?;
        let writer = Writer::start(writes, dialect, ids);
        let store = Store { reads, writer, dialect, url: url.into(), moves: Arc::default() };
        store.reload_moves().await?;
        Ok(store)
    }

    /// Opens a database to read what is there: no file is made, no table is changed, and nothing can be written.
    ///
    /// # Errors
    /// [`Error::Missing`] if it is not there, [`Error::Open`] if it cannot be reached, [`Error::Older`] if its tables are of an older version.
    pub async fn open_to_read(url: &str) -> Result<Store, Error> {
        if let Some(file) = sqlite_file(url).filter(|file| !file.exists()) {
            return Err(Error::Missing { file });
        }
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of(url);
        let open = |source| Error::Open { url: without_password(url), source: Arc::new(source) };
        let full = match (dialect, url.contains("mode=")) {
            (Dialect::Sqlite, false) => format!("{url}{}mode=ro", if url.contains('?') { '&' } else { '?' }),
            _ => url.to_owned(),
        };
        let options = AnyPoolOptions::new().max_connections(READERS).acquire_timeout(PATIENCE).after_connect(
            move |connection, _| {
                Box::pin(async move {
                    for setting in dialect.reading_session() {
                        connection.execute(*setting).await?;
                    }
                    Ok(())
                })
            },
        );
        let reads = options.connect(&full).await.map_err(open)?;
        let found = match generation(&reads, dialect).await {
            Ok(found) => found,
            Err(sqlx::Error::Database(_)) => 0, // no tables of ours yet
            Err(error) => return Err(open(error)),
        };
        if found < GENERATION {
            return Err(Error::Older { url: without_password(url) });
        }
        let ids = Ids::open(&reads, dialect).await?;
        let writer = Writer::start(reads.clone(), dialect, ids);
        let store = Store { reads, writer, dialect, url: url.into(), moves: Arc::default() };
        store.reload_moves().await?;
        Ok(store)
    }

    /// Opens a database that is there already: where SQLite's file is not, none is made.
    ///
    /// # Errors
    /// [`Error::Missing`] if it is not there, otherwise as [`Store::open`].
    pub async fn open_existing(url: &str) -> Result<Store, Error> {
        match sqlite_file(url).filter(|file| !file.exists()) {
            Some(file) => Err(Error::Missing { file }),
            None => Store::open(url).await,
        }
    }

    /// The file of a database that only one process may run the bot on; `None` where several may.
    pub fn file(&self) -> Option<PathBuf> {
        sqlite_file(self.url.expose_secret())
    }

    /// Whether several replicas may be at work on this database.
    pub fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// The name of this replica among all on the database: 16 hexadecimal digits, random at every start.
    pub fn name(&self) -> &str {
        self.writer.name()
    }

    /// Says whether other replicas are at work: while they are, each commit of this one is told to them.
    pub fn tell_others(&self, others: bool) {
        self.writer.tell_others(others);
    }

    /// Hears of the commits of other replicas, for as long as the store is there; each counts as one of ours.
    pub async fn listen(&self) {
        loop {
            if let Err(error) = self.listen_once().await {
                debug!(%error, "other replicas cannot be heard; what they commit is found by looking");
            }
            if self.writer.is_closed() {
                return;
            }
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    async fn listen_once(&self) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect(self.url.expose_secret()).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let heard = listener.recv().await?;
            if heard.payload() != self.writer.name() {
                self.writer.count();
            }
        }
    }

    /// Runs `work` in a transaction; returns when it is committed.
    ///
    /// # Errors
    /// What `work` returned, which is then undone, or why it was not committed ([`Error::is_passing`] tells whether it
    /// may be tried again as it is). After [`Error::TimedOut`] it may have been committed all the same.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Tx<'c>) -> BoxFuture<'c, Result<T, Error>> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Counts commits, this replica's and those heard of others: a loop that looks for work watches it instead of asking
    /// again and again.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.writer.committed()
    }

    /// Asks the database for nothing, to see that it answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn is_there(&self) -> Result<(), Error> {
        self.query(NOTHING).fetch_one(&self.reads).await?;
        Ok(())
    }

    /// Whether nothing waits at `now` (Unix milliseconds): no event, no question, nothing to send, no timer that is due.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn is_idle(&self, now: i64) -> Result<bool, Error> {
        Ok(self.query(ANYTHING_WAITS).bind(now).fetch_optional(&self.reads).await?.is_none())
    }

    /// A statement as this database takes it.
    pub(super) fn query<'q>(&self, statement: Statement) -> Query<'q> {
        statement.query(self.dialect)
    }

    /// Runs a statement of one parameter, an id, in a transaction; whether it changed anything.
    pub(super) async fn changes_one(&self, statement: Statement, id: i64) -> Result<bool, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let changed = tx.query(statement).bind(id).execute(&mut *tx.connection).await?;
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }
}

/// The generation of the tables as they are; an error where there are none of ours.
pub(super) async fn generation<'c>(
    database: impl Executor<'c, Database = sqlx::Any>,
    dialect: Dialect,
) -> Result<i64, sqlx::Error> {
    let row = NEWEST_MIGRATION.query(dialect).fetch_one(database).await?;
    Ok(row.try_get::<Option<i64>, _>("version")?.unwrap_or(0))
}

/// A database's address as it may be shown: of a server's the host, its port and the database's name, and nothing of what is
/// no address at all.
pub(super) fn without_password(url: &str) -> String {
    let hidden = "an address that is not shown: it may hold a password".to_owned();
    match url.split_once(':') {
        Some(("sqlite", _)) => url.to_owned(),
        Some((scheme @ ("postgres" | "postgresql"), rest)) => {
            let Some(rest) = rest.strip_prefix("//") else { return hidden };
            // An «@» behind a «?» may be a password's, and so may the «?».
            if rest.split_once('?').is_some_and(|(_, query)| query.contains('@')) {
                return hidden;
            }
            let (user, place) = rest.rsplit_once('@').map_or(("", rest), |(_, place)| ("…@", place));
            let place = place.split(['?', '#']).next().unwrap_or_default();
            // «postgres://user:word», the rest forgotten: what should be a port is none.
            let port = place.split('/').next().and_then(|host| host.rsplit_once(':')).map_or("", |(_, port)| port);
            let whole = !user.is_empty() || place.contains('/') || port.is_empty();
            let is_port = whole && (port.ends_with(']') || port.chars().all(|c| c.is_ascii_digit()));
            if is_port { format!("{scheme}://{user}{place}") } else { hidden }
        }
        Some(_) | None => hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for url in [
            "postgres://u:s3cretpw@db.example.org/otklik",
            "postgres://u:s3c?ret#s3cretpw@db.example.org:5432/otklik?sslmode=require",
            "postgres://db.example.org/otklik?user=u&password=s3cretpw",
            "postgres://db.example.org/otklik?user=u&password=p@s3cretpw",
            "postgres//u:s3cretpw@db.example.org/otklik",
            "postgres:u:s3cretpw@db.example.org/otklik",
            "postgres://u:s3cretpw",
            "postgres://u:12345678",
            "12345678:AAs3cretpw-token",
            "s3cretpw",
        ] {
            let shown = without_password(url);
            assert!(!shown.contains("s3cretpw") && !shown.contains("12345678"), "{url}: {shown}");
        }
        for (url, shown) in [
            ("postgres://u:pw@127.0.0.1:5432/otklik", "postgres://…@127.0.0.1:5432/otklik"),
            ("postgresql://[::1]/otklik", "postgresql://[::1]/otklik"),
            ("sqlite:///var/lib/otklik/otklik.db", "sqlite:///var/lib/otklik/otklik.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
