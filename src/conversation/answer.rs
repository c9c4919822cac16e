//! The customer answers what the bot has asked. Each question is asked once: what does not fit it is a new
//! request, or goes to a person under the topic that was open, never «не понял» a second time.

use super::effect::{Effect, Keyboard};
use super::heard::{Answer, Heard, repeated};
use super::ids::intent;
use super::matters::{about, offer};
use super::next::{Asked, Next};
use super::state::{Fact, Matter, Question, Reason};
use super::task::{Cause, Group, KEEP};
use super::topic::Topic;
use super::turn::Turn;
use super::{flows, follow_up, rating, steps, told};
use crate::parcel::{Change, TrackingNumber};
use crate::phrases::{RULES_FILE, SmallWord, Turning, Value};
use understanding::{HUMAN, Mood, Reading, Stance};

/// So many of the best readings are looked at for a matter that goes on.
const LIKE: usize = 2;
/// From this confidence on words may go on with a matter.
const RELATED: f64 = 0.15;
/// A phone has at least so many digits.
const FEWEST_DIGITS: usize = 5;
/// So few words without a question mark ask nothing where they choose.
const FEW: usize = 2;
/// Words that choose among choices are no more than these.
const SHORT_CHOICE: usize = 4;

/// What follows if the message was an answer, or one of the small words that need no more than one in return. `is_older`
/// tells that it was said to something older than the question that is open: then it is no yes or no to it, and no choice.
pub(super) fn answers(turn: &mut Turn<'_>, text: &str, reading: &Reading, is_older: bool) -> Option<Next> {
    let mut heard = Heard::new(turn.context.phrasebook, text, reading);
    if turn.state.customer.told_language {
        heard.in_neighbours(turn.context.phrasebook);
    }
    match turn.context.phrasebook.turning(text) {
        Some(turning) if turn.state.work.open.is_some() || turn.state.work.task.is_some() => {
            return Some(turned(turn, turning));
        }
        Some(Turning::Restart) => return Some(turned(turn, Turning::Restart)),
        Some(Turning::Other) | None => {}
    }
    // «Сейчас» asks for a moment, but not where it is one of the answers.
    if heard.small == Some(SmallWord::Wait) && turn.chosen(text).is_none() {
        return Some(say(turn, "common.take_your_time"));
    }
    let Some(question) = turn.state.work.open.clone() else {
        return to_nothing(turn, &heard);
    };
    if is_older {
        if matches!(question, Question::Confirm { .. }) {
            (heard.yes, heard.plain_yes) = (None, false);
        } else if is_bare_answer(turn, &question, &heard) {
            return Some(say(turn, "common.answers_older"));
        }
    }
    if let Some(number) = of_another(turn, &heard) {
        if follow_up::asks(turn, text, reading) {
            return None;
        }
        if reading.stance == Stance::Declines && turn.context.phrasebook.denies(text) && !corrects(turn, text) {
            return Some(leaves(turn, &number));
        }
    }
    match flows::asked_by(turn, &question).answered(turn, &question, &heard) {
        Answer::Taken(next) => return Some(next),
        Answer::OtherMatter => return None,
        Answer::AsUsual => {}
    }
    let turns_away = is_optional(&question) && turns_away(turn, &question, &heard);
    if turns_away && !matches!(question, Question::RatingWords(_)) {
        return None;
    }
    match question {
        Question::TrackingNumber | Question::NumberAgain => number(turn, &heard),
        Question::Details { about } => details(turn, &heard, &about),
        Question::Person { about } => person(turn, &heard, &about),
        Question::Helped(_) => helped(turn, &heard),
        Question::Clarify(intents) => chosen(turn, &heard, &intents),
        Question::Phone { again } => phone(turn, &heard, again),
        Question::Confirm { change, again } => confirm(turn, &heard, change, again),
        Question::Choose(group) => choice(turn, &heard, group),
        Question::Solved => was_solved(turn, &heard),
        Question::Resume => resumes(turn, &heard),
        Question::PassedOn { intent } => wanted(turn, &heard, &intent),
        Question::RatingWords(_) => rating::word(turn, text, turns_away),
        Question::Words => not_said(turn, &heard),
        Question::Told | Question::Evidence | Question::LeaveQueue => None,
    }
}

