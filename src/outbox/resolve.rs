//! From a row to a call: its receiver, the message of theirs that is meant, and how things stand by now. What a row
//! leaves open is looked up when it is sent, so that of several changes only the last costs a call.

use super::messenger::{Call, Delivery, Place};
use super::outgoing::{CardBody, Leaving, Outgoing, Spot};
use crate::conversation::{ConversationId, CustomerId, DeskId, MessageId, Styled, TopicId};
use crate::store::{Error, Head, Home, Store, TopicView};
use crate::{clock, desk};

/// What is to be done about a row.
pub(super) enum Resolved {
    /// This call is made.
    Call(Delivery),
    /// Nothing: it is so already, or what was meant is not there.
    Needless(&'static str),
    /// It needs a topic, and there is none yet.
    NoTopic,
    /// Something is about to be there that it is to tell of.
    NotYet,
}

/// Finds everything that a row leaves open.
pub(super) async fn resolve(store: &Store, head: &Head, outgoing: &Outgoing) -> Result<Resolved, Error> {
    let Some(place) = place(store, head, outgoing).await? else {
        return Ok(Resolved::NoTopic);
    };
    let here = head.chat;
    if let Outgoing::Left { what: Leaving::Told { text }, .. } = outgoing {
        return told(store, head, place, text).await;
    }
    if matches!((place, outgoing), (Place::General { .. }, Outgoing::Topic | Outgoing::Rename | Outgoing::Unclose)) {
        return Ok(Resolved::Needless("the desk has no topics"));
    }
    let call = match outgoing.clone() {
        Outgoing::Text { text, entities, buttons, keyboard, reply_to, .. } => {
            let reply_to = counterpart(store, reply_to, here).await?;
            Ok(Call::Text { text, entities, buttons, keyboard, reply_to, mention: None })
        }
        Outgoing::Copy { from, message, more, caption, entities, reply_to, .. } => {
            let reply_to = counterpart(store, reply_to, here).await?;
            let mut messages: Vec<MessageId> = [message].into_iter().chain(more).collect();
            // `copyMessages` wants them in a strictly increasing order.
            messages.sort_unstable();
            messages.dedup();
            let entities = if caption.is_some() { entities } else { Vec::new() };
            Ok(Call::Copy { from, messages, caption, entities, reply_to })
        }
        Outgoing::EditCopy { of, text, entities, caption, part } => {
            let parts = parts(store, of, here).await?;
            let buttons = Vec::new();
            match parts.iter().find(|(number, _)| *number == part) {
                Some((_, message)) if caption => Ok(Call::EditCaption { message: *message, caption: text, entities }),
                Some((_, message)) => Ok(Call::EditText { message: *message, text, entities, buttons }),
                None if parts.is_empty() || part == 0 => Err("what was edited stands nowhere here"),
                None => Ok(Call::Text { text, entities, buttons, keyboard: None, reply_to: None, mention: None }),
            }
        }
        Outgoing::Recall { of, more, .. } => {
            let mut messages = Vec::new();
            for spot in [of].into_iter().chain(more) {
                messages.extend(parts(store, spot, here).await?.into_iter().map(|(_, message)| message));
            }
            Ok(Call::Delete { messages })
        }
        Outgoing::Shorten { of, parts: stay } => {
            let parts = parts(store, of, here).await?.into_iter().filter(|(part, _)| *part >= stay);
            let messages: Vec<MessageId> = parts.map(|(_, message)| message).collect();
            if messages.is_empty() { Err("it has no more parts") } else { Ok(Call::Delete { messages }) }
        }
        Outgoing::React { message } => Ok(Call::React { message }),
        Outgoing::Call { text, agent, name } => {
            let (entities, buttons, keyboard, reply_to) = (Vec::new(), Vec::new(), None, None);
            Ok(Call::Text { text, entities, buttons, keyboard, reply_to, mention: Some((agent, name)) })
        }
        Outgoing::AtDesk { text, entities, buttons, .. } => {
            Ok(Call::Text { text, entities, buttons, keyboard: None, reply_to: None, mention: None })
        }
        Outgoing::Refused { letter: Some(letter), .. } if !store.is_dead(letter).await? => {
            Err("what was refused is sent after all")
        }
        Outgoing::Refused { text, words, entities, of, .. } => {
            let Styled { text, entities } = match words {
                Some(words) => Styled { text: words, entities }.behind(&format!("{text}\n\n")),
                None => text.into(),
            };
            let reply_to = counterpart(store, of, here).await?;
            Ok(Call::Text { text, entities, buttons: Vec::new(), keyboard: None, reply_to, mention: None })
        }
        Outgoing::Unclose => Ok(Call::Reopen),
        Outgoing::Left { what: Leaving::Named { name }, .. } => Ok(Call::Topic { name }),
        Outgoing::Left { what: Leaving::Closed, .. } => Ok(Call::Close),
        Outgoing::Left { what: Leaving::Told { text }, .. } => {
            let entities = Vec::new();
            Ok(Call::Text { text, entities, buttons: Vec::new(), keyboard: None, reply_to: None, mention: None })
        }
        Outgoing::Toast { query, text } => Ok(Call::Toast { query, text }),
        Outgoing::Typing => Ok(Call::Typing),
        Outgoing::Export => match head.conversation.customer() {
            Some(customer) => {
                let kept = store.kept_about(customer, clock::now().timestamp_millis()).await?;
                let content = serde_json::to_string_pretty(&kept).expect("a value is plain data");
                Ok(Call::Document { name: format!("otklik-{customer}.json"), content })
            }
            None => Err("it is about nobody"),
        },
        Outgoing::Original { from, message, ticket, .. } => {
            // Whoever has the ticket now: between the press and this it may have changed hands.
            let holder = store.holder_of(ticket).await?;
            let holds = holder.is_some_and(|holder| here == CustomerId(holder.0).into());
            if holds { Ok(Call::Protected { from, message }) } else { Err("another agent has the ticket, or none") }
        }
        Outgoing::Remove { message } => Ok(Call::Delete { messages: vec![message] }),
        Outgoing::Card | Outgoing::Refresh | Outgoing::Pin | Outgoing::Topic | Outgoing::Rename => {
            let view = match head.conversation.customer() {
                Some(customer) => store.topic_view(customer).await?,
                None => None,
            };
            match view {
                Some(view) => of_view(outgoing, view, place),
                None => Err("there is nothing to show"),
            }
        }
    };
    Ok(match call {
        Ok(call) => Resolved::Call(Delivery { place, call }),
        Err(why) => Resolved::Needless(why),
    })
}

/// So often it is looked, a second apart, for the topic that a link is to lead to; then it is told without one.
const LOOKS_FOR_LINK: i64 = 30;

/// Says at a desk that a ticket has left where it is now: the text, and a link to the new topic or, in a group without
/// topics, to the card.
async fn told(store: &Store, head: &Head, place: Place, text: &str) -> Result<Resolved, Error> {
    let Some(customer) = head.conversation.customer() else {
        return Ok(Resolved::Needless("it is about nobody"));
    };
    let home = store.home_of(customer).await?;
    if home.is_some_and(|home| head.chat == home.desk.into()) {
        return Ok(Resolved::Needless("the ticket is here again"));
    }
    let number = match home {
        Some(Home { topic: Some(topic), .. }) => Some(topic.0),
        Some(Home { topic: None, .. }) => {
            store.topic_view(customer).await?.and_then(|view| view.card).map(|card| card.0)
        }
        None => None,
    };
    let text = match home.zip(number) {
        Some((home, number)) => match desk::link(home.desk, number) {
            Some(link) => format!("{text}\n{link}"),
            None => text.to_owned(),
        },
        None if head.attempts < LOOKS_FOR_LINK => return Ok(Resolved::NotYet),
        None => text.to_owned(),
    };
    let (entities, buttons, keyboard, reply_to, mention) = (Vec::new(), Vec::new(), None, None, None);
    let call = Call::Text { text, entities, buttons, keyboard, reply_to, mention };
    Ok(Resolved::Call(Delivery { place, call }))
}

/// A call that shows the present view of a topic; `Err` says that it is shown already, for the row's record.
fn of_view(outgoing: &Outgoing, view: TopicView, place: Place) -> Result<Call, &'static str> {
    let is_topic = matches!(place, Place::Topic { .. });
    let named = is_topic && view.shown_name.as_ref() == Some(&view.name);
    let body = || serde_json::from_str::<CardBody>(&view.body).map_err(|_| "the card cannot be read");
    match outgoing {
        Outgoing::Topic | Outgoing::Rename if named => Err("it has that name"),
        Outgoing::Rename if !is_topic => Err("there is no topic to name"),
        Outgoing::Topic | Outgoing::Rename => Ok(Call::Topic { name: view.name }),
        Outgoing::Card => {
            let CardBody { text, buttons } = body()?;
            let entities = Vec::new();
            Ok(Call::Text { text, entities, buttons, keyboard: None, reply_to: None, mention: None })
        }
        Outgoing::Refresh if view.shown_body.as_ref() == Some(&view.body) => Err("it is shown already"),
        Outgoing::Refresh => {
            let CardBody { text, buttons } = body()?;
            let message = view.card.ok_or("there is no card yet: it will come with the last state")?;
            Ok(Call::EditText { message, text, entities: Vec::new(), buttons })
        }
        Outgoing::Pin => Ok(Call::Pin { message: view.card.ok_or("there is no card to pin")? }),
        Outgoing::Text { .. }
        | Outgoing::Copy { .. }
        | Outgoing::EditCopy { .. }
        | Outgoing::Recall { .. }
        | Outgoing::Shorten { .. }
        | Outgoing::React { .. }
        | Outgoing::Call { .. }
        | Outgoing::Refused { .. }
        | Outgoing::Unclose
        | Outgoing::Left { .. }
        | Outgoing::AtDesk { .. }
        | Outgoing::Toast { .. }
        | Outgoing::Export
        | Outgoing::Original { .. }
        | Outgoing::Remove { .. }
        | Outgoing::Typing => Err("it shows no view"),
    }
}

