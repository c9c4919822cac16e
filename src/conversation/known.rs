//! What is known without a number: a rule of the house («сколько проверяют данные»), what a status means.
//!
//! ```text
//! customer: если я передумаю, заказ потом можно отменить?
//! bot:      the rule, with a button for who wants it now
//! customer: что значит убыло с терминала?
//! bot:      what that means, what comes next
//! ```
//!
//! A rule is a label of `rules.toml`: examples of how it is asked for, the answer, and what it is about. It is read
//! beside the intents, so that one matter may have many rules. A wish is no such question: its flow begins.

use super::effect::Keyboard;
use super::event::Why;
use super::follow_up;
use super::heard::repeated;
use super::ids::intent;
use super::matters::about::look_up;
use super::next::Next;
use super::said::Said;
use super::state::{Assignee, Fact, Matter, Question};
use super::task::Group;
use super::told;
use super::topic::Topic;
use super::turn::{Turn, is_small_talk};
use super::{flows, queue, steps};
use crate::parcel::{Status, StatusCode, TrackingNumber, Truth};
use crate::phrases::{FOLLOW_UP, Key, RULES_FILE, Reply, Value};
use chrono::Days;
use understanding::{Decision, HUMAN, Reading, Stance};

/// From this share on a rule is asked for.
const SURE: f64 = 0.5;
/// The same where the words may just as well be a wish whose flow only looks.
const SURER: f64 = 0.6;
/// The same where they may be a wish that changes something, or an answer.
const SUREST: f64 = 0.8;
/// The same where it may just as well follow on what was told of a parcel.
const SURE_OF_ALL: f64 = 0.9;
/// The same for a question about what was told a moment ago.
const NEXT: f64 = 0.3;
/// A question further has so many words at most.
const FURTHER: usize = 8;
/// So many digits in a clause are a parcel's number, or an order's.
const FEWEST_OF_A_NUMBER: usize = 5;
/// The rule that tells how long an offer can be confirmed.
const OFFER_TERM: &str = "offer_term";
/// The rule that tells how long something can be given back.
const RETURN_TERM: &str = "return_term";
/// How a link begins, as the words of the warning have it.
const LINK: &str = "http";
/// The intent of papers that are shown to the courier or at the pick-up point.
const DOCUMENTS: &str = "documents_to_show";
/// The rule that only the recipient may.
const BY_RECIPIENT: &str = "rules.by_recipient";
/// The rule of passports of other countries.
const FOREIGN: &str = "rules.foreign_passport";
/// From this share on a rule is asked for in the very words it is asked for by.
const SAME: f64 = 0.97;

/// Answers a message that asks for a rule or for what a status means; `None` when it does neither.
pub(super) fn answers(turn: &mut Turn<'_>, text: &str, reading: &Reading, said: Said) -> Option<Next> {
    let slots = &reading.slots;
    let book = turn.context.phrasebook;
    let asks = text.contains('?') || book.asks(text);
    let answers = !asks && (book.yes_or_no(text).is_some() || book.small_word(text).is_some());
    let polite = reading.decision == Decision::Answer && reading.intent.as_deref().is_some_and(is_small_talk);
    // «Анатолий Семёнов, муж» is what the rule asked for, however like the question for the rule it is.
    let given = !asks && follow_up::invited(turn) && matches!(turn.state.work.open, Some(Question::Person { .. }));
    if said != Said::Own || answers || polite || given {
        return None;
    }
    // Of a parcel that is known its own answer says whether it waits for money, and warns.
    if slots.tracking_numbers.is_empty()
        && turn.state.work.parcel.is_none()
        && let Some(next) = warns(turn, text)
    {
        return Some(next);
    }
    if let Some(number) = slots.tracking_numbers.first() {
        // What is told beside asks for no number that stands in the same message.
        let before = turn.state.work.parcel.clone();
        if turn.state.work.task.is_none() {
            turn.state.work.parcel = Some(TrackingNumber::new(number));
        }
        if !beside(turn, text) {
            turn.state.work.parcel = before;
        }
        return None;
    }
    status(turn, text, reading).or_else(|| rule(turn, text, reading))
}

