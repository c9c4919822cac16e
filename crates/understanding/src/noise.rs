//! Spoils texts the way people do, so that calibration and tests meet what customers send.
//!
//! Made for Russian texts with some English in them: keys are those of ЙЦУКЕН and QWERTY, Latin letters those of chat
//! transliteration. Pure and seeded: the same text, kind and seed give the same spoilt text.

use std::sync::{Arc, LazyLock};

use super::hash::{self, Dice};
use super::layout;
use super::normalize::is_cyrillic;
use super::wordlists::{LexiconError, entries};

/// What people put around and into their words. The default is the shipped list, Russian.
///
/// It is read from text: a name in brackets begins a list, a line is an entry, «#» begins a comment.
///
/// - `[hesitations]` of people who dictate («ну», «короче»);
/// - `[before]` and `[after]` a request: greetings and politeness;
/// - `[by_ear]`: letters and how they are written by ear, `сейчас=щас`;
/// - `[neutral]`: what may stand around a request without changing it, `{}` being the request: `{}, заказ 5512`. It is
///   put beside requests in letters of its own kind.
///
/// The order counts: chance chooses by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sayings(Arc<Said>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    hesitations: Vec<String>,
    before: Vec<String>,
    after: Vec<String>,
    by_ear: Vec<(String, String)>,
    neutral: Vec<String>,
}

static SHIPPED: LazyLock<Sayings> = LazyLock::new(|| {
    Sayings::parse(include_str!("lexicon/noise.txt")).expect("the shipped list is whole, as a test holds")
});

impl Default for Sayings {
    /// The shipped ones.
    fn default() -> Self {
        SHIPPED.clone()
    }
}

/// A way to spoil a text, as people do it unawares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    /// Letters swapped, dropped, doubled or hit on a neighbouring key.
    Typos,
    /// The other keyboard layout.
    Layout,
    /// Russian in Latin letters, in one of several dialects.
    Transliteration,
    /// Some spaces left out.
    Glued,
    /// A word broken in two.
    Split,
    /// Capitals throughout.
    Capitals,
    /// No punctuation and no capitals.
    Bare,
    /// As dictated: no punctuation, hesitations, repeated words.
    Voice,
    /// Greetings and politeness around the request.
    Filler,
    /// Stretched letters and rows of exclamation marks.
    Stretched,
    /// Latin look-alikes among Cyrillic letters.
    LookAlikes,
    /// Spelt by ear («щас», «оперотор»).
    ByEar,
}

impl Noise {
    /// Every kind, in the order in which chance chooses.
    pub const ALL: [Noise; 12] = [
        Noise::Typos,
        Noise::Layout,
        Noise::Transliteration,
        Noise::Glued,
        Noise::Split,
        Noise::Capitals,
        Noise::Bare,
        Noise::Voice,
        Noise::Filler,
        Noise::Stretched,
        Noise::LookAlikes,
        Noise::ByEar,
    ];
}

/// Spoils a text in one way, with the shipped [`Sayings`]. The same text, kind and seed give the same spoilt text.
pub fn spoil(text: &str, noise: Noise, seed: u64) -> String {
    SHIPPED.spoil(text, noise, seed)
}

/// Spoils a text in one or two ways, typos being the commonest, with the shipped [`Sayings`]. The same text and seed give
/// the same spoilt text.
pub fn spoil_somehow(text: &str, seed: u64) -> String {
    SHIPPED.spoil_somehow(text, seed)
}

impl Sayings {
    /// None: texts are spoilt in their letters only.
    pub fn empty() -> Sayings {
        Sayings(Arc::default())
    }

    /// Reads sayings in the form above.
    ///
    /// # Errors
    ///
    /// Names the first entry that stands in none of these lists, or by ear without a `=`.
    pub fn parse(text: &str) -> Result<Sayings, LexiconError> {
        let mut said = Said::default();
        for (list, entry) in entries(text) {
            match list {
                "hesitations" => said.hesitations.push(entry.to_owned()),
                "before" => said.before.push(entry.to_owned()),
                "after" => said.after.push(entry.to_owned()),
                "neutral" => said.neutral.push(entry.replace("\\n", "\n")),
                "by_ear" => {
                    let (meant, written) = entry.split_once('=').ok_or_else(|| LexiconError::new(list, entry))?;
                    said.by_ear.push((meant.to_owned(), written.to_owned()));
                }
                _ => return Err(LexiconError::new(list, entry)),
            }
        }
        Ok(Sayings(Arc::new(said)))
    }

