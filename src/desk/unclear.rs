//! What the bot did not understand and agents have said the intent of, in groups of what sounds alike.

use super::figures::UnclearGroup;
use std::collections::BTreeMap;
use understanding::Matcher;

/// How much of a message is shown.
const SHOWN: usize = 300;

/// An utterance that may become an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its number in the store.
    pub id: i64,
    /// The customer's words, masked.
    pub utterance: String,
    /// The id of the intent they meant, by an agent.
    pub intent: String,
}

impl Proposed {
    /// The words as they are shown.
    pub(super) fn shown(&self) -> String {
        self.utterance.chars().take(SHOWN).collect()
    }
}

/// Proposals in groups of those that mean the same and sound alike, the most frequent first.
pub(super) fn groups<'a>(matcher: &Matcher, proposals: &'a [Proposed]) -> Vec<Vec<&'a Proposed>> {
    let utterances: Vec<String> = proposals.iter().map(|proposed| proposed.utterance.clone()).collect();
    let mut groups = Vec::new();
    for cluster in understanding::cluster(matcher, &utterances) {
        // Where agents disagree on what it is, each opinion stands alone.
        let mut by_intent: BTreeMap<&str, Vec<&Proposed>> = BTreeMap::new();
        for proposed in cluster.members.iter().filter_map(|member| proposals.get(*member)) {
            by_intent.entry(&proposed.intent).or_default().push(proposed);
        }
        groups.extend(by_intent.into_values());
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

/// The same counted, for the owner's figures.
pub fn counted(matcher: &Matcher, proposals: &[Proposed]) -> Vec<UnclearGroup> {
    let group = |group: Vec<&Proposed>| {
        let first = group.first()?;
        Some(UnclearGroup { count: group.len(), words: first.shown(), intent: first.intent.clone() })
    };
    groups(matcher, proposals).into_iter().filter_map(group).collect()
}
