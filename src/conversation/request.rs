//! What the customer's words ask for: a request that is sure begins its flow, a likely one is asked about, once, and what
//! was not understood goes to a person.

use super::heard::repeated;
use super::ids::intent;
use super::next::{Asked, Next};
use super::said::Said;
use super::state::{Assignee, Fact, Matter, Question, Reason};
use super::topic::Topic;
use super::turn::{Turn, is_small_talk};
use super::{flows, follow_up, known, stance, steps};
use crate::parcel::{TrackingNumber, Truth};
use understanding::{Candidate, Decision, HUMAN, Mood, Reading, Stance};

/// From this confidence on an intent may be what an unclear message means.
const MAYBE: f64 = 0.15;
/// From this confidence on another request than the parcel's status is asked about, where its number stands in unclear
/// words.
const LIKELY: f64 = 0.5;
/// An unclear message of more words than this tells a story: a person reads it.
const LONG: usize = 30;
/// How many readings a clarifying question offers at most.
const CHOICES: usize = 3;
/// Small talk is believed from this confidence on, where nothing else is near.
const QUIET: f64 = 0.3;
/// From this confidence on a denial is believed.
const DENIES: f64 = 0.6;
/// Below this confidence nothing that we do is meant: even capitals call no person to that.
const NOT_OURS: f64 = 0.05;
/// In the place of a label: what nobody but people can find out.
const NOT_KNOWN: &str = "not_known";
/// A reading below this is none that the message may mean, and is not offered.
const NEAR: f64 = 0.08;

/// What follows from a message that answered nothing. What was passed on gives numbers, but no reason for what the customer may want of them.
pub(super) fn begins(turn: &mut Turn<'_>, text: &str, reading: Reading, said: Said) -> Next {
    let told = match said {
        Said::Own | Said::Older => text,
        Said::Forwarded => "",
    };
    if said == Said::Own
        && let Some(next) = stance::takes(turn, text, &reading)
    {
        return next;
    }
    if said == Said::Own && flows::is_idea(turn, text, &reading) {
        let asked = Asked { intent: flows::IDEA.into(), text: told.to_owned(), reading: Some(reading) };
        return Next::TakeUp(Box::new(asked));
    }
    if said == Said::Own
        && reading.mood == Mood::Calm
        && reading.intent.as_deref().is_none_or(|own| own != flows::PRAISE)
    {
        flows::praise_beside(turn, text);
    }
    let has_number = !reading.slots.tracking_numbers.is_empty();
    // «Лан 1000006501»: beside a number small talk is no more than that.
    let small = reading.intent.as_deref().is_some_and(is_small_talk);
    let of_parcel = has_number && small && reading.decision == Decision::Answer && turn.state.work.task.is_none();
    let intent = if of_parcel { Some(flows::of_a_number().intent().to_owned()) } else { reading.intent.clone() };
    let reading = Reading { intent, ..reading };
    match (reading.decision, &reading.intent) {
        // A word of thanks in the middle of something is answered, and the question stays.
        (Decision::Answer, Some(intent)) if is_small_talk(intent) && turn.state.work.task.is_some() => {
            small_talk(turn, intent);
            // A yes must follow its own question: it is asked again behind the small talk.
            match turn.state.work.open {
                Some(Question::Confirm { change, .. }) => steps::confirm_plainly(turn, change),
                Some(_) | None => Next::Rest,
            }
        }
        // Each of two requests is sure by itself, though the message as a whole is about neither alone.
        (Decision::Answer | Decision::Clarify, Some(intent))
            if reading.decision == Decision::Answer || reading.requests.len() > 1 =>
        {
            turn.state.work.unclear = None;
            turn.state.work.open = None;
            turn.state.work.next_request = None;
            let first = two_requests(turn, &reading).unwrap_or_else(|| intent.clone());
            Next::TakeUp(Box::new(Asked { intent: first, text: told.to_owned(), reading: Some(reading) }))
        }
        // With its number a question about one parcel is answered by how that stands: nothing need be asked first.
        (Decision::Clarify, Some(intent))
            if (!reading.slots.tracking_numbers.is_empty() || follow_up::tells_of_parcels(turn))
                && Topic::of(intent).is_some()
                && !turn.has_prefaces() // a rule beside it was told already
                && turn.state.work.task.is_none()
                && !denies(&reading) =>
        {
            let intent = intent.clone();
            turn.state.work.unclear = None;
            turn.state.work.open = None;
            // Words that are not surely about it ask for no change.
            Next::TakeUp(Box::new(Asked { reading: Some(reading), ..Asked::silently(&intent) }))
        }
        // Of an offer that was said to wait, a likely word is about that: its flow asks before it changes anything.
        (Decision::Clarify, Some(intent)) if said == Said::Own && goes_back_to(turn, intent) => {
            let intent = intent.clone();
            turn.state.work.unclear = None;
            turn.state.work.open = None;
            Next::TakeUp(Box::new(Asked { intent, text: told.to_owned(), reading: Some(reading) }))
        }
        // What is asked about may be about this parcel.
        (Decision::Clarify, Some(intent))
            if may_clarify(turn)
                && intent != flows::of_a_number().intent()
                && flows::intents().any(|own| own == intent)
                && has_other_words(text)
                // How an offer stands its parcel's status tells, with what to do.
                && !(has_number && matches!(intent.as_str(), intent::OFFER_BLOCKED | intent::RESEND_LINK))
                && !follow_up::tells_of_parcels(turn)
                && (reading.confidence >= LIKELY || denies(&reading)) =>
        {
            let number = reading.slots.tracking_numbers.first().map(|number| TrackingNumber::new(number));
            turn.state.work.parcel = number.or_else(|| turn.state.work.parcel.clone());
            clarify(turn, told, &reading)
        }
        // Whatever stands around it, a number is a parcel to be found.
        (Decision::Clarify | Decision::Handoff | Decision::Answer, _) if !reading.slots.tracking_numbers.is_empty() => {
            let flow = flows::of_a_number();
            steps::pause(turn, flow.intent());
            turn.state.work.open = None;
            turn.state.work.unclear = None;
            let asked = Asked { intent: flow.intent().into(), text: told.to_owned(), reading: Some(reading) };
            flow.begin(turn, &asked).unwrap_or(Next::person(Reason::Unsure))
        }
        (Decision::Handoff, None) if quiet(&reading).is_some() && !is_gibberish(text) => {
            small_talk(turn, quiet(&reading).unwrap_or_default());
            Next::Rest
        }
        (Decision::Clarify | Decision::Handoff | Decision::Answer, _) => match known::further(turn, text, &reading) {
            Some(next) => next,
            None if let Some(next) = of_what_was_told(turn, text, &reading, said) => next,
            // Whatever was answered, the matter goes on with people: nobody who was with them is asked what it is about.
            None if said == Said::Own && matches!(turn.state.work.open, Some(Question::Helped(_))) => {
                Next::person(Reason::NotHelped)
            }
            None if reading.decision == Decision::Clarify && may_clarify(turn) => clarify(turn, told, &reading),
            None => unclear(turn, text, &reading, said),
        },
    }
}

