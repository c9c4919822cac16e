//! What an earlier version has stored is still read, and gone on with.
//!
//! `tests/fixtures/stored_before_13.sql` is a whole database as commit 690ea0d wrote it, and the Telegram around it: the
//! bot ran against the sandbox, was killed with messages under way, and then updates, timers and answers came in that
//! nobody looked at. It holds, so that each is read:
//!
//! - conversations in every state: a clarifying question, a choice, a phone asked for, the yes to a cancellation and to a
//!   refund, a picture asked for, a task put aside, a second request that waits, a carrier that was down, reminders, links,
//!   followed parcels, ratings, incidents told of; tickets offered, held, put aside, closed, with the bot, at another desk,
//!   with notes, answers, held-back messages and open menus; somebody who has blocked the bot;
//! - rows of the outbox in every lane, the ids of a canned reply and of topics of a group without topics among them;
//! - events of every kind, with the data of every button there is;
//! - requests to the carrier without an answer, timers, promises, copies, what topics show.
//!
//! What is told of Telegram (the last lines) is the sandbox's journal, of each thing its last state.
//!
//! A later version may drop what it need not remember: then [`assert_kept`] says what is missing, and the exception
//! belongs there.

use crate::on_both;
use crate::support::{App, Database, Db, always_open, fresh, options};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use otklik::carrier::Carrier;
use otklik::clock;
use otklik::conversation::{CarrierRequest, DeskId, DeskInfo, Event, Policy, Pressed, State, Timer};
use otklik::desk::DeskEvent;
use otklik::outbox::{CardBody, Outgoing};
use otklik::parcel::{Country, Listed, Parcel, Phone, Recipient, Status, TrackingNumber};
use otklik::store::{LocalCarrier, Store};
use sandbox::{Options, Sandbox};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row, SqlSafeStr};

const STORED: &str = include_str!("../fixtures/stored_before_13.sql");

/// The tables as they were by then: `Store::open` does the rest, as it does for an owner.
const MIGRATIONS: [(i64, &str, &str, &str); 4] = [
    (1, "first light", include_str!("../../migrations/0001_first_light.sql"), ""),
    (2, "solved to the end", include_str!("../../migrations/0002_solved_to_the_end.sql"), ""),
    (3, "the desk", include_str!("../../migrations/0003_the_desk.sql"), ""),
    (
        4,
        "many machines",
        include_str!("../../migrations/0004_many_machines.sql"),
        include_str!("../../migrations/0004_postgres.sql"),
    ),
];

/// How long the bot stood still before it begins here: a ticket was put aside for less.
const STOOD_STILL: TimeDelta = TimeDelta::minutes(10);

/// The other desk, as its owner named it; it was joined with the first since.
const SECOND: DeskId = DeskId(-1_002_000_000_777);

/// When the fixture was made.
fn made() -> DateTime<Utc> {
    let line = STORED.lines().find_map(|line| line.strip_prefix("-- made at ")).expect("a moment");
    DateTime::from_timestamp_millis(line.parse().expect("milliseconds")).expect("a moment")
}

/// The fixture with all its moments and days moved, as if the bot had stopped [`STOOD_STILL`] ago: what is due and what
/// is too late does not depend on when the test runs.
fn of_today() -> String {
    let (made, now) = (made(), clock::now());
    let by = now - STOOD_STILL - made;
    let policy = Policy::default();
    let days = policy.today(now - STOOD_STILL) - policy.today(made);
    let near = |at: DateTime<Utc>| (at - made).abs() < TimeDelta::days(60);
    let mut text = String::with_capacity(STORED.len());
    let mut rest = STORED;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let is_moment = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 'Z' | '.');
        let digits = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let long = from.find(|c: char| !is_moment(c)).unwrap_or(from.len());
        let number = || from[..digits].parse::<i64>().ok();
        let moved = match digits {
            13 => number()
                .and_then(DateTime::from_timestamp_millis)
                .filter(|at| near(*at))
                .map(|at| (digits, (at + by).timestamp_millis().to_string())),
            10 => number()
                .and_then(|at| DateTime::from_timestamp(at, 0))
                .filter(|at| near(*at))
                .map(|at| (digits, (at + by).timestamp().to_string())),
            4 => from[..long].parse::<DateTime<Utc>>().ok().map(|at| (long, (at + by).to_rfc3339())).or_else(|| {
                let day = from.get(..10)?.parse::<NaiveDate>().ok()?;
                Some((10, (day + days).to_string()))
            }),
            _ => None,
        };
        let (taken, written) = moved.unwrap_or_else(|| (digits, from[..digits].to_owned()));
        text += before;
        text += &written;
        rest = &from[taken..];
    }
    text + rest
}

