//! The one truth about a parcel: what holds for it now. Every text about a parcel is chosen by it, so that no two can
//! contradict each other (`domain.md`, section 8).

use super::offer::OfferState;
use super::order::OrderState;
use super::status::{Status, StatusCode};
use super::whole::Parcel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What holds for a parcel on a day. A day of delivery is told only where one stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// The shop has told of it; the carrier has not got it yet.
    Preorder {
        /// The day it is planned for; `None` if there is none.
        day: Option<NaiveDate>,
    },
    /// Its offer waits for the recipient.
    OfferToConfirm {
        /// The last day for it; `None` if it is not known yet.
        until: Option<NaiveDate>,
    },
    /// The recipient's data is being checked.
    OfferChecking {
        /// The last day for the offer; `None` if it is not known yet.
        until: Option<NaiveDate>,
    },
    /// Its offer was closed by wrong entries and waits for the recipient's yes to open it.
    OfferBlocked {
        /// The last day for the offer; `None` if it is not known yet.
        until: Option<NaiveDate>,
    },
    /// The days for the offer are over: it goes no further.
    OfferExpired,
    /// On its way to the border, or with customs, and nothing is asked of the recipient.
    AtCustoms {
        /// The day it is planned for; `None` if there is none.
        day: Option<NaiveDate>,
    },
    /// Customs waits for the recipient to pay a duty.
    DutyDue,
    /// Customs waits for papers of the recipient.
    PapersDue,
    /// It may not enter the country.
    Prohibited,
    /// In the country, on its way.
    OnItsWay {
        /// The day it is planned for; `None` if there is none.
        day: Option<NaiveDate>,
    },
    /// It is with the courier.
    Today {
        /// Today.
        day: NaiveDate,
    },
    /// It waits for the recipient to agree on a day.
    DayToAgree {
        /// The day that is planned; `None` if there is none.
        day: Option<NaiveDate>,
    },
    /// It waits for the recipient to say where it is to go.
    PlaceToAgree,
    /// The courier did not hand it over.
    Missed {
        /// The day of the next attempt; `None` while it waits for the recipient to say one.
        day: Option<NaiveDate>,
    },
    /// It lies where it can be collected.
    Pickup,
    /// Refused, or sent back: on its way to the sender, or there.
    GoingBack,
    /// Its order was cancelled.
    Cancelled,
    /// It was handed over, as the carrier knows.
    Delivered,
    /// The day it was planned for is over, and nobody knows why.
    Late {
        /// The day it was planned for.
        planned: NaiveDate,
    },
    /// It has a status that we do not know, or nothing more is known.
    Unknown {
        /// The day it is planned for; `None` if there is none.
        day: Option<NaiveDate>,
    },
}

/// Of what an earlier version told it is not known how the parcel stood.
impl Default for Truth {
    fn default() -> Truth {
        Truth::Unknown { day: None }
    }
}

