//! What is done and old is thinned, so that a history of years neither fills the disk nor slows anything down. A few
//! rows at a time: a customer's message never waits behind it for more than one small commit.

use crate::clock;
use crate::leases::{Leases, Role};
use crate::store::{Error, Store};
use chrono::TimeDelta;
use std::time::Duration;
use tokio::sync::watch;
use tracing::{error, info};

/// How often it is looked whether something is old enough.
const LOOK: Duration = Duration::from_secs(10 * 60);
/// How many rows of each table share a commit, and the pause after it.
const AT_ONCE: i64 = 200;
const PAUSE: Duration = Duration::from_millis(100);
/// How often SQLite's log is put into its file.
const CHECKPOINT: Duration = Duration::from_secs(5);

/// Thins what was done with longer ago than `keep`, until told to stop.
pub async fn run(store: Store, leases: Leases, keep: TimeDelta, mut stop: watch::Receiver<bool>) {
    let mut told = stop.clone();
    let thinning = async {
        while leases.hold(Role::Tend, &mut told).await {
            match thin(&store, keep).await {
                Ok(0) => {}
                Ok(gone) => info!(gone, "old rows were removed"),
                Err(error) => error!(%error, "old rows cannot be removed; trying again later"),
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let checkpoints = async {
        let mut committed = store.committed();
        while committed.changed().await.is_ok() {
            tokio::time::sleep(CHECKPOINT).await;
            if let Err(error) = store.checkpoint().await {
                error!(%error, "the database's log cannot be put into its file; trying again later");
            }
        }
    };
    tokio::select! {
        () = thinning => {}
        () = checkpoints => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Removes everything that was done with longer ago than `keep`; returns how many rows.
///
/// # Errors
/// When the database fails: what was removed before that stays removed.
pub async fn thin(store: &Store, keep: TimeDelta) -> Result<u64, Error> {
    let now = clock::now();
    store.forget_pauses(now.timestamp_millis()).await?;
    let before = (now - keep).timestamp_millis();
    let mut gone = 0;
    loop {
        match store.thin(before, AT_ONCE).await? {
            0 => return Ok(gone),
            removed => gone += removed,
        }
        tokio::time::sleep(PAUSE).await;
    }
}
