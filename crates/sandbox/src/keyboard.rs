//! Reply keyboards: the buttons below a chat's field.
//!
//! They belong to the chat, not to the message: Telegram shows them to the person and never tells the
//! bot of them again.

use serde::{Deserialize, Serialize};

/// A button of a reply keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Key {
    /// A press of it writes its label.
    Text(String),
    /// A press of it sends the person's own phone number.
    Contact(String),
}

impl Key {
    /// What it says.
    pub fn label(&self) -> &str {
        match self {
            Key::Text(label) | Key::Contact(label) => label,
        }
    }

    /// Whether a press of it writes these words.
    pub fn writes(&self, text: &str) -> bool {
        match self {
            Key::Text(label) => label.trim() == text,
            Key::Contact(_) => false,
        }
    }

    /// Whether a press of it sends the person's phone number.
    pub fn shares_phone(&self) -> bool {
        match self {
            Key::Text(_) => false,
            Key::Contact(_) => true,
        }
    }
}

/// A reply keyboard. How big and how lasting it wants to be is checked and left out: the page shows
/// all of them alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keyboard {
    pub rows: Vec<Vec<Key>>,
    /// Whether it is hidden after the first press.
    pub one_time: bool,
    /// What the empty field says while the keyboard is there.
    pub placeholder: Option<String>,
}

impl Keyboard {
    /// Whether one of its buttons is like this.
    pub fn has(&self, wanted: impl Fn(&Key) -> bool) -> bool {
        self.rows.iter().flatten().any(wanted)
    }
}

/// The reply keyboard of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    /// The message that brought it, and takes it along when it is deleted.
    pub message: i64,
    pub keyboard: Keyboard,
}
