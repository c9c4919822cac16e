//! Who may act at the desk: members, by Telegram's word; what is the lead's, the lead and administrators; and what is
//! forged, nobody.

use crate::on_both;

on_both! {
    only_members_press_buttons
    somebody_who_was_put_out_holds_nothing_any_more
    in_a_silence_of_telegram_the_last_answer_counts_for_a_day
    a_question_that_waits_holds_nobody_up
    a_flood_of_presses_is_one_question
    what_is_the_leads_is_not_an_ordinary_members
    a_button_that_names_nothing_does_nothing
}

mod stories {
    use crate::support::{App, Db, any};
    use otklik::conversation::{AgentId, DeskId};
    use otklik::store::Store;
    use sandbox::{Fault, Membership, Method};

    /// A customer who waits for a person, and the customer's topic. The desk's owner is there.
    async fn waiting(app: &App) -> (i64, i64) {
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        (anna, app.topic())
    }

    fn is_taken(app: &App, topic: i64) -> bool {
        !app.name_of(topic).starts_with("🔴")
    }

    fn questions(app: &App) -> usize {
        app.sandbox.calls().iter().filter(|call| call.method == "getChatMember").count()
    }

    pub async fn only_members_press_buttons(db: Db) {
        let app = App::start(db).await;
        app.sandbox.new_agent("Мария");
        let (_, topic) = waiting(&app).await;
        let desk = app.sandbox.desk();
        for membership in [Membership::Left, Membership::Kicked, Membership::RestrictedOutside] {
            let stranger = app.sandbox.new_agent("Чужой");
            app.sandbox.agent_becomes_unheard(stranger, membership);
            app.press(stranger, desk, "Взять").await;
            assert!(!is_taken(&app, topic), "{membership:?}: {}", app.name_of(topic));
            let toasts = app.sandbox.toasts(stranger);
            assert!(toasts.len() == 1 && toasts[0].contains("Вас нет в этой группе"), "{membership:?}: {toasts:?}");
        }
        for membership in [Membership::Restricted, Membership::Member, Membership::Administrator] {
            let agent = app.sandbox.new_agent("Олег");
            app.sandbox.agent_becomes_unheard(agent, membership);
            app.press(agent, desk, "Взять").await;
            assert!(is_taken(&app, topic), "{membership:?}: {:?}", app.sandbox.toasts(agent));
            app.press(agent, desk, "Отпустить").await;
        }
    }

    pub async fn somebody_who_was_put_out_holds_nothing_any_more(db: Db) {
        let app = App::start(db).await;
        app.sandbox.new_agent("Владелица");
        let desk = app.sandbox.desk();
        let (_, topic) = waiting(&app).await;
        let oleg = app.sandbox.new_agent("Олег");
        app.press(oleg, desk, "Взять").await;
        app.general(oleg, "/on").await;
        // The bot is told: at once.
        app.sandbox.agent_becomes(oleg, Membership::Kicked);
        app.settle().await;
        assert!(!is_taken(&app, topic), "{}", app.name_of(topic));
        let asked = questions(&app);
        app.press(oleg, desk, "Взять").await;
        assert!(!is_taken(&app, topic) && questions(&app) == asked, "what was told need not be asked");
        app.general(app.sandbox.new_agent("Лена"), "/who").await;
        assert!(!app.in_general().pop().is_some_and(|who| who.contains("Олег")), "nor is he on shift");
        // He is let in again, and put out without a word to the bot: that is seen when he next presses.
        app.sandbox.agent_becomes(oleg, Membership::Member);
        app.settle().await;
        app.press(oleg, desk, "Взять").await;
        assert!(is_taken(&app, topic));
        app.sandbox.agent_becomes_unheard(oleg, Membership::Kicked);
        app.execute("UPDATE members SET checked_at = 1, seen_at = 0").await;
        app.press(oleg, desk, "Решено").await;
        assert!(!is_taken(&app, topic), "{}", app.name_of(topic));
        assert!(any(&app.in_topic(topic), "Олег больше не в группе"), "{:#?}", app.in_topic(topic));
    }

