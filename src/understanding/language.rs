//! The language of a message.

use serde::{Deserialize, Serialize};

/// The language of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian, however it was typed.
    #[default]
    Ru,
    /// English.
    En,
}

impl Language {
    /// The code that names its folder in the phrasebook (ISO 639-1).
    pub fn code(self) -> &'static str {
        match self {
            Language::Ru => "ru",
            Language::En => "en",
        }
    }
}
