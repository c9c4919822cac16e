//! The figures themselves.

use super::spread::Spread;
use serde::Serialize;

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
