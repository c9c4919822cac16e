//! The table `leases`: which replica does what only one may do (poll, send, tend). The holder raises `beat`; a replica
//! that sees it stand still for a while, by its own steady clock, takes over. So no clocks are compared.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use sqlx::Row;

statements! {
    LEASE = "SELECT holder, beat FROM leases WHERE name = $1";
    /// Mine already, given back, or seen to stand still.
    TAKE_LEASE = "INSERT INTO leases (name, holder, beat) VALUES ($1, $2, 1) \
                  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, beat = leases.beat + 1 \
                  WHERE leases.holder = excluded.holder OR leases.holder = '' \
                  OR (leases.holder = $3 AND leases.beat = $4)";
    GIVE_LEASE_BACK = "UPDATE leases SET holder = '' WHERE name = $1 AND holder = $2";
}

/// A lease as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The replica's name; empty if it was given back.
    pub holder: String,
    /// Raised whenever the holder says that it is alive.
    pub beat: i64,
}

impl Tx<'_> {
    /// A lease as it stands, if it was ever taken.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn lease(&mut self, name: &str) -> Result<Option<Held>, Error> {
        let row = self.query(LEASE).bind(name).fetch_optional(&mut *self.connection).await?;
        row.map(|row| Ok(Held { holder: row.try_get("holder")?, beat: row.try_get("beat")? })).transpose()
    }

    /// Takes a lease that no replica holds, renews it if it is `me` that does, or takes it from a holder that was seen to
    /// stand still at `stale`; returns whether `me` holds it now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn take_lease(&mut self, name: &str, me: &str, stale: Option<&Held>) -> Result<bool, Error> {
        let (holder, beat) = stale.map_or(("", -1), |held| (held.holder.as_str(), held.beat));
        let query = self.query(TAKE_LEASE).bind(name).bind(me).bind(holder).bind(beat);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// Gives a lease back, if it is held by `me`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn give_lease_back(&mut self, name: &str, me: &str) -> Result<(), Error> {
        self.query(GIVE_LEASE_BACK).bind(name).bind(me).execute(&mut *self.connection).await?;
        Ok(())
    }
}
