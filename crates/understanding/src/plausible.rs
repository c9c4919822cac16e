//! How much a string of letters looks like a word of a language.
//!
//! Two witnesses: a list of common words, and the frequencies of three letters in a row in that
//! list (a Markov model of the second order, with add-one-tenth smoothing; Jurafsky and Martin,
//! Speech and Language Processing, chapter 3).

use super::alphabet::{Alphabet, Script};
use super::hash::{self, Set};
use super::language::Language;
use super::languages::{Languages, Spoken};
use super::normalize;
use super::thesaurus::Thesaurus;

/// What a word that is known adds to its plausibility, a letter.
const KNOWN_BONUS: f32 = 1.6;
/// The plausibility of a letter where no language has its script.
const GIBBERISH: f32 = -4.0;

/// What tells the hashes of words from others.
const WORD: u8 = 14;

/// What is known of one language.
#[derive(Clone, Debug)]
pub(super) struct Tongue {
    id: Language,
    alphabet: Alphabet,
    languages: Languages,
    /// The words as they are written, by their hashes.
    forms: Set<u64>,
    /// Their stems: an inflected form is as good as the listed one.
    stems: Set<u64>,
    /// Words of this language alone, where another one has the same letters.
    own: Set<u64>,
    /// Logarithms of the probability of a letter after two others.
    trigrams: Vec<f32>,
    /// How many letters there are, with the edge of a word.
    size: usize,
}

impl Tongue {
    fn new(spoken: &Spoken, languages: &Languages, own: Set<u64>, more: &[&str]) -> Tongue {
        let alphabet = Alphabet::new(&spoken.letters);
        let size = alphabet.len() + 1;
        let mut tongue = Tongue {
            id: spoken.id,
            alphabet,
            languages: languages.clone(),
            forms: Set::default(),
            stems: Set::default(),
            own,
            trigrams: vec![0.1; size * size * size],
            size,
        };
        for word in spoken.words.common.iter().map(String::as_str).chain(more.iter().copied()) {
            if tongue.forms.insert(name(word)) {
                tongue.stems.insert(name(&languages.stem(word)));
                let codes = tongue.codes(word);
                for i in 2..codes.len() {
                    let cell = tongue.cell(&codes, i);
                    tongue.trigrams[cell] += 1.0;
                }
            }
        }
        for row in tongue.trigrams.chunks_mut(size) {
            let total: f32 = row.iter().sum();
            row.iter_mut().for_each(|count| *count = (*count / total).ln());
        }
        tongue
    }

    /// The language's id.
    pub(super) fn id(&self) -> Language {
        self.id
    }

    /// A letter as a number; 0 is the edge of a word or a foreign sign.
    pub(super) fn code(&self, c: char) -> usize {
        self.alphabet.code(c)
    }

    fn codes(&self, word: &str) -> Vec<usize> {
        let mut codes = vec![0, 0];
        codes.extend(word.chars().map(|c| self.code(c)));
        codes.push(0);
        codes
    }

    fn cell(&self, codes: &[usize], i: usize) -> usize {
        (codes[i - 2] * self.size + codes[i - 1]) * self.size + codes[i]
    }

    /// The logarithm of the probability of the letter `next` after the two before it, as codes.
    pub(super) fn step(&self, before: usize, last: usize, next: usize) -> f32 {
        self.trigrams[(before * self.size + last) * self.size + next]
    }

    /// Whether the word or one of its forms is in the list.
    fn knows(&self, word: &str) -> bool {
        self.forms.contains(&name(word)) || self.stems.contains(&name(&self.languages.stem(word)))
    }

    /// How plausible the word is in this language: higher is better, about -1 a letter for real
    /// words, -4 a letter for gibberish.
    fn score(&self, word: &str) -> f32 {
        let codes = self.codes(word);
        let letters: f32 = (2..codes.len()).map(|i| self.trigrams[self.cell(&codes, i)]).sum();
        letters + self.bonus(word)
    }

