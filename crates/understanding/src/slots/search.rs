//! A text under search: its letters, what was claimed of them, and the signs that stand for values.

use super::super::reading::Doubt;
use super::super::trade::Numbers;
use super::super::wordlists::WordLists;

/// A kind of value, and the sign that stands for it among the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Tracking,
    Order,
    Phone,
    Sum,
    Date,
    /// Another number of four digits or more.
    Number,
}

/// The signs are of Unicode's private use; `read_words` of `words` knows them again.
impl Kind {
    const ALL: [Kind; 6] = [Kind::Tracking, Kind::Order, Kind::Phone, Kind::Sum, Kind::Date, Kind::Number];

    pub(in super::super) fn sign(self) -> char {
        match self {
            Kind::Tracking => '\u{e001}',
            Kind::Order => '\u{e002}',
            Kind::Phone => '\u{e003}',
            Kind::Sum => '\u{e004}',
            Kind::Date => '\u{e005}',
            Kind::Number => '\u{e006}',
        }
    }

    pub(in super::super) fn of_sign(c: char) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.sign() == c)
    }

    /// The name a sign has as a word of the model.
    pub(in super::super) fn word(self) -> &'static str {
        match self {
            Kind::Tracking => "#track",
            Kind::Order => "#order",
            Kind::Phone => "#phone",
            Kind::Sum => "#sum",
            Kind::Date => "#date",
            Kind::Number => "#number",
        }
    }
}

/// A claimed stretch of the text, in letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// What was found there; nothing where only its being there matters.
    pub(super) value: Option<String>,
    pub(super) doubt: Option<Doubt>,
}

/// How far back is looked for the words before a number, in letters.
const LOOK_BACK: usize = 48;

/// The text under search and what was claimed of it so far.
pub(super) struct Search<'a> {
    /// The words of all languages.
    pub(super) words: &'a WordLists,
    pub(super) rules: &'a Numbers,
    pub(super) letters: &'a [char],
    pub(super) claimed: Vec<bool>,
    pub(super) spans: Vec<Span>,
    /// There are no letters but those that stand for noughts.
    pub(super) bare: bool,
}

impl Search<'_> {
    pub(super) fn at(&self, i: usize) -> Option<char> {
        self.letters.get(i).copied()
    }

    /// Nothing claimed there, and a word may begin at `i`.
    pub(super) fn opens(&self, i: usize) -> bool {
        !self.claimed[i] && (i == 0 || !self.letters[i - 1].is_alphanumeric())
    }

    /// A word may end before `i`.
    pub(super) fn closes(&self, i: usize) -> bool {
        self.at(i).is_none_or(|c| !c.is_alphanumeric())
    }

    pub(super) fn digit(&self, i: usize) -> bool {
        self.at(i).is_some_and(|c| c.is_ascii_digit()) && !self.claimed[i]
    }

    pub(super) fn text(&self, start: usize, end: usize) -> String {
        self.letters[start..end].iter().collect()
    }

    pub(super) fn claim(&mut self, start: usize, end: usize, kind: Kind, value: Option<String>) {
        self.claimed[start..end].fill(true);
        self.spans.push(Span { start, end, kind, value, doubt: None });
    }

    /// Claims a tracking number, and says what is wrong with it.
    pub(super) fn claim_number(&mut self, start: usize, end: usize, number: String, doubt: Option<Doubt>) {
        self.claimed[start..end].fill(true);
        self.spans.push(Span { start, end, kind: Kind::Tracking, value: Some(number), doubt });
    }

    /// The words right before a place, the nearest first, back to where their clause begins.
    pub(super) fn words_before(&self, at: usize, most: usize) -> Vec<String> {
        let mut words = Vec::new();
        let mut end = at;
        let stop = at.saturating_sub(LOOK_BACK);
        while end > stop && words.len() < most {
            let c = self.letters[end - 1];
            if c.is_alphabetic() {
                let start =
                    (stop..end).rev().take_while(|i| self.letters[*i].is_alphabetic()).last().unwrap_or(end - 1);
                words.push(self.text(start, end));
                end = start;
            } else if matches!(c, '.' | ',' | ';' | '!' | '?' | '\n') || self.claimed[end - 1] {
                break;
            } else {
                end -= 1;
            }
        }
        words
    }

    /// Whether a word that is counted stands behind a number that ends at `end`: days, pieces, kilogrammes.
    pub(super) fn counts_at(&self, end: usize) -> bool {
        if self.at(end) != Some(' ') {
            return false;
        }
        let word: String = (end + 1..).map_while(|at| self.at(at)).take_while(|c| c.is_alphabetic()).take(14).collect();
        self.words.units.iter().chain(&self.words.counted).any(|known| word.starts_with(known.as_str()))
    }

    /// Whether the words before a number say that it is something else: a passport's, a bank's.
    pub(super) fn is_of_something_else(&self, start: usize) -> bool {
        let begins = |word: &str, list: &[String]| list.iter().any(|known| word.starts_with(known.as_str()));
        let others = |word: &String| begins(word, &self.words.other_numbers);
        match self.words_before(start, 3).as_slice() {
            [nearest, before, ..] if others(nearest) => !begins(before, &self.words.track_words),
            [nearest] if others(nearest) => true,
            [nearest, before, ..] => begins(nearest, &self.words.number_names) && others(before),
            [_] | [] => false,
        }
    }
}
