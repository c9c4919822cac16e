//! Marking: what Telegram has done is written down at once, and surely. Calls end one by one; those that end while one
//! commit runs are marked together by the next.

use super::messenger::{Call, Delivery, Place, Sent};
use super::outgoing::{CardBody, Outgoing, Spot};
use crate::clock;
use crate::conversation::{AnswerId, CustomerId, DeskId, Event, MessageId, Timer, TopicId, Undelivered};
use crate::meters::{Meters, To};
use crate::store::{Error, Head, Home, NewEvent, NewPost, Store, TURN, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, error, warn};

/// What a call has done: which rows are sent with it, and what follows from that.
#[derive(Clone)]
pub(super) struct Done {
    head: Head,
    /// Words that went together all stand in the one message.
    rows: Vec<i64>,
    message: Option<MessageId>,
    /// The topic that was made.
    topic: Option<TopicId>,
    /// Which part of which message of the other side each new one is the copy of.
    copies: Vec<(Spot, u32, MessageId)>,
    /// The message of the other side of which only so many parts are left.
    shortened: Option<(Spot, u32)>,
    /// Messages in a group without topics, or with buttons, and the customers they are about.
    about: Option<(CustomerId, DeskId, Vec<MessageId>)>,
    /// The reactions at answers that have arrived.
    reactions: Vec<NewPost>,
    /// What the conversation hears of it; mostly nothing.
    news: Vec<NewEvent>,
    shown: Option<Shown>,
    /// What an agent was shown in their own chat, and for how many milliseconds it stays.
    original: Option<(CustomerId, MessageId, i64)>,
}

/// What a topic shows since a call.
#[derive(Clone)]
enum Shown {
    Name(String),
    Body(String, Option<MessageId>),
}

impl Done {
    /// What follows when `rows`, of which `head` is the first, were sent by `delivery`.
    pub fn new(head: &Head, rows: &[(i64, Outgoing)], delivery: &Delivery, sent: &Sent) -> Done {
        let first = rows.first().map(|(_, outgoing)| outgoing);
        let shown = match (first, &delivery.call) {
            (Some(Outgoing::Topic | Outgoing::Rename), Call::Topic { name }) => Some(Shown::Name(name.clone())),
            (
                Some(outgoing @ (Outgoing::Card | Outgoing::Refresh)),
                Call::Text { text, buttons, .. } | Call::EditText { text, buttons, .. },
            ) => {
                let body = CardBody { text: text.clone(), buttons: buttons.clone() };
                let new = sent.messages.first().copied().filter(|_| matches!(outgoing, Outgoing::Card));
                Some(Shown::Body(serde_json::to_string(&body).expect("a card is plain data"), new))
            }
            _ => None,
        };
        let copies = copies(rows, delivery, sent);
        let to_customer = head.chat.customer().is_some();
        // A canned reply stands in no message that could carry a reaction.
        let stands = |message: MessageId| matches!(AnswerId::from(message.0), AnswerId::Message(_));
        let arrived = copies.iter().filter(|(origin, part, _)| to_customer && *part == 0 && stands(origin.message));
        let reactions = arrived.map(|(origin, ..)| reaction(head, *origin)).collect();
        let about = match delivery.place {
            Place::General { desk } => {
                head.conversation.customer().map(|customer| (customer, desk, sent.messages.clone()))
            }
            // What has buttons may be pressed when Telegram tells its number and no topic any more.
            Place::Topic { desk, .. } if has_buttons(&delivery.call) => {
                head.conversation.customer().map(|customer| (customer, desk, sent.messages.clone()))
            }
            Place::Customer(_) | Place::Topic { .. } | Place::NewTopic { .. } => None,
        };
        let shortened = match first {
            Some(Outgoing::Shorten { of, parts }) => Some((*of, *parts)),
            Some(_) | None => None,
        };
        let original = match (first, head.chat.customer(), sent.messages.first()) {
            (Some(Outgoing::Original { lasts, .. }), Some(agent), Some(message)) => Some((agent, *message, *lasts)),
            _ => None,
        };
        if let (Some(Outgoing::Remove { message }), [_, ..]) = (first, &sent.kept[..]) {
            warn!(%message, chat = %head.chat, "what an agent was shown cannot be deleted any more");
        }
        let news = first.and_then(|outgoing| news(outgoing, head, delivery, sent));
        Done {
            head: head.clone(),
            rows: rows.iter().map(|(id, _)| *id).collect(),
            message: sent.messages.first().copied(),
            topic: sent.topic,
            copies,
            shortened,
            about,
            reactions,
            news: news.map(|event| new_event(head, &event)).into_iter().collect(),
            shown,
            original,
        }
    }

    /// The conversation is to hear of it.
    pub fn with_news(mut self, news: NewEvent) -> Done {
        self.news.push(news);
        self
    }

