//! The owner's figures: from the facts of the ledger ([`crate::conversation::Outcome`]) to what became of customers'
//! matters in some days. Pure.
//!
//! A matter counts in the days in which it began, with all that became of it by now. What people do (taking a ticket,
//! answering, finishing, being rated) counts when they do it. Whether the bot solved a matter is judged two days after it
//! began, and not before: see `judge`.

mod count;
mod entry;
mod judge;
mod report;
mod spread;
mod told;

pub use count::figures;
pub use entry::{Entry, Window};
pub use report::{Report, Windows, windows};
pub use spread::Spread;
pub use told::{AgentFigures, Count, Figures, HourFigures, PromiseCount, RequestFigures, mean};
