//! Wiring: the rooms are put together and started, and stopped in an order that loses nothing.

use crate::carrier::Carrier;
use crate::clock;
use crate::inbox::{Knowledge, Worker};
use crate::lessons;
use crate::outbox::Sender;
use crate::phrases::{Phrasebook, check, load};
use crate::push;
use crate::questions::Questions;
use crate::store::{self, Store};
use crate::telegram::{self, Api, Receiver};
use crate::timers;
use crate::understanding::{Lessons, Matcher};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{error, info, warn};

/// Why the bot cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Telegram.
    #[error(transparent)]
    Telegram(#[from] telegram::Problem),
    /// The port for a carrier's news.
    #[error("cannot listen on {listen} for a carrier's news: {source}; check OTKLIK_LISTEN")]
    Push {
        /// Where.
        listen: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A task ended that must not.
    #[error("a part of the bot has ended; nothing is lost: start it again")]
    Ended,
    /// The phrasebook.
    #[error("the phrasebook has mistakes:\n{}", list(.0))]
    Phrasebook(Vec<check::Problem>),
}

fn list(problems: &[check::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The phrasebook of a folder, or the one compiled in, if it has no mistakes.
pub fn phrasebook(folder: Option<&Path>) -> Result<Phrasebook, Error> {
    let (phrasebook, problems) = match folder {
        Some(folder) => load::from_folder(folder),
        None => load::shipped(),
    };
    if problems.is_empty() { Ok(phrasebook) } else { Err(Error::Phrasebook(problems)) }
}

/// Learns to read from the phrasebook. `carrier_formats` are the carrier's own tracking numbers
/// (`#` a digit, `@` a letter); `precision` is the wanted share of right answers, 0.5..1.
pub fn matcher(phrasebook: &Phrasebook, carrier_formats: &[String], precision: f64) -> Matcher {
    let lessons = phrasebook.lessons();
    Matcher::new(&Lessons { carrier_formats: carrier_formats.to_vec(), precision, ..lessons })
}

/// How often a folder of phrases is looked at for changes.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Follows the owner's edits of a folder of phrases: a good one is learned and served at once, a broken one is
/// refused with its file and line while the old phrases serve on. Ends when nobody needs the knowledge.
pub async fn follow_phrases(
    folder: PathBuf,
    carrier_formats: Vec<String>,
    precision: f64,
    knowledge: Arc<watch::Sender<Arc<Knowledge>>>,
) {
    let mut seen = stamps(&folder);
    while !knowledge.is_closed() {
        tokio::time::sleep(LOOK_AGAIN).await;
        let now = stamps(&folder);
        if now == seen {
            continue;
        }
        seen = now;
        let (folder, formats) = (folder.clone(), carrier_formats.clone());
        // Learning takes a second of pure work: not on a thread that answers customers.
        let learned = tokio::task::spawn_blocking(move || {
            let phrasebook = phrasebook(Some(&folder))?;
            let matcher = matcher(&phrasebook, &formats, precision);
            Ok::<_, Error>((phrasebook, matcher))
        });
        match learned.await {
            Ok(Ok((phrasebook, matcher))) => {
                info!("the phrases have changed");
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
                    }
                    Err(_) => error!("the changed phrases cannot be served; the old ones serve on"),
                }
            }
            Ok(Err(problem)) => error!(%problem, "the changed phrases are refused; the old ones serve on"),
            Err(_) => error!("the changed phrases cannot be learned; the old ones serve on"),
        }
    }
}

/// What tells one state of a folder of phrases from another: its files with their sizes and times.
fn stamps(folder: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
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
    /// The database.
    pub store: Store,
    /// Who knows parcels.
    pub carrier: Arc<dyn Carrier>,
    /// Telegram.
    pub api: Api,
    /// What deciding needs.
    pub knowledge: Arc<watch::Sender<Arc<Knowledge>>>,
    /// The agents' groups.
    pub desks: Vec<i64>,
    /// How fast to send.
    pub limits: crate::outbox::Limits,
    /// Where a carrier's news is taken, if it is.
    pub push: Option<push::Settings>,
}

/// The bot at work.
pub struct Bot {
    stop_receiving: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    receiving: JoinHandle<Result<(), telegram::Problem>>,
    working: Vec<JoinHandle<()>>,
    store: Store,
    push_address: Option<SocketAddr>,
}

impl Bot {
    /// Starts every task.
    pub async fn start(parts: Parts) -> Result<Bot, Error> {
        let Parts { store, carrier, api, knowledge, desks, limits, push } = parts;
        lessons::recall(&store, &knowledge).await?;
        // The port first: what cannot be had is told before anything has begun.
        let door = match &push {
            None => None,
            Some(settings) => Some(open(settings, &store, &knowledge.subscribe()).await?),
        };
        let push_address = door.as_ref().map(push::Door::address);
        let (stop_receiving, receiving_stops) = watch::channel(false);
        let (stop, stops) = watch::channel(false);
        let sender = Sender::new(store.clone(), Arc::new(api.clone()), limits).await?;
        let receiver = Receiver::new(api, store.clone(), desks);
        let mut working = vec![
            tokio::spawn(Worker::new(store.clone(), knowledge.subscribe()).run(stops.clone())),
            tokio::spawn(lessons::run(store.clone(), knowledge, stops.clone())),
            tokio::spawn(Questions::new(store.clone(), carrier).run(stops.clone())),
            tokio::spawn(timers::run(store.clone(), stops.clone())),
            tokio::spawn(sender.run(stops)),
        ];
        // What comes from outside ends with receiving, before the work that it makes.
        working.extend(door.map(|door| tokio::spawn(door.run(receiving_stops.clone()))));
        Ok(Bot {
            receiving: tokio::spawn(receiver.run(receiving_stops)),
            working,
            stop_receiving,
            stop,
            store,
            push_address,
        })
    }

    /// Where a carrier's news is taken, if it is: the port that was taken for port 0.
    pub fn push_address(&self) -> Option<SocketAddr> {
        self.push_address
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

    /// Waits until nothing is left to do: every event looked at, every message sent. What waits for its
    /// time or for Telegram's permission is waited for as well.
    pub async fn drain(&self) -> Result<(), store::Error> {
        let mut committed = self.store.committed();
        loop {
            committed.mark_unchanged();
            if self.store.is_idle(clock::now().timestamp_millis()).await? {
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
    }

    /// Ends at once, as a crash would: nothing is finished.
    pub fn kill(self) {
        self.receiving.abort();
        for task in &self.working {
            task.abort();
        }
    }
}

/// Takes the port for a carrier's news.
async fn open(
    settings: &push::Settings,
    store: &Store,
    knowledge: &watch::Receiver<Arc<Knowledge>>,
) -> Result<push::Door, Error> {
    let policy = knowledge.borrow().policy.clone();
    let opened = push::Door::open(settings, store.clone(), policy).await;
    opened.map_err(|source| Error::Push { listen: settings.listen, source })
}
