//! What agents and the lead ask of the desk as a whole: the queue, the agents on shift, what is wrong for many.
//!
//! ```text
//! /queue /mine /who       tickets that wait, those I hold, agents on shift and with how many
//! /on /off                on shift: tickets come in turn; off: they are not
//! /find 106 | Анна        the topic of a customer: by the ticket's number, a parcel's, a name
//! /incident [words]       what is wrong for many: see `incident`
//! /unclear                what the bot did not understand: the lead lets it learn
//! /stats                  how things go: for the lead
//! /help                   this list
//! ```
//!
//! In Russian: /очередь /мои /кто /смена /ушел /ушла /найти /инцидент /непонятое /статистика /помощь.

use super::figures::{Detail, FigureWords};
use super::find::{self, FoundTicket};
use super::incident::{self, Act, Incidents};
use super::unclear::{self, Proposed};
use super::words::text;
use crate::conversation::{
    AgentId, Button, CustomerId, DeskId, DeskSnapshot, LeadPress, OpenTicket, Person, Policy, Press, Pressed, Standing,
    TicketNo, TopicId,
};
use crate::figures::Report;
use crate::phrases::{Phrasebook, Value, render};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use understanding::Matcher;

/// How many tickets a list shows: what can be read at a glance.
const SHOWN: usize = 15;

/// Something that happened at a desk and belongs to no customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "office")]
pub enum DeskEvent {
    /// An agent gave a command.
    Command {
        /// The agent who gave it.
        agent: Person,
        /// What the agent asks of the desk.
        command: DeskCommand,
        /// The topic it was given in; `None` for the general one.
        thread: Option<TopicId>,
        /// How the agent stands at the desk.
        #[serde(default = "of_old")]
        standing: Standing,
    },
    /// The bot has tried to learn something that the lead accepted.
    Lesson {
        /// The customer's words, masked.
        utterance: String,
        /// The id of the intent they meant.
        intent: String,
        /// What became of it.
        outcome: LessonOutcome,
    },
    /// Telegram refuses messages to this desk, and it is not about one of them.
    Refuses {
        /// The customer to whose topic not even the line goes that tells of a refusal; `None` where it is the whole desk:
        /// then nothing was given up, and all of it waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic_of: Option<CustomerId>,
        /// The number under which that line is kept; `None` where it is the whole desk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<i64>,
    },
    /// An agent or the lead pressed a button under something that belongs to no customer.
    Pressed {
        /// The agent or the lead who pressed.
        agent: Person,
        /// The button, and the message it stands under.
        press: Press,
        /// The topic the button's message stands in; `None` for the general one.
        thread: Option<TopicId>,
        /// How the one who pressed stands at the desk.
        #[serde(default = "of_old")]
        standing: Standing,
    },
}

/// What an earlier version has stored was let in without a question, and is not asked about any more.
fn of_old() -> Standing {
    Standing::Administrator
}

/// What became of something the bot was to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonOutcome {
    /// It is known from now on.
    Learned,
    /// Another intent says the same.
    Conflict {
        /// The id of that intent.
        with: String,
        /// That intent's example which says the same.
        example: String,
    },
    /// The intent has it among its near misses: a person decided before that it is not this.
    NearMiss,
    /// Tests of the phrasebook would fail.
    Tests {
        /// How many tests would fail, at least 1.
        failing: usize,
    },
    /// Known messages would be read worse.
    Accuracy {
        /// The share of known messages that are read right without it, in percent as it is shown (`97.4`).
        before: String,
        /// The same share with it.
        after: String,
    },
    /// It could not be tried.
    Failed,
}

