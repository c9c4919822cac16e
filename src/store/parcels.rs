//! The local carrier: our own tables of parcels, what becomes of them, and who follows them.

use super::access::Store;
use super::error::Error;
use super::inbox::NewEvent;
use super::statements as sql;
use super::tx::Tx;
use crate::carrier::{Carrier, Down, NotMade};
use crate::clock;
use crate::conversation::{CustomerId, Event, Policy};
use crate::parcel::{
    Done, Found, Instruction, Listed, Offer, OfferState, Order, OrderState, Parcel, Phone, Recipient, Refund,
    RefundState, Refused, Status, StatusCode, TrackingNumber, apply,
};
use chrono::{DateTime, NaiveDate};
use futures::future::BoxFuture;
use sqlx::Row;
use sqlx::any::AnyRow;

/// How long a push is remembered, in milliseconds: a day, well over the minutes for which its signature is good.
const PUSHES_KNOWN: i64 = 24 * 60 * 60 * 1000;

/// A step on a parcel's way.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The parcel.
    pub number: TrackingNumber,
    /// Its new status.
    pub status: Status,
    /// Where, if told.
    pub place: Option<String>,
    /// The new planned day, if it has changed.
    pub planned: Option<NaiveDate>,
}

/// A change the local carrier was told to make.
#[derive(Clone, Debug)]
pub struct MadeChange {
    /// When (Unix milliseconds).
    pub at: i64,
    /// Of which parcel.
    pub number: String,
    /// What: the code of the change.
    pub change: String,
    /// The answer, as JSON: the number to quote.
    pub answer: String,
}

impl Store {
    /// Puts parcels into the local carrier's tables. What a list does not name of a parcel stays as it was; who
    /// follows one whose status is new hears of it. `now` in Unix milliseconds.
    pub async fn put_parcels(&self, parcels: Vec<Listed>, now: i64) -> Result<(), Error> {
        let today = DateTime::from_timestamp_millis(now).unwrap_or_default().date_naive();
        let work = self.write(move |mut tx| {
            Box::pin(async move {
                for mut listed in parcels {
                    let before = tx.parcel(&listed.parcel.number).await?;
                    let known = before.as_ref().and_then(|before| before.parcel.order.clone());
                    if let (None, Some(mut order)) = (&listed.parcel.order, known) {
                        order.follow(&listed.parcel.status, listed.parcel.since.unwrap_or(today));
                        listed.parcel.order = Some(order);
                    }
                    tx.put_parcel(&listed).await?;
                    if before.is_none_or(|before| before.parcel.status != listed.parcel.status) {
                        tx.moved(&listed.parcel, now).await?;
                    }
                }
                Ok(())
            })
        });
        work.await
    }

    /// A parcel has moved. A status that is no news changes nothing.
    pub async fn move_parcel(&self, step: Moved, now: i64, today: NaiveDate) -> Result<(), Error> {
        self.write(move |mut tx| Box::pin(async move { tx.move_parcel(&step, now, today).await })).await
    }

    /// The same for a step that came in a signed message; `false` if that message was taken before.
    pub async fn pushed(&self, step: Moved, signature: String, now: i64, today: NaiveDate) -> Result<bool, Error> {
        let work = self.write(move |mut tx| {
            Box::pin(async move {
                let result = sqlx::query(sql::PUSHED).bind(&signature).bind(now).execute(&mut *tx.connection).await?;
                if result.rows_affected() == 0 {
                    return Ok(false);
                }
                // One that is older is refused for its age already.
                sqlx::query(sql::FORGET_PUSHES).bind(now - PUSHES_KNOWN).execute(&mut *tx.connection).await?;
                tx.move_parcel(&step, now, today).await?;
                Ok(true)
            })
        });
        work.await
    }

