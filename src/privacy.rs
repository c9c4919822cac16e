//! Masks passport, tax, insurance and card numbers before anything is stored, logged or shown.
//!
//! A mask puts `•` in the place of each digit, so a text keeps its length in characters and in
//! UTF-16 units, and Telegram's entity offsets still hold. Pure.
//!
//! Numbers are found as *chains*: groups of digits parted by one space or hyphen. A shape of groups
//! tells most of them (4 6 is a passport); where a shape alone could be a tracking number or a phone,
//! the nearest word before it decides («паспорт», «трек»), or a check digit does.

use std::ops::Range;

/// The digits of the longest personal number: a payment card's (ISO/IEC 7812-1).
const LONGEST: usize = 19;

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

/// Masks every personal number in `text`, in time linear in its length: it is called before anything else is done with
/// a message, so whatever a stranger sends must not hold the others up.
pub fn mask(text: &str) -> Masked {
    mask_counting(text, &mut 0)
}

/// The same; `windows` is raised by one for each run of groups that was looked at.
fn mask_counting(text: &str, windows: &mut usize) -> Masked {
    let chars: Vec<char> = text.chars().collect();
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for chain in chains(&chars) {
        let hint = hint_before(&chars, chain.groups[0].start);
        hidden.extend(chain.personal(&chars, hint, windows));
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Hint {
    passport: bool,
    /// The nearest word is «серия»: four digits are enough.
    series: bool,
    tax: bool,
    card: bool,
    card_code: bool,
    /// The nearest word that says anything names a tracking or order number.
    harmless: bool,
    /// The same in a sentence of its own: what was said of passports before it is another matter.
    apart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Passport,
    Tax,
    Card,
    CardCode,
    Harmless,
}

/// Beginnings of words and what they announce.
const HINTS: &[(&str, Says)] = &[
    ("пасп", Says::Passport),
    ("пасспорт", Says::Passport),
    ("жительств", Says::Passport),
    ("загран", Says::Passport),
    ("серия", Says::Passport),
    ("серии", Says::Passport),
    ("passport", Says::Passport),
    ("удостоверени", Says::Passport),
    ("снилс", Says::Tax),
    ("инн", Says::Tax),
    ("inn", Says::Tax),
    ("карт", Says::Card),
    ("card", Says::Card),
    ("cvv", Says::CardCode),
    ("cvc", Says::CardCode),
    ("цвв", Says::CardCode),
    ("трек", Says::Harmless),
    ("track", Says::Harmless),
    ("накладн", Says::Harmless),
    ("заказ", Says::Harmless),
    ("order", Says::Harmless),
    ("посылк", Says::Harmless),
    ("отправлени", Says::Harmless),
    ("parcel", Says::Harmless),
    ("шпи", Says::Harmless),
];

/// How far back a word may stand from the number it announces, in characters.
const HINT_REACH: usize = 48;

/// Reads the words before a number, back to the end of the clause before.
fn hint_before(chars: &[char], at: usize) -> Hint {
    let start = at.saturating_sub(HINT_REACH);
    let clause = chars[start..at].iter().rposition(|c| ",;!?\n".contains(*c)).map_or(start, |p| start + p + 1);
    let before: String = chars[clause..at].iter().flat_map(|c| c.to_lowercase()).collect();
    let mut hint = Hint { apart: is_apart(&before), ..Hint::default() };
    let mut nearest = None;
    for word in before.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        let says = HINTS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, says)| *says);
        match says {
            Some(Says::Passport) => hint.passport = true,
            Some(Says::Tax) => hint.tax = true,
            Some(Says::Card) => hint.card = true,
            Some(Says::CardCode) => hint.card_code = true,
            Some(Says::Harmless) | None => {}
        }
        nearest = says.or(nearest);
        hint.series = word.starts_with("сери");
    }
    // «паспорт для заказа: 4510 123456» is a passport all the same.
    hint.harmless = nearest == Some(Says::Harmless) && !(hint.passport || hint.tax || hint.card);
    hint
}

/// Whether the sentence that leads up to a number speaks of a parcel or an order, and of nothing personal.
fn is_apart(before: &str) -> bool {
    let Some((_, sentence)) = before.rsplit_once(['.', '—', '–', '(']) else {
        return false;
    };
    let words = sentence.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let mut said = words.filter_map(|word| HINTS.iter().find(|(stem, _)| word.starts_with(stem)));
    let first = said.next().is_some_and(|(_, says)| *says == Says::Harmless);
    first && said.all(|(_, says)| *says == Says::Harmless)
}

/// Groups of digits parted by one separator each.
struct Chain {
    groups: Vec<Range<usize>>,
}

