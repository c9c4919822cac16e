//! From a configuration to a bot at work, and to its end: what `otklik run`, the demo and the makers' tools share.

use crate::carrier::{Carrier, Http, Pace};
use crate::config::{self, Config, Settings};
use crate::conversation::{DeskId, customers_menu};
use crate::desk::desk_menu;
use crate::inbox::Knowledge;
use crate::outbox::Limits;
use crate::phrases::Phrasebook;
use crate::run::{self, Bot, Followed, Parts};
use crate::store::{LocalCarrier, Store, TURN};
use crate::supervisor;
use crate::telegram::{Api, Menu, Shown};
use secrecy::ExposeSecret;
use std::io::IsTerminal;
use std::sync::Arc;
use tokio::sync::watch;
use tracing::{info, warn};
use understanding::Matcher;

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for a person.
    Text,
    /// A JSON object a line, for a system that collects logs: beside what is told otherwise, each message's way from the
    /// update to the reply ([`TURN`]), never its words.
    Json,
}

/// Sends logs to standard error. `default` says what is told, as `RUST_LOG` does, which goes before it. A panic is told
/// by its place only: its own words may quote a message. Once a process.
pub fn log(default: &str, format: LogFormat) {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panicked");
    }));
    let told = config::variable("RUST_LOG").unwrap_or_else(|| match format {
        LogFormat::Text => default.to_owned(),
        LogFormat::Json => format!("{default},{TURN}=debug"),
    });
    let coloured = std::io::stderr().is_terminal() && config::variable("NO_COLOR").is_none();
    let logs = tracing_subscriber::fmt().with_ansi(coloured).with_writer(std::io::stderr);
    let filter = |filter: &str| tracing_subscriber::EnvFilter::new(filter);
    match format {
        LogFormat::Text => logs.with_env_filter(filter(&told)).init(),
        LogFormat::Json => logs.json().flatten_event(true).with_span_list(false).with_env_filter(filter(&told)).init(),
    }
}

/// Starts the bot that a configuration describes; it sends within `limits`. Learning the phrasebook takes a second of
/// pure work first.
///
/// # Errors
///
/// Words for the owner: a token that Telegram does not know, what is wrong with the phrasebook or with what the settings
/// want of it, a database that cannot be opened, a server's address that is none, a port that is taken, other replicas
/// that leave no place. What a desk lacks, or a Telegram that is away, is only logged: it passes, or is mended while the
/// bot runs.
pub async fn start(config: Config, limits: Limits) -> Result<Bot, Box<dyn std::error::Error>> {
    let api = Api::new(&config.token, config.server.as_ref())?;
    api.token_is_known().await?;
    let settings = &config.settings;
    let followed = settings.phrases.clone();
    let followed = followed.map(|folder| Followed::new(folder, settings.carrier_formats.clone(), settings.precision));
    let phrasebook = phrasebook(&config.settings)?;
    let matcher = matcher(&phrasebook, &config.settings);
    let store = Store::open(config.database.expose_secret()).await?;
    prepare(&api, &config, &store).await;
    let groups: Vec<DeskId> = config.desks.iter().map(|desk| store.current_desk(*desk)).collect();
    // Nobody waits for menus, so the start does not either.
    tokio::spawn(show_menus(api.clone(), menus(&phrasebook, &groups)));
    let mut desks = settings.desks_of(&config.desks);
    for desk in &mut desks {
        // What cannot be told now is taken for a group with topics: so the desk is meant to be.
        desk.plain = api.has_topics(store.current_desk(desk.id)).await == Some(false);
    }
    let known = Knowledge::new(Arc::new(phrasebook), Arc::new(matcher), settings.policy.clone(), desks);
    let knowledge = Arc::new(watch::Sender::new(Arc::new(known)));
    info!(desks = config.desks.len(), "at work");
    let carrier: Arc<dyn Carrier> = match config.carrier {
        Some(address) => {
            info!(%address, "parcels are the carrier's");
            Arc::new(Http::new(address, Pace::default())?)
        }
        None => Arc::new(LocalCarrier::new(store.clone(), settings.policy.clone())),
    };
    let Config { desks, listen, push, webhook, metrics, .. } = config;
    let known = knowledge.clone();
    let parts = Parts { store, carrier, api, knowledge, desks, limits, listen, push, webhook, metrics };
    let mut bot = Bot::start(parts).await?;
    if let Some(followed) = followed {
        bot.follow(followed, known);
    }
    Ok(bot)
}

