//! Tracking numbers: the Universal Postal Union's S10 and the trade's own formats.

use super::search::{Kind, Search};

/// The weights of the S10 check digit (UPU standard S10, section 4).
const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];

/// The Latin letters a number is printed in, for Cyrillic ones that look the same.
fn latin_twin(c: char) -> Option<char> {
    Some(match c {
        'a'..='z' => c.to_ascii_uppercase(),
        'а' => 'A',
        'в' => 'B',
        'е' => 'E',
        'к' => 'K',
        'м' => 'M',
        'н' => 'H',
        'о' => 'O',
        'р' => 'P',
        'с' => 'C',
        'т' => 'T',
        'у' => 'Y',
        'х' => 'X',
        _ => return None,
    })
}

/// The Latin letters for Cyrillic ones written by ear («РУ» for «RU»).
fn latin_by_ear(c: char) -> Option<char> {
    Some(match c {
        'a'..='z' => c.to_ascii_uppercase(),
        'р' => 'R',
        'у' => 'U',
        'в' => 'V',
        'с' => 'S',
        'л' => 'L',
        'н' => 'N',
        'д' => 'D',
        'г' => 'G',
        'и' => 'I',
        'з' => 'Z',
        'ц' => 'C',
        'ч' => 'C',
        'б' => 'B',
        'п' => 'P',
        'ф' => 'F',
        'а' | 'е' | 'к' | 'м' | 'о' | 'т' | 'х' => return latin_twin(c),
        _ => return None,
    })
}

pub(super) fn find(search: &mut Search) {
    let rules = search.rules;
    let signs = |format: &String| format.to_lowercase().chars().filter(|c| !is_between(*c)).collect();
    let formats: Vec<Vec<char>> =
        rules.formats.iter().map(signs).filter(|signs: &Vec<char>| !signs.is_empty()).collect();
    let s10: Vec<char> = "@@#########@@".chars().collect();
    let mut i = 0;
    while i < search.letters.len() {
        let found = search.opens(i).then(|| {
            rules.postal.then(|| read_s10(search, i, &s10)).flatten().or_else(|| {
                formats.iter().find_map(|format| {
                    let (end, taken) = follow(search, i, format)?;
                    let written = spell(&taken, latin_twin)?;
                    Some((end, written, true))
                })
            })
        });
        let Some(Some((end, written, valid))) = found else {
            i += 1;
            continue;
        };
        let list = if valid { &mut search.slots.tracking_numbers } else { &mut search.slots.doubtful_numbers };
        list.push(written);
        search.claim(i, end, Kind::Tracking);
        i = end;
    }
}

/// Reads an S10 number at `i`: where it ends, its spelling, and whether the check digit holds.
fn read_s10(search: &Search, i: usize, s10: &[char]) -> Option<(usize, String, bool)> {
    let (end, taken) = follow(search, i, s10)?;
    let by_ear = taken[11..] == ['р', 'у'];
    let written = spell(&taken, if by_ear { latin_by_ear } else { latin_twin })?;
    let digits: Vec<u32> = written[2..11].bytes().map(|b| u32::from(b - b'0')).collect();
    let valid = check_digit(&digits[..8]) == digits[8];
    // Two short words around nine digits («на 123456789 по») are no number at all.
    let spaced = end - i > taken.len();
    (valid || !spaced).then_some((end, written, valid))
}

/// The check digit of eight serial digits (UPU standard S10, section 4).
fn check_digit(serial: &[u32]) -> u32 {
    let sum: u32 = serial.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    }
}

/// What may stand between the signs of a number.
fn is_between(c: char) -> bool {
    matches!(c, ' ' | '-')
}

/// Follows a format from `i`, single spaces and hyphens between its signs allowed; gives the end
/// and the signs taken. `#` is a digit (the letter «о» for a nought), `@` a letter.
fn follow(search: &Search, i: usize, format: &[char]) -> Option<(usize, Vec<char>)> {
    let mut at = i;
    let mut taken = Vec::with_capacity(format.len());
    for wanted in format {
        if !taken.is_empty() && is_between(search.at(at)?) {
            at += 1;
        }
        let c = search.at(at)?;
        if search.claimed[at] {
            return None;
        }
        let fits = match wanted {
            '#' => c.is_ascii_digit() || (matches!(c, 'о' | 'o') && at > i),
            '@' => latin_twin(c).is_some() || latin_by_ear(c).is_some(),
            literal => latin_twin(c) == Some(literal.to_ascii_uppercase()) || c == *literal,
        };
        if !fits {
            return None;
        }
        taken.push(if *wanted == '#' && !c.is_ascii_digit() { '0' } else { c });
        at += 1;
    }
    // «1234567890 12» is a part of something longer.
    let goes_on = matches!(search.at(at), Some(' ' | '-')) && search.digit(at + 1);
    let went_before =
        i >= 2 && matches!(search.at(i - 1), Some(' ' | '-' | '+')) && search.digit(i - 2) && taken[0].is_ascii_digit();
    let plus = i >= 1 && search.at(i - 1) == Some('+');
    let digits_only = format.iter().all(|c| *c == '#');
    let broken = digits_only && (goes_on || went_before || plus || looks_like_a_phone(search, i, at));
    (search.closes(at) && !broken).then_some((at, taken))
}

/// Digits that begin like a mobile phone and are grouped, or follow the word «телефон», are a phone.
fn looks_like_a_phone(search: &Search, start: usize, end: usize) -> bool {
    let before: String = search.letters[start.saturating_sub(12)..start].iter().collect();
    let grouped = search.letters[start..end].iter().any(|c| !c.is_ascii_digit());
    search.at(start).is_some_and(|first| search.rules.home.as_ref().is_some_and(|home| home.mobile == Some(first)))
        && (grouped || search.words.phone_words.iter().any(|word| before.contains(word.as_str())))
}

fn spell(taken: &[char], letter: fn(char) -> Option<char>) -> Option<String> {
    taken.iter().map(|c| if c.is_ascii_digit() { Some(*c) } else { letter(*c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    #[test]
    fn check_digits() {
        assert_eq!(check_digit(&[1, 2, 3, 4, 5, 6, 7, 8]), 5);
        assert_eq!(check_digit(&[4, 7, 3, 1, 2, 4, 8, 2]), 9);
        assert_eq!(check_digit(&[0; 8]), 5);
    }
}
