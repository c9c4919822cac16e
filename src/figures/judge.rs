//! Whether the bot solved a matter, measured the honest way: it told what was asked, within two days of its beginning the
//! customer had no person, and did not come back with the same.

use super::entry::Entry;
use crate::conversation::Became;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// So long after its beginning a matter is judged: customers who were not helped come back the next day.
const JUDGED_AFTER: TimeDelta = TimeDelta::hours(48);

/// The same asked again so soon belongs to the talk; later the customer has come back with it.
const SAME_TALK: TimeDelta = TimeDelta::hours(1);

/// What became of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing was asked.
    Talk,
    /// It cannot be said yet.
    TooEarly,
    /// The bot solved it.
    Solved,
    /// A person was needed.
    NeededPerson,
    /// The customer says that it did not help.
    NotHelped,
    /// The customer came back with the same.
    CameBack,
    /// It ended before the bot told anything.
    Unfinished,
}

/// A matter, and whatever else its customer did.
pub(super) struct Matter<'a> {
    began: DateTime<Utc>,
    /// Its own facts, in order.
    own: Vec<&'a Entry>,
    /// All facts of the customer, in order.
    all: &'a [&'a Entry],
}

/// The facts of each customer, in order.
pub(super) struct ByCustomer<'a>(BTreeMap<i64, Vec<&'a Entry>>);

impl<'a> ByCustomer<'a> {
    /// Sorts facts by customer.
    pub fn of(entries: &'a [Entry]) -> ByCustomer<'a> {
        let mut all: BTreeMap<i64, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            all.entry(entry.whose).or_default().push(entry);
        }
        ByCustomer(all)
    }

    /// The matters whose beginning is among the facts.
    pub fn matters(&self) -> impl Iterator<Item = Matter<'_>> {
        self.0.values().flat_map(|all| {
            let mut own: BTreeMap<DateTime<Utc>, Vec<&Entry>> = BTreeMap::new();
            for entry in all {
                own.entry(entry.outcome.matter).or_default().push(*entry);
            }
            own.into_iter().map(|(began, own)| Matter { began, own, all }).filter(Matter::is_whole)
        })
    }
}

