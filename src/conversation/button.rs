//! What buttons mean, and how that is written into them and read back.

use super::event::Pause;
use super::ids::{AgentId, DeskId, MessageId, TicketNo};
use crate::parcel::TrackingNumber;
use chrono::NaiveTime;

/// What a press of one of our buttons means. Written into Telegram's `callback_data` (1 to 64 bytes)
/// and parsed once when it comes back; whether it still stands is the conversation's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The customer wants this: the intent's id.
    Request(String),
    /// The customer wants the rest of an answer: the intent's id.
    More(String),
    /// The customer wants a person.
    Person,
    /// The customer says whether a ticket's answer helped.
    Helped {
        /// The ticket that was resolved; an older one counts no more.
        ticket: TicketNo,
        /// Whether the answer helped.
        yes: bool,
    },
    /// The customer chose one of the answers to a question: the key of the phrasebook without its file
    /// (`reason_cheaper`).
    Choice(String),
    /// The customer says yes or no to something that cannot be taken back.
    Confirm {
        /// The number of the task it belongs to ([`super::Task::no`]); that of another counts no more.
        task: u64,
        /// Whether it is a yes.
        yes: bool,
    },
    /// The customer does not want what a message asks for that they passed on.
    LeaveIt,
    /// Whether the bot's answer helped.
    Solved(bool),
    /// Whether the customer goes on with the paused task, or does not want it any more.
    Resume(bool),
    /// The customer wants to hear of a parcel's changes.
    Follow(TrackingNumber),
    /// The customer does not want to hear of a parcel's changes any more.
    Unfollow(TrackingNumber),
    /// The customer goes on with the bot while the ticket waits.
    AskBot(TicketNo),
    /// The customer does not need a person any more: the ticket is closed.
    LeaveQueue(TicketNo),
    /// The customer rates how a ticket was answered.
    Rate {
        /// The ticket that was resolved; each is rated once.
        ticket: TicketNo,
        /// 1 (bad) to 5 (good).
        rating: u8,
    },
    /// The customer asks for what is kept about them, or that it goes.
    Rights(RightsPress),
    /// An agent wants something done with a customer's ticket.
    Agent(AgentPress),
    /// The lead decides something for all.
    Lead(LeadPress),
}

/// How a button stands out among those beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// What it does cannot be taken back.
    Danger,
    /// It is the one that is meant to be pressed.
    Primary,
}

/// A button about what is kept of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightsPress {
    /// The customer wants a copy.
    Export,
    /// The customer wants it erased: that is asked about first.
    Forget,
    /// The customer says yes or no to that.
    Confirm {
        /// The number of the question ([`super::Customer::forgetting`]); that of another counts no more.
        asked: u64,
        /// Whether it is a yes.
        yes: bool,
    },
}

/// A button for agents: nothing that a customer presses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentPress {
    /// An agent takes a ticket.
    Take(TicketNo),
    /// An agent takes a ticket that another one holds.
    TakeOver {
        /// The ticket's number.
        ticket: TicketNo,
        /// The number of the first message of an answer that was held back, and goes out with it; `None` on a card.
        answer: Option<MessageId>,
    },
    /// An agent resolves a ticket; one that waits for an answer is asked about first.
    Resolve(TicketNo),
    /// An agent resolves a ticket, knowing that it waits for an answer.
    ResolveUnanswered(TicketNo),
    /// An agent would rather answer a ticket before it is resolved.
    AnswerFirst(TicketNo),
    /// An agent goes on with a customer whose ticket was resolved.
    Reopen,
    /// An agent gives a ticket back to the queue.
    Release(TicketNo),
    /// An agent gives the customer back to the bot.
    ToBot(TicketNo),
    /// An agent wants to transfer a ticket: the card shows the agents and desks it can go to.
    TransferMenu(TicketNo),
    /// An agent transfers a ticket to this agent or desk.
    TransferTo {
        /// The ticket's number.
        ticket: TicketNo,
        /// The agent or desk it goes to.
        to: Target,
    },
    /// An agent wants to snooze a ticket: the card shows for how long.
    SnoozeMenu(TicketNo),
    /// An agent snoozes a ticket.
    Snooze {
        /// The ticket's number.
        ticket: TicketNo,
        /// How long it is snoozed.
        pause: Pause,
    },
    /// The card shows its usual buttons again.
    BackToCard(TicketNo),
    /// An agent takes back their last answer.
    Recall(TicketNo),
    /// The agent who holds the ticket wants to see what is hidden in the customer's messages.
    Original(TicketNo),
    /// An agent sends a canned reply to the customer.
    Canned {
        /// The ticket's number.
        ticket: TicketNo,
        /// The canned reply's id in the phrasebook.
        id: String,
    },
    /// An agent says what a ticket that the bot did not understand was really about.
    Was {
        /// The ticket's number.
        ticket: TicketNo,
        /// The intent's id.
        intent: String,
    },
    /// An agent says that it was about none of what the card offers.
    WasNone(TicketNo),
    /// An agent sends what was held back, because another one holds the ticket: the number of its first message.
    SendAnyway(MessageId),
    /// What was held back because it looks like a note is one: its number.
    IsNote(MessageId),
    /// What was held back because it looks like a note is an answer: its number.
    IsAnswer(MessageId),
}

