//! The way in: events are claimed, looked at by [`conversation::step`] and committed together with
//! everything they lead to.
//!
//! Claiming, deciding and committing happen inside one transaction of the store's writing task. A step
//! is pure and takes microseconds, so no row need be marked as claimed, a crash undoes half a decision
//! by itself, and each customer's events are looked at in order. What takes time (the carrier, Telegram)
//! is never waited for here: its answers come back as events.

use crate::clock;
use crate::conversation::{
    self, Button, Context, CustomerId, Effect, Event, Keyboard, Kind, MessageId, Policy, Post, State, TicketState,
};
use crate::desk::{self, StoryLine};
use crate::outbox::{KeyboardChange, Label, Outgoing, fit, fit_caption};
use crate::phrases::{Phrasebook, Reply, render};
use crate::store::{Error, NewPost, Store, Tx, WaitingEvent};
use crate::understanding::Matcher;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::watch;
use tracing::{error, info, warn};

/// How many events share a transaction: a burst costs one commit, and nobody waits long for it.
const BATCH: i64 = 64;
/// Another process (`otklik parcels push`) may put events in as well: its commits are not seen, so a look is taken
/// now and then.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(2);
/// How many lines of a story the desk is told at most.
const STORY_LINES: i64 = 60;

/// What deciding needs to know.
pub struct Knowledge {
    /// Reads what customers write.
    pub matcher: Arc<Matcher>,
    /// What the bot says.
    pub phrasebook: Arc<Phrasebook>,
    /// The owner's rules.
    pub policy: Policy,
    /// The desk that topics are opened in, as the owner named it.
    pub desk: i64,
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
        let desk = self.store.current_desk(knowledge.desk);
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    let mut done = 0;
                    // Who waits for the carrier is not spoken to before its answer: customers are answered in
                    // the order they write.
                    let mut waiting = HashSet::new();
                    for event in tx.waiting_events(limit).await? {
                        let (now, customer) = (clock::now(), event.customer);
                        if waiting.contains(&customer) && !event.is_answer {
                            continue;
                        }
                        let mut work = Work { knowledge: &knowledge, tx: &mut tx, now, customer, desk };
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

/// One event being worked on.
struct Work<'w, 'c> {
    knowledge: &'w Knowledge,
    tx: &'w mut Tx<'c>,
    now: DateTime<Utc>,
    customer: CustomerId,
    desk: i64,
}

impl Work<'_, '_> {
    fn millis(&self) -> i64 {
        self.now.timestamp_millis()
    }

    /// Works on one event; returns whether the carrier was asked something.
    async fn event(&mut self, row: &WaitingEvent) -> Result<bool, Error> {
        let state = self.tx.state_of(row.customer).await?;
        let next_ticket = self.tx.next_ticket().await?;
        let context = Context {
            now: self.now,
            next_ticket,
            matcher: &self.knowledge.matcher,
            phrasebook: &self.knowledge.phrasebook,
            policy: &self.knowledge.policy,
        };
        match decide(&context, state.as_deref(), &row.body) {
            Ok((state, effects)) => {
                if state.holder.ticket().is_some_and(|ticket| ticket.no == next_ticket) {
                    info!(customer = %row.customer, ticket = %next_ticket, "handed to the queue");
                    self.tx.ticket_opened(next_ticket).await?;
                }
                let asked = effects.iter().any(|effect| matches!(effect, Effect::Ask(_)));
                self.carry_out(&state, effects).await?;
                let stored = serde_json::to_string(&state).expect("a state is plain data");
                self.tx.set_state(row.customer, &stored, self.millis()).await?;
                self.tx.event_done(row.id, self.millis(), None).await?;
                Ok(asked)
            }
            Err(problem) => {
                error!(event = row.id, customer = %row.customer, %problem, "an event was set aside");
                self.tx.event_done(row.id, self.millis(), Some(&problem)).await?;
                Ok(false)
            }
        }
    }

    /// Turns effects into rows, in order.
    async fn carry_out(&mut self, state: &State, effects: Vec<Effect>) -> Result<(), Error> {
        for effect in effects {
            match effect {
                Effect::Record(line) => {
                    let line = StoryLine { who: line.who, text: line.text, media: line.media };
                    self.tx.tell(self.customer, &line, self.millis()).await?;
                }
                Effect::Say(say) => {
                    let parts: Vec<String> = say.parts.iter().map(|part| self.words(part, say.seed)).collect();
                    let text = fit(parts.join("\n\n"));
                    let line = StoryLine { who: conversation::Speaker::Bot, text: text.clone(), media: None };
                    self.tx.tell(self.customer, &line, self.millis()).await?;
                    let buttons = self.labels(&say.buttons);
                    let keyboard = self.keyboard(&say.keyboard, say.seed);
                    self.post_to_customer(Outgoing::Text { text, buttons, keyboard }).await?;
                }
                Effect::Typing => {
                    let lane = format!("typing:{}", self.customer);
                    self.post(lane, self.customer.0, Outgoing::Typing).await?;
                }
                Effect::CopyToCustomer { message } => {
                    let (from, kind) = (self.desk, conversation::Kind::Other.word().to_owned());
                    self.post_to_customer(Outgoing::Copy {
                        from,
                        message: message.0,
                        caption: None,
                        kind,
                        words: None,
                    })
                    .await?;
                }
                Effect::Toast { query, words } => {
                    let text = words.map(|(reply, seed)| self.words(&reply, seed));
                    let lane = format!("press:{query}");
                    self.post(lane, self.customer.0, Outgoing::Toast { query, text }).await?;
                }
                Effect::Ask(question) => self.tx.ask(self.customer, &question, self.millis()).await?,
                Effect::Follow { number, on } => self.tx.follow(self.customer, &number, on).await?,
                Effect::Timer { timer, at } => {
                    self.tx.set_timer(self.customer, &timer, at.timestamp_millis()).await?;
                }
                Effect::Promise { what, owner, due } => {
                    self.tx.promise(self.customer, &what, &owner, due.timestamp_millis(), self.millis()).await?;
                }
                Effect::PromiseTaken { what, owner } => {
                    self.tx.promise_taken(self.customer, &what, &owner).await?;
                }
                Effect::PromiseEnded { what, outcome } => {
                    self.tx.promise_ended(self.customer, &what, outcome, self.millis()).await?;
                }
                Effect::Feedback { about, choice, words } => {
                    let (choice, words) = (choice.as_deref(), words.as_deref());
                    self.tx.feedback(self.customer, about, choice, words, self.millis()).await?;
                }
                Effect::Desk(post) => {
                    for outgoing in self.desk(state, post).await? {
                        self.post_to_desk(outgoing).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn desk(&mut self, state: &State, post: Post) -> Result<Vec<Outgoing>, Error> {
        let Knowledge { phrasebook, policy, .. } = self.knowledge;
        let card = |ticket, stands: &TicketState| desk::card(phrasebook, policy, state, ticket, stands, self.now);
        Ok(match post {
            Post::Open(ticket, stands) => {
                let name = desk::topic_name(phrasebook, state, &ticket, &stands);
                vec![Outgoing::Topic { name }]
            }
            Post::Rename(ticket, stands) => {
                let name = desk::topic_name(phrasebook, state, &ticket, &stands);
                vec![Outgoing::Rename { name }]
            }
            Post::Card(ticket, stands) => {
                let buttons = self.labels(&desk::card_buttons(&ticket, &stands));
                vec![Outgoing::Text { text: fit(card(&ticket, &stands)), buttons, keyboard: None }]
            }
            Post::EditCard { message, ticket, state: stands } => {
                let buttons = self.labels(&desk::card_buttons(&ticket, &stands));
                vec![Outgoing::Edit { message: message.0, text: fit(card(&ticket, &stands)), buttons }]
            }
            Post::Story { since } => {
                let lines = self.tx.story_since(self.customer, since.unwrap_or(0), STORY_LINES).await?;
                self.story(state, &lines)
            }
            Post::Words(text) => vec![Outgoing::Text { text: fit(text), buttons: Vec::new(), keyboard: None }],
            Post::Copy { message, kind, words, masked } => vec![self.copy(message, kind, words, masked)],
            Post::Notice(reply) => {
                vec![Outgoing::Text { text: fit(self.words(&reply, 0)), buttons: Vec::new(), keyboard: None }]
            }
            Post::Taken(ticket, reply) => {
                let agent = TicketState::Taken { agent: String::new() };
                let buttons = self.labels(&desk::card_buttons(&ticket, &agent));
                vec![Outgoing::Text { text: fit(self.words(&reply, 0)), buttons, keyboard: None }]
            }
            Post::Offer(reply, button) => {
                let buttons = self.labels(&[vec![button]]);
                vec![Outgoing::Text { text: fit(self.words(&reply, 0)), buttons, keyboard: None }]
            }
            Post::Abandon => {
                let lane = self.desk_lane();
                self.tx.abandon_lane(&lane, self.millis(), "the topic was deleted").await?;
                Vec::new()
            }
        })
    }

    /// The story as a text, and after it what the customer sent beside text, each once.
    fn story(&self, state: &State, lines: &[StoryLine]) -> Vec<Outgoing> {
        let told = desk::story(&self.knowledge.phrasebook, state, lines);
        let told = told.into_iter().map(|text| Outgoing::Text { text, buttons: Vec::new(), keyboard: None });
        let mut seen = HashSet::new();
        let copies = lines.iter().filter(|line| line.who == conversation::Speaker::Customer).filter_map(|line| {
            let (kind, message) = line.media?;
            let masked = line.text.contains(crate::privacy::MASK);
            let words = Some(line.text.clone()).filter(|words| !words.is_empty());
            seen.insert(message).then(|| self.copy(message, kind, words, masked))
        });
        told.chain(copies).collect()
    }

    /// A copy of a customer's message; masked words stand in the place of its own.
    fn copy(&self, message: MessageId, kind: Kind, words: Option<String>, masked: bool) -> Outgoing {
        Outgoing::Copy {
            from: self.customer.0,
            message: message.0,
            caption: words.clone().filter(|_| masked && kind.has_caption()).map(fit_caption),
            kind: kind.word().into(),
            words,
        }
    }

    fn words(&self, reply: &Reply, seed: u64) -> String {
        render(&self.knowledge.phrasebook, reply, seed)
    }

    fn labels(&self, buttons: &[Vec<Button>]) -> Vec<Vec<Label>> {
        let label = |button: &Button| Label { text: self.words(&button.label, 0), data: button.pressed.data() };
        buttons.iter().map(|row| row.iter().map(label).collect()).collect()
    }

    fn keyboard(&self, keyboard: &Keyboard, seed: u64) -> Option<KeyboardChange> {
        match keyboard {
            Keyboard::Keep => None,
            Keyboard::AskPhone { share, instead } => {
                Some(KeyboardChange::AskPhone { share: self.words(share, seed), instead: self.words(instead, seed) })
            }
            Keyboard::Remove => Some(KeyboardChange::Remove),
        }
    }

    fn desk_lane(&self) -> String {
        format!("topic:{}", self.customer)
    }

    async fn post_to_customer(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        let lane = format!("customer:{}", self.customer);
        self.post(lane, self.customer.0, outgoing).await
    }

    /// Words go in order. A new name of the topic and a new face of a card wait behind all words, and only the
    /// last of each is sent: the group's twenty a minute are for what people say.
    async fn post_to_desk(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        let name = format!("name:{}", self.customer);
        let lane = match &outgoing {
            Outgoing::Rename { .. } => name,
            Outgoing::Edit { message, .. } => format!("card:{}:{message}", self.customer),
            Outgoing::Topic { .. } => {
                // An earlier ticket's name must not come after this one.
                self.tx.abandon_lane(&name, self.millis(), "a later one took its place").await?;
                return self.post(self.desk_lane(), self.desk, outgoing).await;
            }
            Outgoing::Text { .. } | Outgoing::Copy { .. } | Outgoing::Toast { .. } | Outgoing::Typing => {
                return self.post(self.desk_lane(), self.desk, outgoing).await;
            }
        };
        self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
        self.post_ranked(lane, self.desk, outgoing, 1).await
    }

    async fn post(&mut self, lane: String, chat: i64, outgoing: Outgoing) -> Result<(), Error> {
        self.post_ranked(lane, chat, outgoing, 0).await
    }

    async fn post_ranked(&mut self, lane: String, chat: i64, outgoing: Outgoing, rank: i64) -> Result<(), Error> {
        let post = NewPost {
            customer: self.customer,
            lane,
            chat,
            at_desk: chat != self.customer.0,
            rank,
            body: serde_json::to_string(&outgoing).expect("an outgoing call is plain data"),
            due_at: self.millis(),
        };
        self.tx.post(&post, self.millis()).await
    }
}

/// Reads the rows and takes the step. What fails is this event's problem alone: a state that cannot be read
/// begins anew, and a customer's message on which the step panics goes to a person. `Err` when nothing can
/// be done with the event. Errors are told without what they were about: that may be a message.
fn decide(context: &Context<'_>, state: Option<&str>, body: &str) -> Result<(State, Vec<Effect>), String> {
    let event: Event =
        serde_json::from_str(body).map_err(|error| format!("the event cannot be read: {}", place(&error)))?;
    let state: State = match state.map(serde_json::from_str) {
        Some(Ok(state)) => state,
        Some(Err(error)) => {
            error!(place = place(&error), "a conversation's state cannot be read; it begins anew");
            State::default()
        }
        None => State::default(),
    };
    let step = || conversation::step(context, state.clone(), event.clone());
    let decided = catch_unwind(AssertUnwindSafe(step)).or_else(|_| {
        error!("a step panicked; a person gets the message");
        catch_unwind(AssertUnwindSafe(|| conversation::give_up(context, state.clone(), event.clone())))
    });
    decided.map_err(|_| "the step panicked".to_owned())
}

fn place(error: &serde_json::Error) -> String {
    format!("{:?} at line {} column {}", error.classify(), error.line(), error.column())
}
