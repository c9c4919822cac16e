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
/// From so many digits on a number is too long to stand within another word by chance.
const OF_A_DOCUMENT: usize = 8;

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
        let rewritten = |stored: &str| without(stored, &hidden);
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

/// Whether the carrier has told of a parcel of this number, by itself or for what is in work: it is one.
fn is_parcel(state: &str, number: &str) -> bool {
    let Ok(State { work, .. }) = serde_json::from_str::<State>(state) else { return false };
    let number = TrackingNumber::new(number);
    let found = work.task.iter().chain(&work.paused).filter_map(|task| task.found.as_ref());
    let told = work.last_status.iter().chain(&work.earlier_statuses).map(|told| &told.number);
    told.chain(found.map(|found| &found.parcel.number)).any(|known| *known == number)
}

/// What is stored with each of these texts hidden: plain words, or data, of which only the texts are words.
fn without(stored: &str, hidden: &[(String, String)]) -> String {
    match serde_json::from_str::<serde_json::Value>(stored) {
        Ok(mut data) if data.is_object() || data.is_array() => {
            if hide_in(&mut data, hidden) {
                data.to_string()
            } else {
                stored.to_owned()
            }
        }
        Ok(_) | Err(_) => hide(stored, hidden),
    }
}

/// Hides in all texts of some data. Returns whether there was anything to hide.
fn hide_in(data: &mut serde_json::Value, hidden: &[(String, String)]) -> bool {
    use serde_json::Value;
    match data {
        Value::String(text) => {
            let without = hide(text, hidden);
            let found = without != *text;
            *text = without;
            found
        }
        Value::Array(all) => all.iter_mut().filter_map(|one| hide_in(one, hidden).then_some(())).count() > 0,
        Value::Object(all) => all.values_mut().filter_map(|one| hide_in(one, hidden).then_some(())).count() > 0,
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A text with each of these hidden where it stands by itself: four digits of a code are not looked for within words and other
/// numbers. What is as long as a document's number is hidden wherever no digit goes on with it: «паспорт4523150957».
fn hide(text: &str, hidden: &[(String, String)]) -> String {
    hidden.iter().filter(|(personal, _)| !personal.is_empty()).fold(text.to_owned(), |text, (personal, mask)| {
        let is_long = personal.chars().filter(char::is_ascii_digit).count() >= OF_A_DOCUMENT;
        let goes_on = |c: char| if is_long { c.is_numeric() } else { c.is_alphanumeric() };
        let mut without = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut before = None;
        while let Some(at) = rest.find(personal.as_str()) {
            let (lead, behind) = (&rest[..at], &rest[at + personal.len()..]);
            let alone = !lead.chars().next_back().or(before).is_some_and(goes_on)
                && !behind.chars().next().is_some_and(goes_on);
            without.push_str(lead);
            without.push_str(if alone { mask } else { personal });
            before = personal.chars().next_back();
            rest = behind;
        }
        without.push_str(rest);
        without
    })
}

#[cfg(test)]
mod tests {
    use super::{hide, without};

    fn pairs() -> Vec<(String, String)> {
        vec![("4821".into(), "••••".into())]
    }

    #[test]
    fn digits_are_hidden_where_they_stand_alone() {
        assert_eq!(hide("код 4821, ещё раз: 4821", &pairs()), "код ••••, ещё раз: ••••");
        for other in ["посылка 1000004821", "48210", "14821", "RA4821RU"] {
            assert_eq!(hide(other, &pairs()), other);
        }
        assert_eq!(hide("48214821", &pairs()), "48214821");
        let passport = [("4523150957".to_owned(), "••••••••••".to_owned())];
        assert_eq!(hide("паспорт4523150957г.", &passport), "паспорт••••••••••г.");
        assert_eq!(hide("145231509570", &passport), "145231509570");
    }

    #[test]
    fn data_stays_data() {
        let stored = r#"{"at":1748214821004,"no":4821,"text":"код 4821","number":"1000004821"}"#;
        let hidden: serde_json::Value = serde_json::from_str(&without(stored, &pairs())).expect("still data");
        assert_eq!(hidden["at"], 1_748_214_821_004_u64);
        assert_eq!((&hidden["no"], &hidden["text"]), (&4821.into(), &"код ••••".into()));
        assert_eq!(hidden["number"], "1000004821");
    }
}