/// Whether a message surely asks for a rule or for what a status means, so that it is answered beside a ticket that waits.
pub(super) fn knows(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let book = turn.context.phrasebook;
    let means = turn.choice("statuses", "asks_", text).is_some() && !book.statuses_in(text).is_empty();
    let asks = book.asks(text) || reading.stance == Stance::AsksHow;
    let least = if asks { SURER } else { SUREST };
    let rule = turn.context.matcher.label(RULES_FILE, text).filter(|(_, share)| *share >= least);
    means || rule.is_some_and(|(label, _)| book.has(&format!("{RULES_FILE}.{label}"), turn.language()))
}

/// Whether a message asks for a rule so surely that it follows on nothing.
pub(super) fn knows_surely(turn: &Turn<'_>, text: &str) -> bool {
    let book = turn.context.phrasebook;
    let rule = turn.context.matcher.label(RULES_FILE, text).filter(|(_, share)| *share >= SURE_OF_ALL);
    let follows = turn.context.matcher.label(FOLLOW_UP, text).map_or(0.0, |(_, share)| share);
    let surer = rule.filter(|(_, share)| *share > follows);
    surer.is_some_and(|(label, _)| book.has(&format!("{RULES_FILE}.{label}"), turn.language()))
}

/// Answers a message as [`answers`] does, where it is so sure that no question further on what was told is meant.
pub(super) fn surely(turn: &mut Turn<'_>, text: &str, reading: &Reading, said: Said) -> Option<Next> {
    // «А если не успею?», behind the link, asks after the offer's days and no courier.
    let of_offer = turn.told().is_some_and(|told| matches!(told.what, Matter::Link | Matter::Help));
    if of_offer && follow_up::label(turn, text, reading).is_some_and(|label| label == "what_if") {
        return None;
    }
    let told = turn.state.work.told_last.as_ref().is_some_and(|told| matches!(told.what, Matter::Rule(_)));
    let asks = turn.context.phrasebook.asks(text) || reading.stance == Stance::AsksHow;
    // Surer than it follows on what was told, or sure beyond that.
    let follows = turn.context.matcher.label(FOLLOW_UP, text).map_or(0.0, |(_, share)| share);
    let least = if told { SUREST } else { follows.clamp(SUREST, SURE_OF_ALL) };
    let sure = turn.context.matcher.label(RULES_FILE, text).is_some_and(|(_, share)| share >= least);
    let reports = reading.stance == Stance::ReportsDone && !turn.context.phrasebook.asks(text);
    // «I already typed my card there» reports, and every minute counts.
    let book = turn.context.phrasebook;
    let label = turn.context.matcher.label(RULES_FILE, text).filter(|(_, share)| *share >= SURE_OF_ALL);
    if label.is_some_and(|(label, _)| book.about(RULES_FILE, label).is_some_and(|about| about == Topic::Duty.intent()))
        && reports
    {
        return answers(turn, text, reading, said);
    }
    if sure && (told || asks) && !reports { answers(turn, text, reading, said) } else { None }
}

/// A rule that a sentence asks for beside what the message is about («где 1000000017? и сколько ждёт курьер?»): told first.
/// Returns whether there is one.
fn beside(turn: &mut Turn<'_>, text: &str) -> bool {
    let whole = turn.context.phrasebook.clauses(text);
    // «2) Сколько дней на оферту?» is numbered; what names a parcel is no rule.
    let digits = |clause: &str| clause.chars().filter(char::is_ascii_digit).count();
    let asked = whole.iter().filter(|clause| digits(clause) < FEWEST_OF_A_NUMBER && whole.len() > 1);
    let read = |clause: &&str| turn.context.matcher.label(RULES_FILE, clause);
    let best = asked.filter_map(read).max_by(|a, b| a.1.total_cmp(&b.1));
    let rule = best.filter(|(_, share)| *share >= SUREST).map(|(label, _)| format!("{RULES_FILE}.{label}"));
    let Some(rule) = rule.filter(|rule| turn.context.phrasebook.has(rule, turn.language())) else {
        return false;
    };
    if tells(turn, &rule) == 0 {
        let reply = turn.reply(&rule).with_some("name", turn.name());
        turn.preface(reply);
    }
    true
}

