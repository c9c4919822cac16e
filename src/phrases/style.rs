//! How the shipped texts are to read, held by tests: an answer is short, its wordings do not begin alike, and a request has a
//! name that fits into a sentence.

use super::book::RULES_FILE;
use super::load;
use understanding::SMALL_TALK;

/// An answer has so many sentences at most; the rest stands behind a button.
const SENTENCES: usize = 3;

/// The wordings of a key, as they are written, values left out.
fn wordings(language: usize, key: &str) -> Vec<String> {
    let (book, _) = load::shipped();
    let (_, book) = &book.books[language];
    let text = |template: &super::Template| template.texts().collect::<Vec<_>>().join("_");
    book.phrases.get(key).into_iter().flatten().map(text).collect()
}

fn sentences(text: &str) -> usize {
    let ends = |(at, c): (usize, char)| {
        let rest = &text[at + c.len_utf8()..];
        matches!(c, '.' | '!' | '?') && (rest.is_empty() || rest.starts_with([' ', '\n']))
    };
    text.char_indices().filter(|place| ends(*place)).count().max(1)
}

fn answers(language: usize) -> Vec<String> {
    let (book, _) = load::shipped();
    let (_, book) = &book.books[language];
    let rules = |key: &String| key.starts_with(RULES_FILE) && !key.ends_with(".title") && !key.ends_with(".more");
    let mut keys: Vec<String> =
        book.phrases.keys().filter(|key| key.ends_with(".answer") || rules(key)).cloned().collect();
    keys.sort();
    keys
}

#[test]
fn answers_are_short_and_do_not_begin_alike() {
    let mut wrong = Vec::new();
    for language in 0..2 {
        for key in answers(language) {
            let wordings = wordings(language, &key);
            for text in wordings.iter().filter(|text| sentences(text) > SENTENCES) {
                wrong.push(format!("{key}: {} sentences: {text}", sentences(text)));
            }
            let begin = |text: &String| text.split_whitespace().take(2).map(str::to_lowercase).collect::<Vec<_>>();
            let mut begins: Vec<Vec<String>> = wordings.iter().map(begin).collect();
            begins.sort();
            begins.dedup();
            if begins.len() < wordings.len() {
                wrong.push(format!("{key}: wordings begin alike"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_request_has_a_name_for_a_sentence() {
    let (book, _) = load::shipped();
    for (language, book) in &book.books {
        for intent in book.intents.keys().filter(|intent| !SMALL_TALK.contains(&intent.as_str())) {
            assert!(book.phrases.contains_key(&format!("{intent}.topic")), "{language}/{intent}.toml: topic");
        }
    }
}
