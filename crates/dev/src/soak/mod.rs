//! `otklik-dev soak`: customers write and agents answer while replicas are killed, Telegram fails, the database goes away
//! and the clocks jump. What goes wrong when is a matter of chance, but of a seed's. At the end everything that was
//! said must have arrived, once and in order, or be listed as refused; what came twice must be of the one kind that
//! DESIGN 1 allows.
//!
//! The replicas are processes of their own, as `otklik run` starts them; the sandbox is in this one. Their phrasebook knows
//! only a few examples of each intent, so that a killed one is back at once.

mod check;
mod people;
mod trouble;

use self::check::Brought;
use self::people::People;
use self::trouble::Troubles;
use crate::chance::Chance;
use crate::replicas::{Replicas, Setting};
use crate::stage::{self, Outcome};
use otklik::clock;
use otklik::phrases::load;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often something goes wrong, and how often somebody writes.
const TROUBLE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_millis(700));
/// How long the end may take, once nothing goes wrong any more.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// For how long things go wrong
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Stop after so many replicas were killed, whatever the time
    #[arg(long)]
    kills: Option<usize>,
    /// Chooses what goes wrong when, and who writes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many customers write; half of them to the bot, half to agents
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    customers: u32,
    /// How many replicas are at work; more than one needs PostgreSQL
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    replicas: u32,
    /// An empty database, which is kept, in the place of one for the while: sqlite://… or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Updates are brought to the replicas' webhook, in the place of polling
    #[arg(long)]
    webhook: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let folder = stage::folder("soak")?;
    let outcome = in_folder(&arguments, &folder).await;
    // The logs of what failed are worth a look.
    match &outcome {
        Ok(()) => drop(std::fs::remove_dir_all(&folder)),
        Err(_) => eprintln!("the replicas' logs are in {}", folder.display()),
    }
    outcome
}

async fn in_folder(arguments: &Arguments, folder: &Path) -> Outcome {
    let Arguments { minutes, kills, seed, customers, replicas, ref database, webhook } = *arguments;
    let (database, store) = stage::database(database.as_deref(), folder).await?;
    if replicas > 1 && !store.is_shared() {
        return Err("several replicas need PostgreSQL: --database postgres://…".into());
    }
    let sandbox = stage::sandbox(false).await?;
    let mut chance = Chance::new(seed);
    let mut people = People::new(&sandbox, usize::try_from(customers)?);
    people.stock(&store).await?;

    let setting = Setting {
        phrases: Some(small_phrasebook(folder)?),
        folder: folder.to_owned(),
        token: sandbox.token(),
        server: sandbox.url(),
        desk: sandbox.desk(),
        database: database.clone(),
        webhook,
        wild: true,
        log: "otklik=info,warn",
    };
    let mut replicas = Replicas::start(setting, replicas, &mut chance)?;
    people.greet(&sandbox, &store).await?;

    let end = clock::steady() + Duration::from_secs(minutes * 60);
    let mut troubles = Troubles::new(&database);
    let mut brought = Brought::default();
    let mut next = clock::steady();
    while clock::steady() < end && kills.is_none_or(|kills| replicas.kills.len() < kills) {
        people.something(&sandbox, &mut chance);
        replicas.see_to_it()?;
        brought.look(&sandbox);
        if clock::steady() >= next {
            troubles.something(&sandbox, &mut replicas, &mut chance)?;
            next = clock::steady() + chance.between(TROUBLE.0, TROUBLE.1);
        }
        tokio::time::sleep(chance.between(Duration::from_millis(5), Duration::from_millis(60))).await;
    }
    troubles.end(&sandbox).await;
    eprintln!("nothing goes wrong any more; waiting for what is under way");
    replicas.all_up()?;
    let late = clock::steady() + PATIENCE;
    while sandbox.unconfirmed() > 0 || !matches!(store.is_idle(clock::now().timestamp_millis()).await, Ok(true)) {
        if clock::steady() > late {
            return Err("what is under way does not come to an end".into());
        }
        replicas.see_to_it()?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    brought.look(&sandbox);
    let (set_aside, letters) = (store.quarantined().await?.len(), store.dead_letters().await?);
    let stopped = replicas.stop().await?;
    let findings = check::check(&people, &sandbox, &brought, &replicas.kills, set_aside, &letters);
    println!("{}", troubles.told());
    println!("{} killed, {stopped} stopped in order", replicas.kills.len());
    print!("{}", findings.table());
    if findings.good() { Ok(()) } else { Err("the soak has failed: see above".into()) }
}

/// The shipped phrasebook with a few examples of each intent: learned in a moment, all texts and flows as they are.
fn small_phrasebook(folder: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    const EXAMPLES: usize = 25;
    let phrases = folder.join("phrases");
    for (language, name, text) in load::shipped_files() {
        let mut file: toml::Table = toml::from_str(text)?;
        if let Some(toml::Value::Array(examples)) = file.get_mut("examples") {
            examples.truncate(EXAMPLES);
        }
        let folder = phrases.join(language);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{name}.toml")), toml::to_string(&file)?)?;
    }
    Ok(phrases)
}
