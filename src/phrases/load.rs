//! Reading the phrasebook from TOML, compiled in or from a folder. All mistakes are reported at once.

use super::book::{Book, Canned, Choice, Intent, IntentTest, Phrasebook};
use super::check;
use super::problem::Problem;
use super::template::Template;
use super::words::{Saying, words_of};
use crate::understanding::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

/// The shipped files: language, file name, text. `build.rs` writes the list.
const SHIPPED: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/phrasebook.rs"));

/// The file that holds what must not be answered.
const NONE: &str = "none";
/// The file that holds what belongs to the language itself.
const LANGUAGE: &str = "language";

/// A phrasebook with what is wrong with it: an empty list means it can serve.
pub type Loaded = (Phrasebook, Vec<Problem>);

/// The files of the phrasebook that is compiled in: language, name without its ending, text.
pub fn shipped_files() -> &'static [(&'static str, &'static str, &'static str)] {
    SHIPPED
}

/// The phrasebook that is compiled in.
pub fn shipped() -> Loaded {
    from_texts(SHIPPED)
}

/// A phrasebook from texts in hand, each with its language and the name of its file.
pub(super) fn from_texts(files: &[(&str, &str, &str)]) -> Loaded {
    let file = |(language, name, text): &(&str, &str, &str)| File {
        language: (*language).into(),
        name: (*name).into(),
        text: (*text).into(),
    };
    assemble(files.iter().map(file).collect())
}

/// A phrasebook from a folder laid out as `phrases/` is: it replaces the shipped one.
pub fn from_folder(folder: &Path) -> Loaded {
    match read(folder) {
        Ok(files) => assemble(files),
        Err(error) => {
            let problem = Problem {
                file: folder.display().to_string(),
                key: None,
                what: error.to_string(),
                remedy: "name a folder that holds ru/*.toml, as phrases/ in the repository does".into(),
            };
            (Phrasebook::default(), vec![problem])
        }
    }
}

fn read(folder: &Path) -> std::io::Result<Vec<File>> {
    let mut files = Vec::new();
    for language in std::fs::read_dir(folder)? {
        let language = language?.path();
        if !language.is_dir() {
            continue;
        }
        for path in std::fs::read_dir(&language)? {
            let path = path?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let name = |p: &Path| p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                files.push(File {
                    language: name(&language),
                    name: name(&path),
                    text: std::fs::read_to_string(&path)?,
                });
            }
        }
    }
    files.sort_by(|a, b| (&a.language, &a.name).cmp(&(&b.language, &b.name)));
    Ok(files)
}

struct File {
    language: String,
    name: String,
    text: String,
}

