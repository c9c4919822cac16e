//! What was learned from the phrasebook, and reading with it.

use serde::{Deserialize, Serialize};

use super::aspects::Aspects;
use super::calibration::{Calibration, Estimate};
use super::decision::{self, Thresholds};
use super::lessons;
use super::lexicon::{Sentence, Token, View};
use super::linear::Linear;
use super::opinion::{Basis, Judge, Opinion, Parsed};
use super::reading::{Candidate, Reading, Stance};
use super::slots::Values;
use super::texts::Texts;

/// An example as it was read while it was held out: by a model and a vocabulary that had not seen it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossValidated<'a> {
    /// The example as it was read: as it stands in the lessons, or a spoilt copy.
    pub text: &'a str,
    /// Its true intent; [`NONE`](super::NONE) for what must not be answered.
    pub truth: &'a str,
    /// The intent that came out on top, whether or not it was sure enough; never [`NONE`](super::NONE).
    pub predicted: &'a str,
    /// The confidence in it, 0..1.
    pub confidence: f64,
    /// Whether it is a spoilt copy.
    pub noised: bool,
}

/// All of them, as they are kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct HeldOut {
    pub(super) texts: Texts,
    pub(super) judged: Vec<JudgedHeldOut>,
}

impl HeldOut {
    pub(super) fn shrink_to_fit(&mut self) {
        self.texts.shrink_to_fit();
        self.judged.shrink_to_fit();
    }
}

/// What became of one of them: classes, the confidence, and whether it is a spoilt copy.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct JudgedHeldOut {
    pub(super) truth: u32,
    pub(super) predicted: u32,
    pub(super) confidence: f64,
    pub(super) noised: bool,
}

/// Everything learned from [`Lessons`](super::Lessons): made once by [`Matcher::new`], then read with from any number of
/// threads. It is large (tens of megabytes for thousands of examples): keep one and share it.
#[derive(Clone, Debug)]
pub struct Matcher {
    pub(super) basis: Basis,
    pub(super) linear: Linear,
    pub(super) calibration: Calibration,
    /// How far the parts of a message can be trusted for the whole; nothing where too few messages have parts.
    pub(super) parts: Option<Calibration>,
    pub(super) estimate: Estimate,
    pub(super) thresholds: Thresholds,
    pub(super) cross_validated: HeldOut,
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
    pub fn cross_validation(&self) -> impl Iterator<Item = CrossValidated<'_>> {
        let HeldOut { texts, judged } = &self.cross_validated;
        texts.iter().zip(judged).map(|(text, judged)| CrossValidated {
            text,
            truth: self.basis.name(judged.truth as usize),
            predicted: self.basis.name(judged.predicted as usize),
            confidence: judged.confidence,
            noised: judged.noised,
        })
    }

    /// The wanted share of right answers it was learned for, above 0, at most 1.
    pub fn precision(&self) -> f64 {
        lessons::wanted(self.precision)
    }

    /// How sure it is that the wanted share of answers will be right.
    pub fn estimate(&self) -> &Estimate {
        &self.estimate
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
            slots: parsed.values.slots,
            doubts: parsed.values.doubts,
            language: parsed.language,
            neighbours: parsed.neighbours,
            wordless,
        }
    }

    /// The candidates, best first, and the requests.
    fn ranked(&self, parsed: &Parsed) -> (Vec<Candidate>, Vec<String>) {
        let judge = self.judge();
        let verdict = |sentence: &Sentence| {
            let whole = judge.opinion(&sentence.tokens, sentence.question);
            let heard = judge.hear(sentence, whole, &self.calibration);
            judge.verdict(heard, self.parts.as_ref(), self.thresholds.answer)
        };
        let mut said = verdict(&parsed.sentence);
        // «алло, 1000000017»: what was set aside is all there is.
        let small_talk = self.basis.trade.is_small_talk(self.basis.name(said.opinion.top));
        if (small_talk || said.confidence < self.thresholds.clarify)
            && let Some(whole) = parsed.sentence.heard_whole()
        {
            let heard = verdict(&whole);
            if small_talk || heard.confidence > said.confidence {
                said = heard;
            }
        }
        let verdict = said;
        let candidates = self.candidates(&verdict.opinion, verdict.confidence);
        let asks = |said: &[Token]| self.asks(parsed, said);
        let two = judge.two_requests(&parsed.sentence, &verdict, &self.calibration, self.thresholds.answer, asks);
        let requests = match two {
            Some(both) => both.map(|class| self.basis.name(class).to_owned()).to_vec(),
            None => candidates
                .first()
                .filter(|top| top.confidence >= self.thresholds.clarify)
                .map(|top| top.intent.clone())
                .into_iter()
                .collect(),
        };
        (candidates, requests)
    }

    /// Whether words ask for something, rather than tell that it is done or not wanted.
    fn asks(&self, parsed: &Parsed, said: &[Token]) -> bool {
        let sentence = Sentence { tokens: said.to_vec(), question: parsed.sentence.question };
        let (language, neighbours) = (parsed.language, parsed.neighbours);
        let part = Parsed { sentence, language, neighbours, folded: String::new(), values: Values::default() };
        let (stance, sure) = self.aspects.of(&self.basis, &part).stance;
        sure < TELLS || !matches!(stance, Stance::ReportsDone | Stance::Declines)
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

/// From this share on a part of a message is taken to tell something, or to deny it.
const TELLS: f64 = 0.5;

/// Reads one message, of any length and in any state: it always comes to a reading, and always to the same one. Takes
/// some 70 µs for a line of chat, and grows with the length of the message, not with the number of examples.
pub fn read(matcher: &Matcher, text: &str) -> Reading {
    matcher.read(text)
}
