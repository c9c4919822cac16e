//! How much Telegram takes from a bot before it answers «Too Many Requests».
//!
//! 30 messages a second in all, one a second to a private chat, 20 a minute to a group. Periods are
//! measured a tenth shorter than they are: a bot that keeps exactly to the limit must not be caught
//! by the time a call takes on its way.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

/// So many in such a time.
#[derive(Debug, Clone, Copy)]
struct Limit {
    count: usize,
    period: TimeDelta,
}

const SLACK_PERCENT: i32 = 90;

impl Limit {
    const fn new(count: usize, milliseconds: i64) -> Limit {
        Limit { count, period: TimeDelta::milliseconds(milliseconds * SLACK_PERCENT as i64 / 100) }
    }
}

const OVERALL: Limit = Limit::new(30, 1_000);
const PRIVATE: Limit = Limit::new(1, 1_000);
const GROUP: Limit = Limit::new(20, 60_000);

/// Where a message goes, and how much of the limit it takes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// A message to one person; an album counts as one.
    Private { chat: i64 },
    /// So many messages, edits or actions of topics in a group.
    Group { chat: i64, count: usize },
    /// A change in a private chat: it counts for the whole only.
    Light,
}

/// What was sent lately.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    overall: VecDeque<DateTime<Utc>>,
    chats: HashMap<i64, VecDeque<DateTime<Utc>>>,
}

impl Limits {
    /// Takes room for this; else tells the seconds to wait.
    pub fn take(&mut self, now: DateTime<Utc>, load: Load) -> Result<(), i64> {
        let chat_wait = match load {
            Load::Private { chat } => wait(self.chats.entry(chat).or_default(), PRIVATE, 1, now),
            Load::Group { chat, count } => wait(self.chats.entry(chat).or_default(), GROUP, count, now),
            Load::Light => None,
        };
        let overall_wait = wait(&mut self.overall, OVERALL, 1, now);
        match chat_wait.max(overall_wait) {
            None => {
                self.spend(now, load);
                Ok(())
            }
            Some(wait) => {
                let seconds = (wait.num_milliseconds() + 999) / 1_000;
                Err(seconds.max(1))
            }
        }
    }

    /// Gives back what a call took that was then refused for another reason.
    pub fn give_back(&mut self, load: Load) {
        self.overall.pop_back();
        let (chat, count) = match load {
            Load::Private { chat } => (chat, 1),
            Load::Group { chat, count } => (chat, count),
            Load::Light => return,
        };
        let sent = self.chats.entry(chat).or_default();
        sent.truncate(sent.len().saturating_sub(count));
    }

    fn spend(&mut self, now: DateTime<Utc>, load: Load) {
        self.overall.push_back(now);
        match load {
            Load::Private { chat } => self.chats.entry(chat).or_default().push_back(now),
            Load::Group { chat, count } => {
                let sent = self.chats.entry(chat).or_default();
                sent.extend(std::iter::repeat_n(now, count));
            }
            Load::Light => {}
        }
    }
}

/// How long until `count` more fit under the limit; none if they fit now.
fn wait(sent: &mut VecDeque<DateTime<Utc>>, limit: Limit, count: usize, now: DateTime<Utc>) -> Option<TimeDelta> {
    while sent.front().is_some_and(|first| now - first >= limit.period) {
        sent.pop_front();
    }
    // More than a whole period takes at once is let through once the chat has been quiet.
    let room = limit.count.saturating_sub(count.min(limit.count));
    let over = sent.len().checked_sub(room + 1)?;
    sent.get(over).map(|last| limit.period - (now - last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: i64 = -100;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(milliseconds)
    }

    #[test]
    fn one_message_a_second_to_a_person() {
        let mut limits = Limits::default();
        let anna = Load::Private { chat: 1 };
        assert_eq!(limits.take(at(0), anna), Ok(()));
        assert_eq!(limits.take(at(500), anna), Err(1));
        assert_eq!(limits.take(at(500), Load::Private { chat: 2 }), Ok(()));
        assert_eq!(limits.take(at(990), anna), Ok(()), "a tenth is forgiven");
    }

    #[test]
    fn twenty_a_minute_to_the_desk_and_the_wait_is_told() {
        let mut limits = Limits::default();
        let one = Load::Group { chat: DESK, count: 1 };
        for second in 0..20 {
            assert_eq!(limits.take(at(second * 1_000), one), Ok(()));
        }
        assert_eq!(limits.take(at(20_000), one), Err(34));
        assert_eq!(limits.take(at(54_000), one), Ok(()));
        assert_eq!(limits.take(at(54_000), one), Err(1));
    }

    #[test]
    fn each_message_of_a_group_copy_counts() {
        let mut limits = Limits::default();
        let many = Load::Group { chat: DESK, count: 15 };
        assert_eq!(limits.take(at(0), many), Ok(()));
        assert_eq!(limits.take(at(1_000), many), Err(53));
        let six = Load::Group { chat: DESK, count: 6 };
        assert_eq!(limits.take(at(1_000), six), Err(53));
        limits.give_back(many);
        assert_eq!(limits.take(at(1_000), many), Ok(()), "a refused call takes nothing");
        let five = Load::Group { chat: DESK, count: 5 };
        assert_eq!(limits.take(at(1_000), five), Ok(()));
    }

    #[test]
    fn thirty_a_second_in_all() {
        let mut limits = Limits::default();
        for chat in 0..30 {
            assert_eq!(limits.take(at(0), Load::Private { chat }), Ok(()));
        }
        assert_eq!(limits.take(at(100), Load::Private { chat: 77 }), Err(1));
        assert_eq!(limits.take(at(950), Load::Private { chat: 77 }), Ok(()));
    }
}
