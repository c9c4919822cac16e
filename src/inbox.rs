//! The way in: events are claimed, looked at by [`conversation::step`] and committed together with
//! everything they lead to.
//!
//! Claiming, deciding and committing happen inside one transaction of the store's writing task. A step
//! is pure and takes microseconds, so no row need be marked as claimed, a crash undoes half a decision
//! by itself, and each customer's events are looked at in order. What takes time (the carrier, Telegram)
//! is never waited for here: its answers come back as events.

use crate::clock;
use crate::conversation::{
    self, Button, Context, CustomerId, DeskInfo, Effect, Event, Keyboard, Kind, MessageId, Office, OpenTicket, Policy,
    Post, Pressed, Promised, State,
};
use crate::desk::{self, Face, OfficeCommand, OfficeContext, OfficeEffect, OfficeEvent, Proposed, StoryLine};
use crate::outbox::{CardBody, KeyboardChange, Label, Outgoing, Spot, fit, fit_caption};
use crate::phrases::{Gate, Phrasebook, Reply, Report, Value, render};
use crate::store::{Error, NewEvent, NewPost, Proposal, Store, Tx, WaitingEvent};
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
/// How long the first picture of an album waits for the others: Telegram sends them one by one.
const ALBUM_WAITS: i64 = 700;
/// The last hours, by which waiting times are told (milliseconds).
const LATELY: i64 = 3 * 60 * 60 * 1000;
/// Fewer answers than this tell nothing of how long the next takes.
const ENOUGH_WAITS: usize = 5;
/// Ranks at the desk, whose group takes twenty calls a minute: answers to agents, then words, then what can wait.
const BEFORE_WORDS: i64 = -1;
const WORDS: i64 = 0;
const BEHIND_WORDS: i64 = 1;
const LAST: i64 = 2;
/// How many lines of a story the lead is told.
const LEAD_LINES: i64 = 20;
/// How long after the lead was told of many who ask the same they are told again (milliseconds).
const TELL_AGAIN: i64 = 60 * 60 * 1000;
/// How many lines of a story the desk is told at most.
const STORY_LINES: i64 = 60;

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
                    let mut office = office(&mut tx, &knowledge, clock::now().timestamp_millis()).await?;
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

/// One event being worked on.
struct Work<'w, 'c> {
    knowledge: &'w Knowledge,
    office: &'w mut Office,
    store: &'w Store,
    tx: &'w mut Tx<'c>,
    now: DateTime<Utc>,
    customer: CustomerId,
    /// The desk the customer's topic lies at, by its present id.
    desk: i64,
}

impl Work<'_, '_> {
    fn millis(&self) -> i64 {
        self.now.timestamp_millis()
    }

