//! How far the opinions can be trusted: a probability that the top intent is right.
//!
//! The evidence on a message (how sure the linear model is, how near the nearest example, how
//! much of the message is known) is combined by a logistic regression, fitted on messages that the
//! judging model has not seen (Platt 1999, with more than one input). Thresholds are the lowest
//! confidence above which the wanted share of answers is right on those messages.

use serde::{Deserialize, Serialize};

/// How many pieces of evidence there are.
pub(super) const EVIDENCE: usize = 19;

/// Their names, for people.
pub(super) const NAMES: [&str; EVIDENCE] = [
    "linear model",
    "margin over the second intent",
    "margin over «none»",
    "nearest example of the intent",
    "three nearest examples",
    "nearer than other intents",
    "nearer than «none»",
    "known words",
    "words known from the intent",
    "repaired words",
    "length",
    "both opinions agree",
    "linear model and nearness together",
    "known words and nearness together",
    "the most telling word foreign to the intent",
    "linear model against «none»",
    "how undecided the intents are",
    "words known from «none»",
    "length squared",
];

/// The evidence for the top intent of one message.
pub(super) type Facts = [f64; EVIDENCE];

/// One judged message: its evidence, whether the top intent was right, and how much it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged<'a> {
    pub(super) facts: &'a Facts,
    pub(super) right: bool,
    pub(super) weight: f64,
}

/// The fitted combination.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Calibration {
    means: Facts,
    scales: Facts,
    weights: Facts,
    bias: f64,
}

impl Default for Calibration {
    /// Trusts nothing.
    fn default() -> Self {
        Calibration { means: [0.0; EVIDENCE], scales: [1.0; EVIDENCE], weights: [0.0; EVIDENCE], bias: -5.0 }
    }
}

/// Keeps the weights of like evidence from growing against each other.
const RIDGE: f64 = 2.0;
const ROUNDS: usize = 12;

impl Calibration {
    /// Fits by Newton's method (iteratively reweighted least squares; Bishop 2006, 4.3.3). Nothing where all are right, or
    /// all wrong: that teaches no difference.
    pub(super) fn fit(judged: &[Judged]) -> Option<Calibration> {
        let total: f64 = judged.iter().map(|j| j.weight).sum();
        if total <= 0.0 || judged.iter().all(|j| j.right) || judged.iter().all(|j| !j.right) {
            return None;
        }
        let mut calibration = Calibration { bias: 0.0, ..Calibration::default() };
        for i in 0..EVIDENCE {
            let mean = judged.iter().map(|j| j.weight * j.facts[i]).sum::<f64>() / total;
            let square = judged.iter().map(|j| j.weight * (j.facts[i] - mean).powi(2)).sum::<f64>() / total;
            calibration.means[i] = mean;
            calibration.scales[i] = square.sqrt().max(1e-6);
        }
        const N: usize = EVIDENCE + 1;
        let mut w = [0.0; N];
        for _ in 0..ROUNDS {
            let mut gradient = [0.0; N];
            let mut curvature = [[0.0; N]; N];
            for j in judged {
                let x = calibration.standard(j.facts);
                let p = logistic((0..N).map(|i| w[i] * x[i]).sum());
                let miss = j.weight * (p - f64::from(u8::from(j.right)));
                let bend = j.weight * (p * (1.0 - p)).max(1e-6);
                for a in 0..N {
                    gradient[a] += miss * x[a];
                    let row = &mut curvature[a];
                    row.iter_mut().zip(&x).for_each(|(cell, x_b)| *cell += bend * x[a] * x_b);
                }
            }
            for a in 0..EVIDENCE {
                gradient[a] += RIDGE * w[a];
                curvature[a][a] += RIDGE;
            }
            let step = solve(curvature, gradient);
            (0..N).for_each(|i| w[i] -= step[i]);
        }
        calibration.weights.copy_from_slice(&w[..EVIDENCE]);
        calibration.bias = w[EVIDENCE];
        Some(calibration)
    }

    fn standard(&self, facts: &Facts) -> [f64; EVIDENCE + 1] {
        let mut x = [1.0; EVIDENCE + 1];
        for i in 0..EVIDENCE {
            x[i] = (facts[i] - self.means[i]) / self.scales[i];
        }
        x
    }

    /// The probability, 0..1, that the top intent is right.
    pub(super) fn confidence(&self, facts: &Facts) -> f64 {
        logistic(self.bias + self.shares(facts).iter().sum::<f64>())
    }

    /// What each piece of evidence adds to the log-odds, against an average message.
    pub(super) fn shares(&self, facts: &Facts) -> Facts {
        let x = self.standard(facts);
        std::array::from_fn(|i| self.weights[i] * x[i])
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x.clamp(-30.0, 30.0)).exp())
}

