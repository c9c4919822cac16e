//! Quarantine: an event that cannot be worked on is kept for the owner, and the lead hears of it: nothing ends in
//! silence.

use super::bench::EventWork;
use crate::conversation::{ConversationId, State};
use crate::phrases::Value;
use crate::store::Error;
use tracing::error;

impl<W: Copy + Into<ConversationId>> EventWork<'_, '_, W> {
    /// Marks an event as one that cannot be worked on, and tells the lead: it is not answered.
    pub(super) async fn quarantine(&mut self, event: i64, problem: &str) -> Result<(), Error> {
        let whose: ConversationId = self.whose.into();
        error!(event, %whose, %problem, "an event was set aside; see otklik inbox");
        self.tx.event_done(event, self.millis(), Some(problem)).await?;
        let ConversationId::Customer(customer) = whose else {
            return Ok(()); // no customer waits for an answer, and the owner finds it in the list
        };
        let state = self.tx.state_of(customer).await?;
        let state: State = state.and_then(|state| serde_json::from_str(&state).ok()).unwrap_or_default();
        let name = match state.customer.person.name.as_str() {
            "" => customer.to_string(),
            name => name.to_owned(),
        };
        let book = &self.knowledge.phrasebook;
        let told = book
            .desk_reply("desk.set_aside")
            .with("name", Value::Text(name))
            .with("record", Value::Text(event.to_string()));
        let text = self.words(&told, 0);
        self.post_to_lead(text.into(), Vec::new()).await
    }
}

/// Where JSON cannot be read, without what stands there: that may be a message.
pub(super) fn place(error: &serde_json::Error) -> String {
    format!("{:?} at line {} column {}", error.classify(), error.line(), error.column())
}
