//! `otklik understand`: a reading for each line of standard input, in order.

use super::shared::{CommandResult, PhrasesArguments};
use crate::launch;
use crate::phrases::{FACET, FOLLOW_UP, RULES_FILE};
use crate::run;
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};
use understanding::{Decision, Explanation, Mood, Reading, explain, read};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  echo \"где посылка?\" | otklik understand\n  otklik understand --json < messages.txt"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    phrases: PhrasesArguments,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Why each message is read as it is: words, nearest examples, evidence, thresholds
    #[arg(long, conflicts_with = "json")]
    explain: bool,
}

pub(super) fn run(arguments: &Arguments) -> CommandResult {
    let settings = arguments.phrases.settings()?;
    let matcher = launch::matcher(&run::phrasebook(settings.phrases.as_deref())?, &settings);
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
        let text = message(text);
        if arguments.explain {
            writeln!(out, "{}", why(&explain(&matcher, &text)))?;
            for set in [FOLLOW_UP, RULES_FILE, FACET] {
                if let Some((label, share)) = matcher.label(set, &text) {
                    writeln!(out, "  of {set}: {label} ({share:.2})")?;
                }
            }
        } else if arguments.json {
            writeln!(out, "{}", as_json(&read(&matcher, &text)))?;
        } else {
            writeln!(out, "{}", in_words(&read(&matcher, &text)))?;
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
        "stance": reading.stance,
        "requests": reading.requests,
        "piece": reading.piece,
        "slots": reading.slots,
        "doubts": reading.doubts,
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

/// An explanation for the owner, a paragraph a message.
fn why(explanation: &Explanation) -> String {
    let mut lines = vec![in_words(&explanation.reading), format!("  {}", explanation.because)];
    lines.push("  words:".into());
    for word in &explanation.words {
        let negated = if word.negated { ", negated" } else { "" };
        lines.push(format!("    {} → {} ({}, weight {:.2}{negated})", word.typed, word.read_as, word.how, word.weight));
    }
    lines.push("  nearest examples:".into());
    for near in &explanation.nearest {
        let by = near.by.join(", ");
        lines.push(format!("    {:.2} {}: «{}» by {by}", near.similarity, near.intent, near.example));
    }
    lines.push("  what tipped it (log-odds):".into());
    lines.extend(explanation.tipped.iter().map(|tipped| format!("    {:+.2} {}", tipped.towards, tipped.word)));
    lines.push("  evidence (value, and what it added):".into());
    for piece in &explanation.evidence {
        lines.push(format!("    {} = {:.2} ({:+.2})", piece.name, piece.value, piece.added));
    }
    lines.join("\n")
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
