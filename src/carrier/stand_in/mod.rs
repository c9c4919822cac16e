//! A stand-in of a carrier's system on loopback: the contract's other side, for tests. It is strict where a carrier may
//! be, keeps its parcels in memory, and does wrong what a test orders.
//!
//! A call comes in at `api`, may meet a fault, and is carried out by the pure `system`; `core` is what server and
//! handle share.

mod api;
mod core;
mod system;

pub use system::{Call, Fault, Made, WrongAnswer};

use self::core::Core;
use crate::parcel::Listed;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A carrier's system at work. Its server ends when this is dropped.
pub struct StandIn {
    core: Arc<Core>,
    address: SocketAddr,
}

impl StandIn {
    /// Starts one without parcels on a free port of loopback. Days are the clock's, in UTC.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub async fn start() -> io::Result<StandIn> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let core = Arc::new(Core::default());
        tokio::spawn(serve(listener, Arc::clone(&core)));
        Ok(StandIn { core, address })
    }

    /// Where it is, what goes into `OTKLIK_CARRIER_URL`: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token that it wants, what goes into `OTKLIK_CARRIER_TOKEN`.
    pub fn token(&self) -> String {
        api::TOKEN.to_owned()
    }

    /// Gives it parcels, in the place of those with the same numbers.
    pub fn put_parcels(&self, parcels: Vec<Listed>) {
        let known = parcels.into_iter().map(|listed| (listed.parcel.number.clone(), listed));
        self.core.lock().parcels.extend(known);
    }

    /// Orders a fault. Faults wait for their calls in the order they were ordered.
    pub fn fault(&self, fault: Fault) {
        self.core.lock().faults.push(fault);
    }

    /// Takes back every fault that still waits for its calls.
    pub fn clear_faults(&self) {
        self.core.lock().faults.clear();
    }

    /// What it has really changed, oldest first.
    pub fn made(&self) -> Vec<Made> {
        self.core.lock().made.clone()
    }

    /// Every call it has received, oldest first, those included that a fault met or that were delivered twice.
    pub fn calls(&self) -> Vec<Call> {
        self.core.lock().calls.clone()
    }

    /// Counts what happens; a receiver taken before a look misses nothing after it.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.core.subscribe()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.core.stop();
    }
}

async fn serve(listener: TcpListener, core: Arc<Core>) {
    let mut stopping = core.stopping();
    let stopped = async move {
        // The sender lives in the core that the routes hold.
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    let routes = Router::new()
        .route("/openapi.json", get(api::openapi))
        .route("/parcels/{number}", get(api::track))
        .route("/parcels/{number}/{*change}", post(api::change))
        .layer(DefaultBodyLimit::max(api::LARGEST_BODY))
        .with_state(core);
    if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "the stand-in of a carrier's system failed");
    }
}
