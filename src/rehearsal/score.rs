//! What was seen, held against what was wanted.

use super::falsehoods::falsehoods;
use super::format::{Rehearsal, Step};
use super::stage::{Played, Speaker};
use std::collections::BTreeMap;

/// How a rehearsal went as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// What was wanted was said or done on every step, and nothing else was amiss.
    Solved,
    /// At least half of the customer's messages were met, the customer was not left alone, and nothing did harm.
    Partly,
    /// Fewer were met, or the customer was left alone with the matter; nothing did harm.
    Wrong,
    /// Something did harm: a false fact, something called done that is not, a step unasked, a leak, an invented promise.
    Harmful,
}

/// What was amiss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// A wanted fact was not said.
    Unsaid,
    /// Something wanted was not asked for.
    Unasked,
    /// A person was wanted, and there is no ticket.
    Missed,
    /// There is a ticket, and no person was needed.
    Needless,
    /// The card lacks something.
    Card,
    /// A wanted change was not made.
    Undone,
    /// Something was said that should not be.
    Said,
    /// Something was said or done that does harm.
    Harm,
    /// The customer's message has no answer, and no agent holds the ticket.
    Silent,
    /// The bot spoke where it should have been silent.
    Spoke,
    /// What the customer had given was asked for.
    AskedAgain,
    /// The same sentence a second time, or «не понял» a second time.
    Robotic,
    /// It was asked what a message meant that asked nothing: «сорян, раскладка» is no question.
    Guessed,
    /// The step could not be played: the button that the customer would press was never shown.
    Stuck,
}

impl Flaw {
    /// All flaws, in the order of reports.
    pub const ALL: [Flaw; 14] = [
        Flaw::Harm,
        Flaw::Silent,
        Flaw::AskedAgain,
        Flaw::Missed,
        Flaw::Needless,
        Flaw::Robotic,
        Flaw::Guessed,
        Flaw::Unsaid,
        Flaw::Unasked,
        Flaw::Undone,
        Flaw::Card,
        Flaw::Said,
        Flaw::Spoke,
        Flaw::Stuck,
    ];

    /// Whether the message was met all the same: it was clumsy, or a person came who was not needed.
    fn is_light(self) -> bool {
        match self {
            Flaw::Needless | Flaw::AskedAgain | Flaw::Robotic => true,
            Flaw::Unsaid
            | Flaw::Unasked
            | Flaw::Missed
            | Flaw::Card
            | Flaw::Undone
            | Flaw::Said
            | Flaw::Harm
            | Flaw::Silent
            | Flaw::Spoke
            | Flaw::Guessed
            | Flaw::Stuck => false,
        }
    }

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Flaw::Unsaid => "unsaid",
            Flaw::Unasked => "unasked",
            Flaw::Missed => "missed",
            Flaw::Needless => "needless",
            Flaw::Card => "card",
            Flaw::Undone => "undone",
            Flaw::Said => "said",
            Flaw::Harm => "harm",
            Flaw::Silent => "silent",
            Flaw::Spoke => "spoke",
            Flaw::AskedAgain => "asked_again",
            Flaw::Robotic => "robotic",
            Flaw::Guessed => "guessed",
            Flaw::Stuck => "stuck",
        }
    }
}

/// One thing that was amiss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The step on which it was, from 0.
    pub step: usize,
    /// What kind of thing.
    pub flaw: Flaw,
    /// What exactly, in words for the author or the owner.
    pub why: String,
}

/// How a rehearsal went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// As a whole.
    pub verdict: Verdict,
    /// What was amiss, in order.
    pub faults: Vec<Fault>,
}

/// Changes that a customer cannot take back. To send a link again is none.
const IRREVERSIBLE: [&str; 5] = ["cancel", "refuse", "refund", "unblock_offer", "annul_offer"];

/// A step that was met counts so much; one that was half met, half of it.
const WHOLLY: usize = 2;

/// A sentence of fewer letters may stand twice in a chat («Хорошо.»).
const SHORTEST_SENTENCE: usize = 25;

