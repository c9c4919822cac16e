//! The owner's rules that conversations follow.

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, MappedLocalTime, NaiveDate, NaiveTime, Offset, TimeZone, Timelike, Utc,
    Weekday,
};
use chrono_tz::Tz;

/// Rules that differ from company to company; set in `otklik.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The desk's time zone: every time of day here is its local time.
    pub zone: Tz,
    /// The time of day at which agents begin.
    pub opens: NaiveTime,
    /// The time of day at which agents leave. One that is not later than `opens` is of the next day: `00:00` is the end
    /// of the day, and the same time as `opens` a desk round the clock.
    pub closes: NaiveTime,
    /// Days of the week on which no shift begins.
    pub days_off: Vec<Weekday>,
    /// Days of the year on which no shift begins.
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
    /// How many wrong entries the link to an offer bears before it is blocked.
    pub offer_tries: u32,
    /// How many hours a check of a recipient's data takes at most, as a rule.
    pub check_hours: u32,
    /// In how many days at most papers sent by mail are answered, as a rule.
    pub papers_days: u32,
    /// How many minutes a courier waits.
    pub wait_minutes: u32,
    /// How many deliveries are tried after the first missed one; of bulky goods none.
    pub attempts: u32,
    /// Within how many hours of entering the code a defect found at a locker is to be reported.
    pub locker_hours: u32,
    /// What counts as bulky.
    pub bulky: Bulky,
    /// Who decides about the quality of goods and the money for them.
    pub decides: Decides,
    /// How long after it was done a ticket is opened again by the customer's coming back.
    pub reopen_within: Duration,
    /// So many customers who ask the same within `incident_within` mean that something is wrong.
    pub incident_askers: u32,
    /// The time within which `incident_askers` customers ask the same.
    pub incident_within: Duration,
    /// How long an agent has to take the ticket that is theirs by turn.
    pub turn_lasts: Duration,
    /// How long an agent is shown what a customer sent, where a number in it is hidden at the desk.
    pub original_lasts: Duration,
    /// After so long a silence of the customer and of people a matter is over: what is written then is another one.
    pub matter_silence: Duration,
    /// How long things are kept.
    pub keep: Keep,
    /// The lead's @username with the sign, called at the desk for what agents cannot settle; `None` when there is no
    /// lead.
    pub lead: Option<String>,
    /// The address of the client portal, where an offer can be found by the order's number; `None` when there is none.
    pub portal: Option<String>,
    /// The mail address to which papers for confirming by hand go; `None` when there is none.
    pub papers_email: Option<String>,
}

/// From when on goods are bulky: heavier than this, or larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bulky {
    /// In kilograms.
    pub kg: u32,
    /// All three sides together, in centimetres.
    pub cm: u32,
    /// One side, in centimetres.
    pub side_cm: u32,
}

/// Who decides about the quality of goods and the money for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decides {
    /// The seller: claims are passed on.
    Seller,
    /// The company that runs the bot.
    Us,
}

/// Agents at work: from the moment they begin to the moment they leave.
#[derive(Clone, Copy)]
struct Shift {
    begins: DateTime<Utc>,
    ends: DateTime<Utc>,
}

