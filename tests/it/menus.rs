//! The menus of commands, as `otklik run` sets them at its start.

use crate::support::{PATIENCE, options};
use sandbox::{Call, Fault, Method, Sandbox};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// A bot in a folder of its own, started again and again.
struct Place {
    folder: PathBuf,
    sandbox: Sandbox,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_otklik"))
            .arg("run")
            .current_dir(&self.folder)
            .env_clear()
            .env("TELOXIDE_TOKEN", self.sandbox.token())
            .env("TELOXIDE_API_URL", self.sandbox.url())
            .env("OTKLIK_DESK", self.sandbox.desk().to_string())
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts")
    }

    /// Waits until the calls since `known` are as wanted.
    async fn until(&self, known: usize, what: &str, wanted: impl Fn(&[Call]) -> bool) -> Vec<Call> {
        let mut world = self.sandbox.subscribe();
        let seen = async {
            loop {
                let calls = self.sandbox.calls_after(known).0;
                if wanted(&calls) {
                    return calls;
                }
                let _ = world.changed().await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("never seen: {what}"))
    }

    /// Ends the bot; what it has logged.
    async fn end(child: Child) -> String {
        let id = child.id().expect("it runs").to_string();
        Command::new("kill").arg(id).status().await.expect("kill");
        let output = child.wait_with_output().await.expect("it ends");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

fn count(calls: &[Call], method: &str) -> usize {
    calls.iter().filter(|call| call.method == method).count()
}

/// What was set for a scope and a language: names and what each is for.
fn set<'a>(calls: &'a [Call], scope: &Value, language: Option<&str>) -> Vec<(&'a str, &'a str)> {
    let is = |call: &&Call| {
        let language = language.map_or(Value::Null, Value::from);
        call.method == "setMyCommands" && call.params["scope"] == *scope && call.params["language_code"] == language
    };
    let call = calls.iter().find(is).unwrap_or_else(|| panic!("nothing is set for {scope} {language:?}: {calls:#?}"));
    let text = |value: &'a Value| value.as_str().unwrap_or_default();
    let commands = call.params["commands"].as_array().expect("a list");
    commands.iter().map(|command| (text(&command["command"]), text(&command["description"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn menus_are_set_once_and_trouble_with_them_stops_nothing() {
    let folder = std::env::temp_dir().join(format!("otklik_menus_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let place = Place { folder, sandbox: Sandbox::start(options(false)).await.expect("a free port") };
    let (desk, private) = (place.sandbox.desk(), json!({"type": "all_private_chats"}));
    let group = json!({"type": "chat", "chat_id": desk});

    // Telegram refuses the first: the others are set, it is told once, and customers are answered.
    place.sandbox.fault(Fault::Refuse {
        method: Method::SetMyCommands,
        chat: None,
        holding: None,
        code: 400,
        description: "Bad Request: BOT_COMMAND_INVALID".into(),
        times: 1,
    });
    let bot = place.start();
    let all = |calls: &[Call]| calls.iter().any(|call| call.params["scope"] == group && call.method == "setMyCommands");
    let calls = place.until(0, "the desk's menu is set", all).await;
    let russian = set(&calls, &private, Some("ru"));
    let names: Vec<&str> = russian.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["start", "privacy", "export", "forget"]);
    assert!(russian[3].1.contains("Удалить") && set(&calls, &private, None)[3].1.contains("deleted"), "{calls:#?}");
    assert_eq!(set(&calls, &private, Some("uk")), russian, "as they are greeted");
    let agents = set(&calls, &group, None);
    assert!(agents.contains(&("take", "взять запрос")) && agents.len() > 20, "{agents:#?}");
    let anna = place.sandbox.new_customer("Анна");
    place.sandbox.customer_says(anna, "/start");
    let answered = || place.sandbox.chat(anna).iter().any(|seen| seen.from_bot);
    place.until(0, "she is answered", |_| answered()).await;
    let logged = Place::end(bot).await;
    assert_eq!(logged.matches("menu of commands").count(), 1, "{logged}");

    // The next start sets what was refused, and the one after that nothing.
    for wanted in [1, 0] {
        let known = place.sandbox.calls_after(0).1;
        let bot = place.start();
        let asked = |calls: &[Call]| {
            let asked = |call: &Call| call.params["scope"] == group && call.method == "getMyCommands";
            calls.iter().any(asked) && count(calls, "getUpdates") > 1
        };
        let calls = place.until(known, "it has looked at all menus", asked).await;
        assert_eq!(count(&calls, "setMyCommands"), wanted, "{calls:#?}");
        let logged = Place::end(bot).await;
        assert!(!logged.contains("not as it should be"), "{logged}");
    }

    // Each command of the customers' menu is one that the bot knows.
    let bot = place.start();
    for (name, _) in russian {
        let customer = place.sandbox.new_customer(name);
        place.sandbox.customer_says(customer, &format!("/{name}"));
        let told = || place.sandbox.chat(customer).into_iter().find(|seen| seen.from_bot);
        place.until(0, "it is answered", |_| told().is_some()).await;
        let told = told().expect("an answer").text;
        assert!(!told.contains("оманд"), "/{name}: {told}");
    }
    Place::end(bot).await;
}
