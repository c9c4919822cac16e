//! What is done and old is thinned, so that a history of years neither fills the disk nor slows anything down. A few
//! rows at a time: a customer's message never waits behind it for more than one small commit.

use crate::clock;
use crate::conversation::Keep;
use crate::leases::{Leases, Role};
use crate::store::{Error, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use tokio::sync::watch;
use tracing::{error, info};

/// How often it is looked whether something is old enough.
const LOOK: Duration = Duration::from_secs(10 * 60);
/// How many rows of each table share a commit, and the pause after it.
const AT_ONCE: i64 = 200;
const PAUSE: Duration = Duration::from_millis(100);
/// How many customers share a commit: each costs a dozen statements.
const CUSTOMERS_AT_ONCE: i64 = 20;
/// How often SQLite's log is put into its file.
const CHECKPOINT: Duration = Duration::from_secs(5);

/// Thins what is older than it is to be kept, until told to stop.
pub async fn run(store: Store, leases: Leases, keep: Keep, mut stop: watch::Receiver<bool>) {
    let mut told = stop.clone();
    let thinning = async {
        while leases.hold(Role::Tend, &mut told).await {
            match thin(&store, &keep, clock::now()).await {
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

/// Removes at `now` all that is older than it is to be kept; returns how many rows. Customers of whom nothing was heard
/// and for whom nothing is left to do are forgotten as if they had asked for it.
///
/// # Errors
/// When the database fails: what was removed before that stays removed.
pub async fn thin(store: &Store, keep: &Keep, now: DateTime<Utc>) -> Result<u64, Error> {
    let millis = now.timestamp_millis();
    store.forget_pauses(millis).await?;
    let before = |kept: TimeDelta| (now - kept).timestamp_millis();
    let (done, story, audit) = (before(keep.done), before(keep.story), before(keep.audit));
    let mut gone = 0;
    loop {
        match store.thin(done, AT_ONCE).await? + store.thin_records(story, audit, AT_ONCE).await? {
            0 => break,
            removed => gone += removed,
        }
        tokio::time::sleep(PAUSE).await;
    }
    let mut after = 0;
    loop {
        let silent = store.silent_customers(after, story, CUSTOMERS_AT_ONCE).await?;
        let Some(last) = silent.last() else {
            return Ok(gone);
        };
        after = last.0;
        gone += store.forget_silent(silent, story, millis).await?;
        tokio::time::sleep(PAUSE).await;
    }
}
