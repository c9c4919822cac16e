//! What agents see: a customer's topic (its name, the card of a ticket), the story so far. Pure: state in, text out.
//!
//! Everything is plain text without markup, so nothing a customer typed can become any.

mod command;
mod elsewhere;
mod figures;
mod find;
mod incident;
mod left;
mod menu;
mod near;
mod step;
mod story;
mod texts;
mod unclear;
mod words;

pub use command::command;
pub use elsewhere::without_customer;
pub use figures::{Detail, FigureWords, UnclearGroup};
pub use find::{FoundTicket, Sought, link};
pub use left::{Left, left};
pub use menu::desk_menu;
pub use step::{DeskCommand, DeskContext, DeskEffect, DeskEvent, LessonOutcome, desk_command, leads, step};
pub use story::{StoryLine, story, told_by_bot};
pub use texts::said;
pub use unclear::{Proposed, counted};
pub use words::MESSAGE_LIMIT;

use crate::conversation::{
    AgentPress, Assignee, Button, Choice, CustomerId, DeskId, DeskSnapshot, Fact, Menu, OpenTicket, Pause, Policy,
    Pressed, Snooze, State, Target, Ticket,
};
use crate::parcel::Status;
use crate::phrases::{Canned, Phrasebook, Value, render};
use chrono::{DateTime, Utc};
use understanding::Mood;
use words::{NAME_LIMIT, one_line, text};

fn title(ticket: &Ticket) -> Value {
    match &ticket.request {
        Some(request) => Value::Phrase(format!("{}.title", request.intent)),
        None => Value::Phrase("desk.wish_none".into()),
    }
}

/// How a ticket stands, by the assignee.
enum TicketState {
    /// No agent took it yet.
    Waiting,
    /// An agent has it.
    Taken {
        /// The agent's name.
        agent: String,
    },
    /// The ticket is done.
    Resolved {
        /// The agent's name; `None` when the customer did not need it any more.
        agent: Option<String>,
    },
}

/// What a customer's topic shows.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicView {
    /// The topic's name, at most 128 characters, on one line.
    pub name: String,
    /// The text of the card: plain, no markup, a line for each fact.
    pub card: String,
    /// The card's buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
}

/// What a customer's topic shows as things stand at `now`; `None` for a customer who never had a ticket.
pub fn topic_view(
    phrasebook: &Phrasebook,
    policy: &Policy,
    snapshot: &DeskSnapshot,
    state: &State,
    now: DateTime<Utc>,
) -> Option<TopicView> {
    let (ticket, stands) = match &state.desk.assignee {
        Assignee::Queue { ticket, .. } => (ticket, TicketState::Waiting),
        Assignee::Agent { ticket, agent } => (ticket, TicketState::Taken { agent: agent.name.clone() }),
        Assignee::Bot => {
            let closed = state.desk.closed.as_ref()?;
            (&closed.ticket, TicketState::Resolved { agent: closed.by.clone() })
        }
    };
    Some(TopicView {
        name: topic_name(phrasebook, state, ticket, &stands),
        card: card(phrasebook, policy, snapshot, state, ticket, &stands, now),
        buttons: card_buttons(phrasebook, state, snapshot, ticket, &stands),
    })
}

/// How a customer's open ticket stands, as a line of the queue; `None` when there is none.
pub fn ticket_line(state: &State, customer: CustomerId, desk: DeskId) -> Option<OpenTicket> {
    let ticket = state.desk.assignee.ticket()?;
    Some(OpenTicket {
        no: ticket.no,
        customer,
        name: one_line(&state.customer.person.name),
        desk,
        intent: ticket.request.as_ref().map(|request| request.intent.clone()),
        urgent: ticket.reason.is_urgent(),
        mood: match state.customer.mood {
            Mood::Calm => 0,
            Mood::Upset => 1,
            Mood::Angry => 2,
        },
        opened: ticket.opened,
        promised: ticket.promised,
        agent: match &state.desk.assignee {
            Assignee::Agent { agent, .. } => Some((agent.agent_id(), one_line(&agent.name))),
            Assignee::Bot | Assignee::Queue { .. } => None,
        },
        answered: ticket.answered,
        snoozed: ticket.snoozed.is_some(),
    })
}

