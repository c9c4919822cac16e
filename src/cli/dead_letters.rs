//! `otklik inbox` and `otklik outbox`: what could not be processed, what can never be sent, and what waits to be sent
//! for more than its turn, each with its reason. What is given up is kept until the owner has it tried again or drops
//! it. The words of people are not shown.

use super::shared::{CommandResult, DatabaseArguments};
use crate::clock;
use crate::conversation::ConversationId;
use crate::store::Waiting;
use chrono::{DateTime, Utc};
use clap::Subcommand;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Lists it (the default)
    #[command(after_help = "Examples:\n  otklik outbox list\n  otklik inbox")]
    List,
    /// Tries it again
    #[command(after_help = "Examples:\n  otklik outbox retry 7 9\n  otklik inbox retry --all")]
    Retry(Which),
    /// Keeps it as history only
    #[command(after_help = "Example:\n  otklik outbox drop 7")]
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
    let store = arguments.database.existing().await?;
    let lines = store.quarantined().await?.into_iter().map(|event| Line {
        record: event.id,
        at: event.received_at,
        about: format!("from {}", event.conversation),
        why: event.problem,
    });
    let lines: Vec<Line> = lines.collect();
    let mut done = Done::default();
    match arguments.action.unwrap_or(Action::List) {
        Action::List => out!("{}", table(&lines, "Nothing was set aside.")),
        Action::Retry(which) => {
            for record in which.of(&lines) {
                done.report(record, "is worked on again", store.work_again(record).await?);
            }
        }
        Action::Drop(which) => {
            for record in which.of(&lines) {
                done.report(record, "dropped", store.forget_event(record).await?);
            }
        }
    }
    done.end()
}

pub(super) async fn outbox(arguments: Arguments) -> CommandResult {
    let store = arguments.database.existing().await?;
    let now = clock::now().timestamp_millis();
    let lines = store.dead_letters().await?.into_iter().map(|letter| Line {
        record: letter.id,
        at: letter.dead_at,
        about: receiver(&letter.body, letter.chat, letter.conversation),
        why: letter.problem,
    });
    let mut lines: Vec<Line> = lines.collect();
    let (held_up, waiting) = store.waiting_posts(now).await?;
    let mut done = Done::default();
    match arguments.action.unwrap_or(Action::List) {
        Action::List => out!("{}", outbox_table(&lines, &held_up, waiting)),
        Action::Retry(which) => {
            lines.extend(held_up.iter().map(held));
            for record in which.of(&lines) {
                done.report(record, "is sent again", store.send_again(record, now).await?);
            }
        }
        Action::Drop(which) => {
            for record in which.of(&lines) {
                done.report(record, "dropped", store.drop_letter(record).await?);
            }
        }
    }
    done.end()
}

/// What is given up, what is held up with its reason, and how much waits in all.
fn outbox_table(dead: &[Line], held_up: &[Waiting], waiting: i64) -> String {
    if dead.is_empty() && waiting == 0 {
        return "Nothing waits here: all that could be sent was sent.\n".into();
    }
    let held_up: Vec<Line> = held_up.iter().map(held).collect();
    format!(
        "Can never be sent: {}\n{}Waits to be sent: {waiting}, held up: {}\n{}",
        dead.len(),
        table(dead, ""),
        held_up.len(),
        table(&held_up, "")
    )
}

/// A line about what waits for more than its turn.
fn held(waiting: &Waiting) -> Line {
    let mut about = receiver(&waiting.body, waiting.chat, waiting.conversation);
    if waiting.attempts > 0 {
        about = format!("{about}, tried {} times, next at {}", waiting.attempts, moment(waiting.due_at));
    }
    if waiting.behind > 0 {
        about = format!("{about}; behind it wait {}", waiting.behind);
    }
    let asked = waiting.paused.map(|until| format!("Telegram asks to wait until {}", moment(until)));
    let why = [waiting.problem.clone(), asked].into_iter().flatten().collect::<Vec<_>>().join("; ");
    // An older version did not write down since when.
    Line { record: waiting.id, at: waiting.since.unwrap_or(waiting.due_at), about, why }
}

/// What a row brings, and where.
fn receiver(body: &str, chat: ConversationId, about: ConversationId) -> String {
    match chat {
        ConversationId::Customer(customer) => format!("{} to {customer}", kind(body)),
        ConversationId::Desk(desk) => format!("{} to the desk {desk}, about {about}", kind(body)),
    }
}

impl Which {
    fn of(&self, lines: &[Line]) -> Vec<i64> {
        if self.all { lines.iter().map(|line| line.record).collect() } else { self.records.clone() }
    }
}

/// What became of the records that were named.
#[derive(Default)]
struct Done {
    /// Those that are not there.
    unknown: Vec<String>,
}

impl Done {
    fn report(&mut self, record: i64, done: &str, found: bool) {
        if found {
            outln!("{record} {done}");
        } else {
            self.unknown.push(record.to_string());
        }
    }

    /// A record that is not there is a failure; those beside it were done.
    fn end(self) -> CommandResult {
        if self.unknown.is_empty() {
            return Ok(());
        }
        Err(format!("no such record here: {}; the list has them: otklik inbox, otklik outbox", self.unknown.join(", "))
            .into())
    }
}

fn table(lines: &[Line], none: &str) -> String {
    if lines.is_empty() && !none.is_empty() {
        return format!("{none}\n");
    }
    let line = |Line { record, at, about, why }: &Line| {
        let at = moment(*at);
        // A reason of the database may be of several lines.
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{record}  {at}  {about}\n    {why}\n")
    };
    lines.iter().map(line).collect()
}

fn moment(at: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(at).map_or_else(String::new, |at| at.format("%F %T UTC").to_string())
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

    #[test]
    fn what_waits_is_listed_and_counted() {
        assert_eq!(outbox_table(&[], &[], 0), "Nothing waits here: all that could be sent was sent.\n");
        let waiting = Waiting {
            id: 9,
            conversation: ConversationId::from_stored(5),
            chat: ConversationId::from_stored(-100),
            body: r#"{"send":"copy","kind":"photo","words":"секрет"}"#.into(),
            due_at: 61_000,
            attempts: 3,
            since: Some(1_000),
            problem: Some("CHAT_WRITE_FORBIDDEN".into()),
            paused: None,
            behind: 2,
        };
        let told = outbox_table(&[], std::slice::from_ref(&waiting), 3);
        assert_eq!(
            told,
            "Can never be sent: 0\nWaits to be sent: 3, held up: 1\n9  1970-01-01 00:00:01 UTC  a copy (photo) to the \
             desk -100, about 5, tried 3 times, next at 1970-01-01 00:01:01 UTC; behind it wait 2\n    \
             CHAT_WRITE_FORBIDDEN\n"
        );
        let paused = Waiting { problem: None, paused: Some(61_000), attempts: 0, behind: 0, ..waiting };
        let told = outbox_table(&[], &[paused], 1);
        assert!(told.ends_with("    Telegram asks to wait until 1970-01-01 00:01:01 UTC\n"), "{told}");
    }
}
