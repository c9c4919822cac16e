//! A rehearsal as it is written: TOML in, a world and steps out.

use crate::conversation::Policy;
use crate::parcel::{
    Listed, Offer, OfferState, Order, OrderState, Parcel, Phone, Refund, RefundState, Status, TrackingNumber,
};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// One conversation with what is wanted of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rehearsal {
    /// Whose way of writing it is: an id of `voices.toml`.
    pub voice: String,
    /// What it tries; at least one.
    pub kinds: Vec<Kind>,
    /// What there is before the customer's first word.
    pub(super) world: World,
    /// What happens, one thing after the other.
    pub(super) steps: Vec<Step>,
}

/// What a rehearsal tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the README of the rehearsals describes each
pub enum Kind {
    FollowUp,
    Pieces,
    Waiting,
    Denial,
    Settled,
    ChangeOfMind,
    Correction,
    Anger,
    Story,
    Number,
    StatusQuestion,
    RuleQuestion,
    Praise,
    TwoRequests,
    PersonalData,
    OutOfScope,
    NeighbourLanguage,
    Dictation,
    Buttons,
    Agent,
    CarrierDown,
    Forwarded,
    Media,
    SmallTalk,
}

impl Kind {
    /// The word for it, as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Kind::FollowUp => "follow_up",
            Kind::Pieces => "pieces",
            Kind::Waiting => "waiting",
            Kind::Denial => "denial",
            Kind::Settled => "settled",
            Kind::ChangeOfMind => "change_of_mind",
            Kind::Correction => "correction",
            Kind::Anger => "anger",
            Kind::Story => "story",
            Kind::Number => "number",
            Kind::StatusQuestion => "status_question",
            Kind::RuleQuestion => "rule_question",
            Kind::Praise => "praise",
            Kind::TwoRequests => "two_requests",
            Kind::PersonalData => "personal_data",
            Kind::OutOfScope => "out_of_scope",
            Kind::NeighbourLanguage => "neighbour_language",
            Kind::Dictation => "dictation",
            Kind::Buttons => "buttons",
            Kind::Agent => "agent",
            Kind::CarrierDown => "carrier_down",
            Kind::Forwarded => "forwarded",
            Kind::Media => "media",
            Kind::SmallTalk => "small_talk",
        }
    }
}

/// What there is before the customer's first word.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct World {
    /// The desk's local time.
    #[serde(deserialize_with = "moment")]
    pub now: NaiveDateTime,
    #[serde(default = "nine", deserialize_with = "clock")]
    pub opens: NaiveTime,
    #[serde(default = "twenty_one", deserialize_with = "clock")]
    pub closes: NaiveTime,
    /// The customer's first name in Telegram.
    #[serde(default = "anna")]
    pub name: String,
    /// The language of the customer's Telegram.
    #[serde(default)]
    pub language: Option<String>,
    /// The customer's own phone.
    #[serde(default = "own_phone")]
    pub phone: String,
    #[serde(default)]
    parcels: Vec<WrittenParcel>,
}

/// A parcel as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenParcel {
    number: String,
    status: String,
    place: Option<String>,
    planned: Option<NaiveDate>,
    since: Option<NaiveDate>,
    recipient: Option<String>,
    link: Option<String>,
    offer: Option<WrittenOffer>,
    order: Option<WrittenOrder>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOffer {
    state: String,
    arrived: Option<NaiveDate>,
    wrong_entries: Option<u32>,
    checking_since: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOrder {
    state: String,
    /// Roubles.
    sum: Option<i64>,
    delivered: Option<NaiveDate>,
    refund: Option<String>,
}

/// One thing that happens, and what is wanted of the bot then.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Step {
    pub say: Option<Words>,
    pub send: Option<String>,
    pub caption: Option<String>,
    pub forward: Option<String>,
    pub edit: Option<String>,
    pub press: Option<Pattern>,
    pub share_phone: Option<SharedPhone>,
    pub wait: Option<String>,
    pub status: Option<Moved>,
    pub carrier: Option<String>,
    pub agent: Option<String>,

    pub says: Vec<Pattern>,
    pub asks: Option<Pattern>,
    pub hands_over: Option<bool>,
    pub card: Vec<Pattern>,
    pub changes: Option<String>,
    pub silent: bool,
    pub never: Vec<Pattern>,
    pub harm: Vec<Pattern>,
    pub unchanged: bool,
}

