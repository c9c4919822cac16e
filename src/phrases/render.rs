//! From a reply to its words: the wording is chosen, values are written as the language writes them.

use super::book::Phrasebook;
use super::plural::PluralRule;
use super::reply::{Hours, Reply, Rules, Value, WorkDays};
use super::rules::is_rule;
use super::template::Template;
use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;
use std::borrow::Cow;
use understanding::Language;

impl Phrasebook {
    /// How word forms go with numbers in a language.
    pub(super) fn plural(&self, language: Language) -> Option<PluralRule> {
        self.book(language).and_then(|book| book.grammar.plural)
    }

    fn month(&self, language: Language, date: NaiveDate) -> String {
        self.book(language)
            .and_then(|book| book.months.get(date.month0() as usize))
            .cloned()
            .unwrap_or_else(|| date.month().to_string())
    }

    /// A moment by the text for today, tomorrow or a later day; with the zone whose clock it is by, if that is to be named.
    fn moment(&self, language: Language, keys: [&str; 3], day: NaiveDate, today: NaiveDate, time: String) -> String {
        let key = match (day - today).num_days() {
            0 => keys[0],
            1 => keys[1],
            _ => keys[2],
        };
        let reply = Reply::new(key, language).with("time", Value::Text(time)).with("date", Value::Date(day));
        render(self, &reply, 0)
    }

    /// A time of day, with its zone if that is to be named: by the language's own words for it, else by its distance from
    /// UTC on that day.
    fn time(&self, language: Language, time: String, offset: FixedOffset, clock: Option<Tz>) -> String {
        let Some(zone) = clock else {
            return time;
        };
        let words = self.book(language).and_then(|book| book.zones.get(zone.name())).cloned();
        let zone = words.unwrap_or_else(|| {
            let reply = Reply::new("language.zone", language);
            render(self, &reply.with("offset", Value::Text(distance(offset))), 0)
        });
        let reply = Reply::new("language.time_in_zone", language);
        render(self, &reply.with("time", Value::Text(time)).with("zone", Value::Text(zone)), 0)
    }

    /// When people answer.
    fn hours(&self, language: Language, hours: &Hours) -> String {
        let round = hours.opens == hours.closes;
        let clock = |time: NaiveTime| match (time.hour(), time.minute()) {
            (0, 0) if time == hours.closes => "24:00".to_owned(),
            (hour, minute) => format!("{hour}:{minute:02}"),
        };
        let until = self.time(language, clock(hours.closes), hours.offset, Some(hours.zone));
        let key = match (hours.days, round) {
            (WorkDays::Every, true) => "language.hours_round",
            (WorkDays::Every, false) => "language.hours_daily",
            (WorkDays::Weekdays, true) => "language.hours_round_weekdays",
            (WorkDays::Weekdays, false) => "language.hours_weekdays",
            (WorkDays::Some, true) => "language.hours_round_some",
            (WorkDays::Some, false) => "language.hours_some",
        };
        let reply = Reply::new(key, language).with("from", Value::Text(clock(hours.opens)));
        render(self, &reply.with("until", Value::Text(until)), 0)
    }

    /// A value as a text shows it; a time of day names the zone of `clock` beside it.
    pub(super) fn show(&self, language: Language, value: &Value, clock: Option<Tz>, rules: &Rules) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Number(n) => n.to_string(),
            Value::Sum(kopecks) => {
                let decimal = self.book(language).and_then(|book| book.grammar.decimal);
                money(decimal.unwrap_or('.'), *kopecks)
            }
            Value::Phrase(key) => render(self, &Reply::new(key.as_str(), language).by_rules(rules), 0),
            Value::Hours(hours) => self.hours(language, hours),
            Value::Date(date) => {
                let reply = Reply::new("language.date", language)
                    .with("day", Value::Number(i64::from(date.day())))
                    .with("month", Value::Text(self.month(language, *date)));
                render(self, &reply, 0)
            }
            Value::Deadline { now, at } => {
                let keys = ["language.deadline_today", "language.deadline_tomorrow", "language.deadline_date"];
                // Midnight ends the day for which something is promised.
                let (day, time) = match (at.hour(), at.minute()) {
                    (0, 0) => (at.date_naive().pred_opt().unwrap_or(at.date_naive()), "24:00".to_owned()),
                    (hour, minute) => (at.date_naive(), format!("{hour}:{minute:02}")),
                };
                let time = self.time(language, time, *at.offset(), clock);
                self.moment(language, keys, day, now.date_naive(), time)
            }
            Value::Opening { now, at } => {
                let keys = ["language.opening_today", "language.opening_tomorrow", "language.opening_date"];
                let time = format!("{}:{:02}", at.hour(), at.minute());
                let time = self.time(language, time, *at.offset(), clock);
                self.moment(language, keys, at.date_naive(), now.date_naive(), time)
            }
        }
    }
}

