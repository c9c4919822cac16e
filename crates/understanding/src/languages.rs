//! The languages that are read: their letters, stems and words.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use rust_stemmers::Algorithm;

use super::alphabet::{Alphabet, MOST_LETTERS, Script};
use super::hash::Set;
use super::language::Language;
use super::wordlists::WordLists;

/// How the stem of a word is found: one of the Snowball algorithms (Porter), by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stemmer(Algorithm);

const STEMMERS: [(&str, Algorithm); 18] = [
    ("arabic", Algorithm::Arabic),
    ("danish", Algorithm::Danish),
    ("dutch", Algorithm::Dutch),
    ("english", Algorithm::English),
    ("finnish", Algorithm::Finnish),
    ("french", Algorithm::French),
    ("german", Algorithm::German),
    ("greek", Algorithm::Greek),
    ("hungarian", Algorithm::Hungarian),
    ("italian", Algorithm::Italian),
    ("norwegian", Algorithm::Norwegian),
    ("portuguese", Algorithm::Portuguese),
    ("romanian", Algorithm::Romanian),
    ("russian", Algorithm::Russian),
    ("spanish", Algorithm::Spanish),
    ("swedish", Algorithm::Swedish),
    ("tamil", Algorithm::Tamil),
    ("turkish", Algorithm::Turkish),
];

impl Stemmer {
    /// The stemmer of this name; `None` when there is none.
    pub fn named(name: &str) -> Option<Stemmer> {
        STEMMERS.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| Stemmer(*algorithm))
    }

    /// The names of all stemmers, in English and in alphabetical order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        STEMMERS.iter().map(|(name, _)| *name)
    }

    fn stem(self, word: &str) -> Cow<'_, str> {
        rust_stemmers::Stemmer::create(self.0).stem(word)
    }
}

/// A language that customers write in, as reading needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Its id: what [`Reading::language`](super::Reading::language) says.
    pub id: Language,
    /// How its words are stemmed; `None` leaves them as they are.
    pub stemmer: Option<Stemmer>,
    /// Its small letters, and signs that stand inside words: 60 at most, more are left out. See [`Spoken::letters_fit`].
    pub letters: String,
    /// Its common words, and those that mean something wherever they stand; there may be none, with less understood then.
    pub words: Arc<WordLists>,
    /// Texts of this language alone, by which it is told from another in the same letters.
    pub texts: Vec<String>,
}

impl Spoken {
    /// Checks whether these can be the letters of a language: 1 to 60 signs, letters among them, and no capitals.
    ///
    /// # Errors
    ///
    /// Says what is wrong with them, in English.
    pub fn letters_fit(letters: &str) -> Result<(), String> {
        let count = letters.chars().filter(|c| !c.is_whitespace()).count();
        match count {
            0 => Err("no letters".into()),
            _ if count > MOST_LETTERS => Err(format!("{count} letters instead of {MOST_LETTERS} at most")),
            _ if letters.chars().any(char::is_uppercase) => Err("capital letters".into()),
            _ if !letters.chars().any(char::is_alphabetic) => Err("no letter among the signs".into()),
            _ => Ok(()),
        }
    }

    /// The languages that are read when none are given: Russian and English.
    pub fn shipped() -> Vec<Spoken> {
        let russian = ("ru", "russian", "абвгдежзийклмнопрстуфхцчшщъыьэюя");
        let english = ("en", "english", "abcdefghijklmnopqrstuvwxyz'");
        let spoken = |(id, stemmer, letters): (&str, &str, &str)| {
            Some(Spoken {
                id: Language::new(id)?,
                stemmer: Stemmer::named(stemmer),
                letters: letters.into(),
                words: WordLists::shipped(id)?,
                texts: Vec::new(),
            })
        };
        [russian, english].into_iter().filter_map(spoken).collect()
    }
}

/// What is known of one language's letters.
#[derive(Clone, Debug)]
struct Known {
    alphabet: Alphabet,
    stemmer: Option<Stemmer>,
}

/// All languages together: one word has one stem, whatever the message around it.
#[derive(Clone, Debug)]
pub(super) struct Languages(Arc<All>);

#[derive(Debug)]
struct All {
    known: Vec<Known>,
    words: WordLists,
    /// Words of neighbour languages.
    neighbours: Set<String>,
}

static SHIPPED: LazyLock<Languages> = LazyLock::new(|| Languages::new(&Spoken::shipped()));

impl Default for Languages {
    fn default() -> Self {
        SHIPPED.clone()
    }
}

impl Languages {
    pub(super) fn new(spoken: &[Spoken]) -> Languages {
        let mut words = WordLists::default();
        spoken.iter().for_each(|language| words.extend(&language.words));
        let known = |language: &Spoken| Known { alphabet: Alphabet::new(&language.letters), stemmer: language.stemmer };
        let neighbours = words.neighbours.iter().cloned().collect();
        Languages(Arc::new(All { known: spoken.iter().map(known).collect(), words, neighbours }))
    }

    /// The words of all languages.
    pub(super) fn words(&self) -> &WordLists {
        &self.0.words
    }

    /// Whether it is a word of a neighbour language.
    pub(super) fn is_neighbours(&self, word: &str) -> bool {
        self.0.neighbours.contains(word)
    }

    /// Whether it is a word of a neighbour language that nobody writes in this one («можна» is «можно» misspelt as well).
    pub(super) fn tells_neighbours(&self, word: &str) -> bool {
        self.is_neighbours(word) && !self.0.words.neighbours_shared.iter().any(|shared| shared == word)
    }

    /// The stem of a lower-case word, by its first letter: of languages that share it the first one that has all of
    /// the word's letters decides.
    pub(super) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        let Some(first) = word.chars().next() else {
            return Cow::Borrowed(word);
        };
        let known = &self.0.known;
        let mut fitting = known.iter().filter(|language| language.alphabet.has(first));
        let chosen = match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(only),
            (Some(one), Some(_)) => {
                let whole = |language: &&Known| word.chars().all(|c| language.alphabet.code(c) > 0);
                known.iter().filter(|language| language.alphabet.has(first)).find(whole).or(Some(one))
            }
            (None, _) => match Script::of(first) {
                Script::Neither => None,
                script => known.iter().find(|language| language.alphabet.script() == script),
            },
        };
        match chosen.and_then(|language| language.stemmer) {
            Some(stemmer) => stemmer.stem(word),
            None => Cow::Borrowed(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_stemmed_in_its_own_language() {
        let mut spoken = Spoken::shipped();
        spoken.push(Spoken {
            id: Language::new("de").expect("an id"),
            stemmer: Stemmer::named("german"),
            letters: "abcdefghijklmnopqrstuvwxyzäöüß".into(),
            words: Arc::default(),
            texts: Vec::new(),
        });
        let languages = Languages::new(&spoken);
        for (word, stem) in [("посылками", "посылк"), ("parcels", "parcel"), ("häuser", "haus"), ("123", "123")]
        {
            assert_eq!(languages.stem(word), stem, "{word}");
        }
    }

    #[test]
    fn letters_are_checked() {
        for good in ["абв", "abc'", "αβγ"] {
            assert_eq!(Spoken::letters_fit(good), Ok(()));
        }
        for bad in ["", " ", "ABC", "'-", &"абвгд".repeat(13)] {
            assert!(Spoken::letters_fit(bad).is_err(), "{bad}");
        }
    }
}
