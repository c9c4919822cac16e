//! The one place where the world changes: under a lock, journalled, then told to every watcher.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::{broadcast, watch};

use crate::clock::Clock;
use crate::draft::Draft;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::options::{Options, Sample};
use crate::page_view::{self, PageEvent};
use crate::world::World;

/// How many calls of the Bot API are remembered; a demo may run for weeks.
const CALLS_KEPT: usize = 50_000;
/// How many events a slow page may lag behind before it is given a new snapshot.
const EVENTS_KEPT: usize = 1_024;

/// A call of the Bot API that the bot made.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The method's name as the specification writes it: `sendMessage`.
    pub method: String,
    /// Its parameters as a JSON object; a file stands as its name and size. `null` if they could not be read.
    pub params: Value,
    /// The description of the error, if it was refused: `Bad Request: chat not found`. A connection that a fault broke is
    /// `connection cut`.
    pub error: Option<String>,
    /// When it came, by the sandbox's clock.
    pub at: DateTime<Utc>,
}

/// All that the lock guards.
pub(crate) struct Inner {
    pub world: World,
    journal: Journal,
    pub faults: Faults,
    /// None where the limits are off.
    pub limits: Option<Limits>,
    pub calls: VecDeque<Call>,
    /// How many calls there were, the forgotten ones included.
    pub calls_made: usize,
}

/// The heart of the sandbox, shared by its server and its handles.
pub(crate) struct Core {
    /// Held for moments only, never across an `await`: a plain mutex is enough.
    inner: Mutex<Inner>,
    /// Counts the changes; waiting polls and tests wake on it.
    changed: watch::Sender<u64>,
    /// Counts the calls of getUpdates: a new one ends the one before.
    polls: watch::Sender<u64>,
    /// True once the sandbox is to end; long answers end with it.
    stop: watch::Sender<bool>,
    events: broadcast::Sender<PageEvent>,
    clock: Clock,
    samples: Vec<Sample>,
    /// The heading over the samples.
    pub samples_title: String,
}

impl Core {
    /// A core over a world that was just begun or read from its journal. Of the options it takes limits, samples and
    /// clock.
    pub fn new(world: World, journal: Journal, options: Options) -> Core {
        Core {
            inner: Mutex::new(Inner {
                world,
                journal,
                faults: Faults::default(),
                limits: options.limits.then(Limits::default),
                calls: VecDeque::new(),
                calls_made: 0,
            }),
            changed: watch::Sender::new(0),
            polls: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            events: broadcast::Sender::new(EVENTS_KEPT),
            clock: options.clock,
            samples: options.samples,
            samples_title: options.samples_title,
        }
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock.now)()
    }

    /// Waits so long by the sandbox's clock.
    pub fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        (self.clock.sleep)(time)
    }

    /// The state, for reading and for what is not kept in the journal.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic of one caller (a test's mistake) leaves a world that is still whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `act` change the world. Nobody sees any of it before the journal has it all.
    pub fn change<T>(&self, act: impl FnOnce(&mut Draft) -> T) -> T {
        let mut inner = self.lock();
        let (result, events) = {
            let mut draft = Draft::of(&mut inner.world, self.now());
            let result = act(&mut draft);
            let (changes, events) = draft.done();
            if !changes.is_empty() {
                inner.journal.append(&changes);
            }
            (result, events)
        };
        for event in events {
            // No page may be open to hear it.
            let _ = self.events.send(event);
        }
        // Under the lock, so that a snapshot and its events neither overlap nor leave a gap.
        self.changed.send_modify(|count| *count += 1);
        drop(inner);
        result
    }

    /// Writes a call down.
    pub fn note(&self, call: Call) {
        let mut inner = self.lock();
        if inner.calls.len() == CALLS_KEPT {
            inner.calls.pop_front();
        }
        inner.calls.push_back(call);
        inner.calls_made += 1;
        self.changed.send_modify(|count| *count += 1);
    }

    /// Wakes on every change from now on.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Begins a poll for updates; the receiver tells when another one has begun.
    pub fn begin_poll(&self) -> watch::Receiver<u64> {
        self.polls.send_modify(|count| *count += 1);
        self.polls.subscribe()
    }

    /// Tells when the sandbox ends.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Ends the sandbox.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The whole world for a page, and all that happens to it afterwards.
    pub fn watch(&self) -> (PageEvent, broadcast::Receiver<PageEvent>) {
        let inner = self.lock();
        let snapshot = page_view::snapshot(&inner.world, &self.samples);
        (snapshot, self.events.subscribe())
    }
}
