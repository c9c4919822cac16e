//! What happens at a desk and belongs to no customer: commands, buttons of the lead, incidents, lessons.

use super::bench::{Bench, EventWork};
use super::posts::{BEFORE_WORDS, BEHIND_WORDS, WORDS};
use super::quarantine::place;
use crate::conversation::{Button, ConversationId, CustomerId, DeskId, Event, LeadPress, OpenTicket, Pressed, Styled};
use crate::desk::{
    self, DeskCommand, DeskContext, DeskEffect, DeskEvent, FoundTicket, MESSAGE_LIMIT, Proposed, Sought,
};
use crate::outbox::Outgoing;
use crate::phrases::{Reply, Value};
use crate::store::{Error, Hit, Home, NewEvent, Proposal, Tx, WaitingEvent};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// How long after the lead was told of many customers who ask the same they are told again (milliseconds).
const TELL_AGAIN: i64 = 60 * 60 * 1000;

/// How many days the lead is told of.
const STATS_DAYS: u32 = 7;

impl Bench {
    /// What follows from all events together; the last thing that is done with them.
    ///
    /// # Errors
    /// When the database fails: then none of the events is committed.
    pub async fn finish(mut self, tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Error> {
        for (intent, customer) in std::mem::take(&mut self.requests) {
            self.work(tx, customer, now).look_for_crowd(&intent).await?;
        }
        let now = now.timestamp_millis();
        for toast in self.toasts.values().flatten() {
            self.fleeting.insert(toast.lane.clone());
            tx.post(toast, now).await?;
        }
        tx.keep_newest(self.fleeting.iter().map(String::as_str), now).await
    }
}

impl EventWork<'_, '_, DeskId> {
    /// Works on what happened at a desk and belongs to no customer.
    pub(super) async fn desk_event(&mut self, row: &WaitingEvent) -> Result<(), Error> {
        if row.tries > 0 {
            self.tx.let_go(row.conversation).await?;
        }
        let event: DeskEvent = match serde_json::from_str(&row.body) {
            Ok(event) => event,
            Err(error) => {
                return self.quarantine(row.id, &format!("the event cannot be read: {}", place(&error))).await;
            }
        };
        let thread = match &event {
            DeskEvent::Command { thread, .. } | DeskEvent::Pressed { thread, .. } => *thread,
            DeskEvent::Lesson { .. } | DeskEvent::Refuses { .. } => None,
        };
        self.presser = match &event {
            DeskEvent::Pressed { agent, .. } => Some(agent.id),
            DeskEvent::Command { .. } | DeskEvent::Lesson { .. } | DeskEvent::Refuses { .. } => None,
        };
        let proposals = match &event {
            DeskEvent::Command { command: DeskCommand::Unclear | DeskCommand::Stats, .. }
            | DeskEvent::Pressed { .. } => {
                let open = self.tx.proposals("open").await?.into_iter();
                open.map(|Proposal { id, utterance, intent, .. }| Proposed { id, utterance, intent }).collect()
            }
            DeskEvent::Command { .. } | DeskEvent::Lesson { .. } | DeskEvent::Refuses { .. } => Vec::new(),
        };
        let here = self.whose;
        let configured = self.knowledge.desks.iter().find(|desk| self.store.current_desk(desk.id) == here);
        let found = match &event {
            DeskEvent::Command { command: DeskCommand::Find(typed), .. } => self.find(typed).await?,
            DeskEvent::Command { .. }
            | DeskEvent::Pressed { .. }
            | DeskEvent::Lesson { .. }
            | DeskEvent::Refuses { .. } => Vec::new(),
        };
        let whose = match &event {
            DeskEvent::Command { command: DeskCommand::Ban { ticket: Some(no), .. }, .. } => {
                self.store.whose_ticket(*no).await?.map(|(customer, _)| customer).filter(|customer| customer.0 != 0)
            }
            DeskEvent::Command { command: DeskCommand::Ban { ticket: None, .. }, .. } => match thread {
                Some(topic) => self.store.whose_topic(here, topic).await?,
                None => None,
            },
            DeskEvent::Command { .. }
            | DeskEvent::Pressed { .. }
            | DeskEvent::Lesson { .. }
            | DeskEvent::Refuses { .. } => None,
        };
        let figures = match &event {
            // Days are read for those only who are told.
            DeskEvent::Command { command: DeskCommand::Stats, agent, standing, .. }
                if desk::leads(&self.knowledge.policy, agent, *standing) =>
            {
                Some(self.store.figures(self.now, self.knowledge.policy.zone, STATS_DAYS).await?)
            }
            DeskEvent::Command { .. }
            | DeskEvent::Pressed { .. }
            | DeskEvent::Lesson { .. }
            | DeskEvent::Refuses { .. } => None,
        };
        let context = DeskContext {
            now: self.now,
            phrasebook: &self.knowledge.phrasebook,
            policy: &self.knowledge.policy,
            snapshot: self.snapshot,
            desk: configured.map_or(here, |desk| desk.id),
            matcher: &self.knowledge.matcher,
            proposals: &proposals,
            found: &found,
            whose,
            figures: figures.as_ref(),
        };
        let desk = context.desk;
        for effect in desk::step(&context, event) {
            match effect {
                DeskEffect::Say { text, buttons } => {
                    let rows: Vec<Vec<Button>> = buttons.into_iter().map(|button| vec![button]).collect();
                    for line in Outgoing::at_desk(text, self.labels(&rows), thread) {
                        self.post_row(self.row(format!("office:{here}"), here, BEFORE_WORDS), &line).await?;
                    }
                }
                DeskEffect::Lead { text, letter: None } => self.post_to_lead(text.into(), Vec::new()).await?,
                DeskEffect::Lead { text, letter } => {
                    let (chat, text) = self.to_lead(text.into());
                    let (Styled { text, .. }, rest) = text.split_first(MESSAGE_LIMIT);
                    let (words, entities, of, part) = (None, Vec::new(), None, 0);
                    let line = Outgoing::Refused { letter, text, words, entities, of, part };
                    self.post_row(self.row(format!("office:{chat}"), chat, WORDS), &line).await?;
                    if let Some(rest) = rest {
                        for line in Outgoing::at_desk(rest, Vec::new(), None) {
                            self.post_row(self.row(format!("office:{chat}"), chat, WORDS), &line).await?;
                        }
                    }
                }
                DeskEffect::Toast { query, text } => {
                    self.toast(query, text);
                }
                DeskEffect::Ban { customer, on, by } => {
                    let (actor, what) = (format!("agent {}", by.id), if on { "ban" } else { "unban" });
                    self.tx.audit(&actor, what, Some(customer), self.millis()).await?;
                    self.tell_all(row, vec![customer], &Event::Banned { on, by }).await?;
                }
                DeskEffect::Accept(id) => self.tx.proposal_stands(id, "accepted", None).await?,
                DeskEffect::Drop(id) => self.tx.proposal_stands(id, "dropped", None).await?,
                DeskEffect::On(agent) => {
                    self.tx.agent_on(&agent, desk, self.millis()).await?;
                    self.snapshot.agents = self.tx.agents_on_shift().await?;
                }
                DeskEffect::Off(agent) => {
                    self.tx.agent_off(agent).await?;
                    self.snapshot.agents.retain(|known| known.person.agent_id() != agent);
                }
                DeskEffect::OpenIncident { intent, words } => {
                    self.tx.open_incident(&intent, words.as_deref(), self.millis()).await?;
                    self.snapshot.incidents = self.tx.incidents().await?;
                    let waits =
                        |ticket: &&OpenTicket| ticket.agent.is_none() && ticket.intent.as_deref() == Some(&intent);
                    let waiting = self.snapshot.tickets.iter().filter(waits).map(|ticket| ticket.customer);
                    let waiting: Vec<CustomerId> = waiting.collect();
                    self.tell_all(row, waiting, &Event::IncidentBegan { intent: intent.clone(), words }).await?;
                }
                DeskEffect::CloseIncident { intent } => {
                    let since = self.snapshot.incident(&intent).map_or(0, |incident| incident.since);
                    let since = since - self.knowledge.policy.incident_within.num_milliseconds();
                    let mut all = self.tx.askers(&intent, since).await?;
                    all.extend(self.snapshot.tickets.iter().map(|ticket| ticket.customer));
                    all.sort_unstable();
                    all.dedup();
                    self.tx.close_incident(&intent, self.millis()).await?;
                    self.snapshot.incidents = self.tx.incidents().await?;
                    self.tell_all(row, all, &Event::IncidentOver { intent }).await?;
                }
            }
        }
        self.tx.event_done(row.id, self.millis(), None).await
    }

