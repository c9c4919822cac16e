//! The texts that the conversation says beside its flows, and those of the flows with them.

use super::matters::{about, further, status};
use super::{
    agent, ban, commands, desks, done, flows, follow_up, known, note, original, pieces, queue, recall, rights, stance,
    story, told, waiting,
};
use crate::phrases::Key;

/// All texts of the conversation, with the values each gets.
pub fn texts() -> impl Iterator<Item = &'static Key> {
    let desk = agent::TEXTS
        .iter()
        .chain(recall::TEXTS)
        .chain(done::TEXTS)
        .chain(desks::TEXTS)
        .chain(note::TEXTS)
        .chain(original::TEXTS)
        .chain(ban::TEXTS);
    let after = follow_up::TEXTS.iter().chain(told::TEXTS).chain(queue::TEXTS).chain(story::TEXTS);
    let between = after
        .chain(waiting::TEXTS)
        .chain(stance::TEXTS)
        .chain(known::TEXTS)
        .chain(pieces::TEXTS)
        .chain(rights::TEXTS)
        .chain(commands::TEXTS);
    let parcel = status::TEXTS.iter().chain(further::TEXTS).chain(about::TEXTS);
    SHARED.iter().chain(flows::texts()).chain(parcel).chain(desk).chain(between)
}

/// The intents that have a flow of their own.
pub fn intents() -> impl Iterator<Item = &'static str> {
    flows::intents()
}

