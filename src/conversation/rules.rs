//! The owner's rules as values for texts: a term, who decides, when people answer.

use super::policy::{Decides, Policy};
use crate::phrases::{Hours, Rules, Value, WorkDays};
use chrono::{DateTime, Utc, Weekday};

/// The rules as they stand, said `now`.
pub(super) fn of(policy: &Policy, now: DateTime<Utc>) -> Rules {
    let numbers = [
        ("offer_days", i64::from(policy.offer_days)),
        ("offer_tries", i64::from(policy.offer_tries)),
        ("check_hours", i64::from(policy.check_hours)),
        ("stuck_hours", policy.check_stuck.num_hours()),
        ("papers_days", i64::from(policy.papers_days)),
        ("return_days", i64::from(policy.return_days)),
        ("dispute_days", i64::from(policy.dispute_days)),
        ("refund_days", i64::from(policy.refund_days)),
        ("wait_minutes", i64::from(policy.wait_minutes)),
        ("attempts", i64::from(policy.attempts)),
        ("locker_hours", i64::from(policy.locker_hours)),
        ("bulky_kg", i64::from(policy.bulky.kg)),
        ("bulky_cm", i64::from(policy.bulky.cm)),
        ("side_cm", i64::from(policy.bulky.side_cm)),
        ("answer_minutes", policy.first_response.num_minutes()),
    ];
    let decides = match policy.decides {
        Decides::Seller => "language.decides_seller",
        Decides::Us => "language.decides_us",
    };
    let words = [("hours", Value::Hours(hours(policy, now))), ("decides", Value::Phrase(decides.into()))];
    Rules::new(numbers.map(|(name, number)| (name, Value::Number(number))).into_iter().chain(words))
}

fn hours(policy: &Policy, now: DateTime<Utc>) -> Hours {
    let off = |day: Weekday| policy.days_off.contains(&day);
    let weekend = [Weekday::Sat, Weekday::Sun];
    let days = match policy.days_off.len() {
        0 => WorkDays::Every,
        2 if weekend.into_iter().all(off) => WorkDays::Weekdays,
        _ => WorkDays::Some,
    };
    let local = policy.local(now);
    Hours { opens: policy.opens, closes: policy.closes, zone: policy.zone, offset: *local.offset(), days }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::{RULES, Reply, load, render};

    #[test]
    fn every_rule_has_a_value_and_hours_are_said() {
        let (book, _) = load::shipped();
        let mut policy = Policy::default();
        let now = "2026-11-23T10:00:00Z".parse().expect("a moment");
        let check = |policy: &Policy, expected: [&str; 2]| {
            let rules = of(policy, now);
            for (language, expected) in book.languages().zip(expected) {
                let reply = Reply::new("hours_and_phone.answer", language).by_rules(&rules);
                let said: Vec<String> = (0..4).map(|seed| render(&book, &reply, seed)).collect();
                assert!(said.iter().any(|text| text.contains(expected)), "{expected}: {said:#?}");
            }
        };
        check(&policy, ["с 9:00 до 21:00 по Москве", "from 9:00 to 21:00 Moscow time"]);
        policy.days_off = vec![Weekday::Sun, Weekday::Sat];
        check(&policy, ["по будням с 9:00", "on weekdays from 9:00"]);
        (policy.opens, policy.closes) = (chrono::NaiveTime::MIN, chrono::NaiveTime::MIN);
        policy.days_off.clear();
        check(&policy, ["круглосуточно", "around the clock"]);
        let rules = of(&policy, now);
        for (name, _) in RULES {
            let language = book.default_language();
            assert!(!format!("{rules:?}").is_empty() && format!("{rules:?}").contains(name), "{name} {language}");
        }
    }
}
