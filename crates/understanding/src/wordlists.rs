//! Words of a language that mean something to reading wherever they stand: harsh words, negations, days, currencies.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// The shipped lists by their names.
const SHIPPED: [(&str, &str); 2] = [("ru", include_str!("lexicon/ru.txt")), ("en", include_str!("lexicon/en.txt"))];

static PARSED: LazyLock<Vec<(&'static str, Arc<WordLists>)>> = LazyLock::new(|| {
    let parsed = |(name, text): (&'static str, &str)| {
        let lists = WordLists::parse(text).expect("the shipped lists are whole, as a test holds");
        (name, Arc::new(lists))
    };
    SHIPPED.into_iter().map(parsed).collect()
});

/// Words of one language, or of several together in their order, that mean something wherever they stand. The shipped
/// ones are general Russian and English, with the words that announce the number of an order.
///
/// They are read from text: a name in brackets begins a list, a line is an entry, «#» begins a comment. Words are in small
/// letters, «ё» written as «е»; `_` stands for a space. Every list may be missing.
///
/// ```text
/// [negations]
/// не
/// [angry]
/// мошенник 3
/// [common]
/// и в во не что он на я
/// ```
///
/// | list | an entry is |
/// |---|---|
/// | `common` | a line of common words, in one form or more of each |
/// | `families` | a line of beginnings of words that belong together though their stems differ |
/// | `angry`, `upset`, `sayings` | the beginning of a harsh word, of a worried one, a harsh saying; then its weight, 1 to 4 |
/// | `excused`, `not_excused` | the beginning of a word that only looks harsh, and a word that is harsh all the same |
/// | `negations`, `joins` | a word that turns the next one round («не»), one that may join two requests («и») |
/// | `subordinates`, `questions` | a word that begins a clause which asks nothing («что», «если»), and one behind it that makes it a question («что за») |
/// | `somebody`, `not_somebody` | the beginning of a word that names somebody near («сосед»), and a word that only looks like one |
/// | `bound` | a word that needs the next one, or belongs to the last («для») |
/// | `hand_negation_on`, `needs` | the beginning of a stem of wanting or need, and of need said of what stands before |
/// | `months`, `days`, `units` | the beginning of a month after a day, of a day's name, of a unit of time |
/// | `relative_days` | a day counted from today |
/// | `before_dates`, `through` | a word that may stand before a date, and of these the ones before an amount of time |
/// | `day_endings`, `day_endings_after_hyphen` | what may follow the figures of a day, at once or behind a hyphen |
/// | `currencies`, `currencies_close` | a word after a sum, and of these the ones that stand close to it |
/// | `order_words`, `order_breaks` | the beginning of a word that announces an order's number, and a word that breaks that off |
/// | `order_plurals`, `list_joins` | a word that announces several numbers, and one that joins the numbers of a list |
/// | `phone_words` | what makes a phone of the digits behind it |
/// | `track_words`, `other_numbers` | the beginning of a word that announces a parcel's number, and of one that announces something else's |
/// | `number_names` | the beginning of a word that may stand between such a word and its number («серия») |
/// | `currencies_before` | a currency before its sum («eur 40») |
/// | `thousands`, `small_change` | of the currencies those that another may follow («тыс. руб.»), and coins behind a sum |
/// | `spoken_days` | a day of the month in words, before the month |
/// | `number_words` | a word of a number; then its value |
/// | `number_starts` | what is in every text with several such words |
/// | `multipliers` | of these words the ones that multiply what stands before them |
/// | `noughts`, `counted` | several noughts («два ноля»), and the beginning of what is counted by thousands but no money |
/// | `labels` | the beginning of a word that only announces the number, sum or phone beside it («трек», «тел») |
/// | `added` | the beginning of a line that a program adds («отправлено с iphone») |
/// | `neighbours` | a word of a neighbour language that is no word of this one, in this one's letters |
/// | `neighbours_shared` | of these the ones that people write in this language too, misspelt or as a greeting |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordLists {
    /// Common words of everyday life, one form or more of each.
    pub(super) common: Vec<String>,
    /// Families of words that the stemmer parts, each by the beginnings of its words.
    pub(super) families: Vec<Vec<String>>,
    /// Beginnings of words that insult or threaten, with their weight.
    pub(super) angry: Vec<(String, u32)>,
    /// Beginnings of words that worry or complain, with their weight.
    pub(super) upset: Vec<(String, u32)>,
    /// Angry sayings of several words, with their weight.
    pub(super) sayings: Vec<(String, u32)>,
    /// Beginnings of words that only look like the harsh ones.
    pub(super) excused: Vec<String>,
    /// Words that are harsh all the same.
    pub(super) not_excused: Vec<String>,
    /// Words that turn the next one round.
    pub(super) negations: Vec<String>,
    /// Beginnings of stems of wanting and need, which hand a negation on to what is wanted.
    pub(super) hand_negation_on: Vec<String>,
    /// Beginnings of stems of need, said of something before them.
    pub(super) needs: Vec<String>,
    /// Words that may join two requests.
    pub(super) joins: Vec<String>,
    /// Words that begin a clause which asks nothing.
    pub(super) subordinates: Vec<String>,
    /// Words behind these that make it a question.
    pub(super) questions: Vec<String>,
    /// Beginnings of words that name somebody near to the customer.
    pub(super) somebody: Vec<String>,
    /// Words that only look like these.
    pub(super) not_somebody: Vec<String>,
    /// Words that need the next one, or belong to the last.
    pub(super) bound: Vec<String>,
    /// Beginnings of the words that follow the day of a month.
    pub(super) months: Vec<String>,
    /// Beginnings of the names of days; a short rest may follow.
    pub(super) days: Vec<String>,
    /// Days counted from today.
    pub(super) relative_days: Vec<String>,
    /// Beginnings of units of time.
    pub(super) units: Vec<String>,
    /// Words that may stand before a date.
    pub(super) before_dates: Vec<String>,
    /// Of these the ones before an amount of time.
    pub(super) through: Vec<String>,
    /// What may follow the figures of a day at once.
    pub(super) day_endings: Vec<String>,
    /// What may follow them after a hyphen.
    pub(super) day_endings_after_hyphen: Vec<String>,
    /// Words after an amount of money.
    pub(super) currencies: Vec<String>,
    /// Of these the ones that stand close to the amount.
    pub(super) currencies_close: Vec<String>,
    /// Beginnings of words that announce the number of an order.
    pub(super) order_words: Vec<String>,
    /// Words after which a number is no number of an order.
    pub(super) order_breaks: Vec<String>,
    /// What before ten digits makes them a phone.
    pub(super) phone_words: Vec<String>,
    /// Words that announce several numbers of orders.
    pub(super) order_plurals: Vec<String>,
    /// Words that join the numbers of a list.
    pub(super) list_joins: Vec<String>,
    /// Beginnings of words that announce a parcel's number.
    pub(super) track_words: Vec<String>,
    /// Beginnings of words that announce a number of something else: a passport's, a bank's.
    pub(super) other_numbers: Vec<String>,
    /// Beginnings of words that may stand between these and the number.
    pub(super) number_names: Vec<String>,
    /// Currencies before a sum.
    pub(super) currencies_before: Vec<String>,
    /// Of the currencies those that another may follow.
    pub(super) thousands: Vec<String>,
    /// Coins, behind a sum and hundredths.
    pub(super) small_change: Vec<String>,
    /// Days of the month in words, before the month.
    pub(super) spoken_days: Vec<String>,
    /// Words of numbers, with their values.
    pub(super) number_words: Vec<(String, u32)>,
    /// What is in every text with several of them.
    pub(super) number_starts: Vec<String>,
    /// Of the words of numbers those that multiply what stands before them.
    pub(super) multipliers: Vec<String>,
    /// Noughts as several are said.
    pub(super) noughts: Vec<String>,
    /// Beginnings of what is counted by thousands and is no money.
    pub(super) counted: Vec<String>,
    /// Beginnings of words that only announce a value beside them.
    pub(super) labels: Vec<String>,
    /// Beginnings of lines that programs add.
    pub(super) added: Vec<String>,
    /// Words of neighbour languages that are none of this one, in its letters.
    pub(super) neighbours: Vec<String>,
    /// Of these the ones that by themselves do not tell which language is written.
    pub(super) neighbours_shared: Vec<String>,
}

