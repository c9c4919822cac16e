//! In a flood a group's twenty calls a minute are the scarcest thing there is: words of one customer that wait one
//! behind the other go in one message, and what the bot has told that customer goes with them.

use super::messenger::Call;
use super::outgoing::Outgoing;
use crate::conversation::Styled;
use crate::desk::MESSAGE_LIMIT;

/// What waits in a customer's topic beside the row that is sent: ids and bodies, oldest first.
pub(super) struct Waiting {
    /// The lane of the customer's words, from its first row on.
    pub words: Vec<(i64, String)>,
    /// What the bot has told the customer.
    pub told: Vec<(i64, String)>,
}

/// How much goes with a row.
#[derive(Clone, Copy)]
pub(super) struct Along {
    /// The words that wait behind it.
    pub words: bool,
    /// What the bot said after it. What it said before goes along in any case: later words must not overtake it.
    pub told: bool,
}

/// Adds to the call of the row `head` what waits beside it, in the order in which it was said, as long as it fits;
/// returns the rows that go with it. Only plain words: what answers something or carries buttons goes alone.
pub(super) fn neighbours(call: &mut Call, head: i64, waiting: Waiting, along: Along) -> Vec<(i64, Outgoing)> {
    let Call::Text { text, entities, buttons, keyboard: None, mention: None, .. } = call else {
        return Vec::new();
    };
    if !buttons.is_empty() {
        return Vec::new();
    }
    let mut whole = Styled { text: std::mem::take(text), entities: std::mem::take(entities) };
    let mut with = Vec::new();
    let mut all: Vec<(i64, bool, String)> = waiting.words.into_iter().map(|(id, body)| (id, true, body)).collect();
    all.extend(waiting.told.into_iter().map(|(id, body)| (id, false, body)));
    all.sort_by_key(|(id, ..)| *id);
    let (before, behind): (Vec<_>, Vec<_>) =
        all.into_iter().filter(|(id, ..)| *id != head).partition(|(id, ..)| *id < head);
    // The latest of what was said before stands next to the words.
    for (id, words, body) in before.into_iter().rev() {
        let Some((row, told)) = plain(&body, words).filter(|(_, told)| !words && fits(&whole, told)) else { break };
        whole = join(told, &whole);
        with.push((id, row));
    }
    for (id, words, body) in behind {
        let wanted = if words { along.words } else { along.told };
        let Some((row, next)) = plain(&body, words).filter(|(_, next)| wanted && fits(&whole, next)) else { break };
        whole = join(whole, &next);
        with.push((id, row));
    }
    (*text, *entities) = (whole.text, whole.entities);
    with
}

/// A row that is plain words, and them; `None` for any other. Words of people have an origin, the bot's have none.
fn plain(body: &str, of_people: bool) -> Option<(Outgoing, Styled)> {
    let row = serde_json::from_str::<Outgoing>(body).ok()?;
    let Outgoing::Text { text, entities, buttons, keyboard: None, origin, reply_to: None, .. } = &row else {
        return None;
    };
    let words = Styled { text: text.clone(), entities: entities.clone() };
    (buttons.is_empty() && origin.is_some() == of_people).then_some((row, words))
}

fn fits(first: &Styled, second: &Styled) -> bool {
    first.units() + 1 + second.units() <= MESSAGE_LIMIT
}

/// Two texts, a line each.
fn join(mut first: Styled, second: &Styled) -> Styled {
    first.push(&"\n".into());
    first.push(second);
    first
}

#[cfg(test)]
mod tests {
    use super::super::outgoing::Spot;
    use super::*;
    use crate::conversation::{CustomerId, Entity, MessageId, Style};

    fn row(id: i64, text: &str) -> (i64, Outgoing) {
        let mut row = Outgoing::text(text);
        if let Outgoing::Text { origin, .. } = &mut row {
            *origin = Some(Spot { chat: CustomerId(1).into(), message: MessageId(id) });
        }
        (id, row)
    }

    fn told(id: i64, text: &str) -> (i64, Outgoing) {
        (id, Outgoing::text(Styled::all(text.into(), Style::Blockquote)))
    }

    fn stored(rows: &[(i64, Outgoing)]) -> Vec<(i64, String)> {
        rows.iter().map(|(id, row)| (*id, serde_json::to_string(row).expect("plain data"))).collect()
    }

    /// What goes with the row 10 when these wait beside it: the text, and the rows.
    fn check(words: &[(i64, Outgoing)], told: &[(i64, Outgoing)], along: Along, expected: &str, ids: &[i64]) {
        let (text, entities, buttons) = ("раз".to_owned(), Vec::new(), Vec::new());
        let mut call = Call::Text { text, entities, buttons, keyboard: None, reply_to: None, mention: None };
        let words = [&[row(10, "раз")], words].concat();
        let waiting = Waiting { words: stored(&words), told: stored(told) };
        let with = neighbours(&mut call, 10, waiting, along);
        assert_eq!(with.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
        assert!(matches!(&call, Call::Text { text, .. } if text == expected), "{call:?}");
    }

    const ALL: Along = Along { words: true, told: true };

    #[test]
    fn words_that_follow_each_other_go_together() {
        check(&[row(12, "два"), row(13, "три")], &[], ALL, "раз\nдва\nтри", &[12, 13]);
        check(&[], &[], ALL, "раз", &[]);
        let react = (13, Outgoing::React { message: MessageId(1) });
        check(&[row(12, "два"), react, row(14, "четыре")], &[], ALL, "раз\nдва", &[12]);
        let long = "ы".repeat(4000);
        check(&[row(12, &long), row(13, &"ы".repeat(100))], &[], ALL, &format!("раз\n{long}"), &[12]);
        check(&[row(12, "два")], &[], Along { words: false, told: true }, "раз", &[]);
    }

    #[test]
    fn what_the_bot_said_stands_where_it_was_said() {
        let (before, after) = (told(9, "до"), told(11, "после"));
        check(&[row(12, "два")], &[before.clone(), after.clone()], ALL, "до\nраз\nпосле\nдва", &[9, 11, 12]);
        let nothing = Along { words: false, told: false };
        check(&[], &[before, after], nothing, "до\nраз", &[9]);
        // Words of later go alone: what was said after them does not come before them.
        check(&[row(12, "два")], &[told(13, "после")], Along { words: false, told: true }, "раз", &[]);
    }

    #[test]
    fn formatting_moves_with_the_words() {
        let (text, buttons) = ("слово".to_owned(), Vec::new());
        let entities = vec![Entity { style: Style::Bold, offset: 0, length: 5 }];
        let mut call = Call::Text { text, entities, buttons, keyboard: None, reply_to: None, mention: None };
        neighbours(&mut call, 10, Waiting { words: Vec::new(), told: stored(&[told(9, "🙂")]) }, ALL);
        let Call::Text { entities, .. } = call else { panic!("{call:?}") };
        let places: Vec<_> = entities.iter().map(|entity| (entity.offset, entity.length)).collect();
        assert_eq!(places, [(0, 2), (3, 5)]);
    }
}
