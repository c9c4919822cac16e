//! What holds for any text and any order of events.

use crate::support::SHIPPED;
use chrono::{DateTime, Duration, Utc};
use otklik::carrier::samples;
use otklik::conversation::{
    self, AgentId, Assignee, CarrierRequest, Contact, Context, DeskId, DeskInfo, DeskSnapshot, Effect, Event,
    Instructed, Kind, Message, MessageId, OnShift, Pause, Person, Policy, Post, Press, Pressed, Question, RecallReport,
    Say, Standing, State, TicketCommand, TicketNo, Timer, Tracked, Undelivered, Unshown,
};
use otklik::parcel::{self, Change, ChangeRefused, Done, Found, Listed, Phone, Recipient, TrackingNumber};
use otklik::phrases::render;
use otklik::privacy;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Something that may happen; what it means depends on how things stand.
#[derive(Clone, Debug)]
enum Act {
    Says(Message),
    Edits(Message),
    /// Presses one of the buttons that were shown, counted from the newest.
    Presses(usize),
    /// Presses something that was never shown.
    Forges(&'static str),
    Shares {
        own: bool,
    },
    AgentSays {
        agent: Person,
        message: Message,
    },
    AgentEdits {
        agent: Person,
        message: Message,
    },
    AgentCommands {
        agent: Person,
        command: TicketCommand,
        message: Message,
    },
    AgentPresses {
        agent: Person,
        data: &'static str,
    },
    /// The carrier answers the oldest question: as it is, or not at all, or with a no.
    Carrier(Answers),
    /// Hours go by; the timers due in them go off.
    Passes(i64),
    Moves(usize),
    Odd(Event),
}

#[derive(Clone, Copy, Debug)]
enum Answers {
    Truly,
    NotAtAll,
    No,
}

/// A conversation and what is around it: a carrier, timers, buttons.
struct World {
    state: State,
    now: DateTime<Utc>,
    policy: Policy,
    parcels: BTreeMap<TrackingNumber, Listed>,
    asked: VecDeque<CarrierRequest>,
    /// Keys of instructions that were given with a yes.
    agreed: BTreeSet<String>,
    timers: BTreeMap<String, DateTime<Utc>>,
    /// Promises that are open.
    promises: BTreeSet<String>,
    shown: Vec<(i64, Pressed)>,
    messages: i64,
    tickets: i64,
    /// Changes that the carrier was told to make.
    instructed: BTreeSet<&'static str>,
}

/// Words that say nothing of a number near them.
const PLAIN_WORDS: &[&str] = &[
    "вот",
    "здравствуйте",
    "держите",
    "ну",
    "пишу",
    "да",
    "алло",
    "зачем",
    "вам",
    "курьер",
    "просил",
    "таможня",
    "жду",
    "уже",
    "неделю",
    "ответьте",
    "пожалуйста",
    "спасибо",
    "мне",
    "сказали",
    "Ярославль",
    "паспорт",
    "получатель",
    "муж",
    "please",
    "here",
];

fn own_phone() -> Phone {
    Phone::e164(samples::FIRST_PHONE).expect("a phone")
}

fn anna() -> Person {
    Person { id: 1, name: "Анна".into(), ..Person::default() }
}

fn text_message(text: &str) -> Message {
    let masked = privacy::mask(text);
    Message { text: Some(masked.text), masked: masked.found, ..Message::new(MessageId(1), Kind::Text) }
}

impl World {
    fn new() -> World {
        let now = "2026-11-23T09:00:00Z".parse().expect("a moment");
        let policy = Policy::default();
        let samples = samples::parcels(now, policy.today(now)).into_iter();
        let parcels = samples.map(|sample| (sample.listed.parcel.number.clone(), sample.listed)).collect();
        World {
            state: State::default(),
            now,
            policy,
            parcels,
            asked: VecDeque::new(),
            agreed: BTreeSet::new(),
            timers: BTreeMap::new(),
            promises: BTreeSet::new(),
            shown: Vec::new(),
            messages: 0,
            tickets: 1,
            instructed: BTreeSet::new(),
        }
    }

