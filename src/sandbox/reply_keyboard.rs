//! Reply keyboards: the buttons that Telegram shows in the place of the letters, under a chat.
//!
//! A press of an ordinary one says its words; one that asks for the contact sends the person's own phone, after the
//! person has agreed. A chat has one at a time.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::args::Args;
use super::media::Attachment;
use super::people::{self, Complaint, Spot};
use super::refusal::Refusal;
use super::state::Draft;
use super::world::{Change, phone_of};

/// A keyboard under a private chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplyKeyboard {
    pub rows: Vec<Vec<ReplyButton>>,
    /// It hides after one of its buttons was used.
    pub one_time: bool,
}

/// A button of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplyButton {
    pub text: String,
    /// Whether a press shares the person's phone.
    pub contact: bool,
}

/// What a call makes of the chat's keyboard: `None` leaves it as it is, `Some(None)` takes it away.
pub(super) fn asked(args: &Args, private: bool) -> Result<Option<Option<ReplyKeyboard>>, Refusal> {
    let Some(markup) = args.value("reply_markup") else {
        return Ok(None);
    };
    if markup["remove_keyboard"] == true {
        return Ok(Some(None));
    }
    let Some(rows) = markup["keyboard"].as_array() else {
        return Ok(None);
    };
    let row = |row: &Value| {
        let buttons = row.as_array().map_or(&[][..], Vec::as_slice);
        buttons.iter().map(|one| button(one, private)).collect::<Result<Vec<_>, _>>()
    };
    let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<_> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    if rows.is_empty() {
        return Err(Refusal::bad("reply keyboard is empty"));
    }
    Ok(Some(Some(ReplyKeyboard { rows, one_time: markup["one_time_keyboard"] == true })))
}

/// A button may be an object, or a bare text that stands for one.
fn button(button: &Value, private: bool) -> Result<ReplyButton, Refusal> {
    let text = button.as_str().or(button["text"].as_str()).unwrap_or_default().to_owned();
    if text.trim().is_empty() {
        return Err(Refusal::bad("can't parse keyboard button: text must be non-empty"));
    }
    let contact = button["request_contact"] == true;
    if contact && !private {
        return Err(Refusal::bad("phone number can be requested in private chats only"));
    }
    let known = ["text", "request_contact"];
    if button.as_object().is_some_and(|fields| fields.keys().any(|field| !known.contains(&field.as_str()))) {
        return Err(Refusal::bad("the sandbox shows keyboard buttons with text and request_contact only"));
    }
    Ok(ReplyButton { text, contact })
}

/// A person shares the own phone with the bot, by the button that asks for it.
pub(super) fn share(draft: &mut Draft, who: i64) -> Result<i64, Complaint> {
    let keyboard = draft.world().keyboards.get(&who);
    let asks = keyboard.is_some_and(|keyboard| keyboard.rows.iter().flatten().any(|button| button.contact));
    if !asks {
        return Err("бот не просит поделиться номером".into());
    }
    let person = draft.world().people.get(&who).cloned().ok_or("такого человека нет")?;
    let attachment =
        Attachment::Contact { phone: phone_of(who), first_name: person.name, last_name: None, user_id: Some(who) };
    let spot = Spot { chat: who, thread: None, reply_to: None };
    let id = people::send(draft, who, spot, attachment, None, None)?;
    used(draft, who);
    Ok(id)
}

/// Somebody said these words in the private chat: if they are a button of a keyboard for one use, it hides.
pub(super) fn said(draft: &mut Draft, who: i64, text: &str) {
    let keyboard = draft.world().keyboards.get(&who);
    if keyboard.is_some_and(|keyboard| keyboard.rows.iter().flatten().any(|button| button.text == text)) {
        used(draft, who);
    }
}

fn used(draft: &mut Draft, chat: i64) {
    if draft.world().keyboards.get(&chat).is_some_and(|keyboard| keyboard.one_time) {
        draft.make(Change::Keyboard { chat, keyboard: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_contact_is_asked_for_in_private_only() {
        let wanted = json!({"text": "📱", "request_contact": true});
        assert_eq!(button(&wanted, true).map(|button| button.contact).ok(), Some(true));
        let refusal = button(&wanted, false).expect_err("a group");
        assert!(format!("{refusal:?}").contains("phone number can be requested in private chats only"));
        assert!(button(&json!({"text": " "}), true).is_err());
        assert_eq!(button(&json!("Да"), false).map(|button| button.text).ok(), Some("Да".into()));
    }
}
