//! The targets: each takes whatever comes, and fails by panicking only.

use otklik::config::Config;
use otklik::conversation::{Policy, Pressed};
use otklik::lists::{List, Names};
use otklik::outbox::Outgoing;
use otklik::parcel::Country;
use otklik::phrases::{Phrasebook, Value, check, load, render};
use otklik::push::{self, Secret};
use otklik::{desk, privacy, run, telegram};
use std::sync::LazyLock;
use understanding::Matcher;

/// Something that reads what strangers send.
#[derive(Debug)]
pub struct Target {
    /// The name of its corpus.
    pub name: &'static str,
    /// Reads an input.
    pub run: fn(&[u8]),
    /// An input a line.
    pub(crate) corpus: &'static str,
    /// What else it begins with.
    pub(crate) more: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:ident $(with $more:ident)?,)*) => {
        /// All of them.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            run: $name,
            corpus: include_str!(concat!("../corpus/", stringify!($name), ".txt")),
            more: targets!(@more $($more)?),
        }),*];
    };
    (@more) => { nothing };
    (@more $more:ident) => { $more };
}

targets! {
    masks,
    updates,
    read,
    settings,
    push_body,
    rendering,
    buttons,
    list,
    phrasebook with shipped_files,
}

fn nothing() -> Vec<Vec<u8>> {
    Vec::new()
}

static BOOK: LazyLock<Phrasebook> = LazyLock::new(|| load::shipped().0);

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
    static MATCHER: LazyLock<Matcher> = LazyLock::new(|| run::matcher(&BOOK, &["##########".into()], 0.95));
    let text: String = String::from_utf8_lossy(bytes).chars().take(4096).collect();
    let reading = understanding::read(&MATCHER, &text);
    assert!((0.0..=1.0).contains(&reading.confidence), "{text}");
}

/// A file of settings is taken or refused, and a refusal shows no token.
fn settings(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let token = "123456789:AAHfiqksKZ8WmR2zSjiQ7eD9xUVwYtPbLcE";
    let variable = |name: &str| (name == "TELOXIDE_TOKEN").then(|| token.to_owned());
    if let Err(mistakes) = Config::read(&variable, Some(&text), None) {
        assert!(!mistakes.to_string().contains(token), "{mistakes}");
    }
}

/// A push of whatever body is signed by what it is, and read or refused.
fn push_body(bytes: &[u8]) {
    let secret = Secret::new("0123456789abcdef0123").expect("long enough");
    let mut other = bytes.to_vec();
    other.push(0);
    assert_ne!(secret.sign("1", bytes), secret.sign("1", &other));
    push::read_anything(&secret, bytes);
}

/// A name of whatever letters stands in a text as it is, and the text goes in messages that Telegram takes.
fn rendering(bytes: &[u8]) {
    let name = String::from_utf8_lossy(bytes).into_owned();
    let reply = BOOK.desk_reply("desk.nobody_of_that_name").with("name", Value::Text(name.clone()));
    let text = render(&BOOK, &reply, 0);
    assert!(text.contains(&name), "{text}");
    for part in Outgoing::texts(text) {
        if let Outgoing::Text { text, .. } = part {
            assert!(text.encode_utf16().count() <= desk::MESSAGE_LIMIT, "too long for Telegram");
        }
    }
}

/// A button is one of ours or none.
fn buttons(bytes: &[u8]) {
    let data = String::from_utf8_lossy(bytes);
    if let Some(pressed) = Pressed::parse(&data) {
        // «007» is 7, so the data may be another; what it means is not.
        assert_eq!(Pressed::parse(&pressed.data()), Some(pressed), "{data}");
    }
    let _ = desk::command(&data);
    let _ = desk::desk_command(&data);
}

/// A list of parcels of whatever bytes is read or refused.
fn list(bytes: &[u8]) {
    let Ok(list) = List::read(bytes.to_vec(), Policy::default().zone, Country::RUSSIA, Names::default()) else {
        return;
    };
    let _ = list.columns().count();
    let _ = list.rows().take(100).count();
}

/// A file of the phrasebook is taken or refused with what is wrong, beside the shipped files of its language. Its first
/// line names it: `#ru/name`.
fn phrasebook(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (named, text) = text.split_once('\n').unwrap_or(("", &text));
    let (language, name) =
        named.strip_prefix('#').and_then(|named| named.split_once('/')).unwrap_or(("ru", "greeting"));
    let beside = load::shipped_files().iter().filter(|(of, file, _)| *of == language && *file != name);
    let beside = beside.filter(|(_, file, _)| ["language", "common", "desk"].contains(file)).copied();
    let files: Vec<(&str, &str, &str)> = beside.chain([(language, name, text)]).collect();
    let (book, mut problems) = load::from_texts(&files);
    problems.extend(check::complete(&book, &desk::said()));
    for problem in problems {
        assert!(!problem.to_string().is_empty());
    }
}

/// Every shipped file, as [`phrasebook`] takes it.
fn shipped_files() -> Vec<Vec<u8>> {
    let file = |(language, name, text): &(&str, &str, &str)| format!("#{language}/{name}\n{text}").into_bytes();
    load::shipped_files().iter().map(file).filter(|file| file.len() < 20_000).collect()
}
