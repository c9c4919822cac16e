//! The handle of one group of agents, where there are several.

use crate::media::Media;
use crate::people::{self, Spot};
use crate::seen::{self, Seen, Topic};
use crate::server::Sandbox;
use crate::world::{AgentsGroup, Change, Right, World};

/// One of the agents' groups. The methods of [`Sandbox`] that name none are about the first.
#[derive(Clone)]
pub struct Group {
    sandbox: Sandbox,
    /// Its place among the groups: an upgrade changes its id.
    number: usize,
}

impl Sandbox {
    /// One more group of agents in which the bot is an administrator, with topics or without; nobody is in it yet.
    pub fn add_group(&self, title: &str, forum: bool) -> Group {
        self.act(|draft| people::add_group(draft, title, forum));
        Group { sandbox: self.clone(), number: self.core.lock().world.groups.len() - 1 }
    }

    /// Somebody has a group of their own, called `title`, and adds the bot to it, which is told of it.
    pub fn adds_bot(&self, who: i64, title: &str) -> Group {
        self.act(|draft| people::add_bot(draft, who, title));
        Group { sandbox: self.clone(), number: self.core.lock().world.groups.len() - 1 }
    }

    /// The group that is there from the beginning.
    pub fn first_group(&self) -> Group {
        Group { sandbox: self.clone(), number: 0 }
    }
}

impl Group {
    /// Somebody adds the bot to it, as an ordinary member.
    pub fn lets_bot_in(&self, who: i64) {
        let chat = self.id();
        self.sandbox.act(|draft| people::let_bot_in(draft, who, chat));
    }

    /// Somebody makes the bot an administrator of it, with the rights that were not taken away.
    pub fn promotes_bot(&self, who: i64) {
        let chat = self.id();
        self.sandbox.act(|draft| people::promote_bot(draft, who, chat));
    }

    /// Its chat id, as it is now.
    pub fn id(&self) -> i64 {
        self.sandbox.core.lock().world.groups.get(self.number).map_or(0, AgentsGroup::id)
    }

    /// Somebody new, called `name` (1 to 64 characters), who is in this group and no other; gives the user's id.
    pub fn new_agent(&self, name: &str) -> i64 {
        let chat = self.id();
        self.sandbox.act(|draft| people::arrive_in(draft, name, chat)).id
    }

    /// An agent of another group is in this one as well.
    pub fn joins(&self, agent: i64) {
        let chat = self.id();
        self.sandbox.act(|draft| people::join(draft, agent, chat));
    }

    /// An agent writes into a topic, or outside all topics; gives the message's id.
    pub fn says(&self, agent: i64, topic: Option<i64>, text: &str) -> i64 {
        let spot = Spot { chat: self.id(), thread: topic, reply_to: None };
        self.sandbox.act(|draft| people::say(draft, agent, spot, text))
    }

    /// An agent answers a message of a topic, or one outside all topics; gives the message's id.
    pub fn replies(&self, agent: i64, topic: Option<i64>, reply_to: i64, text: &str) -> i64 {
        let spot = Spot { chat: self.id(), thread: topic, reply_to: Some(reply_to) };
        self.sandbox.act(|draft| people::say(draft, agent, spot, text))
    }

    /// An agent sends something of this kind into a topic, its content made up; gives the message's id. Messages of one
    /// `album` (a name of the test's own) belong together.
    pub fn sends(&self, agent: i64, topic: i64, media: Media, caption: Option<&str>, album: Option<&str>) -> i64 {
        let spot = Spot { chat: self.id(), thread: Some(topic), reply_to: None };
        self.sandbox.act(|draft| {
            let attachment = people::sample(draft, media);
            people::send(draft, agent, spot, attachment, caption, album)
        })
    }

    /// An agent edits the text or caption of a message of their own.
    pub fn edits(&self, agent: i64, message_id: i64, text: &str) {
        let chat = self.id();
        self.sandbox.act(|draft| people::edit(draft, agent, chat, message_id, text));
    }

    /// An agent makes a topic for the agents themselves; gives its id.
    pub fn new_topic(&self, agent: i64, name: &str) -> i64 {
        let chat = self.id();
        self.sandbox.act(|draft| people::make_topic(draft, agent, chat, name))
    }

    /// An agent deletes a topic by hand; Telegram tells the bot nothing of it.
    pub fn delete_topic(&self, topic: i64) {
        let chat = self.id();
        self.sandbox.act(|draft| people::delete_topic(draft, chat, topic));
    }

    /// The group's first agent closes a topic by hand.
    pub fn close_topic(&self, topic: i64) {
        let chat = self.id();
        self.sandbox.act(|draft| people::close_topic(draft, chat, topic));
    }

    /// The group's first agent opens a topic again by hand.
    pub fn reopen_topic(&self, topic: i64) {
        let chat = self.id();
        self.sandbox.act(|draft| people::reopen_topic(draft, chat, topic));
    }

    /// The group becomes another with a new id, and the old one answers with it.
    pub fn upgrades(&self) {
        let chat = self.id();
        self.sandbox.core.change(|draft| people::migrate(draft, chat));
    }

    /// The bot is given a right, or it is taken away; it has all of them at first.
    pub fn bot_may(&self, right: Right, given: bool) {
        let chat = self.id();
        self.sandbox.act(|draft| {
            draft.make(Change::Right { chat, right, given });
            Ok(())
        });
    }

    /// Whether the bot is in it: it may have left (`leaveChat`).
    pub fn has_bot(&self) -> bool {
        self.look(World::has_bot)
    }

    /// All its topics, oldest first, deleted ones included.
    pub fn topics(&self) -> Vec<Topic> {
        self.look(seen::topics)
    }

    /// The messages of a topic in their order, without those of Telegram itself.
    pub fn topic(&self, id: i64) -> Vec<Seen> {
        self.messages(Some(id))
    }

    /// The messages outside all topics.
    pub fn general(&self) -> Vec<Seen> {
        self.messages(None)
    }

    fn messages(&self, thread: Option<i64>) -> Vec<Seen> {
        self.look(|world, chat| seen::messages(world, world.chat(chat).filter(|message| message.thread == thread)))
    }

    fn look<T>(&self, look: impl FnOnce(&World, i64) -> T) -> T {
        let chat = self.id();
        look(&self.sandbox.core.lock().world, chat)
    }
}
