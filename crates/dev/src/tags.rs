//! Tags: what makes each message of a load or a soak findable wherever it arrives, and tells whose it is.

use std::fmt;

/// Of which customer, and which of their messages or of the answers to them; both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tag {
    pub customer: usize,
    pub nth: usize,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{}", self.customer, self.nth)
    }
}

/// The word before the tag of what a customer says.
const WORD: &str = "слово ";
/// The word before the tag of what an agent answers.
const ANSWER: &str = "ответ ";

/// What a customer's message says to be found by.
pub(crate) fn word(tag: Tag) -> String {
    format!("{WORD}{tag}")
}

/// What an agent's answer says to be found by.
pub(crate) fn answer(tag: Tag) -> String {
    format!("{ANSWER}{tag}")
}

/// The tags of customers' messages in a text, in their order.
pub(crate) fn words_in(text: &str) -> Vec<Tag> {
    tags(text, WORD)
}

/// The tags of agents' answers in a text, in their order.
pub(crate) fn answers_in(text: &str) -> Vec<Tag> {
    tags(text, ANSWER)
}

fn tags(text: &str, before: &str) -> Vec<Tag> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let read = |rest: &str| {
        let customer = digits(rest);
        let nth = digits(rest.get(customer.len()..)?.strip_prefix('-')?);
        Some(Tag { customer: customer.parse().ok()?, nth: nth.parse().ok()? })
    };
    text.match_indices(before).filter_map(|(at, found)| read(&text[at + found.len()..])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_the_order_they_stand() {
        let (first, second) = (Tag { customer: 417, nth: 1 }, Tag { customer: 10_417, nth: 2 });
        let text = format!("Клиент: позовите, {}.\nБот: слово за слово\n{}", word(first), word(second));
        assert_eq!(words_in(&text), [first, second]);
        assert_eq!(answers_in(&text), []);
        assert_eq!(answers_in(&answer(second)), [second]);
    }
}
