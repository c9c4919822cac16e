//! What commands share: how they end.

/// What a command ends with when it fails: words for a person.
pub(super) type CommandResult = Result<(), Box<dyn std::error::Error>>;

/// An end with an exit status of its own, for programs that call the command; any other failure is 1, and 2 a command
/// line that is none.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub(super) struct Exit {
    pub(super) status: u8,
    pub(super) words: String,
}
