//! Finding known words near a misspelt one without comparing it with every word.
//!
//! Two words within an edit distance of two share a form after at most two deletions each
//! (Mor and Fraenkel 1982; Garbe's SymSpell keeps the deletions of a prefix only). The index maps
//! such forms to words; the few found are compared by the optimal string alignment distance, in
//! which a swap of neighbours is one mistake.

use super::hash;
use super::texts::Texts;

/// Deletions are made in this many first letters.
const PREFIX: usize = 7;
/// Words shorter than this are not looked up: too many are one letter apart.
const SHORTEST: usize = 4;
/// At most this many words are compared.
const MOST_COMPARED: usize = 64;

/// A word near the one asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NearWord {
    /// Its number in the index.
    pub(super) word: u32,
    /// 1 for the same word, less by the share of letters that differ.
    pub(super) similarity: f32,
}

/// The words by their deletions.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    words: Texts,
    /// The length of each word, and the letters in it, a bit each.
    lengths: Vec<u8>,
    letters: Vec<u64>,
    /// Where each bucket of forms begins; the highest bits of a form's hash are its bucket.
    buckets: Vec<u32>,
    /// The lowest bits of each form's hash. Another form may have the same: its words are compared like all others.
    forms: Vec<u16>,
    /// The word of each form.
    words_of_forms: Vec<u32>,
}

/// So many forms share a bucket, about.
const SHARE: usize = 6;

impl Index {
    pub(super) fn new(words: &[String]) -> Index {
        let mut hashes: Vec<u64> = Vec::with_capacity(words.len() * 20);
        let mut ends: Vec<u32> = Vec::with_capacity(words.len());
        for word in words {
            let mut forms = deletions(word);
            forms.sort_unstable();
            forms.dedup();
            hashes.extend(forms);
            ends.push(hashes.len() as u32);
        }
        let mut index = Index { buckets: vec![0; (hashes.len() / SHARE).next_power_of_two() + 1], ..Index::default() };
        for hash in &hashes {
            let bucket = index.bucket(*hash);
            index.buckets[bucket + 1] += 1;
        }
        let mut before = 0;
        for bucket in &mut index.buckets {
            before += *bucket;
            *bucket = before;
        }
        // Where the next form of each bucket goes.
        let mut next = index.buckets.clone();
        index.forms = vec![0; hashes.len()];
        index.words_of_forms = vec![0; hashes.len()];
        let mut start = 0;
        for (number, end) in ends.into_iter().enumerate() {
            for hash in &hashes[start..end as usize] {
                let place = &mut next[index.bucket(*hash)];
                index.forms[*place as usize] = *hash as u16;
                index.words_of_forms[*place as usize] = number as u32;
                *place += 1;
            }
            start = end as usize;
        }
        let outlines = || words.iter().map(|word| outline(word));
        index.lengths = outlines().map(|(length, _)| length).collect();
        index.letters = outlines().map(|(_, letters)| letters).collect();
        index.words = words.iter().map(String::as_str).collect();
        index
    }

    fn bucket(&self, hash: u64) -> usize {
        // There is a power of two of them, and one more for the end.
        let bits = (self.buckets.len() - 1).trailing_zeros();
        hash.checked_shr(u64::BITS - bits).unwrap_or(0) as usize
    }

    /// The words that have this form.
    fn of_form(&self, hash: u64) -> impl Iterator<Item = u32> {
        let bucket = self.bucket(hash);
        let places = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
        let forms = self.forms[places.clone()].iter().zip(&self.words_of_forms[places]);
        forms.filter(move |(form, _)| **form == hash as u16).map(|(_, word)| *word)
    }

    pub(super) fn word(&self, number: u32) -> &str {
        self.words.get(number as usize).unwrap_or_default()
    }

    /// The words within the distance allowed for the length, nearest first, at most `most`.
    pub(super) fn near(&self, word: &str, most: usize) -> Vec<NearWord> {
        if self.forms.is_empty() {
            return Vec::new();
        }
        let letters = word.chars().count();
        let allowed = match letters {
            0..SHORTEST => return Vec::new(),
            4..=6 => 1,
            _ => 2,
        };
        let mut numbers: Vec<u32> = Vec::with_capacity(MOST_COMPARED);
        for key in deletions(word) {
            numbers.extend(self.of_form(key));
        }
        numbers.sort_unstable();
        numbers.dedup();
        // A mistake changes at most two letters of the set.
        let (_, mask) = outline(word);
        numbers.retain(|number| {
            let (length, other) = (self.lengths[*number as usize], self.letters[*number as usize]);
            usize::from(length).abs_diff(letters) <= allowed && (mask ^ other).count_ones() as usize <= 2 * allowed
        });
        numbers.truncate(MOST_COMPARED);
        let mut near: Vec<NearWord> = numbers
            .into_iter()
            .filter_map(|number| {
                let other = self.word(number);
                let distance = strsim::osa_distance(word, other);
                let longer = letters.max(other.chars().count());
                (distance <= allowed)
                    .then(|| NearWord { word: number, similarity: 1.0 - distance as f32 / longer as f32 })
            })
            .collect();
        near.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.word.cmp(&b.word)));
        near.truncate(most);
        near
    }
}

/// The length of a word and the set of its letters.
fn outline(word: &str) -> (u8, u64) {
    word.chars().fold((0u8, 0u64), |(length, mask), c| (length.saturating_add(1), mask | 1 << (c as u32 % 64)))
}

/// Hashes of the word's prefix with none, one and two letters left out.
fn deletions(word: &str) -> Vec<u64> {
    let letters: Vec<char> = word.chars().take(PREFIX).collect();
    let mut keys = Vec::with_capacity(1 + PREFIX * (PREFIX + 1) / 2);
    let n = letters.len();
    let mut buffer = String::with_capacity(PREFIX * 2);
    let mut key = |skip_a: usize, skip_b: usize| {
        buffer.clear();
        buffer.extend(letters.iter().enumerate().filter(|(i, _)| *i != skip_a && *i != skip_b).map(|(_, c)| c));
        hash::of(9, &buffer)
    };
    keys.push(key(n, n));
    for a in 0..n {
        keys.push(key(a, n));
        // Short words may only be one letter apart.
        if n >= PREFIX - 1 {
            keys.extend((a + 1..n).map(|b| key(a, b)));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(word: &str) -> Option<String> {
        let words = ["посылка", "оператор", "деньги", "курьер", "где", "заказ", "оферта"];
        let index = Index::new(&words.map(str::to_owned));
        index.near(word, 3).first().map(|near| index.word(near.word).to_owned())
    }

    #[test]
    fn finds_misspelt_words() {
        for (typo, word) in [
            ("посылак", "посылка"),
            ("псылка", "посылка"),
            ("апиратор", "оператор"),
            ("денги", "деньги"),
            ("курер", "курьер"),
            ("зкааз", "заказ"),
            ("аферта", "оферта"),
        ] {
            assert_eq!(nearest(typo).as_deref(), Some(word), "{typo}");
        }
        assert_eq!(nearest("погода"), None);
        assert_eq!(nearest("гед"), None);
        assert_eq!(nearest(""), None);
    }
}
