//! The nearest examples: the second opinion, and the sense of distance the first one lacks.
//!
//! Soft TF-IDF (Cohen, Ravikumar, Fienberg 2003): the cosine of two bags of weighted words, where
//! a misspelt word counts as the known word it is near to, less the distance. Examples are found
//! through their words, rarest first, and no more than a fixed number of entries is looked at:
//! the cost does not follow the size of the phrasebook.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use super::hash::Map;
use super::lexicon::{Groups, View};

/// At most this many entries are looked at for one message.
const MOST_ENTRIES: usize = 3_000;

/// An example to compare with.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Its terms with their weights, of length 1.
    pub(super) terms: Vec<(u64, f32)>,
    pub(super) class: usize,
    pub(super) fold: usize,
}

/// One example among its like.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Entry {
    example: u32,
    weight: f32,
}

/// The examples by their words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Nearest {
    postings: Map<u64, Vec<Entry>>,
    /// The class of each example and the fold it lies in.
    labels: Vec<(u32, u8)>,
    classes: usize,
    groups: Groups,
}

thread_local! {
    /// What one message takes for a moment: made once a thread, for it is long.
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { sums: Vec::new(), touched: Vec::new() }) };
}

struct Scratch {
    /// The similarity of every example; all nought between two messages.
    sums: Vec<f32>,
    /// The examples that share a word.
    touched: Vec<u32>,
}

/// What the nearest examples say.
#[derive(Clone, Debug, Default)]
pub(super) struct Similar {
    /// The similarity to the nearest example of each class, 0..1.
    pub(super) best: Vec<f32>,
    /// The mean similarity to the three nearest of each class.
    pub(super) three: Vec<f32>,
}

impl Nearest {
    pub(super) fn new(examples: &[Known], classes: usize, groups: Groups) -> Nearest {
        let mut nearest = Nearest { classes, groups, ..Nearest::default() };
        for Known { terms, class, fold } in examples {
            let example = nearest.labels.len() as u32;
            nearest.labels.push((*class as u32, *fold as u8));
            for (term, weight) in terms {
                nearest.postings.entry(*term).or_default().push(Entry { example, weight: *weight });
            }
        }
        nearest
    }

    /// Hands every example that shares a word looked at, with its similarity, to `each`; looks at `most` entries.
    fn scored(&self, terms: &[(u64, f32)], view: View, most: usize, mut each: impl FnMut(u32, u32, f32)) {
        let mut lists: Vec<(&[Entry], f32)> =
            terms.iter().filter_map(|(term, weight)| Some((self.postings.get(term)?.as_slice(), *weight))).collect();
        lists.sort_by_key(|(entries, _)| entries.len());
        SCRATCH.with_borrow_mut(|Scratch { sums, touched }| {
            if sums.len() < self.labels.len() {
                sums.resize(self.labels.len(), 0.0);
            }
            touched.clear();
            let mut left = most;
            for (entries, weight) in lists {
                if left == 0 {
                    break;
                }
                // Of a list that is too long every so many are looked at, or the first intents alone would be near.
                let step = entries.len().div_ceil(left).max(1);
                for entry in entries.iter().step_by(step) {
                    let sum = &mut sums[entry.example as usize];
                    if *sum == 0.0 {
                        touched.push(entry.example);
                    }
                    *sum += entry.weight * weight;
                }
                left = left.saturating_sub(entries.len());
            }
            for example in touched.iter() {
                let score = std::mem::take(&mut sums[*example as usize]);
                let (class, fold) = self.labels[*example as usize];
                let counts = match view {
                    View::All => true,
                    View::Without(held_out) => {
                        usize::from(fold) != held_out && self.groups.of(class as usize) != Some(held_out)
                    }
                };
                if counts {
                    each(*example, class, score);
                }
            }
        });
    }

    pub(super) fn similar(&self, terms: &[(u64, f32)], view: View) -> Similar {
        let mut top = vec![[0f32; 3]; self.classes];
        self.scored(terms, view, MOST_ENTRIES, |_, class, score| {
            let three = &mut top[class as usize];
            if score <= three[2] {
                return;
            }
            if score > three[0] {
                *three = [score, three[0], three[1]];
            } else if score > three[1] {
                *three = [three[0], score, three[1]];
            } else {
                three[2] = score;
            }
        });
        Similar {
            best: top.iter().map(|t| t[0].min(1.0)).collect(),
            three: top.iter().map(|t| (t[0] + t[1] + t[2]).min(3.0) / 3.0).collect(),
        }
    }

    /// The numbers of the nearest examples, best first; every one is looked at, which takes longer.
    pub(super) fn examples(&self, terms: &[(u64, f32)], most: usize) -> Vec<(usize, f32)> {
        let mut scored: Vec<(u32, f32)> = Vec::new();
        self.scored(terms, View::All, usize::MAX, |example, _, score| scored.push((example, score)));
        scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        scored.truncate(most);
        scored.into_iter().map(|(example, score)| (example as usize, score.min(1.0))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found() {
        let half = 0.5f32.sqrt();
        let examples = vec![
            Known { terms: vec![(1, half), (2, half)], class: 0, fold: 0 },
            Known { terms: vec![(1, half), (3, half)], class: 1, fold: 1 },
            Known { terms: vec![(4, 1.0)], class: 1, fold: 2 },
        ];
        let nearest = Nearest::new(&examples, 2, Groups::default());
        let similar = nearest.similar(&[(1, half), (2, half)], View::All);
        assert!(similar.best[0] > 0.99 && (similar.best[1] - 0.5).abs() < 1e-3);
        let without = nearest.similar(&[(1, half), (2, half)], View::Without(0));
        assert_eq!(without.best[0], 0.0);
        assert_eq!(nearest.examples(&[(4, 1.0)], 5), vec![(2, 1.0)]);
    }
}
