//! What the machines that watch over the bot are told (`OTKLIK_METRICS`): an address of its own, of this machine alone
//! unless the owner says otherwise, and never the door to the outside.
//!
//! - `GET /metrics`: queues and how long the oldest in each has waited, tickets, dead letters, leases; how long answers
//!   took, and what Telegram refused. Numbers and words of ours; nothing of a customer.
//!
//! What stands in the database is read when it is asked for, so replicas tell the same of it; answers, refusals and leases
//! are each one's own.

use crate::clock;
use crate::leases::{Leases, Role};
use crate::meters::Meters;
use crate::store::{Backlog, Queue, Store};
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::{info, warn};

/// The format, as its specification names it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How long the database may take; what is asked later is told without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A gauge of whole numbers.
type Whole = Gauge;
/// A gauge of seconds.
type Seconds = Gauge<f64, AtomicU64>;

/// A place where metrics are told: its port is ours, nobody is answered yet.
pub struct Metrics {
    listener: TcpListener,
    address: SocketAddr,
}

/// What is told.
#[derive(Clone)]
pub struct Told {
    /// What this process has measured.
    pub meters: Meters,
    /// What waits.
    pub store: Store,
    /// What this replica does alone.
    pub leases: Leases,
}

impl Metrics {
    /// Takes the port; port 0 takes a free one.
    ///
    /// # Errors
    /// When the system does not give it: it is taken, not allowed, or no address of this machine.
    pub async fn open(listen: SocketAddr) -> io::Result<Metrics> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Metrics { listener, address })
    }

    /// The address it listens on, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until told to stop.
    pub async fn run(self, told: Told, mut stop: watch::Receiver<bool>) {
        info!(address = %self.address, "metrics are told");
        let routes = Router::new().route("/metrics", get(page)).with_state(told);
        let served = axum::serve(self.listener, routes).with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stop| *stop).await;
        });
        if let Err(problem) = served.await {
            warn!(%problem, "metrics are told no more");
        }
    }
}

/// `GET /metrics`
async fn page(State(told): State<Told>) -> impl IntoResponse {
    let now = clock::now().timestamp_millis();
    let backlog = match tokio::time::timeout(PATIENCE, told.store.backlog(now)).await {
        Ok(Ok(backlog)) => Some(backlog),
        Ok(Err(_)) | Err(_) => None,
    };
    ([(CONTENT_TYPE, OPEN_METRICS)], text(&told, backlog.as_ref(), now))
}

/// The page; without a `backlog` it says that the database does not answer, and what is known all the same.
fn text(told: &Told, backlog: Option<&Backlog>, now: i64) -> String {
    let mut registry = Registry::with_prefix("otklik");
    told.meters.register(&mut registry);
    let database = Whole::default();
    database.set(i64::from(backlog.is_some()));
    registry.register("database_up", "Whether the database answers", database);
    let leases = Family::<[(&str, &str); 1], Whole>::default();
    for role in Role::ALL {
        leases.get_or_create(&[("role", role.name())]).set(i64::from(told.leases.holds(role)));
    }
    registry.register("lease_held", "What only one replica does, and whether this one does it", leases);
    if let Some(backlog) = backlog {
        queues(&mut registry, backlog, now);
    }
    let mut text = String::new();
    encode(&mut text, &registry).expect("a string takes all that is written into it");
    text
}

fn queues(registry: &mut Registry, backlog: &Backlog, now: i64) {
    let (waiting, oldest) =
        (Family::<[(&str, &str); 1], Whole>::default(), Family::<[(&str, &str); 1], Seconds>::default());
    let queues = [
        ("inbox", backlog.inbox),
        ("timers", backlog.timers),
        ("carrier", backlog.carrier),
        ("to_customers", backlog.to_customers),
        ("to_desks", backlog.to_desks),
    ];
    for (name, queue) in queues {
        waiting.get_or_create(&[("queue", name)]).set(queue.count);
        oldest.get_or_create(&[("queue", name)]).set(waits(queue, now));
    }
    registry.register("queue_waiting", "What waits to be looked at, sent, fired or asked", waiting);
    registry.register("queue_oldest_seconds", "How long the oldest of it has waited", oldest);
    whole(registry, "tickets_waiting", "Tickets that no agent has answered", backlog.tickets.count);
    let longest = Seconds::default();
    longest.set(waits(backlog.tickets, now));
    registry.register("tickets_oldest_seconds", "How long the oldest of them has waited", longest);
    whole(registry, "tickets_held", "Tickets that agents hold", backlog.held);
    whole(registry, "dead_letters", "Messages that can never be sent (otklik outbox)", backlog.dead_letters);
    whole(registry, "events_set_aside", "Events that could not be worked on (otklik inbox)", backlog.set_aside);
    let handoffs = Family::<[(&str, String); 1], Counter>::default();
    for (reason, count) in &backlog.handoffs {
        let counter = handoffs.get_or_create(&[("reason", reason.clone())]);
        counter.inc_by(u64::try_from(*count).unwrap_or(0));
    }
    registry.register("handoffs", "How often something was given to people", handoffs);
}

fn whole(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge = Whole::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

/// In seconds. A clock that was set back makes nothing younger than new.
fn waits(queue: Queue, now: i64) -> f64 {
    let millis = queue.oldest.map_or(0, |oldest| (now - oldest).max(0));
    #[allow(clippy::cast_precision_loss)] // milliseconds of centuries
    let seconds = millis as f64 / 1000.0;
    seconds
}
