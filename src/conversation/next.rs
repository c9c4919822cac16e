//! What comes next, as a value: a flow says what it has to say and returns this; `step` works it off. So no flow calls
//! another, or needs to know which is next.

use super::state::{Fact, Reason};
use understanding::{Doubt, Reading, Slots};

/// What comes after something was said, asked or found out.
#[derive(Debug, PartialEq)]
#[must_use]
pub(super) enum Next {
    /// Nothing: the customer speaks next, or the carrier, or a person.
    Rest,
    /// The task in work takes its next step.
    GoOn,
    /// The customer wants this: its flow begins.
    TakeUp(Box<Asked>),
    /// The request that waits for the first one to be done is taken up, if there is one.
    Waiting,
    /// People take over, for this reason. The facts are what was found out in this turn and stands in no task.
    HandOff(Reason, Vec<Fact>),
}

impl Next {
    /// People take over, with nothing found out in this turn.
    pub fn person(reason: Reason) -> Next {
        Next::HandOff(reason, Vec::new())
    }

    /// With what was found out in this turn, if people take over.
    pub fn knowing(self, found_out: Vec<Fact>) -> Next {
        match self {
            Next::HandOff(reason, mut facts) => {
                facts.extend(found_out);
                Next::HandOff(reason, facts)
            }
            Next::Rest | Next::GoOn | Next::TakeUp(_) | Next::Waiting => self,
        }
    }

    /// This, or `other` if this is nothing.
    pub fn or(self, other: Next) -> Next {
        match self {
            Next::Rest => other,
            Next::GoOn | Next::TakeUp(_) | Next::Waiting | Next::HandOff(..) => self,
        }
    }
}

/// A request as it came: the intent, and the words that told it.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    /// What the customer wants.
    pub intent: String,
    /// The words, masked; empty for a button.
    pub text: String,
    /// What was read in them; nothing for a button.
    pub reading: Option<Reading>,
}

impl Asked {
    /// A request that was made without words.
    pub fn silently(intent: impl Into<String>) -> Asked {
        Asked { intent: intent.into(), text: String::new(), reading: None }
    }

    /// What is wrong with the first of the doubtful numbers in the words.
    pub fn doubt(&self) -> Option<Doubt> {
        self.reading.as_ref().and_then(|reading| reading.doubts.first().copied())
    }

    /// The values in the words.
    pub fn slots(&self) -> &Slots {
        static NONE: Slots = Slots {
            tracking_numbers: Vec::new(),
            doubtful_numbers: Vec::new(),
            order_numbers: Vec::new(),
            phones: Vec::new(),
            dates: Vec::new(),
            sums: Vec::new(),
        };
        self.reading.as_ref().map_or(&NONE, |reading| &reading.slots)
    }
}
