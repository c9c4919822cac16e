//! Questions about one parcel beyond where it is: the courier did not come, another day or address, the duty, papers, the
//! pick-up point. With a number they are answered by how that parcel stands; what is asked to be changed is noted as a
//! filled request.
//!
//! ```text
//! customer: курьер не приехал, 1000000017        → believed: how many attempts are left, which day suits
//! customer: завтра после 18                      → noted: parcel, words; a person arranges it, by then
//! ```

use super::status::{denies_receipt, late, not_received, step_of, told, truth};
use super::tell::tell;
use crate::conversation::event::Why;
use crate::conversation::heard::{Heard, repeated};
use crate::conversation::ids::intent;
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Fact, Matter, Question, Reason, Request};
use crate::conversation::steps;
use crate::conversation::topic::Topic;
use crate::conversation::turn::Turn;
use crate::parcel::{Found, TrackingNumber, Truth, TruthKind};
use crate::phrases::{FACET, FOLLOW_UP, Key, Value};
use understanding::{Decision, Reading, Stance};

/// The intent that asks when people are there.
pub(in crate::conversation) const HOURS: &str = "hours_and_phone";
/// From this confidence on words ask how something works in general.
const SURE: f64 = 0.6;
/// From this confidence on words are about what they are likely about.
const LIKELY: f64 = 0.4;
/// From this probability on words tell what happened.
const LIKELY_FACET: f64 = 0.8;
/// From this share on words are a nod.
const NODS: f64 = 0.6;
/// From this confidence on words may be about what was told makes likely.
const NEAR: f64 = 0.2;

/// Begins the answer to a question about one parcel, if it is one and the parcel is known.
pub(in crate::conversation) fn begin(turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
    let topic = Topic::of(&asked.intent)?;
    let slots = asked.slots();
    let named = slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
    if let (None, Some(given)) = (&named, slots.doubtful_numbers.first()) {
        return Some(steps::unreadable(turn, given, asked.doubt()));
    }
    let general = |reading: &Reading| reading.stance == Stance::AsksHow && reading.stance_confidence >= SURE;
    // «Is Saturday the 28th possible?» names the day: it is this parcel's.
    let names_day = topic == Topic::Change && !slots.dates.is_empty();
    let is_general = named.is_none() && !names_day && asked.reading.as_ref().is_some_and(general);
    let number = named.or_else(|| turn.state.work.parcel.clone().filter(|_| !is_general))?;
    Some(look_up(turn, topic, number, &asked.text))
}

/// Looks a parcel up for a question about it, asked in these words.
pub(in crate::conversation) fn look_up(turn: &mut Turn<'_>, topic: Topic, number: TrackingNumber, text: &str) -> Next {
    turn.state.work.about_words = Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    steps::track(turn, number, Why::About(topic));
    Next::Rest
}

