//! The words of a text, and sayings of a word or a few.

/// The words of a text: small letters, ё as е, without signs.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('ё', "е");
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A word or a few that customers say, taken apart once: every message is compared with all of them.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    /// As it is written: an emoji has no words.
    pub(super) text: String,
    words: Vec<String>,
}

impl Saying {
    pub(super) fn new(text: String) -> Saying {
        let words = words_of(&text);
        Saying { text, words }
    }

    /// Whether it has this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    /// Whether these words, of which there are some, are the same.
    pub(super) fn is(&self, said: &[String]) -> bool {
        !said.is_empty() && self.words == said
    }
}