/// A fresh database with these rows, as the version of then would have left it.
async fn written(db: Db, rows: &str) -> Database {
    let database = fresh(db).await;
    sqlx::any::install_default_drivers();
    let url = match db {
        Db::Sqlite => format!("{}?mode=rwc", database.url()),
        Db::Postgres => database.url().to_owned(),
    };
    let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.expect("a fresh database opens");
    let migration = |(version, name, common, postgres): (i64, &'static str, &'static str, &'static str)| {
        let text = match db {
            Db::Sqlite => common.into_sql_str(),
            Db::Postgres => AssertSqlSafe(format!("{common}{postgres}")).into_sql_str(),
        };
        Migration::new(version, name.into(), MigrationType::Simple, text, false)
    };
    Migrator::with_migrations(MIGRATIONS.map(migration).into()).run(&pool).await.expect("tables of then");
    let statements: String =
        rows.lines().filter(|line| !line.starts_with("--")).map(|line| format!("{line}\n")).collect();
    pool.execute(AssertSqlSafe(statements).into_sql_str()).await.expect("rows of then");
    if let Db::Postgres = db {
        // Ids go on after the greatest, as they did there.
        pool.execute("SELECT setval('ids', (SELECT MAX(id) FROM inbox) / 1048576 * 1048576 + 1048576)")
            .await
            .expect("ids");
    }
    pool.close().await;
    database
}

/// The bot on what was stored, and the Telegram of then; what waited is done.
async fn gone_on(db: Db) -> App {
    clock::speed_up(crate::support::FASTER);
    let rows = of_today();
    let database = written(db, &rows).await;
    let lines = rows.lines().filter_map(|line| line.strip_prefix("-- telegram "));
    let journal: String = lines.map(|line| format!("[{line}]\n")).collect();
    let path = std::env::temp_dir().join(format!(
        "otklik_stored_{}_{db:?}_{:x}.jsonl",
        std::process::id(),
        clock::now().timestamp_micros()
    ));
    std::fs::write(&path, journal).expect("a temporary file");
    let options = Options { journal: Some(path.clone()), ..options(false) };
    let sandbox = Sandbox::start(options).await.expect("the world of then");
    let _ = std::fs::remove_file(path);
    let mut app = App::of(sandbox, database);
    app.policy = always_open();
    let intents = vec!["никакого".into()];
    app.others = vec![DeskInfo { id: SECOND, name: "Вторая".into(), intents, ..DeskInfo::default() }];
    app.begin().await;
    app.settle().await;
    app
}

/// Somebody of the fixture: Telegram's id, by the name.
fn who(name: &str) -> i64 {
    let person = format!(",\"name\":\"{name}\"");
    let (before, _) = STORED.split_once(&person).unwrap_or_else(|| panic!("nobody is called {name}"));
    let (_, id) = before.rsplit_once("\"id\":").expect("an id");
    id.parse().expect("a number")
}

/// The topic of a customer, by the name.
fn topic(app: &App, name: &str) -> i64 {
    let topics = app.sandbox.topics();
    let found = topics.iter().rfind(|topic| !topic.deleted && topic.name.contains(name));
    found.unwrap_or_else(|| panic!("no topic of {name}: {topics:#?}")).id
}

/// Every cell of a table of the database.
async fn cells(database: &Database, query: &'static str) -> Vec<(i64, String)> {
    let mut connection = AnyConnection::connect(database.url()).await.expect("the database opens");
    let rows = sqlx::query(query).fetch_all(&mut connection).await.expect("a table of ours");
    rows.iter().map(|row| (row.get("whose"), row.get("text"))).collect()
}

