//! Why a message was read as it was: for the owner, to be printed by the command line.

use super::calibration;
use super::decision::Thresholds;
use super::lexicon::View;
use super::matcher::{Matcher, read};
use super::reading::{Decision, Reading};
use super::stretch::Typed;

/// Everything that led to a reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The reading itself.
    pub reading: Reading,
    /// The words as they were understood.
    pub words: Vec<SeenWord>,
    /// The nearest examples, best first.
    pub nearest: Vec<Near>,
    /// The words that spoke loudest for the top intent, and against it.
    pub tipped: Vec<Tipped>,
    /// What the confidence was made of.
    pub evidence: Vec<Evidence>,
    /// The thresholds the confidence was held against.
    pub thresholds: Thresholds,
    /// The decision in a sentence of English.
    pub because: String,
}

/// One word on its way from typed to understood.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenWord {
    /// As it was typed.
    pub typed: String,
    /// As it was understood.
    pub read_as: String,
    /// How that came: «as typed», «spelling», «other keyboard», «transliteration», «typo»,
    /// «unknown».
    pub how: &'static str,
    /// How much it tells about the intent, 0..1; filler tells nothing.
    pub weight: f64,
    /// Turned round by a negation.
    pub negated: bool,
}

/// An example that came near.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The example.
    pub example: String,
    /// Its intent; «none» for what must not be answered.
    pub intent: String,
    /// 0..1.
    pub similarity: f64,
    /// The words both have.
    pub by: Vec<String>,
}

/// What a word did for the top intent.
#[derive(Clone, Debug, PartialEq)]
pub struct Tipped {
    /// The word.
    pub word: String,
    /// Above 0 for the intent, below 0 against it; in units of log-odds.
    pub towards: f64,
}

/// One piece of evidence behind the confidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub name: &'static str,
    /// Its value for this message.
    pub value: f64,
    /// What it added to the log-odds, against an average message.
    pub added: f64,
}

/// Reads a message and shows why.
pub fn explain(matcher: &Matcher, text: &str) -> Explanation {
    let reading = read(matcher, text);
    let heard = matcher.hear(text);
    let knowledge = &matcher.knowledge;
    let features = knowledge.lexicon.features(&heard.sentence.tokens, heard.sentence.question, View::All);
    let mut words = Vec::new();
    for (token, word) in heard.sentence.tokens.iter().zip(&features.words) {
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
            read_as: word.lexeme.text.clone(),
            how,
            weight: if word.filler { 0.0 } else { f64::from(word.weight) },
            negated: word.negated,
        });
    }
    let nearest = knowledge
        .nearest
        .examples(&features.terms, 5)
        .into_iter()
        .filter_map(|(number, similarity)| {
            let (example, class) = knowledge.examples.get(number)?;
            let other = matcher.hear(example).sentence;
            let shared = knowledge.lexicon.features(&other.tokens, other.question, View::All);
            let by = features
                .words
                .iter()
                .filter(|word| !word.filler && shared.words.iter().any(|w| w.same_term(word)))
                .map(|word| word.lexeme.text.clone())
                .collect();
            Some(Near {
                example: example.clone(),
                intent: knowledge.name(*class).to_owned(),
                similarity: f64::from(similarity),
                by,
            })
        })
        .collect();
    let row = knowledge.columns.row(&features.list);
    let opinion = matcher.judge().opinion_on(&features, &row);
    let mut tipped: Vec<Tipped> = Vec::new();
    for (i, word) in features.words.iter().enumerate() {
        let mut without = heard.sentence.tokens.clone();
        without.remove(i);
        let rest = knowledge.lexicon.features(&without, heard.sentence.question, View::All);
        let rest = knowledge.columns.row(&rest.list);
        let log = |row: &[(u32, f32)]| f64::from(matcher.linear.probabilities(row)[opinion.top].max(1e-9)).ln();
        tipped.push(Tipped { word: word.lexeme.text.clone(), towards: log(&row) - log(&rest) });
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
