//! How long something took: not the mean, which one bad night spoils, but what half of the customers and nine of ten saw.

use chrono::TimeDelta;
use serde::Serialize;

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How often it was measured.
    pub count: usize,
    /// Half of them took no longer; `None` where nothing was measured.
    pub p50: Option<i64>,
    /// Nine of ten took no longer; `None` where nothing was measured.
    pub p90: Option<i64>,
}

impl Spread {
    /// Of these times, in any order: for each share the shortest one that so many of them do not exceed.
    pub fn of(mut times: Vec<TimeDelta>) -> Spread {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100);
            rank.checked_sub(1).and_then(|at| times.get(at)).map(TimeDelta::num_seconds)
        };
        Spread { count: times.len(), p50: at(50), p90: at(90) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: &[i64], p50: Option<i64>, p90: Option<i64>) {
        let spread = Spread::of(seconds.iter().map(|seconds| TimeDelta::seconds(*seconds)).collect());
        assert_eq!(spread, Spread { count: seconds.len(), p50, p90 }, "{seconds:?}");
    }

    #[test]
    fn half_and_nine_of_ten() {
        check(&[], None, None);
        check(&[7], Some(7), Some(7));
        check(&[9, 1], Some(1), Some(9));
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], Some(5), Some(9));
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Some(6), Some(10));
    }
}
