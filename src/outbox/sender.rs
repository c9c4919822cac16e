//! The sender: takes the first row of each lane that may go, sends it, marks it.

use super::limits::{Go, Limits, Pace};
use super::{Delivery, Messenger, Outgoing, Place, Refusal, Sent};
use crate::clock;
use crate::conversation::{Event, Kind, Undelivered};
use crate::store::{Error, Head, NewEvent, Store, Tx};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, error, info, warn};

/// How many calls may be under way at once.
const UNDER_WAY: usize = 32;
/// How many lanes are looked at in one go.
const LOOK: i64 = 256;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Beyond so many people the pace is thinned out.
const MANY_CHATS: usize = 10_000;

/// Sends what the outbox holds.
pub struct Sender<M> {
    store: Store,
    messenger: Arc<M>,
    pace: Pace,
    /// Lanes with a call under way: the next row of each waits for its end.
    busy: HashSet<String>,
    calls: JoinSet<Ended>,
}

/// How a call ended, for the pace.
struct Ended {
    lane: String,
    chat: i64,
    counted: bool,
    pause: Option<Duration>,
}

impl<M: Messenger> Sender<M> {
    /// A sender that knows what the last minute has cost the desks already, and the last second each customer.
    pub async fn new(store: Store, messenger: Arc<M>, limits: Limits) -> Result<Self, Error> {
        let mut pace = Pace::new(limits);
        let (now, instant) = (clock::now().timestamp_millis(), clock::instant());
        let mut sent = store.sent_since(true, now - 60_000).await?;
        sent.extend(store.sent_since(false, now - 2_000).await?);
        for (chat, at) in sent {
            let ago = Duration::from_millis(u64::try_from(now - at).unwrap_or(0));
            pace.remember(chat, instant.checked_sub(ago).unwrap_or(instant));
        }
        Ok(Sender { store, messenger, pace, busy: HashSet::new(), calls: JoinSet::new() })
    }

