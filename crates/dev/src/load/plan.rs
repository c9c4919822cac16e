//! Who says what, and when: decided beforehand from a seed, so that one seed gives one burst.

use crate::chance::Chance;
use crate::tags::{Tag, word};
use std::time::Duration;

/// A message that a customer is going to send.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub tag: Tag,
    /// After the burst begins.
    pub at: Duration,
    pub text: String,
    /// Whether it is a photo, with the text as its caption.
    pub photo: bool,
}

/// How the first message asks for a person; `#` stands for the tag.
const CALLS: [&str; 6] = [
    "позовите человека, #",
    "Позовите, пожалуйста, оператора. Моё #",
    "хочу поговорить с человеком, #",
    "мне нужен живой человек (#)",
    "соедините с оператором: #",
    "переключите на специалиста, #",
];

/// What is said after that.
const MORE: [&str; 4] = ["#", "и ещё #", "жду ответа, #", "вот что забыл сказать: #"];

/// How long a customer takes between two messages.
const PAUSE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(20));

/// Of a hundred messages after the first, so many are photos.
const PHOTOS: u64 = 15;

/// The messages of each customer, in their order: one to four, beginning at any moment of the burst.
pub(super) fn customers(count: usize, burst: Duration, chance: &mut Chance) -> Vec<Vec<Planned>> {
    (1..=count)
        .map(|customer| {
            let mut at = chance.between(Duration::ZERO, burst);
            let messages = usize::try_from(1 + chance.below(4)).unwrap_or(1);
            (1..=messages)
                .map(|nth| {
                    let tag = Tag { customer, nth };
                    let said = chance.one_of(if nth == 1 { &CALLS } else { &MORE });
                    let photo = nth > 1 && chance.percent(PHOTOS);
                    if nth > 1 {
                        at += chance.between(PAUSE.0, PAUSE.1);
                    }
                    Planned { tag, at: at.min(burst), text: said.replace('#', &word(tag)), photo }
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_burst() {
        let burst = Duration::from_secs(300);
        let of = |seed| customers(50, burst, &mut Chance::new(seed));
        let told = |plan: &[Vec<Planned>]| format!("{plan:?}");
        assert_eq!(told(&of(1)), told(&of(1)));
        assert_ne!(told(&of(1)), told(&of(2)));
        for messages in of(3) {
            assert!((1..=4).contains(&messages.len()));
            assert!(messages.windows(2).all(|pair| pair[0].at <= pair[1].at));
            assert!(messages.iter().all(|message| message.at <= burst));
            assert!(!messages[0].photo, "a picture calls nobody");
        }
    }
}