    /// Works on what happened at a desk and belongs to no customer.
    async fn office_event(&mut self, row: &WaitingEvent) -> Result<(), Error> {
        let event: OfficeEvent = match serde_json::from_str(&row.body) {
            Ok(event) => event,
            Err(error) => {
                let problem = format!("the event cannot be read: {}", place(&error));
                error!(event = row.id, problem, "an event was set aside");
                return self.tx.event_done(row.id, self.millis(), Some(&problem)).await;
            }
        };
        let thread = match &event {
            OfficeEvent::Command { thread, .. } | OfficeEvent::Pressed { thread, .. } => *thread,
            OfficeEvent::Lesson { .. } => None,
        };
        let proposals = match &event {
            OfficeEvent::Command { command: OfficeCommand::Unclear, .. } | OfficeEvent::Pressed { .. } => {
                let open = self.tx.proposals("open").await?.into_iter();
                open.map(|Proposal { id, utterance, intent, .. }| Proposed { id, utterance, intent }).collect()
            }
            OfficeEvent::Command { .. } | OfficeEvent::Lesson { .. } => Vec::new(),
        };
        let here = self.customer.0;
        let configured = self.knowledge.desks.iter().find(|desk| self.store.current_desk(desk.id) == here);
        let context = OfficeContext {
            now: self.now,
            phrasebook: &self.knowledge.phrasebook,
            policy: &self.knowledge.policy,
            office: self.office,
            desk: configured.map_or(here, |desk| desk.id),
            matcher: &self.knowledge.matcher,
            proposals: &proposals,
        };
        let desk = context.desk;
        for effect in desk::office_step(&context, event) {
            match effect {
                OfficeEffect::Say { text, buttons } => {
                    let rows: Vec<Vec<Button>> = buttons.into_iter().map(|button| vec![button]).collect();
                    let office = Outgoing::Office { text: fit(text), buttons: self.labels(&rows), thread };
                    self.post_row(self.row(format!("office:{here}"), here, BEFORE_WORDS), &office).await?;
                }
                OfficeEffect::Toast { query, text } => {
                    self.post(format!("press:{query}"), here, Outgoing::Toast { query, text }).await?;
                }
                OfficeEffect::Accept(id) => self.tx.proposal_stands(id, "accepted", None).await?,
                OfficeEffect::Drop(id) => self.tx.proposal_stands(id, "dropped", None).await?,
                OfficeEffect::On(agent) => {
                    self.tx.agent_on(&agent, desk, self.millis()).await?;
                    self.office.agents = self.tx.agents_on_shift().await?;
                }
                OfficeEffect::Off(agent) => {
                    self.tx.agent_off(agent).await?;
                    self.office.agents.retain(|known| known.person.id != agent);
                }
                OfficeEffect::OpenIncident { intent, words } => {
                    self.tx.open_incident(&intent, words.as_deref(), self.millis()).await?;
                    self.office.incidents = self.tx.incidents().await?;
                    let waits =
                        |ticket: &&OpenTicket| ticket.agent.is_none() && ticket.wish.as_deref() == Some(&intent);
                    let waiting = self.office.tickets.iter().filter(waits).map(|ticket| CustomerId(ticket.customer));
                    let waiting: Vec<CustomerId> = waiting.collect();
                    self.tell_all(row, waiting, &Event::IncidentBegan { intent: intent.clone(), words }).await?;
                }
                OfficeEffect::CloseIncident { intent } => {
                    let since = self.office.incident(&intent).map_or(0, |incident| incident.since);
                    let since = since - self.knowledge.policy.incident_within.num_milliseconds();
                    let mut all = self.tx.askers(&intent, since).await?;
                    all.extend(self.office.tickets.iter().map(|ticket| CustomerId(ticket.customer)));
                    all.sort_unstable();
                    all.dedup();
                    self.tx.close_incident(&intent, self.millis()).await?;
                    self.office.incidents = self.tx.incidents().await?;
                    self.tell_all(row, all, &Event::IncidentOver { intent }).await?;
                }
            }
        }
        self.tx.event_done(row.id, self.millis(), None).await
    }

    /// An event of the desk that concerns many conversations goes to each.
    async fn tell_all(&mut self, row: &WaitingEvent, all: Vec<CustomerId>, event: &Event) -> Result<(), Error> {
        let body = serde_json::to_string(event).expect("an event is plain data");
        for customer in all {
            let event = NewEvent { source: format!("office:{}:{customer}", row.id), customer, body: body.clone() };
            self.tx.put_event(&event, self.millis()).await?;
        }
        Ok(())
    }

    /// Counts a wish; when many ask the same at once, the lead is told, once for all of them.
    async fn wished(&mut self, intent: &str) -> Result<(), Error> {
        let (now, policy) = (self.millis(), &self.knowledge.policy);
        let since = now - policy.incident_within.num_milliseconds();
        let askers = self.tx.wished(self.customer, intent, now, since).await?;
        if askers < i64::from(policy.incident_askers) || !self.tx.incident_seen(intent, now, now - TELL_AGAIN).await? {
            return Ok(());
        }
        let words = Reply::new("desk.many_ask", desk::LANGUAGE)
            .with("title", Value::Phrase(format!("{intent}.title")))
            .with("count", Value::Number(askers))
            .with("minutes", Value::Number(policy.incident_within.num_minutes()));
        let label = Reply::new("desk.button_incident_open", desk::LANGUAGE);
        let button = Button { label, pressed: Pressed::IncidentOpen(intent.to_owned()) };
        let text = self.words(&words, 0);
        self.post_to_lead(text, vec![vec![button]]).await
    }

