//! What words mean, roughly: a small thesaurus of everyday Russian and English.
//!
//! A phrasebook of a few thousand examples cannot hold every word for a vase or for giving up;
//! the list in `lexicon/senses.txt` tells the model that an unseen word is of a kind with seen
//! ones. It is general knowledge of the languages: what means the same *in this trade* is a
//! synonym of the phrasebook.

use super::hash::{Dice, Map};
use super::languages::Languages;
use super::normalize;

const SENSES: &str = include_str!("lexicon/senses.txt");

/// The senses of words, by their stems.
#[derive(Clone, Debug, Default)]
pub(super) struct Senses {
    by_stem: Map<String, Vec<u32>>,
    /// Senses whose words may stand for each other.
    close: Vec<bool>,
    names: Map<&'static str, u32>,
    /// Goods of all kinds, in plain Latin letters and in others.
    latin_things: Vec<&'static str>,
    other_things: Vec<&'static str>,
    languages: Languages,
}

/// The words of the list, for those who judge plausibility.
pub(super) fn listed_words() -> impl Iterator<Item = &'static str> {
    lines().flat_map(|(_, list)| list.split_whitespace())
}

/// The name and the words of each sense.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    SENSES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'))
}

impl Senses {
    pub(super) fn new(languages: &Languages) -> Senses {
        let mut senses = Senses { languages: languages.clone(), ..Senses::default() };
        let mut kinds: Map<&str, u32> = Map::default();
        for (name, list) in lines() {
            let close = name.starts_with('=');
            let kind = name.split_once('/').map(|(kind, _)| {
                *kinds.entry(kind).or_insert_with(|| {
                    senses.close.push(false);
                    senses.close.len() as u32 - 1
                })
            });
            let plain = name.trim_start_matches('=');
            let sense = match senses.names.get(plain) {
                Some(sense) => *sense,
                None => {
                    senses.close.push(close);
                    let sense = senses.close.len() as u32 - 1;
                    senses.names.insert(plain, sense);
                    sense
                }
            };
            for word in list.split_whitespace() {
                if name.starts_with("goods/") {
                    let things = if word.is_ascii() { &mut senses.latin_things } else { &mut senses.other_things };
                    things.push(word);
                }
                let stem = languages.stem(word).into_owned();
                let known = senses.by_stem.entry(stem).or_default();
                for number in std::iter::once(sense).chain(kind) {
                    if !known.contains(&number) {
                        known.push(number);
                    }
                }
            }
        }
        senses
    }

    /// The senses of a stem.
    pub(super) fn of(&self, stem: &str) -> &[u32] {
        self.by_stem.get(stem).map_or(&[], Vec::as_slice)
    }

    /// The first close sense of a stem: the one its words may stand for each other in.
    pub(super) fn close(&self, stem: &str) -> Option<u32> {
        self.of(stem).iter().copied().find(|sense| self.close[*sense as usize])
    }
}

impl Senses {
    /// The sense of that name; nothing when the list has none.
    pub(super) fn named(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// Names things instead of the parcel («где моя куртка»), each with the probability `share`.
    /// People ask for what they bought, and a phrasebook cannot list it all. Grammar is not kept,
    /// nor needed.
    pub(super) fn name_things(&self, text: &str, share: f64, dice: &mut Dice) -> String {
        let parcel = [self.named("parcel"), self.named("goods"), self.named("order")];
        let mut renamed: Vec<&str> = Vec::new();
        for word in text.split_whitespace() {
            let folded = normalize::fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
            let sense = self.close(&self.languages.stem(&folded));
            let is_parcel = sense.is_some() && parcel.contains(&sense);
            let things = if folded.is_ascii() { &self.latin_things } else { &self.other_things };
            match dice.pick(things) {
                Some(thing) if is_parcel && dice.chance(share) => renamed.push(thing),
                _ => renamed.push(word),
            }
        }
        renamed.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_instead_of_the_parcel() {
        let languages = Languages::default();
        let senses = Senses::new(&languages);
        let named = senses.name_things("где моя посылка?", 1.0, &mut Dice::new(1));
        let thing = named.strip_prefix("где моя ").map(|thing| languages.stem(thing).into_owned());
        let goods = senses.of(&languages.stem("куртка")).to_vec();
        assert!(thing.is_some_and(|thing| senses.of(&thing).iter().any(|s| goods.contains(s))), "{named}");
        assert_eq!(senses.name_things("где моя посылка?", 0.0, &mut Dice::new(1)), "где моя посылка?");
    }

    #[test]
    fn words_of_a_kind() {
        let languages = Languages::default();
        let senses = Senses::new(&languages);
        let of = |word: &str| senses.of(&languages.stem(word)).to_vec();
        let shared = |a: &str, b: &str| of(a).iter().any(|sense| of(b).contains(sense));
        assert!(shared("вазу", "джинсы"));
        assert!(shared("расторгнуть", "отменить"));
        assert!(shared("посылка", "parcel"));
        assert!(!shared("погода", "посылка"));
        assert!(senses.close(&languages.stem("отмените")).is_some());
        assert!(senses.close(&languages.stem("вазу")).is_none());
        assert!(of("абракадабра").is_empty());
    }
}