    /// What an act is as events; none where it cannot happen.
    fn events(&mut self, act: &Act) -> Vec<Event> {
        let customer = anna();
        match act.clone() {
            Act::Says(message) => vec![Event::Wrote { customer, message }],
            Act::Edits(message) => vec![Event::Edited { customer, message }],
            Act::Presses(back) => {
                let shown = self.shown.iter().rev().nth(back);
                let press = shown.map(|(message, pressed)| press(*message, pressed.data()));
                press.map(|press| Event::Pressed { customer, press }).into_iter().collect()
            }
            Act::Forges(data) => vec![Event::Pressed { customer, press: press(77, data.into()) }],
            Act::Shares { own } => {
                let phone = if own { own_phone() } else { Phone::e164("+79000000099").expect("a phone") };
                let contact = Some(Contact { phone, own });
                let message = Message { kind: Kind::Contact, text: None, contact, ..text_message("") };
                vec![Event::Wrote { customer, message }]
            }
            Act::AgentSays { agent, message } => vec![Event::AgentWrote { agent, message }],
            Act::AgentCommands { agent, command, message } => vec![Event::AgentCommand { agent, command, message }],
            Act::AgentEdits { agent, message } => vec![Event::AgentEdited { agent, message }],
            Act::AgentPresses { agent, data } => {
                let standing = Standing::Member;
                vec![Event::AgentPressed { agent, press: press(5, data.into()), standing }]
            }
            Act::Carrier(how) => {
                let question = self.asked.pop_front();
                question.map(|question| self.carrier(question, how)).into_iter().collect()
            }
            Act::Passes(hours) => {
                self.now += Duration::hours(hours);
                Vec::new() // the timers go off in `act`, one after the other
            }
            Act::Moves(at) => {
                let parcels: Vec<_> = self.parcels.values().map(|listed| listed.parcel.clone()).collect();
                vec![Event::Moved { parcel: parcels[at % parcels.len()].clone() }]
            }
            Act::Odd(event) => vec![event],
        }
    }

    fn carrier(&mut self, question: CarrierRequest, how: Answers) -> Event {
        match question {
            CarrierRequest::Track { number, phone, why } => {
                let answer = match (how, self.parcels.get(&number)) {
                    (Answers::NotAtAll, _) => Tracked::Down,
                    (Answers::No, _) | (Answers::Truly, None) => Tracked::Unknown,
                    (Answers::Truly, Some(listed)) => Tracked::Found(Found {
                        parcel: listed.parcel.clone(),
                        recipient: Recipient::of(listed.phone.as_ref(), phone.as_ref()),
                    }),
                };
                Event::Tracked { number, answer, why }
            }
            CarrierRequest::Instruct(instruction) => {
                let today = self.policy.today(self.now);
                let listed = self.parcels.get_mut(&instruction.number).expect("only known parcels are changed");
                let recipient = Recipient::of(listed.phone.as_ref(), Some(&instruction.phone));
                let answer = match how {
                    Answers::NotAtAll => Instructed::Down,
                    Answers::No => Instructed::Refused(ChangeRefused::WrongState),
                    Answers::Truly => {
                        match parcel::apply(&listed.parcel, recipient, instruction.change, today, "5001") {
                            Ok(after) => {
                                listed.parcel = after;
                                Instructed::Done(Done { reference: "5001".into(), link: None })
                            }
                            Err(refused) => Instructed::Refused(refused),
                        }
                    }
                };
                Event::Instructed { instruction, answer }
            }
        }
    }

    /// Lets an act happen and looks at everything that must hold after it.
    fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        for event in self.events(act) {
            self.step(event)?;
        }
        let now = self.now;
        while let Some(name) = self.timers.iter().find(|(_, at)| **at <= now).map(|(name, _)| name.clone()) {
            self.timers.remove(&name);
            self.step(Event::Due { timer: Timer::parse(&name).expect("a timer's own name") })?;
            self.now = now;
        }
        Ok(())
    }

