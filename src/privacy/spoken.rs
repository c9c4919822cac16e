//! Numbers said in words, where a word near them says that they are personal: «паспорт сорок пять ноль девять …».

use super::naming::Name;
use super::spared::Spared;
use super::token::{Tokens, What};
use super::words::Says;
use std::ops::Range;

/// What a word for a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Hundred,
    Ten,
    Teen,
    One,
    Zero,
}

const HUNDREDS: &[&str] = &[
    "сто",
    "двест",
    "трист",
    "четырест",
    "пятьсот",
    "шестьсот",
    "семьсот",
    "восемьсот",
    "девятьсот",
    "питьсот",
    "шессот",
    "hundred",
];
const TENS: &[&str] = &[
    "двадцат",
    "тридцат",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяност",
    "писят",
    "пятдесят",
    "шисят",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
];
const TEENS: &[&str] = &[
    "десять",
    "одиннадцат",
    "двенадцат",
    "тринадцат",
    "четырнадцат",
    "пятнадцат",
    "шестнадцат",
    "семнадцат",
    "восемнадцат",
    "девятнадцат",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ONES: &[&str] = &[
    "один",
    "одна",
    "раз",
    "два",
    "две",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "адин",
    "восем",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
];
const ZEROS: &[&str] = &["ноль", "нуль", "ноля", "нол", "zero", "oh", "нули", "нолик"];
/// Words between the parts of a number.
const BETWEEN: &[&str] =
    &["номер", "потом", "дальше", "далее", "и", "затем", "тире", "пробел", "еще", "then", "and", "дефис", "double"];

/// The tokens that say a personal number in words, and digits that go on with them.
pub(super) fn spoken(tokens: &Tokens, spared: &[Spared]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.list.len() {
        let Some(_) = part(tokens, i) else {
            i += 1;
            continue;
        };
        let (end, digits) = run(tokens, i);
        let name = Name::of(tokens, spared, &(i..end));
        // «паспорт сорок пять ноль девять 123458»
        let more = tokens.digits(end);
        let goes_on = matches!(more.len(), 4 | 6 | 7) && spared[end] == Spared::No;
        let all = digits + if goes_on { more.len() } else { 0 };
        let said = |says, before, behind| name.is_said(says, before, behind);
        let document = (said(Says::Document, 5, 4) || said(Says::Series, 2, 1)) && !said(Says::Harmless, 1, 0);
        let long =
            said(Says::Tax, 4, 3) || said(Says::Pension, 4, 3) || said(Says::Card, 4, 3) || said(Says::Account, 3, 2);
        let back = said(Says::Back, 3, 4)
            || said(Says::CardCode, 4, 3)
            || (said(Says::Safety, 3, 0) && said(Says::Code, 3, 0));
        let code = said(Says::Pin, 4, 3)
            || said(Says::Sms, 4, 3)
            || said(Says::Password, 2, 1)
            || (said(Says::Code, 4, 2) && said(Says::Confirms, 4, 2) && !said(Says::Pickup, 4, 0));
        let personal = (document && all >= 6)
            || (long && all >= 8)
            || (back && (3..=4).contains(&digits))
            || (code && (4..=8).contains(&digits));
        if personal && end > i {
            found.push(i..end + usize::from(goes_on && document));
        }
        i = end.max(i + 1);
    }
    found
}

/// Where the words for a number that begin at `start` end, and how many digits they are.
fn run(tokens: &Tokens, start: usize) -> (usize, usize) {
    let (mut end, mut digits) = (start, 0);
    let mut last: Option<Part> = None;
    let mut i = start;
    while i < tokens.list.len() {
        let close =
            i == start || tokens.gap(i - 1).len() <= 3 && !tokens.gap(i - 1).iter().any(|c| ".!?\n".contains(*c));
        if !close {
            break;
        }
        match part(tokens, i) {
            // «три цифры сзади» begins no number.
            Some(Part::One) if tokens.says(i + 1) == Says::Digits => break,
            Some(part) => {
                digits += match (last, part) {
                    (Some(Part::Hundred), Part::Ten | Part::Teen | Part::One) | (Some(Part::Ten), Part::One) => 0,
                    (_, Part::Hundred) => 3,
                    (_, Part::Ten | Part::Teen) => 2,
                    (_, Part::One | Part::Zero) => 1,
                };
                last = Some(part);
                end = i + 1;
            }
            None if BETWEEN.contains(&tokens.word(i).as_str()) => last = None,
            None => break,
        }
        i += 1;
    }
    (end.max(start + 1), digits)
}

fn part(tokens: &Tokens, i: usize) -> Option<Part> {
    if !matches!(tokens.list.get(i)?.what, What::Word(_)) {
        return None;
    }
    let word = tokens.word(i);
    let begins = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem) && word.len() <= stem.len() + 4);
    let is = |words: &[&str]| words.contains(&word.as_str());
    if is(ZEROS) {
        Some(Part::Zero)
    } else if is(ONES) {
        Some(Part::One)
    } else if word != "сотк" && begins(HUNDREDS) && !word.starts_with("сто") || word == "сто" || word == "ста"
    {
        Some(Part::Hundred)
    } else if begins(TEENS) {
        Some(Part::Teen)
    } else if begins(TENS) {
        Some(Part::Ten)
    } else {
        None
    }
}
