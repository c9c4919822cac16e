//! What a negation turns round, and how far it reaches.

use super::understood::Understood;

/// Marks what a negation turns round: the next word that says something, past words of wanting
/// («не хочу отменять»); and what a clause-final «не нужен» speaks of («оператор не нужен»).
pub(super) fn negate(words: &mut [Understood]) {
    for i in 0..words.len() {
        if !words[i].lexeme.negates {
            continue;
        }
        let clause = words[i].clause;
        let mut at = i + 1;
        let mut handed_on = false;
        let mut need = false;
        while at < words.len() && words[at].clause == clause && at - i <= 4 {
            if words[at].filler || words[at].lexeme.negates {
                at += 1;
                continue;
            }
            if words[at].lexeme.hands_negation_on {
                handed_on = true;
                need |= words[at].lexeme.is_need;
                words[at].negated = true;
                at += 1;
                continue;
            }
            words[at].negated = true;
            if handed_on && words[at].lexeme.text.chars().count() <= 3 {
                at += 1;
                continue;
            }
            break;
        }
        let nothing_follows = at >= words.len() || words[at].clause != clause;
        if need && nothing_follows {
            let spoken_of = (0..i).rev().take_while(|back| words[*back].clause == clause && i - back <= 3);
            for back in spoken_of.collect::<Vec<_>>() {
                words[back].negated = true;
            }
        }
    }
}
