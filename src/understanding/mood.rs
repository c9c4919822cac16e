//! How the customer feels: by words, capitals, punctuation, repetition and threats.

use super::normalize;
use super::reading::Mood;

/// Beginnings of words that insult or threaten, with their weight.
const ANGRY: &[(&str, u32)] = &[
    ("офиге", 3),
    ("ахрене", 4),
    ("тупой", 4),
    ("тупая", 4),
    ("тупиц", 4),
    ("сволоч", 4),
    ("скотин", 4),
    ("мерзавц", 4),
    ("гады", 3),
    ("придурк", 4),
    ("долбо", 4),
    ("суд", 2),
    ("подам", 2),
    ("иск", 1),
    ("прокуратур", 4),
    ("роспотреб", 4),
    ("росконтрол", 4),
    ("полици", 3),
    ("адвокат", 3),
    ("юрист", 3),
    ("мошенник", 3),
    ("мошенничеств", 2),
    ("жулик", 4),
    ("ворье", 4),
    ("воры", 4),
    ("воруете", 4),
    ("украли", 2),
    ("обман", 2),
    ("развод", 2),
    ("кидал", 3),
    ("кинули", 3),
    ("наебал", 4),
    ("охрен", 4),
    ("охуе", 4),
    ("ахуе", 4),
    ("хуй", 4),
    ("хуе", 4),
    ("хуй", 4),
    ("пизд", 4),
    ("ебан", 4),
    ("ебал", 4),
    ("ебат", 4),
    ("бля", 4),
    ("сука", 4),
    ("суки", 4),
    ("мраз", 4),
    ("урод", 4),
    ("твар", 4),
    ("дебил", 4),
    ("идиот", 4),
    ("кретин", 4),
    ("тупы", 3),
    ("тупые", 3),
    ("козл", 4),
    ("гандон", 4),
    ("говн", 4),
    ("дерьм", 4),
    ("хрен", 2),
    ("нахер", 4),
    ("нафиг", 2),
    ("задолбал", 4),
    ("достали", 3),
    ("заебал", 4),
    ("издева", 3),
    ("позор", 3),
    ("бардак", 2),
    ("шарашк", 4),
    ("беспредел", 3),
    ("охамел", 3),
    ("обнаглел", 4),
    ("совесть", 2),
    ("scam", 3),
    ("thie", 3),
    ("lawyer", 4),
    ("court", 3),
    ("fuck", 4),
    ("idiot", 4),
];

/// Beginnings of words that worry or complain, with their weight.
const UPSET: &[(&str, u32)] = &[
    ("ужас", 2),
    ("кошмар", 2),
    ("безобраз", 3),
    ("возмут", 3),
    ("возмущ", 3),
    ("отврат", 3),
    ("разочаров", 2),
    ("надоел", 2),
    ("устал", 1),
    ("расстро", 2),
    ("обидн", 2),
    ("волну", 2),
    ("пережива", 2),
    ("нерв", 2),
    ("беспоко", 1),
    ("плохо", 1),
    ("плохой", 1),
    ("худш", 2),
    ("жалоб", 2),
    ("пожал", 0),
    ("жалова", 2),
    ("претенз", 2),
    ("отзыв", 1),
    ("наконец", 1),
    ("сколько", 0),
    ("опять", 1),
    ("снова", 1),
    ("который", 0),
    ("никто", 1),
    ("никак", 1),
    ("невозможно", 1),
    ("терпен", 2),
    ("срочно", 1),
    ("верните", 0),
    ("хамств", 2),
    ("хам", 1),
    ("груб", 1),
    ("игнор", 2),
    ("молчите", 2),
    ("отмалчив", 2),
    ("стыд", 2),
    ("сколько можно", 3),
    ("доколе", 3),
    ("помогите", 1),
    ("отчаян", 2),
    ("плачу", 0),
    ("бесит", 3),
    ("бесите", 3),
    ("капец", 2),
    ("блин", 1),
    ("пипец", 2),
    ("жесть", 1),
    ("awful", 2),
    ("terrible", 2),
    ("angry", 3),
    ("disappoint", 2),
    ("upset", 2),
];

/// Sayings of several words.
const SAYINGS: [(&str, u32); 14] = [
    ("сколько можно", 3),
    ("до каких пор", 3),
    ("какого черта", 4),
    ("какого хрена", 4),
    ("в суд", 3),
    ("написать жалобу", 2),
    ("напишу жалобу", 3),
    ("буду жаловаться", 3),
    ("третий раз", 1),
    ("в сотый раз", 3),
    ("вы что там", 2),
    ("вы там совсем", 3),
    ("с ума сошли", 3),
    ("ни стыда", 3),
];

/// Points from which a message is upset, and angry.
const UPSET_FROM: u32 = 2;
const ANGRY_FROM: u32 = 4;

/// Reads the mood of a text; `folded` is the same text after `normalize::fold`.
pub(super) fn of(text: &str, folded: &str) -> Mood {
    let mut points = 0;
    let mut heat = 0;
    for word in folded.split(|c: char| !normalize::is_word(c)).filter(|w| !w.is_empty()) {
        let weight =
            |list: &[(&str, u32)]| list.iter().filter(|(start, _)| word.starts_with(start)).map(|(_, w)| *w).max();
        if let Some(found) = weight(ANGRY).filter(|_| !excused(word)) {
            points += found;
            heat += found;
        } else if let Some(found) = weight(UPSET) {
            points += found.min(2);
        }
    }
    points += SAYINGS.iter().filter(|(saying, _)| folded.contains(saying)).map(|(_, w)| w).sum::<u32>();
    let (angry, sad) = emoji(text);
    points += loudness(text) + angry + sad;
    heat += angry;
    let marks = punctuation(text);
    // Signs alone, however many, do not make anger.
    match points + marks {
        _ if heat >= ANGRY_FROM || (points >= 3 && points + marks >= ANGRY_FROM + 2) => Mood::Angry,
        all if all >= ANGRY_FROM && heat >= 2 => Mood::Angry,
        all if all >= UPSET_FROM => Mood::Upset,
        _ => Mood::Calm,
    }
}

/// Words that only begin like the harsh ones.
fn excused(word: &str) -> bool {
    [
        "судя",
        "судьб",
        "искать",
        "искал",
        "ищу",
        "искл",
        "искр",
        "искус",
        "подамся",
        "тварог",
        "разводн",
        "суда",
        "судов",
    ]
    .iter()
    .any(|start| word.starts_with(start))
        && !matches!(word, "суда" | "судом")
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
    use super::super::normalize::fold;
    use super::*;

    fn mood(text: &str) -> Mood {
        of(text, &fold(text))
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
