//! The table `holds`: conversations whose oldest event has failed, how often, and when it is tried again. Later events
//! of the same conversation wait behind it, those of others do not.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::ConversationId;
use sqlx::Row;

statements! {
    HOLD = "INSERT INTO holds (customer, tries, until) VALUES ($1, $2, $3) \
            ON CONFLICT (customer) DO UPDATE SET tries = excluded.tries, until = excluded.until";
    TRIES = "SELECT tries FROM holds WHERE customer = $1";
    LET_GO = "DELETE FROM holds WHERE customer = $1";
}

impl Tx<'_> {
    /// A conversation's oldest event has failed `tries` times; it is tried again at `until` (Unix milliseconds), at most
    /// a minute from now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn hold(&mut self, whose: ConversationId, tries: i64, until: i64) -> Result<(), Error> {
        let query = self.query(HOLD).bind(whose.stored()).bind(tries).bind(until);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// No event of this conversation fails any more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn let_go(&mut self, whose: ConversationId) -> Result<(), Error> {
        self.query(LET_GO).bind(whose.stored()).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// How often a conversation's oldest event has failed; 0 if it has not.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn tries(&mut self, whose: ConversationId) -> Result<i64, Error> {
        let row = self.query(TRIES).bind(whose.stored()).fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("tries")).transpose()?.unwrap_or(0))
    }
}
