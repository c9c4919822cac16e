//! One turn of a conversation while it is being decided: the state so far and the effects so far.

use super::Context;
use super::effect::{Button, Effect, Keyboard, Line, Post, Say, Speaker};
use super::event::{Kind, Message, Person};
use super::pressed::Pressed;
use super::state::{Closed, Fact, Holder, Question, Reason, State, Ticket, Wish};
use super::{incident, promise, queue, task};
use crate::phrases::{Reply, Value};
use crate::understanding::{self, Decision, Language, Reading};
use chrono::{DateTime, Duration, Utc};

/// Files of the phrasebook that have a title and are no wish the bot could have solved.
const NO_WISHES: [&str; 5] = ["human", "desk", "common", "proof", "none"];

/// The pen of the flows.
pub(super) struct Turn<'a> {
    pub context: &'a Context<'a>,
    pub state: State,
    effects: Vec<Effect>,
    /// Paragraphs that go before the next thing said.
    leads: Vec<Reply>,
    /// What was found out in this turn, for the ticket that it may end in.
    pub facts: Vec<Fact>,
    /// The customer's words of this turn, masked.
    pub heard: Option<String>,
}

impl<'a> Turn<'a> {
    pub fn new(context: &'a Context<'a>, state: State) -> Self {
        Turn { context, state, effects: Vec::new(), leads: Vec::new(), facts: Vec::new(), heard: None }
    }

    pub fn done(mut self) -> (State, Vec<Effect>) {
        self.say_leads();
        self.offer_paused();
        (self.state, self.effects)
    }

    /// What was put aside for another wish is offered again, once that one rests.
    fn offer_paused(&mut self) {
        let asks = self.effects.iter().any(|effect| matches!(effect, Effect::Ask(_)));
        let says = self.effects.iter().any(|effect| matches!(effect, Effect::Say(_)));
        let rests = self.state.is_bots() && self.state.task.is_none() && self.state.errand.is_none();
        let at_leisure = match &self.state.open {
            None | Some(Question::Told | Question::Person { .. }) => true,
            Some(
                Question::TrackingNumber
                | Question::NumberAgain
                | Question::Details { .. }
                | Question::Clarify(_)
                | Question::Words
                | Question::Helped(_)
                | Question::Phone { .. }
                | Question::Confirm { .. }
                | Question::Choose(_)
                | Question::Evidence
                | Question::Solved
                | Question::MarkWords(_)
                | Question::Resume,
            ) => false,
        };
        let Some(paused) = self.state.paused.as_ref().filter(|_| says && !asks && rests && at_leisure) else {
            return;
        };
        let title = Value::Phrase(format!("{}.title", paused.flow.intent()));
        let reply = self.reply("common.resume").with("title", title);
        let buttons = vec![
            vec![self.button("button.resume_yes", Pressed::Resume(true))],
            vec![self.button("button.resume_no", Pressed::Resume(false))],
        ];
        self.ask(Question::Resume, reply, buttons);
    }

    /// Says the paragraphs that wait for something to be said, when that comes later or not at all.
    pub fn say_leads(&mut self) {
        if !self.leads.is_empty() {
            self.say_parts(Vec::new(), Vec::new());
        }
    }

    pub fn language(&self) -> Language {
        self.state.language.unwrap_or_else(|| self.context.phrasebook.default_language())
    }

    /// A text in the customer's language.
    pub fn reply(&self, key: &str) -> Reply {
        Reply::new(key, self.language())
    }

    /// A text for the agents.
    pub fn desk_reply(&self, key: &str) -> Reply {
        self.context.phrasebook.desk_reply(key)
    }

    /// The customer's name as a value, if there is one.
    pub fn name(&self) -> Option<Value> {
        let name = self.state.customer.name.trim();
        (!name.is_empty()).then(|| Value::Text(name.into()))
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Puts something into the customer's topic. Where there is none, there is nobody to read it.
    pub fn post(&mut self, post: Post) {
        self.state.topic |= matches!(post, Post::Open);
        if self.state.topic || matches!(post, Post::Abandon) {
            self.effects.push(Effect::Desk(post));
        }
    }

    /// Puts a paragraph before the next thing said.
    pub fn lead(&mut self, reply: Reply) {
        self.leads.push(reply);
    }

    pub fn say(&mut self, reply: Reply) {
        self.say_with(reply, Vec::new());
    }

    pub fn say_with(&mut self, reply: Reply, buttons: Vec<Vec<Button>>) {
        self.say_parts(vec![reply], buttons);
    }

    /// Says several paragraphs in one message.
    pub fn say_parts(&mut self, paragraphs: Vec<Reply>, buttons: Vec<Vec<Button>>) {
        self.push_say(paragraphs, buttons, Keyboard::Keep);
    }

    /// Says something that changes the keyboard under the chat.
    pub fn say_keyboard(&mut self, reply: Reply, keyboard: Keyboard) {
        self.push_say(vec![reply], Vec::new(), keyboard);
    }

    fn push_say(&mut self, paragraphs: Vec<Reply>, buttons: Vec<Vec<Button>>, keyboard: Keyboard) {
        let mut parts = std::mem::take(&mut self.leads);
        parts.extend(paragraphs);
        let seed = self.seed();
        self.remember_tried(&parts);
        self.effects.push(Effect::Say(Say { parts, seed, buttons, keyboard }));
    }

    /// For the card: which wishes the bot has spoken to.
    fn remember_tried(&mut self, parts: &[Reply]) {
        for part in parts {
            let Some((file, _)) = part.key.split_once('.') else { continue };
            let book = self.context.phrasebook;
            let is_wish = book.has(&format!("{file}.title"), book.desk_language())
                && !understanding::SMALL_TALK.contains(&file)
                && !NO_WISHES.contains(&file);
            if is_wish && self.state.tried.iter().all(|known| known != file) {
                self.state.tried.push(file.to_owned());
            }
        }
    }

    /// The answer of a group that these words mean, by the phrasebook: its key without `begin`.
    pub fn choice(&self, file: &str, begin: &str, text: &str) -> Option<String> {
        self.context.phrasebook.choice(file, begin, text)
    }

    /// The intent of the task in work.
    pub fn task_intent(&self) -> &'static str {
        self.state.task.as_ref().map_or(super::parcel::INTENT, |task| task.flow.intent())
    }

