//! The work at the desk, one story for each thing a support lead asks of it: taking and passing on, notes, what
//! crosses and what is taken back, canned replies, the queue, marks, lessons, incidents, and a group's own life. All
//! of it within Telegram's limits, on a clock that runs faster.

use crate::on_both;

on_both! {
    a_card_is_pinned_and_follows_the_ticket
    what_another_holds_is_held_back_until_the_author_insists
    a_ticket_is_released_passed_on_and_put_aside
    it_is_opened_again_by_the_customers_return
    what_the_topic_has_seen_is_not_told_again
    nothing_leaks_in_the_mode_of_notes
    an_answer_is_marked_and_can_be_taken_back
    edits_and_answers_cross_both_ways
    albums_arrive_as_albums
    a_canned_reply_goes_out_with_one_press
    the_queue_is_listed_and_offered_in_turn
    who_waits_can_ask_the_bot_or_leave
    a_bad_mark_goes_to_the_lead_with_the_story
    what_an_agent_says_it_was_is_learned
    an_incident_is_told_to_all_and_ends_for_all
    who_leaves_the_group_leaves_no_ticket_behind
    a_closed_topic_opens_again
    a_failed_delivery_is_loud
    a_group_without_topics_works_by_replies
    two_agents_and_many_customers_within_telegrams_limits
}

mod stories {
    use crate::support::{App, Db, any, in_order};
    use otklik::conversation::Timer;
    use sandbox::{Media, Membership};

