//! A bot for each test: the real wiring against a sandbox on a free port, with a fresh database. What is
//! asserted is what customers and agents received.

use otklik::carrier::stand_in::StandIn;
use otklik::carrier::{Address, BreakerLimits, Carrier, Http, Pace, samples};
use otklik::clock;
use otklik::config::Settings;
use otklik::conversation::{CustomerId, DeskId, DeskInfo, Policy, Timer};
use otklik::inbox::Knowledge;
use otklik::outbox::Limits;
use otklik::parcel::{Status, StatusCode, TrackingNumber};
use otklik::phrases::{Gate, Phrasebook};
use otklik::push;
use otklik::run::{self, Bot, Parts};
use otklik::store::{LocalCarrier, Moved, Store};
use otklik::telegram::Api;
use sandbox::{Clock, Options, Sandbox, Seen};
use sqlx::{AnyConnection, Connection, Executor, Row};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use understanding::Matcher;

/// A failing test must end; nothing that passes waits for this.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How much faster time runs in these tests: stories within Telegram's limits would take minutes.
pub const FASTER: u32 = 12;

/// The shipped phrasebook and what was learned from it: made once for all tests.
pub static SHIPPED: LazyLock<(Arc<Phrasebook>, Arc<Matcher>)> = LazyLock::new(|| {
    let (phrasebook, problems) = run::checked(None);
    assert!(problems.is_empty(), "the shipped phrasebook has mistakes: {problems:#?}");
    let settings = Settings::default();
    let matcher = run::matcher(&phrasebook, &settings.carrier_formats, settings.precision);
    (Arc::new(phrasebook), Arc::new(matcher))
});

/// The gate before anything is added to it.
static GATE: LazyLock<Arc<Gate>> = LazyLock::new(|| {
    let (phrasebook, matcher) = SHIPPED.clone();
    Arc::new(Gate::new(phrasebook, matcher))
});

/// What a bot of these tests knows.
pub fn knowledge(policy: Policy, desks: Vec<DeskInfo>) -> Knowledge {
    let (phrasebook, matcher) = SHIPPED.clone();
    Knowledge { matcher, phrasebook, gate: GATE.clone(), policy, desks }
}

/// Rules of a desk that never closes, so that a story does not depend on the hour it is told at.
pub fn always_open() -> Policy {
    Policy { opens: chrono::NaiveTime::MIN, closes: chrono::NaiveTime::MIN, ..Policy::default() }
}

/// The database a story runs on.
#[derive(Clone, Copy, Debug)]
pub enum Db {
    Sqlite,
    Postgres,
}

/// Where the parcels of a story are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Carried {
    /// Our own tables.
    Locally,
    /// The stand-in of a carrier's system, by HTTP.
    ByHttp,
}

/// Runs an async story on each database with our own parcels, and once with a carrier's system.
#[macro_export]
macro_rules! on_each_carrier {
    ($($name:ident)*) => {$(
        mod $name {
            use $crate::support::{App, Carried, Db};
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::stories::$name(App::carried(Db::Sqlite, Carried::Locally).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::stories::$name(App::carried(Db::Postgres, Carried::Locally).await).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn http() {
                super::stories::$name(App::carried(Db::Sqlite, Carried::ByHttp).await).await;
            }
        }
    )*};
}

/// Runs an async story on each database: `on_both!(name, story)` makes `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::stories::$name($crate::support::Db::Sqlite).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::stories::$name($crate::support::Db::Postgres).await;
            }
        }
    )*};
}

/// A bot at work, and the Telegram around it.
pub struct App {
    pub sandbox: Sandbox,
    bot: Option<Bot>,
    database: Database,
    limits: Limits,
    /// A carrier's system that knows the parcels, in the place of our own tables.
    carrier: Option<StandIn>,
    /// The owner's rules, from the next start on.
    pub policy: Policy,
    /// Whether the desk is used as a group without topics, from the next start on.
    pub plain: bool,
    /// What the first desk is called and takes, from the next start on.
    pub first: DeskInfo,
    /// Other desks beside it, from the next start on.
    pub others: Vec<DeskInfo>,
    /// Where Telegram brings updates in the place of polling, from the next start on.
    pub webhook: Option<SocketAddr>,
    /// Another address of Telegram than the sandbox's, from the next start on.
    pub server: Option<&'static str>,
}

/// A database of one test.
pub struct Database {
    url: String,
    /// Holds the SQLite file; removed with the test.
    _folder: Option<Folder>,
}

