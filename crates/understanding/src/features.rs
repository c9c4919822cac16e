//! What a message is to the model: words, what they mean, pairs of them and letter groups, each as
//! a number.

use std::sync::Arc;

use super::hash;
use super::lexicon::{Lexeme, Lexicon, Token, View, kind};
use super::negation::negate;
use super::understood::Understood;

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
    /// How the words were understood: where that is the same for a text under two views, the list is the same too.
    pub(super) fn understanding(&self) -> u64 {
        let word = |hash, word: &Understood| {
            hash::pair(kind::WORD, hash, hash::pair(kind::WORD, word.lexeme.stem_hash, u64::from(word.trust.to_bits())))
        };
        self.words.iter().fold(self.words.len() as u64, word)
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

    /// A word of a message as it counts under a view: as itself, or as what it is most likely a misspelling of.
    pub(super) fn understand(&self, token: &Token, view: View) -> Understood {
        let (lexeme, trust, count) = match (view, &token.known) {
            (View::All, Some(known)) => (token.read_as(), known.trust, known.count),
            _ => self.look_up(token, view),
        };
        let term = token.saying.map_or(lexeme.term, |concept| hash::pair(kind::CONCEPT, 0, u64::from(concept)));
        Understood {
            trust,
            filler: token.filler,
            negated: false,
            weight: self.weight(count),
            term,
            clause: token.word.clause,
            lexeme: lexeme.clone(),
        }
    }
}

impl Lexicon {
    /// As what a word counts under a view, how far that is trusted, and in how many examples it stands.
    fn look_up<'a>(&self, token: &'a Token, view: View) -> (&'a Arc<Lexeme>, f32, u32) {
        let own = self.count(&token.lexeme, view);
        if own > 0 {
            return (&token.lexeme, 1.0, own);
        }
        let others = token.alternatives.iter().map(|(other, like)| (other, *like, self.count(other, view)));
        others.into_iter().find(|(.., count)| *count > 0).unwrap_or((&token.lexeme, 0.0, 0))
    }
}

impl Token {
    /// As what it counts when all examples do.
    pub(super) fn read_as(&self) -> &Arc<Lexeme> {
        let alternative = self.known.as_ref().and_then(|known| known.alternative);
        alternative.and_then(|at| self.alternatives.get(at)).map_or(&self.lexeme, |(other, _)| other)
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
            words(hash::pair(kind::CONCEPT, 1, u64::from(concept)), value);
        }
        if let Some(family) = lexeme.family {
            words(hash::pair(kind::FAMILY, 1, u64::from(family)), value);
        }
        for sense in &lexeme.senses {
            words(hash::pair(kind::SENSE, 1, u64::from(*sense)), value * SENSE_VALUE);
        }
        if word.term != lexeme.term {
            words(hash::pair(kind::CONCEPT, 2, word.term), value);
        }
        if word.negated {
            words(hash::pair(kind::NEGATED, 0, word.term), word.trust);
        }
    } else {
        words(lexeme.stem_hash, share);
        for sense in &lexeme.senses {
            words(hash::pair(kind::SENSE, 1, u64::from(*sense)), share * SENSE_VALUE);
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
            pairs(kind::PAIR, told[i], next);
        }
        if let Some(next) = told.get(i + 2) {
            pairs(kind::SKIP_PAIR, told[i], next);
        }
    }
}

fn push_crosses(words: &[Understood], list: &mut Vec<Feature>) {
    let told: Vec<(u64, f32)> = words
        .iter()
        .filter(|word| !word.filler && word.lexeme.text.chars().nth(2).is_some())
        .map(|word| {
            let kind =
                word.lexeme.senses.last().map_or(word.term, |sense| hash::pair(kind::SENSE, 0, u64::from(*sense)));
            (if word.negated { hash::pair(kind::NEGATED, 2, kind) } else { kind }, word.trust.max(0.3))
        })
        .collect();
    let window = WINDOW;
    for (i, (a, trust)) in told.iter().enumerate() {
        for (b, other) in told.iter().skip(i + 1).take(window) {
            let key = hash::pair(kind::CROSS, (*a).min(*b), (*a).max(*b));
            list.push(Feature { key, block: Block::Crosses, value: trust * other });
        }
    }
}

fn push_shape(words: &[Understood], question: bool, list: &mut Vec<Feature>) {
    let mut shape = |key, value| list.push(Feature { key, block: Block::Shape, value });
    let told = words.iter().filter(|word| !word.filler);
    let unknown = told.clone().filter(|word| word.trust == 0.0).count();
    let length = told.clone().count();
    shape(hash::pair(kind::SHAPE, 1, (length as f32 + 1.0).log2() as u64), 1.0);
    shape(hash::pair(kind::SHAPE, 2, (unknown as u64).min(4)), 1.0);
    if question {
        shape(hash::pair(kind::SHAPE, 3, 1), 1.0);
    }
    if let Some(first) = told.clone().next() {
        shape(hash::pair(kind::FIRST, 0, first.term), 1.0);
    }
}

fn terms_of(words: &[Understood]) -> Vec<(u64, f32)> {
    let mut terms: Vec<(u64, f32)> = Vec::with_capacity(words.len());
    for word in words.iter().filter(|word| !word.filler) {
        let term = if word.negated { hash::pair(kind::NEGATED, 1, word.term) } else { word.term };
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
