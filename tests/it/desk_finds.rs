//! What agents ask of the desk, and what is said to what they get wrong: a customer's topic, commands with typos, whom a
//! ticket can go to, an incident opened beforehand, a press that is answered before the card can follow.

use crate::on_both;

on_both! {
    a_customer_is_found_by_ticket_parcel_and_name
    in_a_group_without_topics_the_link_leads_to_the_card
    an_incident_is_opened_beforehand_and_ended_by_name
    whatever_looks_like_a_command_is_answered
    a_ticket_goes_to_an_agent_who_was_never_on_shift
    a_press_is_answered_while_the_card_waits_for_the_minute
    a_press_is_answered_while_the_group_has_to_wait
    a_ticket_that_waits_for_an_answer_is_not_resolved_by_one_press
    a_question_after_the_answer_is_owed_an_answer_too
}

mod stories {
    use crate::support::{App, Db, PATIENCE, any};
    use otklik::clock;
    use otklik::conversation::{DeskId, Timer};
    use sandbox::{Fault, Method};
    use serde_json::json;

    /// The link to a message of the desk.
    fn link(app: &App, message: i64) -> String {
        let desk = app.sandbox.desk().to_string();
        let id = desk.strip_prefix("-100").expect("a supergroup");
        format!("https://t.me/c/{id}/{message}")
    }

    /// What the bot says in the general topic to an agent's words there.
    async fn asks(app: &App, agent: i64, words: &str) -> String {
        let before = app.in_general().len();
        app.general(agent, words).await;
        let said = app.in_general();
        assert_eq!(said.len(), before + 1, "one answer to «{words}»: {said:#?}");
        said.last().cloned().unwrap_or_default()
    }

    pub async fn a_customer_is_found_by_ticket_parcel_and_name(db: Db) {
        let app = App::start(db).await;
        let maria = app.sandbox.new_agent("Мария");
        let anna = app.customer("Анна").await;
        app.says(anna, "где посылка RA123456785RU").await;
        app.says(anna, "позовите человека").await;
        let annas = app.topic();
        app.agent(maria, annas, "Уже смотрю").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        let alena = app.customer("Алёна").await;
        app.says(alena, "позовите человека").await;
        let alenas = app.sandbox.topics().into_iter().map(|topic| topic.id).max().expect("two topics");
        app.agent(maria, alenas, "Какой номер заказа?").await;
        app.says(alena, "вот: ra123456785ru и 1000000058").await;

        // By the ticket, done or not.
        for typed in ["/find 101", "/find №101", "/найти #101", "/find@otklik_bot 101"] {
            let said = asks(&app, maria, typed).await;
            assert!(said.contains(&link(&app, annas)) && said.starts_with("🟢 №101 Анна"), "{typed}: {said}");
        }
        let said = asks(&app, maria, "/find 102").await;
        assert!(said.contains(&link(&app, alenas)) && said.starts_with("🟡 №102 Алёна"), "{said}");
        // By a number the bot worked on, or one that was only said to a person; of several customers each.
        let said = asks(&app, maria, "/find 1000000058").await;
        assert!(said.contains(&link(&app, alenas)) && !said.contains("Анна"), "{said}");
        let said = asks(&app, maria, "/find RA123456785RU").await;
        assert!(said.contains(&link(&app, alenas)) && said.contains(&link(&app, annas)), "{said}");
        // By the name, however it is typed.
        for (typed, wanted, other) in
            [("анна", annas, alenas), ("АНН", annas, alenas), ("алена", alenas, annas), ("fyyf", annas, alenas)]
        {
            let said = asks(&app, maria, &format!("/find {typed}")).await;
            assert!(said.contains(&link(&app, wanted)) && !said.contains(&link(&app, other)), "{typed}: {said}");
        }
        let said = asks(&app, maria, "/find а").await;
        assert!(said.contains(&link(&app, alenas)) && said.contains(&link(&app, annas)), "both: {said}");
        // By the account, which is the customer's own and not that of the agent who holds the ticket.
        app.execute("UPDATE conversations SET state = replace(state, '\"name\":\"Анна\"', '\"name\":\"Анна\",\"username\":\"Anna_K\"')")
            .await;
        app.execute("UPDATE conversations SET state = replace(state, '\"name\":\"Мария\"', '\"name\":\"Мария\",\"username\":\"Masha_M\"')")
            .await;
        for typed in ["/find @anna_k", "/find Anna_K"] {
            let said = asks(&app, maria, typed).await;
            assert!(said.contains(&link(&app, annas)) && !said.contains(&link(&app, alenas)), "{typed}: {said}");
        }
        for typed in ["/find @masha_m", "/find @annaxk", "/find @anna"] {
            let said = asks(&app, maria, typed).await;
            assert!(!said.contains("t.me"), "{typed}: {said}");
        }
        // Nothing is found, nothing is asked, and what is no pattern is none.
        for typed in ["/find Жанна", "/find 999", "/find %", "/find ____"] {
            let said = asks(&app, maria, typed).await;
            assert!(!said.contains("t.me"), "{typed}: {said}");
        }
        assert!(asks(&app, maria, "/find").await.contains("/find 106"), "it says what can be asked");
        // In a topic it is answered there.
        app.agent(maria, alenas, "/find Анна").await;
        assert!(any(&app.in_topic(alenas), &link(&app, annas)), "{:#?}", app.in_topic(alenas));
        // A customer's topic that is gone has no link.
        app.sandbox.delete_topic(annas);
        app.says(anna, "позовите человека").await;
        let said = asks(&app, maria, "/find 101").await;
        assert!(said.contains("t.me") && !said.contains(&link(&app, annas)), "the new one: {said}");
    }

