//! How a sandbox is to be.

use std::path::PathBuf;

use crate::clock::Clock;

/// How a sandbox is to be. The default is a world on a free port, with Telegram's limits, forgotten at the end.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// The file that keeps the world's history, made if it is not there; without one the world is forgotten at the
    /// end. A later sandbox on the same file goes on where this one stood.
    pub journal: Option<PathBuf>,
    /// Whether Telegram's limits are kept up: 30 messages a second in all, one a second to a person, 20 a minute to
    /// the desk. Calls beyond them are answered 429.
    pub limits: bool,
    /// The bot as people see it.
    pub bot: Bot,
    /// Things to try, shown on the page; none hides their place.
    pub samples: Vec<Sample>,
    /// The heading over the samples.
    pub samples_title: String,
    /// What tells the time.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            journal: None,
            limits: true,
            bot: Bot::default(),
            samples: Vec::new(),
            samples_title: "Для примера".into(),
            clock: Clock::default(),
        }
    }
}

/// The bot as people see it: on the page, and in what `getMe` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// Its name, 1 to 64 characters.
    pub name: String,
    /// Its username, without the `@`, ending in `bot`.
    pub username: String,
    /// What an empty chat shows before the customer writes: what the bot can be asked. Plain text, may be empty.
    pub description: String,
}

impl Default for Bot {
    fn default() -> Bot {
        Bot { name: "Бот".into(), username: "sandbox_bot".into(), description: String::new() }
    }
}

/// Something to try, shown on the page as a card. A click puts the words into the customer's field: the phrase, if
/// there is one, and behind it the label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What the card is about, as a customer would type it: a number, a name.
    pub label: String,
    /// What can be seen with it, in a few words.
    pub good_for: String,
    /// What to write about it.
    pub phrase: Option<String>,
}
