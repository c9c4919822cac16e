//! The clocks as they are.

use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};

#[allow(clippy::disallowed_methods)] // the one place that may
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}

#[allow(clippy::disallowed_methods)] // the one place that may
pub(super) fn instant() -> Instant {
    Instant::now()
}

pub(super) async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(super) async fn sleep_until(at: Instant) {
    tokio::time::sleep_until(at.into()).await;
}
