//! The table `parcels`: what the local carrier knows of each parcel. Money in kopecks, days as 2026-11-30.

use crate::parcel::{
    Listed, Offer, OfferState, Order, OrderState, Parcel, Phone, Refund, RefundState, Status, StatusCode,
    TrackingNumber,
};
use crate::store::access::Store;
use crate::store::error::Error;
use crate::store::statements::statements;
use crate::store::tx::{Tx, json};
use chrono::{DateTime, NaiveDate};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

statements! {
    PARCEL = "SELECT status, place, planned, since, phone, link, offer_state, offer_arrived, offer_checking_since, \
              offer_wrong_entries, order_state, order_sum, order_delivered, refund_reference, refund_asked, \
              refund_state FROM parcels WHERE number = $1";
    /// Status, place and planned day are replaced; of the rest, what is not named stays.
    PUT_PARCEL over rows = "INSERT INTO parcels (number, status, place, planned, since, phone, link, offer_state, \
                            offer_arrived, offer_checking_since, offer_wrong_entries, order_state, order_sum, \
                            order_delivered, refund_reference, refund_asked, refund_state) \
                            SELECT r->>'number', r->>'status', r->>'place', r->>'planned', r->>'since', r->>'phone', \
                            r->>'link', r->>'offer_state', r->>'offer_arrived', \
                            CAST(r->>'offer_checking_since' AS BIGINT), CAST(r->>'offer_wrong_entries' AS BIGINT), \
                            r->>'order_state', CAST(r->>'order_sum' AS BIGINT), r->>'order_delivered', \
                            r->>'refund_reference', r->>'refund_asked', r->>'refund_state' FROM rows WHERE true \
                            ON CONFLICT (number) DO UPDATE SET status = excluded.status, place = excluded.place, \
                            planned = excluded.planned, since = COALESCE(excluded.since, parcels.since), \
                            phone = COALESCE(excluded.phone, parcels.phone), \
                            link = COALESCE(excluded.link, parcels.link), \
                            offer_state = COALESCE(excluded.offer_state, parcels.offer_state), \
                            offer_arrived = COALESCE(excluded.offer_arrived, parcels.offer_arrived), \
                            offer_checking_since = \
                            COALESCE(excluded.offer_checking_since, parcels.offer_checking_since), \
                            offer_wrong_entries = COALESCE(excluded.offer_wrong_entries, parcels.offer_wrong_entries), \
                            order_state = COALESCE(excluded.order_state, parcels.order_state), \
                            order_sum = COALESCE(excluded.order_sum, parcels.order_sum), \
                            order_delivered = COALESCE(excluded.order_delivered, parcels.order_delivered), \
                            refund_reference = COALESCE(excluded.refund_reference, parcels.refund_reference), \
                            refund_asked = COALESCE(excluded.refund_asked, parcels.refund_asked), \
                            refund_state = COALESCE(excluded.refund_state, parcels.refund_state)";
    /// Which of these numbers are parcels.
    KNOWN over rows = "SELECT number FROM parcels WHERE number IN (SELECT r->>'number' FROM rows)";
    UNCERTAIN_PHONES = "SELECT COUNT(*) AS parcels FROM parcels WHERE phone NOT LIKE '+%'";
}

/// What [`KNOWN`] asks for.
#[derive(Serialize)]
struct Asked<'a> {
    number: &'a str,
}

/// A row of [`PUT_PARCEL`].
#[derive(Serialize)]
struct ParcelRow<'a> {
    number: &'a str,
    status: &'a str,
    place: Option<&'a str>,
    planned: Option<NaiveDate>,
    since: Option<NaiveDate>,
    phone: Option<&'a str>,
    link: Option<&'a str>,
    offer_state: Option<&'static str>,
    offer_arrived: Option<NaiveDate>,
    /// Unix milliseconds.
    offer_checking_since: Option<i64>,
    offer_wrong_entries: Option<u32>,
    order_state: Option<&'static str>,
    order_sum: Option<i64>,
    order_delivered: Option<NaiveDate>,
    refund_reference: Option<&'a str>,
    refund_asked: Option<NaiveDate>,
    refund_state: Option<&'static str>,
}

impl Store {
    /// A parcel of our own tables, if it is there.
    ///
    /// # Errors
    /// If the database cannot be asked, or the parcel's row cannot be read.
    pub async fn listed(&self, number: &TrackingNumber) -> Result<Option<Listed>, Error> {
        let row = self.query(PARCEL).bind(number.as_str()).fetch_optional(&self.reads).await?;
        row.map(|row| listed(number, &row)).transpose()
    }
}

impl Store {
    /// Of how many parcels of our own tables the phone is digits of an earlier version that could be two numbers: it
    /// proves nobody to be the recipient until a list names it again.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn uncertain_phones(&self) -> Result<i64, Error> {
        Ok(self.query(UNCERTAIN_PHONES).fetch_one(&self.reads).await?.try_get("parcels")?)
    }
}

