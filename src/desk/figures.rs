//! The owner's figures in words: short for the lead's phone, long for a terminal. Same lines, same texts.

use crate::figures::{Figures, PromiseCount, Report, Spread, mean};
use crate::phrases::{Phrasebook, Reply, Value, render};
use chrono_tz::Tz;
use understanding::Language;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What is read at a glance on a phone: lists are cut to this many lines.
    Short,
    /// All of it.
    Long,
}

/// How many lines a list has on a phone.
const SHOWN: usize = 5;

/// Messages that the bot does not understand and that mean the same.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UnclearGroup {
    /// How many they are.
    pub count: usize,
    /// One of them, masked.
    pub words: String,
    /// The id of the intent they had, as agents say.
    pub intent: String,
}

/// What writes the figures: the phrases and the language they are told in.
pub struct FigureWords<'a> {
    /// The phrases.
    pub phrasebook: &'a Phrasebook,
    /// The language: the desk's, or that of the one who asks.
    pub language: Language,
    /// The desk's clock.
    pub zone: Tz,
    /// How much is told.
    pub detail: Detail,
}

impl FigureWords<'_> {
    /// The figures, and what the bot does not understand, the most frequent first; plain text, a fact a line.
    pub fn told(&self, report: &Report, unclear: &[UnclearGroup]) -> String {
        let time = report.at.with_timezone(&self.zone).format("%H:%M").to_string();
        let mut parts = vec![self.words("stats_now", &[("time", Value::Text(time))])];
        parts.push(self.lines(&report.today, &report.week_ago, Detail::Short).join("\n"));
        let mut days = vec![self.words("stats_days", &[("days", Value::Number(report.days.into()))])];
        days.extend(self.lines(&report.last, &report.before, self.detail));
        let today = parts.join("\n");
        let mut all = vec![today, days.join("\n")];
        all.extend(self.lists(&report.last));
        all.push(self.list("stats_unclear", unclear.iter().map(|group| self.unclear(group)).collect()));
        all.retain(|part| !part.is_empty());
        all.join("\n\n")
    }

    /// What customers say of how it went: under the title of what it is about the title of their choice, and how many.
    pub fn said(&self, items: &[(String, Option<String>, i64)]) -> String {
        let line = |(about, choice, count): &(String, Option<String>, i64)| {
            let title = Value::Phrase(choice.as_ref().unwrap_or(about).clone());
            self.words("stats_item", &[("title", title), ("count", Value::Number(*count))])
        };
        match self.list("stats_said", items.iter().map(line).collect()) {
            said if said.is_empty() => said,
            said => format!("\n{said}\n"),
        }
    }

    fn text(&self, key: &str) -> String {
        self.words(key, &[])
    }

    fn words(&self, key: &str, values: &[(&'static str, Value)]) -> String {
        let reply = Reply::new(format!("desk.{key}"), self.language);
        let reply = values.iter().fold(reply, |reply, (name, value)| reply.with(name, value.clone()));
        render(self.phrasebook, &reply, 0)
    }

    /// The figures of some days beside those before, a line each. What is nought on both sides is left out on a phone.
    fn lines(&self, now: &Figures, before: &Figures, detail: Detail) -> Vec<String> {
        let counts = |count, before| [("count", number(count)), ("before", number(before))];
        let all = detail == Detail::Long;
        let mut lines = vec![self.words("stats_matters", &counts(now.matters, before.matters))];
        lines.push(match now.judged {
            0 => self.text("stats_solved_none"),
            judged => self.words(
                "stats_solved",
                &[
                    ("share", self.share(now.solved, judged)),
                    ("before", self.share(before.solved, before.judged)),
                    ("solved", number(now.solved)),
                    ("judged", number(judged)),
                ],
            ),
        });
        if now.judged > now.solved {
            lines.push(self.words(
                "stats_not_solved",
                &[
                    ("person", number(now.needed_person)),
                    ("back", number(now.came_back)),
                    ("unhelped", number(now.not_helped)),
                    ("unfinished", number(now.unfinished)),
                ],
            ));
        }
        if all || (now.judged > 0 && now.too_early > 0) {
            lines.push(self.words("stats_early", &[("count", number(now.too_early))]));
        }
        lines.push(self.words("stats_handed", &counts(now.handed, before.handed)));
        lines.extend(self.spread("stats_first", &now.first_answers, &before.first_answers));
        if all {
            lines.extend(self.spread("stats_told", &now.bot_answers, &before.bot_answers));
        }
        lines.extend(self.spread("stats_took", &now.resolutions, &before.resolutions));
        if now.dropped > 0 {
            lines.push(self.words("stats_dropped", &[("count", number(now.dropped))]));
        }
        let marks = |figures: &Figures| figures.marks.iter().sum::<usize>();
        if marks(now) > 0 {
            lines.push(self.words(
                "stats_marks",
                &[
                    ("mean", self.mean(&now.marks)),
                    ("count", number(marks(now))),
                    ("mean_before", self.mean(&before.marks)),
                    ("count_before", number(marks(before))),
                ],
            ));
        }
        lines.extend(self.promises(&now.promises, &before.promises));
        lines
    }

    fn promises(&self, now: &[PromiseCount], before: &[PromiseCount]) -> Option<String> {
        let of = |promises: &[PromiseCount], outcome: &str| {
            let ended = promises.iter().filter(|promise| promise.outcome == outcome);
            Value::Number(ended.map(|promise| promise.count).sum())
        };
        (!now.is_empty()).then(|| {
            self.words(
                "stats_promises",
                &[
                    ("kept", of(now, "kept")),
                    ("moved", of(now, "moved")),
                    ("broken", of(now, "broken")),
                    ("kept_before", of(before, "kept")),
                    ("moved_before", of(before, "moved")),
                    ("broken_before", of(before, "broken")),
                ],
            )
        })
    }

    fn lists(&self, figures: &Figures) -> Vec<String> {
        let reason = |what: &str| self.named(&format!("desk.reason_{what}"), what);
        let reasons = figures.reasons.iter().map(|reason_| {
            self.words("stats_item", &[("title", reason(&reason_.what)), ("count", number(reason_.count))])
        });
        let requests = figures.by_request.iter().map(|request| {
            self.words(
                "stats_request",
                &[
                    ("title", self.title(request.intent.as_deref())),
                    ("count", number(request.matters)),
                    ("share", self.share(request.solved, request.judged)),
                    ("handed", number(request.handed)),
                ],
            )
        });
        let hours = figures.by_hour.iter().map(|hour| {
            let at = Value::Text(format!("{:02}:00", hour.hour));
            self.words("stats_hour", &[("hour", at), ("count", number(hour.matters)), ("handed", number(hour.handed))])
        });
        let agents = figures.by_agent.iter().map(|agent| {
            let name = if agent.name.is_empty() { self.text("stats_nobody") } else { agent.name.clone() };
            self.words(
                "stats_agent",
                &[
                    ("agent", Value::Text(name)),
                    ("answers", number(agent.first_answers.count)),
                    ("usual", self.time(agent.first_answers.p50)),
                    ("resolved", number(agent.resolutions.count)),
                    ("mean", self.mean(&agent.marks)),
                ],
            )
        });
        let mut lists = vec![
            self.list("stats_reasons", reasons.collect()),
            self.list("stats_requests", requests.collect()),
            self.list("stats_agents", agents.collect()),
        ];
        if self.detail == Detail::Long {
            lists.push(self.list("stats_by_hour", hours.collect()));
        }
        lists
    }

    fn unclear(&self, group: &UnclearGroup) -> String {
        let words = Value::Text(group.words.clone());
        let title = self.title(Some(&group.intent));
        self.words("stats_unclear_line", &[("count", number(group.count)), ("words", words), ("title", title)])
    }

    /// A list under its title; nothing where nothing is on it.
    fn list(&self, title: &str, lines: Vec<String>) -> String {
        let shown = if self.detail == Detail::Long { lines.len() } else { lines.len().min(SHOWN) };
        let more = (lines.len() > shown).then(|| self.words("stats_more", &[("count", number(lines.len() - shown))]));
        let listed: Vec<String> = lines.into_iter().take(shown).chain(more).map(|line| format!("· {line}")).collect();
        if listed.is_empty() { String::new() } else { format!("{}\n{}", self.text(title), listed.join("\n")) }
    }

    fn spread(&self, key: &str, now: &Spread, before: &Spread) -> Option<String> {
        (now.count > 0).then(|| {
            let times = [
                ("usual", self.time(now.p50)),
                ("most", self.time(now.p90)),
                ("usual_before", self.time(before.p50)),
                ("most_before", self.time(before.p90)),
            ];
            self.words(key, &times)
        })
    }

    /// A text of the phrasebook as a value, or its id where there is none.
    fn named(&self, key: &str, id: &str) -> Value {
        match self.phrasebook.has(key, self.language) {
            true => Value::Phrase(key.to_owned()),
            false => Value::Text(id.to_owned()),
        }
    }

    fn title(&self, intent: Option<&str>) -> Value {
        match intent {
            Some(intent) => self.named(&format!("{intent}.title"), intent),
            None => Value::Phrase("desk.wish_none".into()),
        }
    }

    /// In whole per cent, rounded to the nearest.
    fn share(&self, part: usize, whole: usize) -> Value {
        match (part * 200 + whole).checked_div(whole * 2) {
            Some(share) => Value::Text(self.words("stats_percent", &[("count", number(share))])),
            None => Value::Phrase("desk.stats_none".into()),
        }
    }

    fn mean(&self, marks: &[usize; 5]) -> Value {
        match mean(marks) {
            Some(mean) => Value::Text(format!("{mean:.1}").replace('.', &self.text("stats_point"))),
            None => Value::Phrase("desk.stats_none".into()),
        }
    }

    /// A time in seconds, said as people do: to the minute, unless it is less than one.
    fn time(&self, seconds: Option<i64>) -> Value {
        let Some(seconds) = seconds else { return Value::Phrase("desk.stats_none".into()) };
        let minutes = (seconds + 30) / 60;
        Value::Text(match minutes {
            _ if seconds < 60 => self.words("stats_seconds", &[("count", Value::Number(seconds))]),
            0..60 => self.words("stats_minutes", &[("count", Value::Number(minutes))]),
            _ => {
                let (hours, minutes) = (Value::Number(minutes / 60), Value::Number(minutes % 60));
                self.words("stats_hours", &[("hours", hours), ("minutes", minutes)])
            }
        })
    }
}

fn number(n: usize) -> Value {
    Value::Number(i64::try_from(n).unwrap_or(i64::MAX))
}
