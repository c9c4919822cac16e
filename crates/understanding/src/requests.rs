//! Looking for a second request in a message («где посылка? и верните деньги»).

use super::lexicon::Token;

/// At most this many parts are looked at.
const MOST_PARTS: usize = 8;

/// The parts of a message that may hold a request each: clauses, and what a joining word parts.
/// Nothing when the message has one part only.
pub(super) fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts: Vec<&[Token]> = Vec::new();
    let mut start = 0;
    for i in 1..=tokens.len() {
        let ends = i == tokens.len() || tokens[i].word.clause != tokens[i - 1].word.clause || tokens[i].lexeme.joins;
        if ends {
            let skip = usize::from(tokens[start].lexeme.joins);
            let part = &tokens[(start + skip).min(i)..i];
            if part.iter().any(|token| !token.filler) {
                parts.push(part);
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