/// The name of a ticket's topic: at most 128 characters, as Telegram wants it.
fn topic_name(phrasebook: &Phrasebook, state: &State, ticket: &Ticket, stands: &TicketState) -> String {
    let key = match stands {
        TicketState::Waiting => "desk.topic_name",
        TicketState::Taken { .. } if ticket.snoozed.is_some() => "desk.topic_name_snoozed",
        TicketState::Taken { .. } => "desk.topic_name_taken",
        TicketState::Resolved { .. } => "desk.topic_name_resolved",
    };
    let agent = match stands {
        TicketState::Waiting | TicketState::Resolved { .. } => None,
        TicketState::Taken { agent } => Some(Value::Text(one_line(agent))),
    };
    let reply = phrasebook
        .desk_reply(key)
        .with("ticket", Value::Number(ticket.no.0))
        .with("name", Value::Text(one_line(&state.customer.person.name)))
        .with("title", title(ticket))
        .with_some("agent", agent);
    render(phrasebook, &reply, 0).chars().take(NAME_LIMIT).collect()
}

/// The card: the customer, the request, the parcel, why a person, by when; and how the ticket stands.
fn card(
    phrasebook: &Phrasebook,
    policy: &Policy,
    snapshot: &DeskSnapshot,
    state: &State,
    ticket: &Ticket,
    stands: &TicketState,
    now: DateTime<Utc>,
) -> String {
    let say = |key: &str| text(phrasebook, key);
    let with = |key: &str, name, value| render(phrasebook, &phrasebook.desk_reply(key).with(name, value), 0);
    let mut lines = vec![with("desk.card_title", "ticket", Value::Number(ticket.no.0))];
    if ticket.reason.is_urgent() {
        lines.push(say("desk.urgent"));
    }
    lines.push(String::new());
    let mut line = |label: &str, value: String| lines.push(format!("{}: {value}", say(label)));

    let customer = &state.customer.person;
    let username = customer.username.as_ref().map(|name| format!(" (@{name})")).unwrap_or_default();
    line("desk.customer", format!("{}{username}", one_line(&customer.name)));
    let language = state.customer.language.unwrap_or_else(|| phrasebook.default_language());
    line("desk.language", say(&format!("desk.language_{language}")));
    let parcel = match &state.work.parcel {
        Some(number) => number.to_string(),
        None => say("desk.parcel_none"),
    };
    line("desk.parcel", parcel);
    let request = match &ticket.request {
        Some(request) => {
            let title = text(phrasebook, &format!("{}.title", request.intent));
            format!("{title} ({:.0} %)", request.confidence * 100.0)
        }
        None => say("desk.wish_none"),
    };
    line("desk.wish", request);
    line("desk.reason", say(ticket.reason.key()));
    for fact in &ticket.facts {
        let (label, value) = tell_fact(phrasebook, fact);
        line(label, value);
    }
    let mood = match state.customer.mood {
        Mood::Calm => "desk.mood_calm",
        Mood::Upset => "desk.mood_upset",
        Mood::Angry => "desk.mood_angry",
    };
    line("desk.mood", say(mood));
    let tried: Vec<String> =
        state.desk.tried.iter().map(|intent| text(phrasebook, &format!("{intent}.title")).to_lowercase()).collect();
    if !tried.is_empty() {
        line("desk.tried", tried.join(", "));
    }
    if state.customer.blocked {
        lines.push(say("desk.blocked"));
    }
    let earlier = i64::from(state.desk.tickets) - i64::from(matches!(stands, TicketState::Resolved { .. }));
    if earlier > 0 {
        lines.push(with("desk.returning", "count", Value::Number(earlier)));
    }
    let at = |at| Value::Deadline { now: policy.local(now), at: policy.local(at) };
    let open = !matches!(stands, TicketState::Resolved { .. });
    if open && !ticket.answered {
        lines.push(with("desk.promised", "deadline", at(ticket.promised)));
    }
    match stands {
        TicketState::Waiting => {
            let offered = ticket.turn_of.as_ref().map(|agent| Value::Text(one_line(&agent.name)));
            lines.extend(offered.map(|agent| with("desk.offered_to", "agent", agent)));
        }
        TicketState::Taken { agent } => lines.push(with("desk.taken_by", "agent", Value::Text(one_line(agent)))),
        TicketState::Resolved { agent: Some(agent) } => {
            lines.push(with("desk.resolved_by", "agent", Value::Text(one_line(agent))));
        }
        TicketState::Resolved { agent: None } => lines.push(say("desk.left_queue")),
    }
    if !open && state.desk.closed.as_ref().is_some_and(|closed| !closed.maybe.is_empty()) {
        lines.extend([String::new(), say("desk.was_what")]);
    }
    match ticket.snoozed {
        Some(Snooze::Answer) => lines.push(say("desk.snoozed")),
        Some(Snooze::Until(until)) => lines.push(with("desk.snoozed_until", "deadline", at(until))),
        None => {}
    }
    if open && state.desk.remembered.menu == Some(Menu::Transfer) {
        lines.extend([String::new(), say(transfer_hint(state, snapshot))]);
    } else if open {
        let hint = if state.desk.remembered.notes_only { "desk.card_hint_notes" } else { "desk.card_hint" };
        lines.extend([String::new(), say(hint)]);
    }
    lines.join("\n")
}

