//! What a row of the outbox holds.

use crate::conversation::{
    AgentId, ConversationId, CustomerId, Entity, MessageId, RecallReport, Styled, TicketNo, TopicId,
};
use crate::desk::MESSAGE_LIMIT;
use serde::{Deserialize, Serialize};

/// Telegram's limit for a caption, in UTF-16 units (`copyMessage`).
pub const CAPTION_LIMIT: usize = 1024;

/// A call to be made, without its receiver: that is found when it is sent. Stored as JSON in its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "send")]
pub enum Outgoing {
    /// A text message.
    Text {
        /// The words, without any markup: at most 4096 UTF-16 units.
        text: String,
        /// What stretches of the text mean.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
        /// Rows of buttons under it; empty for none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Label>>,
        /// What becomes of the keyboard under the chat; only where there are no buttons.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keyboard: Option<KeyboardChange>,
        /// The message of the other side whose words these are; `None` for words of the bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Spot>,
        /// Which part of that message they are, where it takes several: 0 for the first.
        #[serde(default, skip_serializing_if = "is_first")]
        part: u32,
        /// The message of the other side that it answers there; `None` when it answers none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Spot>,
    },
    /// A copy of a message of the other side.
    Copy {
        /// The chat it stands in.
        from: ConversationId,
        /// The message's number there.
        message: MessageId,
        /// The other messages of its album, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        more: Vec<MessageId>,
        /// The message of the other side that it answers there; `None` when it answers none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Spot>,
        /// In the place of its own caption, at most 1024 UTF-16 units; `None` to keep that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// The word for its kind ([`crate::conversation::Kind::word`]), should it not be copyable.
        kind: String,
        /// The words under it, masked, should it not be copyable: the caption, if there is one. `None` when there are none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// What stretches of these words mean.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
    },
    /// New words in what stands here for a message of the other side, which was edited there.
    EditCopy {
        /// The message of the other side.
        of: Spot,
        /// The words as they are now: of a text at most 4096 UTF-16 units, of a caption 1024.
        text: String,
        /// What stretches of the words mean.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
        /// Whether they are a caption.
        #[serde(default)]
        caption: bool,
        /// Which part of it they are, where it takes several: 0 for the first. A part that is not there yet is sent.
        #[serde(default, skip_serializing_if = "is_first")]
        part: u32,
    },
    /// Takes back what stands here for a message of the other side: all parts of it.
    Recall {
        /// The message of the other side.
        of: Spot,
        /// The other messages of its album.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        more: Vec<Spot>,
        /// How much of the outcome its author is told.
        #[serde(default)]
        report: RecallReport,
    },
    /// A message of the other side takes fewer parts than before: the others are deleted here.
    Shorten {
        /// The message of the other side.
        of: Spot,
        /// So many of its parts stay.
        parts: u32,
    },
    /// The reaction that says that a message written here has reached the other side.
    #[serde(rename = "mark")]
    React {
        /// The message's number in the chat the row goes to.
        message: MessageId,
    },
    /// The card of the open ticket, as it is when it is sent.
    Card,
    /// The card again in its place, if it has changed since it was sent.
    #[serde(rename = "face")]
    Refresh,
    /// Pins the card of the open ticket, without a sound.
    Pin,
    /// A line that calls an agent, by whose name it begins.
    Call {
        /// Plain text, no markup: at most 4096 UTF-16 units.
        text: String,
        /// The agent who is called.
        agent: AgentId,
        /// The agent's name, as the text begins.
        name: String,
    },
    /// Something that belongs to no customer, in a topic of the desk or in the general one.
    #[serde(rename = "office")]
    AtDesk {
        /// The words, without any markup: at most 4096 UTF-16 units.
        text: String,
        /// What stretches of the text mean.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
        /// Rows of buttons under it; empty for none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Label>>,
        /// The topic's number; `None` for the general one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<TopicId>,
    },
    /// Something at a desk that the customer's ticket has left.
    Left {
        /// The topic it has left; `None` for a group without topics.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<TopicId>,
        /// What is done there.
        what: Leaving,
    },
    /// A line at the desk that says that Telegram refused something for good; it is not sent if that is sent after all.
    Refused {
        /// The id of the row that was refused; `None` where it is not known any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<i64>,
        /// Plain text, no markup: at most 4096 UTF-16 units.
        text: String,
        /// The words of what was refused, shown under the text. Left away if they are refused as well; `None` when
        /// there are none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// What stretches of these words mean.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
        /// The customer's or agent's message that was refused; `None` for words of the bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Spot>,
        /// Which part of that message it is, where it took several: 0 for the first.
        #[serde(default, skip_serializing_if = "is_first")]
        part: u32,
    },
    /// The topic is opened again after it was closed by hand.
    Unclose,
    /// The answer to a press.
    Toast {
        /// Telegram's id of the press (`callback_query_id`).
        query: String,
        /// What is shown for a moment to the person who pressed; `None` for nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A file with all that is kept about the customer, as it is when it is sent.
    Export,
    /// A customer's message as it was sent, shown for a while to the agent who holds the ticket, in the agent's own chat
    /// with the bot.
    Original {
        /// The customer's chat.
        from: ConversationId,
        /// The message's number there.
        message: MessageId,
        /// The ticket: should another agent hold it by then, nothing is sent.
        ticket: TicketNo,
        /// How long it stays, in milliseconds.
        lasts: i64,
    },
    /// What was shown so goes from the chat again.
    Remove {
        /// The message's number in the chat the row goes to.
        message: MessageId,
    },
    /// «печатает…» is shown in the chat for some seconds.
    Typing,
    /// The customer's topic: made by its present name, or named so if it is there.
    Topic,
    /// The name again, if the topic has another one.
    Rename,
}

impl Outgoing {
    /// A text and nothing beside it: at most 4096 UTF-16 units.
    pub fn text(words: impl Into<Styled>) -> Outgoing {
        let Styled { text, entities } = words.into();
        Outgoing::Text { text, entities, buttons: Vec::new(), keyboard: None, origin: None, part: 0, reply_to: None }
    }

