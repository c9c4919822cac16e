//! What was not understood, in clusters that say the same: a person looks at thirty of them, not at two thousand messages.
//!
//! Star clustering (Aslam, Pelekhov, Rus 2004): the message with the most near ones becomes the middle of a cluster and
//! takes them along, then the next one that is left. Everything in a cluster is near its middle, and the order in which
//! the messages came plays no part.

use std::cmp::Reverse;

use super::hash::Map;
use super::matcher::Matcher;
use super::normalize;

/// From this similarity on, 0..1, messages belong together.
const NEAR: f32 = 0.6;

/// Messages that say about the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The message that is nearest to all of them, as it was written.
    pub representative: String,
    /// The places of all its messages in the list that was clustered, ascending: one or more.
    pub members: Vec<usize>,
}

impl Cluster {
    /// How many messages it has.
    pub fn count(&self) -> usize {
        self.members.len()
    }
}

/// One text, however often it was written.
struct Said<'a> {
    text: &'a str,
    members: Vec<usize>,
    terms: Vec<(u64, f32)>,
}

/// Gathers messages by what they say, the most frequent cluster first, then the one that began first. Every message is in
/// one cluster. Takes about a second for 2,000 messages.
pub fn cluster(matcher: &Matcher, utterances: &[String]) -> Vec<Cluster> {
    let said = distinct(matcher, utterances);
    let near = neighbours(&said);
    let weight = |i: &usize| said[*i].members.len();
    let mut middles: Vec<(Reverse<usize>, Reverse<usize>, &str, usize)> = (0..said.len())
        .map(|i| {
            (Reverse(near[i].iter().map(weight).sum::<usize>() + weight(&i)), Reverse(weight(&i)), said[i].text, i)
        })
        .collect();
    middles.sort_unstable();
    let mut taken = vec![false; said.len()];
    let mut clusters = Vec::new();
    for (.., middle) in middles {
        if taken[middle] {
            continue;
        }
        taken[middle] = true;
        let mut members = said[middle].members.clone();
        for other in &near[middle] {
            if !std::mem::replace(&mut taken[*other], true) {
                members.extend(&said[*other].members);
            }
        }
        members.sort_unstable();
        clusters.push(Cluster { representative: said[middle].text.to_owned(), members });
    }
    clusters.sort_by_key(|cluster| (Reverse(cluster.count()), cluster.members.first().copied()));
    clusters
}

fn distinct<'a>(matcher: &Matcher, utterances: &'a [String]) -> Vec<Said<'a>> {
    let mut said: Vec<Said> = Vec::new();
    let mut known: Map<String, usize> = Map::default();
    for (place, text) in utterances.iter().enumerate() {
        let at = *known.entry(normalize::fold(text).trim().to_owned()).or_insert_with(|| {
            said.push(Said { text, members: Vec::new(), terms: matcher.terms(text) });
            said.len() - 1
        });
        said[at].members.push(place);
    }
    said
}

/// For each text the others that are near it, through the words they share.
fn neighbours(said: &[Said]) -> Vec<Vec<usize>> {
    let mut postings: Map<u64, Vec<(usize, f32)>> = Map::default();
    for (i, one) in said.iter().enumerate() {
        for (term, weight) in &one.terms {
            postings.entry(*term).or_default().push((i, *weight));
        }
    }
    let near = |(i, one): (usize, &Said)| {
        let mut sums = vec![0f32; said.len()];
        for (term, weight) in &one.terms {
            for (other, theirs) in postings.get(term).map(Vec::as_slice).unwrap_or_default() {
                sums[*other] += weight * theirs;
            }
        }
        (0..said.len()).filter(|other| *other != i && sums[*other] >= NEAR).collect()
    };
    said.iter().enumerate().map(near).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::lessons;
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn near_messages_come_together_the_most_frequent_first() {
        let matcher = Matcher::new(&lessons());
        let utterances = texts(&[
            "есть ли у вас подарочная упаковка",
            "делаете скидки пенсионерам?",
            "Подарочная упаковка есть?",
            "а подарочную упаковку делаете",
            "👍",
            "ДЕЛАЕТЕ СКИДКИ ПЕНСИОНЕРАМ?",
        ]);
        let clusters = cluster(&matcher, &utterances);
        let members: Vec<&[usize]> = clusters.iter().map(|cluster| cluster.members.as_slice()).collect();
        assert_eq!(members, [&[0, 2, 3][..], &[1, 5], &[4]], "{clusters:?}");
        assert!([0, 2, 3].iter().any(|i| utterances[*i] == clusters[0].representative));
        assert_eq!(clusters[1].representative, "делаете скидки пенсионерам?", "as it was written first");
    }

    #[test]
    fn the_order_in_which_they_came_does_not_change_the_clusters() {
        let matcher = Matcher::new(&lessons());
        let mut utterances = texts(&[
            "есть подарочная упаковка",
            "подарочная упаковка",
            "упаковка подарочная и открытка",
            "открытка к подарку",
            "скидки пенсионерам",
            "какие скидки пенсионерам положены",
        ]);
        let sets = |utterances: &[String]| {
            let clusters = cluster(&matcher, utterances);
            let mut sets: Vec<Vec<String>> =
                clusters.iter().map(|g| g.members.iter().map(|i| utterances[*i].clone()).collect()).collect();
            sets.iter_mut().for_each(|set| set.sort());
            sets.sort();
            sets
        };
        let forwards = sets(&utterances);
        utterances.reverse();
        assert_eq!(forwards, sets(&utterances));
        assert!(forwards.len() > 1 && forwards.len() < utterances.len(), "{forwards:?}");
    }

    #[test]
    fn a_bad_day_is_clustered_whole() {
        let matcher = Matcher::new(&lessons());
        let word = |n: usize| ["упаковка", "скидка", "открытка", "бонус", "коробка", "лента", "касса"][n % 7];
        let utterances: Vec<String> = (0..2000).map(|i| format!("{} {} {i}й", word(i), word(i / 7))).collect();
        let clusters = cluster(&matcher, &utterances);
        let mut all: Vec<usize> = clusters.iter().flat_map(|cluster| cluster.members.clone()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..2000).collect::<Vec<_>>(), "each message in one cluster");
        assert!(clusters.windows(2).all(|pair| pair[0].count() >= pair[1].count()));
        assert!(cluster(&matcher, &[]).is_empty());
    }
}
