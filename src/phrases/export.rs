//! What agents taught, as a patch of the phrasebook's files: the owner reads it, applies it and ships it.

use super::book::{Learned, Phrasebook};
use std::collections::BTreeMap;
use std::fmt::Write;
use understanding::Language;

/// How many lines around a change a patch shows.
const CONTEXT: usize = 3;

/// What is new of the learned, as a unified diff of `phrases/<language>/<intent>.toml` against the files the phrasebook
/// was read from (for `git apply`), in the order of languages and intents. Where a file has no `examples` that lines
/// can be added to, a TOML fragment headed by a comment stands instead. Empty when nothing is new.
pub fn to_toml_diff(learned: &[Learned], phrasebook: &Phrasebook) -> String {
    let mut by_file: BTreeMap<(usize, Language, &str), Vec<&str>> = BTreeMap::new();
    let place = |language: Language| phrasebook.languages().position(|known| known == language).unwrap_or(usize::MAX);
    for Learned { language, intent, utterance } in phrasebook.news(learned) {
        by_file.entry((place(*language), *language, intent)).or_default().push(utterance);
    }
    let (mut fragments, mut diffs) = (String::new(), String::new());
    for ((_, language, intent), utterances) in by_file {
        let path = format!("phrases/{}/{intent}.toml", language.id());
        let source = phrasebook.book(language).and_then(|book| book.sources.get(intent));
        match source.and_then(|source| diff(&path, source, &utterances)) {
            Some(diff) => diffs += &diff,
            None => {
                let _ = writeln!(fragments, "# {path}: add to examples\nexamples = [");
                utterances.iter().for_each(|text| fragments += &format!("  {},\n", quoted(text)));
                fragments += "]\n\n";
            }
        }
    }
    fragments + &diffs
}

/// The patch of one file, if its `examples` are written a line each and it still reads well afterwards.
fn diff(path: &str, source: &str, utterances: &[&str]) -> Option<String> {
    let close = end_of_examples(source)?;
    let line_start = source[..close].rfind('\n')? + 1;
    if !source[line_start..close].trim().is_empty() {
        return None;
    }
    let before: Vec<&str> = source[..line_start].split_inclusive('\n').collect();
    let after: Vec<&str> = source[line_start..].split_inclusive('\n').collect();
    let last = before.iter().rev().find(|line| !line.trim().is_empty())?;
    let indent: String = last.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
    let end = if last.ends_with("\r\n") { "\r\n" } else { "\n" };
    let added: Vec<String> = utterances.iter().map(|text| format!("{indent}{},{end}", quoted(text))).collect();

    let patched = [&source[..line_start], &added.concat(), &source[line_start..]].concat();
    let mut expected = examples(source)?;
    expected.extend(utterances.iter().map(|text| (*text).to_owned()));
    if examples(&patched)? != expected {
        return None;
    }

    let (above, below) = (before.len().min(CONTEXT), after.len().min(CONTEXT));
    let start = before.len() - above + 1;
    let old = above + below;
    let mut diff = format!("--- a/{path}\n+++ b/{path}\n@@ -{start},{old} +{start},{} @@\n", old + added.len());
    let mut put = |sign: char, line: &str| {
        diff.push(sign);
        diff += line;
        if !line.ends_with('\n') {
            diff += "\n\\ No newline at end of file\n";
        }
    };
    before[before.len() - above..].iter().for_each(|line| put(' ', line));
    added.iter().for_each(|line| put('+', line));
    after[..below].iter().for_each(|line| put(' ', line));
    Some(diff)
}

