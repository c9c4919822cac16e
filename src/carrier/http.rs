//! A carrier's system behind the contract. A call is tried a few times within the patience of whoever asks, a change
//! always with the same key; what is not the contract's answer is no answer, and its reason is told without a word of
//! what stood in it: phones are in there.

use super::address::Address;
use super::breaker::{Breaker, BreakerLimits, Pass};
use super::contract::{self, ChangeAnswer, ParcelAnswer, Refusal, Wrong};
use super::port::{Carrier, Down, NotMade};
use crate::clock;
use crate::parcel::{ChangeRefused, Done, Found, Instruction, Phone, TrackingNumber};
use futures::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing::warn;

/// The longest answer that is read.
const LONGEST: usize = 64 * 1024;

/// How patiently a carrier is asked.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How long each try may take.
    pub each: Duration,
    /// The pauses between the tries; there is one try more than pauses.
    pub pauses: Vec<Duration>,
    /// When it is left alone.
    pub breaker: BreakerLimits,
}

/// All tries together stay well within the ten seconds that [`crate::carrier_requests`] waits.
impl Default for Pace {
    fn default() -> Self {
        Pace {
            each: Duration::from_secs(2),
            pauses: vec![Duration::from_millis(300), Duration::from_millis(900)],
            breaker: BreakerLimits::default(),
        }
    }
}

/// A carrier's system.
pub struct Http {
    client: Client,
    address: Address,
    pace: Pace,
    /// Held for moments only, never across an `await`.
    breaker: Mutex<Breaker>,
}

/// What came of one try.
enum Trouble {
    /// It may pass: tried again.
    Passing(String),
    /// The carrier is busy and has said so: not tried again now.
    Busy(String),
    /// The carrier is up and does not want what we send: trying again changes nothing, somebody must mend something.
    Ours(String),
}

impl Http {
    /// A carrier at `address`, asked as patiently as `pace` says.
    ///
    /// # Errors
    ///
    /// Where this machine has no way to make encrypted connections.
    pub fn new(address: Address, pace: Pace) -> Result<Http, reqwest::Error> {
        // A redirect would carry token and phone to where nobody meant them to go.
        let client = Client::builder().redirect(Policy::none()).build()?;
        let breaker = Mutex::new(Breaker::new(pace.breaker.clone()));
        Ok(Http { client, address, pace, breaker })
    }

    /// One call: tried until it is answered, within the pace. `read` makes an answer of status and body.
    async fn call<T>(
        &self,
        request: impl Fn() -> RequestBuilder,
        read: impl Fn(u16, &[u8]) -> Result<T, Trouble>,
    ) -> Result<T, Down> {
        let pass = self.breaker().ask(clock::instant()).map_err(|wait| {
            Down(format!("it has not answered again and again and is left alone for {:.1} s", wait.as_secs_f32()))
        })?;
        let mut pauses = self.pace.pauses.iter();
        loop {
            let tried = tokio::time::timeout(self.pace.each, once(request(), &read)).await;
            let trouble = tried.unwrap_or_else(|_| Err(Trouble::Passing(format!("no answer in {:?}", self.pace.each))));
            match trouble {
                Ok(answer) => {
                    self.breaker().answered();
                    return Ok(answer);
                }
                Err(Trouble::Ours(why)) => {
                    self.breaker().answered();
                    return Err(Down(why));
                }
                Err(Trouble::Busy(why)) => return Err(self.failed(&pass, why)),
                Err(Trouble::Passing(why)) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(self.failed(&pass, why)),
                },
            }
        }
    }

    fn failed(&self, pass: &Pass, why: String) -> Down {
        if let Some(pause) = self.breaker().failed(pass, clock::instant()) {
            warn!(?pause, why, "the carrier does not answer and is left alone");
        }
        Down(why)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match self.address.authorization() {
            Some(authorization) => request.header(AUTHORIZATION, authorization),
            None => request,
        }
    }
}

impl Carrier for Http {
    fn track<'a>(
        &'a self,
        number: &'a TrackingNumber,
        phone: Option<&'a Phone>,
    ) -> BoxFuture<'a, Result<Option<Found>, Down>> {
        // Digits that could be two numbers are no phone.
        let phone = phone.filter(|phone| phone.is_certain());
        let request = move || {
            let request = self.authorized(self.client.get(self.address.below(["parcels", number.as_str()])));
            match phone {
                Some(phone) => request.header(contract::PHONE, phone.as_str()),
                None => request,
            }
        };
        let read = move |status: u16, body: &[u8]| match status {
            200 => Ok(Some(parse::<ParcelAnswer>(body)?.found(number, phone)?)),
            _ => match refused(status, body) {
                Some(ChangeRefused::NotFound) => Ok(None),
                Some(ChangeRefused::NotRecipient | ChangeRefused::WrongState | ChangeRefused::TooOften) | None => {
                    Err(odd(status))
                }
            },
        };
        Box::pin(self.call(request, read))
    }

    fn instruct<'a>(&'a self, instruction: &'a Instruction) -> BoxFuture<'a, Result<Done, NotMade>> {
        let Instruction { key, number, phone, change } = instruction;
        if !phone.is_certain() {
            // It proves nobody, and the carrier takes no such phone.
            return Box::pin(async { Err(NotMade::Refused(ChangeRefused::NotRecipient)) });
        }
        let request = move || {
            let place = ["parcels", number.as_str()].into_iter().chain(contract::path_of(*change).split('/'));
            let request = self.client.post(self.address.below(place)).header(contract::KEY, key);
            self.authorized(request).header(CONTENT_TYPE, "application/json").body(contract::body_of(*change, phone))
        };
        let read = move |status: u16, body: &[u8]| match status {
            200 => Ok(Ok(parse::<ChangeAnswer>(body)?.done(number)?)),
            _ => refused(status, body).map(Err).ok_or_else(|| odd(status)),
        };
        // A refusal is an answer: the system works, and it is not asked again.
        Box::pin(async move { self.call(request, read).await?.map_err(NotMade::Refused) })
    }
}

