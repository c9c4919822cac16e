//! What agents and the lead ask of the desk as a whole: the queue, who is on shift, what is wrong for many.
//!
//! ```text
//! /queue /mine /who       who waits, what is mine, who is on shift and with how much
//! /on /off                on shift: tickets are offered; off: they are not
//! /incident [words]       what is wrong for many; with words: what whoever asks is told
//! /unclear                what the bot did not understand: the lead lets it learn
//! /help                   this list
//! ```

use super::words::text;
use crate::conversation::{
    AgentId, Button, DeskId, LeadPress, Office, OpenTicket, Person, Policy, Press, Pressed, TopicId,
};
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
pub enum OfficeEvent {
    /// An agent gave a command.
    Command {
        /// Who.
        agent: Person,
        /// Which.
        command: OfficeCommand,
        /// The topic it was given in; none for the general one.
        thread: Option<TopicId>,
    },
    /// The bot has tried to learn something that the lead accepted.
    Lesson {
        /// The customer's words, masked.
        utterance: String,
        /// What they meant.
        intent: String,
        /// What became of it.
        outcome: Outcome,
    },
    /// Somebody pressed a button under something that belongs to no customer.
    Pressed {
        /// Who.
        agent: Person,
        /// Which one.
        press: Press,
        /// The topic; none for the general one.
        thread: Option<TopicId>,
    },
}

/// What became of something the bot was to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is known from now on.
    Learned,
    /// Another intent says the same.
    Conflict {
        /// Which.
        with: String,
        /// Its example.
        example: String,
    },
    /// Somebody decided before that it is not this.
    NearMiss,
    /// Tests of the phrasebook would fail.
    Tests {
        /// How many.
        failing: usize,
    },
    /// Known messages would be read worse.
    Accuracy {
        /// The share of right readings, in percent.
        before: String,
        /// The same with it.
        after: String,
    },
    /// It could not be tried.
    Failed,
}

/// A command to the desk as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeCommand {
    /// Who waits.
    Queue,
    /// What the agent holds.
    Mine,
    /// Who is on shift.
    Who,
    /// The agent is on shift.
    On,
    /// The agent is not any more.
    Off,
    /// What is wrong for many, and what they are told.
    Incident(Option<String>),
    /// What the bot did not understand, and agents said what it was.
    Unclear,
    /// Which commands there are.
    Help,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq)]
pub enum OfficeEffect {
    /// Say something where it was asked.
    Say {
        /// The text.
        text: String,
        /// Buttons under it, a row each.
        buttons: Vec<Button>,
    },
    /// Answer a press.
    Toast {
        /// Telegram's id of the press.
        query: String,
        /// A few words.
        text: Option<String>,
    },
    /// The agent is on shift.
    On(Person),
    /// The agent is not on shift any more.
    Off(AgentId),
    /// Something is wrong for many: whoever waits or asks is told.
    OpenIncident {
        /// What they ask.
        intent: String,
        /// What they are told.
        words: Option<String>,
    },
    /// It is over: whoever was told of it hears so.
    CloseIncident {
        /// What they asked.
        intent: String,
    },
    /// A proposal is to be learned.
    Accept(i64),
    /// A proposal is dropped.
    Drop(i64),
}

/// Reads a command to the desk; `None` when the text is none.
pub fn office_command(text: &str) -> Option<OfficeCommand> {
    let (name, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let name = name.split('@').next().unwrap_or(name).to_lowercase();
    let rest = Some(rest.trim().to_owned()).filter(|words| !words.is_empty());
    Some(match name.as_str() {
        "/queue" | "/очередь" => OfficeCommand::Queue,
        "/mine" | "/мои" => OfficeCommand::Mine,
        "/who" | "/кто" => OfficeCommand::Who,
        "/on" | "/смена" => OfficeCommand::On,
        "/off" | "/ушел" | "/ушёл" | "/ушла" => OfficeCommand::Off,
        "/incident" | "/инцидент" => OfficeCommand::Incident(rest),
        "/unclear" | "/непонятое" => OfficeCommand::Unclear,
        "/help" | "/start" | "/помощь" => OfficeCommand::Help,
        _ => return None,
    })
}

/// What the desk is like when something is asked of it.
#[derive(Clone, Copy)]
pub struct OfficeContext<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// The texts.
    pub phrasebook: &'a Phrasebook,
    /// The owner's rules.
    pub policy: &'a Policy,
    /// The desks.
    pub office: &'a Office,
    /// The desk it happened at, as the owner named it.
    pub desk: DeskId,
    /// Reads what customers wrote: near ones are shown together.
    pub matcher: &'a Matcher,
    /// What agents said tickets were about, not decided on yet.
    pub proposals: &'a [Proposed],
}

