//! A list of parcels: its columns found by their names, its rows read one by one.

use super::cell::{Cell, Refused, Row};
use super::columns::Column;
use super::names::Names;
use super::{delimited, encoding, values, workbook};
use crate::parcel::{Country, Listed, Offer, Order, Parcel, Phone, TrackingNumber};
use calamine::{Data, Range};
use chrono_tz::Tz;
use std::collections::HashMap;

/// A list that can be read: its columns are known.
pub struct List {
    table: Table,
    /// The column of each cell of a row, by the names in the header.
    columns: Vec<Named>,
    /// The clock that moments without a zone are by.
    zone: Tz,
    /// The country whose rules phones without a country's code follow.
    country: Country,
    /// What statuses are called besides.
    names: Names,
    /// Parcels that the list gives two phones, with the lines of both.
    disputed: HashMap<TrackingNumber, (u64, u64)>,
}

/// What the rows stand in.
enum Table {
    Text { text: String, delimiter: char, first_line: u64 },
    Sheet(Range<Data>),
}

/// A column as the header names it.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    /// `None` for one without a name, which must be empty.
    column: Option<Column>,
}

/// Why nothing of a list can be read: words for the owner, with the line where there is one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The line of the file, or the row of the sheet; from 1.
    pub line: u64,
    /// The parcel.
    pub listed: Listed,
    /// A value that there is nothing to keep with; `None` where everything is kept.
    pub unkept: Option<Unkept>,
}

/// A value of an offer or an order of which the row does not tell how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// The value's column.
    pub value: Column,
    /// The column that is empty.
    pub without: Column,
}

/// What the first bytes of a file tell.
const ZIP: &[u8] = b"PK\x03\x04";
const OLD_OFFICE: &[u8] = b"\xd0\xcf\x11\xe0";
/// What may part cells.
const DELIMITERS: [char; 3] = [';', ',', '\t'];

impl List {
    /// Reads a file: CSV in any of the usual encodings with commas, semicolons or tabs, or `.xlsx`. Moments without a zone
    /// are by the clock of `zone`, phones without a country's code by the rules of `country`; statuses may be given by one
    /// of `names`.
    ///
    /// # Errors
    /// When it is no such file, or its columns cannot be told: what is wrong and what helps.
    pub fn read(bytes: Vec<u8>, zone: Tz, country: Country, names: Names) -> Result<List, Unreadable> {
        let (table, columns) = if bytes.starts_with(ZIP) {
            sheet(bytes)?
        } else if bytes.starts_with(OLD_OFFICE) {
            let why = "this is an old workbook (.xls), or one with a password; save it as .xlsx without a password";
            return Err(Unreadable(why.into()));
        } else {
            text(&bytes)?
        };
        let mut list = List { table, columns, zone, country, names, disputed: HashMap::new() };
        list.disputed = list.find_disputed();
        Ok(list)
    }