    /// What the local carrier was told to change since `since` (Unix milliseconds), oldest first.
    pub async fn changes_since(&self, since: i64) -> Result<Vec<MadeChange>, Error> {
        let rows = sqlx::query(sql::CHANGES_SINCE).bind(since).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(MadeChange {
                    at: row.try_get("at")?,
                    number: row.try_get("number")?,
                    change: row.try_get("change")?,
                    answer: row.try_get("answer")?,
                })
            })
            .collect()
    }

    /// A parcel of our own tables, if it is there.
    pub async fn listed(&self, number: &TrackingNumber) -> Result<Option<Listed>, Error> {
        let row = sqlx::query(sql::PARCEL).bind(number.as_str()).fetch_optional(&self.reads).await?;
        row.map(|row| listed(number, &row)).transpose()
    }

    /// The statuses a parcel has had, oldest first: when (Unix milliseconds), which, where.
    pub async fn history(&self, number: &TrackingNumber) -> Result<Vec<(i64, Status, Option<String>)>, Error> {
        let rows = sqlx::query(sql::HISTORY).bind(number.as_str()).fetch_all(&self.reads).await?;
        let status = |row: &AnyRow| Ok::<_, Error>(Status::read(row.try_get("status")?));
        rows.iter().map(|row| Ok((row.try_get("at")?, status(row)?, row.try_get("place")?))).collect()
    }

    async fn found(&self, number: &TrackingNumber, phone: Option<&Phone>) -> Result<Option<Found>, Error> {
        Ok(self
            .listed(number)
            .await?
            .map(|listed| Found { recipient: Recipient::of(listed.phone.as_ref(), phone), parcel: listed.parcel }))
    }
}

/// The local carrier: our own tables. It knows no downtime but the database's.
pub struct LocalCarrier {
    store: Store,
    policy: Policy,
}

impl LocalCarrier {
    /// Our tables as a carrier; `policy` says which day it is at the desk.
    pub fn new(store: Store, policy: Policy) -> LocalCarrier {
        LocalCarrier { store, policy }
    }
}

impl Carrier for LocalCarrier {
    fn track<'a>(
        &'a self,
        number: &'a TrackingNumber,
        phone: Option<&'a Phone>,
    ) -> BoxFuture<'a, Result<Option<Found>, Down>> {
        Box::pin(async move { self.store.found(number, phone).await.map_err(|error| Down(error.to_string())) })
    }

    fn instruct<'a>(&'a self, instruction: &'a Instruction) -> BoxFuture<'a, Result<Done, NotMade>> {
        let (instruction, now) = (instruction.clone(), clock::now());
        let today = self.policy.today(now);
        let now = now.timestamp_millis();
        let work = self.store.write(move |mut tx| Box::pin(async move { tx.instruct(&instruction, now, today).await }));
        Box::pin(async move {
            let answer = work.await.map_err(|error| Down(error.to_string()))?;
            answer.map_err(NotMade::Refused)
        })
    }
}

/// What became of an instruction, as it is stored: given again when the same key comes twice.
type Answer = Result<Done, Refused>;

