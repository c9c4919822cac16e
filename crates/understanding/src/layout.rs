//! The wrong keyboard and Latin letters for Cyrillic, undone where that makes words of them.
//!
//! Every stretch between spaces is read in up to three ways: as it stands, as if the other
//! keyboard layout had been on, and (Latin only) as Russian in Latin letters. The message as a
//! whole votes for a way, since a short word alone («gde», «yt») decides nothing; then each word
//! takes the best way with that vote in mind.

use super::alphabet::Script;
use super::normalize::{self, is_cyrillic, is_latin};
use super::plausible::Tongues;
use super::sounds::russian_by_sound;
use super::stretch::{Stretch, Typed};

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

/// What the same keys write on the other keyboard: «анна» for «fyyf», «anna» for «фттф». Signs that have no letter there
/// stay.
pub fn other_keyboard(text: &str) -> String {
    let other = |c: char| russian_key(c).filter(|c| is_cyrillic(*c)).or_else(|| latin_key(c)).unwrap_or(c);
    text.to_lowercase().chars().map(other).collect()
}

/// What a way costs beforehand, a message: people mostly type what they mean.
const COST_LAYOUT: f32 = 3.0;
const COST_TRANSLITERATION: f32 = 2.0;
/// How much the vote of the message weighs for each of its words, a letter.
const VOTE: f32 = 1.5;

/// Undoes layout and transliteration in a folded text.
pub(super) fn undo(folded: &str, tongues: &Tongues) -> Vec<Stretch> {
    // A line break is a stretch of its own: it ends a clause.
    let parts = folded.split_inclusive('\n').flat_map(|line| {
        let line_break = if line.ends_with('\n') { "\n" } else { "" };
        line.split_whitespace().chain(Some(line_break).filter(|b| !b.is_empty()))
    });
    if is_plain_russian(folded, tongues) {
        return parts
            .map(|part| Stretch { text: normalize::shorten_stretch(part).to_owned(), typed: Typed::Plain })
            .collect();
    }
    let stretches: Vec<Ways> = parts.map(|part| Ways::of(part, tongues)).collect();
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

/// Whether there is nothing to undo: no Latin letters, and at least half of the words known as
/// they are written. Most messages are such.
fn is_plain_russian(folded: &str, tongues: &Tongues) -> bool {
    if folded.bytes().any(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let (mut words, mut known) = (0usize, 0usize);
    for word in folded.split(|c: char| !normalize::is_word(c)).filter(|word| !word.is_empty()) {
        words += 1;
        known += usize::from(tongues.has_form(word));
    }
    known * 2 >= words
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

/// The ways to read one stretch, and how plausible each is.
struct Ways {
    script: Script,
    texts: [Option<String>; 3],
    scores: [f32; 3],
    letters: f32,
}

/// What each letter of a known word says against the other layout.
const UNLIKELY: f32 = 4.0;
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
        let plain = tongues.score(Script::Latin, &core);
        let layout = russian_by_layout(part, tongues);
        let transliterated = tongues.cyrillic().and_then(|russian| russian_by_sound(&core, russian));
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
        if tongues.knows(Script::Cyrillic, &word) {
            let mut ways = Ways::plain(part);
            ways.script = Script::Cyrillic;
            ways.scores = [tongues.score(Script::Cyrillic, &word), -UNLIKELY * letters, IMPOSSIBLE];
            ways.letters = letters;
            return ways;
        }
        let english: Option<String> =
            part.chars().map(|c| if is_cyrillic(c) { latin_key(c) } else { Some(c) }).collect();
        let score = english.as_deref().map_or(IMPOSSIBLE, |text| {
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            if letters * 5 < text.chars().count() * 4 || !tongues.has(Script::Latin) {
                return IMPOSSIBLE;
            }
            tongues.score(Script::Latin, self::core(text))
        });
        Ways {
            script: Script::Cyrillic,
            texts: [Some(part.to_owned()), english, None],
            scores: [tongues.score(Script::Cyrillic, &word), score, IMPOSSIBLE],
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
    part.trim_matches(|c: char| !normalize::is_word(c))
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
    tongues.cyrillic()?;
    let letters: Vec<char> = part.chars().collect();
    let is_edge = |c: &char| russian_key(*c).is_none() && !normalize::is_word(*c);
    let head = letters.iter().take_while(|c| is_edge(c)).count();
    let outside = letters[head..].iter().rev().take_while(|c| is_edge(c)).count();
    let core = &letters[head..letters.len() - outside];
    let tail = core.iter().rev().take_while(|c| !normalize::is_word(**c)).count();
    let mut found: Option<(String, f32)> = None;
    for kept in (0..=tail.min(2)).chain((tail > 2).then_some(tail)) {
        let (inner, outer) = core.split_at(core.len() - kept);
        let word: String = inner.iter().map(|c| russian_key(*c).unwrap_or(*c)).collect();
        if word.is_empty() || word.chars().any(is_latin) {
            continue;
        }
        let score = tongues.score_parts(Script::Cyrillic, &normalize::unstretch(&word)) - kept as f32 * 0.5;
        if found.as_ref().is_none_or(|(_, best)| score > *best) {
            let edges = (&letters[..head], &letters[letters.len() - outside..]);
            let whole = edges.0.iter().copied().chain(word.chars());
            found = Some((whole.chain(outer.iter().chain(edges.1).copied()).collect(), score));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::normalize::fold;
    use super::*;

    fn undone(text: &str) -> String {
        let tongues = Tongues::default();
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
