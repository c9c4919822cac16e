//! Wiring: the rooms are put together and started, and stopped in an order that loses nothing.

use crate::carrier::Carrier;
use crate::carrier_requests::CarrierRequests;
use crate::clock;
use crate::conversation::DeskId;
use crate::desk;
use crate::door::{Door, Health};
use crate::inbox::{self, Knowledge, Worker};
use crate::kept;
use crate::leases::{self, Leases};
use crate::lessons;
use crate::members::Members;
use crate::meters::Meters;
use crate::metrics::{self, Metrics};
use crate::outbox::{Metered, Sender};
use crate::phrases::{Phrasebook, Problem, UnknownLanguage, check, load};
use crate::push;
use crate::retention;
use crate::store::{self, Store};
use crate::telegram::{self, Api, Receiver, Webhook};
use crate::timers;
use axum::Router;
use chrono::TimeDelta;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{error, info, warn};
use understanding::{Lessons, Matcher, Numbers, Trade};

/// Why the bot cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database fails, or cannot be reached.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Telegram refuses the bot, or cannot be reached.
    #[error(transparent)]
    Telegram(#[from] telegram::Problem),
    /// Other processes at work on the database do not let this one take part.
    #[error(transparent)]
    Leases(#[from] leases::CannotTakePart),
    /// The port of the door cannot be had.
    #[error("cannot listen on {listen}: {source}; check OTKLIK_LISTEN")]
    Door {
        /// The address and port that were asked for.
        listen: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The port for metrics cannot be had.
    #[error("cannot listen on {listen}: {source}; check OTKLIK_METRICS")]
    Metrics {
        /// The address and port that were asked for.
        listen: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A task ended that must not.
    #[error("a part of the bot has ended; nothing is lost: start it again")]
    Ended,
    /// The desk's language is gone from the phrasebook.
    #[error("the language of the desk: {0}")]
    Language(#[from] UnknownLanguage),
    /// The phrasebook cannot serve: all that is wrong with it, at least one.
    #[error("the phrasebook has mistakes:\n{}", list(.0))]
    Phrasebook(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The phrasebook of a folder, or the one compiled in (`None`), with all that is wrong with it.
pub fn checked(folder: Option<&Path>) -> (Phrasebook, Vec<Problem>) {
    let (phrasebook, mut problems) = match folder {
        Some(folder) => load::from_folder(folder),
        None => load::shipped(),
    };
    problems.extend(check::complete(&phrasebook, &desk::said()));
    (phrasebook, problems)
}

/// The phrasebook of a folder, or the one compiled in (`None`), if it has no mistakes.
///
/// # Errors
/// [`Error::Phrasebook`] with all that is wrong with it, in the order of languages and keys.
pub fn phrasebook(folder: Option<&Path>) -> Result<Phrasebook, Error> {
    let (phrasebook, problems) = checked(folder);
    if problems.is_empty() { Ok(phrasebook) } else { Err(Error::Phrasebook(problems)) }
}

/// Learns to read from the phrasebook: seconds of pure work. `carrier_formats` are the carrier's own tracking
/// numbers (`#` a digit, `@` a letter); `precision` is the wanted share of right answers, above 0.5 and below 1.
pub fn matcher(phrasebook: &Phrasebook, carrier_formats: &[String], precision: f64) -> Matcher {
    matcher_kept(phrasebook, carrier_formats, precision, None, &|| {})
}

/// The same with what was learned before, if the folder has it; else `learns` is called before it is learned, and it is
/// left there.
pub fn matcher_kept(
    phrasebook: &Phrasebook,
    carrier_formats: &[String],
    precision: f64,
    folder: Option<&Path>,
    learns: &dyn Fn(),
) -> Matcher {
    let numbers = Numbers { formats: carrier_formats.to_vec(), ..Numbers::default() };
    let trade = Trade { numbers, ..Trade::default() };
    kept::matcher(&Lessons { trade, precision, ..phrasebook.lessons() }, folder, learns)
}

/// What is due within this is under way: a piece of a thought that waits for the rest, say.
const MOMENT: TimeDelta = TimeDelta::seconds(3);

/// How often a folder of phrases is looked at for changes.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A folder of phrases whose edits are followed.
pub struct Followed {
    folder: PathBuf,
    /// How the folder looked when it was last read.
    seen: Vec<Stamp>,
    carrier_formats: Vec<String>,
    precision: f64,
}

impl Followed {
    /// Looks at a folder before it is read, so that an edit in the seconds of learning is an edit too. The rest as for
    /// [`matcher`].
    pub fn new(folder: PathBuf, carrier_formats: Vec<String>, precision: f64) -> Followed {
        Followed { seen: stamps(&folder), folder, carrier_formats, precision }
    }

    /// Follows the owner's edits until told to stop: a good one is learned and served at once, a broken one is refused
    /// with its file and line while the old phrases serve on. It begins at any time: who else knows of the knowledge by
    /// then changes nothing.
    pub async fn run(mut self, knowledge: Arc<watch::Sender<Arc<Knowledge>>>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow_and_update() {
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => self.look(&knowledge).await,
                told = stop.changed() => {
                    if told.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Learns and serves the folder if it has changed.
    async fn look(&mut self, knowledge: &watch::Sender<Arc<Knowledge>>) {
        let now = stamps(&self.folder);
        if now == self.seen {
            return;
        }
        self.seen = now;
        let (folder, formats, precision) = (self.folder.clone(), self.carrier_formats.clone(), self.precision);
        let desk = knowledge.borrow().phrasebook.desk_language();
        // Learning takes a second of pure work: not on a thread that answers customers.
        let learned = tokio::task::spawn_blocking(move || {
            let phrasebook = phrasebook(Some(&folder))?.speaking_at_desk(Some(desk))?;
            let matcher = matcher(&phrasebook, &formats, precision);
            Ok::<_, Error>((phrasebook, matcher))
        });
        match learned.await {
            Ok(Ok((phrasebook, matcher))) => {
                let before = knowledge.borrow().clone();
                let (policy, desks) = (before.policy.clone(), before.desks.clone());
                let learned = before.phrasebook.learned().to_vec();
                let new = move || {
                    let known = Knowledge::new(Arc::new(phrasebook), Arc::new(matcher), policy, desks);
                    // What agents taught goes on, if it does no harm beside the new phrases.
                    match known.gate.try_add(&learned) {
                        Ok(report) => known.taught(&report),
                        Err(harm) => {
                            warn!(%harm, "what agents taught is left out");
                            known
                        }
                    }
                };
                match tokio::task::spawn_blocking(new).await {
                    Ok(known) => {
                        knowledge.send_replace(Arc::new(known));
                        info!("the phrases have changed");
                    }
                    Err(_) => error!("the changed phrases cannot be served; the old ones serve on"),
                }
            }
            Ok(Err(problem)) => error!(%problem, "the changed phrases are refused; the old ones serve on"),
            Err(_) => error!("the changed phrases cannot be learned; the old ones serve on"),
        }
    }
}

/// A file of phrases with its size and the time it was changed.
type Stamp = (PathBuf, u64, Option<SystemTime>);

/// What tells one state of a folder of phrases from another: its files with their sizes and times.
fn stamps(folder: &Path) -> Vec<Stamp> {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = entries(folder).flat_map(|language| entries(&language).collect::<Vec<_>>());
    let mut stamps: Vec<_> = files
        .filter_map(|file| {
            let about = file.metadata().ok()?;
            Some((file, about.len(), about.modified().ok()))
        })
        .collect();
    stamps.sort();
    stamps
}

/// What the bot runs with.
pub struct Parts {
    /// The database, opened and migrated.
    pub store: Store,
    /// The system that knows parcels: our own tables or a carrier's.
    pub carrier: Arc<dyn Carrier>,
    /// The way to Telegram, with the bot\'s token in it.
    pub api: Api,
    /// What deciding needs beside the state: replaced as a whole when phrases are edited or something is learned.
    pub knowledge: Arc<watch::Sender<Arc<Knowledge>>>,
    /// The agents' groups, as the owner named them; the first gets new topics.
    pub desks: Vec<DeskId>,
    /// How fast to send at most: Telegram's own limits.
    pub limits: crate::outbox::Limits,
    /// The door to the outside: the address and port to listen on, port 0 for a free one; `None` for no door.
    pub listen: Option<SocketAddr>,
    /// What a carrier's news is signed with; `None` when none is taken at the door.
    pub push: Option<push::Secret>,
    /// The public address to which Telegram is to bring updates; `None` to fetch them by polling.
    pub webhook: Option<String>,
    /// Where those who watch over the bot are told its metrics, port 0 for a free one; `None` for nowhere.
    pub metrics: Option<SocketAddr>,
}

/// The bot at work.
pub struct Bot {
    stop_receiving: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    receiving: JoinHandle<Result<(), telegram::Problem>>,
    working: Vec<JoinHandle<()>>,
    /// Ends last: what this replica holds is given back when nothing is under way any more.
    stop_keeping: watch::Sender<bool>,
    keeping: JoinHandle<()>,
    store: Store,
    address: Option<SocketAddr>,
    metrics_address: Option<SocketAddr>,
    health: Health,
    in_place: watch::Receiver<bool>,
}

impl Bot {
    /// Starts every task.
    ///
    /// # Errors
    /// When the database fails, another process keeps this one from its database ([`leases`]), or the port of the door
    /// cannot be had: nothing has begun then.
    pub async fn start(parts: Parts) -> Result<Bot, Error> {
        let Parts { store, carrier, api, knowledge, desks, limits, listen, push, webhook, metrics } = parts;
        // What cannot be had is told before anything has begun: the database, the port.
        let (leases, keeper) = Leases::begin(&store).await?;
        lessons::recall(&store, &knowledge).await?;
        inbox::recall_tickets(&store, &desks).await?;
        let door = match listen {
            None => None,
            Some(listen) => Some(Door::open(listen).await.map_err(|source| Error::Door { listen, source })?),
        };
        let address = door.as_ref().map(Door::address);
        let metrics = match metrics {
            None => None,
            Some(listen) => Some(Metrics::open(listen).await.map_err(|source| Error::Metrics { listen, source })?),
        };
        let metrics_address = metrics.as_ref().map(Metrics::address);
        let meters = Meters::default();
        let (stop_receiving, receiving_stops) = watch::channel(false);
        let (stop, stops) = watch::channel(false);
        let (stop_keeping, keeping_stops) = watch::channel(false);
        let messenger = Arc::new(Metered::new(api.clone(), meters.clone()));
        let sender = Sender::new(store.clone(), messenger, limits, leases.clone(), meters.clone());
        let receiver = Receiver::new(api.clone(), store.clone(), desks);
        let worker = Worker::new(store.clone(), knowledge.subscribe(), leases.clone());
        let policy = knowledge.borrow().policy.clone();
        let mut working = vec![
            tokio::spawn(worker.run(stops.clone())),
            tokio::spawn(lessons::run(store.clone(), leases.clone(), knowledge, stops.clone())),
            tokio::spawn(CarrierRequests::new(store.clone(), carrier, leases.clone()).run(stops.clone())),
            tokio::spawn(Members::new(store.clone(), Arc::new(api.clone()), leases.clone()).run(stops.clone())),
            tokio::spawn(timers::run(store.clone(), leases.clone(), stops.clone())),
            tokio::spawn(retention::run(store.clone(), leases.clone(), policy.keep.clone(), stops.clone())),
            tokio::spawn(sender.run(stops.clone())),
        ];
        if let Some(metrics) = metrics {
            let told = metrics::Told { meters, store: store.clone(), leases: leases.clone() };
            working.push(tokio::spawn(metrics.run(told, stops)));
        }
        let mut routes = Router::new();
        if let Some(secret) = push {
            routes = routes.merge(push::routes(secret, store.clone(), policy));
        }
        let (put_in_place, in_place) = watch::channel(false);
        let health = Health::new(store.clone(), receiving_stops.clone());
        let receiving = match webhook {
            Some(url) => {
                let webhook = Webhook::new(api, &url, receiver);
                routes = routes.merge(webhook.routes());
                tokio::spawn(webhook.run(put_in_place, receiving_stops))
            }
            None => tokio::spawn(receiver.run(leases, put_in_place, receiving_stops)),
        };
        // What comes from outside ends with receiving, before the work that it makes.
        if let Some(door) = door {
            working.push(tokio::spawn(door.run(routes, health.clone())));
        }
        let keeping = tokio::spawn(keeper.run(keeping_stops));
        Ok(Bot {
            receiving,
            working,
            stop_receiving,
            stop,
            stop_keeping,
            keeping,
            store,
            address,
            metrics_address,
            health,
            in_place,
        })
    }

    /// Follows the owner's edits of a folder of phrases from now on, for as long as the bot works.
    pub fn follow(&mut self, phrases: Followed, knowledge: Arc<watch::Sender<Arc<Knowledge>>>) {
        self.working.push(tokio::spawn(phrases.run(knowledge, self.stop.subscribe())));
    }

    /// The address of the door, with the port that was taken for port 0; `None` when there is no door.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Where metrics are told, with the port that was taken for port 0; `None` when they are not.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// What tells whether it can take what comes, for as long as it works.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Becomes true when it receives, or stands by for the replica that does.
    pub fn in_place(&self) -> watch::Receiver<bool> {
        self.in_place.clone()
    }

    /// Waits until one of the tasks ends by itself, which it does only when it cannot go on.
    pub async fn failed(&mut self) -> Error {
        let working = futures::future::select_all(&mut self.working);
        tokio::select! {
            received = &mut self.receiving => match received {
                Ok(Err(problem)) => Error::Telegram(problem),
                Ok(Ok(())) | Err(_) => Error::Ended,
            },
            _ = working => Error::Ended,
        }
    }

    /// Waits until nothing is left to do: every event looked at, every message sent. What waits for Telegram's permission
    /// is waited for as well, and what waits for its time if that is a moment away.
    ///
    /// # Errors
    /// When the database fails, or has been closed.
    pub async fn drain(&self) -> Result<(), store::Error> {
        let mut committed = self.store.committed();
        loop {
            committed.mark_unchanged();
            if self.store.is_idle((clock::now() + MOMENT).timestamp_millis()).await? {
                return Ok(());
            }
            if committed.changed().await.is_err() {
                return Err(store::Error::Closed);
            }
        }
    }

    /// Stops without losing anything: first receiving, then the rest, each finishing what it has in hand.
    /// What has not been done by then is in the database for the next start.
    pub async fn stop(self) {
        self.stop_receiving.send_replace(true);
        if !self.receiving.is_finished() {
            let _ = self.receiving.await;
        }
        self.stop.send_replace(true);
        for task in self.working.into_iter().filter(|task| !task.is_finished()) {
            let _ = task.await;
        }
        self.stop_keeping.send_replace(true);
        let _ = self.keeping.await;
    }

    /// Ends at once, as a crash would: nothing is finished.
    pub fn kill(self) {
        self.receiving.abort();
        self.keeping.abort();
        for task in &self.working {
            task.abort();
        }
    }
}
