//! The only place that reads the environment, `otklik.toml` and `.env`. Reports every mistake at once.

mod files;
mod mistakes;
mod place;
mod shown;

pub use mistakes::{FILE, Mistakes};
pub use place::{Place, database, language, reads_russian, variable};

use crate::carrier::{Address, BadAddress};
use crate::conversation::{ConversationId, Decides, DeskId, DeskInfo, Policy};
use crate::outbox::Limits;
use crate::parcel::Country;
use crate::phrases::Phrasebook;
use crate::push;
use chrono::{Duration, NaiveDate, NaiveTime, Weekday};
use secrecy::SecretString;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use understanding::Language;

/// How the bot is to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// The bot's token as BotFather gives it (`TELOXIDE_TOKEN`): never logged.
    pub token: SecretString,
    /// The address of another Bot API server (`TELOXIDE_API_URL`), which may hold a password; `None` for Telegram's own.
    pub server: Option<SecretString>,
    /// The database (`DATABASE_URL`): `sqlite://<file>` or `postgres://…`; `sqlite://otklik.db` when none is named.
    /// It may hold a password.
    pub database: SecretString,
    /// The agents' groups (`OTKLIK_DESK`), at least one; the first gets new topics.
    pub desks: Vec<DeskId>,
    /// A carrier's system (`OTKLIK_CARRIER_URL`, `OTKLIK_CARRIER_TOKEN`); `None` for our own tables.
    pub carrier: Option<Address>,
    /// The address and port of the door to the outside (`OTKLIK_LISTEN`); `None` for no door.
    pub listen: Option<SocketAddr>,
    /// How a carrier's news at the door is known to be the carrier's (`OTKLIK_PUSH_SECRET`); `None` when none is taken.
    pub push: Option<push::Secret>,
    /// The public address to which Telegram is to bring updates (`OTKLIK_WEBHOOK_URL`); `None` to fetch them by
    /// polling.
    pub webhook: Option<String>,
    /// Where those who watch over the bot are told its metrics (`OTKLIK_METRICS`): on this machine alone where only a port
    /// is named; `None` for nowhere.
    pub metrics: Option<SocketAddr>,
    /// What `otklik.toml` says, and the defaults for the rest.
    pub settings: Settings,
}

/// What `otklik.toml` may say. Every field has a default.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Rules of conversation: hours, promises, limits.
    pub policy: Policy,
    /// The carrier's own tracking numbers: `#` a digit, `@` a letter.
    pub carrier_formats: Vec<String>,
    /// The country whose rules the phones of a list follow, where they have no country's code.
    pub phone_country: Country,
    /// The share of answers that must be right, above 0.5 and below 1.
    pub precision: f64,
    /// The folder where what was learned is kept for the next start; `None` for none.
    pub cache: Option<PathBuf>,
    /// A folder of phrases in the place of those compiled in; `None` for these.
    pub phrases: Option<PathBuf>,
    /// How fast to send: Telegram's own limits.
    pub limits: Limits,
    /// What each of several desks is for, in the order of the file; empty when the file names none.
    pub desks: Vec<DeskInfo>,
    /// The language agents are told things in; `None` for the phrasebook's default one.
    pub desk_language: Option<Language>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            policy: Policy::default(),
            carrier_formats: vec!["##########".into()],
            phone_country: Country::RUSSIA,
            precision: 0.95,
            cache: None,
            phrases: None,
            limits: Limits::default(),
            desks: Vec::new(),
            desk_language: None,
        }
    }
}

