//! Russian in Latin letters, read back: chat transliteration has many dialects and no rules.

use super::plausible::Tongue;

/// What Latin letters stand for in the dialects of chat transliteration, with the cost of each.
const SOUNDS: [(&str, &[(&str, f32)]); 62] = [
    ("shch", &[("щ", 0.0)]),
    ("sch", &[("щ", 0.0), ("сч", 1.0)]),
    ("shh", &[("щ", 0.2)]),
    ("sh", &[("ш", 0.0), ("щ", 1.5), ("сх", 2.5)]),
    ("ch", &[("ч", 0.0), ("х", 2.0)]),
    ("zh", &[("ж", 0.0)]),
    ("kh", &[("х", 0.0)]),
    ("ts", &[("ц", 0.0), ("тс", 0.3)]),
    ("tz", &[("ц", 0.5)]),
    ("cz", &[("ц", 0.5)]),
    ("ya", &[("я", 0.0), ("ыа", 3.0)]),
    ("ja", &[("я", 0.0)]),
    ("ia", &[("ия", 0.2), ("я", 0.6)]),
    ("iya", &[("ия", 0.0)]),
    ("yu", &[("ю", 0.0)]),
    ("ju", &[("ю", 0.0)]),
    ("iu", &[("ю", 0.5), ("ию", 0.5)]),
    ("yo", &[("е", 0.0), ("йо", 1.0)]),
    ("jo", &[("е", 0.3), ("йо", 1.0)]),
    ("ye", &[("е", 0.0), ("ые", 0.5)]),
    ("je", &[("е", 0.2), ("ье", 0.6)]),
    ("ie", &[("ие", 0.0), ("ье", 0.3)]),
    ("iy", &[("ий", 0.0)]),
    ("ij", &[("ий", 0.0)]),
    ("yj", &[("ый", 0.0)]),
    ("yy", &[("ый", 0.0)]),
    ("ii", &[("ий", 0.3), ("ии", 0.3)]),
    ("oi", &[("ой", 0.1), ("ои", 0.3)]),
    ("ei", &[("ей", 0.1), ("еи", 0.5)]),
    ("ai", &[("ай", 0.2), ("аи", 0.5)]),
    ("ee", &[("ее", 0.2), ("и", 0.8)]),
    ("oo", &[("у", 0.9), ("оо", 0.3)]),
    ("ck", &[("ск", 0.8), ("к", 0.4)]),
    ("ph", &[("ф", 0.5)]),
    ("a", &[("а", 0.0)]),
    ("b", &[("б", 0.0), ("в", 3.0)]),
    ("c", &[("ц", 0.2), ("с", 0.6), ("к", 0.8)]),
    ("d", &[("д", 0.0)]),
    ("e", &[("е", 0.0), ("э", 0.6)]),
    ("f", &[("ф", 0.0)]),
    ("g", &[("г", 0.0), ("ж", 1.8)]),
    ("h", &[("х", 0.1), ("г", 1.6), ("н", 3.0)]),
    ("i", &[("и", 0.0), ("й", 0.8), ("ы", 3.5)]),
    ("j", &[("й", 0.2), ("ж", 0.6), ("ь", 0.8)]),
    ("k", &[("к", 0.0)]),
    ("l", &[("л", 0.0)]),
    ("m", &[("м", 0.0)]),
    ("n", &[("н", 0.0)]),
    ("o", &[("о", 0.0)]),
    ("p", &[("п", 0.0), ("р", 3.5)]),
    ("q", &[("я", 0.6), ("к", 0.6)]),
    ("r", &[("р", 0.0)]),
    ("s", &[("с", 0.0)]),
    ("t", &[("т", 0.0)]),
    ("u", &[("у", 0.0), ("ю", 1.6)]),
    ("v", &[("в", 0.0)]),
    ("w", &[("ш", 0.3), ("в", 0.3), ("щ", 1.5)]),
    ("x", &[("х", 0.2), ("кс", 0.4)]),
    ("y", &[("ы", 0.0), ("й", 0.1), ("и", 1.0), ("у", 2.5)]),
    ("z", &[("з", 0.0)]),
    ("'", &[("ь", 0.0), ("ъ", 0.5)]),
    ("4", &[("ч", 0.0)]),
];
/// Other digits and signs that stand for letters.
const SIGNS: [(&str, &[(&str, f32)]); 4] =
    [("6", &[("ш", 0.5), ("б", 1.0)]), ("3", &[("з", 0.3), ("э", 1.0)]), ("0", &[("о", 0.3)]), ("`", &[("ь", 0.3)])];

