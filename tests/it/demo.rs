//! The demo as a person starts it: the program itself, killed with SIGKILL between any two steps of the
//! story in the README.

use crate::phrases::shipped_into;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// The demo's process and what it keeps.
struct Demo {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Demo {
    /// The command that starts it, with what it keeps in `folder`.
    fn command(folder: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otklik"));
        command.args(["demo", "--port", "0", "--data"]).arg(folder).current_dir(std::env::temp_dir());
        command
    }

    async fn start(mut command: Command) -> (Child, String) {
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the program starts");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let line = lines.next_line().await.expect("it speaks").expect("it tells where the page is");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
        (process, url)
    }

    async fn new() -> Demo {
        let folder = std::env::temp_dir().join(format!("otklik_demo_{}", std::process::id()));
        let (process, url) = Demo::start(Demo::command(&folder)).await;
        Demo { process, url, folder }
    }

    /// One that speaks from this folder of phrases, and tells its log.
    async fn speaking_from(phrases: &Path) -> (Demo, Lines<BufReader<ChildStderr>>) {
        let folder = std::env::temp_dir().join(format!("otklik_demo_phrases_{}", std::process::id()));
        let mut command = Demo::command(&folder);
        command.arg("--phrases").arg(phrases).env("RUST_LOG", "otklik=info").stderr(Stdio::piped());
        let (mut process, url) = Demo::start(command).await;
        let log = BufReader::new(process.stderr.take().expect("piped")).lines();
        (Demo { process, url, folder }, log)
    }

    /// SIGKILL, and a new start on the same folder.
    async fn killed(&mut self) {
        self.process.kill().await.expect("it can be killed");
        (self.process, self.url) = Demo::start(Demo::command(&self.folder)).await;
    }

    async fn post(&self, what: &str, body: Value) {
        let request = reqwest::Client::new().post(format!("{}/page/{what}", self.url)).json(&body);
        let answer = request.send().await.expect("the page's server answers");
        assert!(answer.status().is_success(), "{what} {body}: {}", answer.text().await.unwrap_or_default());
    }

    /// What the page knows at its start: the people, the desk, the samples.
    async fn snapshot(&self) -> Value {
        let mut stream = reqwest::get(format!("{}/page/events", self.url)).await.expect("events");
        let mut text = String::new();
        while !text.contains("\n\n") {
            text += &String::from_utf8_lossy(&stream.chunk().await.expect("a chunk").expect("not the end"));
        }
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).expect("a snapshot");
        serde_json::from_str(data).expect("a snapshot is JSON")
    }

    /// Follows the page's events until `wanted` holds of the messages, and returns them.
    async fn until(&self, what: &str, wanted: impl Fn(&Seen) -> bool) -> Seen {
        let follow = async {
            let mut stream = reqwest::get(format!("{}/page/events", self.url)).await.expect("events");
            let mut text = String::new();
            let mut seen = Seen::default();
            while !wanted(&seen) {
                let chunk = stream.chunk().await.expect("the stream goes on").expect("and does not end");
                text += &String::from_utf8_lossy(&chunk);
                while let Some(end) = text.find("\n\n") {
                    let event: String = text.drain(..end + 2).collect();
                    seen.take(&event);
                }
            }
            seen
        };
        tokio::time::timeout(PATIENCE, follow).await.unwrap_or_else(|_| panic!("never seen on the page: {what}"))
    }
}

/// The messages of the page: `(chat, id)` to message.
#[derive(Default)]
struct Seen {
    messages: BTreeMap<(i64, i64), Value>,
}

impl Seen {
    fn take(&mut self, event: &str) {
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or("null");
        // A letter torn between two chunks is put right by the next snapshot; none is looked for here.
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        let all = data["messages"].as_array().cloned().unwrap_or_else(|| vec![data]);
        for message in all {
            if let (Some(chat), Some(id)) = (message["chat"].as_i64(), message["id"].as_i64()) {
                self.messages.insert((chat, id), message);
            }
        }
    }

    fn texts(&self, chat: i64, bot: bool) -> Vec<String> {
        let of_chat = self.messages.values().filter(|m| m["chat"] == chat && m["from"]["bot"] == bot);
        of_chat.filter_map(|m| m["text"].as_str().map(str::to_owned)).collect()
    }

    fn has(&self, chat: i64, part: &str) -> bool {
        self.texts(chat, true).iter().any(|text| text.contains(part))
    }

