//! What Telegram refuses: one message's trouble stops nothing, a whole group's loses nothing, and whatever was refused
//! or waits is told and listed.

use crate::on_both;

on_both! {
    a_refused_message_stops_no_topic
    an_answer_that_is_refused_stops_nobody
    what_is_refused_to_two_customers_is_the_desks_and_nothing_is_given_up
    what_is_refused_for_long_while_others_pass_is_given_up
    a_reason_that_two_met_counts_for_a_minute
    a_topic_that_takes_nothing_is_told_to_the_lead
    a_right_that_is_missing_gives_nothing_up
    what_waits_is_listed
    a_topic_that_somebody_else_opened_keeps_its_words
    what_is_so_already_counts_as_done
    a_copy_that_answers_is_tried_without
    words_refused_with_others_go_alone
}

mod stories {
    use crate::support::{App, Db, PATIENCE, any, in_order, store};
    use otklik::clock;
    use otklik::conversation::{CustomerId, DeskId};
    use otklik::store::{Alike, NewPost};
    use sandbox::{Fault, Media, Method};

    /// What the bot is refused with from now on, so many times.
    fn refuse(app: &App, method: Method, chat: i64, description: &str, times: u32) {
        holding(app, method, chat, None, description, times);
    }

    fn holding(app: &App, method: Method, chat: i64, part: Option<&str>, description: &str, times: u32) {
        let (chat, holding, description) = (Some(chat), part.map(str::to_owned), description.to_owned());
        app.sandbox.fault(Fault::Refuse { method, chat, holding, code: 400, description, times });
    }

    /// How many calls were refused for a reason that nobody knows.
    fn refused(sandbox: &sandbox::Sandbox) -> usize {
        sandbox.calls().iter().filter(|call| call.error.as_deref() == Some("Bad Request: SOMETHING_NEW")).count()
    }

    /// The outbox's dead letters, and its lanes that are held up.
    async fn listed(app: &App) -> (Vec<String>, Vec<String>) {
        let store = app.store().await;
        let dead = store.dead_letters().await.expect("it answers").into_iter().map(|letter| letter.problem);
        let (waiting, _) = store.waiting_posts(clock::now().timestamp_millis()).await.expect("it answers");
        (dead.collect(), waiting.into_iter().filter_map(|waiting| waiting.problem).collect())
    }

    pub async fn a_refused_message_stops_no_topic(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let desk = app.sandbox.desk();
        let refusals = [
            "Bad Request: CHAT_FORWARDS_RESTRICTED",
            "Bad Request: MEDIA_CAPTION_TOO_LONG",
            "Bad Request: FILE_REFERENCE_EXPIRED",
            "Bad Request: PREMIUM_ACCOUNT_REQUIRED",
            "Bad Request: wrong file identifier/HTTP URL specified",
            "Bad Request: SOMETHING_NEW",
            "Forbidden: something new",
        ];
        for (nth, why) in refusals.into_iter().enumerate() {
            refuse(&app, Method::CopyMessage, desk, why, 1);
            app.sandbox.customer_sends(anna, Media::Photo, Some(&format!("подпись {nth}")), None);
            app.says(anna, &format!("слова после {nth}")).await;
            let seen = app.in_topic(topic);
            assert!(any(&seen, &format!("слова после {nth}")), "the next words arrive: {seen:#?}");
            let told = |text: &&String| text.contains("Не удалось переслать сюда: фото");
            assert_eq!(seen.iter().filter(told).count(), nth + 1, "{seen:#?}");
            assert!(any(&seen, &format!("подпись {nth}")), "the words under it are shown: {seen:#?}");
            assert!(!any(&seen, "Request") && !any(&seen, "_"), "in the desk's language: {seen:#?}");
            assert_eq!(listed(&app).await.0[nth], why);
        }
        // Words: what is refused for what it says is told without it.
        holding(&app, Method::SendMessage, desk, Some("нельзя"), "Bad Request: MESSAGE_TOO_LONG", 2);
        app.sandbox.customer_says(anna, "так нельзя");
        app.says(anna, "а так можно").await;
        let seen = app.in_topic(topic);
        assert!(any(&seen, "Не удалось переслать сюда слова клиента") && any(&seen, "а так можно"), "{seen:#?}");
        assert!(!any(&seen, "так нельзя"), "{seen:#?}");
        let (dead, waiting) = listed(&app).await;
        assert_eq!((dead.len(), waiting.len()), (refusals.len() + 1, 0), "{dead:#?}");
    }