/// The one a ticket is transferred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another agent, on shift or seen at the desk lately.
    Agent(AgentId),
    /// Another desk, whose agents take it from the queue.
    Desk(DeskId),
}

/// A button that belongs to the desk as a whole, and to no customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeadPress {
    /// The lead lets the bot learn what was proposed, or not.
    Lesson {
        /// The proposal's number in the store.
        proposal: i64,
        /// Whether the bot is to learn it.
        yes: bool,
    },
    /// The lead says that something is wrong for many: the intent they ask.
    IncidentOpen(String),
    /// The lead says that it is over: the intent.
    IncidentOver(String),
}

impl Pressed {
    /// How its button stands out; `None` for one that is as good as those beside it.
    pub fn emphasis(&self) -> Option<Emphasis> {
        match self {
            Pressed::Confirm { yes: true, .. } | Pressed::Rights(RightsPress::Confirm { yes: true, .. }) => {
                Some(Emphasis::Danger)
            }
            Pressed::Agent(press) => matches!(press, AgentPress::Take(_)).then_some(Emphasis::Primary),
            Pressed::Confirm { yes: false, .. }
            | Pressed::Rights(RightsPress::Confirm { yes: false, .. } | RightsPress::Export | RightsPress::Forget)
            | Pressed::Request(_)
            | Pressed::More(_)
            | Pressed::Person
            | Pressed::Helped { .. }
            | Pressed::Choice(_)
            | Pressed::LeaveIt
            | Pressed::Solved(_)
            | Pressed::Resume(_)
            | Pressed::Follow(_)
            | Pressed::Unfollow(_)
            | Pressed::AskBot(_)
            | Pressed::LeaveQueue(_)
            | Pressed::Rate { .. }
            | Pressed::Lead(_) => None,
        }
    }