/// Words about what was told, to which nothing that is known answers: «в какой она стране?», «пять дней так и висит».
/// Who asks hears that it is not known, and is offered a person, once; who complains, or asks on, meets one. No menu
/// knows it better.
fn of_what_was_told(turn: &mut Turn<'_>, text: &str, reading: &Reading, said: Said) -> Option<Next> {
    let told = turn.told()?;
    let of_change = told.what == Matter::Before;
    let before = told.asked.iter().any(|asked| asked == NOT_KNOWN);
    let free = turn.state.work.is_free() && turn.state.desk.assignee == Assignee::Bot;
    let slots = &reading.slots;
    let numbers = !slots.tracking_numbers.is_empty() || !slots.doubtful_numbers.is_empty();
    let best = reading.candidates.first();
    // A likely wish that its flow may carry out is asked about.
    let wish = best.is_some_and(|best| {
        best.confidence >= LIKELY
            && best.intent != flows::of_a_number().intent()
            && flows::intents().any(|own| own == best.intent)
    });
    let not_ours = !before && best.is_none_or(|best| best.confidence < NOT_OURS);
    if of_change || !free || said != Said::Own || numbers || wish || not_ours || is_gibberish(text) {
        return None;
    }
    let asks = turn.context.phrasebook.asks(text);
    let complains = !asks
        && (reading.mood != Mood::Calm
            || best.is_some_and(|best| best.confidence >= MAYBE && turn.context.phrasebook.regrets(&best.intent)));
    if !asks && !complains {
        return None;
    }
    let fact = Fact::Asks(repeated(text));
    let about = flows::of_a_number().intent();
    if complains || before {
        if complains && !turn.has_prefaces() {
            let regret = turn.reply("common.regret");
            turn.preface(regret);
        }
        return Some(steps::accepted(turn, about).knowing(vec![fact]));
    }
    if let Some(told) = &mut turn.state.work.told_last {
        told.asked.push(NOT_KNOWN.into());
    }
    turn.state.work.understood();
    let reply = turn.reply("follow_up.not_known").with_some("name", turn.name());
    let person = vec![turn.person_row()];
    turn.ask(Question::Person { about: about.into() }, reply, person);
    Some(Next::Waiting)
}

