//! Plays a rehearsal: what the carrier, the clock, the agents and Telegram would do around the bot, in memory.

use super::facts::Facts;
use super::format::{Moved, Rehearsal, SharedPhone, Step, duration};
use crate::conversation::{
    self, AgentPress, Assignee, Button, CarrierRequest, Contact, Context, DeskId, DeskInfo, DeskSnapshot, Effect,
    Event, Instructed, Keyboard, Kind, Message, MessageId, Person, Policy, Post, Press, Pressed, Question, Standing,
    State, TicketNo, Timer, Tracked,
};
use crate::desk;
use crate::parcel::{
    self, ChangeRefused, Done, Found, Listed, OfferState, Phone, Recipient, Status, StatusCode, TrackingNumber,
};
use crate::phrases::{Phrasebook, Reply, render};
use crate::privacy;
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, VecDeque};
use understanding::{Matcher, noise};

/// The desk of rehearsals; its one agent; the customer.
const DESK: DeskId = DeskId(-100);
const AGENT: i64 = 100;
const CUSTOMER: i64 = 1;

/// So long a customer takes from one step to the next, unless it is said otherwise.
const BETWEEN_STEPS: Duration = Duration::seconds(20);

/// What does not change from one rehearsal to the next.
#[derive(Clone, Copy)]
pub struct Troupe<'a> {
    /// Reads what customers write.
    pub matcher: &'a Matcher,
    /// What the bot says.
    pub phrasebook: &'a Phrasebook,
    /// The owner's rules; the hours are a rehearsal's own.
    pub policy: &'a Policy,
}

/// Whose words were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer's, or what the customer did.
    Customer,
    /// The bot's, to the customer.
    Bot,
    /// An agent's, to the customer.
    Agent,
    /// What happened besides: time passed, the carrier told something, a ticket was opened.
    World,
}

/// One thing that was seen in the customer's chat.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Whose words they are.
    pub speaker: Speaker,
    /// The words, as they were shown.
    pub text: String,
    /// What was written on the buttons under them, in order.
    pub buttons: Vec<String>,
}

/// The texts that ask which of several things was meant.
const GUESSES: &str = "common.clarify";

/// What came of one step.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// What was seen, in order; the customer's own first.
    pub seen: Vec<Seen>,
    /// The codes of the changes that the carrier made.
    pub(super) changes: Vec<&'static str>,
    /// Whether a ticket is open after it, and whether it was opened on it.
    pub(super) ticket: bool,
    pub(super) new_ticket: bool,
    /// Whether an agent held the ticket before it: the bot is silent then.
    pub(super) held: bool,
    /// What agents see of the ticket after it.
    pub(super) card: Option<String>,
    /// Whether the bot asked for the tracking number here, or for the phone.
    pub(super) asked_number: bool,
    pub(super) asked_phone: bool,
    /// Whether it asked which of several things was meant.
    pub(super) guessed: bool,
    /// What could not be done: there was no such button.
    pub(super) stuck: Option<String>,
    /// How things stand after it; `None` where nothing was played.
    pub(super) facts: Option<Facts>,
}