/// A fact as a line of the card: its label and its value.
fn tell_fact(phrasebook: &Phrasebook, fact: &Fact) -> (&'static str, String) {
    let show = |value: Value| {
        // Any text with a value shows how values are written.
        render(phrasebook, &phrasebook.desk_reply("desk.fact_value").with("value", value), 0)
    };
    match fact {
        Fact::Stands(truth) => ("desk.fact_stands", text(phrasebook, &format!("desk.stands_{}", truth.code()))),
        Fact::Asks(words) => ("desk.fact_asks", format!("«{words}»")),
        Fact::Added(words) => ("desk.fact_added", format!("«{words}»")),
        Fact::Status(Status::Known(code)) => {
            ("desk.fact_status", text(phrasebook, &format!("status.{}.label", code.code())))
        }
        Fact::Status(Status::Unknown(label)) => ("desk.fact_status", label.clone()),
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
        Fact::Story(facets) => {
            let told = facets.iter().map(|facet| text(phrasebook, &format!("facet.desk_{facet}")));
            ("desk.fact_story", told.collect::<Vec<_>>().join("; "))
        }
        Fact::Proven => ("desk.fact_recipient", text(phrasebook, "desk.fact_proven")),
    }
}

/// What the open ticket can be transferred to.
fn targets(state: &State, snapshot: &DeskSnapshot) -> Vec<Choice> {
    let holder = match &state.desk.assignee {
        Assignee::Agent { agent, .. } => Some(agent.agent_id()),
        Assignee::Bot | Assignee::Queue { .. } => None,
    };
    snapshot.targets(state.desk.at, holder)
}

/// What the card says of the choice that it offers to transfer a ticket: what to do where nobody is on shift.
fn transfer_hint(state: &State, snapshot: &DeskSnapshot) -> &'static str {
    let targets = targets(state, snapshot);
    let is_agent = |choice: &&Choice| matches!(choice.to, Target::Agent(_));
    match (targets.is_empty(), targets.iter().filter(is_agent).any(|choice| choice.on_shift)) {
        (true, _) => "desk.transfer_nobody",
        (false, true) => "desk.transfer_to",
        (false, false) => "desk.transfer_off_shift",
    }
}

