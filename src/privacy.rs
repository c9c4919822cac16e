//! Masks passport, tax, insurance and card numbers before anything is stored, logged or shown.
//!
//! A mask puts `•` in the place of each digit, so a text keeps its length in characters and in
//! UTF-16 units, and Telegram's entity offsets still hold. Pure.
//!
//! Numbers are found as *chains*: groups of digits parted by one space or hyphen. A shape of groups
//! tells most of them (4 6 is a passport); where a shape alone could be a tracking number or a phone,
//! the nearest word before it decides («паспорт», «трек»), or a check digit does.

use std::ops::Range;

/// What stands in the place of a digit: one UTF-16 unit, as a digit is.
pub const MASK: char = '•';

/// A text without personal numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text, as long as it was.
    pub text: String,
    /// Whether anything was masked.
    pub found: bool,
}

/// Masks every personal number in `text`.
pub fn mask(text: &str) -> Masked {
    let chars: Vec<char> = text.chars().collect();
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for chain in chains(&chars) {
        let hint = hint_before(&chars, chain.groups[0].start);
        hidden.extend(chain.personal(&chars, hint));
    }
    let mut out = chars;
    for range in &hidden {
        for c in &mut out[range.clone()] {
            if c.is_numeric() {
                *c = MASK;
            }
        }
    }
    Masked { text: out.into_iter().collect(), found: !hidden.is_empty() }
}

/// What the words before a number say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    Passport,
    Tax,
    Card,
    CardCode,
    /// A tracking or order number, a phone: not to be masked whatever it looks like.
    Harmless,
    None,
}

/// Beginnings of words and what they announce.
const HINTS: &[(&str, Hint)] = &[
    ("паспорт", Hint::Passport),
    ("пасспорт", Hint::Passport),
    ("загран", Hint::Passport),
    ("серия", Hint::Passport),
    ("серии", Hint::Passport),
    ("passport", Hint::Passport),
    ("удостоверени", Hint::Passport),
    ("снилс", Hint::Tax),
    ("инн", Hint::Tax),
    ("inn", Hint::Tax),
    ("карт", Hint::Card),
    ("card", Hint::Card),
    ("cvv", Hint::CardCode),
    ("cvc", Hint::CardCode),
    ("цвв", Hint::CardCode),
    ("трек", Hint::Harmless),
    ("track", Hint::Harmless),
    ("накладн", Hint::Harmless),
    ("заказ", Hint::Harmless),
    ("order", Hint::Harmless),
    ("посылк", Hint::Harmless),
    ("отправлени", Hint::Harmless),
    ("parcel", Hint::Harmless),
    ("тел", Hint::Harmless),
    ("phone", Hint::Harmless),
    ("шпи", Hint::Harmless),
];

/// How far back a word may stand from the number it announces, in characters.
const HINT_REACH: usize = 48;

fn hint_before(chars: &[char], at: usize) -> Hint {
    let start = at.saturating_sub(HINT_REACH);
    let before: String = chars[start..at].iter().flat_map(|c| c.to_lowercase()).collect();
    before
        .split(|c: char| !c.is_alphanumeric())
        .rev()
        .find_map(|word| HINTS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, hint)| *hint))
        .unwrap_or(Hint::None)
}

/// Groups of digits parted by one separator each.
struct Chain {
    groups: Vec<Range<usize>>,
}

/// All chains of a text. Digits that touch a letter belong to a word (RA123456785RU) and are left out.
fn chains(chars: &[char]) -> Vec<Chain> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        if !chars[i].is_numeric() {
            i += 1;
            continue;
        }
        let start = i;
        while i < chars.len() && chars[i].is_numeric() {
            i += 1;
        }
        let touches = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
        if !touches(start.checked_sub(1).and_then(|p| chars.get(p))) && !touches(chars.get(i)) {
            groups.push(start..i);
        }
    }
    let mut chains: Vec<Chain> = Vec::new();
    for group in groups {
        match chains.last_mut() {
            Some(chain) if joined(chars, chain, &group) => chain.groups.push(group),
            _ => chains.push(Chain { groups: vec![group] }),
        }
    }
    chains
}

/// Whether `next` goes on with `chain`: at most three separators between («4510 № 123456» is one).
fn joined(chars: &[char], chain: &Chain, next: &Range<usize>) -> bool {
    let end = chain.groups.last().map_or(0, |g| g.end);
    let gap = &chars[end..next.start];
    gap.len() <= 3 && gap.iter().all(|c| c.is_whitespace() || "-–—№".contains(*c))
}

