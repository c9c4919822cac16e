//! Telegram's HTML, read as Telegram reads it.
//!
//! Refusals are Telegram's own, so that a reply with broken markup fails here as it would there.

use crate::message::{Entity, Styled};

/// A tag that has not been closed yet.
struct Open {
    tag: String,
    entity: Option<Entity>,
}

/// Reads a text with Telegram's HTML; says what is wrong with it in Telegram's words.
pub(crate) fn parse_html(source: &str) -> Result<Styled, String> {
    let mut text = String::new();
    let mut length = 0;
    let mut entities = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let at = source.len() - rest.len();
        match next {
            '&' => {
                let (letter, taken) = character(rest).unwrap_or(('&', 1));
                text.push(letter);
                length += letter.len_utf16();
                rest = &rest[taken..];
            }
            '<' if rest.starts_with("</") => {
                let Some(top) = open.pop() else {
                    return Err(format!("Unexpected end tag at byte offset {at}"));
                };
                let Some(end) = rest.find('>') else {
                    return Err(format!("Unclosed end tag at byte offset {at}"));
                };
                let tag = rest[2..end].trim_end().to_ascii_lowercase();
                if !tag.is_empty() && tag != top.tag {
                    return Err(format!(
                        "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{tag}>\"",
                        top.tag
                    ));
                }
                if let Some(mut entity) = top.entity {
                    entity.length = length - entity.offset;
                    if entity.length > 0 {
                        entities.push(entity);
                    }
                }
                rest = &rest[end + 1..];
            }
            '<' => {
                let Some(end) = end_of_tag(rest) else {
                    return Err(format!("Unclosed start tag at byte offset {at}"));
                };
                let inside = &rest[1..end];
                let name_end = inside.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(inside.len());
                let tag = inside[..name_end].to_ascii_lowercase();
                let attributes = attributes(&inside[name_end..], &tag, at)?;
                let entity = entity_of(&tag, &attributes, length, at, &mut open)?;
                open.push(Open { tag, entity });
                rest = &rest[end + 1..];
            }
            letter => {
                text.push(letter);
                length += letter.len_utf16();
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    if let Some(top) = open.pop() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", top.tag));
    }
    entities.sort_by_key(|entity: &Entity| (entity.offset, usize::MAX - entity.length));
    Ok(Styled { text, entities })
}

/// Where a tag ends; a quoted value may hold a «>».
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (place, letter) in tag.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(place),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(mark), letter) if mark == letter => quote = None,
            _ => {}
        }
    }
    None
}

/// A character written as `&name;` or by its number, and how many bytes that takes.
fn character(source: &str) -> Option<(char, usize)> {
    let end = source.bytes().take(12).position(|byte| byte == b';')?;
    let name = &source[1..end];
    let letter = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| *letter != '\0')?
        }
    };
    Some((letter, end + 1))
}

/// The attributes of a tag: `name="value"`, or a bare name.
fn attributes(source: &str, tag: &str, at: usize) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut rest = source.trim_start();
    while !rest.is_empty() {
        let name_end = rest.find(|letter: char| letter == '=' || letter.is_ascii_whitespace()).unwrap_or(rest.len());
        let name = rest[..name_end].to_ascii_lowercase();
        if name.is_empty() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {at}"));
        }
        rest = rest[name_end..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                value[1..].split_once(quote).ok_or_else(|| format!("Unclosed start tag at byte offset {at}"))?
            }
            Some(_) | None => value.split_at(value.find(' ').unwrap_or(value.len())),
        };
        found.push((name, plain(value)));
        rest = after.trim_start();
    }
    Ok(found)
}

/// The value of an attribute with its `&…;` resolved.
fn plain(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some(next) = rest.chars().next() {
        let (letter, taken) = match next {
            '&' => character(rest).unwrap_or(('&', 1)),
            letter => (letter, letter.len_utf8()),
        };
        text.push(letter);
        rest = &rest[taken..];
    }
    text
}

/// The entity that a start tag begins; none for a tag that only adds to the one around it.
fn entity_of(
    tag: &str,
    attributes: &[(String, String)],
    offset: usize,
    at: usize,
    open: &mut [Open],
) -> Result<Option<Entity>, String> {
    let value = |name: &str| {
        let found = attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let kind = match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "span" if value("class").as_deref() == Some("tg-spoiler") => "spoiler",
        "span" => {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}"));
        }
        "pre" => "pre",
        "blockquote" if value("expandable").is_some() => "expandable_blockquote",
        "blockquote" => "blockquote",
        "code" => {
            let language = value("class").and_then(|class| class.strip_prefix("language-").map(str::to_owned));
            // `<pre><code class="language-…">` is one entity: the code only names the language.
            if let (Some(language), Some(Open { tag, entity: Some(entity) })) = (language, open.last_mut())
                && tag == "pre"
                && entity.offset == offset
            {
                entity.language = Some(language);
                return Ok(None);
            }
            "code"
        }
        "a" => {
            // Telegram shows a link without a usable address as plain text.
            let Some(url) = value("href").filter(|url| !url.is_empty()) else {
                return Ok(None);
            };
            let link = Entity::plain("text_link", offset, 0);
            return Ok(Some(Entity { url: Some(url), ..link }));
        }
        "tg-emoji" => {
            let Some(id) = value("emoji-id") else {
                return Err(format!("Invalid custom emoji identifier specified at byte offset {at}"));
            };
            let emoji = Entity::plain("custom_emoji", offset, 0);
            return Ok(Some(Entity { custom_emoji_id: Some(id), ..emoji }));
        }
        _ => {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {at}"));
        }
    };
    Ok(Some(Entity::plain(kind, offset, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(source: &str) -> String {
        parse_html(source).expect_err("bad markup")
    }

    #[test]
    fn escaped_signs_are_letters() {
        let styled = parse_html("&lt;b&gt; &amp; &quot;x&quot; &#1102;&#x44E; &nbsp; a&b").expect("good markup");
        assert_eq!(styled.text, "<b> & \"x\" юю &nbsp; a&b");
    }

    #[test]
    fn a_link_keeps_its_address_and_a_code_its_language() {
        let styled = parse_html("<a href=\"https://a.ru/?x=1&amp;y=2\">тут</a>").expect("good");
        assert_eq!(styled.entities[0].url.as_deref(), Some("https://a.ru/?x=1&y=2"));
        let styled = parse_html("<pre><code class=\"language-rust\">fn</code></pre>").expect("good");
        assert_eq!(styled.entities.len(), 1);
        assert_eq!(styled.entities[0].language.as_deref(), Some("rust"));
    }

    #[test]
    fn bad_markup_is_refused_in_telegrams_words() {
        assert_eq!(complaint("а <bold>"), "Unsupported start tag \"bold\" at byte offset 3");
        assert_eq!(complaint("<b>а"), "Can't find end tag corresponding to start tag \"b\"");
        assert_eq!(complaint("<b>а</i>"), "Unmatched end tag at byte offset 5, expected \"</b>\", found \"</i>\"");
        assert_eq!(complaint("а</b>"), "Unexpected end tag at byte offset 2");
        assert_eq!(complaint("2 < 3"), "Unclosed start tag at byte offset 2");
        assert_eq!(complaint("<span>а</span>"), "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0");
    }
}
