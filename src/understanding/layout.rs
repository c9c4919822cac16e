//! The wrong keyboard and Latin letters for Cyrillic, undone where that makes words of them.
//!
//! Every stretch between spaces is read in up to three ways: as it stands, as if the other
//! keyboard layout had been on, and (Latin only) as Russian in Latin letters. The message as a
//! whole votes for a way, since a short word alone («gde», «yt») decides nothing; then each word
//! takes the best way with that vote in mind.

use super::normalize::{self, is_cyrillic, is_latin};
use super::plausible::{Tongue, Tongues};

/// Keys of the QWERTY layout and the letters of ЙЦУКЕН on them.
const KEYS: [(char, char); 34] = [
    ('q', 'й'),
    ('w', 'ц'),
    ('e', 'у'),
    ('r', 'к'),
    ('t', 'е'),
    ('y', 'н'),
    ('u', 'г'),
    ('i', 'ш'),
    ('o', 'щ'),
    ('p', 'з'),
    ('[', 'х'),
    (']', 'ъ'),
    ('a', 'ф'),
    ('s', 'ы'),
    ('d', 'в'),
    ('f', 'а'),
    ('g', 'п'),
    ('h', 'р'),
    ('j', 'о'),
    ('k', 'л'),
    ('l', 'д'),
    (';', 'ж'),
    ('\'', 'э'),
    ('z', 'я'),
    ('x', 'ч'),
    ('c', 'с'),
    ('v', 'м'),
    ('b', 'и'),
    ('n', 'т'),
    ('m', 'ь'),
    (',', 'б'),
    ('.', 'ю'),
    ('`', 'е'),
    ('/', '.'),
];

/// The Russian letter on the key of a Latin sign.
pub(super) fn russian_key(c: char) -> Option<char> {
    let shifted = match c {
        '{' => '[',
        '}' => ']',
        ':' => ';',
        '"' => '\'',
        '<' => ',',
        '>' => '.',
        '~' => '`',
        other => other,
    };
    KEYS.iter().find(|(latin, _)| *latin == shifted).map(|(_, russian)| *russian)
}

/// The Latin sign on the key of a Russian letter.
pub(super) fn latin_key(c: char) -> Option<char> {
    KEYS.iter().find(|(_, russian)| *russian == c).map(|(latin, _)| *latin)
}

/// How a stretch was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// As it is meant.
    Plain,
    /// With the other keyboard layout on.
    OtherLayout,
    /// Russian in Latin letters.
    Transliterated,
}

/// A stretch of the text as it is to be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) text: String,
    pub(super) typed: Typed,
}

/// What a way costs beforehand, a message: people mostly type what they mean.
const COST_LAYOUT: f32 = 3.0;
const COST_TRANSLITERATION: f32 = 2.0;
/// How much the vote of the message weighs for each of its words, a letter.
const VOTE: f32 = 1.5;

/// Undoes layout and transliteration in a folded text.
pub(super) fn undo(folded: &str, tongues: &Tongues) -> Vec<Stretch> {
    let stretches: Vec<Ways> = folded
        .split_inclusive(['\n'])
        .flat_map(|line| {
            let mut parts: Vec<Ways> = line.split_whitespace().map(|part| Ways::of(part, tongues)).collect();
            if line.ends_with('\n') {
                parts.push(Ways::plain("\n"));
            }
            parts
        })
        .collect();
    let mut votes = [0.0, -COST_LAYOUT, -COST_TRANSLITERATION];
    let mut cyrillic_votes = [0.0, -COST_LAYOUT];
    for ways in &stretches {
        match ways.script {
            Script::Latin => {
                for (vote, score) in votes.iter_mut().zip(ways.scores) {
                    *vote += score;
                }
            }
            Script::Cyrillic => {
                cyrillic_votes[0] += ways.scores[0];
                cyrillic_votes[1] += ways.scores[1];
            }
            Script::Neither => {}
        }
    }
    let latin_choice = best(&votes);
    let cyrillic_choice = best(&cyrillic_votes);
    stretches
        .into_iter()
        .map(|ways| {
            let choice = match ways.script {
                Script::Latin => latin_choice,
                Script::Cyrillic => cyrillic_choice,
                Script::Neither => 0,
            };
            ways.choose(choice)
        })
        .collect()
}

fn best(scores: &[f32]) -> usize {
    let mut best = 0;
    for (i, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = i;
        }
    }
    best
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Script {
    Latin,
    Cyrillic,
    Neither,
}

/// The ways to read one stretch, and how plausible each is.
struct Ways {
    script: Script,
    texts: [Option<String>; 3],
    scores: [f32; 3],
    letters: f32,
}

/// The score of a way that is impossible.
const IMPOSSIBLE: f32 = -1.0e3;

impl Ways {
    fn plain(part: &str) -> Ways {
        Ways { script: Script::Neither, texts: [Some(part.to_owned()), None, None], scores: [0.0; 3], letters: 0.0 }
    }

    fn of(part: &str, tongues: &Tongues) -> Ways {
        let latin = part.chars().filter(|c| is_latin(*c)).count();
        let cyrillic = part.chars().filter(|c| is_cyrillic(*c)).count();
        let part = normalize::shorten_stretch(part);
        if latin > cyrillic && cyrillic == 0 {
            Ways::of_latin(part, tongues)
        } else if cyrillic > 0 && latin == 0 {
            Ways::of_cyrillic(part, tongues)
        } else {
            Ways::plain(part)
        }
    }

