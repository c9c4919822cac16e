//! Whether the customer is the one a parcel is for.

use super::phone::Phone;
use serde::{Deserialize, Serialize};

/// Whether a customer is a parcel's recipient, by their phone. The carrier says so; it never tells the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// No phone was named.
    #[default]
    NotAsked,
    /// It is the recipient's phone.
    Proven,
    /// It is another one.
    Other,
    /// The carrier knows no phone for this parcel.
    Unknown,
}

impl Recipient {
    /// Compares the phone the carrier has with the customer's; `None` is a phone that is not known, or was not shared.
    /// Digits that could be two numbers are none.
    pub fn of(known: Option<&Phone>, named: Option<&Phone>) -> Recipient {
        match (known.filter(|phone| phone.is_certain()), named.filter(|phone| phone.is_certain())) {
            (_, None) => Recipient::NotAsked,
            (None, Some(_)) => Recipient::Unknown,
            (Some(known), Some(named)) if known == named => Recipient::Proven,
            (Some(_), Some(_)) => Recipient::Other,
        }
    }
}
