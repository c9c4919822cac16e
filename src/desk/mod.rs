//! What agents see: a topic's name, the card of a ticket, the story so far. Pure: state in, text out.
//!
//! Everything is plain text without markup, so nothing a customer typed can become any.

mod story;

pub use story::{StoryLine, story};

use crate::conversation::{Button, Fact, Policy, Pressed, State, Ticket, TicketState};
use crate::phrases::{Phrasebook, Reply, Value, render};
use crate::understanding::{Language, Mood};
use chrono::{DateTime, Utc};

/// The language of the desk.
pub const LANGUAGE: Language = Language::Ru;

/// Telegram's limit for a message, in UTF-16 units (`sendMessage`).
pub const MESSAGE_LIMIT: usize = 4096;

/// Telegram's limit for a topic's name, in characters (`createForumTopic`).
const NAME_LIMIT: usize = 128;

/// A text of the desk without values.
fn text(phrasebook: &Phrasebook, key: &str) -> String {
    render(phrasebook, &Reply::new(key, LANGUAGE), 0)
}

fn title(ticket: &Ticket) -> Value {
    match &ticket.wish {
        Some(wish) => Value::Phrase(format!("{}.title", wish.intent)),
        None => Value::Phrase("desk.wish_none".into()),
    }
}

/// The name of a ticket's topic: at most 128 characters, as Telegram wants it.
pub fn topic_name(phrasebook: &Phrasebook, state: &State, ticket: &Ticket, stands: &TicketState) -> String {
    let key = match stands {
        TicketState::Waiting => "desk.topic_name",
        TicketState::Taken { .. } => "desk.topic_name_taken",
        TicketState::Resolved { .. } => "desk.topic_name_resolved",
    };
    let agent = match stands {
        TicketState::Waiting => None,
        TicketState::Taken { agent } | TicketState::Resolved { agent } => Some(Value::Text(agent.clone())),
    };
    let reply = Reply::new(key, LANGUAGE)
        .with("ticket", Value::Number(ticket.no.0))
        .with("name", Value::Text(one_line(&state.customer.name)))
        .with("title", title(ticket))
        .with_some("agent", agent);
    render(phrasebook, &reply, 0).chars().take(NAME_LIMIT).collect()
}

/// The card: who, what, which parcel, why a person, by when; and how the ticket stands.
pub fn card(
    phrasebook: &Phrasebook,
    policy: &Policy,
    state: &State,
    ticket: &Ticket,
    stands: &TicketState,
    now: DateTime<Utc>,
) -> String {
    let say = |key: &str| text(phrasebook, key);
    let with = |key: &str, name, value| render(phrasebook, &Reply::new(key, LANGUAGE).with(name, value), 0);
    let mut lines = vec![with("desk.card_title", "ticket", Value::Number(ticket.no.0))];
    if ticket.reason.is_urgent() {
        lines.push(say("desk.urgent"));
    }
    lines.push(String::new());
    let mut line = |label: &str, value: String| lines.push(format!("{}: {value}", say(label)));

    let customer = &state.customer;
    let username = customer.username.as_ref().map(|name| format!(" (@{name})")).unwrap_or_default();
    line("desk.customer", format!("{}{username}", one_line(&customer.name)));
    let language = match state.language.unwrap_or_default() {
        Language::Ru => "desk.language_ru",
        Language::En => "desk.language_en",
    };
    line("desk.language", say(language));
    let parcel = match &state.parcel {
        Some(number) => number.to_string(),
        None => say("desk.parcel_none"),
    };
    line("desk.parcel", parcel);
    let wish = match &ticket.wish {
        Some(wish) => {
            let title = text(phrasebook, &format!("{}.title", wish.intent));
            format!("{title} ({:.0} %)", wish.confidence * 100.0)
        }
        None => say("desk.wish_none"),
    };
    line("desk.wish", wish);
    line("desk.reason", say(ticket.reason.key()));
    for fact in &ticket.facts {
        let (label, value) = tell_fact(phrasebook, fact);
        line(label, value);
    }
    let mood = match state.mood {
        Mood::Calm => "desk.mood_calm",
        Mood::Upset => "desk.mood_upset",
        Mood::Angry => "desk.mood_angry",
    };
    line("desk.mood", say(mood));
    if state.resolved_at.is_some_and(|at| at < ticket.opened.timestamp_millis()) {
        lines.push(say("desk.returning"));
    }
    lines.push(match stands {
        TicketState::Waiting => {
            let deadline = Value::Deadline { now: policy.local(now), at: policy.local(ticket.promised) };
            with("desk.promised", "deadline", deadline)
        }
        TicketState::Taken { agent } => with("desk.taken_by", "agent", Value::Text(agent.clone())),
        TicketState::Resolved { agent } => with("desk.resolved_by", "agent", Value::Text(agent.clone())),
    });
    if !matches!(stands, TicketState::Resolved { .. }) {
        lines.extend([String::new(), say("desk.card_hint")]);
    }
    lines.join("\n")
}

/// A fact as a line of the card: its label and its value.
fn tell_fact(phrasebook: &Phrasebook, fact: &Fact) -> (&'static str, String) {
    let show = |value: Value| {
        // Any text with a value shows how values are written.
        render(phrasebook, &Reply::new("desk.fact_value", LANGUAGE).with("value", value), 0)
    };
    match fact {
        Fact::Status(status) => ("desk.fact_status", status.label().to_owned()),
        Fact::Since(day) => ("desk.fact_since", show(Value::Date(*day))),
        Fact::Planned(day) => ("desk.fact_planned", show(Value::Date(*day))),
        Fact::Cause(cause) => {
            let key = format!("offer_blocked.cause_{}", cause.code());
            ("desk.fact_cause", text(phrasebook, &key))
        }
        Fact::OfferDeadline(day) => ("desk.fact_offer_deadline", show(Value::Date(*day))),
        Fact::Refund(reason) => {
            let key = format!("refund.for_{}", reason.code());
            ("desk.fact_refund", text(phrasebook, &key))
        }
        Fact::Sum(kopecks) => ("desk.fact_sum", show(Value::Sum(*kopecks))),
        Fact::Photos(photos) => ("desk.fact_photos", photos.len().to_string()),
        Fact::Proven => ("desk.fact_recipient", text(phrasebook, "desk.fact_proven")),
    }
}

/// The buttons that go with a card.
pub fn card_buttons(ticket: &Ticket, stands: &TicketState) -> Vec<Vec<Button>> {
    let button = |key: &str, pressed| Button { label: Reply::new(key, LANGUAGE), pressed };
    let take = button("desk.button_take", Pressed::Take(ticket.no));
    let resolve = button("desk.button_resolve", Pressed::Resolve(ticket.no));
    let take_over = button("desk.button_take_over", Pressed::TakeOver(ticket.no));
    match stands {
        TicketState::Waiting => vec![vec![take, resolve]],
        TicketState::Taken { .. } => vec![vec![resolve, take_over]],
        TicketState::Resolved { .. } => Vec::new(),
    }
}

/// A name as people type it, on one line and not endless.
fn one_line(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").chars().take(64).collect()
}
