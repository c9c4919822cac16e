//! What a support lead never sees: databases that go away, events that always fail, messages that can never be sent,
//! clocks that are wrong, histories of years.

use crate::on_both;

on_both! {
    the_database_goes_away_and_comes_back
    an_event_that_always_fails_is_set_aside
    what_can_never_be_sent_is_kept
    telegram_does_not_answer
    the_name_of_telegram_does_not_resolve
    a_wrong_clock_holds_nothing_up
    what_is_old_goes_and_what_matters_stays
    a_pause_is_kept_by_whoever_sends_next
}

/// The disk is full while a customer writes: nothing is confirmed that was not stored, and when there is room again
/// everything is answered, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing() {
    use crate::support::{Db, fresh, options};
    use sandbox::Sandbox;
    use std::process::{Child, Command, Stdio};

    let sandbox = Sandbox::start(options(false)).await.expect("a free port");
    let database = fresh(Db::Sqlite).await;
    // A file may not grow beyond so many blocks of 512 bytes; a signal that is ignored leaves an error to be handled.
    let start = |blocks: &str| -> Child {
        let run = format!("trap '' XFSZ; ulimit -f {blocks}; exec {} run", env!("CARGO_BIN_EXE_otklik"));
        Command::new("sh")
            .args(["-c", &run])
            .current_dir(std::env::temp_dir())
            .env("TELOXIDE_TOKEN", sandbox.token())
            .env("TELOXIDE_API_URL", sandbox.url())
            .env("OTKLIK_DESK", sandbox.desk().to_string())
            .env("DATABASE_URL", database.url())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell")
    };
    let until = |what: &'static str, wanted: Box<dyn Fn() -> bool + Send>| {
        let mut world = sandbox.subscribe();
        async move {
            let seen = async {
                while !wanted() {
                    let _ = world.changed().await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(60), seen).await.unwrap_or_else(|_| panic!("{what}"));
        }
    };
    // Each message is somebody else's: the second between two messages to one person holds nothing up.
    let somebody_writes = || {
        let customer = sandbox.new_customer("Анна");
        sandbox.customer_says(customer, &format!("где посылка RA123456785RU? {}", "жду посылку ".repeat(300)));
        customer
    };
    let heard = |sandbox: &Sandbox, customers: &[i64]| -> usize {
        let of = |customer: &i64| sandbox.chat(*customer).iter().filter(|seen| seen.from_bot).count();
        customers.iter().map(of).sum()
    };
    let mut child = start("2400");
    let mut customers = Vec::new();
    // Thousands of characters at a time, until the file is full and the bot takes nothing any more.
    let full = async {
        loop {
            let customer = somebody_writes();
            customers.push(customer);
            let mut world = sandbox.subscribe();
            let taken = async {
                while heard(&sandbox, &[customer]) == 0 {
                    let _ = world.changed().await;
                }
            };
            if tokio::time::timeout(std::time::Duration::from_secs(8), taken).await.is_err() {
                break;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), full).await.expect("the disk is full at last");
    // There is no room for any of these, so none may be confirmed: the bot has asked for updates thrice since.
    customers.extend((0..20).map(|_| somebody_writes()));
    let polls = |sandbox: &Sandbox| sandbox.calls().iter().filter(|call| call.method == "getUpdates").count();
    let (world, before) = (sandbox.clone(), polls(&sandbox));
    until("it asks again", Box::new(move || polls(&world) >= before + 3)).await;
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let mut child = start("unlimited");
    let (world, wanted) = (sandbox.clone(), customers.clone());
    let all_heard = move || wanted.iter().all(|customer| heard(&world, &[*customer]) > 0);
    until("all are answered", Box::new(all_heard)).await;
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let (said, answers) = (customers.len(), heard(&sandbox, &customers));
    assert!((said..=said + 1).contains(&answers), "{said} said, {answers} answered: one may come twice by the kill");
}

mod stories {
    use crate::support::{App, Db, any};
    use otklik::clock;
    use otklik::conversation::{CustomerId, Keep};
    use otklik::outbox::Outgoing;
    use otklik::retention;
    use otklik::store::{Exercise, NewPost};
    use sandbox::{Fault, Method};
    use std::time::Duration;

