//! `otklik parcels`: the local carrier. `import` reads a carrier's list into our own tables: good rows are kept, bad
//! ones reported with their line, the same file may be imported again. `push` tells of one step of one parcel,
//! `changes` what customers had changed.

use super::shared::{CommandResult, DatabaseArguments, Exit};
use crate::clock;
use crate::config::Settings;
use crate::launch;
use crate::lists::{List, Names, Read, Unkept, typed};
use crate::parcel::{Listed, Status, TrackingNumber};
use crate::store::{Moved, Store};
use chrono::{DateTime, NaiveDate, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  otklik parcels import parcels.xlsx\n  otklik parcels show 1000000017")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Reads a list into the local carrier: CSV or .xlsx. The first line names the columns: number and status, and any of
    /// the others
    ///
    /// number, status (a code, the carrier's label, or one of its names in statuses.toml such as «В пути»), place, planned, since (days such as 30.11.2026 or 2026-11-30),
    /// phone, link, offer (not_sent, sent, checking, rejected, blocked, confirmed, expired), offer_arrived (a day),
    /// offer_checking_since (30.11.2026 09:00 by the desk's clock, or 2026-11-30T09:00:00Z), offer_wrong_entries, order
    /// (accepted, in_transit, delivered, cancelled, refused), sum (roubles such as 2490 or 2 490,50), delivered (a day).
    ///
    /// Columns and states may be named in Russian: номер or трек, статус, место, дата or дата доставки (planned), дата
    /// статуса (since), телефон, ссылка, оферта, заказ, сумма, доставлено. Cells may be parted by commas, semicolons or
    /// tabs, in UTF-8, UTF-16 or CP1251, as Excel saves them.
    ///
    /// A row that cannot be read in one way only is reported with its line and left out. Exit status: 0 if all was read, 1
    /// if a row was left out, 3 if nothing could be read.
    #[command(
        verbatim_doc_comment,
        after_help = "Examples:\n  otklik parcels import parcels.xlsx\n  otklik parcels import --dry-run parcels.csv"
    )]
    Import {
        #[command(flatten)]
        database: DatabaseArguments,
        /// The file
        file: PathBuf,
        /// Only tells what would be read: nothing is changed
        #[arg(long)]
        dry_run: bool,
        /// Names of statuses from this folder of phrases instead of those compiled in
        #[arg(long, value_name = "DIR")]
        phrases: Option<PathBuf>,
    },
    /// Tells of a parcel's new status; customers who follow it hear of it
    #[command(after_help = "Example:\n  otklik parcels push 1000000017 in_transit --place Тула --planned 2026-12-04")]
    Push {
        #[command(flatten)]
        database: DatabaseArguments,
        /// Its number
        number: String,
        /// The status: a code, the carrier's label, or one of its names in statuses.toml
        status: String,
        /// Where it is
        #[arg(long)]
        place: Option<String>,
        /// The new planned day, such as 2026-11-30
        #[arg(long)]
        planned: Option<NaiveDate>,
        /// Names of statuses from this folder of phrases instead of those compiled in
        #[arg(long, value_name = "DIR")]
        phrases: Option<PathBuf>,
    },
    /// Shows what our own tables know of a parcel, and how it went so far; of its phone the last digits only
    #[command(after_help = "Example:\n  otklik parcels show 1000000017")]
    Show {
        #[command(flatten)]
        database: DatabaseArguments,
        /// Its number
        number: String,
    },
    /// Lists what customers had changed (cancelled, refused, asked back), as CSV, for whoever carries it out
    #[command(after_help = "Example:\n  otklik parcels changes --since 2026-11-30T09:00:00Z > changes.csv")]
    Changes {
        #[command(flatten)]
        database: DatabaseArguments,
        /// Only after this moment, such as 2026-11-30T09:00:00Z
        #[arg(long)]
        since: Option<DateTime<Utc>>,
    },
}

