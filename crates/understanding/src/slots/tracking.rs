//! Tracking numbers with letters: the Universal Postal Union's S10 and the trade's own formats.
//!
//! Customers type them in Cyrillic, by look and by ear, part them by spaces, dashes and lines, and glue words to them.
//! A check digit that holds is proof enough for any of that; where it does not, only what stands by itself is taken for
//! a number, and said to be doubtful.

use super::super::reading::Doubt;
use super::search::Search;

/// The weights of the S10 check digit (UPU standard S10, section 4).
const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];

/// The form of an S10 number: letters, digits, letters.
const S10: &str = "@@#########@@";

/// What an S10 number begins with, by far most often.
const SERVICES: &str = "CELRUVZ";

/// The countries that parcels come from and go to, the likeliest first, then the rest of ISO 3166-1.
const COUNTRIES: &str = "RU CN KZ BY UZ DE GB US KR TR HK SG JP FR IT ES PL NL FI SE EE LV LT UA KG AM GE AZ MD TJ TM IN \
    MY TH AE IL CZ AT CH BE DK NO PT GR HU RO BG RS SK SI HR IE IS CY MT LU MC CA AU NZ BR MX AR CL PE CO EC VE UY PY BO \
    TW VN ID PH PK BD LK MM KH LA NP MN MO KP IR IQ SA QA KW BH OM YE JO LB SY EG MA DZ TN LY ZA NG KE ET GH TZ UG ZW \
    AO CM CI SN CU DO CR PA GT HN NI SV JM BA ME MK AL AF BN FJ LI SM VA";

