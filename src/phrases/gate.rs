//! The gate before learning: what an agent taught goes in only if nothing that was read rightly suffers.

use super::book::{Learned, Phrasebook};
use super::check::failing_tests;
use super::problem::Problem;
use std::collections::BTreeSet;
use std::sync::Arc;
use understanding::{Contradiction, Decision, HUMAN, Matcher, contradiction, held_out_accuracy, read};

/// By how much the share of right readings of the intents involved may fall. Of the messages of two intents that is
/// about three; what people taught rightly cost two at most.
const TOLERANCE: f64 = 0.003;

/// Why something must not be learned.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Harm {
    /// Another intent says the same.
    #[error("«{utterance}» says the same as «{example}» of {with}")]
    Conflict {
        /// The customer's message that was to be taught.
        utterance: String,
        /// The other intent; «none» for what must not be answered.
        with: String,
        /// Its example, or what was taught for it in the same try.
        example: String,
    },
    /// The intent has it among its near misses: a person decided that it is something else.
    #[error("«{utterance}» stands among the not_examples of {intent}")]
    NearMiss {
        /// The customer's message that was to be taught.
        utterance: String,
        /// The id of the intent it was to be taught for.
        intent: String,
    },
    /// Tests of the phrasebook would no longer hold.
    #[error("{} of the phrasebook would begin to fail: {}", tests(failing.len()), failing.join(", "))]
    Tests {
        /// Each as `<language>/<intent>.toml: «message»`.
        failing: Vec<String>,
    },
    /// Messages of the intents involved would be read worse.
    #[error("of the known messages about {}, {:.1} % would be read rightly instead of {:.1} %",
        intents.join(" and "), after * 100.0, before * 100.0)]
    Accuracy {
        /// The intents: the taught ones, and those that the messages were taken for.
        intents: Vec<String>,
        /// The share of right readings of messages held out, 0..1, as things are (cross-validation: each message is
        /// read by a matcher that has not learned it).
        before: f64,
        /// The same share with what was taught, 0..1.
        after: f64,
    },
}

fn tests(count: usize) -> String {
    if count == 1 { "a test".into() } else { format!("{count} tests") }
}

/// A message that was surely read as something else before: worth a second look by the agent who taught it.
#[derive(Clone, Debug, PartialEq)]
pub struct Overruled {
    /// The customer's message that was taught.
    pub utterance: String,
    /// The id of the intent it was read as.
    pub intent: String,
    /// How surely it was read so: a calibrated probability, 0..1.
    pub confidence: f64,
}

/// What would be learned without harm, ready to serve.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many examples are new; 0 when all were known, and then nothing has changed.
    pub added: usize,
    /// The share of right readings of messages held out, over the intents involved, 0..1.
    pub before: f64,
    /// The same share with what was taught, 0..1.
    pub after: f64,
    /// Messages that were surely read as something else until now.
    pub overruled: Vec<Overruled>,
    /// Messages that are read as something else even now: they want more examples of their kind.
    pub misread: Vec<String>,
    /// The phrasebook with what was learned.
    pub phrasebook: Arc<Phrasebook>,
    /// The matcher that has learned it.
    pub matcher: Arc<Matcher>,
}

/// What is known of a phrasebook before anything is added; made once for many tries.
#[derive(Clone, Debug)]
pub struct Gate {
    phrasebook: Arc<Phrasebook>,
    matcher: Arc<Matcher>,
    failing: BTreeSet<String>,
}

impl Gate {
    /// Measures a phrasebook and the matcher that has learned it, in well under a second. Small losses would add up
    /// if each try began where the last one ended: so make the gate of the phrasebook as it was written and try
    /// everything learned so far together with the news.
    pub fn new(phrasebook: Arc<Phrasebook>, matcher: Arc<Matcher>) -> Gate {
        let failing = failing(&phrasebook, &matcher).collect();
        Gate { phrasebook, matcher, failing }
    }

