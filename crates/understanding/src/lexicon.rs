//! The words of the phrasebook, and a message looked up in them.
//!
//! A [`Sentence`] is a message read once; a [`View`] says which examples count as known. Views
//! exist for cross-validation: what only the held-out examples know must count as unknown there,
//! or the confidence would flatter itself.

use std::borrow::Cow;
use std::sync::Arc;

use super::dictionary::Dictionary;
use super::hash::{self, Map};
use super::plausible::Tongues;
use super::repair::Vocabulary;
use super::words::{self, Word};

/// Parts of the examples that are held out in turn: eight at most, a bit each in [`Spread`].
pub(super) const FOLDS: usize = 5;

/// Kinds of hashes, so that the same letters as a stem and as a letter group differ.
pub(super) mod kind {
    pub(in super::super) const STEM: u8 = 1;
    pub(in super::super) const CONCEPT: u8 = 2;
    pub(in super::super) const FAMILY: u8 = 3;
    pub(in super::super) const PAIR: u8 = 4;
    pub(in super::super) const SKIP_PAIR: u8 = 5;
    pub(in super::super) const LETTERS: u8 = 6;
    pub(in super::super) const NEGATED: u8 = 7;
    pub(in super::super) const FIRST: u8 = 8;
    pub(in super::super) const SENSE: u8 = 9;
    pub(in super::super) const SHAPE: u8 = 10;
    pub(in super::super) const CROSS: u8 = 11;
}

/// A word with everything that depends on its spelling alone.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) text: String,
    pub(super) stem: String,
    pub(super) stem_hash: u64,
    /// What the word is compared by: its concept, else its family, else its stem.
    pub(super) term: u64,
    pub(super) concept: Option<u32>,
    pub(super) family: Option<u32>,
    pub(super) senses: Vec<u32>,
    pub(super) groups: Vec<u64>,
    /// In the list of common words.
    pub(super) common: bool,
    /// Turns the next word round («не»).
    pub(super) negates: bool,
    /// A word of wanting or need: hands a negation on to what is wanted («не хочу отменять»).
    pub(super) hands_negation_on: bool,
    /// Need, said of something before it («оператор не нужен»).
    pub(super) is_need: bool,
    /// May join two requests («и», «а»).
    pub(super) joins: bool,
    /// Names somebody near to the customer («сосед»).
    pub(super) names_somebody: bool,
}

impl Lexeme {
    pub(super) fn new(text: &str, dictionary: &Dictionary, tongues: &Tongues) -> Lexeme {
        let languages = dictionary.languages();
        let stem = languages.stem(text).into_owned();
        let words = languages.words();
        let is_in = |list: &[String]| list.iter().any(|known| known == text);
        let begins = |starts: &[String]| starts.iter().any(|start| stem.starts_with(start.as_str()));
        let (negates, joins) = (is_in(&words.negations), is_in(&words.joins));
        let starts = |starts: &[String]| starts.iter().any(|start| text.starts_with(start.as_str()));
        let names_somebody = starts(&words.somebody) && !is_in(&words.not_somebody);
        let (hands_negation_on, is_need) = (begins(&words.hand_negation_on), begins(&words.needs));
        let stem_hash = hash::of(kind::STEM, &stem);
        let concept = dictionary.concept(&stem);
        let family = dictionary.family(text);
        let senses = dictionary.senses().of(&stem).to_vec();
        let close = dictionary.senses().close(&stem);
        let mut groups = Vec::new();
        if !text.starts_with('#') {
            words::letter_groups(kind::LETTERS, text, &mut groups);
        }
        Lexeme {
            text: text.to_owned(),
            stem_hash,
            term: term_of(concept, close, family, stem_hash),
            concept,
            family,
            senses,
            groups,
            common: text.starts_with('#') || tongues.know(text),
            negates,
            hands_negation_on,
            is_need,
            joins,
            names_somebody,
            stem,
        }
    }
}

impl Lexeme {
    pub(super) fn has_sense(&self, sense: u32) -> bool {
        self.senses.contains(&sense)
    }
}