    pub async fn an_answer_that_is_refused_stops_nobody(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        refuse(&app, Method::CopyMessage, anna, "Bad Request: VOICE_MESSAGES_FORBIDDEN", 1);
        let voice = app.sandbox.agent_sends(maria, topic, Media::Voice, None, None);
        app.agent(maria, topic, "Тогда словами").await;
        assert_eq!(app.last(anna).text, "Тогда словами");
        let seen = app.sandbox.topic(topic);
        let told: Vec<_> = seen.iter().filter(|seen| seen.text.contains("не дошло")).collect();
        assert_eq!(told.len(), 1, "{seen:#?}");
        assert_eq!(told[0].reply_to, Some(voice), "it answers the message that did not arrive");
        assert!(!told[0].text.contains("VOICE"), "in the desk's language: {}", told[0].text);
        assert_eq!(listed(&app).await.0, ["Bad Request: VOICE_MESSAGES_FORBIDDEN"]);
    }

    /// A second customer in a person's hands: the customer, and the topic.
    async fn another(app: &App, maria: i64) -> (i64, i64) {
        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        let topics = app.sandbox.topics();
        let topic = topics.iter().find(|topic| topic.name.contains("Борис")).expect("a topic").id;
        app.agent(maria, topic, "/take").await;
        (boris, topic)
    }

