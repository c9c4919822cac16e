//! Making the outbox's calls, and reading Telegram's refusals.

use super::api::Api;
use crate::conversation::{self, AgentId, DeskId, TopicId};
use crate::outbox::{Call, Delivery, KeyboardChange, Label, Messenger, Place, SendRefusal, Sent};
use futures::future::BoxFuture;
use serde_json::Value;
use teloxide::payloads::{self, AnswerCallbackQuerySetters, EditForumTopicSetters, SendMessageSetters};
use teloxide::types::{
    ButtonRequest, CallbackQueryId, ChatAction, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton,
    KeyboardMarkup, KeyboardRemove, MessageEntity, MessageId, ReactionType, ReplyMarkup, ReplyParameters, ThreadId,
    User, UserId,
};
use teloxide::{ApiError, RequestError};

/// Telegram's limit for the words of an answered press (`answerCallbackQuery`).
/// Counted in UTF-16 units there, and so in half as many characters here.
const TOAST_LIMIT: usize = 200;

/// The reaction that marks an answer as delivered; one of those every chat allows.
const DELIVERED: &str = "👌";

impl Messenger for Api {
    fn send(&self, delivery: Delivery) -> BoxFuture<'_, Result<Sent, SendRefusal>> {
        let at_desk = !matches!(delivery.place, Place::Customer(_));
        Box::pin(async move {
            self.make_call(delivery).await.map_err(|refusal| if at_desk { at_the_desk(refusal) } else { refusal })
        })
    }
}

impl Api {
    async fn make_call(&self, delivery: Delivery) -> Result<Sent, SendRefusal> {
        let (chat, thread) = match delivery.place {
            Place::Customer(customer) => (ChatId(customer.0), None),
            Place::Topic { desk, topic } => {
                (ChatId(desk.0), Some(ThreadId(message_id(conversation::MessageId(topic.0))?)))
            }
            Place::NewTopic { desk } | Place::General { desk } => (ChatId(desk.0), None),
        };
        let answer = match delivery.call {
            Call::Text { text, buttons, keyboard, reply_to, mention } => {
                let entities = mention.and_then(|(id, name)| called(&text, id, &name)).map(|entity| vec![entity]);
                let mut call = payloads::SendMessage::new(chat, text);
                call.entities = entities;
                call.message_thread_id = thread;
                call.reply_parameters = reply_to.map(answering).transpose()?;
                match keyboard {
                    Some(change) if buttons.is_empty() => call = call.reply_markup(reply_keyboard(change)),
                    Some(_) | None if !buttons.is_empty() => call = call.reply_markup(inline(buttons)),
                    Some(_) | None => {}
                }
                self.call(call).await
            }
            Call::Copy { from, messages, caption, reply_to } => match messages[..] {
                [message] => {
                    let mut call = payloads::CopyMessage::new(chat, ChatId(from.stored()), message_id(message)?);
                    call.message_thread_id = thread;
                    call.reply_parameters = reply_to.map(answering).transpose()?;
                    call.caption = caption;
                    self.call(call).await
                }
                _ => {
                    let messages = messages.into_iter().map(message_id).collect::<Result<Vec<_>, _>>()?;
                    let mut call = payloads::CopyMessages::new(chat, ChatId(from.stored()), messages);
                    call.message_thread_id = thread;
                    // Their captions cannot be masked one by one.
                    call.remove_caption = caption.map(|_| true);
                    self.call(call).await
                }
            },
            Call::EditText { message, text, buttons } => {
                let mut call = payloads::EditMessageText::new(chat, message_id(message)?, text);
                call.reply_markup = (!buttons.is_empty()).then(|| inline(buttons));
                self.call(call).await
            }
            Call::EditCaption { message, caption } => {
                let mut call = payloads::EditMessageCaption::new(chat, message_id(message)?);
                call.caption = Some(caption);
                self.call(call).await
            }
            Call::Delete { message } => self.call(payloads::DeleteMessage::new(chat, message_id(message)?)).await,
            Call::React { message } => {
                let mut call = payloads::SetMessageReaction::new(chat, message_id(message)?);
                call.reaction = Some(vec![ReactionType::Emoji { emoji: DELIVERED.into() }]);
                self.call(call).await
            }
            Call::Pin { message } => {
                let mut call = payloads::PinChatMessage::new(chat, message_id(message)?);
                call.disable_notification = Some(true);
                self.call(call).await
            }
            Call::Toast { query, text } => {
                let mut call = payloads::AnswerCallbackQuery::new(CallbackQueryId(query));
                if let Some(text) = text {
                    call = call.text(text.chars().take(TOAST_LIMIT / 2).collect::<String>());
                }
                self.call(call).await
            }
            Call::Typing => self.call(payloads::SendChatAction::new(chat, ChatAction::Typing)).await,
            Call::Topic { name } => match thread {
                None => {
                    let topic = self.call(payloads::CreateForumTopic::new(chat, name)).await.map_err(refusal)?;
                    let thread = topic["message_thread_id"].as_i64();
                    return match thread {
                        Some(thread) => Ok(Sent { messages: Vec::new(), topic: Some(TopicId(thread)) }),
                        None => Err(SendRefusal::Never("a topic was made, but its number was not told".into())),
                    };
                }
                Some(thread) => self.call(payloads::EditForumTopic::new(chat, thread).name(name)).await,
            },
            Call::Reopen => match thread {
                Some(thread) => self.call(payloads::ReopenForumTopic::new(chat, thread)).await,
                None => return Err(SendRefusal::Needless("there is no topic to open".into())),
            },
            Call::Close => match thread {
                Some(thread) => self.call(payloads::CloseForumTopic::new(chat, thread)).await,
                None => return Err(SendRefusal::Needless("there is no topic to close".into())),
            },
        };
        Ok(Sent { messages: numbers(&answer.map_err(refusal)?), topic: None })
    }
}