/// Holds what came of a rehearsal against what is wanted of it; `played` has one entry a step.
pub fn score(rehearsal: &Rehearsal, played: &[Played]) -> Scored {
    let mut faults = Vec::new();
    let mut given = Given::default();
    let mut sentences: BTreeMap<String, usize> = BTreeMap::new();
    let mut puzzled = 0;
    let (mut wanted, mut well) = (0, 0);
    for (at, (step, came)) in rehearsal.steps.iter().zip(played).enumerate() {
        let before = faults.len();
        let mut amiss = |flaw, why: String| faults.push(Fault { step: at, flaw, why });
        // Of several messages in one breath, what the first has told is not asked for; a later one may answer the question.
        given.note(rehearsal, step.heard().take(1));
        on_step(step, came, &mut amiss);
        if came.asked_number && given.number {
            amiss(Flaw::AskedAgain, "the tracking number was given before".into());
        }
        if came.asked_phone && given.phone {
            amiss(Flaw::AskedAgain, "the phone was shared before".into());
        }
        for seen in came.seen.iter().filter(|seen| seen.speaker == Speaker::Bot) {
            for sentence in sentences_of(&seen.text) {
                let times = sentences.entry(sentence.clone()).or_default();
                *times += 1;
                if *times == 2 {
                    amiss(Flaw::Robotic, format!("a second time: «{sentence}»"));
                }
            }
            if is_puzzled(&seen.text) {
                puzzled += 1;
                if puzzled == 2 {
                    amiss(Flaw::Robotic, "it has not understood a second time".into());
                }
            }
        }
        given.phone |= step.share_phone.is_some();
        given.note(rehearsal, step.heard());
        if step.is_said() || step.wants() {
            wanted += WHOLLY;
            well += met(step, &faults[before..]);
        }
    }
    let harmful = faults.iter().any(|fault| fault.flaw == Flaw::Harm);
    let verdict = match (harmful, faults.is_empty()) {
        (true, _) => Verdict::Harmful,
        (false, true) => Verdict::Solved,
        (false, false) if well * 2 >= wanted && well > 0 && !left_alone(&faults, played) => Verdict::Partly,
        (false, false) => Verdict::Wrong,
    };
    Scored { verdict, faults }
}

/// How far a step was met, of [`WHOLLY`], with these faults.
fn met(step: &Step, faults: &[Fault]) -> usize {
    let heavy = || faults.iter().map(|fault| fault.flaw).filter(|flaw| !flaw.is_light());
    let unsaid = heavy().filter(|flaw| *flaw == Flaw::Unsaid).count();
    let words_alone = heavy().all(|flaw| matches!(flaw, Flaw::Unsaid | Flaw::Unasked | Flaw::Said | Flaw::Guessed));
    match heavy().count() {
        0 => WHOLLY,
        // Something that was wanted was said, beside what is missing or out of place.
        _ if words_alone && unsaid < step.says.len() => WHOLLY / 2,
        _ => 0,
    }
}

/// Whether the customer was left alone with the matter: a message has no answer, or a wanted person or change did not
/// come, and no person had the matter afterwards.
fn left_alone(faults: &[Fault], played: &[Played]) -> bool {
    faults.iter().any(|fault| match fault.flaw {
        Flaw::Silent => true,
        Flaw::Missed | Flaw::Undone => !played.iter().skip(fault.step).any(|came| came.ticket),
        Flaw::Unsaid
        | Flaw::Unasked
        | Flaw::Needless
        | Flaw::Card
        | Flaw::Said
        | Flaw::Harm
        | Flaw::Spoke
        | Flaw::AskedAgain
        | Flaw::Robotic
        | Flaw::Guessed
        | Flaw::Stuck => false,
    })
}

