//! What a language's own file says of it: `phrases/<id>/language.toml`.

use super::plural::PluralRule;
use std::sync::Arc;
use understanding::{Spoken, Stemmer, WordLists};

/// For all customers whom no other language counts among its readers.
pub(super) const EVERYBODY_ELSE: &str = "*";
/// The name of no stemmer and of no word lists.
const NONE: &str = "none";

/// The file's entries as they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct WrittenGrammar {
    pub(super) default: bool,
    pub(super) plural: Option<String>,
    pub(super) decimal: Option<String>,
    pub(super) stemmer: Option<String>,
    pub(super) lexicon: Option<String>,
    pub(super) letters: Option<String>,
    pub(super) readers: Vec<String>,
}

impl WrittenGrammar {
    /// Whether nothing of it is written.
    pub(super) fn is_silent(&self) -> bool {
        let WrittenGrammar { default, plural, decimal, stemmer, lexicon, letters, readers } = self;
        let words = [plural, decimal, stemmer, lexicon, letters];
        !default && readers.is_empty() && words.iter().all(|entry| entry.is_none())
    }
}

/// How a language is written and read.
#[derive(Clone, Debug, Default)]
pub(super) struct Grammar {
    /// Whether what other languages lack is said in this one.
    pub(super) default: bool,
    /// How word forms go with numbers.
    pub(super) plural: Option<PluralRule>,
    /// What parts a whole number from its fraction.
    pub(super) decimal: Option<char>,
    /// `None` leaves words as they are.
    pub(super) stemmer: Option<Stemmer>,
    /// General words of the language; there may be none.
    pub(super) lexicon: Arc<WordLists>,
    /// Its small letters, and signs that stand inside words; nothing if they cannot be told.
    pub(super) letters: Option<String>,
    /// The Telegram languages (IETF, without a region) of the customers who are greeted in it.
    pub(super) readers: Vec<String>,
}

impl Grammar {
    /// Reads the entries; `wrong` is told of each that cannot be: its key, what is wrong, and the remedy.
    pub(super) fn new(written: WrittenGrammar, wrong: &mut dyn FnMut(&'static str, String, String)) -> Grammar {
        let WrittenGrammar { default, plural, decimal, stemmer, lexicon, letters, readers } = written;
        let mut grammar = Grammar { default, readers, ..Grammar::default() };
        let plurals = || list(PluralRule::names());
        match plural.as_deref().map(|name| (name, PluralRule::named(name))) {
            Some((_, Some(rule))) => grammar.plural = Some(rule),
            Some((name, None)) => wrong("plural", format!("«{name}» is no plural rule"), plurals()),
            None => wrong("plural", "missing".into(), plurals()),
        }
        let mut signs = decimal.as_deref().unwrap_or_default().chars();
        match (signs.next(), signs.next()) {
            (Some(sign), None) if !sign.is_alphanumeric() => grammar.decimal = Some(sign),
            _ => wrong("decimal", "no decimal mark".into(), "write one sign, such as \",\"".into()),
        }
        let stemmers = || format!("{}, or {NONE}", list(Stemmer::names()));
        match stemmer.as_deref().map(|name| (name, Stemmer::named(name))) {
            Some((NONE, _)) => {}
            Some((_, Some(known))) => grammar.stemmer = Some(known),
            Some((name, None)) => wrong("stemmer", format!("«{name}» is no stemmer"), stemmers()),
            None => wrong("stemmer", "missing".into(), stemmers()),
        }
        let lexicons = || format!("{}, or {NONE}", list(WordLists::names()));
        match lexicon.as_deref().map(|name| (name, WordLists::shipped(name))) {
            Some((NONE, _)) => {}
            Some((_, Some(words))) => grammar.lexicon = words,
            Some((name, None)) => wrong("lexicon", format!("«{name}» is no lexicon"), lexicons()),
            None => wrong("lexicon", "missing".into(), lexicons()),
        }
        match letters.map(|letters| Spoken::letters_fit(&letters).map(|()| letters)) {
            Some(Ok(letters)) => grammar.letters = Some(letters),
            Some(Err(what)) => wrong("letters", what, LETTERS.into()),
            None => wrong("letters", "missing".into(), LETTERS.into()),
        }
        grammar
    }
}

const LETTERS: &str = "write the small letters of the language in their order, and signs inside words such as «'»";

fn list(names: impl Iterator<Item = &'static str>) -> String {
    format!("write one of: {}", names.collect::<Vec<_>>().join(", "))
}