/// So many minutes at most do clocks skip or show twice: a day and an hour, where a country changed the side of the date
/// line.
const LONGEST_GAP: i64 = 25 * 60;

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
        // A wait longer than a day's hours ends with the hours.
        let wait = wait.min(self.hours());
        let due = now + wait;
        let mut shifts = self.shifts(now).peekable();
        let mut next = shifts.next();
        if let Some(Shift { begins, mut ends }) = next
            && begins <= now
        {
            // Shifts without a pause between them are one.
            while due > ends
                && let Some(shift) = shifts.next_if(|shift| shift.begins <= ends)
            {
                ends = shift.ends;
            }
            if due <= ends {
                return self.sayable(due);
            }
            next = shifts.next();
        }
        self.sayable(next.map_or(due, |Shift { begins, ends }| begins + wait.min(ends - begins)))
    }

    /// How long agents work on a day, by the clock.
    fn hours(&self) -> Duration {
        let hours = self.closes - self.opens;
        if hours > Duration::zero() { hours } else { hours + Duration::days(1) }
    }

    /// The shifts that are not over at `now`, in order.
    fn shifts(&self, now: DateTime<Utc>) -> impl Iterator<Item = Shift> {
        // One that is still going on may have begun two days ago, where clocks were put back over midnight.
        let first = self.today(now) - Duration::days(2);
        let days = (0..LONGEST_SEARCH).map(move |days| first + Duration::days(days));
        let shifts = days.filter(|day| self.is_working_day(*day)).map(|day| self.shift(day));
        // The hour that clocks skip may be all of one.
        shifts.filter(move |shift| shift.ends > shift.begins.max(now))
    }

    /// The shift that begins on a day.
    fn shift(&self, day: NaiveDate) -> Shift {
        let last = if self.closes > self.opens { day } else { day + Duration::days(1) };
        Shift { begins: self.moment(day, self.opens), ends: self.moment(last, self.closes) }
    }

    /// When agents begin next: the first shift that is still ahead.
    pub fn next_opening(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.shifts(now).map(|shift| shift.begins).find(|begins| *begins > now).unwrap_or(now)
    }

    /// When what was put off until tomorrow comes back: as agents begin next; at a desk round the clock, in the morning
    /// of the next working day.
    pub fn tomorrow(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.opens != self.closes {
            return self.next_opening(now);
        }
        let tomorrow = self.today(now) + Duration::days(1);
        let mut days = (0..LONGEST_SEARCH).map(|days| tomorrow + Duration::days(days));
        self.moment(days.find(|day| self.is_working_day(*day)).unwrap_or(tomorrow), morning())
    }

    /// When the bot may begin to write to customers on a day: as agents begin, if that is by day.
    pub fn daylight(&self, day: NaiveDate) -> DateTime<Utc> {
        let by_day = (8..=20).contains(&self.opens.hour());
        self.moment(day, if by_day { self.opens } else { morning() })
    }

    /// When the desk's clock next shows this time: later than `now`, within a day. Where clocks are put back, it may do so
    /// twice in a night.
    pub fn next(&self, now: DateTime<Utc>, time: NaiveTime) -> DateTime<Utc> {
        let today = self.today(now);
        let shown = (0..2).map(|days| today + Duration::days(days)).flat_map(|day| {
            let again = self.zone.from_local_datetime(&day.and_time(time)).latest();
            [self.moment(day, time), again.map_or_else(|| self.moment(day, time), |at| at.with_timezone(&Utc))]
        });
        let mut ahead = shown.filter(|at| *at > now);
        ahead.next().unwrap_or_else(|| self.moment(today + Duration::days(2), time))
    }

    /// Whether agents are at work: the moment they leave is excluded.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.shifts(now).next().is_some_and(|shift| shift.begins <= now)
    }

    /// Whether agents begin a shift on this day.
    fn is_working_day(&self, day: NaiveDate) -> bool {
        !self.days_off.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// A time of a day at the desk. In the place of one that the clocks skip in spring comes the first that they show
    /// then; of one that comes twice in autumn, the first.
    pub fn moment(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let wanted = day.and_time(time);
        let shown = |minutes| self.zone.from_local_datetime(&(wanted + Duration::minutes(minutes))).earliest();
        let local = (0..LONGEST_GAP).find_map(shown);
        local.map_or_else(|| Utc.from_utc_datetime(&wanted), |local| local.with_timezone(&Utc))
    }

    /// A moment as people can be told of it: rounded up to ten minutes, and not in an hour that the clocks show twice that
    /// night, where it could be taken for one that is over.
    fn sayable(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        let rounded = self.round_up(due);
        let comes_twice = |at: &DateTime<Utc>| {
            let local = at.with_timezone(&self.zone).naive_local();
            matches!(self.zone.from_local_datetime(&local), MappedLocalTime::Ambiguous(..))
        };
        let mut later = (0..LONGEST_GAP / 10).map(|tens| rounded + Duration::minutes(10 * tens));
        later.find(|at| !comes_twice(at)).unwrap_or(rounded)
    }

    /// Rounds up to full ten minutes of the desk's clock; a moment that is one already stays.
    fn round_up(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        let local = self.local(due);
        let past = Duration::minutes(i64::from(local.minute() % 10))
            + Duration::seconds(i64::from(local.second()))
            + Duration::nanoseconds(i64::from(local.nanosecond()));
        if past.is_zero() { due } else { due - past + Duration::minutes(10) }
    }

    /// By when the bot has asked the carrier again: `carrier_patience` later, rounded up to ten minutes.
    pub fn check_again(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.sayable(now + self.carrier_patience)
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

/// The time of day at which a day begins for people.
fn morning() -> NaiveTime {
    NaiveTime::from_hms_opt(9, 0, 0).expect("an hour of the day")
}

/// How long things are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// What was done with, beside the story: messages as they came and were sent.
    pub done: Duration,
    /// What is known of a customer after the last word and the end of the last ticket: the story first of all.
    pub story: Duration,
    /// Who did what: had a copy, erased, banned, was shown an original.
    pub audit: Duration,
}

impl Default for Keep {
    fn default() -> Self {
        Keep { done: Duration::days(7), story: Duration::days(365), audit: Duration::days(3 * 365) }
    }
}

impl Default for Policy {
    fn default() -> Self {
        let hour = |h| NaiveTime::from_hms_opt(h, 0, 0).expect("an hour of the day");
        Policy {
            zone: Tz::Europe__Moscow,
            keep: Keep::default(),
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
            offer_tries: 4,
            check_hours: 2,
            papers_days: 2,
            wait_minutes: 15,
            attempts: 3,
            locker_hours: 2,
            bulky: Bulky { kg: 25, cm: 150, side_cm: 100 },
            decides: Decides::Seller,
            reopen_within: Duration::hours(24),
            incident_askers: 10,
            incident_within: Duration::minutes(15),
            turn_lasts: Duration::minutes(3),
            original_lasts: Duration::minutes(10),
            matter_silence: Duration::days(1),
            lead: None,
            portal: None,
            papers_email: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    fn time(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")
    }

    fn open(zone: Tz, opens: NaiveTime, closes: NaiveTime) -> Policy {
        Policy { zone, opens, closes, ..Policy::default() }
    }

    #[test]
    fn a_desk_round_the_clock_never_closes() {
        let policy = open(Tz::Europe__Moscow, time(0, 0), time(0, 0));
        for now in ["2026-11-23T20:50:00Z", "2026-11-23T21:00:00Z", "2026-11-24T03:00:00Z"] {
            assert!(policy.is_open(at(now)), "{now}");
        }
        check(&policy, "2026-11-23T20:50:00Z", "2026-11-23T21:20:00Z");
        check(&policy, "2026-11-23T20:30:00Z", "2026-11-23T21:00:00Z");
        // It has days off all the same.
        let policy = Policy { days_off: vec![Weekday::Sun], ..policy };
        assert!(!policy.is_open(at("2026-11-29T09:00:00Z")));
        check(&policy, "2026-11-28T20:50:00Z", "2026-11-29T21:30:00Z");
        // What waits until tomorrow is not called in the night.
        assert_eq!(policy.tomorrow(at("2026-11-28T20:50:00Z")), at("2026-11-30T06:00:00Z"));
    }

    #[test]
    fn a_shift_past_midnight_is_of_the_day_it_began() {
        let policy = open(Tz::Europe__Moscow, time(20, 0), time(2, 0));
        let policy = Policy { days_off: vec![Weekday::Sat], ..policy };
        // Friday 27 November, 23:50 at the desk.
        check(&policy, "2026-11-27T20:50:00Z", "2026-11-27T21:20:00Z");
        // It is Saturday by then, and still Friday's shift; half an hour before its end it is over for new ones.
        assert!(policy.is_open(at("2026-11-27T22:59:00Z")) && !policy.is_open(at("2026-11-27T23:00:00Z")));
        check(&policy, "2026-11-27T22:40:00Z", "2026-11-29T17:30:00Z");
        assert!(!policy.is_open(at("2026-11-28T18:00:00Z")), "Saturday has none");
        assert!(!policy.is_open(at("2026-11-28T22:00:00Z")), "and none goes on from it into Sunday");
        assert_eq!(policy.next_opening(at("2026-11-28T22:00:00Z")), at("2026-11-29T17:00:00Z"));
        // One that ends with the day.
        let policy = open(Tz::Europe__Moscow, time(20, 0), time(0, 0));
        assert!(policy.is_open(at("2026-11-27T20:59:00Z")) && !policy.is_open(at("2026-11-27T21:00:00Z")));
    }

    #[test]
    fn the_night_an_hour_is_skipped_keeps_its_promises() {
        // Berlin goes from 2:00 to 3:00 on 28 March 2027, at one o'clock UTC.
        let policy = open(Tz::Europe__Berlin, time(20, 0), time(2, 30));
        check(&policy, "2027-03-28T00:20:00Z", "2027-03-28T00:50:00Z");
        check(&policy, "2027-03-28T00:40:00Z", "2027-03-28T18:30:00Z");
        assert!(!policy.is_open(at("2027-03-28T01:00:00Z")), "half past two is three o'clock");
        assert_eq!(policy.next(at("2027-03-28T00:00:00Z"), time(2, 30)), at("2027-03-28T01:00:00Z"));
        // All of a shift may lie in the hour that is not there.
        let policy = open(Tz::Europe__Berlin, time(2, 0), time(3, 0));
        check(&policy, "2027-03-28T00:59:00Z", "2027-03-29T00:30:00Z");
    }

    #[test]
    fn the_night_an_hour_comes_twice_keeps_its_promises() {
        // Berlin goes from 3:00 back to 2:00 on 25 October 2026, at one o'clock UTC.
        let policy = open(Tz::Europe__Berlin, time(0, 0), time(0, 0));
        check(&policy, "2026-10-24T23:20:00Z", "2026-10-24T23:50:00Z");
        // «До 2:20» would be over by the clock of whoever hears it at 2:50: it is said for when the hour is out.
        check(&policy, "2026-10-25T00:50:00Z", "2026-10-25T02:00:00Z");
        check(&policy, "2026-10-25T01:40:00Z", "2026-10-25T02:10:00Z");
        assert_eq!(policy.next(at("2026-10-25T00:40:00Z"), time(2, 30)), at("2026-10-25T01:30:00Z"));
        assert_eq!(policy.next(at("2026-10-25T01:40:00Z"), time(2, 30)), at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn ten_minutes_are_those_of_the_desks_clock() {
        // Kathmandu is five hours and three quarters ahead.
        let policy = open(Tz::Asia__Kathmandu, time(0, 0), time(0, 0));
        check(&policy, "2026-11-23T10:01:00Z", "2026-11-23T10:35:00Z");
    }

    proptest! {
        /// In every zone, with any hours: a promise is ahead, falls into the hours of agents, and one made later is not
        /// for an earlier time.
        #[test]
        fn promises_hold_in_every_zone(
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
            hours in (0_u32..144, 0_u32..144),
            days_off in prop::collection::vec(0_u8..7, 0..4),
            wait in 1_i64..720,
            now in 1_767_225_600_i64..1_861_920_000,
            later in 0_i64..4320,
            near_a_change in any::<bool>(),
        ) {
            let moment = |tens: u32| time(tens / 6, tens % 6 * 10);
            let policy = Policy {
                first_response: Duration::minutes(wait),
                days_off: days_off.into_iter().map(|day| Weekday::try_from(day).expect("a day")).collect(),
                ..open(zone, moment(hours.0), moment(hours.1))
            };
            // Most nights have nothing odd: half of the cases look for the next on which the clocks change.
            let offset = |at: DateTime<Utc>| policy.local(at).offset().local_minus_utc();
            let drawn = DateTime::from_timestamp(now, 0).expect("a moment");
            let changes = |day: &DateTime<Utc>| offset(*day) != offset(*day + Duration::days(1));
            let mut days = (0..370).map(|days| drawn + Duration::days(days));
            let now = days.find(changes).filter(|_| near_a_change).unwrap_or(drawn);
            let then = now + Duration::minutes(later);
            let promised = policy.promise(now);
            prop_assert!(promised >= now && promised <= policy.promise(then), "{promised} {}", policy.promise(then));
            let shown = policy.local(promised);
            prop_assert!(zone.from_local_datetime(&shown.naive_local()).single().is_some(), "{shown} comes twice");
            // It is said in ten minutes; and never for an hour that comes twice, which may end after the hours do.
            let before = (0..=130).any(|minutes| policy.is_open(promised - Duration::minutes(minutes)));
            prop_assert!(before, "{shown} is outside of the hours");
            let opening = policy.next_opening(now);
            prop_assert!(opening > now && policy.is_open(opening) && opening - now <= Duration::days(9));
            let next = policy.next(now, policy.opens);
            prop_assert!(next > now && next - now <= Duration::hours(25), "{next}");
        }
    }

    #[test]
    fn a_promise_that_slips_gets_longer_but_not_endless() {
        let policy = Policy::default();
        let now = at("2026-11-23T07:00:00Z");
        let waits: Vec<i64> = (1..6).map(|n| (policy.promise_later(now, n) - now).num_minutes()).collect();
        assert_eq!(waits, [60, 120, 240, 240, 240]);
    }
}
