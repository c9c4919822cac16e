//! Effects become rows, in the order they were decided.

use super::bench::EventWork;
use super::posts::{LEAD_LINES, copy};
use crate::conversation::{
    Actor, CustomerId, Effect, Keyboard, Line, Person, Post, Promised, SeenAgent, Speaker, State, Styled,
};
use crate::desk::{self, MESSAGE_LIMIT, StoryLine};
use crate::outbox::{CAPTION_LIMIT, CardBody, KeyboardChange, Outgoing, Spot};
use crate::store::{Error, Proposal};

/// How long what is known of when an agent was seen may be old (milliseconds).
const SEEN_AGAIN: i64 = 60 * 60 * 1000;

impl EventWork<'_, '_> {
    /// Turns effects into rows, in order. Returns what the bot has told the customer, as far as no story tells it to the
    /// desk: the id of each line, and the words.
    pub(super) async fn carry_out(&mut self, state: &State, effects: Vec<Effect>) -> Result<Vec<(i64, String)>, Error> {
        let mut told = Vec::new();
        for effect in effects {
            match effect {
                Effect::Record(line) => {
                    let Line { who, text, entities, media, album } = line;
                    let line = StoryLine { who, text, entities, media, album };
                    self.tx.tell(self.whose, &line, self.millis()).await?;
                }
                Effect::Say(say) => {
                    let parts: Vec<String> = say.parts.iter().map(|part| self.words(part, say.seed)).collect();
                    let text = parts.join("\n\n");
                    let line = StoryLine {
                        who: Speaker::Bot,
                        text: text.clone(),
                        entities: Vec::new(),
                        media: None,
                        album: None,
                    };
                    let line = self.tx.tell(self.whose, &line, self.millis()).await?;
                    let mut rows = Outgoing::with_buttons(text.as_str(), self.labels(&say.buttons));
                    if let Some(Outgoing::Text { keyboard, .. }) = rows.last_mut() {
                        *keyboard = self.keyboard(&say.keyboard, say.seed);
                    }
                    for row in rows {
                        self.post_to_customer(row).await?;
                    }
                    told.push((line, text));
                }
                Effect::Typing => {
                    let lane = format!("typing:{}", self.whose);
                    self.fleeting.insert(lane.clone());
                    self.post(lane, self.whose, Outgoing::Typing).await?;
                }
                Effect::CopyToCustomer { message, album, reply_to, kind, words } => {
                    // The copy has its own words, unless Telegram would refuse it for their length.
                    let words = words.filter(|words| kind.has_caption() && words.units() > CAPTION_LIMIT);
                    let (mut row, rest) = copy(self.desk.into(), message, kind, words, false);
                    if let Outgoing::Copy { reply_to: spot, .. } = &mut row {
                        *spot = reply_to.map(|answered| Spot { chat: self.desk.into(), message: answered });
                    }
                    let lane = self.customer_lane();
                    self.post_copy(lane, self.whose, row, album).await?;
                    let of = Spot { chat: self.desk.into(), message };
                    for row in Outgoing::parts_of(of, 1, rest.map(Outgoing::texts).unwrap_or_default()) {
                        self.post_to_customer(row).await?;
                    }
                }
                Effect::SendToCustomer { answer, text } => {
                    let of = Spot { chat: self.desk.into(), message: answer.stored() };
                    for row in Outgoing::parts_of(of, 0, Outgoing::texts(text)) {
                        self.post_to_customer(row).await?;
                    }
                }
                Effect::EditAtCustomer { message, text, caption } => {
                    let of = Spot { chat: self.desk.into(), message };
                    let limit = if caption { CAPTION_LIMIT } else { MESSAGE_LIMIT };
                    let (first, rest) = text.split_first(limit);
                    let rest = rest.map(|rest| rest.split(MESSAGE_LIMIT)).unwrap_or_default();
                    let mut parts = 0;
                    for Styled { text, entities } in std::iter::once(first).chain(rest) {
                        let caption = caption && parts == 0;
                        self.post_to_customer(Outgoing::EditCopy { of, text, entities, caption, part: parts }).await?;
                        parts += 1;
                    }
                    // A text of people goes as one message; only a caption takes more than one.
                    if caption {
                        self.post_to_customer(Outgoing::Shorten { of, parts }).await?;
                    }
                }
                Effect::RecallFromCustomer { answers, report } => {
                    let chat = self.desk.into();
                    let all: Vec<Spot> = answers.iter().map(|answer| Spot { chat, message: answer.stored() }).collect();
                    self.drop_unsent(&all).await?;
                    // One that is on its way just now is caught up with.
                    if let Some((of, more)) = all.split_first() {
                        let recall = Outgoing::Recall { of: *of, more: more.to_vec(), report };
                        self.post_to_customer(recall).await?;
                    }
                }
                Effect::Toast { query, words } => {
                    let text = words.map(|(reply, seed)| self.words(&reply, seed));
                    self.toast(query, text);
                }
                Effect::Ask(request) => self.tx.ask(self.whose, &request, self.millis()).await?,
                Effect::Follow { number, on } => self.tx.follow(self.whose, &number, on).await?,
                Effect::Timer { timer, at } => {
                    self.tx.set_timer(self.whose, &timer, at.timestamp_millis()).await?;
                }
                Effect::Promise { what, owner, due } => {
                    self.tx.promise(self.whose, &what, &owner, due.timestamp_millis(), self.millis()).await?;
                }
                Effect::PromiseTaken { what, owner } => {
                    self.tx.promise_taken(self.whose, &what, &owner).await?;
                }
                Effect::PromiseEnded { what, outcome } => {
                    if matches!(what, Promised::Answer(_)) {
                        // Whatever was still to be said about it is not news any more.
                        let lane = self.reminder_lane();
                        self.tx.abandon_lane(&lane, self.millis(), "the promise has ended").await?;
                    }
                    self.tx.promise_ended(self.whose, &what, outcome, self.millis()).await?;
                }
                Effect::Feedback { about, choice, words } => {
                    let (choice, words) = (choice.as_deref(), words.as_deref());
                    self.tx.feedback(self.whose, about, choice, words, self.millis()).await?;
                }
                Effect::Requested { intent } => {
                    self.tx.requested(self.whose, &intent, self.millis()).await?;
                    self.requests.insert(intent, self.whose);
                }
                Effect::Outcome(outcome) => self.tx.outcome(self.whose, &outcome, self.millis()).await?,
                Effect::Export => {
                    self.tx.audit(Actor::Customer.word(), "export", Some(self.whose), self.millis()).await?;
                    self.post_to_customer(Outgoing::Export).await?;
                }
                Effect::ShowOriginal { agent, ticket, messages, lasts } => {
                    let (from, lasts) = (self.whose.into(), lasts.num_milliseconds());
                    let chat = CustomerId(agent.0); // the agent's own chat with the bot
                    for message in messages {
                        let row = Outgoing::Original { from, message, ticket, lasts };
                        self.post(format!("original:{agent}"), chat, row).await?;
                    }
                }
                Effect::RemoveOriginal(message) => {
                    self.post(format!("original:{}", self.whose), self.whose, Outgoing::Remove { message }).await?;
                }
                Effect::Forget(by) => {
                    self.tx.forget(self.whose, self.millis()).await?;
                    self.tx.audit(by.word(), "forget", None, self.millis()).await?;
                    told.clear();
                    if state.desk.has_topic {
                        self.show_nobody().await?;
                    }
                }
                Effect::TurnGiven { agent } => {
                    let now = self.millis();
                    self.tx.agent_had_turn(agent, now).await?;
                    let known = self.snapshot.agents.iter_mut().filter(|known| known.person.agent_id() == agent);
                    known.for_each(|known| known.turn_at = Some(now));
                }
                Effect::AgentSeen(agent) => self.agent_seen(state, agent).await?,
                Effect::Lead { words, story } => {
                    let mut text = Styled::from(self.words(&words, 0));
                    if story {
                        let lines = self.tx.story_since(self.whose, 0, LEAD_LINES).await?;
                        text.push(&"\n".into());
                        for message in desk::story(&self.knowledge.phrasebook, state, &lines) {
                            text.push(&"\n".into());
                            text.push(&message);
                        }
                    }
                    self.post_to_lead(text, Vec::new()).await?;
                }
                Effect::Late { words } => self.tell_late(&words).await?,
                Effect::Propose { ticket, utterance, intent } => {
                    let language =
                        state.customer.language.unwrap_or_else(|| self.knowledge.phrasebook.default_language());
                    let proposal = Proposal { id: 0, language, utterance, intent };
                    self.tx.propose(self.whose, ticket, &proposal, self.millis()).await?;
                }
                Effect::Desk(post) => {
                    match post {
                        Post::Open => self.move_to(self.desk_of(state)).await?,
                        // Whatever was said before stands in it.
                        Post::Story { .. } => told.clear(),
                        Post::Card
                        | Post::Unclose
                        | Post::Words { .. }
                        | Post::Copy { .. }
                        | Post::Notice(_)
                        | Post::Refused { .. }
                        | Post::Beside { .. }
                        | Post::Answer(_)
                        | Post::Reminder(_)
                        | Post::Abandon
                        | Post::Leave { .. }
                        | Post::Elsewhere { .. }
                        | Post::StaysInside { .. }
                        | Post::Choices(..)
                        | Post::Call(..) => {}
                    }
                    for outgoing in self.desk(state, post).await? {
                        self.post_to_desk(outgoing).await?;
                    }
                }
            }
        }
        Ok(told)
    }