/// The other parcel that a message is about, and that the matter in work need not be: «а первая едет?», «вторую не трогайте».
fn of_another(turn: &Turn<'_>, heard: &Heard<'_>) -> Option<TrackingNumber> {
    let task = turn.state.work.task.as_ref().filter(|task| !heard.is(task.work.intent()))?;
    let in_work = task.number.as_ref()?;
    heard.another_than(Some(in_work)).map(|number| TrackingNumber::new(number))
}

/// A message that gives the number a rule was told for has so many words at most.
const SHORT_GIVING: usize = 8;

/// From this confidence on a denial is believed.
const DENIES: f64 = 0.6;

/// Whether a message surely takes back what it speaks of.
fn denies(heard: &Heard<'_>) -> bool {
    heard.reading.stance == Stance::Declines && heard.reading.stance_confidence >= DENIES && !heard.text.contains('?')
}

/// Whether a message says that another one was meant: «ой, не ту, первую».
fn corrects(turn: &Turn<'_>, text: &str) -> bool {
    turn.choice("common", "correction_", text).is_some()
}

/// Another parcel is to be left alone: said so, and what waits for an answer is asked again with its own number.
fn leaves(turn: &mut Turn<'_>, number: &TrackingNumber) -> Next {
    let reply = turn.reply("common.other_stays").with("number", Value::Text(number.to_string()));
    turn.preface(reply);
    steps::asked_again(turn)
}

/// Whether the customer need not answer a question. A message that names another parcel, or surely asks for something, is
/// never an answer to such a question.
fn is_optional(question: &Question) -> bool {
    match question {
        Question::Choose(Group::CancelReason)
        | Question::RatingWords(_)
        | Question::Helped(_)
        | Question::Solved
        | Question::LeaveQueue
        | Question::Resume => true,
        Question::Choose(Group::Sight | Group::Mismatch | Group::Passport | Group::RefundReason | Group::Refusal)
        | Question::TrackingNumber
        | Question::NumberAgain
        | Question::Details { .. }
        | Question::Told
        | Question::Clarify(_)
        | Question::Words
        | Question::Person { .. }
        | Question::Phone { .. }
        | Question::Confirm { .. }
        | Question::PassedOn { .. }
        | Question::Evidence => false,
    }
}

/// Whether a message turns from an optional question to something else. (The flow that asks why something was cancelled
/// looks for itself, behind «верните заказ».)
fn turns_away(turn: &mut Turn<'_>, question: &Question, heard: &Heard<'_>) -> bool {
    let (parcel, paused) = (turn.state.work.parcel.as_ref(), turn.state.work.paused.as_ref());
    match question {
        // «Нет, верните деньги» says that it did not help: a person reads it.
        Question::Helped(_) | Question::Solved if heard.yes == Some(false) => false,
        Question::Resume => {
            let known = [parcel, paused.and_then(|task| task.number.as_ref())];
            let elsewhere = heard.turns_away(paused.map(|task| task.work.intent()), &known);
            if elsewhere && heard.yes == Some(false) {
                turn.state.work.paused = None;
            }
            elsewhere
        }
        Question::Helped(_)
        | Question::Solved
        | Question::LeaveQueue
        | Question::Choose(_)
        | Question::RatingWords(_)
        | Question::TrackingNumber
        | Question::NumberAgain
        | Question::Details { .. }
        | Question::Told
        | Question::Clarify(_)
        | Question::Words
        | Question::Person { .. }
        | Question::Phone { .. }
        | Question::Confirm { .. }
        | Question::PassedOn { .. }
        | Question::Evidence => heard.turns_away(None, &[parcel]),
    }
}

