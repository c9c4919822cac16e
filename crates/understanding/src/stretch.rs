//! A stretch of a message between spaces, and how it was typed.

/// How a stretch was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// As it is meant.
    Plain,
    /// With the other keyboard layout on.
    OtherLayout,
    /// Russian in Latin letters.
    Transliterated,
}

/// A stretch of the text as it is to be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) text: String,
    pub(super) typed: Typed,
}
