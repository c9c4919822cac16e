//! A phone number in one form, so that two ways of writing it compare as equal: E.164, a plus and digits, the country's
//! code first. How a number is read depends on where it comes from, and is decided once, there: Telegram's are
//! international as they stand ([`Phone::international`]), a list follows the rules of its country ([`Phone::listed`]).

use phonenumber::metadata::{DATABASE, Metadata};
use serde::{Deserialize, Serialize};

/// A phone number: E.164, a plus and digits (`+79000000001`).
///
/// What an earlier version stored has no plus, and was read by one country's rules whatever country it was of. Where such
/// digits can be one number only they are that number; where they can be two they are kept as they are, without a plus,
/// and prove nobody ([`Phone::is_certain`]).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct Phone(String);

/// The country whose rules a number without a country's code follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country(phonenumber::country::Id);

impl Country {
    /// Russia: the country of an owner who names none.
    pub const RUSSIA: Country = Country(phonenumber::country::Id::RU);

    /// Reads a country's code (ISO 3166, two letters such as `RU`); `None` when there is no such country.
    pub fn from_code(code: &str) -> Option<Country> {
        code.trim().to_ascii_uppercase().parse().ok().map(Country)
    }
}

/// How many digits a number may have, with its country's code. E.164 sets the upper bound; no country has numbers that are
/// shorter than the lower one.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The longest code of a country, in digits.
const LONGEST_CODE: usize = 3;

/// The longest extension behind a number, in digits: what is longer is a second number.
const EXTENSION: usize = 6;

impl Phone {
    /// Reads a number of Telegram's. They are always international, with a plus or without: the digits as they stand.
    /// `None` when they cannot be a number.
    pub fn international(text: &str) -> Option<Phone> {
        let (_, digits) = digits_of(text)?;
        e164(&digits)
    }

    /// Reads a number of a list, as people write it. With a plus it is international; without one the rules of `country`
    /// say what it is («8 900 000-00-01», «9000000001»), and where they know no such number, the digits may be an
    /// international one. An extension is left out. `None` when it is no number of any country, or could be two.
    pub fn listed(text: &str, country: Country) -> Option<Phone> {
        let (is_international, digits) = digits_of(without_extension(text)?)?;
        if is_international {
            return valid(&digits);
        }
        let rules = DATABASE.by_id(country.0.as_ref())?;
        let code = rules.country_code().to_string();
        let trunk = rules.national_prefix().filter(|trunk| !trunk.is_empty());
        let abroad = rules.international_prefix().and_then(|prefix| prefix.find(&digits)).filter(|at| at.start() == 0);
        let mut readings = vec![format!("{code}{digits}")];
        readings.extend(trunk.and_then(|trunk| digits.strip_prefix(trunk)).map(|rest| format!("{code}{rest}")));
        readings.extend(digits.starts_with(&code).then(|| digits.clone()));
        readings.extend(abroad.map(|prefix| digits[prefix.end()..].to_owned()));
        let mut numbers = readings.iter().filter_map(|digits| valid(digits));
        let Some(number) = numbers.next() else {
            return valid(&digits);
        };
        numbers.all(|other| other == number).then_some(number)
    }

    /// Reads a number that must be in our own form: a plus and digits, nothing else. `None` when it is not.
    pub fn e164(text: &str) -> Option<Phone> {
        e164(text.strip_prefix('+')?)
    }

    /// Whether it is known which number it is. Digits that could be two numbers prove nothing, and go nowhere.
    pub fn is_certain(&self) -> bool {
        self.0.starts_with('+')
    }

    /// The number as it is stored and sent: E.164, or bare digits where it is not certain.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last two digits: enough for the person whose phone it is to know it, too few for anyone else.
    pub fn tail(&self) -> &str {
        self.0.len().checked_sub(2).and_then(|from| self.0.get(from..)).unwrap_or_default()
    }
}