    /// Writes down what follows.
    async fn follow(&self, tx: &mut Tx<'_>, now: i64) -> Result<(), Error> {
        let chat = self.head.chat;
        let customer = self.head.conversation.customer();
        if let (Some(customer), Some(desk), Some(topic)) = (customer, chat.desk(), self.topic) {
            let made = Home { desk, topic: Some(topic) };
            // A row that was given up on its way, and something waits elsewhere: the ticket has gone on to another desk.
            let gone_on = !tx.is_waiting(self.head.id).await?
                && (tx.home_of(customer).await?.is_some_and(|home| home.desk != desk)
                    || !tx.waiting_elsewhere(customer, desk).await?.is_empty());
            match gone_on {
                true => tx.set_former_home(customer, made).await?,
                false => tx.set_home(customer, made).await?,
            }
        }
        for (origin, part, message) in &self.copies {
            tx.copied((origin.chat, origin.message), *part, (chat, *message)).await?;
        }
        if let Some((of, parts)) = self.shortened {
            tx.keeps_parts((of.chat, of.message), chat, parts).await?;
        }
        if let Some((customer, desk, messages)) = &self.about {
            for message in messages {
                tx.is_about(*customer, *desk, *message).await?;
            }
        }
        for reaction in &self.reactions {
            tx.post(reaction, now).await?;
        }
        for news in &self.news {
            tx.put_event(news, now).await?;
        }
        if let Some((agent, message, lasts)) = self.original {
            // From here on it goes by itself, whatever becomes of this process.
            tx.set_timer(agent, &Timer::Original(message), now.saturating_add(lasts)).await?;
            tx.audit(&format!("agent {agent}"), "original", customer, now).await?;
        }
        match (customer, &self.shown) {
            (Some(customer), Some(Shown::Name(name))) => tx.shown_name(customer, name).await,
            (Some(customer), Some(Shown::Body(body, new))) => tx.shown_body(customer, body, *new).await,
            // A desk's own rows show no topic view.
            (None, Some(_)) | (_, None) => Ok(()),
        }
    }
}

/// Writes down what was done by some calls, and that their rows are sent.
async fn write(tx: &mut Tx<'_>, all: &[Done], now: i64) -> Result<(), Error> {
    for done in all {
        done.follow(tx, now).await?;
    }
    let rows: Vec<_> =
        all.iter().flat_map(|done| done.rows.iter().map(|row| (*row, done.message.map(|message| message.0)))).collect();
    tx.sent(&rows, now).await
}

/// Which part of which message of the other side each new one is the copy of.
fn copies(rows: &[(i64, Outgoing)], delivery: &Delivery, sent: &Sent) -> Vec<(Spot, u32, MessageId)> {
    if let Call::Copy { from, messages, .. } = &delivery.call {
        let arrived: Vec<MessageId> =
            messages.iter().copied().filter(|message| !sent.missing.contains(message)).collect();
        // Where it is not known which of them are missing, a wrong pair is worse than none.
        if arrived.len() != sent.messages.len() {
            return Vec::new();
        }
        let spots = arrived.into_iter().map(|message| Spot { chat: *from, message });
        return spots.zip(&sent.messages).map(|(spot, copy)| (spot, 0, *copy)).collect();
    }
    // Words that went together all stand in the one message.
    let message = sent.messages.first().copied();
    rows.iter()
        .filter_map(|(_, outgoing)| origin(outgoing))
        .filter_map(|(of, part)| Some((of, part, message?)))
        .collect()
}

/// What the conversation is to hear of a call that was made: that something of an album is missing, or what became of a
/// recall.
fn news(outgoing: &Outgoing, head: &Head, delivery: &Delivery, sent: &Sent) -> Option<Event> {
    if let (Outgoing::Recall { report, .. }, Call::Delete { messages }) = (outgoing, &delivery.call) {
        let (count, missing, kept) = (messages.len(), sent.missing.len(), sent.kept.len());
        return Some(Event::Recalled { report: *report, count, missing, kept });
    }
    if let Outgoing::Shorten { of, .. } = outgoing {
        let (reason, message) = (Undelivered::Unchanged, Some(of.message));
        let unchanged = Event::Undelivered { reason, message, words: None, letter: None };
        return (!sent.kept.is_empty()).then_some(unchanged);
    }
    let Call::Copy { messages, .. } = &delivery.call else {
        return None;
    };
    let (to_customer, arrived) = (head.chat.customer().is_some(), sent.messages.len());
    let missing = messages.len().saturating_sub(arrived);
    (missing > 0).then_some(Event::AlbumCut { to_customer, arrived, missing })
}

/// Whether a call sends a message that has buttons.
fn has_buttons(call: &Call) -> bool {
    matches!(call, Call::Text { buttons, .. } if !buttons.is_empty())
}

