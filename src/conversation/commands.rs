//! What stands in the menu of a chat: the commands that may be given there, and what each is for.

use crate::phrases::{Key, Phrasebook, Reply, render};
use understanding::Language;

/// A command in the menu of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuCommand {
    /// Its name without the slash: small Latin letters, digits and `_`, as Telegram wants it.
    pub name: String,
    /// What it is for, in a few words.
    pub told: String,
}

/// The commands of customers, with what is told of each. `start` does as `/start`, the others ask what is kept (`rights`).
const CUSTOMERS: &[(&str, &str)] = &[
    ("start", "button.command_start"),
    ("privacy", "button.command_privacy"),
    ("export", "button.command_export"),
    ("forget", "button.command_forget"),
];

/// The menu of a customer's chat in a language.
pub fn customers_menu(phrasebook: &Phrasebook, language: Language) -> Vec<MenuCommand> {
    let told = |key: &str| render(phrasebook, &Reply::new(key, language), 0);
    CUSTOMERS.iter().map(|(name, key)| MenuCommand { name: (*name).into(), told: told(key) }).collect()
}

/// What customers are told of their commands.
pub(super) const TEXTS: &[Key] = &[
    Key::text("button.command_start", &[]),
    Key::text("button.command_privacy", &[]),
    Key::text("button.command_export", &[]),
    Key::text("button.command_forget", &[]),
];
