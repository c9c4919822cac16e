//! What the stand-in's server and its handle share: the system under a lock, and who is told of what.

use super::system::System;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The system, shared by the server and its handle.
#[derive(Default)]
pub(super) struct Core {
    /// Held for moments only, never across an `await`: a plain mutex is enough.
    system: Mutex<System>,
    /// Counts what happened; waiting tests wake on it.
    changed: watch::Sender<u64>,
    /// True once the stand-in is to end; answers that are held back go out then.
    stop: watch::Sender<bool>,
}

impl Core {
    /// The system, for reading and changing.
    pub fn lock(&self) -> MutexGuard<'_, System> {
        // A panic of one caller (a test's mistake) leaves a system that is still whole.
        self.system.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes all that wait: a call has come, or was answered.
    pub fn stir(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Wakes on everything that happens from now on.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Tells when the stand-in ends.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Ends the stand-in.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}
