//! Dates as people write them: in figures, by the month, by the day of the week, from today.

use super::super::wordlists::WordLists;
use super::search::{Kind, Search};

/// Whether a text without digits may hold a date: spares most texts the search.
pub(super) fn possible(folded: &str, words: &WordLists) -> bool {
    let lists = [&words.days, &words.relative_days, &words.through, &words.months];
    lists.into_iter().flatten().any(|word| folded.contains(word.as_str()))
}

pub(super) fn find(search: &mut Search) {
    let mut previous: Option<(usize, usize)> = None;
    let mut i = 0;
    while i < search.letters.len() {
        if !search.letters[i].is_alphanumeric() || !search.opens(i) {
            i += 1;
            continue;
        }
        let word_end = (i..).find(|at| !search.at(*at).is_some_and(char::is_alphanumeric)).unwrap_or(i + 1);
        let before = previous
            .filter(|(start, end)| *end + 1 == i && search.words.before_dates.contains(&search.text(*start, *end)));
        let through = before.is_some_and(|(start, end)| search.words.through.contains(&search.text(start, end)));
        let found = if search.letters[i].is_ascii_digit() {
            date_in_figures(search, i)
                .or_else(|| day_of_month(search, i, word_end))
                .or_else(|| through.then(|| amount_of_time(search, word_end)).flatten())
                .or_else(|| before.and_then(|_| time_of_day(search, i)))
        } else {
            named_day(search, i, word_end, before.is_some())
                .or_else(|| spoken_day(search, i, word_end))
                .or_else(|| through.then(|| unit_of_time(search, i, word_end)).flatten())
        };
        if let Some(end) = found {
            let start = before.map_or(i, |(start, _)| start);
            let text = search.text(start, end);
            search.claim(start, end, Kind::Date, Some(text));
            previous = None;
            i = end;
        } else {
            previous = Some((i, word_end));
            i = word_end;
        }
    }
}

fn number(search: &Search, i: usize, most: usize) -> Option<(usize, u32)> {
    let digits = (0..=most).take_while(|d| search.digit(i + d)).count();
    if digits == 0 || digits > most {
        return None;
    }
    Some((i + digits, search.text(i, i + digits).parse().ok()?))
}

/// `18.10`, `18/10/25`, `5.11.2025`, `2025-11-05`.
fn date_in_figures(search: &Search, i: usize) -> Option<usize> {
    if let Some((at, year)) = number(search, i, 4)
        && (2000..2100).contains(&year)
        && search.at(at) == Some('-')
    {
        let (at, month) = number(search, at + 1, 2)?;
        let (end, day) = (search.at(at) == Some('-')).then(|| number(search, at + 1, 2)).flatten()?;
        return ((1..=12).contains(&month) && (1..=31).contains(&day) && search.closes(end)).then_some(end);
    }
    let (at, day) = number(search, i, 2)?;
    let sign = search.at(at).filter(|c| matches!(c, '.' | '/'))?;
    let (end, month) = number(search, at + 1, 2)?;
    if !(1..=31).contains(&day) || !(1..=12).contains(&month) {
        return None;
    }
    if search.at(end) == Some(sign)
        && let Some((with_year, _)) = number(search, end + 1, 4)
        && search.closes(with_year)
    {
        return Some(with_year);
    }
    search.closes(end).then_some(end)
}

/// `15го`, `15-го`, `15 числа`, `18 октября`.
fn day_of_month(search: &Search, i: usize, word_end: usize) -> Option<usize> {
    let (at, day) = number(search, i, 2)?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let ending = search.text(at, word_end);
    let (mut end, mut dated) = (word_end, search.words.day_endings.contains(&ending));
    if ending.is_empty() && search.at(at) == Some('-') {
        let rest = word(search, at + 1);
        if search.words.day_endings_after_hyphen.contains(&rest) {
            (end, dated) = (at + 1 + rest.chars().count(), true);
        }
    }
    if !ending.is_empty() && !dated {
        return None;
    }
    if search.at(end) == Some(' ') {
        let next = word(search, end + 1);
        if search.words.months.iter().any(|month| next.starts_with(month.as_str())) {
            return Some(end + 1 + next.chars().count());
        }
    }
    dated.then_some(end)
}

/// The unit after «через 3».
fn amount_of_time(search: &Search, at: usize) -> Option<usize> {
    let unit = (search.at(at) == Some(' ')).then(|| word(search, at + 1))?;
    search.words.units.iter().any(|known| unit.starts_with(known.as_str())).then(|| at + 1 + unit.chars().count())
}

/// `18:00`, `9:30`.
fn time_of_day(search: &Search, i: usize) -> Option<usize> {
    let (at, hour) = number(search, i, 2)?;
    let (end, minute) = (search.at(at) == Some(':')).then(|| number(search, at + 1, 2)).flatten()?;
    (hour <= 24 && minute < 60 && end == at + 3 && search.closes(end)).then_some(end)
}

/// The unit alone: «через неделю».
fn unit_of_time(search: &Search, i: usize, word_end: usize) -> Option<usize> {
    let unit = search.text(i, word_end.min(i + 14));
    let known = |known: &String| unit.strip_prefix(known.as_str()).is_some_and(|rest| rest.chars().count() <= 1);
    search.words.units.iter().any(known).then_some(word_end)
}

/// «третьего декабря».
fn spoken_day(search: &Search, i: usize, word_end: usize) -> Option<usize> {
    if word_end - i > 14 || !search.words.spoken_days.contains(&search.text(i, word_end)) {
        return None;
    }
    let next = (search.at(word_end) == Some(' ')).then(|| word(search, word_end + 1))?;
    let month = search.words.months.iter().any(|month| next.starts_with(month.as_str()));
    month.then(|| word_end + 1 + next.chars().count())
}

fn named_day(search: &Search, i: usize, end: usize, after_preposition: bool) -> Option<usize> {
    if end - i > 14 {
        return None;
    }
    let word = search.text(i, end);
    let relative = search.words.relative_days.contains(&word);
    let day = after_preposition
        && search
            .words
            .days
            .iter()
            .any(|day| word.strip_prefix(day.as_str()).is_some_and(|rest| rest.chars().count() <= 3));
    (relative || day).then_some(end)
}

fn word(search: &Search, i: usize) -> String {
    (i..).map_while(|at| search.at(at)).take_while(|c| c.is_alphanumeric()).take(14).collect()
}
