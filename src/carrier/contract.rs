//! The contract with a carrier's system: what goes over the wire, and how it becomes our own words and back. It is
//! published as [`super::openapi()`]. Pure.
//!
//! What comes from the other side is read with care: a status we do not know is shown as it came; a word we do not
//! know in a field that may be missing counts as missing; everything else that is not as agreed makes the whole
//! answer [`Wrong`], because half an answer is a guess.

use crate::parcel::{
    Change, ChangeRefused, Done, Found, Offer, OfferState, Order, OrderState, Parcel, Phone, Recipient, Refund,
    RefundReason, RefundState, Status, StatusCode, TrackingNumber,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};

/// The header that names the asker's phone with a question.
pub const PHONE: &str = "x-phone";
/// The header by which a change given twice is known.
pub const KEY: &str = "idempotency-key";

/// The longest number of a parcel.
const NUMBER: usize = 64;
/// The longest status: the longest of the carrier's labels, with a place in it, is a third of this.
const LABEL: usize = 300;
/// The longest place.
const PLACE: usize = 200;
/// The longest reference.
const REFERENCE: usize = 64;
/// The longest link.
const LINK: usize = 2000;

/// What was said is not the contract's. The words name the field and never what stood in it, so that they can be
/// logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub &'static str);

/// A parcel, as the carrier answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParcelAnswer {
    /// The number that was asked for.
    #[schema(max_length = 64, example = "RA123456785RU")]
    pub number: String,
    /// Where it stands: a code, or the carrier's own label.
    #[schema(schema_with = status_schema)]
    pub status: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub place: Option<String>,
    /// The day it is to be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<NaiveDate>,
    /// The day its status was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Whether the phone of `X-Phone` is the recipient's. The phone itself is never told.
    #[serde(default)]
    #[schema(schema_with = recipient_schema)]
    pub recipient: String,
    /// Its customs offer, if it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferAnswer>,
    /// The order it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderAnswer>,
}

/// A parcel's customs offer, as the carrier answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfferAnswer {
    /// How it stands.
    #[schema(schema_with = offer_schema)]
    pub state: String,
    /// The day the parcel came to customs: the recipient's time counts from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<NaiveDate>,
    /// Since when the recipient's data is being checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checking_since: Option<DateTime<Utc>>,
    /// How often wrong data was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_entries: Option<u32>,
}

/// An order, as the carrier answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderAnswer {
    /// How it stands.
    #[schema(schema_with = order_schema)]
    pub state: String,
    /// What was paid, in kopecks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub sum: Option<i64>,
    /// The day it was handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<NaiveDate>,
    /// Money that was asked back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundAnswer>,
}

/// Money that was asked back, as the carrier answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefundAnswer {
    /// The number to quote.
    #[schema(max_length = 64)]
    pub reference: String,
    /// The day it was asked for.
    pub asked: NaiveDate,
    /// How it stands.
    #[schema(schema_with = refund_schema)]
    pub state: String,
}

/// Who wants a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeRequest {
    /// The phone that proves it: E.164, a plus and digits with the country's code first.
    #[schema(pattern = "^\\+[1-9][0-9]{6,14}$", example = "+79000000001")]
    pub phone: String,
}

/// Who wants money back, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefundRequest {
    /// The phone that proves it: E.164, a plus and digits with the country's code first.
    #[schema(pattern = "^\\+[1-9][0-9]{6,14}$", example = "+79000000001")]
    pub phone: String,
    /// What for.
    #[schema(schema_with = reason_schema)]
    pub reason: String,
}

/// A change was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeAnswer {
    /// The parcel's number.
    #[schema(max_length = 64, example = "RA123456785RU")]
    pub number: String,
    /// The number to quote.
    #[schema(max_length = 64, min_length = 1, example = "5001")]
    pub reference: String,
    /// The link to the offer, where one was made and the bot is to hand it over. Left out where the carrier sends it
    /// to the recipient's phone itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, pattern = "^https://")]
    pub link: Option<String>,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// The reason as a word: `unknown_parcel` (404), `not_recipient` (403), `wrong_state` (409), `too_often` (429),
    /// `bad_request` (400), `unauthorized` (401).
    #[schema(example = "wrong_state")]
    pub error: String,
    /// The reason for whoever reads logs. Customers never see it.
    pub message: String,
}

