//! The command line as people know it from elsewhere: where it looks, how it ends, and what it does to no folder.

use crate::support::options;
use sandbox::Sandbox;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own, empty.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("otklik_commands_{name}_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Folder(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).expect("its mode");
    }

    fn otklik(&self, arguments: &[&str]) -> Ended {
        run(&self.0, arguments)
    }
}

/// Runs the program in a folder, with nothing in its environment.
fn run(folder: &Path, arguments: &[&str]) -> Ended {
    let run = Command::new(env!("CARGO_BIN_EXE_otklik")).args(arguments).current_dir(folder).env_clear().output();
    Ended::of(&run.expect("the program starts"))
}

/// How a command ended: its exit status, and all that it said.
#[derive(Debug)]
struct Ended {
    status: Option<i32>,
    said: String,
}

impl Ended {
    fn of(output: &Output) -> Ended {
        let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
        Ended { status: output.status.code(), said }
    }
}

#[test]
fn a_wrong_folder_stays_empty() {
    let folder = Folder::new("wrong");
    for command in [
        &["stats"][..],
        &["inbox"],
        &["outbox"],
        &["outbox", "retry", "9"],
        &["parcels", "show", "1000000017"],
        &["parcels", "push", "typo", "in_transit"],
        &["parcels", "changes"],
        &["export", "--customer", "5"],
        &["forget", "--customer", "5"],
        &["learned"],
        &["backup", "copy.db"],
    ] {
        let ended = folder.otklik(command);
        assert_eq!(ended.status, Some(1), "{command:?}: {ended:?}");
        let told = ["there is no database otklik.db", "--config"].iter().all(|part| ended.said.contains(part));
        assert!(told || command.contains(&"push"), "{ended:?}");
    }
    let left: Vec<_> = std::fs::read_dir(&folder.0).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn files_beside_are_read_from_wherever_they_are_named() {
    let folder = Folder::new("beside");
    folder.write("list.csv", "number,status\n1000000017,delivered\n");
    folder.write(".env", "DATABASE_URL=sqlite://own.db\n");
    assert_eq!(folder.otklik(&["parcels", "import", "list.csv"]).status, Some(0));
    assert!(folder.path("own.db").exists() && !folder.path("otklik.db").exists());
    // By its settings file a folder's own database is found from anywhere.
    folder.write(".env", "");
    folder.write("otklik.toml", "");
    assert_eq!(folder.otklik(&["parcels", "import", "list.csv"]).status, Some(0));
    let (elsewhere, config) = (std::env::temp_dir(), folder.path("otklik.toml"));
    let show = ["parcels", "show", "1000000017", "--config", config.to_str().expect("UTF-8")];
    assert!(run(&elsewhere, &show).said.contains("delivered"), "{:?}", run(&elsewhere, &show));
    let url = format!("sqlite://{}", folder.path("own.db").display());
    assert!(run(&elsewhere, &["parcels", "show", "1000000017", "--database", &url]).said.contains("delivered"));
}

#[test]
fn a_file_that_anybody_may_write_is_not_read() {
    let folder = Folder::new("anybody");
    folder.write(".env", "TELOXIDE_TOKEN=1:s3cret\n");
    std::fs::set_permissions(folder.path(".env"), std::fs::Permissions::from_mode(0o622)).expect("its mode");
    for command in [&["run"][..], &["check"], &["stats"]] {
        let ended = folder.otklik(command);
        assert!(ended.status == Some(1) && ended.said.contains("chmod 600 .env"), "{command:?}: {ended:?}");
    }
    std::fs::set_permissions(folder.path(".env"), std::fs::Permissions::from_mode(0o644)).expect("its mode");
    let ended = folder.otklik(&["stats"]);
    assert!(ended.said.contains("others may read it") && !ended.said.contains("s3cret"), "{ended:?}");
    // Settings hold no secret: as anybody saves a file they may be read by all.
    std::fs::remove_file(folder.path(".env")).expect("it goes");
    folder.write("otklik.toml", "");
    std::fs::set_permissions(folder.path("otklik.toml"), std::fs::Permissions::from_mode(0o644)).expect("its mode");
    let ended = folder.otklik(&["stats"]);
    assert!(!ended.said.contains("read it") && !ended.said.contains("chmod"), "{ended:?}");
}

#[test]
fn what_was_not_done_is_no_success() {
    let folder = Folder::new("honest");
    folder.write("list.csv", "number,status\n1000000017,delivered\n");
    assert_eq!(folder.otklik(&["parcels", "import", "list.csv"]).status, Some(0));
    for command in [["outbox", "retry"], ["outbox", "drop"], ["inbox", "retry"], ["inbox", "drop"]] {
        let ended = folder.otklik(&[&command[..], &["99"]].concat());
        assert!(ended.status == Some(1) && ended.said.contains("no such record here: 99"), "{command:?}: {ended:?}");
    }
    assert_eq!(folder.otklik(&["outbox"]).status, Some(0));
    // Options of a command are those of what is below it.
    let ended = folder.otklik(&["outbox", "retry", "99", "--database", "sqlite://elsewhere.db"]);
    assert!(ended.status == Some(1) && ended.said.contains("there is no database elsewhere.db"), "{ended:?}");
    assert_eq!(folder.otklik(&["parcels", "show", "1000000018"]).status, Some(1));
    assert_eq!(folder.otklik(&["no-such-command"]).status, Some(2));
    let ended = folder.otklik(&["run"]);
    for part in ["TELOXIDE_TOKEN", "OTKLIK_DESK", "otklik init"] {
        assert!(ended.status == Some(1) && ended.said.contains(part), "{part} is missing: {ended:?}");
    }
    assert_eq!(folder.otklik(&["health"]).status, Some(1));
}

#[test]
fn a_check_that_could_not_look_is_no_success_and_one_of_files_needs_no_token() {
    let folder = Folder::new("check");
    let ended = folder.otklik(&["check"]);
    assert!(ended.status == Some(1) && ended.said.contains("TELOXIDE_TOKEN is not set"), "{ended:?}");
    let ended = folder.otklik(&["check", "--offline"]);
    assert!(ended.status == Some(0) && ended.said.contains("✓ phrasebook"), "{ended:?}");
    assert!(!folder.path("otklik.db").exists());
    folder.write("my.toml", "opens = \"8\"");
    let ended = folder.otklik(&["check", "--offline", "--config", "my.toml"]);
    assert!(ended.status == Some(1) && ended.said.contains("my.toml: opens"), "{ended:?}");
    let ended = folder.otklik(&["check", "--config", "my.toml"]);
    assert_eq!(ended.said.matches("my.toml: opens").count(), 1, "told once: {ended:?}");
}

#[test]
fn nothing_is_coloured_where_no_terminal_is() {
    let folder = Folder::new("plain");
    folder.write(".env", "");
    std::fs::set_permissions(folder.path(".env"), std::fs::Permissions::from_mode(0o644)).expect("its mode");
    // A warning of the log, help, and a mistake in the command line.
    for command in [&["stats"][..], &["--help"], &["outbox", "retry"]] {
        let ended = folder.otklik(command);
        assert!(!ended.said.is_empty() && !ended.said.contains('\u{1b}'), "{command:?}: {ended:?}");
    }
    // With a terminal there are colours, unless they are not wanted.
    let terminal = |wanted: &str| {
        let script = format!("{wanted} {} stats", env!("CARGO_BIN_EXE_otklik"));
        let run = Command::new("script").args(["-qec", &script, "/dev/null"]).current_dir(&folder.0).output();
        Ended::of(&run.expect("script, of util-linux")).said
    };
    assert!(terminal("env -u NO_COLOR").contains("\u{1b}["), "{}", terminal("env -u NO_COLOR"));
    assert!(!terminal("env NO_COLOR=1").contains("\u{1b}["), "{}", terminal("env NO_COLOR=1"));
}

#[test]
fn a_person_who_waits_is_told_what_for() {
    let folder = Folder::new("waits");
    let understand = || {
        let script = format!("echo отмена | {} understand", env!("CARGO_BIN_EXE_otklik"));
        let mut command = Command::new("script");
        command.args(["-qec", &script, "/dev/null"]).env("LANG", "ru_RU.UTF-8").current_dir(&folder.0);
        Ended::of(&command.output().expect("script, of util-linux")).said
    };
    let (first, second) = (understand(), understand());
    assert!(first.contains("Учу фразы") && first.contains("cancel"), "{first}");
    assert!(!second.contains("Учу фразы") && second.contains("cancel"), "what was learned is kept: {second}");
    // Where no person looks, nothing of the kind is said.
    std::fs::remove_file(folder.path("understanding.bin")).expect("it is there");
    let ended = folder.otklik(&["check", "--offline"]);
    assert!(ended.status == Some(0) && !ended.said.contains("Learning"), "{ended:?}");
}

#[test]
fn a_reader_who_has_seen_enough_ends_nothing() {
    let folder = Folder::new("pipe");
    folder.write("list.csv", "number,status\n1000000017,В пути\n");
    let said_to_nobody = |arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_otklik"));
        command.args(arguments).current_dir(&folder.0).env_clear().stdout(writer);
        Ended::of(&command.output().expect("the program starts"))
    };
    let quietly = |arguments: &[&str]| {
        let ended = said_to_nobody(arguments);
        assert!(ended.status == Some(0) && ended.said.is_empty(), "{arguments:?}: {ended:?}");
    };
    let import = said_to_nobody(&["parcels", "import", "list.csv"]);
    assert!(import.status == Some(0) && !import.said.contains("panicked"), "{import:?}");
    for arguments in [
        &["check", "--offline"][..],
        &["parcels", "show", "1000000017"],
        &["parcels", "push", "1000000017", "delivered"],
        &["parcels", "changes"],
        &["stats"],
        &["stats", "--csv"],
        &["inbox"],
        &["outbox"],
        &["learned"],
        &["openapi"],
        &["completions", "bash"],
        &["phrases", "export", "phrases"],
        &["--help"],
    ] {
        quietly(arguments);
    }
    // What was told to nobody was done all the same, and what is wrong is no success.
    assert!(folder.otklik(&["parcels", "show", "1000000017"]).said.contains("delivered"));
    let ended = said_to_nobody(&["check"]);
    assert!(ended.status == Some(1) && ended.said == "otklik: 2 to mend\n", "{ended:?}");
    let rehearsal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rehearsals/ru/long-01.toml");
    std::fs::create_dir_all(folder.path("rehearsals")).expect("a folder");
    std::fs::copy(rehearsal, folder.path("rehearsals/long-01.toml")).expect("a rehearsal");
    quietly(&["rehearse", "rehearsals"]);
    quietly(&["rehearse", "--json", "rehearsals"]);
}