/// A rule is told. Returns how often it was told before, while that is context.
fn tells(turn: &mut Turn<'_>, rule: &str) -> usize {
    let now = turn.context.now;
    let since = turn.context_since();
    turn.state.work.tells_rule(rule, since, now)
}

/// A message that asks for money behind a link, passed on or quoted: a warning, whatever else is asked of it.
pub(super) fn warns(turn: &mut Turn<'_>, text: &str) -> Option<Next> {
    // A link is one however it is written: «oplata.example/x7».
    let linked = if has_link(text) { format!("{text} {LINK}") } else { text.to_owned() };
    turn.choice(RULES_FILE, "scam_", &linked)?;
    let reply = turn.reply(told::SCAM);
    let person = vec![turn.person_row()];
    turn.ask(Question::Person { about: Topic::Duty.intent().into() }, reply, person);
    turn.tells_of(Matter::Rule(told::SCAM.into()));
    Some(Next::Waiting)
}

/// Who has paid cheats, or told them a code: what saves the money is said at once, whatever the mood, and a person is called.
pub(super) fn cheated(turn: &mut Turn<'_>, text: &str) -> Option<Next> {
    let free = turn.state.work.is_free() && turn.state.desk.assignee == Assignee::Bot;
    let read = turn.context.matcher.label(RULES_FILE, text).filter(|(_, share)| *share >= SURE);
    let is_that = read.is_some_and(|(label, _)| told::CHEATED.strip_prefix(RULES_FILE) == Some(&format!(".{label}")));
    if !free || !is_that || tells(turn, told::CHEATED) > 0 {
        return None;
    }
    let reply = turn.reply(told::CHEATED).with_some("name", turn.name());
    turn.preface(reply);
    Some(steps::accepted(turn, Topic::Duty.intent()).knowing(vec![Fact::Asks(repeated(text))]))
}

/// The rule that is meant instead of this one, and what it is about, by what was told to hold for the customer's parcel.
fn by_what_it_waits_for(turn: &Turn<'_>, label: &str) -> Option<(&'static str, &'static str)> {
    match (turn.state.work.truth_told()?, label) {
        (Truth::PapersDue, "passport_where" | "which_document") => Some(("rules.papers_how", Topic::Papers.intent())),
        // Behind customs a passport is shown, and typed nowhere.
        (truth, "foreign_passport") if !truth.is_before_release() => Some(("rules.foreign_ok", DOCUMENTS)),
        (Truth::Pickup, "hours") => Some(("rules.point_hours", Topic::Pickup.intent())),
        _ => None,
    }
}

/// Whether a word of a text is the address of a page.
fn has_link(text: &str) -> bool {
    let is_zone = |zone: &str| zone == "рф" || (zone.len() > 1 && zone.chars().all(|c| c.is_ascii_alphabetic()));
    text.split_whitespace().any(|word| {
        let host = word.split_once('/').and_then(|(host, _)| host.rsplit_once('.'));
        word.contains("://") || host.is_some_and(|(name, zone)| !name.is_empty() && is_zone(&zone.to_lowercase()))
    })
}

/// Which papers customs waits for and where they go: people alone know that, so they are called.
pub(super) fn only_people(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let free = turn.state.work.is_free() && turn.state.desk.assignee == Assignee::Bot;
    let waits = free && turn.state.work.truth_told() == Some(Truth::PapersDue);
    let another = !reading.slots.tracking_numbers.is_empty() || !reading.slots.doubtful_numbers.is_empty();
    if !waits || another || turn.choice(RULES_FILE, "only_people_", text).is_none() {
        return None;
    }
    let reply = turn.reply("truth.papers_by_person");
    turn.preface(reply);
    Some(steps::accepted(turn, Topic::Papers.intent()).knowing(vec![Fact::Asks(repeated(text))]))
}

