//! What all texts of the desk have in common: how they are rendered, and how long Telegram lets them be.

use crate::phrases::{Phrasebook, render};

/// Telegram's limit for a message, in UTF-16 units (`sendMessage`).
pub const MESSAGE_LIMIT: usize = 4096;

/// A text of the desk without values.
pub(super) fn text(phrasebook: &Phrasebook, key: &str) -> String {
    render(phrasebook, &phrasebook.desk_reply(key), 0)
}