/// One message, or several in one breath.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Words {
    One(String),
    Several(Vec<String>),
}

impl Words {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Words::One(text) => std::slice::from_ref(text),
            Words::Several(texts) => texts,
        }
    }
}

/// The customer's own phone, or another person's contact.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum SharedPhone {
    Own(bool),
    Other(String),
}

/// A change that the carrier tells of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moved {
    pub number: String,
    pub code: String,
    pub place: Option<String>,
    pub planned: Option<NaiveDate>,
}

/// A regular expression, looked for in folded text: case, «ё» and line breaks do not matter.
#[derive(Debug)]
pub(super) struct Pattern {
    written: String,
    regex: Regex,
}

impl Pattern {
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(&fold(text))
    }

    pub(super) fn written(&self) -> &str {
        &self.written
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        let regex = RegexBuilder::new(&fold(&written)).case_insensitive(true).build();
        let regex = regex.map_err(|error| serde::de::Error::custom(format!("«{written}» is no pattern: {error}")))?;
        Ok(Pattern { written, regex })
    }
}

/// One spelling for what means the same to a pattern.
pub(super) fn fold(text: &str) -> String {
    let same = |c: char| match c {
        'ё' => 'е',
        'Ё' => 'Е',
        '\n' | '\u{a0}' | '\u{202f}' => ' ',
        c => c,
    };
    text.chars().map(same).collect()
}

impl Rehearsal {
    /// Reads a rehearsal.
    ///
    /// # Errors
    ///
    /// What cannot be read and where, in words for its author: a key that is unknown, a pattern that is none, a step on
    /// which nothing or more than one thing happens, a status or a day that is none.
    pub fn parse(text: &str) -> Result<Rehearsal, String> {
        let rehearsal: Rehearsal = toml::from_str(text).map_err(|error| error.to_string())?;
        if rehearsal.kinds.is_empty() || rehearsal.steps.is_empty() {
            return Err("there is no kind, or no step".into());
        }
        for (at, step) in rehearsal.steps.iter().enumerate() {
            step.check().map_err(|why| format!("step {}: {why}", at + 1))?;
        }
        rehearsal.world.parcels()?;
        Ok(rehearsal)
    }
}

impl Step {
    fn check(&self) -> Result<(), String> {
        let happens = [
            self.say.is_some(),
            self.send.is_some(),
            self.forward.is_some(),
            self.edit.is_some(),
            self.press.is_some(),
            self.share_phone.is_some(),
            self.wait.is_some(),
            self.status.is_some(),
            self.carrier.is_some(),
            self.agent.is_some(),
        ];
        match happens.iter().filter(|happens| **happens).count() {
            1 => {}
            0 => return Err("nothing happens".into()),
            _ => return Err("more than one thing happens".into()),
        }
        if let Some(wait) = &self.wait {
            duration(wait).ok_or_else(|| format!("«{wait}» is no time such as 25m, 3h, 2d"))?;
        }
        if let Some(carrier) = &self.carrier
            && !["up", "down"].contains(&carrier.as_str())
        {
            return Err(format!("a carrier is never «{carrier}», only up or down"));
        }
        Ok(())
    }

    /// What the customer writes here, in whatever form; what is forwarded is somebody else's.
    pub(super) fn heard(&self) -> impl Iterator<Item = &str> {
        let said = self.say.iter().flat_map(|words| words.all()).chain(&self.edit).chain(&self.caption);
        said.map(String::as_str)
    }

    /// Whether the customer says something here, in whatever form: it is answered.
    pub(super) fn is_said(&self) -> bool {
        self.say.is_some() || self.send.is_some() || self.forward.is_some() || self.press.is_some()
    }

    /// Whether anything is wanted here.
    pub(super) fn wants(&self) -> bool {
        !self.says.is_empty()
            || self.asks.is_some()
            || self.hands_over.is_some()
            || !self.card.is_empty()
            || self.changes.is_some()
            || self.silent
    }
}

/// Reads `25m`, `3h`, `2d`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number = number.parse::<i64>().ok()?;
    match unit {
        "m" => Duration::try_minutes(number),
        "h" => Duration::try_hours(number),
        "d" => Duration::try_days(number),
        _ => None,
    }
}

