//! The table `replicas`: which replicas are at work, and with which generation of the tables. While a newer one is, an
//! older one only receives.

use super::access::Store;
use super::dialect::GENERATION;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use sqlx::Row;

statements! {
    BEAT = "INSERT INTO replicas (id, generation, beat) VALUES ($1, $2, 1) \
            ON CONFLICT (id) DO UPDATE SET beat = replicas.beat + 1";
    REPLICAS = "SELECT id, generation, beat FROM replicas";
    FORGET_REPLICA = "DELETE FROM replicas WHERE id = $1";
}

/// A replica that is or was at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Its name ([`Store::name`]).
    pub id: String,
    /// The generation of tables and rows that it knows ([`Store::generation`]).
    pub generation: i64,
    /// How often it has said that it is alive.
    pub beat: i64,
}

impl Store {
    /// The generation of tables and rows that this version knows: the number of its last migration.
    pub fn generation(&self) -> i64 {
        GENERATION
    }
}

impl Tx<'_> {
    /// Says that the replica `me`, of this version, is alive.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn beat(&mut self, me: &str) -> Result<(), Error> {
        self.beat_as(me, GENERATION).await
    }

    /// Says that the replica `me`, of any version, is alive.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn beat_as(&mut self, me: &str, generation: i64) -> Result<(), Error> {
        self.query(BEAT).bind(me).bind(generation).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// All replicas that have not gone in order, in any order.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn replicas(&mut self) -> Result<Vec<Replica>, Error> {
        let rows = self.query(REPLICAS).fetch_all(&mut *self.connection).await?;
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
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_replica(&mut self, id: &str) -> Result<(), Error> {
        self.query(FORGET_REPLICA).bind(id).execute(&mut *self.connection).await?;
        Ok(())
    }
}