    /// Tries what would happen if these were learned. Pure work of about a second, the same for the
    /// same input: not for a thread that answers customers.
    ///
    /// # Errors
    /// When learning them would do harm: another intent says the same, or the intent has one among its near misses,
    /// tests of the phrasebook would begin to fail, or known messages would be read worse by more than 0.3 percentage points.
    pub fn try_add(&self, learned: &[Learned]) -> Result<Report, Harm> {
        let known: Vec<&Learned> = learned.iter().filter(|one| self.phrasebook.knows_intent(&one.intent)).collect();
        self.contradicts(&known)?;
        let phrasebook = self.phrasebook.with_learned(learned);
        let new = &phrasebook.learned()[self.phrasebook.learned().len()..];
        if new.is_empty() {
            return Ok(Report {
                added: 0,
                before: 1.0,
                after: 1.0,
                overruled: Vec::new(),
                misread: Vec::new(),
                phrasebook: self.phrasebook.clone(),
                matcher: self.matcher.clone(),
            });
        }
        let mut involved: BTreeSet<String> = new.iter().map(|one| one.intent.clone()).collect();
        let mut overruled = Vec::new();
        for one in new {
            let reading = read(&self.matcher, &one.utterance);
            let Some(best) = reading.candidates.into_iter().next().filter(|best| best.intent != one.intent) else {
                continue;
            };
            if reading.decision == Decision::Answer || reading.intent.as_deref() == Some(HUMAN) {
                let (utterance, confidence) = (one.utterance.clone(), best.confidence);
                overruled.push(Overruled { utterance, intent: best.intent.clone(), confidence });
            }
            involved.insert(best.intent);
        }
        let matcher = self.matcher.relearn(phrasebook.lessons());
        let broken: Vec<String> = failing(&phrasebook, &matcher).filter(|test| !self.failing.contains(test)).collect();
        if !broken.is_empty() {
            return Err(Harm::Tests { failing: broken });
        }
        let intents: Vec<&str> = involved.iter().map(String::as_str).collect();
        let (before, after) = held_out_accuracy(&self.matcher, &matcher, &intents);
        if before - after > TOLERANCE {
            return Err(Harm::Accuracy { intents: involved.into_iter().collect(), before, after });
        }
        let best = |text: &str| read(&matcher, text).candidates.into_iter().next().map(|best| best.intent);
        let misread = new.iter().filter(|one| best(&one.utterance).as_ref() != Some(&one.intent));
        let misread = misread.map(|one| one.utterance.clone()).collect();
        let (added, matcher) = (new.len(), Arc::new(matcher));
        Ok(Report { added, before, after, overruled, misread, phrasebook: Arc::new(phrasebook), matcher })
    }

    fn contradicts(&self, learned: &[&Learned]) -> Result<(), Harm> {
        for one in learned {
            let utterance = || one.utterance.clone();
            if let Some((with, example)) = self.phrasebook.said_of_another(one) {
                return Err(Harm::Conflict { utterance: utterance(), with: with.into(), example: example.into() });
            }
            if self.phrasebook.is_near_miss(one) {
                return Err(Harm::NearMiss { utterance: utterance(), intent: one.intent.clone() });
            }
        }
        let taught: Vec<(&str, &str)> = learned.iter().map(|one| (&*one.intent, &*one.utterance)).collect();
        match contradiction(&self.matcher, &taught) {
            Some(Contradiction { utterance, with, example }) => Err(Harm::Conflict { utterance, with, example }),
            None => Ok(()),
        }
    }
}

/// The tests that do not hold, each as its file and message.
fn failing(phrasebook: &Phrasebook, matcher: &Matcher) -> impl Iterator<Item = String> {
    let name = |problem: Problem| format!("{}: {}", problem.file, problem.key.unwrap_or_default());
    failing_tests(phrasebook, matcher).into_iter().map(name)
}