    pub async fn in_a_silence_of_telegram_the_last_answer_counts_for_a_day(db: Db) {
        let app = App::start(db).await;
        let desk = app.sandbox.desk();
        let maria = app.sandbox.new_agent("Мария");
        let (_, topic) = waiting(&app).await;
        let silent =
            || Fault::TooManyRequests { method: Method::GetChatMember, chat: None, retry_after: 1, times: 1000 };
        app.sandbox.fault(silent());
        app.press(maria, desk, "Взять").await;
        assert!(!is_taken(&app, topic), "nothing was ever known of her");
        assert!(any(&app.sandbox.toasts(maria), "Нажмите ещё раз"), "{:?}", app.sandbox.toasts(maria));
        app.sandbox.clear_faults();
        app.execute("UPDATE members SET tried_at = 0").await;
        app.press(maria, desk, "Взять").await;
        assert!(is_taken(&app, topic), "{:?}", app.sandbox.toasts(maria));
        app.sandbox.fault(silent());
        app.execute("UPDATE members SET checked_at = checked_at - 82800000").await;
        app.press(maria, desk, "Отпустить").await;
        assert!(!is_taken(&app, topic), "she was a member 23 hours ago: {:?}", app.sandbox.toasts(maria));
        app.execute("UPDATE members SET checked_at = checked_at - 7200000, tried_at = 0").await;
        app.press(maria, desk, "Взять").await;
        assert!(!is_taken(&app, topic), "that is longer ago than a day");
        // What she writes needs no answer of Telegram.
        app.agent(maria, topic, "Здравствуйте").await;
        assert!(is_taken(&app, topic));
        app.press(maria, desk, "Отпустить").await;
        assert!(!is_taken(&app, topic), "nor does what she presses after it: {:?}", app.sandbox.toasts(maria));
    }

    pub async fn a_question_that_waits_holds_nobody_up(db: Db) {
        let app = App::start(db).await;
        let desk = app.sandbox.desk();
        let (maria, oleg) = (app.sandbox.new_agent("Мария"), app.sandbox.new_agent("Олег"));
        let (anna, topic) = waiting(&app).await;
        app.press(maria, desk, "Взять").await;
        app.sandbox.fault(Fault::Silence { method: Method::GetChatMember, times: 1 });
        let card = app.card(topic);
        app.sandbox.press(oleg, desk, card.id, "takeover:101");
        app.until("the press is taken", |sandbox| sandbox.unconfirmed() == 0).await;
        // While Telegram says nothing of Oleg: another agent, another customer, and this one.
        app.sandbox.agent_says(maria, topic, "Смотрю ваш заказ");
        app.sandbox.customer_says(anna, "спасибо, жду");
        let boris = app.sandbox.new_customer("Борис");
        app.sandbox.customer_says(boris, "где посылка RA123456785RU?");
        app.until("all of them", |sandbox| {
            let told = |chat: i64, part: &str| sandbox.chat(chat).iter().any(|seen| seen.text.contains(part));
            told(anna, "Смотрю")
                && told(boris, "RA123456785RU")
                && sandbox.topic(topic).iter().any(|seen| seen.text.contains("жду"))
        })
        .await;
        let store = app.store().await;
        assert_eq!(waits(&store).await, 1, "and his press still waits");
        app.settle().await;
        assert_eq!(waits(&store).await, 0);
        assert!(any(&app.sandbox.toasts(oleg), "Нажмите ещё раз"), "{:?}", app.sandbox.toasts(oleg));
    }

    async fn waits(store: &Store) -> usize {
        store.unproven(10).await.expect("the database answers").len()
    }

    pub async fn a_flood_of_presses_is_one_question(db: Db) {
        let app = App::start(db).await;
        let desk = app.sandbox.desk();
        app.sandbox.new_agent("Мария");
        let (_, topic) = waiting(&app).await;
        let stranger = app.sandbox.new_agent("Чужой");
        app.sandbox.agent_becomes_unheard(stranger, Membership::Left);
        let card = app.card(topic);
        app.sandbox.fault(Fault::Silence { method: Method::GetChatMember, times: 1 });
        for _ in 0..200 {
            app.sandbox.press(stranger, desk, card.id, "take:101");
        }
        app.until("the presses are taken", |sandbox| sandbox.unconfirmed() == 0).await;
        let kept = app.store().await.unproven_count(DeskId(desk), AgentId(stranger), 1000).await;
        let kept = kept.expect("the database answers");
        assert!((1..=20).contains(&kept), "{kept} of 200 wait for the answer");
        app.settle().await;
        assert!(questions(&app) <= 3, "{} questions", questions(&app));
        assert!(!is_taken(&app, topic));
    }