/// Reads what was stored, writes it and reads it again: nothing is lost on the way.
fn check<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(stored: &str) -> T {
    let read: T = serde_json::from_str(stored).unwrap_or_else(|error| panic!("{error} in {stored}"));
    let written = serde_json::to_value(&read).expect("plain data");
    let again: T = serde_json::from_value(written.clone()).expect("it was just written");
    assert_eq!(again, read, "read, written and read again: {stored}");
    assert_kept(&serde_json::from_str(stored).expect("JSON"), &written, stored);
    read
}

/// Whatever was stored stands in what is written now, in its place.
fn assert_kept(stored: &Value, written: &Value, all: &str) {
    match (stored, written) {
        (Value::Object(stored), Value::Object(written)) => {
            for (name, value) in stored {
                match written.get(name) {
                    // A phone was bare digits.
                    Some(now) if name == "phone" && value.is_string() => {
                        let digits = value.as_str().unwrap_or_default();
                        assert_eq!(now.as_str(), Some(format!("+{digits}").as_str()), "in {all}");
                    }
                    Some(now) => assert_kept(value, now, all),
                    None => assert!(value.is_null(), "«{name}» is lost: {all}"),
                }
            }
        }
        (Value::Array(stored), Value::Array(written)) if stored.len() == written.len() => {
            stored.iter().zip(written).for_each(|(stored, written)| assert_kept(stored, written, all));
        }
        (stored, written) => assert_eq!(stored, written, "in {all}"),
    }
}

/// Every button of then means something, and is written as it was.
fn check_buttons(rows: &[Vec<otklik::outbox::Label>]) -> usize {
    for label in rows.iter().flatten() {
        let pressed = Pressed::parse(&label.data).unwrap_or_else(|| panic!("«{}» means nothing", label.data));
        assert_eq!(pressed.data(), label.data);
    }
    rows.iter().flatten().count()
}

on_both! {
    all_that_was_stored_is_read
    phones_that_can_be_two_open_nothing
    what_waited_to_be_sent_goes_out
    what_had_happened_is_worked_on
    customers_go_on
    agents_go_on
}

mod stories {
    use super::*;
    use crate::support::{any, in_order};

    pub async fn all_that_was_stored_is_read(db: Db) {
        let database = written(db, STORED).await;
        let states = cells(&database, "SELECT customer AS whose, state AS text FROM conversations").await;
        assert!(states.len() > 30);
        for (customer, state) in states {
            let state: State = check(&state);
            assert_eq!(state.customer.person.id, customer);
        }
        let events = cells(&database, "SELECT customer AS whose, body AS text FROM inbox").await;
        assert!(events.len() > 80);
        let mut presses = Vec::new();
        for (whose, event) in events {
            match whose < 0 {
                true => match check(&event) {
                    DeskEvent::Pressed { press, .. } => presses.push(press.data),
                    DeskEvent::Command { .. } | DeskEvent::Lesson { .. } | DeskEvent::Refuses { .. } => {}
                },
                false => {
                    if let Event::Pressed { press, .. } | Event::AgentPressed { press, .. } = check(&event) {
                        presses.push(press.data);
                    }
                }
            }
        }
        let (known, strange): (Vec<&String>, Vec<_>) = presses.iter().partition(|data| Pressed::parse(data).is_some());
        assert_eq!(strange, ["нет такой"]);
        assert!(known.iter().all(|data| Pressed::parse(data).is_some_and(|pressed| pressed.data() == **data)));
        let mut buttons = 0;
        for (_, row) in cells(&database, "SELECT chat AS whose, body AS text FROM outbox").await {
            if let Outgoing::Text { buttons: rows, .. } | Outgoing::AtDesk { buttons: rows, .. } = check(&row) {
                buttons += check_buttons(&rows);
            }
        }
        for query in [
            "SELECT customer AS whose, body AS text FROM faces",
            "SELECT customer AS whose, shown_body AS text FROM faces WHERE shown_body IS NOT NULL",
        ] {
            for (_, face) in cells(&database, query).await {
                let CardBody { buttons: rows, .. } = check(&face);
                buttons += check_buttons(&rows);
            }
        }
        assert!(buttons > 100, "{buttons}");
        for (_, question) in cells(&database, "SELECT customer AS whose, body AS text FROM questions").await {
            check::<CarrierRequest>(&question);
        }
        for (_, timer) in cells(&database, "SELECT customer AS whose, name AS text FROM timers").await {
            assert_eq!(Timer::parse(&timer).map(|timer| timer.name()), Some(timer));
        }
    }