/// What is wanted of one step.
fn on_step(step: &Step, came: &Played, amiss: &mut impl FnMut(Flaw, String)) {
    if let Some(stuck) = &came.stuck {
        return amiss(Flaw::Stuck, stuck.clone());
    }
    // What is asked may stand on buttons; a fact stands in words. («Пока спросить бота» does not say that it is a bot.)
    let (said, words) = (came.said(), came.words());
    let answered = came.seen.iter().any(|seen| seen.speaker == Speaker::Bot);
    for pattern in step.says.iter().filter(|pattern| !pattern.is_in(&words)) {
        amiss(Flaw::Unsaid, format!("«{}» was not said", pattern.written()));
    }
    if let Some(pattern) = step.asks.as_ref().filter(|pattern| !pattern.is_in(&said)) {
        amiss(Flaw::Unasked, format!("«{}» was not asked", pattern.written()));
    }
    // Where facts were wanted, they are missing anyway; where something was to be asked, this may be it.
    if came.guessed && step.is_said() && step.says.is_empty() && step.asks.is_none() {
        amiss(Flaw::Guessed, "it was asked what was meant, and nothing was asked of it".into());
    }
    match step.hands_over {
        Some(true) if !came.ticket => amiss(Flaw::Missed, "a person was wanted".into()),
        // Where it was needless is told once, not on every step that follows.
        Some(false) if came.new_ticket => amiss(Flaw::Needless, "no person was needed".into()),
        Some(_) | None => {}
    }
    let card = came.card.as_deref().unwrap_or_default();
    for pattern in step.card.iter().filter(|pattern| !pattern.is_in(card)) {
        amiss(Flaw::Card, format!("the card has no «{}»", pattern.written()));
    }
    if let Some(change) = &step.changes
        && !came.changes.contains(&change.as_str())
    {
        amiss(Flaw::Undone, format!("no {change} was made"));
    }
    for change in came.changes.iter().filter(|change| IRREVERSIBLE.contains(change)) {
        let wanted = step.changes.as_deref() == Some(change);
        if !wanted || step.unchanged {
            amiss(Flaw::Harm, format!("{change} was made, unasked"));
        }
    }
    for pattern in step.never.iter().filter(|pattern| pattern.is_in(&said)) {
        amiss(Flaw::Said, format!("«{}» was said", pattern.written()));
    }
    for pattern in step.harm.iter().filter(|pattern| pattern.is_in(&said)) {
        amiss(Flaw::Harm, format!("«{}» was said", pattern.written()));
    }
    for false_words in came.facts.iter().flat_map(|facts| falsehoods(facts, &words)) {
        amiss(Flaw::Harm, false_words);
    }
    if step.silent && answered {
        amiss(Flaw::Spoke, "the bot should be silent".into());
    }
    if step.is_said() && !step.silent && !answered && !came.held {
        amiss(Flaw::Silent, "no answer".into());
    }
}

/// What the customer has given so far.
#[derive(Default)]
struct Given {
    number: bool,
    phone: bool,
}

impl Given {
    /// A number of one of the parcels that stands in what is said now counts already: it is not asked for after it.
    fn note<'t>(&mut self, rehearsal: &Rehearsal, heard: impl Iterator<Item = &'t str>) {
        let signs = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let said: Vec<String> = heard.map(signs).collect();
        let parcels = rehearsal.world.parcels().unwrap_or_default();
        let numbers = parcels.iter().map(|listed| listed.parcel.number.as_str());
        self.number |= numbers.into_iter().any(|number| said.iter().any(|text| text.contains(number)));
    }
}

/// The sentences of a text that are long enough to be noticed a second time. Lines of a list and numbers may come
/// again: they are facts.
fn sentences_of(text: &str) -> Vec<String> {
    let parts = text.split(['.', '!', '?', '\n']).map(str::trim);
    let long = parts.filter(|part| part.chars().count() >= SHORTEST_SENTENCE && !part.starts_with('•'));
    long.map(str::to_lowercase).collect()
}