/// The phrasebook as the settings want it: of their folder or the one compiled in, speaking their language at the desk.
///
/// # Errors
///
/// Every mistake of the phrasebook with its file and line, or every language that the settings name and it does not have.
pub fn phrasebook(settings: &Settings) -> Result<Phrasebook, Box<dyn std::error::Error>> {
    Ok(settings.applied_to(run::phrasebook(settings.phrases.as_deref())?)?)
}

/// Puts Telegram's side in order, and tells at once what the desks lack. Trouble here passes or is mended while
/// the bot runs, so it does not keep it from starting.
async fn prepare(api: &Api, config: &Config, store: &Store) {
    if config.webhook.is_none()
        && let Err(problem) = api.leave_webhook().await
    {
        warn!(%problem, "an earlier webhook may still be set");
    }
    for desk in &config.desks {
        for lacking in api.missing_at_desk(store.current_desk(*desk)).await {
            warn!(%desk, %lacking, "the desk is not ready");
        }
    }
}

/// The menus of commands in customers' chats, a language each, and in the groups of these desks.
fn menus(phrasebook: &Phrasebook, desks: &[DeskId]) -> Vec<Menu> {
    let customers = phrasebook.readers().into_iter().map(|(reader, language)| Menu {
        shown: Shown::ToCustomers(reader.map(str::to_owned)),
        commands: customers_menu(phrasebook, language),
    });
    let desks = desks.iter().map(|desk| Menu { shown: Shown::AtDesk(*desk), commands: desk_menu(phrasebook) });
    customers.chain(desks).collect()
}

async fn show_menus(api: Api, menus: Vec<Menu>) {
    match api.show_menus(&menus).await {
        Ok(0) => {}
        Ok(set) => info!(set, "the menus of commands are set"),
        Err(problem) => warn!(%problem, "a menu of commands is not as it should be; the next start sets it"),
    }
}

/// Learns to read as the settings want it, or takes what was learned before. Takes seconds, or half a one; a person at a
/// terminal is told what is waited for.
pub fn matcher(phrasebook: &Phrasebook, settings: &Settings) -> Matcher {
    let learns = || {
        if std::io::stderr().is_terminal() {
            eprintln!("{}", if config::reads_russian() { LEARNS.0 } else { LEARNS.1 });
        }
    };
    let (formats, folder) = (&settings.carrier_formats, settings.cache.as_deref());
    run::matcher_kept(phrasebook, formats, settings.precision, folder, &learns)
}

/// What a person is told who waits while the phrases are learned, in Russian and in English.
const LEARNS: (&str, &str) = ("Учу фразы, это несколько секунд…", "Learning the phrases, a few seconds…");

/// Lets the bot work until Ctrl-C or SIGTERM, then ends it in order.
///
/// # Errors
///
/// Words for the owner, if the bot cannot go on; it has been stopped by then, and nothing is lost.
pub async fn until_told(mut bot: Bot) -> Result<(), Box<dyn std::error::Error>> {
    let told = tokio::spawn(supervisor::tell(bot.health(), bot.in_place()));
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let ended = tokio::select! {
        _ = tokio::signal::ctrl_c() => Ok(()),
        _ = terminate.recv() => Ok(()),
        problem = bot.failed() => Err(problem.into()),
    };
    supervisor::stopping();
    info!("stopping: finishing what is in hand");
    bot.stop().await;
    told.abort();
    ended
}
