//! What a load has shown: a table for people, JSON for programs.

use super::calls::{Calls, Purpose};
use super::check::{Findings, arrivals};
use super::play::Ledger;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// How long something took, in seconds on the fast clock.
#[derive(Serialize)]
struct Waits {
    count: usize,
    p50: f64,
    p90: f64,
    max: f64,
}

impl Waits {
    fn of(mut waits: Vec<TimeDelta>) -> Waits {
        waits.sort();
        let at = |percent: usize| {
            let wait = waits.get((waits.len() * percent / 100).min(waits.len().saturating_sub(1)));
            wait.map_or(0.0, |wait| wait.num_milliseconds() as f64 / 1000.0)
        };
        Waits { count: waits.len(), p50: at(50), p90: at(90), max: at(100) }
    }
}

/// What one kind of call took of the group's budget.
#[derive(Serialize)]
struct Spent {
    purpose: Purpose,
    calls: usize,
    /// Its share of what was spent.
    share: f64,
    /// In each minute from the first message on.
    by_minute: Vec<usize>,
}

/// The whole report.
#[derive(Serialize)]
pub(super) struct Report {
    customers: usize,
    agents: usize,
    seed: u64,
    messages: usize,
    answers: usize,
    rivals: usize,
    /// Whether the time was over before all was done.
    cut: bool,
    /// From the first message to the last call at the desk, in minutes of the fast clock.
    minutes: f64,
    /// Messages at the desk: how long after they were said.
    words_at_desk: Waits,
    /// A customer's first message at the desk: how long after it was said.
    first_words_at_desk: Waits,
    /// An agent's first answer: how long after the customer's first message.
    first_answer: Waits,
    spent: Vec<Spent>,
    /// The most that the group was sent within any sixty seconds.
    most_in_a_minute: usize,
    /// Calls answered with 429.
    too_many_requests: usize,
    /// Other refusals, by what was said.
    refused: BTreeMap<String, usize>,
    findings: Findings,
}

impl Report {
    pub fn new(
        ledger: &Ledger,
        calls: &Calls,
        customers: &[i64],
        agents: usize,
        seed: u64,
        findings: Findings,
    ) -> Report {
        let arrived = arrivals(&calls.at_desk);
        let waited = |first_only: bool| {
            let said = ledger.said.iter().filter(|said| !first_only || said.tag.nth == 1);
            Waits::of(said.filter_map(|said| Some(*arrived.get(&said.tag)? - said.at)).collect())
        };
        let began: HashMap<usize, DateTime<Utc>> =
            ledger.said.iter().filter(|said| said.tag.nth == 1).map(|said| (said.tag.customer, said.at)).collect();
        let answered = customers.iter().enumerate().filter_map(|(at, chat)| {
            let (began, answered) = (began.get(&(at + 1))?, calls.answered.get(chat)?);
            Some(*answered - *began)
        });
        let start = ledger.said.iter().map(|said| said.at).min().unwrap_or_default();
        let end = calls.at_desk.iter().map(|call| call.at).max().unwrap_or(start);
        let total = calls.at_desk.iter().filter(|call| call.purpose.counts()).count();
        let minute = |at: DateTime<Utc>| usize::try_from((at - start).num_minutes()).unwrap_or(0);
        let spent = Purpose::ALL.map(|purpose| {
            let mut by_minute = vec![0; minute(end) + 1];
            for call in calls.at_desk.iter().filter(|call| call.purpose == purpose) {
                by_minute[minute(call.at)] += 1;
            }
            let calls = by_minute.iter().sum();
            let share = if purpose.counts() { calls as f64 / total.max(1) as f64 } else { 0.0 };
            Spent { purpose, calls, share, by_minute }
        });
        Report {
            customers: customers.len(),
            agents,
            seed,
            messages: ledger.said.len(),
            answers: ledger.answered.len(),
            rivals: ledger.rivals,
            cut: ledger.cut,
            minutes: (end - start).num_milliseconds() as f64 / 60_000.0,
            words_at_desk: waited(false),
            first_words_at_desk: waited(true),
            first_answer: Waits::of(answered.collect()),
            spent: spent.into(),
            most_in_a_minute: most_in_a_minute(calls),
            too_many_requests: calls.too_many,
            refused: calls.refused.clone().into_iter().collect(),
            findings,
        }
    }