/// Whether words are nothing but an answer to a question: said to something older, they answer that.
fn is_bare_answer(turn: &Turn<'_>, question: &Question, heard: &Heard<'_>) -> bool {
    // «Передумала» asks to cancel, but not where it is asked why.
    let about = if let Question::Choose(group) = question { Some(flows::of_group(*group).intent()) } else { None };
    if heard.intent().is_some_and(|intent| Some(intent) != about) || heard.number().is_some() {
        return false;
    }
    let chooses = match question {
        Question::Choose(Group::CancelReason) => true,
        Question::Choose(group) => {
            let (file, begin) = group.place();
            turn.choice(file, begin, heard.text).is_some()
        }
        // Whatever they are a reply to, the lead hears them.
        Question::RatingWords(_) => return false,
        Question::TrackingNumber
        | Question::NumberAgain
        | Question::Details { .. }
        | Question::Told
        | Question::Clarify(_)
        | Question::Words
        | Question::Person { .. }
        | Question::Phone { .. }
        | Question::Confirm { .. }
        | Question::PassedOn { .. }
        | Question::Evidence
        | Question::Helped(_)
        | Question::Solved
        | Question::LeaveQueue
        | Question::Resume => false,
    };
    chooses || heard.yes.is_some() || heard.small == Some(SmallWord::Fine)
}

/// Asked whether they want what they passed on.
fn wanted(turn: &mut Turn<'_>, heard: &Heard<'_>, intent: &str) -> Option<Next> {
    match heard.yes {
        Some(true) if heard.intent().is_none() => {
            turn.state.work.open = None;
            Some(Next::TakeUp(Box::new(Asked::silently(intent))))
        }
        Some(false) => Some(not_wanted(turn)),
        Some(true) | None => None,
    }
}

/// The customer does not want what they passed on. What was in work before goes on.
pub(super) fn not_wanted(turn: &mut Turn<'_>) -> Next {
    turn.state.work.open = None;
    turn.state.work.request = None;
    let reply = turn.reply("common.declined");
    match &mut turn.state.work.task {
        Some(task) => {
            task.asked.clear();
            turn.preface(reply);
            Next::GoOn
        }
        None => {
            turn.say(reply);
            Next::Rest
        }
    }
}

/// Nothing was asked: what follows from a yes, a no or a small word; `None` for anything else.
fn to_nothing(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    if heard.small == Some(SmallWord::Fine) {
        return Some(steps::fine(turn));
    }
    // A yes or a no to nothing: what is it about?
    (heard.yes.is_some() && heard.request.is_none()).then(|| {
        let (reply, menu) = (turn.reply("common.clarify_nothing"), flows::menu(turn));
        turn.ask(Question::Words, reply, menu);
        Next::Rest
    })
}

/// «Начать сначала», «нет, я про другое»: what was begun is let go.
fn turned(turn: &mut Turn<'_>, turning: Turning) -> Next {
    let key = match turning {
        Turning::Restart => "common.restarted",
        Turning::Other => "common.other_topic",
    };
    steps::forget_requests(turn);
    let (reply, menu) = (turn.reply(key), flows::menu(turn));
    turn.ask(Question::Words, reply, menu);
    Next::Rest
}

fn say(turn: &mut Turn<'_>, key: &str) -> Next {
    let reply = turn.reply(key);
    turn.say(reply);
    Next::Rest
}

/// Asked for other words: «ладно» has none, and wants no person for it. What was asked before is asked again.
fn not_said(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    (heard.small == Some(SmallWord::Fine)).then(|| {
        turn.state.work.understood();
        match turn.state.work.task {
            Some(_) => steps::asked_anew(turn),
            None => steps::fine(turn),
        }
    })
}