    /// Sends until told to stop; then finishes the calls that are under way.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        while !*stop.borrow_and_update() {
            committed.mark_unchanged();
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
                _ = stop.changed() => {}
            }
        }
        while let Some(ended) = self.calls.join_next().await {
            self.ended(ended);
        }
    }

    /// Begins every call that may begin; returns when to look again, if that is known.
    async fn start_calls(&mut self) -> Result<Option<Instant>, Error> {
        let now = clock::now().timestamp_millis();
        let mut wake: Option<Instant> = None;
        let mut sooner = |at: Instant| wake = Some(wake.map_or(at, |known| known.min(at)));
        // Customers first: the desk's budget is small and would only hold them up.
        for at_desk in [false, true] {
            for head in self.store.heads(at_desk, now, LOOK).await? {
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
                let counted = outgoing.is_message();
                match self.pace.may(head.chat, counted, head.rank > 0, instant) {
                    Go::Now => self.start(head, outgoing, counted),
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

    fn start(&mut self, head: Head, outgoing: Outgoing, counted: bool) {
        self.busy.insert(head.lane.clone());
        self.pace.begin(head.chat, counted);
        let (store, messenger) = (self.store.clone(), self.messenger.clone());
        self.calls.spawn(async move {
            let pause = deliver(&store, &*messenger, &head, outgoing).await;
            Ended { lane: head.lane, chat: head.chat, counted, pause }
        });
    }

    fn ended(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        match ended {
            Ok(Ended { lane, chat, counted, pause }) => {
                self.busy.remove(&lane);
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
            | Outgoing::Edit { .. }
            | Outgoing::Topic { .. }
            | Outgoing::Rename { .. } => true,
            Outgoing::Toast { .. } | Outgoing::Typing => false,
        }
    }
}

/// Sends one row and marks it; returns the pause Telegram asked for.
async fn deliver(store: &Store, messenger: &impl Messenger, head: &Head, outgoing: Outgoing) -> Option<Duration> {
    let result = match place(store, head, &outgoing).await {
        Ok(Some(place)) => {
            let delivery = Delivery { place, outgoing: outgoing.clone() };
            messenger.send(delivery).await.map_err(|refusal| (refusal, place))
        }
        Ok(None) => {
            no_topic(store, head).await;
            return None;
        }
        Err(error) => {
            error!(%error, row = head.id, "the receiver of a row cannot be read; trying again");
            return Some(Duration::from_secs(1));
        }
    };
    match result {
        Ok(sent) => {
            mark_sent(store, head, sent).await;
            None
        }
        Err((refusal, place)) => refused(store, head, &outgoing, place, refusal).await,
    }
}

/// The receiver as things stand now; `None` where a topic is needed and there is none.
async fn place(store: &Store, head: &Head, outgoing: &Outgoing) -> Result<Option<Place>, Error> {
    let customer = head.customer.0;
    if head.chat == customer {
        return Ok(Some(Place::Customer(customer)));
    }
    // A topic at another desk is none: the owner has moved to a new group.
    let topic = store.topic_of(head.customer).await?.filter(|(desk, _)| *desk == head.chat);
    Ok(match (topic, outgoing) {
        (Some((desk, thread)), _) => Some(Place::Topic { desk, thread }),
        (None, Outgoing::Topic { .. }) => Some(Place::NewTopic { desk: head.chat }),
        // There is nothing to name; and a press is answered without a place.
        (None, Outgoing::Rename { .. } | Outgoing::Toast { .. } | Outgoing::Typing) => {
            Some(Place::NewTopic { desk: head.chat })
        }
        (None, Outgoing::Text { .. } | Outgoing::Copy { .. } | Outgoing::Edit { .. }) => None,
    })
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

async fn mark_sent(store: &Store, head: &Head, sent: Sent) {
    let (id, customer, desk) = (head.id, head.customer, head.chat);
    write_surely(store, move |mut tx, now| {
        Box::pin(async move {
            if let Some(thread) = sent.topic {
                tx.set_topic(customer, desk, thread).await?;
            }
            tx.sent(id, now, sent.message).await
        })
    })
    .await;
}

/// What follows from a refusal. Returns the pause Telegram asked for.
async fn refused(store: &Store, head: &Head, outgoing: &Outgoing, place: Place, refusal: Refusal) -> Option<Duration> {
    let to_customer = head.chat == head.customer.0;
    let fleeting = matches!(outgoing, Outgoing::Typing | Outgoing::Toast { .. });
    match refusal {
        Refusal::TooMany(_) | Refusal::Later(_) | Refusal::DeskClosed(_) if fleeting => {
            close(store, head, "too late to matter", None).await;
            None
        }
        Refusal::TooMany(pause) => {
            info!(row = head.id, chat = head.chat, seconds = pause.as_secs(), "Telegram asks to wait");
            Some(pause)
        }
        // What is refused to all of a desk (a right, topics, the group itself) is the desk's trouble and will be
        // mended: nothing is given up for it.
        Refusal::Later(why) | Refusal::DeskClosed(why) => {
            let pause = LONGEST_PAUSE.min(Duration::from_secs(1 << head.attempts.clamp(0, 6)));
            warn!(row = head.id, chat = head.chat, %why, seconds = pause.as_secs(), "not sent; trying again");
            postpone(store, head, &why, pause).await;
            None
        }
        Refusal::Needless(why) => {
            debug!(row = head.id, %why, "needless");
            close(store, head, &why, None).await;
            None
        }
        Refusal::Blocked => {
            info!(row = head.id, customer = %head.customer, "the customer has blocked the bot");
            close_lane(store, head, "blocked", Event::Undelivered { reason: Undelivered::Blocked }).await;
            None
        }
        Refusal::Gone(why) if to_customer => {
            warn!(row = head.id, customer = %head.customer, %why, "the customer cannot be reached");
            close_lane(store, head, &why, Event::Undelivered { reason: Undelivered::Gone }).await;
            None
        }
        Refusal::TopicGone => {
            let tell = !matches!(outgoing, Outgoing::Topic { .. } | Outgoing::Rename { .. });
            topic_gone(store, head, place, tell).await;
            None
        }
        Refusal::Moved(new) => {
            let old = head.chat;
            info!(old, new, "the desk was upgraded");
            while let Err(error) = store.move_desk(old, new).await {
                if matches!(error, Error::Closed) {
                    break;
                }
                error!(%error, "the desk's new id cannot be stored; trying again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None
        }
        Refusal::Never(why) | Refusal::Gone(why) => {
            error!(row = head.id, chat = head.chat, %why, "can never be sent; kept in the outbox with the reason");
            let event = match outgoing {
                Outgoing::Copy { kind, words, .. } if !to_customer => {
                    Some(Event::RelayFailed { kind: Kind::from_word(kind), words: words.clone() })
                }
                _ if to_customer && !fleeting => Some(Event::Undelivered { reason: Undelivered::Refused(why.clone()) }),
                _ => None,
            };
            close(store, head, &why, event).await;
            None
        }
    }
}

/// The row is done with; an event tells the conversation, if it matters to it.
async fn close(store: &Store, head: &Head, why: &str, event: Option<Event>) {
    let (id, why, event) = (head.id, why.to_owned(), event.map(|event| news(head, &event)));
    write_surely(store, move |mut tx, now| {
        let (why, event) = (why.clone(), event.clone());
        Box::pin(async move {
            tx.undeliverable(id, now, &why).await?;
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
            tx.abandon_lane(&lane, now, &why).await?;
            tx.put_event(&event, now).await?;
            Ok(())
        })
    })
    .await;
}

/// The topic is forgotten. With `tell`, the conversation opens a new one and tells the story, in which the words
/// that waited here stand too; a row that makes or names a topic is simply tried again.
async fn topic_gone(store: &Store, head: &Head, place: Place, tell: bool) {
    let Place::Topic { thread, .. } = place else {
        return postpone(store, head, "there is no topic", Duration::from_secs(1)).await;
    };
    info!(customer = %head.customer, thread, "the topic is gone");
    let (customer, event) = (head.customer, news(head, &Event::TopicGone));
    write_surely(store, move |mut tx, now| {
        let event = event.clone();
        Box::pin(async move {
            if tx.forget_topic(customer, thread).await? && tell {
                tx.put_event(&event, now).await?;
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
    error!(row = head.id, why, "a row of the outbox cannot be read; kept with the reason");
    close(store, head, why, None).await;
}

fn news(head: &Head, event: &Event) -> NewEvent {
    NewEvent {
        // A row can bring the same news more than once over its life (its topic deleted twice).
        source: format!("outbox:{}:{}", head.id, clock::now().timestamp_millis()),
        customer: head.customer,
        body: serde_json::to_string(event).expect("an event is plain data"),
    }
}

/// Writes what Telegram has already done: giving up would send it twice, so it is tried until it works.
async fn write_surely<F>(store: &Store, work: F)
where
    F: for<'c> Fn(Tx<'c>, i64) -> futures::future::BoxFuture<'c, Result<(), Error>> + Send + Clone + 'static,
{
    loop {
        let (work, now) = (work.clone(), clock::now().timestamp_millis());
        match store.write(move |tx| work(tx, now)).await {
            Ok(()) => return,
            // The store has ended, and with it this process: what is not marked is sent again at the next start.
            Err(error @ Error::Closed) => return error!(%error, "what was sent cannot be marked"),
            Err(error) => {
                error!(%error, "what was sent cannot be marked; trying again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
