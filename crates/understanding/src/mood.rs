//! What shows how the customer feels: words, capitals, punctuation, repetition and threats. `moods` learns from them.

use super::normalize;
use super::reading::Mood;
use super::wordlists::WordLists;

/// Points from which a message is upset, and angry.
const UPSET_FROM: u32 = 2;
const ANGRY_FROM: u32 = 4;

/// What shows a mood, each kind in points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    /// Harsh words.
    harsh: u32,
    /// Words of worry, two points each at most.
    worried: u32,
    /// Harsh sayings.
    sayings: u32,
    loud: u32,
    marks: u32,
    angry_emoji: u32,
    sad_emoji: u32,
}

impl Signs {
    /// Those of a text; `folded` is the same text after `normalize::fold`, `words` are those of all languages.
    pub(super) fn of(text: &str, folded: &str, words: &WordLists) -> Signs {
        let (angry_emoji, sad_emoji) = emoji(text);
        let mut signs =
            Signs { loud: loudness(text), marks: punctuation(text), angry_emoji, sad_emoji, ..Signs::default() };
        for word in folded.split(|c: char| !normalize::is_word(c)).filter(|w| !w.is_empty()) {
            let weight = |list: &[(String, u32)]| {
                // Two bytes tell most apart, and cost nothing to compare.
                let first = word.as_bytes().first_chunk::<2>();
                let alike = list.iter().filter(|(start, _)| start.as_bytes().first_chunk::<2>() == first);
                alike.filter(|(start, _)| word.starts_with(start.as_str())).map(|(_, w)| *w).max()
            };
            if let Some(found) = weight(&words.angry).filter(|_| !excused(words, word)) {
                signs.harsh += found;
            } else if let Some(found) = weight(&words.upset) {
                signs.worried += found.min(2);
            }
        }
        let said = words.sayings.iter().filter(|(saying, _)| folded.contains(saying.as_str()));
        signs.sayings = said.map(|(_, w)| w).sum();
        signs
    }

    /// Whether there is heat in them: harsh words, shouting, angry emoji. (Some write everything in capitals.)
    pub(super) fn show_heat(self, text: &str) -> bool {
        let shouts = text.contains("!!") || (self.loud > 1 && text.contains('!'));
        self.harsh > 0 || self.sayings > 0 || self.angry_emoji > 0 || shouts
    }

    /// All of them, in a fixed order.
    pub(super) fn all(self) -> [u32; 7] {
        let Signs { harsh, worried, sayings, loud, marks, angry_emoji, sad_emoji } = self;
        [harsh, worried, sayings, loud, marks, angry_emoji, sad_emoji]
    }

    /// The mood they come to by themselves, where nothing was learned of moods.
    pub(super) fn mood(self) -> Mood {
        let Signs { harsh, worried, sayings, loud, marks, angry_emoji, sad_emoji } = self;
        let points = harsh + worried + sayings + loud + angry_emoji + sad_emoji;
        let heat = harsh + angry_emoji;
        // Signs alone, however many, do not make anger.
        match points + marks {
            _ if heat >= ANGRY_FROM || (points >= 3 && points + marks >= ANGRY_FROM + 2) => Mood::Angry,
            all if all >= ANGRY_FROM && heat >= 2 => Mood::Angry,
            all if all >= UPSET_FROM => Mood::Upset,
            _ => Mood::Calm,
        }
    }
}

/// Whether a text trails off («ладно, жду...»).
pub(super) fn trails_off(text: &str) -> bool {
    text.contains("...") || text.contains('…') || text.contains("..")
}

/// Whether a word only begins like the harsh ones.
fn excused(words: &WordLists, word: &str) -> bool {
    words.excused.iter().any(|start| word.starts_with(start.as_str())) && !words.not_excused.iter().any(|w| w == word)
}

/// Two points when most words are shouted.
fn loudness(text: &str) -> u32 {
    let (mut loud, mut letters) = (0u32, 0u32);
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().nth(2).is_some()) {
        letters += 1;
        loud += u32::from(!word.chars().any(char::is_lowercase) && word.chars().any(char::is_uppercase));
    }
    if loud >= 3 && loud * 3 >= letters * 2 { 2 } else { u32::from(loud >= 1 && letters >= 3) }
}

/// One point for «!!» or «??», two for three and more, and for stretched words.
fn punctuation(text: &str) -> u32 {
    let (mut longest, mut run, mut last, mut stretched) = (0u32, 0u32, '\0', false);
    let mut same = 0u32;
    for c in text.chars() {
        let mark = matches!(c, '!' | '?');
        run = if mark { run + 1 } else { 0 };
        longest = longest.max(run);
        same = if c == last { same + 1 } else { 0 };
        stretched |= same >= 3 && c.is_alphabetic();
        last = c;
    }
    longest.saturating_sub(1).min(2) + u32::from(stretched)
}

/// Points for angry and for sad emoji.
fn emoji(text: &str) -> (u32, u32) {
    let angry = ['😡', '🤬', '😠', '👿', '💩', '🖕'];
    let sad = ['😢', '😭', '😞', '😔', '😟', '😩', '😤', '🙁', '☹', '💔', '👎', '😰', '😱'];
    let count = |list: &[char]| text.chars().filter(|c| list.contains(c)).take(4).count() as u32;
    ((count(&angry) * 4).min(4), (count(&sad) * 2).min(4))
}

#[cfg(test)]
mod tests {
    use super::super::languages::Languages;
    use super::super::normalize::fold;
    use super::*;

    fn mood(text: &str) -> Mood {
        Signs::of(text, &fold(text), Languages::default().words()).mood()
    }

    #[test]
    fn moods() {
        for (text, expected) in [
            ("где моя посылка", Mood::Calm),
            ("Здравствуйте! Подскажите, пожалуйста, когда доставят?", Mood::Calm),
            ("спасибо большое!", Mood::Calm),
            ("это ужас какой-то, никто не отвечает", Mood::Upset),
            ("ГДЕ МОЯ ПОСЫЛКА", Mood::Upset),
            ("ну где заказ??? 😭", Mood::Upset),
            ("вы мошенники, верните деньги", Mood::Upset),
            ("подам на вас в суд, воры", Mood::Angry),
            ("ВЫ ТАМ СОВСЕМ ОБНАГЛЕЛИ!!!", Mood::Angry),
            ("😡😡", Mood::Angry),
            ("сколько можно ждать!!! буду жаловаться в роспотребнадзор", Mood::Angry),
            ("судя по треку посылка в пути", Mood::Calm),
            ("ищу пункт выдачи", Mood::Calm),
        ] {
            assert_eq!(mood(text), expected, "{text}");
        }
    }
}
