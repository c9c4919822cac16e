//! A week is played whose truth is known, and every figure of it is told as it was, on both databases. The week passes by a
//! clock that is set from hour to hour; a clock belongs to a process, so each week has one of its own.

use crate::on_both;
use crate::support::{App, Db};
use chrono::{DateTime, TimeDelta, Utc};
use otklik::carrier::samples;
use otklik::clock;
use otklik::conversation::{CustomerId, Policy};
use otklik::desk::{Detail, FigureWords};
use otklik::figures::{AgentFigures, Count, Figures, HourFigures, PromiseCount, Report, RequestFigures, Spread};
use std::process::Command;

/// Tells a process that it is one of those.
const OWN_PROCESS: &str = "OTKLIK_TEST_OWN_CLOCK";

mod a_week_is_told_as_it_was {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        in_own_process("figures::a_week_is_told_as_it_was::sqlite", Db::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        in_own_process("figures::a_week_is_told_as_it_was::postgres", Db::Postgres).await;
    }
}

on_both! {
    the_owner_asks_the_program
}

mod stories {
    use super::*;
    use serde_json::Value;

    /// What the program prints of a database, in a language, and its exit status.
    fn stats(database: &str, locale: &str, arguments: &[&str]) -> (String, Option<i32>) {
        let run = Command::new(env!("CARGO_BIN_EXE_otklik"))
            .arg("stats")
            .args(arguments)
            .current_dir(std::env::temp_dir())
            .env("DATABASE_URL", database)
            .env("LC_ALL", locale)
            .output()
            .expect("the program runs");
        (String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned(), run.status.code())
    }

    pub async fn the_owner_asks_the_program(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где посылка RA123456785RU").await;
        app.says(anna, "позовите человека").await;
        let database = app.database();
        // The tests' clock runs ahead of the program's: by minutes alone, by hours beside all the others.
        let ledger = app.store().await.ledger_since(0).await.expect("the ledger");
        assert!(ledger.iter().all(|entry| entry.whose == anna) && ledger.len() >= 4, "{ledger:#?}");
        app.execute("UPDATE outcomes SET at = at - 72000000, matter = matter - 72000000").await;
        app.execute(
            "INSERT INTO proposals (id, customer, ticket, language, utterance, intent, at, stands) VALUES \
             (1, 1, 1, 'ru', 'интересуюсь судьбой короба', 'where_is_parcel', 1, 'open'), \
             (2, 2, 2, 'ru', 'интересуюсь судьбой коробки', 'where_is_parcel', 1, 'open'), \
             (3, 3, 3, 'ru', 'мне бы червонцы взад', 'refund', 1, 'open')",
        )
        .await;
        let kept = app.store().await.kept_about(CustomerId(anna), 0).await.expect("what is kept");
        assert!(kept["outcomes"].as_array().is_some_and(|rows| rows.len() == ledger.len()), "{kept:#}");
        let (told, status) = stats(database, "C", &["--json", "--days", "30"]);
        let read: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
        assert_eq!(
            (&read["days"], &read["last"]["matters"], &read["last"]["handed"]),
            (&30.into(), &1.into(), &1.into())
        );
        assert_eq!(read["last"]["reasons"][0]["what"], "asked");
        assert_eq!((&read["unclear"][0]["count"], &read["unclear"][1]["count"]), (&2.into(), &1.into()), "{told}");
        assert_eq!(status, Some(0));
        let (told, _) = stats(database, "en_GB.UTF-8", &["--csv"]);
        assert!(told.starts_with("when,what,of,figure\n") && told.contains("\nlast,handed.reason,asked,1\n"), "{told}");
        let (told, _) = stats(database, "ru_RU.UTF-8", &[]);
        assert!(told.contains("Обращений: 1 (0)") && told.contains("Решил бот: пока не сказать"), "{told}");
        assert!(told.contains("· 2 × «интересуюсь судьбой короб"), "{told}");
        let (told, _) = stats(database, "de_DE.UTF-8", &[]);
        assert!(told.contains("Matters: 1 (0)") && !told.contains("where_is_parcel"), "{told}");
        assert_eq!(stats(database, "C", &["--days", "0"]).1, Some(2), "no days are none");
        // It only reads: tables of an older version are not changed, and it is said what changes them.
        app.execute("DELETE FROM _sqlx_migrations WHERE version > 16").await;
        let (told, status) = stats(database, "C", &[]);
        assert!(status == Some(1) && told.contains("older version") && told.contains("otklik run"), "{told}");
    }

