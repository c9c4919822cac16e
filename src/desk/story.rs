//! The story so far, told once when a ticket comes to the desk.

use super::{MESSAGE_LIMIT as LIMIT, text};
use crate::conversation::{Kind, MessageId, Speaker, State};
use crate::phrases::{Phrasebook, Reply, Value, render};

/// A line of a stored story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryLine {
    /// Whose words.
    pub who: Speaker,
    /// The words, masked.
    pub text: String,
    /// What it was, if more than text.
    pub media: Option<(Kind, MessageId)>,
}

/// Tells `lines` in one message, oldest first. When they do not fit, the oldest give way, and how many
/// did is said.
pub fn story(phrasebook: &Phrasebook, state: &State, lines: &[StoryLine]) -> String {
    let head = text(phrasebook, "desk.story_title");
    let told: Vec<String> = lines.iter().map(|line| tell(phrasebook, state, line)).collect();
    // Room for the line that says how much was cut.
    let mut room = LIMIT - units(&head) - 128;
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
        let cut = Reply::new("desk.story_cut", super::LANGUAGE).with("count", Value::Number(first as i64));
        parts.push(render(phrasebook, &cut, 0));
    }
    parts.extend(told.into_iter().skip(first));
    parts.join("\n")
}

fn tell(phrasebook: &Phrasebook, state: &State, line: &StoryLine) -> String {
    let name = match &line.who {
        Speaker::Customer => state.customer.name.clone(),
        Speaker::Bot => text(phrasebook, "desk.story_bot"),
        Speaker::Agent(name) => {
            let reply = Reply::new("desk.story_agent", super::LANGUAGE).with("name", Value::Text(name.clone()));
            render(phrasebook, &reply, 0)
        }
    };
    let media = line.media.map(|(kind, _)| format!("[{}]", text(phrasebook, &format!("desk.media_{}", kind.word()))));
    let words = shorten(&line.text);
    match media {
        Some(media) if words.is_empty() => format!("{name}: {media}"),
        Some(media) => format!("{name}: {media} {words}"),
        None => format!("{name}: {words}"),
    }
}

/// One line of the story takes at most a quarter of the message.
fn shorten(text: &str) -> String {
    const LONGEST: usize = LIMIT / 4;
    let mut used = 0;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        used += c.len_utf16();
        if used > LONGEST {
            end = at;
            break;
        }
    }
    if end == text.len() { text.to_owned() } else { format!("{}…", &text[..end]) }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::load;

    #[test]
    fn a_long_story_fits_and_keeps_its_end() {
        let (phrasebook, _) = load::shipped();
        let line = |text: String| StoryLine { who: Speaker::Customer, text, media: None };
        let lines: Vec<StoryLine> =
            (0..50).map(|i| line(format!("{i} {}", "ы".repeat(3000)))).chain([line("последнее".into())]).collect();
        let told = story(&phrasebook, &State::default(), &lines);
        assert!(units(&told) <= LIMIT);
        assert!(told.ends_with("последнее"));
    }
}
