//! What `otklik soak` and the fault suite do to a database: it goes away for a while and comes back, as by a restart,
//! a backup that locks it, or a cable. Nothing else uses this.

use super::dialect::Dialect;
use super::{Error, sql};

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::time::Duration;

/// Makes trouble.
pub struct Trouble;

impl Trouble {
    /// Nobody gets at the database for so long. A SQLite file is locked by another process, as it seems; of a
    /// PostgreSQL server all connections to the database break, and new ones are refused: that needs the rights of its
    /// owner.
    pub async fn away(url: &str, time: Duration) -> Result<(), Error> {
        sqlx::any::install_default_drivers();
        match Dialect::of(url) {
            Dialect::Sqlite => {
                let mut connection = AnyConnection::connect(url).await?;
                connection.execute(sql::trouble::LOCK).await?;
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
                let broken = sqlx::query(sql::trouble::BREAK).bind(name).execute(&mut connection).await;
                tokio::time::sleep(time).await;
                connection.execute(allow(true)).await?;
                connection.close().await?;
                broken?;
            }
        }
        Ok(())
    }
}