/// A file as it is written. Every part is optional: `check` says what is missing from which.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: Option<String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    not_examples: Vec<String>,
    #[serde(default)]
    replies: BTreeMap<String, WrittenReply>,
    #[serde(default)]
    texts: BTreeMap<String, String>,
    #[serde(default)]
    buttons: BTreeMap<String, String>,
    #[serde(default)]
    statuses: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    tests: Vec<WrittenTest>,
    // language.toml
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "code")]
    _code: Option<String>,
    #[serde(default)]
    filler: Vec<String>,
    #[serde(default)]
    synonyms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    yes: Vec<String>,
    #[serde(default)]
    no: Vec<String>,
    #[serde(default)]
    yes_begins: Vec<String>,
    #[serde(default)]
    no_begins: Vec<String>,
    #[serde(default)]
    fine: Vec<String>,
    #[serde(default)]
    wait: Vec<String>,
    #[serde(default)]
    person: Vec<String>,
    #[serde(default)]
    months: Vec<String>,
    #[serde(default)]
    restart: Vec<String>,
    #[serde(default)]
    other: Vec<String>,
    #[serde(default)]
    plain: Vec<String>,
    #[serde(default)]
    doubt: Vec<String>,
    #[serde(default)]
    choices: BTreeMap<String, WrittenChoice>,
    // canned.toml
    #[serde(default)]
    canned: BTreeMap<String, Spanned<WrittenCanned>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCanned {
    title: String,
    #[serde(default)]
    wishes: Vec<String>,
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChoice {
    /// What stands on its button. Some answers have none: they are only found in words.
    title: Option<String>,
    /// Each a row of beginnings of words that must all occur.
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReply {
    variants: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTest {
    text: String,
    intent: Option<String>,
    not: Option<String>,
}

fn assemble(files: Vec<File>) -> Loaded {
    let mut phrasebook = Phrasebook::default();
    let mut problems = Vec::new();
    for file in files {
        let place = format!("{}/{}.toml", file.language, file.name);
        let Some(language) = language(&file.language) else {
            problems.push(Problem {
                file: place,
                key: None,
                what: format!("«{}» is not a language this bot speaks", file.language),
                remedy: "the folders are named ru and en".into(),
            });
            continue;
        };
        match toml::from_str::<Written>(&file.text) {
            Ok(written) => {
                let book = phrasebook.books.entry(language).or_default();
                if !written.examples.is_empty() && file.name != NONE {
                    book.sources.insert(file.name.clone(), file.text.as_str().into());
                }
                add(book, language, &file.name, written, &mut |key, what| {
                    problems.push(Problem {
                        file: place.clone(),
                        key: Some(key),
                        what,
                        remedy: "write values as {name} and word forms as {days|день|дня|дней}".into(),
                    });
                });
            }
            // toml's own message shows the line and the column.
            Err(error) => problems.push(Problem {
                file: place,
                key: None,
                what: error.to_string(),
                remedy: "mend the line shown".into(),
            }),
        }
    }
    problems.extend(check::complete(&phrasebook));
    (phrasebook, problems)
}

fn language(code: &str) -> Option<Language> {
    match code {
        "ru" => Some(Language::Ru),
        "en" => Some(Language::En),
        _ => None,
    }
}

fn add(book: &mut Book, language: Language, file: &str, written: Written, wrong: &mut dyn FnMut(String, String)) {
    let mut put = |key: String, variants: Vec<String>| {
        let mut templates = Vec::new();
        for text in &variants {
            match Template::parse(text, language) {
                Ok(template) => templates.push(template),
                Err(what) => wrong(key.clone(), what),
            }
        }
        book.phrases.insert(key, templates);
    };
    if let Some(title) = written.title {
        put(format!("{file}.title"), vec![title]);
    }
    for (key, reply) in written.replies {
        put(format!("{file}.{key}"), reply.variants);
    }
    for (key, text) in written.texts {
        put(format!("{file}.{key}"), vec![text]);
    }
    for (key, text) in written.buttons {
        put(format!("button.{key}"), vec![text]);
    }
    for (status, fields) in written.statuses {
        for (field, text) in fields {
            put(format!("status.{status}.{field}"), vec![text]);
        }
    }
    for (key, choice) in written.choices {
        if let Some(title) = choice.title {
            put(format!("{file}.{key}"), vec![title]);
        }
        let words = choice.words.iter().map(|row| words_of(row)).collect();
        book.choices.entry(file.to_owned()).or_default().insert(key, Choice { words });
    }
    // A map has no order; agents see the order of the file.
    let mut canned: Vec<_> = written.canned.into_iter().collect();
    canned.sort_by_key(|(_, entry)| entry.span().start);
    for (id, entry) in canned {
        let WrittenCanned { title, wishes, texts } = entry.into_inner();
        book.canned.push(Canned::new(&id, &title, wishes, &texts));
        put(format!("canned.{id}"), texts);
    }
    match file {
        NONE => book.none = written.examples,
        LANGUAGE => {
            let sayings = |texts: Vec<String>| texts.into_iter().map(Saying::new).collect();
            book.filler = written.filler;
            book.synonyms = written.synonyms.into_values().collect();
            book.yes = sayings(written.yes);
            book.no = sayings(written.no);
            book.yes_begins = sayings(written.yes_begins);
            book.no_begins = sayings(written.no_begins);
            book.fine = sayings(written.fine);
            book.wait = sayings(written.wait);
            book.person = written.person;
            book.months = written.months;
            book.restart = sayings(written.restart);
            book.other = sayings(written.other);
            book.plain = written.plain;
            book.doubt = written.doubt;
        }
        _ if written.examples.is_empty() => {}
        intent => {
            let tests = written.tests.into_iter().map(|test| IntentTest {
                text: test.text,
                intent: test.intent,
                not: test.not,
            });
            book.intents.insert(
                intent.to_owned(),
                Intent { examples: written.examples, not_examples: written.not_examples, tests: tests.collect() },
            );
        }
    }
}
