//! «Показать оригинал»: what is hidden at the desk is shown to the ticket's holder alone, in their own chat with the bot,
//! for a while.

use crate::on_both;

on_both! {
    the_holder_alone_is_shown_what_is_hidden what_was_shown_goes_though_the_bot_was_down
    a_holder_without_a_chat_gets_the_link_first another_holder_by_then_means_nobody_sees_it
    what_the_customer_deleted_cannot_be_shown how_long_it_is_shown_is_a_setting
}

mod stories {
    use crate::support::{App, Db, any};
    use otklik::clock;
    use otklik::config::Config;
    use otklik::conversation::{CustomerId, MessageId, Timer};
    use sandbox::{Call, Fault, Method};

    const BUTTON: &str = "Показать оригинал";
    const NUMBER: &str = "4510 123456";

    /// A ticket of Maria's, whose customer has sent a passport; Maria has a chat with the bot: `(customer, agent, topic)`.
    async fn with_passport(app: &App) -> (i64, i64, i64) {
        let (anna, maria, topic) = app.held().await;
        app.says(maria, "/start").await;
        assert!(!has_button(app, topic), "nothing is hidden yet");
        app.says(anna, "паспорт 4510 123456").await;
        assert!(has_button(app, topic), "{:#?}", app.card(topic));
        (anna, maria, topic)
    }

    fn has_button(app: &App, topic: i64) -> bool {
        app.card(topic).buttons.iter().flatten().any(|button| button.text == BUTTON)
    }

    /// The copies into this private chat that Telegram was asked for.
    fn copies_to(app: &App, chat: i64) -> Vec<Call> {
        let to = |call: &Call| call.method == "copyMessage" && call.params["chat_id"] == chat;
        app.sandbox.calls().into_iter().filter(to).collect()
    }

    fn sees(app: &App, person: i64) -> bool {
        any(&app.heard(person), NUMBER)
    }

    pub async fn the_holder_alone_is_shown_what_is_hidden(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = with_passport(&app).await;
        let oleg = app.sandbox.new_agent("Олег");
        app.says(oleg, "/start").await;
        app.press(oleg, app.sandbox.desk(), BUTTON).await;
        assert!(!sees(&app, oleg) && !sees(&app, maria), "no holder, no original");
        assert!(any(&app.sandbox.toasts(oleg), "Мария"), "{:#?}", app.sandbox.toasts(oleg));

        app.press(maria, app.sandbox.desk(), BUTTON).await;
        assert!(sees(&app, maria), "{:#?}", app.heard(maria));
        assert!(any(&app.sandbox.toasts(maria), "10 минут"), "{:#?}", app.sandbox.toasts(maria));
        let copies = copies_to(&app, maria);
        assert!(matches!(&copies[..], [copy] if copy.params["protect_content"] == true), "{copies:#?}");
        for (place, texts) in [("topic", app.in_topic(topic)), ("general", app.in_general())] {
            assert!(!any(&texts, "123456"), "{place}: {texts:#?}");
        }
        assert!(!any(&app.heard(anna), "123456") && !any(&app.heard(oleg), "123456"));
        assert!(!app.database_holds("123456").await, "its id is all that is known here");
        let audited = app.store().await.audited(10).await.expect("it answers");
        let shown: Vec<_> = audited.iter().filter(|row| row.what == "original").collect();
        assert!(
            matches!(&shown[..], [row] if row.actor == format!("agent {maria}") && row.customer == Some(CustomerId(anna))),
            "{audited:?}"
        );
        // It is the first thing that is due, in ten minutes.
        let minutes = (app.next_timer().await - clock::now().timestamp_millis()) as f64 / 60_000.0;
        assert!((9.0..=10.0).contains(&minutes), "{minutes}");

        // Who holds it no more sees it no more.
        app.press(oleg, app.sandbox.desk(), "Перехватить").await;
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        assert_eq!(copies_to(&app, maria).len(), 1);
        app.press(oleg, app.sandbox.desk(), BUTTON).await;
        assert!(sees(&app, oleg));
    }

