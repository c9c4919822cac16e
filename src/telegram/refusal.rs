//! What Telegram's refusals mean for the outbox. Its descriptions are documented by example only, so parts of them are
//! looked for.
//!
//! A refusal belongs to its message, unless it is known to be the chat's: a right, a topic, the group itself. What is
//! known neither as the one nor as the other is [`SendRefusal::Unknown`], and the sender judges it by what else is
//! refused at the same desk.

use crate::conversation::DeskId;
use crate::outbox::SendRefusal;
use teloxide::{ApiError, RequestError};

/// So it is already: done, by another hand or by a call whose answer was lost.
const ALREADY_SO: [&str; 6] =
    ["not modified", "not_modified", "to delete not found", "already closed", "already open", "already reopened"];

/// Nobody waits for it any more, or what was meant is not there.
const NEEDLESS: [&str; 6] = [
    "query is too old",
    "query_id_invalid",
    "to react not found",
    "reaction_invalid",
    "to pin not found",
    "not enough rights to manage pinned",
];

/// There is no customer behind the chat.
const GONE: [&str; 7] = [
    "user is deactivated",
    "user_deactivated",
    "can't initiate conversation",
    "can't send messages to bots",
    "user not found",
    "chat not found",
    "peer_id_invalid",
];

/// Refused to everything that goes to the group, until the owner has put it right.
const OF_THE_GROUP: [&str; 28] = [
    "not enough rights",
    "no rights to",
    "administrator rights",
    "chat_admin_required",
    "chat_write_forbidden",
    "chat_forbidden",
    "chat_restricted",
    "chat_guest_send_forbidden",
    "chat_send_",
    "user_banned_in_channel",
    "user_restricted",
    "bot was kicked",
    "bot was blocked",
    "bot is not a member",
    "not_participant",
    "chat was deactivated",
    "group is deactivated",
    "chat was deleted",
    "chat not found",
    "chat_id",
    "peer_id_invalid",
    "channel_private",
    "channel_invalid",
    "not a forum",
    "forum_missing",
    "topics_disabled",
    "chat was upgraded",
    "method is available",
];

/// Refused to this message alone, whatever chat it goes to.
const OF_THE_MESSAGE: [&str; 39] = [
    "can't be copied",
    "can't be deleted",
    "to copy not found",
    "can't be forwarded",
    "to forward not found",
    "no messages to forward",
    "forwards_restricted",
    "to edit not found",
    "can't be edited",
    "message to edit",
    "to be replied",
    "reply_message",
    "reply_to",
    "quote_",
    "message_id_invalid",
    "message identifier",
    "too long",
    "too_long",
    "is empty",
    "must be non-empty",
    "message_empty",
    "media_",
    "caption",
    "button",
    "can't parse",
    "entity",
    "entities",
    "file_",
    "wrong file",
    "file id",
    "http url",
    "webpage_",
    "photo",
    "image_process_failed",
    "sticker",
    "voice_messages_forbidden",
    "premium_account_required",
    "too large",
    "has the number",
];

/// The call itself is at fault, and not the server.
const REFUSED: [&str; 4] = ["bad request", "forbidden", "not acceptable", "entity too large"];

