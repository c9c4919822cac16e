//! Tracking numbers that are nothing but digits: the trade's own formats and the fourteen digits of Russian Post.
//!
//! Digits stand for many things, so what is around them decides: «1000000017 3 раза звонила» is a number and a count,
//! «1000 000 017» one number, «паспорт 4509 123456» none.

use super::super::reading::Doubt;
use super::phones;
use super::search::Search;

/// How many digits an item of Russian Post has inside the country: index, month, serial number, check digit.
const POST: usize = 14;

/// A format of fewer digits is not looked for by near misses: too much else has as many.
const LONG: usize = 8;

/// So many signs may stand between two groups of a number.
const MOST_BETWEEN: usize = 3;

/// Digits that stand together.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: usize,
    end: usize,
}

impl Run {
    fn len(self) -> usize {
        self.end - self.start
    }
}

/// The lengths of the formats that are nothing but digits.
fn lengths(search: &Search) -> Vec<usize> {
    let formats = search.rules.formats.iter().map(|format| {
        let signs = || format.chars().filter(|c| !matches!(c, ' ' | '-'));
        (signs().count(), signs().all(|c| c == '#'))
    });
    formats.filter(|(length, digits)| *length > 0 && *digits).map(|(length, _)| length).collect()
}

/// Finds whole numbers.
pub(super) fn find(search: &mut Search) {
    let lengths = lengths(search);
    let runs = runs(search);
    let (mut i, mut taken) = (0, 0);
    while i < runs.len() {
        i = match whole(search, &lengths, &runs, i, taken) {
            Some((upto, number, doubt)) => {
                taken = upto;
                search.claim_number(runs[i].start, runs[upto - 1].end, number, doubt);
                upto
            }
            None => i + 1,
        };
    }
}

/// Finds what would be a number but for one digit; sums are claimed by then.
pub(super) fn find_near(search: &mut Search) {
    let lengths: Vec<usize> = lengths(search).into_iter().filter(|length| *length >= LONG).collect();
    if lengths.is_empty() {
        return;
    }
    let runs = runs(search);
    let mut i = 0;
    while i < runs.len() {
        i = match near(search, &lengths, &runs, i) {
            Some((upto, number, doubt)) => {
                search.claim_number(runs[i].start, runs[upto - 1].end, number, Some(doubt));
                upto
            }
            None => i + 1,
        };
    }
}

/// What is wrong with so many digits, where one of these lengths is right.
pub(super) fn doubt(lengths: &[usize], digits: usize) -> Option<Doubt> {
    if lengths.contains(&digits) {
        return None;
    }
    let missing = lengths.contains(&(digits + 1)).then_some(Doubt::DigitMissing);
    missing.or_else(|| digits.checked_sub(1).filter(|less| lengths.contains(less)).map(|_| Doubt::DigitTooMany))
}

/// The kind of number that dictated digits are.
pub(super) fn dictated(search: &Search, digits: &str) -> Option<Option<Doubt>> {
    let lengths = lengths(search);
    let post = search.rules.postal && digits.len() == POST && is_post(digits);
    if lengths.contains(&digits.len()) || post {
        return Some(None);
    }
    let long: Vec<usize> = lengths.into_iter().filter(|length| *length >= LONG).collect();
    doubt(&long, digits.len()).map(Some)
}

/// Digits that stand together and are not claimed; a letter «о» among them is a nought.
fn runs(search: &Search) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut i = 0;
    while i < search.letters.len() {
        if !search.digit(i) {
            i += 1;
            continue;
        }
        let mut end = i;
        let mut at = i;
        while !search.claimed.get(at).copied().unwrap_or(true) {
            match search.letters[at] {
                c if c.is_ascii_digit() => end = at + 1,
                'о' | 'o' => {}
                _ => break,
            }
            at += 1;
        }
        runs.push(Run { start: i, end });
        i = end;
    }
    runs
}

fn digits_of(search: &Search, runs: &[Run]) -> String {
    let signs = runs.iter().flat_map(|run| &search.letters[run.start..run.end]);
    signs.map(|c| if c.is_ascii_digit() { *c } else { '0' }).collect()
}

