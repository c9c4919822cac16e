//! Which groups the bot is in, as the updates that wait for it tell: for the owner who sets it up. Nothing is confirmed
//! by looking, so what customers wrote meanwhile still waits for the bot that is started then.
//!
//! Telegram has no call that lists a bot's groups. A poll without an offset shows the oldest hundred updates and confirms
//! none; an offset, a negative one too, or fewer kinds of updates would lose those of customers.

use super::api::{Api, Problem};
use crate::conversation::DeskId;
use serde_json::Value;
use teloxide::RequestError;

/// A group the bot is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id, as it is to stand in `OTKLIK_DESK`.
    pub id: DeskId,
    /// Its title.
    pub title: String,
}

/// What the waiting updates tell of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Those the bot was added to or sees messages of, oldest first; it may have left meanwhile what it was in before.
    pub groups: Vec<Group>,
    /// Those that became another: old id, new id.
    pub moved: Vec<(DeskId, DeskId)>,
    /// So many updates wait that newer ones cannot be seen without losing some.
    pub full: bool,
}

/// Why nothing can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// A webhook is set, to which updates go.
    Webhook,
    /// Another program asks for this bot's updates.
    Elsewhere,
    /// None of the groups in sight is it, and what is newer is out of sight ([`Groups::full`]).
    Full,
}

/// So many updates are shown at most.
const MOST: usize = 100;

impl Api {
    /// Groups that waiting updates tell of. Comes back at once if any update waits, of a group or not; else waits for one
    /// for some seconds, if `patient`.
    ///
    /// # Errors
    /// When Telegram does not know the token, refuses, or cannot be reached.
    pub async fn groups_in_sight(&self, patient: bool) -> Result<Result<Groups, Hidden>, Problem> {
        match self.updates(None, patient).await {
            Ok(updates) => Ok(Ok(groups(&updates))),
            Err(error @ RequestError::Api(_)) => match error.to_string() {
                text if text.contains("webhook is active") => Ok(Err(Hidden::Webhook)),
                text if text.contains("terminated by other getUpdates") => Ok(Err(Hidden::Elsewhere)),
                _ => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// The title of a group, if the bot is in it.
    ///
    /// # Errors
    /// When Telegram does not know the token, or cannot be reached. That it refuses means that the bot is not in it.
    pub async fn group(&self, id: DeskId) -> Result<Option<Group>, Problem> {
        match self.chat_and_own_membership(id).await {
            Ok((chat, member)) => {
                let inside = !matches!(member["status"].as_str(), None | Some("left" | "kicked"));
                Ok(inside.then(|| Group { id, title: title(&chat) }))
            }
            Err(RequestError::Api(teloxide::ApiError::InvalidToken)) => Err(Problem::Token),
            Err(RequestError::Api(_) | RequestError::MigrateToChatId(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What updates tell of groups.
fn groups(updates: &[Value]) -> Groups {
    let mut seen = Groups { full: updates.len() >= MOST, ..Groups::default() };
    for update in updates {
        let change = &update["my_chat_member"];
        let kinds = ["message", "edited_message"].map(|kind| &update[kind]);
        let message = kinds.into_iter().find(|message| message.is_object());
        let about = message.unwrap_or(change);
        let chat = &about["chat"];
        let (Some(id), Some("group" | "supergroup")) = (chat["id"].as_i64(), chat["type"].as_str()) else { continue };
        let id = DeskId(id);
        if let Some(new) = about["migrate_to_chat_id"].as_i64() {
            seen.groups.retain(|group| group.id != id);
            seen.moved.push((id, DeskId(new)));
            seen.meet(Group { id: DeskId(new), title: title(chat) });
        } else if matches!(change["new_chat_member"]["status"].as_str(), Some("left" | "kicked")) {
            seen.groups.retain(|group| group.id != id);
        } else if seen.moved.iter().all(|(old, _)| *old != id) {
            seen.meet(Group { id, title: title(chat) });
        }
    }
    seen
}

impl Groups {
    /// A group that is known already goes by its latest title.
    fn meet(&mut self, group: Group) {
        match self.groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) => *known = group,
            None => self.groups.push(group),
        }
    }
}

fn title(chat: &Value) -> String {
    chat["title"].as_str().unwrap_or("?").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn chat(id: i64, title: &str) -> Value {
        json!({"id": id, "type": "supergroup", "title": title})
    }

    fn became(id: i64, title: &str, status: &str) -> Value {
        json!({"my_chat_member": {"chat": chat(id, title), "new_chat_member": {"status": status}}})
    }

    fn ids(updates: &[Value]) -> Vec<(i64, String)> {
        groups(updates).groups.into_iter().map(|group| (group.id.0, group.title)).collect()
    }

    #[test]
    fn groups_are_those_the_bot_was_added_to_or_hears() {
        let private = json!({"message": {"chat": {"id": 5, "type": "private"}, "text": "где посылка"}});
        let heard = json!({"message": {"chat": chat(-2, "Склад"), "text": "/start"}});
        let updates =
            [private, became(-1, "Дача", "member"), heard, became(-1, "Дача", "left"), json!({"update_id": 4})];
        assert_eq!(ids(&updates), [(-2, "Склад".into())]);
        assert_eq!(ids(&[became(-1, "А", "member"), became(-1, "Б", "administrator")]), [(-1, "Б".into())]);
    }

    #[test]
    fn a_group_that_became_another_goes_by_its_new_id() {
        let upgraded = json!({"message": {"chat": {"id": -1, "type": "group", "title": "Поддержка"},
            "migrate_to_chat_id": -1001}});
        let late =
            json!({"message": {"chat": {"id": -1, "type": "group", "title": "Поддержка"}, "text": "ещё старое"}});
        let updates = [became(-1, "Поддержка", "member"), upgraded, late];
        assert_eq!(ids(&updates), [(-1001, "Поддержка".into())]);
        assert_eq!(groups(&updates).moved, [(DeskId(-1), DeskId(-1001))]);
    }
}
