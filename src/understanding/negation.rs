//! What a negation turns round, and how far it reaches.

use super::understood::Understood;

/// Words that turn the next one round.
pub(super) fn negates(word: &str) -> bool {
    matches!(
        word,
        "не" | "ни"
            | "без"
            | "not"
            | "no"
            | "don't"
            | "dont"
            | "doesn't"
            | "doesnt"
            | "without"
            | "never"
            | "isn't"
            | "won't"
            | "can't"
            | "cannot"
            | "didn't"
            | "hasn't"
    )
}

/// Words of wish and need hand a negation on to what is wished («не хочу отменять»).
fn hands_negation_on(stem: &str) -> bool {
    [
        "хоч",
        "хот",
        "над",
        "нуж",
        "собира",
        "планир",
        "буд",
        "прос",
        "прош",
        "треб",
        "дума",
        "стоит",
        "want",
        "need",
        "ask",
    ]
    .iter()
    .any(|start| stem.starts_with(start))
}

/// Need, said of something before it («оператор не нужен»).
fn is_need(stem: &str) -> bool {
    ["над", "нуж", "треб", "интерес", "need"].iter().any(|start| stem.starts_with(start))
}

/// Marks what a negation turns round: the next word that says something, past words of wish
/// («не хочу отменять»); and what a clause-final «не нужен» speaks of («оператор не нужен»).
pub(super) fn negate(words: &mut [Understood]) {
    for i in 0..words.len() {
        if !negates(&words[i].lexeme.text) {
            continue;
        }
        let clause = words[i].clause;
        let mut at = i + 1;
        let mut handed_on = false;
        let mut need = false;
        while at < words.len() && words[at].clause == clause && at - i <= 4 {
            if words[at].filler || negates(&words[at].lexeme.text) {
                at += 1;
                continue;
            }
            if hands_negation_on(&words[at].lexeme.stem) {
                handed_on = true;
                need |= is_need(&words[at].lexeme.stem);
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
