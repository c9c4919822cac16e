//! News that a carrier pushes to the door, `POST /push`, if it has the secret. What is taken is
//! in the database before it is confirmed; customers who follow the parcel hear of it through the inbox.
//!
//! A push is signed: `X-Otklik-Signature: sha256=<hex>` is the HMAC-SHA256 of `<X-Otklik-Timestamp>.<body>`. A push
//! that was overheard is good for five minutes, and one that was taken is not taken again.

use crate::carrier::contract::{Refusal, StatusPush};
use crate::clock;
use crate::conversation::Policy;
use crate::store::{Moved, Store};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;
use tracing::{error, warn};

/// The header with the moment of signing, in Unix seconds.
pub const TIMESTAMP: &str = "x-otklik-timestamp";
/// The header with the signature.
pub const SIGNATURE: &str = "x-otklik-signature";

/// Where pushes are taken.
pub const PATH: &str = "/push";

/// What begins a signature: the way it was made.
const SHA256: &str = "sha256=";
/// How far the moment of signing may be from now, either way: clocks differ, and pushes are tried again.
const NOW: chrono::Duration = chrono::Duration::minutes(5);
/// The longest body that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The secret of pushes. It is never shown.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// The least characters of a secret: a shorter one can be guessed.
    pub const SHORTEST: usize = 16;

    /// A secret; `None` if it is too short to be one.
    pub fn new(text: &str) -> Option<Secret> {
        (text.chars().count() >= Secret::SHORTEST).then(|| Secret(text.into()))
    }

    /// Signs a body, as a carrier does: the value of the header [`SIGNATURE`], `sha256=` and 64 hexadecimal digits.
    /// `timestamp` is that of [`TIMESTAMP`].
    pub fn sign(&self, timestamp: &str, body: &[u8]) -> String {
        format!("{SHA256}{}", hex::encode(self.mac(timestamp, body).finalize().into_bytes()))
    }

    fn mac(&self, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac
    }
}

/// What deciding about a push needs.
struct PushDoor {
    secret: Secret,
    store: Store,
    policy: Policy,
}

/// What is taken at the door: `POST /push`. `policy` says which day it is at the desk.
pub fn routes(secret: Secret, store: Store, policy: Policy) -> Router {
    let door = Arc::new(PushDoor { secret, store, policy });
    Router::new().route(PATH, post(push)).with_state(door)
}

/// Why a push is not taken.
#[derive(Debug, PartialEq, Eq)]
enum PushRefused {
    Unsigned(&'static str),
    Malformed(String),
    TooLong,
    Replayed,
    Unavailable,
}

impl IntoResponse for PushRefused {
    fn into_response(self) -> Response {
        let (status, word, message) = match self {
            PushRefused::Unsigned(why) => (StatusCode::UNAUTHORIZED, "unauthorized", why.to_owned()),
            PushRefused::Malformed(why) => (StatusCode::BAD_REQUEST, "bad_request", why),
            PushRefused::TooLong => {
                let why = format!("the body is longer than {} KiB", LONGEST / 1024);
                (StatusCode::PAYLOAD_TOO_LARGE, "bad_request", why)
            }
            PushRefused::Replayed => (StatusCode::CONFLICT, "replayed", "this push was taken before".to_owned()),
            PushRefused::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "it could not be stored; send it again".to_owned())
            }
        };
        (status, Json(Refusal::new(word, &message))).into_response()
    }
}

/// `POST /push`
async fn push(State(door): State<Arc<PushDoor>>, headers: HeaderMap, body: Body) -> Result<StatusCode, PushRefused> {
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, LONGEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Err(PushRefused::TooLong),
        Err(_) => return Err(PushRefused::Malformed("the body took too long".into())),
    };
    let now = clock::now();
    // Without the secret nothing is told about bodies.
    let signature =
        signature(&door.secret, &headers, &body, now).map_err(PushRefused::Unsigned).inspect_err(|why| {
            warn!(?why, "a push was refused");
        })?;
    let step = read(&body).map_err(PushRefused::Malformed)?;
    let today = door.policy.today(now);
    match door.store.pushed(step, signature, now.timestamp_millis(), today).await {
        Ok(true) => Ok(StatusCode::OK),
        Ok(false) => Err(PushRefused::Replayed),
        Err(problem) => {
            error!(%problem, "a push could not be stored");
            Err(PushRefused::Unavailable)
        }
    }
}

/// Checks that a push is the carrier's and of now; returns its signature in one form, so that no other way of writing
/// it makes a taken push a new one.
fn signature(secret: &Secret, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<String, &'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let timestamp = header(TIMESTAMP).ok_or("X-Otklik-Timestamp is missing")?;
    let signature = header(SIGNATURE).ok_or("X-Otklik-Signature is missing")?;
    let at = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let at = at.ok_or("X-Otklik-Timestamp is not Unix seconds")?;
    if (now - at).abs() > NOW {
        return Err("X-Otklik-Timestamp is more than 5 minutes from now");
    }
    let given = signature.strip_prefix(SHA256).and_then(|hex| hex::decode(hex).ok());
    let given = given.ok_or("X-Otklik-Signature is not «sha256=» and hexadecimal digits")?;
    // Takes the same time wherever they differ.
    secret.mac(timestamp, body).verify_slice(&given).map_err(|_| "the signature does not fit")?;
    Ok(hex::encode(given))
}

