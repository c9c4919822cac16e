//! What a step decides to do. Effects are data: the inbox renders and stores them, the outbox and the carrier's worker
//! carry them out.

use super::button::Pressed;
use super::event::{CarrierRequest, Kind, Person, RecallReport};
use super::ids::{AgentId, AnswerId, DeskId, MessageId, TicketNo};
use super::outcome::Outcome;
use super::promise::{Owner, PromiseOutcome, Promised, Timer};
use super::styled::{Entity, Styled};
use crate::parcel::TrackingNumber;
use crate::phrases::Reply;
use chrono::{DateTime, Duration, Utc};

/// Somebody who has a customer forgotten, for the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The customer.
    Customer,
    /// The owner, at the machine.
    Owner,
}

impl Actor {
    /// The word it is stored by.
    pub fn word(self) -> &'static str {
        match self {
            Actor::Customer => "customer",
            Actor::Owner => "owner",
        }
    }
}

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
        /// The message's number at the desk.
        message: MessageId,
        /// Telegram's id of the album it belongs to; `None` when it stands alone.
        album: Option<String>,
        /// The number of the message of the desk that it answers; `None` when it answers none.
        reply_to: Option<MessageId>,
        /// Its kind.
        kind: Kind,
        /// The words in it or under it, masked; `None` when there are none.
        words: Option<Styled>,
    },
    /// Send words of an agent to the customer.
    SendToCustomer {
        /// What they stand in at the desk.
        answer: AnswerId,
        /// The words as they are sent.
        text: Styled,
    },
    /// Change what the customer got of an agent's message.
    EditAtCustomer {
        /// The message's number at the desk.
        message: MessageId,
        /// The words as they are now.
        text: Styled,
        /// Whether they are a caption.
        caption: bool,
    },
    /// Take back what the customer got, or was to get, of an agent's answer; what became of it comes back as an event.
    RecallFromCustomer {
        /// What it stands in at the desk: of an album each message.
        answers: Vec<AnswerId>,
        /// How much of the outcome the agent is told.
        report: RecallReport,
    },
    /// Answer a press, so that its button stops waiting; with a few words, if there is something to say.
    Toast {
        /// Telegram's id of the press (`callback_query_id`).
        query: String,
        /// The words, and the seed that chooses their wording; `None` when there is nothing to say.
        words: Option<(Reply, u64)>,
    },
    /// Ask the carrier; the answer comes back as an event.
    Ask(CarrierRequest),
    /// Tell the customer of a parcel's changes from now on, or not any more.
    Follow {
        /// The parcel that is followed, or is not any more.
        number: TrackingNumber,
        /// Whether the customer wants to hear of it.
        on: bool,
    },
    /// Wake the conversation at a moment. Setting the same timer again moves it.
    Timer {
        /// What the conversation waits for.
        timer: Timer,
        /// The moment, not before which it is woken.
        at: DateTime<Utc>,
    },
    /// Record a promise that was said.
    Promise {
        /// What was promised, and of which ticket or parcel.
        what: Promised,
        /// The bot, the desk or an agent: the one that keeps it.
        owner: Owner,
        /// The moment by which it is to be kept.
        due: DateTime<Utc>,
    },
    /// Another owner keeps the promise from now on.
    PromiseTaken {
        /// The promise that changes hands.
        what: Promised,
        /// The agent, or the desk, that keeps it now.
        owner: Owner,
    },
    /// A promise has ended, if it was still open.
    PromiseEnded {
        /// The promise that has ended.
        what: Promised,
        /// Whether it was kept, moved, broken or dropped.
        outcome: PromiseOutcome,
    },
    /// Record what the customer says of how it went.
    Feedback {
        /// What it is about: `cancel`, `solved`, `mark` (a rating), `praise`, `idea`.
        about: &'static str,
        /// The answer that was chosen: the id of a reason, `yes` or `no`, a rating of 1 to 5, what is praised; `None` for words
        /// alone.
        choice: Option<String>,
        /// The customer's own words, masked; `None` for a press.
        words: Option<String>,
    },
    /// The customer asked for something: many customers who ask the same at once mean that something is wrong.
    Requested {
        /// The intent's id.
        intent: String,
    },
    /// Write a fact into the ledger, from which the owner's figures are told.
    Outcome(Outcome),
    /// Send the customer a file with all that is kept about them.
    Export,
    /// Show an agent messages of the customer as they were sent, in the agent's own chat with the bot, for so long.
    ShowOriginal {
        /// The agent who holds the ticket, and must still when they are sent.
        agent: AgentId,
        /// The ticket.
        ticket: TicketNo,
        /// The messages' numbers in the customer's chat, in order.
        messages: Vec<MessageId>,
        /// How long they stay there.
        lasts: Duration,
    },
    /// Remove from this chat what an agent was shown in it.
    RemoveOriginal(MessageId),
    /// Erase what is kept about the customer; what is decided after it is kept.
    Forget(Actor),
    /// It is an agent's turn to take a ticket.
    TurnGiven {
        /// The agent who is called.
        agent: AgentId,
    },
    /// An agent holds a ticket or has answered one: colleagues can transfer tickets to them.
    AgentSeen(Person),
    /// Something for the lead, with the story under it if `story`.
    Lead {
        /// What the lead is told.
        words: Reply,
        /// Whether the customer's story goes with it.
        story: bool,
    },
    /// No agent answered a ticket in time: the lead is told, of many tickets in one line.
    Late {
        /// What the lead is told when it is the only one.
        words: Reply,
    },
    /// What a ticket was really about, by an agent: perhaps an example to learn.
    Propose {
        /// The ticket's number.
        ticket: TicketNo,
        /// The customer's words that the bot did not understand, masked.
        utterance: String,
        /// The intent they meant, by the agent.
        intent: String,
    },
    /// Something for the customer's topic at the desk.
    Desk(Post),
}