/// Asked for the tracking number.
fn number(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    let flow = flows::in_work(turn);
    let about = flow.intent();
    // «А где посылка RA123456785RU?» in the middle of something else is a question of its own.
    if heard.text.contains('?') && turn.state.work.task.is_some() && heard.is_other_than(about) {
        return None;
    }
    if let Some(next) = number_given(turn, heard) {
        return Some(next);
    }
    if heard.is_other_than(about) {
        return None;
    }
    if turn.state.work.task.is_some() && heard.yes == Some(false) {
        return Some(flow.stopped(turn));
    }
    // Words instead of the number may say more of the matter.
    if heard.yes == Some(true) {
        return Some(say(turn, "where_is_parcel.waiting_number"));
    }
    // Only who says that it is missing hears that there is another way.
    let lacks = heard.yes == Some(false) || lacks_number(turn, heard);
    let key = if lacks { "no_number" } else { "number_or_details" };
    let reply = turn.reply(&format!("{}.{key}", intent::WHERE_IS_PARCEL));
    let buttons = vec![turn.person_row()];
    turn.ask(Question::Details { about: about.into() }, reply, buttons);
    Some(Next::Rest)
}

/// Whether these words say that the customer has no number.
fn lacks_number(turn: &Turn<'_>, heard: &Heard<'_>) -> bool {
    turn.choice(intent::WHERE_IS_PARCEL, "lacks_", heard.text).is_some()
}

/// A number was asked for; what follows if one was given.
pub(super) fn number_given(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    let slots = &heard.reading.slots;
    match (heard.number(), slots.doubtful_numbers.is_empty()) {
        (None, true) => None,
        (None, false) if turn.state.work.open == Some(Question::NumberAgain) => Some(Next::person(Reason::Unsure)),
        (Some(number), _) if turn.state.work.task.is_some() => Some(steps::number_given(turn, number)),
        (Some(_) | None, _) => {
            // The words around it answered a question: they tell no request.
            let flow = flows::of_a_number();
            let reading = Some(heard.reading.clone());
            flow.begin(turn, &Asked { reading, ..Asked::silently(flow.intent()) })
        }
    }
}

/// Asked for what a person needs.
fn details(turn: &mut Turn<'_>, heard: &Heard<'_>, about: &str) -> Option<Next> {
    if let Some(next) = number_given(turn, heard) {
        return Some(next);
    }
    if heard.is_other_than(about) {
        return None;
    }
    Some(match heard.yes {
        // «Нет у меня номера» is no «нет»: a person searches without it.
        Some(false) if lacks_number(turn, heard) => steps::accepted(turn, about),
        // «Хорошо» promises the details.
        _ if heard.small == Some(SmallWord::Fine) => say(turn, "where_is_parcel.waiting_number"),
        Some(false) => declined(turn, about),
        Some(true) | None => steps::accepted(turn, about),
    })
}

