//! `otklik init`: asks for what the bot needs, looks at each answer at once, waits while its owner presses buttons in
//! Telegram, and writes `otklik.toml` and `.env` at the end.
//!
//! Nothing that customers write meanwhile is lost: updates are looked at and never confirmed (`telegram::groups`).

mod answers;
mod files;
mod talk;
mod words;

use super::shared::{CommandResult, PlaceArguments};
use crate::clock;
use crate::config::{self, Place};
use crate::conversation::{DeskId, Policy};
use crate::lists::{Names, typed};
use crate::parcel::{Country, Listed, Parcel, Phone};
use crate::store::Store;
use crate::telegram::{Api, Group, Hidden, Lack, Problem};
use answers::{Answers, Hours};
use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::time::Duration;
use talk::Talk;
use words::Words;

/// Whatever is not given here is asked for; where no answer can come, the usual is taken.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  otklik init\n  otklik init --token-file token --desk -1001234567890 --hours 9-18 --force \
                  < /dev/null"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The bot's token is in this file; otherwise TELOXIDE_TOKEN, otherwise it is asked for
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The agents' group, otherwise OTKLIK_DESK, otherwise it is found
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    desk: Option<i64>,
    /// The agents' time zone, such as Europe/Moscow
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Tz>,
    /// When people answer, such as 9-18, or 24 for always
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    hours: Option<Hours>,
    /// A first parcel, to try the bot with
    #[arg(long, value_name = "NUMBER")]
    parcel: Option<String>,
    /// Its recipient's phone
    #[arg(long, value_name = "PHONE", requires = "parcel", allow_hyphen_values = true)]
    phone: Option<String>,
    /// The language it speaks, and the bot with agents; otherwise that of the locale
    #[arg(long)]
    language: Option<Spoken>,
    /// Write over otklik.toml and .env without asking; what was there is kept beside as .old
    #[arg(long)]
    force: bool,
}

/// A language that `init` speaks.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Spoken {
    Ru,
    En,
}

fn hours(text: &str) -> Result<Hours, String> {
    Hours::read(text).ok_or_else(|| "hours are such as 9-18 or 09:00-18:30, or 24".into())
}

/// How often Telegram is looked at while its owner presses buttons there.
const LOOK: Duration = Duration::from_secs(1);

/// The status a first parcel has.
const FIRST_STATUS: &str = "in_transit";

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let words = match arguments.language {
        Some(Spoken::Ru) => Words::RUSSIAN,
        Some(Spoken::En) => Words::ENGLISH,
        None if config::reads_russian() => Words::RUSSIAN,
        None => Words::ENGLISH,
    };
    let place = arguments.place.place()?;
    let talk = Talk::begin();
    Setup { arguments, place, words, talk }.run().await
}

type Asked<T> = Result<T, Box<dyn std::error::Error>>;

/// A setting-up under way.
struct Setup {
    arguments: Arguments,
    place: Place,
    words: Words,
    talk: Talk,
}

impl Setup {
    async fn run(mut self) -> CommandResult {
        let words = self.words;
        self.talk.say(words.hello());
        let there = files::there(&self.place);
        if !there.is_empty() && !self.arguments.force {
            let answer = self.talk.ask(&words.may_replace(&there)).await.unwrap_or_default();
            if !words.is_yes(&answer) {
                return Err(words.left_alone().into());
            }
        }
        let (api, token, username) = self.token().await?;
        let desk = self.desk(&api, &username).await?;
        let desk = self.rights(&api, desk).await;
        // One that was not named so far takes the first one's place; the others go on.
        let known = self.known_desks();
        let replaced = usize::from(!known.contains(&desk));
        let further = known.into_iter().skip(replaced).filter(|known| *known != desk);
        let desks = std::iter::once(desk).chain(further).collect();
        let zone = self.zone().await;
        let hours = self.hours().await;
        // What the environment holds just now `run` may not have: it goes into the file.
        let beside = ["TELOXIDE_API_URL", "DATABASE_URL"];
        let beside = beside.into_iter().filter_map(|name| Some((name, config::variable(name)?.into()))).collect();
        let parcel = self.first_parcel().await;
        files::write(&self.place, &Answers { token, desks, beside, zone, hours }, words)?;
        if let Some(parcel) = parcel {
            let number = parcel.parcel.number.to_string();
            let store = Store::open(&self.place.database()).await?;
            store.put_parcels(vec![parcel], clock::now().timestamp_millis()).await?;
            self.talk.say(&words.has_parcel(&number));
        }
        let config = match self.arguments.place.named() {
            Some(file) => format!(" --config {}", file.display()),
            None => String::new(),
        };
        let written = [self.place.file().to_owned(), self.place.env_file()];
        self.talk.say(&words.done(&username, &written, &config));
        Ok(())
    }

