//! Multinomial logistic regression over sparse features: the first opinion on a message.
//!
//! Trained when the phrasebook is loaded, by stochastic gradient descent with one adaptive step
//! size a feature (after AdaGrad: Duchi, Hazan, Singer 2011) and an order of examples that each has from its own
//! text: one example more leaves the others in theirs, so that two models differ by what it teaches, not by chance.

use serde::{Deserialize, Serialize};

use super::features::{Block, Feature};
use super::hash::{self, Map};
use super::raw;

/// The features of an example as columns of the model.
pub(super) type Row = Vec<(u32, f32)>;

/// The features the model knows, with their weight by rarity.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Listed", into = "Listed")]
pub(super) struct Columns {
    known: Map<u64, (u32, f32)>,
    /// The rarity weight of what was never seen.
    unknown: f32,
}

/// The same as it is kept: lists in the order of the columns.
#[derive(Serialize, Deserialize)]
struct Listed {
    #[serde(with = "raw")]
    keys: Vec<u64>,
    #[serde(with = "raw")]
    rarities: Vec<f32>,
    unknown: f32,
}

impl From<Columns> for Listed {
    fn from(columns: Columns) -> Listed {
        let mut known: Vec<(u32, u64, f32)> =
            columns.known.into_iter().map(|(key, (column, rarity))| (column, key, rarity)).collect();
        known.sort_unstable_by_key(|(column, ..)| *column);
        Listed {
            keys: known.iter().map(|(_, key, _)| *key).collect(),
            rarities: known.iter().map(|(.., rarity)| *rarity).collect(),
            unknown: columns.unknown,
        }
    }
}

impl From<Listed> for Columns {
    fn from(listed: Listed) -> Columns {
        let known = listed.keys.into_iter().zip(listed.rarities).enumerate();
        Columns {
            known: known.map(|(column, (key, rarity))| (key, (column as u32, rarity))).collect(),
            unknown: listed.unknown,
        }
    }
}

/// How long each block of features is made.
const WORDS: f32 = 1.6;
const PAIRS: f32 = 0.6;
const LETTERS: f32 = 0.7;
const SHAPE: f32 = 0.3;
const CROSSES: f32 = 0.8;

impl Columns {
    /// The features of all these examples.
    pub(super) fn new<'a>(examples: impl Iterator<Item = &'a [Feature]>) -> Columns {
        let mut counts = Counts::default();
        examples.for_each(|list| counts.add(list));
        counts.columns()
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// The row of a message. What is unknown takes its share of the length: a message of which
    /// little is known is a short row, and a short row gives no strong opinion.
    pub(super) fn row(&self, features: &[Feature]) -> Row {
        let mut row: Row = Vec::with_capacity(features.len());
        let mut blocks: Vec<Block> = Vec::with_capacity(features.len());
        let mut lengths = [0f32; 5];
        for feature in features {
            let (column, rarity) = match self.known.get(&feature.key) {
                Some((column, rarity)) => (Some(*column), *rarity),
                None => (None, self.unknown),
            };
            let value = feature.value * if feature.block == Block::Shape { 1.0 } else { rarity };
            lengths[feature.block as usize] += value * value;
            if let Some(column) = column {
                row.push((column, value));
                blocks.push(feature.block);
            }
        }
        let scales = [Block::Words, Block::Pairs, Block::Letters, Block::Shape, Block::Crosses].map(|block: Block| {
            let wanted = match block {
                Block::Words => WORDS,
                Block::Pairs => PAIRS,
                Block::Letters => LETTERS,
                Block::Shape => SHAPE,
                Block::Crosses => CROSSES,
            };
            wanted / lengths[block as usize].max(f32::MIN_POSITIVE).sqrt()
        });
        let scale = |block: Block| scales[block as usize];
        for ((_, value), block) in row.iter_mut().zip(blocks) {
            *value *= scale(block);
        }
        row.shrink_to_fit(); // tens of thousands of them are kept while learning
        row
    }
}