    pub async fn phones_that_can_be_two_open_nothing(db: Db) {
        let phones = [
            ("9000000001", "79000000077", "+79000000077"),
            ("9000000002", "77012345678", "+77012345678"),
            // +84 912 345-678 without its plus was stored so, and +7 491 234-56-78.
            ("9000000003", "74912345678", "74912345678"),
            ("9000000004", "84912345678", "+84912345678"),
            ("9000000005", "85291234567", "+85291234567"),
            ("9000000006", "4791234567", "+4791234567"),
            ("9000000007", "74791234567", "74791234567"),
            ("9000000008", "442079460018", "+442079460018"),
            ("9000000009", "81044207946001", "81044207946001"),
        ];
        let rows = phones.map(|(number, before, _)| {
            format!("INSERT INTO parcels (number, status, phone) VALUES ('{number}', 'in_transit', '{before}');\n")
        });
        let database = written(db, &format!("{STORED}\n{}", rows.concat())).await;
        let store = Store::open(database.url()).await.expect("the database opens");
        let query = "SELECT CAST(number AS BIGINT) AS whose, phone AS text FROM parcels WHERE number LIKE '900000000%'";
        for (number, now) in cells(&database, query).await {
            let (_, before, after) =
                phones.iter().find(|(known, ..)| *known == number.to_string()).expect("one of ours");
            assert_eq!(now, *after, "{before}");
            let named = |phone: &str| Phone::e164(&format!("+{phone}"));
            for digits in [before.to_string(), format!("8{}", &before[1..]), before[1..].to_owned()] {
                let found = LocalCarrier::new(store.clone(), Policy::default());
                let number = TrackingNumber::new(&number.to_string());
                let found = found.track(&number, named(&digits).as_ref()).await.expect("an answer").expect("a parcel");
                let proven = found.recipient == Recipient::Proven;
                assert_eq!(proven, named(&digits).is_some_and(|phone| phone.as_str() == *after), "{digits} {after}");
            }
        }
        assert_eq!(store.uncertain_phones().await.ok(), Some(3));
        let parcel = Parcel::new(TrackingNumber::new("9000000003"), Status::read("in_transit"));
        let phone = Phone::listed("+84912345678", Country::RUSSIA);
        let list = vec![Listed { parcel, phone, link: None }];
        store.put_parcels(list, clock::now().timestamp_millis()).await.expect("a list is imported again");
        assert_eq!(store.uncertain_phones().await.ok(), Some(2));
        let state =
            |phone: &str| serde_json::from_str::<State>(&format!("{{\"phone\":\"{phone}\"}}")).expect("a state");
        assert_eq!(state("79000000001").customer.phone, Phone::e164("+79000000001"));
        assert_eq!(state("74912345678").customer.phone, None, "it is asked for again");
    }

    /// Nothing was too strange to be worked on, and only what was given up by then lies there.
    async fn nothing_was_set_aside(app: &App) {
        let store = app.store().await;
        let (events, letters) = (store.quarantined().await, store.dead_letters().await);
        assert!(events.as_ref().is_ok_and(Vec::is_empty), "{events:?}");
        assert!(letters.as_ref().is_ok_and(|letters| letters.len() == 1), "{letters:?}");
    }

