//! How fast messages are read, and how that grows with the examples.
//!
//! `cargo bench -p otklik-understanding` prints a table: for the phrasebook of the bot this crate was made for
//! (`phrases/` beside `crates/`), and for ten and a hundred times as many examples, how long loading with calibration
//! takes, the median time of reading a message as it is meant and one with noise on it, and beside it the naive way:
//! the optimal string alignment distance (`strsim`) of the message to every example.

#![allow(clippy::disallowed_methods, reason = "a benchmark is about the clock")]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use otklik_understanding::noise::{Noise, spoil};
use otklik_understanding::{
    Label, Language, Lesson, Lessons, Matcher, Mood, Piece, Spoken, Stance, Stemmer, WordLists, read,
};
use toml::{Table, Value};

/// How many messages are read for the median.
const READS: usize = 2_000;
/// How many messages the naive way is timed on; it is the same for each.
const NAIVE: usize = 5;

fn main() {
    let lessons = phrasebook(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../phrases"));
    let plain = messages(&lessons);
    let spoilt: Vec<String> =
        plain.iter().enumerate().map(|(i, text)| spoil(text, Noise::ALL[i % Noise::ALL.len()], i as u64)).collect();
    growth(&Matcher::new(&lessons));
    println!("examples  load+calibrate  read plain  read spoilt     naive  naive/plain");
    for times in [1, 10, 100] {
        let lessons = multiplied(&lessons, times);
        let examples = all_examples(&lessons);
        let started = Instant::now();
        let matcher = Matcher::new(&lessons);
        let loading = started.elapsed();
        let (plain_median, spoilt_median) = (median(&matcher, &plain), median(&matcher, &spoilt));
        let naive = naive(&plain, &examples);
        println!(
            "{:>8}  {:>14.2?}  {:>10.1?}  {:>11.1?}  {:>8.1?}  {:>11.0}",
            examples.len(),
            loading,
            plain_median,
            spoilt_median,
            naive,
            naive.as_secs_f64() / plain_median.as_secs_f64(),
        );
    }
}

/// What a message may be made of to take long.
const HOSTILE: [(&str, &str); 16] = [
    ("numbers", "1 "),
    ("letters", "а "),
    ("one word", "а"),
    ("one word, mixed", "абвгдежзик"),
    ("one number", "1234567890"),
    ("brackets", "("),
    ("emoji", "🙂"),
    ("marks", "е\u{301}"),
    ("only marks", "\u{301}"),
    ("look-alikes", "paзмep "),
    ("not", "не "),
    ("dates", "1.1.2026 "),
    ("phones", "+79001234567 "),
    ("tracking", "RA123456785RU "),
    ("words", "где моя посылка "),
    ("other layout", "ult gjcskrf "),
];

/// How reading grows with the length of what a stranger may send: eight times the letters should take eight times as
/// long.
fn growth(matcher: &Matcher) {
    println!("made of              512 letters  4096 letters  times");
    for (name, piece) in HOSTILE {
        let timed = |letters: usize| {
            let text: String = piece.chars().cycle().take(letters).collect();
            median(matcher, &vec![text; 5])
        };
        let (short, long) = (timed(512), timed(4096));
        let times = long.as_secs_f64() / short.as_secs_f64();
        println!("{name:<20}  {short:>11.1?}  {long:>12.1?}  {times:>5.1}");
    }
}

/// The median time of reading one of the messages, after a round to warm up.
fn median(matcher: &Matcher, messages: &[String]) -> Duration {
    messages.iter().for_each(|message| drop(black_box(read(matcher, message))));
    let mut times: Vec<Duration> = messages
        .iter()
        .map(|message| {
            let started = Instant::now();
            black_box(read(matcher, message));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Messages as they arrive: the phrasebook's own, evenly chosen.
fn messages(lessons: &Lessons) -> Vec<String> {
    let examples = all_examples(lessons);
    let step = (examples.len() / READS).max(1);
    examples.into_iter().step_by(step).collect()
}

fn all_examples(lessons: &Lessons) -> Vec<String> {
    lessons.intents.iter().flat_map(|lesson| &lesson.examples).chain(&lessons.none).cloned().collect()
}

/// The lessons with every example in `times` wordings.
fn multiplied(lessons: &Lessons, times: u64) -> Lessons {
    let reworded = |texts: &[String]| -> Vec<String> {
        let copies = |text: &String| -> Vec<String> {
            let others = (1..times).map(|i| spoil(&spoil(text, Noise::Voice, i), Noise::Filler, i));
            std::iter::once(text.clone()).chain(others).collect()
        };
        texts.iter().flat_map(copies).collect()
    };
    let mut lessons = lessons.clone();
    for lesson in &mut lessons.intents {
        lesson.examples = reworded(&lesson.examples);
    }
    lessons.none = reworded(&lessons.none);
    lessons
}

/// One message the naive way.
fn naive(messages: &[String], examples: &[String]) -> Duration {
    let started = Instant::now();
    for message in messages.iter().take(NAIVE) {
        let nearest = examples.iter().map(|example| strsim::osa_distance(message, example)).min();
        black_box(nearest);
    }
    started.elapsed() / NAIVE as u32
}

/// The lessons of a phrasebook: a folder a language, the default one first; a file an intent, but for those that are
/// about the language and about what must not be answered.
fn phrasebook(folder: &Path) -> Lessons {
    let mut languages: Vec<(String, BTreeMap<String, Table>)> = entries(folder)
        .into_iter()
        .map(|folder| {
            let files = entries(&folder).into_iter().map(|file| (stem(&file), table(&file)));
            (stem(&folder), files.collect())
        })
        .collect();
    languages.sort_by_key(|(_, files)| files["language"].get("default").and_then(Value::as_bool) != Some(true));
    let mut lessons = Lessons { precision: 0.95, ..Lessons::default() };
    let mut by_intent: BTreeMap<String, Lesson> = BTreeMap::new();
    for (id, files) in languages {
        let about = &files["language"];
        let named = |key: &str| about[key].as_str().expect("a name");
        let texts = files.values().flat_map(|file| texts(file.get("examples"))).collect();
        lessons.languages.push(Spoken {
            id: Language::new(&id).expect("the id of a language"),
            stemmer: Stemmer::named(named("stemmer")),
            letters: named("letters").to_owned(),
            words: WordLists::shipped(named("lexicon")).unwrap_or_default(),
            texts,
        });
        lessons.filler.extend(self::texts(about.get("filler")));
        let groups = about["synonyms"].as_table().expect("groups of words").values();
        lessons.synonyms.extend(groups.map(|group| self::texts(Some(group))));
        lessons.stances.extend(labels(files.get("stance")).filter_map(|(name, texts)| {
            let label = serde_json::from_value::<Stance>(name.into()).ok()?;
            Some(Label { label, examples: texts.0, with_topic: texts.1 })
        }));
        lessons.pieces.extend(labels(files.get("piece")).filter_map(|(name, texts)| {
            let label = serde_json::from_value::<Piece>(name.into()).ok()?;
            Some(Label { label, examples: texts.0, with_topic: texts.1 })
        }));
        lessons.moods.extend(labels(files.get("mood")).filter_map(|(name, texts)| {
            let label = serde_json::from_value::<Mood>(name.into()).ok()?;
            Some(Label { label, examples: texts.0, with_topic: texts.1 })
        }));
        for (name, file) in &files {
            let examples = self::texts(file.get("examples"));
            if name == "none" {
                lessons.none.extend(examples);
            } else if !examples.is_empty() {
                let lesson = by_intent.entry(name.clone()).or_default();
                lesson.intent = name.clone();
                lesson.examples.extend(examples);
                lesson.not_examples.extend(self::texts(file.get("not_examples")));
            }
        }
    }
    lessons.intents = by_intent.into_values().collect();
    lessons
}

/// The labels of a file: the name, the texts without a topic and those with one.
fn labels(file: Option<&Table>) -> impl Iterator<Item = (String, (Vec<String>, Vec<String>))> {
    let labels = file.and_then(|file| file.get("labels")).and_then(Value::as_table).cloned().unwrap_or_default();
    labels.into_iter().map(|(name, label)| (name, (texts(label.get("examples")), texts(label.get("with_topic")))))
}

/// What a folder holds, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of phrases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn table(file: &Path) -> Table {
    fs::read_to_string(file).expect("a file of phrases").parse().expect("TOML")
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
