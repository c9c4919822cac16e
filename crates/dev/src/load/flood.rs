//! `otklik-dev load flood`: customers who each write again as soon as they are answered, or at a given rate, against the
//! sandbox without its limits. The replicas are processes of their own; the sandbox, which plays Telegram and all
//! customers, is in this one and takes its share of the machine.

use super::beside::{Beside, Stranger};
use crate::chance::Chance;
use crate::replicas::{Replicas, Setting};
use crate::stage::{self, Outcome};
use otklik::clock;
use otklik::store::Exercise;
use sandbox::Sandbox;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// What customers ask: all answered from data, in one message.
const QUESTIONS: [&str; 5] = [
    "сколько стоит доставка",
    "какие документы нужны, чтобы получить посылку",
    "до скольки вы работаете",
    "как стать курьером",
    "сколько хранится посылка",
];
/// How long the replicas may take to learn, and how long one message may.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many times each of the bare producers writes.
const BARE: usize = 200;
/// How many producers write bare.
const PRODUCERS: usize = 64;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many customers write
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    customers: u32,
    /// How many messages they write in all
    #[arg(long, default_value_t = 20_000)]
    messages: usize,
    /// So many messages a second, whether the last were answered or not; without it, as fast as they are answered
    #[arg(long)]
    rate: Option<u32>,
    /// One stranger beside them gets in their way, `--beside-rate` times a second; with `--rate`
    #[arg(long, value_enum, requires = "rate")]
    beside: Option<Beside>,
    /// How often a second the stranger does so
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    beside_rate: u32,
    /// How many replicas are at work; more than one needs PostgreSQL
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    replicas: u32,
    /// Give the database a history of so many rows first
    #[arg(long, default_value_t = 0)]
    history: u64,
    /// An empty database, which is kept, in the place of one for the while: sqlite://… or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

