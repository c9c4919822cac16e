//! How much a string of letters looks like a Russian or an English word.
//!
//! Two witnesses: a list of common words, and the frequencies of three letters in a row in that
//! list (a Markov model of the second order, with add-one-tenth smoothing; Jurafsky and Martin,
//! Speech and Language Processing, chapter 3).

use super::hash::Set;
use super::language::Language;
use super::{senses, words};

/// Common words of everyday Russian, one form or more of each, «ё» written as «е».
const RUSSIAN: &str = include_str!("lexicon/ru.txt");
/// Common words of everyday English.
const ENGLISH: &str = include_str!("lexicon/en.txt");

/// What a word that is known adds to its plausibility, a letter.
const KNOWN_BONUS: f32 = 1.6;

/// What is known of one language.
#[derive(Clone, Debug, Default)]
pub(super) struct Tongue {
    language: Language,
    /// The words as they are written.
    forms: Set<String>,
    /// Their stems: an inflected form is as good as the listed one.
    stems: Set<String>,
    /// Logarithms of the probability of a letter after two others.
    trigrams: Vec<f32>,
    size: usize,
}

impl Tongue {
    fn new(language: Language, list: &str, more: &[&str]) -> Tongue {
        let size = match language {
            Language::Ru => 33,
            Language::En => 28,
        };
        let mut tongue = Tongue {
            language,
            forms: Set::default(),
            stems: Set::default(),
            trigrams: vec![0.1; size * size * size],
            size,
        };
        for word in list.split_whitespace().chain(more.iter().copied()) {
            if tongue.forms.insert(word.to_owned()) {
                tongue.stems.insert(words::stem(word).into_owned());
                let codes = tongue.codes(word);
                for i in 2..codes.len() {
                    let cell = tongue.cell(&codes, i);
                    tongue.trigrams[cell] += 1.0;
                }
            }
        }
        for row in tongue.trigrams.chunks_mut(size) {
            let total: f32 = row.iter().sum();
            row.iter_mut().for_each(|count| *count = (*count / total).ln());
        }
        tongue
    }

    /// A letter as a number; 0 is the edge of a word or a foreign sign.
    pub(super) fn code(&self, c: char) -> usize {
        match (self.language, c) {
            (Language::Ru, 'а'..='я') => c as usize - 'а' as usize + 1,
            (Language::En, 'a'..='z') => c as usize - 'a' as usize + 1,
            (Language::En, '\'') => 27,
            _ => 0,
        }
    }

    fn codes(&self, word: &str) -> Vec<usize> {
        let mut codes = vec![0, 0];
        codes.extend(word.chars().map(|c| self.code(c)));
        codes.push(0);
        codes
    }

    fn cell(&self, codes: &[usize], i: usize) -> usize {
        (codes[i - 2] * self.size + codes[i - 1]) * self.size + codes[i]
    }

    /// The logarithm of the probability of the letter `next` after the two before it, as codes.
    pub(super) fn step(&self, before: usize, last: usize, next: usize) -> f32 {
        self.trigrams[(before * self.size + last) * self.size + next]
    }

    /// Whether the word is in the list in just this form.
    pub(super) fn has_form(&self, word: &str) -> bool {
        self.forms.contains(word)
    }

    /// Whether the word or one of its forms is in the list.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.forms.contains(word) || self.stems.contains(words::stem(word).as_ref())
    }

    /// How plausible the word is in this language: higher is better, about -1 a letter for real
    /// words, -4 a letter for gibberish.
    pub(super) fn score(&self, word: &str) -> f32 {
        let codes = self.codes(word);
        let letters: f32 = (2..codes.len()).map(|i| self.trigrams[self.cell(&codes, i)]).sum();
        letters + self.bonus(word)
    }

    /// The score of words joined by hyphens, each by itself.
    pub(super) fn score_parts(&self, word: &str) -> f32 {
        word.split('-').map(|part| self.score(part)).sum()
    }

    /// What a known word is given beyond its letters.
    pub(super) fn bonus(&self, word: &str) -> f32 {
        if self.knows(word) { KNOWN_BONUS * (word.chars().count() as f32 + 1.0) } else { 0.0 }
    }
}

/// Both languages.
#[derive(Clone, Debug, Default)]
pub(super) struct Tongues {
    pub(super) russian: Tongue,
    pub(super) english: Tongue,
}

impl Tongues {
    /// The built-in lists and the words of the phrasebook.
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Tongues {
        let (mut russian, mut english) = (Vec::new(), Vec::new());
        let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphabetic() && c != '\''));
        let listed = senses::listed_words().map(|word| -> &str { word });
        for word in listed.chain(words) {
            match word.chars().next() {
                Some('а'..='я') => russian.push(word),
                Some('a'..='z') => english.push(word),
                _ => {}
            }
        }
        Tongues {
            russian: Tongue::new(Language::Ru, RUSSIAN, &russian),
            english: Tongue::new(Language::En, ENGLISH, &english),
        }
    }

    /// Whether either language knows the word.
    pub(super) fn know(&self, word: &str) -> bool {
        match word.chars().next() {
            Some(c) if c.is_ascii() => self.english.knows(word),
            _ => self.russian.knows(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_more_plausible_than_gibberish() {
        let tongues = Tongues::new(std::iter::empty());
        for (word, gibberish) in [("посылка", "зщындлф"), ("телефонная", "ефвштпещ"), ("скидочка", "ылвшщ")]
        {
            let score = |w: &str| tongues.russian.score(w) / w.chars().count() as f32;
            assert!(score(word) > score(gibberish) + 1.0, "{word}");
        }
        assert!(tongues.english.score("parcels") > tongues.english.score("gjcskrf"));
        assert!(tongues.know("посылками") && tongues.know("parcel") && !tongues.know("ылвшщ"));
    }
}