/// A command to the desk as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskCommand {
    /// The tickets that wait, the next one first.
    Queue,
    /// What the agent holds.
    Mine,
    /// The agents on shift, and how many tickets each holds.
    Who,
    /// The agent is on shift.
    On,
    /// The agent is not on shift any more.
    Off,
    /// What is wrong for many, in the words behind the command; `None` to be shown what is open.
    Incident(Option<String>),
    /// The topic of a customer, by what was typed behind the command.
    Find(String),
    /// A ticket command where there is no ticket: its name.
    InTopic(String),
    /// It begins like a command and is none of ours.
    Unknown {
        /// What was typed, at most 32 characters.
        name: String,
        /// The command that it is nearly; `None` when none is near.
        near: Option<String>,
    },
    /// What the bot did not understand and agents have said the intent of.
    Unclear,
    /// How things go: today and the last days.
    Stats,
    /// A customer is banned, or let in again.
    Ban {
        /// Whether they are banned.
        on: bool,
        /// The number of a ticket of theirs; `None` for the customer of the topic.
        ticket: Option<TicketNo>,
    },
    /// Which commands there are.
    Help,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq)]
pub enum DeskEffect {
    /// Say something where it was asked.
    Say {
        /// Plain text, no markup.
        text: String,
        /// Buttons under it, a row each.
        buttons: Vec<Button>,
    },
    /// Tell the lead.
    Lead {
        /// Plain text, no markup.
        text: String,
        /// The number of what was refused and is told of: it need not be told if that is sent after all.
        letter: Option<i64>,
    },
    /// Answer a press, so that its button stops waiting.
    Toast {
        /// Telegram's id of the press (`callback_query_id`).
        query: String,
        /// What the person who pressed is shown for a moment; `None` for nothing.
        text: Option<String>,
    },
    /// The agent is on shift.
    On(Person),
    /// The agent is not on shift any more.
    Off(AgentId),
    /// Something is wrong for many: customers who wait or ask are told.
    OpenIncident {
        /// The intent's id.
        intent: String,
        /// What customers are told, in the lead's words; `None` for the phrasebook's.
        words: Option<String>,
    },
    /// It is over: customers who were told of it hear so.
    CloseIncident {
        /// The intent's id.
        intent: String,
    },
    /// The customer is banned, or let in again.
    Ban {
        /// The customer.
        customer: CustomerId,
        /// Whether they are banned.
        on: bool,
        /// The lead who decided it.
        by: Person,
    },
    /// The proposal of this number is to be learned.
    Accept(i64),
    /// The proposal of this number is dropped.
    Drop(i64),
}

/// Reads a desk command, in English or Russian, upper or lower case, with or without `@bot`; `None` when the text is
/// none.
pub fn desk_command(text: &str) -> Option<DeskCommand> {
    let (name, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let name = name.split('@').next().unwrap_or(name).to_lowercase();
    let rest = Some(rest.trim().to_owned()).filter(|words| !words.is_empty());
    Some(match name.as_str() {
        "/queue" | "/очередь" => DeskCommand::Queue,
        "/mine" | "/мои" => DeskCommand::Mine,
        "/who" | "/кто" => DeskCommand::Who,
        "/on" | "/смена" => DeskCommand::On,
        "/off" | "/ушел" | "/ушёл" | "/ушла" => DeskCommand::Off,
        "/incident" | "/инцидент" => DeskCommand::Incident(rest),
        "/find" | "/найти" => DeskCommand::Find(rest.unwrap_or_default()),
        "/unclear" | "/непонятое" => DeskCommand::Unclear,
        "/stats" | "/статистика" => DeskCommand::Stats,
        "/ban" | "/бан" => DeskCommand::Ban { on: true, ticket: ticket_no(rest.as_deref()) },
        "/unban" | "/разбан" => DeskCommand::Ban { on: false, ticket: ticket_no(rest.as_deref()) },
        "/help" | "/start" | "/помощь" => DeskCommand::Help,
        _ => return None,
    })
}

/// A ticket's number, with or without its sign.
fn ticket_no(typed: Option<&str>) -> Option<TicketNo> {
    typed?.trim_start_matches(['№', '#']).trim().parse().ok().map(TicketNo)
}

/// What the desk is like when something is asked of it.
#[derive(Clone, Copy)]
pub struct DeskContext<'a> {
    /// The moment of the event by the bot's clock.
    pub now: DateTime<Utc>,
    /// What agents are told, in the desk's language.
    pub phrasebook: &'a Phrasebook,
    /// The owner's rules: the desk's time zone, the limits of an incident.
    pub policy: &'a Policy,
    /// The desks, their agents and tickets just now.
    pub snapshot: &'a DeskSnapshot,
    /// The desk it happened at, as the owner named it.
    pub desk: DeskId,
    /// Reads what customers wrote: near ones are shown together.
    pub matcher: &'a Matcher,
    /// What agents said tickets were about, not decided on yet.
    pub proposals: &'a [Proposed],
    /// What was found, if something was looked for: the newest ticket first.
    pub found: &'a [FoundTicket],
    /// The customer that a command is about; `None` where there is none.
    pub whose: Option<CustomerId>,
    /// How things go, if the lead asked for that.
    pub figures: Option<&'a Report>,
}

