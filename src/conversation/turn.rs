//! One turn of a conversation while it is being decided: the state so far and the effects so far.

use super::button::{Pressed, RightsPress};
use super::context::Context;
use super::effect::{Button, Effect, Keyboard, Line, Post, Say, Speaker};
use super::event::{Kind, Message, Person};
use super::ids::MessageId;
use super::rules;
use super::state::{Assignee, Matter, Picture, Question, Request, State, Ticket, Told};
use super::styled::Styled;
use crate::phrases::{Reply, Rules, Value, render};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use understanding::{Decision, HUMAN, Language, Reading, SMALL_TALK};

/// What was told is context for so long.
const LASTS: Duration = Duration::days(1);

/// The pen of the flows.
pub(super) struct Turn<'a> {
    pub context: &'a Context<'a>,
    pub state: State,
    effects: Vec<Effect>,
    /// Paragraphs that go before the next thing said.
    prefaces: Vec<Reply>,
    /// The customer's words of this turn, masked.
    pub heard: Option<String>,
    /// The owner's rules, which every text may state.
    rules: Rules,
}

impl<'a> Turn<'a> {
    pub fn new(context: &'a Context<'a>, state: State) -> Self {
        let rules = rules::of(context.policy, context.now);
        Turn { context, state, effects: Vec::new(), prefaces: Vec::new(), heard: None, rules }
    }

    pub fn done(mut self) -> (State, Vec<Effect>) {
        self.say_prefaces();
        (self.state, self.effects)
    }

    /// Says the paragraphs that wait for something to be said, when that comes later or not at all.
    pub fn say_prefaces(&mut self) {
        if !self.prefaces.is_empty() {
            self.say_parts(Vec::new(), Vec::new());
        }
    }

    pub fn language(&self) -> Language {
        self.state.customer.language.unwrap_or_else(|| self.context.phrasebook.default_language())
    }

    /// A text in the customer's language.
    pub fn reply(&self, key: &str) -> Reply {
        let parcel = self.state.work.parcel.as_ref().map(|number| Value::Text(number.to_string()));
        let waits = match &self.state.desk.assignee {
            Assignee::Queue { ticket, .. } => Some(Value::Number(ticket.no.0)),
            Assignee::Bot | Assignee::Agent { .. } => None,
        };
        let reply = Reply::new(key, self.language()).by_rules(&self.rules);
        reply.with_some("parcel", parcel).with_some("waits", waits)
    }

    /// A text for the agents.
    pub fn desk_reply(&self, key: &str) -> Reply {
        self.context.phrasebook.desk_reply(key)
    }

