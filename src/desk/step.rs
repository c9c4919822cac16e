//! What agents and the lead ask of the desk as a whole: the queue, the agents on shift, what is wrong for many.
//!
//! ```text
//! /queue /mine /who       tickets that wait, those I hold, agents on shift and with how many
//! /on /off                on shift: tickets come in turn; off: they are not
//! /incident [words]       what is wrong for many; with words: what customers who ask are told
//! /unclear                what the bot did not understand: the lead lets it learn
//! /help                   this list
//! ```

use super::words::text;
use crate::conversation::{
    AgentId, Button, CustomerId, DeskId, DeskSnapshot, LeadPress, OpenTicket, Person, Policy, Press, Pressed, TopicId,
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
pub enum DeskEvent {
    /// An agent gave a command.
    Command {
        /// The agent who gave it.
        agent: Person,
        /// What the agent asks of the desk.
        command: DeskCommand,
        /// The topic it was given in; `None` for the general one.
        thread: Option<TopicId>,
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
    },
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
    /// What customers are told of the incident that began last; `None` to be shown those that are open.
    Incident(Option<String>),
    /// What the bot did not understand and agents have said the intent of.
    Unclear,
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
        "/unclear" | "/непонятое" => DeskCommand::Unclear,
        "/help" | "/start" | "/помощь" => DeskCommand::Help,
        _ => return None,
    })
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
}

/// An utterance that may become an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its number in the store.
    pub id: i64,
    /// The customer's words, masked.
    pub utterance: String,
    /// The id of the intent they meant, by an agent.
    pub intent: String,
}

/// Decides what an event of the desk means: what is to be done, in order. Pure, and cannot fail.
pub fn step(context: &DeskContext<'_>, event: DeskEvent) -> Vec<DeskEffect> {
    match event {
        DeskEvent::Command { agent, command, .. } => match command {
            DeskCommand::Queue => vec![say(queue(context))],
            DeskCommand::Mine => vec![say(mine(context, &agent))],
            DeskCommand::Who => vec![say(who(context))],
            DeskCommand::On if agent.is_anonymous() => vec![say(context.text("desk.anonymous"))],
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
            DeskCommand::Incident(words) => incident(context, words),
            DeskCommand::Unclear => vec![unclear(context)],
            DeskCommand::Help => vec![say(context.text("desk.help"))],
        },
        DeskEvent::Lesson { utterance, intent, outcome } => vec![say(lesson(context, &utterance, &intent, &outcome))],
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
        DeskEvent::Pressed { press, .. } => pressed(context, &press),
    }
}

/// How many groups of what was not understood a list shows.
const GROUPS: usize = 5;

/// Proposals in groups of those that mean the same and sound alike, the most frequent first.
fn groups<'a>(context: &DeskContext<'a>) -> Vec<Vec<&'a Proposed>> {
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

fn unclear(context: &DeskContext<'_>) -> DeskEffect {
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
    DeskEffect::Say { text: lines.join("\n"), buttons }
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
    let mut lines = Vec::new();
    for agent in &snapshot.agents {
        let reply = context
            .phrasebook
            .desk_reply("desk.line_agent")
            .with("agent", Value::Text(agent.person.name.clone()))
            .with("count", number(snapshot.holding(agent.person.agent_id())));
        lines.push(render(context.phrasebook, &reply, 0));
    }
    if lines.is_empty() {
        lines.push(context.text("desk.nobody_on_shift"));
    }
    let waiting = snapshot.queue(Some(context.desk)).len();
    lines.push(context.with("desk.waiting_count", "count", number(waiting)));
    if let Some(seconds) = snapshot.first_answer {
        lines.push(context.with("desk.usual_wait", "minutes", Value::Number((seconds + 59) / 60)));
    }
    lines.join("\n")
}

fn incident(context: &DeskContext<'_>, words: Option<String>) -> Vec<DeskEffect> {
    let open = &context.snapshot.incidents;
    let Some(last) = open.iter().max_by_key(|incident| incident.since) else {
        return vec![say(context.text("desk.no_incident"))];
    };
    match words {
        Some(words) => {
            let told = context.with("desk.incident_words", "words", Value::Text(words.clone()));
            vec![DeskEffect::OpenIncident { intent: last.intent.clone(), words: Some(words) }, say(told)]
        }
        None => open.iter().map(|incident| is_open(context, &incident.intent)).collect(),
    }
}

fn is_open(context: &DeskContext<'_>, intent: &str) -> DeskEffect {
    let label = context.phrasebook.desk_reply("desk.button_incident_over");
    let over = Button { label, pressed: Pressed::Lead(LeadPress::IncidentOver(intent.to_owned())) };
    let text = context.with("desk.incident_open", "title", Value::Phrase(format!("{intent}.title")));
    DeskEffect::Say { text, buttons: vec![over] }
}

fn pressed(context: &DeskContext<'_>, press: &Press) -> Vec<DeskEffect> {
    let toast = |text: Option<String>| DeskEffect::Toast { query: press.query.clone(), text };
    match Pressed::parse(&press.data) {
        Some(Pressed::Lead(LeadPress::IncidentOpen(intent))) if context.snapshot.incident(&intent).is_none() => {
            vec![
                toast(None),
                DeskEffect::OpenIncident { intent: intent.clone(), words: None },
                is_open(context, &intent),
            ]
        }
        Some(Pressed::Lead(LeadPress::IncidentOver(intent))) if context.snapshot.incident(&intent).is_some() => {
            let told = context.with("desk.incident_over", "title", Value::Phrase(format!("{intent}.title")));
            vec![toast(None), DeskEffect::CloseIncident { intent }, say(told)]
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
                let effect = if yes && proposed.id == proposal { DeskEffect::Accept } else { DeskEffect::Drop };
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
        };
        let agent = Person { id: 7, name: "Мария".into(), ..Person::default() };
        for command in
            [DeskCommand::Queue, DeskCommand::Mine, DeskCommand::Who, DeskCommand::Incident(None), DeskCommand::Unclear]
        {
            let event = DeskEvent::Command { agent: agent.clone(), command, thread: None };
            let effects = step(&context, event);
            assert!(matches!(&effects[..], [DeskEffect::Say { text, .. }] if !text.is_empty()), "{effects:?}");
        }
    }
}
