//! What a conversation is told of the desks: the agents on shift, the tickets that wait, how fast answers come. Read
//! from the store beside the event; nothing here decides.

use super::button::Target;
use super::event::Person;
use super::ids::{AgentId, CustomerId, DeskId, TicketNo};
use chrono::{DateTime, Utc};

/// The desks as they are when an event is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskSnapshot {
    /// Agents on shift, in the order in which they came.
    pub agents: Vec<OnShift>,
    /// Agents who have answered or held a ticket in the last days, on shift or not, the one seen last first.
    pub seen: Vec<SeenAgent>,
    /// The agents' groups, as the owner named them; the first takes what fits no other.
    pub desks: Vec<DeskInfo>,
    /// Open tickets of all desks, taken or not, in no particular order.
    pub tickets: Vec<OpenTicket>,
    /// How long customers waited for the first answer lately, in seconds: the median of the last hours. `None` when
    /// there are too few to tell.
    pub first_answer: Option<i64>,
    /// What is wrong for many just now; at most one for each intent.
    pub incidents: Vec<Incident>,
}

/// An agent on shift.
#[derive(Clone, Debug, PartialEq)]
pub struct OnShift {
    /// The agent, as last seen.
    pub person: Person,
    /// The desk they work at.
    pub desk: DeskId,
    /// When it was last this agent's turn to take a ticket (Unix milliseconds); `None` when it never was.
    pub turn_at: Option<i64>,
}

/// An agent who has answered or held a ticket at a desk.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenAgent {
    /// The agent, as last seen.
    pub person: Person,
    /// The desk they were seen at, as the owner named it.
    pub desk: DeskId,
    /// When that was last written down (Unix milliseconds).
    pub at: i64,
}

/// An agent or a desk that a ticket can be transferred to.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The one it goes to.
    pub to: Target,
    /// The name of the agent or the desk.
    pub name: String,
    /// The name as it is shown: with the @username where two agents have the same one.
    pub label: String,
    /// The agent's username, without the sign; `None` where there is none.
    pub username: Option<String>,
    /// Whether the agent is on shift; `true` for a desk.
    pub on_shift: bool,
}

/// A group of agents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskInfo {
    /// Telegram's id of the group, as the owner named it.
    pub id: DeskId,
    /// What the owner calls it: agents transfer tickets by this name.
    pub name: String,
    /// The ids of the intents it takes; empty for all.
    pub intents: Vec<String>,
    /// The languages it takes, as `ru`, `en`; empty for all.
    pub languages: Vec<String>,
    /// Whether it is a plain group: without topics, its agents answer by replies.
    pub plain: bool,
}

/// A ticket that is not done.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenTicket {
    /// The number the customer can quote.
    pub no: TicketNo,
    /// The customer whose ticket it is.
    pub customer: CustomerId,
    /// The customer's name, on one line.
    pub name: String,
    /// The desk it waits or is worked on at.
    pub desk: DeskId,
    /// The id of the intent the customer wants; `None` when it is not known.
    pub intent: Option<String>,
    /// Whether it goes before all others.
    pub urgent: bool,
    /// How the customer feels: 0 calm, 1 upset, 2 angry.
    pub mood: i64,
    /// When it was opened, opened again, or asked something new after it had been answered.
    pub opened: DateTime<Utc>,
    /// By when an answer is promised.
    pub promised: DateTime<Utc>,
    /// The agent who holds it, by id and name; `None` while it waits in the queue.
    pub agent: Option<(AgentId, String)>,
    /// Whether an agent has answered it.
    pub answered: bool,
    /// Whether its agent has snoozed it.
    pub snoozed: bool,
}

/// Something that is wrong for many just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The id of the intent that is asked by many.
    pub intent: String,
    /// What customers are told, in the lead's words; `None` for the phrasebook's.
    pub text: Option<String>,
    /// When it began (Unix milliseconds).
    pub since: i64,
}

impl OpenTicket {
    /// What orders the queue, least first: urgent tickets, then the earliest promise, then the angrier customer, then
    /// the ticket that was opened first.
    fn order(&self) -> (bool, DateTime<Utc>, i64, DateTime<Utc>, i64) {
        (!self.urgent, self.promised, -self.mood, self.opened, self.no.0)
    }
}