    pub async fn in_a_group_without_topics_the_link_leads_to_the_card(db: Db) {
        let mut app = App::start(db).await;
        app.stop().await;
        app.plain = true;
        app.begin().await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let card = app.sandbox.general().into_iter().find(|seen| seen.text.starts_with("Запрос №101")).expect("a card");
        let maria = app.sandbox.new_agent("Мария");
        assert!(asks(&app, maria, "/find Анна").await.ends_with(&link(&app, card.id)));
    }

    pub async fn an_incident_is_opened_beforehand_and_ended_by_name(db: Db) {
        let app = App::start(db).await;
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.agent_becomes(maria, sandbox::Membership::Administrator);
        let said = asks(&app, maria, "/incident").await;
        assert!(said.contains("/incident refund") && said.contains("offer_blocked"), "how to open one: {said}");
        // What is no intent opens nothing, and says which there are.
        for wrong in ["/incident refnud Склад стоит", "/incident no_such Склад стоит", "/incident Склад стоит"]
        {
            let said = asks(&app, maria, wrong).await;
            assert!(said.contains("refund ("), "{wrong}: {said}");
        }
        let anna = app.customer("Анна").await;
        app.says(anna, "верните деньги за заказ").await;
        assert!(!any(&app.heard(anna), "Склад"), "{:#?}", app.heard(anna));

        let said = asks(&app, maria, "/incident refund Склад стоит, деньги придут завтра").await;
        assert!(said.contains("Склад стоит, деньги придут завтра") && !said.contains("refund"), "{said}");
        let boris = app.customer("Борис").await;
        app.says(boris, "верните деньги за заказ").await;
        let told = app.heard(boris);
        assert!(any(&told, "Склад стоит, деньги придут завтра") && !any(&told, "refund"), "he asks first: {told:#?}");
        // With one open, a wrong id is still no word for customers.
        asks(&app, maria, "/incident refnud Уже едет").await;
        let vera = app.customer("Вера").await;
        app.says(vera, "верните деньги за заказ").await;
        assert!(!any(&app.heard(vera), "Уже едет"));

        let said = asks(&app, maria, "/incident cancel закончился").await;
        assert!(said.contains("нет"), "that one was never open: {said}");
        let before = app.heard(boris).len();
        asks(&app, maria, "/incident Refund закончился").await;
        assert_eq!(app.heard(boris).len(), before + 1, "he hears that it is over: {:#?}", app.heard(boris));
        // By its title as well, and with the phrasebook's own words.
        let title = "Вернуть деньги";
        let said = asks(&app, maria, &format!("/инцидент {}: касса чинится", title.to_lowercase())).await;
        assert!(said.contains(title) && said.contains("«касса чинится»"), "{said}");
        app.press_in_general(maria, "Закончился").await;
        assert!(asks(&app, maria, "/incident offer_blocked").await.contains("открыт"));
        assert!(asks(&app, maria, "/incident закончился").await.contains("закрыт"), "the only one");
    }