    pub async fn what_waited_to_be_sent_goes_out(db: Db) {
        let app = gone_on(db).await;
        let told = |name: &str| app.heard(who(name));
        assert!(any(&told("Бронислав"), "RA123456785RU"));
        assert!(any(&app.sandbox.toasts(who("Бронислав")), "устарела"), "a press is answered");
        // A whole ticket was on its way: the words, the topic, the story, the card.
        assert!(any(&told("Борислава"), "Добавлено к вопросу №119"));
        in_order(&app.in_topic(topic(&app, "Борислава")), &["Что было до вас", "мне срочно"]);
        assert!(app.card(topic(&app, "Борислава")).text.contains("Борислава"));
        // What a customer wrote to an agent: an answer to a message, an album, a masked caption, a voice.
        let seen = app.sandbox.topic(topic(&app, "Богдан"));
        let asked = seen.iter().position(|seen| seen.text == "почему два?").expect("his words");
        assert!(seen[asked].reply_to.is_some());
        let media: Vec<_> = seen[asked..].iter().filter_map(|seen| seen.media.as_deref()).collect();
        assert_eq!(media, ["photo", "photo", "photo", "voice"]);
        assert!(seen.iter().any(|seen| seen.text == "паспорт •••• ••••••"));
        // What an agent changed, took back, sent with one press, passed on.
        assert!(any(&told("Богдан"), "Три дня") && !any(&told("Богдан"), "Два дня"));
        assert!(any(&told("Бояна"), "чек исправленный") && !any(&told("Бояна"), "отзовут"));
        let agents = app.in_topic(topic(&app, "Бояна"));
        assert!(any(&agents, "Отозвано") && any(&agents, "запрос ведёт Мария") && any(&agents, "скопируйте"));
        assert!(any(&told("Белла"), "простите, что ответ пришлось ждать"));
        let belka = app.in_topic(topic(&app, "Белла"));
        assert!(any(&belka, "Олег, вам передали запрос №117") && any(&belka, "тема снова открыта"));
        assert!(!app.sandbox.topics().iter().any(|topic| topic.closed));
        let marked = app.sandbox.topic(topic(&app, "Бенедикт"));
        assert!(marked.iter().any(|seen| seen.text == "Ответ с отметкой" && !seen.reactions.is_empty()));
        // A customer of a group without topics, and the desk itself.
        assert!(any(&app.in_general(), "вы меня слышите?") && any(&app.in_general(), "В очереди"));
        nothing_was_set_aside(&app).await;
    }

    pub async fn what_had_happened_is_worked_on(db: Db) {
        let app = gone_on(db).await;
        let maria = who("Мария");
        let told = |name: &str| app.heard(who(name));
        assert!(told("Цветана").len() > 3, "{:#?}", told("Цветана"));
        assert!(any(&app.in_topic(topic(&app, "Цветана")), "спасибо"), "she had asked for a person");
        // Every button and command of agents, in turn. The last ends a ticket that nobody has answered since it was opened
        // again: by now the agent is asked first.
        let ritas = app.sandbox.topic(topic(&app, "Рита"));
        let asked = ritas.into_iter().rfind(|seen| seen.text.contains("ещё ждёт ответа")).expect("a question");
        let data = asked.buttons.concat()[0].data.clone().expect("a button with data");
        app.sandbox.press(maria, app.sandbox.desk(), asked.id, &data);
        app.settle().await;
        let rita = told("Рита");
        assert!(any(&rita, "Вопрос решился?"), "{rita:#?}");
        assert!(!any(&rita, "Отвечаю") && !any(&rita, "Уже скоро"), "both were taken back: {rita:#?}");
        assert!(!any(&rita, "заметка"));
        assert!(app.name_of(topic(&app, "Рита")).starts_with("🟢"), "{}", app.name_of(topic(&app, "Рита")));
        in_order(&told("Нина"), &["Я знаю ответ", "простите, что ответ пришлось ждать", "фото"]);
        assert!(app.name_of(topic(&app, "Нина")).contains("Олег"), "taken over");
        assert!(any(&app.in_topic(topic(&app, "Нина")), "тема снова открыта"));
        assert!(app.name_of(topic(&app, "Белла")).contains("Мария"), "passed on, and Олег has no say in it any more");
        let general = app.in_general();
        let of_the_desk = [
            "За вами запросов нет",
            "больше не на смене",
            "судьбу моего сундука",
            "/take, /взять",
            "«Оферта не проходит» закрыт",
            "«Вернуть деньги» открыт",
        ];
        in_order(&general, &of_the_desk);
        // Of all that she pressed while the bot stood still only the last was answered; all of it was done.
        let dropped = app.store().await.proposals("dropped").await.expect("the proposals");
        assert!(!dropped.is_empty());
        assert!(!app.sandbox.toasts(maria).is_empty());
        // What the carrier was asked and had told, what moved, what was due.
        assert!(any(&told("Клавдия"), "1000000041") && any(&told("Кира"), "1000000017"));
        assert!(any(&told("Игорь"), "770\u{a0}₽"), "{:#?}", told("Игорь"));
        assert!(any(&told("Emma"), "today"), "{:#?}", told("Emma"));
        assert!(any(&told("Галина"), "2000000001"));
        assert!(any(&told("Зоя"), "1000000017") && any(&told("Илья"), "отмен"));
        assert!(any(&app.in_topic(topic(&app, "Мила")), "голосов"), "{:#?}", app.in_topic(topic(&app, "Мила")));
        assert!(any(&app.in_topic(topic(&app, "Павел")), "Олег, "), "woken: {:#?}", app.in_topic(topic(&app, "Павел")));
        assert!(app.name_of(topic(&app, "Павел")).starts_with("🟡"));
        assert!(app.name_of(topic(&app, "Ульяна")).starts_with("🔴"), "its agent has left");
        assert_eq!(app.last(who("Харитон")).text, "Нашли, везём");
        nothing_was_set_aside(&app).await;
    }

