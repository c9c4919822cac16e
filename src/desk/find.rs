//! `/find`: the topic of a customer, by a ticket's number, a parcel's number or a name.

use super::words::text;
use crate::conversation::{DeskId, TicketNo};
use crate::phrases::{Phrasebook, Value, render};

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
    /// The words of a name.
    Name(Vec<String>),
}

impl Sought {
    /// Reads what was typed behind the command; `None` when that is nothing to look for.
    pub fn parse(typed: &str) -> Option<Sought> {
        let compact: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        let strange = typed.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        let digits = compact.chars().filter(char::is_ascii_digit).count();
        if !strange && digits > 0 && (digits == compact.len() || digits >= LONG_NUMBER) {
            return Some(Sought::Number(compact.to_uppercase()));
        }
        let words = words_of(typed);
        (!words.is_empty()).then_some(Sought::Name(words))
    }

    /// The ticket of that number, if it may be one.
    pub fn ticket(&self) -> Option<TicketNo> {
        match self {
            Sought::Number(number) => number.parse().ok().filter(|number| *number > 0).map(TicketNo),
            Sought::Name(_) => None,
        }
    }

    /// The number that customers may have spoken of, if it is long enough for one.
    pub fn spoken_of(&self) -> Option<&str> {
        match self {
            Sought::Number(number) if number.len() >= LONG_NUMBER => Some(number),
            Sought::Number(_) | Sought::Name(_) => None,
        }
    }

    /// Whether each of the words begins a word of `name`.
    pub fn is_name(&self, name: &str) -> bool {
        match self {
            Sought::Number(_) => false,
            Sought::Name(wanted) => {
                let own = words_of(name);
                wanted.iter().all(|word| own.iter().any(|known| known.starts_with(word)))
            }
        }
    }
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
            Some(Sought::Name(_)) | None => None,
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
    fn only_supergroups_have_links() {
        assert_eq!(link(DeskId(-1_001_234_567_890), 5).as_deref(), Some("https://t.me/c/1234567890/5"));
        assert_eq!(link(DeskId(-4_200), 5), None);
    }
}
