//! Hearing the customer out: a command, words, a picture, a contact. Finds the flow, or a person.

use super::effect::{Keyboard, Speaker};
use super::event::{Contact, Kind, Message, Person};
use super::matters::about;
use super::next::{Asked, Next};
use super::said::{self, Said};
use super::state::{Assignee, Question, Reason};
use super::topic::Topic;
use super::turn::{Turn, is_small_talk};
use super::{
    answer, flows, follow_up, forwarded, human, known, original, pieces, queue, rating, relay, rights, stance, steps,
    story,
};
use crate::parcel::TrackingNumber;
use crate::phrases::SmallWord;
use chrono::Duration;
use understanding::{Candidate, Decision, HUMAN, Mood, Piece, Reading, Stance};

/// A customer who comes back after this long is told what the bot was working on with them.
const LONG_SILENCE: Duration = Duration::hours(3);

/// From this confidence on a person is called.
const CALLS: f64 = 0.6;

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

/// Below this confidence nothing that we do is meant: even capitals call no person to that.
const NOT_OURS: f64 = 0.05;

/// A reading below this is none that the message may mean, and is not offered.
const NEAR: f64 = 0.08;

/// The customer wrote: the words reach the bot, or the people who hold the conversation.
pub(super) fn wrote(turn: &mut Turn<'_>, customer: Person, message: Message) -> Next {
    turn.meet(customer);
    turn.state.customer.last_press = None;
    turn.record(Speaker::Customer, &message);
    original::note(turn, &message);
    if rights::command(turn, &message) || rights::typed(turn, &message) {
        return Next::Rest;
    }
    // What was passed on is nobody's request to learn from.
    turn.heard = message.words().filter(|_| !message.forwarded).map(str::to_owned);
    let same_album = message.album.is_some() && message.album == turn.state.customer.last_album;
    turn.state.customer.last_album = message.album.clone();
    if message.forwarded
        && message.origin.is_none()
        && message.kind != Kind::Text
        && !same_album
        && turn.state.desk.assignee != Assignee::Bot
    {
        turn.tell_desk("desk.forwarded_next"); // a copy does not tell it
    }
    if !turn.state.is_bots() {
        if !human::customer_adds(turn, &message) {
            return Next::Rest;
        }
    } else if turn.state.desk.assignee != Assignee::Bot {
        relay::to_desk(turn, &message); // the desk reads along while the ticket waits
    }
    if same_album && message.words().is_none() {
        return Next::Rest; // its first picture has been answered
    }
    welcome_back(turn);
    let said = said::of_message(turn, &message);
    hear(turn, &message, said)
}

/// After hours of silence in the middle of something, the customer is told what it was.
fn welcome_back(turn: &mut Turn<'_>) {
    let now = turn.context.now;
    let before = turn.state.customer.heard_at.replace(now);
    let long = before.is_some_and(|before| now - before >= LONG_SILENCE);
    let in_work = turn.state.work.task.as_ref().filter(|_| long && turn.state.work.open.is_some());
    if let Some(task) = in_work {
        let topic = turn.topic(task.work.intent());
        let reply = turn.reply("common.back").with("topic", topic);
        turn.preface(reply);
    }
}

/// A message that was changed: its new text counts, where the bot still answers. A change without words
/// (a live location moves every few seconds) is none.
pub(super) fn edited(turn: &mut Turn<'_>, customer: Person, message: Message) -> Next {
    turn.meet(customer);
    turn.state.customer.last_press = None;
    turn.state.work.pieces = None;
    let with_person = !turn.state.is_bots();
    if message.words().is_none() {
        if with_person && message.kind != Kind::Location {
            relay::to_desk(turn, &message); // another picture in the place of the first
        }
        return Next::Rest;
    }
    turn.record(Speaker::Customer, &Message { kind: Kind::Text, ..message.clone() });
    original::note(turn, &message);
    if with_person {
        human::customer_corrects(turn, &message);
        return Next::Rest;
    }
    let edited = turn.reply("common.edited");
    turn.preface(edited);
    match message.words() {
        // A request in the place of another is that request, not an answer to what the other led to.
        Some(text) if !message.masked && !text.starts_with('/') && is_sure_request(turn, text) => {
            let reading = understanding::read(turn.context.matcher, text);
            speaks(turn, text, &reading);
            turn.note(&reading);
            turn.state.work.task = None;
            understand(turn, text, reading, said::of_message(turn, &message))
        }
        // What was typed before the question is no yes to it, whatever it is changed to.
        Some(_) | None => match turn.state.work.open {
            Some(Question::Confirm { change, .. }) => steps::confirm_plainly(turn, change),
            Some(_) | None => {
                let said = said::of_edit(turn, &message);
                hear(turn, &message, said)
            }
        },
    }
}