/// News of a parcel, as the carrier pushes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusPush {
    /// The parcel's number.
    #[schema(max_length = 64, example = "RA123456785RU")]
    pub number: String,
    /// Its new status: a code, or the carrier's own label.
    #[schema(schema_with = status_schema)]
    pub status: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub place: Option<String>,
    /// The new day it is to be delivered, if that has changed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "day")]
    pub planned: Option<NaiveDate>,
}

/// A day, or what is wrong with it in words: whoever pushes reads them.
fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let wrong = |_| serde::de::Error::custom(format!("planned «{text}» is not a day such as 2026-11-30"));
    text.parse().map(Some).map_err(wrong)
}

impl ParcelAnswer {
    /// The answer that tells of a parcel.
    pub fn of(found: &Found) -> ParcelAnswer {
        let Found { parcel, recipient } = found;
        let Parcel { number, status, place, planned, since, offer, order } = parcel;
        let status = match status {
            Status::Known(code) => code.code().to_owned(),
            Status::Unknown(label) => label.clone(),
        };
        ParcelAnswer {
            number: number.to_string(),
            status,
            place: place.clone(),
            planned: *planned,
            since: *since,
            recipient: recipient_word(*recipient).to_owned(),
            offer: offer.as_ref().map(OfferAnswer::of),
            order: order.as_ref().map(OrderAnswer::of),
        }
    }

    /// The parcel that was asked for, with what the carrier says of the phone that was sent along, if one was.
    ///
    /// # Errors
    ///
    /// What of the answer is not the contract's: another parcel's number, a word or a day that is none.
    pub fn found(self, asked: &TrackingNumber, phone: Option<&Phone>) -> Result<Found, Wrong> {
        let recipient = match (phone, self.recipient.as_str()) {
            // What the carrier says of a phone it was not given proves nothing.
            (None, _) => Recipient::NotAsked,
            (Some(_), "proven") => Recipient::Proven,
            (Some(_), "other") => Recipient::Other,
            // Nothing said, or nothing we understand: then it proves nothing either.
            (Some(_), _) => Recipient::Unknown,
        };
        let (status, there) = status(&self.status)?;
        let parcel = Parcel {
            planned: self.planned,
            since: self.since,
            offer: self.offer.and_then(OfferAnswer::offer),
            order: self.order.map(OrderAnswer::order).transpose()?.flatten(),
            place: place(self.place)?.or(there),
            ..Parcel::new(same(&self.number, asked)?, status)
        };
        Ok(Found { parcel, recipient })
    }
}

impl OfferAnswer {
    fn of(offer: &Offer) -> OfferAnswer {
        let Offer { state, arrived, checking_since, wrong_entries } = *offer;
        OfferAnswer { state: state.code().to_owned(), arrived, checking_since, wrong_entries }
    }

    /// `None` where it stands in a way we do not know: then a person looks at it.
    fn offer(self) -> Option<Offer> {
        let OfferAnswer { state, arrived, checking_since, wrong_entries } = self;
        let state = OfferState::from_code(&state)?;
        Some(Offer { state, arrived, checking_since, wrong_entries })
    }
}

impl OrderAnswer {
    fn of(order: &Order) -> OrderAnswer {
        let refund = |refund: &Refund| RefundAnswer {
            reference: refund.reference.clone(),
            asked: refund.asked,
            state: refund.state.code().to_owned(),
        };
        OrderAnswer {
            state: order.state.code().to_owned(),
            sum: order.sum,
            delivered: order.delivered,
            refund: order.refund.as_ref().map(refund),
        }
    }

    /// `None` where it stands in a way we do not know: then a person looks at it.
    fn order(self) -> Result<Option<Order>, Wrong> {
        if self.sum.is_some_and(|sum| sum < 0) {
            return Err(Wrong("the sum of the order is below nothing"));
        }
        let Some(state) = OrderState::from_code(&self.state) else {
            return Ok(None);
        };
        let refund = match self.refund {
            None => None,
            Some(RefundAnswer { reference, asked, state }) => {
                // It was asked for: of a state we do not know, that much is certain.
                let state = RefundState::from_code(&state).unwrap_or(RefundState::Asked);
                Some(Refund { reference: given(reference, REFERENCE, "the reference of the refund")?, asked, state })
            }
        };
        Ok(Some(Order { state, sum: self.sum, delivered: self.delivered, refund }))
    }
}

impl ChangeAnswer {
    /// The answer that tells of a change that was made.
    pub fn of(number: &TrackingNumber, done: &Done) -> ChangeAnswer {
        ChangeAnswer { number: number.to_string(), reference: done.reference.clone(), link: done.link.clone() }
    }

