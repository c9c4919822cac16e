//! `otklik stats`: how things go, for the owner: today beside the same day of last week, the last days beside those before.
//! It only reads.

use super::shared::{CommandResult, DatabaseArguments};
use crate::clock;
use crate::config;
use crate::desk::{self, Detail, FigureWords, Proposed, UnclearGroup};
use crate::figures::{Figures, Report, Spread};
use crate::launch;
use crate::phrases::Phrasebook;
use crate::store::Store;
use serde::Serialize;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  otklik stats\n  otklik stats --days 30 --json\n  otklik stats --csv > stats.csv")]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    /// Phrases from this folder instead of those compiled in
    #[arg(long, value_name = "DIR")]
    phrases: Option<PathBuf>,
    /// The last so many days, beside as many before them
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// As JSON; times in seconds
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// As CSV, a figure a line: of when, what, of whom or what, how much
    #[arg(long)]
    csv: bool,
}

/// All that is told.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// What the bot does not understand, grouped; masked.
    unclear: &'a [UnclearGroup],
    /// What customers chose when they said how it went, in the last days.
    said: &'a [Said],
}

/// How often customers said something of how it went.
#[derive(Serialize)]
struct Said {
    about: String,
    /// Their choice; `None` for words alone.
    choice: Option<String>,
    count: i64,
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let settings = config::Settings { phrases: arguments.phrases.clone(), ..arguments.database.place()?.settings()? };
    let store = Store::open_to_read(&arguments.database.url()?).await?;
    let (now, zone) = (clock::now(), settings.policy.zone);
    let report = store.figures(now, zone, arguments.days).await?;
    let said = store.feedback_since(report.windows.last.from.timestamp_millis()).await?;
    let said: Vec<Said> = said.into_iter().map(|(about, choice, count)| Said { about, choice, count }).collect();
    let phrasebook = launch::phrasebook(&settings)?;
    let open = store.proposals("open").await?.into_iter();
    let open: Vec<Proposed> =
        open.map(|open| Proposed { id: open.id, utterance: open.utterance, intent: open.intent }).collect();
    let unclear = match open.is_empty() {
        true => Vec::new(), // learning to read takes a second
        false => desk::counted(&launch::matcher(&phrasebook, &settings), &open),
    };
    let told = Told { report: &report, unclear: &unclear, said: &said };
    let text = if arguments.json {
        serde_json::to_string_pretty(&told)? + "\n"
    } else if arguments.csv {
        csv(&told)?
    } else {
        let language = phrasebook.language_for(&config::language().unwrap_or_default());
        let words = FigureWords { phrasebook: &phrasebook, language, zone, detail: Detail::Long };
        format!("{}\n{}", words.told(&report, &unclear), customers_say(&phrasebook, &words, &said))
    };
    out!("{text}");
    Ok(())
}

/// What customers chose, by the titles of what they could choose; marks stand among the figures already.
fn customers_say(phrasebook: &Phrasebook, words: &FigureWords<'_>, said: &[Said]) -> String {
    let chosen = said.iter().filter(|said| !matches!(said.about.as_str(), "mark" | "solved"));
    let items: Vec<(String, Option<String>, i64)> = chosen
        .map(|said| {
            let own = said.choice.as_ref().map(|choice| format!("{}.{choice}", said.about));
            let key = own.filter(|key| phrasebook.has(key, words.language));
            (format!("{}.title", said.about), key, said.count)
        })
        .collect();
    words.said(&items)
}

/// A figure a line.
fn csv(told: &Told<'_>) -> Result<String, Box<dyn std::error::Error>> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    lines.write_record(["when", "what", "of", "figure"])?;
    let report = told.report;
    let windows =
        [("today", &report.today), ("week_ago", &report.week_ago), ("last", &report.last), ("before", &report.before)];
    for (when, figures) in windows {
        for (what, of, figure) in rows(figures) {
            lines.write_record([when, &what, &of, &figure])?;
        }
    }
    for said in told.said {
        let of = said.choice.as_deref().unwrap_or_default();
        lines.write_record(["last", &format!("said.{}", said.about), of, &said.count.to_string()])?;
    }
    for group in told.unclear {
        lines.write_record(["open", "unclear", &group.words, &group.count.to_string()])?;
    }
    Ok(String::from_utf8(lines.into_inner()?)?)
}

/// All figures of some days: what, of what or whom, how much.
fn rows(figures: &Figures) -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    let mut row = |what: &str, of: &str, figure: usize| rows.push((what.into(), of.into(), figure.to_string()));
    for (what, figure) in [
        ("matters", figures.matters),
        ("only_talk", figures.only_talk),
        ("too_early", figures.too_early),
        ("judged", figures.judged),
        ("solved", figures.solved),
        ("needed_person", figures.needed_person),
        ("not_helped", figures.not_helped),
        ("came_back", figures.came_back),
        ("unfinished", figures.unfinished),
        ("handed", figures.handed),
        ("dropped", figures.dropped),
    ] {
        row(what, "", figure);
    }
    figures.reasons.iter().for_each(|reason| row("handed.reason", &reason.what, reason.count));
    figures.marks.iter().zip(1..).for_each(|(count, mark)| row("marks", &format!("{mark}"), *count));
    for request in &figures.by_request {
        let of = request.intent.as_deref().unwrap_or_default();
        row("request.matters", of, request.matters);
        row("request.judged", of, request.judged);
        row("request.solved", of, request.solved);
        row("request.handed", of, request.handed);
    }
    for hour in &figures.by_hour {
        row("hour.matters", &format!("{:02}", hour.hour), hour.matters);
        row("hour.handed", &format!("{:02}", hour.hour), hour.handed);
    }
    for promise in &figures.promises {
        let (what, count) = (format!("promises.{}", promise.outcome), usize::try_from(promise.count).unwrap_or(0));
        row(&what, &promise.what, count);
    }
    let mut spread = |what: &str, of: &str, spread: &Spread| {
        let seconds = |seconds: Option<i64>| seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        rows.push((format!("{what}.count"), of.into(), spread.count.to_string()));
        rows.push((format!("{what}.p50_seconds"), of.into(), seconds(spread.p50)));
        rows.push((format!("{what}.p90_seconds"), of.into(), seconds(spread.p90)));
    };
    spread("bot_answers", "", &figures.bot_answers);
    spread("first_answers", "", &figures.first_answers);
    spread("resolutions", "", &figures.resolutions);
    for agent in &figures.by_agent {
        let of = if agent.name.is_empty() { agent.agent.to_string() } else { agent.name.clone() };
        spread("agent.first_answers", &of, &agent.first_answers);
        spread("agent.resolutions", &of, &agent.resolutions);
    }
    for agent in &figures.by_agent {
        let of = if agent.name.is_empty() { agent.agent.to_string() } else { agent.name.clone() };
        let marks = agent.marks.iter().zip(1..);
        rows.extend(marks.map(|(count, mark)| (format!("agent.marks.{mark}"), of.clone(), count.to_string())));
    }
    rows
}