/// How many rows share a commit.
const ROWS: usize = 1000;

/// The exit status when rows were left out.
const LEFT_OUT: u8 = 1;
/// The exit status when nothing could be read.
const NOTHING_READ: u8 = 3;

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    match arguments.command {
        Command::Import { database, file, dry_run, phrases } => {
            let settings = Settings { phrases, ..database.place()?.settings()? };
            let list = opened(&file, &settings, names(&settings)?)?;
            let store = if dry_run { None } else { Some(Store::open(&database.url()?).await?) };
            import(store.as_ref(), &file, &list).await
        }
        Command::Push { database, number, status, place, planned, phrases } => {
            let settings = Settings { phrases, ..database.place()?.settings()? };
            let (number, read, there) = typed(&number, &status, &names(&settings)?)?;
            let store = Store::open(&database.url()?).await?;
            let step = Moved { number: number.clone(), status: read, place: place.or(there), planned };
            let now = clock::now();
            let (today, label) = (settings.policy.today(now), step.status.label().to_owned());
            store.move_parcel(step, now.timestamp_millis(), today).await?;
            outln!("{number}: {label}");
            Ok(())
        }
        Command::Show { database, number } => show(&database.existing().await?, &TrackingNumber::new(&number)).await,
        Command::Changes { database, since } => changes(&database.existing().await?, since).await,
    }
}

/// What is known of a parcel.
async fn show(store: &Store, number: &TrackingNumber) -> CommandResult {
    let Some(Listed { parcel, phone, link }) = store.listed(number).await? else {
        return Err(format!("no parcel {number} in our own tables; otklik parcels import brings some in").into());
    };
    let mut shown = serde_json::to_value(&parcel)?;
    if let Some(kopecks) = parcel.order.as_ref().and_then(|order| order.sum) {
        shown["order"]["sum"] = roubles(kopecks).into();
    }
    outln!("{}", serde_json::to_string_pretty(&shown)?);
    outln!("phone: {}", phone.map_or_else(|| "unknown".into(), |phone| format!("…{}", phone.tail())));
    outln!("link: {}", if link.is_some() { "known" } else { "unknown" });
    for (at, status, place) in store.history(number).await? {
        let at = DateTime::from_timestamp_millis(at).unwrap_or_default().format("%Y-%m-%d %H:%M");
        outln!("{at}  {}{}", status.label(), place.map(|place| format!(" ({place})")).unwrap_or_default());
    }
    Ok(())
}

/// What customers had changed, oldest first.
async fn changes(store: &Store, since: Option<DateTime<Utc>>) -> CommandResult {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["at", "number", "change", "answer"])?;
    for change in store.changes_since(since.map_or(0, |since| since.timestamp_millis())).await? {
        let at = DateTime::from_timestamp_millis(change.at).unwrap_or_default().to_rfc3339();
        table.write_record([at, change.number, change.change, change.answer])?;
    }
    out!("{}", String::from_utf8(table.into_inner()?)?);
    Ok(())
}

/// Kopecks as roubles, as a list gives them: `1490`, `1490.50`.
fn roubles(kopecks: i64) -> String {
    match kopecks % 100 {
        0 => (kopecks / 100).to_string(),
        rest => format!("{}.{:02}", kopecks / 100, rest.abs()),
    }
}

/// What statuses are called besides, by the phrases.
fn names(settings: &Settings) -> Result<Names, Box<dyn std::error::Error>> {
    Ok(Names::new(launch::phrasebook(settings)?.names_of_statuses()))
}

/// The list of a file, its columns known.
fn opened(file: &Path, settings: &Settings, names: Names) -> Result<List, Exit> {
    let unreadable = |words| Exit { status: NOTHING_READ, words };
    let bytes = std::fs::read(file).map_err(|error| unreadable(format!("cannot read {}: {error}", file.display())))?;
    let list = List::read(bytes, settings.policy.zone, settings.phone_country, names);
    list.map_err(|why| unreadable(format!("{}: {why}", file.display())))
}

