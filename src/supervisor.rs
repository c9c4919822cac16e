//! What supervises the process is told how it is: systemd, by its socket, where the service is of the type `notify`.
//! Nothing is sent where no such socket is.

use crate::door::Health;
use sd_notify::NotifyState;
use tokio::sync::watch;
use tracing::{debug, warn};

/// Tells that the bot is ready once it is in its place, and then, as often as is wanted, that it is alive: only while it
/// can take what comes. A bot that cannot for so long is killed and started again; nothing is lost by that.
pub async fn tell(health: Health, mut in_place: watch::Receiver<bool>) {
    if in_place.wait_for(|in_place| *in_place).await.is_err() {
        return;
    }
    say(NotifyState::Ready);
    let Some(interval) = sd_notify::watchdog_enabled() else { return };
    loop {
        match health.check().await {
            Ok(()) => say(NotifyState::Watchdog),
            Err(why) => warn!(why, "the watchdog is not told that all is well"),
        }
        tokio::time::sleep(interval / 2).await;
    }
}

/// Tells that the bot is about to end.
pub fn stopping() {
    say(NotifyState::Stopping);
}

fn say(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        debug!(%error, "the supervisor cannot be told");
    }
}