#[cfg(test)]
mod tests {
    use super::super::load::{self, RU};
    use super::*;
    use std::sync::LazyLock;
    use understanding::{Lessons, Numbers, Trade};

    /// The shipped phrasebook's gate, made once: it takes a while.
    static GATE: LazyLock<Gate> = LazyLock::new(|| gate(load::shipped().0));

    fn gate(book: Phrasebook) -> Gate {
        let numbers = Numbers { formats: vec!["##########".into()], ..Numbers::default() };
        let trade = Trade { numbers, ..Trade::default() };
        let matcher = Matcher::new(&Lessons { precision: 0.95, trade, ..book.lessons() });
        Gate::new(Arc::new(book), Arc::new(matcher))
    }

    fn learned(intent: &str, utterance: &str) -> Learned {
        Learned { language: RU, intent: intent.into(), utterance: utterance.into() }
    }

    fn best(matcher: &Matcher, text: &str) -> String {
        read(matcher, text).candidates.remove(0).intent
    }

    #[test]
    fn a_good_example_is_let_in_and_read_rightly_from_then_on() {
        let (taught, like_it) = ("аве цезарь, техподдержка", "аве техподдержка");
        for text in [taught, like_it] {
            assert_ne!(best(&GATE.matcher, text), "greeting", "else it would teach nothing");
        }
        let report = GATE.try_add(&[learned("greeting", taught)]).expect("no harm");
        assert_eq!((report.added, &report.misread[..]), (1, &[][..]));
        assert_eq!(best(&report.matcher, taught), "greeting");
        assert_eq!(best(&report.matcher, like_it), "greeting");
        assert!(report.before - report.after <= TOLERANCE && report.before > 0.7, "{report:?}");
        assert_eq!(report.phrasebook.learned().len(), 1);
    }

    #[test]
    fn what_another_intent_says_is_refused_with_its_example() {
        let harm = refused(&[learned("goodbye", "Здравствуйте!")]);
        assert!(matches!(&harm, Harm::Conflict { with, .. } if with == "greeting"), "{harm}");
        let harm = refused(&[learned("where_is_parcel", "возвратите мне деньги")]);
        let Harm::Conflict { with, example, .. } = &harm else { panic!("{harm}") };
        assert_eq!(with, "refund");
        assert_eq!(harm.to_string(), format!("«возвратите мне деньги» says the same as «{example}» of refund"));
    }

    #[test]
    fn what_is_surely_something_else_is_refused_a_little_sooner() {
        let utterance = "Please delete all the personal data you hold about me";
        let harm = refused(&[learned("where_is_parcel", utterance)]);
        assert!(matches!(&harm, Harm::Conflict { with, .. } if with == "forget_me"), "{harm}");
    }

    #[test]
    fn a_sure_misreading_can_be_mended_and_is_told() {
        let (utterance, read_as) = ("деньги назад, и пусть мне перезвонят из руководства", "human");
        let report = GATE.try_add(&[learned("refund", utterance)]).expect("no harm");
        let told: Vec<(&str, &str)> = report.overruled.iter().map(|o| (&*o.utterance, &*o.intent)).collect();
        assert_eq!(told, [(utterance, read_as)]);
        assert_eq!(best(&report.matcher, utterance), "refund");
    }

    #[test]
    fn two_agents_who_contradict_each_other_are_told() {
        let twice =
            [learned("refund", "а как насчёт деньжат вертануть"), learned("cancel", "деньжат вертануть как насчёт")];
        let harm = refused(&twice);
        assert!(matches!(&harm, Harm::Conflict { with, .. } if with == "refund"), "{harm}");
    }

    #[test]
    fn a_near_miss_stays_one() {
        let (book, _) = load::shipped();
        let miss = book.book(RU).expect("Russian").intents["cancel"]
            .not_examples
            .iter()
            .find(|text| book.said_of_another(&learned("cancel", text)).is_none());
        let harm = refused(&[learned("cancel", miss.expect("one"))]);
        assert!(matches!(harm, Harm::NearMiss { .. }), "{harm}");
    }

