//! What can happen to a conversation. Everything that does is an event in its inbox: customers, agents and the carrier
//! speak to it in the same way, and in order.

use super::ids::{AgentId, ConversationId, CustomerId, DeskId, MessageId};
use super::promise::Timer;
use super::standing::Standing;
use super::styled::{Entity, Styled};
use super::topic::Topic;
use crate::parcel::{ChangeRefused, Done, Found, Instruction, Parcel, Phone, TrackingNumber};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// Something that happened to one customer's conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// The customer sent a message.
    Wrote {
        /// The customer, as Telegram names them with this message.
        customer: Person,
        /// What was written or sent, masked.
        message: Message,
    },
    /// The customer changed an earlier message.
    Edited {
        /// The customer, as Telegram names them with this change.
        customer: Person,
        /// The message as it is now, masked; its number is that of the earlier one.
        message: Message,
    },
    /// The customer pressed a button.
    Pressed {
        /// The customer, as Telegram names them with this press.
        customer: Person,
        /// The button, and the message it stands under.
        press: Press,
    },
    /// The customer blocked the bot.
    Left,
    /// The customer let the bot in again.
    CameBack,
    /// An agent wrote in the customer's topic.
    AgentWrote {
        /// The agent who wrote.
        agent: Person,
        /// What was written or sent, masked.
        message: Message,
    },
    /// An agent changed an earlier message.
    AgentEdited {
        /// The agent who changed it.
        agent: Person,
        /// The message as it is now, masked; its number is that of the earlier one.
        message: Message,
    },
    /// An agent pressed a button in the customer's topic.
    AgentPressed {
        /// The agent who pressed.
        agent: Person,
        /// The button, and the message it stands under.
        press: Press,
        /// How the one who pressed stands at the desk.
        #[serde(default)]
        standing: Standing,
    },
    /// An agent gave a command in the customer's topic.
    AgentCommand {
        /// The agent who gave it.
        agent: Person,
        /// What is to be done with the customer's ticket.
        command: TicketCommand,
        /// The message that gave it; a reply names there what the command is about.
        message: Message,
    },
    /// The carrier answered where a parcel is.
    Tracked {
        /// The number the carrier was asked for.
        number: TrackingNumber,
        /// What the carrier said of it.
        answer: Tracked,
        /// What the parcel was looked up for, as it was asked.
        #[serde(default)]
        why: Why,
    },
    /// The carrier answered whether it made a change.
    Instructed {
        /// What the carrier was told to do.
        instruction: Instruction,
        /// What the carrier did.
        answer: Instructed,
    },
    /// A parcel that the customer follows has moved.
    Moved {
        /// The parcel as it stands now.
        parcel: Parcel,
    },
    /// A moment the conversation waited for has come.
    Due {
        /// What the conversation waited for.
        timer: Timer,
    },
    /// Something is wrong for many, and this customer waits because of it.
    IncidentBegan {
        /// The intent that is asked by many.
        intent: String,
        /// What the customer is told, in the lead's words; `None` for the phrasebook's.
        words: Option<String>,
    },
    /// What was wrong for many is over.
    IncidentOver {
        /// The intent that was asked by many.
        intent: String,
    },
    /// An agent did something at a desk that was the customer's when it was done; by now it may be another.
    AtDesk {
        /// The desk, as the owner named it.
        desk: DeskId,
        /// What the agent did there.
        did: Box<Event>,
    },
    /// The lead has banned the customer, or lets them in again.
    Banned {
        /// Whether they are banned from now on.
        on: bool,
        /// The lead.
        by: Person,
    },
    /// The owner has all that is kept about the customer erased.
    Forget,
    /// The desk at which the customer's ticket lies is none any more: the owner has taken it out of the settings.
    DeskGone,
    /// The customer's topic does not exist any more.
    TopicGone,
    /// The customer's topic was closed by hand in Telegram.
    TopicClosed,
    /// Something could not be delivered to the customer.
    Undelivered {
        /// What Telegram said of it.
        reason: Undelivered,
        /// The answer it was, by the number that rows name it by ([`super::AnswerId::stored`]); `None` for words of the
        /// bot, and for all that waited.
        #[serde(default)]
        message: Option<MessageId>,
        /// The words of the bot that did not arrive; `None` for an agent's answer.
        #[serde(default)]
        words: Option<String>,
        /// The number under which what was refused is kept; `None` where several were.
        #[serde(default)]
        letter: Option<i64>,
    },
    /// An agent has left the group; the customer's ticket goes back to the queue if it is theirs.
    AgentGone {
        /// The agent who left.
        agent: AgentId,
    },
    /// A customer's message could not be copied into the topic.
    RelayFailed {
        /// The message's number in the private chat.
        message: MessageId,
        /// Which part of it, where it took several messages there: 0 for the first.
        #[serde(default)]
        part: u32,
        /// What kind it was, for the notice in the topic.
        kind: Kind,
        /// The words under it, masked; `None` when there were none.
        #[serde(default)]
        words: Option<String>,
        /// What stretches of the words mean.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
        /// The number under which what was refused is kept; `None` where it is not known.
        #[serde(default)]
        letter: Option<i64>,
    },
    /// A customer's message stands in the topic, but could not be shown as the answer that it is.
    ReplyLost {
        /// The number in the private chat of the message that it answers.
        answered: MessageId,
    },
    /// Something that the bot says in the topic was refused.
    NotShown {
        /// The number under which what was refused is kept.
        letter: i64,
    },
    /// Telegram has done what it would to take an agent's answer back.
    Recalled {
        /// How much of it the agent is told.
        report: RecallReport,
        /// How many messages the customer had of the answer.
        count: usize,
        /// How many of them were gone already.
        missing: usize,
        /// How many of them Telegram lets nobody delete any more.
        kept: usize,
    },
    /// What an agent asked to see as it was sent could not be shown to them.
    OriginalNotShown {
        /// The agent.
        agent: AgentId,
        /// Why not.
        why: Unshown,
    },
    /// Some messages of an album were deleted before they could be copied; the others have arrived.
    AlbumCut {
        /// Whether it is an agent's album, that has gone to the customer.
        to_customer: bool,
        /// How many have arrived.
        arrived: usize,
        /// How many have not.
        missing: usize,
    },
}

