//! What all texts of the desk have in common: how they are rendered, and how long Telegram lets them be.

use crate::phrases::{Phrasebook, render};

/// Telegram's limit for a message, in UTF-16 units (`sendMessage`).
pub const MESSAGE_LIMIT: usize = 4096;

/// Telegram's limit for a topic's name, in characters (`createForumTopic`).
pub(super) const NAME_LIMIT: usize = 128;

/// A text of the desk without values.
pub(super) fn text(phrasebook: &Phrasebook, key: &str) -> String {
    render(phrasebook, &phrasebook.desk_reply(key), 0)
}

/// A name as people type it, on one line and not endless.
pub(super) fn one_line(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").chars().take(64).collect()
}
