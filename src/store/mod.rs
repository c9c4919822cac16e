//! All SQL, and only here.
//!
//! Reading goes through a pool; writing through one task that commits in groups ([`Store::write`]). Work inside a
//! transaction is written with [`Tx`]. Moments are Unix milliseconds wherever they are numbers.
//!
//! A file a table, named by it, with its statements at the head and the methods of [`Store`] and [`Tx`] that run them:
//!
//! - what happens: `inbox`, `holds`, `conversations`, `story`, `carrier_requests` (the table `questions`), `timers`,
//!   `promises`, `feedback`, `counters`;
//! - what is sent: `outbox` (what was `refused` of it in a file of its own), `pauses`, `copies`;
//! - the desk: `members` (and the table `unproven`), `topics` (and `former_topics`), `topic_views` (the table `faces`),
//!   `desk_moves`, `tickets`, `agents` (that and `seen_agents`), `requests` (the table `wishes`), `incidents`,
//!   `proposals`, and over several of them `search`;
//! - how it went, for the owner: `outcomes`;
//! - the local carrier, in `local_carrier`: `parcels`, `parcel_history`, `changes`, `followers`, `pushes`;
//! - several replicas: `leases`, `replicas`;
//! - what may be asked about one day: `audit`.
//!
//! `backlog` counts what waits, `backup` copies the whole file, `keeping` thins what is old, `silent` forgets customers of whom nothing was heard for long, and `rights` gathers and erases what is kept about one customer, over several of them. Below the tables stand `access`, the way to the database; `writer`,
//! the task that writes; `tx`, a transaction, with `gathered`, the rows that it writes together; `ids`; `statements`, what
//! a statement is; `dialect`, what differs between SQLite and PostgreSQL; and `error`. Above them `prepared` has each
//! statement tried, and `exercise` is for trials.

mod access;
mod agents;
mod audit;
mod backlog;
mod backup;
mod carrier_requests;
mod conversations;
mod copies;
mod counters;
mod desk_moves;
mod dialect;
mod error;
#[cfg(feature = "dev")]
mod exercise;
mod feedback;
mod gathered;
mod hindsight;
mod holds;
mod ids;
mod inbox;
mod incidents;
mod keeping;
mod leases;
mod local_carrier;
mod members;
mod outbox;
mod outcomes;
mod pauses;
mod prepared;
mod promises;
mod proposals;
mod refused;
mod replicas;
mod requests;
mod rights;
mod search;
mod silent;
mod statements;
mod story;
mod tickets;
mod timers;
mod topic_views;
mod topics;
mod tx;
mod writer;

pub use access::Store;
pub use audit::Audited;
pub use backlog::{Backlog, Queue};
pub use backup::{BackupError, back_up};
pub use carrier_requests::OpenRequest;
pub use error::Error;
#[cfg(feature = "dev")]
pub use exercise::Exercise;
pub use inbox::{ANSWER, NewEvent, Quarantined, Turns, WaitingEvent};
pub use leases::Held;
pub use local_carrier::{LocalCarrier, MadeChange, Moved};
pub use members::Member;
pub use outbox::{DeadLetter, Head, KEPT, NewPost};
pub use proposals::Proposal;
pub use refused::{Alike, Waiting};
pub use replicas::Replica;
pub use search::Hit;
pub use topic_views::TopicView;
pub use topics::Home;
pub use tx::{Cause, TURN, Tx};
