//! A story is heard: a long or heated message is met by naming what happened, one sentence of regret, and what happens now.
//!
//! ```text
//! customer: весь день сидела дома, никто не приехал, 1000000017, надоело!
//! bot:      Вы ждали курьера дома, а он не приехал. Простите …           (what is sure, at most two things, once)
//! bot:      what the carrier says of the parcel; a person takes over, by when
//! customer: (calm, long, and surely wants something)
//! bot:      what happened, named; then that request's flow
//! ```
//!
//! What happened is read as labels of the phrasebook (`facet.toml`); what is not sure is not named, and it is said back as
//! the customer's own words, never as a fact of ours. This is the one place that decides which story goes to a person with
//! its parcel looked up.

use super::effect::Effect;
use super::event::{CarrierRequest, Tracked, Why};
use super::ids::intent;
use super::matters::status;
use super::next::Next;
use super::state::{Assignee, Fact, HeardStory, Question, Reason};
use super::steps;
use super::turn::Turn;
use crate::parcel::{Found, TrackingNumber, Truth};
use crate::phrases::{FACET, Key, Phrasebook, Reply, Value, render};
use chrono::Duration;
use understanding::{Matcher, Mood, Reading, Stance};

/// A message of so many words tells a story.
pub(super) const LONG: usize = 40;
/// From this probability on a facet is named.
const SURE: f64 = 0.90;
/// How many facets are named at once.
const NAMED: usize = 2;
/// From this confidence on a heated message is about its likeliest intent.
const ABOUT: f64 = 0.5;
/// What was heard within this is not heard anew: the regret is said once.
const LATELY: Duration = Duration::minutes(2);
/// Where these are asked for, the parcel's number helps a person.
const OF_A_PARCEL: [&str; 5] =
    [intent::WHERE_IS_PARCEL, intent::OFFER_BLOCKED, intent::RESEND_LINK, intent::CANCEL, intent::REFUND];
/// Within this an unchanged status is no news.
const SAME_STATUS: Duration = Duration::hours(12);

/// What a message complains of, as far as that is sure: labels of the phrasebook's facets, those told in plain words first.
/// Pure, for those who measure it.
pub fn facets<'a>(phrasebook: &'a Phrasebook, matcher: &'a Matcher, text: &str) -> Vec<&'a str> {
    let mut facets = phrasebook.told(FACET, "told_", text);
    for (facet, _) in matcher.told(FACET, text, SURE) {
        if !facets.contains(&facet) {
            facets.push(facet);
        }
    }
    facets
}

/// What was heard in a message.
pub(super) struct Story {
    facets: Vec<String>,
}

/// Hears a message out: `None` where it is neither long nor heated.
pub(super) fn hear(turn: &Turn<'_>, text: &str, reading: &Reading) -> Option<Story> {
    if reading.mood == Mood::Calm && !is_long(text) {
        return None;
    }
    let known = |facet: &&str| turn.context.phrasebook.has(&format!("facet.heard_{facet}"), turn.language());
    let facets = facets(turn.context.phrasebook, turn.context.matcher, text);
    Some(Story { facets: facets.into_iter().filter(known).map(str::to_owned).collect() })
}

/// Whether a message tells a story.
pub(super) fn is_long(text: &str) -> bool {
    text.split_whitespace().count() >= LONG
}

/// Names what happened, before whatever is said next; what was named before is not named again.
pub(super) fn name(turn: &mut Turn<'_>, story: &Story) {
    let fresh = fresh(turn, story);
    if !fresh.is_empty() {
        say(turn, fresh);
    }
}

/// What is sure and was not named yet.
fn fresh(turn: &Turn<'_>, story: &Story) -> Vec<String> {
    let named = turn.state.work.heard.as_ref().map(|heard| heard.named.as_slice()).unwrap_or_default();
    story.facets.iter().filter(|facet| !named.contains(facet)).take(NAMED).cloned().collect()
}

/// Says these back, and one sentence of regret.
fn say(turn: &mut Turn<'_>, facets: Vec<String>) {
    let keys = facets.iter().map(|facet| format!("facet.heard_{facet}"));
    let reply = heard(turn, keys);
    turn.preface(reply);
    remember(turn, facets);
}

/// What happened in one or two sentences, and one of regret; their wordings change with what was said before.
fn heard(turn: &Turn<'_>, keys: impl Iterator<Item = String>) -> Reply {
    let words = |key: &str| Value::Text(render(turn.context.phrasebook, &turn.reply(key), turn.state.customer.said));
    let reply = turn.reply("facet.heard").with("regret", words("facet.regret"));
    ["first", "second"].into_iter().zip(keys).fold(reply, |reply, (name, key)| reply.with(name, words(&key)))
}