    /// Whether nothing is wrong.
    pub fn good(&self) -> bool {
        self.findings.good()
    }

    /// The table.
    pub fn table(&self) -> String {
        let mut out = String::new();
        // Writing into a text cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Report { customers, agents, seed, messages, answers, rivals, .. } = self;
        writeln!(out, "{customers} customers, {agents} agents, seed {seed}: {messages} messages, {answers} answers")?;
        writeln!(out, "{rivals} tickets answered by two agents at once; {:.0} minutes in all", self.minutes)?;
        if self.cut {
            writeln!(out, "the time was over before all was done: what is under way is not called lost")?;
        }
        writeln!(out, "\nwaited, minutes          p50     p90     max   count")?;
        for (what, waits) in [
            ("words to the desk", &self.words_at_desk),
            ("first words to the desk", &self.first_words_at_desk),
            ("first answer of a person", &self.first_answer),
        ] {
            let Waits { count, p50, p90, max } = waits;
            writeln!(out, "{what:24}{:7.1} {:7.1} {:7.1} {count:7}", p50 / 60.0, p90 / 60.0, max / 60.0)?;
        }
        self.write_spent(out)?;
        writeln!(out, "most in any 60 seconds    {:6}", self.most_in_a_minute)?;
        writeln!(out, "429 Too Many Requests     {:6}", self.too_many_requests)?;
        for (why, count) in &self.refused {
            writeln!(out, "refused                   {count:6}  {why}")?;
        }
        let found = &self.findings;
        writeln!(out)?;
        for (what, count) in [
            ("lost", found.lost),
            ("doubled", found.doubled),
            ("out of order", found.out_of_order),
            ("to the wrong person", found.wrong),
            ("cards before words", found.cards_first),
            ("still under way", found.under_way),
        ] {
            writeln!(out, "{what:25} {count:6}")?;
        }
        for example in &found.examples {
            writeln!(out, "  {example}")?;
        }
        writeln!(out, "\n{}", if self.good() { "nothing failed" } else { "FAILED" })
    }

    /// The group's budget by purpose, in all and in ten stretches of the run.
    fn write_spent(&self, out: &mut String) -> std::fmt::Result {
        const STRETCHES: usize = 10;
        let minutes = self.spent.first().map_or(0, |spent| spent.by_minute.len());
        let stretch = minutes.div_ceil(STRETCHES).max(1);
        writeln!(out, "\nspent at the desk       calls  share   a minute, in stretches of {stretch} minutes")?;
        for Spent { purpose, calls, share, by_minute } in &self.spent {
            let means: Vec<String> = by_minute
                .chunks(stretch)
                .map(|chunk| format!("{:5.1}", chunk.iter().sum::<usize>() as f64 / chunk.len() as f64))
                .collect();
            writeln!(out, "{:22}{calls:7} {:5.1} %  {}", purpose.name(), share * 100.0, means.join(" "))?;
        }
        let counted = self.spent.iter().filter(|spent| spent.purpose.counts());
        let total: usize = counted.map(|spent| spent.calls).sum();
        writeln!(out, "{:22}{total:7}          {:.1} a minute", "in all", total as f64 / minutes.max(1) as f64)
    }
}

/// The most calls within any sixty seconds, of those that count.
fn most_in_a_minute(calls: &Calls) -> usize {
    let mut moments: Vec<_> = calls.at_desk.iter().filter(|call| call.purpose.counts()).map(|call| call.at).collect();
    moments.sort();
    let mut first = 0;
    let mut most = 0;
    for (last, at) in moments.iter().enumerate() {
        while *at - moments[first] >= TimeDelta::minutes(1) {
            first += 1;
        }
        most = most.max(last - first + 1);
    }
    most
}