fn is_sure_request(turn: &Turn<'_>, text: &str) -> bool {
    let reading = understanding::read(turn.context.matcher, text);
    let calm = reading.mood != Mood::Angry;
    calm && reading.decision == Decision::Answer && reading.intent.is_some_and(|intent| !is_small_talk(&intent))
}

fn hear(turn: &mut Turn<'_>, message: &Message, said: Said) -> Next {
    if message.masked {
        let warning = turn.reply("common.private_data");
        turn.preface(warning);
        if message.words().is_some_and(is_only_data) {
            return Next::Rest; // what was asked stands
        }
    }
    if let Some(contact) = &message.contact {
        return shared(turn, contact);
    }
    if turn.state.work.open == Some(Question::Evidence)
        && message.kind != Kind::Text
        && let Some(next) = flows::in_work(turn).shown(turn, message)
    {
        return next;
    }
    if message.words().is_none_or(|text| text.starts_with('/')) {
        turn.state.work.pieces = None;
    }
    match message.words() {
        None => wordless(turn, message.kind),
        Some(text) if text.starts_with('/') && said != Said::Forwarded => {
            command(turn, text);
            Next::Rest
        }
        Some(text) => words(turn, text, said),
    }
}

/// Nothing but a personal number, with a word or two that say what it is.
fn is_only_data(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    text.contains(crate::privacy::MASK) && words.count() <= 3
}

/// A contact. The customer's own, shared by Telegram's button, proves the phone; any other proves nothing.
fn shared(turn: &mut Turn<'_>, contact: &Contact) -> Next {
    let asked = match turn.state.work.open {
        Some(Question::Phone { again }) => Some(again),
        Some(_) | None => None,
    };
    // Digits that could be two numbers, of an event from an earlier version, are nobody's.
    match (contact.own && contact.phone.is_certain(), asked) {
        (true, _) => {
            turn.state.customer.phone = Some(contact.phone.clone());
            let in_work = asked.is_some() || turn.state.work.task.is_some();
            let reply = turn.reply(if in_work { "proof.thanks" } else { "proof.noted" });
            turn.say_keyboard(reply, Keyboard::Remove);
            if asked.is_none() {
                return steps::asked_again(turn);
            }
            turn.state.work.open = None;
            steps::forget_parcel(turn);
            Next::GoOn
        }
        (false, Some(false)) => {
            let reply = turn.reply("proof.not_own");
            steps::ask_phone(turn, reply, true);
            Next::Rest
        }
        (false, Some(true)) => {
            let reply = turn.reply("proof.declined");
            turn.preface(reply);
            Next::person(Reason::NotProven)
        }
        (false, None) => wordless(turn, Kind::Contact),
    }
}

fn command(turn: &mut Turn<'_>, text: &str) {
    // «/start@our_bot payload» and «/START» are the same command.
    let name = text.split(|c: char| c.is_whitespace() || c == '@').next().unwrap_or_default();
    let payload = text.split_whitespace().nth(1).unwrap_or_default();
    match name.to_lowercase().as_str() {
        "/start" => {
            if let Some(told) = original::opened(turn, payload) {
                return turn.say(told);
            }
            let known = turn.state.customer.said > 0;
            steps::forget_requests(turn);
            let key = if known { "greeting.welcome_back" } else { "greeting.welcome" };
            let reply = turn.reply(key).with_some("name", turn.name());
            let menu = flows::menu(turn);
            turn.say_with(reply, menu);
        }
        _ => {
            let reply = turn.reply("common.unknown_command");
            let menu = flows::menu(turn);
            turn.say_with(reply, menu);
        }
    }
}

