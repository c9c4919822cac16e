//! `otklik parcels`: the local carrier. `import` reads a carrier's list into our own tables: good rows are kept, bad
//! ones reported with their line, the same file may be imported again. `push` tells of one step of one parcel,
//! `changes` what customers had changed.

use super::shared::CommandResult;
use crate::clock;
use crate::config;
use crate::parcel::{Country, Listed, Offer, OfferState, Order, OrderState, Parcel, Phone, Status, TrackingNumber};
use crate::store::{Moved, Store};
use chrono::{DateTime, NaiveDate, Utc};
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
    /// Reads a CSV into the local carrier. The first line names the columns: number and status, and any of the others
    ///
    /// number, status (a code or the carrier's label), place, planned, since (days such as 2026-11-30), phone, link,
    /// offer (not_sent, sent, checking, rejected, blocked, confirmed, expired), offer_arrived (a day),
    /// offer_checking_since (2026-11-30T09:00:00Z), offer_wrong_entries, order (accepted, in_transit, delivered,
    /// cancelled, refused), sum (roubles), delivered (a day)
    Import {
        /// The file
        file: PathBuf,
    },
    /// Tells of a parcel's new status; customers who follow it hear of it
    Push {
        /// Its number
        number: String,
        /// The status: a code or the carrier's label
        status: String,
        /// Where it is
        #[arg(long)]
        place: Option<String>,
        /// The new planned day, such as 2026-11-30
        #[arg(long)]
        planned: Option<NaiveDate>,
    },
    /// Shows what our own tables know of a parcel, and how it went so far; of its phone the last digits only
    Show {
        /// Its number
        number: String,
    },
    /// Lists what customers had changed (cancelled, refused, asked back), as CSV, for whoever carries it out
    Changes {
        /// Only after this moment, such as 2026-11-30T09:00:00Z
        #[arg(long)]
        since: Option<DateTime<Utc>>,
    },
}

/// How many rows share a commit.
const ROWS: usize = 1000;

/// The columns of a list; the first two must be there.
const COLUMNS: [&str; 14] = [
    "number",
    "status",
    "place",
    "planned",
    "since",
    "phone",
    "link",
    "offer",
    "offer_arrived",
    "offer_checking_since",
    "offer_wrong_entries",
    "order",
    "sum",
    "delivered",
];

/// A row as it is written. Columns may be missing or in any order, but for the first two.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    number: String,
    status: String,
    place: String,
    planned: String,
    since: String,
    phone: String,
    link: String,
    offer: String,
    offer_arrived: String,
    offer_checking_since: String,
    offer_wrong_entries: String,
    order: String,
    sum: String,
    delivered: String,
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let store = Store::open(&config::database(&config::variable)).await?;
    match arguments.command {
        Command::Import { file } => import(&store, &file, config::settings_here()?.phone_country).await,
        Command::Push { number, status, place, planned } => {
            let number = TrackingNumber::new(&number);
            let (read, there) = Status::read_with_place(&status);
            let step = Moved { number: number.clone(), status: read, place: place.or(there), planned };
            let now = clock::now();
            let today = config::settings_here()?.policy.today(now);
            store.move_parcel(step, now.timestamp_millis(), today).await?;
            println!("{number}: {status}");
            Ok(())
        }
        Command::Show { number } => show(&store, &TrackingNumber::new(&number)).await,
        Command::Changes { since } => changes(&store, since).await,
    }
}

/// What is known of a parcel.
async fn show(store: &Store, number: &TrackingNumber) -> CommandResult {
    let Some(Listed { parcel, phone, link }) = store.listed(number).await? else {
        return Err(format!("no parcel {number} in our own tables; otklik parcels import brings some in").into());
    };
    println!("{}", serde_json::to_string_pretty(&parcel)?);
    println!("phone: {}", phone.map_or_else(|| "unknown".into(), |phone| format!("…{}", phone.tail())));
    println!("link: {}", if link.is_some() { "known" } else { "unknown" });
    for (at, status, place) in store.history(number).await? {
        let at = DateTime::from_timestamp_millis(at).unwrap_or_default().format("%Y-%m-%d %H:%M");
        println!("{at}  {}{}", status.label(), place.map(|place| format!(" ({place})")).unwrap_or_default());
    }
    Ok(())
}

/// What customers had changed, oldest first.
async fn changes(store: &Store, since: Option<DateTime<Utc>>) -> CommandResult {
    let mut out = csv::Writer::from_writer(std::io::stdout());
    out.write_record(["at", "number", "change", "answer"])?;
    for change in store.changes_since(since.map_or(0, |since| since.timestamp_millis())).await? {
        let at = DateTime::from_timestamp_millis(change.at).unwrap_or_default().to_rfc3339();
        out.write_record([at, change.number, change.change, change.answer])?;
    }
    out.flush()?;
    Ok(())
}

async fn import(store: &Store, file: &Path, country: Country) -> CommandResult {
    let size = std::fs::metadata(file).map_err(|error| unreadable(file, &error))?.len();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_path(file)
        .map_err(|error| unreadable(file, &error))?;
    columns(file, reader.headers()?)?;

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
                row.and_then(|row| parcel(row, country)).map_err(|why| (line, why))
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
            kept += keep(store, std::mem::take(&mut batch)).await?;
            bar.set_position(reader.position().byte());
            bar.set_message(format!("{kept} parcels"));
        }
    }
    kept += keep(store, batch).await?;
    bar.finish_and_clear();
    println!("{kept} parcels imported, {bad} rows left out");
    Ok(())
}

fn unreadable(file: &Path, error: &dyn std::fmt::Display) -> String {
    format!("cannot read {}: {error}", file.display())
}

