//! What came of it.

use super::people::{Customer, People};
use super::trouble::is_refusal;
use crate::tags::{Tag, answers_in, words_in};
use chrono::{DateTime, TimeDelta, Utc};
use otklik::store::DeadLetter;
use sandbox::{Call, Sandbox};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// What was counted.
#[derive(Default)]
pub(super) struct Findings {
    said: usize,
    lost: usize,
    doubled: usize,
    /// Of the doubled: those whose first call Telegram carried out and never answered, and those whose first call was
    /// answered to a replica that was killed before its tag. All others are mistakes.
    by_cut: usize,
    by_kill: usize,
    out_of_order: usize,
    wrong: usize,
    /// What was refused for good by order, and is listed so.
    refused: usize,
    /// What was set aside, and what was called undeliverable without having been refused by order.
    undone: (usize, usize),
    examples: Vec<String>,
}

/// The calls that brought something, by what they brought.
#[derive(Default)]
pub(super) struct Brought {
    known: usize,
    /// When each was made, and whether its answer was cut off.
    calls: HashMap<String, Vec<(DateTime<Utc>, bool)>>,
    /// What was refused by order, be it for good or not: customers' words, and agents' answers by their messages' ids.
    refused: Refused,
    /// When a replica made the first call of its life.
    up: Vec<DateTime<Utc>>,
}

/// The first call of a replica's life, when it polls and when updates are brought to it.
const FIRST_CALLS: [&str; 2] = ["deleteWebhook", "setWebhook"];

/// For at most so long a killed replica's last requests, which the kernel still delivers, may lie unread on a busy machine.
const UNREAD: TimeDelta = TimeDelta::seconds(2);

/// Words of customers, and answers of agents by the ids of their messages at the desk.
#[derive(Default)]
pub(super) struct Refused {
    words: HashSet<Tag>,
    answers: HashSet<i64>,
}

impl Refused {
    /// What is given up, as the outbox lists it; and how much of it was never refused by order.
    pub fn listed(letters: &[DeadLetter]) -> (Refused, usize) {
        let mut refused = Refused::default();
        for letter in letters.iter().filter(|letter| is_refusal(&letter.problem)) {
            let body: Value = serde_json::from_str(&letter.body).unwrap_or_default();
            refused.words.extend(words_in(body["text"].as_str().unwrap_or_default()));
            if letter.chat.customer().is_some() {
                refused.answers.extend(body["message"].as_i64());
            }
        }
        (refused, letters.iter().filter(|letter| !is_refusal(&letter.problem)).count())
    }

    /// The tags of the answers of one customer's agents.
    fn of(&self, at: usize, answers: &[i64]) -> HashSet<Tag> {
        let refused = answers.iter().enumerate().filter(|(_, message)| self.answers.contains(message));
        refused.map(|(nth, _)| Tag { customer: at + 1, nth: nth + 1 }).collect()
    }
}

impl Brought {
    /// Takes what was called since the last look.
    pub fn look(&mut self, sandbox: &Sandbox) {
        let (calls, made) = sandbox.calls_after(self.known);
        self.known = made;
        for Call { method, params, error, at } in calls {
            let what = match method.as_str() {
                "sendMessage" => &params["text"],
                "copyMessage" => &params["message_id"],
                first if FIRST_CALLS.contains(&first) => {
                    self.up.push(at);
                    continue;
                }
                _ => continue,
            };
            let cut = error.as_deref() == Some("connection cut");
            if error.as_deref().is_some_and(is_refusal) {
                self.refused.words.extend(words_in(params["text"].as_str().unwrap_or_default()));
                self.refused.answers.extend(params["message_id"].as_i64());
            }
            // What carries nothing of people (a card, a line of the bot) may be the same twice.
            let text = what.as_str().unwrap_or_default();
            let carries = what.is_number()
                || !words_in(text).is_empty()
                || !answers_in(text).is_empty()
                || number_in(text).is_some();
            if carries && (error.is_none() || cut) {
                self.calls.entry(key(&params["chat_id"], what)).or_default().push((at, cut));
            }
        }
    }

    /// Whether a call that was read at `first`, and made again at `second`, may have been the last of a replica that was
    /// killed then: killed between the two, or so shortly before that nobody had come back in its place.
    fn by_kill(&self, kills: &[DateTime<Utc>], first: DateTime<Utc>, second: DateTime<Utc>) -> bool {
        kills.iter().any(|&kill| {
            let back = self.up.iter().copied().filter(|up| *up > kill).min();
            let unread = back.map_or(kill + UNREAD, |back| back.min(kill + UNREAD));
            kill <= second && first <= unread
        })
    }

    /// Why something came twice.
    fn explain(&self, kills: &[DateTime<Utc>], findings: &mut Findings) {
        for (what, calls) in &self.calls {
            for pair in calls.windows(2) {
                let ((first, cut), (second, _)) = (pair[0], pair[1]);
                if cut {
                    findings.by_cut += 1;
                } else if self.by_kill(kills, first, second) {
                    findings.by_kill += 1;
                } else {
                    findings.wrong += 1;
                    findings.example(format!("sent twice without a reason: {what} at {first} and {second}"));
                }
            }
        }
    }
}

fn key(chat: &Value, what: &Value) -> String {
    format!("{chat} {what}")
}

/// So many examples are told.
const EXAMPLES: usize = 20;

impl Findings {
    /// Whether nothing is wrong but what may be.
    pub fn good(&self) -> bool {
        self.lost + self.out_of_order + self.wrong + self.undone.0 + self.undone.1 == 0
    }

