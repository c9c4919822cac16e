//! Labels of the caller's own, read beside the intents: what follows on something that was told, what a story complains of.

use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Labelled, Sight};
use super::lessons::LabelSet;
use super::opinion::{Basis, Parsed};

/// A learned reader of one set of labels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Labels {
    name: String,
    labels: Vec<String>,
    aspect: Aspect,
}

/// What one of the intents' own examples counts among the texts that show no label.
const ORDINARY_WEIGHT: f32 = 0.5;

impl Labels {
    /// Learns a set. The intents' own examples, of which some are `ordinary`, show none of its labels.
    pub(super) fn learn(basis: &Basis, set: &LabelSet, ordinary: &[&str]) -> Labels {
        let of_labels = set.labels.iter().enumerate();
        let mut examples: Vec<Labelled> = of_labels
            .flat_map(|(at, (_, texts))| texts.iter().map(move |text| Labelled { text, label: at + 1, weight: 1.0 }))
            .collect();
        examples.extend(set.others.iter().map(|text| Labelled { text, label: 0, weight: 1.0 }));
        examples.extend(ordinary.iter().map(|text| Labelled { text, label: 0, weight: ORDINARY_WEIGHT }));
        Labels {
            name: set.name.clone(),
            labels: set.labels.iter().map(|(label, _)| label.clone()).collect(),
            aspect: Aspect::learn(basis, Sight::Matter, set.labels.len() + 1, &[], &examples),
        }
    }

    /// Whether this is the set of this name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// The label that a message most likely shows, with the probability, 0..1, that it shows this one.
    pub(super) fn best(&self, basis: &Basis, parsed: &Parsed) -> Option<(&str, f64)> {
        let shares = self.aspect.shares(basis, parsed);
        let of_labels = self.labels.iter().zip(shares.iter().skip(1));
        let best = of_labels.max_by(|a, b| a.1.total_cmp(b.1))?;
        Some((best.0, f64::from(*best.1)))
    }
}
