//! `otklik understand`: a reading for each line of standard input, in order.

use super::Outcome;
use crate::config;
use crate::run;
use crate::understanding::{Decision, Mood, Reading, read};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, phrases: Option<PathBuf>) -> Outcome {
    let settings = config::Settings { phrases, ..config::settings_here()? };
    let matcher = super::matcher(&run::phrasebook(settings.phrases.as_deref())?, &settings);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        // A line that is not UTF-8 is still a line: it gets its reading, in its place.
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let reading = read(&matcher, &message(text));
        if arguments.json {
            writeln!(out, "{}", as_json(&reading))?;
        } else {
            writeln!(out, "{}", in_words(&reading))?;
        }
        out.flush()?;
    }
    Ok(())
}

/// The message of a line: a JSON object with `text` stands for its text, everything else for itself.
fn message(line: &str) -> String {
    let object = line.trim_start().starts_with('{').then(|| serde_json::from_str::<Value>(line));
    match object {
        Some(Ok(value)) => value["text"].as_str().map_or_else(|| line.to_owned(), str::to_owned),
        Some(Err(_)) | None => line.to_owned(),
    }
}

fn as_json(reading: &Reading) -> Value {
    json!({
        "decision": reading.decision,
        "intent": reading.intent,
        "confidence": reading.confidence,
        "candidates": reading.candidates,
        "slots": reading.slots,
        "mood": reading.mood,
    })
}

fn in_words(reading: &Reading) -> String {
    let decision = match reading.decision {
        Decision::Answer => "answer",
        Decision::Clarify => "clarify",
        Decision::Handoff => "hand off",
    };
    let mood = match reading.mood {
        Mood::Calm => "calm",
        Mood::Upset => "upset",
        Mood::Angry => "angry",
    };
    let intent = reading.intent.as_deref().unwrap_or("nothing certain");
    let numbers = reading.slots.tracking_numbers.join(", ");
    format!("{decision}: {intent} ({:.2}), {mood} {numbers}", reading.confidence).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn a_line_is_its_text() {
        assert_eq!(message("где посылка"), "где посылка");
        assert_eq!(message(r#"{"text": "a\nb", "intent": "x"}"#), "a\nb");
        assert_eq!(message(r#"{"texts": 1}"#), r#"{"texts": 1}"#);
        assert_eq!(message("{not json"), "{not json");
        assert_eq!(message(""), "");
    }
}