/// The parcel was found. `None` where its status is all there is to say to this: what goes before it waits as a preface.
pub(in crate::conversation) fn found(turn: &mut Turn<'_>, found: &Found, topic: Topic) -> Option<Next> {
    let parcel = &found.parcel;
    let words = turn.state.work.about_words.take();
    let named = words.as_ref().is_some_and(|words| names_number(turn, words));
    let truth = truth(turn, parcel);
    let number = steps::number_of(found);
    let lead = match (topic, truth, truth.kind()) {
        (Topic::MissedCourier, _, TruthKind::Delivered) => {
            let facts = steps::facts_of(turn, found);
            return Some(not_received(turn, number).knowing(facts));
        }
        (Topic::Change, _, _) if truth.can_be_rerouted() => return Some(change(turn, found, words)),
        (_, _, TruthKind::Late) => {
            let facts = steps::facts_of(turn, found);
            let next = late(turn, parcel).knowing(facts);
            turn.state.work.request = Some(Request { intent: topic.intent().into(), confidence: 1.0 });
            return Some(next);
        }
        (Topic::MissedCourier, Truth::Missed { day: None }, _) => {
            if let Some(words) = words.filter(|words| wants_day(turn, words)) {
                return Some(noted(turn, parcel.number.clone(), &words, steps::facts_of(turn, found)));
            }
            "truth.missed"
        }
        (Topic::MissedCourier, Truth::Today { .. }, _) => "truth.missed_today",
        // It was not to be brought yet: the question is how often it will be tried.
        (Topic::MissedCourier, _, TruthKind::Moves | TruthKind::Waits) if !named => "truth.attempts",
        (Topic::MissedCourier, _, _) => {
            // What was heard of the customer's story was regretted with it.
            if turn.state.work.heard.is_none() {
                let sorry = turn.reply("where_is_parcel.sorry");
                turn.preface(sorry);
            }
            return None;
        }
        (Topic::Pickup, Truth::Pickup, _) => "truth.pickup",
        (Topic::Duty, Truth::DutyDue, _) => "truth.duty",
        (Topic::Papers, Truth::PapersDue, _) => {
            let facts = steps::facts_of(turn, found);
            let reply = turn.reply("truth.papers").with("number", number);
            turn.preface(reply);
            told(turn, parcel);
            return Some(steps::accepted(turn, topic.intent()).knowing(facts));
        }
        (Topic::Pickup, _, TruthKind::Moves | TruthKind::Waits) => return before(turn, "truth.no_pickup", number),
        (Topic::Duty, _, TruthKind::Moves | TruthKind::Waits) => return before(turn, "truth.no_duty", number),
        (Topic::Papers, _, TruthKind::Moves | TruthKind::Waits) => return before(turn, "truth.no_papers", number),
        (Topic::Change, _, _) => {
            let lead = turn.reply("truth.cannot_change").with("number", number);
            let lately = turn.state.work.status_told(&parcel.number).filter(|told| told.at > turn.context_since());
            match lately.is_some_and(|told| told.status == parcel.status && told.truth == Some(truth)) {
                // How it stands was told: it is not recited.
                true => {
                    let person = vec![turn.person_row()];
                    turn.ask(Question::Person { about: topic.intent().into() }, lead, person);
                }
                false => tell(turn, parcel, vec![lead]),
            }
            return Some(Next::Rest);
        }
        (Topic::Pickup | Topic::Duty | Topic::Papers, _, _) => {
            tell(turn, parcel, Vec::new());
            return Some(Next::Rest);
        }
    };
    let attempts = Value::Number(i64::from(turn.context.policy.attempts));
    let place = parcel.place.clone().map(Value::Text);
    let reply = turn.reply(lead).with("number", number).with("attempts", attempts).with_some("place", place);
    let person = vec![turn.person_row()];
    turn.ask(Question::Told, reply, person);
    told(turn, parcel);
    // A person was offered with it: a bare yes takes that offer.
    let offered = matches!(topic, Topic::Pickup | Topic::Duty | Topic::Papers);
    if let Some(told) = turn.state.work.told_last.as_mut().filter(|_| offered) {
        told.asked.push(topic.intent().into());
    }
    Some(Next::Rest)
}

/// A word of its own before the status.
fn before(turn: &mut Turn<'_>, key: &str, number: Value) -> Option<Next> {
    let reply = turn.reply(key).with("number", number);
    turn.preface(reply);
    None
}

/// Another day or address is wanted: noted, if the words say which; else they are asked for, once.
fn change(turn: &mut Turn<'_>, found: &Found, words: Option<String>) -> Next {
    let number = found.parcel.number.clone();
    let instructs = |words: &str| turn.choice("truth", "instructs_", words).is_some();
    if let Some(words) = words.filter(|words| names_day(turn, words) || instructs(words)) {
        return noted(turn, number, &words, steps::facts_of(turn, found));
    }
    let reply = turn.reply("truth.ask_change").with("number", steps::number_of(found));
    turn.state.work.parcel = Some(number);
    let truth = truth(turn, &found.parcel);
    if truth.kind() == TruthKind::Waits && !truth.asks_for_day_or_place() {
        // There is no day that could be changed before that.
        let first = turn.reply("truth.when_waits").with("step", step_of(truth));
        turn.preface(first);
    }
    told(turn, &found.parcel);
    let person = vec![turn.person_row()];
    turn.ask(Question::Details { about: Topic::Change.intent().into() }, reply, person);
    Next::Rest
}

