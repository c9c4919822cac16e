//! The menu of a desk's group: the commands of `/help`, which is the one list of them.

use super::words::text;
use crate::conversation::MenuCommand;
use crate::phrases::Phrasebook;

/// As many signs as Telegram takes of what a command is for (`BotCommand`).
const TOLD: usize = 256;

/// The menu of a desk in its own language. A line of `/help` names its command with all names, «: », and what it is for;
/// Telegram takes Latin names only.
pub fn desk_menu(phrasebook: &Phrasebook) -> Vec<MenuCommand> {
    let help = text(phrasebook, "desk.help");
    let lines = help.lines().filter(|line| line.starts_with('/')).filter_map(|line| line.split_once(": "));
    let commands = lines.flat_map(|(names, told)| {
        let told: String = told.trim().chars().take(TOLD).collect();
        let names = names.split([' ', ',']).filter_map(|word| word.strip_prefix('/')).filter(|name| is_latin(name));
        names.map(move |name| MenuCommand { name: name.into(), told: told.clone() })
    });
    commands.collect()
}

fn is_latin(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;
    use crate::phrases::load;

    #[test]
    fn the_menu_has_every_command_in_each_language() {
        let (phrasebook, _) = load::shipped();
        let all = near::TICKET.iter().chain(near::DESK).map(|name| &name[1..]).filter(|name| is_latin(name));
        let all: Vec<&str> = all.collect();
        for language in phrasebook.languages().collect::<Vec<_>>() {
            let speaking = phrasebook.clone().speaking_at_desk(Some(language)).expect("a language of the phrasebook");
            let menu = desk_menu(&speaking);
            let mut named: Vec<&str> = menu.iter().map(|command| command.name.as_str()).collect();
            let mut wanted = all.clone();
            named.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(named, wanted, "{language}");
            let short = |command: &&MenuCommand| !(3..=TOLD).contains(&command.told.chars().count());
            assert_eq!(menu.iter().find(short), None, "{language}");
        }
    }
}