impl WordLists {
    /// The shipped lists of this name, `ru` or `en`; nothing when there are none.
    pub fn shipped(name: &str) -> Option<Arc<WordLists>> {
        PARSED.iter().find(|(known, _)| *known == name).map(|(_, lists)| lists.clone())
    }

    /// The names of the shipped lists.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// Reads lists in the form above.
    ///
    /// # Errors
    ///
    /// Names the first entry that stands in no list of these names, or lacks its weight.
    pub fn parse(text: &str) -> Result<WordLists, LexiconError> {
        let mut lists = WordLists::default();
        for (name, entry) in entries(text) {
            lists.add(name, entry).ok_or_else(|| LexiconError::new(name, entry))?;
        }
        Ok(lists)
    }

    fn add(&mut self, name: &str, entry: &str) -> Option<()> {
        let weighed = || {
            let (word, weight) = entry.rsplit_once(' ')?;
            Some((word.to_owned(), weight.parse().ok()?))
        };
        let words = || entry.split_whitespace().map(str::to_owned);
        match name {
            "common" => self.common.extend(words()),
            "families" => self.families.push(words().collect()),
            "angry" => self.angry.push(weighed()?),
            "upset" => self.upset.push(weighed()?),
            "sayings" => self.sayings.push(weighed()?),
            "number_words" => self.number_words.push(weighed()?),
            _ => self.plain(name)?.push(entry.replace('_', " ")),
        }
        Some(())
    }