    /// What is refused. (A report that is not, is too long to print.)
    fn refused(learned: &[Learned]) -> Harm {
        match GATE.try_add(learned) {
            Ok(report) => panic!("let in: {} before, {} after", report.before, report.after),
            Err(harm) => harm,
        }
    }

    #[test]
    fn what_would_have_others_misread_is_refused() {
        // One wrong example among so many does little; several of a kind do.
        let wrong = [
            "открыли пакет а там не хватает одной футболки должно быть три",
            "просил синий чайник, а в коробке зелёный",
            "вместо платья лежит детская шапка",
            "прислали левый ботинок два раза, правого нет",
            "из пяти чашек положили три",
            "вложили не ту модель телефона",
            "в наборе нет отвёртки, хотя на картинке есть",
            "положили чужой размер и чужую модель",
            "заказывал кофе в зёрнах, а положили молотый",
            "в коробке оказалась не та кружка",
            "комплект неполный, трёх тарелок не хватает",
            "вместо красного шарфа положили белый",
            "приехал не тот размер ботинок",
            "должно быть две книги, а лежит одна",
            "достал из пакета не свой заказ",
            "размер на бирке не тот, что я выбирала",
            "артикул другой, смотрите сами",
            "недовложение, не доложили наушники",
        ];
        let wrong: Vec<Learned> = wrong.iter().map(|text| learned("where_is_parcel", text)).collect();
        let harm = refused(&wrong);
        let Harm::Accuracy { intents, before, after } = &harm else { panic!("{harm}") };
        assert_eq!(intents, &["where_is_parcel", "wrong_item"]);
        assert!(before - after > TOLERANCE, "{harm}");
        assert_eq!(refused(&wrong), harm, "the same every time");
    }

    #[test]
    fn a_test_that_would_begin_to_fail_is_named() {
        let refund = r#"
title = "Деньги"
examples = ["верните деньги", "хочу возврат", "когда вернут деньги", "деньги назад", "жду возврат денег",
  "верните оплату", "отпустите воздушные шарики"]
[[tests]]
text = "отпустите шарики в небо"
intent = "refund"
[[tests]]
text = "это не пройдёт и сейчас"
intent = "no_such_intent"
"#;
        let cancel = r#"
title = "Отмена"
examples = ["отмените заказ", "заказ не нужен", "передумал покупать", "отмена покупки", "аннулируйте заказ",
  "откажусь от заказа", "снимите заказ"]
"#;
        let gate = gate(load::from_texts(&[("ru", "refund", refund), ("ru", "cancel", cancel)]).0);
        let harm = gate.try_add(&[learned("cancel", "в небо шарики отпустите вечером")]).expect_err("a test");
        let expected = "a test of the phrasebook would begin to fail: ru/refund.toml: «отпустите шарики в небо»";
        assert_eq!(harm.to_string(), expected);
    }

    #[test]
    fn one_example_more_leaves_the_other_readings_as_they_are() {
        let report = GATE.try_add(&[learned("refund", "дайте манибэк")]).expect("no harm");
        let (before, after) = (GATE.matcher.cross_validation(), report.matcher.cross_validation());
        let then: std::collections::BTreeMap<_, _> = after.map(|m| ((m.text, m.noised), m.predicted)).collect();
        let before: Vec<_> = before.collect();
        let changed = before.iter().filter(|m| then[&(m.text, m.noised)] != m.predicted).count();
        assert!(changed * 1000 < before.len(), "{changed} of {} messages: chance, not learning", before.len());
    }

    #[test]
    fn nothing_new_changes_nothing() {
        let report =
            GATE.try_add(&[learned("refund", "верните деньги"), learned("no_such", "привет")]).expect("no harm");
        assert_eq!(report.added, 0);
        assert!(Arc::ptr_eq(&report.matcher, &GATE.matcher));
    }
}
