//! The carrier's contract over HTTP: one call from its request to its answer. It is strict where a carrier may be: no
//! token, no key, a body that is not as agreed, and it refuses.

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::core::Core;
use super::system::{Call, Fault, Request, WrongAnswer};
use crate::carrier::contract::{self, ChangeAnswer, ParcelAnswer, Refusal};
use crate::carrier::openapi as document;
use crate::clock;
use crate::parcel::{ChangeRefused, Done, Found, Parcel, Phone, Recipient, TrackingNumber};

/// The token that the stand-in wants: made up, and good for nothing else.
pub(super) const TOKEN: &str = "stand-in-carrier-token";
/// The largest body that it reads.
pub(super) const LARGEST_BODY: usize = 64 * 1024;

/// `GET /openapi.json`
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}

/// `GET /parcels/<number>`
pub(super) async fn track(State(core): State<Arc<Core>>, Path(number): Path<String>, headers: HeaderMap) -> Response {
    let call = Call { method: "GET", path: format!("/parcels/{number}"), key: None };
    let other = Recipient::NotAsked;
    let number = TrackingNumber::new(&number);
    let answer = || {
        let phone = match text(&headers, contract::PHONE).map(Phone::e164) {
            Some(None) => return bad_request("X-Phone is no phone number such as +79000000001"),
            Some(Some(phone)) => Some(phone),
            None => None,
        };
        match core.lock().track(&number, phone.as_ref()) {
            Some(found) => said(StatusCode::OK, &ParcelAnswer::of(&found)),
            None => refused(ChangeRefused::NotFound),
        }
    };
    let wrong = || {
        let parcel = Parcel { number: another(), ..Parcel::new(another(), crate::parcel::Status::read("delivered")) };
        said(StatusCode::OK, &ParcelAnswer::of(&Found { parcel, recipient: other }))
    };
    met(&core, &headers, call, answer, wrong).await
}

/// `POST /parcels/<number>/<change>`
pub(super) async fn change(
    State(core): State<Arc<Core>>,
    Path((number, change)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = text(&headers, contract::KEY).map(str::to_owned);
    let call = Call { method: "POST", path: format!("/parcels/{number}/{change}"), key: key.clone() };
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
        let today = clock::now().date_naive();
        match core.lock().change(key, request, today) {
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
    call: Call,
    answer: impl Fn() -> Response,
    other_number: impl Fn() -> Response,
) -> Response {
    let fault = {
        let mut system = core.lock();
        let fault = system.strike(call.method == "POST");
        let deliveries = if matches!(fault, Some(Fault::Twice { .. })) { 2 } else { 1 };
        system.calls.extend(std::iter::repeat_n(call, deliveries));
        fault
    };
    let bearer = text(headers, header::AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    let answered = if bearer != Some(TOKEN) {
        said(StatusCode::UNAUTHORIZED, &Refusal::new("unauthorized", "the token is missing or wrong"))
    } else {
        match fault {
            None => answer(),
            Some(Fault::Down { .. }) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Some(Fault::Slow { .. }) => {
                let late = answer();
                core.stir();
                // A caller that hangs up ends this; one that would wait for ever is answered at the end.
                let _ = core.stopping().wait_for(|stop| *stop).await;
                late
            }
            Some(Fault::CutAfter { .. }) => {
                answer();
                cut()
            }
            Some(Fault::Twice { .. }) => {
                answer();
                answer()
            }
            Some(Fault::Wrong { answer: wrong, .. }) => {
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

/// An answer that never comes to its end: the connection breaks within it.
fn cut() -> Response {
    let broken = Err::<&[u8], _>(io::Error::new(io::ErrorKind::ConnectionReset, "ordered by a test"));
    let body = Body::from_stream(futures::stream::iter([broken]));
    ([(header::CONTENT_LENGTH, "2")], body).into_response()
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

fn refused(why: ChangeRefused) -> Response {
    let (status, refusal) = Refusal::of(why);
    said(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &refusal)
}

fn bad_request(why: &str) -> Response {
    said(StatusCode::BAD_REQUEST, &Refusal::new("bad_request", why))
}
