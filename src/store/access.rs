//! The way to the database: it is opened, read through a pool and written through one task.

use super::dialect::Dialect;
use super::error::Error;
use super::ids::Ids;
use super::statements as sql;
use super::tx::Tx;
use super::writer::{CHANNEL, Writer};
use crate::conversation::DeskId;
use futures::future::BoxFuture;
use sqlx::any::AnyPoolOptions;
use sqlx::postgres::PgListener;
use sqlx::{AnyPool, Executor, Row, SqlSafeStr};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use tracing::debug;

/// Everything the house remembers.
#[derive(Clone)]
pub struct Store {
    pub(super) reads: AnyPool,
    pub(super) writer: Writer,
    pub(super) dialect: Dialect,
    /// Where it is, password and all: never shown.
    url: Arc<str>,
    /// Desks that were upgraded, old id to new: asked for with every event, changed almost never.
    moves: Arc<RwLock<HashMap<DeskId, DeskId>>>,
}

/// How many connections read at once: what reads at once are the loops of one process, a handful.
const READERS: u32 = 4;

/// How long a listener that has lost its connection waits before it connects again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

impl Store {
    /// Opens the database named by `url`, creates it if it is SQLite and not there, and brings its
    /// tables up to date.
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
                // A caller that waits longer than this is better told than kept.
                .acquire_timeout(Duration::from_secs(10))
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        for setting in dialect.session() {
                            connection.execute(*setting).await?;
                        }
                        Ok(())
                    })
                })
        };
        // One connection writes; it migrates first, so that the readers find the tables.
        let writes = options(1).connect(&full).await.map_err(open)?;
        dialect.migrations().run(&writes).await.map_err(|error| open(sqlx::Error::Migrate(Box::new(error))))?;
        let reads = options(READERS).connect(&full).await.map_err(open)?;
        let ids = match dialect.next_ids() {
            Some(_) => Ids::of_blocks(),
            None => {
                let last: Option<i64> = sqlx::query(sql::GREATEST_ID).fetch_one(&reads).await?.try_get("id")?;
                Ids::after(last.unwrap_or(0))
            }
        };
        let writer = Writer::start(writes, dialect, ids);
        let store = Store { reads, writer, dialect, url: url.into(), moves: Arc::default() };
        store.reload_moves().await?;
        Ok(store)
    }

    /// The file of a database that only one process may run the bot on; `None` where several may.
    pub fn file(&self) -> Option<PathBuf> {
        let path = self.url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split('?').next().unwrap_or_default();
        (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
    }

    /// Whether several replicas may be at work on this database.
    pub fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// What this process is called among its like: random, and different at every start.
    pub fn name(&self) -> &str {
        self.writer.name()
    }

    /// Whether other replicas are at work: then they are told of every commit.
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
        let mut listener = PgListener::connect(&self.url).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let heard = listener.recv().await?;
            if heard.payload() != self.writer.name() {
                self.writer.count();
            }
        }
    }

    /// Reads again which desks were upgraded: another replica may have learned it.
    pub async fn reload_moves(&self) -> Result<(), Error> {
        let moves = self.moved_desks().await?.into_iter().collect();
        *self.moves.write().unwrap_or_else(PoisonError::into_inner) = moves;
        Ok(())
    }

    /// The id that a desk has today.
    pub fn current_desk(&self, configured: DeskId) -> DeskId {
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
    pub async fn move_desk(&self, old: DeskId, new: DeskId) -> Result<(), Error> {
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
        self.writer.committed()
    }

    /// Asks the database for nothing: whether it answers.
    pub async fn is_there(&self) -> Result<(), Error> {
        sqlx::query(sql::NOTHING).fetch_one(&self.reads).await?;
        Ok(())
    }

    /// Whether nothing waits at `now` (Unix milliseconds): no event, no question, nothing to send, no timer that is due.
    pub async fn is_idle(&self, now: i64) -> Result<bool, Error> {
        Ok(sqlx::query(sql::ANYTHING_WAITS).bind(now).fetch_optional(&self.reads).await?.is_none())
    }

    /// Prepares every statement of the house on this database. The first that it does not take is
    /// named.
    pub async fn prepare_all(&self) -> Result<(), String> {
        let mut connection = self.reads.acquire().await.map_err(|error| error.to_string())?;
        for (name, statement) in self.dialect.statements() {
            if let Err(error) = connection.prepare(statement.into_sql_str()).await {
                return Err(format!("{name}: {error}"));
            }
        }
        Ok(())
    }
}

/// A database's address as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}
