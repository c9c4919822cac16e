//! The keys that code asks for, with the values each gets: languages only fill them in.
//! `otklik check` holds every phrasebook against this list.

/// A key of the phrasebook and what its wordings may hold.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `<file>.<key>`.
    pub key: &'static str,
    /// Values that are always there.
    pub always: &'static [&'static str],
    /// Values that may be missing: a wording that uses one is chosen only when it is there.
    pub sometimes: &'static [&'static str],
    /// How many wordings there must be that need nothing but `always`.
    pub variants: usize,
}

/// A reply to a customer: three wordings at least, so that nobody reads the same sentence twice in a row.
const fn reply(key: &'static str, always: &'static [&'static str], sometimes: &'static [&'static str]) -> Key {
    Key { key, always, sometimes, variants: 3 }
}

/// A label, a button, a line for agents: one wording, always the same.
const fn text(key: &'static str, always: &'static [&'static str]) -> Key {
    Key { key, always, sometimes: &[], variants: 1 }
}

/// Replies every language must have.
pub const KEYS: &[Key] = &[
    reply("greeting.reply", &[], &["name"]),
    reply("greeting.welcome", &[], &["name"]),
    reply("greeting.welcome_back", &[], &["name"]),
    reply("thanks.reply", &[], &["name"]),
    reply("goodbye.reply", &[], &["name"]),
    reply("where_is_parcel.ask_number", &[], &[]),
    reply("where_is_parcel.number_unreadable", &["given"], &[]),
    reply("where_is_parcel.status", &["number", "meaning", "next"], &[]),
    reply("where_is_parcel.planned", &["planned"], &[]),
    reply("where_is_parcel.unchanged", &["number"], &[]),
    reply("where_is_parcel.sorry", &[], &[]),
    reply("where_is_parcel.no_number", &[], &[]),
    reply("where_is_parcel.waiting_number", &[], &[]),
    reply("where_is_parcel.place", &["place"], &[]),
    reply("where_is_parcel.status_with_action", &["number", "meaning", "next", "action"], &[]),
    reply("where_is_parcel.status_unknown_label", &["number", "label"], &[]),
    reply("where_is_parcel.status_late", &["number", "planned", "meaning"], &[]),
    reply("where_is_parcel.not_found", &["number"], &[]),
    reply("where_is_parcel.carrier_down", &["number"], &[]),
    reply("where_is_parcel.several", &[], &[]),
    reply("offer_blocked.first", &[], &[]),
    reply("resend_link.first", &[], &[]),
    reply("cancel.first", &[], &[]),
    reply("refund.first", &[], &[]),
    reply("human.handoff", &["ticket", "deadline"], &["name"]),
    reply("human.handoff_unsure", &["ticket", "deadline"], &["name"]),
    reply("human.handoff_angry", &["ticket", "deadline"], &[]),
    reply("human.handoff_topic", &["ticket", "deadline", "title"], &[]),
    reply("human.handoff_brief", &["ticket", "deadline"], &[]),
    reply("human.handoff_again", &["ticket", "deadline"], &["name"]),
    reply("human.waiting", &["ticket", "deadline"], &[]),
    reply("human.waiting_late", &["ticket", "deadline"], &[]),
    reply("human.added", &["ticket"], &[]),
    reply("human.helped_question", &[], &["agent"]),
    reply("human.helped_yes", &[], &["name"]),
    reply("common.clarify", &[], &[]),
    reply("common.clarify_nothing", &[], &[]),
    reply("common.fine", &[], &[]),
    reply("common.take_your_time", &[], &[]),
    reply("common.declined", &[], &[]),
    reply("cancel.declined", &[], &[]),
    reply("common.no_words", &[], &[]),
    reply("common.media_received", &[], &[]),
    reply("common.unknown_command", &[], &[]),
    reply("common.stale_button", &[], &[]),
    reply("common.pressed", &[], &[]),
    reply("common.private_data", &[], &[]),
    reply("common.edited", &[], &[]),
    reply("common.too_much", &[], &[]),
    reply("common.two_wishes", &["first", "second"], &[]),
    text("button.person", &[]),
    text("button.helped_yes", &[]),
    text("button.helped_no", &[]),
    text("language.deadline_today", &["time"]),
    text("language.deadline_tomorrow", &["time"]),
    text("language.deadline_date", &["date", "time"]),
    text("language.date", &["day", "month"]),
    text("desk.topic_name", &["ticket", "name", "title"]),
    text("desk.topic_name_taken", &["ticket", "name", "title", "agent"]),
    text("desk.topic_name_resolved", &["ticket", "name", "title", "agent"]),
    text("desk.card_title", &["ticket"]),
    text("desk.customer", &[]),
    text("desk.language", &[]),
    text("desk.parcel", &[]),
    text("desk.parcel_none", &[]),
    text("desk.wish", &[]),
    text("desk.wish_none", &[]),
    text("desk.reason", &[]),
    text("desk.mood", &[]),
    text("desk.mood_calm", &[]),
    text("desk.mood_upset", &[]),
    text("desk.mood_angry", &[]),
    text("desk.promised", &["deadline"]),
    text("desk.returning", &[]),
    text("desk.reason_asked", &[]),
    text("desk.reason_unsure", &[]),
    text("desk.reason_angry", &[]),
    text("desk.reason_not_helped", &[]),
    text("desk.reason_accepted", &[]),
    text("desk.reason_late", &[]),
    text("desk.reason_carrier_down", &[]),
    text("desk.reason_agent", &[]),
    text("desk.story_title", &[]),
    text("desk.story_bot", &[]),
    text("desk.story_agent", &["name"]),
    text("desk.story_cut", &["count"]),
    text("desk.media_photo", &[]),
    text("desk.media_video", &[]),
    text("desk.media_animation", &[]),
    text("desk.media_audio", &[]),
    text("desk.media_document", &[]),
    text("desk.media_voice", &[]),
    text("desk.media_video_note", &[]),
    text("desk.media_sticker", &[]),
    text("desk.media_contact", &[]),
    text("desk.media_location", &[]),
    text("desk.media_other", &[]),
    text("desk.button_take", &[]),
    text("desk.button_resolve", &[]),
    text("desk.button_take_over", &[]),
    text("desk.taken_by", &["agent"]),
    text("desk.already_taken", &["agent"]),
    text("desk.resolved_by", &["agent"]),
    text("desk.held_by_other", &["agent"]),
    text("desk.sent_by_holder_only", &["agent"]),
    text("desk.no_ticket", &[]),
    text("desk.pressed", &["button"]),
    text("desk.edited", &[]),
    text("desk.agent_edit_not_sent", &[]),
    text("desk.blocked", &[]),
    text("desk.unblocked", &[]),
    text("desk.gone", &[]),
    text("desk.not_delivered", &["reason"]),
    text("desk.helped_yes", &[]),
    text("desk.recreated", &[]),
    text("desk.promise_broken", &["deadline"]),
    text("desk.anonymous", &[]),
    text("desk.card_hint", &[]),
    text("desk.not_sent_command", &[]),
    text("desk.not_open", &[]),
    text("desk.button_reopen", &[]),
    text("desk.language_ru", &[]),
    text("desk.language_en", &[]),
    text("desk.relay_failed", &["kind"]),
];

/// What every file of an intent that is only data must answer with.
pub const FAQ_ANSWER: Key = reply("answer", &[], &["name"]);

/// A title, on a button and on the card.
pub const TITLE: Key = text("title", &[]);
