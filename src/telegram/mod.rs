//! The only room that knows Telegram. `receive` puts updates into the inbox and confirms them after, fetched by
//! polling or brought to the `webhook`;
//! `members` says how people stand at the desks; `send` makes the outbox's calls, `several` those about more than one
//! message, `refusal` reads why one was refused; `update` reads Telegram's JSON; `api` is the client. `lack` says what a
//! group lacks to be a desk, and `groups` which groups the bot is in, for the owner who sets it up; one that is no desk is
//! `foreign`. `menus` shows which commands there are.
//!
//! Sending goes through teloxide's typed payloads, but answers and updates are read from raw JSON:
//! teloxide 0.17 knows Bot API 9.1, and turns a message with anything newer in it into an empty one
//! without an error. Its dispatcher and listeners are not used, because they confirm an update before
//! it is handled.

mod api;
mod content;
mod continues;
mod foreign;
mod groups;
mod lack;
mod members;
mod menus;
mod receive;
mod refusal;
mod send;
mod several;
mod update;
mod webhook;

pub use api::{Api, Me, Problem};
pub use groups::{Group, Groups, Hidden};
pub use lack::Lack;
pub use menus::{Menu, Shown};
pub use receive::Receiver;
pub use webhook::Webhook;

/// Reads an update as it comes from Telegram, for the makers' fuzzing: whatever it is, nothing fails.
#[cfg(feature = "dev")]
pub fn read_update(raw: &str) {
    let desks = [crate::conversation::DeskId(-100)];
    if let Some(update) = update_of(raw) {
        let _ = update::sort_around(&update, &desks, &crate::privacy::Around::default());
        let _ = update::numbers_in(&update);
        let _ = members::told(&update, &desks);
    }
}

#[cfg(feature = "dev")]
fn update_of(raw: &str) -> Option<serde_json::Value> {
    api::tolerant(raw)
}
