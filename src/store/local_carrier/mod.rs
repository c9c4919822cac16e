//! The local carrier: our own tables of parcels, what becomes of them, and which customers follow them. A file a table;
//! here is what the carrier does with them.

mod changes;
mod followers;
mod parcel_history;
mod parcels;
mod pushes;

pub use changes::MadeChange;

use self::changes::Answer;
use super::access::Store;
use super::error::Error;
use super::inbox::NewEvent;
use super::statements::Statement;
use super::tx::Tx;
use crate::carrier::{Carrier, Down, NotMade};
use crate::clock;
use crate::conversation::{Event, Policy};
use crate::parcel::{
    ChangeRefused, Done, Found, Instruction, Listed, Parcel, Phone, Recipient, Status, TrackingNumber, apply,
};
use chrono::{DateTime, NaiveDate};
use futures::future::BoxFuture;

/// The statements of all files here.
pub(super) const STATEMENTS: &[&[Statement]] =
    &[changes::STATEMENTS, followers::STATEMENTS, parcel_history::STATEMENTS, parcels::STATEMENTS, pushes::STATEMENTS];

/// A step on a parcel's way.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The parcel's number.
    pub number: TrackingNumber,
    /// The status it has from now on.
    pub status: Status,
    /// Where it is, if that was told.
    pub place: Option<String>,
    /// The new planned day, if it has changed.
    pub planned: Option<NaiveDate>,
}

impl Store {
    /// Puts parcels into the local carrier's tables. What a list does not name of a parcel stays as it was;
    /// customers who follow one whose status is new hear of it. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails; none of the parcels is put then.
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

    /// A parcel has moved, at `now` (Unix milliseconds), which is `today` at the desk. A status that is no news changes
    /// nothing.
    ///
    /// # Errors
    /// If the database fails; nothing is changed then.
    pub async fn move_parcel(&self, step: Moved, now: i64, today: NaiveDate) -> Result<(), Error> {
        self.write(move |mut tx| Box::pin(async move { tx.move_parcel(&step, now, today).await })).await
    }

    /// The same as [`Store::move_parcel`] for a step that came in a signed message; `false` if a message with this
    /// signature was taken before.
    ///
    /// # Errors
    /// If the database fails; nothing is changed then, and the message counts as not taken.
    pub async fn pushed(&self, step: Moved, signature: String, now: i64, today: NaiveDate) -> Result<bool, Error> {
        let work = self.write(move |mut tx| {
            Box::pin(async move {
                if !tx.push_is_new(&signature, now).await? {
                    return Ok(false);
                }
                tx.move_parcel(&step, now, today).await?;
                Ok(true)
            })
        });
        work.await
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

impl Tx<'_> {
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

    /// A parcel's status is new: it goes into the history, and to every customer who follows it.
    async fn moved(&mut self, parcel: &Parcel, now: i64) -> Result<(), Error> {
        self.add_history(parcel, now).await?;
        for customer in self.followers(&parcel.number).await? {
            let event = Event::Moved { parcel: parcel.clone() };
            let event = NewEvent {
                source: format!("moved:{}", self.ids.next(now)),
                conversation: customer.into(),
                body: serde_json::to_string(&event).expect("an event is plain data"),
            };
            self.put_event(&event, now).await?;
        }
        Ok(())
    }

    /// Carries an instruction out, once a key.
    async fn instruct(&mut self, instruction: &Instruction, now: i64, today: NaiveDate) -> Result<Answer, Error> {
        let Instruction { key, number, phone, change } = instruction;
        if let Some(answer) = self.change_by_key(key).await? {
            return Ok(answer);
        }
        let Some(known) = self.parcel(number).await? else {
            return Ok(Err(ChangeRefused::NotFound));
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
        self.add_change(instruction, &answer, now).await?;
        Ok(answer)
    }
}
