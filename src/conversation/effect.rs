//! What a step decides to do. Effects are data: rendered, stored and carried out by others.

use super::button::Pressed;
use super::event::{CarrierRequest, Kind, Person};
use super::ids::{AgentId, AnswerId, MessageId, TicketNo};
use super::promise::{Owner, PromiseOutcome, Promised, Timer};
use crate::parcel::TrackingNumber;
use crate::phrases::Reply;
use chrono::{DateTime, Utc};

/// Something to be done because of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Put a line into the story of the conversation.
    Record(Line),
    /// Say something to the customer; it goes into the story too.
    Say(Say),
    /// Show the customer that an answer is on its way.
    Typing,
    /// Copy an agent's message to the customer.
    CopyToCustomer {
        /// The message in the desk.
        message: MessageId,
        /// The album it belongs to.
        album: Option<String>,
        /// The message of the desk that it answers.
        reply_to: Option<MessageId>,
    },
    /// Send words of an agent to the customer.
    SendToCustomer {
        /// What they stand in at the desk.
        answer: AnswerId,
        /// The words.
        text: String,
    },
    /// Change what the customer got of an agent's message.
    EditAtCustomer {
        /// The message in the desk.
        message: MessageId,
        /// The words as they are now.
        text: String,
        /// Whether they are a caption.
        caption: bool,
    },
    /// Take back what the customer got, or was to get, of an agent's message.
    RecallFromCustomer {
        /// What it stands in at the desk.
        answer: AnswerId,
    },
    /// Answer a press, so that its button stops waiting; with a few words, if there is something to say.
    Toast {
        /// Telegram's id of the press.
        query: String,
        /// The words, and the seed that chooses their wording.
        words: Option<(Reply, u64)>,
    },
    /// Ask the carrier; the answer comes back as an event.
    Ask(CarrierRequest),
    /// Tell the customer of a parcel's changes from now on, or not any more.
    Follow {
        /// The parcel.
        number: TrackingNumber,
        /// Whether to.
        on: bool,
    },
    /// Wake the conversation at a moment.
    Timer {
        /// What for.
        timer: Timer,
        /// When.
        at: DateTime<Utc>,
    },
    /// Record a promise that was said.
    Promise {
        /// What was promised.
        what: Promised,
        /// Who keeps it.
        owner: Owner,
        /// By when.
        due: DateTime<Utc>,
    },
    /// Somebody else keeps the promise from now on.
    PromiseTaken {
        /// Which.
        what: Promised,
        /// Who.
        owner: Owner,
    },
    /// A promise has ended, if it was still open.
    PromiseEnded {
        /// Which.
        what: Promised,
        /// How.
        outcome: PromiseOutcome,
    },
    /// Record what the customer says of how it went.
    Feedback {
        /// What it is about: `cancel`, `solved`.
        about: &'static str,
        /// The answer that was chosen.
        choice: Option<String>,
        /// The customer's own words, masked.
        words: Option<String>,
    },
    /// The customer asked for something: many who ask the same at once mean that something is wrong.
    Requested {
        /// The intent.
        intent: String,
    },
    /// It is an agent's turn to take a ticket.
    TurnGiven {
        /// Who.
        agent: AgentId,
    },
    /// Something for the lead, with the story under it if `story`.
    Lead {
        /// What is told.
        words: Reply,
        /// Whether the story goes with it.
        story: bool,
    },
    /// Nobody answered a ticket in time: the lead is told, of many in one line.
    Late {
        /// What is told when it is the only one.
        words: Reply,
    },
    /// What a ticket was really about, by an agent: perhaps an example to learn.
    Propose {
        /// The ticket.
        ticket: TicketNo,
        /// The customer's words, masked.
        utterance: String,
        /// What they meant.
        intent: String,
    },
    /// Something for the customer's topic at the desk.
    Desk(Post),
}

/// A message of the bot to the customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// What is said, a paragraph each.
    pub parts: Vec<Reply>,
    /// Chooses the wording.
    pub seed: u64,
    /// Buttons under it, a row each.
    pub buttons: Vec<Vec<Button>>,
    /// What becomes of the keyboard under the chat.
    pub keyboard: Keyboard,
}

/// What becomes of the keyboard that Telegram shows in the place of the letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Keyboard {
    /// It stays as it is.
    #[default]
    Keep,
    /// A button that shares the customer's own phone, and beside it what can be said instead.
    AskPhone {
        /// What is written on the button that shares.
        share: Reply,
        /// What is written on the other one; a press says these words.
        instead: Reply,
    },
    /// It goes.
    Remove,
}

/// A button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What is written on it.
    pub label: Reply,
    /// What a press means.
    pub pressed: Pressed,
}

/// What goes into the topic.
#[derive(Clone, Debug, PartialEq)]
pub enum Post {
    /// Open the topic, or name it anew if it exists. What it is called and what its card shows follows from the
    /// state, and so is kept up by itself.
    Open,
    /// A card of its own for the ticket, behind all words; it is pinned.
    Card,
    /// The topic is opened again after somebody closed it.
    Unclose,
    /// What was said since a moment, or the recent past.
    Story {
        /// Lines after this moment.
        since: Option<DateTime<Utc>>,
    },
    /// The customer's own words.
    Words {
        /// The words, masked.
        text: String,
        /// The message in the private chat.
        message: MessageId,
        /// The message of that chat that it answers.
        reply_to: Option<MessageId>,
        /// How that begins.
        quote: Option<String>,
    },
    /// A copy of the customer's message.
    Copy {
        /// The message in the private chat.
        message: MessageId,
        /// Its kind, for the notice when it cannot be copied.
        kind: Kind,
        /// The words under it, masked.
        words: Option<String>,
        /// Whether they stand in the place of its own, which held a personal number.
        masked: bool,
        /// The album it belongs to.
        album: Option<String>,
        /// The message of the private chat that it answers.
        reply_to: Option<MessageId>,
    },
    /// A line for the agents, among the words.
    Notice(Reply),
    /// An answer to what an agent just did: it goes before everything else.
    Answer(Reply),
    /// A line about the ticket's promise: only the last counts, and none once somebody has answered.
    Reminder(Reply),
    /// The topic is gone and nobody waits: what was still meant for it is dropped.
    Abandon,
    /// A line for the agents with buttons, one a row.
    Choices(Reply, Vec<Button>),
    /// A line that calls an agent by name: it begins with it.
    Call(Person, Reply),
}

/// A line of the story.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose words.
    pub who: Speaker,
    /// The words, masked.
    pub text: String,
    /// A message that is more than text: its kind and number in its chat.
    pub media: Option<(Kind, MessageId)>,
    /// The album it belongs to.
    pub album: Option<String>,
}

/// Who speaks in a story.
#[derive(Clone, Debug, PartialEq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The bot.
    Bot,
    /// An agent, by name.
    Agent(String),
}