    /// The latest message with a button that carries this label: message, thread, data.
    fn button(&self, chat: i64, label: &str) -> Option<(i64, i64, String)> {
        self.messages.values().rev().filter(|m| m["chat"] == chat).find_map(|message| {
            let rows = message["buttons"].as_array()?;
            let found = rows.iter().filter_map(Value::as_array).flatten().find(|button| button["text"] == label)?;
            let thread = message["thread"].as_i64().unwrap_or_default();
            Some((message["id"].as_i64()?, thread, found["data"].as_str()?.to_owned()))
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps() {
    let mut demo = Demo::new().await;
    let start = demo.snapshot().await;
    let (anna, maria) = (start["customers"][0]["id"].as_i64().expect("Анна"), start["agents"][0]["id"].as_i64());
    let (maria, desk) = (maria.expect("Мария"), start["groups"][0]["id"].as_i64().expect("the desk"));
    let sample = start["samples"][0]["label"].as_str().expect("a sample").to_owned();
    let says =
        |text: &str| json!({"as": anna, "chat": anna, "thread": null, "text": text, "photo": null, "reply_to": null});

    demo.killed().await;
    demo.post("send", says("где моя посылка?")).await;
    demo.killed().await; // perhaps before the bot has even seen it
    demo.until("asks for the number", |seen| seen.has(anna, "RA123456785RU")).await;
    demo.post("send", says(&sample)).await;
    demo.killed().await;
    demo.until("tells the status", |seen| seen.has(anna, "терминал")).await;
    demo.post("send", says("вы издеваетесь? позовите человека")).await;
    demo.killed().await;
    let seen = demo.until("opens a topic with the story", |seen| {
        seen.button(desk, "Взять").is_some() && seen.has(desk, "вы издеваетесь?")
    });
    let (_, thread, _) = seen.await.button(desk, "Взять").expect("seen above");
    let answer = json!({"as": maria, "chat": desk, "thread": thread, "text": "Здравствуйте, это Мария", "photo": null,
        "reply_to": null});
    demo.post("send", answer).await;
    demo.killed().await;
    let seen = demo.until("the answer arrives", |seen| seen.has(anna, "Здравствуйте, это Мария")).await;
    let (message, _, data) = seen.button(desk, "Решено").expect("a button to resolve");
    demo.post("press", json!({"as": maria, "chat": desk, "message_id": message, "data": data})).await;
    demo.killed().await;
    demo.until("asks whether it helped", |seen| seen.button(anna, "Да, помогло").is_some()).await;
    demo.post("send", says("да")).await;
    demo.post("send", says("где моя посылка?")).await;
    demo.killed().await;
    let seen = demo
        .until("the bot is back", |seen| {
            let mut told = seen.texts(anna, true);
            told.dedup();
            told.len() >= 7
        })
        .await;
    let mut told = seen.texts(anna, true);
    // A kill between Telegram's «ok» and our mark may say one thing twice in a row (DESIGN 1).
    told.dedup();
    assert_eq!(told.len(), 7, "each once: {told:#?}");
}

/// Reads the log up to a line with all of these parts.
async fn logged(log: &mut Lines<BufReader<ChildStderr>>, parts: &[&str]) {
    let read = async {
        // A problem of several lines may stand under its own.
        let mut read = String::new();
        while !parts.iter().all(|part| read.contains(part)) {
            read += &log.next_line().await.expect("a log").expect("it goes on");
        }
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap_or_else(|_| panic!("never logged: {parts:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_edits_are_heard_while_it_runs() {
    let phrases = shipped_into("demo");
    let file = phrases.join("ru/thanks.toml");
    let shipped = fs::read_to_string(&file).expect("the shipped words");
    let (demo, mut log) = Demo::speaking_from(&phrases).await;
    let anna = demo.snapshot().await["customers"][0]["id"].as_i64().expect("Анна");
    let thanks = json!({"as": anna, "chat": anna, "thread": null, "text": "спасибо", "photo": null, "reply_to": null});

    demo.post("send", thanks.clone()).await;
    let seen = demo.until("answers as shipped", |seen| seen.texts(anna, true).len() == 1).await;
    assert!(!seen.has(anna, "Всегда рады"), "{:?}", seen.texts(anna, true));

    let edited = shipped.replace("Пожалуйста", "Всегда рады").replace("Не за что", "Всегда рады");
    fs::write(&file, edited).expect("the owner can edit it");
    logged(&mut log, &["the phrases have changed"]).await;
    demo.post("send", thanks.clone()).await;
    let seen = demo.until("answers again", |seen| seen.texts(anna, true).len() == 2).await;
    assert!(seen.texts(anna, true)[1].contains("Всегда рады"), "{:?}", seen.texts(anna, true));

    fs::write(&file, "title = \"Спасибо\"\nexamples = [\"спасибо\"").expect("the owner can break it");
    logged(&mut log, &["the changed phrases are refused", "ru/thanks.toml", "line 2"]).await;
    demo.post("send", thanks).await;
    let seen = demo.until("answers on", |seen| seen.texts(anna, true).len() == 3).await;
    assert!(seen.texts(anna, true)[2].contains("Всегда рады"), "{:?}", seen.texts(anna, true));
    let _ = fs::remove_dir_all(phrases);
}

/// The umask is the child's own: that of the tests stays.
#[tokio::test]
async fn whatever_the_umask_what_it_keeps_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    for umask in ["000", "777"] {
        let folder = std::env::temp_dir().join(format!("otklik_demo_umask_{umask}_{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        let mut command = Command::new("sh");
        command.args(["-c", &format!("umask {umask}; exec \"$0\" demo --port 0 --data \"$1\"")]);
        command.arg(env!("CARGO_BIN_EXE_otklik")).arg(&folder).current_dir(std::env::temp_dir());
        let (process, url) = Demo::start(command).await;
        let mut demo = Demo { process, url, folder };
        // Something is written everywhere.
        let anna = demo.snapshot().await["customers"][0]["id"].as_i64().expect("a customer");
        let says = json!({"as": anna, "chat": anna, "thread": null, "text": "где моя посылка?", "photo": null,
            "reply_to": null});
        demo.post("send", says).await;
        demo.until("an answer", |seen| !seen.texts(anna, true).is_empty()).await;
        let files = fs::read_dir(&demo.folder).expect("the folder").map(|entry| entry.expect("an entry").path());
        let modes: BTreeMap<String, u32> = files
            .filter_map(|file| {
                let mode = fs::metadata(&file).ok()?.permissions().mode() & 0o777;
                Some((file.file_name()?.to_string_lossy().into_owned(), mode))
            })
            .collect();
        for name in
            ["otklik.db", "otklik.db-wal", "otklik.db-shm", "otklik.db.lock", "telegram.jsonl", "understanding.bin"]
        {
            assert_eq!(
                modes.get(name).map(|mode| format!("{mode:o}")).as_deref(),
                Some("600"),
                "{umask}: {name}: {modes:?}"
            );
        }
        assert!(modes.values().all(|mode| *mode == 0o600), "{umask}: {modes:?}");
        demo.process.kill().await.expect("it can be killed");
    }
}
