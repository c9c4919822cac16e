//! The customs offer of a parcel (`domain.md`, section 1).

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A parcel's customs offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// How the offer stands, as the carrier says.
    pub state: OfferState,
    /// The day the parcel came to customs: its deadline counts from here. `None` before that, or when the carrier does
    /// not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<NaiveDate>,
    /// The moment since which the recipient's data is being checked; `None` when it is not, or the carrier does not
    /// tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checking_since: Option<DateTime<Utc>>,
    /// How often wrong data was entered; `None` when the carrier does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_entries: Option<u32>,
}

/// How an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// The shop has not sent the preliminary order, so there is no link yet.
    NotSent,
    /// The link was sent and waits for the recipient.
    Sent,
    /// The recipient's data is being checked.
    Checking,
    /// The data differs from the documents; the link came again.
    Rejected,
    /// Too many wrong entries.
    Blocked,
    /// The recipient has confirmed it.
    Confirmed,
    /// The days to confirm it are over.
    Expired,
}

impl Offer {
    /// An offer of which only the state is known.
    pub fn new(state: OfferState) -> Offer {
        Offer { state, arrived: None, checking_since: None, wrong_entries: None }
    }

    /// The last day to confirm it, `days` after the parcel came to customs; `None` before that.
    pub fn deadline(&self, days: u32) -> Option<NaiveDate> {
        self.arrived?.checked_add_days(Days::new(u64::from(days)))
    }
}

impl OfferState {
    /// All states, in the order an offer may go through them.
    pub const ALL: [OfferState; 7] = [
        OfferState::NotSent,
        OfferState::Sent,
        OfferState::Checking,
        OfferState::Rejected,
        OfferState::Blocked,
        OfferState::Confirmed,
        OfferState::Expired,
    ];

    /// The word for it in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            OfferState::NotSent => "not_sent",
            OfferState::Sent => "sent",
            OfferState::Checking => "checking",
            OfferState::Rejected => "rejected",
            OfferState::Blocked => "blocked",
            OfferState::Confirmed => "confirmed",
            OfferState::Expired => "expired",
        }
    }

    /// Reads the word back; `None` for any other.
    pub fn from_code(code: &str) -> Option<OfferState> {
        OfferState::ALL.into_iter().find(|state| state.code() == code)
    }
}