/// Whether a likely request goes on with what the customer heard: their offer was said to wait.
fn goes_back_to(turn: &Turn<'_>, intent: &str) -> bool {
    let truth = turn.state.work.truth_told();
    let waits =
        matches!(truth, Some(Truth::OfferToConfirm { .. } | Truth::OfferChecking { .. } | Truth::OfferBlocked { .. }));
    waits && intent == intent::OFFER_BLOCKED && turn.state.work.task.is_none() && turn.state.is_bots()
}

/// The small talk that a message most likely is, where no request is near: thanks beside a fact need no person. `None`
/// where something may be wanted.
fn quiet(reading: &Reading) -> Option<&str> {
    let best = reading.candidates.first().filter(|best| best.confidence >= QUIET && is_small_talk(&best.intent))?;
    let wants = |other: &Candidate| !is_small_talk(&other.intent) && other.confidence >= NEAR;
    (reading.mood == Mood::Calm && !reading.candidates.iter().any(wants)).then_some(best.intent.as_str())
}

fn denies(reading: &Reading) -> bool {
    reading.stance == Stance::Declines && reading.stance_confidence >= DENIES
}

/// A second question in a row is one too many, and one in the middle of a task would lose its own.
fn may_clarify(turn: &Turn<'_>) -> bool {
    !matches!(turn.state.work.open, Some(Question::Clarify(_))) && turn.state.work.task.is_none()
}

/// More than a number with a word beside it: «трек RA123456785RU» asks where it is.
fn has_other_words(text: &str) -> bool {
    text.split_whitespace().filter(|word| !word.chars().any(|c| c.is_ascii_digit())).count() >= 2
}

/// Behind what was told, words that ask nothing and are hardly like any request: they want no question back.
fn says_in_passing(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let weak = reading
        .candidates
        .first()
        .is_none_or(|best| best.confidence < LIKELY && !turn.context.phrasebook.regrets(&best.intent));
    let slots = &reading.slots;
    let plain = slots.tracking_numbers.is_empty() && slots.doubtful_numbers.is_empty() && !text.is_empty();
    let wants = turn.context.phrasebook.asks(text) || denies(reading) || reading.mood != Mood::Calm;
    weak && plain && !wants && turn.told().is_some() && turn.state.work.unclear.is_none()
}

fn clarify(turn: &mut Turn<'_>, text: &str, reading: &Reading) -> Next {
    if says_in_passing(turn, text, reading) {
        return follow_up::passes(turn, "follow_up.remark");
    }
    turn.state.work.unclear = Some(text.to_owned());
    let likely: Vec<String> = reading
        .candidates
        .iter()
        .filter(|candidate| candidate.confidence >= NEAR)
        .map(|candidate| candidate.intent.clone())
        .filter(|intent| intent != HUMAN && !is_small_talk(intent))
        .take(CHOICES)
        .collect();
    // To look for a parcel does no harm: its number is asked for at once.
    let where_is = flows::of_a_number().intent();
    let surely = likely.first().is_some_and(|best| best == where_is) && reading.confidence >= LIKELY;
    if (likely == [where_is] || surely) && reading.mood != Mood::Angry && turn.state.work.parcel.is_none() {
        if reading.mood == Mood::Upset {
            let regret = turn.reply("common.regret");
            turn.preface(regret);
        }
        turn.state.work.open = None;
        let asked = Asked { text: text.to_owned(), reading: Some(reading.clone()), ..Asked::silently(where_is) };
        return Next::TakeUp(Box::new(asked));
    }
    if likely.is_empty() {
        let (reply, menu) = (turn.reply("common.clarify_nothing"), flows::menu(turn));
        turn.ask(Question::Clarify(likely), reply, menu);
        return Next::Rest;
    }
    let mut buttons: Vec<_> = likely.iter().map(|intent| vec![turn.request_button(intent)]).collect();
    buttons.push(turn.person_row());
    let book = turn.context.phrasebook;
    if reading.mood != Mood::Calm || likely.first().is_some_and(|best| book.regrets(best)) {
        let regret = turn.reply("common.regret");
        turn.preface(regret);
    }
    let reply = match likely.as_slice() {
        [only] => turn.reply("common.clarify_one").with("topic", turn.topic(only)),
        _ => turn.reply("common.clarify"),
    };
    turn.ask(Question::Clarify(likely), reply, buttons);
    Next::Rest
}