impl Database {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

static NAMES: AtomicU32 = AtomicU32::new(0);

/// A fresh, empty database.
pub async fn fresh(db: Db) -> Database {
    let name = format!("otklik_{}_{}", std::process::id(), NAMES.fetch_add(1, Ordering::Relaxed));
    match db {
        Db::Sqlite => {
            let folder = std::env::temp_dir().join(&name);
            std::fs::create_dir_all(&folder).expect("a temporary folder");
            Database { url: format!("sqlite://{}/otklik.db", folder.display()), _folder: Some(Folder(folder)) }
        }
        Db::Postgres => {
            let server = postgres();
            sqlx::any::install_default_drivers();
            let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await.unwrap_or_else(|error| {
                panic!("PostgreSQL at {server} does not answer ({error}); run the tests with ./test, which starts one")
            });
            let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
            connection.execute(sqlx::SqlSafeStr::into_sql_str(create)).await.expect("a new database");
            Database { url: format!("{server}/{name}"), _folder: None }
        }
    }
}

/// Where the test server is: `postgres://user@host:port`, without a database.
fn postgres() -> String {
    std::env::var("OTKLIK_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "OTKLIK_TEST_POSTGRES is not set: run the tests with ./test, which installs and starts PostgreSQL, \
             or name a server, such as postgres://postgres@127.0.0.1:5432"
        )
    })
}

/// A store on a fresh database, which lives as long as the second part.
pub async fn store(db: Db) -> (Store, Database) {
    let database = fresh(db).await;
    (Store::open(&database.url).await.expect("a fresh database opens"), database)
}

/// How the sandbox of a test is: on a free port, with limits or without, by the clock of these tests, and called as
/// the demo's.
pub fn options(limits: bool) -> Options {
    let clock = Clock { now: clock::now, sleep: |time| Box::pin(clock::sleep(time)) };
    Options {
        limits,
        bot: sandbox::Bot { name: "Отклик".into(), ..sandbox::Bot::default() },
        clock,
        ..Options::default()
    }
}

/// A client of a carrier's system that gives up soon: nobody waits for a test.
pub fn hasty(carrier: &StandIn) -> Http {
    let address = Address::new(&carrier.url(), Some(&carrier.token().into())).expect("an address");
    let pace = Pace {
        each: Duration::from_millis(500),
        pauses: vec![Duration::from_millis(10), Duration::from_millis(10)],
        breaker: BreakerLimits { failures: 1000, ..BreakerLimits::default() },
    };
    Http::new(address, pace).expect("a client")
}

/// What the pushes of these tests are signed with.
pub fn push_secret() -> push::Secret {
    push::Secret::new("0123456789abcdef0123").expect("long enough")
}

impl App {
    /// A bot on a fresh database, and a Telegram without limits.
    pub async fn start(db: Db) -> App {
        App::with(db, false, Carried::Locally).await
    }

    /// The same with Telegram's limits kept up, and kept.
    pub async fn with_limits(db: Db) -> App {
        App::with(db, true, Carried::Locally).await
    }

    /// The same without limits, with parcels that are known here or there.
    pub async fn carried(db: Db, carried: Carried) -> App {
        App::with(db, false, carried).await
    }

    async fn with(db: Db, limits: bool, carried: Carried) -> App {
        // Telegram's minute takes five seconds here, for the bot and for the sandbox alike.
        clock::speed_up(FASTER);
        let sandbox = Sandbox::start(options(limits)).await.expect("a free port");
        let limits = if limits { Limits::default() } else { Limits::none() };
        let carrier = match carried {
            Carried::Locally => None,
            Carried::ByHttp => Some(StandIn::start().await.expect("a free port")),
        };
        let mut app = App { limits, carrier, ..App::of(sandbox, fresh(db).await) };
        app.stock().await;
        app.begin().await;
        app
    }

    /// A bot on what is stored already, and the Telegram that goes with it, without limits; to be begun.
    pub fn of(sandbox: Sandbox, database: Database) -> App {
        App {
            sandbox,
            bot: None,
            database,
            limits: Limits::none(),
            carrier: None,
            policy: always_open(),
            plain: false,
            first: DeskInfo::default(),
            others: Vec::new(),
            webhook: None,
            server: None,
        }
    }

    /// Gives the sample parcels to the carrier's system, or to our own tables.
    async fn stock(&self) {
        let now = clock::now();
        let samples = samples::parcels(now, Policy::default().today(now));
        let parcels = samples.into_iter().map(|sample| sample.listed).collect();
        match &self.carrier {
            None => self.store().await.put_parcels(parcels, now.timestamp_millis()).await.expect("parcels are stored"),
            Some(carrier) => carrier.put_parcels(parcels),
        }
    }