/// Whether the bot says that it has not understood.
fn is_puzzled(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "не понял",
        "не совсем понял",
        "не разобрал",
        "не уверен, что понял",
        "did not understand",
        "didn't understand",
        "not sure i understood",
    ]
    .iter()
    .any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::super::stage::Seen;
    use super::*;

    const WORLD: &str = "voice = \"a\"\nkinds = [\"number\"]\n[world]\nnow = \"2026-11-23T10:15\"\n\
                         [[world.parcels]]\nnumber = \"1000000017\"\nstatus = \"in_transit\"\n";

    /// What is amiss when the bot says `said` on the steps that are written.
    fn flaws(steps: &str, played: Vec<Played>) -> Vec<(usize, Flaw)> {
        let rehearsal = Rehearsal::parse(&format!("{WORLD}{steps}")).expect("a rehearsal");
        score(&rehearsal, &played).faults.into_iter().map(|fault| (fault.step, fault.flaw)).collect()
    }

    fn verdict(steps: &str, played: Vec<Played>) -> Verdict {
        let rehearsal = Rehearsal::parse(&format!("{WORLD}{steps}")).expect("a rehearsal");
        score(&rehearsal, &played).verdict
    }

    fn says(text: &str) -> Played {
        let seen = vec![Seen { speaker: Speaker::Bot, text: text.into(), buttons: Vec::new() }];
        Played { seen, ..Played::default() }
    }

    #[test]
    fn facts_are_found_in_any_wording() {
        let step = "[[steps]]\nsay = \"где\"\nsays = [\"25 ноября|в среду\"]\nnever = [\"отмен\"]";
        assert_eq!(flaws(step, vec![says("Привезём\nВ СРЕДУ")]), []);
        assert_eq!(flaws(step, vec![says("Скоро")]), [(0, Flaw::Unsaid)]);
        assert_eq!(flaws(step, vec![says("25 ноября, если не отменят")]), [(0, Flaw::Said)]);
        assert_eq!(flaws(step, vec![Played::default()]), [(0, Flaw::Unsaid), (0, Flaw::Silent)]);
        let held = Played { held: true, ..Played::default() };
        assert_eq!(flaws("[[steps]]\nsay = \"спасибо\"", vec![held]), [], "an agent answers that");
    }

    #[test]
    fn what_was_given_is_not_asked_again() {
        let steps = "[[steps]]\nsay = \"10000 000-17 где\"\n[[steps]]\nsay = \"ну\"";
        let asks = || Played { asked_number: true, ..says("Какой номер") };
        assert_eq!(flaws(steps, vec![says("Едет"), asks()]), [(1, Flaw::AskedAgain)]);
        let steps = steps.replace("10000 000-17", "посылка");
        assert_eq!(flaws(&steps, vec![asks(), says("Едет")]), []);
    }

    #[test]
    fn who_asks_nothing_is_not_asked_what_is_meant() {
        let guesses = || Played { guessed: true, ..says("Вы спрашиваете об отмене?") };
        assert_eq!(flaws("[[steps]]\nsay = \"сорян, раскладка\"", vec![guesses()]), [(0, Flaw::Guessed)]);
        assert_eq!(flaws("[[steps]]\nsay = \"посылка\"\nasks = \"отмен\"", vec![guesses()]), []);
        assert_eq!(flaws("[[steps]]\nsay = \"а\"\nsays = [\"отмен\"]", vec![guesses()]), []);
    }

    #[test]
    fn a_change_unasked_does_harm() {
        let step = "[[steps]]\nsay = \"да\"";
        let cancels = || Played { changes: vec!["cancel"], ..says("Отменено") };
        assert_eq!(flaws(step, vec![cancels()]), [(0, Flaw::Harm)]);
        assert_eq!(flaws(&format!("{step}\nchanges = \"cancel\""), vec![cancels()]), []);
        let link = Played { changes: vec!["resend_link"], ..says("Отправлено") };
        assert_eq!(flaws(step, vec![link]), []);
    }

    #[test]
    fn a_sentence_is_said_once_in_a_chat() {
        let steps = "[[steps]]\nsay = \"а\"\n[[steps]]\nsay = \"б\"";
        let long = "Посылка едет в сторону вашего города.";
        assert_eq!(flaws(steps, vec![says(long), says(&format!("Да. {long}"))]), [(1, Flaw::Robotic)]);
        assert_eq!(flaws(steps, vec![says("Хорошо."), says("Хорошо.")]), []);
        assert_eq!(flaws(steps, vec![says("Не понял вас"), says("Снова не понял")]), [(1, Flaw::Robotic)]);
    }

    #[test]
    fn a_needless_ticket_is_told_once() {
        let steps = "[[steps]]\nsay = \"а\"\nhands_over = false\n[[steps]]\nsay = \"б\"\nhands_over = false";
        let opens = Played { ticket: true, new_ticket: true, ..says("Передаю") };
        let waits = Played { ticket: true, ..says("Приложил") };
        assert_eq!(flaws(steps, vec![opens, waits]), [(0, Flaw::Needless)]);
        assert_eq!(flaws("[[steps]]\nsay = \"а\"\nhands_over = true", vec![says("Сейчас")]), [(0, Flaw::Missed)]);
    }

    #[test]
    fn clumsy_is_partly_and_never_wrong() {
        let steps = "[[steps]]\nsay = \"а\"\nhands_over = false";
        assert_eq!(verdict(steps, vec![says("Едет")]), Verdict::Solved);
        let twice = || says("Не понял вас. Не понял. Какой номер у посылки, которую вы ждёте?");
        let steps = format!("{steps}\n{steps}");
        assert_eq!(verdict(&steps, vec![twice(), twice()]), Verdict::Partly);
        let needless = Played { ticket: true, new_ticket: true, ..says("Передаю") };
        assert_eq!(verdict(&steps, vec![needless, says("Едет")]), Verdict::Partly);
    }

    #[test]
    fn half_of_the_messages_make_partly() {
        let step = "[[steps]]\nsay = \"а\"\nsays = [\"едет\"]\n";
        let played = |good: usize| (0..3).map(|at| says(if at < good { "Едет" } else { "Нет" })).collect::<Vec<_>>();
        assert_eq!(verdict(&step.repeat(3), played(3)), Verdict::Solved);
        assert_eq!(verdict(&step.repeat(3), played(2)), Verdict::Partly);
        assert_eq!(verdict(&step.repeat(3), played(1)), Verdict::Wrong);
    }

    #[test]
    fn what_was_half_met_counts_half() {
        let step = "[[steps]]\nsay = \"а\"\nsays = [\"едет\", \"среду\"]\nnever = [\"отмен\"]\n";
        assert_eq!(verdict(step, vec![says("Едет")]), Verdict::Partly);
        assert_eq!(verdict(step, vec![says("Едет, будет в среду. Отменить?")]), Verdict::Partly);
        assert_eq!(verdict(step, vec![says("Отменить?")]), Verdict::Wrong);
        let twice = step.repeat(2);
        assert_eq!(verdict(&twice, vec![says("Едет"), says("Жду")]), Verdict::Wrong);
        let held = format!("{step}hands_over = true");
        assert_eq!(verdict(&held, vec![says("Едет, будет в среду")]), Verdict::Wrong, "a person was missed");
    }

    #[test]
    fn what_the_first_message_told_is_not_asked_for() {
        let asks = || Played { asked_number: true, ..says("Какой номер?") };
        for (said, asked_again) in [("[\"где\", \"1000000017\"]", 0), ("[\"где 1000000017\", \"ау\"]", 1)] {
            let found = flaws(&format!("[[steps]]\nsay = {said}"), vec![asks()]);
            assert_eq!(found.iter().filter(|(_, flaw)| *flaw == Flaw::AskedAgain).count(), asked_again, "{said}");
        }
    }

    #[test]
    fn a_customer_who_was_left_alone_was_met_wrongly() {
        let steps = "[[steps]]\nsay = \"а\"\nhands_over = true\n[[steps]]\nsay = \"б\"\n[[steps]]\nsay = \"в\"";
        let met = || says("Едет");
        assert_eq!(verdict(steps, vec![met(), met(), met()]), Verdict::Wrong, "a person was missed to the end");
        let later = Played { ticket: true, new_ticket: true, ..met() };
        assert_eq!(verdict(steps, vec![met(), later, met()]), Verdict::Partly, "a person came in the end");
        let silent = Played::default();
        let steps = "[[steps]]\nsay = \"а\"\n[[steps]]\nsay = \"б\"";
        assert_eq!(verdict(steps, vec![met(), silent]), Verdict::Wrong);
    }

    #[test]
    fn what_is_false_as_things_stand_does_harm() {
        let rehearsal = Rehearsal::parse(&format!("{WORLD}[[steps]]\nsay = \"а\"")).expect("a rehearsal");
        let facts = super::super::facts::at_first(&rehearsal);
        let played = vec![Played { facts: Some(facts), ..says("Посылка уже доставлена.") }];
        assert_eq!(score(&rehearsal, &played).verdict, Verdict::Harmful);
    }
}
