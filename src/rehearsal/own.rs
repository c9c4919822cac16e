//! The measure's own view of a parcel. It is told apart from [`crate::parcel::Truth`] on purpose: what the bot says is
//! chosen by that, and a mistake there must be seen here.

use crate::parcel::{OfferState, Parcel, Status, StatusCode as S};
use chrono::NaiveDate;

fn stands(parcel: &Parcel, codes: &[S]) -> bool {
    matches!(parcel.status, Status::Known(code) if codes.contains(&code))
}

fn offer_is(parcel: &Parcel, states: &[OfferState]) -> bool {
    parcel.offer.as_ref().is_some_and(|offer| states.contains(&offer.state))
}

/// Whether it has come to rest: with its recipient, where it can be collected, or on its way back.
pub(super) fn has_arrived(parcel: &Parcel) -> bool {
    stands(parcel, &[S::Delivered, S::ReadyForPickup, S::Refused, S::Returning, S::ReturnLeftWarehouse])
}

/// Whether it is to be delivered at all, whatever a list says of a day.
pub(super) fn has_day(parcel: &Parcel) -> bool {
    let stopped = stands(parcel, &[S::ProhibitedGoods, S::OfferExpired]) || offer_is(parcel, &[OfferState::Expired]);
    !stopped && !has_arrived(parcel)
}

/// Whether it was brought and could not be handed over.
pub(super) fn was_missed(parcel: &Parcel) -> bool {
    let missed = [S::NotDeliveredClosed, S::NotDeliveredDayOff, S::DeliveryProblem, S::LockerUnavailable];
    stands(parcel, &missed) || stands(parcel, &[S::DeliveryRescheduled])
}

/// Whether it goes on only when its recipient has done something.
pub(super) fn waits_for_customer(parcel: &Parcel) -> bool {
    let by_status =
        [S::OfferSent, S::CustomsPaymentDue, S::CustomsDocumentsDue, S::ReadyForDelivery, S::DeliveryDateChangedCall];
    stands(parcel, &by_status)
        || offer_is(parcel, &[OfferState::Sent, OfferState::Checking, OfferState::Rejected, OfferState::Blocked])
}

/// Whether its planned day is over, and nothing explains it.
pub(super) fn is_late(parcel: &Parcel, today: NaiveDate) -> bool {
    has_day(parcel) && !waits_for_customer(parcel) && parcel.planned.is_some_and(|planned| planned < today)
}
