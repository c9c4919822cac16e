//! A group that is no desk, to which somebody has added the bot: it is left, and that person is told how to make it one.
//! Nothing that is said there was read.

use super::api::Api;
use crate::conversation::Person;
use teloxide::payloads::{LeaveChat, SendMessage};
use teloxide::types::ChatId;
use tracing::{debug, info};

/// Leaves the group. What fails here changes nothing: the bot neither reads nor answers there.
pub(super) async fn leave(api: &Api, chat: i64, by: Option<&Person>) {
    if let Some(person) = by.filter(|person| !person.is_anonymous()) {
        // Somebody who has never written to the bot cannot be told.
        if let Err(error) = api.call(SendMessage::new(ChatId(person.id), words(chat, person))).await {
            debug!(%error, "the person who added the bot to a group cannot be told how to make it a desk");
        }
    }
    match api.call(LeaveChat::new(ChatId(chat))).await {
        Ok(_) => info!(
            chat,
            "a group that is no desk was left; to make it one: OTKLIK_DESK={chat}, then start the bot again"
        ),
        Err(error) => debug!(%error, chat, "a group that is no desk cannot be left"),
    }
}

/// What the person who added the bot is told.
fn words(chat: i64, person: &Person) -> String {
    if person.language_code.as_deref().is_some_and(|code| code.starts_with("ru")) {
        format!(
            "Вы добавили меня в группу, а я работаю только в группах поддержки, которые назвал мой владелец, поэтому \
             вышел. Если это должна быть группа поддержки, пусть владелец впишет её номер в файл .env рядом со \
             мной: OTKLIK_DESK={chat} (несколько групп — через запятую), запустит меня снова и добавит в группу \
             администратором."
        )
    } else {
        format!(
            "You added me to a group, but I only work in the support groups that my owner has named, so I left. If it \
             is meant to be one, please ask the owner to put its number into the file .env beside me: \
             OTKLIK_DESK={chat} (several groups: comma-separated), start me again, and add me as an administrator."
        )
    }
}
