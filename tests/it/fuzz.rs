//! What strangers can send is fed to what reads it: a corpus, and a seeded mutator of it. Plain functions of bytes: the same
//! that `cargo fuzz` runs where there is a nightly (`tests/fuzz/README.md`).

use crate::support::{always_open, knowledge};
use otklik::config::Config;
use otklik::push::Secret;
use otklik::{privacy, telegram};
use std::path::Path;
use std::sync::LazyLock;

/// How often each line of the corpus is mutated. `OTKLIK_FUZZ=100000` for a long run.
const MUTATIONS: usize = 20;

/// A target: takes whatever comes, and fails only by panicking.
type Target = fn(&[u8]);

/// The targets, each with the file of its corpus.
const TARGETS: &[(&str, Target)] = &[
    ("masks", masks),
    ("updates", updates),
    ("read", read),
    ("settings", settings),
    ("push", push),
    ("rendering", rendering),
];

/// A mask keeps the length and leaves nothing for a second one; what is known stays.
fn masks(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let masked = privacy::mask(&text);
    assert_eq!(masked.text.chars().count(), text.chars().count());
    assert_eq!(masked.found, masked.text != *text);
    let around = privacy::Around {
        known: privacy::candidates(&text).into_iter().collect(),
        before: Some(text.clone().into_owned()),
    };
    let after = privacy::mask_around(&text, &around);
    assert_eq!(after.text.chars().count(), text.chars().count());
}

/// An update of whatever shape is sorted.
fn updates(bytes: &[u8]) {
    telegram::read_update(&String::from_utf8_lossy(bytes));
}

/// A message of whatever words is read.
fn read(bytes: &[u8]) {
    static MATCHER: LazyLock<otklik::inbox::Knowledge> = LazyLock::new(|| knowledge(always_open(), Vec::new()));
    let text: String = String::from_utf8_lossy(bytes).chars().take(4096).collect();
    let reading = understanding::read(&MATCHER.matcher, &text);
    assert!((0.0..=1.0).contains(&reading.confidence), "{text}");
}

/// A file of settings is taken or refused.
fn settings(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = Config::read(&|_| None, Some(&text), None);
}

/// A push of whatever body is signed by what it is.
fn push(bytes: &[u8]) {
    let secret = Secret::new("0123456789abcdef0123").expect("long enough");
    let signed = secret.sign("1", bytes);
    let mut other = bytes.to_vec();
    other.push(0);
    assert_ne!(signed, secret.sign("1", &other));
}

/// A name of whatever letters stands in a text as it is.
fn rendering(bytes: &[u8]) {
    static BOOK: LazyLock<otklik::inbox::Knowledge> = LazyLock::new(|| knowledge(always_open(), Vec::new()));
    let name = String::from_utf8_lossy(bytes).into_owned();
    let reply = BOOK.phrasebook.desk_reply("desk.nobody_of_that_name").with("name", otklik::phrases::Value::Text(name));
    let _ = otklik::phrases::render(&BOOK.phrasebook, &reply, 0);
}

/// A small generator, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % most.max(1)
    }
}

/// A line with a few things wrong with it.
fn mutated(line: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = line.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(6) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(chance.below(256)).unwrap_or(0),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.insert(at, b"0123456789 -.,:\"{}[]/\\\0"[chance.below(23)]),
            3 => bytes.truncate(at),
            4 => {
                let from = chance.below(other.len() + 1);
                bytes.splice(at..at, other[from..].iter().copied());
            }
            _ => {
                let end = (at + chance.below(12)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        bytes.truncate(20_000);
    }
    bytes
}

#[test]
fn what_strangers_send_breaks_nothing() {
    let times = std::env::var("OTKLIK_FUZZ").ok().and_then(|times| times.parse().ok()).unwrap_or(MUTATIONS);
    for (name, target) in TARGETS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fuzz/{name}.txt"));
        let corpus = std::fs::read(&path).expect("the corpus");
        let lines: Vec<&[u8]> = corpus.split(|byte| *byte == b'\n').collect();
        assert!(lines.len() > 3, "{name}");
        let mut chance = Chance(1);
        for line in &lines {
            target(line);
            for _ in 0..times {
                let other = lines[chance.below(lines.len())];
                target(&mutated(line, other, &mut chance));
            }
        }
    }
}
