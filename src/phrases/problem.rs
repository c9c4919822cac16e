//! A mistake in the phrasebook, as its owner is told of it.

use std::fmt;

/// Something wrong with the phrasebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, `<language>/<name>.toml`; or the folder, when it cannot be read.
    pub file: String,
    /// The key in it; `None` for the file as a whole.
    pub key: Option<String>,
    /// What is wrong, as a sentence without its stop.
    pub what: String,
    /// What the owner can do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        write!(f, "{} → {}", self.what, self.remedy)
    }
}
