//! What commands share: how they end, and how the bot that a configuration describes is put together and run.

use crate::carrier::{Carrier, Http, Pace};
use crate::config::{Config, Settings};
use crate::inbox::Knowledge;
use crate::outbox::Limits;
use crate::phrases::Phrasebook;
use crate::run::{self, Bot, Parts};
use crate::store::{LocalCarrier, Store};
use crate::telegram::Api;
use std::sync::Arc;
use tokio::sync::watch;
use tracing::{info, warn};
use understanding::Matcher;

/// What a command ends with when it fails: words for a person.
pub(super) type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Starts the bot that a configuration describes.
pub(super) async fn start(config: Config, limits: Limits) -> Result<Bot, Box<dyn std::error::Error>> {
    let phrasebook = phrasebook(&config.settings)?;
    let matcher = matcher(&phrasebook, &config.settings);
    let store = Store::open(&config.database).await?;
    let api = Api::new(&config.token, config.server.as_deref())?;
    prepare(&api, &config).await;
    let settings = &config.settings;
    let mut desks = settings.desks_of(&config.desks);
    for desk in &mut desks {
        // What cannot be told now is taken for a group with topics: so the desk is meant to be.
        desk.plain = api.has_topics(desk.id).await == Some(false);
    }
    let known = Knowledge::new(Arc::new(phrasebook), Arc::new(matcher), settings.policy.clone(), desks);
    let knowledge = Arc::new(watch::Sender::new(Arc::new(known)));
    if let Some(folder) = settings.phrases.clone() {
        tokio::spawn(run::follow_phrases(
            folder,
            settings.carrier_formats.clone(),
            settings.precision,
            knowledge.clone(),
        ));
    }
    info!(desks = config.desks.len(), "at work");
    let carrier: Arc<dyn Carrier> = match config.carrier {
        Some(address) => {
            info!(%address, "parcels are the carrier's");
            Arc::new(Http::new(address, Pace::default())?)
        }
        None => Arc::new(LocalCarrier::new(store.clone(), settings.policy.clone())),
    };
    let Config { desks, listen, push, webhook, .. } = config;
    let keep = config.settings.keep;
    Ok(Bot::start(Parts { store, carrier, api, knowledge, desks, limits, listen, push, webhook, keep }).await?)
}

/// The phrasebook as the settings want it.
pub(super) fn phrasebook(settings: &Settings) -> Result<Phrasebook, Box<dyn std::error::Error>> {
    Ok(settings.applied_to(run::phrasebook(settings.phrases.as_deref())?)?)
}

/// Puts Telegram's side in order, and tells at once what the desks lack. Trouble here passes or is mended while
/// the bot runs, so it does not keep it from starting.
async fn prepare(api: &Api, config: &Config) {
    if config.webhook.is_none()
        && let Err(problem) = api.leave_webhook().await
    {
        warn!(%problem, "an earlier webhook may still be set");
    }
    for desk in &config.desks {
        for lacking in api.missing_at_desk(*desk).await {
            warn!(%desk, lacking, "the desk is not ready");
        }
    }
}

/// Learns to read as the settings want it.
pub(super) fn matcher(phrasebook: &Phrasebook, settings: &Settings) -> Matcher {
    run::matcher(phrasebook, &settings.carrier_formats, settings.precision)
}

/// Works until Ctrl-C, SIGTERM, or until it cannot go on.
pub(super) async fn until_told(mut bot: Bot) -> Outcome {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        problem = bot.failed() => {
            bot.stop().await;
            return Err(problem.into());
        }
    }
    info!("stopping: finishing what is in hand");
    bot.stop().await;
    Ok(())
}
