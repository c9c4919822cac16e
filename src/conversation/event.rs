//! What can happen to a conversation. Everything that does is an event in its inbox: customers,
//! agents and the carrier speak to it in the same way, and in order.

use super::ids::{AgentId, ConversationId, CustomerId, MessageId};
use super::promise::Timer;
use crate::parcel::{Done, Found, Instruction, Parcel, Phone, Refused, TrackingNumber};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// Something that happened to one customer's conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// The customer sent a message.
    Wrote {
        /// Who.
        customer: Person,
        /// What.
        message: Message,
    },
    /// The customer changed an earlier message.
    Edited {
        /// Who.
        customer: Person,
        /// The message as it is now.
        message: Message,
    },
    /// The customer pressed a button.
    Pressed {
        /// Who.
        customer: Person,
        /// Which one.
        press: Press,
    },
    /// The customer blocked the bot.
    Left,
    /// The customer let the bot in again.
    CameBack,
    /// An agent wrote in the customer's topic.
    AgentWrote {
        /// Who.
        agent: Person,
        /// What.
        message: Message,
    },
    /// An agent changed an earlier message.
    AgentEdited {
        /// Who.
        agent: Person,
        /// The message as it is now.
        message: Message,
    },
    /// An agent pressed a button in the customer's topic.
    AgentPressed {
        /// Who.
        agent: Person,
        /// Which one.
        press: Press,
    },
    /// An agent gave a command in the customer's topic.
    AgentCommand {
        /// Who.
        agent: Person,
        /// Which.
        command: TicketCommand,
        /// The message that gave it.
        message: Message,
    },
    /// The carrier answered where a parcel is.
    Tracked {
        /// The number asked for.
        number: TrackingNumber,
        /// The answer.
        answer: Tracked,
        /// What it was asked for.
        #[serde(default)]
        why: Why,
    },
    /// The carrier answered whether it made a change.
    Instructed {
        /// What it was told.
        instruction: Instruction,
        /// What it did.
        answer: Instructed,
    },
    /// A parcel that the customer follows has moved.
    Moved {
        /// The parcel as it stands now.
        parcel: Parcel,
    },
    /// A moment the conversation waited for has come.
    Due {
        /// Which.
        timer: Timer,
    },
    /// Something is wrong for many, and this customer waits because of it.
    IncidentBegan {
        /// What they ask.
        intent: String,
        /// What they are told, in the lead's words, if there are any.
        words: Option<String>,
    },
    /// What was wrong for many is over.
    IncidentOver {
        /// What they asked.
        intent: String,
    },
    /// The customer's topic does not exist any more.
    TopicGone,
    /// Somebody closed the customer's topic by hand.
    TopicClosed,
    /// Something could not be delivered to the customer.
    Undelivered {
        /// Why.
        reason: Undelivered,
    },
    /// An agent who may hold this ticket has left the group.
    AgentGone {
        /// Who.
        agent: AgentId,
    },
    /// A customer's message could not be copied into the topic.
    RelayFailed {
        /// Which.
        message: MessageId,
        /// What kind it was.
        kind: Kind,
        /// The words under it, masked.
        #[serde(default)]
        words: Option<String>,
    },
}

/// Somebody in Telegram: a customer or an agent. Names are as typed; nothing in them is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Telegram's id. A bare number, because the same person is a customer in one chat and an agent in another: which
    /// of them is meant says who asks for [`Person::customer_id`] or [`Person::agent_id`].
    pub id: i64,
    /// The first name.
    pub name: String,
    /// `@username`, without the sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The language of the person's Telegram (IETF tag), if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
}

impl Person {
    /// This person as a customer.
    pub fn customer_id(&self) -> CustomerId {
        CustomerId(self.id)
    }

    /// This person as an agent.
    pub fn agent_id(&self) -> AgentId {
        AgentId(self.id)
    }

    /// An administrator who hides behind the group: everybody who does so is the same person to us, so
    /// such a one cannot hold a ticket.
    pub fn is_anonymous(&self) -> bool {
        ConversationId::from_stored(self.id).desk().is_some()
    }
}

/// A message, personal numbers already masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in its chat.
    pub id: MessageId,
    /// What it is.
    pub kind: Kind,
    /// The text or caption, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether a personal number was masked in the text.
    #[serde(default)]
    pub masked: bool,
    /// Whether it must not be copied: a personal number stands in it where it cannot be masked.
    #[serde(default)]
    pub sealed: bool,
    /// The album it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// The message of the same chat that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Who wrote that message: Telegram's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_from: Option<i64>,
    /// How that message begins, masked: for where the answer goes and the message does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The phone of a contact, if that is what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// What an agent can tell the bot to do with a ticket, in its topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketCommand {
    /// Take it.
    Take,
    /// Give it back to the queue.
    Release,
    /// It is done.
    Resolve,
    /// The bot goes on with the customer.
    ToBot,
    /// It goes to another person or desk, by name.
    Transfer(String),
    /// It waits.
    Snooze(Pause),
    /// What is written stays inside, or does so no more.
    Notes,
    /// These words go to the customer, or the message that is answered.
    Send(Option<String>),
    /// The last answer is taken back.
    Recall,
    /// Canned replies, by words in them.
    Canned(String),
    /// None of ours.
    Unknown,
}

