//! The way in: events are claimed, each conversation in its turn, looked at by [`crate::conversation::step`] and committed together with
//! everything they lead to.
//!
//! Claiming, deciding and committing happen inside one transaction of the store's writing task. A step
//! is pure and takes microseconds, so no row need be marked as claimed, a crash undoes half a decision
//! by itself, and each customer's events are looked at in order. Of several replicas each locks the conversations it
//! works on until it has committed. What takes time (the carrier, Telegram) is never waited for here: its answers
//! come back as events.
//!
//! An event that fails by its own fault is tried alone, again after growing pauses, and then put into quarantine: the
//! lead is told, and the customer's next event goes on. While the database fails, no event is at fault: all of them
//! wait.
//!
//! `bench` holds what the events of a transaction share, and the one in hand. `work` takes it through its step;
//! `effects` and `posts` turn what was decided into rows; `at_desk` does the same for what happens at a desk and belongs
//! to no customer; `quarantine` is for what cannot be worked on, `gone_desks` for tickets whose desk
//! the owner has taken away.

mod at_desk;
mod bench;
mod effects;
mod gone_desks;
mod hindsight;
mod knowledge;
mod posts;
mod quarantine;
mod work;

pub use gone_desks::recall_tickets;
pub use knowledge::Knowledge;

use crate::clock;
use crate::conversation::ConversationId;
use crate::leases::Leases;
use crate::store::{Error, Store, TURN, Turns};
use bench::Bench;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tracing::{Instrument, debug, debug_span, error, warn};

/// How many events share a transaction: a burst costs one commit, and no customer waits long for it.
const BATCH: i64 = 64;
/// Another process (`otklik parcels push`, a replica that is gone) may put events in as well: its commits are not
/// seen, so a look is taken now and then.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// What waits is another replica's just now.
const ELSEWHERE: Duration = Duration::from_millis(20);
/// The pauses before each further try of an event that failed by its own fault; after the last one it is put into
/// quarantine.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(15)];

/// Looks at events as they come.
pub struct Worker {
    store: Store,
    knowledge: watch::Receiver<Arc<Knowledge>>,
    leases: Leases,
    /// Whose turn it is.
    turns: Arc<Turns>,
}

/// The event that is being worked on: its row, and the customer's or desk's conversation it belongs to.
type Trying = Arc<Mutex<Option<(i64, ConversationId)>>>;

impl Worker {
    /// A worker on `store`. What it knows may change while it works: phrases are edited.
    pub fn new(store: Store, knowledge: watch::Receiver<Arc<Knowledge>>, leases: Leases) -> Worker {
        Worker { store, knowledge, leases, turns: Arc::default() }
    }

    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        while !*stop.borrow_and_update() {
            committed.mark_unchanged();
            match self.work().await {
                Ok(None) => tokio::select! {
                    _ = committed.changed() => {}
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                    _ = stop.changed() => {}
                },
                Ok(Some(0)) => tokio::time::sleep(ELSEWHERE).await,
                Ok(Some(_)) => {}
                Err(error) => {
                    error!(%error, "events cannot be worked on; trying again");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// Looks at a batch of events; returns how many there were, `None` if nothing waits for us.
    async fn work(&self) -> Result<Option<usize>, Error> {
        // A newer version may write what this one cannot read.
        if self.leases.is_outdated() || !self.store.has_events(clock::now().timestamp_millis()).await? {
            return Ok(None);
        }
        match self.batch(BATCH, Trying::default()).await {
            Err(error) if !error.is_passing() => {
                // One of them may be what the database does not take: then the others need not wait.
                warn!(%error, "a batch of events failed; trying one of them alone");
                let trying = Trying::default();
                match self.batch(1, trying.clone()).await {
                    Err(error) if !error.is_passing() => {
                        let failed = *trying.lock().unwrap_or_else(PoisonError::into_inner);
                        match failed {
                            Some((event, whose)) => self.failed(event, whose, &error).await.map(Some),
                            None => Err(error),
                        }
                    }
                    other => other.map(Some),
                }
            }
            other => other.map(Some),
        }
    }

    /// Looks at the events whose turn it is, at most `limit`, in one transaction. What is in hand stands in `trying`.
    async fn batch(&self, limit: i64, trying: Trying) -> Result<usize, Error> {
        let knowledge = self.knowledge.borrow().clone();
        let (store, turns) = (self.store.clone(), self.turns.clone());
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    let mut done = 0;
                    let now = clock::now().timestamp_millis();
                    tx.gather();
                    let events = tx.waiting_events(now, limit, &turns).await?;
                    if events.is_empty() {
                        return Ok(0);
                    }
                    // A customer who waits for the carrier is not spoken to before its answer: customers are answered
                    // in the order they write.
                    let mut waiting = HashSet::new();
                    let mut bench = Bench::begin(knowledge, store, &mut tx, now).await?;
                    for event in events {
                        let whose = event.conversation;
                        if waiting.contains(&whose) && !event.is_answer {
                            continue;
                        }
                        *trying.lock().unwrap_or_else(PoisonError::into_inner) = Some((event.id, whose));
                        let now = clock::now();
                        tx.because(Some(event.cause));
                        let turn = debug_span!(target: TURN, "turn", cause = event.cause.event, event = event.id);
                        let asked = match whose {
                            ConversationId::Customer(customer) => {
                                let mut work = bench.work(&mut tx, customer, now);
                                work.event(&event).instrument(turn.clone()).await?
                            }
                            ConversationId::Desk(desk) => {
                                let mut work = bench.work(&mut tx, desk, now);
                                work.desk_event(&event).instrument(turn.clone()).await?;
                                false
                            }
                        };
                        turn.in_scope(|| debug!(target: TURN, cause = event.cause.event, whose = %whose, "decided"));
                        if asked {
                            waiting.insert(whose);
                        }
                        done += 1;
                    }
                    tx.because(None); // what is said of all of them together
                    bench.finish(&mut tx, clock::now()).await?;
                    tx.settle().await?;
                    Ok(done)
                })
            })
            .await
    }

    /// An event has failed by its own fault: its conversation is held for a while, or it is put into quarantine and the
    /// lead told.
    async fn failed(&self, event: i64, whose: ConversationId, error: &Error) -> Result<usize, Error> {
        let problem = error.to_string();
        let knowledge = self.knowledge.borrow().clone();
        let store = self.store.clone();
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    let now = clock::now();
                    let tries = tx.tries(whose).await? + 1;
                    let pause = usize::try_from(tries - 1).ok().and_then(|done| PAUSES.get(done));
                    if let Some(pause) = pause {
                        warn!(event, %whose, tries, %problem, "an event failed; its conversation is tried again");
                        let until = now.timestamp_millis() + i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
                        tx.hold(whose, tries, until).await?;
                        return Ok(1);
                    }
                    let mut bench = Bench::begin(knowledge, store, &mut tx, now.timestamp_millis()).await?;
                    let mut work = bench.work(&mut tx, whose, now);
                    work.quarantine(event, &problem).await?;
                    tx.let_go(whose).await?;
                    Ok(1)
                })
            })
            .await
    }
}