#[test]
fn the_phrases_compiled_in_are_written_into_an_empty_folder_alone() {
    let folder = Folder::new("phrases");
    let ended = folder.otklik(&["phrases", "export", "mine"]);
    assert!(ended.status == Some(0) && ended.said.contains("--phrases mine"), "{ended:?}");
    let read = |name: &str| std::fs::read_to_string(folder.path(name)).expect("a file");
    for file in ["ru/cancel.toml", "en/cancel.toml", "ru/language.toml", "ru/none.toml"] {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("phrases").join(file);
        assert_eq!(read(&format!("mine/{file}")), std::fs::read_to_string(own).expect("the sources"), "{file}");
    }
    let ended = folder.otklik(&["check", "--offline", "--phrases", "mine"]);
    assert!(ended.status == Some(0) && ended.said.contains("✓ phrasebook"), "{ended:?}");
    // What the owner changed is not written over.
    folder.write("mine/ru/cancel.toml", "# changed");
    let ended = folder.otklik(&["phrases", "export", "mine"]);
    assert!(ended.status == Some(1) && ended.said.contains("mine is not empty"), "{ended:?}");
    assert_eq!(read("mine/ru/cancel.toml"), "# changed");
    let ended = folder.otklik(&["phrases", "export", "mine/ru/cancel.toml"]);
    assert!(ended.status == Some(1) && ended.said.contains("cannot be looked into"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_telegram_does_not_know_is_all_that_is_said() {
    let folder = Folder::new("token");
    let sandbox = Sandbox::start(options(false)).await.expect("a free port");
    let (server, desk) = (sandbox.url(), sandbox.desk());
    folder.write(
        ".env",
        &format!("TELOXIDE_TOKEN=1:{}\nTELOXIDE_API_URL={server}\nOTKLIK_DESK={desk}\n", "x".repeat(35)),
    );
    let ended = tokio::task::block_in_place(|| folder.otklik(&["run"]));
    let told = "otklik: Telegram does not accept the token: check TELOXIDE_TOKEN, or get a new one from @BotFather with \
                /token\n";
    assert_eq!((ended.status, ended.said.as_str()), (Some(1), told));
    let ended = tokio::task::block_in_place(|| folder.otklik(&["check"]));
    assert!(ended.said.contains("does not accept the token") && !ended.said.contains("desk -"), "{ended:?}");
}

#[test]
fn shells_and_manuals_get_what_they_need() {
    let folder = Folder::new("man");
    for shell in ["bash", "zsh", "fish"] {
        let ended = folder.otklik(&["completions", shell]);
        assert!(ended.status == Some(0) && ended.said.contains("parcels"), "{shell}: {ended:?}");
    }
    assert_eq!(folder.otklik(&["man", "pages"]).status, Some(0));
    let page = |name: &str| std::fs::read_to_string(folder.path("pages").join(name)).expect("a page");
    assert!(page("otklik.1").contains(r"otklik\-parcels(1)") && page("otklik-parcels-import.1").contains("planned"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bots_health_is_asked_at_its_door() {
    let folder = Folder::new("health");
    let sandbox = Sandbox::start(options(false)).await.expect("a free port");
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let (token, server, desk) = (sandbox.token(), sandbox.url(), sandbox.desk());
    folder.write(
        ".env",
        &format!(
            "TELOXIDE_TOKEN={token}\nTELOXIDE_API_URL={server}\nOTKLIK_DESK={desk}\nOTKLIK_LISTEN=0.0.0.0:{port}\n"
        ),
    );
    let ended = folder.otklik(&["health"]);
    assert!(ended.status == Some(1) && ended.said.contains(&format!("no bot at 127.0.0.1:{port}")), "{ended:?}");
    let mut bot = tokio::process::Command::new(env!("CARGO_BIN_EXE_otklik"))
        .arg("run")
        .current_dir(&folder.0)
        .env_clear()
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    // It is at work when it asks Telegram for updates; its door is open by then.
    let asks = async {
        let mut world = sandbox.subscribe();
        while !sandbox.calls().iter().any(|call| call.method == "getUpdates") {
            let _ = world.changed().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), asks).await.expect("it gets to work");
    let ended = tokio::task::block_in_place(|| folder.otklik(&["health"]));
    assert!(ended.status == Some(0) && ended.said == "ready\n", "{ended:?}");
    bot.kill().await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_for_what_the_bot_would_do() {
    let folder = Folder::new("link");
    let ended = folder.otklik(&["link", "1000000017", "ra 123456785 ru", "--bot", "@our_delivery_bot"]);
    let links = "https://t.me/our_delivery_bot?start=p_1000000017\nhttps://t.me/our_delivery_bot?start=p_RA123456785RU";
    assert!(ended.status == Some(0) && ended.said.contains(links), "{ended:?}");
    for (arguments, told) in [
        (&["link", "1234", "--bot", "our_delivery_bot"][..], "1234 is not read as a tracking number"),
        (&["link", "--intent", "refunds", "--bot", "our_delivery_bot"], "there are"),
        (&["link", "--intent", "refund"], "--bot NAME or TELOXIDE_TOKEN"),
    ] {
        let ended = folder.otklik(arguments);
        assert!(ended.status == Some(1) && ended.said.contains(told), "{ended:?}");
    }
    assert_eq!(folder.otklik(&["link", "--intent", "refund", "--bot", "a/b"]).status, Some(2));
    // The bot's name is Telegram's to tell.
    let sandbox = Sandbox::start(options(false)).await.expect("a free port");
    let (token, url) = (sandbox.token(), sandbox.url());
    folder.write(".env", &format!("TELOXIDE_TOKEN={token}\nTELOXIDE_API_URL={url}\n"));
    let place = folder.0.clone();
    let asked = tokio::task::spawn_blocking(move || run(&place, &["link", "--intent", "refund"])).await;
    let ended = asked.expect("no panic");
    assert!(ended.status == Some(0) && ended.said.contains("?start=i_refund"), "{ended:?}");
}
