//! The tools as an engineer starts them: small, fast, with seeds that are fixed. The clock's speed belongs to a process,
//! so each runs in one of its own.

use serde_json::Value;
use sqlx::{AnyConnection, Connection, Executor};
use std::process::{Command, Output};

/// Runs the program to its end in a folder where no configuration lies.
fn ran(arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_otklik-dev"))
        .args(arguments.split(' '))
        .current_dir(std::env::temp_dir())
        .output()
        .expect("the program starts")
}

/// What a program that has ended told.
fn told(done: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

#[test]
fn a_small_burst_loses_nothing() {
    let json = std::env::temp_dir().join(format!("otklik_load_{}.json", std::process::id()));
    let burst = "load --customers 12 --agents 3 --burst-seconds 60 --speed 120 --minutes 120 --json";
    let done = ran(&format!("{burst} {}", json.display()));
    let told = told(&done);
    let report = std::fs::read(&json).unwrap_or_else(|error| panic!("no report ({error}):\n{told}"));
    let _ = std::fs::remove_file(&json);
    let report: Value = serde_json::from_slice(&report).expect("the report is JSON");
    for what in ["lost", "doubled", "out_of_order", "wrong", "cards_first"] {
        assert_eq!(report["findings"][what], 0, "{what}:\n{told}");
    }
    assert!(done.status.success(), "and so it ends well:\n{told}");
    assert_eq!(report["cut"], false, "all was done in time:\n{told}");
    assert_eq!(report["first_answer"]["count"], 12, "everybody was answered:\n{told}");
    assert_eq!(report["too_many_requests"], 0, "Telegram's limits were kept:\n{told}");
}

#[test]
fn a_small_flood_is_answered() {
    let done = ran("load flood --customers 5 --messages 50 --history 100");
    let told = told(&done);
    assert!(done.status.success(), "{told}");
    assert!(told.contains("50 messages of 5 customers"), "{told}");
}

/// Everything goes wrong by chance: hundreds of kills in these three, and nothing is lost. The long form is
/// `otklik-dev soak --minutes 10`.
fn soak(more: &str) {
    let done = ran(&format!("soak {more}"));
    let told = told(&done);
    assert!(done.status.success(), "{told}");
    assert!(told.contains("lost 0, out of order 0, wrong 0"), "{told}");
}

#[test]
fn a_process_on_sqlite_is_killed() {
    soak("--minutes 3 --kills 90 --seed 11");
}

#[tokio::test]
async fn two_replicas_on_postgres_are_killed() {
    let database = fresh("polled").await;
    soak(&format!("--minutes 3 --kills 70 --seed 12 --replicas 2 --database {database}"));
}

#[tokio::test]
async fn replicas_behind_a_webhook_are_killed() {
    let database = fresh("webhook").await;
    soak(&format!("--minutes 2 --kills 40 --seed 13 --replicas 2 --webhook --database {database}"));
}

/// A fresh, empty database on the PostgreSQL that `./test` starts; gives its address.
#[allow(clippy::disallowed_methods)] // tests are told by their environment where PostgreSQL is
async fn fresh(name: &str) -> String {
    let server = std::env::var("OTKLIK_TEST_POSTGRES")
        .expect("OTKLIK_TEST_POSTGRES is not set: run the tests with ./test, which installs and starts PostgreSQL");
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await.expect("PostgreSQL answers");
    let name = format!("otklik_dev_{}_{name}", std::process::id());
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(sqlx::SqlSafeStr::into_sql_str(create)).await.expect("a new database");
    format!("{server}/{name}")
}