/// Decides what an event of the desk means: what is to be done, in order. Pure, and cannot fail.
pub fn step(context: &DeskContext<'_>, event: DeskEvent) -> Vec<DeskEffect> {
    match event {
        DeskEvent::Command { agent, command, standing, .. } => match command {
            DeskCommand::Incident(_) | DeskCommand::Unclear | DeskCommand::Stats | DeskCommand::Ban { .. }
                if !leads(context.policy, &agent, standing) =>
            {
                vec![say(only_the_lead(context))]
            }
            DeskCommand::Queue => vec![say(queue(context))],
            DeskCommand::Mine => vec![say(mine(context, &agent))],
            DeskCommand::Who => vec![say(who(context))],
            DeskCommand::On if agent.is_anonymous() => {
                vec![say(context.text(agent.anonymous_key().unwrap_or("desk.anonymous")))]
            }
            DeskCommand::On => {
                let told = context.with("desk.on_shift", "agent", Value::Text(agent.name.clone()));
                vec![DeskEffect::On(agent), say(told)]
            }
            DeskCommand::Off => {
                let told = context.with("desk.off_shift", "agent", Value::Text(agent.name.clone()));
                let held = context.snapshot.holding(agent.agent_id());
                let left = (held > 0).then(|| context.with("desk.still_holding", "count", number(held)));
                let lines = [Some(told), left].into_iter().flatten().collect::<Vec<_>>();
                vec![DeskEffect::Off(agent.agent_id()), say(lines.join("\n"))]
            }
            DeskCommand::Incident(words) => carry_out(incident::command(context.incidents(), words.as_deref())),
            DeskCommand::Find(typed) => vec![say(find::told(context.phrasebook, context.found, &typed))],
            DeskCommand::InTopic(name) => vec![say(context.with("desk.command_in_topic", "name", Value::Text(name)))],
            DeskCommand::Unknown { name, near } => vec![say(unknown(context, name, near))],
            DeskCommand::Unclear => vec![unclear(context)],
            DeskCommand::Stats => context.figures.map(|report| say(stats(context, report))).into_iter().collect(),
            DeskCommand::Ban { on, .. } => match context.whose {
                Some(customer) => vec![DeskEffect::Ban { customer, on, by: agent }],
                None => vec![say(context.text("desk.ban_whom"))],
            },
            DeskCommand::Help => vec![say(context.text("desk.help"))],
        },
        DeskEvent::Lesson { utterance, intent, outcome } => vec![say(lesson(context, &utterance, &intent, &outcome))],
        DeskEvent::Pressed { agent, press, standing, .. } => pressed(context, &agent, &press, standing),
        DeskEvent::Refuses { topic_of: Some(customer), letter } => {
            let known = context.snapshot.tickets.iter().find(|ticket| ticket.customer == customer);
            let name = known.map_or_else(|| customer.to_string(), |ticket| format!("№{} {}", ticket.no, ticket.name));
            vec![DeskEffect::Lead { text: context.with("desk.refuses_topic", "name", Value::Text(name)), letter }]
        }
        DeskEvent::Refuses { topic_of: None, .. } => {
            let known = context.snapshot.desks.iter().find(|desk| desk.id == context.desk);
            let name = known.map(|desk| desk.name.clone()).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| context.desk.to_string());
            vec![DeskEffect::Lead { text: context.with("desk.refuses_all", "desk", Value::Text(name)), letter: None }]
        }
    }
}

/// How many groups of what was not understood a list shows.
const GROUPS: usize = 5;

