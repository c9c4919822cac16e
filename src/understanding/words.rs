//! From a text to its words: stems, roots, concepts, filler and negation.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

use super::hash::{self, Map};
use super::layout::{Stretch, Typed};
use super::normalize::{self, is_cyrillic, is_latin};
use super::senses::Senses;
use super::slots::Kind;

/// The stem of a lower-case word (the Snowball algorithms of Porter), by its alphabet.
pub(super) fn stem(word: &str) -> Cow<'_, str> {
    let algorithm = match word.chars().next() {
        Some(c) if is_cyrillic(c) => Algorithm::Russian,
        Some(c) if is_latin(c) => Algorithm::English,
        _ => return Cow::Borrowed(word),
    };
    Stemmer::create(algorithm).stem(word)
}

/// A word of a message, its spelling repaired as far as that needs no vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    /// The spelling that is read: lower case, in its own alphabet.
    pub(super) text: String,
    /// What was typed, when that is something else.
    pub(super) typed: Option<(String, Typed)>,
    /// The number of the clause it stands in, from 0.
    pub(super) clause: u16,
    /// The sign of a value rather than a word.
    pub(super) is_sign: bool,
}

/// Splits stretches into words. Punctuation ends clauses and is dropped.
pub(super) fn read_words(stretches: &[Stretch]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(stretches.len() + 4);
    let mut clause = 0u16;
    let mut broken = false;
    for stretch in stretches {
        let text = stretch.text.as_str();
        let mut letters = text.char_indices().peekable();
        while let Some((start, c)) = letters.next() {
            let sign = Kind::of_sign(c);
            if sign.is_none() && !c.is_alphanumeric() {
                broken |= ends_clause(c);
                continue;
            }
            let mut end = start + c.len_utf8();
            while sign.is_none()
                && let Some((at, c)) = letters.next_if(|(at, c)| {
                    Kind::of_sign(*c).is_none() && (c.is_alphanumeric() || (*c == '\'' && joins(text, *at)))
                })
            {
                end = at + c.len_utf8();
            }
            if broken && !words.is_empty() {
                clause = clause.saturating_add(1);
            }
            broken = false;
            let raw = &text[start..end];
            let spelt = match sign {
                Some(kind) => kind.word().to_owned(),
                None => spell(raw),
            };
            let typed = (spelt != raw || stretch.typed != Typed::Plain) && sign.is_none();
            words.push(Word {
                text: spelt,
                typed: typed.then(|| (raw.to_owned(), stretch.typed)),
                clause,
                is_sign: sign.is_some(),
            });
        }
    }
    words
}

/// An apostrophe inside a word («don't»).
fn joins(text: &str, at: usize) -> bool {
    text[at + 1..].chars().next().is_some_and(is_latin)
}

fn ends_clause(c: char) -> bool {
    matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | '\n' | '…' | '(' | ')' | '—' | '–')
}

fn spell(raw: &str) -> String {
    let unmixed = normalize::unmix(raw);
    let word = unmixed.as_deref().unwrap_or(raw);
    let drawn = normalize::unstretch(word);
    if !drawn.is_empty() && drawn.bytes().all(|b| b.is_ascii_digit()) {
        return "#digit".to_owned();
    }
    normalize::shorten(&drawn).to_owned()
}

