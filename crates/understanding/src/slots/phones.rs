//! Phones, and what is left of longer numbers.

use super::search::{Kind, Search};

/// Whether what stands between two places could be a mobile phone of the country.
pub(super) fn is_like_a_phone(search: &Search, start: usize, end: usize) -> bool {
    let text = search.text(start, end);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let home = search.rules.home.as_ref();
    // Its first two digits stand together, or it is parted as phones are.
    let together = text.chars().take(2).all(|c| c.is_ascii_digit()) || text.matches('-').count() > 2;
    together && home.is_some_and(|home| home.national(&digits).is_some_and(|national| home.is_mobile(national)))
}

pub(super) fn find(search: &mut Search) {
    let mut i = 0;
    while i < search.letters.len() {
        if let Some((end, phone)) = search.opens(i).then(|| phone_at(search, i)).flatten() {
            search.claim(i, end, Kind::Phone, Some(phone));
            i = end;
        } else {
            i += 1;
        }
    }
}

/// Whether a phone begins at `i`.
pub(super) fn is_phone_at(search: &Search, i: usize) -> bool {
    search.opens(i) && phone_at(search, i).is_some()
}

/// Where a mobile phone of the country ends that begins at `i`, in groups as phones are.
pub(super) fn mobile_end(search: &Search, i: usize) -> Option<usize> {
    let (end, _) = phone_at(search, i)?;
    (search.at(i) != Some('+') && is_like_a_phone(search, i, end)).then_some(end)
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
            search.claim(start, i, Kind::Number, None);
        }
        i += usize::from(i == start);
    }
}
