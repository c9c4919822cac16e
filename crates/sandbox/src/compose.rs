//! What a message of the bot is made of: its words and its files; checked as Telegram does.

use serde_json::Value;

use crate::args::Args;
use crate::draft::Draft;
use crate::html;
use crate::markup;
use crate::media::{Attachment, Media, StoredFile};
use crate::message::{Entity, Styled};
use crate::refusal::Refusal;
use crate::world::Change;

const LONGEST_TEXT: usize = 4_096;
pub(crate) const LONGEST_CAPTION: usize = 1_024;

/// What the words are for: Telegram words its refusals differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Send,
    Edit,
}

/// The text of a message.
pub(crate) fn text(args: &Args, purpose: Purpose) -> Result<Styled, Refusal> {
    let styled = styled(args, "text", "entities")?.unwrap_or_default();
    if styled.text.is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if markup::utf16(&styled.text) > LONGEST_TEXT {
        return Err(Refusal::bad(match purpose {
            Purpose::Send => "message is too long",
            Purpose::Edit => "MESSAGE_TOO_LONG",
        }));
    }
    Ok(styled)
}

/// The caption of a file; none if there is none or it is empty.
pub(crate) fn caption(args: &Args, purpose: Purpose) -> Result<Option<Styled>, Refusal> {
    let styled = styled(args, "caption", "caption_entities")?;
    let caption = styled.filter(|styled| !styled.text.is_empty());
    if caption.as_ref().is_some_and(|styled| markup::utf16(&styled.text) > LONGEST_CAPTION) {
        return Err(Refusal::bad(match purpose {
            Purpose::Send => "message caption is too long",
            Purpose::Edit => "MEDIA_CAPTION_TOO_LONG",
        }));
    }
    Ok(caption)
}

/// Telegram takes no stretch that leaves its text, or that begins or ends inside a letter.
fn check_bounds(styled: &Styled) -> Result<(), Refusal> {
    let mut borders = vec![false; markup::utf16(&styled.text) + 1];
    let mut at = 0;
    for letter in styled.text.chars() {
        borders[at] = true;
        at += letter.len_utf16();
    }
    borders[at] = true;
    let border = |at: usize| borders.get(at).copied().unwrap_or(false);
    let good = |entity: &Entity| {
        entity.length > 0 && border(entity.offset) && border(entity.offset.saturating_add(entity.length))
    };
    if styled.entities.iter().all(good) { Ok(()) } else { Err(Refusal::bad("ENTITY_BOUNDS_INVALID")) }
}

fn styled(args: &Args, field: &str, entities_field: &str) -> Result<Option<Styled>, Refusal> {
    let Some(source) = args.text(field) else {
        return Ok(None);
    };
    let styled = match args.text("parse_mode").map(str::to_ascii_lowercase).as_deref() {
        Some("html") => {
            html::parse_html(source).map_err(|wrong| Refusal::bad(format!("can't parse entities: {wrong}")))?
        }
        Some("markdown" | "markdownv2") => {
            return Err(Refusal::bad("the sandbox reads HTML only, no Markdown"));
        }
        Some("") | None => {
            let given = Styled { text: source.to_owned(), entities: given_entities(args, entities_field)? };
            check_bounds(&given)?;
            given
        }
        Some(_) => return Err(Refusal::bad("unsupported parse_mode")),
    };
    Ok(Some(markup::finish(styled)))
}

fn given_entities(args: &Args, field: &str) -> Result<Vec<Entity>, Refusal> {
    let read = |entity: &Value| serde_json::from_value(entity.clone());
    let entities: Result<Vec<Entity>, _> = args.list(field).iter().map(read).collect();
    entities.map_err(|wrong| Refusal::bad(format!("can't parse entities: {wrong}")))
}

/// The file that a parameter names: one that comes along, or one sent before.
pub(crate) fn file(draft: &mut Draft, args: &Args, kind: Media, parameter: &str) -> Result<Attachment, Refusal> {
    let named = args.text(parameter).unwrap_or_default();
    if named.starts_with("http://") || named.starts_with("https://") {
        return Err(Refusal::bad("the sandbox fetches no files: upload it or give its file_id"));
    }
    if let Some(name) = named.strip_prefix("attach://") {
        let Some(upload) = args.upload(name) else {
            return Err(Refusal::bad("wrong file identifier/HTTP URL specified"));
        };
        if upload.bytes.is_empty() {
            return Err(Refusal::bad("file must be non-empty"));
        }
        let (name, mime, duration) = kind.usual();
        let stored = NewFile {
            kind,
            name: upload.name.clone().or(name.map(str::to_owned)),
            mime: upload.mime.clone().unwrap_or_else(|| mime.to_owned()),
            duration: args.int("duration").or(duration),
            bytes: upload.bytes.clone(),
        };
        return Ok(store(draft, stored));
    }
    match draft.world().files.get(named) {
        None => Err(Refusal::bad("wrong file identifier/HTTP URL specified")),
        Some(stored) if stored.kind != kind => {
            Err(Refusal::bad(format!("can't use file of type {} as {}", stored.kind.type_name(), kind.type_name())))
        }
        Some(stored) => Ok(Attachment::File { kind, file: stored.id.clone() }),
    }
}

/// A file before Telegram has given it its ids.
pub(crate) struct NewFile {
    pub kind: Media,
    pub name: Option<String>,
    pub mime: String,
    pub duration: Option<i64>,
    pub bytes: Vec<u8>,
}

/// Keeps a file and gives what hangs on the message.
pub(crate) fn store(draft: &mut Draft, file: NewFile) -> Attachment {
    // Files are never deleted: their number tells the next id.
    let number = draft.world().files.len() + 1;
    let kind = file.kind;
    let id = format!("sandbox-{}-{number:06}", kind.field().replace('_', "-"));
    draft.make(Change::File(StoredFile {
        id: id.clone(),
        unique_id: format!("u{number:06}"),
        kind,
        name: file.name,
        mime: file.mime,
        duration: file.duration,
        bytes: file.bytes,
    }));
    Attachment::File { kind, file: id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(fields: Value) -> Result<Styled, String> {
        text(&Args::default().within(&fields), Purpose::Send).map_err(|refusal| refusal.description)
    }

    #[test]
    fn texts_and_captions_have_their_limits() {
        let words = |length: usize| "ы".repeat(length);
        assert!(said(json!({ "text": words(4_096) })).is_ok());
        assert_eq!(said(json!({ "text": words(4_097) })), Err("Bad Request: message is too long".into()));
        assert!(said(json!({ "text": "🙂".repeat(2_049) })).is_err(), "two units each");
        let under = |length| caption(&Args::default().within(&json!({ "caption": words(length) })), Purpose::Send);
        assert!(under(1_024).is_ok() && under(1_025).is_err());
    }

    #[test]
    fn a_stretch_stays_in_its_text_and_tears_no_letter() {
        let with = |offset: usize, length: usize| {
            said(json!({ "text": "а🙂", "entities": [{ "type": "bold", "offset": offset, "length": length }] }))
        };
        assert!(with(0, 3).is_ok() && with(1, 2).is_ok());
        for (offset, length) in [(0, 4), (0, 2), (2, 1), (0, 0), (9, 1)] {
            assert_eq!(with(offset, length), Err("Bad Request: ENTITY_BOUNDS_INVALID".into()), "{offset} {length}");
        }
    }
}
