//! Short answers, read without a model: yes and no, a small word, a turn away, one of the given answers.

use super::book::{Book, Phrasebook};
use super::render::render;
use super::reply::Reply;
use super::words::{Saying, is_of_stem, words_of};
use chrono::{Datelike, NaiveDate, TimeDelta};
use understanding::Language;

/// A message that is nothing but a word in passing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmallWord {
    /// The customer is content: «ок», «понятно».
    Fine,
    /// The customer asks to wait: «секунду», «сейчас найду».
    Wait,
}

/// A message that turns away from what was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turning {
    /// The customer begins anew: «начать сначала».
    Restart,
    /// The customer means something else: «нет, я про другое».
    Other,
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

/// A word of a title tells something when it has so many letters; so many must be the same.
const TELLING: usize = 5;

/// A month's name may be shortened to so many letters: «13 нояб».
const MONTH: usize = 3;
/// A day of last year is meant only if it is no longer past.
const LONG_PAST: TimeDelta = TimeDelta::days(60);

/// A longer answer than this is more than a yes or a no.
const SHORT_ANSWER: usize = 5;

/// The first of the words of a text.
fn first_word(text: &str) -> Option<String> {
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|part| !part.is_empty())?;
    words_of(first).into_iter().next()
}

/// A clause in two, where what follows on `and` asks; else as it is.
fn parted<'t>(clause: &'t str, and: &str, asks: &impl Fn(&str) -> bool) -> Vec<&'t str> {
    let mut places = clause.match_indices(and).map(|(at, and)| (&clause[..at], &clause[at + and.len()..]));
    places.find(|(_, rest)| asks(rest)).map_or_else(|| vec![clause], |(before, rest)| vec![before, rest])
}

