//! Telegram's limits (Bot FAQ, "My bot is hitting limits"): about 30 messages a second in all, 1 a second
//! to a person, 20 a minute to a group. Kept by the moments at which calls *ended*: Telegram saw each
//! before that, so its own count can only be lower.

use crate::conversation::ConversationId;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// How fast we may send.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Messages a second, over all chats.
    pub a_second: usize,
    /// The shortest pause between two messages to one person.
    pub person: Duration,
    /// Messages a minute to one group.
    pub a_minute: usize,
    /// Calls a second that are no messages and are made for one person (presses that are answered, «печатает…»): they
    /// count in all, and one person's flood must not use that up.
    pub light: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { a_second: 30, person: Duration::from_secs(1), a_minute: 20, light: 3 }
    }
}

impl Limits {
    /// No limits: for a stand-in of Telegram that has none.
    #[cfg(feature = "dev")]
    pub fn none() -> Limits {
        Limits { a_second: usize::MAX, person: Duration::ZERO, a_minute: usize::MAX, light: usize::MAX }
    }
}

const SECOND: Duration = Duration::from_secs(1);
/// Tenths of a group's minute that only words may use.
const KEPT_FOR_WORDS: usize = 4;
const MINUTE: Duration = Duration::from_secs(60);

/// How many calls each chat has had lately, and all together.
pub(super) struct SendPace {
    limits: Limits,
    all: Window,
    chats: HashMap<ConversationId, Chat>,
}

#[derive(Default)]
struct Chat {
    window: Window,
    /// Of calls that are no messages; a person's only.
    light: Window,
    /// Telegram asked to wait until then.
    paused_until: Option<Instant>,
}

/// Calls under way, and the ends of recent ones.
#[derive(Default)]
struct Window {
    under_way: usize,
    ended: VecDeque<Instant>,
}

impl Window {
    /// When one more call fits under `most` per `span`; `None` while it depends on calls under way.
    fn free_at(&mut self, most: usize, span: Duration, now: Instant) -> Option<Instant> {
        while self.ended.front().is_some_and(|end| *end + span <= now) {
            self.ended.pop_front();
        }
        if self.under_way + self.ended.len() < most {
            return Some(now);
        }
        // So many of the recent ones must leave the window first.
        let leave = self.under_way + self.ended.len() + 1 - most;
        self.ended.get(leave - 1).map(|end| *end + span)
    }
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    Now,
    At(Instant),
    /// When a call that is under way has ended.
    AfterOthers,
}

impl SendPace {
    pub fn new(limits: Limits) -> SendPace {
        SendPace { limits, all: Window::default(), chats: HashMap::new() }
    }

    /// A call that was made before this process began.
    pub fn remember(&mut self, chat: ConversationId, at: Instant) {
        self.chats.entry(chat).or_default().window.ended.push_back(at);
    }

    /// Telegram has asked to wait with this chat.
    pub fn pause(&mut self, chat: ConversationId, until: Instant) {
        self.chats.entry(chat).or_default().paused_until = Some(until);
    }

    /// Whether a message to `chat` may go now. `counted` is false for calls that are not messages:
    /// they only count in all. What can `wait` leaves part of a group's minute to words that may still come.
    pub fn may(&mut self, chat: ConversationId, counted: bool, wait: bool, now: Instant) -> Go {
        let mut latest = now;
        let all = self.all.free_at(self.limits.a_second, SECOND, now);
        let mut others = all.is_none();
        latest = latest.max(all.unwrap_or(now));
        if counted {
            let (most, span) = match chat {
                ConversationId::Desk(_) if wait => (self.limits.a_minute / 10 * (10 - KEPT_FOR_WORDS), MINUTE),
                ConversationId::Desk(_) => (self.limits.a_minute, MINUTE),
                ConversationId::Customer(_) => (1, self.limits.person),
            };
            let chat = self.chats.entry(chat).or_default();
            let free = chat.window.free_at(most, span, now);
            others |= free.is_none();
            latest = latest.max(free.unwrap_or(now)).max(chat.paused_until.unwrap_or(now));
        } else if chat.customer().is_some() {
            let free = self.chats.entry(chat).or_default().light.free_at(self.limits.light, SECOND, now);
            others |= free.is_none();
            latest = latest.max(free.unwrap_or(now));
        }
        match (others, latest > now) {
            (true, _) => Go::AfterOthers,
            (false, true) => Go::At(latest),
            (false, false) => Go::Now,
        }
    }

    /// Whether three quarters of a group's minute are used up: then words that wait one behind the other share a
    /// message.
    pub fn is_tight(&mut self, desk: ConversationId, now: Instant) -> bool {
        let most = self.limits.a_minute / 4 * 3;
        self.chats.entry(desk).or_default().window.free_at(most.max(1), MINUTE, now) != Some(now)
    }

    /// A call begins; [`SendPace::end`] must follow.
    pub fn begin(&mut self, chat: ConversationId, counted: bool) {
        self.all.under_way += 1;
        if counted {
            self.chats.entry(chat).or_default().window.under_way += 1;
        } else if chat.customer().is_some() {
            self.chats.entry(chat).or_default().light.under_way += 1;
        }
    }