    /// Nothing is made where nothing is.
    #[test]
    fn a_wrong_folder_gets_no_database() {
        let file = std::env::temp_dir().join(format!("otklik-none-{}.db", std::process::id()));
        let (told, status) = stats(&format!("sqlite://{}", file.display()), "C", &[]);
        assert!(status == Some(1) && told.contains("there is no database") && !file.exists(), "{told}");
    }
}

async fn in_own_process(test: &str, db: Db) {
    if std::env::var(OWN_PROCESS).is_ok() {
        return play(db).await;
    }
    let this = std::env::current_exe().expect("this program");
    let played = Command::new(this).args(["--exact", test]).env(OWN_PROCESS, "1").output().expect("it runs again");
    let told = format!("{}{}", String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success() && told.contains("1 passed"), "{told}");
}

/// A bot whose clock is set.
struct Week {
    app: App,
    /// By how much the clock is wrong.
    wrong: TimeDelta,
}

impl Week {
    async fn begin(db: Db, at: &str) -> Week {
        assert!(clock::speed_up(1), "this process is its own");
        let wrong = set(TimeDelta::zero(), at);
        Week { app: App::start(db).await, wrong }
    }

    /// It is so late now, by the desk's clock; parcels are as they are on such a day.
    async fn it_is(&mut self, at: &str) {
        self.app.stop().await;
        self.wrong = set(self.wrong, at);
        let now = clock::now();
        let parcels = samples::parcels(now, Policy::default().today(now)).into_iter().map(|sample| sample.listed);
        let store = self.app.store().await;
        store.put_parcels(parcels.collect(), now.timestamp_millis()).await.expect("parcels are stored");
        self.app.begin().await;
        self.app.settle().await;
    }

    async fn customer(&self, name: &str, text: &str) -> i64 {
        let customer = self.app.customer(name).await;
        self.app.says(customer, text).await;
        customer
    }

    fn topic(&self, name: &str) -> i64 {
        let topics = self.app.sandbox.topics();
        topics.iter().find(|topic| topic.name.contains(name)).unwrap_or_else(|| panic!("{name}: {topics:#?}")).id
    }

    /// An agent answers a customer at a time, and finishes at another.
    async fn helps(&mut self, agent: i64, name: &str, answers: &str, finishes: &str) {
        let topic = self.topic(name);
        self.it_is(answers).await;
        self.app.agent(agent, topic, "Здравствуйте, сейчас посмотрю").await;
        self.it_is(finishes).await;
        self.app.agent(agent, topic, "/resolve").await;
    }

    async fn marks(&self, customer: i64, mark: &str) {
        self.app.press(customer, customer, "Да, помогло").await;
        self.app.press(customer, customer, mark).await;
    }
}

fn at(text: &str) -> DateTime<Utc> {
    format!("2027-{text}:00+03:00").parse().expect("a moment")
}

/// Sets the clock, which was `wrong`; tells how wrong it is now.
fn set(wrong: TimeDelta, to: &str) -> TimeDelta {
    let real = clock::now() - wrong;
    clock::set_wrong(at(to) - real);
    at(to) - real
}

