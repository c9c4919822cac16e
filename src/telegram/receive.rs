//! Receiving: what Telegram sends is put into the inbox, and only then confirmed. Here it is fetched by long polling,
//! by one replica at a time, which holds the lease for it; `webhook` has it brought.
//!
//! The next offset comes from the updates of this run alone. After a restart it is left out: Telegram
//! sends again what was not confirmed, and the inbox knows what it has. (Ids cannot be taken from the
//! database: after a week without updates Telegram begins anew anywhere.)

use super::api::{Api, Problem};
use super::update::{Sorted, sort};
use crate::clock;
use crate::conversation::{CustomerId, DeskId, Event, MessageId, TopicId};
use crate::leases::{Leases, Role};
use crate::store::{Error, NewEvent, Store};
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

    /// Polls until told to stop, while this replica is the one that does.
    ///
    /// # Errors
    /// When Telegram has not known the token three times in a row. All else is waited out.
    pub async fn run(self, leases: Leases, mut stop: watch::Receiver<bool>) -> Result<(), Problem> {
        let mut offset = None;
        let mut pause = Duration::ZERO;
        // How often in a row Telegram did not know the token: once may be a hiccup of a proxy.
        let mut unknown = 0;
        loop {
            if !leases.holds(Role::Poll) {
                // The replica that polls meanwhile confirms what it takes; what it does not take comes again.
                offset = None;
            }
            if !leases.hold(Role::Poll, &mut stop).await {
                break;
            }
            let polled = tokio::select! {
                polled = self.poll(offset) => polled,
                _ = stop.changed() => break,
            };
            match polled {
                Ok(next) => {
                    unknown = 0;
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

    /// One poll: fetches, stores, and returns the offset that confirms what was stored.
    async fn poll(&self, offset: Option<i64>) -> Result<Option<i64>, Failed> {
        let updates = self.api.updates(offset).await.map_err(Failed::Telegram)?;
        let last = updates.iter().filter_map(update_id).max();
        self.take(&updates).await.map_err(Failed::Store)?;
        Ok(last.map(|last| last + 1))
    }

    /// Puts updates into the inbox, in their order and in one commit.
    pub(super) async fn take(&self, updates: &[Value]) -> Result<(), Error> {
        let desks: Vec<DeskId> = self.desks.iter().map(|desk| self.store.current_desk(*desk)).collect();
        let mut events = Vec::new();
        for update in updates {
            let Some(id) = update_id(update) else {
                warn!("an update without an id was skipped");
                continue;
            };
            let (customer, event) = match sort(update, &desks) {
                Sorted::Customer(customer, event) => (customer, event),
                Sorted::Topic { desk, topic, answered, event } => match self.whose(desk, topic, answered).await? {
                    Some(customer) => (customer, self.at_desk(desk, event)),
                    None => {
                        debug!(update = id, %topic, "skipped: a topic that is nobody's");
                        continue;
                    }
                },
                Sorted::Message { desk, message, event } => match self.store.whose_message(desk, message).await? {
                    Some(customer) => (customer, self.at_desk(desk, event)),
                    None => {
                        debug!(update = id, %message, "skipped: a message that is about nobody");
                        continue;
                    }
                },
                Sorted::Desk { desk, event } => {
                    events.push(NewEvent {
                        source: self.source(update, id),
                        conversation: desk.into(),
                        body: serde_json::to_string(&event).expect("an event is plain data"),
                    });
                    continue;
                }
                Sorted::AgentLeft { desk, agent } => {
                    debug!(update = id, %desk, "somebody has left the desk");
                    let event = Event::AgentGone { agent };
                    // At other desks they may work on.
                    let named = self.desks.iter().find(|known| self.store.current_desk(**known) == desk);
                    for customer in self.store.held_by(agent, named.copied().unwrap_or(desk)).await? {
                        events.push(self.event(update, id, customer, &event));
                    }
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
            events.push(self.event(update, id, customer, &event));
        }
        if events.is_empty() {
            return Ok(());
        }
        let now = clock::now().timestamp_millis();
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
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
