//! Measures of how well messages are read: pure functions over judged messages.
//!
//! A *miss* here is any wrong answer: the wrong intent, or an answer where there should be none.

use super::lessons::NONE;
use super::matcher::{Matcher, read};
use super::reading::{Mood, Reading, Stance};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A labelled message and what was read in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The true intent; `None` for a message out of scope, which should not be answered.
    pub truth: Option<String>,
    /// Other intents that would be right too.
    pub alt: Vec<String>,
    /// The top intent, whether or not it was sure enough; `None` where there are no intents.
    pub predicted: Option<String>,
    /// The confidence in it, 0..1.
    pub confidence: f64,
}

/// A labelled message, as a line of a JSONL file holds it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Labelled {
    /// The message as the customer wrote it.
    pub text: String,
    /// Its true intent; [`NONE`] when it should not be answered.
    pub intent: String,
    /// Other intents that would be right too; in the file one, or a list of them.
    #[serde(default, deserialize_with = "one_or_several")]
    pub alt: Vec<String>,
    /// How the customer stands to it, where the set says so.
    #[serde(default)]
    pub stance: Option<Stance>,
    /// How the customer feels, where the set says so.
    #[serde(default)]
    pub mood: Option<Mood>,
    /// All that is asked for, where it is more than the intent.
    #[serde(default)]
    pub requests: Option<Vec<String>>,
    /// The kind of customer that might write so, for a breakdown by kinds.
    #[serde(default)]
    pub voice: Option<String>,
}

fn one_or_several<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Option::<Written>::deserialize(from)? {
        None => Vec::new(),
        Some(Written::One(one)) => vec![one],
        Some(Written::Several(several)) => several,
    })
}

impl Labelled {
    /// Reads `text`, which is the message or a spoiled copy of it, and holds the best reading against the
    /// label, whether or not it was sure enough: thresholds come after.
    pub fn judge(&self, matcher: &Matcher, text: &str) -> Case {
        self.held_against(&read(matcher, text))
    }

    /// The same for a reading that was made already.
    pub fn held_against(&self, reading: &Reading) -> Case {
        let known = |intent: &String| intent != NONE;
        Case {
            truth: Some(self.intent.clone()).filter(known),
            alt: self.alt.iter().filter(|intent| known(intent)).cloned().collect(),
            predicted: reading.candidates.first().map(|best| best.intent.clone()),
            confidence: reading.confidence,
        }
    }
}

impl Case {
    /// Whether answering with the top intent is right.
    pub fn is_right(&self) -> bool {
        let also = || self.predicted.as_ref().is_some_and(|predicted| self.alt.contains(predicted));
        self.truth.is_some() && self.predicted.is_some() && (self.predicted == self.truth || also())
    }

    /// Whether it should be answered at all.
    pub fn in_scope(&self) -> bool {
        self.truth.is_some()
    }
}

/// The share of messages in scope whose top intent is right, 0..1, confidence aside.
pub fn accuracy(cases: &[Case]) -> f64 {
    let scope: Vec<&Case> = cases.iter().filter(|case| case.in_scope()).collect();
    share(scope.iter().filter(|case| case.is_right()).count(), scope.len())
}

/// The mean over the true intents of the harmonic mean of precision and recall (van Rijsbergen
/// 1979), on messages in scope; 0..1.
pub fn macro_f1(cases: &[Case]) -> f64 {
    // Per intent: true positives, predictions, members.
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for case in cases {
        let (Some(truth), Some(predicted)) = (&case.truth, &case.predicted) else {
            continue;
        };
        // Where another intent is right too, the prediction is taken for the truth.
        let truth = if case.is_right() { predicted } else { truth };
        counts.entry(truth).or_default()[2] += 1;
        counts.entry(predicted).or_default()[1] += 1;
        if case.is_right() {
            counts.entry(truth).or_default()[0] += 1;
        }
    }
    let scores: Vec<f64> = counts
        .values()
        .filter(|[_, _, members]| *members > 0)
        .map(|[right, predicted, members]| share(2 * right, predicted + members))
        .collect();
    if scores.is_empty() { 0.0 } else { scores.iter().sum::<f64>() / scores.len() as f64 }
}

/// The probability that a message in scope gets more confidence than one out of scope, ties
/// counting half: the area under the ROC curve as the Mann-Whitney statistic (Hanley and McNeil
/// 1982); 0..1. One half when either side is empty.
pub fn auroc(cases: &[Case]) -> f64 {
    let mut sorted: Vec<&Case> = cases.iter().collect();
    sorted.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let within = sorted.iter().filter(|case| case.in_scope()).count() as f64;
    let out = sorted.len() as f64 - within;
    if within == 0.0 || out == 0.0 {
        return 0.5;
    }
    let (mut area, mut below, mut i) = (0.0, 0.0, 0);
    while i < sorted.len() {
        let ties = sorted[i..].iter().take_while(|c| c.confidence == sorted[i].confidence).count();
        let in_ties = sorted[i..i + ties].iter().filter(|case| case.in_scope()).count() as f64;
        let out_ties = ties as f64 - in_ties;
        area += in_ties * (below + out_ties / 2.0);
        below += out_ties;
        i += ties;
    }
    area / (within * out)
}

