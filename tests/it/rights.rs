//! What a customer may ask of what is kept about them, and what the lead may close: a copy, the erasure, a ban; and what
//! goes by itself with time.

use crate::on_both;

on_both! {
    what_is_kept_is_told_and_handed_out
    the_file_holds_what_is_kept_and_nothing_else
    who_bans_and_who_lets_in_again_is_written_down
    all_that_can_be_is_erased_after_a_yes
    an_open_ticket_is_said_first_and_closed
    the_words_lead_to_the_button
    a_banned_customer_is_told_once
    a_ban_is_the_leads
    the_owner_has_it_erased
    the_owner_hands_it_out_and_has_it_erased_by_command
    what_could_not_be_sent_is_erased_with_the_rest
    what_is_done_goes_with_time_and_the_story_stays
    who_is_silent_for_a_year_is_forgotten
    for_whom_something_is_to_be_done_nothing_goes
    who_did_what_is_known_for_three_years
}

mod stories {
    use crate::support::{App, Db, any};
    use chrono::TimeDelta;
    use otklik::clock;
    use otklik::conversation::{CustomerId, Event, Keep};
    use otklik::retention;
    use otklik::store::{NewEvent, Store};
    use serde_json::Value;

    pub async fn what_is_kept_is_told_and_handed_out(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где моя посылка?").await;
        app.says(anna, "паспорт 4510 987654").await;
        app.says(anna, "/privacy").await;
        let told = app.last(anna).text;
        assert!(told.contains("телефон") && told.contains("7 дней") && told.contains("/forget"), "{told}");
        app.says(anna, "/export@otklik_bot").await;
        let documents =
            |app: &App| app.sandbox.chat(anna).iter().filter(|seen| seen.media.as_deref() == Some("document")).count();
        assert_eq!(documents(&app), 1, "{:#?}", app.sandbox.chat(anna));
        // Asked again it is the same.
        app.says(anna, "/export").await;
        assert_eq!(documents(&app), 1);
        let store = app.store().await;
        let kept = store.kept_about(CustomerId(anna), clock::now().timestamp_millis()).await.expect("it answers");
        assert_eq!(kept["account"]["name"], "Анна");
        let whole = kept.to_string();
        assert!(whole.contains("где моя посылка?") && !whole.contains("987654"), "{kept:#}");
        let audited = store.audited(10).await.expect("it answers");
        assert!(
            audited.iter().any(|row| row.what == "export" && row.customer == Some(CustomerId(anna))),
            "{audited:?}"
        );
    }

    /// The file that a customer was sent last, as the page has it.
    async fn file_sent(app: &App) -> String {
        let mut events = reqwest::get(format!("{}/page/events", app.sandbox.url())).await.expect("the page");
        let mut seen = String::new();
        while !seen.contains("\n\n") {
            seen += &String::from_utf8_lossy(&events.chunk().await.expect("a chunk").expect("a snapshot"));
        }
        let (_, file) = seen.rsplit_once("/files/").expect("a file was sent");
        let id = file.split('"').next().unwrap_or_default();
        let file = reqwest::get(format!("{}/files/{id}", app.sandbox.url())).await.expect("the file");
        file.text().await.expect("its text")
    }

    /// The names in an object, or in each object of a list.
    fn names(of: &Value) -> Vec<&str> {
        let object = of.as_object().or_else(|| of[0].as_object());
        object.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    pub async fn the_file_holds_what_is_kept_and_nothing_else(db: Db) {
        let app = App::start(db).await;
        let boris = app.customer("Борис").await;
        app.says(boris, "где мой заказ Бориса").await;
        let anna = app.first_customer().await;
        app.says(anna, "где моя посылка RA123456785RU?").await;
        app.says(anna, "отмените заказ 1000000090").await;
        app.shares_phone(anna).await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let maria = app.sandbox.new_agent("Мария");
        app.press(maria, app.sandbox.desk(), "Взять").await;
        app.says(anna, "паспорт 4510 987654").await;
        app.agent(maria, topic, "// клиент скандалит").await;
        app.agent(maria, topic, "Разберусь с вашей посылкой").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        app.says(anna, "/export").await;
        let text = file_sent(&app).await;
        let kept: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            names(&kept),
            [
                "account",
                "asked",
                "audit",
                "customer",
                "feedback",
                "follows",
                "in_work",
                "made_at",
                "outcomes",
                "phrases_to_learn_from",
                "promises",
                "story",
                "tickets"
            ]
        );
        assert_eq!(
            names(&kept["account"]),
            ["banned", "language", "last_heard_at", "name", "phone", "username"],
            "{text}"
        );
        assert_eq!(names(&kept["story"]), ["media", "name", "said_at", "who", "words"]);
        assert_eq!(names(&kept["tickets"]), ["about", "answered_at", "closed_at", "no", "opened_at"]);
        assert_eq!(names(&kept["outcomes"]), ["at", "choice", "intent", "what"]);
        assert_eq!(names(&kept["audit"]), ["at", "what"]);
        assert_eq!((&kept["customer"], &kept["account"]["name"]), (&anna.into(), &"Анна".into()));
        assert!(kept["account"]["phone"].as_str().is_some_and(|phone| phone.starts_with('+')), "{text}");
        assert_eq!(kept["tickets"][0]["no"], 101);
        for said in ["где моя посылка", "паспорт", "Разберусь с вашей посылкой"]
        {
            assert!(kept["story"].to_string().contains(said), "{said}: {text}");
        }
        // What is hidden, what agents say among themselves, who they are, other people, the house's own.
        let (agent, desk) = (maria.to_string(), app.sandbox.desk().to_string());
        for never in ["987654", "скандалит", "Борис", &agent, &desk, &app.sandbox.token()] {
            assert!(!text.contains(never), "{never}: {text}");
        }
    }

