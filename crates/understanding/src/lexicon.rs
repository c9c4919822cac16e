//! The words of the phrasebook, and a message looked up in them.
//!
//! A [`Sentence`] is a message read once; a [`View`] says which examples count as known. Views
//! exist for cross-validation: what only the held-out examples know must count as unknown there,
//! or the confidence would flatter itself.

use std::borrow::{Borrow, Cow};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::dictionary::Dictionary;
use super::hash::{self, Map, Set};
use super::packed::Packed;
use super::plausible::Tongues;
use super::repair::Vocabulary;
use super::slots::Kind;
use super::wordlists::WordLists;
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
    pub(in super::super) const WORD: u8 = 12;
    pub(in super::super) const ENDING: u8 = 41;
}

/// A word with everything that depends on its spelling alone.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) text: Box<str>,
    pub(super) stem: Box<str>,
    pub(super) stem_hash: u64,
    /// What the word is compared by: its concept, else its family, else its stem.
    pub(super) term: u64,
    pub(super) concept: Option<u32>,
    pub(super) family: Option<u32>,
    pub(super) senses: Box<[u32]>,
    pub(super) groups: Box<[u64]>,
    /// Its last two and its last three letters, hashed, if it is longer.
    pub(super) endings: [Option<u64>; 2],
    /// Whether it has three letters at most.
    pub(super) short: bool,
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
        let stem: Box<str> = languages.stem(text).into();
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
        let senses = dictionary.senses().of(&stem).into();
        let close = dictionary.senses().close(&stem);
        let mut groups = Vec::new();
        if !text.starts_with('#') {
            words::letter_groups(kind::LETTERS, text, &mut groups);
        }
        let ending = |letters: usize| {
            let (at, _) = text.char_indices().rev().nth(letters - 1)?;
            (at > 0 && !text.starts_with('#')).then(|| hash::of(kind::ENDING, &text[at..]))
        };
        Lexeme {
            endings: [ending(2), ending(3)],
            short: text.chars().nth(3).is_none(),
            text: text.into(),
            stem_hash,
            term: term_of(concept, close, family, stem_hash),
            concept,
            family,
            senses,
            groups: groups.into(),
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
    /// Whether it stands in a clause that only gives a number, and is filler for that («, трек RA123456785RU»).
    pub(super) aside: bool,
    /// As what it counts when all examples do: looked up once for all readers.
    pub(super) known: Option<Looked>,
}

/// As what a word counts.
#[derive(Clone, Debug)]
pub(super) struct Looked {
    /// Its place among the token's alternatives; nothing for itself.
    pub(super) alternative: Option<usize>,
    pub(super) trust: f32,
    pub(super) count: u32,
    /// How many classes know it.
    pub(super) classes: usize,
}

impl Looked {
    /// As itself, or as what it is most likely a misspelling of.
    fn up(lexicon: &Lexicon, token: &Token) -> Looked {
        let looked = |alternative, lexeme: &Lexeme, trust| {
            let spread = lexicon.spread(lexeme)?;
            Some(Looked { alternative, trust, count: spread.all, classes: spread.classes.len() })
        };
        let mut others = token.alternatives.iter().enumerate();
        looked(None, &token.lexeme, 1.0)
            .or_else(|| others.find_map(|(at, (other, similarity))| looked(Some(at), other, *similarity)))
            .unwrap_or(Looked { alternative: None, trust: 0.0, count: 0, classes: 0 })
    }
}

/// A message read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    pub(super) tokens: Vec<Token>,
    pub(super) question: bool,
}

/// Which intents are held out together with which fold, as if customers wrote what nothing was learned of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Groups {
    intents: usize,
}

impl Groups {
    pub(super) fn new(intents: usize) -> Groups {
        Groups { intents }
    }

    /// The fold that an intent is held out with; nothing for «none», and where there are too few intents to miss some.
    pub(super) fn of(self, class: usize) -> Option<usize> {
        (self.intents >= 2 * FOLDS && class < self.intents).then_some(class % FOLDS)
    }
}

/// A known word, found by its text.
#[derive(Clone, Debug)]
struct ByText(Arc<Lexeme>);

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        &self.0.text
    }
}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &ByText) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for ByText {}