    /// The score of words joined by hyphens, each by itself.
    fn score_parts(&self, word: &str) -> f32 {
        word.split('-').map(|part| self.score(part)).sum()
    }

    /// What a known word is given beyond its letters.
    pub(super) fn bonus(&self, word: &str) -> f32 {
        if self.knows(word) { KNOWN_BONUS * (word.chars().count() as f32 + 1.0) } else { 0.0 }
    }
}

/// All languages that are read, the default one first.
#[derive(Clone, Debug)]
pub(super) struct Tongues {
    tongues: Vec<Tongue>,
}

impl Default for Tongues {
    /// The shipped languages with their lists alone.
    fn default() -> Self {
        Tongues::new(&Spoken::shipped(), &Languages::default(), &Thesaurus::default(), std::iter::empty())
    }
}

impl Tongues {
    /// The languages' own lists and those of the thesaurus and of the examples.
    pub(super) fn new<'a>(
        spoken: &[Spoken],
        languages: &Languages,
        thesaurus: &'a Thesaurus,
        texts: impl Iterator<Item = &'a str>,
    ) -> Tongues {
        let alphabets: Vec<Alphabet> = spoken.iter().map(|language| Alphabet::new(&language.letters)).collect();
        let own: Vec<Set<u64>> = (0..spoken.len()).map(|i| own_words(&alphabets, spoken, i)).collect();
        let mut more: Vec<Vec<&str>> = vec![Vec::new(); spoken.len()];
        let words = texts.flat_map(words_of);
        for word in thesaurus.words().chain(words) {
            let Some(first) = word.chars().next() else { continue };
            let fitting = || (0..spoken.len()).filter(|i| alphabets[*i].has(first));
            // Where languages share their letters, a word is theirs whose texts have it; else it may be anybody's.
            let somebodys = fitting().any(|i| own[i].contains(&name(word)));
            fitting().filter(|i| !somebodys || own[*i].contains(&name(word))).for_each(|i| more[i].push(word));
        }
        let tongues = spoken.iter().zip(own).zip(&more);
        Tongues { tongues: tongues.map(|((spoken, own), more)| Tongue::new(spoken, languages, own, more)).collect() }
    }

    /// Those who write in a script.
    fn of(&self, script: Script) -> impl Iterator<Item = &Tongue> {
        self.tongues.iter().filter(move |tongue| tongue.alphabet.script() == script)
    }

    /// The language that is written with the letters on the other keyboard, if one is read.
    pub(super) fn cyrillic(&self) -> Option<&Tongue> {
        self.of(Script::Cyrillic).next()
    }

    /// Whether a language of the script is read.
    pub(super) fn has(&self, script: Script) -> bool {
        self.of(script).next().is_some()
    }

    /// How plausible the word is in the likeliest language of the script.
    pub(super) fn score(&self, script: Script, word: &str) -> f32 {
        self.best(script, word, Tongue::score)
    }

    /// The same for words joined by hyphens, each by itself.
    pub(super) fn score_parts(&self, script: Script, word: &str) -> f32 {
        self.best(script, word, Tongue::score_parts)
    }

    fn best(&self, script: Script, word: &str, score: fn(&Tongue, &str) -> f32) -> f32 {
        let best = self.of(script).map(|tongue| score(tongue, word)).max_by(f32::total_cmp);
        best.unwrap_or_else(|| GIBBERISH * word.chars().count() as f32)
    }

    /// Whether some language has the word in its list in just this form.
    pub(super) fn has_form(&self, word: &str) -> bool {
        self.tongues.iter().any(|tongue| tongue.forms.contains(&name(word)))
    }

    /// Whether a language of the script knows the word.
    pub(super) fn knows(&self, script: Script, word: &str) -> bool {
        self.of(script).any(|tongue| tongue.knows(word))
    }

    /// Whether some language knows the word.
    pub(super) fn know(&self, word: &str) -> bool {
        let first = word.chars().next().unwrap_or_default();
        self.tongues.iter().any(|tongue| tongue.alphabet.has(first) && tongue.knows(word))
    }

    /// The language of these words: one that more than half of the letters belong to, of several the one that knows
    /// most of the words, else the default one.
    pub(super) fn language<'a>(&self, words: impl Iterator<Item = &'a str> + Clone) -> Language {
        let mut letters = 0usize;
        let mut theirs = vec![0usize; self.tongues.len()];
        for c in words.clone().flat_map(str::chars).filter(|c| normalize::is_letter(*c)) {
            letters += 1;
            for (count, tongue) in theirs.iter_mut().zip(&self.tongues) {
                *count += usize::from(tongue.code(c) > 0);
            }
        }
        let fitting: Vec<&Tongue> = self
            .tongues
            .iter()
            .zip(theirs)
            .filter(|(_, count)| count * 2 > letters)
            .map(|(tongue, _)| tongue)
            .collect();
        let found = match fitting.as_slice() {
            [] => self.tongues.first(),
            [only] => Some(*only),
            [first, rest @ ..] => {
                let knows = |tongue: &Tongue| words.clone().filter(|word| tongue.own.contains(&name(word))).count();
                let mut best = (*first, knows(first));
                for tongue in rest {
                    let known = knows(tongue);
                    if known > best.1 {
                        best = (*tongue, known);
                    }
                }
                Some(best.0)
            }
        };
        found.map_or(Language::UNDETERMINED, |tongue| tongue.id)
    }
}

