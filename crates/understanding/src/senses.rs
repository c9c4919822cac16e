//! The senses of stems: a thesaurus made ready for reading.

use super::hash::{Dice, Map};
use super::languages::Languages;
use super::normalize;
use super::thesaurus::{Listed, Thesaurus};

/// The senses of words, by their stems.
#[derive(Clone, Debug, Default)]
pub(super) struct Senses {
    by_stem: Map<String, Vec<u32>>,
    /// Senses whose words may stand for each other.
    close: Vec<bool>,
    /// The senses customers speak of by other words.
    things: Vec<u32>,
    /// These words, in plain Latin letters and in others.
    latin_names: Vec<String>,
    other_names: Vec<String>,
    person: Vec<u32>,
    robot: Vec<u32>,
    languages: Languages,
}

impl Senses {
    pub(super) fn new(languages: &Languages, thesaurus: &Thesaurus) -> Senses {
        let mut senses = Senses { languages: languages.clone(), ..Senses::default() };
        let mut kinds: Map<&str, u32> = Map::default();
        let mut names: Map<&str, u32> = Map::default();
        for Listed { name, close, words } in thesaurus.senses() {
            let kind = name.split_once('/').map(|(kind, _)| kind);
            let is_name = kind.is_some() && kind == thesaurus.named_by();
            let kind = kind.map(|kind| *kinds.entry(kind).or_insert_with(|| number(&mut senses.close, false)));
            let sense = *names.entry(name).or_insert_with(|| number(&mut senses.close, *close));
            for word in words {
                if is_name {
                    let list = if word.is_ascii() { &mut senses.latin_names } else { &mut senses.other_names };
                    list.push(word.clone());
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
        let named = |list: &[String]| list.iter().filter_map(|name| names.get(name.as_str()).copied()).collect();
        senses.things = named(thesaurus.things());
        senses.person = named(thesaurus.person());
        senses.robot = named(thesaurus.robot());
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
    /// The senses of people one may ask for.
    pub(super) fn person(&self) -> &[u32] {
        &self.person
    }

    /// The senses of what one may not want to talk to.
    pub(super) fn robot(&self) -> &[u32] {
        &self.robot
    }

    /// Says another word for what the trade deals in («где моя куртка» for «где моя посылка»), each with the probability
    /// `share`. People ask for what they bought, and examples cannot list it all. Grammar is not kept, nor needed.
    pub(super) fn name_things(&self, text: &str, share: f64, dice: &mut Dice) -> String {
        let mut renamed: Vec<&str> = Vec::new();
        for word in text.split_whitespace() {
            let folded = normalize::fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
            let sense = self.close(&self.languages.stem(&folded));
            let is_thing = sense.is_some_and(|sense| self.things.contains(&sense));
            let names = if folded.is_ascii() { &self.latin_names } else { &self.other_names };
            match dice.pick(names) {
                Some(name) if is_thing && dice.chance(share) => renamed.push(name),
                _ => renamed.push(word),
            }
        }
        renamed.join(" ")
    }
}

/// The number of one sense more.
fn number(close: &mut Vec<bool>, is_close: bool) -> u32 {
    close.push(is_close);
    close.len() as u32 - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_instead_of_the_parcel() {
        let languages = Languages::default();
        let senses = Senses::new(&languages, &Thesaurus::default());
        let named = senses.name_things("где моя посылка?", 1.0, &mut Dice::new(1));
        let thing = named.strip_prefix("где моя ").map(|thing| languages.stem(thing).into_owned());
        let goods = senses.of(&languages.stem("куртка")).to_vec();
        assert!(thing.is_some_and(|thing| senses.of(&thing).iter().any(|s| goods.contains(s))), "{named}");
        assert_eq!(senses.name_things("где моя посылка?", 0.0, &mut Dice::new(1)), "где моя посылка?");
    }

    #[test]
    fn words_of_a_kind() {
        let languages = Languages::default();
        let senses = Senses::new(&languages, &Thesaurus::default());
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