    /// The lists whose entries are nothing but words.
    fn plain(&mut self, name: &str) -> Option<&mut Vec<String>> {
        Some(match name {
            "excused" => &mut self.excused,
            "not_excused" => &mut self.not_excused,
            "negations" => &mut self.negations,
            "hand_negation_on" => &mut self.hand_negation_on,
            "needs" => &mut self.needs,
            "joins" => &mut self.joins,
            "subordinates" => &mut self.subordinates,
            "questions" => &mut self.questions,
            "somebody" => &mut self.somebody,
            "not_somebody" => &mut self.not_somebody,
            "bound" => &mut self.bound,
            "months" => &mut self.months,
            "days" => &mut self.days,
            "relative_days" => &mut self.relative_days,
            "units" => &mut self.units,
            "before_dates" => &mut self.before_dates,
            "through" => &mut self.through,
            "day_endings" => &mut self.day_endings,
            "day_endings_after_hyphen" => &mut self.day_endings_after_hyphen,
            "currencies" => &mut self.currencies,
            "currencies_close" => &mut self.currencies_close,
            "order_words" => &mut self.order_words,
            "order_breaks" => &mut self.order_breaks,
            "phone_words" => &mut self.phone_words,
            "order_plurals" => &mut self.order_plurals,
            "list_joins" => &mut self.list_joins,
            "track_words" => &mut self.track_words,
            "other_numbers" => &mut self.other_numbers,
            "number_names" => &mut self.number_names,
            "currencies_before" => &mut self.currencies_before,
            "thousands" => &mut self.thousands,
            "small_change" => &mut self.small_change,
            "spoken_days" => &mut self.spoken_days,
            "number_starts" => &mut self.number_starts,
            "multipliers" => &mut self.multipliers,
            "noughts" => &mut self.noughts,
            "counted" => &mut self.counted,
            "labels" => &mut self.labels,
            "added" => &mut self.added,
            "neighbours" => &mut self.neighbours,
            "neighbours_shared" => &mut self.neighbours_shared,
            _ => return None,
        })
    }