fn remember(turn: &mut Turn<'_>, facets: Vec<String>) {
    let now = turn.context.now;
    let heard = turn.state.work.heard.get_or_insert_with(|| HeardStory { named: Vec::new(), at: now, waits: None });
    heard.at = now;
    heard.named.extend(facets);
}

/// Whether regret was just said.
pub(super) fn was_heard(turn: &Turn<'_>) -> bool {
    turn.state.work.heard.as_ref().is_some_and(|heard| turn.context.now - heard.at <= LATELY)
}

/// A person takes over what was told. It is named; a parcel that is known is looked up before, so that the customer hears
/// how it stands and the card tells it.
pub(super) fn to_person(turn: &mut Turn<'_>, reason: Reason, story: &Story, reading: &Reading) -> Next {
    match fresh(turn, story) {
        none if none.is_empty() => hear_alone(turn, reason, reading),
        fresh => say(turn, fresh),
    }
    look_up(turn, reason, reading)
}

/// Nothing could be named: what it is about, or that it was read.
fn hear_alone(turn: &mut Turn<'_>, reason: Reason, reading: &Reading) {
    if was_heard(turn) {
        return; // that was a moment ago
    }
    let wants = reading.stance == Stance::Wants;
    let likely = reading.candidates.first().filter(|best| wants && best.confidence >= ABOUT);
    let about = likely.map(|best| format!("facet.about_{}", best.intent));
    let about = about.filter(|key| turn.context.phrasebook.has(key, turn.language()));
    let reply = match (reading.mood, about) {
        (Mood::Angry, Some(about)) => heard(turn, std::iter::once(about)),
        (Mood::Angry, None) => turn.reply("facet.regret_alone"),
        (Mood::Upset | Mood::Calm, _) if reason == Reason::Asked => return,
        (Mood::Upset | Mood::Calm, _) => turn.reply("facet.read_through"),
    };
    turn.preface(reply);
    remember(turn, Vec::new());
}

/// Asks the carrier of the parcel that is meant; without one, a person takes over at once.
fn look_up(turn: &mut Turn<'_>, reason: Reason, reading: &Reading) -> Next {
    let given = reading.slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
    let number = given.clone().or_else(|| turn.state.work.parcel.clone());
    turn.state.work.parcel.clone_from(&number);
    // What is in work has found out more than that, and what it asked must not be answered by a late «да».
    let free = turn.state.work.task.is_none() && turn.state.desk.assignee == Assignee::Bot;
    let Some(number) = number.filter(|_| free) else {
        return Next::person(reason);
    };
    remember(turn, Vec::new());
    if let Some(heard) = &mut turn.state.work.heard {
        heard.waits = Some(reason);
    }
    turn.state.work.open = None;
    turn.say_prefaces();
    turn.effect(Effect::Typing);
    let phone = turn.state.customer.phone.clone();
    turn.effect(Effect::Ask(CarrierRequest::Track { number, phone, why: Why::Story }));
    Next::Rest
}

/// The customer writes on while the carrier is asked for a story: a person takes over at once, and the carrier's answer goes
/// to them. `None` when none waits.
pub(super) fn writes_on(turn: &mut Turn<'_>) -> Option<Next> {
    let reason = turn.state.work.heard.as_mut()?.waits.take()?;
    Some(Next::person(reason))
}

/// The carrier told of the parcel of a story.
pub(super) fn tracked(turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked) -> Next {
    let waits = turn.state.work.heard.as_mut().and_then(|heard| heard.waits.take());
    if !turn.state.is_bots() {
        // A person has taken over in the meantime: the answer is for them.
        if let Tracked::Found(found) = answer {
            status::tell_desk(turn, &found.parcel);
        }
        return Next::Rest;
    }
    let Some(reason) = waits else {
        return Next::Rest;
    };
    match answer {
        Tracked::Found(found) => {
            let facts = steps::facts_of(turn, &found);
            if status::truth(turn, &found.parcel) == Truth::Delivered && status::complains_of_delivery(turn) {
                return status::not_received(turn, steps::number_of(&found)).knowing(facts);
            }
            tell(turn, &found);
            Next::person(reason).knowing(facts)
        }
        Tracked::Unknown => {
            turn.state.work.not_found(&number);
            let reply = turn.reply("facet.fact_unknown").with("number", Value::Text(number.to_string()));
            turn.preface(reply);
            Next::person(reason)
        }
        Tracked::Down => Next::person(reason),
    }
}

