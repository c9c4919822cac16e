//! Many short texts, one behind the other: each by itself would take as much again for its place in memory.

use serde::{Deserialize, Serialize};

use super::raw;

/// Texts by their numbers, from 0.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
    all: String,
    /// Where each ends; it begins where the one before it ends.
    #[serde(with = "raw")]
    ends: Vec<u32>,
}

impl Texts {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// The text of a number; `None` where there is none.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.all.get(start..end)
    }

    /// All texts in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|number| self.get(number))
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Texts {
        let mut all = Texts::default();
        texts.into_iter().for_each(|text| all.push(text));
        all.shrink_to_fit();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in() {
        let texts = ["где", "", "посылка"];
        let together: Texts = texts.into_iter().collect();
        assert_eq!(together.iter().collect::<Vec<_>>(), texts);
        assert_eq!(together.get(3), None);
    }
}
