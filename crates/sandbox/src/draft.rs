//! A world in the middle of a change: what is done, what the page hears of it, and what goes to the bot.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::page_view::{self, PageEvent};
use crate::render;
use crate::world::{Change, Pending, World};

/// Kinds of updates that a bot gets only if it asks for them.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// A world in the middle of a change.
pub(crate) struct Draft<'a> {
    world: &'a mut World,
    pub now: DateTime<Utc>,
    changes: Vec<Change>,
    events: Vec<PageEvent>,
}

impl<'a> Draft<'a> {
    /// Nothing is changed yet.
    pub fn of(world: &'a mut World, now: DateTime<Utc>) -> Draft<'a> {
        Draft { world, now, changes: Vec::new(), events: Vec::new() }
    }

    /// What was changed, and what the page is to hear.
    pub fn done(self) -> (Vec<Change>, Vec<PageEvent>) {
        (self.changes, self.events)
    }

    /// The world as it stands by now.
    pub fn world(&self) -> &World {
        self.world
    }

    /// The time in the seconds of a message.
    pub fn date(&self) -> i64 {
        self.now.timestamp()
    }

    /// Takes one step.
    pub fn make(&mut self, change: Change) {
        self.world.apply(change.clone());
        self.events.extend(page_view::event(self.world, &change));
        self.changes.push(change);
    }

    /// Shows something on the page that leaves no trace in the world.
    pub fn show(&mut self, event: PageEvent) {
        self.events.push(event);
    }

    /// Puts an update into the bot's queue, if it wants that kind.
    pub fn queue(&mut self, kind: &str, content: Value) {
        let allowed = &self.world.allowed;
        let wanted =
            if allowed.is_empty() { !ON_REQUEST.contains(&kind) } else { allowed.iter().any(|known| known == kind) };
        if wanted {
            let id = self.world.next_update();
            let update = json!({ "update_id": id, kind: content });
            self.make(Change::Queued(Pending { id, update }));
        }
    }

    /// Reports a message to the bot, if it is in the chat. Its own messages are not reported back to it.
    pub fn report(&mut self, kind: &str, chat: i64, id: i64) {
        if self.world.has_bot(chat)
            && let Some(message) = self.world.message(chat, id)
        {
            let content = render::message(self.world, message);
            self.queue(kind, content);
        }
    }
}