    /// The texts are parts of a message of the other side, counted from `first`.
    pub fn parts_of(of: Spot, first: u32, mut texts: Vec<Outgoing>) -> Vec<Outgoing> {
        for (row, number) in texts.iter_mut().zip(first..) {
            if let Outgoing::Text { origin, part, .. } = row {
                (*origin, *part) = (Some(of), number);
            }
        }
        texts
    }

    /// A text in as many messages as it needs.
    pub fn texts(words: impl Into<Styled>) -> Vec<Outgoing> {
        words.into().split(MESSAGE_LIMIT).into_iter().map(Outgoing::text).collect()
    }

    /// The same, with buttons under the last message.
    pub fn with_buttons(words: impl Into<Styled>, labels: Vec<Vec<Label>>) -> Vec<Outgoing> {
        let mut texts = Outgoing::texts(words);
        if let Some(Outgoing::Text { buttons, .. }) = texts.last_mut() {
            *buttons = labels;
        }
        texts
    }

    /// Something that belongs to no customer, in as many messages as it needs, with buttons under the last.
    pub fn at_desk(words: impl Into<Styled>, labels: Vec<Vec<Label>>, thread: Option<TopicId>) -> Vec<Outgoing> {
        let line = |Styled { text, entities }| Outgoing::AtDesk { text, entities, buttons: Vec::new(), thread };
        let mut lines: Vec<Outgoing> = words.into().split(MESSAGE_LIMIT).into_iter().map(line).collect();
        if let Some(Outgoing::AtDesk { buttons, .. }) = lines.last_mut() {
            *buttons = labels;
        }
        lines
    }
}

/// Whether it is the first part of a message, or the only one.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_first(part: &u32) -> bool {
    *part == 0
}

