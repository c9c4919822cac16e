//! What a carrier can be told to change, and what a change does to a parcel. The local carrier and the
//! carrier's stand-in both follow [`apply`], so that there is one account of what is possible when.

use super::number::TrackingNumber;
use super::offer::{Offer, OfferState};
use super::order::{Order, OrderState, Refund, RefundState};
use super::phone::Phone;
use super::recipient::Recipient;
use super::status::{Status, StatusCode};
use super::whole::Parcel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A change of a parcel, its offer or its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The link to the offer is sent again.
    ResendLink,
    /// An offer blocked by wrong entries is opened, with a new link.
    UnblockOffer,
    /// An offer that hangs in checking is annulled, with a new link.
    AnnulOffer,
    /// An order that has not been handed over is cancelled.
    Cancel,
    /// A parcel on its way is refused and goes back.
    Refuse,
    /// Money is asked back.
    Refund(RefundReason),
}

impl Change {
    /// Whether it cannot be taken back, so that it needs the customer's explicit yes.
    pub fn is_irreversible(self) -> bool {
        match self {
            Change::ResendLink => false,
            Change::UnblockOffer | Change::AnnulOffer | Change::Cancel | Change::Refuse | Change::Refund(_) => true,
        }
    }

    /// Whether the recipient gets the link to the offer with it.
    pub fn sends_link(self) -> bool {
        match self {
            Change::ResendLink | Change::UnblockOffer | Change::AnnulOffer => true,
            Change::Cancel | Change::Refuse | Change::Refund(_) => false,
        }
    }

    /// The word for it, in tables and in the phrasebook's keys.
    pub fn code(self) -> &'static str {
        match self {
            Change::ResendLink => "resend_link",
            Change::UnblockOffer => "unblock_offer",
            Change::AnnulOffer => "annul_offer",
            Change::Cancel => "cancel",
            Change::Refuse => "refuse",
            Change::Refund(_) => "refund",
        }
    }
}

/// What money is asked back for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The parcel did not come.
    NotArrived,
    /// The parcel came damaged.
    Damaged,
    /// It is not what was ordered.
    WrongItem,
    /// It is not wanted any more.
    ChangedMind,
    /// It was paid for twice.
    PaidTwice,
    /// The fee for a delivery that did not happen.
    DeliveryFee,
}

impl RefundReason {
    /// All reasons, in the order the customer is offered them.
    pub const ALL: [RefundReason; 6] = [
        RefundReason::NotArrived,
        RefundReason::Damaged,
        RefundReason::WrongItem,
        RefundReason::ChangedMind,
        RefundReason::PaidTwice,
        RefundReason::DeliveryFee,
    ];

    /// The word for it, in tables, in a carrier's contract and in the phrasebook's keys.
    pub fn code(self) -> &'static str {
        match self {
            RefundReason::NotArrived => "not_arrived",
            RefundReason::Damaged => "damaged",
            RefundReason::WrongItem => "wrong_item",
            RefundReason::ChangedMind => "changed_mind",
            RefundReason::PaidTwice => "paid_twice",
            RefundReason::DeliveryFee => "delivery_fee",
        }
    }

    /// Reads the word back; `None` for any other.
    pub fn from_code(code: &str) -> Option<RefundReason> {
        RefundReason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// A change to be made, as it is given to a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// By this the carrier knows a second delivery of the same instruction: one key, one change.
    pub key: String,
    /// The parcel's tracking number.
    pub number: TrackingNumber,
    /// The customer's phone, as Telegram shared it: it proves that the customer is the recipient, if it is the
    /// recipient's.
    pub phone: Phone,
    /// What is to be changed.
    pub change: Change,
}

/// A carrier has made a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The number the customer can quote to the carrier.
    pub reference: String,
    /// The link to the offer, where one was sent again and the carrier leaves it to the bot to hand it over; else
    /// `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Why a carrier did not make a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeRefused {
    /// It knows no such parcel.
    NotFound,
    /// The phone is not the recipient's.
    NotRecipient,
    /// As things stand it cannot be done (any more).
    WrongState,
    /// It was done too often already.
    TooOften,
}