fn rule(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    if reading.intent.as_deref() == Some(HUMAN) {
        return None;
    }
    let book = turn.context.phrasebook;
    let (label, share) = turn.context.matcher.label(RULES_FILE, text)?;
    let about = book.about(RULES_FILE, label)?.to_owned();
    let rule = format!("{RULES_FILE}.{label}");
    // What the parcel waits for tells which papers and whose hours are asked about.
    if let Some((rule, about)) = by_what_it_waits_for(turn, label).filter(|_| turn.state.work.is_free()) {
        let reply = turn.reply(rule).with_some("name", turn.name());
        return Some(tell(turn, reply, rule.into(), about));
    }
    if turn.state.work.is_free()
        && about == Topic::Duty.intent()
        && let Some(number) = turn.state.work.parcel.clone()
        && turn.state.work.truth_told() == Some(Truth::DutyDue)
    {
        return Some(look_up(turn, Topic::Duty, number, ""));
    }
    // «А если не буду?», of a parcel that waits for something else, asks after no offer.
    let of_offer = reading.decision == Decision::Answer && reading.intent.as_deref() == Some(about.as_str());
    let behind = turn.state.work.truth_told().is_some_and(|truth| !truth.is_before_release());
    let asks_on =
        || follow_up::label(turn, text, reading).is_some_and(|label| matches!(label.as_str(), "what_if" | "until"));
    if behind && !of_offer && told::is_of_offers(turn, &rule) && asks_on() {
        return None;
    }
    // Of a parcel that is known more can be said than the rule.
    let general = reading.stance == Stance::AsksHow && reading.stance_confidence >= SURER;
    // Money, papers and the place that a parcel waits at are told by how it stands.
    let stands = matches!(Topic::of(&about), Some(Topic::Duty | Topic::Papers | Topic::Pickup));
    let of_parcel = stands && reading.intent.as_deref() == Some(about.as_str()) && !general;
    if let (Some(topic), Some(number), true) = (Topic::of(&about), turn.state.work.parcel.clone(), of_parcel) {
        let free = turn.state.work.is_free() && share >= SUREST;
        return free.then(|| look_up(turn, topic, number, ""));
    }
    // «А если я потом передумаю?», instead of the yes, is asked of what the yes would do.
    let decides = matches!(turn.state.work.open, Some(Question::Confirm { .. } | Question::Choose(Group::Refusal)));
    if decides && flows::in_work(turn).intent() == about {
        return None;
    }
    // Of money that this very customer has asked back their flow knows how it stands.
    let of_money = about == intent::REFUND && reading.intent.as_deref() == Some(intent::REFUND);
    let proven = turn.state.customer.phone.is_some();
    if turn.state.work.parcel.is_some() && (about == flows::of_a_number().intent() || (of_money && proven)) {
        return None;
    }
    let asks = text.contains('?') || reading.stance == Stance::AsksHow;
    let answers = match &turn.state.work.open {
        Some(Question::Choose(_)) => turn.chosen(text).is_some(),
        // «Нет у меня номера» asks for none.
        Some(Question::TrackingNumber | Question::NumberAgain | Question::Details { .. }) => {
            !asks && about == flows::of_a_number().intent()
        }
        Some(_) | None => false,
    };
    if answers || share < least(turn, text, reading, &about) || !book.has(&rule, turn.language()) {
        return None;
    }
    // A wish whose flow looks into the matter: the rule goes before it.
    let wish = reading.decision == Decision::Answer && reading.intent.as_deref() == Some(about.as_str());
    if wish && is_flows(&about) && !asks {
        if flows::of(&about).is_irreversible() {
            return None;
        }
        if tells(turn, &rule) == 0 {
            let reply = turn.reply(&rule).with_some("name", turn.name());
            turn.preface(reply);
        }
        return None;
    }
    // Two rules asked for at once are both told.
    let parts = turn.context.phrasebook.clauses(text);
    let other = parts.iter().filter_map(|part| turn.context.matcher.label(RULES_FILE, part));
    let other =
        other.filter(|(other, share)| *other != label && *share >= SUREST && parts.len() > 1).map(|(other, _)| other);
    let other = other.map(|other| format!("{RULES_FILE}.{other}")).next();
    // Of one matter the surer answers both.
    if let Some(other) = other.filter(|other| book.has(other, turn.language()) && book.about_rule(other) != about)
        && tells(turn, &other) == 0
    {
        let reply = turn.reply(&other).with_some("name", turn.name());
        turn.preface(reply);
    }
    let before = tells(turn, &rule);
    // The same question is answered once more, in other words; whoever adds something to it wants more than the rule.
    let same = before == 1 && share >= SAME;
    if before > 0 && !same && !turn.has_prefaces() {
        return Some(told_already(turn, text, rule, &about, before));
    }
    let reply = match own_day(turn, label, reading) {
        Some(reply) => reply,
        // The last day of the offer stands in the status.
        None if label == OFFER_TERM && turn.state.work.task.is_none() => match turn.state.work.parcel.clone() {
            Some(parcel) if turn.state.work.status_told(&parcel).is_none() => {
                steps::track(turn, parcel, Why::Tell);
                return Some(Next::Rest);
            }
            Some(_) | None => turn.reply(&rule).with_some("name", turn.name()),
        },
        None => turn.reply(&rule).with_some("name", turn.name()),
    };
    turn.state.work.about_words = Some(text.to_owned());
    Some(tell(turn, reply, rule, &about))
}

