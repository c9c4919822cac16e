//! Words against the phrasebook's vocabulary: typos, words glued together, words split in two.

use super::hash::{self, Map};
use super::index::{Index, NearWord};
use super::languages::Languages;
use super::plausible::Tongues;
use super::stretch::Typed;
use super::words::Word;

/// How many corrections of a word are kept.
const CORRECTIONS: usize = 6;
/// The shortest word that may be several glued together.
const SHORTEST_GLUED: usize = 7;
/// The longest piece of a glued word.
const LONGEST_PIECE: usize = 16;

/// What tells the hashes of forms from others.
const FORM: u8 = 13;

/// The words of the phrasebook's examples.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    /// How often a written form occurs, by the form's hash.
    forms: Map<u64, u32>,
    index: Index,
    languages: Languages,
}

impl Vocabulary {
    /// Counts the words of all examples.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>, languages: &Languages) -> Vocabulary {
        let mut forms: Map<u64, u32> = Map::default();
        let mut indexed: Vec<String> = Vec::new();
        for word in words {
            let count = forms.entry(hash::of(FORM, word)).or_insert(0);
            *count += 1;
            if *count == 1 && !word.starts_with('#') {
                indexed.push(word.to_owned());
            }
        }
        let mut stems: Vec<String> =
            indexed.iter().map(|form| languages.stem(form).into_owned()).filter(|s| s.chars().count() > 3).collect();
        indexed.append(&mut stems);
        indexed.sort_unstable();
        indexed.dedup();
        Vocabulary { forms, index: Index::new(&indexed), languages: languages.clone() }
    }

    /// How often the written form occurs in the examples.
    pub(super) fn count(&self, form: &str) -> u32 {
        self.forms.get(&hash::of(FORM, form)).copied().unwrap_or(0)
    }

    /// Known words near this one, best first; of equally near ones the more frequent.
    pub(super) fn corrections(&self, word: &str) -> Vec<(String, f32)> {
        let mut near = self.index.near(word, CORRECTIONS);
        let stem = self.languages.stem(word);
        if stem.as_ref() != word {
            near.extend(
                self.index
                    .near(&stem, 2)
                    .into_iter()
                    .map(|found| NearWord { similarity: found.similarity - 0.05, ..found }),
            );
        }
        near.sort_by(|a, b| {
            let frequency = |n: &NearWord| self.count(self.index.word(n.word));
            b.similarity
                .total_cmp(&a.similarity)
                .then_with(|| frequency(b).cmp(&frequency(a)))
                .then(a.word.cmp(&b.word))
        });
        near.into_iter().map(|n| (self.index.word(n.word).to_owned(), n.similarity)).collect()
    }

    /// Joins what was split and splits what was glued.
    pub(super) fn regroup(&self, words: Vec<Word>, tongues: &Tongues) -> Vec<Word> {
        let known = |word: &str| self.count(word) > 0 || tongues.know(word);
        if words.iter().all(|word| word.is_sign || known(&word.text)) {
            return words;
        }
        let mut regrouped: Vec<Word> = Vec::with_capacity(words.len() + 2);
        let mut rest = words.into_iter().peekable();
        while let Some(mut word) = rest.next() {
            let alone = word.is_sign || word.is_neighbours || known(&word.text);
            if let Some(next) = rest.peek()
                && !word.is_sign
                && !next.is_sign
                && !next.is_neighbours
                && next.clause == word.clause
                && (!alone || !known(&next.text))
            {
                let joined = format!("{}{}", word.text, next.text);
                if joined.chars().count() >= 5 && self.count(&joined) > 0 {
                    let typed = format!("{} {}", word.text, next.text);
                    word.typed = Some((typed, Typed::Plain));
                    word.text = joined;
                    rest.next();
                    regrouped.push(word);
                    continue;
                }
            }
            if !alone && let Some(pieces) = self.unglue(&word.text, tongues) {
                for piece in pieces {
                    regrouped.push(Word {
                        typed: Some((word.text.clone(), Typed::Plain)),
                        text: piece,
                        ..word.clone()
                    });
                }
                continue;
            }
            regrouped.push(word);
        }
        regrouped
    }

    /// The cheapest way to write a word as several known ones, if there is any.
    fn unglue(&self, word: &str, tongues: &Tongues) -> Option<Vec<String>> {
        let letters: Vec<usize> = word.char_indices().map(|(at, _)| at).chain(std::iter::once(word.len())).collect();
        let length = letters.len() - 1;
        if length < SHORTEST_GLUED {
            return None;
        }
        let mut best: Vec<Option<(f32, usize)>> = vec![None; length + 1];
        best[0] = Some((0.0, 0));
        for end in 1..=length {
            for start in end.saturating_sub(LONGEST_PIECE)..end {
                let Some((so_far, _)) = best[start] else {
                    continue;
                };
                let piece = &word[letters[start]..letters[end]];
                let Some(cost) = self.piece_cost(piece, end - start, tongues) else {
                    continue;
                };
                if best[end].is_none_or(|(cheapest, _)| so_far + cost < cheapest) {
                    best[end] = Some((so_far + cost, start));
                }
            }
        }
        let (cost, _) = best[length]?;
        let mut pieces = Vec::new();
        let mut end = length;
        while end > 0 {
            let (_, start) = best[end]?;
            pieces.push(word[letters[start]..letters[end]].to_owned());
            end = start;
        }
        pieces.reverse();
        // A few real words, not a mosaic of short ones.
        (pieces.len() >= 2 && cost <= 1.5 + 0.58 * length as f32).then_some(pieces)
    }

    fn piece_cost(&self, piece: &str, letters: usize, tongues: &Tongues) -> Option<f32> {
        let count = self.count(piece);
        match (letters, count) {
            (1, 20..) => Some(3.0),
            (1, _) => None,
            (2, 0..=9) => None,
            (2, _) => Some(2.6),
            (3, 0..=1) => None,
            (_, 2..) => Some(3.0 - (count as f32).ln().min(5.0) * 0.3),
            (4.., 1) => Some(3.0),
            (4.., 0) if tongues.know(piece) => Some(3.2),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stretch::Stretch;
    use super::super::words;
    use super::*;

    fn regrouped(text: &str) -> Vec<String> {
        let tongues = Tongues::default();
        let vocabulary = Vocabulary::new(
            "где моя посылка верните деньги за заказ пожалуйста где моя".split(' '),
            &Languages::default(),
        );
        let stretches: Vec<Stretch> =
            text.split_whitespace().map(|part| Stretch { text: part.to_owned(), typed: Typed::Plain }).collect();
        let words = vocabulary.regroup(words::read_words(&stretches), &tongues);
        words.into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn glued_and_split_words() {
        assert_eq!(regrouped("гдемояпосылка"), ["где", "моя", "посылка"]);
        assert_eq!(regrouped("вернитеденьги"), ["верните", "деньги"]);
        assert_eq!(regrouped("верните день ги"), ["верните", "деньги"]);
        assert_eq!(regrouped("переосвидетельствование"), ["переосвидетельствование"]);
    }

    #[test]
    fn typos() {
        let vocabulary = Vocabulary::new(["посылка", "деньги", "деньги"].into_iter(), &Languages::default());
        assert_eq!(vocabulary.corrections("посылкп")[0].0, "посылка");
        assert!(vocabulary.corrections("деньгии").iter().any(|(word, _)| word == "деньги"));
        assert!(vocabulary.corrections("экскаватор").is_empty());
    }
}
