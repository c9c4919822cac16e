//! A mistake in the phrasebook, as its owner is told of it.

use std::fmt;

/// Something wrong with the phrasebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, `<language>/<name>.toml`.
    pub file: String,
    /// The key in it.
    pub key: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
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
