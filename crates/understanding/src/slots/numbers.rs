//! Sums of money, order numbers, phones, and what is left of longer numbers.

use super::search::{Kind, Search};

/// Signs of currencies, before or after the amount in any language.
const CURRENCY_SIGNS: [&str; 3] = ["₽", "$", "€"];

pub(super) fn find_sums(search: &mut Search) {
    let mut i = 0;
    while i < search.letters.len() {
        if let Some(end) = search.opens(i).then(|| sum_at(search, i)).flatten() {
            let text = search.text(i, end);
            search.slots.sums.push(text);
            search.claim(i, end, Kind::Sum);
            i = end;
        } else {
            i += 1;
        }
    }
}

/// Where a sum that begins at `i` ends: digits and a currency, or a sign and digits.
fn sum_at(search: &Search, i: usize) -> Option<usize> {
    if matches!(search.at(i)?, '$' | '€' | '₽') {
        return amount(search, i + 1);
    }
    let end = amount(search, i)?;
    let gap = usize::from(search.at(end) == Some(' '));
    let words = search.words;
    words.currencies.iter().map(String::as_str).chain(CURRENCY_SIGNS).find_map(|currency| {
        let mut at = end + gap;
        for c in currency.chars() {
            if search.at(at)? != c {
                return None;
            }
            at += 1;
        }
        // «5 к нам» and «15 р» (a shortened word) need the amount close by or a dot.
        let short = gap > 0 && words.currencies_close.iter().any(|close| close == currency);
        (!short && search.closes(at)).then_some(at)
    })
}

/// An amount: up to nine digits, in groups of three if spaced, with a fraction if any.
fn amount(search: &Search, i: usize) -> Option<usize> {
    let mut at = i;
    while search.digit(at) && at - i < 9 {
        at += 1;
    }
    if at == i || search.digit(at) {
        return None;
    }
    while at - i <= 12 && search.at(at) == Some(' ') && (1..=3).all(|d| search.digit(at + d)) && !search.digit(at + 4) {
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

pub(super) fn find_orders(search: &mut Search) {
    let mut announced: Option<usize> = None;
    let mut i = 0;
    while i < search.letters.len() {
        let c = search.letters[i];
        if matches!(c, '№' | '#') && !search.claimed[i] {
            announced = Some(0);
            i += 1;
        } else if c.is_alphanumeric() && search.opens(i) {
            let word_end = (i..).find(|at| !search.at(*at).is_some_and(char::is_alphanumeric)).unwrap_or(i);
            let end = announced.and_then(|_| order_at(search, i));
            if let Some(end) = end {
                let number = search.text(i, end).to_uppercase();
                search.slots.order_numbers.push(number);
                search.claim(i, end, Kind::Order);
                announced = None;
                i = end;
                continue;
            }
            let word = search.text(i, word_end.min(i + 12));
            let distance = announced.map(|d| d + 1);
            announced = if search.words.order_words.iter().any(|known| word.starts_with(known.as_str())) {
                Some(0)
            } else if search.words.order_breaks.contains(&word) {
                None
            } else {
                distance.filter(|d| *d < 3)
            };
            i = word_end.max(i + 1);
        } else {
            i += 1;
        }
    }
    // A number all alone answers the question for the order number.
    if search.spans.is_empty() {
        let text: String = search.letters.iter().filter(|c| !c.is_whitespace()).collect();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let tame = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '#'));
        if digits > 0 && search.rules.lone_order_digits.contains(&digits) && tame && !text.contains('.') {
            let number = text.trim_matches(['-', '/', '#']).to_owned();
            search.slots.order_numbers.push(number);
            search.claim(0, search.letters.len(), Kind::Order);
        }
    }
}

/// Where an order number that begins at `i` ends: digits, hyphens inside, up to three letters before them.
fn order_at(search: &Search, i: usize) -> Option<usize> {
    let mut at = i;
    while search.at(at).is_some_and(char::is_alphabetic) && at - i < 4 {
        at += 1;
    }
    if at - i == 4 {
        return None;
    }
    if at > i && search.at(at) == Some('-') {
        at += 1;
    }
    let mut digits = 0;
    while at - i < 24 {
        if search.digit(at) {
            digits += 1;
            at += 1;
        } else if matches!(search.at(at), Some('-' | '/' | '_')) && search.digit(at + 1) && digits > 0 {
            at += 1;
        } else {
            break;
        }
    }
    let dated = search.at(at) == Some('.') && search.digit(at + 1);
    let long_enough = digits > 0 && search.rules.order_digits.contains(&digits);
    (long_enough && search.closes(at) && !dated && !is_like_a_phone(search, i, at)).then_some(at)
}

/// Whether what stands between two places could be a mobile phone of the country.
fn is_like_a_phone(search: &Search, start: usize, end: usize) -> bool {
    let text = search.text(start, end);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let home = search.rules.home.as_ref();
    // Its first two digits stand together.
    let together = text.chars().take(2).all(|c| c.is_ascii_digit());
    together && home.is_some_and(|home| home.national(&digits).is_some_and(|national| home.is_mobile(national)))
}

pub(super) fn find_phones(search: &mut Search) {
    let mut i = 0;
    while i < search.letters.len() {
        if let Some((end, phone)) = search.opens(i).then(|| phone_at(search, i)).flatten() {
            search.slots.phones.push(phone);
            search.claim(i, end, Kind::Phone);
            i = end;
        } else {
            i += 1;
        }
    }
}

/// A phone at `i`: `+` and 8 to 15 digits (ITU-T E.164), or one of the country.
fn phone_at(search: &Search, i: usize) -> Option<(usize, String)> {
    let plus = search.at(i) == Some('+');
    let mut at = i + usize::from(plus);
    let mut digits = String::new();
    let mut end = at;
    while at - i < 30 && digits.len() <= 15 {
        match search.at(at) {
            Some(c) if c.is_ascii_digit() && !search.claimed[at] => {
                digits.push(c);
                end = at + 1;
            }
            Some(' ' | '-' | '(' | ')' | '.') if at > i || search.at(at) == Some('(') => {}
            _ => break,
        }
        at += 1;
    }
    if !search.closes(end) {
        return None;
    }
    let home = search.rules.home.as_ref();
    let national = home.and_then(|home| {
        let bare = !plus && digits.len() == home.digits && home.is_mobile(&digits);
        let national = home.national(&digits).or_else(|| bare.then_some(digits.as_str()))?;
        Some(format!("+{}{national}", home.code))
    });
    let foreign = (plus && (8..=15).contains(&digits.len())).then(|| format!("+{digits}"));
    Some((end, national.or(foreign)?))
}

/// Other numbers of four digits or more: what they are does not matter, that they are does.
pub(super) fn find_rest(search: &mut Search) {
    let mut i = 0;
    while i < search.letters.len() {
        let start = i;
        while search.digit(i) {
            i += 1;
        }
        if i - start >= 4 {
            search.claim(start, i, Kind::Number);
        }
        i += usize::from(i == start);
    }
}