/// Puts a list into our own tables, and tells what was left out; without a store it only tells.
async fn import(store: Option<&Store>, file: &Path, list: &List) -> CommandResult {
    let name = file.display();
    let columns: Vec<String> = list.columns().map(|(name, column)| format!("{name} → {}", column.name())).collect();
    eprintln!("{name}: {}", columns.join(", "));
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {msg}")?);
    let (mut kept, mut left_out, mut batch) = (0_usize, 0_u64, Vec::with_capacity(ROWS));
    let mut told = Remarks::default();
    for row in list.rows() {
        match row {
            Ok(read) => {
                told.take(&read);
                batch.push(read.listed);
            }
            Err(refused) => {
                left_out += refused.rows;
                let rows = match refused.rows {
                    1 => "the row was left out".to_owned(),
                    rows => format!("{rows} rows were left out"),
                };
                bar.suspend(|| eprintln!("{name}:{}: {}; {rows}", refused.line, refused.why));
            }
        }
        if batch.len() == ROWS {
            kept += keep(store, std::mem::take(&mut batch)).await?;
            bar.set_message(format!("{kept} parcels"));
            bar.tick();
        }
    }
    kept += keep(store, batch).await?;
    bar.finish_and_clear();
    told.tell(file);
    let done = if store.is_some() { "imported" } else { "would be imported" };
    outln!("{kept} parcels {done}, {left_out} rows left out");
    match (left_out, kept) {
        (0, _) => Ok(()),
        (_, 0) => Err(Exit { status: NOTHING_READ, words: "no row could be read".into() }.into()),
        (rows, _) => {
            let words = format!("rows left out: {rows}; mend them and import the list again, nothing is doubled");
            Err(Exit { status: LEFT_OUT, words }.into())
        }
    }
}

/// What is said of the rows that were read, once for all of them.
#[derive(Default)]
struct Remarks {
    /// Statuses that are not among the carrier's known ones; some of them.
    labels: BTreeSet<String>,
    /// How many rows have one.
    with_label: usize,
    /// The first row with a value that was not kept, the value, and how many such rows there are.
    unkept: Option<(u64, Unkept, usize)>,
}

/// So many labels are named at most.
const LABELS: usize = 5;

impl Remarks {
    fn take(&mut self, read: &Read) {
        if let Status::Unknown(label) = &read.listed.parcel.status {
            self.with_label += 1;
            if self.labels.len() < LABELS {
                self.labels.insert(format!("«{label}»"));
            }
        }
        if let Some(unkept) = read.unkept {
            let (_, _, rows) = self.unkept.get_or_insert((read.line, unkept, 0));
            *rows += 1;
        }
    }

    fn tell(&self, file: &Path) {
        let name = file.display();
        if self.with_label > 0 {
            let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
            let (rows, labels) = (self.with_label, labels.join(", "));
            eprintln!(
                "{name}: {rows} rows have statuses that are none of the known ones; customers see them as they are: {labels}"
            );
        }
        if let Some((line, Unkept { value, without }, rows)) = self.unkept {
            let (value, without) = (value.name(), without.name());
            eprintln!(
                "{name}:{line}: {value} was not kept: it needs the column {without} beside it; {rows} rows are so"
            );
        }
    }
}

/// Puts parcels into the tables, if there are any to put them into; gives how many they are.
async fn keep(store: Option<&Store>, parcels: Vec<Listed>) -> Result<usize, crate::store::Error> {
    let count = parcels.len();
    if let Some(store) = store {
        store.put_parcels(parcels, clock::now().timestamp_millis()).await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_shown_as_roubles() {
        assert_eq!(roubles(249_000), "2490");
        assert_eq!(roubles(249_050), "2490.50");
        assert_eq!(roubles(5), "0.05");
    }
}