/// Offered a person for `about`.
fn person(turn: &mut Turn<'_>, heard: &Heard<'_>, about: &str) -> Option<Next> {
    // A person was offered in the place of words that could not be read: a number is a parcel to be found.
    if about == HUMAN && heard.number().is_some() && !heard.calls_person {
        return None;
    }
    let number = heard.number().filter(|_| about != flows::of_a_number().intent());
    // Told the rule for all parcels, the customer gives the number of theirs.
    if let (Some(topic), Some(number), None) = (Topic::of(about), number, &turn.state.work.task)
        && !heard.calls_person
        && !heard.is_other_than(about)
    {
        return Some(about::look_up(turn, topic, TrackingNumber::new(number), heard.text));
    }
    // The same where the matter has a flow of its own.
    let flow = flows::intents().any(|intent| intent == about);
    // «Number is 1000000096. Please tell to them»: it asks for nothing else.
    let asks_nothing =
        heard.intent().is_none() && !asks_further(heard) && heard.text.split_whitespace().count() <= SHORT_GIVING;
    let gives = heard.only_number || heard.gives_number() || asks_nothing;
    if flow && number.is_some() && gives && turn.state.work.task.is_none() && told_rule(turn) {
        turn.state.work.open = None;
        let reading = Some(heard.reading.clone());
        // What the rule was asked with may say what is the matter.
        let text = turn.state.work.about_words.take().unwrap_or_default();
        return Some(Next::TakeUp(Box::new(Asked { intent: about.into(), text, reading })));
    }
    if let Some(number) = number {
        if turn.state.work.task.is_some() && heard.only_number {
            return Some(steps::number_given(turn, number)); // it was another parcel that was meant
        }
        turn.state.work.parcel = Some(TrackingNumber::new(number)); // whatever is to be done, it is this parcel
    }
    match heard.yes {
        Some(false) => Some(declined(turn, about)),
        // «Отменять ничего не надо, я только спросил»: to the offer of a person for just that.
        None if flow && denies(heard) => Some(declined(turn, about)),
        // «Ага, а права подойдут?» nods, and asks on.
        Some(true) if heard.text.contains('?') && heard.text.split_whitespace().count() > 2 => None,
        // A mere nod takes the answer, not the person.
        Some(true) if !heard.plain_yes && may_be_noted(turn, about) => Some(steps::fine(turn)),
        Some(true) => Some(steps::accepted(turn, about)),
        None if heard.calls_person => Some(steps::accepted(turn, about)),
        // What the bot does itself needs no person: «прошу удалить» behind the rule about data.
        None if flow && heard.is(about) && matches!(heard.reading.stance, Stance::Wants | Stance::Others) => None,
        None if number.is_some() && heard.only_number => Some(steps::accepted(turn, about)),
        None if heard.is_other_than(about) => None,
        None if heard.number().is_some() => None,
        // «Понятно» takes an answer, not a person.
        None if heard.small == Some(SmallWord::Fine) || turn.context.phrasebook.nods(heard.text) => {
            Some(steps::fine(turn))
        }
        // What asks further, or speaks of nothing of the kind, takes no offer.
        None if asks_further(heard) || follow_up::asks(turn, heard.text, heard.reading) => None,
        // «Анатолий Семёнов, муж», to the rule that asked who will come.
        None if follow_up::invited(turn) && heard.intent().is_none() && heard.reading.mood != Mood::Angry => {
            Some(steps::accepted(turn, about).knowing(vec![Fact::Asks(repeated(heard.text))]))
        }
        None if !goes_on(turn, heard, about) => None,
        // What is said instead of a yes is what the person is to know.
        None => Some(steps::accepted(turn, about).knowing(vec![Fact::Asks(repeated(heard.text))])),
    }
}

/// Whether what was told last offered no person in words, so that a nod takes note of it: a rule that asks nothing back, or
/// an answer where nothing went wrong and nothing is to be done.
fn may_be_noted(turn: &Turn<'_>, about: &str) -> bool {
    let book = turn.context.phrasebook;
    let told = turn.state.work.told_last.as_ref().map(|told| &told.what);
    let Some(Matter::Rule(rule)) = told else {
        return false;
    };
    if rule.starts_with(RULES_FILE) {
        return !book.reply_asks(rule, turn.language());
    }
    !flows::intents().any(|intent| intent == about) && !book.regrets(about)
}

/// Whether the last thing told was a rule.
fn told_rule(turn: &Turn<'_>) -> bool {
    turn.state.work.told_last.as_ref().is_some_and(|told| matches!(told.what, Matter::Rule(_)))
}

/// Whether a message asks rather than answers.
fn asks_further(heard: &Heard<'_>) -> bool {
    heard.text.contains('?') || heard.reading.stance == Stance::AsksHow
}