/// The file as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    /// The desk's time zone, by its name in the IANA database: `"Europe/Moscow"`.
    time_zone: Option<String>,
    /// `["sat", "sun"]`: days of the week without agents.
    days_off: Option<Vec<String>>,
    /// `["2027-01-01"]`: days of the year without agents.
    holidays: Option<Vec<String>>,
    /// In how many minutes the bot promises to have asked a silent carrier again.
    carrier_patience_minutes: Option<i64>,
    /// How many days a recipient has for the offer.
    offer_days: Option<u32>,
    /// After how many hours a check counts as stuck.
    check_stuck_hours: Option<i64>,
    /// How often at most the link is sent within 24 hours.
    links_a_day: Option<usize>,
    /// How many minutes between two links.
    link_pause_minutes: Option<i64>,
    /// How many days an order can be given back.
    return_days: Option<u32>,
    /// How often the courier comes again after a first missed delivery.
    attempts: Option<i64>,
    /// How many days a payment can be disputed.
    dispute_days: Option<u32>,
    /// In how many days money is back.
    refund_days: Option<u32>,
    /// How many wrong entries the link to an offer bears.
    offer_tries: Option<u32>,
    /// How many hours a check of a recipient's data takes at most, as a rule.
    check_hours: Option<u32>,
    /// In how many days papers sent by mail are answered.
    papers_days: Option<u32>,
    /// How many minutes a courier waits.
    wait_minutes: Option<u32>,
    /// Within how many hours a defect found at a locker is to be reported.
    locker_hours: Option<u32>,
    /// Goods are bulky above so many kilograms.
    bulky_kg: Option<u32>,
    /// Goods are bulky above so many centimetres of all sides together.
    bulky_cm: Option<u32>,
    /// Goods are bulky above so many centimetres of one side.
    side_cm: Option<u32>,
    /// `"seller"` or `"us"`: who decides about the quality of goods and the money for them.
    decides: Option<String>,
    /// The client portal's address.
    portal: Option<String>,
    /// Where papers for confirming by hand go.
    papers_email: Option<String>,
    /// `"09:00"`: when agents begin.
    opens: Option<String>,
    /// `"21:00"`: when they leave; `"24:00"` with the day, and a time before `opens` on the next one.
    closes: Option<String>,
    /// In how many minutes of working time a first answer is promised.
    first_response_minutes: Option<i64>,
    /// The share of answers that must be right, above 0.5 and below 1.
    precision: Option<f64>,
    /// The carrier's own tracking numbers: `#` a digit, `@` a letter.
    carrier_formats: Option<Vec<String>>,
    /// `"RU"`: the country whose rules the phones of a list follow, where they have no country's code.
    phone_country: Option<String>,
    /// For how many hours the customer's coming back opens a ticket again.
    reopen_hours: Option<i64>,
    /// So many customers asking the same within a quarter of an hour are an incident.
    incident_askers: Option<i64>,
    /// The lead's @username, called for what agents cannot settle; with or without the sign.
    lead: Option<String>,
    /// How many minutes an agent has to take the ticket that is theirs by turn.
    offer_minutes: Option<i64>,
    /// How many minutes an agent is shown what a customer sent, where a number in it is hidden at the desk.
    original_minutes: Option<i64>,
    /// For how many days events and messages that are done with stay in the database.
    keep_days: Option<i64>,
    /// For how many days what is known of a customer stays after the last word and the end of the last ticket.
    keep_story_days: Option<i64>,
    /// For how many days it is known who did what.
    keep_audit_days: Option<i64>,
    /// `"ru"`: the language agents are told things in, a folder of the phrasebook.
    desk_language: Option<String>,
    /// What each of several desks is for.
    desk: Option<Vec<WrittenDesk>>,
    /// How messages are understood.
    understanding: Option<WrittenUnderstanding>,
}

/// How messages are understood: `[understanding]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenUnderstanding {
    /// The folder where what was learned is kept, so that the next start need not learn it again; by default the one the
    /// SQLite database lies in, `""` for none.
    cache: Option<PathBuf>,
}

/// A desk in the file: `[[desk]]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDesk {
    /// The group's id, one of `OTKLIK_DESK`.
    id: i64,
    /// What agents call it.
    name: String,
    /// The intents it takes; all, if left out.
    #[serde(default, alias = "wishes")]
    intents: Vec<String>,
    /// The languages it takes, folders of the phrasebook such as `"ru"`; all, if left out.
    #[serde(default)]
    languages: Vec<String>,
}