/// How the parcel stands, shorter than to a customer who only asks.
fn tell(turn: &mut Turn<'_>, found: &Found) {
    let parcel = &found.parcel;
    let truth = status::truth(turn, parcel);
    let (now, today) = (turn.context.now, turn.context.policy.today(turn.context.now));
    let told = turn.state.work.last_status.as_ref().is_some_and(|last| {
        last.number == parcel.number
            && last.truth.is_none_or(|before| before == truth)
            && last.status == parcel.status
            && now - last.at < SAME_STATUS
    });
    if told {
        return; // reciting it a second time helps nobody
    }
    status::remember(turn, parcel);
    let number = Value::Text(parcel.number.to_string());
    let meaning = status::phrase_of(turn, &parcel.status, truth, "meaning");
    let meaning = meaning.unwrap_or_else(|| Value::Text(parcel.status.label().into()));
    if let Truth::Late { planned } = truth {
        let late = Value::Number((today - planned).num_days());
        let reply = turn.reply("facet.fact_late").with("number", number).with("planned", Value::Date(planned));
        let reply = reply.with("late", late).with("meaning", meaning);
        return turn.preface(reply);
    }
    let day = truth.day().filter(|day| *day > today).map(Value::Date);
    let reply = turn.reply("facet.fact_status").with("number", number).with("meaning", meaning);
    turn.preface(reply.with_some("planned", day));
    if let Some(action) = status::phrase_of(turn, &parcel.status, truth, "action") {
        let reply = turn.reply("facet.fact_action").with("action", action);
        turn.preface(reply);
    }
}

/// A ticket that waits is told more of the story: it is named back, and stands on the card. Whether something was named.
pub(super) fn goes_on(turn: &mut Turn<'_>, text: &str, reading: &Reading, facts: &mut Vec<Fact>) -> bool {
    let Some(story) = hear(turn, text, reading) else {
        return false;
    };
    let fresh = fresh(turn, &story);
    if fresh.is_empty() {
        return false;
    }
    match facts.iter_mut().find_map(|fact| if let Fact::Story(told) = fact { Some(told) } else { None }) {
        Some(told) => told.extend(fresh.iter().cloned()),
        None => facts.insert(0, Fact::Story(fresh.clone())),
    }
    say(turn, fresh);
    true
}

/// What was told, for the card.
pub(super) fn told(turn: &Turn<'_>) -> Option<Fact> {
    let heard = turn.state.work.heard.as_ref()?;
    (!heard.named.is_empty()).then(|| Fact::Story(heard.named.clone()))
}

/// Whether a customer who is asked something is better left to answer it.
pub(super) fn may_interrupt(turn: &Turn<'_>) -> bool {
    let decides = matches!(turn.state.work.open, Some(Question::Confirm { .. } | Question::Phone { .. }));
    turn.state.work.task.is_none() && !decides
}

/// The key of what the customer is told when a person takes over what was heard; `None` where the usual text fits.
pub(super) fn handoff_key(turn: &Turn<'_>, reason: Reason) -> Option<&'static str> {
    let request = turn.state.work.request.as_ref();
    let parcels = request.is_none_or(|request| OF_A_PARCEL.contains(&request.intent.as_str()));
    match reason {
        Reason::Angry | Reason::Unsure | Reason::Asked if was_heard(turn) => {
            Some(match turn.state.work.parcel.is_none() && parcels && reason != Reason::Asked {
                true => "human.handoff_heard_number",
                false => "human.handoff_heard",
            })
        }
        Reason::Angry
        | Reason::Unsure
        | Reason::Asked
        | Reason::NotHelped
        | Reason::Accepted
        | Reason::Late
        | Reason::CarrierDown
        | Reason::Agent
        | Reason::NotReceived
        | Reason::NotProven
        | Reason::Refused
        | Reason::Unclear => None,
    }
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key { variants: 1, ..Key::reply("facet.heard", &["first", "regret"], &["second"]) },
    Key::reply("facet.regret", &[], &[]),
    Key::reply("facet.regret_alone", &[], &[]),
    Key::reply("facet.read_through", &[], &[]),
    Key::reply("facet.fact_status", &["number", "meaning"], &["planned"]),
    Key::reply("facet.fact_action", &["action"], &[]),
    Key::reply("facet.fact_late", &["number", "planned", "late", "meaning"], &[]),
    Key::reply("facet.fact_unknown", &["number"], &[]),
    Key::reply("human.handoff_heard", &["ticket", "deadline"], &["name"]),
    Key::reply("human.handoff_heard_number", &["ticket", "deadline"], &["name"]),
];