/// Reads what is stored, also by an earlier version: it wrote bare digits, into which it had changed an 8 in front of ten
/// more, and ten without a plus, to a Russian number.
impl From<String> for Phone {
    fn from(text: String) -> Phone {
        let read = Phone::e164(&text).or_else(|| e164(&text).filter(|_| was_one_number(&text)));
        // What is no number keeps no sign of one.
        read.unwrap_or_else(|| Phone(text.trim_start_matches('+').to_owned()))
    }
}

/// Whether digits that an earlier version stored can have been one number only. The migration of the table `parcels` says
/// the same in SQL.
fn was_one_number(digits: &str) -> bool {
    match digits.len() {
        // With a plus only: without one they were made eleven.
        10 => true,
        // A mobile of Russia or a number of Kazakhstan: no other country's digits make one. What else begins with 7 may
        // have been another country's, with its 8 changed or a 7 put before it.
        11 if digits.starts_with('7') => digits.starts_with("79") || digits.starts_with("77"),
        11 => true,
        // «8-10», which is dialled in Russia before a number abroad, is a part of no number.
        12..=15 => !digits.starts_with("810"),
        _ => false,
    }
}

/// These digits as a number, if they can be one.
fn e164(digits: &str) -> Option<Phone> {
    let fits = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !digits.starts_with('0')).then(|| Phone(format!("+{digits}")))
}

/// These digits as a number, if a country has such a one.
fn valid(digits: &str) -> Option<Phone> {
    let phone = e164(digits)?;
    // No country's code begins another's. The countries' patterns are looked up here: the crate's own check takes a digit
    // off national numbers that begin like the prefix of a call within the country (+7 812 …).
    let (countries, national) = (1..=LONGEST_CODE).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        Some((DATABASE.by_code(&code.parse::<u16>().ok()?)?, national))
    })?;
    countries.iter().any(|country| has_number(country, national)).then_some(phone)
}

/// Whether a country has this national number.
fn has_number(country: &Metadata, national: &str) -> bool {
    let kinds = country.descriptors();
    let some = [
        kinds.fixed_line(),
        kinds.mobile(),
        kinds.toll_free(),
        kinds.premium_rate(),
        kinds.shared_cost(),
        kinds.personal_number(),
        kinds.voip(),
        kinds.uan(),
    ];
    kinds.general().is_match(national) && some.into_iter().flatten().any(|kind| kind.is_match(national))
}

