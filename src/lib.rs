//! Отклик: a Telegram bot that answers the customers of a courier or an online shop, and hands over to
//! a person the moment it is unsure.
//!
//! # The way of one message
//!
//! ```text
//! Telegram ──▶ telegram::receive ──▶ inbox ──▶ conversation::step ──▶ outbox ──▶ telegram::send ──▶ Telegram
//!                                     ▲             │
//!      carrier's answers, due timers, └─────────────┘
//!      a parcel's news
//! ```
//!
//! An update is put into the `inbox` table and only then confirmed to Telegram. The inbox's worker takes
//! the oldest events, lets [`conversation::step`] decide, and commits the new state together with
//! everything that follows from it: rows of the `outbox`, requests to the carrier, promises and timers. The
//! sender takes the first row of each lane, keeps Telegram's limits, sends, and marks. What comes back (the carrier's
//! answer, a timer, a deleted topic, a customer who blocked the bot) comes through the same inbox. So a crash at
//! any point resumes where it stood: an event is decided on exactly once, and a message is sent at least
//! once. The one window in which a message can be sent twice is a crash between Telegram's «ok» and our
//! mark, because Telegram offers no key by which it would know a message again.
//!
//! # Two walks
//!
//! A customer writes «отмените заказ 1000000017»:
//!
//! 1. `telegram::Receiver` polls, or `telegram::Webhook` is called. `telegram::update` sorts the update and makes an
//!    [`conversation::Event`] of it, personal numbers masked ([`privacy::mask`]).
//! 2. `store`'s `put_event` writes it into `inbox`, unique by `update_id`; only then is it confirmed.
//! 3. `inbox::Worker` claims the oldest events in one transaction; `inbox::work` reads the state and calls
//!    [`conversation::step`].
//! 4. `step` finds the room: `customer::wrote` reads the words ([`understanding::read`]), `answer::answers` looks
//!    whether they answer a question; they do not, so `customer` returns `Next::TakeUp` and `step` finds the flow with
//!    `flows::of`.
//! 5. `flows::cancel` begins a task and goes on: `steps::parcel` asks the carrier (`Effect::Ask`). Its answer comes back
//!    through `inbox` as `Event::Tracked`, and `go_on` asks for the phone, then for the one yes (`steps::confirm`).
//! 6. `inbox::effects` makes rows of the effects: `Say` is rendered ([`phrases::render`]) into an `outbox` row, `Ask`
//!    into a carrier request. State, rows and the mark on the event are one commit.
//! 7. `outbox::Sender` takes the first row of each lane within `outbox::limits` and hands it to `telegram::send`;
//!    `outbox::marks` writes down what became of it.
//!
//! An agent presses «Взять» under the card:
//!
//! 1. `telegram::update` sees a press in a desk's group. `telegram::Receiver` looks up in the store which customer's
//!    topic it is, and whether the agent is a member of the group: if that is not known, the press waits aside until
//!    [`members`] has asked. So it becomes an `Event::AgentPressed` of that customer's conversation, and waits behind what they
//!    wrote before.
//! 2. [`conversation::step`] calls `agent::pressed`; [`conversation::Pressed::parse`] reads the button, and `agent`
//!    checks it against the state: which agent holds the ticket, and whether it is still that one.
//! 3. `ticket::hold` changes the assignee and moves the promise to the agent (`Effect::PromiseTaken`); a second agent
//!    would be told that agent's name (`Effect::Toast`).
//! 4. No code edits the card: `inbox::work` compares [`desk::topic_view`] before and after, and posts the difference
//!    behind all words. The sender renders the topic view as it is when its turn comes.
//!
//! # The rooms, from the roof to the ground
//!
//! A room uses only rooms below it; `tests/it/house.rs` holds this.
//!
//! - [`cli`]: the commands. [`launch`]: from a configuration to a bot at work. [`config`]: the only room that reads the
//!   environment. [`run`]: the wiring.
//! - [`supervisor`]: tells systemd how the bot is.
//! - [`door`]: one port for what comes from outside. [`push`]: takes a carrier's signed news there.
//! - [`metrics`]: tells those who watch over the bot how it does, at an address of its own; [`meters`] measures for it.
//! - [`telegram`]: the only room that names teloxide. Receives into the inbox, sends for the outbox.
//! - [`inbox`]: claims, decides, commits. [`outbox`]: sends in order, within limits; knows not how.
//!   [`lessons`]: what agents teach is tried and served. [`carrier_requests`]: asks the carrier. [`members`]:
//!   asks how people stand at the desks. [`timers`]: wakes
//!   conversations whose moment has come. [`retention`]: removes what is done and old, and forgets who is silent for long.
//! - [`leases`]: which of several replicas does what only one may do.
//! - [`store`]: all SQL, and only here: a file a table, with its statements. Our own tables are the local carrier too.
//! - [`carrier`]: the port behind which parcels are known, the contract with a carrier's system, and for tests a
//!   stand-in of one.
//! - [`rehearsal`]: whole conversations played through the pure floor and scored. Pure.
//! - [`desk`]: what agents see and what they type: a topic's name and card, the story, commands, the queue. Pure.
//! - [`figures`]: what became of customers' matters, told from the ledger that the decisions write. Pure.
//! - [`conversation`]: the decisions; a file a flow, behind one trait. Pure.
//! - [`phrases`]: what the bot says, as data in `phrases/`. Pure but for loading.
//! - [`kept`]: what was learned, in a file between two starts.
//! - [`understanding`]: what a message means, and how sure that is. Pure, and a library of its own:
//!   `crates/understanding`, which knows nothing of this bot.
//! - [`lists`]: a list of parcels as a shop saved it, CSV or `.xlsx`, read without guessing.
//! - [`privacy`]: masks personal numbers. [`parcel`]: the words for parcels, and the one truth about each. [`clock`]: the only room
//!   that reads the time. [`memory`]: gives back what learning has left.
//!
//! # The walls
//!
//! What must never see the house, or the house never it, is a crate of its own in `crates/`:
//!
//! - `sandbox`: a strict stand-in of Telegram's Bot API, with a page to try a bot by hand. It knows neither parcels nor the
//!   store; the demo and the tests run the bot against it.
//! - `fuzz`: what strangers can send, as plain functions of bytes, which the tests, the makers' tool and libFuzzer link.
//! - `dev`: `load`, `soak` and `fuzz`, the makers' tools. What only they and tests may do (a clock that runs faster or wrong, a
//!   database taken away, sending without limits, a carrier's system that fails by order) is compiled with the feature
//!   `dev` alone, which the product's binary is built without.
//!
//! # The desk
//!
//! A customer's topic shows what [`desk::topic_view`] makes of the state: a flow that changes the state need not think
//! of the card. The inbox compares the topic view before and after each event and posts the difference behind all
//! words; the sender looks the present one up when its turn comes, so of many changes only the last is sent. Rows of
//! the outbox that mean a message of the other side (an answer, an edit, a recall) name it by its number *there*; the
//! sender finds its counterpart in `copies`. What the bot tells a customer whose ticket is open goes into the topic too, in
//! a lane of its own ([`outbox::told_lane`]): behind the words, or in one message with those that come next, so that it
//! costs the group's minute nothing when that is short.
//!
//! Of several desks a customer's topic lies at one. What an agent does comes with the desk it was done at
//! ([`conversation::Event::AtDesk`]); where the customer has gone to another meanwhile, the agent is told and nothing
//! else comes of it. `store::topics` knows the topics of before.
//!
//! What happens at a desk and belongs to no customer has its own pure function, [`desk::step`], and waits in the same
//! inbox under the desk's own id.
//!
//! # Several replicas
//!
//! Nothing is remembered between two transactions but in the database, so a second process on it needs no more than not
//! to do the same at the same time. Deciding is shared: a batch locks the conversations it works on (`store::inbox`,
//! `pg_try_advisory_xact_lock`) and reads after it has the locks. Ids come from the database's own sequence, taken
//! after the locks as well, so that order does not hang on clocks. Polling, sending and tending are done by one replica
//! each ([`leases`]). Replicas tell each other of commits (`NOTIFY`), and look every second in case one was not heard.
//! What fails is the database's trouble or the event's own fault ([`store::Error::is_passing`]): while the database is
//! away everything waits; an event that fails by its own fault holds its customer, is tried again, and is put into
//! quarantine.
//!
//! # The pure floor
//!
//! Three functions that a test can call with nothing around them: [`understanding::read`],
//! [`conversation::step`] and [`phrases::render`].

#![warn(missing_docs)]

pub mod carrier;
pub mod carrier_requests;
pub mod cli;
pub mod clock;
pub mod config;
pub mod conversation;
pub mod desk;
pub mod door;
pub mod figures;
pub mod inbox;
pub mod kept;
pub mod launch;
pub mod leases;
pub mod lessons;
pub mod lists;
pub mod members;
pub mod memory;
pub mod meters;
pub mod metrics;
pub mod outbox;
pub mod parcel;
pub mod phrases;
pub mod privacy;
pub mod push;
pub mod rehearsal;
pub mod retention;
pub mod run;
pub mod store;
pub mod supervisor;
pub mod telegram;
pub mod timers;