/// The largest share of the messages in scope that can be answered rightly while at least
/// `precision` of all answers are right, over all thresholds of confidence (selective
/// classification: El-Yaniv and Wiener 2010); 0..1.
pub fn coverage_at(cases: &[Case], precision: f64) -> f64 {
    let scope = cases.iter().filter(|case| case.in_scope()).count();
    curve(cases).iter().filter(|at| at.precision >= precision).map(|at| share(at.right, scope)).fold(0.0, f64::max)
}

/// One point of the risk-coverage curve: what comes of answering from a confidence on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtThreshold {
    /// The confidence, 0..1, from which on messages are answered.
    pub threshold: f64,
    /// How many of all messages are answered.
    pub answered: usize,
    /// How many of these rightly.
    pub right: usize,
    /// The share of right answers, 0..1; 0 where none are given.
    pub precision: f64,
}

/// The risk-coverage curve: a point for every confidence that occurs, highest first.
pub fn curve(cases: &[Case]) -> Vec<AtThreshold> {
    let mut sorted: Vec<&Case> = cases.iter().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut points = Vec::new();
    let mut right = 0;
    for (i, case) in sorted.iter().enumerate() {
        right += usize::from(case.is_right());
        if sorted.get(i + 1).is_none_or(|next| next.confidence < case.confidence) {
            let answered = i + 1;
            points.push(AtThreshold { threshold: case.confidence, answered, right, precision: share(right, answered) });
        }
    }
    points
}

/// What comes of answering from a fixed confidence on, 0..1.
pub fn at_threshold(cases: &[Case], threshold: f64) -> AtThreshold {
    let answered: Vec<&Case> = cases.iter().filter(|case| case.confidence >= threshold).collect();
    let right = answered.iter().filter(|case| case.is_right()).count();
    AtThreshold { threshold, answered: answered.len(), right, precision: share(right, answered.len()) }
}

/// One bin of the reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// How many messages have their confidence in it.
    pub count: usize,
    /// Their mean confidence, 0..1; 0 where there are none.
    pub confidence: f64,
    /// The share of them that was read rightly, 0..1; 0 where there are none.
    pub accuracy: f64,
}

/// The reliability diagram (Murphy and Winkler 1977): `bins` bins of equal width over the confidences 0..1, ascending; one at
/// least.
pub fn reliability(cases: &[Case], bins: usize) -> Vec<Bin> {
    let bins = bins.max(1);
    let mut sums = vec![(0usize, 0.0, 0usize); bins];
    for case in cases {
        let bin = ((case.confidence * bins as f64) as usize).min(bins - 1);
        sums[bin].0 += 1;
        sums[bin].1 += case.confidence;
        sums[bin].2 += usize::from(case.is_right());
    }
    sums.into_iter()
        .map(|(count, confidence, right)| Bin {
            count,
            confidence: if count == 0 { 0.0 } else { confidence / count as f64 },
            accuracy: share(right, count),
        })
        .collect()
}

/// Expected calibration error: the mean distance between confidence and accuracy over ten bins,
/// each by its size (Guo et al. 2017); 0..1, lower is better.
pub fn expected_calibration_error(cases: &[Case]) -> f64 {
    let total = cases.len().max(1) as f64;
    reliability(cases, 10).iter().map(|bin| bin.count as f64 / total * (bin.confidence - bin.accuracy).abs()).sum()
}

/// How often each true intent was read as each other one: truth, prediction and how many, the most frequent first.
/// [`NONE`] stands for out of scope, and for a prediction whose confidence is below `threshold`, 0..1.
pub fn confusion(cases: &[Case], threshold: f64) -> Vec<((String, String), usize)> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for case in cases {
        let truth = case.truth.clone().unwrap_or_else(|| NONE.to_owned());
        let answered = case.predicted.clone().filter(|_| case.confidence >= threshold);
        let predicted = answered.unwrap_or_else(|| NONE.to_owned());
        *counts.entry((truth, predicted)).or_insert(0) += 1;
    }
    let mut table: Vec<_> = counts.into_iter().collect();
    table.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    table
}

/// How well one label of several is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recall {
    /// How many messages truly have it.
    pub all: usize,
    /// How many of these were read so.
    pub right: usize,
    /// How many messages were read so, rightly or not.
    pub read: usize,
}

impl Recall {
    /// The share of the messages with the label that were read so, 0..1.
    pub fn recall(&self) -> f64 {
        share(self.right, self.all)
    }

    /// The share of the messages read so that truly have the label, 0..1.
    pub fn precision(&self) -> f64 {
        share(self.right, self.read)
    }
}

