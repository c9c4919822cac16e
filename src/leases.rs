//! Several replicas on one database: any receives, any decides; what only one may do it does by a lease.
//!
//! A lease is a row with the name of the replica that holds it and a number which that replica raises every second. A
//! replica that sees the number stand still for five seconds, by a steady clock of its own, takes over. So no two
//! machines' clocks are compared, and a wall clock may jump as it likes. A replica that cannot renew stops by itself
//! after three seconds, well before another begins.
//!
//! A holder that was killed on this very machine is known to be gone at once: its name says which process it was.
//!
//! A replica also says which generation of the tables it knows. While a newer one is at work, an older one receives,
//! but neither decides nor sends: it might not be able to read what the newer has written.
//!
//! On SQLite there is one process only, which a lock on a file beside the database ensures.

use crate::clock;
use crate::store::{Error, Held, Replica, Store};
use std::collections::HashMap;
use std::fs::{File, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tracing::{info, warn};

/// How often a holder says that it is alive.
const BEAT: Duration = Duration::from_secs(1);
/// How long a lease is good after it was last renewed.
const VALID: Duration = Duration::from_secs(3);
/// How long a lease must have stood still before another takes it.
const STALE: Duration = Duration::from_secs(5);
/// How long a replica must have stood still before its row is removed.
const GONE: Duration = Duration::from_secs(60);
/// Every so many beats it is looked whether a desk was upgraded meanwhile.
const LOOK_AT_DESKS: u32 = 5;
/// How long the process that ran before may take to let the file go.
const FAREWELL: Duration = Duration::from_secs(5);

/// What only one replica may do at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Fetch updates: Telegram gives them to one only.
    Poll,
    /// Send: Telegram's limits are kept for all together.
    Send,
    /// Ask the carrier, fire timers, try lessons, thin what is old.
    Tend,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 3] = [Role::Poll, Role::Send, Role::Tend];

    /// The lease's name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Role::Poll => "poll",
            Role::Send => "send",
            Role::Tend => "tend",
        }
    }
}

