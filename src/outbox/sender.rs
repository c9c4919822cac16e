//! The sender: takes the first row of each lane that may go, sends it, writes its receipt.

use super::limits::{Go, Limits, SendPace};
use super::merge;
use super::messenger::{Call, Delivery, Messenger, Place, SendRefusal};
use super::outgoing::Outgoing;
use super::receipts::{Done, Receipts, write_surely};
use super::resolve::{Resolved, resolve};
use crate::clock;
use crate::conversation::{ConversationId, DeskId, Event, Kind, Undelivered};
use crate::leases::{Leases, Role};
use crate::store::{Error, Head, NewEvent, Store};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, error, info, warn};

/// How many calls may be under way at once.
const UNDER_WAY: usize = 64;
/// Between two looks: under load ends of calls and commits come in crowds, and one look serves them all.
const SETTLE: Duration = Duration::from_millis(4);
/// How many lanes are looked at in one go.
const LOOK: i64 = 256;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
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
    /// A sender within `limits`.
    pub fn new(store: Store, messenger: Arc<M>, limits: Limits, leases: Leases) -> Self {
        let pace = SendPace::new(limits.clone());
        let receipts = Receipts::start(store.clone(), UNDER_WAY);
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
                        set_aside(&self.store, &head, &error.to_string()).await;
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
                        let tight = at_desk && self.pace.is_tight(head.chat, instant);
                        self.start(head, outgoing, turns, counted, tight);
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

    fn start(&mut self, head: Head, outgoing: Outgoing, turns: Vec<String>, counted: bool, tight: bool) {
        self.busy.extend(turns.iter().cloned());
        self.pace.begin(head.chat, counted);
        let (store, receipts, messenger) = (self.store.clone(), self.receipts.clone(), self.messenger.clone());
        self.calls.spawn(async move {
            let pause = deliver(&store, &receipts, &*messenger, &head, outgoing, tight).await;
            Ended { turns, chat: head.chat, counted, pause }
        });
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

/// What goes one after the other: the rows of a lane; and topics of a desk, so that one which is made but not yet
/// written down is always newer than all that are (the receiver asks again which customer's it is).
fn turns(head: &Head, outgoing: &Outgoing) -> Vec<String> {
    let mut turns = vec![head.lane.clone()];
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
            | Outgoing::Card
            | Outgoing::Refresh
            | Outgoing::Call { .. }
            | Outgoing::Unclose
            | Outgoing::Left { .. }
            | Outgoing::AtDesk { .. }
            | Outgoing::Topic
            | Outgoing::Rename => true,
            Outgoing::Toast { .. } | Outgoing::Typing | Outgoing::React { .. } | Outgoing::Pin => false,
        }
    }
}

/// Sends one row and writes its receipt; returns the pause Telegram asked for. Where the group's minute is `tight`, words that
/// wait behind it go with it.
async fn deliver(
    store: &Store,
    receipts: &Receipts,
    messenger: &impl Messenger,
    head: &Head,
    outgoing: Outgoing,
    tight: bool,
) -> Option<Duration> {
    let mut delivery = match resolve(store, head, &outgoing).await {
        Ok(Resolved::Call(delivery)) => delivery,
        Ok(Resolved::Needless(why)) => {
            debug!(row = head.id, why, "needless");
            close(store, head, why).await;
            return None;
        }
        Ok(Resolved::NoTopic) => {
            no_topic(store, head).await;
            return None;
        }
        Ok(Resolved::NotYet) => {
            postpone(store, head, "it waits for the topic it tells of", Duration::from_secs(1)).await;
            return None;
        }
        Err(error) => {
            error!(%error, row = head.id, "the receiver of a row cannot be read; trying again");
            return Some(Duration::from_secs(1));
        }
    };
    let place = delivery.place;
    let mut rows = vec![(head.id, outgoing.clone())];
    if tight {
        match store.lane(&head.lane).await {
            Ok(behind) => rows.extend(merge::words(&mut delivery.call, head.id, behind)),
            Err(error) => debug!(%error, row = head.id, "what waits behind a row cannot be read; it goes alone"),
        }
    }
    match messenger.send(delivery.clone()).await {
        Ok(sent) => {
            receipts.write(Done::new(head, &rows, &delivery, &sent)).await;
            None
        }
        Err(SendRefusal::TopicClosed) => {
            info!(whose = %head.conversation, "somebody closed the topic; it is opened again");
            match messenger.send(Delivery { place, call: Call::Reopen }).await {
                Ok(_) => None, // the row is still the first of its lane
                Err(refusal) => refused(store, head, &outgoing, place, refusal).await,
            }
        }
        Err(refusal) => refused(store, head, &outgoing, place, refusal).await,
    }
}

