//! One event: read, stepped on, and what follows from the new state: the line of the ticket, the topic view.

use super::bench::EventWork;
use super::quarantine::place;
use crate::conversation::{self, Context, DeskId, DeskInfo, Effect, Event, MessageId, Post, Question, State, TicketNo};
use crate::desk::{self, TopicView};
use crate::outbox::{CardBody, Outgoing, fit};
use crate::store::{Error, WaitingEvent};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tracing::{error, info};

impl EventWork<'_, '_> {
    /// Works on one event; returns whether the carrier was asked something.
    pub(super) async fn event(&mut self, row: &WaitingEvent) -> Result<bool, Error> {
        if row.tries > 0 {
            self.tx.let_go(row.conversation).await?;
        }
        let seen = self.look_back(row).await?;
        let body = seen.as_deref().unwrap_or(&row.body);
        let state = self.tx.state_of(self.whose).await?;
        let home = self.home().await?;
        let mut decided = self.decide(state.as_deref(), home, body);
        if let Some(ticket) = decided.as_ref().ok().and_then(|decided| decided.opens(*self.next_ticket)) {
            // Another replica may have opened one of this number: then all is decided anew with the next.
            let sure = self.tx.lock_next_ticket().await?;
            if sure != ticket {
                *self.next_ticket = sure;
                decided = self.decide(state.as_deref(), home, body);
            }
        }
        match decided {
            Ok(decided) => {
                if let Some(ticket) = decided.opens(*self.next_ticket) {
                    info!(customer = %self.whose, %ticket, "handed to the queue");
                    self.tx.ticket_opened(ticket).await?;
                    *self.next_ticket = TicketNo(ticket.0 + 1);
                }
                let Decided { before, state, effects, presser, written } = decided;
                self.presser = presser;
                let forgets = effects.iter().any(|effect| matches!(effect, Effect::Forget(_)));
                let asked = effects.iter().any(|effect| matches!(effect, Effect::Ask(_)));
                self.desk = self.desk_of(&before);
                // Where no topic tells whose matter it is, an answer to what was held back must find its way too.
                let here = |desk: Option<DeskId>| desk.is_none_or(|desk| self.store.current_desk(desk) == self.desk);
                if let Some((_, message)) = written.filter(|(desk, _)| self.is_plain() && here(*desk)) {
                    self.tx.is_about(self.whose, self.desk, message).await?;
                }
                self.write_down(&before, &state).await?;
                self.show(&before, &state, &effects).await?;
                let told = self.carry_out(&state, effects).await?;
                if agents_see(&before, &state) {
                    self.tell_topic(&state, told).await?;
                }
                let stored = serde_json::to_string(&state).expect("a state is plain data");
                self.tx.set_state(self.whose, &stored, self.millis()).await?;
                self.tx.event_done(row.id, self.millis(), None).await?;
                if forgets {
                    self.tx.forget_events(self.whose).await?; // the one that asked for it as well
                }
                Ok(asked)
            }
            Err(problem) => {
                self.quarantine(row.id, &problem).await?;
                Ok(false)
            }
        }
    }

    /// Where the customer's topic lies, for states from before desks were named in them; `None` where there is one desk.
    async fn home(&mut self) -> Result<Option<DeskId>, Error> {
        match self.knowledge.desks.len() {
            0 | 1 => Ok(None),
            _ => Ok(self.tx.home_of(self.whose).await?.map(|home| home.desk)),
        }
    }

    fn decide(&self, state: Option<&str>, home: Option<DeskId>, body: &str) -> Result<Decided, String> {
        let context = Context {
            now: self.now,
            next_ticket: *self.next_ticket,
            matcher: &self.knowledge.matcher,
            phrasebook: &self.knowledge.phrasebook,
            policy: &self.knowledge.policy,
            snapshot: self.snapshot,
        };
        decide(&context, state, body, |at| at.or(home).map(|desk| self.as_named(desk)))
    }

    /// A desk as the owner names it today: by the new id, perhaps, that an upgrade of the group has given it.
    fn as_named(&self, desk: DeskId) -> DeskId {
        let now = self.store.current_desk(desk);
        let same = |known: &&DeskInfo| self.store.current_desk(known.id) == now;
        self.knowledge.desks.iter().find(same).map_or(desk, |known| known.id)
    }

    /// Writes down how the customer's ticket stands, for the queue, the figures and the agents' lists.
    pub(super) async fn write_down(&mut self, before: &State, after: &State) -> Result<(), Error> {
        let (from, to) = (self.named_desk(before), self.named_desk(after));
        let (was, is) = (desk::ticket_line(before, self.whose, from), desk::ticket_line(after, self.whose, to));
        if was == is {
            return Ok(());
        }
        if let Some(is) = is {
            self.tx.put_ticket(&is, self.millis()).await?;
            self.snapshot.tickets.retain(|ticket| ticket.no != is.no);
            self.snapshot.tickets.push(is);
        } else if let Some(was) = was {
            self.tx.close_ticket(was.no, self.millis()).await?;
            self.snapshot.tickets.retain(|ticket| ticket.no != was.no);
        }
        Ok(())
    }

