//! `otklik evaluate`: how well labelled messages are read, and where they are not.

use super::check;
use super::shared::{CommandResult, PhrasesArguments};
use crate::launch;
use crate::run;
use plotters::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use understanding::evaluation::{self, Case, Labelled, Recall, Requests};
use understanding::noise;
use understanding::{Matcher, NONE, Reading, read};

#[derive(clap::Args)]
#[command(after_help = "Example:\n  otklik evaluate --misses 10 labelled.jsonl")]
pub(super) struct Arguments {
    #[command(flatten)]
    phrases: PhrasesArguments,
    /// Labelled messages: {"text", "intent", "alt"?, "stance"?, "mood"?, "requests"?} a line; "alt" is an intent or a list;
    /// intent "none" should not be answered
    files: Vec<PathBuf>,
    /// Spoil each message first, with this seed, as people do: typos, keyboard, transliteration …
    #[arg(long, value_name = "SEED")]
    noise: Option<u64>,
    /// How many of the worst misses to show
    #[arg(long, default_value_t = 20)]
    misses: usize,
    /// Draw the risk-coverage and reliability curves
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> CommandResult {
    let settings = arguments.phrases.settings()?;
    let matcher = launch::matcher(&run::phrasebook(settings.phrases.as_deref())?, &settings);
    let mut labelled = Vec::new();
    for file in &arguments.files {
        labelled.extend(load(file)?);
    }
    if labelled.is_empty() {
        return Err("no labelled message: name a file of {\"text\": …, \"intent\": …} lines".into());
    }
    if let Some(seed) = arguments.noise {
        for (at, message) in labelled.iter_mut().enumerate() {
            message.text = noise::spoil_somehow(&message.text, seed.wrapping_add(at as u64));
        }
    }
    let readings: Vec<Reading> = labelled.iter().map(|message| read(&matcher, &message.text)).collect();
    let judged = labelled.iter().zip(&readings);
    let cases: Vec<Case> = judged.map(|(message, reading)| message.held_against(reading)).collect();
    let out = &mut std::io::stdout().lock();
    report(out, &matcher, &labelled, &cases, arguments.misses)?;
    report_labels(out, &labelled, &readings)?;
    if let Some(path) = &arguments.plot {
        draw(&cases, path).map_err(|error| format!("cannot draw {}: {error}", path.display()))?;
        outln!("\ncurves: {}", path.display());
    }
    Ok(())
}

fn load(file: &Path) -> Result<Vec<Labelled>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| format!("{}:{}: {error}", file.display(), at + 1).into())
        })
        .collect()
}

fn report(
    out: &mut impl Write,
    matcher: &Matcher,
    labelled: &[Labelled],
    cases: &[Case],
    misses: usize,
) -> std::io::Result<()> {
    let threshold = matcher.thresholds().answer;
    let scope = cases.iter().filter(|case| case.in_scope()).count();
    let shipped = evaluation::at_threshold(cases, threshold);
    writeln!(out, "messages              {} ({scope} in scope)", cases.len())?;
    writeln!(out, "accuracy in scope     {:.3}", evaluation::accuracy(cases))?;
    writeln!(out, "macro-F1              {:.3}", evaluation::macro_f1(cases))?;
    writeln!(out, "AUROC scope/none      {:.3}", evaluation::auroc(cases))?;
    for precision in [0.90, 0.95, 0.99] {
        writeln!(out, "coverage at {:.0} %      {:.3}", precision * 100.0, evaluation::coverage_at(cases, precision))?;
    }
    writeln!(
        out,
        "at the threshold {threshold:.2} precision {:.3}, coverage {:.3}",
        shipped.precision,
        shipped.right as f64 / scope.max(1) as f64
    )?;
    writeln!(out, "calibration error     {:.3}", evaluation::expected_calibration_error(cases))?;

    writeln!(out, "{}", check::sureness(matcher.estimate(), matcher.precision()))?;

    writeln!(out, "\ntrue → answered, where they differ:")?;
    for ((truth, predicted), count) in evaluation::confusion(cases, threshold) {
        if truth != predicted && predicted != NONE {
            writeln!(out, "{count:5}  {truth} → {predicted}")?;
        }
    }
    writeln!(out, "\nworst misses:")?;
    let mut wrong: Vec<(&Case, &Labelled)> = cases.iter().zip(labelled).filter(|(case, _)| !case.is_right()).collect();
    wrong.sort_by(|a, b| b.0.confidence.total_cmp(&a.0.confidence));
    for (case, message) in wrong.into_iter().take(misses) {
        let predicted = case.predicted.as_deref().unwrap_or("nothing");
        writeln!(out, "{:.2}  {} read as {predicted}: {}", case.confidence, message.intent, message.text)?;
    }
    Ok(())
}