impl Tx<'_> {
    async fn parcel(&mut self, number: &TrackingNumber) -> Result<Option<Listed>, Error> {
        let row = sqlx::query(sql::PARCEL).bind(number.as_str()).fetch_optional(&mut *self.connection).await?;
        row.map(|row| listed(number, &row)).transpose()
    }

    async fn put_parcel(&mut self, listed: &Listed) -> Result<(), Error> {
        let Listed { parcel, phone, link } = listed;
        let (offer, order) = (parcel.offer.as_ref(), parcel.order.as_ref());
        let refund = order.and_then(|order| order.refund.as_ref());
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        sqlx::query(sql::PUT_PARCEL)
            .bind(parcel.number.as_str())
            .bind(status_text(&parcel.status))
            .bind(parcel.place.as_deref())
            .bind(text(parcel.planned))
            .bind(text(parcel.since))
            .bind(phone.as_ref().map(Phone::digits))
            .bind(link.as_deref())
            .bind(offer.map(|offer| offer.state.code()))
            .bind(text(offer.and_then(|offer| offer.arrived)))
            .bind(offer.and_then(|offer| offer.checking_since).map(|at| at.timestamp_millis()))
            .bind(offer.and_then(|offer| offer.wrong_entries).map(i64::from))
            .bind(order.map(|order| order.state.code()))
            .bind(order.and_then(|order| order.sum))
            .bind(text(order.and_then(|order| order.delivered)))
            .bind(refund.map(|refund| refund.reference.as_str()))
            .bind(text(refund.map(|refund| refund.asked)))
            .bind(refund.map(|refund| refund.state.code()))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn move_parcel(&mut self, step: &Moved, now: i64, today: NaiveDate) -> Result<(), Error> {
        let known = self.parcel(&step.number).await?;
        if known.as_ref().is_some_and(|known| known.parcel.status == step.status && known.parcel.place == step.place) {
            return Ok(());
        }
        let known = known.unwrap_or_else(|| Parcel::new(step.number.clone(), step.status.clone()).into());
        let mut parcel = Parcel {
            status: step.status.clone(),
            place: step.place.clone(),
            planned: step.planned.or(known.parcel.planned),
            since: Some(today),
            ..known.parcel
        };
        if let Some(order) = &mut parcel.order {
            order.follow(&parcel.status, today);
        }
        let listed = Listed { parcel, ..known };
        self.put_parcel(&listed).await?;
        self.moved(&listed.parcel, now).await
    }

    /// A parcel's status is new: it goes into the history, and to everybody who follows it.
    async fn moved(&mut self, parcel: &Parcel, now: i64) -> Result<(), Error> {
        sqlx::query(sql::ADD_HISTORY)
            .bind(self.ids.next(now))
            .bind(parcel.number.as_str())
            .bind(now)
            .bind(status_text(&parcel.status))
            .bind(parcel.place.as_deref())
            .execute(&mut *self.connection)
            .await?;
        let followers =
            sqlx::query(sql::FOLLOWERS).bind(parcel.number.as_str()).fetch_all(&mut *self.connection).await?;
        for row in followers {
            let event = Event::Moved { parcel: parcel.clone() };
            let event = NewEvent {
                source: format!("moved:{}", self.ids.next(now)),
                conversation: CustomerId(row.try_get("customer")?).into(),
                body: serde_json::to_string(&event).expect("an event is plain data"),
            };
            self.put_event(&event, now).await?;
        }
        Ok(())
    }

    /// A customer begins, or ends, to follow a parcel.
    pub async fn follow(&mut self, customer: CustomerId, number: &TrackingNumber, on: bool) -> Result<(), Error> {
        let statement = if on { sql::FOLLOW } else { sql::UNFOLLOW };
        sqlx::query(statement).bind(number.as_str()).bind(customer.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// Carries an instruction out, once a key.
    async fn instruct(&mut self, instruction: &Instruction, now: i64, today: NaiveDate) -> Result<Answer, Error> {
        let Instruction { key, number, phone, change } = instruction;
        if let Some(row) = sqlx::query(sql::CHANGE_BY_KEY).bind(key).fetch_optional(&mut *self.connection).await? {
            let answer: String = row.try_get("answer")?;
            return serde_json::from_str(&answer)
                .map_err(|error| Error::Unreadable { what: "the answer to a change", why: error.to_string() });
        }
        let Some(known) = self.parcel(number).await? else {
            return Ok(Err(Refused::NotFound));
        };
        let recipient = Recipient::of(known.phone.as_ref(), Some(phone));
        let reference = self.next_reference().await?.to_string();
        let answer = match apply(&known.parcel, recipient, *change, today, &reference) {
            Ok(parcel) => {
                // The link that the list named is given to nobody but the recipient.
                let link = known.link.clone().filter(|_| change.sends_link());
                self.put_parcel(&Listed { parcel, ..known }).await?;
                Ok(Done { reference, link })
            }
            Err(refused) => Err(refused),
        };
        sqlx::query(sql::ADD_CHANGE)
            .bind(key)
            .bind(number.as_str())
            .bind(change.code())
            .bind(serde_json::to_string(&answer).expect("an answer is plain data"))
            .bind(now)
            .execute(&mut *self.connection)
            .await?;
        Ok(answer)
    }

    async fn next_reference(&mut self) -> Result<i64, Error> {
        sqlx::query(sql::COUNT_REFERENCE).execute(&mut *self.connection).await?;
        Ok(sqlx::query(sql::LAST_REFERENCE).fetch_one(&mut *self.connection).await?.try_get("value")?)
    }
}

fn status_text(status: &Status) -> &str {
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
        phone: text("phone")?.as_deref().and_then(Phone::new),
        link: text("link")?,
    })
}

fn day(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|error| Error::Unreadable { what: "a day of a parcel", why: format!("{error}") })
}