/// Word families that the stemmer parts, each by the beginnings of its words. Grammar of the
/// language, not of the phrasebook: what means the same *here* is a synonym there.
const FAMILIES: [&[&str]; 62] = [
    &["приш", "прид", "прий", "прих"],
    &["наш", "найд", "нахо", "найт"],
    &["уш", "уйд", "уйт", "уход"],
    &["выш", "выйд", "выйт", "выход"],
    &["дош", "дойд", "дойт", "доход"],
    &["заказ", "закаж"],
    &["отмен"],
    &["отказ", "откаж"],
    &["достав"],
    &["привез", "привоз", "привож"],
    &["верн", "возвр", "возвращ"],
    &["отправ"],
    &[
        "посыл",
        "посла",
        "пошлит",
        "пошлю",
        "пришлит",
        "пришлю",
        "пришлет",
        "пришлёт",
        "присл",
        "присыл",
        "высла",
        "вышли",
        "вышлю",
        "высыл",
    ],
    &["получ"],
    &["забер", "забра", "забир"],
    &["плат", "плач", "оплат", "оплач", "заплат", "заплач"],
    &["покаж", "показ", "покаэ"],
    &["пиш", "писа", "напиш", "написа", "запис", "запиш"],
    &["звон", "позвон", "звоноч", "перезвон", "созвон"],
    &["скаж", "сказ", "говор", "поговор", "разговор"],
    &["жда", "жду", "жде", "ожида", "подожд", "дожд"],
    &["откр", "открыв"],
    &["закр", "закрыв"],
    &["работ"],
    &["перенос", "перенес", "перенеш"],
    &["измен", "меня", "помен", "замен", "смен"],
    &["подтвер"],
    &["удал", "удаля"],
    &["хран"],
    &["слом", "полом", "ломан"],
    &["разби", "разоби", "битый", "бита", "битое"],
    &["повре"],
    &["потер", "утер"],
    &["пропа", "пропад"],
    &["деньг", "денег", "деньж", "денеж", "денюж"],
    &["ссыл"],
    &["сообщ"],
    &["блок", "заблок", "разблок"],
    &["опозд", "опазд"],
    &["задерж"],
    &["стои", "стоим"],
    &["цен"],
    &["куп", "покуп"],
    &["прода"],
    &["помо", "помощ"],
    &["зна", "узна"],
    &["понял", "поним", "пойм", "понят"],
    &["вид", "увид", "виж", "увиж"],
    &["смотр", "посмотр"],
    &["провер"],
    &["отсле"],
    &["везе", "везу", "везт", "вози", "вез"],
    &["беру", "берет", "взя", "возьм"],
    &["даю", "дать", "дайт", "дам", "даст", "дадут", "дает"],
    &["отдать", "отдай", "отдад", "отдал", "отдаю"],
    &["возм"],
    &["устро", "трудоустр"],
    &["грубы", "груби", "нагруб", "груб", "хам", "нахам"],
    &["перевод", "перевест", "перевед", "перевел"],
    &["ошиб", "ошиба"],
    &["дат"],
    &["документ", "докум", "док"],
];

/// The phrasebook's knowledge of words: concepts and filler.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    /// The concept of a stem.
    concepts: Map<String, u32>,
    /// Concepts of several words, by the stem of the first.
    sayings: Map<String, Vec<(Vec<String>, u32)>>,
    /// Filler, by the first word: whole words only, longest first.
    filler: Map<String, Vec<Vec<String>>>,
    /// Families, by their first two letters.
    families: Map<String, Vec<(&'static str, u32)>>,
    senses: Senses,
}

impl Dictionary {
    pub(super) fn new(synonyms: &[Vec<String>], filler: &[String]) -> Dictionary {
        let mut dictionary = Dictionary { senses: Senses::new(), ..Dictionary::default() };
        for (concept, group) in synonyms.iter().enumerate() {
            for entry in group {
                let stems: Vec<String> = split(entry).iter().map(|word| stem(word).into_owned()).collect();
                match stems.as_slice() {
                    [] => {}
                    [one] => {
                        dictionary.concepts.entry(one.clone()).or_insert(concept as u32);
                    }
                    [first, rest @ ..] => {
                        dictionary.sayings.entry(first.clone()).or_default().push((rest.to_vec(), concept as u32))
                    }
                }
            }
        }
        for entry in filler {
            if let [first, rest @ ..] = split(entry).as_slice() {
                dictionary.filler.entry(first.clone()).or_default().push(rest.to_vec());
            }
        }
        for tails in dictionary.filler.values_mut() {
            tails.sort_by_key(|tail| std::cmp::Reverse(tail.len()));
        }
        for (family, beginnings) in FAMILIES.iter().enumerate() {
            for beginning in *beginnings {
                let key: String = beginning.chars().take(2).collect();
                dictionary.families.entry(key).or_default().push((*beginning, family as u32));
            }
        }
        for list in dictionary.families.values_mut() {
            list.sort_by_key(|(beginning, _)| std::cmp::Reverse(beginning.len()));
        }
        dictionary
    }

    /// The concept of a single stem.
    pub(super) fn concept(&self, stem: &str) -> Option<u32> {
        self.concepts.get(stem).copied()
    }

    /// The senses of a stem.
    pub(super) fn senses(&self) -> &Senses {
        &self.senses
    }

