//! From confidence to what to do: answer, ask, or hand off.

use serde::{Deserialize, Serialize};

use super::reading::{Candidate, Decision};
use super::trade::Trade;

/// The confidence, 0..1, from which to answer and from which to ask.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// At or above it [`Decision::Answer`]: on held-out examples the wanted share of such answers was right. 1 where no
    /// threshold reached that.
    pub answer: f64,
    /// At or above it [`Decision::Clarify`]: half of `answer`, 0.4 at most.
    pub clarify: f64,
}

/// A second reading this close to the first, as a share of its confidence, is a rival.
const RIVAL: f64 = 0.5;

/// What to do with a message, and with which intent. `candidates` are best first.
pub(super) fn decide(candidates: &[Candidate], thresholds: &Thresholds, trade: &Trade) -> (Decision, Option<String>) {
    let Some(top) = candidates.first() else {
        return (Decision::Handoff, None);
    };
    let rival = candidates
        .get(1)
        .is_some_and(|second| second.confidence >= thresholds.clarify && second.confidence >= top.confidence * RIVAL);
    if top.confidence >= thresholds.answer {
        let decision = if top.intent == trade.person { Decision::Handoff } else { Decision::Answer };
        return (decision, Some(top.intent.clone()));
    }
    // Nobody is asked «did you mean to say hello?».
    let worth_asking = !trade.is_small_talk(&top.intent);
    if worth_asking && (top.confidence >= thresholds.clarify || rival) {
        return (Decision::Clarify, Some(top.intent.clone()));
    }
    (Decision::Handoff, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(candidates: &[(&str, f64)], decision: Decision, intent: Option<&str>) {
        let candidates: Vec<Candidate> = candidates
            .iter()
            .map(|(intent, confidence)| Candidate { intent: (*intent).to_owned(), confidence: *confidence })
            .collect();
        let thresholds = Thresholds { answer: 0.7, clarify: 0.3 };
        assert_eq!(decide(&candidates, &thresholds, &Trade::default()), (decision, intent.map(str::to_owned)));
    }

    #[test]
    fn decisions() {
        check(&[], Decision::Handoff, None);
        check(&[("refund", 0.9)], Decision::Answer, Some("refund"));
        check(&[("human", 0.9)], Decision::Handoff, Some("human"));
        check(&[("greeting", 0.9)], Decision::Answer, Some("greeting"));
        check(&[("refund", 0.4), ("cancel", 0.35)], Decision::Clarify, Some("refund"));
        check(&[("refund", 0.4)], Decision::Clarify, Some("refund"));
        check(&[("greeting", 0.4)], Decision::Handoff, None);
        check(&[("refund", 0.2)], Decision::Handoff, None);
    }
}
