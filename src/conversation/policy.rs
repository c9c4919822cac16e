//! The owner's rules that conversations follow.

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveTime, Offset, TimeZone, Timelike, Utc, Weekday,
};
use chrono_tz::Tz;

/// Rules that differ from company to company; set in `otklik.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The desk's time zone: every time of day here is its local time.
    pub zone: Tz,
    /// The time of day at which agents begin.
    pub opens: NaiveTime,
    /// The time of day at which agents leave, later than `opens`.
    pub closes: NaiveTime,
    /// Days of the week without agents.
    pub days_off: Vec<Weekday>,
    /// Days of the year without agents.
    pub holidays: Vec<NaiveDate>,
    /// How soon a first answer is promised, in working time.
    pub first_response: Duration,
    /// How soon the bot promises to ask a carrier again that does not answer.
    pub carrier_patience: Duration,
    /// How many days a recipient has to confirm an offer, from the parcel's arrival at customs.
    pub offer_days: u32,
    /// How long the carrier may check a recipient's data before the check counts as stuck.
    pub check_stuck: Duration,
    /// How often at most the link to an offer is sent within 24 hours.
    pub links_a_day: usize,
    /// How long the customer waits at least between two links.
    pub link_pause: Duration,
    /// How many days after it was handed over an order can be given back.
    pub return_days: u32,
    /// How many days a payment can be disputed with the bank.
    pub dispute_days: u32,
    /// In how many days at most money is back on the card.
    pub refund_days: u32,
    /// How long after it was done a ticket is opened again by the customer's coming back.
    pub reopen_within: Duration,
    /// So many customers who ask the same within `incident_within` mean that something is wrong.
    pub incident_askers: u32,
    /// The time within which `incident_askers` customers ask the same.
    pub incident_within: Duration,
    /// How long an agent has to take the ticket that is theirs by turn.
    pub turn_lasts: Duration,
    /// The lead's @username with the sign, called at the desk for what agents cannot settle; `None` when there is no
    /// lead.
    pub lead: Option<String>,
    /// The address of the client portal, where an offer can be found by the order's number; `None` when there is none.
    pub portal: Option<String>,
    /// The mail address to which papers for confirming by hand go; `None` when there is none.
    pub papers_email: Option<String>,
}

/// So many days at most are looked through for a working day: a calendar without one in more than a year has none.
const LONGEST_SEARCH: i64 = 400;

impl Policy {
    /// By when a person answers a ticket opened `now`: `first_response` later if that is still within working hours,
    /// else as long after the next opening; rounded up to ten minutes, as people say it.
    pub fn promise(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.within_hours(now, self.first_response)
    }

    /// The same where answers take longer than that just now: `usual` is the median of the last hours' first answers,
    /// of which at most four hours count.
    pub fn honest_promise(&self, now: DateTime<Utc>, usual: Option<Duration>) -> DateTime<Utc> {
        // Beyond some hours the figures of a bad morning say nothing of the evening.
        let usual = usual.unwrap_or_default().min(Duration::hours(4));
        self.within_hours(now, usual.max(self.first_response))
    }

    /// The same for a promise that has slipped `delays` times: each time twice as long, up to eight times
    /// `first_response`.
    pub fn promise_later(&self, now: DateTime<Utc>, delays: u32) -> DateTime<Utc> {
        self.within_hours(now, self.first_response * 2_i32.pow(delays.min(3)))
    }

    fn within_hours(&self, now: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
        let local = now.with_timezone(&self.zone);
        let today = local.date_naive();
        // A wait longer than a day's hours ends with the hours.
        let wait = wait.min(self.closes - self.opens);
        let now_open = self.is_working_day(today) && local.time() >= self.opens && local.time() < self.closes;
        let ends = local.naive_local() + wait;
        if now_open && ends.date() == today && ends.time() <= self.closes {
            return round_up(now + wait);
        }
        let first = if self.is_working_day(today) && local.time() < self.opens { 0 } else { 1 };
        let day =
            (first..LONGEST_SEARCH).map(|days| today + Duration::days(days)).find(|day| self.is_working_day(*day));
        let opening = self.moment(day.unwrap_or(today), self.opens);
        round_up(opening + wait)
    }

    /// When agents begin next: today's opening if it is still ahead, else that of the next working day.
    pub fn next_opening(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let local = now.with_timezone(&self.zone);
        let today = local.date_naive();
        let first = if local.time() < self.opens { 0 } else { 1 };
        let mut days = (first..LONGEST_SEARCH).map(|days| today + Duration::days(days));
        self.moment(days.find(|day| self.is_working_day(*day)).unwrap_or(today), self.opens)
    }

    /// When the desk's clock next shows this time: later than `now`, within a day.
    pub fn next(&self, now: DateTime<Utc>, time: NaiveTime) -> DateTime<Utc> {
        let today = self.today(now);
        let at = self.moment(today, time);
        if at > now { at } else { self.moment(today + Duration::days(1), time) }
    }

