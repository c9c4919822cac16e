//! Where settings come from: the environment, and two files of one folder, `otklik.toml` and `.env`.

use super::files;
use super::mistakes::{FILE, Mistakes};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of the file with variables, in the folder of [`FILE`].
const ENV_FILE: &str = ".env";

/// Reads a variable of the environment; `None` when it is not set, is blank, or is no text.
pub fn variable(name: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods)] // the one place that may
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The database that is used when none is named.
pub fn database(variable: &dyn Fn(&str) -> Option<String>) -> String {
    variable("DATABASE_URL").unwrap_or_else(|| "sqlite://otklik.db".into())
}

/// The folder that settings are read from, with the variables of its `.env`. What the environment says goes before them.
#[derive(Debug)]
pub struct Place {
    /// `otklik.toml`, or the file that the command line names.
    file: PathBuf,
    /// Whether the command line names it: then it must be there.
    named: bool,
    /// What `.env` says: the token, and what else may be secret.
    variables: HashMap<String, SecretString>,
}

impl Place {
    /// The present folder, or that of the settings file the command line names. `.env` is read; `otklik.toml` is not yet.
    ///
    /// # Errors
    /// When one of the two may be changed by anybody, or `.env` cannot be read.
    pub fn of(named: Option<&Path>) -> Result<Place, Mistakes> {
        let file = named.map_or_else(|| PathBuf::from(FILE), Path::to_owned);
        let mut place = Place { file, named: named.is_some(), variables: HashMap::new() };
        let env = place.env_file();
        files::check(&place.file, &env)?;
        place.variables = match std::fs::read_to_string(&env) {
            Ok(text) => variables(&text).map_err(|why| Mistakes(vec![format!("{}: {why}", env.display())]))?,
            Err(error) if error.kind() == ErrorKind::NotFound => HashMap::new(),
            Err(error) => return Err(Mistakes(vec![format!("{} cannot be read: {error}", env.display())])),
        };
        Ok(place)
    }

    /// The settings file, whether it is there or not.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The file with variables beside it, whether it is there or not.
    pub fn env_file(&self) -> PathBuf {
        self.file.with_file_name(ENV_FILE)
    }

    /// A variable: of the environment, else of `.env`; `None` when it is in neither, or is blank.
    pub fn variable(&self, name: &str) -> Option<String> {
        let written = || {
            let value = self.variables.get(name)?.expose_secret();
            (!value.trim().is_empty()).then(|| value.to_owned())
        };
        variable(name).or_else(written).or_else(|| (name == "DATABASE_URL").then(|| self.own_database()).flatten())
    }

    /// The address of the database: `DATABASE_URL`, else the file `otklik.db` in this folder.
    pub fn database(&self) -> String {
        database(&|name| self.variable(name))
    }

    /// The database beside a settings file that the command line names.
    fn own_database(&self) -> Option<String> {
        let folder = self.file.parent().filter(|_| self.named)?;
        Some(format!("sqlite://{}", folder.join("otklik.db").display()))
    }

    /// The file's text, if there is a file.
    ///
    /// # Errors
    /// When it cannot be read, or is not there though the command line names it.
    pub(super) fn text(&self) -> Result<Option<String>, Mistakes> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound && !self.named => Ok(None),
            Err(error) => Err(Mistakes(vec![format!("{} cannot be read: {error}", self.file.display())])),
        }
    }

    /// Mistakes under the file's own name.
    pub(super) fn told(&self, mistakes: Mistakes) -> Mistakes {
        let named = |mistake: &String| match mistake.strip_prefix(FILE) {
            Some(rest) => format!("{}{rest}", self.file.display()),
            None => mistake.clone(),
        };
        Mistakes(mistakes.0.iter().map(named).collect())
    }
}

/// The variables of a `.env`. A line that is none is told by its number alone: it may hold a secret.
fn variables(text: &str) -> Result<HashMap<String, SecretString>, String> {
    let mut variables = HashMap::new();
    for read in dotenvy::from_read_iter(text.as_bytes()) {
        match read {
            Ok((name, value)) => {
                variables.insert(name, value.into());
            }
            Err(dotenvy::Error::LineParse(line, _)) => {
                let first = line.lines().next().unwrap_or_default().trim();
                let number = text.lines().position(|line| line.trim() == first).map_or(0, |at| at + 1);
                return Err(format!(
                    "line {number} is not NAME=value (not shown: it may hold a secret); a value with spaces or signs \
                     goes in 'single quotes'"
                ));
            }
            Err(_) => return Err("it cannot be read as lines of NAME=value".into()),
        }
    }
    Ok(variables)
}

/// Whether the person at the terminal reads Russian, by the locale; everybody else is taken to read English.
pub fn reads_russian() -> bool {
    language().is_some_and(|language| language == "ru")
}

/// The language of the person at the terminal, as the system names it: `ru`; `None` where it names none.
pub fn language() -> Option<String> {
    language_of(&variable)
}

fn language_of(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable)?;
    Some(locale.split(['_', '.', '@']).next().unwrap_or_default().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_tells_the_language() {
        let with = |set: &'static [(&str, &str)]| {
            language_of(&|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(with(&[("LANG", "ru_RU.UTF-8")]).as_deref(), Some("ru"));
        assert_eq!(with(&[("LC_ALL", "ru_RU"), ("LANG", "C")]).as_deref(), Some("ru"));
        assert_eq!(with(&[("LC_MESSAGES", "en_GB.UTF-8"), ("LANG", "ru_RU.UTF-8")]).as_deref(), Some("en"));
        assert_eq!(with(&[]), None);
    }
}
