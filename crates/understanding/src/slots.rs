//! Values in a text: tracking numbers, order numbers, phones, sums and dates.
//!
//! Each finder walks over the text once and claims what it recognises; the surest come first, so
//! that the digits of a tracking number are not taken for a phone. What was claimed is replaced by
//! one sign before the words are read: any tracking number means the same.

mod dates;
mod digits;
mod orders;
mod phones;
mod search;
mod spoken;
mod sums;
mod tracking;

pub(super) use search::Kind;

use super::reading::{Doubt, Slots};
use super::trade::Numbers;
use super::wordlists::WordLists;
use search::{Search, Span};

/// The values of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Values {
    pub(super) slots: Slots,
    /// What is wrong with each of the doubtful numbers, in their order.
    pub(super) doubts: Vec<Doubt>,
}

impl Values {
    /// Adds what was found in another spelling of the text.
    pub(super) fn extend(&mut self, more: Values) {
        let Values { slots, doubts } = more;
        self.slots.dates.extend(slots.dates);
        self.slots.sums.extend(slots.sums);
        self.slots.order_numbers.extend(slots.order_numbers);
        self.slots.phones.extend(slots.phones);
        self.slots.tracking_numbers.extend(slots.tracking_numbers);
        self.slots.doubtful_numbers.extend(slots.doubtful_numbers);
        self.doubts.extend(doubts);
    }
}

/// Finds the values of a folded text (`normalize::fold`); also gives the text with every value
/// replaced by its sign. `words` are those of all languages.
pub(super) fn find(folded: &str, numbers: &Numbers, words: &WordLists) -> (Values, String) {
    let figures = folded.bytes().filter(u8::is_ascii_digit).count();
    let dated = figures > 0 || dates::possible(folded, words);
    let dictated = spoken::possible(folded, words);
    if !dated && !dictated {
        return (Values::default(), folded.to_owned());
    }
    let letters: Vec<char> = folded.chars().collect();
    let plain: Vec<char> = letters.iter().map(|c| plain_dash(*c)).collect();
    let mut search = Search {
        words,
        rules: numbers,
        claimed: vec![false; plain.len()],
        bare: plain.iter().all(|c| !c.is_alphabetic() || matches!(c, 'о' | 'o')),
        letters: &plain,
        spans: Vec::new(),
    };
    if figures >= SHORTEST_NUMBER {
        tracking::find(&mut search);
        digits::find(&mut search);
    }
    if figures > 0 {
        sums::find(&mut search);
    }
    if figures >= SHORTEST_NUMBER {
        digits::find_near(&mut search);
    }
    if dictated {
        spoken::find(&mut search);
    }
    if figures > 0 {
        orders::find(&mut search);
    }
    if dated {
        dates::find(&mut search);
    }
    if figures > 0 {
        phones::find(&mut search);
        phones::find_rest(&mut search);
    }
    let mut spans = search.spans;
    spans.sort_by_key(|span| span.start);
    let masked = masked(&letters, &spans);
    (values(spans), masked)
}

/// A tracking number has as many figures at least: letters and all, no format has fewer.
const SHORTEST_NUMBER: usize = 3;

/// The dashes of phone keyboards and word processors are hyphens.
fn plain_dash(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        _ => c,
    }
}

/// The values in the order of the text, each once.
fn values(spans: Vec<Span>) -> Values {
    let mut values = Values::default();
    let mut seen = super::hash::Set::default();
    for Span { kind, value, doubt, .. } in spans {
        let Some(value) = value.filter(|value| seen.insert((kind.word(), value.clone()))) else { continue };
        let slots = &mut values.slots;
        match (kind, doubt) {
            (Kind::Tracking, Some(doubt)) => {
                slots.doubtful_numbers.push(value);
                values.doubts.push(doubt);
            }
            (Kind::Tracking, None) => slots.tracking_numbers.push(value),
            (Kind::Order, _) => slots.order_numbers.push(value),
            (Kind::Phone, _) => slots.phones.push(value),
            (Kind::Sum, _) => slots.sums.push(value),
            (Kind::Date, _) => slots.dates.push(value),
            (Kind::Number, _) => {}
        }
    }
    values
}

