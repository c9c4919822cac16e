//! What Telegram tells of a message's words beside the words: their formatting, the piece they answer, and whose they
//! are. Tolerant: what is unknown is dropped, never the words. Personal numbers are masked here as well.

use crate::conversation::{Cited, Entity, Style};
use crate::privacy;
use serde_json::Value;

/// How long a quoted piece may be in characters; Telegram lets people choose 1024.
const CITED: usize = 1024;
/// How long a name may be in characters.
const NAME: usize = 128;

/// Words as they are kept: personal numbers masked, and without the letter that PostgreSQL's TEXT cannot hold.
pub(super) fn masked(text: &str) -> String {
    privacy::mask(&text.replace('\0', "")).text
}

/// The formatting of a message's words. `original` are the words as they came, `masked` as they are kept: a character
/// may be of another length there, or be gone. Returns whether an address held a personal number, too.
pub(super) fn entities(message: &Value, original: &str, masked: &str) -> (Vec<Entity>, bool) {
    let listed = ["entities", "caption_entities"].iter().find_map(|field| message[*field].as_array());
    let places = places(original, masked);
    let mut found = false;
    let mut known = Vec::new();
    for entity in listed.into_iter().flatten() {
        let number = |field: &str| entity[field].as_u64().and_then(|number| usize::try_from(number).ok());
        let (Some(from), Some(length)) = (number("offset"), number("length")) else { continue };
        let place = |at: usize| places.get(at).copied().flatten();
        let (Some(offset), Some(end)) = (place(from), from.checked_add(length).and_then(place)) else { continue };
        let Some((style, hidden)) = style(entity).filter(|_| offset < end) else { continue };
        found |= hidden;
        known.push(Entity { style, offset, length: end - offset });
    }
    (known, found)
}

/// For each UTF-16 unit of `original`, and its end, where it is in `masked`; `None` inside a character.
fn places(original: &str, masked: &str) -> Vec<Option<usize>> {
    let mut places = Vec::with_capacity(original.len() + 1);
    let (mut kept, mut at) = (masked.chars(), 0);
    for c in original.chars() {
        places.push(Some(at));
        places.extend((1..c.len_utf16()).map(|_| None));
        if c != '\0' {
            at += kept.next().map_or(0, char::len_utf16);
        }
    }
    places.push(Some(at));
    places
}

/// What an entity means, and whether a personal number was masked in it; `None` for a kind that no bot may send, or that
/// Telegram finds by itself.
fn style(entity: &Value) -> Option<(Style, bool)> {
    let text = |field: &str| entity[field].as_str().map(|text| privacy::mask(&text.replace('\0', "")));
    let plain = |style: Style| Some((style, false));
    match entity["type"].as_str()? {
        "bold" => plain(Style::Bold),
        "italic" => plain(Style::Italic),
        "underline" => plain(Style::Underline),
        "strikethrough" => plain(Style::Strikethrough),
        "spoiler" => plain(Style::Spoiler),
        "blockquote" => plain(Style::Blockquote),
        "expandable_blockquote" => plain(Style::ExpandableBlockquote),
        "code" => plain(Style::Code),
        "pre" => {
            let language = text("language");
            let found = language.as_ref().is_some_and(|language| language.found);
            Some((Style::Pre { language: language.map(|language| language.text) }, found))
        }
        "text_link" => text("url").map(|url| (Style::TextLink { url: url.text }, url.found)),
        "text_mention" => entity["user"]["id"].as_i64().and_then(|user| plain(Style::TextMention { user })),
        "custom_emoji" => {
            let id = entity["custom_emoji_id"].as_str()?;
            plain(Style::CustomEmoji { custom_emoji_id: id.to_owned() })
        }
        _ => None,
    }
}

/// The piece that a message answers, and whose it is, if the answered message is of another chat.
pub(super) fn cited(message: &Value) -> Option<Cited> {
    let elsewhere = message.get("external_reply").map(|reply| name_of(&reply["origin"]).unwrap_or_else(|| "?".into()));
    // Telegram may put the whole message there by itself.
    let answered = &message["reply_to_message"];
    let whole = [&answered["text"], &answered["caption"]];
    let words = message["quote"]["text"].as_str().filter(|words| whole.iter().all(|whole| *whole != words));
    let words = words.map(|text| masked(text).chars().take(CITED).collect::<String>());
    (words.is_some() || elsewhere.is_some()).then_some(Cited { words, from: elsewhere })
}

/// The name of the person, group or channel whose message was forwarded; `None` for a message of the sender's own, and
/// where no name is told.
pub(super) fn origin(message: &Value) -> Option<String> {
    message.get("forward_origin").and_then(name_of)
}

