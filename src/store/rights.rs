//! What is kept about one customer, over all tables that keep something: as a whole to be handed out, and to be erased.

use super::access::Store;
use super::error::Error;
use super::statements::{Statement, statements};
use super::tx::Tx;
use crate::conversation::{CustomerId, State};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use sqlx::Row;

statements! {
    STORY_OF = "SELECT said_at, who, name, words, media FROM story WHERE customer = $1 ORDER BY id";
    TICKETS_OF = "SELECT no, wish, opened_at, answered_at, closed_at FROM tickets WHERE customer = $1 ORDER BY no";
    FEEDBACK_OF = "SELECT about, choice, words, at FROM feedback WHERE customer = $1 ORDER BY id";
    PROMISES_OF = "SELECT what, made_at, due_at, ended_at, outcome FROM promises WHERE customer = $1 ORDER BY id";
    ASKED_BY = "SELECT intent, at FROM wishes WHERE customer = $1 ORDER BY id";
    FOLLOWED_BY = "SELECT number FROM followers WHERE customer = $1 ORDER BY number";
    TAUGHT_BY = "SELECT utterance, intent, at FROM proposals WHERE customer = $1 ORDER BY id";
    OUTCOMES_OF = "SELECT at, what, intent, choice FROM outcomes WHERE whose = $1 ORDER BY id";
    AUDIT_OF = "SELECT at, what FROM audit WHERE customer = $1 ORDER BY id";
    ERASE_STORY = "DELETE FROM story WHERE customer = $1";
    /// The marks stay, nobody's.
    ERASE_FEEDBACK = "UPDATE feedback SET customer = 0, words = NULL WHERE customer = $1";
    ERASE_PROPOSALS = "DELETE FROM proposals WHERE customer = $1 AND stands NOT IN ('accepted', 'learned')";
    /// What the bot has learned it goes on knowing; whose words they were, nobody knows any more.
    DISOWN_PROPOSALS = "UPDATE proposals SET customer = 0 WHERE customer = $1";
    ERASE_ASKED = "DELETE FROM wishes WHERE customer = $1";
    ERASE_FOLLOWED = "DELETE FROM followers WHERE customer = $1";
    /// What the person was shown as an agent has to go from their chat all the same.
    ERASE_TIMERS = "DELETE FROM timers WHERE customer = $1 AND name NOT LIKE 'original:%'";
    ERASE_HOLDS = "DELETE FROM holds WHERE customer = $1";
    ERASE_QUESTIONS = "DELETE FROM questions WHERE customer = $1";
    /// How promises are kept stays countable.
    DISOWN_PROMISES = "UPDATE promises SET customer = 0, ended_at = COALESCE(ended_at, due_at), \
                       outcome = COALESCE(outcome, 'dropped') WHERE customer = $1";
    DISOWN_TICKETS = "UPDATE tickets SET customer = 0, name = '' WHERE customer = $1";
    ERASE_COPIES = "DELETE FROM copies WHERE from_chat = $1 OR to_chat = $1";
    ERASE_COPY_PARTS = "DELETE FROM copy_parts WHERE from_chat = $1 OR to_chat = $1";
    /// That a row was sent counts for Telegram's limits; what stood in it is gone, and nobody can send it again.
    ERASE_SENT = "UPDATE outbox SET body = '', problem = NULL, dead_at = NULL \
                  WHERE customer = $1 AND done_at IS NOT NULL";
    /// An update is known by its number, should Telegram bring it twice.
    ERASE_EVENTS = "UPDATE inbox SET body = '', problem = NULL WHERE customer = $1 AND done_at IS NOT NULL";
    /// Figures stay what they were: all rows of the customer get one number that nobody has.
    DISOWN_OUTCOMES = "UPDATE outcomes SET whose = $2 WHERE whose = $1";
    DISOWN_AUDIT = "UPDATE audit SET customer = NULL WHERE customer = $1";
}

/// What goes of a customer in any case.
const ERASED: [Statement; 8] = [
    ERASE_STORY,
    ERASE_FEEDBACK,
    ERASE_PROPOSALS,
    DISOWN_PROPOSALS,
    ERASE_FOLLOWED,
    DISOWN_PROMISES,
    ERASE_COPIES,
    ERASE_COPY_PARTS,
];

/// What goes beside it where it was asked for; the events follow when the one that asked for it is done with.
const ERASED_WHEN_ASKED: [Statement; 8] =
    [ERASE_ASKED, ERASE_TIMERS, ERASE_HOLDS, ERASE_QUESTIONS, DISOWN_TICKETS, ERASE_SENT, ERASE_EVENTS, DISOWN_AUDIT];

/// A moment as a person reads it, UTC.
fn moment(millis: Option<i64>) -> Value {
    let at = millis.and_then(DateTime::from_timestamp_millis);
    at.map_or(Value::Null, |at| at.to_rfc3339_opts(SecondsFormat::Secs, true).into())
}

