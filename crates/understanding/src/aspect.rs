//! What else a message is, besides what it is about: a label out of a few (its stance, whether it is whole, a follow-up to
//! what was told), learned from labelled examples.
//!
//! One reader serves all intents, so it must not learn the topics of its examples: a word that the lessons know from few
//! intents counts by its ending and by its place only («не отмен·яйте» and «не присыл·айте» are alike), and the words
//! around it count by themselves. The model is the same logistic regression that reads intents.

use serde::{Deserialize, Serialize};

use super::features::{Block, Feature};
use super::hash::{self, Set};
use super::lexicon::{Lexeme, Sentence, Token, View};
use super::linear::{Columns, Linear, Row, Sample, Target};
use super::negation::negate;
use super::opinion::{Basis, Parsed};
use super::understood::Understood;

/// Which part of a message shows a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Sight {
    /// How something is said, whatever it is about: the words of topics count by their endings only.
    Manner,
    /// What is said: every word counts.
    Matter,
}

/// A text with its label, the label's number.
#[derive(Clone, Debug)]
pub(super) struct Labelled<'a> {
    pub(super) text: &'a str,
    pub(super) label: usize,
    /// How much it counts beside the others.
    pub(super) weight: f32,
    /// A spoilt copy that brings no words of its own: it teaches to read with fewer.
    pub(super) spoilt: bool,
}

impl<'a> Labelled<'a> {
    /// A text as somebody wrote it.
    pub(super) fn new(text: &'a str, label: usize, weight: f32) -> Labelled<'a> {
        Labelled { text, label, weight, spoilt: false }
    }

    /// A spoilt copy of one.
    pub(super) fn spoilt(text: &'a str, label: usize) -> Labelled<'a> {
        Labelled { text, label, weight: SPOILT_WEIGHT, spoilt: true }
    }
}

/// What a spoilt copy counts.
pub(super) const SPOILT_WEIGHT: f32 = 0.5;

/// A learned reader of labels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Aspect {
    sight: Sight,
    columns: Columns,
    linear: Linear,
    /// Stems of topics that count by themselves all the same: they stand in examples that have no topic.
    manners: Set<u64>,
}

/// A word is one of a topic if at most this share of the intents knows it.
const TOPICAL: f64 = 0.34;
/// How many words in a row are seen together.
const IN_A_ROW: usize = 3;

/// What tells the features of one kind from those of another.
mod kind {
    pub(super) const WORD: u8 = 40;
    pub(super) const ROW: u8 = 42;
    pub(super) const SKIP: u8 = 43;
    pub(super) const EDGE: u8 = 44;
    pub(super) const SHAPE: u8 = 45;
    pub(super) const TOPIC: u8 = 46;
    pub(super) const SENSE: u8 = 47;
    pub(super) const SOMEBODY: u8 = 48;
}

impl Aspect {
    /// Learns labels, of which there are `labels`; the stems of `manners` are no topic's, whatever the lessons know them
    /// from.
    pub(super) fn learn(basis: &Basis, sight: Sight, labels: usize, manners: &[&str], examples: &[Labelled]) -> Aspect {
        let mut aspect =
            Aspect { sight, columns: Columns::default(), linear: Linear::default(), manners: Set::default() };
        for text in manners {
            let parsed = basis.parse(basis.spell(text), false);
            aspect.manners.extend(parsed.sentence.tokens.iter().map(|token| token.lexeme.stem_hash));
        }
        let features: Vec<Vec<Feature>> = examples
            .iter()
            .map(|example| aspect.features(basis, &basis.parse(basis.spell(example.text), false)))
            .collect();
        let told = features.iter().zip(examples).filter(|(_, example)| !example.spoilt);
        aspect.columns = Columns::new(told.map(|(list, _)| list.as_slice()));
        let rows: Vec<Row> = features.iter().map(|list| aspect.columns.row(list)).collect();
        let samples: Vec<Sample> = examples
            .iter()
            .zip(&rows)
            .map(|(example, row)| Sample {
                row,
                target: Target::Is(example.label),
                weight: example.weight,
                key: hash::of(kind::WORD, example.text),
            })
            .collect();
        aspect.linear = Linear::train_for(&samples, aspect.columns.len(), labels, PASSES);
        aspect
    }

    /// The share of each label, which sum to 1.
    pub(super) fn shares(&self, basis: &Basis, parsed: &Parsed) -> Vec<f32> {
        self.shares_of(basis, &understood(basis, &parsed.sentence), &parsed.sentence)
    }

    /// The same for words that were [`understood`] before.
    pub(super) fn shares_of(&self, basis: &Basis, words: &[Understood], sentence: &Sentence) -> Vec<f32> {
        self.linear.probabilities(&self.columns.row(&self.features_of(basis, words, sentence)))
    }

    fn features(&self, basis: &Basis, parsed: &Parsed) -> Vec<Feature> {
        let words = understood(basis, &parsed.sentence);
        self.features_of(basis, &words, &parsed.sentence)
    }