/// What a term comes to for this very customer: the last day of their offer, or that for giving back what was handed over
/// on a day that is known. `None` where the rule is all there is to say.
fn own_day(turn: &Turn<'_>, label: &str, reading: &Reading) -> Option<Reply> {
    match label {
        OFFER_TERM => {
            let until = told::offer_until(turn)?;
            Some(turn.reply("follow_up.status_until").with("until", Value::Date(until)))
        }
        RETURN_TERM => {
            let policy = turn.context.policy;
            let today = policy.today(turn.context.now);
            let told = turn.state.work.parcel.as_ref().and_then(|parcel| turn.state.work.status_told(parcel));
            let named = || match &reading.slots.dates[..] {
                [date] => turn.context.phrasebook.past_day(date, today),
                _ => None,
            };
            let handed_over = told.and_then(|told| told.handed_over).or_else(named)?;
            let until = handed_over.checked_add_days(Days::new(u64::from(policy.return_days)))?;
            let key = if until < today { "rules.return_over" } else { "rules.return_until" };
            Some(turn.reply(key).with("until", Value::Date(until)))
        }
        _ => None,
    }
}

/// The rule was told already: whoever asks on wants more than it says, which people know. Offered once, then called.
fn told_already(turn: &mut Turn<'_>, text: &str, rule: String, about: &str, before: usize) -> Next {
    if let Assignee::Queue { ticket, .. } = turn.state.desk.assignee.clone() {
        let reply = queue::about(turn, queue::ADDED_QUESTION, &ticket);
        turn.say(reply);
        return Next::Rest;
    }
    if before > 1 && turn.state.work.is_free() {
        return steps::accepted(turn, about).knowing(vec![Fact::Asks(repeated(text))]);
    }
    let key = if turn.state.work.task.is_some() { "rules.told_above" } else { "rules.told_ask_person" };
    let reply = turn.reply(key).with_some("name", turn.name());
    tell(turn, reply, rule, about)
}