fn term_of(concept: Option<u32>, close: Option<u32>, family: Option<u32>, stem_hash: u64) -> u64 {
    match (concept, close, family) {
        (Some(concept), ..) => hash::pair(kind::CONCEPT, 0, u64::from(concept)),
        (None, Some(sense), _) => hash::pair(kind::SENSE, 0, u64::from(sense)),
        (None, None, Some(family)) => hash::pair(kind::FAMILY, 0, u64::from(family)),
        (None, None, None) => stem_hash,
    }
}

/// A word of a sentence with the known words it may be a misspelling of.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) lexeme: Arc<Lexeme>,
    pub(super) alternatives: Vec<(Arc<Lexeme>, f32)>,
    pub(super) filler: bool,
    /// A concept of several words that begins here.
    pub(super) saying: Option<u32>,
}

/// A message read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    pub(super) tokens: Vec<Token>,
    pub(super) question: bool,
}

/// In how many examples a stem occurs, and of which classes.
#[derive(Clone, Debug, Default)]
struct Spread {
    examples: [u32; FOLDS],
    /// The classes it occurs with, ascending, each with the folds of its examples, a bit each. Most stems occur with
    /// few classes, so a list is small, and there may be any number of classes.
    classes: Vec<(u32, u8)>,
}

impl Spread {
    fn add(&mut self, fold: usize, class: usize) {
        self.examples[fold] += 1;
        let (class, bit) = (class as u32, 1 << fold);
        match self.classes.binary_search_by_key(&class, |(known, _)| *known) {
            Ok(at) => self.classes[at].1 |= bit,
            Err(at) => self.classes.insert(at, (class, bit)),
        }
    }
}

/// The classes that a word is known from under a view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Classes<'a> {
    spread: &'a [(u32, u8)],
    /// The folds that count, a bit each.
    folds: u8,
}

impl Classes<'_> {
    pub(super) fn has(self, class: usize) -> bool {
        let found = self.spread.binary_search_by_key(&class, |(known, _)| *known as usize);
        found.is_ok_and(|at| self.spread[at].1 & self.folds != 0)
    }

    /// How many there are.
    pub(super) fn count(self) -> usize {
        self.spread.iter().filter(|(_, folds)| folds & self.folds != 0).count()
    }
}

/// All that is known of words: the ground of every reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    lexemes: Map<String, Arc<Lexeme>>,
    /// Some written form of each stem.
    by_stem: Map<String, Arc<Lexeme>>,
    vocabulary: Vocabulary,
    spreads: Map<u64, Spread>,
    examples: u32,
}

/// What part of the examples counts as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    All,
    /// Everything but one fold.
    Without(usize),
}

impl Lexicon {
    /// Learns the words of the clean examples: their words, fold and class.
    pub(super) fn new(examples: &[(&[Word], usize, usize)], dictionary: &Dictionary, tongues: &Tongues) -> Lexicon {
        let all = || examples.iter().flat_map(|(words, ..)| words.iter().map(|w| w.text.as_str()));
        let mut lexicon = Lexicon {
            vocabulary: Vocabulary::new(all(), dictionary.languages()),
            examples: examples.len() as u32,
            ..Lexicon::default()
        };
        for (words, fold, class) in examples {
            let mut seen: Vec<u64> = Vec::with_capacity(words.len());
            for word in *words {
                let lexeme = match lexicon.lexemes.get(&word.text) {
                    Some(lexeme) => lexeme,
                    None => {
                        let lexeme = Arc::new(Lexeme::new(&word.text, dictionary, tongues));
                        let stem = lexeme.stem.clone();
                        lexicon.by_stem.entry(stem).or_insert_with(|| lexeme.clone());
                        lexicon.lexemes.entry(word.text.clone()).or_insert(lexeme)
                    }
                };
                if seen.contains(&lexeme.stem_hash) {
                    continue;
                }
                seen.push(lexeme.stem_hash);
                lexicon.spreads.entry(lexeme.stem_hash).or_default().add(*fold, *class);
            }
        }
        lexicon
    }