fn unclear(context: &DeskContext<'_>) -> DeskEffect {
    let groups = unclear::groups(context.matcher, context.proposals);
    if groups.is_empty() {
        return say(context.text("desk.unclear_empty"));
    }
    let mut lines = vec![context.with("desk.unclear_title", "count", number(groups.iter().map(Vec::len).sum()))];
    let mut buttons = Vec::new();
    for (i, group) in groups.iter().take(GROUPS).enumerate() {
        let Some(first) = group.first() else { continue };
        let n = number(i + 1);
        let reply = context
            .phrasebook
            .desk_reply("desk.unclear_line")
            .with("n", n.clone())
            .with("count", number(group.len()))
            .with("words", Value::Text(first.shown()))
            .with("title", Value::Phrase(format!("{}.title", first.intent)));
        lines.push(render(context.phrasebook, &reply, 0));
        for (key, yes) in [("desk.button_learn", true), ("desk.button_drop", false)] {
            let label = context.phrasebook.desk_reply(key).with("n", n.clone());
            buttons.push(Button { label, pressed: Pressed::Lead(LeadPress::Lesson { proposal: first.id, yes }) });
        }
    }
    DeskEffect::Say { text: lines.join("\n"), buttons }
}

fn stats(context: &DeskContext<'_>, report: &Report) -> String {
    let (phrasebook, zone) = (context.phrasebook, context.policy.zone);
    let words = FigureWords { phrasebook, language: phrasebook.desk_language(), zone, detail: Detail::Short };
    words.told(report, &unclear::counted(context.matcher, context.proposals))
}

fn lesson(context: &DeskContext<'_>, utterance: &str, intent: &str, outcome: &LessonOutcome) -> String {
    let title = Value::Phrase(format!("{intent}.title"));
    let reply = match outcome {
        LessonOutcome::Learned => context.phrasebook.desk_reply("desk.learned"),
        LessonOutcome::Conflict { with, example } => context
            .phrasebook
            .desk_reply("desk.not_learned_conflict")
            .with("with", title_of(context, with))
            .with("example", Value::Text(example.clone())),
        LessonOutcome::NearMiss => context.phrasebook.desk_reply("desk.not_learned_near_miss"),
        LessonOutcome::Tests { failing } => {
            context.phrasebook.desk_reply("desk.not_learned_tests").with("count", number(*failing))
        }
        LessonOutcome::Accuracy { before, after } => context
            .phrasebook
            .desk_reply("desk.not_learned_accuracy")
            .with("before", Value::Text(before.clone()))
            .with("after", Value::Text(after.clone())),
        LessonOutcome::Failed => context.phrasebook.desk_reply("desk.not_learned_failed"),
    };
    let reply = reply.with("words", Value::Text(utterance.to_owned())).with("title", title);
    render(context.phrasebook, &reply, 0)
}

/// The title of an intent, or its id where it has none.
fn title_of(context: &DeskContext<'_>, intent: &str) -> Value {
    let key = format!("{intent}.title");
    match context.phrasebook.has(&key, context.phrasebook.desk_language()) {
        true => Value::Phrase(key),
        false => Value::Text(intent.to_owned()),
    }
}

impl DeskContext<'_> {
    fn text(&self, key: &str) -> String {
        text(self.phrasebook, key)
    }

    fn incidents(&self) -> Incidents<'_> {
        Incidents { phrasebook: self.phrasebook, snapshot: self.snapshot }
    }

    fn with(&self, key: &str, name: &'static str, value: Value) -> String {
        render(self.phrasebook, &self.phrasebook.desk_reply(key).with(name, value), 0)
    }
}

fn say(text: String) -> DeskEffect {
    DeskEffect::Say { text, buttons: Vec::new() }
}