/// Why this process cannot take part.
#[derive(Debug, thiserror::Error)]
pub enum CannotTakePart {
    /// The database fails.
    #[error(transparent)]
    Store(#[from] Error),
    /// Another process runs on this file.
    #[error("another otklik is at work on {path}; stop it first, or use PostgreSQL for several (DATABASE_URL)")]
    Taken {
        /// The database's file.
        path: PathBuf,
    },
    /// The file of the lock cannot be made or locked.
    #[error("cannot lock {path}: {source}; check that the folder is writable")]
    Lock {
        /// The file of the lock, beside the database's.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// What this replica may do just now. Cheap to clone and to ask.
#[derive(Clone)]
pub struct Leases(Arc<Shared>);

struct Shared {
    /// Until when each role is held.
    held: watch::Sender<HashMap<Role, Instant>>,
    outdated: AtomicBool,
    /// Whether all is held, because no other process can be at work.
    alone: bool,
    /// What keeps others away from a SQLite file, for as long as it is open.
    _file: Option<File>,
}

impl Leases {
    /// Takes part on a database. What is free is held when this returns.
    ///
    /// # Errors
    /// When another process is at work on a SQLite file, its lock cannot be made, or the database fails.
    pub async fn begin(store: &Store) -> Result<(Leases, LeaseKeeper), CannotTakePart> {
        let file = match store.file() {
            Some(path) => Some(lock(path).await?),
            None => None,
        };
        let leases = Leases(Arc::new(Shared {
            held: watch::Sender::new(HashMap::new()),
            outdated: AtomicBool::new(false),
            alone: !store.is_shared(),
            _file: file,
        }));
        let me = format!("{}/{}", process(), store.name());
        let mut keeper = LeaseKeeper {
            store: store.clone(),
            leases: leases.clone(),
            me,
            seen: HashMap::new(),
            others: HashMap::new(),
        };
        if store.is_shared() {
            // Once to see the other replicas, once to take what is free.
            keeper.beat().await?;
            keeper.beat().await?;
        }
        Ok((leases, keeper))
    }

    /// Whether this replica may do what `role` says, now and for the next moment.
    pub fn holds(&self, role: Role) -> bool {
        let valid = |until: &Instant| *until > clock::steady();
        self.0.alone || self.0.held.borrow().get(&role).is_some_and(valid)
    }

    /// Waits until `role` is held; `false` if told to stop before it is.
    pub async fn hold(&self, role: Role, stop: &mut watch::Receiver<bool>) -> bool {
        let mut held = self.0.held.subscribe();
        while !*stop.borrow_and_update() {
            if self.holds(role) {
                return true;
            }
            tokio::select! {
                _ = held.changed() => {}
                // That no one is left to say so is an end as well.
                told = stop.changed() => if told.is_err() {
                    return false;
                },
            }
        }
        false
    }

    /// Whether a newer version is at work, beside which this one only receives.
    pub fn is_outdated(&self) -> bool {
        self.0.outdated.load(Ordering::Relaxed)
    }
}

/// This process among those of this machine: where numbers of processes mean the same, and which one it is. Empty
/// where the system does not tell.
fn process() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let space = std::fs::read_link("/proc/self/ns/pid").map(|link| link.display().to_string()).unwrap_or_default();
    if boot.trim().is_empty() || space.is_empty() {
        return String::new();
    }
    format!("{}:{space}:{}", boot.trim(), std::process::id())
}

/// Whether the process that a name tells of was one of this machine, and is no more.
fn is_surely_gone(name: &str) -> bool {
    let of = |name: &str| {
        let (place, number) = name.split('/').next()?.rsplit_once(':')?;
        Some((place.to_owned(), number.parse::<u32>().ok()?))
    };
    match (of(name), of(&process())) {
        (Some((place, number)), Some((here, _))) => {
            place == here && !std::path::Path::new(&format!("/proc/{number}")).exists()
        }
        _ => false,
    }
}

/// Locks a file beside the database, so that no second process runs on it. A process that was killed has let it go.
async fn lock(database: PathBuf) -> Result<File, CannotTakePart> {
    let mut path = database.clone().into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let refused = |source| CannotTakePart::Lock { path: path.clone(), source };
    let file = File::options().create(true).append(true).mode(0o600).open(&path).map_err(refused)?;
    // A umask can take even the owner's rights; a file of another owner stays as that one wants it.
    let _ = file.set_permissions(Permissions::from_mode(0o600));
    let began = clock::steady();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if clock::steady() < began + FAREWELL => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(TryLockError::WouldBlock) => return Err(CannotTakePart::Taken { path: database }),
            Err(TryLockError::Error(source)) => return Err(refused(source)),
        }
    }
}

/// Keeps the leases of this replica alive.
pub struct LeaseKeeper {
    store: Store,
    leases: Leases,
    me: String,
    /// Leases of others, as they were last seen and since when they have stood so.
    seen: HashMap<Role, (Held, Instant)>,
    /// Other replicas as they were last seen, by their ids, and since when they have stood so.
    others: HashMap<String, (Replica, Instant)>,
}

