//! Words with their formatting, as Telegram has it: a plain text, and stretches of it that mean something (Telegram's
//! *entities*). Offsets and lengths are counted in UTF-16 units.
//!
//! Only what a bot may send is known here; what Telegram finds in plain words by itself (addresses, commands) it finds
//! again on the other side.

use serde::{Deserialize, Serialize};

/// A stretch of a text with a meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// What it means.
    #[serde(flatten)]
    pub style: Style,
    /// Where it begins, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units; above zero.
    pub length: usize,
}

/// What a stretch of a text means: the kinds that a bot may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // Telegram's own words
pub enum Style {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Blockquote,
    ExpandableBlockquote,
    Code,
    /// A block of code; its language, if it names one.
    Pre {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// The words lead to this address.
    TextLink {
        url: String,
    },
    /// The words mean this account, by Telegram's id.
    TextMention {
        user: i64,
    },
    /// A picture in the place of the emoji, by Telegram's id.
    CustomEmoji {
        custom_emoji_id: String,
    },
}

/// A text with its formatting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Styled {
    /// The words, without any markup.
    pub text: String,
    /// What stretches of them mean, each inside the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

impl From<String> for Styled {
    fn from(text: String) -> Styled {
        Styled { text, entities: Vec::new() }
    }
}

impl From<&str> for Styled {
    fn from(text: &str) -> Styled {
        text.to_owned().into()
    }
}

/// The length of a text as Telegram counts it.
fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// How good a place to part a text at is, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Border {
    Letter,
    Word,
    Sentence,
    Line,
    Paragraph,
}

impl Styled {
    /// A text that means one thing as a whole.
    pub fn all(text: String, style: Style) -> Styled {
        let length = utf16(&text);
        Styled { text, entities: vec![Entity { style, offset: 0, length }] }
    }

    /// Its length in UTF-16 units.
    pub fn units(&self) -> usize {
        utf16(&self.text)
    }

    /// Puts more words at the end.
    pub fn push(&mut self, more: &Styled) {
        let by = self.units();
        self.text.push_str(&more.text);
        self.entities
            .extend(more.entities.iter().map(|entity| Entity { offset: entity.offset + by, ..entity.clone() }));
    }

    /// The same words behind `front`.
    pub fn behind(self, front: &str) -> Styled {
        let mut whole = Styled::from(front);
        whole.push(&self);
        whole
    }

    /// Without blank space around it.
    pub fn trimmed(self) -> Styled {
        let start = self.text.len() - self.text.trim_start().len();
        let end = start + self.text.trim().len();
        self.part(start, end)
    }

    /// The words from the byte `start` to the byte `end`, both at borders of characters.
    pub fn part(&self, start: usize, end: usize) -> Styled {
        let (from, to) = (utf16(&self.text[..start]), utf16(&self.text[..end]));
        let inside = |entity: &Entity| {
            let offset = entity.offset.clamp(from, to);
            let length = (entity.offset + entity.length).clamp(from, to) - offset;
            (length > 0).then(|| Entity { style: entity.style.clone(), offset: offset - from, length })
        };
        Styled { text: self.text[start..end].to_owned(), entities: self.entities.iter().filter_map(inside).collect() }
    }

    /// Parts it into texts of at most `limit` UTF-16 units (two at least), in order. Nothing but blank space at the
    /// borders is left out; they lie between paragraphs, lines, sentences or words where there are such, and never
    /// inside an entity that fits.
    pub fn split(self, limit: usize) -> Vec<Styled> {
        let mut parts = Vec::new();
        let mut rest = Some(self);
        while let Some(whole) = rest {
            let (first, behind) = whole.split_first(limit);
            parts.push(first);
            rest = behind;
        }
        parts
    }

    /// The first of the parts, and what is left; `None` when nothing is.
    pub fn split_first(self, limit: usize) -> (Styled, Option<Styled>) {
        if self.units() <= limit {
            return (self, None);
        }
        // Telegram leaves out blank space around a message, and a message of nothing else is none.
        let whole = self.trimmed();
        if whole.units() <= limit {
            return (whole, None);
        }
        let at = whole.border(limit);
        let rest = whole.part(at, whole.text.len()).trimmed();
        (whole.part(0, at).trimmed(), Some(rest))
    }

    /// The byte at which a text that is longer than `limit` is parted best.
    fn border(&self, limit: usize) -> usize {
        let mut inside = vec![false; limit + 1];
        for entity in self.entities.iter().filter(|entity| entity.length <= limit) {
            let end = (entity.offset + entity.length).min(limit + 1);
            inside[(entity.offset + 1).min(end)..end].fill(true);
        }
        let chars: Vec<(usize, char)> = self.text.char_indices().collect();
        let mut units = 0;
        // The best place in the second half, the last between whole words, the last that harms no letter, the last.
        let (mut best, mut whole, mut letter, mut last) = (None, None, None, 0);
        for at in 1..chars.len() {
            units += chars[at - 1].1.len_utf16();
            if units > limit {
                break;
            }
            let byte = chars[at].0;
            last = byte;
            if inside[units] || joined(chars[at - 1].1, chars[at].1) {
                continue;
            }
            letter = Some(byte);
            let border = border_at(&chars, at);
            if border == Border::Letter {
                continue;
            }
            whole = Some(byte);
            if units >= limit / 2 && best.is_none_or(|(known, _)| border >= known) {
                best = Some((border, byte));
            }
        }
        best.map(|(_, byte)| byte).or(whole.filter(|_| inside[limit])).or(letter).unwrap_or(last.max(1))
    }
}

