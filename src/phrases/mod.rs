//! The phrasebook: what the bot says and what it learns to read, as data.
//!
//! One folder a language, one TOML file an intent (`phrases/<language>/<intent>.toml`). Loading is the
//! only thing here that touches the world ([`load`]); checking and rendering are pure.
//!
//! Every text has a key: `<file>.<key>` for replies and texts, `<file>.title`, `button.<key>`,
//! `status.<code>.<field>`, `canned.<id>`. [`schema`] lists the keys that code asks for.

mod canned;
pub mod check;
mod check_canned;
mod export;
mod gate;
mod learned;
pub mod load;
pub mod schema;
pub use schema::Key;
mod template;

pub use canned::{Canned, Filling};
pub use export::to_toml_diff;
pub use gate::{Gate, Harm, Overruled, Report};
pub use learned::Learned;
pub use template::Template;

use crate::understanding::{Language, Lesson, Lessons};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A keyed text with the values it gets; wording and language are chosen when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The key, `<file>.<key>`.
    pub key: String,
    /// The language it is said in.
    pub language: Language,
    values: BTreeMap<&'static str, Value>,
}

/// A value put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As it is.
    Text(String),
    /// A number; also chooses plural forms.
    Number(i64),
    /// Another text of the phrasebook, by its key (its first wording).
    Phrase(String),
    /// A moment in the owner's time zone, said from `now`: «сегодня до 16:40».
    Deadline {
        /// When it is said.
        now: DateTime<FixedOffset>,
        /// What is promised.
        at: DateTime<FixedOffset>,
    },
    /// When work begins, said from `now`: «завтра с 9:00».
    Opening {
        /// When it is said.
        now: DateTime<FixedOffset>,
        /// When work begins.
        at: DateTime<FixedOffset>,
    },
    /// A day: «18 ноября».
    Date(NaiveDate),
    /// Money in kopecks: «4 500 ₽».
    Sum(i64),
}

impl Reply {
    /// A reply without values.
    pub fn new(key: impl Into<String>, language: Language) -> Reply {
        Reply { key: key.into(), language, values: BTreeMap::new() }
    }

    /// The same in another language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Reply {
        self.language = language;
        self
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Reply {
        self.values.insert(name, value);
        self
    }

    /// With one more value, if it is known.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<Value>) -> Reply {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// An intent as the phrasebook holds it.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// How customers say it.
    pub examples: Vec<String>,
    /// Near misses.
    pub not_examples: Vec<String>,
    /// Its tests: `text` must (or must not) be read as an intent.
    pub tests: Vec<IntentTest>,
}

/// A test that stands beside the examples it guards.
#[derive(Clone, Debug)]
pub struct IntentTest {
    /// The message.
    pub text: String,
    /// What it must be read as.
    pub intent: Option<String>,
    /// What it must not be read as.
    pub not: Option<String>,
}

/// A message that is nothing but a word in passing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmallWord {
    /// «Ок», «понятно».
    Fine,
    /// «Секунду», «сейчас найду».
    Wait,
}

/// A message that turns away from what was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turning {
    /// «Начать сначала».
    Restart,
    /// «Нет, я про другое».
    Other,
}

/// One of the given answers to a question: its button, and the words that mean it.
#[derive(Clone, Debug, Default)]
struct Choice {
    /// Groups of beginnings of words; all of a group must occur.
    words: Vec<Vec<String>>,
}

/// Beginnings of words as long as this may have one letter wrong.
const FORGIVING: usize = 6;

/// Whether `word` begins with `stem`, give or take a typo in a long one (optimal string alignment distance,
/// `strsim`).
fn begins_with(word: &str, stem: &str) -> bool {
    if word.starts_with(stem) {
        return true;
    }
    let length = stem.chars().count();
    let start: String = word.chars().take(length).collect();
    length >= FORGIVING && strsim::osa_distance(&start, stem) <= 1
}

/// A longer answer than this is more than a yes or a no.
const SHORT_ANSWER: usize = 5;

