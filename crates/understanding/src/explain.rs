//! Why a message was read as it was: for people, to be printed.

use super::calibration;
use super::decision::Thresholds;
use super::lexicon::View;
use super::matcher::{Matcher, read};
use super::reading::{Decision, Reading};
use super::stretch::Typed;

/// Everything that led to a reading, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What [`read`] makes of the message.
    pub reading: Reading,
    /// The words as they were understood, in the order of the message.
    pub words: Vec<SeenWord>,
    /// The nearest examples, best first: five at most.
    pub nearest: Vec<Near>,
    /// What each of the first 41 words did for the top intent of the whole message, the loudest first.
    pub tipped: Vec<Tipped>,
    /// What the confidence in the whole message was made of. Where a part of the message decided, the confidence of the
    /// reading is another one.
    pub evidence: Vec<Evidence>,
    /// The thresholds the confidence was held against.
    pub thresholds: Thresholds,
    /// The decision in a sentence of English.
    pub because: String,
}

/// One word on its way from typed to understood.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenWord {
    /// The word as it was typed, in small letters.
    pub typed: String,
    /// The word as it was understood: the known word for a misspelt one.
    pub read_as: String,
    /// How the one came from the other: `as typed`, `spelling`, `other keyboard`, `transliteration`, `typo` or `unknown`.
    pub how: &'static str,
    /// How much it tells about the intent, 0..1, by how rare it is in the examples; 0 for filler.
    pub weight: f64,
    /// Whether a negation turned it round («не нужен»).
    pub negated: bool,
}

/// An example near a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The example as it stands in the lessons.
    pub example: String,
    /// Its intent; [`NONE`](super::NONE) for what must not be answered.
    pub intent: String,
    /// The cosine of both by their weighted words, 0..1 (soft TF-IDF: Cohen, Ravikumar, Fienberg 2003).
    pub similarity: f64,
    /// The words of the message that the example has too, as they were understood.
    pub by: Vec<String>,
}

/// What a word did for the top intent.
#[derive(Clone, Debug, PartialEq)]
pub struct Tipped {
    /// The word as it was understood.
    pub word: String,
    /// By how much the logarithm of the linear model's probability falls without the word: above 0 it speaks for the intent,
    /// below 0 against it.
    pub towards: f64,
}

/// One piece of evidence behind the confidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is, in English.
    pub name: &'static str,
    /// Its value for this message, in units of its own.
    pub value: f64,
    /// What it added to the log-odds of the confidence, against an average held-out message.
    pub added: f64,
}

/// Reads a message and shows why it is read so. Takes many times as long as [`read`]: for people, not for every message.
pub fn explain(matcher: &Matcher, text: &str) -> Explanation {
    let reading = read(matcher, text);
    let parsed = matcher.parse(text);
    let basis = &matcher.basis;
    let features = basis.lexicon.features(&parsed.sentence.tokens, parsed.sentence.question, View::All);
    let mut words = Vec::new();
    for (token, word) in parsed.sentence.tokens.iter().zip(&features.words) {
        let typed = token.word.typed.as_ref().map_or(&token.word.text, |(typed, _)| typed);
        let how = match &token.word.typed {
            _ if word.trust > 0.0 && word.trust < 1.0 => "typo",
            _ if word.trust == 0.0 && !word.lexeme.common => "unknown",
            Some((_, Typed::OtherLayout)) => "other keyboard",
            Some((_, Typed::Transliterated)) => "transliteration",
            Some((_, Typed::Plain)) => "spelling",
            None => "as typed",
        };
        words.push(SeenWord {
            typed: typed.clone(),
            read_as: word.lexeme.text.to_string(),
            how,
            weight: if word.filler { 0.0 } else { f64::from(word.weight) },
            negated: word.negated,
        });
    }
    let nearest = basis
        .nearest
        .examples(&features.terms, 5)
        .into_iter()
        .filter_map(|(number, similarity)| {
            let (example, class) = basis.examples.get(number)?;
            let other = matcher.parse(example).sentence;
            let shared = basis.lexicon.features(&other.tokens, other.question, View::All);
            let by = features
                .words
                .iter()
                .filter(|word| !word.filler && shared.words.iter().any(|w| w.same_term(word)))
                .map(|word| word.lexeme.text.to_string())
                .collect();
            Some(Near {
                example: example.to_owned(),
                intent: basis.name(class).to_owned(),
                similarity: f64::from(similarity),
                by,
            })
        })
        .collect();
    let row = basis.columns.row(&features.list);
    let opinion = matcher.judge().opinion_on(&features, &row);
    let mut tipped: Vec<Tipped> = Vec::new();
    for (i, word) in features.words.iter().enumerate() {
        let mut without = parsed.sentence.tokens.clone();
        without.remove(i);
        let rest = basis.lexicon.features(&without, parsed.sentence.question, View::All);
        let rest = basis.columns.row(&rest.list);
        let log = |row: &[(u32, f32)]| f64::from(matcher.linear.probabilities(row)[opinion.top].max(1e-9)).ln();
        tipped.push(Tipped { word: word.lexeme.text.to_string(), towards: log(&row) - log(&rest) });
        if i >= 40 {
            break;
        }
    }
    tipped.sort_by(|a, b| b.towards.abs().total_cmp(&a.towards.abs()));
    let shares = matcher.calibration.shares(&opinion.facts);
    let evidence = (0..calibration::EVIDENCE)
        .map(|i| Evidence { name: calibration::NAMES[i], value: opinion.facts[i], added: shares[i] })
        .collect();
    let because = because(&reading, matcher.thresholds);
    Explanation { reading, words, nearest, tipped, evidence, thresholds: matcher.thresholds, because }
}

fn because(reading: &Reading, thresholds: Thresholds) -> String {
    let Thresholds { answer, clarify } = thresholds;
    let confidence = reading.confidence;
    match reading.decision {
        Decision::Answer => format!("confidence {confidence:.2} is at least {answer:.2}: answer"),
        Decision::Handoff if confidence >= answer => {
            format!("a request for a person, confidence {confidence:.2}: hand off")
        }
        Decision::Clarify => {
            format!("confidence {confidence:.2} is below {answer:.2}, but worth a question (from {clarify:.2})")
        }
        Decision::Handoff => format!("confidence {confidence:.2} is below {clarify:.2}: hand off"),
    }
}