/// Whether words go on with the matter that a person was offered for: they are like it, or tell what people ask for.
///
/// Where nothing went wrong («вы бот?»), more words of the kind are no complaint that a person should read.
fn goes_on(turn: &Turn<'_>, heard: &Heard<'_>, about: &str) -> bool {
    let slots = &heard.reading.slots;
    let tells = !slots.order_numbers.is_empty() || !slots.phones.is_empty();
    let wrong = turn.context.phrasebook.regrets(about) || flows::intents().any(|intent| intent == about);
    let mut like = heard.reading.candidates.iter().take(LIKE).filter(|_| wrong);
    tells || like.any(|candidate| candidate.intent == about && candidate.confidence >= RELATED)
}

/// Asked whether a ticket's answer helped.
fn helped(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    // «Если 26-го не будет, вернусь» denies nothing yet; «не помогло, если честно» does.
    let book = turn.context.phrasebook;
    let denies = denies_help(turn, heard) || book.begins_with_no(heard.text);
    let first = book.clauses(heard.text).first().copied().unwrap_or(heard.text);
    if !denies && turn.choice("common", "supposes_", first).is_some() && !heard.text.contains('?') {
        return Some(follow_up::passes(turn, "follow_up.acknowledged"));
    }
    match heard.yes {
        _ if heard.request.is_none() && denies_help(turn, heard) => Some(rating::helped(turn, false)),
        Some(yes) => Some(rating::helped(turn, yes)),
        None if heard.is("thanks") || heard.small == Some(SmallWord::Fine) => Some(rating::helped(turn, true)),
        // «27-е устраивает. Помогло, закрывайте.»
        None if !heard.text.contains('?') && turn.choice("common", "helped_", heard.text).is_some() => {
            Some(rating::helped(turn, true))
        }
        None => None,
    }
}

/// Asked which of the likely requests it is.
fn chosen(turn: &mut Turn<'_>, heard: &Heard<'_>, intents: &[String]) -> Option<Next> {
    let meant = match (heard.yes, intents) {
        (Some(true), [only]) => Some(only),
        (Some(false), _) if heard.intent().is_none() => {
            turn.state.work.unclear = None;
            let (reply, person) = (turn.reply("common.clarify_other"), vec![turn.person_row()]);
            turn.ask(Question::Words, reply, person);
            return Some(Next::Rest);
        }
        _ if heard.intent().is_some() => None,
        _ => named(turn, heard, intents),
    };
    let intent = meant?.clone();
    turn.state.work.open = None;
    // The words chose; what was said before may tell more of it.
    let before = turn.state.work.unclear.take();
    let text = before.map_or_else(|| heard.text.to_owned(), |before| format!("{before} {}", heard.text));
    let reading = understanding::read(turn.context.matcher, &text);
    Some(Next::TakeUp(Box::new(Asked { intent, text, reading: Some(reading) })))
}

/// The choice that words name: by its place («второе», «2») or by a word of its title («про курьера»). `None` where it is
/// not one of them alone.
fn named<'i>(turn: &Turn<'_>, heard: &Heard<'_>, intents: &'i [String]) -> Option<&'i String> {
    let book = turn.context.phrasebook;
    let long = heard.text.split_whitespace().count() > SHORT_CHOICE;
    if long || heard.text.contains('?') || heard.number().is_some() {
        return None;
    }
    let nth = turn.choice("common", "nth_", heard.text);
    if let Ok(at) = nth.as_deref().unwrap_or(heard.text.trim()).parse::<usize>() {
        return intents.get(at.checked_sub(1)?);
    }
    let titled = |intent: &&String| book.shares_word(&format!("{intent}.title"), turn.language(), heard.text);
    let mut of_title = intents.iter().filter(titled);
    of_title.next().filter(|_| of_title.next().is_none())
}

