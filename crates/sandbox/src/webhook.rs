//! Delivery of updates to the bot's webhook: in order, one after another, again until it says 200.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::state::Core;
use crate::world::{Change, Webhook};

/// How long the sandbox waits before it tries a refused update again, and for an answer.
const RETRY_AFTER: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

/// A place on this machine that takes updates.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    path: String,
}

impl Address {
    /// Reads an address; none if it is not plain HTTP on this machine.
    pub fn parse(url: &str) -> Option<Address> {
        let rest = url.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (name, port) = host.split_once(':').unwrap_or((host, "80"));
        let here = matches!(name, "127.0.0.1" | "localhost");
        // A path is written into the head of a request as it is.
        let clean = path.chars().all(|letter| letter.is_ascii_graphic());
        (here && clean && port.parse::<u16>().is_ok())
            .then(|| Address { host: format!("{name}:{port}"), path: format!("/{path}") })
    }
}

/// Delivers until the sandbox ends.
pub(crate) async fn deliver(core: Arc<Core>) {
    let mut changed = core.subscribe();
    let mut stopping = core.stopping();
    loop {
        changed.borrow_and_update();
        let next = {
            let inner = core.lock();
            let webhook = inner.world.webhook.clone();
            webhook.zip(inner.world.pending.front().cloned())
        };
        let pause = match next {
            None => None,
            Some((webhook, pending)) => match post(&webhook, &pending.update).await {
                Ok(200..=299) => {
                    core.change(|draft| draft.make(Change::Confirmed { below: pending.id + 1 }));
                    continue;
                }
                Ok(status) => {
                    tracing::debug!(status, "the webhook did not take an update");
                    Some(RETRY_AFTER)
                }
                Err(error) => {
                    tracing::debug!(%error, "the webhook does not answer");
                    Some(RETRY_AFTER)
                }
            },
        };
        let wake = async {
            match pause {
                Some(pause) => core.sleep(pause).await,
                None => {
                    // The sender lives in the core that this task holds: it cannot be gone.
                    let _ = changed.changed().await;
                }
            }
        };
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = wake => {}
        }
    }
}

/// Posts one update; gives the status of the answer.
async fn post(webhook: &Webhook, update: &Value) -> io::Result<u16> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let address = Address::parse(&webhook.url).ok_or_else(|| invalid("the webhook's address"))?;
    let body = update.to_string();
    let secret = match &webhook.secret {
        Some(secret) => format!("X-Telegram-Bot-Api-Secret-Token: {secret}\r\n"),
        None => String::new(),
    };
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{secret}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        address.path,
        address.host,
        body.len()
    );
    let exchange = async {
        let mut stream = TcpStream::connect(&address.host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        // The status line is all that matters; an answer is short.
        stream.take(16_384).read_to_end(&mut answer).await?;
        Ok::<_, io::Error>(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, exchange).await??;
    let head = String::from_utf8_lossy(&answer);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| invalid("no HTTP answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_delivered_to() {
        let address = Address::parse("http://127.0.0.1:8080/hook/1").expect("a good address");
        assert_eq!((address.host.as_str(), address.path.as_str()), ("127.0.0.1:8080", "/hook/1"));
        assert!(Address::parse("http://localhost:1").is_some());
        for bad in ["https://127.0.0.1/", "http://example.org/", "http://127.0.0.1:1/a b"] {
            assert_eq!(Address::parse(bad), None, "{bad}");
        }
    }
}