    pub async fn who_bans_and_who_lets_in_again_is_written_down(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let olga = app.sandbox.new_agent("Ольга");
        app.sandbox.agent_becomes(olga, sandbox::Membership::Administrator);
        for command in ["/ban", "/unban"] {
            app.agent(maria, topic, command).await;
        }
        let store = app.store().await;
        assert_eq!(store.audited(10).await.expect("it answers"), [], "who may not has not");
        for command in ["/ban", "/unban"] {
            app.agent(olga, topic, command).await;
        }
        let audited = store.audited(10).await.expect("it answers");
        let rows: Vec<_> = audited.iter().map(|row| (row.actor.as_str(), row.what.as_str(), row.customer)).collect();
        let actor = format!("agent {olga}");
        assert_eq!(rows, [(&*actor, "unban", Some(CustomerId(anna))), (&*actor, "ban", Some(CustomerId(anna)))]);
        assert!(audited[0].at >= audited[1].at && audited[1].at > 0);
    }

    pub async fn all_that_can_be_is_erased_after_a_yes(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let boris = app.customer("Борис").await;
        app.says(boris, "где мой заказ Бориса").await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let maria = app.sandbox.new_agent("Мария");
        app.agent(maria, topic, "Разберусь с вашей посылкой").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        assert!(app.database_holds("Анна").await);
        app.says(anna, "/forget").await;
        let asked = app.last(anna);
        assert!(asked.text.contains("резервн"), "{}", asked.text);
        // A typed yes is none.
        app.says(anna, "да").await;
        assert!(app.database_holds("Анна").await, "nothing is erased without the button");
        app.press(anna, anna, "Да, удалить всё").await;
        for gone in ["Анна", "позовите человека", "Разберусь", "/forget"] {
            assert!(!app.database_holds(gone).await, "{gone}");
        }
        assert!(app.database_holds("Бориса").await, "nobody else's");
        assert!(any(&app.in_topic(topic), "удалите и эту тему"), "{:#?}", app.in_topic(topic));
        assert!(
            !app.name_of(topic).contains("Анна") && !app.card(topic).text.contains("Анна"),
            "{}",
            app.name_of(topic)
        );
        let audited = app.store().await.audited(10).await.expect("it answers");
        let forgets: Vec<_> = audited.iter().filter(|row| row.what == "forget").collect();
        assert!(matches!(&forgets[..], [row] if row.actor == "customer" && row.customer.is_none()), "{audited:?}");
        // The old button means nothing, and the customer begins anew.
        app.press(anna, anna, "Да, удалить всё").await;
        app.says(anna, "позовите человека").await;
        assert!(app.database_holds("Анна").await);
        assert_eq!(app.store().await.audited(10).await.expect("it answers").len(), audited.len());
    }

    pub async fn an_open_ticket_is_said_first_and_closed(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.says(anna, "/forget").await;
        assert!(app.last(anna).text.contains("№101"), "{}", app.last(anna).text);
        app.press(anna, anna, "Нет, оставить как есть").await;
        assert!(app.database_holds("Анна").await);
        app.press(anna, anna, "Да, удалить всё").await;
        assert!(app.database_holds("Анна").await, "that question stands no more");
        app.says(anna, "/forget").await;
        app.press(anna, anna, "Да, удалить всё").await;
        assert!(!app.database_holds("Анна").await);
        let before = app.heard(anna).len();
        app.agent(maria, topic, "Ещё минуту").await;
        assert_eq!(app.heard(anna).len(), before, "the ticket is closed");
    }

