//! Looking for a second request in a message («где посылка? и верните деньги»).

use super::lexicon::Token;
use std::ops::Range;

/// At most this many parts are looked at.
const MOST_PARTS: usize = 8;

/// A longer message is a story: what its parts resemble is not what is asked for.
const LONGEST: usize = 20;

/// A longer part is not looked at for a place where two requests meet.
const LONGEST_GLUED: usize = 14;

/// A part of fewer words, filler aside, asks for nothing of its own («подтвердите», «номер»).
const SHORTEST: usize = 2;

/// A part of a message that may hold a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its words.
    pub(super) words: Range<usize>,
    /// A word joins it to the part before it or behind it: «… и …».
    pub(super) joined: bool,
}

/// The parts of a message that may hold a request each: clauses, and what a joining word parts.
/// Nothing when the message has one part only.
pub(super) fn parts(tokens: &[Token]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut start = 0;
    for i in 1..=tokens.len() {
        let ends = i == tokens.len() || tokens[i].word.clause != tokens[i - 1].word.clause || tokens[i].lexeme.joins;
        if ends {
            let joined = tokens[start].lexeme.joins;
            let words = (start + usize::from(joined)).min(i)..i;
            if tokens[words.clone()].iter().any(|token| !token.filler) {
                if let Some(before) = parts.last_mut().filter(|_| joined) {
                    before.joined = true;
                }
                parts.push(Part { words, joined });
            }
            start = i;
        }
    }
    if parts.len() < 2 {
        return Vec::new();
    }
    parts.truncate(MOST_PARTS);
    parts
}

/// Whether a message is short enough to hold two requests and little else.
pub(super) fn may_be_two(tokens: &[Token]) -> bool {
    (2 * SHORTEST..=LONGEST).contains(&tokens.len())
}

/// Whether words are enough to ask for something: names and numbers alone are not.
pub(super) fn says_enough(tokens: &[Token]) -> bool {
    let said = tokens.iter().filter(|token| !token.filler);
    said.clone().count() >= SHORTEST && said.clone().any(|token| !token.word.is_sign)
}

/// Whether words only hang on to others: «что бандероль вручена», «если он за границей».
pub(super) fn is_subordinate(tokens: &[Token], subordinates: &[String], questions: &[String]) -> bool {
    let is = |at: usize, list: &[String]| {
        tokens.get(at).is_some_and(|token| list.iter().any(|word| **word == *token.lexeme.text))
    };
    is(0, subordinates) && !is(1, questions)
}

/// The places where one request may end and another begin without a sign between them: not behind a word that needs the
/// next one, nor before one that belongs to the last («ссылку для таможни»).
pub(super) fn seams<'a>(
    part: Range<usize>,
    tokens: &'a [Token],
    bound: &'a [String],
) -> impl Iterator<Item = usize> + 'a {
    let seams =
        if part.len() > LONGEST_GLUED { 0..0 } else { part.start + SHORTEST..(part.end + 1).saturating_sub(SHORTEST) };
    let is_bound = |at: usize| bound.iter().any(|word| **word == *tokens[at].lexeme.text);
    seams.filter(move |at| !is_bound(*at) && !is_bound(at - 1))
}
