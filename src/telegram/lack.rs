//! What a group lacks to be a desk, and how a person is told.

use crate::conversation::DeskId;
use serde_json::Value;
use std::fmt;

/// What a group lacks to be a desk. Shown in English, with what to press; [`Lack::in_russian`] is the same in Russian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Telegram does not let the bot look, in its own words.
    Unseen(String),
    /// Telegram was not reached.
    Unreached(String),
    /// The group has become another with this id.
    Moved(DeskId),
    /// The bot is not in it.
    NotIn,
    /// It has no topics.
    Topics,
    /// The bot is an ordinary member.
    Administrator,
    /// The bot may not make topics.
    ManageTopics,
    /// The bot may not pin messages.
    PinMessages,
    /// An administrator hides behind the group, by first name.
    Anonymous(String),
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lack::Unseen(why) => write!(f, "{why} → add the bot to the group, and check OTKLIK_DESK"),
            Lack::Unreached(why) => {
                write!(f, "{why} → check this machine's network, and TELOXIDE_API_URL if it is set")
            }
            Lack::Moved(id) => write!(f, "the group has a new id since it was upgraded → OTKLIK_DESK={id}"),
            Lack::NotIn => write!(f, "the bot is not in the group → add it"),
            Lack::Topics => write!(
                f,
                "the group has no topics, so agents answer by replying to the customer's messages → switch Topics on in \
                 the group's settings for a topic per customer, and start the bot again"
            ),
            Lack::Administrator => {
                write!(f, "the bot is no administrator → make it one; otherwise it does not see messages")
            }
            Lack::ManageTopics => write!(f, "the bot may not manage topics → allow «Manage topics»"),
            Lack::PinMessages => {
                write!(f, "the bot may not pin messages, so cards are not pinned → allow «Pin messages»")
            }
            Lack::Anonymous(name) => {
                write!(f, "{name} is anonymous, so nobody can see who answers → switch «Remain anonymous» off for them")
            }
        }
    }
}

impl Lack {
    /// The same in Russian, with the names that Telegram's buttons have there.
    pub fn in_russian(&self) -> String {
        match self {
            Lack::Unseen(why) => format!("{why} → добавьте бота в группу и проверьте её номер в OTKLIK_DESK"),
            Lack::Unreached(why) => {
                format!("{why} → проверьте интернет на этой машине и TELOXIDE_API_URL, если он задан")
            }
            Lack::Moved(id) => format!("у группы теперь другой номер → OTKLIK_DESK={id}"),
            Lack::NotIn => "бота нет в группе → добавьте его".into(),
            Lack::Topics => "в группе нет тем, и операторам придётся отвечать на сообщения клиентов по одному → \
                             включите «Темы» в настройках группы: у каждого клиента будет своя"
                .into(),
            Lack::Administrator => "бот не администратор и не видит сообщений → сделайте его администратором".into(),
            Lack::ManageTopics => "боту нельзя создавать темы → включите право «Управление темами»".into(),
            Lack::PinMessages => {
                "боту нельзя закреплять сообщения, и карточка клиента уйдёт вверх → включите право «Закрепление \
                 сообщений»"
                    .into()
            }
            Lack::Anonymous(name) => format!(
                "{name} пишет анонимно, и никому не видно, кто отвечает → выключите «Анонимность» в правах этого \
                 администратора"
            ),
        }
    }
}

/// What a group lacks by itself, by the bot's membership and by its administrators, as the Bot API tells them
/// (`getChat`, `getChatMember`, `getChatAdministrators`).
pub(super) fn lacking(chat: &Value, bot: &Value, administrators: &Value) -> Vec<Lack> {
    if matches!(bot["status"].as_str(), Some("left" | "kicked")) {
        return vec![Lack::NotIn];
    }
    let mut missing = Vec::new();
    if chat["is_forum"] != true {
        missing.push(Lack::Topics);
    }
    if bot["status"] == "administrator" {
        let needs = [("can_manage_topics", Lack::ManageTopics), ("can_pin_messages", Lack::PinMessages)];
        missing.extend(needs.into_iter().filter(|(right, _)| bot[*right] != true).map(|(_, lack)| lack));
    } else {
        missing.push(Lack::Administrator);
    }
    let hidden = administrators.as_array().into_iter().flatten().filter(|admin| admin["is_anonymous"] == true);
    missing.extend(
        hidden.map(|admin| {
            Lack::Anonymous(admin["user"]["first_name"].as_str().unwrap_or("an administrator").to_owned())
        }),
    );
    missing
}

#[cfg(test)]
mod tests {
    use super::lacking;
    use serde_json::json;

    #[test]
    fn what_a_desk_lacks_is_told_with_what_to_press() {
        let forum = json!({"id": -100, "type": "supergroup", "is_forum": true});
        let all = json!({"status": "administrator", "can_manage_topics": true, "can_pin_messages": true});
        let told = |chat, bot, administrators| {
            let lacks = lacking(&chat, &bot, &administrators);
            let english: Vec<String> = lacks.iter().map(ToString::to_string).collect();
            let russian: Vec<String> = lacks.iter().map(super::Lack::in_russian).collect();
            assert!(english.iter().chain(&russian).all(|line| line.contains('→')), "{english:?} {russian:?}");
            (english, russian)
        };
        assert_eq!(told(forum.clone(), all, json!([])), (Vec::new(), Vec::new()));
        let some = json!({"status": "administrator", "can_manage_topics": false});
        let (english, russian) = told(forum, some, json!([{"is_anonymous": true, "user": {"first_name": "Мария"}}]));
        assert_eq!(english.len(), 3, "{english:?}");
        assert!(english[2].contains("Мария") && russian[2].contains("Мария"), "{english:?} {russian:?}");
        let plain = json!({"id": -1, "type": "group"});
        let (english, _) = told(plain.clone(), json!({"status": "member"}), json!([]));
        assert!(english.len() == 2 && english[0].contains("Topics") && english[1].contains("administrator"));
        let (english, _) = told(plain, json!({"status": "left"}), json!([]));
        assert_eq!(english, ["the bot is not in the group → add it"]);
        // Who is not reached says nothing about the group.
        let away = super::Lack::Unreached("connection refused".into());
        assert!(away.to_string().contains("network") && !away.to_string().contains("group"), "{away}");
        assert!(away.in_russian().contains("интернет") && !away.in_russian().contains("групп"));
    }
}
