//! The door to the outside, where one is wanted (`OTKLIK_LISTEN`): one port for Telegram's webhook, for a carrier's
//! pushes, and for the machines that watch over the bot.
//!
//! - `GET /healthz`: the process is alive.
//! - `GET /readyz`: it can take what comes, because its database answers and it is not about to stop.
//!
//! Strangers knock as well. A connection has so long to say what it wants and so long to be answered, and so many are
//! open at once, well below the files a process may have: a polling bot needs some to reach Telegram. When all places
//! are taken the newcomer gets the place of the connection that has waited longest: Telegram and a carrier are through
//! in milliseconds, so nobody who only keeps connections open can shut them out.

use crate::clock;
use crate::store::Store;
use axum::Router;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

/// How long connections that are still open may take to end when the bot stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long the database may take to show that it is there.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long no connection is taken after the system could not give one.
const BREATH: Duration = Duration::from_millis(200);
/// How often it is told that all places are taken, at most.
const TELL_AGAIN: Duration = Duration::from_secs(60);
/// The most that is kept of what a connection has sent and no one has read yet.
const UNREAD: usize = 64 * 1024;

/// How much of the door a connection may have.
#[derive(Clone, Copy, Debug)]
pub struct DoorLimits {
    /// How many connections are open at once.
    pub connections: usize,
    /// How long a connection may take to say what it wants: the head of a request. It may be idle for so long, too.
    pub head: Duration,
    /// How long a request may take from its head to its answer, its body included.
    pub whole: Duration,
}

impl Default for DoorLimits {
    fn default() -> Self {
        // A process may have 1,024 files on most systems; Telegram opens a hundred connections at most.
        DoorLimits { connections: 256, head: Duration::from_secs(10), whole: Duration::from_secs(30) }
    }
}

/// A door that is open: its port is ours, no request is taken yet.
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
    limits: DoorLimits,
}

/// How the bot is: what the door and the supervisor tell.
#[derive(Clone)]
pub struct Health {
    store: Store,
    stop: watch::Receiver<bool>,
}

impl Health {
    /// Of a bot with this store, which stops receiving when it is told so.
    pub fn new(store: Store, stop: watch::Receiver<bool>) -> Health {
        Health { store, stop }
    }

    /// Whether it can take what comes.
    ///
    /// # Errors
    /// Why it cannot, in plain words.
    pub async fn check(&self) -> Result<(), &'static str> {
        if *self.stop.borrow() {
            return Err("stopping");
        }
        match tokio::time::timeout(PATIENCE, self.store.is_there()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err("the database does not answer"),
        }
    }
}

impl Door {
    /// Takes the port; port 0 takes a free one.
    ///
    /// # Errors
    /// When the system does not give it: it is taken, not allowed, or no address of this machine.
    pub async fn open(listen: SocketAddr) -> io::Result<Door> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Door { listener, address, limits: DoorLimits::default() })
    }

    /// The same door within other limits.
    pub fn within(self, limits: DoorLimits) -> Door {
        Door { limits, ..self }
    }

    /// The address it listens on, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets in what `routes` take, until told to stop; what has begun is finished.
    pub async fn run(self, routes: Router, health: Health) {
        info!(address = %self.address, "the door is open");
        let mut stop = health.stop.clone();
        let health =
            Router::new().route("/healthz", get(StatusCode::OK)).route("/readyz", get(ready)).with_state(health);
        let routes = health.merge(routes);
        let places = Arc::new(Places::new(self.limits.connections));
        let mut served = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                Some(_) = served.join_next() => continue,
                () = told(&mut stop) => break,
            };
            match accepted {
                Ok((stream, _)) => {
                    let place = places.take();
                    served.spawn(serve(stream, routes.clone(), place, self.limits, stop.clone()));
                }
                // The stranger was gone before the door was opened, or the system is short of files for a moment.
                Err(problem) => {
                    debug!(%problem, "a connection could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(self.listener);
        let all = async { while served.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            warn!("somebody kept a connection open beyond the end");
        }
    }
}

/// Ends when the bot is told to stop. An error means that no one is left to tell it: that is an end as well.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Serves one connection until it ends, takes too long, loses its place, or the bot stops.
async fn serve(stream: TcpStream, routes: Router, place: Place, limits: DoorLimits, mut stop: watch::Receiver<bool>) {
    let place = Arc::new(place);
    let (routes, answered) = (TowerToHyperService::new(routes), place.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, place) = (routes.call(request), answered.clone());
        async move {
            let answer: Response = match tokio::time::timeout(limits.whole, answer).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
            };
            place.moves();
            Ok::<_, Infallible>(answer)
        }
    });
    let mut builder = http1::Builder::new();
    // Without a timer hyper keeps no time-out.
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(UNREAD);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // A stranger who does not read the answers is stuck in none of the two time-outs.
    let longest = limits.head + limits.whole;
    let mut stopping = false;
    loop {
        let stuck_at = place.since() + longest;
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(problem) = ended {
                    debug!(%problem, "a connection broke off");
                }
                break;
            }
            () = place.lost() => break,
            () = tokio::time::sleep_until(stuck_at.into()) => {
                if place.since() + longest == stuck_at {
                    debug!("a connection took no answer");
                    break;
                }
            }
            () = told(&mut stop), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The places at the door.
struct Places {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    /// The connections by their numbers, in the order in which they came.
    guests: BTreeMap<u64, Arc<Guest>>,
    next: u64,
    /// When it was last told that all places are taken.
    told: Option<Instant>,
}

/// A connection that has a place.
struct Guest {
    /// Since when it has waited: it came then, or its last answer was made.
    since: Mutex<Instant>,
    /// Tells it that its place is another's.
    lost: Notify,
}

/// A place that is taken, until this is dropped.
struct Place {
    number: u64,
    guest: Arc<Guest>,
    places: Arc<Places>,
}

impl Places {
    fn new(most: usize) -> Places {
        Places { most: most.max(1), taken: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection that has just come: a free one, or that of the one that has waited longest.
    fn take(self: &Arc<Places>) -> Place {
        let now = clock::steady();
        let mut taken = self.lock();
        if taken.guests.len() >= self.most {
            if taken.told.is_none_or(|told| now - told >= TELL_AGAIN) {
                taken.told = Some(now);
                warn!(
                    places = self.most,
                    "all places at the door are taken; the connection that waits longest is closed"
                );
            }
            let longest = taken.guests.iter().min_by_key(|(_, guest)| guest.since()).map(|(number, _)| *number);
            if let Some(guest) = longest.and_then(|number| taken.guests.remove(&number)) {
                guest.lost.notify_one();
            }
        }
        let number = taken.next;
        taken.next += 1;
        let guest = Arc::new(Guest { since: Mutex::new(now), lost: Notify::new() });
        taken.guests.insert(number, guest.clone());
        Place { number, guest, places: self.clone() }
    }
}

impl Guest {
    fn since(&self) -> Instant {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Since when the connection has waited.
    fn since(&self) -> Instant {
        self.guest.since()
    }

    /// The connection got an answer.
    fn moves(&self) {
        *self.guest.since.lock().unwrap_or_else(PoisonError::into_inner) = clock::steady();
    }

    /// Ends when the place is another's.
    async fn lost(&self) {
        self.guest.lost.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().guests.remove(&self.number);
    }
}

/// `GET /readyz`
async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    match health.check().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    }
}