impl Played {
    /// The bot's words, as one text.
    pub(super) fn words(&self) -> String {
        let bots = self.seen.iter().filter(|seen| seen.speaker == Speaker::Bot);
        bots.map(|seen| seen.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The bot's words and buttons, as one text.
    pub(super) fn said(&self) -> String {
        let bots = self.seen.iter().filter(|seen| seen.speaker == Speaker::Bot);
        let texts = bots.map(|seen| format!("{}\n{}", seen.text, seen.buttons.join("\n")));
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// Plays a rehearsal; what came of each step, in order. With a seed, what the customer types is spoilt first, as people
/// spoil it.
///
/// # Errors
///
/// What of the rehearsal cannot be played, in words for its author.
pub fn play(troupe: Troupe<'_>, rehearsal: &Rehearsal, noise: Option<u64>) -> Result<Vec<Played>, String> {
    let mut stage = Stage::new(troupe, rehearsal)?;
    rehearsal.steps.iter().enumerate().map(|(at, step)| stage.step(step, noise.map(|seed| seed + at as u64))).collect()
}

struct Stage<'a> {
    troupe: Troupe<'a>,
    policy: Policy,
    state: State,
    now: DateTime<Utc>,
    customer: Person,
    own_phone: Phone,
    parcels: BTreeMap<TrackingNumber, Listed>,
    carrier_is_up: bool,
    /// Answers by the key of the instruction: a carrier knows a second one.
    made: BTreeMap<String, Result<Done, ChangeRefused>>,
    timers: BTreeMap<String, DateTime<Utc>>,
    followed: Vec<TrackingNumber>,
    next_ticket: TicketNo,
    snapshot: DeskSnapshot,
    /// Buttons that were shown, the newest last: title, data, message.
    shown: Vec<(String, String, MessageId)>,
    messages: i64,
    last_said: Option<MessageId>,
    /// Whether what happens is an agent's doing.
    agent_acts: bool,
    /// How things stand, and what there has been.
    facts: Facts,
    played: Played,
}

impl<'a> Stage<'a> {
    fn new(troupe: Troupe<'a>, rehearsal: &Rehearsal) -> Result<Stage<'a>, String> {
        let world = &rehearsal.world;
        let policy = Policy { opens: world.opens, closes: world.closes, ..troupe.policy.clone() };
        let listed = world.parcels()?;
        let facts = Facts::of(world.now.date(), listed.clone());
        let parcels = listed.into_iter().map(|listed| (listed.parcel.number.clone(), listed)).collect();
        let language_code = Some(world.language.clone().unwrap_or_else(|| "ru".into()));
        let desks = vec![DeskInfo { id: DESK, name: "Поддержка".into(), ..DeskInfo::default() }];
        Ok(Stage {
            troupe,
            now: policy.moment(world.now.date(), world.now.time()),
            policy,
            state: State::default(),
            customer: Person { id: CUSTOMER, name: world.name.clone(), language_code, ..Person::default() },
            own_phone: Phone::e164(&world.phone).ok_or_else(|| format!("«{}» is no phone", world.phone))?,
            parcels,
            carrier_is_up: true,
            made: BTreeMap::new(),
            timers: BTreeMap::new(),
            followed: Vec::new(),
            next_ticket: TicketNo(101),
            snapshot: DeskSnapshot { desks, ..DeskSnapshot::default() },
            shown: Vec::new(),
            messages: 0,
            last_said: None,
            agent_acts: false,
            facts,
            played: Played::default(),
        })
    }

    fn step(&mut self, step: &Step, noise: Option<u64>) -> Result<Played, String> {
        let held = matches!(self.state.desk.assignee, Assignee::Agent { .. });
        self.played = Played { held, ..Played::default() };
        self.facts.hear(step);
        if matches!(step.share_phone, Some(SharedPhone::Own(true))) {
            self.facts.shared = Some(self.own_phone.clone());
        }
        self.happens_in(step, noise)?;
        // What was said in pieces has been said, and the customer reads for a while before the next step.
        self.passes(BETWEEN_STEPS);
        let mut played = std::mem::take(&mut self.played);
        played.ticket = self.state.desk.assignee.ticket().is_some();
        let troupe = self.troupe;
        let view = desk::topic_view(troupe.phrasebook, &self.policy, &self.snapshot, &self.state, self.now);
        played.card = view.map(|view| view.card);
        self.facts.stand(self.policy.today(self.now), self.parcels.values().cloned());
        played.facts = Some(self.facts.clone());
        Ok(played)
    }

    fn happens_in(&mut self, step: &Step, noise: Option<u64>) -> Result<(), String> {
        if let Some(words) = &step.say {
            for (at, text) in words.all().iter().enumerate() {
                let text =
                    noise.map_or_else(|| text.clone(), |seed| noise::spoil_somehow(text, seed + 1000 * at as u64));
                self.customer_says(&text, Kind::Text);
            }
        } else if let Some(text) = &step.forward {
            self.customer_forwards(text);
        } else if let Some(kind) = &step.send {
            let caption = step.caption.clone().unwrap_or_default();
            self.customer_says(&caption, Kind::from_word(kind));
        } else if let Some(text) = &step.edit {
            let id = self.last_said.ok_or("nothing was said that could be edited")?;
            self.see(Speaker::Customer, format!("✏️ {text}"), Vec::new());
            let message = Message { id, ..self.message(text, Kind::Text) };
            self.happens(Event::Edited { customer: self.customer.clone(), message });
        } else if let Some(pattern) = &step.press {
            let found = self.shown.iter().rev().find(|(title, _, _)| pattern.is_in(title)).cloned();
            match found {
                Some((title, data, message)) => {
                    self.see(Speaker::Customer, format!("[{title}]"), Vec::new());
                    let press = Press { query: "q".into(), message, data };
                    self.happens(Event::Pressed { customer: self.customer.clone(), press });
                }
                None => self.played.stuck = Some(format!("no button «{}» was shown", pattern.written())),
            }
        } else if let Some(shared) = &step.share_phone {
            let (phone, own) = match shared {
                SharedPhone::Own(own) => (self.own_phone.clone(), *own),
                SharedPhone::Other(text) => (Phone::e164(text).ok_or_else(|| format!("«{text}» is no phone"))?, false),
            };
            self.see(Speaker::Customer, "(контакт)".into(), Vec::new());
            let message = Message { contact: Some(Contact { phone, own }), ..self.message("", Kind::Contact) };
            self.happens(Event::Wrote { customer: self.customer.clone(), message });
        } else if let Some(time) = &step.wait {
            self.see(Speaker::World, format!("прошло {time}"), Vec::new());
            self.passes(duration(time).unwrap_or_default());
        } else if let Some(moved) = &step.status {
            self.moved(moved)?;
        } else if let Some(carrier) = &step.carrier {
            self.carrier_is_up = carrier == "up";
            self.see(Speaker::World, format!("перевозчик: {carrier}"), Vec::new());
        } else if let Some(action) = &step.agent {
            self.agent_acts = true;
            let acted = self.agent(action);
            self.agent_acts = false;
            acted?;
        }
        Ok(())
    }

    fn customer_says(&mut self, text: &str, kind: Kind) {
        let shown = match kind {
            Kind::Text => text.to_owned(),
            other => format!("({}) {text}", other.word()).trim_end().to_owned(),
        };
        self.see(Speaker::Customer, shown, Vec::new());
        let message = self.message(text, kind);
        self.last_said = Some(message.id);
        self.happens(Event::Wrote { customer: self.customer.clone(), message });
    }

    fn customer_forwards(&mut self, text: &str) {
        self.see(Speaker::Customer, format!("(переслано) {text}"), Vec::new());
        let message = Message { forwarded: true, ..self.message(text, Kind::Text) };
        self.last_said = Some(message.id);
        self.happens(Event::Wrote { customer: self.customer.clone(), message });
    }

    fn message(&mut self, text: &str, kind: Kind) -> Message {
        self.messages += 1;
        // What the list of parcels knows is no personal number, as in the bot's own inbox.
        let digits = |number: &TrackingNumber| number.to_string().chars().filter(char::is_ascii_digit).collect();
        let around = privacy::Around { known: self.parcels.keys().map(digits).collect(), before: None };
        let masked = privacy::mask_around(text, &around);
        Message {
            text: (!text.is_empty() || kind == Kind::Text).then_some(masked.text),
            masked: masked.found,
            ..Message::new(MessageId(self.messages), kind)
        }
    }

    fn moved(&mut self, moved: &Moved) -> Result<(), String> {
        let code = StatusCode::from_code(&moved.code).ok_or_else(|| format!("«{}» is no status", moved.code))?;
        let number = TrackingNumber::new(&moved.number);
        let listed = self.parcels.get_mut(&number).ok_or_else(|| format!("there is no parcel {number}"))?;
        listed.parcel.status = Status::Known(code);
        // A carrier who says that an offer is confirmed knows of no other state of it.
        if let Some(offer) = listed.parcel.offer.as_mut().filter(|_| code == StatusCode::OfferConfirmed) {
            offer.state = OfferState::Confirmed;
        }
        listed.parcel.place.clone_from(&moved.place);
        listed.parcel.planned = moved.planned.or(listed.parcel.planned);
        let parcel = listed.parcel.clone();
        self.see(Speaker::World, format!("посылка {number}: {}", code.label()), Vec::new());
        if self.followed.contains(&number) {
            self.happens(Event::Moved { parcel });
        }
        Ok(())
    }

    fn agent(&mut self, action: &str) -> Result<(), String> {
        let agent = Person { id: AGENT, name: "Мария".into(), ..Person::default() };
        if let Some(words) = action.strip_prefix("says:") {
            let message = self.message(words.trim(), Kind::Text);
            self.happens(Event::AgentWrote { agent, message });
            return Ok(());
        }
        let ticket = self.state.desk.assignee.ticket().map(|ticket| ticket.no);
        let press: fn(TicketNo) -> AgentPress = match action {
            "takes" => AgentPress::Take,
            "resolves" => AgentPress::Resolve,
            "releases" => AgentPress::Release,
            other => return Err(format!("an agent never «{other}»: takes, resolves, releases, says: …")),
        };
        let Some(no) = ticket else {
            self.played.stuck = Some(format!("the agent {action}, but there is no ticket"));
            return Ok(());
        };
        self.see(Speaker::World, format!("Мария: {action}"), Vec::new());
        self.agent_presses(&agent, press(no));
        // Asked back because the customer's last words wait for an answer, the agent means it.
        let open = self.state.desk.assignee.ticket().is_some_and(|ticket| ticket.no == no);
        if action == "resolves" && open {
            self.agent_presses(&agent, AgentPress::ResolveUnanswered(no));
        }
        Ok(())
    }

    fn agent_presses(&mut self, agent: &Person, press: AgentPress) {
        let press = Press { query: "q".into(), message: MessageId(self.messages), data: Pressed::Agent(press).data() };
        self.happens(Event::AgentPressed { agent: agent.clone(), press, standing: Standing::Member });
    }

    /// Time goes by; timers go off when they are due.
    fn passes(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some((name, at)) = self.next_timer().filter(|(_, at)| *at <= until) {
            self.timers.remove(&name);
            self.now = self.now.max(at);
            if let Some(timer) = Timer::parse(&name) {
                self.happens(Event::Due { timer });
            }
        }
        self.now = self.now.max(until);
    }

    fn next_timer(&self) -> Option<(String, DateTime<Utc>)> {
        self.timers.iter().min_by_key(|(_, at)| **at).map(|(name, at)| (name.clone(), *at))
    }

    fn happens(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let troupe = self.troupe;
            let (policy, snapshot) = (self.policy.clone(), self.snapshot.clone());
            let context = Context {
                now: self.now,
                next_ticket: self.next_ticket,
                matcher: troupe.matcher,
                phrasebook: troupe.phrasebook,
                policy: &policy,
                snapshot: &snapshot,
            };
            let asked = self.state.work.open.clone();
            let (state, effects) = conversation::step(&context, std::mem::take(&mut self.state), event);
            self.state = state;
            if self.state.work.open != asked {
                match &self.state.work.open {
                    Some(Question::TrackingNumber) => self.played.asked_number = true,
                    // Of a parcel that is known it is the new day or place that is asked for.
                    Some(Question::Details { .. }) => self.played.asked_number = self.state.work.parcel.is_none(),
                    Some(Question::Phone { again: false }) => self.played.asked_phone = true,
                    Some(_) | None => {}
                }
            }
            let line = desk::ticket_line(&self.state, self.customer.customer_id(), DESK);
            self.snapshot.tickets = line.into_iter().collect();
            if self.state.desk.assignee.ticket().is_some_and(|ticket| ticket.no == self.next_ticket) {
                self.played.new_ticket = true;
                self.see(Speaker::World, format!("передано людям, №{}", self.next_ticket.0), Vec::new());
                self.next_ticket.0 += 1;
            }
            for effect in effects {
                events.extend(self.effect(effect));
            }
            self.now += Duration::seconds(1);
        }
    }

    fn effect(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Say(say) => {
                self.played.guessed |= say.parts.iter().any(|part| part.key.starts_with(GUESSES));
                let parts: Vec<String> = say.parts.iter().map(|part| self.words(part, say.seed)).collect();
                let mut titles = self.show(&say.buttons);
                match &say.keyboard {
                    Keyboard::Keep | Keyboard::Remove => {}
                    Keyboard::AskPhone { share, instead } => {
                        titles.extend([self.words(share, 0), self.words(instead, 0)]);
                    }
                }
                self.see(Speaker::Bot, parts.join("\n\n"), titles);
            }
            // What an agent is told of a press is not the customer's to see.
            Effect::Toast { words: Some((reply, seed)), .. } if !self.agent_acts => {
                let text = self.words(&reply, seed);
                self.see(Speaker::Bot, text, Vec::new());
            }
            Effect::SendToCustomer { text, .. } => self.see(Speaker::Agent, text.text, Vec::new()),
            Effect::Ask(request) => return Some(self.carrier_answers(request)),
            Effect::Follow { number, on: true } => self.followed.push(number),
            Effect::Follow { number, on: false } => self.followed.retain(|known| *known != number),
            Effect::Timer { timer, at } => {
                self.timers.insert(timer.name(), at);
            }
            Effect::CopyToCustomer { .. } => self.see(Speaker::Agent, "(сообщение сотрудника)".into(), Vec::new()),
            Effect::EditAtCustomer { text, .. } => self.see(Speaker::Agent, format!("✏️ {}", text.text), Vec::new()),
            Effect::Toast { .. }
            | Effect::Record(_)
            | Effect::Typing
            | Effect::RecallFromCustomer { .. }
            | Effect::Requested { .. }
            | Effect::Propose { .. }
            | Effect::Outcome(_)
            | Effect::Export
            | Effect::ShowOriginal { .. }
            | Effect::RemoveOriginal(_)
            | Effect::Forget(_)
            | Effect::TurnGiven { .. }
            | Effect::Lead { .. }
            | Effect::Late { .. }
            | Effect::Promise { .. }
            | Effect::PromiseTaken { .. }
            | Effect::PromiseEnded { .. }
            | Effect::Feedback { .. }
            | Effect::AgentSeen(_)
            | Effect::Desk(
                Post::Open
                | Post::Card
                | Post::Unclose
                | Post::Story { .. }
                | Post::Words { .. }
                | Post::Copy { .. }
                | Post::Notice(_)
                | Post::Answer(_)
                | Post::Reminder(_)
                | Post::Abandon
                | Post::Refused { .. }
                | Post::Beside { .. }
                | Post::Leave { .. }
                | Post::Elsewhere { .. }
                | Post::StaysInside { .. }
                | Post::Choices(..)
                | Post::Call(..),
            ) => {}
        }
        None
    }

    fn carrier_answers(&mut self, request: CarrierRequest) -> Event {
        match request {
            CarrierRequest::Track { number, phone, why } => {
                let answer = match self.parcels.get(&number) {
                    _ if !self.carrier_is_up => Tracked::Down,
                    Some(listed) => Tracked::Found(Found {
                        parcel: listed.parcel.clone(),
                        recipient: Recipient::of(listed.phone.as_ref(), phone.as_ref()),
                    }),
                    None => Tracked::Unknown,
                };
                Event::Tracked { number, answer, why }
            }
            CarrierRequest::Instruct(instruction) => {
                let answer = match self.carrier_is_up.then(|| self.carry_out(&instruction)) {
                    None => Instructed::Down,
                    Some(Ok(done)) => Instructed::Done(done),
                    Some(Err(refused)) => Instructed::Refused(refused),
                };
                Event::Instructed { instruction, answer }
            }
        }
    }

    /// Makes a change, once a key.
    fn carry_out(&mut self, instruction: &parcel::Instruction) -> Result<Done, ChangeRefused> {
        if let Some(answer) = self.made.get(&instruction.key) {
            return answer.clone();
        }
        let reference = (5001 + self.made.len()).to_string();
        let today = self.policy.today(self.now);
        let listed = self.parcels.get_mut(&instruction.number).ok_or(ChangeRefused::NotFound)?;
        let recipient = Recipient::of(listed.phone.as_ref(), Some(&instruction.phone));
        let answer = parcel::apply(&listed.parcel, recipient, instruction.change, today, &reference).map(|after| {
            listed.parcel = after;
            let link = listed.link.clone().filter(|_| instruction.change.sends_link());
            Done { reference, link }
        });
        if answer.is_ok() {
            self.played.changes.push(instruction.change.code());
            self.facts.changes.push(instruction.change.code());
        }
        self.made.insert(instruction.key.clone(), answer.clone());
        answer
    }

    /// Buttons under the next message; what is written on them.
    fn show(&mut self, buttons: &[Vec<Button>]) -> Vec<String> {
        let message = MessageId(self.messages + 1);
        let buttons = buttons.iter().flatten();
        let shown: Vec<(String, String, MessageId)> =
            buttons.map(|button| (self.words(&button.label, 0), button.pressed.data(), message)).collect();
        let titles = shown.iter().map(|(title, _, _)| title.clone()).collect();
        self.shown.extend(shown);
        titles
    }

    fn see(&mut self, speaker: Speaker, text: String, buttons: Vec<String>) {
        if speaker == Speaker::Bot {
            self.messages += 1;
        }
        self.played.seen.push(Seen { speaker, text, buttons });
    }

    fn words(&self, reply: &Reply, seed: u64) -> String {
        render(self.troupe.phrasebook, reply, seed)
    }
}
