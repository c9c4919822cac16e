//! Numbers in words, as they are dictated: «один ноль ноль … семнадцать», «полторы тысячи», «заказ сорок восемь сто
//! пятьдесят один».
//!
//! Words of numbers stand for many things, so only three are believed: as many digits as a tracking number has, an amount
//! of money, and what a word announces as the number of an order.

use super::super::wordlists::WordLists;
use super::digits;
use super::search::{Kind, Search};
use super::sums;

/// Fewer words are no dictation of a tracking number.
const DICTATED: usize = 5;
/// The same where a digit is missing or too many.
const DICTATED_WRONG: usize = 7;
/// One and a half, of which there are no digits.
const ONE_AND_A_HALF: u64 = 1_500;
/// So many signs may part two words of one number.
const MOST_BETWEEN: usize = 2;
/// More digits are no number of anything.
const MOST_DIGITS: usize = 24;

/// A word of a number.
#[derive(Clone, Copy, Debug)]
struct Said {
    start: usize,
    end: usize,
    value: u64,
    how: How,
}

/// What a word does in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// It is added to what stands before it, or begins anew.
    Adds,
    /// It multiplies what stands before it: «тысячи».
    Multiplies,
    /// «два ноля»: so many noughts.
    Noughts,
}

/// Whether a text may hold such a number: spares most texts the search.
pub(super) fn possible(folded: &str, words: &WordLists) -> bool {
    words.number_starts.iter().any(|start| folded.contains(start.as_str()))
}

pub(super) fn find(search: &mut Search) {
    let mut run: Vec<Said> = Vec::new();
    let mut i = 0;
    while i <= search.letters.len() {
        let alphabetic = search.at(i).is_some_and(char::is_alphabetic);
        if alphabetic && search.opens(i) {
            let end = (i..).find(|at| !search.at(*at).is_some_and(char::is_alphabetic)).unwrap_or(i + 1);
            match said(search, i, end) {
                Some(said) => {
                    if run.last().is_some_and(|last| i - last.end > MOST_BETWEEN) {
                        take(search, &run);
                        run.clear();
                    }
                    run.push(said);
                }
                None => {
                    take(search, &run);
                    run.clear();
                }
            }
            i = end;
        } else {
            if i == search.letters.len() || search.digit(i) {
                take(search, &run);
                run.clear();
            }
            i += 1;
        }
    }
}

fn said(search: &Search, start: usize, end: usize) -> Option<Said> {
    if end - start > 14 || search.at(end).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let word = search.text(start, end);
    let (_, value) = search.words.number_words.iter().find(|(known, _)| *known == word)?;
    let how = if search.words.noughts.contains(&word) {
        How::Noughts
    } else if search.words.multipliers.contains(&word) {
        How::Multiplies
    } else {
        How::Adds
    };
    Some(Said { start, end, value: u64::from(*value), how })
}

/// What a run of such words says, if it is believed.
fn take(search: &mut Search, run: &[Said]) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let (start, end) = (first.start, last.end);
    let pieces = pieces(run);
    if let Some(upto) = sum_end(search, run, pieces.len()) {
        let text = search.text(start, upto);
        return search.claim(start, upto, Kind::Sum, Some(text));
    }
    let digits: String = pieces.iter().map(u64::to_string).collect();
    if run.len() < 2 || digits.len() > MOST_DIGITS || run.iter().any(|said| said.value == ONE_AND_A_HALF) {
        return;
    }
    match digits::dictated(search, &digits) {
        // «миллиард сто девяносто два» is one number that long.
        Some(None) if run.len() >= DICTATED || pieces.len() == 1 => {
            return search.claim_number(start, end, digits, None);
        }
        Some(Some(doubt)) if run.len() >= DICTATED_WRONG => {
            return search.claim_number(start, end, digits, Some(doubt));
        }
        Some(_) | None => {}
    }
    if is_orders(search, start) && search.rules.order_digits.contains(&digits.len()) {
        search.claim(start, end, Kind::Order, Some(digits));
    }
}

