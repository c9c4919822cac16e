//! A parcel with all that is known of it: as everybody may see it, as a list holds it, as it was found for somebody.

use super::number::TrackingNumber;
use super::offer::Offer;
use super::order::Order;
use super::phone::Phone;
use super::recipient::Recipient;
use super::status::{Status, StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a carrier knows of a parcel and may tell everybody who knows its number: nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Its number.
    pub number: TrackingNumber,
    /// Where it stands.
    pub status: Status,
    /// The place a label carried («… на терминал (Октябрьский»), if any.
    pub place: Option<String>,
    /// The day it was promised for, if one was.
    pub planned: Option<NaiveDate>,
    /// The day its status was set, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Its customs offer, if it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// The order it belongs to, if the carrier knows that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

impl Parcel {
    /// A parcel of which nothing but number and status is known.
    pub fn new(number: TrackingNumber, status: Status) -> Parcel {
        Parcel { number, status, place: None, planned: None, since: None, offer: None, order: None }
    }

    /// Whether it has come to rest, so that a planned day means nothing any more.
    pub fn has_arrived(&self) -> bool {
        match &self.status {
            Status::Known(code) => code.is_final(),
            Status::Unknown(_) => false,
        }
    }

    /// Whether it was handed over to its recipient.
    pub fn is_delivered(&self) -> bool {
        self.status == Status::Known(StatusCode::Delivered)
    }

    /// Whether its planned day is over while it is still on its way: then its status is not recited,
    /// somebody looks into it.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        !self.has_arrived() && self.planned.is_some_and(|planned| planned < today)
    }
}

/// A parcel as a carrier's list or our own tables hold it: with what is not for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The parcel.
    pub parcel: Parcel,
    /// The recipient's phone, if known.
    pub phone: Option<Phone>,
    /// The link to its offer, if there is one.
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
    /// The parcel.
    #[serde(flatten)]
    pub parcel: Parcel,
    /// Whether the asker is its recipient.
    #[serde(default)]
    pub recipient: Recipient,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_late_only_while_it_is_under_way() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).expect("a day of November");
        let number = TrackingNumber::new("ra 123456785-ru");
        assert_eq!(number.as_str(), "RA123456785RU");
        let mut parcel = Parcel { planned: Some(day(18)), ..Parcel::new(number, Status::Known(StatusCode::InTransit)) };
        assert!(!parcel.is_late(day(18)));
        assert!(parcel.is_late(day(19)));
        parcel.status = Status::Known(StatusCode::Delivered);
        assert!(!parcel.is_late(day(19)));
    }
}
