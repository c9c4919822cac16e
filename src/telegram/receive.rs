//! Receiving: what Telegram sends is put into the inbox, and only then confirmed. Here it is fetched by long polling,
//! by one replica at a time, which holds the lease for it; `webhook` has it brought.
//!
//! The next offset comes from the updates of this run alone. After a restart it is left out: Telegram
//! sends again what was not confirmed, and the inbox knows what it has. (Ids cannot be taken from the
//! database: after a week without updates Telegram begins anew anywhere.)

use super::api::{Api, Problem};
use super::members::{self, Told};
use super::update::{Sorted, about_nobody, numbers_in, sort_around};
use super::{continues, foreign};
use crate::clock;
use crate::conversation::{AgentId, CustomerId, DeskId, Event, MessageId, Person, Pressed, Standing, TopicId};
use crate::desk::{DeskCommand, DeskEvent};
use crate::leases::{Leases, Role};
use crate::members::{Need, stands};
use crate::privacy::Around;
use crate::store::{Error, Member, NewEvent, Store};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use teloxide::RequestError;
use tokio::sync::watch;
use tracing::{debug, error, warn};

/// The longest pause after a poll that failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How often and after what pause it is asked again which customer's a new topic is.
const TOPIC_TRIES: u32 = 20;
const TOPIC_AGAIN: Duration = Duration::from_millis(50);

/// How many topics that are no customer's are remembered: a group has few of them.
const MOST_NOBODYS: usize = 10_000;

/// So long a group that is no desk may turn out to be one.
const FOREIGN: Duration = Duration::from_secs(10);

/// So many times in a row, a token is wrong.
const MISTAKEN: u32 = 3;

/// Takes updates from Telegram to the inbox.
pub struct Receiver {
    api: Api,
    store: Store,
    desks: Vec<DeskId>,
    /// Topics that were waited for in vain: they are no customer's.
    nobodys: Mutex<HashSet<(DeskId, TopicId)>>,
}

impl Receiver {
    /// A receiver; `desks` as the owner named them.
    pub fn new(api: Api, store: Store, desks: Vec<DeskId>) -> Receiver {
        Receiver { api, store, desks, nobodys: Mutex::default() }
    }