/// Why an agent could not be shown what a customer sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unshown {
    /// The agent has no chat with the bot: never opened, or blocked.
    Unopened {
        /// The bot's username, without the sign, by which it can be opened; `None` where it is not known.
        bot: Option<String>,
    },
    /// It is not in the customer's chat any more, or must not be copied.
    Gone,
}

/// How much an agent is told of what became of a recall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecallReport {
    /// All of it: the agent waits for it.
    Whole,
    /// What did not go as the agent was told that it would.
    #[default]
    Trouble,
    /// Whatever the customer had of it: the agent meant to send nothing.
    AnySent,
}

/// A customer or an agent, as Telegram names them. Names are as typed; nothing in them is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Telegram's id. A bare number, because the same person is a customer in one chat and an agent in another:
    /// [`Person::customer_id`] or [`Person::agent_id`] says which of them is meant.
    pub id: i64,
    /// The first name, as typed; may be empty.
    pub name: String,
    /// `@username`, without the sign; `None` when the account has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The language of the person's Telegram (IETF tag); `None` when Telegram does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// Whether it is a channel, in whose name somebody writes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_channel: bool,
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

    /// Whether this is somebody who hides behind the group or a channel. Telegram gives all of them its id (below
    /// zero), so they are one person to the bot, and such a one cannot hold a ticket.
    pub fn is_anonymous(&self) -> bool {
        ConversationId::from_stored(self.id).desk().is_some()
    }

    /// The key of what somebody who hides is told; `None` for a person whose name is known.
    pub fn anonymous_key(&self) -> Option<&'static str> {
        match (self.is_anonymous(), self.is_channel) {
            (false, _) => None,
            (true, false) => Some("desk.anonymous"),
            (true, true) => Some("desk.as_channel"),
        }
    }
}