/// The numbers of the messages that an answer names: one message, or one after the other.
fn numbers(answer: &Value) -> Vec<conversation::MessageId> {
    let number = |message: &Value| message["message_id"].as_i64().map(conversation::MessageId);
    match answer.as_array() {
        Some(messages) => messages.iter().filter_map(number).collect(),
        None => number(answer).into_iter().collect(),
    }
}

/// Marks the name that a text begins with, so that its owner is told.
fn called(text: &str, id: AgentId, name: &str) -> Option<MessageEntity> {
    let user = User {
        id: UserId(u64::try_from(id.0).ok()?),
        is_bot: false,
        first_name: name.to_owned(),
        last_name: None,
        username: None,
        language_code: None,
        is_premium: false,
        added_to_attachment_menu: false,
    };
    let length = name.encode_utf16().count();
    (text.starts_with(name) && length > 0).then(|| MessageEntity::text_mention(user, 0, length))
}

/// An answer to a message of the same chat. Whether it still stands there is not known: then it goes without.
fn answering(message: conversation::MessageId) -> Result<ReplyParameters, SendRefusal> {
    Ok(ReplyParameters { allow_sending_without_reply: Some(true), ..ReplyParameters::new(message_id(message)?) })
}

fn reply_keyboard(change: KeyboardChange) -> ReplyMarkup {
    match change {
        KeyboardChange::AskPhone { share, instead } => {
            let share = KeyboardButton::new(share).request(ButtonRequest::Contact);
            let rows = [vec![share], vec![KeyboardButton::new(instead)]];
            ReplyMarkup::Keyboard(KeyboardMarkup::new(rows).resize_keyboard().one_time_keyboard())
        }
        KeyboardChange::Remove => ReplyMarkup::KeyboardRemove(KeyboardRemove::new()),
    }
}

fn inline(buttons: Vec<Vec<Label>>) -> InlineKeyboardMarkup {
    let button = |label: Label| InlineKeyboardButton::callback(label.text, label.data);
    InlineKeyboardMarkup::new(buttons.into_iter().map(|row| row.into_iter().map(button)))
}

/// teloxide counts messages in 32 bits, as Telegram does in practice.
fn message_id(id: conversation::MessageId) -> Result<MessageId, SendRefusal> {
    i32::try_from(id.0).map(MessageId).map_err(|_| SendRefusal::Never(format!("no message has the number {id}")))
}