/// A message of the bot to the customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// What is said, in order, a paragraph each.
    pub parts: Vec<Reply>,
    /// Chooses the wording among the variants: the same seed, the same words.
    pub seed: u64,
    /// Buttons under it, a row each; empty for none.
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
    /// The keyboard goes, and Telegram shows the letters again.
    Remove,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What is written on it.
    pub label: Reply,
    /// What a press means.
    pub pressed: Pressed,
}

/// What goes into the customer's topic.
#[derive(Clone, Debug, PartialEq)]
pub enum Post {
    /// Open the topic, or name it anew if it exists. What it is called and what its card shows follows from the
    /// state, and so is kept up by itself.
    Open,
    /// A card of its own for the ticket, behind all words; it is pinned.
    Card,
    /// The topic is opened again after it was closed by hand.
    Unclose,
    /// The story of the conversation: what was said since a moment, or the recent past.
    Story {
        /// Lines after this moment; `None` for the recent past.
        since: Option<DateTime<Utc>>,
    },
    /// The customer's own words.
    Words {
        /// The words, masked, as typed; before them whose they are and what they answer, where that must be told.
        text: Styled,
        /// The message's number in the private chat.
        message: MessageId,
        /// The number of the message of that chat that it answers; `None` when it answers none.
        reply_to: Option<MessageId>,
        /// How the answered message begins, masked; `None` when it answers none.
        quote: Option<String>,
    },
    /// A copy of the customer's message.
    Copy {
        /// The message's number in the private chat.
        message: MessageId,
        /// Its kind, for the notice when it cannot be copied.
        kind: Kind,
        /// The words under it, masked; `None` when there are none.
        words: Option<Styled>,
        /// Whose it is if not the customer's own, and what it answers; `None` when nothing need be told.
        lead: Option<String>,
        /// Whether they stand in the place of its own, which held a personal number.
        masked: bool,
        /// Telegram's id of the album it belongs to; `None` when it stands alone.
        album: Option<String>,
        /// The number of the message of the private chat that it answers; `None` when it answers none.
        reply_to: Option<MessageId>,
    },
    /// A line for the agents, among the words.
    Notice(Reply),
    /// A line that says that something was refused for good, among the words; it is not said if that is sent after all.
    Refused {
        /// What is said.
        notice: Reply,
        /// The words that were refused, masked, to be shown under it; `None` when there are none.
        words: Option<Styled>,
        /// The message that was refused; `None` for words of the bot.
        of: Option<Spoken>,
        /// Which part of that message, where it took several: 0 for the first.
        part: u32,
        /// The number under which what was refused is kept; `None` where it is not known.
        letter: Option<i64>,
    },
    /// A line about a message, among the words; it answers that message where it can.
    Beside {
        /// What is said.
        notice: Reply,
        /// The message it is about.
        of: Spoken,
    },
    /// An answer to what an agent just did: it goes before everything else.
    Answer(Reply),
    /// A line about the ticket's promise: only the last counts, and none once an agent has answered.
    Reminder(Reply),
    /// The topic is gone and no ticket is open: what was still meant for it is dropped.
    Abandon,
    /// A line for the agents with buttons, one a row.
    Choices(Reply, Vec<Button>),
    /// A line that calls an agent by name: it begins with the name.
    Call(Person, Reply),
    /// The topic is left for another desk: it says so with a link, is named so, and is closed.
    Leave {
        /// The other desk, as the owner named it.
        to: DeskId,
        /// What the owner calls it.
        name: String,
    },
    /// An answer to an agent at a desk that the customer has left: the words, and a link to where the customer is now.
    Elsewhere {
        /// The desk at which the agent is, as the owner named it.
        desk: DeskId,
        /// What the agent is told.
        words: Reply,
        /// Telegram's id of the album it is an answer to, which may turn out to be a note; `None` for anything else.
        album: Option<String>,
    },
    /// An album at a desk that the customer has left is a note: what would have been answered to it is not.
    StaysInside {
        /// The desk at which the agent is, as the owner named it.
        desk: DeskId,
        /// Telegram's id of the album (`media_group_id`).
        album: String,
    },
}

/// A message of one side or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// The customer's, by its number in the private chat.
    Customer(MessageId),
    /// An agent's answer, by the number that rows name it by ([`super::AnswerId::stored`]).
    Agent(MessageId),
}

/// A line of the story, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The customer, the bot or the agent whose words these are.
    pub who: Speaker,
    /// The words, masked; empty for a message without words.
    pub text: String,
    /// What stretches of the words mean.
    pub entities: Vec<Entity>,
    /// A message that is more than text: its kind and number in its chat; `None` for text, and for what must not be
    /// copied.
    pub media: Option<(Kind, MessageId)>,
    /// Telegram's id of the album it belongs to; `None` when it stands alone.
    pub album: Option<String>,
}

impl Line {
    /// A line of words alone.
    pub fn of_words(who: Speaker, words: Styled) -> Line {
        Line { who, text: words.text, entities: words.entities, media: None, album: None }
    }
}

/// The one whose words a line of the story holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The bot.
    Bot,
    /// An agent, by name.
    Agent(String),
}
