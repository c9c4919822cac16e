//! Rows of a text: cells between commas, semicolons or tabs, with quotes around those that need them.
//!
//! Quotes are read strictly. One that is not closed would swallow all rows up to the next quote, wherever that is: so
//! nothing is taken from the lines between.

use super::cell::{Cell, Refused, Row};

/// The rows of a text, blank ones left out.
pub(super) struct Rows<'t> {
    rest: &'t str,
    delimiter: char,
    /// The line that `rest` begins in.
    line: u64,
}

/// How a quoted cell ends.
enum Quoted<'t> {
    /// In order: its text, and what follows it.
    Closed(String, &'t str),
    /// The text ends before the quote is closed.
    Open,
    /// Behind the quote there is something else than the next cell: what follows it.
    Torn(&'t str),
}

impl<'t> Rows<'t> {
    /// The rows of `text`, of which the first stands in line `line`.
    pub(super) fn new(text: &'t str, delimiter: char, line: u64) -> Rows<'t> {
        Rows { rest: text, delimiter, line }
    }

    /// What is not read yet, and the line it begins in.
    pub(super) fn ahead(&self) -> (&'t str, u64) {
        (self.rest, self.line)
    }

    fn row(&mut self) -> Result<Row, Refused> {
        let (start, line) = (self.rest, self.line);
        let mut cells = Vec::new();
        loop {
            let opens = self.rest.trim_start_matches([' ', '\u{a0}']);
            if let Some(inside) = opens.strip_prefix('"') {
                let from = self.rest;
                let opened = line + breaks(&start[..start.len() - from.len()]);
                match quoted(inside, self.delimiter) {
                    Quoted::Closed(text, rest) => {
                        self.rest = rest;
                        // A cell of several lines is one («ул. Ленина», below it «кв. 3»), but rows are what it swallowed.
                        let swallowed = text.split_once(['\n', '\r']).filter(|(_, more)| more.contains(self.delimiter));
                        if swallowed.is_some() {
                            self.rest_of_line();
                            return Err(self.left_out(start, line, opened, "is closed only behind other rows"));
                        }
                        cells.push(Cell::text(&text));
                    }
                    Quoted::Open => {
                        self.rest = "";
                        return Err(self.left_out(start, line, opened, "is never closed"));
                    }
                    Quoted::Torn(rest) => {
                        self.rest = rest;
                        self.rest_of_line();
                        return Err(self.left_out(start, line, opened, "is closed in the middle of a cell"));
                    }
                }
            } else {
                let end = self.rest.find([self.delimiter, '\n', '\r']).unwrap_or(self.rest.len());
                cells.push(Cell::text(&self.rest[..end]));
                self.rest = &self.rest[end..];
            }
            match self.rest.strip_prefix(self.delimiter) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.rest_of_line();
        self.line = line + breaks(&start[..start.len() - self.rest.len()]);
        Ok(Row { line, cells })
    }

    /// Goes on to the next line.
    fn rest_of_line(&mut self) {
        let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
        let rest = &self.rest[end..];
        self.rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
    }

    /// All lines from `start`, which is line `line`, are left out for a quote that opens in line `opened`.
    fn left_out(&mut self, start: &str, line: u64, opened: u64, what: &str) -> Refused {
        let read = &start[..start.len() - self.rest.len()];
        let lines = u64::try_from(read.lines().filter(|line| !line.trim().is_empty()).count()).unwrap_or(u64::MAX);
        self.line = line + breaks(read);
        let last = line + breaks(read.trim_end_matches(['\n', '\r']));
        let between = if last > line { format!("; lines {line} to {last} were not read") } else { String::new() };
        let remedy = "close it, or leave it out; a quote inside of quotes is written twice";
        Refused { line: opened, rows: lines, why: format!("the quote that opens here {what}{between}; {remedy}") }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let row = self.row();
            if !row.as_ref().is_ok_and(Row::is_blank) {
                return Some(row);
            }
        }
        None
    }
}

/// Reads a quoted cell from behind its opening quote.
fn quoted(text: &str, delimiter: char) -> Quoted<'_> {
    let mut cell = String::new();
    let mut rest = text;
    while let Some(end) = rest.find('"') {
        cell += &rest[..end];
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => {
                let behind = rest.trim_start_matches([' ', '\u{a0}']);
                return match behind.chars().next() {
                    None | Some('\n' | '\r') => Quoted::Closed(cell, behind),
                    Some(next) if next == delimiter => Quoted::Closed(cell, behind),
                    Some(_) => Quoted::Torn(rest),
                };
            }
        }
    }
    Quoted::Open
}

/// How many line breaks a text has, of whatever kind.
fn breaks(text: &str) -> u64 {
    let pairs = text.matches("\r\n").count();
    u64::try_from(text.matches(['\n', '\r']).count() - pairs).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as its line and its cells between bars, or as its line, how many rows it cost and why.
    fn read(text: &str) -> Vec<String> {
        let row = |row: Row| {
            let cells: Vec<String> = row.cells.iter().map(Cell::shown).collect();
            format!("{}: {}", row.line, cells.join("|"))
        };
        let refused = |refused: Refused| format!("{}, {} rows: {}", refused.line, refused.rows, refused.why);
        Rows::new(text, ';', 1).map(|read| read.map_or_else(refused, row)).collect()
    }

    #[test]
    fn cells_are_parted_and_quotes_taken_off() {
        let text = "1;\"a;\"\"b\"\"\" ; c\r\n\r\n;;\r\n2;О\"К\"\n3;\"ул. Ленина\nкв. 3\";\n4";
        assert_eq!(read(text), ["1: 1|a;\"b\"|c", "4: 2|О\"К\"", "5: 3|ул. Ленина кв. 3|", "7: 4"]);
        assert_eq!(read("1;a\r2;b\r"), ["1: 1|a", "2: 2|b"], "an old Mac's lines");
    }

    #[test]
    fn nothing_is_taken_from_what_a_quote_swallows() {
        let never = read("1;a\n2;\"b\n3;c\n4;d\n");
        assert_eq!(never.len(), 2, "{never:#?}");
        assert!(never[1].starts_with("2, 3 rows: ") && never[1].contains("never closed; lines 2 to 4"), "{never:#?}");
        // Closed by the opening quote of another row, two lines below; from the next line on all is well.
        let torn = read("1;\"a\n2;b\n3;\"c\"\n4;d");
        assert_eq!(torn.len(), 2, "{torn:#?}");
        assert!(torn[0].starts_with("1, 3 rows: ") && torn[0].contains("lines 1 to 3"), "{torn:#?}");
        assert_eq!(torn[1], "4: 4|d");
        // Closed in order, by a quote that was meant for an inch.
        let closed = read("1;\"a\n2;b\n3;c\"\n4;d");
        assert!(closed.len() == 2 && closed[0].starts_with("1, 3 rows: "), "{closed:#?}");
        // One that is closed wrongly in its own line costs no other.
        let own = read("1;\"ООО \"Ромашка\"\"\n2;b");
        assert!(own[0].starts_with("1, 1 rows: ") && !own[0].contains("lines"), "{own:#?}");
        assert_eq!(own[1], "2: 2|b");
    }
}