/// A row without its topic: the conversation is deciding what becomes of it. If that takes long, it is
/// asked again.
async fn no_topic(store: &Store, head: &Head) {
    if head.attempts % 5 == 4 {
        let event = news(head, &Event::TopicGone);
        write_surely(store, move |mut tx, now| {
            let event = event.clone();
            Box::pin(async move { tx.put_event(&event, now).await.map(|_| ()) })
        })
        .await;
    }
    postpone(store, head, "there is no topic", Duration::from_secs(1)).await;
}

/// What follows from a refusal. Returns the pause Telegram asked for.
async fn refused(
    store: &Store,
    head: &Head,
    outgoing: &Outgoing,
    place: Place,
    refusal: SendRefusal,
) -> Option<Duration> {
    let to_customer = head.chat.customer().is_some();
    let fleeting = matches!(outgoing, Outgoing::Typing | Outgoing::Toast { .. } | Outgoing::React { .. });
    match refusal {
        SendRefusal::TooMany(_) | SendRefusal::Later(_) | SendRefusal::DeskClosed(_) if fleeting => {
            close(store, head, "too late to matter").await;
            None
        }
        // A card that cannot be pinned is a card all the same, and what comes behind it must not wait for a right.
        SendRefusal::DeskClosed(why) | SendRefusal::Never(why) if matches!(outgoing, Outgoing::Pin) => {
            debug!(row = head.id, %why, "not pinned");
            close(store, head, &why).await;
            None
        }
        // The topic in which something was asked is gone, and so is the question.
        SendRefusal::TopicGone | SendRefusal::TopicClosed if matches!(outgoing, Outgoing::AtDesk { .. }) => {
            close(store, head, "the topic is gone").await;
            None
        }
        // Nobody is there to be told any more.
        SendRefusal::TopicGone | SendRefusal::TopicClosed if matches!(outgoing, Outgoing::Left { .. }) => {
            topic_gone(store, head, place, false).await;
            close(store, head, "the topic is gone").await;
            None
        }
        SendRefusal::TooMany(pause) => {
            info!(row = head.id, chat = %head.chat, seconds = pause.as_secs(), "Telegram asks to wait");
            let chat = head.chat;
            let wait = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            // The replica that sends next keeps to it as well, after a restart or in this one's place.
            write_surely(store, move |mut tx, now| Box::pin(async move { tx.pause(chat, now, wait).await })).await;
            Some(pause)
        }
        // What is refused to all of a desk (a right, topics, the group itself) is the desk's trouble and will be
        // mended: nothing is given up for it.
        SendRefusal::Later(why) | SendRefusal::DeskClosed(why) => {
            let pause = LONGEST_PAUSE.min(Duration::from_secs(1 << head.attempts.clamp(0, 6)));
            warn!(row = head.id, chat = %head.chat, %why, seconds = pause.as_secs(), "not sent; trying again");
            postpone(store, head, &why, pause).await;
            None
        }
        SendRefusal::Needless(why) => {
            debug!(row = head.id, %why, "needless");
            close(store, head, &why).await;
            None
        }
        SendRefusal::Blocked => {
            info!(row = head.id, whose = %head.conversation, "the customer has blocked the bot");
            close_lane(store, head, "blocked", Event::Undelivered { reason: Undelivered::Blocked }).await;
            None
        }
        SendRefusal::Gone(why) if to_customer => {
            warn!(row = head.id, whose = %head.conversation, %why, "the customer cannot be reached");
            close_lane(store, head, &why, Event::Undelivered { reason: Undelivered::Gone }).await;
            None
        }
        SendRefusal::TopicGone => {
            let tell = !matches!(outgoing, Outgoing::Rename);
            topic_gone(store, head, place, tell).await;
            None
        }
        // To open it was tried already.
        SendRefusal::TopicClosed => {
            postpone(store, head, "the topic is closed", LONGEST_PAUSE).await;
            None
        }
        SendRefusal::Moved(new) => {
            let Some(old) = head.chat.desk() else {
                return None; // only a group has another id
            };
            info!(%old, %new, "the desk was upgraded");
            while let Err(error) = store.move_desk(old, new).await {
                if matches!(error, Error::Closed) {
                    break;
                }
                error!(%error, "the desk's new id cannot be stored; trying again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None
        }
        SendRefusal::Never(why) | SendRefusal::Gone(why) => {
            if fleeting {
                close(store, head, &why).await;
                return None;
            }
            error!(row = head.id, chat = %head.chat, %why, "can never be sent; see otklik outbox");
            let event = match outgoing {
                Outgoing::Copy { message, kind, words, .. } if !to_customer => {
                    let message = *message;
                    Some(Event::RelayFailed { message, kind: Kind::from_word(kind), words: words.clone() })
                }
                _ if to_customer => Some(Event::Undelivered { reason: Undelivered::Refused(why.clone()) }),
                _ => None,
            };
            give_up(store, head, &why, event).await;
            None
        }
    }
}

/// The row need not be sent.
async fn close(store: &Store, head: &Head, why: &str) {
    let (id, why) = (head.id, why.to_owned());
    write_surely(store, move |mut tx, now| {
        let why = why.clone();
        Box::pin(async move { tx.needless(id, now, &why).await })
    })
    .await;
}

/// The row can never be sent; an event tells the conversation, if it matters to it.
async fn give_up(store: &Store, head: &Head, why: &str, event: Option<Event>) {
    let (id, why, event) = (head.id, why.to_owned(), event.map(|event| news(head, &event)));
    write_surely(store, move |mut tx, now| {
        let (why, event) = (why.clone(), event.clone());
        Box::pin(async move {
            tx.dead(id, now, &why).await?;
            if let Some(event) = event {
                tx.put_event(&event, now).await?;
            }
            Ok(())
        })
    })
    .await;
}

/// Nothing of this lane can be delivered.
async fn close_lane(store: &Store, head: &Head, why: &str, event: Event) {
    let (lane, why, event) = (head.lane.clone(), why.to_owned(), news(head, &event));
    write_surely(store, move |mut tx, now| {
        let (lane, why, event) = (lane.clone(), why.clone(), event.clone());
        Box::pin(async move {
            tx.dead_lane(&lane, now, &why).await?;
            tx.put_event(&event, now).await?;
            Ok(())
        })
    })
    .await;
}

/// The topic is forgotten. With `tell`, the conversation opens a new one and tells the story, in which the words
/// that waited here stand too; a row that makes or names a topic is simply tried again.
async fn topic_gone(store: &Store, head: &Head, place: Place, tell: bool) {
    let (Place::Topic { desk, topic }, Some(customer)) = (place, head.conversation.customer()) else {
        return postpone(store, head, "there is no topic", Duration::from_secs(1)).await;
    };
    info!(%customer, %topic, "the topic is gone");
    let event = news(head, &Event::TopicGone);
    write_surely(store, move |mut tx, now| {
        let event = event.clone();
        Box::pin(async move {
            if tx.forget_topic(customer, desk, topic).await? {
                tx.forget_shown(customer).await?;
                if tell {
                    tx.put_event(&event, now).await?;
                }
            }
            Ok(())
        })
    })
    .await;
}

async fn postpone(store: &Store, head: &Head, why: &str, pause: Duration) {
    let (id, why) = (head.id, why.to_owned());
    let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    write_surely(store, move |mut tx, now| {
        let why = why.clone();
        Box::pin(async move { tx.postponed(id, now.saturating_add(pause), &why).await })
    })
    .await;
}

async fn set_aside(store: &Store, head: &Head, why: &str) {
    error!(row = head.id, why, "a row of the outbox cannot be read; see otklik outbox");
    give_up(store, head, why, None).await;
}

fn news(head: &Head, event: &Event) -> NewEvent {
    NewEvent {
        // A row can bring the same news more than once over its life (its topic deleted twice).
        source: format!("outbox:{}:{}", head.id, clock::now().timestamp_millis()),
        conversation: head.conversation,
        body: serde_json::to_string(event).expect("an event is plain data"),
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
            turns(&Head { id: 1, conversation, lane, chat, rank: 0, body, attempts: 0 }, &outgoing)
        };
        let waits = |one: &[String], other: &[String]| one.iter().any(|turn| other.contains(turn));
        let first = row(1, -100, Outgoing::Topic);
        assert!(waits(&first, &row(2, -100, Outgoing::Topic)));
        assert!(waits(&first, &row(1, -100, Outgoing::Rename)), "its own lane keeps its order");
        assert!(!waits(&first, &row(3, -200, Outgoing::Topic)), "another desk's");
        assert!(!waits(&first, &row(2, -100, Outgoing::Rename)), "what is written down already");
    }
}