    pub async fn what_is_the_leads_is_not_an_ordinary_members(db: Db) {
        let mut app = App::start(db).await;
        app.stop().await;
        app.policy.incident_askers = 3;
        app.begin().await;
        app.sandbox.new_agent("Владелица");
        let (oleg, lena) = (app.sandbox.new_agent("Олег"), app.sandbox.new_agent("Лена"));
        app.sandbox.agent_becomes_unheard(lena, Membership::Administrator);
        for i in 0..3 {
            let customer = app.customer(&format!("Клиент {i}")).await;
            app.says(customer, "оферта заблокирована").await;
        }
        app.press_in_general(oleg, "Открыть инцидент").await;
        assert_eq!(app.sandbox.toasts(oleg), ["Это решает администратор группы."]);
        for command in ["/incident Всё сломалось", "/unclear"] {
            app.general(oleg, command).await;
            assert_eq!(app.in_general().pop().as_deref(), Some("Это решает администратор группы."), "{command}");
        }
        app.press_in_general(lena, "Открыть инцидент").await;
        app.general(lena, "/incident Чиним до вечера").await;
        let new = app.customer("Новый").await;
        app.says(new, "оферта заблокирована").await;
        assert!(any(&app.heard(new), "Чиним до вечера"), "{:#?}", app.heard(new));
        assert!(!any(&app.heard(new), "сломалось"));
    }

    pub async fn a_button_that_names_nothing_does_nothing(db: Db) {
        let app = App::start(db).await;
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.agent_becomes_unheard(maria, Membership::Administrator);
        let anna = app.first_customer().await;
        app.says(anna, "где посылка RA123456785RU?").await;
        let (message, heard) = (app.last(anna).id, app.heard(anna));
        let forged = [
            "wish:nonsense",
            "wish:common",
            "follow:RA000000000RU",
            "follow:",
            "unfollow:RA123456785RU",
            "askbot:7",
            "leave:7",
            "helped:7:no",
            "mark:7:5",
            "choice:reason_none",
            "confirm:99:yes",
            "resume:yes",
            "take:101",
            "incident:open:refund",
            "learn:1:yes",
            "",
            "::::",
        ];
        for (i, data) in forged.iter().enumerate() {
            app.sandbox.press(anna, anna, message, data);
            app.settle().await;
            assert_eq!(app.heard(anna), heard, "{data:?}");
            assert_eq!(app.sandbox.toasts(anna).len(), i + 1, "{data:?}: {:?}", app.sandbox.toasts(anna));
        }
        // What was offered is no forgery.
        app.sandbox.press(anna, anna, message, "follow:RA123456785RU");
        app.settle().await;
        assert_eq!(app.heard(anna).len(), heard.len() + 1);
        // While a person has the conversation, the person hears of nothing forged either.
        app.says(anna, "позовите человека").await;
        let (topic, desk) = (app.topic(), app.sandbox.desk());
        let told = app.in_topic(topic);
        for (i, data) in forged.iter().filter(|data| !data.starts_with("unfollow")).enumerate() {
            app.sandbox.press(anna, anna, message, data);
            app.settle().await;
            assert_eq!(app.in_topic(topic), told, "{data:?}");
            assert_eq!(app.sandbox.toasts(anna).len(), forged.len() + i + 1, "{data:?}");
        }
        let card = app.card(topic);
        let forged = [
            "take:7",
            "resolve:7",
            "canned:101:nonsense",
            "canned:7:hello",
            "was:101:nonsense",
            "recall:7",
            "send:99999",
            "transfer:101:77",
            "transfer:101:-77",
            "snooze:7:60",
            "wish:refund",
            "nonsense",
            // An administrator may open incidents, of what there is.
            "incident:open:nonsense",
            "incident:over:nonsense",
            "learn:77:yes",
        ];
        for (i, data) in forged.iter().enumerate() {
            app.sandbox.press(maria, desk, card.id, data);
            app.settle().await;
            assert_eq!(app.in_topic(topic), told, "{data}");
            assert_eq!(app.sandbox.toasts(maria).len(), i + 1, "{data}: {:?}", app.sandbox.toasts(maria));
        }
        let state = app.name_of(topic);
        assert!(state.starts_with("🔴 №101"), "{state}");
    }
}