/// The lane of what goes into a customer's topic in order: the words, and what belongs between them.
pub fn topic_lane(customer: CustomerId) -> String {
    format!("topic:{customer}")
}

/// The lane of what the bot has told a customer, on its way into the topic: it goes with the customer's words, or
/// behind everything else.
pub fn told_lane(customer: CustomerId) -> String {
    format!("told:{customer}")
}

/// What is done where a ticket was before it went to another desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// It is said where the customer is now; a link there follows the text.
    Told {
        /// Plain text, no markup.
        text: String,
    },
    /// The topic is named so.
    Named {
        /// At most 128 characters.
        name: String,
    },
    /// The topic is closed.
    Closed,
}

/// A message in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The customer's private chat, or a desk's group.
    pub chat: ConversationId,
    /// The message's number there.
    pub message: MessageId,
}

/// What a card shows, as the sender keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBody {
    /// Plain text, no markup: at most 4096 UTF-16 units.
    pub text: String,
    /// Rows of buttons under it; empty for none.
    #[serde(default)]
    pub buttons: Vec<Vec<Label>>,
}

/// A change of the keyboard under a private chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyboardChange {
    /// A button that shares the customer's own phone, and one that says something instead.
    AskPhone {
        /// What is written on the first.
        share: String,
        /// What is written on the second, and said by it.
        instead: String,
    },
    /// The keyboard goes, and Telegram shows the letters again.
    Remove,
}

/// A button as Telegram gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// What is written on it.
    pub text: String,
    /// What comes back with a press (`callback_data`), 1 to 64 bytes.
    pub data: String,
}

/// Cuts what a card shows to what a message may hold (4096 UTF-16 units), at a character's border, with «…» at the end if
/// it was cut. Words of people and of the bot are never cut: they are split ([`Outgoing::texts`]).
pub fn fit(card: String) -> String {
    cut(card, MESSAGE_LIMIT)
}

fn cut(text: String, limit: usize) -> String {
    if text.encode_utf16().count() <= limit {
        return text;
    }
    let mut units = 0;
    let cut = text
        .char_indices()
        .find(|(_, c)| {
            units += c.len_utf16();
            units > limit - 1
        })
        .map_or(text.len(), |(at, _)| at);
    format!("{}…", &text[..cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recall_of_before_still_reads() {
        let row = r#"{"send":"recall","of":{"chat":-100,"message":7}}"#;
        let read = serde_json::from_str(row).expect("a row of an earlier version");
        assert!(matches!(read, Outgoing::Recall { more, report: RecallReport::Trouble, .. } if more.is_empty()));
    }

    #[test]
    fn a_text_is_cut_by_utf16_units() {
        let long = "🙂".repeat(3000);
        let cut = fit(long);
        assert!(cut.encode_utf16().count() <= MESSAGE_LIMIT);
        assert!(cut.ends_with('…'));
        assert_eq!(fit("short".into()), "short");
    }

    #[test]
    fn what_is_too_long_goes_in_several_messages_with_the_buttons_under_the_last() {
        let label = Label { text: "Да".into(), data: "yes".into() };
        let texts = Outgoing::with_buttons("слово ".repeat(1000), vec![vec![label]]);
        let shown: Vec<(usize, usize)> = texts
            .iter()
            .map(|row| match row {
                Outgoing::Text { text, buttons, .. } => (text.split_whitespace().count(), buttons.len()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(shown, [(682, 0), (318, 1)]);
    }

    #[test]
    fn rows_of_before_words_had_formatting_are_read() {
        let row = r#"{"send":"text","text":"раз"}"#;
        assert_eq!(serde_json::from_str::<Outgoing>(row).expect("an older row"), Outgoing::text("раз"));
        let row = r#"{"send":"edit_copy","of":{"chat":-1,"message":2},"text":"раз"}"#;
        assert!(matches!(serde_json::from_str(row), Ok(Outgoing::EditCopy { entities, .. }) if entities.is_empty()));
    }
}
