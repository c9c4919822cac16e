//! A tracking number in one form, so that two ways of writing it compare as equal.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A tracking number in its normal form: capitals and digits, no spaces. Made by
/// [`understanding`] from text, or read from our own tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrackingNumber(String);

impl TrackingNumber {
    /// Normalises `text`: spaces and hyphens go, letters become capitals. Cyrillic ones that look like Latin ones are
    /// read as these, as they are in what customers write, unless there is one beside them that has no such twin.
    pub fn new(text: &str) -> Self {
        let signs = || text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase);
        let latin: Option<String> = signs().map(latin).collect();
        TrackingNumber(latin.unwrap_or_else(|| signs().collect()))
    }

    /// The number as it is shown and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sign of a number for a capital letter or a digit; `None` for a letter that looks like no Latin one.
fn latin(c: char) -> Option<char> {
    Some(match c {
        _ if c.is_ascii() => c,
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        'І' => 'I',
        'Ј' => 'J',
        'Ѕ' => 'S',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_the_same_are_the_same() {
        assert_eq!(TrackingNumber::new("СР 123 456 785-ru").as_str(), "CP123456785RU");
        assert_eq!(TrackingNumber::new("а1в2"), TrackingNumber::new("A1B2"));
        assert_eq!(TrackingNumber::new("ЗАКАЗ1").as_str(), "ЗАКАЗ1", "a word stays one");
    }
}
