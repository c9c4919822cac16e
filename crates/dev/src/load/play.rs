//! The load itself: customers write as planned, agents answer what they see, one step after another on the
//! fast clock.

use super::calls::{Calls, Shape};
use super::plan::Planned;
use crate::chance::Chance;
use crate::tags::{Tag, answer};
use chrono::{DateTime, Utc};
use otklik::clock;
use otklik::phrases::{Phrasebook, render};
use sandbox::{Media, Sandbox};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// How long an agent who found nothing to do waits before the next look.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long a ticket keeps an agent.
const A_WHILE: (Duration, Duration) = (Duration::from_secs(40), Duration::from_secs(120));
/// Of a hundred tickets, so many are answered in two messages.
const TWO_ANSWERS: u64 = 30;
/// Of a hundred tickets, so many are answered by a second agent at once, if one is free.
const RIVALS: u64 = 10;
/// How far apart two agents answer at once.
const AT_ONCE: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(2));
/// How long after a customer's last words the ticket is resolved at the earliest.
const LAST_WORD: Duration = Duration::from_secs(10);
/// How long an agent waits for a button that is not there yet.
const BUTTON_AGAIN: Duration = Duration::from_secs(30);
/// When nothing has happened for so long, nothing will.
const STALLED: Duration = Duration::from_secs(30 * 60);
/// How often the progress is told.
const TELL: Duration = Duration::from_secs(10 * 60);

/// A customer's message that was sent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub tag: Tag,
    pub at: DateTime<Utc>,
    pub photo: bool,
}

/// An agent's answer that was written at the desk.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub tag: Tag,
    pub agent: usize,
}

/// What was done by people.
#[derive(Default)]
pub(super) struct Ledger {
    pub said: Vec<Said>,
    pub answered: Vec<Answered>,
    /// Tickets that two agents answered at once.
    pub rivals: usize,
    /// Whether the time was over before all was done.
    pub cut: bool,
}

enum Step {
    Say { customer: usize, nth: usize },
    Look { agent: usize },
    Answer { agent: usize, customer: usize, topic: i64 },
    Resolve { agent: usize, customer: usize, topic: i64 },
}

/// A ticket that an agent has in hand.
struct InHand {
    topic: i64,
    customer: usize,
    /// When its answers are written, and when it is done with.
    answers: Vec<Duration>,
    done: Duration,
    /// Whether a second agent may still come to answer it at once.
    open: bool,
}

/// Everybody, and what they are going to do.
pub(super) struct Play<'s> {
    sandbox: &'s Sandbox,
    pub customers: Vec<i64>,
    agents: Vec<i64>,
    plan: Vec<Vec<Planned>>,
    chance: Chance,
    start: Instant,
    steps: BTreeMap<(Duration, usize), Step>,
    /// How many steps there were: keeps those of one moment in order.
    made: usize,
    waiting: Shape,
    resolve: String,
    pub calls: Calls,
    pub ledger: Ledger,
    by_name: HashMap<String, usize>,
    in_hand: Vec<InHand>,
    /// How many agents have not resolved yet what they took of this customer's: 0 once it is done.
    touched: HashMap<usize, usize>,
    replies: HashMap<usize, usize>,
    last_event: Duration,
}

/// A customer's name, by which the topic is known.
pub(super) fn name(customer: usize) -> String {
    format!("Клиент-{customer:04}")
}

