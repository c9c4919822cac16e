//! One task does all the writing and commits in groups: whatever waits while one commit runs goes into
//! the next together. On SQLite this is nine times the throughput of many writers (DESIGN 5), and
//! nobody ever waits for a lock.

use super::dialect::Dialect;
use super::error::Error;
use super::ids::Ids;
use super::tx::Tx;
use futures::future::{BoxFuture, FutureExt};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Executor};
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How many pieces of work share a commit at most: enough to hide the cost of the disk, few enough that
/// the first does not wait long for the last.
const GROUP: usize = 256;

/// A commit that takes longer has lost its database: a connection that hangs must not hang everybody.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where replicas tell each other that something was committed.
pub(super) const CHANNEL: &str = "otklik";

/// What a piece of work leaves behind: whether its changes stay, and how its caller learns of it.
struct Ran {
    keep: bool,
    finish: Box<dyn FnOnce(Result<(), Error>) + Send>,
}

type Work = Box<dyn for<'c> FnOnce(Tx<'c>) -> BoxFuture<'c, Ran> + Send>;

/// The way to the writing task.
#[derive(Clone)]
pub(super) struct Writer {
    work: mpsc::Sender<Work>,
    news: Arc<News>,
}

/// What tells of commits.
struct News {
    /// Counts commits, ours and those of others that were heard of: a loop that waits for something new to do
    /// watches it.
    count: watch::Sender<u64>,
    /// What this process is called on the channel.
    name: String,
    /// Whether other replicas are there to be told.
    others: AtomicBool,
}

impl Writer {
    /// Starts the task. It ends when the last `Writer` is dropped.
    pub fn start(pool: AnyPool, dialect: Dialect, ids: Ids) -> Writer {
        let (work, queue) = mpsc::channel(4 * GROUP);
        // Random by itself, and different in every process.
        let name = format!("{:016x}", RandomState::new().hash_one("a name"));
        let news = Arc::new(News { count: watch::Sender::new(0), name, others: AtomicBool::new(false) });
        tokio::spawn(run(pool, dialect, Arc::new(ids), queue, news.clone()));
        Writer { work, news }
    }

    /// Counts commits, ours and those of others that were heard of.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.news.count.subscribe()
    }

    /// What this process is called on the channel.
    pub fn name(&self) -> &str {
        &self.news.name
    }

    /// Another process has committed something.
    pub fn count(&self) {
        self.news.count.send_modify(|n| *n += 1);
    }

    /// Whether others are there to be told of commits.
    pub fn tell_others(&self, others: bool) {
        self.news.others.store(others, Ordering::Relaxed);
    }

    /// Whether the task has ended.
    pub fn is_closed(&self) -> bool {
        self.work.is_closed()
    }

    /// Runs `work` in a transaction and returns when it is on the disk.
    ///
    /// # Errors
    /// What `work` returned, which undoes this piece of work alone, or why the commit failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Tx<'c>) -> BoxFuture<'c, Result<T, Error>> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                // A piece that panics is undone like one that fails; the others of its group go on.
                let result = AssertUnwindSafe(work(tx)).catch_unwind().await.unwrap_or(Err(Error::Panicked));
                Ran {
                    keep: result.is_ok(),
                    finish: Box::new(move |committed| {
                        // A caller that has gone away needs no answer.
                        let _ = tell.send(committed.and(result));
                    }),
                }
            })
        });
        self.work.send(work).await.map_err(|_| Error::Closed)?;
        told.await.map_err(|_| Error::NotTaken)?
    }
}

async fn run(pool: AnyPool, dialect: Dialect, ids: Arc<Ids>, mut queue: mpsc::Receiver<Work>, news: Arc<News>) {
    let mut group = Vec::with_capacity(GROUP);
    // A connection that failed half way is closed with whatever transaction it is in, and never used again.
    let mut sound: Option<AnyConnection> = None;
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut ran = Vec::with_capacity(group.len());
        let commit = commit(&pool, sound.take(), dialect, &ids, group.drain(..), &mut ran);
        let result = tokio::time::timeout(PATIENCE, commit).await.unwrap_or(Err(Error::TimedOut));
        let told = match result {
            Ok(connection) => {
                sound = Some(connection);
                news.count.send_modify(|n| *n += 1);
                Ok(())
            }
            Err(error) => Err(error),
        };
        let good = told.is_ok();
        for piece in ran {
            (piece.finish)(told.clone());
        }
        // Work that was not begun drops its channel: its caller is told that the store did not take it.
        if good && news.others.load(Ordering::Relaxed) {
            tell(&mut sound, &news.name).await;
        }
    }
}

/// Tells the other replicas. After the commit and not within it: a notification inside makes commits of all replicas
/// wait for each other. One that is lost is made up for by their looking now and then.
async fn tell(sound: &mut Option<AnyConnection>, name: &str) {
    if let Some(connection) = sound
        && connection.execute(AssertSqlSafe(format!("NOTIFY {CHANNEL}, '{name}'"))).await.is_err()
    {
        *sound = None;
    }
}

async fn commit(
    pool: &AnyPool,
    sound: Option<AnyConnection>,
    dialect: Dialect,
    ids: &Ids,
    group: impl ExactSizeIterator<Item = Work>,
    ran: &mut Vec<Ran>,
) -> Result<AnyConnection, Error> {
    let mut connection = match sound {
        Some(connection) => connection,
        None => pool.acquire().await?.detach(),
    };
    connection.execute(dialect.begin()).await?;
    ids.renew(&mut connection, dialect).await?;
    pieces(&mut connection, ids, dialect, group, ran).await?;
    connection.execute("COMMIT").await?;
    Ok(connection)
}

/// Runs the pieces, each undone alone if it fails. A piece that has the transaction for itself needs no savepoint:
/// it is undone with it.
async fn pieces(
    connection: &mut AnyConnection,
    ids: &Ids,
    dialect: Dialect,
    group: impl ExactSizeIterator<Item = Work>,
    ran: &mut Vec<Ran>,
) -> Result<(), Error> {
    let alone = group.len() == 1;
    for (nth, work) in group.enumerate() {
        if !alone {
            let save = if nth == 0 { "SAVEPOINT piece" } else { "RELEASE SAVEPOINT piece; SAVEPOINT piece" };
            connection.execute(save).await?;
        }
        let piece = work(Tx { connection, ids, dialect, gathered: None, cause: None }).await;
        let keep = piece.keep;
        ran.push(piece);
        if !keep {
            let undo = if alone { "ROLLBACK" } else { "ROLLBACK TO SAVEPOINT piece" };
            connection.execute(undo).await?;
            if alone {
                connection.execute(dialect.begin()).await?;
            }
        }
    }
    Ok(())
}
