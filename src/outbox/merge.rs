//! In a flood a group's twenty calls a minute are the scarcest thing there is: words of one customer that wait one
//! behind the other go in one message.

use super::messenger::Call;
use super::outgoing::Outgoing;
use crate::desk::MESSAGE_LIMIT;

/// Adds to a call the words of the rows that wait behind `head` in its lane, as long as they follow each other and
/// fit; returns the rows that go with it. Only plain words: what answers something or carries buttons goes alone.
pub(super) fn words(call: &mut Call, head: i64, lane: Vec<(i64, String)>) -> Vec<(i64, Outgoing)> {
    let Call::Text { text, buttons, keyboard: None, mention: None, .. } = call else {
        return Vec::new();
    };
    if !buttons.is_empty() {
        return Vec::new();
    }
    let mut merged = Vec::new();
    let mut units = text.encode_utf16().count();
    for (id, body) in lane.into_iter().skip_while(|(id, _)| *id != head).skip(1) {
        let Ok(row) = serde_json::from_str::<Outgoing>(&body) else { break };
        let Outgoing::Text { text: next, buttons, keyboard: None, origin: Some(_), reply_to: None } = &row else {
            break;
        };
        units += 1 + next.encode_utf16().count();
        if !buttons.is_empty() || units > MESSAGE_LIMIT {
            break;
        }
        text.push('\n');
        text.push_str(next);
        merged.push((id, row));
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::super::outgoing::Spot;
    use super::*;
    use crate::conversation::{CustomerId, MessageId};

    fn row(id: i64, text: &str) -> (i64, Outgoing) {
        let origin = Some(Spot { chat: CustomerId(1).into(), message: MessageId(id) });
        let text = text.to_owned();
        (id, Outgoing::Text { text, buttons: Vec::new(), keyboard: None, origin, reply_to: None })
    }

    /// What goes with the row 1 when these wait behind it: the text, and the rows.
    fn check(behind: &[(i64, Outgoing)], expected: &str, ids: &[i64]) {
        let mut call =
            Call::Text { text: "раз".into(), buttons: Vec::new(), keyboard: None, reply_to: None, mention: None };
        let all = [&[row(1, "раз")], behind].concat();
        let lane = all.iter().map(|(id, row)| (*id, serde_json::to_string(row).expect("plain data")));
        let merged = words(&mut call, 1, lane.collect());
        assert_eq!(merged.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
        assert!(matches!(call, Call::Text { text, .. } if text == expected));
    }

    #[test]
    fn words_that_follow_each_other_go_together() {
        check(&[row(2, "два"), row(3, "три")], "раз\nдва\nтри", &[2, 3]);
        check(&[], "раз", &[]);
        check(&[row(2, "два"), (3, Outgoing::React { message: MessageId(1) }), row(4, "четыре")], "раз\nдва", &[2]);
        check(&[row(2, &"ы".repeat(4000)), row(3, &"ы".repeat(100))], &format!("раз\n{}", "ы".repeat(4000)), &[2]);
    }
}