/// The message of the other side that a row of words stands for, and which part of it; `None` where it stands for none.
fn origin(outgoing: &Outgoing) -> Option<(Spot, u32)> {
    match outgoing {
        Outgoing::Text { origin, part, .. } => origin.map(|of| (of, *part)),
        // An agent's answer to the line goes where an answer to the message would have gone.
        Outgoing::Refused { of, part, .. } => of.filter(|of| of.chat.customer().is_some()).map(|of| (of, *part)),
        // The first part is there, or it would not be edited.
        Outgoing::EditCopy { of, part, .. } => (*part > 0).then_some((*of, *part)),
        Outgoing::Copy { .. }
        | Outgoing::Recall { .. }
        | Outgoing::Shorten { .. }
        | Outgoing::React { .. }
        | Outgoing::Card
        | Outgoing::Refresh
        | Outgoing::Pin
        | Outgoing::Call { .. }
        | Outgoing::Unclose
        | Outgoing::Left { .. }
        | Outgoing::AtDesk { .. }
        | Outgoing::Toast { .. }
        | Outgoing::Typing
        | Outgoing::Export
        | Outgoing::Original { .. }
        | Outgoing::Remove { .. }
        | Outgoing::Topic
        | Outgoing::Rename => None,
    }
}

/// The reaction at an agent's message that has reached the customer; it costs no message.
fn reaction(head: &Head, origin: Spot) -> NewPost {
    NewPost {
        conversation: head.conversation,
        lane: format!("mark:{}:{}", origin.chat, origin.message),
        chat: origin.chat,
        rank: 0,
        body: serde_json::to_string(&Outgoing::React { message: origin.message }).expect("plain data"),
        due_at: 0,
        album: None,
    }
}

/// What a row's conversation hears of it.
pub(super) fn new_event(head: &Head, event: &Event) -> NewEvent {
    NewEvent {
        // A row can bring the same news more than once over its life (its topic deleted twice).
        source: format!("outbox:{}:{}", head.id, clock::now().timestamp_millis()),
        conversation: head.conversation,
        body: serde_json::to_string(event).expect("an event is plain data"),
    }
}

/// The way to the task that writes receipts.
#[derive(Clone)]
pub(super) struct Receipts {
    done: mpsc::Sender<(Done, oneshot::Sender<()>)>,
    meters: Meters,
}

impl Receipts {
    /// Starts the task, for so many calls at once. It ends when the last `Receipts` is dropped.
    pub fn start(store: Store, calls: usize, meters: Meters) -> Receipts {
        let (done, queue) = mpsc::channel(calls);
        tokio::spawn(run(store, queue, calls));
        Receipts { done, meters }
    }

    /// Returns when it is written down, or the store has ended.
    pub async fn write(&self, done: Done) {
        let (tell, told) = oneshot::channel();
        self.measure(&done.head);
        if self.done.send((done, tell)).await.is_ok() {
            // Without an answer the task has ended, and with it this process.
            let _ = told.await;
        }
    }
}

impl Receipts {
    /// From what came in to what has just been sent because of it.
    fn measure(&self, head: &Head) {
        let cause = head.cause.map(|cause| cause.event);
        debug!(target: TURN, cause, row = head.id, chat = %head.chat, "sent");
        if let Some(cause) = head.cause {
            let to = if head.chat.customer().is_some() { To::Customer } else { To::Desk };
            let took = clock::now().timestamp_millis() - cause.at;
            self.meters.answered(to, Duration::from_millis(u64::try_from(took).unwrap_or(0)));
        }
    }
}

async fn run(store: Store, mut queue: mpsc::Receiver<(Done, oneshot::Sender<()>)>, calls: usize) {
    let mut group = Vec::new();
    while queue.recv_many(&mut group, calls).await > 0 {
        let (all, told): (Vec<Done>, Vec<_>) = group.drain(..).unzip();
        let all: Arc<[Done]> = all.into();
        let (work, now) = (all.clone(), clock::now().timestamp_millis());
        match store.write(move |mut tx| Box::pin(async move { write(&mut tx, &work, now).await })).await {
            Ok(()) => told.into_iter().for_each(finished),
            Err(error) => {
                // Each by itself from here on: what is wrong with one must not hold up the others.
                warn!(%error, calls = all.len(), "what was sent cannot be marked; trying again, each alone");
                for (done, told) in all.iter().cloned().zip(told) {
                    let store = store.clone();
                    tokio::spawn(async move {
                        write_surely(&store, move |mut tx, now| {
                            let done = done.clone();
                            Box::pin(async move { write(&mut tx, &[done], now).await })
                        })
                        .await;
                        finished(told);
                    });
                }
            }
        }
    }
}

/// The call is marked. One that was broken off does not ask any more.
fn finished(told: oneshot::Sender<()>) {
    let _ = told.send(());
}

/// Writes what Telegram has already done: giving up would send it twice, so it is tried until it works.
pub(super) async fn write_surely<F>(store: &Store, work: F)
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
