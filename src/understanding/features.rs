//! What a message is to the model: words, word pairs and letter groups, each as a number.
//!
//! A [`Sentence`] is a message read once; [`Features`] are what a *view* of the vocabulary makes
//! of it. Views exist for cross-validation: what only the held-out examples know must count as
//! unknown there, or the confidence would flatter itself.

use std::borrow::Cow;
use std::sync::Arc;

use super::hash::{self, Map};
use super::plausible::Tongues;
use super::repair::Vocabulary;
use super::words::{self, Dictionary, Word};

/// Parts of the examples that are held out in turn.
pub(super) const FOLDS: usize = 4;

const STEM: u8 = 1;
const CONCEPT: u8 = 2;
const FAMILY: u8 = 3;
const PAIR: u8 = 4;
const SKIP_PAIR: u8 = 5;
const LETTERS: u8 = 6;
const NEGATED: u8 = 7;
const FIRST: u8 = 8;
const SENSE: u8 = 9;
const SHAPE: u8 = 10;
const CROSS: u8 = 11;

/// A word with everything that depends on its spelling alone.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) text: String,
    pub(super) stem: String,
    stem_hash: u64,
    /// What the word is compared by: its concept, else its family, else its stem.
    term: u64,
    concept: Option<u32>,
    family: Option<u32>,
    senses: Vec<u32>,
    groups: Vec<u64>,
    /// In the list of common words.
    pub(super) common: bool,
}

impl Lexeme {
    pub(super) fn new(text: &str, dictionary: &Dictionary, tongues: &Tongues) -> Lexeme {
        let stem = words::stem(text).into_owned();
        let stem_hash = hash::of(STEM, &stem);
        let concept = dictionary.concept(&stem);
        let family = dictionary.family(text);
        let senses = dictionary.senses().of(&stem).to_vec();
        let close = dictionary.senses().close(&stem);
        let mut groups = Vec::new();
        if !text.starts_with('#') {
            words::letter_groups(LETTERS, text, &mut groups);
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
        (Some(concept), ..) => hash::pair(CONCEPT, 0, u64::from(concept)),
        (None, Some(sense), _) => hash::pair(SENSE, 0, u64::from(sense)),
        (None, None, Some(family)) => hash::pair(FAMILY, 0, u64::from(family)),
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
    saying: Option<u32>,
}

/// A message read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    pub(super) tokens: Vec<Token>,
    pub(super) question: bool,
}

/// In how many examples a stem occurs.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    examples: [u32; FOLDS],
    /// The intents it occurs with, a bit each (the 64th for all beyond).
    intents: [u64; FOLDS],
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
    /// Learns the words of the clean examples: their words, fold and intent.
    pub(super) fn new(examples: &[(&[Word], usize, usize)], dictionary: &Dictionary, tongues: &Tongues) -> Lexicon {
        let all = || examples.iter().flat_map(|(words, ..)| words.iter().map(|w| w.text.as_str()));
        let mut lexicon =
            Lexicon { vocabulary: Vocabulary::new(all()), examples: examples.len() as u32, ..Lexicon::default() };
        for (words, fold, intent) in examples {
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
                let spread = lexicon.spreads.entry(lexeme.stem_hash).or_default();
                spread.examples[*fold] += 1;
                spread.intents[*fold] |= 1 << (*intent).min(63);
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
    fn count(&self, lexeme: &Lexeme, view: View) -> u32 {
        self.spread(lexeme).map_or(0, |spread| {
            let all: u32 = spread.examples.iter().sum();
            match view {
                View::All => all,
                View::Without(fold) => all - spread.examples[fold],
            }
        })
    }

    fn intents(&self, lexeme: &Lexeme, view: View) -> u64 {
        self.spread(lexeme).map_or(0, |spread| {
            let folds = spread.intents.iter().enumerate();
            folds.filter(|(f, _)| view != View::Without(*f)).fold(0, |all, (_, bits)| all | bits)
        })
    }

    /// How much a word that occurs in `count` examples tells (inverse document frequency; Spärck
    /// Jones 1972), between 0 and 1.
    fn weight(&self, count: u32) -> f32 {
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
                let alternatives =
                    if unknown && !lexeme.common && !word.is_sign { self.alternatives(&lexeme) } else { Vec::new() };
                Token { word, lexeme, alternatives, filler: false, saying: None }
            })
            .collect();
        let best: Vec<Arc<Lexeme>> =
            tokens.iter().map(|t| t.alternatives.first().map_or(&t.lexeme, |(lexeme, _)| lexeme).clone()).collect();
        let texts: Vec<&str> = best.iter().map(|lexeme| lexeme.text.as_str()).collect();
        let stems: Vec<Cow<str>> = best.iter().map(|lexeme| Cow::Borrowed(lexeme.stem.as_str())).collect();
        let mut filler_until = 0;
        for i in 0..tokens.len() {
            filler_until = filler_until.max(i + dictionary.filler_at(&texts, i));
            tokens[i].filler = i < filler_until;
            tokens[i].saying = dictionary.saying(&stems, i);
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

/// How a word of a sentence was understood under a view.
#[derive(Clone, Debug)]
pub(super) struct Understood {
    pub(super) lexeme: Arc<Lexeme>,
    /// 1 for a known word, less for a corrected one, 0 for an unknown one.
    pub(super) trust: f32,
    pub(super) filler: bool,
    pub(super) negated: bool,
    /// How much it tells, 0..1.
    pub(super) weight: f32,
    /// The intents it is known from, a bit each.
    pub(super) intents: u64,
    term: u64,
    clause: u16,
}

impl Understood {
    /// Whether both words mean the same to the model.
    pub(super) fn same_term(&self, other: &Understood) -> bool {
        self.term == other.term
    }
}

/// The blocks of features; each is brought to its own length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Words,
    Pairs,
    Letters,
    Shape,
    /// Two words of a message, wherever they stand.
    Crosses,
}

/// One feature of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    pub(super) key: u64,
    pub(super) block: Block,
    pub(super) value: f32,
}

/// A message as the model sees it under a view.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    pub(super) words: Vec<Understood>,
    pub(super) list: Vec<Feature>,
    /// What the message is compared with examples by: terms and weights, of length 1.
    pub(super) terms: Vec<(u64, f32)>,
}