    /// The meaning as `callback_data`, 1 to 64 bytes: words and numbers with colons between them (`helped:128:yes`).
    /// [`Pressed::parse`] reads it back.
    pub fn data(&self) -> String {
        match self {
            Pressed::Request(intent) => format!("wish:{intent}"),
            Pressed::More(intent) => format!("more:{intent}"),
            Pressed::Person => "person".into(),
            Pressed::Helped { ticket, yes } => {
                format!("helped:{ticket}:{}", word_of(*yes))
            }
            Pressed::Choice(id) => format!("choice:{id}"),
            Pressed::Confirm { task, yes } => format!("confirm:{task}:{}", word_of(*yes)),
            Pressed::LeaveIt => "leave_it".into(),
            Pressed::Solved(yes) => format!("solved:{}", word_of(*yes)),
            Pressed::Resume(yes) => format!("resume:{}", word_of(*yes)),
            Pressed::Follow(number) => format!("follow:{number}"),
            Pressed::Unfollow(number) => format!("unfollow:{number}"),
            Pressed::Rights(RightsPress::Export) => "rights:export".into(),
            Pressed::Rights(RightsPress::Forget) => "rights:forget".into(),
            Pressed::Rights(RightsPress::Confirm { asked, yes }) => format!("rights:{asked}:{}", word_of(*yes)),
            Pressed::Agent(AgentPress::Take(ticket)) => format!("take:{ticket}"),
            Pressed::Agent(AgentPress::TakeOver { ticket, answer: None }) => format!("takeover:{ticket}"),
            Pressed::Agent(AgentPress::TakeOver { ticket, answer: Some(MessageId(answer)) }) => {
                format!("takeover:{ticket}:{answer}")
            }
            Pressed::Agent(AgentPress::Resolve(ticket)) => format!("resolve:{ticket}"),
            Pressed::Agent(AgentPress::ResolveUnanswered(ticket)) => format!("resolve:{ticket}:unanswered"),
            Pressed::Agent(AgentPress::AnswerFirst(ticket)) => format!("answer:{ticket}"),
            Pressed::Agent(AgentPress::Reopen) => "reopen".into(),
            Pressed::AskBot(ticket) => format!("askbot:{ticket}"),
            Pressed::LeaveQueue(ticket) => format!("leave:{ticket}"),
            Pressed::Rate { ticket, rating } => format!("mark:{ticket}:{rating}"),
            Pressed::Agent(AgentPress::Release(ticket)) => format!("release:{ticket}"),
            Pressed::Agent(AgentPress::ToBot(ticket)) => format!("tobot:{ticket}"),
            Pressed::Agent(AgentPress::TransferMenu(ticket)) => format!("transfer:{ticket}"),
            Pressed::Agent(AgentPress::TransferTo { ticket, to }) => {
                format!("transfer:{ticket}:{}", target_as_data(*to))
            }
            Pressed::Agent(AgentPress::SnoozeMenu(ticket)) => format!("snooze:{ticket}"),
            Pressed::Agent(AgentPress::Snooze { ticket, pause }) => {
                format!("snooze:{ticket}:{}", pause_as_data(*pause))
            }
            Pressed::Agent(AgentPress::BackToCard(ticket)) => format!("card:{ticket}"),
            Pressed::Agent(AgentPress::Recall(ticket)) => format!("recall:{ticket}"),
            Pressed::Agent(AgentPress::Original(ticket)) => format!("original:{ticket}"),
            Pressed::Agent(AgentPress::Canned { ticket, id }) => format!("canned:{ticket}:{id}"),
            Pressed::Agent(AgentPress::Was { ticket, intent }) => format!("was:{ticket}:{intent}"),
            Pressed::Agent(AgentPress::WasNone(ticket)) => format!("was:{ticket}"),
            Pressed::Lead(LeadPress::Lesson { proposal, yes }) => format!("learn:{proposal}:{}", word_of(*yes)),
            Pressed::Lead(LeadPress::IncidentOpen(intent)) => format!("incident:open:{intent}"),
            Pressed::Lead(LeadPress::IncidentOver(intent)) => format!("incident:over:{intent}"),
            Pressed::Agent(AgentPress::SendAnyway(message)) => format!("send:{}", message.0),
            Pressed::Agent(AgentPress::IsNote(message)) => format!("note:{}:yes", message.0),
            Pressed::Agent(AgentPress::IsAnswer(message)) => format!("note:{}:no", message.0),
        }
    }

