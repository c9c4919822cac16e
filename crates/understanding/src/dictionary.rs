//! What is known of words beyond their letters: families, senses, the lessons' concepts and filler.

use std::borrow::Cow;

use super::hash::Map;
use super::languages::Languages;
use super::normalize;
use super::senses::Senses;
use super::thesaurus::Thesaurus;

/// What is known of words: concepts and filler of the lessons, families and senses.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    /// The concept of a stem.
    concepts: Map<String, u32>,
    /// Concepts of several words, by the stem of the first.
    sayings: Map<String, Vec<(Vec<String>, u32)>>,
    /// Filler, by the first word: whole words only, longest first.
    filler: Map<String, Vec<Vec<String>>>,
    /// Families, by their first two letters.
    families: Map<String, Vec<(String, u32)>>,
    senses: Senses,
    languages: Languages,
}

impl Dictionary {
    pub(super) fn new(
        languages: &Languages,
        thesaurus: &Thesaurus,
        synonyms: &[Vec<String>],
        filler: &[String],
    ) -> Dictionary {
        let senses = Senses::new(languages, thesaurus);
        let mut dictionary = Dictionary { senses, languages: languages.clone(), ..Dictionary::default() };
        for (concept, group) in synonyms.iter().enumerate() {
            for entry in group {
                let stems: Vec<String> = split(entry).iter().map(|word| languages.stem(word).into_owned()).collect();
                match stems.as_slice() {
                    [] => {}
                    [one] => {
                        dictionary.concepts.entry(one.clone()).or_insert(concept as u32);
                    }
                    [first, rest @ ..] => {
                        dictionary.sayings.entry(first.clone()).or_default().push((rest.to_vec(), concept as u32))
                    }
                }
            }
        }
        for entry in filler {
            if let [first, rest @ ..] = split(entry).as_slice() {
                dictionary.filler.entry(first.clone()).or_default().push(rest.to_vec());
            }
        }
        for tails in dictionary.filler.values_mut() {
            tails.sort_by_key(|tail| std::cmp::Reverse(tail.len()));
        }
        for (family, beginnings) in languages.words().families.iter().enumerate() {
            for beginning in beginnings {
                let key: String = beginning.chars().take(2).collect();
                dictionary.families.entry(key).or_default().push((beginning.clone(), family as u32));
            }
        }
        for list in dictionary.families.values_mut() {
            list.sort_by_key(|(beginning, _)| std::cmp::Reverse(beginning.len()));
        }
        dictionary
    }

    /// The languages whose words these are.
    pub(super) fn languages(&self) -> &Languages {
        &self.languages
    }

    /// The concept of a single stem.
    pub(super) fn concept(&self, stem: &str) -> Option<u32> {
        self.concepts.get(stem).copied()
    }

    /// The senses of a stem.
    pub(super) fn senses(&self) -> &Senses {
        &self.senses
    }

    /// The concept of several words that begin at `i`.
    pub(super) fn saying(&self, stems: &[Cow<'_, str>], i: usize) -> Option<u32> {
        let tails = self.sayings.get(stems[i].as_ref())?;
        tails
            .iter()
            .find(|(tail, _)| {
                tail.len() < stems.len() - i && tail.iter().zip(&stems[i + 1..]).all(|(a, b)| a == b.as_ref())
            })
            .map(|(_, concept)| *concept)
    }

    /// How many words of filler begin at `i`; 0 when there are none.
    pub(super) fn filler_at(&self, words: &[&str], i: usize) -> usize {
        self.filler
            .get(words[i])
            .and_then(|tails| {
                tails
                    .iter()
                    .find(|tail| tail.len() < words.len() - i && tail.iter().zip(&words[i + 1..]).all(|(a, b)| a == b))
            })
            .map_or(0, |tail| tail.len() + 1)
    }

    /// The family of a word; words of three letters or fewer have none.
    pub(super) fn family(&self, word: &str) -> Option<u32> {
        let (key_end, _) = word.char_indices().nth(2)?;
        word.char_indices().nth(3)?;
        self.families
            .get(&word[..key_end])?
            .iter()
            .find(|(beginning, _)| word.starts_with(beginning.as_str()))
            .map(|(_, family)| *family)
    }
}

fn split(entry: &str) -> Vec<String> {
    normalize::fold(entry)
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_families_and_filler() {
        let languages = Languages::default();
        let stem = |word| languages.stem(word);
        let dictionary = Dictionary::new(
            &languages,
            &Thesaurus::default(),
            &[vec!["посылка".into(), "заказ".into()], vec!["стоит на месте".into()]],
            &["подскажите пожалуйста".into(), "подскажите".into()],
        );
        assert_eq!(dictionary.concept(&stem("посылкой")), Some(0));
        let stems: Vec<Cow<str>> = ["стоит", "на", "месте"].map(stem).to_vec();
        assert_eq!(dictionary.saying(&stems, 0), Some(1));
        assert_eq!(dictionary.filler_at(&["подскажите", "пожалуйста", "где"], 0), 2);
        assert_eq!(dictionary.filler_at(&["подскажите", "где"], 0), 1);
        assert_eq!(dictionary.family("пришла"), dictionary.family("придет"));
        assert!(dictionary.family("пришла").is_some());
        assert_eq!(dictionary.family("где"), None);
    }
}