    /// What was done to the parcel that was named.
    ///
    /// # Errors
    ///
    /// What of the answer is not the contract's: another parcel's number, no reference, a link that is none.
    pub fn done(self, asked: &TrackingNumber) -> Result<Done, Wrong> {
        same(&self.number, asked)?;
        let reference = given(self.reference, REFERENCE, "the reference is empty or too long")?;
        match &self.link {
            // It goes to a customer: nothing but a link may stand there.
            Some(link) if !link.starts_with("https://") || link.len() > LINK || link.contains(char::is_whitespace) => {
                Err(Wrong("the link is not one that begins with https://"))
            }
            Some(_) | None => Ok(Done { reference, link: self.link }),
        }
    }
}

impl Refusal {
    /// A refusal with this word.
    pub fn new(error: &str, message: &str) -> Refusal {
        Refusal { error: error.to_owned(), message: message.to_owned() }
    }

    /// The status and the body that say why a change was not made.
    pub fn of(refused: ChangeRefused) -> (u16, Refusal) {
        match refused {
            ChangeRefused::NotFound => (404, Refusal::new("unknown_parcel", "no parcel has this number")),
            ChangeRefused::NotRecipient => (403, Refusal::new("not_recipient", "the phone is not the recipient's")),
            ChangeRefused::WrongState => (409, Refusal::new("wrong_state", "as things stand this cannot be done")),
            ChangeRefused::TooOften => (429, Refusal::new("too_often", "this was done too often already")),
        }
    }

    /// Why a change was not made. Status and word must agree: a 403 or 404 of something that stands before the
    /// carrier is no word of the carrier's.
    pub fn refused(&self, status: u16) -> Option<ChangeRefused> {
        match (status, self.error.as_str()) {
            (404, "unknown_parcel") => Some(ChangeRefused::NotFound),
            (403, "not_recipient") => Some(ChangeRefused::NotRecipient),
            (409, "wrong_state") => Some(ChangeRefused::WrongState),
            (429, "too_often") => Some(ChangeRefused::TooOften),
            (_, _) => None,
        }
    }
}

impl StatusPush {
    /// The parcel as it stands now, so far as the push tells.
    ///
    /// # Errors
    ///
    /// Which field is empty, too long or not what the contract says.
    pub fn parcel(self) -> Result<Parcel, Wrong> {
        let number = TrackingNumber::new(&given(self.number, NUMBER, "number is empty or too long")?);
        if number.as_str().is_empty() {
            return Err(Wrong("number has no letter and no digit"));
        }
        let (status, there) = status(&self.status)?;
        let place = place(self.place)?.or(there);
        Ok(Parcel { place, planned: self.planned, ..Parcel::new(number, status) })
    }
}

/// Where a change is asked for, below `/parcels/{number}/`.
pub fn path_of(change: Change) -> &'static str {
    match change {
        Change::ResendLink => "offer/link",
        Change::UnblockOffer => "offer/unblock",
        Change::AnnulOffer => "offer/annul",
        Change::Cancel => "cancel",
        Change::Refuse => "refuse",
        Change::Refund(_) => "refund",
    }
}

/// The body with which a change is asked for, as JSON.
pub fn body_of(change: Change, phone: &Phone) -> Vec<u8> {
    let phone = phone.as_str().to_owned();
    let body = match change {
        Change::Refund(reason) => serde_json::to_vec(&RefundRequest { phone, reason: reason.code().to_owned() }),
        Change::ResendLink | Change::UnblockOffer | Change::AnnulOffer | Change::Cancel | Change::Refuse => {
            serde_json::to_vec(&ChangeRequest { phone })
        }
    };
    body.expect("a request is plain data")
}

/// Reads a request: the change that is asked for at `path`, and the phone of the customer who asks. `None` where nothing
/// can be asked for.
///
/// # Errors
///
/// What of the body is not the contract's.
pub fn read_change(path: &str, body: &[u8]) -> Option<Result<(Change, Phone), Wrong>> {
    let plain = [Change::ResendLink, Change::UnblockOffer, Change::AnnulOffer, Change::Cancel, Change::Refuse];
    let phone = |text: &str| Phone::e164(text).ok_or(Wrong("phone is no phone number such as +79000000001"));
    if let Some(change) = plain.into_iter().find(|change| path_of(*change) == path) {
        let request = serde_json::from_slice::<ChangeRequest>(body).map_err(|_| Wrong("the body is not {phone}"));
        return Some(request.and_then(|request| Ok((change, phone(&request.phone)?))));
    }
    if path != "refund" {
        return None;
    }
    let request = serde_json::from_slice::<RefundRequest>(body).map_err(|_| Wrong("the body is not {phone, reason}"));
    Some(request.and_then(|request| {
        let reason = RefundReason::from_code(&request.reason).ok_or(Wrong("reason is not a word of the contract"))?;
        Ok((Change::Refund(reason), phone(&request.phone)?))
    }))
}