    pub async fn whatever_looks_like_a_command_is_answered(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        assert!(asks(&app, maria, "/figures").await.contains("/queue"), "what works there");
        assert!(asks(&app, maria, "/quue").await.contains("/queue"));
        assert!(asks(&app, maria, "/take").await.contains("/take"), "where it works");
        assert!(asks(&app, maria, "/help").await.contains("/взять"));
        let before = app.in_general().len();
        for others in ["/figures@other_bot", "/var/log не читается", "коллеги, кто тут?"] {
            app.general(maria, others).await;
        }
        assert_eq!(app.in_general().len(), before, "what is not ours: {:#?}", app.in_general());
        // A topic that the agents made for themselves.
        app.sandbox.raw_update(json!({"message": {
            "message_id": 70_001, "date": 1, "message_thread_id": 70_000, "is_topic_message": true, "text": "/figures",
            "chat": {"id": app.sandbox.desk(), "type": "supergroup", "title": "Поддержка", "is_forum": true},
            "from": {"id": maria, "is_bot": false, "first_name": "Мария"},
        }}));
        app.settle().await;
        let answered = |call: &sandbox::Call| call.params.to_string().contains("70000") && call.method == "sendMessage";
        assert!(app.sandbox.calls().iter().any(answered), "it is answered there");

        let told = app.heard(anna).len();
        for (typed, help) in [
            ("/tke", "/take"),
            ("/взатЬ", "/взять"),
            ("/чтотонето", "/help"),
            ("/snooze 25:00", "18:00"),
            ("/отложить когда-нибудь", "/snooze 2h"),
            ("/to Никто", "/who"),
        ] {
            app.agent(maria, topic, typed).await;
            let said = app.in_topic(topic).pop().unwrap_or_default();
            assert!(said.contains(help), "{typed}: {said}");
        }
        assert_eq!(app.heard(anna).len(), told, "nothing of it reaches the customer");
        assert!(app.name_of(topic).starts_with("🟡"), "and nothing was snoozed");
        app.agent(maria, topic, "/snooze 2h").await;
        let said = app.in_topic(topic).pop().unwrap_or_default();
        assert!(said.starts_with("Отложен: "), "until when, and not on the card alone: {said}");
    }

    pub async fn a_ticket_goes_to_an_agent_who_was_never_on_shift(db: Db) {
        let app = App::start(db).await;
        let desk = app.sandbox.desk();
        let (_, maria, topic) = app.held().await;
        let oleg = app.sandbox.new_agent("Олег");
        app.press(maria, desk, "Передать").await;
        assert!(app.card(topic).text.contains("/on"), "an empty choice says why: {}", app.card(topic).text);
        app.press(maria, desk, "« Назад").await;
        app.press(maria, desk, "Отпустить").await;
        app.press(oleg, desk, "Взять").await;
        let said = asks(&app, oleg, "/who").await;
        assert!(said.contains("Олег") && said.contains("№101 Анна") && !said.contains("Мария"), "{said}");
        // She held it a minute ago.
        app.agent(oleg, topic, "/to мария").await;
        assert!(app.name_of(topic).contains("Мария"), "{}", app.name_of(topic));
        app.press(maria, desk, "Передать").await;
        app.press(maria, desk, "Олег (не на смене)").await;
        assert!(app.name_of(topic).contains("Олег"), "{}", app.name_of(topic));
        // Another Мария: the name alone is not enough.
        let other = app.sandbox.new_agent("Мария");
        app.agent(oleg, topic, "/send Минуту").await;
        app.agent(other, topic, "помогу").await;
        app.press(other, desk, "Перехватить").await;
        app.agent(other, topic, "/to Олег").await;
        app.agent(oleg, topic, "/to Мария").await;
        let asked = app.sandbox.topic(topic).pop().expect("a question");
        assert_eq!(asked.buttons.concat().len(), 2, "which of the two: {asked:?}");
        assert!(app.name_of(topic).contains("Олег"), "nothing has moved yet");
        let data = asked.buttons.concat()[0].data.clone().expect("a button with data");
        app.sandbox.press(oleg, desk, asked.id, &data);
        app.settle().await;
        assert!(app.name_of(topic).contains("Мария"), "{}", app.name_of(topic));
        // An agent who has left the group is offered no more.
        let lena = app.sandbox.new_agent("Лена");
        app.press(lena, desk, "Перехватить").await;
        let member =
            |status: &str| json!({"status": status, "user": {"id": oleg, "is_bot": false, "first_name": "Олег"}});
        app.sandbox.raw_update(json!({"chat_member": {
            "chat": {"id": desk, "type": "supergroup", "title": "Поддержка"}, "date": 1,
            "from": {"id": oleg, "is_bot": false, "first_name": "Олег"},
            "old_chat_member": member("member"), "new_chat_member": member("left"),
        }}));
        app.settle().await;
        app.press(lena, desk, "Передать").await;
        let offered: Vec<String> = app.card(topic).buttons.concat().into_iter().map(|button| button.text).collect();
        assert!(!any(&offered, "Олег") && any(&offered, "Мария"), "{offered:?}");
    }

