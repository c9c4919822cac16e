//! The sandbox's clock: the real time, unless its maker gives it another.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

/// What tells the sandbox the time and lets it wait. A test that makes time run faster gives functions of its own, so
/// that Telegram's limits and long polls run by the same time as the bot.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// The wall clock: dates of messages, Telegram's limits.
    pub now: fn() -> DateTime<Utc>,
    /// Ends after so much time: the wait of `getUpdates`, and the pause before a webhook is tried again.
    pub sleep: fn(Duration) -> BoxFuture<'static, ()>,
}

impl Default for Clock {
    /// The time as it is.
    fn default() -> Clock {
        Clock { now: real_now, sleep: |time| Box::pin(tokio::time::sleep(time)) }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place of this crate that reads the time")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}
