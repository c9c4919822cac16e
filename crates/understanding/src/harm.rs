//! Whether more examples would do harm, measured on messages that were held out.
//!
//! The model learns in an order that one example more does not overturn, and the folds stay what they were. So what
//! changes among the held-out messages is what the example teaches, not chance.

use std::collections::BTreeMap;

use super::lessons::Lessons;
use super::lexicon::View;
use super::matcher::{CrossValidated, Matcher};
use super::reading::Decision;

/// From this similarity on, 0..1, two messages say the same. Messages that a person teaches lie below 0.7 to other
/// intents; the same words in another order reach 1.
const SAME: f64 = 0.85;
/// From this similarity on they do so where the bot is sure of the other intent.
const CLOSE: f64 = 0.7;
/// How many of the nearest examples are looked at.
const LOOKED_AT: usize = 50;

/// The share of right readings, 0..1, before and after, over the held-out messages of the given intents that both
/// matchers judged (by [`Matcher::cross_validation`]). 1 where there are none. Examples taught in between must stand last in their lessons, or the folds of
/// the others are not what they were.
pub fn held_out_accuracy(before: &Matcher, after: &Matcher, intents: &[&str]) -> (f64, f64) {
    let right = |message: &CrossValidated| message.predicted == message.truth;
    let then: BTreeMap<(&str, bool), bool> =
        after.cross_validation().map(|message| ((message.text, message.noised), right(&message))).collect();
    let asked = before.cross_validation().filter(|message| intents.contains(&message.truth));
    let pairs: Vec<(bool, bool)> =
        asked.filter_map(|message| Some((right(&message), *then.get(&(message.text, message.noised))?))).collect();
    let share = |right: usize| if pairs.is_empty() { 1.0 } else { right as f64 / pairs.len() as f64 };
    (share(pairs.iter().filter(|pair| pair.0).count()), share(pairs.iter().filter(|pair| pair.1).count()))
}

/// A message that was to be taught for one intent and says the same as a message of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The message that was to be taught, as it was given.
    pub utterance: String,
    /// The id of the other intent; [`NONE`](super::NONE) for what must not be answered.
    pub with: String,
    /// The other message that says the same: an example of that intent, or one that was to be taught for it.
    pub example: String,
}

/// Looks for a contradiction in messages that are to be taught, each an intent's id and its text, before they are learned:
/// the first one that an example of another intent says as well, or another of these messages with another intent. Two
/// messages say the same from a similarity of 0.85 on (the cosine of their words by weight, 0..1), and from 0.7 on where
/// `matcher` is sure of the other intent. An intent whose own examples say it just as closely keeps it. `None`: nothing
/// contradicts.
pub fn contradiction(matcher: &Matcher, taught: &[(&str, &str)]) -> Option<Contradiction> {
    let basis = &matcher.basis;
    let terms: Vec<Vec<(u64, f32)>> = taught.iter().map(|(_, text)| matcher.terms(text)).collect();
    for (i, (intent, text)) in taught.iter().enumerate() {
        let near = basis.nearest.examples(&terms[i], LOOKED_AT);
        let near = near.into_iter().filter_map(|(number, similarity)| {
            let (example, class) = basis.examples.get(number)?;
            Some((basis.name(class), example, f64::from(similarity)))
        });
        let near: Vec<(&str, &str, f64)> = near.collect();
        let own = near.iter().find(|(other, ..)| other == intent).map_or(0.0, |(.., similarity)| *similarity);
        let mut others = near.into_iter().filter(|(other, ..)| other != intent);
        let reading = matcher.read(text);
        let sure =
            reading.intent.filter(|intent| reading.decision == Decision::Answer || *intent == basis.trade.person);
        let known = others.find(|(other, _, similarity)| {
            let enough = if sure.as_deref() == Some(*other) { CLOSE } else { SAME };
            *similarity >= enough && *similarity > own
        });
        let beside = (0..i).filter(|j| taught[*j].0 != *intent).map(|j| (taught[j].0, taught[j].1, j));
        let mut beside = beside.map(|(other, said, j)| (other, said, cosine(&terms[i], &terms[j])));
        let found = known.or_else(|| beside.find(|(.., similarity)| *similarity >= SAME));
        if let Some((with, example, _)) = found {
            return Some(Contradiction {
                utterance: (*text).to_owned(),
                with: with.to_owned(),
                example: example.to_owned(),
            });
        }
    }
    None
}

/// The similarity of two messages by their terms, 0..1.
pub(super) fn cosine(a: &[(u64, f32)], b: &[(u64, f32)]) -> f64 {
    let of = |term: &u64| b.iter().find(|(other, _)| other == term).map_or(0.0, |(_, weight)| *weight);
    f64::from(a.iter().map(|(term, weight)| weight * of(term)).sum::<f32>().min(1.0))
}

impl Matcher {
    /// Learns other lessons for this matcher's trade and wanted precision, whatever the lessons say of these.
    #[must_use]
    pub fn relearn(&self, lessons: Lessons) -> Matcher {
        Matcher::new(&Lessons { trade: self.basis.trade.clone(), precision: self.precision, ..lessons })
    }

    /// What a message is compared by: terms and weights, of length 1.
    pub(super) fn terms(&self, text: &str) -> Vec<(u64, f32)> {
        let sentence = self.parse(text).sentence;
        self.basis.lexicon.features(&sentence.tokens, sentence.question, View::All).terms
    }
}
