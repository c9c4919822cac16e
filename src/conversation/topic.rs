//! Questions about one parcel that the phrasebook answers in general: with a number they are answered by how that parcel
//! stands.

use serde::{Deserialize, Serialize};

/// What is asked about one parcel, beyond where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The courier did not come.
    MissedCourier,
    /// It is to be brought on another day, or elsewhere.
    Change,
    /// Where it can be collected, and how long it lies there.
    Pickup,
    /// A duty.
    Duty,
    /// Papers for customs.
    Papers,
}

impl Topic {
    const ALL: [Topic; 5] = [Topic::MissedCourier, Topic::Change, Topic::Pickup, Topic::Duty, Topic::Papers];

    /// The topic that an intent of the phrasebook asks about, if it is about one parcel.
    pub(super) fn of(intent: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.intent() == intent)
    }

    /// The intent that asks about it.
    pub(super) fn intent(self) -> &'static str {
        match self {
            Topic::MissedCourier => "missed_courier",
            Topic::Change => "change_address_or_date",
            Topic::Pickup => "storage_and_pickup",
            Topic::Duty => "customs_duty",
            Topic::Papers => "customs_documents",
        }
    }
}
