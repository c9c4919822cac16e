//! The words of a text, and sayings of a word or a few.

/// The words of a text: small letters, ё as е, without signs.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('ё', "е");
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A beginning of at most so many letters is a whole word («не», «зря»).
const WHOLE: usize = 3;

/// Whether `word` begins with `stem`; one as short as «не» is the whole word, and «недавно» has nothing of it.
pub(super) fn is_of_stem(word: &str, stem: &str) -> bool {
    match stem.chars().nth(WHOLE) {
        None => word == stem,
        Some(_) => word.starts_with(stem),
    }
}

/// A word or a few that customers say, taken apart once: every message is compared with all of them.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    /// As it is written: an emoji has no words.
    pub(super) text: String,
    words: Vec<String>,
}

impl Saying {
    pub(super) fn new(text: String) -> Saying {
        let words = words_of(&text);
        Saying { text, words }
    }

    /// Whether it has this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    /// Whether these words, of which there are some, are the same.
    pub(super) fn is(&self, said: &[String]) -> bool {
        !said.is_empty() && self.words == said
    }
}

/// The first number with a unit of time, money or weight beside it that a text writes out: «14 дней», «1–2 часа», «три
/// дня», «$5»; `None` where it states none. Both are words of the language: numbers in words, and units as they begin.
pub(super) fn stated_term(text: &str, numbers: &[String], units: &[String]) -> Option<String> {
    const MONEY: [char; 4] = ['₽', '$', '€', '%'];
    let folded = text.to_lowercase().replace('ё', "е");
    let is_word = |c: char| c.is_alphanumeric() || MONEY.contains(&c);
    let is_unit = |word: &str| word.starts_with(MONEY) || units.iter().any(|unit| word.starts_with(unit.as_str()));
    folded.split(['.', ';', '!', '?', '\n']).find_map(|sentence| {
        let words: Vec<&str> = sentence.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
        words.iter().enumerate().find_map(|(at, word)| {
            let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
            let digits = rest.len() < word.len();
            // «14дней», «$5».
            if (digits && is_unit(rest)) || (word.starts_with(MONEY) && word.chars().count() > 1) {
                return Some((*word).to_owned());
            }
            let number = (digits && rest.is_empty()) || numbers.iter().any(|number| number == word);
            let unit = words.get(at + 1).filter(|next| number && is_unit(next))?;
            Some(format!("{word} {unit}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_that_is_written_out_is_found() {
        let list = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (numbers, units) = (list("два три трех two three"), list("дн день час руб day hour kg кг"));
        for (text, expected) in [
            ("на всё есть 14 дней", Some("14 дней")),
            ("проверят за 1–2 часа.", Some("2 часа")),
            ("дольше трёх дней", Some("трех дней")),
            ("стоит 500₽", Some("500₽")),
            ("стоит 500 ₽", Some("500 ₽")),
            ("within two days", Some("two days")),
            ("more than 25kg", Some("25kg")),
            ("pay $5", Some("$5")),
            ("по закону 152-ФЗ", None),
            ("на другой день, в двух словах", None),
            ("обычно это час-два. День назначат", None),
            ("номер 1000000017", None),
        ] {
            assert_eq!(stated_term(text, &numbers, &units).as_deref(), expected, "{text}");
        }
    }
}
