//! A personal number in two messages: «мой паспорт», and then the digits. The second is masked by what the chat's newest
//! row says, in the transaction that stores it, so that no message can slip in between.

use crate::conversation::{ConversationId, Event};
use crate::privacy::{self, Around};
use crate::store::{Error, NewEvent, Tx};
use std::collections::HashSet;

/// Within this a message goes on with the one before, in milliseconds.
const SOON: i64 = 3 * 60 * 1000;

/// A message of more characters than this says by itself what its numbers are.
const SHORT: usize = 80;

/// Whether an event is a customer's short message with digits in it, which may go on with the one before.
pub(super) fn may(event: &Event) -> bool {
    let Event::Wrote { message, .. } = event else { return false };
    let text = message.text.as_deref().unwrap_or_default();
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    digits >= 3 && text.chars().count() <= SHORT
}

/// Masks what the event at this place goes on with. `now` in Unix milliseconds.
pub(super) async fn mask(tx: &mut Tx<'_>, events: &mut [NewEvent], at: usize, now: i64) -> Result<(), Error> {
    let conversation = events[at].conversation;
    let here = events[..at].iter().rev().find(|event| event.conversation == conversation);
    let before = match here {
        Some(event) => words(&event.body),
        None => stored(tx, conversation, now).await?,
    };
    let Some(before) = before else { return Ok(()) };
    let Ok(Event::Wrote { customer, mut message }) = serde_json::from_str(&events[at].body) else {
        return Ok(());
    };
    let text = message.text.take().unwrap_or_default();
    let mut around = Around { known: HashSet::new(), before: Some(before) };
    let mut masked = privacy::mask_around(&text, &around);
    if masked.found {
        let numbers = privacy::hidden_numbers(&text, &masked);
        around.known.extend(tx.known_parcels(&numbers).await?);
        if let ConversationId::Customer(customer) = conversation
            && let Some(state) = tx.state_of(customer).await?
        {
            around.known.extend(spoken_of(&state, numbers));
        }
        masked = privacy::mask_around(&text, &around);
    }
    if masked.found {
        message.text = Some(masked.text);
        message.masked = true;
        events[at].body = serde_json::to_string(&Event::Wrote { customer, message }).expect("an event is plain data");
    }
    Ok(())
}

/// Those of these numbers that a conversation speaks of: `state` is the conversation's, as JSON.
pub(super) fn spoken_of(state: &str, numbers: Vec<String>) -> impl Iterator<Item = String> {
    numbers.into_iter().filter(move |number| state.contains(&format!("\"{number}\"")))
}

/// The words of the customer's newest message that is stored.
async fn stored(tx: &mut Tx<'_>, conversation: ConversationId, now: i64) -> Result<Option<String>, Error> {
    if let Some(body) = tx.newest_waiting(conversation).await? {
        return Ok(words(&body));
    }
    match conversation {
        ConversationId::Customer(customer) => tx.said_last(customer, now - SOON).await,
        ConversationId::Desk(_) => Ok(None),
    }
}

/// What a customer's message says.
fn words(body: &str) -> Option<String> {
    match serde_json::from_str(body) {
        Ok(Event::Wrote { message, .. }) => message.text,
        Ok(_) | Err(_) => None,
    }
}
