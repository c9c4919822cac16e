//! `otklik stats`: what was promised and what became of it, and what customers say of how it went.

use super::shared::{CommandResult, DatabaseArguments};
use crate::clock;
use crate::store::PromiseCount;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  otklik stats --days 7")]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    /// Of the last so many days
    #[arg(long, default_value_t = 30)]
    days: u32,
}

/// How promises end, in the order of the columns.
const OUTCOMES: [&str; 5] = ["kept", "moved", "broken", "dropped", "open"];

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let store = arguments.database.existing().await?;
    let since = (clock::now() - chrono::Duration::days(i64::from(arguments.days))).timestamp_millis();
    println!("Promises of the last {} days", arguments.days);
    print!("{}", promises(&store.promises_since(since).await?));
    println!("  moved: the customer heard of a delay in time; broken: kept late, or heard of it late");
    println!();
    println!("What customers say");
    for (about, choice, count) in store.feedback_since(since).await? {
        println!("  {about:<10} {:<20} {count:>6}", choice.as_deref().unwrap_or("in their own words"));
    }
    Ok(())
}

/// A line for each kind of promise, a column for each way to end.
fn promises(counts: &[PromiseCount]) -> String {
    let mut kinds: Vec<&str> = counts.iter().map(|count| count.what.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let head = OUTCOMES.iter().map(|outcome| format!("{outcome:>9}")).collect::<String>();
    let mut lines = format!("  {:<10}{head}\n", "");
    for kind in kinds {
        let of = |outcome: &&str| {
            let found = counts.iter().find(|count| count.what == kind && count.outcome == **outcome);
            format!("{:>9}", found.map_or(0, |count| count.count))
        };
        lines += &format!("  {kind:<10}{}\n", OUTCOMES.iter().map(of).collect::<String>());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_stand_in_their_columns() {
        let count =
            |what: &str, outcome: &str, count| PromiseCount { what: what.into(), outcome: outcome.into(), count };
        let table = promises(&[count("answer", "kept", 12), count("check", "kept", 1), count("answer", "broken", 2)]);
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], OUTCOMES);
        assert_eq!(lines[1], ["answer", "12", "0", "2", "0", "0"]);
        assert_eq!(lines[2], ["check", "1", "0", "0", "0", "0"]);
    }
}
