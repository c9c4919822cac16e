//! What the events of one transaction share, and one event being worked on: the other files say what is done with it.

use super::knowledge::Knowledge;
use crate::conversation::{Button, CustomerId, DeskId, DeskSnapshot, State, TicketNo};
use crate::outbox::Label;
use crate::phrases::{Reply, render};
use crate::store::{Error, NewPost, Store, Tx};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// The last hours, by which waiting times are told (milliseconds).
const LATELY: i64 = 3 * 60 * 60 * 1000;
/// Agents who were seen within this are offered where a ticket is transferred (milliseconds): somebody may have been ill
/// for a week.
const SEEN_LATELY: i64 = 14 * 24 * 60 * 60 * 1000;
/// Fewer answers than this tell nothing of how long the next takes.
const ENOUGH_WAITS: usize = 5;

/// What the events of one transaction have in common: each sees what those before it have changed.
pub(super) struct Bench {
    knowledge: Arc<Knowledge>,
    store: Store,
    snapshot: DeskSnapshot,
    next_ticket: TicketNo,
    /// What is answered to presses, by the person who pressed: the last few of each.
    pub toasts: BTreeMap<i64, VecDeque<NewPost>>,
    /// The lanes of what matters for a moment only.
    pub fleeting: BTreeSet<String>,
    /// The intents that were asked for, each with the customer who did so last.
    pub requests: BTreeMap<String, CustomerId>,
}

impl Bench {
    /// Reads how the desks stand; `now` in Unix milliseconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(knowledge: Arc<Knowledge>, store: Store, tx: &mut Tx<'_>, now: i64) -> Result<Bench, Error> {
        let snapshot = snapshot(tx, &knowledge, now).await?;
        let next_ticket = tx.next_ticket().await?;
        let (toasts, fleeting, requests) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Ok(Bench { knowledge, store, snapshot, next_ticket, toasts, fleeting, requests })
    }

    /// Begins with one event, of a customer's conversation or of a desk.
    pub fn work<'w, 'c, W>(&'w mut self, tx: &'w mut Tx<'c>, whose: W, now: DateTime<Utc>) -> EventWork<'w, 'c, W> {
        let Bench { knowledge, store, snapshot, next_ticket, toasts, fleeting, requests } = self;
        let (desk, presser) = (DeskId::default(), None);
        EventWork { knowledge, snapshot, next_ticket, toasts, fleeting, requests, store, tx, now, whose, desk, presser }
    }
}

/// One event being worked on: `W` is the id of the customer or the desk it belongs to.
pub(super) struct EventWork<'w, 'c, W = CustomerId> {
    pub knowledge: &'w Knowledge,
    pub snapshot: &'w mut DeskSnapshot,
    /// The number the next ticket gets, as far as is known.
    pub next_ticket: &'w mut TicketNo,
    /// What is posted when all events of the transaction are done.
    pub toasts: &'w mut BTreeMap<i64, VecDeque<NewPost>>,
    /// The lanes that are thinned then.
    pub fleeting: &'w mut BTreeSet<String>,
    /// What is looked at when all events of the transaction are done.
    pub requests: &'w mut BTreeMap<String, CustomerId>,
    pub store: &'w Store,
    pub tx: &'w mut Tx<'c>,
    pub now: DateTime<Utc>,
    pub whose: W,
    /// The desk the customer's topic lies at, by its present id.
    pub desk: DeskId,
    /// Telegram's id of the customer or agent who pressed a button; `None` when it is no press.
    pub presser: Option<i64>,
}

impl<W> EventWork<'_, '_, W> {
    pub(super) fn millis(&self) -> i64 {
        self.now.timestamp_millis()
    }

    /// The desk a customer's topic lies at, by its present id.
    pub(super) fn desk_of(&self, state: &State) -> DeskId {
        self.store.current_desk(self.named_desk(state))
    }

    /// The same as the owner named it.
    pub(super) fn named_desk(&self, state: &State) -> DeskId {
        self.snapshot.desk(state.desk.at).unwrap_or_default()
    }

    /// A text as it is said.
    pub(super) fn words(&self, reply: &Reply, seed: u64) -> String {
        render(&self.knowledge.phrasebook, reply, seed)
    }

    /// Buttons as Telegram gets them.
    pub(super) fn labels(&self, buttons: &[Vec<Button>]) -> Vec<Vec<Label>> {
        let label = |button: &Button| Label { text: self.words(&button.label, 0), data: button.pressed.data() };
        buttons.iter().map(|row| row.iter().map(label).collect()).collect()
    }
}

/// The desks as they are now.
async fn snapshot(tx: &mut Tx<'_>, knowledge: &Knowledge, now: i64) -> Result<DeskSnapshot, Error> {
    let waits = tx.waits_since(now - LATELY).await?;
    Ok(DeskSnapshot {
        agents: tx.agents_on_shift().await?,
        seen: tx.agents_seen(now - SEEN_LATELY).await?,
        desks: knowledge.desks.clone(),
        tickets: tx.open_tickets().await?,
        first_answer: (waits.len() >= ENOUGH_WAITS).then(|| waits[waits.len() / 2] / 1000),
        incidents: tx.incidents().await?,
    })
}
