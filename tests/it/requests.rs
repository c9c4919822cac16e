//! The five requests, solved to their end: the real wiring, told the same with our own parcels on both databases and
//! with a carrier's system behind HTTP.

use crate::{on_both, on_each_carrier};

on_each_carrier! {
    an_order_is_cancelled_once
    a_link_is_sent_to_its_recipient_alone
    a_kill_between_the_yes_and_the_carrier
    who_follows_hears_of_it
    a_promise_survives_a_restart
    money_is_asked_back_and_its_state_is_told
}

on_both! { a_push_is_taken_once what_is_under_way_is_not_cancelled }

mod stories {
    use crate::support::{App, Db, any, store};
    use otklik::clock;
    use otklik::conversation::{CustomerId, Owner, Promised, Timer};
    use otklik::parcel::{Status, StatusCode, TrackingNumber};
    use otklik::store::Moved;

    pub async fn an_order_is_cancelled_once(app: App) {
        let anna = app.first_customer().await;
        app.says(anna, "отмените заказ 1000000090").await;
        assert_eq!(app.sandbox.reply_keyboard(anna).map(|rows| rows.len()), Some(2), "asks for the phone by a button");
        app.shares_phone(anna).await;
        assert_eq!(app.sandbox.reply_keyboard(anna), None, "and takes the keyboard away");
        let asked = app.last(anna);
        assert!(asked.text.contains("1000000090") && asked.buttons.len() == 2, "{asked:?}");
        app.press(anna, anna, "Да, отменить заказ").await;
        assert!(any(&app.heard(anna), "5001"), "a number to quote: {:#?}", app.heard(anna));
        let why = app.last(anna).buttons;
        assert!(why.iter().flatten().any(|button| button.text == "Слишком долго"), "and why, asked once: {why:?}");
        // The old button again, and the words again: nothing is cancelled twice.
        app.press(anna, anna, "Да, отменить заказ").await;
        app.says(anna, "отмените заказ 1000000090").await;
        let told = app.last(anna).text;
        assert!(told.contains("5001") && !told.contains("5002"), "it is cancelled already: {told}");
        assert_eq!(app.changes().await, ["cancel"]);
    }

    pub async fn a_link_is_sent_to_its_recipient_alone(app: App) {
        let anna = app.first_customer().await;
        let boris = app.customer("Борис").await;
        for (customer, own) in [(boris, false), (anna, true)] {
            app.says(customer, "пришлите ссылку на оферту 1000000033").await;
            // A contact from the address book is no proof, whoever's it is.
            app.sandbox.customer_sends_contact(customer, anna + boris - customer);
            app.settle().await;
            app.shares_phone(customer).await;
            assert_eq!(any(&app.heard(customer), "https://oferta.example.org"), own, "{:#?}", app.heard(customer));
        }
        assert_eq!(app.changes().await, ["resend_link"]);
        assert_eq!(app.sandbox.topics().len(), 1, "a person looks after Борис");
    }

    pub async fn a_kill_between_the_yes_and_the_carrier(mut app: App) {
        let anna = app.first_customer().await;
        app.says(anna, "отмените заказ 1000000090").await;
        app.shares_phone(anna).await;
        app.sandbox.customer_says(anna, "да");
        // The request to the carrier is a row, or the update is not confirmed yet: either way it goes on.
        app.kill();
        app.begin().await;
        app.settle().await;
        let heard = app.heard(anna);
        assert_eq!(heard.iter().filter(|text| text.contains("5001")).count(), 1, "{heard:#?}");
        assert_eq!(app.changes().await, ["cancel"]);
    }

    pub async fn who_follows_hears_of_it(app: App) {
        let (anna, boris) = (app.first_customer().await, app.customer("Борис").await);
        for customer in [anna, boris] {
            app.says(customer, "где 1000000025").await;
        }
        app.press(anna, anna, "Следить за посылкой").await;
        let before = (app.heard(anna).len(), app.heard(boris).len());
        app.carrier_moves("1000000025", StatusCode::LeftTerminal).await;
        assert_eq!(app.heard(anna).len(), before.0, "a step inside a warehouse is no news");
        app.carrier_moves("1000000025", StatusCode::DeliveryToday).await;
        assert!(app.last(anna).text.contains("1000000025"));
        assert_eq!(
            (app.heard(anna).len(), app.heard(boris).len()),
            (before.0 + 1, before.1),
            "and to who follows alone"
        );
        app.press(anna, anna, "Больше не следить").await;
        let before = app.heard(anna).len();
        app.carrier_moves("1000000025", StatusCode::ReadyForPickup).await;
        assert_eq!(app.heard(anna).len(), before);
    }

    pub async fn a_promise_survives_a_restart(mut app: App) {
        let anna = app.first_customer().await;
        app.says(anna, "позовите человека").await;
        app.stop().await;
        // Its moment comes while nobody is there.
        app.timer_is_due(anna, Timer::Ticket).await;
        app.begin().await;
        app.settle().await;
        assert!(app.next_timer().await > clock::now().timestamp_millis(), "it was looked at, and is set anew");
        assert_eq!(app.promises().await, [("answer".to_owned(), "open".to_owned(), 1)]);
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.agent_says(maria, app.topic(), "Здравствуйте");
        app.settle().await;
        assert_eq!(app.promises().await, [("answer".to_owned(), "kept".to_owned(), 1)]);
    }

    pub async fn money_is_asked_back_and_its_state_is_told(app: App) {
        let anna = app.first_customer().await;
        app.says(anna, "верните деньги, передумала 1000000058").await;
        app.shares_phone(anna).await;
        app.press(anna, anna, "Да, оформить возврат").await;
        assert!(app.last(anna).text.contains("5001"), "a number to quote: {}", app.last(anna).text);
        app.press(anna, anna, "Да, помогло").await;
        app.says(anna, "когда вернутся деньги").await;
        assert!(app.last(anna).text.contains("5001"), "and it is known later: {}", app.last(anna).text);
        assert!(app.sandbox.topics().is_empty(), "no person was needed");
    }

    pub async fn what_is_under_way_is_not_cancelled(db: Db) {
        let app = App::start(db).await;
        let anna = app.first_customer().await;
        app.says(anna, "отмените заказ 1000000090").await;
        app.shares_phone(anna).await;
        // It leaves while the customer thinks about it.
        app.carrier_moves("1000000090", StatusCode::InternationalTransit).await;
        app.says(anna, "да").await;
        assert!(!any(&app.heard(anna), "5001"), "{:#?}", app.heard(anna));
        assert_eq!(app.sandbox.topics().len(), 1, "the carrier refused: a person looks");
    }

    pub async fn a_push_is_taken_once(db: Db) {
        let (store, _database) = store(db).await;
        let (now, today) = (clock::now().timestamp_millis(), clock::now().date_naive());
        let step = || Moved {
            number: TrackingNumber::new("1000000017"),
            status: Status::Known(StatusCode::InTransit),
            place: None,
            planned: None,
        };
        let taken = store.pushed(step(), "one".into(), now, today).await.expect("it is stored");
        let again = store.pushed(step(), "one".into(), now, today).await.expect("it is looked at");
        assert_eq!((taken, again), (true, false));
        // A promise ends once, whoever says so.
        store
            .write(move |mut tx| {
                Box::pin(async move {
                    tx.promise(CustomerId(1), &Promised::Check, &Owner::Bot, now, now).await?;
                    Ok(())
                })
            })
            .await
            .expect("a promise is stored");
        assert_eq!(store.promises_made(0, i64::MAX).await.expect("counts").len(), 1);
    }
}
