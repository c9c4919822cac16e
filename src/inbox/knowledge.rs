//! What deciding needs to know beside the state: changed as a whole when phrases are edited or something is learned.

use crate::conversation::{DeskInfo, Policy};
use crate::phrases::{Gate, Phrasebook, Report};
use std::sync::Arc;
use understanding::Matcher;

/// What deciding needs to know.
pub struct Knowledge {
    /// Reads what customers write: learned from `phrasebook`.
    pub matcher: Arc<Matcher>,
    /// What the bot says, and how customers say what they want.
    pub phrasebook: Arc<Phrasebook>,
    /// What is looked at before anything is added to the phrasebook as it was written.
    pub gate: Arc<Gate>,
    /// The owner's rules: hours, promises, limits.
    pub policy: Policy,
    /// The agents' groups, as the owner named them.
    pub desks: Vec<DeskInfo>,
}

impl Knowledge {
    /// What is known of a phrasebook as it was written.
    pub fn new(phrasebook: Arc<Phrasebook>, matcher: Arc<Matcher>, policy: Policy, desks: Vec<DeskInfo>) -> Knowledge {
        let gate = Arc::new(Gate::new(phrasebook.clone(), matcher.clone()));
        Knowledge { matcher, phrasebook, gate, policy, desks }
    }

    /// The same with what was learned.
    pub fn taught(&self, report: &Report) -> Knowledge {
        Knowledge {
            matcher: report.matcher.clone(),
            phrasebook: report.phrasebook.clone(),
            gate: self.gate.clone(),
            policy: self.policy.clone(),
            desks: self.desks.clone(),
        }
    }
}