fn number(n: usize) -> Value {
    Value::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

fn queue(context: &DeskContext<'_>) -> String {
    let waiting = context.snapshot.queue(Some(context.desk));
    list(context, "desk.queue_title", "desk.queue_empty", &waiting)
}

fn mine(context: &DeskContext<'_>, agent: &Person) -> String {
    let held = |ticket: &&OpenTicket| ticket.agent.as_ref().is_some_and(|(id, _)| *id == agent.agent_id());
    let mut held: Vec<&OpenTicket> = context.snapshot.tickets.iter().filter(held).collect();
    held.sort_by_key(|ticket| (ticket.snoozed, ticket.answered, ticket.promised));
    list(context, "desk.mine_title", "desk.mine_empty", &held)
}

fn list(context: &DeskContext<'_>, title: &str, empty: &str, tickets: &[&OpenTicket]) -> String {
    if tickets.is_empty() {
        return context.text(empty);
    }
    let mut lines = vec![context.with(title, "count", number(tickets.len()))];
    lines.extend(tickets.iter().take(SHOWN).map(|ticket| line(context, ticket)));
    if tickets.len() > SHOWN {
        lines.push(context.with("desk.queue_more", "count", number(tickets.len() - SHOWN)));
    }
    lines.join("\n")
}

/// «№128 Анна · возврат · ждёт 12 мин, обещано до 12:40».
fn line(context: &DeskContext<'_>, ticket: &OpenTicket) -> String {
    let key = match (&ticket.agent, ticket.answered) {
        (_, true) => "desk.line_answered",
        (Some(_) | None, false) => "desk.line_waiting",
    };
    let title = match &ticket.intent {
        Some(intent) => Value::Phrase(format!("{intent}.title")),
        None => Value::Phrase("desk.wish_none".into()),
    };
    let mark = match (ticket.urgent, ticket.mood, ticket.snoozed) {
        (_, _, true) => "💤",
        (true, _, _) => "❗️",
        (false, 2, _) => "😠",
        (false, _, _) => "·",
    };
    let (now, promised) = (context.policy.local(context.now), context.policy.local(ticket.promised));
    let reply = context
        .phrasebook
        .desk_reply(key)
        .with("mark", Value::Text(mark.into()))
        .with("ticket", Value::Number(ticket.no.0))
        .with("name", Value::Text(ticket.name.clone()))
        .with("title", title)
        .with("minutes", Value::Number((context.now - ticket.opened).num_minutes().max(0)))
        .with("deadline", Value::Deadline { now, at: promised });
    render(context.phrasebook, &reply, 0)
}

fn who(context: &DeskContext<'_>) -> String {
    let snapshot = context.snapshot;
    let on_shift = snapshot.agents.iter().map(|agent| (agent.person.agent_id(), agent.person.name.as_str()));
    let mut lines: Vec<String> =
        on_shift.map(|(id, name)| who_line(context, "desk.line_agent", name, &snapshot.held(id))).collect();
    if lines.is_empty() {
        lines.push(context.text("desk.nobody_on_shift"));
    }
    // Agents who hold something and have not said that they are on shift.
    let mut others: BTreeMap<i64, &str> = BTreeMap::new();
    for (id, name) in snapshot.tickets.iter().filter_map(|ticket| ticket.agent.as_ref()) {
        if snapshot.agents.iter().all(|agent| agent.person.agent_id() != *id) {
            others.insert(id.0, name);
        }
    }
    let off = |(id, name): (&i64, &&str)| who_line(context, "desk.line_agent_off", name, &snapshot.held(AgentId(*id)));
    lines.extend(others.iter().map(off));
    let waiting = snapshot.queue(Some(context.desk)).len();
    lines.push(context.with("desk.waiting_count", "count", number(waiting)));
    if let Some(seconds) = snapshot.first_answer {
        lines.push(context.with("desk.usual_wait", "minutes", Value::Number((seconds + 59) / 60)));
    }
    lines.join("\n")
}

/// «Мария: 2 запроса (№101 Анна, №105 Борис)».
fn who_line(context: &DeskContext<'_>, key: &str, name: &str, held: &[&OpenTicket]) -> String {
    let reply = context.phrasebook.desk_reply(key).with("agent", Value::Text(name.to_owned()));
    let line = render(context.phrasebook, &reply.with("count", number(held.len())), 0);
    let what = |ticket: &&OpenTicket| {
        let reply = context.phrasebook.desk_reply("desk.held_ticket").with("ticket", Value::Number(ticket.no.0));
        render(context.phrasebook, &reply.with("name", Value::Text(ticket.name.clone())), 0)
    };
    match held.iter().take(SHOWN).map(what).collect::<Vec<_>>() {
        what if what.is_empty() => line,
        what => format!("{line} ({})", what.join(", ")),
    }
}

/// What is said to a command that is none of ours: what would work.
fn unknown(context: &DeskContext<'_>, name: String, near: Option<String>) -> String {
    let key = if near.is_some() { "desk.command_nearly" } else { "desk.command_unknown" };
    let reply = context.phrasebook.desk_reply(key).with("name", Value::Text(name));
    render(context.phrasebook, &reply.with_some("near", near.map(Value::Text)), 0)
}

/// What is done about an incident.
fn carry_out(acts: Vec<Act>) -> Vec<DeskEffect> {
    let effect = |act| match act {
        Act::Say(text, buttons) => DeskEffect::Say { text, buttons },
        Act::Open(intent, words) => DeskEffect::OpenIncident { intent, words },
        Act::Close(intent) => DeskEffect::CloseIncident { intent },
    };
    acts.into_iter().map(effect).collect()
}

/// Whether somebody may decide what is the lead's to decide: for all customers, and for what the bot learns.
pub fn leads(policy: &Policy, person: &Person, standing: Standing) -> bool {
    let by_name = || {
        let (lead, name) = (policy.lead.as_deref(), person.username.as_deref());
        let lead = lead.map(|lead| lead.trim_start_matches('@').to_lowercase());
        lead.is_some() && lead == name.map(str::to_lowercase)
    };
    match standing {
        Standing::Administrator => true,
        Standing::Member => person.is_anonymous() || by_name(),
        Standing::Outside | Standing::Unknown => false,
    }
}

/// What an ordinary member is told of it.
fn only_the_lead(context: &DeskContext<'_>) -> String {
    match &context.policy.lead {
        Some(lead) => context.with("desk.lead_only", "lead", Value::Text(lead.clone())),
        None => context.text("desk.administrators_only"),
    }
}

fn pressed(context: &DeskContext<'_>, person: &Person, press: &Press, standing: Standing) -> Vec<DeskEffect> {
    let toast = |text: Option<String>| DeskEffect::Toast { query: press.query.clone(), text };
    match standing {
        Standing::Outside => return vec![toast(Some(context.text("desk.not_a_member")))],
        Standing::Unknown => return vec![toast(Some(context.text("desk.member_unknown")))],
        Standing::Administrator | Standing::Member => {}
    }
    match Pressed::parse(&press.data) {
        Some(Pressed::Lead(_)) if !leads(context.policy, person, standing) => vec![toast(Some(only_the_lead(context)))],
        Some(Pressed::Lead(LeadPress::IncidentOpen(intent)))
            if context.snapshot.incident(&intent).is_none() && context.phrasebook.is_intent(&intent) =>
        {
            let began = carry_out(incident::begin(context.incidents(), &intent));
            std::iter::once(toast(None)).chain(began).collect()
        }
        Some(Pressed::Lead(LeadPress::IncidentOver(intent))) if context.snapshot.incident(&intent).is_some() => {
            let over = carry_out(incident::over(context.incidents(), &intent));
            std::iter::once(toast(None)).chain(over).collect()
        }
        Some(Pressed::Lead(LeadPress::Lesson { proposal, yes })) => {
            let groups = unclear::groups(context.matcher, context.proposals);
            let group = groups.iter().find(|group| group.iter().any(|proposed| proposed.id == proposal));
            let Some(group) = group else {
                return vec![toast(Some(context.text("desk.lesson_decided")))];
            };
            let told = context.text(if yes { "desk.lesson_tried" } else { "desk.lesson_dropped" });
            let mut effects = vec![toast(Some(told))];
            // One of them is the example; the others say the same.
            for proposed in group {
                let effect = if yes && proposed.id == proposal { DeskEffect::Accept } else { DeskEffect::Drop };
                effects.push(effect(proposed.id));
            }
            effects
        }
        Some(_) | None => vec![toast(Some(context.text("desk.stale_button")))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::load;

    fn check(text: &str, expected: Option<DeskCommand>) {
        assert_eq!(desk_command(text), expected, "{text}");
    }

    #[test]
    fn commands_are_read() {
        check("/queue", Some(DeskCommand::Queue));
        check("/Кто@otklik_bot", Some(DeskCommand::Who));
        check(
            "/incident  Почта России задерживает",
            Some(DeskCommand::Incident(Some("Почта России задерживает".into()))),
        );
        check("/incident", Some(DeskCommand::Incident(None)));
        check("/take", None);
        check("queue", None);
    }

    #[test]
    fn the_lead_is_known_by_name_and_administrators_lead_too() {
        let (phrasebook, _) = load::shipped();
        let matcher = Matcher::new(&phrasebook.lessons());
        let snapshot = DeskSnapshot::default();
        let check = |lead: Option<&str>, username: Option<&str>, standing: Standing, expected: bool| {
            let policy = Policy { lead: lead.map(str::to_owned), ..Policy::default() };
            let (phrasebook, matcher, snapshot) = (&phrasebook, &matcher, &snapshot);
            let (now, desk) = (DateTime::default(), DeskId(-1));
            let context = DeskContext {
                now,
                phrasebook,
                policy: &policy,
                snapshot,
                desk,
                matcher,
                proposals: &[],
                found: &[],
                whose: None,
                figures: None,
            };
            let agent = Person { id: 7, username: username.map(str::to_owned), ..Person::default() };
            let command = DeskCommand::Incident(None);
            let thread = None;
            let effects = step(&context, DeskEvent::Command { agent: agent.clone(), command, thread, standing });
            // The list of what an incident can be about is the lead's to see.
            let asked = matches!(&effects[..], [DeskEffect::Say { text, .. }] if text.contains("refund ("));
            assert_eq!(asked, expected, "the command of {username:?} ({standing:?}), lead {lead:?}: {effects:?}");
            let data = Pressed::Lead(LeadPress::IncidentOpen("refund".into())).data();
            let press = Press { query: "1".into(), message: crate::conversation::MessageId(1), data };
            let effects = step(&context, DeskEvent::Pressed { agent, press, thread, standing });
            let opened = effects.iter().any(|effect| matches!(effect, DeskEffect::OpenIncident { .. }));
            assert_eq!(opened, expected, "the press of {username:?} ({standing:?}), lead {lead:?}: {effects:?}");
        };
        check(Some("@Anna_Lead"), Some("anna_lead"), Standing::Member, true);
        check(Some("@Anna_Lead"), Some("anna_lead"), Standing::Outside, false);
        check(Some("@Anna_Lead"), Some("anna_lead"), Standing::Unknown, false);
        check(Some("@Anna_Lead"), Some("oleg"), Standing::Member, false);
        check(Some("@Anna_Lead"), Some("oleg"), Standing::Administrator, true);
        check(None, None, Standing::Member, false);
        check(None, None, Standing::Administrator, true);
    }

    #[test]
    fn an_empty_desk_says_so() {
        let (phrasebook, _) = load::shipped();
        let matcher = Matcher::new(&phrasebook.lessons());
        let (policy, snapshot) = (Policy::default(), DeskSnapshot::default());
        let context = DeskContext {
            now: DateTime::default(),
            phrasebook: &phrasebook,
            policy: &policy,
            snapshot: &snapshot,
            desk: DeskId(-1),
            matcher: &matcher,
            proposals: &[],
            found: &[],
            whose: None,
            figures: None,
        };
        let agent = Person { id: 7, name: "Мария".into(), ..Person::default() };
        for command in
            [DeskCommand::Queue, DeskCommand::Mine, DeskCommand::Who, DeskCommand::Incident(None), DeskCommand::Unclear]
        {
            let event =
                DeskEvent::Command { agent: agent.clone(), command, thread: None, standing: Standing::Administrator };
            let effects = step(&context, event);
            assert!(matches!(&effects[..], [DeskEffect::Say { text, .. }] if !text.is_empty()), "{effects:?}");
        }
    }
}