impl Phrasebook {
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
            let known = self.books().flat_map(|book| &book.yes_begins);
            known.into_iter().any(|known| known.is(std::slice::from_ref(word)))
        };
        // A number beside it is another matter only if it is another parcel's, which the caller knows.
        let is_number = |word: &String| word.chars().all(|c| c.is_ascii_digit());
        let beside =
            |word: &String| is_number(word) || self.books().flat_map(|book| &book.plain).any(|known| known == word);
        // In every language at once: «но» and «but» may follow any yes. A nod is too little by itself, and no doubt
        // behind a yes («да, давайте»).
        let is_doubt = |word: &String| self.books().flat_map(|book| &book.doubt).any(|known| known == word);
        let doubts = said.first().is_some_and(&is_doubt) || said.iter().any(|word| is_doubt(word) && !begins(word));
        // «Very well. Yes, please request it»: the yes may stand behind a word of courtesy.
        let agrees = text.split(['.', '!', '\n']).any(|sentence| words_of(sentence).first().is_some_and(&begins));
        agrees && said.iter().all(|word| begins(word) || beside(word)) && !doubts && !text.contains('?')
    }

    /// `text` with a yes of this language in the place of a neighbour's that it begins with: «так, оформлюйте». `None` where it
    /// begins with none.
    pub fn in_neighbours(&self, text: &str) -> Option<String> {
        if text.contains('?') {
            return None; // it asks, and the signs are gone below
        }
        let said = words_of(text);
        let (first, rest) = said.split_first()?;
        let book = self.books().find(|book| book.neighbour_yes.contains(first))?;
        let yes = &book.yes_begins.first()?.text;
        Some(std::iter::once(yes.as_str()).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join(" "))
    }

    /// The day that a date as it was typed names, the last one before or on `today`: «13 ноября», «13.11», “3 November”. `None`
    /// for what names no day of a month, and for a day that is still to come.
    pub fn past_day(&self, date: &str, today: NaiveDate) -> Option<NaiveDate> {
        let parts: Vec<&str> = date.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let day: u32 = parts.iter().find_map(|part| part.parse().ok())?;
        let named = |part: &&str| {
            let part = part.to_lowercase();
            let same = |name: &String| part.chars().count() >= MONTH && name.to_lowercase().starts_with(part.as_str());
            self.books().find_map(|book| book.months.iter().position(same))
        };
        let by_name = parts.iter().find_map(named).and_then(|at| u32::try_from(at + 1).ok());
        let by_number = || parts.iter().skip_while(|part| part.parse() != Ok(day)).nth(1)?.parse().ok();
        let month = by_name.or_else(by_number)?;
        let years = [today.year(), today.year() - 1];
        let past =
            years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day)).find(|day| *day <= today);
        // «Заберу 5 декабря», said in November, is no day of last year's.
        past.filter(|past| past.year() == today.year() || today - *past <= LONG_PAST)
    }

    /// Whether `text` has a word without which nothing is denied: «отмените его» does not deny that it is to be cancelled.
    pub fn denies(&self, text: &str) -> bool {
        let known = |word: &String| self.books().flat_map(|book| &book.denies).any(|stem| is_of_stem(word, stem));
        words_of(text).iter().any(known)
    }

    /// Whether a short `text` stops what is about to be done: «не, погоди», «стоп, не надо».
    pub fn stops(&self, text: &str) -> bool {
        let said = words_of(text);
        said.len() <= SHORT_ANSWER && said.iter().any(|word| self.books().any(|book| book.stop.contains(word)))
    }

    /// Whether `text` asks: it has the sign, or begins as questions do, behind greetings and «а», «и», «ну».
    pub fn asks(&self, text: &str) -> bool {
        let said = words_of(text);
        let filler = |word: &&String| word.chars().count() == 1 || self.books().any(|book| book.filler.contains(word));
        let asks = |word: &String| self.books().any(|book| book.asks.contains(word));
        // «Скажите, куда» begins with a word that is both.
        let first = said.iter().find(|word| asks(word) || !filler(word));
        text.contains('?') || first.is_some_and(asks)
    }

    /// Whether a word that asks stands anywhere in `text`.
    pub fn has_question_word(&self, text: &str) -> bool {
        words_of(text).iter().any(|word| self.books().any(|book| book.asks.contains(word)))
    }

    /// The question that a sentence of several goes on with, behind a joining word: «понял подожду а если не придёт».
    pub fn joined_question<'t>(&self, text: &'t str) -> Option<&'t str> {
        let low = text.to_lowercase();
        // Where lower case has other lengths, the places would be others.
        if low.len() != text.len() {
            return None;
        }
        let joins = self.books().flat_map(|book| &book.joins);
        let at = joins.filter_map(|join| low.rfind(join.as_str())).max()?;
        let rest = text.get(at..)?.trim();
        (rest.split_whitespace().count() >= 3 && at > 0).then_some(rest)
    }

    /// What may be asked by itself: sentences, and what a language's joining words join; none of a single word.
    pub fn clauses<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut clauses: Vec<&str> = text.split(['?', '.', '!', ';', '\n']).collect();
        for join in self.books().flat_map(|book| &book.joins) {
            clauses = clauses.into_iter().flat_map(|clause| clause.split(join.as_str())).collect();
        }
        // «… где сейчас и сколько курьер ждёт»: the word that asks belongs to what it asks.
        let asks =
            |clause: &str| first_word(clause).is_some_and(|first| self.books().any(|book| book.asks.contains(&first)));
        for and in self.books().flat_map(|book| &book.and) {
            clauses = clauses.into_iter().flat_map(|clause| parted(clause, and, &asks)).collect();
        }
        clauses.retain(|clause| clause.split_whitespace().count() >= 2);
        clauses
    }

    /// Whether `text`, however long, begins with a yes, and neither doubts nor asks.
    pub fn begins_with_yes(&self, text: &str) -> bool {
        let said = words_of(text);
        let yes = |word: &String| {
            self.books().flat_map(|book| &book.yes_begins).any(|known| known.is(std::slice::from_ref(word)))
        };
        let doubts = |word: &String| self.books().flat_map(|book| &book.doubt).any(|known| known == word);
        said.first().is_some_and(&yes) && !said.iter().any(|word| doubts(word) && !yes(word)) && !text.contains('?')
    }

    /// Whether `text`, however long, begins with a no.
    pub fn begins_with_no(&self, text: &str) -> bool {
        let said = words_of(text);
        let no = |word: &String| {
            self.books().flat_map(|book| &book.no_begins).any(|known| known.is(std::slice::from_ref(word)))
        };
        said.first().is_some_and(no)
    }

    /// Whether `text` turns away from what was begun, and how; «ой» or «извините» before it changes nothing. `None`
    /// when it does not.
    pub fn turning(&self, text: &str) -> Option<Turning> {
        let said = words_of(text);
        let filler = |word: &&String| self.books().any(|book| book.filler.contains(word));
        let said = &said[said.iter().take_while(filler).count()..];
        let found = self.either(|b| (&b.restart, &b.other), |saying| saying.is(said));
        found.map(|restart| if restart { Turning::Restart } else { Turning::Other })
    }

    /// Whether `text` has a word in common with a text of the phrasebook, a title: a long word that begins alike.
    pub fn shares_word(&self, key: &str, language: Language, text: &str) -> bool {
        let title = render(self, &Reply::new(key, language), 0);
        let begin = |word: &String| (word.chars().count() >= TELLING).then(|| word.chars().take(TELLING).collect());
        let of_title: Vec<String> = words_of(&title).iter().filter_map(begin).collect();
        words_of(text).iter().any(|word| of_title.iter().any(|begin| word.starts_with(begin.as_str())))
    }

    /// Which of the answers that begin with `begin` in a file these words mean: its key without `begin`. The answer
    /// with the longest words found wins; `None` when there is none, or two are as good.
    pub fn choice(&self, file: &str, begin: &str, text: &str) -> Option<String> {
        let said = words_of(text);
        let length = |group: &Vec<String>| -> Option<usize> {
            // A word is one of them only: «отмените» by itself is no «отмените отмену».
            let mut left: Vec<&String> = said.iter().collect();
            let mut take = |stem: &String| {
                let found = left.iter().position(|word| begins_with(word, stem));
                found.map(|at| left.remove(at)).is_some()
            };
            let all = group.iter().all(&mut take);
            all.then(|| group.iter().map(|stem| stem.chars().count()).sum())
        };
        let mut best: Option<(usize, &str, bool)> = None;
        let books = self.books().filter_map(|book| book.choices.get(file));
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

    /// What `text` says beside words of the answers that begin with `begin` in a file; empty when it says nothing else.
    pub fn beside_choice(&self, file: &str, begin: &str, text: &str) -> String {
        let books = self.books().filter_map(|book| book.choices.get(file)).flatten();
        let answers = books.filter(|(key, _)| key.starts_with(begin)).map(|(_, choice)| choice);
        let stems: Vec<&String> = answers.flat_map(|choice| choice.words.iter().flatten()).collect();
        let beside = |word: &String| !stems.iter().any(|stem| begins_with(word, stem));
        words_of(text).into_iter().filter(beside).collect::<Vec<_>>().join(" ")
    }

    /// The small word that `text` is («ок», «секунду»); `None` when it says more, or something else.
    pub fn small_word(&self, text: &str) -> Option<SmallWord> {
        let said = words_of(text);
        let found = self.either(|b| (&b.fine, &b.wait), |saying| saying.is(&said));
        found.map(|fine| if fine { SmallWord::Fine } else { SmallWord::Wait })
    }

    /// Whether `text` says nothing but that the customer is content, in whatever order: «хорошо, поняла вас, жду».
    pub fn nods(&self, text: &str) -> bool {
        let said = words_of(text);
        let known = |word: &String| self.books().flat_map(|book| &book.fine).any(|saying| saying.has(word));
        !said.is_empty() && said.iter().all(known)
    }

    /// Whether `text`, as an answer to the offer of a person, names one.
    pub fn calls_person(&self, text: &str) -> bool {
        let said = words_of(text);
        self.books().flat_map(|book| &book.person).any(|word| said.contains(word))
    }

    /// Which of two lists holds a saying that `is` it: the first is true; `None` for neither or both.
    fn either(&self, lists: fn(&Book) -> (&Vec<Saying>, &Vec<Saying>), is: impl Fn(&Saying) -> bool) -> Option<bool> {
        let in_first = self.books().any(|book| lists(book).0.iter().any(&is));
        let in_second = self.books().any(|book| lists(book).1.iter().any(&is));
        match (in_first, in_second) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

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
    fn only_what_denies_is_denied() {
        let (phrasebook, _) = load::shipped();
        for denies in [
            "не отменяйте",
            "ненадо отменять",
            "неотменяйте",
            "нет, везите",
            "передумала",
            "don't cancel it",
            "dont cancel",
            "keep it",
        ] {
            assert!(phrasebook.denies(denies), "{denies}");
        }
        for none in [
            "отмените заказ недавно оформленный",
            "аннулируйте заказ, неделю жду",
            "немедленно отмените",
            "cancel the order now",
            "take this to the shop",
            "nobody came, cancel",
        ] {
            assert!(!phrasebook.denies(none), "{none}");
        }
    }

    #[test]
    fn a_day_of_the_past_is_read_as_it_was_typed() {
        let (phrasebook, _) = load::shipped();
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let today = day("2026-11-30");
        for (date, expected) in [
            ("13 ноября", "2026-11-13"),
            ("13 нояб", "2026-11-13"),
            ("13.11", "2026-11-13"),
            ("13.11.2026", "2026-11-13"),
            ("30 ноября", "2026-11-30"),
            ("november 3", "2026-11-03"),
        ] {
            assert_eq!(phrasebook.past_day(date, today), Some(day(expected)), "{date}");
        }
        // Said of a day to come, it is none of last year's; in January «28 декабря» is.
        assert_eq!(phrasebook.past_day("3 december", today), None);
        assert_eq!(phrasebook.past_day("28 декабря", day("2027-01-10")), Some(day("2026-12-28")));
        for other in ["в пятницу", "15го", "через 3 дня", "31.02", "завтра", "3 но", "40 ноября"]
        {
            assert_eq!(phrasebook.past_day(other, today), None, "{other}");
        }
    }

    #[test]
    fn a_plain_yes_is_more_than_a_nod() {
        let (phrasebook, _) = load::shipped();
        let yeses = [
            "да",
            "Да, отменяйте",
            "да!",
            "подтверждаю",
            "Да, подтверждаю, оформляйте возврат по 1000000017",
            "yes",
            "yes, cancel it",
            "Very well. Yes, please request the refund for 1000000017.",
        ];
        for yes in yeses {
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
            "да, отмените 1000000017, когда вернусь",
            "да, отмените 1000000017, но верните деньги сразу на карту",
            "конечно нет",
            "точно не сейчас",
            "absolutely not",
            "yes, don't cancel",
            "yes, keep it",
            "Very well. Please request the refund.",
            "Very well. Yes, once I am back.",
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
