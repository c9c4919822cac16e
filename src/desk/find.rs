//! `/find`: the topic of a customer, by a ticket's number, a parcel's number, a name or a @username.

use super::words::text;
use crate::conversation::{DeskId, TicketNo};
use crate::phrases::{Phrasebook, Value, render};
use understanding::other_keyboard;

/// How many hits are listed: what can be read at a glance.
const SHOWN: usize = 10;
/// Digits that make more than the number of a ticket: of a parcel, an order or a phone.
const LONG_NUMBER: usize = 6;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// A number as it was typed, without what stands around it: a ticket's, if it is short enough, or one that was
    /// spoken of.
    Number(String),
    /// A name, or a username: what was typed may be either.
    Name {
        /// The words of the name as they were typed, and as the other keyboard would have written them; empty for a
        /// @username.
        readings: Vec<Vec<String>>,
        /// The username, small letters without the sign; `None` for what cannot be one.
        username: Option<String>,
    },
}

impl Sought {
    /// Reads what was typed behind the command; `None` when that is nothing to look for.
    pub fn parse(typed: &str) -> Option<Sought> {
        if let Some(username) = typed.trim().strip_prefix('@') {
            let username = username_of(username);
            return username.map(|username| Sought::Name { readings: Vec::new(), username: Some(username) });
        }
        let compact: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        let strange = typed.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        let digits = compact.chars().filter(char::is_ascii_digit).count();
        if !strange && digits > 0 && (digits == compact.len() || digits >= LONG_NUMBER) {
            return Some(Sought::Number(compact.to_uppercase()));
        }
        let mut readings = vec![words_of(typed), words_of(&other_keyboard(typed))];
        readings.retain(|words| !words.is_empty());
        (!words_of(typed).is_empty()).then(|| Sought::Name { readings, username: username_of(typed.trim()) })
    }

    /// The ticket of that number, if it may be one.
    pub fn ticket(&self) -> Option<TicketNo> {
        match self {
            Sought::Number(number) => number.parse().ok().filter(|number| *number > 0).map(TicketNo),
            Sought::Name { .. } => None,
        }
    }

    /// The number that customers may have spoken of, if it is long enough for one.
    pub fn spoken_of(&self) -> Option<&str> {
        match self {
            Sought::Number(number) if number.len() >= LONG_NUMBER => Some(number),
            Sought::Number(_) | Sought::Name { .. } => None,
        }
    }

    /// The username, if it may be one.
    pub fn username(&self) -> Option<&str> {
        match self {
            Sought::Number(_) => None,
            Sought::Name { username, .. } => username.as_deref(),
        }
    }

    /// Of each way to read the name the longest word: it is in the fewest names.
    pub fn longest_words(&self) -> Vec<&str> {
        match self {
            Sought::Number(_) => Vec::new(),
            Sought::Name { readings, .. } => {
                let longest = readings.iter().filter_map(|words| words.iter().max_by_key(|word| word.chars().count()));
                longest.map(String::as_str).collect()
            }
        }
    }

    /// Whether, in one of the ways to read what was typed, each of the words begins a word of `name`.
    pub fn is_name(&self, name: &str) -> bool {
        match self {
            Sought::Number(_) => false,
            Sought::Name { readings, .. } => {
                let own = words_of(name);
                let begins = |word: &String| own.iter().any(|known| known.starts_with(word));
                readings.iter().any(|wanted| wanted.iter().all(begins))
            }
        }
    }
}

/// The username that was typed without its sign, as Telegram has them (Latin letters, digits and `_`, five at least; a
/// few old ones have four), in small letters.
fn username_of(typed: &str) -> Option<String> {
    let fits = typed.len() >= 4 && typed.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    fits.then(|| typed.to_ascii_lowercase())
}

/// The words of a name: small letters, ё as е, without signs.
fn words_of(name: &str) -> Vec<String> {
    let name = name.to_lowercase().replace('ё', "е");
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A ticket that was found, and where its customer's topic is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTicket {
    /// Its number.
    pub no: TicketNo,
    /// The customer's name, on one line.
    pub name: String,
    /// The id of the intent the customer wanted; `None` when it was not known.
    pub intent: Option<String>,
    /// Whether it is done.
    pub closed: bool,
    /// Whether an agent holds it, or held it when it was done.
    pub taken: bool,
    /// The link to the topic, or to the card in a group without topics; `None` where there is none.
    pub link: Option<String>,
    /// The name of the desk it lies at, if that is not the one that was asked.
    pub desk: Option<String>,
}

