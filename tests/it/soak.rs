//! Everything goes wrong by chance, with seeds that are fixed: hundreds of kills, and nothing is lost. The long form:
//! `otklik soak --minutes 10`.

use crate::support::{Db, fresh};
use std::process::Command;

async fn soak(db: Db, more: &str) {
    let database = fresh(db).await;
    let url = database.url().to_owned();
    let arguments = format!("soak {more} --database {url}");
    let ran = tokio::task::spawn_blocking(move || {
        Command::new(env!("CARGO_BIN_EXE_otklik"))
            .args(arguments.split(' '))
            .current_dir(std::env::temp_dir())
            .output()
            .expect("the program starts")
    });
    let done = ran.await.expect("the program ends");
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{told}");
    assert!(told.contains("lost 0, out of order 0, wrong 0"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_on_sqlite_is_killed() {
    soak(Db::Sqlite, "--minutes 3 --kills 90 --seed 11").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_on_postgres_are_killed() {
    soak(Db::Postgres, "--minutes 3 --kills 70 --seed 12 --replicas 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_behind_a_webhook_are_killed() {
    soak(Db::Postgres, "--minutes 2 --kills 40 --seed 13 --replicas 2 --webhook").await;
}
