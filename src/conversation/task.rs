//! A request in work, as data: what each flow has found out so far, and the questions with given answers.

use super::ids::{MessageId, intent};
use crate::parcel::{Found, RefundReason, TrackingNumber};
use serde::{Deserialize, Serialize};

/// The answer of a choice that changes nothing.
pub(super) const KEEP: &str = "keep";

/// A request in work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Tells its buttons and questions from those of another task of the conversation.
    pub no: u64,
    /// What is to be done, and what is known of it.
    #[serde(rename = "flow")]
    pub work: Work,
    /// The parcel it is about; `None` until it is known.
    pub number: Option<TrackingNumber>,
    /// What the carrier told of it; `None` until it has, and once that is old.
    pub found: Option<Found>,
    /// Questions with given answers that were asked about this parcel: none is asked twice.
    #[serde(default)]
    pub asked: Vec<Group>,
}

/// What each flow remembers of its task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// The offer does not pass.
    Offer {
        /// Why it does not pass; `None` until it is known.
        cause: Option<Cause>,
    },
    /// The link is to be sent again.
    Link,
    /// The order is to be cancelled.
    Cancel {
        /// The parcel is on its way, and the customer wants to refuse it now.
        refuse: bool,
        /// Why, as it was told with the wish: one of the given answers. `None` when it was not, and is asked afterwards.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Money is to come back.
    Refund {
        /// What money is asked back for; `None` until it is known.
        reason: Option<RefundReason>,
        /// Pictures that show it, by their numbers in the private chat: Telegram keeps the pictures.
        photos: Vec<MessageId>,
        /// Whether the customer has no (more) pictures to show.
        shown: bool,
    },
}

impl Work {
    /// Cancelling, however the parcel stands, for a reason that was not told.
    pub fn cancel() -> Work {
        Work::Cancel { refuse: false, why: None }
    }

    /// The intent of the flow it belongs to.
    pub fn intent(&self) -> &'static str {
        match self {
            Work::Offer { .. } => intent::OFFER_BLOCKED,
            Work::Link => intent::RESEND_LINK,
            Work::Cancel { .. } => intent::CANCEL,
            Work::Refund { .. } => intent::REFUND,
        }
    }
}

/// Why an offer does not pass (`domain.md`, section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The data differs from the passport.
    DataMismatch,
    /// The tax number is not bound to the new passport yet.
    InnNotLinked,
    /// A fault at the carrier.
    Technical,
    /// The customer has no tax number at hand.
    NoInn,
    /// The form takes a Russian passport only.
    ForeignCitizen,
    /// The passport is lost or being replaced.
    PassportLost,
    /// Too many wrong entries: the carrier's page does not let the customer in.
    LinkBlocked,
    /// The carrier has been checking the data for longer than the owner's rule (`check_stuck`).
    CheckStuck,
    /// The customer got no link to the offer.
    LinkNotReceived,
    /// The days to confirm the offer are over.
    DeadlinePassed,
}

impl Cause {
    /// The word for it, as in the phrasebook's `offer_blocked.cause_…`.
    pub fn code(self) -> &'static str {
        match self {
            Cause::DataMismatch => "data_mismatch",
            Cause::InnNotLinked => "inn_not_linked",
            Cause::Technical => "technical",
            Cause::NoInn => "no_inn",
            Cause::ForeignCitizen => "foreign_citizen",
            Cause::PassportLost => "passport_lost",
            Cause::LinkBlocked => "link_blocked",
            Cause::CheckStuck => "check_stuck",
            Cause::LinkNotReceived => "link_not_received",
            Cause::DeadlinePassed => "deadline_passed",
        }
    }

    /// Reads the word back; `None` for one of a later version.
    pub fn from_code(code: &str) -> Option<Cause> {
        const ALL: [Cause; 10] = [
            Cause::DataMismatch,
            Cause::InnNotLinked,
            Cause::Technical,
            Cause::NoInn,
            Cause::ForeignCitizen,
            Cause::PassportLost,
            Cause::LinkBlocked,
            Cause::CheckStuck,
            Cause::LinkNotReceived,
            Cause::DeadlinePassed,
        ];
        ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// A question with given answers. They stand in the phrasebook: titles for buttons, and words that mean them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// What the customer sees of the offer.
    Sight,
    /// The data is not accepted: what may be the matter.
    Mismatch,
    /// The passport does not fit: how.
    Passport,
    /// What money is asked back for.
    RefundReason,
    /// How to refuse a parcel on its way.
    Refusal,
    /// Why an order was cancelled.
    CancelReason,
}

impl Group {
    /// The file of the phrasebook, and how the keys of its answers begin there.
    pub fn place(self) -> (&'static str, &'static str) {
        match self {
            Group::Sight => ("offer_blocked", "sight_"),
            Group::Mismatch => ("offer_blocked", "mismatch_"),
            Group::Passport => ("offer_blocked", "document_"),
            Group::RefundReason => ("refund", "for_"),
            Group::Refusal => ("cancel", "refusal_"),
            Group::CancelReason => ("cancel", "reason_"),
        }
    }

    /// Its answers, as the keys end, in the order of the buttons.
    pub fn answers(self) -> &'static [&'static str] {
        match self {
            Group::Sight => &[
                "link_blocked",
                "not_accepted",
                "check_stuck",
                "link_not_received",
                "no_inn",
                "passport",
                "deadline_passed",
            ],
            Group::Mismatch => &["passport_changed", "all_right", "not_sure"],
            Group::Passport => &["foreign", "lost"],
            Group::RefundReason => {
                &["not_arrived", "damaged", "wrong_item", "changed_mind", "paid_twice", "delivery_fee"]
            }
            Group::Refusal => &["now", "at_door", KEEP],
            Group::CancelReason => &["too_long", "cheaper", "mistake", "not_needed", "skip"],
        }
    }

    /// Whether a person stands beside its answers: not where what was asked for is done already.
    pub fn offers_person(self) -> bool {
        match self {
            Group::Sight | Group::Mismatch | Group::Passport | Group::RefundReason | Group::Refusal => true,
            Group::CancelReason => false,
        }
    }
}
