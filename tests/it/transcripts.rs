//! Transcripts: conversations as a support lead would write them, with what the bot says compared to the
//! letter. `OTKLIK_RENDER=1` writes what it says now into the files, for review in the diff.
//!
//! ```text
//! # What this shows
//! customer Анна
//! parcel RA123456785RU arrived_terminal +2 Октябрьский     (number, status, planned day from today, place)
//! parcel RA123456785RU «Незнакомая отметка»
//! parcel 1000000033 offer_sent offer=sent arrived=-11 checking=50h order=accepted sum=4500 delivered=-1
//!        refund=granted:4711:-3 phone=other (me, if nothing is said; none) since=-9 link=no
//! carrier down    carrier up    carrier refuses
//! moves 1000000017 delivered                     (the carrier tells of a new status)
//! later 3h                                       (30m, 2d: timers go off on the way)
//! policy portal=https://example.org              (papers_email=…)
//! desk speaks en                                  (the language of the desk; ru, if nothing is said)
//! promises                                       (shows what was promised and what became of it)
//!
//! > words of the customer              > [Кнопка]            >edit the last message anew
//! >photo with a caption                >left   >returned     >contact   >contact other
//! >piece words that the next follow at once
//! >old [Кнопка] (the first that was shown of this name)
//! >forwarded somebody else's words     >older a reply to the first message     >reply a reply to the bot's last one
//! Мария: words of an agent             Мария [Взять]         Мария edits: the last message anew
//! Мария: /snooze 2h (any command)      Мария replies: words to the own last message
//! Мария comes on shift                 Мария leaves the group        Мария closes the topic, deletes the topic
//! waiting 3 (others in the queue)      usual 12m (how long a first answer takes)    incident refund [words]
//!
//! < words of the bot, buttons under them      desk< what the topic gets      toast< the answer to a press
//! ```

use crate::support::SHIPPED;
use chrono::{DateTime, Days, Duration, Utc};
use otklik::conversation::{
    self, AgentId, Assignee, Button, CarrierRequest, Contact, Context, CustomerId, DeskId, DeskInfo, DeskSnapshot,
    Effect, Event, Incident, Instructed, Keyboard, Kind, Line, Message, MessageId, OnShift, OpenTicket, Person, Policy,
    Post, Press, SeenAgent, Standing, State, TicketNo, Timer, Tracked,
};
use otklik::desk::{self, StoryLine};
use otklik::parcel::{
    self, ChangeRefused, Done, Found, Listed, Offer, OfferState, Order, OrderState, Parcel, Phone, Recipient, Refund,
    RefundState, Status, StatusCode, TrackingNumber,
};
use otklik::phrases::{Phrasebook, Reply, render};
use otklik::privacy;
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use understanding::Language;

#[test]
fn transcripts_are_spoken_to_the_letter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(&folder) {
        count += 1;
        let written = fs::read_to_string(&path).expect("a transcript");
        println!("{}", path.display()); // a press on a button that is not there ends it: this says in which
        let spoken = Stage::new().play(&written);
        if spoken == written {
            continue;
        }
        if std::env::var("OTKLIK_RENDER").is_ok() {
            fs::write(&path, spoken).expect("the transcript is written");
        } else {
            wrong.push(format!("{}\n{}", path.display(), difference(&written, &spoken)));
        }
    }
    assert!(count >= 15, "only {count} transcripts were found in {}", folder.display());
    assert!(wrong.is_empty(), "{}\nRight as it is? OTKLIK_RENDER=1 writes it down.", wrong.join("\n\n"));
}

/// What is said in a transcript that stands in no file.
pub fn played(written: &str) -> String {
    Stage::new().play(written)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for language in fs::read_dir(folder).expect("tests/transcripts") {
        let language = language.expect("a folder").path();
        found.extend(fs::read_dir(language).expect("a language").map(|entry| entry.expect("a file").path()));
    }
    found.sort();
    found
}

