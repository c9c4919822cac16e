//! What follows from a refusal: the row is tried again, given up with a word to its conversation, or needs no sending.

use super::messenger::{Place, SendRefusal};
use super::outgoing::{Outgoing, Spot};
use super::receipts::{new_event, write_surely};
use crate::clock;
use crate::conversation::{AgentId, ConversationId, CustomerId, Event, Kind, Undelivered, Unshown};
use crate::desk::DeskEvent;
use crate::store::{Alike, Error, Head, NewEvent, Store};
use std::time::Duration;
use tracing::{debug, error, info, warn};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// So often a row that is refused together with others is tried before it may be given up: about a minute.
const PATIENCE: i64 = 6;
/// So often, a minute apart, it is tried to delete what an agent was shown: within two days Telegram allows it.
const REMOVE_TRIES: i64 = 48 * 60;
/// In milliseconds.
const AN_HOUR: i64 = 60 * 60 * 1000;

/// What follows from a refusal. Returns the pause Telegram asked for.
pub(super) async fn refused(
    store: &Store,
    head: &Head,
    outgoing: &Outgoing,
    place: Place,
    refusal: SendRefusal,
) -> Option<Duration> {
    let to_customer = head.chat.customer().is_some();
    let fleeting = matches!(outgoing, Outgoing::Typing | Outgoing::Toast { .. } | Outgoing::React { .. });
    match refusal {
        SendRefusal::TooMany(_) | SendRefusal::Later(_) | SendRefusal::DeskClosed(_) | SendRefusal::Unknown(_)
            if fleeting =>
        {
            close(store, head, "too late to matter").await;
            None
        }
        // A card that cannot be pinned is a card all the same, and what comes behind it must not wait for a right.
        SendRefusal::DeskClosed(why) | SendRefusal::Never(why) | SendRefusal::Unknown(why)
            if matches!(outgoing, Outgoing::Pin) =>
        {
            debug!(row = head.id, %why, "not pinned");
            close(store, head, &why).await;
            None
        }
        // The topic in which something was asked is gone, and so is the question.
        SendRefusal::TopicGone | SendRefusal::TopicClosed if matches!(outgoing, Outgoing::AtDesk { .. }) => {
            close(store, head, "the topic is gone").await;
            None
        }
        // Nobody is there to be told any more.
        SendRefusal::TopicGone | SendRefusal::TopicClosed if matches!(outgoing, Outgoing::Left { .. }) => {
            topic_gone(store, head, place, false).await;
            close(store, head, "the topic is gone").await;
            None
        }
        // An agent's own chat is no customer's: nothing of it becomes a dead letter, which could be sent again unasked.
        SendRefusal::Blocked | SendRefusal::Gone(_) | SendRefusal::Never(_)
            if matches!(outgoing, Outgoing::Original { .. }) =>
        {
            original_not_shown(store, head, Unshown::Gone).await;
            None
        }
        // Somebody who has blocked the bot may let it in again: what they were shown is to go then.
        SendRefusal::Blocked | SendRefusal::Gone(_)
            if matches!(outgoing, Outgoing::Remove { .. }) && head.attempts < REMOVE_TRIES =>
        {
            postpone(store, head, "the agent has closed the chat", LONGEST_PAUSE).await;
            None
        }
        SendRefusal::Blocked | SendRefusal::Gone(_) | SendRefusal::Never(_)
            if matches!(outgoing, Outgoing::Remove { .. }) =>
        {
            warn!(row = head.id, chat = %head.chat, "what an agent was shown stays in their chat");
            close(store, head, "it cannot be deleted").await;
            None
        }
        SendRefusal::TooMany(pause) => {
            info!(row = head.id, chat = %head.chat, seconds = pause.as_secs(), "Telegram asks to wait");
            let chat = head.chat;
            let wait = millis(pause);
            // The replica that sends next keeps to it as well, after a restart or in this one's place.
            write_surely(store, move |mut tx, now| Box::pin(async move { tx.pause(chat, now, wait).await })).await;
            Some(pause)
        }
        // What is refused to all of a desk (a right, topics, the group itself) is the desk's trouble and will be
        // mended: nothing is given up for it.
        SendRefusal::Later(why) | SendRefusal::DeskClosed(why) => {
            let pause = pause_after(head.attempts);
            warn!(row = head.id, chat = %head.chat, %why, seconds = pause.as_secs(), "not sent; trying again");
            postpone(store, head, &why, pause).await;
            None
        }
        SendRefusal::AlreadySo(why) | SendRefusal::Needless(why) => {
            debug!(row = head.id, %why, "needless");
            close(store, head, &why).await;
            None
        }
        SendRefusal::Blocked => {
            info!(row = head.id, whose = %head.conversation, "the customer has blocked the bot");
            close_lane(store, head, "blocked", Undelivered::Blocked).await;
            None
        }
        SendRefusal::Gone(why) if to_customer => {
            warn!(row = head.id, whose = %head.conversation, %why, "the customer cannot be reached");
            close_lane(store, head, &why, Undelivered::Gone).await;
            None
        }
        SendRefusal::TopicGone => {
            let tell = !matches!(outgoing, Outgoing::Rename);
            topic_gone(store, head, place, tell).await;
            None
        }
        // To open it was tried already.
        SendRefusal::TopicClosed => {
            postpone(store, head, "the topic is closed", LONGEST_PAUSE).await;
            None
        }
        SendRefusal::Moved(new) => {
            let Some(old) = head.chat.desk() else {
                return None; // only a group has another id
            };
            info!(%old, %new, "the desk was upgraded");
            while let Err(error) = store.move_desk(old, new).await {
                if matches!(error, Error::Closed) {
                    break;
                }
                error!(%error, "the desk's new id cannot be stored; trying again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None
        }
        SendRefusal::Never(why) if fleeting => {
            close(store, head, &why).await;
            None
        }
        // Without its topic nothing of a customer can go to the desk: it is made as soon as that works.
        SendRefusal::Never(why) if matches!(outgoing, Outgoing::Topic) => {
            unknown(store, head, outgoing, &why).await;
            None
        }
        SendRefusal::Unknown(why) => {
            unknown(store, head, outgoing, &why).await;
            None
        }
        SendRefusal::Never(why) | SendRefusal::Gone(why) => {
            error!(row = head.id, chat = %head.chat, %why, "can never be sent; see otklik outbox");
            give_up(store, head, &why, lost(head, outgoing, &why)).await;
            None
        }
    }
}

/// A desk has refused a row for a reason that is known neither as the message's nor as the group's. It is taken for the
/// message's: the row is given up, and the desk told. But where rows of two customers meet the same, it is the desk's:
/// nothing is given up, the lead is told, and what was given up for it before is tried again. A desk that takes the like
/// of others between two tries, a minute after the first, is well: what it goes on refusing is the message's after all.
async fn unknown(store: &Store, head: &Head, outgoing: &Outgoing, why: &str) {
    let (row, why, reason) = (head.clone(), why.to_owned(), without_numbers(why));
    let lost = lost(head, outgoing, &why);
    let may_be_given_up = !matches!(outgoing, Outgoing::Topic);
    let pause = millis(pause_after(head.attempts));
    warn!(row = head.id, chat = %head.chat, %why, "refused for a reason that is not known");
    write_surely(store, move |mut tx, now| {
        let (row, why, reason, lost) = (row.clone(), why.clone(), reason.clone(), lost.clone());
        Box::pin(async move {
            let (alike, before) = tx.refused(row.id, row.conversation, row.chat, &reason, now).await?;
            let tried_long = row.attempts >= PATIENCE;
            let give_up = may_be_given_up
                && match (alike, before) {
                    (Alike::No, _) => true,
                    (Alike::Before, _) => tried_long,
                    (Alike::First | Alike::Again, Some(before)) => {
                        tried_long && tx.takes_others(row.chat, row.conversation, &row.body, before).await?
                    }
                    (Alike::First | Alike::Again, None) => false,
                };
            if give_up {
                if alike != Alike::No {
                    tx.refused_alone(row.id).await?;
                }
                tx.dead(row.id, now, &why).await?;
                if let Some(lost) = lost {
                    tx.put_event(&lost, now).await?;
                }
                return Ok(());
            }
            if alike == Alike::First {
                tx.revive(row.chat, &reason, now, now.saturating_add(pause)).await?;
                tx.put_event(&desk_refuses(row.chat, &reason, None, now), now).await?;
            }
            tx.postponed(row.id, now, now.saturating_add(pause), &why).await
        })
    })
    .await;
}

/// The news that a row is given up: for its conversation, or, where not even the line about that goes to its topic, for
/// the lead. `None` where nothing is lost with it. It is heard once, however often the row is tried again.
fn lost(head: &Head, outgoing: &Outgoing, why: &str) -> Option<NewEvent> {
    if let (Outgoing::Refused { .. }, Some(customer)) = (outgoing, head.conversation.customer()) {
        let now = clock::now().timestamp_millis();
        return Some(desk_refuses(head.chat, &customer.to_string(), Some((customer, head.id)), now));
    }
    let event = loss(head, outgoing, why)?;
    Some(NewEvent { source: format!("outbox:{}:lost", head.id), ..new_event(head, &event) })
}

/// What the conversation hears of a row that is given up.
fn loss(head: &Head, outgoing: &Outgoing, why: &str) -> Option<Event> {
    let letter = Some(head.id);
    if head.chat.customer().is_some() {
        let refused = |message, words| {
            let reason = Undelivered::Refused(why.to_owned());
            Some(Event::Undelivered { reason, message, words, letter })
        };
        return match outgoing {
            Outgoing::Text { origin: Some(Spot { message, .. }), part: 0, .. } | Outgoing::Copy { message, .. } => {
                refused(Some(*message), None)
            }
            // The rest of it has arrived: these words are missing.
            Outgoing::Text { origin: Some(Spot { message, .. }), text, .. } => {
                refused(Some(*message), Some(text.clone()))
            }
            Outgoing::EditCopy { of, .. } | Outgoing::Recall { of, .. } | Outgoing::Shorten { of, .. } => {
                Some(Event::Undelivered {
                    reason: Undelivered::Unchanged,
                    message: Some(of.message),
                    words: None,
                    letter,
                })
            }
            Outgoing::Text { text, origin: None, .. } | Outgoing::Call { text, .. } | Outgoing::AtDesk { text, .. } => {
                refused(None, Some(text.clone()))
            }
            Outgoing::Export => refused(None, None),
            Outgoing::Original { .. }
            | Outgoing::Remove { .. }
            | Outgoing::Refused { .. }
            | Outgoing::React { .. }
            | Outgoing::Card
            | Outgoing::Refresh
            | Outgoing::Pin
            | Outgoing::Unclose
            | Outgoing::Left { .. }
            | Outgoing::Toast { .. }
            | Outgoing::Typing
            | Outgoing::Topic
            | Outgoing::Rename => None,
        };
    }
    head.conversation.customer()?;
    match outgoing {
        Outgoing::Copy { message, kind, words, entities, .. } => {
            let (message, kind, words, entities) = (*message, Kind::from_word(kind), words.clone(), entities.clone());
            Some(Event::RelayFailed { message, part: 0, kind, words, entities, letter })
        }
        Outgoing::Text { text, entities, origin: Some(Spot { message, .. }), part, .. } => {
            let (message, part, words, entities) = (*message, *part, Some(text.clone()), entities.clone());
            Some(Event::RelayFailed { message, part, kind: Kind::Text, words, entities, letter })
        }
        Outgoing::Text { origin: None, .. } | Outgoing::Call { .. } | Outgoing::Card => {
            Some(Event::NotShown { letter: head.id })
        }
        Outgoing::Export
        | Outgoing::Original { .. }
        | Outgoing::Remove { .. }
        | Outgoing::EditCopy { .. }
        | Outgoing::Recall { .. }
        | Outgoing::Shorten { .. }
        | Outgoing::React { .. }
        | Outgoing::Refresh
        | Outgoing::Pin
        | Outgoing::AtDesk { .. }
        | Outgoing::Refused { .. }
        | Outgoing::Unclose
        | Outgoing::Left { .. }
        | Outgoing::Toast { .. }
        | Outgoing::Typing
        | Outgoing::Topic
        | Outgoing::Rename => None,
    }
}

/// The lead hears that a desk refuses everybody, or everything in the topic of one customer, to which this row was to
/// tell of it; `of_what` is heard of once an hour.
fn desk_refuses(desk: ConversationId, of_what: &str, topic: Option<(CustomerId, i64)>, now: i64) -> NewEvent {
    let event = DeskEvent::Refuses { topic_of: topic.map(|(customer, _)| customer), letter: topic.map(|(_, row)| row) };
    NewEvent {
        source: format!("refused:{desk}:{}:{of_what}", now / AN_HOUR),
        conversation: desk,
        body: serde_json::to_string(&event).expect("an event is plain data"),
    }
}

/// Telegram's words without the numbers in them: those are of one message.
fn without_numbers(why: &str) -> String {
    let mut reason = String::new();
    for c in why.chars() {
        match c.is_ascii_digit() {
            true if reason.ends_with('#') => {}
            true => reason.push('#'),
            false => reason.push(c),
        }
    }
    reason
}

/// The pause before the next try of what was put off so often.
fn pause_after(attempts: i64) -> Duration {
    LONGEST_PAUSE.min(Duration::from_secs(1 << attempts.clamp(0, 6)))
}

fn millis(pause: Duration) -> i64 {
    i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
}

/// The topic is open, and the row can go; a topic that is closed again and again is not run after.
pub(super) async fn reopening(store: &Store, head: &Head) {
    let pause = if head.attempts < 3 { Duration::ZERO } else { pause_after(head.attempts) };
    postpone(store, head, "the topic was closed", pause).await;
}

/// The row need not be sent.
pub(super) async fn close(store: &Store, head: &Head, why: &str) {
    let (id, why) = (head.id, why.to_owned());
    write_surely(store, move |mut tx, now| {
        let why = why.clone();
        Box::pin(async move { tx.needless(id, now, &why).await })
    })
    .await;
}

/// An agent could not be shown what a customer sent: the conversation hears why, and the row is done with.
pub(super) async fn original_not_shown(store: &Store, head: &Head, why: Unshown) {
    let Some(agent) = head.chat.customer().map(|person| AgentId(person.0)) else {
        return close(store, head, "it goes to no agent").await;
    };
    let (id, event) = (head.id, new_event(head, &Event::OriginalNotShown { agent, why }));
    write_surely(store, move |mut tx, now| {
        let event = event.clone();
        Box::pin(async move {
            tx.needless(id, now, "the agent cannot be shown it").await?;
            tx.put_event(&event, now).await.map(|_| ())
        })
    })
    .await;
}

/// The row can never be sent; an event tells the conversation, if it matters to it.
async fn give_up(store: &Store, head: &Head, why: &str, event: Option<NewEvent>) {
    let (id, why) = (head.id, why.to_owned());
    write_surely(store, move |mut tx, now| {
        let (why, event) = (why.clone(), event.clone());
        Box::pin(async move {
            tx.dead(id, now, &why).await?;
            if let Some(event) = event {
                tx.put_event(&event, now).await?;
            }
            Ok(())
        })
    })
    .await;
}

/// Nothing of this lane can be delivered.
async fn close_lane(store: &Store, head: &Head, why: &str, reason: Undelivered) {
    let event = Event::Undelivered { reason, message: None, words: None, letter: None };
    let (lane, why, event) = (head.lane.clone(), why.to_owned(), new_event(head, &event));
    write_surely(store, move |mut tx, now| {
        let (lane, why, event) = (lane.clone(), why.clone(), event.clone());
        Box::pin(async move {
            tx.dead_lane(&lane, now, &why).await?;
            tx.put_event(&event, now).await?;
            Ok(())
        })
    })
    .await;
}

/// The topic is forgotten. With `tell`, the conversation opens a new one and tells the story, in which the words
/// that waited here stand too; a row that makes or names a topic is simply tried again.
async fn topic_gone(store: &Store, head: &Head, place: Place, tell: bool) {
    let (Place::Topic { desk, topic }, Some(customer)) = (place, head.conversation.customer()) else {
        return postpone(store, head, "there is no topic", Duration::from_secs(1)).await;
    };
    info!(%customer, %topic, "the topic is gone");
    let event = new_event(head, &Event::TopicGone);
    write_surely(store, move |mut tx, now| {
        let event = event.clone();
        Box::pin(async move {
            if tx.forget_topic(customer, desk, topic).await? {
                tx.forget_shown(customer).await?;
                if tell {
                    tx.put_event(&event, now).await?;
                }
            }
            Ok(())
        })
    })
    .await;
}

pub(super) async fn postpone(store: &Store, head: &Head, why: &str, pause: Duration) {
    let (id, why) = (head.id, why.to_owned());
    let pause = millis(pause);
    write_surely(store, move |mut tx, now| {
        let why = why.clone();
        Box::pin(async move { tx.postponed(id, now, now.saturating_add(pause), &why).await })
    })
    .await;
}

pub(super) async fn give_up_unreadable(store: &Store, head: &Head, why: &str) {
    error!(row = head.id, why, "a row of the outbox cannot be read; see otklik outbox");
    give_up(store, head, why, None).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_the_same_whatever_message_it_names() {
        let reason = without_numbers("Bad Request: byte 127 of message 5 is odd");
        assert_eq!(reason, without_numbers("Bad Request: byte 9 of message 1024 is odd"));
        assert_ne!(reason, without_numbers("Bad Request: message 5 is odd"));
    }
}