    pub async fn what_was_shown_goes_though_the_bot_was_down(db: Db) {
        let mut app = App::start(db).await;
        let (anna, maria, topic) = with_passport(&app).await;
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        let shown = app.last(maria);
        assert!(shown.text.contains(NUMBER));
        app.kill();
        app.timer_is_due(maria, Timer::Original(MessageId(shown.id))).await;
        app.begin().await;
        app.settle().await;
        assert!(!sees(&app, maria), "{:#?}", app.heard(maria));
        assert!(app.sandbox.chat(anna).iter().any(|seen| seen.text.contains(NUMBER)), "the customer keeps their own");
        // Nor does it stay because the agent has the bot forget them as a customer.
        app.says(anna, "проверьте, пожалуйста").await;
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        let again = app.last(maria);
        app.says(maria, "/forget").await;
        app.press(maria, maria, "Да, удалить всё").await;
        let minutes = (app.next_timer().await - clock::now().timestamp_millis()) as f64 / 60_000.0;
        assert!((9.0..=10.0).contains(&minutes), "{minutes}");
        app.timer_is_due(maria, Timer::Original(MessageId(again.id))).await;
        app.settle().await;
        assert!(!sees(&app, maria));
        assert!(!any(&app.in_topic(topic), "123456"));
    }

    pub async fn a_holder_without_a_chat_gets_the_link_first(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.says(anna, "паспорт 4510 123456").await;
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        let link = "https://t.me/sandbox_bot?start=original";
        assert!(app.in_topic(topic).iter().any(|text| text.starts_with("Мария") && text.contains(link)));
        assert!(!any(&app.in_topic(topic), "123456") && !sees(&app, maria));
        let audited = app.store().await.audited(10).await.expect("it answers");
        assert!(audited.is_empty(), "nobody has seen anything: {audited:?}");
        let before = app.in_topic(topic).len();
        app.says(maria, "/start original").await;
        assert!(app.last(maria).text.contains(BUTTON), "{}", app.last(maria).text);
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        assert!(sees(&app, maria));
        assert_eq!(app.in_topic(topic).len(), before, "{:#?}", app.in_topic(topic));
        // To anybody else the link is a greeting.
        app.says(anna, "/start original").await;
        assert!(!app.last(anna).text.contains(BUTTON));
        // A customer is no less reachable for it, and the agent who blocks the bot is told again.
        app.sandbox.customer_blocks(maria);
        app.settle().await;
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        assert!(app.in_topic(topic).last().is_some_and(|text| text.contains(link)), "{:#?}", app.in_topic(topic));
        app.agent(maria, topic, "Добрый день").await;
        assert_eq!(app.last(anna).text, "Добрый день");
    }

    pub async fn how_long_it_is_shown_is_a_setting(db: Db) {
        let mut app = App::start(db).await;
        let needed = |name: &str| match name {
            "TELOXIDE_TOKEN" => Some("1:a".to_owned()),
            "OTKLIK_DESK" => Some("-100".to_owned()),
            _ => None,
        };
        let config = Config::read(&needed, Some("original_minutes = 3"), None).expect("good settings");
        app.policy.original_lasts = config.settings.policy.original_lasts;
        app.stop().await;
        app.begin().await;
        let (_, maria, _) = with_passport(&app).await;
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        assert!(sees(&app, maria), "{:#?}", app.heard(maria));
        assert!(any(&app.sandbox.toasts(maria), "3 минут"), "{:#?}", app.sandbox.toasts(maria));
        let minutes = (app.next_timer().await - clock::now().timestamp_millis()) as f64 / 60_000.0;
        assert!((2.0..=3.0).contains(&minutes), "{minutes}");
    }

    pub async fn another_holder_by_then_means_nobody_sees_it(db: Db) {
        let app = App::start(db).await;
        let (_, maria, topic) = with_passport(&app).await;
        let oleg = app.sandbox.new_agent("Олег");
        app.sandbox.fault(Fault::ServerError { method: Method::CopyMessage, times: 2 });
        let card = app.card(topic);
        let button = card.buttons.iter().flatten().find(|button| button.text == BUTTON).expect("a button");
        app.sandbox.press(maria, app.sandbox.desk(), card.id, &button.data.clone().expect("data"));
        app.until("Telegram is in trouble", |_| !copies_to(&app, maria).is_empty()).await;
        // Presses wait behind each other, so this one is decided on before the copy is tried again.
        app.press(oleg, app.sandbox.desk(), "Перехватить").await;
        assert!(!sees(&app, maria), "{:#?}", app.heard(maria));
    }

    pub async fn what_the_customer_deleted_cannot_be_shown(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.says(maria, "/start").await;
        let message = app.says(anna, "паспорт 4510 123456").await;
        app.sandbox.deletes(anna, anna, message);
        app.press(maria, app.sandbox.desk(), BUTTON).await;
        let told = app.in_topic(topic);
        assert!(told.last().is_some_and(|text| text.contains("показать не получилось")), "{told:#?}");
        assert!(app.store().await.dead_letters().await.expect("it answers").is_empty());
    }
}