    /// The table.
    pub fn table(&self) -> String {
        let mut out = String::new();
        let Findings { said, lost, doubled, by_cut, by_kill, out_of_order, wrong, refused, undone, .. } = self;
        // Writing into a text cannot fail.
        let _ = writeln!(
            out,
            "messages {said}: lost {lost}, out of order {out_of_order}, wrong {wrong}, doubled {doubled}"
        );
        let _ = writeln!(
            out,
            "calls made again: {by_kill} after a kill, {by_cut} after a connection was cut before its answer"
        );
        let _ = writeln!(out, "refused for good, told and listed: {refused}");
        let _ = writeln!(out, "set aside {}, called undeliverable {}", undone.0, undone.1);
        for example in &self.examples {
            let _ = writeln!(out, "  {example}");
        }
        out
    }

    /// Compares what arrived with what was said, in order; `place` tells where. What is `listed` as refused need not have
    /// arrived, and what was refused `once` may have come later than it was said.
    fn compare<T: PartialEq + Copy + std::fmt::Debug + Eq + std::hash::Hash>(
        &mut self,
        place: &str,
        said: &[T],
        arrived: &[T],
        (listed, once): (&HashSet<T>, &HashSet<T>),
    ) {
        self.said += said.len();
        self.refused += said.iter().filter(|what| listed.contains(what)).count();
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
            if once.contains(what) || listed.contains(what) {
                continue;
            }
            if last.is_some_and(|last| last > *at) {
                self.out_of_order += 1;
                self.example(format!("{place}: {what:?} came late"));
            }
            last = last.max(Some(*at));
        }
        for what in said.iter().filter(|what| !seen.contains_key(what) && !listed.contains(what)) {
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
pub(super) fn check(
    people: &People,
    sandbox: &Sandbox,
    brought: &Brought,
    kills: &[DateTime<Utc>],
    set_aside: usize,
    letters: &[DeadLetter],
) -> Findings {
    let (listed, unexplained) = Refused::listed(letters);
    let mut findings = Findings { undone: (set_aside, unexplained), ..Findings::default() };
    brought.explain(kills, &mut findings);
    for (at, customer) in people.customers.iter().enumerate() {
        let Customer { id, topic, said, answers, asked } = customer;
        let tags = |count: usize| (1..=count).map(|nth| Tag { customer: at + 1, nth }).collect::<Vec<_>>();
        let heard: Vec<_> = sandbox.chat(*id).into_iter().filter(|seen| seen.from_bot).collect();
        match topic {
            Some(topic) => {
                let told: Vec<Tag> = sandbox
                    .topic(*topic)
                    .iter()
                    .filter(|seen| seen.from_bot)
                    .flat_map(|seen| words_in(&seen.text))
                    .collect();
                let words = (&listed.words, &brought.refused.words);
                findings.compare(&format!("topic of {}", at + 1), &tags(*said), &told, words);
                let got: Vec<Tag> = heard.iter().flat_map(|seen| answers_in(&seen.text)).collect();
                let (for_good, once) = (listed.of(at, answers), brought.refused.of(at, answers));
                findings.compare(&format!("chat of {}", at + 1), &tags(answers.len()), &got, (&for_good, &once));
            }
            None => {
                let got: Vec<u64> = heard.iter().filter_map(|seen| number_in(&seen.text)).collect();
                let none = HashSet::new();
                findings.compare(&format!("chat of {}", at + 1), asked, &got, (&none, &none));
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
        refused(said, arrived, &[], &[])
    }

    fn refused(said: &[u64], arrived: &[u64], listed: &[u64], once: &[u64]) -> (usize, usize, usize, usize) {
        let set = |tags: &[u64]| tags.iter().copied().collect::<HashSet<u64>>();
        let mut findings = Findings::default();
        findings.compare("here", said, arrived, (&set(listed), &set(once)));
        (findings.lost, findings.doubled, findings.out_of_order, findings.wrong)
    }

    #[test]
    fn only_a_kill_explains_that_a_call_was_made_again() {
        let at = |millis| DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis);
        let brought = Brought { up: vec![at(0), at(1_300), at(9_000)], ..Brought::default() };
        let by_kill = |first, second| brought.by_kill(&[at(1_000), at(5_000)], at(first), at(second));
        assert!(by_kill(900, 1_400), "killed between the two");
        assert!(by_kill(1_050, 1_400), "read when its replica was dead, and no other had come yet");
        assert!(!by_kill(1_350, 1_700), "another replica was at work by then");
        assert!(!by_kill(700, 900), "nobody was killed");
        assert!(by_kill(6_900, 7_500) && !by_kill(7_100, 7_500), "nothing lies unread for longer than two seconds");
    }

    #[test]
    fn whatever_may_not_happen_is_seen() {
        assert_eq!(counted(&[1, 2, 3], &[1, 2, 3]), (0, 0, 0, 0));
        assert_eq!(counted(&[1, 2, 3], &[1, 3]), (1, 0, 0, 0));
        assert_eq!(counted(&[1, 2, 3], &[1, 2, 2, 3]), (0, 1, 0, 0));
        assert_eq!(counted(&[1, 2, 3], &[2, 1, 3]), (0, 0, 1, 0));
        assert_eq!(counted(&[1], &[1, 9]), (0, 0, 0, 1));
        assert_eq!(refused(&[1, 2, 3], &[1, 3], &[2], &[2]), (0, 0, 0, 0), "what is listed need not come");
        assert_eq!(refused(&[1, 2, 3], &[1, 3], &[], &[2]), (1, 0, 0, 0), "what was refused and is not listed must");
        assert_eq!(refused(&[1, 2, 3], &[1, 3, 2], &[], &[2]), (0, 0, 0, 0), "but it may come late");
        assert_eq!(number_in("Посылка 1000000017 едет"), Some(1_000_000_017));
    }
}
