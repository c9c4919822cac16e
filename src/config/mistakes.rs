//! What is wrong with the settings.

/// The name of the file, in the folder where the bot is started.
pub const FILE: &str = "otklik.toml";

/// What is wrong with the configuration, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Mistakes(pub Vec<String>);
