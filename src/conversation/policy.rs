//! The owner's rules that conversations follow.

use chrono::{DateTime, Duration, FixedOffset, NaiveTime, TimeZone, Timelike, Utc};

/// Rules that differ from company to company; set in `otklik.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The desk's time zone.
    pub zone: FixedOffset,
    /// When agents begin.
    pub opens: NaiveTime,
    /// When agents leave.
    pub closes: NaiveTime,
    /// How soon a first answer is promised, in working time.
    pub first_response: Duration,
}

impl Policy {
    /// By when a person answers a ticket opened `now`: a first response later if that is still within
    /// working hours, else as long after the next opening; rounded up to ten minutes, as people say it.
    pub fn promise(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let local = now.with_timezone(&self.zone);
        let opening = |days: i64| {
            let day = local.date_naive() + Duration::days(days);
            self.zone
                .from_local_datetime(&day.and_time(self.opens))
                .single()
                .expect("a fixed offset knows no doubled or missing hour")
        };
        let due = if local.time() < self.opens {
            opening(0) + self.first_response
        } else if local.time() < self.closes
            && (local + self.first_response).time() <= self.closes
            && (local + self.first_response).date_naive() == local.date_naive()
        {
            local + self.first_response
        } else {
            opening(1) + self.first_response
        };
        let past = Duration::minutes(i64::from(due.minute() % 10))
            + Duration::seconds(i64::from(due.second()))
            + Duration::nanoseconds(i64::from(due.nanosecond()));
        let round = if past.is_zero() { due } else { due - past + Duration::minutes(10) };
        round.with_timezone(&Utc)
    }

    /// The moment as the desk's clock shows it.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.zone)
    }
}

impl Default for Policy {
    fn default() -> Self {
        let hour = |h| NaiveTime::from_hms_opt(h, 0, 0).expect("an hour of the day");
        Policy {
            zone: FixedOffset::east_opt(3 * 3600).expect("three hours are a possible offset"),
            opens: hour(9),
            closes: hour(21),
            first_response: Duration::minutes(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promised at `now`, answered by `expected` (UTC; the desk is three hours ahead).
    fn check(now: &str, expected: &str) {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        assert_eq!(Policy::default().promise(at(now)), at(expected));
    }

    #[test]
    fn a_promise_falls_into_working_hours() {
        check("2026-11-23T10:00:00Z", "2026-11-23T10:30:00Z");
        check("2026-11-23T10:01:05Z", "2026-11-23T10:40:00Z");
        check("2026-11-23T03:00:00Z", "2026-11-23T06:30:00Z");
        check("2026-11-23T17:50:00Z", "2026-11-24T06:30:00Z");
        check("2026-11-23T20:55:00Z", "2026-11-24T06:30:00Z");
    }
}
