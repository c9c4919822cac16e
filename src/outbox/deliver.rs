//! One row: resolved, sent, and its receipt written. Where Telegram refuses it as it is, it is tried in a plainer way
//! before it is given up.

use super::merge::{self, Along, Waiting};
use super::messenger::{Call, Delivery, Messenger, Place, SendRefusal, Sent};
use super::outgoing::{Outgoing, Spot, told_lane, topic_lane};
use super::receipts::{Done, Receipts, new_event, write_surely};
use super::refused::{close, original_not_shown, postpone, refused, reopening};
use super::resolve::{Resolved, resolve};
use crate::conversation::{Event, Unshown};
use crate::store::{Error, Head, Store};
use std::time::Duration;
use tracing::{debug, error, info};

/// Sends one row and writes its receipt; returns the pause Telegram asked for. What waits beside it goes with it as far as
/// `along` says.
pub(super) async fn deliver(
    store: &Store,
    receipts: &Receipts,
    messenger: &impl Messenger,
    head: &Head,
    outgoing: Outgoing,
    along: Along,
) -> Option<Duration> {
    let delivery = match resolve(store, head, &outgoing).await {
        Ok(Resolved::Call(delivery)) => delivery,
        Ok(Resolved::Needless(why)) => {
            debug!(row = head.id, why, "needless");
            close(store, head, why).await;
            return None;
        }
        Ok(Resolved::NoTopic) => {
            no_topic(store, head).await;
            return None;
        }
        Ok(Resolved::NotYet) => {
            postpone(store, head, "it waits for the topic it tells of", Duration::from_secs(1)).await;
            return None;
        }
        Err(error) => {
            error!(%error, row = head.id, "the receiver of a row cannot be read; trying again");
            return Some(Duration::from_secs(1));
        }
    };
    let place = delivery.place;
    let mut rows = vec![(head.id, outgoing.clone())];
    let mut tried = delivery.clone();
    match beside(store, head, &outgoing, along).await {
        Ok(Some(waiting)) => rows.extend(merge::neighbours(&mut tried.call, head.id, waiting, along)),
        Ok(None) => {}
        Err(error) => debug!(%error, row = head.id, "what waits beside a row cannot be read; it goes alone"),
    }
    let mut reply_lost = None;
    let sent = loop {
        match messenger.send(tried.clone()).await {
            // Whatever else goes with the row or in it may be what is refused.
            Err(SendRefusal::Never(why) | SendRefusal::Unknown(why)) if rows.len() > 1 => {
                debug!(row = head.id, %why, "refused with the words behind it; it is tried alone");
                rows.truncate(1);
                tried = delivery.clone();
            }
            Err(SendRefusal::Never(why) | SendRefusal::Unknown(why)) if answers(&tried.call) => {
                debug!(row = head.id, %why, "refused as an answer; it is tried as none");
                without_reply(&mut tried.call);
                reply_lost = answered(&outgoing);
            }
            Err(refusal @ (SendRefusal::Never(_) | SendRefusal::Unknown(_))) => match (&outgoing, &mut tried.call) {
                (Outgoing::Refused { text: alone, .. }, Call::Text { text, entities, .. }) if text != alone => {
                    debug!(row = head.id, "what was refused is refused again; it is told without the words");
                    text.clone_from(alone);
                    entities.clear();
                }
                _ => break Err(refusal),
            },
            other => break other,
        }
    };
    match sent {
        Ok(sent) => {
            let done = Done::new(head, &rows, &tried, &sent);
            let lost = reply_lost.filter(|_| !matches!(place, Place::Customer(_)));
            let done = match lost {
                Some(Spot { message, .. }) => done.with_news(new_event(head, &Event::ReplyLost { answered: message })),
                None => done,
            };
            receipts.write(done).await;
            None
        }
        // What the call was to bring about is so: by another hand, or by a call whose answer was lost.
        Err(SendRefusal::AlreadySo(why)) => {
            debug!(row = head.id, %why, "it is so already");
            receipts.write(Done::new(head, &rows, &tried, &Sent::default())).await;
            None
        }
        Err(SendRefusal::TopicClosed) => {
            info!(whose = %head.conversation, "somebody closed the topic; it is opened again");
            match messenger.send(Delivery { place, call: Call::Reopen }).await {
                // The row is still the first of its lane, whoever has opened the topic.
                Ok(_) | Err(SendRefusal::AlreadySo(_)) => {
                    reopening(store, head).await;
                    None
                }
                // That the topic cannot be opened is no fault of the words.
                Err(SendRefusal::Never(why) | SendRefusal::Unknown(why) | SendRefusal::Needless(why)) => {
                    refused(store, head, &outgoing, place, SendRefusal::DeskClosed(why)).await
                }
                Err(refusal) => refused(store, head, &outgoing, place, refusal).await,
            }
        }
        // The agent has to open their own chat with the bot first, by its name.
        Err(SendRefusal::Blocked | SendRefusal::Gone(_)) if matches!(outgoing, Outgoing::Original { .. }) => {
            let bot = messenger.bot().await;
            original_not_shown(store, head, Unshown::Unopened { bot }).await;
            None
        }
        Err(refusal) => refused(store, head, &outgoing, place, refusal).await,
    }
}