impl Truth {
    /// The word for it, in keys of the phrasebook: small latin letters and `_`.
    pub fn code(self) -> &'static str {
        match self {
            Truth::Preorder { .. } => "preorder",
            Truth::OfferToConfirm { .. } => "offer_to_confirm",
            Truth::OfferChecking { .. } => "offer_checking",
            Truth::OfferBlocked { .. } => "offer_blocked",
            Truth::OfferExpired => "offer_expired",
            Truth::AtCustoms { .. } => "at_customs",
            Truth::DutyDue => "duty_due",
            Truth::PapersDue => "papers_due",
            Truth::Prohibited => "prohibited",
            Truth::OnItsWay { .. } => "on_its_way",
            Truth::Today { .. } => "today",
            Truth::DayToAgree { .. } => "day_to_agree",
            Truth::PlaceToAgree => "place_to_agree",
            Truth::Missed { .. } => "missed",
            Truth::Pickup => "pickup",
            Truth::GoingBack => "going_back",
            Truth::Cancelled => "cancelled",
            Truth::Delivered => "delivered",
            Truth::Late { .. } => "late",
            Truth::Unknown { .. } => "unknown",
        }
    }

    /// The day of delivery that may be told; `None` where there is none, whatever a list says.
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Truth::Preorder { day }
            | Truth::AtCustoms { day }
            | Truth::OnItsWay { day }
            | Truth::DayToAgree { day }
            | Truth::Missed { day }
            | Truth::Unknown { day } => day,
            Truth::Today { day } => Some(day),
            Truth::OfferToConfirm { .. }
            | Truth::OfferChecking { .. }
            | Truth::OfferBlocked { .. }
            | Truth::OfferExpired
            | Truth::DutyDue
            | Truth::PapersDue
            | Truth::Prohibited
            | Truth::PlaceToAgree
            | Truth::Pickup
            | Truth::GoingBack
            | Truth::Cancelled
            | Truth::Delivered
            | Truth::Late { .. } => None,
        }
    }

    /// The last day to confirm an offer that is still open; `None` where there is none, or it is not known.
    pub fn until(self) -> Option<NaiveDate> {
        match self {
            Truth::OfferToConfirm { until } | Truth::OfferChecking { until } | Truth::OfferBlocked { until } => until,
            Truth::Preorder { .. }
            | Truth::OfferExpired
            | Truth::AtCustoms { .. }
            | Truth::DutyDue
            | Truth::PapersDue
            | Truth::Prohibited
            | Truth::OnItsWay { .. }
            | Truth::Today { .. }
            | Truth::DayToAgree { .. }
            | Truth::PlaceToAgree
            | Truth::Missed { .. }
            | Truth::Pickup
            | Truth::GoingBack
            | Truth::Cancelled
            | Truth::Delivered
            | Truth::Late { .. }
            | Truth::Unknown { .. } => None,
        }
    }

    /// What kind of truth it is: by this texts are chosen that many of them share.
    pub fn kind(self) -> TruthKind {
        match self {
            Truth::OfferToConfirm { .. }
            | Truth::OfferBlocked { .. }
            | Truth::DutyDue
            | Truth::PapersDue
            | Truth::DayToAgree { .. }
            | Truth::PlaceToAgree
            | Truth::Missed { day: None } => TruthKind::Waits,
            Truth::Preorder { .. }
            | Truth::OfferChecking { .. }
            | Truth::AtCustoms { .. }
            | Truth::OnItsWay { .. }
            | Truth::Today { .. }
            | Truth::Missed { day: Some(_) }
            | Truth::Unknown { .. } => TruthKind::Moves,
            Truth::OfferExpired | Truth::Prohibited | Truth::GoingBack | Truth::Cancelled => TruthKind::Stopped,
            Truth::Pickup => TruthKind::ToCollect,
            Truth::Delivered => TruthKind::Delivered,
            Truth::Late { .. } => TruthKind::Late,
        }
    }

    /// Whether the customer can say another day or another address for it.
    pub fn can_be_rerouted(self) -> bool {
        match self.kind() {
            TruthKind::Waits | TruthKind::Moves | TruthKind::ToCollect | TruthKind::Late => true,
            TruthKind::Stopped | TruthKind::Delivered => false,
        }
    }

    /// Whether the customer's next words are the day or the place that was asked for.
    pub fn asks_for_day_or_place(self) -> bool {
        matches!(self, Truth::DayToAgree { .. } | Truth::PlaceToAgree | Truth::Missed { .. })
    }

    /// Whether the parcel has not passed customs, so that an offer may be open.
    pub fn is_before_release(self) -> bool {
        match self {
            Truth::Preorder { .. }
            | Truth::OfferToConfirm { .. }
            | Truth::OfferChecking { .. }
            | Truth::OfferBlocked { .. }
            | Truth::OfferExpired
            | Truth::AtCustoms { .. }
            | Truth::Unknown { .. } => true,
            Truth::DutyDue
            | Truth::PapersDue
            | Truth::Prohibited
            | Truth::OnItsWay { .. }
            | Truth::Today { .. }
            | Truth::DayToAgree { .. }
            | Truth::PlaceToAgree
            | Truth::Missed { .. }
            | Truth::Pickup
            | Truth::GoingBack
            | Truth::Cancelled
            | Truth::Delivered
            | Truth::Late { .. } => false,
        }
    }
}

