//! Receiving by webhook: Telegram brings each update to our door, and is told 200 only when it is in the inbox.
//! Whatever is not confirmed it brings again.
//!
//! All replicas take what comes; the secret that Telegram shows is made of the token, so that they agree on it. Now
//! and then it is looked whether the webhook is still set: another program with the same token may have removed it.

use super::api::{Api, Problem, tolerant};
use super::receive::Receiver;
use crate::clock;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use serde_json::Value;
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;
use teloxide::RequestError;
use tokio::sync::watch;
use tracing::{error, info, warn};

/// The header in which Telegram shows the secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";
/// The longest body: an update is some kilobytes.
const LONGEST: usize = 1024 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether the webhook is still set.
const LOOK: Duration = Duration::from_secs(60);
/// The longest pause between two tries to set it.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Trouble that Telegram tells of is news if it is not older than this (seconds).
const RECENT: i64 = 120;

/// A webhook: where Telegram is to bring updates, and what becomes of them.
pub struct Webhook {
    api: Api,
    url: String,
    door: Arc<WebhookDoor>,
}

/// What taking an update needs.
struct WebhookDoor {
    receiver: Receiver,
    /// Made of the token; the secret is what it makes of [`PURPOSE`].
    mac: Hmac<Sha256>,
}

/// What the secret is for, so that it is no other use's.
const PURPOSE: &[u8] = b"otklik webhook";

impl Webhook {
    /// Updates that come to `url` go to `receiver`.
    pub fn new(api: Api, url: &str, receiver: Receiver) -> Webhook {
        let mut mac = Hmac::<Sha256>::new_from_slice(api.token().as_bytes()).expect("HMAC takes a key of any length");
        mac.update(PURPOSE);
        Webhook { api, url: url.to_owned(), door: Arc::new(WebhookDoor { receiver, mac }) }
    }

    /// What is taken at the door: posts to the path of the webhook's address.
    pub fn routes(&self) -> Router {
        let path = path(&self.url);
        Router::new().route(&path, post(take)).with_state(self.door.clone())
    }

    /// Sets the webhook and sees that it stays set, until told to stop. Says that it is in its place when it is set.
    ///
    /// # Errors
    /// When Telegram does not take the address, or does not know the token. All else is waited out.
    pub async fn run(self, in_place: watch::Sender<bool>, mut stop: watch::Receiver<bool>) -> Result<(), Problem> {
        let secret = SecretString::from(hex::encode(self.door.mac.clone().finalize().into_bytes()));
        let mut pause = Duration::from_millis(250);
        let mut set = false;
        while !*stop.borrow_and_update() {
            let wait = match self.look(&secret, set).await {
                Ok(()) => {
                    set = true;
                    in_place.send_replace(true);
                    pause = Duration::from_millis(250);
                    LOOK
                }
                Err(RequestError::Api(teloxide::ApiError::InvalidToken)) => return Err(Problem::Token),
                Err(RequestError::Api(refused)) if !set => {
                    return Err(Problem::Webhook { url: self.url, why: refused.to_string() });
                }
                Err(RequestError::RetryAfter(seconds)) => seconds.duration(),
                Err(problem) => {
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    warn!(%problem, seconds = pause.as_secs_f32(), "the webhook cannot be looked after; trying again");
                    pause
                }
            };
            tokio::select! {
                () = clock::sleep(wait) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }

    /// Sets the webhook if it is not; tells what Telegram could not bring lately.
    async fn look(&self, secret: &SecretString, set: bool) -> Result<(), RequestError> {
        let info = if set { self.api.webhook_info().await? } else { Value::Null };
        if info["url"] != self.url.as_str() {
            if set {
                warn!("somebody has removed the webhook: it is set again. Does another program use this token?");
            }
            self.api.set_webhook(&self.url, secret).await?;
            info!("Telegram brings updates to the webhook");
        } else if info["last_error_date"].as_i64().is_some_and(|at| clock::now().timestamp() - at < RECENT) {
            let why = info["last_error_message"].as_str().unwrap_or("?");
            warn!(why, waiting = info["pending_update_count"].as_i64(), "Telegram could not bring an update");
        }
        Ok(())
    }
}

/// `POST` to the webhook: one update.
async fn take(State(door): State<Arc<WebhookDoor>>, headers: HeaderMap, body: Body) -> StatusCode {
    // Without the secret no body is read.
    let shown = headers.get(SECRET).and_then(|shown| hex::decode(shown.as_bytes()).ok());
    if shown.is_none_or(|shown| door.mac.clone().verify_slice(&shown).is_err()) {
        warn!("a post to the webhook without its secret was refused");
        return StatusCode::UNAUTHORIZED;
    }
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, LONGEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    // Of an update that cannot be read only its id is left: it is stepped over, or Telegram would bring it for ever.
    let Some(update) = std::str::from_utf8(&body).ok().and_then(tolerant) else {
        warn!(bytes = body.len(), "a post to the webhook that is no update was refused");
        return StatusCode::BAD_REQUEST;
    };
    match door.receiver.take(&[update]).await {
        Ok(()) => StatusCode::OK,
        Err(problem) => {
            error!(%problem, "an update cannot be stored, so it is not confirmed; Telegram brings it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// The path of an address, as it is asked for at our door.
fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("/{path}")
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_path_is_what_comes_after_the_host() {
        for (url, expected) in [
            ("https://bot.example.org", "/"),
            ("https://bot.example.org/", "/"),
            ("https://bot.example.org:8443/telegram/hook?x=1", "/telegram/hook"),
        ] {
            assert_eq!(path(url), expected, "{url}");
        }
    }
}
