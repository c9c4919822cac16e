//! The phrasebook: what the bot says and what it learns to read, as data.
//!
//! One folder a language, one TOML file an intent (`phrases/<language>/<intent>.toml`). What a language is, its own file
//! says (`phrases/<language>/language.toml`: `grammar`, `plural`), so that one more language is one more folder. Loading
//! is the only thing here that touches the world ([`load`]); checking and rendering are pure.
//!
//! `book` holds it, `reply` is what is to be said and `render` says it; `answers` reads the short words that need no
//! model, `canned` and `learned` are what agents insert and teach.
//!
//! Every text has a key: `<file>.<key>` for replies and texts, `<file>.title`, `button.<key>`,
//! `status.<code>.<field>`, `canned.<id>`. Each room declares the keys it asks for ([`Said`]).

mod answers;
mod book;
mod canned;
pub mod check;
mod check_canned;
mod export;
mod gate;
mod grammar;
mod learned;
mod lessons;
pub mod load;
mod places;
mod plural;
mod problem;
mod render;
mod reply;
mod rules;
pub mod schema;
mod status_words;
#[cfg(test)]
mod style;
mod template;
mod told;
mod words;

pub use answers::{SmallWord, Turning};
pub use book::{Canned, Intent, IntentTest, Learned, Phrasebook, RULES_FILE, UnknownLanguage};
pub use canned::Filling;
pub use export::to_toml_diff;
pub use gate::{Gate, Harm, Overruled, Report};
pub use lessons::{FACET, FOLLOW_UP};
pub use places::Places;
pub use problem::Problem;
pub use render::render;
pub use reply::{Hours, Reply, Rules, Value, WorkDays};
pub use rules::RULES;
pub use schema::{Key, Said};
pub use template::Template;