impl<'s> Play<'s> {
    /// Brings everybody to the sandbox.
    pub fn new(
        sandbox: &'s Sandbox,
        phrasebook: &Phrasebook,
        plan: Vec<Vec<Planned>>,
        agents: usize,
        chance: Chance,
    ) -> Play<'s> {
        let customers: Vec<i64> = (1..=plan.len()).map(|number| sandbox.new_customer(&name(number))).collect();
        let mut play = Play {
            customers,
            agents: (1..=agents).map(|number| sandbox.new_agent(&format!("Агент-{number:02}"))).collect(),
            by_name: (1..=plan.len()).map(|number| (name(number), number)).collect(),
            chance,
            start: clock::instant(),
            steps: BTreeMap::new(),
            made: 0,
            waiting: Shape::of(phrasebook, "desk.topic_name"),
            resolve: render(phrasebook, &phrasebook.desk_reply("desk.button_resolve"), 0),
            calls: Calls::new(sandbox, phrasebook),
            ledger: Ledger::default(),
            in_hand: Vec::new(),
            touched: HashMap::new(),
            replies: HashMap::new(),
            last_event: Duration::ZERO,
            sandbox,
            plan,
        };
        for customer in 0..play.plan.len() {
            for nth in 0..play.plan[customer].len() {
                play.step(play.plan[customer][nth].at, Step::Say { customer: customer + 1, nth });
            }
        }
        for agent in 0..agents {
            play.step(LOOK_AGAIN, Step::Look { agent });
        }
        play
    }

    fn step(&mut self, at: Duration, step: Step) {
        self.made += 1;
        self.steps.insert((at, self.made), step);
    }

    /// Plays until every ticket is resolved, nothing happens any more, or the time is over.
    pub async fn run(&mut self, most: Duration) {
        self.start = clock::instant();
        let mut told = Duration::ZERO;
        while let Some(((at, _), step)) = self.steps.pop_first() {
            if at > most {
                self.ledger.cut = true;
                break;
            }
            clock::sleep_until(self.start + at).await;
            let before = self.calls.at_desk.len();
            self.calls.look(self.sandbox);
            if self.calls.at_desk.len() > before || matches!(step, Step::Say { .. } | Step::Answer { .. }) {
                self.last_event = at;
            }
            self.take(at, step);
            if at >= told + TELL {
                told = at;
                self.tell(at);
            }
            let resolved = self.touched.values().filter(|agents| **agents == 0).count();
            if resolved == self.plan.len() || at > self.last_event + STALLED {
                break;
            }
        }
    }

    fn tell(&self, at: Duration) {
        let resolved = self.touched.values().filter(|agents| **agents == 0).count();
        eprintln!(
            "minute {}: {} messages said, {} topics with words, {} tickets resolved",
            at.as_secs() / 60,
            self.ledger.said.len(),
            self.calls.with_words.len(),
            resolved
        );
    }

    fn take(&mut self, now: Duration, step: Step) {
        match step {
            Step::Say { customer, nth } => self.say(customer, nth),
            Step::Look { agent } => self.look(now, agent),
            Step::Answer { agent, customer, topic } => self.answer(agent, customer, topic),
            Step::Resolve { agent, customer, topic } => {
                if self.resolve(agent, topic) {
                    if let Some(agents) = self.touched.get_mut(&customer) {
                        *agents = agents.saturating_sub(1);
                    }
                } else {
                    self.step(now + BUTTON_AGAIN, Step::Resolve { agent, customer, topic });
                }
            }
        }
    }

    fn say(&mut self, customer: usize, nth: usize) {
        let (id, planned) = (self.customers[customer - 1], &self.plan[customer - 1][nth]);
        let at = clock::now();
        if planned.photo {
            let message = self.sandbox.customer_sends(id, Media::Photo, Some(&planned.text), None);
            self.calls.expect_photo(id, message, planned.tag);
        } else {
            self.sandbox.customer_says(id, &planned.text);
        }
        self.ledger.said.push(Said { tag: planned.tag, at, photo: planned.photo });
    }

    /// An agent looks for something to do: a colleague's ticket now and then (both saw it wait), else the oldest that waits and says
    /// what it is about.
    fn look(&mut self, now: Duration, agent: usize) {
        self.in_hand.retain(|ticket| ticket.done > now);
        let unanswered = |ticket: &&mut InHand| ticket.open && ticket.answers.iter().all(|at| *at > now);
        if let Some(ticket) = self.in_hand.iter_mut().find(unanswered) {
            ticket.open = false;
            let (customer, topic, done) = (ticket.customer, ticket.topic, ticket.done);
            let answers = ticket.answers.clone();
            self.ledger.rivals += 1;
            let later = self.chance.between(AT_ONCE.0, AT_ONCE.1);
            let answers = answers.into_iter().map(|at| at + later).collect();
            return self.handle(agent, customer, topic, answers, done + later);
        }
        let Some((customer, topic)) = self.oldest() else {
            return self.step(now + LOOK_AGAIN, Step::Look { agent });
        };
        let done = now + self.chance.between(A_WHILE.0, A_WHILE.1);
        let half = (done - now) / 2;
        let second = self.chance.percent(TWO_ANSWERS).then_some(now + half + half / 2);
        let answers: Vec<Duration> = [now + half].into_iter().chain(second).collect();
        let open = self.chance.percent(RIVALS);
        self.in_hand.push(InHand { topic, customer, answers: answers.clone(), done, open });
        self.handle(agent, customer, topic, answers, done);
    }

    /// The oldest topic that waits, has words in it and is nobody's.
    fn oldest(&self) -> Option<(usize, i64)> {
        let topics = self.sandbox.topics().into_iter().filter(|topic| !topic.deleted);
        topics
            .filter(|topic| self.waiting.begins(&topic.name) && self.calls.with_words.contains(&topic.id))
            .filter_map(|topic| Some((self.whose(&topic.name)?, topic.id)))
            .find(|(customer, _)| !self.touched.contains_key(customer))
    }

    /// Whose topic it is, by its name.
    pub fn whose(&self, topic: &str) -> Option<usize> {
        topic.split_whitespace().find_map(|word| self.by_name.get(word).copied())
    }

    /// An agent answers a ticket, resolves it and looks for the next.
    fn handle(&mut self, agent: usize, customer: usize, topic: i64, answers: Vec<Duration>, done: Duration) {
        *self.touched.entry(customer).or_default() += 1;
        for at in answers {
            self.step(at, Step::Answer { agent, customer, topic });
        }
        // Whoever still writes is not done; what comes after «Решено» is the bot's to answer, and rightly so.
        let spoken = self.plan[customer - 1].last().map_or(Duration::ZERO, |last| last.at + LAST_WORD);
        self.step(done.max(spoken), Step::Resolve { agent, customer, topic });
        self.step(done, Step::Look { agent });
    }

    fn answer(&mut self, agent: usize, customer: usize, topic: i64) {
        let nth = self.replies.entry(customer).or_default();
        *nth += 1;
        let tag = Tag { customer, nth: *nth };
        self.sandbox.agent_says(self.agents[agent], topic, &format!("Здравствуйте, {}", answer(tag)));
        self.ledger.answered.push(Answered { tag, agent });
    }

    /// Presses «Решено» where there is such a button.
    fn resolve(&mut self, agent: usize, topic: i64) -> bool {
        let messages = self.sandbox.topic(topic);
        let found = messages.iter().rev().find_map(|message| {
            let button = message.buttons.iter().flatten().find(|button| button.text == self.resolve)?;
            Some((message.id, button.data.clone()?))
        });
        let Some((message, data)) = found else { return false };
        let desk = self.sandbox.desk();
        self.sandbox.press(self.agents[agent], desk, message, &data);
        // Where the customer has written since the answer, the bot asks first.
        if let Some(ticket) = data.strip_prefix("resolve:") {
            self.sandbox.press(self.agents[agent], desk, message, &format!("resolve:{ticket}:unanswered"));
        }
        true
    }
}
