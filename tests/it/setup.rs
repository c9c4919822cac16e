//! `otklik init`, as an owner meets it: the program itself, its questions and answers, and Telegram beside it.

use crate::support::options;
use sandbox::{Fault, Method, Right, Sandbox};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A failing test must end; nothing that passes waits for this.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on which nothing is set up yet.
struct Server {
    folder: PathBuf,
    sandbox: Sandbox,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    async fn new(name: &str) -> Server {
        let folder = std::env::temp_dir().join(format!("otklik_setup_{name}_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Server { folder, sandbox: Sandbox::start(options(false)).await.expect("a free port") }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otklik"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("LANG", "ru_RU.UTF-8")
            .env("TELOXIDE_API_URL", self.sandbox.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    fn init(&self, arguments: &[&str]) -> Terminal {
        let mut child = self.command(&[&["init"], arguments].concat()).spawn().expect("the program starts");
        let (input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        Terminal { child, input: Some(input), output, read: Vec::new(), seen: 0 }
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A group in which the bot is not yet, with its owner.
    fn group(&self, title: &str) -> (sandbox::Group, i64) {
        let group = self.sandbox.add_group(title, true);
        let owner = group.new_agent("Ольга");
        (group, owner)
    }
}

/// The owner's terminal.
struct Terminal {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    read: Vec<u8>,
    /// Up to where what was read was looked at.
    seen: usize,
}

impl Terminal {
    /// Reads on until these words come.
    async fn says(&mut self, words: &str) {
        let reading = async {
            loop {
                let behind = &self.read[self.seen..];
                if let Some(at) = behind.windows(words.len()).position(|part| part == words.as_bytes()) {
                    self.seen += at + words.len();
                    return true;
                }
                let mut chunk = [0; 512];
                match self.output.read(&mut chunk).await {
                    Ok(0) | Err(_) => return false,
                    Ok(count) => self.read.extend(&chunk[..count]),
                }
            }
        };
        let said = tokio::time::timeout(PATIENCE, reading).await;
        assert!(said == Ok(true), "never said «{words}»:\n{}", String::from_utf8_lossy(&self.read));
    }

    async fn types(&mut self, line: &str) {
        let input = self.input.as_mut().expect("an open terminal");
        input.write_all(format!("{line}\n").as_bytes()).await.expect("it reads");
    }

    /// How it ended, with what it said on standard error.
    async fn ends(mut self) -> (Option<i32>, String) {
        drop(self.input.take());
        let ended = tokio::time::timeout(PATIENCE, self.child.wait_with_output()).await.expect("it ends");
        let ended = ended.expect("it ran");
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_sets_the_bot_up_and_no_customer_is_lost_meanwhile() {
    let server = Server::new("owner").await;
    let (group, olga) = server.group("Поддержка «Ромашки»");
    group.bot_may(Right::PinMessages, false);
    let anna = server.sandbox.new_customer("Анна");

    let mut terminal = server.init(&[]);
    terminal.says("Токен бота").await;
    terminal.types("/newbot").await;
    terminal.says("не похоже на токен").await;
    terminal.types("123456:AAH-wrong").await;
    terminal.says("Telegram не знает такого токена").await;
    terminal.types(&server.sandbox.token()).await;
    terminal.says("это @sandbox_bot").await;
    terminal.says("Группа поддержки").await;
    terminal.types("Ромашка").await;
    terminal.says("Это не номер группы").await;
    terminal.types("").await;
    terminal.says("https://t.me/sandbox_bot?startgroup=desk&admin=manage_topics+pin_messages").await;
    terminal.says("Жду").await;
    // A customer is quicker than the owner.
    server.sandbox.customer_says(anna, "здравствуйте");
    group.lets_bot_in(olga);
    terminal.says(&format!("Группа «Поддержка «Ромашки»», номер {}", group.id())).await;
    terminal.says("бот не администратор").await;
    group.promotes_bot(olga);
    terminal.says("включите право «Закрепление сообщений»").await;
    group.bot_may(Right::PinMessages, true);
    terminal.says("есть всё, что нужно").await;
    terminal.says("Часовой пояс").await;
    terminal.types("Екатеринбург").await;
    terminal.says("Такого пояса не знаю").await;
    terminal.types("Asia/Yekaterinburg").await;
    terminal.says("Когда на вопросы отвечают люди").await;
    terminal.types("10 - 19").await;
    terminal.says("Номер какой-нибудь посылки").await;
    terminal.types("посылка").await;
    terminal.says("не похоже на номер посылки").await;
    terminal.types("1000000017").await;
    terminal.says("Телефон её получателя").await;
    assert!(!server.folder.join(".env").exists(), "nothing is written before the end");
    terminal.types("8 900 000-00-01").await;
    terminal.says("Записал посылку 1000000017").await;
    terminal.says("otklik run").await;
    let (status, _) = terminal.ends().await;
    assert_eq!(status, Some(0));

    assert_eq!(server.sandbox.chat(anna).len(), 1, "nobody answers yet");
    let waits = server.sandbox.unconfirmed();
    assert!(waits >= 3, "nothing was confirmed: {waits} updates wait");
    let confirming = server.sandbox.calls().into_iter().filter(|call| call.method == "getUpdates");
    assert!(confirming.into_iter().all(|call| call.params.get("offset").is_none()), "an offset would lose words");
    assert_eq!(mode(&server.folder.join(".env")), 0o600);
    let env = server.file(".env");
    for line in [
        format!("TELOXIDE_TOKEN={}", server.sandbox.token()),
        format!("OTKLIK_DESK={}", group.id()),
        format!("TELOXIDE_API_URL={}", server.sandbox.url()),
    ] {
        assert!(env.lines().any(|known| known == line), "{line} is missing in {env}");
    }
    let settings = server.file("otklik.toml");
    for line in ["time_zone = \"Asia/Yekaterinburg\"", "opens = \"10:00\"", "closes = \"19:00\"", "# days_off = "] {
        assert!(settings.contains(line), "{line} is missing in {settings}");
    }

    // What was written is all that `check` and `run` need.
    let checked = server.command(&["check"]).env_remove("TELOXIDE_API_URL").output().await.expect("it runs");
    let told = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && told.contains(&format!("✓ desk {}", group.id())), "{told}");
    let _bot = server
        .command(&["run"])
        .env_remove("TELOXIDE_API_URL")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let answered = async {
        let mut world = server.sandbox.subscribe();
        while server.sandbox.chat(anna).iter().all(|seen| !seen.from_bot) {
            let _ = world.changed().await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("who wrote meanwhile is answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_needs_no_terminal_and_nothing_is_written_over_unasked() {
    let server = Server::new("script").await;
    let desk = server.sandbox.desk().to_string();
    std::fs::write(server.folder.join("token"), server.sandbox.token()).expect("a file");
    let all = ["--token-file", "token", "--desk", &desk, "--time-zone", "Europe/Moscow", "--hours", "24"];
    let all = [&all[..], &["--parcel", "1000000017", "--phone", "+79000000001", "--language", "en"]].concat();
    assert_eq!(server.init(&all).ends().await, (Some(0), String::new()));
    assert!(server.file("otklik.toml").contains("closes = \"24:00\""));
    let shown = server.command(&["parcels", "show", "1000000017"]).output().await.expect("it runs");
    assert!(String::from_utf8_lossy(&shown.stdout).contains("phone: …01"), "{shown:?}");

    let carrier = "OTKLIK_CARRIER_URL=https://carrier.example/\n";
    let desks = format!("OTKLIK_DESK={desk},-1009999999999\n");
    let env = server.file(".env").replace(&format!("OTKLIK_DESK={desk}\n"), &desks);
    std::fs::write(server.folder.join(".env"), env + carrier).expect("a file");
    let before = server.file(".env");
    let (status, why) = server.init(&all).ends().await;
    assert!(status == Some(1) && why.contains("nothing was written") && why.contains("--force"), "{why}");
    assert_eq!(server.file(".env"), before);
    let (status, why) = server.init(&[&all[..], &["--hours", "9-18", "--force"]].concat()).ends().await;
    assert_eq!(status, Some(2), "given twice: {why}");
    let mut other = all.clone();
    other[7] = "9-18";
    other.push("--force");
    assert_eq!(server.init(&other).ends().await, (Some(0), String::new()));
    assert!(server.file("otklik.toml").contains("closes = \"18:00\""));
    assert!(server.file("otklik.toml.old").contains("closes = \"24:00\""), "what was there is kept");
    assert!(server.file(".env").ends_with(carrier), "{}", server.file(".env"));
    assert!(server.file(".env").contains(&desks), "further desks go on: {}", server.file(".env"));
    assert_eq!((mode(&server.folder.join(".env")), mode(&server.folder.join(".env.old"))), (0o600, 0o600));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_group_cannot_be_seen_its_number_is_asked_for() {
    let server = Server::new("hidden").await;
    server.sandbox.fault(Fault::Refuse {
        method: Method::GetUpdates,
        chat: None,
        holding: None,
        code: 409,
        description:
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook \
               first"
                .into(),
        times: 100,
    });
    let mut terminal = server.init(&["--hours", "9-18", "--time-zone", "Europe/Moscow"]);
    terminal.says("Токен бота").await;
    terminal.types(&server.sandbox.token()).await;
    terminal.says("нажмите Enter, найду сам").await;
    terminal.types("").await;
    terminal.says("У бота включён вебхук").await;
    terminal.types("-1009999999999").await;
    terminal.says("В группе -1009999999999 бота нет").await;
    terminal.says("Напишите его сюда").await;
    terminal.types(&server.sandbox.desk().to_string()).await;
    terminal.says("есть всё, что нужно").await;
    assert_eq!(terminal.ends().await, (Some(0), String::new()));
    assert!(server.file(".env").contains(&server.sandbox.desk().to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_upgraded_while_it_waits_is_followed() {
    let server = Server::new("upgraded").await;
    let (group, olga) = server.group("Поддержка");
    let mut terminal = server.init(&["--hours", "9-18", "--time-zone", "Europe/Moscow"]);
    terminal.types(&server.sandbox.token()).await;
    terminal.types("").await;
    terminal.says("Жду").await;
    group.lets_bot_in(olga);
    terminal.says("бот не администратор").await;
    let before = group.id();
    group.upgrades();
    group.promotes_bot(olga);
    terminal.says("есть всё, что нужно").await;
    assert_eq!(terminal.ends().await, (Some(0), String::new()));
    let env = server.file(".env");
    assert!(env.contains(&group.id().to_string()) && !env.contains(&before.to_string()), "{env}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_not_the_agents_is_not_taken() {
    let server = Server::new("refused").await;
    let (dacha, olga) = server.group("Дача");
    dacha.lets_bot_in(olga);
    let mut terminal = server.init(&["--hours", "9-18", "--time-zone", "Europe/Moscow"]);
    terminal.types(&server.sandbox.token()).await;
    terminal.says("Бот уже состоит в группе «Дача»").await;
    terminal.types("нет").await;
    terminal.says("Группа поддержки").await;
    terminal.types("").await;
    terminal.says("Жду").await;
    // Nothing newer can be seen behind so many.
    let anna = server.sandbox.new_customer("Анна");
    for nth in 0..100 {
        server.sandbox.customer_says(anna, &format!("где посылка {nth}"));
    }
    terminal.says("Боту уже написали больше ста раз").await;
    terminal.types(&server.sandbox.desk().to_string()).await;
    terminal.says("есть всё, что нужно").await;
    assert_eq!(terminal.ends().await, (Some(0), String::new()));
    let env = server.file(".env");
    assert!(env.contains(&server.sandbox.desk().to_string()) && !env.contains(&dacha.id().to_string()), "{env}");
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).expect("it is there").permissions().mode() & 0o777
}
