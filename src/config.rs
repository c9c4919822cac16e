//! The only place that reads the environment and `otklik.toml`. Reports every mistake at once.

use crate::conversation::Policy;
use crate::outbox::Limits;
use chrono::{Duration, FixedOffset, NaiveTime};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// How the bot is to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// The bot's token (`TELOXIDE_TOKEN`).
    pub token: String,
    /// Another Bot API server (`TELOXIDE_API_URL`).
    pub server: Option<String>,
    /// The database (`DATABASE_URL`).
    pub database: String,
    /// The agents' groups (`OTKLIK_DESK`), at least one; the first gets new topics.
    pub desks: Vec<i64>,
    /// The owner's rules.
    pub settings: Settings,
}

/// What `otklik.toml` may say. Every field has a default.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Rules of conversation.
    pub policy: Policy,
    /// The carrier's own tracking numbers: `#` a digit, `@` a letter.
    pub carrier_formats: Vec<String>,
    /// The share of answers that must be right, above 0.5 and below 1.
    pub precision: f64,
    /// A folder of phrases in the place of those compiled in.
    pub phrases: Option<PathBuf>,
    /// How fast to send: Telegram's own limits.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            policy: Policy::default(),
            carrier_formats: vec!["##########".into()],
            precision: 0.95,
            phrases: None,
            limits: Limits::default(),
        }
    }
}

/// The file as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    /// Hours east of Greenwich: Moscow is 3.
    utc_offset_hours: Option<i32>,
    /// `"09:00"`: when agents begin.
    opens: Option<String>,
    /// `"21:00"`: when they leave.
    closes: Option<String>,
    /// How soon a first answer is promised.
    first_response_minutes: Option<i64>,
    /// The share of answers that must be right.
    precision: Option<f64>,
    /// The carrier's own tracking numbers.
    carrier_formats: Option<Vec<String>>,
}

/// The name of the file, in the folder where the bot is started.
pub const FILE: &str = "otklik.toml";

/// What is wrong with the configuration, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Mistakes(pub Vec<String>);

/// Reads a variable of the environment.
pub fn variable(name: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods)] // the one place that may
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

impl Config {
    /// Reads the environment and `otklik.toml` of the present folder.
    pub fn load(phrases: Option<PathBuf>) -> Result<Config, Mistakes> {
        let file = file()?;
        Config::read(&variable, file.as_deref(), phrases)
    }

    /// The same from given sources. All mistakes are collected.
    pub fn read(
        variable: &dyn Fn(&str) -> Option<String>,
        file: Option<&str>,
        phrases: Option<PathBuf>,
    ) -> Result<Config, Mistakes> {
        let mut mistakes = Vec::new();
        let token = variable("TELOXIDE_TOKEN").unwrap_or_else(|| {
            mistakes.push(
                "TELOXIDE_TOKEN is not set. Ask @BotFather in Telegram for a bot (/newbot) and put the token it \
                 gives into this variable. To see the bot without any account: otklik demo"
                    .into(),
            );
            String::new()
        });
        let desks = desks(variable("OTKLIK_DESK").as_deref(), &mut mistakes);
        let settings = Settings { phrases, ..settings(file, &mut mistakes) };
        if mistakes.is_empty() {
            Ok(Config { token, server: variable("TELOXIDE_API_URL"), database: database(variable), desks, settings })
        } else {
            Err(Mistakes(mistakes))
        }
    }
}

/// The database that is used when none is named.
pub fn database(variable: &dyn Fn(&str) -> Option<String>) -> String {
    variable("DATABASE_URL").unwrap_or_else(|| "sqlite://otklik.db".into())
}

/// The settings of the present folder, for commands that need no Telegram.
pub fn settings_here() -> Result<Settings, Mistakes> {
    let mut mistakes = Vec::new();
    let file = file()?;
    let settings = settings(file.as_deref(), &mut mistakes);
    if mistakes.is_empty() { Ok(settings) } else { Err(Mistakes(mistakes)) }
}

