//! The published form of the contract: an OpenAPI document, made from the types of [`super::contract`]. A copy lies
//! beside this file for whoever reads without building.

// Only what the macros make of these functions and types is used: the carrier is what carries them out.
#![allow(dead_code, clippy::large_enum_variant)]

use super::contract::{ChangeAnswer, ChangeRequest, ParcelAnswer, RefundRequest, Refusal, StatusPush};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi};

/// The document, as JSON.
pub fn openapi() -> String {
    let mut text = Document::openapi().to_pretty_json().expect("a document is plain data");
    text.push('\n');
    text
}

/// The command that writes the copy anew.
#[cfg(test)]
const RENEW: &str = "cargo run -- openapi > openapi.json && mv openapi.json src/carrier/";

#[derive(OpenApi)]
#[openapi(
    info(title = "Otklik: the contract with a carrier", version = "2.0.0"),
    servers((url = "/", description = "The address in OTKLIK_CARRIER_URL")),
    paths(track, send_link, unblock, annul, cancel, refuse, refund, push),
    tags(
        (name = "carrier", description = "What the carrier's system serves and the bot calls."),
        (name = "bot", description = "What the bot serves and the carrier's system calls.")
    ),
    modifiers(&Token)
)]
/// What a carrier's system serves so that the bot can tell customers about their parcels and solve their requests,
/// and how it pushes news to the bot.
///
/// The bot gives a call 2 seconds and tries up to three times, a change always with the same `Idempotency-Key`. Where
/// the answer is not one of those listed here, the bot takes it that nothing is known: it tells the customer so and
/// asks again later. Answers may have more fields than are listed; an answer is at most 64 KiB.
struct Document;

/// The carrier's token.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token in OTKLIK_CARRIER_TOKEN, if one is set."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
struct Which {
    /// The parcel's number: letters and digits, capitals.
    #[param(example = "RA123456785RU")]
    number: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
struct Asker {
    /// The phone of who asks: E.164, a plus and digits with the country's code first, to be compared digit by digit. It
    /// is here and not in the address, so that no log of addresses holds it.
    #[param(rename = "X-Phone", pattern = "^\\+[1-9][0-9]{6,14}$", example = "+79000000001")]
    phone: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
struct Once {
    /// By this the carrier knows a second delivery of the same request. It is carried out once, and answered as it was
    /// the first time, refusals included.
    #[param(rename = "Idempotency-Key", max_length = 200)]
    key: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
struct Signed {
    /// Unix seconds; at most 5 minutes from the bot's clock.
    #[param(rename = "X-Otklik-Timestamp", pattern = "^[0-9]+$", example = "1795424400")]
    timestamp: String,
    /// `sha256=` and the HMAC-SHA256, in hexadecimal digits, of the timestamp, a full stop and the body, byte by byte;
    /// its key is OTKLIK_PUSH_SECRET.
    #[param(rename = "X-Otklik-Signature", pattern = "^sha256=[0-9a-f]{64}$")]
    signature: String,
}

#[derive(IntoResponses)]
enum Tracked {
    /// The parcel.
    #[response(status = 200)]
    Found(ParcelAnswer),
    /// `bad_request`: the request is not as described here.
    #[response(status = 400)]
    BadRequest(Refusal),
    /// `unauthorized`: the token is missing or wrong.
    #[response(status = 401)]
    Unauthorized(Refusal),
    /// `unknown_parcel`: no parcel has this number.
    #[response(status = 404)]
    Unknown(Refusal),
}

#[derive(IntoResponses)]
enum Changed {
    /// Done.
    #[response(status = 200)]
    Done(ChangeAnswer),
    /// `bad_request`: the request is not as described here, or its key was used for another one.
    #[response(status = 400)]
    BadRequest(Refusal),
    /// `unauthorized`: the token is missing or wrong.
    #[response(status = 401)]
    Unauthorized(Refusal),
    /// `not_recipient`: the phone is not the recipient's.
    #[response(status = 403)]
    NotRecipient(Refusal),
    /// `unknown_parcel`: no parcel has this number.
    #[response(status = 404)]
    Unknown(Refusal),
    /// `wrong_state`: as things stand it cannot be done (any more).
    #[response(status = 409)]
    WrongState(Refusal),
    /// `too_often`: it was done too often already. Without `Retry-After`: with that header it is the carrier's system
    /// that is busy, and the bot asks again later.
    #[response(status = 429)]
    TooOften(Refusal),
}

#[derive(IntoResponses)]
enum Taken {
    /// Stored: customers who follow the parcel hear of it.
    #[response(status = 200)]
    Stored,
    /// `bad_request`: the body is not as described here; the message says what is wrong with it.
    #[response(status = 400)]
    BadRequest(Refusal),
    /// `unauthorized`: the signature does not fit, or the timestamp is not of now.
    #[response(status = 401)]
    Unauthorized(Refusal),
    /// `replayed`: this very push was taken before. There is nothing to send again.
    #[response(status = 409)]
    Replayed(Refusal),
    /// `bad_request`: the body is longer than 64 KiB.
    #[response(status = 413)]
    TooLong(Refusal),
    /// `unavailable`: it could not be stored; send it again, signed anew.
    #[response(status = 503)]
    Unavailable(Refusal),
}

/// Where a parcel is
///
/// And whether the phone in `X-Phone` is its recipient's.
#[utoipa::path(get, path = "/parcels/{number}", tag = "carrier", params(Which, Asker), responses(Tracked),
    security((), ("token" = [])))]
fn track() {}

/// Send the link to the offer again
#[utoipa::path(post, path = "/parcels/{number}/offer/link", tag = "carrier", params(Which, Once),
    request_body = ChangeRequest, responses(Changed), security((), ("token" = [])))]