impl World {
    /// The parcels, as the carrier's list would hold them.
    pub(super) fn parcels(&self) -> Result<Vec<Listed>, String> {
        self.parcels.iter().map(|written| self.parcel(written)).collect()
    }

    fn parcel(&self, written: &WrittenParcel) -> Result<Listed, String> {
        let number = TrackingNumber::new(&written.number);
        let wrong = |what: &str, word: &str| format!("parcel {}: «{word}» is no {what}", written.number);
        let phone = written.recipient.as_ref().unwrap_or(&self.phone);
        let offer = written.offer.as_ref().map(|offer| {
            let state = OfferState::from_code(&offer.state).ok_or_else(|| wrong("state of an offer", &offer.state))?;
            let clock = Policy::default(); // of the desk's day, as all moments of a rehearsal
            let since = offer.checking_since.as_deref().map(|at| {
                read_moment(at).map(|at| clock.moment(at.date(), at.time())).ok_or_else(|| wrong("moment", at))
            });
            let checking_since: Option<DateTime<Utc>> = since.transpose()?;
            Ok::<Offer, String>(Offer {
                arrived: offer.arrived,
                checking_since,
                wrong_entries: offer.wrong_entries,
                ..Offer::new(state)
            })
        });
        let order = written.order.as_ref().map(|order| {
            let state = OrderState::from_code(&order.state).ok_or_else(|| wrong("state of an order", &order.state))?;
            let refund = order.refund.as_ref().map(|refund| {
                let state = RefundState::from_code(refund).ok_or_else(|| wrong("state of a refund", refund))?;
                Ok::<Refund, String>(Refund {
                    reference: "4711".into(),
                    asked: self.now.date() - Duration::days(3),
                    state,
                })
            });
            let sum = order.sum.map(|roubles| roubles * 100);
            Ok::<Order, String>(Order {
                sum,
                delivered: order.delivered,
                refund: refund.transpose()?,
                ..Order::new(state)
            })
        });
        let parcel = Parcel {
            place: written.place.clone(),
            planned: written.planned,
            since: written.since,
            offer: offer.transpose()?,
            order: order.transpose()?,
            ..Parcel::new(number, Status::read(&written.status))
        };
        let phone = Phone::e164(phone).ok_or_else(|| wrong("phone", phone))?;
        Ok(Listed { parcel, phone: Some(phone), link: written.link.clone() })
    }
}

fn read_moment(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()
}

fn moment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    read_moment(&text)
        .ok_or_else(|| serde::de::Error::custom(format!("«{text}» is no moment such as 2026-11-23T10:15")))
}

fn clock<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = NaiveTime::parse_from_str(&text, "%H:%M");
    time.map_err(|_| serde::de::Error::custom(format!("«{text}» is no time such as 09:00")))
}

fn nine() -> NaiveTime {
    NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()
}

fn twenty_one() -> NaiveTime {
    NaiveTime::from_hms_opt(21, 0, 0).unwrap_or_default()
}

fn anna() -> String {
    "Анна".into()
}

fn own_phone() -> String {
    "+79000000001".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let head = "voice = \"a\"\nkinds = [\"number\"]\n[world]\nnow = \"2026-11-23T10:15\"\n";
        for (written, expected) in [
            ("[[steps]]\nsays = [\"а\"]", "step 1: nothing happens"),
            ("[[steps]]\nsay = \"а\"\nwait = \"2h\"", "step 1: more than one thing happens"),
            ("[[steps]]\nwait = \"soon\"", "is no time such as"),
            ("[[steps]]\nsay = \"а\"\nsays = [\"(\"]", "is no pattern"),
            ("[[steps]]\nsay = \"а\"\nsay_not = \"б\"", "unknown field"),
            (
                "[[world.parcels]]\nnumber = \"1\"\nstatus = \"x\"\noffer = { state = \"?\" }\n[[steps]]\nsay = \"а\"",
                "is no state of an offer",
            ),
        ] {
            let mistake = Rehearsal::parse(&format!("{head}{written}")).expect_err(written);
            assert!(mistake.contains(expected), "{mistake}");
        }
    }
}