/// The digits of a number, and whether a plus stands before them. `None` when anything stands there that does not belong to
/// a number.
fn digits_of(text: &str) -> Option<(bool, String)> {
    let text = text.trim();
    let (is_international, rest) = match text.strip_prefix(['+', '\u{ff0b}']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let between = |c: char| c.is_whitespace() || "-().\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}".contains(c);
    let digits: String = rest.chars().filter(|c| !between(*c)).collect();
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some((is_international, digits))
}

/// A number without the extension behind it («доб. 12», «ext 12», «#12»); `None` when more follows than that.
fn without_extension(text: &str) -> Option<&str> {
    let part_of_number = |c: char| !c.is_alphabetic() && !matches!(c, '#' | ',' | ';');
    let Some(end) = text.find(|c| !part_of_number(c)) else {
        return Some(text);
    };
    let (number, behind) = text.split_at(end);
    let digits = behind.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_end();
    let word: String = behind.chars().take_while(|c| !c.is_ascii_digit()).filter(|c| c.is_alphabetic()).collect();
    let known = ["доб", "добавочный", "вн", "внутр", "ext", "x", "х", ""].contains(&word.to_lowercase().as_str());
    let short = (1..=EXTENSION).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (known && short).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Option<String> {
        Phone::listed(text, Country::RUSSIA).map(|phone| phone.0)
    }

    #[test]
    fn telegrams_numbers_stand_as_they_are() {
        for (text, number) in [
            ("+84912345678", "+84912345678"),
            ("84912345678", "+84912345678"),
            ("+85291234567", "+85291234567"),
            ("85291234567", "+85291234567"),
            ("4791234567", "+4791234567"),
            ("+47 912 34 567", "+4791234567"),
            ("79000000001", "+79000000001"),
            ("+7 (900) 000-00-01", "+79000000001"),
            ("+77012345678", "+77012345678"),
            ("+74912345678", "+74912345678"),
            ("2907123", "+2907123"),
            ("888012345678", "+888012345678"),
        ] {
            assert_eq!(Phone::international(text).map(|phone| phone.0).as_deref(), Some(number), "{text}");
        }
        for none in ["", "112", "+", "0900000001", "1234567890123456", "позвоните", "+7900000000x"] {
            assert_eq!(Phone::international(none), None, "{none}");
        }
    }

    #[test]
    fn a_list_follows_the_rules_of_its_country() {
        for (text, number) in [
            ("+7 (900) 000-00-01", "+79000000001"),
            ("8 (900) 000-00-01", "+79000000001"),
            ("8 900 000 00 01", "+79000000001"),
            ("79000000001", "+79000000001"),
            ("9000000001", "+79000000001"),
            ("+7 900 000‑00‑01", "+79000000001"),
            ("+7 900 000-00-01 доб. 12", "+79000000001"),
            ("8 800 555-35-35", "+78005553535"),
            ("8 (812) 309-00-00", "+78123090000"),
            ("+7 491 234-56-78", "+74912345678"),
            ("84912345678", "+74912345678"),
            ("+84912345678", "+84912345678"),
            ("+85291234567", "+85291234567"),
            ("+4791234567", "+4791234567"),
            ("+7 701 234-56-78", "+77012345678"),
            ("8 701 234-56-78", "+77012345678"),
            ("8-10-44-20-7946-0018", "+442079460018"),
            ("+44 20 7946 0018", "+442079460018"),
            ("447911123456", "+447911123456"),
        ] {
            assert_eq!(listed(text).as_deref(), Some(number), "{text}");
        }
        let refused = [
            "",
            "12345",
            "112",
            "+8 900 000-00-01",
            "+7 900 000-00-0",
            "79000000001.0",
            "+7 900 000-00-01, +7 900 000-00-02",
            "8 900 000-00-01 / 8 900 000-00-02",
            "89000000001, 89000000002",
            "7,9E+10",
            "+79OO0000001",
            "1234567890123456",
            "нет",
        ];
        for none in refused {
            assert_eq!(listed(none), None, "{none}");
        }
        let germany = Country::from_code("de").expect("a country");
        assert_eq!(Phone::listed("030 901820", germany).map(|phone| phone.0).as_deref(), Some("+4930901820"));
        // Of Emden as it is dialled in Germany, or of Düsseldorf with the country's code and without its plus.
        assert_eq!(Phone::listed("4921123456", germany), None);
        assert!(Phone::listed("+4921123456", germany).is_some() && Phone::listed("04921123456", germany).is_some());
        assert_eq!(Country::from_code("Россия"), None);
    }

    #[test]
    fn only_our_own_form_is_e164() {
        assert_eq!(Phone::e164("+442079460018").expect("a number").tail(), "18");
        for other in ["79000000001", "+7 900", "+7 900 000-00-01", "++79000000001", "+0900000001", "+112", ""] {
            assert_eq!(Phone::e164(other), None, "{other}");
        }
    }

    #[test]
    fn what_was_stored_is_one_number_or_none() {
        let read = |digits: &str| Phone::from(digits.to_owned());
        for (digits, number) in [
            ("79000000001", "+79000000001"),
            ("77012345678", "+77012345678"),
            ("84912345678", "+84912345678"),
            ("85291234567", "+85291234567"),
            ("4791234567", "+4791234567"),
            ("442079460018", "+442079460018"),
            ("+84912345678", "+84912345678"),
        ] {
            assert_eq!((read(digits).as_str(), read(digits).is_certain()), (number, true));
        }
        for digits in ["74912345678", "74791234567", "75291234567", "81044207946001", "0044207946001", "7", "", "нет"]
        {
            assert_eq!((read(digits).as_str(), read(digits).is_certain()), (digits, false));
        }
        let json = serde_json::to_string(&read("79000000001")).expect("plain data");
        assert_eq!(json, "\"+79000000001\"");
        assert!(serde_json::from_str::<Phone>("\"74912345678\"").is_ok_and(|phone| !phone.is_certain()));
    }
}
