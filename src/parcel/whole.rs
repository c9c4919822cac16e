//! A parcel with all that is known of it: as anyone with its number may see it, as a list holds it, as it was found for
//! a customer.

use super::number::TrackingNumber;
use super::offer::Offer;
use super::order::Order;
use super::phone::Phone;
use super::recipient::Recipient;
use super::status::{Status, StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a carrier knows of a parcel and may tell anyone with its number: nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Its tracking number, in its normal form.
    pub number: TrackingNumber,
    /// The status, as the carrier gave it.
    pub status: Status,
    /// The place a label carried («… на терминал (Октябрьский»); `None` when it carried none.
    pub place: Option<String>,
    /// The day delivery is planned for; `None` when none is.
    pub planned: Option<NaiveDate>,
    /// The day its status was set; `None` when it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Its customs offer; `None` when it needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// The order it belongs to; `None` when the carrier does not know one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

impl Parcel {
    /// A parcel of which nothing but number and status is known.
    pub fn new(number: TrackingNumber, status: Status) -> Parcel {
        Parcel { number, status, place: None, planned: None, since: None, offer: None, order: None }
    }

    /// The day it was handed over to the recipient, as the order has it, else the status; `None` until then.
    pub fn handed_over(&self) -> Option<NaiveDate> {
        let by_status = self.since.filter(|_| self.status == Status::Known(StatusCode::Delivered));
        self.order.as_ref().and_then(|order| order.delivered).or(by_status)
    }
}

/// A parcel as a carrier's list or our own tables hold it: with what only the recipient may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What every customer who knows the number may see.
    pub parcel: Parcel,
    /// The recipient's phone; `None` when it is not known.
    pub phone: Option<Phone>,
    /// The link to its offer; `None` when there is none.
    pub link: Option<String>,
}

impl From<Parcel> for Listed {
    fn from(parcel: Parcel) -> Listed {
        Listed { parcel, phone: None, link: None }
    }
}

/// A parcel that was found, and whether the phone that was named with the question is its recipient's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What every customer who knows the number may see.
    #[serde(flatten)]
    pub parcel: Parcel,
    /// Whether the phone is its recipient's, as the carrier says.
    #[serde(default)]
    pub recipient: Recipient,
}