impl Store {
    /// Which of these numbers are parcels of our own tables.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn known_parcels(&self, numbers: &[String]) -> Result<Vec<String>, Error> {
        let rows: Vec<Asked<'_>> = numbers.iter().map(|number| Asked { number }).collect();
        let rows = self.query(KNOWN).bind(json(&rows)).fetch_all(&self.reads).await?;
        rows.iter().map(|row| Ok(row.try_get("number")?)).collect()
    }
}

impl Tx<'_> {
    /// The same as [`Store::known_parcels`], inside a transaction.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn known_parcels(&mut self, numbers: &[String]) -> Result<Vec<String>, Error> {
        let rows: Vec<Asked<'_>> = numbers.iter().map(|number| Asked { number }).collect();
        let query = self.query(KNOWN).bind(json(&rows));
        let rows = query.fetch_all(&mut *self.connection).await?;
        rows.iter().map(|row| Ok(row.try_get("number")?)).collect()
    }

    /// The same as [`Store::listed`], inside a transaction.
    pub(super) async fn parcel(&mut self, number: &TrackingNumber) -> Result<Option<Listed>, Error> {
        let row = self.query(PARCEL).bind(number.as_str()).fetch_optional(&mut *self.connection).await?;
        row.map(|row| listed(number, &row)).transpose()
    }

    /// Writes down how a parcel stands.
    pub(super) async fn put_parcel(&mut self, listed: &Listed) -> Result<(), Error> {
        let Listed { parcel, phone, link } = listed;
        let (offer, order) = (parcel.offer.as_ref(), parcel.order.as_ref());
        let refund = order.and_then(|order| order.refund.as_ref());
        let row = ParcelRow {
            number: parcel.number.as_str(),
            status: status_text(&parcel.status),
            place: parcel.place.as_deref(),
            planned: parcel.planned,
            since: parcel.since,
            phone: phone.as_ref().map(Phone::as_str),
            link: link.as_deref(),
            offer_state: offer.map(|offer| offer.state.code()),
            offer_arrived: offer.and_then(|offer| offer.arrived),
            offer_checking_since: offer.and_then(|offer| offer.checking_since).map(|at| at.timestamp_millis()),
            offer_wrong_entries: offer.and_then(|offer| offer.wrong_entries),
            order_state: order.map(|order| order.state.code()),
            order_sum: order.and_then(|order| order.sum),
            order_delivered: order.and_then(|order| order.delivered),
            refund_reference: refund.map(|refund| refund.reference.as_str()),
            refund_asked: refund.map(|refund| refund.asked),
            refund_state: refund.map(|refund| refund.state.code()),
        };
        self.write_rows(PUT_PARCEL, &[row]).await.map(|_| ())
    }
}

/// A status as the tables hold it.
pub(super) fn status_text(status: &Status) -> &str {
    match status {
        Status::Known(code) => code.code(),
        Status::Unknown(label) => label,
    }
}

fn listed(number: &TrackingNumber, row: &AnyRow) -> Result<Listed, Error> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let day = |column: &str| text(column)?.as_deref().map(day).transpose();
    let status: String = row.try_get("status")?;
    let offer = text("offer_state")?.as_deref().and_then(OfferState::from_code);
    let offer = match offer {
        None => None,
        Some(state) => Some(Offer {
            state,
            arrived: day("offer_arrived")?,
            checking_since: row
                .try_get::<Option<i64>, _>("offer_checking_since")?
                .and_then(DateTime::from_timestamp_millis),
            wrong_entries: row.try_get::<Option<i64>, _>("offer_wrong_entries")?.and_then(|n| u32::try_from(n).ok()),
        }),
    };
    let refund = match (text("refund_reference")?, day("refund_asked")?) {
        (Some(reference), Some(asked)) => {
            let state = text("refund_state")?.as_deref().and_then(RefundState::from_code);
            Some(Refund { reference, asked, state: state.unwrap_or(RefundState::Asked) })
        }
        (_, None) | (None, _) => None,
    };
    let order = match text("order_state")?.as_deref().and_then(OrderState::from_code) {
        None => None,
        Some(state) => {
            Some(Order { state, sum: row.try_get("order_sum")?, delivered: day("order_delivered")?, refund })
        }
    };
    Ok(Listed {
        parcel: Parcel {
            number: number.clone(),
            status: match StatusCode::from_code(&status) {
                Some(code) => Status::Known(code),
                None => Status::Unknown(status),
            },
            place: text("place")?,
            planned: day("planned")?,
            since: day("since")?,
            offer,
            order,
        },
        phone: text("phone")?.map(Phone::from),
        link: text("link")?,
    })
}

fn day(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|error| Error::Unreadable { what: "a day of a parcel", why: format!("{error}") })
}