async fn play(db: Db) {
    let mut week = Week::begin(db, "03-03T10:00").await;
    let (maria, oleg) = (week.app.sandbox.new_agent("Мария"), week.app.sandbox.new_agent("Олег"));

    // The week before: two that the bot solves, one for a person.
    week.customer("Борис", "где посылка RA123456785RU").await;
    week.it_is("03-04T15:00").await;
    let vera = week.customer("Вера", "позовите человека").await;
    week.helps(maria, "Вера", "03-04T15:05", "03-04T15:25").await;
    week.marks(vera, "3 ⭐").await;
    week.it_is("03-08T09:00").await;
    week.customer("Галя", "где посылка 1000000017").await;

    // Solved; and one who comes back with the same the next day, and is helped then.
    week.it_is("03-09T10:00").await;
    let denis = week.customer("Денис", "где посылка RA123456785RU").await;
    week.it_is("03-09T11:00").await;
    let eva = week.customer("Ева", "где посылка RA123456785RU").await;
    // A late parcel is for a person, and so is who asks for one.
    week.it_is("03-10T12:00").await;
    let zhenya = week.customer("Женя", "где посылка 1000000041").await;
    week.helps(oleg, "Женя", "03-10T12:10", "03-10T12:40").await;
    week.marks(zhenya, "5 ⭐").await;
    week.it_is("03-10T18:00").await;
    week.app.says(eva, "где посылка RA123456785RU").await;
    week.it_is("03-11T20:00").await;
    week.customer("Зоя", "позовите человека").await;
    week.helps(maria, "Зоя", "03-11T20:02", "03-11T20:03").await;
    // Who does not go on after a question of the bot has not been helped.
    week.it_is("03-12T13:00").await;
    week.customer("Ира", "у вас продаются билеты в цирк на слоновье шоу").await;
    week.it_is("03-12T14:00").await;
    week.customer("Костя", "где моя посылка").await;
    // Nothing was asked.
    week.it_is("03-13T16:00").await;
    week.customer("Лена", "спасибо").await;
    // Too early to judge; one who is forgotten; one who did not wait.
    week.it_is("03-14T11:00").await;
    week.customer("Макс", "где посылка 1000000017").await;
    week.it_is("03-14T15:00").await;
    week.app.says(denis, "/forget").await;
    week.app.press(denis, denis, "Да, удалить всё").await;
    week.it_is("03-15T10:00").await;
    let nina = week.customer("Нина", "позовите человека").await;
    week.app.press(nina, nina, "Уже не нужно").await;

    week.it_is("03-15T12:00").await;
    let store = week.app.store().await;
    let report = store.figures(at("03-15T12:00"), Policy::default().zone, 7).await.expect("the figures");
    is_the_truth(&report, maria, oleg);
    let ledger = store.ledger_since(0).await.expect("the ledger");
    assert!(ledger.iter().any(|entry| entry.whose == eva) && ledger.iter().all(|entry| entry.whose != denis));
    the_lead_reads_it(&mut week, maria).await;
    in_words(&report);
}

/// How many, and what half and nine of ten took, in minutes: the test itself takes seconds.
fn minutes(spread: Spread) -> (usize, Option<i64>, Option<i64>) {
    let minutes = |seconds: i64| (seconds + 30) / 60;
    (spread.count, spread.p50.map(minutes), spread.p90.map(minutes))
}

fn requests(figures: &Figures) -> Vec<(Option<&str>, [usize; 4])> {
    let request = |r: &RequestFigures| [r.matters, r.judged, r.solved, r.handed];
    figures.by_request.iter().map(|r| (r.intent.as_deref(), request(r))).collect()
}

fn promises(figures: &Figures) -> Vec<(&str, &str, i64)> {
    let mut all: Vec<_> = figures
        .promises
        .iter()
        .map(|PromiseCount { what, outcome, count }| (what.as_str(), outcome.as_str(), *count))
        .collect();
    all.sort_unstable();
    all
}