/// Whether a description is a bare code, such as `MEDIA_EMPTY`.
fn is_code(text: &str) -> bool {
    text.contains('_') && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// What an error of a call to a customer means for the outbox; [`at_the_desk`] judges it anew for a desk.
pub(super) fn refusal(error: RequestError) -> SendRefusal {
    match error {
        RequestError::RetryAfter(seconds) => SendRefusal::TooMany(seconds.duration()),
        RequestError::MigrateToChatId(chat) => SendRefusal::Moved(DeskId(chat.0)),
        RequestError::Network(error) => SendRefusal::Later(error.to_string()), // teloxide has taken the token out of it
        RequestError::Api(ApiError::Unknown(text)) => by_text(&text),
        RequestError::Api(error) => by_text(&error.to_string()),
        // A server that answers in something else than JSON is a proxy in trouble.
        RequestError::InvalidJson { .. } => SendRefusal::Later("the answer was not the Bot API's".into()),
        RequestError::Io(error) => SendRefusal::Later(error.to_string()),
    }
}

fn by_text(text: &str) -> SendRefusal {
    let lower = text.to_lowercase();
    let has = |part: &str| lower.contains(part);
    let any = |parts: &[&str]| parts.iter().any(|part| has(part));
    if has("bot was blocked by the user") {
        SendRefusal::Blocked
    } else if has("topic_closed") {
        SendRefusal::TopicClosed
    } else if has("message thread not found") || has("topic_deleted") || has("topic_id_invalid") {
        SendRefusal::TopicGone
    } else if any(&GONE) {
        SendRefusal::Gone(text.into())
    } else if any(&ALREADY_SO) {
        SendRefusal::AlreadySo(text.into())
    } else if any(&NEEDLESS) {
        SendRefusal::Needless(text.into())
    } else if any(&REFUSED) || is_code(text) {
        SendRefusal::Never(text.into())
    } else {
        // «Bad Gateway», «Internal Server Error», a token that is being changed, a conflict: all pass.
        SendRefusal::Later(text.into())
    }
}

/// What a refusal means when the chat is a desk, where one message's trouble must be told from the group's.
pub(super) fn at_the_desk(refusal: SendRefusal) -> SendRefusal {
    match refusal {
        SendRefusal::Never(why) | SendRefusal::Gone(why) => {
            let lower = why.to_lowercase();
            let any = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
            if any(&OF_THE_GROUP) {
                SendRefusal::DeskClosed(why)
            } else if any(&OF_THE_MESSAGE) {
                SendRefusal::Never(why)
            } else {
                SendRefusal::Unknown(why)
            }
        }
        SendRefusal::Blocked => SendRefusal::DeskClosed("blocked".into()),
        other @ (SendRefusal::TooMany(_)
        | SendRefusal::Later(_)
        | SendRefusal::TopicGone
        | SendRefusal::TopicClosed
        | SendRefusal::Moved(_)
        | SendRefusal::DeskClosed(_)
        | SendRefusal::AlreadySo(_)
        | SendRefusal::Needless(_)
        | SendRefusal::Unknown(_)) => other,
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
            assert_eq!(by_text(text), expected);
        }
        assert!(matches!(by_text("Bad Gateway"), SendRefusal::Later(_)));
        assert!(matches!(by_text("MEDIA_EMPTY"), SendRefusal::Never(_)));
        assert!(matches!(by_text("Bad Request: message is too long"), SendRefusal::Never(_)));
        assert!(matches!(
            by_text("Bad Request: query is too old and response timeout expired or query ID is invalid"),
            SendRefusal::Needless(_)
        ));
    }

    #[test]
    fn what_is_so_already_is_done() {
        for text in [
            "Bad Request: TOPIC_NOT_MODIFIED",
            "Bad Request: CHAT_NOT_MODIFIED",
            "Bad Request: MESSAGE_NOT_MODIFIED",
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            "Bad Request: message to delete not found",
            "Bad Request: topic is already closed",
        ] {
            assert!(matches!(at_the_desk(by_text(text)), SendRefusal::AlreadySo(_)), "{text}");
        }
    }

    /// A refusal at the desk is the message's unless it is known to be the group's.
    #[test]
    fn a_refusal_at_the_desk_is_told_from_the_desks_own() {
        for text in [
            "Bad Request: CHAT_FORWARDS_RESTRICTED",
            "Bad Request: MEDIA_CAPTION_TOO_LONG",
            "Bad Request: FILE_REFERENCE_EXPIRED",
            "Bad Request: FILE_REFERENCE_0_EXPIRED",
            "Bad Request: PREMIUM_ACCOUNT_REQUIRED",
            "Bad Request: wrong file identifier/HTTP URL specified",
            "Bad Request: MESSAGE_TOO_LONG",
            "Bad Request: message can't be copied",
            "Request Entity Too Large",
        ] {
            assert!(matches!(at_the_desk(by_text(text)), SendRefusal::Never(_)), "{text}");
        }
        for text in [
            "Bad Request: not enough rights to send text messages to the chat",
            "Forbidden: not enough rights to send photos to the chat",
            "Bad Request: have no rights to send a message",
            "Bad Request: need administrator rights in the channel chat",
            "Bad Request: CHAT_WRITE_FORBIDDEN",
            "Bad Request: CHAT_ADMIN_REQUIRED",
            "Bad Request: CHAT_RESTRICTED",
            "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
            "Forbidden: bot was kicked from the supergroup chat",
            "Forbidden: bot is not a member of the supergroup chat",
            "Bad Request: group chat was deactivated",
            "Forbidden: the group chat was deleted",
            "Bad Request: chat not found",
            "Bad Request: CHANNEL_PRIVATE",
            "Bad Request: TOPICS_DISABLED",
            "Bad Request: the chat is not a forum",
            "Bad Request: CHANNEL_FORUM_MISSING",
            "Bad Request: group chat was upgraded to a supergroup chat",
        ] {
            assert!(matches!(at_the_desk(by_text(text)), SendRefusal::DeskClosed(_)), "{text}");
        }
        for text in ["Bad Request: STARS_ALIGNED", "Forbidden: something new"] {
            assert!(matches!(at_the_desk(by_text(text)), SendRefusal::Unknown(_)), "{text}");
        }
    }
}
