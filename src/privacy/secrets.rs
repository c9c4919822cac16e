//! Secrets with letters in them: passwords, IBANs, numbers of foreign passports.

use super::checks::iban;
use super::naming::Name;
use super::spared::Spared;
use super::token::{Tokens, What, is_digit, is_invisible};
use super::words::Says;
use std::ops::Range;

/// How many words of a text in a row may stand between «пароль» and the password.
const FILLERS: usize = 7;

/// The characters of a text that are an IBAN: by its check, or by the word for it.
pub(super) fn ibans(tokens: &Tokens, spared: &[Spared]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.list.len() {
        let start = tokens.list[i].at.start;
        let mut letters: Vec<char> = Vec::new();
        let mut best = None;
        let ascii = |c: &char| c.is_ascii_alphanumeric();
        for next in i..(i + 12).min(tokens.list.len()) {
            let token = &tokens.list[next];
            let gap_fits =
                next == i || tokens.gap(next - 1).iter().all(|c| " -\u{a0}".contains(*c) || is_invisible(*c));
            let piece = &tokens.chars[token.at.clone()];
            if !gap_fits || token.at.len() > 34 || letters.len() + piece.len() > 34 || !piece.iter().all(ascii) {
                break;
            }
            // In groups it is written by fours: what stands behind a shorter one is another word.
            let by_fours = next == i || tokens.gap(next - 1).is_empty() || tokens.list[next - 1].at.len() == 4;
            letters.extend(piece.iter().map(char::to_ascii_uppercase));
            let two = letters.len() == 2 && letters.iter().all(char::is_ascii_alphabetic);
            if !by_fours || !(begins_as_iban(&letters) || two) {
                break;
            }
            if letters.len() >= 15 && begins_as_iban(&letters) {
                let named = || Name::of(tokens, spared, &(i..next + 1)).is_said(Says::Iban, 2, 1);
                if iban(&letters) || (best.is_none() && named()) {
                    best = Some((next, token.at.end));
                }
            }
        }
        match best {
            Some((last, end)) => {
                found.push(start..end);
                i = last + 1;
            }
            None => i += 1,
        }
    }
    found
}

fn begins_as_iban(letters: &[char]) -> bool {
    matches!(letters, [a, b, c, d, ..]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit())
}

/// The characters of letters and digits in one that are a document's number where a document is spoken of: «AB1234567».
pub(super) fn documents(tokens: &Tokens, spared: &[Spared]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (i, token) in tokens.list.iter().enumerate() {
        if token.what != What::Mixed || !(7..=12).contains(&token.at.len()) {
            continue;
        }
        let chars = &tokens.chars[token.at.clone()];
        // «AB1234567» is as a document's number is; «C01X00T47» only right beside the word.
        let shaped = is_document(chars);
        let mixed = (8..=10).contains(&chars.len()) && chars.iter().filter(|c| is_digit(**c)).count() >= 4;
        if !shaped && !mixed {
            continue;
        }
        let name = Name::of(tokens, spared, &(i..i + 1));
        let (before, behind) = name.nearest();
        let document = |says: Says| matches!(says, Says::Document | Says::Series);
        // «загранпаспорт для посылки AB1234567»
        let before = match before {
            Some(thing) if thing.says == Says::Harmless && thing.led && shaped => {
                name.before.iter().find(|heard| document(heard.says)).copied().or(Some(thing))
            }
            nearest => nearest,
        };
        let before_it = before
            .is_some_and(|heard| document(heard.says) && heard.away <= if shaped { 5 } else { 2 } && !heard.apart);
        let behind_it =
            before.is_none() && behind.is_some_and(|heard| document(heard.says) && heard.away <= 3 && shaped);
        if before_it || behind_it {
            found.push(token.at.clone());
        }
    }
    found
}

/// One to three letters, six to nine digits, perhaps a letter more.
fn is_document(chars: &[char]) -> bool {
    let visible: Vec<char> = chars.iter().copied().filter(|c| !is_invisible(*c)).collect();
    let letters = visible.iter().take_while(|c| c.is_alphabetic()).count();
    let digits = visible.iter().skip(letters).take_while(|c| is_digit(**c)).count();
    (1..=3).contains(&letters) && (5..=9).contains(&digits) && visible.len() - letters - digits <= 1
}

