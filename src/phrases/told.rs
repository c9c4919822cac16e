//! What a long message tells of, by rows of beginnings of words: heard part by part, so that a row is not put together of two
//! sentences.

use super::book::Phrasebook;
use super::words::{is_of_stem, words_of};

/// A clause of fewer words says little by itself.
const SHORTEST: usize = 3;
/// Two clauses of at most so many words are heard together too.
const TOGETHER: usize = 16;
/// A clause of more words is heard in stretches of so many, each so many words further on.
const LONGEST: usize = 14;
const STRETCH: usize = 10;
const FURTHER: usize = 4;

impl Phrasebook {
    /// The answers of a file that begin with `begin` and are told in `text`, each once, without `begin`, in the order in
    /// which the text tells of them. A row is told where all its beginnings stand in one part of the text.
    pub fn told(&self, file: &str, begin: &str, text: &str) -> Vec<&str> {
        let clauses: Vec<Vec<String>> = text
            .split(|c: char| ".,!?;:()\n—…«»\"".contains(c))
            .map(words_of)
            .filter(|words| !words.is_empty())
            .collect();
        let mut told: Vec<&str> = Vec::new();
        for part in parts(&clauses) {
            for (key, choice) in self.books().filter_map(|book| book.choices.get(file)).flatten() {
                let Some(answer) = key.strip_prefix(begin).filter(|answer| !told.contains(answer)) else { continue };
                let stands = |stem: &String| part.iter().any(|word| is_of_stem(word, stem));
                if choice.words.iter().any(|row| row.iter().all(stands)) {
                    told.push(answer);
                }
            }
        }
        told
    }
}

/// The parts of a text by which it is heard, in its order.
fn parts(clauses: &[Vec<String>]) -> Vec<Vec<&str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        let mut own: Vec<&str> = clause.iter().map(String::as_str).collect();
        if clause.len() > LONGEST {
            let last = clause.len() - STRETCH;
            parts.extend((0..last).step_by(FURTHER).chain([last]).map(|from| own[from..from + STRETCH].to_vec()));
        } else if clause.len() >= SHORTEST || clauses.len() == 1 {
            parts.push(own.clone());
        }
        if let Some(next) = clauses.get(at + 1).filter(|next| clause.len() + next.len() <= TOGETHER) {
            own.extend(next.iter().map(String::as_str));
            parts.push(own);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::load;

    #[test]
    fn a_story_tells_of_what_stands_together() {
        let (book, _) = load::shipped();
        for (text, told) in [
            (
                "Весь день прождала курьера дома, и никто не приехал. Обещали перезвонить!",
                &["waited_home", "no_call"][..],
            ),
            ("телефон пришел разбитый", &["broken"]),
            ("Телефон хороший, пришёл вовремя", &[]),
            ("", &[]),
        ] {
            assert_eq!(book.told("facet", "told_", text), told, "{text}");
        }
    }
}
