//! A stand-in of a carrier's system: the contract's server side, kept in memory, with faults that a test can order.

use std::collections::HashMap;

use crate::parcel::{Change, Done, Found, Listed, Phone, Recipient, Refused, TrackingNumber, apply};

/// The token that the stand-in wants: made up, and good for nothing but this sandbox.
pub(super) const TOKEN: &str = "sandbox-carrier-token";
/// The first number it gives for quoting.
const FIRST_REFERENCE: u32 = 5001;

/// Something that goes wrong with the next calls to the carrier's stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarrierFault {
    /// The call is carried out, and answered only after the caller has given up waiting.
    Slow {
        /// How many calls.
        times: u32,
    },
    /// The call is answered with a 503 and not carried out.
    Down {
        /// How many calls.
        times: u32,
    },
    /// The call is carried out, but the connection breaks before its answer.
    CutAfter {
        /// How many calls.
        times: u32,
    },
    /// The call is carried out, but answered with a 200 that is not the contract's.
    Wrong {
        /// With what.
        answer: WrongAnswer,
        /// How many calls.
        times: u32,
    },
    /// The network delivers a change twice; the second answer is the one that arrives. Waits for a change.
    Twice {
        /// How many changes.
        times: u32,
    },
}

/// An answer that is not the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongAnswer {
    /// A page, as of something that stands before the carrier.
    Html,
    /// About another parcel.
    OtherNumber,
    /// Nothing at all.
    Empty,
}

/// A call that the carrier's stand-in received, duplicates included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierCall {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path below `/carrier`.
    pub path: String,
    /// The key it came with.
    pub key: Option<String>,
}

/// What the stand-in knows and remembers.
#[derive(Default)]
pub(super) struct StandIn {
    pub parcels: HashMap<TrackingNumber, Listed>,
    /// What was answered to each key, and to which request.
    answers: HashMap<String, (Request, Result<Done, Refused>)>,
    /// What was really changed, in order: key, number and code of each change.
    pub made: Vec<(String, String, String)>,
    /// Every call, duplicates included.
    pub calls: Vec<CarrierCall>,
    pub faults: Vec<CarrierFault>,
    references: u32,
}

/// A change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub number: TrackingNumber,
    pub change: Change,
    pub phone: Phone,
}

impl StandIn {
    /// Takes back every fault that still waits.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// The first fault that meets this call; it has one call less to meet afterwards.
    pub fn strike(&mut self, is_change: bool) -> Option<CarrierFault> {
        let meets = |fault: &CarrierFault| match fault {
            CarrierFault::Twice { .. } => is_change,
            CarrierFault::Slow { .. }
            | CarrierFault::Down { .. }
            | CarrierFault::CutAfter { .. }
            | CarrierFault::Wrong { .. } => true,
        };
        let place = self.faults.iter().position(meets)?;
        let fault = self.faults[place];
        let (CarrierFault::Slow { times }
        | CarrierFault::Down { times }
        | CarrierFault::CutAfter { times }
        | CarrierFault::Wrong { times, .. }
        | CarrierFault::Twice { times }) = &mut self.faults[place];
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.faults.remove(place);
        }
        Some(fault)
    }

    /// A parcel, for somebody with that phone.
    pub fn track(&self, number: &TrackingNumber, phone: Option<&Phone>) -> Option<Found> {
        let Listed { parcel, phone: known, .. } = self.parcels.get(number)?;
        Some(Found { parcel: parcel.clone(), recipient: Recipient::of(known.as_ref(), phone) })
    }

    /// Carries a change out, once a key. `None` if the key was used for another request.
    pub fn change(&mut self, key: &str, request: Request, today: chrono::NaiveDate) -> Option<Result<Done, Refused>> {
        if let Some((known, answer)) = self.answers.get(key) {
            return (*known == request).then(|| answer.clone());
        }
        let answer = self.carry_out(key, &request, today);
        self.answers.insert(key.to_owned(), (request, answer.clone()));
        Some(answer)
    }

    fn carry_out(&mut self, key: &str, request: &Request, today: chrono::NaiveDate) -> Result<Done, Refused> {
        let Request { number, change, phone } = request;
        let listed = self.parcels.get_mut(number).ok_or(Refused::NotFound)?;
        let recipient = Recipient::of(listed.phone.as_ref(), Some(phone));
        let reference = (FIRST_REFERENCE + self.references).to_string();
        listed.parcel = apply(&listed.parcel, recipient, *change, today, &reference)?;
        self.references += 1;
        self.made.push((key.to_owned(), number.to_string(), change.code().to_owned()));
        Ok(Done { reference, link: listed.link.clone().filter(|_| change.sends_link()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::{Order, OrderState, Parcel, Status};

    fn stand_in() -> (StandIn, Request) {
        let number = TrackingNumber::new("1000000090");
        let phone = Phone::new("79000000001").expect("a phone");
        let order = Some(Order::new(OrderState::Accepted));
        let parcel = Parcel { order, ..Parcel::new(number.clone(), Status::read("preorder_received")) };
        let listed = Listed { parcel, phone: Some(phone.clone()), link: None };
        let carrier = StandIn { parcels: HashMap::from([(number.clone(), listed)]), ..StandIn::default() };
        (carrier, Request { number, change: Change::Cancel, phone })
    }

    #[test]
    fn a_key_is_carried_out_once_and_means_one_request() {
        let (mut carrier, request) = stand_in();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let first = carrier.change("k1", request.clone(), today);
        assert!(matches!(first, Some(Ok(_))));
        assert_eq!(carrier.change("k1", request.clone(), today), first);
        assert_eq!(carrier.made, [("k1".to_owned(), "1000000090".to_owned(), "cancel".to_owned())]);
        assert_eq!(carrier.change("k1", Request { change: Change::Refuse, ..request.clone() }, today), None);
        assert_eq!(carrier.change("k2", request, today), Some(Err(Refused::WrongState)));
    }

    #[test]
    fn a_fault_meets_as_many_calls_as_it_was_ordered_for() {
        let (mut carrier, _) = stand_in();
        carrier.faults = vec![CarrierFault::Twice { times: 1 }, CarrierFault::Down { times: 2 }];
        assert_eq!(carrier.strike(false), Some(CarrierFault::Down { times: 2 }));
        assert_eq!(carrier.strike(true), Some(CarrierFault::Twice { times: 1 }));
        assert_eq!(carrier.strike(true), Some(CarrierFault::Down { times: 1 }));
        assert_eq!(carrier.strike(true), None);
    }
}
