//! Reading the phrasebook from TOML, compiled in or from a folder. All mistakes are reported at once.

use super::book::{Book, Canned, Choice, Intent, IntentTest, LabelTexts, Phrasebook};
use super::grammar::{Grammar, WrittenGrammar};
use super::problem::Problem;
use super::template::Template;
use super::words::{Saying, words_of};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;
use understanding::Language;

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
    let file = |(language, name, text): &(&str, &str, &'static str)| file(language, name, (*text).into());
    assemble(SHIPPED.iter().map(file).collect())
}

/// A phrasebook from texts in hand, each with its language and the name of its file.
pub fn from_texts(files: &[(&str, &str, &str)]) -> Loaded {
    let file = |(language, name, text): &(&str, &str, &str)| file(language, name, (*text).to_owned().into());
    assemble(files.iter().map(file).collect())
}

fn file(language: &str, name: &str, text: Cow<'static, str>) -> File {
    File { language: language.into(), name: name.into(), text }
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
                    text: std::fs::read_to_string(&path)?.into(),
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
    text: Cow<'static, str>,
}

/// A file as it is written. Every part is optional: `check` says what is missing from which.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: Option<String>,
    topic: Option<String>,
    /// Whether something went wrong for who asks for it.
    #[serde(default)]
    regret: bool,
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
    /// The folder says it; older files do too.
    #[serde(rename = "code")]
    _code: Option<String>,
    #[serde(default)]
    default: bool,
    plural: Option<String>,
    decimal: Option<String>,
    stemmer: Option<String>,
    lexicon: Option<String>,
    letters: Option<String>,
    #[serde(default)]
    readers: Vec<String>,
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
    zones: BTreeMap<String, String>,
    #[serde(default)]
    restart: Vec<String>,
    #[serde(default)]
    other: Vec<String>,
    #[serde(default)]
    plain: Vec<String>,
    #[serde(default)]
    doubt: Vec<String>,
    #[serde(default)]
    stop: Vec<String>,
    #[serde(default)]
    neighbour_yes: Vec<String>,
    #[serde(default)]
    denies: Vec<String>,
    #[serde(default)]
    joins: Vec<String>,
    #[serde(default)]
    and: Vec<String>,
    #[serde(default)]
    places: Vec<Vec<String>>,
    #[serde(default)]
    counted: Vec<String>,
    #[serde(default)]
    before_counted: Vec<String>,
    #[serde(default)]
    all_of_them: Vec<String>,
    #[serde(default)]
    asks: Vec<String>,
    #[serde(default)]
    number_words: Vec<String>,
    #[serde(default)]
    units: Vec<String>,
    #[serde(default)]
    choices: BTreeMap<String, WrittenChoice>,
    // stance.toml, piece.toml
    #[serde(default)]
    labels: BTreeMap<String, WrittenLabel>,
    // canned.toml
    #[serde(default)]
    canned: BTreeMap<String, Spanned<WrittenCanned>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCanned {
    title: String,
    #[serde(default, alias = "wishes")]
    intents: Vec<String>,
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
struct WrittenLabel {
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    with_topic: Vec<String>,
    about: Option<String>,
    #[serde(default)]
    invites: bool,
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

/// A list without the room that it was given to grow: there are tens of thousands of texts, and they are kept.
fn exact(mut texts: Vec<String>) -> Vec<String> {
    texts.shrink_to_fit();
    texts
}

fn assemble(files: Vec<File>) -> Loaded {
    let mut problems = Vec::new();
    let mut folders: BTreeMap<Language, BTreeMap<String, (Cow<'static, str>, Written)>> = BTreeMap::new();
    for file in files {
        let place = format!("{}/{}.toml", file.language, file.name);
        let wrong = |what: String, remedy: &str| Problem { file: place, key: None, what, remedy: remedy.into() };
        let Some(language) = Language::new(&file.language) else {
            let what = format!("«{}» cannot be the id of a language", file.language);
            problems.push(wrong(what, "name the folder by up to eight small latin letters, such as ru"));
            continue;
        };
        match toml::from_str::<Written>(&file.text) {
            Ok(written) => {
                folders.entry(language).or_default().insert(file.name, (file.text, written));
            }
            // toml's own message shows the line and the column.
            Err(error) => problems.push(wrong(error.to_string(), "mend the line shown")),
        }
    }
    let mut phrasebook = Phrasebook::default();
    for (language, mut files) in folders {
        let own = files.get_mut(LANGUAGE).map(|(_, written)| written.grammar());
        let grammar = grammar(language, own, &mut problems);
        let mut book = Book { grammar, ..Book::default() };
        for (name, (text, written)) in files {
            if !written.examples.is_empty() && name != NONE {
                book.sources.insert(name.clone(), text);
            }
            add(&mut book, &name, written, &mut |key, what| {
                problems.push(Problem {
                    file: format!("{language}/{name}.toml"),
                    key: Some(key),
                    what,
                    remedy: "write values as {name} and word forms as {days|день|дня|дней}".into(),
                });
            });
        }
        phrasebook.books.push((language, book));
    }
    phrasebook.books.sort_by_key(|(language, book)| (!book.grammar.default, *language));
    (phrasebook, problems)
}

/// What a language's own file says of it; where there is none, that is a problem.
fn grammar(language: Language, written: Option<WrittenGrammar>, problems: &mut Vec<Problem>) -> Grammar {
    let file = format!("{language}/{LANGUAGE}.toml");
    // A file from before languages were described is read with the shipped description.
    let shipped = written.as_ref().filter(|written| written.is_silent()).and_then(|_| shipped_grammar(language));
    match shipped.or(written) {
        Some(written) => Grammar::new(written, &mut |key, what, remedy| {
            problems.push(Problem { file: file.clone(), key: Some(key.into()), what, remedy });
        }),
        None => {
            let (what, remedy) = ("missing, or not to be read".into(), "it says how the language is written and read");
            problems.push(Problem { file, key: None, what, remedy: remedy.into() });
            Grammar::default()
        }
    }
}

/// The description that is compiled in for a language of this id.
fn shipped_grammar(language: Language) -> Option<WrittenGrammar> {
    let (_, _, text) = SHIPPED.iter().find(|(id, name, _)| *id == language.id() && *name == LANGUAGE)?;
    toml::from_str::<Written>(text).ok().map(|mut written| written.grammar())
}

impl Written {
    /// Takes out what the language's own file says of the language.
    fn grammar(&mut self) -> WrittenGrammar {
        WrittenGrammar {
            default: self.default,
            plural: self.plural.take(),
            decimal: self.decimal.take(),
            stemmer: self.stemmer.take(),
            lexicon: self.lexicon.take(),
            letters: self.letters.take(),
            readers: std::mem::take(&mut self.readers),
        }
    }
}

fn add(book: &mut Book, file: &str, written: Written, wrong: &mut dyn FnMut(String, String)) {
    let rule = book.grammar.plural;
    let mut put = |key: String, variants: Vec<String>| {
        let mut templates = Vec::new();
        for text in &variants {
            match Template::parse(text, rule) {
                Ok(template) => templates.push(template),
                Err(what) => wrong(key.clone(), what),
            }
        }
        book.phrases.insert(key, templates);
    };
    if let Some(title) = written.title {
        put(format!("{file}.title"), vec![title]);
    }
    if let Some(topic) = written.topic {
        put(format!("{file}.topic"), vec![topic]);
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
    for (label, WrittenLabel { examples, with_topic, about, invites }) in written.labels {
        let texts = LabelTexts { examples: exact(examples), with_topic: exact(with_topic), about, invites };
        book.labels.entry(file.to_owned()).or_default().insert(label, texts);
    }
    // A map has no order; agents see the order of the file.
    let mut canned: Vec<_> = written.canned.into_iter().collect();
    canned.sort_by_key(|(_, entry)| entry.span().start);
    for (id, entry) in canned {
        let WrittenCanned { title, intents, texts } = entry.into_inner();
        book.canned.push(Canned::new(&id, &title, intents, &texts));
        put(format!("canned.{id}"), texts);
    }
    match file {
        NONE => book.none = exact(written.examples),
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
            book.zones = written.zones;
            book.restart = sayings(written.restart);
            book.other = sayings(written.other);
            book.plain = written.plain;
            book.doubt = written.doubt;
            book.stop = written.stop;
            book.neighbour_yes = written.neighbour_yes;
            book.denies = written.denies;
            book.joins = written.joins;
            book.and = written.and;
            book.places = written.places;
            book.counted = written.counted;
            book.before_counted = written.before_counted;
            book.all_of_them = written.all_of_them;
            book.asks = written.asks;
            book.number_words = written.number_words;
            book.units = written.units;
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
                Intent {
                    examples: exact(written.examples),
                    not_examples: written.not_examples,
                    regret: written.regret,
                    tests: tests.collect(),
                },
            );
        }
    }
}

/// The shipped languages, for the tests of this room.
#[cfg(test)]
pub(super) const RU: Language = match Language::new("ru") {
    Some(language) => language,
    None => panic!("an id"),
};
#[cfg(test)]
pub(super) const EN: Language = match Language::new("en") {
    Some(language) => language,
    None => panic!("an id"),
};

#[cfg(test)]
mod tests {
    use super::super::book::Phrasebook;
    use super::super::render::render;
    use super::super::reply::{Reply, Value};
    use super::super::{Key, Said, check};
    use super::*;
    use understanding::{Matcher, Spoken, read};

    const RUSSIAN: &str = r#"
default = true
readers = ["ru", "uk"]
plural = "one-few-many-slavic"
decimal = ","
stemmer = "russian"
lexicon = "ru"
letters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
[texts]
days = "{days} {days|день|дня|дней}"
only_here = "только здесь"
"#;
    const POLISH: &str = r#"
readers = ["pl", "*"]
plural = "one-few-many-polish"
decimal = ","
stemmer = "none"
lexicon = "none"
letters = "aąbcćdeęfghijklłmnńoóprsśtuwyzźż"
[texts]
days = "{days} {days|dzień|dni|dni}"
"#;

    fn pl() -> Language {
        Language::new("pl").expect("an id")
    }

    fn said(book: &Phrasebook, key: &str, language: Language, days: i64) -> String {
        render(book, &Reply::new(key, language).with("days", Value::Number(days)), 0)
    }

    /// A phrasebook with all that is wrong with it, for a house that only greets.
    fn checked(files: &[(&str, &str, &str)]) -> Loaded {
        let (book, mut problems) = from_texts(files);
        let texts = vec![Key::reply("greeting.reply", &[], &["name"])];
        problems.extend(check::complete(&book, &Said { texts, intents: Vec::new() }));
        (book, problems)
    }

    #[test]
    fn a_third_language_is_a_folder() {
        let refund = r#"examples = ["zwrot pieniędzy", "oddajcie pieniądze", "gdzie mój zwrot"]"#;
        let files = [
            ("pl", "language", POLISH),
            ("pl", "refund", refund),
            ("ru", "language", RUSSIAN),
            ("ru", "refund", r#"examples = ["верните деньги", "хочу возврат", "деньги назад"]"#),
        ];
        let (book, problems) = checked(&files);
        assert_eq!(book.languages().collect::<Vec<_>>(), [RU, pl()], "the default one first");
        for (days, polish, russian) in [(1, "1 dzień", "1 день"), (21, "21 dni", "21 день"), (4, "4 dni", "4 дня")]
        {
            assert_eq!(said(&book, "language.days", pl(), days), polish);
            assert_eq!(said(&book, "language.days", RU, days), russian);
        }
        assert_eq!(
            said(&book, "language.only_here", pl(), 1),
            "только здесь",
            "what it lacks is said in the default one"
        );
        for (code, language) in [("pl", pl()), ("de", pl()), ("en-GB", pl()), ("uk", RU), ("ru-RU", RU)] {
            assert_eq!(book.language_for(code), language, "{code}");
        }
        let matcher = Matcher::new(&book.lessons());
        for (text, language) in [("gdzie mój zwrot", pl()), ("где мой возврат", RU), ("👍", RU)] {
            assert_eq!(read(&matcher, text).language, language, "{text}");
        }
        let report: Vec<String> = problems.iter().map(ToString::to_string).collect();
        for lacking in ["pl/greeting.toml: replies.reply: missing", "ru/desk.toml: texts.language_pl: missing"] {
            assert!(report.iter().any(|problem| problem.starts_with(lacking)), "{lacking}: {report:?}");
        }
        assert!(!report.iter().any(|problem| problem.starts_with("pl/language.toml: plural")), "{report:?}");
    }

    #[test]
    fn a_wrong_name_is_a_problem_with_its_file() {
        for (right, wrong, expected) in [
            ("stemmer = \"none\"", "stemmer = \"polish\"", "stemmer: «polish» is no stemmer → write one of: arabic"),
            ("stemmer = \"none\"\n", "", "stemmer: missing"),
            ("lexicon = \"none\"", "lexicon = \"pl\"", "lexicon: «pl» is no lexicon → write one of: ru, en, or none"),
            ("one-few-many-polish", "polish", "plural: «polish» is no plural rule → write one of: other, one-other"),
            ("decimal = \",\"", "decimal = \"comma\"", "decimal: no decimal mark"),
            ("aąbc", "AĄBC", "letters: capital letters"),
            ("readers", "default = true\nreaders", "default: pl is the default language already"),
            ("\"pl\", \"*\"", "\"uk\"", "readers: «uk» is among the readers of ru too"),
            ("|dni|dni}", "|dni}", "language.days: «{days|dzień|dni}» has 2 word forms instead of 3"),
        ] {
            assert!(POLISH.contains(right), "{right}");
            let polish = POLISH.replace(right, wrong);
            let (_, problems) = checked(&[("ru", "language", RUSSIAN), ("pl", "language", &polish)]);
            let found = |problem: &Problem| {
                let told = problem.to_string();
                told.contains("/language.toml: ") && told.contains(expected)
            };
            assert!(problems.iter().any(found), "{expected}: {problems:?}");
        }
        let (_, problems) = checked(&[("pl", "language", POLISH), ("Pl", "language", POLISH)]);
        let report: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(report.iter().any(|problem| problem.contains("«Pl» cannot be the id of a language")), "{report:?}");
        assert!(report.iter().any(|problem| problem.contains("no language is the default one")), "{report:?}");
    }

    #[test]
    fn a_folder_from_before_languages_were_described_still_serves() {
        let described = ["default", "readers", "plural", "decimal", "stemmer", "lexicon", "letters"];
        let old: Vec<(&str, &str, String)> = SHIPPED
            .iter()
            .map(|(language, name, text)| {
                let own = |line: &&str| {
                    let key = line.split(' ').next().unwrap_or_default();
                    *name != LANGUAGE || !described.contains(&key) || !line.contains(" = ")
                };
                let lines: Vec<&str> = text.lines().filter(own).collect();
                (*language, *name, lines.join("\n"))
            })
            .collect();
        let files: Vec<(&str, &str, &str)> = old.iter().map(|(l, n, text)| (*l, *n, text.as_str())).collect();
        let (book, problems) = from_texts(&files);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(book.lessons(), shipped().0.lessons());
    }

    #[test]
    fn reading_without_any_language_given_is_reading_the_shipped_ones() {
        let alone = |spoken: Spoken| Spoken { texts: Vec::new(), letters: spoken.letters.replace('ё', ""), ..spoken };
        let spoken: Vec<Spoken> = shipped().0.lessons().languages.into_iter().map(alone).collect();
        assert_eq!(spoken, Spoken::shipped());
    }
}