    /// A moment, said from now.
    pub fn moment(&self, at: DateTime<Utc>) -> Value {
        let policy = self.context.policy;
        Value::Deadline { now: policy.local(self.context.now), at: policy.local(at) }
    }

    /// Answers a press.
    pub fn toast(&mut self, query: &str, words: Option<Reply>) {
        let words = words.map(|reply| (reply, self.seed()));
        self.effects.push(Effect::Toast { query: query.into(), words });
    }

    /// A number that no other turn of this conversation gives.
    pub fn count(&mut self) -> i64 {
        i64::try_from(self.seed()).unwrap_or(i64::MAX)
    }

    fn seed(&mut self) -> u64 {
        self.state.said += 1;
        self.state.said
    }

    /// Puts a message into the story.
    pub fn record(&mut self, who: Speaker, message: &Message) {
        self.effects.push(Effect::Record(Line {
            who,
            text: message.text.clone().unwrap_or_default(),
            // What must not be copied is told by its words alone.
            media: (message.kind != Kind::Text && !message.sealed).then_some((message.kind, message.id)),
            album: message.album.clone(),
        }));
    }

    pub fn button(&self, label: &str, pressed: Pressed) -> Button {
        Button { label: self.reply(label), pressed }
    }

    /// The button that calls a person, as a row.
    pub fn person_row(&self) -> Vec<Button> {
        vec![self.button("button.person", Pressed::Person)]
    }

    /// The wishes customers have most often, a row each.
    pub fn menu(&self) -> Vec<Vec<Button>> {
        const MENU: [&str; 5] = ["where_is_parcel", "offer_blocked", "resend_link", "cancel", "refund"];
        MENU.iter().map(|intent| vec![self.wish_button(intent)]).chain([self.person_row()]).collect()
    }

    pub fn wish_button(&self, intent: &str) -> Button {
        self.button(&format!("{intent}.title"), Pressed::Wish(intent.into()))
    }

    /// Remembers what a reading tells about the customer.
    pub fn note(&mut self, reading: &Reading) {
        self.state.mood = reading.mood;
        if let Some(intent) = &reading.intent
            && (reading.decision == Decision::Answer || self.state.wish.is_none())
            && intent != understanding::HUMAN
            && !understanding::SMALL_TALK.contains(&intent.as_str())
        {
            self.state.wish = Some(Wish { intent: intent.clone(), confidence: reading.confidence });
        }
    }

    /// Gives the conversation to the queue: a number, who answers and by when; card and story to the desk.
    pub fn hand_off(&mut self, reason: Reason) {
        let asked = self.state.open.clone();
        if let Holder::Queue { ticket, .. } = &self.state.holder {
            let ticket = ticket.clone();
            return queue::back(self, ticket);
        }
        if let Some(task) = self.state.task.as_ref().filter(|_| reason != Reason::NotReceived) {
            self.state.wish = Some(Wish { intent: task.flow.intent().into(), confidence: 1.0 });
        }
        let mut ticket = self.open_ticket(reason);
        let again = ticket.no != self.context.next_ticket;
        if let Some(wish) = &ticket.wish {
            incident::mention(self, &wish.intent);
        }
        let key = match reason {
            Reason::Asked | Reason::Unsure | Reason::Angry if again => "human.reopened",
            Reason::Asked | Reason::Agent => "human.handoff",
            Reason::Unsure => "human.handoff_unsure",
            Reason::Angry => "human.handoff_angry",
            Reason::NotHelped => "human.handoff_again",
            Reason::Accepted => "human.handoff_topic",
            Reason::NotReceived => "human.handoff_urgent",
            // The words before it have said already that a person will look into it.
            Reason::Late | Reason::CarrierDown | Reason::NotProven | Reason::Refused | Reason::Unclear => {
                "human.handoff_brief"
            }
        };
        let key = if self.leads.is_empty() || key != "human.handoff_topic" { key } else { "human.handoff_brief" };
        let title = ticket.wish.as_ref().map(|wish| Value::Phrase(format!("{}.title", wish.intent)));
        // A wish may be unknown here; the plain wording fits then.
        let key = if key == "human.handoff_topic" && title.is_none() { "human.handoff" } else { key };
        let reply = self
            .reply(key)
            .with("ticket", Value::Number(ticket.no.0))
            .with("deadline", self.deadline(&ticket))
            .with_some("name", self.name())
            .with_some("title", title);
        // Whatever keyboard was up for a question, the question is gone.
        match asked {
            Some(Question::Phone { .. }) => self.say_keyboard(reply, Keyboard::Remove),
            Some(_) | None => {
                let parts = [Some(reply), queue::place(self, &ticket)].into_iter().flatten().collect();
                let buttons = queue::buttons(self, ticket.no);
                self.say_parts(parts, buttons);
            }
        }
        queue::route(self, &ticket);
        self.show_to_desk();
        promise::open(self, &ticket);
        queue::offer(self, &mut ticket, None);
        self.state.holder = Holder::Queue { ticket, reassured_at: None };
    }