/// For how long a ticket waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Until the customer answers.
    Answer,
    /// So many minutes.
    Minutes(i64),
    /// Until the clock at the desk next shows this.
    Clock(NaiveTime),
    /// Until the next working day begins.
    Tomorrow,
}

/// A shared contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The phone.
    pub phone: Phone,
    /// Whether Telegram says that it is the sender's own.
    pub own: bool,
}

impl Message {
    /// A message of this kind with nothing in it yet.
    pub fn new(id: MessageId, kind: Kind) -> Message {
        Message {
            id,
            kind,
            text: None,
            masked: false,
            sealed: false,
            album: None,
            reply_to: None,
            reply_from: None,
            quote: None,
            contact: None,
        }
    }

    /// The text without surrounding white space; `None` when nothing is left.
    pub fn words(&self) -> Option<&str> {
        self.text.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

/// Kinds of messages. Whatever is neither text nor a kind we know is `Other` and copied as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Telegram's own words
pub enum Kind {
    Text,
    Photo,
    Video,
    Animation,
    Audio,
    Document,
    Voice,
    VideoNote,
    Sticker,
    Contact,
    Location,
    Other,
}

impl Kind {
    /// The word for it, as in the phrasebook's `desk.media_…`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Photo => "photo",
            Kind::Video => "video",
            Kind::Animation => "animation",
            Kind::Audio => "audio",
            Kind::Document => "document",
            Kind::Voice => "voice",
            Kind::VideoNote => "video_note",
            Kind::Sticker => "sticker",
            Kind::Contact => "contact",
            Kind::Location => "location",
            Kind::Other => "other",
        }
    }

    /// Reads the word back; a word of a later version is `Other`.
    pub fn from_word(word: &str) -> Kind {
        const ALL: [Kind; 11] = [
            Kind::Text,
            Kind::Photo,
            Kind::Video,
            Kind::Animation,
            Kind::Audio,
            Kind::Document,
            Kind::Voice,
            Kind::VideoNote,
            Kind::Sticker,
            Kind::Contact,
            Kind::Location,
        ];
        ALL.into_iter().find(|kind| kind.word() == word).unwrap_or(Kind::Other)
    }

    /// Whether Telegram lets such a message carry a caption.
    pub fn has_caption(self) -> bool {
        match self {
            Kind::Photo | Kind::Video | Kind::Animation | Kind::Audio | Kind::Document | Kind::Voice => true,
            // Kinds we do not know have words only as a caption.
            Kind::Other => true,
            Kind::Text | Kind::VideoNote | Kind::Sticker | Kind::Contact | Kind::Location => false,
        }
    }
}

/// A button that was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    /// Telegram's id of the press, to be answered.
    pub query: String,
    /// The message that carries the button.
    pub message: MessageId,
    /// The button's data, as Telegram gave it: not trusted, see [`super::Pressed::parse`].
    pub data: String,
}

/// What the carrier said about a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tracked {
    /// This is it.
    Found(Found),
    /// The carrier does not know the number.
    Unknown,
    /// The carrier did not answer in time.
    Down,
}

/// What the carrier did with an instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instructed {
    /// It is done.
    Done(Done),
    /// It was not done, and why.
    Refused(Refused),
    /// The carrier did not answer in time: nobody knows yet.
    Down,
}

/// What is asked of the carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarrierRequest {
    /// Where a parcel is, and whether this phone is its recipient's.
    Track {
        /// The parcel.
        number: TrackingNumber,
        /// The customer's phone, if it is proven.
        #[serde(default)]
        phone: Option<Phone>,
        /// What for.
        #[serde(default)]
        why: Why,
    },
    /// To change something.
    Instruct(Instruction),
}

impl CarrierRequest {
    /// The parcel it is about.
    pub fn number(&self) -> &TrackingNumber {
        match self {
            CarrierRequest::Track { number, .. } => number,
            CarrierRequest::Instruct(instruction) => &instruction.number,
        }
    }

    /// Whether an answer to `other` answers this as well: the same parcel looked up for the same, or the same
    /// instruction. The phone may have been shared in between.
    pub fn is_answered_by(&self, other: &CarrierRequest) -> bool {
        match (self, other) {
            (CarrierRequest::Track { number: a, why, .. }, CarrierRequest::Track { number: b, why: other, .. }) => {
                a == b && why == other
            }
            (CarrierRequest::Instruct(a), CarrierRequest::Instruct(b)) => a.key == b.key,
            (CarrierRequest::Track { .. }, CarrierRequest::Instruct(_))
            | (CarrierRequest::Instruct(_), CarrierRequest::Track { .. }) => false,
        }
    }
}

/// What a parcel was looked up for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// To tell the customer where it is.
    #[default]
    Tell,
    /// The customer says that it was not received, whatever the status.
    NotReceived,
    /// For the task of this number.
    Task(u64),
    /// To see whether a reminder is still needed.
    Remind,
}

/// Why something did not reach the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undelivered {
    /// The customer blocked the bot.
    Blocked,
    /// The customer's account is gone, or never opened the chat.
    Gone,
    /// Telegram refused it, in its own words.
    Refused(String),
}