    /// A call has ended; `pause` if Telegram asked for one.
    pub fn end(&mut self, chat: ConversationId, counted: bool, pause: Option<Duration>, now: Instant) {
        self.all.under_way -= 1;
        self.all.ended.push_back(now);
        if counted {
            let chat = self.chats.entry(chat).or_default();
            chat.window.under_way -= 1;
            chat.window.ended.push_back(now);
            if let Some(pause) = pause {
                chat.paused_until = Some(now + pause);
            }
        } else if chat.customer().is_some() {
            let chat = self.chats.entry(chat).or_default();
            chat.light.under_way -= 1;
            chat.light.ended.push_back(now);
        }
    }

    /// Forgets chats that nothing holds back any more: there may be very many customers.
    pub fn forget_quiet(&mut self, now: Instant) {
        self.chats.retain(|_, chat| {
            let recent = chat.window.ended.back().is_some_and(|end| *end + MINUTE > now);
            let paused = chat.paused_until.is_some_and(|until| until > now);
            let light = chat.light.under_way > 0 || chat.light.ended.back().is_some_and(|end| *end + SECOND > now);
            recent || paused || light || chat.window.under_way > 0
        });
    }

    /// How many chats are remembered.
    pub fn chats(&self) -> usize {
        self.chats.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{CustomerId, DeskId};

    const ANNA: ConversationId = ConversationId::Customer(CustomerId(1));
    const BORIS: ConversationId = ConversationId::Customer(CustomerId(2));
    const DESK: ConversationId = ConversationId::Desk(DeskId(-1));

    fn send(pace: &mut SendPace, chat: ConversationId, at: Instant) {
        assert_eq!(pace.may(chat, true, false, at), Go::Now);
        pace.begin(chat, true);
        pace.end(chat, true, None, at);
    }

    #[test]
    fn a_person_gets_one_message_a_second() {
        let mut pace = SendPace::new(Limits::default());
        let start = crate::clock::instant();
        send(&mut pace, ANNA, start);
        assert_eq!(pace.may(ANNA, true, false, start), Go::At(start + SECOND));
        assert_eq!(pace.may(BORIS, true, false, start), Go::Now, "another person need not wait");
        send(&mut pace, ANNA, start + SECOND);
    }

    #[test]
    fn a_group_gets_twenty_in_any_minute() {
        let mut pace = SendPace::new(Limits::default());
        let start = crate::clock::instant();
        for i in 0..20 {
            send(&mut pace, DESK, start + SECOND * i);
        }
        let now = start + SECOND * 20;
        assert_eq!(pace.may(DESK, true, false, now), Go::At(start + MINUTE));
        assert_eq!(pace.may(DESK, false, false, now), Go::Now, "what is no message does not count");
        send(&mut pace, DESK, start + MINUTE);
        assert_eq!(pace.may(DESK, true, false, start + MINUTE), Go::At(start + SECOND + MINUTE));
    }

    #[test]
    fn what_is_no_message_is_counted_for_each_person() {
        let mut pace = SendPace::new(Limits::default());
        let now = crate::clock::instant();
        for _ in 0..3 {
            assert_eq!(pace.may(ANNA, false, false, now), Go::Now);
            pace.begin(ANNA, false);
            pace.end(ANNA, false, None, now);
        }
        assert_eq!(pace.may(ANNA, false, false, now), Go::At(now + SECOND), "one person's presses are no reason");
        assert_eq!(pace.may(ANNA, true, false, now), Go::Now, "and hold back none of the words");
        assert_eq!(pace.may(BORIS, false, false, now), Go::Now);
    }

    #[test]
    fn what_can_wait_leaves_room_for_words() {
        let mut pace = SendPace::new(Limits::default());
        let now = crate::clock::instant();
        for _ in 0..12 {
            send(&mut pace, DESK, now);
        }
        assert_eq!(pace.may(DESK, true, true, now), Go::At(now + MINUTE));
        assert_eq!(pace.may(DESK, true, false, now), Go::Now);
    }

    #[test]
    fn a_minute_is_tight_when_three_quarters_are_used() {
        let mut pace = SendPace::new(Limits::default());
        let now = crate::clock::instant();
        for _ in 0..14 {
            send(&mut pace, DESK, now);
        }
        assert!(!pace.is_tight(DESK, now));
        send(&mut pace, DESK, now);
        assert!(pace.is_tight(DESK, now) && !pace.is_tight(DESK, now + MINUTE));
        assert!(!SendPace::new(Limits::none()).is_tight(DESK, now));
    }

    #[test]
    fn calls_under_way_count_and_a_pause_holds() {
        let mut pace = SendPace::new(Limits { a_second: 1, ..Limits::default() });
        let start = crate::clock::instant();
        pace.begin(ANNA, true);
        assert_eq!(pace.may(BORIS, true, false, start), Go::AfterOthers);
        pace.end(ANNA, true, Some(SECOND * 5), start);
        assert_eq!(pace.may(ANNA, true, false, start + SECOND), Go::At(start + SECOND * 5));
        pace.forget_quiet(start + MINUTE * 2);
        assert_eq!(pace.chats(), 0);
    }
}
