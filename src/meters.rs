//! What this process has measured since it began: how long answers took, and what Telegram refused. What stands in the
//! database is asked of it when somebody looks (`metrics`), and not counted twice.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// One label of a metric.
type Label = [(&'static str, &'static str); 1];

/// The borders between «at once» and «too late», in seconds: a customer feels the first few, a desk's minute explains the
/// others.
const ANSWER_SECONDS: [f64; 12] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0];

/// What is measured. Cheap to clone; the clones are one.
#[derive(Clone, Debug)]
pub struct Meters {
    answers: Family<Label, Histogram, fn() -> Histogram>,
    refusals: Family<Label, Counter>,
}

impl Default for Meters {
    fn default() -> Meters {
        let meters = Meters {
            answers: Family::new_with_constructor(|| Histogram::new(ANSWER_SECONDS)),
            refusals: Family::default(),
        };
        // What has not happened yet is nought, and not unknown.
        for to in [To::Customer, To::Desk] {
            drop(meters.answers.get_or_create(&to.label()));
        }
        meters
    }
}

/// The side that a message went to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// A customer.
    Customer,
    /// The agents.
    Desk,
}

impl To {
    /// The word it is told by.
    pub fn word(self) -> &'static str {
        match self {
            To::Customer => "customer",
            To::Desk => "desk",
        }
    }

    fn label(self) -> Label {
        [("to", self.word())]
    }
}

impl Meters {
    /// A message has arrived, so long after what caused it had come.
    pub fn answered(&self, to: To, after: Duration) {
        self.answers.get_or_create(&to.label()).observe(after.as_secs_f64());
    }

    /// This kind of refusal may come: until it does its count is nought, and not unknown.
    pub fn may_be_refused(&self, kind: &'static str) {
        drop(self.refusals.get_or_create(&[("kind", kind)]));
    }

    /// Telegram refused a call; `kind` is a word of ours.
    pub fn refused(&self, kind: &'static str) {
        self.refusals.get_or_create(&[("kind", kind)]).inc();
    }

    /// Tells of them in a registry, whose prefix they get.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "answer_seconds",
            "From what came in (a message, a press, a timer) to what was sent because of it",
            self.answers.clone(),
        );
        registry.register("refusals", "Calls that Telegram refused", self.refusals.clone());
    }
}
