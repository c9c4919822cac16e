//! What a step decides to do. Effects are data: rendered, stored and carried out by others.

use super::event::{Kind, MessageId, TicketNo};
use super::state::Ticket;
use crate::parcel::TrackingNumber;
use crate::phrases::Reply;

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
    },
    /// Answer a press, so that its button stops waiting; with a few words, if there is something to say.
    Toast {
        /// Telegram's id of the press.
        query: String,
        /// The words, and the seed that chooses their wording.
        words: Option<(Reply, u64)>,
    },
    /// Ask the carrier where a parcel is; the answer comes back as an event.
    Track(TrackingNumber),
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
    /// Open the topic, or name it anew if it exists.
    Open(Ticket, TicketState),
    /// Name the topic after what became of the ticket.
    Rename(Ticket, TicketState),
    /// The card of a ticket, and how it stands.
    Card(Ticket, TicketState),
    /// The card again, in the place of an earlier one.
    EditCard {
        /// The message that shows it.
        message: MessageId,
        /// The ticket.
        ticket: Ticket,
        /// How it stands.
        state: TicketState,
    },
    /// What was said since a moment (Unix milliseconds), or the recent past.
    Story {
        /// Lines after this moment.
        since: Option<i64>,
    },
    /// The customer's own words.
    Words(String),
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
    },
    /// A line for the agents.
    Notice(Reply),
    /// The topic is gone and nobody waits: what was still meant for it is dropped.
    Abandon,
    /// The line that an agent took the ticket, with the button to resolve it.
    Taken(Ticket, Reply),
    /// A line for the agents with a button.
    Offer(Reply, Button),
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
        /// The agent's name.
        agent: String,
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
    /// An agent takes a ticket.
    Take(TicketNo),
    /// An agent takes a ticket that another one holds.
    TakeOver(TicketNo),
    /// An agent resolves a ticket.
    Resolve(TicketNo),
    /// An agent goes on with a customer whose ticket was resolved.
    Reopen,
}

impl Pressed {
    /// As `callback_data`.
    pub fn data(&self) -> String {
        match self {
            Pressed::Wish(intent) => format!("wish:{intent}"),
            Pressed::Person => "person".into(),
            Pressed::Helped { ticket, yes } => {
                format!("helped:{ticket}:{}", if *yes { "yes" } else { "no" })
            }
            Pressed::Take(ticket) => format!("take:{ticket}"),
            Pressed::TakeOver(ticket) => format!("takeover:{ticket}"),
            Pressed::Resolve(ticket) => format!("resolve:{ticket}"),
            Pressed::Reopen => "reopen".into(),
        }
    }

    /// Reads `callback_data` back; `None` when it is none of ours.
    pub fn parse(data: &str) -> Option<Pressed> {
        let mut parts = data.split(':');
        let pressed = match (parts.next()?, parts.next(), parts.next()) {
            ("wish", Some(intent), None) => Pressed::Wish(intent.into()),
            ("person", None, None) => Pressed::Person,
            ("reopen", None, None) => Pressed::Reopen,
            ("helped", Some(ticket), Some(answer)) => Pressed::Helped {
                ticket: TicketNo(ticket.parse().ok()?),
                yes: match answer {
                    "yes" => true,
                    "no" => false,
                    _ => return None,
                },
            },
            ("take", Some(ticket), None) => Pressed::Take(TicketNo(ticket.parse().ok()?)),
            ("takeover", Some(ticket), None) => Pressed::TakeOver(TicketNo(ticket.parse().ok()?)),
            ("resolve", Some(ticket), None) => Pressed::Resolve(TicketNo(ticket.parse().ok()?)),
            _ => return None,
        };
        parts.next().is_none().then_some(pressed)
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
            Pressed::Take(TicketNo(1)),
            Pressed::Reopen,
            Pressed::TakeOver(TicketNo(2)),
            Pressed::Resolve(TicketNo(9_000_000)),
        ] {
            assert!(pressed.data().len() <= 64);
            assert_eq!(Pressed::parse(&pressed.data()), Some(pressed));
        }
        for nonsense in ["", "take", "take:x", "helped:1:maybe", "wish:a:b", "resolve:1:2:3"] {
            assert_eq!(Pressed::parse(nonsense), None, "{nonsense}");
        }
    }
}