/// The word for whether the asker is the recipient.
fn recipient_word(recipient: Recipient) -> &'static str {
    match recipient {
        Recipient::NotAsked => "not_asked",
        Recipient::Proven => "proven",
        Recipient::Other => "other",
        Recipient::Unknown => "unknown",
    }
}

/// The number in an answer must be the one that was asked for: another parcel's news is worse than none.
fn same(number: &str, asked: &TrackingNumber) -> Result<TrackingNumber, Wrong> {
    let number = TrackingNumber::new(number);
    if number == *asked { Ok(number) } else { Err(Wrong("the answer is about another parcel")) }
}

/// A status, and the place that its label carries.
fn status(text: &str) -> Result<(Status, Option<String>), Wrong> {
    given(text.to_owned(), LABEL, "status is empty or too long").map(|text| Status::read_with_place(&text))
}

/// A place; an empty one is none.
fn place(text: Option<String>) -> Result<Option<String>, Wrong> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    text.map(|text| given(text, PLACE, "place is too long")).transpose()
}

/// A text that must be there, and must not be longer than a person would write it.
fn given(text: String, longest: usize, wrong: &'static str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > longest { Err(Wrong(wrong)) } else { Ok(text.to_owned()) }
}

fn word(description: &str, words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).enum_values(Some(words))
}

fn status_schema() -> Schema {
    let codes = word("A status every carrier has.", StatusCode::ALL.iter().map(|code| code.code()));
    let label = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(LABEL))
        .description(Some("The carrier's own label. One that is not known is shown to customers as it came."));
    let either = AnyOfBuilder::new().item(codes).item(label);
    either.description(Some("Where the parcel stands: a code, or the carrier's own label.")).build().into()
}

fn recipient_schema() -> Schema {
    let words = [Recipient::NotAsked, Recipient::Proven, Recipient::Other, Recipient::Unknown].map(recipient_word);
    let about = "Whether the phone of `X-Phone` is the recipient's: `not_asked` without that header, `unknown` where \
                 the carrier knows no phone of the recipient. The phone itself is never told.";
    word(about, words).into()
}

fn offer_schema() -> Schema {
    word("How the offer stands.", OfferState::ALL.map(OfferState::code)).into()
}

fn order_schema() -> Schema {
    word("How the order stands.", OrderState::ALL.map(OrderState::code)).into()
}

fn refund_schema() -> Schema {
    word("How the refund stands.", RefundState::ALL.map(RefundState::code)).into()
}

