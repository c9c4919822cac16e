//! `/incident`: what is wrong for many, as the lead says it, and when it is over.
//!
//! ```text
//! /incident                         what is open, each with the button that ends it
//! /incident refund Склад стоит      opens one, or gives an open one new words; the intent by its id or its title
//! /incident Починим к 18:00         new words for the one that was opened last
//! /incident refund закончился       it is over
//! ```

use super::words::text;
use crate::conversation::{Button, DeskSnapshot, LeadPress, Pressed};
use crate::phrases::{Phrasebook, Value, render};
use understanding::{HUMAN, SMALL_TALK};

/// What ends an incident, in the place of words about it. In any language: they are the lead's, not a customer's.
const OVER: &[&str] =
    &["over", "end", "ended", "close", "closed", "конец", "закончился", "закрыт", "закрыть", "всё", "все", "решено"];

/// What is to be done.
pub(super) enum Act {
    /// Say this, with these buttons.
    Say(String, Vec<Button>),
    /// Something is wrong with this intent from now on, and customers are told these words; `None` for the phrasebook's.
    Open(String, Option<String>),
    /// Nothing is wrong with this intent any more.
    Close(String),
}

/// What is known of the desk when it is said.
#[derive(Clone, Copy)]
pub(super) struct Incidents<'a> {
    pub phrasebook: &'a Phrasebook,
    pub snapshot: &'a DeskSnapshot,
}

/// What the command does.
pub(super) fn command(context: Incidents<'_>, words: Option<&str>) -> Vec<Act> {
    let open = &context.snapshot.incidents;
    let last = open.iter().max_by_key(|incident| incident.since).map(|incident| incident.intent.as_str());
    let Some(words) = words else {
        return match open.is_empty() {
            true => vec![say(known(context, "desk.no_incident"))],
            false => open.iter().map(|incident| is_open(context, &incident.intent)).collect(),
        };
    };
    match (named(context, words), last) {
        (Named::Intent(intent, rest), _) if is_over(rest) => match context.snapshot.incident(&intent) {
            Some(_) => over(context, &intent),
            None => vec![say(about(context, "desk.incident_not_open", &intent))],
        },
        (Named::Intent(intent, ""), _) => match context.snapshot.incident(&intent) {
            Some(_) => vec![is_open(context, &intent)],
            None => begin(context, &intent),
        },
        (Named::Intent(intent, rest), _) => new_words(context, &intent, rest),
        (Named::Unknown, _) | (Named::Nothing, None) => vec![say(known(context, "desk.incident_which"))],
        (Named::Nothing, Some(_)) if is_over(words) && open.len() > 1 => {
            open.iter().map(|incident| is_open(context, &incident.intent)).collect()
        }
        (Named::Nothing, Some(intent)) if is_over(words) => over(context, intent),
        (Named::Nothing, Some(intent)) => new_words(context, intent, words),
    }
}

/// An incident begins, with the phrasebook's words.
pub(super) fn begin(context: Incidents<'_>, intent: &str) -> Vec<Act> {
    vec![Act::Open(intent.to_owned(), None), is_open(context, intent)]
}

/// An incident is over.
pub(super) fn over(context: Incidents<'_>, intent: &str) -> Vec<Act> {
    let told = about(context, "desk.incident_over", intent);
    vec![Act::Close(intent.to_owned()), say(told)]
}

/// Customers are told these words from now on; what it is about is told too, with the button that ends it.
fn new_words(context: Incidents<'_>, intent: &str, words: &str) -> Vec<Act> {
    let told = context.phrasebook.desk_reply("desk.incident_words").with("words", Value::Text(words.to_owned()));
    let told = render(context.phrasebook, &told.with("title", title(intent)), 0);
    let opened = Act::Open(intent.to_owned(), Some(words.to_owned()));
    vec![opened, Act::Say(told, vec![ends(context, intent)])]
}

fn is_open(context: Incidents<'_>, intent: &str) -> Act {
    Act::Say(about(context, "desk.incident_open", intent), vec![ends(context, intent)])
}

fn ends(context: Incidents<'_>, intent: &str) -> Button {
    let label = context.phrasebook.desk_reply("desk.button_incident_over");
    Button { label, pressed: Pressed::Lead(LeadPress::IncidentOver(intent.to_owned())) }
}

fn is_over(words: &str) -> bool {
    let plain = words.to_lowercase();
    OVER.contains(&plain.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// What the first words behind the command name.
enum Named<'w> {
    /// This intent, and what stands behind it.
    Intent(String, &'w str),
    /// Something that looks like the id of an intent, and is none.
    Unknown,
    /// No intent: they are words for customers.
    Nothing,
}

/// Which intent the words begin with: by its id, or by its title in the desk's language.
fn named<'w>(context: Incidents<'_>, words: &'w str) -> Named<'w> {
    let intents = intents(context);
    let names = intents.iter().flat_map(|(id, title)| [(id, id.as_str()), (id, title.as_str())]);
    let found = names.filter_map(|(id, name)| Some((id, name, behind(words, name)?)));
    // Of two titles that fit, the longer one was meant.
    if let Some((id, _, rest)) = found.max_by_key(|(_, name, _)| name.chars().count()) {
        return Named::Intent(id.clone(), rest);
    }
    let first = words.split_whitespace().next().unwrap_or_default().to_lowercase();
    let near = |id: &str| first.len() > 3 && strsim::osa_distance(id, &first) <= 2;
    let is_id = first.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let foreign = words.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    match is_id && (first.contains('_') || foreign || intents.iter().any(|(id, _)| near(id))) {
        true => Named::Unknown,
        false => Named::Nothing,
    }
}

/// What stands behind `name` at the beginning of `words`, without the sign between them; `None` when they do not begin
/// so, or only a longer word does. Upper or lower case.
fn behind<'w>(words: &'w str, name: &str) -> Option<&'w str> {
    let mut rest = words.char_indices();
    for wanted in name.chars() {
        let (_, typed) = rest.next()?;
        if !typed.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let rest = rest.as_str();
    let ends = rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_');
    ends.then(|| rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '—' | ',' | '.')))
}

/// The intents that something can be wrong with, by id, each with its title.
fn intents(context: Incidents<'_>) -> Vec<(String, String)> {
    let ids = context.phrasebook.intent_ids().into_iter();
    let wishes = ids.filter(|id| id != HUMAN && !SMALL_TALK.contains(&id.as_str()));
    let key = |id: &str| format!("{id}.title");
    let titled = wishes.filter(|id| context.phrasebook.has(&key(id), context.phrasebook.desk_language()));
    titled.map(|id| (id.clone(), text(context.phrasebook, &key(&id)))).collect()
}

/// A text with the list of intents that can be named.
fn known(context: Incidents<'_>, key: &str) -> String {
    let list: Vec<String> = intents(context).into_iter().map(|(id, title)| format!("{id} ({title})")).collect();
    let reply = context.phrasebook.desk_reply(key).with("list", Value::Text(list.join(", ")));
    render(context.phrasebook, &reply, 0)
}

fn about(context: Incidents<'_>, key: &str, intent: &str) -> String {
    render(context.phrasebook, &context.phrasebook.desk_reply(key).with("title", title(intent)), 0)
}

fn title(intent: &str) -> Value {
    Value::Phrase(format!("{intent}.title"))
}

fn say(text: String) -> Act {
    Act::Say(text, Vec::new())
}