/// In how many examples a stem occurs, and of which classes.
#[derive(Clone, Debug)]
struct Spread {
    /// Some written form of it.
    form: Arc<Lexeme>,
    all: u32,
    /// The same under the views without a fold, by its number.
    without: [u32; FOLDS],
    /// The classes it occurs with, ascending, each with the folds of its examples, a bit each. Most stems occur with
    /// few classes, so a list is small, and there may be any number of classes.
    classes: Vec<(u32, u8)>,
}

impl Spread {
    fn of(form: &Arc<Lexeme>) -> Spread {
        Spread { form: form.clone(), all: 0, without: [0; FOLDS], classes: Vec::new() }
    }

    fn add(&mut self, fold: usize, class: usize, groups: Groups) {
        self.all += 1;
        for (other, count) in self.without.iter_mut().enumerate() {
            *count += u32::from(other != fold && groups.of(class) != Some(other));
        }
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
    view: View,
    groups: Groups,
}

impl Classes<'_> {
    pub(super) fn has(self, class: usize) -> bool {
        let found = self.spread.binary_search_by_key(&class, |(known, _)| *known as usize);
        found.is_ok_and(|at| self.counts(self.spread[at]))
    }

    fn counts(self, (class, folds): (u32, u8)) -> bool {
        match self.view {
            View::All => true,
            View::Without(fold) => folds & !(1 << fold) != 0 && self.groups.of(class as usize) != Some(fold),
        }
    }
}

/// All that is known of words: the ground of every reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    lexemes: Set<ByText>,
    vocabulary: Vocabulary,
    /// The stems, by their hashes.
    spreads: Map<u64, Spread>,
    examples: u32,
    groups: Groups,
}

/// What part of the examples counts as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    All,
    /// Everything but one fold, and the intents that are held out with it.
    Without(usize),
}

impl Lexicon {
    /// Learns the words of the clean examples: their words, fold and class.
    pub(super) fn new(
        examples: &[(&Packed, usize, usize)],
        groups: Groups,
        dictionary: &Dictionary,
        tongues: &Tongues,
    ) -> Lexicon {
        let all = || examples.iter().flat_map(|(words, ..)| words.texts());
        let mut lexicon = Lexicon {
            vocabulary: Vocabulary::new(all(), dictionary.languages()),
            examples: examples.len() as u32,
            groups,
            ..Lexicon::default()
        };
        for (words, fold, class) in examples {
            let mut seen: Vec<u64> = Vec::new();
            for word in words.texts() {
                let lexeme = match lexicon.lexemes.get(word) {
                    Some(ByText(lexeme)) => lexeme.clone(),
                    None => {
                        let lexeme = Arc::new(Lexeme::new(word, dictionary, tongues));
                        lexicon.lexemes.insert(ByText(lexeme.clone()));
                        lexeme
                    }
                };
                if seen.contains(&lexeme.stem_hash) {
                    continue;
                }
                seen.push(lexeme.stem_hash);
                let spread = lexicon.spreads.entry(lexeme.stem_hash).or_insert_with(|| Spread::of(&lexeme));
                spread.add(*fold, *class, groups);
            }
        }
        lexicon.spreads.values_mut().for_each(|spread| spread.classes.shrink_to_fit());
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
        self.spread(lexeme).map_or(0, |spread| match view {
            View::All => spread.all,
            View::Without(fold) => spread.without[fold],
        })
    }