pub(super) async fn run(arguments: &Arguments) -> Outcome {
    let folder = stage::folder("flood")?;
    let outcome = in_folder(arguments, &folder).await;
    // A folder that stays is no failure of the load.
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn in_folder(arguments: &Arguments, folder: &Path) -> Outcome {
    let (database, store) = stage::database(arguments.database.as_deref(), folder).await?;
    // Old, but not so old that it would be removed meanwhile.
    let yesterday = (clock::now() - chrono::TimeDelta::days(1)).timestamp_millis();
    Exercise::fill(&store, arguments.history, yesterday).await?;
    let sandbox = stage::sandbox(false).await?;
    let setting = Setting {
        phrases: None,
        folder: folder.to_owned(),
        token: sandbox.token(),
        server: sandbox.url(),
        desk: sandbox.desk(),
        database: database.clone(),
        webhook: arguments.beside == Some(Beside::Connections),
        wild: false,
        log: "warn",
    };
    let mut replicas = Replicas::start(setting, arguments.replicas, &mut Chance::new(1))?;
    let mut flood = Flood::new(&sandbox, usize::try_from(arguments.customers)?);
    flood.greet().await?;
    let mut stranger = arguments.beside.map(|does| Stranger::new(&sandbox, does, replicas.port()));
    let took = match arguments.rate {
        None => flood.as_fast_as_answered(arguments.messages).await?,
        Some(rate) => flood.at_a_rate(arguments.messages, rate, stranger.as_mut(), arguments.beside_rate).await?,
    };
    let (memory, most) = replicas.memory();
    replicas.stop().await?;

    let began = clock::steady();
    Exercise::bare(&store, PRODUCERS, BARE).await?;
    let bare = (PRODUCERS * BARE) as f64 / (clock::steady() - began).as_secs_f64();
    let rate = arguments.messages as f64 / took.as_secs_f64();
    flood.waits.sort();
    let at = |share: f64| {
        let place = (flood.waits.len() as f64 * share) as usize;
        flood.waits.get(place.min(flood.waits.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| at(share).as_secs_f64() * 1000.0);
    println!(
        "{} messages of {} customers, {} replica(s), {} rows of history",
        arguments.messages, arguments.customers, arguments.replicas, arguments.history
    );
    println!("answered {rate:.0}/s; from update to reply p50 {p50:.1} ms, p99 {p99:.1} ms, max {max:.1} ms");
    if let (Some(stranger), Some(does)) = (&stranger, arguments.beside) {
        println!("beside them one stranger: {does:?}, {} times", stranger.times);
    }
    println!(
        "bare commits, one in and one out, {PRODUCERS} at once: {bare:.0}/s; answered is {:.2} of it",
        rate / bare
    );
    let megabytes = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
    println!("resident {:.0} MB, at most {:.0} MB (while it learned)", megabytes(memory), megabytes(most));
    Ok(())
}

/// Customers and what they wait for.
struct Flood<'s> {
    sandbox: &'s Sandbox,
    customers: Vec<i64>,
    /// What each has asked and not been answered, oldest first.
    open: HashMap<i64, std::collections::VecDeque<Instant>>,
    /// How many questions each has asked.
    asked: HashMap<i64, usize>,
    known: usize,
    waits: Vec<Duration>,
}

impl<'s> Flood<'s> {
    fn new(sandbox: &'s Sandbox, count: usize) -> Flood<'s> {
        let customers: Vec<i64> = (1..=count).map(|number| sandbox.new_customer(&format!("К-{number}"))).collect();
        let open = HashMap::new();
        Flood { sandbox, customers, open, asked: HashMap::new(), known: 0, waits: Vec::new() }
    }

    /// Everybody is greeted: the replicas are up, and nothing is measured yet.
    async fn greet(&mut self) -> Result<(), String> {
        for customer in self.customers.clone() {
            self.say(customer, "/start");
        }
        self.until(|flood| flood.waits.len() >= flood.customers.len()).await?;
        self.waits.clear();
        Ok(())
    }

    fn say(&mut self, customer: i64, text: &str) {
        self.open.entry(customer).or_default().push_back(clock::steady());
        self.sandbox.customer_says(customer, text);
    }

    fn ask(&mut self, customer: i64) {
        let asked = self.asked.entry(customer).or_default();
        let question = QUESTIONS[(*asked + usize::try_from(customer).unwrap_or(0)) % QUESTIONS.len()];
        *asked += 1;
        self.say(customer, question);
    }

    /// Takes the answers since the last look; gives the customers that got one.
    fn answers(&mut self) -> Vec<i64> {
        let (calls, made) = self.sandbox.calls_after(self.known);
        self.known = made;
        let now = clock::steady();
        let mut answered = Vec::new();
        for call in calls.iter().filter(|call| call.method == "sendMessage" && call.error.is_none()) {
            let Some(chat) = call.params["chat_id"].as_i64() else { continue };
            if let Some(since) = self.open.get_mut(&chat).and_then(std::collections::VecDeque::pop_front) {
                self.waits.push(now - since);
                answered.push(chat);
            }
        }
        answered
    }

    async fn until(&mut self, done: impl Fn(&Flood) -> bool) -> Result<(), String> {
        let late = clock::steady() + PATIENCE;
        let mut changed = self.sandbox.subscribe();
        while !done(self) {
            self.answers();
            if clock::steady() > late {
                return Err("the bot does not answer".into());
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), changed.changed()).await;
        }
        Ok(())
    }

    /// Everybody writes again as soon as they are answered.
    async fn as_fast_as_answered(&mut self, messages: usize) -> Result<Duration, String> {
        let began = clock::steady();
        let mut changed = self.sandbox.subscribe();
        let mut left = messages;
        for customer in self.customers.clone().into_iter().take(messages) {
            self.ask(customer);
            left -= 1;
        }
        while self.waits.len() < messages {
            changed.mark_unchanged();
            for customer in self.answers() {
                if left > 0 {
                    self.ask(customer);
                    left -= 1;
                }
            }
            if self.waits.len() < messages && tokio::time::timeout(PATIENCE, changed.changed()).await.is_err() {
                return Err("the bot does not answer any more".into());
            }
        }
        Ok(clock::steady() - began)
    }

    /// One message after the other, so many a second; a stranger beside them does something `often` times a second.
    async fn at_a_rate(
        &mut self,
        messages: usize,
        rate: u32,
        mut stranger: Option<&mut Stranger<'_>>,
        often: u32,
    ) -> Result<Duration, String> {
        let began = clock::steady();
        let mut beat = tokio::time::interval(Duration::from_secs(1) / rate);
        let mut strange = tokio::time::interval(Duration::from_secs(1) / often);
        let mut changed = self.sandbox.subscribe();
        let (mut sent, mut heard) = (0, clock::steady());
        while self.waits.len() < messages {
            tokio::select! {
                _ = beat.tick(), if sent < messages => {
                    self.ask(self.customers[sent % self.customers.len()]);
                    sent += 1;
                }
                _ = strange.tick(), if stranger.is_some() => {
                    if let Some(stranger) = stranger.as_mut() {
                        stranger.act().await;
                    }
                }
                _ = changed.changed() => {
                    if !self.answers().is_empty() {
                        heard = clock::steady();
                    }
                }
                () = tokio::time::sleep(PATIENCE) => {}
            }
            if clock::steady() - heard > PATIENCE {
                return Err("the bot does not answer any more".into());
            }
        }
        Ok(clock::steady() - began)
    }
}
