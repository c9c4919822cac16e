//! Retention: what is done and old is thinned, a few rows at a time, and SQLite's log is put into its file beside the
//! writing.

use super::access::Store;
use super::dialect::Dialect;
use super::error::Error;
use super::statements::statements;

statements! {
    CHECKPOINT on Sqlite = "PRAGMA wal_checkpoint(PASSIVE)";
}

impl Store {
    /// Removes at most `limit` each of events, messages and requests that were done with before `before` (Unix
    /// milliseconds); returns how many went. What is in quarantine or can never be sent stays until the owner decides.
    ///
    /// # Errors
    /// If the database fails; nothing is removed then.
    pub async fn thin(&self, before: i64, limit: i64) -> Result<u64, Error> {
        self.write(move |mut tx| {
            Box::pin(async move {
                let events = tx.thin_events(before, limit).await?;
                let posts = tx.thin_posts(before, limit).await?;
                Ok(events + posts + tx.thin_requests(before, limit).await?)
            })
        })
        .await
    }

    /// Puts what SQLite's log holds into its file, on a connection of the readers: the writer goes on meanwhile. Does
    /// nothing on PostgreSQL.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn checkpoint(&self) -> Result<(), Error> {
        if self.dialect == Dialect::Sqlite {
            self.query(CHECKPOINT).fetch_all(&self.reads).await?;
        }
        Ok(())
    }
}