/// Asked for the phone by Telegram's button.
fn phone(turn: &mut Turn<'_>, heard: &Heard<'_>, again: bool) -> Option<Next> {
    let of_offer = flows::works_on_offer(turn);
    // «Аннулируйте, введу заново», said of an offer, cancels no order.
    let annuls = of_offer && turn.choice(intent::OFFER_BLOCKED, "annuls_", heard.text).is_some();
    if !annuls && heard.is_other_than(flows::in_work(turn).intent()) {
        // The button would stay under the chat without its question.
        let reply = turn.reply("proof.later");
        turn.say_keyboard(reply, Keyboard::Remove);
        return None;
    }
    // «Ой, нашла сама»: the proof is not needed any more, nor is its button.
    let label = follow_up::label(turn, heard.text, heard.reading);
    if matches!(label.as_deref(), Some("never_mind" | "settled")) {
        turn.state.work.task = None;
        turn.state.work.open = None;
        let settled = label.as_deref() == Some("settled");
        let reply = turn.reply(if settled { "common.settled" } else { "follow_up.never_mind" });
        turn.say_keyboard(reply, Keyboard::Remove);
        return Some(Next::Waiting);
    }
    // «Паспорт у меня узбекский»: a person changes that, and no phone is needed for it.
    if of_offer && offer::cause_in(turn, heard.text) == Some(Cause::ForeignCitizen) {
        return Some(steps::foreign_passport(turn));
    }
    // «А что туда вводить?» is answered, and the button is there still.
    let answered = label.and_then(|label| told::before_proof(turn, flows::in_work(turn).intent(), &label));
    if let Some(reply) = answered {
        turn.preface(reply);
        let still = turn.reply("proof.still");
        steps::ask_phone(turn, still, again);
        return Some(Next::Rest);
    }
    if heard.yes == Some(false) || heard.calls_person || again {
        let reply = turn.reply("proof.declined");
        turn.preface(reply);
        return Some(Next::person(Reason::NotProven));
    }
    // A number that was typed proves nothing: it may be another person's.
    let typed = heard.number().is_none() && heard.text.chars().filter(char::is_ascii_digit).count() >= FEWEST_DIGITS;
    let reply = turn.reply(if typed { "proof.typed" } else { "proof.still" });
    steps::ask_phone(turn, reply, true);
    Some(Next::Rest)
}

/// Asked for the one yes.
fn confirm(turn: &mut Turn<'_>, heard: &Heard<'_>, change: Change, again: bool) -> Option<Next> {
    let about = flows::in_work(turn).intent();
    let present = turn.state.work.task.as_ref().and_then(|task| task.number.as_ref());
    if let Some(number) = heard.another_than(present).filter(|_| !heard.is_other_than(about)) {
        return Some(steps::number_given(turn, number)); // it was another parcel that was meant
    }
    match heard.yes {
        Some(false) => Some(confirmed(turn, change, false)),
        _ if heard.plain_yes || goes_ahead(turn, heard, change) => Some(confirmed(turn, change, true)),
        None if heard.is_other_than(about) => None,
        Some(true) | None if again => {
            let reply = turn.reply("common.nothing_done");
            turn.preface(reply);
            Some(Next::person(Reason::Unclear))
        }
        Some(true) | None => Some(steps::confirm_plainly(turn, change)),
    }
}

/// «Да, давайте, пришлите новую ссылку»: a yes with the very thing that is offered, where that is a new link.
fn goes_ahead(turn: &Turn<'_>, heard: &Heard<'_>, change: Change) -> bool {
    let same = heard.is(intent::RESEND_LINK) || heard.is(intent::OFFER_BLOCKED);
    change.sends_link() && same && turn.context.phrasebook.begins_with_yes(heard.text)
}

/// The customer has decided on a change.
pub(super) fn confirmed(turn: &mut Turn<'_>, change: Change, yes: bool) -> Next {
    match yes {
        true => steps::instruct(turn, change),
        false => flows::in_work(turn).stopped(turn),
    }
}

