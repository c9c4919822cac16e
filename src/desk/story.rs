//! The story so far, told once when a ticket comes to the desk.

use super::words::{MESSAGE_LIMIT as LIMIT, text};
use crate::conversation::{Kind, MessageId, Speaker, State};
use crate::phrases::{Phrasebook, Value, render};

/// A line of a stored story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryLine {
    /// The customer, the bot or the agent whose words these are.
    pub who: Speaker,
    /// The words, masked; empty for a message without words.
    pub text: String,
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
pub fn story(phrasebook: &Phrasebook, state: &State, lines: &[StoryLine]) -> Vec<String> {
    let head = text(phrasebook, "desk.story_title");
    let told: Vec<String> = lines.iter().map(|line| tell(phrasebook, state, line)).collect();
    // Room for the heading and the line that says how much was cut.
    let mut room = MESSAGES * (LIMIT - 1) - units(&head) - 128;
    let mut first = told.len();
    for (i, line) in told.iter().enumerate().rev() {
        match room.checked_sub(units(line) + 1) {
            Some(left) => room = left,
            None => break,
        }
        first = i;
    }
    let mut parts = vec![head];
    if first > 0 {
        let cut = phrasebook.desk_reply("desk.story_cut").with("count", Value::Number(first as i64));
        parts.push(render(phrasebook, &cut, 0));
    }
    parts.extend(told.into_iter().skip(first));
    messages(&parts)
}

/// Joins lines into messages; one that is too long for a message goes on in the next.
fn messages(lines: &[String]) -> Vec<String> {
    let mut messages = vec![String::new()];
    let mut used = 0;
    for line in lines {
        let long = units(line);
        if used > 0 && used + 1 + long > LIMIT {
            messages.push(String::new());
            used = 0;
        }
        for (i, c) in line.chars().enumerate() {
            if used + c.len_utf16() + 1 > LIMIT {
                messages.push(String::new());
                used = 0;
            }
            if let Some(message) = messages.last_mut() {
                if i == 0 && used > 0 {
                    message.push('\n');
                    used += 1;
                }
                message.push(c);
                used += c.len_utf16();
            }
        }
    }
    messages
}

fn tell(phrasebook: &Phrasebook, state: &State, line: &StoryLine) -> String {
    let name = match &line.who {
        Speaker::Customer => state.customer.person.name.clone(),
        Speaker::Bot => text(phrasebook, "desk.story_bot"),
        Speaker::Agent(name) => {
            let reply = phrasebook.desk_reply("desk.story_agent").with("name", Value::Text(name.clone()));
            render(phrasebook, &reply, 0)
        }
    };
    let media = line.media.map(|(kind, _)| format!("[{}]", text(phrasebook, &format!("desk.media_{}", kind.word()))));
    let words = &line.text;
    match media {
        Some(media) if words.is_empty() => format!("{name}: {media}"),
        Some(media) => format!("{name}: {media} {words}"),
        None => format!("{name}: {words}"),
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::load;

    #[test]
    fn a_long_story_is_whole_or_says_what_is_missing() {
        let (phrasebook, _) = load::shipped();
        let line = |text: String| StoryLine { who: Speaker::Customer, text, media: None, album: None };
        let long = line(format!("начало {} конец", "ы".repeat(4000)));
        let told = story(&phrasebook, &State::default(), &[line("первое".into()), long, line("последнее".into())]);
        assert!(told.iter().all(|message| units(message) <= LIMIT));
        let whole = told.concat();
        for part in ["первое", "начало", "конец", "последнее"] {
            assert!(whole.contains(part), "{part}");
        }
        let many: Vec<StoryLine> = (0..50).map(|i| line(format!("{i} {}", "ы".repeat(3000)))).collect();
        let told = story(&phrasebook, &State::default(), &many);
        assert!(told.len() <= MESSAGES + 1 && told.concat().contains("49 ы"), "{}", told.len());
    }
}
