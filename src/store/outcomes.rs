//! The table `outcomes`: the ledger of what became of each customer's matter, from which the owner's figures are told.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{AgentId, Became, CustomerId, Outcome, TicketNo};
use crate::figures::{Entry, PromiseCount, Report, Window, windows};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::HashMap;

statements! {
    OUTCOME over rows = "INSERT INTO outcomes (id, whose, matter, at, what, intent, ticket, agent, choice) \
                         SELECT CAST(r->>'id' AS BIGINT), CAST(r->>'whose' AS BIGINT), CAST(r->>'matter' AS BIGINT), \
                         CAST(r->>'at' AS BIGINT), r->>'what', r->>'intent', CAST(r->>'ticket' AS BIGINT), \
                         CAST(r->>'agent' AS BIGINT), r->>'choice' FROM rows";
    /// A ticket that is told of may have been opened before.
    OUTCOMES_SINCE = "SELECT id, whose, matter, at, what, intent, ticket, agent, choice FROM outcomes WHERE at >= $1 \
                      UNION SELECT id, whose, matter, at, what, intent, ticket, agent, choice FROM outcomes \
                      WHERE ticket IN (SELECT ticket FROM outcomes WHERE at >= $1 AND ticket IS NOT NULL) ORDER BY id";
    /// The later name counts.
    AGENT_NAMES = "SELECT agent AS id, agent_name AS name, opened_at AS at FROM tickets WHERE agent_name IS NOT NULL \
                   AND no IN (SELECT ticket FROM outcomes WHERE at >= $1 AND ticket IS NOT NULL) \
                   UNION ALL SELECT id, name, seen_at AS at FROM seen_agents ORDER BY at";
}

/// A row of [`OUTCOME`].
#[derive(Default, Serialize)]
struct OutcomeRow<'a> {
    id: i64,
    whose: i64,
    matter: i64,
    at: i64,
    what: &'a str,
    intent: Option<&'a str>,
    ticket: Option<TicketNo>,
    agent: Option<AgentId>,
    choice: Option<String>,
}

impl<'a> OutcomeRow<'a> {
    fn of(what: &'a Became) -> OutcomeRow<'a> {
        let row = OutcomeRow::default();
        match what {
            Became::Began => OutcomeRow { what: "began", ..row },
            Became::Asked(intent) => OutcomeRow { what: "asked", intent: Some(intent), ..row },
            Became::Told(intent) => OutcomeRow { what: "told", intent: Some(intent), ..row },
            Became::Unclear => OutcomeRow { what: "unclear", ..row },
            Became::Helped(yes) => {
                let choice = if *yes { "yes" } else { "no" };
                OutcomeRow { what: "helped", choice: Some(choice.into()), ..row }
            }
            Became::Handed { ticket, reason, intent } => OutcomeRow {
                what: "handed",
                ticket: Some(*ticket),
                choice: Some(reason.clone()),
                intent: intent.as_deref(),
                ..row
            },
            Became::Answered { ticket, agent } => {
                OutcomeRow { what: "answered", ticket: Some(*ticket), agent: Some(*agent), ..row }
            }
            Became::Resolved { ticket, agent } => {
                OutcomeRow { what: "resolved", ticket: Some(*ticket), agent: *agent, ..row }
            }
            Became::Dropped(ticket) => OutcomeRow { what: "dropped", ticket: Some(*ticket), ..row },
            Became::Marked { ticket, mark, agent } => {
                let choice = Some(mark.to_string());
                OutcomeRow { what: "marked", ticket: Some(*ticket), agent: *agent, choice, ..row }
            }
        }
    }
}

/// The fact of a row; `None` for one of a later version.
fn became(row: &AnyRow) -> Result<Option<Became>, sqlx::Error> {
    let (what, intent): (String, Option<String>) = (row.try_get("what")?, row.try_get("intent")?);
    let (ticket, agent): (Option<i64>, Option<i64>) = (row.try_get("ticket")?, row.try_get("agent")?);
    let (ticket, agent) = (ticket.map(TicketNo), agent.map(AgentId));
    let choice: Option<String> = row.try_get("choice")?;
    Ok(match (what.as_str(), ticket) {
        ("began", _) => Some(Became::Began),
        ("asked", _) => intent.map(Became::Asked),
        ("told", _) => intent.map(Became::Told),
        ("unclear", _) => Some(Became::Unclear),
        ("helped", _) => choice.map(|choice| Became::Helped(choice == "yes")),
        ("handed", Some(ticket)) => choice.map(|reason| Became::Handed { ticket, reason, intent }),
        ("answered", Some(ticket)) => agent.map(|agent| Became::Answered { ticket, agent }),
        ("resolved", Some(ticket)) => Some(Became::Resolved { ticket, agent }),
        ("dropped", Some(ticket)) => Some(Became::Dropped(ticket)),
        ("marked", Some(ticket)) => {
            let mark = choice.and_then(|mark| mark.parse().ok());
            mark.map(|mark| Became::Marked { ticket, mark, agent })
        }
        _ => None,
    })
}

fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

impl Store {
    /// The owner's figures at `now`: today beside the same day of last week, the last `days` beside those before.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn figures(&self, now: DateTime<Utc>, zone: Tz, days: u32) -> Result<Report, Error> {
        let windows = windows(now, zone, days);
        let since = windows.begin().timestamp_millis();
        let entries = self.ledger_since(since).await?;
        let mut promises: [Vec<PromiseCount>; 4] = Default::default();
        for (promises, Window { from, to }) in promises.iter_mut().zip(windows.all()) {
            *promises = self.promises_made(from.timestamp_millis(), to.timestamp_millis()).await?;
        }
        let names = self.query(AGENT_NAMES).bind(since).fetch_all(&self.reads).await?;
        let named = |row: &AnyRow| Ok::<(i64, String), Error>((row.try_get("id")?, row.try_get("name")?));
        let names: HashMap<i64, String> = names.iter().map(named).collect::<Result<_, _>>()?;
        Ok(Report::of(&entries, promises, &names, (now, zone, days)))
    }

    /// The facts written from `since` on (Unix milliseconds), and those of tickets that are told of in them, in order.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn ledger_since(&self, since: i64) -> Result<Vec<Entry>, Error> {
        let rows = self.query(OUTCOMES_SINCE).bind(since).fetch_all(&self.reads).await?;
        let mut entries = Vec::new();
        for row in &rows {
            let (whose, at, matter): (i64, i64, i64) =
                (row.try_get("whose")?, row.try_get("at")?, row.try_get("matter")?);
            if let Some(what) = became(row)? {
                entries.push(Entry { whose, at: moment(at), outcome: Outcome { matter: moment(matter), what } });
            }
        }
        Ok(entries)
    }
}

impl Tx<'_> {
    /// Adds a fact to the ledger. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn outcome(&mut self, customer: CustomerId, outcome: &Outcome, now: i64) -> Result<(), Error> {
        let (id, matter) = (self.ids.next(now), outcome.matter.timestamp_millis());
        let row = OutcomeRow { id, whose: customer.0, matter, at: now, ..OutcomeRow::of(&outcome.what) };
        self.put_row(OUTCOME, id, &row).await
    }
}
