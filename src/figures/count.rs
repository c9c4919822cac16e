//! From the ledger to the figures of some days.

use super::entry::{Entry, Window};
use super::judge::{ByCustomer, Verdict};
use super::spread::Spread;
use super::told::{AgentFigures, Count, Figures, HourFigures, RequestFigures};
use crate::conversation::{AgentId, Became, TicketNo};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, HashMap};

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