    /// Another look at the database.
    pub async fn store(&self) -> Store {
        Store::open(&self.database.url).await.expect("the database opens")
    }

    /// Starts the bot again after [`App::kill`] or [`App::stop`].
    pub async fn begin(&mut self) {
        self.bot = Some(self.another().await);
    }

    /// Starts one more bot on the same database.
    pub async fn another(&self) -> Bot {
        let id = if self.first.id == DeskId::default() { DeskId(self.sandbox.desk()) } else { self.first.id };
        let first = DeskInfo { id, plain: self.plain, ..self.first.clone() };
        let infos: Vec<DeskInfo> = std::iter::once(first).chain(self.others.clone()).collect();
        let desks = infos.iter().map(|desk| desk.id).collect();
        let known = knowledge(self.policy.clone(), infos);
        let store = self.store().await;
        let carrier: Arc<dyn Carrier> = match &self.carrier {
            None => Arc::new(LocalCarrier::new(store.clone(), Policy::default())),
            Some(carrier) => Arc::new(hasty(carrier)),
        };
        let listen = self.webhook.unwrap_or_else(|| "127.0.0.1:0".parse().expect("an address"));
        let parts = Parts {
            carrier,
            listen: Some(listen),
            push: Some(push_secret()),
            webhook: self.webhook.map(|address| format!("http://{address}/telegram")),
            metrics: Some("127.0.0.1:0".parse().expect("an address")),
            store,
            api: Api::new(&self.sandbox.token().into(), Some(&self.server.unwrap_or(&self.sandbox.url()).into()))
                .expect("a good address"),
            knowledge: Arc::new(tokio::sync::watch::Sender::new(Arc::new(known))),
            desks,
            limits: self.limits.clone(),
        };
        Bot::start(parts).await.expect("the bot starts")
    }

    /// The database's address.
    pub fn database(&self) -> &str {
        &self.database.url
    }

    /// What `otklik check` prints of these desks, comma-separated.
    pub fn check(&self, desks: &str) -> String {
        let checked = std::process::Command::new(env!("CARGO_BIN_EXE_otklik"))
            .arg("check")
            .current_dir(std::env::temp_dir())
            .env("TELOXIDE_TOKEN", self.sandbox.token())
            .env("TELOXIDE_API_URL", self.sandbox.url())
            .env("OTKLIK_DESK", desks)
            .env("DATABASE_URL", &self.database.url)
            .output()
            .expect("the program runs");
        String::from_utf8_lossy(&checked.stdout).into_owned()
    }

    /// How often what waits for this customer was tried.
    pub async fn attempts(&self, customer: i64) -> i64 {
        let mut connection = AnyConnection::connect(&self.database.url).await.expect("the database opens");
        let query = "SELECT CAST(SUM(attempts) AS BIGINT) AS tried FROM outbox WHERE chat = $1 AND done_at IS NULL";
        let row = sqlx::query(query).bind(customer).fetch_one(&mut connection).await.expect("a table of ours");
        row.get::<Option<i64>, _>("tried").unwrap_or(0)
    }

    /// Does something to the database that the bot never would.
    pub async fn execute(&self, statement: &'static str) {
        let mut connection = AnyConnection::connect(&self.database.url).await.expect("the database opens");
        connection.execute(statement).await.expect("the database does it");
    }

    /// Ends the bot as a crash would.
    pub fn kill(&mut self) {
        self.bot.take().expect("a bot at work").kill();
    }

    /// Ends the bot in order.
    pub async fn stop(&mut self) {
        self.bot.take().expect("a bot at work").stop().await;
    }

    /// Waits until nothing is left to do: every update taken and confirmed, every message sent.
    pub async fn settle(&self) {
        let bot = self.bot.as_ref().expect("a bot at work");
        let quiet = async {
            let mut world = self.sandbox.subscribe();
            // Everything Telegram had is in the inbox, so an empty house has done it all.
            while self.sandbox.unconfirmed() > 0 {
                let _ = world.changed().await;
            }
            bot.drain().await.expect("the database answers");
        };
        if tokio::time::timeout(PATIENCE, quiet).await.is_err() {
            panic!("the bot does not come to rest; its calls so far:\n{}", self.calls_so_far());
        }
    }