    /// Puts another language's lists behind these.
    pub(super) fn extend(&mut self, other: &WordLists) {
        let mut other = other.clone();
        self.common.append(&mut other.common);
        self.families.append(&mut other.families);
        self.angry.append(&mut other.angry);
        self.upset.append(&mut other.upset);
        self.sayings.append(&mut other.sayings);
        self.number_words.append(&mut other.number_words);
        for name in PLAIN {
            if let Some(words) = other.plain(name).map(std::mem::take)
                && let Some(own) = self.plain(name)
            {
                own.extend(words);
            }
        }
    }
}

/// A text of words that cannot be read: what stands where it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexiconError {
    list: String,
    entry: String,
}

impl LexiconError {
    /// `list` is the name above the entry; empty where there are no lists.
    pub(super) fn new(list: &str, entry: &str) -> LexiconError {
        LexiconError { list: list.to_owned(), entry: entry.to_owned() }
    }
}

impl fmt::Display for LexiconError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LexiconError { list, entry } = self;
        match list.as_str() {
            "" => write!(f, "«{entry}» cannot be read"),
            list => write!(f, "[{list}] cannot hold «{entry}»"),
        }
    }
}

impl std::error::Error for LexiconError {}

/// The names of the lists whose entries are nothing but words.
const PLAIN: [&str; 41] = [
    "excused",
    "not_excused",
    "negations",
    "hand_negation_on",
    "needs",
    "joins",
    "subordinates",
    "questions",
    "somebody",
    "not_somebody",
    "bound",
    "months",
    "days",
    "relative_days",
    "units",
    "before_dates",
    "through",
    "day_endings",
    "day_endings_after_hyphen",
    "currencies",
    "currencies_close",
    "order_words",
    "order_breaks",
    "phone_words",
    "order_plurals",
    "list_joins",
    "track_words",
    "other_numbers",
    "number_names",
    "currencies_before",
    "thousands",
    "small_change",
    "spoken_days",
    "number_starts",
    "multipliers",
    "noughts",
    "counted",
    "labels",
    "added",
    "neighbours",
    "neighbours_shared",
];

/// The entries of such a file in their order, each with the name of its list.
pub(super) fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut list = "";
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(move |line| {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => {
                list = name;
                None
            }
            None => Some((list, line)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_lists_are_whole() {
        for (name, text) in SHIPPED {
            let mut lists = WordLists::parse(text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            assert!(PLAIN.iter().all(|list| lists.plain(list).is_some()), "every name is a list");
            assert!(!lists.common.is_empty() && !lists.negations.is_empty() && !lists.days.is_empty(), "{name}");
        }
        assert_eq!(WordLists::shipped("ru").expect("Russian").families.len(), 62);
        assert_eq!(WordLists::shipped("xx"), None);
    }

    #[test]
    fn several_languages_stand_one_behind_the_other() {
        let (ru, en) = (WordLists::shipped("ru").expect("Russian"), WordLists::shipped("en").expect("English"));
        let mut both = WordLists::clone(&ru);
        both.extend(&en);
        assert_eq!(both.negations, [&ru.negations[..], &en.negations[..]].concat());
        assert_eq!(both.angry.len(), ru.angry.len() + en.angry.len());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let problem = |text| WordLists::parse(text).expect_err("not to be read").to_string();
        assert_eq!(problem("[angry]\nгады"), "[angry] cannot hold «гады»");
        assert_eq!(problem("[colours]\nкрасный"), "[colours] cannot hold «красный»");
        assert_eq!(problem("красный"), "«красный» cannot be read");
    }
}
