//! A parcel with all that is known of it: as anyone with its number may see it, as a list holds it, as it was found for
//! a customer.

use super::number::TrackingNumber;
use super::offer::{Offer, OfferState};
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

    /// Whether it is to be delivered at all: what is prohibited, refused, on its way back, or whose offer has run out has no
    /// day of delivery, whatever a list says (`domain.md`, section 8).
    pub fn has_day(&self) -> bool {
        let stopped = matches!(
            self.status,
            Status::Known(
                StatusCode::ProhibitedGoods
                    | StatusCode::OfferExpired
                    | StatusCode::Refused
                    | StatusCode::Returning
                    | StatusCode::ReturnLeftWarehouse
            )
        );
        let expired = self.offer.as_ref().is_some_and(|offer| offer.state == OfferState::Expired);
        !stopped && !expired && !self.has_arrived()
    }

    /// Whether it was brought and could not be handed over: then the day of today is over for it.
    pub fn was_missed(&self) -> bool {
        matches!(
            self.status,
            Status::Known(
                StatusCode::NotDeliveredClosed
                    | StatusCode::NotDeliveredDayOff
                    | StatusCode::DeliveryProblem
                    | StatusCode::DeliveryRescheduled
                    | StatusCode::LockerUnavailable
            )
        )
    }

    /// Whether it goes on only when its recipient has done something: the cause of any lateness is known then.
    pub fn waits_for_customer(&self) -> bool {
        let by_status = matches!(
            self.status,
            Status::Known(
                StatusCode::OfferSent
                    | StatusCode::CustomsPaymentDue
                    | StatusCode::CustomsDocumentsDue
                    | StatusCode::ReadyForDelivery
                    | StatusCode::DeliveryDateChangedCall
            )
        );
        by_status || self.offer.as_ref().is_some_and(Offer::waits_for_recipient)
    }

    /// Whether its planned day is over while it is still on its way: then its status is not recited, a person looks
    /// into it.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.has_day() && !self.waits_for_customer() && self.planned.is_some_and(|planned| planned < today)
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
