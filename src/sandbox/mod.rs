//! The sandbox: a strict stand-in of Telegram on loopback, with a page to try the bot by hand, and of a
//! carrier's system.
//!
//! The demo runs the real bot against it, and the black-box tests talk to it. It knows nothing of
//! the bot's other rooms and never touches the store.
//!
//! A call of the bot comes in at `api`, is read by `args`, checked by `schema`, may meet one of the
//! `faults` or `limits`, and is carried out by `send`, `edit`, `topics` or `chats`, which look up
//! their `place`, `compose` what is posted and read the `reply_markup` that comes along. What people do is in
//! `people`; the page reaches it through `page`, tests through [`Sandbox`] in `handle`. All of them change the pure `world`
//! through a `draft`, which `state` writes to the `journal` before anybody can see it. `render`
//! shows the world to the bot, `page_view` to the page, `seen` to tests. Updates leave by `poll` or
//! by `webhook`. `server` holds it all together.
//!
//! Beside that world stands a `carrier`'s system, reached by `carrier_api` below `/carrier`: the contract's other side.

mod api;
mod args;
mod carrier;
mod carrier_api;
mod chats;
mod compose;
mod draft;
mod edit;
mod faults;
mod handle;
mod html;
mod journal;
mod keyboard;
mod limits;
mod markup;
mod media;
mod message;
mod method;
mod page;
mod page_view;
mod people;
mod place;
mod poll;
mod refusal;
mod render;
mod reply_markup;
pub mod samples;
mod schema;
mod seen;
mod send;
mod server;
mod state;
mod topics;
mod webhook;
mod world;

pub use self::carrier::{CarrierCall, CarrierFault, WrongAnswer};
pub use self::faults::Fault;
pub use self::media::Media;
pub use self::message::Button;
pub use self::method::Method;
pub use self::page_view::Sample;
pub use self::seen::{Seen, Topic};
pub use self::server::{Options, Sandbox};
pub use self::state::Call;
