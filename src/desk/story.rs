//! The story so far, told once when a ticket comes to the desk.

use super::words::{MESSAGE_LIMIT as LIMIT, text};
use crate::conversation::{Entity, Kind, MessageId, Speaker, State, Style, Styled};
use crate::phrases::{Phrasebook, Value, render};

/// A line of a stored story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryLine {
    /// The customer, the bot or the agent whose words these are.
    pub who: Speaker,
    /// The words, masked; empty for a message without words.
    pub text: String,
    /// What stretches of the words mean.
    pub entities: Vec<Entity>,
    /// What it was, if more than text: its kind and its number in its chat; `None` for text.
    pub media: Option<(Kind, MessageId)>,
    /// Telegram's id of the album it belongs to; `None` when it stands alone.
    pub album: Option<String>,
}

/// How many messages a story takes at most: more would use up the desk's minute.
const MESSAGES: usize = 5;

/// Tells `lines`, oldest first, in as many messages as they need (five at most), each within [`super::MESSAGE_LIMIT`]
/// UTF-16 units. Nothing of a line is left out; where it all is too much, the oldest lines give way, and that they did
/// is said.
pub fn story(phrasebook: &Phrasebook, state: &State, lines: &[StoryLine]) -> Vec<Styled> {
    let head = Styled::from(text(phrasebook, "desk.story_title"));
    let told: Vec<Styled> = lines.iter().map(|line| tell(phrasebook, state, line)).collect();
    let mut first = 0;
    loop {
        let cut = (first > 0).then(|| {
            let cut = phrasebook.desk_reply("desk.story_cut").with("count", Value::Number(first as i64));
            Styled::from(render(phrasebook, &cut, 0))
        });
        let messages = messages([head.clone()].into_iter().chain(cut).chain(told[first..].iter().cloned()));
        // A single line takes two messages at most.
        if messages.len() <= MESSAGES || first + 1 >= told.len() {
            return messages;
        }
        first += 1;
    }
}

/// What the bot has told the customer, for a topic that has the customer's words already: plainly no words of people.
pub fn told_by_bot(phrasebook: &Phrasebook, whose: Option<&str>, words: &str) -> Styled {
    let bot = text(phrasebook, "desk.story_bot");
    let text = match whose {
        Some(whose) => format!("{whose} ← {bot}: {words}"),
        None => format!("{bot}: {words}"),
    };
    Styled::all(text, Style::ExpandableBlockquote)
}

/// Joins lines into messages; one that is too long for a message goes on in the next.
fn messages(lines: impl Iterator<Item = Styled>) -> Vec<Styled> {
    let mut messages: Vec<Styled> = Vec::new();
    for line in lines {
        match messages.last_mut() {
            Some(message) if message.units() + 1 + line.units() <= LIMIT => {
                message.push(&"\n".into());
                message.push(&line);
            }
            Some(_) | None => messages.extend(line.split(LIMIT)),
        }
    }
    messages
}

fn tell(phrasebook: &Phrasebook, state: &State, line: &StoryLine) -> Styled {
    let name = match &line.who {
        Speaker::Customer => state.customer.person.name.clone(),
        Speaker::Bot => text(phrasebook, "desk.story_bot"),
        Speaker::Agent(name) => {
            let reply = phrasebook.desk_reply("desk.story_agent").with("name", Value::Text(name.clone()));
            render(phrasebook, &reply, 0)
        }
    };
    let media = line.media.map(|(kind, _)| format!("[{}]", text(phrasebook, &format!("desk.media_{}", kind.word()))));
    let words = Styled { text: line.text.clone(), entities: line.entities.clone() };
    match media {
        Some(media) if words.text.is_empty() => format!("{name}: {media}").into(),
        Some(media) => words.behind(&format!("{name}: {media} ")),
        None => words.behind(&format!("{name}: ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::load;

    fn line(text: String) -> StoryLine {
        StoryLine { who: Speaker::Customer, text, entities: Vec::new(), media: None, album: None }
    }

    #[test]
    fn a_long_story_is_whole_or_says_what_is_missing() {
        let (phrasebook, _) = load::shipped();
        let long = line(format!("начало {} конец", "ы".repeat(4000)));
        let told = story(&phrasebook, &State::default(), &[line("первое".into()), long, line("последнее".into())]);
        assert!(told.iter().all(|message| message.units() <= LIMIT));
        let whole: String = told.into_iter().map(|message| message.text).collect();
        for part in ["первое", "начало", "конец", "последнее"] {
            assert!(whole.contains(part), "{part}");
        }
        let many: Vec<StoryLine> = (0..50).map(|i| line(format!("{i} {}", "ы".repeat(3000)))).collect();
        let told = story(&phrasebook, &State::default(), &many);
        assert!(told.len() == MESSAGES && told[MESSAGES - 1].text.contains("49 ы"), "{}", told.len());
        assert!(told[0].text.contains("45"), "what is missing is counted: {}", told[0].text);
    }

    #[test]
    fn a_story_keeps_the_address_behind_a_word() {
        let (phrasebook, _) = load::shipped();
        let style = Style::TextLink { url: "https://example.org/42".into() };
        let linked =
            StoryLine { entities: vec![Entity { style, offset: 0, length: 3 }], ..line("вот чек".into()) };
        let told = story(&phrasebook, &State::default(), &[line("привет".into()), linked]);
        let entity = &told[0].entities[0];
        let units: Vec<u16> = told[0].text.encode_utf16().collect();
        let at = String::from_utf16(&units[entity.offset..entity.offset + entity.length]).expect("whole letters");
        assert_eq!(at, "вот");
    }
}