    pub async fn a_card_is_pinned_and_follows_the_ticket(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "верните деньги за заказ").await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let card = app.card(topic);
        assert!(card.text.contains("№101") && card.text.contains("Анна"), "{card:?}");
        assert!(app.name_of(topic).starts_with("🔴 №101 Анна"), "{}", app.name_of(topic));
        let maria = app.sandbox.new_agent("Мария");
        app.agent(maria, topic, "Здравствуйте").await;
        let now = app.card(topic);
        assert_eq!(now.id, card.id, "the same message, edited");
        assert!(now.text.contains("Мария") && app.name_of(topic).contains("Мария"), "{now:?}");
        // The story came before the card, and once.
        let stories = app.in_topic(topic).iter().filter(|text| text.contains("верните деньги")).count();
        assert_eq!(stories, 1);
        in_order(&app.in_topic(topic), &["верните деньги", "Запрос №101"]);
    }

    pub async fn what_another_holds_is_held_back_until_the_author_insists(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, _, topic) = app.held().await;
        let oleg = app.sandbox.new_agent("Олег");
        app.agent(oleg, topic, "Я знаю ответ").await;
        assert!(!any(&app.heard(anna), "Я знаю"));
        let desk = app.sandbox.desk();
        let lena = app.sandbox.new_agent("Лена");
        app.press(lena, desk, "Отправить всё равно").await;
        assert!(!any(&app.heard(anna), "Я знаю"), "only its author may send it");
        app.press(oleg, desk, "Отправить всё равно").await;
        assert_eq!(app.last(anna).text, "Я знаю ответ");
        app.press(oleg, desk, "Отправить всё равно").await;
        let times = app.heard(anna).iter().filter(|text| *text == "Я знаю ответ").count();
        assert_eq!(times, 1, "and only once");
        app.agent(oleg, topic, "А теперь я веду").await;
        app.press(oleg, desk, "Перехватить").await;
        assert!(app.card(topic).text.contains("Олег"));
    }

    pub async fn a_ticket_is_released_passed_on_and_put_aside(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        let (desk, oleg) = (app.sandbox.desk(), app.sandbox.new_agent("Олег"));
        app.press(maria, desk, "Отпустить").await;
        assert!(app.name_of(topic).starts_with("🔴"), "{}", app.name_of(topic));
        app.general(oleg, "/on").await;
        app.agent(maria, topic, "/take").await;
        app.agent(maria, topic, "/to Олег").await;
        assert!(app.name_of(topic).contains("Олег"), "{}", app.name_of(topic));
        assert!(app.in_topic(topic).last().is_some_and(|text| text.starts_with("Олег")), "he is called by name");
        app.agent(oleg, topic, "/snooze 2h").await;
        assert!(app.name_of(topic).starts_with("💤"), "{}", app.name_of(topic));
        app.says(anna, "ну что там").await;
        assert_eq!(app.sandbox.topics().len(), 1);
        assert!(app.name_of(topic).starts_with("🟡"), "the customer's words wake it: {}", app.name_of(topic));
        app.agent(oleg, topic, "/snooze 2h").await;
        app.timer_is_due(anna, Timer::Snooze).await;
        app.settle().await;
        assert!(app.name_of(topic).starts_with("💤"), "a timer that comes too early changes nothing");
        app.press(oleg, desk, "Вернуть боту").await;
        app.says(anna, "где посылка RA123456785RU").await;
        assert!(app.last(anna).text.contains("RA123456785RU"), "the bot answers again");
    }

    pub async fn it_is_opened_again_by_the_customers_return(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "Проверьте ещё раз").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        assert!(app.name_of(topic).starts_with("🟢"), "{}", app.name_of(topic));
        app.agent(maria, topic, "и ещё кое-что").await;
        assert!(!any(&app.heard(anna), "кое-что"), "after the end nothing goes out by itself");
        app.says(anna, "позовите человека").await;
        assert!(app.last(anna).text.contains("№101"), "the same number: {}", app.last(anna).text);
        assert!(app.name_of(topic).starts_with("🔴 №101"), "{}", app.name_of(topic));
    }

    pub async fn what_the_topic_has_seen_is_not_told_again(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "Проверьте ещё раз").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        app.press(anna, anna, "Да, помогло").await;
        let asked = app.last(anna).text;
        app.press(anna, anna, "5 ⭐").await;
        let thanked = app.last(anna).text;
        app.says(anna, "хочу сменить адрес доставки").await;
        let answered = app.last(anna).text;
        app.says(anna, "позовите человека").await;
        let seen = app.in_topic(topic);
        for (words, what) in [(&asked, "asked"), (&thanked, "thanked"), (&answered, "answered")] {
            let times: usize = seen.iter().map(|text| text.matches(words.as_str()).count()).sum();
            assert_eq!(times, 1, "{what}: {seen:#?}");
        }
        let told = seen.iter().filter(|text| text.contains("сменить адрес")).count();
        assert_eq!(told, 1, "what she wrote to the bot is new at the desk: {seen:#?}");
    }

    pub async fn nothing_leaks_in_the_mode_of_notes(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        let note = app.agent(maria, topic, "// она права, это наша ошибка").await;
        app.sandbox.agent_replies(maria, topic, note, "и правда наша");
        app.agent(maria, topic, "/notes").await;
        app.agent(maria, topic, "подумаем вместе").await;
        let own = app.agent(maria, topic, "Вернём деньги сегодня").await;
        assert_eq!(app.heard(anna).len(), 2, "greeting and hand-off only: {:#?}", app.heard(anna));
        app.agent(maria, topic, "/send Уже разбираемся").await;
        assert_eq!(app.last(anna).text, "Уже разбираемся");
        app.sandbox.agent_replies(maria, topic, own, "/send");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Вернём деньги сегодня");
        // Neither the card nor a colleague's note goes out, whoever asks for it.
        let card = app.card(topic).id;
        for inside in [card, note] {
            app.sandbox.agent_replies(maria, topic, inside, "/send");
            app.settle().await;
            assert_eq!(app.last(anna).text, "Вернём деньги сегодня");
        }
        let oleg = app.sandbox.new_agent("Олег");
        app.agent(oleg, topic, "/notes").await;
        app.agent(maria, topic, "всё ещё между нами").await;
        assert!(!any(&app.heard(anna), "между нами"), "who does not hold the ticket does not change its mode");
        app.agent(maria, topic, "/notes").await;
        app.agent(maria, topic, "Спасибо за терпение").await;
        assert_eq!(app.last(anna).text, "Спасибо за терпение");
        assert!(!any(&app.heard(anna), "ошибка") && !any(&app.heard(anna), "правда"));
    }

    pub async fn an_answer_is_marked_and_can_be_taken_back(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        let answer = app.agent(maria, topic, "Ваш паспорт не нужен").await;
        let marked = app.sandbox.topic(topic).into_iter().find(|seen| seen.id == answer).expect("her message");
        assert_eq!(marked.reactions.len(), 1, "a reaction, and no message: {marked:?}");
        let before = app.in_topic(topic).len();
        app.press(maria, app.sandbox.desk(), "Отозвать").await;
        assert!(!any(&app.heard(anna), "паспорт"), "{:#?}", app.heard(anna));
        assert_eq!(app.in_topic(topic).len(), before, "it costs no message either");
        app.press(maria, app.sandbox.desk(), "Отозвать").await;
        assert_eq!(app.sandbox.toasts(maria).len(), 3, "«Взять», and a second time there is nothing to take back");
    }

    pub async fn edits_and_answers_cross_both_ways(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        let question = app.says(anna, "сколько ждать?").await;
        let at_desk = app.sandbox.topic(topic).into_iter().find(|seen| seen.text == "сколько ждать?").expect("relayed");
        let answer = app.sandbox.agent_replies(maria, topic, at_desk.id, "Два дня");
        app.settle().await;
        let got = app.last(anna);
        assert_eq!((got.text.as_str(), got.reply_to), ("Два дня", Some(question)), "an answer to that very message");
        app.sandbox.agent_edits(maria, answer, "Три дня");
        app.settle().await;
        let edited = app.sandbox.chat(anna).into_iter().find(|seen| seen.id == got.id).expect("still there");
        assert_eq!((edited.text.as_str(), edited.edited), ("Три дня", true), "the customer has the new words");

        app.sandbox.customer_replies(anna, got.id, "почему три?");
        app.settle().await;
        let asked = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text == "почему три?").expect("relayed");
        assert_eq!(asked.reply_to, Some(answer), "the desk sees which answer is meant");
        app.sandbox.customer_edits(anna, question, "сколько ждать доставку?");
        app.settle().await;
        let corrected = app.sandbox.topic(topic).pop().expect("a message");
        assert!(corrected.text.ends_with("сколько ждать доставку?"), "{corrected:?}");
        assert_eq!(corrected.reply_to, Some(at_desk.id));
        // An answer to something the desk does not have says what it was.
        let greeting = app.sandbox.chat(anna).into_iter().find(|seen| seen.from_bot).expect("the greeting");
        app.sandbox.customer_replies(anna, greeting.id, "вот на это");
        app.settle().await;
        let quoted = app.sandbox.topic(topic).pop().expect("a message").text;
        assert!(quoted.ends_with("вот на это") && quoted.starts_with('↪'), "{quoted}");
    }

    pub async fn albums_arrive_as_albums(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        for i in 0..3 {
            app.sandbox.customer_sends(anna, Media::Photo, (i == 0).then_some("коробка"), Some("a1"));
        }
        app.settle().await;
        let albums = |seen: Vec<sandbox::Seen>| -> Vec<String> {
            seen.into_iter().filter(|seen| seen.from_bot).filter_map(|seen| seen.album).collect()
        };
        let at_desk = albums(app.sandbox.topic(topic));
        assert!(at_desk.len() == 3 && at_desk.iter().all(|album| *album == at_desk[0]), "{at_desk:?}");
        for _ in 0..2 {
            app.sandbox.agent_sends(maria, topic, Media::Photo, None, Some("a2"));
        }
        app.settle().await;
        let at_customer = albums(app.sandbox.chat(anna));
        assert!(at_customer.len() == 2 && at_customer[0] == at_customer[1], "{at_customer:?}");
    }

    pub async fn a_canned_reply_goes_out_with_one_press(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где моя посылка").await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let proposed: Vec<String> = app.card(topic).buttons.concat().into_iter().map(|button| button.text).collect();
        let canned: Vec<&String> = proposed.iter().filter(|label| label.starts_with('📋')).collect();
        assert_eq!(canned.len(), 3, "the three best for this wish: {proposed:?}");
        let maria = app.sandbox.new_agent("Мария");
        let before = app.heard(anna).len();
        app.press(maria, app.sandbox.desk(), canned[0]).await;
        let said = app.last(anna).text;
        assert_eq!(app.heard(anna).len(), before + 1, "{:#?}", app.heard(anna));
        assert!(said.contains("Анна"), "filled with the name: {said}");
        assert!(any(&app.in_topic(topic), &said), "the topic shows what went out");
        assert!(app.name_of(topic).contains("Мария"), "who sends takes the ticket");
        app.agent(maria, topic, "/p оферт").await;
        let list = app.sandbox.topic(topic).pop().expect("the list");
        assert!(list.buttons.len() >= 2 && list.text.contains('→'), "with a preview of each: {list:?}");
    }

    pub async fn the_queue_is_listed_and_offered_in_turn(db: Db) {
        let app = App::with_limits(db).await;
        let (maria, oleg) = (app.sandbox.new_agent("Мария"), app.sandbox.new_agent("Олег"));
        app.general(maria, "/on").await;
        app.general(oleg, "/on").await;
        let anna = app.customer("Анна").await;
        let boris = app.customer("Борис").await;
        app.says(anna, "позовите человека").await;
        app.says(boris, "позовите человека").await;
        assert!(app.last(boris).text.contains('1'), "one is before him: {}", app.last(boris).text);
        let topics = app.sandbox.topics();
        let offered: Vec<bool> = topics.iter().map(|topic| app.card(topic.id).text.contains("Мария")).collect();
        assert_eq!(offered, [true, false], "each in turn, the next to the other");
        app.general(maria, "/queue").await;
        let list = app.in_general().pop().expect("a list");
        in_order(&list.lines().map(str::to_owned).collect::<Vec<_>>(), &["№101 Анна", "№102 Борис"]);
        app.agent(maria, topics[0].id, "Здравствуйте").await;
        app.general(maria, "/mine").await;
        assert!(app.in_general().pop().is_some_and(|mine| mine.contains("№101") && !mine.contains("№102")));
        app.general(maria, "/who").await;
        assert!(app.in_general().pop().is_some_and(|who| who.contains("Мария: 1") && who.contains("Олег: 0")));
        app.timer_is_due(boris, Timer::Turn).await;
        app.settle().await;
        let called = app.in_topic(topics[1].id).pop().expect("a line");
        assert!(called.starts_with("Мария"), "who does not take it is followed by the next: {called}");
        app.general(oleg, "/off").await;
        app.general(oleg, "/who").await;
        assert!(app.in_general().pop().is_some_and(|who| !who.contains("Олег")));
        // A customer's commands are none of the desk's.
        app.says(boris, "/queue").await;
        assert!(!app.last(boris).text.contains("Анна"));
    }

    pub async fn who_waits_can_ask_the_bot_or_leave(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        app.press(anna, anna, "Пока спросить бота").await;
        app.says(anna, "где посылка RA123456785RU").await;
        assert!(app.last(anna).text.contains("RA123456785RU"), "{}", app.last(anna).text);
        let topic = app.topic();
        assert!(app.name_of(topic).starts_with("🔴"), "the ticket keeps its place");
        assert!(any(&app.in_topic(topic), "где посылка RA123456785RU"), "and the desk reads along");
        let maria = app.sandbox.new_agent("Мария");
        app.agent(maria, topic, "Здравствуйте").await;
        let before = app.heard(anna).len();
        app.says(anna, "где посылка 1000000017").await;
        assert_eq!(app.heard(anna).len(), before, "the bot is silent once a person is there");

        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        app.press(boris, boris, "Уже не нужно").await;
        let his = app.sandbox.topics().into_iter().find(|topic| topic.name.contains("Борис")).expect("his topic");
        assert!(his.name.starts_with("🟢"), "{}", his.name);
        app.general(maria, "/queue").await;
        assert!(app.in_general().pop().is_some_and(|list| !list.contains("Борис")));
    }

    pub async fn a_bad_mark_goes_to_the_lead_with_the_story(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "Ничем не поможем").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        app.press(anna, anna, "Да, помогло").await;
        app.press(anna, anna, "1 ⭐").await;
        let told = app.in_general().pop().expect("the lead is told");
        assert!(told.contains("№101") && told.contains("Ничем не поможем"), "with the story: {told}");
        app.says(anna, "долго ждала и зря").await;
        assert!(app.in_general().pop().is_some_and(|told| told.contains("долго ждала и зря")));
        let before = app.in_general().len();
        app.press(anna, anna, "5 ⭐").await;
        assert_eq!(app.in_general().len(), before, "a mark is given once");
    }

    pub async fn what_an_agent_says_it_was_is_learned(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        // Nothing the shipped phrasebook knows.
        let odd = "интересуюсь судьбой короба с гвоздикой";
        app.says(anna, odd).await;
        let topics = app.sandbox.topics();
        if topics.is_empty() {
            app.says(anna, "позовите человека").await; // it was asked about first
        }
        let topic = app.topic();
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.agent_becomes_unheard(maria, Membership::Administrator);
        app.agent(maria, topic, "Сейчас посмотрю").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        let card = app.card(topic);
        let Some(title) =
            card.buttons.iter().flatten().map(|button| button.text.clone()).find(|text| text == "Где посылка")
        else {
            panic!("the card asks what it was: {card:?}");
        };
        app.press(maria, app.sandbox.desk(), &title).await;
        app.general(maria, "/unclear").await;
        assert!(app.in_general().pop().is_some_and(|list| list.contains(odd)), "{:#?}", app.in_general());
        app.press_in_general(maria, "✅ 1").await;
        let outcome = move |sandbox: &sandbox::Sandbox| {
            sandbox
                .general()
                .iter()
                .rfind(|seen| seen.from_bot)
                .is_some_and(|seen| seen.text.contains('→') && !seen.text.contains("1."))
        };
        app.until("what became of the lesson", outcome).await;
        let told = app.in_general().pop().expect("an outcome");
        assert!(told.contains("Бот понимает"), "{told}");
        let boris = app.customer("Борис").await;
        app.says(boris, odd).await;
        assert_eq!(app.sandbox.topics().len(), 1, "the bot answers it by itself now: {}", app.last(boris).text);
    }

    pub async fn an_incident_is_told_to_all_and_ends_for_all(db: Db) {
        let mut app = App::with_limits(db).await;
        app.stop().await;
        app.policy.incident_askers = 3;
        app.begin().await;
        let maria = app.sandbox.new_agent("Мария");
        app.sandbox.agent_becomes_unheard(maria, Membership::Administrator);
        let mut askers = Vec::new();
        for i in 0..3 {
            let customer = app.customer(&format!("Клиент {i}")).await;
            app.says(customer, "оферта заблокирована").await;
            askers.push(customer);
        }
        let alarms = app.in_general();
        assert_eq!(alarms.len(), 1, "one alarm for all of them: {alarms:#?}");
        app.says(askers[0], "позовите человека").await;
        app.press_in_general(maria, "Открыть инцидент").await;
        app.general(maria, "/incident Сайт оферт не открывается, чиним до вечера").await;
        assert!(app.last(askers[0]).text.contains("чиним до вечера"), "who waits is told: {:#?}", app.heard(askers[0]));
        let new = app.customer("Новый").await;
        app.says(new, "оферта заблокирована").await;
        assert!(any(&app.heard(new), "чиним до вечера"), "who asks is told first: {:#?}", app.heard(new));
        let before = [new, askers[0]].map(|customer| app.heard(customer).len());
        app.press_in_general(maria, "Закончился").await;
        let heard = [new, askers[0]].map(|customer| app.heard(customer).len());
        assert_eq!(heard, before.map(|told| told + 1), "both hear that it is over: {:#?}", app.heard(new));
        let later = app.customer("Поздний").await;
        app.says(later, "оферта заблокирована").await;
        assert!(!any(&app.heard(later), "чиним до вечера"));
    }

    pub async fn who_leaves_the_group_leaves_no_ticket_behind(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        app.sandbox.agent_becomes(maria, Membership::Left);
        app.settle().await;
        assert!(app.name_of(topic).starts_with("🔴"), "{}", app.name_of(topic));
        assert!(app.in_topic(topic).last().is_some_and(|text| text.contains("Мария")), "and the desk is told");
        let oleg = app.sandbox.new_agent("Олег");
        app.agent(oleg, topic, "Теперь я").await;
        assert_eq!(app.last(anna).text, "Теперь я");
    }

    pub async fn a_closed_topic_opens_again(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, _, topic) = app.held().await;
        app.sandbox.close_topic(topic);
        app.settle().await;
        let closed = |app: &App| app.sandbox.topics().iter().any(|known| known.id == topic && known.closed);
        assert!(!closed(&app), "its ticket is open, and so is it");
        app.says(anna, "вы тут?").await;
        assert!(any(&app.in_topic(topic), "вы тут?"));
    }

    pub async fn a_failed_delivery_is_loud(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        app.sandbox.customer_blocks(anna);
        let answer = app.agent(maria, topic, "Готово").await;
        assert!(any(&app.in_topic(topic), "заблокировал"), "{:#?}", app.in_topic(topic));
        let message = app.sandbox.topic(topic).into_iter().find(|seen| seen.id == answer).expect("hers");
        assert!(message.reactions.is_empty(), "no mark on what did not arrive");
        assert!(app.card(topic).text.contains("заблокировал"), "the card says so as long as it lasts");
    }

    pub async fn a_group_without_topics_works_by_replies(db: Db) {
        let mut app = App::with_limits(db).await;
        app.stop().await;
        app.plain = true;
        app.begin().await;
        let (anna, boris) = (app.customer("Анна").await, app.customer("Борис").await);
        app.says(anna, "позовите человека").await;
        app.says(boris, "позовите человека").await;
        app.says(anna, "потерялась коробка").await;
        assert!(app.sandbox.topics().is_empty(), "no topic is made");
        let group = app.sandbox.general();
        let words = group.iter().find(|seen| seen.text.contains("потерялась коробка")).expect("her words");
        assert!(words.text.contains("№101 Анна"), "whose they are: {}", words.text);
        let maria = app.sandbox.new_agent("Мария");
        app.general(maria, "коллеги, кто возьмёт?").await;
        assert!(!any(&app.heard(anna), "коллеги") && !any(&app.heard(boris), "коллеги"));
        app.sandbox.agent_replies_in_general(maria, words.id, "Уже ищем");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Уже ищем");
        assert!(!any(&app.heard(boris), "ищем"));
        let card = group.iter().find(|seen| seen.text.starts_with("Запрос №102")).expect("his card").id;
        app.sandbox.press(maria, app.sandbox.desk(), card, "take:102");
        app.settle().await;
        app.sandbox.agent_replies_in_general(maria, card, "Здравствуйте, Борис");
        app.settle().await;
        assert_eq!(app.last(boris).text, "Здравствуйте, Борис");
        app.sandbox.agent_replies_in_general(maria, card, "/resolve");
        app.settle().await;
        assert!(app.last(boris).buttons.iter().flatten().any(|button| button.text == "Да, помогло"));
        let texts: Vec<String> = app.sandbox.general().into_iter().map(|seen| seen.text).collect();
        assert!(any(&texts, "Решено · Мария"), "the card follows: {texts:#?}");
    }

    pub async fn two_agents_and_many_customers_within_telegrams_limits(db: Db) {
        let app = App::with_limits(db).await;
        let agents = [app.sandbox.new_agent("Мария"), app.sandbox.new_agent("Олег")];
        let customers: Vec<i64> = (0..5).map(|i| app.sandbox.new_customer(&format!("Клиент {i}"))).collect();
        for (i, customer) in customers.iter().enumerate() {
            app.sandbox.customer_says(*customer, &format!("позовите человека, слово {i}"));
        }
        let stories = |sandbox: &sandbox::Sandbox| {
            let topics = sandbox.topics();
            topics.len() == 5 && topics.iter().all(|topic| sandbox.topic(topic.id).iter().any(|seen| seen.from_bot))
        };
        app.until("five topics with words in them", stories).await;
        for topic in app.sandbox.topics() {
            for (i, agent) in agents.iter().enumerate() {
                app.sandbox.agent_says(*agent, topic.id, &format!("ответ {i} в {}", topic.id));
            }
        }
        let who = customers.clone();
        let answered = move |sandbox: &sandbox::Sandbox| {
            who.iter().all(|customer| sandbox.chat(*customer).iter().any(|seen| seen.text.starts_with("ответ")))
        };
        app.until("each has an answer", answered).await;
        for customer in customers {
            let answers: Vec<String> =
                app.heard(customer).into_iter().filter(|text| text.starts_with("ответ")).collect();
            assert_eq!(answers.len(), 1, "of two agents one answers: {answers:?}");
        }
        let calls = app.sandbox.calls();
        assert!(calls.iter().all(|call| call.error.is_none()), "and Telegram never has to say «too many»");
    }
}