/// The file's text, if there is a file.
fn file() -> Result<Option<String>, Mistakes> {
    match std::fs::read_to_string(Path::new(FILE)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Mistakes(vec![format!("{FILE} cannot be read: {error}")])),
    }
}

fn desks(text: Option<&str>, mistakes: &mut Vec<String>) -> Vec<i64> {
    let Some(text) = text else {
        mistakes.push(
            "OTKLIK_DESK is not set. Make a Telegram group, switch on Topics, add the bot as an administrator who \
             may manage topics, and put the group's id (it begins with -100) into this variable"
                .into(),
        );
        return Vec::new();
    };
    let mut desks = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.parse::<i64>() {
            Ok(id) if id < 0 => desks.push(id),
            Ok(_) | Err(_) => mistakes.push(format!(
                "OTKLIK_DESK: «{part}» is not the id of a group; it is a negative number such as -1001234567890"
            )),
        }
    }
    if desks.is_empty() && mistakes.iter().all(|mistake| !mistake.starts_with("OTKLIK_DESK")) {
        mistakes.push("OTKLIK_DESK names no group".into());
    }
    desks
}

fn settings(file: Option<&str>, mistakes: &mut Vec<String>) -> Settings {
    let mut settings = Settings::default();
    let written: Written = match file.map(toml::from_str).transpose() {
        Ok(written) => written.unwrap_or_default(),
        Err(error) => {
            mistakes.push(format!("{FILE}: {error}"));
            return settings;
        }
    };
    let policy = &mut settings.policy;
    if let Some(hours) = written.utc_offset_hours {
        match FixedOffset::east_opt(hours.saturating_mul(3600)).filter(|_| (-12..=14).contains(&hours)) {
            Some(zone) => policy.zone = zone,
            None => mistakes.push(format!("{FILE}: utc_offset_hours = {hours} is not between -12 and 14")),
        }
    }
    for (name, text, field) in
        [("opens", written.opens, &mut policy.opens), ("closes", written.closes, &mut policy.closes)]
    {
        match text.map(|text| NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| text)) {
            Some(Ok(time)) => *field = time,
            Some(Err(text)) => mistakes.push(format!("{FILE}: {name} = «{text}» is not a time such as \"09:00\"")),
            None => {}
        }
    }
    if let Some(minutes) = written.first_response_minutes {
        if (1..=720).contains(&minutes) {
            policy.first_response = Duration::minutes(minutes);
        } else {
            mistakes.push(format!("{FILE}: first_response_minutes = {minutes} is not between 1 and 720"));
        }
    }
    if policy.opens >= policy.closes {
        mistakes.push(format!("{FILE}: opens ({}) must be before closes ({})", policy.opens, policy.closes));
    }
    if let Some(precision) = written.precision {
        if precision > 0.5 && precision < 1.0 {
            settings.precision = precision;
        } else {
            mistakes.push(format!("{FILE}: precision = {precision} is not between 0.5 and 1"));
        }
    }
    if let Some(formats) = written.carrier_formats {
        settings.carrier_formats = formats;
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_at_once() {
        let none = |_: &str| None;
        let error = Config::read(&none, Some("opens = \"9\"\nprecision = 2.0"), None).expect_err("mistakes");
        let text = error.to_string();
        for part in ["TELOXIDE_TOKEN", "@BotFather", "otklik demo", "OTKLIK_DESK", "opens", "precision"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_file_changes_the_defaults_and_a_wrong_line_is_named() {
        let env = |name: &str| match name {
            "TELOXIDE_TOKEN" => Some("1:a".to_owned()),
            "OTKLIK_DESK" => Some("-100, -200".to_owned()),
            _ => None,
        };
        let config = Config::read(&env, Some("closes = \"18:30\"\nfirst_response_minutes = 15"), None).expect("good");
        assert_eq!(config.desks, [-100, -200]);
        assert_eq!(config.database, "sqlite://otklik.db");
        assert_eq!(config.settings.policy.first_response, Duration::minutes(15));
        let error = Config::read(&env, Some("\n\nclozes = \"18:30\""), None).expect_err("a wrong line");
        assert!(error.to_string().contains("clozes") && error.to_string().contains("line 3"), "{error}");
    }
}