    pub(super) fn regroup(&self, words: Vec<Word>, tongues: &Tongues) -> Vec<Word> {
        self.vocabulary.regroup(words, tongues)
    }

    fn spread(&self, lexeme: &Lexeme) -> Option<&Spread> {
        self.spreads.get(&lexeme.stem_hash)
    }

    /// In how many examples of the view the word's stem occurs.
    pub(super) fn count(&self, lexeme: &Lexeme, view: View) -> u32 {
        self.spread(lexeme).map_or(0, |spread| {
            let all: u32 = spread.examples.iter().sum();
            match view {
                View::All => all,
                View::Without(fold) => all - spread.examples[fold],
            }
        })
    }

    /// The classes whose examples have the word's stem.
    pub(super) fn classes(&self, lexeme: &Lexeme, view: View) -> Classes<'_> {
        let spread = self.spread(lexeme).map_or(&[][..], |spread| &spread.classes);
        let folds = match view {
            View::All => u8::MAX,
            View::Without(fold) => !(1 << fold),
        };
        Classes { spread, folds }
    }

    /// How much a word that occurs in `count` examples tells (inverse document frequency; Spärck
    /// Jones 1972), between 0 and 1.
    pub(super) fn weight(&self, count: u32) -> f32 {
        let examples = self.examples.max(2) as f32;
        ((examples + 1.0) / (count as f32 + 1.0)).ln() / (examples + 1.0).ln()
    }

    /// Whether every example with this word lies in one fold: there it will be unknown.
    fn may_be_unknown(&self, lexeme: &Lexeme) -> bool {
        self.spread(lexeme).is_none_or(|s| s.examples.iter().filter(|n| **n > 0).count() <= 1)
    }

    /// Looks the words up. `learning` also finds corrections for words of a single fold.
    pub(super) fn sentence(
        &self,
        words: Vec<Word>,
        question: bool,
        dictionary: &Dictionary,
        tongues: &Tongues,
        learning: bool,
    ) -> Sentence {
        let mut tokens: Vec<Token> = words
            .into_iter()
            .map(|word| {
                let known = self.lexemes.get(&word.text).cloned();
                let lexeme = known.unwrap_or_else(|| Arc::new(Lexeme::new(&word.text, dictionary, tongues)));
                let unknown = self.spread(&lexeme).is_none() || (learning && self.may_be_unknown(&lexeme));
                let may_be_misspelt = unknown && !lexeme.common && !word.is_sign && !word.is_neighbours;
                let alternatives = if may_be_misspelt { self.alternatives(&lexeme) } else { Vec::new() };
                Token { word, lexeme, alternatives, filler: false, saying: None }
            })
            .collect();
        let best: Vec<Arc<Lexeme>> =
            tokens.iter().map(|t| t.alternatives.first().map_or(&t.lexeme, |(lexeme, _)| lexeme).clone()).collect();
        let texts: Vec<&str> = best.iter().map(|lexeme| lexeme.text.as_str()).collect();
        let stems: Vec<Cow<str>> = best.iter().map(|lexeme| Cow::Borrowed(lexeme.stem.as_str())).collect();
        let mut filler_until = 0;
        for (i, token) in tokens.iter_mut().enumerate() {
            filler_until = filler_until.max(i + dictionary.filler_at(&texts, i));
            token.filler = i < filler_until;
            token.saying = dictionary.saying(&stems, i);
        }
        Sentence { tokens, question }
    }

    fn alternatives(&self, lexeme: &Lexeme) -> Vec<(Arc<Lexeme>, f32)> {
        let corrections = self.vocabulary.corrections(&lexeme.text);
        let mut found: Vec<(Arc<Lexeme>, f32)> = Vec::new();
        for (form, similarity) in corrections {
            // Bare stems are indexed too: any written form will do for them.
            if let Some(other) = self.lexemes.get(&form).or_else(|| self.by_stem.get(&form))
                && other.stem_hash != lexeme.stem_hash
                && found.iter().all(|(seen, _)| seen.stem_hash != other.stem_hash)
            {
                found.push((other.clone(), similarity));
            }
        }
        found
    }
}
