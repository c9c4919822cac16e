//! A transaction in the making: the ground on which each table's file writes its statements.

use super::dialect::Dialect;
use super::error::Error;
use super::ids::Ids;
use serde_json::Value;
use sqlx::AnyConnection;
use std::collections::HashMap;

/// A transaction in the making: what is done with it is kept or undone together.
pub struct Tx<'c> {
    pub(super) connection: &'c mut AnyConnection,
    pub(super) ids: &'c Ids,
    pub(super) dialect: Dialect,
    /// Rows that are written together, where that was asked for.
    pub(super) gathered: Option<Gathered>,
}

impl Tx<'_> {
    /// Goes on with ids greater than all that were made before now, by whomever.
    pub(super) async fn new_ids(&mut self) -> Result<(), Error> {
        self.ids.renew(self.connection, self.dialect).await
    }
}

/// What waits to be written, an array a row.
#[derive(Default)]
pub(super) struct Gathered {
    pub story: Vec<Value>,
    pub posts: Vec<Value>,
    pub wishes: Vec<Value>,
    /// Events that are done with, and when.
    pub done: Vec<Value>,
    /// States that were set, and when.
    pub states: HashMap<i64, (String, i64)>,
    /// States as they are in the database; `None` where there is no conversation yet.
    pub known: HashMap<i64, Option<String>>,
}