    /// The customer's topic and card show no name any more.
    async fn show_nobody(&mut self) -> Result<(), Error> {
        let phrasebook = &self.knowledge.phrasebook;
        let name = self.words(&phrasebook.desk_reply("desk.forgotten_name"), 0);
        let text = self.words(&phrasebook.desk_reply("desk.forgotten_card"), 0);
        let body = serde_json::to_string(&CardBody { text, buttons: Vec::new() }).expect("a card is plain data");
        self.tx.set_topic_view(self.whose, &name, &body).await?;
        self.post_to_desk(Outgoing::Rename).await?;
        self.post_to_desk(Outgoing::Refresh).await
    }

    /// An agent has answered or holds a ticket at the customer's desk. That it is so is written down now and then, not
    /// with every answer.
    async fn agent_seen(&mut self, state: &State, person: Person) -> Result<(), Error> {
        let (desk, now) = (self.named_desk(state), self.millis());
        let is = |seen: &SeenAgent| seen.desk == desk && seen.person.id == person.id;
        let fresh = |seen: &SeenAgent| {
            let same = seen.person.name == person.name && seen.person.username == person.username;
            is(seen) && same && now - seen.at < SEEN_AGAIN
        };
        if self.snapshot.seen.iter().any(fresh) {
            return Ok(());
        }
        let seen = SeenAgent { person: person.clone(), desk, at: now };
        self.tx.agent_seen(&seen).await?;
        self.snapshot.seen.retain(|known| !is(known));
        self.snapshot.seen.insert(0, seen);
        Ok(())
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
}
