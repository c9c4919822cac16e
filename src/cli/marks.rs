//! Marks: what makes each message of a load or a soak findable wherever it arrives, and tells whose it is.

use std::fmt;

/// Of which customer, and which of their messages or of the answers to them; both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Mark {
    pub customer: usize,
    pub nth: usize,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{}", self.customer, self.nth)
    }
}

/// The word before the mark of what a customer says.
const WORD: &str = "слово ";
/// The word before the mark of what an agent answers.
const ANSWER: &str = "ответ ";

/// What a customer's message says to be found by.
pub(super) fn word(mark: Mark) -> String {
    format!("{WORD}{mark}")
}

/// What an agent's answer says to be found by.
pub(super) fn answer(mark: Mark) -> String {
    format!("{ANSWER}{mark}")
}

/// The marks of customers' messages in a text, in their order.
pub(super) fn words_in(text: &str) -> Vec<Mark> {
    marks(text, WORD)
}

/// The marks of agents' answers in a text, in their order.
pub(super) fn answers_in(text: &str) -> Vec<Mark> {
    marks(text, ANSWER)
}

fn marks(text: &str, before: &str) -> Vec<Mark> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let read = |rest: &str| {
        let customer = digits(rest);
        let nth = digits(rest.get(customer.len()..)?.strip_prefix('-')?);
        Some(Mark { customer: customer.parse().ok()?, nth: nth.parse().ok()? })
    };
    text.match_indices(before).filter_map(|(at, found)| read(&text[at + found.len()..])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_the_order_they_stand() {
        let (first, second) = (Mark { customer: 417, nth: 1 }, Mark { customer: 10_417, nth: 2 });
        let text = format!("Клиент: позовите, {}.\nБот: слово за слово\n{}", word(first), word(second));
        assert_eq!(words_in(&text), [first, second]);
        assert_eq!(answers_in(&text), []);
        assert_eq!(answers_in(&answer(second)), [second]);
    }
}