/// What a word is known by: its hash takes a fifth of the room.
fn name(word: &str) -> u64 {
    hash::of(WORD, word)
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic() && c != '\'')
}

/// The words of a language's own texts and list, if another one has letters of it; else none are needed.
fn own_words(alphabets: &[Alphabet], spoken: &[Spoken], i: usize) -> Set<u64> {
    let shared = spoken[i].letters.chars().any(|c| {
        let others = alphabets.iter().enumerate().filter(|(other, _)| *other != i);
        others.into_iter().any(|(_, alphabet)| alphabet.has(c))
    });
    if !shared {
        return Set::default();
    }
    let folded: Vec<String> = spoken[i].texts.iter().map(|text| normalize::fold(text)).collect();
    let texts = folded.iter().flat_map(|text| words_of(text)).filter(|word| !word.is_empty());
    texts.chain(spoken[i].words.common.iter().map(String::as_str)).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::languages::Stemmer;
    use super::*;

    #[test]
    fn words_are_more_plausible_than_gibberish() {
        let tongues = Tongues::default();
        for (word, gibberish) in [("посылка", "зщындлф"), ("телефонная", "ефвштпещ"), ("скидочка", "ылвшщ")]
        {
            let score = |w: &str| tongues.score(Script::Cyrillic, w) / w.chars().count() as f32;
            assert!(score(word) > score(gibberish) + 1.0, "{word}");
        }
        assert!(tongues.score(Script::Latin, "parcels") > tongues.score(Script::Latin, "gjcskrf"));
        assert!(tongues.know("посылками") && tongues.know("parcel") && !tongues.know("ылвшщ"));
    }

    #[test]
    fn a_third_language_is_told_by_its_own_words() {
        let mut spoken = Spoken::shipped();
        spoken.push(Spoken {
            id: Language::new("de").expect("an id"),
            stemmer: Stemmer::named("german"),
            letters: "abcdefghijklmnopqrstuvwxyzäöüß".into(),
            words: Default::default(),
            texts: vec!["Wo ist mein Paket?".into(), "Ich möchte die Bestellung stornieren".into()],
        });
        let tongues = Tongues::new(&spoken, &Languages::new(&spoken), &Thesaurus::default(), std::iter::empty());
        for (text, language) in [
            ("wo ist mein paket", "de"),
            ("where is my parcel", "en"),
            ("где моя посылка", "ru"),
            ("qwz", "en"),
            ("", "ru"),
        ] {
            assert_eq!(tongues.language(text.split_whitespace()).id(), language, "{text}");
        }
    }
}
