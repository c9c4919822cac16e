//! The owner's figures: from the facts of the ledger ([`crate::conversation::Outcome`]) to what became of customers'
//! matters in some days. Pure.
//!
//! A matter counts in the days in which it began, with all that became of it by now. What people do (taking a ticket,
//! answering, finishing, being rated) counts when they do it. Whether the bot solved a matter is judged two days after it
//! began, and not before: see `judge`.

mod judge;
mod report;
mod spread;

pub use report::{Report, Windows, windows};
pub use spread::Spread;

use crate::conversation::{AgentId, Became, Outcome, TicketNo};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use judge::{ByCustomer, Verdict};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Whose matter it is: a customer, or a number that nobody has in the place of one who was forgotten.
    pub whose: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What happened.
    pub outcome: Outcome,
}

/// A stretch of time: its beginning belongs to it, its end does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
}

impl Window {
    /// Whether a moment is in it.
    pub fn has(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}

/// How many promises of a kind ended in which way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PromiseCount {
    /// What was promised: the name of a [`Promised`](crate::conversation::Promised) up to its colon.
    pub what: String,
    /// How it ended: the name of a [`PromiseOutcome`](crate::conversation::PromiseOutcome), or `open`.
    pub outcome: String,
    /// How many promises these are.
    pub count: i64,
}

/// What became of the matters of some days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Matters that began.
    pub matters: usize,
    /// Of them those in which nothing was asked: a greeting, thanks.
    pub only_talk: usize,
    /// Of them those that are too young to be judged.
    pub too_early: usize,
    /// Those that were judged: the following five together.
    pub judged: usize,
    /// Solved by the bot.
    pub solved: usize,
    /// A person was needed within two days.
    pub needed_person: usize,
    /// The customer says that it did not help.
    pub not_helped: usize,
    /// The customer came back with the same.
    pub came_back: usize,
    /// It ended before the bot could tell anything.
    pub unfinished: usize,
    /// From a matter's beginning to the bot's first answer to what was asked, in seconds.
    pub bot_answers: Spread,
    /// How often something was given to people.
    pub handed: usize,
    /// Why, the most frequent first: words of the ledger.
    pub reasons: Vec<Count>,
    /// From the handing over to a person's first answer, in seconds.
    pub first_answers: Spread,
    /// From the handing over to the end, in seconds, of tickets that agents finished.
    pub resolutions: Spread,
    /// Tickets that customers did not need any more.
    pub dropped: usize,
    /// How often each mark was given, from 1 to 5.
    pub marks: [usize; 5],
    /// Promises made, by what was promised and how they ended.
    pub promises: Vec<PromiseCount>,
    /// By what was asked first; the most frequent first.
    pub by_request: Vec<RequestFigures>,
    /// By the hour of the desk's clock in which matters began, 0 to 23; hours without any are left out.
    pub by_hour: Vec<HourFigures>,
    /// By agent, the one with the most answers first.
    pub by_agent: Vec<AgentFigures>,
}

/// How often something was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What: a word of the ledger.
    pub what: String,
    /// How often.
    pub count: usize,
}

/// The matters about one request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RequestFigures {
    /// The intent's id; `None` where it was not understood.
    pub intent: Option<String>,
    /// Matters that began.
    pub matters: usize,
    /// Those that were judged.
    pub judged: usize,
    /// Those that the bot solved.
    pub solved: usize,
    /// Those that were given to people.
    pub handed: usize,
}

/// The matters of an hour of the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HourFigures {
    /// The hour of the desk's clock.
    pub hour: u32,
    /// Matters that began in it.
    pub matters: usize,
    /// Those of them that were given to people.
    pub handed: usize,
}

/// What an agent did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AgentFigures {
    /// Telegram's id of the agent.
    pub agent: i64,
    /// The agent's name as last seen; empty where it is not known any more.
    pub name: String,
    /// First answers, with how long customers had waited for them, in seconds.
    pub first_answers: Spread,
    /// Tickets finished, with how long that took from the handing over, in seconds.
    pub resolutions: Spread,
    /// How often each mark was given for tickets they had held, from 1 to 5.
    pub marks: [usize; 5],
}

/// The mean of marks, counted from 1 to 5; `None` where there is none.
pub fn mean(marks: &[usize; 5]) -> Option<f64> {
    let count: usize = marks.iter().sum();
    let sum: usize = marks.iter().zip(1..).map(|(count, mark)| count * mark).sum();
    #[allow(clippy::cast_precision_loss)] // as many marks as that nobody gets
    (count > 0).then(|| sum as f64 / count as f64)
}

/// What became of the matters of a window by `now`. `entries` are in the order in which they were written, and reach from
/// the window's beginning, or that of a ticket that is told of in it, to now.
pub fn figures(entries: &[Entry], window: Window, now: DateTime<Utc>, zone: Tz) -> Figures {
    let mut figures = Figures::default();
    of_matters(&mut figures, entries, window, now, zone);
    of_people(&mut figures, entries, window);
    figures
}

