//! What came of it.

use super::super::load::marks::{Mark, answers_in, words_in};
use super::people::{Customer, People};
use super::trouble::Troubles;
use crate::sandbox::Sandbox;
use std::collections::HashMap;
use std::fmt::Write;

/// What was counted.
pub(super) struct Findings {
    said: usize,
    lost: usize,
    doubled: usize,
    out_of_order: usize,
    wrong: usize,
    /// What was set aside, and what was called undeliverable.
    undone: (usize, usize),
    may_double: u32,
    examples: Vec<String>,
}

/// So many examples are told.
const EXAMPLES: usize = 20;

impl Findings {
    /// Whether nothing is wrong but what may be.
    pub fn good(&self) -> bool {
        let undone = self.undone.0 + self.undone.1;
        self.lost + self.out_of_order + self.wrong + undone == 0
            && u32::try_from(self.doubled).is_ok_and(|doubled| doubled <= self.may_double)
    }

    /// The table.
    pub fn table(&self) -> String {
        let mut out = String::new();
        let Findings { said, lost, doubled, out_of_order, wrong, undone, may_double, .. } = self;
        // Writing into a text cannot fail.
        let _ = writeln!(out, "messages {said}: lost {lost}, out of order {out_of_order}, to the wrong place {wrong}");
        let _ = writeln!(
            out,
            "doubled {doubled} (by a kill or a cut between Telegram's «ok» and our mark: {may_double} chances)"
        );
        let _ = writeln!(out, "set aside {}, called undeliverable {}", undone.0, undone.1);
        for example in &self.examples {
            let _ = writeln!(out, "  {example}");
        }
        out
    }

    /// Compares what arrived with what was said, in order; `place` tells where.
    fn compare<T: PartialEq + Copy + std::fmt::Debug + Eq + std::hash::Hash>(
        &mut self,
        place: &str,
        said: &[T],
        arrived: &[T],
    ) {
        self.said += said.len();
        let order: HashMap<T, usize> = said.iter().enumerate().map(|(at, what)| (*what, at)).collect();
        let mut seen = HashMap::new();
        let mut last = None;
        for what in arrived {
            let Some(at) = order.get(what) else {
                self.wrong += 1;
                self.example(format!("{place}: {what:?} is not from here"));
                continue;
            };
            if seen.insert(*what, ()).is_some() {
                self.doubled += 1;
                continue;
            }
            if last.is_some_and(|last| last > *at) {
                self.out_of_order += 1;
                self.example(format!("{place}: {what:?} came late"));
            }
            last = last.max(Some(*at));
        }
        for what in said.iter().filter(|what| !seen.contains_key(what)) {
            self.lost += 1;
            self.example(format!("{place}: {what:?} never came"));
        }
    }

    fn example(&mut self, told: String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(told);
        }
    }
}

/// Compares what customers and agents said with what is to be seen at the other side.
pub(super) fn check(people: &People, sandbox: &Sandbox, troubles: &Troubles, undone: (usize, usize)) -> Findings {
    let mut findings = Findings {
        said: 0,
        lost: 0,
        doubled: 0,
        out_of_order: 0,
        wrong: 0,
        undone,
        may_double: troubles.may_double(),
        examples: Vec::new(),
    };
    for (at, customer) in people.customers.iter().enumerate() {
        let Customer { id, topic, said, answered, asked } = customer;
        let marks = |count: usize| (1..=count).map(|nth| Mark { customer: at + 1, nth }).collect::<Vec<_>>();
        let heard: Vec<_> = sandbox.chat(*id).into_iter().filter(|seen| seen.from_bot).collect();
        match topic {
            Some(topic) => {
                let told: Vec<Mark> = sandbox
                    .topic(*topic)
                    .iter()
                    .filter(|seen| seen.from_bot)
                    .flat_map(|seen| words_in(&seen.text))
                    .collect();
                findings.compare(&format!("topic of {}", at + 1), &marks(*said), &told);
                let got: Vec<Mark> = heard.iter().flat_map(|seen| answers_in(&seen.text)).collect();
                findings.compare(&format!("chat of {}", at + 1), &marks(*answered), &got);
            }
            None => {
                let got: Vec<u64> = heard.iter().filter_map(|seen| number_in(&seen.text)).collect();
                findings.compare(&format!("chat of {}", at + 1), asked, &got);
            }
        }
    }
    findings
}

/// The parcel's number that a reply names: ten digits.
fn number_in(text: &str) -> Option<u64> {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(said: &[u64], arrived: &[u64]) -> (usize, usize, usize, usize) {
        let undone = (0, 0);
        let mut findings = Findings {
            said: 0,
            lost: 0,
            doubled: 0,
            out_of_order: 0,
            wrong: 0,
            undone,
            may_double: 0,
            examples: Vec::new(),
        };
        findings.compare("here", said, arrived);
        (findings.lost, findings.doubled, findings.out_of_order, findings.wrong)
    }

    #[test]
    fn whatever_may_not_happen_is_seen() {
        assert_eq!(counted(&[1, 2, 3], &[1, 2, 3]), (0, 0, 0, 0));
        assert_eq!(counted(&[1, 2, 3], &[1, 3]), (1, 0, 0, 0));
        assert_eq!(counted(&[1, 2, 3], &[1, 2, 2, 3]), (0, 1, 0, 0));
        assert_eq!(counted(&[1, 2, 3], &[2, 1, 3]), (0, 0, 1, 0));
        assert_eq!(counted(&[1], &[1, 9]), (0, 0, 0, 1));
        assert_eq!(number_in("Посылка 1000000017 едет"), Some(1_000_000_017));
    }
}