impl Features {
    /// Whether the words were understood alike, so that the list is the same too.
    pub(super) fn same_words(&self, other: &Features) -> bool {
        self.words.len() == other.words.len()
            && self
                .words
                .iter()
                .zip(&other.words)
                .all(|(a, b)| a.trust == b.trust && a.lexeme.stem_hash == b.lexeme.stem_hash)
    }
}

/// What filler counts beside words that say something.
const FILLER_SHARE: f32 = 0.25;
/// How much a sense of a word counts beside the word itself.
const SENSE_VALUE: f32 = 1.5;
/// How far apart two words may stand to be seen together.
const WINDOW: usize = 4;
/// What is left of a word that was turned round.
const NEGATED_SHARE: f32 = 0.4;

impl Lexicon {
    /// The features of a message or of a part of one.
    pub(super) fn features(&self, tokens: &[Token], question: bool, view: View) -> Features {
        let mut words: Vec<Understood> = tokens.iter().map(|token| self.understand(token, view)).collect();
        let all_filler = words.iter().all(|word| word.filler);
        if all_filler {
            words.iter_mut().for_each(|word| word.filler = false);
        }
        negate(&mut words);
        let mut list: Vec<Feature> = Vec::with_capacity(words.len() * 24);
        for word in &words {
            push_word(word, &mut list);
        }
        push_pairs(&words, &mut list);
        push_shape(&words, question, &mut list);
        push_crosses(&words, &mut list);
        let terms = terms_of(&words);
        Features { words, list, terms }
    }

    fn understand(&self, token: &Token, view: View) -> Understood {
        let own = self.count(&token.lexeme, view);
        let (lexeme, trust, count) = if own > 0 {
            (&token.lexeme, 1.0, own)
        } else {
            token
                .alternatives
                .iter()
                .map(|(other, similarity)| (other, *similarity, self.count(other, view)))
                .find(|(.., count)| *count > 0)
                .unwrap_or((&token.lexeme, 0.0, 0))
        };
        let term = token.saying.map_or(lexeme.term, |concept| hash::pair(CONCEPT, 0, u64::from(concept)));
        Understood {
            trust,
            filler: token.filler,
            negated: false,
            weight: self.weight(count),
            intents: self.intents(lexeme, view),
            term,
            clause: token.word.clause,
            lexeme: lexeme.clone(),
        }
    }
}

/// Marks what a negation turns round: the next word that says something, past words of wish
/// («не хочу отменять»); and what a clause-final «не нужен» speaks of («оператор не нужен»).
fn negate(words: &mut [Understood]) {
    for i in 0..words.len() {
        if !words::negates(&words[i].lexeme.text) {
            continue;
        }
        let clause = words[i].clause;
        let mut at = i + 1;
        let mut handed_on = false;
        let mut need = false;
        while at < words.len() && words[at].clause == clause && at - i <= 4 {
            if words[at].filler || words::negates(&words[at].lexeme.text) {
                at += 1;
                continue;
            }
            if words::hands_negation_on(&words[at].lexeme.stem) {
                handed_on = true;
                need |= words::is_need(&words[at].lexeme.stem);
                words[at].negated = true;
                at += 1;
                continue;
            }
            words[at].negated = true;
            if handed_on && words[at].lexeme.text.chars().count() <= 3 {
                at += 1;
                continue;
            }
            break;
        }
        let nothing_follows = at >= words.len() || words[at].clause != clause;
        if need && nothing_follows {
            let spoken_of = (0..i).rev().take_while(|back| words[*back].clause == clause && i - back <= 3);
            for back in spoken_of.collect::<Vec<_>>() {
                words[back].negated = true;
            }
        }
    }
}

