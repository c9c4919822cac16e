//! A number whose announcing word comes after it: «4523150957», then «это паспорт». By then it is stored, and may have been
//! said at the desk. Where the second message is looked at, it goes from all that is stored of the conversation, in the
//! transaction that decides; what Telegram has been sent stays there.

use super::bench::EventWork;
use crate::conversation::{Event, Message, State};
use crate::parcel::TrackingNumber;
use crate::privacy::{self, MASK};
use crate::store::{Error, WaitingEvent};
use std::collections::HashSet;

/// Within this a message speaks of the one before, in milliseconds.
const SOON: i64 = 3 * 60 * 1000;

impl EventWork<'_, '_> {
    /// Hides what an event says was personal in the message before. Where that is so, the event as it is to be decided on:
    /// the customer is warned. `None` where nothing was.
    pub(super) async fn look_back(&mut self, row: &WaitingEvent) -> Result<Option<String>, Error> {
        let Ok(Event::Wrote { customer, message }) = serde_json::from_str(&row.body) else { return Ok(None) };
        let Some(says) = message.text.as_deref().filter(|text| privacy::points_back(text)) else { return Ok(None) };
        let since = self.millis() - SOON;
        let before = self.tx.events_before(self.whose, row.id, since).await?;
        let Some(told) = before.iter().find_map(|body| words(body)) else { return Ok(None) };
        let masked = privacy::mask_before(&told, says, &HashSet::new());
        if !masked.found {
            return Ok(None);
        }
        let state = self.tx.state_of(self.whose).await?;
        let numbers = privacy::hidden_numbers(&told, &masked);
        let mut known: HashSet<String> = self.tx.known_parcels(&numbers).await?.into_iter().collect();
        known.extend(
            numbers.into_iter().filter(|number| state.as_deref().is_some_and(|state| is_parcel(state, number))),
        );
        let masked = privacy::mask_before(&told, says, &known);
        if !masked.found {
            return Ok(None);
        }
        // As it was typed, and as the bot has read and said it.
        let mut hidden: Vec<(String, String)> = vec![(told.clone(), masked.text.clone())];
        for number in privacy::hidden_numbers(&told, &masked) {
            let mask = MASK.to_string().repeat(number.len());
            hidden.push((number, mask));
        }
        let in_json = |text: &str| {
            let quoted = serde_json::to_string(text).expect("a text is plain data");
            quoted[1..quoted.len() - 1].to_owned()
        };
        let pairs: Vec<(String, String)> =
            hidden.iter().map(|(number, mask)| (in_json(number), in_json(mask))).chain(hidden.clone()).collect();
        let rewritten =
            |text: &str| pairs.iter().fold(text.to_owned(), |text, (number, mask)| text.replace(number, mask));
        self.tx.rewrite_since(self.whose, since, rewritten).await?;
        if let Some(state) = state {
            let now = self.millis();
            self.tx.set_state(self.whose, &rewritten(&state), now).await?;
        }
        let message = Message { masked: true, ..message };
        let event = Event::Wrote { customer, message };
        Ok(Some(serde_json::to_string(&event).expect("an event is plain data")))
    }
}

/// What a customer's message says.
fn words(body: &str) -> Option<String> {
    match serde_json::from_str(body) {
        Ok(Event::Wrote { message, .. }) => message.text,
        Ok(_) | Err(_) => None,
    }
}

/// Whether the customer was told how a parcel of this number is: it is one.
fn is_parcel(state: &str, number: &str) -> bool {
    let Ok(State { work, .. }) = serde_json::from_str::<State>(state) else { return false };
    let number = TrackingNumber::new(number);
    work.last_status.iter().chain(&work.earlier_statuses).any(|told| told.number == number)
}