/// Nothing certain was said. It is asked about once, near the words; the second time a person reads it: the bot never
/// answers with a guess.
fn unclear(turn: &mut Turn<'_>, text: &str, reading: &Reading, said: Said) -> Next {
    if let Some(next) = flows::is_told(turn, text) {
        return next;
    }
    if is_gibberish(text) && turn.state.work.open.is_none() {
        let reply = turn.reply("common.too_much");
        let menu = flows::menu(turn);
        turn.ask(Question::Words, reply, menu);
        return Next::Rest;
    }
    let asked_before = match &turn.state.work.open {
        // An answer that offers a person asks nothing.
        None | Some(Question::Told | Question::Solved | Question::Person { .. }) => turn.state.work.unclear.is_some(),
        Some(_) => true,
    };
    let is_long = text.split_whitespace().count() > LONG;
    let ours = reading.candidates.first().is_some_and(|best| best.confidence >= NOT_OURS);
    // «Это безобразие» is understood well enough: nobody hears that it was not.
    if reading.mood != Mood::Calm && ours && said == Said::Own && !is_long {
        if !turn.has_prefaces() {
            let regret = turn.reply("common.regret");
            turn.preface(regret);
        }
        return Next::person(Reason::Accepted);
    }
    if asked_before || is_long || said == Said::Forwarded || turn.state.work.task.is_some() {
        return Next::person(Reason::Unsure);
    }
    if reading.candidates.first().is_some_and(|best| best.confidence >= MAYBE) {
        return clarify(turn, text, reading);
    }
    turn.state.work.unclear = Some(text.to_owned());
    let reply = turn.reply("common.unclear");
    let person = vec![turn.person_row()];
    turn.ask(Question::Words, reply, person);
    Next::Rest
}

/// Nothing but endless words and one letter over and over.
pub(super) fn is_gibberish(text: &str) -> bool {
    text.split_whitespace().all(|word| {
        let mut letters: Vec<char> = word.chars().collect();
        let length = letters.len();
        letters.sort_unstable();
        letters.dedup();
        // «10000» may be a part of a number.
        let number = length < 10 && letters.iter().all(char::is_ascii_digit);
        length > 60 || (length >= 5 && letters.len() <= 2 && !number)
    })
}

/// When two requests are seen, the bot says so and begins with the first, which is returned.
fn two_requests(turn: &mut Turn<'_>, reading: &Reading) -> Option<String> {
    let [first, second] = &reading.requests[..] else {
        return None;
    };
    if flows::of(first).covers().contains(&second.as_str()) {
        return Some(first.clone());
    }
    // What is asked about a parcel that is known is answered by how it stands.
    let known = !reading.slots.tracking_numbers.is_empty() || turn.state.work.parcel.is_some();
    let where_is = flows::of_a_number().intent();
    for (topic, other) in [(first, second), (second, first)] {
        if known && Topic::of(topic).is_some() && other == where_is {
            return Some(topic.clone());
        }
    }
    // Who complains and names the parcel does not ask where it is.
    for (complaint, other) in [(first, second), (second, first)] {
        if known && other == where_is && turn.context.phrasebook.has(&format!("{complaint}.taken"), turn.language()) {
            return Some(complaint.clone());
        }
    }
    // What is wrong with the goods is why they are not wanted, and no matter of its own.
    for (reason, wish) in [(first, second), (second, first)] {
        if intent::WRONG_WITH_GOODS.contains(&reason.as_str())
            && matches!(wish.as_str(), intent::REFUND | intent::CANCEL)
        {
            return Some(wish.clone());
        }
    }
    if [first, second].into_iter().any(|request| request == HUMAN) {
        return Some(HUMAN.into()); // a person takes care of both
    }
    let topics = (turn.topic(first), turn.topic(second));
    let reply = turn.reply("common.two_wishes").with("first", topics.0).with("second", topics.1);
    turn.preface(reply);
    turn.state.work.next_request = Some(second.clone());
    Some(first.clone())
}

/// A greeting, thanks, a goodbye: answered in kind.
pub(super) fn small_talk(turn: &mut Turn<'_>, intent: &str) {
    let known = intent == "greeting" && (turn.state.desk.last_ticket.is_some() || turn.state.work.parcel.is_some());
    let key = if known { "greeting.again".to_owned() } else { format!("{intent}.reply") };
    let reply = turn.reply(&key).with_some("name", turn.name());
    turn.say(reply);
}
