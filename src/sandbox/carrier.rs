//! A stand-in of a carrier's system: the contract's server side, kept in memory, with faults that a test can order.
//! It is strict where a carrier may be: no token, no key, a body that is not as agreed, and it refuses.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Sandbox;
use super::api;
use super::state::Core;
use crate::carrier::contract::{self, ChangeAnswer, ParcelAnswer, Refusal};
use crate::carrier::openapi as document;
use crate::parcel::{Change, Done, Found, Listed, Parcel, Phone, Recipient, Refused, TrackingNumber, apply};

/// The token that the stand-in wants: made up, and good for nothing but this sandbox.
const TOKEN: &str = "sandbox-carrier-token";
/// The first number it gives for quoting.
const FIRST_REFERENCE: u32 = 5001;
/// The largest body that it reads.
pub(super) const LARGEST_BODY: usize = 64 * 1024;

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
    parcels: HashMap<TrackingNumber, Listed>,
    /// What was answered to each key, and to which request.
    answers: HashMap<String, (Request, Result<Done, Refused>)>,
    made: Vec<(String, String, String)>,
    calls: Vec<CarrierCall>,
    faults: Vec<CarrierFault>,
    references: u32,
}

/// A change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Request {
    number: TrackingNumber,
    change: Change,
    phone: Phone,
}