    /// Reads `callback_data` back; `None` when it is none that [`Pressed::data`] writes: a button of an older version,
    /// or forged.
    pub fn parse(data: &str) -> Option<Pressed> {
        let mut parts = data.split(':');
        let pressed = match (parts.next()?, parts.next(), parts.next()) {
            ("wish", Some(intent), None) => Pressed::Request(intent.into()),
            ("more", Some(intent), None) => Pressed::More(intent.into()),
            ("person", None, None) => Pressed::Person,
            ("reopen", None, None) => Pressed::Agent(AgentPress::Reopen),
            ("helped", Some(ticket), Some(answer)) => {
                Pressed::Helped { ticket: TicketNo(ticket.parse().ok()?), yes: yes_of(answer)? }
            }
            ("choice", Some(id), None) => Pressed::Choice(id.into()),
            ("confirm", Some(task), Some(answer)) => {
                Pressed::Confirm { task: task.parse().ok()?, yes: yes_of(answer)? }
            }
            ("leave_it", None, None) => Pressed::LeaveIt,
            ("solved", Some(answer), None) => Pressed::Solved(yes_of(answer)?),
            ("resume", Some(answer), None) => Pressed::Resume(yes_of(answer)?),
            ("follow", Some(number), None) => Pressed::Follow(TrackingNumber::new(number)),
            ("unfollow", Some(number), None) => Pressed::Unfollow(TrackingNumber::new(number)),
            ("rights", Some("export"), None) => Pressed::Rights(RightsPress::Export),
            ("rights", Some("forget"), None) => Pressed::Rights(RightsPress::Forget),
            ("rights", Some(asked), Some(answer)) => {
                Pressed::Rights(RightsPress::Confirm { asked: asked.parse().ok()?, yes: yes_of(answer)? })
            }
            ("take", Some(ticket), None) => Pressed::Agent(AgentPress::Take(TicketNo(ticket.parse().ok()?))),
            ("takeover", Some(ticket), answer) => {
                let answer = answer.map(|answer| answer.parse().map(MessageId)).transpose().ok()?;
                Pressed::Agent(AgentPress::TakeOver { ticket: TicketNo(ticket.parse().ok()?), answer })
            }
            ("resolve", Some(ticket), None) => Pressed::Agent(AgentPress::Resolve(TicketNo(ticket.parse().ok()?))),
            ("resolve", Some(ticket), Some("unanswered")) => {
                Pressed::Agent(AgentPress::ResolveUnanswered(TicketNo(ticket.parse().ok()?)))
            }
            ("answer", Some(ticket), None) => Pressed::Agent(AgentPress::AnswerFirst(TicketNo(ticket.parse().ok()?))),
            ("askbot", Some(ticket), None) => Pressed::AskBot(TicketNo(ticket.parse().ok()?)),
            ("leave", Some(ticket), None) => Pressed::LeaveQueue(TicketNo(ticket.parse().ok()?)),
            ("mark", Some(ticket), Some(rating)) => Pressed::Rate {
                ticket: TicketNo(ticket.parse().ok()?),
                rating: rating.parse().ok().filter(|rating| (1..=5).contains(rating))?,
            },
            ("release", Some(ticket), None) => Pressed::Agent(AgentPress::Release(TicketNo(ticket.parse().ok()?))),
            ("tobot", Some(ticket), None) => Pressed::Agent(AgentPress::ToBot(TicketNo(ticket.parse().ok()?))),
            ("transfer", Some(ticket), None) => {
                Pressed::Agent(AgentPress::TransferMenu(TicketNo(ticket.parse().ok()?)))
            }
            ("transfer", Some(ticket), Some(to)) => {
                Pressed::Agent(AgentPress::TransferTo { ticket: TicketNo(ticket.parse().ok()?), to: target_of(to)? })
            }
            ("snooze", Some(ticket), None) => Pressed::Agent(AgentPress::SnoozeMenu(TicketNo(ticket.parse().ok()?))),
            ("snooze", Some(ticket), Some(pause)) => {
                Pressed::Agent(AgentPress::Snooze { ticket: TicketNo(ticket.parse().ok()?), pause: pause_of(pause)? })
            }
            ("card", Some(ticket), None) => Pressed::Agent(AgentPress::BackToCard(TicketNo(ticket.parse().ok()?))),
            ("recall", Some(ticket), None) => Pressed::Agent(AgentPress::Recall(TicketNo(ticket.parse().ok()?))),
            ("original", Some(ticket), None) => Pressed::Agent(AgentPress::Original(TicketNo(ticket.parse().ok()?))),
            ("canned", Some(ticket), Some(id)) => {
                Pressed::Agent(AgentPress::Canned { ticket: TicketNo(ticket.parse().ok()?), id: id.into() })
            }
            ("was", Some(ticket), Some(intent)) => {
                Pressed::Agent(AgentPress::Was { ticket: TicketNo(ticket.parse().ok()?), intent: intent.into() })
            }
            ("was", Some(ticket), None) => Pressed::Agent(AgentPress::WasNone(TicketNo(ticket.parse().ok()?))),
            ("learn", Some(proposal), Some(answer)) => {
                Pressed::Lead(LeadPress::Lesson { proposal: proposal.parse().ok()?, yes: yes_of(answer)? })
            }
            ("incident", Some("open"), Some(intent)) => Pressed::Lead(LeadPress::IncidentOpen(intent.into())),
            ("incident", Some("over"), Some(intent)) => Pressed::Lead(LeadPress::IncidentOver(intent.into())),
            ("send", Some(message), None) => Pressed::Agent(AgentPress::SendAnyway(MessageId(message.parse().ok()?))),
            ("note", Some(message), Some(answer)) => {
                let message = MessageId(message.parse().ok()?);
                Pressed::Agent(if yes_of(answer)? {
                    AgentPress::IsNote(message)
                } else {
                    AgentPress::IsAnswer(message)
                })
            }
            _ => return None,
        };
        parts.next().is_none().then_some(pressed)
    }
}

