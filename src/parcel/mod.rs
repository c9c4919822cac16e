//! The words for parcels that every room shares: a tracking number, a status, a parcel with its offer and
//! its order, a phone, what a carrier can be told to change, and what holds for a parcel ([`Truth`]). Pure.

mod change;
mod number;
mod offer;
mod order;
mod phone;
mod recipient;
mod status;
mod truth;
mod whole;

pub use change::{Change, ChangeRefused, Done, Instruction, RefundReason, apply};
pub use number::TrackingNumber;
pub use offer::{Offer, OfferState};
pub use order::{Order, OrderState, Refund, RefundState};
pub use phone::{Country, Phone};
pub use recipient::Recipient;
pub use status::{Status, StatusCode};
pub use truth::{Truth, TruthKind};
pub use whole::{Found, Listed, Parcel};
