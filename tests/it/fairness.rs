//! One person's flood delays no other. What is compared is the order in which things are done, never how long they take.

use crate::on_both;
use crate::support::{Db, store};
use otklik::conversation::CustomerId;
use otklik::store::{NewEvent, Store, Turns};

on_both! {
    whatever_one_has_waiting_others_have_their_turn
    each_has_a_turn_however_many_wait
    a_flood_of_presses_delays_nobody
    an_agents_flood_of_presses_delays_nobody
    a_press_is_answered_before_words_that_wait
}

/// Puts `count` events of each of these customers into the inbox, one customer after the other.
async fn put(store: &Store, customers: impl IntoIterator<Item = i64>, count: i64) {
    let new = |customer: i64, nth: i64| NewEvent {
        source: format!("test:{customer}:{nth}"),
        conversation: CustomerId(customer).into(),
        body: "{}".into(),
    };
    let events: Vec<NewEvent> =
        customers.into_iter().flat_map(|customer| (0..count).map(move |nth| new(customer, nth))).collect();
    let put = store.write(move |mut tx| Box::pin(async move { tx.put_events(&events, 0).await }));
    put.await.expect("they are stored");
}

/// The customers of the next events, at most 64, which are done with then.
async fn next(store: &Store, turns: &std::sync::Arc<Turns>) -> Vec<i64> {
    let turns = turns.clone();
    let done = store.write(move |mut tx| {
        Box::pin(async move {
            let events = tx.waiting_events(0, 64, &turns).await?;
            for event in &events {
                tx.event_done(event.id, 0, None).await?;
            }
            Ok(events)
        })
    });
    let events = done.await.expect("they are claimed");
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    assert!(ids.is_sorted(), "in the order in which they came: {ids:?}");
    events.into_iter().map(|event| event.conversation.stored()).collect()
}

mod stories {
    use super::{Db, next, put, store};
    use crate::support::App;
    use otklik::conversation::{CustomerId, DeskId, Event, Kind, Message, MessageId, Person, Press, Standing};
    use otklik::store::NewEvent;
    use std::collections::HashSet;
    use std::sync::Arc;

    pub async fn whatever_one_has_waiting_others_have_their_turn(db: Db) {
        let (store, _database) = store(db).await;
        let turns = Arc::default();
        put(&store, [7], 1000).await;
        put(&store, 1..=20, 1).await;
        let first = next(&store, &turns).await;
        let others: HashSet<i64> = first.iter().copied().filter(|customer| *customer != 7).collect();
        assert_eq!(others.len(), 19, "all of them in the first go: {first:?}");
        assert!(first.len() <= 64);
        // Alone again it is not held back for nothing.
        assert_eq!(next(&store, &turns).await, [7; 64]);
    }

    pub async fn each_has_a_turn_however_many_wait(db: Db) {
        let (store, _database) = store(db).await;
        let turns = Arc::default();
        put(&store, 1..=300, 3).await;
        let mut seen = Vec::new();
        // Nobody has a second turn before all had one.
        while seen.len() < 300 {
            seen.extend(next(&store, &turns).await);
        }
        let early: HashSet<i64> = seen.iter().copied().take(300).collect();
        assert!(early.len() >= 300 - 64, "{} of 300", early.len());
        let mut rest = 0;
        loop {
            match next(&store, &turns).await.len() {
                0 => break,
                some => rest += some,
            }
        }
        assert_eq!(seen.len() + rest, 900, "and nothing is forgotten");
    }

    pub async fn a_flood_of_presses_delays_nobody(db: Db) {
        let mut app = App::with_limits(db).await;
        let anna = app.first_customer().await;
        let others: Vec<i64> = (0..20).map(|i| app.sandbox.new_customer(&format!("Клиент {i}"))).collect();
        app.stop().await;
        let before = app.sandbox.calls().len();
        for customer in &others {
            app.sandbox.customer_says(*customer, "/start");
        }
        // All of it waits already when the bot begins; the presses are of a minute that Telegram has forgotten.
        let person = |id: i64| Person { id, name: "Имя".into(), ..Person::default() };
        let pressed = |nth: usize| {
            let press = Press { query: format!("{nth}"), message: MessageId(1), data: "solved:yes".into() };
            event(anna, nth, &Event::Pressed { customer: person(anna), press })
        };
        let wrote = |customer: i64| {
            let message = Message { text: Some("/start".into()), ..Message::new(MessageId(1), Kind::Text) };
            event(customer, 0, &Event::Wrote { customer: person(customer), message })
        };
        let events: Vec<NewEvent> =
            (0..600).map(pressed).chain(others.iter().map(|customer| wrote(*customer))).collect();
        let put = app.store().await.write(move |mut tx| Box::pin(async move { tx.put_events(&events, 0).await })).await;
        put.expect("they are stored");
        app.begin().await;
        app.settle().await;
        let calls: Vec<_> = app.sandbox.calls().into_iter().skip(before).collect();
        let is_toast = |call: &&sandbox::Call| call.method == "answerCallbackQuery";
        let first_answer = |customer: &i64| {
            let to = |call: &sandbox::Call| call.method == "sendMessage" && call.params["chat_id"] == *customer;
            calls.iter().position(to).expect("the others are answered")
        };
        let last = others.iter().map(first_answer).max().expect("there are others");
        let toasts = calls[..last].iter().filter(is_toast).count();
        assert!(toasts <= 20, "{toasts} presses were answered before the others were");
        let all = calls.iter().filter(is_toast).count();
        assert!((1..=60).contains(&all), "{all} of 600 presses were answered");
    }