impl Chain {
    /// The ranges of `chars` that hold a personal number.
    fn personal(&self, chars: &[char], hint: Hint) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while from < self.groups.len() {
            match (from + 1..=self.groups.len()).rev().find(|to| self.is_personal(chars, from..*to, hint)) {
                Some(to) => {
                    found.push(self.groups[from].start..self.groups[to - 1].end);
                    from = to;
                }
                None => from += 1,
            }
        }
        found
    }

    fn is_personal(&self, chars: &[char], part: Range<usize>, hint: Hint) -> bool {
        let whole_chain = part.start == 0 && part.end == self.groups.len();
        let groups = &self.groups[part];
        let sizes: Vec<usize> = groups.iter().map(ExactSizeIterator::len).collect();
        let digits: Vec<u32> =
            groups.iter().flat_map(|g| &chars[g.clone()]).map(|c| c.to_digit(10).unwrap_or(0)).collect();
        let card_like =
            (13..=19).contains(&digits.len()) && (sizes.len() == 1 || sizes.iter().all(|s| (2..=7).contains(s)));
        if card_like && (luhn(&digits) || hint == Hint::Card) {
            return true;
        }
        if hint == Hint::Harmless || looks_like_phone(chars, groups, &digits) {
            return false;
        }
        match sizes[..] {
            [4, 6] | [2, 2, 6] => true,
            [3, 3, 3, 2] => true,
            [2, 7] | [9] | [10] | [6] => hint == Hint::Passport || (sizes == [10] && hint == Hint::Tax),
            [11] => hint == Hint::Tax,
            [12] => hint == Hint::Tax || (hint == Hint::None && tax_number(&digits)),
            [3] => whole_chain && hint == Hint::CardCode,
            _ => false,
        }
    }
}

/// Eleven digits that begin with 7 or 8, or anything after a plus.
fn looks_like_phone(chars: &[char], groups: &[Range<usize>], digits: &[u32]) -> bool {
    let plus = groups[0].start.checked_sub(1).is_some_and(|p| chars[p] == '+');
    plus || (digits.len() == 11 && matches!(digits[0], 7 | 8) && digits[1] == 9)
}

/// The check of payment cards (ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| match (i % 2, d * 2) {
            (0, _) => *d,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum > 0 && sum.is_multiple_of(10)
}

/// The two check digits of a person's twelve-digit tax number (order of the Russian tax service
/// ЕД-7-14/559@ of 2020, on the structure of the ИНН).
fn tax_number(digits: &[u32]) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let check = |weights: &[u32]| {
        let sum: u32 = weights.iter().zip(digits).map(|(w, d)| w * d).sum();
        sum % 11 % 10
    };
    digits.len() == 12 && check(&WEIGHTS[1..]) == digits[10] && check(&WEIGHTS) == digits[11]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text).text, expected);
        assert_eq!(mask(text).found, text != expected, "{text}");
    }

    #[test]
    fn passports_are_masked_in_the_shapes_people_type() {
        check("паспорт 4510 123456", "паспорт •••• ••••••");
        check("45 10 123456 выдан", "•• •• •••••• выдан");
        check("серия 4510 № 123456", "серия •••• № ••••••");
        check("Паспорт: 4510123456", "Паспорт: ••••••••••");
        check("загран 75 1234567", "загран •• •••••••");
    }

    #[test]
    fn tax_insurance_and_card_numbers_are_masked() {
        check("ИНН 500100732259", "ИНН ••••••••••••");
        check("вот 500100732259", "вот ••••••••••••");
        check("112-233-445 95", "•••-•••-••• ••");
        check("4111 1111 1111 1111 cvv 123", "•••• •••• •••• •••• cvv •••");
        check("4111111111111111", "••••••••••••••••");
        check("карта 2200 7007 1234 5678", "карта •••• •••• •••• ••••");
    }

    #[test]
    fn tracking_numbers_orders_phones_dates_and_sums_stay() {
        for text in [
            "RA123456785RU",
            "трек 1234567890",
            "1234567890",
            "паспорт не менял, трек 1234567890",
            "заказ 4510 123456",
            "+7 916 123 45 67",
            "89161234567",
            "8 916 123-45-67",
            "18.10.2026 к 15 00",
            "верните 15 000 рублей",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_mask_keeps_the_length_in_utf16() {
        let text = "🙏 паспорт 4510 123456";
        assert_eq!(mask(text).text.encode_utf16().count(), text.encode_utf16().count());
    }
}