/// A sticker, a picture, a voice: nothing to read. Asked about once; then a person looks.
fn wordless(turn: &mut Turn<'_>, kind: Kind) -> Next {
    let offered = Some(Question::Person { about: HUMAN.into() });
    match kind {
        // What was said aloud cannot be read: said so once, whatever came before.
        Kind::Voice | Kind::VideoNote if turn.state.work.open != offered => {
            let reply = turn.reply("common.voice_received");
            let person = vec![turn.person_row()];
            turn.ask(Question::Person { about: HUMAN.into() }, reply, person);
            Next::Rest
        }
        Kind::Voice | Kind::VideoNote => Next::person(Reason::Unsure),
        _ if turn.state.work.open == Some(Question::Words) => Next::person(Reason::Unsure),
        Kind::Text | Kind::Sticker => {
            let reply = turn.reply("common.no_words");
            let menu = flows::menu(turn);
            turn.ask(Question::Words, reply, menu);
            Next::Rest
        }
        Kind::Location => {
            let reply = turn.reply("common.location_received");
            let person = vec![turn.person_row()];
            turn.ask(Question::Words, reply, person);
            Next::Rest
        }
        Kind::Photo | Kind::Video | Kind::Animation | Kind::Audio | Kind::Document | Kind::Contact | Kind::Other => {
            let reply = turn.reply("common.media_received");
            let person = turn.person_row();
            turn.ask(Question::Words, reply, vec![person]);
            Next::Rest
        }
    }
}

fn words(turn: &mut Turn<'_>, text: &str, said: Said) -> Next {
    if said == Said::Forwarded {
        let reading = understanding::read(turn.context.matcher, text);
        return passed_on(turn, text, reading);
    }
    let joined = pieces::joined(turn, text);
    let whole = joined.as_deref().unwrap_or(text);
    let reading = understanding::read(turn.context.matcher, whole);
    if !is_gibberish(whole) && !follow_up::is_one(turn, whole, &reading) && pieces::wait(turn, text, &reading) {
        return Next::Rest;
    }
    if joined.is_some() {
        turn.state.work.pieces = None;
        turn.heard = Some(whole.to_owned());
    }
    read(turn, whole, reading, said)
}

/// What was begun in pieces has waited long enough for the rest.
pub(super) fn pieces_due(turn: &mut Turn<'_>) -> Next {
    let Some(text) = pieces::due(turn) else {
        return Next::Rest;
    };
    if !turn.state.is_bots() {
        return Next::Rest; // a person has it by now
    }
    let reading = understanding::read(turn.context.matcher, &text);
    turn.heard = Some(text.clone());
    if reading.piece == Piece::Fragment
        && let Some(next) = known::further(turn, &text, &reading)
    {
        return next;
    }
    let asked_before = turn.state.work.open == Some(Question::Words);
    let key = match (reading.decision, reading.piece) {
        (Decision::Answer | Decision::Clarify, _) | (_, Piece::Whole) => None,
        _ if asked_before => None,
        (Decision::Handoff, Piece::Opener) => Some("common.listening"),
        (Decision::Handoff, Piece::Fragment) => Some("common.tell_more"),
    };
    let Some(key) = key else {
        return read(turn, &text, reading, Said::Own);
    };
    speaks(turn, &text, &reading);
    let reply = turn.reply(key).with_some("name", turn.name());
    turn.ask(Question::Words, reply, Vec::new());
    Next::Rest
}