/// The name of a message's first author: a person's, a hidden person's, a group's or a channel's.
fn name_of(origin: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let user = &origin["sender_user"];
    let person = || {
        let names = [&user["first_name"], &user["last_name"]].into_iter().filter_map(text).collect::<Vec<_>>();
        (!names.is_empty()).then(|| names.join(" "))
    };
    let chat = |chat: &Value| {
        let name = text(&chat["title"]).or_else(|| text(&chat["first_name"])).or_else(|| text(&chat["username"]))?;
        Some(match text(&origin["author_signature"]) {
            Some(signature) => format!("{name} ({signature})"),
            None => name,
        })
    };
    let name = person()
        .or_else(|| text(&origin["sender_user_name"]))
        .or_else(|| chat(&origin["sender_chat"]))
        .or_else(|| chat(&origin["chat"]))?;
    Some(masked(&name).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(NAME).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entities_of_a_bots_kinds_come_over_and_others_are_dropped() {
        let text = "вот ссылка и @name";
        let message = json!({"entities": [
            {"type": "text_link", "offset": 4, "length": 6, "url": "https://example.org/a"},
            {"type": "mention", "offset": 13, "length": 5},
            {"type": "hologram", "offset": 0, "length": 3},
            {"type": "bold", "offset": 13, "length": 500},
            {"type": "bold", "offset": -1, "length": 3},
            {"type": "pre", "offset": 0, "length": 3, "language": "rust"},
        ]});
        let expected = vec![
            Entity { style: Style::TextLink { url: "https://example.org/a".into() }, offset: 4, length: 6 },
            Entity { style: Style::Pre { language: Some("rust".into()) }, offset: 0, length: 3 },
        ];
        assert_eq!(entities(&message, text, text), (expected, false));
    }

    #[test]
    fn a_personal_number_hides_in_no_address() {
        let message = json!({"caption_entities": [
            {"type": "text_link", "offset": 0, "length": 3, "url": "https://example.org/?card=4111111111111111"},
        ]});
        let (known, found) = entities(&message, "тут", "тут");
        assert!(found, "{known:?}");
        assert_eq!(
            known[0].style,
            Style::TextLink {
                url: "https://example.org/?card=••••••••••••••••".into()
            }
        );
    }

    #[test]
    fn offsets_follow_the_kept_words() {
        // Digits of two units each, and a letter that no database keeps.
        let original = "\u{1d7d2}\u{1d7d3}\0 жирно";
        let message = json!({"entities": [
            {"type": "bold", "offset": 6, "length": 5},
            {"type": "italic", "offset": 1, "length": 3},
        ]});
        let (known, _) = entities(&message, original, "•• жирно");
        assert_eq!(known, [Entity { style: Style::Bold, offset: 3, length: 5 }], "a torn letter is none");
    }

    #[test]
    fn whose_words_they_are_is_told_by_name() {
        let name = |of: Value| origin(&json!({"forward_origin": of}));
        let user = json!({"type": "user", "sender_user": {"id": 5, "first_name": "Борис", "last_name": "Котов"}});
        assert_eq!(name(user).as_deref(), Some("Борис Котов"));
        let hidden = json!({"type": "hidden_user", "sender_user_name": "Кто-то"});
        assert_eq!(name(hidden).as_deref(), Some("Кто-то"));
        let chat = json!({"type": "chat", "sender_chat": {"title": "Соседи"}, "author_signature": "админ"});
        assert_eq!(name(chat).as_deref(), Some("Соседи (админ)"));
        let channel = json!({"type": "channel", "chat": {"title": "паспорт 4510 123456"}, "message_id": 1});
        assert_eq!(name(channel).as_deref(), Some("паспорт •••• ••••••"));
        assert_eq!(name(json!({"type": "dream"})), None);
        assert_eq!(origin(&json!({})), None);
    }

    #[test]
    fn a_chosen_piece_and_a_message_of_another_chat_are_told() {
        let piece = json!({"text": "паспорт 4510 123456", "position": 0, "is_manual": true});
        let words = Some("паспорт •••• ••••••".to_owned());
        assert_eq!(cited(&json!({"quote": piece})), Some(Cited { words: words.clone(), from: None }));
        let elsewhere = json!({"origin": {"type": "channel", "chat": {"title": "Новости"}}});
        let from = Some("Новости".to_owned());
        assert_eq!(
            cited(&json!({"quote": piece, "external_reply": elsewhere})),
            Some(Cited { words, from: from.clone() })
        );
        assert_eq!(cited(&json!({"external_reply": elsewhere})), Some(Cited { words: None, from }));
        let whole = json!({"quote": {"text": "всё", "position": 0}, "reply_to_message": {"text": "всё"}});
        assert_eq!(cited(&whole), None, "no piece of it");
        assert_eq!(cited(&json!({})), None);
    }
}
