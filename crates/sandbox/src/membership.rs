//! How people stand in the groups of agents, and how the Bot API tells it (`ChatMember`).

use serde_json::{Value, json};

use crate::render;
use crate::world::{AgentsGroup, BOT_ID, BotIs, Membership, Person, Right, World};

/// A group belongs to its first agent.
fn owner(world: &World, chat: i64) -> Option<i64> {
    world.group(chat)?.members.first().copied()
}

/// Somebody's `ChatMember` in a group. Who was never in it has left it, as Telegram tells of strangers.
pub(crate) fn of(world: &World, chat: i64, person: &Person) -> Value {
    let user = render::person(person);
    match (world.is_member(chat, person.id), person.membership) {
        (false, _) | (true, Membership::Left) => json!({ "status": "left", "user": user }),
        (true, Membership::Kicked) => json!({ "status": "kicked", "user": user, "until_date": 0 }),
        (true, Membership::Member) if owner(world, chat) == Some(person.id) => {
            json!({ "status": "creator", "user": user, "is_anonymous": false })
        }
        (true, Membership::Member) => json!({ "status": "member", "user": user }),
        (true, Membership::Administrator) => administrator(&user, |_| true),
        (true, membership @ (Membership::Restricted | Membership::RestrictedOutside)) => {
            let mut member = json!({
                "status": "restricted", "user": user, "is_member": membership.is_inside(), "until_date": 0,
            });
            for right in RIGHTS {
                member[right] = json!(right == "can_send_messages");
            }
            member
        }
    }
}

/// What a restricted member may or may not do.
const RIGHTS: [&str; 14] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

/// The bot's own `ChatMember` there: an administrator manages topics, unless that right was taken away.
pub(crate) fn bot(world: &World, group: Option<&AgentsGroup>) -> Value {
    let may = |right: Right| group.is_none_or(|group| !group.forbidden.contains(&right));
    let user = render::user(world, BOT_ID);
    match group.map(|group| group.bot) {
        None | Some(BotIs::Administrator) => administrator(&user, may),
        Some(BotIs::Member) => json!({ "status": "member", "user": user }),
        Some(BotIs::Outside) => json!({ "status": "left", "user": user }),
    }
}

fn administrator(user: &Value, may: impl Fn(Right) -> bool) -> Value {
    json!({
        "status": "administrator", "user": user,
        "can_be_edited": false, "is_anonymous": false, "can_manage_chat": true,
        "can_delete_messages": true, "can_manage_video_chats": false,
        "can_restrict_members": false, "can_promote_members": false, "can_change_info": false,
        "can_invite_users": false, "can_post_stories": false, "can_edit_stories": false,
        "can_delete_stories": false, "can_pin_messages": may(Right::PinMessages),
        "can_manage_topics": may(Right::ManageTopics),
    })
}

/// The `ChatMember`s of the owner, the administrators and the bot.
pub(crate) fn administrators(world: &World, chat: i64) -> Vec<Value> {
    let people = world.people.values().map(|person| of(world, chat, person));
    let leads = people.filter(|member| member["status"] == "creator" || member["status"] == "administrator");
    let bot = Some(bot(world, world.group(chat))).filter(|bot| bot["status"] == "administrator");
    leads.chain(bot).collect()
}
