//! Days as they are named in a sentence: whether one is planned for a parcel.

use super::facts::Facts;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use regex::Regex;
use std::sync::LazyLock;

const MONTHS: [(&str, &str, u32); 12] = [
    ("янв", "jan", 1),
    ("фев", "feb", 2),
    ("мар", "mar", 3),
    ("апр", "apr", 4),
    ("ма", "may", 5),
    ("июн", "jun", 6),
    ("июл", "jul", 7),
    ("авг", "aug", 8),
    ("сен", "sep", 9),
    ("окт", "oct", 10),
    ("ноя", "nov", 11),
    ("дек", "dec", 12),
];

const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("понедельник", "monday", Weekday::Mon),
    ("вторник", "tuesday", Weekday::Tue),
    ("сред", "wednesday", Weekday::Wed),
    ("четверг", "thursday", Weekday::Thu),
    ("пятниц", "friday", Weekday::Fri),
    ("суббот", "saturday", Weekday::Sat),
    ("воскресень", "sunday", Weekday::Sun),
];

/// «25 ноября», «25.11», «25-го», «25 числа»; what is a deadline («до 25 ноября») is no day of delivery.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let month_ru = "янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек";
    let month_en = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
    Regex::new(&format!(
        r"(?P<edge>\b(до|после|с|от|не позднее|по|until|till|before|after|since|from)\s+)?(the )?(\b(?P<day>\d{{1,2}})(st|nd|rd|th)?(-?(го|е|ое))?(( of)? ?(?P<month>{month_ru}|{month_en})\w*|\.(?P<number>\d{{2}})\b|(?P<bare>-го|-е|-ое| числа|st\b|nd\b|rd\b|th\b))|\b(?P<en>{month_en})\w* (?P<enday>\d{{1,2}})\b)"
    ))
    .expect("a pattern of ours")
});

static RELATIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?P<edge>\b(до|после|с|от|until|before|after|since)\s+)?\b(?P<word>послезавтра|завтра|сегодня|day after tomorrow|tomorrow|today|tonight|понедельник|вторник|сред[уы]|четверг|пятниц[уы]|суббот[уы]|воскресенье|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    )
    .expect("a pattern of ours")
});

/// Whether a sentence (folded, in small letters) names a day on which no parcel is planned.
pub(super) fn of_nobody(facts: &Facts, sentence: &str) -> bool {
    let planned = |is: &dyn Fn(&NaiveDate) -> bool| facts.days.iter().any(is);
    let calendar = NAMED.captures_iter(sentence).filter(|found| found.name("edge").is_none()).any(|found| {
        let number = |name: &str| found.name(name).and_then(|digits| digits.as_str().parse::<u32>().ok());
        let day = number("day").or_else(|| number("enday"));
        let month = found.name("month").or_else(|| found.name("en")).and_then(|word| month(word.as_str()));
        let month = month.or_else(|| number("number"));
        day.is_some_and(|day| !planned(&|plan| plan.day() == day && month.is_none_or(|month| plan.month() == month)))
    });
    let relative = RELATIVE.captures_iter(sentence).filter(|found| found.name("edge").is_none()).any(|found| {
        let word = found.name("word").map_or("", |word| word.as_str());
        let ahead = match word {
            "сегодня" | "today" | "tonight" => Some(0),
            "завтра" | "tomorrow" => Some(1),
            "послезавтра" | "day after tomorrow" => Some(2),
            _ => None,
        };
        match ahead {
            Some(days) => facts.today.checked_add_days(Days::new(days)).is_some_and(|day| !facts.days.contains(&day)),
            None => {
                let named = WEEKDAYS.iter().find(|(ru, en, _)| word.starts_with(ru) || word == *en);
                named.is_some_and(|(_, _, weekday)| !planned(&|plan| plan.weekday() == *weekday))
            }
        }
    });
    calendar || relative
}

fn month(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .find(|(ru, en, _)| word.starts_with(ru) && *ru != "ма" || word.starts_with(en))
        .map(|(_, _, n)| *n)
        .or(match word {
            "мая" | "май" => Some(5),
            _ => None,
        })
}