impl LeaseKeeper {
    /// Keeps until told to stop; then gives everything back, so that another need not wait.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        if !self.store.is_shared() {
            let _ = stop.wait_for(|stop| *stop).await;
            return;
        }
        let store = self.store.clone();
        let beating = async {
            let mut beats = 0_u32;
            loop {
                tokio::time::sleep(BEAT).await;
                // Until the database is back the leases lapse by themselves.
                if let Err(error) = self.beat().await {
                    warn!(%error, "the leases cannot be renewed; trying again");
                }
                beats = beats.wrapping_add(1);
                if beats.is_multiple_of(LOOK_AT_DESKS)
                    && let Err(error) = self.store.reload_moves().await
                {
                    warn!(%error, "it cannot be read which desks were upgraded; trying again");
                }
            }
        };
        tokio::select! {
            () = beating => {}
            () = store.listen() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        if let Err(error) = self.give_back().await {
            warn!(%error, "the leases cannot be given back; another replica takes over when they have lapsed");
        }
    }

    /// Says that this replica is alive, renews what it holds and takes what is free.
    async fn beat(&mut self) -> Result<(), Error> {
        let now = clock::steady();
        let me = self.me.clone();
        let stands = |held: &Held, since: Instant| now >= since + STALE || is_surely_gone(&held.holder);
        let stale: HashMap<Role, Held> = self
            .seen
            .iter()
            .filter(|(_, (held, since))| stands(held, *since))
            .map(|(role, (held, _))| (*role, held.clone()))
            .collect();
        let outdated = self.leases.is_outdated();
        let (replicas, leases) = self
            .store
            .write(move |mut tx| {
                Box::pin(async move {
                    tx.beat(&me).await?;
                    let replicas = tx.replicas().await?;
                    let mut leases = Vec::new();
                    for role in Role::ALL {
                        if outdated {
                            tx.give_lease_back(role.name(), &me).await?;
                            leases.push((role, None));
                        } else if tx.take_lease(role.name(), &me, stale.get(&role)).await? {
                            leases.push((role, None));
                        } else {
                            leases.push((role, tx.lease(role.name()).await?));
                        }
                    }
                    Ok((replicas, leases))
                })
            })
            .await?;
        for (role, other) in leases {
            match other {
                None if outdated => {
                    self.leases.0.held.send_modify(|held| {
                        held.remove(&role);
                    });
                }
                None => {
                    if !self.leases.holds(role) {
                        info!(?role, "this replica's from now on");
                    }
                    self.seen.remove(&role);
                    self.leases.0.held.send_modify(|held| {
                        held.insert(role, now + VALID);
                    });
                }
                Some(other) => {
                    if self.seen.get(&role).is_none_or(|(known, _)| *known != other) {
                        self.seen.insert(role, (other, now));
                    }
                    self.leases.0.held.send_modify(|held| {
                        held.remove(&role);
                    });
                }
            }
        }
        self.look_at(replicas, now).await
    }

    /// The other replicas at work, and whether a newer version is among them.
    async fn look_at(&mut self, replicas: Vec<Replica>, now: Instant) -> Result<(), Error> {
        let others = replicas.into_iter().filter(|replica| replica.id != self.me);
        let before = std::mem::take(&mut self.others);
        for replica in others {
            let since = before.get(&replica.id).filter(|(known, _)| *known == replica).map_or(now, |(_, since)| *since);
            self.others.insert(replica.id.clone(), (replica, since));
        }
        let alive = |(replica, since): &&(Replica, Instant)| now < *since + STALE && !is_surely_gone(&replica.id);
        self.store.tell_others(self.others.values().any(|other| alive(&other)));
        let own = self.store.generation();
        let outdated = self.others.values().filter(alive).any(|(replica, _)| replica.generation > own);
        if outdated != self.leases.0.outdated.swap(outdated, Ordering::Relaxed) {
            if outdated {
                info!("a newer version is at work: this one only receives from now on");
                self.leases.0.held.send_modify(HashMap::clear);
            } else {
                info!("no newer version is at work any more: this one goes on");
            }
        }
        let gone: Vec<String> =
            self.others.values().filter(|(_, since)| now >= *since + GONE).map(|(other, _)| other.id.clone()).collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    for id in &gone {
                        tx.forget_replica(id).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn give_back(&self) -> Result<(), Error> {
        self.leases.0.held.send_modify(HashMap::clear);
        let me = self.me.clone();
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    for role in Role::ALL {
                        tx.give_lease_back(role.name(), &me).await?;
                    }
                    tx.forget_replica(&me).await
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::{is_surely_gone, process};

    #[test]
    fn only_a_process_of_this_machine_is_known_to_be_gone() {
        let me = process();
        let (here, _) = me.rsplit_once(':').expect("Linux tells");
        assert!(!is_surely_gone(&format!("{me}/00ff")));
        // Greater than any number Linux gives.
        assert!(is_surely_gone(&format!("{here}:4194305/00ff")));
        assert!(!is_surely_gone("elsewhere:4194305/00ff") && !is_surely_gone("") && !is_surely_gone("/00ff"));
    }
}
