//! Moments that conversations wait for. They are rows, and so survive a restart; when one is due, it goes into the
//! inbox as an event.

use crate::clock;
use crate::leases::{Leases, Role};
use crate::store::{Error, Store};
use std::time::Duration;
use tokio::sync::watch;
use tracing::error;

/// How many timers share a commit.
const AT_ONCE: i64 = 256;
/// Commits come in crowds: not each is worth a look of its own.
const SETTLE: Duration = Duration::from_millis(20);
/// The longest sleep: a wall clock that was set forward is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// Fires what is due, until told to stop.
pub async fn run(store: Store, leases: Leases, mut stop: watch::Receiver<bool>) {
    let mut committed = store.committed();
    while leases.hold(Role::Tend, &mut stop).await {
        committed.mark_unchanged();
        let sleep = match fire(&store).await {
            Ok(sleep) => sleep,
            Err(error) => {
                error!(%error, "timers cannot be handled; trying again");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = clock::sleep(sleep) => {}
            _ = committed.changed() => tokio::time::sleep(SETTLE).await,
            _ = stop.changed() => {}
        }
    }
}

/// Fires what is due; returns how long nothing will be.
async fn fire(store: &Store) -> Result<Duration, Error> {
    let now = clock::now().timestamp_millis();
    let Some(next) = store.next_timer().await? else {
        return Ok(LONGEST_SLEEP);
    };
    if next > now {
        let wait = Duration::from_millis(u64::try_from(next - now).unwrap_or(0));
        return Ok(wait.min(LONGEST_SLEEP));
    }
    store.fire_timers(now, AT_ONCE).await?;
    Ok(Duration::ZERO)
}