/// From which share on a message is believed to ask for a rule about this.
fn least(turn: &Turn<'_>, text: &str, reading: &Reading, about: &str) -> f64 {
    let asks = text.contains('?') || reading.stance == Stance::AsksHow;
    let wants = reading.stance == Stance::Wants && reading.decision == Decision::Answer;
    let flow = reading.intent.as_deref().is_some_and(|intent| flows::intents().any(|own| own == intent));
    match &turn.state.work.open {
        _ if wants && flow && asks => SURER,
        _ if wants && flow => SUREST,
        // No words but a refusal answer the question for the phone, and few those of a choice.
        Some(Question::Phone { .. }) if !asks => SUREST,
        Some(Question::Choose(_)) if !asks => SURE_OF_ALL,
        Some(
            Question::Confirm { .. }
            | Question::PassedOn { .. }
            | Question::Evidence
            | Question::RatingWords(_)
            | Question::Helped(_)
            | Question::Resume
            | Question::LeaveQueue
            | Question::Details { .. },
        ) if !asks => 2.0, // an answer
        Some(
            Question::Confirm { .. }
            | Question::Choose(_)
            | Question::Phone { .. }
            | Question::PassedOn { .. }
            | Question::Evidence
            | Question::RatingWords(_)
            | Question::Helped(_)
            | Question::Resume
            | Question::LeaveQueue
            | Question::Details { .. },
        ) => SURE,
        None
        | Some(
            Question::TrackingNumber
            | Question::NumberAgain
            | Question::Told
            | Question::Clarify(_)
            | Question::Words
            | Question::Person { .. }
            | Question::Solved,
        ) => {
            let told = turn.told();
            let same = told.is_some_and(|told| match &told.what {
                Matter::Rule(rule) => turn.context.phrasebook.about_rule(rule) == about,
                Matter::Status { .. }
                | Matter::Link
                | Matter::Cancelled
                | Matter::Refund
                | Matter::Help
                | Matter::Confirmed
                | Matter::Kept
                | Matter::Before => false,
            });
            if same { NEXT } else { SURE }
        }
    }
}

/// Says it, with what can be done at once. What is in work goes on behind it.
fn tell(turn: &mut Turn<'_>, reply: Reply, rule: String, about: &str) -> Next {
    let open = turn.state.work.open.clone();
    turn.tells_of(Matter::Rule(rule.clone()));
    if turn.state.work.task.is_some() {
        if matches!(open, Some(Question::TrackingNumber | Question::NumberAgain | Question::Details { .. })) {
            let person = vec![turn.person_row()];
            turn.say_with(reply, person); // the number is still welcome, and need not be asked for again
            return Next::Rest;
        }
        // It is somebody else's parcel: the customer's own phone proves nothing for it, and is asked for no more.
        if matches!(open, Some(Question::Phone { .. })) && rule == BY_RECIPIENT {
            turn.state.work.task = None;
            turn.state.work.open = None;
            turn.say_keyboard(reply, Keyboard::Remove);
            return Next::Waiting;
        }
        turn.preface(reply);
        return match open {
            Some(Question::Confirm { change, .. }) => steps::confirm_plainly(turn, change),
            // «А у меня кыргызский»: a person changes that, and no phone is needed for it.
            Some(Question::Phone { .. }) if rule == FOREIGN && flows::works_on_offer(turn) => {
                steps::foreign_passport(turn)
            }
            // What the phone is for was said with the first question.
            Some(Question::Phone { again }) => {
                let still = turn.reply("proof.still");
                steps::ask_phone(turn, still, again);
                Next::Rest
            }
            Some(_) | None => steps::asked_again(turn),
        };
    }
    let mut buttons: Vec<_> = turn.more_row(&rule).into_iter().collect();
    if flows::intents().any(|own| own == about) {
        buttons.push(vec![turn.request_button(about)]);
    }
    buttons.push(turn.person_row());
    turn.state.work.unclear = None;
    turn.ask(Question::Person { about: about.to_owned() }, reply, buttons);
    Next::Waiting
}

/// A question further about a rule that was told, which fits nothing else: the rest of it, once.
pub(super) fn further(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let told = turn.told()?;
    let Matter::Rule(rule) = &told.what else { return None };
    let more = format!("{rule}.more");
    let asked = told.asked.iter().any(|asked| asked == "more");
    let short = text.split_whitespace().count() <= FURTHER;
    if asked || !short || reading.decision == Decision::Answer || !turn.context.phrasebook.has(&more, turn.language()) {
        return None;
    }
    if let Some(told) = &mut turn.state.work.told_last {
        told.asked.push("more".into());
    }
    turn.state.work.understood();
    let reply = turn.reply(&more).with_some("name", turn.name());
    let person = vec![turn.person_row()];
    turn.say_with(reply, person);
    Some(Next::Rest)
}