    fn step(&mut self, event: Event) -> Result<(), TestCaseError> {
        let (phrasebook, matcher) = &*SHIPPED;
        let next_ticket = TicketNo(self.tickets);
        let context =
            Context { now: self.now, next_ticket, matcher, phrasebook, policy: &self.policy, snapshot: &snapshot() };
        let before = self.state.clone();
        let (after, effects) = conversation::step(&context, before.clone(), event.clone());
        let again = conversation::step(&context, before.clone(), event.clone());
        prop_assert_eq!((&after, &effects), (&again.0, &again.1), "a step is deterministic");
        self.nobody_is_talked_over(&before, &after, &effects, &event)?;
        self.nobody_is_left_alone(&before, &effects, &event)?;
        self.only_with_a_yes(&before, &effects, &event)?;
        no_agent_meets_silence(&before, &after, &effects, &event)?;
        everything_can_be_said(&effects)?;
        if after.desk.assignee.ticket().is_some_and(|ticket| ticket.no == next_ticket) {
            self.tickets += 1;
        }
        let stored = serde_json::to_string(&after).expect("a state is plain data");
        let read: State = serde_json::from_str(&stored).expect("and reads back");
        prop_assert_eq!(&read, &after);
        self.state = after;
        self.carry_out(effects);
        self.something_comes_next(&event)?;
        self.now += Duration::seconds(7);
        Ok(())
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Say(say) => {
                    self.messages += 1;
                    let message = 1000 + self.messages;
                    self.shown.extend(say.buttons.into_iter().flatten().map(|button| (message, button.pressed)));
                }
                Effect::Ask(question) => {
                    if let CarrierRequest::Instruct(instruction) = &question {
                        self.instructed.insert(instruction.change.code());
                        self.agreed.insert(instruction.key.clone());
                    }
                    self.asked.push_back(question);
                }
                Effect::Timer { timer, at } => {
                    self.timers.insert(timer.name(), at);
                }
                Effect::Promise { what, .. } => {
                    self.promises.insert(what.name());
                }
                Effect::PromiseEnded { what, .. } => {
                    self.promises.remove(&what.name());
                }
                Effect::Record(_)
                | Effect::Typing
                | Effect::CopyToCustomer { .. }
                | Effect::SendToCustomer { .. }
                | Effect::EditAtCustomer { .. }
                | Effect::RecallFromCustomer { .. }
                | Effect::Requested { .. }
                | Effect::Export
                | Effect::ShowOriginal { .. }
                | Effect::RemoveOriginal(_)
                | Effect::Forget(_)
                | Effect::TurnGiven { .. }
                | Effect::AgentSeen(_)
                | Effect::Lead { .. }
                | Effect::Late { .. }
                | Effect::Propose { .. }
                | Effect::Toast { .. }
                | Effect::Desk(_)
                | Effect::Follow { .. }
                | Effect::PromiseTaken { .. }
                | Effect::Outcome(_)
                | Effect::Feedback { .. } => {}
            }
        }
    }

    /// Invariants 3 and 4.
    fn nobody_is_talked_over(
        &self,
        before: &State,
        after: &State,
        effects: &[Effect],
        event: &Event,
    ) -> Result<(), TestCaseError> {
        let says = effects.iter().any(|effect| matches!(effect, Effect::Say(_)));
        let held = matches!(before.desk.assignee, Assignee::Agent { .. })
            && matches!(after.desk.assignee, Assignee::Agent { .. });
        // A promise may ask for it, a customer who presses «следить» or asks what is kept of them, and a personal number,
        // which is warned of.
        let says_only = |begin: &str| {
            let only = |say: &Say| say.parts.iter().all(|part| part.key.starts_with(begin));
            effects.iter().all(|effect| !matches!(effect, Effect::Say(say) if !only(say)))
        };
        let asked = match event {
            Event::Wrote { message, .. } | Event::Edited { message, .. } if message.masked => {
                says_only("common.private_data")
            }
            Event::Wrote { message, .. } if message.words().is_some_and(|text| text.starts_with('/')) => {
                says_only("rights.")
            }
            Event::Due { timer: Timer::Ticket } => true,
            Event::Pressed { press, .. } if press.data.contains("rights:") => says_only("rights."),
            Event::Pressed { press, .. } => press.data.contains("follow:"),
            _ => false,
        };
        prop_assert!(!(held && says) || asked, "the bot talks over an agent on {event:?}");
        // A held ticket changes hands only when somebody says so.
        if let (Assignee::Agent { agent: old, .. }, Assignee::Agent { agent: new, .. }) =
            (&before.desk.assignee, &after.desk.assignee)
        {
            let said_so = match event {
                Event::AgentPressed { press, .. } => {
                    ["takeover:", "transfer:"].iter().any(|begin| press.data.starts_with(begin))
                }
                Event::AgentCommand { command: TicketCommand::Transfer(_), .. } => true,
                _ => false,
            };
            prop_assert!(old.id == new.id || said_so);
        }
        // What an agent without the ticket writes does not reach the customer.
        let copied = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::CopyToCustomer { .. } | Effect::SendToCustomer { .. } | Effect::EditAtCustomer { .. }
            )
        });
        let writer = match event {
            Event::AgentWrote { agent, .. } | Event::AgentCommand { agent, .. } | Event::AgentEdited { agent, .. } => {
                Some(agent)
            }
            _ => None,
        };
        if let (Assignee::Agent { agent: assignee, .. }, Some(agent)) = (&before.desk.assignee, writer) {
            prop_assert!(!copied || assignee.id == agent.id);
        }
        Ok(())
    }

    /// A customer's message is answered, relayed, looked into, or belongs to an album that was answered.
    fn nobody_is_left_alone(&self, before: &State, effects: &[Effect], event: &Event) -> Result<(), TestCaseError> {
        if let Event::Wrote { message, .. } = event {
            let says = effects.iter().any(|effect| matches!(effect, Effect::Say(_)));
            let relayed = effects.iter().any(|e| matches!(e, Effect::Desk(Post::Words { .. } | Post::Copy { .. })));
            let looks = effects.iter().any(|e| matches!(e, Effect::Ask(_)));
            let album = message.album.is_some() && message.album == before.customer.last_album;
            // A piece of a thought waits a moment for the rest, and is read then.
            let waits = effects.iter().any(|effect| matches!(effect, Effect::Timer { timer: Timer::Piece, .. }));
            prop_assert!(says || relayed || looks || album || waits, "{message:?} was left alone in {before:?}");
        }
        Ok(())
    }

    /// Invariant 7: nothing that cannot be taken back without the customer's explicit yes to that very thing.
    fn only_with_a_yes(&self, before: &State, effects: &[Effect], event: &Event) -> Result<(), TestCaseError> {
        for effect in effects {
            let Effect::Ask(CarrierRequest::Instruct(instruction)) = effect else { continue };
            if !instruction.change.is_irreversible() {
                continue;
            }
            let asked = match before.work.open {
                Some(Question::Confirm { change, .. }) => Some(change),
                _ => None,
            };
            let yes = match event {
                Event::Pressed { press, .. } => {
                    matches!(Pressed::parse(&press.data), Some(Pressed::Confirm { task, yes: true })
                        if before.work.task.as_ref().is_some_and(|present| present.no == task))
                }
                Event::Wrote { message, .. } | Event::Edited { message, .. } => {
                    message.words().is_some_and(|text| SHIPPED.0.plain_yes(text))
                }
                // What the carrier did not answer is asked again, with the key of the first time.
                Event::Due { timer: Timer::Carrier } => {
                    prop_assert!(self.agreed.contains(&instruction.key));
                    continue;
                }
                _ => false,
            };
            prop_assert!(yes && asked == Some(instruction.change), "{instruction:?} after {event:?} in {before:?}");
            let number = before.work.task.as_ref().and_then(|task| task.number.clone());
            prop_assert_eq!(number.as_ref(), Some(&instruction.number), "another parcel than the one asked about");
        }
        Ok(())
    }

    /// Every state waits for the customer with a question open, waits for the carrier, holds a promise, is with a
    /// person, or is at rest with nothing begun.
    fn something_comes_next(&self, event: &Event) -> Result<(), TestCaseError> {
        let state = &self.state;
        match &state.desk.assignee {
            Assignee::Queue { ticket, .. } | Assignee::Agent { ticket, .. } => {
                let promised = self.promises.contains(&format!("answer:{}", ticket.no));
                prop_assert!(ticket.answered || promised, "ticket without a promise after {event:?}");
                prop_assert!(ticket.answered || self.timers.contains_key("ticket"), "nobody watches it: {event:?}");
                let nothing = state.work.task.is_none() && state.work.carrier_retry.is_none();
                prop_assert!(nothing || state.is_bots(), "two hold it after {event:?}");
            }
            Assignee::Bot => {
                let asks = state.work.open.is_some() || !self.asked.is_empty();
                let promises = state.work.carrier_retry.is_some();
                prop_assert!(
                    asks || promises || state.work.task.is_none(),
                    "no next step after {event:?} in {state:?}"
                );
            }
        }
        if state.work.carrier_retry.is_some() {
            let wakes = self.timers.contains_key("carrier") || !self.asked.is_empty();
            prop_assert!(self.promises.contains("check:") && wakes, "a check is forgotten after {event:?}");
        }
        for reminder in &state.work.reminders {
            let promised = self.promises.contains(&format!("reminder:{}", reminder.number));
            prop_assert!(promised, "a reminder without a promise after {event:?}");
            let wakes = self.timers.contains_key(&format!("offer:{}", reminder.number)) || !self.asked.is_empty();
            prop_assert!(wakes, "a reminder is forgotten after {event:?}");
        }
        Ok(())
    }
}

