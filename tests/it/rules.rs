//! Rules are read beside the intents: how customers ask for them is data, and so are the answers (`rules.toml`).

use crate::support::SHIPPED;
use otklik::phrases::RULES_FILE;
use std::collections::BTreeSet;

/// Questions that no example was written from, with the rule that answers them; «-» for what asks for none.
const ASKED: &str = include_str!("rules.txt");

/// From this share on a rule is told where nothing else is likely.
const SURE: f64 = 0.5;

#[test]
fn rules_are_read() {
    let (book, matcher) = &*SHIPPED;
    let (mut asked, mut found, mut wrong) = (0, 0, Vec::new());
    for line in ASKED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (rule, text) = line.split_once(' ').expect("a rule and a message");
        let (label, share) = matcher.label(RULES_FILE, text).expect("rules were learned");
        let told = (share >= SURE).then_some(label);
        asked += usize::from(rule != "-");
        found += usize::from(told == Some(rule));
        if std::env::args().any(|arg| arg == "--nocapture") {
            println!("{rule:16} {label:16} {share:.2} {text}");
        }
        if told.is_some_and(|told| told != rule) {
            wrong.push(format!("{text}: {label} {share:.2} instead of {rule}"));
        }
    }
    assert!(found * 100 >= asked * 60, "{found} of {asked} are told");
    assert!(wrong.len() * 100 <= (found + wrong.len()) * 8, "{wrong:#?}");
    let labels: BTreeSet<&str> = ASKED.lines().filter_map(|line| line.split_once(' ')).map(|(rule, _)| rule).collect();
    for label in labels.iter().filter(|label| !["-", "#"].contains(label)) {
        assert!(book.about(RULES_FILE, label).is_some(), "{label} is a rule");
    }
}
