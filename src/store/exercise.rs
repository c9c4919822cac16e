//! What the makers' tools and the fault suite do to a database: it goes away for a while and comes back, as by a
//! restart, a backup that locks it, or a cable; it has a long history; it is written to as fast as it can. Only with the
//! feature `dev`: the product has none of it.

use super::access::Store;
use super::dialect::Dialect;
use super::error::Error;
use super::inbox::NewEvent;
use crate::clock;
use crate::conversation::CustomerId;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::time::Duration;

/// Keeps a SQLite file from everybody else.
const LOCK: &str = "BEGIN EXCLUSIVE";
/// Breaks all connections to a PostgreSQL database.
const BREAK: &str =
    "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity WHERE CAST(datname AS TEXT) = $1";
/// Events and messages that were done with at $3, with ids from $1 to $2.
const FILL: [&str; 2] = [
    "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2) \
     INSERT INTO inbox (id, source, customer, body, received_at, done_at) \
     SELECT i, 'old:' || CAST(i AS TEXT), i % 100000, \
     '{\"event\":\"wrote\",\"message\":{\"id\":1,\"text\":\"где моя посылка\"}}', \
     CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM n",
    "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2) \
     INSERT INTO outbox (id, customer, lane, chat, at_desk, rank, body, due_at, done_at, message_id) \
     SELECT i, i % 100000, 'customer:' || CAST(i % 100000 AS TEXT), i % 100000, 0, 0, \
     '{\"send\":\"text\",\"text\":\"Посылка едет, планово будет в пятницу\"}', 0, CAST($3 AS BIGINT), i FROM n",
];

/// What a database has to stand, done to it by hand.
pub struct Exercise;

impl Exercise {
    /// Nobody gets at the database for so long. A SQLite file is locked by another process, as it seems; of a
    /// PostgreSQL server all connections to the database break, and new ones are refused: that needs the rights of its
    /// owner. `url` is `sqlite://…` or `postgres://…/NAME`. Ends once it is back.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached or does not obey; a PostgreSQL database whose connections could not be broken
    /// lets connections in again all the same.
    pub async fn take_away(url: &str, time: Duration) -> Result<(), Error> {
        sqlx::any::install_default_drivers();
        match Dialect::of(url) {
            Dialect::Sqlite => {
                let mut connection = AnyConnection::connect(url).await?;
                connection.execute(LOCK).await?;
                tokio::time::sleep(time).await;
                connection.execute("ROLLBACK").await?;
                connection.close().await?;
            }
            Dialect::Postgres => {
                // From another database of the same server: this one lets nobody in.
                let (server, name) = url.rsplit_once('/').unwrap_or((url, ""));
                let name = name.split('?').next().unwrap_or_default();
                let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await?;
                let allow = |yes| AssertSqlSafe(format!("ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS {yes}"));
                connection.execute(allow(false)).await?;
                let broken = sqlx::query(BREAK).bind(name).execute(&mut connection).await;
                tokio::time::sleep(time).await;
                connection.execute(allow(true)).await?;
                connection.close().await?;
                broken?;
            }
        }
        Ok(())
    }

    /// Gives the database a history of so many rows, half of them events and half messages, all done with at `at`
    /// (Unix milliseconds). An odd row is left out. Once a database: the rows have ids of their own from 1 on.
    ///
    /// # Errors
    ///
    /// If the database does not take them; what was written before stays.
    pub async fn fill(store: &Store, rows: u64, at: i64) -> Result<(), Error> {
        const AT_ONCE: i64 = 50_000;
        let each = i64::try_from(rows / 2).unwrap_or(i64::MAX);
        let mut first = 1;
        while first <= each {
            let last = each.min(first + AT_ONCE - 1);
            store
                .write(move |tx| {
                    Box::pin(async move {
                        for statement in FILL {
                            let query = sqlx::query(statement).bind(first).bind(last).bind(at);
                            query.execute(&mut *tx.connection).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
            first = last + 1;
        }
        Ok(())
    }

    /// What a message costs at the least: one commit that writes it down, and after it one that writes its answer
    /// down. `producers` do it side by side, `each` times. Once a database: events are known by their source.
    ///
    /// # Errors
    ///
    /// The first that a producer met; the others are given up.
    pub async fn bare(store: &Store, producers: usize, each: usize) -> Result<(), Error> {
        let one = |producer: usize| {
            let store = store.clone();
            async move {
                for nth in 0..each {
                    for what in ["in", "out"] {
                        let event = NewEvent {
                            source: format!("bare:{what}:{producer}:{nth}"),
                            conversation: CustomerId(i64::try_from(producer).unwrap_or(0)).into(),
                            body: "{}".into(),
                        };
                        store
                            .write(move |mut tx| {
                                Box::pin(async move { tx.put_event(&event, clock::now().timestamp_millis()).await })
                            })
                            .await?;
                    }
                }
                Ok::<(), Error>(())
            }
        };
        futures::future::try_join_all((0..producers).map(one)).await.map(|_| ())
    }
}
