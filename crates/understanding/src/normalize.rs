//! One spelling for what means the same: Unicode forms, case, «ё», invisible signs, look-alike
//! letters of the other alphabet and stretched letters.

use unicode_normalization::UnicodeNormalization;

/// Longest word that is looked at letter by letter; the rest of a longer one says nothing.
pub(super) const LONGEST_WORD: usize = 32;

/// Lower-cases and composes a text and drops what cannot be seen; punctuation stays.
///
/// NFKC (Unicode Standard Annex 15) makes one of `ｇｄｅ`, `𝐠𝐝𝐞` and `gde`. «№» is spared: its
/// compatibility form is the English word «No».
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.chars().all(is_plain) {
        lower(text.chars(), &mut folded);
    } else {
        for (i, part) in text.split('№').enumerate() {
            if i > 0 {
                folded.push('№');
            }
            lower(part.nfkc(), &mut folded);
        }
    }
    folded
}

/// Whether NFKC leaves the letter as it is, whatever its neighbours.
fn is_plain(c: char) -> bool {
    c.is_ascii() || matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | '«' | '»' | '—' | '–' | '№')
}

fn lower(letters: impl Iterator<Item = char>, into: &mut String) {
    for c in letters {
        match c {
            'а'..='я' | 'a'..='z' | '0'..='9' | ' ' => into.push(c),
            'ё' | 'Ё' => into.push('е'),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => into.push('\n'),
            _ if is_invisible(c) => {}
            _ if c.is_control() || c.is_whitespace() => into.push(' '),
            _ => into.extend(c.to_lowercase().filter(|l| !is_invisible(*l))),
        }
    }
}

/// Joiners, direction marks, soft hyphens, variation selectors and loose accents.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Whether the sign belongs to a word: a letter or digit of any alphabet.
pub(super) fn is_word(c: char) -> bool {
    match c {
        'а'..='я' | 'a'..='z' | '0'..='9' => true,
        '\0'..='@' => false,
        _ => c.is_alphanumeric(),
    }
}

/// Whether the sign is a letter of any alphabet; the common ones are told at once.
pub(super) fn is_letter(c: char) -> bool {
    match c {
        'а'..='я' | 'a'..='z' => true,
        '\0'..='@' => false,
        _ => c.is_alphabetic(),
    }
}

/// Whether the letter is Cyrillic (the Russian block).
pub(super) fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// Whether the letter is a plain Latin one.
pub(super) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// The Cyrillic letter a Latin one looks like; lower case.
pub(super) fn cyrillic_twin(c: char) -> Option<char> {
    Some(match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'и',
        'k' => 'к',
        'm' => 'м',
        'n' => 'п',
        'o' | '0' => 'о',
        'p' => 'р',
        'r' => 'г',
        't' => 'т',
        'u' => 'и',
        'x' => 'х',
        'y' => 'у',
        '3' => 'з',
        '6' => 'б',
        _ => return None,
    })
}

/// The Russian letter that a letter of a neighbour language's alphabet (Ukrainian, Belarusian, Kazakh, Uzbek, Tajik,
/// Kyrgyz) is written as by those who have no such key; lower case.
pub(super) fn neighbour_twin(c: char) -> Option<char> {
    Some(match c {
        'і' | 'ї' | 'ӣ' => 'и',
        'є' => 'е',
        'ґ' | 'ғ' => 'г',
        'ў' | 'ұ' | 'ү' | 'ӯ' => 'у',
        'қ' => 'к',
        'ҳ' | 'һ' => 'х',
        'ә' => 'а',
        'ө' => 'о',
        'ң' => 'н',
        'ҷ' => 'ч',
        _ => return None,
    })
}

/// Writes the letters of neighbour languages as Russian ones; `None` where a word has none.
pub(super) fn russify(word: &str) -> Option<String> {
    let has = word.chars().any(|c| neighbour_twin(c).is_some());
    has.then(|| word.chars().map(|c| neighbour_twin(c).unwrap_or(c)).collect())
}

/// Writes a word of mixed alphabets in Cyrillic when that is its main one and every foreign
/// letter has a twin there; otherwise the word stays as it is.
pub(super) fn unmix(word: &str) -> Option<String> {
    let (mut cyrillic, mut latin, mut digits) = (0usize, 0usize, 0usize);
    for c in word.chars() {
        cyrillic += usize::from(is_cyrillic(c));
        latin += usize::from(is_latin(c));
        digits += usize::from(c.is_ascii_digit());
    }
    let foreign = latin + digits;
    // A number with an ending («15го») is no misspelt word: a digit must stand inside letters.
    let digit_inside = word.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if foreign == 0 || cyrillic < foreign || (digits > 0 && (!digit_inside || digits * 3 > cyrillic)) {
        return None;
    }
    word.chars().map(|c| if is_cyrillic(c) { Some(c) } else { cyrillic_twin(c) }).collect()
}

/// Draws stretched letters together: three or more of a kind become one («гдеее», «неееет»).
/// Pairs stay, since Russian and English have them.
pub(super) fn unstretch(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let mut run = 1;
        while letters.next_if_eq(&c).is_some() {
            run += 1;
        }
        out.push(c);
        if run == 2 {
            out.push(c);
        }
    }
    out
}

/// The first [`LONGEST_WORD`] letters of a word.
pub(super) fn shorten(word: &str) -> &str {
    word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end])
}

/// The first letters of a stretch between spaces: room for a few words glued together.
pub(super) fn shorten_stretch(stretch: &str) -> &str {
    stretch.char_indices().nth(LONGEST_WORD * 2).map_or(stretch, |(end, _)| &stretch[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_to_one_spelling() {
        assert_eq!(fold("Где МОЯ Посылка?! Ещё"), "где моя посылка?! еще");
        assert_eq!(fold("ｇｄｅ"), "gde");
        assert_eq!(fold("и\u{306}од"), "йод");
        assert_eq!(fold("г\u{200f}де\u{0}там"), "где там");
        assert_eq!(fold("заказ №5"), "заказ №5");
    }

    #[test]
    fn unmixes_look_alikes() {
        assert_eq!(unmix("пocылкa").as_deref(), Some("посылка"));
        assert_eq!(unmix("зак4з"), None);
        assert_eq!(unmix("15го"), None);
        assert_eq!(unmix("посылка"), None);
        assert_eq!(unmix("order"), None);
    }

    #[test]
    fn neighbours_letters_have_twins() {
        assert_eq!(russify("поверніть").as_deref(), Some("повернить"));
        assert_eq!(russify("қайда").as_deref(), Some("кайда"));
        assert_eq!(russify("верните"), None);
    }

    #[test]
    fn draws_stretched_letters_together() {
        assert_eq!(unstretch("гдеееее"), "где");
        assert_eq!(unstretch("длинный"), "длинный");
        assert_eq!(unstretch(&"а".repeat(4096)), "а");
    }
}