/// What many truths have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruthKind {
    /// It goes on only when its recipient has done something: the cause of any lateness is known then.
    Waits,
    /// It goes on by itself.
    Moves,
    /// It will never be delivered.
    Stopped,
    /// It lies where it can be collected.
    ToCollect,
    /// It was handed over.
    Delivered,
    /// It should have come.
    Late,
}

/// Where a status lies on a parcel's way.
enum Stage {
    /// Announced; an offer may be open.
    Announced,
    /// An offer was sent, if its own state does not say more.
    OfferSent,
    /// Abroad or with customs; an offer may be open.
    Border,
    /// Released by customs, on its way.
    Country,
    /// With the courier on the day the status was set, or later that day.
    WithCourier,
    /// Something that holds whatever the offer and the days are.
    Settled(Truth),
}

fn stage(code: StatusCode) -> Stage {
    match code {
        StatusCode::PreorderReceived => Stage::Announced,
        StatusCode::OfferSent => Stage::OfferSent,
        StatusCode::OfferConfirmed
        | StatusCode::RecipientInfoReceived
        | StatusCode::InternationalTransit
        | StatusCode::ArrivedSvhNotReady
        | StatusCode::ArrivedSvh
        | StatusCode::ArrivedNotDeclared
        | StatusCode::DeconsolidationRelease
        | StatusCode::DeconsolidationRest
        | StatusCode::CustomsSubmitted
        | StatusCode::CustomsInspection
        | StatusCode::CustomsDelay => Stage::Border,
        StatusCode::CustomsReleased
        | StatusCode::LeftSvh
        | StatusCode::InTransit
        | StatusCode::ArrivedTerminal
        | StatusCode::ReadyToLeaveTerminal
        | StatusCode::LeftTerminal
        | StatusCode::DeliveryRescheduled
        | StatusCode::DeliveryDateChangedByRecipient => Stage::Country,
        StatusCode::DeliveryToday | StatusCode::DeliveryFirstHalf => Stage::WithCourier,
        StatusCode::OfferExpired => Stage::Settled(Truth::OfferExpired),
        StatusCode::CustomsPaymentDue => Stage::Settled(Truth::DutyDue),
        StatusCode::CustomsDocumentsDue => Stage::Settled(Truth::PapersDue),
        StatusCode::ProhibitedGoods => Stage::Settled(Truth::Prohibited),
        StatusCode::ReadyForDelivery | StatusCode::DeliveryDateChangedCall => {
            Stage::Settled(Truth::DayToAgree { day: None })
        }
        StatusCode::AddressCheck | StatusCode::LockerUnavailable => Stage::Settled(Truth::PlaceToAgree),
        StatusCode::NotDeliveredClosed | StatusCode::NotDeliveredDayOff | StatusCode::DeliveryProblem => {
            Stage::Settled(Truth::Missed { day: None })
        }
        StatusCode::ReadyForPickup => Stage::Settled(Truth::Pickup),
        StatusCode::Refused | StatusCode::Returning | StatusCode::ReturnLeftWarehouse => {
            Stage::Settled(Truth::GoingBack)
        }
        StatusCode::Delivered => Stage::Settled(Truth::Delivered),
    }
}

