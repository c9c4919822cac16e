//! Rows of an `.xlsx` workbook.

use super::cell::{Cell, Row};
use calamine::{Data, Range, Reader, Xlsx, XlsxError};
use std::io::Cursor;

/// The sheets of a workbook that hold anything, in order, each with its name.
///
/// # Errors
/// When it is none, or is damaged: in the words of its reader.
pub(super) fn sheets(bytes: Vec<u8>) -> Result<Vec<(String, Range<Data>)>, XlsxError> {
    let mut book = Xlsx::new(Cursor::new(bytes))?;
    let names = book.sheet_names();
    let sheets = names.into_iter().map(|name| book.worksheet_range(&name).map(|range| (name, range)));
    let sheets: Vec<_> = sheets.collect::<Result<_, _>>()?;
    Ok(sheets.into_iter().filter(|(_, range)| !range.is_empty()).collect())
}

/// The rows of a sheet, blank ones left out.
pub(super) fn rows(sheet: &Range<Data>) -> impl Iterator<Item = Row> {
    let first = u64::from(sheet.start().map_or(0, |(row, _)| row)) + 1;
    let row = |(line, cells): (u64, &[Data])| Row { line, cells: cells.iter().map(cell).collect() };
    (first..).zip(sheet.rows()).map(row).filter(|row| !row.is_blank())
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) => Cell::text(text),
        #[allow(clippy::cast_precision_loss)] // a number that large is refused, whatever its last digits are
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::DateTime(moment) if moment.is_duration() => Cell::Odd(format!("{} days", moment.as_f64())),
        Data::DateTime(moment) => {
            moment.as_datetime().map_or_else(|| Cell::Odd(moment.as_f64().to_string()), Cell::Moment)
        }
        Data::DateTimeIso(text) => text.parse().map_or_else(|_| Cell::text(text), Cell::Moment),
        Data::DurationIso(text) => Cell::Odd(text.clone()),
        Data::Bool(yes) => Cell::Odd(if *yes { "TRUE" } else { "FALSE" }.into()),
        Data::Error(error) => Cell::Odd(error.to_string()),
    }
}
