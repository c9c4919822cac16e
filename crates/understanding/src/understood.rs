//! A word of a message as it was understood.

use std::sync::Arc;

use super::lexicon::Lexeme;

/// How a word of a sentence was understood under a view.
#[derive(Clone, Debug)]
pub(super) struct Understood {
    pub(super) lexeme: Arc<Lexeme>,
    /// 1 for a known word, less for a corrected one, 0 for an unknown one.
    pub(super) trust: f32,
    pub(super) filler: bool,
    pub(super) negated: bool,
    /// How much it tells, 0..1.
    pub(super) weight: f32,
    /// What it is compared by.
    pub(super) term: u64,
    pub(super) clause: u16,
}

impl Understood {
    /// Whether both words mean the same to the model.
    pub(super) fn same_term(&self, other: &Understood) -> bool {
        self.term == other.term
    }
}
