//! One task does all the writing and commits in groups: whatever waits while one commit runs goes into
//! the next together. On SQLite this is nine times the throughput of many writers (DESIGN 5), and
//! nobody ever waits for a lock.

use super::{Error, Tx, ids::Ids};
use futures::future::{BoxFuture, FutureExt};
use sqlx::{AnyConnection, AnyPool, Executor};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How many pieces of work share a commit at most: enough to hide the cost of the disk, few enough that
/// the first does not wait long for the last.
const GROUP: usize = 256;

/// A commit that takes longer has lost its database: a connection that hangs must not hang everybody.
const PATIENCE: Duration = Duration::from_secs(30);

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
    /// Counts commits: whoever waits for something new to do watches it.
    pub committed: watch::Receiver<u64>,
}

impl Writer {
    /// Starts the task. It ends when the last `Writer` is dropped.
    pub fn start(pool: AnyPool, begin: &'static str, ids: Ids) -> Writer {
        let (work, queue) = mpsc::channel(4 * GROUP);
        let (count, committed) = watch::channel(0);
        tokio::spawn(run(pool, begin, Arc::new(ids), queue, count));
        Writer { work, committed }
    }

    /// Runs `work` in a transaction and returns when it is on the disk. An error inside undoes this
    /// piece of work alone.
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

async fn run(
    pool: AnyPool,
    begin: &'static str,
    ids: Arc<Ids>,
    mut queue: mpsc::Receiver<Work>,
    count: watch::Sender<u64>,
) {
    let mut group = Vec::with_capacity(GROUP);
    // A connection that failed half way is closed with whatever transaction it is in, and never used again.
    let mut sound: Option<AnyConnection> = None;
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut ran = Vec::with_capacity(group.len());
        let commit = commit(&pool, sound.take(), begin, &ids, group.drain(..), &mut ran);
        let result = tokio::time::timeout(PATIENCE, commit).await.unwrap_or(Err(Error::TimedOut));
        let told = match result {
            Ok(connection) => {
                sound = Some(connection);
                count.send_modify(|n| *n += 1);
                Ok(())
            }
            Err(error) => Err(error),
        };
        for piece in ran {
            (piece.finish)(told.clone());
        }
        // Work that was not begun drops its channel: its caller is told that the store did not take it.
    }
}

async fn commit(
    pool: &AnyPool,
    sound: Option<AnyConnection>,
    begin: &'static str,
    ids: &Ids,
    group: impl Iterator<Item = Work>,
    ran: &mut Vec<Ran>,
) -> Result<AnyConnection, Error> {
    let mut connection = match sound {
        Some(connection) => connection,
        None => pool.acquire().await?.detach(),
    };
    connection.execute(begin).await?;
    pieces(&mut connection, ids, group, ran).await?;
    connection.execute("COMMIT").await?;
    Ok(connection)
}

async fn pieces(
    connection: &mut AnyConnection,
    ids: &Ids,
    group: impl Iterator<Item = Work>,
    ran: &mut Vec<Ran>,
) -> Result<(), Error> {
    for work in group {
        connection.execute("SAVEPOINT piece").await?;
        let piece = work(Tx { connection, ids }).await;
        if !piece.keep {
            connection.execute("ROLLBACK TO SAVEPOINT piece").await?;
        }
        ran.push(piece);
        connection.execute("RELEASE SAVEPOINT piece").await?;
    }
    Ok(())
}