    /// The columns, as the list names them and as they are understood.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Column)> {
        self.columns.iter().filter_map(|named| Some((named.name.as_str(), named.column?)))
    }

    /// The parcels, in the order of the list, and the rows that cannot be read.
    pub fn rows(&self) -> impl Iterator<Item = Result<Read, Refused>> {
        self.read_rows().map(|read| {
            let read = read?;
            let number = &read.listed.parcel.number;
            match self.disputed.get(number) {
                None => Ok(read),
                Some((first, second)) => {
                    let phones = format!("has one phone in line {first} and another in line {second}");
                    let why = format!("{number} {phones}; leave the right one");
                    Err(Refused { line: read.line, rows: 1, why })
                }
            }
        })
    }

    fn read_rows(&self) -> Box<dyn Iterator<Item = Result<Read, Refused>> + '_> {
        let read = |row: Row| {
            let refused = |why| Refused { line: row.line, rows: 1, why };
            let kept = |(listed, unkept)| Read { line: row.line, listed, unkept };
            self.listed(&row.cells).map(kept).map_err(refused)
        };
        match &self.table {
            Table::Text { text, delimiter, first_line } => {
                let rows = delimited::Rows::new(text, *delimiter, *first_line);
                Box::new(rows.map(move |row| row.and_then(read)))
            }
            // The first row is the header.
            Table::Sheet(sheet) => Box::new(workbook::rows(sheet).skip(1).map(read)),
        }
    }

    /// A parcel with two phones: which of them is its recipient's cannot be told, and the link goes to the one.
    fn find_disputed(&self) -> HashMap<TrackingNumber, (u64, u64)> {
        let mut known: HashMap<TrackingNumber, (u64, Phone)> = HashMap::new();
        let mut disputed = HashMap::new();
        for Read { line, listed, .. } in self.read_rows().flatten() {
            let Some(phone) = listed.phone else { continue };
            let number = listed.parcel.number;
            match known.get(&number) {
                None => {
                    known.insert(number, (line, phone));
                }
                Some((first, other)) if *other != phone => {
                    disputed.entry(number).or_insert((*first, line));
                }
                Some(_) => {}
            }
        }
        disputed
    }

    /// The parcel of a row, and a value of it that there is nothing to keep with.
    fn listed(&self, cells: &[Cell]) -> Result<(Listed, Option<Unkept>), String> {
        let last = self.columns.len();
        if let Some(more) = cells.iter().skip(last).find(|cell| **cell != Cell::Empty) {
            return Err(format!(
                "«{}» stands behind the last of {last} columns; a text with the sign that parts cells needs quotes",
                more.shown()
            ));
        }
        for (cell, named) in cells.iter().zip(&self.columns) {
            if named.column.is_none() && *cell != Cell::Empty {
                return Err(format!("«{}» stands in a column without a name; name it, or empty it", cell.shown()));
            }
            if cell.shown().contains('\u{fffd}') {
                return Err(format!(
                    "«{}» has letters that are broken; save the list as «CSV UTF-8» from where it comes",
                    cell.shown()
                ));
            }
        }
        let cell = |column: Column| {
            let at = self.columns.iter().position(|named| named.column == Some(column));
            at.and_then(|at| cells.get(at)).filter(|cell| **cell != Cell::Empty)
        };
        let Some(written) = cell(Column::Number) else {
            return Err("the number is empty".into());
        };
        let number = values::number(written);
        let number = number.map_err(|wanted| format!("number «{}» is not {wanted}", written.shown()))?;
        if cell(Column::Status).is_none() {
            return Err(format!("{number} has no status"));
        }
        // A column's value, if there is one.
        fn read<T>(
            number: &TrackingNumber,
            column: Column,
            cell: Option<&Cell>,
            value: impl Fn(&Cell) -> Result<T, String>,
        ) -> Result<Option<T>, String> {
            let wrong = |cell: &Cell, wanted| format!("{number}: {} «{}» is not {wanted}", column.name(), cell.shown());
            cell.map(|cell| value(cell).map_err(|wanted| wrong(cell, wanted))).transpose()
        }
        let day = |column| read(&number, column, cell(column), values::day);
        let (planned, since) = (day(Column::Planned)?, day(Column::Since)?);
        let (arrived, delivered) = (day(Column::OfferArrived)?, day(Column::Delivered)?);
        let checking = Column::OfferCheckingSince;
        let checking_since = read(&number, checking, cell(checking), |cell| values::moment(cell, self.zone))?;
        let entries = Column::OfferWrongEntries;
        let wrong_entries = read(&number, entries, cell(entries), values::count)?;
        let sum = read(&number, Column::Sum, cell(Column::Sum), values::sum)?;
        let offer = read(&number, Column::Offer, cell(Column::Offer), values::offer)?;
        let order = read(&number, Column::Order, cell(Column::Order), values::order)?;
        let status = read(&number, Column::Status, cell(Column::Status), |cell| values::status(cell, &self.names))?;
        let Some((status, there)) = status else {
            return Err(format!("{number} has no status"));
        };
        let place = read(&number, Column::Place, cell(Column::Place), values::place)?.or(there);
        let phone = read(&number, Column::Phone, cell(Column::Phone), |cell| values::phone(cell, self.country))?;
        let link = read(&number, Column::Link, cell(Column::Link), values::link)?;
        let of_offer = [
            (arrived.is_some(), Column::OfferArrived),
            (checking_since.is_some(), checking),
            (wrong_entries.is_some(), entries),
        ];
        let of_order = [(sum.is_some(), Column::Sum), (delivered.is_some(), Column::Delivered)];
        let unkept = |given: &[(bool, Column)], is_there: bool, without| {
            let first = given.iter().find(|(given, _)| *given && !is_there);
            first.map(|(_, value)| Unkept { value: *value, without })
        };
        let unkept = unkept(&of_offer, offer.is_some(), Column::Offer)
            .or_else(|| unkept(&of_order, order.is_some(), Column::Order));
        let offer = offer.map(|state| Offer { state, arrived, checking_since, wrong_entries });
        let order = order.map(|state| Order { state, sum, delivered, refund: None });
        let parcel = Parcel { number, status, place, planned, since, offer, order };
        Ok((Listed { parcel, phone, link }, unkept))
    }
}

