//! How a question was put, as data: enough to know an answer to it from words about something older.

use super::ids::MessageId;
use serde::{Deserialize, Serialize};

/// How the question that is open was put.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Put {
    /// The newest message of the chat that was known then: the question came after it.
    pub after: MessageId,
    /// How the words begin that ask for a yes to something irreversible; `None` for any other question.
    pub begins: Option<String>,
}