/// The lane of what the bot has told the customer, for a row that it may go with: a text in the lane of their topic
/// (the story with which a topic begins, or their words), or a row of that lane itself.
pub(super) fn told_beside(head: &Head, outgoing: &Outgoing) -> Option<String> {
    let customer = head.conversation.customer()?;
    let lane = told_lane(customer);
    let text = matches!(outgoing, Outgoing::Text { .. }) && head.chat.desk().is_some();
    ((text && head.lane == topic_lane(customer)) || head.lane == lane).then_some(lane)
}

/// What may go with a row; `None` when the row goes alone.
async fn beside(store: &Store, head: &Head, outgoing: &Outgoing, along: Along) -> Result<Option<Waiting>, Error> {
    let Some(lane) = told_beside(head, outgoing) else {
        return Ok(None);
    };
    let told = store.lane(&lane).await?;
    if told.is_empty() && !along.words {
        return Ok(None);
    }
    let words = match head.conversation.customer() {
        Some(customer) => store.lane(&topic_lane(customer)).await?,
        None => Vec::new(),
    };
    Ok(Some(Waiting { words, told }))
}

/// Whether a call answers a message.
fn answers(call: &Call) -> bool {
    matches!(call, Call::Text { reply_to: Some(_), .. } | Call::Copy { reply_to: Some(_), .. })
}

fn without_reply(call: &mut Call) {
    if let Call::Text { reply_to, .. } | Call::Copy { reply_to, .. } = call {
        *reply_to = None;
    }
}

/// The message of the other side that the words of one of its people answer there.
fn answered(outgoing: &Outgoing) -> Option<Spot> {
    match outgoing {
        Outgoing::Text { reply_to, origin: Some(_), .. } | Outgoing::Copy { reply_to, .. } => *reply_to,
        Outgoing::Text { .. }
        | Outgoing::EditCopy { .. }
        | Outgoing::Recall { .. }
        | Outgoing::Shorten { .. }
        | Outgoing::React { .. }
        | Outgoing::Card
        | Outgoing::Refresh
        | Outgoing::Pin
        | Outgoing::Call { .. }
        | Outgoing::AtDesk { .. }
        | Outgoing::Refused { .. }
        | Outgoing::Unclose
        | Outgoing::Left { .. }
        | Outgoing::Toast { .. }
        | Outgoing::Typing
        | Outgoing::Export
        | Outgoing::Original { .. }
        | Outgoing::Remove { .. }
        | Outgoing::Topic
        | Outgoing::Rename => None,
    }
}

/// A row without its topic: the conversation is deciding what becomes of it. If that takes long, it is
/// asked again.
async fn no_topic(store: &Store, head: &Head) {
    if head.attempts % 5 == 4 {
        let event = new_event(head, &Event::TopicGone);
        write_surely(store, move |mut tx, now| {
            let event = event.clone();
            Box::pin(async move { tx.put_event(&event, now).await.map(|_| ()) })
        })
        .await;
    }
    postpone(store, head, "there is no topic", Duration::from_secs(1)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{CustomerId, DeskId, MessageId};

    /// Whether a row in this lane of a customer's desk takes with it what waits beside it.
    fn takes_along(lane: String, outgoing: &Outgoing) -> bool {
        let whose = CustomerId(1).into();
        let (chat, body) = (DeskId(-100).into(), String::new());
        let head = Head { id: 1, conversation: whose, lane, chat, rank: 0, body, attempts: 0, cause: None };
        told_beside(&head, outgoing).is_some()
    }

    #[test]
    fn what_is_said_goes_with_the_story_that_a_topic_begins_with() {
        let customer = CustomerId(1);
        let story = Outgoing::text("Что было до этого");
        let words = Outgoing::parts_of(
            Spot { chat: customer.into(), message: MessageId(7) },
            0,
            vec![Outgoing::text("позовите человека")],
        );
        assert!(takes_along(topic_lane(customer), &story));
        assert!(takes_along(topic_lane(customer), &words[0]));
        assert!(takes_along(told_lane(customer), &story));
        assert!(!takes_along("card:1".into(), &story));
        assert!(!takes_along(topic_lane(customer), &Outgoing::Topic));
    }
}