/// The first place where two texts part, with what stands around it.
fn difference(written: &str, spoken: &str) -> String {
    let same = written.lines().zip(spoken.lines()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.lines().skip(same.saturating_sub(2)).take(8).collect::<Vec<_>>().join("\n    ");
    format!(
        "  line {}; written:\n    {}\n  the customer would have seen:\n    {}",
        same + 1,
        around(written),
        around(spoken)
    )
}

/// The transcripts' desk.
const DESK: DeskId = DeskId(-100);

/// How the carrier is.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Up,
    Down,
    Refuses,
}

/// The phone of a transcript's customer.
fn own_phone() -> Phone {
    Phone::e164("+79000000001").expect("a phone")
}

/// Plays a transcript.
struct Stage {
    state: State,
    now: DateTime<Utc>,
    customer: Person,
    policy: Policy,
    phrasebook: Arc<Phrasebook>,
    parcels: BTreeMap<TrackingNumber, Listed>,
    carrier: Mood,
    /// Answers by the key of the instruction: a carrier knows a second one.
    made: BTreeMap<String, Result<Done, ChangeRefused>>,
    timers: BTreeMap<String, DateTime<Utc>>,
    followed: Vec<TrackingNumber>,
    promises: Vec<(String, Option<&'static str>)>,
    /// Whether what happens is a promise's timer, or a press that asks for it: then the bot may speak beside an agent.
    may_speak: bool,
    next_ticket: TicketNo,
    story: Vec<(i64, StoryLine)>,
    /// Buttons that were shown, the newest last: label, data, message.
    shown: Vec<(String, String, i64)>,
    messages: i64,
    agents: Vec<String>,
    snapshot: DeskSnapshot,
    /// The bot's last message to the customer: its number, its words, the data of its buttons.
    said_last: (i64, String, Vec<String>),
    /// The last message of each speaker.
    last: BTreeMap<String, i64>,
    out: String,
}

impl Stage {
    fn new() -> Stage {
        Stage {
            state: State::default(),
            now: "2026-11-23T09:00:00Z".parse().expect("noon in Moscow"),
            customer: Person { id: 1, name: "Анна".into(), language_code: Some("ru".into()), ..Person::default() },
            policy: Policy::default(),
            phrasebook: SHIPPED.0.clone(),
            parcels: BTreeMap::new(),
            carrier: Mood::Up,
            made: BTreeMap::new(),
            timers: BTreeMap::new(),
            followed: Vec::new(),
            promises: Vec::new(),
            may_speak: false,
            next_ticket: TicketNo(101),
            story: Vec::new(),
            shown: Vec::new(),
            messages: 0,
            agents: Vec::new(),
            snapshot: DeskSnapshot {
                desks: vec![DeskInfo { id: DESK, name: "Первая".into(), ..DeskInfo::default() }],
                ..DeskSnapshot::default()
            },
            said_last: (0, String::new(), Vec::new()),
            last: BTreeMap::new(),
            out: String::new(),
        }
    }

