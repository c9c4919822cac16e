//! Words packed close together: learning keeps those of tens of thousands of texts at once.

use serde::{Deserialize, Serialize};

use super::words::Word;

/// The words of a text, without what was typed instead of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Packed {
    /// The texts of all words, without anything between them.
    text: Box<str>,
    words: Box<[Place]>,
}

/// A word in the text.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    /// Where it ends; it begins where the one before it ends.
    end: u32,
    clause: u16,
    is_sign: bool,
    is_neighbours: bool,
}

impl Packed {
    pub(super) fn new(words: &[Word]) -> Packed {
        let mut text = String::with_capacity(words.iter().map(|word| word.text.len()).sum());
        let place = |word: &Word| {
            text.push_str(&word.text);
            let Word { clause, is_sign, is_neighbours, .. } = *word;
            Place { end: text.len() as u32, clause, is_sign, is_neighbours }
        };
        let words = words.iter().map(place).collect();
        Packed { text: text.into(), words }
    }

    /// The texts of the words.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.words.iter().scan(0, |start, place| {
            let end = place.end as usize;
            Some(&self.text[std::mem::replace(start, end)..end])
        })
    }

    /// The words.
    pub(super) fn words(&self) -> Vec<Word> {
        let word = |(text, place): (&str, &Place)| {
            let Place { clause, is_sign, is_neighbours, .. } = *place;
            Word { text: text.to_owned(), typed: None, clause, is_sign, is_neighbours }
        };
        self.texts().zip(&self.words).map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_out_again() {
        let word = |text: &str, clause, is_sign| Word {
            text: text.into(),
            typed: None,
            clause,
            is_sign,
            is_neighbours: text == "де",
        };
        let words = vec![word("де", 0, false), word("", 0, false), word("посылка", 1, false), word("#n", 2, true)];
        let packed = Packed::new(&words);
        assert_eq!(packed.words(), words);
        assert_eq!(packed.texts().collect::<Vec<_>>(), ["де", "", "посылка", "#n"]);
        assert!(Packed::new(&[]).words().is_empty());
    }
}
