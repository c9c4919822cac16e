//! From a reply to its words: the wording is chosen, values are written as the language writes them.

use super::book::Phrasebook;
use super::plural::PluralRule;
use super::reply::{Reply, Value};
use super::template::Template;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};
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

    /// A moment by the text for today, tomorrow or a later day.
    fn moment(
        &self,
        language: Language,
        keys: [&str; 3],
        now: DateTime<FixedOffset>,
        at: DateTime<FixedOffset>,
    ) -> String {
        let key = match (at.date_naive() - now.date_naive()).num_days() {
            0 => keys[0],
            1 => keys[1],
            _ => keys[2],
        };
        let reply = Reply::new(key, language)
            .with("time", Value::Text(format!("{}:{:02}", at.hour(), at.minute())))
            .with("date", Value::Date(at.date_naive()));
        render(self, &reply, 0)
    }

    pub(super) fn show(&self, language: Language, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Number(n) => n.to_string(),
            Value::Sum(kopecks) => {
                let decimal = self.book(language).and_then(|book| book.grammar.decimal);
                money(decimal.unwrap_or('.'), *kopecks)
            }
            Value::Phrase(key) => render(self, &Reply::new(key.as_str(), language), 0),
            Value::Date(date) => {
                let reply = Reply::new("language.date", language)
                    .with("day", Value::Number(i64::from(date.day())))
                    .with("month", Value::Text(self.month(language, *date)));
                render(self, &reply, 0)
            }
            Value::Deadline { now, at } => {
                let keys = ["language.deadline_today", "language.deadline_tomorrow", "language.deadline_date"];
                self.moment(language, keys, *now, *at)
            }
            Value::Opening { now, at } => {
                let keys = ["language.opening_today", "language.opening_tomorrow", "language.opening_date"];
                self.moment(language, keys, *now, *at)
            }
        }
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

/// Says `reply` in words. `seed` chooses the wording: consecutive seeds give different ones, so a
/// customer never reads the same sentence twice in a row. A key that does not exist (the check
/// prevents it) is shown as the key itself.
pub fn render(phrasebook: &Phrasebook, reply: &Reply, seed: u64) -> String {
    let Some((language, templates)) = phrasebook.templates(&reply.key, reply.language) else {
        return reply.key.clone();
    };
    let fit = |template: &&Template| template.names().all(|name| reply.values.contains_key(name));
    let mut fitting: Vec<&Template> = templates.iter().filter(fit).collect();
    // Wordings that use what is known (a name) come first, where there are enough of them not to repeat one.
    let most = fitting.iter().map(|template| template.names().count()).max().unwrap_or(0);
    let rich: Vec<&Template> = fitting.iter().copied().filter(|template| template.names().count() == most).collect();
    if rich.len() > 1 {
        fitting = rich;
    }
    let chosen = match fitting.len() {
        0 => templates.first(),
        n => fitting.get((seed % n as u64) as usize).copied(),
    };
    chosen.map_or_else(
        || reply.key.clone(),
        |template| {
            template.render(phrasebook.plural(language), &reply.values, &|value| phrasebook.show(language, value))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_do() {
        assert_eq!(money(',', 450_000), "4\u{a0}500\u{a0}₽");
        assert_eq!(money(',', 123_456_789), "1\u{a0}234\u{a0}567,89\u{a0}₽");
        assert_eq!(money('.', 5), "0.05\u{a0}₽");
    }
}