impl StandIn {
    /// Takes back every fault that still waits.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// The first fault that meets this call; it has one call less to meet afterwards.
    fn strike(&mut self, is_change: bool) -> Option<CarrierFault> {
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

    fn track(&self, number: &TrackingNumber, phone: Option<&Phone>) -> Option<Found> {
        let Listed { parcel, phone: known, .. } = self.parcels.get(number)?;
        Some(Found { parcel: parcel.clone(), recipient: Recipient::of(known.as_ref(), phone) })
    }

    /// Carries a change out, once a key. `None` if the key was used for another request.
    fn change(&mut self, key: &str, request: Request, today: chrono::NaiveDate) -> Option<Result<Done, Refused>> {
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

impl Sandbox {
    /// Where the carrier's stand-in is: what goes into `OTKLIK_CARRIER_URL`.
    pub fn carrier_url(&self) -> String {
        format!("{}/carrier", self.url())
    }

    /// The token that it wants: what goes into `OTKLIK_CARRIER_TOKEN`.
    pub fn carrier_token(&self) -> String {
        TOKEN.to_owned()
    }

    /// Gives parcels to the carrier's stand-in, in the place of those with the same numbers.
    pub fn put_parcels(&self, parcels: Vec<Listed>) {
        let known = parcels.into_iter().map(|listed| (listed.parcel.number.clone(), listed));
        self.core.lock().carrier.parcels.extend(known);
    }

    /// A parcel as the carrier's stand-in has it by now.
    pub fn carrier_parcel(&self, number: &str) -> Option<Parcel> {
        let inner = self.core.lock();
        inner.carrier.parcels.get(&TrackingNumber::new(number)).map(|listed| listed.parcel.clone())
    }

    /// Orders a fault of the carrier's stand-in.
    pub fn carrier_fault(&self, fault: CarrierFault) {
        self.core.lock().carrier.faults.push(fault);
    }

    /// What the carrier's stand-in has really changed, in order: key, number and code of each change.
    pub fn changes_made(&self) -> Vec<(String, String, String)> {
        self.core.lock().carrier.made.clone()
    }

    /// Every call that the carrier's stand-in has received, duplicates included.
    pub fn carrier_calls(&self) -> Vec<CarrierCall> {
        self.core.lock().carrier.calls.clone()
    }
}

/// `GET /carrier/openapi.json`
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}

/// `GET /carrier/parcels/<number>`
pub(super) async fn track(State(core): State<Arc<Core>>, Path(number): Path<String>, headers: HeaderMap) -> Response {
    let call = CarrierCall { method: "GET", path: format!("/parcels/{number}"), key: None };
    let other = Recipient::NotAsked;
    let number = TrackingNumber::new(&number);
    let answer = || {
        let phone = match text(&headers, contract::PHONE).map(Phone::new) {
            Some(None) => return bad_request("X-Phone is no phone number"),
            Some(Some(phone)) => Some(phone),
            None => None,
        };
        match core.lock().carrier.track(&number, phone.as_ref()) {
            Some(found) => said(StatusCode::OK, &ParcelAnswer::of(&found)),
            None => refused(Refused::NotFound),
        }
    };
    let wrong = || {
        let parcel = Parcel { number: another(), ..Parcel::new(another(), crate::parcel::Status::read("delivered")) };
        said(StatusCode::OK, &ParcelAnswer::of(&Found { parcel, recipient: other }))
    };
    met(&core, &headers, call, answer, wrong).await
}

/// `POST /carrier/parcels/<number>/<change>`
pub(super) async fn change(
    State(core): State<Arc<Core>>,
    Path((number, change)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = text(&headers, contract::KEY).map(str::to_owned);
    let call = CarrierCall { method: "POST", path: format!("/parcels/{number}/{change}"), key: key.clone() };
    let number = TrackingNumber::new(&number);
    let answer = || {
        let (change, phone) = match contract::read_change(&change, &body) {
            Some(Ok(read)) => read,
            Some(Err(wrong)) => return bad_request(&wrong.to_string()),
            None => return StatusCode::NOT_FOUND.into_response(),
        };
        let Some(key) = &key else {
            return bad_request("Idempotency-Key is missing");
        };
        let request = Request { number: number.clone(), change, phone };
        let today = core.now().date_naive();
        match core.lock().carrier.change(key, request, today) {
            Some(Ok(done)) => said(StatusCode::OK, &ChangeAnswer::of(&number, &done)),
            Some(Err(why)) => refused(why),
            None => bad_request("the key was used for another request"),
        }
    };
    let wrong = || {
        let done = Done { reference: "0".into(), link: None };
        said(StatusCode::OK, &ChangeAnswer::of(&another(), &done))
    };
    met(&core, &headers, call, answer, wrong).await
}

/// A call from its arrival to its answer, by way of the fault that meets it.
async fn met(
    core: &Core,
    headers: &HeaderMap,
    call: CarrierCall,
    answer: impl Fn() -> Response,
    other_number: impl Fn() -> Response,
) -> Response {
    let fault = {
        let carrier = &mut core.lock().carrier;
        let fault = carrier.strike(call.method == "POST");
        let deliveries = if matches!(fault, Some(CarrierFault::Twice { .. })) { 2 } else { 1 };
        carrier.calls.extend(std::iter::repeat_n(call, deliveries));
        fault
    };
    let bearer = text(headers, header::AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    let answered = if bearer != Some(TOKEN) {
        said(StatusCode::UNAUTHORIZED, &Refusal::new("unauthorized", "the token is missing or wrong"))
    } else {
        match fault {
            None => answer(),
            Some(CarrierFault::Down { .. }) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Some(CarrierFault::Slow { .. }) => {
                let late = answer();
                core.stir();
                // Whoever hangs up ends this; somebody who would wait for ever is answered at the end.
                let _ = core.stopping().wait_for(|stop| *stop).await;
                late
            }
            Some(CarrierFault::CutAfter { .. }) => {
                answer();
                api::cut()
            }
            Some(CarrierFault::Twice { .. }) => {
                answer();
                answer()
            }
            Some(CarrierFault::Wrong { answer: wrong, .. }) => {
                answer();
                match wrong {
                    WrongAnswer::Html => {
                        ([(header::CONTENT_TYPE, "text/html")], "<h1>Технические работы</h1>").into_response()
                    }
                    WrongAnswer::OtherNumber => other_number(),
                    WrongAnswer::Empty => StatusCode::OK.into_response(),
                }
            }
        }
    };
    core.stir();
    answered
}

/// A parcel that nobody asked for.
fn another() -> TrackingNumber {
    TrackingNumber::new("9999999999")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn said(status: StatusCode, answer: &impl Serialize) -> Response {
    (status, Json(answer)).into_response()
}

fn refused(why: Refused) -> Response {
    let (status, refusal) = Refusal::of(why);
    said(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &refusal)
}

fn bad_request(why: &str) -> Response {
    said(StatusCode::BAD_REQUEST, &Refusal::new("bad_request", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::{Order, OrderState, Status};

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