/// The link to a message of a desk; that to a topic is the link to the message that made it, whose number it has.
/// `None` for a group whose messages have no links: only supergroups' have, and their ids begin with -100.
pub fn link(desk: DeskId, message: i64) -> Option<String> {
    let id = desk.0.to_string();
    id.strip_prefix("-100").map(|id| format!("https://t.me/c/{id}/{message}"))
}

/// Tells what was found for `typed`.
pub(super) fn told(phrasebook: &Phrasebook, found: &[FoundTicket], typed: &str) -> String {
    let say = |key: &str| text(phrasebook, key);
    let with = |key: &str, name, value| render(phrasebook, &phrasebook.desk_reply(key).with(name, value), 0);
    if Sought::parse(typed).is_none() {
        return say("desk.find_what");
    }
    if found.is_empty() {
        return with("desk.find_nothing", "words", Value::Text(typed.chars().take(64).collect()));
    }
    let count = |n: usize| Value::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let mut lines = Vec::new();
    if found.len() > 1 {
        lines.push(with("desk.find_title", "count", count(found.len())));
    }
    lines.extend(found.iter().take(SHOWN).map(|ticket| line(phrasebook, ticket)));
    if found.len() > SHOWN {
        lines.push(with("desk.queue_more", "count", count(found.len() - SHOWN)));
    }
    lines.join("\n")
}

fn line(phrasebook: &Phrasebook, found: &FoundTicket) -> String {
    let title = match &found.intent {
        Some(intent) => Value::Phrase(format!("{intent}.title")),
        None => Value::Phrase("desk.wish_none".into()),
    };
    let mark = match (found.closed, found.taken) {
        (true, _) => "🟢",
        (false, true) => "🟡",
        (false, false) => "🔴",
    };
    let key = if found.desk.is_some() { "desk.find_line_at" } else { "desk.find_line" };
    let link = found.link.clone().unwrap_or_else(|| text(phrasebook, "desk.find_no_link"));
    let reply = phrasebook
        .desk_reply(key)
        .with("mark", Value::Text(mark.into()))
        .with("ticket", Value::Number(found.no.0))
        .with("name", Value::Text(found.name.clone()))
        .with("title", title)
        .with("link", Value::Text(link))
        .with_some("desk", found.desk.clone().map(Value::Text));
    render(phrasebook, &reply, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_names() {
        let number = |typed: &str| match Sought::parse(typed) {
            Some(Sought::Number(number)) => Some(number),
            Some(Sought::Name { .. }) | None => None,
        };
        assert_eq!(number("106").as_deref(), Some("106"));
        assert_eq!(number("№106").as_deref(), Some("106"));
        assert_eq!(number("# 106").as_deref(), Some("106"));
        assert_eq!(number("ra123456785ru").as_deref(), Some("RA123456785RU"));
        assert_eq!(number("+7 900 000-00-01").as_deref(), Some("79000000001"));
        assert_eq!(number("Анна"), None);
        assert_eq!(number("Anna2"), None);
        assert_eq!(Sought::parse(" … "), None);
        let anna = Sought::parse("анна").expect("a name");
        assert!(anna.is_name("Анна-Мария") && !anna.is_name("Жанна"));
        assert!(Sought::parse("алена").expect("a name").is_name("Алёна"));
    }

    #[test]
    fn a_name_is_known_on_the_wrong_keyboard_and_by_the_account() {
        for (typed, name) in [("fyyf", "Анна"), ("fyyf gtn", "Анна Петрова"), (",jhbc", "Борис"), ("Ащч", "Fox")]
        {
            assert!(Sought::parse(typed).expect("a name").is_name(name), "{typed}");
        }
        assert!(!Sought::parse("fyyf").expect("a name").is_name("Борис"));
        let username = |typed: &str| Sought::parse(typed).and_then(|sought| sought.username().map(str::to_owned));
        assert_eq!(username("@Anna_K2").as_deref(), Some("anna_k2"));
        assert_eq!(username("anna_k").as_deref(), Some("anna_k"));
        for none in ["анна", "Anna K", "@", "@анна"] {
            assert_eq!(username(none), None, "{none}");
        }
        assert!(!Sought::parse("@anna").expect("a username").is_name("Anna"));
    }

    #[test]
    fn only_supergroups_have_links() {
        assert_eq!(link(DeskId(-1_001_234_567_890), 5).as_deref(), Some("https://t.me/c/1234567890/5"));
        assert_eq!(link(DeskId(-4_200), 5), None);
    }
}
