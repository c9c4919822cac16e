//! How people stand in the desk's group, and how the Bot API tells it (`ChatMember`).

use serde_json::{Value, json};

use crate::render;
use crate::world::{BOT_ID, Membership, Person, Role, World};

/// The desk belongs to its first agent.
fn owner(world: &World) -> Option<i64> {
    let mut people = world.people.values();
    people.find(|person| person.role == Role::Agent).map(|person| person.id)
}

/// Somebody's `ChatMember` in the desk's group.
pub(crate) fn of(world: &World, person: &Person) -> Value {
    let user = render::person(person);
    match (person.role, person.membership) {
        (Role::Customer, _) | (Role::Agent, Membership::Left) => json!({ "status": "left", "user": user }),
        (Role::Agent, Membership::Kicked) => json!({ "status": "kicked", "user": user, "until_date": 0 }),
        (Role::Agent, Membership::Member) if owner(world) == Some(person.id) => {
            json!({ "status": "creator", "user": user, "is_anonymous": false })
        }
        (Role::Agent, Membership::Member) => json!({ "status": "member", "user": user }),
        (Role::Agent, Membership::Administrator) => administrator(&user),
        (Role::Agent, membership @ (Membership::Restricted | Membership::RestrictedOutside)) => {
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

/// The bot's own `ChatMember` there: it manages topics.
pub(crate) fn bot(world: &World) -> Value {
    administrator(&render::user(world, BOT_ID))
}

fn administrator(user: &Value) -> Value {
    json!({
        "status": "administrator", "user": user,
        "can_be_edited": false, "is_anonymous": false, "can_manage_chat": true,
        "can_delete_messages": true, "can_manage_video_chats": false,
        "can_restrict_members": false, "can_promote_members": false, "can_change_info": false,
        "can_invite_users": false, "can_post_stories": false, "can_edit_stories": false,
        "can_delete_stories": false, "can_pin_messages": true, "can_manage_topics": true,
    })
}

/// The `ChatMember`s of the owner, the administrators and the bot.
pub(crate) fn administrators(world: &World) -> Vec<Value> {
    let people = world.people.values().map(|person| of(world, person));
    let leads = people.filter(|member| member["status"] == "creator" || member["status"] == "administrator");
    leads.chain([bot(world)]).collect()
}
