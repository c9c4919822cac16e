//! What is told at once: today beside the same day of last week, and the last days beside as many before them.

use super::count::figures;
use super::entry::{Entry, Window};
use super::told::{Figures, PromiseCount};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashMap;

/// The stretches of time that are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Windows {
    /// Today so far, by the desk's clock.
    pub today: Window,
    /// The same day of last week, up to the same time of day.
    pub week_ago: Window,
    /// The last days, up to now.
    pub last: Window,
    /// As many days before them.
    pub before: Window,
}

/// The stretches of time that are told of at `now`; `days` counts those of the longer ones.
pub fn windows(now: DateTime<Utc>, zone: Tz, days: u32) -> Windows {
    let local = now.with_timezone(&zone);
    let begins = |ago: u64| {
        let day = local.date_naive().checked_sub_days(Days::new(ago))?.and_time(NaiveTime::MIN);
        // Where clocks skip midnight the day begins an hour later.
        let begins = day.and_local_timezone(zone).earliest();
        begins.or_else(|| (day + TimeDelta::hours(1)).and_local_timezone(zone).earliest())
    };
    let begins = |ago: u64| begins(ago).map_or(now, |at| at.with_timezone(&Utc));
    let (week, long) = (TimeDelta::days(7), TimeDelta::days(days.into()));
    Windows {
        today: Window { from: begins(0), to: now },
        week_ago: Window { from: begins(7), to: now - week },
        last: Window { from: now - long, to: now },
        before: Window { from: now - long - long, to: now - long },
    }
}

impl Windows {
    /// The first moment of which anything must be known.
    pub fn begin(&self) -> DateTime<Utc> {
        self.before.from.min(self.week_ago.from)
    }

    /// All of them, in the order of [`Report`].
    pub fn all(&self) -> [Window; 4] {
        [self.today, self.week_ago, self.last, self.before]
    }
}

/// The owner's figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The moment they are of.
    pub at: DateTime<Utc>,
    /// How many days the longer stretches have.
    pub days: u32,
    /// What the figures are of.
    pub windows: Windows,
    /// Today so far.
    pub today: Figures,
    /// The same day of last week.
    pub week_ago: Figures,
    /// The last days.
    pub last: Figures,
    /// The days before.
    pub before: Figures,
}

impl Report {
    /// From the ledger, the promises of each window and the agents' names.
    pub fn of(
        entries: &[Entry],
        promises: [Vec<PromiseCount>; 4],
        names: &HashMap<i64, String>,
        (now, zone, days): (DateTime<Utc>, Tz, u32),
    ) -> Report {
        let windows = windows(now, zone, days);
        let of = |window: Window, promises: Vec<PromiseCount>| {
            let mut figures = Figures { promises, ..figures(entries, window, now, zone) };
            for agent in &mut figures.by_agent {
                agent.name = names.get(&agent.agent).cloned().unwrap_or_default();
            }
            figures
        };
        let [today, week_ago, last, before] = promises;
        Report {
            at: now,
            days,
            windows,
            today: of(windows.today, today),
            week_ago: of(windows.week_ago, week_ago),
            last: of(windows.last, last),
            before: of(windows.before, before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn today_is_the_desks_and_last_week_ends_at_the_same_time() {
        let told = windows(at("2027-03-07T22:30:00Z"), Tz::Europe__Moscow, 7);
        assert_eq!(told.today, Window { from: at("2027-03-07T21:00:00Z"), to: at("2027-03-07T22:30:00Z") });
        assert_eq!(told.week_ago, Window { from: at("2027-02-28T21:00:00Z"), to: at("2027-02-28T22:30:00Z") });
        assert_eq!(told.last, Window { from: at("2027-02-28T22:30:00Z"), to: at("2027-03-07T22:30:00Z") });
        assert_eq!(told.before, Window { from: at("2027-02-21T22:30:00Z"), to: at("2027-02-28T22:30:00Z") });
        assert_eq!(told.begin(), told.before.from);
        assert_eq!(windows(at("2027-03-07T22:30:00Z"), Tz::Europe__Moscow, 1).begin(), told.week_ago.from);
    }
}