impl AgentPress {
    /// The ticket that the button names; `None` for one that names none.
    pub fn ticket(&self) -> Option<TicketNo> {
        match self {
            AgentPress::Take(ticket)
            | AgentPress::TakeOver { ticket, .. }
            | AgentPress::Resolve(ticket)
            | AgentPress::ResolveUnanswered(ticket)
            | AgentPress::AnswerFirst(ticket)
            | AgentPress::WasNone(ticket)
            | AgentPress::Release(ticket)
            | AgentPress::ToBot(ticket)
            | AgentPress::TransferMenu(ticket)
            | AgentPress::TransferTo { ticket, .. }
            | AgentPress::SnoozeMenu(ticket)
            | AgentPress::Snooze { ticket, .. }
            | AgentPress::BackToCard(ticket)
            | AgentPress::Recall(ticket)
            | AgentPress::Original(ticket)
            | AgentPress::Canned { ticket, .. }
            | AgentPress::Was { ticket, .. } => Some(*ticket),
            AgentPress::Reopen | AgentPress::SendAnyway(_) | AgentPress::IsNote(_) | AgentPress::IsAnswer(_) => None,
        }
    }
}

/// A target as a number. Telegram's own ids tell agents from groups: those of groups are below zero.
fn target_as_data(target: Target) -> i64 {
    match target {
        Target::Agent(AgentId(id)) | Target::Desk(DeskId(id)) => id,
    }
}

fn target_of(data: &str) -> Option<Target> {
    let id = data.parse().ok()?;
    Some(if id < 0 { Target::Desk(DeskId(id)) } else { Target::Agent(AgentId(id)) })
}

/// A pause as it is written into buttons that people still see: minutes, 0 until the customer writes, -1 until the next
/// day, `18.00` for a time of the desk's clock.
fn pause_as_data(pause: Pause) -> String {
    match pause {
        Pause::Answer => "0".into(),
        Pause::Tomorrow => "-1".into(),
        Pause::Minutes(minutes) => minutes.to_string(),
        Pause::Clock(time) => time.format("%H.%M").to_string(),
    }
}