    /// Keeps up what the customer's topic shows: whatever changed it, the topic view follows the state. A change waits
    /// behind words, and only the last is sent.
    pub(super) async fn show(&mut self, before: &State, after: &State, effects: &[Effect]) -> Result<(), Error> {
        let view = |state: &State| {
            desk::topic_view(&self.knowledge.phrasebook, &self.knowledge.policy, self.snapshot, state, self.now)
        };
        let (was, Some(is)) = (view(before), view(after)) else {
            return Ok(());
        };
        // What the bot says to a customer whose ticket is done is none of the desk's business.
        let done =
            before.desk.assignee == conversation::Assignee::Bot && after.desk.assignee == conversation::Assignee::Bot;
        if was.as_ref() == Some(&is) || (done && before.desk.closed == after.desk.closed) {
            return Ok(());
        }
        let TopicView { name, card, buttons } = is;
        let shown = card.clone();
        let body = CardBody { text: fit(card), buttons: self.labels(&buttons) };
        let body = serde_json::to_string(&body).expect("a card is plain data");
        self.tx.set_topic_view(self.whose, &name, &body).await?;
        let posts = |wanted: &Post| effects.iter().any(|effect| matches!(effect, Effect::Desk(post) if post == wanted));
        let renamed = was.as_ref().is_none_or(|was| was.name != name);
        if renamed && after.desk.has_topic && !posts(&Post::Open) {
            self.post_to_desk(Outgoing::Rename).await?;
        }
        let redrawn = was.is_none_or(|was| was.card != shown || was.buttons != buttons);
        if redrawn && after.desk.has_topic && !posts(&Post::Card) {
            self.post_to_desk(Outgoing::Refresh).await?;
        }
        Ok(())
    }
}

/// Whether the agents see what the customer is told: while their ticket is open, and what asks how it went when it is
/// not any more. What the bot says later is its own conversation, until the next ticket brings the story.
fn agents_see(before: &State, after: &State) -> bool {
    let theirs = |state: &State| {
        let closing = matches!(state.work.open, Some(Question::Helped(_) | Question::RatingWords(_)));
        closing || state.desk.assignee != conversation::Assignee::Bot
    };
    after.desk.has_topic && (theirs(before) || theirs(after))
}

/// What was decided about an event.
struct Decided {
    before: State,
    state: State,
    effects: Vec<Effect>,
    /// Telegram's id of the customer or agent who pressed a button; `None` when it was no press.
    presser: Option<i64>,
    /// The message in which an agent wrote or gave a command, with its desk, which is `None` for one that was stored
    /// before desks were named; `None` for any other event.
    written: Option<(Option<DeskId>, MessageId)>,
}

impl Decided {
    /// The ticket that is opened, if it is the next one.
    fn opens(&self, next: TicketNo) -> Option<TicketNo> {
        self.state.desk.assignee.ticket().map(|ticket| ticket.no).filter(|no| *no == next)
    }
}

/// Reads the rows and takes the step. What fails is this event's problem alone: a state that cannot be read
/// begins anew, and a customer's message on which the step panics goes to a person. `Err` when nothing can
/// be done with the event. Errors are told without what they were about: that may be a message. The desk that the state
/// names is told `as_named` today.
fn decide(
    context: &Context<'_>,
    state: Option<&str>,
    body: &str,
    as_named: impl Fn(Option<DeskId>) -> Option<DeskId>,
) -> Result<Decided, String> {
    let event: Event =
        serde_json::from_str(body).map_err(|error| format!("the event cannot be read: {}", place(&error)))?;
    let mut before: State = match state.map(serde_json::from_str) {
        Some(Ok(state)) => state,
        Some(Err(error)) => {
            error!(place = place(&error), "a conversation's state cannot be read; it begins anew");
            State::default()
        }
        None => State::default(),
    };
    before.desk.at = as_named(before.desk.at);
    let Noted { presser, written } = noted(&event);
    let step = || conversation::step(context, before.clone(), event.clone());
    let decided = catch_unwind(AssertUnwindSafe(step)).or_else(|_| {
        error!("a step panicked; a person gets the message");
        catch_unwind(AssertUnwindSafe(|| conversation::give_up(context, before.clone(), event.clone())))
    });
    let (state, effects) = decided.map_err(|_| "the step panicked".to_owned())?;
    Ok(Decided { before, state, effects, presser, written })
}

/// What is noted of an event beside what is decided: the person who pressed a button, and the message in which an agent
/// wrote or gave a command.
#[derive(Default)]
struct Noted {
    presser: Option<i64>,
    written: Option<(Option<DeskId>, MessageId)>,
}

fn noted(event: &Event) -> Noted {
    match event {
        Event::AtDesk { desk, did } => {
            let Noted { presser, written } = noted(did);
            Noted { presser, written: written.map(|(_, message)| (Some(*desk), message)) }
        }
        Event::AgentWrote { message, .. } | Event::AgentCommand { message, .. } => {
            Noted { written: Some((None, message.id)), ..Noted::default() }
        }
        Event::Pressed { customer: person, .. } | Event::AgentPressed { agent: person, .. } => {
            Noted { presser: Some(person.id), ..Noted::default() }
        }
        Event::Wrote { .. }
        | Event::Edited { .. }
        | Event::Left
        | Event::CameBack
        | Event::AgentEdited { .. }
        | Event::Tracked { .. }
        | Event::Instructed { .. }
        | Event::Moved { .. }
        | Event::Due { .. }
        | Event::IncidentBegan { .. }
        | Event::IncidentOver { .. }
        | Event::Banned { .. }
        | Event::Forget
        | Event::DeskGone
        | Event::TopicGone
        | Event::TopicClosed
        | Event::Undelivered { .. }
        | Event::AgentGone { .. }
        | Event::RelayFailed { .. }
        | Event::ReplyLost { .. }
        | Event::NotShown { .. }
        | Event::OriginalNotShown { .. }
        | Event::Recalled { .. }
        | Event::AlbumCut { .. } => Noted::default(),
    }
}