/// What a refusal means for the outbox.
fn refusal(error: RequestError) -> SendRefusal {
    match error {
        RequestError::RetryAfter(seconds) => SendRefusal::TooMany(seconds.duration()),
        RequestError::MigrateToChatId(chat) => SendRefusal::Moved(DeskId(chat.0)),
        RequestError::Network(error) => SendRefusal::Later(error.to_string()), // teloxide has taken the token out of it
        RequestError::Api(ApiError::Unknown(text)) => refusal_by_text(&text),
        RequestError::Api(error) => refusal_by_text(&error.to_string()),
        // A server that answers in something else than JSON is a proxy in trouble.
        RequestError::InvalidJson { .. } => SendRefusal::Later("the answer was not the Bot API's".into()),
        RequestError::Io(error) => SendRefusal::Later(error.to_string()),
    }
}

/// Sorts Telegram's descriptions. Those it gives are only documented by example, so parts are looked for.
fn refusal_by_text(text: &str) -> SendRefusal {
    let lower = text.to_lowercase();
    let has = |part: &str| lower.contains(part);
    if has("bot was blocked by the user") {
        SendRefusal::Blocked
    } else if has("topic_closed") {
        SendRefusal::TopicClosed
    } else if has("message thread not found") || has("topic_deleted") || has("topic_id_invalid") {
        SendRefusal::TopicGone
    } else if has("user is deactivated") || has("can't initiate conversation") || has("chat not found") {
        SendRefusal::Gone(text.into())
    } else if has("is not modified")
        || has("topic_not_modified")
        || has("query is too old")
        || has("to delete not found")
        || has("can't be deleted")
        || has("to react not found")
        || has("reaction_invalid")
        || has("to pin not found")
        || has("not enough rights to manage pinned")
    {
        SendRefusal::Needless(text.into())
    } else if has("bad request") || has("forbidden") {
        SendRefusal::Never(text.into())
    } else {
        // «Bad Gateway», «Internal Server Error», a token that is being changed, a conflict: all pass.
        SendRefusal::Later(text.into())
    }
}

/// At the desk only a message can be refused for good. Everything else is refused to all of them, and passes once the
/// owner has put the group right.
fn at_the_desk(refusal: SendRefusal) -> SendRefusal {
    const OF_THE_MESSAGE: [&str; 9] = [
        "can't be copied",
        "to copy not found",
        "to edit not found",
        "can't be edited",
        "is too long",
        "is empty",
        "button",
        "message_id_invalid",
        "has the number",
    ];
    match refusal {
        SendRefusal::Never(why) | SendRefusal::Gone(why) => {
            let lower = why.to_lowercase();
            match OF_THE_MESSAGE.iter().any(|part| lower.contains(part)) {
                true => SendRefusal::Never(why),
                false => SendRefusal::DeskClosed(why),
            }
        }
        SendRefusal::Blocked => SendRefusal::DeskClosed("blocked".into()),
        other @ (SendRefusal::TooMany(_)
        | SendRefusal::Later(_)
        | SendRefusal::TopicGone
        | SendRefusal::TopicClosed
        | SendRefusal::Moved(_)
        | SendRefusal::DeskClosed(_)
        | SendRefusal::Needless(_)) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telegrams_words_are_understood() {
        for (text, expected) in [
            ("Forbidden: bot was blocked by the user", SendRefusal::Blocked),
            ("Bad Request: message thread not found", SendRefusal::TopicGone),
            ("Bad Request: TOPIC_DELETED", SendRefusal::TopicGone),
        ] {
            assert_eq!(refusal_by_text(text), expected);
        }
        assert!(matches!(refusal_by_text("Bad Gateway"), SendRefusal::Later(_)));
        assert!(matches!(refusal_by_text("Bad Request: message is too long"), SendRefusal::Never(_)));
        assert!(matches!(
            refusal_by_text("Bad Request: query is too old and response timeout expired or query ID is invalid"),
            SendRefusal::Needless(_)
        ));
    }
}
