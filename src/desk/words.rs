//! What all texts of the desk have in common: their language, and how long Telegram lets them be.

use crate::phrases::{Phrasebook, Reply, render};
use crate::understanding::Language;

/// The language of the desk.
pub const LANGUAGE: Language = match Language::new("ru") {
    Some(language) => language,
    None => panic!("«ru» is an id"),
};

/// Telegram's limit for a message, in UTF-16 units (`sendMessage`).
pub const MESSAGE_LIMIT: usize = 4096;

/// A text of the desk without values.
pub(super) fn text(phrasebook: &Phrasebook, key: &str) -> String {
    render(phrasebook, &Reply::new(key, LANGUAGE), 0)
}