/// What stands here for a message of the other side; one of this side stands for itself, unless it is none of people's.
async fn counterpart(store: &Store, there: Option<Spot>, here: ConversationId) -> Result<Option<MessageId>, Error> {
    match there {
        Some(Spot { chat, message }) if chat == here => Ok(Some(message).filter(|message| message.0 > 0)),
        Some(Spot { chat, message }) => store.counterpart(chat, message, here).await,
        None => Ok(None),
    }
}

/// What stands here for a message of the other side, each with which part of it that is.
async fn parts(store: &Store, of: Spot, here: ConversationId) -> Result<Vec<(u32, MessageId)>, Error> {
    store.parts(of.chat, of.message, here).await
}

/// The receiver as things stand now; `None` where a topic is needed and there is none.
async fn place(store: &Store, head: &Head, outgoing: &Outgoing) -> Result<Option<Place>, Error> {
    let desk = match head.chat {
        ConversationId::Desk(desk) => desk,
        ConversationId::Customer(customer) => return Ok(Some(Place::Customer(customer))),
    };
    if let Outgoing::AtDesk { thread, .. } | Outgoing::Left { thread, .. } = outgoing {
        return Ok(Some(in_topic(desk, *thread)));
    }
    // A desk's own rows belong to no topic.
    if let (Outgoing::Refused { .. }, ConversationId::Desk(_)) = (outgoing, head.conversation) {
        return Ok(Some(in_topic(desk, None)));
    }
    let home = match head.conversation {
        ConversationId::Customer(customer) => store.home_of(customer).await?,
        ConversationId::Desk(_) => None,
    };
    // A topic at another desk is none: the owner has moved to a new group.
    Ok(match (home.filter(|home| home.desk == desk), outgoing) {
        (Some(Home { desk, topic }), _) => Some(in_topic(desk, topic)),
        (None, Outgoing::Topic) => Some(Place::NewTopic { desk }),
        // There is nothing to name; and a press is answered without a place.
        (
            None,
            Outgoing::Rename
            | Outgoing::Toast { .. }
            | Outgoing::Typing
            | Outgoing::React { .. }
            | Outgoing::Refresh
            | Outgoing::Unclose
            | Outgoing::Pin,
        ) => Some(Place::NewTopic { desk }),
        (
            None,
            Outgoing::Text { .. }
            | Outgoing::Copy { .. }
            | Outgoing::EditCopy { .. }
            | Outgoing::Recall { .. }
            | Outgoing::Shorten { .. }
            | Outgoing::Call { .. }
            | Outgoing::Refused { .. }
            | Outgoing::AtDesk { .. }
            | Outgoing::Left { .. }
            | Outgoing::Export
            | Outgoing::Original { .. }
            | Outgoing::Remove { .. }
            | Outgoing::Card,
        ) => None,
    })
}

/// A topic of a desk, or its general one.
fn in_topic(desk: DeskId, topic: Option<TopicId>) -> Place {
    match topic {
        Some(topic) => Place::Topic { desk, topic },
        None => Place::General { desk },
    }
}
