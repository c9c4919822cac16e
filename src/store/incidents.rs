//! The table `incidents`: what is or was wrong for many customers, found by the bot, opened and closed by the lead.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::Incident;
use sqlx::Row;

statements! {
    /// What is known already. Asked first, because the next statement locks its row even if it changes nothing: in a
    /// flood replicas would wait for each other with every message, and in a circle.
    INCIDENT_KNOWN = "SELECT intent FROM incidents WHERE intent = $1 \
                      AND (told_at > $2 OR (opened_at IS NOT NULL AND closed_at IS NULL))";
    /// One line each time many ask, not one for each of them.
    INCIDENT_SEEN = "INSERT INTO incidents (intent, told_at) VALUES ($1, $2) \
                     ON CONFLICT (intent) DO UPDATE SET told_at = excluded.told_at \
                     WHERE incidents.told_at <= $3 AND (incidents.opened_at IS NULL OR incidents.closed_at IS NOT NULL)";
    OPEN_INCIDENT = "INSERT INTO incidents (intent, told_at, opened_at, words) VALUES ($1, $2, $2, $3) \
                     ON CONFLICT (intent) DO UPDATE SET opened_at = excluded.opened_at, closed_at = NULL, \
                     words = excluded.words";
    CLOSE_INCIDENT = "UPDATE incidents SET closed_at = $2 WHERE intent = $1 AND opened_at IS NOT NULL \
                      AND closed_at IS NULL";
    INCIDENTS = "SELECT intent, words, opened_at FROM incidents WHERE opened_at IS NOT NULL AND closed_at IS NULL \
                 ORDER BY intent";
}

impl Tx<'_> {
    /// Many customers ask for what `intent` names. `true` if the lead is to be told of it: it was not told after `since`,
    /// and no incident is open. Times in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn incident_seen(&mut self, intent: &str, now: i64, since: i64) -> Result<bool, Error> {
        let known = self.query(INCIDENT_KNOWN).bind(intent).bind(since);
        if known.fetch_optional(&mut *self.connection).await?.is_some() {
            return Ok(false);
        }
        let query = self.query(INCIDENT_SEEN).bind(intent).bind(now).bind(since);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// Something is wrong for many: a customer who asks for what `intent` names is told these words first, or the bot's
    /// own. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn open_incident(&mut self, intent: &str, words: Option<&str>, now: i64) -> Result<(), Error> {
        let query = self.query(OPEN_INCIDENT).bind(intent).bind(now).bind(words);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// An incident is over at `now` (Unix milliseconds); `false` if none was open.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn close_incident(&mut self, intent: &str, now: i64) -> Result<bool, Error> {
        let query = self.query(CLOSE_INCIDENT).bind(intent).bind(now);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    /// What is wrong for many just now, by intent.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn incidents(&mut self) -> Result<Vec<Incident>, Error> {
        let rows = self.query(INCIDENTS).fetch_all(&mut *self.connection).await?;
        rows.iter()
            .map(|row| {
                let (intent, text) = (row.try_get("intent")?, row.try_get("words")?);
                Ok(Incident { intent, text, since: row.try_get("opened_at")? })
            })
            .collect()
    }
}
