//! How the customer feels, learned from labelled examples: words, rows of two, letter groups and signs, with what the word
//! lists say of them.
//!
//! Where the shares of the three moods part is measured on examples that were held out, so that calm messages stay calm:
//! a calm customer who is soothed is annoyed, and an angry one who is not meets a machine.

use serde::{Deserialize, Serialize};

use super::aspect::Labelled;
use super::features::{Block, Feature};
use super::hash;
use super::lexicon::Token;
use super::linear::{Columns, Linear, Row, Sample, Target};
use super::mood::{self, Signs};
use super::opinion::{Basis, Parsed};
use super::reading::Mood;

/// A learned reader of moods.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Moods {
    columns: Columns,
    linear: Linear,
    limits: Limits,
}

/// From which shares on a message is heated.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Limits {
    /// Of anger, for an angry one that shows it by harsh words, shouting or signs.
    angry: f32,
    /// The same for one in plain words.
    angry_in_plain_words: f32,
    /// Of anger and worry together, for an upset one.
    heated: f32,
}

/// What a message shows besides what is learned from its words.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// Heat, by its signs alone: harsh words, shouting, angry emoji.
    Heat,
    PlainWords,
    /// So few words that hardly anything can be told by them: «ой, не этот».
    FewPlainWords,
}

/// The order of the classes.
const ALL: [Mood; 3] = [Mood::Calm, Mood::Upset, Mood::Angry];
const CALM: usize = 0;
const UPSET: usize = 1;
const ANGRY: usize = 2;

/// So many parts are held out in turn, a few neighbours at a time, for examples next to each other are often alike.
const PARTS: usize = 4;
const NEIGHBOURS: usize = 3;
const PASSES: usize = 12;
/// So much of the calm examples, which are hard on purpose, and so much of ordinary messages, of which some are heated,
/// must come out calm.
const STAYS_CALM: f32 = 0.91;
const STAYS_ORDINARY: f32 = 0.95;
/// What is wanted of the recall of anger and of worry under that: the one further from its goal weighs most.
const WANTED: [f32; 3] = [0.0, 0.60, 0.80];

/// A message of at most so many plain words is heated from these shares on only.
const BRIEF: usize = 4;
const BRIEF_ANGRY: f32 = 0.97;
const BRIEF_HEATED: f32 = 0.97;
/// From this share of calm on, by the labelled examples alone, an ordinary message is learned as a calm one.
const CALM_TO_LABELLED: f32 = 0.2;
/// Anger in plain words is never believed below this share: it takes a customer out of what was begun.
const LEAST_IN_PLAIN_WORDS: usize = 84;

mod kind {
    pub(super) const ROW: u8 = 60;
    pub(super) const SIGN: u8 = 61;
    pub(super) const TERM: u8 = 62;
    pub(super) const KEY: u8 = 63;
}

/// A labelled message as a list of features.
struct Studied {
    list: Vec<Feature>,
    class: usize,
    weight: f32,
    key: u64,
    shown: Shown,
    /// Its label was looked at.
    labelled: bool,
}

impl Moods {
    /// The number of a mood among the labels.
    pub(super) fn class(mood: Mood) -> usize {
        match mood {
            Mood::Calm => CALM,
            Mood::Upset => UPSET,
            Mood::Angry => ANGRY,
        }
    }

