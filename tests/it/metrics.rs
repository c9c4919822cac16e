//! What those who watch over the bot are told: metrics, and logs by which one message is followed. Nothing of a customer
//! stands in them.

use crate::on_both;

on_both! {
    what_waits_and_what_went_wrong_is_told
    what_is_drawn_and_called_for_is_told
    a_message_is_followed_by_one_number
}

mod stories {
    use crate::support::{App, Db};
    use serde_json::Value;
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Stdio;
    use tokio::io::{AsyncBufReadExt, BufReader};

    async fn page(app: &App) -> String {
        let answer = reqwest::get(app.metrics_url()).await.expect("it answers");
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        answer.text().await.expect("a text")
    }

    fn value(page: &str, metric: &str) -> f64 {
        let line = page.lines().find_map(|line| line.strip_prefix(metric)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{metric} is not in\n{page}"))
    }

    pub async fn what_waits_and_what_went_wrong_is_told(db: Db) {
        let app = App::start(db).await;
        let before = page(&app).await;
        assert_eq!(value(&before, "otklik_answer_seconds_count{to=\"customer\"}"), 0.0);
        assert_eq!(value(&before, "otklik_refusals_total{kind=\"blocked\"}"), 0.0);
        let anna = app.customer("Анна").await;
        app.says(anna, "где посылка RA123456785RU").await;
        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        let now = page(&app).await;
        // /start and an answer for each of the two; the carrier was asked in between, and the number went with it.
        assert!(value(&now, "otklik_answer_seconds_count{to=\"customer\"}") >= 4.0, "{now}");
        assert!(value(&now, "otklik_answer_seconds_bucket{le=\"300.0\",to=\"customer\"}") >= 4.0, "{now}");
        assert_eq!(value(&now, "otklik_tickets_waiting"), 1.0);
        assert_eq!(value(&now, "otklik_handoffs_total{reason=\"asked\"}"), 1.0);
        for queue in ["inbox", "to_customers", "to_desks", "timers", "carrier"] {
            assert_eq!(value(&now, &format!("otklik_queue_waiting{{queue=\"{queue}\"}}")), 0.0, "{now}");
            assert_eq!(value(&now, &format!("otklik_queue_oldest_seconds{{queue=\"{queue}\"}}")), 0.0, "{now}");
        }
        for role in ["poll", "send", "tend"] {
            assert_eq!(value(&now, &format!("otklik_lease_held{{role=\"{role}\"}}")), 1.0, "{now}");
        }
        assert_eq!(value(&now, "otklik_database_up"), 1.0);
        // What waits has an age, and Telegram's refusals are counted.
        app.execute("UPDATE tickets SET opened_at = opened_at - 600000").await;
        assert!(value(&page(&app).await, "otklik_tickets_oldest_seconds") >= 600.0);
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.customer_blocks(boris);
        app.agent(maria, app.topic(), "Здравствуйте").await;
        app.execute(
            "INSERT INTO outbox (id, customer, lane, chat, at_desk, rank, body, due_at, done_at, dead_at) \
             VALUES (1, 1, 'x', 1, 0, 0, '', 0, 1, 1)",
        )
        .await;
        let now = page(&app).await;
        assert!(value(&now, "otklik_refusals_total{kind=\"blocked\"}") >= 1.0, "{now}");
        assert!(value(&now, "otklik_dead_letters") >= 1.0, "{now}");
        assert_eq!(value(&now, "otklik_tickets_held"), 1.0);
        for words in ["Анна", "Борис", "RA123456785RU", &anna.to_string()] {
            assert!(!now.contains(words), "{words} in\n{now}");
        }
        // Strangers at the door learn nothing of it.
        let door = app.push_url().replace("/push", "/metrics");
        assert_eq!(reqwest::get(door).await.expect("it answers").status(), 404);
    }

    pub async fn what_is_drawn_and_called_for_is_told(db: Db) {
        let app = App::start(db).await;
        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        let page = page(&app).await;
        let told: BTreeSet<&str> = page.lines().filter_map(|line| line.split(['{', ' ']).next()).collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging");
        let name = regex::Regex::new("otklik_[a-z_]+").expect("a pattern");
        for file in ["grafana.json", "alerts.yaml"] {
            let text = std::fs::read_to_string(root.join(file)).expect("a file of the repository");
            let named: BTreeSet<&str> = name.find_iter(&text).map(|found| found.as_str()).collect();
            assert!(named.len() > 8, "{file} names metrics: {named:?}");
            let missing: Vec<_> = named.difference(&told).collect();
            assert!(missing.is_empty(), "{file} names what is not told: {missing:?}\n{page}");
        }
        let drawn = std::fs::read_to_string(root.join("grafana.json")).expect("a file of the repository");
        serde_json::from_str::<Value>(&drawn).expect("a dashboard is JSON");
    }

    pub async fn a_message_is_followed_by_one_number(db: Db) {
        let mut app = App::start(db).await;
        app.stop().await;
        let anna = app.sandbox.new_customer("Анна");
        let mut bot = tokio::process::Command::new(env!("CARGO_BIN_EXE_otklik"))
            .args(["run", "--log", "json"])
            .current_dir(std::env::temp_dir())
            .env("TELOXIDE_TOKEN", app.sandbox.token())
            .env("TELOXIDE_API_URL", app.sandbox.url())
            .env("OTKLIK_DESK", app.sandbox.desk().to_string())
            .env("DATABASE_URL", app.database())
            .env_remove("RUST_LOG")
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program runs");
        app.sandbox.customer_says(anna, "где посылка RA123456785RU");
        let mut lines = BufReader::new(bot.stderr.take().expect("its logs")).lines();
        let mut logs = Vec::new();
        let read = async {
            // Taken, asked of the carrier, and sent.
            while let Some(line) = lines.next_line().await.expect("its logs") {
                let log: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
                assert!(!line.contains("RA123456785RU") && !line.contains("посылка"), "{line}");
                let sent = log["message"] == "sent" && log["chat"].to_string().contains(&anna.to_string());
                logs.push(log);
                if sent {
                    return;
                }
            }
        };
        tokio::time::timeout(crate::support::PATIENCE, read).await.unwrap_or_else(|_| panic!("{logs:#?}"));
        let numbered = |message: &str| -> Vec<i64> {
            logs.iter().filter(|log| log["message"] == message).filter_map(|log| log["cause"].as_i64()).collect()
        };
        let (taken, decided, sent) = (numbered("taken"), numbered("decided"), numbered("sent"));
        let update = logs.iter().find(|log| log["message"] == "taken").expect("the update");
        assert!(update["source"].as_str().is_some_and(|source| source.starts_with("telegram:")), "{update}");
        let number = sent.last().expect("an answer");
        assert!(taken.contains(number) && decided.contains(number), "{logs:#?}");
        bot.kill().await.expect("it ends");
    }
}