    /// A line for the lead: in the general topic of the first desk, by name if the owner gave one.
    async fn post_to_lead(&mut self, text: String, buttons: Vec<Vec<Button>>) -> Result<(), Error> {
        let text = match &self.knowledge.policy.lead {
            Some(lead) => format!("{lead} {text}"),
            None => text,
        };
        let chat = self.store.current_desk(self.knowledge.desks.first().map_or(0, |desk| desk.id));
        let office = Outgoing::Office { text: fit(text), buttons: self.labels(&buttons), thread: None };
        self.post_row(self.row(format!("office:{chat}"), chat, WORDS), &office).await
    }

    /// Works on one event; returns whether the carrier was asked something.
    async fn event(&mut self, row: &WaitingEvent) -> Result<bool, Error> {
        if row.customer.is_desk() {
            self.office_event(row).await?;
            return Ok(false);
        }
        let state = self.tx.state_of(row.customer).await?;
        let next_ticket = self.tx.next_ticket().await?;
        let context = Context {
            now: self.now,
            next_ticket,
            matcher: &self.knowledge.matcher,
            phrasebook: &self.knowledge.phrasebook,
            policy: &self.knowledge.policy,
            office: self.office,
        };
        match decide(&context, state.as_deref(), &row.body) {
            Ok(Decided { before, state, effects }) => {
                if state.holder.ticket().is_some_and(|ticket| ticket.no == next_ticket) {
                    info!(customer = %row.customer, ticket = %next_ticket, "handed to the queue");
                    self.tx.ticket_opened(next_ticket).await?;
                }
                let asked = effects.iter().any(|effect| matches!(effect, Effect::Ask(_)));
                self.desk = self.desk_of(&before);
                self.write_down(&before, &state).await?;
                self.show(&before, &state, &effects).await?;
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

    /// The desk a customer's topic lies at, by its present id.
    fn desk_of(&self, state: &State) -> i64 {
        let first = self.knowledge.desks.first().map_or(0, |desk| desk.id);
        self.store.current_desk(state.at.unwrap_or(first))
    }

    /// Writes down how the customer's ticket stands, for the queue and for whoever looks at it.
    async fn write_down(&mut self, before: &State, after: &State) -> Result<(), Error> {
        let first = self.knowledge.desks.first().map_or(0, |desk| desk.id);
        let desk = after.at.unwrap_or(first);
        let (was, is) = (desk::ticket_line(before, self.customer, desk), desk::ticket_line(after, self.customer, desk));
        if was == is {
            return Ok(());
        }
        if let Some(is) = is {
            self.tx.put_ticket(&is, self.millis()).await?;
            self.office.tickets.retain(|ticket| ticket.no != is.no);
            self.office.tickets.push(is);
        } else if let Some(was) = was {
            self.tx.close_ticket(was.no, self.millis()).await?;
            self.office.tickets.retain(|ticket| ticket.no != was.no);
        }
        Ok(())
    }

    /// Keeps up what the customer's topic shows: whatever changed it, its face follows the state. A change waits
    /// behind words, and only the last is sent.
    async fn show(&mut self, before: &State, after: &State, effects: &[Effect]) -> Result<(), Error> {
        let face = |state: &State| {
            desk::face(&self.knowledge.phrasebook, &self.knowledge.policy, self.office, state, self.now)
        };
        let (was, Some(is)) = (face(before), face(after)) else {
            return Ok(());
        };
        // What the bot says to a customer whose ticket is done is none of the desk's business.
        let done = before.holder == conversation::Holder::Bot && after.holder == conversation::Holder::Bot;
        if was.as_ref() == Some(&is) || (done && before.closed == after.closed) {
            return Ok(());
        }
        let Face { name, card, buttons } = is;
        let shown = card.clone();
        let body = CardBody { text: fit(card), buttons: self.labels(&buttons) };
        let body = serde_json::to_string(&body).expect("a card is plain data");
        self.tx.set_face(self.customer, &name, &body).await?;
        let posts = |wanted: &Post| effects.iter().any(|effect| matches!(effect, Effect::Desk(post) if post == wanted));
        let renamed = was.as_ref().is_none_or(|was| was.name != name);
        if renamed && after.topic && !posts(&Post::Open) {
            self.post_to_desk(Outgoing::Rename).await?;
        }
        let redrawn = was.is_none_or(|was| was.card != shown || was.buttons != buttons);
        if redrawn && after.topic && !posts(&Post::Card) {
            self.post_to_desk(Outgoing::Face).await?;
        }
        Ok(())
    }

    /// Turns effects into rows, in order.
    async fn carry_out(&mut self, state: &State, effects: Vec<Effect>) -> Result<(), Error> {
        for effect in effects {
            match effect {
                Effect::Record(line) => {
                    let line = StoryLine { who: line.who, text: line.text, media: line.media, album: line.album };
                    self.tx.tell(self.customer, &line, self.millis()).await?;
                }
                Effect::Say(say) => {
                    let parts: Vec<String> = say.parts.iter().map(|part| self.words(part, say.seed)).collect();
                    let text = fit(parts.join("\n\n"));
                    let line =
                        StoryLine { who: conversation::Speaker::Bot, text: text.clone(), media: None, album: None };
                    self.tx.tell(self.customer, &line, self.millis()).await?;
                    let buttons = self.labels(&say.buttons);
                    let keyboard = self.keyboard(&say.keyboard, say.seed);
                    let outgoing = Outgoing::Text { text, buttons, keyboard, origin: None, reply_to: None };
                    self.post_to_customer(outgoing).await?;
                }
                Effect::Typing => {
                    let lane = format!("typing:{}", self.customer);
                    self.post(lane, self.customer.0, Outgoing::Typing).await?;
                }
                Effect::CopyToCustomer { message, album, reply_to } => {
                    let (from, kind) = (self.desk, Kind::Other.word().to_owned());
                    let reply_to = reply_to.map(|answered| Spot { chat: from, message: answered.0 });
                    let (more, caption, words) = (Vec::new(), None, None);
                    let copy = Outgoing::Copy { from, message: message.0, more, reply_to, caption, kind, words };
                    let lane = self.customer_lane();
                    self.post_copy(lane, self.customer.0, copy, album).await?;
                }
                Effect::SendToCustomer { message, text } => {
                    let origin = Some(Spot { chat: self.desk, message: message.0 });
                    let (buttons, keyboard, reply_to) = (Vec::new(), None, None);
                    self.post_to_customer(Outgoing::Text { text: fit(text), buttons, keyboard, origin, reply_to })
                        .await?;
                }
                Effect::EditAtCustomer { message, text, caption } => {
                    let of = Spot { chat: self.desk, message: message.0 };
                    let text = if caption { fit_caption(text) } else { fit(text) };
                    self.post_to_customer(Outgoing::EditCopy { of, text, caption }).await?;
                }
                Effect::RecallFromCustomer { message } => {
                    let of = Spot { chat: self.desk, message: message.0 };
                    self.drop_unsent(of).await?;
                    // One that is on its way just now is caught up with.
                    self.post_to_customer(Outgoing::Recall { of }).await?;
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
                    if matches!(what, Promised::Answer(_)) {
                        // Whatever was still to be said about it is not news any more.
                        let lane = self.reminder_lane();
                        self.tx.abandon_lane(&lane, self.millis(), "the promise has ended").await?;
                    }
                    self.tx.promise_ended(self.customer, &what, outcome, self.millis()).await?;
                }
                Effect::Feedback { about, choice, words } => {
                    let (choice, words) = (choice.as_deref(), words.as_deref());
                    self.tx.feedback(self.customer, about, choice, words, self.millis()).await?;
                }
                Effect::Wished { intent } => self.wished(&intent).await?,
                Effect::Offered { agent } => {
                    let now = self.millis();
                    self.tx.agent_offered(agent, now).await?;
                    let known = self.office.agents.iter_mut().filter(|known| known.person.id == agent);
                    known.for_each(|known| known.offered_at = Some(now));
                }
                Effect::Lead { words, story } => {
                    let mut text = self.words(&words, 0);
                    if story {
                        let lines = self.tx.story_since(self.customer, 0, LEAD_LINES).await?;
                        let told = desk::story(&self.knowledge.phrasebook, state, &lines);
                        text = format!("{text}\n\n{}", told.join("\n"));
                    }
                    self.post_to_lead(text, Vec::new()).await?;
                }
                Effect::Propose { ticket, utterance, intent } => {
                    let language = state.language.unwrap_or_default();
                    let proposal = Proposal { id: 0, language, utterance, intent };
                    self.tx.propose(self.customer, ticket, &proposal, self.millis()).await?;
                }
                Effect::Desk(post) => {
                    if post == Post::Open {
                        self.desk = self.desk_of(state);
                    }
                    for outgoing in self.desk(state, post).await? {
                        self.post_to_desk(outgoing).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn desk(&mut self, state: &State, post: Post) -> Result<Vec<Outgoing>, Error> {
        Ok(match post {
            Post::Open if self.is_plain() => {
                // A number below zero stands for no topic: everything about the customer goes into the group itself.
                self.tx.set_topic(self.customer, self.desk, -self.customer.0).await?;
                Vec::new()
            }
            Post::Open => vec![Outgoing::Topic],
            Post::Card => vec![Outgoing::Card, Outgoing::Pin],
            Post::Unclose => vec![Outgoing::Unclose],
            Post::Story { since } => {
                let lines = self.tx.story_since(self.customer, since.unwrap_or(0), STORY_LINES).await?;
                self.story(state, &lines)
            }
            Post::Words { text, message, reply_to, quote } => {
                let (buttons, keyboard, origin) = (Vec::new(), None, Some(self.spot(message)));
                let reply_to = reply_to.map(|answered| self.spot(answered));
                // Where the message it answers is not here, its beginning tells which it was.
                let known = match reply_to {
                    Some(spot) => self.tx.has_counterpart(spot.chat, spot.message, self.desk).await?,
                    None => true,
                };
                let text = match self.is_plain() {
                    true => format!("{}:\n{text}", self.whose(state)),
                    false => text,
                };
                let text = match quote.filter(|_| !known) {
                    Some(quote) => format!("↪ «{}»\n{text}", cut_quote(&quote)),
                    None => text,
                };
                vec![Outgoing::Text { text: fit(text), buttons, keyboard, origin, reply_to }]
            }
            Post::Copy { message, kind, words, masked, album, reply_to } => {
                let mut copy = self.copy(message, kind, words, masked);
                if let Outgoing::Copy { reply_to: spot, .. } = &mut copy {
                    *spot = reply_to.map(|answered| self.spot(answered));
                }
                let lane = self.desk_lane();
                self.post_copy(lane, self.desk, copy, album).await?;
                Vec::new()
            }
            Post::Notice(reply) => vec![Outgoing::text(fit(self.words(&reply, 0)))],
            Post::Answer(reply) => {
                let answer = Outgoing::text(fit(self.words(&reply, 0)));
                self.answer_agent(&answer).await?;
                Vec::new()
            }
            Post::Reminder(reply) => {
                let lane = self.reminder_lane();
                self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
                let reminder = Outgoing::text(fit(self.words(&reply, 0)));
                self.post_row(self.row(lane, self.desk, BEHIND_WORDS), &reminder).await?;
                Vec::new()
            }
            Post::Offer(reply, buttons) => {
                let rows: Vec<Vec<Button>> = buttons.into_iter().map(|button| vec![button]).collect();
                let answer = Outgoing::with_buttons(fit(self.words(&reply, 0)), self.labels(&rows));
                self.answer_agent(&answer).await?;
                Vec::new()
            }
            Post::Call(agent, reply) => {
                vec![Outgoing::Call { text: fit(self.words(&reply, 0)), agent: agent.id, name: agent.name }]
            }
            Post::Abandon => {
                for lane in [self.desk_lane(), self.card_lane()] {
                    self.tx.abandon_lane(&lane, self.millis(), "the topic was deleted").await?;
                }
                Vec::new()
            }
        })
    }

    /// Whether the customer's desk is a group without topics.
    fn is_plain(&self) -> bool {
        let here = |desk: &&DeskInfo| self.store.current_desk(desk.id) == self.desk;
        self.knowledge.desks.iter().find(here).is_some_and(|desk| desk.plain)
    }

    /// «№101 Анна»: whose words these are, where no topic says so.
    fn whose(&self, state: &State) -> String {
        match state.holder.ticket() {
            Some(ticket) => format!("№{} {}", ticket.no, state.customer.name),
            None => state.customer.name.clone(),
        }
    }

    /// A message of the customer's chat.
    fn spot(&self, message: MessageId) -> Spot {
        Spot { chat: self.customer.0, message: message.0 }
    }

    /// The story as a text, and after it what the customer sent beside text, each once, albums as albums.
    fn story(&self, state: &State, lines: &[StoryLine]) -> Vec<Outgoing> {
        let told = desk::story(&self.knowledge.phrasebook, state, lines);
        let mut rows: Vec<Outgoing> = told.into_iter().map(Outgoing::text).collect();
        let mut seen = HashSet::new();
        let mut last_album: Option<&str> = None;
        for line in lines.iter().filter(|line| line.who == conversation::Speaker::Customer) {
            let Some((kind, message)) = line.media.filter(|(_, message)| seen.insert(*message)) else {
                continue;
            };
            let masked = line.text.contains(crate::privacy::MASK);
            let words = Some(line.text.clone()).filter(|words| !words.is_empty());
            let copy = self.copy(message, kind, words, masked);
            let album = line.album.as_deref();
            let of_last = album.is_some() && album == last_album;
            if !(of_last && rows.last_mut().is_some_and(|first| join(first, &copy))) {
                rows.push(copy);
            }
            last_album = album;
        }
        rows
    }

    /// A copy of a customer's message; masked words stand in the place of its own.
    fn copy(&self, message: MessageId, kind: Kind, words: Option<String>, masked: bool) -> Outgoing {
        Outgoing::Copy {
            from: self.customer.0,
            message: message.0,
            more: Vec::new(),
            reply_to: None,
            caption: words.clone().filter(|_| masked && kind.has_caption()).map(fit_caption),
            kind: kind.word().into(),
            words,
        }
    }

    /// Posts a copy; the pictures of an album are gathered into one row, so that they arrive as an album.
    async fn post_copy(&mut self, lane: String, chat: i64, copy: Outgoing, album: Option<String>) -> Result<(), Error> {
        if let Some(album) = &album
            && let Some((row, body)) = self.tx.open_album(&lane, album, self.millis()).await?
            && let Ok(mut first) = serde_json::from_str::<Outgoing>(&body)
            && join(&mut first, &copy)
        {
            let body = serde_json::to_string(&first).expect("an outgoing call is plain data");
            return self.tx.set_body(row, &body).await;
        }
        let due_at = self.millis() + if album.is_some() { ALBUM_WAITS } else { 0 };
        self.post_row(NewPost { album, due_at, ..self.row(lane, chat, WORDS) }, &copy).await
    }

    /// Drops what has not been sent yet of an agent's message.
    async fn drop_unsent(&mut self, of: Spot) -> Result<(), Error> {
        let lane = self.customer_lane();
        for (row, body) in self.tx.waiting_rows(&lane).await? {
            let brings = match serde_json::from_str::<Outgoing>(&body) {
                Ok(Outgoing::Copy { from, message, .. }) => Spot { chat: from, message } == of,
                Ok(Outgoing::Text { origin, .. }) => origin == Some(of),
                Ok(_) | Err(_) => false,
            };
            if brings {
                self.tx.undeliverable(row, self.millis(), "taken back").await?;
            }
        }
        Ok(())
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

    fn reminder_lane(&self) -> String {
        format!("reminder:{}", self.customer)
    }

    /// An agent who did something is told at once: they wait for it, and there are few of them.
    async fn answer_agent(&mut self, answer: &Outgoing) -> Result<(), Error> {
        let lane = format!("agents:{}", self.customer);
        self.post_row(self.row(lane, self.desk, BEFORE_WORDS), answer).await
    }

    fn card_lane(&self) -> String {
        format!("card:{}", self.customer)
    }

    fn customer_lane(&self) -> String {
        format!("customer:{}", self.customer)
    }

    async fn post_to_customer(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        self.post(self.customer_lane(), self.customer.0, outgoing).await
    }

    /// Words go in order. Names, cards and pins wait behind all words, and of several only the last costs anything:
    /// the group's twenty a minute are for what people say.
    async fn post_to_desk(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        let (lane, rank) = match &outgoing {
            Outgoing::Rename => (format!("name:{}", self.customer), BEHIND_WORDS),
            Outgoing::Face => (format!("face:{}", self.customer), BEHIND_WORDS),
            Outgoing::Card => (self.card_lane(), BEHIND_WORDS),
            Outgoing::Pin => (self.card_lane(), LAST),
            Outgoing::Topic
            | Outgoing::Unclose
            | Outgoing::Office { .. }
            | Outgoing::Text { .. }
            | Outgoing::Call { .. }
            | Outgoing::Copy { .. }
            | Outgoing::Edit { .. }
            | Outgoing::EditCopy { .. }
            | Outgoing::Recall { .. }
            | Outgoing::Mark { .. }
            | Outgoing::Toast { .. }
            | Outgoing::Typing => (self.desk_lane(), WORDS),
        };
        if matches!(outgoing, Outgoing::Rename | Outgoing::Face) {
            self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
        }
        self.post_row(self.row(lane, self.desk, rank), &outgoing).await
    }

    async fn post(&mut self, lane: String, chat: i64, outgoing: Outgoing) -> Result<(), Error> {
        self.post_row(self.row(lane, chat, WORDS), &outgoing).await
    }

    fn row(&self, lane: String, chat: i64, rank: i64) -> NewPost {
        NewPost {
            customer: self.customer,
            lane,
            chat,
            at_desk: chat < 0,
            rank,
            body: String::new(),
            due_at: self.millis(),
            album: None,
        }
    }

    async fn post_row(&mut self, row: NewPost, outgoing: &Outgoing) -> Result<(), Error> {
        let body = serde_json::to_string(outgoing).expect("an outgoing call is plain data");
        self.tx.post(&NewPost { body, ..row }, self.millis()).await
    }
}

/// The desks as they are now.
async fn office(tx: &mut Tx<'_>, knowledge: &Knowledge, now: i64) -> Result<Office, Error> {
    let waits = tx.waits_since(now - LATELY).await?;
    Ok(Office {
        agents: tx.agents_on_shift().await?,
        desks: knowledge.desks.clone(),
        tickets: tx.open_tickets().await?,
        first_answer: (waits.len() >= ENOUGH_WAITS).then(|| waits[waits.len() / 2] / 1000),
        incidents: tx.incidents().await?,
    })
}

/// Adds a picture to the album that `first` brings; `false` when they are not two copies from one chat.
fn join(first: &mut Outgoing, next: &Outgoing) -> bool {
    match (first, next) {
        (
            Outgoing::Copy { from, more, caption, words, .. },
            Outgoing::Copy { from: same, message, caption: own, words: said, .. },
        ) if from == same => {
            more.push(*message);
            // A masked caption anywhere in it: the captions do not go over as they are.
            if own.is_some() {
                caption.clone_from(own);
            }
            if words.is_none() {
                words.clone_from(said);
            }
            true
        }
        _ => false,
    }
}

/// Enough of a message to know it by.
fn cut_quote(quote: &str) -> String {
    const LENGTH: usize = 60;
    let line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// What was decided about an event.
struct Decided {
    before: State,
    state: State,
    effects: Vec<Effect>,
}

/// Reads the rows and takes the step. What fails is this event's problem alone: a state that cannot be read
/// begins anew, and a customer's message on which the step panics goes to a person. `Err` when nothing can
/// be done with the event. Errors are told without what they were about: that may be a message.
fn decide(context: &Context<'_>, state: Option<&str>, body: &str) -> Result<Decided, String> {
    let event: Event =
        serde_json::from_str(body).map_err(|error| format!("the event cannot be read: {}", place(&error)))?;
    let before: State = match state.map(serde_json::from_str) {
        Some(Ok(state)) => state,
        Some(Err(error)) => {
            error!(place = place(&error), "a conversation's state cannot be read; it begins anew");
            State::default()
        }
        None => State::default(),
    };
    let step = || conversation::step(context, before.clone(), event.clone());
    let decided = catch_unwind(AssertUnwindSafe(step)).or_else(|_| {
        error!("a step panicked; a person gets the message");
        catch_unwind(AssertUnwindSafe(|| conversation::give_up(context, before.clone(), event.clone())))
    });
    let (state, effects) = decided.map_err(|_| "the step panicked".to_owned())?;
    Ok(Decided { before, state, effects })
}

fn place(error: &serde_json::Error) -> String {
    format!("{:?} at line {} column {}", error.classify(), error.line(), error.column())
}