/// A whole number that begins with the run `i`: the run behind it, its digits, and whether its check digit fails. Those before
/// `taken` are numbers of their own.
fn whole(
    search: &Search,
    lengths: &[usize],
    runs: &[Run],
    i: usize,
    taken: usize,
) -> Option<(usize, String, Option<Doubt>)> {
    let run = runs[i];
    if lengths.contains(&run.len()) {
        let free = stands_free(search, runs, i, i + 1, lengths) && !is_phone(search, run.start, false);
        return free.then(|| (i + 1, digits_of(search, &runs[i..=i]), None));
    }
    if search.rules.postal && run.len() == POST && stands_free(search, runs, i, i + 1, lengths) {
        let number = digits_of(search, &runs[i..=i]);
        let valid = is_post(&number);
        let announced = announced(search, run.start) || (search.bare && runs.len() == 1);
        return (valid || announced).then(|| (i + 1, number, (!valid).then_some(Doubt::Checksum)));
    }
    if i > taken && goes_before(search, runs, i) {
        return None; // a part of something longer
    }
    let longest = lengths.iter().copied().chain(search.rules.postal.then_some(POST)).max()?;
    let upto = |wanted: usize| grouped(search, runs, i, wanted, lengths);
    lengths
        .iter()
        .find_map(|wanted| {
            let upto = upto(*wanted)?;
            let ends = ends_there(search, lengths, runs, upto) && !is_phone(search, run.start, true);
            let ends = ends && !is_no_group(search, runs, i, upto);
            (ends && stands_free(search, runs, i, upto, lengths))
                .then(|| (upto, digits_of(search, &runs[i..upto]), None))
        })
        .or_else(|| {
            let upto = (longest >= POST && search.rules.postal).then(|| upto(POST)).flatten()?;
            let number = digits_of(search, &runs[i..upto]);
            let ends = ends_there(search, lengths, runs, upto) && stands_free(search, runs, i, upto, lengths);
            (ends && is_post(&number)).then_some((upto, number, None))
        })
}

/// The run behind groups that make so many digits together, from the run `i` on.
fn grouped(search: &Search, runs: &[Run], i: usize, wanted: usize, lengths: &[usize]) -> Option<usize> {
    let mut digits = 0;
    for (at, run) in runs.iter().enumerate().skip(i) {
        if lengths.contains(&run.len()) || (at > i && !adjacent(search, runs[at - 1], *run)) {
            return None;
        }
        digits += run.len();
        if digits >= wanted {
            return (digits == wanted && at > i).then_some(at + 1);
        }
    }
    None
}

/// Whether nothing but spaces, dashes or a line's end parts two runs; lines part one number only where no other words are,
/// or where a word announces it.
fn adjacent(search: &Search, before: Run, after: Run) -> bool {
    let between = &search.letters[before.end..after.start];
    if between.len() > MOST_BETWEEN || !between.iter().all(|c| matches!(c, ' ' | '-' | '_' | '\n')) {
        return false;
    }
    !between.contains(&'\n') || search.bare || announced(search, before.start)
}

/// Whether other digits stand before the run, of the same number by the look of it.
fn goes_before(search: &Search, runs: &[Run], i: usize) -> bool {
    i > 0 && adjacent(search, runs[i - 1], runs[i])
}

/// Whether a grouped number may end before the run `upto`: what follows is words, a count («3 раза») or a number of its own.
fn ends_there(search: &Search, lengths: &[usize], runs: &[Run], upto: usize) -> bool {
    let (Some(last), Some(next)) = (runs.get(upto - 1), runs.get(upto)) else {
        return true;
    };
    if !adjacent(search, *last, *next) || lengths.contains(&next.len()) {
        return true;
    }
    let counts = search.at(next.end) == Some(' ') && search.at(next.end + 1).is_some_and(char::is_alphabetic);
    counts || lengths.iter().any(|wanted| grouped(search, runs, upto, *wanted, lengths).is_some())
}

/// Whether the last of several groups is a count («заказ 10093847 12 дней»), or the first what is dialled before a mobile
/// phone: then they are no number together.
fn is_no_group(search: &Search, runs: &[Run], i: usize, upto: usize) -> bool {
    let (first, second, last) = (runs[i], runs[i + 1], runs[upto - 1]);
    let home = search.rules.home.as_ref();
    let dialled = first.len() == 1
        && home.is_some_and(|home| {
            let digit = search.text(first.start, first.end);
            (digit == home.trunk || digit == home.code) && home.mobile == search.at(second.start)
        });
    dialled || (last.len() <= 2 && search.counts_at(last.end))
}

/// Whether nothing around the runs from `i` to before `upto` makes them something else: a sign that joins them to other
/// digits, letters of another number, a word that announces a passport.
fn stands_free(search: &Search, runs: &[Run], i: usize, upto: usize, lengths: &[usize]) -> bool {
    let (start, end) = (runs[i].start, runs[upto - 1].end);
    let joins = |c: Option<char>| c.is_some_and(|c| matches!(c, '-' | '/' | '_' | '.' | ':' | '+'));
    let is_whole = |run: Option<&Run>| run.is_some_and(|run| lengths.contains(&run.len()));
    let before = start.checked_sub(1).and_then(|at| search.at(at));
    let digit_before = start >= 2 && search.letters[start - 2].is_ascii_digit();
    if before == Some('+') && !digit_before {
        return false;
    }
    if joins(before) && digit_before && !is_whole(i.checked_sub(1).and_then(|at| runs.get(at))) {
        return false;
    }
    let digit_after = search.at(end + 1).is_some_and(|c| c.is_ascii_digit());
    if joins(search.at(end)) && digit_after && !is_whole(runs.get(upto)) {
        return false;
    }
    // A passport's number is seldom full of zeros, and a parcel's is: «ссылку на паспорт 1000000280».
    let round = upto == i + 1 && search.letters[start..end].windows(5).any(|five| five == ['0'; 5]);
    glued_well(search, start, end) && (round || !search.is_of_something_else(start))
}