fn reason_schema() -> Schema {
    word("What the money is asked back for.", RefundReason::ALL.map(RefundReason::code)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn number() -> TrackingNumber {
        TrackingNumber::new("1000000090")
    }

    fn phone() -> Phone {
        Phone::e164("+79000000001").expect("a phone")
    }

    /// Reads an answer, as the client does.
    fn read(answer: Value) -> Result<Found, Wrong> {
        let answer: ParcelAnswer = serde_json::from_value(answer).expect("the form is right");
        answer.found(&number(), Some(&phone()))
    }

    #[test]
    fn what_is_told_is_what_is_read() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let refund = Refund { reference: "4711".into(), asked: day, state: RefundState::Granted };
        for state in OrderState::ALL {
            for offer in OfferState::ALL {
                let parcel = Parcel {
                    place: Some("Октябрьский".into()),
                    planned: Some(day),
                    since: Some(day),
                    offer: Some(Offer { arrived: Some(day), wrong_entries: Some(5), ..Offer::new(offer) }),
                    order: Some(Order { sum: Some(450_000), refund: Some(refund.clone()), ..Order::new(state) }),
                    ..Parcel::new(number(), Status::Unknown("Принято роботом".into()))
                };
                let found = Found { parcel, recipient: Recipient::Proven };
                let wire = serde_json::to_vec(&ParcelAnswer::of(&found)).expect("plain data");
                let answer: ParcelAnswer = serde_json::from_slice(&wire).expect("the same form");
                assert_eq!(answer.found(&number(), Some(&phone())), Ok(found));
            }
        }
    }

    #[test]
    fn a_word_we_do_not_know_is_never_guessed_at() {
        let found = read(json!({
            "number": "10000 00090", "status": "Улетело на Луну", "place": " ", "recipient": "perhaps",
            "offer": {"state": "melted"}, "order": {"state": "eaten"}, "more": [1, 2],
        }));
        let found = found.expect("the rest is good");
        assert_eq!(found.parcel, Parcel::new(number(), Status::Unknown("Улетело на Луну".into())));
        assert_eq!(found.recipient, Recipient::Unknown);
        let refund = json!({"reference": "7", "asked": "2026-11-23", "state": "lost"});
        let found = read(
            json!({"number": "1000000090", "status": "delivered", "order": {"state": "cancelled", "refund": refund}}),
        );
        let order = found.expect("good").parcel.order.expect("an order");
        assert_eq!(order.refund.map(|refund| refund.state), Some(RefundState::Asked));
    }

    #[test]
    fn half_an_answer_is_wrong() {
        for (answer, part) in [
            (json!({"number": "1000000108", "status": "delivered"}), "another parcel"),
            (json!({"number": "", "status": "delivered"}), "another parcel"),
            (json!({"number": "1000000090", "status": " "}), "status"),
            (json!({"number": "1000000090", "status": "я".repeat(301)}), "status"),
            (json!({"number": "1000000090", "status": "delivered", "place": "я".repeat(201)}), "place"),
            (json!({"number": "1000000090", "status": "delivered", "order": {"state": "accepted", "sum": -1}}), "sum"),
        ] {
            let wrong = read(answer.clone()).expect_err("a wrong answer");
            assert!(wrong.to_string().contains(part), "{answer}: {wrong}");
        }
    }

    #[test]
    fn nobody_is_the_recipient_by_a_phone_that_was_not_named() {
        let answer: ParcelAnswer =
            serde_json::from_value(json!({"number": "1000000090", "status": "delivered", "recipient": "proven"}))
                .expect("the form is right");
        assert_eq!(answer.found(&number(), None).expect("good").recipient, Recipient::NotAsked);
    }

    #[test]
    fn every_change_is_asked_for_in_its_place() {
        let refunds = RefundReason::ALL.map(Change::Refund);
        let plain = [Change::ResendLink, Change::UnblockOffer, Change::AnnulOffer, Change::Cancel, Change::Refuse];
        for change in plain.into_iter().chain(refunds) {
            let read = read_change(path_of(change), &body_of(change, &phone()));
            assert_eq!(read, Some(Ok((change, phone()))));
        }
        assert_eq!(read_change("explode", b"{}"), None);
        assert!(read_change("cancel", b"").is_some_and(|read| read.is_err()));
        assert!(read_change("refund", br#"{"phone": "+79000000001", "reason": "whim"}"#).is_some_and(|r| r.is_err()));
        // Without its plus it could be another country's.
        assert!(read_change("cancel", br#"{"phone": "79000000001"}"#).is_some_and(|read| read.is_err()));
    }

    #[test]
    fn a_refusal_needs_its_word_beside_its_status() {
        for refused in
            [ChangeRefused::NotFound, ChangeRefused::NotRecipient, ChangeRefused::WrongState, ChangeRefused::TooOften]
        {
            let (status, refusal) = Refusal::of(refused);
            assert_eq!(refusal.refused(status), Some(refused));
            assert_eq!(Refusal::new("forbidden", "a firewall's").refused(status), None);
        }
    }

    #[test]
    fn done_is_only_what_has_a_reference_and_a_link_that_is_one() {
        let answer = |number: &str, reference: &str, link: Option<&str>| ChangeAnswer {
            number: number.into(),
            reference: reference.into(),
            link: link.map(str::to_owned),
        };
        assert!(answer("1000000090", "5001", Some("https://oferta.example.org/1")).done(&number()).is_ok());
        for wrong in [
            answer("1000000108", "5001", None),
            answer("1000000090", "", None),
            answer("1000000090", "5001", Some("javascript:alert(1)")),
            answer("1000000090", "5001", Some("https://a.example Позвоните по номеру")),
        ] {
            assert!(wrong.clone().done(&number()).is_err(), "{wrong:?}");
        }
    }
}