    /// Spoils a text in one way. The same text, kind and seed give the same spoilt text.
    pub fn spoil(&self, text: &str, noise: Noise, seed: u64) -> String {
        let mut dice = Dice::new(seed ^ hash::of(noise as u8, text));
        match noise {
            Noise::Typos => each_word(text, |word| typo(word, 0.3, &mut dice)),
            Noise::Layout => {
                let russian = text.chars().any(is_cyrillic);
                text.to_lowercase().chars().map(|c| other_key(c, russian)).collect()
            }
            Noise::Transliteration => transliterate(text, &mut dice),
            Noise::Glued => glue(text, &mut dice),
            Noise::Split => split(text, &mut dice),
            Noise::Capitals => text.to_uppercase(),
            Noise::Bare => bare(text),
            Noise::Voice => self.0.voice(&bare(text), &mut dice),
            Noise::Filler => self.0.filler(text, &mut dice),
            Noise::Stretched => stretch(text, &mut dice),
            Noise::LookAlikes => text.chars().map(|c| if dice.chance(0.3) { look_alike(c) } else { c }).collect(),
            Noise::ByEar => each_word(text, |word| self.0.by_ear(word, &mut dice)),
        }
    }

    /// Puts something neutral beside a text; nothing where none is known in its letters.
    pub(super) fn accompany(&self, text: &str, seed: u64) -> Option<String> {
        let mut dice = Dice::new(seed ^ hash::of(52, text));
        let russian = text.chars().any(is_cyrillic);
        let fits =
            |entry: &&String| !entry.chars().any(char::is_alphabetic) || entry.chars().any(is_cyrillic) == russian;
        let fitting: Vec<&String> = self.0.neutral.iter().filter(fits).collect();
        let trimmed = text.trim_end_matches(['.', ',', ' ']);
        let one = dice.pick(&fitting)?.replace("{}", trimmed);
        if !dice.chance(0.2) {
            return Some(one);
        }
        Some(dice.pick(&fitting)?.replace("{}", &one))
    }

    /// Spoils a text in one or two ways, typos being the commonest. The same text and seed give the same spoilt text.
    pub fn spoil_somehow(&self, text: &str, seed: u64) -> String {
        let mut dice = Dice::new(seed ^ hash::of(99, text));
        let first = if dice.chance(0.35) { Noise::Typos } else { *dice.pick(&Noise::ALL).unwrap_or(&Noise::Typos) };
        let spoilt = self.spoil(text, first, dice.next());
        let second = [Noise::Typos, Noise::Bare, Noise::Filler, Noise::Capitals];
        match dice.pick(&second) {
            Some(second) if dice.chance(0.3) && *second != first && first != Noise::Layout => {
                self.spoil(&spoilt, *second, dice.next())
            }
            _ => spoilt,
        }
    }
}

/// Words without digits, each through `change`; everything between them stays.
fn each_word(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (i, part) in text.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        if part.chars().any(|c| c.is_ascii_digit()) { out.push_str(part) } else { out.push_str(&change(part)) }
    }
    out
}

const ROWS: [&str; 6] = ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

fn neighbour(c: char, dice: &mut Dice) -> Option<char> {
    let row: Vec<char> = ROWS.iter().find(|row| row.contains(c))?.chars().collect();
    let at = row.iter().position(|k| *k == c)?;
    let beside: Vec<char> =
        [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|i| row.get(i).copied()).collect();
    dice.pick(&beside).copied()
}