    fn of_latin(part: &str, tongues: &Tongues) -> Ways {
        let core = normalize::unstretch(core(part));
        let letters = core.chars().count() as f32;
        let plain = tongues.english.score(&core);
        let layout = russian_by_layout(part, tongues);
        let transliterated = russian_by_sound(&core, &tongues.russian);
        let texts = [
            Some(part.to_owned()),
            layout.as_ref().map(|(text, _)| text.clone()),
            transliterated.as_ref().map(|(text, _)| with_edges(part, text)),
        ];
        let scores = [
            plain,
            layout.map_or(IMPOSSIBLE, |(_, score)| score),
            transliterated.map_or(IMPOSSIBLE, |(_, score)| score),
        ];
        Ways { script: Script::Latin, texts, scores, letters }
    }

    fn of_cyrillic(part: &str, tongues: &Tongues) -> Ways {
        let word = normalize::unstretch(core(part));
        let letters = word.chars().count() as f32;
        // Most words are Russian and known: nothing to undo.
        if tongues.russian.knows(&word) {
            let mut ways = Ways::plain(part);
            ways.script = Script::Cyrillic;
            ways.scores = [tongues.russian.score(&word), IMPOSSIBLE, IMPOSSIBLE];
            ways.letters = letters;
            return ways;
        }
        let english: Option<String> =
            part.chars().map(|c| if is_cyrillic(c) { latin_key(c) } else { Some(c) }).collect();
        let score = english.as_deref().map_or(IMPOSSIBLE, |text| {
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            if letters * 5 < text.chars().count() * 4 {
                return IMPOSSIBLE;
            }
            tongues.english.score(self::core(text))
        });
        Ways {
            script: Script::Cyrillic,
            texts: [Some(part.to_owned()), english, None],
            scores: [tongues.russian.score(&word), score, IMPOSSIBLE],
            letters,
        }
    }

    fn choose(self, vote: usize) -> Stretch {
        let mut scores = self.scores;
        if self.script != Script::Neither {
            scores[1] -= COST_LAYOUT;
            scores[2] -= COST_TRANSLITERATION;
            scores[vote] += VOTE * (self.letters + 1.0) + if vote > 0 { COST_LAYOUT } else { 0.0 };
        }
        let choice = best(&scores);
        let typed = [Typed::Plain, Typed::OtherLayout, Typed::Transliterated][choice];
        let [plain, layout, transliterated] = self.texts;
        let chosen = match choice {
            1 => layout,
            2 => transliterated,
            _ => plain,
        };
        Stretch { text: chosen.unwrap_or_default(), typed }
    }
}

/// A stretch without the punctuation around it.
fn core(part: &str) -> &str {
    part.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The punctuation of `part` around another core.
fn with_edges(part: &str, core_text: &str) -> String {
    let core = core(part);
    match part.find(core) {
        Some(at) if !core.is_empty() => {
            format!("{}{}{}", &part[..at], core_text, &part[at + core.len()..])
        }
        _ => core_text.to_owned(),
    }
}

/// The stretch as typed with the Russian layout on. Signs at its end may be letters («,» is «б»)
/// or punctuation: whichever makes the better word.
fn russian_by_layout(part: &str, tongues: &Tongues) -> Option<(String, f32)> {
    let letters: Vec<char> = part.chars().collect();
    let is_edge = |c: &char| russian_key(*c).is_none() && !c.is_alphanumeric();
    let head = letters.iter().take_while(|c| is_edge(c)).count();
    let outside = letters[head..].iter().rev().take_while(|c| is_edge(c)).count();
    let core = &letters[head..letters.len() - outside];
    let tail = core.iter().rev().take_while(|c| !c.is_alphanumeric()).count();
    let mut found: Option<(String, f32)> = None;
    for kept in (0..=tail.min(2)).chain((tail > 2).then_some(tail)) {
        let (inner, outer) = core.split_at(core.len() - kept);
        let word: String = inner.iter().map(|c| russian_key(*c).unwrap_or(*c)).collect();
        if word.is_empty() || word.chars().any(is_latin) {
            continue;
        }
        let score = tongues.russian.score_parts(&normalize::unstretch(&word)) - kept as f32 * 0.5;
        if found.as_ref().is_none_or(|(_, best)| score > *best) {
            let edges = (&letters[..head], &letters[letters.len() - outside..]);
            let whole = edges.0.iter().copied().chain(word.chars());
            found = Some((whole.chain(outer.iter().chain(edges.1).copied()).collect(), score));
        }
    }
    found
}

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
    ("i", &[("и", 0.0), ("й", 0.8), ("ы", 1.8)]),
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
fn russian_by_sound(core: &str, russian: &Tongue) -> Option<(String, f32)> {
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
    use super::super::normalize::fold;
    use super::*;

    fn undone(text: &str) -> String {
        let tongues = Tongues::new(std::iter::empty());
        let parts: Vec<String> = undo(&fold(text), &tongues).into_iter().map(|s| s.text).collect();
        parts.join(" ")
    }

    #[test]
    fn the_wrong_layout() {
        assert_eq!(undone("ult vjz gjcskrf"), "где моя посылка");
        assert_eq!(undone("Ult vjq pfrfp?"), "где мой заказ?");
        assert_eq!(undone("цруку шы ьн зфксуд"), "where is my parcel");
        assert_eq!(undone("j,]zcybnt"), "объясните");
    }

    #[test]
    fn transliteration() {
        assert_eq!(undone("gde moya posylka"), "где моя посылка");
        assert_eq!(undone("otmenite zakaz"), "отмените заказ");
        assert_eq!(undone("verni dengi pozhaluista"), "верни деньги пожалуйста");
        assert_eq!(undone("4to s moim zakazom"), "что с моим заказом");
    }

    #[test]
    fn plain_words_stay() {
        for text in ["where is my parcel", "где моя посылка", "i want to talk to a person", "не пришла sms с кодом"]
        {
            assert_eq!(undone(text), text);
        }
    }
}