/// Makes one try, and reads the answer or sorts the failure.
async fn once<T>(request: RequestBuilder, read: impl Fn(u16, &[u8]) -> Result<T, Trouble>) -> Result<T, Trouble> {
    let response = request.send().await.map_err(broken)?;
    let status = response.status().as_u16();
    // With this header it is not the parcel's rule that says «too often», it is the system.
    if status == 429 && response.headers().contains_key(RETRY_AFTER) {
        return Err(Trouble::Busy("it is busy (429)".into()));
    }
    read(status, &body(response).await?)
}

/// The whole body, if it is not too long to be an answer.
async fn body(mut response: Response) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Trouble::Passing(format!("its answer is longer than {} KiB", LONGEST / 1024)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(body).map_err(|error| {
        // serde's own words quote what stood there.
        let (line, column) = (error.line(), error.column());
        Trouble::Passing(format!("its answer is not the contract's, at line {line}, column {column}"))
    })
}

/// Why the carrier refused, if it was the carrier who did.
fn refused(status: u16, body: &[u8]) -> Option<ChangeRefused> {
    serde_json::from_slice::<Refusal>(body).ok()?.refused(status)
}

impl From<Wrong> for Trouble {
    fn from(wrong: Wrong) -> Trouble {
        Trouble::Passing(format!("its answer is not the contract's: {wrong}"))
    }
}

/// What an answer means that is not the contract's, by its status.
fn odd(status: u16) -> Trouble {
    match status {
        401 => Trouble::Ours("it refuses our token (401): see OTKLIK_CARRIER_TOKEN".into()),
        403 => Trouble::Ours("something before it turns us away (403): see OTKLIK_CARRIER_URL".into()),
        404 | 405 => Trouble::Ours(format!("it does not serve the contract there ({status}): see OTKLIK_CARRIER_URL")),
        300..400 => Trouble::Ours(format!("it has moved elsewhere ({status}): see OTKLIK_CARRIER_URL")),
        429 => Trouble::Busy("it is busy (429)".into()),
        408 | 500.. => Trouble::Passing(format!("it has trouble of its own ({status})")),
        400..500 => Trouble::Ours(format!("it does not understand what we ask ({status})")),
        0..300 => Trouble::Passing(format!("its answer is not the contract's: its status is {status}")),
    }
}

/// A connection that was not made or broke.
fn broken(error: reqwest::Error) -> Trouble {
    if error.is_builder() {
        return Trouble::Ours("the question cannot be put into a request".into());
    }
    let what = if error.is_connect() { "it cannot be reached" } else { "the connection broke" };
    // The innermost cause says most («connection refused»), and names no address.
    let mut cause: &dyn Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Trouble::Passing(match error.source() {
        Some(_) => format!("{what}: {cause}"),
        None => what.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_try_fits_into_the_patience_of_who_asks() {
        let pace = Pace::default();
        let tries = u32::try_from(pace.pauses.len() + 1).expect("a few");
        assert_eq!(tries, 3);
        assert!(pace.each * tries + pace.pauses.iter().sum::<Duration>() < Duration::from_secs(9));
    }

    #[test]
    fn what_stands_before_a_carrier_is_not_taken_for_it() {
        let found = |status, body: &str| refused(status, body.as_bytes());
        assert_eq!(found(404, r#"{"error": "unknown_parcel", "message": "-"}"#), Some(ChangeRefused::NotFound));
        assert_eq!(found(404, "<html>nginx</html>"), None);
        assert_eq!(found(403, r#"{"error": "forbidden", "message": "-"}"#), None);
        for status in [301, 400, 401, 403, 404, 405, 410, 422] {
            assert!(matches!(odd(status), Trouble::Ours(_)), "{status}: trying again changes nothing");
        }
        for status in [200, 204, 408, 500, 502, 503, 504] {
            assert!(matches!(odd(status), Trouble::Passing(_)), "{status}: it may pass");
        }
    }

    #[test]
    fn what_stands_in_a_wrong_answer_is_not_told() {
        let Err(Trouble::Passing(why)) = parse::<ParcelAnswer>(br#"{"number": 79000000001}"#) else {
            panic!("a number is no text");
        };
        assert!(why.contains("line 1") && !why.contains("7900"), "{why}");
    }
}