    pub async fn what_is_refused_to_two_customers_is_the_desks_and_nothing_is_given_up(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, annas) = app.held().await;
        let (boris, boriss) = another(&app, maria).await;
        let desk = app.sandbox.desk();
        for method in [Method::CopyMessage, Method::SendMessage] {
            refuse(&app, method, desk, "Bad Request: SOMETHING_NEW", 1000);
        }
        app.sandbox.customer_sends(anna, Media::Photo, Some("от Анны"), None);
        app.until("the first is refused, and so is what tells of it", |sandbox| refused(sandbox) >= 3).await;
        app.sandbox.customer_sends(boris, Media::Photo, Some("от Бориса"), None);
        app.sandbox.customer_says(boris, "и слова");
        app.until("the desk goes on refusing", |sandbox| refused(sandbox) >= 8).await;
        let (dead, waiting) = listed(&app).await;
        assert!(dead.is_empty(), "nothing is given up: {dead:#?}");
        assert!(waiting.len() >= 2, "and what waits is listed: {waiting:#?}");
        assert!(waiting.iter().all(|why| why == "Bad Request: SOMETHING_NEW"), "{waiting:#?}");
        app.sandbox.clear_faults();
        app.settle().await;
        let (annas, boriss) = (app.in_topic(annas), app.in_topic(boriss));
        assert_eq!(
            annas.iter().filter(|text| text.contains("от Анны")).count(),
            1,
            "tried again by itself: {annas:#?}"
        );
        in_order(&boriss, &["от Бориса", "и слова"]);
        assert!(!any(&annas, "Не удалось"), "what arrived after all is not called refused: {annas:#?}");
        let told = app.in_general().iter().filter(|text| text.contains("не принимает сообщения бота")).count();
        assert_eq!(told, 1, "the lead is told once: {:#?}", app.in_general());
        assert_eq!(listed(&app).await, (Vec::new(), Vec::new()));
    }

    pub async fn what_is_refused_for_long_while_others_pass_is_given_up(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, annas) = app.held().await;
        let (boris, boriss) = another(&app, maria).await;
        let desk = app.sandbox.desk();
        // Two customers send what is never taken, for the same unknown reason; nobody else has any trouble.
        holding(&app, Method::SendMessage, desk, Some("нельзя"), "Bad Request: SOMETHING_NEW", 1000);
        app.sandbox.customer_says(anna, "нельзя, Анна");
        app.sandbox.customer_says(anna, "дальше, Анна");
        app.sandbox.customer_says(boris, "нельзя, Борис");
        app.sandbox.customer_says(boris, "дальше, Борис");
        // Seven times the first, six the second, and once the line about the first with its words.
        app.until("they are tried for a minute", |sandbox| refused(sandbox) >= 14).await;
        let vera = app.sandbox.new_customer("Вера");
        app.sandbox.customer_says(vera, "позовите человека");
        app.settle().await;
        assert!(any(&app.in_topic(annas), "дальше, Анна"), "{:#?}", app.in_topic(annas));
        assert!(any(&app.in_topic(boriss), "дальше, Борис"), "{:#?}", app.in_topic(boriss));
        assert!(any(&app.in_topic(annas), "Не удалось переслать сюда слова"), "{:#?}", app.in_topic(annas));
        let (dead, waiting) = listed(&app).await;
        assert_eq!((dead.len(), waiting.len()), (2, 0), "{dead:#?}");
    }

    pub async fn a_reason_that_two_met_counts_for_a_minute(db: Db) {
        const MINUTE: i64 = 60_000;
        let (store, _database) = store(db).await;
        let desk = DeskId(-100).into();
        // Of two customers each a row, refused so many milliseconds apart; of two reasons, one after the other.
        for (nth, apart, expected) in [(1, MINUTE - 1, Alike::First), (3, MINUTE, Alike::No)] {
            let (first, second) = (CustomerId(nth).into(), CustomerId(nth + 1).into());
            let met = store.write(move |mut tx| {
                Box::pin(async move {
                    for conversation in [first, second] {
                        let (lane, body) = (format!("topic:{conversation}"), r#"{"send":"text"}"#.to_owned());
                        let post = NewPost { conversation, lane, chat: desk, rank: 0, body, due_at: 0, album: None };
                        tx.post(&post, 0).await?;
                    }
                    tx.settle().await
                })
            });
            met.await.expect("they are stored");
            let heads = store.heads(true, 1, 64).await.expect("it answers");
            let row = |whose| heads.iter().find(|head| head.conversation == whose).expect("a row").id;
            let (one, other, reason) = (row(first), row(second), format!("{nth}"));
            let alike = store.write(move |mut tx| {
                Box::pin(async move {
                    let (alone, _) = tx.refused(one, first, desk, &reason, MINUTE).await?;
                    tx.dead(one, MINUTE, &reason).await?;
                    Ok((alone, tx.refused(other, second, desk, &reason, MINUTE + apart).await?.0))
                })
            });
            assert_eq!(alike.await.expect("they are refused"), (Alike::No, expected), "{apart} ms apart");
        }
    }

    pub async fn a_topic_that_takes_nothing_is_told_to_the_lead(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let here = format!("\"message_thread_id\":{topic}");
        holding(&app, Method::SendMessage, app.sandbox.desk(), Some(&here), "Bad Request: SOMETHING_NEW", 1000);
        for word in ["раз", "два"] {
            app.says(anna, word).await;
        }
        let told = app.in_general().iter().filter(|text| text.contains("Тема №101 Анна")).count();
        assert_eq!(told, 1, "once: {:#?}", app.in_general());
        let (dead, waiting) = listed(&app).await;
        assert_eq!((dead.len(), waiting.len()), (4, 0), "both words, and both lines about them: {dead:#?}");
    }

    pub async fn a_right_that_is_missing_gives_nothing_up(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let desk = app.sandbox.desk();
        let why = "Bad Request: not enough rights to send text messages to the chat";
        refuse(&app, Method::SendMessage, desk, why, 3);
        app.sandbox.customer_says(anna, "первое");
        app.says(anna, "второе").await;
        in_order(&app.in_topic(topic), &["первое", "второе"]);
        assert!(!any(&app.in_topic(topic), "Не удалось"), "{:#?}", app.in_topic(topic));
        assert_eq!(listed(&app).await, (Vec::new(), Vec::new()));
    }

    pub async fn what_waits_is_listed(db: Db) {
        let app = App::start(db).await;
        let (anna, _, _) = app.held().await;
        let desk = app.sandbox.desk();
        let why = "Bad Request: CHAT_WRITE_FORBIDDEN";
        refuse(&app, Method::SendMessage, desk, why, 1000);
        for word in ["раз", "два", "три"] {
            app.sandbox.customer_says(anna, word);
        }
        app.until("it is refused", |sandbox| sandbox.calls().iter().any(|call| call.error.as_deref() == Some(why)))
            .await;
        let store = app.store().await;
        let began = clock::now().timestamp_millis();
        let all_wait = async {
            loop {
                let (held, all) = store.waiting_posts(began).await.expect("it answers");
                if let Some(held) = held.into_iter().next().filter(|held| held.behind == 2) {
                    assert!(all >= 3, "all that waits is counted: {all}");
                    break held;
                }
                tokio::task::yield_now().await;
            }
        };
        let held = tokio::time::timeout(PATIENCE, all_wait).await.expect("the first is listed, with two behind it");
        assert_eq!(held.problem.as_deref(), Some(why));
        assert!(held.since.is_some_and(|since| since <= held.due_at) && held.attempts > 0, "{held:?}");
        app.sandbox.clear_faults();
        // No restart, no «Решено»: at the latest in a minute, and at once when the owner says so.
        assert!(store.send_again(held.id, began).await.expect("it answers"));
        app.settle().await;
        in_order(&app.in_topic(app.topic()), &["раз", "два", "три"]);
        let (held, all) = store.waiting_posts(began).await.expect("it answers");
        assert_eq!((held.len(), all), (0, 0));
    }

    pub async fn a_topic_that_somebody_else_opened_keeps_its_words(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        // An agent opens the topic between the bot's message, which is refused, and its «reopen».
        refuse(&app, Method::SendMessage, app.sandbox.desk(), "Bad Request: TOPIC_CLOSED", 1);
        app.sandbox.customer_says(anna, "первое");
        app.says(anna, "второе").await;
        let reopened: Vec<_> =
            app.sandbox.calls().into_iter().filter(|call| call.method == "reopenForumTopic").collect();
        assert!(
            reopened.iter().any(|call| call.error.as_deref() == Some("Bad Request: TOPIC_NOT_MODIFIED")),
            "Telegram says that it is open: {reopened:#?}"
        );
        let seen = app.in_topic(topic);
        in_order(&seen, &["первое", "второе"]);
        assert_eq!(seen.iter().filter(|text| *text == "первое").count(), 1, "{seen:#?}");
    }

    pub async fn what_is_so_already_counts_as_done(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let desk = app.sandbox.desk();
        // The answers to these are lost, and the bot asks again for what is so by then.
        app.sandbox.fault(Fault::CutAfter { method: Method::EditForumTopic, times: 1 });
        app.sandbox.fault(Fault::CutAfter { method: Method::EditMessageText, times: 1 });
        app.press(maria, desk, "Решено").await;
        app.press(maria, desk, "Закрыть без ответа").await;
        assert!(app.name_of(topic).starts_with("🟢"), "{}", app.name_of(topic));
        let so: Vec<_> = app.sandbox.calls().into_iter().filter_map(|call| call.error).collect();
        assert!(any(&so, "TOPIC_NOT_MODIFIED") && any(&so, "message is not modified"), "{so:#?}");
        // It is known to be shown: nothing asks for it once more.
        let view = app.store().await.topic_view(CustomerId(anna)).await.expect("it answers").expect("a topic");
        assert_eq!((Some(view.name), Some(view.body)), (view.shown_name, view.shown_body));
        assert_eq!(listed(&app).await, (Vec::new(), Vec::new()));
    }

    pub async fn a_copy_that_answers_is_tried_without(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let desk = app.sandbox.desk();
        let asked = app.says(anna, "какое фото?").await;
        let (caption, reply) = ("Bad Request: MEDIA_CAPTION_TOO_LONG", Some("\"reply_parameters\""));
        let question = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text == "какое фото?").expect("it came");
        // To the desk: it arrives, and the line behind it answers what the customer answered.
        holding(&app, Method::CopyMessage, desk, reply, caption, 1);
        app.sandbox.customer_replies_with(anna, asked, Media::Photo, Some("вот это"));
        app.settle().await;
        let seen = app.sandbox.topic(topic);
        let copies: Vec<_> = seen.iter().filter(|seen| seen.text == "вот это").collect();
        assert_eq!((copies.len(), copies[0].reply_to), (1, None), "{seen:#?}");
        let told: Vec<_> = seen.iter().filter(|seen| seen.text.contains("в ответ на это")).collect();
        assert_eq!((told.len(), told[0].reply_to), (1, Some(question.id)), "{seen:#?}");
        // To the customer: it needs no words.
        let before = app.heard(anna).len();
        holding(&app, Method::CopyMessage, anna, reply, caption, 1);
        app.sandbox.agent_replies(maria, topic, question.id, "Вот на этот вопрос");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Вот на этот вопрос");
        assert_eq!((app.last(anna).reply_to, app.heard(anna).len()), (None, before + 1));
        assert_eq!(listed(&app).await, (Vec::new(), Vec::new()));
    }

    pub async fn words_refused_with_others_go_alone(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, _, topic) = app.held().await;
        let desk = app.sandbox.desk();
        holding(&app, Method::SendMessage, desk, Some("нельзя"), "Bad Request: MESSAGE_TOO_LONG", 1000);
        // More than the group's minute takes one by one: words that wait go together.
        for nth in 0..25 {
            app.sandbox.customer_says(anna, &format!("слово {nth}."));
        }
        app.sandbox.customer_says(anna, "так нельзя");
        app.says(anna, "а так можно").await;
        let seen = app.in_topic(topic).join("\n");
        for nth in 0..25 {
            assert!(seen.contains(&format!("слово {nth}.")), "слово {nth} is lost: {seen}");
        }
        assert!(seen.contains("а так можно") && seen.contains("Не удалось переслать сюда слова"), "{seen}");
        let (dead, waiting) = listed(&app).await;
        assert_eq!((dead.len(), waiting.len()), (1, 0), "only what was refused is given up: {dead:#?}");
    }
}