/// What is said wherever it fits, to customers and at the desk.
const SHARED: &[Key] = &[
    Key::reply("greeting.reply", &[], &["name"]),
    Key::reply("greeting.welcome", &[], &["name"]),
    Key::reply("greeting.welcome_back", &[], &["name"]),
    Key::reply("thanks.reply", &[], &["name"]),
    Key::reply("goodbye.reply", &[], &["name"]),
    Key::reply("human.handoff", &["ticket", "deadline"], &["name"]),
    Key::reply("human.handoff_unsure", &["ticket", "deadline"], &["name"]),
    Key::reply("human.handoff_angry", &["ticket", "deadline"], &[]),
    Key::reply("human.handoff_topic", &["ticket", "deadline", "topic"], &[]),
    Key::reply("human.handoff_brief", &["ticket", "deadline"], &[]),
    Key::reply("human.handoff_again", &["ticket", "deadline"], &["name"]),
    Key::reply("human.waiting_late", &["ticket", "deadline"], &[]),
    Key::reply("human.helped_question", &[], &["agent"]),
    Key::reply("human.helped_yes", &[], &["name"]),
    Key::reply("common.clarify", &[], &[]),
    Key::reply("common.clarify_one", &["topic"], &[]),
    Key::reply("common.regret", &[], &[]),
    Key::reply("common.neighbour", &[], &[]),
    Key::reply("common.clarify_nothing", &[], &[]),
    Key::reply("common.fine", &[], &[]),
    Key::reply("common.unclear", &[], &[]),
    Key::reply("common.clarify_other", &[], &[]),
    Key::reply("common.take_your_time", &[], &[]),
    Key::reply("common.declined", &[], &[]),
    Key::reply("common.other_stays", &["number"], &[]),
    Key::reply("common.no_words", &[], &[]),
    Key::reply("common.media_received", &[], &[]),
    Key::reply("common.voice_received", &[], &[]),
    Key::reply("common.location_received", &[], &[]),
    Key::reply("common.unknown_command", &[], &[]),
    Key::reply("common.stale_button", &[], &[]),
    Key::reply("common.pressed", &[], &[]),
    Key::reply("common.carrier_waiting_do", &["deadline"], &[]),
    Key::reply("common.private_photo", &[], &[]),
    Key::reply("common.private_data", &[], &[]),
    Key::reply("common.private_data_named", &[], &[]),
    Key::reply("common.edited", &[], &[]),
    Key::reply("common.too_much", &[], &[]),
    Key::reply("common.two_wishes", &["first", "second"], &[]),
    Key::reply("proof.ask", &["number", "topic"], &[]),
    Key::reply("proof.not_own", &[], &[]),
    Key::reply("proof.still", &[], &[]),
    Key::reply("proof.typed", &[], &[]),
    Key::reply("proof.declined", &[], &[]),
    Key::reply("proof.later", &[], &[]),
    Key::reply("proof.thanks", &[], &[]),
    Key::reply("proof.noted", &[], &[]),
    Key::reply("proof.noted_own", &[], &[]),
    Key::reply("proof.not_theirs", &[], &[]),
    Key::reply("proof.other", &["number"], &[]),
    Key::reply("proof.unknown", &["number"], &[]),
    Key::reply("greeting.again", &[], &["name"]),
    Key::reply("human.delayed", &["ticket", "deadline"], &[]),
    Key::reply("human.delayed_anew", &["ticket", "deadline"], &[]),
    Key::reply("human.handoff_urgent", &["ticket", "deadline"], &["name"]),
    Key::reply("common.nothing_done", &[], &[]),
    Key::reply("common.plain_yes", &["deed"], &[]),
    Key::reply("common.carrier_down", &["deadline"], &[]),
    Key::reply("common.carrier_down_change", &["deadline"], &[]),
    Key::reply("common.carrier_trying", &["deadline"], &[]),
    Key::reply("common.carrier_waiting", &["deadline"], &[]),
    Key::reply("common.carrier_still_down", &[], &[]),
    Key::reply("common.carrier_back", &[], &[]),
    Key::reply("common.carrier_refused", &[], &[]),
    Key::reply("common.forwarded", &[], &[]),
    Key::reply("common.passed_on", &["topic"], &[]),
    Key::reply("common.answers_older", &[], &[]),
    Key::reply("common.restarted", &[], &[]),
    Key::reply("common.other_topic", &[], &[]),
    Key::reply("common.back", &["topic"], &[]),
    Key::reply("common.resume", &["topic"], &[]),
    Key::reply("common.solved_yes", &[], &["name"]),
    Key::reply("human.reopened", &["ticket", "deadline"], &["name"]),
    Key::reply("human.place", &["ahead"], &["minutes"]),
    Key::reply("human.closed", &["opening"], &[]),
    Key::reply("human.with_bot", &["ticket"], &[]),
    Key::reply("human.left_queue", &["ticket"], &[]),
    Key::reply("human.back_to_bot", &[], &[]),
    Key::reply("human.mark_question", &[], &[]),
    Key::reply("human.mark_good", &[], &[]),
    Key::reply("human.mark_bad", &[], &[]),
    Key::reply("human.mark_thanks", &[], &[]),
    Key::reply("common.incident", &["topic"], &[]),
    Key::reply("common.incident_words", &["words"], &[]),
    Key::reply("common.incident_over", &["topic"], &[]),
    Key::text("button.ask_bot", &[]),
    Key::text("button.leave_queue", &[]),
    Key::text("button.mark", &["mark"]),
    Key::text("button.person", &[]),
    Key::text("button.more", &[]),
    Key::text("button.helped_yes", &[]),
    Key::text("button.helped_no", &[]),
    Key::text("button.share_phone", &[]),
    Key::text("button.leave_it", &[]),
    Key::text("button.resume_yes", &[]),
    Key::text("button.resume_no", &[]),
    Key::text("desk.your_turn", &["agent", "ticket"]),
    Key::text("desk.reopened_topic", &[]),
    Key::text("desk.bad_mark", &["ticket", "name", "value"]),
    Key::text("desk.bad_mark_words", &["ticket", "name", "value"]),
    Key::text("desk.late", &["ticket", "name", "deadline"]),
    Key::text("desk.was_thanks", &[]),
    Key::text("desk.was_none", &[]),
    Key::text("desk.canned_sent", &["agent", "text"]),
    Key::text("desk.canned_needs_more", &[]),
    Key::text("desk.canned_none", &[]),
    Key::text("desk.canned_list", &["list"]),
    Key::text("desk.reason_asked", &[]),
    Key::text("desk.reason_unsure", &[]),
    Key::text("desk.reason_angry", &[]),
    Key::text("desk.reason_not_helped", &[]),
    Key::text("desk.reason_accepted", &[]),
    Key::text("desk.reason_late", &[]),
    Key::text("desk.reason_carrier_down", &[]),
    Key::text("desk.reason_agent", &[]),
    Key::text("desk.no_ticket", &[]),
    Key::text("desk.pressed", &["button"]),
    Key::text("desk.edited", &[]),
    Key::text("desk.forwarded", &[]),
    Key::text("desk.forwarded_next", &[]),
    Key::text("desk.forwarded_from", &["name"]),
    Key::text("desk.unblocked", &[]),
    Key::text("desk.gone", &[]),
    Key::text("desk.not_delivered", &[]),
    Key::text("desk.story_not_delivered", &[]),
    Key::text("desk.story_not_changed", &[]),
    Key::text("desk.part_not_delivered", &[]),
    Key::text("desk.not_changed", &[]),
    Key::text("desk.helped_yes", &[]),
    Key::text("desk.recreated", &[]),
    Key::text("desk.relay_failed", &["kind"]),
    Key::text("desk.refused", &["kind"]),
    Key::text("desk.refused_words", &[]),
    Key::text("desk.refused_part", &[]),
    Key::text("desk.reply_lost", &[]),
    Key::text("desk.not_shown", &["record"]),
    Key::text("desk.reason_not_received", &[]),
    Key::text("desk.reason_not_proven", &[]),
    Key::text("desk.reason_refused", &[]),
    Key::text("desk.reason_unclear", &[]),
    Key::text("desk.carrier_refused", &[]),
    Key::text("desk.carrier_did", &["deed", "number", "reference"]),
];