/// The buttons that go with a card.
fn card_buttons(
    phrasebook: &Phrasebook,
    state: &State,
    snapshot: &DeskSnapshot,
    ticket: &Ticket,
    stands: &TicketState,
) -> Vec<Vec<Button>> {
    let button = |key: &str, pressed| Button { label: phrasebook.desk_reply(key), pressed };
    let no = ticket.no;
    let resolve = button("desk.button_resolve", Pressed::Agent(AgentPress::Resolve(no)));
    let back = button("desk.button_back", Pressed::Agent(AgentPress::BackToCard(no)));
    match (stands, state.desk.remembered.menu) {
        (TicketState::Resolved { .. }, _) => {
            let maybe = state.desk.closed.as_ref().map(|closed| &closed.maybe[..]).unwrap_or_default();
            let was = |intent: &String| Button {
                label: phrasebook.desk_reply(format!("{intent}.title")),
                pressed: Pressed::Agent(AgentPress::Was { ticket: no, intent: intent.clone() }),
            };
            let mut rows: Vec<Vec<Button>> = maybe.chunks(2).map(|pair| pair.iter().map(was).collect()).collect();
            if !maybe.is_empty() {
                rows.push(vec![button("desk.button_was_none", Pressed::Agent(AgentPress::WasNone(no)))]);
            }
            rows.push(vec![button("desk.button_reopen", Pressed::Agent(AgentPress::Reopen))]);
            rows
        }
        (TicketState::Taken { .. } | TicketState::Waiting, Some(Menu::Transfer)) => {
            let targets = targets(state, snapshot);
            // Telegram takes a hundred buttons; no agent reads so many.
            let mut rows: Vec<Vec<Button>> =
                targets.iter().take(20).map(|choice| vec![choice.button(phrasebook, no)]).collect();
            rows.push(vec![back]);
            rows
        }
        (TicketState::Taken { .. } | TicketState::Waiting, Some(Menu::Snooze)) => {
            let pause = |key: &str, pause| button(key, Pressed::Agent(AgentPress::Snooze { ticket: no, pause }));
            vec![
                vec![pause("desk.button_snooze_answer", Pause::Answer)],
                vec![
                    pause("desk.button_snooze_hour", Pause::Minutes(60)),
                    pause("desk.button_snooze_day", Pause::Tomorrow),
                ],
                vec![back],
            ]
        }
        (TicketState::Waiting, None) => {
            let mut rows = vec![
                vec![button("desk.button_take", Pressed::Agent(AgentPress::Take(no))), resolve],
                vec![button("desk.button_transfer", Pressed::Agent(AgentPress::TransferMenu(no)))],
            ];
            rows.extend(canned_rows(phrasebook, ticket));
            rows
        }
        (TicketState::Taken { .. }, None) => [
            hidden_row(phrasebook, state, ticket),
            vec![
                vec![resolve, button("desk.button_recall", Pressed::Agent(AgentPress::Recall(no)))],
                vec![
                    button("desk.button_snooze", Pressed::Agent(AgentPress::SnoozeMenu(no))),
                    button("desk.button_transfer", Pressed::Agent(AgentPress::TransferMenu(no))),
                ],
                vec![
                    button("desk.button_release", Pressed::Agent(AgentPress::Release(no))),
                    button("desk.button_to_bot", Pressed::Agent(AgentPress::ToBot(no))),
                ],
                vec![button(
                    "desk.button_take_over",
                    Pressed::Agent(AgentPress::TakeOver { ticket: no, answer: None }),
                )],
            ],
            canned_rows(phrasebook, ticket),
        ]
        .concat(),
    }
}

/// The button that shows what is hidden in the customer's messages, where something is; first, so that nobody presses
/// past it for what it is not.
fn hidden_row(phrasebook: &Phrasebook, state: &State, ticket: &Ticket) -> Vec<Vec<Button>> {
    let button = || Button {
        label: phrasebook.desk_reply("desk.button_original"),
        pressed: Pressed::Agent(AgentPress::Original(ticket.no)),
    };
    if state.desk.hidden.is_empty() { Vec::new() } else { vec![vec![button()]] }
}

/// How many canned replies stand under the card.
const PROPOSED: usize = 3;

/// The canned replies that fit a ticket's request best, a row each: one press sends.
fn canned_rows(phrasebook: &Phrasebook, ticket: &Ticket) -> Vec<Vec<Button>> {
    let request = ticket.request.as_ref().map(|request| request.intent.as_str());
    let row = |canned: &Canned| {
        vec![Button {
            label: phrasebook.desk_reply("desk.button_canned").with("title", Value::Text(canned.title.clone())),
            pressed: Pressed::Agent(AgentPress::Canned { ticket: ticket.no, id: canned.id.clone() }),
        }]
    };
    phrasebook.canned_for(phrasebook.desk_language(), request).into_iter().take(PROPOSED).map(row).collect()
}