impl DeskSnapshot {
    /// The desk that is named, if it is one today; else the first, `None` when there is none.
    pub fn desk(&self, named: Option<DeskId>) -> Option<DeskId> {
        let known = named.filter(|named| self.desks.iter().any(|desk| desk.id == *named));
        known.or_else(|| self.desks.first().map(|desk| desk.id))
    }

    /// The tickets that no agent has taken, the next one first; of one desk, or of all.
    pub fn queue(&self, desk: Option<DeskId>) -> Vec<&OpenTicket> {
        let mut waiting: Vec<&OpenTicket> = self
            .tickets
            .iter()
            .filter(|ticket| ticket.agent.is_none() && desk.is_none_or(|desk| desk == ticket.desk))
            .collect();
        waiting.sort_by_key(|ticket| ticket.order());
        waiting
    }

    /// The tickets that an agent holds, snoozed ones too, by number.
    pub fn held(&self, agent: AgentId) -> Vec<&OpenTicket> {
        let held = |ticket: &&OpenTicket| ticket.agent.as_ref().is_some_and(|(id, _)| *id == agent);
        let mut held: Vec<&OpenTicket> = self.tickets.iter().filter(held).collect();
        held.sort_by_key(|ticket| ticket.no);
        held
    }

    /// An agent by id, and the desk where they see what they hold: the one they are on shift at, else that of the ticket
    /// (`here`, the first if it is not said) if they were seen there lately, else where they were seen last. `None` for
    /// anybody else.
    pub fn agent(&self, id: AgentId, here: Option<DeskId>) -> Option<(&Person, DeskId)> {
        let here = self.desk(here);
        let on_shift = self.agents.iter().map(|agent| (&agent.person, agent.desk));
        let seen = self.seen.iter().map(|agent| (&agent.person, agent.desk));
        let seen_here = seen.clone().filter(|(_, desk)| Some(*desk) == here);
        on_shift.chain(seen_here).chain(seen).find(|(person, _)| person.agent_id() == id)
    }

    /// What a ticket that lies at the desk `here` (the first desk, if it is not said) can be transferred to: the agents on
    /// shift, those who were seen at that desk lately, the other desks. Not to its `holder`.
    pub fn targets(&self, here: Option<DeskId>, holder: Option<AgentId>) -> Vec<Choice> {
        let here = self.desk(here);
        let on_shift = self.agents.iter().map(|agent| (&agent.person, true));
        let seen = self.seen.iter().filter(|agent| Some(agent.desk) == here).map(|agent| (&agent.person, false));
        let mut people: Vec<(&Person, bool)> = Vec::new();
        for (person, on) in on_shift.chain(seen) {
            let is_new = people.iter().all(|(known, _)| known.id != person.id);
            if is_new && Some(person.agent_id()) != holder {
                people.push((person, on));
            }
        }
        let shared = |name: &str| people.iter().filter(|(person, _)| person.name == name).count() > 1;
        let agents = people.iter().map(|(person, on)| Choice {
            to: Target::Agent(person.agent_id()),
            name: person.name.clone(),
            label: match &person.username {
                Some(username) if shared(&person.name) => format!("{} (@{username})", person.name),
                Some(_) | None => person.name.clone(),
            },
            username: person.username.clone(),
            on_shift: *on,
        });
        let others = self.desks.iter().filter(|desk| Some(desk.id) != here).map(|desk| Choice {
            to: Target::Desk(desk.id),
            name: desk.name.clone(),
            label: desk.name.clone(),
            username: None,
            on_shift: true,
        });
        agents.chain(others).collect()
    }

    /// How many tickets an agent holds that are not snoozed.
    pub fn holding(&self, agent: AgentId) -> usize {
        let held = |ticket: &&OpenTicket| ticket.agent.as_ref().is_some_and(|(id, _)| *id == agent) && !ticket.snoozed;
        self.tickets.iter().filter(held).count()
    }

    /// The agent whose turn it is at a desk: the one who holds least, and of those the one whose last turn is longest
    /// ago. `not` has had the chance. `None` when no other agent is on shift there.
    pub fn next_agent(&self, desk: DeskId, not: Option<AgentId>) -> Option<&Person> {
        let on = self.agents.iter().filter(|agent| agent.desk == desk && Some(agent.person.agent_id()) != not);
        let next = on.min_by_key(|agent| (self.holding(agent.person.agent_id()), agent.turn_at.unwrap_or(0)));
        next.map(|agent| &agent.person)
    }