/// The `examples` of a file as TOML reads them.
fn examples(source: &str) -> Option<Vec<String>> {
    let table: toml::Table = toml::from_str(source).ok()?;
    let examples = table.get("examples")?.as_array()?;
    examples.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Where the bracket stands that closes `examples`, if the last one of them is followed by a comma. What it finds in a
/// file written in some other way, the reader of the patched text rejects.
fn end_of_examples(source: &str) -> Option<usize> {
    let open = source.match_indices("examples").find_map(|(at, key)| {
        let begins = at == 0 || source[..at].ends_with('\n');
        let rest = source[at + key.len()..].trim_start_matches([' ', '\t']).strip_prefix('=')?;
        let rest = rest.trim_start_matches([' ', '\t']).strip_prefix('[')?;
        begins.then_some(source.len() - rest.len())
    })?;
    let mut last = '[';
    let mut letters = source[open..].char_indices();
    while let Some((at, c)) = letters.next() {
        match c {
            ']' => return matches!(last, ',' | '[').then_some(open + at),
            '#' => {
                letters.by_ref().find(|(_, c)| *c == '\n');
            }
            '"' | '\'' => {
                while let Some((_, inside)) = letters.next() {
                    if inside == c {
                        break;
                    }
                    if inside == '\\' && c == '"' {
                        letters.next();
                    }
                }
                last = c;
            }
            c if c.is_whitespace() => {}
            c => last = c,
        }
    }
    None
}

/// A text as a basic string of TOML, on one line. What cannot be seen and could make a line look like another is
/// escaped as well.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::load::{self, EN, RU};
    use super::*;
    use proptest::prelude::*;

    fn learned(language: Language, intent: &str, utterance: &str) -> Learned {
        Learned { language, intent: intent.into(), utterance: utterance.into() }
    }

    /// Applies a patch of one file, as `patch` does: every line of the old text must be where it says.
    fn apply(source: &str, diff: &str) -> String {
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let mut patch = diff.lines().skip(2);
        let head = patch.next().expect("a hunk");
        let start: usize = head[4..].split(',').next().and_then(|n| n.parse().ok()).expect("a line number");
        let mut at = start - 1;
        let mut out = lines[..at].concat();
        let (mut old, mut new) = (0, 0);
        for line in patch.filter(|line| !line.starts_with('\\')) {
            match line.split_at(1) {
                (" ", text) => {
                    assert_eq!(lines[at].trim_end_matches(['\r', '\n']), text.trim_end_matches('\r'));
                    out += lines[at];
                    (at, old, new) = (at + 1, old + 1, new + 1);
                }
                ("+", text) => {
                    out += &format!("{text}\n");
                    new += 1;
                }
                (other, _) => panic!("a line that begins with {other}"),
            }
        }
        assert!(head.contains(&format!(",{old} +{start},{new} @@")), "{head}");
        out + &lines[at..].concat()
    }

    #[test]
    fn every_shipped_file_can_be_patched() {
        let (book, _) = load::shipped();
        let odd = "верни \"бабки\" \\ сейчас\nже";
        for (language, texts) in &book.books {
            for (intent, source) in &texts.sources {
                let diff = to_toml_diff(&[learned(*language, intent, odd)], &book);
                assert!(diff.starts_with(&format!("--- a/phrases/{}/{intent}.toml\n", language.id())), "{diff}");
                let patched = examples(&apply(source, &diff)).expect("TOML");
                let (last, rest) = patched.split_last().expect("examples");
                assert_eq!((rest, last.as_str()), (texts.intents[intent].examples.as_slice(), odd));
            }
        }
    }

    #[test]
    fn only_news_is_exported_sorted_by_file() {
        let (book, _) = load::shipped();
        let diff = to_toml_diff(
            &[
                learned(RU, "refund", "мани бэк"),
                learned(EN, "cancel", "nix the order"),
                learned(RU, "refund", "верните деньги"),
                learned(RU, "refund", "Мани бэк!"),
                learned(RU, "cancel", "кансел ордер"),
            ],
            &book,
        );
        let files: Vec<&str> = diff.lines().filter(|line| line.starts_with("+++")).collect();
        let expected = ["+++ b/phrases/ru/cancel.toml", "+++ b/phrases/ru/refund.toml", "+++ b/phrases/en/cancel.toml"];
        assert_eq!(files, expected);
        let added: Vec<&str> = diff.lines().filter(|l| l.starts_with('+') && !l.starts_with("+++")).collect();
        assert_eq!(added, ["+  \"кансел ордер\",", "+  \"мани бэк\",", "+  \"nix the order\","]);
        assert_eq!(to_toml_diff(&[learned(RU, "refund", "верните деньги")], &book), "");
    }

    #[test]
    fn a_file_written_otherwise_gets_a_fragment() {
        for source in [
            "title = \"Деньги\"\nexamples = [\"верните деньги\"]",
            "title = \"Деньги\"\nexamples = [\n  \"верните деньги\"\n]\n",
            "title = \"Деньги\"\n\"examples\" = [\n  \"верните деньги\",\n]\n",
        ] {
            let (book, _) = load::from_texts(&[("ru", "refund", source)]);
            let news = [learned(RU, "refund", "мани бэк"), learned(EN, "refund", "money back")];
            let text = to_toml_diff(&news, &book);
            let (russian, english) = text.split_once("# phrases/en/refund.toml: add to examples\n").expect("both");
            assert!(russian.starts_with("# phrases/ru/refund.toml: add to examples\nexamples = [\n"), "{text}");
            assert_eq!(examples(russian), Some(vec!["мани бэк".to_owned()]));
            assert_eq!(examples(english), Some(vec!["money back".to_owned()]));
        }
    }

    #[test]
    fn brackets_and_quotes_in_examples_do_not_mislead() {
        let source = "title = \"Деньги\"\nexamples = [\n\t'a ] \"b', # ] not here\n\t\"c \\\" ] d\",\n]";
        let (book, _) = load::from_texts(&[("ru", "refund", source)]);
        let diff = to_toml_diff(&[learned(RU, "refund", "мани бэк")], &book);
        assert!(diff.ends_with("+\t\"мани бэк\",\n ]\n\\ No newline at end of file\n"), "{diff}");
        let patched = examples(&apply(source, &diff)).expect("TOML");
        assert_eq!(patched, ["a ] \"b", "c \" ] d", "мани бэк"]);
    }

    proptest! {
        #[test]
        fn any_text_is_right_toml_on_one_line(text in any::<String>()) {
            let line = format!("examples = [{}]", quoted(&text));
            prop_assert!(!line.contains(['\n', '\r']));
            prop_assert_eq!(examples(&line), Some(vec![text]));
        }
    }
}