/// An utterance that may become an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its row.
    pub id: i64,
    /// The customer's words, masked.
    pub utterance: String,
    /// What they meant, by an agent.
    pub intent: String,
}

/// Decides what an event of the desk means. Pure.
pub fn office_step(context: &OfficeContext<'_>, event: OfficeEvent) -> Vec<OfficeEffect> {
    match event {
        OfficeEvent::Command { agent, command, .. } => match command {
            OfficeCommand::Queue => vec![say(queue(context))],
            OfficeCommand::Mine => vec![say(mine(context, &agent))],
            OfficeCommand::Who => vec![say(who(context))],
            OfficeCommand::On if agent.is_anonymous() => vec![say(context.text("desk.anonymous"))],
            OfficeCommand::On => {
                let told = context.with("desk.on_shift", "agent", Value::Text(agent.name.clone()));
                vec![OfficeEffect::On(agent), say(told)]
            }
            OfficeCommand::Off => {
                let told = context.with("desk.off_shift", "agent", Value::Text(agent.name.clone()));
                let held = context.office.holding(agent.agent_id());
                let left = (held > 0).then(|| context.with("desk.still_holding", "count", number(held)));
                let lines = [Some(told), left].into_iter().flatten().collect::<Vec<_>>();
                vec![OfficeEffect::Off(agent.agent_id()), say(lines.join("\n"))]
            }
            OfficeCommand::Incident(words) => incident(context, words),
            OfficeCommand::Unclear => vec![unclear(context)],
            OfficeCommand::Help => vec![say(context.text("desk.help"))],
        },
        OfficeEvent::Lesson { utterance, intent, outcome } => vec![say(lesson(context, &utterance, &intent, &outcome))],
        OfficeEvent::Pressed { press, .. } => pressed(context, &press),
    }
}

/// How many groups of what was not understood a list shows.
const GROUPS: usize = 5;

/// Proposals in groups of those that mean the same and sound alike, the most frequent first.
fn groups<'a>(context: &OfficeContext<'a>) -> Vec<Vec<&'a Proposed>> {
    let utterances: Vec<String> = context.proposals.iter().map(|proposed| proposed.utterance.clone()).collect();
    let mut groups = Vec::new();
    for cluster in understanding::cluster(context.matcher, &utterances) {
        // Where agents disagree on what it is, each opinion stands alone.
        let mut by_intent: BTreeMap<&str, Vec<&Proposed>> = BTreeMap::new();
        for proposed in cluster.members.iter().filter_map(|member| context.proposals.get(*member)) {
            by_intent.entry(&proposed.intent).or_default().push(proposed);
        }
        groups.extend(by_intent.into_values());
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

fn unclear(context: &OfficeContext<'_>) -> OfficeEffect {
    let groups = groups(context);
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
            .with("words", Value::Text(first.utterance.chars().take(300).collect()))
            .with("title", Value::Phrase(format!("{}.title", first.intent)));
        lines.push(render(context.phrasebook, &reply, 0));
        for (key, yes) in [("desk.button_learn", true), ("desk.button_drop", false)] {
            let label = context.phrasebook.desk_reply(key).with("n", n.clone());
            buttons.push(Button { label, pressed: Pressed::Lead(LeadPress::Lesson { proposal: first.id, yes }) });
        }
    }
    OfficeEffect::Say { text: lines.join("\n"), buttons }
}

