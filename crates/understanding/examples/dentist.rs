//! Messages to a dentist's practice, which has intents, a word for a person and numbers of its own:
//! `cargo run -p otklik-understanding --example dentist`

use otklik_understanding::{Lesson, Lessons, Matcher, Numbers, Trade, explain, read};

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The other intents: `[name]`, then its examples.
fn rest(text: &str) -> Vec<Lesson> {
    let mut lessons: Vec<Lesson> = Vec::new();
    for line in lines(text) {
        match line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => lessons.push(Lesson { intent: name.to_owned(), ..Lesson::default() }),
            None => lessons.iter_mut().next_back().into_iter().for_each(|lesson| lesson.examples.push(line.clone())),
        }
    }
    lessons
}

fn main() {
    let lesson =
        |intent: &str, examples| Lesson { intent: intent.into(), examples: lines(examples), ..Lesson::default() };
    let numbers = Numbers { formats: vec!["K-####".into()], postal: false, ..Numbers::default() };
    let matcher = Matcher::new(&Lessons {
        intents: [
            lesson("book", include_str!("dentist/book.txt")),
            lesson("move", include_str!("dentist/move.txt")),
            lesson("price", include_str!("dentist/price.txt")),
            lesson("pain", include_str!("dentist/pain.txt")),
            lesson("reception", include_str!("dentist/reception.txt")),
        ]
        .into_iter()
        .chain(rest(include_str!("dentist/rest.txt")))
        .collect(),
        none: lines(include_str!("dentist/none.txt")),
        trade: Trade { person: "reception".into(), small_talk: Vec::new(), numbers, ..Trade::default() },
        ..Lessons::default()
    });
    for message in lines(include_str!("dentist/messages.txt")) {
        let reading = read(&matcher, &message);
        let intent = reading.intent.as_deref().unwrap_or("-");
        let found = reading.slots.dates.iter().chain(&reading.slots.tracking_numbers).chain(&reading.slots.phones);
        let found: Vec<&str> = found.map(String::as_str).collect();
        println!("{message:44} {:?} {intent} {:.2} {}", reading.decision, reading.confidence, found.join(", "));
    }
    for word in explain(&matcher, "crjkmrj stoit пламба").words {
        println!("{} is «{}» ({})", word.typed, word.read_as, word.how);
    }
}