/// A message, personal numbers already masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in its chat; Telegram counts from 1.
    pub id: MessageId,
    /// What it is beside its words.
    pub kind: Kind,
    /// The text or caption, masked, as typed; `None` for a message without words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What stretches of the text mean, addresses in them masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Whether a personal number was masked in the text, or in an address behind it.
    #[serde(default)]
    pub masked: bool,
    /// Whether it must not be copied: a personal number stands in it where it cannot be masked.
    #[serde(default)]
    pub sealed: bool,
    /// Telegram's id of the album it belongs to (`media_group_id`); `None` when it stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// The number of the message of the same chat that it answers; `None` when it answers none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Telegram's id of the account that wrote the answered message; `None` when it answers none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_from: Option<i64>,
    /// Whether a bot wrote the answered message: at the desk that is a customer's, as the bot shows it, or the bot's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replies_to_bot: bool,
    /// How the answered message begins, masked: for where the answer goes and that message does not. `None` when it
    /// answers none or that one has no words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The piece it answers, where the writer chose one or answers something of another chat; `None` when it answers a
    /// message of this chat as a whole, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cited: Option<Cited>,
    /// The name of the person, group or channel whose message was forwarded, masked; `None` when it is the writer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The data of the buttons under the message of the bot that it answers; empty when it answers none, or one without
    /// buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered_buttons: Vec<String>,
    /// Whether it answers something outside of this chat: a story, a message of another chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answers_elsewhere: bool,
    /// Whether it was passed on from elsewhere: its words are then not the sender's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// The phone of a shared contact; `None` for any other message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// What a message answers, told where the answered message itself is not at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// The piece that was chosen, masked; `None` when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The name of the person, group or channel of another chat whose message it is, masked; `None` for this chat's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What an agent can tell the bot to do with a ticket, in its topic: the ticket commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketCommand {
    /// The agent takes the ticket.
    Take,
    /// The ticket goes back to the queue.
    Release,
    /// The ticket is done; the customer is asked whether it helped.
    Resolve,
    /// The ticket is done, and the bot goes on with the customer.
    ToBot,
    /// The ticket goes to another agent or desk, by the beginning of the name or by @username; empty to be shown the
    /// choice.
    Transfer(String),
    /// The ticket is snoozed for so long.
    Snooze(Pause),
    /// From now on what agents write in the topic stays inside; given again, it goes out as before.
    Notes,
    /// These words go to the customer; `None` for the message that the command answers.
    Send(Option<String>),
    /// The agent's last answer is taken back, if it is fresh.
    Recall,
    /// The agent is shown canned replies that hold these words; empty for those that fit the request.
    Canned(String),
    /// It begins like a command and is none of ours: nothing goes to the customer.
    Unknown,
    /// The same, but it is nearly this command of ours (`/take`).
    Nearly(String),
    /// The ticket is to be snoozed, but not until a time that can be read: what stood in its place.
    SnoozeUnread(String),
}

/// For how long an agent snoozes a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Until the customer writes.
    Answer,
    /// So many minutes; a ticket is snoozed for a minute at least and 30 days at most.
    Minutes(i64),
    /// Until the clock at the desk next shows this.
    Clock(NaiveTime),
    /// Until the next working day begins.
    Tomorrow,
}

/// A contact that was shared in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The phone in it, in its normal form.
    pub phone: Phone,
    /// Whether Telegram says that it is the sender's own: only that proves anything.
    pub own: bool,
}

impl Message {
    /// A message of this kind with nothing in it yet.
    pub fn new(id: MessageId, kind: Kind) -> Message {
        Message {
            id,
            kind,
            text: None,
            entities: Vec::new(),
            masked: false,
            sealed: false,
            album: None,
            reply_to: None,
            reply_from: None,
            replies_to_bot: false,
            quote: None,
            cited: None,
            origin: None,
            answered_buttons: Vec::new(),
            answers_elsewhere: false,
            forwarded: false,
            contact: None,
        }
    }

    /// The text with its formatting, as typed; `None` for a message without words.
    pub fn styled(&self) -> Option<Styled> {
        self.text.clone().map(|text| Styled { text, entities: self.entities.clone() })
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
    /// The word for it, as in the phrasebook's `desk.media_…` and in the store.
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
    /// Telegram's id of the press (`callback_query_id`), to be answered.
    pub query: String,
    /// The number of the message that carries the button.
    pub message: MessageId,
    /// The button's `callback_data`: not trusted, see [`super::Pressed::parse`].
    pub data: String,
}

/// What the carrier said about a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tracked {
    /// The parcel as the carrier knows it, and whether the phone is its recipient's.
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
    /// The carrier made the change, with what follows from it.
    Done(Done),
    /// The carrier did not make it, for this reason.
    Refused(ChangeRefused),
    /// The carrier did not answer in time: whether the change was made is not known yet.
    Down,
}

/// What is asked of the carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarrierRequest {
    /// Where a parcel is, and whether this phone is its recipient's.
    Track {
        /// The parcel's tracking number.
        number: TrackingNumber,
        /// The customer's phone as Telegram shared it; `None` when it has not been shared.
        #[serde(default)]
        phone: Option<Phone>,
        /// What the answer is for.
        #[serde(default)]
        why: Why,
    },
    /// To make a change in the customer's name.
    Instruct(Instruction),
}

impl CarrierRequest {
    /// The tracking number of the parcel it is about.
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
    /// For the task of this number ([`super::Task::no`]).
    Task(u64),
    /// To see whether a reminder is still needed.
    Remind,
    /// To answer a question about it beyond where it is.
    About(Topic),
    /// For a person who takes over what the customer told of it.
    Story,
    /// A ticket waits, and the customer asks whether there is anything new.
    Waiting,
    /// The customer asks on about what was told of it a while ago: it may have moved since.
    Further,
}

/// Why something did not reach the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undelivered {
    /// The customer blocked the bot.
    Blocked,
    /// The customer's account is gone, or never opened the chat.
    Gone,
    /// Telegram refused it for another reason, in its own words.
    Refused(String),
    /// Telegram refused to change or to take back what the customer has already.
    Unchanged,
}
