//! `otklik demo`: sandbox, bot and page in one process. Whatever was said stays in a folder, so that the
//! demo can be killed at any moment and goes on where it stood.

use super::shared::{CommandResult, PhrasesArguments};
use crate::carrier::samples;
use crate::clock;
use crate::config::{self, Config};
use crate::conversation::DeskId;
use crate::launch::{start, until_told};
use crate::outbox::Limits;
use crate::store::Store;
use sandbox::{Options, Sample, Sandbox};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  otklik demo\n  otklik demo --fresh --port 8081")]
pub(super) struct Arguments {
    #[command(flatten)]
    phrases: PhrasesArguments,
    /// The page's port on this machine
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder that keeps what was said
    #[arg(long, default_value = "otklik-demo", value_name = "DIR")]
    data: PathBuf,
    /// Forget what was said before
    #[arg(long)]
    fresh: bool,
}

pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let Arguments { phrases, port, data, fresh } = arguments;
    if fresh {
        forget(&data)?;
    }
    std::fs::create_dir_all(&data).map_err(|error| format!("cannot make the folder {}: {error}", data.display()))?;
    let settings = phrases.settings()?;
    let now = clock::now();
    let parcels = samples::parcels(now, settings.policy.today(now));

    let options = Options {
        port,
        journal: Some(data.join("telegram.jsonl")),
        limits: true,
        samples: parcels
            .iter()
            .map(|sample| Sample {
                label: sample.listed.parcel.number.to_string(),
                good_for: sample.good_for.into(),
                phrase: Some(sample.phrase.into()),
            })
            .collect(),
        samples_title: "Посылки для примера".into(),
        bot: sandbox::Bot {
            name: "Отклик".into(),
            username: "otklik_sandbox_bot".into(),
            description: "Спросите, где посылка, почему не подтверждается оферта или как вернуть деньги. Пишите как \
                          обычно."
                .into(),
        },
        ..Options::default()
    };
    let sandbox = begin(options).await.map_err(|error| {
        format!(
            "cannot serve the page on port {port}: {error}; another one: otklik demo --port {}",
            port.wrapping_add(1)
        )
    })?;

    let database = format!("sqlite://{}", data.join("otklik.db").display());
    stock(&database, parcels.into_iter().map(|sample| sample.listed).collect()).await?;
    let bot = start(
        Config {
            token: sandbox.token().into(),
            server: Some(sandbox.url().into()),
            database: database.into(),
            desks: vec![DeskId(sandbox.desk())],
            carrier: None,
            listen: None,
            push: None,
            webhook: None,
            metrics: None,
            settings: config::Settings { cache: Some(data), ..settings },
        },
        Limits::default(),
    )
    .await?;
    outln!("Откройте {} — слева клиент, справа поддержка. Остановить: Ctrl-C", sandbox.url());
    until_told(bot).await
}

/// Starts the sandbox. A demo that was killed a moment ago may still hold the port: that is waited for.
async fn begin(options: Options) -> std::io::Result<Sandbox> {
    for _ in 0..20 {
        match Sandbox::start(options.clone()).await {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            other => return other,
        }
    }
    Sandbox::start(options).await
}

/// Puts the sample parcels into the local carrier's tables, with today's dates. What was done to one of them before
/// a restart stays done.
async fn stock(database: &str, parcels: Vec<crate::parcel::Listed>) -> CommandResult {
    let store = Store::open(database).await?;
    let changed = store.changes_since(0).await?;
    let untouched =
        |listed: &crate::parcel::Listed| changed.iter().all(|change| change.number != listed.parcel.number.as_str());
    let parcels = parcels.into_iter().filter(untouched).collect();
    store.put_parcels(parcels, clock::now().timestamp_millis()).await?;
    Ok(())
}

/// Removes the demo's own files, and nothing else.
fn forget(data: &Path) -> CommandResult {
    for name in ["telegram.jsonl", "otklik.db", "otklik.db-wal", "otklik.db-shm"] {
        match std::fs::remove_file(data.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("cannot remove {}: {error}", data.join(name).display()).into());
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