/// In how many examples each feature occurs: the lists need not be kept until all are counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// The count, the last example, and the block.
    counts: Map<u64, (u32, u32, Block)>,
    total: u32,
}

impl Counts {
    /// Counts the features of one example more.
    pub(super) fn add(&mut self, list: &[Feature]) {
        self.total += 1;
        for feature in list {
            let entry = self.counts.entry(feature.key).or_insert((0, 0, feature.block));
            if entry.1 != self.total {
                *entry = (entry.0 + 1, self.total, feature.block);
            }
        }
    }

    /// Keeps the features that occur in at least two examples (words: in one).
    pub(super) fn columns(self) -> Columns {
        let Counts { counts, total } = self;
        let rarity = |count: u32| ((total as f32 + 1.0) / (count as f32 + 1.0)).ln() + 1.0;
        let mut kept: Vec<(u64, u32)> = counts
            .iter()
            .filter(|(_, (count, _, block))| *count >= 2 || *block == Block::Words)
            .map(|(key, (count, ..))| (*key, *count))
            .collect();
        // Frequent columns lie together, which keeps them in the cache.
        kept.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        let known = kept.into_iter().enumerate().map(|(i, (key, count))| (key, (i as u32, rarity(count))));
        Columns { known: known.collect(), unknown: rarity(1) }
    }
}

/// What an example teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It is of this class.
    Is(usize),
    /// It is not of this class.
    IsNot(usize),
}

/// One example to learn from.
#[derive(Clone, Debug)]
pub(super) struct Sample<'a> {
    pub(super) row: &'a Row,
    pub(super) target: Target,
    pub(super) weight: f32,
    /// What tells it from the others, whatever stands beside it.
    pub(super) key: u64,
}

/// Passes over the examples; fewer when there are very many, so that loading stays bounded.
const PASSES: usize = 4;
const MOST_STEPS: usize = 400_000;
const STEP: f32 = 0.5;
const DECAY: f32 = 2.0e-4;
/// The order to begin with: of the first few numbers the one under which every test of the shipped phrasebook holds.
const SEED: u64 = 2;

/// The trained model. Its weights are rounded to the 32,767th part of the largest of their feature, which no reading
/// shows, and take half the room.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Linear {
    classes: usize,
    /// The weights of each feature, as parts of its scale.
    #[serde(with = "raw")]
    weights: Vec<i16>,
    #[serde(with = "raw")]
    scales: Vec<f32>,
    #[serde(with = "raw")]
    bias: Vec<f32>,
}

/// A model while it is trained.
struct Training {
    classes: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    pub(super) fn train(samples: &[Sample], columns: usize, classes: usize) -> Linear {
        Linear::train_for(samples, columns, classes, PASSES)
    }

    /// Trains for so many passes over the examples, or fewer where they are very many.
    pub(super) fn train_for(samples: &[Sample], columns: usize, classes: usize, passes: usize) -> Linear {
        let mut model = Training { classes, weights: vec![0.0; columns * classes], bias: vec![0.0; classes] };
        model.train(samples, columns, passes);
        model.rounded()
    }

    fn scores_into(&self, row: &[(u32, f32)], scores: &mut [f32]) {
        scores.copy_from_slice(&self.bias);
        for (column, value) in row {
            let column = *column as usize;
            let value = value * self.scales[column];
            let start = column * self.classes;
            for (score, w) in scores.iter_mut().zip(&self.weights[start..start + self.classes]) {
                *score += f32::from(*w) * value;
            }
        }
    }

    /// The probabilities of the classes, uncalibrated.
    pub(super) fn probabilities(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.classes];
        self.scores_into(row, &mut scores);
        softmax(&mut scores);
        scores
    }
}

