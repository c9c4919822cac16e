//! All SQL, and only here.
//!
//! Reading goes through a pool; writing through one task that commits in groups ([`Store::write`]).
//! Work inside a transaction is written with [`Tx`], whose methods are the statements of one table
//! each, a file a table: `inbox`, `outbox`, `faces`, `desks`, `story`, `questions`, `parcels` (the local carrier), `promises`. SQLite and PostgreSQL take the same
//! texts (`statements`); what differs between them is in this file.

mod desks;
mod faces;
mod ids;
mod inbox;
mod outbox;
mod parcels;
mod promises;
mod proposals;
mod questions;
mod statements;
mod story;
mod writer;

pub use faces::Face;
pub use inbox::{ANSWER, NewEvent, WaitingEvent};
pub use outbox::{Head, NewPost};
pub use parcels::{LocalCarrier, MadeChange, Moved};
pub use promises::PromiseCount;
pub use proposals::Proposal;
pub use questions::OpenQuestion;

use futures::future::BoxFuture;
use ids::Ids;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, Executor, Row, SqlSafeStr};
use statements as sql;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use writer::Writer;

/// What can go wrong with the database. Cloned to everybody whose work shared a commit.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The database said no.
    #[error("the database failed: {0}")]
    Database(Arc<sqlx::Error>),
    /// The database took too long; nothing is known to be stored.
    #[error("the database took too long over a commit")]
    TimedOut,
    /// The work panicked; nothing of it was stored.
    #[error("the work panicked; nothing of it was stored")]
    Panicked,
    /// The work was not begun, because something before it failed; nothing of it was stored.
    #[error("the database could not begin the work; nothing of it was stored")]
    NotTaken,
    /// The store's task has ended.
    #[error("the store has ended")]
    Closed,
    /// The database could not be opened.
    #[error("cannot open the database {url}: {source}; check DATABASE_URL and that its folder is writable")]
    Open {
        /// Where, without a password.
        url: String,
        /// Why.
        source: Arc<sqlx::Error>,
    },
    /// A row holds what we cannot read.
    #[error("cannot read {what} in the database: {why}")]
    Unreadable {
        /// Which.
        what: &'static str,
        /// Why.
        why: String,
    },
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Error::Database(Arc::new(error))
    }
}

/// Everything the house remembers.
#[derive(Clone)]
pub struct Store {
    reads: AnyPool,
    writer: Writer,
    /// Desks that were upgraded, old id to new: asked for with every event, changed almost never.
    moves: Arc<RwLock<HashMap<i64, i64>>>,
}

/// A transaction in the making: what is done with it is kept or undone together.
pub struct Tx<'c> {
    connection: &'c mut AnyConnection,
    ids: &'c Ids,
}

/// What SQLite is told when a connection opens. WAL lets readers go on while one writes;
/// `synchronous=FULL` because NORMAL may lose the last commits when the power fails; the
/// time-out is for a backup tool that holds the file for a moment.
const SQLITE: &[&str] = &[
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -8000",
];

impl Store {
    /// Opens the database named by `url`, creates it if it is SQLite and not there, and brings its
    /// tables up to date.
    pub async fn open(url: &str) -> Result<Store, Error> {
        sqlx::any::install_default_drivers();
        let sqlite = url.starts_with("sqlite:");
        let open = |source| Error::Open { url: without_password(url), source: Arc::new(source) };
        let full = match (sqlite, url.contains("mode=")) {
            (true, false) => format!("{url}{}mode=rwc", if url.contains('?') { '&' } else { '?' }),
            _ => url.to_owned(),
        };
        let options = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                // A caller that waits longer than this is better told than kept.
                .acquire_timeout(Duration::from_secs(10))
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        if sqlite {
                            for pragma in SQLITE {
                                connection.execute(*pragma).await?;
                            }
                        }
                        Ok(())
                    })
                })
        };
        // One connection writes; it migrates first, so that the readers find the tables.
        let writes = options(1).connect(&full).await.map_err(open)?;
        migrations().run(&writes).await.map_err(|error| open(sqlx::Error::Migrate(Box::new(error))))?;
        let reads = options(4).connect(&full).await.map_err(open)?;
        let last: Option<i64> = sqlx::query(sql::GREATEST_ID).fetch_one(&reads).await?.try_get("id")?;
        // IMMEDIATE takes SQLite's write lock at once instead of failing half way.
        let begin = if sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        let writer = Writer::start(writes, begin, Ids::after(last.unwrap_or(0)));
        let store = Store { reads, writer, moves: Arc::default() };
        let moves = store.moved_desks().await?.into_iter().collect();
        *store.moves.write().unwrap_or_else(PoisonError::into_inner) = moves;
        Ok(store)
    }

    /// The id that a desk has today.
    pub fn current_desk(&self, configured: i64) -> i64 {
        let moves = self.moves.read().unwrap_or_else(PoisonError::into_inner);
        let mut desk = configured;
        // A group is upgraded once; the bound is against a row that names itself.
        for _ in 0..8 {
            match moves.get(&desk) {
                Some(new) => desk = *new,
                None => break,
            }
        }
        desk
    }

    /// A desk has a new id: everything that names the old one follows.
    pub async fn move_desk(&self, old: i64, new: i64) -> Result<(), Error> {
        self.write(move |mut tx| Box::pin(async move { tx.desk_moved(old, new).await })).await?;
        self.moves.write().unwrap_or_else(PoisonError::into_inner).insert(old, new);
        Ok(())
    }

    /// Runs `work` in a transaction; returns when it is committed. An error undoes it.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Tx<'c>) -> BoxFuture<'c, Result<T, Error>> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Counts commits: whoever looks for work watches it instead of asking again and again.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.writer.committed.clone()
    }

    /// Whether nothing waits at `now` (Unix milliseconds): no event, no question, nothing to send, no timer that is due.
    pub async fn is_idle(&self, now: i64) -> Result<bool, Error> {
        Ok(sqlx::query(sql::ANYTHING_WAITS).bind(now).fetch_optional(&self.reads).await?.is_none())
    }

    /// Prepares every statement of the house on this database. The first that it does not take is
    /// named.
    pub async fn prepare_all(&self) -> Result<(), String> {
        let mut connection = self.reads.acquire().await.map_err(|error| error.to_string())?;
        for (name, statement) in sql::ALL {
            if let Err(error) = connection.prepare(statement.into_sql_str()).await {
                return Err(format!("{name}: {error}"));
            }
        }
        Ok(())
    }
}

/// The migrations, compiled in: `migrations/`, one line each here.
fn migrations() -> Migrator {
    let all = [
        (1, "first light", include_str!("../../migrations/0001_first_light.sql")),
        (2, "solved to the end", include_str!("../../migrations/0002_solved_to_the_end.sql")),
        (3, "the desk", include_str!("../../migrations/0003_the_desk.sql")),
    ];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(all.map(migration).into())
}

/// A database's address as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}
