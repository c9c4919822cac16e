//! The table `counters`: numbers that must not skip or repeat, of tickets and of the local carrier's references.

use super::dialect::Dialect;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::TicketNo;
use sqlx::Row;

statements! {
    LAST_TICKET = "SELECT value FROM counters WHERE name = 'ticket'";
    LOCK_LAST_TICKET on Postgres = "SELECT value FROM counters WHERE name = 'ticket' FOR UPDATE";
    SET_LAST_TICKET = "UPDATE counters SET value = $1 WHERE name = 'ticket'";
    COUNT_REFERENCE = "UPDATE counters SET value = value + 1 WHERE name = 'reference'";
    LAST_REFERENCE = "SELECT value FROM counters WHERE name = 'reference'";
}

impl Tx<'_> {
    /// The number the next ticket gets, unless another replica opens one first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn next_ticket(&mut self) -> Result<TicketNo, Error> {
        let row = self.query(LAST_TICKET).fetch_one(&mut *self.connection).await?;
        Ok(TicketNo(row.try_get::<i64, _>("value")? + 1))
    }

    /// The number the next ticket gets, surely: no other replica opens one before this transaction ends.
    ///
    /// # Errors
    /// If the database cannot be asked, or another replica keeps the number for seconds.
    pub async fn lock_next_ticket(&mut self) -> Result<TicketNo, Error> {
        // On SQLite a transaction that writes is alone.
        let statement = match self.dialect {
            Dialect::Sqlite => LAST_TICKET,
            Dialect::Postgres => LOCK_LAST_TICKET,
        };
        let row = self.query(statement).fetch_one(&mut *self.connection).await?;
        Ok(TicketNo(row.try_get::<i64, _>("value")? + 1))
    }

    /// A ticket with this number was opened.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn ticket_opened(&mut self, ticket: TicketNo) -> Result<(), Error> {
        self.query(SET_LAST_TICKET).bind(ticket.0).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// A number for the local carrier's answer that no other has.
    pub(super) async fn next_reference(&mut self) -> Result<i64, Error> {
        self.query(COUNT_REFERENCE).execute(&mut *self.connection).await?;
        Ok(self.query(LAST_REFERENCE).fetch_one(&mut *self.connection).await?.try_get("value")?)
    }
}
