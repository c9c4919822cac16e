//! What `otklik check` finds in a phrasebook: every problem at once, each with file, key and remedy.

use super::book::{Book, IntentTest, Phrasebook, RULES_FILE};
use super::check_canned;
use super::lessons::{MOOD, PIECE, STANCE};
use super::problem::Problem;
use super::rules::is_rule;
use super::schema::{FAQ_ANSWER, FAQ_MORE, FAQ_TAKEN, Key, OWN, Said, TITLE, TOPIC};
use super::words::stated_term;
use crate::parcel::StatusCode;
use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use understanding::{Decision, HUMAN, Language, Matcher, Mood, NONE, Piece, SMALL_TALK, Stance, read};

/// Texts that are said without the owner's rules: to agents, by agents, and inside values.
const NOT_BY_RULES: [&str; 3] = ["desk.", "canned.", "language."];

/// How many examples an intent needs before its readings can be trusted.
const EXAMPLES: usize = 10;
/// The same for the requests the bot lives for.
const CORE_EXAMPLES: usize = 25;

/// Everything that is missing or mistaken for what the house says, in the order of languages and keys.
pub fn complete(phrasebook: &Phrasebook, said: &Said) -> Vec<Problem> {
    let mut problems = Vec::new();
    languages(phrasebook, &mut problems);
    for (language, book) in &phrasebook.books {
        let mut checker = Checker { language: *language, book, said, problems: &mut problems };
        checker.keys();
        checker.names_of(phrasebook.languages());
        checker.statuses();
        checker.intents();
        checker.terms();
        checker.rules();
        checker.labels_of::<Stance>(STANCE);
        checker.labels_of::<Piece>(PIECE);
        checker.labels_of::<Mood>(MOOD);
    }
    problems.extend(check_canned::problems(phrasebook));
    problems
}

/// What is wrong with the languages together.
fn languages(phrasebook: &Phrasebook, problems: &mut Vec<Problem>) {
    let mut wrong = |file: String, key: &str, what: String, remedy: &str| {
        let key = Some(key.to_owned()).filter(|key| !key.is_empty());
        problems.push(Problem { file, key, what, remedy: remedy.into() });
    };
    if phrasebook.books.is_empty() {
        wrong("*/".into(), "", "there is no language".into(), "start from phrases/ru of the repository");
        return;
    }
    let default = |(_, book): &&(Language, Book)| book.grammar.default;
    if phrasebook.books.iter().find(default).is_none() {
        let remedy = "write default = true where everything is said that another language may lack";
        wrong("*/language.toml".into(), "default", "no language is the default one".into(), remedy);
    }
    for (language, _) in phrasebook.books.iter().filter(default).skip(1) {
        let what = format!("{} is the default language already", phrasebook.default_language());
        wrong(format!("{language}/language.toml"), "default", what, "leave it out in all languages but one");
    }
    let mut readers: BTreeMap<&str, Language> = BTreeMap::new();
    for (language, book) in &phrasebook.books {
        for reader in &book.grammar.readers {
            if let Some(other) = readers.insert(reader, *language) {
                let what = format!("«{reader}» is among the readers of {other} too");
                wrong(format!("{language}/language.toml"), "readers", what, "leave it in one of them");
            }
        }
    }
}

/// The tests that stand in the phrasebook and do not hold when `matcher` reads them; their key is the message.
pub fn failing_tests(phrasebook: &Phrasebook, matcher: &Matcher) -> Vec<Problem> {
    let failing = |(file, test): (String, &IntentTest)| {
        let reading = read(matcher, &test.text);
        let best = reading.candidates.first().map_or("nothing", |best| best.intent.as_str());
        let missed = test.intent.as_ref().filter(|intent| best != intent.as_str());
        let answered = reading.decision == Decision::Answer;
        let taken = test.not.as_ref().filter(|not| answered && best == not.as_str());
        let (what, remedy) = match (missed, taken) {
            (Some(intent), _) => {
                (format!("is read as {best} instead of {intent}"), "add examples, or move the test".to_owned())
            }
            (None, Some(not)) => (format!("is answered as {not}"), format!("add it to not_examples of {not}")),
            (None, None) => return None,
        };
        Some(Problem { file, key: Some(format!("«{}»", test.text)), what, remedy })
    };
    phrasebook.tests().filter_map(failing).collect()
}

