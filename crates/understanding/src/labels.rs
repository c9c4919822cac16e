//! Labels of the caller's own, read beside the intents: what follows on something that was told, what a story complains of.

use super::aspect::{Aspect, Labelled, Sight};
use super::matcher::Matcher;

/// A reader of labels that are the caller's own, learned from examples of each beside a [`Matcher`], whose words it
/// shares.
#[derive(Clone, Debug)]
pub struct Labels {
    names: Vec<String>,
    aspect: Aspect,
}

impl Labels {
    /// Learns the labels with their examples; `others` are messages that show none of them. A label of few examples is
    /// seldom sure.
    pub fn learn(matcher: &Matcher, labels: &[(String, Vec<String>)], others: &[String]) -> Labels {
        let texts = labels.iter().enumerate().flat_map(|(at, (_, texts))| texts.iter().map(move |text| (at + 1, text)));
        let mut examples: Vec<Labelled> =
            texts.map(|(label, text)| Labelled { text, label, weight: 1.0 }).collect();
        examples.extend(others.iter().map(|text| Labelled { text, label: 0, weight: 1.0 }));
        let aspect = Aspect::learn(&matcher.basis, Sight::Matter, labels.len() + 1, &[], &examples);
        Labels { names: labels.iter().map(|(name, _)| name.clone()).collect(), aspect }
    }

    /// The labels a message may show, best first, each with its probability, 0..1; what is left is the probability that it
    /// shows none.
    pub fn read(&self, matcher: &Matcher, text: &str) -> Vec<(&str, f64)> {
        let parsed = matcher.parse(text);
        let shares = self.aspect.shares(&matcher.basis, &parsed);
        let mut found: Vec<(&str, f64)> = self
            .names
            .iter()
            .zip(shares.iter().skip(1))
            .map(|(name, share)| (name.as_str(), f64::from(*share)))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found
    }
}