fn is_the_truth(report: &Report, maria: i64, oleg: i64) {
    let last = &report.last;
    assert_eq!((last.matters, last.only_talk, last.too_early, last.judged), (11, 2, 2, 7), "{last:#?}");
    let judged = [last.solved, last.needed_person, last.not_helped, last.came_back, last.unfinished];
    assert_eq!(judged, [2, 2, 0, 1, 2], "{last:#?}");
    assert_eq!((last.handed, last.dropped), (3, 1));
    let reason = |what: &str, count| Count { what: what.into(), count };
    assert_eq!(last.reasons, [reason("asked", 2), reason("late", 1)]);
    assert_eq!(minutes(last.first_answers), (2, Some(2), Some(10)));
    assert_eq!(minutes(last.resolutions), (2, Some(3), Some(40)));
    assert_eq!(minutes(last.bot_answers), (4, Some(0), Some(0)));
    assert_eq!(last.marks, [0, 0, 0, 0, 1]);
    // What is not needed any more in time was not broken.
    assert_eq!(promises(last), [("answer", "kept", 3)]);
    assert_eq!(requests(last), [(Some("where_is_parcel"), [6, 5, 2, 1]), (None, [3, 2, 0, 2])]);
    let hours: Vec<_> =
        last.by_hour.iter().map(|HourFigures { hour, matters, handed }| (*hour, *matters, *handed)).collect();
    let truth =
        [(10, 2, 1), (11, 2, 0), (12, 1, 1), (13, 1, 0), (14, 1, 0), (15, 1, 0), (16, 1, 0), (18, 1, 0), (20, 1, 1)];
    assert_eq!(hours, truth);
    let agent = |a: &AgentFigures| (a.agent, a.name.clone(), minutes(a.first_answers), minutes(a.resolutions), a.marks);
    let agents: Vec<_> = last.by_agent.iter().map(agent).collect();
    let (one, of) = (|minute| (1, Some(minute), Some(minute)), |id: i64| agents.iter().find(|agent| agent.0 == id));
    assert_eq!(of(maria), Some(&(maria, "Мария".to_owned(), one(2), one(3), [0; 5])));
    assert_eq!(of(oleg), Some(&(oleg, "Олег".to_owned(), one(10), one(40), [0, 0, 0, 0, 1])));
    assert_eq!(agents.len(), 2);

    let before = &report.before;
    assert_eq!((before.matters, before.only_talk, before.too_early, before.judged), (3, 0, 0, 3), "{before:#?}");
    assert_eq!((before.solved, before.needed_person, before.handed, before.dropped), (2, 1, 1, 0));
    assert_eq!(before.reasons, [reason("asked", 1)]);
    assert_eq!(minutes(before.first_answers), (1, Some(5), Some(5)));
    assert_eq!(minutes(before.resolutions), (1, Some(25), Some(25)));
    assert_eq!(before.marks, [0, 0, 1, 0, 0]);
    assert_eq!(promises(before), [("answer", "kept", 1)]);

    let today = &report.today;
    assert_eq!((today.matters, today.too_early, today.judged, today.handed, today.dropped), (1, 1, 0, 1, 1));
    assert_eq!(promises(today), [("answer", "kept", 1)]);
    let week_ago = &report.week_ago;
    assert_eq!((week_ago.matters, week_ago.judged, week_ago.solved, week_ago.handed), (1, 1, 1, 0));
}

/// At the desk it is for the lead and administrators, and short.
async fn the_lead_reads_it(week: &mut Week, member: i64) {
    week.app.general(member, "/stats").await;
    let refused = week.app.in_general().pop().expect("an answer");
    assert!(!refused.contains("Обращений"), "{refused}");
    let lead = week.app.sandbox.new_agent("Ольга");
    week.app.sandbox.agent_becomes(lead, sandbox::Membership::Administrator);
    week.app.general(lead, "/статистика").await;
    let told = week.app.in_general().pop().expect("an answer");
    for part in [
        "Сегодня к 12:00",
        "За 7 дней",
        "Обращений: 11 (3)",
        "Решил бот: 29 % (67 %), 2 из 7",
        "Ещё рано судить: 2",
        "Передано людям: 3 (1)",
        "половине за 2 мин (5 мин), девяти из десяти за 10 мин (5 мин)",
        "Оценка: 5,0 из 5, всего 1 (было 3,0, всего 1)",
        "Обещания: сдержано 3, перенесено 0, нарушено 0 (было 1, 0, 0)",
        "· просит человека: 2",
        "· Олег: первых ответов 1",
    ] {
        assert!(told.contains(part), "«{part}» is not in\n{told}");
    }
    assert!(told.chars().count() < 2000, "it is read on a phone:\n{told}");
}

/// The same in English, and long.
fn in_words(report: &Report) {
    let (phrasebook, _) = otklik::run::checked(None);
    let language = phrasebook.language_for("en");
    let words = FigureWords { phrasebook: &phrasebook, language, zone: Policy::default().zone, detail: Detail::Long };
    let told = words.told(report, &[]);
    for part in [
        "Matters: 11 (3)",
        "Solved by the bot: 29% (67%), 2 of 7",
        "Not solved: a person was needed 2, came back with the same 1, did not help 0, broke off 2",
        "Settled: half within 3 min (25 min), nine of ten within 40 min (25 min)",
        "· 10:00: 2, to people 1",
        "Mark: 5.0 of 5",
    ] {
        assert!(told.contains(part), "«{part}» is not in\n{told}");
    }
}