fn of_matters(figures: &mut Figures, entries: &[Entry], window: Window, now: DateTime<Utc>, zone: Tz) {
    let mut waits = Vec::new();
    let mut requests: BTreeMap<Option<String>, RequestFigures> = BTreeMap::new();
    let mut hours: BTreeMap<u32, HourFigures> = BTreeMap::new();
    for matter in ByCustomer::of(entries).matters().filter(|matter| window.has(matter.began())) {
        figures.matters += 1;
        let (handed, verdict) = (matter.was_handed(), matter.verdict(now));
        let hour = hours.entry(matter.began().with_timezone(&zone).hour()).or_default();
        hour.matters += 1;
        hour.handed += usize::from(handed);
        waits.extend(matter.first_told().map(|told| told - matter.began()));
        count(figures, verdict);
        if verdict == Verdict::Talk {
            continue;
        }
        let request = requests.entry(matter.request().map(str::to_owned)).or_default();
        request.matters += 1;
        request.handed += usize::from(handed);
        request.judged += usize::from(verdict != Verdict::TooEarly);
        request.solved += usize::from(verdict == Verdict::Solved);
    }
    figures.bot_answers = Spread::of(waits);
    figures.by_hour = hours.into_iter().map(|(hour, figures)| HourFigures { hour, ..figures }).collect();
    let named = requests.into_iter().map(|(intent, figures)| RequestFigures { intent, ..figures });
    figures.by_request = named.collect();
    figures.by_request.sort_by_key(|request| std::cmp::Reverse(request.matters));
}

fn count(figures: &mut Figures, verdict: Verdict) {
    let of_it = match verdict {
        Verdict::Talk => return figures.only_talk += 1,
        Verdict::TooEarly => return figures.too_early += 1,
        Verdict::Solved => &mut figures.solved,
        Verdict::NeededPerson => &mut figures.needed_person,
        Verdict::NotHelped => &mut figures.not_helped,
        Verdict::CameBack => &mut figures.came_back,
        Verdict::Unfinished => &mut figures.unfinished,
    };
    *of_it += 1;
    figures.judged += 1;
}

/// A ticket that waits: since when, and whether an agent has answered it.
struct Waiting {
    since: DateTime<Utc>,
    answered: bool,
}

/// What an agent did, in the making.
#[derive(Default)]
struct Did {
    answers: Vec<TimeDelta>,
    resolutions: Vec<TimeDelta>,
    marks: [usize; 5],
}

fn of_people(figures: &mut Figures, entries: &[Entry], window: Window) {
    let mut tickets: HashMap<TicketNo, Waiting> = HashMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut agents: BTreeMap<AgentId, Did> = BTreeMap::new();
    let (mut answers, mut resolutions) = (Vec::new(), Vec::new());
    for Entry { at, outcome, .. } in entries {
        let counts = window.has(*at);
        match &outcome.what {
            Became::Handed { ticket, reason, .. } => {
                tickets.insert(*ticket, Waiting { since: *at, answered: false });
                if counts {
                    figures.handed += 1;
                    *reasons.entry(reason).or_default() += 1;
                }
            }
            Became::Answered { ticket, agent } => {
                // One that was taken back and written again is still the first.
                let Some(waiting) = tickets.get_mut(ticket).filter(|waiting| !waiting.answered) else { continue };
                waiting.answered = true;
                if counts {
                    answers.push(*at - waiting.since);
                    agents.entry(*agent).or_default().answers.push(*at - waiting.since);
                }
            }
            Became::Resolved { ticket, agent } if counts => {
                let Some(waiting) = tickets.get(ticket) else { continue };
                resolutions.push(*at - waiting.since);
                if let Some(agent) = agent {
                    agents.entry(*agent).or_default().resolutions.push(*at - waiting.since);
                }
            }
            Became::Dropped(_) if counts => figures.dropped += 1,
            Became::Marked { mark, agent, .. } if counts => {
                add(&mut figures.marks, *mark);
                if let Some(agent) = agent {
                    add(&mut agents.entry(*agent).or_default().marks, *mark);
                }
            }
            Became::Resolved { .. }
            | Became::Dropped(_)
            | Became::Marked { .. }
            | Became::Began
            | Became::Asked(_)
            | Became::Told(_)
            | Became::Unclear
            | Became::Helped(_) => {}
        }
    }
    (figures.first_answers, figures.resolutions) = (Spread::of(answers), Spread::of(resolutions));
    figures.reasons = reasons.into_iter().map(|(what, count)| Count { what: what.to_owned(), count }).collect();
    figures.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    figures.by_agent = agents.into_iter().map(|(agent, did)| did.figures(agent)).collect();
    figures.by_agent.sort_by_key(|agent| std::cmp::Reverse((agent.first_answers.count, agent.resolutions.count)));
}

fn add(marks: &mut [usize; 5], mark: u8) {
    if let Some(count) = usize::from(mark).checked_sub(1).and_then(|at| marks.get_mut(at)) {
        *count += 1;
    }
}

impl Did {
    fn figures(self, agent: AgentId) -> AgentFigures {
        let (first_answers, resolutions) = (Spread::of(self.answers), Spread::of(self.resolutions));
        AgentFigures { agent: agent.0, name: String::new(), first_answers, resolutions, marks: self.marks }
    }
}
