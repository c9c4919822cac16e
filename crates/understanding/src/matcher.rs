//! What was learned from the phrasebook, and reading with it.

use super::aspects::Aspects;
use super::calibration::Calibration;
use super::decision::{self, Thresholds};
use super::lexicon::View;
use super::linear::Linear;
use super::opinion::{Basis, Judge, Opinion, Parsed};
use super::reading::{Candidate, Reading};

/// An example as it was read while it was held out: by a model and a vocabulary that had not seen it.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidated {
    /// The example as it was read: as it stands in the lessons, or a spoilt copy.
    pub text: String,
    /// Its true intent; [`NONE`](super::NONE) for what must not be answered.
    pub truth: String,
    /// The intent that came out on top, whether or not it was sure enough; never [`NONE`](super::NONE).
    pub predicted: String,
    /// The confidence in it, 0..1.
    pub confidence: f64,
    /// Whether it is a spoilt copy.
    pub noised: bool,
}

/// Everything learned from [`Lessons`](super::Lessons): made once by [`Matcher::new`], then read with from any number of
/// threads. It is large (tens of megabytes for thousands of examples): keep one and share it.
#[derive(Clone, Debug)]
pub struct Matcher {
    pub(super) basis: Basis,
    pub(super) linear: Linear,
    pub(super) calibration: Calibration,
    pub(super) thresholds: Thresholds,
    pub(super) cross_validated: Vec<CrossValidated>,
    /// What else is read in a message.
    pub(super) aspects: Aspects,
    /// The wanted share of right answers it was learned for.
    pub(super) precision: f64,
}

impl Matcher {
    /// The thresholds that were chosen for the wanted precision, on held-out examples.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// The examples as they were read while held out, each clean and spoilt: what the confidence was fitted on and the
    /// thresholds were chosen by. Of more than 12,000 examples only as many, evenly spread. A near miss is among them only
    /// if it came out as what it is not.
    pub fn cross_validation(&self) -> &[CrossValidated] {
        &self.cross_validated
    }

    /// The ids of the intents, in the order in which they first occur in the lessons.
    pub fn intents(&self) -> &[String] {
        &self.basis.intents
    }

    /// The label of a set of the caller's own ([`Lessons::labels`](super::Lessons::labels)) that a message most likely
    /// shows, with the probability, 0..1, that it shows this one; what is left is for the others and for none. `None` where
    /// nothing was learned of such a set.
    pub fn label(&self, set: &str, text: &str) -> Option<(&str, f64)> {
        self.aspects.label(&self.basis, set, &self.parse(text))
    }

    /// The labels of a set of the caller's own that the parts of a long message show with at least the probability `least`,
    /// 0..1, in the order in which it tells of them, each with its greatest probability: what a story complains of.
    pub fn told(&self, set: &str, text: &str, least: f64) -> Vec<(&str, f64)> {
        self.aspects.told(&self.basis, set, &self.parse(text), least)
    }

    pub(super) fn parse(&self, text: &str) -> Parsed {
        self.basis.parse(self.basis.spell(text), false)
    }

    pub(super) fn judge(&self) -> Judge<'_> {
        Judge { basis: &self.basis, linear: &self.linear, view: View::All }
    }

    pub(super) fn read(&self, text: &str) -> Reading {
        let parsed = self.parse(text);
        let wordless = parsed.sentence.tokens.is_empty();
        let (candidates, requests) =
            if wordless || self.basis.intents.is_empty() { (self.nothing(), Vec::new()) } else { self.ranked(&parsed) };
        let aspects = self.aspects.of(&self.basis, &parsed);
        let (decision, intent) = decision::decide(&candidates, &self.thresholds, &self.basis.trade);
        Reading {
            decision,
            intent,
            confidence: candidates.first().map_or(0.0, |top| top.confidence),
            candidates,
            requests,
            stance: aspects.stance.0,
            stance_confidence: aspects.stance.1,
            piece: aspects.piece,
            mood: self.aspects.mood(&self.basis, text, &parsed),
            slots: parsed.slots,
            language: parsed.language,
            wordless,
        }
    }

    /// The candidates, best first, and the requests.
    fn ranked(&self, parsed: &Parsed) -> (Vec<Candidate>, Vec<String>) {
        let judge = self.judge();
        let whole = judge.opinion(&parsed.sentence.tokens, parsed.sentence.question);
        let verdict = judge.verdict(&parsed.sentence, whole, &self.calibration, self.thresholds.answer);
        let candidates = self.candidates(&verdict.opinion, verdict.confidence);
        let name = |class: usize| self.basis.name(class).to_owned();
        let requests = match verdict.requests.as_slice() {
            [(first, _), (second, _), ..] => vec![name(*first), name(*second)],
            _ => candidates
                .first()
                .filter(|top| top.confidence >= self.thresholds.clarify)
                .map(|top| top.intent.clone())
                .into_iter()
                .collect(),
        };
        (candidates, requests)
    }

    fn nothing(&self) -> Vec<Candidate> {
        let intents = self.basis.intents.iter();
        intents.map(|intent| Candidate { intent: intent.clone(), confidence: 0.0 }).collect()
    }

    /// The intents best first: the top one with its confidence, the rest with their part of what
    /// is left, never more than the top one.
    fn candidates(&self, opinion: &Opinion, confidence: f64) -> Vec<Candidate> {
        let rest: f64 = 1.0 - opinion.shares[opinion.top];
        let mut candidates: Vec<Candidate> = self
            .basis
            .intents
            .iter()
            .zip(&opinion.shares)
            .enumerate()
            .map(|(class, (intent, share))| {
                let part = (1.0 - confidence) * share / rest.max(1e-12);
                let confidence = if class == opinion.top { confidence } else { part.min(confidence) };
                Candidate { intent: intent.clone(), confidence }
            })
            .collect();
        let top = candidates.remove(opinion.top);
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        candidates.insert(0, top);
        candidates
    }
}

/// Reads one message, of any length and in any state: it always comes to a reading, and always to the same one. Takes
/// some 70 µs for a line of chat, and grows with the length of the message, not with the number of examples.
pub fn read(matcher: &Matcher, text: &str) -> Reading {
    matcher.read(text)
}