/// What these words say to what was told of a parcel, or asked about its delivery: that it was not received, or the day or
/// place that it waits for. `None` when they say neither.
pub(in crate::conversation) fn heard(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let number = turn.state.work.parcel.clone()?;
    let slots = &reading.slots;
    let another = slots.tracking_numbers.iter().any(|named| TrackingNumber::new(named) != number);
    if another || !slots.doubtful_numbers.is_empty() || turn.state.work.task.is_some() {
        return None;
    }
    let heard = Heard::new(turn.context.phrasebook, text, reading);
    let told = turn.told();
    let of_status = told.is_some_and(|told| matches!(told.what, Matter::Status { .. }));
    let truth = told.and_then(|told| match told.what {
        Matter::Status { truth, .. } => Some(truth),
        // What the parcel waits for stands behind a rule that was told since.
        Matter::Rule(_) => turn.state.work.truth_told(),
        Matter::Link
        | Matter::Cancelled
        | Matter::Refund
        | Matter::Help
        | Matter::Confirmed
        | Matter::Kept
        | Matter::Before => None,
    });
    let change = Topic::Change.intent();
    if matches!(&turn.state.work.open, Some(Question::Details { about }) if about == change) {
        // «Какая дата сейчас?» asks, and names none.
        let asks = turn.context.phrasebook.asks(text) && slots.dates.is_empty();
        let is_answer = heard.yes != Some(false) && heard.small.is_none() && !heard.calls_person && !asks;
        let elsewhere = heard.is_other_than(change) || heard.number().is_some();
        if nods(turn, text) && !names_day(turn, text) {
            turn.state.work.open = None; // «жиза, ладно» asks for no change
            return None;
        }
        return (is_answer && !elsewhere && reading.intent.as_deref() != Some(understanding::HUMAN))
            .then(|| noted(turn, number, text, told_facts(turn, truth)));
    }
    let truth = truth.filter(|_| {
        let last = turn.state.work.last_status.as_ref();
        last.is_some_and(|last| last.number == number) && turn.state.work.is_free()
    })?;
    if of_status && truth.kind() == TruthKind::Delivered && denies_receipt(turn, text) {
        let facts = told_facts(turn, Some(truth));
        return Some(not_received(turn, Value::Text(number.to_string())).knowing(facts));
    }
    let about = reading.candidates.first().filter(|best| best.confidence >= LIKELY).map(|best| best.intent.as_str());
    let asks_something = text.contains('?');
    let is_flow = |intent: &str| {
        [intent::CANCEL, intent::REFUND, intent::OFFER_BLOCKED, intent::RESEND_LINK, understanding::HUMAN]
            .contains(&intent)
    };
    let other = match about {
        None => false,
        Some(intent) if intent == change => false,
        // What is told of the courier names days that are over.
        Some(intent) if intent == Topic::MissedCourier.intent() => true,
        // «Завтра могу только до обеда» resembles a question about hours, and is the answer.
        Some(intent) => slots.dates.is_empty() || asks_something || is_flow(intent),
    };
    let asks = truth.asks_for_day_or_place() && heard.yes.is_none() && heard.small.is_none();
    let said = (about == Some(change) && reading.decision == Decision::Answer) || names_day(turn, text);
    // «Сколько раз вам писать» counts something else than visits.
    let visits = ["asks_", "visits_"].into_iter().all(|begin| turn.choice("truth", begin, text).is_some());
    if of_status && visits && truth.can_be_rerouted() && !truth.is_before_release() {
        let attempts = Value::Number(i64::from(turn.context.policy.attempts));
        let reply = turn.reply("truth.attempts").with("attempts", attempts);
        let person = vec![turn.person_row()];
        turn.say_with(reply, person);
        return Some(Next::Rest);
    }
    // «Можно в четверг, 26-го?», «можно в пункт на Светланской?»: asked for, not about.
    let moves = truth.can_be_rerouted() && wants_day(turn, text) && turn.choice("truth", "moves_", text).is_some();
    let place = truth == Truth::PlaceToAgree && turn.choice("truth", "place_", text).is_some();
    let of_flow = about.is_some_and(is_flow);
    if (moves || place) && !of_flow && heard.yes != Some(false) {
        return Some(noted(turn, number, text, told_facts(turn, Some(truth))));
    }
    if asks && !other && said {
        return Some(noted(turn, number, text, told_facts(turn, Some(truth))));
    }
    // «Я весь день дома с ребёнком»: to one whom the courier is said to have missed.
    if matches!(truth, Truth::Missed { .. }) && heard.yes.is_none() && waited(turn, text) {
        return Some(look_up(turn, Topic::MissedCourier, number, text));
    }
    // «Я через час буду, передайте курьеру»: to one who is on the way, or will be.
    let instructs = turn.choice("truth", "instructs_", text).is_some() && !turn.context.phrasebook.asks(text);
    if instructs && truth.can_be_rerouted() && !of_flow && heard.yes != Some(false) {
        return Some(noted(turn, number, text, told_facts(turn, Some(truth))));
    }
    asks_more(truth, reading).filter(|_| of_status).map(|topic| look_up(turn, topic, number, text))
}