/// How far a clock is ahead of UTC, as people write it: «+3», «+5:45», «−3», nothing for UTC itself.
fn distance(offset: FixedOffset) -> String {
    let minutes = offset.local_minus_utc() / 60;
    let sign = if minutes < 0 { '−' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => String::new(),
        (hours, 0) => format!("{sign}{hours}"),
        (hours, minutes) => format!("{sign}{hours}:{minutes:02}"),
    }
}

/// Money as people write it: whole roubles without kopecks, thousands parted by a space that does not break.
fn money(decimal: char, kopecks: i64) -> String {
    let (roubles, rest) = (kopecks / 100, kopecks % 100);
    let digits = roubles.unsigned_abs().to_string();
    let parted: String = digits
        .chars()
        .enumerate()
        .flat_map(|(i, digit)| {
            let space = (i > 0 && (digits.len() - i).is_multiple_of(3)).then_some('\u{a0}');
            space.into_iter().chain([digit])
        })
        .collect();
    let sign = if kopecks < 0 { "−" } else { "" };
    match rest.unsigned_abs() {
        0 => format!("{sign}{parted}\u{a0}₽"),
        rest => format!("{sign}{parted}{decimal}{rest:02}\u{a0}₽"),
    }
}

/// Says `reply` in words. Its own wording ([`Reply::worded`]) or else `seed` chooses among the variants: consecutive numbers
/// give different ones, so a customer never reads the same sentence twice in a row. A key that does not exist (the check
/// prevents it) is shown as the key itself.
pub fn render(phrasebook: &Phrasebook, reply: &Reply, seed: u64) -> String {
    let Some((language, templates)) = phrasebook.templates(&reply.key, reply.language) else {
        return reply.key.clone();
    };
    let known = |name: &str| reply.values.contains_key(name) || reply.rules.get(name).is_some();
    let fit = |template: &&Template| template.names().all(known);
    let mut fitting: Vec<&Template> = templates.iter().filter(fit).collect();
    // Wordings that use what is known (a name) come first, where there are enough of them not to repeat one.
    // The owner's rules are always known.
    let own = |template: &Template| template.names().filter(|name| !is_rule(name)).count();
    let most = fitting.iter().map(|template| own(template)).max().unwrap_or(0);
    let rich: Vec<&Template> = fitting.iter().copied().filter(|template| own(template) == most).collect();
    if rich.len() > 1 {
        fitting = rich;
    }
    let seed = reply.wording.unwrap_or(seed);
    let chosen = match fitting.len() {
        0 => templates.first(),
        n => fitting.get((seed % n as u64) as usize).copied(),
    };
    chosen.map_or_else(
        || reply.key.clone(),
        |template| {
            let show = |value: &Value| phrasebook.show(language, value, reply.clock, &reply.rules);
            let mut values = Cow::Borrowed(&reply.values);
            for (name, value) in reply.rules.values().filter(|(rule, _)| template.names().any(|name| name == *rule)) {
                values.to_mut().entry(name).or_insert_with(|| value.clone());
            }
            template.render(phrasebook.plural(language), &values, &show)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    #[test]
    fn money_is_written_as_people_do() {
        assert_eq!(money(',', 450_000), "4\u{a0}500\u{a0}₽");
        assert_eq!(money(',', 123_456_789), "1\u{a0}234\u{a0}567,89\u{a0}₽");
        assert_eq!(money('.', 5), "0.05\u{a0}₽");
    }

    #[test]
    fn a_moment_names_its_clock_to_a_customer() {
        let book = crate::phrases::load::shipped().0;
        let check = |zone: Tz, language: &str, at: &str, expected: &str| {
            let local = |at: &str| at.parse::<DateTime<Utc>>().expect("a moment").with_timezone(&zone).fixed_offset();
            let deadline = Value::Deadline { now: local("2026-11-23T12:00:00Z"), at: local(at) };
            let language = Language::new(language).expect("an id");
            assert_eq!(book.show(language, &deadline, Some(zone), &Rules::default()), expected);
        };
        check(Tz::Europe__Moscow, "ru", "2026-11-23T13:40:00Z", "сегодня до 16:40 по Москве");
        check(Tz::Europe__Moscow, "en", "2026-11-24T06:30:00Z", "tomorrow by 9:30 Moscow time");
        check(Tz::Asia__Yekaterinburg, "ru", "2026-11-30T06:30:00Z", "30 ноября до 11:30 по Екатеринбургу");
        check(Tz::Asia__Kathmandu, "ru", "2026-11-24T06:30:00Z", "завтра до 12:15 по времени UTC+5:45");
        check(Tz::America__St_Johns, "en", "2026-11-30T06:30:00Z", "by 3:00 UTC−3:30 on 30 November");
        check(Tz::UTC, "en", "2026-11-23T13:40:00Z", "today by 13:40 UTC");
        // Midnight is the end of the day.
        check(Tz::Europe__Moscow, "ru", "2026-11-23T21:00:00Z", "сегодня до 24:00 по Москве");
    }
}
