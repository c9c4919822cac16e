//! Labels of the caller's own, read beside the intents: what follows on something that was told, what a story complains of.

use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Labelled, Sight};
use super::lessons::LabelSet;
use super::lexicon::{Sentence, Token};
use super::noise::Sayings;
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
/// The seed of the spoilt copies.
const SPOILT: u64 = 29;

impl Labels {
    /// Learns a set, each example with a copy that is spoilt as people spoil what they type. The intents' own examples, of
    /// which some are `ordinary`, show none of its labels, unless they may.
    pub(super) fn learn(basis: &Basis, set: &LabelSet, ordinary: &[&str], sayings: &Sayings) -> Labels {
        let of_labels = set.labels.iter().enumerate();
        let clean: Vec<(usize, &String)> =
            of_labels.flat_map(|(at, (_, texts))| texts.iter().map(move |text| (at + 1, text))).collect();
        let spoilt: Vec<(usize, String)> =
            clean.iter().map(|(label, text)| (*label, sayings.spoil_somehow(text, SPOILT))).collect();
        let mut examples: Vec<Labelled> = clean
            .iter()
            .map(|(label, text)| Labelled::new(text, *label, 1.0))
            .chain(spoilt.iter().map(|(label, text)| Labelled::spoilt(text, *label)))
            .collect();
        examples.extend(set.others.iter().map(|text| Labelled::new(text, 0, 1.0)));
        if !set.in_requests {
            examples.extend(ordinary.iter().map(|text| Labelled::new(text, 0, ORDINARY_WEIGHT)));
        }
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

    /// The label that a message most likely shows, with the probability, 0..1, that it shows this one. A greeting and an
    /// address before it show nothing: the rest is looked at by itself, too.
    pub(super) fn best(&self, basis: &Basis, parsed: &Parsed) -> Option<(&str, f64)> {
        let whole = self.best_of(basis, parsed);
        let rest = without_address(&parsed.sentence).map(|sentence| Parsed { sentence, ..Parsed::of_part(parsed) });
        let rest = rest.and_then(|rest| self.best_of(basis, &rest));
        if rest.map_or(0.0, |(_, share)| share) > whole.map_or(0.0, |(_, share)| share) { rest } else { whole }
    }

    fn best_of(&self, basis: &Basis, parsed: &Parsed) -> Option<(&str, f64)> {
        let shares = self.aspect.shares(basis, parsed);
        let of_labels = self.labels.iter().zip(shares.iter().skip(1));
        let best = of_labels.max_by(|a, b| a.1.total_cmp(b.1))?;
        Some((best.0, f64::from(*best.1)))
    }

    /// The labels that parts of a message show with at least this probability, each with the greatest of it, in the order in
    /// which the message tells of them. Its parts are clauses, short ones with their neighbours, and stretches of long ones.
    pub(super) fn told(&self, basis: &Basis, parsed: &Parsed, least: f64) -> Vec<(&str, f64)> {
        let mut told: Vec<(&str, f64)> = Vec::new();
        for part in parts(&parsed.sentence.tokens) {
            let sentence = Sentence { tokens: part.to_vec(), question: false };
            let part = Parsed { sentence, ..Parsed::of_part(parsed) };
            let Some((label, share)) = self.best(basis, &part).filter(|(_, share)| *share >= least) else { continue };
            match told.iter_mut().find(|(known, _)| *known == label) {
                Some((_, known)) => *known = share.max(*known),
                None => told.push((label, share)),
            }
        }
        told
    }
}

/// A clause of fewer words says little by itself.
const SHORTEST: usize = 3;
/// Two clauses of at most so many words are heard together too.
const TOGETHER: usize = 16;
/// A clause of more words is heard in stretches of so many, each so many words further on.
const LONGEST: usize = 14;
const STRETCH: usize = 10;
const FURTHER: usize = 4;

/// The parts of a message by which it is heard, in its order.
fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let clauses: Vec<&[Token]> = tokens.chunk_by(|a, b| a.word.clause == b.word.clause).collect();
    let mut parts: Vec<&[Token]> = Vec::new();
    let mut start = 0;
    for (at, clause) in clauses.iter().enumerate() {
        if clause.len() > LONGEST {
            let last = clause.len() - STRETCH;
            let starts = (0..last).step_by(FURTHER).chain([last]);
            parts.extend(starts.map(|from| &clause[from..from + STRETCH]));
        } else if clause.len() >= SHORTEST {
            parts.push(clause);
        }
        if let Some(next) = clauses.get(at + 1).filter(|next| clause.len() + next.len() <= TOGETHER) {
            parts.push(&tokens[start..start + clause.len() + next.len()]);
        }
        start += clause.len();
    }
    if parts.is_empty() && !tokens.is_empty() {
        parts.push(tokens);
    }
    parts
}

/// A sentence without the filler that it begins with; `None` where there is none, or nothing else.
fn without_address(sentence: &Sentence) -> Option<Sentence> {
    let address = sentence.tokens.iter().take_while(|token| token.filler).count();
    let rest = sentence.tokens.get(address..).filter(|rest| address > 0 && !rest.is_empty())?;
    Some(Sentence { tokens: rest.to_vec(), question: sentence.question })
}