    pub async fn customers_go_on(db: Db) {
        let app = gone_on(db).await;
        let says = async |name: &str, text: &str| {
            app.says(who(name), text).await;
            app.last(who(name)).text
        };
        let before = app.changes().await;
        says("Анна", "да").await;
        assert!(any(&app.heard(who("Анна")), "4\u{a0}500\u{a0}₽"), "{:#?}", app.heard(who("Анна")));
        // The old button, which was there before.
        app.press(who("Ева"), who("Ева"), "Да, оформить возврат").await;
        let made: Vec<String> = app.changes().await.split_off(before.len());
        assert_eq!(made, ["cancel", "refund"]);
        app.press(who("Жанна"), who("Жанна"), "Да, вернёмся").await;
        let asked = app.last(who("Жанна")).buttons.concat();
        assert!(asked.iter().any(|button| button.text == "Да, отменить заказ"), "{asked:?}");
        app.press(who("Вера"), who("Вера"), "Вернуть деньги").await;
        assert!(app.last(who("Вера")).text.contains("фото"), "{}", app.last(who("Вера")).text);
        app.shares_phone(who("Дмитрий")).await;
        assert!(any(&app.heard(who("Дмитрий")), "https://oferta.example.org/2000000002"));
        app.press(who("Дарья"), who("Дарья"), "Пришла повреждённой").await;
        assert!(app.last(who("Дарья")).text.contains("фото"));
        assert!(says("Галина", "да").await.contains("опрос №"), "{}", app.last(who("Галина")).text);
        says("Лев", "1000000017").await;
        assert!(any(&app.heard(who("Лев")), "1000000017"));
        app.sandbox.customer_sends(who("Яна"), sandbox::Media::Photo, Some("вот"), None);
        app.settle().await;
        assert!(app.last(who("Яна")).text.contains("№"), "{}", app.last(who("Яна")).text);
        assert!(any(&app.in_topic(topic(&app, "Роман")), "Вернуть деньги"));
        let told = says("Emma", "cancel the order").await;
        assert!(told.contains("2000000007") && !told.contains(|c| matches!(c, 'а'..='я')), "in her language: {told}");
        // With a ticket: in the queue, with the bot meanwhile, after it.
        app.press(who("Лена"), who("Лена"), "Уже не нужно").await;
        assert!(app.name_of(topic(&app, "Лена")).starts_with("🟢"));
        let before = app.heard(who("Мила")).len();
        says("Мила", "где 1000000017").await;
        assert!(app.heard(who("Мила")).len() > before, "the bot goes on with her: {:#?}", app.heard(who("Мила")));
        app.press(who("Света"), who("Света"), "Нет, не помогло").await;
        assert!(app.last(who("Света")).text.contains("№110"), "the same number: {}", app.last(who("Света")).text);
        says("Таня", "долго ждала и зря").await;
        assert!(any(&app.in_general(), "долго ждала и зря"), "the lead hears of it");
        nothing_was_set_aside(&app).await;
    }

