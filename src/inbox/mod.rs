//! The way in: events are claimed, looked at by [`crate::conversation::step`] and committed together with
//! everything they lead to.
//!
//! Claiming, deciding and committing happen inside one transaction of the store's writing task. A step
//! is pure and takes microseconds, so no row need be marked as claimed, a crash undoes half a decision
//! by itself, and each customer's events are looked at in order. What takes time (the carrier, Telegram)
//! is never waited for here: its answers come back as events.
//!
//! `work` takes one event through its step; `effects` and `posts` turn what was decided into rows; `office` does the
//! same for what happens at a desk and belongs to no customer.

mod effects;
mod office;
mod posts;
mod work;

use crate::clock;
use crate::conversation::{DeskInfo, Policy};
use crate::phrases::{Gate, Phrasebook, Report};
use crate::store::{Error, Store};
use crate::understanding::Matcher;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::watch;
use tracing::{error, warn};
use work::Work;

/// How many events share a transaction: a burst costs one commit, and nobody waits long for it.
const BATCH: i64 = 64;
/// Another process (`otklik parcels push`) may put events in as well: its commits are not seen, so a look is taken
/// now and then.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(2);

/// What deciding needs to know.
pub struct Knowledge {
    /// Reads what customers write.
    pub matcher: Arc<Matcher>,
    /// What the bot says.
    pub phrasebook: Arc<Phrasebook>,
    /// What is looked at before anything is added to the phrasebook as it was written.
    pub gate: Arc<Gate>,
    /// The owner's rules.
    pub policy: Policy,
    /// The agents' groups, as the owner named them.
    pub desks: Vec<DeskInfo>,
}

impl Knowledge {
    /// What is known of a phrasebook as it was written.
    pub fn new(phrasebook: Arc<Phrasebook>, matcher: Arc<Matcher>, policy: Policy, desks: Vec<DeskInfo>) -> Knowledge {
        let gate = Arc::new(Gate::new(phrasebook.clone(), matcher.clone()));
        Knowledge { matcher, phrasebook, gate, policy, desks }
    }

    /// The same with what was learned.
    pub fn taught(&self, report: &Report) -> Knowledge {
        Knowledge {
            matcher: report.matcher.clone(),
            phrasebook: report.phrasebook.clone(),
            gate: self.gate.clone(),
            policy: self.policy.clone(),
            desks: self.desks.clone(),
        }
    }
}

/// Looks at events as they come.
pub struct Worker {
    store: Store,
    knowledge: watch::Receiver<Arc<Knowledge>>,
}

impl Worker {
    /// A worker on `store`. What it knows may change while it works: phrases are edited.
    pub fn new(store: Store, knowledge: watch::Receiver<Arc<Knowledge>>) -> Worker {
        Worker { store, knowledge }
    }

    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        while !*stop.borrow_and_update() {
            committed.mark_unchanged();
            match self.work().await {
                Ok(0) => tokio::select! {
                    _ = committed.changed() => {}
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                    _ = stop.changed() => {}
                },
                Ok(_) => {}
                Err(error) => {
                    error!(%error, "events cannot be worked on; trying again");
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// Looks at a batch of events; returns how many there were.
    pub async fn work(&self) -> Result<usize, Error> {
        if !self.store.has_events().await? {
            return Ok(0);
        }
        match self.batch(BATCH).await {
            Err(error @ (Error::Database(_) | Error::Unreadable { .. } | Error::Panicked)) => {
                // One of them may be what the database does not take: then the others need not wait.
                warn!(%error, "a batch of events failed; trying the oldest alone");
                match self.batch(1).await {
                    Err(error @ (Error::Database(_) | Error::Unreadable { .. } | Error::Panicked)) => {
                        self.set_aside(&error).await
                    }
                    other => other,
                }
            }
            other => other,
        }
    }

    /// Looks at the oldest events, at most `limit`, in one transaction.
    async fn batch(&self, limit: i64) -> Result<usize, Error> {
        let knowledge = self.knowledge.borrow().clone();
        let store = self.store.clone();
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    let mut done = 0;
                    // Who waits for the carrier is not spoken to before its answer: customers are answered in
                    // the order they write.
                    let mut waiting = HashSet::new();
                    let mut office = office::office(&mut tx, &knowledge, clock::now().timestamp_millis()).await?;
                    for event in tx.waiting_events(limit).await? {
                        let (now, customer) = (clock::now(), event.customer);
                        if waiting.contains(&customer) && !event.is_answer {
                            continue;
                        }
                        let mut work = Work {
                            knowledge: &knowledge,
                            office: &mut office,
                            store: &store,
                            tx: &mut tx,
                            now,
                            customer,
                            desk: 0,
                        };
                        if work.event(&event).await? {
                            waiting.insert(customer);
                        }
                        done += 1;
                    }
                    Ok(done)
                })
            })
            .await
    }

    /// Marks the oldest event as one that cannot be worked on. If the database is what fails, this fails
    /// too, and nothing is set aside.
    async fn set_aside(&self, error: &Error) -> Result<usize, Error> {
        let problem = error.to_string();
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    let events = tx.waiting_events(1).await?;
                    for event in &events {
                        error!(event = event.id, customer = %event.customer, %problem, "an event was set aside");
                        tx.event_done(event.id, clock::now().timestamp_millis(), Some(&problem)).await?;
                    }
                    Ok(events.len())
                })
            })
            .await
    }
}