impl Parcel {
    /// What holds for it on the day `today`, where a recipient has `offer_days` to confirm an offer.
    pub fn truth(&self, today: NaiveDate, offer_days: u32) -> Truth {
        let stage = match &self.status {
            Status::Known(code) => Some(stage(*code)),
            Status::Unknown(_) => None,
        };
        match (&stage, self.order.as_ref().map(|order| order.state)) {
            // The parcel itself has come to its end: nothing that is written of its order says more.
            (Some(Stage::Settled(end @ (Truth::Delivered | Truth::GoingBack))), _) => return *end,
            (_, Some(OrderState::Delivered)) => return Truth::Delivered,
            (_, Some(OrderState::Cancelled)) => return Truth::Cancelled,
            (_, Some(OrderState::Refused)) => return Truth::GoingBack,
            (_, Some(OrderState::Accepted | OrderState::InTransit) | None) => {}
        }
        if let Some(Stage::Settled(Truth::Prohibited)) = stage {
            return Truth::Prohibited;
        }
        if self.offer.as_ref().is_some_and(|offer| offer.state == OfferState::Expired) {
            return Truth::OfferExpired;
        }
        let day = self.planned.filter(|day| *day >= today);
        let late = self.planned.filter(|day| *day < today).map(|planned| Truth::Late { planned });
        match stage {
            Some(Stage::Settled(Truth::Missed { .. })) => Truth::Missed { day: day.filter(|day| *day > today) },
            Some(Stage::Settled(Truth::DayToAgree { .. })) => Truth::DayToAgree { day },
            Some(Stage::Settled(truth)) => truth,
            Some(Stage::WithCourier) => self.with_courier(today),
            Some(Stage::Country) => late.unwrap_or(Truth::OnItsWay { day }),
            Some(Stage::Announced | Stage::OfferSent | Stage::Border) | None => {
                let sent = matches!(stage, Some(Stage::OfferSent));
                let offer = self.offer_truth(today, offer_days, sent);
                offer.or(late).unwrap_or(match stage {
                    Some(Stage::Announced) => Truth::Preorder { day },
                    Some(_) => Truth::AtCustoms { day },
                    None => Truth::Unknown { day },
                })
            }
        }
    }

    /// What its offer makes of a parcel that has not passed customs; `None` if nothing about it is open. `sent`: the
    /// status itself says that the link was sent.
    fn offer_truth(&self, today: NaiveDate, days: u32, sent: bool) -> Option<Truth> {
        let state = self.offer.as_ref().map(|offer| offer.state);
        let until = self.offer.as_ref().and_then(|offer| offer.deadline(days));
        let open = match state {
            Some(OfferState::Sent | OfferState::Rejected) => Truth::OfferToConfirm { until },
            Some(OfferState::Checking) => Truth::OfferChecking { until },
            Some(OfferState::Blocked) => Truth::OfferBlocked { until },
            Some(OfferState::Expired) => return Some(Truth::OfferExpired),
            Some(OfferState::NotSent) | None if sent => Truth::OfferToConfirm { until },
            Some(OfferState::NotSent | OfferState::Confirmed) | None => return None,
        };
        Some(if until.is_some_and(|last| last < today) { Truth::OfferExpired } else { open })
    }