/// How well stances, moods and second requests are read, where the set says what they are.
fn report_labels(out: &mut impl Write, labelled: &[Labelled], readings: &[Reading]) -> std::io::Result<()> {
    let read = || labelled.iter().zip(readings);
    let stances = read().filter_map(|(message, reading)| Some((message.stance?, reading.stance)));
    let moods = read().filter_map(|(message, reading)| Some((message.mood?, reading.mood)));
    report_recalls(out, "stance", evaluation::recalls(stances))?;
    report_recalls(out, "mood", evaluation::recalls(moods))?;
    let requests = Requests::count(read().map(|(message, reading)| (message, reading.requests.as_slice())));
    if requests.all > 0 {
        let Requests { all, right, read, good } = requests;
        writeln!(out, "\nmessages with several requests:")?;
        writeln!(out, "recall                {:.3} ({right} of {all} requests)", requests.recall())?;
        writeln!(out, "precision             {:.3} ({good} of {read} messages read as two)", requests.precision())?;
    }
    Ok(())
}

fn report_recalls<L: Ord + Serialize>(
    out: &mut impl Write,
    what: &str,
    recalls: BTreeMap<L, Recall>,
) -> std::io::Result<()> {
    if recalls.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{what:<22}recall precision")?;
    for (label, of) in &recalls {
        let name = serde_json::to_value(label).ok();
        let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or_default();
        writeln!(out, "{name:<22}{:.3}  {:.3}  ({} of {})", of.recall(), of.precision(), of.right, of.all)?;
    }
    Ok(())
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(cases: &[Case], path: &Path) -> Drawn {
    let area = SVGBackend::new(path, (960, 440)).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(480);
    risk_coverage(cases, &left)?;
    reliability(cases, &right)?;
    area.present()?;
    Ok(())
}

/// Wrong answers among the answers, against the share of messages in scope answered rightly.
fn risk_coverage(cases: &[Case], area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Drawn {
    let scope = cases.iter().filter(|case| case.in_scope()).count().max(1) as f64;
    let points: Vec<(f64, f64)> =
        evaluation::curve(cases).iter().map(|at| (at.right as f64 / scope, 1.0 - at.precision)).collect();
    let most = points.iter().map(|(_, risk)| *risk).fold(0.1, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption("risk and coverage", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(0.0..1.0, 0.0..most)?;
    chart.configure_mesh().x_desc("answered rightly, of those in scope").y_desc("wrong among answers").draw()?;
    chart.draw_series(LineSeries::new(points, &BLUE))?;
    chart.draw_series(LineSeries::new([(0.0, 0.05), (1.0, 0.05)], &RED))?;
    Ok(())
}

/// How often a confidence is right: on the diagonal, it says what it means.
fn reliability(cases: &[Case], area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Drawn {
    let bins = evaluation::reliability(cases, 10);
    let points: Vec<(f64, f64)> =
        bins.iter().filter(|bin| bin.count > 0).map(|bin| (bin.confidence, bin.accuracy)).collect();
    let mut chart = ChartBuilder::on(area)
        .caption("reliability", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    chart.configure_mesh().x_desc("confidence").y_desc("share that was right").draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], &RED))?;
    chart.draw_series(LineSeries::new(points.clone(), &BLUE))?;
    chart.draw_series(points.into_iter().map(|at| Circle::new(at, 3, BLUE.filled())))?;
    Ok(())
}
