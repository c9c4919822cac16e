//! What was learned from the phrasebook, and reading with it.

use super::calibration::Calibration;
use super::decision::{self, Thresholds};
use super::lexicon::View;
use super::linear::Linear;
use super::mood;
use super::opinion::{Heard, Judge, Knowledge, Opinion};
use super::reading::{Candidate, Reading};

/// One message of the phrasebook as it was read while its part was held out.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidated {
    /// The message, perhaps spoilt.
    pub text: String,
    /// Its true intent; «none» for what must not be answered.
    pub truth: String,
    /// The intent that came out on top.
    pub predicted: String,
    /// The confidence in it, 0..1.
    pub confidence: f64,
    /// Whether noise was put on it.
    pub noised: bool,
}

/// Everything learned from [`Lessons`](super::Lessons); made once, read by many.
#[derive(Clone, Debug)]
pub struct Matcher {
    pub(super) knowledge: Knowledge,
    pub(super) linear: Linear,
    pub(super) calibration: Calibration,
    pub(super) thresholds: Thresholds,
    pub(super) cross_validated: Vec<CrossValidated>,
    /// The wanted share of right answers it was learned for.
    pub(super) precision: f64,
}

impl Matcher {
    /// The thresholds that were chosen for the wanted precision.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Every message of the phrasebook as it was read while held out, clean and noised: what the
    /// thresholds were chosen by.
    pub fn cross_validation(&self) -> &[CrossValidated] {
        &self.cross_validated
    }

    /// The intents, in the order of the lessons.
    pub fn intents(&self) -> &[String] {
        &self.knowledge.intents
    }

    pub(super) fn hear(&self, text: &str) -> Heard {
        self.knowledge.hear(self.knowledge.spell(text), false)
    }

    pub(super) fn judge(&self) -> Judge<'_> {
        Judge { knowledge: &self.knowledge, linear: &self.linear, view: View::All }
    }

    pub(super) fn read(&self, text: &str) -> Reading {
        let heard = self.hear(text);
        let wordless = heard.sentence.tokens.is_empty();
        let (candidates, wishes) = if wordless || self.knowledge.intents.is_empty() {
            (self.nothing(), Vec::new())
        } else {
            self.ranked(&heard)
        };
        let (decision, intent) = decision::decide(&candidates, &self.thresholds);
        Reading {
            decision,
            intent,
            confidence: candidates.first().map_or(0.0, |top| top.confidence),
            candidates,
            wishes,
            mood: mood::of(text, &heard.folded, self.knowledge.languages.words()),
            slots: heard.slots,
            language: heard.language,
            wordless,
        }
    }

    /// The candidates, best first, and the wishes.
    fn ranked(&self, heard: &Heard) -> (Vec<Candidate>, Vec<String>) {
        let judge = self.judge();
        let whole = judge.opinion(&heard.sentence.tokens, heard.sentence.question);
        let verdict = judge.verdict(&heard.sentence, whole, &self.calibration, self.thresholds.answer);
        let candidates = self.candidates(&verdict.opinion, verdict.confidence);
        let name = |class: usize| self.knowledge.name(class).to_owned();
        let wishes = match verdict.wishes.as_slice() {
            [(first, _), (second, _), ..] => vec![name(*first), name(*second)],
            _ => candidates
                .first()
                .filter(|top| top.confidence >= self.thresholds.clarify)
                .map(|top| top.intent.clone())
                .into_iter()
                .collect(),
        };
        (candidates, wishes)
    }

    fn nothing(&self) -> Vec<Candidate> {
        let intents = self.knowledge.intents.iter();
        intents.map(|intent| Candidate { intent: intent.clone(), confidence: 0.0 }).collect()
    }

    /// The intents best first: the top one with its confidence, the rest with their part of what
    /// is left, never more than the top one.
    fn candidates(&self, opinion: &Opinion, confidence: f64) -> Vec<Candidate> {
        let rest: f64 = 1.0 - opinion.shares[opinion.top];
        let mut candidates: Vec<Candidate> = self
            .knowledge
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

/// Reads one message.
pub fn read(matcher: &Matcher, text: &str) -> Reading {
    matcher.read(text)
}