    /// Tickets by what was typed, the newest first, each with the link to where its customer lies.
    async fn find(&mut self, typed: &str) -> Result<Vec<FoundTicket>, Error> {
        let Some(sought) = Sought::parse(typed) else {
            return Ok(Vec::new());
        };
        let mut hits = Vec::new();
        if let Some(no) = sought.ticket() {
            hits.extend(self.tx.ticket_of_no(no).await?);
        }
        if let Some(number) = sought.spoken_of() {
            hits.extend(self.tx.tickets_of_number(number).await?);
        }
        if let Some(username) = sought.username() {
            hits.extend(self.tx.tickets_of_username(username).await?);
        }
        for word in sought.longest_words() {
            let all = self.tx.tickets_of_name(word).await?;
            hits.extend(all.into_iter().filter(|hit| sought.is_name(&hit.name)));
        }
        let mut seen = BTreeSet::new();
        hits.retain(|hit| seen.insert(hit.customer.0));
        let mut found = Vec::new();
        for Hit { no, customer, name, intent, taken, closed } in hits {
            let home = self.store.home_of(customer).await?;
            let message = match home {
                Some(Home { topic: Some(topic), .. }) => Some(topic.0),
                Some(Home { topic: None, .. }) => {
                    self.store.topic_view(customer).await?.and_then(|view| view.card).map(|card| card.0)
                }
                None => None,
            };
            let link = home.zip(message).and_then(|(home, message)| desk::link(home.desk, message));
            let desk = home.filter(|home| home.desk != self.whose).map(|home| self.name_of(home.desk));
            found.push(FoundTicket { no, name, intent, closed, taken, link, desk });
        }
        Ok(found)
    }

