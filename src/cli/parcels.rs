//! `otklik parcels import`: a carrier's list into our own tables. Good rows are kept, bad ones reported with
//! their line; the same file may be imported again.

use super::Outcome;
use crate::config;
use crate::parcel::{Parcel, Status, StatusCode, TrackingNumber};
use crate::store::Store;
use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Reads a CSV with the columns number,status,place,planned into the local carrier
    Import {
        /// The file; status is a code or the carrier's label, planned a day such as 2026-11-30
        file: PathBuf,
    },
}

/// How many rows share a commit.
const ROWS: usize = 1000;

/// A row as it is written. Columns may be missing or in any order, but for the first two.
#[derive(Deserialize)]
struct Row {
    number: String,
    status: String,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    planned: Option<String>,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let Command::Import { file } = arguments.command;
    let store = Store::open(&config::database(&config::variable)).await?;
    let size = std::fs::metadata(&file).map_err(|error| unreadable(&file, &error))?.len();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_path(&file)
        .map_err(|error| unreadable(&file, &error))?;
    columns(&file, reader.headers()?)?;

    let style = "{wide_bar} {bytes}/{total_bytes}, {msg}";
    let bar = ProgressBar::new(size).with_style(ProgressStyle::with_template(style)?);
    let (mut kept, mut bad, mut batch) = (0_usize, 0_usize, Vec::with_capacity(ROWS));
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let read = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                let row = record.deserialize::<Row>(Some(reader.headers()?)).map_err(|error| error.to_string());
                row.and_then(parcel).map_err(|why| (line, why))
            }
            // A row that is not UTF-8 or not CSV: the next one is tried.
            Err(error) => Err((line, error.to_string())),
        };
        match read {
            Ok(parcel) => batch.push(parcel),
            Err((line, why)) => {
                bad += 1;
                bar.suspend(|| eprintln!("{}:{line}: {why}; the row was left out", file.display()));
            }
        }
        if batch.len() == ROWS {
            kept += keep(&store, std::mem::take(&mut batch)).await?;
            bar.set_position(reader.position().byte());
            bar.set_message(format!("{kept} parcels"));
        }
    }
    kept += keep(&store, batch).await?;
    bar.finish_and_clear();
    println!("{kept} parcels imported, {bad} rows left out");
    Ok(())
}

fn unreadable(file: &Path, error: &dyn std::fmt::Display) -> String {
    format!("cannot read {}: {error}", file.display())
}

/// The first line must name the columns; what is wrong with it is said before any row is read.
fn columns(file: &Path, headers: &csv::StringRecord) -> Result<(), String> {
    let known = ["number", "status", "place", "planned"];
    let missing: Vec<&str> =
        known[..2].iter().copied().filter(|column| !headers.iter().any(|h| h == *column)).collect();
    let unknown: Vec<&str> = headers.iter().filter(|header| !known.contains(header)).collect();
    match (missing.is_empty(), unknown.is_empty()) {
        (true, true) => Ok(()),
        _ => Err(format!(
            "{}:1: the first line must name the columns number,status,place,planned (missing: {}; not known: {})",
            file.display(),
            missing.join(", "),
            unknown.join(", ")
        )),
    }
}

fn parcel(row: Row) -> Result<Parcel, String> {
    let number = TrackingNumber::new(&row.number);
    if number.as_str().is_empty() {
        return Err("the number is empty".into());
    }
    if row.status.is_empty() {
        return Err(format!("{number} has no status"));
    }
    let code = StatusCode::from_code(&row.status)
        .or_else(|| StatusCode::ALL.iter().copied().find(|code| code.label() == row.status));
    let planned = match row.planned.as_deref().filter(|day| !day.is_empty()) {
        None => None,
        Some(day) => Some(
            day.parse::<NaiveDate>()
                .map_err(|_| format!("{number}: the planned day «{day}» is not a date such as 2026-11-30"))?,
        ),
    };
    Ok(Parcel {
        number,
        // A label of the carrier's that we do not know is kept as it is, and shown so.
        status: code.map_or_else(|| Status::Unknown(row.status.clone()), Status::Known),
        place: row.place.filter(|place| !place.is_empty()),
        planned,
    })
}

async fn keep(store: &Store, parcels: Vec<Parcel>) -> Result<usize, crate::store::Error> {
    let count = parcels.len();
    store.put_parcels(parcels).await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, status: &str, planned: &str) -> Result<Parcel, String> {
        let some = |text: &str| Some(text.to_owned());
        parcel(Row { number: number.into(), status: status.into(), place: some(""), planned: some(planned) })
    }

    #[test]
    fn codes_labels_and_unknown_labels_are_statuses() {
        let known = Status::Known(StatusCode::Delivered);
        assert_eq!(row("ra123456785ru", "delivered", "").map(|p| p.status), Ok(known.clone()));
        assert_eq!(row("1", "Доставлено получателю", "2026-11-30").map(|p| p.status), Ok(known));
        assert_eq!(row("1", "Улетело", "").map(|p| p.status), Ok(Status::Unknown("Улетело".into())));
    }

    #[test]
    fn a_bad_row_says_what_is_wrong() {
        for (number, status, planned, part) in
            [("", "delivered", "", "number"), ("1", "", "", "status"), ("1", "delivered", "30.11", "«30.11»")]
        {
            let error = row(number, status, planned).expect_err("a bad row");
            assert!(error.contains(part), "{error}");
        }
    }
}