fn lesson(context: &OfficeContext<'_>, utterance: &str, intent: &str, outcome: &Outcome) -> String {
    let title = Value::Phrase(format!("{intent}.title"));
    let reply = match outcome {
        Outcome::Learned => context.phrasebook.desk_reply("desk.learned"),
        Outcome::Conflict { with, example } => context
            .phrasebook
            .desk_reply("desk.not_learned_conflict")
            .with("with", title_of(context, with))
            .with("example", Value::Text(example.clone())),
        Outcome::NearMiss => context.phrasebook.desk_reply("desk.not_learned_near_miss"),
        Outcome::Tests { failing } => {
            context.phrasebook.desk_reply("desk.not_learned_tests").with("count", number(*failing))
        }
        Outcome::Accuracy { before, after } => context
            .phrasebook
            .desk_reply("desk.not_learned_accuracy")
            .with("before", Value::Text(before.clone()))
            .with("after", Value::Text(after.clone())),
        Outcome::Failed => context.phrasebook.desk_reply("desk.not_learned_failed"),
    };
    let reply = reply.with("words", Value::Text(utterance.to_owned())).with("title", title);
    render(context.phrasebook, &reply, 0)
}

/// The title of an intent, or its id where it has none.
fn title_of(context: &OfficeContext<'_>, intent: &str) -> Value {
    let key = format!("{intent}.title");
    match context.phrasebook.has(&key, context.phrasebook.desk_language()) {
        true => Value::Phrase(key),
        false => Value::Text(intent.to_owned()),
    }
}

impl OfficeContext<'_> {
    fn text(&self, key: &str) -> String {
        text(self.phrasebook, key)
    }

    fn with(&self, key: &str, name: &'static str, value: Value) -> String {
        render(self.phrasebook, &self.phrasebook.desk_reply(key).with(name, value), 0)
    }
}

fn say(text: String) -> OfficeEffect {
    OfficeEffect::Say { text, buttons: Vec::new() }
}