    pub async fn the_words_lead_to_the_button(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "удалите мои персональные данные").await;
        assert!(app.database_holds("Анна").await);
        app.press(anna, anna, "Удалить мои данные").await;
        app.press(anna, anna, "Да, удалить всё").await;
        assert!(!app.database_holds("Анна").await);
    }

    pub async fn a_banned_customer_is_told_once(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let olga = app.sandbox.new_agent("Ольга");
        app.sandbox.agent_becomes(olga, sandbox::Membership::Administrator);
        app.agent(olga, topic, "/ban").await;
        assert!(any(&app.in_topic(topic), "Ольга закрывает"), "{:#?}", app.in_topic(topic));
        let before = app.heard(anna).len();
        let desk = app.in_topic(topic).len();
        for words in ["первое слово", "второе слово", "позовите человека"] {
            app.says(anna, words).await;
        }
        assert_eq!(app.heard(anna).len(), before + 1, "{:#?}", app.heard(anna));
        assert!(app.last(anna).text.contains("/export"));
        assert_eq!(app.in_topic(topic).len(), desk, "the desk is left alone");
        assert!(app.database_holds("второе слово").await, "nothing is lost from the record");
        // What is theirs by right they get, and it ends no ban.
        app.says(anna, "/forget").await;
        app.press(anna, anna, "Да, удалить всё").await;
        assert!(!app.database_holds("второе слово").await);
        let before = app.heard(anna).len();
        app.says(anna, "где моя посылка?").await;
        assert_eq!(app.heard(anna).len(), before);
        app.agent(olga, topic, "/unban").await;
        app.says(anna, "где моя посылка?").await;
        assert_eq!(app.heard(anna).len(), before + 1);
    }

    pub async fn a_ban_is_the_leads(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "/ban").await;
        assert!(!any(&app.in_topic(topic), "закрывает переписку"), "{:#?}", app.in_topic(topic));
        app.says(anna, "вы тут?").await;
        assert!(any(&app.in_topic(topic), "вы тут?"));
        let olga = app.sandbox.new_agent("Ольга");
        app.sandbox.agent_becomes(olga, sandbox::Membership::Administrator);
        app.general(olga, "/ban").await;
        assert!(any(&app.in_general(), "/ban 106"), "{:#?}", app.in_general());
        app.general(olga, "/ban 101").await;
        assert!(any(&app.in_topic(topic), "Ольга закрывает"), "{:#?}", app.in_topic(topic));
    }

    pub async fn the_owner_has_it_erased(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где моя посылка?").await;
        let heard = app.heard(anna).len();
        let (store, now) = (app.store().await, clock::now().timestamp_millis());
        let event = NewEvent {
            source: "owner:forget".into(),
            conversation: CustomerId(anna).into(),
            body: serde_json::to_string(&Event::Forget).expect("plain data"),
        };
        store.write(move |mut tx| Box::pin(async move { tx.put_event(&event, now).await })).await.expect("it is noted");
        app.settle().await;
        assert!(!app.database_holds("Анна").await);
        assert_eq!(app.heard(anna).len(), heard, "the customer has asked elsewhere");
        let audited = store.audited(1).await.expect("it answers");
        assert!(matches!(&audited[..], [row] if row.actor == "owner" && row.what == "forget"), "{audited:?}");
    }

    /// What the program prints, given these arguments, beside a bot that runs.
    async fn otklik(app: &App, arguments: &[&str]) -> String {
        let run = tokio::process::Command::new(env!("CARGO_BIN_EXE_otklik"))
            .args(arguments)
            .current_dir(std::env::temp_dir())
            .env("DATABASE_URL", app.database())
            .output();
        let run = run.await.expect("the program runs");
        String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned()
    }

    pub async fn the_owner_hands_it_out_and_has_it_erased_by_command(db: Db) {
        let app = App::start(db).await;
        let (anna, _, _) = app.held().await;
        let id = anna.to_string();
        let told = otklik(&app, &["export", "--customer", &id]).await;
        let kept: serde_json::Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
        assert_eq!(kept["account"]["name"], "Анна");
        let audited = app.store().await.audited(1).await.expect("it answers");
        assert!(matches!(&audited[..], [row] if row.actor == "owner" && row.what == "export"), "{audited:?}");
        let by_ticket = otklik(&app, &["export", "--ticket", "101"]).await;
        assert!(by_ticket.contains(&format!("\"customer\": {id}")), "{by_ticket}");
        assert!(otklik(&app, &["forget", "--ticket", "999"]).await.contains("there is no ticket 999"));
        assert!(otklik(&app, &["export", "--ticket", "101", "--customer", &id]).await.contains("cannot be used with"));
        assert!(otklik(&app, &["export", "--customer", "5"]).await.contains("nothing is kept about customer 5"));
        let told = otklik(&app, &["forget", "--ticket", "101", "--yes"]).await;
        assert!(told.contains("101") && told.contains("--with-ticket"), "{told}");
        let told = otklik(&app, &["forget", "--customer", &id, "--with-ticket"]).await;
        assert!(told.contains("--yes") && told.contains("backups"), "what stays is said first: {told}");
        assert!(app.database_holds("Анна").await, "nothing is erased without a yes");
        let told = otklik(&app, &["forget", "--customer", &id, "--with-ticket", "--yes"]).await;
        assert!(told.contains("Erased"), "{told}");
        assert!(!app.database_holds("Анна").await);
    }

    pub async fn what_could_not_be_sent_is_erased_with_the_rest(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где моя посылка?").await;
        app.execute("UPDATE outbox SET dead_at = done_at, problem = 'Анна refused' WHERE done_at IS NOT NULL").await;
        assert!(!app.store().await.dead_letters().await.expect("it answers").is_empty());
        app.says(anna, "/forget").await;
        app.press(anna, anna, "Да, удалить всё").await;
        let letters = app.store().await.dead_letters().await.expect("it answers");
        assert!(letters.is_empty(), "nobody can send them again: {letters:?}");
    }

    pub async fn what_is_done_goes_with_time_and_the_story_stays(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где моя посылка?").await;
        let (store, keep) = (app.store().await, Keep::default());
        let (done, minute) = (clock::now(), TimeDelta::minutes(1));
        let gone = retention::thin(&store, &keep, done + keep.done - minute).await.expect("it answers");
        assert_eq!(gone, 0, "nothing is older than a week");
        let gone = retention::thin(&store, &keep, clock::now() + keep.done + minute).await.expect("it answers");
        assert!(gone > 0, "a week is over");
        let kept = store.kept_about(CustomerId(anna), 0).await.expect("it answers");
        assert!(kept["story"].to_string().contains("где моя посылка?"), "{kept:#}");
    }

    /// Whether a story of the customer is kept, and how many tickets.
    async fn left(store: &Store, customer: i64) -> (bool, usize) {
        let kept = store.kept_about(CustomerId(customer), 0).await.expect("it answers");
        let many = |what: &str| kept[what].as_array().map_or(0, Vec::len);
        (many("story") > 0, many("tickets"))
    }

    /// Lets what a conversation waits for happen, until it waits for nothing.
    async fn wait_over(app: &App) {
        let store = app.store().await;
        while store.next_timer().await.expect("it answers").is_some() {
            store.fire_timers(i64::MAX, 100).await.expect("it answers");
            app.settle().await;
        }
    }

    pub async fn who_is_silent_for_a_year_is_forgotten(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "Разберусь с вашей посылкой").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        wait_over(&app).await;
        let (store, keep, last) = (app.store().await, Keep::default(), clock::now());
        let thin = |at| retention::thin(&store, &keep, at);
        let figures = || store.figures(last, chrono_tz::UTC, 30);
        let before = figures().await.expect("it answers");
        assert!(app.database_holds("Разберусь").await);

        thin(last + keep.story - TimeDelta::days(1)).await.expect("it answers");
        assert_eq!(
            (left(&store, anna).await, left(&store, boris).await),
            ((true, 1), (true, 1)),
            "nothing younger goes"
        );
        assert!(app.database_holds("Анна").await);

        // A year after the last word, of whom something waits all stays.
        let over = clock::now() + keep.story + TimeDelta::minutes(1);
        thin(over).await.expect("it answers");
        assert_eq!((left(&store, anna).await, left(&store, boris).await), ((false, 0), (true, 1)));
        for gone in ["Анна", "Разберусь"] {
            assert!(!app.database_holds(gone).await, "{gone}");
        }
        assert!(app.database_holds("Борис").await, "an open ticket is not over");
        assert_eq!(figures().await.expect("it answers"), before, "figures hold no texts, and stay");
        // Who comes back begins anew, in the same topic.
        app.says(anna, "позовите человека").await;
        assert!(any(&app.in_topic(topic), "позовите человека"), "{:#?}", app.in_topic(topic));
        assert_eq!(left(&store, anna).await, (true, 1));
    }

    pub async fn for_whom_something_is_to_be_done_nothing_goes(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "спасибо").await;
        wait_over(&app).await;
        let (store, keep) = (app.store().await, Keep::default());
        let over = || clock::now() + keep.story + TimeDelta::minutes(1);
        // One thing after the other is still to be done.
        let id = anna.to_string();
        for (doing, done) in [
            (
                format!("INSERT INTO timers (customer, name, due_at) VALUES ({id}, 'x', 9000000000000)"),
                "DELETE FROM timers",
            ),
            (
                format!(
                    "INSERT INTO promises (id, customer, what, owner, made_at, due_at) VALUES (1, {id}, 'x', 'bot', 1, 1)"
                ),
                "DELETE FROM promises",
            ),
            ("UPDATE inbox SET problem = 'x'".to_owned(), "UPDATE inbox SET problem = NULL"),
            ("UPDATE outbox SET dead_at = done_at".to_owned(), "UPDATE outbox SET dead_at = NULL"),
            (
                format!(
                    "INSERT INTO unproven (id, source, customer, desk, person, body) VALUES (1, 'x', {id}, -1, 1, '{{}}')"
                ),
                "DELETE FROM unproven",
            ),
        ] {
            app.execute(Box::leak(doing.clone().into_boxed_str())).await;
            // What is set aside would be gone with the rest of what is done.
            let early = Keep { done: keep.story + TimeDelta::days(1), ..keep.clone() };
            retention::thin(&store, &early, over()).await.expect("it answers");
            assert_eq!(left(&store, anna).await, (true, 0), "{doing}");
            app.execute(done).await;
        }
        retention::thin(&store, &keep, over()).await.expect("it answers");
        assert_eq!(left(&store, anna).await, (false, 0));
    }

    pub async fn who_did_what_is_known_for_three_years(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "/export").await;
        wait_over(&app).await;
        let (store, keep) = (app.store().await, Keep::default());
        let of_anna = || async {
            let audited = store.audited(10).await.expect("it answers");
            audited.iter().filter(|row| row.customer == Some(CustomerId(anna)) && row.what == "export").count()
        };
        // The customer is long forgotten; the row still tells about whom it is.
        retention::thin(&store, &keep, clock::now() + keep.audit - TimeDelta::days(1)).await.expect("it answers");
        assert_eq!((left(&store, anna).await, of_anna().await), ((false, 0), 1));
        retention::thin(&store, &keep, clock::now() + keep.audit + TimeDelta::minutes(1)).await.expect("it answers");
        assert_eq!(of_anna().await, 0);
    }
}