/// Whatever an agent writes in a topic ends as delivered, held back with a notice, a note, refused with the reason, or a
/// command that was done or answered; and every press is answered.
fn no_agent_meets_silence(
    before: &State,
    after: &State,
    effects: &[Effect],
    event: &Event,
) -> Result<(), TestCaseError> {
    let told = effects.iter().any(|effect| matches!(effect, Effect::Desk(Post::Answer(_) | Post::Choices(..))));
    let delivered = |id: MessageId| {
        effects.iter().any(|effect| matches!(effect, Effect::CopyToCustomer { message, .. } if *message == id))
    };
    let remembered = &after.desk.remembered;
    let held = |id: MessageId| remembered.unsent.iter().flat_map(|unsent| &unsent.messages).any(|known| known.id == id);
    let is_note = |id: MessageId| remembered.notes.contains(&id);
    match event {
        // Where there is no topic, nobody could have written in it.
        _ if !before.desk.has_topic && !after.desk.has_topic => {}
        Event::AgentWrote { message, .. } => {
            let id = message.id;
            let of_refused = message.album.is_some() && before.desk.remembered.refused_album == message.album;
            let known = delivered(id) || told || held(id) || is_note(id) || of_refused;
            prop_assert!(known, "{message:?} ended in silence in {before:?}");
            // Numbers are drawn here, so one may come twice; then it may have been a note before.
            let noted = is_note(id) && !before.desk.remembered.notes.contains(&id);
            prop_assert!(!(delivered(id) && noted), "{message:?} is a note that went out");
        }
        Event::AgentEdited { message, .. } => {
            let changed = effects
                .iter()
                .any(|effect| matches!(effect, Effect::EditAtCustomer { message: known, .. } if *known == message.id));
            let moves = message.kind == Kind::Location;
            let known = changed || delivered(message.id) || told || held(message.id) || is_note(message.id) || moves;
            prop_assert!(known, "the change of {message:?} ended in silence in {before:?}");
        }
        Event::AgentCommand { command, .. } => {
            let mut same = before.clone();
            same.desk.remembered.notes.clone_from(&remembered.notes);
            same.desk.remembered.marked_notes.clone_from(&remembered.marked_notes);
            same.desk.remembered.note_album.clone_from(&remembered.note_album);
            prop_assert!(!effects.is_empty() || same != *after, "{command:?} did nothing in {before:?}");
        }
        Event::AgentPressed { .. } | Event::Pressed { .. } => {
            let answered = effects.iter().any(|effect| matches!(effect, Effect::Toast { .. }));
            prop_assert!(answered, "{event:?} waits for an answer in {before:?}");
        }
        _ => {}
    }
    Ok(())
}