/// Whether words say that the customer was at home.
fn waited(turn: &Turn<'_>, text: &str) -> bool {
    let at_home = |facet: &&str| matches!(*facet, "waited_home" | "false_absence");
    let plain = turn.context.phrasebook.told(FACET, "told_", text);
    let learned = turn.context.matcher.told(FACET, text, LIKELY_FACET);
    plain.iter().any(at_home) || learned.iter().any(|(facet, _)| at_home(facet))
}

/// Whether words only nod, thank, or say something in passing.
fn nods(turn: &Turn<'_>, text: &str) -> bool {
    let label = turn.context.matcher.label(FOLLOW_UP, text).filter(|(_, share)| *share >= NODS);
    label.is_some_and(|(label, _)| matches!(label, "acknowledged" | "thanked" | "remark" | "apologized" | "never_mind"))
}

/// What was told makes likely what is asked: «а где тогда платить?» behind a duty is about that duty.
fn asks_more(truth: Truth, reading: &Reading) -> Option<Topic> {
    let topic = of_truth(truth)?;
    let near = reading.candidates.iter().take(2).any(|one| one.intent == topic.intent() && one.confidence >= NEAR);
    (near && reading.decision != Decision::Answer && reading.stance != Stance::ReportsDone).then_some(topic)
}

/// The question that a truth makes likely.
fn of_truth(truth: Truth) -> Option<Topic> {
    Some(match truth {
        Truth::DutyDue => Topic::Duty,
        Truth::PapersDue => Topic::Papers,
        Truth::Pickup => Topic::Pickup,
        Truth::Missed { .. } => Topic::MissedCourier,
        Truth::Preorder { .. }
        | Truth::OfferToConfirm { .. }
        | Truth::OfferChecking { .. }
        | Truth::OfferBlocked { .. }
        | Truth::OfferExpired
        | Truth::AtCustoms { .. }
        | Truth::Prohibited
        | Truth::OnItsWay { .. }
        | Truth::Today { .. }
        | Truth::DayToAgree { .. }
        | Truth::PlaceToAgree
        | Truth::GoingBack
        | Truth::Cancelled
        | Truth::Delivered
        | Truth::Late { .. }
        | Truth::Unknown { .. } => return None,
    })
}

/// Whether a request asks for what this truth has just told of.
pub(in crate::conversation) fn is_of(truth: Truth, request: &str) -> bool {
    of_truth(truth).is_some_and(|topic| topic.intent() == request)
}

