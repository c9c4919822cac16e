//! Commands where there is no customer: in the general topic, and in topics that agents made for themselves. Whatever
//! looks like one is answered, if only with what would work.

use super::command::command;
use super::near::nearest;
use super::step::{DeskCommand, desk_command};
use crate::conversation::TicketCommand;

/// Reads a message that was written at the desk where there is no customer, in the general topic or in one that agents
/// made: any command, ours or not. `None` for plain words, and for what is none of ours and may be meant for another
/// bot of the group (`/name@bot`).
pub fn without_customer(text: &str) -> Option<DeskCommand> {
    const SHOWN: usize = 32;
    let text = text.trim();
    let typed = text.split_whitespace().next().unwrap_or_default();
    let name = typed.split('@').next().unwrap_or(typed).to_lowercase();
    let letters = name.strip_prefix('/').filter(|rest| !rest.is_empty())?;
    if !letters.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None; // a path, or a note
    }
    if let Some(command) = desk_command(text) {
        return Some(command);
    }
    let known = command(&name).filter(|read| !matches!(read, TicketCommand::Unknown | TicketCommand::Nearly(_)));
    match known {
        Some(_) => Some(DeskCommand::InTopic(name)),
        None if typed.contains('@') => None,
        None => {
            let near = nearest(&name).map(str::to_owned);
            Some(DeskCommand::Unknown { name: typed.chars().take(SHOWN).collect(), near })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::super::words::text;
    use super::*;
    use crate::phrases::load;

    #[test]
    fn each_name_is_a_command_and_stands_in_the_help_and_on_the_desks_page() {
        let (phrasebook, _) = load::shipped();
        let pages = [include_str!("../../docs/src/en/desk.md"), include_str!("../../docs/src/ru/desk.md")];
        for name in near::TICKET {
            let read = command(name);
            assert!(
                !matches!(read, None | Some(TicketCommand::Unknown | TicketCommand::Nearly(_))),
                "{name}: {read:?}"
            );
        }
        for name in near::DESK {
            assert!(desk_command(name).is_some(), "{name}");
        }
        for language in phrasebook.languages().collect::<Vec<_>>() {
            let speaking = phrasebook.clone().speaking_at_desk(Some(language)).expect("a language of the phrasebook");
            let help = text(&speaking, "desk.help");
            for name in near::TICKET.iter().chain(near::DESK) {
                let stands = |text: &str| text.split([' ', '\n', ',', ':', '`']).any(|word| word == *name);
                assert!(stands(&help), "{name} is not in the help of {language}: {help}");
                assert!(pages.into_iter().all(stands), "{name} is not on both pages docs/src/*/desk.md");
            }
        }
    }

    #[test]
    fn where_there_is_no_customer_every_command_is_answered() {
        let check = |text: &str, expected: Option<DeskCommand>| assert_eq!(without_customer(text), expected, "{text}");
        let unknown = |name: &str, near: Option<&str>| {
            Some(DeskCommand::Unknown { name: name.into(), near: near.map(str::to_owned) })
        };
        check("/find 106", Some(DeskCommand::Find("106".into())));
        check("/take", Some(DeskCommand::InTopic("/take".into())));
        check("/Взять@otklik_bot", Some(DeskCommand::InTopic("/взять".into())));
        check("/snooze 25:00", Some(DeskCommand::InTopic("/snooze".into())));
        check("/figures", unknown("/figures", None));
        check("/quue 5", unknown("/quue", Some("/queue")));
        // Another bot's, a path, a note, plain words.
        for nothing in ["/figures@other_bot", "/home/maria/x", "// заметка", "/", "добрый день"] {
            check(nothing, None);
        }
    }
}