    /// Polls until told to stop, while this replica is the one that does. Says that it is in its place when Telegram has
    /// answered, or when another replica polls and this one stands by.
    ///
    /// # Errors
    /// When Telegram has not known the token three times in a row. All else is waited out.
    pub async fn run(
        self,
        leases: Leases,
        in_place: watch::Sender<bool>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), Problem> {
        let mut offset = None;
        let mut pause = Duration::ZERO;
        // How often in a row Telegram did not know the token: once may be a hiccup of a proxy.
        let mut unknown = 0;
        loop {
            if !leases.holds(Role::Poll) {
                // The replica that polls meanwhile confirms what it takes; what it does not take comes again.
                offset = None;
                in_place.send_replace(true);
            }
            if !leases.hold(Role::Poll, &mut stop).await {
                break;
            }
            let polled = tokio::select! {
                // The first poll does not wait: that Telegram answers is soon known.
                polled = self.poll(offset, *in_place.borrow()) => polled,
                _ = stop.changed() => break,
            };
            match polled {
                Ok(next) => {
                    unknown = 0;
                    in_place.send_replace(true);
                    offset = next.or(offset);
                    pause = Duration::ZERO;
                    continue;
                }
                Err(Failed::Telegram(RequestError::Api(teloxide::ApiError::InvalidToken))) => {
                    unknown += 1;
                    if unknown == MISTAKEN {
                        return Err(Problem::Token);
                    }
                    pause = Duration::from_millis(500);
                }
                Err(Failed::Telegram(RequestError::RetryAfter(seconds))) => pause = seconds.duration(),
                Err(Failed::Telegram(RequestError::InvalidJson { source, raw })) => {
                    // What came is not shown: it is messages.
                    pause = (pause * 2).clamp(Duration::from_secs(1), LONGEST_PAUSE);
                    error!(bytes = raw.len(), line = source.line(), "updates that are not the Bot API's; trying again");
                }
                Err(Failed::Telegram(error)) => {
                    pause = (pause * 2).clamp(Duration::from_millis(500), LONGEST_PAUSE);
                    // Another program with this token may have set one: no poll would ever get anything.
                    if error.to_string().contains("webhook is active")
                        && let Err(problem) = self.api.leave_webhook().await
                    {
                        warn!(%problem, "a webhook is set, and cannot be left");
                    }
                    // Two processes with one token show here as «terminated by other getUpdates request».
                    warn!(%error, seconds = pause.as_secs_f32(), "updates cannot be fetched; trying again");
                }
                Err(Failed::Store(error)) => {
                    pause = (pause * 2).clamp(Duration::from_millis(200), LONGEST_PAUSE);
                    error!(%error, "updates cannot be stored, so they are not confirmed; trying again");
                }
            }
            tokio::select! {
                () = clock::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }

    /// The customer a topic belongs to, or the message that was answered in a group without topics; `None` when it is
    /// no customer's.
    async fn whose(
        &self,
        desk: DeskId,
        topic: TopicId,
        answered: Option<MessageId>,
    ) -> Result<Option<CustomerId>, Error> {
        let mut customer = self.store.whose_topic(desk, topic).await?;
        if let (None, Some(message)) = (customer, answered) {
            customer = self.store.whose_message(desk, message).await?;
        }
        // A topic that was made this moment may not be written down yet: of one newer than all that are known it is
        // asked again, or an agent's quick answer would be lost. (A desk's topics are made one after the other.)
        let mut asked = if self.nobodys().contains(&(desk, topic)) { TOPIC_TRIES } else { 0 };
        while customer.is_none() && asked < TOPIC_TRIES && self.store.newest_topic(desk).await? < Some(topic) {
            asked += 1;
            tokio::time::sleep(TOPIC_AGAIN).await;
            customer = self.store.whose_topic(desk, topic).await?;
        }
        if customer.is_none() && asked == TOPIC_TRIES {
            // A topic that people have made for themselves: what they say there must not hold up everybody each time.
            let mut nobodys = self.nobodys();
            if nobodys.len() == MOST_NOBODYS {
                nobodys.clear();
            }
            nobodys.insert((desk, topic));
        }
        Ok(customer)
    }

    fn nobodys(&self) -> MutexGuard<'_, HashSet<(DeskId, TopicId)>> {
        self.nobodys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an agent did at a desk, with the desk: by the time that it is worked on, the customer may be at another.
    fn at_desk(&self, desk: DeskId, did: Event) -> Event {
        let named = self.desks.iter().find(|known| self.store.current_desk(**known) == desk);
        Event::AtDesk { desk: named.copied().unwrap_or(desk), did: Box::new(did) }
    }

    /// How somebody stands at a desk, as far as is known; `taken` holds what came just before.
    async fn standing(&self, taken: &Taken, desk: DeskId, person: AgentId, need: Need) -> Result<Known, Error> {
        // What waits already goes first: an agent's presses keep their order.
        let here = taken.unproven.iter().filter(|(_, at, whose)| (*at, *whose) == (desk, person)).count();
        let waiting = self.store.unproven_count(desk, person, WAITING).await? + i64::try_from(here).unwrap_or(WAITING);
        if waiting > 0 {
            return Ok(if waiting < WAITING { Known::NotYet } else { Known::TooMany });
        }
        let now = clock::now().timestamp_millis();
        let mut member = self.store.member(desk, person).await?;
        for (_, _, told) in taken.told.iter().filter(|(at, whose, _)| (*at, *whose) == (desk, person)) {
            match told {
                Told::Wrote(at) => member.seen_at = member.seen_at.max((*at).min(now)),
                Told::Is(standing) => {
                    member = Member { status: Some(*standing), checked_at: now, tried_at: 0, ..member }
                }
            }
        }
        Ok(stands(&member, now, need).map_or(Known::NotYet, Known::Yes))
    }

    /// Leaves a group that is no desk, after a while in which it may turn out to be one: a group that is upgraded has a
    /// new id, and is told of in any order.
    fn leave_soon(&self, chat: i64, by: Option<Person>) {
        let (api, store, desks) = (self.api.clone(), self.store.clone(), self.desks.clone());
        tokio::spawn(async move {
            clock::sleep(FOREIGN).await;
            if desks.iter().all(|desk| store.current_desk(*desk).0 != chat) {
                foreign::leave(&api, chat, by.as_ref()).await;
            }
        });
    }

    /// What is known of the numbers in a message that would be masked: in one read of our own table, and one of the
    /// customer's conversation. A carrier is never asked.
    async fn known_numbers(&self, update: &Value) -> Result<Around, Error> {
        let Some((customer, numbers)) = numbers_in(update) else {
            return Ok(Around::default());
        };
        let mut known: HashSet<String> = self.store.known_parcels(&numbers).await?.into_iter().collect();
        if let Some(state) = self.store.state_between(customer).await? {
            known.extend(continues::spoken_of(&state, numbers));
        }
        Ok(Around { known, before: None })
    }

    /// What tells an update from any other: ids begin anew after an idle week, so the moment goes with them.
    fn source(&self, update: &Value, id: i64) -> String {
        format!("telegram:{}:{id}:{}", self.api.bot_id(), moment(update))
    }

    fn event(&self, update: &Value, id: i64, customer: CustomerId, event: &Event) -> NewEvent {
        // When an agent leaves, each customer of theirs gets an event of their own.
        let several = if matches!(event, Event::AgentGone { .. }) { format!(":{customer}") } else { String::new() };
        NewEvent {
            source: self.source(update, id) + &several,
            conversation: customer.into(),
            body: serde_json::to_string(event).expect("an event is plain data"),
        }
    }

    fn desk_event(&self, update: &Value, id: i64, desk: DeskId, event: &DeskEvent) -> NewEvent {
        NewEvent {
            source: self.source(update, id),
            conversation: desk.into(),
            body: serde_json::to_string(event).expect("an event is plain data"),
        }
    }

    /// Whose matter something at a desk is, `whose` being the customer whose topic or message it is about. What is
    /// nobody's matter is none, except a press: it is answered in any case.
    async fn matter(&self, desk: DeskId, whose: Option<CustomerId>, event: Event) -> Result<Matter, Error> {
        if let Some(customer) = whose {
            return Ok(Matter::Customers(customer, event));
        }
        let Event::AgentPressed { agent, press, standing } = event else {
            return Ok(Matter::Nobodys(event));
        };
        // Of an old message Telegram tells no more than its number; its button may name the ticket.
        let ticket = match Pressed::parse(&press.data) {
            Some(Pressed::Agent(pressed)) => pressed.ticket(),
            Some(_) | None => None,
        };
        let found = match ticket {
            Some(ticket) => self.store.whose_ticket(ticket).await?,
            None => None,
        };
        // A client may send what it likes: not the number of another desk's ticket.
        Ok(match found.filter(|(_, at)| self.store.current_desk(*at) == desk) {
            Some((customer, _)) => Matter::Customers(customer, Event::AgentPressed { agent, press, standing }),
            None => Matter::Desks(DeskEvent::Pressed { agent, press, thread: None, standing }),
        })
    }

    /// A customer's matter is returned; what is the desk's own is taken, and what is nobody's is skipped.
    async fn take_matter(
        &self,
        taken: &mut Taken,
        update: &Value,
        id: i64,
        desk: DeskId,
        whose: Option<CustomerId>,
        event: Event,
    ) -> Result<Option<(CustomerId, Event)>, Error> {
        match self.matter(desk, whose, event).await? {
            Matter::Customers(customer, event) => return Ok(Some((customer, event))),
            Matter::Desks(event) => self.take_at_desk(taken, update, id, desk, event).await?,
            Matter::Nobodys(event) => match about_nobody(&update["message"], &event) {
                Some(event) => taken.events.push(self.desk_event(update, id, desk, &event)),
                None => debug!(update = id, %desk, "skipped: it is about nobody"),
            },
        }
        Ok(None)
    }

    /// Takes an event of a desk, with its author's standing where only the lead may bring it about.
    async fn take_at_desk(
        &self,
        taken: &mut Taken,
        update: &Value,
        id: i64,
        desk: DeskId,
        event: DeskEvent,
    ) -> Result<(), Error> {
        let Some(person) = asks_to_lead(&event) else {
            taken.events.push(self.desk_event(update, id, desk, &event));
            return Ok(());
        };
        match self.standing(taken, desk, person, Need::Lead).await? {
            Known::Yes(standing) => {
                taken.events.push(self.desk_event(update, id, desk, &desk_event_by(event, standing)));
            }
            Known::NotYet => taken.unproven.push((self.desk_event(update, id, desk, &event), desk, person)),
            Known::TooMany => debug!(update = id, "dropped: too many wait of one person"),
        }
        Ok(())
    }

    /// One poll: fetches, stores, and returns the offset that confirms what was stored.
    async fn poll(&self, offset: Option<i64>, patient: bool) -> Result<Option<i64>, Failed> {
        let updates = self.api.updates(offset, patient).await.map_err(Failed::Telegram)?;
        let last = updates.iter().filter_map(update_id).max();
        self.take(&updates).await.map_err(Failed::Store)?;
        Ok(last.map(|last| last + 1))
    }

    /// Puts updates into the inbox, in their order and in one commit.
    pub(super) async fn take(&self, updates: &[Value]) -> Result<(), Error> {
        let desks: Vec<DeskId> = self.desks.iter().map(|desk| self.store.current_desk(*desk)).collect();
        let mut taken = Taken::default();
        for update in updates {
            let Some(id) = update_id(update) else {
                warn!("an update without an id was skipped");
                continue;
            };
            taken.told.extend(members::told(update, &desks));
            // At the desk at which an agent did something.
            let around = self.known_numbers(update).await?;
            let (customer, event, at) = match sort_around(update, &desks, &around) {
                Sorted::Customer(customer, event) => (customer, event, None),
                Sorted::Topic { desk, topic, answered, event } => {
                    let whose = self.whose(desk, topic, answered).await?;
                    match self.take_matter(&mut taken, update, id, desk, whose, event).await? {
                        Some((customer, event)) => (customer, event, Some(desk)),
                        None => continue,
                    }
                }
                Sorted::Message { desk, message, event } => {
                    let whose = self.store.whose_message(desk, message).await?;
                    match self.take_matter(&mut taken, update, id, desk, whose, event).await? {
                        Some((customer, event)) => (customer, event, Some(desk)),
                        None => continue,
                    }
                }
                Sorted::Desk { desk, event } => {
                    self.take_at_desk(&mut taken, update, id, desk, event).await?;
                    continue;
                }
                Sorted::AgentLeft { desk, agent } => {
                    debug!(update = id, %desk, "somebody has left the desk");
                    taken.left.push((agent, self.store.ids_of(desk)));
                    let event = Event::AgentGone { agent };
                    // At other desks they may work on.
                    for customer in self.store.held_by(agent, desk).await? {
                        taken.events.push(self.event(update, id, customer, &event));
                    }
                    continue;
                }
                Sorted::Foreign { chat, by } => {
                    self.leave_soon(chat, by);
                    continue;
                }
                Sorted::Moved { old, new } => {
                    self.store.move_desk(old, new).await?;
                    continue;
                }
                Sorted::Skipped(why) => {
                    debug!(update = id, why, "skipped");
                    continue;
                }
            };
            let Some(desk) = at else {
                if continues::may(&event) {
                    taken.continued.push(taken.events.len());
                }
                taken.events.push(self.event(update, id, customer, &event));
                continue;
            };
            if let Event::AgentPressed { agent, press, .. } = event {
                let person = agent.agent_id();
                let pressed = |standing| self.at_desk(desk, Event::AgentPressed { agent, press, standing });
                match self.standing(&taken, desk, person, Need::Act).await? {
                    Known::Yes(standing) => {
                        taken.events.push(self.event(update, id, customer, &pressed(standing)));
                    }
                    Known::NotYet => {
                        // Its standing is put in when it is known.
                        let event = self.event(update, id, customer, &pressed(Standing::default()));
                        taken.unproven.push((event, desk, person));
                    }
                    Known::TooMany => debug!(update = id, "dropped: too many wait of one person"),
                }
                continue;
            }
            taken.events.push(self.event(update, id, customer, &self.at_desk(desk, event)));
        }
        if taken.is_empty() {
            return Ok(());
        }
        let now = clock::now().timestamp_millis();
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    let Taken { mut events, continued, unproven, told, left } = taken;
                    for at in continued {
                        continues::mask(&mut tx, &mut events, at, now).await?;
                    }
                    for (desk, person, told) in told {
                        match told {
                            Told::Wrote(at) => tx.member_seen(desk, person, at.min(now)).await?,
                            Told::Is(standing) => tx.member_is(desk, person, standing, now).await?,
                        }
                    }
                    for (agent, desk) in left {
                        tx.agent_left(agent, &desk).await?;
                    }
                    for (event, desk, person) in &unproven {
                        tx.put_unproven(event, *desk, *person, now).await?;
                    }
                    let new = tx.put_events(&events, now).await?;
                    let known = events.len() as u64 - new;
                    if known > 0 {
                        debug!(known, "second deliveries were dropped");
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// What some updates come to, to be committed together.
#[derive(Default)]
struct Taken {
    /// What goes into the inbox.
    events: Vec<NewEvent>,
    /// Which of these may go on with a number that the message before has announced.
    continued: Vec<usize>,
    /// What waits until it is known how its author stands at the desk.
    unproven: Vec<(NewEvent, DeskId, AgentId)>,
    /// What the updates say of that, in their order.
    told: Vec<(DeskId, AgentId, Told)>,
    /// Agents who have left a desk: they are not on shift any more.
    left: Vec<(AgentId, Vec<DeskId>)>,
}

impl Taken {
    fn is_empty(&self) -> bool {
        let Taken { events, continued: _, unproven, told, left } = self;
        events.is_empty() && unproven.is_empty() && told.is_empty() && left.is_empty()
    }
}

/// Whose matter something at a desk is.
enum Matter {
    Customers(CustomerId, Event),
    Desks(DeskEvent),
    Nobodys(Event),
}

/// Whether it is known how somebody stands at a desk.
enum Known {
    Yes(Standing),
    /// Telegram is asked; the event waits.
    NotYet,
    /// So much of them waits already that more is a flood.
    TooMany,
}

/// How many events of one person wait at most until it is known how they stand.
const WAITING: i64 = 20;

/// The author of an event of the desk that only the lead or an administrator may bring about. An administrator who
/// hides behind the group is one for sure.
fn asks_to_lead(event: &DeskEvent) -> Option<AgentId> {
    match event {
        DeskEvent::Pressed { agent, .. } => Some(agent.agent_id()),
        DeskEvent::Command { agent, command, .. } => match command {
            DeskCommand::Incident(_) | DeskCommand::Unclear | DeskCommand::Stats | DeskCommand::Ban { .. } => {
                Some(agent.agent_id()).filter(|_| !agent.is_anonymous())
            }
            DeskCommand::Queue
            | DeskCommand::Mine
            | DeskCommand::Who
            | DeskCommand::On
            | DeskCommand::Off
            | DeskCommand::Find(_)
            | DeskCommand::InTopic(_)
            | DeskCommand::Unknown { .. }
            | DeskCommand::Help => None,
        },
        DeskEvent::Lesson { .. } | DeskEvent::Refuses { .. } => None,
    }
}

/// The event with its author's standing in it.
fn desk_event_by(event: DeskEvent, standing: Standing) -> DeskEvent {
    match event {
        DeskEvent::Command { agent, command, thread, .. } => DeskEvent::Command { agent, command, thread, standing },
        DeskEvent::Pressed { agent, press, thread, .. } => DeskEvent::Pressed { agent, press, thread, standing },
        other @ (DeskEvent::Lesson { .. } | DeskEvent::Refuses { .. }) => other,
    }
}

enum Failed {
    Telegram(RequestError),
    Store(Error),
}

/// When it happened, or which press it was: what tells two updates of one id apart.
fn moment(update: &Value) -> String {
    let of = |kind: &str, field: &str| update[kind][field].as_i64();
    let date = of("message", "date")
        .or(of("edited_message", "edit_date"))
        .or(of("my_chat_member", "date"))
        .or(of("chat_member", "date"));
    match (date, update["callback_query"]["id"].as_str()) {
        (Some(date), _) => date.to_string(),
        (None, Some(press)) => press.to_owned(),
        (None, None) => String::new(),
    }
}

fn update_id(update: &Value) -> Option<i64> {
    update["update_id"].as_i64()
}
