//! Numbers that are plainly something else: dates, hours, sums, phones, parcels that are known. They are found first.

use super::token::{Tokens, What, is_invisible};
use super::words::Says;
use std::collections::HashSet;

/// What a number plainly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spared {
    /// Not known: it may be a personal number.
    No,
    /// A date, an hour, a year.
    Moment,
    /// A sum of money, or a measure.
    Sum,
    /// A phone, or a parcel that is known.
    Number,
}

/// How many groups a phone or a parcel's number is typed in at most.
const GROUPS: usize = 12;

/// What each token plainly is.
pub(super) fn spared(tokens: &Tokens, known: &HashSet<String>) -> Vec<Spared> {
    let mut all = vec![Spared::No; tokens.list.len()];
    let mut i = 0;
    while i < all.len() {
        let found = moment(tokens, i).map(|count| (count, Spared::Moment)).or_else(|| {
            known_number(tokens, i, known)
                .or_else(|| phone(tokens, i))
                .or_else(|| post(tokens, i))
                .map(|count| (count, Spared::Number))
        });
        match found {
            Some((count, what)) => {
                all[i..i + count].fill(what);
                i += count;
            }
            None => i += 1,
        }
    }
    for i in 0..all.len() {
        if all[i] == Spared::No && is_sum(tokens, i) {
            spare_sum(tokens, i, &mut all);
        }
    }
    all
}

/// The number a few digits make.
pub(super) fn number(digits: &[u8]) -> u32 {
    digits.iter().take(6).fold(0, |number, digit| number * 10 + u32::from(*digit))
}

/// A month and a year as a card has them: «11/27», «12.26», «1027» is none.
pub(super) fn is_expiry(tokens: &Tokens, i: usize) -> bool {
    let (month, year) = (tokens.digits(i), tokens.digits(i + 1));
    let sign = || matches!(tokens.sign_behind(i), Some('/' | '.' | '-' | '\\'));
    matches!(month.len(), 1 | 2)
        && sign()
        && (1..=12).contains(&number(month))
        && ((year.len() == 2 && (20..=45).contains(&number(year))) || (year.len() == 4 && year.starts_with(&[2, 0])))
}

/// How many tokens from `i` on are a date, an hour or a year.
fn moment(tokens: &Tokens, i: usize) -> Option<usize> {
    let first = tokens.digits(i);
    if first.is_empty() || first.len() > 4 {
        return None;
    }
    if first.len() == 4 && is_year(first) && tokens.says(i + 1) == Says::Year && tokens.gap(i).len() <= 2 {
        return Some(1);
    }
    // «4.5.09»: in the middle of something longer nothing begins.
    let sign = tokens.sign_behind(i)?;
    let goes_on = |last: usize| tokens.sign_behind(last) == Some(sign) && !tokens.digits(last + 1).is_empty();
    if i > 0 && tokens.sign_behind(i - 1) == Some(sign) && tokens.is_number(i - 1) && sign != ':' {
        return None;
    }
    let second = tokens.digits(i + 1);
    let third = tokens.digits(i + 2);
    let day = |digits: &[u8]| digits.len() <= 2 && (1..=31).contains(&number(digits));
    let month = |digits: &[u8]| digits.len() <= 2 && (1..=12).contains(&number(digits));
    if sign == ':' && first.len() <= 2 && number(first) < 24 && second.len() == 2 && number(second) < 60 {
        return Some(if goes_on(i + 1) && third.len() == 2 { 3 } else { 2 });
    }
    if !matches!(sign, '.' | '/' | '-') || second.is_empty() {
        return None;
    }
    if goes_on(i + 1) && !goes_on(i + 2) {
        let usual = day(first) && month(second) && (third.len() == 2 || (third.len() == 4 && is_year(third)));
        let backwards = first.len() == 4 && is_year(first) && month(second) && day(third);
        return (usual || backwards).then_some(3);
    }
    let short = sign != '-' && second.len() == 2 && day(first) && month(second);
    (!goes_on(i + 1) && (short || (sign != '-' && is_expiry(tokens, i)))).then_some(2)
}

fn is_year(digits: &[u8]) -> bool {
    digits.len() == 4 && (1900..2100).contains(&number(digits))
}

/// How many tokens from `i` on are a parcel's number that is known.
fn known_number(tokens: &Tokens, i: usize, known: &HashSet<String>) -> Option<usize> {
    if known.is_empty() || !tokens.is_number(i) {
        return None;
    }
    let mut digits = String::new();
    for count in 1..=GROUPS {
        let group = tokens.digits(i + count - 1);
        if group.is_empty() || group.len() > 32 || (count > 1 && tokens.gap(i + count - 2).len() > 3) {
            return None;
        }
        digits.extend(group.iter().map(|digit| char::from(b'0' + digit)));
        if known.contains(&digits) {
            return Some(count);
        }
    }
    None
}