/// The first line must name the columns; what is wrong with it is said before any row is read.
fn columns(file: &Path, headers: &csv::StringRecord) -> Result<(), String> {
    let missing: Vec<&str> =
        COLUMNS[..2].iter().copied().filter(|column| !headers.iter().any(|h| h == *column)).collect();
    let unknown: Vec<&str> = headers.iter().filter(|header| !COLUMNS.contains(header)).collect();
    match (missing.is_empty(), unknown.is_empty()) {
        (true, true) => Ok(()),
        _ => Err(format!(
            "{}:1: the first line must name the columns: {} (missing: {}; not known: {})",
            file.display(),
            COLUMNS.join(","),
            missing.join(", "),
            unknown.join(", ")
        )),
    }
}

fn parcel(row: Row, country: Country) -> Result<Listed, String> {
    let number = TrackingNumber::new(&row.number);
    if number.as_str().is_empty() {
        return Err("the number is empty".into());
    }
    if row.status.is_empty() {
        return Err(format!("{number} has no status"));
    }
    let day =
        |column: &str, text: &str| read(&number, column, text, "a date such as 2026-11-30", |text| text.parse().ok());
    let offer = read(&number, "offer", &row.offer, "one of its words, see --help", OfferState::from_code)?;
    let order = read(&number, "order", &row.order, "one of its words, see --help", OrderState::from_code)?;
    let moment = |text: &str| text.parse::<DateTime<Utc>>().ok();
    let (status, there) = Status::read_with_place(&row.status);
    let parcel = Parcel {
        status,
        place: given(&row.place).or(there),
        planned: day("planned", &row.planned)?,
        since: day("since", &row.since)?,
        offer: match offer {
            None => None,
            Some(state) => Some(Offer {
                state,
                arrived: day("offer_arrived", &row.offer_arrived)?,
                checking_since: read(
                    &number,
                    "offer_checking_since",
                    &row.offer_checking_since,
                    "a moment such as 2026-11-30T09:00:00Z",
                    moment,
                )?,
                wrong_entries: read(&number, "offer_wrong_entries", &row.offer_wrong_entries, "a number", |text| {
                    text.parse().ok()
                })?,
            }),
        },
        order: match order {
            None => None,
            Some(state) => Some(Order {
                state,
                sum: read(&number, "sum", &row.sum, "roubles such as 1490 or 1490.50", kopecks)?,
                delivered: day("delivered", &row.delivered)?,
                refund: None,
            }),
        },
        number: number.clone(),
    };
    let phone = read(&number, "phone", &row.phone, "a phone number", |text| Phone::listed(text, country))?;
    let link = read(&number, "link", &row.link, "a link that begins with https://", |text| {
        text.starts_with("https://").then(|| text.to_owned())
    })?;
    Ok(Listed { parcel, phone, link })
}

/// A column's value, if there is one; what it should be, if it is not.
fn read<T>(
    number: &TrackingNumber,
    column: &str,
    text: &str,
    wanted: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, String> {
    match given(text) {
        None => Ok(None),
        Some(text) => match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(format!("{number}: {column} «{text}» is not {wanted}")),
        },
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Roubles as people write them, in kopecks.
fn kopecks(text: &str) -> Option<i64> {
    let text = text.replace([' ', '\u{a0}'], "").replace(',', ".");
    let (roubles, rest) = text.split_once('.').unwrap_or((&text, "0"));
    let rest = match rest.len() {
        0 | 1 => format!("{rest:0<2}"),
        2 => rest.to_owned(),
        _ => return None,
    };
    let (roubles, rest): (u32, u32) = (roubles.parse().ok()?, rest.parse().ok()?);
    Some(i64::from(roubles) * 100 + i64::from(rest))
}

async fn keep(store: &Store, parcels: Vec<Listed>) -> Result<usize, crate::store::Error> {
    let count = parcels.len();
    store.put_parcels(parcels, clock::now().timestamp_millis()).await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::StatusCode;

    fn row(number: &str, status: &str, planned: &str) -> Result<Parcel, String> {
        let row = Row { number: number.into(), status: status.into(), planned: planned.into(), ..Row::default() };
        parcel(row, Country::RUSSIA).map(|listed| listed.parcel)
    }

    #[test]
    fn offer_order_and_phone_are_read() {
        let row = Row {
            number: "1000000017".into(),
            status: "offer_sent".into(),
            phone: "8 900 000-00-01".into(),
            link: "https://oferta.example.org/1".into(),
            offer: "blocked".into(),
            offer_wrong_entries: "5".into(),
            order: "accepted".into(),
            sum: "1 490,5".into(),
            ..Row::default()
        };
        let listed = parcel(row, Country::RUSSIA).expect("a good row");
        assert_eq!(listed.phone, Phone::e164("+79000000001"));
        assert_eq!(listed.parcel.offer.map(|offer| offer.state), Some(OfferState::Blocked));
        assert_eq!(listed.parcel.order.and_then(|order| order.sum), Some(149_050));
        for (column, text) in [("sum", "много"), ("offer", "синяя"), ("phone", "12"), ("link", "ftp://a")] {
            let mut row = Row { number: "1".into(), status: "delivered".into(), ..Row::default() };
            row.order = "accepted".into();
            match column {
                "sum" => row.sum = text.into(),
                "offer" => row.offer = text.into(),
                "phone" => row.phone = text.into(),
                _ => row.link = text.into(),
            }
            let why = parcel(row, Country::RUSSIA).expect_err("a bad row");
            assert!(why.contains(column) && why.contains(text), "{why}");
        }
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
