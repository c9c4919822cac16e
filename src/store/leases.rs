//! Who does what only one may do, and who is at work at all.

use super::access::Store;
use super::dialect::GENERATION;
use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use sqlx::Row;

/// A lease as it stands: who holds it, and how often that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The replica; empty if it was given back.
    pub holder: String,
    /// Raised whenever the holder says that it is alive.
    pub beat: i64,
}

/// A replica that is or was at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Its name.
    pub id: String,
    /// Which tables and rows it knows.
    pub generation: i64,
    /// Raised whenever it says that it is alive.
    pub beat: i64,
}

impl Store {
    /// The generation of tables and rows that this version knows.
    pub fn generation(&self) -> i64 {
        GENERATION
    }
}

impl Tx<'_> {
    /// A lease as it stands.
    pub async fn lease(&mut self, name: &str) -> Result<Option<Held>, Error> {
        let row = sqlx::query(sql::LEASE).bind(name).fetch_optional(&mut *self.connection).await?;
        row.map(|row| Ok(Held { holder: row.try_get("holder")?, beat: row.try_get("beat")? })).transpose()
    }

    /// Takes a lease that nobody holds, renews it if it is `me` who does, or takes it from whom `stale` has been seen
    /// to stand still at; returns whether it is held now.
    pub async fn take_lease(&mut self, name: &str, me: &str, stale: Option<&Held>) -> Result<bool, Error> {
        let (holder, beat) = stale.map_or(("", -1), |held| (held.holder.as_str(), held.beat));
        let query = sqlx::query(sql::TAKE_LEASE).bind(name).bind(me).bind(holder).bind(beat);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// Gives a lease back, if it is held by `me`.
    pub async fn give_lease_back(&mut self, name: &str, me: &str) -> Result<(), Error> {
        sqlx::query(sql::GIVE_LEASE_BACK).bind(name).bind(me).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Says that a replica of this version is alive.
    pub async fn beat(&mut self, me: &str) -> Result<(), Error> {
        self.beat_as(me, GENERATION).await
    }

    /// The same for a replica of any version.
    pub async fn beat_as(&mut self, me: &str, generation: i64) -> Result<(), Error> {
        sqlx::query(sql::BEAT).bind(me).bind(generation).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// All replicas that have not gone in order.
    pub async fn replicas(&mut self) -> Result<Vec<Replica>, Error> {
        let rows = sqlx::query(sql::REPLICAS).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                Ok(Replica {
                    id: row.try_get("id")?,
                    generation: row.try_get("generation")?,
                    beat: row.try_get("beat")?,
                })
            })
            .collect()
    }

    /// A replica has gone.
    pub async fn forget_replica(&mut self, id: &str) -> Result<(), Error> {
        sqlx::query(sql::FORGET_REPLICA).bind(id).execute(&mut *self.connection).await?;
        Ok(())
    }
}
