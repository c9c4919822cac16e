//! The id of a language.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest id, in letters.
const LONGEST: usize = 8;

/// A language by its id: up to eight small Latin letters and hyphens, such as `ru` (ISO 639-1). It is
/// stored and written as it is, as JSON a string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; LONGEST]);

impl Language {
    /// No language in particular (ISO 639-2): what is said where no language is known.
    pub const UNDETERMINED: Language = Language(*b"und\0\0\0\0\0");

    /// The language with this id; `None` for what can be no id.
    pub const fn new(id: &str) -> Option<Language> {
        let bytes = id.as_bytes();
        if bytes.is_empty() || bytes.len() > LONGEST {
            return None;
        }
        let mut letters = [0; LONGEST];
        let mut i = 0;
        while i < bytes.len() {
            if !(bytes[i].is_ascii_lowercase() || (bytes[i] == b'-' && i > 0)) {
                return None;
            }
            letters[i] = bytes[i];
            i += 1;
        }
        Some(Language(letters))
    }

    /// The id, as [`Language::new`] takes it.
    pub fn id(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
        std::str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.id())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        let id = String::deserialize(deserializer)?;
        Language::new(&id).ok_or_else(|| serde::de::Error::custom(format!("«{id}» is no id of a language")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_is_read() {
        for id in ["ru", "en", "pt-br", "abcdefgh"] {
            let language = Language::new(id).expect("an id");
            assert_eq!((language.id(), language.to_string().as_str()), (id, id));
            let json = serde_json::to_string(&language).expect("plain data");
            assert_eq!(json, format!("\"{id}\""));
            assert_eq!(serde_json::from_str::<Language>(&json).expect("the same"), language);
        }
        assert!(Language::new("en") < Language::new("ru") && Language::new("r") < Language::new("ru"));
        for id in ["", "RU", "ру", "-a", "r u", "abcdefghi"] {
            assert_eq!(Language::new(id), None, "{id}");
            assert!(serde_json::from_value::<Language>(id.into()).is_err(), "{id}");
        }
    }
}