fn masked(letters: &[char], spans: &[Span]) -> String {
    let mut out = String::with_capacity(letters.len() * 2);
    let mut at = 0;
    for span in spans {
        out.extend(&letters[at..span.start]);
        out.push(' ');
        out.push(span.kind.sign());
        out.push(' ');
        at = span.end;
    }
    out.extend(&letters[at..]);
    out
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use super::super::languages::Languages;
    use super::super::normalize::fold;
    use super::super::trade::HomePhones;
    use super::*;

    fn slots(text: &str) -> Slots {
        let formats = ["##########", "SD########"].map(str::to_owned).to_vec();
        find(&fold(text), &Numbers { formats, ..Numbers::default() }, Languages::default().words()).0.slots
    }

    #[test]
    fn tracking_numbers_in_all_dresses() {
        for text in [
            "RA123456785RU",
            "где ra123456785ru?",
            "трек RA 1234 5678 5 RU уже неделю",
            "ra-123-456-785-ru",
            "РА123456785РУ",
            "RА123456785RU", // a Cyrillic А
            "номер:RA123456785RU.",
        ] {
            assert_eq!(slots(text).tracking_numbers, ["RA123456785RU"], "{text}");
        }
        let two = slots("RA123456785RU и CP987654321DE, ещё RA123456785RU");
        assert_eq!(two.tracking_numbers, ["RA123456785RU"]);
        assert_eq!(two.doubtful_numbers, ["CP987654321DE"]);
    }

    #[test]
    fn carrier_formats() {
        assert_eq!(slots("накладная 1234567890").tracking_numbers, ["1234567890"]);
        assert_eq!(slots("sd 12345678").tracking_numbers, ["SD12345678"]);
        assert_eq!(slots("мой трек sd-12345678").tracking_numbers, ["SD12345678"]);
        assert!(slots("12345678901").tracking_numbers.is_empty());
    }

    #[test]
    fn order_numbers() {
        assert_eq!(slots("заказ 12345 где").order_numbers, ["12345"]);
        assert_eq!(slots("отмените № 778-12").order_numbers, ["778-12"]);
        assert_eq!(slots("order number: 90-4415").order_numbers, ["90-4415"]);
        assert_eq!(slots("номер моего заказа A-5512").order_numbers, ["A-5512"]);
        assert_eq!(slots("45678").order_numbers, ["45678"]);
        assert!(slots("заказ от 15.10 не пришел").order_numbers.is_empty());
        assert!(slots("заказ на 1500 руб").order_numbers.is_empty());
    }

    #[test]
    fn phones() {
        for text in ["+7 (916) 555-01-23", "8 916 555 01 23", "89165550123", "тел 9165550123", "7-916-555-01-23"] {
            assert_eq!(slots(text).phones, ["+79165550123"], "{text}");
        }
        assert_eq!(slots("call +44 20 7946 0018").phones, ["+442079460018"]);
    }

    #[test]
    fn dates() {
        for (text, date) in [
            ("жду до пятницы", "до пятницы"),
            ("привезите 15го", "15го"),
            ("было 18.10", "18.10"),
            ("привезите завтра", "завтра"),
            ("обещали 18 октября", "18 октября"),
            ("через 3 дня", "через 3 дня"),
            ("by friday please", "by friday"),
            ("в понедельник буду", "в понедельник"),
            ("5.11.2025 оплатил", "5.11.2025"),
        ] {
            assert_eq!(slots(text).dates, [date], "{text}");
        }
        assert!(slots("сто пятниц").dates.is_empty());
    }

    #[test]
    fn sums() {
        for (text, sum) in [
            ("верните 1500 руб", "1500 руб"),
            ("сняли 5к", "5к"),
            ("10 000 рублей", "10 000 рублей"),
            ("$40 за что", "$40"),
            ("299,90 ₽", "299,90 ₽"),
            ("2 тыс", "2 тыс"),
        ] {
            assert_eq!(slots(text).sums, [sum], "{text}");
        }
        assert!(slots("5 коробок").sums.is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_number_is_said() {
        let numbers = Numbers { formats: vec!["##########".into()], ..Numbers::default() };
        for (text, doubt) in [
            ("где 100000001", Doubt::DigitMissing),
            ("10000000017", Doubt::DigitTooMany),
            ("RA12345678RU", Doubt::DigitMissing),
            ("RA123456785", Doubt::LettersMissing),
            ("RA123456784RU", Doubt::Checksum),
            ("трек 80083740712515", Doubt::Checksum),
        ] {
            let values = find(&fold(text), &numbers, Languages::default().words()).0;
            assert_eq!((values.doubts.as_slice(), values.slots.doubtful_numbers.len()), (&[doubt][..], 1), "{text}");
        }
    }

    #[test]
    fn what_stands_beside_a_number_is_no_part_of_it() {
        for text in ["1000000017 3 раза звонила", "посылка1000000017где", "паспорт 4509 123456, трек 1000-000-017"]
        {
            assert_eq!(slots(text).tracking_numbers, ["1000000017"], "{text}");
        }
        assert_eq!(slots("заказ 10093847 12 дней").order_numbers, ["10093847"]);
        assert_eq!(slots("заказы 118, 119 и 121").order_numbers, ["118", "119", "121"]);
    }

    #[test]
    fn numbers_in_words() {
        assert_eq!(slots("один ноль ноль ноль ноль ноль ноль ноль семнадцать").tracking_numbers, ["1000000017"]);
        assert_eq!(slots("заказ сорок восемь сто пятьдесят один").order_numbers, ["48151"]);
        assert_eq!(slots("верните полторы тысячи").sums, ["полторы тысячи"]);
        assert_eq!(slots("сто раз звонила, два дня жду"), Slots::default());
    }

    #[test]
    fn another_trade_has_other_numbers() {
        let british = HomePhones { code: "44".into(), trunk: "0".into(), digits: 10, mobile: None };
        let rules = Numbers {
            formats: vec!["LIB-####".into(), "".into()],
            postal: false,
            order_digits: 2..=4,
            lone_order_digits: RangeInclusive::new(1, 0),
            home: Some(british),
        };
        let read = |text: &str, rules: &Numbers| find(&fold(text), rules, Languages::default().words()).0.slots;
        assert_eq!(read("my card is lib-0042", &rules).tracking_numbers, ["LIB0042"]);
        assert!(read("RA123456785RU", &rules).tracking_numbers.is_empty());
        assert_eq!(read("order 12", &rules).order_numbers, ["12"]);
        assert!(read("45678", &rules).order_numbers.is_empty());
        assert_eq!(read("call 020 7946 0018", &rules).phones, ["+442079460018"]);
        assert_eq!(read("call +7 916 555-01-23", &rules).phones, ["+79165550123"]);
        let nowhere = Numbers { home: None, ..rules };
        assert!(read("8 916 555 01 23", &nowhere).phones.is_empty());
        assert_eq!(read("+7 916 555 01 23", &nowhere).phones, ["+79165550123"]);
    }

    #[test]
    fn values_become_signs() {
        let (_, masked) = find("трек ra123456785ru молчит", &Numbers::default(), Languages::default().words());
        assert_eq!(masked, "трек  \u{e001}  молчит");
    }
}