impl Config {
    /// Reads it from given sources: `variable` gives the environment, `file` the text of `otklik.toml` (`None` for no
    /// file), and `phrases` is the folder the command line names.
    ///
    /// # Errors
    /// When something is missing or wrong: every mistake at once, each with its remedy.
    pub fn read(
        variable: &dyn Fn(&str) -> Option<String>,
        file: Option<&str>,
        phrases: Option<PathBuf>,
    ) -> Result<Config, Mistakes> {
        let mut mistakes = Vec::new();
        let token = variable("TELOXIDE_TOKEN").unwrap_or_else(|| {
            mistakes.push(
                "TELOXIDE_TOKEN is not set. Ask @BotFather in Telegram for a bot (/newbot) and put the token it \
                 gives into this variable; «otklik init» asks for all that is needed and writes it down. To see the bot \
                 without any account: otklik demo"
                    .into(),
            );
            String::new()
        });
        let token = SecretString::from(token);
        let desks = desks(variable("OTKLIK_DESK").as_deref(), &mut mistakes);
        let carrier = carrier(variable, &mut mistakes);
        let listen = listen(variable, &mut mistakes);
        let metrics = metrics(variable, listen, &mut mistakes);
        let push = push(variable, &mut mistakes);
        let webhook = webhook(variable, &mut mistakes);
        let door = variable("OTKLIK_LISTEN").is_some();
        for (set, name) in [(push.is_some(), "OTKLIK_PUSH_SECRET"), (webhook.is_some(), "OTKLIK_WEBHOOK_URL")] {
            if set && !door {
                mistakes.push(format!(
                    "{name} is set without OTKLIK_LISTEN: the address and port where it is taken, such as \
                     127.0.0.1:8090"
                ));
            }
        }
        let settings = Settings { phrases, ..settings(file, &mut mistakes) }.beside(&database(variable));
        for desk in settings.desks.iter().filter(|desk| !desks.contains(&desk.id)) {
            mistakes.push(format!("{FILE}: desk {}: OTKLIK_DESK does not name this group", desk.id));
        }
        if mistakes.is_empty() {
            let server = variable("TELOXIDE_API_URL").map(SecretString::from);
            let database = SecretString::from(database(variable));
            Ok(Config { token, server, database, desks, carrier, listen, push, webhook, metrics, settings })
        } else {
            Err(Mistakes(mistakes.iter().map(|mistake| shown::without_secrets(mistake)).collect()))
        }
    }
}

impl Settings {
    /// Keeps what was learned beside the database, unless the file names another folder or wants none.
    fn beside(mut self, database: &str) -> Settings {
        let file = database.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next());
        let file = file.filter(|file| !file.is_empty() && !file.contains(":memory:")).map(Path::new);
        let folder = || match file?.parent()? {
            here if here.as_os_str().is_empty() => Some(PathBuf::from(".")),
            folder => Some(folder.to_owned()),
        };
        self.cache = self.cache.or_else(folder).filter(|folder| !folder.as_os_str().is_empty());
        self
    }

    /// The phrasebook as these settings want it.
    ///
    /// # Errors
    /// When a language of theirs is not in it: every such language, with where it is named.
    pub fn applied_to(&self, phrasebook: Phrasebook) -> Result<Phrasebook, Mistakes> {
        let mut mistakes = Vec::new();
        for desk in &self.desks {
            let unknown = desk.languages.iter().filter_map(|language| phrasebook.knows(language).err());
            mistakes.extend(unknown.map(|unknown| format!("{FILE}: desk {}: languages: {unknown}", desk.id)));
        }
        match phrasebook.speaking_at_desk(self.desk_language) {
            Ok(phrasebook) if mistakes.is_empty() => Ok(phrasebook),
            Ok(_) => Err(Mistakes(mistakes)),
            Err(unknown) => {
                mistakes.insert(0, format!("{FILE}: desk_language: {unknown}"));
                Err(Mistakes(mistakes))
            }
        }
    }

    /// The groups of `ids`, in that order, with what is known of each: one that the file does not speak of takes
    /// everything.
    pub fn desks_of(&self, ids: &[DeskId]) -> Vec<DeskInfo> {
        let known = |(i, id): (usize, &DeskId)| {
            let named = self.desks.iter().find(|desk| desk.id == *id).cloned();
            named.unwrap_or_else(|| DeskInfo { id: *id, name: format!("№{}", i + 1), ..DeskInfo::default() })
        };
        ids.iter().enumerate().map(known).collect()
    }
}

impl Place {
    /// What the settings file says, for commands that need no Telegram; the defaults when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or something in it is wrong: every mistake at once.
    pub fn settings(&self) -> Result<Settings, Mistakes> {
        let mut mistakes = Vec::new();
        let settings = settings(self.text()?.as_deref(), &mut mistakes).beside(&self.database());
        if mistakes.is_empty() {
            Ok(settings)
        } else {
            Err(self.told(Mistakes(mistakes.iter().map(|mistake| shown::without_secrets(mistake)).collect())))
        }
    }

    /// All that the bot runs with; `phrases` is the folder the command line names.
    ///
    /// # Errors
    /// When the file cannot be read, or something is missing or wrong: every mistake at once, each with its remedy.
    pub fn config(&self, phrases: Option<PathBuf>) -> Result<Config, Mistakes> {
        let file = self.text()?;
        Config::read(&|name| self.variable(name), file.as_deref(), phrases).map_err(|mistakes| self.told(mistakes))
    }
}

