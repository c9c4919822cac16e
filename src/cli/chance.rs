//! Chance that a seed decides, so that whatever went wrong can be had again.

use crate::understanding::Dice;
use std::time::Duration;

/// What happens by chance in a load or a soak.
pub(super) struct Chance(Dice);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(Dice::new(seed))
    }

    /// One of `0..below`; 0 if there is none.
    pub fn below(&mut self, below: u64) -> u64 {
        self.0.next().checked_rem(below).unwrap_or(0)
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

    /// One of `choices`, which are some.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap_or(0)]
    }
}