impl Matter<'_> {
    /// When it began.
    pub fn began(&self) -> DateTime<Utc> {
        self.began
    }

    fn is_whole(&self) -> bool {
        self.own.iter().any(|entry| entry.outcome.what == Became::Began)
    }

    fn has(&self, is: impl Fn(&Became) -> bool) -> bool {
        self.own.iter().any(|entry| is(&entry.outcome.what))
    }

    /// Whether it was given to people.
    pub fn was_handed(&self) -> bool {
        self.has(|what| matches!(what, Became::Handed { .. }))
    }

    /// When the bot first told what was asked.
    pub fn first_told(&self) -> Option<DateTime<Utc>> {
        self.own.iter().find(|entry| matches!(entry.outcome.what, Became::Told(_))).map(|entry| entry.at)
    }

    /// What was asked first, an intent's id; `None` where nothing was understood.
    pub fn request(&self) -> Option<&str> {
        self.own.iter().find_map(|entry| match &entry.outcome.what {
            Became::Asked(intent) | Became::Told(intent) | Became::Handed { intent: Some(intent), .. } => {
                Some(intent.as_str())
            }
            Became::Handed { intent: None, .. }
            | Became::Began
            | Became::Unclear
            | Became::Helped(_)
            | Became::Answered { .. }
            | Became::Resolved { .. }
            | Became::Dropped(_)
            | Became::Marked { .. } => None,
        })
    }

    /// What became of it by `now`.
    pub fn verdict(&self, now: DateTime<Utc>) -> Verdict {
        let judged = self.began + JUDGED_AFTER;
        let asks = |what: &Became| {
            matches!(what, Became::Asked(_) | Became::Told(_) | Became::Unclear | Became::Handed { .. })
        };
        let person = |entry: &&Entry| matches!(entry.outcome.what, Became::Handed { .. });
        let soon = |entry: &&&Entry| self.began <= entry.at && entry.at < judged;
        if !self.has(asks) {
            Verdict::Talk
        } else if now < judged {
            Verdict::TooEarly
        } else if self.was_handed() || self.all.iter().filter(soon).any(person) {
            Verdict::NeededPerson
        } else if self.has(|what| *what == Became::Helped(false)) {
            Verdict::NotHelped
        } else if self.first_told().is_none() {
            Verdict::Unfinished
        } else if self.came_back(judged) {
            Verdict::CameBack
        } else {
            Verdict::Solved
        }
    }

    /// Whether the customer asked for the same again when the talk was over.
    fn came_back(&self, judged: DateTime<Utc>) -> bool {
        let mut first: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
        for entry in &self.own {
            if let Became::Asked(intent) = &entry.outcome.what {
                first.entry(intent).or_insert(entry.at);
            }
        }
        self.all.iter().filter(|entry| entry.at < judged).any(|entry| match &entry.outcome.what {
            Became::Asked(intent) => first.get(intent.as_str()).is_some_and(|first| entry.at >= *first + SAME_TALK),
            Became::Began
            | Became::Told(_)
            | Became::Unclear
            | Became::Helped(_)
            | Became::Handed { .. }
            | Became::Answered { .. }
            | Became::Resolved { .. }
            | Became::Dropped(_)
            | Became::Marked { .. } => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Outcome, TicketNo};

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn asked() -> Became {
        Became::Asked("refund".into())
    }

    fn told() -> Became {
        Became::Told("refund".into())
    }

    fn handed() -> Became {
        Became::Handed { ticket: TicketNo(1), reason: "asked".into(), intent: None }
    }

    /// What becomes of the matter that began at hour 0, after so many hours; facts with the hours of their matter and their
    /// own.
    fn check(facts: Vec<(i64, i64, Became)>, now: i64, expected: Verdict) {
        let entry =
            |(matter, hour, what)| Entry { whose: 7, at: at(hour), outcome: Outcome { matter: at(matter), what } };
        let told = format!("{facts:?}");
        let entries: Vec<Entry> = [(0, 0, Became::Began)].into_iter().chain(facts).map(entry).collect();
        let all = ByCustomer::of(&entries);
        let verdict = all.matters().find(|matter| matter.began() == at(0)).map(|matter| matter.verdict(at(now)));
        assert_eq!(verdict, Some(expected), "{told}");
    }

    #[test]
    fn the_bot_solved_what_needed_no_person_and_did_not_come_back() {
        check(vec![], 72, Verdict::Talk);
        check(vec![(0, 0, asked()), (0, 0, told())], 47, Verdict::TooEarly);
        check(vec![(0, 0, asked()), (0, 0, told())], 48, Verdict::Solved);
        check(vec![(0, 0, asked())], 48, Verdict::Unfinished);
        check(vec![(0, 0, Became::Unclear)], 48, Verdict::Unfinished);
        check(vec![(0, 0, asked()), (0, 0, told()), (0, 0, Became::Helped(false))], 48, Verdict::NotHelped);
        // A person, in this matter or in one that began within two days.
        check(vec![(0, 0, asked()), (0, 0, told()), (0, 1, handed())], 48, Verdict::NeededPerson);
        check(vec![(0, 0, asked()), (0, 0, told()), (47, 47, handed())], 72, Verdict::NeededPerson);
        check(vec![(0, 0, asked()), (0, 0, told()), (48, 48, handed())], 72, Verdict::Solved);
        // The same again: not within the talk, and not after two days; something else is no coming back.
        check(vec![(0, 0, asked()), (0, 0, told()), (0, 0, asked())], 48, Verdict::Solved);
        check(vec![(0, 0, asked()), (0, 0, told()), (0, 1, asked())], 48, Verdict::CameBack);
        check(vec![(0, 0, asked()), (0, 0, told()), (30, 30, asked())], 48, Verdict::CameBack);
        check(vec![(0, 0, asked()), (0, 0, told()), (48, 48, asked())], 72, Verdict::Solved);
        let other = Became::Asked("cancel".into());
        check(vec![(0, 0, asked()), (0, 0, told()), (30, 30, other)], 72, Verdict::Solved);
    }
}