fn pause_of(data: &str) -> Option<Pause> {
    match data {
        "0" => Some(Pause::Answer),
        "-1" => Some(Pause::Tomorrow),
        _ if data.contains('.') => NaiveTime::parse_from_str(data, "%H.%M").ok().map(Pause::Clock),
        minutes => minutes.parse().ok().filter(|minutes| *minutes > 0).map(Pause::Minutes),
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
            Pressed::Request("change_address_or_date".into()),
            Pressed::Person,
            Pressed::Helped { ticket: TicketNo(128), yes: false },
            Pressed::Choice("cause_inn_not_linked".into()),
            Pressed::Confirm { task: 7, yes: true },
            Pressed::Solved(false),
            Pressed::Resume(true),
            Pressed::Follow(TrackingNumber::new("RA123456785RU")),
            Pressed::Unfollow(TrackingNumber::new("1000000017")),
            Pressed::Rights(RightsPress::Export),
            Pressed::Rights(RightsPress::Forget),
            Pressed::Rights(RightsPress::Confirm { asked: 12, yes: true }),
            Pressed::Agent(AgentPress::Take(TicketNo(1))),
            Pressed::Agent(AgentPress::Reopen),
            Pressed::Agent(AgentPress::TakeOver { ticket: TicketNo(2), answer: None }),
            Pressed::Agent(AgentPress::TakeOver { ticket: TicketNo(2), answer: Some(MessageId(77)) }),
            Pressed::Agent(AgentPress::Resolve(TicketNo(9_000_000))),
            Pressed::Agent(AgentPress::ResolveUnanswered(TicketNo(9_000_000))),
            Pressed::Agent(AgentPress::AnswerFirst(TicketNo(1))),
            Pressed::Agent(AgentPress::WasNone(TicketNo(1))),
            Pressed::AskBot(TicketNo(1)),
            Pressed::LeaveQueue(TicketNo(1)),
            Pressed::Rate { ticket: TicketNo(1), rating: 5 },
            Pressed::Agent(AgentPress::Release(TicketNo(1))),
            Pressed::Agent(AgentPress::ToBot(TicketNo(1))),
            Pressed::Agent(AgentPress::TransferMenu(TicketNo(1))),
            Pressed::Agent(AgentPress::TransferTo {
                ticket: TicketNo(1),
                to: Target::Desk(DeskId(-1_001_234_567_890)),
            }),
            Pressed::Agent(AgentPress::TransferTo { ticket: TicketNo(1), to: Target::Agent(AgentId(7)) }),
            Pressed::Agent(AgentPress::SnoozeMenu(TicketNo(1))),
            Pressed::Agent(AgentPress::Snooze { ticket: TicketNo(1), pause: Pause::Minutes(60) }),
            Pressed::Agent(AgentPress::Snooze { ticket: TicketNo(1), pause: Pause::Answer }),
            Pressed::Agent(AgentPress::Snooze { ticket: TicketNo(1), pause: Pause::Tomorrow }),
            Pressed::Agent(AgentPress::Snooze { ticket: TicketNo(1), pause: Pause::Clock(NaiveTime::MIN) }),
            Pressed::Agent(AgentPress::BackToCard(TicketNo(1))),
            Pressed::Agent(AgentPress::Recall(TicketNo(1))),
            Pressed::Agent(AgentPress::Original(TicketNo(1))),
            Pressed::Agent(AgentPress::SendAnyway(MessageId(77))),
            Pressed::Agent(AgentPress::IsNote(MessageId(77))),
            Pressed::Agent(AgentPress::IsAnswer(MessageId(77))),
            Pressed::Agent(AgentPress::Canned { ticket: TicketNo(1), id: "address_at_the_courier_".into() }),
            Pressed::Agent(AgentPress::Was { ticket: TicketNo(1), intent: "change_address_or_date".into() }),
            Pressed::Lead(LeadPress::Lesson { proposal: 7_123_456_789_012_345, yes: true }),
            Pressed::Lead(LeadPress::IncidentOpen("change_address_or_date".into())),
            Pressed::Lead(LeadPress::IncidentOver("refund".into())),
        ] {
            assert!(pressed.data().len() <= 64);
            assert_eq!(Pressed::parse(&pressed.data()), Some(pressed));
        }
        for nonsense in [
            "",
            "take",
            "take:x",
            "helped:1:maybe",
            "takeover:1:x",
            "takeover:1:2:3",
            "wish:a:b",
            "resolve:1:2:3",
            "mark:1:6",
            "mark:1:0",
            "snooze:1:-2",
            "snooze:1:9.99",
        ] {
            assert_eq!(Pressed::parse(nonsense), None, "{nonsense}");
        }
    }
}