    fn play(mut self, written: &str) -> String {
        for line in written.lines() {
            let spoken = ["<", "desk<", "toast<", "lead<", "promises<", "  "].iter().any(|mark| line.starts_with(mark));
            if !spoken {
                self.out += line;
                self.out += "\n";
                self.line(line);
            }
        }
        self.out
    }

    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.is_empty() || line.starts_with('#') {
        } else if let Some(rest) = line.strip_prefix('>') {
            self.customer_line(rest);
        } else if let ["customer", name] = words[..] {
            self.customer.name = name.into();
        } else if let ["speaks", code] = words[..] {
            self.customer.language_code = Some(code.into());
        } else if let ["desk", "speaks", id] = words[..] {
            let shipped = Phrasebook::clone(&SHIPPED.0);
            let speaking = shipped.speaking_at_desk(Language::new(id)).expect("a language of the phrasebook");
            self.phrasebook = Arc::new(speaking);
        } else if let ["later", time] = words[..] {
            let (number, unit) = time.split_at(time.len() - 1);
            let number: i64 = number.parse().expect("later 3h");
            self.passes(match unit {
                "m" => Duration::minutes(number),
                "h" => Duration::hours(number),
                "d" => Duration::days(number),
                other => panic!("no unit {other}"),
            });
        } else if let ["carrier", mood] = words[..] {
            self.carrier = match mood {
                "up" => Mood::Up,
                "down" => Mood::Down,
                "refuses" => Mood::Refuses,
                other => panic!("a carrier is never {other}"),
            };
        } else if let ["policy", setting] = words[..] {
            match setting.split_once('=').expect("policy name=value") {
                ("portal", value) => self.policy.portal = Some(value.into()),
                ("papers_email", value) => self.policy.papers_email = Some(value.into()),
                (other, _) => panic!("no setting {other}"),
            }
        } else if words.first() == Some(&"parcel") {
            self.parcel(line);
        } else if let ["moves", number, code] = words[..] {
            let listed = self.parcels.get_mut(&TrackingNumber::new(number)).expect("a known parcel");
            listed.parcel.status = Status::Known(StatusCode::from_code(code).expect("a status"));
            let parcel = listed.parcel.clone();
            if self.followed.contains(&parcel.number) {
                self.happens(Event::Moved { parcel });
            }
        } else if let ["waiting", count] = words[..] {
            let count: i64 = count.parse().expect("waiting 3");
            let others: Vec<OpenTicket> = (0..count).map(|i| self.another(i)).collect();
            self.snapshot.tickets.extend(others);
        } else if let ["usual", minutes] = words[..] {
            let minutes: i64 = minutes.trim_end_matches('m').parse().expect("usual 12m");
            self.snapshot.first_answer = Some(minutes * 60);
        } else if let ["incident", intent, rest @ ..] = &words[..] {
            let text = Some(rest.join(" ")).filter(|text| !text.is_empty());
            let incident = Incident { intent: (*intent).into(), text: text.clone(), since: 0 };
            self.snapshot.incidents = vec![incident];
            self.happens(Event::IncidentBegan { intent: (*intent).into(), words: text });
        } else if let ["over", intent] = words[..] {
            self.snapshot.incidents.clear();
            self.happens(Event::IncidentOver { intent: intent.into() });
        } else if words[..] == ["promises"] {
            for (what, outcome) in &self.promises {
                self.out += &format!("promises< {what} {}\n", outcome.unwrap_or("open"));
            }
        } else {
            self.agent_line(line);
        }
    }

    /// Somebody else's ticket, which came before.
    fn another(&self, i: i64) -> OpenTicket {
        OpenTicket {
            no: TicketNo(50 + i),
            customer: CustomerId(1000 + i),
            name: "Кто-то".into(),
            desk: DESK,
            intent: None,
            urgent: false,
            mood: 0,
            opened: self.now,
            promised: self.now,
            agent: None,
            answered: false,
            snoozed: false,
        }
    }

    /// Time goes by; timers go off when they are due.
    fn passes(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some((name, at)) = self.next_timer().filter(|(_, at)| *at <= until) {
            self.timers.remove(&name);
            self.now = self.now.max(at);
            let timer = Timer::parse(&name).expect("a timer's own name");
            self.happens(Event::Due { timer });
        }
        self.now = self.now.max(until);
    }

    fn next_timer(&self) -> Option<(String, DateTime<Utc>)> {
        let first = self.timers.iter().min_by_key(|(_, at)| **at)?;
        Some((first.0.clone(), *first.1))
    }