fn typo(word: &str, share: f64, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 || !dice.chance(share) {
        return word.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(5) {
        0 => letters.swap(at, at - 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        3 => letters.swap(at, at + 1),
        _ => {
            if let Some(c) = neighbour(letters[at], dice) {
                letters[at] = c;
            }
        }
    }
    letters.into_iter().collect()
}

/// The sign that the same key gives with the other layout on. `russian`: the text was meant to be
/// Russian, where punctuation lies on other keys too.
fn other_key(c: char, russian: bool) -> char {
    match c {
        'ё' => '`',
        '.' if russian => '/',
        ',' if russian => '?',
        '?' if russian => '&',
        _ if is_cyrillic(c) => layout::latin_key(c).unwrap_or(c),
        _ if c.is_ascii_alphabetic() && !russian => layout::russian_key(c).unwrap_or(c),
        _ => c,
    }
}

fn transliterate(text: &str, dice: &mut Dice) -> String {
    let dialect = dice.below(4);
    let mut out = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        let by_dialect = |choices: [&'static str; 4]| choices[dialect];
        let latin = match c {
            'а' => "a",
            'б' => "b",
            'в' => by_dialect(["v", "v", "v", "v"]),
            'г' => "g",
            'д' => "d",
            'е' | 'ё' => by_dialect(["e", "e", "e", "e"]),
            'ж' => by_dialect(["zh", "zh", "j", "zh"]),
            'з' => "z",
            'и' => "i",
            'й' => by_dialect(["y", "j", "i", "y"]),
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => by_dialect(["h", "kh", "x", "h"]),
            'ц' => by_dialect(["ts", "c", "c", "ts"]),
            'ч' => by_dialect(["ch", "ch", "4", "ch"]),
            'ш' => by_dialect(["sh", "sh", "w", "sh"]),
            'щ' => by_dialect(["sch", "shch", "w", "sh"]),
            'ъ' => "",
            'ы' => by_dialect(["y", "y", "y", "i"]),
            'ь' => by_dialect(["", "'", "", ""]),
            'э' => "e",
            'ю' => by_dialect(["yu", "ju", "u", "yu"]),
            'я' => by_dialect(["ya", "ja", "ya", "ia"]),
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(latin);
    }
    out
}

fn glue(text: &str, dice: &mut Dice) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != ' ' || !dice.chance(0.4) {
            out.push(c);
        }
    }
    out
}

fn split(text: &str, dice: &mut Dice) -> String {
    each_word(text, |word| {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 6 || !dice.chance(0.3) {
            return word.to_owned();
        }
        let at = 2 + dice.below(letters.len() - 4);
        let (a, b) = letters.split_at(at);
        a.iter().chain([' '].iter()).chain(b).collect()
    })
}

fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '-')
        .flat_map(char::to_lowercase)
        .collect()
}

fn stretch(text: &str, dice: &mut Dice) -> String {
    let mut out = each_word(text, |word| {
        let mut stretched = String::with_capacity(word.len() + 8);
        let chosen = if dice.chance(0.3) { dice.below(word.chars().count()) } else { usize::MAX };
        for (i, c) in word.chars().enumerate() {
            let times = if i == chosen && "аеиоуыэюяaeiouy".contains(c) { 3 + dice.below(4) } else { 1 };
            stretched.extend(std::iter::repeat_n(c, times));
        }
        stretched
    });
    out.push_str(&"!".repeat(1 + dice.below(5)));
    out
}

fn look_alike(c: char) -> char {
    match c {
        'а' => 'a',
        'е' => 'e',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'у' => 'y',
        'х' => 'x',
        'к' => 'k',
        'м' => 'm',
        other => other,
    }
}

impl Said {
    fn voice(&self, text: &str, dice: &mut Dice) -> String {
        let mut out: Vec<&str> = Vec::new();
        for word in text.split_whitespace() {
            if dice.chance(0.15) {
                out.extend(dice.pick(&self.hesitations).map(String::as_str));
            }
            out.push(word);
            if dice.chance(0.06) {
                out.push(word);
            }
        }
        out.join(" ")
    }

    fn filler(&self, text: &str, dice: &mut Dice) -> String {
        let mut out = String::with_capacity(text.len() + 64);
        if dice.chance(0.8)
            && let Some(before) = dice.pick(&self.before)
        {
            out.push_str(before);
            out.push_str(if dice.chance(0.5) { ", " } else { " " });
        }
        out.push_str(text);
        if !self.after.is_empty() && dice.chance(0.5) {
            out.push_str(if dice.chance(0.5) { ", " } else { " " });
            out.extend(dice.pick(&self.after).map(String::as_str));
        }
        out
    }

    fn by_ear(&self, word: &str, dice: &mut Dice) -> String {
        if !dice.chance(0.4) || word.chars().count() < 4 {
            return word.to_owned();
        }
        let fitting: Vec<&(String, String)> =
            self.by_ear.iter().filter(|(from, _)| word.contains(from.as_str())).collect();
        match dice.pick(&fitting) {
            Some((from, to)) => word.replacen(from.as_str(), to, 1),
            None => word.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_text() {
        for noise in Noise::ALL {
            let text = "Здравствуйте, где моя посылка RA123456785RU?";
            assert_eq!(spoil(text, noise, 5), spoil(text, noise, 5));
            for odd in ["", " ", "а", "🙂", "1"] {
                spoil(odd, noise, 1);
            }
        }
        assert_eq!(spoil("где посылка?", Noise::Layout, 1), "ult gjcskrf&");
        assert_eq!(spoil("Где, да?", Noise::Bare, 1), "где да");
        let said = &SHIPPED.0;
        assert_eq!([said.hesitations.len(), said.before.len(), said.after.len(), said.by_ear.len()], [8, 14, 9, 12]);
    }
}