/// A message, or several that are one, as it is to be read.
fn read(turn: &mut Turn<'_>, text: &str, reading: Reading, said: Said) -> Next {
    // «Спасибо, вы чудо! А паспорт брать?» is the question, and the thanks go with it.
    let polite = reading.decision == Decision::Answer && reading.intent.as_deref().is_some_and(is_small_talk);
    let question = follow_up::question_in(turn, text).filter(|_| polite && said == Said::Own);
    let (text, reading) = match question {
        Some(question) => (question, understanding::read(turn.context.matcher, question)),
        None => (text, reading),
    };
    let rated = match turn.state.work.open {
        // «Секунду» is no word about anything; the question stays.
        Some(Question::RatingWords(ticket)) if turn.context.phrasebook.small_word(text) != Some(SmallWord::Wait) => {
            rating::told(turn, ticket, text);
            true
        }
        Some(_) | None => false,
    };
    if reading.wordless
        && !rated
        && (turn.state.work.open.is_none() || turn.context.phrasebook.yes_or_no(text).is_none())
    {
        return wordless(turn, Kind::Text);
    }
    speaks(turn, text, &reading);
    tell_language(turn, &reading);
    turn.note(&reading);
    let asked_for_person = calls_person(&reading);
    let after_ticket = matches!(turn.state.work.open, Some(Question::Helped(_)));
    if let Some(next) = story::writes_on(turn) {
        return next;
    }
    if said == Said::Own
        && let Some(next) = queue::asked_of(turn, text, &reading)
    {
        return next;
    }
    let story = story::hear(turn, text, &reading);
    let person = match (asked_for_person, reading.mood) {
        (_, Mood::Angry) if after_ticket => Some(Reason::NotHelped),
        (_, Mood::Angry) => Some(Reason::Angry),
        (true, Mood::Calm | Mood::Upset) => Some(Reason::Asked),
        (false, Mood::Calm | Mood::Upset) => None,
    };
    if let (Some(_), Some(number)) = (person, reading.slots.tracking_numbers.first()) {
        turn.state.work.parcel = Some(TrackingNumber::new(number)); // whoever takes over sees which it is about
    }
    match (person, &story) {
        (Some(reason), Some(story)) => return story::to_person(turn, reason, story, &reading),
        (Some(reason), None) => return Next::person(reason),
        (None, Some(story)) if story::may_interrupt(turn) => story::name(turn, story),
        (None, Some(_) | None) => {}
    }
    let own = known::surely(turn, text, &reading, said);
    if let Some(next) = own
        .or_else(|| if said == Said::Own { about::heard(turn, text, &reading) } else { None })
        .or_else(|| follow_up::follows(turn, text, &reading))
        .or_else(|| stance::turns_down(turn, text, &reading).filter(|_| said == Said::Own))
        .or_else(|| known::answers(turn, text, &reading, said))
        .or_else(|| answer::answers(turn, text, &reading, said == Said::Older))
    {
        return next;
    }
    match story {
        // A long story of which no request is sure: a person reads it, and sees the parcel it is about.
        Some(story) if story::is_long(text) && reading.decision != Decision::Answer && story::may_interrupt(turn) => {
            story::to_person(turn, Reason::Unsure, &story, &reading)
        }
        Some(_) | None => understand(turn, text, reading, said),
    }
}

/// Whether a person is called. That is believed sooner than a request: nobody who may want a person is asked what else they
/// may want.
fn calls_person(reading: &Reading) -> bool {
    // «Оператор мне уже ответил». («С роботом говорить не буду» denies too, and calls all the same.)
    let no_more = reading.stance == Stance::ReportsDone && reading.stance_confidence >= CALLS;
    let alone = reading.intent.as_deref() == Some(HUMAN) && reading.confidence >= CALLS;
    // Whatever is asked for beside it, a person takes care of both.
    let beside = reading.requests.iter().any(|request| request == HUMAN) && reading.decision == Decision::Answer;
    (alone || beside) && !no_more
}

