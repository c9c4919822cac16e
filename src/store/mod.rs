//! All SQL, and only here.
//!
//! Reading goes through a pool; writing through one task that commits in groups ([`Store::write`]).
//! Work inside a transaction is written with [`Tx`], whose methods are the statements of one table
//! each, a file a table: `inbox`, `outbox`, `faces`, `desks`, `story`, `questions`, `parcels` (the local carrier),
//! `promises`, `leases`. SQLite and PostgreSQL take the same texts (`statements`); what differs between them is in
//! `dialect`. `gather` writes many rows at once, `keeping` thins what is old. `access` is the way to the database; below all
//! stand `tx` and `error`.

mod access;
mod desks;
mod dialect;
mod error;
#[cfg(feature = "dev")]
mod exercise;
mod faces;
mod gather;
mod ids;
mod inbox;
mod keeping;
mod leases;
mod outbox;
mod parcels;
mod promises;
mod proposals;
mod questions;
mod statements;
mod story;
mod tx;
mod writer;

pub use access::Store;
pub use error::Error;
#[cfg(feature = "dev")]
pub use exercise::Exercise;
pub use faces::Face;
pub use inbox::{ANSWER, NewEvent, SetAside, WaitingEvent};
pub use leases::{Held, Replica};
pub use outbox::{DeadLetter, Head, Home, NewPost};
pub use parcels::{LocalCarrier, MadeChange, Moved};
pub use promises::PromiseCount;
pub use proposals::Proposal;
pub use questions::OpenQuestion;
pub use tx::Tx;
