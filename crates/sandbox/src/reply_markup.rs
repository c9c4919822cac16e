//! `reply_markup`, as a call gives it: buttons below a message, or another keyboard for its chat; checked as Telegram
//! does, and more strictly where Telegram would drop something without a word.

use serde_json::Value;

use crate::args::Args;
use crate::keyboard::{Key, Keyboard};
use crate::markup;
use crate::message::Button;
use crate::refusal::Refusal;

/// Bytes that a button can tell the bot.
const LONGEST_DATA: usize = 64;
const LONGEST_PLACEHOLDER: usize = 64;
/// How a button can stand out.
const STYLES: [&str; 3] = ["danger", "success", "primary"];
const LONGEST_ROW: usize = 12;
const MOST_KEYS: usize = 300;

/// What a new message brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Markup {
    /// Buttons below itself, or none.
    Inline(Vec<Vec<Button>>),
    /// Another keyboard for the chat; none takes the present one away.
    Chat(Option<Keyboard>),
}

impl Markup {
    /// Nothing.
    pub fn none() -> Markup {
        Markup::Inline(Vec::new())
    }

    /// Whether it wants the person's phone number.
    pub fn asks_for_phone(&self) -> bool {
        match self {
            Markup::Inline(_) | Markup::Chat(None) => false,
            Markup::Chat(Some(keyboard)) => keyboard.has(Key::shares_phone),
        }
    }
}

/// What a call wants its message to bring along.
pub(crate) fn markup(args: &Args) -> Result<Markup, Refusal> {
    let Some(given) = args.value("reply_markup") else {
        return Ok(Markup::none());
    };
    if let Some(rows) = given["keyboard"].as_array() {
        return keyboard(given, rows).map(|keyboard| Markup::Chat(Some(keyboard)));
    }
    // Telegram shows the field to answer in instead of the keyboard; the page has its field anyway.
    for flag in ["remove_keyboard", "force_reply"] {
        match given[flag].as_bool() {
            Some(true) => return Ok(Markup::Chat(None)),
            // Telegram takes it and does nothing: that is a mistake of the bot.
            Some(false) => return Err(Refusal::bad(format!("the sandbox takes {flag} as true only"))),
            None => {}
        }
    }
    buttons(args).map(Markup::Inline)
}

/// The inline buttons of a message.
pub(crate) fn buttons(args: &Args) -> Result<Vec<Vec<Button>>, Refusal> {
    let rows = args.value("reply_markup").and_then(|markup| markup["inline_keyboard"].as_array());
    let rows = rows.map_or(&[][..], Vec::as_slice);
    let row = |row: &Value| {
        let row = row.as_array().map_or(&[][..], Vec::as_slice);
        row.iter().map(button).collect::<Result<Vec<Button>, Refusal>>()
    };
    let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
}