    /// Learns from labelled texts, and from ordinary ones that are calm for the most part.
    pub(super) fn learn(basis: &Basis, labelled: &[Labelled], ordinary: &[Labelled]) -> Moods {
        let study = |example: &Labelled, labelled: bool| {
            let (list, shown) = features(basis, example.text, &basis.parse(basis.spell(example.text), false));
            Studied {
                list,
                shown,
                class: example.label,
                weight: example.weight,
                key: hash::of(kind::KEY, example.text),
                labelled,
            }
        };
        let own: Vec<Studied> = labelled.iter().map(|example| study(example, true)).collect();
        let ordinary = calm_of(&own, ordinary.iter().map(|example| study(example, false)).collect());
        let studied: Vec<Studied> = own.into_iter().chain(ordinary).collect();
        let columns = Columns::new(studied.iter().map(|one| one.list.as_slice()));
        let rows: Vec<Row> = studied.iter().map(|one| columns.row(&one.list)).collect();
        let train = |out: Option<usize>| {
            let samples: Vec<Sample> = studied
                .iter()
                .zip(&rows)
                .enumerate()
                .filter(|(at, _)| Some(part(*at)) != out)
                .map(|(_, (one, row))| Sample { row, target: Target::Is(one.class), weight: one.weight, key: one.key })
                .collect();
            Linear::train_for(&samples, columns.len(), ALL.len(), PASSES)
        };
        let held_out: Vec<Vec<f32>> = std::thread::scope(|scope| {
            let train = &train;
            let (rows, columns) = (&rows, studied.len());
            let parts: Vec<_> = (0..PARTS)
                .map(|out| {
                    scope.spawn(move || {
                        let linear = train(Some(out));
                        let own = (0..columns).filter(move |at| part(*at) == out);
                        own.map(|at| (at, linear.probabilities(&rows[at]))).collect::<Vec<_>>()
                    })
                })
                .collect();
            let mut all = vec![Vec::new(); columns];
            for thread in parts {
                match thread.join() {
                    Ok(judged) => judged.into_iter().for_each(|(at, shares)| all[at] = shares),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        });
        let limits = Limits::choose(&studied, &held_out);
        Moods { linear: train(None), columns, limits }
    }

    /// Reads the mood of a text.
    pub(super) fn of(&self, basis: &Basis, text: &str, parsed: &Parsed) -> Mood {
        let (list, shown) = features(basis, text, parsed);
        ALL[self.limits.class(&self.linear.probabilities(&self.columns.row(&list)), shown)]
    }
}

/// The ordinary messages that those whose label was looked at take for calm: nobody looked at these, and some are heated.
fn calm_of(labelled: &[Studied], ordinary: Vec<Studied>) -> Vec<Studied> {
    let columns = Columns::new(labelled.iter().map(|one| one.list.as_slice()));
    let rows: Vec<Row> = labelled.iter().map(|one| columns.row(&one.list)).collect();
    let sample = |one: &Studied, row| Sample { row, target: Target::Is(one.class), weight: one.weight, key: one.key };
    let samples: Vec<Sample> = labelled.iter().zip(&rows).map(|(one, row)| sample(one, row)).collect();
    let linear = Linear::train_for(&samples, columns.len(), ALL.len(), PASSES);
    let is_calm = |one: &Studied| linear.probabilities(&columns.row(&one.list))[CALM] >= CALM_TO_LABELLED;
    ordinary.into_iter().filter(is_calm).collect()
}

/// The part an example is held out with.
fn part(at: usize) -> usize {
    at / NEIGHBOURS % PARTS
}

impl Limits {
    fn class(self, shares: &[f32], shown: Shown) -> usize {
        let (angry_from, heated_from) = match shown {
            Shown::Heat => (self.angry, self.heated),
            Shown::PlainWords => (self.angry_in_plain_words, self.heated),
            Shown::FewPlainWords => (self.angry_in_plain_words.max(BRIEF_ANGRY), self.heated.max(BRIEF_HEATED)),
        };
        match (shares[UPSET], shares[ANGRY]) {
            (_, angry) if angry >= angry_from => ANGRY,
            (upset, angry) if upset + angry >= heated_from => UPSET,
            _ => CALM,
        }
    }

    /// The limits under which enough stays calm and the rest is found best.
    fn choose(studied: &[Studied], shares: &[Vec<f32>]) -> Limits {
        let percent = |at: usize| at as f32 / 100.0;
        let mut best = (f32::NEG_INFINITY, Limits { angry: 0.5, angry_in_plain_words: 0.5, heated: 0.5 });
        for angry in (16..72).step_by(6) {
            for plain in (angry.max(LEAST_IN_PLAIN_WORDS)..=98).step_by(4) {
                for heated in (40..96).step_by(5) {
                    let [angry, angry_in_plain_words, heated] = [angry, plain, heated].map(percent);
                    let limits = Limits { angry, angry_in_plain_words, heated };
                    let score = limits.score(studied, shares);
                    if score > best.0 {
                        best = (score, limits);
                    }
                }
            }
        }
        best.1
    }

    /// How good these limits are for examples that were held out: the more the better.
    fn score(self, studied: &[Studied], shares: &[Vec<f32>]) -> f32 {
        let mut found = [0f32; 3];
        let mut all = [0f32; 3];
        let (mut quiet, mut ordinary) = (0f32, 0f32);
        for (one, shares) in studied.iter().zip(shares) {
            let right = if self.class(shares, one.shown) == one.class { 1.0 } else { 0.0 };
            if one.labelled {
                found[one.class] += right;
                all[one.class] += 1.0;
            } else {
                quiet += right;
                ordinary += 1.0;
            }
        }
        let recall = |class: usize| found[class] / f32::max(all[class], 1.0);
        let lacking = |has: f32, wants: f32| f32::min(has - wants, 0.0);
        let [upset, angry] = [UPSET, ANGRY].map(|class| lacking(recall(class), WANTED[class]));
        let calm = lacking(recall(CALM), STAYS_CALM) + lacking(quiet / f32::max(ordinary, 1.0), STAYS_ORDINARY);
        f32::min(upset, angry) + 0.1 * (recall(UPSET) + recall(ANGRY)) + 8.0 * calm
    }
}

/// What a text is to the model, and what it shows besides.
fn features(basis: &Basis, text: &str, parsed: &Parsed) -> (Vec<Feature>, Shown) {
    let tokens = &parsed.sentence.tokens;
    let mut list = Vec::with_capacity(tokens.len() * 12 + 12);
    let mut push = |key, block, value| list.push(Feature { key, block, value });
    for Token { word, lexeme, .. } in tokens.iter() {
        if word.is_sign {
            push(hash::pair(kind::SIGN, 0, 0), Block::Words, 0.5);
            continue;
        }
        push(lexeme.stem_hash, Block::Words, 1.0);
        if lexeme.term != lexeme.stem_hash {
            push(hash::pair(kind::TERM, lexeme.term, 0), Block::Words, 0.6);
        }
        for group in &lexeme.groups {
            push(*group, Block::Letters, 1.0);
        }
    }
    let name = |token: &Token| if token.word.is_sign { 0 } else { token.lexeme.stem_hash };
    let mut before = 1;
    for next in tokens.iter().map(name).chain([2]) {
        push(hash::pair(kind::ROW, before, next), Block::Pairs, 1.0);
        before = next;
    }
    let signs = Signs::of(text, &parsed.folded, basis.languages.words());
    for (which, value) in signs.all().into_iter().enumerate().filter(|(_, value)| *value > 0) {
        // Each point by itself: four are also three.
        for points in 1..=value.min(4) {
            push(hash::pair(kind::SIGN, which as u64 + 1, u64::from(points)), Block::Crosses, 1.0);
        }
    }
    push(hash::pair(kind::SIGN, 100, (tokens.len() as f32 + 1.0).log2() as u64), Block::Shape, 1.0);
    push(hash::pair(kind::SIGN, 101, u64::from(mood::trails_off(text))), Block::Shape, 1.0);
    push(hash::pair(kind::SIGN, 102, u64::from(parsed.sentence.question)), Block::Shape, 1.0);
    let shown = match () {
        () if signs.show_heat(text) => Shown::Heat,
        () if tokens.len() <= BRIEF => Shown::FewPlainWords,
        () => Shown::PlainWords,
    };
    (list, shown)
}
