//! Which of several parcels a message means: «а вторая где?», «первую отмените», «та, что на 116».
//!
//! ```text
//! customer: две жду, 1000000116 и 1000000124
//! customer: первую отмените                    → as if 1000000116 stood there
//! customer: а та, что в пункте, долго пролежит? → the one that was told to wait there
//! ```

use super::state::Question;
use super::turn::Turn;
use crate::parcel::{TrackingNumber, Truth, TruthKind};
use crate::phrases::Places;
use chrono::Days;
use understanding::Reading;

/// So many numbers are remembered, the newest.
const MOST: usize = 5;
/// The last digits of a number tell it from the others from so many on.
const LAST_DIGITS: usize = 3;
/// So many words behind a number may be said of it.
const FURTHER: usize = 4;
/// A message of so few words may choose among answers rather than among parcels: «вторую».
const CHOICE: usize = 2;

/// Remembers the numbers that are given, and adds to the reading those that are meant without being written out.
pub(super) fn names(turn: &mut Turn<'_>, text: &str, mut reading: Reading) -> Reading {
    for number in &reading.slots.tracking_numbers {
        let number = TrackingNumber::new(number);
        let known = &mut turn.state.work.parcels;
        if !known.contains(&number) {
            known.push(number);
            known.drain(..known.len().saturating_sub(MOST));
        }
    }
    if reading.slots.tracking_numbers.is_empty() && turn.state.work.parcels.len() > 1 && !chooses(turn, text) {
        let meant = meant(turn, text);
        // The one that is spoken of anyway is asked on about, not looked for.
        let spoken_of = turn.state.work.parcel.as_ref().is_some_and(|parcel| meant == [parcel.as_str()]);
        if !meant.is_empty() && !spoken_of {
            reading.slots.doubtful_numbers.clear();
            reading.slots.tracking_numbers = meant;
        }
    }
    if let Some(wanted) = the_other_is_left_alone(turn, text, &reading.slots.tracking_numbers) {
        reading.slots.tracking_numbers = vec![wanted];
    }
    reading
}

/// The one of several numbers that is left when those are taken away that the words leave alone: «203 не трогайте, отказ от
/// 202», «не 1000000313 отменить, а 1000000314». `None` unless there is just one.
fn the_other_is_left_alone(turn: &Turn<'_>, text: &str, numbers: &[String]) -> Option<String> {
    let mut wanted = numbers.iter().filter(|number| !is_left_alone(turn, text, number));
    wanted.next().filter(|_| numbers.len() > 1 && wanted.next().is_none()).cloned()
}

/// Whether the word before a number denies it, or the words behind it say to leave it alone: as far as its clause goes, or to
/// the next number.
fn is_left_alone(turn: &Turn<'_>, text: &str, number: &str) -> bool {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = |word: &&str| digits(word).len() >= LAST_DIGITS;
    let words: Vec<&str> = text.split_whitespace().collect();
    let names = |word: &&str| is_number(word) && digits(number).ends_with(&digits(word));
    let Some(at) = words.iter().position(names) else { return false };
    let denied =
        at.checked_sub(1).is_some_and(|before| turn.context.phrasebook.yes_or_no(words[before]) == Some(false));
    let clause =
        words[at..].split_inclusive(|word| word.ends_with([',', '.', '!', '?', ';'])).next().unwrap_or_default();
    let behind: Vec<&str> = clause.iter().skip(1).take_while(|word| !is_number(word)).take(FURTHER).copied().collect();
    denied || turn.choice("common", "leaves_", &behind.join(" ")).is_some()
}

/// Whether a few words choose among answers that were offered.
fn chooses(turn: &Turn<'_>, text: &str) -> bool {
    let offered = matches!(turn.state.work.open, Some(Question::Clarify(_) | Question::Choose(_)));
    offered && text.split_whitespace().count() <= CHOICE
}

/// The one of them that stands as the words say, or looks so: «та, что в пункте», «которая завтра», «с буквами». `None` where none does, or several.
fn by_standing<'t>(turn: &'t Turn<'_>, text: &str) -> Option<&'t TrackingNumber> {
    let named = turn.choice("truth", "stands_", text)?;
    let today = turn.context.policy.today(turn.context.now);
    let on =
        |truth: Truth, days: u64| today.checked_add_days(Days::new(days)).is_some_and(|day| truth.day() == Some(day));
    let stands = |truth: Truth| match named.as_str() {
        "collect" => truth.kind() == TruthKind::ToCollect,
        "customs" => matches!(truth, Truth::AtCustoms { .. } | Truth::DutyDue | Truth::PapersDue),
        "today" => matches!(truth, Truth::Today { .. }) || on(truth, 0),
        "tomorrow" => on(truth, 1),
        "moves" => truth.kind() == TruthKind::Moves,
        _ => false,
    };
    let told = |number: &TrackingNumber| turn.state.work.status_told(number).and_then(|told| told.truth);
    let has_letters = |number: &TrackingNumber| number.as_str().chars().any(char::is_alphabetic);
    let mut standing = turn.state.work.parcels.iter().filter(|number| match named.as_str() {
        "letters" => has_letters(number),
        "digits" => !has_letters(number),
        _ => told(number).is_some_and(stands),
    });
    standing.next().filter(|_| standing.next().is_none())
}

fn meant(turn: &Turn<'_>, text: &str) -> Vec<String> {
    let known = &turn.state.work.parcels;
    let ends = |digits: &str| {
        let mut ending = known.iter().filter(|number| number.as_str().ends_with(digits));
        ending.next().filter(|_| ending.next().is_none())
    };
    let digits = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= LAST_DIGITS);
    let by_digits: Vec<String> = digits.filter_map(ends).map(ToString::to_string).collect();
    if !by_digits.is_empty() {
        return by_digits;
    }
    if let Some(one) = by_standing(turn, text) {
        return vec![one.to_string()];
    }
    match turn.context.phrasebook.places_in(text) {
        Places::All => known.iter().map(ToString::to_string).collect(),
        Places::These(places) => {
            places.into_iter().filter_map(|place| known.get(place)).map(ToString::to_string).collect()
        }
    }
}