/// What is known of the parcel that was told of last.
fn told_facts(turn: &Turn<'_>, truth: Option<Truth>) -> Vec<Fact> {
    let last = turn.state.work.last_status.as_ref();
    let last = last.filter(|last| Some(&last.number) == turn.state.work.parcel.as_ref());
    let stands = truth.map(Fact::Stands);
    stands.into_iter().chain(last.map(|last| Fact::Status(last.status.clone()))).collect()
}

/// Whether words name the day or the place that the parcel which was told of waits for.
pub(in crate::conversation) fn names_change(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let told = turn.state.work.parcel.as_ref().and_then(|parcel| turn.state.work.status_told(parcel));
    let told = told.filter(|told| told.at > turn.context_since());
    let waits = told.and_then(|told| told.truth).is_some_and(Truth::asks_for_day_or_place);
    waits && !reading.slots.dates.is_empty() && !text.contains('?') && names_day(turn, text)
}

/// Whether words name a day, an hour, a house: anything that a delivery can be changed to.
fn names_day(turn: &Turn<'_>, text: &str) -> bool {
    let reading = understanding::read(turn.context.matcher, text);
    let has_digits = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    !reading.slots.dates.is_empty() || without_numbers(text).split_whitespace().any(has_digits)
}

/// Whether a complaint says as well when it is to be brought.
fn wants_day(turn: &Turn<'_>, text: &str) -> bool {
    let reading = understanding::read(turn.context.matcher, text);
    let change = |one: &understanding::Candidate| one.intent == Topic::Change.intent() && one.confidence >= NEAR;
    !reading.slots.dates.is_empty() && reading.candidates.iter().take(2).any(change)
}

/// Whether words name a parcel.
fn names_number(turn: &Turn<'_>, text: &str) -> bool {
    !understanding::read(turn.context.matcher, text).slots.tracking_numbers.is_empty()
}

/// The words without the numbers of parcels and orders: what is long and holds many digits.
fn without_numbers(text: &str) -> String {
    let is_number = |word: &&str| word.chars().filter(char::is_ascii_digit).count() >= 8;
    text.split_whitespace().filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}

/// The filled request goes to people: which parcel, in whose words, confirmed in one message with its promise.
fn noted(turn: &mut Turn<'_>, number: TrackingNumber, words: &str, mut facts: Vec<Fact>) -> Next {
    let words = repeated(words);
    let tail = turn.state.customer.phone.as_ref().map(|phone| Value::Text(phone.tail().to_owned()));
    let reply = turn
        .reply("truth.change_noted")
        .with("number", Value::Text(number.to_string()))
        .with("words", Value::Text(words.clone()))
        .with_some("tail", tail);
    turn.preface(reply);
    facts.push(Fact::Asks(words));
    turn.state.work.parcel = Some(number);
    turn.state.work.request = Some(Request { intent: Topic::Change.intent().into(), confidence: 1.0 });
    turn.state.work.told_last = None;
    Next::HandOff(Reason::Accepted, facts)
}

/// The texts; the phrasebook is checked against them.
pub(in crate::conversation) const TEXTS: &[Key] = &[
    Key::reply("truth.missed", &["number", "attempts"], &["place"]),
    Key::reply("truth.attempts", &["attempts"], &["number", "place"]),
    Key::reply("truth.missed_today", &["number"], &["attempts", "place"]),
    Key::reply("truth.pickup", &["number"], &["place", "attempts"]),
    Key::reply("truth.duty", &["number"], &["place", "attempts"]),
    Key::reply("truth.papers", &["number"], &["place", "attempts"]),
    Key::reply("truth.no_pickup", &["number"], &[]),
    Key::reply("truth.no_duty", &["number"], &[]),
    Key::reply("truth.no_papers", &["number"], &[]),
    Key::reply("truth.cannot_change", &["number"], &[]),
    Key::reply("truth.ask_change", &["number"], &[]),
    Key::reply("truth.change_noted", &["number", "words"], &["tail"]),
];