/// The Latin letters a number is printed in, for Cyrillic ones that look the same.
pub(super) fn latin_twin(c: char) -> Option<char> {
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

/// What a letter of a number may stand for: what it looks like, and what it sounds like.
fn meant(c: char) -> impl Iterator<Item = char> + Clone {
    let (twin, ear) = (latin_twin(c), latin_by_ear(c));
    twin.into_iter().chain(ear.filter(|ear| Some(*ear) != twin))
}

/// A number that was found: where it ends, how it is spelt, and what is wrong with it.
struct Found {
    end: usize,
    written: String,
    doubt: Option<Doubt>,
}

pub(super) fn find(search: &mut Search) {
    let rules = search.rules;
    let signs = |format: &str| format.to_lowercase().chars().filter(|c| !is_between(*c)).collect::<Vec<char>>();
    let formats: Vec<Vec<char>> = rules.formats.iter().map(|format| signs(format)).filter(|s| has_letters(s)).collect();
    let s10 = signs(S10);
    let mut i = 0;
    while i < search.letters.len() {
        let found = (!search.claimed[i] && search.letters[i].is_alphanumeric())
            .then(|| {
                rules.postal.then(|| read_s10(search, i, &s10)).flatten().or_else(|| {
                    let opens = search.opens(i);
                    opens.then(|| formats.iter().find_map(|format| read_format(search, i, format))).flatten()
                })
            })
            .flatten();
        let Some(Found { end, written, doubt }) = found else {
            i += 1;
            continue;
        };
        search.claim_number(i, end, written, doubt);
        i = end;
    }
}

fn has_letters(format: &[char]) -> bool {
    format.iter().any(|sign| *sign != '#')
}

/// A number in a format of the trade's own that has letters, or one digit too few or too many of it.
fn read_format(search: &Search, i: usize, format: &[char]) -> Option<Found> {
    let read = |format: &[char], doubt| {
        let (end, taken) = follow(search, i, format)?;
        let written = spell(&taken, latin_twin)?;
        search.closes(end).then_some(Found { end, written, doubt })
    };
    read(format, None).or_else(|| {
        let at = format.iter().position(|sign| *sign == '#')?;
        let (mut short, mut long) = (format.to_vec(), format.to_vec());
        short.remove(at);
        long.insert(at, '#');
        // What begins with nothing but letters of its own is known by them.
        let told = at > 1 && format[..at].iter().all(|sign| *sign != '@');
        let close = |form: &[char], doubt| read(form, Some(doubt)).filter(|found| found.end - i == form.len());
        told.then(|| close(&short, Doubt::DigitMissing).or_else(|| close(&long, Doubt::DigitTooMany))).flatten()
    })
}

/// Reads an S10 number at `i`.
fn read_s10(search: &Search, i: usize, s10: &[char]) -> Option<Found> {
    if search.at(i)?.is_ascii_digit() {
        return headless(search, i);
    }
    // Most words are no number: their third sign is a letter.
    latin_twin(search.at(i)?).or_else(|| latin_by_ear(search.at(i)?))?;
    if !search.at(i + 1)?.is_alphabetic() || search.at(i + 2)?.is_alphabetic() {
        return None;
    }
    whole(search, i, s10).or_else(|| lacking(search, i, s10))
}

fn whole(search: &Search, i: usize, s10: &[char]) -> Option<Found> {
    let (end, taken) = follow(search, i, s10)?;
    let (service, country) = (service([taken[0], taken[1]])?, country([taken[11], taken[12]]));
    let digits: Vec<u32> = taken[2..11].iter().filter_map(|c| c.to_digit(10)).collect();
    let valid = check_digit(&digits[..8]) == digits[8];
    let spaced = end - i > taken.len();
    let stands_alone = search.opens(i) && search.closes(end);
    let known = country.is_some();
    let typed_latin = taken.iter().all(char::is_ascii);
    // Two short words around nine digits («на 123456789 по») are no number at all.
    let number = match (valid, spaced) {
        (true, false) => search.at(end).is_none_or(|c| !c.is_ascii_digit()),
        (true, true) => stands_alone && known,
        (false, false) => stands_alone,
        (false, true) => stands_alone && known && typed_latin && SERVICES.contains(service[0]),
    };
    let country = country.or_else(|| Some([latin_twin(taken[11])?, latin_twin(taken[12])?]))?;
    let written = service.iter().chain(&taken[2..11]).chain(&country).collect();
    number.then_some(Found { end, written, doubt: (!valid).then_some(Doubt::Checksum) })
}

/// What would be one but for a digit too few or too many, or without the letters at its end.
fn lacking(search: &Search, i: usize, s10: &[char]) -> Option<Found> {
    if !search.opens(i) {
        return None;
    }
    let lacks = |form: &[char], doubt| {
        let (end, taken) = follow(search, i, form)?;
        let service = service([taken[0], taken[1]]).filter(|service| SERVICES.contains(service[0]))?;
        let digits = taken.iter().filter(|c| c.is_ascii_digit()).count();
        let rest = &taken[2 + digits..];
        let tail = match rest {
            [] if end - i == taken.len() => String::new(),
            [first, second] => country([*first, *second])?.iter().collect(),
            _ => return None,
        };
        let spaced = end - i > taken.len();
        if !search.closes(end) || (spaced && !taken.iter().all(char::is_ascii)) {
            return None;
        }
        let written = service.iter().chain(&taken[2..2 + digits]).copied().chain(tail.chars()).collect();
        Some(Found { end, written, doubt: Some(doubt) })
    };
    let (mut short, mut long) = (s10.to_vec(), s10.to_vec());
    short.remove(2);
    long.insert(2, '#');
    lacks(&short, Doubt::DigitMissing)
        .or_else(|| lacks(&long, Doubt::DigitTooMany))
        .or_else(|| lacks(&s10[..11], Doubt::LettersMissing))
}

/// Nine digits and a country, without the letters before them: «123456785RU».
fn headless(search: &Search, i: usize) -> Option<Found> {
    let nine = (0..9).all(|d| search.digit(i + d));
    let (first, second) = (search.at(i + 9)?, search.at(i + 10)?);
    if !nine || !search.opens(i) || !search.closes(i + 11) || !first.is_alphabetic() {
        return None;
    }
    let country = country([first, second]).filter(|country| *country == ['R', 'U'] || first.is_ascii())?;
    let written = search.letters[i..i + 9].iter().chain(&country).collect();
    Some(Found { end: i + 11, written, doubt: Some(Doubt::LettersMissing) })
}

/// The country that two letters mean: typed in Cyrillic, the likeliest of those they look or sound like.
fn country(typed: [char; 2]) -> Option<[char; 2]> {
    let mut best: Option<(usize, [char; 2])> = None;
    for first in meant(typed[0]) {
        for second in meant(typed[1]) {
            let place = COUNTRIES.split_whitespace().position(|known| known.chars().eq([first, second]));
            if let Some(place) = place.filter(|place| best.is_none_or(|(best, _)| *place < best)) {
                best = Some((place, [first, second]));
            }
        }
    }
    best.map(|(_, country)| country)
}

/// The two letters that an S10 number begins with: the first one decides whether they were typed by look or by ear.
fn service(typed: [char; 2]) -> Option<[char; 2]> {
    let twins = latin_twin(typed[0]).zip(latin_twin(typed[1])).map(|(first, second)| [first, second]);
    let heard = || latin_by_ear(typed[0]).zip(latin_by_ear(typed[1])).map(|(first, second)| [first, second]);
    let usual = |service: &[char; 2]| SERVICES.contains(service[0]);
    twins.filter(usual).or_else(|| heard().filter(usual)).or(twins).or_else(heard)
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
    matches!(c, ' ' | '-' | '_' | '.' | '\n')
}

/// So many of them at most.
const MOST_BETWEEN: usize = 3;

/// Follows a format from `i`, spaces, dashes and such between its signs allowed; gives the end and the signs taken.
/// `#` is a digit (the letter «о» for a nought), `@` a letter; two letters at the beginning or the end stand together.
fn follow(search: &Search, i: usize, format: &[char]) -> Option<(usize, Vec<char>)> {
    let mut at = i;
    let mut taken = Vec::with_capacity(format.len());
    for (place, wanted) in format.iter().enumerate() {
        let together = *wanted == '@' && place > 0 && format[place - 1] == '@';
        let mut between = 0;
        while !taken.is_empty() && !together && between < MOST_BETWEEN && search.at(at).is_some_and(is_between) {
            at += 1;
            between += 1;
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
    Some((at, taken))
}

fn spell(taken: &[char], letter: fn(char) -> Option<char>) -> Option<String> {
    taken.iter().map(|c| if c.is_ascii_digit() { Some(*c) } else { letter(*c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::{check_digit, country, service};

    #[test]
    fn check_digits() {
        assert_eq!(check_digit(&[1, 2, 3, 4, 5, 6, 7, 8]), 5);
        assert_eq!(check_digit(&[4, 7, 3, 1, 2, 4, 8, 2]), 9);
        assert_eq!(check_digit(&[0; 8]), 5);
    }

    #[test]
    fn letters_typed_in_cyrillic() {
        for (typed, meant) in [("ру", "RU"), ("rу", "RU"), ("сn", "CN"), ("сн", "CN"), ("де", "DE"), ("кз", "KZ")]
        {
            let typed: Vec<char> = typed.chars().collect();
            let country = country([typed[0], typed[1]]).map(String::from_iter);
            assert_eq!(country.as_deref(), Some(meant), "{typed:?}");
        }
        for (typed, meant) in [("ра", "RA"), ("ср", "CP"), ("рб", "RB"), ("ее", "EE"), ("цв", "CV")] {
            let typed: Vec<char> = typed.chars().collect();
            assert_eq!(service([typed[0], typed[1]]).map(String::from_iter).as_deref(), Some(meant), "{typed:?}");
        }
        assert_eq!(country(['z', 'z']), None);
    }
}