    pub async fn agents_go_on(db: Db) {
        let app = gone_on(db).await;
        let (maria, oleg, desk) = (who("Мария"), who("Олег"), app.sandbox.desk());
        // The card of before, with a choice open on it.
        let olga = topic(&app, "Ольга");
        let press = async |agent: i64, data: &str| {
            app.sandbox.press(agent, desk, app.card(olga).id, data);
            app.settle().await;
        };
        let card = app.card(olga);
        let offered: Vec<_> = card.buttons.iter().flatten().filter_map(|button| button.data.as_deref()).collect();
        assert_eq!(offered, ["snooze:107:0", "snooze:107:60", "snooze:107:-1", "card:107"]);
        press(maria, "snooze:107:60").await;
        assert!(app.name_of(olga).starts_with("💤") && app.card(olga).text.contains("до "), "{}", app.card(olga).text);
        press(maria, "snooze:107:-1").await;
        assert!(app.card(olga).text.contains("завтра"), "{}", app.card(olga).text);
        press(maria, "snooze:107:0").await;
        assert!(!app.card(olga).text.contains("завтра") && app.name_of(olga).starts_with("💤"));
        app.agent(maria, olga, "Проверяю").await;
        assert_eq!(app.last(who("Ольга")).text, "Проверяю");
        assert!(app.name_of(olga).starts_with("🟡"));
        press(maria, "recall:107").await;
        assert!(!any(&app.heard(who("Ольга")), "Проверяю"), "{:#?}", app.heard(who("Ольга")));
        press(maria, "canned:107:sorry_for_wait").await;
        assert!(app.last(who("Ольга")).text.contains("простите"), "{}", app.last(who("Ольга")).text);
        press(maria, "recall:107").await;
        assert_eq!(
            app.heard(who("Ольга")).iter().filter(|text| text.contains("простите")).count(),
            1,
            "of two, one is left"
        );
        press(maria, &format!("transfer:107:{oleg}")).await;
        assert!(app.name_of(olga).contains("Олег"), "{}", app.name_of(olga));
        press(oleg, &format!("transfer:107:{SECOND}")).await;
        assert!(app.name_of(olga).starts_with("🔴"), "the same group by its name of before: {:#?}", app.in_topic(olga));
        // A closed one: what it was about; and opened again.
        let sveta = topic(&app, "Света");
        app.sandbox.press(maria, desk, app.card(sveta).id, "was:110:where_is_parcel");
        app.settle().await;
        assert!(any(&app.sandbox.toasts(maria), "Записали"), "{:?}", app.sandbox.toasts(maria));
        app.sandbox.press(maria, desk, app.card(sveta).id, "reopen");
        app.settle().await;
        assert!(app.name_of(sveta).contains("Мария"));
        // Who holds a ticket answers; who does not is told who does.
        app.agent(oleg, topic(&app, "Павел"), "/send Готово").await;
        assert_eq!(app.last(who("Павел")).text, "Готово");
        app.agent(oleg, topic(&app, "Зинаида"), "Здравствуйте, Зинаида").await;
        assert_eq!(app.last(who("Зинаида")).text, "Здравствуйте, Зинаида", "at the desk it was moved to");
        app.agent(maria, topic(&app, "Зинаида"), "И от меня").await;
        assert!(!any(&app.heard(who("Зинаида")), "И от меня"));
        // An answer to an old message of a group without topics.
        let words = app.sandbox.general().into_iter().find(|seen| seen.text.contains("потерялась коробка"));
        app.sandbox.agent_replies_in_general(maria, words.expect("his words").id, "Ищем вашу коробку");
        app.settle().await;
        assert_eq!(app.last(who("Фёдор")).text, "Ищем вашу коробку");
        app.sandbox.customer_unblocks(who("Ульяна"));
        app.settle().await;
        app.agent(oleg, topic(&app, "Ульяна"), "Рады видеть").await;
        assert_eq!(app.last(who("Ульяна")).text, "Рады видеть");
        nothing_was_set_aside(&app).await;
    }
}
