//! Sums of money, in figures.

use super::search::{Kind, Search};

/// Signs of currencies, before or after the amount in any language.
const CURRENCY_SIGNS: [char; 9] = ['₽', '$', '€', '£', '¥', '₸', '₴', '₺', '₹'];

pub(super) fn find(search: &mut Search) {
    let mut i = 0;
    while i < search.letters.len() {
        if let Some(end) = search.opens(i).then(|| sum_at(search, i)).flatten() {
            let text = search.text(i, end);
            search.claim(i, end, Kind::Sum, Some(text));
            i = end;
        } else {
            i += 1;
        }
    }
}

/// Where a sum that begins at `i` ends: digits and a currency, or a sign and digits.
fn sum_at(search: &Search, i: usize) -> Option<usize> {
    let first = search.at(i)?;
    if CURRENCY_SIGNS.contains(&first) {
        return amount(search, i + 1 + usize::from(search.at(i + 1) == Some(' ')));
    }
    if first.is_alphabetic() {
        let code = search.words.currencies_before.iter().find(|code| begins(search, i, code))?;
        let at = i + code.chars().count();
        return amount(search, at + usize::from(search.at(at) == Some(' ')));
    }
    let end = currency(search, amount(search, i)?)?;
    let end = small_change(search, end);
    Some(end)
}

fn begins(search: &Search, i: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(at, c)| search.at(i + at) == Some(c))
}

/// Where a currency ends that stands at `end` or behind a space; «тыс. руб.» is one.
fn currency(search: &Search, end: usize) -> Option<usize> {
    let gap = usize::from(search.at(end) == Some(' '));
    if search.at(end + gap).is_some_and(|c| CURRENCY_SIGNS.contains(&c)) {
        return Some(end + gap + 1);
    }
    let words = search.words;
    let currency = words.currencies.iter().find(|currency| {
        // «5 к нам» and «15 р» (a shortened word) need the amount close by or a dot.
        let short = gap > 0 && words.currencies_close.contains(currency);
        !short && begins(search, end + gap, currency) && closes(search, end + gap + currency.chars().count())
    })?;
    let at = end + gap + currency.chars().count();
    if !words.thousands.contains(currency) {
        return Some(at);
    }
    let dot = usize::from(search.at(at) == Some('.'));
    // «3 тысячи 500 рублей» is one sum.
    let rest = || (search.at(at) == Some(' ')).then(|| amount(search, at + 1)).flatten();
    let rest = || rest().and_then(|end| currency_word(search, end));
    Some(currency_word(search, at + dot).or_else(rest).unwrap_or(at))
}

/// Where the name of a currency ends that stands behind a space, or at once.
pub(super) fn currency_word(search: &Search, at: usize) -> Option<usize> {
    let gap = usize::from(search.at(at) == Some(' '));
    if search.at(at + gap).is_some_and(|c| CURRENCY_SIGNS.contains(&c)) {
        return Some(at + gap + 1);
    }
    let words = search.words;
    let named = words.currencies.iter().find(|currency| {
        let plain = !words.thousands.contains(currency) && !words.currencies_close.contains(currency);
        plain && begins(search, at + gap, currency) && closes(search, at + gap + currency.chars().count())
    })?;
    Some(at + gap + named.chars().count())
}

fn closes(search: &Search, at: usize) -> bool {
    search.closes(at) || (at > 0 && !search.letters[at - 1].is_alphanumeric())
}

/// Behind a sum, hundredths of it: «1500 руб 50 коп», «1500р.50к».
fn small_change(search: &Search, end: usize) -> usize {
    let mut at = end;
    while at - end < 2 && matches!(search.at(at), Some(' ' | '.')) {
        at += 1;
    }
    let digits = (0..3).take_while(|d| search.digit(at + d)).count();
    if !(1..=2).contains(&digits) {
        return end;
    }
    let at = at + digits;
    let gap = usize::from(search.at(at) == Some(' '));
    let ends = search.words.small_change.iter().find_map(|coin| {
        let after = at + gap + coin.chars().count();
        let short = gap > 0 && search.words.currencies_close.contains(coin);
        (!short && begins(search, at + gap, coin) && search.closes(after)).then_some(after)
    });
    ends.unwrap_or(end)
}

/// An amount: up to nine digits, in groups of three if parted by spaces, commas or dots, with a fraction if any.
fn amount(search: &Search, i: usize) -> Option<usize> {
    let mut at = i;
    while search.digit(at) && at - i < 9 {
        at += 1;
    }
    if at == i || search.digit(at) {
        return None;
    }
    let groups = |at: usize, sign: char| {
        search.at(at) == Some(sign) && (1..=3).all(|d| search.digit(at + d)) && !search.digit(at + 4)
    };
    // «7,900 ₽» is seven thousand and nine hundred; one sign parts all groups.
    let sign = [' ', ',', '.'].into_iter().find(|sign| at - i <= 3 && groups(at, *sign));
    while sign.is_some_and(|sign| at - i <= 12 && groups(at, sign)) {
        at += 4;
    }
    let fraction = matches!(search.at(at), Some(',' | '.')) && search.digit(at + 1);
    if fraction {
        let digits = (1..=2).take_while(|d| search.digit(at + d)).count();
        if !search.digit(at + digits + 1) {
            at += digits + 1;
        }
    }
    Some(at)
}