    pub async fn a_press_is_answered_while_the_card_waits_for_the_minute(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let (topic, maria) = (app.topic(), app.sandbox.new_agent("Мария"));
        let card = app.card(topic);
        // The group's minute is used up, and more waits for the next.
        for _ in 0..25 {
            app.sandbox.agent_says_in_general(maria, "/queue");
        }
        let spent = |sandbox: &sandbox::Sandbox| sandbox.general().iter().filter(|seen| seen.from_bot).count() > 10;
        app.until("answers in the general topic", spent).await;
        app.sandbox.press(maria, app.sandbox.desk(), card.id, "take:101");
        let told = move |sandbox: &sandbox::Sandbox| !sandbox.toasts(maria).is_empty();
        app.until("an answer to the press", told).await;
        assert!(app.sandbox.toasts(maria)[0].contains("№101"), "{:?}", app.sandbox.toasts(maria));
        let now = app.card(topic);
        assert!(now.buttons.concat().iter().any(|button| button.text == "Взять"), "the card waits: {now:?}");
        app.settle().await;
        assert!(app.card(topic).text.contains("Мария"), "and follows");
    }

    pub async fn a_press_is_answered_while_the_group_has_to_wait(db: Db) {
        let app = App::with_limits(db).await;
        let (_, maria, _) = app.held().await;
        let (desk, store) = (app.sandbox.desk(), app.store().await);
        let (method, chat) = (Method::SendMessage, Some(desk));
        app.sandbox.fault(Fault::TooManyRequests { method, chat, retry_after: 300, times: 1 });
        app.sandbox.agent_says_in_general(maria, "/queue");
        let has_to_wait = async || {
            let pauses = store.pauses(clock::now().timestamp_millis()).await.expect("it answers");
            pauses.iter().any(|(chat, _)| *chat == DeskId(desk).into())
        };
        let asked_to = async {
            while !has_to_wait().await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, asked_to).await.expect("Telegram asks to wait");
        let before = app.sandbox.toasts(maria).len();
        app.sandbox.press_old(maria, desk, 99_999, "take:9999");
        app.until("an answer to the press", move |sandbox| sandbox.toasts(maria).len() > before).await;
        assert!(has_to_wait().await, "it came when the group could be written to again");
    }

    pub async fn a_ticket_that_waits_for_an_answer_is_not_resolved_by_one_press(db: Db) {
        let app = App::start(db).await;
        let desk = app.sandbox.desk();
        let (anna, maria, topic) = app.held().await;
        let before = app.heard(anna).len();
        app.press(maria, desk, "Решено").await;
        assert_eq!(app.heard(anna).len(), before, "she is asked nothing yet: {:#?}", app.heard(anna));
        app.press(maria, desk, "Сначала ответить").await;
        app.agent(maria, topic, "/resolve").await;
        assert!(app.name_of(topic).starts_with("🟡"), "the command asks as well: {}", app.name_of(topic));
        app.agent(maria, topic, "Готово").await;
        app.agent(maria, topic, "/решено").await;
        assert!(app.name_of(topic).starts_with("🟢"), "{}", app.name_of(topic));
        app.press(anna, anna, "Да, помогло").await;
        let asked = app.last(anna);
        assert!(
            asked.text.contains("от 1 до 5") && asked.buttons.concat().len() == 5,
            "stars with their question: {asked:?}"
        );
        // Another one, closed without a word.
        app.says(anna, "позовите человека").await;
        app.press(maria, desk, "Решено").await;
        assert!(app.name_of(topic).starts_with("🔴"), "{}", app.name_of(topic));
        app.press(maria, desk, "Закрыть без ответа").await;
        assert!(app.name_of(topic).starts_with("🟢"), "{}", app.name_of(topic));
    }

    pub async fn a_question_after_the_answer_is_owed_an_answer_too(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "Проверяю, напишу завтра").await;
        for thanks in ["спасибо", "хорошо, жду. Спасибо!", "👍", "ок", "поняла вас"]
        {
            app.says(anna, thanks).await;
            assert!(!app.card(topic).text.contains("Обещан"), "«{thanks}» asks nothing: {}", app.card(topic).text);
        }
        let open = |promises: Vec<(String, String, i64)>| promises.iter().filter(|(_, how, _)| how == "open").count();
        assert_eq!(open(app.promises().await), 0);
        app.says(anna, "а завтра во сколько?").await;
        assert!(app.card(topic).text.contains("Обещан ответ"), "{}", app.card(topic).text);
        assert_eq!(open(app.promises().await), 1, "{:?}", app.promises().await);
        app.agent(maria, topic, "После обеда").await;
        assert!(!app.card(topic).text.contains("Обещан"));
        assert_eq!(open(app.promises().await), 0);
        // Not every question has a sign.
        app.says(anna, "код на двери не подходит").await;
        assert!(app.card(topic).text.contains("Обещан ответ"), "{}", app.card(topic).text);
        app.timer_is_due(anna, Timer::Ticket).await;
        app.settle().await;
    }
}
