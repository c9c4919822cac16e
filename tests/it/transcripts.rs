//! Transcripts: conversations as a support lead would write them, with what the bot says compared to the
//! letter. `OTKLIK_RENDER=1` writes what it says now into the files, for review in the diff.
//!
//! ```text
//! # What this shows
//! customer Анна
//! parcel RA123456785RU arrived_terminal +2 Октябрьский     (number, status, planned day from today, place)
//! parcel RA123456785RU «Незнакомая отметка»
//! carrier down
//! later 3h
//!
//! > words of the customer              > [Кнопка]            >edit the last message anew
//! >photo with a caption                >left   >returned
//! Мария: words of an agent             Мария [Взять]         Мария edits: words
//!
//! < words of the bot, buttons under them      desk< what the topic gets      toast< the answer to a press
//! ```

use crate::support::SHIPPED;
use chrono::{DateTime, Days, Duration, Utc};
use otklik::conversation::{
    self, Button, Context, Effect, Event, Holder, Kind, Line, Message, MessageId, Person, Policy, Post, Press, State,
    TicketNo, TicketState, Tracked,
};
use otklik::desk::{self, StoryLine};
use otklik::parcel::{Parcel, Status, StatusCode, TrackingNumber};
use otklik::phrases::{Reply, render};
use otklik::privacy;
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn transcripts_are_spoken_to_the_letter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(&folder) {
        count += 1;
        let written = fs::read_to_string(&path).expect("a transcript");
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

/// Plays a transcript.
struct Stage {
    state: State,
    now: DateTime<Utc>,
    customer: Person,
    parcels: BTreeMap<TrackingNumber, Parcel>,
    carrier_down: bool,
    next_ticket: TicketNo,
    story: Vec<(i64, StoryLine)>,
    /// Buttons that were shown, the newest last: label, data, message.
    shown: Vec<(String, String, i64)>,
    messages: i64,
    agents: Vec<String>,
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
            parcels: BTreeMap::new(),
            carrier_down: false,
            next_ticket: TicketNo(101),
            story: Vec::new(),
            shown: Vec::new(),
            messages: 0,
            agents: Vec::new(),
            last: BTreeMap::new(),
            out: String::new(),
        }
    }

    fn play(mut self, written: &str) -> String {
        for line in written.lines() {
            let spoken = ["<", "desk<", "toast<", "  "].iter().any(|mark| line.starts_with(mark));
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
        } else if let ["later", hours] = words[..] {
            let hours: i64 = hours.trim_end_matches('h').parse().expect("later 3h");
            self.now += Duration::hours(hours);
        } else if words[..] == ["carrier", "down"] {
            self.carrier_down = true;
        } else if words.first() == Some(&"parcel") {
            self.parcel(line);
        } else {
            self.agent_line(line);
        }
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
        let today = Policy::default().local(self.now).date_naive();
        let planned = rest.iter().find(|word| word.starts_with(['+', '-'])).map(|days| {
            let days: i64 = days.parse().expect("days from today");
            match u64::try_from(days) {
                Ok(ahead) => today + Days::new(ahead),
                Err(_) => today - Days::new(days.unsigned_abs()),
            }
        });
        let place = rest.iter().find(|word| matches!(status, Status::Known(_)) && !word.starts_with(['+', '-']));
        let place = place.map(|word| (*word).to_owned());
        self.parcels.insert(number.clone(), Parcel { number, status, place, planned });
    }

    fn customer_line(&mut self, rest: &str) {
        let customer = self.customer.clone();
        if let Some(label) = rest.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let press = self.find(label);
            return self.happens(Event::Pressed { customer, press });
        }
        let event = match rest.split_once(' ').unwrap_or((rest, "")) {
            ("", text) => Event::Wrote { customer, message: self.message("customer", Kind::Text, text) },
            ("edit", text) => {
                let mut message = self.message("customer", Kind::Text, text);
                message.id = MessageId(self.messages - 1);
                Event::Edited { customer, message }
            }
            ("left", _) => Event::Left,
            ("returned", _) => Event::CameBack,
            (kind, caption) => {
                Event::Wrote { customer, message: self.message("customer", Kind::from_word(kind), caption) }
            }
        };
        self.happens(event);
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
            Event::AgentPressed { agent, press: self.find(label) }
        } else if let Some(text) = rest.strip_prefix("edits:") {
            Event::AgentEdited { agent, message: self.message(name, Kind::Text, text.trim()) }
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
            id: MessageId(self.messages),
            kind,
            text: (!text.is_empty() || kind == Kind::Text).then_some(masked.text),
            masked: masked.found,
            sealed: false,
            album: None,
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
            let (phrasebook, matcher) = &*SHIPPED;
            let policy = Policy::default();
            let context =
                Context { now: self.now, next_ticket: self.next_ticket, matcher, phrasebook, policy: &policy };
            let (state, effects) = conversation::step(&context, std::mem::take(&mut self.state), event);
            self.state = state;
            if self.state.holder.ticket().is_some_and(|ticket| ticket.no == self.next_ticket) {
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
            Effect::Record(Line { who, text, media }) => self.tell(StoryLine { who, text, media }),
            Effect::Say(say) => {
                let parts: Vec<String> = say.parts.iter().map(|part| self.words(part, say.seed)).collect();
                let text = parts.join("\n\n");
                self.tell(StoryLine { who: conversation::Speaker::Bot, text: text.clone(), media: None });
                self.show("<", &text, &say.buttons);
            }
            Effect::Typing => {}
            Effect::CopyToCustomer { .. } => {
                let line = self.story.last().map(|(_, line)| line.text.clone()).unwrap_or_default();
                self.show("<", &format!("(от человека) {line}"), &[]);
            }
            Effect::Toast { words, .. } => {
                if let Some((reply, seed)) = words {
                    let text = self.words(&reply, seed);
                    self.show("toast<", &text, &[]);
                }
            }
            Effect::Track(number) => {
                let answer = match self.parcels.get(&number) {
                    _ if self.carrier_down => Tracked::Down,
                    Some(parcel) => Tracked::Found(parcel.clone()),
                    None => Tracked::Unknown,
                };
                return Some(Event::Tracked { number, answer });
            }
            Effect::Desk(post) => self.post(post),
        }
        None
    }

    fn post(&mut self, post: Post) {
        let (phrasebook, _) = &*SHIPPED;
        let policy = Policy::default();
        let state = self.state.clone();
        let card = |ticket, stands: &TicketState| desk::card(phrasebook, &policy, &state, ticket, stands, self.now);
        match post {
            Post::Open(ticket, stands) => {
                let name = desk::topic_name(phrasebook, &state, &ticket, &stands);
                self.show("desk<", &format!("(тема) {name}"), &[]);
            }
            Post::Rename(ticket, stands) => {
                let name = desk::topic_name(phrasebook, &state, &ticket, &stands);
                self.show("desk<", &format!("(тема) {name}"), &[]);
            }
            Post::Card(ticket, stands) => {
                let text = card(&ticket, &stands);
                self.show("desk<", &text, &desk::card_buttons(&ticket, &stands));
            }
            Post::EditCard { ticket, state: stands, .. } => {
                let text = format!("(карточка) {}", card(&ticket, &stands));
                self.show("desk<", &text, &desk::card_buttons(&ticket, &stands));
            }
            Post::Story { since } => {
                let since = since.unwrap_or(0);
                let lines: Vec<StoryLine> =
                    self.story.iter().filter(|(at, _)| *at > since).map(|(_, line)| line.clone()).collect();
                for text in desk::story(phrasebook, &state, &lines) {
                    self.show("desk<", &text, &[]);
                }
            }
            Post::Words(text) => self.show("desk<", &text, &[]),
            Post::Copy { kind, words, .. } => {
                let words = words.map(|words| format!(" {words}")).unwrap_or_default();
                self.show("desk<", &format!("({}){words}", kind.word()), &[]);
            }
            Post::Notice(reply) => {
                let text = self.words(&reply, 0);
                self.show("desk<", &text, &[]);
            }
            Post::Taken(ticket, reply) => {
                let text = self.words(&reply, 0);
                let stands = TicketState::Taken { agent: String::new() };
                self.show("desk<", &text, &desk::card_buttons(&ticket, &stands));
            }
            Post::Offer(reply, button) => {
                let text = self.words(&reply, 0);
                self.show("desk<", &text, &[vec![button]]);
            }
            Post::Abandon => {}
        }
    }

    fn words(&self, reply: &Reply, seed: u64) -> String {
        render(&SHIPPED.0, reply, seed)
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
        // An agent who holds a conversation and a bot that speaks by itself do not go together.
        let by_itself = mark == "<" && !text.starts_with("(от человека)");
        assert!(
            !by_itself || !matches!(self.state.holder, Holder::Agent { .. }),
            "the bot talks over an agent: {text}"
        );
    }
}
