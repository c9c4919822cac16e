//! One event: read, stepped on, and what follows from the new state: the line of the ticket, the face of the topic.

use super::Knowledge;
use super::office::office;
use crate::conversation::{self, Context, CustomerId, Effect, Event, Office, Post, State, TicketNo};
use crate::desk::{self, Face};
use crate::outbox::{CardBody, Outgoing, fit};
use crate::phrases::Value;
use crate::store::{Error, Store, Tx, WaitingEvent};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tracing::{error, info};

/// What the events of one transaction have in common: each sees what those before it have changed.
pub(super) struct Bench {
    knowledge: Arc<Knowledge>,
    store: Store,
    office: Office,
    next_ticket: TicketNo,
    /// What was asked for, and who did so last.
    wishes: BTreeMap<String, CustomerId>,
}

impl Bench {
    /// Reads how the desks stand. `now` in Unix milliseconds.
    pub async fn begin(knowledge: Arc<Knowledge>, store: Store, tx: &mut Tx<'_>, now: i64) -> Result<Bench, Error> {
        let office = office(tx, &knowledge, now).await?;
        let next_ticket = tx.next_ticket().await?;
        Ok(Bench { knowledge, store, office, next_ticket, wishes: BTreeMap::new() })
    }

    /// Work on an event of a customer's.
    pub fn work<'w, 'c>(&'w mut self, tx: &'w mut Tx<'c>, customer: CustomerId, now: DateTime<Utc>) -> Work<'w, 'c> {
        let Bench { knowledge, store, office, next_ticket, wishes } = self;
        Work { knowledge, office, next_ticket, wishes, store, tx, now, customer, desk: 0 }
    }

    /// What follows from all events together; the last thing that is done with them.
    pub async fn finish(mut self, tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Error> {
        for (intent, customer) in std::mem::take(&mut self.wishes) {
            self.work(tx, customer, now).look_for_crowd(&intent).await?;
        }
        Ok(())
    }
}

/// One event being worked on.
pub(super) struct Work<'w, 'c> {
    pub knowledge: &'w Knowledge,
    pub office: &'w mut Office,
    /// The number the next ticket gets, as far as is known.
    pub next_ticket: &'w mut TicketNo,
    /// What is looked at when all events of the transaction are done.
    pub wishes: &'w mut BTreeMap<String, CustomerId>,
    pub store: &'w Store,
    pub tx: &'w mut Tx<'c>,
    pub now: DateTime<Utc>,
    pub customer: CustomerId,
    /// The desk the customer's topic lies at, by its present id.
    pub desk: i64,
}

impl Work<'_, '_> {
    pub(super) fn millis(&self) -> i64 {
        self.now.timestamp_millis()
    }

    /// Works on one event; returns whether the carrier was asked something.
    pub(super) async fn event(&mut self, row: &WaitingEvent) -> Result<bool, Error> {
        if row.tries > 0 {
            self.tx.let_go(row.customer).await?;
        }
        if row.customer.is_desk() {
            self.office_event(row).await?;
            return Ok(false);
        }
        let state = self.tx.state_of(row.customer).await?;
        let mut decided = self.decide(state.as_deref(), &row.body);
        if let Some(ticket) = decided.as_ref().ok().and_then(|decided| decided.opens(*self.next_ticket)) {
            // Another replica may have opened one of this number: then all is decided anew with the next.
            let sure = self.tx.lock_next_ticket().await?;
            if sure != ticket {
                *self.next_ticket = sure;
                decided = self.decide(state.as_deref(), &row.body);
            }
        }
        match decided {
            Ok(decided) => {
                if let Some(ticket) = decided.opens(*self.next_ticket) {
                    info!(customer = %row.customer, %ticket, "handed to the queue");
                    self.tx.ticket_opened(ticket).await?;
                    *self.next_ticket = TicketNo(ticket.0 + 1);
                }
                let Decided { before, state, effects } = decided;
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
                self.set_aside(row.id, &problem).await?;
                Ok(false)
            }
        }
    }

    fn decide(&self, state: Option<&str>, body: &str) -> Result<Decided, String> {
        let context = Context {
            now: self.now,
            next_ticket: *self.next_ticket,
            matcher: &self.knowledge.matcher,
            phrasebook: &self.knowledge.phrasebook,
            policy: &self.knowledge.policy,
            office: self.office,
        };
        decide(&context, state, body)
    }

    /// Marks an event as one that cannot be worked on, and tells the lead: nobody has answered it.
    pub(super) async fn set_aside(&mut self, event: i64, problem: &str) -> Result<(), Error> {
        error!(event, customer = %self.customer, %problem, "an event was set aside; see otklik inbox");
        self.tx.event_done(event, self.millis(), Some(problem)).await?;
        if self.customer.is_desk() {
            return Ok(()); // nobody waits for an answer, and the owner finds it in the list
        }
        let state = self.tx.state_of(self.customer).await?;
        let state: State = state.and_then(|state| serde_json::from_str(&state).ok()).unwrap_or_default();
        let name = match state.customer.name.as_str() {
            "" => self.customer.to_string(),
            name => name.to_owned(),
        };
        let told = self
            .knowledge
            .phrasebook
            .desk_reply("desk.set_aside")
            .with("name", Value::Text(name))
            .with("record", Value::Text(event.to_string()));
        let text = self.words(&told, 0);
        self.post_to_lead(text, Vec::new()).await
    }

    /// The desk a customer's topic lies at, by its present id.
    pub(super) fn desk_of(&self, state: &State) -> i64 {
        let first = self.knowledge.desks.first().map_or(0, |desk| desk.id);
        self.store.current_desk(state.at.unwrap_or(first))
    }

    /// Writes down how the customer's ticket stands, for the queue and for whoever looks at it.
    pub(super) async fn write_down(&mut self, before: &State, after: &State) -> Result<(), Error> {
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
    pub(super) async fn show(&mut self, before: &State, after: &State, effects: &[Effect]) -> Result<(), Error> {
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
}

/// What was decided about an event.
struct Decided {
    before: State,
    state: State,
    effects: Vec<Effect>,
}

impl Decided {
    /// The ticket that is opened, if it is the next one.
    fn opens(&self, next: TicketNo) -> Option<TicketNo> {
        self.state.holder.ticket().map(|ticket| ticket.no).filter(|no| *no == next)
    }
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

pub(super) fn place(error: &serde_json::Error) -> String {
    format!("{:?} at line {} column {}", error.classify(), error.line(), error.column())
}