struct Checker<'a> {
    language: Language,
    book: &'a Book,
    said: &'a Said,
    problems: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    fn keys(&mut self) {
        for key in OWN.iter().chain(&self.said.texts) {
            self.key(key.key, key);
        }
    }

    /// What agents call the languages of customers.
    fn names_of(&mut self, languages: impl Iterator<Item = Language>) {
        for language in languages {
            let name = format!("desk.language_{language}");
            self.key(&name, &Key::text("", &[]));
        }
    }

    /// Labels that are read in every message: only those that there are.
    fn labels_of<L: DeserializeOwned>(&mut self, file: &str) {
        let unknown = |name: &&String| serde_json::from_value::<L>(name.as_str().into()).is_err();
        let written = self.book.labels.get(file);
        let wrong: Vec<String> = written.iter().flat_map(|labels| labels.keys()).filter(unknown).cloned().collect();
        for name in wrong {
            let what = format!("«{name}» is no {file}");
            self.wrong(file, &format!("labels.{name}"), what, "use the names of the shipped file");
        }
    }

    fn statuses(&mut self) {
        for status in StatusCode::ALL {
            for field in ["label", "meaning", "next"] {
                let name = format!("status.{}.{field}", status.code());
                self.key(&name, &Key::text("", &[]));
            }
        }
        let months = self.book.months.len();
        if months != 12 {
            let what = format!("{months} months instead of 12");
            self.wrong("language", "months", what, "list them in the form that follows a day («января»)");
        }
        let zones: Vec<String> = self.book.zones.keys().filter(|name| name.parse::<Tz>().is_err()).cloned().collect();
        for name in zones {
            let what = format!("«{name}» is no zone of the IANA database");
            self.wrong("language", "zones", what, "write its name as \"Europe/Moscow\"");
        }
        let lists = [
            ("yes", self.book.yes.is_empty()),
            ("no", self.book.no.is_empty()),
            ("yes_begins", self.book.yes_begins.is_empty()),
            ("no_begins", self.book.no_begins.is_empty()),
            ("fine", self.book.fine.is_empty()),
            ("wait", self.book.wait.is_empty()),
            ("person", self.book.person.is_empty()),
            ("restart", self.book.restart.is_empty()),
            ("other", self.book.other.is_empty()),
            ("plain", self.book.plain.is_empty()),
            ("doubt", self.book.doubt.is_empty()),
            ("stop", self.book.stop.is_empty()),
            ("denies", self.book.denies.is_empty()),
            ("joins", self.book.joins.is_empty()),
            ("and", self.book.and.is_empty()),
            ("asks", self.book.asks.is_empty()),
        ];
        for (name, is_empty) in lists {
            if is_empty {
                self.wrong("language", name, "no word for it".into(), "list the ways customers say it");
            }
        }
    }

    fn intents(&mut self) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (id, intent) in &self.book.intents {
            self.key(&format!("{id}.title"), &TITLE);
            let (core, small_talk) = (self.is_core(id), SMALL_TALK.contains(&id.as_str()));
            if !core && !small_talk {
                self.key(&format!("{id}.answer"), &FAQ_ANSWER);
            }
            for (name, key) in [("topic", TOPIC), ("more", FAQ_MORE), ("taken", FAQ_TAKEN)] {
                let name = format!("{id}.{name}");
                if self.book.phrases.contains_key(&name) {
                    self.key(&name, &key);
                }
            }
            let wanted = if core { CORE_EXAMPLES } else { EXAMPLES };
            if intent.examples.len() < wanted {
                let what = format!("{} examples", intent.examples.len());
                self.wrong(id, "examples", what, &format!("write {wanted} or more, in different voices"));
            }
            if intent.tests.is_empty() {
                self.wrong(id, "tests", "no test".into(), "add a message and the intent it must be read as");
            }
            for example in &intent.examples {
                let plain = example.trim().to_lowercase();
                if let Some(other) = seen.insert(plain, id)
                    && other != id
                {
                    let what = format!("«{example}» is an example of {other} too");
                    self.wrong(id, "examples", what, "keep it where it belongs");
                }
                if intent.not_examples.contains(example) {
                    let what = format!("«{example}» is an example and a not_example");
                    self.wrong(id, "examples", what, "keep one of the two");
                }
            }
        }
        for core in self.said.intents.iter().chain([&HUMAN]).chain(&SMALL_TALK) {
            if !self.book.intents.contains_key(*core) {
                self.wrong(core, "examples", "the intent is missing".into(), "every phrasebook needs it");
            }
        }
    }

    /// No text for a customer states a term or a sum: it is the owner's rule, which may change, and has a name.
    fn terms(&mut self) {
        let mut names: Vec<&String> = self.book.phrases.keys().collect();
        names.sort_unstable();
        for name in names.into_iter().filter(|name| !NOT_BY_RULES.iter().any(|file| name.starts_with(file))) {
            let texts = self.book.phrases[name].iter().flat_map(|template| template.texts());
            // When to worry over a status is said in words, roughly: no rule.
            let words: &[String] = if name.starts_with("status.") { &[] } else { &self.book.number_words };
            let stated = texts.filter_map(|text| stated_term(text, words, &self.book.units));
            for term in stated.collect::<Vec<_>>() {
                let (file, short) = place(name, false);
                let what = format!("«{term}» is a rule of yours, written out");
                self.wrong(&file, &short, what, "state it by its value, such as {return_days} (docs: RULES)");
            }
        }
    }

    /// A rule has its answer, and is about an intent.
    fn rules(&mut self) {
        let labels = self.book.labels.get(RULES_FILE).into_iter().flatten();
        let labels: Vec<(String, Option<String>)> =
            labels.map(|(label, texts)| (label.clone(), texts.about.clone())).collect();
        for (label, about) in labels.into_iter().filter(|(label, _)| label != NONE) {
            self.key(&format!("{RULES_FILE}.{label}"), &FAQ_ANSWER);
            let more = format!("{RULES_FILE}.{label}.more");
            if self.book.phrases.contains_key(&more) {
                self.key(&more, &FAQ_MORE);
            }
            if about.as_ref().is_none_or(|about| !self.book.intents.contains_key(about)) {
                let what = match about {
                    Some(about) => format!("«{about}» is no intent"),
                    None => "it is about no intent".to_owned(),
                };
                let remedy = "name the intent that a person is called for, such as about = \"refund\"";
                self.wrong(RULES_FILE, &format!("labels.{label}.about"), what, remedy);
            }
        }
    }

    /// Whether it is a request that code answers.
    fn is_core(&self, intent: &str) -> bool {
        intent == HUMAN || self.said.intents.contains(&intent)
    }

    fn key(&mut self, name: &str, key: &Key) {
        let (file, short) = place(name, key.is_choice);
        let Some(templates) = self.book.phrases.get(name) else {
            self.wrong(&file, &short, "missing".into(), "add it");
            return;
        };
        for template in templates {
            for used in template.names() {
                let rule = is_rule(used) && !NOT_BY_RULES.iter().any(|file| name.starts_with(file));
                if !rule && !key.always.contains(&used) && !key.sometimes.contains(&used) {
                    let allowed = [key.always, key.sometimes].concat().join(", ");
                    let what = format!("{{{used}}} is not known here");
                    self.wrong(&file, &short, what, &format!("use only: {allowed}"));
                }
            }
        }
        let safe = templates.iter().filter(|t| t.names().all(|n| !key.sometimes.contains(&n))).count();
        if safe < key.variants {
            let what = format!("{safe} wordings that need no optional value");
            self.wrong(&file, &short, what, &format!("write {} or more", key.variants));
        }
    }

    fn wrong(&mut self, file: &str, key: &str, what: String, remedy: &str) {
        self.problems.push(Problem {
            file: format!("{}/{file}.toml", self.language.id()),
            key: Some(key.into()),
            what,
            remedy: remedy.into(),
        });
    }
}

/// The file and the name in it that a key stands for.
fn place(key: &str, is_choice: bool) -> (String, String) {
    let (file, short) = key.split_once('.').unwrap_or((key, ""));
    match file {
        "button" => ("common".into(), format!("buttons.{short}")),
        "status" => ("statuses".into(), format!("statuses.{short}")),
        "canned" => (file.into(), format!("canned.{short}.texts")),
        "desk" | "language" => (file.into(), format!("texts.{short}")),
        _ if is_choice => (file.into(), format!("choices.{short}.title")),
        _ if short == "title" => (file.into(), short.into()),
        _ => (file.into(), format!("replies.{short}")),
    }
}
