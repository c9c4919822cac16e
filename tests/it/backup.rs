//! A backup beside the running bot, and the way back from it.

use crate::support::{App, Db};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// How the program ended and what it said, given these arguments, for this database.
async fn otklik(database: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_otklik"))
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .env("DATABASE_URL", database)
        .output();
    let run = run.await.expect("the program runs");
    (run.status.code(), String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned())
}

/// The file of a story's database.
fn file(app: &App) -> PathBuf {
    PathBuf::from(app.database().strip_prefix("sqlite://").expect("a file"))
}

/// The names in a folder that begin as the backup's.
fn left(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.starts_with("copy")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_conversation_goes_on_where_it_stood() {
    let mut app = App::start(Db::Sqlite).await;
    let anna = app.first_customer().await;
    app.says(anna, "отмените заказ 1000000090").await;
    let database = file(&app);
    let copy = database.with_file_name("copy.db");
    let name = copy.to_str().expect("UTF-8");
    let (status, said) = otklik(app.database(), &["backup", name]).await;
    assert!(status == Some(0) && said.contains("bytes"), "{said}");
    assert_eq!(std::fs::metadata(&copy).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(left(copy.parent().expect("a folder")), ["copy.db"]);

    // The bot has heard nothing of it, and the customer goes on after the backup.
    let asked = app.last(anna).text;
    app.says(anna, "секунду").await;
    assert_ne!(app.last(anna).text, asked);

    app.stop().await;
    std::fs::rename(&copy, &database).expect("the backup takes its place");
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", database.display()));
    }
    app.begin().await;
    app.shares_phone(anna).await;
    let told = app.last(anna);
    let asked: Vec<&str> = told.buttons.iter().flatten().map(|button| button.text.as_str()).collect();
    assert_eq!(asked, ["Да, отменить заказ", "Нет, оставить как есть"], "it goes on: {told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten_by_accident() {
    let app = App::start(Db::Sqlite).await;
    let database = file(&app);
    let copy = database.with_file_name("copy.db");
    let name = copy.to_str().expect("UTF-8");
    std::fs::write(&copy, "dear").expect("a file");
    let (status, said) = otklik(app.database(), &["backup", name]).await;
    assert!(status == Some(1) && said.contains("--force"), "{said}");
    assert_eq!(std::fs::read(&copy).expect("a file"), b"dear");
    // What a killed backup left is in nobody's way.
    std::fs::write(database.with_file_name("copy.db.new"), "half").expect("a file");
    let (status, said) = otklik(app.database(), &["backup", name, "--force"]).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(std::fs::read(&copy).expect("a file").starts_with(b"SQLite format 3"));
    assert_eq!(left(copy.parent().expect("a folder")), ["copy.db"]);
    // Not even by force is the database that the bot is at work on replaced.
    let itself = ["", "-wal"].map(|end| format!("{}{end}", database.display()));
    for itself in &itself {
        let (status, said) = otklik(app.database(), &["backup", itself, "--force"]).await;
        assert!(status == Some(1) && said.contains("the database itself"), "{said}");
    }
    // A file that is no database of ours is no backup, and its failure takes nothing away.
    let empty = database.with_file_name("empty.db");
    std::fs::write(&empty, "").expect("a file");
    let (status, said) = otklik(&format!("sqlite://{}", empty.display()), &["backup", name, "--force"]).await;
    assert!(status == Some(1) && said.contains("empty.db"), "{said}");
    assert_eq!(left(copy.parent().expect("a folder")), ["copy.db"]);
    let (status, said) = otklik(app.database(), &["backup", "/nowhere/copy.db"]).await;
    assert!(status == Some(1) && said.contains("/nowhere/copy.db cannot be written"), "{said}");
}

/// A backup comes before an upgrade: the new program copies what the version before has left.
#[tokio::test(flavor = "multi_thread")]
async fn tables_of_an_older_version_are_copied_as_they_are() {
    let app = App::start(Db::Sqlite).await;
    app.execute("DELETE FROM _sqlx_migrations WHERE version > 16").await;
    let copy = file(&app).with_file_name("copy.db");
    let (status, said) = otklik(app.database(), &["backup", copy.to_str().expect("UTF-8")]).await;
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = otklik(&format!("sqlite://{}", copy.display()), &["stats"]).await;
    assert!(status == Some(1) && said.contains("older version"), "nothing was migrated: {said}");
}

#[tokio::test]
async fn a_server_is_backed_up_by_its_own_program() {
    let (status, said) = otklik("postgres://otklik:s3cret@db/otklik", &["backup", "copy.dump"]).await;
    assert_eq!(status, Some(1));
    assert!(said.contains("pg_dump") && said.contains("'postgres://otklik@db/otklik'"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}