    fn parcel(&mut self, line: &str) {
        let mut words = line.split_whitespace().skip(1);
        let number = TrackingNumber::new(words.next().expect("a number"));
        let status = match line.split_once('«') {
            Some((_, label)) => Status::Unknown(label.trim_end_matches('»').into()),
            None => {
                let code = words.next().expect("a status");
                Status::Known(StatusCode::from_code(code).unwrap_or_else(|| panic!("no status {code}")))
            }
        };
        let rest: Vec<&str> = words.collect();
        let known = matches!(status, Status::Known(_));
        let mut parcel = Parcel::new(number.clone(), status);
        let mut listed_phone = Some(own_phone());
        let mut link = Some(format!("https://oferta.example.org/{number}"));
        let today = self.policy.today(self.now);
        let day = |days: &str| {
            let days: i64 = days.parse().unwrap_or_else(|_| panic!("«{days}» are no days from today"));
            match u64::try_from(days) {
                Ok(ahead) => today + Days::new(ahead),
                Err(_) => today - Days::new(days.unsigned_abs()),
            }
        };
        fn offer(parcel: &mut Parcel) -> &mut Offer {
            parcel.offer.as_mut().expect("offer=… comes first")
        }
        fn order(parcel: &mut Parcel) -> &mut Order {
            parcel.order.as_mut().expect("order=… comes first")
        }
        for word in rest {
            match word.split_once('=') {
                None if word.starts_with(['+', '-']) => parcel.planned = Some(day(word)),
                None if known => parcel.place = Some(word.to_owned()),
                None => {}
                Some(("since", days)) => parcel.since = Some(day(days)),
                Some(("offer", state)) => {
                    parcel.offer = Some(Offer::new(OfferState::from_code(state).expect("a state of an offer")));
                }
                Some(("arrived", days)) => offer(&mut parcel).arrived = Some(day(days)),
                Some(("checking", hours)) => {
                    let hours: i64 = hours.trim_end_matches('h').parse().expect("checking=50h");
                    offer(&mut parcel).checking_since = Some(self.now - Duration::hours(hours));
                }
                Some(("order", state)) => {
                    parcel.order = Some(Order::new(OrderState::from_code(state).expect("a state of an order")));
                }
                Some(("sum", roubles)) => {
                    order(&mut parcel).sum = Some(roubles.parse::<i64>().expect("roubles") * 100);
                }
                Some(("delivered", days)) => order(&mut parcel).delivered = Some(day(days)),
                Some(("refund", refund)) => {
                    let mut parts = refund.split(':');
                    let state = parts.next().and_then(RefundState::from_code).expect("a state of a refund");
                    let reference = parts.next().expect("its number").to_owned();
                    let asked = day(parts.next().expect("its day"));
                    order(&mut parcel).refund = Some(Refund { reference, asked, state });
                }
                Some(("phone", "other")) => listed_phone = Phone::e164("+79000000099"),
                Some(("phone", "none")) => listed_phone = None,
                Some(("link", "no")) => link = None,
                Some((other, _)) => panic!("a parcel has no {other}"),
            }
        }
        self.parcels.insert(number, Listed { parcel, phone: listed_phone, link });
    }

