//! Customers are helped to the end.

use crate::on_both;

on_both! { answered_in_the_order_of_asking helped_to_the_end handed_over_and_back two_customers_do_not_mix language_is_followed buttons_say_what_cannot_be_undone }

mod stories {
    use crate::support::{App, Db, any, in_order};

    pub async fn answered_in_the_order_of_asking(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        // All at once, as a hasty customer types: the carrier is asked in between.
        let numbers = ["RA123456785RU", "1000000017", "1000000025", "1000000033"];
        for number in numbers {
            app.sandbox.customer_says(anna, &format!("где посылка {number}"));
        }
        app.sandbox.customer_says(anna, "спасибо");
        app.settle().await;
        let heard = app.heard(anna);
        in_order(&heard, &numbers);
        assert!(!numbers.iter().any(|number| app.last(anna).text.contains(number)), "thanks come last: {heard:#?}");
    }

    pub async fn buttons_say_what_cannot_be_undone(db: Db) {
        let app = App::start(db).await;
        let anna = app.first_customer().await;
        app.says(anna, "отмените заказ 1000000090").await;
        app.shares_phone(anna).await;
        let styles = |buttons: Vec<Vec<sandbox::Button>>| -> Vec<(String, Option<String>)> {
            buttons.into_iter().flatten().map(|button| (button.text, button.style)).collect()
        };
        let danger = Some("danger".to_owned());
        let asked = styles(app.last(anna).buttons);
        assert_eq!(asked, [("Да, отменить заказ".into(), danger.clone()), ("Нет, оставить как есть".into(), None)]);
        app.says(anna, "/forget").await;
        assert_eq!(styles(app.last(anna).buttons)[0], ("Да, удалить всё".into(), danger));
        app.says(anna, "позовите человека").await;
        let meant: Vec<_> =
            styles(app.card(app.topic()).buttons).into_iter().filter(|(_, style)| style.is_some()).collect();
        assert_eq!(meant, [("Взять".into(), Some("primary".to_owned()))]);
    }

    pub async fn helped_to_the_end(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let greeting = app.last(anna);
        assert!(greeting.text.contains("Анна") && greeting.buttons.len() >= 5, "by name, with a menu: {greeting:?}");
        app.says(anna, "где моя посылка?").await;
        assert!(app.last(anna).text.contains("RA123456785RU"), "shows what a number looks like");
        app.says(anna, "ra 123 456 785 ru").await;
        let told = app.last(anna).text;
        assert!(told.contains("RA123456785RU") && told.contains("терминал"), "{told}");
        // The number is remembered: nobody is asked twice.
        app.says(anna, "ну и где посылка сейчас").await;
        let told = app.last(anna).text;
        assert!(!told.contains("терминал") && !told.contains("трек"), "nor told the same again: {told}");
        app.says(anna, "спасибо").await;
        assert!(app.sandbox.topics().is_empty(), "no person was needed");
    }

    pub async fn handed_over_and_back(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где моя посылка?").await;
        app.says(anna, "вы издеваетесь? позовите человека").await;
        let told = app.last(anna).text;
        assert!(told.contains("№101") && told.contains(" до "), "number and deadline: {told}");

        let topic = app.topic();
        let desk = app.in_topic(topic);
        assert!(any(&desk, "№101") && any(&desk, "Анна"), "{desk:#?}");
        in_order(&desk, &["где моя посылка?", "Клиент: Анна"]);

        let maria = app.sandbox.new_agent("Мария");
        app.press(maria, app.sandbox.desk(), "Взять").await;
        let before = app.heard(anna).len();
        app.says(anna, "вы тут?").await;
        assert_eq!(app.heard(anna).len(), before, "the bot is silent while Мария holds the conversation");
        assert!(any(&app.in_topic(topic), "вы тут?"));

        app.sandbox.agent_says(maria, topic, "Здравствуйте, уже смотрю");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Здравствуйте, уже смотрю");

        app.press(maria, app.sandbox.desk(), "Решено").await;
        assert_eq!(app.last(anna).buttons.len(), 2, "asks whether it helped");
        app.press(anna, anna, "Да, помогло").await;
        app.says(anna, "где моя посылка?").await;
        assert!(app.last(anna).text.contains("RA123456785RU"), "the bot is back");
    }

    pub async fn two_customers_do_not_mix(db: Db) {
        let app = App::start(db).await;
        let (anna, boris) = (app.customer("Анна").await, app.customer("Борис").await);
        app.says(anna, "позовите человека").await;
        app.says(boris, "позовите оператора").await;
        let topics = app.sandbox.topics();
        assert_eq!(topics.len(), 2);
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.agent_says(maria, topics[0].id, "это Анне");
        app.sandbox.agent_says(maria, topics[1].id, "это Борису");
        app.settle().await;
        assert_eq!(app.last(anna).text, "это Анне");
        assert_eq!(app.last(boris).text, "это Борису");
        assert!(!any(&app.heard(anna), "Борису"));
    }

    pub async fn language_is_followed(db: Db) {
        let app = App::start(db).await;
        let john = app.customer("John").await;
        app.says(john, "hello, where is my parcel?").await;
        let told = app.last(john).text;
        assert!(told.is_ascii() || told.contains("number"), "answers in English: {told}");
    }
}
