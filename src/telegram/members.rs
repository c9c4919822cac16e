//! How people stand at a desk: Telegram's answer to the question, and what updates say of it by the way.

use super::api::Api;
use crate::conversation::{AgentId, DeskId, Standing};
use crate::members::{Membership, Silent};
use futures::future::BoxFuture;
use serde_json::Value;
use teloxide::payloads::GetChatMember;
use teloxide::types::{ChatId, UserId};

/// What an update says of somebody's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// They wrote at the desk, at this moment (Unix milliseconds).
    Wrote(i64),
    /// Telegram says how they stand.
    Is(Standing),
}

/// Words of Telegram's refusals that say that somebody is not in the group.
const NOT_THERE: [&str; 6] = [
    "user not found",
    "member not found",
    "participant_id_invalid",
    "user_not_participant",
    "user_id_invalid",
    "invalid user_id",
];

impl Membership for Api {
    fn of(&self, desk: DeskId, person: AgentId) -> BoxFuture<'_, Result<Standing, Silent>> {
        Box::pin(async move {
            let Ok(id) = u64::try_from(person.0) else {
                return Ok(Standing::Outside); // a group or a channel is no person
            };
            match self.call(GetChatMember::new(ChatId(desk.0), UserId(id))).await {
                Ok(member) => standing(&member).ok_or_else(|| Silent("a status that is not known".into())),
                Err(error) => {
                    let why = error.to_string();
                    let words = why.to_lowercase();
                    if NOT_THERE.iter().any(|not| words.contains(not)) {
                        return Ok(Standing::Outside);
                    }
                    Err(Silent(why))
                }
            }
        })
    }
}

/// How somebody stands, by Telegram's `ChatMember`; `None` for a status of a later version.
pub(super) fn standing(member: &Value) -> Option<Standing> {
    match member["status"].as_str()? {
        "creator" | "administrator" => Some(Standing::Administrator),
        "member" => Some(Standing::Member),
        "restricted" if member["is_member"] == true => Some(Standing::Member),
        "restricted" | "left" | "kicked" => Some(Standing::Outside),
        _ => None,
    }
}

/// What an update says of people's standing at the desks.
pub(super) fn told(update: &Value, desks: &[DeskId]) -> Vec<(DeskId, AgentId, Told)> {
    let at = |chat: &Value| desks.iter().copied().find(|desk| Some(desk.0) == chat["id"].as_i64());
    let person = |user: &Value| user["id"].as_i64().filter(|_| user["is_bot"] != true).map(AgentId);
    if let Some(change) = update.get("chat_member") {
        let member = &change["new_chat_member"];
        let all = (at(&change["chat"]), person(&member["user"]), standing(member));
        return match all {
            (Some(desk), Some(person), Some(standing)) => vec![(desk, person, Told::Is(standing))],
            _ => Vec::new(),
        };
    }
    let message = &update["message"];
    let Some(desk) = at(&message["chat"]) else {
        return Vec::new();
    };
    if let Some(left) = message.get("left_chat_member") {
        return person(left).map(|person| (desk, person, Told::Is(Standing::Outside))).into_iter().collect();
    }
    let date = message["date"].as_i64().unwrap_or(0).saturating_mul(1000);
    if let Some(came) = message["new_chat_members"].as_array() {
        return came.iter().filter_map(person).map(|person| (desk, person, Told::Wrote(date))).collect();
    }
    // In the name of a group or a channel writes somebody, and it is not told who.
    match person(&message["from"]).filter(|_| message.get("sender_chat").is_none()) {
        Some(person) => vec![(desk, person, Told::Wrote(date))],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_administrators_and_the_restricted_who_are_in_it_may_act() {
        for (member, expected) in [
            (json!({"status": "creator"}), Some(Standing::Administrator)),
            (json!({"status": "administrator"}), Some(Standing::Administrator)),
            (json!({"status": "member"}), Some(Standing::Member)),
            (json!({"status": "restricted", "is_member": true}), Some(Standing::Member)),
            (json!({"status": "restricted", "is_member": false}), Some(Standing::Outside)),
            (json!({"status": "restricted"}), Some(Standing::Outside)),
            (json!({"status": "left"}), Some(Standing::Outside)),
            (json!({"status": "kicked"}), Some(Standing::Outside)),
            (json!({"status": "visitor"}), None),
            (json!({}), None),
        ] {
            assert_eq!(standing(&member), expected, "{member}");
        }
    }

    #[test]
    fn updates_tell_of_people_at_the_desk_and_of_nobody_else() {
        let (desk, chat) = (DeskId(-100), json!({"id": -100}));
        let maria = json!({"id": 7, "is_bot": false});
        let check = |update: Value, expected: &[(i64, Told)]| {
            let told: Vec<_> = told(&update, &[desk]).into_iter().map(|(_, person, told)| (person.0, told)).collect();
            assert_eq!(told, expected, "{update}");
        };
        check(json!({"message": {"chat": chat, "from": maria, "date": 5}}), &[(7, Told::Wrote(5000))]);
        check(json!({"message": {"chat": {"id": 7}, "from": maria, "date": 5}}), &[]);
        check(json!({"message": {"chat": chat, "from": {"id": 9, "is_bot": true}, "date": 5}}), &[]);
        let channel = json!({"chat": chat, "from": maria, "sender_chat": {"id": -5}, "date": 5});
        check(json!({ "message": channel }), &[]);
        let left = json!({"chat": chat, "from": maria, "date": 5, "left_chat_member": {"id": 8, "is_bot": false}});
        check(json!({ "message": left }), &[(8, Told::Is(Standing::Outside))]);
        let change = |status: &str| {
            json!({"chat_member": {"chat": chat, "from": maria, "date": 5,
                "new_chat_member": {"status": status, "user": {"id": 8, "is_bot": false}}}})
        };
        check(change("kicked"), &[(8, Told::Is(Standing::Outside))]);
        check(change("administrator"), &[(8, Told::Is(Standing::Administrator))]);
        check(json!({"callback_query": {"from": maria, "message": {"chat": chat}}}), &[]);
    }
}
