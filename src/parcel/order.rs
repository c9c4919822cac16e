//! The order a parcel belongs to, and money that goes back.

use super::status::{Status, StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The order a parcel belongs to, as the carrier or the shop knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// How the order stands.
    pub state: OrderState,
    /// What was paid, in kopecks; `None` when it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<i64>,
    /// The day it was handed over; `None` until it was, or when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<NaiveDate>,
    /// Money that was asked back for it; `None` when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<Refund>,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Not handed to the carrier yet: it can be cancelled.
    Accepted,
    /// On its way: it can be refused.
    InTransit,
    /// Handed over to the recipient: money may be asked back.
    Delivered,
    /// Cancelled before it left.
    Cancelled,
    /// Refused on the way or at the door.
    Refused,
}

/// Money that a customer has asked back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The number the customer can quote.
    pub reference: String,
    /// The day it was asked for.
    pub asked: NaiveDate,
    /// How the refund stands.
    pub state: RefundState,
}

/// How a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The customer has asked for it, and nothing is decided.
    Asked,
    /// Granted, the money is on its way.
    Granted,
    /// The money was sent.
    Paid,
    /// The money is refused.
    Declined,
}

impl Order {
    /// The order after its parcel came to `status` on the day `today`: what is under way cannot be cancelled any more,
    /// and what was handed over or refused is at its end.
    pub fn follow(&mut self, status: &Status, today: NaiveDate) {
        let Status::Known(code) = status else {
            return;
        };
        match (self.state, code) {
            (OrderState::Accepted | OrderState::InTransit, StatusCode::Delivered) => {
                self.state = OrderState::Delivered;
                self.delivered = Some(today);
            }
            (OrderState::Accepted | OrderState::InTransit, StatusCode::Refused) => self.state = OrderState::Refused,
            (OrderState::Accepted, code) if code.is_handed_over() => self.state = OrderState::InTransit,
            (
                OrderState::Accepted
                | OrderState::InTransit
                | OrderState::Delivered
                | OrderState::Cancelled
                | OrderState::Refused,
                _,
            ) => {}
        }
    }

    /// An order of which only the state is known.
    pub fn new(state: OrderState) -> Order {
        Order { state, sum: None, delivered: None, refund: None }
    }
}

impl OrderState {
    /// All states, in the order of their way.
    pub const ALL: [OrderState; 5] = [
        OrderState::Accepted,
        OrderState::InTransit,
        OrderState::Delivered,
        OrderState::Cancelled,
        OrderState::Refused,
    ];

    /// The word for it in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            OrderState::Accepted => "accepted",
            OrderState::InTransit => "in_transit",
            OrderState::Delivered => "delivered",
            OrderState::Cancelled => "cancelled",
            OrderState::Refused => "refused",
        }
    }

    /// Reads the word back; `None` for any other.
    pub fn from_code(code: &str) -> Option<OrderState> {
        OrderState::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl RefundState {
    /// All states, in the order of their way.
    pub const ALL: [RefundState; 4] =
        [RefundState::Asked, RefundState::Granted, RefundState::Paid, RefundState::Declined];

    /// The word for it in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            RefundState::Asked => "asked",
            RefundState::Granted => "granted",
            RefundState::Paid => "paid",
            RefundState::Declined => "declined",
        }
    }

    /// Reads the word back; `None` for any other.
    pub fn from_code(code: &str) -> Option<RefundState> {
        RefundState::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_goes_where_its_parcel_goes() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let check = |from, code, to| {
            let mut order = Order::new(from);
            order.follow(&Status::Known(code), today);
            assert_eq!(order.state, to, "{from:?} {code:?}");
        };
        check(OrderState::Accepted, StatusCode::OfferSent, OrderState::Accepted);
        check(OrderState::Accepted, StatusCode::InTransit, OrderState::InTransit);
        check(OrderState::InTransit, StatusCode::Delivered, OrderState::Delivered);
        check(OrderState::Cancelled, StatusCode::InTransit, OrderState::Cancelled);
        check(OrderState::InTransit, StatusCode::Refused, OrderState::Refused);
    }
}
