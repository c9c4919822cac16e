//! One task does all the writing and commits in groups: whatever waits while one commit runs goes into
//! the next together. On SQLite this is nine times the throughput of many writers (DESIGN 5), and
//! nobody ever waits for a lock.

use super::{Error, Tx, ids::Ids};
use futures::future::BoxFuture;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// How many pieces of work share a commit at most: enough to hide the cost of the disk, few enough that
/// the first does not wait long for the last.
const GROUP: usize = 256;

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
                let result = work(tx).await;
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
        told.await.map_err(|_| Error::Closed)?
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
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut ran = Vec::with_capacity(group.len());
        let result = commit(&pool, begin, &ids, group.drain(..), &mut ran).await;
        if result.is_ok() {
            count.send_modify(|n| *n += 1);
        }
        for piece in ran {
            (piece.finish)(result.clone());
        }
        // Work that was not begun drops its channel: its caller is told that the store did not take it.
    }
}

async fn commit(
    pool: &AnyPool,
    begin: &'static str,
    ids: &Ids,
    group: impl Iterator<Item = Work>,
    ran: &mut Vec<Ran>,
) -> Result<(), Error> {
    let mut connection = pool.acquire().await?;
    connection.execute(begin).await?;
    let result = pieces(&mut connection, ids, group, ran).await;
    match result {
        Ok(()) => {
            connection.execute("COMMIT").await?;
            Ok(())
        }
        Err(error) => {
            // Whatever state the connection is in, it is not used again.
            let _ = connection.detach().close().await;
            Err(error)
        }
    }
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
