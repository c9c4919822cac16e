//! What each call of the bot was for, and when it came: the sandbox forgets old calls, so they are taken as the
//! load goes on, and of each only what is asked at the end.

use crate::tags::{Tag, words_in};
use chrono::{DateTime, Utc};
use otklik::phrases::{Phrasebook, Value, render};
use sandbox::{Call, Sandbox};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// What the group's minute is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// A topic is made.
    Topic,
    /// A customer's words by themselves.
    Words,
    /// What was said before.
    Story,
    /// A ticket's card.
    Card,
    /// Another face of a card.
    Edit,
    /// Another name of a topic.
    Rename,
    /// A pinned message: Telegram does not count it, as far as is known.
    Pin,
    /// What the bot tells agents of a promise that runs out or has.
    Reminder,
    /// What else it tells them.
    Notice,
}

impl Purpose {
    pub const ALL: [Purpose; 9] = [
        Purpose::Topic,
        Purpose::Words,
        Purpose::Story,
        Purpose::Card,
        Purpose::Edit,
        Purpose::Rename,
        Purpose::Pin,
        Purpose::Reminder,
        Purpose::Notice,
    ];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Topic => "topics made",
            Purpose::Words => "customers' words",
            Purpose::Story => "stories",
            Purpose::Card => "cards",
            Purpose::Edit => "cards edited",
            Purpose::Rename => "topics renamed",
            Purpose::Pin => "pins",
            Purpose::Reminder => "promises' reminders",
            Purpose::Notice => "other notices",
        }
    }

    /// Whether it takes of the twenty a minute.
    pub fn counts(self) -> bool {
        self != Purpose::Pin
    }
}

/// A call at the desk that was carried out.
#[derive(Clone, Debug)]
pub(super) struct AtDesk {
    pub at: DateTime<Utc>,
    pub purpose: Purpose,
    pub thread: Option<i64>,
    /// The customers' messages it brought.
    pub words: Vec<Tag>,
}

/// A text of the phrasebook whose values are not known: what stands between them.
pub(super) struct Shape(Vec<String>);

impl Shape {
    /// The text of this key.
    pub fn of(phrasebook: &Phrasebook, key: &str) -> Shape {
        const ANY: &str = "\u{1}";
        let blank = || Value::Text(ANY.into());
        let names = ["ticket", "name", "title", "agent", "deadline"];
        let reply = names.iter().fold(phrasebook.desk_reply(key), |reply, name| reply.with(name, blank()));
        Shape(render(phrasebook, &reply, 0).split(ANY).map(str::to_owned).collect())
    }

    /// Whether a text begins as this one and goes on with its parts in their order.
    pub fn begins(&self, text: &str) -> bool {
        let mut rest = text;
        self.0.iter().enumerate().all(|(i, part)| match rest.find(part.as_str()) {
            Some(at) if i > 0 || at == 0 => {
                rest = &rest[at + part.len()..];
                true
            }
            Some(_) | None => false,
        })
    }
}

/// Takes the sandbox's calls and remembers what they were.
pub(super) struct Calls {
    known: usize,
    desk: i64,
    /// How a ticket's card begins.
    pub card: Shape,
    story: Shape,
    reminders: [Shape; 2],
    /// Customers' photos: chat and message to tag.
    photos: HashMap<(i64, i64), Tag>,
    pub at_desk: Vec<AtDesk>,
    /// The first moment at which an agent's message was copied to this chat.
    pub answered: HashMap<i64, DateTime<Utc>>,
    /// Topics in which words of a customer stand.
    pub with_words: HashSet<i64>,
    /// Calls answered with 429.
    pub too_many: usize,
    /// Other refusals, by what was said.
    pub refused: HashMap<String, usize>,
    /// Whether more calls were made between two looks than the sandbox keeps.
    pub gap: bool,
}