/// What `change` makes of a parcel on the day `today`: the parcel after it. `reference` is the number to quote;
/// `recipient` says whether the customer may.
///
/// # Errors
/// When the customer is not shown to be the recipient, or the offer or the order is not in a state that allows it.
/// Neither a missing parcel nor «too often» is decided here.
pub fn apply(
    parcel: &Parcel,
    recipient: Recipient,
    change: Change,
    today: NaiveDate,
    reference: &str,
) -> Result<Parcel, ChangeRefused> {
    match recipient {
        Recipient::Proven => {}
        Recipient::NotAsked | Recipient::Other | Recipient::Unknown => return Err(ChangeRefused::NotRecipient),
    }
    let mut after = parcel.clone();
    match change {
        Change::ResendLink => {
            offer_in(&parcel.offer, &[OfferState::Sent, OfferState::Rejected])?;
            after.offer = parcel.offer.as_ref().map(|offer| Offer { state: OfferState::Sent, ..offer.clone() });
        }
        Change::UnblockOffer => {
            offer_in(&parcel.offer, &[OfferState::Blocked])?;
            let open = |offer: &Offer| Offer { state: OfferState::Sent, wrong_entries: Some(0), ..offer.clone() };
            after.offer = parcel.offer.as_ref().map(open);
        }
        Change::AnnulOffer => {
            offer_in(&parcel.offer, &[OfferState::Checking])?;
            let open = |offer: &Offer| Offer { state: OfferState::Sent, checking_since: None, ..offer.clone() };
            after.offer = parcel.offer.as_ref().map(open);
        }
        Change::Cancel => after.order = Some(end(&parcel.order, OrderState::Accepted, today, reference)?),
        Change::Refuse => {
            after.order = Some(end(&parcel.order, OrderState::InTransit, today, reference)?);
            after.status = Status::Known(StatusCode::Refused);
            after.since = Some(today);
        }
        Change::Refund(_) => {
            let order =
                parcel.order.as_ref().filter(|order| order.refund.is_none()).ok_or(ChangeRefused::WrongState)?;
            after.order = Some(Order { refund: Some(asked(today, reference)), ..order.clone() });
        }
    }
    Ok(after)
}

fn offer_in(offer: &Option<Offer>, states: &[OfferState]) -> Result<(), ChangeRefused> {
    match offer {
        Some(offer) if states.contains(&offer.state) => Ok(()),
        Some(_) | None => Err(ChangeRefused::WrongState),
    }
}

/// An order that ends before it was handed over: what was paid goes back by itself.
fn end(order: &Option<Order>, from: OrderState, today: NaiveDate, reference: &str) -> Result<Order, ChangeRefused> {
    let order = order.as_ref().filter(|order| order.state == from).ok_or(ChangeRefused::WrongState)?;
    let state = match from {
        OrderState::Accepted => OrderState::Cancelled,
        OrderState::InTransit | OrderState::Delivered | OrderState::Cancelled | OrderState::Refused => {
            OrderState::Refused
        }
    };
    let refund = order.sum.map(|_| asked(today, reference)).or_else(|| order.refund.clone());
    Ok(Order { state, refund, ..order.clone() })
}

fn asked(today: NaiveDate, reference: &str) -> Refund {
    Refund { reference: reference.to_owned(), asked: today, state: RefundState::Asked }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    fn ordered(state: OrderState) -> Parcel {
        let order = Order { sum: Some(450_000), ..Order::new(state) };
        Parcel {
            order: Some(order),
            ..Parcel::new(TrackingNumber::new("1000000090"), Status::Known(StatusCode::InTransit))
        }
    }

    #[test]
    fn only_the_recipient_changes_anything() {
        for recipient in [Recipient::NotAsked, Recipient::Other, Recipient::Unknown] {
            let refused = apply(&ordered(OrderState::Accepted), recipient, Change::Cancel, day(), "1");
            assert_eq!(refused, Err(ChangeRefused::NotRecipient));
        }
    }

    #[test]
    fn an_order_is_cancelled_once_and_its_money_goes_back() {
        let parcel = ordered(OrderState::Accepted);
        let after = apply(&parcel, Recipient::Proven, Change::Cancel, day(), "1").expect("it can be cancelled");
        let order = after.order.clone().expect("an order");
        assert_eq!((order.state, order.refund.is_some()), (OrderState::Cancelled, true));
        assert_eq!(apply(&after, Recipient::Proven, Change::Cancel, day(), "2"), Err(ChangeRefused::WrongState));
        let under_way = ordered(OrderState::InTransit);
        assert_eq!(apply(&under_way, Recipient::Proven, Change::Cancel, day(), "3"), Err(ChangeRefused::WrongState));
        assert!(apply(&under_way, Recipient::Proven, Change::Refuse, day(), "4").is_ok());
    }
}
