//! The conversation with one customer: [`step()`] decides what an event means for it. Pure.
//!
//! ```text
//! customer: где моя посылка?
//! bot:      asks for the tracking number                       (flows::where_is)
//! customer: RA123456785RU
//! bot:      asks the carrier; tells the status in human words   (flows::where_is)
//! customer: вы издеваетесь? позовите человека
//! bot:      number, and by when a person answers; a topic  (ticket)
//! agent:    takes it, answers, resolves it                      (agent)
//! bot:      asks whether it helped                              (rating)
//! ```
//!
//! From the ground up; a file uses only files of lower floors, and `tests/it/house.rs` holds this:
//!
//! - Data. `ids`, `standing` (somebody's at a desk), `topic` (what is asked about one parcel), `policy` (the owner's
//!   rules) and `rules` (the same as values for texts), `commands` (what stands in a chat's menu), `styled` (words with their
//!   formatting), `event` (what can happen), `snapshot` (what is known of the desks), `wordings` (which comes next),
//!   `promise`, `put` (how a question
//!   was put), `task`, `button` (what a press means), `effect` (what may be decided), `state` (what is remembered),
//!   `context` (what a step may look at).
//! - `turn`: the pen. It only writes.
//! - What is shared: `next` (what comes next, as a value) and `heard` (a message as an answer); `deadline`, `incident`,
//!   `relay`, `said` (whose words a message holds), `which` (of several parcels), `carrier_retry` (a silent carrier), `steps` (number, parcel, proof, yes, change), `matters` (what several
//!   flows say).
//! - `flows`: what the bot solves by itself, a file each behind one trait; none knows another.
//! - With people: `queue`, `ticket` (its life), `canned`, `desks` (when there are several), `transfer` (to a colleague or
//!   a desk), `done` (what a press has done), `rating` (after it), `recall` (an answer taken back), `note` (what stays
//!   inside), `rights` (what is kept about a customer), `ban`.
//! - What customers say on: `told` (about what was told last) and `follow_up` (whether words go on with it), `pieces` (what is
//!   written in several messages), `story` (what a long message tells), `waiting` (words to who waits), `stance` (what is
//!   denied or reported), `original` (a hidden number shown to one agent).
//! - `known`: rules and statuses, told without a number.
//! - What finds the flow: `customer` hears the customer out, `answer` fits answers to what was asked, `request` makes of
//!   words a flow, a question or a person, `start` does what a link into the bot asks for, `forwarded` takes what was passed on, `press` does the same for buttons, `human`
//!   is the customer's side of a ticket, `agent` the agents'.
//! - `step` finds the room for an event and works off what comes next.
//!
//! Nothing here knows of Telegram, of storage or of the clock.

mod agent;
mod answer;
mod ban;
mod button;
mod canned;
mod carrier_retry;
mod commands;
mod context;
mod customer;
mod deadline;
mod desks;
mod done;
mod effect;
mod event;
mod flows;
mod follow_up;
mod forwarded;
mod heard;
mod human;
mod ids;
mod incident;
mod known;
mod ledger;
mod matters;
mod news;
mod next;
mod note;
mod original;
mod outcome;
mod pieces;
mod policy;
mod press;
mod promise;
mod put;
mod queue;
mod rating;
mod recall;
mod relay;
mod request;
mod rights;
mod rules;
mod said;
mod snapshot;
mod stance;
mod standing;
mod start;
mod state;
mod step;
mod steps;
mod story;
mod styled;
mod task;
mod texts;
mod ticket;
mod told;
mod topic;
mod transfer;
mod turn;
mod waiting;
mod which;
mod wordings;

pub use agent::clock as clock_of_agents;
pub use button::{AgentPress, Emphasis, LeadPress, Pressed, RightsPress, Target};
pub use commands::{MenuCommand, customers_menu};
pub use context::Context;
pub use effect::{Actor, Button, Effect, Keyboard, Line, Post, Say, Speaker, Spoken};
pub use event::{
    CarrierRequest, Cited, Contact, Event, Instructed, Kind, Message, Pause, Person, Press, RecallReport,
    TicketCommand, Tracked, Undelivered, Unshown, Why,
};
pub use ids::{AgentId, AnswerId, ConversationId, CustomerId, DeskId, MessageId, TicketNo, TopicId};
pub use outcome::{Became, Outcome};
pub use policy::{Bulky, Decides, Keep, Policy};
pub use promise::{Owner, PromiseOutcome, Promised, Timer};
pub use put::Put;
pub use snapshot::{Choice, DeskInfo, DeskSnapshot, Incident, OnShift, OpenTicket, SeenAgent};
pub use standing::Standing;
pub use start::StartLink;
pub use state::{
    Answered, Assignee, AtDesk, Ban, CarrierRetry, Closed, Customer, Fact, HeardStory, Hidden, InWork, LastPress,
    LastStatus, LinkSent, Matter, Menu, Pieces, Question, Reason, Remembered, Reminder, Reopens, Request, Snooze,
    State, Ticket, Told, Unsent,
};
pub use step::{give_up, step};
pub use story::facets;
pub use styled::{Entity, Style, Styled};
pub use task::{Cause, Group, Task, Work};
pub use texts::{intents, texts};
pub use topic::Topic;
pub use wordings::Wordings;
