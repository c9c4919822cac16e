//! How somebody stands at a desk: what they may do there hangs on it.

use serde::{Deserialize, Serialize};

/// How somebody stands at a desk at the moment of what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// An administrator of the group, or its owner: may do what the lead may.
    Administrator,
    /// A member, perhaps a restricted one: an agent. What an earlier version has stored was done by somebody who could
    /// see the group, and nobody looked further.
    #[default]
    Member,
    /// Not in the group: left, put out, or never there.
    Outside,
    /// Nobody can tell: Telegram does not answer, and it is long ago or never that it did.
    Unknown,
}

impl Standing {
    /// Whether somebody who stands so may act at the desk.
    pub fn may_act(self) -> bool {
        match self {
            Standing::Administrator | Standing::Member => true,
            Standing::Outside | Standing::Unknown => false,
        }
    }

    /// The text that tells somebody who stands so why they may not act; `None` for those who may.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self {
            Standing::Administrator | Standing::Member => None,
            Standing::Outside => Some("desk.not_a_member"),
            Standing::Unknown => Some("desk.member_unknown"),
        }
    }
}
