//! A cell as a file holds it, a row of them, and why there is none.

use chrono::NaiveDateTime;

/// What stands in a cell. A file of text has texts only; a workbook knows numbers and dates from them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing, or only spaces.
    Empty,
    /// Words, without spaces around them; spaces and line breaks inside are one space each.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, or a moment by the clock of its writer.
    Moment(NaiveDateTime),
    /// Something that is no value of ours (an error of a formula, a yes or no), as people see it.
    Odd(String),
}

impl Cell {
    /// A cell of a text.
    pub(super) fn text(text: &str) -> Cell {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() { Cell::Empty } else { Cell::Text(words.join(" ")) }
    }

    /// The cell as people see it, for telling of it.
    pub(super) fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Odd(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Moment(moment) => moment.format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

/// A row of cells, in the order of the columns; the last ones may be missing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// The line of the file, or the row of the sheet, that it begins in; from 1.
    pub(super) line: u64,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| *cell == Cell::Empty)
    }
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line of the file, or the row of the sheet; from 1.
    pub line: u64,
    /// How many rows are left out for it: more than one where a quote swallows others.
    pub rows: u64,
    /// What is wrong with which value, and what helps.
    pub why: String,
}
