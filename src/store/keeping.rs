//! Retention: what is done and old is thinned, a few rows at a time, and SQLite's log is put into its file beside the
//! writing.

use super::access::Store;
use super::dialect::Dialect;
use super::error::Error;
use super::statements as sql;

impl Store {
    /// Removes at most `limit` each of events, messages and wishes that were done with before `before` (Unix milliseconds);
    /// returns how many went. What was set aside or can never be sent stays until the owner decides.
    pub async fn thin(&self, before: i64, limit: i64) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut gone = 0;
                for statement in [sql::THIN_INBOX, sql::THIN_OUTBOX, sql::THIN_WISHES] {
                    let query = sqlx::query(statement).bind(before).bind(limit);
                    gone += query.execute(&mut *tx.connection).await?.rows_affected();
                }
                Ok(gone)
            })
        })
        .await
    }

    /// Forgets pauses that are over.
    pub async fn forget_pauses(&self, now: i64) -> Result<(), Error> {
        self.changes_one(sql::FORGET_PAUSES, now).await.map(|_| ())
    }

    /// Puts what SQLite's log holds into its file, on a connection of the readers: the writer goes on meanwhile.
    pub async fn checkpoint(&self) -> Result<(), Error> {
        if self.dialect == Dialect::Sqlite {
            sqlx::query(sql::sqlite::CHECKPOINT).fetch_all(&self.reads).await?;
        }
        Ok(())
    }
}