/// A text as a table, its header read.
fn text(bytes: &[u8]) -> Result<(Table, Vec<Named>), Unreadable> {
    let text = encoding::decode(bytes).map_err(|why| Unreadable(why.into()))?;
    let whole = text.trim_start_matches('\u{feff}');
    // Excel's own hint at what parts cells is no row; what does is told by the header.
    let hint = whole.lines().next().filter(|line| line.to_lowercase().starts_with("sep=") && line.len() <= 5);
    let skipped = hint.map_or(0, |line| whole[line.len()..].find('\n').map_or(whole.len(), |end| line.len() + end + 1));
    let (body, first) = (&whole[skipped..], 1 + u64::from(hint.is_some()));
    let headers = DELIMITERS.map(|delimiter| (delimiter, delimited::Rows::new(body, delimiter, first).next()));
    let known = |header: &(char, Option<Result<Row, Refused>>)| match &header.1 {
        Some(Ok(row)) => row.cells.iter().filter(|cell| Column::called(&cell.shown()).is_some()).count(),
        Some(Err(_)) | None => 0,
    };
    // Of equals the first counts: a single known name is none of a list, and is told of as it stands.
    let best = headers.into_iter().rev().max_by_key(known);
    let (delimiter, header) = match best {
        Some((delimiter, Some(Ok(row)))) => (delimiter, row),
        Some((_, Some(Err(refused)))) => return Err(Unreadable(format!("line {}: {}", refused.line, refused.why))),
        Some((_, None)) | None => return Err(Unreadable("the file is empty".into())),
    };
    let columns = named(&header).map_err(Unreadable)?;
    // The header is one row; the rest of the text begins behind it.
    let mut rows = delimited::Rows::new(body, delimiter, first);
    let _ = rows.next();
    let (rest, first_line) = rows.ahead();
    Ok((Table::Text { text: rest.to_owned(), delimiter, first_line }, columns))
}

/// The one sheet of a workbook that is a list, its header read.
fn sheet(bytes: Vec<u8>) -> Result<(Table, Vec<Named>), Unreadable> {
    let damaged = |error| Unreadable(format!("the workbook cannot be read: {error}; save it anew as .xlsx, or as CSV"));
    let sheets = workbook::sheets(bytes).map_err(damaged)?;
    let mut lists = Vec::new();
    let mut problems = Vec::new();
    for (name, range) in sheets {
        let header = workbook::rows(&range).next();
        match header.map(|row| named(&row)) {
            Some(Ok(columns)) => lists.push((name, range, columns)),
            Some(Err(why)) => problems.push(format!("sheet «{name}», {why}")),
            None => {}
        }
    }
    let mut lists = lists.into_iter();
    match (lists.next(), lists.next()) {
        (Some((_, range, columns)), None) => Ok((Table::Sheet(range), columns)),
        (Some((one, ..)), Some((two, ..))) => {
            Err(Unreadable(format!("the sheets «{one}» and «{two}» are both lists; leave one of them in the file")))
        }
        (None, _) if problems.is_empty() => Err(Unreadable("the workbook is empty".into())),
        (None, _) => Err(Unreadable(problems.join("\n"))),
    }
}