    fn customer_line(&mut self, rest: &str) {
        let customer = self.customer.clone();
        if let Some(label) = rest.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if label.starts_with('📱') {
                return self.shares(true);
            }
            let press = self.find(label);
            return self.happens(Event::Pressed { customer, press });
        }
        let event = match rest.split_once(' ').unwrap_or((rest, "")) {
            ("", text) => Event::Wrote { customer, message: self.message("customer", Kind::Text, text) },
            ("piece", text) => {
                let event = Event::Wrote { customer, message: self.message("customer", Kind::Text, text) };
                return self.happens(event); // the next comes at once
            }
            ("edit", text) => {
                let mut message = self.message("customer", Kind::Text, text);
                message.id = MessageId(self.messages - 1);
                Event::Edited { customer, message }
            }
            ("forwarded", text) => {
                let message = Message { forwarded: true, ..self.message("customer", Kind::Text, text) };
                Event::Wrote { customer, message }
            }
            ("older", text) => {
                let reply_to = Some(MessageId(1));
                let message = Message { reply_to, ..self.message("customer", Kind::Text, text) };
                Event::Wrote { customer, message }
            }
            ("reply", text) => {
                let (number, words, answered_buttons) = self.said_last.clone();
                let (reply_to, quote) = (Some(MessageId(number)), Some(words));
                let message = self.message("customer", Kind::Text, text);
                Event::Wrote { customer, message: Message { reply_to, quote, answered_buttons, ..message } }
            }
            ("old", label) => {
                let label = label.trim_start_matches('[').trim_end_matches(']');
                let found = self.shown.iter().find(|(shown, _, _)| shown == label);
                let (_, data, message) = found.unwrap_or_else(|| panic!("no button [{label}] was shown")).clone();
                let press = Press { query: "q".into(), message: MessageId(message), data };
                Event::Pressed { customer, press }
            }
            ("contact", whose) => return self.shares(whose.is_empty()),
            ("left", _) => Event::Left,
            ("returned", _) => Event::CameBack,
            (kind, caption) => {
                Event::Wrote { customer, message: self.message("customer", Kind::from_word(kind), caption) }
            }
        };
        self.happens(event);
        if self.state.work.pieces.is_some() {
            self.happens(Event::Due { timer: Timer::Piece });
        }
    }

    /// The customer shares a contact.
    fn shares(&mut self, own: bool) {
        let phone = if own { own_phone() } else { Phone::e164("+79000000099").expect("a phone") };
        let message = Message { contact: Some(Contact { phone, own }), ..self.message("customer", Kind::Contact, "") };
        self.happens(Event::Wrote { customer: self.customer.clone(), message });
    }

    fn agent_line(&mut self, line: &str) {
        let (name, rest) = line.split_once([':', ' ']).unwrap_or_else(|| panic!("nobody says «{line}»"));
        if !self.agents.iter().any(|known| known == name) {
            self.agents.push(name.into());
        }
        let id = 100 + self.agents.iter().position(|known| known == name).expect("just added") as i64;
        let agent = Person { id, name: name.into(), ..Person::default() };
        let rest = rest.trim();
        let event = if let Some(label) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Event::AgentPressed { agent, press: self.find(label), standing: Standing::Member }
        } else if let Some(text) = rest.strip_prefix("edits:") {
            let before = self.last.get(name).copied();
            let mut message = self.message(name, Kind::Text, text.trim());
            message.id = MessageId(before.unwrap_or(message.id.0));
            Event::AgentEdited { agent, message }
        } else if let Some(text) = rest.strip_prefix("replies:") {
            let before = self.last.get(name).copied().map(MessageId);
            let message = self.message(name, Kind::Text, text.trim());
            let message = Message { reply_to: before, reply_from: Some(id), ..message };
            match desk::command(text.trim()) {
                Some(command) => Event::AgentCommand { agent, command, message },
                None => Event::AgentWrote { agent, message },
            }
        } else if let Some(command) = desk::command(rest) {
            let message = self.message(name, Kind::Text, rest);
            Event::AgentCommand { agent, command, message }
        } else if rest == "comes on shift" {
            return self.snapshot.agents.push(OnShift { person: agent, desk: DESK, turn_at: None });
        } else if rest == "leaves the group" {
            self.snapshot.agents.retain(|known| known.person.id != id);
            self.snapshot.seen.retain(|known| known.person.id != id);
            Event::AgentGone { agent: AgentId(id) }
        } else if rest == "closes the topic" {
            Event::TopicClosed
        } else if rest == "deletes the topic" {
            Event::TopicGone
        } else {
            Event::AgentWrote { agent, message: self.message(name, Kind::Text, rest) }
        };
        self.happens(event);
    }

    fn message(&mut self, who: &str, kind: Kind, text: &str) -> Message {
        self.messages += 1;
        self.last.insert(who.into(), self.messages);
        let masked = privacy::mask(&text.replace("\\n", "\n"));
        Message {
            text: (!text.is_empty() || kind == Kind::Text).then_some(masked.text),
            masked: masked.found,
            ..Message::new(MessageId(self.messages), kind)
        }
    }

    fn find(&self, label: &str) -> Press {
        let found = self.shown.iter().rev().find(|(shown, _, _)| shown == label);
        let (_, data, message) = found.unwrap_or_else(|| panic!("no button [{label}] was shown"));
        Press { query: "q".into(), message: MessageId(*message), data: data.clone() }
    }

    fn happens(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let (phrasebook, matcher) = (self.phrasebook.clone(), &SHIPPED.1);
            let policy = self.policy.clone();
            let snapshot = self.snapshot.clone();
            let context = Context {
                now: self.now,
                next_ticket: self.next_ticket,
                matcher,
                phrasebook: &phrasebook,
                policy: &policy,
                snapshot: &snapshot,
            };
            // What a customer asks by a command nobody else can answer.
            let commands = matches!(&event, Event::Wrote { message, .. } if message.words().is_some_and(|text| text.starts_with("/forget")));
            self.may_speak = commands || matches!(event, Event::Due { .. } | Event::Pressed { .. });
            let before = self.state.clone();
            let (state, effects) = conversation::step(&context, before.clone(), event);
            self.state = state;
            let mine = desk::ticket_line(&self.state, self.customer.customer_id(), DESK);
            self.snapshot.tickets.retain(|ticket| ticket.customer != self.customer.customer_id());
            self.snapshot.tickets.extend(mine);
            let shown = effects.clone();
            if self.state.desk.assignee.ticket().is_some_and(|ticket| ticket.no == self.next_ticket) {
                self.next_ticket.0 += 1;
            }
            for effect in effects {
                events.extend(self.effect(effect));
            }
            self.face_changed(&before, &shown);
            self.now += Duration::seconds(1);
        }
    }

    fn effect(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Record(Line { who, text, entities, media, album }) => {
                self.tell(StoryLine { who, text, entities, media, album });
            }
            Effect::Say(say) => {
                let parts: Vec<String> = say.parts.iter().map(|part| self.words(part, say.seed)).collect();
                let text = parts.join("\n\n");
                let (who, entities) = (conversation::Speaker::Bot, Vec::new());
                self.tell(StoryLine { who, text: text.clone(), entities, media: None, album: None });
                self.show("<", &text, &say.buttons);
                match &say.keyboard {
                    Keyboard::Keep => {}
                    Keyboard::AskPhone { share, instead } => {
                        let (share, instead) = (self.words(share, 0), self.words(instead, 0));
                        self.out += &format!("  (клавиатура) [{share}] [{instead}]\n");
                    }
                    Keyboard::Remove => self.out += "  (клавиатура убрана)\n",
                }
            }
            Effect::Typing => {}
            Effect::CopyToCustomer { .. } => {
                let line = self.story.last().map(|(_, line)| line.text.clone()).unwrap_or_default();
                self.show("<", &format!("(от человека) {line}"), &[]);
            }
            Effect::SendToCustomer { text, .. } => self.show("<", &format!("(от человека) {}", text.text), &[]),
            Effect::EditAtCustomer { text, .. } => {
                self.show("<", &format!("(от человека, исправлено) {}", text.text), &[]);
            }
            Effect::RecallFromCustomer { answers, report } => {
                let count = answers.len();
                let gone = if count == 1 {
                    "(ответ исчез)".to_owned()
                } else {
                    format!("(ответ исчез, сообщений: {count})")
                };
                self.show("<", &format!("(от человека) {gone}"), &[]);
                return Some(Event::Recalled { report, count, missing: 0, kept: 0 });
            }
            Effect::Requested { .. } | Effect::Propose { .. } | Effect::Outcome(_) => {}
            Effect::AgentSeen(person) => {
                self.snapshot.seen.retain(|known| known.person.id != person.id);
                self.snapshot.seen.insert(0, SeenAgent { person, desk: DESK, at: self.now.timestamp_millis() });
            }
            Effect::Export => self.show("<", "(файл со всем, что хранится)", &[]),
            Effect::ShowOriginal { messages, .. } => {
                let told = format!("(оригинал в личный чат, сообщений: {})", messages.len());
                self.show("desk<", &told, &[]);
            }
            Effect::RemoveOriginal(_) => self.show("<", "(показанное удалено)", &[]),
            Effect::Forget(_) => self.show("<", "(всё стёрто)", &[]),
            Effect::TurnGiven { agent } => {
                let now = self.now.timestamp_millis();
                for known in self.snapshot.agents.iter_mut().filter(|known| known.person.agent_id() == agent) {
                    known.turn_at = Some(now);
                }
            }
            Effect::Lead { words, .. } | Effect::Late { words } => {
                let text = self.words(&words, 0);
                self.show("lead<", &text, &[]);
            }
            Effect::Toast { words, .. } => {
                if let Some((reply, seed)) = words {
                    let text = self.words(&reply, seed);
                    self.show("toast<", &text, &[]);
                }
            }
            Effect::Ask(question) => return Some(self.carrier_answers(question)),
            Effect::Follow { number, on: true } => self.followed.push(number),
            Effect::Follow { number, on: false } => self.followed.retain(|known| *known != number),
            Effect::Timer { timer, at } => {
                self.timers.insert(timer.name(), at);
            }
            Effect::Promise { what, .. } => self.promises.push((what.name(), None)),
            Effect::PromiseTaken { .. } => {}
            Effect::PromiseEnded { what, outcome } => {
                for (name, ended) in &mut self.promises {
                    if *name == what.name() && ended.is_none() {
                        *ended = Some(outcome.name());
                    }
                }
            }
            Effect::Feedback { about, choice, words } => {
                let (choice, words) = (choice.unwrap_or_default(), words.unwrap_or_default());
                self.out += &format!("  (записано) {about}: {choice} {words}").trim_end().replace('\n', " ");
                self.out += "\n";
            }
            Effect::Desk(post) => self.post(post),
        }
        None
    }

    fn carrier_answers(&mut self, question: CarrierRequest) -> Event {
        match question {
            CarrierRequest::Track { number, phone, why } => {
                let answer = match self.parcels.get(&number) {
                    _ if self.carrier == Mood::Down => Tracked::Down,
                    Some(listed) => Tracked::Found(Found {
                        parcel: listed.parcel.clone(),
                        recipient: Recipient::of(listed.phone.as_ref(), phone.as_ref()),
                    }),
                    None => Tracked::Unknown,
                };
                Event::Tracked { number, answer, why }
            }
            CarrierRequest::Instruct(instruction) => {
                let answer = match self.carrier {
                    Mood::Down => Instructed::Down,
                    Mood::Refuses => Instructed::Refused(ChangeRefused::WrongState),
                    Mood::Up => match self.carry_out(&instruction) {
                        Ok(done) => Instructed::Done(done),
                        Err(refused) => Instructed::Refused(refused),
                    },
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
        self.made.insert(instruction.key.clone(), answer.clone());
        answer
    }

    fn post(&mut self, post: Post) {
        let phrasebook = self.phrasebook.clone();
        let state = self.state.clone();
        match post {
            Post::Open => {
                let name = self.face(&state).map(|face| face.name).unwrap_or_default();
                self.show("desk<", &format!("(тема) {name}"), &[]);
            }
            Post::Card => {
                if let Some(face) = self.face(&state) {
                    self.show("desk<", &face.card, &face.buttons);
                }
            }
            Post::Unclose => self.show("desk<", "(тема снова открыта)", &[]),
            Post::Story { since } => {
                let since = since.map_or(0, |at| at.timestamp_millis());
                let lines: Vec<StoryLine> =
                    self.story.iter().filter(|(at, _)| *at > since).map(|(_, line)| line.clone()).collect();
                for message in desk::story(&phrasebook, &state, &lines) {
                    self.show("desk<", &message.text, &[]);
                }
            }
            Post::Words { text, .. } => self.show("desk<", &text.text, &[]),
            Post::Copy { kind, words, .. } => {
                let words = words.map(|words| format!(" {}", words.text)).unwrap_or_default();
                self.show("desk<", &format!("({}){words}", kind.word()), &[]);
            }
            Post::Refused { notice, words, .. } => {
                let words = words.map(|words| format!("\n\n{}", words.text)).unwrap_or_default();
                let text = self.words(&notice, 0) + &words;
                self.show("desk<", &text, &[]);
            }
            Post::Notice(reply) | Post::Answer(reply) | Post::Reminder(reply) | Post::Beside { notice: reply, .. } => {
                let text = self.words(&reply, 0);
                self.show("desk<", &text, &[]);
            }
            Post::Choices(reply, buttons) => {
                let text = self.words(&reply, 0);
                let rows: Vec<Vec<Button>> = buttons.into_iter().map(|button| vec![button]).collect();
                self.show("desk<", &text, &rows);
            }
            Post::Call(agent, reply) => {
                let text = self.words(&reply, 0);
                assert!(text.starts_with(&agent.name), "a call begins with the name: {text}");
                self.show("desk<", &text, &[]);
            }
            Post::Leave { name, .. } => {
                let desk::Left { name, words } = desk::left(&phrasebook, &state, &name);
                self.show("desk<", &format!("(тема) {name}\n{words}"), &[]);
            }
            Post::Elsewhere { words, .. } => {
                let text = self.words(&words, 0);
                self.show("desk<", &text, &[]);
            }
            Post::Abandon | Post::StaysInside { .. } => {}
        }
    }

    fn face(&self, state: &State) -> Option<desk::TopicView> {
        desk::topic_view(&self.phrasebook, &self.policy, &self.snapshot, state, self.now)
    }

    /// What the topic shows has changed: a new name, a new card in its place.
    fn face_changed(&mut self, before: &State, effects: &[Effect]) {
        let after = self.state.clone();
        let done = before.desk.assignee == Assignee::Bot
            && after.desk.assignee == Assignee::Bot
            && before.desk.closed == after.desk.closed;
        let (Some(was), Some(is), true) = (self.face(before), self.face(&after), after.desk.has_topic && !done) else {
            return;
        };
        let posts = |wanted: &Post| effects.iter().any(|effect| matches!(effect, Effect::Desk(post) if post == wanted));
        if was.name != is.name && !posts(&Post::Open) {
            self.show("desk<", &format!("(тема) {}", is.name), &[]);
        }
        if (was.card != is.card || was.buttons != is.buttons) && !posts(&Post::Card) {
            self.show("desk<", &format!("(карточка) {}", is.card), &is.buttons);
        }
    }

    fn words(&self, reply: &Reply, seed: u64) -> String {
        render(&self.phrasebook, reply, seed)
    }

    fn tell(&mut self, line: StoryLine) {
        self.story.push((self.now.timestamp_millis(), line));
    }

    fn show(&mut self, mark: &str, text: &str, buttons: &[Vec<Button>]) {
        self.messages += 1;
        self.out += &format!("{mark} {}\n", text.replace('\n', "\n  "));
        for row in buttons {
            let labels: Vec<String> = row
                .iter()
                .map(|button| {
                    let label = self.words(&button.label, 0);
                    self.shown.push((label.clone(), button.pressed.data(), self.messages));
                    format!("[{label}]")
                })
                .collect();
            self.out += &format!("  {}\n", labels.join(" "));
        }
        if mark == "<" {
            let data = buttons.iter().flatten().map(|button| button.pressed.data()).collect();
            self.said_last = (self.messages, text.to_owned(), data);
        }
        // An agent who holds a conversation and a bot that speaks by itself do not go together.
        let by_itself = mark == "<" && !text.starts_with("(от человека");
        assert!(
            !by_itself || !matches!(self.state.desk.assignee, Assignee::Agent { .. }) || self.may_speak,
            "the bot talks over an agent: {text}"
        );
    }
}