    /// Whether agents are at work: a working day, and `opens` to `closes`, the latter excluded.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        let local = now.with_timezone(&self.zone);
        let time = local.time();
        self.is_working_day(local.date_naive()) && time >= self.opens && time < self.closes
    }

    /// Whether agents work on this day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !self.days_off.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// A time of a day at the desk. One that the clocks skip in spring is an hour later; of one that comes twice in
    /// autumn, the first.
    pub fn moment(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let wanted = day.and_time(time);
        let local = self.zone.from_local_datetime(&wanted).earliest();
        let local = local.or_else(|| self.zone.from_local_datetime(&(wanted + Duration::hours(1))).earliest());
        local.map_or_else(|| Utc.from_utc_datetime(&wanted), |local| local.with_timezone(&Utc))
    }

    /// By when the bot has asked the carrier again: `carrier_patience` later, rounded up to ten minutes.
    pub fn check_again(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        round_up(now + self.carrier_patience)
    }

    /// How long before a ticket's deadline the desk is reminded: a third of the time for a first answer.
    pub fn remind_before(&self) -> Duration {
        self.first_response / 3
    }

    /// How long before its deadline the customer hears that it will not be kept: a tenth of that time.
    pub fn warn_before(&self) -> Duration {
        self.first_response / 10
    }

    /// The moment as the desk's clock shows it, with the offset of that day.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        at.with_timezone(&offset)
    }

    /// The day it is at the desk at `now`.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.local(now).date_naive()
    }
}

/// Rounds up to full ten minutes; a moment that is one already stays.
fn round_up(due: DateTime<Utc>) -> DateTime<Utc> {
    let past = Duration::minutes(i64::from(due.minute() % 10))
        + Duration::seconds(i64::from(due.second()))
        + Duration::nanoseconds(i64::from(due.nanosecond()));
    if past.is_zero() { due } else { due - past + Duration::minutes(10) }
}

impl Default for Policy {
    fn default() -> Self {
        let hour = |h| NaiveTime::from_hms_opt(h, 0, 0).expect("an hour of the day");
        Policy {
            zone: Tz::Europe__Moscow,
            opens: hour(9),
            closes: hour(21),
            days_off: Vec::new(),
            holidays: Vec::new(),
            first_response: Duration::minutes(30),
            carrier_patience: Duration::minutes(30),
            offer_days: 14,
            check_stuck: Duration::hours(24),
            links_a_day: 3,
            link_pause: Duration::minutes(10),
            return_days: 7,
            dispute_days: 14,
            refund_days: 10,
            reopen_within: Duration::hours(24),
            incident_askers: 10,
            incident_within: Duration::minutes(15),
            turn_lasts: Duration::minutes(3),
            lead: None,
            portal: None,
            papers_email: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    /// Promised at `now`, answered by `expected` (UTC; the desk is three hours ahead).
    fn check(policy: &Policy, now: &str, expected: &str) {
        assert_eq!(policy.promise(at(now)), at(expected), "promised at {now}");
    }

    #[test]
    fn a_promise_falls_into_working_hours() {
        let policy = Policy::default();
        check(&policy, "2026-11-23T10:00:00Z", "2026-11-23T10:30:00Z");
        check(&policy, "2026-11-23T10:01:05Z", "2026-11-23T10:40:00Z");
        check(&policy, "2026-11-23T03:00:00Z", "2026-11-23T06:30:00Z");
        check(&policy, "2026-11-23T17:50:00Z", "2026-11-24T06:30:00Z");
        check(&policy, "2026-11-23T20:55:00Z", "2026-11-24T06:30:00Z");
    }

    #[test]
    fn days_off_and_holidays_are_stepped_over() {
        let days_off = vec![Weekday::Sat, Weekday::Sun];
        let holidays = vec![NaiveDate::from_ymd_opt(2026, 11, 30).expect("a Monday")];
        let policy = Policy { days_off, holidays, ..Policy::default() };
        check(&policy, "2026-11-27T17:50:00Z", "2026-12-01T06:30:00Z");
        check(&policy, "2026-11-28T09:00:00Z", "2026-12-01T06:30:00Z");
    }

    #[test]
    fn summer_time_moves_the_hours_with_it() {
        let policy = Policy { zone: Tz::Europe__Berlin, ..Policy::default() };
        check(&policy, "2026-07-01T05:00:00Z", "2026-07-01T07:30:00Z");
        check(&policy, "2026-12-01T05:00:00Z", "2026-12-01T08:30:00Z");
    }

    #[test]
    fn a_promise_that_slips_gets_longer_but_not_endless() {
        let policy = Policy::default();
        let now = at("2026-11-23T07:00:00Z");
        let waits: Vec<i64> = (1..6).map(|n| (policy.promise_later(now, n) - now).num_minutes()).collect();
        assert_eq!(waits, [60, 120, 240, 240, 240]);
    }
}
