//! What belongs to the trade whose customers write, rather than to their languages.

use std::ops::RangeInclusive;

use super::noise::Sayings;
use super::thesaurus::Thesaurus;

/// The intent of a request for a person, unless [`Trade::person`] names another.
pub const HUMAN: &str = "human";

/// The intents that accompany a request, unless [`Trade::small_talk`] names others.
pub const SMALL_TALK: [&str; 3] = ["greeting", "thanks", "goodbye"];

/// What a trade has that cannot be learned from examples. The default is what is shipped: a courier's or an online
/// shop's, in Russia.
#[derive(Clone, Debug, PartialEq)]
pub struct Trade {
    /// The id of the intent that asks for a person: always a hand-off, never an answer. An id that no lesson has means
    /// that there is no such intent.
    pub person: String,
    /// The ids of intents that accompany a request rather than being one («здравствуйте»): beside a request, the request
    /// wins. Nobody is asked whether that was what they meant.
    pub small_talk: Vec<String>,
    /// Which numbers are looked for in messages.
    pub numbers: Numbers,
    /// What words mean, as far as the examples may not show it.
    pub thesaurus: Thesaurus,
    /// What people put around and into their words; examples are spoilt with it for calibration.
    pub sayings: Sayings,
}

impl Default for Trade {
    fn default() -> Self {
        Trade {
            person: HUMAN.to_owned(),
            small_talk: SMALL_TALK.map(str::to_owned).to_vec(),
            numbers: Numbers::default(),
            thesaurus: Thesaurus::default(),
            sayings: Sayings::default(),
        }
    }
}

impl Trade {
    /// Whether an intent only accompanies others.
    pub(super) fn is_small_talk(&self, intent: &str) -> bool {
        self.small_talk.iter().any(|known| known == intent)
    }
}

/// Which numbers are looked for in messages, and in which form. The words that announce them («заказ №…») belong to a
/// language: they stand in its [`WordLists`](super::WordLists).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The trade's own numbers, found as [`Slots::tracking_numbers`](super::Slots::tracking_numbers): `#` stands for a
    /// digit, `@` for a letter, Latin letters for themselves (`"##########"`, `"SD########"`). Customers may put spaces and
    /// hyphens between the signs, and write Cyrillic letters that look alike. None by default.
    pub formats: Vec<String>,
    /// Whether postal items are found there as well: two letters, nine digits of which the last is a check digit, two
    /// letters (UPU standard S10). `true` by default.
    pub postal: bool,
    /// How many digits the number of an order may have after a word that announces it; 3 to 15 by default. An empty
    /// range finds none.
    pub order_digits: RangeInclusive<usize>,
    /// How many digits a number that is the whole message may have to be taken for that of an order; 4 to 9 by default.
    /// An empty range takes none for it.
    pub lone_order_digits: RangeInclusive<usize>,
    /// How phones of the country are written. `None` finds only those with `+` and the code of a country. By default
    /// Russia's.
    pub home: Option<HomePhones>,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            formats: Vec::new(),
            postal: true,
            order_digits: 3..=15,
            lone_order_digits: 4..=9,
            home: Some(HomePhones::default()),
        }
    }
}

/// How phones of a country are written without `+` (its national numbering plan, as ITU-T E.164 names it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomePhones {
    /// The digits of the country's code: `"7"`.
    pub code: String,
    /// What is dialled in its place inside the country: `"8"`. Empty if nothing is.
    pub trunk: String,
    /// How many digits follow either: 10.
    pub digits: usize,
    /// The first of these digits in the number of a mobile phone: `'9'`. So many digits alone, beginning with it, are a
    /// phone too; `None` takes none for one.
    pub mobile: Option<char>,
}

impl Default for HomePhones {
    fn default() -> Self {
        HomePhones { code: "7".to_owned(), trunk: "8".to_owned(), digits: 10, mobile: Some('9') }
    }
}

impl HomePhones {
    /// The digits that follow the country's code or what is dialled in its place.
    pub(super) fn national<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let begins = [&self.code, &self.trunk];
        let mut rests = begins.into_iter().filter(|begin| !begin.is_empty()).filter_map(|begin| {
            let rest = digits.strip_prefix(begin.as_str())?;
            (rest.len() == self.digits).then_some(rest)
        });
        rests.next()
    }

    /// Whether digits begin as the number of a mobile phone does.
    pub(super) fn is_mobile(&self, national: &str) -> bool {
        self.mobile.is_some_and(|first| national.starts_with(first))
    }
}