/// How well each label is read, over pairs of the true one and the one that was read, in the order of the labels.
pub fn recalls<L: Ord>(pairs: impl IntoIterator<Item = (L, L)>) -> BTreeMap<L, Recall> {
    let mut recalls: BTreeMap<L, Recall> = BTreeMap::new();
    for (truth, read) in pairs {
        let right = truth == read;
        let of_truth = recalls.entry(truth).or_default();
        of_truth.all += 1;
        of_truth.right += usize::from(right);
        recalls.entry(read).or_default().read += 1;
    }
    recalls
}

/// How well two requests in one message are told: `all` counts the requests of messages that have more than one, `right`
/// those of them that were seen; where two were seen, `read` counts the messages, and `good` those that truly ask for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// The requests of messages with more than one.
    pub all: usize,
    /// Those of them that were seen.
    pub right: usize,
    /// Messages in which two were seen.
    pub read: usize,
    /// Those of them that ask for both, as far as the set says.
    pub good: usize,
}

impl Requests {
    /// Counts over messages and the requests that were read in each.
    pub fn count<'a>(messages: impl IntoIterator<Item = (&'a Labelled, &'a [String])>) -> Requests {
        let mut counted = Requests::default();
        for (message, read) in messages {
            if let Some(requests) = &message.requests {
                counted.all += requests.len();
                counted.right += requests.iter().filter(|request| read.contains(request)).count();
            }
            let asked = |request: &String| {
                let listed = message.requests.iter().flatten().chain(&message.alt);
                listed.chain([&message.intent]).any(|known| known == request)
            };
            if read.len() > 1 {
                counted.read += 1;
                counted.good += usize::from(read.iter().all(asked));
            }
        }
        counted
    }

    /// The share of the requests that were seen, 0..1.
    pub fn recall(&self) -> f64 {
        share(self.right, self.all)
    }

    /// The share of the messages read as two requests that are, 0..1.
    pub fn precision(&self) -> f64 {
        share(self.good, self.read)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(truth: Option<&str>, predicted: &str, confidence: f64) -> Case {
        Case { truth: truth.map(str::to_owned), alt: Vec::new(), predicted: Some(predicted.to_owned()), confidence }
    }

    fn some() -> Vec<Case> {
        vec![
            case(Some("a"), "a", 0.9),
            case(Some("b"), "b", 0.8),
            case(None, "a", 0.7),
            case(Some("a"), "b", 0.6),
            case(None, "b", 0.1),
        ]
    }

    #[test]
    fn measures_by_hand() {
        let cases = some();
        assert!((accuracy(&cases) - 2.0 / 3.0).abs() < 1e-9);
        assert!((auroc(&cases) - 5.0 / 6.0).abs() < 1e-9);
        assert!((coverage_at(&cases, 0.95) - 2.0 / 3.0).abs() < 1e-9);
        assert!((macro_f1(&cases) - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(at_threshold(&cases, 0.65).answered, 3);
        assert_eq!(curve(&cases).len(), 5);
        assert_eq!(confusion(&cases, 0.0).iter().map(|(_, n)| n).sum::<usize>(), 5);
    }

    #[test]
    fn calibration_error() {
        let perfect: Vec<Case> = (0..10).map(|i| case(Some("a"), if i < 8 { "a" } else { "b" }, 0.8)).collect();
        assert!(expected_calibration_error(&perfect) < 1e-9);
        assert_eq!(expected_calibration_error(&[]), 0.0);
    }

    #[test]
    fn another_right_intent() {
        let mut both = case(Some("a"), "b", 0.5);
        both.alt = vec!["c".to_owned(), "b".to_owned()];
        assert!(both.is_right());
    }

    #[test]
    fn a_line_may_name_one_other_intent_or_several() {
        let alt = |line: &str| serde_json::from_str::<Labelled>(line).expect("a labelled message").alt;
        assert_eq!(alt(r#"{"text": "a", "intent": "b"}"#), [""; 0]);
        assert_eq!(alt(r#"{"text": "a", "intent": "b", "alt": null}"#), [""; 0]);
        assert_eq!(alt(r#"{"text": "a", "intent": "b", "alt": "c"}"#), ["c"]);
        assert_eq!(alt(r#"{"text": "a", "intent": "b", "alt": ["c", "d"]}"#), ["c", "d"]);
    }

    #[test]
    fn labels_and_requests_are_counted() {
        let of = recalls([("a", "a"), ("a", "b"), ("b", "b")]);
        assert_eq!((of["a"].recall(), of["b"].recall(), of["b"].precision()), (0.5, 1.0, 0.5));
        let line = r#"{"text": "x", "intent": "a", "requests": ["a", "b"]}"#;
        let message: Labelled = serde_json::from_str(line).expect("a labelled message");
        let (both, other) = (["a".to_owned(), "b".to_owned()], ["a".to_owned(), "c".to_owned()]);
        let counted = Requests::count([(&message, &both[..]), (&message, &other[..])]);
        assert_eq!(counted, Requests { all: 4, right: 3, read: 2, good: 1 });
    }
}
