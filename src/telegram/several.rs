//! Several messages in one call: an album is copied, an album is taken back. Telegram does what it can and does not say
//! which of them it could not do; here it is found out.

use super::api::Api;
use super::refusal::refusal;
use super::send::{message_id, numbers};
use crate::conversation::MessageId;
use crate::outbox::{SendRefusal, Sent};
use teloxide::payloads;
use teloxide::types::{ChatId, ThreadId};
use teloxide::{ApiError, RequestError};

/// Why one of several messages cannot be dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    /// It does not exist any more.
    Missing,
    /// It exists, and must stay: it is too old, or not ours to delete.
    Kept,
}

impl Api {
    /// Copies messages of one chat, in order. Telegram skips what was deleted meanwhile.
    pub(super) async fn copy_several(
        &self,
        chat: ChatId,
        thread: Option<ThreadId>,
        from: ChatId,
        messages: &[MessageId],
        remove_caption: Option<bool>,
    ) -> Result<Sent, SendRefusal> {
        let ids = messages.iter().map(|message| message_id(*message)).collect::<Result<Vec<_>, _>>()?;
        let mut call = payloads::CopyMessages::new(chat, from, ids);
        call.message_thread_id = thread;
        call.remove_caption = remove_caption;
        let copies = numbers(&self.call(call).await.map_err(refusal)?);
        let missing = match copies.len() == messages.len() {
            true => Vec::new(),
            false => self.missing(from, messages).await?,
        };
        Ok(Sent { messages: copies, missing, ..Sent::default() })
    }

    /// Which of these messages do not exist. To take back a reaction that was never given changes nothing and is shown to
    /// nobody; it is refused only where there is no message.
    async fn missing(&self, chat: ChatId, messages: &[MessageId]) -> Result<Vec<MessageId>, SendRefusal> {
        let mut missing = Vec::new();
        for message in messages {
            let call = payloads::SetMessageReaction::new(chat, message_id(*message)?);
            // Any other answer says that it is there, or nothing: then the numbers do not agree, and no copy is taken for
            // that of another.
            if let Err(RequestError::Api(error)) = self.call(call).await
                && lost(&words(&error)) == Some(Lost::Missing)
            {
                missing.push(*message);
            }
        }
        Ok(missing)
    }

    /// Deletes messages, one by one: a call for all of them would not tell which of them are left.
    pub(super) async fn delete_several(&self, chat: ChatId, messages: &[MessageId]) -> Result<Sent, SendRefusal> {
        let mut sent = Sent::default();
        for message in messages {
            match self.call(payloads::DeleteMessage::new(chat, message_id(*message)?)).await {
                Ok(_) => {}
                Err(RequestError::Api(error)) => match lost(&words(&error)) {
                    Some(Lost::Missing) => sent.missing.push(*message),
                    Some(Lost::Kept) => sent.kept.push(*message),
                    None => return Err(refusal(RequestError::Api(error))),
                },
                Err(error) => return Err(refusal(error)),
            }
        }
        Ok(sent)
    }
}

/// Telegram's own words.
fn words(error: &ApiError) -> String {
    match error {
        ApiError::Unknown(text) => text.clone(),
        known => known.to_string(),
    }
}

/// What Telegram says of a message that it cannot deal with; `None` when it speaks of something else.
fn lost(text: &str) -> Option<Lost> {
    let lower = text.to_lowercase();
    let has = |part: &str| lower.contains(part);
    if has("to delete not found") || has("to react not found") || has("message_id_invalid") {
        Some(Lost::Missing)
    } else if has("can't be deleted") || has("message_delete_forbidden") {
        Some(Lost::Kept)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_told_from_what_must_stay() {
        for (text, expected) in [
            ("Bad Request: message to delete not found", Some(Lost::Missing)),
            ("Bad Request: message to react not found", Some(Lost::Missing)),
            ("Bad Request: MESSAGE_ID_INVALID", Some(Lost::Missing)),
            ("Bad Request: message can't be deleted for everyone", Some(Lost::Kept)),
            ("Bad Request: message can't be deleted", Some(Lost::Kept)),
            ("Forbidden: bot was blocked by the user", None),
            ("Bad Request: REACTION_INVALID", None),
        ] {
            assert_eq!(lost(text), expected, "{text}");
        }
    }

    #[test]
    fn what_the_client_has_a_word_for_is_known_by_it() {
        // teloxide names some refusals; theirs are the same words.
        for (error, expected) in [
            (ApiError::MessageToDeleteNotFound, Some(Lost::Missing)),
            (ApiError::MessageCantBeDeleted, Some(Lost::Kept)),
        ] {
            assert_eq!(lost(&words(&error)), expected);
        }
    }
}