impl Store {
    /// Everything that is kept about a customer, as it is stored: personal numbers masked. Parcels are not the
    /// customer's record: they are known by their numbers. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn kept_about(&self, customer: CustomerId, now: i64) -> Result<Value, Error> {
        let state = self.state_between(customer).await?;
        let state: State = state.and_then(|state| serde_json::from_str(&state).ok()).unwrap_or_default();
        let known = &state.customer;
        Ok(json!({
            "customer": customer.0,
            "made_at": moment(Some(now)),
            "account": {
                "name": known.person.name,
                "username": known.person.username,
                "language": known.language,
                "phone": known.phone,
                "last_heard_at": known.heard_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                "banned": known.banned.is_some(),
            },
            "in_work": state.work,
            "follows": self.list(FOLLOWED_BY, customer, &["number"], &[]).await?,
            "story": self.list(STORY_OF, customer, &["who", "name", "words", "media"], &["said_at"]).await?,
            "tickets": self.numbered_tickets(customer).await?,
            "feedback": self.list(FEEDBACK_OF, customer, &["about", "choice", "words"], &["at"]).await?,
            "promises": self
                .list(PROMISES_OF, customer, &["what", "outcome"], &["made_at", "due_at", "ended_at"])
                .await?,
            "asked": self.list(ASKED_BY, customer, &["intent"], &["at"]).await?,
            "phrases_to_learn_from": self.list(TAUGHT_BY, customer, &["utterance", "intent"], &["at"]).await?,
            "outcomes": self.list(OUTCOMES_OF, customer, &["what", "intent", "choice"], &["at"]).await?,
            "audit": self.list(AUDIT_OF, customer, &["what"], &["at"]).await?,
        }))
    }

    /// The rows of a customer with these columns of text and of moments.
    async fn list(
        &self,
        statement: Statement,
        customer: CustomerId,
        texts: &[&str],
        moments: &[&str],
    ) -> Result<Vec<Value>, Error> {
        let rows = self.query(statement).bind(customer.0).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                let mut line = serde_json::Map::new();
                for name in moments {
                    line.insert((*name).to_owned(), moment(row.try_get(*name)?));
                }
                for name in texts {
                    line.insert((*name).to_owned(), row.try_get::<Option<String>, _>(*name)?.into());
                }
                Ok(line.into())
            })
            .collect()
    }

    async fn numbered_tickets(&self, customer: CustomerId) -> Result<Vec<Value>, Error> {
        let rows = self.query(TICKETS_OF).bind(customer.0).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(json!({
                    "no": row.try_get::<i64, _>("no")?,
                    "about": row.try_get::<Option<String>, _>("wish")?,
                    "opened_at": moment(row.try_get("opened_at")?),
                    "answered_at": moment(row.try_get("answered_at")?),
                    "closed_at": moment(row.try_get("closed_at")?),
                }))
            })
            .collect()
    }
}

impl Tx<'_> {
    /// Erases what is kept about a customer beside the state and the view of the topic, which are set anew by the caller.
    /// What must stay stays without the customer. Later messages of theirs that wait are none of it. `now` in Unix
    /// milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget(&mut self, customer: CustomerId, now: i64) -> Result<(), Error> {
        self.settle().await?;
        self.erase(&ERASED_WHEN_ASKED, customer).await?;
        self.erase_whole(customer, now).await.map(|_| ())
    }

    /// Erases what goes of a customer in any case, and makes the ledger's rows nobody's; returns how many rows there were.
    pub(super) async fn erase_whole(&mut self, customer: CustomerId, now: i64) -> Result<u64, Error> {
        let gone = self.erase(&ERASED, customer).await?;
        // Customers have positive ids, desks negative ones down to -2^52; ids of rows are far larger.
        let nobody = -self.ids.next(now);
        let disown = self.query(DISOWN_OUTCOMES).bind(customer.0).bind(nobody);
        disown.execute(&mut *self.connection).await?;
        Ok(gone)
    }

    /// Runs statements of one parameter, the customer; returns how many rows they changed.
    pub(super) async fn erase(&mut self, statements: &[Statement], customer: CustomerId) -> Result<u64, Error> {
        let mut gone = 0;
        for statement in statements {
            let query = self.query(*statement).bind(customer.0);
            gone += query.execute(&mut *self.connection).await?.rows_affected();
        }
        Ok(gone)
    }

    /// Erases what stands in the events of a customer that are done with.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_events(&mut self, customer: CustomerId) -> Result<(), Error> {
        self.settle().await?;
        self.query(ERASE_EVENTS).bind(customer.0).execute(&mut *self.connection).await?;
        Ok(())
    }
}
