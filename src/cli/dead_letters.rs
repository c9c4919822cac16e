//! `otklik inbox` and `otklik outbox`: what could not be processed and what can never be sent, each with its reason.
//! It is kept until the owner has it tried again or drops it. The words of people are not shown.

use super::shared::CommandResult;
use crate::clock;
use crate::config;
use crate::conversation::ConversationId;
use crate::store::Store;
use chrono::{DateTime, Utc};
use clap::Subcommand;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Lists it (the default)
    List,
    /// Tries it again
    Retry(Which),
    /// Keeps it as history only
    Drop(Which),
}

#[derive(clap::Args)]
struct Which {
    /// The records, as the list numbers them
    #[arg(required_unless_present = "all")]
    records: Vec<i64>,
    /// All of them
    #[arg(long, conflicts_with = "records")]
    all: bool,
}

/// A line of the list.
struct Line {
    record: i64,
    at: i64,
    about: String,
    why: String,
}

pub(super) async fn inbox(arguments: Arguments) -> CommandResult {
    let store = open().await?;
    let lines = store.quarantined().await?.into_iter().map(|event| Line {
        record: event.id,
        at: event.received_at,
        about: format!("from {}", event.conversation),
        why: event.problem,
    });
    let lines: Vec<Line> = lines.collect();
    match arguments.action.unwrap_or(Action::List) {
        Action::List => print!("{}", table(&lines, "Nothing was set aside.")),
        Action::Retry(which) => {
            for record in which.of(&lines) {
                report(record, "is worked on again", store.work_again(record).await?);
            }
        }
        Action::Drop(which) => {
            for record in which.of(&lines) {
                report(record, "dropped", store.forget_event(record).await?);
            }
        }
    }
    Ok(())
}

pub(super) async fn outbox(arguments: Arguments) -> CommandResult {
    let store = open().await?;
    let lines = store.dead_letters().await?.into_iter().map(|letter| Line {
        record: letter.id,
        at: letter.dead_at,
        about: match letter.chat {
            ConversationId::Customer(customer) => format!("{} to {customer}", kind(&letter.body)),
            ConversationId::Desk(desk) => {
                format!("{} to the desk {desk}, about {}", kind(&letter.body), letter.conversation)
            }
        },
        why: letter.problem,
    });
    let lines: Vec<Line> = lines.collect();
    match arguments.action.unwrap_or(Action::List) {
        Action::List => print!("{}", table(&lines, "Nothing waits here: all that could be sent was sent.")),
        Action::Retry(which) => {
            let now = clock::now().timestamp_millis();
            for record in which.of(&lines) {
                report(record, "is sent again", store.send_again(record, now).await?);
            }
        }
        Action::Drop(which) => {
            for record in which.of(&lines) {
                report(record, "dropped", store.drop_letter(record).await?);
            }
        }
    }
    Ok(())
}

async fn open() -> Result<Store, Box<dyn std::error::Error>> {
    Ok(Store::open(&config::database(&config::variable)).await?)
}

impl Which {
    fn of(&self, lines: &[Line]) -> Vec<i64> {
        if self.all { lines.iter().map(|line| line.record).collect() } else { self.records.clone() }
    }
}

fn report(record: i64, done: &str, found: bool) {
    if found {
        println!("{record} {done}");
    } else {
        println!("{record}: there is no such record here");
    }
}

fn table(lines: &[Line], none: &str) -> String {
    if lines.is_empty() {
        return format!("{none}\n");
    }
    let line = |Line { record, at, about, why }: &Line| {
        let at =
            DateTime::<Utc>::from_timestamp_millis(*at).map_or_else(String::new, |at| at.format("%F %T").to_string());
        // A reason of the database may be of several lines.
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{record}  {at} UTC  {about}\n    {why}\n")
    };
    lines.iter().map(line).collect()
}

/// What a row of the outbox brings, without its words.
fn kind(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    match (body["send"].as_str(), body["kind"].as_str()) {
        (Some("copy"), Some(kind)) => format!("a copy ({kind})"),
        (Some(send), _) => format!("a {}", send.replace('_', " ")),
        (None, _) => "something unreadable".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_record_and_reason_and_no_words() {
        let body = r#"{"send":"text","text":"секрет"}"#;
        let why = "chat not\nfound".into();
        let told = table(&[Line { record: 7, at: 0, about: format!("{} to 5", kind(body)), why }], "none");
        assert_eq!(told, "7  1970-01-01 00:00:00 UTC  a text to 5\n    chat not found\n");
        assert_eq!(table(&[], "none"), "none\n");
        assert_eq!(kind("{"), "something unreadable");
    }
}