impl Calls {
    pub fn new(sandbox: &Sandbox, phrasebook: &Phrasebook) -> Calls {
        Calls {
            known: 0,
            desk: sandbox.desk(),
            card: Shape::of(phrasebook, "desk.card_title"),
            story: Shape::of(phrasebook, "desk.story_title"),
            reminders: ["desk.promise_soon", "desk.promise_broken"].map(|key| Shape::of(phrasebook, key)),
            photos: HashMap::new(),
            at_desk: Vec::new(),
            answered: HashMap::new(),
            with_words: HashSet::new(),
            too_many: 0,
            refused: HashMap::new(),
            gap: false,
        }
    }

    /// A customer has sent a photo: its copy carries this tag.
    pub fn expect_photo(&mut self, customer: i64, message: i64, tag: Tag) {
        self.photos.insert((customer, message), tag);
    }

    /// Takes what was called since the last look.
    pub fn look(&mut self, sandbox: &Sandbox) {
        let (calls, made) = sandbox.calls_after(self.known);
        self.gap |= made - self.known > calls.len();
        self.known = made;
        for call in calls {
            self.take(&call);
        }
    }

    fn take(&mut self, call: &Call) {
        if let Some(error) = &call.error {
            if error.starts_with("Too Many Requests") {
                self.too_many += 1;
            } else {
                *self.refused.entry(format!("{}: {error}", call.method)).or_default() += 1;
            }
            return;
        }
        let number = |name: &str| call.params[name].as_i64();
        let Some(chat) = number("chat_id") else { return };
        let from = number("from_chat_id");
        if chat != self.desk {
            if from == Some(self.desk) {
                self.answered.entry(chat).or_insert(call.at);
            }
            return;
        }
        let text = call.params["text"].as_str().unwrap_or_default();
        let words = match (from, number("message_id")) {
            (Some(from), Some(message)) => self.photos.get(&(from, message)).copied().into_iter().collect(),
            // A card may quote words; it brings none.
            (Some(_) | None, _) if self.card.begins(text) => Vec::new(),
            (Some(_) | None, _) => words_in(text),
        };
        let purpose = match call.method.as_str() {
            "createForumTopic" => Purpose::Topic,
            "editForumTopic" => Purpose::Rename,
            "editMessageText" | "editMessageReplyMarkup" => Purpose::Edit,
            "pinChatMessage" | "unpinChatMessage" => Purpose::Pin,
            "copyMessage" => Purpose::Words,
            "sendMessage" if self.card.begins(text) => Purpose::Card,
            "sendMessage" if self.story.begins(text) => Purpose::Story,
            "sendMessage" if !words.is_empty() => Purpose::Words,
            "sendMessage" if self.reminders.iter().any(|reminder| reminder.begins(text)) => Purpose::Reminder,
            "sendMessage" => Purpose::Notice,
            _ => return,
        };
        let thread = number("message_thread_id");
        if !words.is_empty() {
            self.with_words.extend(thread);
        }
        self.at_desk.push(AtDesk { at: call.at, purpose, thread, words });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otklik::phrases::load;

    #[test]
    fn texts_are_known_by_the_phrasebook() {
        let (phrasebook, _) = load::shipped();
        let title = phrasebook.desk_reply("desk.card_title").with("ticket", Value::Number(101));
        let card = Shape::of(&phrasebook, "desk.card_title");
        assert!(card.begins(&format!("{}\n\nКлиент: Анна", render(&phrasebook, &title, 0))));
        let taken = phrasebook.desk_reply("desk.taken_by").with("agent", Value::Text("Анна".into()));
        assert!(!card.begins(&render(&phrasebook, &taken, 0)));
        let at = DateTime::UNIX_EPOCH.fixed_offset();
        let soon = phrasebook.desk_reply("desk.promise_soon").with("deadline", Value::Deadline { now: at, at });
        let reminder = render(&phrasebook, &soon, 0);
        assert!(Shape::of(&phrasebook, "desk.promise_soon").begins(&reminder), "{reminder}");
        assert!(!Shape::of(&phrasebook, "desk.promise_broken").begins(&reminder), "{reminder}");
    }
}
