//! What the words around a number say it is: the nearest that says anything, before it or behind, and whose it is when
//! two numbers stand near.

use super::spared::Spared;
use super::token::{Tokens, What, is_invisible};
use super::words::Says;
use std::ops::Range;

/// How far from a number a word may stand, in words and in characters.
const WORDS_BEFORE: usize = 8;
const WORDS_BEHIND: usize = 5;
const REACH: usize = 90;

/// A word that says something of a number near it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// What it says.
    pub(super) says: Says,
    /// How many words stand between it and the number.
    pub(super) away: usize,
    /// Whether a sentence ends between them.
    pub(super) apart: bool,
    /// Whether a comma, or more, stands between them: «посылку, 4510123456 паспорт».
    pub(super) parted: bool,
    /// Whether a preposition leads it: «паспорт на посылку», «для заказа».
    pub(super) led: bool,
}

/// What is said around a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// What the words before it say, the nearest first.
    pub(super) before: Vec<Heard>,
    /// What the words behind it say, the nearest first.
    pub(super) behind: Vec<Heard>,
    /// What joins it to the number before it («был … стал …»), if nothing else stands between.
    pub(super) joins: Option<usize>,
}

impl Name {
    /// What the words say around the tokens `part`.
    pub(super) fn of(tokens: &Tokens, spared: &[Spared], part: &Range<usize>) -> Name {
        Name::before(tokens, spared, part.start).and_behind(tokens, spared, part.end)
    }

    /// What the words before a token say.
    pub(super) fn before(tokens: &Tokens, spared: &[Spared], start: usize) -> Name {
        let mut name = Name::default();
        name.look_before(tokens, spared, start);
        name
    }

    /// The same, with what the words behind the last token before `end` say.
    pub(super) fn and_behind(&self, tokens: &Tokens, spared: &[Spared], end: usize) -> Name {
        let mut name = self.clone();
        name.look_behind(tokens, spared, end);
        name
    }

    fn look_before(&mut self, tokens: &Tokens, spared: &[Spared], start: usize) {
        let (mut words, mut apart, mut parted, mut joins) = (0, false, false, false);
        let from = tokens.list[start].at.start;
        let mut k = start;
        while k > 0 && words < WORDS_BEFORE {
            k -= 1;
            let token = &tokens.list[k];
            if from - token.at.end > REACH || !same_address(tokens, k, start) {
                return;
            }
            // The points of «12.11.2026» end no sentence.
            apart |= ends_sentence(tokens, k) && spared[k] != Spared::Moment;
            parted |= apart || tokens.gap(k).iter().any(|c| ",;".contains(*c));
            match token.what {
                What::Number(_) if matches!(spared[k], Spared::Moment | Spared::Sum) || tokens.digits(k).len() <= 2 => {
                }
                What::Number(_) | What::Masked => {
                    self.joins = (joins && self.before.is_empty() && words <= 3).then_some(k);
                    return;
                }
                What::Mixed => words += 1,
                What::Word(says) => {
                    joins |= says == Says::Joins;
                    if !matches!(says, Says::Nothing | Says::Joins | Says::Preposition | Says::Unit | Says::Year) {
                        let led = k > 0 && (tokens.says(k - 1) == Says::Preposition || genitive(tokens, k));
                        self.before.push(Heard { says, away: words, apart, parted, led });
                    }
                    words += 1;
                }
            }
        }
    }

    fn look_behind(&mut self, tokens: &Tokens, spared: &[Spared], end: usize) {
        let (mut words, mut apart) = (0, false);
        let Some(last) = end.checked_sub(1) else { return };
        for k in end..tokens.list.len() {
            apart |= ends_sentence(tokens, k - 1);
            let token = &tokens.list[k];
            if words >= WORDS_BEHIND
                || token.at.start - tokens.list[last].at.end > REACH
                || !same_address(tokens, k, last)
            {
                return;
            }
            match token.what {
                What::Number(_) if matches!(spared[k], Spared::Moment | Spared::Sum) => {}
                What::Number(_) | What::Masked => return,
                What::Mixed => words += 1,
                What::Word(says) => {
                    let told =
                        !matches!(says, Says::Nothing | Says::Joins | Says::Preposition | Says::Unit | Says::Year);
                    if told {
                        if belongs_to_next(tokens, spared, k) {
                            return;
                        }
                        self.behind.push(Heard { says, away: words, apart, parted: apart, led: false });
                    }
                    words += 1;
                }
            }
        }
    }

    /// Whether something is said within so many words, before or behind.
    pub(super) fn is_said(&self, says: Says, before: usize, behind: usize) -> bool {
        self.before.iter().any(|heard| heard.says == says && heard.away <= before)
            || self.behind.iter().any(|heard| heard.says == says && heard.away <= behind)
    }

    /// The nearest word that names a thing, before and behind.
    pub(super) fn nearest(&self) -> (Option<Heard>, Option<Heard>) {
        let names = |heard: &&Heard| heard.says.is_personal() || matches!(heard.says, Says::Harmless | Says::Series);
        (self.before.iter().find(names).copied(), self.behind.iter().find(names).copied())
    }
}

/// «получателя посылки», «номеру заказа»: «серия паспорта» is no such thing, it is the passport's.
fn genitive(tokens: &Tokens, word: usize) -> bool {
    let before = &tokens.list[word - 1];
    matches!(before.what, What::Word(_)) && tokens.word(word - 1).starts_with("получател")
}

/// A word that leads straight to another number is that number's.
fn belongs_to_next(tokens: &Tokens, spared: &[Spared], word: usize) -> bool {
    for (next, spared) in spared.iter().enumerate().skip(word + 1).take(3) {
        let gap = tokens.gap(next - 1);
        if gap.iter().any(|c| ",.;!?\n)".contains(*c)) {
            return false;
        }
        match tokens.list[next].what {
            What::Word(Says::Nothing | Says::Number | Says::Joins | Says::Preposition | Says::Series) => {}
            What::Word(_) | What::Mixed => return false,
            What::Number(_) => return !matches!(spared, Spared::Moment | Spared::Sum),
            What::Masked => return true,
        }
    }
    false
}

/// In an address words name what stands in it, and only that.
fn same_address(tokens: &Tokens, a: usize, b: usize) -> bool {
    let (a, b) = (&tokens.list[a.min(b)], &tokens.list[a.max(b)]);
    if !(a.link || b.link) {
        return true;
    }
    a.link == b.link && !tokens.chars[a.at.end..b.at.start].iter().any(|c| c.is_whitespace())
}

/// Whether a sentence ends between a token and the next. «пасп. 4510», «no. is»: the point of a short word ends none.
fn ends_sentence(tokens: &Tokens, token: usize) -> bool {
    let short = tokens.list[token].at.len() <= 5 && tokens.says(token) != Says::Nothing;
    let mut signs = tokens.gap(token).iter().filter(|c| !is_invisible(**c));
    signs.any(|c| "!?\n…".contains(*c) || (*c == '.' && !short))
}
