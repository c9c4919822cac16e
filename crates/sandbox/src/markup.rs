//! Texts as Telegram posts them: trimmed, with what it finds in plain words by itself.

use crate::message::{Entity, Styled};

/// The length of a text as Telegram counts it.
pub(crate) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text as it is posted: without the blank space around it, with the entities that Telegram finds itself.
pub(crate) fn finish(styled: Styled) -> Styled {
    let text = styled.text.trim_end();
    let trimmed = text.trim_start();
    let cut = utf16(text) - utf16(trimmed);
    let length = utf16(trimmed);
    let mut entities: Vec<Entity> = styled
        .entities
        .into_iter()
        .filter_map(|entity| {
            let start = entity.offset.max(cut) - cut;
            let end = (entity.offset + entity.length).max(cut) - cut;
            let end = end.min(length);
            (start < end).then(|| Entity { offset: start, length: end - start, ..entity })
        })
        .collect();
    for found in found_in(trimmed) {
        let covered = entities.iter().any(|entity| {
            let takes_links = matches!(entity.kind.as_str(), "text_link" | "code" | "pre");
            takes_links && entity.offset < found.offset + found.length && found.offset < entity.offset + entity.length
        });
        if !covered {
            entities.push(found);
        }
    }
    entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    Styled { text: trimmed.to_owned(), entities }
}

/// Commands, links and addresses in plain words.
fn found_in(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let closed = bare.trim_end_matches(['.', ',', '!', '?', ';', ':', ')', '»']);
        let kind = if let Some(command) = bare.strip_prefix('/') {
            let name = command.split('@').next().unwrap_or_default();
            let good = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let length = name.chars().take_while(|letter| good(*letter)).count();
            // A command takes 1 to 32 Latin letters, digits and underscores.
            let is_command = (1..=32).contains(&length) && length == name.chars().count();
            is_command.then_some(("bot_command", bare))
        } else if ["http://", "https://"]
            .iter()
            .any(|start| closed.strip_prefix(start).is_some_and(|host| host.contains('.')))
        {
            Some(("url", closed))
        } else if closed
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'))
        {
            Some(("email", closed))
        } else {
            None
        };
        if let Some((kind, stretch)) = kind {
            found.push(Entity::plain(kind, offset, utf16(stretch)));
        }
        offset += utf16(word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::parse_html;

    fn entities(source: &str) -> Vec<(String, usize, usize)> {
        let styled = parse_html(source).expect("good markup");
        let short = |entity: Entity| (entity.kind, entity.offset, entity.length);
        finish(styled).entities.into_iter().map(short).collect()
    }

    #[test]
    fn tags_become_entities_counted_in_utf16() {
        assert_eq!(entities("📦 <b>в пути</b>"), [("bold".into(), 3, 6)]);
        assert_eq!(entities("<b>а<i>б</i></b>"), [("bold".into(), 0, 2), ("italic".into(), 1, 1)]);
        assert_eq!(entities("<b></b>пусто"), []);
    }

    #[test]
    fn blank_space_around_is_dropped_and_entities_move() {
        let styled = finish(parse_html("\n <b>да </b>\n").expect("good markup"));
        assert_eq!(styled.text, "да");
        assert_eq!(styled.entities, [Entity::plain("bold", 0, 2)]);
    }

    #[test]
    fn commands_and_links_are_found() {
        assert_eq!(entities("/start abc"), [("bot_command".into(), 0, 6)]);
        assert_eq!(entities("где /help@otklik_bot"), [("bot_command".into(), 4, 16)]);
        assert_eq!(entities("/да"), []);
        assert_eq!(entities("см. https://a.ru/b?c=1."), [("url".into(), 4, 18)]);
        assert_eq!(entities("<code>https://a.ru</code>"), [("code".into(), 0, 12)]);
    }
}