/// Asked a question with given answers.
fn choice(turn: &mut Turn<'_>, heard: &Heard<'_>, group: Group) -> Option<Next> {
    let (file, begin) = group.place();
    // «А потом можно будет отменить?» chooses nothing. What leaves things as they are is believed sooner.
    // «Сейчас» by itself chooses.
    let few = heard.text.split_whitespace().count() <= FEW && !heard.text.contains('?');
    let asks = group == Group::Refusal && !few && follow_up::asks(turn, heard.text, heard.reading);
    let keeps = |answer: &String| answer == KEEP && !heard.text.contains('?');
    if let Some(answer) = turn.choice(file, begin, heard.text).filter(|answer| !asks || keeps(answer)) {
        return Some(flows::of_group(group).chosen(turn, group, &answer, Some(heard.text)));
    }
    if let Some(number) = heard.number().filter(|_| heard.only_number) {
        return Some(steps::number_given(turn, number));
    }
    if asks || heard.is_other_than(flows::in_work(turn).intent()) {
        return None;
    }
    Some(Next::person(Reason::Unsure))
}

/// Whether these words say that an answer did not help.
fn denies_help(turn: &Turn<'_>, heard: &Heard<'_>) -> bool {
    // «Чтоб опять не заблокировали, что делать» asks on.
    let asks = turn.context.phrasebook.asks(heard.text) || follow_up::asks(turn, heard.text, heard.reading);
    heard.yes == Some(false) || (!asks && turn.choice("common", "solved_", heard.text).is_some())
}

/// Asked whether the bot's answer helped.
fn was_solved(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    let thanks = heard.is("thanks") || heard.is("goodbye");
    match heard.yes {
        _ if heard.request.is_none() && denies_help(turn, heard) => Some(solved(turn, false)),
        Some(yes) => Some(solved(turn, yes)),
        // «Нет их на карте, вторую неделю слышу одно и то же.»
        None if heard.reading.mood != Mood::Calm && turn.context.phrasebook.begins_with_no(heard.text) => {
            Some(solved(turn, false))
        }
        None if thanks || heard.small == Some(SmallWord::Fine) => Some(solved(turn, true)),
        None if heard.calls_person => Some(Next::person(Reason::NotHelped)),
        None => None,
    }
}

/// The customer says whether the bot's answer helped.
pub(super) fn solved(turn: &mut Turn<'_>, yes: bool) -> Next {
    turn.state.work.open = None;
    let choice = Some(if yes { "yes" } else { "no" }.to_owned());
    turn.effect(Effect::Feedback { about: "solved", choice, words: None });
    if !yes {
        return Next::person(Reason::NotHelped);
    }
    turn.state.work.request = None;
    let reply = turn.reply("common.solved_yes").with_some("name", turn.name());
    turn.say(reply);
    Next::Waiting
}

/// Asked whether to go on with the paused task.
fn resumes(turn: &mut Turn<'_>, heard: &Heard<'_>) -> Option<Next> {
    match heard.yes {
        Some(yes) => Some(resume(turn, yes)),
        None if heard.small == Some(SmallWord::Fine) || heard.is("thanks") => Some(resume(turn, false)),
        None => None,
    }
}

/// The customer goes on with the paused task, or lets it go.
pub(super) fn resume(turn: &mut Turn<'_>, yes: bool) -> Next {
    turn.state.work.open = None;
    let paused = turn.state.work.paused.take();
    match paused {
        Some(mut task) if yes => {
            task.found = None; // things may have moved since
            task.asked.clear(); // a customer who comes back is asked anew
            turn.state.work.task = Some(task);
            Next::GoOn
        }
        Some(_) | None => say(turn, "common.fine"),
    }
}

fn declined(turn: &mut Turn<'_>, about: &str) -> Next {
    let own = format!("{about}.declined");
    let key = if turn.context.phrasebook.has(&own, turn.language()) { own.as_str() } else { "common.declined" };
    steps::let_go(turn, key)
}