/// Words of somebody else's that the customer passed on: they tell neither how the customer feels nor which language the
/// customer speaks.
fn passed_on(turn: &mut Turn<'_>, text: &str, reading: Reading) -> Next {
    let mood = turn.state.customer.mood;
    turn.note(&reading);
    turn.state.customer.mood = mood;
    if calls_person(&reading) {
        return Next::person(Reason::Asked);
    }
    if let Some(next) = known::warns(turn, text) {
        return next;
    }
    match forwarded::taken(turn, text, &reading) {
        Some(next) => next,
        None => understand(turn, text, reading, Said::Forwarded),
    }
}

/// Follows the customer's language, once there is more to judge it by than a number or a word.
fn speaks(turn: &mut Turn<'_>, text: &str, reading: &Reading) {
    let words = text
        .split_whitespace()
        .filter(|word| word.chars().count() > 1 && word.chars().all(|c| c.is_alphabetic() || ",.!?".contains(c)))
        .count();
    if words >= 2 || turn.state.customer.language.is_none() {
        turn.state.customer.language = Some(reading.language);
    }
}

/// Who writes in a neighbour language is told once which one is answered in.
fn tell_language(turn: &mut Turn<'_>, reading: &Reading) {
    if reading.neighbours && !turn.state.customer.told_language && reading.language == turn.language() {
        turn.state.customer.told_language = true;
        let reply = turn.reply("common.neighbour");
        turn.preface(reply);
    }
}

/// A request that is sure is taken up; a likely one is asked about, once; the rest goes to a person.
///
/// What was passed on gives numbers, but no reason for what the customer may want of them.
fn understand(turn: &mut Turn<'_>, text: &str, reading: Reading, said: Said) -> Next {
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
        // What is asked about may be about this parcel.
        (Decision::Clarify, Some(intent))
            if may_clarify(turn)
                && intent != flows::of_a_number().intent()
                && flows::intents().any(|own| own == intent)
                && has_other_words(text)
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
            // Whatever was answered, the matter goes on with people: nobody who was with them is asked what it is about.
            None if said == Said::Own && matches!(turn.state.work.open, Some(Question::Helped(_))) => {
                Next::person(Reason::NotHelped)
            }
            None if reading.decision == Decision::Clarify && may_clarify(turn) => clarify(turn, told, &reading),
            None => unclear(turn, text, &reading, said),
        },
    }
}

/// The small talk that a message most likely is, where no request is near: thanks beside a fact need no person. `None`
/// where something may be wanted.
fn quiet(reading: &Reading) -> Option<&str> {
    let best = reading.candidates.first().filter(|best| best.confidence >= QUIET && is_small_talk(&best.intent))?;
    let wants = |other: &Candidate| !is_small_talk(&other.intent) && other.confidence >= NEAR;
    (reading.mood == Mood::Calm && !reading.candidates.iter().any(wants)).then_some(best.intent.as_str())
}

fn denies(reading: &Reading) -> bool {
    reading.stance == Stance::Declines && reading.stance_confidence >= CALLS
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
    weak && plain && !wants && follow_up::context(turn).is_some() && turn.state.work.unclear.is_none()
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
    if likely == [where_is] && reading.mood != Mood::Angry && turn.state.work.parcel.is_none() {
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

/// A message that could not be worked on: whatever it says, a person reads it.
pub(super) fn unreadable(turn: &mut Turn<'_>, customer: Person, message: &Message) -> Next {
    turn.meet(customer);
    turn.record(Speaker::Customer, message);
    original::note(turn, message);
    match turn.state.desk.assignee {
        Assignee::Bot => Next::person(Reason::Unsure),
        Assignee::Queue { .. } | Assignee::Agent { .. } => {
            relay::to_desk(turn, message);
            Next::Rest
        }
    }
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
    if asked_before
        || is_long
        || said == Said::Forwarded
        || turn.state.work.task.is_some()
        || (reading.mood != Mood::Calm && ours)
    {
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
fn is_gibberish(text: &str) -> bool {
    text.split_whitespace().all(|word| {
        let mut letters: Vec<char> = word.chars().collect();
        let length = letters.len();
        letters.sort_unstable();
        letters.dedup();
        length > 60 || (length >= 5 && letters.len() <= 2)
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
