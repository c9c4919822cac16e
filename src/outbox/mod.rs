//! The way out: rows of the outbox are sent in order, lane by lane, within Telegram's limits, and
//! marked.
//!
//! Sending is at least once: Telegram offers no key by which it would know a message again, so a crash
//! between its «ok» and our mark sends one message twice. The window is kept to exactly that.
//!
//! What Telegram refuses holds nothing up that it need not: a refusal is taken for its message's, which is given up, told
//! at the desk and listed, unless it is known or seen to be the whole desk's (`refused`). Before that the message is tried
//! in a plainer way (`deliver`).
//!
//! This room knows when to send; *how* is the [`Messenger`]'s, which the Telegram room implements.

mod deliver;
mod limits;
mod merge;
mod messenger;
mod metered;
mod outgoing;
mod receipts;
mod refused;
mod resolve;
mod sender;

pub use limits::Limits;
pub use messenger::{Call, Delivery, Messenger, Place, SendRefusal, Sent};
pub use metered::Metered;
pub use outgoing::{
    CAPTION_LIMIT, CardBody, KeyboardChange, Label, Leaving, Outgoing, Spot, fit, told_lane, topic_lane,
};
pub use sender::Sender;