/// All chains of a text. Digits that touch a letter belong to a word (RA123456785RU) and are left out,
/// unless that word announces them (ИНН500100732259).
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
        let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
        let glued = letter(start.checked_sub(1).and_then(|p| chars.get(p)));
        let alone = (!glued || announced(chars, start)) && !letter(chars.get(i)) || number_word(chars, i);
        // So many digits are no part of a word, whatever touches them.
        if alone || i - start >= 13 {
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

/// Whether the letters that end at `at` are a word that announces a personal number.
fn announced(chars: &[char], at: usize) -> bool {
    let letters = chars[..at].iter().rev().take_while(|c| c.is_alphabetic()).count();
    let word: String = chars[at - letters..at].iter().flat_map(|c| c.to_lowercase()).collect();
    word == "номер" || HINTS.iter().any(|(stem, says)| *says != Says::Harmless && word.starts_with(stem))
}

/// Whether the word «номер» begins at `at`, glued to the digits before it.
fn number_word(chars: &[char], at: usize) -> bool {
    let word: String = chars[at..].iter().take(5).flat_map(|c| c.to_lowercase()).collect();
    word == "номер"
}

/// Whether `next` goes on with `chain`: «4510 № 123456», «4510 номер 123456», «4111.1111» are one.
fn joined(chars: &[char], chain: &Chain, next: &Range<usize>) -> bool {
    let end = chain.groups.last().map_or(0, |g| g.end);
    let gap: String = chars[end..next.start].iter().flat_map(|c| c.to_lowercase()).collect();
    let invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let gap: String = gap.replace("номер", "№").chars().filter(|c| !invisible(*c)).collect();
    let sign = |c: char| c.is_whitespace() || "-–—№.,_/:".contains(c);
    let most = if gap.contains('№') { 4 } else { 3 };
    gap.chars().count() <= most && gap.chars().all(sign)
}

impl Chain {
    /// The ranges of `chars` that hold a personal number. Of the runs of groups that begin at a group, the longest
    /// that is one counts, and only those of at most [`LONGEST`] digits can be one.
    fn personal(&self, chars: &[char], hint: Hint, windows: &mut usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while from < self.groups.len() {
            let mut digits = 0;
            let fits = self.groups[from..].iter().take_while(|group| {
                digits += group.len();
                digits <= LONGEST
            });
            let most = from + fits.count();
            let found_to = (from + 1..=most).rev().find(|to| {
                *windows += 1;
                self.is_personal(chars, from..*to, hint)
            });
            match found_to {
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
        // On the stack: this is asked of every run of groups. A group has at least one digit.
        let (mut sizes, mut digits) = ([0; LONGEST], [0; LONGEST]);
        let mut count = 0;
        for (at, group) in groups.iter().enumerate() {
            sizes[at] = group.len();
            for c in &chars[group.clone()] {
                digits[count] = digit(*c);
                count += 1;
            }
        }
        let (sizes, digits) = (&sizes[..groups.len()], &digits[..count]);
        let whole_card = sizes.len() == 1 || sizes.iter().all(|size| *size == 4);
        // A card however it is grouped: by a word for it, or by its first digit and its check. Odd groups after
        // «заказы» are orders.
        let by_check =
            luhn(digits) && (whole_card || (matches!(digits[0], 2..=6) && sizes.len() <= 6 && !hint.harmless));
        if (13..=19).contains(&digits.len()) && (hint.card || by_check) {
            return true;
        }
        if hint.harmless || (hint.apart && sizes.len() == 1) || looks_like_phone(chars, groups, digits) {
            return false;
        }
        // Sixteen digits as a card has them are one, even where a slip of the finger broke the check.
        if digits.len() == 16 && whole_card && matches!(digits[0], 2..=6) {
            return true;
        }
        // However they are grouped: ten digits of a passport, ten or twelve of a tax number.
        if (hint.passport && matches!(digits.len(), 9 | 10)) || (hint.tax && matches!(digits.len(), 10..=12)) {
            return true;
        }
        match *sizes {
            [4] => hint.series,
            [4, 6] | [2, 2, 6] => true,
            [3, 3, 3, 2] => true,
            [6] => hint.passport,
            [12] => tax_number(digits),
            [3] => whole_chain && hint.card_code,
            _ => false,
        }
    }
}

/// The value of a digit, wide and Arabic ones too.
fn digit(c: char) -> u32 {
    const ZEROS: [char; 4] = ['0', '０', '٠', '۰'];
    let value = |zero: &char| (c as u32).checked_sub(*zero as u32).filter(|value| *value < 10);
    ZEROS.iter().find_map(value).unwrap_or(0)
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
    fn a_mistyped_card_is_hidden_too() {
        for text in ["оплатила уже, 4276 3800 1234 5670", "4276380012345670 карта не проходит"]
        {
            assert!(!mask(text).text.contains("3800"), "{text}");
        }
        for text in ["заказ 4276380012345670", "посылка 1000000033", "трек 80085599999999"] {
            assert_eq!(mask(text).text, text);
        }
    }

    #[test]
    fn passports_are_masked_in_the_shapes_people_type() {
        check("паспорт 4510 123456", "паспорт •••• ••••••");
        check("45 10 123456 выдан", "•• •• •••••• выдан");
        check("телевизор 4510 123456", "телевизор •••• ••••••");
        check("серия 4510 № 123456", "серия •••• № ••••••");
        check("Паспорт: 4510123456", "Паспорт: ••••••••••");
        check("загран 75 1234567", "загран •• •••••••");
        check("паспорт на посылку 4510 123456", "паспорт на посылку •••• ••••••");
        check("вот паспорт для заказа: 4510 123456", "вот паспорт для заказа: •••• ••••••");
        check("серия4510 номер123456", "серия•••• номер••••••");
        check("4510 номер 123456", "•••• номер ••••••");
        check("серия 4510, номер 123456", "серия ••••, номер ••••••");
        check("пасп 4510 123 456", "пасп •••• ••• •••");
        check("паспорт 4 5 1 0 1 2 3 4 5 6", "паспорт • • • • • • • • • •");
        check("вид на жительство 82 1234567", "вид на жительство •• •••••••");
        check("паспорт номер 123456 серия 4510", "паспорт номер •••••• серия ••••");
        check("4510/123456 паспорт", "••••/•••••• паспорт");
    }

    #[test]
    fn tax_insurance_and_card_numbers_are_masked() {
        check("ИНН 500100732259", "ИНН ••••••••••••");
        check("вот 500100732259", "вот ••••••••••••");
        check("112-233-445 95", "•••-•••-••• ••");
        check("4111 1111 1111 1111 cvv 123", "•••• •••• •••• •••• cvv •••");
        check("4111111111111111", "••••••••••••••••");
        check("4111.1111.1111.1111", "••••.••••.••••.••••");
        check("4111_1111_1111_1111", "••••_••••_••••_••••");
        check("карта на заказ 2200 7007 1234 5678", "карта на заказ •••• •••• •••• ••••");
        check("ИНН получателя посылки 500100732259", "ИНН получателя посылки ••••••••••••");
        check("ИНН500100732259", "ИНН••••••••••••");
        check("инн 5001 0073 2259", "инн •••• •••• ••••");
        check("номер4111111111111111конец", "номер••••••••••••••••конец");
        check("4111-1111-11111111", "••••-••••-••••••••");
        check("4111\u{200b}1111\u{200b}1111\u{200b}1111", "••••\u{200b}••••\u{200b}••••\u{200b}••••");
        check("４１１１１１１１１１１１１１１１", "••••••••••••••••");
        check("карта 2200 7007 1234 5678", "карта •••• •••• •••• ••••");
    }

    #[test]
    fn tracking_numbers_orders_phones_dates_and_sums_stay() {
        for text in [
            "RA123456785RU",
            "трек 1234567890",
            "1234567890",
            "паспорт не менял, трек 1234567890",
            "не пришла ссылка для паспортных данных — заказ 1000000165",
            "У меня узбекский паспорт. Заказ 1000000135",
            "заказ 4510 123456",
            "+7 916 123 45 67",
            "89161234567",
            "тел 916 123 45 67",
            "8 916 123-45-67",
            "18.10.2026 к 15 00",
            "ждала 12.10, 15.10 и 18.10",
            "заказы 12345, 12346, 12347",
            "с 10:00 до 18:30, 2500,50 руб",
            "верните 15 000 рублей",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn no_text_makes_masking_look_at_more_than_a_few_windows_a_letter() {
        let length = |text: &str| text.chars().count();
        for size in [4_096, 100_000] {
            for unit in
                ["1 ", "1", "12 ", "4-", "1\u{200b}", "45 10 ", "4510 123456 ", "паспорт 1 ", "№1", "1:1.1,", "1а"]
            {
                let text = unit.repeat(size / length(unit));
                for text in [format!("карта {text}"), format!("{text}х")] {
                    let mut windows = 0;
                    mask_counting(&text, &mut windows);
                    assert!(windows <= LONGEST * length(&text), "{windows} windows for {size} of «{unit}»");
                }
            }
        }
        // Long runs of digits among the groups are measured, not read again and again.
        let mut windows = 0;
        mask_counting(&format!("{} {}", "1 ".repeat(20), "7".repeat(100_000)), &mut windows);
        assert!(windows < 20 * LONGEST, "{windows}");
    }

    #[test]
    fn a_mask_keeps_the_length_in_utf16() {
        let text = "🙏 паспорт 4510 123456";
        assert_eq!(mask(text).text.encode_utf16().count(), text.encode_utf16().count());
    }
}
