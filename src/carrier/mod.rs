//! Who knows parcels: the port. Our own tables stand behind it in [`crate::store`], or a carrier's system
//! behind [`Http`]; questions reach it through [`crate::carrier_requests`].
//!
//! [`contract`] is what that system and we have agreed on, published by `openapi`; `http` is our side of it, with a
//! `breaker` around. [`samples`] are parcels to try the bot with. A `stand_in` of such a system is for tests only, and not
//! in the product.

mod address;
mod breaker;
pub mod contract;
mod http;
mod openapi;
mod port;
pub mod samples;
#[cfg(feature = "dev")]
pub mod stand_in;

pub use address::{Address, BadAddress};
pub use breaker::BreakerLimits;
pub use http::{Http, Pace};
pub use openapi::openapi;
pub use port::{Carrier, Down, NotMade};
