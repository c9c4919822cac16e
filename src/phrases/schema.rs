//! The keys that code asks for, with the values each gets: languages only fill them in. Each room declares its own
//! ([`Said`]); `otklik check` holds every phrasebook against them.

/// A key of the phrasebook and what its wordings may hold.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key as `<file>.<key>`; the bare key for one that many files have.
    pub key: &'static str,
    /// Values that are always there.
    pub always: &'static [&'static str],
    /// Values that may be missing: a wording that uses one is chosen only when it is there.
    pub sometimes: &'static [&'static str],
    /// How many wordings there must be that need nothing but `always`.
    pub variants: usize,
    /// Whether it is the title of a given answer.
    pub is_choice: bool,
}

impl Key {
    /// A reply to a customer: three wordings at least, so that the customer never reads the same sentence twice in a
    /// row.
    pub const fn reply(key: &'static str, always: &'static [&'static str], sometimes: &'static [&'static str]) -> Key {
        Key { key, always, sometimes, variants: 3, is_choice: false }
    }

    /// A label, a button, a line for agents: one wording, always the same.
    pub const fn text(key: &'static str, always: &'static [&'static str]) -> Key {
        Key { key, always, sometimes: &[], variants: 1, is_choice: false }
    }

    /// The title of a given answer, on its button.
    pub const fn choice(key: &'static str) -> Key {
        Key { key, always: &[], sometimes: &[], variants: 1, is_choice: true }
    }
}

/// What the rooms above say, for `otklik check`: the phrasebook knows none of them by name.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The texts they need, with the values each gets.
    pub texts: Vec<Key>,
    /// The intents that code answers; the others are data only and need an `answer`.
    pub intents: Vec<&'static str>,
}

/// What the phrasebook needs itself: how dates and deadlines are said.
pub(super) const OWN: &[Key] = &[
    Key::text("language.opening_today", &["time"]),
    Key::text("language.opening_tomorrow", &["time"]),
    Key::text("language.opening_date", &["date", "time"]),
    Key::text("language.deadline_today", &["time"]),
    Key::text("language.deadline_tomorrow", &["time"]),
    Key::text("language.deadline_date", &["date", "time"]),
    Key::text("language.time_in_zone", &["time", "zone"]),
    Key::text("language.zone", &["offset"]),
    Key::text("language.date", &["day", "month"]),
    Key::text("language.hours_daily", &["from", "until"]),
    Key::text("language.hours_weekdays", &["from", "until"]),
    Key::text("language.hours_some", &["from", "until"]),
    Key::text("language.hours_round", &[]),
    Key::text("language.hours_round_weekdays", &[]),
    Key::text("language.hours_round_some", &[]),
    Key::text("language.decides_seller", &[]),
    Key::text("language.decides_us", &[]),
];

/// What every file of an intent that is only data must answer with.
pub const FAQ_ANSWER: Key = Key::reply("answer", &[], &["name"]);

/// The rest of such an answer, behind a button, where there is more to tell.
pub const FAQ_MORE: Key = Key { key: "more", always: &[], sometimes: &["name"], variants: 1, is_choice: false };

/// What is said when a message that tells what happened goes to a person at once, for questions that always need one.
pub const FAQ_TAKEN: Key = Key { key: "taken", always: &[], sometimes: &["name"], variants: 2, is_choice: false };

/// What a request is about, as it stands inside a sentence: «о посылке». Where it is missing, the title stands.
pub const TOPIC: Key = Key::text("topic", &[]);

/// A title, on a button and on the card.
pub const TITLE: Key = Key::text("title", &[]);