    /// A ticket for the present wish: a new one, or the last one again when the customer comes back with it soon.
    pub fn open_ticket(&mut self, reason: Reason) -> Ticket {
        self.state.open = None;
        self.state.next_wish = None;
        let facts = task::hand_over(self);
        let (now, office) = (self.context.now, self.context.office);
        let promised = self.context.policy.honest_promise(now, office.first_answer.map(Duration::seconds));
        // What was asked back about and not settled, or what was not understood at all.
        let words = self.state.unclear.take().or_else(|| self.heard.clone().filter(|_| reason == Reason::Unsure));
        match self
            .state
            .closed
            .take_if(|closed| comes_back(self.context, &self.state.wish, self.state.resolved_at, closed, reason))
        {
            Some(closed) => {
                self.state.tickets = self.state.tickets.saturating_sub(1);
                let mut all = closed.ticket.facts;
                all.extend(facts.into_iter().filter(|fact| !all.contains(fact)).collect::<Vec<_>>());
                let wish = self.state.wish.clone().or(closed.ticket.wish);
                Ticket {
                    reason,
                    wish,
                    promised,
                    opened: now,
                    answered: false,
                    delays: 0,
                    facts: all,
                    words,
                    offers: 0,
                    ..closed.ticket
                }
            }
            None => Ticket {
                no: self.context.next_ticket,
                reason,
                wish: self.state.wish.clone(),
                promised,
                opened: now,
                answered: false,
                delays: 0,
                facts,
                words,
                snoozed: None,
                offered: None,
                offers: 0,
                with_bot: false,
            },
        }
    }

    /// Topic, what the desk has not seen of the story, and a card: words first.
    pub fn show_to_desk(&mut self) {
        let since = self.state.resolved_at.filter(|_| self.state.topic);
        self.post(Post::Open);
        self.post(Post::Story { since });
        self.post(Post::Card);
    }

    /// A ticket's promise, said from now.
    pub fn deadline(&self, ticket: &Ticket) -> Value {
        self.moment(ticket.promised)
    }

    /// Asks something and remembers that it was asked.
    pub fn ask(&mut self, question: Question, reply: Reply, buttons: Vec<Vec<Button>>) {
        self.state.open = Some(question);
        self.say_with(reply, buttons);
    }

    /// The customer as last seen; who was away is back.
    pub fn meet(&mut self, customer: Person) {
        if self.state.language.is_none() {
            self.state.language =
                customer.language_code.as_deref().map(|code| self.context.phrasebook.language_for(code));
        }
        self.state.customer = customer;
        if std::mem::take(&mut self.state.blocked) && self.state.holder != Holder::Bot {
            let notice = self.desk_reply("desk.unblocked");
            self.post(Post::Notice(notice));
        }
    }
}

/// Whether a customer comes back with the ticket that was closed last: soon after, and with nothing that is
/// surely another wish.
fn comes_back(
    context: &Context<'_>,
    wish: &Option<Wish>,
    resolved_at: Option<i64>,
    closed: &Closed,
    reason: Reason,
) -> bool {
    let ago = resolved_at.map(|at| context.now.timestamp_millis() - at);
    // Who did not need it any more begins anew.
    let soon = closed.by.is_some() && ago.is_some_and(|ago| ago <= context.policy.reopen_within.num_milliseconds());
    let same = match (wish, &closed.ticket.wish) {
        (Some(wish), Some(before)) => wish.intent == before.intent,
        (Some(_), None) | (None, _) => true,
    };
    match reason {
        Reason::NotHelped | Reason::Agent => soon,
        Reason::Asked | Reason::Unsure | Reason::Angry => soon && same,
        Reason::Accepted
        | Reason::Late
        | Reason::CarrierDown
        | Reason::NotReceived
        | Reason::NotProven
        | Reason::Refused
        | Reason::Unclear => false,
    }
}