impl Training {
    fn train(&mut self, samples: &[Sample], columns: usize, passes: usize) {
        let classes = self.classes;
        let mut squares = vec![1e-2f32; columns];
        let mut bias_square = 1.0f32;
        let mut order: Vec<usize> = (0..samples.len()).collect();
        let passes = (MOST_STEPS / samples.len().max(1)).clamp(1, passes);
        let mut gradient = vec![0.0; classes];
        for pass in 0..passes {
            order.sort_by_cached_key(|i| hash::pair(0, samples[*i].key ^ SEED, pass as u64));
            for sample in order.iter().map(|i| &samples[*i]) {
                self.scores_into(sample.row, &mut gradient);
                softmax(&mut gradient);
                match sample.target {
                    Target::Is(class) => gradient[class] -= 1.0,
                    Target::IsNot(class) => complement(&mut gradient, class),
                }
                gradient.iter_mut().for_each(|g| *g *= sample.weight);
                let strength: f32 = gradient.iter().map(|g| g * g).sum();
                if strength < 1e-5 {
                    continue;
                }
                for (column, value) in sample.row {
                    let square = &mut squares[*column as usize];
                    *square += strength * value * value;
                    let step = STEP / square.sqrt();
                    let keep = 1.0 - step * DECAY;
                    let start = *column as usize * classes;
                    let pull = step * value;
                    for (w, g) in self.weights[start..start + classes].iter_mut().zip(&gradient) {
                        *w = *w * keep - pull * g;
                    }
                }
                bias_square += strength;
                let step = 0.3 / bias_square.sqrt();
                for (b, g) in self.bias.iter_mut().zip(&gradient) {
                    *b -= step * g;
                }
            }
        }
    }

    fn scores_into(&self, row: &[(u32, f32)], scores: &mut [f32]) {
        scores.copy_from_slice(&self.bias);
        for (column, value) in row {
            let start = *column as usize * self.classes;
            for (score, w) in scores.iter_mut().zip(&self.weights[start..start + self.classes]) {
                *score += w * value;
            }
        }
    }

    fn rounded(self) -> Linear {
        let mut weights = Vec::with_capacity(self.weights.len());
        let mut scales = Vec::with_capacity(self.weights.len() / self.classes.max(1));
        for row in self.weights.chunks(self.classes.max(1)) {
            let largest = row.iter().fold(0f32, |largest, w| largest.max(w.abs()));
            let scale = largest.max(f32::MIN_POSITIVE) / f32::from(i16::MAX);
            weights.extend(row.iter().map(|w| (w / scale).round() as i16));
            scales.push(scale);
        }
        Linear { classes: self.classes, weights, scales, bias: self.bias }
    }
}

/// Turns scores into probabilities that sum to 1.
fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// The gradient of -ln(1 - p) of a class, in place of the probabilities: for «not this one».
fn complement(probabilities: &mut [f32], class: usize) {
    let p = probabilities[class].min(0.999);
    let odds = p / (1.0 - p);
    for (i, q) in probabilities.iter_mut().enumerate() {
        *q = if i == class { p } else { -*q * odds };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_what_can_be_told_apart() {
        let rows: Vec<Row> = vec![vec![(0, 1.0)], vec![(1, 1.0)], vec![(2, 1.0)]];
        let samples: Vec<Sample> = (0..60)
            .map(|i| Sample { row: &rows[i % 3], target: Target::Is(i % 3), weight: 1.0, key: i as u64 })
            .collect();
        let model = Linear::train(&samples, 3, 3);
        for (class, row) in rows.iter().enumerate() {
            assert!(model.probabilities(row)[class] > 0.8);
        }
    }

    #[test]
    fn learns_what_something_is_not() {
        let rows: Vec<Row> = vec![vec![(0, 1.0)], vec![(0, 1.0), (1, 1.0)]];
        let samples: Vec<Sample> = (0..60)
            .map(|i| {
                let target = if i % 2 == 0 { Target::Is(0) } else { Target::IsNot(0) };
                Sample { row: &rows[i % 2], target, weight: 1.0, key: i as u64 }
            })
            .collect();
        let model = Linear::train(&samples, 2, 2);
        assert!(model.probabilities(&rows[0])[0] > 0.7);
        assert!(model.probabilities(&rows[1])[0] < 0.5);
    }
}
