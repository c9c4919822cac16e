//! The sender: takes the first row of each lane that may go, sends it, writes its receipt.

use super::deliver::{deliver, told_beside};
use super::limits::{Go, Limits, SendPace};
use super::merge::Along;
use super::messenger::Messenger;
use super::outgoing::Outgoing;
use super::receipts::Receipts;
use super::refused::give_up_unreadable;
use crate::clock;
use crate::conversation::{ConversationId, DeskId};
use crate::leases::{Leases, Role};
use crate::meters::Meters;
use crate::store::{Error, Head, Store, TURN};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{Instrument, debug_span, error};

/// How many calls may be under way at once.
const UNDER_WAY: usize = 64;
/// Between two looks: under load ends of calls and commits come in crowds, and one look serves them all.
const SETTLE: Duration = Duration::from_millis(4);
/// How many lanes are looked at in one go.
const LOOK: i64 = 256;
/// What another process has put into the outbox is found by looking, if its commit was not heard of.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Beyond so many people the pace is thinned out.
const MANY_CHATS: usize = 10_000;

/// Sends what the outbox holds, while this replica is the one that does.
pub struct Sender<M> {
    store: Store,
    receipts: Receipts,
    messenger: Arc<M>,
    leases: Leases,
    limits: Limits,
    pace: SendPace,
    /// What has a call under way ([`turns`]): the next row of each waits for its end.
    busy: HashSet<String>,
    /// The desks to which something waits ([`Sender::desks_waiting`]), and when that was asked.
    desks: (Option<Instant>, Vec<DeskId>),
    calls: JoinSet<Ended>,
}

/// How a call ended, for the pace.
struct Ended {
    turns: Vec<String>,
    chat: ConversationId,
    counted: bool,
    pause: Option<Duration>,
}

impl<M: Messenger> Sender<M> {
    /// A sender within `limits`; how long answers took is told to `meters`.
    pub fn new(store: Store, messenger: Arc<M>, limits: Limits, leases: Leases, meters: Meters) -> Self {
        let pace = SendPace::new(limits.clone());
        let receipts = Receipts::start(store.clone(), UNDER_WAY, meters);
        Sender {
            store,
            receipts,
            messenger,
            leases,
            limits,
            pace,
            busy: HashSet::new(),
            desks: (None, Vec::new()),
            calls: JoinSet::new(),
        }
    }

    /// Sends until told to stop; then finishes the calls that are under way.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while self.leases.hold(Role::Send, &mut stop).await {
            match self.recall().await {
                Ok(()) => self.send(&mut stop).await,
                Err(error) => {
                    error!(%error, "what was sent lately cannot be read; trying again");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
            while let Some(ended) = self.calls.join_next().await {
                self.ended(ended);
            }
        }
    }

    /// Begins with what the last minute has cost the desks already, the last two seconds each customer, and with the
    /// chats Telegram asks to wait with, whichever replica has sent.
    async fn recall(&mut self) -> Result<(), Error> {
        let mut pace = SendPace::new(self.limits.clone());
        let (now, instant) = (clock::now().timestamp_millis(), clock::instant());
        let mut sent = self.store.sent_since(true, now - 60_000).await?;
        sent.extend(self.store.sent_since(false, now - 2_000).await?);
        for (chat, at) in sent {
            let ago = Duration::from_millis(u64::try_from(now - at).unwrap_or(0));
            pace.remember(chat, instant.checked_sub(ago).unwrap_or(instant));
        }
        for (chat, rest) in self.store.pauses(now).await? {
            pace.pause(chat, instant + Duration::from_millis(u64::try_from(rest).unwrap_or(0)));
        }
        self.pace = pace;
        Ok(())
    }

    /// Sends until told to stop, or until another replica is to.
    async fn send(&mut self, stop: &mut watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        while !*stop.borrow_and_update() && self.leases.holds(Role::Send) {
            committed.mark_unchanged();
            let looked = clock::steady();
            let wake = match self.start_calls().await {
                Ok(wake) => wake,
                Err(error) => {
                    error!(%error, "the outbox cannot be read; trying again");
                    Some(clock::instant() + Duration::from_secs(1))
                }
            };
            tokio::select! {
                Some(ended) = self.calls.join_next() => self.ended(ended),
                _ = committed.changed() => {}
                () = until(wake) => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = stop.changed() => {}
            }
            tokio::time::sleep(SETTLE.saturating_sub(clock::steady() - looked)).await;
            while let Some(ended) = self.calls.try_join_next() {
                self.ended(ended);
            }
        }
    }