    /// Waits until the world of the sandbox is as `wanted`.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Sandbox) -> bool) {
        let seen = async {
            let mut world = self.sandbox.subscribe();
            while !wanted(&self.sandbox) {
                let _ = world.changed().await;
            }
        };
        if tokio::time::timeout(PATIENCE, seen).await.is_err() {
            panic!("never seen: {what}; the calls so far:\n{}", self.calls_so_far());
        }
    }

    /// Waits until the carrier's system is as `wanted`.
    pub async fn until_carrier(&self, what: &str, wanted: impl Fn(&StandIn) -> bool) {
        let carrier = self.carrier();
        let seen = async {
            let mut calls = carrier.subscribe();
            while !wanted(carrier) {
                let _ = calls.changed().await;
            }
        };
        if tokio::time::timeout(PATIENCE, seen).await.is_err() {
            panic!("never seen: {what}; the carrier's calls so far: {:#?}", carrier.calls());
        }
    }

    /// The carrier's system of a story that has one.
    pub fn carrier(&self) -> &StandIn {
        self.carrier.as_ref().expect("a story with a carrier's system")
    }

    fn calls_so_far(&self) -> String {
        let line = |call: sandbox::Call| format!("{} {} {:?}", call.method, call.params, call.error);
        self.sandbox.calls().into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// A customer who has opened the chat.
    pub async fn customer(&self, name: &str) -> i64 {
        let customer = self.sandbox.new_customer(name);
        self.says(customer, "/start").await;
        customer
    }

    /// The customer to whom the sample parcels belong.
    pub async fn first_customer(&self) -> i64 {
        let anna = self.sandbox.first_customer();
        self.says(anna, "/start").await;
        anna
    }

    /// A customer shares their own phone by Telegram's button.
    pub async fn shares_phone(&self, customer: i64) {
        self.sandbox.customer_shares_phone(customer);
        self.settle().await;
    }

    /// The carrier tells of a parcel's new status.
    pub async fn carrier_moves(&self, number: &str, code: StatusCode) {
        let step =
            Moved { number: TrackingNumber::new(number), status: Status::Known(code), place: None, planned: None };
        let (now, store) = (clock::now(), self.store().await);
        store.move_parcel(step, now.timestamp_millis(), now.date_naive()).await.expect("it is stored");
        self.settle().await;
    }

    /// Where the bot takes pushes.
    pub fn push_url(&self) -> String {
        let address = self.bot.as_ref().and_then(Bot::address).expect("a bot that takes pushes");
        format!("http://{address}/push")
    }

    /// Where the bot tells its metrics.
    pub fn metrics_url(&self) -> String {
        let address = self.bot.as_ref().and_then(Bot::metrics_address).expect("a bot that tells metrics");
        format!("http://{address}/metrics")
    }

    /// What the carrier has changed, oldest first.
    pub async fn changes(&self) -> Vec<String> {
        if let Some(carrier) = &self.carrier {
            return carrier.made().into_iter().map(|made| made.change.code().to_owned()).collect();
        }
        let changes = self.store().await.changes_since(0).await.expect("the changes");
        changes.into_iter().map(|change| change.change).collect()
    }

    /// What was promised and what became of it.
    pub async fn promises(&self) -> Vec<(String, String, i64)> {
        let counts = self.store().await.promises_made(0, i64::MAX).await.expect("the promises");
        counts.into_iter().map(|count| (count.what, count.outcome, count.count)).collect()
    }

    /// When the next timer is due (Unix milliseconds).
    pub async fn next_timer(&self) -> i64 {
        self.store().await.next_timer().await.expect("the timers").expect("a timer")
    }

    /// Lets a timer be due at once, as if its time had come.
    pub async fn timer_is_due(&self, customer: i64, timer: Timer) {
        let now = clock::now().timestamp_millis();
        let store = self.store().await;
        let set =
            store.write(move |mut tx| Box::pin(async move { tx.set_timer(CustomerId(customer), &timer, now).await }));
        set.await.expect("the timer is set");
    }

    /// A customer says something; everything that follows from it has happened.
    pub async fn says(&self, customer: i64, text: &str) -> i64 {
        let id = self.sandbox.customer_says(customer, text);
        self.settle().await;
        id
    }

    /// What the bot and the agents have written to a customer so far.
    pub fn heard(&self, customer: i64) -> Vec<String> {
        self.sandbox.chat(customer).into_iter().filter(|seen| seen.from_bot).map(|seen| seen.text).collect()
    }

    /// The last thing a customer was told.
    pub fn last(&self, customer: i64) -> Seen {
        let told = self.sandbox.chat(customer).into_iter().rfind(|seen| seen.from_bot);
        told.expect("the customer was told something")
    }

    /// The only topic there is.
    pub fn topic(&self) -> i64 {
        let topics: Vec<_> = self.sandbox.topics().into_iter().filter(|topic| !topic.deleted).collect();
        assert_eq!(topics.len(), 1, "one topic: {topics:?}");
        topics[0].id
    }

    /// The card of a topic as it is now: the pinned message.
    pub fn card(&self, topic: i64) -> Seen {
        let pinned = self.sandbox.topic(topic).into_iter().rfind(|seen| seen.pinned);
        pinned.unwrap_or_else(|| panic!("no card is pinned in {:#?}", self.sandbox.topic(topic)))
    }

    /// What lies in a topic.
    pub fn in_topic(&self, topic: i64) -> Vec<String> {
        self.sandbox.topic(topic).into_iter().map(|seen| seen.text).collect()
    }

    /// Presses the button with this label on the latest message that has it.
    pub async fn press(&self, user: i64, chat: i64, label: &str) {
        let messages = if chat == user {
            self.sandbox.chat(chat)
        } else {
            self.sandbox.topics().iter().flat_map(|topic| self.sandbox.topic(topic.id)).collect()
        };
        let found = messages.iter().rev().find_map(|message| {
            let button = message.buttons.iter().flatten().find(|button| button.text == label)?;
            Some((message.id, button.data.clone().expect("a button with data")))
        });
        let (message, data) = found.unwrap_or_else(|| panic!("no button «{label}» in {messages:#?}"));
        self.sandbox.press(user, chat, message, &data);
        self.settle().await;
    }

    /// What agents read in the general topic so far.
    pub fn in_general(&self) -> Vec<String> {
        self.sandbox.general().into_iter().filter(|seen| seen.from_bot).map(|seen| seen.text).collect()
    }

    /// Presses the button with this label on the latest message of the general topic that has it.
    pub async fn press_in_general(&self, user: i64, label: &str) {
        let messages = self.sandbox.general();
        let found = messages.iter().rev().find_map(|message| {
            let button = message.buttons.iter().flatten().find(|button| button.text == label)?;
            Some((message.id, button.data.clone().expect("a button with data")))
        });
        let (message, data) = found.unwrap_or_else(|| panic!("no button «{label}» in {messages:#?}"));
        self.sandbox.press(user, self.sandbox.desk(), message, &data);
        self.settle().await;
    }

    /// An agent writes into a topic; everything that follows from it has happened.
    pub async fn agent(&self, agent: i64, topic: i64, text: &str) -> i64 {
        let id = self.sandbox.agent_says(agent, topic, text);
        self.settle().await;
        id
    }

    /// An agent writes into the general topic; everything that follows from it has happened.
    pub async fn general(&self, agent: i64, text: &str) {
        self.sandbox.agent_says_in_general(agent, text);
        self.settle().await;
    }

    /// The name of a topic as it is now.
    pub fn name_of(&self, topic: i64) -> String {
        let topics = self.sandbox.topics();
        topics.into_iter().find(|known| known.id == topic).map(|topic| topic.name).unwrap_or_default()
    }

    /// Whether anything that was stored of messages holds `part`.
    pub async fn database_holds(&self, part: &str) -> bool {
        let mut connection = AnyConnection::connect(&self.database.url).await.expect("the database opens");
        for query in [
            "SELECT body AS text FROM inbox",
            "SELECT body AS text FROM outbox",
            "SELECT words AS text FROM story",
            "SELECT state AS text FROM conversations",
        ] {
            let rows = sqlx::query(query).fetch_all(&mut connection).await.expect("a table of ours");
            if rows.iter().any(|row| row.get::<String, _>("text").contains(part)) {
                return true;
            }
        }
        false
    }

    /// A customer whose conversation an agent holds: `(customer, agent, topic)`.
    pub async fn held(&self) -> (i64, i64, i64) {
        let customer = self.customer("Анна").await;
        self.says(customer, "позовите человека").await;
        let agent = self.sandbox.new_agent("Мария");
        self.press(agent, self.sandbox.desk(), "Взять").await;
        (customer, agent, self.topic())
    }
}

/// Whether any text holds `part`.
pub fn any(texts: &[String], part: &str) -> bool {
    texts.iter().any(|text| text.contains(part))
}

/// Asserts that `parts` occur in `texts` in this order, each in a text of its own.
pub fn in_order(texts: &[String], parts: &[&str]) {
    let mut from = 0;
    for part in parts {
        match texts[from..].iter().position(|text| text.contains(part)) {
            Some(at) => from += at + 1,
            None => panic!("«{part}» does not come in its place in {texts:#?}"),
        }
    }
}