/// The words of a text: small letters, ё as е, without signs.
fn words_of(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('ё', "е");
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A word or a few that customers say, taken apart once: every message is compared with all of them.
#[derive(Clone, Debug)]
struct Saying {
    /// As it is written: an emoji has no words.
    text: String,
    words: Vec<String>,
}

impl Saying {
    fn new(text: String) -> Saying {
        let words = words_of(&text);
        Saying { text, words }
    }

    /// Whether these words, of which there are some, are the same.
    fn is(&self, said: &[String]) -> bool {
        !said.is_empty() && self.words == said
    }
}

/// One language of the phrasebook.
#[derive(Clone, Debug, Default)]
struct Book {
    phrases: HashMap<String, Vec<Template>>,
    intents: BTreeMap<String, Intent>,
    none: Vec<String>,
    filler: Vec<String>,
    synonyms: Vec<Vec<String>>,
    yes: Vec<Saying>,
    no: Vec<Saying>,
    yes_begins: Vec<Saying>,
    no_begins: Vec<Saying>,
    fine: Vec<Saying>,
    wait: Vec<Saying>,
    person: Vec<String>,
    months: Vec<String>,
    restart: Vec<Saying>,
    other: Vec<Saying>,
    plain: Vec<String>,
    doubt: Vec<String>,
    /// By file, then by key.
    choices: BTreeMap<String, BTreeMap<String, Choice>>,
    /// In the order of the file.
    canned: Vec<Canned>,
    /// The texts of the files of intents, by intent: what an export of learned examples is written against.
    sources: BTreeMap<String, Arc<str>>,
}

/// All languages. Russian is the house's own and complete; another one falls back to it.
#[derive(Clone, Debug, Default)]
pub struct Phrasebook {
    books: BTreeMap<Language, Book>,
    /// What agents taught, in their order.
    learned: Vec<Learned>,
}

impl Phrasebook {
    /// Whether it has examples of an intent of this name.
    pub fn is_intent(&self, id: &str) -> bool {
        self.books.values().any(|book| book.intents.contains_key(id))
    }

    /// Whether a text with this key exists in the language or in Russian.
    pub fn has(&self, key: &str, language: Language) -> bool {
        self.templates(key, language).is_some()
    }

    /// What the matcher learns from: the examples of all languages together, since people mix them. What agents
    /// taught stands last, so that it does not move the folds of the others.
    pub fn lessons(&self) -> Lessons {
        let mut lessons = Lessons::default();
        let mut by_intent: BTreeMap<&str, Lesson> = BTreeMap::new();
        for book in self.books.values() {
            for (id, intent) in &book.intents {
                let lesson = by_intent.entry(id).or_insert_with(|| Lesson { intent: id.clone(), ..Lesson::default() });
                lesson.examples.extend(intent.examples.iter().cloned());
                lesson.not_examples.extend(intent.not_examples.iter().cloned());
            }
            lessons.none.extend(book.none.iter().cloned());
            lessons.filler.extend(book.filler.iter().cloned());
            lessons.synonyms.extend(book.synonyms.iter().cloned());
        }
        for Learned { intent, utterance, .. } in &self.learned {
            if let Some(lesson) = by_intent.get_mut(intent.as_str()) {
                lesson.examples.push(utterance.clone());
            }
        }
        lessons.intents = by_intent.into_values().collect();
        lessons
    }

    /// The tests of all intents, each with the file it stands in.
    pub fn tests(&self) -> impl Iterator<Item = (String, &IntentTest)> {
        self.books.iter().flat_map(|(language, book)| {
            book.intents.iter().flat_map(move |(id, intent)| {
                intent.tests.iter().map(move |test| (format!("{}/{id}.toml", language.code()), test))
            })
        })
    }

    /// Whether `text` is a yes or a no, in any language; `None` if it is neither. A short answer that begins
    /// with one is one («да, зовите», «нет, не отменяйте»).
    pub fn yes_or_no(&self, text: &str) -> Option<bool> {
        let said = words_of(text);
        let same = |saying: &Saying| saying.text == text.trim() || saying.is(&said);
        let whole = self.either(|b| (&b.yes, &b.no), same);
        let begins = || match said.first() {
            Some(first) if said.len() <= SHORT_ANSWER => {
                self.either(|b| (&b.yes_begins, &b.no_begins), |saying| saying.is(std::slice::from_ref(first)))
            }
            Some(_) | None => None,
        };
        whole.or_else(begins)
    }

    /// Whether `text` is a yes that stands for itself: «да», «да, отменяйте», «подтверждаю», but not «ок», «вроде»,
    /// «да, но сначала» or «да, оставить». What cannot be taken back needs one, so every word must be known to say
    /// nothing else.
    pub fn plain_yes(&self, text: &str) -> bool {
        let said = words_of(text);
        let begins = |word: &String| {
            let known = self.books.values().flat_map(|book| &book.yes_begins);
            known.into_iter().any(|known| known.is(std::slice::from_ref(word)))
        };
        let beside = |word: &String| self.books.values().flat_map(|book| &book.plain).any(|known| known == word);
        // In every language at once: «но» and «but» may follow any yes.
        let doubts = self.books.values().flat_map(|book| &book.doubt).any(|word| said.contains(word));
        let only_yes = said.first().is_some_and(&begins) && said.iter().all(|word| begins(word) || beside(word));
        only_yes && !doubts && !text.contains('?') && said.len() <= SHORT_ANSWER
    }

    /// Whether `text` turns away from what was begun; «ой» or «извините» before it changes nothing.
    pub fn turning(&self, text: &str) -> Option<Turning> {
        let said = words_of(text);
        let filler = |word: &&String| self.books.values().any(|book| book.filler.contains(word));
        let said = &said[said.iter().take_while(filler).count()..];
        let found = self.either(|b| (&b.restart, &b.other), |saying| saying.is(said));
        found.map(|restart| if restart { Turning::Restart } else { Turning::Other })
    }

    /// Which of the answers that begin with `begin` in a file these words mean: its key without `begin`. The answer
    /// with the longest words found wins; `None` when there is none, or two are as good.
    pub fn choice(&self, file: &str, begin: &str, text: &str) -> Option<String> {
        let said = words_of(text);
        let length = |group: &Vec<String>| -> Option<usize> {
            let all = group.iter().all(|stem| said.iter().any(|word| begins_with(word, stem)));
            all.then(|| group.iter().map(|stem| stem.chars().count()).sum())
        };
        let mut best: Option<(usize, &str, bool)> = None;
        let books = self.books.values().filter_map(|book| book.choices.get(file));
        for (key, choice) in books.flatten() {
            let Some(answer) = key.strip_prefix(begin) else { continue };
            let Some(found) = choice.words.iter().filter_map(length).max() else { continue };
            best = match best {
                Some((known, other, _)) if known == found && other != answer => Some((known, other, true)),
                Some((known, other, tie)) if known >= found => Some((known, other, tie)),
                Some(_) | None => Some((found, answer, false)),
            };
        }
        best.filter(|(_, _, tie)| !tie).map(|(_, answer, _)| answer.to_owned())
    }

    /// Whether `text` is nothing but a small word («ок», «секунду»).
    pub fn small_word(&self, text: &str) -> Option<SmallWord> {
        let said = words_of(text);
        let found = self.either(|b| (&b.fine, &b.wait), |saying| saying.is(&said));
        found.map(|fine| if fine { SmallWord::Fine } else { SmallWord::Wait })
    }

    /// Whether `text`, as an answer to the offer of a person, names one.
    pub fn calls_person(&self, text: &str) -> bool {
        let said = words_of(text);
        self.books.values().flat_map(|book| &book.person).any(|word| said.contains(word))
    }

    /// Which of two lists holds a saying that `is` it: the first is true; `None` for neither or both.
    fn either(&self, lists: fn(&Book) -> (&Vec<Saying>, &Vec<Saying>), is: impl Fn(&Saying) -> bool) -> Option<bool> {
        let in_first = self.books.values().any(|book| lists(book).0.iter().any(&is));
        let in_second = self.books.values().any(|book| lists(book).1.iter().any(&is));
        match (in_first, in_second) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }

    fn templates(&self, key: &str, language: Language) -> Option<(Language, &Vec<Template>)> {
        [language, Language::Ru]
            .into_iter()
            .find_map(|language| Some((language, self.books.get(&language)?.phrases.get(key)?)))
    }

    fn month(&self, language: Language, date: NaiveDate) -> String {
        self.books
            .get(&language)
            .and_then(|book| book.months.get(date.month0() as usize))
            .cloned()
            .unwrap_or_else(|| date.month().to_string())
    }

    /// A moment by the text for today, tomorrow or a later day.
    fn moment(
        &self,
        language: Language,
        keys: [&str; 3],
        now: DateTime<FixedOffset>,
        at: DateTime<FixedOffset>,
    ) -> String {
        let key = match (at.date_naive() - now.date_naive()).num_days() {
            0 => keys[0],
            1 => keys[1],
            _ => keys[2],
        };
        let reply = Reply::new(key, language)
            .with("time", Value::Text(format!("{}:{:02}", at.hour(), at.minute())))
            .with("date", Value::Date(at.date_naive()));
        render(self, &reply, 0)
    }

    fn show(&self, language: Language, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Number(n) => n.to_string(),
            Value::Sum(kopecks) => money(language, *kopecks),
            Value::Phrase(key) => render(self, &Reply::new(key.as_str(), language), 0),
            Value::Date(date) => {
                let reply = Reply::new("language.date", language)
                    .with("day", Value::Number(i64::from(date.day())))
                    .with("month", Value::Text(self.month(language, *date)));
                render(self, &reply, 0)
            }
            Value::Deadline { now, at } => {
                let keys = ["language.deadline_today", "language.deadline_tomorrow", "language.deadline_date"];
                self.moment(language, keys, *now, *at)
            }
            Value::Opening { now, at } => {
                let keys = ["language.opening_today", "language.opening_tomorrow", "language.opening_date"];
                self.moment(language, keys, *now, *at)
            }
        }
    }
}

