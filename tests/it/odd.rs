//! Odd input gets a sensible reply or is relayed, and stops nothing.

use crate::on_both;

on_both! { odd_messages buttons_twice_and_of_old edited_after_the_answer personal_numbers_go_nowhere }

mod stories {
    use crate::support::{App, Db, any};
    use sandbox::Media;

    pub async fn odd_messages(db: Db) {
        let app = App::start(db).await;
        let long = "а".repeat(4096);
        for (i, text) in [
            "🤬🤬🤬",
            long.as_str(),
            "<b>где</b> *моя* [посылка](http://example.org) &lt;script&gt;",
            "\u{202e}где посылка\u{202c}",
            "/nosuchcommand",
            "/start@some_bot payload",
            "1000000009",
            "'; DROP TABLE inbox; --",
            "{name} {days|день|дня|дней}",
        ]
        .into_iter()
        .enumerate()
        {
            let customer = app.sandbox.new_customer(&format!("Клиент {i}"));
            app.says(customer, text).await;
            assert!(!app.heard(customer).is_empty(), "«{text}» was left without an answer");
        }
        let sticker = app.sandbox.new_customer("Стикер");
        app.sandbox.customer_sends(sticker, Media::Sticker, None, None);
        app.settle().await;
        assert!(!app.heard(sticker).is_empty());
        let anna = app.customer("Анна").await;
        app.says(anna, "где посылка RA123456785RU").await;
        assert!(app.last(anna).text.contains("терминал"), "and all goes on");
    }

    pub async fn buttons_twice_and_of_old(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let menu = app.last(anna);
        app.press(anna, anna, "Где посылка").await;
        let told = app.heard(anna).len();
        app.sandbox.press(anna, anna, menu.id, "wish:where_is_parcel");
        app.settle().await;
        assert_eq!(app.heard(anna).len(), told, "a second press says nothing again");
        assert_eq!(app.sandbox.toasts(anna).len(), 1, "but is answered: {:?}", app.sandbox.toasts(anna));
        app.sandbox.press(anna, anna, menu.id, "helped:7:yes");
        app.sandbox.press(anna, anna, menu.id, "what:is:this");
        app.settle().await;
        assert_eq!(app.heard(anna).len(), told);
        assert_eq!(app.sandbox.toasts(anna).len(), 3);
        // Pressed after a long while, a request is still a request.
        app.says(anna, "1000000017").await;
        app.sandbox.press(anna, anna, menu.id, "wish:cancel");
        app.settle().await;
        assert!(app.last(anna).text.to_lowercase().contains("отмен"), "{}", app.last(anna).text);
    }

    pub async fn edited_after_the_answer(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let message = app.says(anna, "отмените заказ").await;
        app.sandbox.customer_edits(anna, message, "где посылка 1000000017");
        app.settle().await;
        assert!(app.last(anna).text.contains("1000000017"), "the new text counts: {}", app.last(anna).text);
        app.says(anna, "позовите человека").await;
        let message = app.says(anna, "дом 5").await;
        app.sandbox.customer_edits(anna, message, "дом 7");
        app.settle().await;
        assert!(any(&app.in_topic(app.topic()), "дом 7"), "a person sees the correction");
    }

    pub async fn personal_numbers_go_nowhere(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "мой паспорт 4510 987654, инн 500100732259").await;
        app.says(anna, "позовите человека").await;
        app.sandbox.customer_sends(anna, Media::Photo, Some("карта 4111 1111 1111 1111"), None);
        app.settle().await;
        let desk = app.in_topic(app.topic());
        assert!(any(&desk, "••"), "{desk:#?}");
        for number in ["987654", "500100732259", "4111"] {
            assert!(!any(&desk, number), "{number} is shown at the desk: {desk:#?}");
        }
        assert!(app.database_holds("мой паспорт").await, "what was said is looked for where it is");
        assert!(!app.database_holds("500100732259").await && !app.database_holds("4111 1111").await);
    }
}