/// What kind of border the blank space is that begins at `at`; a letter's where none begins there.
fn border_at(chars: &[(usize, char)], at: usize) -> Border {
    let blank = |c: char| c.is_whitespace();
    let before = chars[at - 1].1;
    if !blank(chars[at].1) || blank(before) {
        return Border::Letter;
    }
    let lines = chars[at..].iter().take_while(|(_, c)| blank(*c)).filter(|(_, c)| *c == '\n').count();
    match lines {
        0 if ".!?…)»".contains(before) => Border::Sentence,
        0 => Border::Word,
        1 => Border::Line,
        _ => Border::Paragraph,
    }
}

/// Whether two characters make one letter to a reader: an accent, the parts of an emoji, a flag.
fn joined(before: char, after: char) -> bool {
    let goes_on = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    goes_on(after) || before == '\u{200d}' || (flag(before) && flag(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(offset: usize, length: usize) -> Entity {
        Entity { style: Style::TextLink { url: "https://example.org".into() }, offset, length }
    }

    /// What is read of each part's entities.
    fn stretches(parts: &[Styled]) -> Vec<String> {
        let units = |part: &Styled| part.text.encode_utf16().collect::<Vec<u16>>();
        let read = |part: &Styled, entity: &Entity| {
            String::from_utf16(&units(part)[entity.offset..entity.offset + entity.length]).expect("whole letters")
        };
        parts.iter().flat_map(|part| part.entities.iter().map(|entity| read(part, entity))).collect()
    }

    fn texts(text: &str, limit: usize) -> Vec<String> {
        Styled::from(text).split(limit).into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn a_text_is_parted_at_the_best_border_of_its_second_half() {
        assert_eq!(texts("коротко", 10), ["коротко"]);
        assert_eq!(texts("раз два\n\nтри четыре", 12), ["раз два", "три четыре"]);
        assert_eq!(texts("раз два\nтри четыре", 13), ["раз два", "три четыре"]);
        assert_eq!(texts("Раз два. Три четыре", 14), ["Раз два.", "Три четыре"]);
        assert_eq!(texts("раз два три четыре", 12), ["раз два три", "четыре"]);
        assert_eq!(texts("ыыыыыыы", 3), ["ыыы", "ыыы", "ы"]);
        assert_eq!(texts("а\n\nбббббббббб", 8), ["а\n\nббббб", "ббббб"], "a text is not made of scraps");
    }

    #[test]
    fn no_letter_is_torn() {
        assert_eq!(texts("🙂🙂🙂", 3), ["🙂", "🙂", "🙂"], "two units each");
        assert_eq!(texts("аб👨\u{200d}👩", 5), ["аб", "👨\u{200d}👩"]);
        assert_eq!(texts("    ", 2), [""], "nothing to be said");
    }

    #[test]
    fn entities_are_moved_and_kept_whole() {
        let text = Styled { text: "читайте здесь обо всём".into(), entities: vec![link(8, 5)] };
        let parts = text.clone().split(10);
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>(), ["читайте", "здесь обо", "всём"]);
        assert_eq!(stretches(&parts), ["здесь"]);
        // However good the borders inside it are.
        let two =
            Styled { text: "читайте здесь и там обо всём".into(), entities: vec![link(8, 11)] };
        assert_eq!(stretches(&two.split(17)), ["здесь и там"]);
        // One that is longer than a message goes on in the next.
        let all = Styled::all("раз два три".into(), Style::Bold).split(7);
        assert_eq!(stretches(&all), ["раз два", "три"]);
        let front = text.behind("🙂: ");
        assert_eq!((stretches(std::slice::from_ref(&front)), front.entities[0].offset), (vec!["здесь".to_owned()], 12));
        let trimmed = Styled { text: "  здесь ".into(), entities: vec![link(0, 8)] }.trimmed();
        assert_eq!(
            (stretches(std::slice::from_ref(&trimmed)), trimmed.text.as_str()),
            (vec!["здесь".to_owned()], "здесь")
        );
    }

    #[test]
    fn it_is_stored_as_telegram_has_it() {
        let text = Styled { text: "здесь".into(), entities: vec![link(0, 5)] };
        let json = serde_json::to_string(&text).expect("plain data");
        assert!(json.contains(r#""type":"text_link""#), "{json}");
        assert_eq!(serde_json::from_str::<Styled>(&json).expect("its own words"), text);
        assert_eq!(serde_json::from_str::<Styled>(r#"{"text":"а"}"#).expect("no formatting"), "а".into());
    }
}