    /// The concept of several words that begin at `i`.
    pub(super) fn saying(&self, stems: &[Cow<'_, str>], i: usize) -> Option<u32> {
        let tails = self.sayings.get(stems[i].as_ref())?;
        tails
            .iter()
            .find(|(tail, _)| {
                tail.len() < stems.len() - i && tail.iter().zip(&stems[i + 1..]).all(|(a, b)| a == b.as_ref())
            })
            .map(|(_, concept)| *concept)
    }

    /// How many words of filler begin at `i`; 0 when there are none.
    pub(super) fn filler_at(&self, words: &[&str], i: usize) -> usize {
        self.filler
            .get(words[i])
            .and_then(|tails| {
                tails
                    .iter()
                    .find(|tail| tail.len() < words.len() - i && tail.iter().zip(&words[i + 1..]).all(|(a, b)| a == b))
            })
            .map_or(0, |tail| tail.len() + 1)
    }

    /// The family of a word; words of three letters or fewer have none.
    pub(super) fn family(&self, word: &str) -> Option<u32> {
        let (key_end, _) = word.char_indices().nth(2)?;
        word.char_indices().nth(3)?;
        self.families
            .get(&word[..key_end])?
            .iter()
            .find(|(beginning, _)| word.starts_with(beginning))
            .map(|(_, family)| *family)
    }
}

fn split(entry: &str) -> Vec<String> {
    normalize::fold(entry)
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How many letters make a group.
const GROUP: usize = 4;

/// The letter groups of a word with its edges: hashes.
pub(super) fn letter_groups(kind: u8, word: &str, into: &mut Vec<u64>) {
    let mut framed = String::with_capacity(word.len() + 2);
    framed.push('<');
    framed.push_str(word);
    framed.push('>');
    let mut edges: Vec<usize> = framed.char_indices().map(|(at, _)| at).collect();
    edges.push(framed.len());
    into.extend(edges.windows(GROUP + 1).map(|edge| hash::of(kind, &framed[edge[0]..edge[GROUP]])));
}

/// Words that turn the next one round.
pub(super) fn negates(word: &str) -> bool {
    matches!(
        word,
        "не" | "ни"
            | "без"
            | "not"
            | "no"
            | "don't"
            | "dont"
            | "doesn't"
            | "doesnt"
            | "without"
            | "never"
            | "isn't"
            | "won't"
            | "can't"
            | "cannot"
            | "didn't"
            | "hasn't"
    )
}

/// Words of wish and need hand a negation on to what is wished («не хочу отменять»).
pub(super) fn hands_negation_on(stem: &str) -> bool {
    [
        "хоч",
        "хот",
        "над",
        "нуж",
        "собира",
        "планир",
        "буд",
        "прос",
        "прош",
        "треб",
        "дума",
        "стоит",
        "want",
        "need",
        "ask",
    ]
    .iter()
    .any(|start| stem.starts_with(start))
}

/// Need, said of something before it («оператор не нужен»).
pub(super) fn is_need(stem: &str) -> bool {
    ["над", "нуж", "треб", "интерес", "need"].iter().any(|start| stem.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<Word> {
        let stretches: Vec<Stretch> =
            text.split_whitespace().map(|part| Stretch { text: part.to_owned(), typed: Typed::Plain }).collect();
        read_words(&stretches)
    }

    #[test]
    fn words_and_clauses() {
        let words = plain("где-то тут, гдеее? don't 12");
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["где", "то", "тут", "где", "don't", "#digit"]);
        let clauses: Vec<u16> = words.iter().map(|w| w.clause).collect();
        assert_eq!(clauses, [0, 0, 0, 1, 2, 2]);
    }

    #[test]
    fn concepts_families_and_filler() {
        let dictionary = Dictionary::new(
            &[vec!["посылка".into(), "заказ".into()], vec!["стоит на месте".into()]],
            &["подскажите пожалуйста".into(), "подскажите".into()],
        );
        assert_eq!(dictionary.concept(&stem("посылкой")), Some(0));
        let stems: Vec<Cow<str>> = ["стоит", "на", "месте"].map(stem).to_vec();
        assert_eq!(dictionary.saying(&stems, 0), Some(1));
        assert_eq!(dictionary.filler_at(&["подскажите", "пожалуйста", "где"], 0), 2);
        assert_eq!(dictionary.filler_at(&["подскажите", "где"], 0), 1);
        assert_eq!(dictionary.family("пришла"), dictionary.family("придет"));
        assert!(dictionary.family("пришла").is_some());
        assert_eq!(dictionary.family("где"), None);
    }
}