/// Money as people write it: whole roubles without kopecks, thousands parted by a space that does not break.
fn money(language: Language, kopecks: i64) -> String {
    let (roubles, rest) = (kopecks / 100, kopecks % 100);
    let digits = roubles.unsigned_abs().to_string();
    let parted: String = digits
        .chars()
        .enumerate()
        .flat_map(|(i, digit)| {
            let space = (i > 0 && (digits.len() - i).is_multiple_of(3)).then_some('\u{a0}');
            space.into_iter().chain([digit])
        })
        .collect();
    let comma = match language {
        Language::Ru => ',',
        Language::En => '.',
    };
    let sign = if kopecks < 0 { "−" } else { "" };
    match rest.unsigned_abs() {
        0 => format!("{sign}{parted}\u{a0}₽"),
        rest => format!("{sign}{parted}{comma}{rest:02}\u{a0}₽"),
    }
}

/// Says `reply` in words. `seed` chooses the wording: consecutive seeds give different ones, so a
/// customer never reads the same sentence twice in a row. A key that does not exist (the check
/// prevents it) is shown as the key itself.
pub fn render(phrasebook: &Phrasebook, reply: &Reply, seed: u64) -> String {
    let Some((language, templates)) = phrasebook.templates(&reply.key, reply.language) else {
        return reply.key.clone();
    };
    let fit = |template: &&Template| template.names().all(|name| reply.values.contains_key(name));
    let mut fitting: Vec<&Template> = templates.iter().filter(fit).collect();
    // Wordings that use what is known (a name) come first, where there are enough of them not to repeat one.
    let most = fitting.iter().map(|template| template.names().count()).max().unwrap_or(0);
    let rich: Vec<&Template> = fitting.iter().copied().filter(|template| template.names().count() == most).collect();
    if rich.len() > 1 {
        fitting = rich;
    }
    let chosen = match fitting.len() {
        0 => templates.first(),
        n => fitting.get((seed % n as u64) as usize).copied(),
    };
    chosen.map_or_else(
        || reply.key.clone(),
        |template| template.render(language, &reply.values, &|value| phrasebook.show(language, value)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_do() {
        assert_eq!(money(Language::Ru, 450_000), "4\u{a0}500\u{a0}₽");
        assert_eq!(money(Language::Ru, 123_456_789), "1\u{a0}234\u{a0}567,89\u{a0}₽");
        assert_eq!(money(Language::En, 5), "0.05\u{a0}₽");
    }

    #[test]
    fn a_turn_may_begin_with_an_interjection() {
        let (phrasebook, _) = load::shipped();
        for other in ["нет, я про другое", "ой нет, я про другое", "Извините, не то", "sorry, something else"]
        {
            assert_eq!(phrasebook.turning(other), Some(Turning::Other), "{other}");
        }
        assert_eq!(phrasebook.turning("ну, начать сначала"), Some(Turning::Restart));
        for none in ["ой", "извините", "ой, я про возврат", ""] {
            assert_eq!(phrasebook.turning(none), None, "{none}");
        }
    }

    #[test]
    fn a_plain_yes_is_more_than_a_nod() {
        let (phrasebook, _) = load::shipped();
        for yes in ["да", "Да, отменяйте", "да!", "подтверждаю", "yes", "yes, cancel it"] {
            assert!(phrasebook.plain_yes(yes), "{yes}");
        }
        let noes = [
            "да, оставить",
            "согласна не отменять",
            "давайте не сегодня",
            "да завтра",
            "да я думаю",
            "ага щас",
            "угу",
            "да ну вас",
            "да блин не знаю",
            "да, не отменяйте",
            "конечно нет",
            "точно не сейчас",
            "absolutely not",
            "yes, don't cancel",
            "yes, keep it",
            "отменить",
        ];
        for other in noes {
            assert!(!phrasebook.plain_yes(other), "{other}");
        }
        for other in ["ок", "хорошо", "вроде", "👍", "да нет", "да, но сначала скажите сумму", "да?", "нет", "не надо"]
        {
            assert!(!phrasebook.plain_yes(other), "{other}");
        }
    }
}