/// What a status means that stands in the words.
fn status(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Option<Next> {
    let named = turn.context.phrasebook.statuses_in(text);
    // «Прибыло, но не заявлено, это плохо?» asks by the name alone, where no parcel is known that could be meant.
    let of_rule = turn.context.matcher.label(RULES_FILE, text).is_some_and(|(_, share)| share >= SURE);
    let asks_by_name = matches!(named[..], [code] if code != StatusCode::Delivered)
        && !of_rule
        && turn.state.work.parcel.is_none()
        && turn.context.phrasebook.asks(text)
        && !follow_up::label(turn, text, reading).is_some_and(|label| matches!(label.as_str(), "when" | "where_now"));
    let asks = asks_by_name || turn.choice("statuses", "asks_", text).is_some();
    // «Это же не значит, что её задержали»: it is their own parcel that worries them.
    let worries = follow_up::label(turn, text, reading).is_some_and(|label| label == "is_ok");
    if worries && follow_up::is_of_told(turn, "is_ok") {
        return None;
    }
    let does = reading.decision == Decision::Answer
        && reading.intent.as_deref().is_some_and(|intent| intent != flows::of_a_number().intent() && is_flows(intent));
    // «После таможни долго?» names one, and asks for a rule.
    let surely_rule = turn.context.matcher.label(RULES_FILE, text).is_some_and(|(_, share)| share >= SUREST);
    if !asks
        || does
        || (surely_rule && named.len() < 2 && !asks_by_name)
        || turn.state.work.task.as_ref().is_some_and(|task| task.number.is_some())
    {
        return None;
    }
    // What the parcel itself was told to have is asked further, not recited.
    let told = turn.state.work.last_status.as_ref().map(|last| &last.status);
    if let (Some(Status::Known(told)), [named]) = (told, named.as_slice())
        && told == named
    {
        return None;
    }
    let phrase = |code: &str, field: &str| Value::Phrase(format!("status.{code}.{field}"));
    let mut parts: Vec<Reply> = match named.as_slice() {
        [] => return None,
        [code] => {
            let code = code.code();
            let action = format!("status.{code}.action");
            let action = turn.context.phrasebook.has(&action, turn.language()).then_some(Value::Phrase(action));
            let reply = turn.reply("statuses.meaning").with("meaning", phrase(code, "meaning"));
            vec![reply.with("next", phrase(code, "next")).with_some("action", action)]
        }
        several => several
            .iter()
            .map(|code| {
                let reply = turn.reply("statuses.one_of").with("label", phrase(code.code(), "label"));
                reply.with("meaning", phrase(code.code(), "meaning"))
            })
            .collect(),
    };
    if turn.state.work.parcel.is_none() {
        parts.push(turn.reply("statuses.send_number"));
    }
    let about = flows::of_a_number().intent();
    turn.state.work.task = None;
    turn.state.work.unclear = None;
    turn.state.work.open = Some(Question::Told);
    let person = vec![turn.person_row()];
    turn.say_parts(parts, person);
    turn.tells_of(Matter::Rule(about.into()));
    Some(Next::Waiting)
}

fn is_flows(intent: &str) -> bool {
    flows::intents().any(|own| own == intent)
}

/// The texts; the phrasebook is checked against them. Those of rules are checked by their labels.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("statuses.meaning", &["meaning", "next"], &["action"]),
    Key::reply("statuses.one_of", &["label", "meaning"], &[]),
    Key::reply("statuses.send_number", &[], &[]),
    Key::reply("rules.scam", &[], &[]),
    Key::reply("rules.return_until", &["until"], &[]),
    Key::reply("rules.return_over", &["until"], &[]),
    Key::reply("truth.papers_by_person", &[], &[]),
    Key::reply("rules.told_above", &[], &["name"]),
    Key::reply("rules.told_ask_person", &[], &["name"]),
];

#[cfg(test)]
mod tests {
    use super::has_link;

    #[test]
    fn a_link_needs_no_scheme_and_a_date_is_none() {
        for link in
            ["https://oplata.example", "оплатите oplata-posylok.example/x7", "Доставка.РФ/плати", "pay.example/"]
        {
            assert!(has_link(link), "{link}");
        }
        for other in ["12.11/13.11 оплатил", "т.е./т.к.", "и/или", "вес 2.5/3 кг", "example", "./run", ".example/"]
        {
            assert!(!has_link(other), "{other}");
        }
    }
}