    pub async fn the_database_goes_away_and_comes_back(db: Db) {
        let app = App::start(db).await;
        // Longer than a connection waits for a lock; and somebody writes all the while.
        let url = app.database().to_owned();
        let mut away = tokio::spawn(async move { Exercise::take_away(&url, Duration::from_secs(7)).await });
        let mut now_and_then = tokio::time::interval(Duration::from_millis(500));
        let mut customers = Vec::new();
        let came_back = loop {
            tokio::select! {
                came_back = &mut away => break came_back,
                _ = now_and_then.tick() => {
                    let customer = app.sandbox.new_customer("Анна");
                    app.sandbox.customer_says(customer, "где посылка RA123456785RU?");
                    customers.push(customer);
                }
            }
        };
        came_back.expect("no panic").expect("it was away");
        app.settle().await;
        for customer in customers {
            assert_eq!(app.heard(customer).len(), 1, "each is answered once: {:#?}", app.heard(customer));
        }
        assert!(app.store().await.quarantined().await.expect("it answers").is_empty(), "it was nobody's fault");
    }

    pub async fn an_event_that_always_fails_is_set_aside(db: Db) {
        let app = App::start(db).await;
        let (anna, boris) = (app.customer("Анна").await, app.customer("Борис").await);
        app.execute(match db {
            Db::Sqlite => {
                "CREATE TRIGGER poison BEFORE INSERT ON story WHEN NEW.words LIKE '%отрава%' \
                 BEGIN SELECT RAISE(ABORT, 'poison'); END"
            }
            Db::Postgres => "ALTER TABLE story ADD CONSTRAINT poison CHECK (words NOT LIKE '%отрава%')",
        })
        .await;
        let before = app.heard(anna).len();
        app.sandbox.customer_says(anna, "отрава");
        app.sandbox.customer_says(anna, "где посылка RA123456785RU?");
        app.sandbox.customer_says(boris, "где посылка RA123456785RU?");
        app.until("nobody else waits for it", |sandbox| sandbox.chat(boris).len() >= 4).await;
        app.settle().await;
        assert_eq!(app.heard(anna).len(), before + 1, "the next message is answered: {:#?}", app.heard(anna));
        assert!(any(&app.in_general(), "Анна"), "the lead is told: {:#?}", app.in_general());
        let store = app.store().await;
        let aside = store.quarantined().await.expect("it answers");
        assert_eq!(aside.len(), 1, "{aside:?}");
        assert!(aside[0].problem.contains("poison"), "{aside:?}");
        app.execute(match db {
            Db::Sqlite => "DROP TRIGGER poison",
            Db::Postgres => "ALTER TABLE story DROP CONSTRAINT poison",
        })
        .await;
        assert!(store.work_again(aside[0].id).await.expect("it answers"));
        app.settle().await;
        assert_eq!(app.heard(anna).len(), before + 2, "and now it is understood, or asked about");
        assert!(store.quarantined().await.expect("it answers").is_empty());
    }

    pub async fn what_can_never_be_sent_is_kept(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.sandbox.customer_blocks(anna);
        app.settle().await;
        app.agent(maria, topic, "Вы здесь?").await;
        app.agent(maria, topic, "Ответьте").await;
        let store = app.store().await;
        let letters = store.dead_letters().await.expect("it answers");
        assert_eq!(letters.len(), 2, "{letters:?}");
        assert!(
            letters.iter().all(|letter| letter.chat == CustomerId(anna).into() && letter.problem == "blocked"),
            "{letters:?}"
        );
        app.sandbox.customer_unblocks(anna);
        assert!(store.drop_letter(letters[1].id).await.expect("it answers"));
        assert!(store.send_again(letters[0].id, clock::now().timestamp_millis()).await.expect("it answers"));
        assert!(!store.send_again(letters[1].id, 0).await.expect("it answers"), "what was dropped stays so");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Вы здесь?");
        assert!(store.dead_letters().await.expect("it answers").is_empty());
    }

    pub async fn telegram_does_not_answer(db: Db) {
        let app = App::start(db).await;
        let (anna, boris) = (app.customer("Анна").await, app.customer("Борис").await);
        app.sandbox.fault(Fault::Silence { method: Method::SendMessage, times: 1 });
        app.sandbox.customer_says(anna, "где посылка RA123456785RU?");
        app.until("the call is under way", |sandbox| sandbox.unconfirmed() == 0).await;
        app.sandbox.customer_says(boris, "где посылка RA123456785RU?");
        app.until("nobody else waits", |sandbox| sandbox.chat(boris).len() >= 4).await;
        app.settle().await;
        assert_eq!(app.heard(anna).len(), 2, "{:#?}", app.heard(anna));
    }