/// How many half-read words are kept at each letter.
const BEAM: usize = 8;
/// The cost of a soft sign that Latin letters left out.
const SOFT_SIGN: f32 = 1.2;

/// A half-read word: its letters, its cost and its last two letters.
#[derive(Clone)]
struct Half {
    text: String,
    score: f32,
    before: usize,
    last: usize,
}

impl Half {
    fn then(&self, more: &str, cost: f32, tongue: &Tongue) -> Half {
        let mut next = self.clone();
        next.score -= cost;
        for c in more.chars() {
            let code = tongue.code(c);
            next.score += tongue.step(next.before, next.last, code);
            next.before = next.last;
            next.last = code;
            next.text.push(c);
        }
        next
    }
}

/// The most plausible Russian word behind Latin letters, by a beam search over the letter model.
pub(super) fn russian_by_sound(core: &str, russian: &Tongue) -> Option<(String, f32)> {
    if core.is_empty() || !core.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'\'' | b'`' | b'-')) {
        return None;
    }
    if !core.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let length = core.len();
    let mut beams: Vec<Vec<Half>> = vec![Vec::new(); length + 1];
    beams[0].push(Half { text: String::new(), score: 0.0, before: 0, last: 0 });
    for at in 0..length {
        let mut halves = std::mem::take(&mut beams[at]);
        halves.sort_by(|a, b| b.score.total_cmp(&a.score));
        halves.truncate(BEAM);
        let rest = &core[at..];
        if rest.starts_with('-') {
            for half in &halves {
                beams[at + 1].push(Half { text: format!("{}-", half.text), score: half.score, before: 0, last: 0 });
            }
            continue;
        }
        for (latin, readings) in SOUNDS.iter().chain(&SIGNS).filter(|(latin, _)| rest.starts_with(latin)) {
            for half in &halves {
                for (russian_letters, cost) in *readings {
                    let next = half.then(russian_letters, *cost, russian);
                    if is_soft(russian_letters) {
                        beams[at + latin.len()].push(next.then("ь", SOFT_SIGN, russian));
                    }
                    beams[at + latin.len()].push(next);
                }
            }
        }
    }
    let mut ends = std::mem::take(&mut beams[length]);
    ends.sort_by(|a, b| b.score.total_cmp(&a.score));
    ends.truncate(BEAM);
    ends.into_iter()
        .map(|half| {
            let score = half.score + russian.step(half.before, half.last, 0) + russian.bonus(&half.text);
            (half.text, score)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Whether a soft sign may follow the letter.
fn is_soft(letters: &str) -> bool {
    matches!(letters, "т" | "л" | "н" | "с" | "з" | "р" | "м" | "п" | "в" | "б" | "д" | "ш" | "ч")
}

#[cfg(test)]
mod tests {
    use super::super::plausible::Tongues;
    use super::*;

    #[test]
    fn dialects() {
        let tongues = Tongues::default();
        for (latin, russian) in [
            ("posylka", "посылка"),
            ("zdravstvujte", "здравствуйте"),
            ("4to", "что"),
            ("esche", "еще"),
            ("xochu", "хочу"),
            ("dengi", "деньги"),
        ] {
            let read = russian_by_sound(latin, tongues.cyrillic().expect("Russian")).map(|(word, _)| word);
            assert_eq!(read.as_deref(), Some(russian), "{latin}");
        }
        assert_eq!(russian_by_sound("", tongues.cyrillic().expect("Russian")), None);
        assert_eq!(russian_by_sound("123", tongues.cyrillic().expect("Russian")), None);
    }
}
