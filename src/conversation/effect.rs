//! What a step decides to do. Effects are data: rendered, stored and carried out by others.

use super::event::{CarrierQuestion, Kind, MessageId, Person, TicketNo};
use super::promise::{Outcome, Owner, Promised, Timer};
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
        /// The message in the desk that they come from.
        message: MessageId,
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
        /// The message in the desk.
        message: MessageId,
    },
    /// Answer a press, so that its button stops waiting; with a few words, if there is something to say.
    Toast {
        /// Telegram's id of the press.
        query: String,
        /// The words, and the seed that chooses their wording.
        words: Option<(Reply, u64)>,
    },
    /// Ask the carrier; the answer comes back as an event.
    Ask(CarrierQuestion),
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
        outcome: Outcome,
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
    Wished {
        /// The intent.
        intent: String,
    },
    /// An agent was offered a ticket.
    Offered {
        /// Telegram's id of the agent.
        agent: i64,
    },
    /// Something for the lead, with the story under it if `story`.
    Lead {
        /// What is told.
        words: Reply,
        /// Whether the story goes with it.
        story: bool,
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
    /// What was said since a moment (Unix milliseconds), or the recent past.
    Story {
        /// Lines after this moment.
        since: Option<i64>,
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
    Offer(Reply, Vec<Button>),
    /// A line that calls an agent by name: it begins with it.
    Call(Person, Reply),
}

/// How a ticket stands.
#[derive(Clone, Debug, PartialEq)]
pub enum TicketState {
    /// Nobody took it yet.
    Waiting,
    /// An agent has it.
    Taken {
        /// The agent's name.
        agent: String,
    },
    /// It is done.
    Resolved {
        /// The agent's name; `None` when the customer did not need it any more.
        agent: Option<String>,
    },
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

/// What a press of one of our buttons means. Written into Telegram's `callback_data` (1 to 64 bytes)
/// and parsed once when it comes back; whether it still stands is the conversation's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The customer wants this.
    Wish(String),
    /// The customer wants a person.
    Person,
    /// The customer says whether a ticket's answer helped.
    Helped {
        /// The ticket.
        ticket: TicketNo,
        /// Whether it did.
        yes: bool,
    },
    /// The customer chose one of the answers to a question.
    Choice(String),
    /// The customer says yes or no to something that cannot be taken back.
    Confirm {
        /// The task it belongs to.
        task: u64,
        /// Whether it is a yes.
        yes: bool,
    },
    /// The customer says whether the bot's answer helped.
    Solved(bool),
    /// The customer goes on with what was put aside, or does not want it any more.
    Resume(bool),
    /// The customer wants to hear of a parcel's changes.
    Follow(TrackingNumber),
    /// The customer does not want to any more.
    Unfollow(TrackingNumber),
    /// The customer goes on with the bot while the ticket waits.
    AskBot(TicketNo),
    /// The customer does not need a person any more.
    LeaveQueue(TicketNo),
    /// The customer says how it was.
    Mark {
        /// The ticket.
        ticket: TicketNo,
        /// 1 (bad) to 5 (good).
        mark: u8,
    },
    /// An agent takes a ticket.
    Take(TicketNo),
    /// An agent takes a ticket that another one holds.
    TakeOver(TicketNo),
    /// An agent resolves a ticket.
    Resolve(TicketNo),
    /// An agent goes on with a customer whose ticket was resolved.
    Reopen,
    /// An agent gives a ticket back to the queue.
    Release(TicketNo),
    /// An agent gives the customer back to the bot.
    ToBot(TicketNo),
    /// An agent wants to pass a ticket on: the card shows to whom.
    TransferMenu(TicketNo),
    /// An agent passes a ticket on to this one.
    TransferTo {
        /// The ticket.
        ticket: TicketNo,
        /// Telegram's id of the other agent, or of another desk.
        to: i64,
    },
    /// An agent wants to put a ticket aside: the card shows until when.
    SnoozeMenu(TicketNo),
    /// An agent puts a ticket aside for so many minutes; 0 until the customer answers.
    Snooze {
        /// The ticket.
        ticket: TicketNo,
        /// Minutes.
        minutes: i64,
    },
    /// The card shows its usual buttons again.
    BackToCard(TicketNo),
    /// An agent takes back the last answer.
    Recall(TicketNo),
    /// An agent sends a canned reply.
    Canned {
        /// The ticket.
        ticket: TicketNo,
        /// Which reply.
        id: String,
    },
    /// An agent says what a ticket was really about.
    Was {
        /// The ticket.
        ticket: TicketNo,
        /// The intent.
        intent: String,
    },
    /// The lead lets the bot learn what was proposed, or not.
    Lesson {
        /// The proposal.
        proposal: i64,
        /// Whether to.
        yes: bool,
    },
    /// The lead says that something is wrong for many.
    IncidentOpen(String),
    /// The lead says that it is over.
    IncidentOver(String),
    /// An agent sends what was held back, because another one holds the ticket.
    SendAnyway(MessageId),
}

impl Pressed {
    /// Whether it belongs to the desk as a whole, and to no customer.
    pub fn is_offices(&self) -> bool {
        matches!(self, Pressed::IncidentOpen(_) | Pressed::IncidentOver(_) | Pressed::Lesson { .. })
    }

    /// Whether it stands on a button for agents: nothing that a customer presses.
    pub fn is_agents(&self) -> bool {
        match self {
            Pressed::Wish(_)
            | Pressed::Person
            | Pressed::Helped { .. }
            | Pressed::Choice(_)
            | Pressed::Confirm { .. }
            | Pressed::Solved(_)
            | Pressed::Resume(_)
            | Pressed::Follow(_)
            | Pressed::AskBot(_)
            | Pressed::LeaveQueue(_)
            | Pressed::Mark { .. }
            | Pressed::Unfollow(_) => false,
            Pressed::Take(_)
            | Pressed::TakeOver(_)
            | Pressed::Resolve(_)
            | Pressed::Reopen
            | Pressed::Release(_)
            | Pressed::ToBot(_)
            | Pressed::TransferMenu(_)
            | Pressed::TransferTo { .. }
            | Pressed::SnoozeMenu(_)
            | Pressed::Snooze { .. }
            | Pressed::BackToCard(_)
            | Pressed::Recall(_)
            | Pressed::Canned { .. }
            | Pressed::Was { .. }
            | Pressed::Lesson { .. }
            | Pressed::IncidentOpen(_)
            | Pressed::IncidentOver(_)
            | Pressed::SendAnyway(_) => true,
        }
    }

    /// As `callback_data`.
    pub fn data(&self) -> String {
        match self {
            Pressed::Wish(intent) => format!("wish:{intent}"),
            Pressed::Person => "person".into(),
            Pressed::Helped { ticket, yes } => {
                format!("helped:{ticket}:{}", word_of(*yes))
            }
            Pressed::Choice(id) => format!("choice:{id}"),
            Pressed::Confirm { task, yes } => format!("confirm:{task}:{}", word_of(*yes)),
            Pressed::Solved(yes) => format!("solved:{}", word_of(*yes)),
            Pressed::Resume(yes) => format!("resume:{}", word_of(*yes)),
            Pressed::Follow(number) => format!("follow:{number}"),
            Pressed::Unfollow(number) => format!("unfollow:{number}"),
            Pressed::Take(ticket) => format!("take:{ticket}"),
            Pressed::TakeOver(ticket) => format!("takeover:{ticket}"),
            Pressed::Resolve(ticket) => format!("resolve:{ticket}"),
            Pressed::Reopen => "reopen".into(),
            Pressed::AskBot(ticket) => format!("askbot:{ticket}"),
            Pressed::LeaveQueue(ticket) => format!("leave:{ticket}"),
            Pressed::Mark { ticket, mark } => format!("mark:{ticket}:{mark}"),
            Pressed::Release(ticket) => format!("release:{ticket}"),
            Pressed::ToBot(ticket) => format!("tobot:{ticket}"),
            Pressed::TransferMenu(ticket) => format!("transfer:{ticket}"),
            Pressed::TransferTo { ticket, to } => format!("transfer:{ticket}:{to}"),
            Pressed::SnoozeMenu(ticket) => format!("snooze:{ticket}"),
            Pressed::Snooze { ticket, minutes } => format!("snooze:{ticket}:{minutes}"),
            Pressed::BackToCard(ticket) => format!("card:{ticket}"),
            Pressed::Recall(ticket) => format!("recall:{ticket}"),
            Pressed::Canned { ticket, id } => format!("canned:{ticket}:{id}"),
            Pressed::Was { ticket, intent } => format!("was:{ticket}:{intent}"),
            Pressed::Lesson { proposal, yes } => format!("learn:{proposal}:{}", word_of(*yes)),
            Pressed::IncidentOpen(intent) => format!("incident:open:{intent}"),
            Pressed::IncidentOver(intent) => format!("incident:over:{intent}"),
            Pressed::SendAnyway(message) => format!("send:{}", message.0),
        }
    }

    /// Reads `callback_data` back; `None` when it is none of ours.
    pub fn parse(data: &str) -> Option<Pressed> {
        let mut parts = data.split(':');
        let pressed = match (parts.next()?, parts.next(), parts.next()) {
            ("wish", Some(intent), None) => Pressed::Wish(intent.into()),
            ("person", None, None) => Pressed::Person,
            ("reopen", None, None) => Pressed::Reopen,
            ("helped", Some(ticket), Some(answer)) => {
                Pressed::Helped { ticket: TicketNo(ticket.parse().ok()?), yes: yes_of(answer)? }
            }
            ("choice", Some(id), None) => Pressed::Choice(id.into()),
            ("confirm", Some(task), Some(answer)) => {
                Pressed::Confirm { task: task.parse().ok()?, yes: yes_of(answer)? }
            }
            ("solved", Some(answer), None) => Pressed::Solved(yes_of(answer)?),
            ("resume", Some(answer), None) => Pressed::Resume(yes_of(answer)?),
            ("follow", Some(number), None) => Pressed::Follow(TrackingNumber::new(number)),
            ("unfollow", Some(number), None) => Pressed::Unfollow(TrackingNumber::new(number)),
            ("take", Some(ticket), None) => Pressed::Take(TicketNo(ticket.parse().ok()?)),
            ("takeover", Some(ticket), None) => Pressed::TakeOver(TicketNo(ticket.parse().ok()?)),
            ("resolve", Some(ticket), None) => Pressed::Resolve(TicketNo(ticket.parse().ok()?)),
            ("askbot", Some(ticket), None) => Pressed::AskBot(TicketNo(ticket.parse().ok()?)),
            ("leave", Some(ticket), None) => Pressed::LeaveQueue(TicketNo(ticket.parse().ok()?)),
            ("mark", Some(ticket), Some(mark)) => Pressed::Mark {
                ticket: TicketNo(ticket.parse().ok()?),
                mark: mark.parse().ok().filter(|mark| (1..=5).contains(mark))?,
            },
            ("release", Some(ticket), None) => Pressed::Release(TicketNo(ticket.parse().ok()?)),
            ("tobot", Some(ticket), None) => Pressed::ToBot(TicketNo(ticket.parse().ok()?)),
            ("transfer", Some(ticket), None) => Pressed::TransferMenu(TicketNo(ticket.parse().ok()?)),
            ("transfer", Some(ticket), Some(to)) => {
                Pressed::TransferTo { ticket: TicketNo(ticket.parse().ok()?), to: to.parse().ok()? }
            }
            ("snooze", Some(ticket), None) => Pressed::SnoozeMenu(TicketNo(ticket.parse().ok()?)),
            ("snooze", Some(ticket), Some(minutes)) => {
                Pressed::Snooze { ticket: TicketNo(ticket.parse().ok()?), minutes: minutes.parse().ok()? }
            }
            ("card", Some(ticket), None) => Pressed::BackToCard(TicketNo(ticket.parse().ok()?)),
            ("recall", Some(ticket), None) => Pressed::Recall(TicketNo(ticket.parse().ok()?)),
            ("canned", Some(ticket), Some(id)) => {
                Pressed::Canned { ticket: TicketNo(ticket.parse().ok()?), id: id.into() }
            }
            ("was", Some(ticket), Some(intent)) => {
                Pressed::Was { ticket: TicketNo(ticket.parse().ok()?), intent: intent.into() }
            }
            ("learn", Some(proposal), Some(answer)) => {
                Pressed::Lesson { proposal: proposal.parse().ok()?, yes: yes_of(answer)? }
            }
            ("incident", Some("open"), Some(intent)) => Pressed::IncidentOpen(intent.into()),
            ("incident", Some("over"), Some(intent)) => Pressed::IncidentOver(intent.into()),
            ("send", Some(message), None) => Pressed::SendAnyway(MessageId(message.parse().ok()?)),
            _ => return None,
        };
        parts.next().is_none().then_some(pressed)
    }
}

fn word_of(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn yes_of(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_read_back_as_what_they_were() {
        for pressed in [
            Pressed::Wish("change_address_or_date".into()),
            Pressed::Person,
            Pressed::Helped { ticket: TicketNo(128), yes: false },
            Pressed::Choice("cause_inn_not_linked".into()),
            Pressed::Confirm { task: 7, yes: true },
            Pressed::Solved(false),
            Pressed::Resume(true),
            Pressed::Follow(TrackingNumber::new("RA123456785RU")),
            Pressed::Unfollow(TrackingNumber::new("1000000017")),
            Pressed::Take(TicketNo(1)),
            Pressed::Reopen,
            Pressed::TakeOver(TicketNo(2)),
            Pressed::Resolve(TicketNo(9_000_000)),
            Pressed::AskBot(TicketNo(1)),
            Pressed::LeaveQueue(TicketNo(1)),
            Pressed::Mark { ticket: TicketNo(1), mark: 5 },
            Pressed::Release(TicketNo(1)),
            Pressed::ToBot(TicketNo(1)),
            Pressed::TransferMenu(TicketNo(1)),
            Pressed::TransferTo { ticket: TicketNo(1), to: -1_001_234_567_890 },
            Pressed::SnoozeMenu(TicketNo(1)),
            Pressed::Snooze { ticket: TicketNo(1), minutes: 60 },
            Pressed::BackToCard(TicketNo(1)),
            Pressed::Recall(TicketNo(1)),
            Pressed::SendAnyway(MessageId(77)),
            Pressed::Canned { ticket: TicketNo(1), id: "address_at_the_courier_".into() },
            Pressed::Was { ticket: TicketNo(1), intent: "change_address_or_date".into() },
            Pressed::Lesson { proposal: 7_123_456_789_012_345, yes: true },
            Pressed::IncidentOpen("change_address_or_date".into()),
            Pressed::IncidentOver("refund".into()),
        ] {
            assert!(pressed.data().len() <= 64);
            assert_eq!(Pressed::parse(&pressed.data()), Some(pressed));
        }
        for nonsense in ["", "take", "take:x", "helped:1:maybe", "wish:a:b", "resolve:1:2:3", "mark:1:6", "mark:1:0"] {
            assert_eq!(Pressed::parse(nonsense), None, "{nonsense}");
        }
    }
}
