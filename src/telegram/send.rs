//! Making the outbox's calls.

use super::api::Api;
use super::refusal::{at_the_desk, refusal};
use crate::conversation::{self, AgentId, Emphasis, Entity, Pressed, Style, TopicId};
use crate::outbox::{Call, Delivery, KeyboardChange, Label, Messenger, Place, SendRefusal, Sent};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Value, json};
use teloxide::payloads::{self, AnswerCallbackQuerySetters, EditForumTopicSetters, SendMessageSetters};
use teloxide::requests::Payload;
use teloxide::types::{
    ButtonRequest, CallbackQueryId, ChatAction, ChatId, InputFile, KeyboardButton, KeyboardMarkup, KeyboardRemove,
    MessageId, ReactionType, ReplyMarkup, ReplyParameters, ThreadId,
};

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

    fn bot(&self) -> BoxFuture<'_, Option<String>> {
        Box::pin(async move { self.username().await.ok() })
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
            Call::Text { text, entities, buttons, keyboard, reply_to, mention } => {
                let called = mention.and_then(|(id, name)| called(&text, id, &name));
                let mut call = payloads::SendMessage::new(chat, text);
                call.message_thread_id = thread;
                call.reply_parameters = reply_to.map(answering).transpose()?;
                if let Some(change) = keyboard.filter(|_| buttons.is_empty()) {
                    call = call.reply_markup(reply_keyboard(change));
                }
                self.call(with_buttons(with_entities(call, &entities, called), &buttons)).await
            }
            Call::Copy { from, messages, caption, entities, reply_to } => match messages[..] {
                [message] => {
                    let mut call = payloads::CopyMessage::new(chat, ChatId(from.stored()), message_id(message)?);
                    call.message_thread_id = thread;
                    call.reply_parameters = reply_to.map(answering).transpose()?;
                    call.caption = caption;
                    self.call(with_caption_entities(call, &entities)).await
                }
                _ => {
                    // An album with a caption of ours was gathered by an earlier version: its own must not be shown.
                    let remove = caption.map(|_| true);
                    return self.copy_several(chat, thread, ChatId(from.stored()), &messages, remove).await;
                }
            },
            Call::EditText { message, text, entities, buttons } => {
                let call = payloads::EditMessageText::new(chat, message_id(message)?, text);
                self.call(with_buttons(with_entities(call, &entities, None), &buttons)).await
            }
            Call::EditCaption { message, caption, entities } => {
                let mut call = payloads::EditMessageCaption::new(chat, message_id(message)?);
                call.caption = Some(caption);
                self.call(with_caption_entities(call, &entities)).await
            }
            Call::Delete { messages } => return self.delete_several(chat, &messages).await,
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
            Call::Protected { from, message } => {
                let mut call = payloads::CopyMessage::new(chat, ChatId(from.stored()), message_id(message)?);
                call.protect_content = Some(true);
                self.call(call).await
            }
            Call::Document { name, content } => {
                let file = InputFile::memory(content.into_bytes()).file_name(name);
                self.call_with_file(payloads::SendDocument::new(chat, file)).await
            }
            Call::Typing => self.call(payloads::SendChatAction::new(chat, ChatAction::Typing)).await,
            Call::Topic { name } => match thread {
                None => {
                    let topic = self.call(payloads::CreateForumTopic::new(chat, name)).await.map_err(refusal)?;
                    let thread = topic["message_thread_id"].as_i64();
                    return match thread {
                        Some(thread) => Ok(Sent { topic: Some(TopicId(thread)), ..Sent::default() }),
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
        Ok(Sent { messages: numbers(&answer.map_err(refusal)?), ..Sent::default() })
    }
}

/// The numbers of the messages that an answer names: one message, or one after the other.
pub(super) fn numbers(answer: &Value) -> Vec<conversation::MessageId> {
    let number = |message: &Value| message["message_id"].as_i64().map(conversation::MessageId);
    match answer.as_array() {
        Some(messages) => messages.iter().filter_map(number).collect(),
        None => number(answer).into_iter().collect(),
    }
}

/// A payload of teloxide's with formatting as it came, since teloxide reads every address into another spelling; and with
/// buttons that it does not know: it has no `style` of theirs.
#[derive(Clone, Serialize)]
struct Formatted<P> {
    #[serde(flatten)]
    payload: P,
    /// Of a text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entities: Vec<Value>,
    /// Of a caption.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    caption_entities: Vec<Value>,
    /// Buttons under a message, in the place of the payload's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<Value>,
}

impl<P: Payload> Payload for Formatted<P> {
    type Output = P::Output;
    const NAME: &'static str = P::NAME;
}

/// A call with the formatting of its text.
fn with_entities<P>(payload: P, entities: &[Entity], called: Option<Value>) -> Formatted<P> {
    let entities = called.into_iter().chain(entities.iter().filter_map(shown)).collect();
    Formatted { payload, entities, caption_entities: Vec::new(), reply_markup: None }
}

/// A call with buttons under its message, if there are any; a payload has none of its own then.
fn with_buttons<P>(call: Formatted<P>, buttons: &[Vec<Label>]) -> Formatted<P> {
    Formatted { reply_markup: (!buttons.is_empty()).then(|| inline(buttons)), ..call }
}

/// A call with the formatting of its caption.
fn with_caption_entities<P>(payload: P, entities: &[Entity]) -> Formatted<P> {
    let caption_entities = entities.iter().filter_map(shown).collect();
    Formatted { payload, entities: Vec::new(), caption_entities, reply_markup: None }
}

/// A stretch as Telegram wants it.
fn shown(entity: &Entity) -> Option<Value> {
    match entity.style {
        Style::TextMention { user } => Some(mention(user, "", entity.offset, entity.length)),
        Style::Bold
        | Style::Italic
        | Style::Underline
        | Style::Strikethrough
        | Style::Spoiler
        | Style::Blockquote
        | Style::ExpandableBlockquote
        | Style::Code
        | Style::Pre { .. }
        | Style::TextLink { .. }
        | Style::CustomEmoji { .. } => serde_json::to_value(entity).ok(),
    }
}

/// A stretch that means an account. Telegram looks only at the id.
fn mention(user: i64, name: &str, offset: usize, length: usize) -> Value {
    let user = json!({"id": user, "is_bot": false, "first_name": name});
    json!({"type": "text_mention", "offset": offset, "length": length, "user": user})
}

/// Marks the name that a text begins with, so that its owner is told.
fn called(text: &str, id: AgentId, name: &str) -> Option<Value> {
    let length = name.encode_utf16().count();
    (text.starts_with(name) && length > 0).then(|| mention(id.0, name, 0, length))
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

/// Buttons as Telegram wants them (`InlineKeyboardMarkup`).
fn inline(buttons: &[Vec<Label>]) -> Value {
    let button = |label: &Label| {
        let mut button = json!({"text": label.text, "callback_data": label.data});
        match Pressed::parse(&label.data).and_then(|pressed| pressed.emphasis()) {
            Some(Emphasis::Danger) => button["style"] = json!("danger"),
            Some(Emphasis::Primary) => button["style"] = json!("primary"),
            None => {}
        }
        button
    };
    let rows: Vec<Vec<Value>> = buttons.iter().map(|row| row.iter().map(button).collect()).collect();
    json!({"inline_keyboard": rows})
}

/// teloxide counts messages in 32 bits, as Telegram does in practice.
pub(super) fn message_id(id: conversation::MessageId) -> Result<MessageId, SendRefusal> {
    i32::try_from(id.0).map(MessageId).map_err(|_| SendRefusal::Never(format!("no message has the number {id}")))
}
