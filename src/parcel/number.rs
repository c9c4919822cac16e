//! A tracking number in one form, so that two ways of writing it compare as equal.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A tracking number in its normal form: capitals and digits, no spaces. Made by
/// [`understanding`] from text, or read from our own tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrackingNumber(String);

impl TrackingNumber {
    /// Normalises `text`: spaces and hyphens go, letters become capitals.
    pub fn new(text: &str) -> Self {
        TrackingNumber(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect())
    }

    /// The number as it is shown and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
