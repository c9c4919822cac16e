//! The labelled set of texts with personal numbers, and of texts that only look so: how much is hidden, how much is kept.

use otklik::privacy::{MASK, mask};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// How much of a kind was done right.
#[derive(Default)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.all += 1;
        self.right += usize::from(right);
    }

    fn of(&self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

/// Whether nothing that could be used is left of a secret: a mask keeps the place of every character.
fn is_hidden(text: &str, masked: &str, secret: &str) -> bool {
    let Some(at) = text.find(secret) else { panic!("«{secret}» is not in «{text}»") };
    let from = text[..at].chars().count();
    let left: String = masked.chars().skip(from).take(secret.chars().count()).collect();
    let digits = |c: char| c.is_numeric();
    let longest =
        left.split(|c: char| !digits(c) && !" -.".contains(c)).map(|run| run.chars().filter(|c| digits(*c)).count());
    let said_in_words = !secret.chars().any(digits);
    !masked.contains(secret)
        && longest.max().unwrap_or(0) < 4.min(secret.chars().filter(|c| digits(*c)).count().max(1))
        && !(said_in_words && left.chars().any(|c| c.is_alphabetic() && c != MASK))
}

#[test]
fn what_is_personal_is_hidden_and_the_rest_is_kept() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/privacy/masks.jsonl");
    let set = std::fs::read_to_string(path).expect("the set");
    let (mut hidden, mut kept): (BTreeMap<String, Share>, BTreeMap<String, Share>) = Default::default();
    let mut texts = 0;
    for line in set.lines() {
        let entry: Value = serde_json::from_str(line).expect("a line of the set");
        let strings = |field: &str| {
            let values = entry[field].as_array().into_iter().flatten().filter_map(Value::as_str);
            values.map(str::to_owned).collect::<Vec<_>>()
        };
        let (text, kind) = (entry["text"].as_str().expect("a text"), entry["kind"].as_str().expect("a kind"));
        let masked = mask(text).text;
        texts += 1;
        let secrets = strings("secret");
        if secrets.is_empty() {
            let right = masked == text;
            kept.entry(kind.into()).or_default().add(right);
            if !right {
                println!("destroyed  {kind}: {text:?} → {masked:?}");
            }
        } else {
            for secret in secrets {
                let right = is_hidden(text, &masked, &secret);
                hidden.entry(kind.into()).or_default().add(right);
                if !right {
                    println!("missed     {kind}: {text:?} → {masked:?} ({secret:?})");
                }
            }
            for keep in strings("keep") {
                let right = masked.contains(keep.as_str());
                kept.entry("beside".into()).or_default().add(right);
                if !right {
                    println!("destroyed  {kind}: {text:?} → {masked:?}");
                }
            }
        }
        assert_eq!(mask(&masked).text, masked, "once is enough: {text}");
    }
    let total = |of: &BTreeMap<String, Share>| {
        let (right, all) = of.values().fold((0, 0), |(right, all), share| (right + share.right, all + share.all));
        Share { right, all }
    };
    for (kind, share) in hidden.iter().chain(&kept) {
        println!("{kind:<18} {:>3} of {:>3}  {:.3}", share.right, share.all, share.of());
    }
    println!("hidden {:.3}, kept {:.3}", total(&hidden).of(), total(&kept).of());
    assert!(texts >= 600, "a set of {texts} texts");
    assert!(total(&hidden).of() >= 0.95, "hidden: {:.3}", total(&hidden).of());
    for kind in ["passport", "inn", "snils", "card"] {
        assert!(hidden[kind].of() >= 0.99, "{kind}: {:.3}", hidden[kind].of());
    }
    // No kind may be lost as a whole behind the others.
    for (kind, share) in hidden.iter().chain(&kept) {
        assert!(share.of() >= 0.85, "{kind}: {} of {}", share.right, share.all);
    }
    assert!(total(&kept).of() >= 0.97, "kept: {:.3}", total(&kept).of());
}