fn number(n: usize) -> Value {
    Value::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

fn queue(context: &OfficeContext<'_>) -> String {
    let waiting = context.office.queue(Some(context.desk));
    list(context, "desk.queue_title", "desk.queue_empty", &waiting)
}

fn mine(context: &OfficeContext<'_>, agent: &Person) -> String {
    let held = |ticket: &&OpenTicket| ticket.agent.as_ref().is_some_and(|(id, _)| *id == agent.agent_id());
    let mut held: Vec<&OpenTicket> = context.office.tickets.iter().filter(held).collect();
    held.sort_by_key(|ticket| (ticket.snoozed, ticket.answered, ticket.promised));
    list(context, "desk.mine_title", "desk.mine_empty", &held)
}

fn list(context: &OfficeContext<'_>, title: &str, empty: &str, tickets: &[&OpenTicket]) -> String {
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
fn line(context: &OfficeContext<'_>, ticket: &OpenTicket) -> String {
    let key = match (&ticket.agent, ticket.answered) {
        (_, true) => "desk.line_answered",
        (Some(_) | None, false) => "desk.line_waiting",
    };
    let title = match &ticket.wish {
        Some(wish) => Value::Phrase(format!("{wish}.title")),
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

fn who(context: &OfficeContext<'_>) -> String {
    let office = context.office;
    let mut lines = Vec::new();
    for agent in &office.agents {
        let reply = context
            .phrasebook
            .desk_reply("desk.line_agent")
            .with("agent", Value::Text(agent.person.name.clone()))
            .with("count", number(office.holding(agent.person.agent_id())));
        lines.push(render(context.phrasebook, &reply, 0));
    }
    if lines.is_empty() {
        lines.push(context.text("desk.nobody_on_shift"));
    }
    let waiting = office.queue(Some(context.desk)).len();
    lines.push(context.with("desk.waiting_count", "count", number(waiting)));
    if let Some(seconds) = office.first_answer {
        lines.push(context.with("desk.usual_wait", "minutes", Value::Number((seconds + 59) / 60)));
    }
    lines.join("\n")
}

fn incident(context: &OfficeContext<'_>, words: Option<String>) -> Vec<OfficeEffect> {
    let open = &context.office.incidents;
    let Some(last) = open.iter().max_by_key(|incident| incident.since) else {
        return vec![say(context.text("desk.no_incident"))];
    };
    match words {
        Some(words) => {
            let told = context.with("desk.incident_words", "words", Value::Text(words.clone()));
            vec![OfficeEffect::OpenIncident { intent: last.intent.clone(), words: Some(words) }, say(told)]
        }
        None => open.iter().map(|incident| is_open(context, &incident.intent)).collect(),
    }
}

fn is_open(context: &OfficeContext<'_>, intent: &str) -> OfficeEffect {
    let label = context.phrasebook.desk_reply("desk.button_incident_over");
    let over = Button { label, pressed: Pressed::Lead(LeadPress::IncidentOver(intent.to_owned())) };
    let text = context.with("desk.incident_open", "title", Value::Phrase(format!("{intent}.title")));
    OfficeEffect::Say { text, buttons: vec![over] }
}

fn pressed(context: &OfficeContext<'_>, press: &Press) -> Vec<OfficeEffect> {
    let toast = |text: Option<String>| OfficeEffect::Toast { query: press.query.clone(), text };
    match Pressed::parse(&press.data) {
        Some(Pressed::Lead(LeadPress::IncidentOpen(intent))) if context.office.incident(&intent).is_none() => {
            vec![
                toast(None),
                OfficeEffect::OpenIncident { intent: intent.clone(), words: None },
                is_open(context, &intent),
            ]
        }
        Some(Pressed::Lead(LeadPress::IncidentOver(intent))) if context.office.incident(&intent).is_some() => {
            let told = context.with("desk.incident_over", "title", Value::Phrase(format!("{intent}.title")));
            vec![toast(None), OfficeEffect::CloseIncident { intent }, say(told)]
        }
        Some(Pressed::Lead(LeadPress::Lesson { proposal, yes })) => {
            let groups = groups(context);
            let group = groups.iter().find(|group| group.iter().any(|proposed| proposed.id == proposal));
            let Some(group) = group else {
                return vec![toast(Some(context.text("desk.lesson_decided")))];
            };
            let told = context.text(if yes { "desk.lesson_tried" } else { "desk.lesson_dropped" });
            let mut effects = vec![toast(Some(told))];
            // One of them is the example; the others say the same.
            for proposed in group {
                let effect = if yes && proposed.id == proposal { OfficeEffect::Accept } else { OfficeEffect::Drop };
                effects.push(effect(proposed.id));
            }
            effects
        }
        Some(_) | None => vec![toast(Some(context.text("desk.lesson_decided")))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::load;

    fn check(text: &str, expected: Option<OfficeCommand>) {
        assert_eq!(office_command(text), expected, "{text}");
    }

    #[test]
    fn commands_are_read() {
        check("/queue", Some(OfficeCommand::Queue));
        check("/Кто@otklik_bot", Some(OfficeCommand::Who));
        check(
            "/incident  Почта России задерживает",
            Some(OfficeCommand::Incident(Some("Почта России задерживает".into()))),
        );
        check("/incident", Some(OfficeCommand::Incident(None)));
        check("/take", None);
        check("queue", None);
    }

    #[test]
    fn an_empty_desk_says_so() {
        let (phrasebook, _) = load::shipped();
        let matcher = Matcher::new(&phrasebook.lessons());
        let (policy, office) = (Policy::default(), Office::default());
        let context = OfficeContext {
            now: DateTime::default(),
            phrasebook: &phrasebook,
            policy: &policy,
            office: &office,
            desk: DeskId(-1),
            matcher: &matcher,
            proposals: &[],
        };
        let agent = Person { id: 7, name: "Мария".into(), ..Person::default() };
        for command in [
            OfficeCommand::Queue,
            OfficeCommand::Mine,
            OfficeCommand::Who,
            OfficeCommand::Incident(None),
            OfficeCommand::Unclear,
        ] {
            let event = OfficeEvent::Command { agent: agent.clone(), command, thread: None };
            let effects = office_step(&context, event);
            assert!(matches!(&effects[..], [OfficeEffect::Say { text, .. }] if !text.is_empty()), "{effects:?}");
        }
    }
}