/// Reads a body; `Err` tells the carrier that signed it what is wrong with it.
fn read(body: &[u8]) -> Result<Moved, String> {
    let push: StatusPush = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let parcel = push.parcel().map_err(|wrong| wrong.to_string())?;
    Ok(Moved { number: parcel.number, status: parcel.status, place: parcel.place, planned: parcel.planned })
}

/// Reads a body, and a header of the same bytes, for the makers' fuzzing: whatever they are, nothing fails.
#[cfg(feature = "dev")]
pub fn read_anything(secret: &Secret, bytes: &[u8]) {
    let _ = read(bytes);
    if let Ok(value) = axum::http::HeaderValue::from_bytes(bytes) {
        let headers = [(TIMESTAMP, value.clone()), (SIGNATURE, value)];
        let headers = headers.map(|(name, value)| (axum::http::HeaderName::from_static(name), value));
        let _ = signature(secret, &HeaderMap::from_iter(headers), bytes, clock::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::{Status, StatusCode as Known};

    /// Made with `openssl dgst -sha256 -hmac`, not with this file.
    const KNOWN: &str = "sha256=fc91a32cdbd531f5a2b1ff6b000e4f82a9a97220dd9cd2e79cccff9e21e789e0";
    const BODY: &[u8] = br#"{"number":"1000000017","status":"delivered"}"#;

    fn secret() -> Secret {
        Secret::new("0123456789abcdef0123").expect("long enough")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a moment")
    }

    fn headers(timestamp: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP, timestamp.parse().expect("a header"));
        headers.insert(SIGNATURE, signature.parse().expect("a header"));
        headers
    }

    #[test]
    fn a_push_is_signed_as_the_contract_says() {
        assert_eq!(secret().sign("1795424400", BODY), KNOWN);
        let taken = signature(&secret(), &headers("1795424400", KNOWN), BODY, at(1_795_424_700));
        let again = headers("1795424400", &KNOWN.to_uppercase().replace("SHA256", "sha256"));
        assert_eq!(taken, signature(&secret(), &again, BODY, at(1_795_424_100)), "one push, one signature");
        assert!(taken.is_ok());
    }

    #[test]
    fn whatever_does_not_fit_is_refused() {
        let other = Secret::new("another secret of theirs").expect("long enough").sign("1795424400", BODY);
        let now = at(1_795_424_400);
        for (timestamp, signed, body, now) in [
            ("1795424400", KNOWN, &b"{}"[..], now),
            ("1795424401", KNOWN, BODY, now),
            ("1795424400", other.as_str(), BODY, now),
            ("1795424400", &KNOWN[7..], BODY, now),
            ("1795424400", "sha256=", BODY, now),
            ("1795424400", "sha256=zz", BODY, now),
            ("1795424400", &KNOWN[..20], BODY, now),
            ("soon", KNOWN, BODY, now),
            ("99999999999999999999", KNOWN, BODY, now),
            ("9223372036854775807", KNOWN, BODY, now),
            ("1795424400", KNOWN, BODY, at(1_795_424_701)),
            ("1795424400", KNOWN, BODY, at(1_795_424_099)),
        ] {
            assert!(signature(&secret(), &headers(timestamp, signed), body, now).is_err(), "{timestamp} {signed}");
        }
        assert!(signature(&secret(), &HeaderMap::new(), BODY, now).is_err());
    }

    #[test]
    fn a_body_is_read_or_told_what_is_wrong() {
        let step = read(r#"{"number":"ra 1","status":"Улетело","place":"","planned":"2026-11-30"}"#.as_bytes());
        let step = step.expect("a good body");
        assert_eq!((step.number.as_str(), step.status), ("RA1", Status::Unknown("Улетело".into())));
        assert!(step.place.is_none() && step.planned.is_some());
        assert_eq!(read(BODY).expect("good").status, Status::Known(Known::Delivered));
        for (body, part) in [
            ("", "EOF"),
            ("[]", "invalid"),
            (r#"{"number":"1"}"#, "status"),
            (r#"{"number":" ","status":"delivered"}"#, "number"),
            (r#"{"number":"-","status":"delivered"}"#, "number"),
            (r#"{"number":"1","status":""}"#, "status"),
            (r#"{"number":"1","status":"delivered","planned":"30.11"}"#, "30.11"),
        ] {
            let why = read(body.as_bytes()).expect_err("a bad body");
            assert!(why.contains(part), "{body}: {why}");
        }
    }

    #[test]
    fn a_secret_is_long_and_stays_one() {
        assert!(Secret::new("короткий").is_none());
        assert!(!format!("{:?}", secret()).contains("0123"));
    }
}