/// How many tokens from `i` on are a phone: anything behind a plus, eleven digits from 7 or 8 on.
fn phone(tokens: &Tokens, i: usize) -> Option<usize> {
    let first = tokens.digits(i);
    let begins = first.first()?;
    let at = tokens.list[i].at.start;
    let plus = tokens.chars[..at].iter().rev().take(3).find(|c| !is_invisible(**c) && **c != ' ') == Some(&'+');
    let russian = matches!(begins, 7 | 8);
    if !plus && !russian {
        return None;
    }
    let most = if russian { 11 } else { 13 };
    let mut sizes = [0; GROUPS];
    let (mut total, mut second) = (0, None);
    for count in 1..=GROUPS {
        let group = tokens.digits(i + count - 1);
        let gap_fits = |gap: &[char]| gap.len() <= 3 && gap.iter().all(|c| " ()-.‑–\u{a0}\u{2009}".contains(*c));
        if group.is_empty() || total + group.len() > most || (count > 1 && !gap_fits(tokens.gap(i + count - 2))) {
            // A foreign one is as long as it is.
            return (plus && total >= 10 && (!russian || total == most)).then_some(count - 1);
        }
        sizes[count - 1] = group.len();
        if total == 0 {
            second = group.get(1).copied();
        } else if total == 1 {
            second = group.first().copied();
        }
        total += group.len();
        if total == most {
            let passport = matches!(sizes[..count], [4, 6, ..] | [2, 2, 6, ..]);
            let mobile = matches!(second, Some(3 | 4 | 8 | 9));
            return (plus || (mobile && !passport)).then_some(count);
        }
    }
    None
}

/// «RA 123 456 785 RU»: how many tokens the number of a parcel takes that is typed in groups, without its last letters.
fn post(tokens: &Tokens, i: usize) -> Option<usize> {
    let letters = |token: usize| {
        let word = tokens.list.get(token).filter(|token| matches!(token.what, What::Word(_)));
        word.is_some_and(|word| word.at.len() == 2)
    };
    if i == 0 || !letters(i - 1) || !tokens.is_number(i) {
        return None;
    }
    let mut total = 0;
    for count in 1..=5 {
        total += tokens.digits(i + count - 1).len();
        if tokens.gap(i + count - 1).len() > 2 || total > 9 {
            return None;
        }
        if !tokens.is_number(i + count) {
            return (total == 9 && letters(i + count)).then_some(count);
        }
    }
    None
}

/// Whether a currency or a measure stands at the number.
fn is_sum(tokens: &Tokens, i: usize) -> bool {
    let digits = tokens.digits(i).len();
    if digits == 0 || digits > 9 {
        return false;
    }
    const SIGNS: &str = "₽€$£₸%°";
    let behind = tokens.gap(i);
    let before = if i == 0 { &tokens.chars[..tokens.list[0].at.start] } else { tokens.gap(i - 1) };
    let sign = |gap: &[char]| gap.iter().find(|c| !c.is_whitespace()).is_some_and(|c| SIGNS.contains(*c));
    let unit =
        tokens.says(i + 1) == Says::Unit && behind.len() <= 2 && behind.iter().all(|c| c.is_whitespace() || *c == '.');
    unit || sign(behind)
        || before.iter().rev().find(|c| !c.is_whitespace()).is_some_and(|c| SIGNS.contains(*c) && *c != '%')
}

/// Spares a sum: its kopecks and the thousands before them as well.
fn spare_sum(tokens: &Tokens, last: usize, all: &mut [Spared]) {
    let mut i = last;
    all[i] = Spared::Sum;
    let mut decimals = tokens.digits(i).len() == 2;
    for _ in 0..GROUPS {
        let Some(before) = i.checked_sub(1).filter(|before| all[*before] == Spared::No && tokens.is_number(*before))
        else {
            return;
        };
        let sign = tokens.sign_behind(before);
        let length = tokens.digits(before).len();
        let thousands =
            tokens.digits(i).len() == 3 && length <= 3 && matches!(sign, Some(' ' | '.' | ',' | '\u{a0}' | '\u{2009}'));
        let kopecks = decimals && matches!(sign, Some('.' | ',')) && length <= 6;
        if !(thousands || kopecks) {
            return;
        }
        decimals = false;
        i = before;
        all[i] = Spared::Sum;
    }
}