    /// «Today» is of the day on which it was said, or for which it is planned; the day after it is late.
    fn with_courier(&self, today: NaiveDate) -> Truth {
        match (self.planned, self.since) {
            (Some(planned), _) if planned < today => Truth::Late { planned },
            (None, Some(since)) if since < today => Truth::Late { planned: since },
            (Some(planned), Some(since)) if planned > today && since < today => Truth::OnItsWay { day: Some(planned) },
            (Some(_) | None, _) => Truth::Today { day: today },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::{Offer, Order, TrackingNumber};
    use chrono::Days;

    const OFFER_DAYS: u32 = 14;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
    }

    /// Every status, known and not, with every day, offer and order.
    fn all(mut check: impl FnMut(&Parcel, Truth)) {
        let known = StatusCode::ALL.iter().copied().map(Status::Known);
        let statuses: Vec<Status> = known.chain([Status::Unknown("Принято роботом".into())]).collect();
        let days = [None, Some(today() - Days::new(2)), Some(today()), Some(today() + Days::new(2))];
        let arrived = [None, Some(today() - Days::new(20)), Some(today() - Days::new(4))];
        let offers: Vec<Option<Offer>> =
            std::iter::once(None)
                .chain(OfferState::ALL.into_iter().flat_map(|state| {
                    arrived.into_iter().map(move |arrived| Some(Offer { arrived, ..Offer::new(state) }))
                }))
                .collect();
        let orders = std::iter::once(None).chain(OrderState::ALL.into_iter().map(|state| Some(Order::new(state))));
        let orders: Vec<Option<Order>> = orders.collect();
        for status in &statuses {
            for (planned, since) in days.into_iter().flat_map(|day| [(day, None), (day, days[1]), (day, days[2])]) {
                for offer in &offers {
                    for order in &orders {
                        let parcel = Parcel {
                            planned,
                            since,
                            offer: offer.clone(),
                            order: order.clone(),
                            ..Parcel::new(TrackingNumber::new("1000000017"), status.clone())
                        };
                        check(&parcel, parcel.truth(today(), OFFER_DAYS));
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_is_known_of_a_parcel_one_thing_holds_and_nothing_contradicts_it() {
        let mut seen = std::collections::BTreeSet::new();
        all(|parcel, truth| {
            seen.insert(truth.code());
            let code = match &parcel.status {
                Status::Known(code) => Some(*code),
                Status::Unknown(_) => None,
            };
            let order = parcel.order.as_ref().map(|order| order.state);
            let offer = parcel.offer.as_ref().map(|offer| offer.state);
            let has_no_day = matches!(
                code,
                Some(
                    StatusCode::ProhibitedGoods
                        | StatusCode::OfferExpired
                        | StatusCode::Refused
                        | StatusCode::Returning
                        | StatusCode::ReturnLeftWarehouse
                        | StatusCode::Delivered
                        | StatusCode::ReadyForPickup
                )
            ) || offer == Some(OfferState::Expired)
                || matches!(order, Some(OrderState::Delivered | OrderState::Cancelled | OrderState::Refused));
            assert!(!has_no_day || truth.day().is_none(), "{truth:?} of {parcel:?}");
            assert!(truth.day().is_none_or(|day| day >= today()), "a day that is over: {truth:?} of {parcel:?}");
            // A delivered order is never under way, and what waits for the customer is never late.
            let moves = matches!(truth.kind(), TruthKind::Moves | TruthKind::Waits | TruthKind::Late);
            assert!(!(order == Some(OrderState::Delivered) && moves), "{truth:?} of {parcel:?}");
            let waits = matches!(
                code,
                Some(
                    StatusCode::CustomsPaymentDue
                        | StatusCode::CustomsDocumentsDue
                        | StatusCode::ReadyForDelivery
                        | StatusCode::AddressCheck
                        | StatusCode::LockerUnavailable
                )
            );
            assert!(!(waits && truth.kind() == TruthKind::Late), "{truth:?} of {parcel:?}");
            assert!(matches!(truth, Truth::Late { planned } if planned < today()) || truth.kind() != TruthKind::Late);
            assert!(truth.until().is_none_or(|last| last >= today()), "{truth:?} of {parcel:?}");
        });
        assert_eq!(seen.len(), 20, "{seen:?}");
    }

    #[test]
    fn a_parcel_is_late_only_while_it_is_under_way() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).expect("a day of November");
        let number = TrackingNumber::new("ra 123456785-ru");
        let mut parcel = Parcel { planned: Some(day(18)), ..Parcel::new(number, Status::Known(StatusCode::InTransit)) };
        assert_eq!(parcel.truth(day(18), OFFER_DAYS), Truth::OnItsWay { day: Some(day(18)) });
        assert_eq!(parcel.truth(day(19), OFFER_DAYS), Truth::Late { planned: day(18) });
        parcel.status = Status::Known(StatusCode::CustomsPaymentDue);
        assert_eq!(parcel.truth(day(19), OFFER_DAYS), Truth::DutyDue);
        parcel.status = Status::Known(StatusCode::Delivered);
        assert_eq!(parcel.truth(day(19), OFFER_DAYS), Truth::Delivered);
    }

    #[test]
    fn today_is_over_the_day_after() {
        let number = TrackingNumber::new("1000000017");
        let mut parcel =
            Parcel { since: Some(today()), ..Parcel::new(number, Status::Known(StatusCode::DeliveryToday)) };
        assert_eq!(parcel.truth(today(), OFFER_DAYS), Truth::Today { day: today() });
        let tomorrow = today() + Days::new(1);
        assert_eq!(parcel.truth(tomorrow, OFFER_DAYS), Truth::Late { planned: today() });
        parcel.planned = Some(tomorrow);
        assert_eq!(parcel.truth(tomorrow, OFFER_DAYS), Truth::Today { day: tomorrow });
    }
}