/// The characters of a text that are a password, by the word for it near.
pub(super) fn passwords(tokens: &Tokens, spared: &[Spared]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut chunks: Vec<Range<usize>> = Vec::new();
    for (i, token) in tokens.list.iter().enumerate() {
        if tokens.says(i) != Says::Password || found.last().is_some_and(|last| last.contains(&token.at.start)) {
            continue;
        }
        chunks.clear();
        chunks.extend(behind(tokens, i));
        let named = chunks.iter().position(|chunk| is_secret(tokens, spared, chunk));
        match named {
            Some(first) => {
                found.push(chunks[first].clone());
                // «был …, стал …»
                let next = chunks.get(first + 2).filter(|chunk| is_secret(tokens, spared, chunk));
                let joins = next.filter(|_| joins(tokens, &chunks[first + 1]));
                found.extend(joins.cloned());
            }
            None if let Some(word) = told_behind_colon(tokens, i, &chunks) => found.push(word),
            None => found.extend(before(tokens, i).filter(|chunk| is_secret(tokens, spared, chunk))),
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// «пароль: солнышко»: a word that ends the text, told behind a colon.
fn told_behind_colon(tokens: &Tokens, token: usize, chunks: &[Range<usize>]) -> Option<Range<usize>> {
    let [word] = chunks else { return None };
    let named = matches!(tokens.word(token).as_str(), "пароль" | "password");
    let colon = matches!(tokens.gap(token).iter().find(|c| !is_invisible(**c)), Some(':' | '='));
    let letters = &tokens.chars[word.clone()];
    (named && colon && (4..=64).contains(&letters.len()) && letters.iter().all(|c| c.is_alphabetic()))
        .then(|| word.clone())
}

fn joins(tokens: &Tokens, chunk: &Range<usize>) -> bool {
    let inside = tokens.list.partition_point(|token| token.at.start < chunk.start);
    tokens.says(inside) == Says::Joins
}

/// The words behind a token, as they are parted by spaces, without the signs around them; no further than where another
/// thing is named.
fn behind(tokens: &Tokens, token: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let mut at = tokens.list[token].at.end;
    let mut next = token + 1;
    // «пароль:Весна2026»
    while chunks.len() < FILLERS {
        while at < tokens.chars.len() && is_around(tokens.chars[at]) {
            at += 1;
        }
        let length = tokens.chars[at..].iter().take(64).take_while(|c| !c.is_whitespace()).count();
        if length == 0 {
            break;
        }
        while next < tokens.list.len() && tokens.list[next].at.start < at {
            next += 1;
        }
        let stops = matches!(tokens.says(next), Says::Harmless | Says::Document | Says::Card | Says::Sms | Says::Tax)
            && tokens.list[next].at.start < at + length
            && tokens.list[next].at.len() >= 3;
        if stops && chunks.len() < FILLERS && !tokens.chars[at..at + length].iter().any(|c| is_digit(*c)) {
            break;
        }
        let mut end = at + length;
        while end > at && is_around(tokens.chars[end - 1]) {
            end -= 1;
        }
        if end > at {
            chunks.push(at..end);
        }
        at += length;
    }
    chunks
}

/// The word right before a token.
fn before(tokens: &Tokens, token: usize) -> Option<Range<usize>> {
    let mut end = tokens.list[token].at.start;
    while end > 0 && is_around(tokens.chars[end - 1]) {
        end -= 1;
    }
    let length = tokens.chars[..end].iter().rev().take(64).take_while(|c| !c.is_whitespace()).count();
    (length > 0).then(|| end - length..end)
}

fn is_around(c: char) -> bool {
    c.is_whitespace() || "«»\"'“”„()[]<>,;:=—–.👉-".contains(c)
}

/// Whether a word may be a password: letters and digits, four at least, and no number that is plainly something else.
fn is_secret(tokens: &Tokens, spared: &[Spared], chunk: &Range<usize>) -> bool {
    let chars = &tokens.chars[chunk.clone()];
    let from = tokens.list.partition_point(|token| token.at.start < chunk.start);
    let of_chunk = || (from..tokens.list.len()).take_while(|token| tokens.list[*token].at.start < chunk.end);
    let plain = of_chunk().any(|token| spared[token] != Spared::No || tokens.list[token].link);
    let s10 = chars.len() == 13
        && chars[..2].iter().chain(&chars[11..]).all(|c| c.is_alphabetic())
        && chars[2..11].iter().all(|c| is_digit(*c));
    let digits = chars.iter().filter(|c| is_digit(**c)).count();
    // Ten and more digits by themselves are looked at as numbers.
    let number = digits == chars.len() && !(4..10).contains(&digits);
    let letters = chars.iter().filter(|c| c.is_alphabetic()).count();
    let strange = chars.iter().any(|c| "_#$%^&*+@".contains(*c)) && letters >= 3;
    let shouts = chars[1..].iter().any(|c| c.is_uppercase()) && chars.iter().any(|c| c.is_lowercase());
    (4..=64).contains(&chars.len()) && !plain && !s10 && !number && (digits > 0 || strange || shouts)
}
