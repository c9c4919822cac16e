//! What commands share: how they end.

/// What a command ends with when it fails: words for a person.
pub(super) type CommandResult = Result<(), Box<dyn std::error::Error>>;