/// No key is missing, nothing is empty, nothing is left unfilled.
fn everything_can_be_said(effects: &[Effect]) -> Result<(), TestCaseError> {
    let phrasebook = &SHIPPED.0;
    for effect in effects {
        if let Effect::Say(say) = effect {
            let labels = say.buttons.iter().flatten().map(|button| &button.label);
            for part in say.parts.iter().chain(labels) {
                let words = render(phrasebook, part, say.seed);
                let whole = !words.trim().is_empty() && words != part.key && !words.contains(['{', '}']);
                prop_assert!(whole, "{part:?}: {words}");
            }
            for button in say.buttons.iter().flatten() {
                prop_assert!(button.pressed.data().len() <= 64);
            }
        }
    }
    Ok(())
}

fn press(message: i64, data: String) -> Press {
    Press { query: "q".into(), message: MessageId(message), data }
}

/// Texts as bad as they come, among some that mean something.
fn text() -> impl Strategy<Value = String> {
    let numbers: Vec<String> = World::new().parcels.keys().map(ToString::to_string).collect();
    prop_oneof![
        4 => prop::sample::select(vec![
            "где моя посылка", "RA123456784RU", "отмените заказ", "верните деньги", "оферта заблокирована",
            "оферта на проверке вторые сутки", "пришлите ссылку на оферту", "пишет вручено, а я не получал",
            "позовите человека", "да", "нет", "спасибо", "вы сволочи", "/start", "/x", "🙂", "", "паспорт 4510 123456",
            "где посылка и верните деньги", "hello", "сколько стоит доставка", "аааааааааа", "не помогло", "ок",
            "да, отменяйте", "передумал, не отменяйте", "начать сначала", "нет, я про другое", "пришло не то",
            "фото нет", "+79000000001", "без разницы", "// заметка", "/непонятно", "/start p_1000000017",
            "/start p_1000000090", "/start i_cancel", "/start i_refund", "/start i_human", "/start original",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(numbers),
        1 => any::<String>(),
        1 => "[а-яё ]{0,40}",
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        6 => Just(Kind::Text),
        1 => prop::sample::select(vec![Kind::Photo, Kind::Voice, Kind::Sticker, Kind::Contact, Kind::Other]),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    (text(), kind(), 1..50_i64, any::<bool>(), any::<bool>()).prop_map(|(text, kind, id, album, by_bot)| {
        let masked = privacy::mask(&text);
        Message {
            text: (kind == Kind::Text || kind.has_caption()).then_some(masked.text),
            masked: masked.found,
            album: album.then(|| "album".into()),
            reply_to: (id % 3 == 0).then_some(MessageId(id / 2)),
            quote: (id % 3 == 0)
                .then(|| if id % 2 == 0 { "/оплата не прошла" } else { "где посылка" }.into()),
            replies_to_bot: id % 3 == 0 && by_bot,
            ..Message::new(MessageId(id), kind)
        }
    })
}

fn act() -> impl Strategy<Value = Act> {
    let agent = || {
        let person = |id, name: &str| Person { id, name: name.into(), ..Person::default() };
        let channel = Person { is_channel: true, ..person(-1006, "Канал") };
        let group = person(-1005, "Поддержка");
        prop::sample::select(vec![person(11, "Мария"), person(12, "Олег"), person(11, "Мария"), channel, group])
    };
    let forged = vec![
        "wish:cancel",
        "wish:nothing",
        "person",
        "helped:1:no",
        "confirm:1:yes",
        "confirm:2:yes",
        "confirm:3:yes",
        "choice:sight_no_inn",
        "choice:reason_skip",
        "solved:yes",
        "solved:no",
        "resume:yes",
        "follow:1000000017",
        "take:1",
        "junk",
        "",
    ];
    let pressed = vec![
        "take:1",
        "take:2",
        "resolve:1",
        "resolve:2",
        "resolve:3",
        "resolve:1:unanswered",
        "resolve:2:unanswered",
        "answer:1",
        "was:1",
        "takeover:1",
        "takeover:1:5",
        "takeover:2:7",
        "takeover:1:12",
        "reopen",
        "confirm:1:yes",
        "x",
        "release:1",
        "tobot:1",
        "tobot:2",
        "transfer:1",
        "transfer:1:12",
        "transfer:2:12",
        "transfer:1:-2",
        "transfer:1:77",
        "snooze:1",
        "snooze:1:60",
        "snooze:1:0",
        "snooze:2:-1",
        "card:1",
        "recall:1",
        "send:5",
        "send:7",
        "send:12",
        "leave:1",
        "mark:1:5",
    ];
    let odd = vec![
        Event::TopicGone,
        Event::TopicClosed,
        Event::AgentGone { agent: AgentId(11) },
        Event::IncidentBegan { intent: "refund".into(), words: None },
        Event::IncidentOver { intent: "refund".into() },
        Event::Left,
        Event::CameBack,
        Event::Undelivered {
            reason: Undelivered::Refused("Bad Request".into()),
            message: Some(MessageId(5)),
            words: None,
            letter: Some(7),
        },
        Event::Undelivered { reason: Undelivered::Unchanged, message: Some(MessageId(5)), words: None, letter: None },
        Event::RelayFailed {
            part: 0,
            message: MessageId(1),
            kind: Kind::Photo,
            words: None,
            entities: Vec::new(),
            letter: None,
        },
        Event::RelayFailed {
            part: 0,
            message: MessageId(1),
            kind: Kind::Text,
            words: Some("где?".into()),
            entities: Vec::new(),
            letter: Some(7),
        },
        Event::ReplyLost { answered: MessageId(1) },
        Event::NotShown { letter: 7 },
        Event::OriginalNotShown { agent: AgentId(7), why: Unshown::Unopened { bot: None } },
        Event::Due { timer: Timer::Original(MessageId(3)) },
        Event::Recalled { report: RecallReport::Whole, count: 3, missing: 1, kept: 1 },
        Event::AlbumCut { to_customer: true, arrived: 1, missing: 1 },
    ];
    let commands = vec![
        TicketCommand::Take,
        TicketCommand::Release,
        TicketCommand::Resolve,
        TicketCommand::ToBot,
        TicketCommand::Transfer("оле".into()),
        TicketCommand::Transfer("desk".into()),
        TicketCommand::Transfer(String::new()),
        TicketCommand::Snooze(Pause::Answer),
        TicketCommand::Snooze(Pause::Minutes(90)),
        TicketCommand::Snooze(Pause::Tomorrow),
        TicketCommand::Notes,
        TicketCommand::Send(None),
        TicketCommand::Send(Some("от человека".into())),
        TicketCommand::Recall,
        TicketCommand::Canned(String::new()),
        TicketCommand::Unknown,
        TicketCommand::Nearly("/take".into()),
        TicketCommand::SnoozeUnread("25:00".into()),
    ];
    let answers = vec![Answers::Truly, Answers::Truly, Answers::Truly, Answers::NotAtAll, Answers::No];
    prop_oneof![
        10 => message().prop_map(Act::Says),
        1 => message().prop_map(Act::Edits),
        8 => (0..6_usize).prop_map(Act::Presses),
        1 => prop::sample::select(forged).prop_map(Act::Forges),
        2 => (0..4_u8).prop_map(|n| Act::Shares { own: n > 0 }),
        2 => (agent(), message()).prop_map(|(agent, message)| Act::AgentSays { agent, message }),
        1 => (agent(), message()).prop_map(|(agent, message)| Act::AgentEdits { agent, message }),
        3 => (agent(), prop::sample::select(pressed)).prop_map(|(agent, data)| Act::AgentPresses { agent, data }),
        3 => (agent(), prop::sample::select(commands), message())
            .prop_map(|(agent, command, message)| Act::AgentCommands { agent, command, message }),
        8 => prop::sample::select(answers).prop_map(Act::Carrier),
        2 => (0..30_i64).prop_map(Act::Passes),
        1 => (0..20_usize).prop_map(Act::Moves),
        1 => prop::sample::select(odd).prop_map(Act::Odd),
    ]
}

/// Two agents on shift at two desks.
fn snapshot() -> DeskSnapshot {
    let on = |id, name: &str| OnShift {
        person: Person { id, name: name.into(), ..Person::default() },
        desk: DeskId(-1),
        turn_at: None,
    };
    let desk = |id, intents: &[&str]| DeskInfo {
        id,
        name: format!("desk {id}"),
        intents: intents.iter().map(|intent| (*intent).to_owned()).collect(),
        languages: Vec::new(),
        plain: false,
    };
    DeskSnapshot {
        agents: vec![on(11, "Мария"), on(12, "Олег")],
        desks: vec![desk(DeskId(-1), &[]), desk(DeskId(-2), &["refund"])],
        ..DeskSnapshot::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_events(acts in prop::collection::vec(act(), 1..40)) {
        let mut world = World::new();
        for act in acts {
            world.act(&act)?;
        }
    }

    /// Anybody can make a link into the bot: whatever it brings, and whatever goes on, the customer is answered.
    #[test]
    fn any_link_leads_to_an_answer(
        before in prop::collection::vec(act(), 0..8),
        payload in prop_oneof!["[A-Za-z0-9_-]{0,64}", "p_[0-9]{0,12}", "p_[A-Z]{2}[0-9]{9}[A-Z]{2}", "i_[a-z_]{0,20}"],
    ) {
        let mut world = World::new();
        for act in before {
            world.act(&act)?;
        }
        world.act(&Act::Says(text_message(&format!("/start {payload}"))))?;
        settle(&mut world)?;
    }

    #[test]
    fn a_mask_hides_and_keeps_the_length(text in any::<String>()) {
        let masked = privacy::mask(&text);
        prop_assert_eq!(masked.text.encode_utf16().count(), text.encode_utf16().count());
        prop_assert_eq!(privacy::mask(&masked.text).text, masked.text.clone(), "once is enough");
    }

    #[test]
    fn a_passport_is_hidden_wherever_it_stands(
        before in prop::collection::vec(prop::sample::select(PLAIN_WORDS), 0..6),
        after in prop::collection::vec(prop::sample::select(PLAIN_WORDS), 0..6),
    ) {
        let text = format!("{} 4510 123456 {}", before.join(" "), after.join(", "));
        prop_assert!(!privacy::mask(&text).text.contains("123456"));
    }
}

/// What took the place of a task's question is over: the task asks its own again.
#[test]
fn a_task_that_something_came_between_asks_again() {
    for between in [&["🙂", "ок"][..], &["🙂", "понятно"], &["🙂", "отмените заказ"], &["сколько стоит доставка", "ок"]]
    {
        let mut world = World::new();
        for text in ["отмените заказ"].iter().chain(between) {
            world.act(&Act::Says(text_message(text))).unwrap_or_else(|why| panic!("{between:?}: {why}"));
        }
        let rests = world.state.work.task.is_none() || world.state.work.open.is_some();
        assert!(rests, "{between:?}: {:?}", world.state.work);
    }
}

/// Every way of up to three answers after each request about each sample parcel: the rules above hold on all of them,
/// and each kind of change is reached, so that the rule about the yes is not kept by never changing anything.
#[test]
fn every_flow_is_walked_and_nothing_is_changed_without_a_yes() {
    let requests = [
        "оферта заблокирована",
        "оферта не подтверждается",
        "оферта вторые сутки на проверке",
        "пришлите ссылку ещё раз",
        "отмените заказ",
        "верните деньги",
        "верните деньги, передумала",
    ];
    let mut reached = BTreeSet::new();
    for number in World::new().parcels.keys() {
        for request in requests {
            let mut begin = vec![Act::Says(text_message(request)), Act::Says(text_message(number.as_str()))];
            walk(&mut begin, 3, &mut reached);
        }
    }
    let all = [
        Change::ResendLink,
        Change::UnblockOffer,
        Change::AnnulOffer,
        Change::Cancel,
        Change::Refuse,
        Change::Refund(parcel::RefundReason::ChangedMind),
    ];
    for change in all {
        assert!(reached.contains(change.code()), "no walk reaches {}: {reached:?}", change.code());
    }
}

/// Walks on from `acts` in every way, `deep` answers further.
fn walk(acts: &mut Vec<Act>, deep: usize, reached: &mut BTreeSet<&'static str>) {
    let mut world = World::new();
    for act in acts.iter() {
        let carried = world.act(act).and_then(|()| settle(&mut world));
        carried.unwrap_or_else(|why| panic!("{acts:?}: {why}"));
    }
    reached.extend(&world.instructed);
    if deep == 0 || world.state.desk.assignee != Assignee::Bot {
        return;
    }
    let mut next = vec![Act::Says(text_message("да")), Act::Says(text_message("ок")), Act::Shares { own: true }];
    // The buttons of the last message, without the one that calls a person.
    let last = world.shown.last().map(|(message, _)| *message);
    let of_last = world.shown.iter().rev().enumerate().filter(|(_, (message, _))| Some(*message) == last);
    let buttons = of_last.filter(|(_, (_, pressed))| !matches!(pressed, Pressed::Person | Pressed::Solved(_)));
    next.extend(buttons.map(|(back, _)| Act::Presses(back)));
    for act in next {
        acts.push(act);
        walk(acts, deep - 1, reached);
        acts.pop();
    }
}

/// The carrier answers everything it was asked.
fn settle(world: &mut World) -> Result<(), TestCaseError> {
    while !world.asked.is_empty() {
        world.act(&Act::Carrier(Answers::Truly))?;
    }
    Ok(())
}
