//! Marking: what Telegram has done is written down at once, and surely. Calls end one by one; those that end while one
//! commit runs are marked together by the next.

use super::messenger::{Call, Delivery, Place, Sent};
use super::outgoing::{CardBody, Outgoing, Spot};
use crate::clock;
use crate::conversation::{AnswerId, CustomerId, DeskId, MessageId, TopicId};
use crate::store::{Error, Head, Home, NewPost, Store, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tracing::{error, warn};

/// What a call has done: which rows are sent with it, and what follows from that.
#[derive(Clone)]
pub(super) struct Done {
    head: Head,
    /// Words that went together all stand in the one message.
    rows: Vec<i64>,
    message: Option<MessageId>,
    /// The topic that was made.
    topic: Option<TopicId>,
    /// Which message of the other side each new one is the copy of.
    copies: Vec<(Spot, MessageId)>,
    /// Messages in a group without topics, and the customers they are about.
    about: Option<(CustomerId, DeskId, Vec<MessageId>)>,
    /// The reactions at answers that have arrived.
    marks: Vec<NewPost>,
    shown: Option<Shown>,
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
        let pairs = rows.iter().flat_map(|(_, outgoing)| origins(outgoing).into_iter().zip(sent.messages.clone()));
        let copies: Vec<(Spot, MessageId)> = pairs.collect();
        let to_customer = head.chat.customer().is_some();
        // A canned reply stands in no message that could carry a reaction.
        let stands = |message: MessageId| matches!(AnswerId::from(message.0), AnswerId::Message(_));
        let arrived = copies.iter().filter(|(origin, _)| to_customer && stands(origin.message));
        let marks = arrived.map(|(origin, _)| mark(head, *origin)).collect();
        let about = match delivery.place {
            Place::General { desk } => {
                head.conversation.customer().map(|customer| (customer, desk, sent.messages.clone()))
            }
            Place::Customer(_) | Place::Topic { .. } | Place::NewTopic { .. } => None,
        };
        Done {
            head: head.clone(),
            rows: rows.iter().map(|(id, _)| *id).collect(),
            message: sent.messages.first().copied(),
            topic: sent.topic,
            copies,
            about,
            marks,
            shown,
        }
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
        for (origin, message) in &self.copies {
            tx.copied((origin.chat, origin.message), (chat, *message)).await?;
        }
        if let Some((customer, desk, messages)) = &self.about {
            for message in messages {
                tx.is_about(*customer, *desk, *message).await?;
            }
        }
        for mark in &self.marks {
            tx.post(mark, now).await?;
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

/// The messages of the other side that a row brings over, in order.
fn origins(outgoing: &Outgoing) -> Vec<Spot> {
    match outgoing {
        Outgoing::Text { origin, .. } => origin.iter().copied().collect(),
        Outgoing::Copy { from, message, more, .. } => {
            [*message].iter().chain(more).map(|message| Spot { chat: *from, message: *message }).collect()
        }
        Outgoing::EditCopy { .. }
        | Outgoing::Recall { .. }
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
        | Outgoing::Topic
        | Outgoing::Rename => Vec::new(),
    }
}

/// The reaction at an agent's message that has reached the customer; it costs no message.
fn mark(head: &Head, origin: Spot) -> NewPost {
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

/// The way to the task that marks.
#[derive(Clone)]
pub(super) struct Receipts(mpsc::Sender<(Done, oneshot::Sender<()>)>);

impl Receipts {
    /// Starts the task, for so many calls at once. It ends when the last `Receipts` is dropped.
    pub fn start(store: Store, calls: usize) -> Receipts {
        let (done, queue) = mpsc::channel(calls);
        tokio::spawn(run(store, queue, calls));
        Receipts(done)
    }

    /// Returns when it is written down, or the store has ended.
    pub async fn write(&self, done: Done) {
        let (tell, told) = oneshot::channel();
        if self.0.send((done, tell)).await.is_ok() {
            // Without an answer the task has ended, and with it this process.
            let _ = told.await;
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
