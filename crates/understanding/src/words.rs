//! From a text to its words and their letter groups.

use super::hash;
use super::normalize::{self, is_latin};
use super::slots::Kind;
use super::stretch::{Stretch, Typed};

/// A word of a message, its spelling repaired as far as that needs no vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    /// The spelling that is read: lower case, in its own alphabet.
    pub(super) text: String,
    /// What was typed, when that is something else.
    pub(super) typed: Option<(String, Typed)>,
    /// The number of the clause it stands in, from 0.
    pub(super) clause: u16,
    /// The sign of a value rather than a word.
    pub(super) is_sign: bool,
    /// A word of a neighbour language, by its letters or by the list of such words: no misspelling of anything.
    pub(super) is_neighbours: bool,
}

/// Splits stretches into words. Punctuation ends clauses and is dropped.
pub(super) fn read_words(stretches: &[Stretch]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(stretches.len() + 4);
    let mut clause = 0u16;
    let mut broken = false;
    for stretch in stretches {
        let text = stretch.text.as_str();
        let mut letters = text.char_indices().peekable();
        while let Some((start, c)) = letters.next() {
            let sign = Kind::of_sign(c);
            if sign.is_none() && !normalize::is_word(c) {
                broken |= ends_clause(c);
                continue;
            }
            let mut end = start + c.len_utf8();
            while sign.is_none()
                && let Some((at, c)) = letters.next_if(|(at, c)| {
                    Kind::of_sign(*c).is_none() && (normalize::is_word(*c) || (*c == '\'' && joins(text, *at)))
                })
            {
                end = at + c.len_utf8();
            }
            if broken && !words.is_empty() {
                clause = clause.saturating_add(1);
            }
            broken = false;
            let raw = &text[start..end];
            let (spelt, is_neighbours) = match sign {
                Some(kind) => (kind.word().to_owned(), false),
                None => spell(raw),
            };
            // «отследить отследить посылку»: dictation and haste repeat themselves.
            if words.last().is_some_and(|last| last.text == spelt && last.clause == clause) {
                continue;
            }
            let typed = (spelt != raw || stretch.typed != Typed::Plain) && sign.is_none();
            words.push(Word {
                text: spelt,
                typed: typed.then(|| (raw.to_owned(), stretch.typed)),
                clause,
                is_sign: sign.is_some(),
                is_neighbours,
            });
        }
    }
    words
}

/// An apostrophe inside a word («don't»).
fn joins(text: &str, at: usize) -> bool {
    text[at + 1..].chars().next().is_some_and(is_latin)
}

fn ends_clause(c: char) -> bool {
    matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | '\n' | '…' | '(' | ')' | '—' | '–')
}

/// The spelling that is read, and whether the letters are a neighbour language's.
fn spell(raw: &str) -> (String, bool) {
    let unmixed = normalize::unmix(raw);
    let word = unmixed.as_deref().unwrap_or(raw);
    let russified = normalize::russify(word);
    let word = russified.as_deref().unwrap_or(word);
    let drawn = normalize::unstretch(word);
    if !drawn.is_empty() && drawn.bytes().all(|b| b.is_ascii_digit()) {
        return ("#digit".to_owned(), false);
    }
    (normalize::shorten(&drawn).to_owned(), russified.is_some())
}

/// How many letters make a group.
const GROUP: usize = 4;

/// The letter groups of a word with its edges: hashes.
pub(super) fn letter_groups(kind: u8, word: &str, into: &mut Vec<u64>) {
    let mut framed = String::with_capacity(word.len() + 2);
    framed.push('<');
    framed.push_str(word);
    framed.push('>');
    let mut edges: Vec<usize> = framed.char_indices().map(|(at, _)| at).collect();
    edges.push(framed.len());
    into.extend(edges.windows(GROUP + 1).map(|edge| hash::of(kind, &framed[edge[0]..edge[GROUP]])));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<Word> {
        let stretches: Vec<Stretch> =
            text.split_whitespace().map(|part| Stretch { text: part.to_owned(), typed: Typed::Plain }).collect();
        read_words(&stretches)
    }

    #[test]
    fn words_and_clauses() {
        let words = plain("где-то то тут, гдеее? don't 12");
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["где", "то", "тут", "где", "don't", "#digit"]);
        let clauses: Vec<u16> = words.iter().map(|w| w.clause).collect();
        assert_eq!(clauses, [0, 0, 0, 1, 2, 2]);
    }
}