fn push_word(word: &Understood, list: &mut Vec<Feature>) {
    let share = if word.filler { FILLER_SHARE } else { 1.0 } * if word.negated { NEGATED_SHARE } else { 1.0 };
    let lexeme = &word.lexeme;
    let mut words = |key, value| list.push(Feature { key, block: Block::Words, value });
    if word.trust > 0.0 {
        let value = share * word.trust;
        words(lexeme.stem_hash, value);
        if let Some(concept) = lexeme.concept {
            words(hash::pair(CONCEPT, 1, u64::from(concept)), value);
        }
        if let Some(family) = lexeme.family {
            words(hash::pair(FAMILY, 1, u64::from(family)), value);
        }
        for sense in &lexeme.senses {
            words(hash::pair(SENSE, 1, u64::from(*sense)), value * SENSE_VALUE);
        }
        if word.term != lexeme.term {
            words(hash::pair(CONCEPT, 2, word.term), value);
        }
        if word.negated {
            words(hash::pair(NEGATED, 0, word.term), word.trust);
        }
    } else {
        words(lexeme.stem_hash, share);
        for sense in &lexeme.senses {
            words(hash::pair(SENSE, 1, u64::from(*sense)), share * SENSE_VALUE);
        }
    }
    let trust = if word.trust > 0.0 { word.trust } else { 1.0 };
    for group in &lexeme.groups {
        list.push(Feature { key: *group, block: Block::Letters, value: share * trust });
    }
}

fn push_pairs(words: &[Understood], list: &mut Vec<Feature>) {
    let told: Vec<&Understood> = words.iter().filter(|word| !word.filler).collect();
    let mut pairs = |kind, a: &Understood, b: &Understood| {
        let value = a.trust.max(0.3) * b.trust.max(0.3);
        list.push(Feature { key: hash::pair(kind, a.term, b.term), block: Block::Pairs, value });
    };
    for i in 0..told.len() {
        if let Some(next) = told.get(i + 1) {
            pairs(PAIR, told[i], next);
        }
        if let Some(next) = told.get(i + 2) {
            pairs(SKIP_PAIR, told[i], next);
        }
    }
}

fn push_crosses(words: &[Understood], list: &mut Vec<Feature>) {
    let told: Vec<(u64, f32)> = words
        .iter()
        .filter(|word| !word.filler && word.lexeme.text.chars().nth(2).is_some())
        .map(|word| {
            let kind = word.lexeme.senses.last().map_or(word.term, |sense| hash::pair(SENSE, 0, u64::from(*sense)));
            (if word.negated { hash::pair(NEGATED, 2, kind) } else { kind }, word.trust.max(0.3))
        })
        .collect();
    let window = WINDOW;
    for (i, (a, trust)) in told.iter().enumerate() {
        for (b, other) in told.iter().skip(i + 1).take(window) {
            let key = hash::pair(CROSS, (*a).min(*b), (*a).max(*b));
            list.push(Feature { key, block: Block::Crosses, value: trust * other });
        }
    }
}

fn push_shape(words: &[Understood], question: bool, list: &mut Vec<Feature>) {
    let mut shape = |key, value| list.push(Feature { key, block: Block::Shape, value });
    let told = words.iter().filter(|word| !word.filler);
    let unknown = told.clone().filter(|word| word.trust == 0.0).count();
    let length = told.clone().count();
    shape(hash::pair(SHAPE, 1, (length as f32 + 1.0).log2() as u64), 1.0);
    shape(hash::pair(SHAPE, 2, (unknown as u64).min(4)), 1.0);
    if question {
        shape(hash::pair(SHAPE, 3, 1), 1.0);
    }
    if let Some(first) = told.clone().next() {
        shape(hash::pair(FIRST, 0, first.term), 1.0);
    }
}

fn terms_of(words: &[Understood]) -> Vec<(u64, f32)> {
    let mut terms: Vec<(u64, f32)> = Vec::with_capacity(words.len());
    for word in words.iter().filter(|word| !word.filler) {
        let term = if word.negated { hash::pair(NEGATED, 1, word.term) } else { word.term };
        if !terms.iter().any(|(seen, _)| *seen == term) {
            terms.push((term, word.weight * if word.trust > 0.0 { word.trust } else { 1.0 }));
        }
    }
    let length = terms.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    if length > 0.0 {
        terms.iter_mut().for_each(|(_, w)| *w /= length);
    }
    terms
}
