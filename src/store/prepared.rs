//! Every statement of the house, for the test that prepares each on both databases.
//!
//! A file that is forgotten here is noticed by the compiler: its list is never used ([`super::statements`]).

use super::access::Store;
use super::statements::Statement;
use super::{
    access, agents, audit, backlog, backup, carrier_requests, conversations, copies, counters, desk_moves, feedback,
    hindsight, holds, ids, inbox, incidents, keeping, leases, local_carrier, members, outbox, outcomes, pauses,
    promises, proposals, refused, replicas, requests, rights, search, silent, story, tickets, timers, topic_views,
    topics,
};
use sqlx::{Executor, SqlSafeStr};

/// The statements of each file.
const STATEMENTS: &[&[Statement]] = &[
    access::STATEMENTS,
    agents::STATEMENTS,
    audit::STATEMENTS,
    backlog::STATEMENTS,
    backup::STATEMENTS,
    conversations::STATEMENTS,
    copies::STATEMENTS,
    counters::STATEMENTS,
    desk_moves::STATEMENTS,
    feedback::STATEMENTS,
    hindsight::STATEMENTS,
    holds::STATEMENTS,
    ids::STATEMENTS,
    inbox::STATEMENTS,
    incidents::STATEMENTS,
    keeping::STATEMENTS,
    leases::STATEMENTS,
    members::STATEMENTS,
    outbox::STATEMENTS,
    outcomes::STATEMENTS,
    pauses::STATEMENTS,
    promises::STATEMENTS,
    proposals::STATEMENTS,
    carrier_requests::STATEMENTS,
    refused::STATEMENTS,
    replicas::STATEMENTS,
    requests::STATEMENTS,
    rights::STATEMENTS,
    search::STATEMENTS,
    silent::STATEMENTS,
    story::STATEMENTS,
    tickets::STATEMENTS,
    timers::STATEMENTS,
    topic_views::STATEMENTS,
    topics::STATEMENTS,
];

impl Store {
    /// Prepares every statement of the house on this database.
    ///
    /// # Errors
    /// Names the first statement that the database does not take, with the reason.
    pub async fn prepare_all(&self) -> Result<(), String> {
        let mut connection = self.reads.acquire().await.map_err(|error| error.to_string())?;
        let all = STATEMENTS.iter().chain(local_carrier::STATEMENTS).copied().flatten();
        for statement in all.filter(|statement| statement.is_for(self.dialect)) {
            let text = statement.text(self.dialect).into_sql_str();
            connection.prepare(text).await.map_err(|error| format!("{}: {error}", statement.name()))?;
        }
        Ok(())
    }
}
