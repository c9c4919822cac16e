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
        // Most rows have a beginning that stands nowhere in the text: they are looked for once, not in every part.
        let all = sorted(clauses.iter().flatten().map(String::as_str).collect());
        let answers = self.books().filter_map(|book| book.choices.get(file)).flatten();
        let rows: Vec<(&str, &[String])> = answers
            .filter_map(|(key, choice)| Some((key.strip_prefix(begin)?, choice)))
            .flat_map(|(answer, choice)| choice.words.iter().map(move |row| (answer, row.as_slice())))
            .filter(|(_, row)| row.iter().all(|stem| stands(&all, stem)))
            .collect();
        let mut told: Vec<&str> = Vec::new();
        for part in parts(&clauses).into_iter().map(sorted).filter(|_| !rows.is_empty()) {
            for (answer, row) in &rows {
                if !told.contains(answer) && row.iter().all(|stem| stands(&part, stem)) {
                    told.push(answer);
                }
            }
        }
        told
    }
}

fn sorted(mut words: Vec<&str>) -> Vec<&str> {
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether one of these words, which are sorted, begins so.
fn stands(words: &[&str], stem: &str) -> bool {
    // What begins with it follows it at once.
    words.get(words.partition_point(|word| *word < stem)).is_some_and(|word| is_of_stem(word, stem))
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
