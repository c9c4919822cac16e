//! What `otklik init` asks for, read strictly.

use crate::conversation::{ConversationId, DeskId};
use chrono::NaiveTime;
use chrono_tz::Tz;
use secrecy::SecretString;

/// What is written into the files.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) token: SecretString,
    /// The group that was asked for, and behind it those that were named before as further ones.
    pub(super) desks: Vec<DeskId>,
    /// Other variables that the environment holds just now and `run` will need.
    pub(super) beside: Vec<(&'static str, SecretString)>,
    pub(super) zone: Tz,
    pub(super) hours: Hours,
}

/// When agents work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    opens: NaiveTime,
    /// `None` for the end of the day.
    closes: Option<NaiveTime>,
}

impl Hours {
    /// As many desks work.
    pub(super) const USUAL: &str = "09:00-21:00";

    /// Reads «9-21», «09:00–18:30», «24» for round the clock. `None` if it is nothing of the kind, or no time at all.
    pub(super) fn read(text: &str) -> Option<Hours> {
        let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if matches!(clean.as_str(), "24" | "24/7" | "24ч") {
            return Some(Hours { opens: NaiveTime::MIN, closes: None });
        }
        let (opens, closes) = clean.split_once(['-', '–', '—'])?;
        let opens = time(opens)?;
        let closes = if matches!(closes, "24" | "24:00") { None } else { Some(time(closes)?) };
        (closes != Some(opens)).then_some(Hours { opens, closes })
    }

    pub(super) fn opens(self) -> String {
        self.opens.format("%H:%M").to_string()
    }

    pub(super) fn closes(self) -> String {
        self.closes.map_or_else(|| "24:00".into(), |closes| closes.format("%H:%M").to_string())
    }
}

/// «9», «09:00».
fn time(text: &str) -> Option<NaiveTime> {
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "0"));
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}

/// Whether something may be a token: Telegram is asked about no other words.
pub(super) fn is_like_a_token(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()) && !secret.is_empty() && secret.chars().all(good)
    })
}

/// The id of a group.
pub(super) fn desk(text: &str) -> Option<DeskId> {
    // As web.telegram.org shows it in its address, with a hash before it.
    match ConversationId::from_stored(text.trim_start_matches('#').parse().ok()?) {
        ConversationId::Desk(desk) => Some(desk),
        ConversationId::Customer(_) => None,
    }
}

/// The machine's time zone, if it names a place: a server that runs on UTC does not tell where its people are.
pub(super) fn machine_zone() -> Option<Tz> {
    let link = std::fs::read_link("/etc/localtime").ok()?;
    let (_, name) = link.to_str()?.split_once("zoneinfo/")?;
    name.parse().ok().filter(|_| name.contains('/') && !name.starts_with("Etc/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        let read = |text: &str| Hours::read(text).map(|hours| (hours.opens(), hours.closes()));
        let is = |opens: &str, closes: &str| Some((opens.to_owned(), closes.to_owned()));
        assert_eq!(read("9-21"), is("09:00", "21:00"));
        assert_eq!(read("09:00 – 18.30"), is("09:00", "18:30"));
        assert_eq!(read("20-2"), is("20:00", "02:00"));
        assert_eq!(read("10-24"), is("10:00", "24:00"));
        assert_eq!(read("24"), is("00:00", "24:00"));
        assert_eq!(read(Hours::USUAL), is("09:00", "21:00"));
        for wrong in ["", "9", "9-9", "9-25", "с девяти до шести", "9:00-18:60"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tokens_and_groups_are_told_from_other_words() {
        assert!(is_like_a_token("123456:AAH-fiq_8") && !is_like_a_token("/newbot") && !is_like_a_token("123: a"));
        assert_eq!(desk("-1001234567890"), Some(DeskId(-1_001_234_567_890)));
        assert_eq!(desk("#-1001"), Some(DeskId(-1001)));
        assert_eq!((desk("1001"), desk("Поддержка")), (None, None));
    }
}
