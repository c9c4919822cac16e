//! A circuit breaker: a carrier that does not answer is left alone for a while, so that customers hear «not now» at
//! once instead of after every patience, and the carrier can get up again. Pure: it is told the time.

use std::time::{Duration, Instant};

/// When it opens, and for how long.
#[derive(Clone, Debug)]
pub struct BreakerLimits {
    /// After how many failures in a row.
    pub failures: u32,
    /// The first pause; each failed attempt afterwards doubles it.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Default for BreakerLimits {
    fn default() -> Self {
        BreakerLimits { failures: 5, first: Duration::from_secs(5), longest: Duration::from_secs(60) }
    }
}

/// Counts failures in a row.
#[derive(Debug)]
pub struct Breaker {
    limits: BreakerLimits,
    failures: u32,
    /// The pause that the next failure brings.
    pause: Duration,
    /// Until when nobody may call; `None` while everybody may.
    open_until: Option<Instant>,
    /// Which passes count: of many calls that fail together, those begun before it opened do not make the pause
    /// longer.
    round: u64,
}

/// The right to make one call.
#[derive(Debug)]
pub struct Pass(u64);

impl Breaker {
    /// One that lets every call through until the first failures.
    pub fn new(limits: BreakerLimits) -> Breaker {
        Breaker { pause: limits.first, limits, failures: 0, open_until: None, round: 0 }
    }

    /// Asks to call; how long that is not allowed, if it is not. After a pause a single call may try; if nothing is
    /// ever heard of that one, another may after the same pause again.
    ///
    /// # Errors
    ///
    /// The time until the next call may be tried.
    pub fn ask(&mut self, now: Instant) -> Result<Pass, Duration> {
        match self.open_until {
            None => {}
            Some(until) if now < until => return Err(until - now),
            Some(_) => {
                self.round += 1;
                self.open_until = Some(now + self.pause);
            }
        }
        Ok(Pass(self.round))
    }

    /// The carrier has answered: everybody may call.
    pub fn answered(&mut self) {
        self.round += u64::from(self.open_until.is_some());
        self.failures = 0;
        self.pause = self.limits.first;
        self.open_until = None;
    }

    /// A call has failed; returns the pause, if one begins.
    pub fn failed(&mut self, pass: &Pass, now: Instant) -> Option<Duration> {
        if pass.0 != self.round {
            return None;
        }
        if self.open_until.is_some() {
            self.pause = (self.pause * 2).min(self.limits.longest);
        } else {
            self.failures += 1;
            if self.failures < self.limits.failures {
                return None;
            }
        }
        self.round += 1;
        self.open_until = Some(now + self.pause);
        Some(self.pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> Breaker {
        Breaker::new(BreakerLimits { failures: 3, first: 4 * SECOND, longest: 10 * SECOND })
    }

    fn fail(breaker: &mut Breaker, now: Instant) -> Option<Duration> {
        let pass = breaker.ask(now).expect("a call is allowed");
        breaker.failed(&pass, now)
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_only_then() {
        let (mut breaker, now) = (breaker(), clock::instant());
        for _ in 0..5 {
            assert_eq!(fail(&mut breaker, now), None);
            assert_eq!(fail(&mut breaker, now), None);
            breaker.answered();
        }
        assert_eq!(fail(&mut breaker, now), None);
        assert_eq!(fail(&mut breaker, now), None);
        assert_eq!(fail(&mut breaker, now), Some(4 * SECOND));
        assert_eq!(breaker.ask(now + SECOND).expect_err("open"), 3 * SECOND);
    }

    #[test]
    fn one_call_tries_and_its_failure_makes_the_pause_longer() {
        let (mut breaker, mut now) = (breaker(), clock::instant());
        for _ in 0..3 {
            fail(&mut breaker, now);
        }
        for pause in [8, 10, 10] {
            now += 10 * SECOND;
            let pass = breaker.ask(now).expect("one may try");
            assert!(breaker.ask(now).is_err(), "a second one may not");
            assert_eq!(breaker.failed(&pass, now), Some(pause * SECOND));
            assert!(breaker.ask(now + (pause - 1) * SECOND).is_err());
        }
        now += 10 * SECOND;
        breaker.ask(now).expect("one may try");
        breaker.answered();
        assert!(breaker.ask(now).is_ok() && breaker.ask(now).is_ok(), "everybody may");
        for _ in 0..2 {
            assert_eq!(fail(&mut breaker, now), None);
        }
        assert_eq!(fail(&mut breaker, now), Some(4 * SECOND), "the pause is short again");
    }

    #[test]
    fn calls_that_fail_together_count_as_one_misfortune() {
        let (mut breaker, now) = (breaker(), clock::instant());
        let passes: Vec<_> = (0..16).map(|_| breaker.ask(now).expect("allowed")).collect();
        let pauses: Vec<_> = passes.iter().filter_map(|pass| breaker.failed(pass, now)).collect();
        assert_eq!(pauses, [4 * SECOND]);
    }

    #[test]
    fn a_try_of_which_nothing_is_heard_does_not_close_the_way() {
        let (mut breaker, now) = (breaker(), clock::instant());
        for _ in 0..3 {
            fail(&mut breaker, now);
        }
        let _lost = breaker.ask(now + 4 * SECOND).expect("one may try");
        assert!(breaker.ask(now + 5 * SECOND).is_err());
        assert!(breaker.ask(now + 8 * SECOND).is_ok());
    }
}