/// The columns by the header's names; all that is wrong with them at once.
fn named(header: &Row) -> Result<Vec<Named>, String> {
    let columns = header.cells.iter().map(|cell| {
        let name = cell.shown();
        Named { column: Column::called(&name), name }
    });
    let mut columns: Vec<Named> = columns.collect();
    while columns.last().is_some_and(|last| last.name.is_empty()) {
        columns.pop();
    }
    let mut problems = Vec::new();
    let has = |column: &Column| columns.iter().any(|named| named.column == Some(*column));
    let missing: Vec<&str> = Column::NEEDED.into_iter().filter(|column| !has(column)).map(Column::name).collect();
    if !missing.is_empty() {
        problems.push(format!("missing: {}", missing.join(", ")));
    }
    let unknown: Vec<String> = columns
        .iter()
        .filter(|named| named.column.is_none() && !named.name.is_empty())
        .map(|named| format!("«{}»", named.name))
        .collect();
    if !unknown.is_empty() {
        problems.push(format!("not known: {}; rename them or take them out", unknown.join(", ")));
    }
    for column in Column::ALL {
        let twice: Vec<String> = columns
            .iter()
            .filter(|named| named.column == Some(column))
            .map(|named| format!("«{}»", named.name))
            .collect();
        if twice.len() > 1 {
            problems.push(format!("{} are all {}; leave one of them", twice.join(" and "), column.name()));
        }
    }
    if problems.is_empty() {
        return Ok(columns);
    }
    let all: Vec<&str> = Column::ALL.into_iter().map(Column::name).collect();
    Err(format!(
        "line {}: the first line must name the columns ({}): {}",
        header.line,
        all.join(", "),
        problems.join(". ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::{OfferState, OrderState, Status, StatusCode};

    fn read(bytes: &[u8]) -> Result<List, String> {
        List::read(bytes.to_vec(), Tz::Europe__Moscow, Country::RUSSIA, Names::default()).map_err(|why| why.to_string())
    }

    /// The only parcel of a list.
    fn only(bytes: &[u8]) -> Listed {
        let list = read(bytes).expect("a list");
        let mut rows = list.rows();
        let row = rows.next().expect("a row").expect("a good row");
        assert!(rows.next().is_none(), "one row");
        row.listed
    }

    fn refused(text: &str) -> Vec<(u64, u64)> {
        let list = read(text.as_bytes()).expect("a list");
        list.rows().filter_map(Result::err).map(|refused| (refused.line, refused.rows)).collect()
    }

    #[test]
    fn what_russian_excel_saves_is_read() {
        let text = "Номер;Статус;Телефон;Место;Дата;Сумма;Ссылка;Заказ;Оферта\r\n\
                    1000000017;Оферта отправлена;8 900 000-00-01;Тула;30.11.2026;2 490,00;https://oferta.example.org/1;\
                    принят;отправлена\r\n";
        for bytes in [encoding_rs::WINDOWS_1251.encode(text).0.to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat()] {
            let Listed { parcel, phone, link } = only(&bytes);
            assert_eq!(parcel.number.as_str(), "1000000017");
            assert_eq!(parcel.status, Status::Known(StatusCode::OfferSent));
            assert_eq!(
                (parcel.place.as_deref(), link.as_deref()),
                (Some("Тула"), Some("https://oferta.example.org/1"))
            );
            assert_eq!(phone, Phone::e164("+79000000001"));
            assert_eq!(parcel.planned, chrono::NaiveDate::from_ymd_opt(2026, 11, 30));
            let order = parcel.order.expect("an order");
            assert_eq!((order.state, order.sum), (OrderState::Accepted, Some(249_000)));
            assert_eq!(parcel.offer.map(|offer| offer.state), Some(OfferState::Sent));
        }
    }

    #[test]
    fn any_delimiter_and_missing_last_cells_are_read() {
        for text in [
            "number,status,place\n1000000017,delivered\n",
            "sep=;\nnumber;status;place;;\n1000000017;delivered",
            "\nstatus\tnumber\tplace\ndelivered\t1000000017\tТула, центр\n",
        ] {
            assert_eq!(only(text.as_bytes()).parcel.number.as_str(), "1000000017", "{text}");
        }
    }

    #[test]
    fn a_header_that_cannot_be_told_is_refused_with_all_that_is_wrong() {
        for (text, parts) in [
            ("", &["empty"][..]),
            ("1000000017;delivered", &["line 1", "missing: number, status", "«1000000017»"]),
            ("номер;статус;трек;вес", &["«номер» and «трек» are all number", "«вес»"]),
            ("number;status;status", &["«status» and «status»"]),
            ("number;\"status\n1;2\n", &["never closed"]),
        ] {
            let why = read(text.as_bytes()).map(|_| ()).expect_err(text);
            assert!(parts.iter().all(|part| why.contains(part)), "{text}: {why}");
        }
        let why = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook").map(|_| ()).expect_err("old");
        assert!(why.contains(".xlsx"), "{why}");
        let why = read(b"PK\x03\x04 and nothing").map(|_| ()).expect_err("damaged");
        assert!(why.contains("cannot be read"), "{why}");
    }

    #[test]
    fn a_bad_row_says_what_is_wrong_and_costs_no_other() {
        for (row, parts) in [
            (";delivered", &["the number is empty"][..]),
            ("1000000017;", &["1000000017 has no status"]),
            ("1.23457E+11;delivered", &["number «1.23457E+11»", "Excel has shortened"]),
            ("1000000017;delivered;30.11", &["planned «30.11»", "30.11.2026"]),
            ("1000000017;delivered;46356", &["planned «46356»"]),
            ("1000000017;delivered;;12", &["phone «12»"]),
            ("1000000017;delivered;;;2490,00;accepted;more", &["«more» stands behind the last of 6 columns"]),
            ("1000000017;nonsense", &["status «nonsense»"]),
        ] {
            let text = format!("number;status;planned;phone;sum;order\n{row}\n1000000018;delivered\n");
            let list = read(text.as_bytes()).expect("a list");
            let rows: Vec<_> = list.rows().collect();
            let [Err(why), Ok(good)] = &rows[..] else { panic!("{row}: {rows:?}") };
            assert!(why.line == 2 && parts.iter().all(|part| why.why.contains(part)), "{row}: {why:?}");
            assert_eq!(good.line, 3);
        }
    }

    #[test]
    fn a_hundred_rows_behind_an_open_quote_are_a_hundred_left_out() {
        let mut text = "number,status,place\n1000000000,delivered,Тула\n1000000001,delivered,\"Тула\n".to_owned();
        for i in 2..102 {
            text += &format!("10000000{i:02},delivered,Тула\n");
        }
        assert_eq!(refused(&text), [(3, 101)]);
        assert_eq!(read(text.as_bytes()).expect("a list").rows().filter(Result::is_ok).count(), 1);
    }

    #[test]
    fn one_parcel_with_two_phones_is_nobodys() {
        let text = "number;status;phone\n1000000017;delivered;+79000000001\n1000000018;delivered;+79000000001\n\
                    1000000017;delivered;+79000000002\n1000000018;in_transit;8 900 000 00 01\n";
        assert_eq!(refused(text), [(2, 1), (4, 1)]);
    }

    #[test]
    fn what_has_nothing_to_be_kept_with_is_told() {
        let list = read(b"number;status;sum\n1000000017;delivered;2490\n").expect("a list");
        let row = list.rows().next().expect("a row").expect("a good row");
        let unkept = Unkept { value: Column::Sum, without: Column::Order };
        assert_eq!((row.unkept, row.listed.parcel.order), (Some(unkept), None));
    }
}