    /// What the owner calls a desk, by its present id.
    fn name_of(&self, desk: DeskId) -> String {
        let named = self.knowledge.desks.iter().find(|known| self.store.current_desk(known.id) == desk);
        named.map_or_else(|| desk.to_string(), |named| named.name.clone())
    }
}

impl<W: Copy + Into<ConversationId>> EventWork<'_, '_, W> {
    /// An event of the desk that concerns many conversations goes to each.
    pub(super) async fn tell_all(
        &mut self,
        row: &WaitingEvent,
        all: Vec<CustomerId>,
        event: &Event,
    ) -> Result<(), Error> {
        let body = serde_json::to_string(event).expect("an event is plain data");
        for customer in all {
            let event = NewEvent {
                source: format!("office:{}:{customer}", row.id),
                conversation: customer.into(),
                body: body.clone(),
            };
            self.tx.put_event(&event, self.millis()).await?;
        }
        Ok(())
    }

    /// When many ask the same at once, the lead is told, once for all of them.
    pub(super) async fn look_for_crowd(&mut self, intent: &str) -> Result<(), Error> {
        let (now, policy) = (self.millis(), &self.knowledge.policy);
        let since = now - policy.incident_within.num_milliseconds();
        let many = i64::from(policy.incident_askers);
        if !self.tx.is_crowd(intent, since, many).await?
            || !self.tx.incident_seen(intent, now, now - TELL_AGAIN).await?
        {
            return Ok(());
        }
        let askers = self.tx.askers_since(intent, since).await?;
        let words = self
            .knowledge
            .phrasebook
            .desk_reply("desk.many_ask")
            .with("title", Value::Phrase(format!("{intent}.title")))
            .with("count", Value::Number(askers))
            .with("minutes", Value::Number(policy.incident_within.num_minutes()));
        let label = self.knowledge.phrasebook.desk_reply("desk.button_incident_open");
        let button = Button { label, pressed: Pressed::Lead(LeadPress::IncidentOpen(intent.to_owned())) };
        let text = self.words(&words, 0);
        self.post_to_lead(text.into(), vec![vec![button]]).await
    }

    /// The lead hears of answers that are late: of many in one line, which takes the place of the last one if that has
    /// not been sent yet.
    pub(super) async fn tell_late(&mut self, words: &Reply) -> Result<(), Error> {
        let (now, patience) = (self.now, self.knowledge.policy.first_response);
        let late = self.snapshot.tickets.iter().filter(|ticket| !ticket.answered && ticket.opened + patience <= now);
        let count = late.count();
        let text = match count {
            0 | 1 => self.words(words, 0),
            _ => {
                let count = Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
                self.words(&self.knowledge.phrasebook.desk_reply("desk.late_many").with("count", count), 0)
            }
        };
        let (chat, text) = self.to_lead(text.into());
        let lane = format!("late:{chat}");
        self.tx.abandon_lane(&lane, self.millis(), "a later one took its place").await?;
        for line in Outgoing::at_desk(text, Vec::new(), None) {
            self.post_row(self.row(lane.clone(), chat, BEHIND_WORDS), &line).await?;
        }
        Ok(())
    }
}