    /// The classes whose examples have the word's stem.
    pub(super) fn classes(&self, lexeme: &Lexeme, view: View) -> Classes<'_> {
        let spread = self.spread(lexeme).map_or(&[][..], |spread| &spread.classes);
        Classes { spread, view, groups: self.groups }
    }

    /// How much a word that occurs in `count` examples tells (inverse document frequency; Spärck
    /// Jones 1972), between 0 and 1.
    pub(super) fn weight(&self, count: u32) -> f32 {
        let examples = self.examples.max(2) as f32;
        ((examples + 1.0) / (count as f32 + 1.0)).ln() / (examples + 1.0).ln()
    }

    /// Whether the word is unknown under some view.
    fn may_be_unknown(&self, lexeme: &Lexeme) -> bool {
        self.spread(lexeme).is_none_or(|spread| spread.without.contains(&0))
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
                let known = self.lexeme(&word.text).cloned();
                let lexeme = known.unwrap_or_else(|| Arc::new(Lexeme::new(&word.text, dictionary, tongues)));
                let unknown = self.spread(&lexeme).is_none() || (learning && self.may_be_unknown(&lexeme));
                let may_be_misspelt = unknown && !lexeme.common && !word.is_sign && !word.is_neighbours;
                let alternatives = if may_be_misspelt { self.alternatives(&lexeme) } else { Vec::new() };
                Token { word, lexeme, alternatives, filler: false, saying: None, known: None, aside: false }
            })
            .collect();
        let best: Vec<Arc<Lexeme>> =
            tokens.iter().map(|t| t.alternatives.first().map_or(&t.lexeme, |(lexeme, _)| lexeme).clone()).collect();
        let texts: Vec<&str> = best.iter().map(|lexeme| &*lexeme.text).collect();
        let stems: Vec<Cow<str>> = best.iter().map(|lexeme| Cow::Borrowed(&*lexeme.stem)).collect();
        let mut filler_until = 0;
        for (i, token) in tokens.iter_mut().enumerate() {
            filler_until = filler_until.max(i + dictionary.filler_at(&texts, i));
            token.filler = i < filler_until;
            token.saying = dictionary.saying(&stems, i);
        }
        for token in &mut tokens {
            token.known = Some(Looked::up(self, token));
        }
        set_aside(&mut tokens, dictionary.languages().words());
        Sentence { tokens, question }
    }

    /// The known word of this text.
    fn lexeme(&self, text: &str) -> Option<&Arc<Lexeme>> {
        self.lexemes.get(text).map(|ByText(lexeme)| lexeme)
    }

    /// Some written form of a stem.
    fn of_stem(&self, stem: &str) -> Option<&Arc<Lexeme>> {
        self.spreads.get(&hash::of(kind::STEM, stem)).map(|spread| &spread.form)
    }

    fn alternatives(&self, lexeme: &Lexeme) -> Vec<(Arc<Lexeme>, f32)> {
        let corrections = self.vocabulary.corrections(&lexeme.text);
        let mut found: Vec<(Arc<Lexeme>, f32)> = Vec::new();
        for (form, similarity) in corrections {
            // Bare stems are indexed too: any written form will do for them.
            if let Some(other) = self.lexeme(&form).or_else(|| self.of_stem(&form))
                && other.stem_hash != lexeme.stem_hash
                && found.iter().all(|(seen, _)| seen.stem_hash != other.stem_hash)
            {
                found.push((other.clone(), similarity));
            }
        }
        found
    }
}

/// Makes filler of the clauses that hold nothing but values and the words that announce them («, заказ № 48151»), where
/// another clause says something: a number belongs to the request beside it, and its label is none of its own.
fn set_aside(tokens: &mut [Token], words: &WordLists) {
    if !tokens.iter().any(|token| token.word.is_sign) || tokens.iter().all(|token| token.word.clause == 0) {
        return;
    }
    let is_label = |token: &Token| {
        let text = token.word.text.as_str();
        [&words.order_words, &words.labels].into_iter().flatten().any(|start| text.starts_with(start.as_str()))
    };
    // A day may be what is asked for: «привезите, в пятницу».
    let gives = |token: &Token| token.word.is_sign && token.word.text != Kind::Date.word();
    let mut says = false;
    for clause in tokens.chunk_by_mut(|a, b| a.word.clause == b.word.clause) {
        let only = clause.iter().all(|token| token.word.is_sign || token.filler || is_label(token));
        let aside = only && clause.iter().any(gives);
        says |= !aside && clause.iter().any(|token| !token.filler);
        clause.iter_mut().for_each(|token| token.aside = aside);
    }
    for token in tokens.iter_mut() {
        token.aside &= says;
        token.filler |= token.aside;
    }
}

impl Sentence {
    /// The same with the clauses heard that were set aside; nothing where there are none.
    pub(super) fn heard_whole(&self) -> Option<Sentence> {
        self.tokens.iter().any(|token| token.aside).then(|| {
            let mut whole = self.clone();
            whole.tokens.iter_mut().filter(|token| token.aside).for_each(|token| {
                (token.filler, token.aside) = (false, false);
            });
            whole
        })
    }
}