    /// The customer's name as a value, if there is one.
    pub fn name(&self) -> Option<Value> {
        let name = self.state.customer.person.name.trim();
        (!name.is_empty()).then(|| Value::Text(name.into()))
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Puts something into the customer's topic. Where there is none, no agent could read it, and it is dropped.
    pub fn post(&mut self, post: Post) {
        if post == Post::Open {
            self.state.desk.has_topic = true;
            // From now on it lies there, whichever the owner names first.
            self.state.desk.at = self.state.desk.at.or(self.context.snapshot.desk(None));
        }
        if self.state.desk.has_topic || matches!(post, Post::Abandon) {
            self.effects.push(Effect::Desk(post));
        }
    }

    /// Tells the agent who just wrote, pressed or gave a command.
    pub fn answer_agent(&mut self, key: &str) {
        let words = self.desk_reply(key);
        self.post(Post::Answer(words));
    }

    /// Tells the agents in the customer's topic.
    pub fn tell_desk(&mut self, key: &str) {
        let words = self.desk_reply(key);
        self.post(Post::Notice(words));
    }

    /// Whether paragraphs wait for the next thing said.
    pub fn has_prefaces(&self) -> bool {
        !self.prefaces.is_empty()
    }

    /// Whether something was said in this turn.
    pub fn has_said(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Say(_)))
    }

    /// Whether the carrier was asked in this turn.
    pub fn has_asked_carrier(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Ask(_)))
    }

    /// Puts a paragraph before the next thing said.
    pub fn preface(&mut self, reply: Reply) {
        self.prefaces.push(reply);
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
        let mut parts = std::mem::take(&mut self.prefaces);
        parts.extend(paragraphs);
        // The customer may live by another clock than the desk: it is named once in a message.
        if let Some(first) = parts.iter_mut().find(|part| part.tells_time()) {
            *first = first.clone().by_the_clock_of(self.context.policy.zone);
        }
        let seed = self.seed();
        let customer = &mut self.state.customer;
        let worded = |part: Reply| {
            let wording = customer.wordings.next(customer.person.id, &part.key);
            part.worded(wording)
        };
        let parts: Vec<Reply> = parts.into_iter().map(worded).collect();
        self.remember_tried(&parts);
        self.effects.push(Effect::Say(Say { parts, seed, buttons, keyboard }));
    }

    /// For the card: which requests the bot has spoken to.
    fn remember_tried(&mut self, parts: &[Reply]) {
        for part in parts {
            let Some((file, _)) = part.key.split_once('.') else { continue };
            let is_request = self.context.phrasebook.is_intent(file) && !is_small_talk(file) && file != HUMAN;
            if is_request && self.state.desk.tried.iter().all(|known| known != file) {
                self.state.desk.tried.push(file.to_owned());
            }
        }
    }

    /// From this moment on what was told is still context of what comes next.
    pub fn context_since(&self) -> DateTime<Utc> {
        self.context.now - LASTS
    }

    /// What was told last, while it is context.
    pub fn told(&self) -> Option<&Told> {
        self.state.work.told_last.as_ref().filter(|told| told.at > self.context_since())
    }

    /// The answer to the choice that is open which these words name.
    pub fn chosen(&self, text: &str) -> Option<String> {
        match self.state.work.open {
            Some(Question::Choose(group)) => {
                let (file, begin) = group.place();
                self.choice(file, begin, text)
            }
            Some(_) | None => None,
        }
    }

    /// The answer of a group that these words mean, by the phrasebook: its key without `begin`.
    pub fn choice(&self, file: &str, begin: &str, text: &str) -> Option<String> {
        self.context.phrasebook.choice(file, begin, text)
    }

    /// The pictures of this matter that the customer has sent, oldest first: an older one shows something else.
    pub fn pictures(&self) -> Vec<MessageId> {
        let fresh = |picture: &&Picture| self.context.now - picture.at < self.context.policy.matter_silence;
        self.state.work.pictures.iter().filter(fresh).map(|picture| picture.message).collect()
    }

    /// A moment, said from now.
    pub fn moment(&self, at: DateTime<Utc>) -> Value {
        let policy = self.context.policy;
        Value::Deadline { now: policy.local(self.context.now), at: policy.local(at) }
    }

    /// Answers a press: its button stops waiting, and the customer or agent sees `words`, if there are any.
    pub fn toast(&mut self, query: &str, words: Option<Reply>) {
        let words = words.map(|reply| (reply, self.seed()));
        self.effects.push(Effect::Toast { query: query.into(), words });
    }

    /// A number that no other turn of this conversation gives; above zero.
    pub fn count(&mut self) -> i64 {
        i64::try_from(self.seed()).unwrap_or(i64::MAX)
    }

    fn seed(&mut self) -> u64 {
        self.state.customer.said += 1;
        self.state.customer.said
    }

    /// A customer's words as agents see them: what was passed on is marked.
    pub fn shown_at_desk(&self, message: &Message) -> Option<Styled> {
        // Where it is known whose they are, that is told before them.
        if !message.forwarded || message.origin.is_some() {
            return message.styled();
        }
        let marker = render(self.context.phrasebook, &self.desk_reply("desk.forwarded"), 0);
        Some(match message.styled() {
            Some(words) => words.behind(&format!("{marker} ")),
            None => marker.into(),
        })
    }

    /// Puts a message into the story.
    pub fn record(&mut self, who: Speaker, message: &Message) {
        let words = self.shown_at_desk(message).unwrap_or_default();
        let words = match self.lead(message) {
            Some(lead) if words.text.is_empty() => lead.into(),
            Some(lead) => words.behind(&format!("{lead}\n")),
            None => words,
        };
        self.effects.push(Effect::Record(Line {
            // What must not be copied is told by its words alone.
            media: (message.kind != Kind::Text && !message.sealed).then_some((message.kind, message.id)),
            album: message.album.clone(),
            ..Line::of_words(who, words)
        }));
    }

    /// Whose words a message holds if they are not the writer's own, and the piece they answer, for the agents; `None`
    /// when there is nothing to tell.
    pub fn lead(&self, message: &Message) -> Option<String> {
        let forwarded = message.origin.as_ref().map(|name| {
            let reply = self.desk_reply("desk.forwarded_from").with("name", Value::Text(name.clone()));
            render(self.context.phrasebook, &reply, 0)
        });
        let cited = message.cited.as_ref().and_then(|cited| match (&cited.from, &cited.words) {
            (None, Some(words)) => Some(format!("↪ «{words}»")),
            (Some(from), Some(words)) => Some(format!("↪ {from}: «{words}»")),
            (Some(from), None) => Some(format!("↪ {from}")),
            (None, None) => None,
        });
        let lines: Vec<String> = [forwarded, cited].into_iter().flatten().collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    pub fn button(&self, label: &str, pressed: Pressed) -> Button {
        Button { label: self.reply(label), pressed }
    }

    /// The button that calls a person, as a row.
    pub fn person_row(&self) -> Vec<Button> {
        vec![self.button("button.person", Pressed::Person)]
    }

    /// The buttons by which a customer has what is kept about them erased or handed out, a row each.
    pub fn rights_rows(&self) -> Vec<Vec<Button>> {
        vec![
            vec![self.button("button.forget", Pressed::Rights(RightsPress::Forget))],
            vec![self.button("button.export", Pressed::Rights(RightsPress::Export))],
        ]
    }

    pub fn request_button(&self, intent: &str) -> Button {
        self.button(&format!("{intent}.title"), Pressed::Request(intent.into()))
    }

    /// What a request is about, as it is said inside a sentence: «о посылке»; its title in quotes would be read aloud. A
    /// file without such words lends its title.
    pub fn topic(&self, intent: &str) -> Value {
        let topic = format!("{intent}.topic");
        let known = self.context.phrasebook.has(&topic, self.language());
        Value::Phrase(if known { topic } else { format!("{intent}.title") })
    }

    /// The button that tells the rest of an answer.
    pub fn more_row(&self, intent: &str) -> Option<Vec<Button>> {
        let more = self.context.phrasebook.has(&format!("{intent}.more"), self.language());
        more.then(|| vec![self.button("button.more", Pressed::More(intent.into()))])
    }

    /// Remembers what a reading tells about the customer.
    pub fn note(&mut self, reading: &Reading) {
        self.state.customer.mood = reading.mood;
        if let Some(intent) = &reading.intent
            && (reading.decision == Decision::Answer || self.state.work.request.is_none())
            && intent != HUMAN
            && !is_small_talk(intent)
        {
            self.state.work.request = Some(Request { intent: intent.clone(), confidence: reading.confidence });
        }
    }

    /// A ticket's promise, said from now.
    pub fn deadline(&self, ticket: &Ticket) -> Value {
        self.moment(ticket.promised)
    }

    /// The customer is told this: the next words may follow on it.
    pub fn tells_of(&mut self, what: Matter) {
        self.tells_until(what, None);
    }

    /// The same where something is to be done by a day.
    pub fn tells_until(&mut self, what: Matter, until: Option<NaiveDate>) {
        self.state.work.told_last = Some(Told { what, at: self.context.now, until, asked: Vec::new() });
    }

    /// Asks something and remembers that it was asked.
    pub fn ask(&mut self, question: Question, reply: Reply, buttons: Vec<Vec<Button>>) {
        self.state.work.open = Some(question);
        self.say_with(reply, buttons);
    }

    /// The customer as last seen. One who had blocked the bot is back, and the desk is told if a ticket is open.
    pub fn meet(&mut self, customer: Person) {
        if self.state.customer.language.is_none() {
            self.state.customer.language =
                customer.language_code.as_deref().map(|code| self.context.phrasebook.language_for(code));
        }
        self.state.customer.person = customer;
        if std::mem::take(&mut self.state.customer.blocked) && self.state.desk.assignee != Assignee::Bot {
            self.tell_desk("desk.unblocked");
        }
    }
}

/// Whether an intent only accompanies a request: a greeting, thanks, a goodbye.
pub(super) fn is_small_talk(intent: &str) -> bool {
    SMALL_TALK.contains(&intent)
}