/// Whether the letters that are glued to digits are words: «посылка1000000017где».
fn glued_well(search: &Search, start: usize, end: usize) -> bool {
    let letters =
        |from: &mut dyn Iterator<Item = char>| from.take_while(|c| c.is_alphabetic()).take(12).collect::<Vec<_>>();
    let before: String = letters(&mut search.letters[..start].iter().rev().copied()).into_iter().rev().collect();
    let after: Vec<char> = letters(&mut search.letters[end..].iter().copied());
    let word = |letters: usize, first: Option<char>| letters >= 2 && first.is_some_and(|c| !c.is_ascii());
    let opens = before.is_empty()
        || word(before.chars().count(), before.chars().next()) && before.chars().count() >= 3
        || search.words.track_words.iter().chain(&search.words.order_words).any(|known| before.starts_with(known));
    opens && (after.is_empty() || word(after.len(), after.first().copied()))
}

/// Whether digits that begin here are a phone: they begin like a mobile one of the country, and are grouped or announced;
/// or are grouped and announced by a word that is said of phones alone.
fn is_phone(search: &Search, start: usize, grouped: bool) -> bool {
    let mobile = search.rules.home.as_ref().and_then(|home| home.mobile);
    let before: String = search.letters[start.saturating_sub(12)..start].iter().collect();
    let mut told = search.words.phone_words.iter().filter(|word| before.contains(word.as_str()));
    if mobile.is_some() && search.at(start) == mobile {
        return grouped || told.next().is_some();
    }
    // «номер 1000 000 017» may be anything's.
    grouped && told.any(|word| !word.ends_with(' '))
}

/// Whether a word before the digits says that they are a parcel's.
fn announced(search: &Search, start: usize) -> bool {
    search
        .words_before(start, 3)
        .iter()
        .any(|word| search.words.track_words.iter().any(|known| word.starts_with(known)))
}

/// The check digit of an item of Russian Post: three times the digits at odd places and those at even ones come, with it,
/// to a multiple of ten.
fn is_post(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { 3 * d } else { d })
        .sum();
    sum.is_multiple_of(10)
}

/// A number that lacks a digit, or has one too many, from the run `i` on.
fn near(search: &Search, lengths: &[usize], runs: &[Run], i: usize) -> Option<(usize, String, Doubt)> {
    let run = runs[i];
    if goes_before(search, runs, i) || phones::is_phone_at(search, run.start) {
        return None;
    }
    let parted = runs.get(i + 1).is_none_or(|next| !adjacent(search, run, *next));
    if let Some(doubt) = doubt(lengths, run.len()) {
        let counted = !parted && !counts_something(search, runs[i + 1]);
        let free = stands_free(search, runs, i, i + 1, lengths) && !is_phone(search, run.start, false);
        return (free && !counted).then(|| (i + 1, digits_of(search, &runs[i..=i]), doubt));
    }
    let upto = lengths.iter().find_map(|length| {
        let short = grouped(search, runs, i, length - 1, lengths);
        short.or_else(|| announced(search, run.start).then(|| grouped(search, runs, i, length + 1, lengths)).flatten())
    })?;
    let ends =
        runs.get(upto).is_none_or(|next| !adjacent(search, runs[upto - 1], *next) || counts_something(search, *next));
    let number = digits_of(search, &runs[i..upto]);
    let ends = ends && !is_no_group(search, runs, i, upto);
    let free = ends && stands_free(search, runs, i, upto, lengths) && !is_phone(search, run.start, true);
    let doubt = doubt(lengths, number.len())?;
    free.then_some((upto, number, doubt))
}

/// Whether a word stands behind the digits: «3 раза».
fn counts_something(search: &Search, run: Run) -> bool {
    search.at(run.end) == Some(' ') && search.at(run.end + 1).is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::{Doubt, doubt, is_post};

    #[test]
    fn items_of_russian_post() {
        assert!(is_post("80083740712514") && is_post("14102192097318"));
        assert!(!is_post("80083740712515"));
    }

    #[test]
    fn what_is_wrong_with_so_many_digits() {
        assert_eq!(doubt(&[10], 9), Some(Doubt::DigitMissing));
        assert_eq!(doubt(&[10], 11), Some(Doubt::DigitTooMany));
        assert_eq!((doubt(&[10], 10), doubt(&[10, 11], 11), doubt(&[10], 7)), (None, None, None));
    }
}