/// What the file says reaches what removes: with the usual week nothing would go.
#[tokio::test(flavor = "multi_thread")]
async fn keep_days_of_the_file_is_what_goes_by() {
    use crate::support::{PATIENCE, options};
    use otklik::clock;
    use otklik::store::{Exercise, Store};
    use std::process::Stdio;
    use tokio::io::{AsyncBufReadExt, BufReader};

    let sandbox = sandbox::Sandbox::start(options(false)).await.expect("a free port");
    let folder = std::env::temp_dir().join(format!("otklik_keep_days_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    std::fs::write(folder.join("otklik.toml"), "keep_days = 2\n").expect("a file");
    let url = format!("sqlite://{}/otklik.db", folder.display());
    let store = Store::open(&url).await.expect("a fresh database opens");
    let days_ago = (clock::now() - chrono::TimeDelta::days(3)).timestamp_millis();
    Exercise::fill(&store, 40, days_ago).await.expect("a history");
    let mut bot = tokio::process::Command::new(env!("CARGO_BIN_EXE_otklik"))
        .arg("run")
        .current_dir(&folder)
        .env_clear()
        .env("TELOXIDE_TOKEN", sandbox.token())
        .env("TELOXIDE_API_URL", sandbox.url())
        .env("OTKLIK_DESK", sandbox.desk().to_string())
        .env("RUST_LOG", "otklik=info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut log = BufReader::new(bot.stderr.take().expect("piped")).lines();
    let removed = async {
        loop {
            let line = log.next_line().await.expect("a log").expect("the bot goes on");
            if line.contains("old rows were removed") {
                return line;
            }
        }
    };
    let line = tokio::time::timeout(PATIENCE, removed).await.expect("nothing was removed");
    assert!(line.contains("gone=40"), "{line}");
    bot.kill().await.expect("it can be killed");
    let _ = std::fs::remove_dir_all(folder);
}
