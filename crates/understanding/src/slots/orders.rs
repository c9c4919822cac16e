//! Numbers of orders: announced by a word for it, or the whole message.

use super::phones::{self, is_like_a_phone};
use super::search::{Kind, Search};
use super::tracking::latin_twin;

/// So many words may stand between the word that announces a number and the number.
const DISTANCE: usize = 3;

/// What announces the number of an order.
#[derive(Clone, Copy, Debug)]
struct Announced {
    /// How many words ago.
    distance: usize,
    /// Of several orders: «заказы 118, 119».
    several: bool,
}

pub(super) fn find(search: &mut Search) {
    let mut announced: Option<Announced> = None;
    // «паспорт серия 4509 номер 123456»: whatever comes next in this clause is no order.
    let mut barred = false;
    let mut i = 0;
    while i < search.letters.len() {
        let c = search.letters[i];
        if matches!(c, '.' | ',' | ';' | '\n') {
            barred = false;
        }
        if matches!(c, '№' | '#') && !search.claimed[i] {
            announced = (!barred).then_some(Announced { distance: 0, several: false });
            i += 1;
        } else if c.is_alphanumeric() && search.opens(i) {
            let word_end = (i..).find(|at| !search.at(*at).is_some_and(char::is_alphanumeric)).unwrap_or(i);
            // «мой номер 8-916-555-01-23» announces no order.
            if let Some(end) = announced.and_then(|_| phones::mobile_end(search, i)) {
                announced = None;
                i = end;
                continue;
            }
            if let Some(told) = announced.filter(|_| !barred)
                && let Some(end) = order_at(search, i, told.several)
                && !(end - i <= 3 && search.counts_at(end))
            {
                claim(search, i, end);
                announced = None;
                i = others_behind(search, i, end, told.several);
                continue;
            }
            if let Some(end) = glued(search, i, word_end) {
                announced = None;
                i = end;
                continue;
            }
            let word = search.text(i, word_end.min(i + 12));
            let begins = |list: &[String]| list.iter().any(|known| word.starts_with(known.as_str()));
            barred |= begins(&search.words.other_numbers);
            announced = if begins(&search.words.order_words) {
                Some(Announced { distance: 0, several: search.words.order_plurals.contains(&word) })
            } else if search.words.order_breaks.contains(&word) {
                None
            } else {
                let farther = announced.map(|told| Announced { distance: told.distance + 1, ..told });
                farther.filter(|told| told.distance < DISTANCE)
            };
            i = word_end.max(i + 1);
        } else {
            i += 1;
        }
    }
    find_lone(search);
}

fn claim(search: &mut Search, start: usize, end: usize) {
    let letters = search.letters[start..end].iter().filter(|c| **c != ' ');
    let printed = |c: &char| latin_twin(*c).map_or_else(|| c.to_uppercase().collect(), String::from);
    search.claim(start, end, Kind::Order, Some(letters.map(printed).collect()));
}

/// A number all alone answers the question for the order number.
fn find_lone(search: &mut Search) {
    if !search.spans.is_empty() || !search.bare {
        return;
    }
    let text: String = search.letters.iter().filter(|c| !c.is_whitespace()).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let tame = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '#'));
    if digits > 0 && search.rules.lone_order_digits.contains(&digits) && tame && !text.contains('.') {
        let number = text.trim_matches(['-', '/', '#']).to_owned();
        search.claim(0, search.letters.len(), Kind::Order, Some(number));
    }
}

/// «заказ48151где»: the number is glued to the word that announces it; where it ends.
fn glued(search: &mut Search, i: usize, word_end: usize) -> Option<usize> {
    let letters = (i..word_end).take_while(|at| search.letters[*at].is_alphabetic()).count();
    if letters < 3 || i + letters >= word_end {
        return None;
    }
    let word = search.text(i, i + letters);
    let told = search.words.order_words.iter().any(|known| word.starts_with(known.as_str()));
    let start = i + letters;
    let digits = (start..word_end).take_while(|at| search.digit(*at)).count();
    let end = start + digits;
    let alone = end == word_end || search.letters[end..word_end].iter().all(|c| c.is_alphabetic() && !c.is_ascii());
    if !told || !alone || !search.rules.order_digits.contains(&digits) {
        return None;
    }
    claim(search, start, end);
    Some(word_end)
}

/// Claims the numbers that follow one in a list («118, 119 и 121»), and says where the list ends.
fn others_behind(search: &mut Search, first: usize, mut end: usize, several: bool) -> usize {
    let like = end - first;
    loop {
        let Some((start, joined)) = next_in_list(search, end) else {
            return end;
        };
        let Some(next) = order_at(search, start, true) else {
            return end;
        };
        // «заказ 118, 119»: of one announced number only what looks like it, behind a comma, is another.
        let alike = next - start == like && search.at(end) != Some(' ');
        if !(joined || several || alike) {
            return end;
        }
        claim(search, start, next);
        end = next;
    }
}

/// Where the next of a list begins behind `end`, and whether a word joins it.
fn next_in_list(search: &Search, end: usize) -> Option<(usize, bool)> {
    let mut at = end;
    let mut joined = false;
    for _ in 0..4 {
        match search.at(at)? {
            ' ' | ',' | ';' | '\n' | '№' | '#' => at += 1,
            c if c.is_alphabetic() && !joined => {
                let word_end = (at..at + 8).find(|i| !search.at(*i).is_some_and(char::is_alphanumeric))?;
                if !search.words.list_joins.contains(&search.text(at, word_end)) {
                    return None;
                }
                joined = true;
                at = word_end;
            }
            _ => break,
        }
    }
    (at > end && search.digit(at)).then_some((at, joined))
}

/// Where an order number that begins at `i` ends: digits, hyphens inside, up to three letters before them. Digits in groups
/// of three are one number, unless they are of several.
fn order_at(search: &Search, i: usize, several: bool) -> Option<usize> {
    let mut at = i;
    while search.at(at).is_some_and(char::is_alphabetic) && at - i < 4 {
        at += 1;
    }
    if at - i == 4 {
        return None;
    }
    let letters = at > i;
    if letters && search.at(at) == Some('-') {
        at += 1;
    }
    let mut digits = 0;
    while at - i < 24 {
        if search.digit(at) {
            digits += 1;
            at += 1;
        } else if matches!(search.at(at), Some('-' | '/' | '_')) && search.digit(at + 1) && digits > 0 {
            at += 1;
        } else {
            break;
        }
    }
    let group =
        |at: usize| search.at(at) == Some(' ') && (1..=3).all(|d| search.digit(at + d)) && search.closes(at + 4);
    if !letters && !several && digits <= 3 && at - i == digits {
        while at - i < 16 && group(at) {
            digits += 3;
            at += 4;
        }
    }
    let dated = search.at(at) == Some('.') && search.digit(at + 1);
    let long_enough = digits > 0 && search.rules.order_digits.contains(&digits);
    (long_enough && search.closes(at) && !dated && !is_like_a_phone(search, i, at)).then_some(at)
}