fn desks(text: Option<&str>, mistakes: &mut Vec<String>) -> Vec<DeskId> {
    let Some(text) = text else {
        mistakes.push(
            "OTKLIK_DESK is not set. Make a Telegram group, switch on Topics, add the bot as an administrator who \
             may manage topics, and put the group's id (it begins with -100) into this variable; «otklik init» waits \
             for the group and finds the id by itself"
                .into(),
        );
        return Vec::new();
    };
    let mut desks = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.parse().map(ConversationId::from_stored) {
            Ok(ConversationId::Desk(desk)) => desks.push(desk),
            Ok(ConversationId::Customer(_)) | Err(_) => mistakes.push(format!(
                "OTKLIK_DESK: {} is not the id of a group; it is a negative number such as -1001234567890",
                shown::number(part)
            )),
        }
    }
    if desks.is_empty() && mistakes.iter().all(|mistake| !mistake.starts_with("OTKLIK_DESK")) {
        mistakes.push("OTKLIK_DESK names no group".into());
    }
    desks
}

fn carrier(variable: &dyn Fn(&str) -> Option<String>, mistakes: &mut Vec<String>) -> Option<Address> {
    let token = variable("OTKLIK_CARRIER_TOKEN").map(SecretString::from);
    let Some(url) = variable("OTKLIK_CARRIER_URL") else {
        if token.is_some() {
            mistakes.push("OTKLIK_CARRIER_TOKEN is set without OTKLIK_CARRIER_URL: the carrier's address".into());
        }
        return None;
    };
    match Address::new(&url, token.as_ref()) {
        Ok(address) => Some(address),
        // Neither is quoted: there may be a password in them.
        Err(why @ BadAddress::Token) => {
            mistakes.push(format!("OTKLIK_CARRIER_TOKEN: {why}"));
            None
        }
        Err(why @ (BadAddress::NoUrl | BadAddress::TooMuch)) => {
            mistakes.push(format!("OTKLIK_CARRIER_URL: {why}"));
            None
        }
    }
}

fn listen(variable: &dyn Fn(&str) -> Option<String>, mistakes: &mut Vec<String>) -> Option<SocketAddr> {
    let text = variable("OTKLIK_LISTEN")?;
    let address = text.trim().parse().ok();
    if address.is_none() {
        let shown = shown::number(text.trim());
        mistakes.push(format!("OTKLIK_LISTEN: {shown} is not an address and port such as 127.0.0.1:8090"));
    }
    address
}

/// A port alone is one of this machine, which nobody else can reach. The door is for strangers, and these figures are not.
fn metrics(
    variable: &dyn Fn(&str) -> Option<String>,
    door: Option<SocketAddr>,
    mistakes: &mut Vec<String>,
) -> Option<SocketAddr> {
    let text = variable("OTKLIK_METRICS")?;
    let port = || Some(SocketAddr::from(([127, 0, 0, 1], text.trim().parse().ok()?)));
    let address = text.trim().parse().ok().or_else(port);
    match address {
        None => {
            let shown = shown::number(text.trim());
            mistakes.push(format!("OTKLIK_METRICS: {shown} is neither a port such as 9464 nor an address with one"));
        }
        Some(address) if door.is_some_and(|door| door.port() == address.port() && address.port() != 0) => {
            mistakes.push(
                "OTKLIK_METRICS names the port of OTKLIK_LISTEN, which strangers reach: choose another port".into(),
            );
        }
        Some(_) => {}
    }
    address
}

fn push(variable: &dyn Fn(&str) -> Option<String>, mistakes: &mut Vec<String>) -> Option<push::Secret> {
    let secret = push::Secret::new(variable("OTKLIK_PUSH_SECRET")?.trim());
    if secret.is_none() {
        mistakes.push(format!(
            "OTKLIK_PUSH_SECRET is shorter than {} characters; a good one: openssl rand -hex 32",
            push::Secret::SHORTEST
        ));
    }
    secret
}

/// The paths of the door that are not Telegram's.
const TAKEN_PATHS: [&str; 3] = [push::PATH, "/healthz", "/readyz"];

