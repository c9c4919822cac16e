//! The door to the outside, where one is wanted (`OTKLIK_LISTEN`): one port for Telegram's webhook, for a carrier's
//! pushes, and for the machines that watch over the bot.
//!
//! - `GET /healthz`: the process is alive.
//! - `GET /readyz`: it can take what comes, because its database answers and it is not about to stop.

use crate::store::Store;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::{error, info, warn};

/// How long connections that are still open may take to end when the bot stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long the database may take to show that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// A door that is open: its port is ours, no request is taken yet.
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

/// What telling how the bot is needs.
#[derive(Clone)]
struct Health {
    store: Store,
    stop: watch::Receiver<bool>,
}

impl Door {
    /// Takes the port; port 0 takes a free one.
    ///
    /// # Errors
    /// When the system does not give it: it is taken, not allowed, or no address of this machine.
    pub async fn open(listen: SocketAddr) -> io::Result<Door> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Door { listener, address })
    }

    /// The address it listens on, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets in what `routes` take, until told to stop; what has begun is finished.
    pub async fn run(self, routes: Router, store: Store, mut stop: watch::Receiver<bool>) {
        info!(address = %self.address, "the door is open");
        let health = Router::new()
            .route("/healthz", get(StatusCode::OK))
            .route("/readyz", get(ready))
            .with_state(Health { store, stop: stop.clone() });
        let mut told = stop.clone();
        let stopped = async move {
            // An error means that no one is left to tell it: that is an end as well.
            let _ = told.wait_for(|stop| *stop).await;
        };
        let serving = axum::serve(self.listener, health.merge(routes)).with_graceful_shutdown(stopped).into_future();
        let over = async {
            let _ = stop.wait_for(|stop| *stop).await;
            tokio::time::sleep(FAREWELL).await;
        };
        tokio::select! {
            served = serving => if let Err(problem) = served {
                error!(%problem, "nothing can be taken at the door any more");
            },
            () = over => warn!("somebody kept a connection open beyond the end"),
        }
    }
}

/// `GET /readyz`
async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if *health.stop.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match tokio::time::timeout(PATIENCE, health.store.is_there()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