fn send_link() {}

/// Open an offer that was blocked by wrong entries, and send a new link
#[utoipa::path(post, path = "/parcels/{number}/offer/unblock", tag = "carrier", params(Which, Once),
    request_body = ChangeRequest, responses(Changed), security((), ("token" = [])))]
fn unblock() {}

/// Annul an offer that hangs in checking, and send a new link
#[utoipa::path(post, path = "/parcels/{number}/offer/annul", tag = "carrier", params(Which, Once),
    request_body = ChangeRequest, responses(Changed), security((), ("token" = [])))]
fn annul() {}

/// Cancel an order that has not been handed to the carrier
///
/// What was paid goes back.
#[utoipa::path(post, path = "/parcels/{number}/cancel", tag = "carrier", params(Which, Once),
    request_body = ChangeRequest, responses(Changed), security((), ("token" = [])))]
fn cancel() {}

/// Refuse a parcel that is on its way
///
/// It returns to the sender; what was paid goes back.
#[utoipa::path(post, path = "/parcels/{number}/refuse", tag = "carrier", params(Which, Once),
    request_body = ChangeRequest, responses(Changed), security((), ("token" = [])))]
fn refuse() {}

/// Ask money back
#[utoipa::path(post, path = "/parcels/{number}/refund", tag = "carrier", params(Which, Once),
    request_body = RefundRequest, responses(Changed), security((), ("token" = [])))]
fn refund() {}

/// News of a parcel
///
/// The bot answers 200 only after it has stored the news. At most 64 KiB.
#[utoipa::path(post, path = "/push", tag = "bot", params(Signed), request_body = StatusPush, responses(Taken),
    servers((url = "/", description = "The address in OTKLIK_LISTEN")))]
fn push() {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::contract;
    use crate::parcel::{Change, RefundReason};
    use serde_json::Value;

    #[test]
    fn the_copy_is_true() {
        let copy = include_str!("openapi.json");
        assert!(copy == openapi(), "src/carrier/openapi.json is not what the types say; renew it: {RENEW}");
    }

    #[test]
    fn every_change_is_in_the_document() {
        let document: Value = serde_json::from_str(&openapi()).expect("JSON");
        for change in [
            Change::ResendLink,
            Change::UnblockOffer,
            Change::AnnulOffer,
            Change::Cancel,
            Change::Refuse,
            Change::Refund(RefundReason::Damaged),
        ] {
            let path = format!("/parcels/{{number}}/{}", contract::path_of(change));
            let parameters = document["paths"][&path]["post"]["parameters"].as_array().cloned().unwrap_or_default();
            let names: Vec<&str> = parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
            assert_eq!(names, ["number", "Idempotency-Key"], "{path}");
        }
    }
}
