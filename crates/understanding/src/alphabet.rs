//! The letters of a language, and the script they belong to.

use super::normalize::{self, fold, is_cyrillic, is_latin};

/// The most letters a language may have: the model of letters grows with their third power.
pub(super) const MOST_LETTERS: usize = 60;

/// Scripts whose keyboards and look-alikes people mix up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Neither,
}

impl Script {
    pub(super) fn of(c: char) -> Script {
        match c {
            _ if is_latin(c) => Script::Latin,
            _ if is_cyrillic(c) => Script::Cyrillic,
            _ => Script::Neither,
        }
    }
}

/// The letters of a language, each with a number from 1 in the order they are given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Alphabet {
    /// The number of each letter from `first` on; 0 for what is none.
    codes: Vec<u8>,
    first: u32,
    count: usize,
    script: Option<Script>,
}

impl Alphabet {
    /// Takes small letters, each once; «ё» is «е», as in every text that is read. More than [`MOST_LETTERS`] are left out.
    pub(super) fn new(letters: &str) -> Alphabet {
        let mut known: Vec<char> = Vec::new();
        for c in fold(letters).chars().filter(|c| !c.is_whitespace() && u32::from(*c) <= 0xffff) {
            if known.len() < MOST_LETTERS && !known.contains(&c) {
                known.push(c);
            }
        }
        let first = known.iter().map(|c| u32::from(*c)).min().unwrap_or(0);
        let last = known.iter().map(|c| u32::from(*c)).max().unwrap_or(0);
        let mut codes = vec![0; (last - first + 1) as usize];
        for (i, c) in known.iter().enumerate() {
            codes[(u32::from(*c) - first) as usize] = i as u8 + 1;
        }
        let script = known.iter().find(|c| c.is_alphabetic()).map(|c| Script::of(*c));
        Alphabet { codes, first, count: known.len(), script }
    }

    /// A letter's number; 0 for a foreign sign.
    pub(super) fn code(&self, c: char) -> usize {
        let at = u32::from(c).wrapping_sub(self.first) as usize;
        self.codes.get(at).copied().map_or(0, usize::from)
    }

    /// Whether it is a letter of the language; signs inside words are none.
    pub(super) fn has(&self, c: char) -> bool {
        self.code(c) > 0 && normalize::is_letter(c)
    }

    /// How many letters there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn script(&self) -> Script {
        self.script.unwrap_or(Script::Neither)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_numbers() {
        let russian = Alphabet::new("абвгдеёж");
        assert_eq!((russian.len(), russian.script()), (7, Script::Cyrillic));
        assert_eq!(['а', 'е', 'ж', 'ё', 'z', '1'].map(|c| russian.code(c)), [1, 6, 7, 0, 0, 0]);
        let english = Alphabet::new("abc'");
        assert_eq!((english.code('\''), english.has('\''), english.has('b')), (4, false, true));
        assert_eq!((Alphabet::new("").code('a'), Alphabet::new("").script()), (0, Script::Neither));
    }
}