fn button(button: &Value) -> Result<Button, Refusal> {
    let text = button["text"].as_str().unwrap_or_default().to_owned();
    if text.trim().is_empty() {
        return Err(Refusal::bad("BUTTON_TEXT_INVALID"));
    }
    let data = button["callback_data"].as_str().map(str::to_owned);
    let url = button["url"].as_str().map(str::to_owned);
    let style = button["style"].as_str().map(str::to_owned);
    if style.as_deref().is_some_and(|style| !STYLES.contains(&style)) {
        return Err(Refusal::bad("BUTTON_STYLE_INVALID"));
    }
    match (&data, &url) {
        (Some(data), _) if data.is_empty() || data.len() > LONGEST_DATA => Err(Refusal::bad("BUTTON_DATA_INVALID")),
        (_, Some(url)) if !["http://", "https://", "tg://"].iter().any(|start| url.starts_with(start)) => {
            Err(Refusal::bad("BUTTON_URL_INVALID"))
        }
        (None, None) if button.as_object().is_some_and(|fields| fields.len() > 1) => {
            Err(Refusal::bad("the sandbox shows buttons with callback_data or url only"))
        }
        (None, None) => {
            Err(Refusal::bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"))
        }
        _ => Ok(Button { text, data, url, style }),
    }
}

/// A keyboard as the bot describes it. Telegram drops blank and superfluous buttons without a word;
/// the sandbox refuses them, because they are mistakes of the bot.
fn keyboard(given: &Value, rows: &[Value]) -> Result<Keyboard, Refusal> {
    let row = |row: &Value| row.as_array().map_or(&[][..], Vec::as_slice).iter().map(key).collect();
    let rows = rows.iter().map(row).collect::<Result<Vec<Vec<Key>>, Refusal>>()?;
    let rows: Vec<Vec<Key>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    if rows.is_empty() {
        return Err(Refusal::bad("the sandbox takes no keyboard without buttons: remove_keyboard takes it away"));
    }
    if rows.iter().any(|row| row.len() > LONGEST_ROW) || rows.iter().map(Vec::len).sum::<usize>() > MOST_KEYS {
        return Err(Refusal::bad(format!("the sandbox shows {LONGEST_ROW} buttons in a row and {MOST_KEYS} in all")));
    }
    let placeholder = given["input_field_placeholder"].as_str().map(str::to_owned);
    let length = placeholder.as_deref().map(markup::utf16);
    if length.is_some_and(|length| !(1..=LONGEST_PLACEHOLDER).contains(&length)) {
        return Err(Refusal::bad(format!("input_field_placeholder must be of 1-{LONGEST_PLACEHOLDER} characters")));
    }
    Ok(Keyboard { rows, one_time: given["one_time_keyboard"] == Value::Bool(true), placeholder })
}

fn key(given: &Value) -> Result<Key, Refusal> {
    let label = given["text"].as_str().unwrap_or_default().to_owned();
    if label.trim().is_empty() {
        return Err(Refusal::bad("BUTTON_TEXT_INVALID"));
    }
    let plain = |name: &str| matches!(name, "text" | "style" | "icon_custom_emoji_id" | "request_contact");
    let mut fields = given.as_object().into_iter().flatten();
    if fields.any(|(name, value)| !plain(name) && !matches!(value, Value::Null | Value::Bool(false))) {
        return Err(Refusal::bad("the sandbox shows buttons of words or with request_contact only"));
    }
    Ok(if given["request_contact"] == Value::Bool(true) { Key::Contact(label) } else { Key::Text(label) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(reply_markup: Value) -> Result<Markup, String> {
        let args = Args::default().within(&json!({ "reply_markup": reply_markup }));
        markup(&args).map_err(|refusal| refusal.description)
    }

    #[test]
    fn a_keyboard_has_buttons_that_write_and_buttons_that_share_the_phone() {
        let read = read(json!({
            "keyboard": [[{"text": "Поделиться номером", "request_contact": true}], [], [{"text": " Не нужно "}]],
            "one_time_keyboard": true, "resize_keyboard": true, "input_field_placeholder": "Номер",
        }));
        let Ok(Markup::Chat(Some(keyboard))) = read else { panic!("a keyboard, not {read:?}") };
        assert_eq!(
            keyboard.rows,
            [[Key::Contact("Поделиться номером".into())], [Key::Text(" Не нужно ".into())]],
            "a row without buttons is none"
        );
        assert!(keyboard.one_time);
        assert_eq!(keyboard.placeholder.as_deref(), Some("Номер"));
        assert!(keyboard.has(|key| key.writes("Не нужно")), "people's words are trimmed");
        assert!(!keyboard.has(|key| key.writes("Поделиться номером")), "words are no phone number");
    }

    #[test]
    fn what_telegram_would_drop_without_a_word_is_refused() {
        let row = |length: usize| vec![json!({ "text": "Да" }); length];
        let bad = [
            (json!({ "keyboard": [[]] }), "no keyboard without buttons"),
            (json!({ "keyboard": [[{"text": " "}]] }), "BUTTON_TEXT_INVALID"),
            (json!({ "keyboard": [row(13)] }), "12 buttons in a row"),
            (json!({ "keyboard": vec![row(12); 26] }), "300 in all"),
            (json!({ "keyboard": [row(1)], "input_field_placeholder": "ы".repeat(65) }), "input_field_placeholder"),
            (json!({ "keyboard": [[{"text": "Где я", "request_location": true}]] }), "request_contact only"),
            (json!({ "remove_keyboard": false }), "remove_keyboard as true only"),
        ];
        for (given, wanted) in bad {
            let complaint = read(given.clone()).expect_err("a mistake");
            assert!(complaint.contains(wanted), "{given}: {complaint}");
        }
        assert!(read(json!({ "keyboard": vec![row(12); 25] })).is_ok());
    }

    #[test]
    fn other_markups_are_told_apart() {
        assert_eq!(read(json!({ "remove_keyboard": true })), Ok(Markup::Chat(None)));
        assert_eq!(read(json!({ "force_reply": true })), Ok(Markup::Chat(None)));
        let inline = read(json!({ "inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]] }));
        assert!(matches!(inline, Ok(Markup::Inline(rows)) if rows.len() == 1));
        assert_eq!(markup(&Args::default()), Ok(Markup::none()));
    }
}