    /// The desk for an intent in a language (`ru`, `en`): of those that take both the one that names them most closely,
    /// then the one with the fewest open tickets for each agent on shift. The first desk takes what fits no other.
    /// `None` when there are no desks.
    pub fn route(&self, intent: Option<&str>, language: &str) -> Option<DeskId> {
        let load = |desk: &DeskInfo| {
            let open = self.tickets.iter().filter(|ticket| ticket.desk == desk.id).count();
            let agents = self.agents.iter().filter(|agent| agent.desk == desk.id).count();
            // In thousandths, so that it can be compared.
            open * 1000 / agents.max(1)
        };
        let fits = |desk: &DeskInfo| {
            let named = intent.is_some_and(|intent| desk.intents.iter().any(|known| known == intent));
            let spoken = desk.languages.iter().any(|known| known == language);
            let ok = (named || desk.intents.is_empty()) && (spoken || desk.languages.is_empty());
            ok.then_some(2 - usize::from(named) - usize::from(spoken))
        };
        let fitting = self.desks.iter().enumerate().filter_map(|(i, desk)| Some((fits(desk)?, load(desk), i, desk.id)));
        let best = fitting.min().map(|(_, _, _, id)| id);
        best.or_else(|| self.desks.first().map(|desk| desk.id))
    }

    /// What is wrong with this intent just now; `None` when nothing is known to be.
    pub fn incident(&self, intent: &str) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.intent == intent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(no: i64, promised: i64, urgent: bool, mood: i64) -> OpenTicket {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a moment");
        OpenTicket {
            no: TicketNo(no),
            customer: CustomerId(no),
            name: String::new(),
            desk: DeskId(-1),
            intent: None,
            urgent,
            mood,
            opened: at(0),
            promised: at(promised),
            agent: None,
            answered: false,
            snoozed: false,
        }
    }

    fn desk(id: i64, intents: &[&str], languages: &[&str]) -> DeskInfo {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        DeskInfo { id: DeskId(id), name: String::new(), intents: own(intents), languages: own(languages), plain: false }
    }

    #[test]
    fn the_queue_is_ordered_by_urgency_promise_mood() {
        let tickets =
            vec![ticket(1, 20, false, 0), ticket(2, 10, false, 0), ticket(3, 10, false, 2), ticket(4, 30, true, 0)];
        let snapshot = DeskSnapshot { tickets, ..DeskSnapshot::default() };
        let order: Vec<i64> = snapshot.queue(None).iter().map(|ticket| ticket.no.0).collect();
        assert_eq!(order, [4, 3, 2, 1]);
        assert!(snapshot.queue(Some(DeskId(-2))).is_empty());
    }

    #[test]
    fn a_ticket_goes_to_the_desk_that_names_it_then_to_the_least_busy() {
        let desks = vec![desk(-1, &[], &[]), desk(-2, &["refund"], &[]), desk(-3, &[], &["en"]), desk(-4, &[], &[])];
        let snapshot = DeskSnapshot { desks, tickets: vec![ticket(1, 1, false, 0)], ..DeskSnapshot::default() };
        assert_eq!(snapshot.route(Some("refund"), "ru"), Some(DeskId(-2)));
        assert_eq!(snapshot.route(Some("cancel"), "en"), Some(DeskId(-3)));
        assert_eq!(snapshot.route(Some("cancel"), "ru"), Some(DeskId(-4)), "the first has a ticket already");
    }

    #[test]
    fn it_is_the_turn_of_who_holds_least() {
        let agent = |id, turn_at| OnShift { person: Person { id, ..Person::default() }, desk: DeskId(-1), turn_at };
        let mut snapshot = DeskSnapshot { agents: vec![agent(7, Some(5)), agent(8, None)], ..DeskSnapshot::default() };
        assert_eq!(snapshot.next_agent(DeskId(-1), None).map(|agent| agent.id), Some(8));
        assert_eq!(snapshot.next_agent(DeskId(-1), Some(AgentId(8))).map(|agent| agent.id), Some(7));
        snapshot.tickets = vec![OpenTicket { agent: Some((AgentId(8), String::new())), ..ticket(1, 1, false, 0) }];
        assert_eq!(snapshot.next_agent(DeskId(-1), None).map(|agent| agent.id), Some(7));
        assert_eq!(snapshot.next_agent(DeskId(-2), None), None);
    }
}