    /// The features of a message whose words were understood before: once for all readers.
    fn features_of(&self, basis: &Basis, words: &[Understood], sentence: &Sentence) -> Vec<Feature> {
        let mut list = Vec::with_capacity(words.len() * 14 + 8);
        let few = (basis.intents.len() as f64 * TOPICAL).ceil() as usize;
        let seen: Vec<Seen> =
            words.iter().zip(&sentence.tokens).map(|(word, token)| self.seen(word, token, few)).collect();
        self.push_words(&seen, &mut list);
        push_rows(&seen, &mut list);
        push_shape(&seen, sentence, &mut list);
        list
    }

    /// A word as this reader sees it; a topic's are known from `few` intents at most.
    fn seen<'a>(&self, word: &'a Understood, token: &Token, few: usize) -> Seen<'a> {
        let manner = self.sight == Sight::Manner;
        let somebody = manner && word.lexeme.names_somebody;
        let topic = manner && !somebody && self.is_topic(&word.lexeme, token, few);
        let name = match (topic, somebody) {
            (true, _) => hash::pair(kind::TOPIC, word.lexeme.endings[1].unwrap_or_default(), 0),
            // Whose matter it is does not hang on whether it is a neighbour or an aunt.
            (false, true) => hash::pair(kind::SOMEBODY, 0, 0),
            (false, false) => word.lexeme.stem_hash,
        };
        Seen { topic, name, word }
    }

    fn is_topic(&self, lexeme: &Lexeme, token: &Token, few: usize) -> bool {
        if lexeme.short || token.word.is_sign || lexeme.negates || lexeme.joins || lexeme.hands_negation_on {
            return token.word.is_sign;
        }
        let known = token.known.as_ref().map_or(0, |known| known.classes);
        known > 0 && known <= few && !self.manners.contains(&lexeme.stem_hash)
    }

    fn push_words(&self, words: &[Seen], list: &mut Vec<Feature>) {
        for Seen { topic, word, name } in words {
            let trust = if word.trust > 0.0 { word.trust } else { 0.7 };
            let mut push = |key, block, value: f32| list.push(Feature { key, block, value: value * trust });
            push(*name, Block::Words, if *topic { 0.6 } else { 1.0 });
            let turned = |key| hash::pair(kind::EDGE, key, 7);
            if word.negated {
                push(turned(*name), Block::Words, 1.0);
                push(turned(0), Block::Words, 1.0);
            }
            for ending in word.lexeme.endings.into_iter().flatten() {
                push(ending, Block::Crosses, 1.0);
            }
            if self.sight == Sight::Matter {
                for sense in &word.lexeme.senses {
                    push(hash::pair(kind::SENSE, 0, u64::from(*sense)), Block::Words, 0.8);
                }
                for group in &word.lexeme.groups {
                    push(*group, Block::Letters, 1.0);
                }
                if word.term != word.lexeme.stem_hash {
                    push(hash::pair(kind::SENSE, 1, word.term), Block::Words, 0.8);
                }
            }
        }
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            for (which, word) in [(1, first), (2, last)] {
                list.push(Feature { key: hash::pair(kind::EDGE, word.name, which), block: Block::Pairs, value: 1.0 });
            }
        }
    }
}

/// A word as this reader sees it.
struct Seen<'a> {
    topic: bool,
    /// What it counts as.
    name: u64,
    word: &'a Understood,
}

/// The words of a message as all readers of labels understand them: filler says something too.
pub(super) fn understood(basis: &Basis, sentence: &Sentence) -> Vec<Understood> {
    let understand = |token| Understood { filler: false, ..basis.lexicon.understand(token, View::All) };
    let mut words: Vec<Understood> = sentence.tokens.iter().map(understand).collect();
    negate(&mut words);
    words
}

fn push_rows(words: &[Seen], list: &mut Vec<Feature>) {
    for length in 2..=IN_A_ROW {
        for row in words.windows(length) {
            let key = row.iter().fold(length as u64, |key, word| hash::pair(kind::ROW, key, word.name));
            list.push(Feature { key, block: Block::Pairs, value: 1.0 });
        }
    }
    for three in words.windows(3) {
        let key = hash::pair(kind::SKIP, three[0].name, three[2].name);
        list.push(Feature { key, block: Block::Pairs, value: 0.7 });
    }
}

fn push_shape(words: &[Seen], sentence: &Sentence, list: &mut Vec<Feature>) {
    let mut shape = |which, value: u64| {
        list.push(Feature { key: hash::pair(kind::SHAPE, which, value), block: Block::Shape, value: 1.0 });
    };
    shape(1, (words.len() as f32 + 1.0).log2() as u64);
    shape(2, u64::from(sentence.question));
    shape(3, words.iter().filter(|word| word.topic).count().min(4) as u64);
    shape(4, words.iter().filter(|word| word.word.negated).count().min(2) as u64);
    shape(5, words.last().map_or(0, |last| u64::from(last.word.clause).min(3)));
}

/// Passes over the examples: there are few, and they say little that is twice.
const PASSES: usize = 12;