fn webhook(variable: &dyn Fn(&str) -> Option<String>, mistakes: &mut Vec<String>) -> Option<String> {
    let url = variable("OTKLIK_WEBHOOK_URL")?.trim().to_owned();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let path = rest.map(|rest| rest.split_once('/').map_or("", |(_, path)| path));
    // A name and a password before the host are nothing that Telegram could use.
    let clean = url.chars().all(|c| c.is_ascii_graphic() && !"{}*@".contains(c));
    match path {
        Some(path) if clean && !TAKEN_PATHS.iter().any(|taken| taken[1..] == *path) => Some(url),
        Some(_) if clean => {
            let shown = shown::host(&url);
            mistakes.push(format!("OTKLIK_WEBHOOK_URL: {shown} has a path that is used for something else"));
            None
        }
        Some(_) | None => {
            mistakes.push(format!(
                "OTKLIK_WEBHOOK_URL: {} is not an address such as https://bot.example.org/telegram; Telegram \
                 must reach it from outside and have it passed on to OTKLIK_LISTEN",
                shown::host(&url)
            ));
            None
        }
    }
}

fn settings(file: Option<&str>, mistakes: &mut Vec<String>) -> Settings {
    let mut settings = Settings::default();
    let written: Written = match file.map(toml::from_str).transpose() {
        Ok(written) => written.unwrap_or_default(),
        Err(error) => {
            // The line itself is not quoted: a token may have been pasted into it.
            let line =
                error.span().zip(file).map(|(span, file)| file[..span.start.min(file.len())].matches('\n').count() + 1);
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            mistakes.push(format!("{FILE}: {line}{}", error.message()));
            return settings;
        }
    };
    let policy = &mut settings.policy;
    if let Some(name) = written.time_zone {
        match name.parse() {
            Ok(zone) => policy.zone = zone,
            Err(_) => mistakes.push(format!("{FILE}: time_zone = «{name}» is not a name such as \"Europe/Moscow\"")),
        }
    }
    for name in written.days_off.unwrap_or_default() {
        match name.parse::<Weekday>() {
            Ok(day) => policy.days_off.push(day),
            Err(_) => mistakes.push(format!("{FILE}: days_off: «{name}» is not a day such as \"sat\"")),
        }
    }
    if policy.days_off.len() >= 7 {
        mistakes.push(format!("{FILE}: days_off leaves no day to work on"));
    }
    for name in written.holidays.unwrap_or_default() {
        match name.parse::<NaiveDate>() {
            Ok(day) => policy.holidays.push(day),
            Err(_) => mistakes.push(format!("{FILE}: holidays: «{name}» is not a day such as \"2027-01-01\"")),
        }
    }
    let mut decides_wrong = None;
    let mut within = |name: &str, value: Option<i64>, least: i64, most: i64| match value {
        Some(value) if (least..=most).contains(&value) => Some(value),
        Some(value) => {
            mistakes.push(format!("{FILE}: {name} = {value} is not between {least} and {most}"));
            None
        }
        None => None,
    };
    // A year is more than any of these should be.
    for (name, value, field) in [
        ("offer_days", written.offer_days, &mut policy.offer_days),
        ("return_days", written.return_days, &mut policy.return_days),
        ("dispute_days", written.dispute_days, &mut policy.dispute_days),
        ("refund_days", written.refund_days, &mut policy.refund_days),
        ("offer_tries", written.offer_tries, &mut policy.offer_tries),
        ("check_hours", written.check_hours, &mut policy.check_hours),
        ("papers_days", written.papers_days, &mut policy.papers_days),
        ("wait_minutes", written.wait_minutes, &mut policy.wait_minutes),
        ("locker_hours", written.locker_hours, &mut policy.locker_hours),
        ("bulky_kg", written.bulky_kg, &mut policy.bulky.kg),
        ("bulky_cm", written.bulky_cm, &mut policy.bulky.cm),
        ("side_cm", written.side_cm, &mut policy.bulky.side_cm),
    ] {
        let most = if name.ends_with("_cm") { 1000 } else { 365 };
        let number = within(name, value.map(i64::from), 1, most);
        *field = number.and_then(|number| u32::try_from(number).ok()).unwrap_or(*field);
    }
    match written.decides.as_deref() {
        None => {}
        Some("seller") => policy.decides = Decides::Seller,
        Some("us") => policy.decides = Decides::Us,
        Some(other) => decides_wrong = Some(format!("{FILE}: decides = «{other}» is neither \"seller\" nor \"us\"")),
    }
    if let Some(attempts) = within("attempts", written.attempts, 1, 20) {
        policy.attempts = u32::try_from(attempts).unwrap_or(policy.attempts);
    }
    if let Some(minutes) = within("first_response_minutes", written.first_response_minutes, 1, 720) {
        policy.first_response = Duration::minutes(minutes);
    }
    if let Some(minutes) = within("carrier_patience_minutes", written.carrier_patience_minutes, 10, 720) {
        policy.carrier_patience = Duration::minutes(minutes);
    }
    if let Some(hours) = within("check_stuck_hours", written.check_stuck_hours, 1, 240) {
        policy.check_stuck = Duration::hours(hours);
    }
    if let Some(minutes) = within("link_pause_minutes", written.link_pause_minutes, 0, 1440) {
        policy.link_pause = Duration::minutes(minutes);
    }
    if let Some(hours) = within("reopen_hours", written.reopen_hours, 0, 720) {
        policy.reopen_within = Duration::hours(hours);
    }
    if let Some(askers) = within("incident_askers", written.incident_askers, 2, 1000) {
        policy.incident_askers = u32::try_from(askers).unwrap_or(policy.incident_askers);
    }
    if let Some(minutes) = within("offer_minutes", written.offer_minutes, 1, 120) {
        policy.turn_lasts = Duration::minutes(minutes);
    }
    // Telegram lets a bot delete its messages for two days.
    if let Some(minutes) = within("original_minutes", written.original_minutes, 1, 1440) {
        policy.original_lasts = Duration::minutes(minutes);
    }
    // Telegram repeats for a day what was not confirmed, and a customer's chat is looked through by number.
    if let Some(days) = within("keep_days", written.keep_days, 2, 3650) {
        policy.keep.done = Duration::days(days);
        // The same words stand in the story: who wants messages for long wants it for as long.
        policy.keep.story = policy.keep.story.max(policy.keep.done);
    }
    // Who comes back within a month may get the same ticket.
    let least = policy.keep.done.num_days().max(31);
    if let Some(days) = within("keep_story_days", written.keep_story_days, least, 3650) {
        policy.keep.story = Duration::days(days);
    }
    if let Some(days) = within("keep_audit_days", written.keep_audit_days, 31, 3650) {
        policy.keep.audit = Duration::days(days);
    }
    if let Some(links) = written.links_a_day {
        policy.links_a_day = links;
    }
    mistakes.extend(decides_wrong);
    policy.portal = written.portal;
    policy.papers_email = written.papers_email;
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let ends_with_the_day = written.closes.as_deref() == Some("24:00");
    let closes = |text: &str| if text == "24:00" { Some(NaiveTime::MIN) } else { time(text) };
    let mut set = |name: &str,
                   text: Option<String>,
                   read: &dyn Fn(&str) -> Option<NaiveTime>,
                   field: &mut NaiveTime| match text.map(|text| read(&text).ok_or(text)) {
        Some(Ok(time)) => *field = time,
        Some(Err(text)) => mistakes.push(format!("{FILE}: {name} = «{text}» is not a time such as \"09:00\"")),
        None => {}
    };
    set("opens", written.opens, &time, &mut policy.opens);
    set("closes", written.closes, &closes, &mut policy.closes);
    if policy.opens == policy.closes && !(ends_with_the_day && policy.opens == NaiveTime::MIN) {
        mistakes.push(format!(
            "{FILE}: opens and closes are both {}; a desk round the clock: opens = \"00:00\", closes = \"24:00\"",
            policy.opens.format("%H:%M")
        ));
    }
    policy.lead = written.lead.map(|name| format!("@{}", name.trim_start_matches('@')));
    if let Some(id) = written.desk_language {
        settings.desk_language = Language::new(&id);
        if settings.desk_language.is_none() {
            mistakes.push(format!("{FILE}: desk_language = «{id}» is not the id of a language such as \"ru\""));
        }
    }
    for desk in written.desk.unwrap_or_default() {
        let WrittenDesk { id, name, intents, languages } = desk;
        settings.desks.push(DeskInfo { id: DeskId(id), name, intents, languages, plain: false });
    }
    if let Some(precision) = written.precision {
        if precision > 0.5 && precision < 1.0 {
            settings.precision = precision;
        } else {
            mistakes.push(format!("{FILE}: precision = {precision} is not between 0.5 and 1"));
        }
    }
    settings.cache = written.understanding.and_then(|understanding| understanding.cache);
    if let Some(formats) = written.carrier_formats {
        settings.carrier_formats = formats;
    }
    if let Some(code) = written.phone_country {
        match Country::from_code(&code) {
            Some(country) => settings.phone_country = country,
            None => mistakes.push(format!(
                "{FILE}: phone_country = «{code}» is not the code of a country such as \"RU\" (ISO 3166, two letters)"
            )),
        }
    }
    settings
}

#[cfg(test)]
mod tests;