/// Gaussian elimination with partial pivoting; a row without a pivot gives nought.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for column in 0..N {
        let pivot = (column..N).max_by(|x, y| a[*x][column].abs().total_cmp(&a[*y][column].abs()));
        let pivot = pivot.unwrap_or(column);
        a.swap(column, pivot);
        b.swap(column, pivot);
        if a[column][column].abs() < 1e-12 {
            continue;
        }
        for row in column + 1..N {
            let factor = a[row][column] / a[column][column];
            let upper = a[column];
            a[row].iter_mut().zip(upper).skip(column).for_each(|(x, u)| *x -= factor * u);
            b[row] -= factor * b[column];
        }
    }
    let mut x = [0.0; N];
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|i| a[row][i] * x[i]).sum();
        x[row] = if a[row][row].abs() < 1e-12 { 0.0 } else { (b[row] - known) / a[row][row] };
    }
    x
}

/// How far the share of right ones may be off by chance before more than `precision` is asked for.
const CHANCE: f64 = 0.01;
/// So many messages come of one: as it stands and its copies.
const COPIES: f64 = 2.0;

/// The lowest confidence above which at least `precision` of the messages were right; 1 when
/// there is none. Where there are few messages, more of them must have been right, as much as chance may have helped. Takes
/// confidence, right or not, and weight.
pub(super) fn threshold(judged: &[(f64, bool, f64)], precision: f64) -> f64 {
    let mut sorted: Vec<&(f64, bool, f64)> = judged.iter().collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut all, mut squares, mut found) = (0.0, 0.0, 0.0, 1.0);
    for (i, (confidence, is_right, weight)) in sorted.iter().enumerate() {
        all += weight;
        squares += weight * weight;
        right += if *is_right { *weight } else { 0.0 };
        let last_of_its_like = sorted.get(i + 1).is_none_or(|next| next.0 < *confidence);
        let messages = all * all / squares / COPIES;
        let by_chance = (precision * (1.0 - precision) / messages).sqrt();
        if last_of_its_like && right / all >= precision + (by_chance - CHANCE).max(0.0) {
            found = *confidence;
        }
    }
    found
}

/// How sure it is that the wanted share of answers will be right: measured on held-out examples of the intents, on what no
/// intent is about, and on whole intents that were held out as if nothing had been learned of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The share of right answers among the held-out messages at the threshold, 0..1, where a third of them is
    /// out of scope (more, where no lesson tells what that is); 0 where nothing was answered.
    pub precision: f64,
    /// The same at its lowest: the lower end of the 95 % interval (Wilson 1927).
    pub at_least: f64,
    /// How many messages it was measured on: of those in scope, of those that no intent is about, and of intents held out.
    pub measured: [usize; 3],
    /// The intents of so few examples that little can be said of them, with how many they have.
    pub few: Vec<(String, usize)>,
}

impl Estimate {
    /// Measures what is answered from a confidence on. Takes confidence, right or not, and weight.
    pub(super) fn of(judged: &[(f64, bool, f64)], answer: f64) -> (f64, f64) {
        let answered = judged.iter().filter(|(confidence, ..)| *confidence >= answer);
        let (mut right, mut all, mut squares) = (0.0, 0.0, 0.0);
        for (_, is_right, weight) in answered {
            right += if *is_right { *weight } else { 0.0 };
            all += weight;
            squares += weight * weight;
        }
        if all == 0.0 {
            return (0.0, 0.0);
        }
        // So many messages of the same weight would tell as much.
        let (p, n) = (right / all, all * all / squares);
        const Z: f64 = 1.96;
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        (p, (middle - half) / (1.0 + Z * Z / n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_hold() {
        let mut dice = super::super::hash::Dice::new(1);
        let facts_and_right: Vec<(Facts, bool)> = (0..4000)
            .map(|_| {
                let x = dice.below(1000) as f64 / 100.0 - 5.0;
                let mut facts = [0.0; EVIDENCE];
                facts[3] = x;
                (facts, dice.chance(logistic(x)))
            })
            .collect();
        let judged: Vec<Judged> =
            facts_and_right.iter().map(|(facts, right)| Judged { facts, right: *right, weight: 1.0 }).collect();
        let calibration = Calibration::fit(&judged).expect("both kinds");
        for x in [-3.0, -1.0, 0.0, 1.0, 3.0] {
            let mut facts = [0.0; EVIDENCE];
            facts[3] = x;
            assert!((calibration.confidence(&facts) - logistic(x)).abs() < 0.05, "{x}");
        }
    }

    #[test]
    fn one_sided_evidence_is_not_trusted() {
        let judged = [Judged { facts: &[1.0; EVIDENCE], right: true, weight: 1.0 }; 5];
        assert!(Calibration::fit(&judged).is_none());
        assert!(Calibration::default().confidence(&[1.0; EVIDENCE]) < 0.1);
    }

    #[test]
    fn thresholds() {
        let judged: Vec<(f64, bool, f64)> =
            (0..100).map(|i| (f64::from(i) / 100.0, i >= 40 || i % 2 == 0, 1.0)).collect();
        let at = threshold(&judged, 0.95);
        assert!(at > 0.3 && at < 0.4, "{at}");
        assert_eq!(threshold(&[(0.9, false, 1.0)], 0.95), 1.0);
    }
}
