//! What the stand-in knows and does, pure: parcels, changes that are made once a key, faults that wait for their calls.

use std::collections::HashMap;

use crate::parcel::{Change, ChangeRefused, Done, Found, Listed, Phone, Recipient, TrackingNumber, apply};

/// The first number it gives for quoting.
const FIRST_REFERENCE: u32 = 5001;

/// Something that goes wrong with the next calls to the stand-in, each time one call fewer is left for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The call is carried out, and not answered before the caller gives up waiting.
    Slow {
        /// How many calls meet it.
        times: u32,
    },
    /// The call is answered with a 503 and not carried out.
    Down {
        /// How many calls meet it.
        times: u32,
    },
    /// The call is carried out, but the connection breaks before its answer.
    CutAfter {
        /// How many calls meet it.
        times: u32,
    },
    /// The call is carried out, but answered with a 200 that is not the contract's.
    Wrong {
        /// What it says in the place of the contract's answer.
        answer: WrongAnswer,
        /// How many calls meet it.
        times: u32,
    },
    /// The network delivers a change twice; the second answer is the one that arrives. Waits for a change.
    Twice {
        /// How many changes meet it.
        times: u32,
    },
}

/// An answer that is not the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongAnswer {
    /// A page, as of something that stands before the carrier.
    Html,
    /// As agreed, but about another parcel than was asked.
    OtherNumber,
    /// An empty body.
    Empty,
}

/// A call that the stand-in received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path: `/parcels/1000000017/cancel`.
    pub path: String,
    /// The idempotency key it came with; questions have none.
    pub key: Option<String>,
}

/// A change that was really made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The idempotency key it was asked for with.
    pub key: String,
    /// The parcel's number.
    pub number: TrackingNumber,
    /// What was changed.
    pub change: Change,
}

/// What the stand-in knows and remembers.
#[derive(Default)]
pub(super) struct System {
    pub parcels: HashMap<TrackingNumber, Listed>,
    /// What was answered to each key, and to which request.
    answers: HashMap<String, (Request, Result<Done, ChangeRefused>)>,
    /// What was really changed, in order.
    pub made: Vec<Made>,
    /// Every call, duplicates included.
    pub calls: Vec<Call>,
    pub faults: Vec<Fault>,
    references: u32,
}

/// A change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub number: TrackingNumber,
    pub change: Change,
    pub phone: Phone,
}

impl System {
    /// The first fault that meets this call; it has one call less to meet afterwards.
    pub fn strike(&mut self, is_change: bool) -> Option<Fault> {
        let meets = |fault: &Fault| match fault {
            Fault::Twice { .. } => is_change,
            Fault::Slow { .. } | Fault::Down { .. } | Fault::CutAfter { .. } | Fault::Wrong { .. } => true,
        };
        let place = self.faults.iter().position(meets)?;
        let fault = self.faults[place];
        let (Fault::Slow { times }
        | Fault::Down { times }
        | Fault::CutAfter { times }
        | Fault::Wrong { times, .. }
        | Fault::Twice { times }) = &mut self.faults[place];
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.faults.remove(place);
        }
        Some(fault)
    }

    /// A parcel, and whether the phone is its recipient's.
    pub fn track(&self, number: &TrackingNumber, phone: Option<&Phone>) -> Option<Found> {
        let Listed { parcel, phone: known, .. } = self.parcels.get(number)?;
        Some(Found { parcel: parcel.clone(), recipient: Recipient::of(known.as_ref(), phone) })
    }

    /// Carries a change out, once a key. `None` if the key was used for another request.
    pub fn change(
        &mut self,
        key: &str,
        request: Request,
        today: chrono::NaiveDate,
    ) -> Option<Result<Done, ChangeRefused>> {
        if let Some((known, answer)) = self.answers.get(key) {
            return (*known == request).then(|| answer.clone());
        }
        let answer = self.carry_out(key, &request, today);
        self.answers.insert(key.to_owned(), (request, answer.clone()));
        Some(answer)
    }

    fn carry_out(&mut self, key: &str, request: &Request, today: chrono::NaiveDate) -> Result<Done, ChangeRefused> {
        let Request { number, change, phone } = request;
        let listed = self.parcels.get_mut(number).ok_or(ChangeRefused::NotFound)?;
        let recipient = Recipient::of(listed.phone.as_ref(), Some(phone));
        let reference = (FIRST_REFERENCE + self.references).to_string();
        listed.parcel = apply(&listed.parcel, recipient, *change, today, &reference)?;
        self.references += 1;
        self.made.push(Made { key: key.to_owned(), number: number.clone(), change: *change });
        Ok(Done { reference, link: listed.link.clone().filter(|_| change.sends_link()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::{Order, OrderState, Parcel, Status};

    fn stand_in() -> (System, Request) {
        let number = TrackingNumber::new("1000000090");
        let phone = Phone::e164("+79000000001").expect("a phone");
        let order = Some(Order::new(OrderState::Accepted));
        let parcel = Parcel { order, ..Parcel::new(number.clone(), Status::read("preorder_received")) };
        let listed = Listed { parcel, phone: Some(phone.clone()), link: None };
        let carrier = System { parcels: HashMap::from([(number.clone(), listed)]), ..System::default() };
        (carrier, Request { number, change: Change::Cancel, phone })
    }

    #[test]
    fn a_key_is_carried_out_once_and_means_one_request() {
        let (mut carrier, request) = stand_in();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let first = carrier.change("k1", request.clone(), today);
        assert!(matches!(first, Some(Ok(_))));
        assert_eq!(carrier.change("k1", request.clone(), today), first);
        assert_eq!(carrier.made, [Made { key: "k1".into(), number: request.number.clone(), change: Change::Cancel }]);
        assert_eq!(carrier.change("k1", Request { change: Change::Refuse, ..request.clone() }, today), None);
        assert_eq!(carrier.change("k2", request, today), Some(Err(ChangeRefused::WrongState)));
    }

    #[test]
    fn a_fault_meets_as_many_calls_as_it_was_ordered_for() {
        let (mut carrier, _) = stand_in();
        carrier.faults = vec![Fault::Twice { times: 1 }, Fault::Down { times: 2 }];
        assert_eq!(carrier.strike(false), Some(Fault::Down { times: 2 }));
        assert_eq!(carrier.strike(true), Some(Fault::Twice { times: 1 }));
        assert_eq!(carrier.strike(true), Some(Fault::Down { times: 1 }));
        assert_eq!(carrier.strike(true), None);
    }
}
