//! The two files that `otklik init` writes: `otklik.toml`, which may be shown around, and `.env`, which may not.

use super::answers::Answers;
use super::words::Words;
use crate::config::Place;
use secrecy::ExposeSecret;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file cannot be written: which, and why.
pub(super) type Unwritten = String;

/// The files that are there already.
pub(super) fn there(place: &Place) -> Vec<PathBuf> {
    [place.file().to_owned(), place.env_file()].into_iter().filter(|file| file.exists()).collect()
}

/// Writes both, `.env` for its owner's eyes only; what was there is kept beside, and variables of a former `.env` that are not
/// asked for go on.
pub(super) fn write(place: &Place, answers: &Answers, words: Words) -> Result<(), Unwritten> {
    let env_file = place.env_file();
    let before = match std::fs::read_to_string(&env_file) {
        Ok(before) => before,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("{}: {error}", env_file.display())),
    };
    write_anew(place.file(), &settings(answers, words), 0o640)?;
    write_anew(&env_file, &variables(answers, &before, words), 0o600)
}

/// Writes a file in one step, and keeps what it was beside it.
fn write_anew(file: &Path, text: &str, mode: u32) -> Result<(), Unwritten> {
    let beside = |end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let (new, old) = (beside(".new"), beside(".old"));
    let written = (|| {
        match std::fs::remove_file(&new) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut out = File::options().write(true).create_new(true).mode(mode).open(&new)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        if file.exists() {
            std::fs::rename(file, &old)?;
        }
        std::fs::rename(&new, file)
    })();
    written.map_err(|error: std::io::Error| format!("{}: {error}", file.display()))
}

/// `.env`: what was asked for, and behind it what else a former one held.
fn variables(answers: &Answers, before: &str, words: Words) -> String {
    let mut text = words.above_env();
    let desks = answers.desks.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let mut own = vec![("TELOXIDE_TOKEN", answers.token.expose_secret()), ("OTKLIK_DESK", &desks)];
    own.extend(answers.beside.iter().map(|(name, value)| (*name, value.expose_secret())));
    for (name, value) in &own {
        let _ = writeln!(text, "{name}={}", quoted(value));
    }
    let name_of = |line: &str| {
        let (name, _) = line.split_once('=')?;
        Some(name.trim().trim_start_matches("export ").trim().to_owned())
    };
    let kept = before.lines().filter(|line| {
        let name = name_of(line).filter(|_| !line.trim_start().starts_with('#'));
        name.is_some_and(|name| own.iter().all(|(known, _)| *known != name))
    });
    for line in kept {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A value as `.env` takes it, here, in systemd and in compose.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_:./@,+=?&%".contains(c);
    if value.chars().all(plain) {
        value.to_owned()
    } else if value.contains('\'') {
        let escaped: String =
            value.chars().flat_map(|c| "\\\"$".contains(c).then_some('\\').into_iter().chain([c])).collect();
        format!("\"{escaped}\"")
    } else {
        format!("'{value}'")
    }
}

/// `otklik.toml`: what was asked for, and the rest as comments with its defaults.
fn settings(answers: &Answers, words: Words) -> String {
    let Answers { zone, hours, .. } = answers;
    words.settings(&zone.to_string(), &hours.opens(), &hours.closes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::init::answers::Hours;
    use crate::config::Config;
    use crate::conversation::DeskId;

    fn answers() -> Answers {
        Answers {
            token: "123456:AAfake".into(),
            desks: vec![DeskId(-1001), DeskId(-1002)],
            beside: vec![("DATABASE_URL", "postgres://o:it's $5@db/o".into())],
            zone: chrono_tz::Asia::Yekaterinburg,
            hours: Hours::read("10-24").expect("hours"),
        }
    }

    #[test]
    fn answers_that_are_printed_show_no_secret() {
        let printed = format!("{:?}", answers());
        assert!(!printed.contains("AAfake") && !printed.contains("it's"), "{printed}");
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for words in [Words::RUSSIAN, Words::ENGLISH] {
            let before = "# old\nTELOXIDE_TOKEN=1:old\nexport OTKLIK_DESK=-5\nRUST_LOG='a b'\n";
            let env = variables(&answers(), before, words);
            let read: Vec<(String, String)> =
                dotenvy::from_read_iter(env.as_bytes()).collect::<Result<_, _>>().expect("good lines");
            let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let wanted = [
                ("TELOXIDE_TOKEN", "123456:AAfake"),
                ("OTKLIK_DESK", "-1001,-1002"),
                ("DATABASE_URL", "postgres://o:it's $5@db/o"),
                ("RUST_LOG", "a b"),
            ];
            assert_eq!(read, wanted, "{env}");

            let written = settings(&answers(), words);
            let variable = |name: &str| read.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
            let config = Config::read(&variable, Some(&written), None).expect("good settings");
            assert_eq!(config.settings.policy.zone, chrono_tz::Asia::Yekaterinburg);
            assert_eq!(config.settings.policy.opens.to_string(), "10:00:00");
            // What stands there as a comment may be switched on as it is.
            let lines = written.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
            let all: String = lines.filter(|line| line.contains(" = ")).map(|line| format!("{line}\n")).collect();
            assert!(all.lines().count() > 8, "{all}");
            Config::read(&variable, Some(&all), None).unwrap_or_else(|mistakes| panic!("{mistakes}\n{all}"));
        }
    }
}
