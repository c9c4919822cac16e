//! Who says what, and when: decided beforehand from a seed, so that one seed gives one burst.

use super::marks::{Mark, word};
use std::time::Duration;

/// Splitmix64 (Steele, Lea and Flood 2014): a few lines, and good enough to choose by.
pub(in crate::cli) struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of `0..below`; 0 if there is none.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next().checked_rem(below).unwrap_or(0)
    }

    /// A time between two, to the millisecond.
    pub fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let room = u64::try_from(most.saturating_sub(least).as_millis()).unwrap_or(u64::MAX);
        least + Duration::from_millis(self.below(room.saturating_add(1)))
    }

    /// Whether something happens that does so this often.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let at = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices.get(at).copied().unwrap_or_default()
    }
}

/// A message that a customer is going to send.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub mark: Mark,
    /// After the burst begins.
    pub at: Duration,
    pub text: String,
    /// Whether it is a photo, with the text as its caption.
    pub photo: bool,
}

/// How the first message asks for a person; `#` stands for the mark.
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
                    let mark = Mark { customer, nth };
                    let said = chance.one_of(if nth == 1 { &CALLS } else { &MORE });
                    let photo = nth > 1 && chance.percent(PHOTOS);
                    if nth > 1 {
                        at += chance.between(PAUSE.0, PAUSE.1);
                    }
                    Planned { mark, at: at.min(burst), text: said.replace('#', &word(mark)), photo }
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
