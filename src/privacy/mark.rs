//! How what is hidden looks.

/// What stands in the place of a digit: one UTF-16 unit, as a digit is.
pub const MASK: char = '•';