    /// A token that Telegram knows, with the client for it and the bot's username.
    async fn token(&mut self) -> Asked<(Api, SecretString, String)> {
        let server = self.place.variable("TELOXIDE_API_URL").map(SecretString::from);
        let words = self.words;
        let mut known = match &self.arguments.token_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?),
            None => self.place.variable("TELOXIDE_TOKEN"),
        };
        loop {
            let token = match known.take() {
                Some(token) => token.trim().to_owned(),
                None => self.talk.ask(words.ask_token()).await.ok_or(words.ended())?,
            };
            if !answers::is_like_a_token(&token) {
                self.talk.say(words.no_token());
                continue;
            }
            let token = SecretString::from(token);
            let api = Api::new(&token, server.as_ref())?;
            match api.me().await {
                Ok(me) => {
                    self.talk.say(&words.is_the_bot(&me.username));
                    if !me.joins_groups {
                        self.talk.say(words.joins_no_groups());
                    }
                    return Ok((api, token, me.username));
                }
                Err(Problem::Token) => self.talk.say(words.token_refused()),
                Err(away) => {
                    self.talk.ask(&words.telegram_is_away(&away.to_string())).await.ok_or(words.ended())?;
                    known = Some(token.expose_secret().to_owned());
                }
            }
        }
    }

    /// The agents' group, in which the bot is.
    async fn desk(&mut self, api: &Api, username: &str) -> Asked<DeskId> {
        let words = self.words;
        let mut refused = Vec::new();
        if let Some(known) = self.arguments.desk.map(DeskId).or_else(|| self.known_desks().first().copied()) {
            match self.group(api, known).await? {
                Some(group) => return Ok(group.id),
                None => self.talk.say(&words.not_in_group(known)),
            }
        } else if let Ok(seen) = api.groups_in_sight(false).await? {
            for group in self.with_the_bot(api, seen.groups).await? {
                let answer = self.talk.ask(&words.is_it_this(&group)).await.unwrap_or_default();
                if answer.is_empty() || words.is_yes(&answer) {
                    self.talk.say(&words.is_the_desk(&group));
                    return Ok(group.id);
                }
                refused.push(group.id);
            }
        }
        let mut question = words.ask_desk().to_owned();
        loop {
            match self.talk.ask(&question).await {
                None => break,
                Some(answer) if answer.is_empty() => break,
                Some(answer) => match answers::desk(&answer) {
                    Some(desk) => match self.group(api, desk).await? {
                        Some(group) => return Ok(group.id),
                        None => question = words.not_in_group(desk),
                    },
                    None => question = words.no_desk().to_owned(),
                },
            }
        }
        self.talk.say(&words.add_bot(username));
        self.wait_for_group(api, &refused).await
    }

    /// The groups that `OTKLIK_DESK` names so far; the first gets new topics.
    fn known_desks(&self) -> Vec<DeskId> {
        let named = self.place.variable("OTKLIK_DESK").unwrap_or_default();
        named.split(',').filter_map(|id| answers::desk(id.trim())).collect()
    }

    /// The group the bot is added to, as soon as it is: none of those which are not the agents'.
    async fn wait_for_group(&mut self, api: &Api, refused: &[DeskId]) -> Asked<DeskId> {
        let (words, mut told) = (self.words, false);
        loop {
            match api.groups_in_sight(true).await {
                Ok(Ok(mut seen)) => {
                    seen.groups.retain(|group| !refused.contains(&group.id));
                    match &self.with_the_bot(api, seen.groups).await?[..] {
                        [] if seen.full => {
                            if let Some(desk) = self.by_number(api, Hidden::Full).await? {
                                return Ok(desk);
                            }
                        }
                        [] => {}
                        [group] => {
                            self.talk.say(&words.is_the_desk(group));
                            return Ok(group.id);
                        }
                        several => {
                            let answer = self.talk.ask(&words.which_group(several)).await.ok_or(words.ended())?;
                            let chosen =
                                answer.parse::<usize>().ok().and_then(|number| several.get(number.checked_sub(1)?));
                            if let Some(group) = chosen {
                                self.talk.say(&words.is_the_desk(group));
                                return Ok(group.id);
                            }
                        }
                    }
                }
                Ok(Err(hidden)) => {
                    if let Some(desk) = self.by_number(api, hidden).await? {
                        return Ok(desk);
                    }
                }
                Err(Problem::Token) => return Err(Problem::Token.into()),
                // It passes, and the person has nothing to do about it.
                Err(_) if told => {}
                Err(away) => {
                    told = true;
                    self.talk.say(&away.to_string());
                }
            }
            clock::sleep(LOOK).await;
        }
    }

    /// The group by its number, asked for because it cannot be seen; `None` if that was no group with the bot.
    async fn by_number(&mut self, api: &Api, hidden: Hidden) -> Asked<Option<DeskId>> {
        let words = self.words;
        let answer = self.talk.ask(&words.hidden(hidden)).await.ok_or(words.ended())?;
        let Some(desk) = answers::desk(&answer) else {
            self.talk.say(words.no_desk());
            return Ok(None);
        };
        let group = self.group(api, desk).await?;
        if group.is_none() {
            self.talk.say(&words.not_in_group(desk));
        }
        Ok(group.map(|group| group.id))
    }

    /// A group by its id, told of if the bot is in it.
    async fn group(&self, api: &Api, id: DeskId) -> Asked<Option<Group>> {
        let group = api.group(id).await?;
        if let Some(group) = &group {
            self.talk.say(&self.words.is_the_desk(group));
        }
        Ok(group)
    }

    /// Those groups in which the bot is now.
    async fn with_the_bot(&self, api: &Api, groups: Vec<Group>) -> Asked<Vec<Group>> {
        let mut inside = Vec::new();
        for group in groups {
            inside.extend(api.group(group.id).await?);
        }
        Ok(inside)
    }

    /// Waits until the group has all that a desk needs, or its owner wants to go on without. Gives its id, which changes
    /// when topics are switched on in a small group.
    async fn rights(&mut self, api: &Api, mut desk: DeskId) -> DeskId {
        let (words, mut told) = (self.words, Vec::new());
        loop {
            let lacks = api.missing_at_desk(desk).await;
            if let Some(Lack::Moved(new)) = lacks.first().filter(|lack| **lack != Lack::Moved(desk)) {
                desk = *new;
                continue;
            }
            if lacks.is_empty() {
                self.talk.say(words.desk_is_ready());
                return desk;
            }
            if lacks != told {
                self.talk.say(&words.lacks(&lacks));
                told = lacks;
            }
            tokio::select! {
                () = clock::sleep(LOOK) => {}
                () = self.talk.enter() => {
                    self.talk.say(words.gone_on());
                    return desk;
                }
            }
            // Telegram may go on to answer for the group that was.
            if let Ok(Ok(seen)) = api.groups_in_sight(false).await {
                desk = seen.moved.iter().find(|(old, _)| *old == desk).map_or(desk, |(_, new)| *new);
            }
        }
    }

    async fn zone(&mut self) -> Tz {
        let words = self.words;
        if let Some(zone) = self.arguments.time_zone {
            return zone;
        }
        let usual = answers::machine_zone().unwrap_or(Policy::default().zone);
        let question = words.ask_zone(usual.name());
        loop {
            match self.talk.ask(&question).await {
                None => return usual,
                Some(answer) if answer.is_empty() => return usual,
                Some(answer) => match answer.parse() {
                    Ok(zone) => return zone,
                    Err(_) => self.talk.say(words.no_zone()),
                },
            }
        }
    }

    async fn hours(&mut self) -> Hours {
        let words = self.words;
        if let Some(hours) = self.arguments.hours {
            return hours;
        }
        let question = words.ask_hours(Hours::USUAL);
        loop {
            let answer = self.talk.ask(&question).await.filter(|answer| !answer.is_empty());
            match Hours::read(answer.as_deref().unwrap_or(Hours::USUAL)) {
                Some(hours) => return hours,
                None => self.talk.say(words.no_hours()),
            }
        }
    }

    /// A parcel for our own tables, unless parcels are a carrier's.
    async fn first_parcel(&mut self) -> Option<Listed> {
        let words = self.words;
        if self.place.variable("OTKLIK_CARRIER_URL").is_some() {
            return None;
        }
        let mut given = self.arguments.parcel.clone();
        let (number, status) = loop {
            let text = match given.take() {
                Some(number) => number,
                None => self.talk.ask(words.ask_parcel()).await.unwrap_or_default(),
            };
            if text.is_empty() {
                return None;
            }
            match typed(&text, FIRST_STATUS, &Names::default()) {
                Ok((number, status, _)) => break (number, status),
                Err(why) => self.talk.say(&words.no_parcel(&why)),
            }
        };
        let mut given = self.arguments.phone.clone();
        let phone = loop {
            let text = match given.take() {
                Some(phone) => phone,
                None => self.talk.ask(words.ask_phone()).await.unwrap_or_default(),
            };
            if text.is_empty() {
                break None;
            }
            match Phone::listed(&text, Country::RUSSIA) {
                Some(phone) => break Some(phone),
                None => self.talk.say(words.no_phone()),
            }
        };
        Some(Listed { parcel: Parcel::new(number, status), phone, link: None })
    }
}
