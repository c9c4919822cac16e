//! The grammar of what agents type with a slash, in English and Russian.
//!
//! ```text
//! /take /release /resolve /bot        the ticket of this topic
//! /to Олег                            to another agent, or to a desk
//! /snooze [2h | 30m | 18:00 | завтра] until then; without it until the customer writes
//! /notes                              what is written here stays inside, until /notes again
//! /send [words]                       these words, or the message that it answers, to the customer
//! /undo                               takes the last answer back
//! /p [words]                          canned replies
//! ```
//!
//! In Russian: /взять /отпустить /решено /бот /передать /отложить /заметки /отправить /отозвать /п.

use super::near::nearest;
use crate::conversation::{Pause, TicketCommand, clock_of_agents};

/// Reads a ticket command, upper or lower case, with or without `@bot`; `None` for plain words and for a note (`//`).
/// Any other word with a slash is [`TicketCommand::Unknown`], or [`TicketCommand::Nearly`] one of ours: it must not
/// reach the customer.
pub fn command(text: &str) -> Option<TicketCommand> {
    let text = text.trim();
    if !text.starts_with('/') || text.starts_with("//") {
        return None;
    }
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    // «/take@our_bot» is «/take».
    let name = name.split('@').next().unwrap_or(name).to_lowercase();
    let rest = rest.trim();
    Some(match name.as_str() {
        "/take" | "/взять" => TicketCommand::Take,
        "/release" | "/отпустить" => TicketCommand::Release,
        "/resolve" | "/done" | "/решено" => TicketCommand::Resolve,
        "/bot" | "/бот" => TicketCommand::ToBot,
        "/to" | "/transfer" | "/передать" => TicketCommand::Transfer(rest.to_owned()),
        "/snooze" | "/отложить" => match pause(rest) {
            Some(pause) => TicketCommand::Snooze(pause),
            None => TicketCommand::SnoozeUnread(rest.chars().take(32).collect()),
        },
        "/notes" | "/заметки" => TicketCommand::Notes,
        "/send" | "/отправить" => TicketCommand::Send(Some(rest.to_owned()).filter(|words| !words.is_empty())),
        "/undo" | "/recall" | "/отозвать" => TicketCommand::Recall,
        "/p" | "/п" => TicketCommand::Canned(rest.to_owned()),
        name => match nearest(name) {
            Some(near) => TicketCommand::Nearly(near.to_owned()),
            None => TicketCommand::Unknown,
        },
    })
}

fn pause(text: &str) -> Option<Pause> {
    let text = text.to_lowercase();
    match text.as_str() {
        "" => return Some(Pause::Answer),
        "завтра" | "tomorrow" => return Some(Pause::Tomorrow),
        _ => {}
    }
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let minutes = match unit.trim() {
        "m" | "min" | "minute" | "minutes" | "м" | "мин" | "минуту" | "минуты" | "минут" => 1,
        "h" | "hour" | "hours" | "ч" | "час" | "часа" | "часов" => 60,
        "d" | "day" | "days" | "д" | "день" | "дня" | "дней" => 60 * 24,
        _ => return clock_of_agents(&text).map(Pause::Clock),
    };
    Some(Pause::Minutes(number.parse::<i64>().ok()?.checked_mul(minutes)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;

    fn check(text: &str, expected: Option<TicketCommand>) {
        assert_eq!(command(text), expected, "{text}");
    }

    #[test]
    fn commands_are_read_in_both_languages() {
        check("/take@otklik_bot", Some(TicketCommand::Take));
        check("/Решено", Some(TicketCommand::Resolve));
        check("/to  Олег ", Some(TicketCommand::Transfer("Олег".into())));
        check("/send Добрый день", Some(TicketCommand::Send(Some("Добрый день".into()))));
        check("/send", Some(TicketCommand::Send(None)));
        check("/snooze", Some(TicketCommand::Snooze(Pause::Answer)));
        check("/отложить 2 ч", Some(TicketCommand::Snooze(Pause::Minutes(120))));
        check(
            "/snooze 18:30",
            NaiveTime::from_hms_opt(18, 30, 0).map(|time| TicketCommand::Snooze(Pause::Clock(time))),
        );
        for unread in ["когда-нибудь", "25:00", "9.60", "-1h", "99999999999999999999h"] {
            check(&format!("/snooze {unread}"), Some(TicketCommand::SnoozeUnread(unread.into())));
        }
        check("/tke", Some(TicketCommand::Nearly("/take".into())));
        check("/взатЬ", Some(TicketCommand::Nearly("/взять".into())));
        check("/wat", Some(TicketCommand::Unknown));
        check("// note", None);
        check("ответ", None);
    }
}