    /// Begins every call that may begin; returns when to look again, if that is known.
    async fn start_calls(&mut self) -> Result<Option<Instant>, Error> {
        if self.calls.len() >= UNDER_WAY {
            return Ok(None); // the end of a call wakes us
        }
        let now = clock::now().timestamp_millis();
        let mut wake: Option<Instant> = None;
        let mut sooner = |at: Instant| wake = Some(wake.map_or(at, |known| known.min(at)));
        // Customers first: the desk's budget is small and would only hold them up.
        for at_desk in [false, true] {
            let mut heads = self.store.heads(at_desk, now, LOOK).await?;
            if at_desk && i64::try_from(heads.len()) == Ok(LOOK) {
                // One desk's flood may have filled the look: each is looked at by itself, so that none waits for another.
                for desk in self.desks_waiting().await? {
                    heads.extend(self.store.heads_at(desk, now, LOOK).await?);
                }
            }
            for head in heads {
                if self.busy.contains(&head.lane) {
                    continue;
                }
                if self.calls.len() >= UNDER_WAY {
                    return Ok(None); // the end of a call wakes us
                }
                let instant = clock::instant();
                let outgoing = match serde_json::from_str::<Outgoing>(&head.body) {
                    Ok(outgoing) => outgoing,
                    Err(error) => {
                        give_up_unreadable(&self.store, &head, &error.to_string()).await;
                        continue;
                    }
                };
                let turns = turns(&head, &outgoing);
                if turns.iter().any(|turn| self.busy.contains(turn)) {
                    continue;
                }
                let counted = outgoing.is_message();
                match self.pace.may(head.chat, counted, head.rank > 0, instant) {
                    Go::Now => {
                        let along = Along {
                            words: at_desk && head.rank <= 0 && self.pace.is_tight(head.chat, instant),
                            // What can wait and would have to: now it costs nothing.
                            told: at_desk
                                && (head.rank > 0 || self.pace.may(head.chat, true, true, instant) != Go::Now),
                        };
                        self.start(head, outgoing, turns, counted, along);
                    }
                    Go::At(at) => sooner(at),
                    Go::AfterOthers => {}
                }
            }
        }
        if let Some(due) = self.store.next_due(now).await? {
            let wait = Duration::from_millis(u64::try_from(due - now).unwrap_or(0));
            sooner(clock::instant() + wait);
        }
        Ok(wake)
    }

    /// The desks to which something waits to be sent, when there are several. It is asked once a second at most: it takes
    /// a look at all that waits.
    async fn desks_waiting(&mut self) -> Result<Vec<DeskId>, Error> {
        let now = clock::steady();
        if self.desks.0.is_none_or(|looked| now.duration_since(looked) >= LOOK_AGAIN) {
            self.desks = (Some(now), self.store.desks_waiting().await?);
        }
        Ok(if self.desks.1.len() > 1 { self.desks.1.clone() } else { Vec::new() })
    }

    fn start(&mut self, head: Head, outgoing: Outgoing, turns: Vec<String>, counted: bool, along: Along) {
        self.busy.extend(turns.iter().cloned());
        self.pace.begin(head.chat, counted);
        let (store, receipts, messenger) = (self.store.clone(), self.receipts.clone(), self.messenger.clone());
        let turn = debug_span!(target: TURN, "send", cause = head.cause.map(|cause| cause.event), row = head.id);
        let call = async move {
            let pause = deliver(&store, &receipts, &*messenger, &head, outgoing, along).await;
            Ended { turns, chat: head.chat, counted, pause }
        };
        self.calls.spawn(call.instrument(turn));
    }

    fn ended(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        match ended {
            Ok(Ended { turns, chat, counted, pause }) => {
                for turn in turns {
                    self.busy.remove(&turn);
                }
                let now = clock::instant();
                self.pace.end(chat, counted, pause, now);
                if self.pace.chats() > MANY_CHATS {
                    self.pace.forget_quiet(now);
                }
            }
            // Its lane stays busy until the next start, so nothing overtakes the row that broke it.
            Err(error) => error!(%error, "a call broke off; its lane is held back until a restart"),
        }
    }
}

/// What goes one after the other: the rows of a lane; words and what the bot told beside them, which may go together;
/// and topics of a desk, so that one which is made but not yet written down is always newer than all that are (the
/// receiver asks again which customer's it is).
fn turns(head: &Head, outgoing: &Outgoing) -> Vec<String> {
    let mut turns = vec![head.lane.clone()];
    turns.extend(told_beside(head, outgoing).filter(|lane| *lane != head.lane));
    if matches!(outgoing, Outgoing::Topic) {
        turns.push(format!("topics of {}", head.chat));
    }
    turns
}

async fn until(wake: Option<Instant>) {
    match wake {
        Some(at) => clock::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Outgoing {
    /// Whether Telegram counts it against the chat's limits.
    fn is_message(&self) -> bool {
        match self {
            Outgoing::Text { .. }
            | Outgoing::Copy { .. }
            | Outgoing::EditCopy { .. }
            | Outgoing::Recall { .. }
            | Outgoing::Shorten { .. }
            | Outgoing::Card
            | Outgoing::Refresh
            | Outgoing::Call { .. }
            | Outgoing::Refused { .. }
            | Outgoing::Unclose
            | Outgoing::Left { .. }
            | Outgoing::AtDesk { .. }
            | Outgoing::Export
            | Outgoing::Original { .. }
            | Outgoing::Remove { .. }
            | Outgoing::Topic
            | Outgoing::Rename => true,
            Outgoing::Toast { .. } | Outgoing::Typing | Outgoing::React { .. } | Outgoing::Pin => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{CustomerId, DeskId};

    #[test]
    fn topics_of_a_desk_are_made_one_after_the_other() {
        let row = |customer: i64, desk: i64, outgoing: Outgoing| {
            let (conversation, chat) = (CustomerId(customer).into(), DeskId(desk).into());
            let (lane, body) = (format!("name:{customer}"), String::new());
            turns(&Head { id: 1, conversation, lane, chat, rank: 0, body, attempts: 0, cause: None }, &outgoing)
        };
        let waits = |one: &[String], other: &[String]| one.iter().any(|turn| other.contains(turn));
        let first = row(1, -100, Outgoing::Topic);
        assert!(waits(&first, &row(2, -100, Outgoing::Topic)));
        assert!(waits(&first, &row(1, -100, Outgoing::Rename)), "its own lane keeps its order");
        assert!(!waits(&first, &row(3, -200, Outgoing::Topic)), "another desk's");
        assert!(!waits(&first, &row(2, -100, Outgoing::Rename)), "what is written down already");
    }
}
