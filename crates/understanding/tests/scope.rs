//! A threshold keeps its promise where it was not made: whole intents are left out, and their messages come all the same,
//! from none to 70 % of what customers write; in the shipped phrasebook, and in a dentist's, which knows less.

#[path = "../benches/shipped/mod.rs"]
mod shipped;

use otklik_understanding::{Lesson, Lessons, Matcher, Numbers, Trade, read};

/// A dentist's lessons: 27 intents of 8 to 14 examples.
fn dentist() -> Lessons {
    let lines = |text: &str| -> Vec<String> { text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect() };
    let mut intents: Vec<Lesson> = [
        ("book", include_str!("../examples/dentist/book.txt")),
        ("move", include_str!("../examples/dentist/move.txt")),
        ("price", include_str!("../examples/dentist/price.txt")),
        ("pain", include_str!("../examples/dentist/pain.txt")),
        ("reception", include_str!("../examples/dentist/reception.txt")),
    ]
    .map(|(intent, text)| Lesson { intent: intent.into(), examples: lines(text), ..Lesson::default() })
    .into();
    for line in lines(include_str!("../examples/dentist/rest.txt")) {
        match line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => intents.push(Lesson { intent: name.to_owned(), ..Lesson::default() }),
            None => intents.iter_mut().next_back().into_iter().for_each(|lesson| lesson.examples.push(line.clone())),
        }
    }
    let numbers = Numbers { formats: vec!["K-####".into()], postal: false, ..Numbers::default() };
    Lessons {
        intents,
        none: lines(include_str!("../examples/dentist/none.txt")),
        trade: Trade { person: "reception".into(), small_talk: Vec::new(), numbers, ..Trade::default() },
        ..Lessons::default()
    }
}

/// What came of answering: of messages in scope, of those that no intent is about, of those whose intent was left out.
#[derive(Debug, Default)]
struct Answers {
    within: f64,
    right: f64,
    none: f64,
    left_out: f64,
}

impl Answers {
    /// The precision where so large a share of the messages is out of scope: half of it what the lessons tell of, half
    /// whole intents that they do not know.
    fn precision(&self, out: f64) -> f64 {
        let right = (1.0 - out) * self.right;
        let answered = (1.0 - out) * self.within + out * (self.none + self.left_out) / 2.0;
        if answered == 0.0 { 1.0 } else { right / answered }
    }
}

/// Learns without every so many intents and without every fourth example, and reads what was left out.
fn answers(lessons: &Lessons, rounds: usize, of: usize) -> Answers {
    let [mut within, mut none, mut left_out] = [(0usize, 0usize, 0usize); 3];
    for round in 0..rounds {
        let mut learned = lessons.clone();
        let mut messages: Vec<(Option<String>, String)> = Vec::new();
        let mut strangers: Vec<String> = Vec::new();
        learned.intents = Vec::new();
        for (i, lesson) in lessons.intents.iter().enumerate() {
            if i % of == round {
                strangers.extend(lesson.examples.iter().step_by(2).cloned());
                continue;
            }
            let mut lesson = lesson.clone();
            let mut at = 0;
            lesson.examples.retain(|text| {
                at += 1;
                let test = at % 4 == 0;
                if test {
                    messages.push((Some(lesson.intent.clone()), text.clone()));
                }
                !test
            });
            learned.intents.push(lesson);
        }
        let mut at = 0;
        learned.none.retain(|text| {
            at += 1;
            if at % 4 == 0 {
                messages.push((None, text.clone()));
            }
            at % 4 != 0
        });
        let matcher = Matcher::new(&learned);
        let answer = matcher.thresholds().answer;
        let count = |into: &mut (usize, usize, usize), truth: Option<&str>, text: &str| {
            let reading = read(&matcher, text);
            let sure = reading.confidence >= answer;
            into.0 += 1;
            into.1 += usize::from(sure);
            into.2 += usize::from(sure && reading.candidates.first().map(|top| top.intent.as_str()) == truth);
        };
        for (truth, text) in &messages {
            match truth {
                Some(intent) => count(&mut within, Some(intent), text),
                None => count(&mut none, None, text),
            }
        }
        strangers.iter().for_each(|text| count(&mut left_out, None, text));
    }
    let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
    Answers {
        within: share(within.1, within.0),
        right: share(within.2, within.0),
        none: share(none.1, none.0),
        left_out: share(left_out.1, left_out.0),
    }
}

/// Holds the precision where a share of the messages is out of scope against floors.
fn check(name: &str, answers: &Answers, floors: [(f64, f64); 3]) {
    println!("{name}: {answers:?}");
    for (out, floor) in floors {
        let precision = answers.precision(out);
        println!("{name}: {out} out of scope: precision {precision:.3}");
        assert!(precision >= floor, "{name}: {precision:.3} where {out} is out of scope: {answers:?}");
    }
}

/// A third of the examples' words is unseen here, and half of what is out of scope lies next to what was learned
/// («таможенные документы» without that intent are read as «пошлина»): 0.97, 0.92 and 0.77 today.
#[test]
fn the_shipped_phrasebook_without_whole_intents() {
    let answers = answers(&shipped::lessons(), 2, 4);
    check("shipped", &answers, [(0.0, 0.96), (0.33, 0.91), (0.7, 0.75)]);
    assert!(answers.right >= 0.55, "{answers:?}");
}

/// Ten examples of an intent, of which a quarter is not learned, are too few to be sure of anything: nearly nothing may be
/// answered, so that nothing is answered wrongly.
#[test]
fn a_dentist_of_few_examples_keeps_silent() {
    for (name, lessons) in [("dentist", dentist()), ("untold", Lessons { none: Vec::new(), ..dentist() })] {
        let answers = answers(&lessons, 4, 4);
        println!("{name}: {answers:?}");
        assert!(answers.within - answers.right <= 0.02, "{name}: {answers:?}");
        assert!(answers.none <= 0.05 && answers.left_out <= 0.05, "{name}: {answers:?}");
    }
}
