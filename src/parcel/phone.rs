//! A phone number in one form, so that two ways of writing it compare as equal.

use serde::{Deserialize, Serialize};

/// A phone number: digits with the country's code, no plus (ITU-T E.164 without its sign).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a number however it is written; a Russian one may begin with 8, +7 or its code. `None` when it
    /// has fewer digits than a number within a country (10) or more than E.164 allows (15).
    pub fn new(text: &str) -> Option<Phone> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        match (digits.len(), text.trim_start().starts_with('+')) {
            (10, false) => Some(Phone(format!("7{digits}"))),
            (11, false) if digits.starts_with('8') => Some(Phone(format!("7{}", &digits[1..]))),
            (10..=15, _) => Some(Phone(digits)),
            _ => None,
        }
    }

    /// The digits, as they are stored.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The last two digits: enough for the person whose phone it is to know it, too few for anyone else.
    pub fn tail(&self) -> &str {
        &self.0[self.0.len() - 2..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_all_its_dresses() {
        let all = ["+7 (900) 000-00-01", "8 900 000 00 01", "79000000001", "9000000001"];
        for text in all {
            assert_eq!(Phone::new(text).expect("a number").digits(), "79000000001", "{text}");
        }
        assert_eq!(Phone::new("+44 20 7946 0018").expect("a number").tail(), "18");
        assert_eq!(Phone::new("12345"), None);
        assert_eq!(Phone::new("1234567890123456"), None);
    }
}
