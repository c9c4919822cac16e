//! Replicas for a soak or a flood: processes of their own, started as `otklik-dev replica`, killed and brought back.

use crate::chance::Chance;
use chrono::{DateTime, Utc};
use otklik::clock;
use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How a replica is run.
pub(crate) struct Setting {
    /// Phrases in the place of those compiled in.
    pub phrases: Option<PathBuf>,
    /// Where logs go.
    pub folder: PathBuf,
    pub token: String,
    pub server: String,
    pub desk: i64,
    pub database: String,
    /// Whether updates are brought to them, in the place of polling.
    pub webhook: bool,
    /// Whether their clocks jump.
    pub wild: bool,
    /// What they log.
    pub log: &'static str,
}

/// All of them.
pub(crate) struct Replicas {
    setting: Setting,
    running: Vec<Option<Child>>,
    /// The port of the webhook, behind which a proxy would share the work out.
    port: u16,
    /// The clocks of the next ones.
    seed: u64,
    /// When one was killed.
    pub kills: Vec<DateTime<Utc>>,
}

/// How long a replica may take to stop in order.
const FAREWELL: Duration = Duration::from_secs(20);

/// SIGTERM, with which a replica is told to stop.
const TERMINATE: i32 = 15;

impl Replicas {
    pub fn start(setting: Setting, count: u32, chance: &mut Chance) -> io::Result<Replicas> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let running = (0..count).map(|_| None).collect();
        let mut replicas = Replicas { setting, running, port, seed: chance.below(u64::MAX), kills: Vec::new() };
        replicas.all_up()?;
        Ok(replicas)
    }

    /// The port of the webhook, and of the door it comes in by.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The memory of the one that has most, in bytes: now, and at most so far. 0 where the system does not tell.
    pub fn memory(&self) -> (u64, u64) {
        let of = |child: &Child, field: &str| -> Option<u64> {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
        };
        let most = |field| self.running.iter().flatten().filter_map(|child| of(child, field)).max().unwrap_or(0) * 1024;
        (most("VmRSS:"), most("VmHWM:"))
    }

    /// Kills one as the kernel does: nothing is finished. If the one that chance chose is down, it comes back instead.
    pub fn kill_one(&mut self, chance: &mut Chance) -> io::Result<()> {
        let which = usize::try_from(chance.below(self.running.len() as u64)).unwrap_or(0);
        match self.running[which].take() {
            Some(mut child) => {
                child.kill()?;
                child.wait()?;
                self.kills.push(clock::now());
            }
            None => self.running[which] = Some(self.spawn(which)?),
        }
        Ok(())
    }

    /// All that are down come back.
    pub fn all_up(&mut self) -> io::Result<()> {
        for which in 0..self.running.len() {
            if self.running[which].is_none() {
                self.running[which] = Some(self.spawn(which)?);
            }
        }
        Ok(())
    }

    /// Starts those that have ended by themselves, as a supervisor does; at least one is always up.
    pub fn see_to_it(&mut self) -> io::Result<()> {
        for which in 0..self.running.len() {
            let ended = match &mut self.running[which] {
                Some(child) => child.try_wait()?.is_some(),
                None => false,
            };
            if ended {
                self.running[which] = Some(self.spawn(which)?);
            }
        }
        if self.running.iter().all(Option::is_none) {
            self.running[0] = Some(self.spawn(0)?);
        }
        Ok(())
    }

    /// Stops all in order; returns how many there were. One that does not end is an error.
    pub async fn stop(&mut self) -> Result<usize, Box<dyn std::error::Error>> {
        let mut stopped = 0;
        for mut child in self.running.iter_mut().filter_map(Option::take) {
            Command::new("kill").arg(child.id().to_string()).status()?;
            let ended = async {
                loop {
                    match child.try_wait() {
                        Ok(None) => tokio::time::sleep(Duration::from_millis(20)).await,
                        other => return other,
                    }
                }
            };
            match tokio::time::timeout(FAREWELL, ended).await {
                // One that was only beginning had nothing in hand, and ends by the signal itself.
                Ok(Ok(Some(status))) if status.success() || status.signal() == Some(TERMINATE) => stopped += 1,
                Ok(status) => return Err(format!("a replica did not stop in order: {status:?}").into()),
                Err(_) => {
                    child.kill()?;
                    return Err("a replica does not stop".into());
                }
            }
        }
        Ok(stopped)
    }

    fn spawn(&mut self, which: usize) -> io::Result<Child> {
        let Setting { phrases, folder, token, server, desk, database, webhook, wild, log: level } = &self.setting;
        let log = File::options().create(true).append(true).open(folder.join(format!("replica-{which}.log")))?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("replica").current_dir(folder);
        if *wild {
            command.arg("--wild-clock").arg(self.seed.to_string());
        }
        if let Some(phrases) = phrases {
            command.arg("--phrases").arg(phrases);
        }
        command.env("TELOXIDE_TOKEN", token).env("TELOXIDE_API_URL", server).env("DATABASE_URL", database);
        command.env("OTKLIK_DESK", desk.to_string()).env("RUST_LOG", level).env("RUST_BACKTRACE", "0");
        for other in ["OTKLIK_CARRIER_URL", "OTKLIK_CARRIER_TOKEN", "OTKLIK_PUSH_SECRET", "OTKLIK_LISTEN"] {
            command.env_remove(other);
        }
        // One address for all, as behind a proxy: the first replica has it.
        if *webhook && which == 0 {
            let address = format!("127.0.0.1:{}", self.port);
            command.env("OTKLIK_WEBHOOK_URL", format!("http://{address}/telegram")).env("OTKLIK_LISTEN", address);
        } else if *webhook {
            let url = format!("http://127.0.0.1:{}/telegram", self.port);
            command.env("OTKLIK_WEBHOOK_URL", url).env("OTKLIK_LISTEN", "127.0.0.1:0");
        } else {
            command.env_remove("OTKLIK_WEBHOOK_URL");
        }
        self.seed = self.seed.wrapping_add(1);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        for child in self.running.iter_mut().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