/// Where an amount of money ends that a run of words is: a currency stands behind it, or it is of thousands and nothing
/// that could be counted does.
fn sum_end(search: &Search, run: &[Said], pieces: usize) -> Option<usize> {
    let end = run.last()?.end;
    if pieces != 1 {
        return None;
    }
    if let Some(end) = sums::currency_word(search, end) {
        return Some(end);
    }
    let half = run.iter().any(|said| said.value == ONE_AND_A_HALF);
    let thousands = run.len() >= 2 && run.last().is_some_and(|last| last.value >= 1000 && last.how == How::Multiplies);
    let ordered = is_orders(search, run.first()?.start);
    let word_behind = search.at(end) == Some(' ') && search.at(end + 1).is_some_and(char::is_alphabetic);
    let closed = half || !word_behind;
    (thousands && !ordered && !search.counts_at(end) && closed).then_some(end)
}

/// Whether a word announces what begins there as the number of an order: «заказ …», not «заказ на …».
fn is_orders(search: &Search, start: usize) -> bool {
    let announced = search.words_before(start, 2);
    let words = search.words;
    let broken = announced.first().is_some_and(|nearest| words.order_breaks.contains(nearest));
    let told = |word: &String| words.order_words.iter().any(|known| word.starts_with(known.as_str()));
    !broken && announced.iter().any(told)
}

/// The next greater number that multiplies.
fn above(value: u64) -> u64 {
    if value < 1000 { 1000 } else { value.saturating_mul(1000) }
}

/// The numbers that words say one after the other: «сорок восемь сто пятьдесят один» is 48 and 151.
fn pieces(run: &[Said]) -> Vec<u64> {
    let mut pieces: Vec<u64> = Vec::new();
    // What the next word may be to be a part of the last piece: less than this.
    let mut room = 0;
    for said in run {
        let last = pieces.last().copied().unwrap_or_default();
        match (said.value, said.how) {
            (0, how) => {
                let several = how == How::Noughts && (2..=9).contains(&last) && room == 0;
                let times = if several { pieces.pop() } else { None };
                pieces.extend(std::iter::repeat_n(0, times.unwrap_or(1) as usize));
                room = 0;
            }
            (1000, How::Multiplies) if last == ONE_AND_A_HALF => room = 0,
            // «один миллиард двести тысяч»: of what is said already only what is less is multiplied.
            (value, How::Multiplies) if (1..value).contains(&(last % above(value))) => {
                if let Some(last) = pieces.last_mut() {
                    let less = *last % above(value);
                    *last = (*last - less).saturating_add(less.saturating_mul(value));
                }
                room = value;
            }
            (value, _) => {
                match pieces.last_mut().filter(|_| value < room) {
                    Some(last) => *last += value,
                    None => pieces.push(value),
                }
                room = match value {
                    1000.. => value,
                    100..=999 => 100,
                    20..=99 => 10,
                    _ => 0,
                };
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{How, Said, pieces};

    fn said(values: &[u64]) -> Vec<u64> {
        let how = |value| if value >= 1000 { How::Multiplies } else { How::Adds };
        let run: Vec<Said> =
            values.iter().map(|value| Said { start: 0, end: 0, value: *value, how: how(*value) }).collect();
        pieces(&run)
    }

    #[test]
    fn words_of_a_number_come_together() {
        assert_eq!(said(&[40, 8, 100, 50, 1]), [48, 151]);
        assert_eq!(said(&[1, 0, 0, 17]), [1, 0, 0, 17]);
        assert_eq!(said(&[4, 1000, 1]), [4001]);
        assert_eq!(said(&[200, 5, 1000, 300]), [205_300]);
        assert_eq!(said(&[1, 100, 20, 3]), [1, 123]);
        assert_eq!(said(&[1, 1_000_000_000, 100, 90, 2]), [1_000_000_192]);
        assert_eq!(said(&[1, 1_000_000_000, 200, 1000, 7]), [1_000_200_007]);
        assert_eq!(said(&[1, 2, 3]), [1, 2, 3]);
    }
}