    pub async fn an_agents_flood_of_presses_delays_nobody(db: Db) {
        let mut app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        let card = app.card(topic).id;
        let standing = Standing::Member;
        let agent = Person { id: maria, name: "Мария".into(), ..Person::default() };
        // Buttons of the card that say something in the topic, or to the customer; one again and again, or by turns.
        for (round, buttons) in [vec!["resolve:101"], vec!["resolve:101", "answer:101"], vec!["canned:101:ask_number"]]
            .into_iter()
            .enumerate()
        {
            app.settle().await;
            app.stop().await;
            let before = app.sandbox.calls().len();
            let pressed = |nth: usize| {
                let data = buttons[nth % buttons.len()].to_owned();
                let press = Press { query: format!("{round}:{nth}"), message: MessageId(card), data };
                let did = Event::AgentPressed { agent: agent.clone(), press, standing };
                let did = Event::AtDesk { desk: DeskId(app.sandbox.desk()), did: Box::new(did) };
                event(anna, 10_000 * round + nth, &did)
            };
            let message =
                Message { text: Some(format!("слово {round}")), ..Message::new(MessageId(7), Kind::Text) };
            let customer = Person { id: boris, name: "Борис".into(), ..Person::default() };
            let wrote = event(boris, round, &Event::Wrote { customer, message });
            let events: Vec<NewEvent> = (0..600).map(pressed).chain([wrote]).collect();
            let store = app.store().await;
            let put = store.write(move |mut tx| Box::pin(async move { tx.put_events(&events, 0).await }));
            put.await.expect("they are stored");
            app.begin().await;
            app.until("his words are at the desk", |sandbox| {
                let relayed = |seen: &sandbox::Seen| seen.text.ends_with(&format!("слово {round}"));
                sandbox.topics().iter().any(|topic| sandbox.topic(topic.id).iter().any(relayed))
            })
            .await;
            app.settle().await;
            let calls: Vec<_> = app.sandbox.calls().into_iter().skip(before).collect();
            let said = calls.iter().filter(|call| call.method == "sendMessage").count();
            assert!(said <= 10, "{said} messages follow from 600 presses of {buttons:?}");
        }
    }

    pub async fn a_press_is_answered_before_words_that_wait(db: Db) {
        let mut app = App::with_limits(db).await;
        let (anna, maria, _) = app.held().await;
        app.stop().await;
        let person = |id: i64| Person { id, name: "Имя".into(), ..Person::default() };
        // More words than Telegram takes in a second, and then the press; all of it is decided on together.
        let wrote = |customer: i64| {
            let message = Message { text: Some("/start".into()), ..Message::new(MessageId(1), Kind::Text) };
            event(customer, 0, &Event::Wrote { customer: person(customer), message })
        };
        let press = Press { query: "press".into(), message: MessageId(1), data: "nonsense".into() };
        let pressed = Event::AgentPressed { agent: person(maria), press, standing: Standing::Member };
        let others: Vec<i64> = (0..60).map(|i| app.sandbox.new_customer(&format!("Клиент {i}"))).collect();
        let events: Vec<NewEvent> = others.into_iter().map(wrote).chain([event(anna, 0, &pressed)]).collect();
        let put = app.store().await.write(move |mut tx| Box::pin(async move { tx.put_events(&events, 0).await })).await;
        put.expect("they are stored");
        let before = app.sandbox.calls().len();
        app.begin().await;
        app.settle().await;
        let calls: Vec<_> = app.sandbox.calls().into_iter().skip(before).collect();
        let is_press = |call: &sandbox::Call| call.params["callback_query_id"] == "press";
        let answered = calls.iter().position(is_press).expect("the press is answered");
        let words = calls[..answered].iter().filter(|call| call.method == "sendMessage").count();
        assert!(words <= 40, "{words} customers were answered before the agent who waits for a press");
    }

    fn event(customer: i64, nth: usize, event: &Event) -> NewEvent {
        NewEvent {
            source: format!("test:{customer}:{nth}"),
            conversation: CustomerId(customer).into(),
            body: serde_json::to_string(event).expect("plain data"),
        }
    }
}
