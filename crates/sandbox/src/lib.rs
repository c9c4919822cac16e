//! A strict stand-in of Telegram's Bot API on loopback: for a bot's tests, and for trying a bot by hand on a page that
//! shows the customer's chat beside the desk's group.
//!
//! A bot is given [`Sandbox::url`] in the place of `https://api.telegram.org` and [`Sandbox::token`] for its token. It
//! meets what it would meet there: every call is checked against the Bot API's specification, refused in Telegram's
//! words, counted against Telegram's limits, and updates come by `getUpdates` or a webhook, in order and again until
//! they are confirmed. No account is needed, and nothing leaves the machine.
//!
//! ```no_run
//! # async fn story() -> std::io::Result<()> {
//! use otklik_sandbox::{Fault, Method, Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options { limits: false, ..Options::default() }).await?;
//! println!("TELOXIDE_API_URL={} TELOXIDE_TOKEN={}", sandbox.url(), sandbox.token());
//!
//! let anna = sandbox.new_customer("Анна");
//! sandbox.fault(Fault::ServerError { method: Method::SendMessage, times: 2 });
//! sandbox.customer_says(anna, "hello");
//! let mut world = sandbox.subscribe();
//! while !sandbox.chat(anna).iter().any(|seen| seen.from_bot && seen.text == "hello") {
//!     let _ = world.changed().await; // The bot's answer is a change of the world.
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The world
//!
//! One bot; customers, each with a private chat; a desk, a supergroup with topics in which the bot is an
//! administrator, and the agents who write there; more such groups, with topics or without, by [`Sandbox::add_group`].
//! Tests make people act through [`Sandbox`] and [`Group`] (their methods panic where a person could not do what the
//! test wants, such as writing into a topic that is not there) and look at what came of it with [`Sandbox::chat`],
//! [`Sandbox::topic`] and [`Sandbox::calls`]. [`Fault`]s order what goes wrong. Ids of users, chats, topics and messages
//! are Telegram's numbers.
//!
//! The words of the page, and of what it refuses, are Russian; error answers to the bot are Telegram's own, in English.
//!
//! # How it is made
//!
//! A call of the bot comes in at `api`, is read by `args`, checked by `schema`, may meet one of the
//! `faults` or `limits`, and is carried out by `send`, `edit`, `topics` or `chats`, which look up
//! their `place`, `compose` what is posted and read the `reply_markup` that comes along. What people do is in
//! `people`; the page reaches it through `page`, tests through [`Sandbox`] in `handle` and [`Group`] in `group`. All of
//! them change the pure `world` through a `draft`, which `state` writes to the `journal` before anybody can see it. `render`
//! shows the world to the bot, `page_view` to the page, `seen` to tests. Updates leave by `poll` or
//! by `webhook`. `server` holds it all together; `options` and `clock` say how it is to be.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod api;
mod args;
mod chats;
mod clock;
mod compose;
mod draft;
mod edit;
mod faults;
mod group;
mod handle;
mod html;
mod journal;
mod keyboard;
mod limits;
mod markup;
mod media;
mod membership;
mod message;
mod method;
mod options;
mod page;
mod page_view;
mod people;
mod place;
mod poll;
mod refusal;
mod render;
mod reply_markup;
mod schema;
mod seen;
mod send;
mod server;
mod state;
mod topics;
mod webhook;
mod world;

pub use self::clock::Clock;
pub use self::faults::Fault;
pub use self::group::Group;
pub use self::media::Media;
pub use self::message::{Button, Entity};
pub use self::method::Method;
pub use self::options::{Bot, Options, Sample};
pub use self::seen::{Seen, Topic};
pub use self::server::Sandbox;
pub use self::state::Call;
pub use self::world::{Membership, Right};