    pub async fn the_name_of_telegram_does_not_resolve(db: Db) {
        let mut app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.sandbox.fault(Fault::CutBefore { method: Method::SendMessage, times: 1000 });
        app.sandbox.customer_says(anna, "где посылка RA123456785RU?");
        app.until("the update is taken", |sandbox| sandbox.unconfirmed() == 0).await;
        app.kill();
        app.sandbox.clear_faults();
        app.sandbox.customer_says(anna, "спасибо");
        // RFC 2606: no such name is ever given away.
        app.server = Some("http://telegram.invalid:8081");
        app.begin().await;
        let before = app.attempts(anna).await;
        let tried = async { while app.attempts(anna).await <= before {} };
        tokio::time::timeout(Duration::from_secs(30), tried).await.expect("it is tried, and tried again later");
        app.stop().await;
        app.server = None;
        app.begin().await;
        app.settle().await;
        let heard = app.heard(anna);
        assert_eq!(heard.len(), 3, "{heard:#?}");
        assert!(heard[1].contains("RA123456785RU"), "and in order: {heard:#?}");
    }

    pub async fn a_wrong_clock_holds_nothing_up(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let body = serde_json::to_string(&Outgoing::text("Раз")).expect("plain data");
        let hour = 60 * 60 * 1000;
        let post = NewPost {
            conversation: CustomerId(anna).into(),
            lane: format!("customer:{anna}"),
            chat: CustomerId(anna).into(),
            rank: 0,
            body,
            // Written while the clock went an hour before the others.
            due_at: clock::now().timestamp_millis() + hour,
            album: None,
        };
        let now = clock::now().timestamp_millis() + hour;
        let store = app.store().await;
        let written = store.write(move |mut tx| {
            Box::pin(async move {
                tx.hold(CustomerId(anna).into(), 1, now).await?;
                tx.post(&post, now).await
            })
        });
        written.await.expect("it is stored");
        app.says(anna, "где посылка RA123456785RU?").await;
        assert!(any(&app.heard(anna), "Раз") && any(&app.heard(anna), "RA123456785RU"), "{:#?}", app.heard(anna));
    }

    pub async fn what_is_old_goes_and_what_matters_stays(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "Смотрю").await;
        app.sandbox.customer_blocks(anna);
        app.settle().await;
        app.agent(maria, topic, "Вы здесь?").await;
        let store = app.store().await;
        let yesterday = (clock::now() - chrono::TimeDelta::days(1)).timestamp_millis();
        Exercise::fill(&store, 2_000, yesterday).await.expect("a history");
        let keep = |done| Keep { done, ..Keep::default() };
        let gone = retention::thin(&store, &keep(chrono::TimeDelta::hours(1)), clock::now()).await.expect("it answers");
        assert_eq!(gone, 2_000, "all that is old, and nothing of now");
        let gone = retention::thin(&store, &keep(chrono::TimeDelta::zero()), clock::now()).await.expect("it answers");
        assert!(gone > 5, "what is done is old some day: {gone}");
        assert_eq!(store.dead_letters().await.expect("it answers").len(), 1, "what was not sent stays");
        app.sandbox.customer_unblocks(anna);
        app.settle().await;
        app.agent(maria, topic, "Нашла").await;
        assert_eq!(app.last(anna).text, "Нашла", "and the conversation goes on");
    }

    pub async fn a_pause_is_kept_by_whoever_sends_next(db: Db) {
        let mut app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let (method, chat) = (Method::SendMessage, Some(anna));
        app.sandbox.fault(Fault::TooManyRequests { method, chat, retry_after: 120, times: 1 });
        app.sandbox.customer_says(anna, "где посылка RA123456785RU?");
        let refused = |call: &sandbox::Call| call.error.as_deref().is_some_and(|why| why.contains("Too Many"));
        app.until("Telegram asks to wait", move |sandbox| sandbox.calls().iter().any(refused)).await;
        // What is known of the pause is in the database before the next one begins.
        app.stop().await;
        app.begin().await;
        app.settle().await;
        let calls = app.sandbox.calls();
        let asked = calls.iter().find(|call| refused(call)).expect("it was refused").at;
        // «Typing» may have been on its way beside the words.
        let words = |call: &&sandbox::Call| call.method == "sendMessage" && call.params["chat_id"] == anna;
        let sent = calls.iter().filter(words).find(|call| call.at > asked).expect("it was sent").at;
        assert!((sent - asked).num_seconds() >= 119, "it waited {}", sent - asked);
        assert_eq!(app.heard(anna).len(), 2);
    }
}
