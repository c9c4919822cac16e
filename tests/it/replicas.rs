//! Several replicas on one PostgreSQL, and one process on one SQLite file.

use crate::support::{App, Db, store};
use otklik::clock;
use otklik::conversation::{CustomerId, Timer};
use otklik::leases::{CannotTakePart, Leases};
use otklik::store::{NewEvent, Store, Turns};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::oneshot;

/// Puts an event nobody can read into a customer's inbox: it is only claimed here.
async fn put(store: &Store, customer: i64, nth: i64) {
    let event = NewEvent {
        source: format!("test:{customer}:{nth}"),
        conversation: CustomerId(customer).into(),
        body: "{}".into(),
    };
    let put = store.write(move |mut tx| Box::pin(async move { tx.put_event(&event, 0).await }));
    put.await.expect("it is stored");
}

/// Whose events this store can claim now.
async fn claims(store: &Store) -> HashSet<i64> {
    let claimed = store.write(|mut tx| Box::pin(async move { tx.waiting_events(0, 64, &Turns::default()).await }));
    claimed.await.expect("it answers").into_iter().map(|event| event.conversation.stored()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_in_one_place_at_a_time() {
    let (one, database) = store(Db::Postgres).await;
    let other = Store::open(database.url()).await.expect("the same database");
    for customer in [1, 2] {
        put(&one, customer, 1).await;
        put(&one, customer, 2).await;
    }
    let (holds, held) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let working = tokio::spawn(async move {
        let work = one.write(|mut tx| {
            Box::pin(async move {
                let events = tx.waiting_events(0, 1, &Turns::default()).await?;
                let _ = holds.send(events[0].conversation.stored());
                let _ = released.await;
                Ok(())
            })
        });
        work.await.expect("it is committed");
        one
    });
    let first = held.await.expect("one is claimed");
    assert_eq!(
        claims(&other).await,
        HashSet::from([3 - first]),
        "not the one that is in hand, nor what waits behind it"
    );
    release.send(()).expect("it waits");
    working.await.expect("no panic");
    assert_eq!(claims(&other).await, HashSet::from([1, 2]), "what was not done is anybody's again");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_follow_each_other_whoever_makes_them() {
    let (one, database) = store(Db::Postgres).await;
    let other = Store::open(database.url()).await.expect("the same database");
    for nth in 0..6 {
        put(if nth % 2 == 0 { &one } else { &other }, 1, nth).await;
    }
    let events = one
        .write(|mut tx| Box::pin(async move { tx.waiting_events(0, 64, &Turns::default()).await }))
        .await
        .expect("it answers");
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), 6);
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_of_two_replicas_have_different_numbers() {
    let app = App::start(Db::Postgres).await;
    let another = app.another().await;
    let customers: Vec<i64> = (0..40).map(|i| app.sandbox.new_customer(&format!("Клиент {i}"))).collect();
    for customer in &customers {
        app.sandbox.customer_says(*customer, "позовите человека");
    }
    app.settle().await;
    let number = |name: &str| name.chars().filter(char::is_ascii_digit).take(3).collect::<String>();
    let numbers: HashSet<String> = app.sandbox.topics().iter().map(|topic| number(&topic.name)).collect();
    assert_eq!(numbers.len(), customers.len(), "{numbers:?}");
    for customer in customers {
        assert_eq!(app.heard(customer).len(), 1, "each is told once: {:#?}", app.heard(customer));
    }
    another.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_killed_is_taken_over() {
    let mut app = App::with_limits(Db::Postgres).await;
    let anna = app.customer("Анна").await;
    let another = app.another().await;
    app.kill();
    app.sandbox.customer_says(anna, "где посылка RA123456785RU?");
    app.until("the other one answers", |sandbox| sandbox.chat(anna).iter().filter(|seen| seen.from_bot).count() == 2)
        .await;
    another.stop().await;
    let refused: Vec<_> = app.sandbox.calls().into_iter().filter(|call| call.error.is_some()).collect();
    let busy = |call: &sandbox::Call| call.error.as_deref().is_some_and(|why| why.starts_with("Too Many"));
    assert!(!refused.iter().any(busy), "Telegram's limits are kept in common: {refused:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_fires_once() {
    const TIMERS: usize = 300;
    let (one, database) = store(Db::Postgres).await;
    let other = Store::open(database.url()).await.expect("the same database");
    let set = one.write(|mut tx| {
        Box::pin(async move {
            for customer in 1..=300 {
                tx.set_timer(CustomerId(customer), &Timer::Turn, 0).await?;
            }
            Ok(())
        })
    });
    set.await.expect("they are stored");
    // Both find the same ones, a few at a time, until none is left.
    let fire = async |store: &Store| while store.fire_timers(1, 7).await.expect("it answers") > 0 {};
    tokio::join!(fire(&one), fire(&other));
    let events = one
        .write(|mut tx| Box::pin(async move { tx.waiting_events(0, 1000, &Turns::default()).await }))
        .await
        .expect("it answers");
    assert_eq!(events.len(), TIMERS);
    assert_eq!(events.iter().map(|event| event.conversation).collect::<HashSet<_>>().len(), TIMERS);
}

/// A replica of a newer version, as far as others see it: it says that it is alive.
async fn newer_beats(store: &Store) {
    let newer = store.generation() + 1;
    let work = store.write(move |mut tx| Box::pin(async move { tx.beat_as("a newer one", newer).await }));
    work.await.expect("it is stored");
}

/// How often the replicas of this version have said that they are alive, and whether one of them sends.
async fn ours(store: &Store) -> (i64, bool) {
    let own = store.generation();
    let work = store.write(move |mut tx| {
        Box::pin(async move {
            let replicas = tx.replicas().await?;
            let sends = tx.lease("send").await?.is_some_and(|held| !held.holder.is_empty());
            Ok((replicas.iter().filter(|known| known.generation == own).map(|known| known.beat).sum(), sends))
        })
    });
    work.await.expect("it answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_only_receives_beside_a_newer_one() {
    let app = App::start(Db::Postgres).await;
    let anna = app.customer("Анна").await;
    let store = app.store().await;
    // The newer one's migration: a column that this version knows nothing of.
    app.execute("ALTER TABLE outbox ADD COLUMN colour TEXT").await;
    let given_back = async {
        newer_beats(&store).await;
        while ours(&store).await.1 {
            newer_beats(&store).await;
        }
        // From here on the older one has had every chance to decide: it has looked around three times.
        put(&store, anna, 1).await;
        let (seen, _) = ours(&store).await;
        while ours(&store).await.0 < seen + 3 {
            newer_beats(&store).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), given_back).await.expect("the older one gives its roles back");
    let now = clock::now().timestamp_millis();
    assert!(!store.is_idle(now).await.expect("it answers"), "what waits is the newer one's");
    // The newer one is gone: the older one takes its work up again. (What it cannot read it sets aside.)
    app.settle().await;
    app.says(anna, "где посылка RA123456785RU?").await;
    assert_eq!(app.heard(anna).len(), 2, "{:#?}", app.heard(anna));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_one_file_is_refused() {
    let (store, _database) = store(Db::Sqlite).await;
    let (_leases, _keeper) = Leases::begin(&store).await.expect("the first one");
    match Leases::begin(&store).await {
        Err(CannotTakePart::Taken { path }) => assert!(path.ends_with("otklik.db"), "{}", path.display()),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("two processes would answer the same customers"),
    }
}
